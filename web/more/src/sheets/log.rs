//! *Log*: what the Java client would log, at its levels and with its thread names, and the callback's own
//! lines.

use crate::Request;
use crate::ran::ran;
use crate::text::moment;
use analysis::{Level, LogSettings, log_lines, thread_name};
use sheet::{Block, Button, Row, Sheet, Tone};
use units::{BrokerId, Millis, SimTime};

/// Lines that are shown at once.
const PAGE: usize = 100;

const LEVELS: [(&str, Level); 4] = [
    ("DEBUG", Level::Debug),
    ("INFO", Level::Info),
    ("WARN", Level::Warn),
    ("ERROR", Level::Error),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let playground = &request.page.playground;
    let (ran, config) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked.config),
        (Err(errors), _) | (_, Err(errors)) => {
            let notes = errors.into_iter().map(|error| Block::Note(Tone::Bad, error.message));
            return Sheet { blocks: notes.collect() };
        }
    };
    let chosen = LEVELS.iter().find(|(name, _)| *name == request.parameter("level"));
    let (name, level) = chosen.copied().unwrap_or(LEVELS[1]);
    let client_id = config.client_id().to_owned();
    let settings = LogSettings {
        client_id: client_id.clone(),
        retries: config.retries(),
        request_timeout: config.request_timeout(),
        connection_setup_timeout: Millis(config.socket_connection_setup_timeout().0),
        brokers: (1..=u32::from(playground.brokers)).map(BrokerId).collect(),
        level,
    };
    let lines =
        log_lines(&ran.trace, &ran.analysis.index, &settings, SimTime(i64::MIN), SimTime::NEVER);
    let from = request.number("from").unwrap_or(0) as usize;
    let rows = lines.iter().skip(from).take(PAGE).map(|line| Row {
        cells: vec![
            moment(line.at),
            line.level.name().to_owned(),
            format!("[{}] {}", thread_name(line.thread, &client_id), line.text),
        ],
        action: Some(match line.record {
            Some(record) => format!("sel=record{record}"),
            None => format!("fact={}.{}", line.fact.kind() as u8, line.fact.row()),
        }),
        tone: match line.level {
            Level::Warn => Tone::Warn,
            Level::Error => Tone::Bad,
            _ => Tone::Plain,
        },
    });
    let rows: Vec<Row> = rows.collect();
    let buttons = LEVELS.iter().map(|(level, _)| Button {
        label: (*level).to_owned(),
        action: format!("ask:level={level}"),
        pressed: *level == name,
    });
    let column = |key: &str| (request.say(key), None);
    Sheet {
        blocks: vec![
            Block::Buttons(buttons.collect()),
            Block::Table {
                caption: request.say("log--caption"),
                columns: vec![column("compare--at"), column("log--level"), column("log--line")],
                rows,
                of: (from as u32, lines.len() as u32),
            },
        ],
    }
}
