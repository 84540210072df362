//! What brokers that fail do to records.

use crate::world::{Fate, at, b, fate, run, scenario, with};
use model::scenario::FaultKind;

#[test]
fn a_run_without_faults_keeps_everything() {
    for acks in ["0", "1", "all"] {
        let (trace, simulation) =
            run(scenario(&[("acks", acks), ("enable.idempotence", "false")], 50, 2));
        let want = Fate { acked_present: 50, ..Fate::default() };
        assert_eq!(fate(&trace, &simulation), want, "acks={acks}");
    }
}

#[test]
fn a_killed_leader_costs_nothing_that_was_acknowledged_by_all() {
    let faults = [at(500, FaultKind::Kill(b(1)))];
    let (trace, simulation) = run(with(scenario(&[("acks", "all")], 2_000, 2), faults));
    let fate = fate(&trace, &simulation);
    assert_eq!((fate.acked_lost, fate.acked_present), (0, 2_000));
}
