//! The leader's half of copying: what a fetch tells it, and when it is answered. Source:
//! `ReplicaManager.fetchMessages`, `Partition.fetchRecords`, `DelayedFetch`.

use super::fetcher::{Asked, FetchRequest, FetchResponse, FetchedPartition};
use super::node::{Node, Role};
use super::{Fx, NodeEvent};
use crate::scenario::{FaultKind, Message};
use alloc::vec::Vec;
use trace::{Cause, ErrorCode, FactId, Kind, Timer, facts};
use units::{BrokerId, Bytes, Micros, Offset, SimTime};

/// A fetch that waits for records. Source: `DelayedFetch`.
#[derive(Clone, Debug)]
pub(super) struct Parked {
    pub(super) request: FetchRequest,
    since: SimTime,
}

impl Node {
    /// The run's 0: a follower's fetch is here, with a part of its wait behind it.
    pub(super) fn park_first(&mut self, request: FetchRequest, wait: Micros, fx: &mut Fx<'_>) {
        self.note_fetch(&request, fx);
        self.park(request, wait, fx);
    }

    /// A fetch arrives: it tells how far the follower is, and is answered or parked.
    pub(super) fn fetch_arrived(&mut self, mut request: FetchRequest, fx: &mut Fx<'_>) {
        if let Some(fault) = request.fault.take() {
            let cause: Cause = FactId::new(Kind::Fetch, request.row).into();
            match fx.take_place(fault, cause) {
                Some(FaultKind::Lose { reset, .. }) => {
                    if *reset {
                        self.refuse_fetch(&request, fx);
                    }
                    return;
                }
                Some(FaultKind::Late { by, .. }) => {
                    let by = *by;
                    return self.wake(by, NodeEvent::Fetch(request), fx);
                }
                _ => {}
            }
        }
        let takes = self.slow.at(fx.now);
        if !request.delayed && takes > Micros(0) {
            request.delayed = true;
            return self.wake(takes, NodeEvent::Fetch(request), fx);
        }
        // an answer given at once carries the high watermarks from before this very fetch
        let (answer, ready) = self.read(&request, fx);
        self.note_fetch(&request, fx);
        let wait = Micros::from(fx.settings.replica_fetch_wait_max);
        if ready || wait == Micros(0) {
            let cause = FactId::new(Kind::Fetch, request.row).into();
            return self.answer_fetch(&request, fx.now, answer, cause, fx);
        }
        self.park(request, wait, fx);
    }

    fn park(&mut self, request: FetchRequest, wait: Micros, fx: &mut Fx<'_>) {
        let (follower, serial) = (request.follower, request.serial);
        // a follower has one fetch here
        self.parked.retain(|parked| parked.request.follower != follower);
        self.parked.push(Parked { request, since: fx.now });
        self.wake(wait, NodeEvent::FetchWait { follower, serial }, fx);
    }

    /// What the leader learns: the fetch offset is the follower's word that it has all before it.
    /// A fetch that a process sent before it was started again says nothing about its successor.
    /// Source: `Partition.updateFollowerFetchState`, `Replica.updateFetchStateOrThrow`.
    fn note_fetch(&mut self, request: &FetchRequest, fx: &mut Fx<'_>) {
        let known =
            fx.layout.broker(request.follower).map(|position| &self.image.brokers[position]);
        if known.is_some_and(|known| !known.fenced && known.epoch > request.broker_epoch) {
            return;
        }
        let cause: Cause = FactId::new(Kind::Fetch, request.row).into();
        for asked in &request.partitions {
            if self.check_epoch(asked) != ErrorCode::None || self.diverges(asked).is_some() {
                continue;
            }
            let Some(replica) = self.replica_mut(asked.position) else { continue };
            let end = replica.log.log_end();
            let Role::Leader(leading) = &mut replica.role else { continue };
            let (follower, epoch) = (request.follower, request.broker_epoch);
            let news = leading.fetched(follower, asked.offset, end, epoch, fx.now);
            self.maybe_expand_isr(asked.position, follower, cause, fx);
            if news == Some(true) {
                self.advance_high_watermark(asked.position, cause, fx);
            }
        }
    }

    /// Source: `Partition.checkCurrentLeaderEpoch`, `getLocalLog`.
    fn check_epoch(&self, asked: &Asked) -> ErrorCode {
        let Some(replica) = self.replica(asked.position) else {
            return ErrorCode::NotLeaderOrFollower;
        };
        if asked.leader_epoch < replica.leader_epoch {
            ErrorCode::FencedLeaderEpoch
        } else if asked.leader_epoch > replica.leader_epoch {
            ErrorCode::UnknownLeaderEpoch
        } else if replica.leading().is_none() {
            ErrorCode::NotLeaderOrFollower
        } else {
            ErrorCode::None
        }
    }

    /// Where the leader's log ends for the follower's newest epoch, if the follower is not on it.
    /// Source: `Partition.readRecords`.
    fn diverges(&self, asked: &Asked) -> Option<(units::Epoch, Offset)> {
        let last = asked.last_epoch?;
        let (epoch, end) = self.replica(asked.position)?.log.end_offset_for(last)?;
        (epoch < last || end < asked.offset).then_some((epoch, end))
    }

    /// What can be answered now, and whether that is worth an answer.
    fn read(&self, request: &FetchRequest, fx: &Fx<'_>) -> (Vec<FetchedPartition>, bool) {
        let mut partitions = Vec::new();
        let mut ready = false;
        let mut bytes = Bytes(0);
        let response_max = fx.settings.replica_fetch_response_max_bytes;
        for asked in &request.partitions {
            let mut fetched = FetchedPartition {
                position: asked.position,
                from: asked.offset,
                leader_epoch: asked.leader_epoch,
                batches: Vec::new(),
                high_watermark: asked.high_watermark,
                error: self.check_epoch(asked),
                diverging: None,
            };
            if fetched.error == ErrorCode::None {
                fetched.diverging = self.diverges(asked);
            }
            let off = fetched.error != ErrorCode::None || fetched.diverging.is_some();
            ready |= off;
            if let Some(replica) = self.replica(asked.position).filter(|_| !off) {
                fetched.high_watermark = replica.high_watermark;
                if asked.offset < replica.log.log_end() && (bytes < response_max || bytes.0 == 0) {
                    let left = Bytes(response_max.0 - bytes.0);
                    let max = fx.settings.replica_fetch_max_bytes.min(left);
                    fetched.batches = replica.log.read(asked.offset, max, fx.batches).to_vec();
                }
                for number in &fetched.batches {
                    bytes = Bytes(bytes.0 + fx.batches[*number as usize].bytes.0);
                }
            }
            let news = fetched.high_watermark.min(asked.offset) != asked.high_watermark;
            if off || news || !fetched.batches.is_empty() {
                partitions.push(fetched);
            }
        }
        ready |= bytes.0 > 0 && bytes >= fx.settings.replica_fetch_min_bytes;
        (partitions, ready)
    }

    fn answer_fetch(
        &mut self,
        request: &FetchRequest,
        arrived: SimTime,
        partitions: Vec<FetchedPartition>,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let error = partitions.iter().map(|fetched| fetched.error);
        let error = error.into_iter().find(|error| *error != ErrorCode::None);
        let batches = partitions.iter().flat_map(|fetched| &fetched.batches);
        let records = batches.map(|number| fx.batches[*number as usize].records).sum();
        let row = (!partitions.is_empty()).then(|| {
            fx.trace.fetch_answers.push(facts::FetchAnswer {
                at: fx.now,
                fetch: request.row,
                records,
                error: error.unwrap_or(ErrorCode::None),
                arrived,
                cause,
            })
        });
        let mut late = Micros(0);
        if let Some(row) = row
            && let Some(fault) = fx.fault_of_fetch_answer(request.follower, &partitions)
        {
            match fx.take_place(fault, FactId::new(Kind::FetchAnswer, row).into()) {
                Some(FaultKind::Lose { reset, .. }) => {
                    if *reset {
                        self.refuse_fetch(request, fx);
                    }
                    return;
                }
                Some(FaultKind::Late { by, .. }) => late = *by,
                _ => {}
            }
        }
        let (leader, serial) = (self.id, request.serial);
        let response = FetchResponse { leader, serial, row, partitions, delayed: false };
        let event = NodeEvent::Fetched(response);
        self.send_after(late, request.follower, request.life, event, fx);
    }

    /// The follower's connection is reset.
    fn refuse_fetch(&self, request: &FetchRequest, fx: &mut Fx<'_>) {
        let event = NodeEvent::FetchFailed { leader: self.id, serial: request.serial };
        self.send(request.follower, request.life, event, fx);
    }

    /// A fetch comes to a process that is gone.
    pub(super) fn undeliverable(&self, event: &NodeEvent, fx: &mut Fx<'_>) {
        if let NodeEvent::Fetch(request) = event
            && self.process != super::node::Process::Unpowered
        {
            self.refuse_fetch(request, fx);
        }
    }

    /// A parked fetch has waited for `replica.fetch.wait.max.ms`.
    pub(super) fn fetch_waited(&mut self, follower: BrokerId, serial: u32, fx: &mut Fx<'_>) {
        let same = |parked: &Parked| {
            parked.request.follower == follower && parked.request.serial == serial
        };
        let Some(number) = self.parked.iter().position(same) else { return };
        self.release(number, Timer::FetchWait.into(), fx);
    }

    /// Read again, with the high watermark of now. Source: `DelayedFetch.onComplete`.
    fn release(&mut self, number: usize, cause: Cause, fx: &mut Fx<'_>) {
        let parked = self.parked.remove(number);
        let (answer, _) = self.read(&parked.request, fx);
        self.answer_fetch(&parked.request, parked.since, answer, cause, fx);
    }

    /// New records release the fetches that are parked here; a mere advance of the high watermark does
    /// not. Source: `DelayedFetch.tryComplete`.
    pub(super) fn release_fetches(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        let mut number = 0;
        while number < self.parked.len() {
            let (answer, ready) = self.read(&self.parked[number].request, fx);
            if !ready {
                number += 1;
                continue;
            }
            let parked = self.parked.remove(number);
            self.answer_fetch(&parked.request, parked.since, answer, cause, fx);
        }
    }

    /// It leads the partition no more: fetches for it are answered.
    pub(super) fn release_fetches_of(&mut self, position: usize, cause: Cause, fx: &mut Fx<'_>) {
        let mut number = 0;
        while number < self.parked.len() {
            let partitions = &self.parked[number].request.partitions;
            if partitions.iter().any(|asked| asked.position == position) {
                self.release(number, cause, fx);
            } else {
                number += 1;
            }
        }
    }
}

impl Fx<'_> {
    /// A fault of the fetch answer that brings one of these batches to `follower`.
    fn fault_of_fetch_answer(
        &self,
        follower: BrokerId,
        partitions: &[FetchedPartition],
    ) -> Option<u16> {
        let here = self.copied_faults.iter().filter(|fault| fault.broker == follower);
        let mut here = here.filter(|fault| fault.message == Some(Message::FetchAnswer));
        let fault = here.find(|fault| {
            let batches = partitions.iter().flat_map(|fetched| &fetched.batches);
            let mut batches = batches.map(|number| &self.batches[*number as usize]);
            batches.any(|batch| self.trace.holds(batch.batch, fault.record))
        })?;
        self.is_open(fault.fault).then_some(fault.fault)
    }

    /// A fault of the fetch by which `follower` tells that it has this batch.
    pub(super) fn fault_of_fetch(
        &self,
        follower: BrokerId,
        batch: &super::log::LogBatch,
    ) -> Option<u16> {
        let here = self.copied_faults.iter().filter(|fault| fault.broker == follower);
        let mut here = here.filter(|fault| fault.message == Some(Message::Fetch));
        let fault = here.find(|fault| self.trace.holds(batch.batch, fault.record))?;
        self.is_open(fault.fault).then_some(fault.fault)
    }
}
