//! Painters: each appends what its row shows to the draw list, and does nothing else.

use crate::draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect, Tone};
use crate::glyphs::glyph_of;
use crate::layout::{AXIS, Density, RowLayout};
use crate::rows::{Mark, Marks, Row, RowKind, Timeline};
use crate::scale::TimeScale;
use std::collections::BTreeSet;
use trace::{FactId, Kind, NONE, Trace};
use units::{BatchId, SimTime, TopicPartition};

/// Marks of a row that are drawn one by one; with more in sight the row shows its density.
const MARKS_MAX: usize = 260;
/// Columns of a row that shows its density.
const COLUMNS: usize = 240;

/// Names of rows, in the reader's language.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// The application's row, and what stands below its name.
    pub application: (String, String),
    /// An accumulator's row; the partition follows.
    pub accumulator: (String, String),
    /// A connection's row; the broker follows.
    pub connection: (String, String),
    /// A broker's row; its number follows.
    pub broker: String,
    /// What stands below a broker's name: leader of, follower.
    pub leader: String,
    /// A broker that leads nothing.
    pub follower: String,
    /// The row of callbacks.
    pub callbacks: (String, String),
    /// "rec", behind a number.
    pub records: String,
}

/// What is to be painted.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Which time stands where.
    pub scale: TimeScale,
    /// Width of the whole picture.
    pub width: f64,
    /// How much height rows get.
    pub density: Density,
    /// The moment that is looked at.
    pub playhead: SimTime,
    /// The selected fact.
    pub selection: Option<FactId>,
}

/// A painter's tools.
struct Painter<'a> {
    trace: &'a Trace,
    view: &'a View,
    out: &'a mut Vec<Draw>,
    /// Facts on the way of the selected record; empty: nothing is dimmed.
    path: BTreeSet<FactId>,
    from: SimTime,
    to: SimTime,
}

impl Timeline {
    /// Appends what is in sight to `out`.
    pub fn paint(&self, trace: &Trace, view: &View, words: &Words, out: &mut Vec<Draw>) {
        let rows = self.layout(view.width, view.density);
        let bottom = rows.last().map_or(AXIS, |row| row.rect.bottom());
        let (from, to) = view.scale.shown();
        let path = view.selection.map(|fact| path_of(trace, fact)).unwrap_or_default();
        let mut painter = Painter { trace, view, out, path, from, to };
        painter.grounds(&rows);
        painter.axis(bottom);
        let (left, right) = view.scale.edges();
        let area = Rect::new(left - 1.0, 0.0, right - left + 2.0, bottom);
        painter.out.push(Draw::Clip(Some(area)));
        painter.curves(self, &rows);
        for (layout, row) in rows.iter().zip(&self.rows) {
            painter.row(self, layout, row, words);
        }
        painter.playhead(bottom);
        painter.out.push(Draw::Clip(None));
        for (layout, row) in rows.iter().zip(&self.rows) {
            painter.name(layout, row, words);
        }
    }
}

impl Painter<'_> {
    fn x(&self, time: SimTime) -> f64 {
        self.view.scale.x_from_time(time)
    }

    fn tone(&self, ink: Ink, fact: FactId) -> Tone {
        if self.path.is_empty() || self.path.contains(&fact) { ink.into() } else { ink.at(28) }
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, dash: Dash, tone: Tone) {
        self.out.push(Draw::Line { from, to, width, dash, tone });
    }

    fn label(&mut self, x: f64, y: f64, text: &str, font: Font, align: Align, tone: Tone) {
        let text = text.into();
        self.out.push(Draw::Label { x, y, text, font, align, halo: false, tone });
    }

    fn grounds(&mut self, rows: &[RowLayout]) {
        for (position, row) in rows.iter().enumerate() {
            if position % 2 == 0 {
                let tone = Ink::RowGround.into();
                self.out.push(Draw::Fill { rect: row.rect, radius: 0.0, tone });
            }
        }
    }

    /// Ticks at 1, 2 or 5 times a power of ten, about a hundred pixels apart.
    fn axis(&mut self, bottom: f64) {
        let step = axis_step(self.view.scale.us_per_px() * 90.0);
        let mut time = self.from.0.div_euclid(step) * step;
        let (left, right) = self.view.scale.edges();
        while time <= self.to.0 {
            let x = self.x(SimTime(time));
            if x >= left - 0.5 && x <= right + 0.5 {
                let tone = Ink::Grid.into();
                self.line((x, AXIS - 4.0), (x, bottom), 1.0, Dash::Solid, tone);
                let text = axis_label(time, step);
                let align = if x < left + 20.0 { Align::Start } else { Align::Middle };
                if x < right - 14.0 {
                    self.label(x, AXIS - 8.0, &text, Font::Mono, align, Ink::Muted.into());
                }
            }
            time += step;
        }
    }

    fn row(&mut self, timeline: &Timeline, layout: &RowLayout, row: &Row, words: &Words) {
        match row.kind {
            RowKind::Application => self.application(layout, row),
            RowKind::Accumulator(partition) => self.accumulator(timeline, layout, row, partition),
            RowKind::Connection(_) => self.connection(layout, row, words),
            RowKind::Broker(_) => self.broker(layout, row),
            RowKind::Callbacks => self.callbacks(layout, row),
        }
    }

    fn application(&mut self, layout: &RowLayout, row: &Row) {
        let lane = layout.lane_rect(0, self.view.density);
        for mark in self.in_sight(&row.second) {
            let (a, b) = (self.x(mark.from), self.x(mark.to));
            let rect = Rect::new(a, lane.y + 3.0, (b - a).max(1.0), lane.h - 6.0);
            let ink = if mark.failed { Ink::Warning } else { Ink::Muted };
            let tone = self.tone(ink, mark.fact);
            self.out.push(Draw::Hatch { rect, tone });
        }
        if self.dense(&row.marks, lane) {
            return;
        }
        for mark in self.in_sight(&row.marks) {
            let x = self.x(mark.from);
            let tone = self.tone(Ink::Partition(mark.hue), mark.fact);
            self.line((x, lane.y + 2.0), (x, lane.bottom() - 2.0), 1.6, Dash::Solid, tone);
            if mark.failed {
                self.cross(x, lane.y - 1.0);
            }
        }
    }

    /// Staircases: each record lifts its batch; full height is the batch's buffer.
    fn accumulator(
        &mut self,
        timeline: &Timeline,
        layout: &RowLayout,
        row: &Row,
        partition: TopicPartition,
    ) {
        let lane = layout.lane_rect(0, self.view.density);
        let hue = timeline.hue_of(partition);
        if self.dense(&row.marks, lane) {
            return;
        }
        for mark in self.in_sight(&row.marks) {
            let batch = BatchId(mark.fact.row());
            let Some(span) = timeline.spans.get(&batch.0) else { continue };
            let tone = self.tone(Ink::Partition(hue), mark.fact);
            let (points, top) = self.stairs(batch, span.left, lane);
            self.out.push(Draw::Steps { points, base: lane.bottom(), tone });
            let end = self.x(span.left);
            let sendable = self.x(span.sendable.clamp(mark.from, span.left));
            if end - sendable > 1.5 {
                let rect = Rect::new(sendable, top, end - sendable, lane.bottom() - top);
                self.out.push(Draw::Hatch { rect, tone: Ink::Ground.at(75) });
            }
            if let Some(sign) = span.sign {
                let (glyph, size) = (glyph_of(sign), 3.4);
                self.out.push(Draw::Glyph { x: end, y: top, size, glyph, tone });
            }
            if self.view.selection == Some(mark.fact) {
                let x = self.x(mark.from);
                let rect = Rect::new(x - 2.0, top - 6.0, end - x + 6.0, lane.bottom() - top + 8.0);
                self.ring(rect);
            }
        }
    }

    fn stairs(&self, batch: BatchId, left: SimTime, lane: Rect) -> (Box<[(f64, f64)]>, f64) {
        let open = self.trace.opens.row(batch.0);
        let room = f64::from(open.capacity.max(1));
        let mut bytes = 61.0; // the batch's header
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(open.records as usize + 1);
        let mut top = lane.bottom();
        for record in self.trace.records_of(batch) {
            let send = self.trace.sends.row(record.0);
            bytes += f64::from(send.key_bytes.max(0) + send.value_bytes.max(0) + 9);
            top = lane.bottom() - (lane.h - 2.0) * (bytes / room).min(1.0);
            let x = self.x(send.called.max(open.at));
            match points.last_mut() {
                Some(last) if x - last.0 < 0.5 => last.1 = top,
                _ => points.push((x, top)),
            }
        }
        let end = self.x(left).max(points.last().map_or(0.0, |last| last.0 + 1.0));
        points.push((end, top));
        (points.into_boxed_slice(), top)
    }

    fn connection(&mut self, layout: &RowLayout, row: &Row, words: &Words) {
        let lane = layout.lane_rect(0, self.view.density);
        if self.dense(&row.marks, lane) {
            return;
        }
        for mark in self.in_sight(&row.marks) {
            let lane = layout.lane_rect(mark.lane, self.view.density);
            let (a, b) = (self.x(mark.from), self.x(mark.to));
            let rect = Rect::new(a, lane.y + 1.0, (b - a).max(2.0), lane.h - 4.0);
            if mark.failed {
                let tone = self.tone(Ink::Failed, mark.fact);
                let dash = Dash::Dashed;
                self.out.push(Draw::Stroke { rect, radius: 2.5, width: 1.3, dash, tone });
            } else {
                let tone = self.tone(Ink::Partition(mark.hue), mark.fact);
                self.out.push(Draw::Fill { rect, radius: 2.5, tone });
            }
            self.bar_label(mark, rect, words);
            if self.view.selection == Some(mark.fact) {
                self.ring(rect.grown(2.0));
            }
        }
    }

    fn bar_label(&mut self, mark: &Mark, rect: Rect, words: &Words) {
        let long = format!("{} {}", mark.count, words.records);
        let short = mark.count.to_string();
        let fits = |text: &str| Font::Mono.width_of(text) + 8.0 <= rect.w;
        let text = if fits(&long) {
            long
        } else if fits(&short) {
            short
        } else {
            return;
        };
        let ink = if mark.failed { Ink::Failed } else { Ink::OnPartition(mark.hue) };
        let y = rect.middle() + 3.3;
        self.label(rect.x + 4.0, y, &text, Font::Mono, Align::Start, ink.into());
    }

    fn broker(&mut self, layout: &RowLayout, row: &Row) {
        for mark in self.in_sight(&row.second) {
            let lane = layout.lane_rect(mark.lane, self.view.density);
            let x = self.x(mark.from);
            let tone = if mark.lane == 0 { Ink::Committed.into() } else { Ink::Committed.at(45) };
            self.line((x, lane.y), (x, lane.bottom()), 1.5, Dash::Solid, tone);
        }
        let lane = layout.lane_rect(0, self.view.density);
        if self.dense(&row.marks, lane) {
            return;
        }
        for mark in self.in_sight(&row.marks) {
            let lane = layout.lane_rect(mark.lane, self.view.density);
            let x = self.x(mark.from);
            let rect = Rect::new(x - 3.0, lane.y + 3.0, 6.5, lane.h - 7.0);
            let (radius, width, dash) = (1.5, 1.4, Dash::Solid);
            if mark.failed {
                let tone = self.tone(Ink::Failed, mark.fact);
                self.out.push(Draw::Stroke { rect, radius, width, dash: Dash::Dashed, tone });
            } else if mark.lane == 0 {
                let tone = self.tone(Ink::Partition(mark.hue), mark.fact);
                self.out.push(Draw::Fill { rect, radius, tone });
            } else {
                let tone = self.tone(Ink::Partition(mark.hue), mark.fact);
                self.out.push(Draw::Fill { rect, radius, tone: Ink::Ground.into() });
                self.out.push(Draw::Stroke { rect, radius, width, dash, tone });
            }
            if self.view.selection == Some(mark.fact) {
                self.ring(rect.grown(2.0));
            }
        }
    }

    fn callbacks(&mut self, layout: &RowLayout, row: &Row) {
        let lane = layout.lane_rect(0, self.view.density);
        if self.dense(&row.marks, lane) {
            return;
        }
        for mark in self.in_sight(&row.marks) {
            let x = self.x(mark.from);
            let ink = if mark.failed { Ink::Failed } else { Ink::Committed };
            let tone = self.tone(ink, mark.fact);
            let taken = self.x(mark.to) - x;
            if taken > 2.0 {
                let rect = Rect::new(x, lane.y + 5.0, taken, lane.h - 10.0);
                self.out.push(Draw::Hatch { rect, tone });
            }
            // one tick a record, side by side: they ran one after the other at that moment
            let rect = Rect::new(x, lane.y + 2.0, 1.6, lane.h - 4.0);
            let count = mark.count.min(40);
            self.out.push(Draw::Ticks { rect, count, pitch: 2.4, tone });
            if self.view.selection == Some(mark.fact) {
                self.ring(rect.grown(3.0));
            }
        }
    }

    fn curves(&mut self, timeline: &Timeline, rows: &[RowLayout]) {
        let reach = SimTime(self.from.0 - 2_000_000);
        let first = timeline.curves.partition_point(|curve| curve.from < reach);
        let last = timeline.curves.partition_point(|curve| curve.from <= self.to);
        if last.saturating_sub(first) > MARKS_MAX {
            return;
        }
        let row_of = |broker| rows.iter().find(|row| row.kind == RowKind::Broker(broker));
        for curve in &timeline.curves[first..last] {
            let (Some(leader), Some(follower)) = (row_of(curve.leader), row_of(curve.follower))
            else {
                continue;
            };
            let from = leader.lane_rect(0, self.view.density);
            let to = follower.lane_rect(1, self.view.density);
            let (from, to) = ((self.x(curve.from), from.middle()), (self.x(curve.to), to.middle()));
            let lit = self.path.contains(&curve.fact);
            let ink = Ink::Partition(curve.hue);
            let tone =
                if self.path.is_empty() { ink.at(60) } else { ink.at(if lit { 100 } else { 14 }) };
            let dash = Dash::Solid;
            self.out.push(Draw::Curve { from, to, width: 1.1, dash, tone });
        }
    }

    fn playhead(&mut self, bottom: f64) {
        let x = self.x(self.view.playhead);
        let tone = Ink::Playhead.into();
        self.line((x, AXIS - 8.0), (x, bottom), 1.4, Dash::Solid, tone);
        let (y, size, glyph) = (AXIS - 10.0, 4.5, Glyph::Handle);
        self.out.push(Draw::Glyph { x, y, size, glyph, tone });
    }

    fn name(&mut self, layout: &RowLayout, row: &Row, words: &Words) {
        let (name, note) = match row.kind {
            RowKind::Application => words.application.clone(),
            RowKind::Accumulator(partition) => (
                format!("{} p{}", words.accumulator.0, partition.partition),
                words.accumulator.1.clone(),
            ),
            RowKind::Connection(broker) => {
                (format!("→ {} {broker}", words.connection.0), words.connection.1.clone())
            }
            RowKind::Broker(broker) => (format!("{} {broker}", words.broker), leads(row, words)),
            RowKind::Callbacks => words.callbacks.clone(),
        };
        let narrow = self.view.density == Density::Narrow;
        let (x, y) = (if narrow { 8.0 } else { 14.0 }, layout.rect.y + 15.0);
        self.label(x, y, &name, Font::Name, Align::Start, Ink::Text.into());
        if !narrow {
            self.label(x, y + 13.0, &note, Font::Note, Align::Start, Ink::Muted.into());
        }
    }

    /// Marks that touch what is in sight.
    fn in_sight<'m>(&self, marks: &'m Marks) -> Vec<&'m Mark> {
        let range = marks.between(self.from, self.to);
        let in_sight = marks.all[range].iter().filter(|mark| mark.to >= self.from);
        in_sight.take(MARKS_MAX).collect()
    }

    /// Too many marks to be told apart: paints how many there are instead, and every failure.
    fn dense(&mut self, marks: &Marks, lane: Rect) -> bool {
        let range = marks.between(self.from, self.to);
        if range.len() <= MARKS_MAX {
            return false;
        }
        let (left, right) = self.view.scale.edges();
        let pitch = (right - left) / COLUMNS as f64;
        let counts: Vec<usize> = (0..COLUMNS)
            .map(|column| {
                let x = left + pitch * column as f64;
                let (a, b) =
                    (self.view.scale.time_from_x(x), self.view.scale.time_from_x(x + pitch));
                let first = marks.all.partition_point(|mark| mark.from < a);
                marks.all.partition_point(|mark| mark.from < b) - first
            })
            .collect();
        let most = counts.iter().copied().max().unwrap_or(1).max(1);
        for (column, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = (lane.h * *count as f64 / most as f64).max(1.5);
            let x = left + pitch * column as f64;
            let rect = Rect::new(x, lane.bottom() - height, (pitch - 0.5).max(0.5), height);
            self.out.push(Draw::Fill { rect, radius: 0.0, tone: Ink::Muted.into() });
        }
        let mut last = f64::MIN;
        for position in &marks.failed {
            let x = self.x(marks.all[*position as usize].from);
            if x >= left && x <= right && x - last > 3.0 {
                self.cross(x, lane.y + 3.0);
                last = x;
            }
        }
        true
    }

    fn cross(&mut self, x: f64, y: f64) {
        let (size, glyph, tone) = (3.2, Glyph::Cross, Ink::Failed.into());
        self.out.push(Draw::Glyph { x, y, size, glyph, tone });
    }

    fn ring(&mut self, rect: Rect) {
        let (radius, width, dash, tone) = (4.0, 1.6, Dash::Solid, Ink::Accent.into());
        self.out.push(Draw::Stroke { rect, radius, width, dash, tone });
    }
}

/// What stands below a broker's name: the partitions that it leads.
fn leads(row: &Row, words: &Words) -> String {
    let mut led: Vec<u8> =
        row.marks.all.iter().filter(|mark| mark.lane == 0).map(|mark| mark.hue).collect();
    led.sort_unstable();
    led.dedup();
    if led.is_empty() {
        return words.follower.clone();
    }
    let names: Vec<String> = led.iter().map(|partition| format!("p{partition}")).collect();
    format!("{} {}", words.leader, names.join(" "))
}

/// The step of the axis's ticks for ticks at least `us` apart.
fn axis_step(us: f64) -> i64 {
    let mut step = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            if (step * factor) as f64 >= us {
                return step * factor;
            }
        }
        if step > i64::MAX / 100 {
            return step;
        }
        step *= 10;
    }
}

fn axis_label(time: i64, step: i64) -> String {
    if step >= 1_000_000 {
        format!("{} s", time / 1_000_000)
    } else if step >= 1_000 {
        format!("{} ms", time / 1_000)
    } else if step >= 100 {
        format!("{:.1} ms", time as f64 / 1_000.0)
    } else {
        format!("{time} µs")
    }
}

/// Everything on the way of the records behind a fact: their sends, batch, requests, appends, copies
/// and callbacks.
fn path_of(trace: &Trace, fact: FactId) -> BTreeSet<FactId> {
    let row = fact.row();
    let batches: BTreeSet<u32> = match fact.kind() {
        Kind::Open => BTreeSet::from([row]),
        Kind::Send => BTreeSet::from([trace.sends.batch().get(row).0]),
        Kind::Append => BTreeSet::from([trace.appends.batch().get(row).0]),
        Kind::Request => {
            let request = trace.requests.row(row);
            (request.drains..request.drains + u32::from(request.batches))
                .map(|drain| trace.drains.batch().get(drain).0)
                .collect()
        }
        Kind::Callback => {
            let record = trace.callbacks.record().get(row);
            BTreeSet::from([trace.sends.batch().get(record.0).0])
        }
        Kind::Copy => {
            let copy = trace.copies.row(row);
            let appends = trace.appends.rows().filter(|append| {
                append.offset >= copy.from
                    && append.offset < copy.to
                    && trace.opens.partition().get(append.batch.0) == copy.partition
            });
            appends.map(|append| append.batch.0).collect()
        }
        _ => BTreeSet::new(),
    };
    let mut path = BTreeSet::from([fact]);
    for batch in batches.iter().copied().filter(|batch| *batch != NONE) {
        follow(trace, BatchId(batch), &mut path);
    }
    path
}

fn follow(trace: &Trace, batch: BatchId, path: &mut BTreeSet<FactId>) {
    path.insert(FactId::new(Kind::Open, batch.0));
    let records: BTreeSet<u32> = trace.records_of(batch).map(|record| record.0).collect();
    path.extend(records.iter().map(|record| FactId::new(Kind::Send, *record)));
    for drain in trace.drains.rows().filter(|drain| drain.batch == batch) {
        path.insert(FactId::new(Kind::Request, drain.request.0));
    }
    let partition = trace.opens.partition().get(batch.0);
    for (number, append) in (0..).zip(trace.appends.rows()) {
        if append.batch != batch {
            continue;
        }
        path.insert(FactId::new(Kind::Append, number));
        for (number, copy) in (0..).zip(trace.copies.rows()) {
            if copy.partition == partition && copy.from <= append.offset && append.offset < copy.to
            {
                path.insert(FactId::new(Kind::Copy, number));
            }
        }
    }
    for (number, callback) in (0..).zip(trace.callbacks.rows()) {
        if records.contains(&callback.record.0) {
            path.insert(FactId::new(Kind::Callback, number));
        }
    }
}
