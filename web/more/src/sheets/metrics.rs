//! *Metrics*: Kafka's own producer metrics under Kafka's names, at the end of the run.

use crate::Request;
use crate::ran::ran;
use analysis::{Metric, MetricSettings, Windows, metrics};
use link::Panel;
use sheet::{Block, Row, Sheet, Tone};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let playground = &request.page.playground;
    let (ran, config) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked.config),
        (Err(errors), _) | (_, Err(errors)) => {
            let notes = errors.into_iter().map(|error| Block::Note(Tone::Bad, error.message));
            return Sheet { blocks: notes.collect() };
        }
    };
    let end = ran.trace.end.map_or(units::SimTime::ZERO, |(at, _)| at);
    let settings = MetricSettings {
        buffer_memory: config.buffer_memory(),
        windows: Windows {
            length: config.metrics_sample_window(),
            samples: i64::from(config.metrics_num_samples()),
        },
    };
    let all = metrics(&ran.trace, &settings, end);
    let mut sheet = Sheet::default();
    sheet.push(super::family(request, &[Panel::Metrics, Panel::Figures]));
    sheet.push(Block::Para(request.say("metrics--what")));
    sheet.push(table("producer-metrics".to_owned(), &all.producer, request));
    for (topic, metrics) in &all.topics {
        let name = &ran.trace.topics[topic.index()];
        sheet.push(table(format!("producer-topic-metrics · {name}"), metrics, request));
    }
    sheet
}

fn table(caption: String, metrics: &[Metric], request: &Request) -> Block {
    let row = |(name, value): &Metric| {
        let value = value.map_or_else(|| "NaN".to_owned(), shown);
        let meaning = crate::language::WORDS
            .find(request.language, &format!("metric--{name}"))
            .unwrap_or_default();
        Row { cells: vec![format!("`{name}`"), value, meaning.to_owned()], ..Row::default() }
    };
    Block::Table {
        caption,
        columns: vec![
            (request.say("metrics--name"), None),
            (request.say("import--value"), None),
            (request.say("metrics--meaning"), None),
        ],
        rows: metrics.iter().map(row).collect(),
        of: (0, metrics.len() as u32),
    }
}

fn shown(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
