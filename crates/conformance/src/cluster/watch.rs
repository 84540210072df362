//! What the script sees of a cluster while it runs, read from the trace as it grows.

use super::steps::Condition;
use std::collections::BTreeMap;
use trace::{BrokerChange, NONE, Trace};
use units::SimTime;

/// The controller's view of the one partition and of the brokers, and the client's count of results.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// Bit n stands for broker n.
    isr: u64,
    leader: u32,
    leader_epoch: i32,
    /// When the process of a broker was started last, if it was started by the script.
    pub(super) started: BTreeMap<u32, SimTime>,
    /// When a broker was un-fenced last; absent while fenced.
    unfenced: BTreeMap<u32, SimTime>,
    exited: u64,
    pub(super) answered: u32,
    rows: [u32; 6],
}

impl Watch {
    pub(super) fn new(brokers: &[u32], replicas: &[u32]) -> Self {
        Self {
            isr: mask(replicas),
            leader: replicas.first().copied().unwrap_or(NONE),
            leader_epoch: 0,
            started: BTreeMap::new(),
            unfenced: brokers.iter().map(|broker| (*broker, SimTime::ZERO)).collect(),
            exited: 0,
            answered: 0,
            rows: [0; 6],
        }
    }

    /// Takes in what is new in the trace; whether anything was.
    pub(super) fn update(&mut self, trace: &Trace) -> bool {
        let now = [
            trace.isr_changes.len(),
            trace.leaders.len(),
            trace.broker_states.len(),
            trace.finishes.len(),
            trace.refusals.len(),
            trace.faults.len(),
        ];
        if now == self.rows {
            return false;
        }
        for row in self.rows[0]..now[0] {
            self.isr = trace.isr_changes.row(row).members;
        }
        for row in self.rows[1]..now[1] {
            let leader = trace.leaders.row(row);
            self.leader = leader.broker.0;
            self.leader_epoch = leader.epoch.0;
        }
        for row in self.rows[2]..now[2] {
            let state = trace.broker_states.row(row);
            match state.change {
                BrokerChange::Fenced => {
                    self.unfenced.remove(&state.broker.0);
                }
                BrokerChange::Unfenced => {
                    self.unfenced.insert(state.broker.0, state.at);
                }
                BrokerChange::Exited => self.exited |= 1 << state.broker.0,
                BrokerChange::Starting => self.exited &= !(1 << state.broker.0),
                _ => {}
            }
        }
        for row in self.rows[3]..now[3] {
            let finish = trace.finishes.row(row);
            if !finish.late {
                self.answered += trace.opens.records().get(finish.batch.0);
            }
        }
        self.answered += now[4] - self.rows[4];
        self.rows = now;
        true
    }

    /// Whether what a condition asks of the cluster holds; the rest is the caller's.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let isr = condition.isr.as_ref().is_none_or(|isr| self.isr == mask(isr));
        let in_isr =
            condition.in_isr.as_ref().is_none_or(|some| self.isr & mask(some) == mask(some));
        let leader = condition.leader_is_not.is_none_or(|not| self.leader != not);
        let epoch = condition.leader_epoch_above.is_none_or(|below| self.leader_epoch > below);
        let active = condition.active.iter().flatten().all(|broker| self.active(*broker));
        let exited =
            condition.exited.as_ref().is_none_or(|some| self.exited & mask(some) == mask(some));
        isr && in_isr && leader && epoch && active && exited
    }

    /// Un-fenced, and not only before its process was started again.
    pub(super) fn active(&self, broker: u32) -> bool {
        let Some(since) = self.unfenced.get(&broker) else { return false };
        self.started.get(&broker).is_none_or(|started| since >= started)
    }

    /// Whether a controlled shutdown of it has ended.
    pub(super) const fn exited(&self, broker: u32) -> bool {
        self.exited & (1 << broker) != 0
    }

    /// Whether the in-sync set is exactly this.
    pub(super) fn isr_is(&self, replicas: &[u32]) -> bool {
        self.isr == mask(replicas)
    }
}

/// Brokers as bits.
fn mask(brokers: &[u32]) -> u64 {
    brokers.iter().fold(0, |mask, broker| mask | 1 << broker)
}
