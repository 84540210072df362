//! Callbacks: a tick for each record, green for metadata, red for an exception.

use super::{Painter, sign_of};
use crate::draw::{Draw, Font, Ink, Rect};
use crate::layout::RowLayout;
use crate::mark::{Grade, Mark};
use crate::rows::Row;
use crate::words::Word;
use trace::NONE;

/// From one tick of a group to the next, where there is room.
const PITCH: f64 = 2.4;

impl Painter<'_> {
    pub(super) fn callbacks(&mut self, layout: &RowLayout, row: &Row) {
        let lane = layout.lane_rect(0);
        // where the group before ends: ticks of one moment stand side by side, never over the next
        let marks = &row.lanes[0].marks;
        let mut free_until = f64::MIN;
        let one = |painter: &mut Self, mark: &Mark| {
            let position =
                marks.partition_point(|other| (other.from, other.fact) <= (mark.from, mark.fact));
            let next = marks.get(position).map_or(f64::MAX, |next| painter.x(next.from));
            let x = painter.x(mark.from).max(free_until);
            let room = (next.max(x) - x).max(PITCH);
            free_until = painter.callback(*mark, x, room, lane);
        };
        self.each_or(&row.lanes[0], 2, one, |painter, segment| {
            painter.dense(&row.lanes[0], segment, lane, Some(Ink::Committed));
        });
    }

    /// Returns where the ticks end.
    fn callback(&mut self, mark: Mark, x: f64, room: f64, lane: Rect) -> f64 {
        let failed = self.trace.callbacks.failure().get(mark.fact.row()) != NONE;
        let ink = if failed { Ink::Failed } else { Ink::Committed };
        let tone = self.tone(ink, mark.fact);
        let taken = self.x(mark.to()) - x;
        if taken > 2.0 {
            self.hatch(Rect::new(x, lane.y + 5.0, taken, lane.h - 10.0), tone);
        }
        // a group wider than its room is drawn closer, and then with fewer ticks
        let wanted = f64::from(mark.count);
        let pitch = PITCH.min(room / wanted).max(1.2);
        let count = wanted.min((room / pitch).max(1.0)) as u32;
        let width = if pitch < 2.0 { pitch * 0.6 } else { 1.6 };
        let short = if mark.form == 1 { lane.h * 0.4 } else { 0.0 };
        let rect = Rect::new(x, lane.y + 2.0 + short, width, lane.h - 4.0 - short);
        self.out.push(Draw::Ticks { rect, count, pitch, tone });
        if mark.grade != Grade::Failed
            && let Some((glyph, ink)) = sign_of(mark.grade)
        {
            let tone = self.tone(ink, mark.fact);
            self.glyph(x + 3.0, lane.y - 1.0, 3.2, glyph, tone);
            let lost = self.say(Word::Lost).to_owned();
            if mark.grade == Grade::Lost && Font::Mono.width_of(&lost) < room {
                self.beside((x + 3.0, lane.y + 2.0), 6.0, &lost, tone);
            }
        }
        x + pitch * f64::from(count)
    }
}
