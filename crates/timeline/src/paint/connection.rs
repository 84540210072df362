//! Bars on their connection, one sub-row for each request that is in flight at the same time.

use super::{Painter, ink_of, sign_of};
use crate::draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect, Tone};
use crate::index::batches_of;
use crate::layout::RowLayout;
use crate::mark::{Grade, Mark};
use crate::place::partition_of;
use crate::rows::{FORM_FAILED, FORM_HANDSHAKE, Row, RowKind};
use crate::words::Word;
use trace::{Kind, RequestFate, RequestKind};
use units::{RequestId, grouped};

/// Batches of a request that are told apart in its bar.
const STRIPES_MAX: usize = 4;
/// Height of a bar that a label fits into.
const LABEL_MIN: f64 = 9.0;
/// Retries that are joined.
const JOINS_MAX: usize = 160;

/// Failures with one name that stand close together: written once.
struct Group {
    name: &'static str,
    /// The piece of the axis in which it stands.
    piece: usize,
    x: f64,
    right: f64,
    count: u32,
}

impl Painter<'_> {
    pub(super) fn connection(&mut self, layout: &RowLayout, row: &Row) {
        let mut groups: Vec<Group> = Vec::new();
        let first = layout.lane_rect(0);
        self.each(&row.under, first, 2, |painter, mark| {
            painter.set_up(*mark, first);
            if mark.grade >= Grade::Failed {
                let x = painter.x(mark.to());
                note(&mut groups, "", painter.piece_at(x), x);
            }
        });
        for (number, track) in row.lanes.iter().enumerate() {
            let lane = layout.lane_rect(number);
            self.each(track, lane, 3, |painter, mark| {
                if mark.form & FORM_HANDSHAKE != 0 {
                    let behind = track.marks.partition_point(|other| other.from < mark.to());
                    let next = track.marks.get(behind).map_or(f64::MAX, |m| painter.x(m.from));
                    painter.handshake(*mark, lane, next);
                } else {
                    painter.request(*mark, lane);
                }
                if mark.form & FORM_FAILED != 0 {
                    let name = painter.error_of(RequestId(mark.fact.row()));
                    let x = painter.span(*mark).0;
                    note(&mut groups, name, painter.piece_at(x), x);
                }
            });
        }
        self.errors(groups, layout.lanes_rect().bottom() + 8.5);
    }

    fn request(&mut self, mark: Mark, lane: Rect) {
        let (a, b) = self.span(mark);
        let rect = Rect::new(a, lane.y + 1.0, (b - a).max(2.0), lane.h - 3.0);
        let tone = self.tone(ink_of(mark.hue), mark.fact);
        let failed = mark.form & FORM_FAILED != 0;
        if failed {
            let tone = self.tone(Ink::Failed, mark.fact);
            self.fill(rect, 3.0, self.strong(Ink::Failed.at(7), mark.fact));
            self.stroke(rect, 3.0, 1.3, Dash::Dashed, tone);
        } else {
            self.bar(mark, rect, tone);
        }
        self.bar_label(mark, rect, failed);
        if let Some((glyph, ink)) = sign_of(mark.grade).filter(|_| mark.grade != Grade::Failed) {
            let tone = self.tone(ink, mark.fact);
            self.glyph(rect.right() - 1.0, rect.y, 3.2, glyph, tone);
        }
    }

    /// One stripe for each batch: a request carries a batch of each partition at most.
    fn bar(&mut self, mark: Mark, rect: Rect, tone: Tone) {
        let batches: Vec<_> =
            batches_of(self.trace, RequestId(mark.fact.row())).take(STRIPES_MAX + 1).collect();
        if batches.len() < 2 || batches.len() > STRIPES_MAX {
            self.fill(rect, 3.0, tone);
            return;
        }
        let height = (rect.h + 1.0) / batches.len() as f64;
        for (number, batch) in batches.into_iter().enumerate() {
            let hue = self.timeline.hue_of(partition_of(self.trace, batch));
            let y = rect.y + height * number as f64;
            let tone = self.tone(ink_of(hue), mark.fact);
            self.fill(Rect::new(rect.x, y, rect.w, height - 1.0), 2.0, tone);
        }
    }

    fn bar_label(&mut self, mark: Mark, rect: Rect, failed: bool) {
        let request = RequestId(mark.fact.row());
        let attempt = self.attempt(request);
        let mut texts: Vec<String> = Vec::new();
        let (records, count) = (self.say(Word::Records), grouped(&mark.count.to_string()));
        if attempt > 0 {
            let word = self.say(Word::Try);
            let again = self.timeline.index.requests[request.index()].duplicate;
            let duplicate = if again { " = dup" } else { "" };
            texts.push(format!("{word} {}{duplicate} · {count} {records}", attempt + 1));
            texts.push(format!("{word} {}{duplicate}", attempt + 1));
            texts.push(format!("{}", attempt + 1));
        } else {
            texts.push(format!("{count} {records}"));
            texts.push(count);
        }
        let fits = |text: &&String| Font::Mono.width_of(text) + 6.0 <= rect.w;
        let Some(text) = texts.iter().find(fits).filter(|_| rect.h >= LABEL_MIN) else { return };
        let ink = if failed { Ink::Failed } else { Ink::OnPartition(mark.hue) };
        let tone = self.tone(ink, mark.fact);
        let y = rect.middle() + 3.3;
        if rect.w < 40.0 {
            self.label(rect.x + rect.w / 2.0, y, text, Font::Mono, Align::Middle, tone);
        } else {
            self.label(
                rect.x.max(self.view.scale.edges().0) + 5.0,
                y,
                text,
                Font::Mono,
                Align::Start,
                tone,
            );
        }
    }

    /// A request of the client's own: a thin bar that ends in a diamond, with Kafka's name for it.
    fn handshake(&mut self, mark: Mark, lane: Rect, next: f64) {
        let (a, b) = self.span(mark);
        let failed = mark.form & FORM_FAILED != 0;
        let ink = if failed { Ink::Failed } else { Ink::TextSoft };
        let tone = self.tone(ink, mark.fact);
        let y = lane.middle() - 0.5;
        self.line((a, y), (b, y), 2.0, if failed { Dash::Dashed } else { Dash::Solid }, tone);
        self.glyph(b, y, 3.4, Glyph::Diamond, tone);
        let name = match self.trace.requests.kind().get(mark.fact.row()) {
            RequestKind::ApiVersions => "ApiVersions",
            RequestKind::Metadata => "Metadata",
            RequestKind::InitProducerId => "InitProducerId",
            RequestKind::Produce => "Produce",
        };
        // where the bar is too short, its name stands behind it, if nothing else does
        let width = Font::Mono.width_of(name) + 8.0;
        let piece = self.segments.iter().find(|piece| b <= piece.x1);
        let room = next.min(piece.map_or(b, |piece| piece.x1)) - b;
        if width < b - a {
            self.haloed(a + 1.0, y + 3.2, name, Align::Start, tone);
        } else if width < room {
            self.haloed(b + 6.0, y + 3.2, name, Align::Start, tone);
        }
    }

    /// A connection that is being set up, or was lost.
    fn set_up(&mut self, mark: Mark, lane: Rect) {
        let (a, b) = self.span(mark);
        let y = lane.bottom() - 2.0;
        let failed = mark.grade >= Grade::Failed;
        let tone = if failed { Ink::Failed.into() } else { Ink::TextSoft.into() };
        if b - a > 1.0 {
            self.line((a, y), (b, y), 1.2, Dash::Dotted, tone);
        }
        if failed {
            self.glyph(b, lane.middle(), 3.0, Glyph::Cross, tone);
        } else {
            self.glyph(b, y, 2.2, Glyph::Dot, tone);
        }
    }

    fn piece_at(&self, x: f64) -> usize {
        self.segments.partition_point(|piece| piece.x1 <= x)
    }

    /// Kafka's name of what went wrong with a request.
    fn error_of(&self, request: RequestId) -> &'static str {
        for batch in batches_of(self.trace, request) {
            for append in self.timeline.index.appends_of(batch) {
                let append = self.trace.appends.row(append);
                if self.trace.reads.request().get(append.read) != request {
                    continue;
                }
                use trace::AppendResult::{AppendedWithError, Refused};
                if let Refused { error } | AppendedWithError { error } = append.result {
                    return error.name();
                }
            }
        }
        match self.timeline.index.requests[request.index()].fate {
            Some(RequestFate::TimedOut) => "request.timeout.ms",
            _ => "NETWORK_EXCEPTION",
        }
    }

    /// Tries before this one, of the batch that has most.
    fn attempt(&self, request: RequestId) -> u16 {
        let row = self.trace.requests.row(request.0);
        if row.kind != RequestKind::Produce {
            return 0;
        }
        let drains = row.drains..row.drains + u32::from(row.batches);
        drains.map(|drain| self.trace.drains.attempts().get(drain)).max().unwrap_or(0)
    }

    /// Names of errors below the bars, each group's once, with its count.
    fn errors(&mut self, mut groups: Vec<Group>, y: f64) {
        groups.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut free = f64::MIN;
        for group in &groups {
            let name = if group.name.is_empty() { self.say(Word::Refused) } else { group.name };
            let text =
                if group.count > 1 { format!("{name} ×{}", group.count) } else { name.to_owned() };
            let width = Font::Mono.width_of(&text);
            let Some(piece) = self.segments.get(group.piece) else { continue };
            let edge = if piece.folded { super::axis::TEAR } else { 2.0 };
            let x = group.x.min(piece.x1 - edge - width).max(piece.x0 + edge);
            if x < free {
                continue;
            }
            self.haloed(x, y, &text, Align::Start, Ink::Failed);
            free = x + width + 8.0;
        }
    }

    /// Each try joined to the one before it.
    pub(super) fn joins(&mut self, rows: &[RowLayout]) {
        let (Some(first), Some(last)) = (self.segments.first(), self.segments.last()) else {
            return;
        };
        let (from, to) = (first.from, last.to);
        let begin = self.timeline.joins.partition_point(|join| join.to < from);
        let joins =
            self.timeline.joins[begin..].iter().take_while(|join| join.from <= to || join.to <= to);
        for join in joins.take(JOINS_MAX) {
            let (Some(a), Some(b)) = (self.bar_of(rows, join.first), self.bar_of(rows, join.then))
            else {
                continue;
            };
            let from = (self.x(join.from).max(self.view.scale.edges().0), a.middle() - 0.5);
            let to = (self.x(join.to), b.middle() - 0.5);
            let fact = trace::FactId::new(Kind::Request, join.then.0);
            let tone = self.strong(ink_of(join.hue).at(85), fact);
            if to.0 >= from.0 {
                self.out.push(Draw::Curve { from, to, width: 1.2, dash: Dash::Dotted, tone });
            }
        }
    }

    fn bar_of(&self, rows: &[RowLayout], request: RequestId) -> Option<Rect> {
        let broker = self.trace.requests.node().get(request.0);
        let kind = RowKind::Connection(broker);
        let row = rows.iter().find(|row| row.kind == kind)?;
        Some(row.lane_rect(usize::from(self.timeline.slots[request.index()])))
    }
}

/// Adds a failure to the last group if it has the same name and stands close.
fn note(groups: &mut Vec<Group>, name: &'static str, piece: usize, x: f64) {
    const CLOSE: f64 = 140.0;
    let near = |group: &&mut Group| {
        group.name == name && group.piece == piece && (x - group.right).abs() < CLOSE
    };
    match groups.iter_mut().rev().find(near) {
        Some(group) => {
            group.count += 1;
            group.right = group.right.max(x);
            group.x = group.x.min(x);
        }
        None => groups.push(Group { name, piece, x, right: x, count: 1 }),
    }
}
