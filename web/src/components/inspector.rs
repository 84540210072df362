//! What is selected, and why it happened.

use crate::i18n::Speak;
use crate::session::{Answer, Found, Question, use_answer};
use crate::state::{AppAction, AppState};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

#[component]
pub(crate) fn Inspector(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let question = state.selection.map(|fact| Question::Explain(fact, language));
    let told = use_answer(&state.session, question);
    let (Some(_), Some(Answer::Story(told))) = (state.selection, told.as_deref()) else {
        return html! {
            <section class="inspector" aria-label={language.say("inspect--title")}>
                <h2>{language.say("inspect--title")}</h2>
                <p>{language.say("inspect--empty")}</p>
                {legend(state)}
            </section>
        };
    };
    let back = told.cause.as_ref().map(|(cause, title)| {
        let (state, cause): (_, Found) = (state.clone(), *cause);
        let onclick =
            Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Find(Some(cause))));
        html! {
            <>
                <dt>{language.say("inspect--waited")}</dt>
                <dd><button class="link" {onclick}>{title.clone()}</button></dd>
            </>
        }
    });
    html! {
        <section class="inspector" aria-label={language.say("inspect--title")} aria-live="polite">
            <h2>{told.title.clone()}</h2>
            <ul>{for told.lines.iter().map(|line| html! { <li>{line.clone()}</li> })}</ul>
            <dl>
                if let Some(setting) = &told.setting {
                    <dt>{language.say("inspect--setting")}</dt>
                    <dd><code>{setting.clone()}</code></dd>
                }
                <dt>{language.say("inspect--source")}</dt>
                <dd><code>{told.source.clone()}</code></dd>
                {back}
            </dl>
        </section>
    }
}

/// Every sign of the timeline, explained.
fn legend(state: &AppState) -> Html {
    let language = state.language;
    let signs = [
        ("●", "why--Full"),
        ("●|", "why--NewerBatchBehind"),
        ("○", "why--Linger"),
        ("◆", "why--RideAlong"),
        ("■", "why--MemoryWaiters"),
        ("▶", "why--Flush"),
        ("▶|", "why--Close"),
        ("↻", "why--RetryDue"),
        ("♛", "why--NewLeader"),
        ("◒", "why--SplitPiece"),
        ("▮", "legend--append"),
        ("▯", "legend--copy"),
        ("│", "legend--hw"),
        ("▨", "legend--hatch"),
        ("✕", "legend--failed"),
    ];
    html! {
        <details class="legend" open=true>
            <summary>{language.say("legend--title")}</summary>
            <dl>
                {for signs.into_iter().map(|(sign, key)| html! {
                    <><dt aria-hidden="true">{sign}</dt><dd>{language.say(key)}</dd></>
                })}
            </dl>
        </details>
    }
}
