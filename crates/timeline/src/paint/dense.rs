//! Too many marks to be told apart: how many there are, as a silhouette, and the worst of them, each
//! at its place. Of batches, how full the fullest got.

use super::broker::BLOCK;
use super::{DIMMED, Painter, ink_of, sign_of};
use crate::draw::{Dash, Draw, Ink, Rect};
use crate::mark::{Grade, MIXED};
use crate::scale::Segment;
use crate::track::{Cell, Track};

/// Pixels of a column.
const COLUMN: f64 = 3.0;
/// Colours that a silhouette may change through before it is drawn without.
const RUNS_MAX: usize = 24;
/// Signs of the same kind that are closer than this become one strip.
const APART: f64 = 8.0;

/// What the height of a silhouette means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Height {
    /// The square root of how many there are: one stands out of nothing, a thousand does not hide the tens.
    Count,
    /// The fill of the fullest batch, as the staircases have it.
    Fill,
}

impl Painter<'_> {
    /// In `ink`, or in the hue of the marks where they have one.
    pub(super) fn dense(&mut self, track: &Track, segment: Segment, lane: Rect, ink: Option<Ink>) {
        self.crowd(track, segment, lane, ink, Height::Count);
    }

    /// Batches: their height is bytes at every zoom.
    pub(super) fn dense_batches(&mut self, track: &Track, segment: Segment, lane: Rect) {
        self.crowd(track, segment, lane, None, Height::Fill);
    }

    fn crowd(
        &mut self,
        track: &Track,
        segment: Segment,
        lane: Rect,
        ink: Option<Ink>,
        height: Height,
    ) {
        let (mut cells, us_per_px) = self.cells(track, segment);
        if cells.is_empty() {
            return;
        }
        if ink.is_some() {
            cells.iter_mut().for_each(|cell| cell.hues = u16::MAX);
        }
        let mixed = ink.unwrap_or(Ink::TextSoft);
        self.silhouette(&cells, us_per_px, segment, lane, mixed, height);
        if self.view.veil.is_none() {
            self.worst(&cells, lane);
        }
    }

    fn cells(&mut self, track: &Track, segment: Segment) -> (Vec<Cell>, f64) {
        let pixels = (segment.x1 - segment.x0).max(1.0);
        let us_per_px = segment.to.since(segment.from).0 as f64 / pixels;
        let (cells, buckets) = track.cells(segment.from, segment.to, us_per_px * COLUMN);
        self.effort.buckets_max = self.effort.buckets_max.max(buckets);
        (cells, us_per_px)
    }

    /// Blocks of few partitions, each in its own share of the sub-row: those that touch are one, in their
    /// hue, and outlined if they are copies.
    pub(super) fn dense_blocks(
        &mut self,
        track: &Track,
        segment: Segment,
        lane: Rect,
        shares: &[(u8, Rect)],
        copies: bool,
    ) {
        let (cells, us_per_px) = self.cells(track, segment);
        let width = cell_width(us_per_px).max(BLOCK);
        let runs_max = (self.level / (2 * shares.len())).clamp(1, 200);
        for (hue, share) in shares {
            let of_hue = cells.iter().filter(|cell| cell.hues >> hue & 1 == 1);
            let spans = of_hue.map(|cell| {
                let x = self.x(cell.from).clamp(segment.x0, segment.x1);
                (x, (x + width).min(segment.x1.max(x + 1.0)))
            });
            let mut runs: Vec<(f64, f64)> = spans.collect();
            let mut apart = 1.0;
            loop {
                runs.dedup_by(|next, last| {
                    let touches = next.0 - last.1 < apart;
                    last.1 = if touches { last.1.max(next.1) } else { last.1 };
                    touches
                });
                if runs.len() <= runs_max {
                    break;
                }
                apart *= 2.0;
            }
            let percent = if self.path.is_empty() { 100 } else { DIMMED };
            let tone = ink_of(*hue).at(percent);
            for (from, to) in runs {
                let rect = Rect { x: from - 0.5, w: to - from, ..*share };
                if copies {
                    self.fill(rect, 1.8, Ink::Ground);
                    self.stroke(rect, 1.8, 1.4, Dash::Solid, tone);
                } else {
                    self.fill(rect, 1.8, tone);
                }
            }
        }
        if self.view.veil.is_none() {
            self.worst(&cells, lane);
        }
    }

    fn silhouette(
        &mut self,
        cells: &[Cell],
        us_per_px: f64,
        segment: Segment,
        lane: Rect,
        mixed_ink: Ink,
        height: Height,
    ) {
        let most = f64::from(cells.iter().map(|cell| cell.count).max().unwrap_or(1));
        let room = (lane.h - 4.0).max(lane.h * 0.7);
        let width = cell_width(us_per_px);
        let changes = cells.windows(2).filter(|pair| pair[0].hue() != pair[1].hue()).count();
        let mixed = changes > RUNS_MAX;
        let base = lane.bottom() - if height == Height::Fill { 0.0 } else { 2.0 };
        let share = |cell: &Cell| match height {
            Height::Count => (f64::from(cell.count) / most).sqrt(),
            Height::Fill => f64::from(cell.form) / f64::from(u8::MAX),
        };
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(cells.len() * 2);
        for (number, cell) in cells.iter().enumerate() {
            let x = self.x(cell.from).max(segment.x0).min(segment.x1);
            let end = (self.x(cell.from) + width).clamp(x, segment.x1);
            let top = base - (room * share(cell)).max(1.5);
            points.push((x, top));
            let next = cells.get(number + 1);
            let goes_on = next.is_some_and(|next| mixed || next.hue() == cell.hue());
            let touches = next.is_some_and(|next| self.x(next.from) - end < 0.6);
            if !(goes_on && touches) {
                points.push((end, base));
            }
            if !goes_on {
                let one_hue = !mixed && cell.hue() != MIXED;
                let ink = if one_hue { ink_of(cell.hue()) } else { mixed_ink };
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
