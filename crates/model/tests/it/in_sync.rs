//! Who is in the in-sync set, who leaves it when, and who comes back.

use crate::world::{P0, at, b, ms, replication, run, run_until, scenario, sends, with};
use model::scenario::{Action, Fault, FaultKind, Link, Place, Scenario, Step};
use trace::{IsrReason, RoleChange, Trace};
use units::{Micros, PartitionId, SimTime, TopicPartition};

/// Nothing passes between the leader and broker 3, in either direction.
fn cut_off_3(from_ms: i64, lasts_ms: u64) -> [Fault; 2] {
    let cut = |from: u32, to: u32| {
        let link = Link { from: Place::Broker(b(from)), to: Place::Broker(b(to)) };
        at(from_ms, FaultKind::CutLink { link, lasts: Micros(lasts_ms * 1000) })
    };
    [cut(1, 3), cut(3, 1)]
}

fn shrunk_at(trace: &Trace, why: IsrReason) -> Option<SimTime> {
    trace.isr_changes.rows().find(|row| row.why == why).map(|row| row.at)
}

/// A record every tenth of a second, for 70 seconds.
fn long() -> Scenario {
    let mut scenario = scenario(&[("acks", "1")], 0, 1);
    let action = Action::Send(sends(700, Micros(100_000)));
    scenario.application = vec![Step { at: None, action }];
    scenario
}

#[test]
fn a_slow_follower_leaves_between_one_and_one_and_a_half_lag_times_after_it_was_caught_up() {
    for seed in 0..4 {
        let mut scenario = with(long(), cut_off_3(1_000, 100_000));
        scenario.draws = model::scenario::Draws::Seed(seed);
        let (trace, _) = run(scenario);
        let left = shrunk_at(&trace, IsrReason::Lag).expect("it leaves");
        assert!(left > ms(30_990) && left < ms(46_010), "{left:?}");
        let row = trace.isr_changes.rows().find(|row| row.why == IsrReason::Lag);
        assert_eq!(row.map(|row| row.members), Some(0b110));
    }
}

#[test]
fn on_an_idle_partition_nobody_lags() {
    let mut scenario = with(scenario(&[("acks", "1")], 20, 1), cut_off_3(1_000, 60_000));
    let action = Action::Flush;
    scenario.application.push(Step { at: Some(ms(60_000)), action });
    let (trace, _) = run(scenario);
    assert_eq!(shrunk_at(&trace, IsrReason::Lag), None);
}

#[test]
fn all_lagging_members_leave_in_one_change_and_nothing_keeps_the_set_above_the_floor() {
    let slow = |follower| {
        let (by, lasts) = (Micros(200_000_000), Micros(200_000_000));
        at(1_000, FaultKind::SlowBroker { broker: b(follower), by, lasts })
    };
    let mut scenario = with(long(), [slow(2), slow(3)]);
    scenario.cluster.topics[0].min_insync_replicas = 2;
    let (trace, _) = run(scenario);
    let changes: Vec<u64> = trace.isr_changes.rows().map(|row| row.members).collect();
    assert_eq!(changes[..2], [0b1110, 0b10]);
}

#[test]
fn a_change_is_an_offer_that_the_controller_decides() {
    let (trace, _) = run(with(long(), cut_off_3(1_000, 100_000)));
    let offer =
        trace.roles.rows().find(|row| row.change == RoleChange::OffersIsr { members: 0b110 });
    let offer = offer.expect("the leader asks");
    let decided = shrunk_at(&trace, IsrReason::Lag).expect("the controller decides");
    assert_eq!(decided.since(offer.at), Micros(1_000), "one way to the controller");
}

#[test]
fn a_member_that_is_to_leave_counts_until_the_answer_and_the_wait_ends_with_it() {
    let settings =
        [("acks", "all"), ("request.timeout.ms", "60000"), ("delivery.timeout.ms", "90000")];
    let (trace, _) = run(with(scenario(&settings, 300, 1), cut_off_3(1_000, 100_000)));
    let offer =
        trace.roles.rows().find(|row| row.change == RoleChange::OffersIsr { members: 0b110 });
    let offer = offer.expect("the leader asks").at;
    let moves = trace.high_watermarks.rows().filter(|row| row.broker == b(1));
    let after = moves.into_iter().find(|row| row.at >= offer).expect("it goes on").at;
    // to the controller, which gathers decisions for 25 ms and writes them, and back
    assert_eq!(after.since(offer), Micros(1_000 + 25_000 + 1_000 + 1_000));
}

#[test]
fn what_the_controller_decides_while_it_gathers_is_written_with_the_first() {
    let mut scenario = scenario(&[("acks", "all")], 300, 1);
    scenario.cluster.topics[0].replicas.push(vec![b(2), b(3), b(1)]);
    let other = TopicPartition { partition: PartitionId(1), ..P0 };
    let moved = |ms, partition, to| at(ms, FaultKind::MoveLeader { partition, to: b(to) });
    let (trace, _) = run(with(scenario, [moved(1_000, P0, 2), moved(1_010, other, 3)]));
    let moves = trace.roles.rows().filter(|row| row.change == RoleChange::Leads);
    let leads: Vec<SimTime> = moves.map(|row| row.at).take(2).collect();
    assert_eq!(leads, [ms(1_000 + 25 + 1 + 1), ms(1_000 + 25 + 1 + 1)], "gathered, written, sent");
}

#[test]
fn a_shrinking_set_does_not_move_the_leaders_epoch_but_a_new_leader_or_none_does() {
    let mut faults = Vec::from(cut_off_3(1_000, 100_000));
    faults.push(at(60_000, FaultKind::MoveLeader { partition: P0, to: b(2) }));
    let (trace, _) = run(with(long(), faults));
    let epochs: Vec<i32> = trace.leaders.rows().map(|row| row.epoch.0).collect();
    assert_eq!(epochs, [0, 1]);
}

#[test]
fn a_returning_replica_is_let_in_at_the_high_watermark_not_at_the_log_end() {
    let faults = cut_off_3(1_000, 50_000);
    let (trace, _) = run(with(long(), faults));
    let back = shrunk_at(&trace, IsrReason::CaughtUp).expect("it comes back");
    assert!(back > ms(51_000), "{back:?}");
    let offer =
        trace.roles.rows().find(|row| row.change == RoleChange::OffersIsr { members: 0b1110 });
    assert!(offer.is_some_and(|offer| offer.at < back));
}

#[test]
fn a_crashed_follower_stalls_acks_all_for_the_session_timeout_not_for_the_lag_time() {
    for seed in 0..4 {
        let mut scenario =
            with(scenario(&[("acks", "all")], 2_000, 2), [at(5_000, FaultKind::Kill(b(3)))]);
        scenario.draws = model::scenario::Draws::Seed(seed);
        let (trace, _) = run(scenario);
        let times: Vec<SimTime> = trace.callbacks.rows().map(|row| row.at).collect();
        let stall = times.windows(2).map(|pair| pair[1].since(pair[0])).max();
        let stall = stall.expect("there are callbacks");
        // session timeout less a heartbeat, up to the session timeout and an eighth
        assert!(stall > Micros(6_990_000) && stall < Micros(10_150_000), "{stall:?}");
    }
}

#[test]
fn a_slow_follower_stalls_acks_all_for_up_to_one_and_a_half_lag_times() {
    let settings =
        [("acks", "all"), ("request.timeout.ms", "60000"), ("delivery.timeout.ms", "90000")];
    let (trace, _) = run(with(scenario(&settings, 1_000, 2), cut_off_3(1_000, 100_000)));
    let times: Vec<SimTime> = trace.callbacks.rows().map(|row| row.at).collect();
    let stall = times.windows(2).map(|pair| pair[1].since(pair[0])).max();
    let stall = stall.expect("there are callbacks");
    assert!(stall > Micros(29_900_000) && stall < Micros(45_010_000), "{stall:?}");
}

#[test]
fn a_controlled_shutdown_of_a_follower_stalls_nobody() {
    let faults = [at(2_000, FaultKind::ControlledShutdown(b(3)))];
    let (trace, _) = run(with(scenario(&[("acks", "all")], 600, 2), faults));
    let times: Vec<SimTime> = trace.callbacks.rows().map(|row| row.at).collect();
    let stall = times.windows(2).map(|pair| pair[1].since(pair[0])).max();
    assert!(stall.expect("there are callbacks") < Micros(50_000), "{stall:?}");
    let gone = trace.broker_states.rows().any(|row| row.change == trace::BrokerChange::Exited);
    assert!(gone);
}

#[test]
fn a_cut_between_leader_and_follower_elects_nobody() {
    let (trace, _) = run(with(long(), cut_off_3(1_000, 40_000)));
    assert_eq!(trace.leaders.len(), 1);
    assert_eq!(trace.broker_states.len(), 0, "the controller hears everybody");
}

#[test]
fn a_leader_that_the_controller_does_not_hear_goes_on_and_cannot_change_the_set() {
    let link = |from, to| Link { from, to };
    let lasts = Micros(40_000_000);
    let (me, controller) = (Place::Broker(b(1)), Place::Controller);
    let faults = [
        at(1_000, FaultKind::CutLink { link: link(me, controller), lasts }),
        at(1_000, FaultKind::CutLink { link: link(controller, me), lasts }),
    ];
    let simulation = run_until(with(long(), faults), ms(20_000));
    let trace = simulation.trace();
    assert_eq!(trace.leaders.rows().last().map(|row| row.broker), Some(b(2)));
    let zombie = trace.appends.rows().filter(|row| row.broker == b(1) && row.at > ms(15_000));
    assert!(zombie.count() > 0, "nothing in a produce request or a lease stops it");
    let moved =
        trace.high_watermarks.rows().filter(|row| row.broker == b(1) && row.at > ms(15_000));
    assert_eq!(moved.count(), 0, "its followers have turned to the new leader");
}

#[test]
fn no_timer_moves_the_high_watermark() {
    let mut scenario = with(scenario(&[("acks", "1")], 1_200, 1), cut_off_3(1_000, 20_000));
    replication(&mut scenario).replica_lag_time_max = units::Millis(4_000);
    let (trace, _) = run(scenario);
    assert!(trace.high_watermarks.len() > 1_000, "{}", trace.high_watermarks.len());
    for row in trace.high_watermarks.rows() {
        assert!(row.cause.fact().is_some(), "{row:?}");
    }
}
