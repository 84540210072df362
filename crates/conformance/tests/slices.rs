//! A run is the same in one go as event by event, where no arrival can be merged into the one before.

use conformance::Case;
use model::{Scenario, Simulation};
use std::path::Path;

/// Runs a scenario in slices of so many events.
fn run(scenario: Scenario, events: u64) -> trace::Trace {
    let mut simulation = Simulation::new(scenario);
    while !simulation.run_for(events) {}
    simulation.into_trace()
}

fn assert_same_in_slices(name: &str, scenario: &Scenario) {
    let whole = run(scenario.clone(), u64::MAX);
    let sliced = run(scenario.clone(), 1);
    assert!(sliced.sends == whole.sends, "{name}");
    assert_eq!(sliced.digest(), whole.digest(), "{name}");
}

fn case(path: &Path) -> Scenario {
    let text = std::fs::read_to_string(path).expect("the case is there");
    Case::parse(&text).and_then(|case| case.scenario()).expect("the case can be read")
}

#[test]
fn a_recorded_case_is_the_same_in_slices() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance");
    let mut cases: Vec<_> = std::fs::read_dir(folder.join("cases"))
        .expect("the cases are there")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    cases.push(folder.join("bench-200k.json"));
    for path in cases {
        assert_same_in_slices(&path.display().to_string(), &case(&path));
    }
}

#[test]
fn a_random_scenario_is_the_same_in_slices() {
    for seed in 0..60 {
        assert_same_in_slices(&format!("seed {seed}"), &conformance::random::scenario(seed));
    }
}
