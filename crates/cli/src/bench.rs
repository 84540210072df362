//! `linger bench`: speed as ratios in one run, `bench.NAME VALUE`.
//!
//! What is timed is a scenario until its trace is finished. A machine does other things too, so what is
//! compared is timed in turn, and of each the median is told.

use conformance::workloads;
use model::{EventQueue, Simulation};
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;
use trace::Trace;
use units::SimTime;

/// Records of the case that the client is measured on.
const RECORDS: u32 = 200_000;

/// Rounds in which everything is timed once; the first is not counted.
const ROUNDS: usize = 8;

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if let Some(argument) = arguments.first() {
        eprintln!("bench: unknown argument {argument}");
        return ExitCode::from(2);
    }
    rates();
    growth();
    sizes();
    ExitCode::SUCCESS
}

/// The model beside what any event loop must do: push and pop each event.
fn rates() {
    let scenario = workloads::bench(RECORDS);
    let trace = model::run(scenario.clone());
    let events =
        trace.sends.len() + trace.opens.len() + trace.requests.len() + trace.request_ends.len();
    let depth = depth();
    let [model, queue, full_queue] = timed_in_turn([
        &mut || drop(black_box(model::run(scenario.clone()))),
        &mut || pass_through(events, 1),
        &mut || pass_through(events, depth),
    ]);
    let (queue, full_queue) = (queue / f64::from(PASSES), full_queue / f64::from(PASSES));
    tell("model.records_per_second", f64::from(RECORDS) / model, 0);
    tell("queue.records_per_second", f64::from(RECORDS) / queue, 0);
    tell("model_over_queue", model / queue, 2);
    tell("queue.depth_in_model", f64::from(depth), 0);
    tell("model_over_queue_of_that_depth", model / full_queue, 2);
}

/// Passes through the queue that are timed together: about as long as one run of the model, so that
/// neither is interrupted more often than the other.
const PASSES: u32 = 16;

/// Pushes and pops so many events through a queue that holds `depth` of them.
fn pass_through(events: u32, depth: u32) {
    for _ in 0..PASSES {
        let mut queue = EventQueue::new();
        for event in 0..depth - 1 {
            queue.push(SimTime(event.into()), event);
        }
        for event in depth - 1..events {
            queue.push(SimTime(event.into()), event);
            black_box(queue.pop_due(SimTime::NEVER));
        }
    }
}

/// Most events that the run has scheduled at one time, its next arrival among them.
fn depth() -> u32 {
    let mut simulation = Simulation::new(workloads::bench(20_000));
    let mut depth = 0;
    while !simulation.run_for(1) {
        depth = depth.max(simulation.scheduled());
    }
    u32::try_from(depth + 1).unwrap_or(u32::MAX)
}

/// What a record costs in short runs and in long ones.
fn growth() {
    let mut costs = Vec::new();
    for power in 3..=7 {
        let records = 10_u32.pow(power);
        let scenario = workloads::bench(records);
        let runs = (1_000_000 / records).clamp(1, 100);
        let [seconds] = timed_in_turn([&mut || {
            for _ in 0..runs {
                drop(black_box(model::run(scenario.clone())));
            }
        }]);
        let cost = seconds * 1e9 / f64::from(runs) / f64::from(records);
        tell(&format!("nanoseconds_per_record.1e{power}"), cost, 1);
        costs.push(cost);
    }
    tell("growth_from_1e3_to_1e7", costs[costs.len() - 1] / costs[0], 2);
}

/// What traces take, unused capacity included.
fn sizes() {
    let records = 1_000_000;
    let trace = model::run(workloads::bench(records));
    tell("trace.bytes_per_record", trace.size() as f64 / f64::from(records), 1);
    tell("trace.bytes_per_fact", bytes_per_fact(&trace), 1);
    let trace = model::run(workloads::one_record_a_batch(100_000));
    tell("one_record_a_batch.bytes_per_fact", bytes_per_fact(&trace), 1);
    let scenario = workloads::ten_minutes(100_000);
    let mut facts = (0, 0.0);
    let [seconds] = timed_in_turn([&mut || {
        let trace = model::run(scenario.clone());
        facts = (trace.len(), bytes_per_fact(&trace));
    }]);
    tell("ten_minutes.facts", facts.0 as f64, 0);
    tell("ten_minutes.bytes_per_fact", facts.1, 1);
    tell("ten_minutes.facts_per_second", facts.0 as f64 / seconds, 0);
}

fn bytes_per_fact(trace: &Trace) -> f64 {
    trace.size() as f64 / trace.len() as f64
}

/// Seconds that each takes: one after the other in every round, so that what else the machine does
/// falls on all of them.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn timed_in_turn<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for round in 0..ROUNDS {
        for (work, times) in works.iter_mut().zip(&mut times) {
            let began = Instant::now();
            work();
            if round > 0 {
                times.push(began.elapsed().as_secs_f64());
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

fn tell(name: &str, value: f64, digits: usize) {
    println!("bench.{name} {value:.digits$}");
}
