//! Times, sizes and identities. No Kafka rule lives here.
//!
//! A point is not a length, an index is not a count, a count is not a size: each has its own type,
//! and only the arithmetic that makes sense is there.
#![no_std]

extern crate alloc;

mod grouped;
mod ids;
mod round;
mod sort;
mod time;

pub use grouped::grouped;
pub use ids::{
    BatchId, BrokerId, ConnectionId, Epoch, Offset, PartitionId, RecordId, RequestId, TopicId,
    TopicPartition,
};
pub use round::rounded_up;
pub use sort::sort_by_number;
pub use time::{ClockMs, Micros, Millis, SimTime};

/// A size in bytes. Signed as in Kafka, whose sizes are `int` and `long`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bytes(pub i64);

impl core::ops::Add for Bytes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl core::ops::AddAssign for Bytes {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl core::ops::Sub for Bytes {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl core::ops::SubAssign for Bytes {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl core::iter::Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|bytes| bytes.0).sum())
    }
}

/// A probability or share, exact: `num / den`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ratio {
    /// Parts that count.
    pub num: u32,
    /// All parts; never 0.
    pub den: u32,
}
