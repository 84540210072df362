//! What a fact is in another run of nearly the same scenario: the n-th of its kind that is about the same
//! things. [`link::identify`] names what a reader can select; this names everything.

use trace::{FactId, Kind, Trace};
use units::{BatchId, TopicPartition};

/// What a fact is about, in numbers, and how many such facts came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    about: (Kind, u64, u64),
    nth: usize,
}

/// The key of a fact.
pub(crate) fn key(trace: &Trace, fact: FactId) -> Key {
    let about = (fact.kind(), 0, 0);
    let (_, x, y) = self::about(trace, fact);
    let before = (0..fact.row()).filter(|row| {
        let (_, other_x, other_y) = self::about(trace, FactId::new(fact.kind(), *row));
        (other_x, other_y) == (x, y)
    });
    Key { about: (about.0, x, y), nth: before.count() }
}

impl Key {
    /// The fact in a run, if it took place there.
    pub(crate) fn find(self, trace: &Trace) -> Option<FactId> {
        let facts = (0..trace.len_of(self.about.0)).map(|row| FactId::new(self.about.0, row));
        facts.filter(|fact| about(trace, *fact) == self.about).nth(self.nth)
    }
}

fn about(trace: &Trace, fact: FactId) -> (Kind, u64, u64) {
    let row = fact.row();
    let place = |p: TopicPartition| (u64::from(p.topic.0) << 16) | u64::from(p.partition.0);
    let batch = |batch: BatchId| {
        let open = trace.opens.row(batch.0);
        (place(open.partition), u64::from(open.first.0))
    };
    let (x, y) = match fact.kind() {
        Kind::Send => (u64::from(row), 0),
        Kind::Block => (u64::from(trace.blocks.record().get(row).0), 0),
        Kind::Refusal => (u64::from(trace.refusals.record().get(row).0), 0),
        Kind::Call => (trace.calls.call().get(row).variant() as u64, 0),
        Kind::Callback => (u64::from(trace.callbacks.record().get(row).0), 0),
        Kind::StickyTurn => (0, 0),
        Kind::Open => batch(BatchId(row)),
        Kind::Close => batch(trace.closes.batch().get(row)),
        Kind::Drain => batch(trace.drains.batch().get(row)),
        Kind::EmptyDrain => (u64::from(trace.empty_drains.node().get(row).0), 0),
        Kind::Retry => batch(trace.retries.batch().get(row)),
        Kind::Split => batch(trace.splits.batch().get(row)),
        Kind::Finish => batch(trace.finishes.batch().get(row)),
        Kind::Request => of_request(trace, row, batch),
        Kind::RequestEnd => of_request(trace, trace.request_ends.request().get(row).0, batch),
        Kind::Read => of_request(trace, trace.reads.request().get(row).0, batch),
        Kind::Answer => of_request(trace, trace.answers.request().get(row).0, batch),
        Kind::Connection => {
            let connection = trace.connections.row(row);
            (u64::from(connection.node.0), connection.state.variant() as u64)
        }
        Kind::Metadata => (u64::from(trace.metadata_updates.version().get(row)), 0),
        Kind::ProducerId => (trace.producer_ids.epoch().get(row).cast_unsigned().into(), 0),
        Kind::Fault => (u64::from(trace.faults.fault().get(row)), 0),
        Kind::Append => batch(trace.appends.batch().get(row)),
        Kind::Fetch => {
            let fetch = trace.fetches.row(row);
            (u64::from(fetch.follower.0), u64::from(fetch.leader.0))
        }
        Kind::FetchAnswer => {
            let fetch = trace.fetches.row(trace.fetch_answers.fetch().get(row));
            (u64::from(fetch.follower.0), u64::from(fetch.leader.0))
        }
        Kind::Copy => {
            let copy = trace.copies.row(row);
            (u64::from(copy.broker.0), place(copy.partition))
        }
        Kind::HighWatermark => {
            let moved = trace.high_watermarks.row(row);
            (u64::from(moved.broker.0), place(moved.partition))
        }
        Kind::Isr => {
            let change = trace.isr_changes.row(row);
            (place(change.partition), change.why.variant() as u64)
        }
        Kind::Leader => {
            let leader = trace.leaders.row(row);
            (place(leader.partition), leader.why.variant() as u64)
        }
        Kind::Role => {
            let role = trace.roles.row(row);
            let change = role.change.variant() as u64;
            ((u64::from(role.broker.0) << 8) | change, place(role.partition))
        }
        Kind::BrokerState => {
            let state = trace.broker_states.row(row);
            (u64::from(state.broker.0), state.change.variant() as u64)
        }
        Kind::Truncation => {
            let cut = trace.truncations.row(row);
            (u64::from(cut.broker.0), place(cut.partition))
        }
    };
    (fact.kind(), x, y)
}

/// A produce request by its first batch, one of the client's own by its kind.
fn of_request(trace: &Trace, row: u32, batch: impl Fn(BatchId) -> (u64, u64)) -> (u64, u64) {
    let request = trace.requests.row(row);
    if request.batches == 0 {
        return (u64::MAX - u64::from(request.node.0), request.kind.variant() as u64);
    }
    batch(trace.drains.batch().get(request.drains))
}
