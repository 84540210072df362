//! What reaches the controller, one input after another: brokers 1, 2 and 3, one partition on all of them.

use super::*;
use crate::scenario::tests::three_brokers;

const P: usize = 0;

struct World {
    scenario: Scenario,
    layout: Layout,
    settings: ReplicationSettings,
    controller: Controller,
    trace: Trace,
    now: SimTime,
}

impl World {
    fn new() -> Self {
        let scenario = three_brokers();
        let layout = Layout::new(&scenario.cluster);
        let settings = scenario.cluster.replication.clone().expect("it replicates");
        let controller = Controller::new(&layout);
        Self { scenario, layout, settings, controller, trace: Trace::default(), now: SimTime::ZERO }
    }

    fn with<R>(
        &mut self,
        act: impl FnOnce(&mut Controller, &mut Fx<'_>) -> R,
    ) -> (R, Vec<NodeEvent>) {
        let mut out = Vec::new();
        let mut fx = Fx {
            now: self.now,
            layout: &self.layout,
            scenario: &self.scenario,
            settings: &self.settings,
            trace: &mut self.trace,
            out: &mut out,
        };
        let result = act(&mut self.controller, &mut fx);
        let events = out.into_iter().filter_map(|output| match output {
            ClusterOutput::Between { event: ClusterEvent::Node { event, .. }, .. } => Some(event),
            _ => None,
        });
        (result, events.collect())
    }

    /// What brokers are sent for an input.
    fn handle(&mut self, input: ControllerInput) -> Vec<NodeEvent> {
        self.with(|controller, fx| controller.handle(input, fx)).1
    }

    fn fence(&mut self, broker: usize) {
        let cause = Timer::SessionTimeout.into();
        self.with(|controller, fx| controller.fence(broker - 1, IsrReason::Fenced, cause, fx));
    }

    /// A heartbeat of the process that is registered: whether it is fenced and may exit.
    fn heartbeat(&mut self, broker: u32, applied: i64, leaves: bool) -> Option<(bool, bool)> {
        let epoch = self.controller.image.brokers[broker as usize - 1].epoch;
        self.heartbeat_of(broker, epoch, applied, leaves)
    }

    fn heartbeat_of(
        &mut self,
        broker: u32,
        epoch: i64,
        applied: i64,
        leaves: bool,
    ) -> Option<(bool, bool)> {
        let (broker, shutdown) = (BrokerId(broker), leaves.then(|| Timer::Start.into()));
        let input = ControllerInput::Heartbeat { broker, epoch, applied, shutdown };
        self.handle(input).into_iter().find_map(|event| match event {
            NodeEvent::HeartbeatAnswer { fenced, exit } => Some((fenced, exit)),
            _ => None,
        })
    }

    fn register(&mut self, broker: u32, clean_epoch: Option<i64>) {
        let life = self.controller.contacts[broker as usize - 1].life + 1;
        let (broker, cause) = (BrokerId(broker), Timer::Start.into());
        self.handle(ControllerInput::Register { broker, life, clean_epoch, cause });
    }

    fn partition(&self) -> PartitionState {
        self.controller.image.partitions[P]
    }

    /// An offer of broker 1 that is fine.
    fn offer(&self, members: &[u32]) -> IsrOffer {
        let state = self.partition();
        let epochs = (1..=3).zip(&self.controller.image.brokers);
        IsrOffer {
            position: P,
            leader_epoch: state.leader_epoch,
            partition_epoch: state.partition_epoch,
            members: set(members),
            epochs: epochs.map(|(broker, state)| (BrokerId(broker), state.epoch)).collect(),
            why: IsrReason::Lag,
            cause: Timer::LagCheck.into(),
        }
    }

    /// What the controller answers to an offer of this broker.
    fn offered(&mut self, broker: u32, offer: IsrOffer) -> Option<ErrorCode> {
        let epoch = self.controller.image.brokers[broker as usize - 1].epoch;
        self.offered_by(broker, epoch, offer)
    }

    fn offered_by(&mut self, broker: u32, epoch: i64, offer: IsrOffer) -> Option<ErrorCode> {
        let (broker, offers) = (BrokerId(broker), Vec::from([offer]));
        let events = self.handle(ControllerInput::AlterPartition { broker, epoch, offers });
        events.into_iter().find_map(|event| match event {
            NodeEvent::AlterPartitionAnswer(results) => {
                Some(results[0].result.err().unwrap_or(ErrorCode::None))
            }
            _ => None,
        })
    }
}

fn set(brokers: &[u32]) -> Members {
    brokers.iter().fold(Members::default(), |set, broker| set.with(BrokerId(*broker)))
}

#[test]
fn an_offer_has_to_be_the_leaders_own_and_of_its_epochs() {
    let mut world = World::new();
    let fine = world.offer(&[1, 2]);
    let old = IsrOffer { leader_epoch: Epoch(-1), ..fine.clone() };
    assert_eq!(world.offered(1, old), Some(ErrorCode::FencedLeaderEpoch));
    let old = IsrOffer { partition_epoch: -1, ..fine.clone() };
    assert_eq!(world.offered(1, old), Some(ErrorCode::InvalidUpdateVersion));
    assert_eq!(world.offered(2, fine.clone()), Some(ErrorCode::InvalidRequest), "no leader");
    let without = IsrOffer { members: set(&[2, 3]), ..fine.clone() };
    assert_eq!(world.offered(1, without), Some(ErrorCode::InvalidRequest), "without itself");
    assert_eq!(world.offered_by(1, 0, fine.clone()), None, "a process of before");
    assert_eq!(world.partition().isr, set(&[1, 2, 3]), "none of them changed anything");
    assert_eq!(world.offered(1, fine.clone()), Some(ErrorCode::None));
    assert_eq!(world.partition().isr, set(&[1, 2]));
    assert_eq!(world.offered(1, fine), Some(ErrorCode::InvalidUpdateVersion), "twice");
}

#[test]
fn who_is_fenced_or_is_another_process_by_now_is_not_let_in() {
    let mut world = World::new();
    let without = world.offer(&[1, 2]);
    assert_eq!(world.offered(1, without), Some(ErrorCode::None));
    let mut other = world.offer(&[1, 2, 3]);
    other.epochs[2].1 -= 1;
    assert_eq!(world.offered(1, other), Some(ErrorCode::IneligibleReplica));
    world.fence(3);
    let fenced = world.offer(&[1, 2, 3]);
    assert_eq!(world.offered(1, fenced), Some(ErrorCode::IneligibleReplica));
    assert_eq!(world.partition().isr, set(&[1, 2]));
}

#[test]
fn a_heartbeat_of_a_process_of_before_is_not_heard() {
    let mut world = World::new();
    let before = world.controller.image.brokers[1].epoch;
    world.fence(2);
    world.register(2, None);
    assert_eq!(world.heartbeat_of(2, before, i64::MAX, false), None);
    assert!(world.controller.image.brokers[1].fenced);
    assert_eq!(world.heartbeat(2, i64::MAX, false), Some((false, false)));
}

#[test]
fn a_broker_is_unfenced_when_its_metadata_has_its_registration() {
    let mut world = World::new();
    world.fence(2);
    world.register(2, None);
    let epoch = world.controller.image.brokers[1].epoch;
    assert_eq!(world.heartbeat(2, epoch - 1, false), Some((true, false)));
    assert_eq!(world.heartbeat(2, epoch, false), Some((false, false)));
}

#[test]
fn a_session_is_valid_up_to_its_timeout() {
    let mut world = World::new();
    world.now = SimTime(9_000_000);
    world.handle(ControllerInput::Sweep);
    assert!(world.controller.image.brokers.iter().all(|state| !state.fenced));
    world.now = SimTime(9_000_001);
    world.handle(ControllerInput::Sweep);
    assert!(world.controller.image.brokers.iter().all(|state| state.fenced));
}

#[test]
fn who_leads_may_go_when_all_others_know_that_it_leads_no_more() {
    let mut world = World::new();
    assert_eq!(world.heartbeat(1, 3, true), Some((false, false)));
    assert_eq!(world.partition().leader, Some(BrokerId(2)), "it has led");
    let decided = world.controller.image.offset;
    assert_eq!(world.heartbeat(1, decided, true), Some((false, false)));
    world.heartbeat(2, decided, false);
    world.heartbeat(3, decided - 1, false);
    assert_eq!(world.heartbeat(1, decided, true), Some((false, false)), "3 does not know");
    world.heartbeat(3, decided, false);
    assert_eq!(world.heartbeat(1, decided, true), Some((true, true)));
}

#[test]
fn who_leads_nothing_or_is_fenced_may_go_at_once() {
    let mut world = World::new();
    assert_eq!(world.heartbeat(3, 0, true), Some((true, true)));
    world.fence(2);
    assert_eq!(world.heartbeat(2, 0, true), Some((true, true)));
}

#[test]
fn a_replica_is_clean_if_its_last_process_went_in_order_and_no_process_before_it() {
    for (clean, kept) in [(Some(2), true), (Some(1), false), (None, false)] {
        let mut world = World::new();
        world.scenario.cluster.topics[0].min_insync_replicas = 3;
        world.layout = Layout::new(&world.scenario.cluster);
        assert_eq!(world.controller.image.brokers[1].epoch, 2);
        world.fence(2);
        assert_eq!(world.partition().elr, set(&[2]), "below the floor it is eligible");
        world.register(2, clean);
        assert_eq!(world.partition().elr.contains(BrokerId(2)), kept, "{clean:?}");
    }
}

#[test]
fn no_leader_is_moved_to_who_is_fenced_or_out_of_sync_or_leads_already() {
    let mut world = World::new();
    world.settings.eligible_leader_replicas = false;
    let can = |world: &World, broker| world.controller.can_lead(P, BrokerId(broker), &world.layout);
    assert!(can(&world, 2) && !can(&world, 1) && !can(&world, 4));
    world.fence(3);
    assert!(!can(&world, 3), "out of sync");
    world.fence(2);
    world.fence(1);
    assert_eq!(world.partition().isr, set(&[1]), "the last member stays one");
    assert!(!can(&world, 1), "fenced");
}

#[test]
fn the_balancer_prefers_where_unclean_elections_are_allowed_too() {
    for unclean in [false, true] {
        let mut world = World::new();
        world.settings.unclean_leader_election_enable = unclean;
        let cause = Timer::Start.into();
        world.with(|controller, fx| controller.move_leader(P, BrokerId(2), cause, fx));
        world.handle(ControllerInput::Balance);
        assert_eq!(world.partition().leader, Some(BrokerId(1)), "unclean: {unclean}");
    }
}
