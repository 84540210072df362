//! A replica's log, as far as batches tell it: where they lie, of which epoch and of which producer.
//! Source: `UnifiedLog`, `LeaderEpochFileCache`.

use super::producer_state::ProducerStates;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use units::{BatchId, Bytes, Epoch, Micros, Offset, RecordId, SimTime};

/// A batch as it is stored: the same on every replica.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogBatch {
    pub(crate) base: Offset,
    pub(crate) records: u32,
    pub(crate) bytes: Bytes,
    pub(crate) leader_epoch: Epoch,
    pub(crate) batch: BatchId,
    pub(crate) first: RecordId,
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) base_sequence: i32,
}

impl LogBatch {
    /// The offset behind its last record.
    pub(crate) fn end(&self) -> Offset {
        self.base + self.records
    }

    /// Source: `DefaultRecordBatch.incrementSequence`.
    pub(super) fn last_sequence(&self) -> i32 {
        let last = i64::from(self.base_sequence) + i64::from(self.records) - 1;
        // sequence numbers go from 0 to 2^31 - 1 and start again
        (last % (i64::from(i32::MAX) + 1)) as i32
    }
}

/// A log. Batches are numbers into the list of all batches that were ever appended: a copy costs four
/// bytes.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// `None` for scripted brokers, of whom nobody copies.
    batches: Option<Vec<u32>>,
    log_end: Offset,
    /// First offset of each leader's epoch.
    epochs: Vec<(Epoch, Offset)>,
    producers: ProducerStates,
    /// What the disk is known to have.
    flushed: Offset,
    /// Log ends and when they were reached, as long as the operating system may not have written them.
    unwritten: VecDeque<(SimTime, Offset)>,
    /// The log end at the last restart: a snapshot of the producers stands there.
    snapshot: Offset,
}

impl Log {
    /// An empty log, with its batches for others to copy.
    pub(super) fn new() -> Self {
        Self {
            batches: Some(Vec::new()),
            log_end: Offset(0),
            epochs: Vec::new(),
            producers: ProducerStates::default(),
            flushed: Offset(0),
            unwritten: VecDeque::new(),
            snapshot: Offset(0),
        }
    }

    /// The log of a scripted broker.
    pub(super) fn scripted() -> Self {
        Self { batches: None, producers: ProducerStates::forever(), ..Self::new() }
    }

    pub(crate) const fn log_end(&self) -> Offset {
        self.log_end
    }

    pub(super) const fn producers(&self) -> &ProducerStates {
        &self.producers
    }

    /// Numbers of its batches, in order.
    pub(crate) fn batches(&self) -> &[u32] {
        self.batches.as_deref().unwrap_or_default()
    }

    /// Appends a batch, as a leader or as a follower.
    pub(super) fn append(&mut self, number: u32, batch: &LogBatch) {
        if let Some(batches) = &mut self.batches {
            batches.push(number);
        }
        if self.latest_epoch() != Some(batch.leader_epoch) {
            self.epochs.push((batch.leader_epoch, batch.base));
        }
        self.producers.add(batch);
        self.log_end = batch.end();
    }

    /// The newest epoch in the log. Source: `LeaderEpochFileCache.latestEpoch`.
    pub(super) fn latest_epoch(&self) -> Option<Epoch> {
        self.epochs.last().map(|(epoch, _)| *epoch)
    }

    /// A leader takes office: its epoch begins at the log end, even before it writes.
    pub(super) fn begin_epoch(&mut self, epoch: Epoch) {
        while self.epochs.last().is_some_and(|(_, start)| *start >= self.log_end) {
            self.epochs.pop();
        }
        self.epochs.push((epoch, self.log_end));
    }

    /// The greatest epoch that is not above `epoch`, and where it ends.
    /// Source: `LeaderEpochFileCache.endOffsetFor`.
    pub(super) fn end_offset_for(&self, epoch: Epoch) -> Option<(Epoch, Offset)> {
        let behind = self.epochs.partition_point(|(known, _)| *known <= epoch);
        let end = self.epochs.get(behind).map_or(self.log_end, |(_, start)| *start);
        // below all that is known there is nothing in common
        let known = behind.checked_sub(1).map_or(epoch, |position| self.epochs[position].0);
        (!self.epochs.is_empty()).then_some((known, end))
    }

    /// Batches from `from` on, up to `bytes_max`; the first one whatever its size.
    pub(super) fn read(&self, from: Offset, bytes_max: Bytes, all: &[LogBatch]) -> &[u32] {
        let batches = self.batches();
        let start = batches.partition_point(|number| all[*number as usize].end() <= from);
        let mut bytes = 0;
        let fits = |number: &&u32| {
            bytes += all[**number as usize].bytes.0;
            bytes <= bytes_max.0
        };
        let fitting = batches[start..].iter().take_while(fits).count();
        let left = batches.len() - start;
        &batches[start..start + fitting.max(left.min(1))]
    }

    /// Drops everything from `to` on. Source: `UnifiedLog.truncateTo`.
    pub(super) fn truncate(&mut self, to: Offset, all: &[LogBatch]) {
        let Some(batches) = &mut self.batches else { return };
        let kept = batches.partition_point(|number| all[*number as usize].end() <= to);
        batches.truncate(kept);
        self.log_end = batches.last().map_or(Offset(0), |number| all[*number as usize].end());
        let end = self.log_end;
        self.epochs.retain(|(_, start)| *start < end);
        self.flushed = self.flushed.min(end);
        // what is left of the write that was cut is as old as it was
        let cut = self.unwritten.partition_point(|(_, reached)| *reached < end);
        self.unwritten.truncate(cut + 1);
        if let Some((_, reached)) = self.unwritten.back_mut() {
            *reached = end.min(*reached);
        }
        self.snapshot = self.snapshot.min(end);
        self.rebuild_producers(all);
    }

    /// From the snapshot and what was appended behind it.
    /// Source: `ProducerStateManager.truncateAndReload`, `UnifiedLog.rebuildProducerState`.
    fn rebuild_producers(&mut self, all: &[LogBatch]) {
        let mut producers = ProducerStates::default();
        let mut loaded = false;
        for number in self.batches.iter().flatten() {
            let batch = &all[*number as usize];
            if !loaded && batch.base >= self.snapshot {
                producers.keep_last();
                loaded = true;
            }
            producers.add(batch);
        }
        if !loaded {
            producers.keep_last();
        }
        self.producers = producers;
    }

    /// A restart: of each producer the last batch is known.
    pub(super) fn restart(&mut self) {
        self.producers.keep_last();
        self.snapshot = self.log_end;
    }

    // --------------------------------------------------------------------- the disk

    /// Notes that the log end was reached at `now`.
    pub(super) fn wrote(&mut self, now: SimTime, writeback: Micros, flush_messages: i64) {
        while let Some((at, end)) = self.unwritten.front()
            && now.since(*at) >= writeback
        {
            self.flushed = *end;
            self.unwritten.pop_front();
        }
        self.unwritten.push_back((now, self.log_end));
        if self.log_end.0 - self.flushed.0 >= flush_messages {
            self.flush();
        }
    }

    /// Everything is on the disk.
    pub(super) fn flush(&mut self) {
        self.flushed = self.log_end;
        self.unwritten.clear();
    }

    /// How far the log reaches if the power fails at `now`.
    pub(super) fn durable_end(&self, now: SimTime, writeback: Micros) -> Offset {
        let written = self.unwritten.iter().take_while(|(at, _)| now.since(*at) >= writeback);
        written.last().map_or(self.flushed, |(_, end)| *end)
    }
}

#[cfg(test)]
mod tests;
