//! One broker: its process, what it knows of the cluster, its replicas and its connections.

use super::fetcher::Fetcher;
use super::leader::{FollowerState, Leading};
use super::log::{Log, LogBatch};
use super::produce::Waiting;
use super::serve_fetch::Parked;
use super::session::Session;
use super::{Fx, NodeEvent};
use crate::cluster::{ClusterEvent, ClusterOutput};
use crate::controller::ControllerInput;
use crate::image::{Delta, Image, Layout};
use crate::scenario::Place;
use alloc::vec::Vec;
use trace::{BrokerChange, Cause, FactId, Kind, facts};
use units::{BrokerId, Epoch, Micros, Offset, SimTime};

/// What a broker's process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    /// It runs.
    Up,
    /// It runs, registers and copies, and takes no connections until it is unfenced.
    Starting,
    /// It stands still; its sockets are open.
    Hung,
    /// It is gone; its peers are told by their sockets.
    Down,
    /// The machine is gone; nobody is told.
    Unpowered,
}

/// A broker.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: BrokerId,
    pub(super) process: Process,
    /// Tells one process of the broker from the next.
    pub(super) life: u32,
    /// Takes connections.
    pub(super) accepts: bool,
    /// What waits for a process that stands still.
    pub(super) inbox: Vec<NodeEvent>,
    pub(super) image: Image,
    pub(super) broker_epoch: i64,
    /// Decisions that came before the metadata which its registration brings; `None` once it has that.
    pub(super) early: Option<Vec<Delta>>,
    /// What a shutdown in order leaves on the disk.
    pub(super) clean_epoch: Option<i64>,
    /// It has been asked to shut down, by this fact.
    pub(super) shutdown: Option<Cause>,
    /// Heartbeats sent and planned.
    pub(super) heartbeats: u32,
    /// It has begun to ask the controller for that.
    pub(super) leaving: bool,
    pub(super) told_to_wait: bool,
    pub(super) sessions: Vec<Session>,
    pub(super) waiting: Vec<Waiting>,
    /// By position in [`Layout::partitions`]; `None` where it hosts nothing.
    pub(super) replicas: Vec<Option<Replica>>,
    pub(super) fetchers: Vec<Fetcher>,
    /// Number of fetches that it has sent.
    pub(super) fetches: u32,
    pub(super) parked: Vec<Parked>,
    /// It is behind with its metadata: what arrives is applied from this moment on.
    pub(super) behind_until: SimTime,
    /// Offers are on their way to the controller.
    pub(super) altering: bool,
    pub(super) slow: Slowness,
    pub(super) slow_disk: Slowness,
}

/// Work takes more time, for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slowness {
    pub(super) by: Micros,
    pub(super) until: SimTime,
}

impl Slowness {
    pub(super) const NONE: Self = Self { by: Micros(0), until: SimTime::ZERO };

    pub(super) fn at(self, now: SimTime) -> Micros {
        if now < self.until { self.by } else { Micros(0) }
    }
}

/// A broker's copy of a partition.
#[derive(Clone, Debug)]
pub(super) struct Replica {
    pub(super) log: Log,
    pub(super) high_watermark: Offset,
    /// The high watermark as it was last written to the disk.
    pub(super) checkpoint: Offset,
    /// The leader's epoch that it knows.
    pub(super) leader_epoch: Epoch,
    pub(super) role: Role,
}

/// What a broker is to a partition.
#[derive(Clone, Debug)]
pub(super) enum Role {
    Leader(Leading),
    Follower(BrokerId),
    /// Nobody leads, or it has not heard who.
    Offline,
}

impl Replica {
    pub(super) const fn new(log: Log, role: Role) -> Self {
        let zero = Offset(0);
        Self { log, high_watermark: zero, checkpoint: zero, leader_epoch: Epoch(0), role }
    }

    pub(super) const fn leading(&self) -> Option<&Leading> {
        match &self.role {
            Role::Leader(leading) => Some(leading),
            _ => None,
        }
    }
}

impl Node {
    pub(super) fn new(position: usize, layout: &Layout, image: &Image, replicated: bool) -> Self {
        let id = layout.brokers[position];
        let replica = |(info, state): (&crate::image::PartitionInfo, _)| {
            let state: &crate::image::PartitionState = state;
            if !info.replicas.contains(&id) {
                return None;
            }
            let leader = state.leader?;
            let role = if leader == id {
                let (isr, epoch) = (state.isr, state.partition_epoch);
                let replicas = &info.replicas;
                Role::Leader(Leading::new(id, replicas, isr, epoch, Offset(0), SimTime::ZERO))
            } else {
                Role::Follower(leader)
            };
            let mut log = if replicated { Log::new() } else { Log::scripted() };
            if leader == id {
                log.begin_epoch(state.leader_epoch);
            }
            Some(Replica::new(log, role))
        };
        Self {
            id,
            process: Process::Up,
            life: 0,
            accepts: true,
            inbox: Vec::new(),
            broker_epoch: image.brokers[position].epoch,
            early: None,
            clean_epoch: None,
            shutdown: None,
            heartbeats: 0,
            leaving: false,
            told_to_wait: false,
            sessions: Vec::new(),
            waiting: Vec::new(),
            replicas: layout.partitions.iter().zip(&image.partitions).map(replica).collect(),
            fetchers: Vec::new(),
            fetches: 0,
            parked: Vec::new(),
            behind_until: SimTime(i64::MIN),
            altering: false,
            slow: Slowness::NONE,
            slow_disk: Slowness::NONE,
            image: image.clone(),
        }
    }

    pub(super) fn replica_mut(&mut self, position: usize) -> Option<&mut Replica> {
        self.replicas.get_mut(position)?.as_mut()
    }

    pub(super) fn replica(&self, position: usize) -> Option<&Replica> {
        self.replicas.get(position)?.as_ref()
    }

    /// Positions of the partitions that it leads.
    pub(super) fn led(&self) -> Vec<usize> {
        let leads = |position: &usize| {
            self.replica(*position).is_some_and(|replica| replica.leading().is_some())
        };
        (0..self.replicas.len()).filter(leads).collect()
    }

    /// Takes one event of its own or a message.
    pub(super) fn handle(&mut self, event: NodeEvent, fx: &mut Fx<'_>) {
        match event {
            NodeEvent::Append { connection, request, work } => {
                self.append(connection, &request, work, fx);
            }
            NodeEvent::Leave { connection, response, hang_up } => {
                self.leave_now(connection, response, hang_up, fx);
            }
            NodeEvent::Late { connection, request } => self.late(connection, request, fx),
            NodeEvent::ProduceTimeout(request) => self.produce_timeout(request, fx),
            NodeEvent::Fetch(fetch) => self.fetch_arrived(fetch, fx),
            NodeEvent::FetchWait { follower, serial } => self.fetch_waited(follower, serial, fx),
            NodeEvent::Fetched(response) => self.fetched(response, fx),
            NodeEvent::FetchFailed { leader, serial } => self.fetch_failed(leader, serial, fx),
            NodeEvent::FetchTimeout(leader) => self.fetch_timeout(leader, fx),
            NodeEvent::FetchBackoff(leader) => self.fetch_backoff_over(leader, fx),
            NodeEvent::LagCheck => self.lag_check(fx),
            NodeEvent::Checkpoint => self.checkpoint(fx),
            NodeEvent::Heartbeat(number) => self.heartbeat_due(number, fx),
            NodeEvent::HeartbeatAnswer { fenced, exit } => {
                self.heartbeat_answered(fenced, exit, fx)
            }
            NodeEvent::AskForLeave => self.ask_for_leave(fx),
            NodeEvent::Started => self.started(fx),
            NodeEvent::Register(cause) => self.register(cause, fx),
            NodeEvent::Registered(answer) => self.registered(answer, fx),
            NodeEvent::Metadata(delta) => self.metadata_arrived(delta, fx),
            NodeEvent::Apply(delta) => self.apply_metadata(&delta, fx),
            NodeEvent::AlterPartitionAnswer(results) => self.altered(results, fx),
        }
    }

    // --------------------------------------------------------------------- ways out

    /// Asks to be called again after `after`.
    pub(super) fn wake(&self, after: Micros, event: NodeEvent, fx: &mut Fx<'_>) {
        let event = ClusterEvent::Node { broker: self.id, life: self.life, event };
        fx.out.push(ClusterOutput::WakeAt { at: fx.now + after, event });
    }

    /// Sends to the process `life` of another broker.
    pub(super) fn send(&self, to: BrokerId, life: u32, event: NodeEvent, fx: &mut Fx<'_>) {
        self.send_after(Micros(0), to, life, event, fx);
    }

    /// Sends what takes so much longer on its way.
    pub(super) fn send_after(
        &self,
        late: Micros,
        to: BrokerId,
        life: u32,
        event: NodeEvent,
        fx: &mut Fx<'_>,
    ) {
        let takes = fx.scenario.network.between_brokers + late;
        let event = ClusterEvent::Node { broker: to, life, event };
        let (from, to) = (Place::Broker(self.id), Place::Broker(to));
        fx.out.push(ClusterOutput::Between { from, to, takes, event });
    }

    pub(super) fn send_to_controller(&self, input: ControllerInput, fx: &mut Fx<'_>) {
        let takes = fx.scenario.network.between_brokers;
        let (from, to) = (Place::Broker(self.id), Place::Controller);
        let event = ClusterEvent::Controller(input);
        fx.out.push(ClusterOutput::Between { from, to, takes, event });
    }

    pub(super) fn note(&self, change: BrokerChange, cause: Cause, fx: &mut Fx<'_>) -> Cause {
        let fact = facts::BrokerState { at: fx.now, broker: self.id, change, cause };
        FactId::new(Kind::BrokerState, fx.trace.broker_states.push(fact)).into()
    }

    // --------------------------------------------------------------------- high watermarks

    /// Whether a follower may be in the in-sync set: up, and the process that the controller knows.
    /// Source: `Partition.isReplicaIsrEligible`.
    pub(super) fn is_eligible(image: &Image, layout: &Layout, state: &FollowerState) -> bool {
        let registration = layout.broker(state.broker).map(|position| image.brokers[position]);
        registration.is_some_and(|registration| {
            registration.is_active() && registration.epoch == state.broker_epoch
        })
    }

    /// Moves the leader's high watermark if it may, and releases who waits for that.
    pub(super) fn advance_high_watermark(
        &mut self,
        position: usize,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let lag_max = Micros::from(fx.settings.replica_lag_time_max);
        let min_isr = fx.layout.partitions[position].min_isr;
        let image = &self.image;
        let Some(replica) = self.replicas[position].as_mut() else { return };
        let Some(leading) = replica.leading() else { return };
        let eligible = |state: &FollowerState| Self::is_eligible(image, fx.layout, state);
        let end = replica.log.log_end();
        let candidate = leading.high_watermark(end, min_isr, fx.now, lag_max, eligible);
        let Some(candidate) = candidate.filter(|offset| *offset > replica.high_watermark) else {
            return;
        };
        let cause = self.set_high_watermark(position, candidate, cause, fx);
        self.check_waiting(position, cause, fx);
    }

    pub(super) fn set_high_watermark(
        &mut self,
        position: usize,
        offset: Offset,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Cause {
        if let Some(replica) = self.replicas[position].as_mut() {
            replica.high_watermark = offset;
        }
        let partition = fx.layout.partitions[position].id;
        let fact = facts::HighWatermark { at: fx.now, broker: self.id, partition, offset, cause };
        FactId::new(Kind::HighWatermark, fx.trace.high_watermarks.push(fact)).into()
    }

    /// Drops the end of a log; the high watermark comes down with it.
    pub(super) fn truncate(&mut self, position: usize, to: Offset, cause: Cause, fx: &mut Fx<'_>) {
        let Some(replica) = self.replicas[position].as_mut() else { return };
        let from = replica.log.log_end();
        replica.log.truncate(to, fx.batches);
        let end = replica.log.log_end();
        if end == from {
            return;
        }
        let above = replica.high_watermark > end;
        let partition = fx.layout.partitions[position].id;
        let fact =
            facts::Truncation { at: fx.now, broker: self.id, partition, from, to: end, cause };
        let cause = FactId::new(Kind::Truncation, fx.trace.truncations.push(fact)).into();
        if above {
            self.set_high_watermark(position, end, cause, fx);
        }
    }

    /// Notes faults that wait for a record to be on this broker.
    pub(super) fn arrived_in_log(&self, batch: &LogBatch, cause: Cause, fx: &mut Fx<'_>) {
        for known in fx.copied_faults {
            if known.broker == self.id
                && known.message.is_none()
                && fx.trace.holds(batch.batch, known.record)
            {
                fx.due_faults.push((known.fault, cause));
            }
        }
    }
}
