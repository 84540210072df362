//! A produce request at its broker: the checks in Kafka's order, the append, the wait for replicas, the
//! answer. Source: `KafkaApis.handleProduceRequest`, `ReplicaManager.appendRecords`, `DelayedProduce`.

use super::log::LogBatch;
use super::node::Node;
use super::{Fx, NodeEvent};
use crate::scenario::{Action, FaultKind, Message, Step};
use crate::wire::{self, ProduceAnswer, ResponseBody};
use alloc::vec::Vec;
use trace::{AppendResult, Cause, ErrorCode, FactId, Kind, Timer, facts};
use units::{Bytes, ConnectionId, Micros, Millis, Offset, RecordId, RequestId, TopicPartition};

/// A request with `acks=all` that waits for replicas.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    request: RequestId,
    connection: ConnectionId,
    answers: Vec<ProduceAnswer>,
    /// What is not decided yet: partitions, and how far their high watermark has to go.
    needs: Vec<(usize, Offset)>,
    /// Of a scripted fault.
    delay: Micros,
    /// A fault that concerns the answer on its way.
    lost: Option<u16>,
}

/// What is known of a produce request as it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Work {
    /// Its place in the order of reading.
    pub(crate) number: u32,
    /// The row of that.
    pub(crate) read: u32,
    /// A scripted answer.
    pub(crate) fault: Option<u16>,
}

/// What an append came to.
enum Appended {
    New(Offset),
    Duplicate(Offset),
    Refused(ErrorCode),
}

impl Node {
    /// The append and what follows; the time that it takes has passed since the request was read.
    pub(super) fn append(
        &mut self,
        connection: ConnectionId,
        request: &wire::Request,
        work: Work,
        fx: &mut Fx<'_>,
    ) {
        let Work { fault, read, number } = work;
        let wire::RequestBody::Produce(produce) = &request.body else { return };
        let cause: Cause = FactId::new(Kind::Read, read).into();
        let what = fault.and_then(|position| fx.take_place(position, cause));
        let (hangs_up, silent) = (
            matches!(what, Some(FaultKind::Hangup { .. })),
            matches!(what, Some(FaultKind::Silent { .. })),
        );
        let lost = matches!(
            what,
            Some(FaultKind::Hangup { appended: false } | FaultKind::Silent { appended: false })
        );
        if lost {
            return self.finish(connection, hangs_up, silent, fx);
        }
        let concerned = fx.fault_of_message(Message::Answer, request, number);
        let acks = produce.acks;
        let answers: Vec<ProduceAnswer> = produce
            .batches
            .iter()
            .map(|batch| self.append_batch(batch, acks, what, read, fx))
            .collect();
        let last = fx.trace.appends.len().saturating_sub(1);
        self.release_fetches(FactId::new(Kind::Append, last).into(), fx);
        if hangs_up || silent {
            return self.finish(connection, hangs_up, silent, fx);
        }
        let delay = match what {
            Some(FaultKind::Delay(delay) | FaultKind::Answer { delay, .. }) => *delay,
            _ => Micros(0),
        };
        if acks == 0 {
            let failed = answers.iter().any(|answer| answer.error != ErrorCode::None);
            return self.leave(connection, None, failed, delay, None, fx);
        }
        let needs = if acks == -1 { Self::needs(produce, &answers, fx) } else { Vec::new() };
        let (request, timeout) = (request.id, Millis(produce.timeout_ms));
        let mut waiting = Waiting { request, connection, answers, needs, delay, lost: concerned };
        self.decide(&mut waiting, None, fx);
        if waiting.needs.is_empty() {
            return self.decided(waiting, cause, fx);
        }
        self.waiting.push(waiting);
        self.wake(timeout.into(), NodeEvent::ProduceTimeout(request), fx);
    }

    /// The batches that were appended or are there already; a scripted error is no reason to wait.
    fn needs(
        produce: &wire::Produce,
        answers: &[ProduceAnswer],
        fx: &Fx<'_>,
    ) -> Vec<(usize, Offset)> {
        let pairs = produce.batches.iter().zip(answers);
        let appended = pairs.filter(|(_, answer)| answer.error == ErrorCode::None);
        let need = |(batch, answer): (&wire::Batch, &ProduceAnswer)| {
            Some((fx.layout.position(batch.partition)?, answer.base_offset + batch.records))
        };
        appended.filter_map(need).collect()
    }

    // --------------------------------------------------------------------- the wait

    /// Takes off what is decided: a partition that this broker leads no more, or whose high watermark
    /// has passed the batch. `only`: the partition that has changed.
    /// Source: `DelayedProduce.tryComplete`, `Partition.checkEnoughReplicasReachOffset`.
    fn decide(&self, waiting: &mut Waiting, only: Option<usize>, fx: &Fx<'_>) {
        let Waiting { needs, answers, .. } = waiting;
        needs.retain(|(position, offset)| {
            if only.is_some_and(|only| only != *position) {
                return true;
            }
            let info = &fx.layout.partitions[*position];
            let replica = self.replica(*position);
            let leading = replica.and_then(|replica| Some((replica, replica.leading()?)));
            let error = match leading {
                None => ErrorCode::NotLeaderOrFollower,
                Some((replica, _)) if replica.high_watermark < *offset => return true,
                Some((_, leading)) if leading.maximal_isr().len() < info.min_isr => {
                    ErrorCode::NotEnoughReplicasAfterAppend
                }
                Some(_) => ErrorCode::None,
            };
            if error != ErrorCode::None {
                let current = self.current_leader(*position);
                fail(answers, info.id, error, current);
            }
            false
        });
    }

    /// The high watermark of a partition has moved: answers whom that satisfies.
    pub(super) fn check_waiting(&mut self, position: usize, cause: Cause, fx: &mut Fx<'_>) {
        let mut number = 0;
        while number < self.waiting.len() {
            if self.waiting[number].needs.iter().all(|(needed, _)| *needed != position) {
                number += 1;
                continue;
            }
            let mut waiting = self.waiting.remove(number);
            self.decide(&mut waiting, Some(position), fx);
            if waiting.needs.is_empty() {
                self.decided(waiting, cause, fx);
            } else {
                self.waiting.insert(number, waiting);
                number += 1;
            }
        }
    }

    /// Whoever waits for a partition that it leads no more is told; the records may well survive.
    pub(super) fn leads_no_more(&mut self, position: usize, cause: Cause, fx: &mut Fx<'_>) {
        self.check_waiting(position, cause, fx);
    }

    /// The request has waited for as long as it may. Source: `DelayedProduce.onExpiration`.
    pub(super) fn produce_timeout(&mut self, request: RequestId, fx: &mut Fx<'_>) {
        let known = self.waiting.iter().position(|waiting| waiting.request == request);
        let Some(number) = known else { return };
        let mut waiting = self.waiting.remove(number);
        for (position, _) in core::mem::take(&mut waiting.needs) {
            let partition = fx.layout.partitions[position].id;
            fail(&mut waiting.answers, partition, ErrorCode::RequestTimedOut, None);
        }
        self.decided(waiting, Timer::ProduceTimeout.into(), fx);
    }

    fn decided(&mut self, waiting: Waiting, cause: Cause, fx: &mut Fx<'_>) {
        let Waiting { request, connection, answers, delay, lost, .. } = waiting;
        let response = wire::Response { request, body: ResponseBody::Produce(answers), cause };
        self.leave(connection, Some(response), false, delay, lost, fx);
    }

    // --------------------------------------------------------------------- the answer

    fn leave(
        &mut self,
        connection: ConnectionId,
        response: Option<wire::Response>,
        hang_up: bool,
        delay: Micros,
        lost: Option<u16>,
        fx: &mut Fx<'_>,
    ) {
        if delay > Micros(0) {
            return self.wake(delay, NodeEvent::Leave { connection, response, hang_up }, fx);
        }
        let mut after = Micros(0);
        if let (Some(fault), Some(response)) = (lost, &response) {
            match fx.take_place(fault, response.cause) {
                Some(FaultKind::Lose { reset: true, .. }) => {
                    self.answer_lost(connection, response, fx);
                    return self.finish(connection, true, false, fx);
                }
                Some(FaultKind::Lose { reset: false, .. }) => self.lose_answers(connection),
                Some(FaultKind::Late { by, .. }) => after = *by,
                _ => {}
            }
        }
        if let Some(response) = response {
            let wire::Response { request, body, cause } = response;
            self.answer(connection, request, body, cause, after, fx);
        }
        self.finish(connection, hang_up, false, fx);
    }

    /// The answer leaves and meets a reset.
    fn answer_lost(&self, _: ConnectionId, response: &wire::Response, fx: &mut Fx<'_>) {
        let (broker, request, cause) = (self.id, response.request, response.cause);
        fx.trace.answers.push(facts::Answer { at: fx.now, broker, request, cause });
    }

    /// A delayed answer is ready.
    pub(super) fn leave_now(
        &mut self,
        connection: ConnectionId,
        response: Option<wire::Response>,
        hang_up: bool,
        fx: &mut Fx<'_>,
    ) {
        if let Some(response) = response {
            let (request, cause) = (response.request, Timer::Work.into());
            self.answer(connection, request, response.body, cause, Micros(0), fx);
        }
        self.finish(connection, hang_up, false, fx);
    }

    // --------------------------------------------------------------------- the append

    fn append_batch(
        &mut self,
        batch: &wire::Batch,
        acks: i16,
        what: Option<&FaultKind>,
        read: u32,
        fx: &mut Fx<'_>,
    ) -> ProduceAnswer {
        let partition = batch.partition;
        let position = fx.layout.position(partition);
        let replica = position.and_then(|position| self.replica(position));
        let leader_epoch = replica.map_or(units::Epoch::NONE, |replica| replica.leader_epoch);
        let mut answer = ProduceAnswer {
            partition,
            error: ErrorCode::None,
            base_offset: Offset::NONE,
            log_start_offset: Offset::NONE,
            current_leader: None,
            record_errors: Vec::new(),
        };
        let scripted = match what {
            Some(FaultKind::Answer { error, appended, partitions, .. })
                if partitions.is_empty() || partitions.contains(&partition) =>
            {
                Some((*error, *appended))
            }
            _ => None,
        };
        let leads = replica.is_some_and(|replica| replica.leading().is_some());
        let untimely = untimely(batch, fx);
        let (result, offset) = if let Some((error, false)) = scripted.filter(|_| leads) {
            (AppendResult::Refused { error }, Offset::NONE)
        } else {
            let timely = untimely.is_empty();
            match (self.append_to_log(position, batch, acks, timely, fx), scripted) {
                (Appended::Refused(refusal), scripted) => {
                    let error = scripted.filter(|_| leads).map_or(refusal, |(error, _)| error);
                    (AppendResult::Refused { error }, Offset::NONE)
                }
                (Appended::New(offset) | Appended::Duplicate(offset), Some((error, _))) => {
                    (AppendResult::AppendedWithError { error }, offset)
                }
                (Appended::New(offset), None) => (AppendResult::Appended, offset),
                (Appended::Duplicate(offset), None) => (AppendResult::Duplicate, offset),
            }
        };
        match result {
            AppendResult::Refused { error } | AppendResult::AppendedWithError { error } => {
                answer.error = error;
                if error == ErrorCode::InvalidTimestamp {
                    answer.record_errors = untimely;
                }
            }
            AppendResult::Appended | AppendResult::Duplicate => {
                answer.base_offset = offset;
                answer.log_start_offset = Offset(0);
            }
        }
        if let Some(position) = position.filter(|_| !leads) {
            answer.current_leader = self.current_leader(position);
        }
        let row = fx.trace.appends.push(facts::Append {
            at: fx.now,
            broker: self.id,
            read,
            batch: batch.batch,
            offset,
            leader_epoch,
            result,
        });
        let cause = FactId::new(Kind::Append, row).into();
        if let Some(position) = position.filter(|_| leads) {
            self.advance_high_watermark(position, cause, fx);
        }
        if offset != Offset::NONE && !fx.copied_faults.is_empty() {
            self.arrived_in_log(&stored(batch, offset, leader_epoch), cause, fx);
        }
        answer
    }

    /// The checks of a leader in their order: each may end it.
    /// Source: `ReplicaManager.appendToLocalLog`, `Partition.appendRecordsToLeader`, `UnifiedLog.append`.
    fn append_to_log(
        &mut self,
        position: Option<usize>,
        batch: &wire::Batch,
        acks: i16,
        timely: bool,
        fx: &mut Fx<'_>,
    ) -> Appended {
        let Some(position) = position else {
            return Appended::Refused(ErrorCode::UnknownTopicOrPartition);
        };
        let check_sequences = fx.scenario.cluster.check_sequences;
        let replication = fx.scenario.cluster.replication.as_ref();
        let writeback = super::writeback(fx.settings);
        let min_isr = fx.layout.partitions[position].min_isr;
        let Some(replica) = self.replica_mut(position) else {
            return Appended::Refused(ErrorCode::NotLeaderOrFollower);
        };
        let Some(leading) = replica.leading() else {
            return Appended::Refused(ErrorCode::NotLeaderOrFollower);
        };
        // before anything is known of the batch, so that a repeated one is refused too
        if acks == -1 && leading.isr.len() < min_isr {
            return Appended::Refused(ErrorCode::NotEnoughReplicas);
        }
        if let Some(settings) = replication {
            if batch.bytes > settings.message_max_bytes {
                return Appended::Refused(ErrorCode::MessageTooLarge);
            }
            if !timely {
                return Appended::Refused(ErrorCode::InvalidTimestamp);
            }
            if batch.bytes > settings.segment_bytes {
                return Appended::Refused(ErrorCode::RecordListTooLarge);
            }
        }
        let offset = replica.log.log_end();
        let stored = stored(batch, offset, replica.leader_epoch);
        if batch.producer_id >= 0 {
            if let Some(offset) = replica.log.producers().duplicate(&stored) {
                return Appended::Duplicate(offset);
            }
            let error = replica.log.producers().sequence_error(&stored);
            if check_sequences && error != ErrorCode::None {
                return Appended::Refused(error);
            }
        }
        let number = fx.batches.len() as u32;
        replica.log.append(number, &stored);
        if let Some(settings) = replication {
            if settings.log_append_time {
                let timestamp = fx.now.clock();
                fx.trace.stamps.push(facts::Stamp { batch: batch.batch, timestamp });
            }
            fx.batches.push(stored);
            replica.log.wrote(fx.now, writeback, settings.log_flush_interval_messages);
        }
        Appended::New(offset)
    }

    /// Whom a refused client should ask, as far as this broker knows (KIP-951).
    fn current_leader(&self, position: usize) -> Option<(units::BrokerId, units::Epoch)> {
        let state = &self.image.partitions[position];
        Some((state.leader?, state.leader_epoch))
    }
}

/// Positions of the batch's records whose timestamps are too old or too far ahead; a batch with one is
/// refused as a whole. Source: `LogValidator.validateTimestamp`, `recordHasInvalidTimestamp`.
fn untimely(batch: &wire::Batch, fx: &Fx<'_>) -> Vec<u32> {
    let Some(settings) = &fx.scenario.cluster.replication else { return Vec::new() };
    if settings.log_append_time {
        return Vec::new();
    }
    let (before, after) =
        (settings.message_timestamp_before_max, settings.message_timestamp_after_max);
    let chosen = |step: &Step| {
        matches!(&step.action, Action::Send(sends) if sends.timestamp_ms.is_some()
            || sends.callback.as_ref().is_some_and(|script| script.send.is_some()))
    };
    // the time of the call is never ahead of the broker's clock
    if before == Millis::MAX && !fx.scenario.application.iter().any(chosen) {
        return Vec::new();
    }
    let now = fx.now.clock();
    let bad = |record: RecordId| {
        let timestamp = fx.trace.sends.timestamp().get(record.0);
        let age = now - timestamp;
        age > before || Millis(age.0.saturating_neg()) > after
    };
    let records = (0..).zip(fx.trace.records_of(batch.batch));
    records.filter(|(_, record)| bad(*record)).map(|(position, _)| position).collect()
}

fn stored(batch: &wire::Batch, base: Offset, leader_epoch: units::Epoch) -> LogBatch {
    LogBatch {
        base,
        records: batch.records,
        bytes: Bytes(batch.bytes.0),
        leader_epoch,
        batch: batch.batch,
        first: batch.first,
        producer_id: batch.producer_id,
        producer_epoch: batch.producer_epoch,
        base_sequence: batch.base_sequence,
    }
}

/// The result of one partition is an error after all.
fn fail(
    answers: &mut [ProduceAnswer],
    partition: TopicPartition,
    error: ErrorCode,
    current_leader: Option<(units::BrokerId, units::Epoch)>,
) {
    for answer in answers.iter_mut().filter(|answer| answer.partition == partition) {
        answer.error = error;
        answer.base_offset = Offset::NONE;
        answer.log_start_offset = Offset::NONE;
        answer.current_leader = current_leader;
    }
}
