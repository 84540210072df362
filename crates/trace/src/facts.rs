//! The tables: one for each kind of fact. Rows stand in the order in which they happened.

use crate::cell::Cell;
use crate::id::Cause;
use crate::reason::{
    AppendResult, BlockReason, BrokerChange, CallKind, CloseReason, Condition, ConnectionState,
    ElectionReason, ErrorCode, IdReason, IsrReason, PartitionRule, RequestFate, RequestKind,
    RoleChange, Thread, TurnReason,
};
use crate::table::table;
use units::{
    BatchId, BrokerId, Bytes, ClockMs, ConnectionId, Epoch, Offset, PartitionId, RecordId,
    RequestId, SimTime, TopicId, TopicPartition,
};

/// "No batch", "no record": an identity that nothing has.
pub const NONE: u32 = u32::MAX;

// ------------------------------------------------------------------------- the application

table! {
    /// A call of `send`. The row's number is the [`RecordId`].
    pub struct Sends of Send {
        /// When the application wanted to call; fixed before the run.
        wanted: SimTime,
        /// When it called.
        called: SimTime,
        /// The record's timestamp.
        timestamp: ClockMs,
        /// The batch that took it, or [`NONE`].
        batch: BatchId,
        /// Its position in that batch.
        index: u32,
        /// From its number to that of the next record of the batch; 0 for the last. A record that had
        /// to wait for memory can stand behind later ones.
        to_next: i32,
        /// Bytes of the serialized key; -1 for null.
        key_bytes: i32,
        /// Bytes of the serialized value; -1 for null.
        value_bytes: i32,
        /// Bytes that it takes in the batch that it joined, before compression; 0 in none.
        bytes: u32,
        /// The topic.
        topic: TopicId,
        /// The partition; meaningless while `rule` is `Unchosen`.
        partition: PartitionId,
        /// Who chose it.
        rule: PartitionRule,
        /// The thread that called.
        thread: Thread,
        /// What it waited for: the schedule, the callback that sent it, the return of the step before.
        cause: Cause,
    }
}

table! {
    /// A thread waited: inside `send`, or in `get`.
    pub struct Blocks of Block {
        /// When the wait began.
        at: SimTime,
        /// When it ended; `SimTime::NEVER` while it lasts.
        until: SimTime,
        /// The record.
        record: RecordId,
        /// The thread.
        thread: Thread,
        /// Why.
        why: BlockReason,
        /// What ended it.
        cause: Cause,
    }
}

table! {
    /// `send` failed at once: through the callback and the future, or by throwing.
    pub struct Refusals of Refusal {
        /// When.
        at: SimTime,
        /// The record.
        record: RecordId,
        /// Position in [`crate::Trace::failures`].
        failure: u32,
        /// Whether `send` threw it; else the callback got it.
        thrown: bool,
        /// What it waited for: a timer, the end of the producer; by default the call itself.
        cause: Cause,
    }
}

table! {
    /// `flush` or `close`, or the end of the process.
    pub struct Calls of Call {
        /// When it was called.
        at: SimTime,
        /// When it returned; `SimTime::NEVER` while it lasts.
        until: SimTime,
        /// Which.
        call: CallKind,
        /// Milliseconds that `close` may take; `i64::MAX` for no limit.
        timeout_ms: i64,
        /// The thread that called.
        thread: Thread,
        /// Whether a callback called; else a step of the application.
        in_callback: bool,
        /// Position in [`crate::Trace::failures`] of what it threw, or [`NONE`].
        threw: u32,
        /// Why it was called: the schedule, or a callback.
        cause: Cause,
        /// What it waited for before it returned.
        returned_by: Cause,
    }
}

table! {
    /// Callbacks of one batch that began at the same moment, in order; or that of one record.
    pub struct Callbacks of Callback {
        /// When it began.
        at: SimTime,
        /// When it ended; later than `at` only for a single one; `SimTime::NEVER` while it lasts.
        until: SimTime,
        /// The first record.
        record: RecordId,
        /// How many records; more than one only for successive records of one batch.
        count: u32,
        /// The thread.
        thread: Thread,
        /// Offset of the first record, or -1.
        offset: Offset,
        /// Position in [`crate::Trace::failures`] of the error, or [`NONE`].
        failure: u32,
        /// Position in [`crate::Trace::failures`] of what it threw, or [`NONE`].
        threw: u32,
        /// The batch's final result, or the refusal.
        cause: Cause,
    }
}

// ------------------------------------------------------------------------- the accumulator

table! {
    /// The sticky partitioner chose a partition. Row n of a topic is its n-th turn.
    pub struct StickyTurns of StickyTurn {
        /// When.
        at: SimTime,
        /// The partition.
        partition: TopicPartition,
        /// Why.
        why: TurnReason,
        /// Bytes that the turn before had produced.
        produced: Bytes,
        /// The draw.
        draw: u32,
        /// The record that asked.
        record: RecordId,
    }
}

table! {
    /// A batch was created. The row's number is the [`BatchId`].
    pub struct Opens of Open {
        /// When.
        at: SimTime,
        /// The partition.
        partition: TopicPartition,
        /// Its first record.
        first: RecordId,
        /// How many records it has, so far.
        records: u32,
        /// Bytes of its buffer, which is its write limit.
        capacity: u32,
        /// The batch that it is a piece of, or [`NONE`].
        parent: BatchId,
        /// For a piece: the client's time from which its age counts is that of the parent.
        created: ClockMs,
        /// The first record's `send`, or the split.
        cause: Cause,
    }
}

table! {
    /// A batch was closed for appends.
    pub struct Closes of Close {
        /// When.
        at: SimTime,
        /// The batch.
        batch: BatchId,
        /// Records in it.
        records: u32,
        /// Its size as estimated at that moment.
        estimated: u32,
        /// Largest upper bound of a record in it.
        record_size_max: u32,
        /// Why.
        why: CloseReason,
    }
}

table! {
    /// A batch left the accumulator; once for each try.
    pub struct Drains of Drain {
        /// When.
        at: SimTime,
        /// The batch.
        batch: BatchId,
        /// The request that carries it.
        request: RequestId,
        /// Tries before this one.
        attempts: u16,
        /// Records of the batch.
        records: u32,
        /// Exact bytes of the batch.
        bytes: u32,
        /// Bytes of its records before compression.
        uncompressed: u32,
        /// First sequence number, or -1.
        base_sequence: i32,
        /// Producer epoch, or -1.
        epoch: i16,
        /// First of its rows in [`crate::Trace::conditions`].
        conditions: u32,
        /// How many.
        condition_count: u8,
        /// What the headline condition waited for.
        cause: Cause,
    }
}

table! {
    /// A condition of a drain, with the time since when it held. Not a fact of its own.
    pub struct DrainConditions of DrainCondition {
        /// What.
        what: Condition,
        /// Since when.
        since: SimTime,
    }
}

table! {
    /// A node was ready in a pass, and nothing was drained for it.
    pub struct EmptyDrains of EmptyDrain {
        /// When.
        at: SimTime,
        /// The node.
        node: BrokerId,
        /// Passes at this moment.
        passes: u32,
    }
}

table! {
    /// A batch was put back into its queue.
    pub struct Retries of Retry {
        /// When.
        at: SimTime,
        /// The batch.
        batch: BatchId,
        /// Tries so far.
        attempts: u16,
        /// The error.
        error: ErrorCode,
        /// The end of the request that failed.
        cause: Cause,
    }
}

table! {
    /// A batch that was too large was cut into pieces.
    pub struct Splits of Split {
        /// When.
        at: SimTime,
        /// The batch.
        batch: BatchId,
        /// Its first piece; the others follow.
        first_piece: BatchId,
        /// How many pieces.
        pieces: u32,
        /// Bytes that a piece may have.
        target: u32,
        /// The end of the request that failed.
        cause: Cause,
    }
}

table! {
    /// A batch got its final result, before its callbacks.
    pub struct Finishes of Finish {
        /// When.
        at: SimTime,
        /// The batch.
        batch: BatchId,
        /// Offset of its first record, or -1.
        offset: Offset,
        /// Position in [`crate::Trace::failures`], or [`NONE`] for success.
        failure: u32,
        /// It came when the batch had its result: the buffer goes back, an error is counted, and nothing
        /// else.
        late: bool,
        /// Left the queue before, in the same pass at least: its buffer waits for a late result.
        held: bool,
        /// The end of its request, a timer, the close that gave it up.
        cause: Cause,
    }
}

// ------------------------------------------------------------------------- the network client

table! {
    /// A request was handed to its connection. The row's number is the [`RequestId`].
    pub struct Requests of Request {
        /// The client's clock at the start of the pass that made it.
        created: ClockMs,
        /// When it was handed to the connection.
        at: SimTime,
        /// When it was written; `SimTime::NEVER` if the connection was lost before.
        written: SimTime,
        /// The node; bootstrap servers are told apart by `connection`.
        node: BrokerId,
        /// The connection.
        connection: ConnectionId,
        /// What it asks.
        kind: RequestKind,
        /// Bytes of the frame, its length included.
        bytes: u32,
        /// Kafka's correlation id.
        correlation: i32,
        /// First of its drains.
        drains: u32,
        /// How many batches it carries.
        batches: u16,
        /// For produce requests derived; else what asked for it.
        cause: Cause,
    }
}

table! {
    /// A request of the client ended.
    pub struct RequestEnds of RequestEnd {
        /// When the client began to handle it.
        at: SimTime,
        /// The request.
        request: RequestId,
        /// How.
        fate: RequestFate,
        /// The answer, the lost connection, a timer.
        cause: Cause,
    }
}

table! {
    /// When an answer was received, where callbacks kept the client from handling it at once. Not a
    /// fact of its own.
    pub struct Receipts of Receipt {
        /// The request.
        request: RequestId,
        /// The client's clock at the poll that brought the answer.
        received: ClockMs,
    }
}

table! {
    /// A connection changed its state.
    pub struct Connections of Connection {
        /// When the client learned it.
        at: SimTime,
        /// The connection.
        connection: ConnectionId,
        /// The node.
        node: BrokerId,
        /// Whether it is to a bootstrap address.
        bootstrap: bool,
        /// The new state.
        state: ConnectionState,
        /// What it waited for.
        cause: Cause,
    }
}

table! {
    /// The client took over new metadata.
    pub struct MetadataUpdates of MetadataUpdate {
        /// When.
        at: SimTime,
        /// Kafka's version count of the client's metadata.
        version: u32,
        /// Whether it was an answer about all topics, which sets the metadata's age back.
        full: bool,
        /// The end of the request that brought it.
        cause: Cause,
    }
}

table! {
    /// The producer got an id, or began a new epoch.
    pub struct ProducerIds of ProducerId {
        /// When.
        at: SimTime,
        /// The id.
        id: i64,
        /// The epoch.
        epoch: i16,
        /// Why.
        why: IdReason,
        /// What asked for it, or brought it.
        cause: Cause,
    }
}

// ------------------------------------------------------------------------- the brokers

table! {
    /// A fault took place.
    pub struct Faults of Fault {
        /// When.
        at: SimTime,
        /// Its position in the scenario.
        fault: u16,
        /// The event that it was tied to, or the schedule.
        cause: Cause,
    }
}

table! {
    /// A broker began to serve a request.
    pub struct Reads of Read {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// The request.
        request: RequestId,
        /// Its arrival (then derived), or the answer that had to leave before.
        cause: Cause,
    }
}

table! {
    /// A leader appended a batch, recognised or refused it.
    pub struct Appends of Append {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// Row of the reading that it is part of, in `reads`.
        read: u32,
        /// The batch.
        batch: BatchId,
        /// Offset of its first record; -1 if refused.
        offset: Offset,
        /// The leader's epoch.
        leader_epoch: Epoch,
        /// What was done.
        result: AppendResult,
    }
}

table! {
    /// A leader gave its own time to a batch's records.
    pub struct Stamps of Stamp {
        /// The batch.
        batch: BatchId,
        /// The time.
        timestamp: ClockMs,
    }
}

table! {
    /// A broker's answer to a client left.
    pub struct Answers of Answer {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// The request.
        request: RequestId,
        /// The append, the high watermark, the timer that it waited for.
        cause: Cause,
    }
}

table! {
    /// A follower asked a leader for records. The row's number names the exchange.
    ///
    /// A fetch that waited for `replica.fetch.wait.max.ms` in vain is asked again with the same content;
    /// such repetitions, and the empty answers between them, are no facts of their own.
    pub struct Fetches of Fetch {
        /// When it left for the first time.
        at: SimTime,
        /// The follower.
        follower: BrokerId,
        /// The leader.
        leader: BrokerId,
        /// The copy, timer or change that it followed.
        cause: Cause,
    }
}

table! {
    /// A leader answered a fetch.
    pub struct FetchAnswers of FetchAnswer {
        /// When it left.
        at: SimTime,
        /// The row of the fetch.
        fetch: u32,
        /// Records in it.
        records: u32,
        /// The first error of a partition in it.
        error: ErrorCode,
        /// When the request had arrived; it was parked since if that is earlier.
        arrived: SimTime,
        /// The append that released it, or its wait's end.
        cause: Cause,
    }
}

table! {
    /// A follower appended what it fetched.
    pub struct Copies of Copy {
        /// When.
        at: SimTime,
        /// The follower.
        broker: BrokerId,
        /// The partition.
        partition: TopicPartition,
        /// First offset.
        from: Offset,
        /// The new log end.
        to: Offset,
        /// Row of the leader's answer, in `fetch_answers`.
        answer: u32,
    }
}

table! {
    /// A replica's high watermark moved.
    pub struct HighWatermarks of HighWatermark {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// The partition.
        partition: TopicPartition,
        /// The new one: offset of the next record to be committed.
        offset: Offset,
        /// The fetch that brought the news, the append, the change of the in-sync set.
        cause: Cause,
    }
}

table! {
    /// The in-sync set changed.
    pub struct IsrChanges of IsrChange {
        /// When the controller decided.
        at: SimTime,
        /// The partition.
        partition: TopicPartition,
        /// Its members: bit n stands for broker n.
        members: u64,
        /// Eligible leader replicas, likewise.
        eligible: u64,
        /// Why.
        why: IsrReason,
        /// What it waited for.
        cause: Cause,
    }
}

table! {
    /// A partition got a leader, or lost it.
    pub struct Leaders of Leader {
        /// When the controller decided.
        at: SimTime,
        /// The partition.
        partition: TopicPartition,
        /// The leader, or [`NONE`].
        broker: BrokerId,
        /// Its epoch.
        epoch: Epoch,
        /// Why.
        why: ElectionReason,
        /// What it waited for.
        cause: Cause,
    }
}

table! {
    /// A broker learned its part in a partition, or offered the controller another in-sync set. A leader
    /// that has not heard of its replacement goes on leading until it is told.
    pub struct Roles of Role {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// The partition.
        partition: TopicPartition,
        /// The leader's epoch that it knows now.
        epoch: Epoch,
        /// What.
        change: RoleChange,
        /// The election or change that it heard of; for an offer the fetch or the check.
        cause: Cause,
    }
}

table! {
    /// Something became of a broker.
    pub struct BrokerStates of BrokerState {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// What.
        change: BrokerChange,
        /// The fault, the session timeout, the heartbeat.
        cause: Cause,
    }
}

table! {
    /// A replica dropped the end of its log.
    pub struct Truncations of Truncation {
        /// When.
        at: SimTime,
        /// The broker.
        broker: BrokerId,
        /// The partition.
        partition: TopicPartition,
        /// The log end before.
        from: Offset,
        /// The log end after.
        to: Offset,
        /// The answer of the leader, or the loss of power.
        cause: Cause,
    }
}

// ------------------------------------------------------------------------- what is amended

impl Opens {
    /// One more record in `batch`; returns its position there.
    pub(crate) fn record_added(&mut self, batch: BatchId, record: RecordId) -> u32 {
        let records = self.records().get(batch.0);
        if records == 0 {
            self.set(Self::AT.first, batch.0, record);
        }
        self.set(Self::AT.records, batch.0, records + 1);
        records
    }
}

impl Opens {
    pub(crate) fn records_added(&mut self, batch: BatchId, records: u32) {
        let before = self.records().get(batch.0);
        self.set(Self::AT.records, batch.0, before + records);
    }
}

impl Sends {
    pub(crate) fn sized(&mut self, record: RecordId, bytes: u32) {
        self.set(Self::AT.bytes, record.0, bytes);
    }

    pub(crate) fn joined(&mut self, record: RecordId, batch: BatchId, index: u32) {
        self.set(Self::AT.batch, record.0, batch);
        self.set(Self::AT.index, record.0, index);
    }

    /// In their batch, `record` stands behind `previous`.
    pub fn followed_by(&mut self, previous: RecordId, record: RecordId) {
        self.set(Self::AT.to_next, previous.0, record.0.wrapping_sub(previous.0).cast_signed());
    }

    /// The partition was chosen, by `rule`.
    pub fn partitioned(&mut self, record: RecordId, partition: PartitionId, rule: PartitionRule) {
        self.set(Self::AT.partition, record.0, partition);
        self.set(Self::AT.rule, record.0, rule);
    }

    /// The record got its timestamp, after the wait for metadata.
    pub fn stamped(&mut self, record: RecordId, timestamp: ClockMs) {
        self.set(Self::AT.timestamp, record.0, timestamp);
    }
}

/// Rows of sends that join a batch one after the other: what they share is written once.
#[derive(Debug)]
pub struct SendsInARow {
    like: [i64; Sends::WORDS],
    index: u32,
}

impl SendsInARow {
    /// Rows like `first`, each followed by the next.
    #[must_use]
    pub fn new(first: Send) -> Self {
        let mut like = [0; Sends::WORDS];
        Sends::write(Send { to_next: 1, ..first }, &mut like);
        Self { like, index: first.index }
    }

    /// Adds the next row.
    #[inline]
    pub fn push(
        &mut self,
        sends: &mut Sends,
        [wanted, called]: [SimTime; 2],
        timestamp: ClockMs,
        bytes: u32,
        cause: Cause,
    ) {
        let (at, row) = (Sends::AT, sends.rows.push(&self.like));
        wanted.write(&mut row[at.wanted.column..]);
        called.write(&mut row[at.called.column..]);
        timestamp.write(&mut row[at.timestamp.column..]);
        self.index.write(&mut row[at.index.column..]);
        bytes.write(&mut row[at.bytes.column..]);
        cause.write(&mut row[at.cause.column..]);
        self.index += 1;
    }

    /// The last row has been added: none follows it.
    pub fn end(self, sends: &mut Sends) {
        sends.set(Sends::AT.to_next, sends.len() - 1, 0);
    }
}

impl Requests {
    /// The request of `row` was written at `written`.
    pub fn mark_written(&mut self, row: u32, written: SimTime) {
        self.set(Self::AT.at, row, written);
        self.set(Self::AT.written, row, written);
    }
}

impl Blocks {
    /// The wait of `row` ended at `until`, by `cause`.
    pub fn ended(&mut self, row: u32, until: SimTime, cause: Cause) {
        self.set(Self::AT.until, row, until);
        self.set(Self::AT.cause, row, cause);
    }
}

impl Calls {
    /// The call of `row` returned at `until`, by `cause`, perhaps with a failure.
    pub fn returned(&mut self, row: u32, until: SimTime, threw: u32, cause: Cause) {
        self.set(Self::AT.until, row, until);
        self.set(Self::AT.threw, row, threw);
        self.set(Self::AT.returned_by, row, cause);
    }
}

impl Callbacks {
    /// The callback of `row` ended at `until`, perhaps by throwing.
    pub fn ended(&mut self, row: u32, until: SimTime, threw: u32) {
        self.set(Self::AT.until, row, until);
        self.set(Self::AT.threw, row, threw);
    }

    /// So many more records in the group of the last row.
    pub fn joined(&mut self, records: u32) {
        if let Some(count) = self.count().last() {
            self.set(Self::AT.count, self.len() - 1, count + records);
        }
    }
}

impl EmptyDrains {
    /// One more pass at the moment of the last row.
    pub fn repeated(&mut self) {
        if let Some(passes) = self.passes().last() {
            self.set(Self::AT.passes, self.len() - 1, passes + 1);
        }
    }
}
