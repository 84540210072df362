//! Sends in a row: what `send` does for one record after the other, when nothing else happens in
//! between.
//!
//! A million records are a million walks through `KafkaProducer.doSend`, nearly all of which find the
//! batch that the walk before has found, with room in it. This is that case alone. Whatever closes a
//! batch, ends a sticky turn, wakes the I/O thread or asks for memory is left to the ordinary way,
//! and so is every record that the caller wants to see on its own ([`Fx::events_left`]). That both
//! ways give the same trace is a test.

use super::application::{self, Application};
use super::batch::BatchRecord;
use super::{Fx, Producer, sizes};
use crate::config::PartitionerClass;
use crate::scenario::Sends;
use trace::{PartitionRule, Thread, Timer, facts};
use units::{Bytes, ClockMs, RecordId, SimTime, TopicId};

impl Producer {
    /// Makes the sends of the step that follow, up to the first that does anything but join the batch
    /// which the one before it has joined.
    pub(super) fn send_in_a_row(&mut self, app: &mut Application, sends: &Sends, fx: &mut Fx<'_>) {
        let Some(new) =
            app.alike.filter(|new| self.could_go_in_a_row(app.topic, sends, new.fields))
        else {
            return;
        };
        let chosen = self.choose_partition(app.topic, sends.partition, new.key_hash);
        let horizon = self.horizon(fx);
        let Some(mut row) = self.accumulator.row_of_sends(app.topic, chosen.map(|c| c.0)) else {
            return;
        };
        let (sends_end, steps) = self.sends_end;
        let wanted_max = if app.step < steps { sends_end } else { SimTime::NEVER };
        let joined_before = row.batch.record_count();
        let first = RecordId(fx.trace.sends.len());
        let mut rows = facts::SendsInARow::new(facts::Send {
            wanted: app.wanted,
            called: app.wanted,
            timestamp: ClockMs(0),
            batch: row.batch.id,
            index: joined_before,
            to_next: 0,
            key_bytes: new.key_bytes,
            value_bytes: new.value_bytes,
            bytes: 0,
            topic: app.topic,
            partition: row.batch.partition.partition,
            rule: chosen.map_or(PartitionRule::Sticky, |(_, rule)| rule),
            thread: Thread::Application,
            cause: self.application_cause,
        });
        let mut before = None;
        while app.next < sends.count && app.wanted <= wanted_max {
            let skips = app.wanted > fx.now;
            if skips && (app.wanted > horizon || fx.events_left == 0) {
                break;
            }
            let now = if skips { app.wanted } else { fx.now };
            let timestamp = sends.timestamp_ms.map_or_else(|| now.clock(), ClockMs);
            let joined = row.batch.record_count() - joined_before;
            let id = RecordId(first.0 + joined);
            let record = BatchRecord { id, fields: new.fields, timestamp };
            let Some((previous, bytes)) = row.join(record, now) else { break };
            before.get_or_insert(previous);
            if skips {
                fx.now = now;
                fx.events_left -= 1;
                self.polls_at_instant = 0;
                self.application_cause = Timer::Schedule.into();
            }
            let times = [app.wanted, now];
            rows.push(&mut fx.trace.sends, times, timestamp, bytes, self.application_cause);
            app.wanted =
                app.wanted + application::interval(&sends.arrivals, app.step, app.next, self.draws);
            app.next += 1;
        }
        let Some(before) = before else { return };
        rows.end(&mut fx.trace.sends);
        fx.trace.sends.followed_by(before, first);
        let joined = row.batch.record_count() - joined_before;
        fx.trace.joined(row.batch.id, joined);
        self.pending_records += u64::from(joined);
        self.metadata.add(app.topic, fx.now.clock());
    }

    /// Whether the sends of the step are of the kind that can follow each other without a closer look.
    fn could_go_in_a_row(&self, topic: TopicId, sends: &Sends, fields: u32) -> bool {
        let size = Bytes(i64::from(sizes::upper_bound(fields)));
        !sends.get
            && sends.callback.is_none()
            && self.running
            && self.knows_partition(topic, sends.partition)
            && self.config.partitioner() == PartitionerClass::BuiltIn
            && size <= self.config.max_request_size()
            && size <= self.config.buffer_memory()
            && self.transactions.as_ref().is_none_or(|t| !t.has_fatal_error())
    }
}
