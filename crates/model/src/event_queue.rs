//! What is due next. Knows no Kafka rule.

use alloc::collections::BinaryHeap;
use core::cmp::{Ordering, Reverse};
use units::SimTime;

/// Everything that is going to happen, soonest first. Events due at the same time leave in the order
/// in which they entered.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    due: BinaryHeap<Reverse<Due<E>>>,
    next_entry: u64,
}

#[derive(Clone, Debug)]
struct Due<E> {
    at: SimTime,
    entry: u64,
    event: E,
}

impl<E> EventQueue<E> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self { due: BinaryHeap::new(), next_entry: 0 }
    }

    /// Adds an event.
    pub fn push(&mut self, at: SimTime, event: E) {
        self.due.push(Reverse(Due { at, entry: self.next_entry, event }));
        self.next_entry += 1;
    }

    /// Takes the next event, if it is due at `now`.
    pub fn pop_due(&mut self, now: SimTime) -> Option<E> {
        if self.next_at()? > now {
            return None;
        }
        self.due.pop().map(|Reverse(due)| due.event)
    }

    /// When the next event is due.
    #[must_use]
    pub fn next_at(&self) -> Option<SimTime> {
        self.due.peek().map(|Reverse(due)| due.at)
    }

    /// Whether anything of this kind is going to happen.
    pub fn any(&self, is: impl Fn(&E) -> bool) -> bool {
        self.due.iter().any(|Reverse(due)| is(&due.event))
    }

    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether nothing is going to happen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Ord for Due<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.entry).cmp(&(other.at, other.entry))
    }
}

impl<E> PartialOrd for Due<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Due<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Due<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_leave_in_order_of_entry() {
        let mut queue = EventQueue::new();
        for (at, event) in [(5, 'b'), (5, 'c'), (1, 'a'), (5, 'd')] {
            queue.push(SimTime(at), event);
        }
        let order: alloc::vec::Vec<char> =
            core::iter::from_fn(|| queue.pop_due(SimTime(9))).collect();
        assert_eq!(order, ['a', 'b', 'c', 'd']);
    }

    #[test]
    fn what_is_not_due_stays() {
        let mut queue = EventQueue::new();
        queue.push(SimTime(5), ());
        assert_eq!(queue.pop_due(SimTime(4)), None);
        assert_eq!(queue.next_at(), Some(SimTime(5)));
    }
}
