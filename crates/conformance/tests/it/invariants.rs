//! Invariants of random runs.

use conformance::random::{World, scenario_in};
use conformance::run_checked;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn check(world: World, seed: u64) -> Result<(), TestCaseError> {
    run_checked(scenario_in(world, seed))
        .map(drop)
        .map_err(|broken| TestCaseError::fail(format!("scenario_in({world:?}, {seed}): {broken}")))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn invariants_hold_after_every_event_with_scripted_brokers(seed: u64) {
        check(World::Scripted, seed)?;
    }

    #[test]
    fn invariants_hold_after_every_event_with_replicating_brokers(seed: u64) {
        check(World::Replicated, seed)?;
    }
}
