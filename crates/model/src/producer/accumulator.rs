//! The queues of batches, one for each partition. Source: `RecordAccumulator`.

use super::batch::{BatchRecord, NewBatch, ProducerBatch};
use super::buffer_pool::BufferPool;
use super::compression::CompressionRatioEstimator;
use super::exponential_backoff::ExponentialBackoff;
use super::java_hash;
use super::metadata::{Metadata, NodeId};
use super::partitioner::BuiltInPartitioner;
use super::sizes;
use crate::config::ProducerConfig;
use crate::draws::Purpose;
use crate::scenario::Draws;
use alloc::{collections::VecDeque, vec::Vec};
use core::ops::{Index, IndexMut};
use litemap::LiteMap;
use trace::facts;
use trace::{Cause, CloseReason, FactId, Kind, NONE, Trace, TurnReason};
use units::{
    BatchId, Bytes, ClockMs, Millis, PartitionId, RecordId, SimTime, TopicId, TopicPartition,
};

/// Where a batch lies in [`Batches`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BatchKey(u32);

/// All batches that somebody still refers to.
#[derive(Clone, Debug, Default)]
pub(super) struct Batches {
    slots: Vec<ProducerBatch>,
    free: Vec<BatchKey>,
    /// Lists of records of batches that are gone, to be filled again.
    spare: Vec<Vec<BatchRecord>>,
}

impl Batches {
    fn insert(&mut self, new: NewBatch) -> BatchKey {
        let batch = ProducerBatch::new(new, self.spare.pop().unwrap_or_default());
        if let Some(key) = self.free.pop() {
            self.slots[key.0 as usize] = batch;
            return key;
        }
        self.slots.push(batch);
        BatchKey(self.slots.len() as u32 - 1)
    }

    /// Nobody refers to the batch any more.
    pub(super) fn remove(&mut self, key: BatchKey) {
        let mut records = core::mem::take(&mut self[key].records);
        records.clear();
        self.spare.push(records);
        self.free.push(key);
    }
}

impl Index<BatchKey> for Batches {
    type Output = ProducerBatch;
    fn index(&self, key: BatchKey) -> &ProducerBatch {
        &self.slots[key.0 as usize]
    }
}

impl IndexMut<BatchKey> for Batches {
    fn index_mut(&mut self, key: BatchKey) -> &mut ProducerBatch {
        &mut self.slots[key.0 as usize]
    }
}

#[derive(Clone, Debug)]
pub(super) struct Queue {
    pub(super) partition: TopicPartition,
    pub(super) batches: VecDeque<BatchKey>,
}

/// A topic's queues and its sticky partitioner. Source: `RecordAccumulator.TopicInfo`.
#[derive(Clone, Debug)]
pub(super) struct TopicInfo {
    pub(super) topic: TopicId,
    /// In the order of the map that Kafka keeps them in.
    pub(super) queues: Vec<Queue>,
    pub(super) partitioner: BuiltInPartitioner,
}

/// Last moments at which a node was ready, and could be drained.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeLatencyStats {
    pub(super) ready: ClockMs,
    pub(super) drain: ClockMs,
}

/// The accumulator.
#[derive(Clone, Debug)]
pub(super) struct RecordAccumulator {
    pub(super) batches: Batches,
    pub(super) topics: Vec<TopicInfo>,
    pub(super) pool: BufferPool,
    pub(super) estimator: CompressionRatioEstimator,
    pub(super) retry_backoff: ExponentialBackoff,
    /// `batch.size`, at least 1.
    pub(super) batch_size: u32,
    pub(super) linger: Millis,
    pub(super) delivery_timeout: Millis,
    pub(super) adaptive: bool,
    pub(super) availability_timeout: Millis,
    pub(super) closed_since: Option<(SimTime, Cause)>,
    /// Flushes in progress, with the time since when.
    pub(super) flushes: Vec<(SimTime, Cause)>,
    pub(super) muted: Vec<TopicPartition>,
    pub(super) node_stats: LiteMap<NodeId, NodeLatencyStats>,
    pub(super) drain_index: LiteMap<NodeId, usize>,
    pub(super) next_expiry: ClockMs,
    /// Batches without a result, in the order in which they were added.
    pub(super) incomplete: VecDeque<BatchKey>,
    /// Batches that have ever stood there.
    begun: u32,
    topic_hashes: Vec<i32>,
    sticky_draws: u64,
    next_batch: u32,
    /// When the first of those who wait for memory began to.
    pub(super) waiters_since: Option<(SimTime, Cause)>,
    pub(super) jitter_draws: u64,
}

/// A record on its way into a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Appending {
    pub(super) record: BatchRecord,
    pub(super) topic: TopicId,
    /// `None`: the sticky partitioner decides.
    pub(super) partition: Option<PartitionId>,
}

/// What an attempt to append came to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Append {
    /// It is in a batch. `wake` is whether the I/O thread is to be woken.
    Done { wake: bool },
    /// A new batch is needed, which takes so many bytes.
    NeedsMemory { size: u32, slot: Slot },
    /// The accumulator is closed.
    Closed,
}

/// A batch that records join one after the other.
pub(super) struct RowOfSends<'a> {
    pub(super) batch: &'a mut ProducerBatch,
    /// That of the topic, if it chose the partition.
    partitioner: Option<&'a mut BuiltInPartitioner>,
    batch_size: i64,
}

impl RowOfSends<'_> {
    /// Adds a record; returns the one before it, and the bytes that it takes. `None`, and nothing done,
    /// if more would come of it than a longer batch: no room, a full batch, the end of the sticky turn.
    pub(super) fn join(&mut self, record: BatchRecord, now: SimTime) -> Option<(RecordId, u32)> {
        let previous = self.batch.records.last()?.id;
        let (size, grown) = self.batch.room_for_one_more(record)?;
        if let Some(partitioner) = &mut self.partitioner {
            if !partitioner.goes_on(grown, self.batch_size) {
                return None;
            }
            partitioner.produced(grown, self.batch_size, false);
        }
        self.batch.add(record, size, now.clock());
        Some((previous, size))
    }
}

/// The queue that a record is about to open a batch in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    partition: PartitionId,
    /// The sticky turn that chose it.
    turn: Option<u64>,
}

impl RecordAccumulator {
    pub(super) fn new(config: &ProducerConfig, topic_hashes: Vec<i32>) -> Self {
        Self {
            batches: Batches::default(),
            topics: Vec::new(),
            pool: BufferPool::new(config.buffer_memory()),
            estimator: CompressionRatioEstimator::new(config.compression(), topic_hashes.len()),
            retry_backoff: ExponentialBackoff::new(
                config.retry_backoff(),
                config.retry_backoff_max(),
            ),
            batch_size: config.batch_size().max(1).cast_unsigned(),
            linger: config.linger(),
            delivery_timeout: config.delivery_timeout(),
            adaptive: config.partitioner_adaptive(),
            availability_timeout: config.partitioner_availability_timeout(),
            closed_since: None,
            flushes: Vec::new(),
            muted: Vec::new(),
            node_stats: LiteMap::new(),
            drain_index: LiteMap::new(),
            next_expiry: ClockMs(i64::MAX),
            incomplete: VecDeque::new(),
            begun: 0,
            topic_hashes,
            sticky_draws: 0,
            next_batch: 0,
            waiters_since: None,
            jitter_draws: 0,
        }
    }

    /// Position of a topic's entry, made if it is not there.
    fn topic_entry(&mut self, topic: TopicId) -> usize {
        if let Some(position) = self.topics.iter().position(|info| info.topic == topic) {
            return position;
        }
        self.topics.push(TopicInfo {
            topic,
            queues: Vec::new(),
            partitioner: BuiltInPartitioner::default(),
        });
        let capacity = java_hash::capacity(self.topics.len(), 1);
        let hashes = &self.topic_hashes;
        java_hash::sort_by_bucket(&mut self.topics, capacity, |info| hashes[info.topic.index()]);
        self.topic_entry(topic)
    }

    /// Position of a partition's queue in its topic, made if it is not there.
    fn queue_entry(info: &mut TopicInfo, partition: PartitionId) -> usize {
        let known = info.queues.iter().position(|queue| queue.partition.partition == partition);
        if let Some(position) = known {
            return position;
        }
        let partition_of_topic = TopicPartition { topic: info.topic, partition };
        info.queues.push(Queue { partition: partition_of_topic, batches: VecDeque::new() });
        let capacity = java_hash::capacity(info.queues.len(), 1);
        java_hash::sort_by_bucket(&mut info.queues, capacity, |queue| {
            i32::from(queue.partition.partition.0)
        });
        Self::queue_entry(info, partition)
    }

    /// The queue of a partition, made if it is not there.
    pub(super) fn queue_mut(&mut self, partition: TopicPartition) -> &mut VecDeque<BatchKey> {
        let topic = self.topic_entry(partition.topic);
        let info = &mut self.topics[topic];
        let queue = Self::queue_entry(info, partition.partition);
        &mut info.queues[queue].batches
    }

    pub(super) fn queue(&self, partition: TopicPartition) -> Option<&VecDeque<BatchKey>> {
        let info = self.topics.iter().find(|info| info.topic == partition.topic)?;
        let queue = info.queues.iter().find(|queue| queue.partition == partition)?;
        Some(&queue.batches)
    }

    // --------------------------------------------------------------------- append

    /// Tries to put a record into a batch that is there. Source: `RecordAccumulator.append`.
    pub(super) fn append(
        &mut self,
        appending: &Appending,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) -> Append {
        let topic = self.topic_entry(appending.topic);
        loop {
            let slot = self.slot(topic, appending, now, metadata, draws, trace);
            let queue = Self::queue_entry(&mut self.topics[topic], slot.partition);
            if self.partition_changed(topic, queue, slot, appending, now, metadata, draws, trace) {
                continue;
            }
            if self.closed_since.is_some() {
                return Append::Closed;
            }
            if let Some(done) =
                self.try_append(topic, queue, slot, appending, now, metadata, draws, trace)
            {
                return done;
            }
            let size = self.batch_size.max(sizes::upper_bound(appending.record.fields));
            return Append::NeedsMemory { size, slot };
        }
    }

    /// Opens a batch with a buffer of `size` bytes, unless another thread has changed the partition or
    /// made room meanwhile. `true` beside the result if the buffer was used.
    #[allow(clippy::too_many_arguments, reason = "the append and all that it reads")]
    pub(super) fn append_new_batch(
        &mut self,
        appending: &Appending,
        slot: Slot,
        size: u32,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) -> (Append, bool) {
        let topic = self.topic_entry(appending.topic);
        let queue = Self::queue_entry(&mut self.topics[topic], slot.partition);
        if self.partition_changed(topic, queue, slot, appending, now, metadata, draws, trace) {
            return match self.append(appending, now, metadata, draws, trace) {
                Append::NeedsMemory { slot, .. } => {
                    self.append_new_batch(appending, slot, size, now, metadata, draws, trace)
                }
                other => (other, false),
            };
        }
        if self.closed_since.is_some() {
            return (Append::Closed, false);
        }
        if let Some(done) =
            self.try_append(topic, queue, slot, appending, now, metadata, draws, trace)
        {
            return (done, false);
        }
        let partition = TopicPartition { topic: appending.topic, partition: slot.partition };
        let key = self.new_batch(partition, now.clock(), size, None, now, trace, {
            FactId::new(Kind::Send, appending.record.id.0).into()
        });
        self.add_record(key, appending.record, now, trace);
        self.begin(key);
        let batches = &mut self.topics[topic].queues[queue].batches;
        if let Some(before) = batches.back() {
            self.batches[*before].newer_behind_since.get_or_insert(now);
        }
        batches.push_back(key);
        let grown = self.batches[key].estimated_size();
        self.produced(topic, queue, slot, grown, appending.record.id, now, metadata, draws, trace);
        (Append::Done { wake: true }, true)
    }

    /// Creates a batch and records its birth.
    #[allow(clippy::too_many_arguments, reason = "all that a batch is born with")]
    pub(super) fn new_batch(
        &mut self,
        partition: TopicPartition,
        created: ClockMs,
        capacity: u32,
        parent: Option<BatchId>,
        now: SimTime,
        trace: &mut Trace,
        cause: Cause,
    ) -> BatchKey {
        let id = BatchId(self.next_batch);
        self.next_batch += 1;
        let ratio = self.estimator.compresses().then(|| self.estimator.estimation(partition.topic));
        let key = self.batches.insert(NewBatch {
            id,
            partition,
            created,
            capacity,
            ratio,
            split_piece: parent.is_some(),
            now,
        });
        trace.opens.push(facts::Open {
            at: now,
            partition,
            first: RecordId(NONE),
            records: 0,
            capacity,
            parent: parent.unwrap_or(BatchId(NONE)),
            created,
            cause,
        });
        key
    }

    pub(super) fn add_record(
        &mut self,
        key: BatchKey,
        record: BatchRecord,
        now: SimTime,
        trace: &mut Trace,
    ) {
        let batch = &mut self.batches[key];
        let previous = batch.records.last().map(|last| last.id);
        let appended = batch.try_append(record, now.clock(), now);
        assert!(appended, "the first record of a batch always fits");
        trace.appended(record.id, batch.id, previous, batch.uncompressed);
    }

    /// The queue to try: that of the record's partition, or of the sticky one.
    fn slot(
        &mut self,
        topic: usize,
        appending: &Appending,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) -> Slot {
        if let Some(partition) = appending.partition {
            return Slot { partition, turn: None };
        }
        if self.topics[topic].partitioner.current().is_none() {
            let record = appending.record.id;
            self.switch(topic, TurnReason::First, record, now, metadata, draws, trace);
        }
        let partitioner = &self.topics[topic].partitioner;
        let partition = partitioner.current().unwrap_or_default();
        Slot { partition, turn: Some(partitioner.turns()) }
    }

    #[allow(clippy::too_many_arguments, reason = "the draw and all that it reads")]
    fn switch(
        &mut self,
        topic: usize,
        why: TurnReason,
        record: RecordId,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) {
        let info = &mut self.topics[topic];
        let Some(view) = metadata.topic(info.topic) else { return };
        // recorded draws count over all topics
        let n = match draws {
            Draws::Recorded => self.sticky_draws,
            Draws::Seed(_) => info.partitioner.turns(),
        };
        self.sticky_draws += 1;
        let draw = draws.bits(Purpose::StickyPartition, u64::from(info.topic.0), n) as u32;
        let turn = info.partitioner.switch(draw, view, why);
        trace.sticky_turns.push(facts::StickyTurn {
            at: now,
            partition: TopicPartition { topic: info.topic, partition: turn.partition },
            why: turn.why,
            produced: turn.produced,
            draw: turn.draw,
            record,
        });
    }

    fn all_batches_full(&self, topic: usize, queue: usize) -> bool {
        let last = self.topics[topic].queues[queue].batches.back();
        last.is_none_or(|last| self.batches[*last].is_full())
    }

    /// Whether the sticky partitioner has moved on; it may do so now if the queue's batches are full.
    /// Source: `RecordAccumulator.partitionChanged`.
    #[allow(clippy::too_many_arguments, reason = "the check and all that it reads")]
    fn partition_changed(
        &mut self,
        topic: usize,
        queue: usize,
        slot: Slot,
        appending: &Appending,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) -> bool {
        let Some(turn) = slot.turn else { return false };
        if self.topics[topic].partitioner.turns() != turn {
            return true;
        }
        if self.all_batches_full(topic, queue) {
            self.produced(topic, queue, slot, 0, appending.record.id, now, metadata, draws, trace);
            return self.topics[topic].partitioner.turns() != turn;
        }
        false
    }

    /// Counts bytes of a sticky turn and ends it when it is time.
    #[allow(clippy::too_many_arguments, reason = "the count and all that it reads")]
    fn produced(
        &mut self,
        topic: usize,
        queue: usize,
        slot: Slot,
        bytes: u32,
        record: RecordId,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) {
        if slot.turn.is_none() {
            return;
        }
        let enable_switch = self.all_batches_full(topic, queue);
        let batch_size = i64::from(self.batch_size);
        let partitioner = &mut self.topics[topic].partitioner;
        if let Some(why) = partitioner.produced(bytes, batch_size, enable_switch) {
            self.switch(topic, why, record, now, metadata, draws, trace);
        }
    }

    /// Source: `RecordAccumulator.tryAppend`.
    #[allow(clippy::too_many_arguments, reason = "the append and all that it reads")]
    fn try_append(
        &mut self,
        topic: usize,
        queue: usize,
        slot: Slot,
        appending: &Appending,
        now: SimTime,
        metadata: &Metadata,
        draws: Draws,
        trace: &mut Trace,
    ) -> Option<Append> {
        let batches = &self.topics[topic].queues[queue].batches;
        let last = *batches.back()?;
        let waiting = batches.len();
        let batch = &mut self.batches[last];
        let (before, uncompressed) = (batch.estimated_size(), batch.uncompressed);
        let record = appending.record;
        let previous = batch.records.last().map(|last| last.id);
        if !batch.try_append(record, now.clock(), now) {
            if !batch.close_recorded {
                let needed = Bytes(i64::from(batch.size_of(record.fields, record.timestamp)));
                let why = CloseReason::NoRoom { record: record.id, needed, left: batch.room() };
                Self::record_close(batch, why, now, trace);
            }
            batch.close_for_record_appends(now);
            return None;
        }
        trace.appended(record.id, batch.id, previous, batch.uncompressed - uncompressed);
        let grown = batch.estimated_size() - before;
        let wake = waiting > 1 || batch.is_full();
        self.produced(topic, queue, slot, grown, record.id, now, metadata, draws, trace);
        Some(Append::Done { wake })
    }

    /// The batch that a record for this partition (`None` for the sticky one) would join, with what
    /// counts the bytes; `None` if it is not the only one of its queue, or takes no more.
    pub(super) fn row_of_sends(
        &mut self,
        topic: TopicId,
        partition: Option<PartitionId>,
    ) -> Option<RowOfSends<'_>> {
        if self.closed() {
            return None;
        }
        let info = self.topics.iter_mut().find(|info| info.topic == topic)?;
        let sticky = partition.is_none();
        let partition = partition.or(info.partitioner.current())?;
        let queue = info.queues.iter().find(|queue| queue.partition.partition == partition)?;
        let key = (queue.batches.len() == 1).then(|| queue.batches.back()).flatten()?;
        let batch = &mut self.batches[*key];
        let partitioner = sticky.then_some(&mut info.partitioner);
        (!batch.is_full()).then_some(RowOfSends {
            batch,
            partitioner,
            batch_size: i64::from(self.batch_size),
        })
    }

    /// Notes why a batch takes no more records; once.
    pub(super) fn record_close(
        batch: &mut ProducerBatch,
        why: CloseReason,
        now: SimTime,
        trace: &mut Trace,
    ) {
        if batch.close_recorded {
            return;
        }
        batch.close_recorded = true;
        trace.closes.push(facts::Close {
            at: now,
            batch: batch.id,
            records: batch.record_count(),
            estimated: batch.estimated_size(),
            record_size_max: batch.record_size_max,
            why,
        });
    }

    // --------------------------------------------------------------------- results

    /// Batches whose futures are not done, in order of creation.
    pub(super) fn incomplete_ids(&self) -> Vec<BatchId> {
        self.incomplete.iter().map(|key| self.batches[*key].id).collect()
    }

    /// Whether the futures of the batch are not done.
    pub(super) fn is_pending(&self, batch: BatchId) -> bool {
        self.incomplete.iter().rev().any(|key| self.batches[*key].id == batch)
    }

    /// The current sticky partition of a topic.
    pub(super) fn sticky_partition(&self, topic: TopicId) -> Option<PartitionId> {
        self.topics.iter().find(|info| info.topic == topic)?.partitioner.current()
    }

    pub(super) const fn closed(&self) -> bool {
        self.closed_since.is_some()
    }

    pub(super) fn has_undrained(&self) -> bool {
        self.topics.iter().any(|info| info.queues.iter().any(|queue| !queue.batches.is_empty()))
    }

    /// Source: `IncompleteBatches.add`.
    pub(super) fn begin(&mut self, key: BatchKey) {
        self.batches[key].incomplete = Some(self.begun);
        self.begun += 1;
        self.incomplete.push_back(key);
    }

    /// Source: `RecordAccumulator.completeBatch`.
    pub(super) fn complete(&mut self, key: BatchKey) {
        let Some(place) = self.batches[key].incomplete.take() else { return };
        // nearly always the first: the others are found by their places, which only grow
        let before =
            |other: &BatchKey| self.batches[*other].incomplete.is_some_and(|other| other < place);
        let position = self.incomplete.partition_point(before);
        self.incomplete.remove(position);
    }

    /// Gives a batch's buffer back. Pieces of a split have none of the pool's.
    /// Source: `RecordAccumulator.deallocate`.
    pub(super) fn deallocate(&mut self, key: BatchKey) {
        let batch = &mut self.batches[key];
        if batch.split_piece || batch.deallocated {
            return;
        }
        batch.deallocated = true;
        let capacity = Bytes(i64::from(batch.capacity));
        self.pool.deallocate(capacity);
    }

    pub(super) fn mute(&mut self, partition: TopicPartition) {
        if !self.muted.contains(&partition) {
            self.muted.push(partition);
        }
    }

    pub(super) fn unmute(&mut self, partition: TopicPartition) {
        self.muted.retain(|muted| *muted != partition);
    }
}
