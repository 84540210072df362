//! A trace made by hand: with `acks=1` the leader of the only partition dies with records that nobody
//! had copied; another is elected after the session timeout; the first one comes back and cuts its log.

use timeline::RecordMark;
use trace::facts::{
    Answer, Append, BrokerState, Callback, Connection, Copy, Drain, DrainCondition, Fault, Fetch,
    FetchAnswer, Finish, HighWatermark, IsrChange, Leader, Open, Read, Request, RequestEnd, Retry,
    Role, Send, Truncation,
};
use trace::{
    AppendResult, BrokerChange, Cause, Condition, ConnectionState, ElectionReason, End, ErrorCode,
    FactId, IsrReason, Kind, NONE, PartitionRule, RequestFate, RequestKind, RoleChange, Thread,
    Timer, Trace,
};
use units::{
    BatchId, BrokerId, ClockMs, ConnectionId, Epoch, Offset, PartitionId, RecordId, RequestId,
    SimTime, TopicId, TopicPartition,
};

const P0: TopicPartition = TopicPartition { topic: TopicId(0), partition: PartitionId(0) };
/// When the leader dies.
pub(crate) const DEATH: SimTime = SimTime(24_000);
/// When it is fenced, and another elected.
pub(crate) const ELECTION: SimTime = SimTime(8_620_000);
/// When it is back.
pub(crate) const RETURN: SimTime = SimTime(20_405_000);

struct Script {
    trace: Trace,
    log_end: i64,
}

impl Script {
    /// A batch of three records sent from `at` on, in a request to `node` `after` µs later.
    fn batch(&mut self, at: i64, records: u32) -> BatchId {
        let first = self.trace.sends.len();
        let batch = BatchId(self.trace.opens.len());
        let cause = Cause::from(FactId::new(Kind::Send, first));
        self.trace.opens.push(Open {
            at: SimTime(at),
            partition: P0,
            first: RecordId(first),
            records: 0,
            capacity: 1_024,
            parent: BatchId(NONE),
            created: SimTime(at).clock(),
            cause,
        });
        for n in 0..records {
            let called = SimTime(at + i64::from(n) * 600);
            let row = self.trace.sends.push(Send {
                wanted: called,
                called,
                timestamp: called.clock(),
                batch: BatchId(NONE),
                index: 0,
                to_next: 0,
                bytes: 0,
                key_bytes: -1,
                value_bytes: 240,
                topic: P0.topic,
                partition: P0.partition,
                rule: PartitionRule::Explicit,
                thread: Thread::Application,
                cause: Timer::Schedule.into(),
            });
            let previous = (n > 0).then(|| RecordId(row - 1));
            self.trace.appended(RecordId(row), batch, previous, 249);
        }
        batch
    }

    fn request(&mut self, batch: BatchId, node: u32, at: i64, attempts: u16) -> RequestId {
        let request = RequestId(self.trace.requests.len());
        let conditions = self.trace.conditions.len();
        let what = if attempts > 0 { Condition::RetryDue } else { Condition::Linger };
        self.trace.conditions.push(DrainCondition { what, since: SimTime(at - 200) });
        let drains = self.trace.drains.push(Drain {
            at: SimTime(at),
            batch,
            request,
            attempts,
            records: self.trace.opens.records().get(batch.0),
            bytes: 800,
            uncompressed: 740,
            base_sequence: -1,
            epoch: -1,
            conditions,
            condition_count: 1,
            cause: Timer::Linger.into(),
        });
        self.trace.requests.push(Request {
            created: ClockMs(at / 1_000),
            at: SimTime(at),
            written: SimTime(at),
            node: BrokerId(node),
            connection: ConnectionId(node),
            kind: RequestKind::Produce,
            bytes: 850,
            correlation: 1,
            drains,
            batches: 1,
            cause: Cause::DERIVED,
        });
        request
    }

    fn end(&mut self, request: RequestId, at: i64, fate: RequestFate) -> Cause {
        let cause = Cause::from(FactId::new(Kind::Request, request.0));
        let row =
            self.trace.request_ends.push(RequestEnd { at: SimTime(at), request, fate, cause });
        FactId::new(Kind::RequestEnd, row).into()
    }

    fn append(
        &mut self,
        request: RequestId,
        batch: BatchId,
        node: u32,
        at: i64,
        result: AppendResult,
    ) {
        let cause = Cause::DERIVED;
        let (broker, at) = (BrokerId(node), SimTime(at));
        let read = self.trace.reads.push(Read { at, broker, request, cause });
        let appended = matches!(result, AppendResult::Appended);
        let offset = if appended { Offset(self.log_end) } else { Offset::NONE };
        let leader_epoch = Epoch(0);
        self.trace.appends.push(Append { at, broker, read, batch, offset, leader_epoch, result });
        if appended {
            self.log_end += i64::from(self.trace.opens.records().get(batch.0));
        }
        self.trace.answers.push(Answer { at, broker, request, cause });
    }

    fn copied(
        &mut self,
        follower: u32,
        leader: u32,
        asked: i64,
        left: i64,
        at: i64,
        (from, to): (i64, i64),
    ) {
        let cause = Cause::DERIVED;
        let fetch = self.trace.fetches.push(Fetch {
            at: SimTime(asked),
            follower: BrokerId(follower),
            leader: BrokerId(leader),
            cause,
        });
        let answer = self.trace.fetch_answers.push(FetchAnswer {
            at: SimTime(left),
            fetch,
            records: (to - from) as u32,
            error: ErrorCode::None,
            arrived: SimTime(asked + 1_300),
            cause,
        });
        let broker = BrokerId(follower);
        let (from, to) = (Offset(from), Offset(to));
        self.trace.copies.push(Copy { at: SimTime(at), broker, partition: P0, from, to, answer });
    }

    fn committed(&mut self, broker: u32, at: i64, offset: i64) {
        self.trace.high_watermarks.push(HighWatermark {
            at: SimTime(at),
            broker: BrokerId(broker),
            partition: P0,
            offset: Offset(offset),
            cause: Cause::DERIVED,
        });
    }

    fn acknowledged(&mut self, batch: BatchId, at: i64, cause: Cause) {
        let (at, offset) = (SimTime(at), Offset(self.log_end));
        let finish = self.trace.finishes.push(Finish {
            at,
            batch,
            offset,
            failure: NONE,
            late: false,
            held: false,
            cause,
        });
        self.trace.callbacks.push(Callback {
            at,
            until: at,
            record: self.trace.opens.first().get(batch.0),
            count: self.trace.opens.records().get(batch.0),
            thread: Thread::Io,
            offset,
            failure: NONE,
            threw: NONE,
            cause: FactId::new(Kind::Finish, finish).into(),
        });
    }

    fn broker(&mut self, at: SimTime, broker: u32, change: BrokerChange) {
        let cause = Timer::Schedule.into();
        self.trace.broker_states.push(BrokerState { at, broker: BrokerId(broker), change, cause });
    }

    fn isr(&mut self, at: SimTime, members: u64, why: IsrReason) {
        let cause = Timer::SessionTimeout.into();
        self.trace.isr_changes.push(IsrChange {
            at,
            partition: P0,
            members,
            eligible: 0,
            why,
            cause,
        });
    }

    fn connection(&mut self, at: i64, node: u32, state: ConnectionState, number: u32) {
        self.trace.connections.push(Connection {
            at: SimTime(at),
            connection: ConnectionId(number),
            node: BrokerId(node),
            bootstrap: false,
            state,
            cause: Cause::DERIVED,
        });
    }
}

/// The run, and what became of its records.
pub(crate) fn run() -> (Trace, Vec<(RecordId, RecordMark)>) {
    let mut script = Script { trace: Trace::default(), log_end: 99 };
    script.trace.topics.push("orders".into());
    script.isr(SimTime(0), 0b1110, IsrReason::Created);
    let leader = |at, broker, epoch, why| Leader {
        at,
        partition: P0,
        broker: BrokerId(broker),
        epoch: Epoch(epoch),
        why,
        cause: Timer::SessionTimeout.into(),
    };
    script.trace.leaders.push(leader(SimTime(0), 1, 0, ElectionReason::Created));
    let mut lost = Vec::new();
    let mut retried = Vec::new();
    for n in 0..9 {
        let at = 400 + 2_600 * n;
        let batch = script.batch(at, 3 + u32::from(n == 8) + (n % 2) as u32);
        let left = at + 2_300;
        let request = script.request(batch, 1, left, 0);
        if left + 1_000 < DEATH.0 - 1_500 {
            let from = script.log_end;
            script.append(request, batch, 1, left + 1_000, AppendResult::Appended);
            let end = script.end(request, left + 2_000, RequestFate::Answered);
            script.acknowledged(batch, left + 2_000, end);
            let to = script.log_end;
            if n < 7 {
                script.copied(2, 1, left - 1_400, left + 1_050, left + 2_300, (from, to));
                script.copied(3, 1, left - 1_700, left + 1_050, left + 3_400, (from, to));
                script.committed(1, left + 4_300, to);
                script.committed(2, left + 5_600, to);
            } else {
                lost.extend(
                    script.trace.records_of(batch).map(|record| (record, RecordMark::Lost)),
                );
            }
        } else {
            let end = script.end(request, DEATH.0 + 900, RequestFate::Disconnected);
            script.trace.retries.push(Retry {
                at: SimTime(DEATH.0 + 900),
                batch,
                attempts: 1,
                error: ErrorCode::NetworkException,
                cause: end,
            });
            retried.push(batch);
        }
    }
    // broker 2's next fetch is on its way when the leader dies
    script.trace.fetches.push(Fetch {
        at: SimTime(DEATH.0 - 700),
        follower: BrokerId(2),
        leader: BrokerId(1),
        cause: Cause::DERIVED,
    });
    script.trace.faults.push(Fault { at: DEATH, fault: 0, cause: Timer::Schedule.into() });
    script.broker(DEATH, 1, BrokerChange::Killed);
    script.connection(DEATH.0 + 900, 1, ConnectionState::Disconnected, 1);
    for n in 0..8 {
        let at = DEATH.0 + 60_000 + 1_000_000 * i64::from(n);
        script.connection(at, 1, ConnectionState::Connecting, 10 + n);
        script.connection(at + 900, 1, ConnectionState::Disconnected, 10 + n);
    }
    script.broker(ELECTION, 1, BrokerChange::Fenced);
    script.trace.leaders.push(leader(ELECTION, 2, 1, ElectionReason::Clean));
    script.isr(ELECTION, 0b1100, IsrReason::Fenced);
    script.trace.roles.push(Role {
        at: SimTime(ELECTION.0 + 1_900),
        broker: BrokerId(2),
        partition: P0,
        epoch: Epoch(1),
        change: RoleChange::Leads,
        cause: Cause::DERIVED,
    });
    script.log_end = 118;
    let mut at = ELECTION.0 + 9_000;
    for batch in retried {
        let request = script.request(batch, 2, at, 1);
        let refused = AppendResult::Refused { error: ErrorCode::NotLeaderOrFollower };
        script.append(request, batch, 2, at + 1_000, refused);
        let end = script.end(request, at + 2_000, RequestFate::Answered);
        let error = ErrorCode::NotLeaderOrFollower;
        script.trace.retries.push(Retry {
            at: SimTime(at + 2_000),
            batch,
            attempts: 2,
            error,
            cause: end,
        });
        let request = script.request(batch, 2, at + 9_000, 2);
        let from = script.log_end;
        script.append(request, batch, 2, at + 10_000, AppendResult::Appended);
        let to = script.log_end;
        script.copied(3, 2, at + 7_000, at + 10_050, at + 11_200, (from, to));
        script.committed(2, at + 12_500, to);
        script.committed(3, at + 13_800, to);
        let end = script.end(request, at + 11_000, RequestFate::Answered);
        script.acknowledged(batch, at + 11_000, end);
        at += 1_500;
    }
    script.trace.faults.push(Fault { at: RETURN, fault: 1, cause: Timer::Schedule.into() });
    script.broker(RETURN, 1, BrokerChange::Restarted);
    script.broker(SimTime(RETURN.0 + 2_000), 1, BrokerChange::Unfenced);
    script.trace.truncations.push(Truncation {
        at: SimTime(RETURN.0 + 4_000),
        broker: BrokerId(1),
        partition: P0,
        from: Offset(122),
        to: Offset(118),
        cause: Cause::DERIVED,
    });
    let end = script.log_end;
    script.copied(1, 2, RETURN.0 + 4_200, RETURN.0 + 5_500, RETURN.0 + 6_700, (118, end));
    script.isr(SimTime(RETURN.0 + 9_000), 0b1110, IsrReason::CaughtUp);
    script.committed(1, RETURN.0 + 11_000, end);
    script.trace.end = Some((SimTime(RETURN.0 + 15_000), End::Finished));
    (script.trace, lost)
}
