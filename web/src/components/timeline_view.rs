//! The timeline on its canvas: painting, zoom and pan, selection by pointer and by key.

use crate::canvas;
use crate::i18n::{Language, Speak};
use crate::session::{Answer, Look, Question, scale, use_answer};
use crate::state::{AppAction, AppState};
use std::cell::RefCell;
use std::rc::Rc;
use timeline::{Palette, TimeScale, Words};
use units::SimTime;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AddEventListenerOptions, CanvasRenderingContext2d, HtmlCanvasElement, WheelEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
    /// What it is scaled by, as far as it can matter to its width.
    #[prop_or(1.0)]
    pub(crate) scale: f64,
}

/// Below this width names stand above their rows.
const NARROW: f64 = 620.0;
/// Pixels that a pointer may move before a press is a drag.
const DRAG_MIN: f64 = 4.0;

/// What the pointer is doing.
#[derive(Clone, Copy)]
struct Press {
    x: f64,
    scale_from: SimTime,
    scale_to: SimTime,
    /// On the axis: it moves the playhead; else it pans.
    seeks: bool,
    moved: bool,
}

/// What is looked at, at this width.
pub(crate) fn look(state: &AppState, width: f64) -> Look {
    Look {
        width,
        narrow: width < NARROW,
        window: state.page.window,
        playhead: state.playhead(),
        selection: state.selection,
        language: state.language,
    }
}

fn shown_scale(state: &AppState, width: f64) -> TimeScale {
    let summary = &state.summary;
    scale(&look(state, width), summary.whole, summary.folds.as_slice().into())
}

pub(crate) fn words(language: Language) -> Words {
    Words::new(|key| language.say(key))
}

/// Zooms about a pixel; `None` if all is shown again.
pub(crate) fn zoomed(
    state: &AppState,
    width: f64,
    factor: f64,
    x: Option<f64>,
) -> Option<(SimTime, SimTime)> {
    let scale = shown_scale(state, width);
    let (left, right) = scale.edges();
    let x = x.unwrap_or_else(|| {
        let playhead = scale.x_from_time(state.playhead());
        if (left..=right).contains(&playhead) { playhead } else { f64::midpoint(left, right) }
    });
    kept(state, scale.zoomed(factor, x).shown())
}

/// A window within the run; `None` if it shows all of it.
fn kept(state: &AppState, (from, to): (SimTime, SimTime)) -> Option<(SimTime, SimTime)> {
    let end = state.summary.whole.1.0;
    let length = (to.0 - from.0).clamp(20, end.max(20));
    if length >= end {
        return None;
    }
    let from = from.0.clamp(0, end - length);
    Some((SimTime(from), SimTime(from + length)))
}

/// Goes to the event before or after the selection, or the playhead.
pub(crate) fn step(state: &UseReducerHandle<AppState>, forward: bool) {
    let question = Question::Step { look: look(state, 1_000.0), forward };
    let dispatch = state.clone();
    state.session.ask(
        question,
        Callback::from(move |answer: Rc<Answer>| {
            if let Answer::Found(found) = &*answer {
                dispatch.dispatch(AppAction::Find(*found));
            }
        }),
    );
}

fn paint(canvas: &HtmlCanvasElement, state: &AppState, picture: &Answer, width: f64) {
    let Answer::Picture { draws, height } = picture else { return };
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    canvas.set_width((width * ratio) as u32);
    canvas.set_height((height * ratio) as u32);
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) else {
        return;
    };
    canvas::run(draws, &context, Palette::of(state.theme), ratio, width, *height);
}

#[component]
pub(crate) fn TimelineView(props: &Props) -> Html {
    let state = &props.state;
    let node = use_node_ref();
    let width = use_state(|| 900.0_f64);
    let press = use_mut_ref(|| None::<Press>);
    {
        let (node, width) = (node.clone(), width.clone());
        use_effect_with(props.scale, move |_| watch_width(node, width));
    }
    let picture = use_answer(&state.session, Some(Question::Picture(look(state, *width))));
    {
        let (node, state, width, picture) = (node.clone(), state.clone(), *width, picture.clone());
        use_effect(move || {
            if let (Some(canvas), Some(picture)) = (node.cast::<HtmlCanvasElement>(), picture) {
                paint(&canvas, &state, &picture, width);
            }
        });
    }
    // the wheel's listener lives as long as the canvas and reads the newest state
    let latest = use_mut_ref(|| (state.clone(), *width));
    *latest.borrow_mut() = (state.clone(), *width);
    {
        let (node, latest) = (node.clone(), latest.clone());
        use_effect_with((), move |()| watch_wheel(node, latest));
    }
    let onpointerdown = {
        let (state, press, width) = (state.clone(), press.clone(), *width);
        Callback::from(move |event: PointerEvent| {
            let (from, to) = shown_scale(&state, width).shown();
            let (x, y) = (f64::from(event.offset_x()), event.offset_y());
            let seeks = y < 34;
            *press.borrow_mut() =
                Some(Press { x, scale_from: from, scale_to: to, seeks, moved: false });
            if let Some(canvas) =
                event.target().and_then(|t| t.dyn_into::<HtmlCanvasElement>().ok())
            {
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
            if seeks {
                state.dispatch(AppAction::Seek(shown_scale(&state, width).time_from_x(x)));
            }
        })
    };
    let onpointermove = {
        let (state, press, width) = (state.clone(), press.clone(), *width);
        Callback::from(move |event: PointerEvent| {
            let mut press = press.borrow_mut();
            let Some(press) = press.as_mut() else { return };
            let x = f64::from(event.offset_x());
            press.moved |= (x - press.x).abs() > DRAG_MIN;
            if press.seeks {
                state.dispatch(AppAction::Seek(shown_scale(&state, width).time_from_x(x)));
            } else if press.moved && state.page.window.is_some() {
                let scale = shown_scale(&state, width);
                let (left, right) = scale.edges();
                let (from, to) = (press.scale_from, press.scale_to);
                let fixed = scale.over(left, right - left, from, to);
                let shown = fixed.panned(x - press.x).shown();
                state.dispatch(AppAction::Show(kept(&state, shown)));
            }
        })
    };
    let onpointerup = {
        let (state, press, width) = (state.clone(), press.clone(), *width);
        Callback::from(move |event: PointerEvent| {
            let Some(press) = press.borrow_mut().take() else { return };
            if press.moved || press.seeks {
                return;
            }
            let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            let dispatch = state.clone();
            state.session.ask(
                Question::Hit(look(&state, width), x, y),
                Callback::from(move |answer: Rc<Answer>| {
                    if let Answer::Found(found) = &*answer {
                        dispatch.dispatch(AppAction::Select(*found));
                    }
                }),
            );
        })
    };
    let onkeydown = {
        let (state, width) = (state.clone(), *width);
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowRight" => step(&state, true),
                "ArrowLeft" => step(&state, false),
                "+" | "=" => state.dispatch(AppAction::Show(zoomed(&state, width, 1.5, None))),
                "-" => state.dispatch(AppAction::Show(zoomed(&state, width, 1.0 / 1.5, None))),
                "0" => state.dispatch(AppAction::Show(None)),
                " " => state.dispatch(AppAction::Play(!state.playing)),
                "Escape" => state.dispatch(AppAction::Select(None)),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let height = match picture.as_deref() {
        Some(Answer::Picture { height, .. }) => *height,
        _ => 400.0,
    };
    html! {
        <div class="timeline" style={format!("height:{height}px")}>
            <canvas ref={node} tabindex="0" role="application" style={format!("height:{height}px")}
                aria-label={state.language.say("timeline--label")}
                {onpointerdown} {onpointermove} {onpointerup} {onkeydown} />
        </div>
    }
}

/// Keeps `width` at the canvas's width.
fn watch_width(node: NodeRef, width: UseStateHandle<f64>) -> impl FnOnce() {
    let measure = move || {
        if let Some(parent) = node.cast::<HtmlCanvasElement>().and_then(|c| c.parent_element()) {
            let measured = f64::from(parent.client_width());
            if measured > 0.0 {
                width.set(measured);
            }
        }
    };
    measure();
    let resized = Closure::<dyn Fn()>::new(measure);
    let window = web_sys::window();
    if let Some(window) = &window {
        let listener = resized.as_ref().unchecked_ref();
        let _ = window.add_event_listener_with_callback("resize", listener);
    }
    move || {
        if let Some(window) = window {
            let listener = resized.as_ref().unchecked_ref();
            let _ = window.remove_event_listener_with_callback("resize", listener);
        }
    }
}

/// The wheel zooms about the pointer, and pans with Shift or sideways.
fn watch_wheel(
    node: NodeRef,
    latest: Rc<RefCell<(UseReducerHandle<AppState>, f64)>>,
) -> impl FnOnce() {
    let turned = Closure::<dyn Fn(WheelEvent)>::new(move |event: WheelEvent| {
        let (state, width) = latest.borrow().clone();
        let sideways = event.delta_x().abs() > event.delta_y().abs() || event.shift_key();
        if !(event.ctrl_key() || event.meta_key() || sideways || state.page.window.is_some()) {
            // a plain turn scrolls the page until somebody has zoomed in
            return;
        }
        event.prevent_default();
        let window = if sideways {
            let by = if event.shift_key() { event.delta_y() } else { event.delta_x() };
            kept(&state, shown_scale(&state, width).panned(-by).shown())
        } else {
            let factor = (-event.delta_y() * 0.0015).exp();
            zoomed(&state, width, factor, Some(f64::from(event.offset_x())))
        };
        state.dispatch(AppAction::Show(window));
    });
    let canvas = node.cast::<HtmlCanvasElement>();
    if let Some(canvas) = &canvas {
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        let _ = canvas.add_event_listener_with_callback_and_add_event_listener_options(
            "wheel",
            turned.as_ref().unchecked_ref(),
            &options,
        );
    }
    move || {
        if let Some(canvas) = canvas {
            let listener = turned.as_ref().unchecked_ref();
            let _ = canvas.remove_event_listener_with_callback("wheel", listener);
        }
    }
}
