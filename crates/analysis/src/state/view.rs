//! The state in the shape in which it is shown.

use super::Limits;
use super::fold::{Counts, Fold, LiveBatch};
use crate::Analysis;
use crate::cluster::{BrokerView, PartitionView};
use std::collections::BTreeMap;
use trace::{ConnectionState, RequestKind, Trace};
use units::{
    BatchId, BrokerId, Bytes, ConnectionId, Micros, Millis, Offset, RequestId, SimTime,
    TopicPartition,
};

/// Everything at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The moment.
    pub at: SimTime,
    /// How many records have come how far.
    pub counts: Counts,
    /// The accumulator's queues that hold batches, by partition.
    pub queues: Vec<QueueView>,
    /// Batches that have left their queue and still have their buffer: in flight, or in callbacks.
    pub away: Vec<BatchView>,
    /// `buffer.memory`.
    pub pool: PoolView,
    /// Connections that are there, with the requests in flight on each.
    pub connections: Vec<ConnectionView>,
    /// Waits of threads under way: rows of `blocks`.
    pub blocks: Vec<u32>,
    /// Calls of `flush` and `close` under way: rows of `calls`.
    pub calls: Vec<u32>,
    /// Callbacks under way: rows of `callbacks`.
    pub callbacks: Vec<u32>,
    /// Producer id and epoch, once there are any: a row of `producer_ids`.
    pub producer: Option<u32>,
    /// Brokers to which something happened; the others are up.
    pub brokers: BTreeMap<BrokerId, BrokerView>,
    /// Partitions with records, or of which the controller has decided something.
    pub logs: Vec<LogView>,
}

/// The accumulator's queue of a partition.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueView {
    /// The partition.
    pub partition: TopicPartition,
    /// Its batches, the one that leaves next first.
    pub batches: Vec<BatchView>,
}

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchPlace {
    /// In its queue, and takes records.
    Open,
    /// In its queue, closed.
    Closed,
    /// Back in its queue after a try.
    Returned,
    /// On its way, or waiting to be handled.
    InFlight,
    /// It has its result, and its callbacks run.
    Finished,
    /// It has its result (its time ran out), and its request has no end yet.
    Abandoned,
}

/// A batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchView {
    /// The batch.
    pub batch: BatchId,
    /// Where it is.
    pub place: BatchPlace,
    /// Records in it so far.
    pub records: u32,
    /// Bytes: header and records before compression while it is open, Kafka's estimate once it is
    /// closed, and what it has exactly once it was drained.
    pub bytes: u32,
    /// Bytes of its buffer, which is its write limit.
    pub capacity: u32,
    /// Tries that have ended in its return.
    pub returns: u16,
    /// What of its time is used up.
    pub budgets: Vec<Budget>,
}

/// A limit of time, and since when it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Which.
    pub kind: BudgetKind,
    /// Since when.
    pub since: SimTime,
    /// How long.
    pub limit: Millis,
}

impl Budget {
    /// How much of it is used up at a moment.
    #[must_use]
    pub fn used(&self, at: SimTime) -> Micros {
        at.since(self.since).min(self.limit.into())
    }
}

/// A limit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetKind {
    /// `linger.ms`, from the batch's creation.
    Linger,
    /// `request.timeout.ms`, from the pass that made the request.
    RequestTimeout,
    /// The back-off of a retry, from its return: `retry.backoff.ms`, doubled with each try up to
    /// `retry.backoff.max.ms`, without the jitter of a fifth.
    RetryBackoff,
    /// `delivery.timeout.ms`, from the batch's creation.
    DeliveryTimeout,
}

/// `buffer.memory`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolView {
    /// All of it.
    pub total: Bytes,
    /// What is free.
    pub available: Bytes,
    /// What those who wait have grabbed so far.
    pub held_by_waiters: Bytes,
    /// Threads that wait.
    pub waiting: u32,
}

/// A connection.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionView {
    /// The connection.
    pub connection: ConnectionId,
    /// To whom.
    pub node: BrokerId,
    /// Its state.
    pub state: ConnectionState,
    /// Requests in flight, oldest first.
    pub requests: Vec<RequestView>,
}

/// A request in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestView {
    /// The request.
    pub request: RequestId,
    /// What it asks.
    pub kind: RequestKind,
    /// Its age against `request.timeout.ms`.
    pub timeout: Budget,
}

/// A partition on its brokers.
#[derive(Clone, Debug, PartialEq)]
pub struct LogView {
    /// The partition.
    pub partition: TopicPartition,
    /// What the controller has decided.
    pub controller: PartitionView,
    /// Replicas in which there was ever a record, by broker.
    pub replicas: Vec<ReplicaView>,
    /// What consumers can read: everything below this offset, the leader's high watermark.
    pub visible_below: Offset,
}

/// A replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaView {
    /// Whose.
    pub broker: BrokerId,
    /// Offset of the next record to be appended.
    pub log_end: Offset,
    /// Offset of the next record to be committed, as far as it knows.
    pub high_watermark: Offset,
    /// It leads.
    pub leads: bool,
    /// It is in the in-sync set.
    pub in_sync: bool,
    /// It is an eligible leader replica.
    pub eligible: bool,
    /// Its broker's process is gone, or stands still.
    pub down: bool,
}

pub(super) fn state(fold: &Fold, limits: &Limits, trace: &Trace, analysis: &Analysis) -> State {
    let mut queues: BTreeMap<TopicPartition, Vec<BatchView>> = BTreeMap::new();
    let mut away = Vec::new();
    for (batch, live) in fold.batches.iter().filter(|(_, live)| live.opened) {
        let view = batch_view(*batch, live, fold.at, limits, trace, analysis);
        if live.is_queued() {
            queues.entry(trace.opens.partition().get(batch.0)).or_default().push(view);
        } else {
            away.push(view);
        }
    }
    let queues = queues.into_iter().map(|(partition, mut batches)| {
        batches.sort_by_key(|view| queue_order(view.batch, fold.at, limits, trace, analysis));
        QueueView { partition, batches }
    });
    State {
        at: fold.at,
        counts: fold.counts,
        queues: queues.collect(),
        away,
        pool: PoolView {
            total: fold.pool.total,
            available: fold.pool.available,
            held_by_waiters: fold.pool.held_by_waiters(),
            waiting: fold.pool.waiting(),
        },
        connections: connections(fold, limits, trace),
        blocks: fold.blocks.clone(),
        calls: fold.calls.clone(),
        callbacks: fold.callbacks.clone(),
        producer: fold.producer,
        brokers: fold.cluster.brokers.clone(),
        logs: logs(fold, trace, analysis),
    }
}

/// With idempotence a queue is in the order of sequence numbers, which is that of the records; else
/// what comes back goes to the front. Source: `RecordAccumulator.insertInSequenceOrder`, `reenqueue`.
fn queue_order(
    batch: BatchId,
    at: SimTime,
    limits: &Limits,
    trace: &Trace,
    analysis: &Analysis,
) -> (i64, i64) {
    let born = i64::from(batch.0);
    if limits.idempotence {
        return (0, i64::from(trace.opens.first().get(batch.0).0));
    }
    let returned = |row: &&u32| trace.retries.at().get(**row) <= at;
    if let Some(row) = analysis.index.retry_rows(batch).iter().rev().find(returned) {
        return (-trace.retries.at().get(*row).0, -i64::from(*row));
    }
    let open = trace.opens.row(batch.0);
    if open.parent.0 == trace::NONE { (i64::MAX, born) } else { (-open.at.0, born) }
}

fn batch_view(
    batch: BatchId,
    live: &LiveBatch,
    at: SimTime,
    limits: &Limits,
    trace: &Trace,
    analysis: &Analysis,
) -> BatchView {
    /// The header of a batch. Source: `DefaultRecordBatch.RECORD_BATCH_OVERHEAD`.
    const BATCH_OVERHEAD: u32 = 61;
    let index = &analysis.index;
    let open = trace.opens.row(batch.0);
    let place = match (live.is_queued(), live.finished, live.is_in_flight()) {
        (true, ..) if live.retries > 0 => BatchPlace::Returned,
        (true, ..) if live.closed => BatchPlace::Closed,
        (true, ..) => BatchPlace::Open,
        (false, true, true) => BatchPlace::Abandoned,
        (false, true, false) => BatchPlace::Finished,
        (false, false, _) => BatchPlace::InFlight,
    };
    let drained =
        index.drain_rows(batch).iter().rev().find(|row| trace.drains.at().get(**row) <= at);
    let bytes = match (drained, index.close_row(batch).filter(|_| live.closed)) {
        (Some(row), _) => trace.drains.bytes().get(*row),
        (None, Some(row)) => trace.closes.estimated().get(row),
        (None, None) => BATCH_OVERHEAD + live.bytes,
    };
    let created = SimTime(open.created.0.saturating_mul(1000));
    let mut budgets = Vec::with_capacity(3);
    if live.is_queued() {
        let returned = |row: &&u32| trace.retries.at().get(**row) <= at;
        match index.retry_rows(batch).iter().rev().find(returned) {
            Some(row) => budgets.push(Budget {
                kind: BudgetKind::RetryBackoff,
                since: trace.retries.at().get(*row),
                limit: backoff(limits, live.retries),
            }),
            None => {
                let limit = limits.linger;
                budgets.push(Budget { kind: BudgetKind::Linger, since: created, limit });
            }
        }
    }
    if live.is_in_flight()
        && let Some(row) = drained
    {
        budgets.push(request_timeout(trace.drains.request().get(*row), limits, trace));
    }
    if !live.finished {
        let limit = limits.delivery_timeout;
        budgets.push(Budget { kind: BudgetKind::DeliveryTimeout, since: created, limit });
    }
    BatchView {
        batch,
        place,
        records: live.records,
        bytes,
        capacity: open.capacity,
        returns: live.retries,
        budgets,
    }
}

/// Source: `ExponentialBackoff.backoff`, without its jitter.
fn backoff(limits: &Limits, tries: u16) -> Millis {
    let doubled = (1..tries).fold(limits.retry_backoff.0, |wait, _| wait.saturating_mul(2));
    Millis(doubled.min(limits.retry_backoff_max.0.max(limits.retry_backoff.0)))
}

fn request_timeout(request: RequestId, limits: &Limits, trace: &Trace) -> Budget {
    let created = trace.requests.created().get(request.0);
    Budget {
        kind: BudgetKind::RequestTimeout,
        since: SimTime(created.0.saturating_mul(1000)),
        limit: limits.request_timeout,
    }
}

fn connections(fold: &Fold, limits: &Limits, trace: &Trace) -> Vec<ConnectionView> {
    let requests_of = |connection: ConnectionId| {
        let of =
            move |request: &&RequestId| trace.requests.connection().get(request.0) == connection;
        let view = |request: &RequestId| RequestView {
            request: *request,
            kind: trace.requests.kind().get(request.0),
            timeout: request_timeout(*request, limits, trace),
        };
        fold.requests.iter().filter(of).map(view).collect()
    };
    let views = fold.connections.iter().map(|(connection, (node, state))| ConnectionView {
        connection: *connection,
        node: *node,
        state: *state,
        requests: requests_of(*connection),
    });
    views.collect()
}

fn logs(fold: &Fold, trace: &Trace, analysis: &Analysis) -> Vec<LogView> {
    let Analysis { logs, visibility, .. } = analysis;
    let known = fold.cluster.partitions.iter().map(|(partition, view)| (*partition, *view));
    let mut partitions: BTreeMap<TopicPartition, PartitionView> = known.collect();
    for log in logs.all().iter().filter(|log| log.end_at(fold.at) > Offset(0)) {
        partitions.entry(log.partition).or_default();
    }
    let view = |(partition, controller): (TopicPartition, PartitionView)| {
        let has = |members: u64, broker: BrokerId| {
            members.checked_shr(broker.0).is_some_and(|bits| bits & 1 == 1)
        };
        let of_partition = logs.all().iter().filter(|log| log.partition == partition);
        let replica = |broker: BrokerId, log_end: Offset| ReplicaView {
            broker,
            log_end,
            high_watermark: visibility.high_watermark(trace, logs, partition, broker, fold.at),
            leads: controller.leader.map_or(controller.in_sync.is_none(), |l| l == broker),
            in_sync: controller.in_sync.is_none_or(|members| has(members, broker)),
            eligible: has(controller.eligible, broker),
            down: fold.cluster.is_down(broker),
        };
        let mut replicas: Vec<ReplicaView> =
            of_partition.map(|log| replica(log.broker, log.end_at(fold.at))).collect();
        replicas.sort_by_key(|replica| replica.broker);
        let leads = |replica: &&ReplicaView| replica.leads;
        // where the controller says nothing, the one that has most leads
        let leader = replicas.iter().filter(leads).max_by_key(|replica| replica.log_end);
        let visible_below = leader.map_or(Offset(0), |leader| leader.high_watermark);
        LogView { partition, controller, replicas, visible_below }
    };
    partitions.into_iter().map(view).collect()
}
