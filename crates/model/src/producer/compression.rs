//! What compression does: Kafka's running estimate of the ratio, and what a codec really made of a
//! batch. Source: `CompressionRatioEstimator`, `MemoryRecordsBuilder`.

use crate::config::Compression;
use crate::scenario::CompressionOutcome;
use alloc::{vec, vec::Vec};
use units::{RecordId, TopicId};

/// How fast the estimate gets better.
const IMPROVING_STEP: f32 = 0.005;
/// How fast it gets worse.
const DETERIORATE_STEP: f32 = 0.05;
/// The estimate is taken with a margin. Source: `COMPRESSION_RATE_ESTIMATION_FACTOR`.
const ESTIMATION_FACTOR: f32 = 1.05;

/// Ratios by topic; they outlive no run.
#[derive(Clone, Debug)]
pub(super) struct CompressionRatioEstimator {
    codec: Compression,
    ratios: Vec<f32>,
}

impl CompressionRatioEstimator {
    pub(super) fn new(codec: Compression, topics: usize) -> Self {
        Self { codec, ratios: vec![1.0; topics] }
    }

    pub(super) fn compresses(&self) -> bool {
        self.codec != Compression::None
    }

    pub(super) fn estimation(&self, topic: TopicId) -> f32 {
        self.ratios[topic.index()]
    }

    /// A batch was closed. Source: `CompressionRatioEstimator.updateEstimation`.
    pub(super) fn update(&mut self, topic: TopicId, observed: f32) {
        let ratio = &mut self.ratios[topic.index()];
        if observed > *ratio {
            *ratio = (*ratio + DETERIORATE_STEP).max(observed);
        } else if observed < *ratio {
            *ratio = (*ratio - IMPROVING_STEP).max(observed);
        }
    }

    /// A batch was split. Source: `CompressionRatioEstimator.setEstimation`.
    pub(super) fn set(&mut self, topic: TopicId, ratio: f32) {
        self.ratios[topic.index()] = ratio;
    }
}

/// Bytes that a compressed batch is expected to have behind its header.
/// Source: `MemoryRecordsBuilder.estimatedBytesWritten`.
pub(super) fn estimated_payload(uncompressed: u32, ratio: f32) -> u32 {
    (uncompressed as f32 * ratio * ESTIMATION_FACTOR) as u32
}

/// Bytes that the codec made of these records; `None` if a recorded case does not say.
pub(super) fn payload(
    outcome: &CompressionOutcome,
    records: impl ExactSizeIterator<Item = RecordId> + Clone,
    uncompressed: u32,
) -> Option<u32> {
    match outcome {
        CompressionOutcome::Ratio(ratio) => {
            let bytes =
                u64::from(uncompressed) * u64::from(ratio.num) / u64::from(ratio.den.max(1));
            Some((bytes as u32).max(1))
        }
        CompressionOutcome::Payloads(payloads) => payloads
            .iter()
            .find(|payload| {
                payload.records.len() == records.len()
                    && payload.records.iter().copied().eq(records.clone())
            })
            .map(|payload| payload.compressed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_improves_slowly_and_worsens_fast() {
        let mut estimator = CompressionRatioEstimator::new(Compression::Gzip, 1);
        for _ in 0..3 {
            estimator.update(TopicId(0), 0.3);
        }
        assert!((estimator.estimation(TopicId(0)) - 0.985).abs() < 1e-6);
        estimator.update(TopicId(0), 0.99);
        assert!((estimator.estimation(TopicId(0)) - 1.035).abs() < 1e-6);
    }
}
