//! Every fact can be followed back.

use crate::world::{at, b, run, scenario, with};
use model::scenario::FaultKind;
use trace::{Kind, Trace};

fn every_fact_ends_at_a_root(trace: &Trace) {
    for id in trace.in_order(units::SimTime(i64::MIN)) {
        let (mut known, mut steps) = (id, 0);
        while let Some(cause) = trace.cause(known).fact() {
            assert!(trace.at(cause) <= trace.at(known), "{known:?} waited for the later {cause:?}");
            steps += 1;
            assert!(steps < 1_000_000, "{id:?} goes round in circles");
            known = cause;
        }
        assert!(
            trace.cause(known).clock().is_some() || known.kind() == Kind::Send,
            "{id:?} ends at {known:?}"
        );
    }
}

#[test]
fn every_fact_of_a_run_with_failures_goes_back_to_a_send_a_timer_or_a_fault() {
    let faults = [
        at(300, FaultKind::Kill(b(1))),
        at(12_000, FaultKind::Restart(b(1))),
        at(20_000, FaultKind::Hang(b(2))),
        at(35_000, FaultKind::Resume(b(2))),
        at(40_000, FaultKind::ControlledShutdown(b(3))),
    ];
    let (trace, _) = run(with(scenario(&[("acks", "all")], 4_500, 2), faults));
    assert_eq!(trace.faults.len(), 5);
    every_fact_ends_at_a_root(&trace);
}
