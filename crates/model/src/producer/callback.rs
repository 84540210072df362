//! Callbacks: those of a batch, one after the other, and what a script makes one of them do.
//! Source: `ProducerBatch.completeFutureAndFireCallbacks`.

use super::thread::{BatchCallbacks, CallbackCall, CallbackStage, CloseStage, Flow, Frame, Wait};
use super::{Fx, Producer, application};
use crate::scenario::{Action, CallbackScript};
use trace::{CallKind, Cause, ErrorCode, FactId, Failure, Kind, NONE, Thread, facts};
use units::{Micros, Millis, Offset, RecordId, SimTime};

impl Producer {
    /// A callback begins; returns its row.
    pub(super) fn callback_began(
        &mut self,
        record: RecordId,
        thread: Thread,
        offset: Offset,
        failure: u32,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> u32 {
        self.record_done(record);
        self.callbacks_running += 1;
        self.progress = true;
        fx.trace.callbacks.push(facts::Callback {
            at: fx.now,
            until: SimTime::NEVER,
            record,
            count: 1,
            thread,
            offset,
            failure,
            threw: NONE,
            cause,
        })
    }

    pub(super) fn callback_ended(&mut self, row: u32, threw: Option<Failure>, fx: &mut Fx<'_>) {
        let threw = threw.map_or(NONE, |threw| fx.trace.failure(threw));
        fx.trace.callbacks.ended(row, fx.now, threw);
        self.callbacks_running -= 1;
    }

    /// Runs the callbacks of a batch until one does something.
    pub(super) fn step_batch_callbacks(
        &mut self,
        mut frame: BatchCallbacks,
        fx: &mut Fx<'_>,
    ) -> Flow {
        // what a callback threw on this thread was logged, and the next one runs
        self.io.threw = None;
        loop {
            let batch = &self.accumulator.batches[frame.key];
            let Some(record) = batch.records.get(frame.next).map(|record| record.id) else {
                let id = batch.id;
                self.results_done(id);
                return Flow::Return(None);
            };
            let n = frame.next as u32;
            let offset = if batch.offset == Offset::NONE { batch.offset } else { batch.offset + n };
            frame.next += 1;
            let failure = self.failure_of(&frame, n, fx);
            let scripted = self.scripts.contains_key(&record);
            let groups = !scripted && frame.blamed.is_empty();
            if let Some((_, at)) = frame.group
                && groups
                && at == fx.now
            {
                self.join_group(&mut frame, fx);
                continue;
            }
            let row = self.callback_began(record, Thread::Io, offset, failure, frame.cause, fx);
            if scripted {
                frame.group = None;
                let stage = CallbackStage::Takes;
                let call = CallbackCall { record, thread: Thread::Io, row, stage };
                return Flow::Call(Frame::BatchCallbacks(frame), Frame::Callback(call));
            }
            self.callback_ended(row, None, fx);
            frame.group = groups.then_some((row, fx.now));
        }
    }

    /// Callbacks that do nothing but report, up to the next that has a script, join the group.
    fn join_group(&mut self, frame: &mut BatchCallbacks, fx: &mut Fx<'_>) {
        let records = core::mem::take(&mut self.accumulator.batches[frame.key].records);
        let rest = &records[frame.next - 1..];
        let same = if self.scripts.is_empty() {
            rest.len()
        } else {
            rest.iter().take_while(|record| !self.scripts.contains_key(&record.id)).count()
        };
        for record in &rest[..same] {
            self.record_done(record.id);
        }
        fx.trace.callbacks.joined(same as u32);
        frame.next += same - 1;
        self.accumulator.batches[frame.key].records = records;
    }

    /// The failure of the batch's n-th record. Source: `Sender.failBatch`.
    fn failure_of(&self, frame: &BatchCallbacks, n: u32, fx: &mut Fx<'_>) -> u32 {
        if frame.blamed.is_empty() || frame.blamed == [n] {
            return frame.failure;
        }
        if frame.blamed.contains(&n) {
            // of several that are to blame the client cannot know which was refused for what
            return fx.trace.failure(Failure::Protocol { error: ErrorCode::InvalidRecord });
        }
        fx.trace.failure(Failure::OtherRecordInvalid)
    }

    /// The script of a record's callback.
    fn script<'a>(&self, record: RecordId, fx: &Fx<'a>) -> Option<&'a CallbackScript> {
        let step = *self.scripts.get(&record)?;
        match &fx.scenario.application.get(step)?.action {
            Action::Send(sends) => sends.callback.as_ref(),
            _ => None,
        }
    }

    pub(super) fn step_callback(&mut self, mut call: CallbackCall, fx: &mut Fx<'_>) -> Flow {
        let Some(script) = self.script(call.record, fx) else {
            self.callback_ended(call.row, None, fx);
            return Flow::Return(None);
        };
        let cause: Cause = FactId::new(Kind::Callback, call.row).into();
        let stage = call.stage;
        call.stage = match stage {
            CallbackStage::Takes => CallbackStage::Send,
            CallbackStage::Send => CallbackStage::AfterSend,
            CallbackStage::AfterSend => CallbackStage::Flush,
            CallbackStage::Flush => CallbackStage::Close,
            CallbackStage::Close | CallbackStage::Throw => CallbackStage::Throw,
        };
        match stage {
            CallbackStage::Takes if script.takes > Micros(0) => {
                let until = fx.now + script.takes;
                return Flow::Wait(Frame::Callback(call), Wait::Deadline, until);
            }
            CallbackStage::Send => {
                if let Some(sends) = &script.send {
                    let step = self.scripts.get(&call.record).copied().unwrap_or(0);
                    let (now, thread) = (fx.now, call.thread);
                    let topic = self.topic_id(&sends.topic);
                    let new = application::record(sends, step, 0, self.draws);
                    let nested = self.begin_send(sends, topic, new, now, thread, cause, fx);
                    return Flow::Call(Frame::Callback(call), Frame::Send(nested));
                }
            }
            CallbackStage::AfterSend => {
                let thread = call.thread;
                if let Some(threw) = self.thread_mut(thread).threw.take() {
                    return self.callback_throws(&call, threw, fx);
                }
            }
            CallbackStage::Flush if script.flush => {
                if call.thread == Thread::Io {
                    return self.callback_throws(&call, Failure::FlushInCallback, fx);
                }
                let row =
                    self.note_call(CallKind::Flush, Millis::MAX, call.thread, true, cause, fx);
                let flush = self.begin_flush(row, fx);
                return Flow::Call(Frame::Callback(call), flush);
            }
            CallbackStage::Close => {
                if let Some(timeout) = script.close {
                    return self.close_in_callback(call, timeout, cause, fx);
                }
            }
            CallbackStage::Throw => {
                if script.throws {
                    return self.callback_throws(&call, Failure::CallbackThrew, fx);
                }
                self.callback_ended(call.row, None, fx);
                return Flow::Return(None);
            }
            CallbackStage::Takes | CallbackStage::Flush => {}
        }
        Flow::Again(Frame::Callback(call))
    }

    fn callback_throws(&mut self, call: &CallbackCall, threw: Failure, fx: &mut Fx<'_>) -> Flow {
        self.callback_ended(call.row, Some(threw), fx);
        Flow::Return(Some(threw))
    }

    /// On the I/O thread the limit is forced to 0, and the application goes on first.
    /// Source: `KafkaProducer.close`.
    fn close_in_callback(
        &mut self,
        call: CallbackCall,
        timeout: Option<Millis>,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let timeout = timeout.unwrap_or(Millis::MAX);
        let row = self.note_call(CallKind::Close, timeout, call.thread, true, cause, fx);
        if call.thread == Thread::Io {
            self.close_cause = FactId::new(Kind::Call, row).into();
            self.force_close = true;
            self.initiate_close(fx);
            fx.trace.calls.returned(row, fx.now, NONE, cause);
            return Flow::Wait(Frame::Callback(call), Wait::Deadline, fx.now);
        }
        let close = Frame::Close { row, timeout, stage: CloseStage::Called };
        Flow::Call(Frame::Callback(call), close)
    }
}
