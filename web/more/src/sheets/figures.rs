//! *Figures*: the six figures, what each counts, and how its values are spread.

use crate::Request;
use crate::ran::ran;
use analysis::{Axis, Distribution, Figure, distribution};
use link::Panel;
use sheet::{Bar, Block, Sheet, Tone};
use units::{Micros, SimTime};
use words::{length, moment};

/// The figures, with their keys among the words.
const FIGURES: [(Figure, &str); 6] = [
    (Figure::Acknowledged, "acknowledged"),
    (Figure::LostAndDuplicated, "lost"),
    (Figure::Latency, "latency"),
    (Figure::Batch, "batch"),
    (Figure::Requests, "requests"),
    (Figure::Throughput, "throughput"),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let ran = match ran(&request.page.playground) {
        Ok(ran) => ran,
        Err(why) => return why.into(),
    };
    let mut sheet = Sheet::default();
    sheet.push(super::family(request, &[Panel::Metrics, Panel::Figures]));
    // the one that was asked for stands first
    let asked = |(_, key): &(Figure, &str)| *key == request.parameter("figure");
    let (first, others): (Vec<_>, Vec<_>) = FIGURES.into_iter().partition(asked);
    for (figure, key) in first.into_iter().chain(others) {
        sheet.push(Block::Heading(request.say(&format!("spread--{key}"))));
        sheet.push(Block::Para(request.say(&format!("spread--{key}-why"))));
        if figure == Figure::Latency {
            let figures = &ran.analysis.figures;
            let (p50, p99) = (figures.latency_from_call_p50, figures.latency_from_call_p99);
            let values = [("p50", length(p50)), ("p99", length(p99))];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            sheet.push(Block::Para(request.tell("spread--from-call", &values)));
        }
        let spread = distribution(&ran.trace, &ran.analysis.ledger, figure);
        if spread.counts.is_empty() {
            sheet.push(Block::Note(Tone::Muted, request.say("spread--nothing")));
        } else {
            sheet.push(bars(request, key, &spread));
        }
    }
    sheet
}

/// A column for each bucket, the fullest one at full height.
fn bars(request: &Request, key: &str, spread: &Distribution) -> Block {
    let most = spread.counts.iter().chain([&spread.beyond]).max().copied().unwrap_or(0).max(1);
    let bar = |label: String, count: u32| Bar {
        label,
        from: 0.0,
        to: f64::from(count) / f64::from(most),
        text: words::count(count),
        tone: if count == 0 { Tone::Muted } else { Tone::Plain },
    };
    let edge = |number: usize| spread.from + spread.width * number as i64;
    let mut bars: Vec<Bar> = spread
        .counts
        .iter()
        .enumerate()
        .map(|(number, count)| bar(between(spread, edge(number)), *count))
        .collect();
    if spread.beyond > 0 {
        let from = shown(spread.axis, edge(spread.counts.len()));
        bars.push(bar(request.tell("spread--beyond", &[("from", &from)]), spread.beyond));
    }
    Block::Columns { caption: request.say(&format!("spread--{key}-axis")), bars }
}

/// A bucket in words: the one number that it stands for, or where it begins.
fn between(spread: &Distribution, from: i64) -> String {
    match spread.axis {
        Axis::Records if spread.width == 1 => from.to_string(),
        Axis::Percent | Axis::Records => {
            format!("{}–{}", from, shown(spread.axis, from + spread.width - 1))
        }
        Axis::Time | Axis::Length => shown(spread.axis, from),
    }
}

fn shown(axis: Axis, value: i64) -> String {
    match axis {
        Axis::Time => moment(SimTime(value)),
        Axis::Length => length(Micros(value.max(0).unsigned_abs())),
        Axis::Percent => format!("{value} %"),
        Axis::Records => value.to_string(),
    }
}
