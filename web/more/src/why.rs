//! Why something happened, in sentences: templates over the typed reasons of the trace.

use crate::language::Speak;
use crate::text::{length, moment};
use trace::{
    AppendResult, BlockReason, CloseReason, Condition, FactId, Kind, NONE, PartitionRule,
    RequestFate, Trace,
};
use units::{BatchId, RequestId, SimTime};
use words::Language;

/// What the inspector shows of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
    /// Class and method of Kafka.
    pub(crate) source: &'static str,
    /// The setting that decided it most.
    pub(crate) setting: Option<&'static str>,
    /// What it waited for last.
    pub(crate) cause: Option<FactId>,
}

/// Where Kafka decides this, and which setting it reads.
const fn rule(condition: Condition) -> (&'static str, Option<&'static str>) {
    match condition {
        Condition::Full => ("MemoryRecordsBuilder.isFull", Some("batch.size")),
        Condition::NewerBatchBehind => ("RecordAccumulator.partitionReady", Some("batch.size")),
        Condition::Linger => ("RecordAccumulator.batchReady", Some("linger.ms")),
        Condition::MemoryWaiters => ("BufferPool.queued", Some("buffer.memory")),
        Condition::Flush => ("RecordAccumulator.flushInProgress", None),
        Condition::Close => ("RecordAccumulator.batchReady", None),
        Condition::RetryDue | Condition::BackOff => {
            ("RecordAccumulator.shouldBackoff", Some("retry.backoff.ms"))
        }
        Condition::NewLeader => ("ProducerBatch.hasLeaderChangedForTheOngoingRetry", None),
        Condition::SplitPiece => ("RecordAccumulator.splitAndReenqueue", Some("batch.size")),
        Condition::RideAlong { .. } => ("RecordAccumulator.drainBatchesForOneNode", None),
        Condition::NoSlot => {
            ("InFlightRequests.canSendMore", Some("max.in.flight.requests.per.connection"))
        }
        Condition::NotConnected => ("NetworkClient.ready", Some("reconnect.backoff.ms")),
        Condition::Muted => {
            ("RecordAccumulator.mutePartition", Some("max.in.flight.requests.per.connection"))
        }
        Condition::Sequence => {
            ("RecordAccumulator.shouldStopDrainBatchesForPartition", Some("enable.idempotence"))
        }
        Condition::RequestSize => {
            ("RecordAccumulator.drainBatchesForOneNode", Some("max.request.size"))
        }
        Condition::MetadataDue => ("NetworkClient.isReady", Some("metadata.max.age.ms")),
        Condition::NoLeader => ("RecordAccumulator.partitionReady", None),
        Condition::NoProducerId => {
            ("TransactionManager.bumpIdempotentEpochAndResetIdIfNeeded", Some("enable.idempotence"))
        }
        Condition::IoThreadBusy => ("ProducerBatch.completeFutureAndFireCallbacks", None),
    }
}

fn words_of(condition: Condition, language: Language) -> String {
    language.say(&format!("why--{}", Condition::VARIANTS[condition.variant()]))
}

/// Explains a fact.
pub(crate) fn explain(trace: &Trace, fact: FactId, language: Language) -> Explanation {
    let row = fact.row();
    let mut explanation = match fact.kind() {
        Kind::Open => batch(trace, BatchId(row), language),
        Kind::Request => request(trace, row, language),
        Kind::Append => append(trace, row, language),
        Kind::Copy => copy(trace, row, language),
        Kind::HighWatermark => high_watermark(trace, row, language),
        Kind::Callback => callback(trace, row, language),
        Kind::Block => block(trace, row, language),
        Kind::Send => send(trace, row, language),
        _ => Explanation { title: format!("{:?}", fact.kind()), ..Explanation::default() },
    };
    explanation.cause = trace.cause(fact).fact();
    explanation
}

fn batch(trace: &Trace, batch: BatchId, language: Language) -> Explanation {
    let open = trace.opens.row(batch.0);
    let mut lines = vec![language.tell(
        "inspect--opened",
        &[
            ("at", &moment(open.at)),
            ("record", &open.first.to_string()),
            ("capacity", &open.capacity.to_string()),
        ],
    )];
    let (mut source, mut setting) = ("RecordAccumulator.append", Some("batch.size"));
    if let Some(close) = trace.closes.rows().find(|close| close.batch == batch) {
        lines.push(closed(close.why, language));
    }
    for drain in trace.drains.rows().filter(|drain| drain.batch == batch) {
        let percent = u64::from(drain.bytes) * 100 / u64::from(open.capacity.max(1));
        if drain.attempts == 0 {
            lines.push(language.tell(
                "inspect--contents",
                &[
                    ("records", &drain.records.to_string()),
                    ("bytes", &drain.bytes.to_string()),
                    ("capacity", &open.capacity.to_string()),
                    ("percent", &percent.to_string()),
                ],
            ));
        }
        let rows = drain.conditions..drain.conditions + u32::from(drain.condition_count);
        let conditions: Vec<_> = rows.map(|row| trace.conditions.row(row)).collect();
        if let Some(headline) = conditions.first() {
            lines.push(language.tell(
                "inspect--try",
                &[
                    ("n", &(drain.attempts + 1).to_string()),
                    ("at", &moment(drain.at)),
                    ("reason", &words_of(headline.what, language)),
                ],
            ));
            (source, setting) = rule(headline.what);
        }
        for held in conditions.iter().filter(|condition| condition.what.holds()) {
            lines.push(language.tell(
                "inspect--held",
                &[("at", &moment(held.since)), ("reason", &words_of(held.what, language))],
            ));
        }
    }
    lines.push(result(trace, batch, language));
    let title = language.tell(
        "inspect--batch",
        &[("batch", &batch.to_string()), ("partition", &trace.partition_name(open.partition))],
    );
    Explanation { title, lines, source, setting, cause: None }
}

fn closed(why: CloseReason, language: Language) -> String {
    let key = format!("close--{}", CloseReason::VARIANTS[why.variant()]);
    match why {
        CloseReason::NoRoom { record, needed, left } => format!(
            "{}.",
            language.tell(
                &key,
                &[
                    ("record", &record.to_string()),
                    ("needed", &needed.0.to_string()),
                    ("left", &left.0.max(0).to_string()),
                ],
            )
        ),
        _ => format!("{}.", language.say(&key)),
    }
}

fn result(trace: &Trace, batch: BatchId, language: Language) -> String {
    let Some(finish) = trace.finishes.rows().find(|f| f.batch == batch && !f.late) else {
        return language.say("inspect--open");
    };
    let at = moment(finish.at);
    match trace.failure_at(finish.failure) {
        Some(failure) => {
            let error = format!("{}: {}", failure.class(), trace.message(failure));
            language.tell("inspect--failed", &[("at", &at), ("error", &error)])
        }
        None if finish.offset.0 < 0 => language.tell("inspect--told", &[("at", &at)]),
        None => {
            let offset = finish.offset.0.to_string();
            language.tell("inspect--done", &[("at", &at), ("offset", &offset)])
        }
    }
}

fn request(trace: &Trace, row: u32, language: Language) -> Explanation {
    let request = trace.requests.row(row);
    let drains = request.drains..request.drains + u32::from(request.batches);
    let records: u32 = drains.map(|drain| trace.drains.records().get(drain)).sum();
    let mut lines = vec![language.tell(
        "inspect--sent",
        &[
            ("at", &moment(request.at)),
            ("batches", &request.batches.to_string()),
            ("records", &records.to_string()),
            ("bytes", &request.bytes.to_string()),
        ],
    )];
    let end = trace.request_ends.rows().find(|end| end.request == RequestId(row));
    lines.push(match end {
        None => language.say("inspect--open"),
        Some(end) => {
            let (at, took) = (moment(end.at), length(end.at.since(request.at)));
            match end.fate {
                RequestFate::Answered => {
                    language.tell("inspect--answered", &[("at", &at), ("took", &took)])
                }
                RequestFate::NoAck => language.say("inspect--no-ack"),
                RequestFate::Disconnected => language.tell("inspect--lost", &[("at", &at)]),
                RequestFate::TimedOut => language.tell("inspect--timed-out", &[("at", &at)]),
            }
        }
    });
    Explanation {
        title: language.tell("inspect--request", &[("broker", &request.node.to_string())]),
        lines,
        source: "Sender.sendProduceRequest",
        setting: Some("acks"),
        cause: None,
    }
}

fn append(trace: &Trace, row: u32, language: Language) -> Explanation {
    let append = trace.appends.row(row);
    let records = trace.opens.records().get(append.batch.0);
    let from = append.offset.0.to_string();
    let to = (append.offset.0 + i64::from(records) - 1).to_string();
    let line = match append.result {
        AppendResult::Appended | AppendResult::AppendedWithError { .. } => language.tell(
            "inspect--appended",
            &[("records", &records.to_string()), ("from", &from), ("to", &to)],
        ),
        AppendResult::Duplicate => language.tell("inspect--duplicate", &[("from", &from)]),
        AppendResult::Refused { error } => {
            language.tell("inspect--refused", &[("error", error.name())])
        }
    };
    Explanation {
        title: language.tell("inspect--append", &[("broker", &append.broker.to_string())]),
        lines: vec![line],
        source: "Partition.appendRecordsToLeader",
        setting: None,
        cause: None,
    }
}

fn copy(trace: &Trace, row: u32, language: Language) -> Explanation {
    let copy = trace.copies.row(row);
    let took = copy.at.since(trace.fetch_answers.at().get(copy.answer));
    let line = language.tell(
        "inspect--copied",
        &[
            ("from", &copy.from.0.to_string()),
            ("to", &(copy.to.0 - 1).to_string()),
            ("took", &length(took)),
        ],
    );
    Explanation {
        title: language.tell("inspect--copy", &[("broker", &copy.broker.to_string())]),
        lines: vec![line],
        source: "ReplicaFetcherThread.processPartitionData",
        setting: None,
        cause: None,
    }
}

fn high_watermark(trace: &Trace, row: u32, language: Language) -> Explanation {
    let moved = trace.high_watermarks.row(row);
    let offset = moved.offset.0.to_string();
    Explanation {
        title: language.tell("inspect--hw", &[("broker", &moved.broker.to_string())]),
        lines: vec![language.tell("inspect--committed", &[("offset", &offset)])],
        source: "Partition.maybeIncrementLeaderHW",
        setting: None,
        cause: None,
    }
}

fn callback(trace: &Trace, row: u32, language: Language) -> Explanation {
    let callback = trace.callbacks.row(row);
    let (at, count) = (moment(callback.at), callback.count.to_string());
    let line = match trace.failure_at(callback.failure) {
        Some(failure) => {
            let error = format!("{}: {}", failure.class(), trace.message(failure));
            let values = [("count", count.as_str()), ("at", &at), ("error", &error)];
            language.tell("inspect--callback-failed", &values)
        }
        None => {
            let offset = callback.offset.0.to_string();
            let values = [("count", count.as_str()), ("at", &at), ("offset", &offset)];
            language.tell("inspect--callback-ok", &values)
        }
    };
    Explanation {
        title: language.tell("inspect--callback", &[("record", &callback.record.to_string())]),
        lines: vec![line],
        source: "ProducerBatch.completeFutureAndFireCallbacks",
        setting: Some("acks"),
        cause: None,
    }
}

fn block(trace: &Trace, row: u32, language: Language) -> Explanation {
    let block = trace.blocks.row(row);
    let at = moment(block.at);
    let until = if block.until == SimTime::NEVER { "…".to_owned() } else { moment(block.until) };
    let (line, source, setting) = match block.why {
        BlockReason::Memory { needed, available } => (
            language.tell(
                "inspect--block-memory",
                &[
                    ("needed", &needed.0.to_string()),
                    ("available", &available.0.to_string()),
                    ("at", &at),
                    ("until", &until),
                ],
            ),
            "BufferPool.allocate",
            Some("buffer.memory"),
        ),
        BlockReason::Metadata => (
            language.tell("inspect--block-metadata", &[("at", &at), ("until", &until)]),
            "KafkaProducer.waitOnMetadata",
            Some("max.block.ms"),
        ),
        BlockReason::Get => (
            language.tell("inspect--block-get", &[("at", &at), ("until", &until)]),
            "FutureRecordMetadata.get",
            None,
        ),
    };
    let title = language.say("inspect--block");
    Explanation { title, lines: vec![line], source, setting, cause: None }
}

fn send(trace: &Trace, row: u32, language: Language) -> Explanation {
    let send = trace.sends.row(row);
    let partition = format!("p{}", send.partition);
    let mut lines = vec![language.tell(
        "inspect--send",
        &[
            ("at", &moment(send.called)),
            ("value", &send.value_bytes.max(0).to_string()),
            ("partition", &partition),
        ],
    )];
    lines.push(language.say(match send.rule {
        PartitionRule::Key => "inspect--send-key",
        PartitionRule::Explicit => "inspect--send-explicit",
        _ => "inspect--send-sticky",
    }));
    if send.called > send.wanted {
        lines.push(language.tell("inspect--send-late", &[("at", &moment(send.wanted))]));
    }
    if send.batch.0 != NONE {
        lines.push(result(trace, send.batch, language));
    }
    Explanation {
        title: language.tell("inspect--record", &[("record", &row.to_string())]),
        lines,
        source: "KafkaProducer.doSend",
        setting: None,
        cause: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::Playground;

    #[test]
    fn a_batch_says_why_it_left() {
        let (scenario, _) = Playground::default().scenario().expect("the defaults are accepted");
        let trace = model::run(scenario);
        let told = explain(&trace, FactId::new(Kind::Open, 0), Language::English);
        assert!(told.lines.iter().any(|line| line.contains("linger.ms ran out")), "{told:?}");
        assert_eq!(told.setting, Some("linger.ms"));
    }

    #[test]
    fn every_fact_of_a_run_is_told_in_both_languages() {
        let (scenario, _) = Playground::default().scenario().expect("the defaults are accepted");
        let trace = model::run(scenario);
        for fact in trace.in_order(SimTime::ZERO) {
            for language in [Language::English, Language::Korean] {
                let told = explain(&trace, fact, language);
                assert!(!told.title.is_empty() && told.lines.iter().all(|l| !l.contains('{')));
            }
        }
    }
}
