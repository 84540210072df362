//! What the brokers are to the simulation: inputs in, outputs out, no I/O.

use crate::broker::NodeEvent;
use crate::controller::ControllerInput;
use crate::scenario::Place;
use crate::wire::{Request, Response};
use trace::Cause;
use units::{BrokerId, ConnectionId, Micros, SimTime};

/// What reaches the brokers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClusterInput {
    /// A client knocks. Answered at once with [`ClusterOutput::Accepted`] or `Refused`, if at all.
    Knock { connection: ConnectionId, broker: BrokerId },
    /// A request has arrived.
    Arrive { connection: ConnectionId, request: Request },
    /// The client's end of a connection is known to be closed.
    ClientClosed(ConnectionId),
    /// A wake-up that somebody asked for with [`ClusterOutput::WakeAt`], or a message that somebody
    /// sent with [`ClusterOutput::Between`].
    Event(ClusterEvent),
    /// A fault of the scenario is due: its position in the list.
    Fault(u16),
}

/// Whom an event is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClusterEvent {
    /// A broker, as long as it is the same process.
    Node { broker: BrokerId, life: u32, event: NodeEvent },
    /// The controller.
    Controller(ControllerInput),
}

/// What the brokers do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClusterOutput {
    /// The broker takes the connection.
    Accepted(ConnectionId),
    /// It refuses it.
    Refused(ConnectionId),
    /// An answer leaves for the client; a fault may make it late.
    Answer { connection: ConnectionId, response: Response, late: Micros },
    /// The broker has closed its end.
    Closed { connection: ConnectionId, cause: Cause },
    /// Call again then.
    WakeAt { at: SimTime, event: ClusterEvent },
    /// A message between brokers and the controller, that takes so long on an undisturbed link.
    Between { from: Place, to: Place, takes: Micros, event: ClusterEvent },
    /// A fault takes place that is not the brokers': its position in the list.
    Fault(u16),
}
