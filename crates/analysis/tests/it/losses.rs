//! Why an acknowledged record is lost, by runs of the model: one for each cause.

use crate::world::{at, b, fault, replication, run, scenario, with};
use analysis::{Analysis, Class, Fate, Loss, LossCause, loss};
use model::scenario::{Anchor, FaultKind, Message, Scenario};
use trace::{BrokerChange, ElectionReason, FactId, Kind, Trace};
use units::{Micros, Millis, RecordId};

/// Sessions that end soon, so that a test does not have to wait for them.
fn quick(mut scenario: Scenario) -> Scenario {
    let settings = replication(&mut scenario);
    settings.broker_session_timeout = Millis(1_500);
    settings.broker_heartbeat_interval = Millis(300);
    settings.replica_lag_time_max = Millis(2_000);
    scenario
}

/// The losses of a class of records; there is one at least, and all have the same cause.
#[track_caller]
fn check(trace: &Trace, class: Class, want: LossCause) -> Vec<Loss> {
    let analysis = Analysis::new(trace);
    let lost = analysis.ledger.records(class);
    let told = |record| loss(trace, &analysis.index, &analysis.logs, record);
    let losses: Vec<Loss> = lost.map(told).collect();
    assert!(!losses.is_empty(), "{:?}", analysis.ledger.totals());
    for loss in &losses {
        assert_eq!(loss.cause, want, "{loss:?}");
        assert!(loss.events.is_sorted_by_key(|fact| trace.at(*fact)));
    }
    losses
}

fn has(loss: &Loss, found: impl Fn(FactId) -> bool) -> bool {
    loss.events.iter().any(|fact| found(*fact))
}

const LOST: Class = Class::Fate(Fate::AcknowledgedLost);

#[test]
fn with_acks_0_what_was_in_flight_as_the_connection_went_is_lost_there() {
    let lose = FaultKind::Lose { message: Message::Request, reset: true };
    let anchor = Anchor::Record { record: RecordId(20), attempt: 0 };
    let (trace, _) = run(with(scenario(&[("acks", "0")], 60, 1), [fault(anchor, lose)]));
    let losses = check(&trace, LOST, LossCause::InFlight);
    assert!(losses.iter().all(|loss| has(loss, |fact| fact.kind() == Kind::Connection)));
}

#[test]
fn with_acks_1_what_was_not_yet_copied_is_lost_with_its_leader() {
    let cut = |to: u32| {
        let place = |id| model::scenario::Place::Broker(b(id));
        let link = model::scenario::Link { from: place(1), to: place(to) };
        at(400, FaultKind::CutLink { link, lasts: Micros(60_000_000) })
    };
    let faults = [cut(2), cut(3), at(700, FaultKind::Kill(b(1)))];
    let (trace, _) = run(with(quick(scenario(&[("acks", "1")], 500, 1)), faults));
    let losses = check(&trace, LOST, LossCause::NotYetCopied);
    for loss in losses {
        assert!(has(&loss, |fact| fact.kind() == Kind::Append));
        assert!(has(&loss, |fact| fact.kind() == Kind::BrokerState
            && trace.broker_states.change().get(fact.row()) == BrokerChange::Killed));
        assert!(has(&loss, |fact| fact.kind() == Kind::Leader), "{loss:?}");
    }
}

/// Both followers are too slow to stay in sync; then something happens to the leader.
fn alone(leader: FaultKind) -> Scenario {
    let slow = |broker| {
        let (by, lasts) = (Micros(60_000_000), Micros(9_000_000));
        at(500, FaultKind::SlowBroker { broker: b(broker), by, lasts })
    };
    let mut scenario = with(
        quick(scenario(&[("acks", "all")], 900, 1)),
        [slow(2), slow(3), at(6_000, leader), at(12_000, FaultKind::Restart(b(1)))],
    );
    replication(&mut scenario).eligible_leader_replicas = false;
    scenario
}

#[test]
fn an_unclean_election_is_the_cause_and_the_last_event() {
    let mut scenario = alone(FaultKind::Kill(b(1)));
    replication(&mut scenario).unclean_leader_election_enable = true;
    let (trace, _) = run(scenario);
    for loss in check(&trace, LOST, LossCause::UncleanElection) {
        assert!(has(&loss, |fact| fact.kind() == Kind::Leader
            && trace.leaders.why().get(fact.row()) == ElectionReason::Unclean));
    }
}

#[test]
fn power_that_fails_before_the_log_is_on_disk_is_the_cause() {
    let (trace, _) = run(alone(FaultKind::PowerLoss(b(1))));
    for loss in check(&trace, LOST, LossCause::PowerLoss) {
        assert!(has(&loss, |fact| fact.kind() == Kind::Truncation));
        assert!(has(&loss, |fact| fact.kind() == Kind::BrokerState
            && trace.broker_states.change().get(fact.row()) == BrokerChange::PowerLoss));
    }
}

#[test]
fn what_an_application_had_not_sent_as_it_ended_is_gone_with_it() {
    let settings = [("acks", "all"), ("linger.ms", "500")];
    let exit = at(300, FaultKind::ApplicationExit);
    let (trace, _) = run(with(scenario(&settings, 100, 1), [exit]));
    for loss in check(&trace, Class::Fate(Fate::UnacknowledgedGone), LossCause::Exit) {
        assert!(has(&loss, |fact| fact.kind() == Kind::Call));
    }
}
