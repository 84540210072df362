//! *Ledger*: who has each record, and which were lost, with the cause of each loss.

use super::records::chosen;
use crate::Request;
use crate::ran::{Ran, ran};
use crate::why::explain;
use analysis::{Class, Entry, Fate, Filter, LossCause, SortKey, SortOrder, Told, loss};
use link::fault_text;
use sheet::{Block, Column, Count, Long, Row, Sheet, Tone, letters};
use trace::FactId;
use units::{RecordId, SimTime};
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
                    let values = [("broker", broker.to_string()), ("count", count.to_string())];
                    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                    request.tell("ledger--depends-on", &values)
                })
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            String::new()
        },
        number: number.to_string(),
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
    let sum = numbers[..6].iter().map(u32::to_string).collect::<Vec<_>>().join(" + ");
    sheet.push(Block::Para(
        request.tell("ledger--sum", &[("sum", &sum), ("all", &totals.records.to_string())]),
    ));
    sheet.push(Block::Counts(marks.to_vec()));
    if totals.unconfirmed > 0 {
        let count = totals.unconfirmed.to_string();
        let note = request.tell("ledger--unconfirmed", &[("count", &count)]);
        sheet.push(Block::Note(Tone::Warn, note));
    }
    if let Some((name, class, ..)) = CLASSES.iter().find(|(name, ..)| *name == chosen) {
        list(request, &ran, name, *class, &mut sheet);
    }
    selected(request, &ran, &mut sheet);
    sheet
}

fn list(request: &Request, ran: &Ran, name: &str, class: Class, sheet: &mut Sheet) {
    let table =
        ran.records(Filter { class, ..Filter::default() }, SortKey::Record, SortOrder::Ascending);
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
        cause(request, ran, record, sheet);
    }
}

fn cause(request: &Request, ran: &Ran, record: RecordId, sheet: &mut Sheet) {
    let analysis = &ran.analysis;
    let loss = loss(&ran.trace, &analysis.index, &analysis.logs, record);
    let key = match loss.cause {
        LossCause::InFlight => "in-flight",
        LossCause::NotYetCopied => "not-yet-copied",
        LossCause::UncleanElection => "unclean",
        LossCause::PowerLoss => "power-loss",
        LossCause::Exit => "exit",
        LossCause::GivenUp => "given-up",
    };
    sheet.push(Block::Note(Tone::Bad, request.say(&format!("loss--{key}"))));
    let faults: Vec<String> = request.page.playground.faults.iter().map(fault_text).collect();
    let step = |(number, event): (usize, &FactId)| {
        let told = explain(&ran.trace, *event, &faults, request.language);
        Count {
            sign: (number + 1).to_string(),
            label: told.title,
            note: told.lines.into_iter().next().unwrap_or_default(),
            number: String::new(),
            action: Some(format!("seek:{}", ran.trace.at(*event).0)),
            // the last one decided
            tone: if number + 1 == loss.events.len() { Tone::Bad } else { Tone::Plain },
        }
    };
    sheet.push(Block::Counts(loss.events.iter().enumerate().map(step).collect()));
    if let Some(cell) = loss.replaced_by {
        let (offset, now) = (cell.offset.0.to_string(), cell.record.to_string());
        let values = [("offset", offset.as_str()), ("record", now.as_str())];
        sheet.push(Block::Para(request.tell("loss--replaced", &values)));
    }
}

#[cfg(test)]
mod tests {
    use sheet::Block;

    #[test]
    fn a_loss_has_its_cause_and_what_led_to_it_in_the_words_of_the_inspector_each_with_its_moment()
    {
        let link = "v=1&acks=1&linger.ms=0&min.insync.replicas=1&records=40\
            &fault=slow:1-2:30ms@0ms+100ms&fault=slow:1-3:30ms@0ms+100ms&fault=kill:1@24ms";
        let question = |more: &str| format!("sheet=ledger\nlang=en\nlink={link}{more}\n");
        let list = format!("{:?}", crate::sheet(&format!("{}class=lost\n", question(""))));
        let record = list.split("sel=record").nth(1).and_then(|rest| rest.split('"').next());
        let record = record.expect("one is lost");
        let sheet = crate::sheet(&question(&format!("&sel=record{record}")));
        let Some(Block::Counts(steps)) = sheet.blocks.iter().rev().find(|block| {
            matches!(block, Block::Counts(counts) if counts.iter().all(|one| one.number.is_empty()))
        }) else {
            panic!("{:?}", sheet.blocks)
        };
        let told: Vec<&str> = steps.iter().map(|step| step.note.as_str()).collect();
        assert!(told.iter().any(|note| note.contains("its process was killed")), "{told:?}");
        assert!(told.last().is_some_and(|note| note.contains("broker 2")), "{told:?}");
        for step in steps {
            assert!(step.action.as_deref().is_some_and(|action| action.starts_with("seek:")));
        }
    }
}
