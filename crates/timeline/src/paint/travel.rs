//! What travels between brokers: curves from the leader's block to the follower's, whose width is the
//! round trip.

use super::{Painter, ink_of};
use crate::draw::{Dash, Draw, Glyph, Ink};
use crate::layout::RowLayout;
use crate::mark::Mark;
use crate::place::ends_of;
use crate::rows::{FETCH_ASKED, FETCH_LOST, FETCH_PARKED, RowKind};
use units::BrokerId;

impl Painter<'_> {
    pub(super) fn travel(&mut self, rows: &[RowLayout]) {
        let timeline = self.timeline;
        let mut fetches: Vec<Mark> = Vec::new();
        let mut copies: Vec<Mark> = Vec::new();
        for number in 0..self.segments.len() {
            // those that are too many are told by their brokers' rows
            for (track, chosen) in
                [(&timeline.copies, &mut copies), (&timeline.fetches, &mut fetches)]
            {
                let range = self.range(track, number);
                let few = range.len() <= self.level;
                let marks = track.marks[range].iter();
                // a fetch that never arrived is the whole explanation: it is never left out
                chosen.extend(marks.filter(|mark| few || mark.form == FETCH_LOST).take(self.level));
            }
        }
        for mark in fetches {
            self.fetch(mark, rows);
        }
        for mark in copies {
            let Some((from, to)) = self.curve_of(mark, rows) else { continue };
            let lit = self.path.is_empty() || self.path.lights(self.trace, mark.fact);
            let strength = if self.path.is_empty() {
                58
            } else if lit {
                100
            } else {
                12
            };
            let width = if lit && !self.path.is_empty() { 1.6 } else { 1.1 };
            let tone = ink_of(mark.hue).at(strength);
            self.out.push(Draw::Curve { from, to, width, dash: Dash::Solid, tone });
        }
    }

    fn fetch(&mut self, mark: Mark, rows: &[RowLayout]) {
        let Some((from, to)) = self.curve_of(mark, rows) else { return };
        let (ink, strength, width, dash) = match mark.form {
            FETCH_LOST => (Ink::Failed, 100, 1.4, Dash::Dashed),
            FETCH_PARKED | FETCH_ASKED => (Ink::Muted, 60, 0.8, Dash::Dotted),
            _ => return,
        };
        let strength = if self.path.is_empty() { strength } else { strength / 3 };
        self.out.push(Draw::Curve { from, to, width, dash, tone: ink.at(strength) });
        if mark.form == FETCH_LOST {
            self.glyph(to.0, to.1, 3.4, Glyph::Cross, ink.at(strength));
        }
    }

    /// Both ends of a curve, if both brokers' rows are shown.
    fn curve_of(&self, mark: Mark, rows: &[RowLayout]) -> Option<((f64, f64), (f64, f64))> {
        let (sender, receiver) = ends_of(self.trace, mark.fact)?;
        let row_of = |broker: BrokerId| rows.iter().find(|row| row.kind == RowKind::Broker(broker));
        let (sender, receiver) = (row_of(sender)?, row_of(receiver)?);
        // a fetch leaves from the follower's sub-row, what it brings leaves from the leader's
        let fetch = mark.fact.kind() == trace::Kind::Fetch;
        let (a, b) =
            (sender.lane_rect(usize::from(fetch)), receiver.lane_rect(usize::from(!fetch)));
        let from = (self.x(mark.from), a.middle());
        Some((from, (self.x(mark.to()), b.middle())))
    }
}
