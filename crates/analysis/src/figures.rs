//! The six figures above the timeline.

use crate::ledger::Ledger;
use crate::rank::nearest_rank;
use serde::{Deserialize, Serialize};
use trace::{AppendResult, NONE, RequestKind, Trace};
use units::{Micros, RecordId, SimTime};

/// Figures of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Calls of `send`.
    pub records: u32,
    /// Records whose callback came without an exception.
    pub acknowledged: u32,
    /// Those among them that nobody confirmed: `acks=0`.
    pub unconfirmed: u32,
    /// Acknowledged records that are on no log that can become the leader's without an unclean election.
    pub lost: u32,
    /// Records that stand in the log more than once.
    pub duplicated: u32,
    /// Batches that a broker recognised as repetitions.
    pub duplicates_removed: u32,
    /// Records that failed: the callback, or `send`, told an exception.
    pub failed: u32,
    /// From the moment when the application wanted to send to the callback, acknowledged records:
    /// median, nearest rank.
    pub latency_p50: Micros,
    /// The same, 99th percentile.
    pub latency_p99: Micros,
    /// From the call of `send` to the callback: median.
    pub latency_from_call_p50: Micros,
    /// The same, 99th percentile.
    pub latency_from_call_p99: Micros,
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

impl Figures {
    /// Adds a trace up.
    #[must_use]
    pub fn new(trace: &Trace, ledger: &Ledger) -> Self {
        let totals = ledger.totals();
        let (mut latencies, mut from_call, mut last) = (Vec::new(), Vec::new(), SimTime::ZERO);
        each_acknowledged(trace, &mut |record, at| {
            latencies.push(at.since(trace.sends.wanted().get(record.0)));
            from_call.push(at.since(trace.sends.called().get(record.0)));
            last = last.max(at);
        });
        let first_tries = || trace.drains.rows().filter(|drain| drain.attempts == 0);
        let (mut batches, mut batched_records, mut bytes, mut room) = (0, 0, 0_u64, 0_u64);
        for drain in first_tries() {
            batches += 1;
            batched_records += drain.records;
            bytes += u64::from(drain.bytes);
            room += u64::from(trace.opens.capacity().get(drain.batch.0));
        }
        let first = trace.sends.wanted().first().unwrap_or_default();
        let span = last.since(first).0;
        let produces = trace.requests.kind().iter().filter(|kind| *kind == RequestKind::Produce);
        let repeated = |result: &AppendResult| *result == AppendResult::Duplicate;
        Self {
            records: trace.sends.len(),
            acknowledged: totals.acknowledged,
            unconfirmed: totals.unconfirmed,
            lost: totals.acknowledged_lost,
            duplicated: totals.duplicated,
            duplicates_removed: trace.appends.result().iter().filter(repeated).count() as u32,
            failed: totals.failed,
            latency_p50: percentile(&latencies, 50),
            latency_p99: percentile(&latencies, 99),
            latency_from_call_p50: percentile(&from_call, 50),
            latency_from_call_p99: percentile(&from_call, 99),
            batches,
            batched_records,
            fill_percent: if room == 0 { 0.0 } else { bytes as f64 * 100.0 / room as f64 },
            requests: produces.count() as u32,
            retries: trace.retries.len(),
            throughput: if span == 0 {
                0.0
            } else {
                f64::from(totals.acknowledged) * 1_000_000.0 / span as f64
            },
        }
    }
}

/// Every record whose callback came without an exception, with the moment of the callback.
pub(crate) fn each_acknowledged(trace: &Trace, each: &mut dyn FnMut(RecordId, SimTime)) {
    for callback in trace.callbacks.rows().filter(|callback| callback.failure == NONE) {
        let mut record = callback.record;
        for _ in 0..callback.count {
            each(record, callback.at);
            record = trace.next_in_batch(record);
        }
    }
}

fn percentile(lengths: &[Micros], percent: usize) -> Micros {
    Micros(nearest_rank(lengths.iter().map(|length| length.0), percent).unwrap_or_default())
}
