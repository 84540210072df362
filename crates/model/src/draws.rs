//! The only source of chance.
//!
//! Draws are keyed, not sequential: a value depends on the seed, the purpose, the entity and how
//! often that entity has drawn for that purpose. One more draw in one place changes no other, so two
//! runs that differ in a setting can be compared.

use crate::scenario::Draws;
use units::Micros;

/// What a draw is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// The sticky partitioner's choice; entity: the topic.
    StickyPartition = 1,
    /// Jitter of a batch's back-off; entity: the batch and its attempt.
    RetryBackoff,
    /// Jitter of a metadata refresh.
    MetadataRefresh,
    /// Jitter of a reconnect; entity: the node.
    Reconnect,
    /// Jitter of a connection's set-up time; entity: the node.
    ConnectionSetup,
    /// Where the search for the least loaded node begins.
    LeastLoadedNode,
    /// The interval before an arrival; entity: the step.
    Arrival,
    /// The key of a record; entity: the step.
    Key,
    /// A broker's phase of heartbeats; entity: the broker.
    HeartbeatPhase,
    /// The controller's phase of its checks.
    SweepPhase,
    /// A broker's phase of its lag check; entity: the broker.
    LagPhase,
    /// A broker's phase of its fetches; entity: the broker.
    FetchPhase,
    /// How long a process takes to ask for its leave; entity: the broker.
    Shutdown,
}

impl Draws {
    /// 64 uniform bits: draw number `n` of `entity` for `purpose`.
    #[must_use]
    pub fn bits(self, purpose: Purpose, entity: u64, n: u64) -> u64 {
        match self {
            Self::Recorded => n,
            Self::Seed(seed) => {
                let mut state = mix(seed ^ ((purpose as u64) << 56));
                state = mix(state ^ entity);
                mix(state ^ n)
            }
        }
    }

    /// A uniform number in `[0, 1)` with 53 bits; one half where nothing jitters.
    #[must_use]
    pub fn unit(self, purpose: Purpose, entity: u64, n: u64) -> f64 {
        match self {
            Self::Recorded => 0.5,
            Self::Seed(_) => (self.bits(purpose, entity, n) >> 11) as f64 / (1_u64 << 53) as f64,
        }
    }

    /// A uniform number below `bound`; 0 for a bound of 0.
    #[must_use]
    pub fn below(self, purpose: Purpose, entity: u64, n: u64, bound: u64) -> u64 {
        ((u128::from(self.bits(purpose, entity, n)) * u128::from(bound)) >> 64) as u64
    }

    /// An exponentially distributed interval with this mean, in whole microseconds.
    #[must_use]
    pub fn interval(self, purpose: Purpose, entity: u64, n: u64, mean: Micros) -> Micros {
        let uniform = 1.0 - self.unit(purpose, entity, n);
        Micros(libm::round(-libm::log(uniform) * mean.0 as f64) as u64)
    }
}

/// SplitMix64's finisher over a step of its sequence: every bit of the input moves every bit of the
/// output. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_its_key_alone() {
        let draws = Draws::Seed(7);
        let first = draws.bits(Purpose::StickyPartition, 0, 0);
        assert_eq!(first, draws.bits(Purpose::StickyPartition, 0, 0));
        assert_ne!(first, draws.bits(Purpose::StickyPartition, 0, 1));
        assert_ne!(first, draws.bits(Purpose::StickyPartition, 1, 0));
        assert_ne!(first, draws.bits(Purpose::RetryBackoff, 0, 0));
        assert_ne!(first, Draws::Seed(8).bits(Purpose::StickyPartition, 0, 0));
    }

    #[test]
    fn recorded_draws_count() {
        assert_eq!(Draws::Recorded.bits(Purpose::StickyPartition, 5, 12), 12);
    }

    #[test]
    fn intervals_have_their_mean() {
        let draws = Draws::Seed(1);
        let sum: u64 =
            (0..10_000).map(|n| draws.interval(Purpose::Arrival, 0, n, Micros(1000)).0).sum();
        assert!((9_700_000..10_300_000).contains(&sum), "{sum}");
    }
}
