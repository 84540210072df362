//! A broker's way back.

use crate::world::{P0, at, b, fault, ms, replica, replication, run, run_until, scenario, with};
use model::scenario::{Anchor, FaultKind, Message, Scenario};
use trace::{BrokerChange, IsrReason, RoleChange, Trace};
use units::{Micros, RecordId, SimTime};

fn changed_at(trace: &Trace, change: BrokerChange) -> Option<SimTime> {
    trace.broker_states.rows().find(|row| row.change == change).map(|row| row.at)
}

fn restarted_fast() -> Scenario {
    let mut scenario = scenario(&[("acks", "all")], 1_500, 2);
    replication(&mut scenario).restart = Micros(500_000);
    with(scenario, [at(500, FaultKind::Kill(b(1))), at(1_000, FaultKind::Restart(b(1)))])
}

#[test]
fn a_fast_restart_does_not_shorten_the_outage() {
    let (trace, _) = run(restarted_fast());
    let refused = changed_at(&trace, BrokerChange::RegistrationRefused).expect("refused");
    assert!(refused < ms(1_600));
    let registered = changed_at(&trace, BrokerChange::Registered).expect("in the end");
    let elected = trace.leaders.rows().nth(1).expect("a new leader").at;
    assert!(elected > ms(7_400), "{elected:?}");
    assert!(registered >= elected, "a valid session keeps the new process out");
}

#[test]
fn a_fenced_broker_copies_and_joins_only_when_it_is_unfenced() {
    let (trace, simulation) = run(restarted_fast());
    let unfenced = changed_at(&trace, BrokerChange::Unfenced).expect("heard again");
    let follows = trace
        .roles
        .rows()
        .find(|row| row.broker == b(1) && matches!(row.change, RoleChange::Follows { .. }));
    assert!(follows.is_some_and(|row| row.at <= unfenced));
    let joined = trace.isr_changes.rows().find(|row| row.why == IsrReason::CaughtUp);
    assert!(joined.is_some_and(|row| row.at > unfenced));
    assert_eq!(simulation.cluster().partitions[0].isr, 0b1110);
}

#[test]
fn a_restarted_broker_begins_with_the_high_watermark_of_its_last_checkpoint() {
    let mut scenario = scenario(&[("acks", "1")], 100, 1);
    replication(&mut scenario).replica_high_watermark_checkpoint_interval = units::Millis(600_000);
    scenario.draws = model::scenario::Draws::Seed(3);
    let faults = [at(2_000, FaultKind::Kill(b(1))), at(2_500, FaultKind::Restart(b(1)))];
    let simulation = run_until(with(scenario, faults), ms(4_600));
    let restarted = changed_at(simulation.trace(), BrokerChange::Restarted).expect("it is up");
    let back = simulation.trace().high_watermarks.rows().find(|row| row.at == restarted);
    assert_eq!(back.map(|row| row.offset.0), Some(0), "nothing was checkpointed");
}

#[test]
fn a_clean_shutdown_keeps_the_high_watermark_and_the_place_among_the_eligible() {
    let scenario = scenario(&[("acks", "1")], 100, 1);
    let faults =
        [at(2_000, FaultKind::ControlledShutdown(b(1))), at(6_000, FaultKind::Restart(b(1)))];
    let (trace, simulation) = run(with(scenario, faults));
    let restarted = changed_at(&trace, BrokerChange::Restarted).expect("it is up");
    let back = trace.high_watermarks.rows().find(|row| row.at == restarted);
    assert_eq!(back, None, "the checkpoint was the high watermark");
    let unclean = trace.isr_changes.rows().find(|row| row.why == IsrReason::UncleanRestart);
    assert_eq!(unclean, None);
    assert_eq!(simulation.cluster().partitions[0].isr, 0b1110);
}

#[test]
fn leadership_does_not_snap_back() {
    let (_, simulation) = run(restarted_fast());
    assert_eq!(simulation.cluster().partitions[0].leader, Some(b(2)));
}

#[test]
fn a_broker_that_is_up_is_not_restarted_and_the_fault_did_not_happen() {
    let faults = [at(100, FaultKind::Restart(b(1))), at(100, FaultKind::Resume(b(2)))];
    let (trace, _) = run(with(scenario(&[("acks", "1")], 30, 1), faults));
    assert_eq!(trace.faults.len(), 0);
}

#[test]
fn a_returning_follower_keeps_what_is_above_its_high_watermark() {
    let mut scenario = scenario(&[("acks", "1")], 100, 1);
    replication(&mut scenario).replica_high_watermark_checkpoint_interval = units::Millis(600_000);
    let faults = [at(2_000, FaultKind::Kill(b(3))), at(2_500, FaultKind::Restart(b(3)))];
    let scenario = with(scenario, faults);
    let restarted = run_until(scenario.clone(), ms(4_600));
    let (end, committed) = replica(&restarted, 3);
    assert!(committed < end, "the checkpoint is old: {committed} of {end}");
    let (trace, _) = run(scenario);
    assert_eq!(trace.truncations.len(), 0, "its epoch ends where its log does");
}

#[test]
fn a_second_shutdown_goes_as_the_first() {
    let mut scenario = scenario(&[("acks", "1")], 2_000, 1);
    replication(&mut scenario).restart = Micros(500_000);
    scenario.cluster.topics[0].replicas = vec![vec![b(1), b(2)], vec![b(2), b(1)]];
    let shut_down = |ms| at(ms, FaultKind::ControlledShutdown(b(1)));
    let moved = |ms| {
        let partition = crate::world::P0;
        at(ms, FaultKind::MoveLeader { partition, to: b(1) })
    };
    let faults =
        [shut_down(1_000), at(4_000, FaultKind::Restart(b(1))), moved(9_000), shut_down(10_000)];
    let (trace, _) = run(with(scenario, faults));
    let took = |change| {
        let rows = trace.broker_states.rows().filter(move |row| row.change == change);
        rows.map(|row| row.at).collect::<Vec<SimTime>>()
    };
    let (asked, gone) = (took(BrokerChange::ShuttingDown), took(BrokerChange::Exited));
    assert_eq!((asked.len(), gone.len()), (2, 2));
    for (asked, gone) in asked.iter().zip(&gone) {
        // it leads, so that it is told to wait first; the others hear of it at a heartbeat
        assert!(gone.since(*asked) < Micros(2_300_000), "{:?}", gone.since(*asked));
    }
}

#[test]
fn a_request_that_waited_for_replicas_dies_with_its_process() {
    let asked = Anchor::Record { record: RecordId(11), attempt: 0 };
    let answer = fault(asked, FaultKind::Lose { message: Message::Answer, reset: true });
    // 3 stands still as record 11 comes, so that its request waits at 1 until that one is killed
    let story = [
        at(105, FaultKind::Hang(b(3))),
        at(300, FaultKind::Kill(b(1))),
        at(12_000, FaultKind::Resume(b(3))),
        at(12_000, FaultKind::Restart(b(1))),
        at(25_000, FaultKind::MoveLeader { partition: P0, to: b(1) }),
    ];
    let faults = story.into_iter().chain([answer]);
    let (trace, simulation) = run(with(scenario(&[("acks", "all")], 3_000, 1), faults));
    let led = trace.leaders.rows().next_back().map(|row| row.broker);
    assert_eq!(led, Some(b(1)), "it leads again, and has all that the request waited for");
    assert_eq!(crate::world::fate(&trace, &simulation).acked_lost, 0);
    let taken: Vec<u16> = trace.faults.rows().map(|row| row.fault).collect();
    assert_eq!(taken, [0, 1, 2, 3, 4], "the answer of the first try was never given");
}
