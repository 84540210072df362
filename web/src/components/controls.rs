//! The form: what is moved most, in the left column; all else is a panel that opens in its place.

use crate::components::faults::Faults;
use crate::components::knob_view::knob_view;
use crate::components::sheet_view::SheetPanel;
use crate::session::Refusal;
use crate::state::{AppAction, AppState, Change};
use engine::i18n::Speak;
use form::knob;
use link::{PRESETS, Panel, Preset};
use model::config::row;
use sheet::Knob;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// A section of the form: its words, the knobs that stand in it, and the panel that has all of them.
type Section = (&'static str, &'static [&'static str], Panel);

const SECTIONS: [Section; 4] = [
    (
        "controls--producer",
        &[
            "acks",
            "linger.ms",
            "batch.size",
            "max.in.flight.requests.per.connection",
            "enable.idempotence",
            "compression.type",
        ],
        Panel::Settings,
    ),
    ("controls--workload", &["mode", "rate", "records", "value", "keys"], Panel::Workload),
    (
        "controls--cluster",
        &["partitions", "replicas", "brokers", "min.insync.replicas", "replica.lag.time.max.ms"],
        Panel::Settings,
    ),
    ("controls--assumptions", &["one-way", "start"], Panel::Assumptions),
];

/// The panels that open in the form's place, in the order of their tabs.
pub(crate) const DRAWERS: [Panel; 5] =
    [Panel::Settings, Panel::Workload, Panel::Assumptions, Panel::Faults, Panel::Saved];

#[component]
pub(crate) fn Controls(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    if let Some(open) = state.page.form.filter(|open| DRAWERS.contains(open)) {
        return drawer(state, open);
    }
    let section = |(number, (title, names, panel)): (usize, &Section)| {
        let knobs = names.iter().filter_map(|name| knob(&state.page.playground, name));
        html! { <>
            <section>
                <h2>{language.say(title)}</h2>
                if *panel == Panel::Workload { {presets(state)} }
                {for knobs.map(|knob| knob_view(state, &in_words(state, knob)))}
                {for state.errors.iter().filter(|error| untold(error, number)).map(|error| refused(state, error))}
                {opener(state, *panel)}
            </section>
            if number == 2 {
                <section>
                    <h2>{language.say("controls--faults")}</h2>
                    <Faults state={state.clone()} />
                    {opener(state, Panel::Faults)}
                </section>
            }
        </> }
    };
    html! {
        <form class="controls" aria-label={language.say("controls--producer")} onsubmit={|e: SubmitEvent| e.prevent_default()}>
            {for SECTIONS.iter().enumerate().map(section)}
            <section>{opener(state, Panel::Saved)}</section>
        </form>
    }
}

/// Whether a refusal is told by no knob of the form, and belongs into this section.
fn untold(error: &Refusal, section: usize) -> bool {
    let told = SECTIONS.iter().flat_map(|(_, names, _)| *names).any(|name| error.is_about(name));
    let of_the_producer = row(&error.setting).is_some();
    !told && section == if of_the_producer { 0 } else { 2 }
}

/// A refusal, with the way to what it is about.
fn refused(state: &UseReducerHandle<AppState>, error: &Refusal) -> Html {
    html! { <>
        <p class="refused" role="alert">
            {error.message.clone()}<small>{state.language.say("controls--refused")}</small>
        </p>
        <button type="button" class="opener" onclick={to(state, Some(Panel::Settings))}>
            <code>{error.setting.clone()}</code><span aria-hidden="true">{" ▸"}</span>
        </button>
    </> }
}

/// A panel in the form's place.
fn drawer(state: &UseReducerHandle<AppState>, open: Panel) -> Html {
    let language = state.language;
    let tab = |panel: &Panel| {
        let pressed = (*panel == open).to_string();
        let onclick = to(state, Some(*panel));
        html! {
            <button type="button" {onclick} aria-pressed={pressed}>{language.say(&["drawer--", panel.word()].concat())}</button>
        }
    };
    html! {
        <section class="controls drawer" aria-label={language.say(&["drawer--", open.word()].concat())}>
            <h2 class="unseen">{language.say(&["drawer--", open.word()].concat())}</h2>
            <div class="drawer-top">
                <button type="button" class="back" onclick={to(state, None)} aria-label={language.say("form--back")}
                    title={language.say("form--back")}>{"←"}</button>
                <div class="tabs" role="group" aria-label={language.say("form--panels")}>{for DRAWERS.iter().map(tab)}</div>
            </div>
            <SheetPanel key={open.word()} state={state.clone()} name={open.word()} at_playhead={open == Panel::Faults} />
        </section>
    }
}

fn to(state: &UseReducerHandle<AppState>, panel: Option<Panel>) -> Callback<MouseEvent> {
    let state = state.clone();
    Callback::from(move |_| state.dispatch(AppAction::Form(panel)))
}

fn opener(state: &UseReducerHandle<AppState>, panel: Panel) -> Html {
    let words = state.language.say(&["form--", panel.word()].concat());
    html! { <button type="button" class="opener" onclick={to(state, Some(panel))}>{words}<span aria-hidden="true">{" ▸"}</span></button> }
}

/// A knob of a part in the reader's words; settings have Kafka's.
fn in_words(state: &AppState, knob: Knob) -> Knob {
    if link::part(&knob.name).is_none() {
        return knob;
    }
    let key = ["part--", &knob.name].concat();
    let choices = knob.choices.into_iter().map(|(value, _)| {
        let words = state.language.say(&[key.as_str(), "--", &value].concat());
        (value, words)
    });
    Knob { label: state.language.say(&key), choices: choices.collect(), ..knob }
}

/// Workloads to begin with.
fn presets(state: &UseReducerHandle<AppState>) -> Html {
    let playground = &state.page.playground;
    let button = |preset: &'static Preset| {
        let (with, words) = (
            playground.with_preset(preset),
            state.language.say(&["preset--", preset.name].concat()),
        );
        let pressed = (with == *playground).to_string();
        let (state, name) = (state.clone(), words.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let change = Change { name: name.clone(), ..Change::default() };
            state.dispatch(AppAction::Edit(Box::new(with.clone()), change));
        });
        html! { <button type="button" {onclick} aria-pressed={pressed}>{words}</button> }
    };
    html! {
        <div class="presets" role="group" aria-label={state.language.say("preset--label")}>
            {for PRESETS.iter().map(button)}
        </div>
    }
}

/// One control by its name in an address; nothing for a name that none has.
pub(crate) fn named(state: &UseReducerHandle<AppState>, name: &str) -> Html {
    let knob = knob(&state.page.playground, name);
    knob.map(|knob| knob_view(state, &in_words(state, knob))).unwrap_or_default()
}
