//! What goes wrong: a list of faults, each with a switch. The panel of faults adds and explains them.

use crate::components::fault_words::{lasts, whole};
use crate::state::{AppAction, AppState, Change};
use engine::i18n::{Language, Speak};
use engine::text::moment;
use link::fault_sign;
use model::scenario::Fault;
use units::SimTime;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

#[component]
pub(crate) fn Faults(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let list = state.page.playground.faults.iter().enumerate();
    html! {
        <div class="faults">
            if state.page.playground.faults.is_empty() { <p class="hint">{language.say("faults--none")}</p> }
            <ul>{for list.map(|(at, fault)| item(state, at, fault, language))}</ul>
        </div>
    }
}

fn edit(
    state: &UseReducerHandle<AppState>,
    fault: &str,
    to: &str,
    change: impl FnOnce(&mut Vec<Fault>),
) {
    let mut playground = state.page.playground.clone();
    change(&mut playground.faults);
    let change = Change { name: fault.to_owned(), from: String::new(), to: state.language.say(to) };
    state.dispatch(AppAction::Edit(Box::new(playground), change));
}

fn item(state: &UseReducerHandle<AppState>, at: usize, fault: &Fault, language: Language) -> Html {
    let text = whole(language, fault);
    let happened = state.summary.faults.iter().find(|(position, ..)| usize::from(*position) == at);
    let when = happened.map(|(_, at, _)| match lasts(fault) {
        Some(lasts) => [&moment(*at), "–", &moment(SimTime(at.0 + lasts.0 as i64))].concat(),
        None => moment(*at),
    });
    let (shown, on) = (text.clone(), fault.on);
    let toggle = {
        let (state, text) = (state.clone(), text.clone());
        Callback::from(move |_: Event| {
            edit(&state, &text, if on { "said--off" } else { "said--on" }, |faults| {
                if let Some(fault) = faults.get_mut(at) {
                    fault.on = !fault.on;
                }
            });
        })
    };
    let remove = {
        let (state, text) = (state.clone(), text.clone());
        Callback::from(move |_: MouseEvent| {
            edit(&state, &text, "said--removed", |faults| {
                if at < faults.len() {
                    faults.remove(at);
                }
            });
        })
    };
    let id = format!("fault-{at}");
    html! {
        <li>
            <input type="checkbox" id={id.clone()} checked={on} onchange={toggle} />
            <label for={id}><span><span aria-hidden="true">{fault_sign(&fault.what)}{" "}</span>{shown}</span>{for when.map(|when| html! { <small>{when}</small> })}</label>
            <button type="button" class="reset" onclick={remove}
                aria-label={language.tell("faults--remove", &[("fault", &text)])}>{"×"}</button>
        </li>
    }
}
