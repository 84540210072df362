//! What became of records, as somebody else found out: the page's ledger, mostly.

use crate::mark::Grade;
use trace::Trace;
use units::{BatchId, RecordId};

/// What is worth a mark at every zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordMark {
    /// Behind a record that was sent after it.
    OutOfOrder,
    /// In the log twice.
    Twice,
    /// Acknowledged, and gone.
    Lost,
}

/// What became of a record, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordFate {
    /// Acknowledged, and there.
    Kept,
    /// Neither result nor place so far.
    Pending,
    /// There, and nobody was told so.
    KeptUntold,
    /// Only on logs of brokers that are down.
    Depends,
    /// Not acknowledged, and not there.
    Gone,
    /// Acknowledged, and not there.
    Lost,
}

impl RecordMark {
    pub(crate) const fn grade(self) -> Grade {
        match self {
            Self::OutOfOrder => Grade::OutOfOrder,
            Self::Twice => Grade::Twice,
            Self::Lost => Grade::Lost,
        }
    }
}

/// The worst fate of each record and of each batch that has one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fates {
    records: Vec<(RecordId, Grade)>,
    batches: Vec<(BatchId, Grade)>,
}

impl Fates {
    pub(crate) fn new(trace: &Trace, fates: &[(RecordId, RecordMark)]) -> Self {
        let known = fates.iter().filter(|(record, _)| record.0 < trace.sends.len());
        let records = worst(known.map(|(record, fate)| (*record, fate.grade())).collect());
        let batch_of = |record: RecordId| trace.sends.batch().get(record.0);
        let batches = worst(records.iter().map(|(record, g)| (batch_of(*record), *g)).collect());
        Self { records, batches }
    }

    pub(crate) fn of_record(&self, record: RecordId) -> Grade {
        found(&self.records, record)
    }

    pub(crate) fn of_batch(&self, batch: BatchId) -> Grade {
        found(&self.batches, batch)
    }
}

fn worst<Id: Ord + Copy>(mut all: Vec<(Id, Grade)>) -> Vec<(Id, Grade)> {
    all.sort_unstable_by_key(|(id, grade)| (*id, std::cmp::Reverse(*grade)));
    all.dedup_by_key(|(id, _)| *id);
    all
}

fn found<Id: Ord + Copy>(all: &[(Id, Grade)], id: Id) -> Grade {
    let position = all.binary_search_by_key(&id, |(id, _)| *id);
    position.map_or(Grade::Plain, |position| all[position].1)
}
