//! A large trace, made by hand: five brokers, twelve partitions, three replicas, batches of ten
//! records, one record in a thousand lost, a request in two hundred refused.

use timeline::RecordMark;
use trace::facts::{
    Append, Callback, Copy, Drain, Fetch, FetchAnswer, Finish, HighWatermark, Open, Read, Request,
    RequestEnd, Send,
};
use trace::{
    AppendResult, Cause, ErrorCode, FactId, Kind, NONE, PartitionRule, RequestFate, RequestKind,
    Thread, Timer, Trace,
};
use units::{
    BatchId, BrokerId, ConnectionId, Epoch, Offset, PartitionId, RecordId, RequestId, SimTime,
    TopicId, TopicPartition,
};

const PER_BATCH: u32 = 10;
const PARTITIONS: u32 = 12;
const BROKERS: u32 = 5;
/// From one batch to the next.
const APART_US: i64 = 900;

/// A run of so many batches, and its lost records.
pub(crate) fn run(batches: u32) -> (Trace, Vec<(RecordId, RecordMark)>) {
    let mut trace = Trace::default();
    trace.topics.push("orders".into());
    let mut lost = Vec::new();
    for number in 0..batches {
        one(&mut trace, number);
        if number % 100 == 7 {
            lost.push((RecordId(number * PER_BATCH + 3), RecordMark::Lost));
        }
    }
    (trace, lost)
}

fn one(trace: &mut Trace, number: u32) {
    let begin = i64::from(number) * APART_US;
    let at = |us: i64| SimTime(begin + us);
    let partition = PartitionId((number % PARTITIONS) as u16);
    let partition = TopicPartition { topic: TopicId(0), partition };
    let (leader, follower) = (BrokerId(number % BROKERS), BrokerId((number + 1) % BROKERS));
    let (batch, first) = (BatchId(number), RecordId(number * PER_BATCH));
    let cause = Cause::DERIVED;
    trace.opens.push(Open {
        at: at(0),
        partition,
        first,
        records: 0,
        capacity: 16_384,
        parent: BatchId(NONE),
        created: at(0).clock(),
        cause: FactId::new(Kind::Send, first.0).into(),
    });
    for n in 0..PER_BATCH {
        let called = at(i64::from(n) * 70);
        let record = trace.sends.push(Send {
            wanted: called,
            called,
            timestamp: called.clock(),
            batch: BatchId(NONE),
            index: 0,
            to_next: 0,
            bytes: 0,
            key_bytes: -1,
            value_bytes: 100,
            topic: partition.topic,
            partition: partition.partition,
            rule: PartitionRule::Sticky,
            thread: Thread::Application,
            cause: Timer::Schedule.into(),
        });
        let previous = (n > 0).then(|| RecordId(record - 1));
        trace.appended(RecordId(record), batch, previous, 109);
    }
    let request = RequestId(number);
    let drains = trace.drains.push(Drain {
        at: at(5_000),
        batch,
        request,
        attempts: 0,
        records: PER_BATCH,
        bytes: 1_151,
        uncompressed: 1_151,
        base_sequence: 0,
        epoch: 0,
        conditions: 0,
        condition_count: 0,
        cause,
    });
    trace.requests.push(Request {
        created: at(5_000).clock(),
        at: at(5_000),
        written: at(5_000),
        node: leader,
        connection: ConnectionId(leader.0),
        kind: RequestKind::Produce,
        bytes: 1_200,
        correlation: 0,
        drains,
        batches: 1,
        cause,
    });
    let read = trace.reads.push(Read { at: at(6_000), broker: leader, request, cause });
    let refused = number % 200 == 11;
    let result = if refused {
        AppendResult::Refused { error: ErrorCode::NotEnoughReplicas }
    } else {
        AppendResult::Appended
    };
    let offset = Offset(i64::from(number / PARTITIONS * PER_BATCH));
    let (broker, leader_epoch) = (leader, Epoch(0));
    trace.appends.push(Append { at: at(6_000), broker, read, batch, offset, leader_epoch, result });
    let fetch = trace.fetches.push(Fetch { at: at(5_500), follower, leader, cause });
    let answer = trace.fetch_answers.push(FetchAnswer {
        at: at(6_100),
        fetch,
        records: PER_BATCH,
        error: ErrorCode::None,
        arrived: at(6_050),
        cause,
    });
    let (from, to) = (offset, offset + PER_BATCH);
    trace.copies.push(Copy { at: at(7_000), broker: follower, partition, from, to, answer });
    for (broker, us) in [(leader, 8_000), (follower, 9_000)] {
        let at = at(us);
        trace.high_watermarks.push(HighWatermark { at, broker, partition, offset: to, cause });
    }
    let fate = RequestFate::Answered;
    trace.request_ends.push(RequestEnd { at: at(9_000), request, fate, cause });
    let (failure, late, held) = (NONE, false, false);
    let finish =
        trace.finishes.push(Finish { at: at(9_000), batch, offset, failure, late, held, cause });
    trace.callbacks.push(Callback {
        at: at(9_000),
        until: at(9_000),
        record: first,
        count: PER_BATCH,
        thread: Thread::Io,
        offset,
        failure: NONE,
        threw: NONE,
        cause: FactId::new(Kind::Finish, finish).into(),
    });
}
