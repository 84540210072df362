//! The state as a fold over facts: what lives at a moment, and how each fact changes it.
//!
//! Facts of one instant are read in the order of their kinds, which is not always that of their causes
//! (with `acks=0` a batch is opened, sent and done at once). So every step only counts, and what lives
//! on is decided by the counts when the instant is over.

use super::pool::Pool;
use crate::cluster::ClusterView;
use crate::index::Index;
use std::collections::{BTreeMap, BTreeSet};
use trace::{BlockReason, ConnectionState, FactId, Kind, NONE, Trace};
use units::{BatchId, BrokerId, Bytes, ConnectionId, RecordId, RequestId, SimTime};

/// The kinds that change the state, in reading order.
pub(super) const KINDS: [Kind; 18] = [
    Kind::BrokerState,
    Kind::Leader,
    Kind::Isr,
    Kind::Connection,
    Kind::ProducerId,
    Kind::RequestEnd,
    Kind::Retry,
    Kind::Split,
    Kind::Finish,
    Kind::Callback,
    Kind::Call,
    Kind::Send,
    Kind::Block,
    Kind::Refusal,
    Kind::Open,
    Kind::Close,
    Kind::Drain,
    Kind::Request,
];

/// A batch between its opening and the return of its buffer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LiveBatch {
    pub(super) records: u32,
    /// Bytes of its records before compression.
    pub(super) bytes: u32,
    pub(super) opened: bool,
    pub(super) closed: bool,
    pub(super) drains: u16,
    pub(super) retries: u16,
    /// Ends of requests that carried it.
    ended: u16,
    /// Records whose callback has ended.
    told: u32,
    pub(super) split: bool,
    pub(super) finished: bool,
    /// Its buffer waits for a late result.
    held: bool,
}

impl LiveBatch {
    /// Whether it stands in its queue.
    pub(super) const fn is_queued(&self) -> bool {
        self.opened && !self.split && !self.finished && self.drains == self.retries
    }

    /// Whether a request without an end carries it.
    pub(super) const fn is_in_flight(&self) -> bool {
        self.drains > self.ended
    }
}

/// How many records have come how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls of `send`.
    pub sent: u32,
    /// Callbacks without an exception.
    pub acknowledged: u32,
    /// Callbacks with one, and calls that threw.
    pub failed: u32,
}

/// Everything that lives at a moment.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    /// Everything up to and at this moment is in.
    pub(super) at: SimTime,
    /// Next row of each kind.
    rows: [u32; KINDS.len()],
    pub(super) batches: BTreeMap<BatchId, LiveBatch>,
    /// Batches to look at when the instant is over.
    touched: Vec<BatchId>,
    pub(super) requests: BTreeSet<RequestId>,
    pub(super) connections: BTreeMap<ConnectionId, (BrokerId, ConnectionState)>,
    /// Rows of waits and calls under way.
    pub(super) blocks: Vec<u32>,
    pub(super) calls: Vec<u32>,
    pub(super) callbacks: Vec<u32>,
    /// Ends to come of waits, calls and callbacks.
    ends: Vec<(SimTime, FactId)>,
    pub(super) pool: Pool,
    pub(super) cluster: ClusterView,
    pub(super) counts: Counts,
    /// Row of the last producer id.
    pub(super) producer: Option<u32>,
}

impl Fold {
    pub(super) fn new(memory: Bytes) -> Self {
        Self {
            at: SimTime(i64::MIN),
            rows: [0; KINDS.len()],
            batches: BTreeMap::new(),
            touched: Vec::new(),
            requests: BTreeSet::new(),
            connections: BTreeMap::new(),
            blocks: Vec::new(),
            calls: Vec::new(),
            callbacks: Vec::new(),
            ends: Vec::new(),
            pool: Pool::new(memory),
            cluster: ClusterView::default(),
            counts: Counts::default(),
            producer: None,
        }
    }

    /// How much lives: what a copy costs.
    pub(super) fn size(&self) -> u32 {
        let lives = self.batches.len() + self.requests.len() + self.connections.len();
        (lives + self.cluster.partitions.len() + self.cluster.brokers.len()) as u32
    }

    /// The next moment at which something changes; `NEVER` for none.
    pub(super) fn next_at(&self, trace: &Trace) -> SimTime {
        let facts = KINDS.iter().zip(&self.rows).map(|(kind, row)| {
            if *row < trace.len_of(*kind) {
                trace.at(FactId::new(*kind, *row))
            } else {
                SimTime::NEVER
            }
        });
        let ends = self.ends.iter().map(|(end, _)| *end);
        facts.chain(ends).min().unwrap_or(SimTime::NEVER)
    }

    /// Takes over everything of one moment, the next one; returns the number of facts.
    pub(super) fn instant(&mut self, trace: &Trace, index: &Index, at: SimTime) -> u32 {
        let mut facts = 0;
        for (position, kind) in KINDS.iter().enumerate() {
            let rows = trace.len_of(*kind);
            while self.rows[position] < rows {
                let id = FactId::new(*kind, self.rows[position]);
                if trace.at(id) != at {
                    break;
                }
                self.rows[position] += 1;
                facts += 1;
                self.apply(trace, index, id, at);
            }
        }
        while let Some(position) = self.ends.iter().position(|(end, _)| *end == at) {
            let (_, id) = self.ends.swap_remove(position);
            facts += 1;
            self.ended(trace, index, id);
        }
        for batch in core::mem::take(&mut self.touched) {
            self.settle(trace, batch);
        }
        self.at = at;
        facts
    }

    fn batch(&mut self, batch: BatchId) -> &mut LiveBatch {
        self.touched.push(batch);
        self.batches.entry(batch).or_default()
    }

    fn apply(&mut self, trace: &Trace, index: &Index, id: FactId, at: SimTime) {
        let row = id.row();
        match id.kind() {
            Kind::BrokerState => self.cluster.broker_state(trace, row),
            Kind::Leader => self.cluster.leader(trace, row),
            Kind::Isr => self.cluster.in_sync(trace, row),
            Kind::Connection => self.connection(trace, row),
            Kind::ProducerId => self.producer = Some(row),
            Kind::RequestEnd => {
                let request = trace.request_ends.request().get(row);
                self.requests.remove(&request);
                let first = trace.requests.drains().get(request.0);
                for drain in first..first + u32::from(trace.requests.batches().get(request.0)) {
                    self.batch(trace.drains.batch().get(drain)).ended += 1;
                }
            }
            Kind::Retry => self.batch(trace.retries.batch().get(row)).retries += 1,
            Kind::Split => self.batch(trace.splits.batch().get(row)).split = true,
            Kind::Finish => {
                let finish = trace.finishes.row(row);
                let live = self.batch(finish.batch);
                live.held = finish.held;
                live.finished |= !finish.late;
            }
            Kind::Callback => {
                let count = trace.callbacks.count().get(row);
                if trace.callbacks.failure().get(row) == NONE {
                    self.counts.acknowledged += count;
                } else {
                    self.counts.failed += count;
                }
                self.callbacks.push(row);
                self.ends.push((trace.callbacks.until().get(row), id));
            }
            Kind::Call => {
                self.calls.push(row);
                self.ends.push((trace.calls.until().get(row), id));
            }
            Kind::Send => {
                self.counts.sent += 1;
                let record = RecordId(row);
                if index.last_wait(record).is_none() {
                    self.joined(trace, record);
                }
            }
            Kind::Block => {
                let block = trace.blocks.row(row);
                if let BlockReason::Memory { needed, .. } = block.why {
                    self.pool.wait(block.record, row, needed);
                }
                self.blocks.push(row);
                self.ends.push((block.until, id));
            }
            Kind::Refusal => {
                let record = trace.refusals.record().get(row);
                self.counts.failed += u32::from(index.callback_row(record).is_none());
            }
            Kind::Open => {
                let open = trace.opens.row(row);
                let whole = open.parent.0 == NONE;
                let live = self.batch(BatchId(row));
                live.opened = true;
                if whole {
                    self.pool.take(Bytes(i64::from(open.capacity)));
                } else {
                    live.records = open.records;
                }
            }
            Kind::Close => self.batch(trace.closes.batch().get(row)).closed = true,
            Kind::Drain => self.batch(trace.drains.batch().get(row)).drains += 1,
            Kind::Request => {
                let request = RequestId(row);
                if index.end(trace, request).is_none_or(|end| end.at > at) {
                    self.requests.insert(request);
                }
            }
            _ => {}
        }
    }

    /// The record is in its batch now.
    fn joined(&mut self, trace: &Trace, record: RecordId) {
        let mut batch = trace.sends.batch().get(record.0);
        if batch.0 == NONE {
            return;
        }
        // the batch that it joined, of which the one that has it in the end may be a piece
        while trace.opens.parent().get(batch.0).0 != NONE {
            batch = trace.opens.parent().get(batch.0);
        }
        let bytes = trace.sends.bytes().get(record.0);
        let live = self.batch(batch);
        live.records += 1;
        live.bytes += bytes;
    }

    /// A wait, a call or a callback has come to its end.
    fn ended(&mut self, trace: &Trace, index: &Index, id: FactId) {
        let row = id.row();
        match id.kind() {
            Kind::Block => {
                self.blocks.retain(|block| *block != row);
                self.pool.leave(row);
                let record = trace.blocks.record().get(row);
                if index.last_wait(record) == Some(row) {
                    self.joined(trace, record);
                }
            }
            Kind::Call => self.calls.retain(|call| *call != row),
            Kind::Callback => {
                self.callbacks.retain(|callback| *callback != row);
                let finish = trace.callbacks.cause().get(row).fact();
                if let Some(finish) = finish.filter(|fact| fact.kind() == Kind::Finish) {
                    let batch = trace.finishes.batch().get(finish.row());
                    self.batch(batch).told += trace.callbacks.count().get(row);
                }
            }
            _ => {}
        }
    }

    fn connection(&mut self, trace: &Trace, row: u32) {
        let fact = trace.connections.row(row);
        match fact.state {
            ConnectionState::Disconnected | ConnectionState::ClosedByClient => {
                self.connections.remove(&fact.connection);
                self.requests.retain(|request| {
                    trace.requests.connection().get(request.0) != fact.connection
                });
            }
            state => {
                self.connections.insert(fact.connection, (fact.node, state));
            }
        }
    }

    /// A batch's buffer goes back when its callbacks have run and no request carries it any more, or
    /// when it is split. Source: `Sender.completeBatch`, `failExpiredBatches`,
    /// `RecordAccumulator.deallocate`.
    fn settle(&mut self, trace: &Trace, batch: BatchId) {
        let Some(live) = self.batches.get(&batch) else { return };
        let open = trace.opens.row(batch.0);
        let told = live.finished && live.told == open.records;
        if live.opened && (live.split || told) && !live.held && !live.is_in_flight() {
            self.batches.remove(&batch);
            if open.parent.0 == NONE {
                self.pool.give_back(Bytes(i64::from(open.capacity)));
            }
        }
    }
}
