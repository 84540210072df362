//! What the model did, in the shape in which the recorder writes down what the client did.

use crate::case::{
    BatchSeen, CallSeen, DoneSeen, ErrorSeen, Expect, MetricsSeen, RequestSeen, SendSeen,
};
use analysis::{Metric, MetricSettings, Windows};
use model::config::ProducerConfig;
use std::collections::BTreeMap;
use trace::{
    AppendResult, BlockReason, CallKind, Kind, NONE, PartitionRule, RequestFate, RequestKind,
    Thread, Trace, facts,
};
use units::SimTime;

/// What the model did.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed(pub Expect);

impl Observed {
    /// Reads a finished trace of a run under `config`.
    #[must_use]
    pub fn of(trace: &Trace, config: &ProducerConfig) -> Self {
        let mut sends: Vec<SendSeen> = trace
            .sends
            .rows()
            .map(|send| SendSeen {
                called_us: send.called.0,
                returned_us: time(send.called),
                thrown: None,
            })
            .collect();
        let mut completed = vec![false; sends.len()];
        for block in trace.blocks.rows().filter(|block| block.why != BlockReason::Get) {
            sends[block.record.index()].returned_us = time(block.until);
        }
        for refusal in trace.refusals.rows().filter(|refusal| refusal.thrown) {
            let send = &mut sends[refusal.record.index()];
            send.thrown = error(trace, refusal.failure);
            send.returned_us = time(refusal.at);
            completed[refusal.record.index()] = true;
        }
        let done = done(trace, &mut sends, &mut completed);
        let unfinished = (0..).zip(&completed).filter(|(_, done)| !**done).map(|(i, _)| i);
        Self(Expect {
            requests: requests(trace),
            done,
            calls: trace.calls.rows().filter(|c| !c.in_callback).map(|c| call(trace, &c)).collect(),
            unfinished: unfinished.collect(),
            end_us: trace.end.map(|(at, _)| at.0),
            metrics: trace.end.map(|(at, _)| metrics(trace, config, at)),
            sends,
        })
    }
}

/// The recorded client's clock at the case's 0, in seconds: its metadata's age where it never had any.
const EPOCH_SECONDS: f64 = 1_700_000_000.0;

fn metrics(trace: &Trace, config: &ProducerConfig, at: SimTime) -> MetricsSeen {
    let settings = MetricSettings {
        buffer_memory: config.buffer_memory(),
        windows: Windows {
            length: config.metrics_sample_window(),
            samples: i64::from(config.metrics_num_samples()),
        },
    };
    let seen = analysis::metrics(trace, &settings, at);
    let named = |metrics: &[Metric]| -> BTreeMap<String, Option<f64>> {
        metrics.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    };
    let mut producer = named(&seen.producer);
    let since_epoch = EPOCH_SECONDS + at.clock().0 as f64 / 1000.0;
    producer.entry("metadata-age".to_owned()).and_modify(|age| {
        age.get_or_insert(since_epoch);
    });
    let topic = |id: &units::TopicId| trace.topics[id.index()].clone();
    let topics = seen.topics.iter().map(|(id, metrics)| (topic(id), named(metrics))).collect();
    MetricsSeen { producer, topics }
}

fn time(at: SimTime) -> Option<i64> {
    (at != SimTime::NEVER).then_some(at.0)
}

fn error(trace: &Trace, position: u32) -> Option<ErrorSeen> {
    trace.failure_at(position).map(|failure| ErrorSeen {
        class: failure.class().to_owned(),
        message: Some(trace.message(failure).into_owned()),
    })
}

fn call(trace: &Trace, call: &facts::Call) -> CallSeen {
    CallSeen {
        call: if call.call == CallKind::Flush { "flush" } else { "close" }.to_owned(),
        called_us: call.at.0,
        returned_us: time(call.until),
        thrown: error(trace, call.threw),
    }
}

fn done(trace: &Trace, sends: &mut [SendSeen], completed: &mut [bool]) -> Vec<DoneSeen> {
    let mut done = Vec::new();
    for callback in trace.callbacks.rows() {
        let mut record = callback.record;
        for position in 0..callback.count {
            let send = trace.sends.row(record.0);
            completed[record.index()] = true;
            let failed = callback.failure != NONE;
            let offset = callback.offset.0;
            // a send that fails at once returns when its callback does
            let refused = callback.cause.fact().is_some_and(|fact| fact.kind() == Kind::Refusal);
            if refused {
                let returned = &mut sends[record.index()].returned_us;
                *returned = time(callback.until).map(|until| returned.unwrap_or(until).max(until));
            }
            done.push(DoneSeen {
                i: record.0,
                at_us: callback.at.0,
                thread: if callback.thread == Thread::Io { "io" } else { "app" }.to_owned(),
                partition: if send.rule == PartitionRule::Unchosen {
                    -1
                } else {
                    i32::from(send.partition.0)
                },
                offset: (!failed).then_some(if offset < 0 {
                    -1
                } else {
                    offset + i64::from(position)
                }),
                timestamp_ms: (!failed).then_some(send.timestamp.0),
                error: error(trace, callback.failure),
                until_us: (callback.until != callback.at).then_some(time(callback.until)),
                threw: error(trace, callback.threw),
            });
            record = trace.next_in_batch(record);
        }
    }
    done
}

fn requests(trace: &Trace) -> Vec<RequestSeen> {
    let mut ends: BTreeMap<u32, facts::RequestEnd> = BTreeMap::new();
    for end in trace.request_ends.rows() {
        ends.insert(end.request.0, end);
    }
    let mut errors: BTreeMap<u32, BTreeMap<String, String>> = BTreeMap::new();
    for append in trace.appends.rows() {
        if let AppendResult::Refused { error } | AppendResult::AppendedWithError { error } =
            append.result
        {
            let request = trace.reads.request().get(append.read).0;
            let partition = trace.opens.partition().get(append.batch.0);
            let name = trace.partition_name(partition);
            errors.entry(request).or_default().insert(name, error.name().to_owned());
        }
    }
    let written = |request: &facts::Request| {
        request.kind == RequestKind::Produce && request.written != SimTime::NEVER
    };
    let mut seen = |(number, request): (u32, facts::Request)| {
        let end = ends.get(&number);
        let result = match end.map(|end| end.fate) {
            None => "open",
            Some(RequestFate::Answered) => "answered",
            Some(RequestFate::NoAck) => "no_ack",
            Some(RequestFate::Disconnected) => "disconnected",
            Some(RequestFate::TimedOut) => "timed_out",
        };
        let drains = request.drains..request.drains + u32::from(request.batches);
        RequestSeen {
            node: request.node.0,
            at_us: request.written.0,
            bytes: request.bytes,
            batches: drains.map(|row| batch(trace, &trace.drains.row(row))).collect(),
            result: result.to_owned(),
            done_us: end.map(|end| end.at.0),
            errors: if result == "answered" {
                errors.remove(&number).unwrap_or_default()
            } else {
                BTreeMap::new()
            },
        }
    };
    (0..)
        .zip(trace.requests.rows())
        .filter(|(_, request)| written(request))
        .map(&mut seen)
        .collect()
}

fn batch(trace: &Trace, drain: &facts::Drain) -> BatchSeen {
    let partition = trace.opens.partition().get(drain.batch.0);
    BatchSeen {
        topic: trace.topics[partition.topic.index()].clone(),
        partition: u32::from(partition.partition.0),
        records: trace.records_of(drain.batch).map(|record| record.0).collect(),
        bytes: drain.bytes,
        base_sequence: drain.base_sequence,
        epoch: drain.epoch,
    }
}
