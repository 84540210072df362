//! *Log*: what the Java client would log, at its levels and with its threads, and the callback's own lines. The
//! names of the threads are long and stand above the list once; a line has the short one.

use super::records::chosen;
use crate::Request;
use crate::case::scenario_of;
use crate::ran::{NotRan, Ran, ran};
use analysis::{Level, LogLine, LogSettings, Logger, thread_name};
use link::{Playground, Selection};
use model::config::Checked;
use sheet::{Block, Button, Column, Long, Row, Sheet, Tone};
use trace::{FactId, Kind, Thread};
use units::{BatchId, BrokerId, Millis, RecordId, SimTime};
use words::moment;

const LEVELS: [(&str, Level); 4] = [
    ("DEBUG", Level::Debug),
    ("INFO", Level::Info),
    ("WARN", Level::Warn),
    ("ERROR", Level::Error),
];

const THREADS: [Thread; 2] = [Thread::Application, Thread::Io];

/// What a thread is called in its lines.
const fn short_name(thread: Thread) -> &'static str {
    match thread {
        Thread::Application => "main",
        Thread::Io => "network",
    }
}

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

/// What the client calls itself when nobody gives it a name, as in the programs of *Code*. The bytes of its
/// requests count the shorter `linger`, which every address that was ever shared has had.
const CLIENT_ID: &str = "producer-1";

/// What the constructor logs about its settings.
fn start(checked: &Checked) -> Vec<(Level, Logger, String)> {
    let mut start = Vec::new();
    let mut unused = Vec::new();
    for warning in &checked.warnings {
        let message = warning.message.clone();
        if message.starts_with("Idempotence will be disabled") {
            start.push((Level::Info, Logger::ProducerConfig, message));
        } else if warning.setting.is_empty() {
            unused.push((Level::Info, Logger::AbstractConfig, message));
        } else if warning.setting == "delivery.timeout.ms" {
            start.push((Level::Warn, Logger::KafkaProducer, message));
        } else {
            start.push((Level::Warn, Logger::CommonClientConfigs, message));
        }
    }
    if checked.config.enable_idempotence() {
        let text = "Instantiated an idempotent producer.".to_owned();
        start.push((Level::Info, Logger::KafkaProducer, text));
    }
    start.extend(unused);
    start.push((Level::Info, Logger::AppInfoParser, "Kafka version: 4.3.1".to_owned()));
    start
}

/// Classes of the metrics reporters, in the order in which they are closed.
fn reporters(playground: &Playground) -> Vec<String> {
    let text = |name: &str| playground.settings.text(name).unwrap_or_default();
    let listed = text("metric.reporters").split(',').map(str::trim);
    let mut reporters: Vec<String> =
        listed.filter(|class| !class.is_empty()).map(str::to_owned).collect();
    if text("enable.metrics.push") == "true" {
        let telemetry = "org.apache.kafka.common.telemetry.internals.ClientTelemetryReporter";
        reporters.push(telemetry.to_owned());
    }
    reporters
}

pub(crate) fn sheet(request: &Request) -> Sheet {
    let playground = &request.page.playground;
    let (ran, checked) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked),
        (Err(why), _) => return why.into(),
        (_, Err(errors)) => return NotRan::from(errors).into(),
    };
    let asked = LEVELS.iter().find(|(name, _)| *name == request.parameter("level"));
    let (name, level) = asked.copied().unwrap_or(LEVELS[1]);
    let config = &checked.config;
    // a recorded client was given its name
    let recorded = scenario_of(playground).is_some();
    let client_id = if recorded { config.client_id() } else { CLIENT_ID }.to_owned();
    let settings = LogSettings {
        client_id: client_id.clone(),
        retries: config.retries(),
        request_timeout: config.request_timeout(),
        connection_setup_timeout: Millis(config.socket_connection_setup_timeout().0),
        brokers: (1..=u32::from(playground.brokers)).map(BrokerId).collect(),
        start: start(&checked),
        reporters: reporters(playground),
        level,
    };
    let log = match ran.log(settings) {
        Ok(log) => log,
        Err(why) => return why.into(),
    };
    let concerned = concerned(request, &ran);
    let fact = ran.trace.fact_of_text(request.parameter("fact"));
    let is_chosen = |of: Option<FactId>, record: Option<RecordId>| {
        (of.is_some() && of == fact) || record.is_some_and(|record| concerned.contains(&record))
    };
    let selected = log.position(is_chosen).map(|line| line as u32);
    let window = Long::window(request.number("from"), selected, log.len() as u32);
    let lines = window.start as usize..window.end as usize;
    let row = |line: LogLine| Row {
        cells: vec![
            moment(line.at),
            [line.level.name(), short_name(line.thread)].join("\n"),
            line.text,
        ],
        action: Some(match (line.record, line.fact) {
            (Some(record), _) => format!("sel=record{record}"),
            (None, Some(fact)) => format!("fact={fact}"),
            (None, None) => format!("seek={}", line.at.0),
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
    let thread = THREADS.map(|thread| short_name(thread).len() as u32).into_iter().max();
    let columns = [("compare--at", Some(time)), ("log--level", thread), ("log--line", None)];
    let threads = THREADS.map(|thread| {
        format!("**{}** `[{}]`", short_name(thread), thread_name(thread, &client_id))
    });
    let all = log.len() as u32;
    Sheet {
        blocks: vec![
            Block::Buttons(buttons.collect()),
            Block::Para(request.tell("log--threads", &[("threads", &threads.join(", "))])),
            Block::Para(request.say("log--left-out")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_threads_stand_once_and_no_line_repeats_them() {
        let blocks = crate::sheet("sheet=log\nlang=en\nlink=v=1&records=3\n").blocks;
        let text = format!("{blocks:?}");
        let name = "[kafka-producer-network-thread | producer-1]";
        assert_eq!(text.matches(name).count(), 1, "{text}");
        let Some(Block::Long(long)) = blocks.last() else { panic!("the lines are last") };
        let last = long.rows.last().expect("the callbacks' lines");
        assert_eq!(last.cells[1], "INFO\nnetwork");
        assert!(last.cells[2].starts_with("partition="), "{last:?}");
    }

    #[test]
    fn it_begins_with_what_the_form_says_of_the_settings() {
        let first = |link: &str| {
            let blocks = crate::sheet(&format!("sheet=log\nlang=en\nlink={link}\n")).blocks;
            let Some(Block::Long(long)) = blocks.last() else { panic!("the lines are last") };
            long.rows[0].clone()
        };
        let row = first("v=1&acks=1&records=3");
        let text = "Idempotence will be disabled because acks is set to 1, not set to 'all'.";
        assert_eq!(row.cells[1..], ["INFO\nmain", text]);
        let text = "[Producer clientId=producer-1] Instantiated an idempotent producer.";
        assert_eq!(first("v=1&records=3").cells[2], text);
    }
}
