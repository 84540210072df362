//! Who leads, who is in sync and who is up, at a time: what the controller decided and what became of
//! the brokers.

use crate::logs::Logs;
use std::collections::BTreeMap;
use trace::{BrokerChange, Kind, NONE, Trace};
use units::{BrokerId, Epoch, SimTime, TopicPartition};

/// A partition as the controller has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartitionView {
    /// Its leader, if it has one.
    pub leader: Option<BrokerId>,
    /// The leader before, if it has none.
    pub leader_before: Option<BrokerId>,
    /// The leader's epoch.
    pub epoch: Epoch,
    /// The in-sync set: bit n stands for broker n. `None` where nothing was ever said.
    pub in_sync: Option<u64>,
    /// Eligible leader replicas, likewise.
    pub eligible: u64,
}

impl Default for PartitionView {
    fn default() -> Self {
        let epoch = Epoch::NONE;
        Self { leader: None, leader_before: None, epoch, in_sync: None, eligible: 0 }
    }
}

/// A broker as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrokerView {
    /// Its process is gone, or stands still.
    pub down: bool,
    /// It stands still.
    pub hung: bool,
    /// It shuts down in order, or has done so.
    pub shutting_down: bool,
    /// The controller does not hear it.
    pub fenced: bool,
    /// It refuses connections.
    pub unreachable: bool,
}

impl BrokerView {
    /// Takes over a change.
    pub fn apply(&mut self, change: BrokerChange) {
        match change {
            BrokerChange::Killed | BrokerChange::PowerLoss | BrokerChange::Exited => {
                *self = Self { down: true, fenced: self.fenced, ..Self::default() };
            }
            BrokerChange::Hung => (self.down, self.hung) = (true, true),
            BrokerChange::Resumed => (self.down, self.hung) = (false, false),
            BrokerChange::ShuttingDown => self.shutting_down = true,
            BrokerChange::Starting | BrokerChange::Restarted => {
                (self.down, self.shutting_down) = (false, false);
            }
            // a process that has just been registered is fenced until its heartbeats say that it is ready
            BrokerChange::Fenced | BrokerChange::Registered => self.fenced = true,
            BrokerChange::Unfenced => self.fenced = false,
            BrokerChange::Unreachable => self.unreachable = true,
            BrokerChange::Reachable => self.unreachable = false,
            BrokerChange::RegistrationRefused => {}
        }
    }
}

/// Partitions and brokers at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterView {
    /// Those of which something was said.
    pub partitions: BTreeMap<TopicPartition, PartitionView>,
    /// Those to which something happened; the others are up.
    pub brokers: BTreeMap<BrokerId, BrokerView>,
}

impl ClusterView {
    /// The cluster after everything that happened up to and at `at`.
    #[must_use]
    pub fn at(trace: &Trace, at: SimTime) -> Self {
        let mut view = Self::default();
        let until = |kind: Kind| rows_until(trace, kind, at);
        for row in 0..until(Kind::Leader) {
            view.leader(trace, row);
        }
        for row in 0..until(Kind::Isr) {
            view.in_sync(trace, row);
        }
        for row in 0..until(Kind::BrokerState) {
            view.broker_state(trace, row);
        }
        view
    }

    pub(crate) fn leader(&mut self, trace: &Trace, row: u32) {
        let fact = trace.leaders.row(row);
        let partition = self.partitions.entry(fact.partition).or_default();
        partition.leader_before = partition.leader.or(partition.leader_before);
        partition.leader = (fact.broker.0 != NONE).then_some(fact.broker);
        partition.epoch = fact.epoch;
    }

    pub(crate) fn in_sync(&mut self, trace: &Trace, row: u32) {
        let fact = trace.isr_changes.row(row);
        let partition = self.partitions.entry(fact.partition).or_default();
        partition.in_sync = Some(fact.members);
        partition.eligible = fact.eligible;
    }

    pub(crate) fn broker_state(&mut self, trace: &Trace, row: u32) {
        let fact = trace.broker_states.row(row);
        self.brokers.entry(fact.broker).or_default().apply(fact.change);
    }

    /// Whether a broker's process is gone, or stands still.
    #[must_use]
    pub fn is_down(&self, broker: BrokerId) -> bool {
        self.brokers.get(&broker).is_some_and(|view| view.down)
    }

    /// Whether a replica's log is, or can become, the leader's without an unclean election: it leads,
    /// is in sync, is an eligible leader replica, or was the last leader of a partition that has none
    /// of these. Source: `PartitionChangeBuilder.isValidNewLeader`, `canElectLastKnownLeader`.
    #[must_use]
    pub fn can_lead(&self, partition: TopicPartition, broker: BrokerId) -> bool {
        let Some(view) = self.partitions.get(&partition) else { return true };
        if view.leader == Some(broker) {
            return true;
        }
        let Some(in_sync) = view.in_sync else { return view.leader.is_none() };
        let able = in_sync | view.eligible;
        if able == 0 && view.leader.is_none() {
            return view.leader_before == Some(broker);
        }
        able.checked_shr(broker.0).is_some_and(|bits| bits & 1 == 1)
    }

    /// The log that tells duplicates and order: the leader's, or, without a leader, the first that can
    /// become one. A position in [`Logs::all`].
    pub(crate) fn head_log(&self, logs: &Logs, partition: TopicPartition) -> Option<usize> {
        let of_partition = || (0..).zip(logs.all()).filter(|(_, log)| log.partition == partition);
        let leader = self.partitions.get(&partition).and_then(|view| view.leader);
        let leads = of_partition().find(|(_, log)| Some(log.broker) == leader);
        leads
            .or_else(|| of_partition().find(|(_, log)| self.can_lead(partition, log.broker)))
            .map(|(position, _)| position)
    }
}

/// Rows of a kind up to and at a time.
pub(crate) fn rows_until(trace: &Trace, kind: Kind, at: SimTime) -> u32 {
    if at == SimTime::NEVER {
        return trace.len_of(kind);
    }
    trace.first_row(kind, SimTime(at.0 + 1))
}
