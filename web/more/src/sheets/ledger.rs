//! *Ledger*: who has each record, and which were lost; how, is told by [`super::loss`].

use super::records::chosen;
use crate::Request;
use crate::ran::{Ran, ran};
use analysis::{Class, Entry, Fate, Filter, SortKey, SortOrder, Told};
use sheet::{Block, Column, Count, Long, Row, Sheet, Tone, letters};
use units::SimTime;
use words::moment;

/// Classes by the name that a question has for them.
const CLASSES: [(&str, Class, &str, Tone); 8] = [
    ("kept", Class::Fate(Fate::AcknowledgedKept), "■", Tone::Good),
    ("lost", Class::Fate(Fate::AcknowledgedLost), "☒", Tone::Bad),
    ("kept-untold", Class::Fate(Fate::UnacknowledgedKept), "▣", Tone::Plain),
    ("gone", Class::Fate(Fate::UnacknowledgedGone), "▢", Tone::Warn),
    ("depends", Class::Dependent, "◪", Tone::Warn),
    ("pending", Class::Fate(Fate::Pending), "…", Tone::Plain),
    ("twice", Class::Duplicated, "▤", Tone::Warn),
    ("reordered", Class::Reordered, "‹", Tone::Warn),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let ran = match ran(&request.page.playground) {
        Ok(ran) => ran,
        Err(why) => return why.into(),
    };
    let totals = ran.analysis.ledger.totals();
    let numbers = CLASSES.map(|(_, class, ..)| totals.of(class));
    let chosen = request.parameter("class");
    let count = |((name, _, sign, tone), number): (&(&str, Class, &str, Tone), u32)| Count {
        sign: (*sign).to_owned(),
        label: request.say(&format!("ledger--{name}")),
        note: if *name == "depends" {
            let brokers = totals.depends_on.iter();
            brokers
                .map(|(broker, count)| {
                    let values = [("broker", broker.to_string()), ("count", words::count(count))];
                    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                    request.tell("ledger--depends-on", &values)
                })
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            String::new()
        },
        number: words::count(number),
        action: (number > 0).then(|| format!("ask:class={name}")),
        tone: match (number, *name == chosen) {
            (0, _) => Tone::Muted,
            (_, true) => Tone::Accent,
            _ => *tone,
        },
    };
    let counts: Vec<Count> = CLASSES.iter().zip(numbers).map(count).collect();
    let (fates, marks) = counts.split_at(6);
    sheet.push(Block::Counts(fates.to_vec()));
    let sum = numbers[..6].iter().map(words::count).collect::<Vec<_>>().join(" + ");
    sheet.push(Block::Para(
        request.tell("ledger--sum", &[("sum", &sum), ("all", &words::count(totals.records))]),
    ));
    sheet.push(Block::Counts(marks.to_vec()));
    if totals.unconfirmed > 0 {
        let count = words::count(totals.unconfirmed);
        let note = request.tell("ledger--unconfirmed", &[("count", &count)]);
        sheet.push(Block::Note(Tone::Warn, note));
    }
    if let Some((name, class, ..)) = CLASSES.iter().find(|(name, ..)| *name == chosen) {
        list(request, &ran, name, *class, &mut sheet);
    }
    selected(request, &ran, &mut sheet);
    if totals.acknowledged_lost > 0 {
        super::loss::same_faults(request, &ran, &mut sheet);
    }
    sheet
}

fn list(request: &Request, ran: &Ran, name: &str, class: Class, sheet: &mut Sheet) {
    let filter = Filter { class, ..Filter::default() };
    let Ok(table) = ran.records(filter, SortKey::Record, SortOrder::Ascending) else { return };
    let selected = chosen(request, ran).and_then(|record| table.position(record));
    let selected = selected.map(|at| at as u32);
    let window = Long::window(request.number("from"), selected, table.len() as u32);
    let told = |key: &str| request.say(&format!("ledger--told-{key}"));
    let rows = window.clone().filter_map(|at| {
        let record = table.records()[at as usize];
        let entry = ran.analysis.ledger.entry(record)?;
        let sent = moment(ran.trace.sends.called().get(record.0));
        Some(Row {
            cells: vec![record.to_string(), sent, told(TOLD[told_key(entry)])],
            action: Some(format!("sel=record{record}")),
            tone: if selected == Some(at) { Tone::Accent } else { Tone::Plain },
        })
    });
    let time = words::letters(ran.trace.end.map_or(SimTime::ZERO, |(end, _)| end));
    let number = ran.trace.sends.len().to_string().len() as u32;
    let outcome = TOLD.iter().map(|key| letters(&told(key))).max().unwrap_or_default();
    let column = |(key, letters): (&str, u32)| Column {
        name: request.say(key),
        letters: Some(letters),
        ..Column::default()
    };
    let columns = [("column--record", number), ("column--sent", time), ("column--told", outcome)];
    sheet.push(Block::Long(Long {
        caption: request.say(&format!("ledger--{name}")),
        columns: columns.map(column).into(),
        first: window.start,
        rows: rows.collect(),
        all: table.len() as u32,
        selected,
    }));
}

/// What the words for what the application was told are called.
const TOLD: [&str; 4] = ["unconfirmed", "failed", "nothing", "acknowledged"];

const fn told_key(entry: Entry) -> usize {
    match entry.told {
        Told::Unconfirmed => 0,
        Told::Failed => 1,
        Told::Nothing => 2,
        _ => 3,
    }
}

/// The selected record: its fate, and the cause if it is not there.
fn selected(request: &Request, ran: &Ran, sheet: &mut Sheet) {
    let record = match request.page.selection {
        Some(link::Selection::Record(record) | link::Selection::Callback(record)) => record,
        _ => return,
    };
    let Some(entry) = ran.analysis.ledger.entry(record) else { return };
    let number = record.to_string();
    sheet.push(Block::Heading(request.tell("ledger--record", &[("record", &number)])));
    let fate = CLASSES.iter().find(|(_, class, ..)| class.has(entry)).map_or("pending", |c| c.0);
    sheet.push(Block::Para(request.say(&format!("ledger--{fate}"))));
    if matches!(entry.fate, Fate::AcknowledgedLost | Fate::UnacknowledgedGone) {
        super::loss::story(request, ran, record, sheet);
    }
}
