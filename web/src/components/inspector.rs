//! What is selected, and why it happened.

use crate::state::{AppAction, AppState};
use crate::why::explain;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

#[component]
pub(crate) fn Inspector(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let Some(fact) = state.selection else {
        return html! {
            <section class="inspector" aria-label={language.say("inspect--title")}>
                <h2>{language.say("inspect--title")}</h2>
                <p>{language.say("inspect--empty")}</p>
                {legend(state)}
            </section>
        };
    };
    let told = explain(&state.run.trace, fact, language);
    let back = told.cause.map(|cause| {
        let state = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            state.dispatch(AppAction::Seek(state.run.trace.at(cause)));
            state.dispatch(AppAction::Select(Some(cause)));
        });
        let title = explain(&props.state.run.trace, cause, language).title;
        html! {
            <>
                <dt>{language.say("inspect--waited")}</dt>
                <dd><button class="link" {onclick}>{title}</button></dd>
            </>
        }
    });
    html! {
        <section class="inspector" aria-label={language.say("inspect--title")} aria-live="polite">
            <h2>{told.title}</h2>
            <ul>{for told.lines.into_iter().map(|line| html! { <li>{line}</li> })}</ul>
            <dl>
                if let Some(setting) = told.setting {
                    <dt>{language.say("inspect--setting")}</dt>
                    <dd><code>{setting}</code></dd>
                }
                <dt>{language.say("inspect--source")}</dt>
                <dd><code>{told.source}</code></dd>
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
