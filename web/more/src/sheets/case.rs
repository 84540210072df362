//! *A recorded case*: what was recorded, and that the run beside it is equal to it.

use crate::Request;
use crate::case::{Open, named};
use crate::ran::ran;
use conformance::compared;
use sheet::{Block, Button, Row, Sheet, Tone};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let name = request.page.case.as_deref().unwrap_or_default();
    let mut sheet = Sheet::default();
    sheet.push(Block::Heading(request.tell("case--title", &[("name", name)])));
    match named(name) {
        Some(open) => tell(request, &open, &mut sheet),
        None => {
            sheet.push(Block::Note(Tone::Warn, request.tell("case--unknown", &[("name", name)])))
        }
    }
    sheet.push(Block::Buttons(vec![Button {
        label: request.say("case--leave"),
        action: "goto:".to_owned(),
        pressed: false,
    }]));
    sheet
}

fn tell(request: &Request, open: &Open, sheet: &mut Sheet) {
    let case = &open.case;
    sheet.push(Block::Para(case.about.clone()));
    let Ok(ran) = ran(&open.playground) else { return };
    match compared(case, &open.scenario.producer, &ran.trace) {
        None => {
            let [sends, requests, callbacks, metrics] = case.expect.counts().map(|n| n.to_string());
            let values = [
                ("version", case.kafka.as_str()),
                ("sends", &sends),
                ("requests", &requests),
                ("callbacks", &callbacks),
                ("metrics", &metrics),
            ];
            sheet.push(Block::Note(Tone::Good, request.tell("case--equal", &values)));
        }
        Some(difference) => {
            sheet.push(Block::Note(Tone::Bad, request.say("case--differs")));
            sheet.push(Block::Para(difference.to_string()));
        }
    }
    let (brokers, partitions) = (case.brokers().to_string(), case.partitions().to_string());
    let faults = case.faults().to_string();
    let values = [("brokers", brokers.as_str()), ("partitions", &partitions), ("faults", &faults)];
    sheet.push(Block::Para(request.tell("case--world", &values)));
    let rows: Vec<Row> = case
        .config()
        .map(|(name, value)| Row {
            cells: vec![format!("`{name}`"), value.to_owned()],
            ..Row::default()
        })
        .collect();
    if !rows.is_empty() {
        sheet.push(Block::Table {
            caption: request.say("case--config"),
            columns: vec![request.say("import--setting"), request.say("import--value")],
            rows,
        });
    }
}
