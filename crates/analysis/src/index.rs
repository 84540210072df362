//! Which facts are about which record, batch or request: built once for a trace, in linear time.

use crate::groups::{Groups, last_of};
use litemap::LiteMap;
use trace::facts::{Append, Callback, Drain, Finish, Refusal, RequestEnd};
use trace::{BlockReason, FactId, Kind, NONE, RequestFate, Trace};
use units::{BatchId, Offset, RecordId, RequestId, TopicPartition};

/// What the application was told about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A callback without an exception, on a broker's word.
    Acknowledged,
    /// The same with `acks=0`: told, and confirmed by nobody.
    Unconfirmed,
    /// An exception, from the callback or from `send`.
    Failed,
    /// Nothing, so far.
    Nothing,
}

impl Told {
    /// Whether the application takes the record for written: a callback without an exception.
    #[must_use]
    pub fn is_acknowledged(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Unconfirmed)
    }
}

/// Which facts are about which record, batch or request.
#[derive(Clone, Debug)]
pub struct Index {
    /// By record: row of its callback.
    callbacks: Vec<u32>,
    /// Records that `send` refused, with the row: sorted.
    refusals: Vec<(RecordId, u32)>,
    /// Records that waited inside `send`, with the row of the last wait: sorted.
    waits: Vec<(RecordId, u32)>,
    /// By batch: how many of its partition were opened before it.
    numbers: Vec<u32>,
    closes: Vec<u32>,
    finishes: Vec<u32>,
    drains: Groups,
    retries: Groups,
    appends: Groups,
    /// By request.
    ends: Vec<u32>,
    reads: Vec<u32>,
    answers: Vec<u32>,
}

impl Index {
    /// Reads a trace.
    #[must_use]
    pub fn new(trace: &Trace) -> Self {
        let (batches, requests) = (trace.opens.len(), trace.requests.len());
        let mut callbacks = vec![NONE; trace.sends.len() as usize];
        for (row, callback) in (0..).zip(trace.callbacks.rows()) {
            let mut record = callback.record;
            for _ in 0..callback.count {
                callbacks[record.index()] = row;
                record = trace.next_in_batch(record);
            }
        }
        let mut refusals: Vec<(RecordId, u32)> =
            (0..).zip(trace.refusals.rows()).map(|(row, refusal)| (refusal.record, row)).collect();
        refusals.sort_unstable();
        let inside_send = |block: &trace::facts::Block| block.why != BlockReason::Get;
        let waits: LiteMap<RecordId, u32> = (0..)
            .zip(trace.blocks.rows())
            .filter(|(_, block)| inside_send(block))
            .map(|(row, block)| (block.record, row))
            .collect();
        let finishes = trace.finishes.rows().map(|f| if f.late { NONE } else { f.batch.0 });
        let mut opened: LiteMap<TopicPartition, u32> = LiteMap::new();
        let number = |partition: TopicPartition| {
            let opened = opened.entry(partition).or_insert(0);
            *opened += 1;
            *opened - 1
        };
        Self {
            numbers: trace.opens.partition().iter().map(number).collect(),
            callbacks,
            refusals,
            waits: waits.into_iter().collect(),
            closes: last_of(batches, trace.closes.rows().map(|close| close.batch.0)),
            finishes: last_of(batches, finishes),
            drains: Groups::new(batches, trace.drains.rows().map(|drain| drain.batch.0)),
            retries: Groups::new(batches, trace.retries.rows().map(|retry| retry.batch.0)),
            appends: Groups::new(batches, trace.appends.rows().map(|append| append.batch.0)),
            ends: last_of(requests, trace.request_ends.rows().map(|end| end.request.0)),
            reads: last_of(requests, trace.reads.rows().map(|read| read.request.0)),
            answers: last_of(requests, trace.answers.rows().map(|answer| answer.request.0)),
        }
    }

    /// Row of the record's callback.
    #[must_use]
    pub fn callback_row(&self, record: RecordId) -> Option<u32> {
        self.callbacks.get(record.index()).copied().filter(|row| *row != NONE)
    }

    /// The record's callback.
    #[must_use]
    pub fn callback(&self, trace: &Trace, record: RecordId) -> Option<Callback> {
        self.callback_row(record).map(|row| trace.callbacks.row(row))
    }

    /// Row of the record's refusal by `send`.
    #[must_use]
    pub fn refusal_row(&self, record: RecordId) -> Option<u32> {
        let position = self.refusals.binary_search_by_key(&record, |(record, _)| *record).ok()?;
        Some(self.refusals[position].1)
    }

    /// The record's refusal by `send`.
    #[must_use]
    pub fn refusal(&self, trace: &Trace, record: RecordId) -> Option<Refusal> {
        self.refusal_row(record).map(|row| trace.refusals.row(row))
    }

    /// Row of the last wait inside the record's `send`.
    #[must_use]
    pub fn last_wait(&self, record: RecordId) -> Option<u32> {
        let position = self.waits.binary_search_by_key(&record, |(record, _)| *record).ok()?;
        Some(self.waits[position].1)
    }

    /// What the application was told about the record in the end.
    #[must_use]
    pub fn told(&self, trace: &Trace, record: RecordId) -> Told {
        match self.callback(trace, record) {
            Some(callback) if callback.failure != NONE => Told::Failed,
            Some(callback) if self.is_unconfirmed(trace, &callback) => Told::Unconfirmed,
            Some(_) => Told::Acknowledged,
            None if self.refusal_row(record).is_some() => Told::Failed,
            None => Told::Nothing,
        }
    }

    /// Whether a callback comes from a request that was only written.
    fn is_unconfirmed(&self, trace: &Trace, callback: &Callback) -> bool {
        let Some(finish) = callback.cause.fact().filter(|fact| fact.kind() == Kind::Finish) else {
            return false;
        };
        let cause = trace.finishes.cause().get(finish.row()).fact();
        cause
            .filter(|fact| fact.kind() == Kind::RequestEnd)
            .is_some_and(|end| trace.request_ends.fate().get(end.row()) == RequestFate::NoAck)
    }

    /// The offset that the record's callback told; -1 for none.
    #[must_use]
    pub fn told_offset(&self, trace: &Trace, record: RecordId) -> Offset {
        let Some(callback) = self.callback(trace, record) else { return Offset::NONE };
        if callback.failure != NONE || callback.offset == Offset::NONE {
            return Offset::NONE;
        }
        let index = trace.sends.index();
        callback.offset + (index.get(record.0) - index.get(callback.record.0))
    }

    /// The batch that has the record, and those that it was split from, the last one first.
    pub fn batches_of<'t>(
        &self,
        trace: &'t Trace,
        record: RecordId,
    ) -> impl Iterator<Item = BatchId> + use<'t> {
        let known = |batch: BatchId| (batch.0 != NONE).then_some(batch);
        let first = known(trace.sends.batch().get(record.0));
        core::iter::successors(first, move |batch| known(trace.opens.parent().get(batch.0)))
    }

    /// What a batch is called on the page: `p0#3` is the fourth of partition 0.
    #[must_use]
    pub fn batch_name(&self, trace: &Trace, batch: BatchId) -> String {
        let partition = trace.opens.partition().get(batch.0).partition;
        format!("p{partition}#{}", self.numbers.get(batch.index()).copied().unwrap_or_default())
    }

    /// Row of the fact that closed the batch for appends.
    #[must_use]
    pub fn close_row(&self, batch: BatchId) -> Option<u32> {
        self.closes.get(batch.index()).copied().filter(|row| *row != NONE)
    }

    /// Row of the batch's result.
    #[must_use]
    pub fn finish_row(&self, batch: BatchId) -> Option<u32> {
        self.finishes.get(batch.index()).copied().filter(|row| *row != NONE)
    }

    /// The batch's result.
    #[must_use]
    pub fn finish(&self, trace: &Trace, batch: BatchId) -> Option<Finish> {
        self.finish_row(batch).map(|row| trace.finishes.row(row))
    }

    /// Rows of the batch's tries.
    #[must_use]
    pub fn drain_rows(&self, batch: BatchId) -> &[u32] {
        self.drains.of(batch.0)
    }

    /// The batch's tries, in order.
    pub fn drains<'t>(
        &'t self,
        trace: &'t Trace,
        batch: BatchId,
    ) -> impl ExactSizeIterator<Item = Drain> + 't {
        self.drain_rows(batch).iter().map(|row| trace.drains.row(*row))
    }

    /// Rows of the batch's returns to its queue.
    #[must_use]
    pub fn retry_rows(&self, batch: BatchId) -> &[u32] {
        self.retries.of(batch.0)
    }

    /// Rows of what leaders did with the batch.
    #[must_use]
    pub fn append_rows(&self, batch: BatchId) -> &[u32] {
        self.appends.of(batch.0)
    }

    /// What leaders did with the batch, in order.
    pub fn appends<'t>(
        &'t self,
        trace: &'t Trace,
        batch: BatchId,
    ) -> impl ExactSizeIterator<Item = Append> + 't {
        self.append_rows(batch).iter().map(|row| trace.appends.row(*row))
    }

    /// Row of the request's end.
    #[must_use]
    pub fn end_row(&self, request: RequestId) -> Option<u32> {
        self.ends.get(request.index()).copied().filter(|row| *row != NONE)
    }

    /// The request's end.
    #[must_use]
    pub fn end(&self, trace: &Trace, request: RequestId) -> Option<RequestEnd> {
        self.end_row(request).map(|row| trace.request_ends.row(row))
    }

    /// The fact that a broker began to serve the request.
    #[must_use]
    pub fn read(&self, request: RequestId) -> Option<FactId> {
        let row = self.reads.get(request.index()).copied().filter(|row| *row != NONE)?;
        Some(FactId::new(Kind::Read, row))
    }

    /// The fact that the answer to the request left.
    #[must_use]
    pub fn answer(&self, request: RequestId) -> Option<FactId> {
        let row = self.answers.get(request.index()).copied().filter(|row| *row != NONE)?;
        Some(FactId::new(Kind::Answer, row))
    }
}

/// A record's position in one of its batches: in the piece that has it, or in a batch that was split.
pub(crate) fn position_in(trace: &Trace, record: RecordId, batch: BatchId) -> Option<u32> {
    if trace.sends.batch().get(record.0) == batch {
        return Some(trace.sends.index().get(record.0));
    }
    (0..).zip(trace.records_of(batch)).find(|(_, r)| *r == record).map(|(position, _)| position)
}
