//! States of connections, with their back-off. Source: `ClusterConnectionStates`.

use super::exponential_backoff::ExponentialBackoff;
use super::metadata::NodeId;
use crate::config::ProducerConfig;
use crate::draws::Purpose;
use crate::scenario::Draws;
use alloc::vec::Vec;
use litemap::LiteMap;
use units::{ClockMs, Millis};

/// State of a node's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Disconnected,
    Connecting,
    CheckingApiVersions,
    Ready,
}

#[derive(Clone, Debug)]
struct NodeState {
    state: State,
    last_attempt: ClockMs,
    failed_attempts: i64,
    failed_connect_attempts: i64,
    reconnect_backoff: Millis,
    setup_timeout: Millis,
}

/// States of all nodes that the client ever connected to.
#[derive(Clone, Debug)]
pub(super) struct ClusterConnectionStates {
    reconnect: ExponentialBackoff,
    setup: ExponentialBackoff,
    nodes: LiteMap<NodeId, NodeState>,
    draws: u64,
}

impl ClusterConnectionStates {
    pub(super) fn new(config: &ProducerConfig) -> Self {
        Self {
            reconnect: ExponentialBackoff::new(
                config.reconnect_backoff(),
                config.reconnect_backoff_max(),
            ),
            setup: ExponentialBackoff::new(
                config.socket_connection_setup_timeout(),
                config.socket_connection_setup_timeout_max(),
            ),
            nodes: LiteMap::new(),
            draws: 0,
        }
    }

    fn unit(&mut self, purpose: Purpose, node: NodeId, draws: Draws) -> f64 {
        let n = self.draws;
        self.draws += 1;
        draws.unit(purpose, u64::from(node.0.cast_unsigned()), n)
    }

    pub(super) fn can_connect(&self, node: NodeId, now: ClockMs) -> bool {
        self.nodes.get(&node).is_none_or(|state| {
            state.state == State::Disconnected
                && now - state.last_attempt >= state.reconnect_backoff
        })
    }

    pub(super) fn state(&self, node: NodeId) -> Option<State> {
        self.nodes.get(&node).map(|state| state.state)
    }

    pub(super) fn is_ready(&self, node: NodeId) -> bool {
        self.state(node) == Some(State::Ready)
    }

    pub(super) fn is_disconnected(&self, node: NodeId) -> bool {
        self.state(node) == Some(State::Disconnected)
    }

    /// Whether it is connecting or has still to exchange versions.
    pub(super) fn is_preparing(&self, node: NodeId) -> bool {
        matches!(self.state(node), Some(State::Connecting | State::CheckingApiVersions))
    }

    /// How long a node that is not ready is worth no look.
    /// Source: `ClusterConnectionStates.pollDelayMs`, `connectionDelay`.
    pub(super) fn poll_delay(&self, node: NodeId, now: ClockMs) -> Millis {
        let Some(state) = self.nodes.get(&node) else { return Millis::ZERO };
        match state.state {
            State::Connecting => state.setup_timeout,
            State::Disconnected => {
                (state.reconnect_backoff - (now - state.last_attempt)).max(Millis::ZERO)
            }
            State::CheckingApiVersions | State::Ready => Millis::MAX,
        }
    }

    pub(super) fn last_attempt(&self, node: NodeId) -> Option<ClockMs> {
        self.nodes.get(&node).map(|state| state.last_attempt)
    }

    pub(super) fn connecting(&mut self, node: NodeId, now: ClockMs, draws: Draws) {
        if let Some(state) = self.nodes.get_mut(&node) {
            state.last_attempt = now;
            state.state = State::Connecting;
            return;
        }
        let unit = self.unit(Purpose::Reconnect, node, draws);
        let reconnect_backoff = self.reconnect.backoff(0, unit);
        let unit = self.unit(Purpose::ConnectionSetup, node, draws);
        let setup_timeout = self.setup.backoff(0, unit);
        let state = NodeState {
            state: State::Connecting,
            last_attempt: now,
            failed_attempts: 0,
            failed_connect_attempts: 0,
            reconnect_backoff,
            setup_timeout,
        };
        self.nodes.insert(node, state);
    }

    pub(super) fn checking_api_versions(&mut self, node: NodeId, draws: Draws) {
        let unit = self.unit(Purpose::ConnectionSetup, node, draws);
        let setup_timeout = self.setup.backoff(0, unit);
        if let Some(state) = self.nodes.get_mut(&node) {
            state.state = State::CheckingApiVersions;
            state.failed_connect_attempts = 0;
            state.setup_timeout = setup_timeout;
        }
    }

    pub(super) fn ready(&mut self, node: NodeId, draws: Draws) {
        let unit = self.unit(Purpose::Reconnect, node, draws);
        let reconnect_backoff = self.reconnect.backoff(0, unit);
        let unit = self.unit(Purpose::ConnectionSetup, node, draws);
        let setup_timeout = self.setup.backoff(0, unit);
        if let Some(state) = self.nodes.get_mut(&node) {
            state.state = State::Ready;
            state.failed_attempts = 0;
            state.reconnect_backoff = reconnect_backoff;
            state.failed_connect_attempts = 0;
            state.setup_timeout = setup_timeout;
        }
    }

    /// Source: `ClusterConnectionStates.disconnected`.
    pub(super) fn disconnected(&mut self, node: NodeId, now: ClockMs, draws: Draws) {
        let reconnect = self.unit(Purpose::Reconnect, node, draws);
        let setup = self.unit(Purpose::ConnectionSetup, node, draws);
        let Some(state) = self.nodes.get_mut(&node) else { return };
        state.last_attempt = now;
        state.reconnect_backoff = self.reconnect.backoff(state.failed_attempts, reconnect);
        state.failed_attempts += 1;
        if state.state == State::Connecting {
            state.failed_connect_attempts += 1;
        } else {
            state.failed_connect_attempts = 0;
        }
        state.setup_timeout = self.setup.backoff(state.failed_connect_attempts, setup);
        state.state = State::Disconnected;
    }

    /// Nodes whose connection takes too long to be set up. Source:
    /// `ClusterConnectionStates.nodesWithConnectionSetupTimeout`.
    pub(super) fn with_setup_timeout(&self, now: ClockMs) -> Vec<NodeId> {
        self.nodes
            .iter()
            .filter(|(_, state)| {
                state.state == State::Connecting && now - state.last_attempt > state.setup_timeout
            })
            .map(|(node, _)| *node)
            .collect()
    }
}
