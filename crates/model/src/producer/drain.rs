//! Which nodes have something to send, and what leaves. Source: `RecordAccumulator.ready`, `drain`,
//! `expiredBatches`, `reenqueue`, `splitAndReenqueue`.

use super::accumulator::{BatchKey, NodeLatencyStats, RecordAccumulator};
use super::batch::{BatchRecord, ProducerBatch, ProducerState, increment_sequence};
use super::compression;
use super::java_hash;
use super::metadata::{Metadata, NodeId};
use super::sizes;
use super::transaction_manager::TransactionManager;
use crate::draws::Purpose;
use crate::scenario::{CompressionOutcome, Draws};
use alloc::{vec, vec::Vec};
use trace::{Cause, CloseReason, Condition, FactId, Kind, Timer, Trace, facts};
use units::{ClockMs, Millis, SimTime, TopicId, TopicPartition};

/// What a look at the queues found. Source: `RecordAccumulator.ReadyCheckResult`.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadyCheck {
    /// Nodes with something to send, in the order of Kafka's set, each with the batch that made it so.
    pub(super) nodes: Vec<(NodeId, BatchKey)>,
    /// How long until another look can find more.
    pub(super) next_check_delay: Millis,
    /// Topics with a queued partition that has no leader.
    pub(super) unknown_leader_topics: Vec<TopicId>,
}

/// A batch that has left its queue, and why.
#[derive(Clone, Debug)]
pub(super) struct Drained {
    pub(super) key: BatchKey,
    pub(super) conditions: Vec<(Condition, SimTime)>,
    pub(super) cause: Cause,
}

/// Everything that a drain reads beside the queues.
pub(super) struct DrainContext<'a> {
    pub(super) now: SimTime,
    pub(super) metadata: &'a Metadata,
    pub(super) draws: Draws,
    pub(super) compression: &'a CompressionOutcome,
    pub(super) request_size_max: i64,
    /// What freed a slot or a connection of a node last.
    pub(super) last_event: &'a dyn Fn(NodeId, Condition) -> Option<Cause>,
}

impl RecordAccumulator {
    /// The wait before a batch's next try; its jitter is drawn anew at each look.
    fn backoff(&mut self, key: BatchKey, draws: Draws) -> Millis {
        let batch = &self.batches[key];
        let n = self.jitter_draws;
        let unit = draws.unit(Purpose::RetryBackoff, u64::from(batch.id.0), n);
        self.jitter_draws += 1;
        self.retry_backoff.backoff(i64::from(batch.attempts) - 1, unit)
    }

    /// Source: `RecordAccumulator.shouldBackoff`.
    fn should_back_off(&mut self, key: BatchKey, now: ClockMs, draws: Draws) -> bool {
        if self.batches[key].attempts == 0 {
            return false;
        }
        let waits = self.batches[key].waited(now) < self.backoff(key, draws);
        waits && !self.batches[key].has_leader_changed_for_the_ongoing_retry()
    }

    /// Looks at the head of every queue. Source: `RecordAccumulator.ready`, `partitionReady`,
    /// `batchReady`.
    pub(super) fn ready(&mut self, now: SimTime, metadata: &Metadata, draws: Draws) -> ReadyCheck {
        let mut check = ReadyCheck { next_check_delay: Millis::MAX, ..ReadyCheck::default() };
        for topic in 0..self.topics.len() {
            self.topic_ready(topic, now, metadata, draws, &mut check);
        }
        let capacity = java_hash::capacity(check.nodes.len(), java_hash::DEFAULT_CAPACITY);
        if check.nodes.len() > 1 {
            java_hash::sort_by_bucket(&mut check.nodes, capacity, |(node, _)| {
                java_hash::node_hash(node.0)
            });
        }
        check
    }

    fn topic_ready(
        &mut self,
        topic: usize,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        check: &mut ReadyCheck,
    ) {
        let id = self.topics[topic].topic;
        let queues = self.topics[topic].queues.len();
        let partitions = metadata.partition_count(id).unwrap_or(0);
        let mut stats = (self.adaptive && queues >= partitions)
            .then(|| (vec![0_i32; queues], vec![units::PartitionId(0); queues]));
        let mut index = -1_isize;
        let exhausted = self.pool.queued() > 0;
        for position in 0..queues {
            let queue = &self.topics[topic].queues[position];
            let partition = queue.partition;
            let length = queue.batches.len();
            let head = queue.batches.front().copied();
            let leader = metadata.leader(partition);
            if let (Some(_), Some((_, ids))) = (leader, &mut stats) {
                index += 1;
                ids[index as usize] = partition.partition;
            }
            let Some(head) = head else { continue };
            self.batches[head].maybe_update_leader_epoch(metadata.leader_epoch(partition), now);
            let backing_off = self.should_back_off(head, now.clock(), draws);
            let Some(leader) = leader else {
                self.batches[head].hold(Condition::NoLeader, now);
                if !check.unknown_leader_topics.contains(&id) {
                    check.unknown_leader_topics.push(id);
                }
                continue;
            };
            if let Some((sizes, _)) = &mut stats {
                sizes[index as usize] = length as i32;
            }
            if self.availability_timeout > Millis::ZERO
                && let Some(node) = self.node_stats.get(&leader)
                && node.ready - node.drain > self.availability_timeout
            {
                // the slot is used again by the next partition, with this length if that one is empty
                index -= 1;
            }
            self.batch_ready(head, leader, length, backing_off, exhausted, now, draws, check);
        }
        let length = (index + 1) as usize;
        self.topics[topic].partitioner.update_load_stats(stats, length);
    }

    #[allow(clippy::too_many_arguments, reason = "the rule reads all of them, as Kafka's does")]
    fn batch_ready(
        &mut self,
        head: BatchKey,
        leader: NodeId,
        length: usize,
        backing_off: bool,
        exhausted: bool,
        now: SimTime,
        draws: Draws,
        check: &mut ReadyCheck,
    ) {
        let muted = self.muted.contains(&self.batches[head].partition);
        if muted {
            self.batches[head].hold(Condition::Muted, now);
            return;
        }
        if check.nodes.iter().any(|(node, _)| *node == leader) {
            if backing_off {
                self.batches[head].hold(Condition::BackOff, now);
            }
            return;
        }
        let time_to_wait = if backing_off { self.backoff(head, draws) } else { self.linger };
        let batch = &self.batches[head];
        let waited = batch.waited(now.clock());
        let sendable = length > 1
            || batch.is_full()
            || waited >= time_to_wait
            || exhausted
            || self.closed()
            || !self.flushes.is_empty();
        if sendable && !backing_off {
            check.nodes.push((leader, head));
            return;
        }
        if backing_off {
            self.batches[head].hold(Condition::BackOff, now);
        }
        let left = (time_to_wait - waited).max(Millis::ZERO);
        check.next_check_delay = check.next_check_delay.min(left);
    }

    /// Source: `RecordAccumulator.updateNodeLatencyStats`.
    pub(super) fn update_node_latency_stats(
        &mut self,
        node: NodeId,
        now: ClockMs,
        can_drain: bool,
    ) {
        if self.availability_timeout <= Millis::ZERO {
            return;
        }
        let stats =
            self.node_stats.entry(node).or_insert(NodeLatencyStats { ready: now, drain: now });
        if can_drain {
            stats.drain = now;
        }
        stats.ready = now;
    }

    /// Takes what may leave for one node: a circle over its partitions from where the last pass
    /// stopped. Source: `RecordAccumulator.drainBatchesForOneNode`.
    pub(super) fn drain_node(
        &mut self,
        node: NodeId,
        ready_by: BatchKey,
        transactions: &mut Option<TransactionManager>,
        context: &DrainContext<'_>,
        trace: &mut Trace,
    ) -> Vec<Drained> {
        let parts = context.metadata.led_by(node);
        let mut ready: Vec<Drained> = Vec::new();
        if parts.is_empty() {
            return ready;
        }
        let ready_by = self.batches[ready_by].id;
        let now = context.now;
        let mut size = 0_i64;
        let mut index = self.drain_index.get(&node).copied().unwrap_or(0) % parts.len();
        let start = index;
        loop {
            let partition = parts[index];
            self.drain_index.insert(node, index);
            index = (index + 1) % parts.len();
            if let Some(first) = self.head_to_drain(partition, context) {
                let fits = size + i64::from(self.batches[first].estimated_size())
                    <= context.request_size_max;
                if !fits && !ready.is_empty() {
                    self.batches[first].hold(Condition::RequestSize, now);
                    break;
                }
                if let Some(transactions) = transactions
                    && let Some(hold) = self.hold_back(first, partition, transactions)
                {
                    self.batches[first].hold(hold, now);
                    break;
                }
                self.queue_mut(partition).pop_front();
                let (conditions, cause) = self.why_drained(first, node, ready_by, context);
                if let Some(transactions) = transactions
                    && self.batches[first].producer_state.is_none()
                {
                    transactions.assign(first, &mut self.batches);
                }
                let why = if self.batches[first].full_since.is_some() {
                    CloseReason::ExactlyFull
                } else {
                    CloseReason::AtDrain
                };
                Self::record_close(&mut self.batches[first], why, now, trace);
                self.close(first, context.compression, now);
                size += i64::from(self.batches[first].built().unwrap_or(0));
                ready.push(Drained { key: first, conditions, cause });
            }
            if index == start {
                break;
            }
        }
        ready
    }

    /// The head of a partition's queue, if it may leave now.
    fn head_to_drain(
        &mut self,
        partition: TopicPartition,
        context: &DrainContext<'_>,
    ) -> Option<BatchKey> {
        if self.muted.contains(&partition) {
            return None;
        }
        let first = *self.queue(partition)?.front()?;
        let epoch = context.metadata.leader_epoch(partition);
        self.batches[first].maybe_update_leader_epoch(epoch, context.now);
        if self.should_back_off(first, context.now.clock(), context.draws) {
            self.batches[first].hold(Condition::BackOff, context.now);
            return None;
        }
        Some(first)
    }

    /// Why idempotence holds the head back, if it does.
    /// Source: `RecordAccumulator.shouldStopDrainBatchesForPartition`.
    fn hold_back(
        &self,
        first: BatchKey,
        partition: TopicPartition,
        transactions: &TransactionManager,
    ) -> Option<Condition> {
        if transactions.has_fatal_error() || !transactions.producer().is_valid() {
            return Some(Condition::NoProducerId);
        }
        match self.batches[first].producer_state {
            None => {
                let stale = transactions.has_in_flight(partition)
                    && transactions.has_stale_producer(partition);
                (stale || transactions.has_unresolved_sequence(partition))
                    .then_some(Condition::Sequence)
            }
            Some(state) => transactions
                .first_in_flight_sequence(partition, &self.batches)
                .is_some_and(|first| first != state.base_sequence)
                .then_some(Condition::Sequence),
        }
    }

    /// Builds the batch and learns from what the codec made of it. Source: `ProducerBatch.close`.
    fn close(&mut self, key: BatchKey, outcome: &CompressionOutcome, now: SimTime) {
        let batch = &mut self.batches[key];
        if batch.built().is_none() {
            let payload = if self.estimator.compresses() {
                let records = batch.records.iter().map(|record| record.id);
                compression::payload(outcome, records, batch.uncompressed)
                    .unwrap_or(batch.estimated_size() - sizes::BATCH_OVERHEAD)
            } else {
                batch.uncompressed
            };
            batch.build(payload, now);
        }
        let (topic, observed) = (batch.partition.topic, batch.compression_ratio());
        batch.sequence_reset = false;
        if self.estimator.compresses() {
            self.estimator.update(topic, observed);
        }
    }

    /// The conditions that held when the batch left, since when, what held it back, and what the
    /// first of them, or the end of the last hold, waited for.
    fn why_drained(
        &self,
        key: BatchKey,
        node: NodeId,
        ready_by: units::BatchId,
        context: &DrainContext<'_>,
    ) -> (Vec<(Condition, SimTime)>, Cause) {
        let batch = &self.batches[key];
        let now = context.now;
        let mut conditions: Vec<(Condition, SimTime, Cause)> = Vec::with_capacity(2);
        let whole = |clock: ClockMs| SimTime(clock.0.saturating_mul(1000)).min(now);
        if batch.attempts > 0 {
            if batch.has_leader_changed_for_the_ongoing_retry() {
                let since = batch.new_leader_since.unwrap_or(batch.retried_at);
                let cause = (context.last_event)(node, Condition::NewLeader);
                conditions.push((Condition::NewLeader, since, cause.unwrap_or_default()));
            } else {
                let nominal = self.retry_backoff.backoff(i64::from(batch.attempts) - 1, 0.5);
                let since = whole(batch.last_attempt() + nominal).max(batch.retried_at);
                conditions.push((Condition::RetryDue, since, Timer::RetryBackoff.into()));
            }
        } else if batch.split_piece {
            let cause = FactId::new(Kind::Open, batch.id.0).into();
            conditions.push((Condition::SplitPiece, batch.opened_at, cause));
        } else {
            self.why_sendable(batch, now, &mut conditions);
        }
        units::sort_by_number(&mut conditions, |(_, since, _)| since.0);
        let mut cause = conditions.first().map(|(_, _, cause)| *cause);
        if conditions.is_empty() {
            conditions.push((Condition::RideAlong { of: ready_by }, now, Cause::DERIVED));
        }
        if let Some((hold, _)) = batch.held.last() {
            cause = match hold {
                Condition::BackOff => Some(Timer::RetryBackoff.into()),
                hold => (context.last_event)(node, *hold).or(cause),
            };
        }
        let mut all: Vec<_> = conditions.into_iter().map(|(what, at, _)| (what, at)).collect();
        all.extend_from_slice(&batch.held);
        (all, cause.unwrap_or_else(|| FactId::new(Kind::Open, ready_by.0).into()))
    }

    fn why_sendable(
        &self,
        batch: &ProducerBatch,
        now: SimTime,
        conditions: &mut Vec<(Condition, SimTime, Cause)>,
    ) {
        let last_record = || {
            let last = batch.records.last().map_or(batch.first(), |record| record.id);
            FactId::new(Kind::Send, last.0).into()
        };
        if let Some(since) = batch.full_since {
            conditions.push((Condition::Full, since, last_record()));
        }
        if let Some(since) = batch.newer_behind_since {
            conditions.push((Condition::NewerBatchBehind, since, last_record()));
        }
        let due = batch.last_attempt() + self.linger;
        if due <= now.clock() {
            let since = SimTime(due.0.saturating_mul(1000)).max(batch.opened_at);
            conditions.push((Condition::Linger, since, Timer::Linger.into()));
        }
        if let Some((since, cause)) = self.waiters_since
            && self.pool.queued() > 0
        {
            conditions.push((Condition::MemoryWaiters, since.max(batch.opened_at), cause));
        }
        if let Some((since, cause)) = self.flushes.first() {
            conditions.push((Condition::Flush, (*since).max(batch.opened_at), *cause));
        }
        if let Some((since, cause)) = self.closed_since {
            conditions.push((Condition::Close, since.max(batch.opened_at), cause));
        }
    }

    // --------------------------------------------------------------------- expiry, retry, split

    pub(super) fn note_expiry(&mut self, key: BatchKey) {
        let expires = self.batches[key].created + self.delivery_timeout;
        self.next_expiry = self.next_expiry.min(expires);
    }

    /// Takes queued batches that are too old. Source: `RecordAccumulator.expiredBatches`.
    pub(super) fn expired(&mut self, now: SimTime, trace: &mut Trace) -> Vec<BatchKey> {
        let mut expired = Vec::new();
        for topic in 0..self.topics.len() {
            for queue in 0..self.topics[topic].queues.len() {
                while let Some(key) = self.topics[topic].queues[queue].batches.front().copied() {
                    let timeout = self.delivery_timeout;
                    if !self.batches[key].has_reached_delivery_timeout(timeout, now.clock()) {
                        self.note_expiry(key);
                        break;
                    }
                    self.topics[topic].queues[queue].batches.pop_front();
                    let batch = &mut self.batches[key];
                    Self::record_close(batch, CloseReason::AtDrain, now, trace);
                    batch.close_for_record_appends(now);
                    expired.push(key);
                }
            }
        }
        expired
    }

    /// Source: `RecordAccumulator.reenqueue`.
    pub(super) fn reenqueue(
        &mut self,
        key: BatchKey,
        clock: ClockMs,
        now: SimTime,
        idempotent: bool,
    ) {
        self.batches[key].reenqueued(clock, now);
        self.enqueue_again(key, idempotent);
    }

    /// To the front, or, with sequences, in their order. Source:
    /// `RecordAccumulator.insertInSequenceOrder`.
    fn enqueue_again(&mut self, key: BatchKey, idempotent: bool) {
        let partition = self.batches[key].partition;
        let position = if idempotent {
            let base = self.batches[key].producer_state.map(|state| state.base_sequence);
            let sequence = |other: &BatchKey| {
                self.batches[*other].producer_state.map(|state| state.base_sequence)
            };
            self.queue(partition).map_or(0, |queue| {
                queue.iter().take_while(|o| sequence(o).is_some_and(|s| Some(s) < base)).count()
            })
        } else {
            0
        };
        self.queue_mut(partition).insert(position, key);
    }

    /// Cuts a batch into pieces and queues them. Returns the target size and the pieces.
    /// Source: `RecordAccumulator.splitAndReenqueue`, `ProducerBatch.split`.
    pub(super) fn split_and_reenqueue(
        &mut self,
        key: BatchKey,
        now: SimTime,
        transactions: &mut Option<TransactionManager>,
        cause: Cause,
        trace: &mut Trace,
    ) -> (u32, Vec<BatchKey>) {
        let big = &self.batches[key];
        let (partition, id, created) = (big.partition, big.id, big.created);
        let state = big.producer_state;
        let target = if big.split_piece {
            big.record_size_max.max(big.estimated_size() / 2)
        } else {
            self.batch_size
        };
        let ratio = big.compression_ratio().max(1.0);
        self.estimator.set(partition.topic, ratio);
        let records: Vec<BatchRecord> = big.records.clone();
        let mut pieces: Vec<BatchKey> = Vec::new();
        for record in &records {
            let joined = pieces
                .last()
                .is_some_and(|last| self.batches[*last].try_append(*record, created, now));
            if !joined {
                let capacity = sizes::upper_bound(record.fields).max(target);
                let piece =
                    self.new_batch(partition, created, capacity, Some(id), now, trace, cause);
                let fits = self.batches[piece].try_append(*record, created, now);
                assert!(fits, "the first record of a batch always fits");
                pieces.push(piece);
            }
        }
        let mut sequence = state.map(|state| state.base_sequence);
        for piece in &pieces {
            let batch = &mut self.batches[*piece];
            trace.moved_to_piece(batch.first(), batch.record_count(), batch.id);
            Self::record_close(batch, CloseReason::Piece, now, trace);
            batch.close_for_record_appends(now);
            if let (Some(state), Some(base_sequence)) = (state, sequence) {
                batch.producer_state = Some(ProducerState { base_sequence, ..state });
                let records = batch.record_count() as i32;
                sequence = Some(increment_sequence(base_sequence, records));
            }
        }
        trace.splits.push(facts::Split {
            at: now,
            batch: id,
            first_piece: pieces.first().map_or(id, |piece| self.batches[*piece].id),
            pieces: pieces.len() as u32,
            target,
            cause,
        });
        for piece in pieces.iter().rev() {
            self.begin(*piece);
            if let Some(transactions) = transactions {
                transactions.add_in_flight(*piece, &self.batches);
            }
            self.enqueue_again(*piece, transactions.is_some());
        }
        (target, pieces)
    }
}
