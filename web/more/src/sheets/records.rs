//! *Records*: all records in a table, sorted and filtered; the way to the timeline for those who do not
//! see it. The selected record's way is split into its parts.

use crate::Request;
use crate::ran::{Ran, ran};
use analysis::{Class, Fate, Filter, PartKind, RecordRow, SortKey, SortOrder, parts};
use link::Selection;
use sheet::{Bar, Block, Button, Column, Long, Row, Sheet, Tone, letters};
use units::{Micros, PartitionId, RecordId, SimTime, TopicId, TopicPartition};
use words::{count, length, moment};

const COLUMNS: [(&str, SortKey); 14] = [
    ("record", SortKey::Record),
    ("partition", SortKey::Partition),
    ("wanted", SortKey::Wanted),
    ("sent", SortKey::Called),
    ("closed", SortKey::Closed),
    ("left", SortKey::Drained),
    ("tries", SortKey::Tries),
    ("written", SortKey::Written),
    ("appended", SortKey::Appended),
    ("answered", SortKey::Answered),
    ("committed", SortKey::Visible),
    ("callback", SortKey::Told),
    ("offset", SortKey::Offset),
    ("latency", SortKey::Latency),
];

/// What the words for a record's fate are called.
const FATES: [&str; 6] = ["kept", "lost", "kept-untold", "gone", "depends", "pending"];

const FILTERS: [(&str, Class); 8] = [
    ("all", Class::All),
    ("failed", Class::Failed),
    ("pending", Class::Fate(Fate::Pending)),
    ("kept-untold", Class::Fate(Fate::UnacknowledgedKept)),
    ("lost", Class::Fate(Fate::AcknowledgedLost)),
    ("gone", Class::Fate(Fate::UnacknowledgedGone)),
    ("twice", Class::Duplicated),
    ("reordered", Class::Reordered),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let ran = match ran(&request.page.playground) {
        Ok(ran) => ran,
        Err(why) => return why.into(),
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
    sheet.push(Block::Search {
        name: "partition".to_owned(),
        label: request.say("records--partition"),
    });
    let filter = Filter { class, partition: partition(request), ..Filter::default() };
    table(request, &ran, filter, &mut sheet);
    sheet
}

/// The partition that was typed, of the only topic there is: `1` or `p1`.
fn partition(request: &Request) -> Option<TopicPartition> {
    let typed = request.parameter("partition").trim();
    let number = typed.strip_prefix('p').unwrap_or(typed).parse().ok()?;
    Some(TopicPartition { topic: TopicId(0), partition: PartitionId(number) })
}

fn table(request: &Request, ran: &Ran, filter: Filter, sheet: &mut Sheet) {
    let sort = request.parameter("sort");
    let (name, order) = match sort.strip_prefix('-') {
        Some(name) => (name, SortOrder::Descending),
        None => (sort, SortOrder::Ascending),
    };
    let sorted = COLUMNS.iter().find(|(column, _)| *column == name).unwrap_or(&COLUMNS[0]);
    let Ok(table) = ran.records(filter, sorted.1, order) else { return };
    let chosen = chosen(request, ran);
    let selected = chosen.and_then(|record| table.position(record)).map(|at| at as u32);
    let window = Long::window(request.number("from"), selected, table.len() as u32);
    let rows = window.start as usize..window.end as usize;
    let rows = table.rows(&ran.trace, &ran.analysis, rows).map(|row| {
        let shown = cells(request, ran, &row);
        if chosen == Some(row.record) { Row { tone: Tone::Accent, ..shown } } else { shown }
    });
    let descending = order == SortOrder::Descending;
    let letters = widths(request, ran);
    let columns = COLUMNS.iter().zip(letters).map(|(column, letters)| {
        let sorted = (column == sorted).then_some(descending);
        let sign = if sorted == Some(false) { "-" } else { "" };
        Column {
            name: request.say(&format!("column--{}", column.0)),
            action: Some(format!("ask:sort={sign}{}", column.0)),
            sorted,
            letters: Some(letters),
        }
    });
    let mut columns: Vec<Column> = columns.collect();
    columns.push(Column {
        name: request.say("column--result"),
        letters: Some(letters[COLUMNS.len()]),
        ..Column::default()
    });
    let caption = request.tell("records--caption", &[("count", &count(table.len()))]);
    sheet.push(Block::Long(Long {
        caption,
        columns,
        first: window.start,
        rows: rows.collect(),
        all: table.len() as u32,
        selected,
    }));
}

/// How wide each column is.
fn widths(request: &Request, ran: &Ran) -> [u32; COLUMNS.len() + 1] {
    let time = words::letters(ran.trace.end.map_or(SimTime::ZERO, |(end, _)| end));
    let number = ran.trace.sends.len().to_string().len() as u32;
    let fates = FATES.map(|fate| request.say(&format!("ledger--{fate}")));
    let failures = ran.trace.failures.iter().map(|failure| failure.class());
    let results = fates.iter().map(String::as_str).chain(failures).map(letters);
    let result = results.max().unwrap_or_default();
    let mut widths = [time; COLUMNS.len() + 1];
    let is = |name: &str| COLUMNS.iter().position(|(column, _)| *column == name);
    let others = [("record", number), ("partition", 5), ("tries", 5), ("offset", number)];
    for (name, width) in others {
        if let Some(at) = is(name) {
            widths[at] = width;
        }
    }
    widths[COLUMNS.len()] = result;
    widths
}

fn cells(request: &Request, ran: &Ran, row: &RecordRow) -> Row {
    let dash = || "–".to_owned();
    let at = |time: Option<units::SimTime>| time.map_or_else(dash, moment);
    let failure = row.failure.map(|failure| ran.trace.failures[failure as usize].class());
    let fate = FATES[match row.entry.fate {
        Fate::AcknowledgedKept => 0,
        Fate::AcknowledgedLost => 1,
        Fate::UnacknowledgedKept => 2,
        Fate::UnacknowledgedGone => 3,
        Fate::DependsOn(_) => 4,
        Fate::Pending => 5,
    }];
    let result = failure.map_or_else(|| request.say(&format!("ledger--{fate}")), str::to_owned);
    Row {
        cells: vec![
            row.record.to_string(),
            row.partition.map_or_else(dash, |partition| partition.partition.to_string()),
            moment(row.wanted),
            moment(row.called),
            at(row.closed),
            at(row.drained),
            row.tries.to_string(),
            at(row.written),
            at(row.appended),
            at(row.answered),
            at(row.visible),
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
    let number = record.to_string();
    let caption = request.tell("records--way", &[("record", &number)]);
    let whole = way_takes(ran, record);
    sheet.blocks.extend(way_of(request, ran, record, caption, whole));
}

/// How long a record was under way.
pub(super) fn way_takes(ran: &Ran, record: RecordId) -> Micros {
    let parts = parts(&ran.trace, &ran.analysis.index, record);
    let ends = parts.first().zip(parts.last());
    ends.map_or(Micros(0), |(first, last)| last.to.since(first.from))
}

/// A record's way, split into its parts, on a scale of that length.
pub(super) fn way_of(
    request: &Request,
    ran: &Ran,
    record: RecordId,
    caption: String,
    whole: Micros,
) -> Option<Block> {
    let parts = parts(&ran.trace, &ran.analysis.index, record);
    let first = parts.first()?;
    let whole = whole.0.max(1) as f64;
    let share = |time: SimTime| time.since(first.from).0 as f64 / whole;
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
    Some(Block::Bars { caption, bars: bars.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(more: &str) -> Long {
        let blocks = crate::sheet(&format!("sheet=records\nlang=en\nlink={more}\n")).blocks;
        let long = blocks.into_iter().rev().find_map(|block| match block {
            Block::Long(long) => Some(long),
            _ => None,
        });
        long.expect("a table")
    }

    #[test]
    fn a_record_has_every_time_in_the_order_in_which_they_come() {
        let long = table("v=1&records=3&partitions=1");
        let names: Vec<&str> = long.columns.iter().map(|column| column.name.as_str()).collect();
        let times = ["Wanted", "Sent", "Closed", "Left", "Written", "Appended", "Committed"];
        let cell = |name: &str| {
            let at = names.iter().position(|known| *known == name).expect(name);
            let text = long.rows[0].cells[at].replace(" ms", "");
            text.parse::<f64>().unwrap_or_else(|_| panic!("{name}: {text}"))
        };
        assert!(times.map(cell).is_sorted(), "{:?} {:?}", names, long.rows[0].cells);
        assert!(cell("Committed") < cell("Answered") && cell("Answered") <= cell("Callback"));
        assert!(long.rows.iter().all(|row| row.cells.len() == names.len()));
    }

    #[test]
    fn records_are_kept_by_their_partition_and_by_what_came_of_them() {
        let all = table("v=1&records=40").all;
        let of = |n: u32| table(&format!("v=1&records=40\npartition=p{n}")).all;
        assert!(of(0) > 0 && of(1) > 0 && of(0) + of(1) == all, "{} + {} of {all}", of(0), of(1));
        assert_eq!(of(9), 0);
        let exit = "v=1&records=40&linger.ms=500&end=exit";
        let only = |name: &str| table(&format!("{exit}\nonly={name}")).all;
        assert_eq!(only("failed") + only("pending") + only("gone"), only("gone"));
        let refused = "v=1&records=10&batch.size=200&value=500&max.request.size=300";
        assert_eq!(table(&format!("{refused}\nonly=failed")).all, 10);
    }
}
