//! What a trace may take, all of it counted: unused capacity, reasons, causes, indices.

use conformance::workloads;
use model::{Scenario, Simulation};

fn run(scenario: Scenario) -> Simulation {
    let mut simulation = Simulation::new(scenario);
    while !simulation.run_for(u64::MAX) {}
    simulation
}

#[expect(clippy::cast_precision_loss, reason = "a share, to be compared with a budget")]
fn bytes_a_fact(scenario: Scenario) -> f64 {
    let trace = run(scenario).into_trace();
    trace.size() as f64 / trace.len() as f64
}

#[test]
fn a_record_takes_at_most_64_bytes() {
    let records = 200_000;
    let trace = run(workloads::bench(records)).into_trace();
    assert_eq!(trace.sends.len(), records);
    let size = trace.size();
    assert!(size <= 64 * records as usize, "{size} bytes for {records} records");
}

#[test]
fn a_fact_takes_at_most_24_bytes_where_each_record_has_a_batch_of_its_own() {
    let scenario = workloads::one_record_a_batch(20_000);
    assert_eq!(run(scenario.clone()).trace().opens.len(), 20_000);
    let bytes = bytes_a_fact(scenario);
    assert!(bytes <= 24.0, "{bytes}");
}

#[test]
fn a_fact_takes_at_most_24_bytes_in_ten_minutes_of_a_cluster() {
    let bytes = bytes_a_fact(workloads::ten_minutes(100_000));
    assert!(bytes <= 24.0, "{bytes}");
}

/// A record is an arrival; a batch comes with a hundred of them. What is handled beside arrivals must
/// not grow with the number of records.
#[test]
fn a_record_is_little_more_than_one_event() {
    let events = run(workloads::bench(100_000)).handled();
    assert!((100_000..110_000).contains(&events), "{events}");
}
