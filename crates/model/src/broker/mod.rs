//! The brokers, as actors: requests in, answers out, copies in between.
//!
//! [`node`] is one broker. What reaches it: [`session`] (clients' connections), [`produce`] (the produce
//! path), [`serve_fetch`] (followers), [`roles`] (metadata), [`faults`]. What it does by itself:
//! [`fetcher`] (copying), [`isr`] (offers to the controller), [`lifecycle`] (heartbeats, start, end). What
//! it has: [`log`], [`producer_state`], [`leader`] (what it knows of its followers). Never names a
//! producer's state.

mod faults;
mod fetcher;
mod isr;
mod leader;
mod lifecycle;
mod log;
mod node;
mod produce;
mod producer_state;
mod roles;
mod serve_fetch;
mod session;
mod state;
#[cfg(test)]
mod tests;

pub use state::{BatchView, BrokerView, ClusterState, Depth, PartitionView, ReplicaView};

use crate::cluster::{ClusterEvent, ClusterInput, ClusterOutput};
use crate::controller::{Controller, OfferResult};
use crate::image::{Delta, Layout};
use crate::scenario::{ReplicationSettings, Scenario};
use crate::wire;
use alloc::vec::Vec;
use faults::CopiedFault;
use fetcher::{FetchRequest, FetchResponse};
use litemap::LiteMap;
use log::LogBatch;
use node::{Node, Process};
use produce::Work;
use trace::{Cause, ElectionReason, ErrorCode, Timer, Trace, facts};
use units::{BrokerId, ConnectionId, Epoch, Micros, RequestId, SimTime, TopicId};

/// What a broker has asked to be called with, and what others send to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NodeEvent {
    /// The time of an append is over.
    Append { connection: ConnectionId, request: wire::Request, work: Work },
    /// A delayed answer is ready; none with `acks=0`.
    Leave { connection: ConnectionId, response: Option<wire::Response>, hang_up: bool },
    /// A late request of a client is there.
    Late { connection: ConnectionId, request: wire::Request },
    /// The time that a produce request may wait for replicas is over.
    ProduceTimeout(RequestId),
    /// A follower's fetch.
    Fetch(FetchRequest),
    /// A parked fetch has waited for long enough.
    FetchWait { follower: BrokerId, serial: u32 },
    /// A leader's answer to a fetch.
    Fetched(FetchResponse),
    /// The connection to a leader was reset or refused.
    FetchFailed { leader: BrokerId, serial: u32 },
    /// A look at the age of the fetch at this leader.
    FetchTimeout(BrokerId),
    /// A pause in fetching from this leader is over.
    FetchBackoff(BrokerId),
    /// The periodic look for lagging followers.
    LagCheck,
    /// The periodic writing of high watermarks.
    Checkpoint,
    /// The next heartbeat is due, unless another one was planned since.
    Heartbeat(u32),
    /// The controller's answer to it.
    HeartbeatAnswer { fenced: bool, exit: bool },
    /// It asks the controller to be let go.
    AskForLeave,
    /// The process has loaded its logs.
    Started,
    /// Another try to register.
    Register(Cause),
    /// The controller's answer: the broker's epoch and all metadata, or not yet.
    Registered(Option<(i64, Delta)>),
    /// The controller's decisions.
    Metadata(Delta),
    /// What has arrived of them is applied.
    Apply(Delta),
    /// What the controller thought of in-sync sets that it was offered.
    AlterPartitionAnswer(Vec<OfferResult>),
}

/// All brokers, and the controller.
#[derive(Clone, Debug)]
pub(crate) struct Brokers {
    actors: Actors,
    shared: Shared,
}

#[derive(Clone, Debug)]
struct Actors {
    nodes: Vec<Node>,
    controller: Controller,
    /// Whom each connection was opened to.
    connections: LiteMap<ConnectionId, usize>,
}

/// What is no actor's: who hosts what, the content of batches, what is counted over the cluster.
#[derive(Clone, Debug)]
struct Shared {
    layout: Layout,
    settings: ReplicationSettings,
    batches: Vec<LogBatch>,
    lives: Vec<u32>,
    /// Produce requests read so far.
    produces_read: u32,
    next_producer_id: i64,
    copied_faults: Vec<CopiedFault>,
    due_faults: Vec<(u16, Cause)>,
}

/// What handling an input needs.
struct Fx<'a> {
    now: SimTime,
    scenario: &'a Scenario,
    settings: &'a ReplicationSettings,
    layout: &'a Layout,
    batches: &'a mut Vec<LogBatch>,
    lives: &'a mut Vec<u32>,
    produces_read: &'a mut u32,
    next_producer_id: &'a mut i64,
    copied_faults: &'a [CopiedFault],
    due_faults: &'a mut Vec<(u16, Cause)>,
    trace: &'a mut Trace,
    out: &'a mut Vec<ClusterOutput>,
}

impl Brokers {
    /// Brokers that have just been idle.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let cluster = &scenario.cluster;
        let layout = Layout::new(cluster);
        let controller = Controller::new(&layout);
        let replicated = cluster.replication.is_some();
        let node = |position| Node::new(position, &layout, controller.image(), replicated);
        let nodes: Vec<Node> = (0..layout.brokers.len()).map(node).collect();
        Self {
            shared: Shared {
                settings: cluster.replication.clone().unwrap_or_default(),
                batches: Vec::new(),
                lives: nodes.iter().map(|_| 0).collect(),
                produces_read: 0,
                next_producer_id: 0,
                copied_faults: faults::copied_faults(scenario),
                due_faults: Vec::new(),
                layout,
            },
            actors: Actors { nodes, controller, connections: LiteMap::new() },
        }
    }

    /// The run's 0 has come: everybody is somewhere in a period, fetches are parked.
    pub(crate) fn begin(
        &mut self,
        scenario: &Scenario,
        trace: &mut Trace,
        out: &mut Vec<ClusterOutput>,
    ) {
        if scenario.cluster.replication.is_some() {
            let mut fx = Fx::new(SimTime::ZERO, scenario, &mut self.shared, trace, out);
            self.actors.begin(&mut fx);
        }
    }

    /// The scenario has more faults than it had.
    pub(crate) fn faults_added(&mut self, scenario: &Scenario) {
        self.shared.copied_faults = faults::copied_faults(scenario);
    }

    /// Takes one input; everything that follows from it is appended to `out`.
    pub(crate) fn handle(
        &mut self,
        now: SimTime,
        input: ClusterInput,
        scenario: &Scenario,
        trace: &mut Trace,
        out: &mut Vec<ClusterOutput>,
    ) {
        let mut fx = Fx::new(now, scenario, &mut self.shared, trace, out);
        self.actors.handle(input, &mut fx);
        while !fx.due_faults.is_empty() {
            let (fault, cause) = fx.due_faults.remove(0);
            self.actors.fault(fault, cause, &mut fx);
        }
    }
}

impl Actors {
    fn begin(&mut self, fx: &mut Fx<'_>) {
        self.controller.begin(&mut controller_fx(fx));
        for position in 0..self.nodes.len() {
            let silent = self.nodes[position].begin(fx);
            let heard = SimTime(-i64::try_from(silent.0).unwrap_or(0));
            self.controller.heard(position, heard);
        }
        for position in 0..self.nodes.len() {
            for (leader, request) in self.nodes[position].first_fetches(fx) {
                let wait = self.nodes[position].first_wait(leader, fx);
                if let Some(leader) = self.node_mut(leader, fx) {
                    leader.park_first(request, wait, fx);
                }
            }
        }
    }

    fn node_mut(&mut self, broker: BrokerId, fx: &Fx<'_>) -> Option<&mut Node> {
        let position = fx.layout.broker(broker)?;
        self.nodes.get_mut(position)
    }

    fn handle(&mut self, input: ClusterInput, fx: &mut Fx<'_>) {
        match input {
            ClusterInput::Knock { connection, broker } => {
                let Some(position) = fx.layout.broker(broker) else {
                    return fx.out.push(ClusterOutput::Refused(connection));
                };
                self.connections.insert(connection, position);
                self.nodes[position].knock(connection, fx);
            }
            ClusterInput::ClientClosed(connection) => {
                if let Some(position) = self.connections.remove(&connection) {
                    self.nodes[position].client_closed(connection, fx);
                }
            }
            ClusterInput::Arrive { connection, request } => {
                if let Some(position) = self.connections.get(&connection) {
                    self.nodes[*position].arrived(connection, request, fx);
                }
            }
            ClusterInput::Fault(position) => self.fault(position, Timer::Schedule.into(), fx),
            ClusterInput::Event(ClusterEvent::Controller(input)) => {
                self.controller.handle(input, &mut controller_fx(fx));
            }
            ClusterInput::Event(ClusterEvent::Node { broker, life, event }) => {
                if let Some(node) = self.node_mut(broker, fx) {
                    node.receive(life, event, fx);
                }
            }
        }
    }

    /// Without replication a partition's log goes where its leader goes.
    fn move_scripted_leader(
        &mut self,
        position: usize,
        to: BrokerId,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let replica = self.nodes.iter_mut().find_map(|node| node.replicas[position].take());
        let epoch = Epoch(replica.as_ref().map_or(0, |replica| replica.leader_epoch.0) + 1);
        for node in &mut self.nodes {
            let state = &mut node.image.partitions[position];
            state.leader = Some(to);
            state.leader_epoch = epoch;
        }
        if let Some(node) = self.node_mut(to, fx) {
            node.replicas[position] = replica.map(|mut replica| {
                replica.leader_epoch = epoch;
                replica
            });
        }
        fx.trace.leaders.push(facts::Leader {
            at: fx.now,
            partition: fx.layout.partitions[position].id,
            broker: to,
            epoch,
            why: ElectionReason::Moved,
            cause,
        });
    }
}

impl Node {
    /// An event of its own, or a message: for a process that is gone it is lost, for one that stands
    /// still it waits.
    fn receive(&mut self, life: u32, event: NodeEvent, fx: &mut Fx<'_>) {
        let gone = matches!(self.process, Process::Down | Process::Unpowered);
        let deaf = self.process == Process::Starting && matches!(event, NodeEvent::Fetch(_));
        if life != self.life || gone || deaf {
            return self.undeliverable(&event, fx);
        }
        if self.process == Process::Hung {
            self.inbox.push(event);
            return;
        }
        self.handle(event, fx);
    }

    /// The brokers that are alive to this one, and the topics asked for: the cluster's in its order,
    /// then unknown ones. Source: `KafkaApis.handleTopicMetadataRequest`.
    fn metadata(&self, asked: &[TopicId], fx: &Fx<'_>) -> wire::Metadata {
        let mut asked = asked.to_vec();
        units::sort_by_number(&mut asked, |topic| i64::from(topic.0));
        let partition = |position: usize| wire::PartitionMetadata {
            leader: self.known_leader(position, fx),
            leader_epoch: self.image.partitions[position].leader_epoch,
        };
        let topics = asked.into_iter().map(|topic| match fx.layout.partitions_of(topic) {
            Some(positions) => wire::TopicMetadata {
                topic,
                error: ErrorCode::None,
                partitions: positions.map(partition).collect(),
            },
            None => wire::TopicMetadata {
                topic,
                error: ErrorCode::UnknownTopicOrPartition,
                partitions: Vec::new(),
            },
        });
        let brokers = fx.layout.brokers.iter().zip(&self.image.brokers);
        let alive = brokers.filter(|(_, registration)| !registration.fenced);
        let brokers = alive.map(|(broker, _)| *broker).collect();
        wire::Metadata { brokers, topics: topics.collect() }
    }
}

impl<'a> Fx<'a> {
    fn new(
        now: SimTime,
        scenario: &'a Scenario,
        shared: &'a mut Shared,
        trace: &'a mut Trace,
        out: &'a mut Vec<ClusterOutput>,
    ) -> Self {
        Self {
            now,
            scenario,
            settings: &shared.settings,
            layout: &shared.layout,
            batches: &mut shared.batches,
            lives: &mut shared.lives,
            produces_read: &mut shared.produces_read,
            next_producer_id: &mut shared.next_producer_id,
            copied_faults: &shared.copied_faults,
            due_faults: &mut shared.due_faults,
            trace,
            out,
        }
    }

    /// The process of a broker that a message sent now is for.
    fn life_of(&self, broker: BrokerId) -> u32 {
        self.layout.broker(broker).map_or(0, |position| self.lives[position])
    }

    fn note_life(&mut self, broker: BrokerId, life: u32) {
        if let Some(position) = self.layout.broker(broker) {
            self.lives[position] = life;
        }
    }
}

/// The same for the controller.
fn controller_fx<'b>(fx: &'b mut Fx<'_>) -> crate::controller::Fx<'b> {
    crate::controller::Fx {
        now: fx.now,
        layout: fx.layout,
        scenario: fx.scenario,
        settings: fx.settings,
        trace: fx.trace,
        out: fx.out,
    }
}

/// How long what was written may be lost with the power.
fn writeback(settings: &ReplicationSettings) -> Micros {
    let interval = settings.log_flush_interval.map(Micros::from);
    interval.map_or(settings.writeback, |interval| interval.min(settings.writeback))
}
