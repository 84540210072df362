//! A broker's end of a client's connection: one request at a time. Source: `SocketServer.Processor`,
//! which mutes a channel from reading a request until its answer has left.

use super::node::{Node, Process};
use super::produce::Work;
use super::{Fx, NodeEvent};
use crate::cluster::ClusterOutput;
use crate::scenario::{FaultKind, Message};
use crate::wire;
use alloc::collections::VecDeque;
use trace::{Cause, ErrorCode, FactId, Kind, facts};
use units::{ConnectionId, Micros, RequestId, SimTime};

/// A connection, as the broker sees it.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) connection: ConnectionId,
    unread: VecDeque<wire::Request>,
    /// A request is being served.
    busy: bool,
    /// A scripted silence: nothing is served any more.
    silent: bool,
    /// The client has closed its end: what it had sent before is still read, until an answer finds
    /// nobody.
    client_gone: bool,
    /// A lost message took the rest of this direction with it.
    deaf: bool,
    mute: bool,
    /// A late message holds back what was sent behind it.
    held_until: SimTime,
}

impl Session {
    pub(super) const fn new(connection: ConnectionId) -> Self {
        Self {
            connection,
            unread: VecDeque::new(),
            busy: false,
            silent: false,
            client_gone: false,
            deaf: false,
            mute: false,
            held_until: SimTime(i64::MIN),
        }
    }
}

impl Node {
    pub(super) fn session_mut(&mut self, connection: ConnectionId) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.connection == connection)
    }

    /// A client's request is read, or served.
    pub(super) fn serves(&self) -> bool {
        self.sessions
            .iter()
            .any(|session| session.busy || !(session.silent || session.unread.is_empty()))
    }

    pub(super) fn remove_session(&mut self, connection: ConnectionId) {
        self.sessions.retain(|session| session.connection != connection);
    }

    /// Somebody knocks. A process that stands still has its system take the connection.
    pub(super) fn knock(&mut self, connection: ConnectionId, fx: &mut Fx<'_>) {
        if self.process == Process::Unpowered {
            return;
        }
        fx.out.push(if self.accepts {
            self.sessions.push(Session::new(connection));
            ClusterOutput::Accepted(connection)
        } else {
            ClusterOutput::Refused(connection)
        });
    }

    pub(super) fn client_closed(&mut self, connection: ConnectionId, fx: &Fx<'_>) {
        let replicated = fx.scenario.cluster.replication.is_some();
        let Some(session) = self.session_mut(connection).filter(|_| replicated) else {
            return self.remove_session(connection);
        };
        session.client_gone = true;
        if !session.busy && session.unread.is_empty() {
            self.remove_session(connection);
        }
    }

    /// A request has arrived.
    pub(super) fn arrived(
        &mut self,
        connection: ConnectionId,
        request: wire::Request,
        fx: &mut Fx<'_>,
    ) {
        if self.session_mut(connection).is_none() {
            // a process that knows nothing of the connection resets it
            if fx.scenario.cluster.replication.is_some() && self.process == Process::Up {
                let cause = FactId::new(Kind::Request, request.id.0).into();
                fx.out.push(ClusterOutput::Closed { connection, cause });
            }
            return;
        }
        if let Some(fault) = fx.fault_of_message(Message::Request, &request, *fx.produces_read) {
            let cause: Cause = FactId::new(Kind::Request, request.id.0).into();
            match fx.take_place(fault, cause) {
                Some(FaultKind::Lose { reset, .. }) => {
                    let reset = *reset;
                    return self.lose_direction(connection, reset, fx);
                }
                Some(FaultKind::Late { by, .. }) => {
                    let until = fx.now + *by;
                    if let Some(session) = self.session_mut(connection) {
                        session.held_until = until;
                    }
                }
                _ => {}
            }
        }
        let now = fx.now;
        let Some(session) = self.session_mut(connection) else { return };
        if session.deaf {
            return;
        }
        if session.held_until > now {
            let after = session.held_until.since(now);
            return self.wake(after, NodeEvent::Late { connection, request }, fx);
        }
        session.unread.push_back(request);
        self.serve(connection, fx);
    }

    /// A late request is there.
    pub(super) fn late(
        &mut self,
        connection: ConnectionId,
        request: wire::Request,
        fx: &mut Fx<'_>,
    ) {
        if let Some(session) = self.session_mut(connection) {
            session.unread.push_back(request);
            self.serve(connection, fx);
        }
    }

    /// The client's messages are lost from here on, or the connection is reset.
    fn lose_direction(&mut self, connection: ConnectionId, reset: bool, fx: &mut Fx<'_>) {
        if reset {
            self.remove_session(connection);
            let cause = fx.last_fault();
            fx.out.push(ClusterOutput::Closed { connection, cause });
        } else if let Some(session) = self.session_mut(connection) {
            session.deaf = true;
        }
    }

    /// Reads requests until one takes time.
    pub(super) fn serve(&mut self, connection: ConnectionId, fx: &mut Fx<'_>) {
        loop {
            if self.process != Process::Up {
                return;
            }
            let Some(session) = self.session_mut(connection) else { return };
            if session.busy || session.silent {
                return;
            }
            let Some(request) = session.unread.pop_front() else {
                if session.client_gone {
                    self.remove_session(connection);
                }
                return;
            };
            let broker = self.id;
            let fact =
                facts::Read { at: fx.now, broker, request: request.id, cause: Cause::DERIVED };
            let read = fx.trace.reads.push(fact);
            let cause: Cause = FactId::new(Kind::Read, read).into();
            let body = match &request.body {
                wire::RequestBody::ApiVersions => wire::ResponseBody::ApiVersions,
                wire::RequestBody::Metadata(asked) => {
                    wire::ResponseBody::Metadata(self.metadata(asked, fx))
                }
                wire::RequestBody::InitProducerId => {
                    let id = *fx.next_producer_id;
                    *fx.next_producer_id += 1;
                    wire::ResponseBody::InitProducerId { id, epoch: 0, error: ErrorCode::None }
                }
                wire::RequestBody::Produce(_) => {
                    self.begin_produce(connection, request, read, fx);
                    return;
                }
            };
            let slow = self.slow.at(fx.now);
            if slow > Micros(0) {
                if let Some(session) = self.session_mut(connection) {
                    session.busy = true;
                }
                let response = Some(wire::Response { request: request.id, body, cause });
                let event = NodeEvent::Leave { connection, response, hang_up: false };
                self.wake(slow, event, fx);
                return;
            }
            self.answer(connection, request.id, body, cause, Micros(0), fx);
        }
    }

    fn begin_produce(
        &mut self,
        connection: ConnectionId,
        request: wire::Request,
        read: u32,
        fx: &mut Fx<'_>,
    ) {
        if let Some(session) = self.session_mut(connection) {
            session.busy = true;
        }
        let number = *fx.produces_read;
        let fault = fx.fault_of_request(number, &request);
        fx.note_read(number, &request, FactId::new(Kind::Read, read).into());
        *fx.produces_read += 1;
        let takes = fx.scenario.cluster.append + self.slow.at(fx.now) + self.slow_disk.at(fx.now);
        let work = Work { number, read, fault };
        let event = NodeEvent::Append { connection, request, work };
        self.wake(takes, event, fx);
    }

    /// An answer leaves, if the connection is still there.
    pub(super) fn answer(
        &mut self,
        connection: ConnectionId,
        request: RequestId,
        body: wire::ResponseBody,
        cause: Cause,
        late: Micros,
        fx: &mut Fx<'_>,
    ) {
        let broker = self.id;
        let Some(session) = self.session_mut(connection) else { return };
        let row = fx.trace.answers.push(facts::Answer { at: fx.now, broker, request, cause });
        if session.client_gone {
            // the answer is met with a reset, and what was not read yet goes with it
            return self.remove_session(connection);
        }
        if session.mute {
            return;
        }
        let cause = FactId::new(Kind::Answer, row).into();
        let response = wire::Response { request, body, cause };
        fx.out.push(ClusterOutput::Answer { connection, response, late });
    }

    /// What is sent from here on is lost, this answer included.
    pub(super) fn lose_answers(&mut self, connection: ConnectionId) {
        if let Some(session) = self.session_mut(connection) {
            session.mute = true;
        }
    }

    /// A request is served: the next one may be read.
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
            if hang_up {
                self.remove_session(connection);
                let cause = last_read(fx);
                fx.out.push(ClusterOutput::Closed { connection, cause });
            }
        }
        self.serve(connection, fx);
    }

    /// The broker closes all its connections.
    pub(super) fn close_all(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        for session in core::mem::take(&mut self.sessions) {
            let connection = session.connection;
            fx.out.push(ClusterOutput::Closed { connection, cause });
        }
    }
}

/// The reading that a hang-up follows.
fn last_read(fx: &Fx<'_>) -> Cause {
    FactId::new(Kind::Read, fx.trace.reads.len().saturating_sub(1)).into()
}
