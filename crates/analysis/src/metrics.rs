//! Kafka's producer metrics under Kafka's names, at any moment of a run, from its trace.
//! Source: `Sender.SenderMetrics`, `SenderMetricsRegistry`, `BufferPool`,
//! `RecordAccumulator.registerMetrics`, `KafkaProducerMetrics`.

use crate::sampled::{Sampled, Windows};
use std::collections::{BTreeMap, BTreeSet};
use trace::{
    BlockReason, CallKind, Cause, Failure, Kind, NONE, RequestFate, RequestKind, Timer, Trace,
    facts,
};
use units::{Bytes, ClockMs, SimTime, TopicId};

/// What the metrics depend on beside the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricSettings {
    /// `buffer.memory`.
    pub buffer_memory: Bytes,
    /// `metrics.sample.window.ms` and `metrics.num.samples`.
    pub windows: Windows,
}

/// A metric's name and value; `None` where Kafka's is not a number.
pub type Metric = (&'static str, Option<f64>);

/// The metrics of a producer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Group `producer-metrics`, by name.
    pub producer: Vec<Metric>,
    /// Group `producer-topic-metrics`: of the topics of which something has been drained.
    pub topics: Vec<(TopicId, Vec<Metric>)>,
}

/// The metrics at `now`.
#[must_use]
pub fn metrics(trace: &Trace, settings: &MetricSettings, now: SimTime) -> Metrics {
    let mut sensors = Sensors::new(settings.windows);
    sensors.drained(trace, now);
    sensors.ended(trace, now);
    sensors.failed(trace, now);
    sensors.waited(trace, now);
    let mut producer = sensors.read(now.clock());
    producer.extend(gauges(trace, settings, now));
    producer.sort_by_key(|(name, _)| *name);
    let topics = sensors.topics.iter_mut();
    Metrics { producer, topics: topics.map(|(id, topic)| (*id, topic.read(now.clock()))).collect() }
}

/// The sensors of one topic; they exist from its first drain on.
struct TopicSensors {
    records: Sampled,
    bytes: Sampled,
    compression: Sampled,
    retries: Sampled,
    errors: Sampled,
    since: SimTime,
}

impl TopicSensors {
    fn read(&mut self, now: ClockMs) -> Vec<Metric> {
        vec![
            ("byte-rate", per_second(&mut self.bytes, now)),
            ("byte-total", Some(self.bytes.total)),
            ("compression-rate", self.compression.average(now)),
            ("record-error-rate", per_second(&mut self.errors, now)),
            ("record-error-total", Some(self.errors.total)),
            ("record-retry-rate", per_second(&mut self.retries, now)),
            ("record-retry-total", Some(self.retries.total)),
            ("record-send-rate", per_second(&mut self.records, now)),
            ("record-send-total", Some(self.records.total)),
        ]
    }
}

struct Sensors {
    windows: Windows,
    batch_size: Sampled,
    records_per_request: Sampled,
    queue_time: Sampled,
    compression: Sampled,
    record_size: Sampled,
    request_latency: Sampled,
    throttle: Sampled,
    retries: Sampled,
    errors: Sampled,
    splits: Sampled,
    memory_wait: Sampled,
    exhausted: Sampled,
    topics: BTreeMap<TopicId, TopicSensors>,
}

impl Sensors {
    fn new(windows: Windows) -> Self {
        let sampled = || Sampled::new(windows);
        Self {
            windows,
            batch_size: sampled(),
            records_per_request: sampled(),
            queue_time: sampled(),
            compression: sampled(),
            record_size: sampled(),
            request_latency: sampled(),
            throttle: sampled(),
            retries: sampled(),
            errors: sampled(),
            splits: sampled(),
            memory_wait: sampled(),
            exhausted: sampled(),
            topics: BTreeMap::new(),
        }
    }

    fn topic(&mut self, id: TopicId, since: SimTime) -> &mut TopicSensors {
        let sampled = || Sampled::new(self.windows);
        self.topics.entry(id).or_insert_with(|| TopicSensors {
            records: sampled(),
            bytes: sampled(),
            compression: sampled(),
            retries: sampled(),
            errors: sampled(),
            since,
        })
    }

    /// Source: `SenderMetrics.updateProduceRequestMetrics`.
    fn drained(&mut self, trace: &Trace, now: SimTime) {
        let record_size: BTreeMap<u32, u32> =
            trace.closes.rows().map(|close| (close.batch.0, close.record_size_max)).collect();
        let mut passes: Vec<(SimTime, u32)> = Vec::new();
        let mut last = None;
        for drain in trace.drains.rows().take_while(|drain| drain.at <= now) {
            let clock = drain.at.clock();
            let open = trace.opens.row(drain.batch.0);
            let payload = drain.bytes.saturating_sub(BATCH_HEADER) as f32;
            // Kafka computes this one in 32 bits
            let ratio = f64::from(payload / drain.uncompressed as f32);
            let bytes = f64::from(drain.bytes);
            self.batch_size.record(clock, bytes);
            let pass = trace.requests.created().get(drain.request.0);
            self.queue_time.record(clock, (pass - open.created).0 as f64);
            self.compression.record(clock, ratio);
            let largest = record_size.get(&drain.batch.0).copied().unwrap_or(0);
            self.record_size.record(clock, f64::from(largest));
            let topic = self.topic(open.partition.topic, drain.at);
            topic.records.record(clock, f64::from(drain.records));
            topic.bytes.record(clock, bytes);
            topic.compression.record(clock, ratio);
            match passes.last_mut() {
                Some((_, records)) if last == Some(drain.request) => *records += drain.records,
                _ => passes.push((drain.at, drain.records)),
            }
            last = Some(drain.request);
        }
        let empty = trace.empty_drains.rows().take_while(|empty| empty.at <= now);
        passes.extend(empty.flat_map(|empty| (0..empty.passes).map(move |_| (empty.at, 0))));
        passes.sort_by_key(|(at, _)| *at);
        for (at, records) in passes {
            self.records_per_request.record(at.clock(), f64::from(records));
        }
    }

    /// Source: `NetworkClient.handleCompletedReceives`, `SenderMetrics.recordLatency`,
    /// `recordRetries`, `recordBatchSplit`.
    fn ended(&mut self, trace: &Trace, now: SimTime) {
        let receipts: BTreeMap<u32, ClockMs> =
            trace.receipts.rows().map(|receipt| (receipt.request.0, receipt.received)).collect();
        let handled = handled(trace);
        for (row, end) in (0..).zip(trace.request_ends.rows().take_while(|end| end.at <= now)) {
            if end.fate != RequestFate::Answered {
                continue;
            }
            let received = receipts.get(&end.request.0).copied().unwrap_or_else(|| end.at.clock());
            self.throttle.record(received, 0.0);
            let request = trace.requests.row(end.request.0);
            let handled = handled.get(&row).copied().unwrap_or(end.at);
            if request.kind == RequestKind::Produce && handled <= now {
                let latency = (received - request.created).0 as f64;
                self.request_latency.record(handled.clock(), latency);
            }
        }
        for retry in trace.retries.rows().take_while(|retry| retry.at <= now) {
            let open = trace.opens.row(retry.batch.0);
            self.retries.record(retry.at.clock(), f64::from(open.records));
            if let Some(topic) = self.topics.get_mut(&open.partition.topic) {
                topic.retries.record(retry.at.clock(), f64::from(open.records));
            }
        }
        for split in trace.splits.rows().take_while(|split| split.at <= now) {
            self.splits.record(split.at.clock(), 1.0);
        }
    }

    /// Source: `Sender.failBatch`, `KafkaProducer.doSend`. Batches that are given up by a close or
    /// behind a fatal error are not counted.
    fn failed(&mut self, trace: &Trace, now: SimTime) {
        let mut errors: Vec<(SimTime, u32)> = Vec::new();
        for finish in trace.finishes.rows().take_while(|finish| finish.at <= now) {
            if finish.failure == NONE || given_up(&finish) {
                continue;
            }
            let open = trace.opens.row(finish.batch.0);
            errors.push((finish.at, open.records));
            // a pass fails what has expired before it counts what it drained
            let expired = finish.cause == Timer::DeliveryTimeout.into();
            if let Some(topic) = self.topics.get_mut(&open.partition.topic)
                && (topic.since < finish.at || (topic.since == finish.at && !expired))
            {
                topic.errors.record(finish.at.clock(), f64::from(open.records));
            }
        }
        errors.extend(refused(trace).filter(|at| *at <= now).map(|at| (at, 1)));
        errors.sort_by_key(|(at, _)| *at);
        for (at, records) in errors {
            self.errors.record(at.clock(), f64::from(records));
        }
    }

    /// Source: `BufferPool.allocate`.
    fn waited(&mut self, trace: &Trace, now: SimTime) {
        let mut waits: Vec<(SimTime, u64)> = trace
            .blocks
            .rows()
            .filter(|block| matches!(block.why, BlockReason::Memory { .. }) && block.until <= now)
            .map(|block| (block.until, block.until.since(block.at).0 * 1000))
            .collect();
        waits.sort_by_key(|(until, _)| *until);
        for (until, nanos) in waits {
            self.memory_wait.record(until.clock(), nanos as f64);
        }
        for refusal in trace.refusals.rows().take_while(|refusal| refusal.at <= now) {
            if matches!(trace.failure_at(refusal.failure), Some(Failure::BufferExhausted { .. })) {
                self.exhausted.record(refusal.at.clock(), 1.0);
            }
        }
    }

    fn read(&mut self, now: ClockMs) -> Vec<Metric> {
        vec![
            ("batch-size-avg", self.batch_size.average(now)),
            ("batch-size-max", self.batch_size.max(now)),
            ("batch-split-rate", per_second(&mut self.splits, now)),
            ("batch-split-total", Some(self.splits.total)),
            ("buffer-exhausted-rate", per_second(&mut self.exhausted, now)),
            ("buffer-exhausted-total", Some(self.exhausted.total)),
            ("bufferpool-wait-ratio", Some(self.memory_wait.rate_per_ms(now) / 1e6)),
            ("bufferpool-wait-time-ns-total", Some(self.memory_wait.total)),
            ("compression-rate-avg", self.compression.average(now)),
            ("produce-throttle-time-avg", self.throttle.average(now)),
            ("produce-throttle-time-max", self.throttle.max(now)),
            ("record-error-rate", per_second(&mut self.errors, now)),
            ("record-error-total", Some(self.errors.total)),
            ("record-queue-time-avg", self.queue_time.average(now)),
            ("record-queue-time-max", self.queue_time.max(now)),
            ("record-retry-rate", per_second(&mut self.retries, now)),
            ("record-retry-total", Some(self.retries.total)),
            ("record-send-rate", per_second(&mut self.records_per_request, now)),
            ("record-send-total", Some(self.records_per_request.total)),
            ("record-size-avg", self.record_size.average(now)),
            ("record-size-max", self.record_size.max(now)),
            ("records-per-request-avg", self.records_per_request.average(now)),
            ("request-latency-avg", self.request_latency.average(now)),
            ("request-latency-max", self.request_latency.max(now)),
        ]
    }
}

/// Bytes of a batch before its records. Source: `DefaultRecordBatch.RECORD_BATCH_OVERHEAD`.
const BATCH_HEADER: u32 = 61;

fn per_second(values: &mut Sampled, now: ClockMs) -> Option<f64> {
    Some(values.rate_per_ms(now) * 1000.0)
}

/// By row of a request's end: when the callbacks that followed from it were over.
fn handled(trace: &Trace) -> BTreeMap<u32, SimTime> {
    let mut handled = BTreeMap::new();
    for callback in trace.callbacks.rows() {
        let row = |cause: Cause, kind| {
            cause.fact().filter(|fact| fact.kind() == kind).map(trace::FactId::row)
        };
        let Some(finish) = row(callback.cause, Kind::Finish) else { continue };
        if let Some(end) = row(trace.finishes.row(finish).cause, Kind::RequestEnd) {
            handled.insert(end, callback.until);
        }
    }
    handled
}

/// Whether a failed batch was given up where it stood: neither an answer nor its own time ended it.
fn given_up(finish: &facts::Finish) -> bool {
    let by_answer = finish.cause.fact().is_some_and(|fact| fact.kind() == Kind::RequestEnd);
    !by_answer && finish.cause != Timer::DeliveryTimeout.into()
}

/// When sends that failed at once were counted: those with an exception of Kafka's own, behind the
/// callback if there was one. What a callback throws goes past the count.
fn refused(trace: &Trace) -> impl Iterator<Item = SimTime> + '_ {
    let callbacks: BTreeMap<u32, facts::Callback> = trace
        .callbacks
        .rows()
        .filter_map(|callback| {
            let fact = callback.cause.fact().filter(|fact| fact.kind() == Kind::Refusal)?;
            Some((fact.row(), callback))
        })
        .collect();
    let mut seen = BTreeSet::new();
    (0..).zip(trace.refusals.rows()).filter_map(move |(row, refusal)| {
        if !seen.insert(refusal.record) {
            return None; // its callback threw
        }
        let failure = trace.failure_at(refusal.failure)?;
        let class = failure.class();
        if class == "IllegalArgumentException" || class == "IllegalStateException" {
            return None;
        }
        match callbacks.get(&row) {
            Some(callback) => (callback.threw == NONE).then_some(callback.until),
            None => Some(refusal.at),
        }
    })
}

/// What is read at the moment itself.
fn gauges(trace: &Trace, settings: &MetricSettings, now: SimTime) -> Vec<Metric> {
    let ended: BTreeSet<u32> = trace
        .request_ends
        .rows()
        .take_while(|end| end.at <= now)
        .map(|end| end.request.0)
        .collect();
    let receipts = trace.receipts.rows().take_while(|receipt| receipt.received <= now.clock());
    let received: BTreeSet<u32> = receipts.map(|receipt| receipt.request.0).collect();
    let requests = (0..).zip(trace.requests.rows().take_while(|request| request.at <= now));
    let answered = |number: &u32| ended.contains(number) || received.contains(number);
    let in_flight = requests.filter(|(number, _)| !answered(number)).count();
    let updates = trace.metadata_updates.rows().take_while(|update| update.at <= now);
    let update = updates.filter(|update| update.full).last();
    let age = update.map(|update| (now.clock() - update.at.clock()).0 as f64 / 1000.0);
    let waiting = |block: &facts::Block| {
        matches!(block.why, BlockReason::Memory { .. }) && block.at <= now && block.until > now
    };
    let waiters = trace.blocks.rows().filter(waiting).count();
    vec![
        ("buffer-available-bytes", Some(buffer_available(trace, settings, &ended, now))),
        ("buffer-total-bytes", Some(settings.buffer_memory.0 as f64)),
        ("flush-time-ns-total", Some(flush_nanos(trace, now))),
        ("metadata-age", age),
        ("metadata-wait-time-ns-total", Some(metadata_wait_nanos(trace, now))),
        ("requests-in-flight", Some(in_flight as f64)),
        ("waiting-threads", Some(waiters as f64)),
    ]
}

fn flush_nanos(trace: &Trace, now: SimTime) -> f64 {
    let flushes = trace.calls.rows().filter(|call| call.call == CallKind::Flush);
    let done = flushes.filter(|call| call.until <= now);
    done.map(|call| call.until.since(call.at).0 as f64 * 1000.0).sum()
}

/// Waits for metadata that ended with it. Source: `KafkaProducer.waitOnMetadata`.
fn metadata_wait_nanos(trace: &Trace, now: SimTime) -> f64 {
    use Failure::{PartitionNotPresent, TopicNotPresent};
    let waits = trace.blocks.rows().filter(|block| {
        // closed while it waited, it has not got what it waited for
        let by_close = block.cause.fact().is_some_and(|fact| fact.kind() == Kind::Call);
        block.why == BlockReason::Metadata && block.until <= now && !by_close
    });
    let mut waited: BTreeMap<u32, u64> =
        waits.map(|block| (block.record.0, block.until.since(block.at).0)).collect();
    for refusal in trace.refusals.rows() {
        let failure = trace.failure_at(refusal.failure);
        if let Some(TopicNotPresent { .. } | PartitionNotPresent { .. }) = failure {
            waited.remove(&refusal.record.0);
        }
    }
    waited.values().map(|micros| *micros as f64 * 1000.0).sum()
}

/// Bytes that neither a batch nor a waiting thread holds. A batch's buffer is free again behind its
/// callbacks, or, if it failed in flight, with its request's end.
fn buffer_available(
    trace: &Trace,
    settings: &MetricSettings,
    ended: &BTreeSet<u32>,
    now: SimTime,
) -> f64 {
    let mut open: BTreeMap<u32, i64> = (0..)
        .zip(trace.opens.rows().take_while(|open| open.at <= now))
        .filter(|(_, open)| open.parent.0 == NONE)
        .map(|(batch, open)| (batch, i64::from(open.capacity)))
        .collect();
    let mut result: BTreeSet<u32> = BTreeSet::new();
    for finish in trace.finishes.rows().take_while(|finish| finish.at <= now) {
        if finish.held {
            result.remove(&finish.batch.0);
        } else {
            result.insert(finish.batch.0);
        }
    }
    for split in trace.splits.rows().take_while(|split| split.at <= now) {
        result.insert(split.batch.0);
    }
    for drain in trace.drains.rows().take_while(|drain| drain.at <= now) {
        if !ended.contains(&drain.request.0) {
            result.remove(&drain.batch.0);
        }
    }
    for callback in trace.callbacks.rows().take_while(|callback| callback.at <= now) {
        if callback.until > now {
            result.remove(&trace.sends.batch().get(callback.record.0).0);
        }
    }
    open.retain(|batch, _| !result.contains(batch));
    let batches: i64 = open.values().sum();
    (settings.buffer_memory.0 - batches - grabbed(trace, now)) as f64
}

/// What waiting threads have of what they asked for.
fn grabbed(trace: &Trace, now: SimTime) -> i64 {
    let mut asked: BTreeMap<u32, i64> = BTreeMap::new();
    let mut grabbed = 0;
    for block in trace.blocks.rows().take_while(|block| block.at <= now) {
        let BlockReason::Memory { needed, .. } = block.why else { continue };
        let first = *asked.entry(block.record.0).or_insert(needed.0);
        if block.until > now {
            grabbed += first - needed.0;
        }
    }
    grabbed
}
