//! *Metrics*: Kafka's own producer metrics under Kafka's names, at the end of the run.

use crate::Request;
use crate::ran::{NotRan, ran};
use analysis::{Metric, MetricSettings, Windows, metrics};
use link::Panel;
use sheet::{Block, Count, Sheet};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let playground = &request.page.playground;
    let (ran, config) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked.config),
        (Err(why), _) => return why.into(),
        (_, Err(errors)) => return NotRan::from(errors).into(),
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
    group("producer-metrics".to_owned(), &all.producer, request, &mut sheet);
    for (topic, metrics) in &all.topics {
        let name = &ran.trace.topics[topic.index()];
        group(format!("producer-topic-metrics · {name}"), metrics, request, &mut sheet);
    }
    sheet
}

/// A group of metrics under its heading, each with its definition.
fn group(heading: String, metrics: &[Metric], request: &Request, sheet: &mut Sheet) {
    let count = |(name, value): &Metric| Count {
        label: (*name).to_owned(),
        note: request.say(&format!("metric--{name}")).replace('`', ""),
        number: value.map_or_else(|| "NaN".to_owned(), shown),
        ..Count::default()
    };
    sheet.push(Block::Heading(heading));
    sheet.push(Block::Counts(metrics.iter().map(count).collect()));
}

fn shown(value: f64) -> String {
    // what never happened is a 0 without a sign
    let text = format!("{:.4}", value + 0.0);
    units::grouped(text.trim_end_matches('0').trim_end_matches('.'))
}
