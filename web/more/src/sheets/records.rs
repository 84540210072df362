//! *Records*: all records in a table, sorted and filtered; the way to the timeline for those who do not
//! see it. The selected record's way is split into its parts.

use crate::Request;
use crate::ran::{Ran, ran};
use crate::text::{length, moment};
use analysis::{Class, Fate, Filter, PartKind, RecordRow, RecordTable, SortKey, SortOrder, parts};
use link::Selection;
use sheet::{Bar, Block, Button, Row, Sheet, Tone};
use units::RecordId;

/// Rows that are shown at once.
const PAGE: u32 = 100;

const COLUMNS: [(&str, SortKey); 9] = [
    ("record", SortKey::Record),
    ("partition", SortKey::Partition),
    ("sent", SortKey::Called),
    ("left", SortKey::Drained),
    ("tries", SortKey::Tries),
    ("appended", SortKey::Appended),
    ("callback", SortKey::Told),
    ("offset", SortKey::Offset),
    ("latency", SortKey::Latency),
];

const FILTERS: [(&str, Class); 5] = [
    ("all", Class::All),
    ("lost", Class::Fate(Fate::AcknowledgedLost)),
    ("gone", Class::Fate(Fate::UnacknowledgedGone)),
    ("twice", Class::Duplicated),
    ("reordered", Class::Reordered),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let ran = match ran(&request.page.playground) {
        Ok(ran) => ran,
        Err(errors) => {
            let notes = errors.into_iter().map(|error| Block::Note(Tone::Bad, error.message));
            return Sheet { blocks: notes.collect() };
        }
    };
    let mut sheet = Sheet::default();
    way_of_selected(request, &ran, &mut sheet);
    let filter = FILTERS.iter().find(|(name, _)| *name == request.parameter("only"));
    let (only, class) = filter.copied().unwrap_or(FILTERS[0]);
    sheet.push(Block::Buttons(
        FILTERS
            .iter()
            .map(|(name, _)| Button {
                label: request.say(&format!("only--{name}")),
                action: format!("ask:only={name}"),
                pressed: *name == only,
            })
            .collect(),
    ));
    table(request, &ran, class, &mut sheet);
    sheet
}

fn table(request: &Request, ran: &Ran, class: Class, sheet: &mut Sheet) {
    let sort = request.parameter("sort");
    let (name, order) = match sort.strip_prefix('-') {
        Some(name) => (name, SortOrder::Descending),
        None => (sort, SortOrder::Ascending),
    };
    let by = COLUMNS.iter().find(|(column, _)| *column == name).map_or(SortKey::Record, |c| c.1);
    let filter = Filter { class, ..Filter::default() };
    let table = RecordTable::new(&ran.trace, &ran.analysis, &filter, by, order);
    // the page of the selected record, until another is asked for
    let chosen = chosen(request, ran);
    let page = || {
        let at = chosen.and_then(|record| table.position(record)).unwrap_or(0) as u32;
        at / PAGE * PAGE
    };
    let from = request.number("from").unwrap_or_else(page);
    let window = from as usize..from.saturating_add(PAGE) as usize;
    let columns = COLUMNS.iter().map(|(column, _)| {
        let back = *column == name && order == SortOrder::Ascending;
        let sign = if back { "-" } else { "" };
        (request.say(&format!("column--{column}")), Some(format!("ask:sort={sign}{column}")))
    });
    let mut columns: Vec<_> = columns.collect();
    columns.push((request.say("column--result"), None));
    let rows = table.rows(&ran.trace, &ran.analysis, window).map(|row| {
        let shown = cells(request, ran, &row);
        if chosen == Some(row.record) { Row { tone: Tone::Accent, ..shown } } else { shown }
    });
    sheet.push(Block::Table {
        caption: request.say("records--caption"),
        columns,
        rows: rows.collect(),
        of: (from, table.len() as u32),
    });
}

fn cells(request: &Request, ran: &Ran, row: &RecordRow) -> Row {
    let dash = || "–".to_owned();
    let at = |time: Option<units::SimTime>| time.map_or_else(dash, moment);
    let failure = row.failure.map(|failure| ran.trace.failures[failure as usize].class());
    let fate = match row.entry.fate {
        Fate::AcknowledgedKept => "kept",
        Fate::AcknowledgedLost => "lost",
        Fate::UnacknowledgedKept => "kept-untold",
        Fate::UnacknowledgedGone => "gone",
        Fate::DependsOn(_) => "depends",
        Fate::Pending => "pending",
    };
    let result = failure.map_or_else(|| request.say(&format!("ledger--{fate}")), str::to_owned);
    Row {
        cells: vec![
            row.record.to_string(),
            row.partition.map_or_else(dash, |partition| partition.partition.to_string()),
            moment(row.called),
            at(row.drained),
            row.tries.to_string(),
            at(row.appended),
            at(row.told_at),
            // what the callback was told: -1 with acks=0
            row.told_at.map_or_else(dash, |_| row.told_offset.0.to_string()),
            row.latency.map_or_else(dash, length),
            result,
        ],
        action: Some(format!("sel=record{}", row.record)),
        tone: match row.entry.fate {
            Fate::AcknowledgedLost => Tone::Bad,
            Fate::UnacknowledgedGone | Fate::DependsOn(_) => Tone::Warn,
            _ => Tone::Plain,
        },
    }
}

/// The way of the selected record, split into its parts, if a record is selected.
pub(super) fn way_of_selected(request: &Request, ran: &Ran, sheet: &mut Sheet) {
    if let Some(record) = chosen(request, ran) {
        way(request, ran, record, sheet);
    }
}

/// The record that the selection is about.
pub(super) fn chosen(request: &Request, ran: &Ran) -> Option<RecordId> {
    let record = match request.page.selection? {
        Selection::Record(record)
        | Selection::Callback(record)
        | Selection::Request { record, .. }
        | Selection::Replica { record, .. } => record,
        _ => return None,
    };
    (record.0 < ran.trace.sends.len()).then_some(record)
}

fn way(request: &Request, ran: &Ran, record: RecordId, sheet: &mut Sheet) {
    let parts = parts(&ran.trace, &ran.analysis.index, record);
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
    let whole = last.to.since(first.from).0.max(1) as f64;
    let share = |time: units::SimTime| time.since(first.from).0 as f64 / whole;
    let bars = parts.iter().map(|part| {
        let (key, attempt) = match part.kind {
            PartKind::WaitForSend => ("wait-for-send", 0),
            PartKind::WaitForMetadata => ("metadata", 0),
            PartKind::WaitForMemory => ("memory", 0),
            PartKind::InBatch => ("in-batch", 0),
            PartKind::Held => ("held", 0),
            PartKind::ToBroker(n) => ("to-broker", n),
            PartKind::AtBroker(n) => ("at-broker", n),
            PartKind::Replicating(n) => ("replicating", n),
            PartKind::Response(n) => ("response", n),
            PartKind::Unanswered(n) => ("unanswered", n),
            PartKind::BackOff(n) => ("back-off", n),
            PartKind::BeforeCallback => ("before-callback", 0),
            PartKind::InCallback => ("in-callback", 0),
        };
        let mut label = request.say(&format!("part--{key}"));
        if attempt > 0 {
            let number = (attempt + 1).to_string();
            label = request.tell("part--try", &[("part", &label), ("try", &number)]);
        }
        Bar {
            label,
            from: share(part.from),
            to: share(part.to),
            text: length(part.length()),
            tone: if key == "unanswered" { Tone::Bad } else { Tone::Plain },
        }
    });
    let number = record.to_string();
    let caption = request.tell("records--way", &[("record", &number)]);
    sheet.push(Block::Bars { caption, bars: bars.collect() });
}
