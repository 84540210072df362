//! A chart: lines over places, with a dot for each value.

use super::{el, inline};
use sheet::{Chart, Element};

const W: f64 = 240.0;
const H: f64 = 90.0;

/// The figure with its chart.
pub(super) fn element(chart: &Chart) -> Element {
    let values = chart.series.iter().flat_map(|(_, values)| values.iter().flatten());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let last = chart.x.len().saturating_sub(1).max(1) as f64;
    let x = |place: usize| 6.0 + (W - 12.0) * place as f64 / last;
    let span = (high - low).max(f64::MIN_POSITIVE);
    let y = |value: f64| H - 8.0 - (H - 16.0) * (value - low) / span;
    let line = |(number, (name, values)): (usize, &(String, Vec<Option<f64>>))| {
        let at = |(place, value): (usize, &Option<f64>)| {
            Some(format!("{:.1},{:.1}", x(place), y((*value)?)))
        };
        let points: Vec<String> = values.iter().enumerate().filter_map(at).collect();
        el("polyline")
            .with("class", class_of(number))
            .with("points", &points.join(" "))
            .holding(el("title").saying(name))
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
                .on(chart.actions.get(place).map_or("", String::as_str));
            Some(dot.holding(el("title").saying(&format!("{name}, {place_name}: {value:.2}"))))
        })
    });
    let svg = el("svg")
        .with("viewBox", &format!("0 0 {W} {H}"))
        .with("role", "img")
        .with("aria-label", &chart.title)
        .of(chart.series.iter().enumerate().map(line))
        .of(dots);
    let (least, most) = &chart.scale;
    let end = |text: Option<&String>| el("span").saying(text.map_or("", String::as_str));
    let ends = el("p")
        .with("class", "ends")
        .holding(end(chart.x.first()))
        .holding(el("span").saying(&format!("{least} – {most}")))
        .holding(end(chart.x.last()));
    let mark = |(_, text): &(u32, String)| el("p").with("class", "mark").of(inline(text));
    el("figure")
        .with("class", "chart")
        .holding(el("figcaption").of(inline(&chart.title)))
        .holding(svg)
        .holding(ends)
        .of(chart.marks.iter().map(mark))
}

const fn class_of(number: usize) -> &'static str {
    if number == 0 { "first" } else { "second" }
}
