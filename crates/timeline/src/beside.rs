//! Where words about a mark stand: near it, inside of the picture, and not over what is lit with it.

use crate::draw::Rect;
use crate::layout::AXIS;
use crate::rows::Timeline;
use crate::view::View;
use trace::{FactId, Trace};

/// Lit marks that are kept clear.
const LIT_MAX: usize = 200;
/// Pixels between two places that are looked at.
const STEP: f64 = 22.0;
/// Pixels between a mark and the words.
const APART: f64 = 10.0;

impl Timeline {
    /// The upper left corner for words of this width and height about a fact; `None` if its mark is not
    /// shown.
    #[must_use]
    pub fn beside(
        &self,
        trace: &Trace,
        view: &View,
        fact: FactId,
        (width, height): (f64, f64),
    ) -> Option<(f64, f64)> {
        let mark = self.area(trace, view, fact)?;
        let (left, right) = view.scale.edges();
        let bottom = self.height(view.density, &view.prefs);
        let lit = self.path(trace, fact).into_iter().take(LIT_MAX);
        let lit = lit.filter_map(|fact| self.area(trace, view, fact));
        let lit: Vec<Rect> =
            lit.filter(|area| area.right() >= left && area.x <= right).chain([mark]).collect();
        // what is lit counts for more than any way from the mark
        let cost = |place: Rect| {
            let over: f64 = lit.iter().map(|area| shared(place, area.grown(3.0))).sum();
            over * 1_000.0
                + gap(place.x, place.right(), mark.x, mark.right())
                + 2.0 * gap(place.y, place.bottom(), mark.y, mark.bottom())
        };
        let x_max = (right - width).max(0.0);
        let x_min = left.min(x_max);
        let y_max = (bottom - height).max(AXIS);
        let beside = [mark.right() + APART, mark.x - APART - width];
        let steps = |from: f64, to: f64| {
            let count = ((to - from) / STEP).max(0.0) as u32;
            (0..=count).map(move |step| from + f64::from(step) * STEP)
        };
        let xs = beside.into_iter().map(|x| x.clamp(x_min, x_max)).chain(steps(x_min, x_max));
        let ys: Vec<f64> = [mark.bottom() + APART, mark.y - APART - height]
            .into_iter()
            .map(|y| y.clamp(AXIS, y_max))
            .chain(steps(AXIS, y_max))
            .collect();
        let places = xs.flat_map(|x| ys.iter().map(move |y| Rect::new(x, *y, width, height)));
        let best = places.min_by(|a, b| cost(*a).total_cmp(&cost(*b)))?;
        Some((best.x, best.y))
    }
}

/// The area that two have in common.
fn shared(a: Rect, b: Rect) -> f64 {
    let width = a.right().min(b.right()) - a.x.max(b.x);
    let height = a.bottom().min(b.bottom()) - a.y.max(b.y);
    width.max(0.0) * height.max(0.0)
}

/// How far two stretches are apart; 0 if they touch.
fn gap(from: f64, to: f64, other_from: f64, other_to: f64) -> f64 {
    (other_from - to).max(from - other_to).max(0.0)
}
