//! When a record is committed, and who knows it when. Times are those of the worked example: one way
//! between brokers is `D`, an append takes no time.

use crate::world::{
    D, at, b, committed_at, ms, replication, run, run_until, scenario, sends, with,
};
use model::scenario::{Action, FaultKind, Scenario, Step};
use trace::Trace;
use units::{Micros, Offset, SimTime};

/// One record, long after the start: every fetch is parked.
fn one_record() -> Scenario {
    let mut scenario = scenario(&[("acks", "all")], 0, 2);
    let send = Action::Send(sends(1, Micros(0)));
    scenario.application = vec![Step { at: Some(ms(2_000)), action: send }];
    scenario
}

fn appended_at(trace: &Trace, n: u32) -> SimTime {
    trace.appends.at().get(n)
}

#[test]
fn a_parked_fetch_brings_the_commit_two_ways_after_the_append() {
    let (trace, _) = run(one_record());
    let append = appended_at(&trace, 0);
    for follower in [2, 3] {
        let copy = trace.copies.rows().find(|copy| copy.broker == b(follower));
        assert_eq!(copy.expect("it is copied").at, append + Micros(D));
    }
    assert_eq!(committed_at(&trace, 1, 1), Some(append + Micros(2 * D)));
    let answer = trace.answers.rows().last().expect("it is answered");
    assert_eq!(answer.at, append + Micros(2 * D), "acks=all is answered in the same instant");
}

#[test]
fn an_idle_follower_learns_the_high_watermark_three_ways_and_one_wait_after_the_append() {
    let (trace, _) = run(one_record());
    let append = appended_at(&trace, 0);
    let wait = Micros(500_000);
    assert_eq!(committed_at(&trace, 2, 1), Some(append + Micros(3 * D) + wait));
}

#[test]
fn under_light_load_a_follower_learns_it_with_the_next_append() {
    let mut scenario = one_record();
    let send = Action::Send(sends(1, Micros(0)));
    scenario.application.push(Step { at: Some(ms(2_100)), action: send });
    let (trace, _) = run(scenario);
    assert_eq!(committed_at(&trace, 2, 1), Some(appended_at(&trace, 1) + Micros(D)));
}

#[test]
fn a_commit_takes_two_to_four_ways_at_an_arbitrary_moment() {
    // a second record while the first one's answer is on its way: x after it left, 4 D - x in all
    for x in [1, 300, 700, 1_000, 1_300, 1_999] {
        let mut scenario = scenario(&[("acks", "1"), ("batch.size", "1")], 0, 2);
        let send = |at| Step { at: Some(at), action: Action::Send(sends(1, Micros(0))) };
        scenario.application = vec![send(ms(2_000)), send(ms(2_000) + Micros(x))];
        let (trace, _) = run(scenario);
        let (first, second) = (appended_at(&trace, 0), appended_at(&trace, 1));
        let x = second.since(first).0;
        let want = second + Micros(4 * D - x);
        assert_eq!(committed_at(&trace, 1, 2), Some(want), "{x} after the first");
    }
}

#[test]
fn an_answer_that_is_given_at_once_carries_the_high_watermark_from_before_its_fetch() {
    let mut scenario = scenario(&[("acks", "1"), ("batch.size", "1")], 0, 2);
    let send = |at| Step { at: Some(at), action: Action::Send(sends(1, Micros(0))) };
    scenario.application = vec![send(ms(2_000)), send(ms(2_001))];
    let (trace, _) = run(scenario);
    // the fetch that confirms the first record finds the second one there
    let first = appended_at(&trace, 0);
    assert_eq!(committed_at(&trace, 1, 1), Some(first + Micros(2 * D)));
    let learned = committed_at(&trace, 2, 1).expect("it learns it");
    assert!(learned > first + Micros(3 * D), "not with the answer to that very fetch");
}

#[test]
fn a_single_replica_commits_at_the_append_itself() {
    let mut scenario = one_record();
    scenario.cluster.topics[0].replicas = vec![vec![b(1)]];
    let (trace, _) = run(scenario);
    assert_eq!(committed_at(&trace, 1, 1), Some(appended_at(&trace, 0)));
}

#[test]
fn acks_all_waits_for_all_in_sync_replicas_not_for_min_insync_replicas_of_them() {
    let slow =
        FaultKind::SlowBroker { broker: b(3), by: Micros(700_000), lasts: Micros(9_000_000) };
    let (trace, _) = run(with(one_record(), [at(1_000, slow)]));
    let append = appended_at(&trace, 0);
    let second = trace.copies.rows().find(|copy| copy.broker == b(2)).expect("2 copies");
    assert_eq!(second.at, append + Micros(D), "min.insync.replicas of them have it");
    let callback = trace.callbacks.rows().next().expect("it is acknowledged");
    assert!(callback.at.since(append) > Micros(700_000), "{callback:?}");
}

#[test]
fn an_acks_1_record_is_not_visible_before_every_in_sync_replica_has_it() {
    let mut scenario = one_record();
    scenario.producer = crate::world::scenario(&[("acks", "1")], 0, 2).producer;
    let slow =
        FaultKind::SlowBroker { broker: b(3), by: Micros(700_000), lasts: Micros(9_000_000) };
    let (trace, _) = run(with(scenario, [at(1_000, slow)]));
    let callback = trace.callbacks.rows().next().expect("it is acknowledged");
    let visible = committed_at(&trace, 1, 1).expect("it is committed in the end");
    let third = trace.copies.rows().find(|copy| copy.broker == b(3)).expect("3 copies");
    assert!(callback.at < third.at, "the acknowledgement is first");
    assert!(visible > third.at);
}

#[test]
fn a_mere_advance_of_the_high_watermark_releases_no_fetch() {
    let simulation = run_until(one_record(), ms(2_300));
    let answers = simulation.trace().fetch_answers.rows().filter(|answer| answer.at > ms(2_000));
    assert_eq!(answers.count(), 2, "one to each follower, for the record");
}

#[test]
fn records_leave_only_in_answers_to_fetches_and_each_follower_has_one_under_way() {
    let (trace, _) = run(scenario(&[("acks", "1"), ("batch.size", "1")], 200, 2));
    for follower in [2, 3] {
        let fetches = trace.fetches.rows().filter(|fetch| fetch.follower == b(follower));
        let copies = trace.copies.rows().filter(|copy| copy.broker == b(follower));
        let copies: Vec<SimTime> = copies.map(|copy| copy.at).collect();
        for (n, fetch) in fetches.enumerate().skip(1).take(copies.len()) {
            assert!(fetch.at >= copies[n - 1], "fetch {n} left before the answer to the last one");
        }
    }
    for copy in trace.copies.rows() {
        let answer = trace.fetch_answers.row(copy.answer);
        assert_eq!(copy.at, answer.at + Micros(D));
    }
}

#[test]
fn one_saturated_connection_commits_every_two_ways_and_two_way_trips() {
    let mut scenario = scenario(&[("acks", "all"), ("batch.size", "1")], 0, 2);
    scenario.network.one_way = Micros(0);
    scenario.application =
        vec![Step { at: Some(ms(2_000)), action: Action::Send(sends(200, Micros(0))) }];
    let (trace, _) = run(scenario);
    let first = appended_at(&trace, 50);
    let last = appended_at(&trace, 150);
    assert_eq!(last.since(first), Micros(100 * 2 * D), "each finds the fetches parked again");
}

#[test]
fn a_fetch_is_bounded_in_bytes_and_its_first_batch_is_not() {
    let mut scenario = scenario(&[("acks", "1"), ("batch.size", "1")], 60, 1);
    replication(&mut scenario).replica_fetch_max_bytes = units::Bytes(1);
    let hang = [at(100, FaultKind::Hang(b(2))), at(400, FaultKind::Resume(b(2)))];
    let (trace, _) = run(with(scenario, hang));
    let copies = trace.copies.rows().filter(|copy| copy.broker == b(2));
    assert!(copies.into_iter().all(|copy| copy.to.0 - copy.from.0 == 1));
    assert_eq!(trace.copies.rows().filter(|copy| copy.to == Offset(60)).count(), 2);
}
