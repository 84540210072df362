//! One partition: the log of each replica, as far as offsets tell it, and the high watermarks.
//! Source: `Partition`, `UnifiedLog`, `ProducerAppendInfo`.

use crate::wire;
use alloc::{collections::BTreeMap, vec::Vec};
use trace::ErrorCode;
use units::{BrokerId, Epoch, Offset};

/// A replica.
#[derive(Clone, Debug)]
pub(super) struct Replica {
    pub(super) broker: BrokerId,
    /// Its own log end.
    pub(super) log_end: Offset,
    /// Its own high watermark.
    pub(super) high_watermark: Offset,
    /// Its log end as far as the leader knows: the offset of its last fetch.
    known_end: Offset,
}

/// What a leader remembers of a producer.
#[derive(Clone, Copy, Debug)]
struct ProducerEntry {
    epoch: i16,
    last_sequence: i32,
}

/// The partition, on all its brokers.
#[derive(Clone, Debug)]
pub(super) struct Partition {
    leader: BrokerId,
    epoch: Epoch,
    pub(super) replicas: Vec<Replica>,
    /// Base offset of each batch of an idempotent producer.
    written: BTreeMap<(i64, i16, i32), Offset>,
    producers: BTreeMap<i64, ProducerEntry>,
}

/// What an append came to.
pub(super) enum Appended {
    /// At this offset.
    New(Offset),
    /// It was there already, at this offset.
    Duplicate(Offset),
    /// Refused.
    Refused(ErrorCode),
}

impl Partition {
    /// A partition without records; the first replica leads. Without replication there is only it.
    pub(super) fn new(replicas: &[BrokerId], replicated: bool) -> Self {
        let count = if replicated { replicas.len() } else { 1 };
        let replica = |broker: &BrokerId| Replica {
            broker: *broker,
            log_end: Offset(0),
            high_watermark: Offset(0),
            known_end: Offset(0),
        };
        Self {
            leader: replicas.first().copied().unwrap_or_default(),
            epoch: Epoch(0),
            replicas: replicas.iter().take(count).map(replica).collect(),
            written: BTreeMap::new(),
            producers: BTreeMap::new(),
        }
    }

    pub(super) const fn leader(&self) -> BrokerId {
        self.leader
    }

    pub(super) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// A new leader, with the next epoch. Without replication it takes the log over.
    pub(super) fn move_leader(&mut self, to: BrokerId) {
        self.epoch = Epoch(self.epoch.0 + 1);
        self.leader = to;
        if let [only] = &mut self.replicas[..] {
            only.broker = to;
        }
    }

    pub(super) fn replica(&self, broker: BrokerId) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.broker == broker)
    }

    pub(super) fn replica_mut(&mut self, broker: BrokerId) -> Option<&mut Replica> {
        self.replicas.iter_mut().find(|replica| replica.broker == broker)
    }

    /// The leader's log end.
    pub(super) fn log_end(&self) -> Offset {
        self.replica(self.leader).map_or(Offset(0), |leader| leader.log_end)
    }

    /// The leader's high watermark.
    pub(super) fn high_watermark(&self) -> Offset {
        self.replica(self.leader).map_or(Offset(0), |leader| leader.high_watermark)
    }

    /// Appends a batch on the leader. Source: `UnifiedLog.append`, `ProducerAppendInfo.checkSequence`.
    pub(super) fn append(&mut self, batch: &wire::Batch, check_sequences: bool) -> Appended {
        let idempotent = batch.producer_id >= 0;
        let identity = (batch.producer_id, batch.producer_epoch, batch.base_sequence);
        if idempotent && let Some(offset) = self.written.get(&identity) {
            return Appended::Duplicate(*offset);
        }
        if idempotent && check_sequences {
            let error = self.sequence_error(batch);
            if error != ErrorCode::None {
                return Appended::Refused(error);
            }
        }
        let offset = self.log_end();
        let leader = self.leader;
        if let Some(leader) = self.replica_mut(leader) {
            leader.log_end = offset + batch.records;
            leader.known_end = leader.log_end;
        }
        if idempotent {
            self.written.insert(identity, offset);
            let entry =
                ProducerEntry { epoch: batch.producer_epoch, last_sequence: batch.last_sequence() };
            self.producers.insert(batch.producer_id, entry);
        }
        Appended::New(offset)
    }

    /// An unknown producer may start anywhere, a new epoch starts at 0, else there is no gap.
    fn sequence_error(&self, batch: &wire::Batch) -> ErrorCode {
        let Some(entry) = self.producers.get(&batch.producer_id) else { return ErrorCode::None };
        if batch.producer_epoch < entry.epoch {
            return ErrorCode::InvalidProducerEpoch;
        }
        let in_order = if batch.producer_epoch > entry.epoch {
            batch.base_sequence == 0
        } else {
            batch.base_sequence == entry.last_sequence.wrapping_add(1)
        };
        if in_order { ErrorCode::None } else { ErrorCode::OutOfOrderSequenceNumber }
    }

    /// A follower's fetch from `offset` tells the leader that it has everything before it.
    /// Source: `Partition.updateFollowerFetchState`. `true` if that is news.
    pub(super) fn fetched_from(&mut self, follower: BrokerId, offset: Offset) -> bool {
        match self.replica_mut(follower) {
            Some(replica) if replica.known_end != offset => {
                replica.known_end = offset;
                true
            }
            _ => false,
        }
    }

    /// Moves the leader's high watermark up to what every in-sync replica is known to hold.
    /// Source: `Partition.maybeIncrementLeaderHW`.
    pub(super) fn maybe_increment_high_watermark(&mut self) -> Option<Offset> {
        let candidate = self.replicas.iter().map(|replica| replica.known_end).min()?;
        let leader = self.leader;
        let leader = self.replica_mut(leader)?;
        (candidate > leader.high_watermark).then(|| {
            leader.high_watermark = candidate;
            candidate
        })
    }

    /// Whether every replica has everything and knows that it is committed.
    pub(super) fn settled(&self) -> bool {
        let end = self.log_end();
        self.replicas.iter().all(|replica| replica.log_end == end && replica.high_watermark == end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use units::{BatchId, Bytes, RecordId, TopicPartition};

    fn batch(epoch: i16, base_sequence: i32, records: u32) -> wire::Batch {
        wire::Batch {
            partition: TopicPartition::default(),
            batch: BatchId(0),
            attempt: 0,
            first: RecordId(0),
            records,
            bytes: Bytes(100),
            producer_id: 7,
            producer_epoch: epoch,
            base_sequence,
        }
    }

    fn partition(brokers: u32) -> Partition {
        let brokers: Vec<BrokerId> = (1..=brokers).map(BrokerId).collect();
        Partition::new(&brokers, true)
    }

    #[test]
    fn the_high_watermark_waits_for_the_slowest_replica() {
        let mut partition = partition(3);
        partition.append(&batch(0, 0, 5), true);
        assert_eq!(partition.maybe_increment_high_watermark(), None);
        assert!(partition.fetched_from(BrokerId(2), Offset(5)));
        assert_eq!(partition.maybe_increment_high_watermark(), None);
        assert!(partition.fetched_from(BrokerId(3), Offset(3)));
        assert_eq!(partition.maybe_increment_high_watermark(), Some(Offset(3)));
    }

    #[test]
    fn a_single_replica_commits_at_once() {
        let mut partition = partition(1);
        partition.append(&batch(0, 0, 5), true);
        assert_eq!(partition.maybe_increment_high_watermark(), Some(Offset(5)));
    }

    #[test]
    fn a_repeated_batch_keeps_its_offset() {
        let mut partition = partition(1);
        partition.append(&batch(0, 0, 5), true);
        let again = partition.append(&batch(0, 0, 5), true);
        assert!(matches!(again, Appended::Duplicate(Offset(0))));
        assert_eq!(partition.log_end(), Offset(5));
    }

    #[test]
    fn a_gap_is_out_of_order_and_a_new_epoch_starts_at_zero() {
        let mut partition = partition(1);
        partition.append(&batch(0, 0, 5), true);
        let refused = |appended| match appended {
            Appended::Refused(error) => error,
            _ => ErrorCode::None,
        };
        let gap = partition.append(&batch(0, 6, 1), true);
        assert_eq!(refused(gap), ErrorCode::OutOfOrderSequenceNumber);
        let late_start = partition.append(&batch(1, 3, 1), true);
        assert_eq!(refused(late_start), ErrorCode::OutOfOrderSequenceNumber);
        let start = partition.append(&batch(1, 0, 1), true);
        assert_eq!(refused(start), ErrorCode::None);
        let old = partition.append(&batch(0, 5, 1), true);
        assert_eq!(refused(old), ErrorCode::InvalidProducerEpoch);
    }
}
