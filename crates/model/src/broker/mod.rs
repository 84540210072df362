//! Brokers and controller. (stand-in)
#![allow(missing_docs)]
use crate::cluster::{ClusterInput, ClusterOutput};
use crate::scenario::*;
use crate::wire::*;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use trace::{AppendResult, Cause, ErrorCode, FactId, Kind, Timer, Trace, facts};
use units::*;
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterEvent {
    Append(ConnectionId, BrokerId, Request, Option<usize>, u32),
    Leave(ConnectionId, BrokerId, Option<Response>, bool, u32),
}
#[derive(Clone, Debug, Default)]
struct Session {
    unread: VecDeque<Request>,
    busy: bool,
    mute: bool,
}
#[derive(Clone, Debug)]
struct Part {
    leader: BrokerId,
    epoch: i32,
    next: i64,
    written: BTreeMap<(i64, i16, i32), i64>,
    last: BTreeMap<i64, (i16, i32)>,
}
#[derive(Clone, Debug)]
pub struct Brokers {
    up: BTreeMap<BrokerId, bool>,
    sessions: Vec<(ConnectionId, BrokerId, Session)>,
    parts: Vec<Vec<Part>>,
    read: u32,
    ids: i64,
}
impl Brokers {
    pub fn new(s: &Scenario, _: &mut Trace) -> Self {
        Self {
            up: s.cluster.brokers.iter().map(|b| (*b, true)).collect(),
            sessions: Vec::new(),
            read: 0,
            ids: 0,
            parts: s
                .cluster
                .topics
                .iter()
                .map(|t| {
                    t.replicas
                        .iter()
                        .map(|r| Part {
                            leader: r[0],
                            epoch: 0,
                            next: 0,
                            written: BTreeMap::new(),
                            last: BTreeMap::new(),
                        })
                        .collect()
                })
                .collect(),
        }
    }
    pub fn begin(&mut self, _: &Scenario, _: &mut Trace, _: &mut Vec<ClusterOutput>) {}
    pub fn settled(&self, _: &Scenario) -> bool {
        true
    }
    fn close_all(&mut self, b: BrokerId, out: &mut Vec<ClusterOutput>) {
        let mut i = 0;
        while i < self.sessions.len() {
            if self.sessions[i].1 == b {
                let s = self.sessions.remove(i);
                out.push(ClusterOutput::Closed { connection: s.0, cause: Timer::Schedule.into() });
            } else {
                i += 1;
            }
        }
    }
    fn close(&mut self, c: ConnectionId, out: &mut Vec<ClusterOutput>) {
        if let Some(i) = self.sessions.iter().position(|s| s.0 == c) {
            self.sessions.remove(i);
            out.push(ClusterOutput::Closed { connection: c, cause: Timer::Schedule.into() });
        }
    }
    fn sess(&mut self, c: ConnectionId) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|s| s.0 == c).map(|s| &mut s.2)
    }
    fn answer(
        &mut self,
        now: SimTime,
        b: BrokerId,
        c: ConnectionId,
        request: RequestId,
        body: ResponseBody,
        t: &mut Trace,
        out: &mut Vec<ClusterOutput>,
        cause: Cause,
    ) {
        if self.sess(c).is_none() {
            return;
        }
        let row = t.answers.push(facts::Answer { at: now, broker: b, request, cause });
        out.push(ClusterOutput::Answer {
            connection: c,
            response: Response { request, body, cause: FactId::new(Kind::Answer, row).into() },
        });
    }
    fn serve(
        &mut self,
        now: SimTime,
        b: BrokerId,
        c: ConnectionId,
        s: &Scenario,
        t: &mut Trace,
        out: &mut Vec<ClusterOutput>,
    ) {
        loop {
            let Some(x) = self.sess(c) else { return };
            if x.busy || x.mute {
                return;
            }
            let Some(r) = x.unread.pop_front() else { return };
            let row = t.reads.push(facts::Read {
                at: now,
                broker: b,
                request: r.id,
                cause: Cause::DERIVED,
            });
            let cause: Cause = FactId::new(Kind::Read, row).into();
            match &r.body {
                RequestBody::ApiVersions => {
                    self.answer(now, b, c, r.id, ResponseBody::ApiVersions, t, out, cause)
                }
                RequestBody::InitProducerId => {
                    let id = self.ids;
                    self.ids += 1;
                    self.answer(
                        now,
                        b,
                        c,
                        r.id,
                        ResponseBody::InitProducerId { id, epoch: 0, error: ErrorCode::None },
                        t,
                        out,
                        cause,
                    )
                }
                RequestBody::Metadata(names) => {
                    let mut m = Metadata { brokers: s.cluster.brokers.clone(), topics: Vec::new() };
                    let mut n = names.clone();
                    n.sort();
                    for id in n {
                        if id.index() < self.parts.len() {
                            m.topics.push(TopicMetadata {
                                topic: id,
                                error: ErrorCode::None,
                                partitions: self.parts[id.index()]
                                    .iter()
                                    .map(|p| PartitionMetadata {
                                        leader: Some(p.leader),
                                        leader_epoch: Epoch(p.epoch),
                                    })
                                    .collect(),
                            });
                        } else {
                            m.topics.push(TopicMetadata {
                                topic: id,
                                error: ErrorCode::UnknownTopicOrPartition,
                                partitions: Vec::new(),
                            });
                        }
                    }
                    self.answer(now, b, c, r.id, ResponseBody::Metadata(m), t, out, cause)
                }
                RequestBody::Produce(_) => {
                    self.sess(c).unwrap().busy = true;
                    let n = self.read;
                    self.read += 1;
                    let f = s.faults.iter().position(
                        |f| matches!(f.anchor, Anchor::Produce{from,to} if n>=from&&n<=to),
                    );
                    out.push(ClusterOutput::WakeAt {
                        at: now + s.cluster.append,
                        event: ClusterEvent::Append(c, b, r.clone(), f, row),
                    });
                }
            }
        }
    }
    fn finish(
        &mut self,
        now: SimTime,
        b: BrokerId,
        c: ConnectionId,
        disc: bool,
        silent: bool,
        s: &Scenario,
        t: &mut Trace,
        out: &mut Vec<ClusterOutput>,
    ) {
        if let Some(x) = self.sess(c) {
            x.busy = false;
            x.mute |= silent;
        }
        if disc {
            self.close(c, out);
        }
        self.serve(now, b, c, s, t, out);
    }
    pub fn handle(
        &mut self,
        now: SimTime,
        i: ClusterInput,
        s: &Scenario,
        t: &mut Trace,
        out: &mut Vec<ClusterOutput>,
    ) {
        match i {
            ClusterInput::Knock { connection, broker } => {
                if self.up[&broker] {
                    self.sessions.push((connection, broker, Session::default()));
                    out.push(ClusterOutput::Accepted(connection));
                } else {
                    out.push(ClusterOutput::Refused(connection));
                }
            }
            ClusterInput::ClientClosed(c) => self.sessions.retain(|x| x.0 != c),
            ClusterInput::Arrive { connection, request } => {
                let Some(x) = self.sessions.iter_mut().find(|x| x.0 == connection) else { return };
                x.2.unread.push_back(request);
                let b = x.1;
                self.serve(now, b, connection, s, t, out);
            }
            ClusterInput::Fault(f) => {
                t.faults.push(facts::Fault { at: now, fault: f, cause: Timer::Schedule.into() });
                match &s.faults[f as usize].what {
                    FaultKind::Disconnect(b) => self.close_all(*b, out),
                    FaultKind::Unreachable(b) => {
                        self.up.insert(*b, false);
                        self.close_all(*b, out);
                    }
                    FaultKind::Reachable(b) => {
                        self.up.insert(*b, true);
                    }
                    FaultKind::MoveLeader { partition, to } => {
                        let p =
                            &mut self.parts[partition.topic.index()][partition.partition.index()];
                        p.leader = *to;
                        p.epoch += 1;
                    }
                    _ => {}
                }
            }
            ClusterInput::Event(ClusterEvent::Leave(c, b, r, hang, row)) => {
                if let Some(r) = r {
                    self.answer(
                        now,
                        b,
                        c,
                        r.request,
                        r.body,
                        t,
                        out,
                        FactId::new(Kind::Read, row).into(),
                    );
                }
                self.finish(now, b, c, hang, false, s, t, out);
            }
            ClusterInput::Event(ClusterEvent::Append(c, b, r, f, row)) => {
                let what = f.map(|f| &s.faults[f].what);
                let (disc, silent, lost) = match what {
                    Some(FaultKind::Hangup { appended }) => (true, false, !appended),
                    Some(FaultKind::Silent { appended }) => (false, true, !appended),
                    _ => (false, false, false),
                };
                if lost {
                    self.finish(now, b, c, disc, silent, s, t, out);
                    return;
                }
                let RequestBody::Produce(p) = &r.body else { return };
                let mut answers = Vec::new();
                let mut failed = false;
                for batch in &p.batches {
                    let a = self.append(now, b, batch, what, s, t, row);
                    failed |= a.error != ErrorCode::None;
                    answers.push(a);
                }
                if disc || silent {
                    self.finish(now, b, c, disc, silent, s, t, out);
                    return;
                }
                let delay = match what {
                    Some(FaultKind::Delay(d)) => *d,
                    Some(FaultKind::Answer { delay, .. }) => *delay,
                    _ => Micros(0),
                };
                let resp = (p.acks != 0).then(|| Response {
                    request: r.id,
                    body: ResponseBody::Produce(answers),
                    cause: Cause::DERIVED,
                });
                let hang = failed && p.acks == 0;
                if delay == Micros(0) {
                    if let Some(x) = resp {
                        self.answer(
                            now,
                            b,
                            c,
                            x.request,
                            x.body,
                            t,
                            out,
                            FactId::new(Kind::Read, row).into(),
                        );
                    }
                    self.finish(now, b, c, hang, false, s, t, out);
                } else {
                    out.push(ClusterOutput::WakeAt {
                        at: now + delay,
                        event: ClusterEvent::Leave(c, b, resp, hang, row),
                    });
                }
            }
        }
    }
    fn append(
        &mut self,
        now: SimTime,
        b: BrokerId,
        batch: &Batch,
        what: Option<&FaultKind>,
        s: &Scenario,
        t: &mut Trace,
        read: u32,
    ) -> ProduceAnswer {
        let tp = batch.partition;
        let p = &mut self.parts[tp.topic.index()][tp.partition.index()];
        let err = |e, leader| ProduceAnswer {
            partition: tp,
            error: e,
            base_offset: Offset::NONE,
            log_start_offset: Offset::NONE,
            current_leader: leader,
            record_errors: Vec::new(),
        };
        let mut note = |offset, result| {
            t.appends.push(facts::Append {
                at: now,
                broker: b,
                read,
                batch: batch.batch,
                offset,
                leader_epoch: Epoch(0),
                result,
            });
        };
        if p.leader != b {
            let e = ErrorCode::NotLeaderOrFollower;
            note(Offset::NONE, AppendResult::Refused { error: e });
            return err(e, Some((p.leader, Epoch(p.epoch))));
        }
        let scripted = match what {
            Some(FaultKind::Answer { error, appended, partitions, .. })
                if partitions.is_empty() || partitions.contains(&tp) =>
            {
                Some((*error, *appended))
            }
            _ => None,
        };
        if let Some((e, false)) = scripted {
            note(Offset::NONE, AppendResult::Refused { error: e });
            return err(e, None);
        }
        let key = (batch.producer_id, batch.producer_epoch, batch.base_sequence);
        let known = (batch.producer_id >= 0).then(|| p.written.get(&key).copied()).flatten();
        let dup = known.is_some();
        let offset = if let Some(o) = known {
            o
        } else {
            if s.cluster.check_sequences && batch.producer_id >= 0 {
                if let Some((e, l)) = p.last.get(&batch.producer_id) {
                    let r = if batch.producer_epoch < *e {
                        Some(ErrorCode::InvalidProducerEpoch)
                    } else {
                        let ok = if batch.producer_epoch > *e {
                            batch.base_sequence == 0
                        } else {
                            batch.base_sequence == l.wrapping_add(1)
                        };
                        (!ok).then_some(ErrorCode::OutOfOrderSequenceNumber)
                    };
                    if let Some(r) = r {
                        let e = scripted.map_or(r, |x| x.0);
                        note(Offset::NONE, AppendResult::Refused { error: e });
                        return err(e, None);
                    }
                }
            }
            let o = p.next;
            p.next += i64::from(batch.records);
            if batch.producer_id >= 0 {
                p.written.insert(key, o);
                p.last.insert(batch.producer_id, (batch.producer_epoch, batch.last_sequence()));
            }
            o
        };
        if let Some((e, _)) = scripted {
            note(Offset(offset), AppendResult::AppendedWithError { error: e });
            return err(e, None);
        }
        note(Offset(offset), if dup { AppendResult::Duplicate } else { AppendResult::Appended });
        ProduceAnswer {
            partition: tp,
            error: ErrorCode::None,
            base_offset: Offset(offset),
            log_start_offset: Offset(0),
            current_leader: None,
            record_errors: Vec::new(),
        }
    }
}
