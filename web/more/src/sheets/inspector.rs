//! *Inspect*: why the selected thing happened, with the numbers that decided it, the Kafka class, and a
//! setting that would have changed it, offered only after the model has run with it.

use crate::Request;
use crate::ran::{Ran, ran};
use crate::why::explain;
use link::{Playground, Selection, find, identify};
use model::config::{Type, row};
use sheet::{Block, Button, Sheet, Tone};
use trace::{FactId, Kind};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let ran = match ran(&request.page.playground) {
        Ok(ran) => ran,
        Err(errors) => {
            let notes = errors.into_iter().map(|error| Block::Note(Tone::Bad, error.message));
            return Sheet { blocks: notes.collect() };
        }
    };
    let Some(fact) = fact_of(request.parameter("fact"), &ran) else {
        sheet.push(Block::Para(request.say("inspect--empty")));
        return sheet;
    };
    let told = explain(&ran.trace, fact, request.language);
    sheet.push(Block::Heading(told.title));
    sheet.push(Block::List { ordered: false, items: told.lines });
    if !told.source.is_empty() {
        let source = request.say("inspect--source");
        sheet.push(Block::Para(format!("{source}: `{}`", told.source)));
    }
    let mut buttons = Vec::new();
    if let Some(cause) = told.cause {
        let title = explain(&ran.trace, cause, request.language).title;
        buttons.push(Button {
            label: request.tell("inspect--waited-for", &[("what", &title)]),
            action: format!("fact={}.{}", cause.kind() as u8, cause.row()),
            pressed: false,
        });
    }
    if let Some(setting) = told.setting {
        let decided = request.say("inspect--setting");
        sheet.push(Block::Para(format!("{decided}: `{setting}`")));
        buttons.extend(proposal(request, &ran, fact, setting));
    }
    sheet.push(Block::Buttons(buttons));
    super::records::way_of_selected(request, &ran, &mut sheet);
    sheet
}

/// `KIND.ROW`, as the page names a fact of its run, which is this run.
fn fact_of(text: &str, ran: &Ran) -> Option<FactId> {
    let (kind, row) = text.split_once('.')?;
    let kind = *Kind::ALL.get(kind.parse::<usize>().ok()?)?;
    let row = row.parse().ok()?;
    (row < ran.trace.len_of(kind)).then(|| FactId::new(kind, row))
}

/// The first value of the setting with which the fact changes, as a button; none if there is no such.
fn proposal(request: &Request, ran: &Ran, fact: FactId, setting: &str) -> Option<Button> {
    let playground = &request.page.playground;
    let identity = identify(&ran.trace, fact)?;
    let value = candidates(playground, setting)
        .into_iter()
        .find(|value| changes(request, ran, (fact, identity), (setting, value)))?;
    let values = [("setting", setting), ("value", value.as_str())];
    Some(Button {
        label: request.tell("inspect--propose", &values),
        action: format!("set:{setting}={value}"),
        pressed: false,
    })
}

fn candidates(playground: &Playground, setting: &str) -> Vec<String> {
    let Some(row) = row(setting) else { return Vec::new() };
    let text = playground.settings.text(setting).unwrap_or_default();
    match (row.kind, text.parse::<i64>()) {
        (Type::Boolean, _) => vec![(text != "true").to_string()],
        (_, Ok(number)) => {
            let wanted = [number.saturating_mul(2).max(1), number / 2, number.saturating_mul(8), 0];
            let mut values: Vec<String> = wanted
                .into_iter()
                .filter(|value| *value != number)
                .map(|v| v.to_string())
                .collect();
            values.dedup();
            values
        }
        _ if setting == "acks" => {
            ["all", "1", "0"].into_iter().filter(|v| *v != text).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the fact has another time or another reason in a run with this value, or is not there.
fn changes(
    request: &Request,
    before: &Ran,
    (fact, identity): (FactId, Selection),
    (setting, value): (&str, &str),
) -> bool {
    let mut playground = request.page.playground.clone();
    playground.settings.set(setting, value);
    let Ok(after) = ran(&playground) else { return false };
    let Some(other) = find(&after.trace, identity) else { return true };
    let told = |ran: &Ran, fact| explain(&ran.trace, fact, request.language).lines;
    before.trace.at(fact) != after.trace.at(other) || told(before, fact) != told(&after, other)
}
