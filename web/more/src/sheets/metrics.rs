//! *Metrics*: Kafka's own producer metrics under Kafka's names, at the end of the run.

use crate::Request;
use crate::ran::{NotRan, ran};
use analysis::{Metric, MetricSettings, Windows, metrics};
use link::Panel;
use sheet::{Block, Count, Sheet};
use units::Millis;

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
    let Windows { length, samples } = settings.windows;
    let (number, window) = (samples.to_string(), words::length(length.into()));
    let least = words::length(Millis(length.0.saturating_mul(samples - 1)).into());
    let throughput = words::count(ran.analysis.figures.throughput.round() as u64);
    let values = [
        ("samples", number.as_str()),
        ("window", &window),
        ("least", &least),
        ("throughput", &throughput),
    ];
    sheet.push(Block::Para(request.tell("metrics--rates", &values)));
    sheet.push(Block::Para(request.say("metrics--not-here")));
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

#[cfg(test)]
mod tests {
    #[test]
    fn it_says_over_what_rates_are_and_which_metrics_are_not_there() {
        let told = |link: &str| {
            format!("{:?}", crate::sheet(&format!("sheet=metrics\nlang=en\nlink={link}\n")).blocks)
        };
        let text = told("v=1");
        assert!(text.contains(": 2 × 30 s)") && text.contains("at least 30 s,"), "{text}");
        assert!(text.contains("`producer-node-metrics`"), "{text}");
        let text = told("v=1&metrics.num.samples=3&metrics.sample.window.ms=1000");
        assert!(text.contains(": 3 × 1,000 ms)") && text.contains("at least 2 s,"), "{text}");
    }
}
