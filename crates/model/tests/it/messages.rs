//! Faults of single messages, and of links.

use crate::world::{Fate, at, b, fate, fault, ms, run, scenario, with};
use model::scenario::{
    Action, Anchor, Draws, Fault, FaultKind, Keys, Link, Message, Place, Scenario,
};
use trace::{BlockReason, CallKind, ConnectionState, ErrorCode, RequestFate};
use units::{Micros, Offset, RecordId, SimTime};

fn of_record(record: u32, what: FaultKind) -> Fault {
    fault(Anchor::Record { record: RecordId(record), attempt: 0 }, what)
}

fn of_copy(record: u32, broker: u32, what: FaultKind) -> Fault {
    fault(Anchor::Copied { record: RecordId(record), broker: b(broker) }, what)
}

const fn lose(message: Message, reset: bool) -> FaultKind {
    FaultKind::Lose { message, reset }
}

fn short(records: u32) -> Scenario {
    let settings =
        [("acks", "all"), ("request.timeout.ms", "1000"), ("delivery.timeout.ms", "20000")];
    scenario(&settings, records, 2)
}

#[test]
fn a_lost_request_takes_the_rest_of_its_direction_with_it_until_the_client_gives_up() {
    let (trace, simulation) = run(with(short(100), [of_record(20, lose(Message::Request, false))]));
    assert_eq!(trace.faults.len(), 1);
    let lost_at = trace.faults.at().get(0);
    let timed_out = trace.request_ends.rows().filter(|row| row.fate == RequestFate::TimedOut);
    assert!(timed_out.count() > 1, "everything in flight there shares its fate");
    let next = trace.reads.rows().find(|row| row.at > lost_at).expect("on a new connection");
    assert!(next.at.since(lost_at) > Micros(990_000));
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 100, ..Fate::default() });
}

#[test]
fn a_lost_answer_leaves_the_record_in_the_log() {
    let (trace, simulation) = run(with(short(100), [of_record(20, lose(Message::Answer, false))]));
    let batch = trace.sends.batch().get(20);
    let appended = trace.appends.rows().find(|row| row.batch == batch).expect("appended");
    let answered = trace.request_ends.rows().find(|row| row.fate == RequestFate::TimedOut);
    assert!(answered.is_some_and(|row| row.at.since(appended.at) > Micros(900_000)));
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 100, ..Fate::default() });
}

#[test]
fn a_reset_in_the_place_of_a_message_is_known_at_once_on_both_sides() {
    for message in [Message::Request, Message::Answer] {
        let (trace, simulation) = run(with(short(100), [of_record(20, lose(message, true))]));
        let lost = trace.request_ends.rows().find(|row| row.fate == RequestFate::Disconnected);
        let since = lost.expect("the client is told").at.since(trace.faults.at().get(0));
        assert!(since < Micros(10_000), "{message:?} {since:?}");
        assert_eq!(fate(&trace, &simulation).acked_present, 100);
    }
}

#[test]
fn a_late_message_holds_back_what_is_sent_behind_it() {
    for message in [Message::Request, Message::Answer] {
        let by = Micros(300_000);
        let (trace, _) = run(with(short(100), [of_record(20, FaultKind::Late { message, by })]));
        let ends: Vec<SimTime> = trace.request_ends.rows().map(|row| row.at).collect();
        let gap = ends.windows(2).map(|pair| pair[1].since(pair[0])).max();
        assert!(gap.is_some_and(|gap| gap > Micros(280_000)), "{message:?} {gap:?}");
        let order: Vec<u32> = trace.request_ends.rows().map(|row| row.request.0).collect();
        assert!(order.is_sorted(), "{message:?} overtaken");
    }
}

#[test]
fn a_lost_fetch_or_its_answer_is_noticed_after_replica_socket_timeout() {
    for message in [Message::Fetch, Message::FetchAnswer] {
        let mut scenario = with(short(300), [of_copy(20, 3, lose(message, false))]);
        let settings = crate::world::replication(&mut scenario);
        settings.replica_socket_timeout = units::Millis(2_000);
        scenario.producer = crate::world::scenario(&[("acks", "1")], 0, 1).producer;
        let (trace, _) = run(scenario);
        let lost_at = trace.faults.at().get(0);
        let again = trace.fetches.rows().find(|row| row.follower == b(3) && row.at > lost_at);
        let wait = again.expect("it asks again").at.since(lost_at);
        // the socket's timeout and the back-off
        assert!(wait > Micros(2_990_000) && wait < Micros(3_010_000), "{message:?} {wait:?}");
    }
}

#[test]
fn a_reset_of_a_followers_connection_costs_its_back_off() {
    let (trace, _) = run(with(short(300), [of_copy(20, 3, lose(Message::FetchAnswer, true))]));
    let lost_at = trace.faults.at().get(0);
    let again = trace.fetches.rows().find(|row| row.follower == b(3) && row.at > lost_at);
    let wait = again.expect("it asks again").at.since(lost_at);
    assert_eq!(wait, Micros(1_001_000));
}

#[test]
fn a_fault_of_a_record_stays_with_the_record_when_the_batches_change() {
    for linger in ["0", "30", "200"] {
        let mut scenario = short(100);
        scenario.producer = crate::world::scenario(&[("linger.ms", linger)], 0, 1).producer;
        let killed = of_copy(33, 2, FaultKind::Kill(b(2)));
        let (trace, _) = run(with(scenario, [killed]));
        assert_eq!(trace.faults.len(), 1, "linger.ms={linger}");
        let died = trace.faults.at().get(0);
        let copy = trace.copies.rows().find(|row| row.broker == b(2) && row.at == died);
        assert!(copy.is_some_and(|row| row.from.0 <= 33 && row.to.0 > 33), "linger.ms={linger}");
    }
}

/// Three partitions whose batches grow side by side, each led by another broker.
fn interleaved() -> Scenario {
    let mut scenario = short(24);
    let settings = [("linger.ms", "35"), ("request.timeout.ms", "1000")];
    scenario.producer = crate::world::scenario(&settings, 0, 1).producer;
    scenario.cluster.topics[0].replicas =
        vec![vec![b(1), b(2), b(3)], vec![b(2), b(3), b(1)], vec![b(3), b(1), b(2)]];
    if let Action::Send(sends) = &mut scenario.application[0].action {
        sends.partition = None;
        let keys = ["k0", "k1", "k2", "k3", "k4", "k5", "k6"];
        sends.keys = Keys::Cycle(keys.map(|key| Some(key.into())).to_vec());
    }
    scenario
}

#[test]
fn a_fault_of_a_record_is_that_of_its_own_batch_among_batches_that_grow_side_by_side() {
    let (plain, _) = run(interleaved());
    let apart = |n: u32| plain.opens.first().get(n + 1).0 < plain.opens.first().get(n).0 + 3;
    assert!((0..plain.opens.len() - 1).any(apart), "batches begin within each other");
    let (error, delay) = (ErrorCode::NotEnoughReplicas, Micros(0));
    for record in 0..24 {
        let what = FaultKind::Answer { error, appended: false, partitions: Vec::new(), delay };
        let (trace, _) = run(with(interleaved(), [of_record(record, what)]));
        assert_eq!(trace.faults.len(), 1, "one request carries record {record} on its first try");
        let batch = trace.sends.batch().get(record);
        let refused = trace.appends.rows().filter(|row| row.offset == Offset::NONE);
        assert_eq!(refused.map(|row| row.batch).collect::<Vec<_>>(), [batch], "record {record}");
    }
}

#[test]
fn a_fault_of_a_copy_waits_for_the_batch_that_holds_the_record() {
    for record in 0..24 {
        let (trace, _) = run(with(interleaved(), [of_copy(record, 2, FaultKind::Kill(b(2)))]));
        let died = trace.faults.at().get(0);
        let (batch, partition) =
            (trace.sends.batch().get(record), trace.sends.partition().get(record));
        let of_it = |row: &trace::facts::Append| row.batch == batch && row.offset != Offset::NONE;
        let appended = trace.appends.rows().find(of_it).expect("it is appended");
        let offset = appended.offset + trace.sends.index().get(record);
        let copied = trace.copies.rows().any(|row| {
            let here = row.broker == b(2) && row.partition.partition == partition;
            here && row.at == died && (row.from..row.to).contains(&offset)
        });
        let leads = appended.broker == b(2) && appended.at == died;
        assert!(copied || leads, "record {record}");
    }
}

#[test]
fn a_fault_whose_event_never_comes_leaves_no_fact() {
    let never = [
        of_record(99_999, lose(Message::Answer, false)),
        of_copy(99_999, 2, FaultKind::Kill(b(2))),
    ];
    let (trace, _) = run(with(short(30), never));
    assert_eq!(trace.faults.len(), 0);
}

#[test]
fn a_fault_that_is_switched_off_changes_nothing() {
    let mut faults = vec![
        at(100, FaultKind::Kill(b(1))),
        of_copy(10, 2, FaultKind::Kill(b(2))),
        of_record(10, lose(Message::Answer, true)),
        of_record(10, FaultKind::Hangup { appended: true }),
    ];
    for fault in &mut faults {
        fault.on = false;
    }
    let (with_faults, _) = run(with(short(60), faults));
    let (without, _) = run(short(60));
    assert_eq!(with_faults.digest(), without.digest());
}

#[test]
fn a_cut_from_the_producer_elects_nobody_and_what_was_sent_arrives_afterwards() {
    let link = Link { from: Place::Producer, to: Place::Broker(b(1)) };
    let cut = FaultKind::CutLink { link, lasts: Micros(600_000) };
    let (trace, simulation) = run(with(short(100), [at(300, cut)]));
    assert_eq!(trace.leaders.len(), 1);
    let during = trace.reads.rows().filter(|row| row.at > ms(302) && row.at < ms(900));
    assert_eq!(during.count(), 0);
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 100, ..Fate::default() });
    assert_eq!(trace.retries.len(), 0, "shorter than the request's timeout");
}

#[test]
fn one_direction_of_a_link_can_be_slow_alone() {
    let (to, from) = (Place::Broker(b(1)), Place::Producer);
    let slow = |from, to| {
        let link = Link { from, to };
        FaultKind::SlowLink { link, by: Micros(50_000), lasts: Micros(10_000_000) }
    };
    let first = |trace: &trace::Trace| {
        let request = trace.requests.rows().find(|row| row.kind == trace::RequestKind::Produce);
        let sent = request.expect("one is sent").at;
        let read = trace.reads.rows().find(|row| row.at >= sent).expect("it is read").at;
        let end = trace.request_ends.rows().find(|row| row.at >= read).expect("it ends").at;
        (read.since(sent).0 / 1_000, end.since(read).0 / 1_000)
    };
    let mut scenario = short(5);
    scenario.application[0].at = Some(ms(1_000));
    let (there, _) = run(with(scenario.clone(), [at(0, slow(from, to))]));
    let (back, _) = run(with(scenario, [at(0, slow(to, from))]));
    assert_eq!((first(&there).0, first(&back).0), (51, 1));
    assert!(first(&back).1 > 50 && first(&there).1 < 10);
}

#[test]
fn a_slow_disk_delays_appends_and_copies() {
    let slow = |broker| {
        let (by, lasts) = (Micros(40_000), Micros(10_000_000));
        at(0, FaultKind::SlowDisk { broker: b(broker), by, lasts })
    };
    let (trace, _) = run(with(short(5), [slow(1), slow(2)]));
    let (read, append) = (trace.appends.read().get(0), trace.appends.at().get(0));
    assert_eq!(append.since(trace.reads.at().get(read)), Micros(40_000));
    let copied =
        |broker| trace.copies.rows().find(|row| row.broker == b(broker)).expect("copied").at;
    assert_eq!(copied(2).since(copied(3)), Micros(40_000));
}

#[test]
fn an_application_that_exits_leaves_its_accumulator_behind() {
    let mut scenario = scenario(&[("acks", "1"), ("linger.ms", "500")], 100, 1);
    scenario.faults = vec![at(700, FaultKind::ApplicationExit)];
    let (trace, simulation) = run(scenario);
    assert_eq!(trace.calls.call().iter().collect::<Vec<_>>(), [CallKind::Exit]);
    assert_eq!(trace.sends.len(), 70, "no call later than the exit");
    let fate = fate(&trace, &simulation);
    assert!(fate.not_acked_absent > 0 && fate.acked_present > 0, "{fate:?}");
    assert_eq!(trace.blocks.rows().filter(|row| row.why == BlockReason::Metadata).count(), 0);
}

#[test]
fn a_scripted_answer_of_a_record_is_given_to_its_batch() {
    let (error, delay) = (ErrorCode::NotEnoughReplicas, Micros(0));
    let what = FaultKind::Answer { error, appended: true, partitions: Vec::new(), delay };
    let (trace, simulation) = run(with(short(40), [of_record(7, what)]));
    assert_eq!(crate::world::retried_for(&trace), [error]);
    assert_eq!(fate(&trace, &simulation), Fate { acked_present: 40, ..Fate::default() });
}

#[test]
fn a_slow_broker_serves_clients_and_followers_later() {
    let slow = |broker| {
        let (by, lasts) = (Micros(40_000), Micros(10_000_000));
        at(0, FaultKind::SlowBroker { broker: b(broker), by, lasts })
    };
    let (leader, _) = run(with(short(5), [slow(1)]));
    let (read, append) = (leader.appends.read().get(0), leader.appends.at().get(0));
    assert_eq!(append.since(leader.reads.at().get(read)), Micros(40_000));
    let (follower, _) = run(with(short(5), [slow(3)]));
    let copied = |broker| follower.copies.rows().find(|row| row.broker == b(broker));
    let late = copied(3).expect("copied").at.since(copied(2).expect("copied").at);
    assert!(late >= Micros(40_000), "{late:?}");
}

#[test]
fn a_leader_moved_by_hand_leads_and_nothing_acknowledged_is_lost() {
    let moved = FaultKind::MoveLeader { partition: crate::world::P0, to: b(3) };
    let (trace, simulation) = run(with(short(100), [at(300, moved.clone())]));
    let leader = trace.leaders.rows().nth(1).expect("there is another one");
    assert_eq!((leader.broker, leader.why), (b(3), trace::ElectionReason::Moved));
    assert_eq!(fate(&trace, &simulation).acked_present, 100);
    // somebody who is not in sync cannot lead
    let dead = [at(10, FaultKind::Kill(b(3))), at(14_000, moved)];
    let (trace, _) = run(with(short(1_500), dead));
    assert_eq!(trace.faults.fault().iter().collect::<Vec<_>>(), [0]);
}

#[test]
fn a_scripted_answer_can_be_late_or_never_come_or_be_the_end_of_the_connection() {
    let ended = |what| {
        let (trace, _) = run(with(short(40), [of_record(7, what)]));
        let at = trace.faults.at().get(0);
        let end = trace.request_ends.rows().find(|row| row.at > at).expect("it ends");
        (end.at.since(at).0 / 1_000, end.fate)
    };
    assert_eq!(ended(FaultKind::Delay(Micros(200_000))).1, RequestFate::Answered);
    assert!(ended(FaultKind::Delay(Micros(200_000))).0 >= 200);
    assert_eq!(ended(FaultKind::Hangup { appended: true }).1, RequestFate::Disconnected);
    let (silence, fate) = ended(FaultKind::Silent { appended: true });
    assert!(silence > 900 && fate == RequestFate::TimedOut, "{silence} ms");
}

#[test]
fn an_ordinal_names_requests_in_the_order_in_which_brokers_read_them() {
    let anchor = Anchor::Produce { from: 3, to: 4 };
    let (error, delay) = (ErrorCode::NotEnoughReplicas, Micros(0));
    let what = FaultKind::Answer { error, appended: false, partitions: Vec::new(), delay };
    let (trace, _) = run(with(short(40), [fault(anchor, what)]));
    let refused = trace
        .appends
        .rows()
        .enumerate()
        .filter(|(_, row)| row.result == trace::AppendResult::Refused { error });
    assert_eq!(refused.map(|(n, _)| n).collect::<Vec<_>>(), [3, 4]);
}

/// `NetworkClient.poll` looks when it wakes. `ClusterConnectionStates.connectionDelay` is all of a set-up's
/// timeout, however old the attempt is, so that of a client that nothing wakes only `request.timeout.ms`
/// cuts the poll short.
#[test]
fn a_connection_that_nobody_answers_is_given_up_at_the_first_look_behind_its_timeout() {
    let given_up_after = |records, seed| {
        let settings = [
            ("acks", "1"),
            ("batch.size", "0"),
            ("request.timeout.ms", "2000"),
            ("delivery.timeout.ms", "60000"),
        ];
        let mut scenario = scenario(&settings, records, 1);
        scenario.draws = Draws::Seed(seed);
        // metadata names the leader until it is fenced, long after the client connects to it again
        let (trace, _) = run(with(scenario, [at(1_000, FaultKind::PowerLoss(b(1)))]));
        let rows = || trace.connections.rows().filter(|row| row.node == b(1) && row.at > ms(2_900));
        let again = rows().find(|row| row.state == ConnectionState::Connecting).expect("again");
        let end = rows().find(|row| row.at > again.at && row.connection == again.connection);
        let end = end.expect("it is given up");
        assert_eq!(end.state, ConnectionState::ClosedByClient);
        end.at.since(again.at)
    };
    let mut late = 0;
    for seed in 0..8 {
        // each record wakes the client
        let busy = given_up_after(2_000, seed);
        assert!((8_000_000..12_030_000).contains(&busy.0), "10 s, give or take a fifth: {busy:?}");
        let quiet = given_up_after(150, seed);
        assert!((busy.0..busy.0 + 2_020_000).contains(&(quiet.0 + 20_000)), "{busy:?} {quiet:?}");
        late += u32::from(quiet.0 > busy.0 + 500_000);
    }
    assert!(late > 3, "most look long after the timeout: {late}");
}
