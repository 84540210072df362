//! What becomes of requests that ended, and of their batches. Source: `Sender.handleProduceResponse`,
//! `completeBatch`, `failBatch`, `canRetry`, `TransactionManager.TxnRequestHandler.onComplete`.

use super::accumulator::BatchKey;
use super::batch::FinalState;
use super::java_hash;
use super::network_client::Completion;
use super::thread::{AfterCallbacks, BatchCallbacks, Flow, Frame, PartitionResult, ProduceCall};
use super::transaction_manager::{PendingInit, ProducerIdAndEpoch};
use super::{Fx, Producer};
use crate::wire;
use alloc::{collections::VecDeque, vec::Vec};
use trace::{
    Cause, CloseReason, ErrorCode, FactId, Failure, IdReason, Kind, NONE, RequestFate, RequestKind,
    facts,
};
use units::{ClockMs, Offset};

impl Producer {
    /// `NetworkClient.completeResponses`: one after the other.
    pub(super) fn step_complete(
        &mut self,
        mut completions: VecDeque<Completion>,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let Some(completion) = completions.pop_front() else { return Flow::Return(None) };
        let frame = Frame::Complete(completions);
        let clock = fx.now.clock();
        let Completion { node, request, fate, response, cause, .. } = completion;
        let (client, _, mut io) = self.io(clock, fx);
        let end = client.note_end(&request, node, fate, cause, &mut io);
        if request.kind == RequestKind::InitProducerId {
            self.handle_id_response(fate, response, end, fx);
            return Flow::Again(frame);
        }
        self.open_produces -= 1;
        let broker = self.client.broker(node);
        let stand_in = |error, failure| {
            move |key| PartitionResult {
                key,
                error,
                failure,
                offset: Offset::NONE,
                log_start: Offset::NONE,
                leader: None,
                record_errors: Vec::new(),
            }
        };
        let results: VecDeque<PartitionResult> = match (fate, response.map(|r| r.body)) {
            (RequestFate::Answered, Some(wire::ResponseBody::Produce(answers))) => {
                self.results_of(&request.batches, answers)
            }
            (fate, _) => {
                let (error, failure) = match fate {
                    RequestFate::TimedOut => (
                        ErrorCode::RequestTimedOut,
                        Failure::DisconnectedByTimeout { node: broker },
                    ),
                    RequestFate::Disconnected => {
                        (ErrorCode::NetworkException, Failure::Disconnected { node: broker })
                    }
                    RequestFate::NoAck | RequestFate::Answered => {
                        (ErrorCode::None, Failure::Protocol { error: ErrorCode::None })
                    }
                };
                self.in_map_order(request.batches).map(stand_in(error, failure)).collect()
            }
        };
        let call = ProduceCall {
            node,
            results,
            current: None,
            clock,
            cause: end,
            leaders: Vec::new(),
            finished: Vec::new(),
        };
        Flow::Call(frame, Frame::Produce(call))
    }

    /// The I/O thread begins to wait in a callback: what has been received, and must wait too.
    pub(super) fn note_receipts(&mut self, fx: &mut Fx<'_>) {
        for frame in &mut self.io.stack {
            let Frame::Complete(completions) = frame else { continue };
            for completion in completions {
                if let Some(received) = completion.received.take() {
                    let request = completion.request.request;
                    fx.trace.receipts.push(facts::Receipt { request, received });
                }
            }
        }
    }

    /// Batches of a request in the order of the map that the client keeps them in.
    fn in_map_order(&self, mut keys: Vec<BatchKey>) -> impl Iterator<Item = BatchKey> + use<> {
        if keys.len() > 1 {
            let capacity = java_hash::capacity(keys.len(), keys.len());
            java_hash::sort_by_bucket(&mut keys, capacity, |key| {
                let partition = self.accumulator.batches[*key].partition;
                let hash = self.topic_hashes[partition.topic.index()];
                java_hash::topic_partition_hash(hash, i32::from(partition.partition.0))
            });
        }
        keys.into_iter()
    }

    fn results_of(
        &self,
        keys: &[BatchKey],
        answers: Vec<wire::ProduceAnswer>,
    ) -> VecDeque<PartitionResult> {
        let batches = &self.accumulator.batches;
        let of = |answer: wire::ProduceAnswer| {
            let key = *keys.iter().find(|key| batches[**key].partition == answer.partition)?;
            let failure = match answer.error {
                ErrorCode::TopicAuthorizationFailed => {
                    Failure::TopicNotAuthorized { topic: answer.partition.topic.0 }
                }
                error => Failure::Protocol { error },
            };
            Some(PartitionResult {
                key,
                error: answer.error,
                failure,
                offset: answer.base_offset,
                log_start: answer.log_start_offset,
                leader: answer.current_leader,
                record_errors: answer.record_errors,
            })
        };
        answers.into_iter().filter_map(of).collect()
    }

    /// Source: `TransactionManager.InitProducerIdHandler`.
    fn handle_id_response(
        &mut self,
        fate: RequestFate,
        response: Option<wire::Response>,
        end: Cause,
        fx: &mut Fx<'_>,
    ) {
        let Some(transactions) = &mut self.transactions else { return };
        transactions.in_flight_request = false;
        let again = Some(PendingInit { is_retry: true });
        match (fate, response.map(|response| response.body)) {
            (
                RequestFate::Answered,
                Some(wire::ResponseBody::InitProducerId { id, epoch, error: ErrorCode::None }),
            ) => {
                let why = if fx.trace.producer_ids.is_empty() {
                    IdReason::Initial
                } else {
                    IdReason::EpochsUsedUp
                };
                transactions.set_producer(ProducerIdAndEpoch { id, epoch });
                let fact = facts::ProducerId { at: fx.now, id, epoch, why, cause: end };
                fx.trace.producer_ids.push(fact);
            }
            _ => transactions.pending = again,
        }
    }

    /// `Sender.handleProduceResponse`: batch after batch.
    pub(super) fn step_produce(&mut self, mut call: ProduceCall, fx: &mut Fx<'_>) -> Flow {
        if let Some((result, after)) = call.current.take() {
            self.after_result(&mut call, result, after, fx);
        }
        let Some(result) = call.results.pop_front() else {
            if !call.leaders.is_empty() && self.metadata.update_partition_leadership(&call.leaders)
            {
                let (node, clock) = (call.node, call.clock);
                let (client, metadata, mut io) = self.io(clock, fx);
                client.note_metadata(node, metadata, false, &mut io);
            }
            for key in call.finished {
                self.accumulator.batches.remove(key);
            }
            return Flow::Return(None);
        };
        let (after, callbacks) = self.complete_batch(&call, &result, fx);
        call.current = Some((result, after));
        match callbacks {
            Some(callbacks) => Flow::Call(Frame::Produce(call), Frame::BatchCallbacks(callbacks)),
            None => Flow::Again(Frame::Produce(call)),
        }
    }

    /// `Sender.completeBatch`, up to the callbacks.
    fn complete_batch(
        &mut self,
        call: &ProduceCall,
        result: &PartitionResult,
        fx: &mut Fx<'_>,
    ) -> (AfterCallbacks, Option<BatchCallbacks>) {
        let key = result.key;
        let batch = &mut self.accumulator.batches[key];
        batch.in_flight = false;
        let (records, attempts, done) = (batch.record_count(), batch.attempts, batch.is_done());
        match result.error {
            ErrorCode::MessageTooLarge if records > 1 && !done => {
                self.split(key, call.cause, fx);
                (AfterCallbacks::Nothing, None)
            }
            ErrorCode::None => self.succeed(key, result.offset, call.cause, fx),
            error => {
                if self.can_retry(result, call.clock) {
                    self.reenqueue(key, error, call, fx);
                    return (AfterCallbacks::Nothing, None);
                }
                if error == ErrorCode::DuplicateSequenceNumber {
                    return self.succeed(key, result.offset, call.cause, fx);
                }
                let adjust_sequences = i64::from(attempts) < i64::from(self.config.retries());
                let blamed = result.record_errors.clone();
                match self.begin_failure(key, result.failure, call.cause, blamed, fx) {
                    Some(callbacks) => {
                        (AfterCallbacks::Failed { adjust_sequences }, Some(callbacks))
                    }
                    None => {
                        self.accumulator.deallocate(key);
                        (AfterCallbacks::Nothing, None)
                    }
                }
            }
        }
    }

    /// What follows a batch's callbacks, or its retry.
    fn after_result(
        &mut self,
        call: &mut ProduceCall,
        result: PartitionResult,
        after: AfterCallbacks,
        fx: &mut Fx<'_>,
    ) {
        let key = result.key;
        match after {
            AfterCallbacks::Completed => {
                self.remove_from_in_flight(key);
                self.accumulator.complete(key);
                self.accumulator.deallocate(key);
            }
            AfterCallbacks::Failed { adjust_sequences } => {
                self.after_failure(key, adjust_sequences, fx);
                self.accumulator.deallocate(key);
            }
            AfterCallbacks::Nothing => {}
        }
        let partition = self.accumulator.batches[key].partition;
        if result.error.invalid_metadata() {
            let named = matches!(
                result.error,
                ErrorCode::NotLeaderOrFollower | ErrorCode::FencedLeaderEpoch
            );
            if let Some((leader, epoch)) = result.leader
                && named
            {
                call.leaders.push((partition, leader, epoch));
            }
            self.metadata.request_update();
        }
        if self.config.max_in_flight() == 1 {
            self.accumulator.unmute(partition);
        }
        let batch = &self.accumulator.batches[key];
        if matches!(batch.final_state, Some(FinalState::Succeeded | FinalState::Failed)) {
            call.finished.push(key);
        }
    }

    fn can_retry(&mut self, result: &PartitionResult, clock: ClockMs) -> bool {
        let batches = &self.accumulator.batches;
        let batch = &batches[result.key];
        if batch.has_reached_delivery_timeout(self.accumulator.delivery_timeout, clock)
            || i64::from(batch.attempts) >= i64::from(self.config.retries())
            || batch.is_done()
        {
            return false;
        }
        match &mut self.transactions {
            None => result.error.retriable(),
            Some(transactions) => {
                transactions.can_retry(result.key, result.error, result.log_start, batches)
            }
        }
    }

    fn reenqueue(&mut self, key: BatchKey, error: ErrorCode, call: &ProduceCall, fx: &mut Fx<'_>) {
        let cause = call.cause;
        // the clock as it was when the answer came, whatever callbacks have run since
        self.accumulator.reenqueue(key, call.clock, fx.now, self.transactions.is_some());
        self.remove_from_in_flight(key);
        let batch = &self.accumulator.batches[key];
        fx.trace.retries.push(facts::Retry {
            at: fx.now,
            batch: batch.id,
            attempts: batch.attempts,
            error,
            cause,
        });
    }

    fn split(&mut self, key: BatchKey, cause: Cause, fx: &mut Fx<'_>) {
        if let Some(transactions) = &mut self.transactions {
            transactions.remove_in_flight(key, &self.accumulator.batches);
        }
        let id = self.accumulator.batches[key].id;
        let (_, pieces) = self.accumulator.split_and_reenqueue(
            key,
            fx.now,
            &mut self.transactions,
            cause,
            fx.trace,
        );
        self.results_split(id, &pieces);
        self.remove_from_in_flight(key);
        self.accumulator.complete(key);
        self.accumulator.deallocate(key);
        // its slot may be used again: the pieces have taken over
        self.accumulator.batches[key].final_state = Some(FinalState::Failed);
    }

    fn remove_from_in_flight(&mut self, key: BatchKey) {
        let partition = self.accumulator.batches[key].partition;
        self.in_flight.remove(partition, key);
    }

    fn callbacks_of(
        &self,
        key: BatchKey,
        failure: u32,
        blamed: Vec<u32>,
        cause: Cause,
    ) -> BatchCallbacks {
        BatchCallbacks { key, next: 0, group: None, failure, blamed, cause }
    }

    fn note_finish(
        &mut self,
        key: BatchKey,
        offset: Offset,
        failure: u32,
        late: bool,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Cause {
        let batch = self.accumulator.batches[key].id;
        let held = self.accumulator.batches[key].in_flight;
        let fact = facts::Finish { at: fx.now, batch, offset, failure, late, held, cause };
        let row = fx.trace.finishes.push(fact);
        let finish = FactId::new(Kind::Finish, row).into();
        self.last_finish = Some(finish);
        finish
    }

    /// `Sender.completeBatch` for success, and `ProducerBatch.complete`.
    fn succeed(
        &mut self,
        key: BatchKey,
        offset: Offset,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> (AfterCallbacks, Option<BatchCallbacks>) {
        if let Some(transactions) = &mut self.transactions {
            transactions.handle_completed(key, &self.accumulator.batches);
        }
        let batch = &mut self.accumulator.batches[key];
        if batch.is_done() {
            self.note_finish(key, Offset::NONE, NONE, true, cause, fx);
            self.accumulator.deallocate(key);
            return (AfterCallbacks::Nothing, None);
        }
        batch.final_state = Some(FinalState::Succeeded);
        batch.offset = offset;
        let finish = self.note_finish(key, offset, NONE, false, cause, fx);
        let callbacks = self.callbacks_of(key, NONE, Vec::new(), finish);
        (AfterCallbacks::Completed, Some(callbacks))
    }

    /// `Sender.failBatch` up to the callbacks; `None` for a batch that has its result already.
    pub(super) fn begin_failure(
        &mut self,
        key: BatchKey,
        failure: Failure,
        cause: Cause,
        blamed: Vec<u32>,
        fx: &mut Fx<'_>,
    ) -> Option<BatchCallbacks> {
        let position = fx.trace.failure(failure);
        let batch = &mut self.accumulator.batches[key];
        if batch.is_done() {
            self.note_finish(key, Offset::NONE, position, true, cause, fx);
            return None;
        }
        batch.final_state = Some(FinalState::Failed);
        batch.failure = Some(failure);
        let finish = self.note_finish(key, Offset::NONE, position, false, cause, fx);
        Some(self.callbacks_of(key, position, blamed, finish))
    }

    /// `Sender.failBatch` behind the callbacks, but for the buffer.
    pub(super) fn after_failure(&mut self, key: BatchKey, adjust_sequences: bool, _: &mut Fx<'_>) {
        let failure = self.accumulator.batches[key].failure;
        if let (Some(transactions), Some(failure)) = (&mut self.transactions, failure) {
            let batches = &self.accumulator.batches;
            transactions.handle_failed(key, failure, adjust_sequences, batches);
        }
        self.remove_from_in_flight(key);
        self.accumulator.complete(key);
    }

    /// `ProducerBatch.abort`.
    pub(super) fn begin_abort(
        &mut self,
        key: BatchKey,
        failure: Failure,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> BatchCallbacks {
        let position = fx.trace.failure(failure);
        let batch = &mut self.accumulator.batches[key];
        super::accumulator::RecordAccumulator::record_close(
            batch,
            CloseReason::AtDrain,
            fx.now,
            fx.trace,
        );
        batch.close_for_record_appends(fx.now);
        batch.final_state = Some(FinalState::Aborted);
        let finish = self.note_finish(key, Offset::NONE, position, false, cause, fx);
        self.callbacks_of(key, position, Vec::new(), finish)
    }
}
