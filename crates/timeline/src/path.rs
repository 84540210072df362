//! The way of a record or a batch, from `send` to callback: what is lit when it is selected.

use crate::index::{Index, batches_of};
use trace::{AppendResult, FactId, Kind, NONE, Trace};
use units::{BatchId, BrokerId, Offset, RecordId, RequestId, SimTime, TopicPartition};

/// Batches that a selection stands for at most; a copy may carry many.
const BATCHES_MAX: usize = 32;

/// What a selection lights.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    selected: Option<FactId>,
    /// Only this record of its batch.
    record: Option<RecordId>,
    batches: Vec<BatchId>,
    places: Vec<Place>,
}

/// Where records of a batch stand in logs.
#[derive(Clone, Copy, Debug)]
struct Place {
    batch: BatchId,
    partition: TopicPartition,
    from: Offset,
    to: Offset,
    /// The partition had other leaders too: their records may have got the same offsets.
    contested: bool,
}

impl Place {
    /// Whether the records were at their offsets in the log of a broker, at a time, of which `from` to
    /// `to` are looked at.
    fn is_in(
        &self,
        trace: &Trace,
        (broker, time): (BrokerId, SimTime),
        partition: TopicPartition,
        (from, to): (Offset, Offset),
    ) -> bool {
        partition == self.partition
            && from < self.to
            && self.from < to
            && (!self.contested
                || written(trace, (broker, time), partition, self.from) == Some(self.batch))
    }
}

/// The batch that was written last to an offset of a broker's log: by itself as a leader, or copied from
/// one who had it.
fn written(
    trace: &Trace,
    (mut broker, mut time): (BrokerId, SimTime),
    partition: TopicPartition,
    offset: Offset,
) -> Option<BatchId> {
    loop {
        let until = SimTime(time.0.saturating_add(1));
        let appends = (0..trace.first_row(Kind::Append, until)).rev();
        let appended = appends.map(|row| trace.appends.row(row)).find(|append| {
            let open = || trace.opens.row(append.batch.0);
            append.broker == broker
                && append.offset.0 >= 0
                && append.offset <= offset
                && is_written(append.result)
                && open().partition == partition
                && offset < append.offset + open().records
        });
        let copies = (0..trace.first_row(Kind::Copy, until)).rev();
        let copied = copies.map(|row| trace.copies.row(row)).find(|copy| {
            let here = copy.broker == broker && copy.partition == partition;
            here && (copy.from..copy.to).contains(&offset)
        });
        match (appended, copied) {
            (Some(append), copied) if copied.is_none_or(|copy| copy.at <= append.at) => {
                return Some(append.batch);
            }
            (_, Some(copy)) => {
                let answer = trace.fetch_answers.row(copy.answer);
                (broker, time) = (trace.fetches.leader().get(answer.fetch), answer.at);
            }
            _ => return None,
        }
    }
}

const fn is_written(result: AppendResult) -> bool {
    matches!(result, AppendResult::Appended | AppendResult::AppendedWithError { .. })
}

impl Path {
    pub(crate) fn new(trace: &Trace, index: &Index, selected: Option<FactId>) -> Self {
        let Some(fact) = selected else { return Self::default() };
        let batch_of = |record: RecordId| trace.sends.batch().get(record.0);
        let row = fact.row();
        let mut record = None;
        let mut batches: Vec<BatchId> = match fact.kind() {
            Kind::Send => {
                record = Some(RecordId(row));
                vec![batch_of(RecordId(row))]
            }
            Kind::Block => {
                record = Some(trace.blocks.record().get(row));
                record.map(batch_of).into_iter().collect()
            }
            Kind::Open => vec![BatchId(row)],
            Kind::Close => vec![trace.closes.batch().get(row)],
            Kind::Drain => vec![trace.drains.batch().get(row)],
            Kind::Retry => vec![trace.retries.batch().get(row)],
            Kind::Split => vec![trace.splits.batch().get(row)],
            Kind::Finish => vec![trace.finishes.batch().get(row)],
            Kind::Append => vec![trace.appends.batch().get(row)],
            Kind::Request => batches_of(trace, RequestId(row)).take(BATCHES_MAX).collect(),
            Kind::RequestEnd => {
                let request = trace.request_ends.request().get(row);
                batches_of(trace, request).take(BATCHES_MAX).collect()
            }
            Kind::Callback => {
                let first = trace.callbacks.record().get(row);
                if trace.callbacks.count().get(row) == 1 {
                    record = Some(first);
                }
                vec![batch_of(first)]
            }
            Kind::Copy => copied(trace, index, row),
            _ => Vec::new(),
        };
        batches.retain(|batch| batch.0 != NONE);
        batches.sort_unstable();
        batches.dedup();
        let mut path = Self { selected, record, batches, places: Vec::new() };
        path.locate(trace, index);
        path
    }

    /// Whether nothing is to be dimmed.
    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Whether a fact is on the way.
    pub(crate) fn lights(&self, trace: &Trace, fact: FactId) -> bool {
        let row = fact.row();
        if self.selected == Some(fact) {
            return true;
        }
        match fact.kind() {
            Kind::Send => match self.record {
                Some(record) => record.0 == row,
                None => self.has(trace.sends.batch().get(row)),
            },
            Kind::Open => self.has(BatchId(row)),
            Kind::Retry => self.has(trace.retries.batch().get(row)),
            Kind::Append => self.has(trace.appends.batch().get(row)),
            Kind::Request => batches_of(trace, RequestId(row)).any(|batch| self.has(batch)),
            Kind::Block => {
                let record = trace.blocks.record().get(row);
                self.record.map_or_else(
                    || self.has(trace.sends.batch().get(record.0)),
                    |selected| selected == record,
                )
            }
            Kind::Callback => self.calls_back(trace, row),
            Kind::Copy => {
                let copy = trace.copies.row(row);
                let here = (copy.broker, copy.at);
                self.is_in(trace, here, copy.partition, (copy.from, copy.to))
            }
            Kind::HighWatermark => {
                let moved = trace.high_watermarks.row(row);
                let here = (moved.broker, moved.at);
                // the move that committed it is the first at or past its end; later ones pass it too,
                // but few facts stand between
                self.places.iter().any(|place| {
                    let looked_at = (Offset(moved.offset.0 - 1), moved.offset);
                    place.is_in(trace, here, moved.partition, looked_at)
                })
            }
            Kind::Truncation => {
                let cut = trace.truncations.row(row);
                // what was there before it
                let here = (cut.broker, SimTime(cut.at.0 - 1));
                self.is_in(trace, here, cut.partition, (cut.to, cut.from))
            }
            _ => false,
        }
    }

    fn has(&self, batch: BatchId) -> bool {
        self.batches.binary_search(&batch).is_ok()
    }

    /// Whether records of the way were among these of a broker's log.
    fn is_in(
        &self,
        trace: &Trace,
        here: (BrokerId, SimTime),
        partition: TopicPartition,
        looked_at: (Offset, Offset),
    ) -> bool {
        self.places.iter().any(|place| place.is_in(trace, here, partition, looked_at))
    }

    fn calls_back(&self, trace: &Trace, row: u32) -> bool {
        let callback = trace.callbacks.row(row);
        if !self.has(trace.sends.batch().get(callback.record.0)) {
            return false;
        }
        let Some(record) = self.record else { return true };
        let index = |record: RecordId| trace.sends.index().get(record.0);
        let first = index(callback.record);
        (first..first + callback.count).contains(&index(record))
    }

    /// Offsets of the batches, or of the one record.
    fn locate(&mut self, trace: &Trace, index: &Index) {
        for batch in &self.batches {
            let open = trace.opens.row(batch.0);
            for row in index.appends_of(*batch) {
                let append = trace.appends.row(row);
                if append.offset.0 < 0 || !is_written(append.result) {
                    continue;
                }
                let (from, to) = match self.record {
                    Some(record) => {
                        let at = append.offset + trace.sends.index().get(record.0);
                        (at, at + 1)
                    }
                    None => (append.offset, append.offset + open.records),
                };
                let (batch, partition) = (*batch, open.partition);
                let contested = trace.leaders.rows().any(|election| {
                    election.partition == partition && election.epoch != append.leader_epoch
                });
                self.places.push(Place { batch, partition, from, to, contested });
            }
        }
    }

    /// The facts of the way that have marks, in the order of time.
    pub(crate) fn facts(&self, trace: &Trace, index: &Index) -> Vec<FactId> {
        let mut facts: Vec<FactId> = self.selected.into_iter().collect();
        for batch in &self.batches {
            match self.record {
                Some(record) => facts.push(FactId::new(Kind::Send, record.0)),
                None => {
                    let records = trace.records_of(*batch);
                    facts.extend(records.map(|record| FactId::new(Kind::Send, record.0)));
                }
            }
            facts.push(FactId::new(Kind::Open, batch.0));
            for drain in index.drains_of(*batch) {
                let request = trace.drains.request().get(drain);
                if request.0 != NONE {
                    facts.push(FactId::new(Kind::Request, request.0));
                }
            }
            let appends = index.appends_of(*batch);
            facts.extend(appends.map(|append| FactId::new(Kind::Append, append)));
            if let Some(first) = index.first_callback_of(*batch) {
                let records = trace.opens.records().get(batch.0);
                let rows = first..trace.callbacks.len().min(first.saturating_add(records));
                let facts_of = rows.map(|row| FactId::new(Kind::Callback, row));
                facts.extend(facts_of.filter(|fact| self.lights(trace, *fact)));
            }
        }
        facts.extend(self.copies(trace));
        let cuts = (0..trace.truncations.len()).map(|row| FactId::new(Kind::Truncation, row));
        facts.extend(cuts.filter(|cut| self.lights(trace, *cut)));
        facts.sort_unstable_by_key(|fact| (trace.at(*fact), *fact));
        facts.dedup();
        facts
    }

    /// Copies of the records: those of the partition soon after the append.
    fn copies<'a>(&'a self, trace: &'a Trace) -> impl Iterator<Item = FactId> + 'a {
        const LOOKED_AT: u32 = 2_000;
        let first = self
            .batches
            .first()
            .map_or(0, |batch| trace.first_row(Kind::Copy, trace.opens.at().get(batch.0)));
        let rows = first..trace.copies.len().min(first.saturating_add(LOOKED_AT));
        let facts = rows.map(|row| FactId::new(Kind::Copy, row));
        facts.filter(|fact| self.lights(trace, *fact))
    }
}

/// Batches of which a copy carries records.
fn copied(trace: &Trace, index: &Index, row: u32) -> Vec<BatchId> {
    const LOOKED_AT: u32 = 2_000;
    let copy = trace.copies.row(row);
    let appended = trace.first_row(Kind::Append, copy.at);
    let rows = appended.saturating_sub(LOOKED_AT)..appended;
    let mut batches = Vec::new();
    for append in rows.rev() {
        let append = trace.appends.row(append);
        let batch = append.batch;
        if trace.opens.partition().get(batch.0) != copy.partition || append.offset.0 < 0 {
            continue;
        }
        let end = append.offset + trace.opens.records().get(batch.0);
        if end <= copy.from {
            break;
        }
        let here = (copy.broker, copy.at);
        let came = |offset| written(trace, here, copy.partition, offset) == Some(batch);
        if append.offset < copy.to && batches.len() < BATCHES_MAX && came(append.offset) {
            batches.push(batch);
        }
    }
    debug_assert!(batches.iter().all(|batch| index.appends_of(*batch).next().is_some()));
    batches
}
