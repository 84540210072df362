//! The one event loop. Knows no Kafka rule.
//!
//! At one instant the world acts first, then the application, as far as it can, then the client's I/O
//! thread, until it waits; then the clock moves on.

use crate::broker::{Brokers, ClusterState, Depth};
use crate::cluster::{ClusterEvent, ClusterInput, ClusterOutput};
use crate::event_queue::EventQueue;
use crate::network::Links;
use crate::producer::{Arrival, BufferState, Fx, Output, Producer, QueueState, Stop};
use crate::scenario::{Anchor, Fault, FaultKind, Link, Place, Scenario, Start, Step};
use crate::wire;
use alloc::vec::Vec;
use litemap::LiteMap;
use trace::{End, FactId, Kind, Thread, Trace};
use units::{BrokerId, ConnectionId, Micros, RequestId, SimTime};

/// When a warm producer's metadata, connections and id are from.
const WARM_UP: SimTime = SimTime(-10_000_000);

/// How long replication may go on after the producer's end, so that the last copies are seen.
const SETTLING_MAX: Micros = Micros(2_000_000);

/// The same after faults: sessions run out, brokers come back.
const RECOVERY_MAX: Micros = Micros(120_000_000);

#[derive(Clone, Debug)]
enum Event {
    Knock { connection: ConnectionId, broker: BrokerId },
    Arrive { connection: ConnectionId, request: wire::Request },
    ClientClosed(ConnectionId),
    ToClient { connection: ConnectionId, arrival: Arrival },
    Cluster(ClusterEvent),
    Fault(u16),
    Heal(Link),
}

/// A run. It is advanced in slices, so that a caller can give up one that nobody wants any more; a
/// clone goes on from where the original stands.
#[derive(Clone, Debug)]
pub struct Simulation {
    scenario: Scenario,
    now: SimTime,
    queue: EventQueue<Event>,
    producer: Producer,
    brokers: Brokers,
    links: Links<Event>,
    /// Whom each connection was opened to.
    connections: LiteMap<ConnectionId, BrokerId>,
    /// Connections on which a late answer holds back what is sent behind it, and until when.
    held: LiteMap<ConnectionId, SimTime>,
    closed_by_client: LiteMap<ConnectionId, ()>,
    /// A thread that went to let due events go first.
    interrupted: Option<Thread>,
    one_way: Micros,
    handled: u64,
    finished_at: Option<SimTime>,
    /// Steps and faults may still be added: nothing but the bounds ends the run.
    steered: bool,
    /// Where [`Self::run_until`] lets the clock stand.
    stop_at: SimTime,
    trace: Trace,
    outputs: Vec<Output>,
    cluster_outputs: Vec<ClusterOutput>,
}

impl Simulation {
    /// A run that has not begun.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        let mut trace = Trace::default();
        let producer = Producer::new(&scenario, &mut trace);
        let brokers = Brokers::new(&scenario);
        let warm = scenario.start == Start::Warm;
        let mut simulation = Self {
            now: if warm { WARM_UP } else { SimTime::ZERO },
            one_way: if warm { Micros(0) } else { scenario.network.one_way },
            queue: EventQueue::new(),
            producer,
            brokers,
            links: Links::new(),
            connections: LiteMap::new(),
            held: LiteMap::new(),
            closed_by_client: LiteMap::new(),
            interrupted: None,
            handled: 0,
            finished_at: None,
            steered: false,
            stop_at: SimTime::NEVER,
            trace,
            outputs: Vec::new(),
            cluster_outputs: Vec::new(),
            scenario,
        };
        if !warm {
            simulation.begin();
        }
        simulation
    }

    /// The run's 0 has come: the scenario's faults are scheduled, the brokers begin.
    fn begin(&mut self) {
        self.one_way = self.scenario.network.one_way;
        for (position, fault) in self.scenario.faults.iter().enumerate() {
            if let Anchor::At(at) = fault.anchor
                && fault.on
            {
                self.queue.push(at, Event::Fault(position as u16));
            }
        }
        self.brokers.begin(&self.scenario, &mut self.trace, &mut self.cluster_outputs);
        self.take_cluster_outputs();
    }

    /// Handles at most `events` events; `true` once the run has ended.
    pub fn run_for(&mut self, events: u64) -> bool {
        let limit = self.handled.saturating_add(events);
        while self.trace.end.is_none() && self.handled < limit {
            self.bounded_round(limit);
        }
        self.trace.end.is_some()
    }

    /// Handles everything before `at` and lets the clock stand there; `true` once the run has ended.
    pub fn run_until(&mut self, at: SimTime) -> bool {
        self.stop_at = at;
        while self.trace.end.is_none() && self.now < at {
            self.bounded_round(u64::MAX);
        }
        self.stop_at = SimTime::NEVER;
        self.trace.end.is_some()
    }

    fn bounded_round(&mut self, limit: u64) {
        let most = self.scenario.bounds.events;
        if self.handled >= most {
            self.trace.end = Some((self.now, End::EventLimit));
        } else {
            self.round(limit.min(most));
        }
    }

    /// From now on steps and faults may be added while the run is under way, and it ends only at its
    /// bounds. For scripts that act when something has happened, whenever that is.
    pub const fn steer(&mut self) {
        self.steered = true;
    }

    /// Adds a fault; it takes place at its time, or at the next event if that is past.
    pub fn add_fault(&mut self, fault: Fault) {
        if let Anchor::At(at) = fault.anchor
            && fault.on
        {
            let position = self.scenario.faults.len() as u16;
            self.queue.push(at.max(self.now), Event::Fault(position));
        }
        self.scenario.faults.push(fault);
        self.brokers.faults_added(&self.scenario);
    }

    /// Adds a step behind those that the application has.
    pub fn add_step(&mut self, step: Step) {
        self.scenario.application.push(step);
        self.producer.go_on(self.now);
    }

    /// The application makes no call of `send` later than `at` in the steps that it has.
    pub fn end_sends(&mut self, at: SimTime) {
        self.producer.end_sends(at, self.scenario.application.len());
    }

    /// The scenario, with what was added.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// What has happened so far.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The trace, when the run is over.
    #[must_use]
    pub fn into_trace(self) -> Trace {
        self.trace
    }

    /// The simulated time that has been reached.
    #[must_use]
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// Events handled so far.
    #[must_use]
    pub const fn handled(&self) -> u64 {
        self.handled
    }

    /// Events that are scheduled now; arrivals are not, they are merged with them.
    #[must_use]
    pub fn scheduled(&self) -> usize {
        self.queue.len()
    }

    /// The buffer pool now.
    #[must_use]
    pub fn buffer(&self) -> BufferState {
        self.producer.buffer()
    }

    /// The accumulator's queues now.
    #[must_use]
    pub fn queues(&self) -> Vec<QueueState> {
        self.producer.queues()
    }

    /// The client's requests without an end now.
    #[must_use]
    pub fn requests_in_flight(&self) -> Vec<RequestId> {
        self.producer.requests_in_flight()
    }

    /// The brokers now: a snapshot for tests and for folds over the trace to be held against.
    #[must_use]
    pub fn cluster(&self) -> ClusterState {
        self.brokers.state(Depth::Logs)
    }

    /// The same without the batches in the logs.
    #[must_use]
    pub fn cluster_marks(&self) -> ClusterState {
        self.brokers.state(Depth::Marks)
    }

    /// Due events, then one thread until it waits; or the clock moves on.
    fn round(&mut self, limit: u64) {
        if !self.run_due_events(limit) {
            return;
        }
        let thread = match self.interrupted.take() {
            Some(thread) => thread,
            None => match self.ready_thread() {
                Some(thread) => thread,
                None => return self.advance_clock(),
            },
        };
        self.handled += 1;
        // a stop holds sends that follow each other back, as the next event does; the warm-up has none
        let stop_at = if self.now < SimTime::ZERO { SimTime::NEVER } else { self.stop_at };
        let mut fx = Fx {
            now: self.now,
            scenario: &self.scenario,
            trace: &mut self.trace,
            out: &mut self.outputs,
            next_event: self.queue.next_at().unwrap_or(SimTime::NEVER).min(stop_at),
            events_left: limit.saturating_sub(self.handled),
        };
        let stop = self.producer.run(thread, &mut fx);
        (self.now, self.handled) = (fx.now, limit.max(self.handled) - fx.events_left);
        if stop == Stop::DueEvents {
            self.interrupted = Some(thread);
        }
        self.take_outputs();
        if self.producer.warm_up_over() {
            self.now = SimTime::ZERO;
            self.producer.jumped_to_zero();
            self.begin();
        }
    }

    fn ready_thread(&mut self) -> Option<Thread> {
        let fx = Fx {
            now: self.now,
            scenario: &self.scenario,
            trace: &mut self.trace,
            out: &mut self.outputs,
            next_event: self.queue.next_at().unwrap_or(SimTime::NEVER),
            events_left: 0,
        };
        [Thread::Application, Thread::Io].into_iter().find(|t| self.producer.is_ready(*t, &fx))
    }

    fn advance_clock(&mut self) {
        if self.producer.finished() && !self.steered && self.is_over() {
            self.trace.end = Some((self.now, End::Finished));
            return;
        }
        let next = self.queue.next_at().unwrap_or(SimTime::NEVER);
        let at = self.producer.next_at().min(next);
        let until = self.scenario.bounds.until;
        if self.stop_at < at && self.stop_at <= until {
            self.now = self.stop_at;
            return;
        }
        if at > until || at == SimTime::NEVER {
            self.now = until;
            self.trace.end = Some((self.now, End::TimeLimit));
            return;
        }
        assert!(at >= self.now, "time never runs back");
        self.now = at;
        self.producer.instant_over();
    }

    /// The producer is at its end: is everything else, or has it had its time?
    fn is_over(&mut self) -> bool {
        let since = *self.finished_at.get_or_insert(self.now);
        if self.scenario.cluster.replication.is_none() {
            return true;
        }
        let on = self.scenario.faults.iter().filter(|fault| fault.on);
        let times = on.map(|fault| match fault.anchor {
            Anchor::At(at) => at,
            _ => SimTime::ZERO,
        });
        let last_fault = times.max();
        if last_fault.is_some_and(|last| self.now < last && last <= self.scenario.bounds.until) {
            return false;
        }
        let since = since.max(last_fault.unwrap_or(since));
        let limit = if last_fault.is_some() { RECOVERY_MAX } else { SETTLING_MAX };
        // with acks=0 the client does not wait for what it has written
        let on_its_way = self.queue.any(|event| matches!(event, Event::Arrive { .. }));
        (!on_its_way && self.brokers.settled()) || self.now.since(since) >= limit
    }

    /// Whether all were run: settings without any delay may make new ones for ever.
    fn run_due_events(&mut self, limit: u64) -> bool {
        while self.queue.next_at().is_some_and(|at| at <= self.now) {
            if self.handled >= limit {
                return false;
            }
            let Some(event) = self.queue.pop_due(self.now) else { break };
            self.handled += 1;
            let input = match event {
                Event::ToClient { connection, arrival } => {
                    if !self.closed_by_client.contains_key(&connection) {
                        self.producer.arrive(connection, arrival);
                    }
                    continue;
                }
                Event::Knock { connection, broker } => {
                    if self.closed_by_client.contains_key(&connection) {
                        continue;
                    }
                    ClusterInput::Knock { connection, broker }
                }
                Event::Arrive { connection, request } => {
                    ClusterInput::Arrive { connection, request }
                }
                Event::ClientClosed(connection) => ClusterInput::ClientClosed(connection),
                Event::Cluster(event) => ClusterInput::Event(event),
                Event::Fault(position) => ClusterInput::Fault(position),
                Event::Heal(link) => {
                    for (at, event) in self.links.heal(self.now, link) {
                        self.queue.push(at, event);
                    }
                    continue;
                }
            };
            self.brokers.handle(
                self.now,
                input,
                &self.scenario,
                &mut self.trace,
                &mut self.cluster_outputs,
            );
            self.take_cluster_outputs();
        }
        true
    }

    fn take_outputs(&mut self) {
        for output in self.outputs.drain(..) {
            let (connection, event) = match output {
                Output::Connect { connection, broker } => {
                    self.connections.insert(connection, broker);
                    (connection, Event::Knock { connection, broker })
                }
                Output::Close(connection) => {
                    self.closed_by_client.insert(connection, ());
                    (connection, Event::ClientClosed(connection))
                }
                Output::Write { connection, request } => {
                    (connection, Event::Arrive { connection, request })
                }
            };
            let to = self.connections.get(&connection).copied().unwrap_or_default();
            let link = Link { from: Place::Producer, to: Place::Broker(to) };
            if let Some((at, event)) = self.links.send(self.now, link, self.one_way, event) {
                self.queue.push(at, event);
            }
        }
    }

    fn take_cluster_outputs(&mut self) {
        let mut faults = Vec::new();
        for output in self.cluster_outputs.drain(..) {
            let mut late = Micros(0);
            let (connection, arrival) = match output {
                ClusterOutput::Accepted(connection) => (connection, Arrival::Connected),
                ClusterOutput::Refused(connection) => (connection, Arrival::Refused),
                ClusterOutput::Answer { connection, response, late: by } => {
                    late = by;
                    (connection, Arrival::Response(response))
                }
                ClusterOutput::Closed { connection, cause } => {
                    (connection, Arrival::Disconnected(cause))
                }
                ClusterOutput::WakeAt { at, event } => {
                    self.queue.push(at, Event::Cluster(event));
                    continue;
                }
                ClusterOutput::Between { from, to, takes, event } => {
                    let (link, event) = (Link { from, to }, Event::Cluster(event));
                    if let Some((at, event)) = self.links.send(self.now, link, takes, event) {
                        self.queue.push(at, event);
                    }
                    continue;
                }
                ClusterOutput::Fault(position) => {
                    faults.push(position);
                    continue;
                }
            };
            let from = self.connections.get(&connection).copied().unwrap_or_default();
            let link = Link { from: Place::Broker(from), to: Place::Producer };
            let event = Event::ToClient { connection, arrival };
            let takes = self.one_way + late;
            let Some((mut at, event)) = self.links.send(self.now, link, takes, event) else {
                continue;
            };
            if late > Micros(0) {
                self.held.insert(connection, at);
            } else if let Some(held) = self.held.get(&connection) {
                at = at.max(*held);
            }
            self.queue.push(at, event);
        }
        for position in faults {
            self.fault(position);
        }
    }

    /// A fault that is not the brokers' takes place.
    fn fault(&mut self, position: u16) {
        let Some(fault) = self.scenario.faults.get(usize::from(position)) else { return };
        if let Some((link, until)) = self.links.disturb(self.now, &fault.what) {
            self.queue.push(until, Event::Heal(link));
        }
        if fault.what != FaultKind::ApplicationExit {
            return;
        }
        let last = self.trace.faults.len().saturating_sub(1);
        let mut fx = Fx {
            now: self.now,
            scenario: &self.scenario,
            trace: &mut self.trace,
            out: &mut self.outputs,
            next_event: self.now,
            events_left: 0,
        };
        self.producer.exit_by_fault(FactId::new(Kind::Fault, last).into(), &mut fx);
        self.take_outputs();
    }
}

/// Runs a scenario to its end.
#[must_use]
pub fn run(scenario: Scenario) -> Trace {
    let mut simulation = Simulation::new(scenario);
    while !simulation.run_for(u64::MAX) {}
    simulation.into_trace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProducerConfig;
    use crate::scenario::{
        Action, Arrivals, Bounds, Cluster, CompressionOutcome, Content, Draws, Keys, Network,
        Sends, Topic,
    };
    use alloc::vec;
    use units::{Millis, Ratio};

    fn scenario() -> Scenario {
        Scenario {
            producer: ProducerConfig::default(),
            cluster: Cluster {
                brokers: vec![BrokerId(1)],
                topics: vec![Topic {
                    name: "t".into(),
                    replicas: vec![vec![BrokerId(1)]],
                    min_insync_replicas: 1,
                }],
                append: Micros(100),
                check_sequences: true,
                replication: None,
            },
            network: Network { one_way: Micros(500), between_brokers: Micros(500) },
            application: Vec::new(),
            faults: Vec::new(),
            start: Start::Cold,
            draws: Draws::Seed(1),
            compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
            bounds: Bounds { until: SimTime(1_000_000), events: 100_000 },
        }
    }

    fn sends(count: u32) -> Step {
        let sends = Sends {
            count,
            arrivals: Arrivals::Every(Micros(10_000)),
            topic: "t".into(),
            partition: Some(0),
            keys: Keys::Cycle(Vec::new()),
            value_bytes: vec![Some(100)],
            content: Content::Zeros,
            headers: Vec::new(),
            timestamp_ms: None,
            get: false,
            callback: None,
        };
        Step { at: None, action: Action::Send(sends) }
    }

    #[test]
    fn a_steered_run_takes_steps_and_ends_them_while_it_is_under_way() {
        let mut simulation = Simulation::new(scenario());
        simulation.steer();
        simulation.add_step(sends(u32::MAX));
        assert!(!simulation.run_until(SimTime(95_000)), "it ends only at its bounds");
        assert_eq!(simulation.now(), SimTime(95_000), "between two events");
        assert_eq!(simulation.trace().sends.len(), 10);
        simulation.end_sends(SimTime(195_000));
        simulation.add_step(Step { at: Some(SimTime(300_000)), ..sends(3) });
        while simulation.now() < SimTime(300_000) {
            assert!(simulation.trace().sends.len() <= 20);
            assert!(!simulation.run_for(1), "there is more to come");
        }
        simulation.add_step(Step { at: None, action: Action::Close(Some(Millis::MAX)) });
        while !simulation.run_for(u64::MAX) {}
        assert_eq!(simulation.trace().sends.len(), 23);
        assert_eq!(simulation.trace().end, Some((SimTime(1_000_000), End::TimeLimit)));
    }
}
