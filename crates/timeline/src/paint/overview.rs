//! The strip below the timeline: the whole run at once, how much happens when, and where it fails.

use super::sign_of;
use crate::draw::{Dash, Draw, Ink, Rect};
use crate::mark::Grade;
use crate::rows::{RowKind, Timeline};
use crate::scale::TimeScale;
use units::SimTime;

/// Pixels of a column.
const COLUMN: f64 = 3.0;

/// What the strip shows besides the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overview {
    /// Where.
    pub rect: Rect,
    /// What the timeline above shows.
    pub window: (SimTime, SimTime),
    /// The moment that is looked at.
    pub playhead: SimTime,
    /// Where it ends: with the run, or with a longer one beside it.
    pub end: SimTime,
}

impl Timeline {
    /// Appends the strip to `out`. `scale` is the timeline's, for its folds.
    pub fn paint_overview(&self, scale: &TimeScale, strip: Overview, out: &mut Vec<Draw>) {
        let Overview { rect, window, playhead, end } = strip;
        let scale = scale.over(rect.x, rect.w, SimTime::ZERO, end);
        out.push(Draw::Fill { rect, radius: 5.0, tone: Ink::RowGround.into() });
        out.push(Draw::Clip(Some(rect)));
        let columns = self.columns(&scale, rect);
        let most = columns.iter().map(|(_, count, _)| *count).max().unwrap_or(1).max(1);
        for (x, count, _) in columns.iter().filter(|(_, count, _)| *count > 0) {
            let height = ((rect.h - 8.0) * (f64::from(*count) / f64::from(most)).sqrt()).max(1.5);
            let column = Rect::new(*x, rect.bottom() - 1.0 - height, COLUMN - 0.8, height);
            out.push(Draw::Fill { rect: column, radius: 0.0, tone: Ink::Muted.at(70) });
        }
        for segment in scale.segments().filter(|segment| segment.folded) {
            let width = (segment.x1 - segment.x0).clamp(2.0, 6.0);
            let middle = f64::midpoint(segment.x0, segment.x1) - width / 2.0;
            out.push(Draw::Tear { rect: Rect::new(middle, rect.y, width, rect.h) });
        }
        for (x, _, grade) in &columns {
            if let Some((_, ink)) = sign_of(*grade) {
                let mark = Rect::new(*x, rect.y + 1.5, COLUMN - 0.6, 4.0);
                out.push(Draw::Fill { rect: mark, radius: 0.8, tone: ink.into() });
            }
        }
        let (a, b) = (scale.x_from_time(window.0), scale.x_from_time(window.1));
        let (a, b) = (a.max(rect.x), b.min(rect.right()));
        if b - a < rect.w - 1.0 {
            let shown = Rect::new(a, rect.y, (b - a).max(3.0), rect.h);
            out.push(Draw::Fill { rect: shown, radius: 4.0, tone: Ink::Accent.at(14) });
            let (radius, width, dash, tone) = (4.0, 1.2, Dash::Solid, Ink::Accent.at(75));
            out.push(Draw::Stroke { rect: shown, radius, width, dash, tone });
        }
        let x = scale.x_from_time(playhead);
        let (from, to) = ((x, rect.y), (x, rect.bottom()));
        let (width, dash, tone) = (1.6, Dash::Solid, Ink::Playhead.into());
        out.push(Draw::Line { from, to, width, dash, tone });
        out.push(Draw::Clip(None));
    }

    /// Left edge, count and worst of each column. What counts is what a user would: sends, requests,
    /// appends, callbacks.
    fn columns(&self, scale: &TimeScale, rect: Rect) -> Vec<(f64, u32, Grade)> {
        let count = (rect.w / COLUMN).max(1.0) as usize;
        let mut columns: Vec<(f64, u32, Grade)> =
            (0..count).map(|n| (rect.x + n as f64 * COLUMN, 0, Grade::Plain)).collect();
        for segment in scale.segments() {
            let us_per_px =
                segment.to.since(segment.from).0 as f64 / (segment.x1 - segment.x0).max(1.0);
            for row in &self.rows {
                let counted = !matches!(row.kind, RowKind::Accumulator(_) | RowKind::Controller);
                let under = (row.kind != RowKind::Application).then_some(&row.under);
                for track in row.lanes.iter().chain(under) {
                    let (cells, _) = track.cells(segment.from, segment.to, us_per_px);
                    for cell in cells {
                        let x = scale.x_from_time(cell.from.max(segment.from));
                        let column = ((x - rect.x) / COLUMN).max(0.0) as usize;
                        let column = &mut columns[column.min(count - 1)];
                        column.1 += if counted { cell.count } else { 0 };
                        column.2 = column.2.max(cell.grade);
                    }
                }
            }
        }
        columns
    }
}
