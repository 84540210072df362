//! The statistics behind Kafka's metrics: values in samples of one window each, of which a few are
//! kept. Source: `common.metrics.stats.SampledStat`, `Rate`, `Avg`, `Max`, `WindowedSum`.

use units::{ClockMs, Millis};

/// How long samples last, and how many complete ones count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// `metrics.sample.window.ms`.
    pub length: Millis,
    /// `metrics.num.samples`.
    pub samples: i64,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    start: ClockMs,
    last: ClockMs,
    count: u64,
    sum: f64,
    max: f64,
}

impl Sample {
    const fn new(now: ClockMs) -> Self {
        Self { start: now, last: now, count: 0, sum: 0.0, max: f64::NEG_INFINITY }
    }
}

/// Values over time. Sum, average, maximum and rate are all read from the same samples.
#[derive(Clone, Debug)]
pub(crate) struct Sampled {
    windows: Windows,
    samples: Vec<Sample>,
    current: usize,
    /// The sum of all values ever.
    pub(crate) total: f64,
}

impl Sampled {
    pub(crate) const fn new(windows: Windows) -> Self {
        Self { windows, samples: Vec::new(), current: 0, total: 0.0 }
    }

    /// Source: `SampledStat.record`.
    pub(crate) fn record(&mut self, now: ClockMs, value: f64) {
        self.total += value;
        let sample = self.sample(now);
        sample.count += 1;
        sample.last = now;
        sample.sum += value;
        sample.max = sample.max.max(value);
    }

    /// The current sample, or a new one if its window is over; one more than are kept is held.
    fn sample(&mut self, now: ClockMs) -> &mut Sample {
        if self.samples.is_empty() {
            self.samples.push(Sample::new(now));
        }
        if now - self.samples[self.current].start >= self.windows.length {
            self.current = (self.current + 1) % (self.windows.samples as usize + 1);
            if self.current == self.samples.len() {
                self.samples.push(Sample::new(now));
            }
            self.samples[self.current] = Sample::new(now);
        }
        &mut self.samples[self.current]
    }

    /// Source: `SampledStat.purgeObsoleteSamples`.
    fn purge(&mut self, now: ClockMs) {
        let Windows { length, samples } = self.windows;
        for sample in &mut self.samples {
            if (now - sample.last).0 >= samples * length.0 {
                *sample = Sample::new(now);
            }
        }
    }

    /// `None` where Kafka's is not a number.
    pub(crate) fn average(&mut self, now: ClockMs) -> Option<f64> {
        self.purge(now);
        let sum: f64 = self.samples.iter().map(|sample| sample.sum).sum();
        let count: u64 = self.samples.iter().map(|sample| sample.count).sum();
        (count > 0).then(|| sum / count as f64)
    }

    /// `None` where Kafka's is not a number.
    pub(crate) fn max(&mut self, now: ClockMs) -> Option<f64> {
        self.purge(now);
        let counted = self.samples.iter().filter(|sample| sample.count > 0);
        counted.map(|sample| sample.max).reduce(f64::max)
    }

    /// What was recorded a millisecond of the window. Source: `Rate.windowSize`.
    pub(crate) fn rate_per_ms(&mut self, now: ClockMs) -> f64 {
        self.purge(now);
        let Windows { length, samples } = self.windows;
        let oldest = self.samples.iter().map(|sample| sample.start).min().unwrap_or(now);
        let mut elapsed = (now - oldest).0;
        let full = elapsed / length.0.max(1);
        if full < samples - 1 {
            elapsed += (samples - 1 - full) * length.0;
        }
        let sum: f64 = self.samples.iter().map(|sample| sample.sum).sum();
        sum / elapsed.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAFKAS: Windows = Windows { length: Millis(30_000), samples: 2 };

    #[test]
    fn a_rate_divides_by_one_full_window_more_than_has_passed() {
        let mut values = Sampled::new(KAFKAS);
        values.record(ClockMs(0), 40.0);
        assert_eq!(values.rate_per_ms(ClockMs(10_000)) * 1000.0, 1.0);
    }

    #[test]
    fn what_is_older_than_all_windows_is_forgotten() {
        let mut values = Sampled::new(KAFKAS);
        values.record(ClockMs(0), 40.0);
        assert_eq!(values.average(ClockMs(59_999)), Some(40.0));
        assert_eq!(values.average(ClockMs(60_000)), None);
        assert_eq!((values.max(ClockMs(60_000)), values.total), (None, 40.0));
    }

    #[test]
    fn a_value_behind_the_window_opens_the_next_sample() {
        let mut values = Sampled::new(KAFKAS);
        values.record(ClockMs(0), 1.0);
        values.record(ClockMs(30_000), 3.0);
        assert_eq!(values.samples.len(), 2);
        assert_eq!(values.average(ClockMs(61_000)), Some(3.0));
    }
}
