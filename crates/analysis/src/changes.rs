//! The figures of two runs side by side, as numbers.

use crate::figures::Figures;
use std::cmp::Ordering;

/// What can be compared between two runs, as numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureChange {
    /// Which.
    pub what: FigureKind,
    /// In the first run.
    pub a: f64,
    /// In the second.
    pub b: f64,
}

/// A number among the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// Acknowledged records.
    Acknowledged,
    /// Lost records.
    Lost,
    /// Duplicated records.
    Duplicated,
    /// Failed records.
    Failed,
    /// Median latency in microseconds.
    LatencyP50,
    /// 99th percentile of latency in microseconds.
    LatencyP99,
    /// Records in a batch, on average.
    RecordsPerBatch,
    /// Fill of the batches in hundredths.
    FillPercent,
    /// Produce requests.
    Requests,
    /// Batches sent again.
    Retries,
    /// Acknowledged records a second.
    Throughput,
}

impl FigureKind {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 11] = [
        Self::Acknowledged,
        Self::Lost,
        Self::Duplicated,
        Self::Failed,
        Self::LatencyP50,
        Self::LatencyP99,
        Self::RecordsPerBatch,
        Self::FillPercent,
        Self::Requests,
        Self::Retries,
        Self::Throughput,
    ];

    /// The number in `figures`.
    #[must_use]
    pub fn of(self, figures: &Figures) -> f64 {
        match self {
            Self::Acknowledged => f64::from(figures.acknowledged),
            Self::Lost => f64::from(figures.lost),
            Self::Duplicated => f64::from(figures.duplicated),
            Self::Failed => f64::from(figures.failed),
            Self::LatencyP50 => figures.latency_p50.0 as f64,
            Self::LatencyP99 => figures.latency_p99.0 as f64,
            Self::RecordsPerBatch if figures.batches == 0 => 0.0,
            Self::RecordsPerBatch => {
                f64::from(figures.batched_records) / f64::from(figures.batches)
            }
            Self::FillPercent => figures.fill_percent,
            Self::Requests => f64::from(figures.requests),
            Self::Retries => f64::from(figures.retries),
            Self::Throughput => figures.throughput,
        }
    }

    /// Whether more of it is better (`Greater`), less (`Less`), or neither (`Equal`).
    #[must_use]
    pub const fn better(self) -> Ordering {
        use Ordering::{Equal, Greater, Less};
        match self {
            Self::Acknowledged | Self::Throughput => Greater,
            Self::Lost
            | Self::Duplicated
            | Self::Failed
            | Self::LatencyP50
            | Self::LatencyP99
            | Self::Retries => Less,
            Self::RecordsPerBatch | Self::FillPercent | Self::Requests => Equal,
        }
    }
}

/// The figures of two runs side by side.
#[must_use]
pub fn changes(a: &Figures, b: &Figures) -> [FigureChange; 11] {
    FigureKind::ALL.map(|what| FigureChange { what, a: what.of(a), b: what.of(b) })
}
