//! A broker: what it appended as a leader in the upper sub-row, what it copied as a follower in the
//! lower one, high watermarks over both, and its state as their ground.

use super::{Painter, ink_of, sign_of};
use crate::draw::{Align, Dash, Font, Glyph, Ink, Rect};
use crate::index::HUES;
use crate::layout::RowLayout;
use crate::mark::{Grade, Mark};
use crate::rows::{BLOCK_CUT, GROUND_DOWN, GROUND_FENCED, GROUND_OUT, ROLE_LEADS, Row, RowKind};
use crate::scale::Segment;
use crate::track::Track;
use crate::words::Word;
use trace::{AppendResult, BrokerChange, Kind};

/// Width of a block.
pub(super) const BLOCK: f64 = 7.5;
/// Partitions of a broker that have a height of their own in its sub-row.
const SHARES_MAX: u32 = 3;
/// And the height of a sub-row that has room for them.
const SHARED_MIN: f64 = 20.0;
/// Times at which a broker took office, of one piece of the axis, that are marked.
const CROWNS_MAX: usize = 24;

impl Painter<'_> {
    /// Dark while down, hatched while fenced or out of the in-sync set.
    pub(super) fn broker_ground(&mut self, layout: &RowLayout, row: &Row) {
        let area = layout.lanes_rect();
        let (top, height) = (area.y - 3.0, area.h + 6.0);
        for form in [GROUND_OUT, GROUND_FENCED, GROUND_DOWN] {
            self.each(&row.under, area, 3, |painter, mark| {
                if mark.form != form {
                    return;
                }
                let (a, b) = painter.span(*mark);
                let rect = Rect::new(a, top, (b - a).max(1.5), height);
                if form == GROUND_DOWN {
                    painter.fill(rect, 0.0, Ink::Down);
                    painter.hatch(rect, Ink::Muted.at(45));
                } else {
                    painter.hatch(rect, Ink::Muted.at(if form == GROUND_OUT { 30 } else { 45 }));
                }
                let word = match form {
                    GROUND_DOWN => Word::Down,
                    GROUND_FENCED => Word::Fenced,
                    _ => Word::OutOfIsr,
                };
                let y = match form {
                    GROUND_DOWN => rect.middle() + 3.2,
                    GROUND_FENCED => rect.middle() + 15.0,
                    _ => rect.bottom() - 4.0,
                };
                let text = painter.say(word).to_owned();
                let (from, to) = painter.widest(a, b);
                if Font::Mono.width_of(&text) + 40.0 < to - from {
                    let middle = f64::midpoint(from, to);
                    painter.haloed(middle, y, &text, Align::Middle, Ink::TextSoft);
                }
            });
        }
    }

    pub(super) fn broker(&mut self, layout: &RowLayout, row: &Row) {
        let lanes = [layout.lane_rect(0), layout.lane_rect(1)];
        let one = |painter: &mut Self, mark: &Mark| {
            if mark.form == ROLE_LEADS {
                return;
            }
            let leads = mark.form == 0;
            let lane = lanes[usize::from(mark.form.min(1))];
            let x = painter.x(mark.from);
            let (width, strength) = if leads { (2.1, 100) } else { (1.5, 60) };
            let rect = Rect::new(x - width / 2.0, lane.y, width, lane.h);
            let tone = painter.strong(Ink::Committed.at(strength), mark.fact);
            painter.fill(rect, 0.8, tone);
        };
        // too many to be told apart: a strip between the sub-rows, so that the blocks stay readable
        let strip = Rect::new(lanes[0].x, lanes[0].bottom() - 4.0, lanes[0].w, 6.0);
        self.each_or(&row.over, 1, one, |painter, segment| {
            painter.dense(&row.over, segment, strip, Some(Ink::Committed));
        });
        let [led, followed] = row.hues;
        let append = |painter: &mut Self, mark: &Mark| painter.append(*mark, lanes[0], led);
        self.each_or(&row.lanes[0], 2, append, |painter, segment| {
            painter.blocks(&row.lanes[0], segment, lanes[0], (led, false));
        });
        let copy = |painter: &mut Self, mark: &Mark| {
            if mark.form == BLOCK_CUT {
                painter.cut(*mark, lanes[1]);
            } else {
                painter.copy(*mark, lanes[1], followed);
            }
        };
        self.each_or(&row.lanes[1], 2, copy, |painter, segment| {
            painter.blocks(&row.lanes[1], segment, lanes[1], (followed, true));
        });
        self.changes(row, layout.lanes_rect());
        self.crowns(row, layout.lanes_rect());
    }

    /// Too many blocks to be told apart: of few partitions they keep their hues and places.
    fn blocks(&mut self, track: &Track, segment: Segment, lane: Rect, (hues, copies): (u16, bool)) {
        if hues.count_ones() > SHARES_MAX {
            return self.dense(track, segment, lane, None);
        }
        let hues_of = (0..HUES).filter(|hue| hues >> hue & 1 == 1);
        let shares: Vec<_> = hues_of.map(|hue| (hue, share(hue, lane, hues, true))).collect();
        if !shares.is_empty() {
            self.dense_blocks(track, segment, lane, &shares, copies);
        }
    }

    fn block(&self, mark: Mark, lane: Rect, hues: u16) -> Rect {
        Rect {
            x: self.x(mark.from) - 0.5,
            w: BLOCK,
            ..share(mark.hue, lane, hues, lane.h >= SHARED_MIN)
        }
    }

    fn append(&mut self, mark: Mark, lane: Rect, hues: u16) {
        let rect = self.block(mark, lane, hues);
        let tone = self.tone(ink_of(mark.hue), mark.fact);
        let append = self.trace.appends.row(mark.fact.row());
        match append.result {
            AppendResult::Appended => self.fill(rect, 1.8, tone),
            // recognised: nothing was written, so it is hollow; the bar says that it is there already
            AppendResult::Duplicate => {
                self.stroke(rect, 1.8, 1.3, Dash::Solid, tone);
                self.glyph(rect.x + rect.w / 2.0, rect.middle(), 2.2, Glyph::Twice, tone);
            }
            AppendResult::AppendedWithError { .. } => {
                self.fill(rect, 1.8, tone);
                let tone = self.tone(Ink::Failed, mark.fact);
                self.stroke(rect.grown(1.5), 2.5, 1.2, Dash::Dashed, tone);
            }
            AppendResult::Refused { .. } => {
                let tone = self.tone(Ink::Failed, mark.fact);
                self.stroke(rect, 1.8, 1.2, Dash::Dashed, tone);
            }
        }
        if mark.grade == Grade::Lost {
            let tone = self.tone(Ink::Failed, mark.fact);
            self.stroke(rect.grown(1.5), 2.5, 1.5, Dash::Solid, tone);
        }
        if mark.grade != Grade::Failed
            && let Some((glyph, ink)) = sign_of(mark.grade)
        {
            let tone = self.tone(ink, mark.fact);
            self.glyph(rect.x + rect.w / 2.0, lane.y - 0.5, 3.4, glyph, tone);
        }
    }

    fn copy(&mut self, mark: Mark, lane: Rect, hues: u16) {
        let rect = self.block(mark, lane, hues);
        let tone = self.tone(ink_of(mark.hue), mark.fact);
        self.fill(rect, 1.8, Ink::Ground);
        self.stroke(rect, 1.8, 1.4, Dash::Solid, tone);
    }

    /// What was cut off the log, struck through.
    fn cut(&mut self, mark: Mark, lane: Rect) {
        let rect = Rect::new(self.x(mark.from) - BLOCK, lane.y + 2.5, BLOCK * 2.0, lane.h - 5.0);
        let tone = self.tone(Ink::Failed, mark.fact);
        self.fill(rect, 1.8, Ink::Ground);
        self.hatch(rect, self.strong(Ink::Failed.at(45), mark.fact));
        self.stroke(rect, 1.8, 1.4, Dash::Solid, tone);
        let y = rect.middle();
        self.line((rect.x - 4.0, y), (rect.right() + 4.0, y), 1.6, Dash::Solid, tone);
        let text = format!("{} {}", mark.count, self.say(Word::Cut));
        self.beside((rect.x + rect.w / 2.0, rect.y + 1.0), BLOCK + 7.0, &text, tone);
    }

    /// Where the broker died, hung, came back. What a fault did needs no word: the fault's own mark, on
    /// the same lane, has it.
    fn changes(&mut self, row: &Row, area: Rect) {
        let RowKind::Broker(broker) = row.kind else { return };
        let Some((from, to)) = self.shown_times() else { return };
        let first = self.trace.first_row(Kind::BrokerState, from);
        // from the last to the first: the later word stands where two would run into each other
        let mut free = f64::INFINITY;
        let states = (first..self.trace.broker_states.len()).take(200);
        let states = states.map(|number| self.trace.broker_states.row(number));
        let states: Vec<_> = states.take_while(|state| state.at <= to).collect();
        for state in states.iter().rev().filter(|state| state.broker == broker) {
            let (word, glyph, ink) = match state.change {
                BrokerChange::Killed | BrokerChange::PowerLoss => (None, Glyph::Cross, Ink::Failed),
                BrokerChange::Hung => (None, Glyph::Pause, Ink::Failed),
                BrokerChange::ShuttingDown => (None, Glyph::TriangleBar, Ink::Text),
                BrokerChange::Resumed => (Some(Word::Resumed), Glyph::Triangle, Ink::Text),
                BrokerChange::Restarted => (Some(Word::Restarted), Glyph::Triangle, Ink::Text),
                BrokerChange::Exited => (Some(Word::Exited), Glyph::Cross, Ink::Text),
                BrokerChange::Starting => (Some(Word::Starting), Glyph::Ring, Ink::Text),
                BrokerChange::Unreachable => (Some(Word::Unreachable), Glyph::Minus, Ink::Failed),
                BrokerChange::Reachable => (Some(Word::Reachable), Glyph::Plus, Ink::Text),
                // the controller's row tells of these
                BrokerChange::Fenced
                | BrokerChange::Unfenced
                | BrokerChange::Registered
                | BrokerChange::RegistrationRefused => continue,
            };
            let x = self.x(state.at);
            self.glyph(x, area.y + 10.0, 5.0, glyph, ink);
            let Some(word) = word else { continue };
            let text = self.say(word).to_owned();
            if x + 8.0 + Font::Mono.width_of(&text) < free {
                self.beside((x, area.y + 13.0), 8.0, &text, ink);
                free = x - 8.0;
            }
        }
    }

    /// A crown and the new epoch where a broker took office: it leads from when it hears of it.
    fn crowns(&mut self, row: &Row, area: Rect) {
        let mut last = f64::MIN;
        for number in 0..self.segments.len() {
            let range = self.range(&row.over, number);
            let roles = row.over.marks[range].iter().filter(|mark| mark.form == ROLE_LEADS);
            for mark in roles.take(CROWNS_MAX) {
                let x = self.x(mark.from);
                let tone = self.tone(Ink::Text, mark.fact);
                self.line((x, area.y), (x, area.bottom()), 1.4, Dash::Solid, tone);
                if x - last < 12.0 {
                    continue;
                }
                last = x;
                // a moment often ends a quiet stretch: its crown stands beside the torn edge
                let x = self.clear_of_tears(x, 8.0);
                self.glyph(x, area.y - 1.0, 5.5, Glyph::Crown, tone);
                let epoch = self.trace.roles.epoch().get(mark.fact.row()).0;
                let text = format!("{} {epoch}", self.say(Word::Epoch));
                self.beside((x, area.y + 3.0), 9.0, &text, tone);
            }
        }
    }

    /// The first and the last moment in sight.
    pub(super) fn shown_times(&self) -> Option<(units::SimTime, units::SimTime)> {
        Some((self.segments.first()?.from, self.segments.last()?.to))
    }
}

/// A block's place: partitions that share a sub-row have a height of their own if they are few and it
/// has room. `hues` has a bit for each.
fn share(hue: u8, lane: Rect, hues: u16, room: bool) -> Rect {
    let few = (2..=SHARES_MAX).contains(&hues.count_ones()) && room;
    let shares = if few { hues.count_ones() } else { 1 };
    let before = hues & ((1_u16 << hue.min(15)) - 1);
    let place = if few { f64::from(before.count_ones()) } else { 0.0 };
    let height = (lane.h - 5.0) / f64::from(shares);
    let gap = if few { 1.0 } else { 0.0 };
    Rect::new(lane.x, lane.y + 2.5 + place * height, lane.w, height - gap)
}
