//! A small trace, written fact by fact: one topic, one partition, one record a batch.

use trace::facts::{
    Append, BrokerState, Call, Callback, Copy, Drain, Fetch, FetchAnswer, Finish, HighWatermark,
    IsrChange, Leader, Open, Read, Request, RequestEnd, Send, Truncation,
};
use trace::{
    AppendResult, BrokerChange, CallKind, Cause, ElectionReason, ErrorCode, FactId, IsrReason,
    Kind, NONE, PartitionRule, RequestFate, RequestKind, Thread, Timer, Trace,
};
use units::{
    BatchId, BrokerId, ClockMs, ConnectionId, Epoch, Offset, PartitionId, RecordId, RequestId,
    SimTime, TopicId, TopicPartition,
};

pub(crate) const PARTITION: TopicPartition =
    TopicPartition { topic: TopicId(0), partition: PartitionId(0) };

/// Brokers 1, 2 and 3; broker 1 leads.
pub(crate) struct ByHand {
    pub(crate) trace: Trace,
    leader: u32,
    epoch: i32,
    ends: [i64; 4],
}

impl ByHand {
    pub(crate) fn new() -> Self {
        let mut trace = Trace::default();
        trace.topics.push("orders".to_owned());
        let mut by_hand = Self { trace, leader: 1, epoch: -1, ends: [0; 4] };
        by_hand.in_sync(0, &[1, 2, 3], IsrReason::Created);
        by_hand.elect(0, Some(1), ElectionReason::Created);
        by_hand
    }

    /// A record is sent in a batch of its own, and its request is written.
    pub(crate) fn send(&mut self, at: i64) -> RecordId {
        let at = SimTime(at);
        let record = RecordId(self.trace.sends.len());
        let batch = BatchId(record.0);
        self.trace.sends.push(Send {
            wanted: at,
            called: at,
            timestamp: at.clock(),
            batch: BatchId(NONE),
            index: 0,
            to_next: 0,
            key_bytes: -1,
            value_bytes: 10,
            bytes: 0,
            topic: TopicId(0),
            partition: PartitionId(0),
            rule: PartitionRule::Explicit,
            thread: Thread::Application,
            cause: Timer::Schedule.into(),
        });
        self.trace.opens.push(Open {
            at,
            partition: PARTITION,
            first: RecordId(NONE),
            records: 0,
            capacity: 1_000,
            parent: BatchId(NONE),
            created: at.clock(),
            cause: FactId::new(Kind::Send, record.0).into(),
        });
        self.trace.appended(record, batch, None, 18);
        self.trace.drains.push(Drain {
            at,
            batch,
            request: RequestId(record.0),
            attempts: 0,
            records: 1,
            bytes: 100,
            uncompressed: 39,
            base_sequence: -1,
            epoch: -1,
            conditions: 0,
            condition_count: 0,
            cause: Cause::DERIVED,
        });
        self.trace.requests.push(Request {
            created: ClockMs(0),
            at,
            written: at,
            node: BrokerId(self.leader),
            connection: ConnectionId(0),
            kind: RequestKind::Produce,
            bytes: 150,
            correlation: record.0 as i32,
            drains: record.0,
            batches: 1,
            cause: Cause::DERIVED,
        });
        record
    }

    /// `broker` appends the record's batch as its leader.
    pub(crate) fn append(&mut self, at: i64, record: RecordId, broker: u32) {
        let read = self.read(at, record, broker);
        let offset = self.ends[broker as usize];
        self.ends[broker as usize] += 1;
        self.note_append(at, record, broker, read, Offset(offset), AppendResult::Appended);
    }

    pub(crate) fn refuse(&mut self, at: i64, record: RecordId, broker: u32, error: ErrorCode) {
        let read = self.read(at, record, broker);
        let result = AppendResult::Refused { error };
        self.note_append(at, record, broker, read, Offset::NONE, result);
    }

    fn read(&mut self, at: i64, record: RecordId, broker: u32) -> u32 {
        self.trace.reads.push(Read {
            at: SimTime(at),
            broker: BrokerId(broker),
            request: RequestId(record.0),
            cause: Cause::DERIVED,
        })
    }

    fn note_append(
        &mut self,
        at: i64,
        record: RecordId,
        broker: u32,
        read: u32,
        offset: Offset,
        result: AppendResult,
    ) {
        self.trace.appends.push(Append {
            at: SimTime(at),
            broker: BrokerId(broker),
            read,
            batch: BatchId(record.0),
            offset,
            leader_epoch: Epoch(self.epoch),
            result,
        });
    }

    /// `follower` copies what `leader` has and it has not.
    pub(crate) fn copy(&mut self, at: i64, follower: u32, leader: u32) {
        let cause = Timer::Start.into();
        let (from, to) = (self.ends[follower as usize], self.ends[leader as usize]);
        let fetch = self.trace.fetches.push(Fetch {
            at: SimTime(at - 2),
            follower: BrokerId(follower),
            leader: BrokerId(leader),
            cause,
        });
        let answer = self.trace.fetch_answers.push(FetchAnswer {
            at: SimTime(at - 1),
            fetch,
            records: (to - from) as u32,
            arrived: SimTime(at - 1),
            error: ErrorCode::None,
            cause,
        });
        self.trace.copies.push(Copy {
            at: SimTime(at),
            broker: BrokerId(follower),
            partition: PARTITION,
            from: Offset(from),
            to: Offset(to),
            answer,
        });
        self.ends[follower as usize] = to;
    }

    pub(crate) fn high_watermark(&mut self, at: i64, broker: u32, offset: i64) {
        self.trace.high_watermarks.push(HighWatermark {
            at: SimTime(at),
            broker: BrokerId(broker),
            partition: PARTITION,
            offset: Offset(offset),
            cause: Timer::Start.into(),
        });
    }

    pub(crate) fn truncate(&mut self, at: i64, broker: u32, to: i64, cause: Cause) {
        let from = core::mem::replace(&mut self.ends[broker as usize], to);
        self.trace.truncations.push(Truncation {
            at: SimTime(at),
            broker: BrokerId(broker),
            partition: PARTITION,
            from: Offset(from),
            to: Offset(to),
            cause,
        });
    }

    pub(crate) fn elect(&mut self, at: i64, leader: Option<u32>, why: ElectionReason) -> FactId {
        self.epoch += 1;
        self.leader = leader.unwrap_or(NONE);
        let row = self.trace.leaders.push(Leader {
            at: SimTime(at),
            partition: PARTITION,
            broker: BrokerId(self.leader),
            epoch: Epoch(self.epoch),
            why,
            cause: Timer::Start.into(),
        });
        FactId::new(Kind::Leader, row)
    }

    pub(crate) fn in_sync(&mut self, at: i64, members: &[u32], why: IsrReason) {
        self.trace.isr_changes.push(IsrChange {
            at: SimTime(at),
            partition: PARTITION,
            members: members.iter().map(|broker| 1 << broker).sum(),
            eligible: 0,
            why,
            cause: Timer::Start.into(),
        });
    }

    pub(crate) fn broker(&mut self, at: i64, broker: u32, change: BrokerChange) -> FactId {
        let row = self.trace.broker_states.push(BrokerState {
            at: SimTime(at),
            broker: BrokerId(broker),
            change,
            cause: Timer::Schedule.into(),
        });
        FactId::new(Kind::BrokerState, row)
    }

    /// The record's request ends and its callback comes without an exception.
    pub(crate) fn acknowledge(&mut self, at: i64, record: RecordId, fate: RequestFate) {
        let at = SimTime(at);
        let end = self.trace.request_ends.push(RequestEnd {
            at,
            request: RequestId(record.0),
            fate,
            cause: Timer::Start.into(),
        });
        let unconfirmed = fate == RequestFate::NoAck;
        let offset = if unconfirmed { Offset::NONE } else { Offset(i64::from(record.0)) };
        let finish = self.trace.finishes.push(Finish {
            at,
            batch: BatchId(record.0),
            offset,
            failure: NONE,
            late: false,
            held: false,
            cause: FactId::new(Kind::RequestEnd, end).into(),
        });
        self.trace.callbacks.push(Callback {
            at,
            until: at,
            record,
            count: 1,
            thread: Thread::Io,
            offset,
            failure: NONE,
            threw: NONE,
            cause: FactId::new(Kind::Finish, finish).into(),
        });
    }

    pub(crate) fn exit(&mut self, at: i64) -> FactId {
        let at = SimTime(at);
        let row = self.trace.calls.push(Call {
            at,
            until: at,
            call: CallKind::Exit,
            timeout_ms: 0,
            thread: Thread::Application,
            in_callback: false,
            threw: NONE,
            cause: Timer::Schedule.into(),
            returned_by: Timer::Schedule.into(),
        });
        FactId::new(Kind::Call, row)
    }
}
