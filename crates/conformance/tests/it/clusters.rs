//! Replication under random faults.

use analysis::{Analysis, Fate};
use conformance::random::{faulty_cluster, one_fault};
use conformance::run_checked;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The answer to a follower's first fetch was lost, and nobody missed it.
#[test]
fn a_run_that_once_broke_an_invariant_does_so_no_more() {
    let run = run_checked(faulty_cluster(900_012_227));
    assert_eq!(run.map(drop).map_err(|broken| broken.to_string()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    /// It has been seen to fail with a model that elects uncleanly though it may not, whose followers do not
    /// truncate or whose leaders see no divergence, whose high watermark waits for `min.insync.replicas` many,
    /// moves below them, or passes a member that the leader has only asked to remove, that lets in whoever
    /// asks, or whose epochs stand still.
    #[test]
    fn invariants_of_replicas_hold_after_every_event_whatever_goes_wrong(seed: u64) {
        let run = run_checked(faulty_cluster(seed));
        prop_assert!(run.is_ok(), "faulty_cluster({seed}): {}", run.expect_err("it failed"));
    }

    /// A crash, a hang, a loss of power or a shutdown of any one broker, with eligible leader replicas
    /// and without. Followers lag only with them, and nothing else goes wrong.
    #[test]
    fn what_acks_all_with_a_floor_of_two_acknowledged_survives_any_one_broker(seed: u64) {
        let trace = run_checked(one_fault(seed));
        prop_assert!(trace.is_ok(), "one_fault({seed}): {}", trace.expect_err("it failed"));
        let Ok(trace) = trace else { return Ok(()) };
        let analysis = Analysis::new(&trace);
        let lost: Vec<_> = (0..trace.sends.len())
            .map(units::RecordId)
            .filter_map(|record| Some((record, analysis.ledger.entry(record)?)))
            .filter(|(_, entry)| entry.told.is_acknowledged() && entry.fate != Fate::AcknowledgedKept)
            .collect();
        prop_assert!(lost.is_empty(), "one_fault({seed}): {lost:?}");
    }
}
