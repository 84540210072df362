//! Why a record is not there: the rule that lost it, and the events that led to it.

use crate::cluster::ClusterView;
use crate::index::{Index, Told};
use crate::logs::{Cell, Logs};
use crate::steps::{Stay, partition_of, stays, truncation_of};
use trace::{BrokerChange, CallKind, ConnectionState, ElectionReason, FactId, Kind, NONE, Trace};
use units::{BrokerId, Offset, RecordId, SimTime};

/// Why a record is on no log that can become the leader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossCause {
    /// `acks=0`: it was told as written and never reached a log; it was on its way when the connection
    /// went, or was refused, and nobody asked.
    InFlight,
    /// Only the leader had it, `acks=1` or an answer that came too early to mean more: the next leader
    /// was in sync as far as anyone knew, and did not have it.
    NotYetCopied,
    /// A replica that was neither in sync nor eligible became the leader.
    UncleanElection,
    /// A machine lost power before its log was on disk.
    PowerLoss,
    /// The process ended without `close`, with the record still in it.
    Exit,
    /// The client gave it up, and its exception said so.
    GivenUp,
}

/// How a record was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The rule.
    pub cause: LossCause,
    /// What led to it, in order of time; the last one decided.
    pub events: Vec<FactId>,
    /// Where it was in a leader's log.
    pub offset: Option<Offset>,
    /// Who has its place now: the record at its offset in the leader's log.
    pub replaced_by: Option<Cell>,
}

/// How a record was lost that is on no log that can become the leader's, or never was on one. Ask for
/// records whose fate is `AcknowledgedLost` or `UnacknowledgedGone`.
#[must_use]
pub fn loss(trace: &Trace, index: &Index, logs: &Logs, record: RecordId) -> Loss {
    let stays = stays(trace, index, logs, record);
    let mut loss = match stays.first() {
        None => never_there(trace, index, record),
        Some(first) => dropped(trace, index, logs, record, &stays, first),
    };
    loss.events.sort_by_key(|fact| trace.at(*fact));
    loss.events.dedup();
    if let Some(first) = stays.first() {
        loss.offset = Some(first.cell.offset);
        let partition = partition_of(trace, record);
        let head = ClusterView::at(trace, SimTime::NEVER).head_log(logs, partition);
        loss.replaced_by = head.and_then(|head| {
            let now = SimTime(SimTime::NEVER.0 - 1);
            logs.record_at(trace, &logs.all()[head], first.cell.offset, now)
        });
    }
    loss
}

/// No leader ever appended it.
fn never_there(trace: &Trace, index: &Index, record: RecordId) -> Loss {
    let mut events = vec![FactId::new(Kind::Send, record.0)];
    let cause = match index.told(trace, record) {
        Told::Failed => LossCause::GivenUp,
        Told::Acknowledged | Told::Unconfirmed => LossCause::InFlight,
        Told::Nothing => LossCause::Exit,
    };
    let batch = trace.sends.batch().get(record.0);
    if batch.0 != NONE {
        events.extend(last_try(trace, index, batch));
        events.extend(index.finish_row(batch).map(|row| FactId::new(Kind::Finish, row)));
    }
    events.extend(index.refusal_row(record).map(|row| FactId::new(Kind::Refusal, row)));
    events.extend(index.callback_row(record).map(|row| FactId::new(Kind::Callback, row)));
    if cause == LossCause::Exit {
        let exits = (0..).zip(trace.calls.rows()).filter(|(_, call)| call.call == CallKind::Exit);
        events.extend(exits.map(|(row, _)| FactId::new(Kind::Call, row)));
    }
    Loss { cause, events, offset: None, replaced_by: None }
}

/// The last request that carried the batch, what a leader said, and the end of its connection.
fn last_try(trace: &Trace, index: &Index, batch: units::BatchId) -> Vec<FactId> {
    let mut events = Vec::new();
    let Some(row) = index.drain_rows(batch).last() else { return events };
    let request = trace.requests.row(trace.drains.request().get(*row).0);
    events.push(FactId::new(Kind::Request, trace.drains.request().get(*row).0));
    events.extend(index.append_rows(batch).last().map(|row| FactId::new(Kind::Append, *row)));
    let first = trace.first_row(Kind::Connection, request.at);
    let ended = |row: &u32| {
        let fact = trace.connections.row(*row);
        fact.connection == request.connection
            && matches!(fact.state, ConnectionState::Disconnected | ConnectionState::ClosedByClient)
    };
    let end = (first..trace.connections.len()).find(ended);
    events.extend(end.map(|row| FactId::new(Kind::Connection, row)));
    events
}

/// It was in a log, and is in none that counts.
fn dropped(
    trace: &Trace,
    index: &Index,
    logs: &Logs,
    record: RecordId,
    stays: &[Stay],
    first: &Stay,
) -> Loss {
    let mut events = vec![first.cell.fact];
    events.extend(index.callback_row(record).map(|row| FactId::new(Kind::Callback, row)));
    let ends: Vec<FactId> =
        stays.iter().filter_map(|stay| truncation_of(trace, record, stay)).collect();
    let partition = partition_of(trace, record);
    let elected = (0..trace.leaders.len()).find(|row| {
        let leader = trace.leaders.row(*row);
        leader.partition == partition
            && leader.broker.0 != NONE
            && leader.at >= first.cell.since
            && !has_at(logs, trace, record, leader.broker, first.cell.offset, leader.at)
    });
    let without_power = |broker: BrokerId, by: SimTime| {
        let of_broker = |fact: &&FactId| {
            let truncation = trace.truncations.row(fact.row());
            truncation.broker == broker && truncation.at <= by
        };
        ends.iter().filter(of_broker).find_map(|fact| Some((*fact, power_loss(trace, *fact)?)))
    };
    let Some(row) = elected else {
        // nobody else led: the log that had it lost it, or can no longer lead
        let lost_power = stays.iter().find_map(|s| without_power(s.broker, SimTime::NEVER));
        if let Some((truncation, power)) = lost_power {
            events.extend([power, truncation]);
            return Loss { cause: LossCause::PowerLoss, events, offset: None, replaced_by: None };
        }
        events.extend(ends);
        events.extend(went_down(trace, first.broker, first.cell.since, SimTime::NEVER));
        return Loss { cause: LossCause::NotYetCopied, events, offset: None, replaced_by: None };
    };
    let leader = trace.leaders.row(row);
    let election = FactId::new(Kind::Leader, row);
    let own = ends.iter().filter(|fact| trace.truncations.broker().get(fact.row()) == first.broker);
    let cause = if let Some((truncation, power)) = without_power(leader.broker, leader.at) {
        events.extend([power, truncation, election]);
        LossCause::PowerLoss
    } else {
        let down = went_down(trace, first.broker, first.cell.since, leader.at);
        let unanswered =
            |down| unanswered(trace, leader.broker, first.broker, trace.at(down), leader.at);
        events.extend(down.into_iter().chain(down.and_then(unanswered)));
        events.push(election);
        events.extend(own);
        match leader.why {
            ElectionReason::Unclean => LossCause::UncleanElection,
            _ => LossCause::NotYetCopied,
        }
    };
    Loss { cause, events, offset: None, replaced_by: None }
}

fn has_at(
    logs: &Logs,
    trace: &Trace,
    record: RecordId,
    broker: BrokerId,
    offset: Offset,
    at: SimTime,
) -> bool {
    let Some(log) = logs.log(partition_of(trace, record), broker) else { return false };
    logs.record_at(trace, log, offset, at).is_some_and(|cell| cell.record == record)
}

/// The loss of power that a truncation follows from.
fn power_loss(trace: &Trace, truncation: FactId) -> Option<FactId> {
    const STEPS_MAX: usize = 4; // truncation, start of the process, loss of power, and one to spare
    let causes =
        core::iter::successors(Some(truncation), |fact| trace.cause(*fact).fact()).take(STEPS_MAX);
    let is_power_loss = |fact: &FactId| {
        fact.kind() == Kind::BrokerState
            && trace.broker_states.change().get(fact.row()) == BrokerChange::PowerLoss
    };
    causes.into_iter().find(is_power_loss)
}

/// The last time that a broker went down between two moments.
fn went_down(trace: &Trace, broker: BrokerId, from: SimTime, to: SimTime) -> Option<FactId> {
    let first = trace.first_row(Kind::BrokerState, from);
    let last = crate::cluster::rows_until(trace, Kind::BrokerState, to);
    let down = |row: &u32| {
        let fact = trace.broker_states.row(*row);
        fact.broker == broker
            && matches!(
                fact.change,
                BrokerChange::Killed
                    | BrokerChange::PowerLoss
                    | BrokerChange::Hung
                    | BrokerChange::ShuttingDown
                    | BrokerChange::Unreachable
            )
    };
    let row = (first..last).rev().find(down)?;
    Some(FactId::new(Kind::BrokerState, row))
}

/// The fetch with which a follower would have got the record, had it been answered: the one that was under
/// way as its leader went down, or else the next.
fn unanswered(
    trace: &Trace,
    follower: BrokerId,
    leader: BrokerId,
    down: SimTime,
    elected: SimTime,
) -> Option<FactId> {
    let from_leader = |fetch: &u32| {
        let fetch = trace.fetches.row(*fetch);
        fetch.follower == follower && fetch.leader == leader
    };
    let copies = crate::cluster::rows_until(trace, Kind::Copy, elected);
    let answered = (0..copies).rev().find_map(|copy| {
        let answer = trace.copies.answer().get(copy);
        let fetch = trace.fetch_answers.fetch().get(answer);
        from_leader(&fetch).then_some(fetch)
    });
    let until = crate::cluster::rows_until(trace, Kind::Fetch, elected);
    let mut open = (answered.map_or(0, |fetch| fetch + 1)..until).filter(from_leader);
    let first = open.next()?;
    let under_way = open.take_while(|fetch| trace.fetches.at().get(*fetch) <= down).last();
    Some(FactId::new(Kind::Fetch, under_way.unwrap_or(first)))
}
