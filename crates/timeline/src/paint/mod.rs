//! Painters: each appends what its row shows to the draw list, and does nothing else.

mod accumulator;
mod application;
mod axis;
mod broker;
mod callbacks;
mod connection;
mod controller;
mod dense;
mod fates;
mod names;
mod overview;
mod selection;
mod travel;

pub use overview::Overview;

use crate::draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect, Tone};
use crate::layout::{AXIS, RowLayout};
use crate::mark::{Grade, MIXED, Mark};
use crate::path::Path;
use crate::rows::{Row, RowKind, Timeline};
use crate::scale::Segment;
use crate::track::Track;
use crate::view::View;
use crate::words::{Word, Words};
use trace::{FactId, Trace};
use units::SimTime;

/// What a frame took: counted, not timed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Draws.
    pub draws: usize,
    /// Buckets of a level of detail that a stretch of a row touched, at most.
    pub buckets_max: u32,
}

/// Draws for marks that are painted one by one; rows with more in sight show their density.
const DRAWS_FOR_MARKS: usize = 2_600;
/// Strength of what is not on the selected path.
const DIMMED: u8 = 22;

/// A painter's tools.
struct Painter<'a> {
    timeline: &'a Timeline,
    trace: &'a Trace,
    view: &'a View,
    words: &'a Words,
    out: &'a mut Vec<Draw>,
    /// Labels that are read over everything: a torn band does not cut them.
    late: Vec<Draw>,
    path: Path,
    segments: Vec<Segment>,
    /// Draws that the marks of one track in one segment may take.
    level: usize,
    /// Signs that a track may show beside its density.
    signs: usize,
    effort: Effort,
}

impl Timeline {
    /// Appends what is in sight to `out`.
    pub fn paint(&self, trace: &Trace, view: &View, words: &Words, out: &mut Vec<Draw>) -> Effort {
        let before = out.len();
        let rows = self.layout(view);
        let bottom = rows.last().map_or(AXIS, |row| row.rect.bottom());
        let (left, right) = view.scale.edges();
        let mut painter = Painter {
            timeline: self,
            trace,
            view,
            words,
            out,
            late: Vec::new(),
            path: Path::new(trace, &self.index, view.selection),
            segments: view.scale.segments().collect(),
            level: 0,
            signs: 0,
            effort: Effort::default(),
        };
        painter.share_draws(&rows);
        painter.grounds(&rows);
        painter.grid(bottom);
        let shown_to = view.veil.map_or(right + 1.0, |veil| painter.x(veil).clamp(left, right));
        let shown = Rect::new(left - 1.0, 0.0, shown_to - left + 1.0, bottom);
        painter.out.push(Draw::Clip(Some(shown)));
        for layout in &rows {
            painter.under(layout, &self.rows[layout.row]);
        }
        painter.travel(&rows);
        for layout in &rows {
            painter.row(layout, &self.rows[layout.row]);
        }
        painter.joins(&rows);
        painter.faults(bottom);
        painter.tears(bottom);
        painter.out.append(&mut painter.late);
        painter.selection(&rows);
        painter.out.push(Draw::Clip(None));
        if view.veil.is_some() {
            painter.veil(Rect::new(shown_to, AXIS, right - shown_to, bottom - AXIS));
        }
        painter.axis();
        painter.playhead(bottom);
        for layout in &rows {
            painter.name(layout, &self.rows[layout.row]);
        }
        let mut effort = painter.effort;
        effort.draws = out.len() - before;
        effort
    }
}

impl Painter<'_> {
    fn x(&self, time: SimTime) -> f64 {
        self.view.scale.x_from_time(time)
    }

    /// An ink, dimmed if the mark is not on the selected path.
    fn tone(&self, ink: Ink, fact: FactId) -> Tone {
        self.strong(ink.into(), fact)
    }

    fn strong(&self, tone: Tone, fact: FactId) -> Tone {
        if self.path.is_empty() || self.path.lights(self.trace, fact) {
            return tone;
        }
        tone.ink.at((u32::from(tone.percent) * u32::from(DIMMED) / 100) as u8)
    }

    fn fill(&mut self, rect: Rect, radius: f64, tone: impl Into<Tone>) {
        self.out.push(Draw::Fill { rect, radius, tone: tone.into() });
    }

    fn stroke(&mut self, rect: Rect, radius: f64, width: f64, dash: Dash, tone: impl Into<Tone>) {
        self.out.push(Draw::Stroke { rect, radius, width, dash, tone: tone.into() });
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, dash: Dash, tone: Tone) {
        self.out.push(Draw::Line { from, to, width, dash, tone });
    }

    fn hatch(&mut self, rect: Rect, tone: impl Into<Tone>) {
        self.out.push(Draw::Hatch { rect, tone: tone.into() });
    }

    fn glyph(&mut self, x: f64, y: f64, size: f64, glyph: Glyph, tone: impl Into<Tone>) {
        self.out.push(Draw::Glyph { x, y, size, glyph, tone: tone.into() });
    }

    fn label(&mut self, x: f64, y: f64, text: &str, font: Font, align: Align, tone: Tone) {
        let text = text.into();
        self.out.push(Draw::Label { x, y, text, font, align, halo: false, tone });
    }

    /// A label that is read over other marks.
    fn haloed(&mut self, x: f64, y: f64, text: &str, align: Align, tone: impl Into<Tone>) {
        let (text, font, tone) = (text.into(), Font::Mono, tone.into());
        self.late.push(Draw::Label { x, y, text, font, align, halo: true, tone });
    }

    /// The piece of the axis at a pixel; where two meet, the later one.
    fn stretch_at(&self, x: f64) -> Option<Segment> {
        self.segments.iter().rev().find(|piece| x >= piece.x0 - 1.0 && x <= piece.x1).copied()
    }

    /// Where a sign of this half width stands for a moment at `x`: no torn edge cuts it.
    fn clear_of_tears(&self, x: f64, half: f64) -> f64 {
        let Some(piece) = self.stretch_at(x) else { return x };
        let edge = half + if piece.folded { axis::TEAR } else { 0.0 };
        let (from, to) = (piece.x0 + edge, piece.x1 - edge);
        if from < to { x.clamp(from, to) } else { x }
    }

    /// A label beside a point, on the side on which its piece of the axis has room.
    fn beside(&mut self, (x, y): (f64, f64), away: f64, text: &str, ink: impl Into<Tone>) {
        let width = Font::Mono.width_of(text) + away;
        let piece = self.stretch_at(x);
        let (left, right) = piece.map_or(self.view.scale.edges(), |piece| (piece.x0, piece.x1));
        if x + width <= right || x - width < left {
            self.haloed(x + away, y, text, Align::Start, ink);
        } else {
            self.haloed(x - away, y, text, Align::End, ink);
        }
    }

    /// The widest part of a stretch that no torn edge cuts: where a label has room.
    fn widest(&self, from: f64, to: f64) -> (f64, f64) {
        let clear = |piece: &Segment| {
            let edge = if piece.folded { axis::TEAR } else { 0.0 };
            (from.max(piece.x0 + edge), to.min(piece.x1 - edge))
        };
        let parts = self.segments.iter().map(clear).filter(|(a, b)| a < b);
        parts.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or((from, from))
    }

    /// The part of a stretch that is in sight, as wide as it has to be to be seen.
    fn span(&self, mark: Mark) -> (f64, f64) {
        self.view.span(mark)
    }

    /// Marks of a track, one by one where they are few enough, else their density.
    fn each(
        &mut self,
        track: &Track,
        lane: Rect,
        weight: usize,
        draw: impl FnMut(&mut Self, &Mark),
    ) {
        self.each_or(track, weight, draw, |painter, segment| {
            painter.dense(track, segment, lane, None);
        });
    }

    /// The same with another way to paint what is too dense.
    fn each_or(
        &mut self,
        track: &Track,
        weight: usize,
        mut draw: impl FnMut(&mut Self, &Mark),
        mut dense: impl FnMut(&mut Self, Segment),
    ) {
        for number in 0..self.segments.len() {
            let segment = self.segments[number];
            let range = self.range(track, number);
            if range.len() * weight > self.level {
                dense(self, segment);
                continue;
            }
            for mark in &track.marks[range] {
                if mark.to() >= segment.from {
                    // how it ended is part of what is veiled
                    let grade = if self.view.veil.is_some() { Grade::Plain } else { mark.grade };
                    draw(self, &Mark { grade, ..*mark });
                }
            }
        }
    }

    /// Positions of the marks that are drawn with a segment: those that touch the first, and those
    /// that begin in one of the others.
    fn range(&self, track: &Track, number: usize) -> std::ops::Range<usize> {
        let segment = self.segments[number];
        let mut range = track.between(segment.from, segment.to);
        if number > 0 {
            range.start = track.marks.partition_point(|mark| mark.from <= segment.from);
            range.end = range.end.max(range.start);
        }
        range
    }

    /// Shares the draws among the tracks: those that need little get it, the others get the same.
    fn share_draws(&mut self, rows: &[RowLayout]) {
        let mut needs: Vec<usize> = Vec::new();
        let mut graded = 1;
        for layout in rows.iter().filter(|layout| !layout.folded) {
            let row = &self.timeline.rows[layout.row];
            for track in row.tracks() {
                graded += usize::from(track.any_failed());
                for number in 0..self.segments.len() {
                    needs.push(self.range(track, number).len() * weight_of(row.kind));
                }
            }
        }
        for track in [&self.timeline.copies, &self.timeline.fetches] {
            for number in 0..self.segments.len() {
                needs.push(self.range(track, number).len());
            }
        }
        needs.sort_unstable();
        let (mut left, count) = (DRAWS_FOR_MARKS, needs.len());
        self.level = DRAWS_FOR_MARKS;
        for (position, need) in needs.into_iter().enumerate() {
            self.level = left / (count - position);
            if need > self.level {
                break;
            }
            left -= need;
        }
        self.signs = (500 / graded).clamp(4, 120);
    }

    fn under(&mut self, layout: &RowLayout, row: &Row) {
        if layout.folded {
            return;
        }
        match row.kind {
            RowKind::Controller => self.sessions(layout, row),
            RowKind::Broker(_) => self.broker_ground(layout, row),
            _ => {}
        }
    }

    fn row(&mut self, layout: &RowLayout, row: &Row) {
        if layout.folded {
            self.folded(layout, row);
            return;
        }
        match row.kind {
            RowKind::Application => self.application(layout, row),
            RowKind::Accumulator(_) => self.accumulator(layout, row),
            RowKind::Connection(_) => self.connection(layout, row),
            RowKind::Controller => self.controller(layout, row),
            RowKind::Broker(_) => self.broker(layout, row),
            RowKind::Callbacks => self.callbacks(layout, row),
        }
    }

    /// A row of which only a strip is shown.
    fn folded(&mut self, layout: &RowLayout, row: &Row) {
        for number in 0..self.segments.len() {
            let segment = self.segments[number];
            for track in &row.lanes {
                match row.kind {
                    RowKind::Accumulator(_) => {
                        self.dense_batches(track, segment, layout.lanes_rect());
                    }
                    _ => self.dense(track, segment, layout.lanes_rect(), None),
                }
            }
        }
    }

    fn say(&self, word: Word) -> &str {
        self.words.say(word)
    }
}

/// The ink of a mark's hue.
const fn ink_of(hue: u8) -> Ink {
    if hue == MIXED { Ink::TextSoft } else { Ink::Partition(hue) }
}

/// The sign of a grade, and its ink; a plain one has none.
pub(crate) const fn sign_of(grade: Grade) -> Option<(Glyph, Ink)> {
    match grade {
        Grade::Plain => None,
        Grade::OutOfOrder => Some((Glyph::Chevron, Ink::Text)),
        Grade::Twice => Some((Glyph::Twice, Ink::Text)),
        Grade::Failed | Grade::Lost => Some((Glyph::Cross, Ink::Failed)),
    }
}

/// Draws that a mark of a row takes.
const fn weight_of(kind: RowKind) -> usize {
    match kind {
        RowKind::Application | RowKind::Callbacks => 2,
        RowKind::Accumulator(_) | RowKind::Controller => 4,
        RowKind::Connection(_) => 3,
        RowKind::Broker(_) => 2,
    }
}
