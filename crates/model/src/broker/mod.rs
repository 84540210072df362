//! The brokers, as one actor: requests in, answers out, copies in between.
//!
//! [`session`] is a broker's end of a connection, [`partition`] the leader's and the followers' logs of
//! one partition, [`fetch`] the pull loop between brokers. Never names a producer's state.

mod fetch;
mod partition;
mod produce;
mod session;

use crate::cluster::{ClusterInput, ClusterOutput};
use crate::scenario::{Anchor, FaultKind, Scenario};
use crate::wire;
use alloc::{collections::BTreeMap, vec::Vec};
use fetch::Fetcher;
use partition::Partition;
use produce::Waiting;
use session::Session;
use trace::{Cause, ErrorCode, FactId, Kind, Timer, Trace, facts};
use units::{BrokerId, ConnectionId, RequestId, SimTime, TopicId, TopicPartition};

/// What the brokers have asked to be called with: their own timers and messages.
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterEvent {
    /// The time of an append is over.
    Append {
        /// The connection that brought the request.
        connection: ConnectionId,
        /// The broker.
        broker: BrokerId,
        /// The request.
        request: wire::Request,
        /// Position of the fault that concerns it.
        fault: Option<u16>,
        /// Row of its reading.
        read: u32,
    },
    /// A delayed answer is ready.
    Leave {
        /// The connection.
        connection: ConnectionId,
        /// The broker.
        broker: BrokerId,
        /// The answer; `None` with `acks=0`.
        response: Option<wire::Response>,
        /// Whether the broker closes the connection then.
        hang_up: bool,
    },
    /// The time that a produce request may wait for replicas is over.
    ProduceTimeout(RequestId),
    /// A fetch has arrived at its leader.
    Fetch {
        /// Position of the fetcher.
        fetcher: u16,
        /// Row of the fetch.
        fetch: u32,
    },
    /// A parked fetch has waited for long enough.
    FetchWait {
        /// Position of the fetcher.
        fetcher: u16,
        /// Row of the fetch.
        fetch: u32,
    },
    /// The answer to a fetch has arrived at its follower.
    Fetched {
        /// Position of the fetcher.
        fetcher: u16,
        /// Row of the leader's answer.
        answer: u32,
        /// What it carries.
        records: Vec<fetch::FetchedPartition>,
    },
}

/// All brokers.
#[derive(Clone, Debug)]
pub struct Brokers {
    reachable: BTreeMap<BrokerId, bool>,
    sessions: Vec<Session>,
    partitions: Vec<Vec<Partition>>,
    fetchers: Vec<Fetcher>,
    waiting: Vec<Waiting>,
    /// Produce requests read so far, over the whole cluster.
    produces_read: u32,
    next_producer_id: i64,
}

/// What handling an input needs.
struct Fx<'a> {
    now: SimTime,
    scenario: &'a Scenario,
    trace: &'a mut Trace,
    out: &'a mut Vec<ClusterOutput>,
}

impl Brokers {
    /// Brokers that have just been idle.
    #[must_use]
    pub fn new(scenario: &Scenario, _: &mut Trace) -> Self {
        let cluster = &scenario.cluster;
        let replicated = cluster.replication.is_some();
        let partitions: Vec<Vec<Partition>> = cluster
            .topics
            .iter()
            .map(|topic| topic.replicas.iter().map(|r| Partition::new(r, replicated)).collect())
            .collect();
        Self {
            reachable: cluster.brokers.iter().map(|broker| (*broker, true)).collect(),
            sessions: Vec::new(),
            fetchers: fetch::fetchers(&partitions),
            partitions,
            waiting: Vec::new(),
            produces_read: 0,
            next_producer_id: 0,
        }
    }

    /// The run's 0 has come: followers have their fetches parked at the leaders.
    pub fn begin(&mut self, scenario: &Scenario, trace: &mut Trace, out: &mut Vec<ClusterOutput>) {
        let mut fx = Fx { now: SimTime::ZERO, scenario, trace, out };
        self.begin_fetching(&mut fx);
    }

    /// Whether every replica has everything and knows that it is committed.
    #[must_use]
    pub fn settled(&self, _: &Scenario) -> bool {
        self.partitions.iter().flatten().all(Partition::settled)
    }

    /// Takes one input; everything that follows from it is appended to `out`.
    pub fn handle(
        &mut self,
        now: SimTime,
        input: ClusterInput,
        scenario: &Scenario,
        trace: &mut Trace,
        out: &mut Vec<ClusterOutput>,
    ) {
        let mut fx = Fx { now, scenario, trace, out };
        match input {
            ClusterInput::Knock { connection, broker } => {
                let accepts = self.reachable.get(&broker).copied().unwrap_or(false);
                fx.out.push(if accepts {
                    self.sessions.push(Session::new(connection, broker));
                    ClusterOutput::Accepted(connection)
                } else {
                    ClusterOutput::Refused(connection)
                });
            }
            ClusterInput::ClientClosed(connection) => {
                self.sessions.retain(|session| session.connection != connection);
            }
            ClusterInput::Arrive { connection, request } => {
                if let Some(session) = self.session_mut(connection) {
                    session.unread.push_back(request);
                    self.serve(connection, &mut fx);
                }
            }
            ClusterInput::Fault(position) => self.fault(position, &mut fx),
            ClusterInput::Event(event) => self.event(event, &mut fx),
        }
    }

    fn event(&mut self, event: ClusterEvent, fx: &mut Fx<'_>) {
        match event {
            ClusterEvent::Append { connection, broker, request, fault, read } => {
                self.append(connection, broker, &request, fault, read, fx);
            }
            ClusterEvent::Leave { connection, broker, response, hang_up } => {
                if let Some(response) = response {
                    let cause = Timer::Work.into();
                    self.answer(connection, broker, response.request, response.body, cause, fx);
                }
                self.finish(connection, hang_up, false, fx);
            }
            ClusterEvent::ProduceTimeout(request) => self.produce_timeout(request, fx),
            ClusterEvent::Fetch { fetcher, fetch } => self.fetch_arrived(fetcher, fetch, fx),
            ClusterEvent::FetchWait { fetcher, fetch } => self.fetch_waited(fetcher, fetch, fx),
            ClusterEvent::Fetched { fetcher, answer, records } => {
                self.fetched(fetcher, answer, &records, fx);
            }
        }
    }

    fn fault(&mut self, position: u16, fx: &mut Fx<'_>) {
        let cause: Cause = Timer::Schedule.into();
        let row = fx.trace.faults.push(facts::Fault { at: fx.now, fault: position, cause });
        let cause = FactId::new(Kind::Fault, row).into();
        match &fx.scenario.faults[usize::from(position)].what {
            FaultKind::Disconnect(broker) => self.close_all(*broker, cause, fx),
            FaultKind::Unreachable(broker) => {
                self.reachable.insert(*broker, false);
                self.note_broker(*broker, trace::BrokerChange::Unreachable, cause, fx);
                self.close_all(*broker, cause, fx);
            }
            FaultKind::Reachable(broker) => {
                self.reachable.insert(*broker, true);
                self.note_broker(*broker, trace::BrokerChange::Reachable, cause, fx);
            }
            FaultKind::MoveLeader { partition, to } => {
                let state = self.partition_mut(*partition);
                state.move_leader(*to);
                let epoch = state.epoch();
                fx.trace.leaders.push(facts::Leader {
                    at: fx.now,
                    partition: *partition,
                    broker: *to,
                    epoch,
                    why: trace::ElectionReason::Moved,
                    cause,
                });
            }
            _ => {}
        }
    }

    fn note_broker(
        &self,
        broker: BrokerId,
        change: trace::BrokerChange,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        fx.trace.broker_states.push(facts::BrokerState { at: fx.now, broker, change, cause });
    }

    fn partition_mut(&mut self, partition: TopicPartition) -> &mut Partition {
        &mut self.partitions[partition.topic.index()][partition.partition.index()]
    }

    /// All brokers, up or not, and the topics asked for: the cluster's in its order, then unknown ones.
    fn metadata(&self, asked: &[TopicId], scenario: &Scenario) -> wire::Metadata {
        let mut asked = asked.to_vec();
        asked.sort_unstable();
        let topics = asked.into_iter().map(|topic| match self.partitions.get(topic.index()) {
            Some(partitions) => wire::TopicMetadata {
                topic,
                error: ErrorCode::None,
                partitions: partitions
                    .iter()
                    .map(|partition| wire::PartitionMetadata {
                        leader: Some(partition.leader()),
                        leader_epoch: partition.epoch(),
                    })
                    .collect(),
            },
            None => wire::TopicMetadata {
                topic,
                error: ErrorCode::UnknownTopicOrPartition,
                partitions: Vec::new(),
            },
        });
        wire::Metadata { brokers: scenario.cluster.brokers.clone(), topics: topics.collect() }
    }
}

/// The first fault that has an opinion on a produce request.
fn fault_of(scenario: &Scenario, number: u32, request: &wire::Request) -> Option<u16> {
    let wire::RequestBody::Produce(produce) = &request.body else { return None };
    let concerns = |anchor: &Anchor| match anchor {
        Anchor::Produce { from, to } => (*from..=*to).contains(&number),
        Anchor::Record { record, attempt } => produce.batches.iter().any(|batch| {
            let records = batch.first.0..batch.first.0 + batch.records;
            batch.attempt == *attempt && records.contains(&record.0)
        }),
        Anchor::At(_) | Anchor::Copied { .. } => false,
    };
    let position = scenario.faults.iter().position(|fault| fault.on && concerns(&fault.anchor))?;
    u16::try_from(position).ok()
}
