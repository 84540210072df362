//! Where a fact stands: its own mark, or the one that it belongs to.

use crate::mark::Mark;
use crate::rows::{RowKind, Timeline};
use crate::track::Track;
use trace::{FactId, Kind, NONE, Trace};
use units::{BatchId, BrokerId, SimTime, TopicPartition};

/// Which of a row's tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// A sub-row.
    Lane(usize),
    /// Before the sub-rows.
    Over,
    /// Behind them.
    Under,
}

/// A mark in its row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) kind: RowKind,
    pub(crate) layer: Layer,
    pub(crate) mark: Mark,
}

impl Timeline {
    /// The mark that shows a fact.
    pub(crate) fn place(&self, trace: &Trace, fact: FactId) -> Option<Place> {
        if let Some(place) = self.own_mark(trace, fact) {
            return Some(place);
        }
        let host = host(trace, self, fact)?;
        self.own_mark(trace, host)
    }

    /// Whether a fact has a mark of its own.
    #[must_use]
    pub fn shows(&self, trace: &Trace, fact: FactId) -> bool {
        self.own_mark(trace, fact).is_some()
    }

    fn own_mark(&self, trace: &Trace, fact: FactId) -> Option<Place> {
        let at = trace.at(fact).max(SimTime::ZERO);
        for kind in kinds_of(trace, fact).into_iter().flatten() {
            let Some(row) = self.rows.iter().find(|row| row.kind == kind) else { continue };
            let lanes = row.lanes.iter().enumerate().map(|(n, track)| (Layer::Lane(n), track));
            let others = [(Layer::Over, &row.over), (Layer::Under, &row.under)];
            for (layer, track) in lanes.chain(others) {
                if let Some(mark) = find(track, at, fact).or_else(|| {
                    // a warm producer's batch may have been opened before the run's 0
                    (trace.at(fact) < at).then(|| find(track, trace.at(fact), fact)).flatten()
                }) {
                    return Some(Place { kind, layer, mark });
                }
            }
        }
        None
    }
}

fn find(track: &Track, at: SimTime, fact: FactId) -> Option<Mark> {
    let position = track.marks.partition_point(|mark| (mark.from, mark.fact) < (at, fact));
    track.marks.get(position).copied().filter(|mark| mark.fact == fact)
}

/// The rows that may hold a fact's mark.
fn kinds_of(trace: &Trace, fact: FactId) -> [Option<RowKind>; 2] {
    let row = fact.row();
    let accumulator = |batch: BatchId| RowKind::Accumulator(trace.opens.partition().get(batch.0));
    let one = |kind| [Some(kind), None];
    match fact.kind() {
        Kind::Send | Kind::Block | Kind::Call => one(RowKind::Application),
        Kind::Open => one(accumulator(BatchId(row))),
        Kind::Retry => one(accumulator(trace.retries.batch().get(row))),
        Kind::Request => one(RowKind::Connection(trace.requests.node().get(row))),
        Kind::Connection => one(RowKind::Connection(trace.connections.node().get(row))),
        Kind::Append => one(RowKind::Broker(trace.appends.broker().get(row))),
        Kind::Copy => one(RowKind::Broker(trace.copies.broker().get(row))),
        Kind::Truncation => one(RowKind::Broker(trace.truncations.broker().get(row))),
        Kind::HighWatermark => one(RowKind::Broker(trace.high_watermarks.broker().get(row))),
        Kind::Role => one(RowKind::Broker(trace.roles.broker().get(row))),
        Kind::Callback => one(RowKind::Callbacks),
        Kind::Leader | Kind::Isr => one(RowKind::Controller),
        Kind::BrokerState => {
            let broker = trace.broker_states.broker().get(row);
            [Some(RowKind::Broker(broker)), Some(RowKind::Controller)]
        }
        _ => [None, None],
    }
}

/// The fact whose mark stands for one that has none.
fn host(trace: &Trace, timeline: &Timeline, fact: FactId) -> Option<FactId> {
    let row = fact.row();
    let open = |batch: BatchId| (batch.0 != NONE).then(|| FactId::new(Kind::Open, batch.0));
    let request = |number: u32| (number != NONE).then(|| FactId::new(Kind::Request, number));
    match fact.kind() {
        Kind::Close => open(trace.closes.batch().get(row)),
        Kind::Drain => open(trace.drains.batch().get(row)),
        Kind::Split => open(trace.splits.batch().get(row)),
        Kind::RequestEnd => request(trace.request_ends.request().get(row).0),
        Kind::Read => request(trace.reads.request().get(row).0),
        Kind::Answer => request(trace.answers.request().get(row).0),
        Kind::Refusal => Some(FactId::new(Kind::Send, trace.refusals.record().get(row).0)),
        Kind::StickyTurn => Some(FactId::new(Kind::Send, trace.sticky_turns.record().get(row).0)),
        Kind::Finish => {
            let batch = trace.finishes.batch().get(row);
            let last = timeline.index.drains_of(batch).last();
            last.and_then(|drain| request(trace.drains.request().get(drain).0))
                .or_else(|| open(batch))
        }
        Kind::Metadata => ended(trace, trace.metadata_updates.cause().get(row).fact()),
        Kind::ProducerId => ended(trace, trace.producer_ids.cause().get(row).fact()),
        _ => None,
    }
}

/// The request whose end is `fact`.
fn ended(trace: &Trace, fact: Option<FactId>) -> Option<FactId> {
    let end = fact.filter(|fact| fact.kind() == Kind::RequestEnd)?;
    Some(FactId::new(Kind::Request, trace.request_ends.request().get(end.row()).0))
}

/// The brokers between which a fetch or its answer travels: from, to.
pub(crate) fn ends_of(trace: &Trace, fact: FactId) -> Option<(BrokerId, BrokerId)> {
    let fetch = match fact.kind() {
        Kind::Fetch => fact.row(),
        Kind::FetchAnswer => trace.fetch_answers.fetch().get(fact.row()),
        Kind::Copy => trace.fetch_answers.fetch().get(trace.copies.answer().get(fact.row())),
        _ => return None,
    };
    let fetch = trace.fetches.row(fetch);
    Some(match fact.kind() {
        Kind::Fetch => (fetch.follower, fetch.leader),
        _ => (fetch.leader, fetch.follower),
    })
}

/// The partition of a batch.
pub(crate) fn partition_of(trace: &Trace, batch: BatchId) -> TopicPartition {
    trace.opens.partition().get(batch.0)
}
