//! Callbacks, on whichever thread they ran.

use super::{Row, RowKind};
use crate::index::{Index, begin};
use crate::mark::{Grade, Mark};
use crate::track::Track;
use trace::{FactId, Kind, NONE, Thread, Trace};
use units::{RecordId, TopicPartition};

pub(super) fn row(trace: &Trace, index: &Index) -> Row {
    let mut marks = Vec::new();
    for number in begin(trace, Kind::Callback)..trace.callbacks.len() {
        let callback = trace.callbacks.row(number);
        let until = callback.until.min(index.end).max(callback.at);
        let mut mark = Mark::new(FactId::new(Kind::Callback, number), callback.at, until);
        let send = trace.sends.row(callback.record.0);
        let (topic, partition) = (send.topic, send.partition);
        mark.hue = index.hue_of(TopicPartition { topic, partition });
        mark.count = callback.count;
        if index.fates.of_batch(send.batch) > Grade::Plain {
            mark.grade = worst(trace, index, callback.record, callback.count);
        }
        if callback.failure != NONE {
            mark.grade = mark.grade.max(Grade::Failed);
        }
        mark.form = u8::from(callback.thread == Thread::Application);
        marks.push(mark);
    }
    Row::new(RowKind::Callbacks, vec![Track::new(marks)])
}

/// The worst of the records whose callbacks ran together: they follow each other in their batch.
fn worst(trace: &Trace, index: &Index, first: RecordId, count: u32) -> Grade {
    let next = |record: &RecordId| Some(trace.next_in_batch(*record));
    let records = std::iter::successors(Some(first), next).take(count as usize);
    records.map(|record| index.fates.of_record(record)).max().unwrap_or_default()
}
