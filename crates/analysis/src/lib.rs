//! What a trace adds up to. Reads facts, decides nothing.
//!
//! [`Analysis`] is built once for a trace, in linear time, and holds what most readers need: which
//! facts are about which record ([`Index`]), the replicas' logs ([`Logs`]), what became of every record
//! ([`Ledger`]), the figures ([`Figures`]). The rest is asked for one record, one moment or one window
//! at a time.

mod changes;
mod cluster;
mod compare;
mod distribution;
mod faults;
mod figures;
mod groups;
mod index;
mod ledger;
mod log;
mod logs;
mod loss;
mod metrics;
mod parts;
mod rank;
mod records;
mod sampled;
pub mod state;
mod steps;
mod sweep;
mod visible;

pub use changes::{FigureChange, FigureKind, changes};
pub use cluster::{BrokerView, ClusterView, PartitionView};
pub use compare::{Comparison, DIFFERENCES_MAX, Difference, Differs, Side};
pub use distribution::{Axis, BUCKETS_MAX, Distribution, Figure, distribution};
pub use faults::faults_that_did_not_happen;
pub use figures::Figures;
pub use index::{Index, Told};
pub use ledger::{Class, Entry, Fate, Ledger, Totals};
pub use log::{Level, LogLine, LogSettings, LogTable, Logger, Writing, thread_name};
pub use logs::{Cell, LogEntry, Logs, ReplicaLog};
pub use loss::{Loss, LossCause, loss};
pub use metrics::{Metric, MetricSettings, Metrics, metrics};
pub use parts::{Part, PartKind, parts};
pub use records::{Filter, RecordRow, RecordTable, SortKey, SortOrder, Sorting, record_row};
pub use sampled::Windows;
pub use steps::{Stay, Step, StepKind, appended_at, stays, steps};
pub use sweep::{Knee, Outcome, Point, Series, Shape, Spacing, Summary, Sweep, sweep_values};
pub use visible::Visibility;

use trace::Trace;

/// What is derived from a trace once, for all who read it.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Which facts are about which record, batch or request.
    pub index: Index,
    /// The replicas' logs.
    pub logs: Logs,
    /// What consumers can read.
    pub visibility: Visibility,
    /// What became of every record.
    pub ledger: Ledger,
    /// The figures.
    pub figures: Figures,
}

impl Analysis {
    /// Reads a trace.
    #[must_use]
    pub fn new(trace: &Trace) -> Self {
        let mut reading = Reading::default();
        loop {
            if let Some(analysis) = reading.go_on(trace) {
                return analysis;
            }
        }
    }
}

/// An analysis that is made piece by piece, for who cannot be away for long.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    index: Option<Index>,
    logs: Option<Logs>,
    visibility: Option<Visibility>,
    ledger: Option<Ledger>,
}

impl Reading {
    /// Does the next piece of the work, which is always on the same trace; each takes as long as the trace.
    /// The analysis, once it is made.
    pub fn go_on(&mut self, trace: &Trace) -> Option<Analysis> {
        let Self { index, logs, visibility, ledger } = self;
        match (&index, &logs, &visibility, &ledger) {
            (None, ..) => *index = Some(Index::new(trace)),
            (_, None, ..) => *logs = Some(Logs::new(trace)),
            (_, Some(logs), None, _) => *visibility = Some(Visibility::new(trace, logs)),
            (Some(index), Some(logs), _, None) => *ledger = Some(Ledger::new(trace, index, logs)),
            (_, _, _, Some(ledger)) => {
                let figures = Figures::new(trace, ledger);
                let Self { index, logs, visibility, ledger } = std::mem::take(self);
                let (index, logs, visibility, ledger) = (index?, logs?, visibility?, ledger?);
                return Some(Analysis { index, logs, visibility, ledger, figures });
            }
        }
        None
    }
}

/// The figures alone.
#[must_use]
pub fn figures(trace: &Trace) -> Figures {
    Analysis::new(trace).figures
}
