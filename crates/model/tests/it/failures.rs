//! What brokers that fail do to records: the worked examples of who loses what.

use crate::world::{
    Fate, P0, at, b, fate, fault, ms, replica, replication, run, run_until, scenario, with,
};
use model::scenario::{Anchor, Fault, FaultKind, Scenario};
use trace::{BrokerChange, ElectionReason, IsrReason, RoleChange, Trace};
use units::{Epoch, Micros, RecordId, SimTime};

fn changes(trace: &Trace, broker: u32) -> Vec<BrokerChange> {
    let rows = trace.broker_states.rows().filter(|row| row.broker == b(broker));
    rows.map(|row| row.change).collect()
}

fn leaders(trace: &Trace) -> Vec<(u32, i32, ElectionReason)> {
    trace.leaders.rows().map(|row| (row.broker.0, row.epoch.0, row.why)).collect()
}

fn when_copied(record: u32, broker: u32, what: FaultKind) -> Fault {
    fault(Anchor::Copied { record: RecordId(record), broker: b(broker) }, what)
}

/// Small times, so that a story of minutes is one of seconds.
fn quick(mut scenario: Scenario) -> Scenario {
    let settings = replication(&mut scenario);
    settings.broker_session_timeout = units::Millis(3_000);
    settings.broker_heartbeat_interval = units::Millis(500);
    settings.replica_lag_time_max = units::Millis(4_000);
    settings.restart = Micros(500_000);
    scenario
}

const NOBODY: u32 = trace::NONE;

#[test]
fn a_run_without_faults_keeps_everything() {
    for acks in ["0", "1", "all"] {
        let settings = [("acks", acks), ("enable.idempotence", "false")];
        let (trace, simulation) = run(scenario(&settings, 50, 2));
        let want = Fate { acked_present: 50, ..Fate::default() };
        assert_eq!(fate(&trace, &simulation), want, "acks={acks}");
    }
}

#[test]
fn with_acks_0_a_run_does_not_end_before_what_was_written_has_arrived() {
    let (trace, simulation) = run(scenario(&[("acks", "0")], 1, 1));
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 1, ..Fate::default() });
    assert!(
        (1..=3).all(|broker| replica(&simulation, broker) == (1, 1)),
        "copied, committed, known"
    );
}

#[test]
fn a_killed_leader_costs_nothing_that_was_acknowledged_by_all() {
    let killed = when_copied(50, 1, FaultKind::Kill(b(1)));
    let (trace, simulation) = run(with(quick(scenario(&[("acks", "all")], 600, 2)), [killed]));
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 600, ..Fate::default() });
    assert_eq!(leaders(&trace)[1..], [(2, 1, ElectionReason::Clean)]);
}

// (a)
#[test]
fn an_acks_1_record_that_no_follower_has_is_lost_with_its_leader_although_acknowledged() {
    let mut scenario = quick(scenario(&[("acks", "1")], 600, 1));
    // followers stand still, so that no copy leaves before the leader dies
    let hang = |broker| when_copied(40, 1, FaultKind::Hang(b(broker)));
    let resume = |broker| at(900, FaultKind::Resume(b(broker)));
    scenario.faults = vec![
        hang(2),
        hang(3),
        at(800, FaultKind::Kill(b(1))),
        resume(2),
        resume(3),
        at(5_000, FaultKind::Restart(b(1))),
    ];
    let (trace, simulation) = run(scenario);
    let fate = fate(&trace, &simulation);
    assert!(fate.acked_lost > 30, "{fate:?}");
    let cut = trace.truncations.rows().find(|row| row.broker == b(1)).expect("it is told");
    let epoch_start = trace.appends.rows().find(|row| row.leader_epoch == Epoch(1));
    assert_eq!(Some(cut.to), epoch_start.map(|row| row.offset), "where the new epoch begins");
    let ends: Vec<i64> = (1..=3).map(|broker| replica(&simulation, broker).0).collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    // one answer per follower was in its socket: that batch survives
    assert_eq!(fate.acked_present + fate.acked_lost, 600);
}

// (b)
#[test]
fn an_acks_all_record_of_a_shrunken_set_is_lost_with_the_disk_of_its_last_member() {
    let mut scenario = quick(scenario(&[("acks", "all")], 1_200, 1));
    let slow = |broker| {
        let (by, lasts) = (Micros(60_000_000), Micros(6_000_000));
        at(1_000, FaultKind::SlowBroker { broker: b(broker), by, lasts })
    };
    scenario.faults = vec![
        slow(2),
        slow(3),
        at(9_000, FaultKind::PowerLoss(b(1))),
        at(14_000, FaultKind::Restart(b(1))),
    ];
    let (trace, simulation) = run(scenario);
    let shrunk = trace.isr_changes.rows().find(|row| row.why == IsrReason::Lag).expect("by lag");
    assert_eq!(shrunk.members, 0b10);
    let alone = trace.callbacks.rows().filter(|row| row.at > shrunk.at + Micros(10_000));
    assert!(alone.filter(|row| row.at < ms(9_000) && row.failure == trace::NONE).count() > 50);
    assert!(fate(&trace, &simulation).acked_lost > 50, "{:?}", fate(&trace, &simulation));
    let why: Vec<ElectionReason> = leaders(&trace).iter().map(|leader| leader.2).collect();
    assert_eq!(why[1..], [ElectionReason::Nobody, ElectionReason::LastKnownLeader]);
}

// (c)
#[test]
fn with_a_floor_of_two_nothing_acknowledged_is_lost_and_what_is_above_is_invisible_for_a_while() {
    let mut scenario = quick(scenario(&[("acks", "all")], 1_000, 2));
    scenario.faults = vec![
        at(100, FaultKind::Kill(b(3))),
        at(5_000, FaultKind::Kill(b(1))),
        at(12_000, FaultKind::Restart(b(3))),
    ];
    let simulation = run_until(scenario.clone(), ms(11_500));
    let (end, committed) = replica(&simulation, 2);
    assert!(committed < end, "the new leader's high watermark is stale: {committed} of {end}");
    let (trace, simulation) = run(scenario);
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 1_000, ..Fate::default() });
    let (end, committed) = replica(&simulation, 2);
    assert_eq!(committed, end, "broker 3 came back, copied, was let in");
}

// (d)
#[test]
fn an_unclean_election_loses_committed_records_and_needs_no_extra_time() {
    let story = |unclean| {
        let mut scenario = quick(scenario(&[("acks", "all")], 900, 1));
        replication(&mut scenario).unclean_leader_election_enable = unclean;
        replication(&mut scenario).eligible_leader_replicas = false;
        let slow = |broker| {
            let (by, lasts) = (Micros(60_000_000), Micros(6_000_000));
            at(1_000, FaultKind::SlowBroker { broker: b(broker), by, lasts })
        };
        scenario.faults = vec![
            slow(2),
            slow(3),
            at(8_500, FaultKind::Kill(b(1))),
            at(30_000, FaultKind::Restart(b(1))),
        ];
        run(scenario)
    };
    let (trace, simulation) = story(true);
    assert_eq!(leaders(&trace)[1..], [(2, 1, ElectionReason::Unclean)]);
    let fenced = trace.broker_states.rows().find(|row| row.change == BrokerChange::Fenced);
    assert_eq!(fenced.map(|row| row.at), trace.leaders.rows().nth(1).map(|row| row.at));
    assert!(fate(&trace, &simulation).acked_lost > 50);
    let cut = trace.truncations.rows().find(|row| row.broker == b(1)).expect("it is told");
    let committed =
        trace.high_watermarks.rows().filter(|row| row.broker == b(1) && row.at < ms(8_500));
    let committed = committed.map(|row| row.offset).max().expect("it has committed");
    assert!(cut.to < committed, "below its own high watermark: {cut:?}");

    // Kafka calls the partition RECOVERING, which keeps nobody out: the first offer is of two, and accepted
    let changes = || trace.isr_changes.rows().map(|row| row.members);
    let alone = changes().position(|members| members == 0b100).expect("elected alone");
    assert_eq!(changes().nth(alone + 1), Some(0b1100));
    let refused = |row: trace::facts::Role| matches!(row.change, RoleChange::OfferRefused { .. });
    assert!(!trace.roles.rows().any(refused));

    let (trace, simulation) = story(false);
    assert_eq!(
        leaders(&trace)[1..],
        [(NOBODY, 1, ElectionReason::Nobody), (1, 2, ElectionReason::Clean)]
    );
    assert_eq!(fate(&trace, &simulation).acked_lost, 0, "offline, not lost");
}

#[test]
fn a_dead_broker_is_noticed_between_the_session_timeout_less_a_heartbeat_and_an_eighth_more() {
    for seed in 0..12 {
        let mut scenario =
            with(scenario(&[("acks", "1")], 10, 1), [at(1_000, FaultKind::Kill(b(1)))]);
        scenario.draws = model::scenario::Draws::Seed(seed);
        let (trace, _) = run(scenario);
        let fenced = trace.leaders.rows().nth(1).expect("a new leader").at;
        assert!(fenced > ms(1_000 + 7_000 - 2), "{fenced:?}");
        assert!(fenced < ms(1_000 + 9_000 + 1_125 + 2), "{fenced:?}");
    }
}

#[test]
fn a_killed_broker_resets_its_connections_and_one_without_power_is_silent() {
    let closed = |what| {
        let (trace, _) = run(with(
            quick(scenario(
                &[("acks", "1"), ("request.timeout.ms", "2000"), ("delivery.timeout.ms", "9000")],
                200,
                1,
            )),
            [at(500, what)],
        ));
        let lost = trace
            .connections
            .rows()
            .find(|row| row.at > ms(0) && row.state != trace::ConnectionState::Connecting);
        let lost = lost.expect("the client loses its connection");
        (lost.state, lost.at)
    };
    let (state, when) = closed(FaultKind::Kill(b(1)));
    assert_eq!((state, when), (trace::ConnectionState::Disconnected, ms(501)));
    let (state, when) = closed(FaultKind::PowerLoss(b(1)));
    assert_eq!(state, trace::ConnectionState::ClosedByClient);
    assert!(when > ms(2_490), "after request.timeout.ms: {when:?}");
}

#[test]
fn a_process_that_is_killed_keeps_its_log_and_a_machine_without_power_loses_the_unwritten_tail() {
    let end_after = |what| {
        let simulation =
            run_until(with(scenario(&[("acks", "1")], 100, 1), [at(2_000, what)]), ms(2_100));
        replica(&simulation, 1).0
    };
    assert_eq!(end_after(FaultKind::Kill(b(1))), 100);
    assert_eq!(end_after(FaultKind::PowerLoss(b(1))), 0, "an acknowledgement is no fsync");
}

#[test]
fn a_leader_that_wakes_up_serves_what_waits_for_it_in_its_old_role_and_that_is_lost() {
    let mut scenario = quick(scenario(&[("acks", "1")], 1_000, 1));
    let woken = ms(6_000);
    scenario.faults = vec![at(1_000, FaultKind::Hang(b(1))), at(6_000, FaultKind::Resume(b(1)))];
    let (trace, simulation) = run(scenario);
    assert_eq!(
        changes(&trace, 1)[..4],
        [BrokerChange::Hung, BrokerChange::Fenced, BrokerChange::Resumed, BrokerChange::Unfenced,]
    );
    let zombie = trace.appends.rows().filter(|row| row.broker == b(1) && row.at >= woken);
    let zombie = zombie.filter(|row| row.leader_epoch == Epoch(0)).count();
    assert!(zombie > 0, "the producer had not given up");
    let fate = fate(&trace, &simulation);
    assert!(fate.acked_lost > 0, "{fate:?}");
    let cut = trace.truncations.rows().find(|row| row.broker == b(1));
    assert!(cut.is_some_and(|row| row.at > woken));
}

#[test]
fn a_broker_that_the_controller_hears_again_is_unfenced_and_follows() {
    let scenario = quick(scenario(&[("acks", "all")], 1_000, 2));
    let faults = [at(1_000, FaultKind::Hang(b(1))), at(6_000, FaultKind::Resume(b(1)))];
    let (trace, simulation) = run(with(scenario, faults));
    let roles = trace.roles.rows().filter(|row| row.broker == b(1));
    let roles: Vec<RoleChange> = roles.map(|row| row.change).collect();
    assert!(roles.contains(&RoleChange::Follows { leader: b(2) }), "{roles:?}");
    assert_eq!(simulation.cluster().partitions[0].isr, 0b1110);
    assert_eq!(simulation.cluster().partitions[0].leader, Some(b(2)), "it does not snap back");
}

#[test]
fn the_balancer_gives_leadership_back_to_the_preferred_replica_at_its_period() {
    let mut scenario = scenario(&[("acks", "1")], 10, 1);
    scenario.faults = vec![at(100, FaultKind::MoveLeader { partition: P0, to: b(2) })];
    let action = model::scenario::Action::Flush;
    scenario.application.push(model::scenario::Step { at: Some(ms(310_000)), action });
    scenario.bounds.until = ms(320_000);
    let (trace, _) = run(scenario);
    let moved: Vec<(u32, ElectionReason)> = leaders(&trace).iter().map(|l| (l.0, l.2)).collect();
    let moves =
        [(1, ElectionReason::Created), (2, ElectionReason::Moved), (1, ElectionReason::Moved)];
    assert_eq!(moved, moves);
    let last = trace.leaders.rows().next_back().expect("three moves");
    assert_eq!(
        trace.cause(trace::FactId::new(trace::Kind::Leader, 2)),
        trace::Timer::Periodic.into()
    );
    assert!(last.at <= ms(300_000));
}

#[test]
fn a_controlled_shutdown_of_a_leader_moves_it_at_once_and_acks_all_loses_nothing() {
    for acks in ["1", "all"] {
        let scenario = quick(scenario(&[("acks", acks)], 400, 2));
        let (trace, simulation) =
            run(with(scenario, [at(1_000, FaultKind::ControlledShutdown(b(1)))]));
        let moved = trace.leaders.rows().nth(1).expect("a new leader");
        assert!(moved.at < ms(1_050), "{moved:?}");
        assert_eq!((moved.broker, moved.why), (b(2), ElectionReason::Clean));
        assert_eq!(
            changes(&trace, 1),
            [BrokerChange::ShuttingDown, BrokerChange::Fenced, BrokerChange::Exited]
        );
        let lost = fate(&trace, &simulation).acked_lost;
        if acks == "all" {
            assert_eq!(lost, 0);
        } else {
            assert!(lost > 0, "the replaced leader appends until it is told");
        }
    }
}

#[test]
fn a_shutdown_of_the_only_member_leaves_the_partition_without_a_leader() {
    let mut scenario = quick(scenario(&[("acks", "1")], 50, 1));
    scenario.cluster.topics[0].replicas = vec![vec![b(1)]];
    scenario.bounds.until = ms(20_000);
    let (trace, _) = run(with(scenario, [at(1_000, FaultKind::ControlledShutdown(b(1)))]));
    assert_eq!(leaders(&trace)[1..], [(NOBODY, 1, ElectionReason::Nobody)]);
}

#[test]
fn two_of_three_dead_the_waiting_request_is_silent_until_its_timeout_and_later_ones_are_refused() {
    let settings =
        [("acks", "all"), ("request.timeout.ms", "2000"), ("delivery.timeout.ms", "60000")];
    let mut scenario = quick(scenario(&settings, 800, 2));
    scenario.faults = vec![at(500, FaultKind::Kill(b(2))), at(500, FaultKind::Kill(b(3)))];
    scenario.bounds.until = ms(20_000);
    let (trace, _) = run(scenario);
    let answers: Vec<SimTime> =
        trace.answers.rows().map(|row| row.at).filter(|at| *at > ms(510)).collect();
    assert!(answers[0] > ms(2_400), "silence first: {:?}", answers[0]);
    let errors = crate::world::retried_for(&trace);
    let position = |wanted| errors.iter().position(|error| *error == wanted);
    let timed_out = position(trace::ErrorCode::RequestTimedOut).expect("the waiting one");
    let refused = position(trace::ErrorCode::NotEnoughReplicas).expect("the later ones");
    assert!(timed_out < refused);
}

#[test]
fn with_eligible_replicas_a_member_of_the_old_set_leads_without_loss_and_without_them_nobody() {
    let story = |eligible| {
        let settings =
            [("acks", "all"), ("request.timeout.ms", "2000"), ("delivery.timeout.ms", "120000")];
        let mut scenario = quick(scenario(&settings, 600, 2));
        replication(&mut scenario).eligible_leader_replicas = eligible;
        scenario.faults = vec![
            at(1_000, FaultKind::Kill(b(3))),
            at(6_000, FaultKind::ControlledShutdown(b(2))),
            at(12_000, FaultKind::Kill(b(1))),
            at(18_000, FaultKind::Restart(b(2))),
            at(19_000, FaultKind::Restart(b(3))),
        ];
        scenario.bounds.until = ms(60_000);
        run(scenario)
    };
    let (trace, simulation) = story(true);
    assert_eq!(leaders(&trace).last(), Some(&(2, 2, ElectionReason::FromElr)));
    assert_eq!(fate(&trace, &simulation).acked_lost, 0);
    let (trace, _) = story(false);
    assert_eq!(leaders(&trace).last(), Some(&(NOBODY, 1, ElectionReason::Nobody)));
}

#[test]
fn records_above_the_high_watermark_of_a_new_leader_stay_and_are_committed() {
    // broker 3 stands still, so that nothing is committed that 2 has already
    let settings =
        [("acks", "all"), ("request.timeout.ms", "60000"), ("delivery.timeout.ms", "90000")];
    let mut scenario = quick(scenario(&settings, 20, 1));
    scenario.faults = vec![
        when_copied(
            5,
            1,
            FaultKind::SlowBroker {
                broker: b(3),
                by: Micros(30_000_000),
                lasts: Micros(1_000_000),
            },
        ),
        when_copied(6, 2, FaultKind::Kill(b(1))),
    ];
    let (trace, simulation) = run(scenario);
    let elected = trace.leaders.rows().nth(1).expect("a new leader");
    let copy = trace.copies.rows().rfind(|row| row.broker == b(2) && row.at < elected.at);
    let copied_to = copy.expect("2 has copied").to;
    let (_, committed) = replica(&simulation, 2);
    assert!(committed >= copied_to.0, "{committed} {copied_to:?}");
    assert_eq!(fate(&trace, &simulation).duplicated, 0);
}
