//! A chart: lines over places, with a dot for each value, and a cross where there is none.

use super::{el, inline};
use sheet::{Chart, Element};

const W: f64 = 240.0;
const H: f64 = 90.0;
/// The letters of runs stand above the lines.
const TOP: f64 = 14.0;
/// Crosses stand below them.
const BOTTOM: f64 = H - 10.0;

/// The figure with its chart.
pub(super) fn element(chart: &Chart) -> Element {
    let values = chart.series.iter().flat_map(|(_, values)| values.iter().flatten());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let last = chart.x.len().saturating_sub(1).max(1) as f64;
    let x = |place: usize| 6.0 + (W - 12.0) * place as f64 / last;
    let span = (high - low).max(f64::MIN_POSITIVE);
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * (value - low) / span;
    let action = |place: usize| chart.actions.get(place).map_or("", String::as_str);
    let line = |(number, (_, values)): (usize, &(String, Vec<Option<f64>>))| {
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
    };
    let dots = chart.series.iter().enumerate().flat_map(|(number, (name, values))| {
        values.iter().enumerate().filter_map(move |(place, value)| {
            let value = (*value)?;
            let place_name = chart.x.get(place)?;
            let marked = chart.marks.iter().any(|(marked, _)| *marked as usize == place);
            let class = [class_of(number), if marked { " marked" } else { "" }].concat();
            let dot = el("circle")
                .with("class", &class)
                .with("cx", &format!("{:.1}", x(place)))
                .with("cy", &format!("{:.1}", y(value)))
                .with("r", if marked { "4" } else { "2.6" })
                .on(action(place));
            Some(dot.holding(el("title").saying(&format!("{name}, {place_name}: {value:.2}"))))
        })
    });
    let newest = chart.runs.len().saturating_sub(1);
    let runs = chart.runs.iter().enumerate().flat_map(|(number, (place, letter))| {
        let x = x(*place as usize);
        let class = if number == newest { "now" } else { "pinned" };
        let line = el("path").with("class", class).with("d", &format!("M{x:.1} {TOP}V{H}"));
        // a letter near an edge stays within the picture
        let name = el("text")
            .with("class", class)
            .with("x", &format!("{:.1}", x.clamp(5.0, W - 5.0)))
            .with("y", "9")
            .saying(letter);
        [line, name]
    });
    let crosses = chart.bad.iter().map(|(place, why)| {
        let x = x(*place as usize) - 2.0;
        let path = format!("M{x:.1} {:.1}l4 4m0 -4l-4 4", BOTTOM + 3.0);
        let cross = el("path").with("class", "bad").with("d", &path);
        cross.holding(el("title").saying(why))
    });
    let svg = el("svg")
        .with("viewBox", &format!("0 0 {W} {H}"))
        .with("role", "img")
        .with("aria-label", &chart.title)
        .of(runs)
        .of(chart.series.iter().enumerate().map(line))
        .of(dots)
        .of(crosses);
    let (least, most) = &chart.scale;
    let end = |text: Option<&String>| el("span").saying(text.map_or("", String::as_str));
    let ends =
        el("p").with("class", "ends").holding(end(chart.x.first())).holding(end(chart.x.last()));
    let scale = el("small").saying(&[least, " – ", most].concat());
    let mut caption = el("figcaption").of(inline(&chart.title));
    if !least.is_empty() {
        caption = caption.holding(scale);
    }
    let mark = |(_, text): &(u32, String)| el("p").with("class", "point").of(inline(text));
    let mut figure =
        el("figure").with("class", "chart").holding(caption).holding(svg).holding(ends);
    if chart.series.len() > 1 {
        let name = |(number, (name, _)): (usize, &(String, Vec<Option<f64>>))| {
            let sign = el("i").with("class", class_of(number)).with("aria-hidden", "true");
            el("span").holding(sign).saying(name)
        };
        let names = chart.series.iter().enumerate().map(name);
        figure = figure.holding(el("p").with("class", "series").of(names));
    }
    figure.of(chart.marks.iter().map(mark))
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
        let figure = format!("{:?}", element(&chart));
        assert_eq!(figure.matches("tag: \"circle\"").count(), 3, "{figure}");
        assert_eq!(figure.matches("refused").count(), 1, "{figure}");
        let line = format!("M6.0 {BOTTOM:.1}M158.0 {TOP:.1}L");
        assert!(figure.contains(&line), "two pieces, the first a point: {figure}");
    }
}
