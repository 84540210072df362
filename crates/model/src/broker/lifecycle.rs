//! From start to end of a broker's process: registration, heartbeats, shutdown, death. Source:
//! `BrokerLifecycleManager`, `BrokerServer`, `LogManager`.

use super::node::{Node, Process, Role};
use super::{Fx, NodeEvent};
use crate::cluster::ClusterOutput;
use crate::controller::ControllerInput;
use crate::draws::Purpose;
use crate::image::Delta;
use alloc::vec::Vec;
use trace::{BrokerChange, Cause, Timer};
use units::{Micros, Millis, Offset};

/// First repetition of a heartbeat that asks for leave. Source: `BrokerLifecycleManager`.
const SHUTDOWN_REPEAT: Micros = Micros(50_000);

impl Node {
    /// The run's 0: the broker is somewhere in its periods. Returns how long ago it was heard last.
    pub(super) fn begin(&mut self, fx: &mut Fx<'_>) -> Micros {
        let draws = fx.scenario.draws;
        let entity = u64::from(self.id.0);
        let draw = |purpose, n, period: u64| draws.below(purpose, entity, n, period);
        let interval = Micros::from(fx.settings.broker_heartbeat_interval).0;
        let next = draw(Purpose::HeartbeatPhase, 0, interval);
        self.heartbeat_after(Micros(next), fx);
        let lag = draw(Purpose::LagPhase, 0, lag_period(fx).0);
        self.wake(Micros(lag), NodeEvent::LagCheck, fx);
        let period = Micros::from(fx.settings.replica_high_watermark_checkpoint_interval).0;
        let checkpoint = draw(Purpose::LagPhase, 1, period);
        self.wake(Micros(checkpoint), NodeEvent::Checkpoint, fx);
        self.begin_fetching();
        Micros(interval - next.min(interval))
    }

    // --------------------------------------------------------------------- heartbeats

    /// The next heartbeat; one that was planned before is not.
    fn heartbeat_after(&mut self, after: Micros, fx: &mut Fx<'_>) {
        self.heartbeats += 1;
        self.wake(after, NodeEvent::Heartbeat(self.heartbeats), fx);
    }

    pub(super) fn heartbeat_due(&mut self, number: u32, fx: &mut Fx<'_>) {
        if number == self.heartbeats {
            self.heartbeat(fx);
        }
    }

    fn heartbeat(&mut self, fx: &mut Fx<'_>) {
        self.heartbeats += 1;
        let shutdown = self.shutdown.filter(|_| self.leaving);
        let (broker, epoch, applied) = (self.id, self.broker_epoch, self.image.offset);
        let input = ControllerInput::Heartbeat { broker, epoch, applied, shutdown };
        self.send_to_controller(input, fx);
    }

    /// The next heartbeat follows the answer to the one before.
    pub(super) fn heartbeat_answered(&mut self, fenced: bool, exit: bool, fx: &mut Fx<'_>) {
        if exit {
            return self.exit(fx);
        }
        if self.process == Process::Starting && !fenced {
            self.process = Process::Up;
            self.accepts = true;
        }
        let interval = Micros::from(fx.settings.broker_heartbeat_interval);
        let soon = self.leaving && !self.told_to_wait;
        self.told_to_wait |= self.leaving;
        self.heartbeat_after(if soon { SHUTDOWN_REPEAT } else { interval }, fx);
    }

    // --------------------------------------------------------------------- the end

    /// A request to shut down in order.
    pub(super) fn begin_shutdown(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        let cause = self.note(BrokerChange::ShuttingDown, cause, fx);
        self.shutdown = Some(cause);
        let (entity, bound) = (u64::from(self.id.0), fx.settings.shutdown.0);
        let takes = fx.scenario.draws.below(Purpose::Shutdown, entity, u64::from(self.life), bound);
        self.wake(Micros(takes), NodeEvent::AskForLeave, fx);
    }

    pub(super) fn ask_for_leave(&mut self, fx: &mut Fx<'_>) {
        self.leaving = true;
        self.heartbeat(fx);
    }

    /// The controller has let it go: logs are flushed, everything is written down.
    /// Source: `LogManager.shutdown`.
    fn exit(&mut self, fx: &mut Fx<'_>) {
        let cause = self.shutdown.unwrap_or(Timer::Heartbeat.into());
        for replica in self.replicas.iter_mut().flatten() {
            replica.log.flush();
            replica.checkpoint = replica.high_watermark;
        }
        let cause = self.note(BrokerChange::Exited, cause, fx);
        self.end_process(Process::Down, cause, fx);
        self.clean_epoch = Some(self.broker_epoch);
    }

    /// The process is killed; what it wrote is with the operating system.
    pub(super) fn kill(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        let cause = self.note(BrokerChange::Killed, cause, fx);
        self.end_process(Process::Down, cause, fx);
    }

    /// The machine stops; what no disk has is gone.
    pub(super) fn lose_power(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        let cause = self.note(BrokerChange::PowerLoss, cause, fx);
        let writeback = super::writeback(fx.settings);
        for position in 0..self.replicas.len() {
            let Some(replica) = self.replica(position) else { continue };
            let end = replica.log.durable_end(fx.now, writeback);
            self.truncate(position, end, cause, fx);
        }
        self.end_process(Process::Unpowered, cause, fx);
    }

    fn end_process(&mut self, process: Process, cause: Cause, fx: &mut Fx<'_>) {
        self.process = process;
        self.life += 1;
        fx.note_life(self.id, self.life);
        self.accepts = false;
        self.clean_epoch = None;
        self.inbox.clear();
        self.waiting.clear();
        self.parked.clear();
        self.fetchers.clear();
        self.altering = false;
        self.behind_until = fx.now;
        self.shutdown = None;
        self.leaving = false;
        self.told_to_wait = false;
        let sessions = core::mem::take(&mut self.sessions);
        if process == Process::Down {
            for session in sessions {
                let connection = session.connection;
                fx.out.push(ClusterOutput::Closed { connection, cause });
            }
        }
    }

    /// The process stands still.
    pub(super) fn hang(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        self.note(BrokerChange::Hung, cause, fx);
        self.process = Process::Hung;
    }

    /// It goes on: what clients sent is served first, in its old role; then its own clocks and
    /// messages; what it missed of the metadata it has a while later.
    pub(super) fn resume(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        self.note(BrokerChange::Resumed, cause, fx);
        self.process = Process::Up;
        self.behind_until = fx.now + fx.settings.resume;
        let connections: Vec<_> = self.sessions.iter().map(|session| session.connection).collect();
        for connection in connections {
            self.serve(connection, fx);
        }
        for event in core::mem::take(&mut self.inbox) {
            if self.process == Process::Up {
                self.handle(event, fx);
            }
        }
    }

    // --------------------------------------------------------------------- the beginning

    /// The process starts again.
    pub(super) fn restart(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        self.note(BrokerChange::Starting, cause, fx);
        self.process = Process::Starting;
        self.early = Some(Vec::new());
        self.wake(fx.settings.restart, NodeEvent::Started, fx);
    }

    /// The logs are loaded: the high watermark is that of the last checkpoint, of each producer the last
    /// batch is known. Source: `LogLoader`, `Partition.createLog`.
    pub(super) fn started(&mut self, fx: &mut Fx<'_>) {
        let cause = self.note(BrokerChange::Restarted, Timer::Work.into(), fx);
        for position in 0..self.replicas.len() {
            let Some(replica) = self.replicas[position].as_mut() else { continue };
            replica.log.restart();
            replica.role = Role::Offline;
            let known = replica.checkpoint.min(replica.log.log_end());
            if known != replica.high_watermark {
                self.set_high_watermark(position, known, cause, fx);
            }
        }
        self.register(cause, fx);
    }

    pub(super) fn register(&mut self, cause: Cause, fx: &mut Fx<'_>) {
        let (life, clean_epoch) = (self.life, self.clean_epoch);
        let input = ControllerInput::Register { broker: self.id, life, clean_epoch, cause };
        self.send_to_controller(input, fx);
    }

    /// Refused, it tries again a heartbeat later; registered, it learns all metadata, still fenced.
    pub(super) fn registered(&mut self, answer: Option<(i64, Delta)>, fx: &mut Fx<'_>) {
        let Some((epoch, delta)) = answer else {
            let interval = Micros::from(fx.settings.broker_heartbeat_interval);
            return self.wake(interval, NodeEvent::Register(Timer::Heartbeat.into()), fx);
        };
        self.broker_epoch = epoch;
        self.apply_metadata(&delta, fx);
        for delta in self.early.take().unwrap_or_default() {
            self.apply_metadata(&delta, fx);
        }
        self.heartbeat(fx);
        let lag = lag_period(fx);
        self.wake(lag, NodeEvent::LagCheck, fx);
        self.checkpoint(fx);
    }

    /// High watermarks are written to the disk, the first time with the first metadata; once, if there is
    /// no time between two writings. Only this lowers what the disk has: a truncation does not.
    /// Source: `ReplicaManager.checkpointHighWatermarks`, `startHighWatermarkCheckPointThread`,
    /// `BrokerMetadataPublisher.finishInitializingReplicaManager`, `LogManager.truncateTo`.
    pub(super) fn checkpoint(&mut self, fx: &mut Fx<'_>) {
        for replica in self.replicas.iter_mut().flatten() {
            replica.checkpoint = replica.high_watermark.max(Offset(0));
        }
        let period = fx.settings.replica_high_watermark_checkpoint_interval;
        if period > Millis(0) {
            self.wake(period.into(), NodeEvent::Checkpoint, fx);
        }
    }
}

/// The leader looks for lagging followers twice in their time.
/// Source: `ReplicaManager.startup`, task `isr-expiration`.
pub(super) fn lag_period(fx: &Fx<'_>) -> Micros {
    Micros((Micros::from(fx.settings.replica_lag_time_max).0 / 2).max(1))
}
