//! The follower's half of copying: one request at a time to each leader, for all partitions that it
//! copies from there. Source: `AbstractFetcherThread`, `ReplicaFetcherThread`, `RemoteLeaderEndPoint`.

use super::node::{Node, Role};
use super::{Fx, NodeEvent};
use crate::draws::Purpose;
use alloc::vec::Vec;
use trace::{Cause, ErrorCode, FactId, Kind, Timer, facts};
use units::{BrokerId, Epoch, Micros, Offset, SimTime};

/// A follower's thread for one leader.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    pub(super) leader: BrokerId,
    partitions: Vec<Fetched>,
    /// Number of the last fetch; answers to earlier ones are ignored.
    serial: u32,
    /// When the fetch that is under way left.
    sent: Option<SimTime>,
    /// Row of the fetch that the next one repeats, if nothing has happened in between.
    row: Option<u32>,
    /// What the next fetch follows.
    cause: Cause,
    /// A look at `replica.socket.timeout.ms` is due some time.
    watched: bool,
    /// A fault that concerns the next fetch.
    fault: Option<u16>,
}

#[derive(Clone, Copy, Debug)]
struct Fetched {
    position: usize,
    /// Not before this moment.
    delayed: SimTime,
    /// The leader knows a newer epoch: only metadata helps.
    fenced: bool,
}

/// A fetch, as the leader gets it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FetchRequest {
    pub(crate) follower: BrokerId,
    /// The follower's process, and the epoch of its registration.
    pub(crate) life: u32,
    pub(crate) broker_epoch: i64,
    pub(crate) serial: u32,
    /// Its fact.
    pub(crate) row: u32,
    pub(crate) partitions: Vec<Asked>,
    /// A fault that concerns it.
    pub(crate) fault: Option<u16>,
    /// The leader has already taken the time that it takes.
    pub(crate) delayed: bool,
}

/// What a fetch says of one partition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) position: usize,
    /// The follower's log end.
    pub(crate) offset: Offset,
    /// The newest epoch in its log.
    pub(crate) last_epoch: Option<Epoch>,
    /// The leader's epoch that it knows.
    pub(crate) leader_epoch: Epoch,
    /// Its high watermark: an answer names the leader's only where that is news.
    pub(crate) high_watermark: Offset,
}

/// A leader's answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FetchResponse {
    pub(crate) leader: BrokerId,
    pub(crate) serial: u32,
    /// Its fact, if it carries anything.
    pub(crate) row: Option<u32>,
    pub(crate) partitions: Vec<FetchedPartition>,
    /// The follower has already taken the time that it takes.
    pub(crate) delayed: bool,
}

/// What an answer says of one partition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FetchedPartition {
    pub(crate) position: usize,
    pub(crate) from: Offset,
    pub(crate) leader_epoch: Epoch,
    pub(crate) batches: Vec<u32>,
    pub(crate) high_watermark: Offset,
    pub(crate) error: ErrorCode,
    /// The logs differ: the leader's greatest epoch that is not above the follower's, and its end.
    pub(crate) diverging: Option<(Epoch, Offset)>,
}

impl Node {
    /// At the run's 0 each fetch is parked at its leader; the leader says for how long yet.
    pub(super) fn begin_fetching(&mut self) {
        for position in 0..self.replicas.len() {
            if let Some(Role::Follower(leader)) = self.replica(position).map(|r| &r.role) {
                self.start_fetching(position, *leader, Timer::Start.into());
            }
        }
    }

    /// The fetches of the run's 0, to be parked at their leaders.
    pub(super) fn first_fetches(&mut self, fx: &mut Fx<'_>) -> Vec<(BrokerId, FetchRequest)> {
        let mut fetches = Vec::new();
        for number in 0..self.fetchers.len() {
            if let Some(request) = self.build_fetch(number, fx) {
                fetches.push((self.fetchers[number].leader, request));
                self.watch(number, fx);
            }
        }
        fetches
    }

    /// How much of the wait of a fetch is left at the run's 0.
    pub(super) fn first_wait(&self, leader: BrokerId, fx: &Fx<'_>) -> Micros {
        let wait = Micros::from(fx.settings.replica_fetch_wait_max);
        let entity = u64::from(self.id.0) << 32 | u64::from(leader.0);
        Micros(fx.scenario.draws.below(Purpose::FetchPhase, entity, 0, wait.0.max(1)))
    }

    pub(super) fn start_fetching(&mut self, position: usize, leader: BrokerId, cause: Cause) {
        let new = Fetched { position, delayed: SimTime(i64::MIN), fenced: false };
        match self.fetchers.iter_mut().find(|fetcher| fetcher.leader == leader) {
            Some(fetcher) => {
                fetcher.partitions.push(new);
                fetcher.row = None;
                fetcher.cause = cause;
            }
            None => self.fetchers.push(Fetcher {
                leader,
                partitions: alloc::vec![new],
                serial: 0,
                sent: None,
                row: None,
                cause,
                watched: false,
                fault: None,
            }),
        }
    }

    /// A thread without partitions ends.
    pub(super) fn stop_fetching(&mut self, position: usize) {
        for fetcher in &mut self.fetchers {
            fetcher.partitions.retain(|fetched| fetched.position != position);
        }
        self.fetchers.retain(|fetcher| !fetcher.partitions.is_empty());
    }

    /// Every thread that has nothing under way asks.
    pub(super) fn pump_fetchers(&mut self, fx: &mut Fx<'_>) {
        for number in 0..self.fetchers.len() {
            self.pump(number, fx);
        }
    }

    fn pump(&mut self, number: usize, fx: &mut Fx<'_>) {
        if self.fetchers[number].sent.is_some() {
            return;
        }
        let Some(request) = self.build_fetch(number, fx) else { return };
        let leader = self.fetchers[number].leader;
        self.send(leader, fx.life_of(leader), NodeEvent::Fetch(request), fx);
        self.watch(number, fx);
    }

    /// Has an eye on the age of what is under way.
    fn watch(&mut self, number: usize, fx: &mut Fx<'_>) {
        if self.fetchers[number].watched {
            return;
        }
        self.fetchers[number].watched = true;
        let leader = self.fetchers[number].leader;
        let timeout = Micros::from(fx.settings.replica_socket_timeout);
        self.wake(timeout, NodeEvent::FetchTimeout(leader), fx);
    }

    /// The next fetch, unless every partition has to wait.
    fn build_fetch(&mut self, number: usize, fx: &mut Fx<'_>) -> Option<FetchRequest> {
        let fetcher = &self.fetchers[number];
        let mut partitions = Vec::with_capacity(fetcher.partitions.len());
        for fetched in &fetcher.partitions {
            if fetched.fenced || fetched.delayed > fx.now {
                continue;
            }
            let Some(replica) = self.replica(fetched.position) else { continue };
            partitions.push(Asked {
                position: fetched.position,
                offset: replica.log.log_end(),
                last_epoch: replica.log.latest_epoch(),
                leader_epoch: replica.leader_epoch,
                high_watermark: replica.high_watermark,
            });
        }
        if partitions.is_empty() {
            return None;
        }
        let (follower, leader, cause) = (self.id, fetcher.leader, fetcher.cause);
        let (life, broker_epoch) = (self.life, self.broker_epoch);
        self.fetches += 1;
        let serial = self.fetches;
        let fetcher = &mut self.fetchers[number];
        let row = *fetcher.row.get_or_insert_with(|| {
            fx.trace.fetches.push(facts::Fetch { at: fx.now, follower, leader, cause })
        });
        fetcher.serial = serial;
        fetcher.sent = Some(fx.now);
        let fault = fetcher.fault.take();
        Some(FetchRequest {
            follower,
            life,
            broker_epoch,
            serial,
            row,
            partitions,
            fault,
            delayed: false,
        })
    }

    fn fetcher_of(&self, leader: BrokerId, serial: u32) -> Option<usize> {
        let known = |fetcher: &Fetcher| fetcher.leader == leader && fetcher.serial == serial;
        self.fetchers.iter().position(|fetcher| known(fetcher) && fetcher.sent.is_some())
    }

    /// An answer: batches are appended as they are, and the high watermark is the leader's as far as
    /// the own log reaches; then the next fetch leaves.
    /// Source: `AbstractFetcherThread.processFetchRequest`, `ReplicaFetcherThread.processPartitionData`.
    pub(super) fn fetched(&mut self, mut response: FetchResponse, fx: &mut Fx<'_>) {
        let Some(number) = self.fetcher_of(response.leader, response.serial) else { return };
        let mut takes = self.slow.at(fx.now);
        if response.partitions.iter().any(|fetched| !fetched.batches.is_empty()) {
            takes += self.slow_disk.at(fx.now);
        }
        if !response.delayed && takes > Micros(0) {
            response.delayed = true;
            return self.wake(takes, NodeEvent::Fetched(response), fx);
        }
        self.fetchers[number].sent = None;
        if let Some(row) = response.row {
            let fetcher = &mut self.fetchers[number];
            fetcher.row = None;
            fetcher.cause = FactId::new(Kind::FetchAnswer, row).into();
            for fetched in &response.partitions {
                self.take_fetched(number, fetched, row, fx);
            }
        }
        self.pump(number, fx);
    }

    fn take_fetched(
        &mut self,
        number: usize,
        fetched: &FetchedPartition,
        answer: u32,
        fx: &mut Fx<'_>,
    ) {
        let position = fetched.position;
        let known = |known: &&mut Fetched| known.position == position;
        let Some(state) = self.fetchers[number].partitions.iter_mut().find(known) else { return };
        let Some(replica) = self.replicas.get_mut(position).and_then(Option::as_mut) else {
            return;
        };
        // a later epoch began meanwhile, in which its log may have changed
        if replica.leader_epoch != fetched.leader_epoch {
            return;
        }
        let cause: Cause = FactId::new(Kind::FetchAnswer, answer).into();
        match fetched.error {
            ErrorCode::None => {}
            ErrorCode::FencedLeaderEpoch => {
                state.fenced = true;
                return;
            }
            _ => return self.delay(number, Some(position), fx),
        }
        if let Some((epoch, end)) = fetched.diverging {
            let to = truncation_offset(&replica.log, epoch, end);
            return self.truncate(position, to, cause, fx);
        }
        if !fetched.batches.is_empty() {
            self.copy(number, fetched, answer, fx);
        }
        let Some(replica) = self.replica(position) else { return };
        let offset = fetched.high_watermark.min(replica.log.log_end());
        if offset != replica.high_watermark {
            self.set_high_watermark(position, offset, cause, fx);
        }
    }

    fn copy(&mut self, number: usize, fetched: &FetchedPartition, answer: u32, fx: &mut Fx<'_>) {
        let position = fetched.position;
        let writeback = super::writeback(fx.settings);
        let messages = fx.settings.log_flush_interval_messages;
        let Some(replica) = self.replicas.get_mut(position).and_then(Option::as_mut) else {
            return;
        };
        for copied in &fetched.batches {
            replica.log.append(*copied, &fx.batches[*copied as usize]);
        }
        replica.log.wrote(fx.now, writeback, messages);
        let row = fx.trace.copies.push(facts::Copy {
            at: fx.now,
            broker: self.id,
            partition: fx.layout.partitions[position].id,
            from: fetched.from,
            to: replica.log.log_end(),
            answer,
        });
        let cause: Cause = FactId::new(Kind::Copy, row).into();
        self.fetchers[number].cause = cause;
        if fx.copied_faults.is_empty() {
            return;
        }
        for copied in &fetched.batches {
            let batch = fx.batches[*copied as usize];
            self.arrived_in_log(&batch, cause, fx);
            let fault = fx.fault_of_fetch(self.id, &batch);
            self.fetchers[number].fault = self.fetchers[number].fault.or(fault);
        }
    }

    /// One partition, or all of a lost connection, pause for `replica.fetch.backoff.ms`.
    fn delay(&mut self, number: usize, position: Option<usize>, fx: &mut Fx<'_>) {
        let backoff = Micros::from(fx.settings.replica_fetch_backoff);
        let until = fx.now + backoff;
        let fetcher = &mut self.fetchers[number];
        for fetched in &mut fetcher.partitions {
            if position.is_none_or(|position| position == fetched.position) {
                fetched.delayed = until;
            }
        }
        let leader = fetcher.leader;
        self.wake(backoff, NodeEvent::FetchBackoff(leader), fx);
    }

    pub(super) fn fetch_backoff_over(&mut self, leader: BrokerId, fx: &mut Fx<'_>) {
        let known = self.fetchers.iter().position(|fetcher| fetcher.leader == leader);
        let Some(number) = known else { return };
        if self.fetchers[number].sent.is_none() {
            let fetcher = &mut self.fetchers[number];
            fetcher.row = None;
            fetcher.cause = Timer::FetchBackoff.into();
            self.pump(number, fx);
        }
    }

    /// The connection to the leader was reset or refused.
    pub(super) fn fetch_failed(&mut self, leader: BrokerId, serial: u32, fx: &mut Fx<'_>) {
        let Some(number) = self.fetcher_of(leader, serial) else { return };
        self.fetchers[number].sent = None;
        self.fetchers[number].row = None;
        self.delay(number, None, fx);
    }

    /// A silent leader is given up after `replica.socket.timeout.ms`. One look ahead is enough.
    pub(super) fn fetch_timeout(&mut self, leader: BrokerId, fx: &mut Fx<'_>) {
        let known = self.fetchers.iter().position(|fetcher| fetcher.leader == leader);
        let Some(number) = known else { return };
        let timeout = Micros::from(fx.settings.replica_socket_timeout);
        let sent = self.fetchers[number].sent.unwrap_or(fx.now);
        let end = sent + timeout;
        if end > fx.now {
            return self.wake(end.since(fx.now), NodeEvent::FetchTimeout(leader), fx);
        }
        self.fetchers[number].watched = false;
        let serial = self.fetchers[number].serial;
        self.fetch_failed(leader, serial, fx);
    }
}

/// Where a follower cuts its log: where the epoch that both know ends, on either side; if it does not
/// know the leader's, at the end of its nearest lower one, to ask again.
/// Source: `AbstractFetcherThread.getOffsetTruncationState`.
pub(super) fn truncation_offset(log: &super::log::Log, epoch: Epoch, end: Offset) -> Offset {
    match log.end_offset_for(epoch) {
        Some((known, own)) if known == epoch => own.min(end).min(log.log_end()),
        Some((_, own)) => own.min(log.log_end()),
        None => end.min(log.log_end()),
    }
}
