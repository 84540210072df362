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
            Kind::Fault => self.faults.cause().get(row),
            Kind::BrokerState => self.broker_states.cause().get(row),
            Kind::Leader => self.leaders.cause().get(row),
            Kind::Role => self.roles.cause().get(row),
            Kind::Truncation => self.truncations.cause().get(row),
            Kind::Read => self.reads.cause().get(row),
            Kind::Append => FactId::new(Kind::Read, self.appends.read().get(row)).into(),
            Kind::Fetch => self.fetches.cause().get(row),
            Kind::FetchAnswer => self.fetch_answers.cause().get(row),
            Kind::Copy => FactId::new(Kind::FetchAnswer, self.copies.answer().get(row)).into(),
            Kind::HighWatermark => self.high_watermarks.cause().get(row),
            Kind::Isr => self.isr_changes.cause().get(row),
            Kind::Answer => self.answers.cause().get(row),
            Kind::Connection => self.connections.cause().get(row),
            Kind::Metadata => self.metadata_updates.cause().get(row),
            Kind::ProducerId => self.producer_ids.cause().get(row),
            Kind::RequestEnd => self.request_ends.cause().get(row),
            Kind::Retry => self.retries.cause().get(row),
            Kind::Split => self.splits.cause().get(row),
            Kind::Finish => self.finishes.cause().get(row),
            Kind::Callback => self.callbacks.cause().get(row),
            Kind::Call => self.calls.cause().get(row),
            Kind::Send => self.sends.cause().get(row),
            Kind::Block => FactId::new(Kind::Send, self.blocks.record().get(row).0).into(),
            Kind::Refusal => self.refusals.cause().get(row),
            Kind::StickyTurn => {
                FactId::new(Kind::Send, self.sticky_turns.record().get(row).0).into()
            }
            Kind::Open => self.opens.cause().get(row),
            Kind::Close => self.cause_of_close(row),
            Kind::Drain => self.drains.cause().get(row),
            Kind::EmptyDrain => Timer::NextMillisecond.into(),
            Kind::Request => self.requests.cause().get(row),
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
            Kind::Request if self.requests.kind().get(id.row()) == RequestKind::Produce => {
                FactId::new(Kind::Drain, self.requests.drains().get(id.row())).into()
            }
            // A broker reads a request because it arrived.
            Kind::Read => FactId::new(Kind::Request, self.reads.request().get(id.row()).0).into(),
            Kind::FetchAnswer => {
                FactId::new(Kind::Fetch, self.fetch_answers.fetch().get(id.row())).into()
            }
            Kind::Refusal => FactId::new(Kind::Send, self.refusals.record().get(id.row()).0).into(),
            Kind::Drain => FactId::new(Kind::Open, self.drains.batch().get(id.row()).0).into(),
            _ => Timer::Start.into(),
        }
    }

    /// The failure that a fact carries, if it carries one.
    #[must_use]
    pub fn failure_at(&self, position: u32) -> Option<crate::Failure> {
        (position != NONE).then(|| self.failures[position as usize])
    }
}
