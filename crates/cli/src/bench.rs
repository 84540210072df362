//! `linger bench`: speed as ratios in one run, `bench.NAME VALUE`.

use conformance::Case;
use model::EventQueue;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;
use units::SimTime;

/// Repetitions; the median of all but the first is told.
const RUNS: usize = 5;

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn seconds(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64()
        })
        .collect();
    times.remove(0);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let file = arguments.first().map_or("tests/conformance/bench-200k.json", String::as_str);
    let scenario = std::fs::read_to_string(file)
        .map_err(|error| error.to_string())
        .and_then(|text| Case::parse(&text).map_err(|error| error.to_string()))
        .and_then(|case| case.scenario().map_err(|error| error.to_string()));
    let scenario = match scenario {
        Ok(scenario) => scenario,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let trace = model::run(scenario.clone());
    let records = f64::from(trace.sends.len());
    let model = seconds(|| drop(black_box(model::run(scenario.clone()))));
    let events =
        trace.sends.len() + trace.opens.len() + trace.requests.len() + trace.request_ends.len();
    let queue = seconds(|| {
        let mut queue = EventQueue::new();
        for event in 0..events {
            queue.push(SimTime(i64::from(event)), event);
            black_box(queue.pop_due(SimTime::NEVER));
        }
    });
    println!("bench.model.records_per_second {:.0}", records / model);
    println!("bench.queue.records_per_second {:.0}", records / queue);
    println!("bench.model_over_queue {:.2}", model / queue);
    println!("bench.trace.bytes_per_record {:.1}", trace.size() as f64 / records);
    println!("bench.trace.bytes_per_fact {:.1}", trace.size() as f64 / trace.len() as f64);
    ExitCode::SUCCESS
}
