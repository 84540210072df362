//! Staircases: each record lifts its batch; full height is the batch's buffer. A glyph says what made
//! the batch sendable, the hatched tail how long it waited after that.

use super::{Painter, ink_of, sign_of};
use crate::draw::{Dash, Draw, Ink, Rect, Tone};
use crate::glyphs::glyph_of;
use crate::layout::RowLayout;
use crate::mark::{Grade, Mark};
use crate::rows::Row;
use trace::{Condition, NONE};
use units::{BatchId, SimTime};

/// Below this width a staircase says nothing: a batch that waits is a strip of its pile.
const STAIRS_MIN: f64 = 3.0;
/// A batch that waits longer than this many pixels, without stairs to see, joins the pile.
const PILED_MIN: f64 = 8.0;
/// Batches in sight of which every record is drawn.
const EXACT_MAX: usize = 4;

/// The parts of areas that none of those before them covers, from left to right.
fn side_by_side(mut areas: Vec<(Rect, Tone)>) -> Vec<(Rect, Tone)> {
    areas.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
    let mut reached = f64::MIN;
    let parts = areas.into_iter().filter_map(|(area, tone)| {
        let x = area.x.max(reached);
        let part = Rect { x, w: area.right() - x, ..area };
        reached = reached.max(area.right());
        (part.w > 0.5).then_some((part, tone))
    });
    parts.collect()
}

/// When a batch could leave, what made it so, and what held it back after that.
struct Leaving {
    sendable: SimTime,
    sent_by: Option<Condition>,
    held_by: Option<Condition>,
}

impl Painter<'_> {
    pub(super) fn accumulator(&mut self, layout: &RowLayout, row: &Row) {
        let lane = layout.lane_rect(0);
        let few = (0..self.segments.len())
            .map(|number| {
                row.lanes.iter().map(|track| self.range(track, number).len()).sum::<usize>()
            })
            .sum::<usize>()
            <= EXACT_MAX;
        self.line(
            (0.0, lane.bottom()),
            (self.view.width, lane.bottom()),
            0.8,
            Dash::Solid,
            Ink::Grid.into(),
        );
        self.each(&row.under, lane, 2, |painter, mark| painter.waits_again(*mark, lane));
        let height = lane.h / row.lanes.len().max(1) as f64;
        let (behind, mut faint) = (self.out.len(), Vec::new());
        for (number, track) in row.lanes.iter().enumerate() {
            let pile = (number, row.lanes.len());
            // batches that wait behind each other are a pile that grows from below
            let y = lane.bottom() - height * (number + 1) as f64;
            let strip = Rect::new(lane.x, y, lane.w, height);
            let one = |painter: &mut Self, mark: &Mark| {
                faint.extend(painter.batch(*mark, lane, pile, few));
            };
            self.each_or(track, 4, one, |painter, segment| {
                painter.dense_batches(track, segment, strip);
            });
        }
        let faint = side_by_side(faint).into_iter().map(|(rect, tone)| Draw::Hatch { rect, tone });
        self.out.splice(behind..behind, faint);
    }

    /// Returns its wait, if that is to be dimmed: those that lie over each other would not look so.
    fn batch(
        &mut self,
        mark: Mark,
        lane: Rect,
        (place, piled): (usize, usize),
        exact: bool,
    ) -> Option<(Rect, Tone)> {
        let batch = BatchId(mark.fact.row());
        let leaving = self.leaving(batch, mark);
        let tone = self.strong(ink_of(mark.hue).at(82), mark.fact);
        let (a, b) = self.span(mark);
        let sendable = self.x(leaving.sendable).clamp(a, b);
        let last = self.last_record(batch).map_or(a, |at| self.x(at)).clamp(a, b);
        if piled > 1 && last - a < STAIRS_MIN && b - sendable > PILED_MIN {
            let height = lane.h / piled as f64;
            let y = lane.bottom() - height * (place + 1) as f64;
            let strip = Rect::new(a, y + 0.8, b - a, height - 1.6);
            self.hatch(strip, tone);
            self.worst_of_batch(mark, b, strip.middle());
            return None;
        }
        let (points, top) = self.stairs(batch, (a, sendable.max(last)), lane, exact);
        let tail = points.last().map_or(a, |point| point.0);
        self.out.push(Draw::Steps { points, base: lane.bottom(), tone });
        let wait = Rect::new(tail, top, b - tail, lane.bottom() - top);
        let lit = self.path.is_empty() || self.path.lights(self.trace, mark.fact);
        let faint = (wait.w > 1.5 && !lit).then_some((wait, tone));
        if wait.w > 1.5 && lit {
            self.hatch(wait, tone);
            self.stroke(wait, 0.0, 0.9, Dash::Solid, tone);
        }
        let tone = self.tone(ink_of(mark.hue), mark.fact);
        if let Some(sign) = leaving.sent_by {
            self.glyph(tail, top, 3.2, glyph_of(sign), tone);
        }
        if let Some(held) = leaving.held_by.filter(|_| b - tail > 14.0) {
            self.glyph(b - 0.5, top, 3.2, glyph_of(held), tone);
        }
        self.worst_of_batch(mark, b, f64::midpoint(top, lane.bottom()));
        faint
    }

    /// A batch that was lost, or given up where it stood.
    fn worst_of_batch(&mut self, mark: Mark, x: f64, y: f64) {
        if mark.grade == Grade::Plain {
            return;
        }
        if let Some((glyph, ink)) = sign_of(mark.grade) {
            let tone = self.tone(ink, mark.fact);
            self.glyph(x - 4.0, y, 3.4, glyph, tone);
        }
    }

    /// A batch that is back in its queue, until its next try.
    fn waits_again(&mut self, mark: Mark, lane: Rect) {
        let (a, b) = self.span(mark);
        let height = lane.h * 0.28;
        let rect = Rect::new(a, lane.bottom() - height, (b - a).max(1.5), height);
        let tone = self.tone(ink_of(mark.hue), mark.fact);
        self.hatch(rect, tone);
        self.stroke(rect, 0.0, 0.9, Dash::Dashed, tone);
    }

    fn last_record(&self, batch: BatchId) -> Option<SimTime> {
        match self.timeline.index.steps_of(batch).last() {
            Some(step) => Some(self.trace.sends.called().get(step.record.0)),
            None => {
                let last = self.trace.records_of(batch).last()?;
                Some(self.trace.sends.called().get(last.0))
            }
        }
    }

    fn leaving(&self, batch: BatchId, mark: Mark) -> Leaving {
        let first = self.timeline.index.drains_of(batch).next();
        let mut leaving = Leaving { sendable: mark.to(), sent_by: None, held_by: None };
        let Some(drain) = first.map(|row| self.trace.drains.row(row)) else { return leaving };
        let rows = drain.conditions..drain.conditions + u32::from(drain.condition_count);
        for condition in rows.map(|row| self.trace.conditions.row(row)) {
            if condition.what.holds() {
                leaving.held_by.get_or_insert(condition.what);
            } else if leaving.sent_by.is_none() {
                leaving.sent_by = Some(condition.what);
                leaving.sendable = condition.since.clamp(mark.from, mark.to());
            }
        }
        leaving
    }

    /// The steps between two pixels, and the top of the last.
    fn stairs(
        &self,
        batch: BatchId,
        (a, b): (f64, f64),
        lane: Rect,
        exact: bool,
    ) -> (Box<[(f64, f64)]>, f64) {
        let open = self.trace.opens.row(batch.0);
        // what was compressed stands as high as it weighed
        let weight = self.timeline.index.weight_of(self.trace, batch);
        let room = f64::from(open.capacity.max(weight.weighed).max(1));
        let height = |bytes: u32| (lane.h - 3.0) * (f64::from(weight.of(bytes)) / room).min(1.0);
        let mut points: Vec<(f64, f64)> = Vec::new();
        let mut push = |at: SimTime, bytes: u32| {
            let (x, top) = (self.x(at).clamp(a, b), lane.bottom() - height(bytes));
            match points.last_mut() {
                Some(last) if x - last.0 < 0.5 => last.1 = top,
                _ => points.push((x, top)),
            }
        };
        let steps = self.timeline.index.steps_of(batch);
        if steps.is_empty() || exact {
            let mut bytes = 0;
            for record in self.trace.records_of(batch) {
                let send = self.trace.sends.row(record.0);
                bytes += send.bytes;
                push(send.called.max(open.at), bytes);
            }
        } else {
            for step in steps {
                push(self.trace.sends.called().get(step.record.0).max(open.at), step.bytes);
            }
            push(SimTime(i64::MAX / 4), weight.known);
        }
        let top = points.last().map_or(lane.bottom() - 1.0, |point| point.1);
        let begun = points.last().map_or(a, |point| point.0);
        points.push((b.max(begun + 1.0), top));
        debug_assert!(open.first.0 != NONE || points.len() == 1, "a batch has a first record");
        (points.into_boxed_slice(), top)
    }
}
