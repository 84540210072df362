//! *Sweep*: one setting over a range, the model run at each point. Knees and turns show because they
//! are computed.

use crate::Request;
use crate::ran::go_on;
use analysis::{Analysis, Outcome, Point, Series, Spacing, Summary, Sweep, sweep_values};
use link::{PartUnit, Playground, part};
use model::Simulation;
use model::config::{Range, Unit, row};
use sheet::{Block, Button, Chart, Sheet, Tone};
use std::cell::RefCell;
use trace::End;
use units::grouped;
use words::count;

/// Points of a sweep.
const POINTS: u32 = 50;
/// Events of all runs together at the most, so that a sweep always ends soon.
const EVENTS_MAX: u64 = 5_000_000;

/// What can be swept, with its range: names of settings and of parts.
const CHOICES: [(&str, i64, i64, Spacing); 8] = [
    ("linger.ms", 0, 100, Spacing::Linear),
    ("batch.size", 128, 65_536, Spacing::Logarithmic),
    ("max.in.flight.requests.per.connection", 1, 5, Spacing::Linear),
    ("buffer.memory", 2_048, 1_048_576, Spacing::Logarithmic),
    ("rate", 100, 50_000, Spacing::Logarithmic),
    ("value", 10, 20_000, Spacing::Logarithmic),
    ("one-way", 50, 50_000, Spacing::Logarithmic),
    ("between", 50, 50_000, Spacing::Logarithmic),
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let wanted = request.parameter("of");
    let wanted =
        if wanted.is_empty() { request.page.sweep.as_deref().unwrap_or("") } else { wanted };
    let choice = CHOICES.iter().find(|choice| choice.0 == wanted).unwrap_or(&CHOICES[0]);
    let (name, from, to, spacing) = *choice;
    let mut sheet = Sheet::default();
    sheet.push(Block::Buttons(
        CHOICES
            .iter()
            .map(|(choice, ..)| Button {
                label: (*choice).to_owned(),
                action: format!("ask:of={choice}"),
                pressed: *choice == name,
            })
            .collect(),
    ));
    let current = value_of(&request.page.playground, name);
    let mut values = sweep_values(from, to, POINTS, spacing);
    values.extend(current);
    values.sort_unstable();
    values.dedup();
    let sweep = swept(&request.page.playground, name, values);
    tell(request, name, current, &sweep, &mut sheet);
    sheet
}

fn value_of(playground: &Playground, name: &str) -> Option<i64> {
    match part(name) {
        Some(part) => Some((part.get)(playground)),
        None => playground.settings.text(name)?.parse().ok(),
    }
}

fn with(playground: &Playground, name: &str, value: i64) -> Playground {
    let mut playground = playground.clone();
    match part(name) {
        Some(part) => (part.set)(&mut playground, value.clamp(part.min, part.max)),
        None => playground.settings.set(name, &value.to_string()),
    }
    playground
}

/// A sweep under way.
struct Job {
    playground: Playground,
    name: &'static str,
    /// Values that are still to be run, the next one last.
    to_come: Vec<i64>,
    sweep: Sweep<String>,
    /// Events that are left for all of them.
    left: u64,
    /// The run of the next value.
    simulation: Option<Simulation>,
}

thread_local! {
    /// The sweep that was asked for last, as far as it has come.
    static JOB: RefCell<Option<Job>> = const { RefCell::new(None) };
}

/// The sweep, as far as the question's slice takes it.
fn swept(playground: &Playground, name: &'static str, values: Vec<i64>) -> Sweep<String> {
    let of_this = |job: &Job| (&job.playground, job.name) == (playground, name);
    let mut job = JOB.take().filter(of_this).unwrap_or_else(|| Job {
        playground: playground.clone(),
        name,
        to_come: values.into_iter().rev().collect(),
        sweep: Sweep::default(),
        left: EVENTS_MAX,
        simulation: None,
    });
    while job.goes_on() {}
    let sweep = job.sweep.clone();
    JOB.set(Some(job));
    sweep
}

impl Job {
    /// Runs the next value; `false` once there is none, or the slice is over.
    fn goes_on(&mut self) -> bool {
        let Some(value) = self.to_come.last().copied() else { return false };
        let outcome = match self.simulation.take().map_or_else(|| self.begun(value), Ok) {
            Err(error) => Outcome::Refused(error),
            Ok(mut simulation) => {
                if !go_on(&mut simulation) {
                    self.simulation = Some(simulation);
                    return false;
                }
                self.left = self.left.saturating_sub(simulation.handled());
                let trace = simulation.into_trace();
                if matches!(trace.end, Some((_, End::EventLimit))) {
                    Outcome::CutShort
                } else {
                    Outcome::Run(Summary::from(&Analysis::new(&trace).figures))
                }
            }
        };
        self.sweep.add(Point { value, outcome });
        self.to_come.pop();
        true
    }

    fn begun(&self, value: i64) -> Result<Simulation, String> {
        let (mut scenario, _) =
            with(&self.playground, self.name, value).scenario().map_err(|errors| {
                errors.into_iter().next().map_or_else(String::new, |error| error.message)
            })?;
        scenario.bounds.events = scenario.bounds.events.min(self.left);
        Ok(Simulation::new(scenario))
    }
}

fn shown(name: &str, value: i64) -> String {
    let unit = row(name).map(|row| row.unit);
    match (unit, part(name).map(|part| part.unit)) {
        (Some(Unit::Millis), _) => format!("{} ms", count(value)),
        (Some(Unit::Bytes), _) | (_, Some(PartUnit::Bytes)) => format!("{} B", count(value)),
        (_, Some(PartUnit::Micros)) => format!("{} ms", value as f64 / 1000.0),
        _ => count(value),
    }
}

fn tell(
    request: &Request,
    name: &str,
    current: Option<i64>,
    sweep: &Sweep<String>,
    sheet: &mut Sheet,
) {
    let points = sweep.points();
    let x: Vec<String> = points.iter().map(|point| shown(name, point.value)).collect();
    let text = |value: i64| part(name).map_or_else(|| value.to_string(), |part| part.text(value));
    let actions: Vec<String> =
        points.iter().map(|point| format!("set:{name}={}", text(point.value))).collect();
    let here = points.iter().position(|point| Some(point.value) == current);
    let charts: [(&str, &[Series], f64); 4] = [
        ("sweep--latency", &[Series::LatencyP99, Series::LatencyP50], 1000.0),
        ("sweep--throughput", &[Series::Throughput], 1.0),
        ("sweep--fill", &[Series::Fill], 1.0),
        ("sweep--requests", &[Series::Requests], 1.0),
    ];
    for (title, series, unit) in charts {
        let line = |series: &Series| {
            let values = points.iter().map(|point| match &point.outcome {
                Outcome::Run(summary) => Some(series.of(summary) / unit),
                _ => None,
            });
            (request.say(series_key(*series)), values.collect())
        };
        let lines: Vec<(String, Vec<Option<f64>>)> = series.iter().map(line).collect();
        let all = lines.iter().flat_map(|(_, values)| values.iter().flatten().copied());
        let (low, high) = all.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        let mut marks = Vec::new();
        marks.extend(here.map(|at| (at as u32, request.tell("sweep--here", &[("value", &x[at])]))));
        let shape = sweep.shape(series[0]);
        marks.extend(shape.knee.map(|knee| {
            let (before, after) = (knee.before / unit, knee.after / unit);
            let values = [
                ("value", x[knee.at].clone()),
                ("before", change(before)),
                ("after", change(after)),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            (knee.at as u32, request.tell("sweep--knee", &values))
        }));
        if let Some(turn) = shape.turns.first() {
            marks.push((*turn as u32, request.tell("sweep--turn", &[("value", &x[*turn])])));
        }
        let scale =
            if low > high { (String::new(), String::new()) } else { (number(low), number(high)) };
        sheet.push(Block::Chart(Chart {
            title: request.say(title),
            x: x.clone(),
            actions: actions.clone(),
            series: lines,
            scale,
            marks,
        }));
    }
    let mut told = String::new();
    for (point, x) in points.iter().zip(&x) {
        match &point.outcome {
            Outcome::Refused(message) if *message != told => {
                told.clone_from(message);
                let values = [("value", x.as_str()), ("error", message)];
                sheet.push(Block::Note(Tone::Bad, request.tell("sweep--refused", &values)));
            }
            Outcome::CutShort if told != "cut" => {
                "cut".clone_into(&mut told);
                let text = request.tell("sweep--cut", &[("value", x)]);
                sheet.push(Block::Note(Tone::Warn, text));
            }
            _ => {}
        }
    }
    if let Some(Range::AtLeast(_)) = row(name).map(|row| row.range) {
        sheet.push(Block::Para(request.say("sweep--how")));
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
    grouped(&if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") })
}

fn change(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", number(value.abs()))
}
