//! The strip of the whole run: how much happens when, what failed; the playhead and the window are moved
//! on it.

use crate::components::painted::use_painted;
use crate::components::timeline::{kept, look, use_size, zoomed};
use crate::session::{Question, STRIP_HEIGHT, scale, use_answer};
use crate::state::{AppAction, AppState};
use engine::i18n::Speak;
use engine::text::{moment, px};
use timeline::TimeScale;
use units::SimTime;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// Pixels beside an edge of the window that still take hold of it.
const EDGE: f64 = 7.0;
/// Positions for keys.
const STEPS: i64 = 100;

/// What a press on the strip took hold of.
#[derive(Clone, Copy, PartialEq)]
enum Hold {
    Playhead,
    Window {
        from: f64,
    },
    Begin,
    End,
    /// A new window from here.
    New {
        from: f64,
    },
}

#[component]
pub(crate) fn OverviewStrip(props: &Props) -> Html {
    let state = &props.state;
    let node = use_node_ref();
    let size = use_size(&node);
    let width = size.width;
    let hold = use_mut_ref(|| None::<(Hold, (SimTime, SimTime))>);
    let strip = use_answer(&state.session, Some(Question::Strip(look(state, width), width)));
    use_painted(&node, strip.as_ref(), state.theme, size, STRIP_HEIGHT);
    let onpointerdown = {
        let (state, hold) = (state.clone(), hold.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(canvas) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
            let x = f64::from(event.offset_x()) / size.text;
            let held = taken(&state, width, x, event.shift_key());
            let shown = state.page.window.unwrap_or(state.whole());
            *hold.borrow_mut() = Some((held, shown));
            drag(&state, width, held, shown, x);
        })
    };
    let onpointermove = {
        let (state, hold) = (state.clone(), hold.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some((held, shown)) = *hold.borrow() {
                drag(&state, width, held, shown, f64::from(event.offset_x()) / size.text);
            }
        })
    };
    let release = Callback::from(move |_: PointerEvent| *hold.borrow_mut() = None);
    let onkeydown = {
        let state = state.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(action) = key(&state, &event) {
                state.dispatch(action);
                event.prevent_default();
            }
        })
    };
    let value = moment(state.playhead());
    let shown = state.page.window.map(|(from, to)| {
        let (from, to) = (moment(from), moment(to));
        state.language.tell("strip--window", &[("from", &from), ("to", &to)])
    });
    let text = [Some(value), shown].into_iter().flatten().collect::<Vec<_>>().join(", ");
    html! {
        <div class="strip">
            <canvas ref={node} tabindex="0" role="slider" aria-label={state.language.say("transport--position")}
                title={state.language.say("strip--how")}
                aria-valuemin="0" aria-valuemax={state.end().0.to_string()}
                aria-valuenow={state.playhead().0.to_string()} aria-valuetext={text}
                style={["height:", &px(STRIP_HEIGHT * size.text)].concat()}
                {onpointerdown} {onpointermove} onpointerup={release.clone()} onpointercancel={release}
                {onkeydown} />
        </div>
    }
}

/// Which time stands where on the strip: all of the run, folds kept.
fn strip_scale(state: &AppState, width: f64) -> TimeScale {
    let all = scale(&look(state, width), state.whole(), &state.folds());
    let end = if state.pinned.is_some() { state.whole().1 } else { state.summary.end };
    all.over(0.0, width, SimTime::ZERO, end)
}

fn taken(state: &AppState, width: f64, x: f64, shift: bool) -> Hold {
    if shift {
        return Hold::New { from: x };
    }
    let Some((from, to)) = state.page.window else { return Hold::Playhead };
    let scale = strip_scale(state, width);
    let (a, b) = (scale.x_from_time(from), scale.x_from_time(to));
    if (scale.x_from_time(state.playhead()) - x).abs() < EDGE / 2.0 {
        Hold::Playhead
    } else if (x - a).abs() < EDGE {
        Hold::Begin
    } else if (x - b).abs() < EDGE {
        Hold::End
    } else if a < x && x < b {
        Hold::Window { from: x }
    } else {
        Hold::Playhead
    }
}

fn drag(
    state: &UseReducerHandle<AppState>,
    width: f64,
    held: Hold,
    shown: (SimTime, SimTime),
    x: f64,
) {
    let scale = strip_scale(state, width);
    let time = scale.time_from_x(x);
    let show = |from: SimTime, to: SimTime| {
        state.dispatch(AppAction::Show(kept(state, (from.min(to), from.max(to)))));
    };
    match held {
        Hold::Playhead => state.dispatch(AppAction::Seek(time)),
        Hold::Begin => show(time, shown.1),
        Hold::End => show(shown.0, time),
        Hold::Window { from } => {
            let begin = scale.time_from_x(scale.x_from_time(shown.0) + x - from);
            show(begin, SimTime(begin.0 + shown.1.0 - shown.0.0));
        }
        Hold::New { from } if (x - from).abs() > EDGE => show(scale.time_from_x(from), time),
        Hold::New { .. } => {}
    }
}

/// Arrows move the playhead, with Shift the window; Page keys take longer steps.
fn key(state: &AppState, event: &KeyboardEvent) -> Option<AppAction> {
    let seek = |steps: i64| {
        let by = (state.end().0 / STEPS).max(1) * steps;
        Some(AppAction::Seek(SimTime(state.playhead().0 + by)))
    };
    let pan = |share: i64| {
        let (from, to) = state.page.window?;
        let by = ((to.0 - from.0) / 5).max(1) * share;
        Some(AppAction::Show(kept(state, (SimTime(from.0 + by), SimTime(to.0 + by)))))
    };
    let zoom = |factor| Some(AppAction::Show(zoomed(state, 1_000.0, factor, None)));
    match (event.key().as_str(), event.shift_key()) {
        ("ArrowRight" | "ArrowUp", false) => seek(1),
        ("ArrowLeft" | "ArrowDown", false) => seek(-1),
        ("ArrowRight", true) => pan(1),
        ("ArrowLeft", true) => pan(-1),
        ("PageUp", _) => seek(10),
        ("PageDown", _) => seek(-10),
        ("Home", _) => Some(AppAction::Seek(SimTime::ZERO)),
        ("End", _) => Some(AppAction::Seek(SimTime::NEVER)),
        ("+" | "=", _) => zoom(1.5),
        ("-", _) => zoom(1.0 / 1.5),
        ("0", _) => Some(AppAction::Show(None)),
        _ => None,
    }
}
