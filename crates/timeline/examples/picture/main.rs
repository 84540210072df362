//! Paints a run as SVG: `cargo run -p timeline --example picture -- OUT.svg [key=value …]`.
//!
//! Keys: `theme=dark`, `width=1100`, `from=US`, `to=US`, `select=KIND:ROW`, `case=failure`, `narrow=1`,
//! `causes=1`, `legend=1`; all others belong to the playground, as in an address.

#[path = "../../tests/it/failure.rs"]
mod failure;
mod svg;

use std::collections::BTreeMap;
use timeline::{
    Density, Draw, Overview, Palette, Rect, Theme, TimeScale, Timeline, View, Words, legend,
};
use trace::{FactId, Kind, Trace};
use units::SimTime;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap_or_else(|| "picture.svg".to_owned());
    let pairs: BTreeMap<String, String> = arguments
        .filter_map(|pair| pair.split_once('=').map(|(key, value)| (key.into(), value.into())))
        .collect();
    let number = |key: &str| pairs.get(key).and_then(|value| value.parse::<f64>().ok());
    let theme = if pairs.get("theme").is_some_and(|theme| theme == "dark") {
        Theme::Dark
    } else {
        Theme::Light
    };
    let picture = if pairs.contains_key("legend") {
        of_legend(theme)
    } else {
        let (trace, fates) = match pairs.get("case").map(String::as_str) {
            Some("failure") => failure::run(),
            _ => (played(&pairs), Vec::new()),
        };
        let timeline = Timeline::new(&trace, &fates);
        let width = number("width").unwrap_or(850.0);
        let density = if pairs.contains_key("narrow") { Density::Narrow } else { Density::Wide };
        let (from, to) = (number("from").unwrap_or(0.0), number("to"));
        let to = to.map_or(timeline.end(), |to| SimTime(to as i64));
        let left = density.gutter();
        let scale =
            TimeScale::fit(timeline.quiet(), left, width - left - 14.0, SimTime(from as i64), to);
        let mut view = View::new(scale, width, density);
        view.playhead = number("playhead").map_or(to, |at| SimTime(at as i64));
        view.selection = pairs.get("select").and_then(|text| fact(text));
        view.causes = pairs.contains_key("causes");
        view.focused = view.causes;
        of_run(&timeline, &trace, &view, theme)
    };
    if let Err(error) = std::fs::write(&file, picture) {
        eprintln!("{file}: {error}");
    }
}

fn played(pairs: &BTreeMap<String, String>) -> Trace {
    let own = [
        "theme", "width", "from", "to", "select", "case", "narrow", "causes", "legend", "playhead",
    ];
    let address: Vec<String> = pairs
        .iter()
        .filter(|(key, _)| !own.contains(&key.as_str()))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let (playground, notices) = link::read(&format!("v=1&{}", address.join("&")));
    for notice in notices {
        eprintln!("{notice:?}");
    }
    match playground.scenario() {
        Ok((scenario, _)) => model::run(scenario),
        Err(errors) => {
            eprintln!("{errors:?}");
            Trace::default()
        }
    }
}

fn fact(text: &str) -> Option<FactId> {
    let (kind, row) = text.split_once(':')?;
    let kind = Kind::ALL.iter().find(|other| format!("{other:?}").eq_ignore_ascii_case(kind))?;
    Some(FactId::new(*kind, row.parse().ok()?))
}

fn of_run(timeline: &Timeline, trace: &Trace, view: &View, theme: Theme) -> String {
    let mut draws: Vec<Draw> = Vec::new();
    let effort = timeline.paint(trace, view, &Words::default(), &mut draws);
    eprintln!("{effort:?}");
    let height = timeline.height(view.density, &view.prefs);
    let (left, right) = view.scale.edges();
    let strip = Overview {
        rect: Rect::new(left, height + 8.0, right - left, 26.0),
        window: view.scale.shown(),
        playhead: view.playhead,
        end: timeline.end(),
    };
    timeline.paint_overview(&view.scale, strip, &mut draws);
    svg::svg(&draws, Palette::of(theme), view.width, height + 42.0)
}

fn of_legend(theme: Theme) -> String {
    let mut out =
        String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"560\">");
    for (number, entry) in legend().into_iter().enumerate() {
        let (x, y) = (10 + number / 20 * 300, 10 + number % 20 * 27);
        let sample = svg::svg(&entry.sample, Palette::of(theme), 34.0, 20.0);
        out.push_str(&format!("<g transform=\"translate({x},{y})\">{sample}"));
        out.push_str(&format!("<text x=\"44\" y=\"14\" font-size=\"12\">{}</text></g>", entry.key));
    }
    out.push_str("</svg>");
    out
}
