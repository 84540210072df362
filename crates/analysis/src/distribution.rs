//! The small picture behind each figure: how its values are spread, or when they came.

use crate::figures::each_acknowledged;
use crate::ledger::{Class, Fate, Ledger};
use crate::rank::nearest_rank;
use trace::{RequestKind, Trace};
use units::{SimTime, rounded_up};

/// The six figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Acknowledged records; spread over the time of their callbacks.
    Acknowledged,
    /// Lost and duplicated records; spread over the time of their `send`.
    LostAndDuplicated,
    /// Latency; spread over its length.
    Latency,
    /// Batches; spread over how full they were, in hundredths.
    Batch,
    /// Produce requests; spread over the number of their records.
    Requests,
    /// Acknowledged records a second; spread over time.
    Throughput,
}

/// What the edges of a distribution's buckets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Moments, in microseconds from the run's 0.
    Time,
    /// Lengths of time, in microseconds.
    Length,
    /// Hundredths.
    Percent,
    /// Records.
    Records,
}

/// Values in buckets of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// What the edges count.
    pub axis: Axis,
    /// Where the first bucket begins.
    pub from: i64,
    /// Width of each bucket.
    pub width: i64,
    /// What is in the buckets.
    pub counts: Vec<u32>,
    /// Values beyond the last bucket: it stands for all of them.
    pub beyond: u32,
}

/// Most buckets of a distribution.
pub const BUCKETS_MAX: usize = 24;

impl Distribution {
    /// Sorts values into at most [`BUCKETS_MAX`] buckets whose width is 1, 2 or 5 times a power of ten.
    /// The buckets reach from the least value to the 99th hundredth, so that one straggler does not
    /// press all others into the first bucket.
    #[must_use]
    pub fn new(axis: Axis, values: Vec<i64>) -> Self {
        let Some(least) = values.iter().min().copied() else {
            return Self { axis, from: 0, width: 1, counts: Vec::new(), beyond: 0 };
        };
        let above = values.iter().map(|value| value.abs_diff(least));
        let reach =
            nearest_rank(above, 99).map_or(least, |reach| least.saturating_add_unsigned(reach));
        let width = nice_width(reach - least);
        let from = least.div_euclid(width) * width;
        let buckets = ((reach - from) / width + 1) as usize;
        let mut counts = vec![0; buckets];
        let mut beyond = 0;
        for value in values {
            match counts.get_mut(((value - from) / width) as usize) {
                Some(count) => *count += 1,
                None => beyond += 1,
            }
        }
        Self { axis, from, width, counts, beyond }
    }
}

/// The least round width with which `span` needs no more than the most buckets: one more where the span
/// does not begin on an edge.
fn nice_width(span: i64) -> i64 {
    rounded_up(span / (BUCKETS_MAX as i64 - 1) + 1)
}

/// The distribution behind a figure.
#[must_use]
pub fn distribution(trace: &Trace, ledger: &Ledger, figure: Figure) -> Distribution {
    let mut values = Vec::new();
    let axis = match figure {
        Figure::Acknowledged | Figure::Throughput => {
            each_acknowledged(trace, &mut |_, at| values.push(at.0));
            Axis::Time
        }
        Figure::LostAndDuplicated => {
            let called = trace.sends.called();
            let lost = ledger.records(Class::Fate(Fate::AcknowledgedLost));
            values.extend(lost.chain(ledger.records(Class::Duplicated)).map(|r| called.get(r.0).0));
            Axis::Time
        }
        Figure::Latency => {
            let wanted = trace.sends.wanted();
            each_acknowledged(trace, &mut |record, at| {
                values.push(at.since(wanted.get(record.0)).0 as i64);
            });
            Axis::Length
        }
        Figure::Batch => {
            let first_tries = trace.drains.rows().filter(|drain| drain.attempts == 0);
            let fill = first_tries.map(|drain| {
                let capacity = trace.opens.capacity().get(drain.batch.0).max(1);
                i64::from(drain.bytes) * 100 / i64::from(capacity)
            });
            values.extend(fill);
            Axis::Percent
        }
        Figure::Requests => {
            let written = |row: &trace::facts::Request| {
                row.kind == RequestKind::Produce && row.written != SimTime::NEVER
            };
            for request in trace.requests.rows().filter(written) {
                let drains = request.drains..request.drains + u32::from(request.batches);
                values.push(drains.map(|row| i64::from(trace.drains.records().get(row))).sum());
            }
            Axis::Records
        }
    };
    Distribution::new(axis, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_nice_widths_and_hold_every_value() {
        let values: Vec<i64> = (0..1000).map(|n| 5_000 + n * 7).collect();
        let spread = Distribution::new(Axis::Length, values);
        assert_eq!(spread.width, 500);
        assert_eq!(spread.from, 5_000);
        assert!(spread.counts.len() <= BUCKETS_MAX);
        assert_eq!(spread.counts.iter().sum::<u32>() + spread.beyond, 1000);
    }

    #[test]
    fn a_straggler_does_not_press_the_others_together() {
        let mut values: Vec<i64> = (0..999).map(|n| n % 10).collect();
        values.push(1_000_000);
        let spread = Distribution::new(Axis::Length, values);
        assert_eq!((spread.width, spread.beyond), (1, 1));
    }

    #[test]
    fn nothing_has_no_buckets() {
        assert!(Distribution::new(Axis::Time, Vec::new()).counts.is_empty());
    }
}
