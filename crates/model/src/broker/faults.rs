//! Faults at brokers: which one has an opinion on what, and what it does. The first rule in the list
//! wins.

use super::node::{Node, Process, Slowness};
use super::{Actors, Fx};
use crate::cluster::ClusterOutput;
use crate::scenario::{Anchor, Fault, FaultKind, Message, Scenario};
use crate::wire;
use alloc::vec::Vec;
use trace::{BrokerChange, Cause, FactId, Kind, facts};
use units::{BrokerId, RecordId};

/// A fault that waits for a record to get to a broker.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopiedFault {
    pub(super) fault: u16,
    pub(super) record: RecordId,
    pub(super) broker: BrokerId,
    /// Which message it concerns; `None` if it takes place as the record is there.
    pub(super) message: Option<Message>,
}

/// Faults of the list that are tied to copies.
pub(super) fn copied_faults(scenario: &Scenario) -> Vec<CopiedFault> {
    let mut faults = Vec::new();
    for (fault, spec) in (0..).zip(&scenario.faults) {
        if let (true, Anchor::Copied { record, broker }) = (spec.on, &spec.anchor) {
            let (record, broker) = (*record, *broker);
            faults.push(CopiedFault { fault, record, broker, message: message_of(&spec.what) });
        }
    }
    faults
}

const fn message_of(what: &FaultKind) -> Option<Message> {
    match what {
        FaultKind::Lose { message, .. } | FaultKind::Late { message, .. } => Some(*message),
        _ => None,
    }
}

/// Whether a fault is one of the answer to a produce request.
const fn scripts_an_answer(what: &FaultKind) -> bool {
    matches!(
        what,
        FaultKind::Answer { .. }
            | FaultKind::Delay(_)
            | FaultKind::Silent { .. }
            | FaultKind::Hangup { .. }
    )
}

impl<'a> Fx<'a> {
    /// Whether an anchor names this produce request; `number` is its place in the order of reading.
    fn concerns(&self, anchor: &Anchor, number: u32, produce: &wire::Produce) -> bool {
        match anchor {
            Anchor::Produce { from, to } => (*from..=*to).contains(&number),
            Anchor::Record { record, attempt } => produce
                .batches
                .iter()
                .any(|batch| batch.attempt == *attempt && self.trace.holds(batch.batch, *record)),
            Anchor::At(_) | Anchor::Copied { .. } => false,
        }
    }

    fn first_fault(
        &self,
        number: u32,
        request: &wire::Request,
        kind: impl Fn(&FaultKind) -> bool,
    ) -> Option<u16> {
        if self.scenario.faults.is_empty() {
            return None;
        }
        let wire::RequestBody::Produce(produce) = &request.body else { return None };
        let matches = |(_, fault): &(u16, &Fault)| {
            fault.on && kind(&fault.what) && self.concerns(&fault.anchor, number, produce)
        };
        (0..).zip(&self.scenario.faults).find(matches).map(|(position, _)| position)
    }

    /// The first scripted answer to a produce request.
    pub(super) fn fault_of_request(&self, number: u32, request: &wire::Request) -> Option<u16> {
        self.first_fault(number, request, scripts_an_answer)
    }

    /// The first fault of this message, if it has not taken place.
    pub(super) fn fault_of_message(
        &self,
        message: Message,
        request: &wire::Request,
        number: u32,
    ) -> Option<u16> {
        let fault = self.first_fault(number, request, |what| message_of(what) == Some(message))?;
        self.is_open(fault).then_some(fault)
    }

    /// A produce request is read: faults of other kinds that wait for it take place.
    pub(super) fn note_read(&mut self, number: u32, request: &wire::Request, cause: Cause) {
        if self.scenario.faults.is_empty() {
            return;
        }
        let wire::RequestBody::Produce(produce) = &request.body else { return };
        for (position, fault) in (0..).zip(&self.scenario.faults) {
            let other = !scripts_an_answer(&fault.what) && message_of(&fault.what).is_none();
            if fault.on && other && self.concerns(&fault.anchor, number, produce) {
                self.due_faults.push((position, cause));
            }
        }
    }

    /// Whether a fault has not taken place.
    pub(super) fn is_open(&self, position: u16) -> bool {
        !self.trace.faults.fault().iter().any(|taken| taken == position)
    }

    /// A fault takes place: what it does.
    pub(super) fn take_place(&mut self, position: u16, cause: Cause) -> Option<&'a FaultKind> {
        self.trace.faults.push(facts::Fault { at: self.now, fault: position, cause });
        let scenario = self.scenario;
        scenario.faults.get(usize::from(position)).map(|fault| &fault.what)
    }

    /// The fault that took place last.
    pub(super) fn last_fault(&self) -> Cause {
        FactId::new(Kind::Fault, self.trace.faults.len().saturating_sub(1)).into()
    }
}

impl Actors {
    /// A fault is due: at its time, or because the event has come that it waits for. What cannot be done
    /// does not take place.
    pub(super) fn fault(&mut self, position: u16, cause: Cause, fx: &mut Fx<'_>) {
        let scenario = fx.scenario;
        let Some(fault) = scenario.faults.get(usize::from(position)) else { return };
        let what = &fault.what;
        if !self.is_possible(what, fx) || (is_once(&fault.anchor) && !fx.is_open(position)) {
            return;
        }
        fx.take_place(position, cause);
        let cause = fx.last_fault();
        if let FaultKind::MoveLeader { partition, to } = what {
            if let Some(position) = fx.layout.position(*partition) {
                self.move_leader(position, *to, cause, fx);
            }
            return;
        }
        let Some(node) = what.broker().and_then(|broker| self.node_mut(broker, fx)) else {
            fx.out.push(ClusterOutput::Fault(position));
            return;
        };
        node.suffer(what, cause, fx);
    }

    fn is_possible(&self, what: &FaultKind, fx: &Fx<'_>) -> bool {
        if let FaultKind::MoveLeader { partition, to } = what {
            let Some(position) = fx.layout.position(*partition) else { return false };
            let replicated = fx.scenario.cluster.replication.is_some();
            return !replicated || self.controller.can_lead(position, *to, fx.layout);
        }
        let Some(broker) = what.broker() else { return true };
        let Some(node) = fx.layout.broker(broker).map(|position| &self.nodes[position]) else {
            return false;
        };
        match what {
            FaultKind::Kill(_) | FaultKind::PowerLoss(_) => {
                !matches!(node.process, Process::Down | Process::Unpowered)
            }
            FaultKind::Hang(_) => node.process == Process::Up,
            FaultKind::ControlledShutdown(_) => {
                node.process == Process::Up && node.shutdown.is_none()
            }
            FaultKind::Resume(_) => node.process == Process::Hung,
            FaultKind::Restart(_) => matches!(node.process, Process::Down | Process::Unpowered),
            _ => true,
        }
    }

    fn move_leader(&mut self, position: usize, to: BrokerId, cause: Cause, fx: &mut Fx<'_>) {
        if fx.scenario.cluster.replication.is_some() {
            let mut fx = super::controller_fx(fx);
            return self.controller.move_leader(position, to, cause, &mut fx);
        }
        self.move_scripted_leader(position, to, cause, fx);
    }
}

/// Faults of a time or of a copy take place once; those of requests as often as they are named.
const fn is_once(anchor: &Anchor) -> bool {
    matches!(anchor, Anchor::At(_) | Anchor::Copied { .. })
}

impl Node {
    fn suffer(&mut self, what: &FaultKind, cause: Cause, fx: &mut Fx<'_>) {
        match what {
            FaultKind::Disconnect(_) => self.close_all(cause, fx),
            FaultKind::Unreachable(_) => {
                self.accepts = false;
                self.note(BrokerChange::Unreachable, cause, fx);
                self.close_all(cause, fx);
            }
            FaultKind::Reachable(_) => {
                self.accepts = true;
                self.note(BrokerChange::Reachable, cause, fx);
            }
            FaultKind::Kill(_) => self.kill(cause, fx),
            FaultKind::PowerLoss(_) => self.lose_power(cause, fx),
            FaultKind::Hang(_) => self.hang(cause, fx),
            FaultKind::Resume(_) => self.resume(cause, fx),
            FaultKind::ControlledShutdown(_) => self.begin_shutdown(cause, fx),
            FaultKind::Restart(_) => self.restart(cause, fx),
            FaultKind::SlowBroker { by, lasts, .. } => {
                self.slow = Slowness { by: *by, until: fx.now + *lasts };
            }
            FaultKind::SlowDisk { by, lasts, .. } => {
                self.slow_disk = Slowness { by: *by, until: fx.now + *lasts };
            }
            _ => {}
        }
    }
}
