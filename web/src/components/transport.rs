//! Play, step, scrub, zoom.

use crate::components::timeline_view::{step, zoomed};
use crate::i18n::Speak;
use crate::state::{AppAction, AppState};
use crate::text::moment;
use gloo_timers::callback::Interval;
use units::SimTime;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a button does.
type Action = fn(&UseReducerHandle<AppState>);

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// Milliseconds between two pictures while playing.
const FRAME_MS: u32 = 33;
/// Simulated time goes slower than the reader's by these factors.
const SPEEDS: [u32; 5] = [2000, 500, 200, 50, 10];
/// Positions of the scrubber.
const POSITIONS: i64 = 10_000;
/// Width that zooming by a button takes the picture to have: only ratios matter.
const WIDTH: f64 = 1_000.0;

#[component]
pub(crate) fn Transport(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let speed = use_state(|| SPEEDS[1]);
    {
        let (dispatch, speed) = (state.clone(), *speed);
        use_effect_with((state.playing, speed), move |(playing, speed)| {
            let by = i64::from(FRAME_MS) * 1000 / i64::from(*speed);
            let timer = playing.then(|| {
                Interval::new(FRAME_MS, move || dispatch.dispatch(AppAction::Advance(by.max(1))))
            });
            move || drop(timer)
        });
    }
    let end = state.summary.end;
    let button = |label: &str, sign: &'static str, action: Action| {
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| action(&dispatch));
        let label = language.say(label);
        html! { <button {onclick} aria-label={label.clone()} title={label}>{sign}</button> }
    };
    let scrub = {
        let state = state.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let position = input.and_then(|input| input.value().parse::<i64>().ok());
            if let Some(position) = position {
                state.dispatch(AppAction::Seek(SimTime(end.0 * position / POSITIONS)));
            }
        })
    };
    let slower = {
        let speed = speed.clone();
        Callback::from(move |_: MouseEvent| {
            let next = SPEEDS.iter().position(|known| *known == *speed).unwrap_or(0) + 1;
            speed.set(SPEEDS[next % SPEEDS.len()]);
        })
    };
    let (play, sign) =
        if state.playing { ("transport--pause", "❚❚") } else { ("transport--play", "▶") };
    let position = state.playhead().0 * POSITIONS / end.0.max(1);
    html! {
        <div class="transport" role="group" aria-label={language.say("transport--position")}>
            {button("transport--first", "|◂", |state| state.dispatch(AppAction::Seek(SimTime::ZERO)))}
            {button("transport--previous", "◂", |state| step(state, false))}
            {button(play, sign, |state| state.dispatch(AppAction::Play(!state.playing)))}
            {button("transport--next", "▸", |state| step(state, true))}
            {button("transport--last", "▸|", |state| state.dispatch(AppAction::Seek(SimTime::NEVER)))}
            <output>{moment(state.playhead())}</output>
            <input type="range" min="0" max={POSITIONS.to_string()} value={position.to_string()}
                aria-label={language.say("transport--position")} aria-valuetext={moment(state.playhead())}
                oninput={scrub} />
            <button onclick={slower} aria-label={format!("{} 1/{}", language.say("transport--speed"), *speed)}>
                {format!("1/{}×", *speed)}
            </button>
            {button("timeline--zoom-out", "−", |state| state.dispatch(AppAction::Show(zoomed(state, WIDTH, 0.5, None))))}
            {button("timeline--zoom-in", "+", |state| state.dispatch(AppAction::Show(zoomed(state, WIDTH, 2.0, None))))}
            {button("timeline--fit", "⤢", |state| state.dispatch(AppAction::Show(None)))}
        </div>
    }
}
