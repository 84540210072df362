//! What a log remembers of idempotent producers. Source: `ProducerStateManager`,
//! `ProducerStateEntry`, `ProducerAppendInfo`.

use super::log::LogBatch;
use alloc::collections::VecDeque;
use litemap::LiteMap;
use trace::ErrorCode;
use units::Offset;

/// Batches that are remembered of each producer. Source: `ProducerStateEntry.NUM_BATCHES_TO_RETAIN`.
const BATCHES_RETAINED: usize = 5;

/// All producers of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct ProducerStates {
    entries: LiteMap<i64, Entry>,
    /// Scripted brokers remember every batch for ever.
    forever: Option<LiteMap<(i64, i16, i32), Offset>>,
}

#[derive(Clone, Debug)]
struct Entry {
    epoch: i16,
    batches: VecDeque<Remembered>,
}

#[derive(Clone, Copy, Debug)]
struct Remembered {
    base_sequence: i32,
    last_sequence: i32,
    offset: Offset,
}

impl ProducerStates {
    /// As scripted brokers remember.
    pub(super) fn forever() -> Self {
        Self { entries: LiteMap::new(), forever: Some(LiteMap::new()) }
    }

    /// Offset of the batch, if it is a repetition of one that is remembered: same epoch, exactly the
    /// same sequences. Source: `ProducerStateEntry.findDuplicateBatch`.
    pub(super) fn duplicate(&self, batch: &LogBatch) -> Option<Offset> {
        if let Some(all) = &self.forever {
            let identity = (batch.producer_id, batch.producer_epoch, batch.base_sequence);
            return all.get(&identity).copied();
        }
        let entry = self.entries.get(&batch.producer_id)?;
        let same = |known: &&Remembered| {
            known.base_sequence == batch.base_sequence
                && known.last_sequence == batch.last_sequence()
        };
        let known = entry.batches.iter().find(same)?;
        (entry.epoch == batch.producer_epoch).then_some(known.offset)
    }

    /// An unknown producer may start anywhere, a new epoch starts at 0, else there is no gap.
    /// Source: `ProducerAppendInfo.checkProducerEpoch`, `checkSequence`.
    pub(super) fn sequence_error(&self, batch: &LogBatch) -> ErrorCode {
        let Some(entry) = self.entries.get(&batch.producer_id) else { return ErrorCode::None };
        if batch.producer_epoch < entry.epoch {
            return ErrorCode::InvalidProducerEpoch;
        }
        let next = entry.batches.back().map_or(0, |last| match last.last_sequence {
            i32::MAX => 0,
            last => last + 1,
        });
        let expected = if batch.producer_epoch > entry.epoch { 0 } else { next };
        if batch.base_sequence == expected {
            ErrorCode::None
        } else {
            ErrorCode::OutOfOrderSequenceNumber
        }
    }

    /// Remembers an appended or copied batch.
    pub(super) fn add(&mut self, batch: &LogBatch) {
        if batch.producer_id < 0 {
            return;
        }
        let new = Remembered {
            base_sequence: batch.base_sequence,
            last_sequence: batch.last_sequence(),
            offset: batch.base,
        };
        if let Some(all) = &mut self.forever {
            let identity = (batch.producer_id, batch.producer_epoch, batch.base_sequence);
            all.insert(identity, batch.base);
        }
        let entry = self.entries.entry(batch.producer_id).or_insert_with(|| Entry {
            epoch: batch.producer_epoch,
            batches: VecDeque::with_capacity(BATCHES_RETAINED),
        });
        if entry.epoch != batch.producer_epoch {
            entry.epoch = batch.producer_epoch;
            entry.batches.clear();
        }
        if entry.batches.len() == BATCHES_RETAINED {
            entry.batches.pop_front();
        }
        entry.batches.push_back(new);
    }

    /// A snapshot keeps the last batch of each producer only, and every restart reads one.
    /// Source: `ProducerStateManager.writeSnapshot`.
    pub(super) fn keep_last(&mut self) {
        for (_, entry) in self.entries.iter_mut() {
            while entry.batches.len() > 1 {
                entry.batches.pop_front();
            }
        }
    }
}
