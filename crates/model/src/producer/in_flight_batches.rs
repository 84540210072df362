//! Batches that were drained and have no answer, by partition. Source: `Sender.inFlightBatches`.

use super::accumulator::BatchKey;
use super::java_hash;
use alloc::{vec, vec::Vec};
use units::TopicPartition;

/// The map, whose order decides which of several batches expires first. `HashMap.computeIfAbsent` adds to
/// it: a new entry comes first in its bucket, and the table grows before the next call, never after.
#[derive(Clone, Debug)]
pub(super) struct InFlightBatches {
    /// Oldest batch first; the partition that came last first.
    lists: Vec<(TopicPartition, Vec<BatchKey>)>,
    /// Of the table, which never shrinks.
    capacity: usize,
}

impl Default for InFlightBatches {
    fn default() -> Self {
        Self { lists: Vec::new(), capacity: java_hash::DEFAULT_CAPACITY }
    }
}

impl InFlightBatches {
    pub(super) fn get_mut(&mut self, partition: TopicPartition) -> Option<&mut Vec<BatchKey>> {
        self.lists.iter_mut().find(|(known, _)| *known == partition).map(|(_, batches)| batches)
    }

    pub(super) fn add(&mut self, partition: TopicPartition, key: BatchKey) {
        self.capacity = java_hash::capacity(self.lists.len(), self.capacity);
        match self.get_mut(partition) {
            Some(batches) => batches.push(key),
            None => self.lists.insert(0, (partition, vec![key])),
        }
    }

    /// Source: `Sender.maybeRemoveFromInflightBatches`.
    pub(super) fn remove(&mut self, partition: TopicPartition, key: BatchKey) {
        if let Some(batches) = self.get_mut(partition) {
            batches.retain(|other| *other != key);
            self.forget_if_empty(partition);
        }
    }

    pub(super) fn forget_if_empty(&mut self, partition: TopicPartition) {
        self.lists.retain(|(known, batches)| *known != partition || !batches.is_empty());
    }

    pub(super) fn clear(&mut self) {
        self.lists.clear();
    }

    /// The partitions in the order of the map; `topic_hashes` are those of the topics' names.
    pub(super) fn partitions(&self, topic_hashes: &[i32]) -> Vec<TopicPartition> {
        let mut partitions: Vec<_> = self.lists.iter().map(|(partition, _)| *partition).collect();
        java_hash::sort_by_bucket(&mut partitions, self.capacity, |partition| {
            let hash = topic_hashes[partition.topic.index()];
            java_hash::topic_partition_hash(hash, i32::from(partition.partition.0))
        });
        partitions
    }
}
