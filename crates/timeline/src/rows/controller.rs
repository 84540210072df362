//! What the controller sees and decides: sessions that run out, elections, in-sync sets.

use super::{Row, RowKind};
use crate::index::Index;
use crate::mark::{Grade, MIXED, Mark};
use crate::track::Track;
use trace::{BrokerChange, ElectionReason, FactId, IsrReason, Kind, NONE, Trace};
use units::SimTime;

/// A broker was fenced or let in again. Values of [`Mark::form`].
pub(crate) const EVENT_BROKER: u8 = 0;
/// A partition got a leader, or lost it.
pub(crate) const EVENT_LEADER: u8 = 1;
/// An in-sync set changed.
pub(crate) const EVENT_ISR: u8 = 2;

/// `None` if the controller had nothing to decide.
pub(super) fn row(trace: &Trace, index: &Index) -> Option<Row> {
    let mut events = Vec::new();
    for (number, state) in (0..).zip(trace.broker_states.rows()) {
        use BrokerChange::{Fenced, Registered, RegistrationRefused, Unfenced};
        if matches!(state.change, Fenced | Unfenced | Registered | RegistrationRefused) {
            let mut mark = Mark::at(FactId::new(Kind::BrokerState, number), state.at);
            (mark.form, mark.count) = (EVENT_BROKER, 0);
            events.push(mark);
        }
    }
    for (number, leader) in (0..).zip(trace.leaders.rows()) {
        if leader.why == ElectionReason::Created {
            continue;
        }
        let mut mark = Mark::at(FactId::new(Kind::Leader, number), leader.at);
        mark.hue = index.hue_of(leader.partition);
        (mark.form, mark.count) = (EVENT_LEADER, 0);
        if leader.broker.0 == NONE {
            mark.grade = Grade::Failed;
        }
        events.push(mark);
    }
    for (number, change) in (0..).zip(trace.isr_changes.rows()) {
        if change.why != IsrReason::Created {
            let mut mark = Mark::at(FactId::new(Kind::Isr, number), change.at);
            mark.hue = index.hue_of(change.partition);
            (mark.form, mark.count) = (EVENT_ISR, 0);
            events.push(mark);
        }
    }
    events.retain(|mark| mark.from >= SimTime::ZERO);
    if events.is_empty() {
        return None;
    }
    let mut row = Row::new(RowKind::Controller, vec![Track::new(events)]);
    row.under = Track::new(sessions(trace, index));
    Some(row)
}

/// Sessions that drain: from a broker's silence until it is fenced or heard again.
fn sessions(trace: &Trace, index: &Index) -> Vec<Mark> {
    let mut silent: Vec<(units::BrokerId, FactId, SimTime)> = Vec::new();
    let mut marks = Vec::new();
    let drained = |fact: FactId, from: SimTime, to: SimTime| {
        let mut mark = Mark::new(fact, from.max(SimTime::ZERO), to);
        (mark.hue, mark.count) = (MIXED, 0);
        mark
    };
    for (number, state) in (0..).zip(trace.broker_states.rows()) {
        use BrokerChange::{Fenced, Hung, Killed, PowerLoss, Resumed, Unfenced};
        let known = silent.iter().position(|(broker, ..)| *broker == state.broker);
        match (state.change, known) {
            (Killed | PowerLoss | Hung, None) => {
                silent.push((state.broker, FactId::new(Kind::BrokerState, number), state.at));
            }
            (Fenced | Resumed | Unfenced, Some(known)) => {
                let (_, fact, from) = silent.swap_remove(known);
                marks.push(drained(fact, from, state.at));
            }
            _ => {}
        }
    }
    marks.extend(silent.iter().map(|(_, fact, from)| drained(*fact, *from, index.end)));
    marks
}
