//! The controller, as one actor: it hears brokers, fences those that are silent, elects leaders and
//! writes down in-sync sets. Source: `QuorumController`, `ReplicationControlManager`,
//! `ClusterControlManager`, `BrokerHeartbeatManager`.
//!
//! What it decides it gathers for `controller.quorum.append.linger.ms` before it writes: a decision is
//! durable up to that time and a write later, and answers wait for what is not durable yet.
//!
//! Differs: the quorum is one process that decides in no time; a write takes `controller_commit`, and
//! is with each broker `metadata_delivery` later.

mod election;
#[cfg(test)]
mod tests;

use crate::broker::NodeEvent;
use crate::cluster::{ClusterEvent, ClusterOutput};
use crate::draws::Purpose;
use crate::image::{BrokerRegistration, Delta, Image, Layout, Members, PartitionState, Record};
use crate::scenario::{Place, ReplicationSettings, Scenario};
use alloc::vec::Vec;
use election::{Change, Election};
use trace::{
    BrokerChange, Cause, ElectionReason, ErrorCode, FactId, IsrReason, Kind, NONE, Timer, Trace,
    facts,
};
use units::{BrokerId, Epoch, Micros, SimTime};

/// What reaches the controller.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ControllerInput {
    /// A broker is alive.
    Heartbeat {
        broker: BrokerId,
        epoch: i64,
        /// How far its metadata is.
        applied: i64,
        /// It wants to shut down, since this fact.
        shutdown: Option<Cause>,
    },
    /// A broker's new process.
    Register {
        broker: BrokerId,
        /// Tells one process of a broker from the next.
        life: u32,
        /// The epoch that its last process left on disk as it shut down in order.
        clean_epoch: Option<i64>,
        cause: Cause,
    },
    /// A leader offers other in-sync sets. Source: `AlterPartition`.
    AlterPartition { broker: BrokerId, epoch: i64, offers: Vec<IsrOffer> },
    /// The periodic search for silent brokers.
    Sweep,
    /// The periodic move of leadership back to preferred replicas.
    Balance,
}

/// An in-sync set that a leader offers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IsrOffer {
    pub(crate) position: usize,
    pub(crate) leader_epoch: Epoch,
    pub(crate) partition_epoch: i32,
    pub(crate) members: Members,
    /// Epochs of the members as the leader knows them; its own included.
    pub(crate) epochs: Vec<(BrokerId, i64)>,
    pub(crate) why: IsrReason,
    pub(crate) cause: Cause,
}

/// What the controller thought of an offer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OfferResult {
    pub(crate) position: usize,
    /// The leader's epoch and the partition's epoch that the offer named.
    pub(crate) offered: (Epoch, i32),
    pub(crate) result: Result<PartitionState, ErrorCode>,
    pub(crate) cause: Cause,
}

/// The controller.
#[derive(Clone, Debug)]
pub(crate) struct Controller {
    image: Image,
    contacts: Vec<Contact>,
    /// When what has been decided last is written, and what is decided until then with it.
    writes_at: SimTime,
}

/// What only the controller knows of a broker.
#[derive(Clone, Copy, Debug)]
struct Contact {
    last: SimTime,
    life: u32,
    applied: i64,
    /// The offset of its controlled shutdown, which all others must have passed before it may go.
    shutdown_offset: i64,
}

/// What handling an input needs.
pub(crate) struct Fx<'a> {
    pub(crate) now: SimTime,
    pub(crate) layout: &'a Layout,
    pub(crate) scenario: &'a Scenario,
    pub(crate) settings: &'a ReplicationSettings,
    pub(crate) trace: &'a mut Trace,
    pub(crate) out: &'a mut Vec<ClusterOutput>,
}

/// Why partitions change.
#[derive(Clone, Copy)]
struct Occasion {
    /// No longer to be in any in-sync set.
    removed: Option<BrokerId>,
    /// It came back without what it had.
    unclean: Option<BrokerId>,
    why: IsrReason,
    cause: Cause,
}

impl Controller {
    pub(crate) fn new(layout: &Layout) -> Self {
        let image = Image::at_start(layout);
        let applied = image.offset;
        let contact =
            |_: &BrokerId| Contact { last: SimTime::ZERO, life: 0, applied, shutdown_offset: 0 };
        let writes_at = SimTime(i64::MIN);
        Self { contacts: layout.brokers.iter().map(contact).collect(), image, writes_at }
    }

    /// The metadata, as decided so far.
    pub(crate) const fn image(&self) -> &Image {
        &self.image
    }

    /// The run's 0: topics stand, checks begin somewhere in their periods.
    pub(crate) fn begin(&mut self, fx: &mut Fx<'_>) {
        let created = (ElectionReason::Created, IsrReason::Created);
        for position in 0..self.image.partitions.len() {
            self.note_leader(position, created.0, Timer::Start.into(), fx);
            self.note_isr(position, created.1, Timer::Start.into(), fx);
        }
        let draws = fx.scenario.draws;
        let sweep = sweep_period(fx.settings).0;
        let first = draws.below(Purpose::SweepPhase, 0, 0, sweep);
        fx.wake(Micros(first), ControllerInput::Sweep);
        if fx.settings.auto_leader_rebalance_enable {
            let period = Micros::from(fx.settings.leader_imbalance_check_interval).0;
            let first = draws.below(Purpose::SweepPhase, 1, 0, period);
            fx.wake(Micros(first), ControllerInput::Balance);
        }
    }

    /// A broker was heard last at this time, before the run.
    pub(crate) fn heard(&mut self, broker: usize, at: SimTime) {
        self.contacts[broker].last = at;
    }

    /// Takes one input; everything that follows from it is appended to `out`.
    pub(crate) fn handle(&mut self, input: ControllerInput, fx: &mut Fx<'_>) {
        match input {
            ControllerInput::Heartbeat { broker, epoch, applied, shutdown } => {
                self.heartbeat(broker, epoch, applied, shutdown, fx);
            }
            ControllerInput::Register { broker, life, clean_epoch, cause } => {
                self.register(broker, life, clean_epoch, cause, fx);
            }
            ControllerInput::AlterPartition { broker, epoch, offers } => {
                self.alter_partition(broker, epoch, offers, fx);
            }
            ControllerInput::Sweep => self.sweep(fx),
            ControllerInput::Balance => self.balance(fx),
        }
    }

    // --------------------------------------------------------------------- brokers

    /// Source: `BrokerHeartbeatManager.calculateNextBrokerState`.
    fn heartbeat(
        &mut self,
        broker: BrokerId,
        epoch: i64,
        applied: i64,
        shutdown: Option<Cause>,
        fx: &mut Fx<'_>,
    ) {
        let Some(position) = fx.layout.broker(broker) else { return };
        let state = self.image.brokers[position];
        if state.epoch != epoch {
            return;
        }
        self.contacts[position].last = fx.now;
        self.contacts[position].applied = applied;
        let mut exit = false;
        match shutdown {
            None if state.fenced && applied >= epoch => self.unfence(position, fx),
            None => {}
            Some(_) if state.fenced => exit = true,
            Some(cause) if !state.shutting_down && self.leads(broker) => {
                self.begin_controlled_shutdown(position, cause, fx);
            }
            Some(cause) => {
                let lowest = self.lowest_active_offset();
                let passed = lowest >= self.contacts[position].shutdown_offset;
                exit = !self.leads(broker) && (passed || !state.shutting_down);
                if exit {
                    self.fence(position, IsrReason::ControlledShutdown, cause, fx);
                }
            }
        }
        let fenced = self.image.brokers[position].fenced;
        self.reply(position, NodeEvent::HeartbeatAnswer { fenced, exit }, fx);
    }

    fn leads(&self, broker: BrokerId) -> bool {
        self.image.partitions.iter().any(|partition| partition.leader == Some(broker))
    }

    fn lowest_active_offset(&self) -> i64 {
        let brokers = self.image.brokers.iter().zip(&self.contacts);
        let active = brokers.filter(|(state, _)| state.is_active());
        active.map(|(_, contact)| contact.applied).min().unwrap_or(i64::MAX)
    }

    /// Source: `ReplicationControlManager.handleBrokerInControlledShutdown`.
    fn begin_controlled_shutdown(&mut self, position: usize, cause: Cause, fx: &mut Fx<'_>) {
        let broker = fx.layout.brokers[position];
        let mut records = Vec::new();
        self.set_broker(position, |state| state.shutting_down = true, &mut records);
        let occasion = Occasion {
            removed: Some(broker),
            unclean: None,
            why: IsrReason::ControlledShutdown,
            cause,
        };
        self.update_leaders_and_isrs(
            |state| state.isr.contains(broker),
            occasion,
            &mut records,
            fx,
        );
        self.publish(records, fx);
        self.contacts[position].shutdown_offset = self.image.offset;
    }

    /// Source: `ReplicationControlManager.handleBrokerFenced`.
    fn fence(&mut self, position: usize, why: IsrReason, cause: Cause, fx: &mut Fx<'_>) {
        let broker = fx.layout.brokers[position];
        let cause = fx.note_broker(broker, BrokerChange::Fenced, cause);
        let mut records = Vec::new();
        self.set_broker(position, |state| state.fenced = true, &mut records);
        let occasion = Occasion { removed: Some(broker), unclean: None, why, cause };
        self.update_leaders_and_isrs(
            |state| state.isr.contains(broker),
            occasion,
            &mut records,
            fx,
        );
        self.publish(records, fx);
    }

    /// Partitions without a leader may have one now.
    /// Source: `ReplicationControlManager.handleBrokerUnfenced`.
    fn unfence(&mut self, position: usize, fx: &mut Fx<'_>) {
        let broker = fx.layout.brokers[position];
        let cause = fx.note_broker(broker, BrokerChange::Unfenced, Timer::Heartbeat.into());
        let mut records = Vec::new();
        self.set_broker(position, |state| state.fenced = false, &mut records);
        let occasion = Occasion { removed: None, unclean: None, why: IsrReason::Election, cause };
        self.update_leaders_and_isrs(|state| state.leader.is_none(), occasion, &mut records, fx);
        self.publish(records, fx);
    }

    /// A new process is refused while the session of the old one is valid; one that comes back without
    /// a clean shutdown loses, with eligible leader replicas, its place in every set.
    /// Source: `ClusterControlManager.registerBroker`, `ReplicationControlManager.handleBrokerShutdown`.
    fn register(
        &mut self,
        broker: BrokerId,
        life: u32,
        clean_epoch: Option<i64>,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let Some(position) = fx.layout.broker(broker) else { return };
        let contact = self.contacts[position];
        let old = self.image.brokers[position];
        if contact.life != life && !old.fenced && self.has_valid_session(position, fx) {
            fx.note_broker(broker, BrokerChange::RegistrationRefused, cause);
            return fx.send(broker, life, self.durable(fx), NodeEvent::Registered(None));
        }
        let cause = fx.note_broker(broker, BrokerChange::Registered, cause);
        let clean = clean_epoch == Some(old.epoch);
        let epoch = self.image.offset + 1;
        let mut records = Vec::new();
        let state = BrokerRegistration { epoch, fenced: true, shutting_down: false };
        self.set_broker(position, |known| *known = state, &mut records);
        let lost = fx.settings.eligible_leader_replicas && !clean;
        let occasion = Occasion {
            removed: (!lost).then_some(broker),
            unclean: lost.then_some(broker),
            why: if lost { IsrReason::UncleanRestart } else { IsrReason::Fenced },
            cause,
        };
        let concerned = |state: &PartitionState| {
            state.isr.contains(broker) || (lost && state.elr.contains(broker))
        };
        self.update_leaders_and_isrs(concerned, occasion, &mut records, fx);
        self.publish(records, fx);
        self.contacts[position] = Contact { last: fx.now, life, applied: -1, shutdown_offset: 0 };
        let delta = self.image.as_delta(cause);
        let commit = self.durable(fx);
        fx.send(broker, life, commit, NodeEvent::Registered(Some((epoch, delta))));
    }

    fn has_valid_session(&self, position: usize, fx: &Fx<'_>) -> bool {
        let silent = fx.now.since(self.contacts[position].last);
        silent <= Micros::from(fx.settings.broker_session_timeout)
    }

    /// Silent brokers are fenced one after another, each decision seeing the one before.
    /// Source: `ReplicationControlManager.maybeFenceOneStaleBroker`.
    fn sweep(&mut self, fx: &mut Fx<'_>) {
        for position in 0..self.contacts.len() {
            if !self.image.brokers[position].fenced && !self.has_valid_session(position, fx) {
                self.fence(position, IsrReason::Fenced, Timer::SessionTimeout.into(), fx);
            }
        }
        fx.wake(sweep_period(fx.settings), ControllerInput::Sweep);
    }

    /// Source: `ReplicationControlManager.maybeBalancePartitionLeaders`.
    fn balance(&mut self, fx: &mut Fx<'_>) {
        let mut records = Vec::new();
        for position in 0..self.image.partitions.len() {
            let state = self.image.partitions[position];
            let preferred = fx.layout.partitions[position].replicas.first().copied();
            if state.leader == preferred {
                continue;
            }
            let change = self.change(position, Election::Preferred, fx);
            let cause = Timer::Periodic.into();
            self.decide(position, change.build(), IsrReason::Election, cause, &mut records, fx);
        }
        self.publish(records, fx);
        fx.wake(fx.settings.leader_imbalance_check_interval.into(), ControllerInput::Balance);
    }

    // --------------------------------------------------------------------- partitions

    /// Moves a partition's leader by hand, if the new one is in sync and active.
    pub(crate) fn move_leader(
        &mut self,
        position: usize,
        to: BrokerId,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let mut state = self.image.partitions[position];
        state.leader = Some(to);
        state.leader_epoch = Epoch(state.leader_epoch.0 + 1);
        state.partition_epoch += 1;
        let built = Some((state, ElectionReason::Moved));
        let mut records = Vec::new();
        self.decide(position, built, IsrReason::Election, cause, &mut records, fx);
        self.publish(records, fx);
    }

    /// Whether [`Self::move_leader`] can do that.
    pub(crate) fn can_lead(&self, position: usize, broker: BrokerId, layout: &Layout) -> bool {
        let state = &self.image.partitions[position];
        let active = layout.broker(broker).is_some_and(|n| self.image.brokers[n].is_active());
        active && state.isr.contains(broker) && state.leader != Some(broker)
    }

    /// Source: `ReplicationControlManager.alterPartition`.
    fn alter_partition(
        &mut self,
        broker: BrokerId,
        epoch: i64,
        offers: Vec<IsrOffer>,
        fx: &mut Fx<'_>,
    ) {
        let Some(sender) = fx.layout.broker(broker) else { return };
        if self.image.brokers[sender].epoch != epoch {
            return;
        }
        let mut records = Vec::new();
        let mut results = Vec::new();
        for offer in offers {
            let position = offer.position;
            let offered = (offer.leader_epoch, offer.partition_epoch);
            let mut cause = offer.cause;
            let result = match self.validate(broker, &offer, fx) {
                ErrorCode::None => {
                    let mut change = self.change(position, Election::Online, fx);
                    change.target_isr = offer.members;
                    cause = self
                        .decide(position, change.build(), offer.why, cause, &mut records, fx)
                        .unwrap_or(cause);
                    Ok(self.image.partitions[position])
                }
                error => Err(error),
            };
            results.push(OfferResult { position, offered, result, cause });
        }
        self.publish(records, fx);
        let life = self.contacts[sender].life;
        let commit = self.durable(fx);
        fx.send(broker, life, commit, NodeEvent::AlterPartitionAnswer(results));
    }

    /// Source: `ReplicationControlManager.validateAlterPartitionData`, `ineligibleReplicasForIsr`.
    fn validate(&self, sender: BrokerId, offer: &IsrOffer, fx: &Fx<'_>) -> ErrorCode {
        let state = &self.image.partitions[offer.position];
        if offer.leader_epoch != state.leader_epoch {
            return ErrorCode::FencedLeaderEpoch;
        }
        if state.leader != Some(sender) || !offer.members.contains(sender) {
            return ErrorCode::InvalidRequest;
        }
        if offer.partition_epoch != state.partition_epoch {
            return ErrorCode::InvalidUpdateVersion;
        }
        let eligible = |broker: BrokerId| {
            let state = fx.layout.broker(broker).map(|position| self.image.brokers[position]);
            let named = offer.epochs.iter().find(|(known, _)| *known == broker);
            state.is_some_and(|state| {
                state.is_active() && named.is_none_or(|(_, epoch)| *epoch == state.epoch)
            })
        };
        if offer.members.iter().all(eligible) {
            ErrorCode::None
        } else {
            ErrorCode::IneligibleReplica
        }
    }

    /// Source: `ReplicationControlManager.generateLeaderAndIsrUpdates`.
    fn update_leaders_and_isrs(
        &mut self,
        concerned: impl Fn(&PartitionState) -> bool,
        occasion: Occasion,
        records: &mut Vec<Record>,
        fx: &mut Fx<'_>,
    ) {
        for position in 0..self.image.partitions.len() {
            let state = self.image.partitions[position];
            if !concerned(&state) {
                continue;
            }
            let mut change = self.change(position, Election::Online, fx);
            for gone in [occasion.removed, occasion.unclean].into_iter().flatten() {
                change.target_isr = change.target_isr.without(gone);
            }
            if let Some(unclean) = occasion.unclean {
                change.unclean_shutdown = change.unclean_shutdown.with(unclean);
            }
            self.decide(position, change.build(), occasion.why, occasion.cause, records, fx);
        }
    }

    /// A change that keeps the in-sync set; uncleanly only where the topic allows it.
    fn change<'a>(&self, position: usize, election: Election, fx: &Fx<'a>) -> Change<'a> {
        let unclean = election == Election::Online && fx.settings.unclean_leader_election_enable;
        let brokers = fx.layout.brokers.iter().zip(&self.image.brokers);
        let active = brokers.filter(|(_, state)| state.is_active());
        Change {
            info: &fx.layout.partitions[position],
            state: self.image.partitions[position],
            target_isr: self.image.partitions[position].isr,
            unclean_shutdown: Members::default(),
            election: if unclean { Election::Unclean } else { election },
            elr_enabled: fx.settings.eligible_leader_replicas,
            acceptable: active.fold(Members::default(), |set, (broker, _)| set.with(*broker)),
        }
    }

    /// Writes a change down. Returns the fact of it, the election's before the set's.
    fn decide(
        &mut self,
        position: usize,
        built: Option<(PartitionState, ElectionReason)>,
        why: IsrReason,
        cause: Cause,
        records: &mut Vec<Record>,
        fx: &mut Fx<'_>,
    ) -> Option<Cause> {
        let (state, election) = built?;
        let old = core::mem::replace(&mut self.image.partitions[position], state);
        let mut fact = None;
        if state.leader_epoch != old.leader_epoch {
            fact = Some(self.note_leader(position, election, cause, fx));
        }
        if state.isr != old.isr || state.elr != old.elr {
            let isr = self.note_isr(position, why, cause, fx);
            fact = fact.or(Some(isr));
        }
        self.image.offset += 1;
        let cause = fact.unwrap_or(cause);
        records.push(Record::Partition { position, state, cause });
        Some(cause)
    }

    fn set_broker(
        &mut self,
        position: usize,
        set: impl FnOnce(&mut BrokerRegistration),
        records: &mut Vec<Record>,
    ) {
        let state = &mut self.image.brokers[position];
        set(state);
        records.push(Record::Broker { position, state: *state });
        self.image.offset += 1;
    }

    /// Sends records to every process that has registered, as soon as they are durable.
    /// Source: `BatchAccumulator.append`, whose timer begins with the first record of a write.
    fn publish(&mut self, records: Vec<Record>, fx: &mut Fx<'_>) {
        if records.is_empty() {
            return;
        }
        if self.writes_at <= fx.now {
            self.writes_at = fx.now + Micros::from(fx.settings.controller_quorum_append_linger);
        }
        let delta = Delta { offset: self.image.offset, records };
        let commit = self.durable(fx);
        for (position, contact) in self.contacts.iter().enumerate() {
            let broker = fx.layout.brokers[position];
            fx.deliver(broker, contact.life, commit, NodeEvent::Metadata(delta.clone()));
        }
    }

    /// An answer leaves when what it rests on is durable.
    fn reply(&self, position: usize, event: NodeEvent, fx: &mut Fx<'_>) {
        let broker = fx.layout.brokers[position];
        fx.send(broker, self.contacts[position].life, self.durable(fx), event);
    }

    /// How long it takes until all that has been decided is durable.
    /// Source: `QuorumController.ControllerWriteEvent`, `DeferredEventQueue`.
    fn durable(&self, fx: &Fx<'_>) -> Micros {
        let durable =
            SimTime(self.writes_at.0.saturating_add_unsigned(fx.settings.controller_commit.0));
        if durable > fx.now { durable.since(fx.now) } else { Micros(0) }
    }

    fn note_leader(
        &self,
        position: usize,
        why: ElectionReason,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Cause {
        let state = &self.image.partitions[position];
        let row = fx.trace.leaders.push(facts::Leader {
            at: fx.now,
            partition: fx.layout.partitions[position].id,
            broker: state.leader.unwrap_or(BrokerId(NONE)),
            epoch: state.leader_epoch,
            why,
            cause,
        });
        FactId::new(Kind::Leader, row).into()
    }

    fn note_isr(&self, position: usize, why: IsrReason, cause: Cause, fx: &mut Fx<'_>) -> Cause {
        let state = &self.image.partitions[position];
        let row = fx.trace.isr_changes.push(facts::IsrChange {
            at: fx.now,
            partition: fx.layout.partitions[position].id,
            members: state.isr.0,
            eligible: state.elr.0,
            why,
            cause,
        });
        FactId::new(Kind::Isr, row).into()
    }
}

/// Source: `QuorumController`, since 4.0 an eighth of the session timeout.
fn sweep_period(settings: &ReplicationSettings) -> Micros {
    Micros((Micros::from(settings.broker_session_timeout).0 / 8).max(1))
}

impl Fx<'_> {
    fn wake(&mut self, after: Micros, input: ControllerInput) {
        let event = ClusterEvent::Controller(input);
        self.out.push(ClusterOutput::WakeAt { at: self.now + after, event });
    }

    fn send(&mut self, broker: BrokerId, life: u32, commit: Micros, event: NodeEvent) {
        let takes = commit + self.scenario.network.between_brokers;
        self.message(broker, life, takes, event);
    }

    /// Metadata reaches a broker through its own parked fetch at the controller.
    fn deliver(&mut self, broker: BrokerId, life: u32, commit: Micros, event: NodeEvent) {
        let takes = commit + self.settings.metadata_delivery;
        self.message(broker, life, takes, event);
    }

    fn message(&mut self, broker: BrokerId, life: u32, takes: Micros, event: NodeEvent) {
        let (from, to) = (Place::Controller, Place::Broker(broker));
        let event = ClusterEvent::Node { broker, life, event };
        self.out.push(ClusterOutput::Between { from, to, takes, event });
    }

    fn note_broker(&mut self, broker: BrokerId, change: BrokerChange, cause: Cause) -> Cause {
        let fact = facts::BrokerState { at: self.now, broker, change, cause };
        FactId::new(Kind::BrokerState, self.trace.broker_states.push(fact)).into()
    }
}
