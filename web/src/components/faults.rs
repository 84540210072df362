//! What goes wrong: a list of faults, each with a switch; another is added at the playhead, or typed.

use crate::i18n::{Language, Speak};
use crate::state::{AppAction, AppState, Change};
use link::{fault_of_text, fault_text};
use model::scenario::{Anchor, Fault, FaultKind};
use units::{BrokerId, SimTime};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// Makes a fault of a broker.
type OfBroker = fn(BrokerId) -> FaultKind;

/// Faults that a click adds: the first word of each in an address.
const OFFERED: [(&str, OfBroker); 6] = [
    ("kill", FaultKind::Kill),
    ("power", FaultKind::PowerLoss),
    ("hang", FaultKind::Hang),
    ("resume", FaultKind::Resume),
    ("shutdown", FaultKind::ControlledShutdown),
    ("restart", FaultKind::Restart),
];

#[component]
pub(crate) fn Faults(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let broker = use_state(|| 1_u32);
    let refused = use_state(|| false);
    let list = state.page.playground.faults.iter().enumerate();
    let last = u32::from(state.page.playground.brokers);
    let brokers = (1..=last).map(|number| {
        let (broker, chosen) = (broker.clone(), (*broker).min(last) == number);
        let onclick = Callback::from(move |_: MouseEvent| broker.set(number));
        html! { <button type="button" {onclick} aria-pressed={chosen.to_string()}>{number}</button> }
    });
    let chosen = BrokerId((*broker).min(last));
    let offered = OFFERED.iter().map(|(word, kind)| {
        let (state, what) = (state.clone(), kind(chosen));
        let onclick = Callback::from(move |_: MouseEvent| add(&state, at_playhead(&state, &what)));
        html! { <button type="button" {onclick}>{language.say(&format!("fault--{word}"))}</button> }
    });
    let typed = {
        let (state, refused) = (state.clone(), refused.clone());
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input.filter(|input| !input.value().trim().is_empty()) else {
                return refused.set(false);
            };
            match fault_of_text(input.value().trim()) {
                Some(fault) => {
                    refused.set(false);
                    input.set_value("");
                    add(&state, fault);
                }
                None => refused.set(true),
            }
        })
    };
    html! {
        <div class="faults">
            if state.page.playground.faults.is_empty() { <p class="hint">{language.say("faults--none")}</p> }
            <ul>{for list.map(|(at, fault)| item(state, at, fault, language))}</ul>
            <div class="head"><span id="fault-broker">{language.say("timeline--broker")}</span></div>
            <div class="choice" role="group" aria-labelledby="fault-broker">{for brokers}</div>
            <p class="hint">{language.tell("faults--add", &[("at", &crate::text::moment(state.playhead()))])}</p>
            <div class="buttons">{for offered}</div>
            <label for="fault-text" class="hint">{language.say("faults--typed")}</label>
            <input id="fault-text" class="wide" onchange={typed} placeholder="cut:1-2@10ms+5s" autocomplete="off" spellcheck="false" />
            if *refused { <p class="refused" role="alert">{language.say("faults--refused")}</p> }
        </div>
    }
}

fn at_playhead(state: &AppState, what: &FaultKind) -> Fault {
    // whole tenths of a millisecond: what the eye placed, and a short address
    let at = SimTime(state.playhead().0 / 100 * 100);
    Fault { name: String::new(), on: true, anchor: Anchor::At(at), what: what.clone() }
}

fn add(state: &UseReducerHandle<AppState>, fault: Fault) {
    let text = fault_text(&fault);
    edit(state, "+", &text, |faults| faults.push(fault));
}

fn edit(
    state: &UseReducerHandle<AppState>,
    from: &str,
    to: &str,
    change: impl FnOnce(&mut Vec<Fault>),
) {
    let mut playground = state.page.playground.clone();
    change(&mut playground.faults);
    let name = state.language.say("controls--faults");
    let change = Change { name, from: from.to_owned(), to: to.to_owned() };
    state.dispatch(AppAction::Edit(Box::new(playground), change));
}

fn item(state: &UseReducerHandle<AppState>, at: usize, fault: &Fault, language: Language) -> Html {
    let text = fault_text(&Fault { on: true, ..fault.clone() });
    let (shown, on) = (text.clone(), fault.on);
    let toggle = {
        let (state, text) = (state.clone(), text.clone());
        Callback::from(move |_: Event| {
            edit(&state, &text, if on { "off" } else { "on" }, |faults| {
                if let Some(fault) = faults.get_mut(at) {
                    fault.on = !fault.on;
                }
            });
        })
    };
    let remove = {
        let (state, text) = (state.clone(), text.clone());
        Callback::from(move |_: MouseEvent| {
            edit(&state, &text, "–", |faults| {
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
            <label for={id}><code>{shown}</code></label>
            <button type="button" class="reset" onclick={remove}
                aria-label={language.tell("faults--remove", &[("fault", &text)])}>{"×"}</button>
        </li>
    }
}
