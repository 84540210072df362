//! The controller: a session drains like a wedge until the broker is fenced; elections and in-sync
//! sets where they were decided.

use super::Painter;
use crate::draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect};
use crate::layout::RowLayout;
use crate::mark::Mark;
use crate::rows::{EVENT_BROKER, EVENT_ISR, EVENT_LEADER, Row};
use crate::words::Word;
use trace::{BrokerChange, NONE};

impl Painter<'_> {
    pub(super) fn sessions(&mut self, layout: &RowLayout, row: &Row) {
        let area = layout.lanes_rect();
        self.each(&row.under, area, 2, |painter, mark| {
            let (a, b) = painter.span(*mark);
            let rect = Rect::new(a, area.y + 2.0, (b - a).max(1.5), area.h - 4.0);
            painter.out.push(Draw::Wedge { rect, tone: Ink::Ghost.at(80) });
            let broker = painter.trace.broker_states.broker().get(mark.fact.row());
            let text = format!(
                "{} {broker}: {}",
                painter.say(Word::Broker),
                painter.say(Word::NoHeartbeat)
            );
            let (from, to) = painter.widest(a, b);
            let y = rect.bottom() - 4.0;
            if Font::Mono.width_of(&text) + 12.0 < to - from {
                painter.haloed(from + 6.0, y, &text, Align::Start, Ink::TextSoft);
            }
        });
    }

    /// Events that stand close share their line and stack their words.
    pub(super) fn controller(&mut self, layout: &RowLayout, row: &Row) {
        let area = layout.lanes_rect();
        let mut free = [f64::MIN; 3];
        self.each(&row.lanes[0], area, 4, |painter, mark| {
            let x = painter.x(mark.from);
            let (glyph, ink) = painter.event_sign(*mark);
            painter.line((x, area.y), (x, area.bottom()), 1.3, Dash::Solid, ink.into());
            painter.glyph(x, area.y + 3.0, 3.4, glyph, ink);
            // the words stand behind their line, else before it, else in short; at last over the piece's
            // edge, but never over that of the picture
            let piece = painter.segments.iter().find(|piece| x <= piece.x1 + 0.5);
            let piece = piece.map_or((x, x), |piece| (piece.x0, piece.x1));
            let (words, short) = (painter.event_words(*mark), painter.event_in_short(*mark));
            let places = [(&words, piece), (&short, piece), (&short, painter.view.scale.edges())];
            let place = places.into_iter().find_map(|(text, (left, right))| {
                let width = Font::Mono.width_of(text);
                let behind = (x + 7.0, x + 8.0 + width <= right, Align::Start);
                let before = (x - 7.0 - width, x - 8.0 - width >= left, Align::End);
                [behind, before].into_iter().find_map(|(from, fits, align)| {
                    let line = (0..free.len()).find(|line| fits && free[*line] <= from)?;
                    Some((text, from, from + width, line, align))
                })
            });
            let Some((text, from, to, line, align)) = place else { return };
            free[line] = to + 10.0;
            let y = area.y + 6.5 + 11.0 * line as f64;
            let at = if align == Align::End { to } else { from };
            painter.haloed(at, y, text, align, Ink::Text);
        });
    }

    fn event_sign(&self, mark: Mark) -> (Glyph, Ink) {
        let row = mark.fact.row();
        match mark.form {
            EVENT_BROKER => match self.trace.broker_states.change().get(row) {
                BrokerChange::Fenced | BrokerChange::RegistrationRefused => {
                    (Glyph::Minus, Ink::Failed)
                }
                _ => (Glyph::Plus, Ink::Text),
            },
            EVENT_LEADER if self.trace.leaders.broker().get(row).0 == NONE => {
                (Glyph::NoCrown, Ink::Failed)
            }
            EVENT_LEADER => (Glyph::Crown, Ink::Text),
            _ => (Glyph::Target, Ink::Text),
        }
    }

    /// The broker's number, the leader's, or the set alone.
    fn event_in_short(&self, mark: Mark) -> String {
        let row = mark.fact.row();
        match mark.form {
            EVENT_BROKER => self.trace.broker_states.broker().get(row).to_string(),
            EVENT_LEADER => match self.trace.leaders.broker().get(row) {
                broker if broker.0 == NONE => "×".to_owned(),
                broker => format!("→ {broker}"),
            },
            _ => members(self.trace.isr_changes.members().get(row)),
        }
    }

    fn event_words(&self, mark: Mark) -> String {
        let row = mark.fact.row();
        match mark.form {
            EVENT_BROKER => {
                let state = self.trace.broker_states.row(row);
                let word = match state.change {
                    BrokerChange::Fenced => Word::Fenced,
                    BrokerChange::Registered => Word::Registered,
                    BrokerChange::RegistrationRefused => Word::RegistrationRefused,
                    _ => Word::Unfenced,
                };
                format!("{} {} {}", self.say(Word::Broker), state.broker, self.say(word))
            }
            EVENT_LEADER => {
                let leader = self.trace.leaders.row(row);
                let partition = leader.partition.partition;
                if leader.broker.0 == NONE {
                    return format!("p{partition}: {}", self.say(Word::NoLeader));
                }
                let epoch = self.say(Word::Epoch);
                format!("p{partition} → {} · {epoch} {}", leader.broker, leader.epoch.0)
            }
            EVENT_ISR => {
                let change = self.trace.isr_changes.row(row);
                format!("p{} ISR {}", change.partition.partition, members(change.members))
            }
            _ => String::new(),
        }
    }
}

/// An in-sync set: bit n stands for broker n.
fn members(bits: u64) -> String {
    let members = (0..64_u32).filter(|broker| bits >> broker & 1 == 1);
    let members: Vec<String> = members.map(|broker| broker.to_string()).collect();
    format!("{{{}}}", members.join(","))
}
