//! A broker's end of a connection: one request at a time. Source: `SocketServer.Processor`, which mutes
//! a channel from reading a request until its answer has left.

use super::{Brokers, ClusterEvent, Fx, fault_of};
use crate::cluster::ClusterOutput;
use crate::wire;
use alloc::collections::VecDeque;
use trace::{Cause, ErrorCode, FactId, Kind, facts};
use units::{BrokerId, ConnectionId, RequestId};

/// A connection, as the broker sees it.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) connection: ConnectionId,
    pub(super) broker: BrokerId,
    pub(super) unread: VecDeque<wire::Request>,
    /// A produce request is being served.
    pub(super) busy: bool,
    /// A scripted silence: nothing is served any more.
    pub(super) silent: bool,
}

impl Session {
    pub(super) const fn new(connection: ConnectionId, broker: BrokerId) -> Self {
        Self { connection, broker, unread: VecDeque::new(), busy: false, silent: false }
    }
}

impl Brokers {
    pub(super) fn session_mut(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.connection == connection)
    }

    /// Reads requests until one takes time.
    pub(super) fn serve(&mut self, connection: ConnectionId, fx: &mut Fx<'_>) {
        loop {
            let Some(session) = self.session_mut(connection) else { return };
            if session.busy || session.silent {
                return;
            }
            let broker = session.broker;
            let Some(request) = session.unread.pop_front() else { return };
            let fact =
                facts::Read { at: fx.now, broker, request: request.id, cause: Cause::DERIVED };
            let read = fx.trace.reads.push(fact);
            let cause: Cause = FactId::new(Kind::Read, read).into();
            let body = match &request.body {
                wire::RequestBody::ApiVersions => wire::ResponseBody::ApiVersions,
                wire::RequestBody::Metadata(asked) => {
                    wire::ResponseBody::Metadata(self.metadata(asked, fx.scenario))
                }
                wire::RequestBody::InitProducerId => {
                    let id = self.next_producer_id;
                    self.next_producer_id += 1;
                    wire::ResponseBody::InitProducerId { id, epoch: 0, error: ErrorCode::None }
                }
                wire::RequestBody::Produce(_) => {
                    self.begin_produce(connection, broker, request, read, fx);
                    return;
                }
            };
            self.answer(connection, broker, request.id, body, cause, fx);
        }
    }

    fn begin_produce(
        &mut self,
        connection: ConnectionId,
        broker: BrokerId,
        request: wire::Request,
        read: u32,
        fx: &mut Fx<'_>,
    ) {
        if let Some(session) = self.session_mut(connection) {
            session.busy = true;
        }
        let fault = fault_of(fx.scenario, self.produces_read, &request);
        self.produces_read += 1;
        let at = fx.now + fx.scenario.cluster.append;
        let event = ClusterEvent::Append { connection, broker, request, fault, read };
        fx.out.push(ClusterOutput::WakeAt { at, event });
    }

    /// An answer leaves, if the connection is still there.
    pub(super) fn answer(
        &mut self,
        connection: ConnectionId,
        broker: BrokerId,
        request: RequestId,
        body: wire::ResponseBody,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        if self.session_mut(connection).is_none() {
            return;
        }
        let row = fx.trace.answers.push(facts::Answer { at: fx.now, broker, request, cause });
        let cause = FactId::new(Kind::Answer, row).into();
        let response = wire::Response { request, body, cause };
        fx.out.push(ClusterOutput::Answer { connection, response });
    }

    /// A produce request is served: the next one may be read.
    pub(super) fn finish(
        &mut self,
        connection: ConnectionId,
        hang_up: bool,
        silent: bool,
        fx: &mut Fx<'_>,
    ) {
        if let Some(session) = self.session_mut(connection) {
            session.busy = false;
            session.silent |= silent;
        }
        if hang_up {
            let known = self.sessions.iter().position(|session| session.connection == connection);
            if let Some(position) = known {
                self.sessions.remove(position);
                let cause = last_read(fx);
                fx.out.push(ClusterOutput::Closed { connection, cause });
            }
        }
        self.serve(connection, fx);
    }

    /// The broker closes all its connections.
    pub(super) fn close_all(&mut self, broker: BrokerId, cause: Cause, fx: &mut Fx<'_>) {
        let (closed, open) = core::mem::take(&mut self.sessions)
            .into_iter()
            .partition(|session| session.broker == broker);
        self.sessions = open;
        let closed: alloc::vec::Vec<Session> = closed;
        for session in closed {
            let connection = session.connection;
            fx.out.push(ClusterOutput::Closed { connection, cause });
        }
    }
}

/// The reading that a hang-up follows.
fn last_read(fx: &Fx<'_>) -> Cause {
    FactId::new(Kind::Read, fx.trace.reads.len().saturating_sub(1)).into()
}
