//! The application: what it sends, and when it wants to.

use super::partitioner::murmur2;
use super::sizes;
use crate::draws::Purpose;
use crate::scenario::{Arrivals, Draws, Keys, Sends};
use alloc::format;
use units::{Micros, SimTime, TopicId};

/// Where the application is in its steps.
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub(super) step: usize,
    pub(super) stage: ApplicationStage,
    /// Start of the step, for the arrivals.
    pub(super) from: SimTime,
    /// The send of the step that is next, and when it is wanted.
    pub(super) next: u32,
    pub(super) wanted: SimTime,
    /// The topic that the step sends to.
    pub(super) topic: TopicId,
    /// The step's record, if all are alike.
    pub(super) alike: Option<NewRecord>,
}

/// What the application is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ApplicationStage {
    /// The warm-up asks for metadata.
    WarmUp,
    /// … and opens the connections.
    WarmConnections,
    /// … and is over.
    Warm,
    /// To begin the step, at its time.
    Begin,
    /// To do what the step says.
    Act,
    /// To make the next of several sends.
    Send,
    /// The send has returned.
    Sent { record: units::RecordId },
    /// The step is done.
    Done,
}

impl Application {
    pub(super) const fn new(stage: ApplicationStage) -> Self {
        Self {
            step: 0,
            stage,
            from: SimTime(0),
            next: 0,
            wanted: SimTime(0),
            topic: TopicId(0),
            alike: None,
        }
    }
}

/// A record as the application hands it over, with what does not change on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewRecord {
    pub(super) key_bytes: i32,
    pub(super) value_bytes: i32,
    pub(super) key_hash: Option<i32>,
    pub(super) fields: u32,
}

/// How long after send number `n` of a step send number `n + 1` is wanted.
pub(super) fn interval(arrivals: &Arrivals, step: usize, n: u32, draws: Draws) -> Micros {
    match arrivals {
        Arrivals::Every(every) => *every,
        Arrivals::Poisson(mean) => {
            draws.interval(Purpose::Arrival, step as u64, u64::from(n), *mean)
        }
        Arrivals::Bursts { size, every } => {
            if (n + 1).is_multiple_of((*size).max(1)) {
                *every
            } else {
                Micros(0)
            }
        }
    }
}

/// The record of a step whose records are all alike.
pub(super) fn alike(sends: &Sends, step: usize, draws: Draws) -> Option<NewRecord> {
    let one_key = matches!(&sends.keys, Keys::Cycle(keys) if keys.len() <= 1);
    (one_key && sends.value_bytes.len() <= 1).then(|| record(sends, step, 0, draws))
}

/// Send number `n` of a step.
pub(super) fn record(sends: &Sends, step: usize, n: u32, draws: Draws) -> NewRecord {
    let value = if sends.value_bytes.is_empty() {
        None
    } else {
        sends.value_bytes[n as usize % sends.value_bytes.len()]
    };
    let drawn;
    let key: Option<&str> = match &sends.keys {
        Keys::Cycle(keys) if keys.is_empty() => None,
        Keys::Cycle(keys) => keys[n as usize % keys.len()].as_deref(),
        Keys::Skewed(count) => {
            drawn = format!("key-{}", skewed(*count, step, n, draws));
            Some(&drawn)
        }
    };
    let headers: u32 = sends
        .headers
        .iter()
        .map(|(name, value)| {
            sizes::field(Some(name.len() as u32))
                + sizes::field(value.as_ref().map(|value| value.len() as u32))
        })
        .sum();
    NewRecord {
        key_bytes: key.map_or(-1, |key| key.len() as i32),
        value_bytes: value.map_or(-1, |bytes| bytes as i32),
        key_hash: key.map(|key| murmur2(key.as_bytes())),
        fields: sizes::fields(
            key.map(|key| key.len() as u32),
            value,
            sends.headers.len() as u32,
            headers,
        ),
    }
}

/// A key's number, with key k as likely as `1 / (k + 1)` says: Zipf's law, in whole numbers.
fn skewed(count: u32, step: usize, n: u32, draws: Draws) -> u32 {
    const WHOLE: u64 = 1 << 32;
    let weight = |k: u32| WHOLE / u64::from(k + 1);
    let total: u64 = (0..count).map(weight).sum();
    let mut left = draws.below(Purpose::Key, step as u64, u64::from(n), total.max(1));
    for k in 0..count {
        if left < weight(k) {
            return k;
        }
        left -= weight(k);
    }
    0
}
