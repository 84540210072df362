//! `buffer.memory` and those who wait for it. Source: `clients.producer.internals.BufferPool`.
//!
//! Kafka keeps a list of free buffers beside a counter. Which of the two holds the bytes never decides
//! anything: a waiter dissolves free buffers into the counter as it needs, so one sum is enough.

use alloc::collections::VecDeque;
use units::Bytes;

/// A thread that waits for memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WaiterId(u32);

#[derive(Clone, Debug)]
struct Waiter {
    id: WaiterId,
    needed: Bytes,
    accumulated: Bytes,
    signalled: bool,
}

/// The pool.
#[derive(Clone, Debug)]
pub(super) struct BufferPool {
    total: Bytes,
    available: Bytes,
    waiters: VecDeque<Waiter>,
    next_waiter: u32,
    closed: bool,
}

/// What an attempt to allocate came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Allocation {
    /// The bytes are taken.
    Done,
    /// Not enough: the thread stands in the queue.
    Wait(WaiterId),
    /// More than there will ever be.
    OverLimit,
    /// The producer is closed.
    Closed,
}

impl BufferPool {
    pub(super) const fn new(total: Bytes) -> Self {
        Self { total, available: total, waiters: VecDeque::new(), next_waiter: 0, closed: false }
    }

    /// Takes `size` bytes, or a place in the queue. A newcomer is served before those who wait if
    /// there is enough at that instant. Source: `BufferPool.allocate`.
    pub(super) fn allocate(&mut self, size: Bytes) -> Allocation {
        if size > self.total {
            return Allocation::OverLimit;
        }
        if self.closed {
            return Allocation::Closed;
        }
        if self.available >= size {
            self.available -= size;
            self.pass_on();
            return Allocation::Done;
        }
        let id = WaiterId(self.next_waiter);
        self.next_waiter += 1;
        self.waiters.push_back(Waiter {
            id,
            needed: size,
            accumulated: Bytes(0),
            signalled: false,
        });
        Allocation::Wait(id)
    }

    /// Whether the waiter has been told to look again.
    pub(super) fn signalled(&self, id: WaiterId) -> bool {
        self.waiters.iter().any(|waiter| waiter.id == id && waiter.signalled)
    }

    /// The waiter looks again: grabs what there is. `true` once it has all, and has left the queue.
    pub(super) fn grab(&mut self, id: WaiterId) -> bool {
        let Some(waiter) = self.waiters.iter_mut().find(|waiter| waiter.id == id) else {
            return false;
        };
        waiter.signalled = false;
        let got = (waiter.needed - waiter.accumulated).min(self.available);
        waiter.accumulated += got;
        self.available -= got;
        if waiter.accumulated < waiter.needed {
            return false;
        }
        self.waiters.retain(|waiter| waiter.id != id);
        self.pass_on();
        true
    }

    /// What a waiter still misses.
    pub(super) fn missing(&self, id: WaiterId) -> Bytes {
        let waiter = self.waiters.iter().find(|waiter| waiter.id == id);
        waiter.map_or(Bytes(0), |waiter| waiter.needed - waiter.accumulated)
    }

    /// The waiter gives up; what it had grabbed is free again.
    pub(super) fn give_up(&mut self, id: WaiterId) {
        if let Some(waiter) = self.waiters.iter().find(|waiter| waiter.id == id) {
            self.available += waiter.accumulated;
        }
        self.waiters.retain(|waiter| waiter.id != id);
        self.pass_on();
    }

    /// Bytes come back.
    pub(super) fn deallocate(&mut self, size: Bytes) {
        self.available += size;
        assert!(self.available <= self.total, "buffer memory is conserved");
        self.signal_first();
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        for waiter in &mut self.waiters {
            waiter.signalled = true;
        }
    }

    pub(super) const fn closed(&self) -> bool {
        self.closed
    }

    pub(super) const fn available(&self) -> Bytes {
        self.available
    }

    pub(super) const fn total(&self) -> Bytes {
        self.total
    }

    /// Threads that wait. Source: `BufferPool.queued`.
    pub(super) fn queued(&self) -> usize {
        self.waiters.len()
    }

    /// Bytes that waiters hold although they are still waiting.
    pub(super) fn held_by_waiters(&self) -> Bytes {
        self.waiters.iter().map(|waiter| waiter.accumulated).sum()
    }

    fn pass_on(&mut self) {
        if self.available > Bytes(0) {
            self.signal_first();
        }
    }

    fn signal_first(&mut self) {
        if let Some(first) = self.waiters.front_mut() {
            first.signalled = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_waiter_grabs_piecemeal() {
        let mut pool = BufferPool::new(Bytes(100));
        assert_eq!(pool.allocate(Bytes(90)), Allocation::Done);
        let Allocation::Wait(waiter) = pool.allocate(Bytes(50)) else { panic!("must wait") };
        pool.deallocate(Bytes(30));
        assert!(pool.signalled(waiter));
        assert!(!pool.grab(waiter));
        assert_eq!(pool.available(), Bytes(0));
        pool.deallocate(Bytes(60));
        assert!(pool.grab(waiter));
        assert_eq!(pool.available(), Bytes(50));
        assert_eq!(pool.queued(), 0);
    }

    #[test]
    fn giving_up_returns_what_was_grabbed_and_tells_the_next() {
        let mut pool = BufferPool::new(Bytes(100));
        assert_eq!(pool.allocate(Bytes(90)), Allocation::Done);
        let Allocation::Wait(first) = pool.allocate(Bytes(50)) else { panic!("must wait") };
        let Allocation::Wait(second) = pool.allocate(Bytes(20)) else { panic!("must wait") };
        pool.deallocate(Bytes(5));
        assert!(!pool.grab(first));
        pool.deallocate(Bytes(10));
        pool.give_up(first);
        assert!(pool.signalled(second));
        assert!(pool.grab(second));
    }

    #[test]
    fn a_newcomer_who_leaves_nothing_tells_nobody() {
        let mut pool = BufferPool::new(Bytes(100));
        assert_eq!(pool.allocate(Bytes(50)), Allocation::Done);
        let Allocation::Wait(waiter) = pool.allocate(Bytes(90)) else { panic!("must wait") };
        let mut some_left = pool.clone();
        assert_eq!(some_left.allocate(Bytes(30)), Allocation::Done);
        assert!(some_left.signalled(waiter));
        assert_eq!(pool.allocate(Bytes(50)), Allocation::Done);
        assert!(!pool.signalled(waiter));
    }

    #[test]
    fn more_than_all_memory_is_refused() {
        assert_eq!(BufferPool::new(Bytes(10)).allocate(Bytes(11)), Allocation::OverLimit);
    }
}
