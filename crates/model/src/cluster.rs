//! What the brokers are to the simulation: inputs in, outputs out, no I/O.

use crate::wire::{Request, Response};
use trace::Cause;
use units::{BrokerId, ConnectionId};

/// What reaches the brokers.
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterInput {
    /// A client knocks. Answered at once with [`ClusterOutput::Accepted`] or `Refused`.
    Knock {
        /// The connection.
        connection: ConnectionId,
        /// Whom it knocks at.
        broker: BrokerId,
    },
    /// A request has arrived.
    Arrive {
        /// On this connection.
        connection: ConnectionId,
        /// The request.
        request: Request,
    },
    /// The client's end of a connection is known to be closed.
    ClientClosed(ConnectionId),
    /// A wake-up that the cluster asked for with [`ClusterOutput::WakeAt`], or a message between
    /// brokers that it sent with [`ClusterOutput::Between`].
    Event(crate::broker::ClusterEvent),
    /// A fault of the scenario is due: its position in the list.
    Fault(u16),
}

/// What the brokers do.
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterOutput {
    /// The broker takes the connection.
    Accepted(ConnectionId),
    /// It refuses it.
    Refused(ConnectionId),
    /// An answer leaves for the client.
    Answer {
        /// On this connection.
        connection: ConnectionId,
        /// The answer.
        response: Response,
    },
    /// The broker has closed its end.
    Closed {
        /// Of this connection.
        connection: ConnectionId,
        /// Why.
        cause: Cause,
    },
    /// Call again then.
    WakeAt {
        /// When.
        at: units::SimTime,
        /// With this.
        event: crate::broker::ClusterEvent,
    },
    /// A message from one broker (or the controller) to another.
    Between {
        /// From.
        from: crate::scenario::Place,
        /// To.
        to: crate::scenario::Place,
        /// What arrives there.
        event: crate::broker::ClusterEvent,
    },
}
