//! `KafkaProducer.send`, `flush`, `close`, `get`, and the application that calls them.

use super::accumulator::{Append, Appending};
use super::application::{self, Application, ApplicationStage, NewRecord};
use super::batch::BatchRecord;
use super::buffer_pool::Allocation;
use super::partitioner::{partition_for_key, to_positive};
use super::sizes;
use super::thread::{
    CallbackCall, CallbackStage, CloseStage, Flow, Frame, SendCall, SendStage, Wait,
};
use super::transaction_manager::ProducerIdAndEpoch;
use super::{Fx, Producer};
use crate::config::PartitionerClass;
use crate::scenario::{Action, Sends};
use trace::{
    BlockReason, CallKind, Cause, ErrorCode, FactId, Failure, Kind, NONE, PartitionRule, Thread,
    Timer, facts,
};
use units::{
    BatchId, Bytes, ClockMs, Millis, Offset, PartitionId, RecordId, SimTime, TopicId,
    TopicPartition,
};

impl Producer {
    // --------------------------------------------------------------------- the application

    pub(super) fn step_application(&mut self, mut app: Application, fx: &mut Fx<'_>) -> Flow {
        let scenario = fx.scenario;
        let threw = self.application.threw.take();
        match app.stage {
            ApplicationStage::WarmUp
            | ApplicationStage::WarmConnections
            | ApplicationStage::Warm => self.step_warm_up(app, fx),
            ApplicationStage::Begin => {
                let Some(step) = scenario.application.get(app.step) else {
                    self.application_over = true;
                    return Flow::Wait(Frame::Application(app), Wait::Deadline, SimTime::NEVER);
                };
                app.stage = ApplicationStage::Act;
                match step.at {
                    Some(at) if at > fx.now => {
                        self.application_cause = Timer::Schedule.into();
                        Flow::Wait(Frame::Application(app), Wait::Deadline, at)
                    }
                    _ => Flow::Again(Frame::Application(app)),
                }
            }
            ApplicationStage::Act => {
                let step = &scenario.application[app.step];
                match &step.action {
                    Action::Send(sends) => {
                        app.from = step.at.unwrap_or(fx.now);
                        app.next = 0;
                        app.topic = self.topic_id(&sends.topic);
                        app.alike = application::alike(sends, app.step, self.draws);
                        app.wanted = app.from;
                        if matches!(sends.arrivals, crate::scenario::Arrivals::Poisson(_)) {
                            let first = application::interval(
                                &sends.arrivals,
                                app.step,
                                u32::MAX,
                                self.draws,
                            );
                            app.wanted = app.from + first;
                        }
                        app.stage = ApplicationStage::Send;
                        Flow::Again(Frame::Application(app))
                    }
                    Action::Flush => {
                        app.stage = ApplicationStage::Done;
                        let cause = self.application_cause;
                        let row = self.note_call(
                            CallKind::Flush,
                            Millis::MAX,
                            Thread::Application,
                            false,
                            cause,
                            fx,
                        );
                        let flush = self.begin_flush(row, fx);
                        Flow::Call(Frame::Application(app), flush)
                    }
                    Action::Close(timeout) => {
                        app.stage = ApplicationStage::Done;
                        let timeout = timeout.unwrap_or(Millis::MAX);
                        let cause = self.application_cause;
                        let row = self.note_call(
                            CallKind::Close,
                            timeout,
                            Thread::Application,
                            false,
                            cause,
                            fx,
                        );
                        let close = Frame::Close { row, timeout, stage: CloseStage::Called };
                        Flow::Call(Frame::Application(app), close)
                    }
                    Action::Exit => {
                        let cause = self.application_cause;
                        let row = self.note_call(
                            CallKind::Exit,
                            Millis::ZERO,
                            Thread::Application,
                            false,
                            cause,
                            fx,
                        );
                        let cause = FactId::new(Kind::Call, row).into();
                        fx.trace.calls.returned(row, fx.now, NONE, cause);
                        self.exit(fx);
                        self.application_over = true;
                        app.step = usize::MAX - 1;
                        app.stage = ApplicationStage::Begin;
                        Flow::Wait(Frame::Application(app), Wait::Deadline, SimTime::NEVER)
                    }
                }
            }
            ApplicationStage::Send => self.step_sends(app, fx),
            ApplicationStage::Sent { record } => {
                let Action::Send(sends) = &scenario.application[app.step].action else {
                    return Flow::Again(Frame::Application(app));
                };
                app.stage = ApplicationStage::Send;
                if sends.get && threw.is_none() {
                    return self.begin_get(app, record, fx);
                }
                Flow::Again(Frame::Application(app))
            }
            ApplicationStage::Done => {
                app.step += 1;
                app.stage = ApplicationStage::Begin;
                Flow::Again(Frame::Application(app))
            }
        }
    }

    /// Makes the sends of a step that are due, as long as none of them blocks.
    fn step_sends(&mut self, mut app: Application, fx: &mut Fx<'_>) -> Flow {
        let Action::Send(sends) = &fx.scenario.application[app.step].action else {
            return Flow::Again(Frame::Application(app));
        };
        loop {
            let (end, steps) = self.sends_end;
            // one that has waited in the call before is as late
            let over = app.step < steps && app.wanted.max(fx.now) > end;
            if app.next == sends.count || over {
                app.stage = ApplicationStage::Done;
                return Flow::Again(Frame::Application(app));
            }
            if app.wanted > fx.now {
                self.application_cause = Timer::Schedule.into();
                let wanted = app.wanted;
                if !self.skip_to(wanted, fx) {
                    return Flow::Wait(Frame::Application(app), Wait::Deadline, wanted);
                }
            }
            let n = app.next;
            let cause = self.application_cause;
            let record =
                app.alike.unwrap_or_else(|| application::record(sends, app.step, n, self.draws));
            let thread = Thread::Application;
            let call = self.begin_send(sends, app.topic, record, app.wanted, thread, cause, fx);
            app.next += 1;
            app.wanted =
                app.wanted + application::interval(&sends.arrivals, app.step, n, self.draws);
            let scripted = sends
                .callback
                .as_ref()
                .is_some_and(|script| script.on.as_ref().is_none_or(|on| on.contains(&n)));
            if scripted {
                self.scripts.insert(call.record, app.step);
            }
            match self.step_send(call, fx) {
                Flow::Return(None) if !sends.get => self.send_in_a_row(&mut app, sends, fx),
                Flow::Return(threw) => {
                    self.application.threw = threw;
                    app.stage = ApplicationStage::Sent { record: call.record };
                    return Flow::Again(Frame::Application(app));
                }
                Flow::Call(caller, callee) => {
                    app.stage = ApplicationStage::Sent { record: call.record };
                    self.application.stack.push(Frame::Application(app));
                    return Flow::Call(caller, callee);
                }
                Flow::Wait(frame, wait, deadline) => {
                    app.stage = ApplicationStage::Sent { record: call.record };
                    self.application.stack.push(Frame::Application(app));
                    return Flow::Wait(frame, wait, deadline);
                }
                other => return other,
            }
        }
    }

    /// A fault ends the process, whatever its threads are in the middle of.
    pub(crate) fn exit_by_fault(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        if self.exited {
            return;
        }
        let thread = Thread::Application;
        let row = self.note_call(CallKind::Exit, Millis::ZERO, thread, false, cause, fx);
        fx.trace.calls.returned(row, fx.now, NONE, FactId::new(Kind::Call, row).into());
        self.exit(fx);
        self.application_over = true;
        self.application.stack.clear();
        self.application.wait = Wait::Deadline;
        self.application.deadline = SimTime::NEVER;
    }

    /// The process ends: its sockets close, and nothing of it goes on.
    fn exit(&mut self, fx: &mut Fx<'_>) {
        self.exited = true;
        let clock = fx.now.clock();
        let (client, _, mut io) = self.io(clock, fx);
        client.close(&mut io);
    }

    // --------------------------------------------------------------------- send

    pub(super) fn topic_id(&self, name: &str) -> TopicId {
        TopicId(self.topics.iter().position(|known| known == name).unwrap_or(0) as u16)
    }

    /// Gives the record its number.
    #[allow(clippy::too_many_arguments, reason = "who sends what, when, where and why")]
    pub(super) fn begin_send(
        &mut self,
        sends: &Sends,
        topic: TopicId,
        new: NewRecord,
        wanted: SimTime,
        thread: Thread,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> SendCall {
        let explicit = sends.partition;
        self.pending_records += 1;
        let record = RecordId(fx.trace.sends.push(facts::Send {
            wanted,
            called: fx.now,
            timestamp: fx.now.clock(),
            batch: BatchId(NONE),
            index: 0,
            to_next: 0,
            key_bytes: new.key_bytes,
            value_bytes: new.value_bytes,
            bytes: 0,
            topic,
            partition: PartitionId(explicit.unwrap_or(0) as u16),
            rule: if explicit.is_some() {
                PartitionRule::Explicit
            } else {
                PartitionRule::Unchosen
            },
            thread,
            cause,
        }));
        SendCall {
            record,
            thread,
            topic,
            partition: explicit,
            key_hash: new.key_hash,
            fields: new.fields,
            timestamp: sends.timestamp_ms.map(ClockMs),
            entered: fx.now.clock(),
            stage: SendStage::Entered,
        }
    }

    /// Source: `KafkaProducer.doSend`.
    pub(super) fn step_send(&mut self, mut call: SendCall, fx: &mut Fx<'_>) -> Flow {
        match call.stage {
            SendStage::Entered => {
                if !self.running {
                    return self.throw(&call, Failure::AlreadyClosed, Cause::DERIVED, fx);
                }
                self.metadata.add(call.topic, call.entered);
                if self.knows_partition(call.topic, call.partition) {
                    return self.partition_and_append(call, fx);
                }
                let row = fx.trace.blocks.push(facts::Block {
                    at: fx.now,
                    until: SimTime::NEVER,
                    record: call.record,
                    thread: call.thread,
                    why: BlockReason::Metadata,
                    cause: Cause::DERIVED,
                });
                self.await_metadata(call, call.entered, row, fx)
            }
            SendStage::Metadata { .. } => self.step_metadata_wait(call, fx),
            SendStage::Memory { .. } => self.step_memory_wait(call, fx),
            SendStage::Refused { failure } => {
                let thread = call.thread;
                let threw = self.thread_mut(thread).threw.take();
                if let Some(threw) = threw {
                    call.stage = SendStage::Entered;
                    return self.throw(&call, threw, Cause::DERIVED, fx);
                }
                self.refused(failure)
            }
        }
    }

    pub(super) fn knows_partition(&self, topic: TopicId, partition: Option<i32>) -> bool {
        self.metadata.partition_count(topic).is_some_and(|count| {
            partition.is_none_or(|partition| (partition as i64) < count as i64)
        })
    }

    /// Source: `KafkaProducer.waitOnMetadata`.
    fn await_metadata(
        &mut self,
        mut call: SendCall,
        clock: ClockMs,
        row: u32,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let max_block = self.config.max_block();
        let elapsed = clock - call.entered;
        self.metadata.add(call.topic, clock);
        let version = self.metadata.request_update_for_topic(call.topic);
        self.wakeup = true;
        let deadline = clock + (max_block - elapsed);
        let count = self.metadata.partition_count(call.topic);
        call.stage = SendStage::Metadata { version, deadline, count, row };
        self.step_metadata_wait(call, fx)
    }

    fn step_metadata_wait(&mut self, call: SendCall, fx: &mut Fx<'_>) -> Flow {
        let SendStage::Metadata { version, deadline, count, row } = call.stage else {
            return Flow::Return(None);
        };
        let clock = fx.now.clock();
        if !self.holds(Wait::Metadata(version), fx) {
            let left = deadline - clock;
            if left > Millis::ZERO {
                let until = fx.now.after(left);
                return Flow::Wait(Frame::Send(call), Wait::Metadata(version), until);
            }
            fx.trace.blocks.ended(row, fx.now, Timer::MaxBlock.into());
            return self.metadata_timeout(call, count, fx);
        }
        if self.metadata.closed() {
            fx.trace.blocks.ended(row, fx.now, self.close_cause);
            return self.throw(&call, Failure::ClosedDuringSend, self.close_cause, fx);
        }
        let in_time = clock - call.entered < self.config.max_block();
        if in_time && !self.knows_partition(call.topic, call.partition) {
            return self.await_metadata(call, clock, row, fx);
        }
        let cause = self.client.last_metadata.unwrap_or_default();
        fx.trace.blocks.ended(row, fx.now, cause);
        if !in_time {
            return self.metadata_timeout(call, count, fx);
        }
        self.partition_and_append(call, fx)
    }

    fn metadata_timeout(&mut self, call: SendCall, count: Option<usize>, fx: &mut Fx<'_>) -> Flow {
        let max_block_ms = self.config.max_block().0;
        let failure = match (count, call.partition) {
            (Some(count), Some(partition)) => Failure::PartitionNotPresent {
                max_block_ms,
                partition: TopicPartition {
                    topic: call.topic,
                    partition: PartitionId(partition as u16),
                },
                count: count as u16,
            },
            _ => Failure::TopicNotPresent { max_block_ms, topic: call.topic.0 },
        };
        self.refuse(call, failure, Timer::MaxBlock.into(), fx)
    }

    /// Chooses the partition, checks the size, appends. Source: `KafkaProducer.doSend`, `partition`,
    /// `ensureValidRecordSize`.
    fn partition_and_append(&mut self, call: SendCall, fx: &mut Fx<'_>) -> Flow {
        let now = fx.now.clock();
        let partition = self.choose_partition(call.topic, call.partition, call.key_hash);
        let size = Bytes(i64::from(sizes::upper_bound(call.fields)));
        let limit = self.config.max_request_size();
        if size > limit {
            let failure = Failure::LargerThanRequest { size, limit };
            return self.refuse(call, failure, Cause::DERIVED, fx);
        }
        if size > self.config.buffer_memory() {
            return self.refuse(call, Failure::LargerThanBuffer { size }, Cause::DERIVED, fx);
        }
        let timestamp = call.timestamp.unwrap_or(now);
        fx.trace.sends.stamped(call.record, timestamp);
        let appending = self.appending(&call, partition, timestamp);
        if let Some((partition, rule)) = partition {
            fx.trace.sends.partitioned(call.record, partition, rule);
        }
        let result =
            self.accumulator.append(&appending, fx.now, &self.metadata, self.draws, fx.trace);
        match result {
            Append::NeedsMemory { size, slot } => {
                self.note_sticky_partition(&call, partition.is_none(), fx);
                let needed = Bytes(i64::from(size));
                let available = self.accumulator.pool.available();
                match self.accumulator.pool.allocate(needed) {
                    Allocation::Done => self.append_new_batch(call, &appending, slot, size, fx),
                    Allocation::Wait(waiter) => {
                        let limit = self.config.max_block() - (now - call.entered);
                        let limit = limit.max(Millis::ZERO);
                        let left = limit.0.saturating_mul(1000);
                        let why = BlockReason::Memory { needed, available };
                        let row = self.note_memory_wait(&call, why, fx);
                        self.clusters.insert(call.record, self.metadata.clone());
                        let began = fx.now;
                        let mut call = call;
                        call.stage =
                            SendStage::Memory { waiter, size, slot, began, left, limit, row };
                        let until = SimTime(fx.now.0.saturating_add(left));
                        Flow::Wait(Frame::Send(call), Wait::Memory(waiter), until)
                    }
                    Allocation::OverLimit => {
                        let limit = self.config.buffer_memory();
                        let failure = Failure::OverMemoryLimit { size: needed, limit };
                        self.throw(&call, failure, Cause::DERIVED, fx)
                    }
                    Allocation::Closed => {
                        self.throw(&call, Failure::ClosedDuringAllocation, self.close_cause, fx)
                    }
                }
            }
            done => {
                self.note_sticky_partition(&call, partition.is_none(), fx);
                self.appended(call, done, fx)
            }
        }
    }

    /// The record's own partition, its key's, the next in turn; `None` for the sticky one.
    pub(super) fn choose_partition(
        &mut self,
        topic: TopicId,
        partition: Option<i32>,
        key_hash: Option<i32>,
    ) -> Option<(PartitionId, PartitionRule)> {
        if let Some(partition) = partition {
            return Some((PartitionId(partition as u16), PartitionRule::Explicit));
        }
        let view = self.metadata.topic(topic)?;
        if self.config.partitioner() == PartitionerClass::RoundRobin {
            let counter = self.round_robin.entry(topic).or_insert(0);
            let n = to_positive(*counter) as usize;
            *counter = counter.wrapping_add(1);
            let partition = if view.available.is_empty() {
                PartitionId((n % view.partitions.len()) as u16)
            } else {
                view.available[n % view.available.len()]
            };
            return Some((partition, PartitionRule::RoundRobin));
        }
        match key_hash {
            Some(hash) if !self.config.partitioner_ignore_keys() => {
                Some((partition_for_key(hash, view.partitions.len()), PartitionRule::Key))
            }
            _ => None,
        }
    }

    fn appending(
        &self,
        call: &SendCall,
        partition: Option<(PartitionId, PartitionRule)>,
        timestamp: ClockMs,
    ) -> Appending {
        Appending {
            record: BatchRecord { id: call.record, fields: call.fields, timestamp },
            topic: call.topic,
            partition: partition.map(|(partition, _)| partition),
        }
    }

    /// The accumulator has named a partition to the callback, whatever comes of the append.
    fn note_sticky_partition(&self, call: &SendCall, sticky: bool, fx: &mut Fx<'_>) {
        if !sticky {
            return;
        }
        let batch = fx.trace.sends.batch().get(call.record.0);
        let partition = if batch.0 == NONE {
            self.accumulator.sticky_partition(call.topic)
        } else {
            Some(fx.trace.opens.partition().get(batch.0).partition)
        };
        if let Some(partition) = partition {
            fx.trace.sends.partitioned(call.record, partition, PartitionRule::Sticky);
        }
    }

    fn note_memory_wait(&mut self, call: &SendCall, why: BlockReason, fx: &mut Fx<'_>) -> u32 {
        let row = fx.trace.blocks.push(facts::Block {
            at: fx.now,
            until: SimTime::NEVER,
            record: call.record,
            thread: call.thread,
            why,
            cause: Cause::DERIVED,
        });
        if self.accumulator.pool.queued() == 1 {
            let cause = FactId::new(Kind::Block, row).into();
            self.accumulator.waiters_since = Some((fx.now, cause));
        }
        row
    }

    /// Source: `BufferPool.allocate`, its loop.
    fn step_memory_wait(&mut self, mut call: SendCall, fx: &mut Fx<'_>) -> Flow {
        let SendStage::Memory { waiter, size, slot, began, left, limit, row } = call.stage else {
            return Flow::Return(None);
        };
        let signalled = self.accumulator.pool.signalled(waiter);
        let cause =
            if signalled { self.last_finish.unwrap_or_default() } else { Timer::MaxBlock.into() };
        fx.trace.blocks.ended(row, fx.now, cause);
        if self.accumulator.pool.closed() {
            self.accumulator.pool.give_up(waiter);
            self.clusters.remove(&call.record);
            return self.throw(&call, Failure::ClosedDuringAllocation, self.close_cause, fx);
        }
        if !signalled {
            let failure = Failure::BufferExhausted {
                size: Bytes(i64::from(size)),
                wait_ms: limit.0,
                total: self.accumulator.pool.total(),
                available: self.accumulator.pool.available(),
                poolable: Bytes(i64::from(self.accumulator.batch_size)),
            };
            self.accumulator.pool.give_up(waiter);
            self.clusters.remove(&call.record);
            return self.refuse(call, failure, Timer::MaxBlock.into(), fx);
        }
        let left = left.saturating_sub(fx.now.since(began).0.cast_signed());
        if self.accumulator.pool.grab(waiter) {
            let send = fx.trace.sends.row(call.record.0);
            let chosen = match send.rule {
                PartitionRule::Sticky | PartitionRule::Unchosen => None,
                rule => Some((send.partition, rule)),
            };
            let appending = self.appending(&call, chosen, send.timestamp);
            return self.append_new_batch(call, &appending, slot, size, fx);
        }
        let needed = self.accumulator.pool.missing(waiter);
        let why = BlockReason::Memory { needed, available: Bytes(0) };
        let row = self.note_memory_wait(&call, why, fx);
        call.stage = SendStage::Memory { waiter, size, slot, began: fx.now, left, limit, row };
        let until = SimTime(fx.now.0.saturating_add(left));
        Flow::Wait(Frame::Send(call), Wait::Memory(waiter), until)
    }

    fn append_new_batch(
        &mut self,
        call: SendCall,
        appending: &Appending,
        slot: super::accumulator::Slot,
        size: u32,
        fx: &mut Fx<'_>,
    ) -> Flow {
        // `doSend` appends with the metadata that it began with, whatever has come since
        let waited = self.clusters.remove(&call.record);
        let (result, used) = self.accumulator.append_new_batch(
            appending,
            slot,
            size,
            fx.now,
            waited.as_ref().unwrap_or(&self.metadata),
            self.draws,
            fx.trace,
        );
        if !used {
            self.accumulator.pool.deallocate(Bytes(i64::from(size)));
        }
        self.note_sticky_partition(&call, appending.partition.is_none(), fx);
        self.appended(call, result, fx)
    }

    fn appended(&mut self, call: SendCall, result: Append, fx: &mut Fx<'_>) -> Flow {
        let Append::Done { wake } = result else {
            return self.throw(&call, Failure::ClosedDuringSend, self.close_cause, fx);
        };
        if let Some(transactions) = &self.transactions
            && transactions.has_fatal_error()
        {
            // `TransactionManager.maybeFailWithError`; only an `ApiException` goes to the callback
            let error = match transactions.last_error {
                Some(
                    Failure::Fenced { .. } | Failure::Protocol { error: ErrorCode::ProducerFenced },
                ) => {
                    let ProducerIdAndEpoch { id, epoch } = transactions.producer();
                    return self.refuse(call, Failure::Fenced { id, epoch }, Cause::DERIVED, fx);
                }
                Some(Failure::Protocol { error }) => error,
                _ => ErrorCode::UnknownServerError,
            };
            return self.throw(&call, Failure::ErrorState { error }, Cause::DERIVED, fx);
        }
        self.wakeup |= wake;
        Flow::Return(None)
    }

    /// `send` throws.
    fn throw(&mut self, call: &SendCall, failure: Failure, cause: Cause, fx: &mut Fx<'_>) -> Flow {
        let position = fx.trace.failure(failure);
        fx.trace.refusals.push(facts::Refusal {
            at: fx.now,
            record: call.record,
            failure: position,
            thrown: true,
            cause,
        });
        self.record_done(call.record);
        Flow::Return(Some(failure))
    }

    /// `send` fails without throwing: its callback runs at once, on this thread.
    fn refuse(
        &mut self,
        mut call: SendCall,
        failure: Failure,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let position = fx.trace.failure(failure);
        let refusal = fx.trace.refusals.push(facts::Refusal {
            at: fx.now,
            record: call.record,
            failure: position,
            thrown: false,
            cause,
        });
        let cause = FactId::new(Kind::Refusal, refusal).into();
        let row = self.callback_began(call.record, call.thread, Offset::NONE, position, cause, fx);
        if self.scripts.contains_key(&call.record) {
            let callback = CallbackCall {
                record: call.record,
                thread: call.thread,
                row,
                stage: CallbackStage::Takes,
            };
            call.stage = SendStage::Refused { failure };
            return Flow::Call(Frame::Send(call), Frame::Callback(callback));
        }
        self.callback_ended(row, None, fx);
        self.refused(failure)
    }

    /// What `doSend` does behind the callback of a send that failed at once.
    const fn refused(&mut self, failure: Failure) -> Flow {
        if let Some(transactions) = &mut self.transactions {
            transactions.maybe_transition_to_error_state(failure);
        }
        Flow::Return(None)
    }

    // --------------------------------------------------------------------- get, flush, close

    fn begin_get(&mut self, app: Application, record: RecordId, fx: &mut Fx<'_>) -> Flow {
        let batch = fx.trace.sends.batch().get(record.0);
        // a send that failed at once returned a future of its own, though its record may be in a batch
        if self.is_record_done(record) || !self.accumulator.is_pending(batch) {
            return Flow::Again(Frame::Application(app));
        }
        let pending = alloc::vec![batch];
        let token = self.wait_for_results(pending, Some(record));
        let row = fx.trace.blocks.push(facts::Block {
            at: fx.now,
            until: SimTime::NEVER,
            record,
            thread: Thread::Application,
            why: BlockReason::Get,
            cause: Cause::DERIVED,
        });
        Flow::Call(Frame::Application(app), Frame::Get { token, row })
    }

    pub(super) fn step_get(&mut self, token: u32, row: u32, fx: &mut Fx<'_>) -> Flow {
        if !self.results_are_there(token) {
            let wait = Wait::Results(token);
            return Flow::Wait(Frame::Get { token, row }, wait, SimTime::NEVER);
        }
        self.forget_wait(token);
        let cause = self.last_callback(fx);
        fx.trace.blocks.ended(row, fx.now, cause);
        self.application_cause = cause;
        Flow::Return(None)
    }

    pub(super) fn last_callback(&self, fx: &Fx<'_>) -> Cause {
        match fx.trace.callbacks.len() {
            0 => Timer::Schedule.into(),
            callbacks => FactId::new(Kind::Callback, callbacks - 1).into(),
        }
    }

    pub(super) fn note_call(
        &self,
        call: CallKind,
        timeout: Millis,
        thread: Thread,
        in_callback: bool,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> u32 {
        fx.trace.calls.push(facts::Call {
            at: fx.now,
            until: SimTime::NEVER,
            call,
            timeout_ms: timeout.0,
            thread,
            in_callback,
            threw: NONE,
            cause,
            returned_by: Cause::DERIVED,
        })
    }

    /// Source: `KafkaProducer.flush`, `RecordAccumulator.beginFlush`.
    pub(super) fn begin_flush(&mut self, row: u32, fx: &Fx<'_>) -> Frame {
        self.accumulator.flushes.push((fx.now, FactId::new(Kind::Call, row).into()));
        self.wakeup = true;
        let pending = self.accumulator.incomplete_ids();
        let token = self.wait_for_results(pending, None);
        Frame::Flush { row, token }
    }

    pub(super) fn step_flush(&mut self, row: u32, token: u32, fx: &mut Fx<'_>) -> Flow {
        if !self.results_are_there(token) {
            let wait = Wait::Results(token);
            return Flow::Wait(Frame::Flush { row, token }, wait, SimTime::NEVER);
        }
        self.forget_wait(token);
        let cause: Cause = FactId::new(Kind::Call, row).into();
        self.accumulator.flushes.retain(|(_, flush)| *flush != cause);
        let returned_by = self.last_callback(fx);
        fx.trace.calls.returned(row, fx.now, NONE, returned_by);
        self.application_cause = FactId::new(Kind::Call, row).into();
        Flow::Return(None)
    }

    /// Source: `KafkaProducer.close`, on an application thread.
    pub(super) fn step_close(
        &mut self,
        row: u32,
        timeout: Millis,
        stage: CloseStage,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let again = |stage| Frame::Close { row, timeout, stage };
        let call: Cause = FactId::new(Kind::Call, row).into();
        if self.io_ended {
            let cause = self.last_callback(fx);
            fx.trace.calls.returned(row, fx.now, NONE, cause);
            self.application_cause = call;
            return Flow::Return(None);
        }
        match stage {
            CloseStage::Called => {
                if self.close_cause == Cause::DERIVED {
                    self.close_cause = call;
                }
                if timeout <= Millis::ZERO {
                    return Flow::Again(again(CloseStage::Waiting));
                }
                self.initiate_close(fx);
                let until = fx.now.after(timeout);
                Flow::Wait(again(CloseStage::Waiting), Wait::IoEnded, until)
            }
            CloseStage::Waiting => {
                self.force_close = true;
                self.initiate_close(fx);
                Flow::Wait(again(CloseStage::Forced), Wait::IoEnded, SimTime::NEVER)
            }
            CloseStage::Forced => {
                Flow::Wait(again(CloseStage::Forced), Wait::IoEnded, SimTime::NEVER)
            }
        }
    }
}
