//! A batch of the producer. Source: `ProducerBatch`, `MemoryRecordsBuilder`.

use super::compression::estimated_payload;
use super::sizes;
use alloc::vec::Vec;
use trace::{Condition, Failure};
use units::{BatchId, Bytes, ClockMs, Epoch, Millis, Offset, RecordId, SimTime, TopicPartition};

/// A record as the batch keeps it, for the case that it is split.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchRecord {
    pub(super) id: RecordId,
    /// Bytes of key, value and headers.
    pub(super) fields: u32,
    pub(super) timestamp: ClockMs,
}

/// Producer id, epoch and first sequence of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProducerState {
    pub(super) id: i64,
    pub(super) epoch: i16,
    pub(super) base_sequence: i32,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FinalState {
    Succeeded,
    Failed,
    Aborted,
}

/// A batch.
#[derive(Clone, Debug)]
pub(super) struct ProducerBatch {
    pub(super) id: BatchId,
    pub(super) partition: TopicPartition,
    pub(super) records: Vec<BatchRecord>,
    pub(super) created: ClockMs,
    last_append: ClockMs,
    last_attempt: ClockMs,
    pub(super) attempts: u16,
    /// Bytes of the buffer that it was created with. Source: `initialCapacity`.
    pub(super) capacity: u32,
    /// Ratio that the estimate of its size uses; `None` without compression.
    ratio: Option<f32>,
    /// Bytes of its records before compression.
    pub(super) uncompressed: u32,
    /// Largest upper bound of a record in it.
    pub(super) record_size_max: u32,
    /// No more records.
    closed_for_appends: bool,
    /// Exact bytes, once built.
    built: Option<u32>,
    pub(super) producer_state: Option<ProducerState>,
    /// Its sequence was rewritten since it was last built. Source: `sequenceHasBeenReset`.
    pub(super) sequence_reset: bool,
    pub(super) final_state: Option<FinalState>,
    pub(super) in_flight: bool,
    pub(super) in_retry: bool,
    pub(super) split_piece: bool,
    pub(super) deallocated: bool,
    /// Its place among the batches that flush and a forced close look at.
    pub(super) incomplete: Option<u32>,
    leader_epoch: Option<Epoch>,
    attempts_at_leader_change: Option<u16>,

    // What the trace asks for; decides nothing.
    pub(super) opened_at: SimTime,
    pub(super) full_since: Option<SimTime>,
    pub(super) newer_behind_since: Option<SimTime>,
    pub(super) retried_at: SimTime,
    pub(super) new_leader_since: Option<SimTime>,
    pub(super) held: Vec<(Condition, SimTime)>,
    pub(super) close_recorded: bool,
    /// Result for the callbacks.
    pub(super) offset: Offset,
    pub(super) failure: Option<Failure>,
}

/// What a batch begins with.
pub(super) struct NewBatch {
    pub(super) id: BatchId,
    pub(super) partition: TopicPartition,
    pub(super) created: ClockMs,
    pub(super) capacity: u32,
    pub(super) ratio: Option<f32>,
    pub(super) split_piece: bool,
    pub(super) now: SimTime,
}

impl ProducerBatch {
    pub(super) fn new(new: NewBatch, records: Vec<BatchRecord>) -> Self {
        Self {
            id: new.id,
            partition: new.partition,
            records,
            created: new.created,
            last_append: new.created,
            last_attempt: new.created,
            attempts: 0,
            capacity: new.capacity,
            ratio: new.ratio,
            uncompressed: 0,
            record_size_max: 0,
            closed_for_appends: false,
            built: None,
            producer_state: None,
            sequence_reset: false,
            final_state: None,
            in_flight: false,
            in_retry: false,
            split_piece: new.split_piece,
            deallocated: false,
            incomplete: None,
            leader_epoch: None,
            attempts_at_leader_change: None,
            opened_at: new.now,
            full_since: None,
            newer_behind_since: None,
            retried_at: new.now,
            new_leader_since: None,
            held: Vec::new(),
            close_recorded: false,
            offset: Offset::NONE,
            failure: None,
        }
    }

    pub(super) fn record_count(&self) -> u32 {
        self.records.len() as u32
    }

    pub(super) fn first(&self) -> RecordId {
        self.records.first().map_or(RecordId(trace::NONE), |record| record.id)
    }

    /// Source: `MemoryRecordsBuilder.estimatedBytesWritten`.
    fn estimated_bytes_written(&self) -> u32 {
        self.estimate(self.uncompressed)
    }

    fn estimate(&self, uncompressed: u32) -> u32 {
        let payload =
            self.ratio.map_or(uncompressed, |ratio| estimated_payload(uncompressed, ratio));
        sizes::BATCH_OVERHEAD + payload
    }

    /// The estimate while open, and again once its sequence was rewritten; the exact size once built.
    pub(super) fn estimated_size(&self) -> u32 {
        match self.built {
            Some(built) if !self.sequence_reset => built,
            _ => self.estimated_bytes_written(),
        }
    }

    /// Source: `MemoryRecordsBuilder.isFull`: the limit counts only behind the first record.
    pub(super) fn is_full(&self) -> bool {
        self.closed_for_appends
            || (!self.records.is_empty() && self.capacity <= self.estimated_bytes_written())
    }

    /// Bytes that the record would need as the next one of this batch.
    pub(super) fn size_of(&self, fields: u32, timestamp: ClockMs) -> u32 {
        let base = self.records.first().map_or(timestamp, |first| first.timestamp);
        sizes::record(fields, (timestamp - base).0, self.record_count())
    }

    /// Bytes that are left, compared without compression of the record.
    pub(super) fn room(&self) -> Bytes {
        Bytes(i64::from(self.capacity) - i64::from(self.estimated_bytes_written()))
    }

    /// Adds the record if there is room. Source: `ProducerBatch.tryAppend`, `hasRoomFor`.
    pub(super) fn try_append(&mut self, record: BatchRecord, now: ClockMs, at: SimTime) -> bool {
        if self.is_full() {
            return false;
        }
        let size = self.size_of(record.fields, record.timestamp);
        if !self.records.is_empty() && self.capacity < self.estimated_bytes_written() + size {
            return false;
        }
        self.add(record, size, now);
        if self.full_since.is_none() && self.capacity <= self.estimated_bytes_written() {
            self.full_since = Some(at);
        }
        true
    }

    /// Bytes of the record in this batch, and by how many its estimated size grows, if there is room
    /// and still some left behind the record. The batch is open and has a record.
    pub(super) fn room_for_one_more(&self, record: BatchRecord) -> Option<(u32, u32)> {
        let size = self.size_of(record.fields, record.timestamp);
        let (before, after) =
            (self.estimate(self.uncompressed), self.estimate(self.uncompressed + size));
        (before + size <= self.capacity && after < self.capacity).then(|| (size, after - before))
    }

    pub(super) fn add(&mut self, record: BatchRecord, size: u32, now: ClockMs) {
        self.uncompressed += size;
        self.record_size_max = self.record_size_max.max(sizes::upper_bound(record.fields));
        self.records.push(record);
        self.last_append = now;
    }

    pub(super) fn close_for_record_appends(&mut self, at: SimTime) {
        self.closed_for_appends = true;
        self.full_since.get_or_insert(at);
    }

    /// Whether the header is written. Source: `MemoryRecordsBuilder.isClosed`.
    pub(super) const fn built(&self) -> Option<u32> {
        self.built
    }

    /// Writes the header: `payload` bytes follow it.
    pub(super) fn build(&mut self, payload: u32, at: SimTime) {
        self.close_for_record_appends(at);
        self.built = Some(sizes::BATCH_OVERHEAD + payload);
    }

    /// The header is rewritten with other sequences. Source: `ProducerBatch.resetProducerState`.
    pub(super) const fn reset_producer_state(&mut self, state: ProducerState) {
        self.producer_state = Some(state);
        self.sequence_reset = true;
    }

    /// Whether it is a piece of nothing, or of a batch; compressed share, exact.
    pub(super) fn compression_ratio(&self) -> f32 {
        match (self.ratio, self.built) {
            (Some(_), Some(built)) => {
                (built - sizes::BATCH_OVERHEAD) as f32 / self.uncompressed as f32
            }
            _ => 1.0,
        }
    }

    pub(super) fn last_sequence(&self) -> Option<i32> {
        let state = self.producer_state?;
        Some(increment_sequence(state.base_sequence, self.record_count() as i32 - 1))
    }

    pub(super) fn waited(&self, now: ClockMs) -> Millis {
        (now - self.last_attempt).max(Millis::ZERO)
    }

    pub(super) const fn last_attempt(&self) -> ClockMs {
        self.last_attempt
    }

    pub(super) fn has_reached_delivery_timeout(&self, timeout: Millis, now: ClockMs) -> bool {
        timeout <= now - self.created
    }

    /// Back into the queue. Source: `ProducerBatch.reenqueued`.
    pub(super) fn reenqueued(&mut self, now: ClockMs, at: SimTime) {
        self.attempts += 1;
        self.last_attempt = self.last_append.max(now);
        self.last_append = self.last_attempt;
        self.in_retry = true;
        self.retried_at = at;
        self.new_leader_since = None;
        self.held.clear();
    }

    /// Source: `ProducerBatch.maybeUpdateLeaderEpoch`.
    pub(super) fn maybe_update_leader_epoch(&mut self, latest: Option<Epoch>, at: SimTime) {
        if let Some(latest) = latest
            && self.leader_epoch.is_none_or(|current| current < latest)
        {
            self.attempts_at_leader_change = Some(self.attempts);
            self.leader_epoch = Some(latest);
            self.new_leader_since = Some(at);
        }
    }

    /// Source: `ProducerBatch.hasLeaderChangedForTheOngoingRetry`.
    pub(super) fn has_leader_changed_for_the_ongoing_retry(&self) -> bool {
        self.attempts >= 1 && self.attempts_at_leader_change == Some(self.attempts)
    }

    /// Notes since when something holds the batch back.
    pub(super) fn hold(&mut self, what: Condition, at: SimTime) {
        if !self.held.iter().any(|(held, _)| *held == what) {
            self.held.push((what, at));
        }
    }

    pub(super) const fn is_done(&self) -> bool {
        self.final_state.is_some()
    }
}

/// Sequence numbers go from 0 to 2^31 - 1 and begin again.
/// Source: `DefaultRecordBatch.incrementSequence`.
pub(super) const fn increment_sequence(sequence: i32, increment: i32) -> i32 {
    if sequence > i32::MAX - increment {
        increment - (i32::MAX - sequence) - 1
    } else {
        sequence + increment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(capacity: u32) -> ProducerBatch {
        ProducerBatch::new(
            NewBatch {
                id: BatchId(0),
                partition: TopicPartition::default(),
                created: ClockMs(0),
                capacity,
                ratio: None,
                split_piece: false,
                now: SimTime(0),
            },
            Vec::new(),
        )
    }

    fn record(value: u32) -> BatchRecord {
        let fields = sizes::fields(None, Some(value), 0, 0);
        BatchRecord { id: RecordId(0), fields, timestamp: ClockMs(0) }
    }

    #[test]
    fn the_first_record_always_fits_and_tiny_ones_join_it() {
        let mut batch = batch(sizes::upper_bound(record(20_000).fields));
        assert!(batch.try_append(record(20_000), ClockMs(0), SimTime(0)));
        assert!(!batch.is_full(), "a large record leaves the slack of its upper bound");
        assert!(batch.try_append(record(1), ClockMs(0), SimTime(0)));
        assert!(!batch.try_append(record(1), ClockMs(0), SimTime(0)));
    }

    #[test]
    fn three_small_records_share_a_batch_of_size_one() {
        let first = record(1);
        let mut batch = batch(sizes::upper_bound(first.fields).max(1));
        let sizes: Vec<u32> = (0..3)
            .map(|_| {
                assert!(batch.try_append(first, ClockMs(0), SimTime(0)));
                batch.estimated_size()
            })
            .collect();
        assert_eq!(sizes, [69, 77, 85]);
        assert!(!batch.try_append(first, ClockMs(0), SimTime(0)));
    }

    #[test]
    fn sequences_wrap_to_zero() {
        assert_eq!(increment_sequence(i32::MAX, 1), 0);
        assert_eq!(increment_sequence(i32::MAX - 1, 3), 1);
    }
}
