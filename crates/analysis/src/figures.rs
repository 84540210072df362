//! The six figures above the timeline.

use trace::{AppendResult, NONE, RequestKind, Trace};
use units::{Micros, SimTime};

/// Figures of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Calls of `send`.
    pub records: u32,
    /// Records whose callback came without an exception.
    pub acknowledged: u32,
    /// Acknowledged records that are on no log: refused, or never arrived.
    pub lost: u32,
    /// Batches that a broker recognised as repetitions.
    pub duplicates_removed: u32,
    /// Records that failed.
    pub failed: u32,
    /// From the moment when the application wanted to send to the callback: median, nearest rank.
    pub latency_p50: Micros,
    /// The same, 99th percentile.
    pub latency_p99: Micros,
    /// Batches that were sent, each once.
    pub batches: u32,
    /// Records of those batches.
    pub batched_records: u32,
    /// Bytes of those batches, in hundredths of their buffers.
    pub fill_percent: f64,
    /// Produce requests.
    pub requests: u32,
    /// Batches sent again.
    pub retries: u32,
    /// Acknowledged records a second, from the first wanted send to the last acknowledgement.
    pub throughput: f64,
}

/// Adds a trace up.
#[must_use]
pub fn figures(trace: &Trace) -> Figures {
    let mut latencies: Vec<Micros> = Vec::new();
    let mut last = SimTime::ZERO;
    let mut failed = 0;
    let appended = appended(trace);
    let mut lost = 0;
    for callback in trace.callbacks.rows() {
        if callback.failure != NONE {
            failed += callback.count;
            continue;
        }
        let mut record = callback.record;
        for _ in 0..callback.count {
            let send = trace.sends.row(record.0);
            latencies.push(callback.at.since(send.wanted));
            lost += u32::from(!appended[send.batch.index()]);
            record = trace.next_in_batch(record);
        }
        last = last.max(callback.at);
    }
    latencies.sort_unstable();
    let first_tries = || trace.drains.rows().filter(|drain| drain.attempts == 0);
    let (bytes, room) = first_tries().fold((0_u64, 0_u64), |(bytes, room), drain| {
        let capacity = trace.opens.capacity().get(drain.batch.0);
        (bytes + u64::from(drain.bytes), room + u64::from(capacity))
    });
    let first = trace.sends.wanted().first().unwrap_or_default();
    let span = last.since(first).0;
    let acknowledged = latencies.len() as u32;
    let produces = trace.requests.kind().iter().filter(|kind| *kind == RequestKind::Produce);
    let repeated = |result: &AppendResult| *result == AppendResult::Duplicate;
    Figures {
        records: trace.sends.len(),
        acknowledged,
        lost,
        duplicates_removed: trace.appends.result().iter().filter(repeated).count() as u32,
        failed,
        latency_p50: nearest_rank(&latencies, 50),
        latency_p99: nearest_rank(&latencies, 99),
        batches: first_tries().count() as u32,
        batched_records: first_tries().map(|drain| drain.records).sum(),
        fill_percent: if room == 0 { 0.0 } else { bytes as f64 * 100.0 / room as f64 },
        requests: produces.count() as u32,
        retries: trace.retries.len(),
        throughput: if span == 0 {
            0.0
        } else {
            f64::from(acknowledged) * 1_000_000.0 / span as f64
        },
    }
}

/// For each batch, whether a leader has it.
fn appended(trace: &Trace) -> Vec<bool> {
    let mut appended = vec![false; trace.opens.len() as usize];
    for append in trace.appends.rows() {
        let kept = !matches!(append.result, AppendResult::Refused { .. });
        appended[append.batch.index()] |= kept;
    }
    appended
}

/// The nearest-rank percentile of sorted values.
fn nearest_rank(sorted: &[Micros], percent: usize) -> Micros {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let sorted: Vec<Micros> = (1..=10).map(Micros).collect();
        assert_eq!(nearest_rank(&sorted, 50), Micros(5));
        assert_eq!(nearest_rank(&sorted, 99), Micros(10));
        assert_eq!(nearest_rank(&[], 50), Micros(0));
    }
}
