//! What lies under a point: the same layout as painting, found by bisection.

use crate::layout::Density;
use crate::paint::View;
use crate::rows::{Marks, RowKind, Timeline};
use trace::FactId;
use units::SimTime;

/// Comparisons that one hit test may take beside its bisections.
const COMPARISONS_MAX: usize = 48;
/// Pixels around a mark that still count.
const SLACK: f64 = 5.0;

/// What was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The fact.
    pub fact: FactId,
    /// The row it stands in.
    pub row: RowKind,
}

impl Timeline {
    /// The fact under a point, if there is one.
    #[must_use]
    pub fn hit(&self, view: &View, x: f64, y: f64) -> Option<Hit> {
        let rows = self.layout(view.width, view.density);
        let position = rows.iter().position(|row| y >= row.rect.y && y < row.rect.bottom())?;
        let (layout, row) = (&rows[position], &self.rows[position]);
        let from = view.scale.time_from_x(x - SLACK);
        let to = view.scale.time_from_x(x + SLACK);
        let lane_of = |lane: u16| layout.lane_rect(lane, view.density);
        let in_lane = |lane: u16| {
            let rect = lane_of(lane);
            view.density == Density::Narrow || (y >= rect.y - 1.0 && y < rect.bottom() + 1.0)
        };
        let fact = nearest(&row.marks, view, x, from, to, in_lane)
            .or_else(|| nearest(&row.second, view, x, from, to, in_lane))?;
        Some(Hit { fact, row: row.kind })
    }
}

fn nearest(
    marks: &Marks,
    view: &View,
    x: f64,
    from: SimTime,
    to: SimTime,
    in_lane: impl Fn(u16) -> bool,
) -> Option<FactId> {
    let range = marks.between(from, to);
    let first = range.start.max(range.end.saturating_sub(COMPARISONS_MAX));
    marks.all[first..range.end]
        .iter()
        .filter(|mark| mark.to >= from && in_lane(mark.lane))
        .map(|mark| {
            let (a, b) = (view.scale.x_from_time(mark.from), view.scale.x_from_time(mark.to));
            let distance = if x < a {
                a - x
            } else if x > b {
                x - b
            } else {
                0.0
            };
            (distance, mark.fact)
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, fact)| fact)
}
