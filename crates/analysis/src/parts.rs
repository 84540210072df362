//! One record's way from the wish to send it to its callback, split into parts that follow each other
//! without a gap: where its latency went.

use crate::index::Index;
use trace::{BlockReason, FactId, Kind, NONE, Trace};
use units::{BatchId, Micros, RecordId, RequestId, SimTime};

/// What a record waited for during a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// The application wanted to send, and its thread was busy.
    WaitForSend,
    /// `send` waited for metadata.
    WaitForMetadata,
    /// `send` waited for buffer memory.
    WaitForMemory,
    /// In its batch, which could not leave yet.
    InBatch,
    /// In its batch, which could have left and was held back.
    Held,
    /// The request of the n-th try (from 0): from the drain until a broker served it.
    ToBroker(u16),
    /// The broker worked on it, until the append.
    AtBroker(u16),
    /// Appended, and the answer waited: for replicas, or for what delayed it.
    Replicating(u16),
    /// The answer was on its way, or waited to be looked at.
    Response(u16),
    /// No answer came: until the connection was lost, or the time ran out.
    Unanswered(u16),
    /// Back in the queue behind the n-th try: back-off, and what else held it.
    BackOff(u16),
    /// The batch had its result, and other callbacks went first.
    BeforeCallback,
    /// Its own callback ran. Not part of the latency.
    InCallback,
}

/// A part of a record's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the record waited for.
    pub kind: PartKind,
    /// When it began.
    pub from: SimTime,
    /// When it ended.
    pub to: SimTime,
    /// The fact that began it.
    pub fact: FactId,
}

impl Part {
    /// How long it lasted.
    #[must_use]
    pub fn length(&self) -> Micros {
        self.to.since(self.from)
    }
}

/// The parts of a record's way, in order; parts without length are left out. A record without a result
/// has parts up to the end of the run.
#[must_use]
pub fn parts(trace: &Trace, index: &Index, record: RecordId) -> Vec<Part> {
    let send = trace.sends.row(record.0);
    let called = FactId::new(Kind::Send, record.0);
    let mut cuts = vec![(send.wanted, PartKind::WaitForSend, called)];
    cuts.push((send.called, PartKind::InBatch, called));
    if let Some(last) = index.last_wait(record) {
        waits(trace, record, last, &mut cuts);
    }
    // a record can join a batch that could have left already
    let joined = cuts.last().map_or(send.called, |(at, ..)| *at);
    let batches: Vec<BatchId> = index.batches_of(trace, record).collect();
    for batch in batches.iter().rev() {
        tries(trace, index, *batch, joined, &mut cuts);
        if trace.opens.parent().get(batch.0).0 != NONE {
            let born = FactId::new(Kind::Open, batch.0);
            cuts.push((trace.at(born), PartKind::Held, born));
        }
    }
    cuts.sort_by_key(|(at, ..)| *at);
    let run_end = trace.end.map_or(SimTime::NEVER, |(at, _)| at);
    let mut end = run_end;
    let mut callback = None;
    if let Some(row) = index.callback_row(record) {
        let told = FactId::new(Kind::Callback, row);
        end = trace.at(told);
        let finish = batches.first().and_then(|batch| index.finish_row(*batch));
        if let Some(row) = finish {
            let finish = FactId::new(Kind::Finish, row);
            cuts.retain(|(at, ..)| *at <= trace.at(finish));
            cuts.push((trace.at(finish), PartKind::BeforeCallback, finish));
        }
        callback = Some((end, trace.callbacks.until().get(row).min(run_end), told));
    } else if let Some(row) = index.refusal_row(record) {
        end = trace.refusals.at().get(row);
    }
    let mut parts: Vec<Part> = Vec::with_capacity(cuts.len());
    let ends = cuts.iter().skip(1).map(|(at, ..)| *at).chain([end]);
    for ((from, kind, fact), to) in cuts.iter().zip(ends) {
        let to = to.min(end);
        if to > *from {
            parts.push(Part { kind: *kind, from: *from, to, fact: *fact });
        }
    }
    if let Some((from, to, fact)) = callback.filter(|(from, to, _)| to > from) {
        parts.push(Part { kind: PartKind::InCallback, from, to, fact });
    }
    parts
}

type Cut = (SimTime, PartKind, FactId);

/// Waits inside `send`; behind the last the record is in its batch.
fn waits(trace: &Trace, record: RecordId, last: u32, cuts: &mut Vec<Cut>) {
    // a record's waits follow its call, so they lie between that and the last one
    let first = trace.first_row(Kind::Block, trace.sends.called().get(record.0));
    for row in (first..=last).filter(|row| trace.blocks.record().get(*row) == record) {
        let block = trace.blocks.row(row);
        let kind = match block.why {
            BlockReason::Metadata => PartKind::WaitForMetadata,
            BlockReason::Memory { .. } => PartKind::WaitForMemory,
            BlockReason::Get => continue,
        };
        let fact = FactId::new(Kind::Block, row);
        cuts.push((block.at, kind, fact));
        if row == last && block.until != SimTime::NEVER {
            cuts.push((block.until, PartKind::InBatch, fact));
        }
    }
}

fn tries(trace: &Trace, index: &Index, batch: BatchId, joined: SimTime, cuts: &mut Vec<Cut>) {
    for row in index.drain_rows(batch) {
        let drain = trace.drains.row(*row);
        let (attempt, left) = (drain.attempts, FactId::new(Kind::Drain, *row));
        if attempt == 0
            && let Some(sendable) = sendable_since(trace, &drain)
        {
            cuts.push((sendable.max(joined), PartKind::Held, left));
        }
        let request = RequestId(drain.request.0);
        let end = index.end_row(request).map(|row| FactId::new(Kind::RequestEnd, row));
        match (index.read(request), index.answer(request)) {
            (Some(read), Some(answer)) => {
                cuts.push((drain.at, PartKind::ToBroker(attempt), left));
                cuts.push((trace.at(read), PartKind::AtBroker(attempt), read));
                let append = index
                    .append_rows(batch)
                    .iter()
                    .find(|row| read.row() == trace.appends.read().get(**row));
                if let Some(row) = append {
                    let append = FactId::new(Kind::Append, *row);
                    cuts.push((trace.at(append), PartKind::Replicating(attempt), append));
                }
                cuts.push((trace.at(answer), PartKind::Response(attempt), answer));
            }
            _ => cuts.push((drain.at, PartKind::Unanswered(attempt), left)),
        }
        let back = index.retry_rows(batch).get(usize::from(attempt));
        if let (Some(end), Some(_)) = (end, back) {
            cuts.push((trace.at(end), PartKind::BackOff(attempt), end));
        }
    }
}

/// Since when a batch could have left: the first of the conditions that send it. Nothing for one that
/// rode along.
fn sendable_since(trace: &Trace, drain: &trace::facts::Drain) -> Option<SimTime> {
    let rows = drain.conditions..drain.conditions + u32::from(drain.condition_count);
    let conditions = rows.map(|row| trace.conditions.row(row));
    conditions.filter(|condition| condition.what.sends()).map(|condition| condition.since).min()
}
