//! Play, step, scrub, zoom.

use crate::components::dismiss::use_dismiss;
use crate::components::overview::OverviewStrip;
use crate::components::sheet_view::SheetPanel;
use crate::components::timeline::{Desk, open_here, step, toggle_folds, zoom_buttons};
use crate::state::{AppAction, AppState};
use crate::viewing::SLOWER;
use engine::i18n::Speak;
use engine::text::moment;
use gloo_timers::callback::Interval;
use units::SimTime;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What a button does.
type Action = fn(&UseReducerHandle<AppState>);

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// Milliseconds between two pictures while playing.
const FRAME_MS: u32 = 33;
/// Width that the picture is taken to have where it is not known.
const WIDTH: f64 = 800.0;

/// Moves the playhead while it plays.
#[hook]
pub(crate) fn use_play(state: &UseReducerHandle<AppState>) {
    let dispatch = state.clone();
    let slower = state.viewing.slower;
    use_effect_with((state.playing, slower), move |(playing, slower)| {
        let by = i64::from(FRAME_MS) * 1000 / i64::from(*slower);
        let timer = playing.then(|| {
            Interval::new(FRAME_MS, move || dispatch.dispatch(AppAction::Advance(by.max(1))))
        });
        move || drop(timer)
    });
}

/// Whether the page is laid out for a phone, as its styles have it.
fn is_phone() -> bool {
    let narrow = |window: web_sys::Window| window.match_media("(max-width: 760px)").ok()?;
    web_sys::window().and_then(narrow).is_some_and(|query| query.matches())
}

#[component]
pub(crate) fn Transport(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let slower = state.viewing.slower;
    use_play(state);
    let button = |label: &str, sign: &'static str, action: Action| {
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| action(&dispatch));
        let label = language.say(label);
        html! { <button {onclick} aria-label={label.clone()} title={label}>{sign}</button> }
    };
    let toggle = |label: &str, sign: &'static str, on: bool, action: Action| {
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| action(&dispatch));
        let label = language.say(label);
        html! {
            <button {onclick} aria-pressed={on.to_string()} aria-label={label.clone()} title={label}>{sign}</button>
        }
    };
    let onchange = {
        let state = state.clone();
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
            let chosen = select.and_then(|select| select.value().parse::<u32>().ok());
            if let Some(slower) = chosen {
                state.dispatch(AppAction::View(Box::new(move |viewing| viewing.slower = slower)));
            }
        })
    };
    // an option that somebody has chosen stays chosen, whatever its attribute says
    let select = use_node_ref();
    {
        let select = select.clone();
        use_effect_with(slower, move |slower| {
            if let Some(select) = select.cast::<HtmlSelectElement>() {
                select.set_value(&slower.to_string());
            }
        });
    }
    let speeds = SLOWER.iter().map(|one| {
        html! { <option value={one.to_string()}>{format!("1/{one}×")}</option> }
    });
    let (play, sign) =
        if state.playing { ("transport--pause", "❚❚") } else { ("transport--play", "▶") };
    let folds = !state.folds().is_empty();
    // on a phone all but the steps and the strip is behind one button
    let rest = use_state(|| false);
    let toggle_rest = {
        let rest = rest.clone();
        Callback::from(move |_: MouseEvent| rest.set(!*rest))
    };
    let node = use_node_ref();
    {
        let rest = rest.clone();
        use_dismiss(*rest, &node, move || rest.set(false));
    }
    let rest = *rest;
    // there the state has the strip's place
    let phone = is_phone();
    let playhead = html! { <output>{moment(state.playhead())}</output> };
    let strip = html! { <OverviewStrip state={state.clone()} /> };
    let previous = || button("transport--previous", "◂", |state| step(state, false, false));
    html! {
        <div class="transport" role="group" aria-label={language.say("transport--position")}>
            <span class="group">
                {button("transport--first", "|◂", |state| state.dispatch(AppAction::Seek(SimTime::ZERO)))}
                if !phone { {previous()} }
                {button(play, sign, |state| state.dispatch(AppAction::Play(!state.playing)))}
                {button("transport--next", "▸", |state| step(state, true, false))}
                {button("transport--last", "▸|", |state| state.dispatch(AppAction::Seek(SimTime::NEVER)))}
            </span>
            if phone {
                <div class="at-hand">
                    {playhead}
                    <SheetPanel state={state.clone()} name="state-in-short" at_playhead=true />
                </div>
            } else {
                {playhead}
                {strip.clone()}
            }
            <div ref={node} class="rest-of-transport">
            <button class="more" onclick={toggle_rest} aria-expanded={rest.to_string()} aria-label={language.say("transport--more")}>{"⋯"}</button>
            <span class={classes!("rest", rest.then_some("open"))}>
            if phone {
                {strip}
                <span class="group">{previous()}</span>
            }
            if state.selection.is_some() {
                <span class="group of-selection">
                    {button("transport--previous-of", "◃", |state| step(state, false, true))}
                    {button("transport--next-of", "▹", |state| step(state, true, true))}
                </span>
            }
            <select ref={select} aria-label={language.say("transport--speed")} title={language.say("transport--speed")} {onchange}>
                {for speeds}
            </select>
            <span class="group">
                {toggle("transport--loop", "↻", state.viewing.looping, |state| {
                    state.dispatch(AppAction::View(Box::new(|viewing| viewing.looping = !viewing.looping)));
                })}
                {button("transport--fault", "⚡", |state| {
                    open_here(&Desk { state: state.clone(), width: WIDTH, text: 1.0 }, None);
                })}
                if folds {
                    {toggle("timeline--unfold", "≋", !state.viewing.unfolded.is_empty(), |state| {
                        toggle_folds(state, |action| state.dispatch(action));
                    })}
                }
            </span>
            <span class="group zoom">{zoom_buttons(state)}</span>
            </span>
            </div>
        </div>
    }
}
