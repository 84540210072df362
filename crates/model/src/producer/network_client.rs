//! Connections, requests in flight, metadata updates. Source: `NetworkClient`, `InFlightRequests`.
//!
//! The client does everything of a poll but waiting: the I/O thread calls [`NetworkClient::before_wait`],
//! waits, and calls [`NetworkClient::after_wait`].

use super::accumulator::BatchKey;
use super::connection_states::ClusterConnectionStates;
use super::java_hash;
use super::metadata::{Metadata, NodeId};
use super::sizes;
use crate::config::{MetadataRecoveryStrategy, ProducerConfig};
use crate::draws::Purpose;
use crate::scenario::Draws;
use crate::wire;
use alloc::{collections::VecDeque, format, vec::Vec};
use litemap::LiteMap;
use trace::{Cause, ConnectionState, FactId, Kind, RequestFate, RequestKind, Timer, Trace, facts};
use units::{BrokerId, ClockMs, ConnectionId, Millis, RequestId, SimTime};

/// What the network is to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Open a connection.
    Connect { connection: ConnectionId, broker: BrokerId },
    /// Close it from this side.
    Close(ConnectionId),
    /// A request goes out.
    Write { connection: ConnectionId, request: wire::Request },
}

/// What reaches the client on a connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Arrival {
    /// The connection is open.
    Connected,
    /// It was refused.
    Refused,
    /// An answer.
    Response(wire::Response),
    /// The broker has closed it.
    Disconnected(Cause),
}

#[derive(Clone, Debug)]
struct Connection {
    id: ConnectionId,
    connected: bool,
}

/// A request without an end.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    pub(super) request: RequestId,
    pub(super) kind: RequestKind,
    sent: ClockMs,
    expects_response: bool,
    written: bool,
    /// For a produce request.
    pub(super) batches: Vec<BatchKey>,
}

/// A request that came to its end, to be handled.
#[derive(Clone, Debug)]
pub(super) struct Completion {
    pub(super) node: NodeId,
    pub(super) request: InFlight,
    pub(super) fate: RequestFate,
    pub(super) response: Option<wire::Response>,
    pub(super) cause: Cause,
    /// The client's clock at the poll that brought it, until the trace has it.
    pub(super) received: Option<ClockMs>,
}

/// The client.
#[derive(Clone, Debug)]
pub(super) struct NetworkClient {
    pub(super) states: ClusterConnectionStates,
    connections: LiteMap<NodeId, Connection>,
    /// Oldest first.
    in_flight: LiteMap<NodeId, VecDeque<InFlight>>,
    unwritten: Vec<(NodeId, wire::Request)>,
    arrivals: VecDeque<(ConnectionId, NodeId, Arrival)>,
    /// Nodes that are connected and have still to be asked for their versions.
    api_versions_needed: Vec<NodeId>,
    update_in_progress: Option<(u32, bool)>,
    metadata_attempt_start: Option<ClockMs>,
    brokers: Vec<BrokerId>,
    names: Vec<usize>,
    client_id: u32,
    max_in_flight: usize,
    pub(super) request_timeout: Millis,
    reconnect_backoff: Millis,
    recovery: MetadataRecoveryStrategy,
    rebootstrap_trigger: Millis,
    next_connection: u32,
    correlation: i32,
    least_loaded_draws: u64,
    metadata_draws: u64,
    /// Last end of a request, and last change of the connection, by node.
    last_end: LiteMap<NodeId, Cause>,
    last_connection: LiteMap<NodeId, Cause>,
    pub(super) last_metadata: Option<Cause>,
}

/// What every step of the client needs.
pub(super) struct Io<'a> {
    pub(super) now: SimTime,
    /// The client's clock as the caller read it, which may be a while ago.
    pub(super) clock: ClockMs,
    pub(super) draws: Draws,
    pub(super) trace: &'a mut Trace,
    pub(super) out: &'a mut Vec<Output>,
    /// Something visible happened: the pass was not in vain.
    pub(super) progress: &'a mut bool,
}

impl NetworkClient {
    pub(super) fn new(config: &ProducerConfig, brokers: Vec<BrokerId>, names: Vec<usize>) -> Self {
        Self {
            states: ClusterConnectionStates::new(config),
            connections: LiteMap::new(),
            in_flight: LiteMap::new(),
            unwritten: Vec::new(),
            arrivals: VecDeque::new(),
            api_versions_needed: Vec::new(),
            update_in_progress: None,
            metadata_attempt_start: None,
            brokers,
            names,
            client_id: config.client_id().len() as u32,
            max_in_flight: config.max_in_flight() as usize,
            request_timeout: config.request_timeout(),
            reconnect_backoff: config.reconnect_backoff(),
            recovery: config.metadata_recovery_strategy(),
            rebootstrap_trigger: config.metadata_recovery_rebootstrap_trigger(),
            next_connection: 0,
            correlation: 0,
            least_loaded_draws: 0,
            metadata_draws: 0,
            last_end: LiteMap::new(),
            last_connection: LiteMap::new(),
            last_metadata: None,
        }
    }

    /// Puts nodes into the order of a map with their ids as strings for keys.
    fn in_string_order(mut nodes: Vec<NodeId>) -> Vec<NodeId> {
        let capacity = java_hash::capacity(nodes.len(), java_hash::DEFAULT_CAPACITY);
        java_hash::sort_by_bucket(&mut nodes, capacity, |node| {
            java_hash::string_hash(&format!("{}", node.0))
        });
        nodes
    }

    /// The broker behind a node.
    pub(super) fn broker(&self, node: NodeId) -> BrokerId {
        if node.0 >= 0 {
            return BrokerId(node.0.cast_unsigned());
        }
        self.brokers[(-node.0 - 1) as usize]
    }

    pub(super) fn last_end(&self, node: NodeId) -> Option<Cause> {
        self.last_end.get(&node).copied()
    }

    pub(super) fn last_connection(&self, node: NodeId) -> Option<Cause> {
        self.last_connection.get(&node).copied()
    }

    // --------------------------------------------------------------------- readiness

    fn time_to_next_update(&mut self, metadata: &mut Metadata, io: &Io<'_>) -> Millis {
        let n = self.metadata_draws;
        self.metadata_draws += 1;
        metadata.time_to_next_update(io.clock, io.draws.unit(Purpose::MetadataRefresh, 0, n))
    }

    /// Source: `DefaultMetadataUpdater.isUpdateDue`.
    pub(super) fn is_update_due(&mut self, metadata: &mut Metadata, io: &Io<'_>) -> bool {
        self.update_in_progress.is_none() && self.time_to_next_update(metadata, io) == Millis::ZERO
    }

    fn is_channel_ready(&self, node: NodeId) -> bool {
        self.connections.get(&node).is_some_and(|connection| connection.connected)
    }

    /// Source: `InFlightRequests.canSendMore`.
    fn can_send_more(&self, node: NodeId) -> bool {
        self.in_flight.get(&node).is_none_or(|queue| {
            queue.back().is_none_or(|newest| newest.written && queue.len() < self.max_in_flight)
        })
    }

    pub(super) fn can_send_request(&self, node: NodeId) -> bool {
        self.states.is_ready(node) && self.is_channel_ready(node) && self.can_send_more(node)
    }

    /// Source: `NetworkClient.isReady`.
    pub(super) fn is_ready(&mut self, node: NodeId, metadata: &mut Metadata, io: &Io<'_>) -> bool {
        !self.is_update_due(metadata, io) && self.can_send_request(node)
    }

    /// Whether the node takes a request now; begins to connect if it may.
    /// Source: `NetworkClient.ready`.
    pub(super) fn ready(&mut self, node: NodeId, metadata: &mut Metadata, io: &mut Io<'_>) -> bool {
        if self.is_ready(node, metadata, io) {
            return true;
        }
        if self.states.can_connect(node, io.clock) {
            self.initiate_connect(node, Cause::DERIVED, io);
        }
        false
    }

    pub(super) fn in_flight_count(&self) -> usize {
        self.in_flight.values().map(VecDeque::len).sum()
    }

    pub(super) fn requests_in_flight(&self) -> Vec<RequestId> {
        let mut requests: Vec<RequestId> =
            self.in_flight.values().flatten().map(|in_flight| in_flight.request).collect();
        requests.sort_unstable();
        requests
    }

    fn in_flight_of(&self, node: NodeId) -> usize {
        self.in_flight.get(&node).map_or(0, VecDeque::len)
    }

    /// The least loaded node, and whether any connection is ready.
    /// Source: `NetworkClient.leastLoadedNode`.
    pub(super) fn least_loaded_node(
        &mut self,
        metadata: &Metadata,
        io: &Io<'_>,
    ) -> (Option<NodeId>, bool) {
        let nodes = metadata.nodes();
        let (mut ready, mut connecting, mut can_connect) = (None, None, None);
        let mut fewest = usize::MAX;
        let mut any_ready = false;
        let n = self.least_loaded_draws;
        self.least_loaded_draws += 1;
        let offset = match io.draws {
            Draws::Recorded => 0,
            draws => draws.below(Purpose::LeastLoadedNode, 0, n, nodes.len() as u64) as usize,
        };
        for i in 0..nodes.len() {
            let node = nodes[(offset + i) % nodes.len()];
            any_ready |= self.states.is_ready(node) && self.is_channel_ready(node);
            if self.can_send_request(node) {
                match self.in_flight_of(node) {
                    0 => return (Some(node), true),
                    count if count < fewest => {
                        fewest = count;
                        ready = Some(node);
                    }
                    _ => {}
                }
            } else if self.states.is_preparing(node) {
                connecting = Some(node);
            } else if self.states.can_connect(node, io.clock) {
                let last =
                    |node: NodeId| self.states.last_attempt(node).unwrap_or(ClockMs(i64::MIN));
                if can_connect.is_none_or(|found| last(found) > last(node)) {
                    can_connect = Some(node);
                }
            }
        }
        (ready.or(connecting).or(can_connect), any_ready)
    }

    // --------------------------------------------------------------------- connections

    fn note_connection(
        &mut self,
        node: NodeId,
        connection: ConnectionId,
        state: ConnectionState,
        cause: Cause,
        io: &mut Io<'_>,
    ) {
        let row = io.trace.connections.push(facts::Connection {
            at: io.now,
            connection,
            node: self.broker(node),
            bootstrap: node.0 < 0,
            state,
            cause,
        });
        self.last_connection.insert(node, FactId::new(Kind::Connection, row).into());
    }

    fn initiate_connect(&mut self, node: NodeId, cause: Cause, io: &mut Io<'_>) {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        self.states.connecting(node, io.clock, io.draws);
        self.connections.insert(node, Connection { id, connected: false });
        *io.progress = true;
        self.note_connection(node, id, ConnectionState::Connecting, cause, io);
        io.out.push(Output::Connect { connection: id, broker: self.broker(node) });
    }

    /// Source: `Selector.close`.
    fn close_connection(&mut self, node: NodeId, io: &mut Io<'_>) {
        let Some(connection) = self.connections.remove(&node) else { return };
        self.arrivals.retain(|(id, ..)| *id != connection.id);
        self.unwritten.retain(|(unwritten, _)| *unwritten != node);
        *io.progress = true;
        io.out.push(Output::Close(connection.id));
    }

    /// Closes all connections: the I/O thread ends.
    pub(super) fn close(&mut self, io: &mut Io<'_>) {
        let nodes = Self::in_string_order(self.connections.keys().copied().collect());
        for node in nodes {
            if let Some(connection) = self.connections.get(&node) {
                let id = connection.id;
                let cause = Timer::Schedule.into();
                self.note_connection(node, id, ConnectionState::ClosedByClient, cause, io);
            }
            self.close_connection(node, io);
        }
    }

    // --------------------------------------------------------------------- requests

    /// Hands a request to the node's connection; it is written in the next poll.
    pub(super) fn send(
        &mut self,
        node: NodeId,
        created: ClockMs,
        body: wire::RequestBody,
        batches: Vec<BatchKey>,
        mut fact: facts::Request,
        io: &mut Io<'_>,
    ) -> RequestId {
        let id = RequestId(io.trace.requests.len());
        fact.created = created;
        fact.at = io.now;
        fact.written = SimTime::NEVER;
        fact.node = self.broker(node);
        fact.connection = self.connections.get(&node).map_or(ConnectionId(trace::NONE), |c| c.id);
        fact.correlation = self.correlation;
        self.correlation += 1;
        let kind = fact.kind;
        io.trace.requests.push(fact);
        let expects_response =
            !matches!(&body, wire::RequestBody::Produce(produce) if produce.acks == 0);
        self.in_flight.entry(node).or_default().push_back(InFlight {
            request: id,
            kind,
            sent: created,
            expects_response,
            written: false,
            batches,
        });
        self.unwritten.push((node, wire::Request { id, body }));
        id
    }

    /// A request of the client's own.
    pub(super) fn send_own(
        &mut self,
        node: NodeId,
        body: wire::RequestBody,
        cause: Cause,
        io: &mut Io<'_>,
    ) -> RequestId {
        let (kind, bytes) = match &body {
            wire::RequestBody::ApiVersions => {
                (RequestKind::ApiVersions, sizes::api_versions_request(self.client_id))
            }
            wire::RequestBody::Metadata(topics) => {
                let names = topics.iter().map(|topic| self.names[topic.index()]);
                (RequestKind::Metadata, sizes::metadata_request(self.client_id, names))
            }
            wire::RequestBody::InitProducerId => {
                (RequestKind::InitProducerId, sizes::init_producer_id_request(self.client_id))
            }
            wire::RequestBody::Produce(_) => (RequestKind::Produce, 0),
        };
        let fact = Self::fact(kind, bytes, cause);
        self.send(node, io.clock, body, Vec::new(), fact, io)
    }

    /// The part of a request's fact that its maker knows.
    pub(super) const fn fact(kind: RequestKind, bytes: u32, cause: Cause) -> facts::Request {
        facts::Request {
            created: ClockMs(0),
            at: SimTime(0),
            written: SimTime::NEVER,
            node: BrokerId(0),
            connection: ConnectionId(0),
            kind,
            bytes,
            correlation: 0,
            drains: 0,
            batches: 0,
            cause,
        }
    }

    // --------------------------------------------------------------------- metadata

    /// Asks for metadata if that is due and possible; returns how long the poll may wait for it.
    /// Source: `DefaultMetadataUpdater.maybeUpdate`.
    fn maybe_update(&mut self, metadata: &mut Metadata, io: &mut Io<'_>) -> Millis {
        let to_next = self.time_to_next_update(metadata, io);
        let for_fetch =
            if self.update_in_progress.is_some() { self.request_timeout } else { Millis::ZERO };
        let timeout = to_next.max(for_fetch);
        if timeout > Millis::ZERO {
            return timeout;
        }
        let now = io.clock;
        self.metadata_attempt_start.get_or_insert(now);
        let (mut node, any_ready) = self.least_loaded_node(metadata, io);
        if self.recovery == MetadataRecoveryStrategy::Rebootstrap && node.is_none() && !any_ready {
            metadata.rebootstrap();
            self.metadata_attempt_start = Some(now);
            (node, _) = self.least_loaded_node(metadata, io);
        }
        let Some(node) = node else { return self.reconnect_backoff };
        if self.can_send_request(node) {
            let request = metadata.new_request(now);
            let cause = Timer::MetadataRefresh.into();
            self.send_own(node, wire::RequestBody::Metadata(request.topics), cause, io);
            self.update_in_progress = Some((request.version, request.partial));
            return self.request_timeout;
        }
        let connecting = |node: &NodeId| {
            self.states.state(*node) == Some(super::connection_states::State::Connecting)
        };
        if metadata.nodes().iter().any(connecting) {
            return self.reconnect_backoff;
        }
        if self.states.can_connect(node, now) {
            self.initiate_connect(node, Timer::MetadataRefresh.into(), io);
            return self.reconnect_backoff;
        }
        Millis::MAX
    }

    fn failed_update(&mut self, metadata: &mut Metadata, now: ClockMs) {
        metadata.failed_update(now);
        self.update_in_progress = None;
    }

    // --------------------------------------------------------------------- poll

    /// Everything of a poll before its wait: metadata, writing. Returns how long it may wait.
    pub(super) fn before_wait(
        &mut self,
        timeout: Millis,
        metadata: &mut Metadata,
        io: &mut Io<'_>,
    ) -> (Millis, Vec<NodeId>) {
        let for_metadata = self.maybe_update(metadata, io);
        let mut written = Vec::with_capacity(self.unwritten.len());
        for (node, request) in core::mem::take(&mut self.unwritten) {
            let Some(connection) = self.connections.get(&node) else { continue };
            io.trace.requests.mark_written(request.id.0, io.now);
            let in_flight = self.in_flight.get_mut(&node).into_iter().flatten();
            for known in in_flight.filter(|known| known.request == request.id) {
                known.written = true;
            }
            io.out.push(Output::Write { connection: connection.id, request });
            written.push(node);
        }
        (timeout.min(for_metadata).min(self.request_timeout), written)
    }

    /// Something reached the client's end of a connection.
    pub(super) fn arrive(&mut self, connection: ConnectionId, arrival: Arrival) {
        let node = self.connections.iter().find(|(_, known)| known.id == connection);
        if let Some((node, _)) = node {
            self.arrivals.push_back((connection, *node, arrival));
        }
    }

    /// Whether a poll has something to report.
    pub(super) fn deliverable(&self) -> bool {
        !self.arrivals.is_empty()
    }

    /// Everything of a poll behind its wait, in Kafka's order. `written` are the nodes that something
    /// was written to before it. Returns the requests that ended, to be completed in this order.
    pub(super) fn after_wait(
        &mut self,
        written: &[NodeId],
        metadata: &mut Metadata,
        io: &mut Io<'_>,
    ) -> Vec<Completion> {
        let mut done = Vec::new();
        self.handle_completed_sends(written, &mut done, io.clock);
        let mut served: Vec<ConnectionId> = Vec::new();
        let (mut received, mut lost, mut connected) = (Vec::new(), Vec::new(), Vec::new());
        let mut left = VecDeque::new();
        for (id, node, arrival) in core::mem::take(&mut self.arrivals) {
            if served.contains(&id) {
                left.push_back((id, node, arrival));
                continue;
            }
            served.push(id);
            match arrival {
                Arrival::Connected => connected.push(node),
                Arrival::Response(response) => received.push((node, response)),
                Arrival::Refused => lost.push((node, id, Cause::DERIVED)),
                Arrival::Disconnected(cause) => lost.push((node, id, cause)),
            }
        }
        self.arrivals = left;
        for node in &connected {
            if let Some(connection) = self.connections.get_mut(node) {
                connection.connected = true;
            }
        }
        for (node, _, _) in &lost {
            self.connections.remove(node);
        }
        for (node, response) in received {
            self.handle_response(node, response, metadata, &mut done, io);
        }
        for (node, id, cause) in lost {
            self.process_disconnection(node, Some(id), false, cause, metadata, &mut done, io);
        }
        for node in connected {
            if !self.api_versions_needed.contains(&node) {
                self.api_versions_needed.push(node);
            }
        }
        self.initiate_api_versions(io);
        for node in Self::in_string_order(self.states.with_setup_timeout(io.clock)) {
            let id = self.connections.get(&node).map(|connection| connection.id);
            self.close_connection(node, io);
            let cause = Timer::ConnectionSetup.into();
            self.process_disconnection(node, id, true, cause, metadata, &mut done, io);
        }
        for node in self.with_timed_out_requests(io.clock) {
            let id = self.connections.get(&node).map(|connection| connection.id);
            self.close_connection(node, io);
            let cause = Timer::RequestTimeout.into();
            self.process_disconnection(node, id, true, cause, metadata, &mut done, io);
        }
        self.handle_rebootstrap(metadata, &mut done, io);
        done
    }

    fn handle_completed_sends(
        &mut self,
        written: &[NodeId],
        done: &mut Vec<Completion>,
        received: ClockMs,
    ) {
        for node in written {
            let Some(queue) = self.in_flight.get_mut(node) else { continue };
            if queue.back().is_some_and(|newest| !newest.expects_response)
                && let Some(request) = queue.pop_back()
            {
                let cause = FactId::new(Kind::Request, request.request.0).into();
                let fate = RequestFate::NoAck;
                done.push(Completion {
                    node: *node,
                    request,
                    fate,
                    response: None,
                    cause,
                    received: Some(received),
                });
            }
        }
    }

    fn handle_response(
        &mut self,
        node: NodeId,
        response: wire::Response,
        metadata: &mut Metadata,
        done: &mut Vec<Completion>,
        io: &mut Io<'_>,
    ) {
        let Some(request) = self.in_flight.get_mut(&node).and_then(VecDeque::pop_front) else {
            return;
        };
        let cause = response.cause;
        match (&response.body, request.kind) {
            (wire::ResponseBody::Metadata(answer), RequestKind::Metadata) => {
                self.note_end(&request, node, RequestFate::Answered, cause, io);
                if answer.brokers.is_empty() {
                    metadata.failed_update(io.clock);
                } else if let Some((version, partial)) = self.update_in_progress {
                    metadata.update(version, partial, answer, io.clock);
                    self.metadata_attempt_start = None;
                    self.note_metadata(node, metadata, !partial, io);
                }
                self.update_in_progress = None;
            }
            (wire::ResponseBody::ApiVersions, RequestKind::ApiVersions) => {
                let end = self.note_end(&request, node, RequestFate::Answered, cause, io);
                self.states.ready(node, io.draws);
                if let Some(connection) = self.connections.get(&node) {
                    let id = connection.id;
                    self.note_connection(node, id, ConnectionState::Ready, end, io);
                }
            }
            _ => {
                let fate = RequestFate::Answered;
                done.push(Completion {
                    node,
                    request,
                    fate,
                    response: Some(response),
                    cause,
                    received: Some(io.clock),
                });
            }
        }
    }

    pub(super) fn note_metadata(
        &mut self,
        node: NodeId,
        metadata: &Metadata,
        full: bool,
        io: &mut Io<'_>,
    ) {
        let row = io.trace.metadata_updates.push(facts::MetadataUpdate {
            at: io.now,
            version: metadata.update_version(),
            full,
            cause: self.last_end(node).unwrap_or_default(),
        });
        self.last_metadata = Some(FactId::new(Kind::Metadata, row).into());
    }

    /// Records the end of a request.
    pub(super) fn note_end(
        &mut self,
        request: &InFlight,
        node: NodeId,
        fate: RequestFate,
        cause: Cause,
        io: &mut Io<'_>,
    ) -> Cause {
        let row = io.trace.request_ends.push(facts::RequestEnd {
            at: io.now,
            request: request.request,
            fate,
            cause,
        });
        let end = FactId::new(Kind::RequestEnd, row).into();
        self.last_end.insert(node, end);
        end
    }

    /// Source: `NetworkClient.processDisconnection`, `cancelInFlightRequests`,
    /// `DefaultMetadataUpdater.handleServerDisconnect`.
    #[allow(clippy::too_many_arguments, reason = "who, how, why, and where it is noted")]
    fn process_disconnection(
        &mut self,
        node: NodeId,
        id: Option<ConnectionId>,
        timed_out: bool,
        cause: Cause,
        metadata: &mut Metadata,
        done: &mut Vec<Completion>,
        io: &mut Io<'_>,
    ) {
        self.states.disconnected(node, io.clock, io.draws);
        self.api_versions_needed.retain(|needed| *needed != node);
        let state =
            if timed_out { ConnectionState::ClosedByClient } else { ConnectionState::Disconnected };
        let cause = if cause == Cause::DERIVED {
            self.last_connection(node).unwrap_or(cause) // the attempt to connect
        } else {
            cause
        };
        if let Some(id) = id {
            self.note_connection(node, id, state, cause, io);
        }
        let because = self.last_connection(node).unwrap_or(cause);
        let fate = if timed_out { RequestFate::TimedOut } else { RequestFate::Disconnected };
        for request in self.in_flight.remove(&node).unwrap_or_default() {
            if matches!(request.kind, RequestKind::Metadata | RequestKind::ApiVersions) {
                self.note_end(&request, node, fate, because, io);
                if request.kind == RequestKind::Metadata {
                    self.failed_update(metadata, io.clock);
                }
                continue;
            }
            done.push(Completion {
                node,
                request,
                fate,
                response: None,
                cause: because,
                received: Some(io.clock),
            });
        }
        if self.is_update_due(metadata, io) {
            self.failed_update(metadata, io.clock);
        }
        metadata.request_update();
    }

    fn initiate_api_versions(&mut self, io: &mut Io<'_>) {
        for node in Self::in_string_order(core::mem::take(&mut self.api_versions_needed)) {
            if !(self.is_channel_ready(node) && self.can_send_more(node)) {
                self.api_versions_needed.push(node);
                continue;
            }
            self.states.checking_api_versions(node, io.draws);
            let opened = self.last_connection(node).unwrap_or_default();
            if let Some(connection) = self.connections.get(&node) {
                let id = connection.id;
                self.note_connection(node, id, ConnectionState::CheckingApiVersions, opened, io);
            }
            let cause = self.last_connection(node).unwrap_or_default();
            self.send_own(node, wire::RequestBody::ApiVersions, cause, io);
        }
    }

    /// Strictly longer than the timeout. Source: `InFlightRequests.nodesWithTimedOutRequests`.
    fn with_timed_out_requests(&self, now: ClockMs) -> Vec<NodeId> {
        let late =
            |request: &InFlight| (now - request.sent).max(Millis::ZERO) > self.request_timeout;
        let nodes = self.in_flight.iter().filter(|(_, queue)| queue.iter().any(late));
        let nodes: Vec<NodeId> = nodes.map(|(node, _)| *node).collect();
        if nodes.len() < 2 { nodes } else { Self::in_string_order(nodes) }
    }

    fn handle_rebootstrap(
        &mut self,
        metadata: &mut Metadata,
        done: &mut Vec<Completion>,
        io: &mut Io<'_>,
    ) {
        let overdue = self
            .metadata_attempt_start
            .is_some_and(|start| io.clock - start > self.rebootstrap_trigger);
        if self.recovery != MetadataRecoveryStrategy::Rebootstrap || !overdue {
            return;
        }
        for node in metadata.nodes().to_vec() {
            let id = self.connections.get(&node).map(|connection| connection.id);
            let connected = self.states.state(node).is_some() && !self.states.is_disconnected(node);
            self.close_connection(node, io);
            if connected {
                let cause = Timer::MetadataRefresh.into();
                self.process_disconnection(node, id, false, cause, metadata, done, io);
            }
        }
        metadata.rebootstrap();
        self.metadata_attempt_start = Some(io.clock);
    }
}
