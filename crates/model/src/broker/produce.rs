//! A produce request at its broker, from the append to the answer. Source:
//! `ReplicaManager.appendRecords`, `DelayedProduce`, `KafkaApis.handleProduceRequest`.

use super::partition::Appended;
use super::{Brokers, ClusterEvent, Fx};
use crate::cluster::ClusterOutput;
use crate::scenario::FaultKind;
use crate::wire::{self, ProduceAnswer, ResponseBody};
use alloc::vec::Vec;
use trace::{AppendResult, Cause, ErrorCode, FactId, Kind, Timer, facts};
use units::{BrokerId, ConnectionId, Micros, Offset, RequestId, TopicPartition};

/// A request with `acks=all` that waits for replicas.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    request: RequestId,
    connection: ConnectionId,
    broker: BrokerId,
    answers: Vec<ProduceAnswer>,
    /// What each partition waits for: its high watermark at this offset.
    needs: Vec<(TopicPartition, Offset)>,
    delay: Micros,
}

impl Brokers {
    /// The append and what follows; the time that it takes has passed since the request was read.
    pub(super) fn append(
        &mut self,
        connection: ConnectionId,
        broker: BrokerId,
        request: &wire::Request,
        fault: Option<u16>,
        read: u32,
        fx: &mut Fx<'_>,
    ) {
        let wire::RequestBody::Produce(produce) = &request.body else { return };
        let what = fault.map(|position| &fx.scenario.faults[usize::from(position)].what);
        if let Some(position) = fault {
            let cause: Cause = FactId::new(Kind::Read, read).into();
            fx.trace.faults.push(facts::Fault { at: fx.now, fault: position, cause });
        }
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
        let answers: Vec<ProduceAnswer> = produce
            .batches
            .iter()
            .map(|batch| self.append_batch(broker, batch, what, read, fx))
            .collect();
        self.wake_fetches(broker, fx);
        if hangs_up || silent {
            return self.finish(connection, hangs_up, silent, fx);
        }
        let delay = match what {
            Some(FaultKind::Delay(delay) | FaultKind::Answer { delay, .. }) => *delay,
            _ => Micros(0),
        };
        if produce.acks == 0 {
            let failed = answers.iter().any(|answer| answer.error != ErrorCode::None);
            return self.leave(connection, broker, None, failed, delay, fx);
        }
        let needs = self.needs(produce, &answers);
        let waiting = Waiting { request: request.id, connection, broker, answers, needs, delay };
        if produce.acks == -1 && !self.is_satisfied(&waiting) {
            let at = fx.now.after(units::Millis(produce.timeout_ms));
            let event = ClusterEvent::ProduceTimeout(request.id);
            fx.out.push(ClusterOutput::WakeAt { at, event });
            self.waiting.push(waiting);
            return;
        }
        let cause = FactId::new(Kind::Read, read).into();
        self.decided(waiting, cause, fx);
    }

    fn needs(
        &self,
        produce: &wire::Produce,
        answers: &[ProduceAnswer],
    ) -> Vec<(TopicPartition, Offset)> {
        let pairs = produce.batches.iter().zip(answers);
        pairs
            .filter(|(_, answer)| answer.error == ErrorCode::None)
            .map(|(batch, answer)| (batch.partition, answer.base_offset + batch.records))
            .collect()
    }

    fn is_satisfied(&self, waiting: &Waiting) -> bool {
        waiting.needs.iter().all(|(partition, offset)| {
            let state = &self.partitions[partition.topic.index()][partition.partition.index()];
            state.high_watermark() >= *offset
        })
    }

    /// The high watermark has moved: answers whom that satisfies.
    pub(super) fn check_waiting(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        let (ready, waiting) = core::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|waiting| self.is_satisfied(waiting));
        self.waiting = waiting;
        let ready: Vec<Waiting> = ready;
        for waiting in ready {
            self.decided(waiting, cause, fx);
        }
    }

    /// The request has waited for as long as it may. Source: `DelayedProduce.onExpiration`.
    pub(super) fn produce_timeout(&mut self, request: RequestId, fx: &mut Fx<'_>) {
        let known = self.waiting.iter().position(|waiting| waiting.request == request);
        let Some(position) = known else { return };
        let mut waiting = self.waiting.remove(position);
        for (partition, offset) in &waiting.needs {
            let state = &self.partitions[partition.topic.index()][partition.partition.index()];
            if state.high_watermark() >= *offset {
                continue;
            }
            for answer in waiting.answers.iter_mut().filter(|a| a.partition == *partition) {
                answer.error = ErrorCode::RequestTimedOut;
                answer.base_offset = Offset::NONE;
            }
        }
        self.decided(waiting, Timer::ProduceTimeout.into(), fx);
    }

    fn decided(&mut self, waiting: Waiting, cause: Cause, fx: &mut Fx<'_>) {
        let Waiting { request, connection, broker, answers, delay, .. } = waiting;
        let response = wire::Response { request, body: ResponseBody::Produce(answers), cause };
        self.leave(connection, broker, Some(response), false, delay, fx);
    }

    fn leave(
        &mut self,
        connection: ConnectionId,
        broker: BrokerId,
        response: Option<wire::Response>,
        hang_up: bool,
        delay: Micros,
        fx: &mut Fx<'_>,
    ) {
        if delay > Micros(0) {
            let at = fx.now + delay;
            let event = ClusterEvent::Leave { connection, broker, response, hang_up };
            fx.out.push(ClusterOutput::WakeAt { at, event });
            return;
        }
        if let Some(response) = response {
            let wire::Response { request, body, cause } = response;
            self.answer(connection, broker, request, body, cause, fx);
        }
        self.finish(connection, hang_up, false, fx);
    }

    fn append_batch(
        &mut self,
        broker: BrokerId,
        batch: &wire::Batch,
        what: Option<&FaultKind>,
        read: u32,
        fx: &mut Fx<'_>,
    ) -> ProduceAnswer {
        let check_sequences = fx.scenario.cluster.check_sequences;
        let partition = batch.partition;
        let state = self.partition_mut(partition);
        let leader_epoch = state.epoch();
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
        let (result, offset) = if state.leader() != broker {
            answer.current_leader = Some((state.leader(), state.epoch()));
            (AppendResult::Refused { error: ErrorCode::NotLeaderOrFollower }, Offset::NONE)
        } else if let Some((error, false)) = scripted {
            (AppendResult::Refused { error }, Offset::NONE)
        } else {
            match (state.append(batch, check_sequences), scripted) {
                (Appended::Refused(refusal), scripted) => {
                    let error = scripted.map_or(refusal, |(error, _)| error);
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
            }
            AppendResult::Appended | AppendResult::Duplicate => {
                answer.base_offset = offset;
                answer.log_start_offset = Offset(0);
            }
        }
        let row = fx.trace.appends.push(facts::Append {
            at: fx.now,
            broker,
            read,
            batch: batch.batch,
            offset,
            leader_epoch,
            result,
        });
        self.advance_high_watermark(partition, FactId::new(Kind::Append, row).into(), fx);
        answer
    }

    /// Moves the leader's high watermark if it may, and says so.
    pub(super) fn advance_high_watermark(
        &mut self,
        partition: TopicPartition,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Option<Cause> {
        let state = self.partition_mut(partition);
        let broker = state.leader();
        let offset = state.maybe_increment_high_watermark()?;
        let fact = facts::HighWatermark { at: fx.now, broker, partition, offset, cause };
        let row = fx.trace.high_watermarks.push(fact);
        Some(FactId::new(Kind::HighWatermark, row).into())
    }
}
