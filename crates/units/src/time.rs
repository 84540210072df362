//! Two clocks: the simulation's in whole microseconds, the client's in whole milliseconds.
//!
//! ```text
//! simulation  …  4_999   5_000   5_700   6_000 µs
//! client      …      4       5       5       6 ms      (floor)
//! ```
//! A wait of k ms that starts at t ends at t + 1000 k, on or off a whole millisecond.

use core::ops::{Add, AddAssign, Sub};

/// A length of simulated time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Micros(pub u64);

/// A point on the simulated clock, in microseconds from the run's 0. Negative before the run begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SimTime(pub i64);

/// A length in milliseconds, the unit of Kafka's settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Millis(pub i64);

/// A point on the client's clock, in milliseconds from the run's 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ClockMs(pub i64);

impl SimTime {
    /// The run's 0.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(i64::MAX);

    /// What the client's clock shows at this point.
    #[must_use]
    pub const fn clock(self) -> ClockMs {
        ClockMs(self.0.div_euclid(1000))
    }

    /// The next point at which the client's clock moves on.
    #[must_use]
    pub const fn next_whole_ms(self) -> Self {
        Self((self.0.div_euclid(1000) + 1) * 1000)
    }

    /// The end of a wait of `wait` that starts here; `NEVER` where it is out of reach.
    #[must_use]
    pub const fn after(self, wait: Millis) -> Self {
        Self(self.0.saturating_add(wait.0.saturating_mul(1000)))
    }

    /// The time from `earlier` to here; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Micros {
        let micros = self.0.saturating_sub(earlier.0);
        Micros(if micros < 0 { 0 } else { micros as u64 })
    }
}

impl Millis {
    /// Java's `Long.MAX_VALUE`, its usual "no limit".
    pub const MAX: Self = Self(i64::MAX);
    /// No time at all.
    pub const ZERO: Self = Self(0);
}

impl From<Millis> for Micros {
    /// The one conversion from Kafka's unit to the simulation's; a negative length is none.
    fn from(millis: Millis) -> Self {
        Self(millis.0.max(0).unsigned_abs().saturating_mul(1000))
    }
}

impl Add<Micros> for SimTime {
    type Output = Self;
    fn add(self, length: Micros) -> Self {
        Self(self.0.saturating_add_unsigned(length.0))
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Micros {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Add<Millis> for ClockMs {
    type Output = Self;
    fn add(self, length: Millis) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl Sub for ClockMs {
    type Output = Millis;
    fn sub(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Millis {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Millis {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_sees_whole_milliseconds() {
        assert_eq!(SimTime(4_999).clock(), ClockMs(4));
        assert_eq!(SimTime(5_000).clock(), ClockMs(5));
        assert_eq!(SimTime(-1).clock(), ClockMs(-1));
    }

    #[test]
    fn a_wait_ends_as_far_off_the_millisecond_as_it_began() {
        assert_eq!(SimTime(900).after(Millis(5)), SimTime(5_900));
        assert_eq!(SimTime(900).after(Millis::MAX), SimTime::NEVER);
    }

    #[test]
    fn the_next_millisecond_is_never_now() {
        assert_eq!(SimTime(5_000).next_whole_ms(), SimTime(6_000));
        assert_eq!(SimTime(5_001).next_whole_ms(), SimTime(6_000));
    }
}
