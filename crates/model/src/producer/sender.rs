//! The I/O thread's loop. Source: `Sender`, `NetworkClientUtils.awaitReady`.

use super::accumulator::BatchKey;
use super::drain::{DrainContext, Drained};
use super::java_hash;
use super::metadata::NodeId;
use super::network_client::NetworkClient;
use super::sizes;
use super::thread::{Flow, Frame, PollStage, SenderStage, Wait};
use super::transaction_manager::PendingInit;
use super::{Fx, POLLS_AT_ONE_INSTANT_MAX, Producer};
use crate::config::Acks;
use crate::wire;
use alloc::{collections::VecDeque, vec::Vec};
use litemap::LiteMap;
use trace::{Cause, Condition, Failure, IdReason, RequestKind, Timer, facts};
use units::{Bytes, ClockMs, Millis, SimTime};

impl Producer {
    /// `Sender.run`, from one pass to the next.
    pub(super) fn step_sender(&mut self, stage: SenderStage, fx: &mut Fx<'_>) -> Flow {
        let sender = Frame::Sender;
        match stage {
            SenderStage::Top => {
                let drains = !self.force_close
                    && (self.accumulator.has_undrained() || self.client.in_flight_count() > 0);
                if self.running || drains {
                    return Flow::Again(sender(SenderStage::Pass));
                }
                if self.force_close {
                    return self.abort_incomplete(0, fx);
                }
                self.end_io(fx)
            }
            SenderStage::Pass => self.run_once(fx),
            SenderStage::AbortedFatally => {
                self.in_flight.clear();
                self.poll(SenderStage::Top, self.config.retry_backoff(), fx.now.clock())
            }
            SenderStage::NodePolled { node, started, is_retry } => {
                self.node_polled(node, started, is_retry, fx)
            }
            SenderStage::AwaitNode { node, started, is_retry } => {
                self.await_node(node, started, is_retry, fx)
            }
            SenderStage::SendId { node } => self.send_id(node, fx),
            SenderStage::RetryId => {
                self.metadata.request_update();
                if let Some(transactions) = &mut self.transactions {
                    transactions.pending = Some(PendingInit { is_retry: true });
                }
                Flow::Again(sender(SenderStage::Top))
            }
            SenderStage::Send { drained, clock, timeout } => {
                self.send_drained(drained, clock, timeout, fx)
            }
            SenderStage::Abort { round } => self.abort_incomplete(round, fx),
            SenderStage::Ended => {
                Flow::Wait(sender(SenderStage::Ended), Wait::Deadline, SimTime::NEVER)
            }
        }
    }

    fn poll(&self, then: SenderStage, timeout: Millis, clock: ClockMs) -> Flow {
        Flow::Call(Frame::Sender(then), Frame::Poll(PollStage::Called { timeout, clock }))
    }

    fn end_io(&mut self, fx: &mut Fx<'_>) -> Flow {
        let clock = fx.now.clock();
        let (client, metadata, mut io) = self.io(clock, fx);
        client.close(&mut io);
        metadata.close();
        self.io_ended = true;
        Flow::Wait(Frame::Sender(SenderStage::Ended), Wait::Deadline, SimTime::NEVER)
    }

    /// A forced close gives up every incomplete batch; twice, as callbacks may have sent.
    /// Source: `RecordAccumulator.abortIncompleteBatches`.
    fn abort_incomplete(&mut self, round: u8, fx: &mut Fx<'_>) -> Flow {
        if round == 2 {
            return self.end_io(fx);
        }
        let batches: VecDeque<BatchKey> = self.accumulator.incomplete.clone();
        let (failure, cause) = (Failure::ForcedClose, self.close_cause);
        let abort = Frame::Abort { batches, failure, cause, current: None };
        Flow::Call(Frame::Sender(SenderStage::Abort { round: round + 1 }), abort)
    }

    // --------------------------------------------------------------------- one pass

    /// `Sender.runOnce`.
    fn run_once(&mut self, fx: &mut Fx<'_>) -> Flow {
        let now = fx.now.clock();
        if let Some(transactions) = &mut self.transactions {
            transactions.maybe_resolve_sequences();
            if transactions.has_fatal_error() {
                let failure = transactions.last_error.unwrap_or(Failure::ForcedClose);
                let batches: VecDeque<BatchKey> = self.accumulator.incomplete.clone();
                if batches.is_empty() {
                    return self.poll(SenderStage::Top, self.config.retry_backoff(), now);
                }
                let cause = self.last_finish.unwrap_or_default();
                let abort = Frame::Abort { batches, failure, cause, current: None };
                return Flow::Call(Frame::Sender(SenderStage::AbortedFatally), abort);
            }
            if transactions.maybe_bump_epoch(&mut self.accumulator.batches) {
                let producer = transactions.producer();
                fx.trace.producer_ids.push(facts::ProducerId {
                    at: fx.now,
                    id: producer.id,
                    epoch: producer.epoch,
                    why: if producer.is_valid() {
                        IdReason::EpochBump
                    } else {
                        IdReason::EpochsUsedUp
                    },
                    cause: self.last_finish.unwrap_or_default(),
                });
            }
            transactions.maybe_ask_for_id();
            if transactions.in_flight_request {
                return self.poll(SenderStage::Top, self.config.retry_backoff(), now);
            }
            if let Some(pending) = transactions.pending.take() {
                return self.ask_for_id(pending, fx);
            }
        }
        self.send_producer_data(fx)
    }

    // --------------------------------------------------------------------- the producer id

    /// Source: `Sender.maybeSendAndPollTransactionalRequest`.
    fn ask_for_id(&mut self, pending: PendingInit, fx: &mut Fx<'_>) -> Flow {
        let now = fx.now.clock();
        let (client, metadata, io) = self.io(now, fx);
        let (node, _) = client.least_loaded_node(metadata, &io);
        let Some(node) = node else {
            if let Some(transactions) = &mut self.transactions {
                transactions.pending = Some(PendingInit { is_retry: true });
            }
            return self.poll(SenderStage::Top, self.config.retry_backoff(), now);
        };
        let polled = SenderStage::NodePolled { node, started: now, is_retry: pending.is_retry };
        self.poll(polled, Millis::ZERO, now)
    }

    /// The node has been given a poll to become ready. Source: `NetworkClientUtils.isReady`.
    fn node_polled(
        &mut self,
        node: NodeId,
        started: ClockMs,
        is_retry: bool,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let (client, metadata, mut io) = self.io(started, fx);
        if client.is_ready(node, metadata, &io) || client.ready(node, metadata, &mut io) {
            return self.id_node_ready(node, is_retry, fx);
        }
        Flow::Again(Frame::Sender(SenderStage::AwaitNode { node, started, is_retry }))
    }

    /// Source: `NetworkClientUtils.awaitReady`.
    fn await_node(
        &mut self,
        node: NodeId,
        started: ClockMs,
        is_retry: bool,
        fx: &mut Fx<'_>,
    ) -> Flow {
        let now = fx.now.clock();
        let limit = self.config.request_timeout();
        let (client, metadata, io) = self.io(now, fx);
        let ready = client.is_ready(node, metadata, &io);
        if ready {
            return self.id_node_ready(node, is_retry, fx);
        }
        let waited = now - started;
        if waited >= limit || self.client.states.is_disconnected(node) {
            let until = fx.now.after(self.config.retry_backoff());
            return Flow::Wait(Frame::Sender(SenderStage::RetryId), Wait::Deadline, until);
        }
        let left = limit - waited;
        let delay = self.client.states.poll_delay(node, started);
        let timeout = if delay > Millis::ZERO && left > delay { delay } else { left };
        self.poll(SenderStage::AwaitNode { node, started, is_retry }, timeout, now)
    }

    fn id_node_ready(&mut self, node: NodeId, is_retry: bool, fx: &mut Fx<'_>) -> Flow {
        let send = SenderStage::SendId { node };
        if is_retry {
            let until = fx.now.after(self.config.retry_backoff());
            return Flow::Wait(Frame::Sender(send), Wait::Deadline, until);
        }
        Flow::Again(Frame::Sender(send))
    }

    fn send_id(&mut self, node: NodeId, fx: &mut Fx<'_>) -> Flow {
        let now = fx.now.clock();
        let (client, _, mut io) = self.io(now, fx);
        let cause = client.last_connection(node).unwrap_or_else(|| Timer::Start.into());
        client.send_own(node, wire::RequestBody::InitProducerId, cause, &mut io);
        if let Some(transactions) = &mut self.transactions {
            transactions.in_flight_request = true;
        }
        self.poll(SenderStage::Top, self.config.retry_backoff(), now)
    }

    // --------------------------------------------------------------------- produce

    /// `Sender.sendProducerData`, up to the expiry of batches.
    fn send_producer_data(&mut self, fx: &mut Fx<'_>) -> Flow {
        let clock = fx.now.clock();
        let mut check = self.accumulator.ready(fx.now, &self.metadata, self.draws);
        if !check.unknown_leader_topics.is_empty() {
            for topic in &check.unknown_leader_topics {
                self.metadata.add(*topic, clock);
            }
            self.metadata.request_update();
        }
        let mut not_ready = Millis::MAX;
        let nodes = core::mem::take(&mut check.nodes);
        for (node, head) in nodes {
            let (client, metadata, mut io) = self.io(clock, fx);
            let ready = client.ready(node, metadata, &mut io);
            self.accumulator.update_node_latency_stats(node, clock, ready);
            if ready {
                check.nodes.push((node, head));
            } else {
                let hold = self.why_not_ready(node, fx);
                self.hold_heads(node, hold, fx.now);
                not_ready = not_ready.min(self.client.states.poll_delay(node, clock));
            }
        }
        let drained = self.drain(&check.nodes, fx);
        for (_, batches) in &drained {
            for drained in batches {
                let batch = &mut self.accumulator.batches[drained.key];
                batch.in_flight = true;
                let partition = batch.partition;
                self.in_flight.add(partition, drained.key);
                if self.config.max_in_flight() == 1 {
                    self.accumulator.mute(partition);
                }
            }
        }
        self.accumulator.next_expiry = ClockMs(i64::MAX);
        let in_flight = self.expired_in_flight(clock);
        let queued: VecDeque<BatchKey> = self.accumulator.expired(fx.now, fx.trace).into();
        let expired = !queued.is_empty() || !in_flight.is_empty();
        let timeout = if check.nodes.is_empty() {
            let to_expiry = self.accumulator.next_expiry - clock;
            check.next_check_delay.min(not_ready).min(to_expiry).max(Millis::ZERO)
        } else {
            Millis::ZERO
        };
        let then = SenderStage::Send { drained, clock, timeout };
        if expired {
            let expire = Frame::Expire { queued, in_flight, clock, current: None };
            return Flow::Call(Frame::Sender(then), expire);
        }
        Flow::Again(Frame::Sender(then))
    }

    fn why_not_ready(&mut self, node: NodeId, fx: &mut Fx<'_>) -> Condition {
        let clock = fx.now.clock();
        let (client, metadata, io) = self.io(clock, fx);
        if !client.states.is_ready(node) {
            Condition::NotConnected
        } else if client.is_update_due(metadata, &io) {
            Condition::MetadataDue
        } else {
            Condition::NoSlot
        }
    }

    /// Notes what holds back the batches at the heads of a node's queues that could leave.
    fn hold_heads(&mut self, node: NodeId, hold: Condition, now: SimTime) {
        for partition in self.metadata.led_by(node) {
            let head = self.accumulator.queue(*partition).and_then(|queue| queue.front().copied());
            if let Some(head) = head {
                self.accumulator.batches[head].hold(hold, now);
            }
        }
    }

    /// Drains the nodes; the result in the order of their ids' map.
    /// Source: `RecordAccumulator.drain`.
    fn drain(
        &mut self,
        nodes: &[(NodeId, BatchKey)],
        fx: &mut Fx<'_>,
    ) -> Vec<(NodeId, Vec<Drained>)> {
        let mut drained = Vec::with_capacity(nodes.len());
        let client = &self.client;
        let last_event = |node: NodeId, condition: Condition| match condition {
            Condition::NoSlot | Condition::Muted | Condition::Sequence | Condition::RequestSize => {
                client.last_end(node)
            }
            Condition::NotConnected => client.last_connection(node),
            Condition::MetadataDue | Condition::NoLeader | Condition::NewLeader => {
                client.last_metadata.or_else(|| client.last_end(node))
            }
            _ => None,
        };
        let context = DrainContext {
            now: fx.now,
            metadata: &self.metadata,
            draws: self.draws,
            compression: &fx.scenario.compression,
            request_size_max: self.config.max_request_size().0,
            last_event: &last_event,
        };
        for (node, head) in nodes {
            let batches = self.accumulator.drain_node(
                *node,
                *head,
                &mut self.transactions,
                &context,
                fx.trace,
            );
            if batches.is_empty() {
                self.note_empty_drain(*node, fx);
            }
            drained.push((*node, batches));
        }
        if drained.len() > 1 {
            let capacity = java_hash::capacity(drained.len(), java_hash::DEFAULT_CAPACITY);
            java_hash::sort_by_bucket(&mut drained, capacity, |(node, _)| node.0);
        }
        drained
    }
}

impl Producer {
    fn note_empty_drain(&self, node: NodeId, fx: &mut Fx<'_>) {
        let node = self.client.broker(node);
        let last = fx.trace.empty_drains.len().checked_sub(1);
        let last = last.map(|row| fx.trace.empty_drains.row(row));
        if last.is_some_and(|last| last.at == fx.now && last.node == node) {
            fx.trace.empty_drains.repeated();
            return;
        }
        fx.trace.empty_drains.push(facts::EmptyDrain { at: fx.now, node, passes: 1 });
    }

    /// Source: `Sender.getExpiredInflightBatches`.
    fn expired_in_flight(&mut self, clock: ClockMs) -> VecDeque<BatchKey> {
        let timeout = self.accumulator.delivery_timeout;
        let mut expired = VecDeque::new();
        for partition in self.in_flight.partitions(&self.topic_hashes) {
            let Some(batches) = self.in_flight.get_mut(partition) else { continue };
            while let Some(key) = batches.first().copied() {
                let batch = &self.accumulator.batches[key];
                if !batch.has_reached_delivery_timeout(timeout, clock) {
                    self.accumulator.note_expiry(key);
                    break;
                }
                batches.remove(0);
                expired.push_back(key);
            }
            self.in_flight.forget_if_empty(partition);
        }
        expired
    }

    /// `Sender.sendProduceRequests`, then the poll.
    fn send_drained(
        &mut self,
        drained: Vec<(NodeId, Vec<Drained>)>,
        clock: ClockMs,
        timeout: Millis,
        fx: &mut Fx<'_>,
    ) -> Flow {
        for (node, batches) in drained {
            if !batches.is_empty() {
                self.send_produce_request(node, batches, clock, fx);
            }
        }
        self.poll(SenderStage::Top, timeout, clock)
    }

    /// Source: `Sender.sendProduceRequest`. Batches of one topic stand together, topics in the order in
    /// which they were first seen.
    fn send_produce_request(
        &mut self,
        node: NodeId,
        mut drained: Vec<Drained>,
        clock: ClockMs,
        fx: &mut Fx<'_>,
    ) {
        let keys = drained.iter().map(|drained| drained.key).collect();
        let batches = &mut self.accumulator.batches;
        let mut seen: LiteMap<units::TopicId, usize> = LiteMap::new();
        for drained in &drained {
            let next = seen.len();
            seen.entry(batches[drained.key].partition.topic).or_insert(next);
        }
        if seen.len() > 1 {
            units::sort_by_number(&mut drained, |drained| {
                seen[&batches[drained.key].partition.topic] as i64
            });
        }
        let request = units::RequestId(fx.trace.requests.len());
        let first_drain = fx.trace.drains.len();
        let mut wire_batches = Vec::with_capacity(drained.len());
        let mut sizes: Vec<Vec<Bytes>> = alloc::vec![Vec::new(); seen.len()];
        for drained in &drained {
            let batch = &mut batches[drained.key];
            let bytes = Bytes(i64::from(batch.built().unwrap_or(0)));
            sizes[seen[&batch.partition.topic]].push(bytes);
            let state = batch.producer_state;
            let conditions = fx.trace.conditions.len();
            for (what, since) in &drained.conditions {
                let row = facts::DrainCondition { what: *what, since: *since };
                fx.trace.conditions.push(row);
            }
            fx.trace.drains.push(facts::Drain {
                at: fx.now,
                batch: batch.id,
                request,
                attempts: batch.attempts,
                records: batch.record_count(),
                bytes: bytes.0 as u32,
                uncompressed: batch.uncompressed,
                base_sequence: state.map_or(-1, |state| state.base_sequence),
                epoch: state.map_or(-1, |state| state.epoch),
                conditions,
                condition_count: drained.conditions.len() as u8,
                cause: drained.cause,
            });
            wire_batches.push(wire::Batch {
                partition: batch.partition,
                batch: batch.id,
                attempt: batch.attempts,
                first: batch.first(),
                records: batch.record_count(),
                bytes,
                producer_id: state.map_or(-1, |state| state.id),
                producer_epoch: state.map_or(-1, |state| state.epoch),
                base_sequence: state.map_or(-1, |state| state.base_sequence),
            });
        }
        let client_id = self.config.client_id().len() as u32;
        let bytes = sizes::produce_request(client_id, sizes.iter().map(Vec::as_slice));
        let mut fact = NetworkClient::fact(RequestKind::Produce, bytes, Cause::DERIVED);
        fact.drains = first_drain;
        fact.batches = drained.len() as u16;
        let acks = match self.config.acks() {
            Acks::None => 0,
            Acks::Leader => 1,
            Acks::All => -1,
        };
        let timeout_ms = self.config.request_timeout().0;
        let body =
            wire::RequestBody::Produce(wire::Produce { acks, timeout_ms, batches: wire_batches });
        self.open_produces += 1;
        let (client, _, mut io) = self.io(clock, fx);
        client.send(node, clock, body, keys, fact, &mut io);
    }

    // --------------------------------------------------------------------- expiry and abort

    /// Source: `Sender.failExpiredBatches`: queued batches, then those in flight, which keep their
    /// buffer until their request ends.
    pub(super) fn step_expire(
        &mut self,
        mut queued: VecDeque<BatchKey>,
        mut in_flight: VecDeque<BatchKey>,
        clock: ClockMs,
        current: Option<(BatchKey, bool)>,
        fx: &mut Fx<'_>,
    ) -> Flow {
        if let Some((key, was_queued)) = current {
            self.after_failure(key, false, fx);
            if was_queued {
                self.accumulator.deallocate(key);
            }
            if let Some(transactions) = &mut self.transactions
                && self.accumulator.batches[key].in_retry
            {
                transactions.mark_sequence_unresolved(key, &self.accumulator.batches);
            }
        }
        let (key, is_queued) = match queued.pop_front() {
            Some(key) => (key, true),
            None => match in_flight.pop_front() {
                Some(key) => (key, false),
                None => return Flow::Return(None),
            },
        };
        let batch = &self.accumulator.batches[key];
        let failure = Failure::Expired {
            records: batch.record_count(),
            partition: batch.partition,
            age_ms: (clock - batch.created).0,
        };
        let frame = Frame::Expire { queued, in_flight, clock, current: Some((key, is_queued)) };
        match self.begin_failure(key, failure, Timer::DeliveryTimeout.into(), Vec::new(), fx) {
            Some(callbacks) => Flow::Call(frame, Frame::BatchCallbacks(callbacks)),
            None => Flow::Again(frame),
        }
    }

    /// Source: `RecordAccumulator.abortBatches`.
    pub(super) fn step_abort(
        &mut self,
        mut batches: VecDeque<BatchKey>,
        failure: Failure,
        cause: Cause,
        current: Option<BatchKey>,
        fx: &mut Fx<'_>,
    ) -> Flow {
        if let Some(key) = current {
            self.accumulator.complete(key);
            if !self.accumulator.batches[key].in_flight {
                self.accumulator.deallocate(key);
            }
        }
        loop {
            let Some(key) = batches.pop_front() else { return Flow::Return(None) };
            if self.accumulator.batches[key].is_done() {
                continue;
            }
            let partition = self.accumulator.batches[key].partition;
            self.accumulator.queue_mut(partition).retain(|queued| *queued != key);
            let callbacks = self.begin_abort(key, failure, cause, fx);
            let frame = Frame::Abort { batches, failure, cause, current: Some(key) };
            return Flow::Call(frame, Frame::BatchCallbacks(callbacks));
        }
    }

    // --------------------------------------------------------------------- poll

    /// `NetworkClient.poll` with the wait in it.
    pub(super) fn step_poll(&mut self, stage: PollStage, fx: &mut Fx<'_>) -> Flow {
        match stage {
            PollStage::Called { timeout, clock } => {
                self.warm_connections(fx);
                let (client, metadata, mut io) = self.io(clock, fx);
                let (timeout, nodes) = client.before_wait(timeout, metadata, &mut io);
                Flow::DueEvents(Frame::Poll(PollStage::Written { timeout, nodes }))
            }
            PollStage::Written { timeout, nodes } => self.wait_in_poll(timeout, nodes, fx),
            PollStage::Waiting { nodes } => {
                self.wakeup = false;
                let clock = fx.now.clock();
                let (client, metadata, mut io) = self.io(clock, fx);
                let completions = client.after_wait(&nodes, metadata, &mut io);
                if completions.is_empty() {
                    return Flow::Return(None);
                }
                let complete = Frame::Complete(completions.into());
                Flow::Call(Frame::Poll(PollStage::Completed), complete)
            }
            PollStage::Completed => Flow::Return(None),
        }
    }

    /// The selector's wait. A poll that would not wait and whose pass achieved nothing lasts until the
    /// next whole millisecond: time is needed to leave a loop of such passes. So does, whatever
    /// happens, one poll too many at one instant.
    fn wait_in_poll(&mut self, timeout: Millis, nodes: Vec<NodeId>, fx: &Fx<'_>) -> Flow {
        let progressed = core::mem::take(&mut self.progress);
        let deliverable = !nodes.is_empty() || self.client.deliverable();
        let frame = Frame::Poll(PollStage::Waiting { nodes });
        let polls = self.polls_at_instant;
        self.polls_at_instant += 1;
        if polls >= POLLS_AT_ONE_INSTANT_MAX {
            return Flow::Wait(frame, Wait::Deadline, fx.now.next_whole_ms());
        }
        if deliverable || self.wakeup {
            return Flow::Again(frame);
        }
        let application_can_act = self.is_ready(trace::Thread::Application, fx);
        if timeout == Millis::ZERO && !progressed && !application_can_act {
            return Flow::Wait(frame, Wait::Poll, fx.now.next_whole_ms());
        }
        Flow::Wait(frame, Wait::Poll, fx.now.after(timeout))
    }
}
