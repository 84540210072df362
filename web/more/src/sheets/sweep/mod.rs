//! *Sweep*: one number over a range, the model run at each point. Knees and turns show because they are
//! computed.

mod axis;
mod run;

use crate::Request;
use analysis::{Outcome, Series, Shape, Sweep, sweep_values};
use axis::{Axis, FIRST};
use link::Playground;
use run::swept;
use sheet::{Block, Button, Chart, Column, Long, Row, Sheet, Tone, letters};

/// Points of a sweep.
const POINTS: u32 = 50;

/// More turns than these are counted, not told one by one.
const TURNS_TOLD: usize = 3;

/// What a chart is about, its lines, and how many of the model's units are one of the chart's.
type Lines = (&'static str, &'static [Series], f64);

const CHARTS: [Lines; 4] = [
    ("latency", &[Series::LatencyP99, Series::LatencyP50], 1000.0),
    ("throughput", &[Series::Throughput], 1.0),
    ("fill", &[Series::Fill], 1.0),
    ("requests", &[Series::Requests], 1.0),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let page = &request.page;
    let (axis, understood) = Axis::read(page.sweep.as_deref().unwrap_or_default());
    let mut sheet = Sheet::default();
    sheet.push(Block::Para(request.say("sweep--how")));
    choose(request, axis, &mut sheet);
    if !understood {
        sheet.push(Block::Note(Tone::Warn, request.say("sweep--no-range")));
    }
    let now = axis.value_of(&page.playground);
    // the pinned run is a point of this curve only if all else is as it runs now
    let pinned = page.pinned.as_ref().and_then(|pinned| axis.value_of(pinned));
    let pinned = pinned.filter(|value| {
        let like_it = |pinned: &Playground| axis.with(&page.playground, *value) == *pinned;
        page.pinned.as_ref().is_some_and(like_it)
    });
    let mut values = sweep_values(axis.from, axis.to, POINTS, axis.spacing());
    values.extend(now.into_iter().chain(pinned));
    values.sort_unstable();
    values.dedup();
    let sweep = swept(&page.playground, axis, values);
    let told = Told { request, axis, sweep: &sweep, now, pinned };
    sheet.push(told.adopt());
    sheet.blocks.extend(CHARTS.iter().map(|chart| Block::Chart(told.chart(*chart))));
    sheet.push(Block::Long(told.table()));
    told.refusals(&mut sheet);
    sheet
}

/// What is swept: the usual ones, or those that were looked for, and the range.
fn choose(request: &Request, axis: Axis, sheet: &mut Sheet) {
    let find = request.parameter("find").trim().to_lowercase();
    let found = |name: &&str| {
        let words = name_of(request, name).to_lowercase();
        name.contains(&find) || words.contains(&find)
    };
    let mut names: Vec<&str> = match find.is_empty() {
        true => FIRST.to_vec(),
        false => axis::all().filter(found).collect(),
    };
    if !names.contains(&axis.name) {
        names.insert(0, axis.name);
    }
    let button = |name: &str| Button {
        label: name_of(request, name),
        action: format!("sweep:{name}"),
        pressed: name == axis.name,
    };
    sheet.push(Block::Search { name: "find".to_owned(), label: request.say("sweep--find") });
    sheet.push(Block::Buttons(names.into_iter().map(button).collect()));
    sheet.push(Block::Enter {
        label: request.tell("sweep--range", &[("name", &name_of(request, axis.name))]),
        value: axis.range(),
        button: request.say("sweep--go"),
        action: format!("sweep:{}:", axis.name),
    });
}

/// Kafka's name of a setting, a part's in words.
fn name_of(request: &Request, name: &str) -> String {
    match link::part(name) {
        Some(_) => request.part(&format!("part--{name}")),
        None => name.to_owned(),
    }
}

/// A sweep and where two runs stand on it.
struct Told<'s> {
    request: &'s Request,
    axis: Axis,
    sweep: &'s Sweep<String>,
    now: Option<i64>,
    pinned: Option<i64>,
}

impl Told<'_> {
    fn shown(&self, place: usize) -> String {
        self.axis.shown(self.sweep.points()[place].value)
    }

    fn place_of(&self, value: Option<i64>) -> Option<usize> {
        self.sweep.points().iter().position(|point| Some(point.value) == value)
    }

    fn set(&self, place: usize) -> String {
        let Axis { name, .. } = self.axis;
        format!("set:{name}={}", self.axis.text(self.sweep.points()[place].value))
    }

    /// The value with the least p99, to be taken; nothing where the one that is set is as good. The blocks
    /// below keep their places either way, and the table its focus.
    fn adopt(&self) -> Block {
        let p99 = |place: usize| match &self.sweep.points()[place].outcome {
            Outcome::Run(summary) => Some(words::length(summary.latency_p99)),
            _ => None,
        };
        let now = self.place_of(self.now).and_then(p99);
        let button = |best: usize| {
            let mut values = vec![
                ("name", name_of(self.request, self.axis.name)),
                ("value", self.shown(best)),
                ("p99", p99(best)?),
            ];
            let key = if now.is_some() { "sweep--adopt-instead" } else { "sweep--adopt" };
            values.extend(now.clone().map(|now| ("now", now)));
            let (label, action) = (self.tell(key, &values), self.set(best));
            Some(Button { label, action, pressed: false })
        };
        let best = self.sweep.better(Series::LatencyP99, self.now);
        Block::Buttons(best.and_then(button).into_iter().collect())
    }

    fn chart(&self, (about, series, unit): Lines) -> Chart {
        let points = self.sweep.points();
        let value = |outcome: &Outcome<String>, series: Series| match outcome {
            Outcome::Run(summary) => Some(series.of(summary) / unit),
            _ => None,
        };
        let line = |series: &Series| {
            let values = points.iter().map(|point| value(&point.outcome, *series)).collect();
            (self.request.say(series_key(*series)), values)
        };
        let lines: Vec<(String, Vec<Option<f64>>)> = series.iter().map(line).collect();
        let all = lines.iter().flat_map(|(_, values)| values.iter().flatten().copied());
        let (low, high) = all.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        let here = self.place_of(self.now);
        let shape = self.sweep.shape(series[0]);
        let knee = shape.knee.filter(|_| shape.turns.is_empty()).map(|knee| knee.at);
        let marks = here.into_iter().chain(knee).chain(shape.turns.first().copied());
        let mut notes = Vec::new();
        notes.extend(here.map(|here| self.tell("sweep--here", &[("value", self.shown(here))])));
        notes.extend(self.course(about, &shape, unit));
        let pinned = self.place_of(self.pinned);
        let letters = [(pinned, "A"), (here, if pinned.is_some() { "B" } else { "" })];
        let runs = letters.into_iter().filter_map(|(place, l)| Some((place? as u32, l.to_owned())));
        let bad = (0_u32..).zip(points).filter_map(|(place, point)| match &point.outcome {
            Outcome::Run(_) => None,
            Outcome::Refused(error) => Some((place, error.clone())),
            Outcome::CutShort => Some((place, self.request.say("sweep--too-long"))),
        });
        let scale =
            if low > high { (String::new(), String::new()) } else { (number(low), number(high)) };
        Chart {
            title: self.request.say(&format!("sweep--{about}")),
            x: (0..points.len()).map(|place| self.shown(place)).collect(),
            actions: (0..points.len()).map(|place| self.set(place)).collect(),
            series: lines,
            scale,
            marks: marks.map(|place| place as u32).collect(),
            notes,
            runs: runs.collect(),
            bad: bad.collect(),
        }
    }

    fn tell(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.request.tell(key, &values)
    }

    /// How the first line of a chart goes, in a sentence; none of a line that is no line.
    fn course(&self, about: &str, shape: &Shape, unit: f64) -> Option<String> {
        let name = ("name", self.request.say(&format!("sweep--its-{about}")));
        let change = |change: f64| {
            let by = number(change.abs() / unit);
            let by = by.strip_suffix(".0").unwrap_or(&by).to_owned();
            let by = self.tell(&format!("sweep--by-{about}"), &[("number", by)]);
            self.tell(if change < 0.0 { "sweep--falls" } else { "sweep--rises" }, &[("by", by)])
        };
        let bend = shape.knee.filter(|knee| shape.turns.is_empty() && knee.before != 0.0);
        if let Some(knee) = bend.filter(|knee| knee.after != 0.0) {
            let (before, after) = (change(knee.before), change(knee.after));
            let value = self.shown(knee.at);
            let values = [name, ("value", value), ("before", before), ("after", after)];
            return Some(self.tell("sweep--bends", &values));
        }
        if shape.turns.len() > TURNS_TOLD {
            let (count, first) = (shape.turns.len().to_string(), self.shown(shape.turns[0]));
            return Some(self.tell("sweep--turns", &[name, ("count", count), ("value", first)]));
        }
        let ran = self.sweep.curve(Series::LatencyP99);
        let last = ran.last().filter(|_| ran.len() > 1)?.0;
        if shape.flat {
            return Some(self.tell("sweep--flat", &[name]));
        }
        let ends = shape.turns.iter().copied().chain([last]);
        let until = |(end, by): (usize, &f64)| {
            self.tell("sweep--until", &[("change", change(*by)), ("value", self.shown(end))])
        };
        let then =
            |before, after| self.tell("sweep--then", &[("before", before), ("after", after)]);
        let course = ends.zip(&shape.changes).map(until).reduce(then)?;
        Some(self.tell("sweep--course", &[name, ("course", course)]))
    }

    /// Points side by side that did not run, and why not.
    fn refusals(&self, sheet: &mut Sheet) {
        let points = self.sweep.points();
        let kind = |place: usize| std::mem::discriminant(&points[place].outcome);
        let mut from = 0;
        while from < points.len() {
            let same = (from..points.len()).take_while(|place| kind(*place) == kind(from)).count();
            let to = from + same - 1;
            let values = |error: &str| {
                [("value", self.shown(from)), ("to", self.shown(to)), ("error", error.to_owned())]
            };
            match &points[from].outcome {
                Outcome::Run(_) => {}
                Outcome::Refused(error) => {
                    let key = if same == 1 { "sweep--refused" } else { "sweep--refused-all" };
                    sheet.push(Block::Note(Tone::Bad, self.tell(key, &values(error))));
                }
                Outcome::CutShort => {
                    sheet.push(Block::Note(Tone::Warn, self.tell("sweep--cut", &values(""))));
                }
            }
            from += same;
        }
    }

    /// The points as a table: exact, and for keys.
    fn table(&self) -> Long {
        let points = self.sweep.points();
        let here = self.place_of(self.now);
        let row = |place: usize| {
            let cells = match &points[place].outcome {
                Outcome::Run(summary) => vec![
                    number(summary.latency_p99.0 as f64 / 1000.0),
                    number(summary.latency_p50.0 as f64 / 1000.0),
                    number(summary.throughput),
                    number(summary.fill_percent),
                    words::count(summary.requests),
                ],
                Outcome::Refused(_) => vec![self.request.say("sweep--is-refused")],
                Outcome::CutShort => vec![self.request.say("sweep--is-cut")],
            };
            Row {
                cells: std::iter::once(self.shown(place)).chain(cells).collect(),
                action: Some(self.set(place)),
                tone: match &points[place].outcome {
                    _ if Some(place) == here => Tone::Accent,
                    Outcome::Run(_) => Tone::Plain,
                    _ => Tone::Bad,
                },
            }
        };
        let rows: Vec<Row> = (0..points.len()).map(row).collect();
        let names = [
            "sweep--value",
            "sweep--p99",
            "sweep--p50",
            "sweep--rate",
            "sweep--full",
            "sweep--count",
        ];
        let columns = names.iter().enumerate().map(|(column, key)| Column {
            name: self.request.say(key),
            letters: rows
                .iter()
                .filter_map(|row| row.cells.get(column))
                .map(|cell| letters(cell))
                .max(),
            ..Column::default()
        });
        Long {
            caption: self.request.say("sweep--table"),
            columns: columns.collect(),
            first: 0,
            all: rows.len() as u32,
            selected: here.map(|here| here as u32),
            rows,
        }
    }
}

const fn series_key(series: Series) -> &'static str {
    match series {
        Series::LatencyP50 => "series--p50",
        Series::LatencyP99 => "series--p99",
        Series::Throughput => "sweep--throughput",
        Series::Fill => "sweep--fill",
        Series::Requests => "sweep--requests",
    }
}

fn number(value: f64) -> String {
    let text = if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") };
    units::grouped(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(link: &str, more: &str) -> Vec<Block> {
        crate::sheet(&format!("sheet=sweep\nlang=en\nlink=v=1&{link}\n{more}")).blocks
    }

    fn charts(blocks: &[Block]) -> Vec<&Chart> {
        blocks
            .iter()
            .filter_map(|block| match block {
                Block::Chart(chart) => Some(chart),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn the_value_that_is_set_and_the_pinned_one_stand_on_the_curve() {
        let blocks = told("linger.ms=7&a.linger.ms=33", "");
        assert_eq!(charts(&blocks).len(), 4);
        for chart in charts(&blocks) {
            let letters: Vec<_> = chart.runs.iter().map(|(_, letter)| letter.as_str()).collect();
            assert_eq!(letters, ["A", "B"]);
            let at = |letter: usize| chart.x[chart.runs[letter].0 as usize].as_str();
            assert_eq!((at(0), at(1)), ("33 ms", "7 ms"));
            assert!(chart.notes[0].contains("**7 ms**"), "{:?}", chart.notes);
        }
        // a pinned run that differs in more is on another curve
        let blocks = told("linger.ms=7&a.linger.ms=33&a.acks=1", "");
        assert!(charts(&blocks).iter().all(|chart| chart.runs.len() == 1));
    }

    #[test]
    fn what_kafka_refuses_is_a_cross_a_row_and_a_sentence() {
        let blocks = told("sweep=delivery.timeout.ms:0..60000&delivery.timeout.ms=60000", "");
        let chart = charts(&blocks)[0];
        let run = chart.series[0].1.iter().filter(|value| value.is_some()).count();
        assert!(!chart.bad.is_empty() && run > 0 && run + chart.bad.len() == chart.x.len());
        assert!(chart.bad[0].1.contains("should be equal to or larger than"), "{:?}", chart.bad[0]);
        let notes = blocks.iter().filter(|block| matches!(block, Block::Note(Tone::Bad, _)));
        assert_eq!(notes.count(), 1, "points side by side are told once");
        let table = blocks.iter().find_map(|block| match block {
            Block::Long(table) => Some(table),
            _ => None,
        });
        let table = table.expect("a table");
        let refused = table.rows.iter().filter(|row| row.cells[1] == "refused").count();
        assert_eq!(refused, chart.bad.len());
        assert_eq!(table.rows.len(), chart.x.len());
    }

    #[test]
    fn every_number_can_be_found() {
        for name in axis::all() {
            let (axis, _) = Axis::read(name);
            let request = Request::read(&format!("lang=ko\nfind={name}\n"));
            let mut sheet = Sheet::default();
            choose(&request, axis, &mut sheet);
            let buttons = sheet.blocks.iter().find_map(|block| match block {
                Block::Buttons(buttons) => Some(buttons),
                _ => None,
            });
            let action = format!("sweep:{name}");
            let pressed = buttons.expect("buttons").iter().any(|b| b.pressed && b.action == action);
            assert!(pressed, "{name}");
        }
    }

    #[test]
    fn a_flat_curve_recommends_nothing_and_says_that_it_is_flat() {
        let blocks = told("sweep=delivery.timeout.ms:0..60000", "");
        let buttons = blocks.iter().filter_map(|block| match block {
            Block::Buttons(buttons) => Some(buttons),
            _ => None,
        });
        let all: Vec<_> = buttons.flatten().filter(|b| b.action.starts_with("set:")).collect();
        assert!(all.is_empty(), "{all:?}");
        for chart in charts(&blocks) {
            assert!(chart.notes[1].contains("nearly the same"), "{:?}", chart.notes);
            assert_eq!(chart.notes.len(), 2, "{:?}", chart.notes);
        }
    }

    #[test]
    fn a_curve_is_told_with_its_units_and_what_is_better_with_both_numbers() {
        let blocks = told("", "");
        assert_eq!(charts(&blocks)[0].marks.len(), 2, "what runs now, and the turn that is told");
        let p99 = &charts(&blocks)[0].notes[1];
        assert!(
            p99.starts_with("p99 falls by ") && p99.contains(" ms up to **1 ms**, then rises by "),
            "{p99}"
        );
        let text = format!("{blocks:?}");
        assert!(text.contains("Set linger.ms to 1 ms: lowest p99 here, "), "{text}");
        assert!(text.contains(" instead of "), "{text}");
    }

    #[test]
    fn a_range_that_is_none_is_told() {
        let text = format!("{:?}", told("sweep=linger.ms:soon", ""));
        assert!(text.contains("no range"), "{text}");
    }
}
