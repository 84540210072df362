//! *Log*: what the Java client would log, at its levels and with its thread names, and the callback's own
//! lines.

use super::records::chosen;
use crate::Request;
use crate::ran::{NotRan, Ran, ran};
use analysis::{Level, LogLine, LogSettings, thread_name};
use link::Selection;
use sheet::{Block, Button, Column, Long, Row, Sheet, Tone};
use trace::{FactId, Kind};
use units::{BatchId, BrokerId, Millis, RecordId, SimTime};
use words::moment;

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
        (Err(why), _) => return why.into(),
        (_, Err(errors)) => return NotRan::from(errors).into(),
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
    let log = ran.log(settings);
    let concerned = concerned(request, &ran);
    let fact = ran.trace.fact_of_text(request.parameter("fact"));
    let is_chosen = |of: FactId, record: Option<RecordId>| {
        Some(of) == fact || record.is_some_and(|record| concerned.contains(&record))
    };
    let selected = log.position(is_chosen).map(|line| line as u32);
    let window = Long::window(request.number("from"), selected, log.len() as u32);
    let lines = window.start as usize..window.end as usize;
    let row = |line: LogLine| Row {
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
            _ if is_chosen(line.fact, line.record) => Tone::Accent,
            Level::Warn => Tone::Warn,
            Level::Error => Tone::Bad,
            _ => Tone::Plain,
        },
    };
    let rows = log.lines(&ran.trace, &ran.analysis.index, lines).into_iter().map(row);
    let buttons = LEVELS.iter().map(|(level, _)| Button {
        label: (*level).to_owned(),
        action: format!("ask:level={level}"),
        pressed: *level == name,
    });
    let column = |(key, letters)| Column { name: request.say(key), letters, ..Column::default() };
    let time = words::letters(ran.trace.end.map_or(SimTime::ZERO, |(end, _)| end));
    let columns = [("compare--at", Some(time)), ("log--level", Some(5)), ("log--line", None)];
    let all = log.len() as u32;
    Sheet {
        blocks: vec![
            Block::Buttons(buttons.collect()),
            Block::Long(Long {
                caption: request.tell("log--caption", &[("count", &words::count(all))]),
                columns: columns.map(column).into(),
                first: window.start,
                rows: rows.collect(),
                all,
                selected,
            }),
        ],
    }
}
