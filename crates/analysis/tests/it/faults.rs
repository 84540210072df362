//! Faults whose event never came.

use crate::world::{at, b, fault, run, scenario, with};
use analysis::faults_that_did_not_happen;
use model::scenario::{Anchor, FaultKind, Message};
use trace::ErrorCode;
use units::{Micros, RecordId};

const fn try_of(record: u32, attempt: u16) -> Anchor {
    Anchor::Record { record: RecordId(record), attempt }
}

#[test]
fn a_fault_whose_event_never_came_is_listed_and_one_that_took_place_is_not() {
    let answer = |error| FaultKind::Answer {
        error,
        appended: false,
        partitions: Vec::new(),
        delay: Micros(0),
    };
    let lose = FaultKind::Lose { message: Message::Answer, reset: true };
    let copied = |record| Anchor::Copied { record: RecordId(record), broker: b(2) };
    let mut off = fault(try_of(99_999, 0), lose.clone());
    off.on = false;
    let faults = [
        // these take place: one of each anchor, and a scripted answer
        at(100, FaultKind::Kill(b(3))),
        fault(try_of(20, 0), lose.clone()),
        fault(copied(30), FaultKind::SlowDisk { broker: b(2), by: Micros(1), lasts: Micros(1) }),
        fault(Anchor::Produce { from: 2, to: 2 }, answer(ErrorCode::NotEnoughReplicas)),
        // these do not: no such record, no such try, nothing to do any more, after the end
        fault(try_of(99_999, 0), lose.clone()),
        fault(try_of(21, 7), lose),
        fault(copied(99_999), FaultKind::Kill(b(2))),
        at(200, FaultKind::Kill(b(3))),
        fault(Anchor::Produce { from: 9_000, to: 9_999 }, answer(ErrorCode::NotEnoughReplicas)),
        at(900_000, FaultKind::Restart(b(3))),
        // nobody expects this one
        off,
    ];
    let scenario = with(scenario(&[("acks", "all")], 60, 2), faults);
    let on: Vec<bool> = scenario.faults.iter().map(|fault| fault.on).collect();
    let (trace, _) = run(scenario);
    assert_eq!(faults_that_did_not_happen(&trace, on), [4, 5, 6, 7, 8, 9]);
}
