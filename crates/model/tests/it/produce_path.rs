//! A produce request at its broker, by the order of its checks.

use crate::world::{
    D, Fate, P0, at, b, fate, fault, millis, ms, replica, replication, retried_for, run, run_until,
    scenario, with,
};
use model::scenario::{Action, Anchor, FaultKind, Message, Sends, Step};
use trace::{AppendResult, ErrorCode, RequestKind, Trace};
use units::{Bytes, Micros, RecordId, SimTime};

fn refusals(trace: &Trace) -> Vec<ErrorCode> {
    let refused = trace.appends.rows().filter_map(|append| match append.result {
        AppendResult::Refused { error } => Some(error),
        _ => None,
    });
    let mut errors: Vec<ErrorCode> = refused.collect();
    errors.dedup();
    errors
}

/// Both followers die; the in-sync set has shrunk to the leader at about 10 s.
fn two_of_three_dead() -> [model::scenario::Fault; 2] {
    [at(200, FaultKind::Kill(b(2))), at(200, FaultKind::Kill(b(3)))]
}

#[test]
fn a_batch_above_message_max_bytes_is_refused_and_never_stored() {
    let mut scenario = scenario(&[("acks", "all")], 3, 2);
    replication(&mut scenario).message_max_bytes = Bytes(120);
    let (trace, simulation) = run(scenario);
    assert_eq!(refusals(&trace), [ErrorCode::MessageTooLarge]);
    assert_eq!(fate(&trace, &simulation), Fate { not_acked_absent: 3, ..Fate::default() });
}

#[test]
fn a_batch_above_segment_bytes_is_refused_in_its_own_words() {
    let mut scenario = scenario(&[("acks", "all")], 1, 2);
    replication(&mut scenario).segment_bytes = Bytes(120);
    let (trace, _) = run(scenario);
    assert_eq!(refusals(&trace), [ErrorCode::RecordListTooLarge]);
}

#[test]
fn a_broker_that_does_not_lead_refuses_and_names_the_leader_so_that_no_back_off_is_needed() {
    let moved = at(500, FaultKind::MoveLeader { partition: P0, to: b(2) });
    let (trace, simulation) = run(with(scenario(&[("acks", "1")], 200, 1), [moved]));
    assert_eq!(refusals(&trace), [ErrorCode::NotLeaderOrFollower]);
    assert_eq!(fate(&trace, &simulation).not_acked_absent, 0);
    let retried = trace.retries.rows().next().expect("the first refusal is retried");
    let again =
        trace.drains.rows().find(|drain| drain.batch == retried.batch && drain.attempts == 1);
    let wait = again.expect("it is sent again").at.since(retried.at);
    assert!(wait < Micros(5_000), "{wait:?} is shorter than retry.backoff.ms");
}

#[test]
fn below_min_insync_replicas_acks_all_is_refused_before_anything_is_stored() {
    let settings =
        [("acks", "all"), ("request.timeout.ms", "2000"), ("delivery.timeout.ms", "60000")];
    let scenario = with(scenario(&settings, 1_500, 2), two_of_three_dead());
    let (trace, _) = run(scenario);
    assert!(refusals(&trace).contains(&ErrorCode::NotEnoughReplicas));
    let shrunk = trace.isr_changes.rows().find(|row| row.members == 0b10).expect("{1} is left");
    let later = trace.appends.rows().filter(|row| row.at > shrunk.at + Micros(2 * D + 1_000));
    let stored = later.filter(|row| row.result == AppendResult::Appended);
    assert_eq!(stored.count(), 0);
}

#[test]
fn the_gate_counts_the_committed_set_members_that_are_dead_but_not_removed_included() {
    let scenario = with(scenario(&[("acks", "all")], 100, 2), two_of_three_dead());
    let simulation = run_until(scenario, ms(5_000));
    assert_eq!(refusals(simulation.trace()), []);
    let appended = simulation.trace().appends.rows().filter(|row| row.at > ms(200));
    assert_eq!(appended.filter(|row| row.result == AppendResult::Appended).count(), 1);
}

#[test]
fn the_floor_is_capped_by_the_number_of_replicas() {
    let mut scenario = scenario(&[("acks", "all")], 20, 2);
    scenario.cluster.topics[0].replicas = vec![vec![b(1)]];
    let (trace, simulation) = run(scenario);
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 20, ..Fate::default() });
}

#[test]
fn the_gate_comes_before_the_recognition_of_repeated_batches() {
    let settings =
        [("acks", "all"), ("request.timeout.ms", "3000"), ("delivery.timeout.ms", "60000")];
    let (trace, _) = run(with(scenario(&settings, 1_500, 2), two_of_three_dead()));
    let stored = trace.appends.rows().filter(|row| row.result == AppendResult::Appended);
    let stored: Vec<_> = stored.map(|row| row.batch).collect();
    let refused = trace.appends.rows().find(|row| {
        let error = ErrorCode::NotEnoughReplicas;
        row.result == AppendResult::Refused { error } && stored.contains(&row.batch)
    });
    assert!(refused.is_some(), "a retry of a stored batch is refused while the set is too small");
}

#[test]
fn below_the_floor_acks_1_is_stored_and_acknowledged_and_stays_invisible() {
    let scenario = with(scenario(&[("acks", "1")], 1_500, 2), two_of_three_dead());
    let (trace, simulation) = run(scenario);
    assert_eq!(fate(&trace, &simulation).acked_present, 1_500);
    let last = trace.high_watermarks.rows().rfind(|row| row.broker == b(1));
    let last = last.expect("it has moved before");
    assert!(last.at < ms(300), "{last:?}");
    assert!(last.offset.0 < 30, "{last:?}");
}

#[test]
fn a_connection_is_served_one_request_at_a_time_the_wait_for_replicas_included() {
    let (trace, _) = run(scenario(&[("acks", "all"), ("batch.size", "1")], 40, 2));
    let produce = |request: units::RequestId| {
        trace.requests.kind().get(request.0) == trace::RequestKind::Produce
    };
    let reads = trace.reads.rows().filter(|read| produce(read.request) && read.broker == b(1));
    let answers = trace.answers.rows().filter(|answer| produce(answer.request));
    let answers: Vec<SimTime> = answers.map(|answer| answer.at).collect();
    for (n, read) in reads.enumerate().skip(1) {
        assert!(read.at >= answers[n - 1], "request {n} was read before {} was answered", n - 1);
    }
}

#[test]
fn with_acks_0_an_error_closes_the_connection_and_is_nobodys() {
    let settings = [("acks", "0"), ("enable.idempotence", "false")];
    let mut scenario = scenario(&settings, 20, 1);
    let fault_of = |record| {
        let anchor = Anchor::Record { record: RecordId(record), attempt: 0 };
        let (error, delay) = (ErrorCode::CorruptMessage, Micros(0));
        fault(anchor, FaultKind::Answer { error, appended: false, partitions: Vec::new(), delay })
    };
    scenario.faults.push(fault_of(5));
    let (trace, simulation) = run(scenario);
    let lost =
        trace.connections.rows().filter(|row| row.state == trace::ConnectionState::Disconnected);
    assert_eq!(lost.count(), 1);
    let fate = fate(&trace, &simulation);
    assert_eq!((fate.acked_lost, fate.acked_present), (1, 19), "told, not confirmed");
}

#[test]
fn an_answer_with_an_error_holds_for_its_own_partition_only() {
    let mut scenario = scenario(&[("acks", "1"), ("linger.ms", "20")], 2, 1);
    scenario.cluster.topics[0].replicas = vec![vec![b(1)], vec![b(1)]];
    let mut second = scenario.application[0].clone();
    if let model::scenario::Action::Send(sends) = &mut second.action {
        sends.count = 1;
        sends.partition = Some(1);
    }
    if let model::scenario::Action::Send(sends) = &mut scenario.application[0].action {
        sends.count = 1;
    }
    scenario.application.push(second);
    let anchor = Anchor::Record { record: RecordId(0), attempt: 0 };
    let (error, delay) = (ErrorCode::CorruptMessage, Micros(0));
    let partitions = vec![P0];
    scenario
        .faults
        .push(fault(anchor, FaultKind::Answer { error, appended: false, partitions, delay }));
    let (trace, _) = run(scenario);
    let results: Vec<AppendResult> = trace.appends.result().iter().take(2).collect();
    assert!(results.contains(&AppendResult::Appended), "{results:?}");
    assert!(results.contains(&AppendResult::Refused { error }), "{results:?}");
}

#[test]
fn a_wait_that_is_too_long_ends_in_request_timed_out_and_the_record_stays() {
    // the broker's timer is shorter than the way of the answer is long
    let settings =
        [("acks", "all"), ("request.timeout.ms", "3000"), ("delivery.timeout.ms", "4000")];
    let (trace, simulation) = run(with(scenario(&settings, 25, 2), two_of_three_dead()));
    assert_eq!(retried_for(&trace).first(), Some(&ErrorCode::RequestTimedOut));
    assert!(fate(&trace, &simulation).not_acked_present > 0);
    let after_append = ErrorCode::NotEnoughReplicasAfterAppend;
    assert!(!retried_for(&trace).contains(&after_append), "the high watermark is frozen instead");
}

#[test]
fn whoever_waits_on_a_leader_that_is_replaced_is_told_and_the_record_may_survive() {
    let mut scenario = scenario(&[("acks", "all")], 200, 2);
    replication(&mut scenario).step_down = Micros(0);
    // the first batch on which broker 3 does not follow at once is still waited for at the move
    let slow = FaultKind::SlowBroker { broker: b(3), by: Micros(200_000), lasts: Micros(400_000) };
    let moved = FaultKind::MoveLeader { partition: P0, to: b(2) };
    let (trace, simulation) = run(with(scenario, [at(300, slow), at(500, moved)]));
    assert!(retried_for(&trace).contains(&ErrorCode::NotLeaderOrFollower));
    let fate = fate(&trace, &simulation);
    assert_eq!((fate.acked_present, fate.duplicated), (200, 0));
    let removed = trace.appends.rows().filter(|row| row.result == AppendResult::Duplicate);
    assert!(removed.count() > 0, "the new leader has the batch and recognises it");
}

#[test]
fn retried_after_a_lost_answer_idempotence_removes_the_copy_and_says_so() {
    let settings = |idempotent| {
        [
            ("acks", "all"),
            ("request.timeout.ms", "1000"),
            ("delivery.timeout.ms", "9000"),
            ("enable.idempotence", idempotent),
        ]
    };
    let anchor = Anchor::Record { record: RecordId(10), attempt: 0 };
    let lost = fault(anchor, FaultKind::Lose { message: Message::Answer, reset: false });
    let (trace, simulation) = run(with(scenario(&settings("true"), 40, 2), [lost.clone()]));
    let duplicates = trace.appends.rows().filter(|row| row.result == AppendResult::Duplicate);
    assert!(duplicates.count() > 0);
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 40, ..Fate::default() });

    let (trace, simulation) = run(with(scenario(&settings("false"), 40, 2), [lost]));
    let fate = fate(&trace, &simulation);
    assert_eq!(fate.acked_present, 40);
    assert!(fate.duplicated > 0);
}

#[test]
fn a_batch_with_a_timestamp_outside_of_the_window_is_refused_and_the_others_are_told_why() {
    let hour = 3_600_000;
    for (timestamp, settings, refused) in [
        (hour + 5_000, None, true),
        (hour - 5_000, None, false),
        (-hour, None, false),
        (-hour, Some(millis(hour / 2)), true),
        (-hour, Some(millis(2 * hour)), false),
    ] {
        let mut scenario = scenario(&[("acks", "all"), ("linger.ms", "20")], 1, 2);
        if let Some(before) = settings {
            replication(&mut scenario).message_timestamp_before_max = before;
        }
        let Action::Send(sends) = &scenario.application[0].action else { unreachable!() };
        let stamped = Sends { timestamp_ms: Some(timestamp), ..sends.clone() };
        scenario.application.push(Step { at: None, action: Action::Send(stamped) });
        let (trace, simulation) = run(scenario);
        let errors = refusals(&trace);
        let (want, kept) =
            if refused { (vec![ErrorCode::InvalidTimestamp], 0) } else { (Vec::new(), 2) };
        assert_eq!(errors, want, "{timestamp} {settings:?}");
        assert_eq!(fate(&trace, &simulation).acked_present, kept);
        assert_eq!(trace.retries.len(), 0, "it is no error to be retried");
        let failures: Vec<u32> = trace.callbacks.rows().map(|row| row.failure).collect();
        if refused {
            let told = |n: usize| trace.failure_at(failures[n]).map(|f| f.class().to_owned());
            // the one without fault is told of its batch, the other one of itself
            assert!(told(0).is_some_and(|class| class.ends_with("KafkaException")));
            assert!(told(1).is_some_and(|class| class.ends_with("InvalidTimestampException")));
        }
    }
}

/// Worked example: three replicas, a floor of two. The four states of the in-sync set, and what becomes of a
/// request of each kind.
#[test]
fn what_a_leader_does_with_a_request_by_the_state_of_its_in_sync_set() {
    let healthy = || Vec::new();
    let one_dead = || vec![at(100, FaultKind::Kill(b(3)))];
    let alone = || two_of_three_dead().to_vec();
    let nominal = || {
        let second = at(14_900, FaultKind::Kill(b(2)));
        vec![at(100, FaultKind::Kill(b(3))), second]
    };
    // acknowledged, refused, visible: of one record at 15 s, looked at 2 s later
    for (faults, acks, want) in [
        (healthy(), "all", (true, false, true)),
        (healthy(), "1", (true, false, true)),
        (one_dead(), "all", (true, false, true)),
        (one_dead(), "1", (true, false, true)),
        (alone(), "all", (false, true, false)),
        (alone(), "1", (true, false, false)),
        (nominal(), "all", (false, false, false)),
        (nominal(), "1", (true, false, false)),
    ] {
        let mut scenario = scenario(&[("acks", acks), ("retries", "0")], 1, 2);
        if acks == "all" {
            scenario.producer =
                crate::world::scenario(&[("acks", "all"), ("enable.idempotence", "false")], 0, 2)
                    .producer;
        }
        scenario.application[0].at = Some(ms(15_000));
        let simulation = run_until(with(scenario, faults.clone()), ms(17_000));
        let trace = simulation.trace();
        let acknowledged = trace.callbacks.rows().any(|row| row.failure == trace::NONE);
        let refused = refusals(trace).contains(&ErrorCode::NotEnoughReplicas);
        let visible = replica(&simulation, 1).1 == 1;
        assert_eq!((acknowledged, refused, visible), want, "acks={acks} {faults:?}");
    }
}

#[test]
fn an_answer_for_several_partitions_waits_for_the_slowest_of_them() {
    let mut scenario = scenario(&[("acks", "all"), ("linger.ms", "20")], 2, 2);
    scenario.cluster.topics[0].replicas = vec![vec![b(1), b(2)], vec![b(1), b(3)]];
    for (position, partition) in [(0, 0), (1, 1)] {
        if position == 1 {
            scenario.application.push(scenario.application[0].clone());
        }
        let Action::Send(sends) = &mut scenario.application[position].action else { return };
        (sends.count, sends.partition) = (1, Some(partition));
    }
    let (by, lasts) = (Micros(300_000), Micros(5_000_000));
    let slow = at(0, FaultKind::SlowDisk { broker: b(3), by, lasts });
    let (trace, _) = run(with(scenario, [slow]));
    assert_eq!(trace.requests.rows().filter(|row| row.kind == RequestKind::Produce).count(), 1);
    let committed = |partition: i32| {
        let mut moves = trace.high_watermarks.rows();
        let of =
            moves.find(|row| row.broker == b(1) && row.partition.partition.0 == partition as u16);
        of.expect("it commits").at
    };
    assert!(committed(1).since(committed(0)) > Micros(250_000), "one is slow");
    let told: Vec<SimTime> = trace.callbacks.rows().map(|row| row.at).collect();
    assert!(told.iter().all(|at| *at >= committed(1)), "{told:?}");
}

#[test]
fn with_log_append_time_a_record_has_the_leaders_time_and_an_old_one_is_no_reason_to_refuse() {
    let told = |acks: &str, log_append_time| {
        let mut scenario = scenario(&[("acks", acks)], 1, 1);
        replication(&mut scenario).log_append_time = log_append_time;
        replication(&mut scenario).message_timestamp_before_max = millis(1_000);
        if let Action::Send(sends) = &mut scenario.application[0].action {
            sends.timestamp_ms = Some(if log_append_time { -5_000 } else { -500 });
        }
        let (trace, _) = run(scenario);
        let callback = trace.callbacks.row(0);
        assert_eq!(callback.failure, trace::NONE);
        let appended = trace.appends.at().get(0).clock();
        (trace.timestamp_told(RecordId(0), callback.offset), appended)
    };
    let (timestamp, appended) = told("all", true);
    assert_eq!(timestamp, appended);
    assert_eq!(told("0", true).0.0, -5_000, "nobody told the client");
    assert_eq!(told("all", false).0.0, -500);
}
