//! Too many marks to be told apart: how many there are, as a silhouette, and the worst of them, each
//! at its place.

use super::{Painter, ink_of, sign_of};
use crate::draw::{Draw, Ink, Rect};
use crate::mark::{Grade, MIXED};
use crate::scale::Segment;
use crate::track::{Cell, Track};

/// Pixels of a column.
const COLUMN: f64 = 3.0;
/// Colours that a silhouette may change through before it is drawn without.
const RUNS_MAX: usize = 24;
/// Signs of the same kind that are closer than this become one strip.
const APART: f64 = 8.0;

impl Painter<'_> {
    /// In `ink`, or in the hue of the marks where they have one.
    pub(super) fn dense(&mut self, track: &Track, segment: Segment, lane: Rect, ink: Option<Ink>) {
        let pixels = (segment.x1 - segment.x0).max(1.0);
        let us_per_px = segment.to.since(segment.from).0 as f64 / pixels;
        let (mut cells, buckets) = track.cells(segment.from, segment.to, us_per_px * COLUMN);
        self.effort.buckets_max = self.effort.buckets_max.max(buckets);
        if cells.is_empty() {
            return;
        }
        if ink.is_some() {
            cells.iter_mut().for_each(|cell| cell.hue = MIXED);
        }
        let mixed = ink.unwrap_or(Ink::TextSoft);
        self.silhouette(&cells, us_per_px, segment, lane, mixed);
        if self.view.veil.is_none() {
            self.worst(&cells, lane);
        }
    }

    /// Heights by the square root of the count: one stands out of nothing, a thousand does not hide
    /// the tens.
    fn silhouette(
        &mut self,
        cells: &[Cell],
        us_per_px: f64,
        segment: Segment,
        lane: Rect,
        mixed_ink: Ink,
    ) {
        let most = f64::from(cells.iter().map(|cell| cell.count).max().unwrap_or(1));
        let room = (lane.h - 4.0).max(lane.h * 0.7);
        let width = cell_width(us_per_px);
        let changes = cells.windows(2).filter(|pair| pair[0].hue != pair[1].hue).count();
        let mixed = changes > RUNS_MAX;
        let base = lane.bottom() - 2.0;
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(cells.len() * 2);
        for (number, cell) in cells.iter().enumerate() {
            let x = self.x(cell.from).max(segment.x0).min(segment.x1);
            let end = (self.x(cell.from) + width).clamp(x, segment.x1);
            let top = base - (room * (f64::from(cell.count) / most).sqrt()).max(1.5);
            points.push((x, top));
            let next = cells.get(number + 1);
            let goes_on = next.is_some_and(|next| mixed || next.hue == cell.hue);
            let touches = next.is_some_and(|next| self.x(next.from) - end < 0.6);
            if !(goes_on && touches) {
                points.push((end, base));
            }
            if !goes_on {
                let one_hue = !mixed && cell.hue != MIXED;
                let ink = if one_hue { ink_of(cell.hue) } else { mixed_ink };
                let tone = if self.path.is_empty() { ink.at(72) } else { ink.at(24) };
                let points = std::mem::take(&mut points).into_boxed_slice();
                self.out.push(Draw::Steps { points, base, tone });
            }
        }
    }

    /// Signs of what must not be missed; where they stand too close, a strip says how far they reach.
    fn worst(&mut self, cells: &[Cell], lane: Rect) {
        for grade in Grade::ALL {
            let Some((glyph, ink)) = sign_of(grade) else { continue };
            let mut spans: Vec<(f64, f64)> = Vec::new();
            for cell in cells.iter().filter(|cell| cell.grade == grade) {
                let x = self.x(cell.from);
                match spans.last_mut() {
                    Some(last) if x - last.1 < APART => last.1 = x,
                    _ => spans.push((x, x)),
                }
            }
            if spans.is_empty() {
                continue;
            }
            let (left, right) = self.view.scale.edges();
            let apart = ((right - left) / self.signs as f64).max(APART);
            let y = lane.y + 3.5;
            let mut last = f64::MIN;
            for (from, to) in &spans {
                let middle = f64::midpoint(*from, *to);
                if middle - last >= apart {
                    self.glyph(middle, y, 3.2, glyph, ink);
                    last = middle;
                }
            }
            let spans = spans.into_iter().map(|(from, to)| (from - 1.0, to + 1.0)).collect();
            let y = if grade >= Grade::Failed { lane.y - 2.0 } else { lane.bottom() };
            self.out.push(Draw::Strips { y, height: 1.6, spans, tone: ink.into() });
        }
    }
}

/// Width of a cell: its power of two of microseconds.
fn cell_width(us_per_px: f64) -> f64 {
    let us = ((us_per_px * COLUMN).max(1.0) as u64).ilog2();
    (1_u64 << us) as f64 / us_per_px
}
