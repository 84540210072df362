//! *Import*: settings out of a pasted `.properties` file, a Spring `application.yml` or a Java map.

use crate::Request;
use client_code::import::{Format, Why};
use client_code::{Imported, import};
use link::Panel;
use sheet::{Block, Button, Row, Sheet, Tone};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let text = request.parameter("text");
    let mut sheet = Sheet::default();
    sheet.push(super::family(request, &[Panel::Code, Panel::Import, Panel::Embed]));
    sheet.push(Block::Para(request.say("import--what")));
    sheet.push(Block::Field {
        name: "text".to_owned(),
        label: request.say("import--field"),
        value: text.to_owned(),
        long: true,
    });
    if !text.trim().is_empty() {
        tell(request, &import(text), &mut sheet);
    }
    sheet
}

fn tell(request: &Request, imported: &Imported, sheet: &mut Sheet) {
    let format = match imported.format {
        Format::Properties => ".properties",
        Format::Yaml => "application.yml",
        Format::Java => "Java",
    };
    sheet.push(Block::Note(Tone::Plain, request.tell("import--format", &[("format", format)])));
    if !imported.otherwise.is_empty() {
        let lines: Vec<String> = imported.otherwise.iter().map(u32::to_string).collect();
        let text = request.tell("import--otherwise", &[("lines", &lines.join(", "))]);
        sheet.push(Block::Note(Tone::Plain, text));
    }
    if !imported.taken.is_empty() {
        let mut playground = request.page.playground.clone();
        playground.settings.typed.clear();
        for (name, value) in &imported.taken {
            playground.settings.set(name, value);
        }
        let rows = imported.taken.iter().map(|(name, value)| Row {
            cells: vec![(*name).to_owned(), value.clone()],
            ..Row::default()
        });
        sheet.push(Block::Table {
            caption: request.say("import--taken"),
            columns: vec![request.say("import--setting"), request.say("import--value")],
            rows: rows.collect(),
        });
        sheet.push(Block::Buttons(vec![Button {
            label: request.say("import--take"),
            action: format!("open:{}", link::write(&playground)),
            pressed: false,
        }]));
    }
    for error in &imported.refused {
        sheet.push(Block::Note(Tone::Bad, error.message.clone()));
    }
    let mut list = |key: &str, items: Vec<String>| {
        if !items.is_empty() {
            sheet.push(Block::Heading(request.say(key)));
            sheet.push(Block::List { ordered: false, items });
        }
    };
    let code = |name: &String| format!("`{name}`");
    list("import--others", imported.others.iter().map(code).collect());
    list("import--secrets", imported.secrets.iter().map(code).collect());
    let unread = imported.unread.iter().map(|unread| {
        let why = match unread.why {
            Why::NotUnderstood => "import--not-understood",
            Why::NotAValue => "import--not-a-value",
            Why::TooLong => "import--too-long",
        };
        let line = unread.line.to_string();
        request.tell(why, &[("line", &line), ("setting", unread.setting.unwrap_or("–"))])
    });
    list("import--unread", unread.collect());
}
