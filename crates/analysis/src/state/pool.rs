//! `buffer.memory` as the facts tell it. Source: `BufferPool`.

use units::{Bytes, RecordId};

/// Someone waits for memory.
#[derive(Clone, Copy, Debug)]
struct Waiter {
    record: RecordId,
    /// Row of its wait; each time it grabs something, a new wait for the rest begins.
    row: u32,
    missing: Bytes,
    grabbed: Bytes,
}

/// The pool.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    pub(super) total: Bytes,
    pub(super) available: Bytes,
    waiters: Vec<Waiter>,
}

impl Pool {
    pub(super) const fn new(total: Bytes) -> Self {
        Self { total, available: total, waiters: Vec::new() }
    }

    pub(super) fn take(&mut self, bytes: Bytes) {
        self.available -= bytes;
    }

    pub(super) fn give_back(&mut self, bytes: Bytes) {
        self.available += bytes;
    }

    /// The record waits for `missing` bytes; if it has waited for more, it has grabbed the difference.
    pub(super) fn wait(&mut self, record: RecordId, row: u32, missing: Bytes) {
        let known = self.waiters.iter_mut().find(|waiter| waiter.record == record);
        let Some(waiter) = known else {
            self.waiters.push(Waiter { record, row, missing, grabbed: Bytes(0) });
            return;
        };
        let grabbed = waiter.missing - missing;
        waiter.grabbed += grabbed;
        (waiter.row, waiter.missing) = (row, missing);
        self.available -= grabbed;
    }

    /// The wait of a row is over, unless it goes on in another one: what was grabbed goes into the
    /// batch that is opened now, or is free again.
    pub(super) fn leave(&mut self, row: u32) {
        if let Some(position) = self.waiters.iter().position(|waiter| waiter.row == row) {
            let waiter = self.waiters.remove(position);
            self.give_back(waiter.grabbed);
        }
    }

    pub(super) fn waiting(&self) -> u32 {
        self.waiters.len() as u32
    }

    pub(super) fn held_by_waiters(&self) -> Bytes {
        self.waiters.iter().map(|waiter| waiter.grabbed).sum()
    }
}
