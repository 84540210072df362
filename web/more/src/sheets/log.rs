//! *Log*: what the Java client would log, at its levels and with its thread names, and the callback's own
//! lines.

use super::records::chosen;
use crate::Request;
use crate::ran::{Ran, ran};
use crate::text::moment;
use analysis::{Level, LogLine, LogSettings, log_lines, thread_name};
use link::Selection;
use sheet::{Block, Button, Row, Sheet, Tone};
use trace::Kind;
use units::{BatchId, BrokerId, Millis, RecordId, SimTime};

/// Lines that are shown at once.
const PAGE: usize = 100;

const LEVELS: [(&str, Level); 4] = [
    ("DEBUG", Level::Debug),
    ("INFO", Level::Info),
    ("WARN", Level::Warn),
    ("ERROR", Level::Error),
];

/// The records that the selection is about.
fn concerned(request: &Request, ran: &Ran) -> Vec<RecordId> {
    match request.page.selection {
        Some(Selection::Batch { .. }) => match ran.trace.fact_of_text(request.parameter("fact")) {
            Some(fact) if fact.kind() == Kind::Open => {
                ran.trace.records_of(BatchId(fact.row())).collect()
            }
            _ => Vec::new(),
        },
        _ => chosen(request, ran).into_iter().collect(),
    }
}

pub(crate) fn sheet(request: &Request) -> Sheet {
    let playground = &request.page.playground;
    let (ran, config) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked.config),
        (Err(errors), _) | (_, Err(errors)) => {
            let notes = errors.into_iter().map(|error| Block::Note(Tone::Bad, error.message));
            return Sheet { blocks: notes.collect() };
        }
    };
    let asked = LEVELS.iter().find(|(name, _)| *name == request.parameter("level"));
    let (name, level) = asked.copied().unwrap_or(LEVELS[1]);
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
    let concerned = concerned(request, &ran);
    let fact = ran.trace.fact_of_text(request.parameter("fact"));
    let is_chosen = |line: &LogLine| {
        Some(line.fact) == fact || line.record.is_some_and(|record| concerned.contains(&record))
    };
    // the page of the selection, until another is asked for
    let first = || lines.iter().position(is_chosen).map_or(0, |line| line / PAGE * PAGE);
    let from = request.number("from").map_or_else(first, |from| from as usize);
    let rows = lines.iter().skip(from).take(PAGE).map(|line| Row {
        cells: vec![
            moment(line.at),
            line.level.name().to_owned(),
            format!("[{}] {}", thread_name(line.thread, &client_id), line.text),
        ],
        action: Some(match line.record {
            Some(record) => format!("sel=record{record}"),
            None => format!("fact={}", line.fact),
        }),
        tone: match line.level {
            _ if is_chosen(line) => Tone::Accent,
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
