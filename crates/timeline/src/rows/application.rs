//! The application's thread: calls of `send`, and the times at which it stood still.

use super::{Row, RowKind};
use crate::index::{Index, begin};
use crate::mark::{Grade, Mark};
use crate::track::Track;
use trace::{FactId, Kind, NONE, PartitionRule, Thread, Trace};
use units::TopicPartition;

pub(super) fn row(trace: &Trace, index: &Index) -> Row {
    let refused: Vec<u32> = {
        let mut refused: Vec<u32> = trace.refusals.record().iter().map(|record| record.0).collect();
        refused.sort_unstable();
        refused
    };
    let mut sends = Vec::with_capacity(trace.sends.len() as usize);
    for (row, send) in (0..).zip(trace.sends.rows()) {
        if send.called.0 < 0 {
            continue;
        }
        let mut mark = Mark::at(FactId::new(Kind::Send, row), send.called);
        if send.rule != PartitionRule::Unchosen {
            let (topic, partition) = (send.topic, send.partition);
            mark.hue = index.hue_of(TopicPartition { topic, partition });
        }
        mark.grade = index.fates.of_record(units::RecordId(row));
        if refused.binary_search(&row).is_ok() {
            mark.grade = mark.grade.max(Grade::Failed);
        }
        // a send from a callback is not the application's thread
        mark.form = u8::from(send.thread == Thread::Io);
        sends.push(mark);
    }
    let mut row = Row::new(RowKind::Application, vec![Track::new(sends)]);
    row.under = Track::new(waits(trace, index));
    row
}

/// Waits inside `send` and in `get`, and the calls of `flush` and `close`.
fn waits(trace: &Trace, index: &Index) -> Vec<Mark> {
    let mut waits = Vec::new();
    for number in begin(trace, Kind::Block)..trace.blocks.len() {
        let block = trace.blocks.row(number);
        let until = block.until.min(index.end);
        let mut mark = Mark::new(FactId::new(Kind::Block, number), block.at, until);
        let send = trace.sends.row(block.record.0);
        if send.rule != PartitionRule::Unchosen {
            let (topic, partition) = (send.topic, send.partition);
            mark.hue = index.hue_of(TopicPartition { topic, partition });
        }
        waits.push(mark);
    }
    for number in begin(trace, Kind::Call)..trace.calls.len() {
        let call = trace.calls.row(number);
        let mut mark =
            Mark::new(FactId::new(Kind::Call, number), call.at, call.until.min(index.end));
        if call.threw != NONE {
            mark.grade = Grade::Failed;
        }
        waits.push(mark);
    }
    waits
}

/// Faults of the scenario, for the lines through all rows.
pub(super) fn faults(trace: &Trace) -> Track {
    let first = begin(trace, Kind::Fault);
    let marks = (first..trace.faults.len()).map(|number| {
        let mut mark = Mark::at(FactId::new(Kind::Fault, number), trace.faults.at().get(number));
        mark.grade = Grade::Failed;
        mark
    });
    Track::new(marks.collect())
}
