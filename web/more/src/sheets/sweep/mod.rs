//! *Sweep*: one number over a range, the model run at each point. Knees and turns show because they are
//! computed.

mod axis;
mod run;

use crate::Request;
use analysis::{Knee, Outcome, Series, Sweep, sweep_values};
use axis::{Axis, FIRST};
use link::Playground;
use run::swept;
use sheet::{Block, Button, Chart, Column, Long, Row, Sheet, Tone, letters};

/// Points of a sweep.
const POINTS: u32 = 50;

/// A chart's title, its lines, and how many of the model's units are one of the chart's.
type Lines = (&'static str, &'static [Series], f64);

const CHARTS: [Lines; 4] = [
    ("sweep--latency", &[Series::LatencyP99, Series::LatencyP50], 1000.0),
    ("sweep--throughput", &[Series::Throughput], 1.0),
    ("sweep--fill", &[Series::Fill], 1.0),
    ("sweep--requests", &[Series::Requests], 1.0),
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

    /// The value with the least p99, to be taken; nothing where it is the one that is set. The blocks below
    /// keep their places either way, and the table its focus.
    fn adopt(&self) -> Block {
        let here = self.place_of(self.now);
        let best = self.sweep.best(Series::LatencyP99).filter(|best| Some(*best) != here);
        let button = |best: usize| {
            let Outcome::Run(summary) = &self.sweep.points()[best].outcome else { return None };
            let values = [
                ("name", name_of(self.request, self.axis.name)),
                ("value", self.shown(best)),
                ("p99", words::length(summary.latency_p99)),
            ];
            let (label, action) = (self.tell("sweep--adopt", &values), self.set(best));
            Some(Button { label, action, pressed: false })
        };
        Block::Buttons(best.and_then(button).into_iter().collect())
    }

    fn chart(&self, (title, series, unit): Lines) -> Chart {
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
        let mut marks = Vec::new();
        if let Some(place) = here {
            let values = [("value", self.shown(place))];
            marks.push((place as u32, self.tell("sweep--here", &values)));
        }
        let shape = self.sweep.shape(series[0]);
        marks.extend(shape.knee.map(|knee| (knee.at as u32, self.knee(knee, unit))));
        if let Some(turn) = shape.turns.first() {
            marks.push((*turn as u32, self.tell("sweep--turn", &[("value", self.shown(*turn))])));
        }
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
            title: self.request.say(title),
            x: (0..points.len()).map(|place| self.shown(place)).collect(),
            actions: (0..points.len()).map(|place| self.set(place)).collect(),
            series: lines,
            scale,
            marks,
            runs: runs.collect(),
            bad: bad.collect(),
        }
    }

    fn tell(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.request.tell(key, &values)
    }

    fn knee(&self, knee: Knee, unit: f64) -> String {
        let values = [
            ("value", self.shown(knee.at)),
            ("before", change(knee.before / unit)),
            ("after", change(knee.after / unit)),
        ];
        self.tell("sweep--knee", &values)
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

fn change(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", number(value.abs()))
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
            assert!(chart.marks[0].1.contains("**7 ms**"), "{:?}", chart.marks);
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
    fn a_range_that_is_none_is_told() {
        let text = format!("{:?}", told("sweep=linger.ms:soon", ""));
        assert!(text.contains("no range"), "{text}");
    }
}
