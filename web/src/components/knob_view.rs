//! Shows a knob: name, value, choices or slider, the default as a notch, the way back, and what Kafka
//! says about it.

use crate::components::sheet_view::{inline, tone};
use crate::state::{AppAction, AppState};
use engine::i18n::Speak;
use sheet::Knob;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

type State = UseReducerHandle<AppState>;

/// The text of the field that an event is about.
pub(crate) fn value_of(event: &Event) -> Option<String> {
    let target = event.target()?;
    Some(target.dyn_into::<HtmlInputElement>().ok()?.value())
}

pub(crate) fn knob_view(state: &State, knob: &Knob) -> Html {
    let id = ["set-", &knob.name].concat();
    let language = state.language;
    let set = {
        let (state, name, label) = (state.clone(), knob.name.clone(), knob.label.clone());
        move |text: &str| {
            let (name, label, text) = (name.clone(), label.clone(), text.to_owned());
            state.dispatch(AppAction::Set { name, label, text, sliding: None });
        }
    };
    let onchange = {
        let set = set.clone();
        Callback::from(move |event: Event| set(&value_of(&event).unwrap_or_default()))
    };
    let field = html! {
        <input id={id.clone()} class="value" value={knob.value.clone()} {onchange}
            autocomplete="off" spellcheck="false" size="9" aria-invalid={is_refused(state, knob).to_string()} />
    };
    let back = knob.changed.then(|| {
        let (set, default) = (set.clone(), knob.default.clone().unwrap_or_else(|| "null".into()));
        let title = language.tell("controls--reset-one", &[("default", &default)]);
        let label = [knob.label.as_str(), ": ", &title].concat();
        let onclick = Callback::from(move |_: MouseEvent| set("default"));
        html! { <button type="button" class="reset" {onclick} aria-label={label} {title}>{"↺"}</button> }
    });
    let button = |(value, words): &(String, String)| {
        let (set, value) = (set.clone(), value.clone());
        // what holds in the end is shown, even where the form says another
        let chosen = knob.holds.as_ref().map_or(&knob.value, |(holds, _)| holds) == &value;
        let onclick = Callback::from(move |_: MouseEvent| set(&value));
        html! { <button type="button" {onclick} aria-pressed={chosen.to_string()}>{words.clone()}</button> }
    };
    let choice = !knob.choices.is_empty();
    // a lesson is about some of them
    let open = &state.viewing.marked.open;
    let outside = !open.is_empty() && !open.contains(&knob.name);
    // until something was moved, one slider asks to be
    let nudge = !outside && knob.name == "linger.ms" && state.said.is_empty() && !state.can_undo();
    // Kafka's names have a face of their own, and may be cut where there is little room
    let (class, title) = match link::part(&knob.name).is_none() {
        true => (Some("kafka"), Some(knob.name.clone())),
        false => (None, None),
    };
    html! {
        <div class={classes!("control", nudge.then_some("nudge"), outside.then_some("outside"))}>
            <div class={classes!("head", knob.changed.then_some("changed"))}>
                if choice { <span id={id.clone()} {class} title={title.clone()}>{breakable(&knob.label)}</span> }
                else { <label for={id.clone()} {class} {title}>{breakable(&knob.label)}</label> }
                {for knob.marks.iter().map(|mark| html! { <small class="chip">{mark.clone()}</small> })}
                {back}
                if !choice { {field} }
            </div>
            if choice {
                <div class="choice" role="group" aria-labelledby={id}>{for knob.choices.iter().map(button)}</div>
            }
            if !knob.stops.is_empty() { {slider(state, knob)} }
            if let Some((holds, because)) = &knob.holds {
                <p class="holds">{language.tell("knob--holds", &[("value", holds), ("because", because)])}</p>
            }
            {refusal(state, knob)}
            {for knob.notes.iter().map(|(kind, text)| html! { <p class={classes!("aside", tone(*kind))}>{inline(text)}</p> })}
        </div>
    }
}

/// A setting's name: it breaks after its dots where it has to.
fn breakable(name: &str) -> Html {
    name.split_inclusive('.').map(|part| html! { <>{part.to_owned()}<wbr /></> }).collect()
}

fn slider(state: &State, knob: &Knob) -> Html {
    let last = knob.stops.len().saturating_sub(1).max(1);
    let oninput = {
        let (state, name, label) = (state.clone(), knob.name.clone(), knob.label.clone());
        let stops = knob.stops.clone();
        Callback::from(move |event: InputEvent| {
            let position = value_of(&event).and_then(|text| text.parse::<usize>().ok());
            if let Some(stop) = position.and_then(|position| stops.get(position)) {
                let (name, label, text) = (name.clone(), label.clone(), stop.clone());
                let sliding = Some(if is_held(&event) { 0.0 } else { event.time_stamp() });
                state.dispatch(AppAction::Set { name, label, text, sliding });
            }
        })
    };
    let settle = {
        let state = state.clone();
        move || state.dispatch(AppAction::Settle)
    };
    let left = {
        let settle = settle.clone();
        Callback::from(move |_: FocusEvent| settle())
    };
    let pressed = Callback::from(move |_: PointerEvent| settle());
    // thousandths of the way, in whole numbers
    let share = |stop: u32| stop as usize * 1_000 / last;
    let place = |stop: u32| format!("left:calc(8px + (100% - 16px)*{}/1000)", share(stop));
    html! {
        <div class={classes!("slider", knob.changed.then_some("changed"))}>
            if let Some(notch) = knob.notch { <i class="notch" style={place(notch)}></i> }
            <input type="range" min="0" max={last.to_string()} step="1" value={knob.at.to_string()}
                style={format!("--at:{}", share(knob.at))} aria-label={knob.label.clone()}
                aria-valuetext={knob.value.clone()} {oninput} onblur={left} onpointerdown={pressed.clone()} onpointerup={pressed} />
        </div>
    }
}

/// Whether a pointer has hold of what an event is about.
fn is_held(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    target.is_some_and(|target| target.matches(":active").unwrap_or(false))
}

fn is_refused(state: &AppState, knob: &Knob) -> bool {
    state.errors.iter().any(|error| error.is_about(&knob.name))
        || state.page.playground.refused.contains_key(&knob.name)
}

/// What Kafka refuses or would log about it, or that it is no value of a part.
fn refusal(state: &AppState, knob: &Knob) -> Html {
    let language = state.language;
    let name = &knob.name;
    if let Some(error) = state.errors.iter().find(|error| error.is_about(name)) {
        return html! {
            <p class="refused" role="alert">
                {error.message.clone()}<small>{language.say("controls--refused")}</small>
            </p>
        };
    }
    if state.page.playground.refused.contains_key(name)
        && let Some(part) = link::part(name)
    {
        let ends = [part.min, part.max].map(|number| form::part_shown(part, number));
        let values = [("least", ends[0].as_str()), ("most", &ends[1])];
        return html! { <p class="refused" role="alert">{language.tell("knob--refused", &values)}</p> };
    }
    let warned = state.summary.warnings.iter().find(|(setting, _)| setting == name);
    match warned.filter(|_| state.errors.is_empty()) {
        Some((_, warning)) => html! { <p class="warned">{warning.clone()}</p> },
        None => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct EnterProps {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) button: String,
    pub(crate) then: Callback<String>,
}

/// A field with a button.
#[component]
pub(crate) fn Enter(props: &EnterProps) -> Html {
    let typed = use_state(|| props.value.clone());
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| typed.set(value_of(&event).unwrap_or_default()))
    };
    let onsubmit = {
        let (typed, then) = (typed.clone(), props.then.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            then.emit((*typed).clone());
        })
    };
    html! {
        <form class="enter" {onsubmit}>
            <label><span>{props.label.clone()}</span>
                <input value={(*typed).clone()} {oninput} autocomplete="off" spellcheck="false" /></label>
            <button>{props.button.clone()}</button>
        </form>
    }
}
