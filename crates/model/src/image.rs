//! The cluster's metadata: what the controller decides, in order, and brokers apply after a while.
//! Source: `MetadataImage`, `PartitionRegistration`, `BrokerRegistration`.

use crate::scenario::Cluster;
use alloc::vec::Vec;
use trace::Cause;
use units::{BrokerId, Epoch, PartitionId, TopicId, TopicPartition};

/// A set of brokers: bit n stands for broker n, so ids are below 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members(pub(crate) u64);

impl Members {
    pub(crate) fn of(brokers: &[BrokerId]) -> Self {
        brokers.iter().fold(Self::default(), |set, broker| set.with(*broker))
    }

    const fn bit(broker: BrokerId) -> u64 {
        match 1_u64.checked_shl(broker.0) {
            Some(bit) => bit,
            None => 0,
        }
    }

    pub(crate) const fn contains(self, broker: BrokerId) -> bool {
        self.0 & Self::bit(broker) != 0
    }

    pub(crate) const fn with(self, broker: BrokerId) -> Self {
        Self(self.0 | Self::bit(broker))
    }

    pub(crate) const fn without(self, broker: BrokerId) -> Self {
        Self(self.0 & !Self::bit(broker))
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = BrokerId> {
        (0..u64::BITS).map(BrokerId).filter(move |broker| self.contains(*broker))
    }
}

/// What the controller knows of a partition.
///
/// Differs: no `LeaderRecoveryState`, since nobody can see it. An unclean election marks the partition
/// RECOVERING in the record that changes the leader anyway. The leader calls itself RECOVERED as soon as it
/// takes office, and so do all its offers: the refusals of a leader that is still RECOVERING never come,
/// and the mark goes with the record of its first change of the in-sync set. No epoch counts it.
/// Source: `PartitionChangeBuilder.tryElection`, `Partition.makeLeader`, `PendingPartitionChange`,
/// `ReplicationControlManager.validateAlterPartitionData`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartitionState {
    pub(crate) leader: Option<BrokerId>,
    pub(crate) leader_epoch: Epoch,
    pub(crate) partition_epoch: i32,
    pub(crate) isr: Members,
    /// Eligible leader replicas.
    pub(crate) elr: Members,
    pub(crate) last_known_leader: Option<BrokerId>,
}

/// What the controller knows of a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BrokerRegistration {
    /// The metadata offset of its registration: it grows with each restart.
    pub(crate) epoch: i64,
    pub(crate) fenced: bool,
    pub(crate) shutting_down: bool,
}

impl BrokerRegistration {
    /// Source: `ClusterControlManager.isActive`.
    pub(crate) const fn is_active(self) -> bool {
        !self.fenced && !self.shutting_down
    }
}

/// All metadata, up to an offset.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) offset: i64,
    /// In the order of [`Layout::partitions`].
    pub(crate) partitions: Vec<PartitionState>,
    /// In the order of [`Layout::brokers`].
    pub(crate) brokers: Vec<BrokerRegistration>,
}

/// One change of the metadata.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Record {
    Partition { position: usize, state: PartitionState, cause: Cause },
    Broker { position: usize, state: BrokerRegistration },
}

/// Changes up to an offset.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Delta {
    pub(crate) offset: i64,
    pub(crate) records: Vec<Record>,
}

impl Image {
    /// All brokers are active, all replicas in sync, and the first of each partition leads.
    pub(crate) fn at_start(layout: &Layout) -> Self {
        let partition = |info: &PartitionInfo| PartitionState {
            leader: info.replicas.first().copied(),
            leader_epoch: Epoch(0),
            partition_epoch: 0,
            isr: Members::of(&info.replicas),
            elr: Members::default(),
            last_known_leader: None,
        };
        let broker = |epoch| BrokerRegistration { epoch, fenced: false, shutting_down: false };
        let count = layout.brokers.len() as i64;
        Self {
            offset: count,
            partitions: layout.partitions.iter().map(partition).collect(),
            brokers: (1..=count).map(broker).collect(),
        }
    }

    pub(crate) fn apply(&mut self, record: &Record) {
        match record {
            Record::Partition { position, state, .. } => self.partitions[*position] = *state,
            Record::Broker { position, state } => self.brokers[*position] = *state,
        }
    }

    /// Everything, for a broker that has nothing.
    pub(crate) fn as_delta(&self, cause: Cause) -> Delta {
        let brokers = self.brokers.iter().enumerate();
        let brokers = brokers.map(|(position, state)| Record::Broker { position, state: *state });
        let partitions = self.partitions.iter().enumerate();
        let partitions = partitions.map(|(position, state)| Record::Partition {
            position,
            state: *state,
            cause,
        });
        Delta { offset: self.offset, records: brokers.chain(partitions).collect() }
    }
}

/// What stays as it is: brokers, partitions and who hosts them.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) brokers: Vec<BrokerId>,
    pub(crate) partitions: Vec<PartitionInfo>,
    /// Position of each topic's first partition.
    first: Vec<usize>,
}

/// A partition.
#[derive(Clone, Debug)]
pub(crate) struct PartitionInfo {
    pub(crate) id: TopicPartition,
    /// In order of preference.
    pub(crate) replicas: Vec<BrokerId>,
    /// `min.insync.replicas`, capped by the number of replicas. Source: `Partition.effectiveMinIsr`.
    pub(crate) min_isr: u32,
}

impl Layout {
    /// Without replication a partition has one replica.
    pub(crate) fn new(cluster: &Cluster) -> Self {
        let mut partitions = Vec::new();
        let mut first = Vec::new();
        let replicas_max = if cluster.replication.is_some() { usize::MAX } else { 1 };
        for (topic, spec) in cluster.topics.iter().enumerate() {
            first.push(partitions.len());
            for (number, replicas) in spec.replicas.iter().enumerate() {
                let id = TopicPartition {
                    topic: TopicId(topic as u16),
                    partition: PartitionId(number as u16),
                };
                let replicas: Vec<BrokerId> = replicas.iter().copied().take(replicas_max).collect();
                let min_isr = spec.min_insync_replicas.clamp(1, (replicas.len() as u32).max(1));
                partitions.push(PartitionInfo { id, replicas, min_isr });
            }
        }
        Self { brokers: cluster.brokers.clone(), partitions, first }
    }

    /// Where a partition stands, if there is such a one.
    pub(crate) fn position(&self, partition: TopicPartition) -> Option<usize> {
        let first = *self.first.get(partition.topic.index())?;
        let position = first + partition.partition.index();
        let info = self.partitions.get(position)?;
        (info.id == partition).then_some(position)
    }

    /// The positions of a topic's partitions, if there is such a topic.
    pub(crate) fn partitions_of(&self, topic: TopicId) -> Option<core::ops::Range<usize>> {
        let first = *self.first.get(topic.index())?;
        let next = self.first.get(topic.index() + 1).copied();
        Some(first..next.unwrap_or(self.partitions.len()))
    }

    pub(crate) fn broker(&self, broker: BrokerId) -> Option<usize> {
        self.brokers.iter().position(|known| *known == broker)
    }
}
