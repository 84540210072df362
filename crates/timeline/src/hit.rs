//! What lies under a point: the same layout as painting, found by bisection.

use crate::place::Layer;
use crate::rows::{Row, RowKind, Timeline};
use crate::track::Track;
use crate::view::View;
use trace::{FactId, Kind, NONE, Trace};
use units::{BatchId, Bytes, Micros, Offset, RecordId, SimTime};

/// Comparisons that a hit test may take, bisections included.
const COMPARISONS_MAX: u32 = 64;
/// Of these, marks of one track that are looked at one by one: they may lie over each other.
const NEIGHBOURS_MAX: u32 = 10;
/// Pixels around a mark that still count.
const SLACK: f64 = 5.0;

/// What was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The row under the point.
    pub row: RowKind,
    /// The moment under the point.
    pub time: SimTime,
    /// The fact, if one is near.
    pub fact: Option<FactId>,
    /// What the fact's mark shows at that moment.
    pub value: Option<Value>,
    /// Comparisons of times that it took.
    pub comparisons: u32,
}

/// What a mark shows at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A batch: how full it was.
    Fill {
        /// Records in it.
        records: u32,
        /// Bytes of the batch with these: its header, and what compression leaves of them.
        bytes: Bytes,
        /// Bytes of its buffer.
        capacity: Bytes,
    },
    /// Records in a log.
    Offsets {
        /// The first.
        from: Offset,
        /// The one behind the last.
        to: Offset,
    },
    /// A high watermark.
    Committed(Offset),
    /// A request: since when it is in flight.
    InFlight {
        /// Its age at that moment.
        age: Micros,
        /// Its records.
        records: u32,
    },
    /// A stretch: how long it lasts.
    Lasts(Micros),
    /// Records.
    Records(u32),
}

impl Timeline {
    /// The row and the fact under a point; `None` outside of the rows.
    #[must_use]
    pub fn hit(&self, trace: &Trace, view: &View, x: f64, y: f64) -> Option<Hit> {
        let layout = self.layout(view);
        let row = layout.iter().find(|row| y >= row.rect.y && y < row.rect.bottom())?;
        let time = view.scale.time_from_x(x);
        let mut search = Search { view, x, comparisons: 0, best: None };
        let rows = &self.rows[row.row];
        let lane = ((y - row.top) / row.lane).max(0.0) as usize;
        let lane = lane.min(usize::from(row.lanes.saturating_sub(1)));
        let piled = usize::from(row.lanes) < rows.lanes.len();
        let share = 1.0 - (y - row.top) / (row.lane * f64::from(row.lanes));
        let strip = piled.then(|| (share.clamp(0.0, 0.99) * rows.lanes.len() as f64) as usize);
        for layer in layers(rows, lane, strip) {
            let track = match layer {
                Layer::Lane(lane) => &rows.lanes[lane],
                Layer::Over => &rows.over,
                Layer::Under => &rows.under,
            };
            // what lies in front wins over what lies behind, even if that is nearer
            let found = search.best.map(|(away, _)| away);
            if found == Some(0.0) || (found.is_some() && layer == Layer::Under) {
                break;
            }
            search.track(track);
        }
        let fact = search.best.map(|(_, fact)| fact);
        let value = fact.and_then(|fact| self.value(trace, fact, time));
        Some(Hit { row: row.kind, time, fact, value, comparisons: search.comparisons })
    }

    /// What a fact's mark shows at a moment.
    #[must_use]
    pub fn value(&self, trace: &Trace, fact: FactId, time: SimTime) -> Option<Value> {
        let row = fact.row();
        Some(match fact.kind() {
            Kind::Open => {
                fill(self, trace, BatchId(row), |record| trace.sends.called().get(record.0) <= time)
            }
            Kind::Request => {
                let place = self.place(trace, fact)?;
                let until = time.min(place.mark.to()).max(place.mark.from);
                Value::InFlight { age: until.since(place.mark.from), records: place.mark.count }
            }
            Kind::Append => {
                let append = trace.appends.row(row);
                let records = trace.opens.records().get(append.batch.0);
                if append.offset.0 < 0 {
                    return Some(Value::Records(records));
                }
                Value::Offsets { from: append.offset, to: append.offset + records }
            }
            Kind::Copy => {
                let copy = trace.copies.row(row);
                Value::Offsets { from: copy.from, to: copy.to }
            }
            Kind::Truncation => {
                let cut = trace.truncations.row(row);
                Value::Offsets { from: cut.to, to: cut.from }
            }
            Kind::HighWatermark => Value::Committed(trace.high_watermarks.offset().get(row)),
            Kind::Callback => Value::Records(trace.callbacks.count().get(row)),
            Kind::Send => {
                let send = trace.sends.row(row);
                if send.batch.0 == NONE {
                    return None;
                }
                fill(self, trace, send.batch, |record| record.0 <= row)
            }
            _ => {
                let mark = self.place(trace, fact)?.mark;
                Value::Lasts(mark.to().since(mark.from))
            }
        })
    }
}

/// Tracks in which to look, the front one first. Sub-rows that are drawn in one: the one at that
/// height of a pile, which grows from below, and the first.
fn layers(row: &Row, lane: usize, piled: Option<usize>) -> impl Iterator<Item = Layer> {
    let lanes = match piled {
        Some(0) | None => [Some(lane), None],
        Some(strip) => [Some(strip), Some(0)],
    };
    let lanes = lanes.into_iter().flatten().filter(|lane| *lane < row.lanes.len());
    lanes.map(Layer::Lane).chain([Layer::Over, Layer::Under])
}

struct Search<'a> {
    view: &'a View,
    x: f64,
    comparisons: u32,
    best: Option<(f64, FactId)>,
}

impl Search<'_> {
    fn track(&mut self, track: &Track) {
        let scale = &self.view.scale;
        let to = scale.time_from_x(self.x + SLACK);
        let bisection = track.marks.len().checked_ilog2().map_or(0, |steps| steps + 1);
        let left = COMPARISONS_MAX.saturating_sub(self.comparisons + bisection);
        if left == 0 {
            return;
        }
        self.comparisons += bisection;
        let last = track.marks.partition_point(|mark| mark.from <= to);
        // from the one drawn last to those under it
        for mark in track.marks[..last].iter().rev().take(left.min(NEIGHBOURS_MAX) as usize) {
            self.comparisons += 1;
            let (a, b) = (scale.x_from_time(mark.from), scale.x_from_time(mark.to()));
            let away = (a - self.x).max(self.x - b).max(0.0);
            if away <= SLACK && self.best.is_none_or(|(best, _)| away < best) {
                self.best = Some((away, mark.fact));
            }
            if away == 0.0 || (away > SLACK && !track.overlaps()) {
                break;
            }
        }
    }
}

/// Records and bytes of a batch up to the last record that is in it by then.
fn fill(
    timeline: &Timeline,
    trace: &Trace,
    batch: BatchId,
    is_in: impl Fn(RecordId) -> bool,
) -> Value {
    let open = trace.opens.row(batch.0);
    let steps = timeline.index.steps_of(batch).iter();
    // those of a large batch are counted from the nearest step on
    let (mut next, mut records, mut bytes) =
        steps.take_while(|step| is_in(step.record)).last().map_or((open.first, 0, 0), |step| {
            let counted = trace.sends.index().get(step.record.0) + 1;
            (trace.next_in_batch(step.record), counted, step.bytes)
        });
    while records < open.records && is_in(next) {
        bytes += trace.sends.bytes().get(next.0);
        records += 1;
        next = trace.next_in_batch(next);
    }
    let bytes = timeline.index.weight_of(trace, batch).of(bytes);
    let capacity = Bytes(i64::from(open.capacity));
    Value::Fill { records, bytes: Bytes(i64::from(bytes)), capacity }
}
