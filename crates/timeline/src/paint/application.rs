//! The application's thread: a tick for each `send`, a hatched span for each wait.

use super::{Painter, ink_of, sign_of};
use crate::draw::{Align, Dash, Font, Ink, Rect};
use crate::layout::RowLayout;
use crate::mark::Mark;
use crate::rows::Row;
use trace::{BlockReason, CallKind, Kind};

impl Painter<'_> {
    pub(super) fn application(&mut self, layout: &RowLayout, row: &Row) {
        let lane = layout.lane_rect(0);
        let (waits, sends) = (&row.under, &row.lanes[0]);
        self.each(waits, lane, 2, |painter, mark| painter.wait(*mark, lane));
        self.each(sends, lane, 2, |painter, mark| {
            let x = painter.x(mark.from);
            // a send from a callback runs on the other thread: it stands at the foot
            let top = if mark.form == 1 { lane.middle() } else { lane.y + 2.0 };
            let tick = Rect::new(x - 0.9, top, 1.8, lane.bottom() - 2.0 - top);
            let tone = painter.tone(ink_of(mark.hue), mark.fact);
            painter.fill(tick, 0.8, tone);
            if let Some((glyph, ink)) = sign_of(mark.grade) {
                let tone = painter.tone(ink, mark.fact);
                painter.glyph(x, lane.y - 0.5, 3.2, glyph, tone);
            }
        });
    }

    fn wait(&mut self, mark: Mark, lane: Rect) {
        let (a, b) = self.span(mark);
        let rect = Rect::new(a, lane.y + 3.0, (b - a).max(1.5), lane.h - 6.0);
        let call = mark.fact.kind() == Kind::Call;
        let tone = self.tone(if call { Ink::TextSoft } else { ink_of(mark.hue) }, mark.fact);
        if !call {
            self.hatch(rect, tone);
        }
        self.stroke(rect, 1.5, 0.9, if call { Dash::Dashed } else { Dash::Solid }, tone);
        let name = self.wait_name(mark);
        if Font::Mono.width_of(name) + 10.0 < rect.w {
            self.haloed(rect.x + 5.0, rect.middle() + 3.2, name, Align::Start, Ink::Text);
        }
    }

    /// What the thread waits for, in Kafka's own words.
    fn wait_name(&self, mark: Mark) -> &'static str {
        let row = mark.fact.row();
        if mark.fact.kind() == Kind::Call {
            return match self.trace.calls.call().get(row) {
                CallKind::Flush => "flush()",
                CallKind::Close => "close()",
                CallKind::Exit => "exit",
            };
        }
        match self.trace.blocks.why().get(row) {
            BlockReason::Metadata => "metadata",
            BlockReason::Memory { .. } => "buffer.memory",
            BlockReason::Get => ".get()",
        }
    }
}
