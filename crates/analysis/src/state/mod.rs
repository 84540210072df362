//! The state at a moment: what is in the accumulator, in flight, in the logs, and what consumers see.
//!
//! A fold over the trace with checkpoints: a seek takes the last checkpoint before the moment and reads
//! the facts from there on, a bounded number. The logs need no fold: they are kept with their times.

mod fold;
mod pool;
mod view;

pub use fold::Counts;
pub use view::{
    BatchPlace, BatchView, Budget, BudgetKind, ConnectionView, LogView, PoolView, QueueView,
    ReplicaView, RequestView, State,
};

use crate::Analysis;
use fold::Fold;
use trace::{FactId, Kind, Trace};
use units::{Bytes, Millis, SimTime};

/// The settings that the state is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `buffer.memory`.
    pub buffer_memory: Bytes,
    /// `linger.ms`.
    pub linger: Millis,
    /// `request.timeout.ms`.
    pub request_timeout: Millis,
    /// `delivery.timeout.ms`.
    pub delivery_timeout: Millis,
    /// `retry.backoff.ms`.
    pub retry_backoff: Millis,
    /// `retry.backoff.max.ms`.
    pub retry_backoff_max: Millis,
    /// `enable.idempotence`: then a queue is in the order of sequence numbers.
    pub idempotence: bool,
}

/// Least facts between two checkpoints.
const FACTS_MIN: u32 = 1_024;
/// Facts between two checkpoints for each thing that lives, so that checkpoints cost less than facts.
const FACTS_FOR_EACH: u32 = 4;

/// The checkpoints of a trace.
#[derive(Clone, Debug)]
pub struct States {
    limits: Limits,
    checkpoints: Vec<Fold>,
}

impl States {
    /// Reads a trace once, in linear time.
    #[must_use]
    pub fn new(trace: &Trace, analysis: &Analysis, limits: Limits) -> Self {
        let mut fold = Fold::new(limits.buffer_memory);
        let mut checkpoints = vec![fold.clone()];
        let mut facts = 0;
        loop {
            let at = fold.next_at(trace);
            if at == SimTime::NEVER {
                return Self { limits, checkpoints };
            }
            facts += fold.instant(trace, &analysis.index, at);
            if facts >= FACTS_MIN.max(FACTS_FOR_EACH * fold.size()) {
                checkpoints.push(fold.clone());
                facts = 0;
            }
        }
    }

    /// A playhead at the beginning of the trace.
    #[must_use]
    pub fn playhead(&self) -> Playhead {
        Playhead { fold: self.checkpoints[0].clone(), facts: 0 }
    }

    /// The state after everything that happened up to and at `at`.
    #[must_use]
    pub fn at(&self, trace: &Trace, analysis: &Analysis, at: SimTime) -> State {
        let mut playhead = self.playhead();
        playhead.seek(self, trace, analysis, at);
        playhead.state(self, trace, analysis)
    }
}

/// A moment that moves: forward it reads what lies between, else it starts from a checkpoint.
#[derive(Clone, Debug)]
pub struct Playhead {
    fold: Fold,
    facts: u64,
}

impl Playhead {
    /// Moves to after everything that happened up to and at `at`.
    pub fn seek(&mut self, states: &States, trace: &Trace, analysis: &Analysis, at: SimTime) {
        let later = states.checkpoints.partition_point(|checkpoint| checkpoint.at <= at);
        let checkpoint = &states.checkpoints[later.max(1) - 1];
        if self.fold.at > at || self.fold.at < checkpoint.at {
            self.fold = checkpoint.clone();
        }
        loop {
            let next = self.fold.next_at(trace);
            if next > at || next == SimTime::NEVER {
                self.fold.at = at.max(self.fold.at);
                return;
            }
            self.facts += u64::from(self.fold.instant(trace, &analysis.index, next));
        }
    }

    /// Facts read so far by all seeks: what they cost.
    #[must_use]
    pub const fn facts_read(&self) -> u64 {
        self.facts
    }

    /// The state here.
    #[must_use]
    pub fn state(&self, states: &States, trace: &Trace, analysis: &Analysis) -> State {
        view::state(&self.fold, &states.limits, trace, analysis)
    }
}

/// The first moment after `at` at which something happened: a fact of one of `kinds`.
#[must_use]
pub fn next_moment(trace: &Trace, kinds: &[Kind], at: SimTime) -> Option<SimTime> {
    let first = |kind: &Kind| {
        let row = trace.first_row(*kind, SimTime(at.0.saturating_add(1)));
        (row < trace.len_of(*kind)).then(|| trace.at(FactId::new(*kind, row)))
    };
    kinds.iter().filter_map(first).min()
}

/// The last moment before `at` at which something happened: a fact of one of `kinds`.
#[must_use]
pub fn previous_moment(trace: &Trace, kinds: &[Kind], at: SimTime) -> Option<SimTime> {
    let last = |kind: &Kind| {
        let row = trace.first_row(*kind, at).checked_sub(1)?;
        Some(trace.at(FactId::new(*kind, row)))
    };
    kinds.iter().filter_map(last).max()
}
