//! What a fact waited for last.

use crate::id::{Cause, FactId, Kind, Timer};
use crate::reason::{CloseReason, RequestKind};
use crate::{NONE, Trace};

impl Trace {
    /// The fact, or the clock, that `id` waited for last. Never [`Cause::DERIVED`]: following causes
    /// ends at a `send` of the schedule, a timer or a fault.
    #[must_use]
    pub fn cause(&self, id: FactId) -> Cause {
        let row = id.row();
        let stored = match id.kind() {
            Kind::Fault => self.faults.cause()[row as usize],
            Kind::BrokerState => self.broker_states.cause()[row as usize],
            Kind::Leader => self.leaders.cause()[row as usize],
            Kind::Truncation => self.truncations.cause()[row as usize],
            Kind::Read => self.reads.cause()[row as usize],
            Kind::Append => FactId::new(Kind::Read, self.appends.read()[row as usize]).into(),
            Kind::Fetch => self.fetches.cause()[row as usize],
            Kind::FetchAnswer => self.fetch_answers.cause()[row as usize],
            Kind::Copy => FactId::new(Kind::FetchAnswer, self.copies.answer()[row as usize]).into(),
            Kind::HighWatermark => self.high_watermarks.cause()[row as usize],
            Kind::Isr => self.isr_changes.cause()[row as usize],
            Kind::Answer => self.answers.cause()[row as usize],
            Kind::Connection => self.connections.cause()[row as usize],
            Kind::Metadata => self.metadata_updates.cause()[row as usize],
            Kind::ProducerId => self.producer_ids.cause()[row as usize],
            Kind::RequestEnd => self.request_ends.cause()[row as usize],
            Kind::Retry => self.retries.cause()[row as usize],
            Kind::Split => self.splits.cause()[row as usize],
            Kind::Finish => self.finishes.cause()[row as usize],
            Kind::Callback => self.callbacks.cause()[row as usize],
            Kind::Call => self.calls.cause()[row as usize],
            Kind::Send => self.sends.cause()[row as usize],
            Kind::Block => FactId::new(Kind::Send, self.blocks.record()[row as usize].0).into(),
            Kind::Refusal => self.refusals.cause()[row as usize],
            Kind::StickyTurn => {
                FactId::new(Kind::Send, self.sticky_turns.record()[row as usize].0).into()
            }
            Kind::Open => self.opens.cause()[row as usize],
            Kind::Close => self.cause_of_close(row),
            Kind::Drain => self.drains.cause()[row as usize],
            Kind::EmptyDrain => Timer::NextMillisecond.into(),
            Kind::Request => self.requests.cause()[row as usize],
        };
        if stored == Cause::DERIVED { self.derived(id) } else { stored }
    }

    /// A record that found no room closes the batch; otherwise its last record was what it had.
    fn cause_of_close(&self, row: u32) -> Cause {
        let close = self.closes.row(row);
        let record = match close.why {
            CloseReason::NoRoom { record, .. } => Some(record),
            CloseReason::ExactlyFull | CloseReason::AtDrain => self.records_of(close.batch).last(),
            CloseReason::Piece => None,
        };
        record.map_or(FactId::new(Kind::Open, close.batch.0).into(), |record| {
            FactId::new(Kind::Send, record.0).into()
        })
    }

    fn derived(&self, id: FactId) -> Cause {
        match id.kind() {
            // A request is what its first batch's drain made; the client's own requests say why.
            Kind::Request if self.requests.kind()[id.row() as usize] == RequestKind::Produce => {
                FactId::new(Kind::Drain, self.requests.drains()[id.row() as usize]).into()
            }
            // A broker reads a request because it arrived.
            Kind::Read => {
                FactId::new(Kind::Request, self.reads.request()[id.row() as usize].0).into()
            }
            Kind::FetchAnswer => {
                FactId::new(Kind::Fetch, self.fetch_answers.fetch()[id.row() as usize]).into()
            }
            Kind::Refusal => {
                FactId::new(Kind::Send, self.refusals.record()[id.row() as usize].0).into()
            }
            Kind::Drain => FactId::new(Kind::Open, self.drains.batch()[id.row() as usize].0).into(),
            _ => Timer::Start.into(),
        }
    }

    /// The failure that a fact carries, if it carries one.
    #[must_use]
    pub fn failure_at(&self, position: u32) -> Option<crate::Failure> {
        (position != NONE).then(|| self.failures[position as usize])
    }
}
