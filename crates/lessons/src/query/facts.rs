//! Where the answers stand in a run.

use crate::run::Run;
use crate::value::Value;
use link::{PartUnit, part};
use model::config::{Unit, cluster_row, row};
use trace::{AppendResult, BrokerChange, Condition, ElectionReason, NONE, Trace, facts};
use units::{BatchId, BrokerId, Offset, PartitionId, RecordId, SimTime};

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($variant),+ }

        impl $name {
            pub(super) fn read(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

fields! {
    /// What can be asked of a batch.
    BatchField {
        OpenedAt = "opened_at",
        LeftAt = "left_at",
        LeftBecause = "left_because",
        AnsweredAt = "answered_at",
        Records = "records",
        Bytes = "bytes",
        Tries = "tries",
    }
}

fields! {
    /// What can be asked of a whole run.
    RunField {
        Records = "records",
        Acknowledged = "acknowledged",
        Lost = "lost",
        Failed = "failed",
        Appended = "appended",
        Duplicated = "duplicated",
        DuplicatesRemoved = "duplicates_removed",
        Batches = "batches",
        Requests = "requests",
        Retries = "retries",
        LatencyP50 = "latency_p50",
        LatencyP99 = "latency_p99",
        LastToldAt = "last_told_at",
        LastSentAt = "last_sent_at",
        FencedAt = "fenced_at",
        ElectedAt = "elected_at",
        Truncated = "truncated",
    }
}

/// What can be asked of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordField {
    WantedAt,
    SentAt,
    LeftAt,
    AppendedAt,
    CopiedAt(BrokerId),
    CommittedAt,
    AnsweredAt,
    ToldAt,
    Latency,
    Offset,
    ToldOffset,
    Partition,
    Batch,
    Tries,
    Outcome,
}

impl RecordField {
    pub(super) fn read(words: &[&str]) -> Option<Self> {
        Some(match words {
            ["wanted_at"] => Self::WantedAt,
            ["sent_at"] => Self::SentAt,
            ["left_at"] => Self::LeftAt,
            ["appended_at"] => Self::AppendedAt,
            ["copied_at", broker] => Self::CopiedAt(BrokerId(broker.parse().ok()?)),
            ["committed_at"] => Self::CommittedAt,
            ["answered_at"] => Self::AnsweredAt,
            ["told_at"] => Self::ToldAt,
            ["latency"] => Self::Latency,
            ["offset"] => Self::Offset,
            ["told_offset"] => Self::ToldOffset,
            ["partition"] => Self::Partition,
            ["batch"] => Self::Batch,
            ["tries"] => Self::Tries,
            ["outcome"] => Self::Outcome,
            _ => return None,
        })
    }
}

pub(super) fn of_record(run: &Run, record: RecordId, field: &RecordField) -> Option<Value> {
    let trace = &run.trace;
    if record.0 >= trace.sends.len() {
        return None;
    }
    let send = trace.sends.row(record.0);
    let batch = Some(send.batch).filter(|batch| batch.0 != NONE);
    Some(match field {
        RecordField::WantedAt => send.wanted.into(),
        RecordField::SentAt => send.called.into(),
        RecordField::LeftAt => first_drain(trace, batch?)?.at.into(),
        RecordField::AppendedAt => append(trace, batch?)?.at.into(),
        RecordField::CopiedAt(broker) => copied_at(trace, record, *broker)?.into(),
        RecordField::CommittedAt => committed_at(trace, record)?.into(),
        RecordField::AnsweredAt => answered_at(trace, batch?)?.into(),
        RecordField::ToldAt => callback(trace, record)?.at.into(),
        RecordField::Latency => callback(trace, record)?.at.since(send.wanted).into(),
        RecordField::Offset => Value::Count(offset(trace, record)?.0),
        RecordField::ToldOffset => Value::Count(told_offset(trace, record)?),
        RecordField::Partition => Value::Word(format!("p{}", send.partition)),
        RecordField::Batch => Value::Word(link::batch_name(trace, batch?)),
        RecordField::Tries => tries(trace, batch?).into(),
        RecordField::Outcome => {
            let failure = trace.failure_at(callback(trace, record)?.failure);
            Value::Word(failure.map_or("acknowledged", |failure| failure.class()).to_owned())
        }
    })
}

pub(super) fn of_batch(
    run: &Run,
    partition: PartitionId,
    number: u32,
    field: BatchField,
) -> Option<Value> {
    let trace = &run.trace;
    let of_partition = |batch: &u32| trace.opens.partition().get(*batch).partition == partition;
    let batch = (0..trace.opens.len()).filter(of_partition).nth(usize::try_from(number).ok()?)?;
    let batch = BatchId(batch);
    Some(match field {
        BatchField::OpenedAt => trace.opens.at().get(batch.0).into(),
        BatchField::LeftAt => first_drain(trace, batch)?.at.into(),
        BatchField::LeftBecause => {
            let drain = first_drain(trace, batch)?;
            let headline: Condition = trace.conditions.what().get(drain.conditions);
            Value::Word(Condition::VARIANTS[headline.variant()].to_owned())
        }
        BatchField::AnsweredAt => answered_at(trace, batch)?.into(),
        BatchField::Records => trace.opens.records().get(batch.0).into(),
        BatchField::Bytes => Value::Bytes(i64::from(first_drain(trace, batch)?.bytes)),
        BatchField::Tries => tries(trace, batch).into(),
    })
}

pub(super) fn of_run(run: &Run, field: RunField) -> Option<Value> {
    let (trace, figures) = (&run.trace, &run.figures);
    Some(match field {
        RunField::Records => figures.records.into(),
        RunField::Acknowledged => figures.acknowledged.into(),
        RunField::Lost => figures.lost.into(),
        RunField::Failed => figures.failed.into(),
        RunField::Appended => appended(trace).into(),
        RunField::Duplicated => figures.duplicated.into(),
        RunField::DuplicatesRemoved => figures.duplicates_removed.into(),
        RunField::Batches => figures.batches.into(),
        RunField::Requests => figures.requests.into(),
        RunField::Retries => figures.retries.into(),
        RunField::LatencyP50 => figures.latency_p50.into(),
        RunField::LatencyP99 => figures.latency_p99.into(),
        RunField::LastToldAt => trace.callbacks.at().last()?.into(),
        RunField::FencedAt => {
            let states = trace.broker_states.rows();
            let mut fenced = states.filter(|state| state.change == BrokerChange::Fenced);
            fenced.next()?.at.into()
        }
        RunField::ElectedAt => {
            let leaders = trace.leaders.rows();
            let mut elected = leaders.filter(|leader| leader.why != ElectionReason::Created);
            elected.next()?.at.into()
        }
        RunField::Truncated => {
            let dropped = trace.truncations.rows().map(|cut| cut.from.0 - cut.to.0);
            Value::Count(dropped.sum())
        }
        RunField::LastSentAt => trace.sends.called().last()?.into(),
    })
}

/// A setting of Kafka's, or a part of the playground.
pub(super) fn of_setting(run: &Run, name: &str) -> Option<Value> {
    let playground = &run.playground;
    let settings = &playground.settings;
    let typed = row(name).map(|row| (row.unit, settings.text(name))).or_else(|| {
        Some((cluster_row(name)?.unit, playground.cluster.text(name, settings.version)))
    });
    if let Some((unit, text)) = typed {
        let number = || text?.parse::<i64>().ok();
        return match unit {
            Unit::Millis => number().map(|ms| Value::Length(ms.saturating_mul(1_000))),
            Unit::Bytes => number().map(Value::Bytes),
            Unit::Count => number().map(Value::Count),
            Unit::None => text.map(|text| Value::Word(text.to_owned())),
        };
    }
    let part = part(name)?;
    let number = (part.get)(playground);
    Some(match part.unit {
        PartUnit::Micros => Value::Length(number),
        PartUnit::Bytes => Value::Bytes(number),
        PartUnit::Count | PartUnit::Percent => Value::Count(number),
        PartUnit::Words(_) => Value::Word(part.text(number)),
    })
}

fn first_drain(trace: &Trace, batch: BatchId) -> Option<facts::Drain> {
    trace.drains.rows().find(|drain| drain.batch == batch)
}

fn tries(trace: &Trace, batch: BatchId) -> u32 {
    trace.drains.batch().iter().filter(|of| *of == batch).count() as u32
}

/// The first append of a batch that was kept.
fn append(trace: &Trace, batch: BatchId) -> Option<facts::Append> {
    trace.appends.rows().find(|append| append.batch == batch && kept(append.result))
}

const fn kept(result: AppendResult) -> bool {
    matches!(result, AppendResult::Appended | AppendResult::AppendedWithError { .. })
}

fn offset(trace: &Trace, record: RecordId) -> Option<Offset> {
    let send = trace.sends.row(record.0);
    Some(append(trace, send.batch)?.offset + send.index)
}

/// The offset in the metadata that the callback gets; -1 where there is none.
fn told_offset(trace: &Trace, record: RecordId) -> Option<i64> {
    let callback = callback(trace, record)?;
    let index = |record: RecordId| i64::from(trace.sends.row(record.0).index);
    let behind = index(record) - index(callback.record);
    Some(if callback.offset == Offset::NONE { -1 } else { callback.offset.0 + behind })
}

fn copied_at(trace: &Trace, record: RecordId, broker: BrokerId) -> Option<SimTime> {
    let send = trace.sends.row(record.0);
    let partition = trace.opens.partition().get(send.batch.0);
    let offset = offset(trace, record)?;
    let copy = trace.copies.rows().find(|copy| {
        copy.broker == broker
            && copy.partition == partition
            && (copy.from..copy.to).contains(&offset)
    });
    copy.map(|copy| copy.at)
}

/// When the leader that appended the record knew that it was committed.
fn committed_at(trace: &Trace, record: RecordId) -> Option<SimTime> {
    let send = trace.sends.row(record.0);
    let append = append(trace, send.batch)?;
    let partition = trace.opens.partition().get(send.batch.0);
    let offset = append.offset + send.index;
    let moved = trace.high_watermarks.rows().find(|moved| {
        moved.broker == append.broker && moved.partition == partition && moved.offset > offset
    });
    moved.map(|moved| moved.at)
}

/// When the client began to handle the last answer about a batch.
fn answered_at(trace: &Trace, batch: BatchId) -> Option<SimTime> {
    let drain = trace.drains.rows().rfind(|drain| drain.batch == batch)?;
    let end = trace.request_ends.rows().find(|end| end.request == drain.request)?;
    Some(end.at)
}

fn callback(trace: &Trace, record: RecordId) -> Option<facts::Callback> {
    trace.callbacks.rows().find(|callback| {
        let mut of_group = callback.record;
        (0..callback.count).any(|_| {
            let found = of_group == record;
            of_group = trace.next_in_batch(of_group);
            found
        })
    })
}

/// Records that leaders have appended, those of repetitions included.
fn appended(trace: &Trace) -> u32 {
    let appends = trace.appends.rows().filter(|append| kept(append.result));
    appends.map(|append| trace.opens.records().get(append.batch.0)).sum()
}
