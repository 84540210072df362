//! What a test, or a fold over the trace, can be held against: a snapshot of all brokers as plain data.

use super::node::{Process, Role};
use super::{Brokers, Node};
use crate::image::{Layout, PartitionState};
use alloc::vec::Vec;
use units::{BrokerId, Epoch, Offset, RecordId, TopicPartition};

/// How much of the brokers a snapshot has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Roles, sets, log ends, high watermarks.
    Marks,
    /// The batches of all logs too.
    Logs,
}

/// All brokers at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterState {
    /// The brokers.
    pub brokers: Vec<BrokerView>,
    /// The partitions, topic by topic.
    pub partitions: Vec<PartitionView>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerView {
    /// Which.
    pub broker: BrokerId,
    /// Its process is there, running or standing still.
    pub up: bool,
    /// It stands still.
    pub hung: bool,
    /// The controller counts on it no more.
    pub fenced: bool,
}

/// A partition, as the controller has it, and its replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionView {
    /// Which.
    pub partition: TopicPartition,
    /// Its leader, if it has one.
    pub leader: Option<BrokerId>,
    /// The leader's epoch.
    pub leader_epoch: Epoch,
    /// The in-sync set: bit n stands for broker n.
    pub isr: u64,
    /// Eligible leader replicas, likewise.
    pub eligible: u64,
    /// `min.insync.replicas`, capped by the number of replicas.
    pub min_isr: u32,
    /// Its replicas in order of preference.
    pub replicas: Vec<ReplicaView>,
}

/// A replica, as its broker has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaView {
    /// The broker.
    pub broker: BrokerId,
    /// It leads, or thinks so.
    pub leads: bool,
    /// The leader's epoch that it knows.
    pub leader_epoch: Epoch,
    /// Its log end.
    pub log_end: Offset,
    /// Its high watermark.
    pub high_watermark: Offset,
    /// The in-sync set that it works with as a leader, members that it has asked for included.
    pub maximal_isr: u64,
    /// Log ends of its followers, as far as it knows them as a leader.
    pub followers: Vec<(BrokerId, Option<Offset>)>,
    /// Its log, if the snapshot has logs.
    pub batches: Vec<BatchView>,
}

/// A batch in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchView {
    /// Offset of its first record.
    pub base: Offset,
    /// Records in it.
    pub records: u32,
    /// The epoch of the leader that appended it.
    pub leader_epoch: Epoch,
    /// Its first record.
    pub first: RecordId,
}

impl Brokers {
    /// All brokers now.
    pub(crate) fn state(&self, depth: Depth) -> ClusterState {
        let image = self.actors.controller.image();
        let brokers = self.actors.nodes.iter().zip(&image.brokers).map(|(node, registration)| {
            let down = matches!(node.process, Process::Down | Process::Unpowered);
            let hung = node.process == Process::Hung;
            BrokerView { broker: node.id, up: !down, hung, fenced: registration.fenced }
        });
        let partitions = image.partitions.iter().enumerate();
        ClusterState {
            brokers: brokers.collect(),
            partitions: partitions.map(|(n, state)| self.view(n, state, depth)).collect(),
        }
    }

    fn view(&self, position: usize, state: &PartitionState, depth: Depth) -> PartitionView {
        let info = &self.shared.layout.partitions[position];
        let replicas = info.replicas.iter().filter_map(|broker| {
            let node = self.shared.layout.broker(*broker)?;
            self.replica_view(&self.actors.nodes[node], position, depth)
        });
        PartitionView {
            partition: info.id,
            leader: state.leader,
            leader_epoch: state.leader_epoch,
            isr: state.isr.0,
            eligible: state.elr.0,
            min_isr: info.min_isr,
            replicas: replicas.collect(),
        }
    }

    fn replica_view(&self, node: &Node, position: usize, depth: Depth) -> Option<ReplicaView> {
        let replica = node.replica(position)?;
        // a process that starts plays no role yet
        let leading = replica.leading().filter(|_| node.process != Process::Starting);
        let followers = leading.into_iter().flat_map(|leading| &leading.followers);
        let logs: &[u32] = if depth == Depth::Logs { replica.log.batches() } else { &[] };
        let batches = logs.iter().map(|number| {
            let batch = &self.shared.batches[*number as usize];
            let (base, records, leader_epoch) = (batch.base, batch.records, batch.leader_epoch);
            BatchView { base, records, leader_epoch, first: batch.first }
        });
        Some(ReplicaView {
            broker: node.id,
            leads: leading.is_some(),
            leader_epoch: replica.leader_epoch,
            log_end: replica.log.log_end(),
            high_watermark: replica.high_watermark,
            maximal_isr: leading.map_or(0, |leading| leading.maximal_isr().0),
            followers: followers.map(|state| (state.broker, state.log_end)).collect(),
            batches: batches.collect(),
        })
    }

    /// Whether nothing is going on any more: every replica that runs has everything, knows that it is
    /// committed and is in sync; nobody is about to start or to be fenced.
    pub(crate) fn settled(&self) -> bool {
        let image = self.actors.controller.image();
        let nodes = &self.actors.nodes;
        let at_rest =
            nodes.iter().zip(&image.brokers).all(|(node, registration)| match node.process {
                Process::Up => !registration.fenced && node.shutdown.is_none(),
                Process::Starting => false,
                Process::Hung | Process::Down | Process::Unpowered => registration.fenced,
            });
        let serve = nodes.iter().any(|node| node.process == Process::Up && node.serves());
        let partitions = 0..image.partitions.len();
        at_rest
            && !serve
            && partitions.into_iter().all(|position| self.partition_settled(position, image))
    }

    fn partition_settled(&self, position: usize, image: &crate::image::Image) -> bool {
        let state = &image.partitions[position];
        let layout: &Layout = &self.shared.layout;
        let node = |broker: BrokerId| layout.broker(broker).map(|n| &self.actors.nodes[n]);
        let Some(leader) = state.leader.and_then(node) else {
            return true;
        };
        let Some(own) = leader.replica(position) else { return false };
        let replicas = layout.partitions[position].replicas.iter().filter_map(|b| node(*b));
        let mut running = replicas.filter(|node| node.process == Process::Up);
        let (end, committed) = (own.log.log_end(), own.high_watermark);
        let enough = state.isr.len() >= layout.partitions[position].min_isr;
        if enough && committed != end {
            return false;
        }
        running.all(|node| {
            node.replica(position).is_some_and(|replica| {
                let follows = !matches!(replica.role, Role::Offline);
                let knows = replica.high_watermark == committed || !enough;
                follows && replica.log.log_end() == end && knows && state.isr.contains(node.id)
            })
        })
    }
}
