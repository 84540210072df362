//! Reading in the order of time: a merge over the tables.

use crate::Trace;
use crate::id::{FactId, Kind};
use alloc::vec::Vec;
use units::SimTime;

impl Trace {
    /// All facts from `from` on, in the order of time; those of one instant in the order of
    /// [`Kind`], those of one kind as they happened.
    pub fn in_order(&self, from: SimTime) -> impl Iterator<Item = FactId> + '_ {
        let mut next: Vec<u32> = Kind::ALL.iter().map(|kind| self.first_row(*kind, from)).collect();
        core::iter::from_fn(move || {
            let soonest = Kind::ALL
                .iter()
                .filter(|kind| next[**kind as usize] < self.len_of(**kind))
                .map(|kind| FactId::new(*kind, next[*kind as usize]))
                .min_by_key(|id| (self.at(*id), id.kind()))?;
            next[soonest.kind() as usize] += 1;
            Some(soonest)
        })
    }

    /// The first row of a kind that is not earlier than `from`.
    #[must_use]
    pub fn first_row(&self, kind: Kind, from: SimTime) -> u32 {
        let (mut low, mut high) = (0, self.len_of(kind));
        while low < high {
            let middle = u32::midpoint(low, high);
            if self.at(FactId::new(kind, middle)) < from {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
