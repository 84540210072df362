//! The iteration order of Java's hash maps, where Kafka lets it show.
//!
//! ```text
//! bucket = (hash ^ hash >>> 16) & (capacity - 1)      ascending buckets, insertion order inside one
//! ```
//! The drain circle, the partition lists of the partitioners and the order in which a lost connection
//! gives up its batches follow it. Source: `java.util.HashMap`.

/// Capacity of a map made without one.
pub(super) const DEFAULT_CAPACITY: usize = 16;

/// `String.hashCode`.
pub(super) fn string_hash(text: &str) -> i32 {
    text.encode_utf16()
        .fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// `TopicPartition.hashCode`, from the hash of the topic's name.
pub(super) fn topic_partition_hash(topic_hash: i32, partition: i32) -> i32 {
    31_i32.wrapping_mul(31_i32.wrapping_add(partition)).wrapping_add(topic_hash)
}

/// `Node.hashCode` of a broker: host `127.0.0.n`, port 9092, no rack, not fenced.
pub(super) fn node_hash(id: i32) -> i32 {
    /// `Boolean.hashCode(false)`.
    const NOT_FENCED: i32 = 1237;
    let host = string_hash(&alloc::format!("127.0.0.{id}"));
    [host, id, 9092, 0, NOT_FENCED]
        .into_iter()
        .fold(1_i32, |hash, part| hash.wrapping_mul(31).wrapping_add(part))
}

/// Capacity that a map has grown to with `len` entries, from `initial`.
pub(super) fn capacity(len: usize, initial: usize) -> usize {
    let mut capacity = initial.next_power_of_two().max(1);
    while len > capacity * 3 / 4 {
        capacity *= 2;
    }
    capacity
}

/// Sorts `items`, given in order of insertion, into the order of a map of this capacity.
pub(super) fn sort_by_bucket<T>(items: &mut [T], capacity: usize, hash: impl Fn(&T) -> i32) {
    units::sort_by_number(items, |item| {
        let hash = hash(item).cast_unsigned();
        ((hash ^ (hash >> 16)) as usize & (capacity - 1)) as i64
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[track_caller]
    fn check(topic: &str, partitions: i32, want: &[i32]) {
        let mut order: Vec<i32> = (0..partitions).collect();
        let hash = string_hash(topic);
        let capacity = capacity(order.len(), order.len());
        sort_by_bucket(&mut order, capacity, |p| topic_partition_hash(hash, *p));
        assert_eq!(order, want, "{topic}");
    }

    #[test]
    fn partitions_stand_in_the_order_of_their_hash_map() {
        check("orders", 3, &[0, 1, 2]);
        check("orders", 6, &[0, 1, 2, 3, 4, 5]);
        check("orders", 12, &[7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6]);
        check("test", 3, &[1, 0, 2]);
        check("test", 6, &[5, 4, 1, 0, 3, 2]);
        check("events", 4, &[3, 0, 1, 2]);
        check("payments", 3, &[0, 2, 1]);
    }
}
