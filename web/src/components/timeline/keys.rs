//! Keys on the picture. The list of them is the sheet `keys`.

use super::window::{pan, toggle_folds};
use super::{Desk, menu, step, zoomed};
use crate::session::Tip;
use crate::state::AppAction;
use units::SimTime;
use yew::prelude::*;

/// A step of the zoom.
const CLOSER: f64 = 1.5;

pub(super) fn pressed(desk: &Desk, selected: Option<&Tip>, event: &KeyboardEvent) {
    let state = &desk.state;
    let zoom = |factor| AppAction::Show(zoomed(state, desk.width, factor, None));
    let (shift, command) = (event.shift_key(), event.ctrl_key() || event.meta_key());
    if command {
        return;
    }
    match (event.key().as_str(), event.alt_key()) {
        ("ArrowRight", false) => step(state, true, shift),
        ("ArrowLeft", false) => step(state, false, shift),
        ("ArrowRight", true) => state.dispatch(AppAction::Show(pan(state, 0.2))),
        ("ArrowLeft", true) => state.dispatch(AppAction::Show(pan(state, -0.2))),
        ("ArrowUp", _) => match selected.and_then(|tip| tip.cause.as_ref()) {
            Some((cause, _)) => state.dispatch(AppAction::Follow(*cause)),
            None => return,
        },
        ("ArrowDown", _) => back(desk),
        ("+" | "=", _) => state.dispatch(zoom(CLOSER)),
        ("-", _) => state.dispatch(zoom(1.0 / CLOSER)),
        ("0", _) => state.dispatch(AppAction::Show(None)),
        (" ", _) => state.dispatch(AppAction::Play(!state.playing)),
        ("Home", _) => state.dispatch(AppAction::Seek(SimTime::ZERO)),
        ("End", _) => state.dispatch(AppAction::Seek(SimTime::NEVER)),
        ("u" | "U", _) => toggle_folds(state, |action| state.dispatch(action)),
        ("f" | "F", _) => menu::open_here(desk, selected),
        ("r" | "R", _) => desk.change(|viewing| viewing.looping = !viewing.looping),
        ("<" | ",", _) => desk.change(|viewing| viewing.faster(-1)),
        (">" | ".", _) => desk.change(|viewing| viewing.faster(1)),
        ("Enter", _) => state.dispatch(AppAction::Panel(link::Panel::Inspector)),
        ("Escape", _) => state.dispatch(AppAction::Select(None)),
        _ => return,
    }
    event.prevent_default();
}

/// Back to where the reader came from, following causes.
fn back(desk: &Desk) {
    if let Some(fact) = desk.state.viewing.trail.last() {
        super::find(&desk.state, fact.to_string(), AppAction::Back);
    }
}
