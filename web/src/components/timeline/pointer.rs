//! Mouse, pen and fingers on the picture: a click selects, a drag pans, two fingers pinch, the axis seeks.

use super::window::{kept, shown_scale, unfold_at, zoomed};
use super::{Desk, menu};
use crate::session::Question;
use crate::state::AppAction;
use std::cell::RefCell;
use std::rc::Rc;
use timeline::TimeScale;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AddEventListenerOptions, HtmlCanvasElement, WheelEvent};
use yew::prelude::*;

/// Pixels that a pointer may move before a press is a drag.
const DRAG_MIN: f64 = 4.0;
/// Height of the axis: a press there moves the playhead.
const AXIS: f64 = 34.0;
/// A press of a finger that lasts so long opens the menu; in milliseconds.
const LONG_PRESS: f64 = 550.0;

/// What the pointers are doing.
#[derive(Default)]
pub(crate) struct Pointer {
    /// Fingers on the picture: which, and where.
    down: Vec<(i32, f64)>,
    press: Option<Press>,
}

struct Press {
    /// Middle of the pointers when it began, and how far they were apart.
    x: f64,
    apart: f64,
    /// What was shown then.
    scale: TimeScale,
    /// On the axis: it moves the playhead; else it pans.
    seeks: bool,
    moved: bool,
    since: f64,
}

impl Pointer {
    pub(crate) fn down(&mut self, desk: &Desk, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        let (x, y) = desk.place(event);
        self.down.push((event.pointer_id(), x));
        if let Some(canvas) = event.target().and_then(|t| t.dyn_into::<HtmlCanvasElement>().ok()) {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        let seeks = self.down.len() == 1 && y < AXIS;
        self.press = Some(Press {
            x: self.middle(),
            apart: self.apart(),
            scale: shown_scale(&desk.state, desk.width),
            seeks,
            moved: self.down.len() > 1,
            since: event.time_stamp(),
        });
        if seeks && !on_torn_edge(desk, x) {
            seek(desk, x);
        }
    }

    /// Returns whether a pointer is down: then nothing is told of what lies under it.
    pub(crate) fn moved(&mut self, desk: &Desk, event: &PointerEvent) -> bool {
        let (x, _) = desk.place(event);
        for (id, at) in &mut self.down {
            if *id == event.pointer_id() {
                *at = x;
            }
        }
        let (middle, apart) = (self.middle(), self.apart());
        let Some(press) = self.press.as_mut() else { return false };
        press.moved |= (middle - press.x).abs() > DRAG_MIN;
        if press.seeks {
            seek(desk, x);
        } else if press.moved && (desk.state.page.window.is_some() || self.down.len() > 1) {
            let factor = if press.apart > 10.0 { apart.max(10.0) / press.apart } else { 1.0 };
            let scale = press.scale.zoomed(factor, press.x).panned(middle - press.x);
            desk.state.dispatch(AppAction::Show(kept(&desk.state, scale.shown())));
        }
        true
    }

    pub(crate) fn up(&mut self, desk: &Desk, event: &PointerEvent) {
        self.down.retain(|(id, _)| *id != event.pointer_id());
        let Some(press) = self.press.take() else { return };
        if !self.down.is_empty() {
            // the finger that stays goes on from where it is
            let (x, apart) = (self.middle(), self.apart());
            let scale = shown_scale(&desk.state, desk.width);
            self.press = Some(Press { x, apart, scale, moved: true, seeks: false, ..press });
            return;
        }
        let (x, y) = desk.place(event);
        if press.moved || (y < AXIS && on_torn_edge(desk, x) && unfold_at(desk, x)) || press.seeks {
            return;
        }
        if event.pointer_type() == "touch" && event.time_stamp() - press.since > LONG_PRESS {
            return menu::open_at(desk, x, y);
        }
        let told = desk.clone();
        desk.tip(Question::Hit(desk.look(), x, y), move |tip| {
            let found = tip.and_then(|tip| tip.found);
            if found.is_none() && on_torn_edge(&told, x) && unfold_at(&told, x) {
                return;
            }
            told.state.dispatch(AppAction::Select(found));
        });
    }

    pub(crate) fn cancel(&mut self, _: &Desk, event: &PointerEvent) {
        self.down.retain(|(id, _)| *id != event.pointer_id());
        self.press = None;
    }

    fn middle(&self) -> f64 {
        self.down.iter().map(|(_, x)| x).sum::<f64>() / self.down.len().max(1) as f64
    }

    fn apart(&self) -> f64 {
        match self.down.as_slice() {
            [(_, one), (_, other), ..] => (one - other).abs(),
            _ => 0.0,
        }
    }
}

fn seek(desk: &Desk, x: f64) {
    let time = shown_scale(&desk.state, desk.width).time_from_x(x);
    desk.state.dispatch(AppAction::Seek(time));
}

/// Whether a pixel is on the torn edge of a fold, or in a narrow one.
fn on_torn_edge(desk: &Desk, x: f64) -> bool {
    const TEAR: f64 = 13.0;
    let scale = shown_scale(&desk.state, desk.width);
    let mut folds = scale.segments().filter(|segment| segment.folded);
    folds.any(|fold| {
        let near = |edge: f64| (x - edge).abs() < TEAR;
        x >= fold.x0 && x <= fold.x1 && (near(fold.x0) || near(fold.x1))
    })
}

/// The wheel zooms about the pointer, and pans with Shift or sideways.
pub(super) fn watch_wheel(node: NodeRef, latest: Rc<RefCell<Desk>>) -> impl FnOnce() {
    let turned = Closure::<dyn Fn(WheelEvent)>::new(move |event: WheelEvent| {
        let Desk { state, width, text } = latest.borrow().clone();
        let sideways = event.delta_x().abs() > event.delta_y().abs() || event.shift_key();
        if !(event.ctrl_key() || event.meta_key() || sideways || state.page.window.is_some()) {
            // a plain turn scrolls the page until somebody has zoomed in
            return;
        }
        event.prevent_default();
        let window = if sideways {
            let by = if event.delta_x() == 0.0 { event.delta_y() } else { event.delta_x() };
            kept(&state, shown_scale(&state, width).panned(-by / text).shown())
        } else {
            let factor = (-event.delta_y() * 0.0015).exp();
            zoomed(&state, width, factor, Some(f64::from(event.offset_x()) / text))
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
