//! What the client knows of the cluster, and when it asks again. Source: `Metadata`,
//! `ProducerMetadata`, `MetadataSnapshot`.

use super::exponential_backoff::ExponentialBackoff;
use super::java_hash;
use crate::config::ProducerConfig;
use crate::wire;
use alloc::{vec, vec::Vec};
use litemap::LiteMap;
use trace::ErrorCode;
use units::{BrokerId, ClockMs, Epoch, Millis, PartitionId, TopicId, TopicPartition};

/// A node as the client names it: a broker's id, or -1, -2, … for bootstrap addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) i32);

impl From<BrokerId> for NodeId {
    fn from(broker: BrokerId) -> Self {
        Self(broker.0.cast_signed())
    }
}

/// Long before the run: what Kafka's clock calls 0.
const LONG_AGO: ClockMs = ClockMs(i64::MIN / 4);

/// A topic's partitions in the order of the client's hash maps.
#[derive(Clone, Debug, Default)]
pub(super) struct TopicView {
    /// All partitions.
    pub(super) partitions: Vec<PartitionId>,
    /// Those with a leader.
    pub(super) available: Vec<PartitionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PartitionState {
    leader: Option<NodeId>,
    leader_epoch: Option<Epoch>,
}

/// The client's picture of the cluster.
#[derive(Clone, Debug, Default)]
struct Snapshot {
    nodes: Vec<NodeId>,
    /// In the order of the map that Kafka keeps them in.
    partitions: Vec<(TopicPartition, PartitionState)>,
    /// Derived: by topic.
    topics: Vec<TopicView>,
    /// Derived: state by topic and partition.
    states: Vec<Vec<Option<PartitionState>>>,
    /// Derived: what each node leads.
    led: LiteMap<NodeId, Vec<TopicPartition>>,
}

/// Metadata of the producer.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    backoff: ExponentialBackoff,
    expire: Millis,
    idle: Millis,
    bootstrap: Vec<NodeId>,
    /// Hashes of the topics' names, by id.
    topic_hashes: Vec<i32>,
    last_refresh: ClockMs,
    last_successful_refresh: ClockMs,
    attempts: i64,
    equivalent_responses: i64,
    request_version: u32,
    update_version: u32,
    need_full_update: bool,
    need_partial_update: bool,
    /// Tracked topics with the time at which they are forgotten, in order of their being added.
    tracked: Vec<(TopicId, ClockMs)>,
    new_topics: Vec<TopicId>,
    last_seen_epochs: LiteMap<TopicPartition, Epoch>,
    snapshot: Snapshot,
    closed: bool,
}

/// A metadata request that may go out now.
pub(super) struct MetadataRequest {
    pub(super) topics: Vec<TopicId>,
    pub(super) version: u32,
    pub(super) partial: bool,
}

impl Metadata {
    pub(super) fn new(
        config: &ProducerConfig,
        bootstrap_servers: usize,
        topic_hashes: Vec<i32>,
    ) -> Self {
        let bootstrap = (1..=bootstrap_servers as i32).map(|n| NodeId(-n)).collect();
        let mut metadata = Self {
            backoff: ExponentialBackoff::new(config.retry_backoff(), config.retry_backoff_max()),
            expire: config.metadata_max_age(),
            idle: config.metadata_max_idle(),
            bootstrap,
            topic_hashes,
            last_refresh: LONG_AGO,
            last_successful_refresh: LONG_AGO,
            attempts: 0,
            equivalent_responses: 0,
            request_version: 0,
            update_version: 0,
            need_full_update: false,
            need_partial_update: false,
            tracked: Vec::new(),
            new_topics: Vec::new(),
            last_seen_epochs: LiteMap::new(),
            snapshot: Snapshot::default(),
            closed: false,
        };
        metadata.rebootstrap();
        metadata
    }

    /// Falls back to the bootstrap addresses and forgets the topics. Source: `Metadata.bootstrap`.
    pub(super) fn rebootstrap(&mut self) {
        self.need_full_update = true;
        self.update_version += 1;
        self.snapshot = Snapshot { nodes: self.bootstrap.clone(), ..Snapshot::default() };
    }

    pub(super) fn nodes(&self) -> &[NodeId] {
        &self.snapshot.nodes
    }

    /// The number of partitions, if the topic is known.
    pub(super) fn partition_count(&self, topic: TopicId) -> Option<usize> {
        self.snapshot.topics.get(topic.index()).map(|view| view.partitions.len()).filter(|n| *n > 0)
    }

    pub(super) fn topic(&self, topic: TopicId) -> Option<&TopicView> {
        self.snapshot.topics.get(topic.index()).filter(|view| !view.partitions.is_empty())
    }

    fn state(&self, partition: TopicPartition) -> Option<PartitionState> {
        *self.snapshot.states.get(partition.topic.index())?.get(partition.partition.index())?
    }

    pub(super) fn leader(&self, partition: TopicPartition) -> Option<NodeId> {
        self.state(partition)?.leader
    }

    pub(super) fn leader_epoch(&self, partition: TopicPartition) -> Option<Epoch> {
        self.state(partition)?.leader_epoch
    }

    /// What a node leads, in the order of the drain circle.
    pub(super) fn led_by(&self, node: NodeId) -> &[TopicPartition] {
        self.snapshot.led.get(&node).map_or(&[], Vec::as_slice)
    }

    pub(super) const fn update_version(&self) -> u32 {
        self.update_version
    }

    pub(super) const fn close(&mut self) {
        self.closed = true;
    }

    pub(super) const fn closed(&self) -> bool {
        self.closed
    }

    /// Tracks a topic. Source: `ProducerMetadata.add`.
    pub(super) fn add(&mut self, topic: TopicId, now: ClockMs) {
        let expires = now + self.idle;
        if let Some(tracked) = self.tracked.iter_mut().find(|(known, _)| *known == topic) {
            tracked.1 = expires;
            return;
        }
        self.tracked.push((topic, expires));
        self.new_topics.push(topic);
        self.request_update_for_new_topics();
    }

    /// Source: `ProducerMetadata.requestUpdateForTopic`. Returns the version to wait beyond.
    pub(super) fn request_update_for_topic(&mut self, topic: TopicId) -> u32 {
        if self.new_topics.contains(&topic) {
            self.request_update_for_new_topics();
        } else {
            self.request_update();
        }
        self.update_version
    }

    /// Source: `Metadata.requestUpdate(false)`.
    pub(super) const fn request_update(&mut self) {
        self.need_full_update = true;
    }

    fn request_update_for_new_topics(&mut self) {
        self.last_refresh = LONG_AGO;
        self.need_partial_update = true;
        self.equivalent_responses = 0;
        self.request_version += 1;
    }

    fn backoff(&self, attempts: i64, unit: f64) -> Millis {
        self.backoff.backoff(attempts, unit)
    }

    /// Source: `Metadata.timeToAllowUpdate`, which redraws its jitter at each look.
    fn time_to_allow_update(&mut self, now: ClockMs, unit: f64) -> Millis {
        let left = |until: ClockMs| (until - now).max(Millis::ZERO);
        let attempts = self.backoff((self.attempts - 1).max(0), unit);
        let for_attempts = left(self.last_refresh + attempts);
        if left(self.last_successful_refresh + self.expire) == Millis::ZERO {
            self.equivalent_responses = 0;
        }
        let equivalent = if self.equivalent_responses > 0 {
            self.backoff(self.equivalent_responses - 1, unit)
        } else {
            Millis::ZERO
        };
        for_attempts.max(left(self.last_refresh + equivalent))
    }

    /// How long until an update is due; zero if it is. Source: `Metadata.timeToNextUpdate`.
    pub(super) fn time_to_next_update(&mut self, now: ClockMs, unit: f64) -> Millis {
        let to_expire = if self.need_full_update || self.need_partial_update {
            Millis::ZERO
        } else {
            (self.last_successful_refresh + self.expire - now).max(Millis::ZERO)
        };
        to_expire.max(self.time_to_allow_update(now, unit))
    }

    /// Source: `Metadata.newMetadataRequestAndVersion`. Topics in the order of their hash map.
    pub(super) fn new_request(&self, now: ClockMs) -> MetadataRequest {
        let partial = !self.need_full_update && self.last_successful_refresh + self.expire > now;
        let mut topics: Vec<TopicId> = if partial {
            self.new_topics.clone()
        } else {
            self.tracked.iter().map(|(topic, _)| *topic).collect()
        };
        let capacity = java_hash::capacity(topics.len(), java_hash::DEFAULT_CAPACITY);
        java_hash::sort_by_bucket(&mut topics, capacity, |t| self.topic_hashes[t.index()]);
        MetadataRequest { topics, version: self.request_version, partial }
    }

    /// Source: `Metadata.failedUpdate`.
    pub(super) const fn failed_update(&mut self, now: ClockMs) {
        self.last_refresh = now;
        self.attempts += 1;
        self.equivalent_responses = 0;
    }

    fn retain(&mut self, topic: TopicId, now: ClockMs) -> bool {
        let Some(position) = self.tracked.iter().position(|(known, _)| *known == topic) else {
            return false;
        };
        if self.new_topics.contains(&topic) {
            return true;
        }
        if self.tracked[position].1 <= now {
            self.tracked.remove(position);
            return false;
        }
        true
    }

    /// Takes over an answer. Source: `Metadata.update`, `ProducerMetadata.update`.
    pub(super) fn update(
        &mut self,
        request_version: u32,
        partial: bool,
        answer: &wire::Metadata,
        now: ClockMs,
    ) {
        self.need_partial_update = request_version < self.request_version;
        self.last_refresh = now;
        self.attempts = 0;
        self.update_version += 1;
        if !partial {
            self.need_full_update = false;
            self.last_successful_refresh = now;
        }
        self.equivalent_responses += 1;
        self.handle_response(answer, partial, now);
        let seen: Vec<TopicPartition> = self.last_seen_epochs.keys().copied().collect();
        for partition in seen {
            if !self.retain(partition.topic, now) {
                self.last_seen_epochs.remove(&partition);
            }
        }
        for topic in &answer.topics {
            self.new_topics.retain(|new| *new != topic.topic);
        }
    }

    fn handle_response(&mut self, answer: &wire::Metadata, partial: bool, now: ClockMs) {
        let mut nodes: Vec<NodeId> = answer.brokers.iter().map(|id| NodeId::from(*id)).collect();
        let capacity = java_hash::capacity(nodes.len(), java_hash::DEFAULT_CAPACITY);
        java_hash::sort_by_bucket(&mut nodes, capacity, |node| node.0);
        let mut partitions = Vec::new();
        for topic in &answer.topics {
            if !self.retain(topic.topic, now) {
                continue;
            }
            if topic.error != ErrorCode::None {
                if topic.error.invalid_metadata() {
                    self.request_update();
                }
                continue;
            }
            let known_before = self.topic(topic.topic).is_some();
            for (number, state) in topic.partitions.iter().enumerate() {
                let partition =
                    TopicPartition { topic: topic.topic, partition: PartitionId(number as u16) };
                let state = PartitionState {
                    leader: state.leader.map(NodeId::from),
                    leader_epoch: Some(state.leader_epoch).filter(|e| *e != Epoch::NONE),
                };
                if state.leader.is_none() {
                    self.request_update(); // LEADER_NOT_AVAILABLE
                }
                if let Some(latest) = self.latest(partition, state, known_before) {
                    partitions.push((partition, latest));
                }
            }
        }
        if partial {
            let answered: Vec<TopicId> = answer.topics.iter().map(|topic| topic.topic).collect();
            let old = core::mem::take(&mut self.snapshot.partitions);
            for (partition, state) in old {
                if !answered.contains(&partition.topic) && self.retain(partition.topic, now) {
                    partitions.push((partition, state));
                }
            }
        }
        self.rebuild(nodes, partitions);
    }

    /// The newer of what an answer says and what is known, by leader epoch.
    /// Source: `Metadata.updateLatestMetadata`.
    fn latest(
        &mut self,
        partition: TopicPartition,
        state: PartitionState,
        topic_known: bool,
    ) -> Option<PartitionState> {
        let Some(epoch) = state.leader_epoch else {
            self.last_seen_epochs.remove(&partition);
            self.equivalent_responses = 0;
            return Some(state);
        };
        match self.last_seen_epochs.get(&partition).copied() {
            Some(seen) if topic_known => {
                if epoch < seen {
                    return self.state(partition);
                }
                if epoch > seen {
                    self.equivalent_responses = 0;
                }
            }
            _ => self.equivalent_responses = 0,
        }
        self.last_seen_epochs.insert(partition, epoch);
        Some(state)
    }

    /// Source: `MetadataSnapshot`, `Cluster`: two hash maps in a row keep the order inside a bucket.
    fn rebuild(
        &mut self,
        nodes: Vec<NodeId>,
        mut partitions: Vec<(TopicPartition, PartitionState)>,
    ) {
        let capacity = java_hash::capacity(partitions.len(), partitions.len());
        java_hash::sort_by_bucket(&mut partitions, capacity, |(partition, _)| {
            let hash = self.topic_hashes[partition.topic.index()];
            java_hash::topic_partition_hash(hash, i32::from(partition.partition.0))
        });
        let mut topics = vec![TopicView::default(); self.topic_hashes.len()];
        let mut states = vec![Vec::new(); self.topic_hashes.len()];
        let mut led: LiteMap<NodeId, Vec<TopicPartition>> = LiteMap::new();
        for (partition, state) in &mut partitions {
            if !state.leader.is_some_and(|leader| nodes.contains(&leader)) {
                state.leader = None;
            }
            let view = &mut topics[partition.topic.index()];
            view.partitions.push(partition.partition);
            if let Some(leader) = state.leader {
                view.available.push(partition.partition);
                led.entry(leader).or_default().push(*partition);
            }
            let of_topic: &mut Vec<Option<PartitionState>> = &mut states[partition.topic.index()];
            let number = partition.partition.index();
            if of_topic.len() <= number {
                of_topic.resize(number + 1, None);
            }
            of_topic[number] = Some(*state);
        }
        self.snapshot = Snapshot { nodes, partitions, topics, states, led };
    }

    /// Takes over leaders that produce answers named (KIP-951). Returns whether any was news.
    /// Source: `Metadata.updatePartitionLeadership`.
    pub(super) fn update_partition_leadership(
        &mut self,
        leaders: &[(TopicPartition, BrokerId, Epoch)],
    ) -> bool {
        let mut partitions = self.snapshot.partitions.clone();
        let mut updated = Vec::new();
        let mut nodes = self.snapshot.nodes.clone();
        for (partition, leader, epoch) in leaders {
            let current = self.last_seen_epochs.get(partition).copied();
            if current.is_some_and(|current| *epoch <= current) {
                continue;
            }
            let Some(position) = partitions.iter().position(|(known, _)| known == partition) else {
                continue;
            };
            let node = NodeId::from(*leader);
            if !nodes.contains(&node) {
                nodes.push(node);
            }
            let state = PartitionState { leader: Some(node), leader_epoch: Some(*epoch) };
            partitions.remove(position);
            updated.push((*partition, state));
            self.last_seen_epochs.insert(*partition, *epoch);
        }
        if updated.is_empty() {
            return false;
        }
        updated.append(&mut partitions);
        self.rebuild(nodes, updated);
        true
    }
}
