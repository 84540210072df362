//! What became of every record.

use crate::by_hand::ByHand;
use analysis::{Analysis, Class, Fate, Ledger, LossCause, Told, loss};
use conformance::random;
use trace::{
    AppendResult, BrokerChange, ElectionReason, ErrorCode, IsrReason, Kind, NONE, RequestFate,
    Timer, Trace,
};
use units::{BrokerId, RecordId, SimTime};

fn fate(trace: &Trace, record: RecordId) -> Fate {
    Analysis::new(trace).ledger.entry(record).expect("it was sent").fate
}

#[track_caller]
fn check_loss(trace: &Trace, record: RecordId, want: LossCause, deciding: &[Kind]) {
    let analysis = Analysis::new(trace);
    let loss = loss(trace, &analysis.index, &analysis.logs, record);
    assert_eq!(loss.cause, want);
    let kinds: Vec<Kind> = loss.events.iter().map(|fact| fact.kind()).collect();
    assert!(deciding.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
}

#[test]
fn a_leader_that_dies_before_its_followers_fetch_loses_what_it_acknowledged() {
    let mut run = ByHand::new();
    let kept = run.send(0);
    run.append(1, kept, 1);
    run.copy(5, 2, 1);
    run.copy(5, 3, 1);
    run.acknowledge(6, kept, RequestFate::Answered);
    let lost = run.send(10);
    run.append(11, lost, 1);
    run.acknowledge(12, lost, RequestFate::Answered);
    run.broker(13, 1, BrokerChange::Killed);
    run.in_sync(9_000, &[2, 3], IsrReason::Fenced);
    run.elect(9_000, Some(2), ElectionReason::Clean);
    let later = run.send(9_010);
    run.append(9_011, later, 2);
    run.acknowledge(9_012, later, RequestFate::Answered);
    let trace = run.trace;
    assert_eq!(fate(&trace, kept), Fate::AcknowledgedKept);
    assert_eq!(fate(&trace, lost), Fate::AcknowledgedLost);
    check_loss(
        &trace,
        lost,
        LossCause::NotYetCopied,
        &[Kind::Append, Kind::BrokerState, Kind::Leader],
    );
    let analysis = Analysis::new(&trace);
    let replaced = loss(&trace, &analysis.index, &analysis.logs, lost).replaced_by;
    assert_eq!(replaced.map(|cell| cell.record), Some(later), "who has the offset now");
    assert_eq!(analysis.figures.lost, 1);
}

#[test]
fn until_the_election_it_depends_on_the_broker_that_is_down() {
    let mut run = ByHand::new();
    let record = run.send(0);
    run.append(1, record, 1);
    run.acknowledge(2, record, RequestFate::Answered);
    run.broker(3, 1, BrokerChange::Killed);
    let (analysis, trace) = (Analysis::new(&run.trace), &run.trace);
    assert_eq!(fate(trace, record), Fate::DependsOn(BrokerId(1)));
    assert_eq!(analysis.ledger.totals().depends_on, [(BrokerId(1), 1)]);
    let before = Ledger::at(trace, &analysis.index, &analysis.logs, SimTime(2));
    assert_eq!(before.entry(record).map(|entry| entry.fate), Some(Fate::AcknowledgedKept));
    run.broker(4, 1, BrokerChange::Restarted);
    assert_eq!(fate(&run.trace, record), Fate::AcknowledgedKept);
}

#[test]
fn an_unclean_election_is_named() {
    let mut run = ByHand::new();
    run.in_sync(0, &[1], IsrReason::Lag);
    let record = run.send(1);
    run.append(2, record, 1);
    run.acknowledge(3, record, RequestFate::Answered);
    run.broker(4, 1, BrokerChange::Killed);
    run.in_sync(10, &[2], IsrReason::Election);
    let election = run.elect(10, Some(2), ElectionReason::Unclean);
    run.truncate(20, 1, 0, election.into());
    assert_eq!(fate(&run.trace, record), Fate::AcknowledgedLost);
    check_loss(&run.trace, record, LossCause::UncleanElection, &[Kind::Leader, Kind::Truncation]);
}

#[test]
fn power_lost_before_the_log_was_on_disk_is_named() {
    let mut run = ByHand::new();
    let record = run.send(0);
    run.append(1, record, 1);
    run.copy(5, 2, 1);
    run.copy(5, 3, 1);
    run.acknowledge(6, record, RequestFate::Answered);
    for broker in [1, 2, 3] {
        let power = run.broker(10, broker, BrokerChange::PowerLoss);
        run.truncate(10, broker, 0, power.into());
    }
    run.elect(50, Some(2), ElectionReason::Clean);
    assert_eq!(fate(&run.trace, record), Fate::AcknowledgedLost);
    let deciding = [Kind::BrokerState, Kind::Truncation, Kind::Leader];
    check_loss(&run.trace, record, LossCause::PowerLoss, &deciding);
}

#[test]
fn with_acks_0_nobody_confirms_what_never_arrives() {
    let mut run = ByHand::new();
    let arrives = run.send(0);
    run.acknowledge(0, arrives, RequestFate::NoAck);
    run.append(1, arrives, 1);
    let refused = run.send(2);
    run.acknowledge(2, refused, RequestFate::NoAck);
    run.refuse(3, refused, 1, ErrorCode::NotLeaderOrFollower);
    let gone = run.send(4);
    run.acknowledge(4, gone, RequestFate::NoAck);
    let analysis = Analysis::new(&run.trace);
    let told = |record| analysis.ledger.entry(record).expect("it was sent").told;
    assert_eq!([told(arrives), told(refused), told(gone)], [Told::Unconfirmed; 3]);
    assert_eq!(fate(&run.trace, arrives), Fate::AcknowledgedKept);
    let lost: Vec<RecordId> =
        analysis.ledger.records(Class::Fate(Fate::AcknowledgedLost)).collect();
    assert_eq!(lost, [refused, gone]);
    check_loss(&run.trace, refused, LossCause::InFlight, &[Kind::Append, Kind::Callback]);
    check_loss(&run.trace, gone, LossCause::InFlight, &[Kind::Request]);
}

#[test]
fn what_the_process_took_with_it_is_gone() {
    let mut run = ByHand::new();
    let record = run.send(0);
    assert_eq!(fate(&run.trace, record), Fate::Pending);
    run.exit(1);
    assert_eq!(fate(&run.trace, record), Fate::UnacknowledgedGone);
    check_loss(&run.trace, record, LossCause::Exit, &[Kind::Call]);
}

#[test]
fn a_record_that_is_in_the_log_twice_and_one_that_came_late_are_marked() {
    let mut run = ByHand::new();
    let (first, second) = (run.send(0), run.send(1));
    run.append(2, second, 1);
    run.append(3, first, 1);
    run.append(4, second, 1);
    let ledger = Analysis::new(&run.trace).ledger;
    assert_eq!(ledger.records(Class::Duplicated).collect::<Vec<_>>(), [second]);
    assert_eq!(ledger.records(Class::Reordered).collect::<Vec<_>>(), [first]);
}

#[test]
fn a_truncated_record_that_is_copied_again_is_kept() {
    let mut run = ByHand::new();
    let record = run.send(0);
    run.append(1, record, 1);
    run.copy(5, 2, 1);
    run.truncate(6, 2, 0, Timer::Start.into());
    run.copy(10, 2, 1);
    run.in_sync(11, &[2], IsrReason::Fenced);
    run.elect(11, Some(2), ElectionReason::Clean);
    assert_eq!(fate(&run.trace, record), Fate::UnacknowledgedKept);
}

#[test]
fn the_fates_of_any_run_at_any_time_add_up_to_its_records() {
    for seed in 0..60 {
        let trace = model::run(random::scenario(seed));
        let analysis = Analysis::new(&trace);
        let end = trace.end.map_or(SimTime::ZERO, |(at, _)| at);
        for part in 0..=8 {
            let at = if part == 8 { SimTime::NEVER } else { SimTime(end.0 * part / 8) };
            let ledger = Ledger::at(&trace, &analysis.index, &analysis.logs, at);
            let totals = ledger.totals();
            assert_eq!(totals.sum(), totals.records, "seed {seed}");
            assert_eq!(ledger.records(Class::All).count(), totals.records as usize);
            let acknowledged = totals.acknowledged as usize;
            assert_eq!(ledger.records(Class::Acknowledged).count(), acknowledged);
            let lost = ledger.records(Class::Fate(Fate::AcknowledgedLost)).count();
            assert_eq!(lost, totals.acknowledged_lost as usize, "seed {seed}");
            let dependent: u32 = totals.depends_on.iter().map(|(_, count)| count).sum();
            assert_eq!(ledger.records(Class::Dependent).count(), dependent as usize);
            for class in [
                Class::Fate(Fate::AcknowledgedKept),
                Class::Fate(Fate::AcknowledgedLost),
                Class::Fate(Fate::UnacknowledgedKept),
                Class::Fate(Fate::UnacknowledgedGone),
                Class::Fate(Fate::Pending),
                Class::Fate(Fate::DependsOn(BrokerId(1))),
                Class::Dependent,
                Class::Acknowledged,
                Class::Unconfirmed,
                Class::Duplicated,
                Class::Reordered,
                Class::All,
            ] {
                let counted = ledger.records(class).count();
                assert_eq!(totals.of(class) as usize, counted, "seed {seed}, {class:?}");
            }
        }
        assert_eq!(analysis.ledger.totals().records, trace.sends.len(), "seed {seed}");
    }
}

/// Scripted brokers never lose what they appended: whatever a leader took is kept, all else is not.
#[test]
fn on_scripted_brokers_kept_means_appended() {
    for seed in (0..200).step_by(2) {
        let trace = model::run(random::scenario(seed));
        let analysis = Analysis::new(&trace);
        let mut places = vec![0_u32; trace.sends.len() as usize];
        for append in trace.appends.rows() {
            let new = matches!(
                append.result,
                AppendResult::Appended | AppendResult::AppendedWithError { .. }
            );
            for record in trace.records_of(append.batch).filter(|_| new) {
                places[record.index()] += 1;
            }
        }
        let mut told = vec![false; places.len()];
        for callback in trace.callbacks.rows().filter(|callback| callback.failure == NONE) {
            let mut record = callback.record;
            for _ in 0..callback.count {
                told[record.index()] = true;
                record = trace.next_in_batch(record);
            }
        }
        for (record, places) in (0..).map(RecordId).zip(places) {
            let entry = analysis.ledger.entry(record).expect("it was sent");
            let kept = matches!(entry.fate, Fate::AcknowledgedKept | Fate::UnacknowledgedKept);
            assert_eq!(kept, places > 0, "seed {seed}, record {record}");
            let acknowledged = told[record.index()];
            assert_eq!(entry.told.is_acknowledged(), acknowledged, "seed {seed}, record {record}");
        }
    }
}
