//! The accumulator's queue of each partition: batches from birth until they leave, and again while
//! they wait for another try.

use super::{Row, RowKind, Slots};
use crate::index::Index;
use crate::mark::{Grade, Mark};
use crate::track::Track;
use trace::{FactId, Kind, NONE, Trace};
use units::{BatchId, SimTime, TopicPartition};

/// Batches that wait at the same time and are told apart.
const WAITING_MAX: usize = 8;

pub(super) fn rows(trace: &Trace, index: &Index) -> Vec<Row> {
    let count = index.partitions.len();
    let place =
        |partition: TopicPartition| index.partitions.partition_point(|other| *other < partition);
    let mut slots: Vec<Slots> = (0..count).map(|_| Slots::new(WAITING_MAX)).collect();
    for (number, open) in (0..).zip(trace.opens.rows()) {
        let batch = BatchId(number);
        let left = left(trace, index, batch);
        if left.0 < 0 {
            continue;
        }
        let mut mark = Mark::new(FactId::new(Kind::Open, number), open.at, left);
        mark.count = open.records;
        mark.hue = index.hue_of(open.partition);
        mark.form = fill(trace, index, batch);
        mark.grade = index.fates.of_batch(batch);
        if gave_up(trace, index, batch) {
            mark.grade = mark.grade.max(Grade::Failed);
        }
        slots[place(open.partition)].push(mark);
    }
    let mut again: Vec<Vec<Mark>> = vec![Vec::new(); count];
    for (number, retry) in (0..).zip(trace.retries.rows()) {
        let drained = index.drains_of(retry.batch).map(|row| trace.drains.at().get(row));
        let next = drained.into_iter().find(|at| *at >= retry.at);
        let ended = finished(trace, index, retry.batch).filter(|at| *at >= retry.at);
        let until = next.or(ended).unwrap_or(index.end);
        let partition = trace.opens.partition().get(retry.batch.0);
        let mut mark = Mark::new(FactId::new(Kind::Retry, number), retry.at, until);
        mark.hue = index.hue_of(partition);
        mark.count = trace.opens.records().get(retry.batch.0);
        again[place(partition)].push(mark);
    }
    let rows = index.partitions.iter().zip(slots).zip(again);
    let rows = rows.filter(|((_, slots), _)| !slots.lanes.is_empty());
    let rows = rows.map(|((partition, slots), again)| {
        let mut row = Row::new(RowKind::Accumulator(*partition), slots.into_tracks());
        row.under = Track::new(again);
        row
    });
    rows.collect()
}

/// How full a batch got, of 255: what [`Mark::form`] means here.
fn fill(trace: &Trace, index: &Index, batch: BatchId) -> u8 {
    let weighed = u64::from(index.weight_of(trace, batch).weighed);
    let room = weighed.max(u64::from(trace.opens.capacity().get(batch.0))).max(1);
    (weighed * u64::from(u8::MAX)).div_ceil(room) as u8
}

/// When a batch left for the first time, or ended without leaving.
fn left(trace: &Trace, index: &Index, batch: BatchId) -> SimTime {
    let drained = index.drains_of(batch).next().map(|row| trace.drains.at().get(row));
    drained.or_else(|| finished(trace, index, batch)).unwrap_or(index.end)
}

fn finished(trace: &Trace, index: &Index, batch: BatchId) -> Option<SimTime> {
    let finish = index.finish[batch.index()];
    (finish != NONE).then(|| trace.finishes.at().get(finish))
}

/// It ended without ever leaving.
fn gave_up(trace: &Trace, index: &Index, batch: BatchId) -> bool {
    let finish = index.finish[batch.index()];
    index.drains_of(batch).next().is_none()
        && finish != NONE
        && trace.finishes.failure().get(finish) != NONE
}
