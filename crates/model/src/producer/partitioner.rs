//! Which partition a record goes to. Source: `BuiltInPartitioner`, `RoundRobinPartitioner`,
//! `Utils.murmur2`.

use super::metadata::TopicView;
use alloc::vec::Vec;
use trace::TurnReason;
use units::{Bytes, PartitionId};

/// murmur2 as Kafka has it. Source: `Utils.murmur2`.
pub(crate) fn murmur2(data: &[u8]) -> i32 {
    const M: u32 = 0x5bd1_e995;
    const SEED: u32 = 0x9747_b28c;
    let mut h = SEED ^ data.len() as u32;
    let mut words = data.chunks_exact(4);
    for word in &mut words {
        let mut k = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        k = k.wrapping_mul(M);
        k ^= k >> 24;
        k = k.wrapping_mul(M);
        h = h.wrapping_mul(M) ^ k;
    }
    let tail = words.remainder();
    if !tail.is_empty() {
        for (i, byte) in tail.iter().enumerate() {
            h ^= u32::from(*byte) << (8 * i);
        }
        h = h.wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    h ^= h >> 15;
    h.cast_signed()
}

/// Masks the sign away. Source: `Utils.toPositive`.
pub(crate) const fn to_positive(number: i32) -> i32 {
    number & i32::MAX
}

/// The partition of a key among `count`. Source: `BuiltInPartitioner.partitionForKey`.
pub(crate) fn partition_for_key(hash: i32, count: usize) -> PartitionId {
    PartitionId((to_positive(hash) as usize % count) as u16)
}

/// Loads of the partitions, as weights: the shorter a queue, the likelier its partition.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LoadStats {
    cumulative: Vec<i32>,
    partitions: Vec<PartitionId>,
}

/// The sticky partitioner of one topic.
#[derive(Clone, Debug, Default)]
pub(super) struct BuiltInPartitioner {
    current: Option<PartitionId>,
    produced: i64,
    stats: Option<LoadStats>,
    turns: u64,
}

/// A turn that began: the partition, why, what the turn before had produced, and the draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) partition: PartitionId,
    pub(super) why: TurnReason,
    pub(super) produced: Bytes,
    pub(super) draw: u32,
}

impl BuiltInPartitioner {
    pub(super) const fn current(&self) -> Option<PartitionId> {
        self.current
    }

    /// How many partitions have been drawn so far.
    pub(super) const fn turns(&self) -> u64 {
        self.turns
    }

    /// Adds what an append produced and says whether it is time to switch, and why. `batch_size` is
    /// at least 1. Source: `BuiltInPartitioner.updatePartitionInfo`.
    pub(super) fn produced(
        &mut self,
        bytes: u32,
        batch_size: i64,
        enable_switch: bool,
    ) -> Option<TurnReason> {
        self.produced += i64::from(bytes);
        if self.produced >= batch_size && enable_switch {
            Some(TurnReason::BatchSizeProduced)
        } else if self.produced >= batch_size * 2 {
            Some(TurnReason::TwiceBatchSizeProduced)
        } else {
            None
        }
    }

    /// Whether the turn goes on beyond these bytes, if the batch is not full with them.
    pub(super) const fn goes_on(&self, bytes: u32, batch_size: i64) -> bool {
        self.produced + (bytes as i64) < batch_size * 2
    }

    /// Begins a turn with a 31-bit draw. Source: `BuiltInPartitioner.nextPartition`.
    pub(super) fn switch(&mut self, draw: u32, topic: &TopicView, why: TurnReason) -> Turn {
        let random = draw & i32::MAX.cast_unsigned();
        let partition = match &self.stats {
            Some(stats) => {
                let range = stats.cumulative.last().copied().unwrap_or(1).max(1);
                let weighted = (random % range.cast_unsigned()).cast_signed();
                let index = stats.cumulative.partition_point(|end| *end <= weighted);
                stats.partitions[index]
            }
            None => {
                let list =
                    if topic.available.is_empty() { &topic.partitions } else { &topic.available };
                list[random as usize % list.len()]
            }
        };
        let turn = Turn { partition, why, produced: Bytes(self.produced), draw: random };
        self.current = Some(partition);
        self.produced = 0;
        self.turns += 1;
        turn
    }

    /// Rebuilds the weights from queue lengths. `sizes` is overwritten; `length` of its entries count,
    /// the others are of partitions that were left out. `None` for no weights.
    /// Source: `BuiltInPartitioner.updatePartitionLoadStats`.
    pub(super) fn update_load_stats(
        &mut self,
        queues: Option<(Vec<i32>, Vec<PartitionId>)>,
        length: usize,
    ) {
        self.stats = queues.and_then(|(mut sizes, mut partitions)| {
            if length < 1 || sizes.len() < 2 {
                return None;
            }
            let all = sizes.len();
            sizes.truncate(length);
            partitions.truncate(length);
            let most = sizes.iter().copied().max()? + 1;
            if length == all && sizes.iter().all(|size| *size == sizes[0]) {
                return None;
            }
            let mut sum = 0;
            for size in &mut sizes {
                sum += most - *size;
                *size = sum;
            }
            Some(LoadStats { cumulative: sizes, partitions })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn murmur2_is_kafkas() {
        for (key, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
            ("", 275_646_681),
            ("ключ", 2_122_343_024),
        ] {
            assert_eq!(murmur2(key.as_bytes()), hash, "{key}");
        }
        assert_eq!(murmur2(&[0xff, 0x80, 0x01]), 1_034_853_807);
    }

    #[test]
    fn the_shorter_queue_weighs_more() {
        let mut partitioner = BuiltInPartitioner::default();
        let partitions = vec![PartitionId(0), PartitionId(1), PartitionId(2)];
        partitioner.update_load_stats(Some((vec![0, 3, 1], partitions.clone())), 3);
        let stats = partitioner.stats.clone().expect("queues differ");
        assert_eq!(stats.cumulative, [4, 5, 8]);
        let topic = TopicView { available: partitions.clone(), partitions };
        let picks: Vec<u16> = (0..8)
            .map(|draw| partitioner.switch(draw, &topic, TurnReason::First).partition.0)
            .collect();
        assert_eq!(picks, [0, 0, 0, 0, 1, 2, 2, 2]);
    }

    #[test]
    fn equal_queues_have_no_weights_unless_one_was_left_out() {
        let mut partitioner = BuiltInPartitioner::default();
        let partitions = vec![PartitionId(0), PartitionId(1)];
        partitioner.update_load_stats(Some((vec![1, 1], partitions.clone())), 2);
        assert_eq!(partitioner.stats, None);
        partitioner.update_load_stats(Some((vec![1, 1], partitions)), 1);
        assert!(partitioner.stats.is_some());
    }

    #[test]
    fn a_turn_lasts_for_batch_size_bytes_or_twice_that() {
        let mut partitioner = BuiltInPartitioner::default();
        assert_eq!(partitioner.produced(90, 100, true), None);
        assert_eq!(partitioner.produced(20, 100, false), None);
        assert_eq!(partitioner.produced(0, 100, true), Some(TurnReason::BatchSizeProduced));
        assert_eq!(partitioner.produced(90, 100, false), Some(TurnReason::TwiceBatchSizeProduced));
    }
}
