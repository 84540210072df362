//! Names of rows, and what stands below them.

use super::Painter;
use crate::draw::{Align, Draw, Font, Ink};
use crate::layout::{Density, RowLayout};
use crate::rows::{GROUND_DOWN, GROUND_FENCED, Row, RowKind};
use crate::words::Word;
use units::BrokerId;

/// Partitions that are named below a broker.
const NAMED_MAX: usize = 4;

impl Painter<'_> {
    pub(super) fn name(&mut self, layout: &RowLayout, row: &Row) {
        let (name, note) = self.words_of(row);
        if self.view.density == Density::Narrow {
            let y = layout.rect.y + if layout.folded { 12.0 } else { 14.0 };
            self.over(8.0, y, &name, Font::Name, Ink::Text);
            let x = 8.0 + Font::Name.width_of(&name) * 1.05 + 6.0;
            if !note.is_empty() && matches!(row.kind, RowKind::Broker(_)) {
                let note = format!("· {note}");
                self.over(x, y, &note, Font::Note, Ink::Muted);
            }
            return;
        }
        if layout.folded {
            let y = layout.rect.y + 12.5;
            self.label(14.0, y, &name, Font::Note, Align::Start, Ink::Muted.into());
            return;
        }
        let y = layout.rect.y + 16.0;
        self.label(14.0, y, &name, Font::Name, Align::Start, Ink::Text.into());
        if !note.is_empty() && layout.rect.h > 30.0 {
            self.label(14.0, y + 12.5, &note, Font::Note, Align::Start, Ink::Muted.into());
        }
    }

    /// A name over what travels between rows.
    fn over(&mut self, x: f64, y: f64, text: &str, font: Font, ink: Ink) {
        let (align, halo, tone) = (Align::Start, true, ink.into());
        self.out.push(Draw::Label { x, y, text: text.into(), font, align, halo, tone });
    }

    fn words_of(&self, row: &Row) -> (String, String) {
        let note = match row.kind {
            RowKind::Application => Word::ApplicationNote,
            RowKind::Accumulator(_) => Word::AccumulatorNote,
            RowKind::Connection(_) => Word::ConnectionNote,
            RowKind::Controller => Word::ControllerNote,
            RowKind::Broker(broker) => {
                return (row.kind.name(self.words), self.office(broker, row));
            }
            RowKind::Callbacks => Word::CallbacksNote,
        };
        (row.kind.name(self.words), self.say(note).to_owned())
    }

    /// What a broker is at the playhead: the leader of these partitions, down, fenced or a follower.
    fn office(&self, broker: BrokerId, row: &Row) -> String {
        let at = self.view.playhead;
        let led = self.timeline.led_at(self.trace, broker, at);
        if led.is_empty() {
            let on = |form| {
                let mut grounds = row.under.marks.iter().filter(|ground| ground.form == form);
                grounds.any(|ground| (ground.from..=ground.to()).contains(&at))
            };
            let word = match () {
                () if on(GROUND_DOWN) => Word::Down,
                () if on(GROUND_FENCED) => Word::Fenced,
                () => Word::Follower,
            };
            return self.say(word).to_owned();
        }
        let named = led.iter().take(NAMED_MAX).map(|p| format!("p{}", p.partition));
        let mut names = named.collect::<Vec<_>>().join(" ");
        if led.len() > NAMED_MAX {
            names.push_str(" …");
        }
        format!("{} {names}", self.say(Word::Leader))
    }
}
