//! Kafka's back-off. Source: `common.utils.ExponentialBackoff`.

use units::Millis;

/// How long to wait before the n-th attempt.
#[derive(Clone, Debug)]
pub(super) struct ExponentialBackoff {
    initial: f64,
    initial_ms: i64,
    max_ms: i64,
    exponent_max: f64,
}

/// Every back-off of the client jitters by so much in both directions.
const JITTER: f64 = 0.2;

impl ExponentialBackoff {
    pub(super) fn new(initial: Millis, max: Millis) -> Self {
        let initial_ms = initial.0.min(max.0);
        let exponent_max = if max.0 > initial.0 {
            libm::log(max.0 as f64 / initial.0.max(1) as f64) / libm::log(2.0)
        } else {
            0.0
        };
        Self { initial: initial_ms as f64, initial_ms, max_ms: max.0, exponent_max }
    }

    /// The wait before attempt `n`, counted from 0. `unit` is a uniform draw in `[0, 1)`, one half for
    /// no jitter. Without growth there is no jitter either.
    pub(super) fn backoff(&self, n: i64, unit: f64) -> Millis {
        if self.exponent_max == 0.0 {
            return Millis(self.initial_ms);
        }
        let exponent = (n as f64).min(self.exponent_max);
        let power = if exponent == 0.0 { 1.0 } else { libm::pow(2.0, exponent) };
        let term = self.initial * power;
        let factor = if unit == 0.5 { 1.0 } else { 1.0 - JITTER + 2.0 * JITTER * unit };
        Millis(((factor * term) as i64).min(self.max_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_its_maximum() {
        let backoff = ExponentialBackoff::new(Millis(100), Millis(1000));
        let waits: [i64; 6] = core::array::from_fn(|n| backoff.backoff(n as i64, 0.5).0);
        assert_eq!(waits[..4], [100, 200, 400, 800]);
        assert!(waits[4] >= 999, "{waits:?}");
    }

    #[test]
    fn it_jitters_by_a_fifth() {
        let backoff = ExponentialBackoff::new(Millis(100), Millis(1000));
        assert_eq!(backoff.backoff(0, 0.0), Millis(80));
        assert_eq!(backoff.backoff(0, 0.999_999), Millis(119));
    }

    #[test]
    fn an_initial_wait_above_the_maximum_is_constant() {
        let backoff = ExponentialBackoff::new(Millis(500), Millis(300));
        assert_eq!(backoff.backoff(5, 0.0), Millis(300));
    }
}
