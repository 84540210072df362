//! What became of the records: counts of each class, marks of the timeline, and the strip of all records
//! in the order in which they were sent.

use crate::question::{Drawing, Look};
use crate::run::Run;
use analysis::{Class, Entry, Fate, Ledger};
use timeline::{RecordFate, RecordMark, Rect, Timeline};
use units::RecordId;

/// Classes of the ledger, by the name that its panel has for them. The first six are fates, which add up
/// to all records.
pub const CLASSES: [(&str, Class); 8] = [
    ("kept", Class::Fate(Fate::AcknowledgedKept)),
    ("lost", Class::Fate(Fate::AcknowledgedLost)),
    ("kept-untold", Class::Fate(Fate::UnacknowledgedKept)),
    ("gone", Class::Fate(Fate::UnacknowledgedGone)),
    ("depends", Class::Dependent),
    ("pending", Class::Fate(Fate::Pending)),
    ("twice", Class::Duplicated),
    ("reordered", Class::Reordered),
];

/// The class of records without a result, among them.
pub const PENDING: usize = 5;

/// Height of the strip.
pub const FATES_HEIGHT: f64 = 22.0;

/// How many records of each class.
pub(super) fn totals(ledger: &Ledger) -> Vec<u32> {
    let totals = ledger.totals();
    CLASSES.iter().map(|(_, class)| totals.of(*class)).collect()
}

/// What the timeline shows at every zoom.
pub(super) fn record_marks(ledger: &Ledger) -> Vec<(RecordId, RecordMark)> {
    let classes = [
        (Class::Fate(Fate::AcknowledgedLost), RecordMark::Lost),
        (Class::Duplicated, RecordMark::Twice),
        (Class::Reordered, RecordMark::OutOfOrder),
    ];
    let of_class = |(class, mark)| ledger.records(class).map(move |record| (record, mark));
    classes.into_iter().flat_map(of_class).collect()
}

impl Run {
    /// The strip of all records.
    pub(super) fn fates(&self, look: &Look, width: f64) -> Drawing {
        let fate = |entry: &Entry| match entry.fate {
            Fate::AcknowledgedKept => RecordFate::Kept,
            Fate::AcknowledgedLost => RecordFate::Lost,
            Fate::UnacknowledgedKept => RecordFate::KeptUntold,
            Fate::UnacknowledgedGone => RecordFate::Gone,
            Fate::DependsOn(_) => RecordFate::Depends,
            Fate::Pending => RecordFate::Pending,
        };
        let cell = |record: u32| {
            let entry = self.analysis.ledger.entry(RecordId(record));
            let Some(entry) = entry else { return (RecordFate::Pending, None) };
            let mark = match (entry.duplicated, entry.reordered) {
                (true, _) => Some(RecordMark::Twice),
                (_, true) => Some(RecordMark::OutOfOrder),
                _ => None,
            };
            (fate(&entry), mark)
        };
        let selected = look.selection.and_then(|fact| self.record_of(fact));
        let rect = Rect::new(0.0, 0.0, width, FATES_HEIGHT);
        let mut draws = Vec::new();
        Timeline::paint_fates(self.trace.sends.len(), rect, selected, cell, &mut draws);
        Drawing::of(&draws)
    }

    /// The record that a fact is about, if it is about one.
    fn record_of(&self, fact: trace::FactId) -> Option<RecordId> {
        match fact.kind() {
            trace::Kind::Send => Some(RecordId(fact.row())),
            trace::Kind::Callback => Some(self.trace.callbacks.record().get(fact.row())),
            _ => None,
        }
    }
}
