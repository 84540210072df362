//! The runs of a sweep: one after the other, in the slices of the question.

use super::axis::Axis;
use crate::ran::go_on;
use analysis::{Analysis, Outcome, Point, Summary, Sweep};
use link::Playground;
use model::Simulation;
use std::cell::RefCell;
use trace::End;

/// Events of all runs together at the most, so that a sweep always ends soon.
const EVENTS_MAX: u64 = 5_000_000;

/// A sweep under way.
struct Job {
    playground: Playground,
    axis: Axis,
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
pub(super) fn swept(playground: &Playground, axis: Axis, values: Vec<i64>) -> Sweep<String> {
    let of_this = |job: &Job| (&job.playground, job.axis) == (playground, axis);
    let mut job = JOB.take().filter(of_this).unwrap_or_else(|| Job {
        playground: playground.clone(),
        axis,
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
            self.axis.with(&self.playground, value).scenario().map_err(|errors| {
                errors.into_iter().next().map_or_else(String::new, |error| error.message)
            })?;
        scenario.bounds.events = scenario.bounds.events.min(self.left);
        Ok(Simulation::new(scenario))
    }
}
