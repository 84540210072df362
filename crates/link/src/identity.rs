//! A fact's identity beyond its run, and back: so that a selection stays what it was while a slider moves.

use crate::selection::Selection;
use trace::{FactId, Kind, Trace};
use units::{BatchId, RecordId, TopicPartition};

/// What a fact is in every run; `None` for facts that only this run has.
#[must_use]
pub fn identify(trace: &Trace, fact: FactId) -> Option<Selection> {
    let row = fact.row();
    match fact.kind() {
        Kind::Send => Some(Selection::Record(RecordId(row))),
        Kind::Open => {
            let partition = trace.opens.partition().get(row);
            let before = (0..row).filter(|n| trace.opens.partition().get(*n) == partition);
            let number = before.count() as u32;
            Some(Selection::Batch { partition: partition.partition, number })
        }
        Kind::Request => {
            let request = trace.requests.row(row);
            let drain = (request.batches > 0).then(|| trace.drains.row(request.drains))?;
            let record = trace.opens.first().get(drain.batch.0);
            Some(Selection::Request { record, attempt: drain.attempts })
        }
        Kind::Append => {
            let append = trace.appends.row(row);
            let record = trace.opens.first().get(append.batch.0);
            Some(Selection::Replica { record, broker: append.broker })
        }
        Kind::Copy => {
            let copy = trace.copies.row(row);
            let batch = trace.appends.rows().find(|append| {
                append.offset == copy.from
                    && trace.opens.partition().get(append.batch.0) == copy.partition
            })?;
            let record = trace.opens.first().get(batch.batch.0);
            Some(Selection::Replica { record, broker: copy.broker })
        }
        Kind::Callback => Some(Selection::Callback(trace.callbacks.record().get(row))),
        Kind::Fault => Some(Selection::Fault(trace.faults.fault().get(row))),
        _ => None,
    }
}

/// What a batch is called on the page: `p0#3` is the fourth of partition 0.
#[must_use]
pub fn batch_name(trace: &Trace, batch: BatchId) -> String {
    match identify(trace, FactId::new(Kind::Open, batch.0)) {
        Some(Selection::Batch { partition, number }) => format!("p{partition}#{number}"),
        _ => batch.to_string(),
    }
}

/// The fact of an identity in this run, if it took place.
#[must_use]
pub fn find(trace: &Trace, selection: Selection) -> Option<FactId> {
    match selection {
        Selection::Record(record) => {
            (record.0 < trace.sends.len()).then(|| FactId::new(Kind::Send, record.0))
        }
        Selection::Batch { partition, number } => {
            let mut of_partition = (0..trace.opens.len())
                .filter(|row| trace.opens.partition().get(*row).partition == partition);
            let row = of_partition.nth(number as usize)?;
            Some(FactId::new(Kind::Open, row))
        }
        Selection::Request { record, attempt } => {
            let batch = batch_of(trace, record)?;
            let drain = trace
                .drains
                .rows()
                .find(|drain| drain.batch == batch && drain.attempts == attempt)?;
            Some(FactId::new(Kind::Request, drain.request.0))
        }
        Selection::Replica { record, broker } => {
            let batch = batch_of(trace, record)?;
            let (row, append) =
                (0..).zip(trace.appends.rows()).find(|(_, append)| append.batch == batch)?;
            if append.broker == broker {
                return Some(FactId::new(Kind::Append, row));
            }
            let partition: TopicPartition = trace.opens.partition().get(batch.0);
            let (row, _) = (0..).zip(trace.copies.rows()).find(|(_, copy)| {
                copy.broker == broker
                    && copy.partition == partition
                    && (copy.from..copy.to).contains(&append.offset)
            })?;
            Some(FactId::new(Kind::Copy, row))
        }
        Selection::Callback(record) => {
            let batch = batch_of(trace, record);
            let (row, _) = (0..).zip(trace.callbacks.rows()).find(|(_, callback)| {
                callback.record == record
                    || (batch.is_some() && batch_of(trace, callback.record) == batch)
            })?;
            Some(FactId::new(Kind::Callback, row))
        }
        Selection::Fault(position) => {
            let (row, _) =
                (0..).zip(trace.faults.rows()).find(|(_, fault)| fault.fault == position)?;
            Some(FactId::new(Kind::Fault, row))
        }
    }
}

fn batch_of(trace: &Trace, record: RecordId) -> Option<BatchId> {
    let known = record.0 < trace.sends.len();
    let batch = known.then(|| trace.sends.batch().get(record.0))?;
    (batch.0 != trace::NONE).then_some(batch)
}
