//! A chart: lines over places, with a dot for each value, and a cross where there is none. All dots of a
//! line are one path, and what a place says and does is a strip over its whole height: a chart of fifty
//! places comes within a frame, and a finger finds each of them.

use super::{el, inline};
use sheet::{Chart, Element, letters};
use units::grouped;

const W: f64 = 240.0;
const H: f64 = 104.0;
/// The letters of runs stand above the lines.
const TOP: f64 = 14.0;
/// Crosses stand below them, and then the places in words.
const BOTTOM: f64 = H - 24.0;
/// A letter beside an axis.
const LETTER: f64 = 4.6;
/// A chart whose numbers differ by less than this share looks flat, as it is.
const LEAST_SPAN: f64 = 0.1;

/// The figure with its chart.
pub(super) fn element(chart: &Chart) -> Element {
    let values = chart.series.iter().flat_map(|(_, values)| values.iter().flatten());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let last = chart.x.len().saturating_sub(1).max(1) as f64;
    let (low, span) = if low > high { (0.0, 1.0) } else { domain(low, high) };
    let ticks = ticks(low, span);
    let widest = ticks.iter().map(|(_, text)| letters(text)).max().unwrap_or(0);
    let left = 10.0 + LETTER * f64::from(widest);
    let x = |place: usize| left + (W - 6.0 - left) * place as f64 / last;
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * (value - low) / span;
    let heights = ticks.iter().flat_map(|(value, text)| {
        let y = y(*value);
        let line = format!("M{:.1} {y:.1}H{W}", left - 4.0);
        let number = el("text").with("class", "tick").with("style", "text-anchor:end");
        let number = number.with("x", &format!("{:.1}", left - 6.0));
        let number = number.with("y", &format!("{:.1}", y + 3.0)).saying(text);
        [el("path").with("class", "grid").with("d", &line), number]
    });
    let places = stops(&chart.x, W - 6.0 - left).into_iter().flat_map(|place| {
        let (x, text) = (x(place), &chart.x[place]);
        let half = LETTER * f64::from(letters(text)) / 2.0;
        let line = format!("M{x:.1} {BOTTOM}v3");
        let name = el("text").with("class", "tick");
        let name = name.with("x", &format!("{:.1}", x.min(W - 2.0 - half)));
        let name = name.with("y", &format!("{:.1}", H - 3.0)).saying(text);
        [el("path").with("class", "grid").with("d", &line), name]
    });
    let lines = chart.series.iter().enumerate().map(|(number, (_, values))| {
        let mut path = String::new();
        let mut pen = 'M';
        for (place, value) in values.iter().enumerate() {
            // no line where nothing ran
            let Some(value) = value else {
                pen = 'M';
                continue;
            };
            path.push_str(&format!("{pen}{:.1} {:.1}", x(place), y(*value)));
            pen = 'L';
        }
        el("path").with("class", class_of(number)).with("d", &path)
    });
    let dots = chart.series.iter().enumerate().flat_map(|(number, (_, values))| {
        let there = values.iter().enumerate().filter_map(|(place, value)| Some((place, (*value)?)));
        let dot = |(place, value)| format!("M{:.1} {:.1}h0", x(place), y(value));
        let path: String = there.clone().map(dot).collect();
        let of = |class: &str| el("path").with("class", class).with("d", &path);
        let hole = (number > 0).then(|| of("dots hole"));
        let marked = there.filter(|(place, _)| chart.marks.contains(&(*place as u32)));
        let marked = marked.map(|(place, value)| {
            let circle = el("circle").with("r", "3.4").with("cx", &format!("{:.1}", x(place)));
            circle.with("cy", &format!("{:.1}", y(value)))
        });
        [of("dots")].into_iter().chain(hole).chain(marked)
    });
    let newest = chart.runs.len().saturating_sub(1);
    let runs = chart.runs.iter().enumerate().flat_map(|(number, (place, letter))| {
        let x = x(*place as usize);
        let class = if number == newest { "now" } else { "pinned" };
        let line = el("path").with("class", class).with("d", &format!("M{x:.1} {TOP}V{BOTTOM}"));
        // a letter near an edge stays within the picture
        let name = el("text")
            .with("class", class)
            .with("x", &format!("{:.1}", x.clamp(5.0, W - 5.0)))
            .with("y", "9")
            .saying(letter);
        [line, name]
    });
    let cross = |(place, _): &(u32, String)| {
        format!("M{:.1} {:.1}l4 4m0 -4l-4 4", x(*place as usize) - 2.0, BOTTOM + 3.0)
    };
    let crosses: String = chart.bad.iter().map(cross).collect();
    let crosses =
        (!crosses.is_empty()).then(|| el("path").with("class", "bad").with("d", &crosses));
    let svg = el("svg")
        .with("viewBox", &format!("0 0 {W} {H}"))
        .with("role", "img")
        .with("aria-label", &chart.title)
        .of(heights)
        .of(places)
        .of(runs)
        .of(lines)
        .of(dots)
        .of(crosses);
    let strips = (0..chart.x.len()).map(|place| {
        let strip = el("i").with("title", &said(chart, place));
        strip.on(chart.actions.get(place).map_or("", String::as_str))
    });
    let half = (x(1) - x(0)) / 2.0;
    let (from, to) = (x(0) - half, x(chart.x.len().saturating_sub(1)) + half);
    let style = format!("left:{:.2}%;right:{:.2}%", from / W * 100.0, (W - to) / W * 100.0);
    let strips = el("div").with("class", "strips").with("style", &style).of(strips);
    let plot = el("div").with("class", "plot").holding(svg);
    let plot = plot.holding(strips.with("aria-hidden", "true"));
    let (least, most) = &chart.scale;
    let scale = el("small").saying(&[least, " – ", most].concat());
    let mut caption = el("figcaption").of(inline(&chart.title));
    if !least.is_empty() {
        caption = caption.holding(scale);
    }
    let note = |text: &String| el("p").with("class", "point").of(inline(text));
    let mut figure = el("figure").with("class", "chart").holding(caption).holding(plot);
    if chart.series.len() > 1 {
        let name = |(number, (name, _)): (usize, &(String, Vec<Option<f64>>))| {
            let sign = el("i").with("class", class_of(number)).with("aria-hidden", "true");
            el("span").holding(sign).saying(name)
        };
        let names = chart.series.iter().enumerate().map(name);
        figure = figure.holding(el("p").with("class", "series").of(names));
    }
    figure.of(chart.notes.iter().map(note))
}

/// A place, and what each line has there, or why there is nothing.
fn said(chart: &Chart, place: usize) -> String {
    let bad = chart.bad.iter().filter(|(bad, _)| *bad as usize == place);
    let value = |(name, values): &(String, Vec<Option<f64>>)| {
        Some(format!("\n{name}: {:.2}", (*values.get(place)?)?))
    };
    let mut said = chart.x[place].clone();
    said.extend(chart.series.iter().filter_map(value));
    said.extend(bad.map(|(_, why)| format!("\n{why}")));
    said
}

/// Where the heights of a chart begin, and how far they reach.
fn domain(low: f64, high: f64) -> (f64, f64) {
    let span = (high - low).max(LEAST_SPAN * high.abs());
    let span = if span > 0.0 { span } else { 1.0 };
    let middle = (low + high) / 2.0;
    // what is counted or measured is never less than nothing
    (if low < 0.0 { low } else { (middle - span / 2.0).max(0.0) }, span)
}

/// Round numbers among the heights, three to seven of them.
fn ticks(low: f64, span: f64) -> Vec<(f64, String)> {
    let most = span / 3.0;
    let unit = 10_f64.powf(most.log10().floor());
    let step = [5.0, 2.0].map(|factor| factor * unit).into_iter().find(|step| *step <= most);
    let step = step.unwrap_or(unit);
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let first = (low / step).ceil() as i64;
    let numbers = (first..).map(|n| n as f64 * step).take_while(|number| *number <= low + span);
    numbers.map(|number| (number, grouped(&format!("{number:.decimals$}")))).collect()
}

/// Places whose words have room below a chart so wide: both ends and some between, near to equal distances
/// those with the shortest words.
fn stops(words: &[String], width: f64) -> Vec<usize> {
    let Some(last) = words.len().checked_sub(1) else { return Vec::new() };
    let long = |place: usize| letters(&words[place]);
    let longest = (0..=last).map(long).max().unwrap_or(0);
    let room = LETTER * f64::from(longest + 3);
    let between = ((width / room) as usize).saturating_sub(1).min(4).min(last);
    let near = last / (4 * between.max(1));
    let stop = |n: usize| {
        let middle = last * n / between.max(1);
        let around = middle.saturating_sub(near)..=(middle + near).min(last);
        let best = around.min_by_key(|place| (long(*place), place.abs_diff(middle)));
        best.unwrap_or(middle)
    };
    let mut stops: Vec<usize> = [0].into_iter().chain((1..between).map(stop)).collect();
    stops.push(last);
    stops.dedup();
    stops
}

const fn class_of(number: usize) -> &'static str {
    if number == 0 { "first" } else { "second" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_run_is_a_cross_and_no_line_crosses_it() {
        let chart = Chart {
            title: "Latency, ms".to_owned(),
            x: ["0", "1", "2", "3"].map(str::to_owned).into(),
            series: vec![("p99".to_owned(), vec![Some(1.0), None, Some(3.0), Some(2.0)])],
            runs: vec![(0, "A".to_owned()), (3, "B".to_owned())],
            bad: vec![(1, "refused".to_owned())],
            ..Chart::default()
        };
        let strips: Vec<String> = (0..4).map(|place| said(&chart, place)).collect();
        assert_eq!(strips, ["0\np99: 1.00", "1\nrefused", "2\np99: 3.00", "3\np99: 2.00"]);
        let figure = format!("{:?}", element(&chart));
        assert_eq!(figure.matches("h0").count(), 3, "a dot each: {figure}");
        assert_eq!(figure.matches("l4 4m0 -4l-4 4").count(), 1, "a cross: {figure}");
        let line = format!("M23.8 {BOTTOM:.1}M163.9 {TOP:.1}L");
        assert!(figure.contains(&line), "two pieces, the first a point: {figure}");
    }

    #[test]
    fn heights_are_round_and_a_flat_line_has_some_too() {
        let texts = |low, high| -> Vec<String> {
            let (low, span) = domain(low, high);
            ticks(low, span).into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(texts(6.2, 105.0), ["20", "40", "60", "80", "100"]);
        assert_eq!(texts(10.2, 10.2), ["9.8", "10.0", "10.2", "10.4", "10.6"]);
        assert_eq!(texts(837.0, 9_400.0), ["2,000", "4,000", "6,000", "8,000"]);
        assert_eq!(texts(0.0, 0.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    }

    #[test]
    fn places_are_told_at_both_ends_and_between_where_there_is_room() {
        let words: Vec<String> = (0..=50).map(|n| format!("{} ms", n * 3)).collect();
        let places = stops(&words, 200.0);
        assert_eq!((places[0], places.last()), (0, Some(&50)));
        assert!(places.len() > 3 && places.is_sorted(), "{places:?}");
        let long: Vec<String> = (0..5).map(|n| format!("{n} is a place with long words")).collect();
        assert_eq!(stops(&long, 200.0), [0, 4]);
        assert_eq!(stops(&[], 200.0), [0; 0]);
    }
}
