//! Which part of the run is shown: zoom, pan, folds.

use super::{Desk, look};
use crate::session::scale;
use crate::state::{AppAction, AppState};
use timeline::TimeScale;
use units::SimTime;

/// The scale of the picture at this width.
pub(crate) fn shown_scale(state: &AppState, width: f64) -> TimeScale {
    scale(&look(state, width), state.whole(), &state.folds())
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
pub(crate) fn kept(state: &AppState, shown: (SimTime, SimTime)) -> Option<(SimTime, SimTime)> {
    let (from, to) = shown;
    let end = state.whole().1.0;
    let length = (to.0 - from.0).clamp(20, end.max(20));
    if length >= end {
        return None;
    }
    let from = from.0.clamp(0, end - length);
    Some((SimTime(from), SimTime(from + length)))
}

/// Moves what is shown by a share of its width.
pub(crate) fn pan(state: &AppState, share: f64) -> Option<(SimTime, SimTime)> {
    let scale = shown_scale(state, 1_000.0);
    let (left, right) = scale.edges();
    kept(state, scale.panned((left - right) * share).shown())
}

/// Unfolds the quiet stretch at a pixel, if one is there.
pub(super) fn unfold_at(desk: &Desk, x: f64) -> bool {
    let Some(fold) = shown_scale(&desk.state, desk.width).fold_at(x) else { return false };
    desk.change(move |viewing| viewing.unfolded.push(fold.from));
    true
}

/// Unfolds every quiet stretch, or folds them all again.
pub(crate) fn toggle_folds(state: &AppState, dispatch: impl Fn(AppAction)) {
    let folds: Vec<SimTime> = state.folds().iter().map(|fold| fold.from).collect();
    dispatch(AppAction::View(Box::new(move |viewing| {
        viewing.unfolded = if viewing.unfolded.is_empty() { folds } else { Vec::new() };
    })));
}
