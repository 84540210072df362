//! The way of one record: every fact that is about it, in order of time.

use crate::index::{Index, position_in};
use crate::logs::{Cell, Logs};
use crate::visible::Visibility;
use trace::{AppendResult, FactId, Kind, NONE, Trace};
use units::{BatchId, BrokerId, Offset, RecordId, SimTime};

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// `send` was called.
    Called,
    /// A thread began to wait: for metadata, for memory, in `get`.
    Waited,
    /// `send` failed at once.
    Refused,
    /// It joined a batch in the accumulator.
    Joined(BatchId),
    /// Its batch was closed for appends.
    Closed(BatchId),
    /// Its batch was cut into pieces; this one has it.
    MovedTo(BatchId),
    /// Its batch left the accumulator, with so many tries before.
    Drained(u16),
    /// The request was written.
    Written,
    /// A broker began to serve the request.
    Read(BrokerId),
    /// A leader appended it.
    Appended(BrokerId, Offset),
    /// A leader recognised its batch as a repetition.
    Recognised(BrokerId, Offset),
    /// A leader refused its batch.
    RefusedBy(BrokerId),
    /// A follower copied it.
    Copied(BrokerId, Offset),
    /// The leader's high watermark passed it: consumers can read it.
    Visible(BrokerId),
    /// A replica dropped it from its log.
    Truncated(BrokerId),
    /// The answer to the request left.
    Answered(BrokerId),
    /// The request ended for the client.
    RequestEnded,
    /// Its batch was put back into its queue.
    Retried,
    /// Its batch got its result.
    Finished,
    /// Its callback began.
    Told,
}

/// A step of a record's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: SimTime,
    /// The fact that says so.
    pub fact: FactId,
    /// What happened.
    pub kind: StepKind,
}

/// Where a record stands in a log, and on which broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Whose log.
    pub broker: BrokerId,
    /// Its offset there, since when, until when, and the fact that brought it.
    pub cell: Cell,
}

/// The offsets at which leaders appended a record, with the rows of the appends: more than one for a
/// duplicate.
#[must_use]
pub fn appended_at(trace: &Trace, index: &Index, record: RecordId) -> Vec<(Offset, u32)> {
    let mut appended = Vec::new();
    for batch in index.batches_of(trace, record) {
        for row in index.append_rows(batch) {
            let append = trace.appends.row(*row);
            let new = matches!(
                append.result,
                AppendResult::Appended | AppendResult::AppendedWithError { .. }
            );
            if let Some(position) = position_in(trace, record, batch).filter(|_| new) {
                appended.push((append.offset + position, *row));
            }
        }
    }
    appended.sort_unstable_by_key(|(_, row)| *row);
    appended.dedup_by_key(|(offset, _)| *offset);
    appended
}

/// Every stay of a record in any log, in order of time.
#[must_use]
pub fn stays(trace: &Trace, index: &Index, logs: &Logs, record: RecordId) -> Vec<Stay> {
    let mut stays = Vec::new();
    for (offset, row) in appended_at(trace, index, record) {
        let partition = trace.opens.partition().get(trace.appends.batch().get(row).0);
        for log in logs.all().iter().filter(|log| log.partition == partition) {
            let of_log = logs.stays(trace, log, record, offset).into_iter();
            stays.extend(of_log.map(|cell| Stay { broker: log.broker, cell }));
        }
    }
    stays.sort_by_key(|stay| stay.cell.since);
    stays.dedup();
    stays
}

/// The way of a record, in order of time.
#[must_use]
pub fn steps(
    trace: &Trace,
    index: &Index,
    logs: &Logs,
    visibility: &Visibility,
    record: RecordId,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut step = |kind: StepKind, fact: FactId| {
        steps.push(Step { at: trace.at(fact), fact, kind });
    };
    step(StepKind::Called, FactId::new(Kind::Send, record.0));
    let waits = (0..).zip(trace.blocks.rows()).filter(|(_, block)| block.record == record);
    for (row, _) in waits {
        step(StepKind::Waited, FactId::new(Kind::Block, row));
    }
    if let Some(row) = index.refusal_row(record) {
        step(StepKind::Refused, FactId::new(Kind::Refusal, row));
    }
    for batch in index.batches_of(trace, record) {
        let open = trace.opens.row(batch.0);
        let whole = open.parent.0 == NONE;
        if whole {
            // the first record opens its batch; a later one joins it in its own call
            let first = open.first == record;
            let joined = if first { (Kind::Open, batch.0) } else { (Kind::Send, record.0) };
            step(StepKind::Joined(batch), FactId::new(joined.0, joined.1));
        } else {
            step(StepKind::MovedTo(batch), FactId::new(Kind::Open, batch.0));
        }
        if let Some(row) = index.close_row(batch).filter(|_| whole) {
            step(StepKind::Closed(batch), FactId::new(Kind::Close, row));
        }
        tries(trace, index, batch, &mut step);
        for row in index.retry_rows(batch) {
            step(StepKind::Retried, FactId::new(Kind::Retry, *row));
        }
        if let Some(row) = index.finish_row(batch) {
            step(StepKind::Finished, FactId::new(Kind::Finish, row));
        }
    }
    if let Some(row) = index.callback_row(record) {
        step(StepKind::Told, FactId::new(Kind::Callback, row));
    }
    let partition = partition_of(trace, record);
    for stay in stays(trace, index, logs, record) {
        if stay.cell.fact.kind() == Kind::Copy {
            step(StepKind::Copied(stay.broker, stay.cell.offset), stay.cell.fact);
        }
        let visible = visibility.became_visible(trace, logs, partition, stay.broker, &stay.cell);
        if let Some(fact) = visible {
            step(StepKind::Visible(stay.broker), fact);
        }
        if let Some(fact) = truncation_of(trace, record, &stay) {
            step(StepKind::Truncated(stay.broker), fact);
        }
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// Drains, requests and what became of them.
fn tries(trace: &Trace, index: &Index, batch: BatchId, step: &mut impl FnMut(StepKind, FactId)) {
    for row in index.drain_rows(batch) {
        let drain = trace.drains.row(*row);
        let request = drain.request;
        step(StepKind::Drained(drain.attempts), FactId::new(Kind::Drain, *row));
        if trace.requests.written().get(request.0) != SimTime::NEVER {
            step(StepKind::Written, FactId::new(Kind::Request, request.0));
        }
        let node = trace.requests.node().get(request.0);
        if let Some(fact) = index.read(request) {
            step(StepKind::Read(node), fact);
        }
        if let Some(fact) = index.answer(request) {
            step(StepKind::Answered(node), fact);
        }
        if let Some(row) = index.end_row(request) {
            step(StepKind::RequestEnded, FactId::new(Kind::RequestEnd, row));
        }
    }
    for row in index.append_rows(batch) {
        let append = trace.appends.row(*row);
        let kind = match append.result {
            AppendResult::Appended | AppendResult::AppendedWithError { .. } => {
                StepKind::Appended(append.broker, append.offset)
            }
            AppendResult::Duplicate => StepKind::Recognised(append.broker, append.offset),
            AppendResult::Refused { .. } => StepKind::RefusedBy(append.broker),
        };
        step(kind, FactId::new(Kind::Append, *row));
    }
}

/// The partition of a record that is in a batch.
pub(crate) fn partition_of(trace: &Trace, record: RecordId) -> units::TopicPartition {
    let send = trace.sends.row(record.0);
    units::TopicPartition { topic: send.topic, partition: send.partition }
}

/// The truncation that ended a stay.
pub(crate) fn truncation_of(trace: &Trace, record: RecordId, stay: &Stay) -> Option<FactId> {
    if stay.cell.until == SimTime::NEVER {
        return None;
    }
    let partition = partition_of(trace, record);
    let first = trace.first_row(Kind::Truncation, stay.cell.until);
    let of_log = |row: &u32| {
        let truncation = trace.truncations.row(*row);
        truncation.broker == stay.broker
            && truncation.partition == partition
            && truncation.to <= stay.cell.offset
    };
    (first..trace.truncations.len()).find(of_log).map(|row| FactId::new(Kind::Truncation, row))
}
