//! What happened in a run: facts with their reasons and causes. This crate decides nothing.
//!
//! The store is columns, one set for each kind of fact ([`facts`]); a fact is named by a
//! [`FactId`], and [`Trace::in_order`] merges the kinds into the order of time. A fact knows the
//! fact it waited for last ([`Trace::cause`]): where identity gives it, it is derived, elsewhere
//! it is stored.
#![no_std]

extern crate alloc;

mod cause;
mod cell;
mod column;
pub mod facts;
mod id;
mod message;
mod order;
mod reason;
mod rows;
mod table;

pub use column::Column;
pub use facts::NONE;
pub use id::{Cause, FactId, Kind, Timer};
pub use reason::{
    AppendResult, BlockReason, BrokerChange, CallKind, CloseReason, Condition, ConnectionState,
    ElectionReason, ErrorCode, Failure, IdReason, IsrReason, PartitionRule, RequestFate,
    RequestKind, RoleChange, Thread, TurnReason,
};

use alloc::{string::String, vec::Vec};
use cell::{Encode, cell_enum};
use units::{BatchId, ClockMs, Offset, RecordId, SimTime};

cell_enum! {
    /// Why a run ended.
    pub enum End {
        /// Nothing was left to do.
        Finished,
        /// The scenario's limit of simulated time was reached.
        TimeLimit,
        /// The bound on events was reached: the run is cut short.
        EventLimit,
    }
}

macro_rules! traces {
    ($($(#[$doc:meta])* $field:ident: $table:ident $(=> $kind:ident by $at:ident)?),+ $(,)?) => {
        /// All facts of a run.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Trace {
            /// Names of the topics, by [`units::TopicId`]; unknown ones that the application named
            /// stand behind those of the cluster.
            pub topics: Vec<String>,
            /// Failures that facts refer to by position.
            pub failures: Vec<Failure>,
            $($(#[$doc])* pub $field: facts::$table,)+
            /// When and why the run ended; `None` while it goes on.
            pub end: Option<(SimTime, End)>,
        }

        impl Trace {
            /// Number of facts of a kind.
            #[must_use]
            pub fn len_of(&self, kind: Kind) -> u32 {
                match kind {
                    $($(Kind::$kind => self.$field.len(),)?)+
                }
            }

            /// When a fact happened.
            #[must_use]
            pub fn at(&self, id: FactId) -> SimTime {
                match id.kind() {
                    $($(Kind::$kind => self.$field.$at().get(id.row()),)?)+
                }
            }

            /// Bytes that the facts occupy, reasons and causes included.
            #[must_use]
            pub fn size(&self) -> usize {
                self.failures.capacity() * size_of::<Failure>() $(+ self.$field.size())+
            }

            fn encode_tables(&self, out: &mut Vec<u8>) {
                $(self.$field.encode(out);)+
            }
        }
    };
}

traces!(
    /// Calls of `send`.
    sends: Sends => Send by called,
    /// Waits inside `send` and in `get`.
    blocks: Blocks => Block by at,
    /// Sends that failed at once.
    refusals: Refusals => Refusal by at,
    /// Calls of `flush` and `close`.
    calls: Calls => Call by at,
    /// Callbacks.
    callbacks: Callbacks => Callback by at,
    /// Turns of the sticky partitioner.
    sticky_turns: StickyTurns => StickyTurn by at,
    /// Births of batches.
    opens: Opens => Open by at,
    /// Batches closed for appends.
    closes: Closes => Close by at,
    /// Batches that left the accumulator.
    drains: Drains => Drain by at,
    /// Conditions of the drains.
    conditions: DrainConditions,
    /// Ready nodes for which nothing was drained.
    empty_drains: EmptyDrains => EmptyDrain by at,
    /// Batches put back.
    retries: Retries => Retry by at,
    /// Batches cut into pieces.
    splits: Splits => Split by at,
    /// Final results of batches.
    finishes: Finishes => Finish by at,
    /// Requests of the client.
    requests: Requests => Request by at,
    /// Their ends.
    request_ends: RequestEnds => RequestEnd by at,
    /// When answers were received that were handled later.
    receipts: Receipts,
    /// States of connections.
    connections: Connections => Connection by at,
    /// Metadata learned.
    metadata_updates: MetadataUpdates => Metadata by at,
    /// Producer ids and epochs.
    producer_ids: ProducerIds => ProducerId by at,
    /// Faults that took place.
    faults: Faults => Fault by at,
    /// Requests that brokers began to serve.
    reads: Reads => Read by at,
    /// What leaders did with batches.
    appends: Appends => Append by at,
    /// Times that leaders gave to records, with `message.timestamp.type=LogAppendTime`.
    stamps: Stamps,
    /// Answers of brokers.
    answers: Answers => Answer by at,
    /// Fetches of followers.
    fetches: Fetches => Fetch by at,
    /// Answers to them.
    fetch_answers: FetchAnswers => FetchAnswer by at,
    /// What followers appended.
    copies: Copies => Copy by at,
    /// Moves of high watermarks.
    high_watermarks: HighWatermarks => HighWatermark by at,
    /// Changes of in-sync sets.
    isr_changes: IsrChanges => Isr by at,
    /// Leaders.
    leaders: Leaders => Leader by at,
    /// What brokers learned of partitions.
    roles: Roles => Role by at,
    /// States of brokers.
    broker_states: BrokerStates => BrokerState by at,
    /// Truncated logs.
    truncations: Truncations => Truncation by at,
);

impl Trace {
    /// The fact of a text `KIND.ROW`, if it is one of this run.
    #[must_use]
    pub fn fact_of_text(&self, text: &str) -> Option<FactId> {
        FactId::of_text(text).filter(|fact| fact.row() < self.len_of(fact.kind()))
    }

    /// The trace's canonical bytes: topics, failures, each table in order of declaration (its number
    /// of rows, then column by column), the end; all little endian.
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for topic in &self.topics {
            (topic.len() as u32).encode(&mut out);
            out.extend_from_slice(topic.as_bytes());
        }
        (self.failures.len() as u32).encode(&mut out);
        for failure in &self.failures {
            failure.encode(&mut out);
        }
        self.encode_tables(&mut out);
        self.end.map(|(at, _)| at).encode(&mut out);
        self.end.map(|(_, end)| end).encode(&mut out);
        out
    }

    /// 128 bits over [`Self::canonical_bytes`]: equal for equal runs, natively and in wasm.
    #[must_use]
    pub fn digest(&self) -> u128 {
        xxhash_rust::xxh3::xxh3_128(&self.canonical_bytes())
    }

    /// Remembers a failure and returns its position.
    pub fn failure(&mut self, failure: Failure) -> u32 {
        self.failures.push(failure);
        self.failures.len() as u32 - 1
    }

    /// Notes that `record` joined `batch` behind `previous`, the last record before it, if any, where
    /// it takes so many bytes before compression.
    pub fn appended(
        &mut self,
        record: RecordId,
        batch: BatchId,
        previous: Option<RecordId>,
        bytes: u32,
    ) {
        let index = self.opens.record_added(batch, record);
        self.sends.joined(record, batch, index);
        self.sends.sized(record, bytes);
        if let Some(previous) = previous {
            self.sends.followed_by(previous, record);
        }
    }

    /// Notes that `records` more have joined `batch`, whose own rows say so already.
    pub fn joined(&mut self, batch: BatchId, records: u32) {
        self.opens.records_added(batch, records);
    }

    /// Notes that `count` records from `first` on, in the order of their batch, now belong to the
    /// piece `piece` of that batch. They keep their order, so the list of records needs no change.
    pub fn moved_to_piece(&mut self, first: RecordId, count: u32, piece: BatchId) {
        let mut record = first;
        for index in 0..count {
            self.opens.record_added(piece, record);
            self.sends.joined(record, piece, index);
            record = self.next_in_batch(record);
        }
    }

    /// The records of a batch, in order. The pieces of a split batch share its list, each from its
    /// own first record on.
    pub fn records_of(&self, batch: BatchId) -> impl Iterator<Item = RecordId> + '_ {
        let open = self.opens.row(batch.0);
        core::iter::successors(Some(open.first), |record| Some(self.next_in_batch(*record)))
            .take(open.records as usize)
    }

    /// Whether `record` is in `batch`, or was until that was cut into pieces. Numbers tell nothing: between
    /// two records of a batch come those of other partitions.
    #[must_use]
    pub fn holds(&self, batch: BatchId, record: RecordId) -> bool {
        if record.0 >= self.sends.len() {
            return false;
        }
        let mut holder = self.sends.batch().get(record.0);
        while holder.0 != NONE && holder != batch {
            holder = self.opens.parent().get(holder.0);
        }
        holder == batch
    }

    /// The timestamp in the metadata that a callback without an exception got; `offset` is the callback's.
    /// With `LogAppendTime` it is the leader's, as far as the client has had an answer.
    #[must_use]
    pub fn timestamp_told(&self, record: RecordId, offset: Offset) -> ClockMs {
        let batch = self.sends.batch().get(record.0);
        let stamp = || self.stamps.rows().rev().find(|stamp| stamp.batch == batch);
        let stamp = if offset == Offset::NONE { None } else { stamp() };
        stamp.map_or_else(|| self.sends.timestamp().get(record.0), |stamp| stamp.timestamp)
    }

    /// The record behind this one in its batch; itself for the last.
    #[must_use]
    pub fn next_in_batch(&self, record: RecordId) -> RecordId {
        RecordId(record.0.wrapping_add_signed(self.sends.to_next().get(record.0)))
    }

    /// Total number of facts.
    #[must_use]
    pub fn len(&self) -> u64 {
        Kind::ALL.iter().map(|kind| u64::from(self.len_of(*kind))).sum()
    }

    /// Whether nothing happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
