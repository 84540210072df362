//! What reaches a broker, one input after another: brokers 1, 2 and 3 replicate two partitions, led by 1.

use super::fetcher::{Asked, FetchedPartition, truncation_offset};
use super::log::Log;
use super::node::Role;
use super::*;
use crate::image::{BrokerRegistration, Members, PartitionState, Record};
use crate::scenario::tests::three_brokers;
use crate::scenario::{Anchor, Fault, FaultKind};
use alloc::string::String;
use trace::{BrokerChange, RoleChange};
use units::{BatchId, Bytes, Offset, RecordId};

const P: usize = 0;

struct World {
    scenario: Scenario,
    brokers: Brokers,
    trace: Trace,
    now: SimTime,
}

impl World {
    fn new() -> Self {
        let mut scenario = three_brokers();
        let again = scenario.cluster.topics[0].replicas[0].clone();
        scenario.cluster.topics[0].replicas.push(again);
        let mut brokers = Brokers::new(&scenario);
        let mut trace = Trace::default();
        brokers.begin(&scenario, &mut trace, &mut Vec::new());
        Self { scenario, brokers, trace, now: SimTime::ZERO }
    }

    fn handle(&mut self, input: ClusterInput) -> Vec<ClusterOutput> {
        let mut out = Vec::new();
        self.brokers.handle(self.now, input, &self.scenario, &mut self.trace, &mut out);
        out
    }

    /// An event of the process that a broker has: the messages that follow from it.
    fn event(&mut self, broker: u32, event: NodeEvent) -> Vec<NodeEvent> {
        let life = self.node(broker).life;
        let broker = BrokerId(broker);
        let event = ClusterEvent::Node { broker, life, event };
        let messages = self.handle(ClusterInput::Event(event)).into_iter();
        messages.filter_map(message).collect()
    }

    fn fault(&mut self, what: FaultKind) {
        let anchor = Anchor::At(self.now);
        self.scenario.faults.push(Fault { name: String::new(), on: true, anchor, what });
        self.handle(ClusterInput::Fault(self.scenario.faults.len() as u16 - 1));
    }

    fn node(&self, broker: u32) -> &Node {
        &self.brokers.actors.nodes[broker as usize - 1]
    }

    fn leading(&self, broker: u32) -> &leader::Leading {
        let replica = self.node(broker).replica(P).expect("it has a replica");
        replica.leading().expect("it leads")
    }

    /// A decision on the partition reaches a broker, and enough time passes for it to be applied.
    fn decided(&mut self, broker: u32, offset: i64, state: PartitionState) -> Vec<NodeEvent> {
        let records = Vec::from([Record::Partition { position: P, state, cause: CAUSE }]);
        self.event(broker, NodeEvent::Apply(Delta { offset, records }))
    }

    fn role_changes(&self, broker: u32) -> Vec<RoleChange> {
        let rows = self.trace.roles.rows().filter(|row| row.broker == BrokerId(broker));
        rows.map(|row| row.change).collect()
    }
}

const CAUSE: Cause = Cause::DERIVED;

fn message(output: ClusterOutput) -> Option<NodeEvent> {
    match output {
        ClusterOutput::Between { event: ClusterEvent::Node { event, .. }, .. } => Some(event),
        _ => None,
    }
}

fn state(leader: u32, leader_epoch: i32, partition_epoch: i32, isr: &[u32]) -> PartitionState {
    PartitionState {
        leader: Some(BrokerId(leader)),
        leader_epoch: Epoch(leader_epoch),
        partition_epoch,
        isr: set(isr),
        elr: Members::default(),
        last_known_leader: None,
    }
}

fn set(brokers: &[u32]) -> Members {
    brokers.iter().fold(Members::default(), |set, broker| set.with(BrokerId(*broker)))
}

/// A fetch of this broker for the partition.
fn fetch(follower: u32, broker_epoch: i64, leader_epoch: i32, offset: i64) -> NodeEvent {
    let asked = Asked {
        position: P,
        offset: Offset(offset),
        last_epoch: None,
        leader_epoch: Epoch(leader_epoch),
        high_watermark: Offset(0),
    };
    NodeEvent::Fetch(FetchRequest {
        follower: BrokerId(follower),
        life: 0,
        broker_epoch,
        serial: 100,
        row: 0,
        partitions: Vec::from([asked]),
        fault: None,
        delayed: false,
    })
}

/// The errors of the answers to fetches among these messages.
fn errors(messages: &[NodeEvent]) -> Vec<ErrorCode> {
    let answers = messages.iter().filter_map(|message| match message {
        NodeEvent::Fetched(response) => Some(&response.partitions),
        _ => None,
    });
    answers.flatten().map(|fetched| fetched.error).collect()
}

fn fetches(messages: &[NodeEvent]) -> Vec<&FetchRequest> {
    let mut fetches = Vec::new();
    for message in messages {
        if let NodeEvent::Fetch(fetch) = message {
            fetches.push(fetch);
        }
    }
    fetches
}

// --------------------------------------------------------------------- the leader's checks

#[test]
fn a_fetch_of_another_leaders_epoch_is_refused_and_tells_the_leader_nothing() {
    let mut world = World::new();
    world.decided(1, 10, state(1, 0, 1, &[1, 2, 3]));
    let caught_up = world.leading(1).followers[0].log_end;
    let older = world.event(1, fetch(2, 2, -1, 7));
    assert_eq!(errors(&older), [ErrorCode::FencedLeaderEpoch]);
    let newer = world.event(1, fetch(2, 2, 1, 7));
    assert_eq!(errors(&newer), [ErrorCode::UnknownLeaderEpoch]);
    assert_eq!(world.leading(1).followers[0].log_end, caught_up);
    let no_leader = world.event(2, fetch(3, 3, 0, 0));
    assert_eq!(errors(&no_leader), [ErrorCode::NotLeaderOrFollower]);
}

#[test]
fn a_fetch_of_a_process_that_was_started_again_tells_the_leader_nothing() {
    let learned = |broker_epoch, fenced| {
        let mut world = World::new();
        world.decided(1, 10, state(1, 0, 1, &[1, 2, 3]));
        let known = BrokerRegistration { epoch: 3, fenced, shutting_down: false };
        let records = Vec::from([Record::Broker { position: 1, state: known }]);
        world.event(1, NodeEvent::Apply(Delta { offset: 11, records }));
        world.event(1, fetch(2, broker_epoch, 0, 0));
        world.leading(1).followers[0].broker_epoch == broker_epoch
    };
    assert!(!learned(1, false));
    assert!(learned(3, false));
    assert!(learned(1, true), "only of brokers that are not fenced are epochs at hand");
}

#[test]
fn only_the_process_that_the_controller_knows_is_let_in_and_only_unfenced() {
    let offers = |broker_epoch, fenced| {
        let mut world = World::new();
        world.decided(1, 10, state(1, 0, 1, &[1, 2]));
        let known = BrokerRegistration { epoch: 3, fenced, shutting_down: false };
        let records = Vec::from([Record::Broker { position: 2, state: known }]);
        world.event(1, NodeEvent::Apply(Delta { offset: 11, records }));
        world.event(1, fetch(3, broker_epoch, 0, 0));
        world.leading(1).offer.is_some()
    };
    assert!(offers(3, false));
    assert!(!offers(2, false), "another process");
    assert!(!offers(3, true), "fenced");
}

// --------------------------------------------------------------------- metadata

#[test]
fn metadata_is_never_older_than_what_a_broker_has_applied() {
    let mut world = World::new();
    world.decided(3, 10, state(2, 1, 1, &[2, 3]));
    world.decided(3, 9, state(1, 0, 0, &[1, 2, 3]));
    let replica = world.node(3).replica(P).expect("it has a replica");
    assert_eq!(replica.leader_epoch, Epoch(1));
    assert!(matches!(replica.role, Role::Follower(BrokerId(2))), "{:?}", replica.role);
    assert_eq!(world.role_changes(3), [RoleChange::Follows { leader: BrokerId(2) }]);
}

#[test]
fn an_in_sync_set_is_never_older_than_what_a_leader_has() {
    let mut world = World::new();
    world.decided(1, 10, state(1, 0, 2, &[1, 2]));
    // the answer to an offer of before comes after the metadata
    let result = Ok(state(1, 0, 1, &[1, 3]));
    let late = OfferResult { position: P, offered: (Epoch(0), 2), result, cause: CAUSE };
    world.event(1, fetch(3, 3, 0, 0));
    assert_eq!(world.leading(1).maximal_isr(), set(&[1, 2, 3]), "it has an offer");
    world.event(1, NodeEvent::AlterPartitionAnswer(Vec::from([late])));
    assert_eq!(world.leading(1).isr, set(&[1, 2]));
}

#[test]
fn decisions_that_come_before_the_registrations_answer_are_applied_after_it() {
    let mut world = World::new();
    world.fault(FaultKind::Kill(BrokerId(3)));
    world.fault(FaultKind::Restart(BrokerId(3)));
    world.event(3, NodeEvent::Started);
    let partition = |state| Record::Partition { position: P, state, cause: CAUSE };
    let later = Delta { offset: 21, records: Vec::from([partition(state(2, 2, 2, &[2]))]) };
    world.event(3, NodeEvent::Metadata(later));
    let all = Delta { offset: 20, records: Vec::from([partition(state(1, 1, 1, &[1, 2]))]) };
    world.event(3, NodeEvent::Registered(Some((20, all))));
    let replica = world.node(3).replica(P).expect("it has a replica");
    assert!(matches!(replica.role, Role::Follower(BrokerId(2))), "{:?}", replica.role);
}

#[test]
fn who_leads_or_follows_another_fetches_from_the_one_before_no_more() {
    let mut world = World::new();
    let moved = state(2, 1, 1, &[1, 2, 3]);
    world.decided(2, 10, moved);
    world.decided(3, 10, moved);
    for broker in [2, 3] {
        // the fetch that is under way has the other partition too, and is answered some time
        let messages = world.node(broker).fetchers[0].clone();
        assert_eq!(messages.leader, BrokerId(1));
        let serial = world.node(broker).fetches - u32::from(broker == 3);
        let response = FetchResponse {
            leader: BrokerId(1),
            serial,
            row: None,
            partitions: Vec::new(),
            delayed: false,
        };
        let messages = world.event(broker, NodeEvent::Fetched(response));
        let asked = fetches(&messages);
        let positions: Vec<usize> =
            asked[0].partitions.iter().map(|asked| asked.position).collect();
        assert_eq!(positions, [1], "broker {broker}");
    }
}

#[test]
fn fetches_that_are_parked_are_answered_as_a_leader_is_replaced() {
    let mut world = World::new();
    assert_eq!(world.node(1).parked.len(), 2);
    let messages = world.decided(1, 10, state(2, 1, 1, &[1, 2, 3]));
    assert_eq!(errors(&messages), [ErrorCode::FencedLeaderEpoch; 2]);
    assert!(world.node(1).parked.is_empty());
}

#[test]
fn an_epoch_begins_with_its_leader_even_before_it_writes() {
    let mut world = World::new();
    world.decided(2, 10, state(2, 1, 1, &[1, 2, 3]));
    let messages = world.decided(2, 11, state(3, 2, 2, &[1, 2, 3]));
    assert_eq!(fetches(&messages)[0].partitions[0].last_epoch, Some(Epoch(1)));
}

// --------------------------------------------------------------------- offers

#[test]
fn an_offer_ends_with_its_own_answer_and_of_refusals_with_that_of_an_ineligible_replica_only() {
    let answer =
        |offered, error| OfferResult { position: P, offered, result: Err(error), cause: CAUSE };
    for (offered, error, ends) in [
        ((Epoch(0), 1), ErrorCode::IneligibleReplica, true),
        ((Epoch(0), 0), ErrorCode::IneligibleReplica, false),
        ((Epoch(-1), 1), ErrorCode::IneligibleReplica, false),
        ((Epoch(0), 1), ErrorCode::InvalidUpdateVersion, false),
        ((Epoch(0), 1), ErrorCode::FencedLeaderEpoch, false),
    ] {
        let mut world = World::new();
        world.decided(1, 10, state(1, 0, 1, &[1, 2]));
        world.event(1, fetch(3, 3, 0, 0));
        assert!(world.leading(1).offer.is_some());
        let results = Vec::from([answer(offered, error)]);
        world.event(1, NodeEvent::AlterPartitionAnswer(results));
        assert_eq!(world.leading(1).offer.is_none(), ends, "{offered:?} {error:?}");
    }
}

// --------------------------------------------------------------------- the follower

/// What broker 2 answers to a response to the fetch that it has under way at broker 1.
fn respond(
    world: &mut World,
    leader_epoch: i32,
    error: ErrorCode,
    committed: i64,
) -> Vec<NodeEvent> {
    let fetched = FetchedPartition {
        position: P,
        from: Offset(0),
        leader_epoch: Epoch(leader_epoch),
        batches: Vec::new(),
        high_watermark: Offset(committed),
        error,
        diverging: None,
    };
    let response = FetchResponse {
        leader: BrokerId(1),
        serial: world.node(2).fetches,
        row: Some(0),
        partitions: Vec::from([fetched]),
        delayed: false,
    };
    world.event(2, NodeEvent::Fetched(response))
}

#[test]
fn a_follower_of_an_older_epoch_asks_again_only_when_it_has_heard_of_the_new_one() {
    let mut world = World::new();
    let asked = |messages: &[NodeEvent]| -> Vec<usize> {
        let asked = fetches(messages).into_iter().flat_map(|fetch| &fetch.partitions);
        asked.map(|asked| asked.position).collect()
    };
    let fenced = respond(&mut world, 0, ErrorCode::FencedLeaderEpoch, 0);
    assert_eq!(asked(&fenced), [1], "the other partition only");
    world.decided(2, 10, state(1, 1, 1, &[1, 2, 3]));
    let next = respond(&mut world, 0, ErrorCode::None, 0);
    assert_eq!(asked(&next), [1, 0]);
}

#[test]
fn an_answer_to_a_fetch_of_an_older_epoch_is_left_out() {
    let mut world = World::new();
    world.decided(2, 10, state(1, 1, 1, &[1, 2, 3]));
    respond(&mut world, 0, ErrorCode::FencedLeaderEpoch, 0);
    let next = respond(&mut world, 1, ErrorCode::None, 0);
    let asked = fetches(&next)[0].partitions.len();
    assert_eq!(asked, 2, "the new epoch was not what the refusal was about");
}

#[test]
fn a_log_is_cut_where_the_epoch_that_both_know_ends_or_where_the_nearest_lower_one_does() {
    let mut log = Log::new();
    for (number, (base, epoch)) in (0..).zip([(0, 0), (5, 2)]) {
        log.append(number, &batch(base, epoch));
    }
    let check = |epoch, end, want| {
        assert_eq!(truncation_offset(&log, Epoch(epoch), Offset(end)), Offset(want));
    };
    check(0, 3, 3);
    check(0, 9, 5);
    check(1, 7, 5);
    check(2, 20, 10);
}

fn batch(base: i64, epoch: i32) -> LogBatch {
    LogBatch {
        base: Offset(base),
        records: 5,
        bytes: Bytes(100),
        leader_epoch: Epoch(epoch),
        batch: BatchId(0),
        first: RecordId(0),
        producer_id: -1,
        producer_epoch: -1,
        base_sequence: -1,
    }
}

// --------------------------------------------------------------------- processes

#[test]
fn a_process_that_is_gone_refuses_fetches_and_a_machine_that_is_off_is_silent() {
    let answer = |faults: &[FaultKind]| {
        let mut world = World::new();
        faults.iter().for_each(|fault| world.fault(fault.clone()));
        world.event(1, fetch(2, 2, 0, 0)).len()
    };
    let one = BrokerId(1);
    assert_eq!(answer(&[FaultKind::Kill(one)]), 1);
    assert_eq!(answer(&[FaultKind::Kill(one), FaultKind::Restart(one)]), 1, "it takes none yet");
    assert_eq!(answer(&[FaultKind::PowerLoss(one)]), 0);
}

#[test]
fn nothing_of_a_process_outlives_it() {
    let mut world = World::new();
    let node = &mut world.brokers.actors.nodes[1];
    node.inbox.push(NodeEvent::Checkpoint);
    node.behind_until = SimTime(5_000_000);
    node.altering = true;
    node.leaving = true;
    node.told_to_wait = true;
    node.clean_epoch = Some(1);
    world.fault(FaultKind::ControlledShutdown(BrokerId(2)));
    assert!(!world.node(2).fetchers.is_empty() && world.node(2).shutdown.is_some());
    world.fault(FaultKind::Kill(BrokerId(2)));
    let node = world.node(2);
    assert!(node.fetchers.is_empty() && node.inbox.is_empty());
    assert!(!node.altering && !node.leaving && !node.told_to_wait && node.shutdown.is_none());
    assert!(node.behind_until <= world.now && node.clean_epoch.is_none());
    assert!(!world.node(1).parked.is_empty());
    world.fault(FaultKind::Kill(BrokerId(1)));
    assert!(world.node(1).parked.is_empty());
}

#[test]
fn a_process_that_goes_in_order_leaves_its_epoch_and_its_high_watermarks_and_one_that_is_killed_none()
 {
    let mut world = World::new();
    let replica = world.brokers.actors.nodes[1].replica_mut(P).expect("it has a replica");
    replica.log.append(0, &batch(0, 0));
    replica.high_watermark = Offset(5);
    world.fault(FaultKind::ControlledShutdown(BrokerId(2)));
    world.event(2, NodeEvent::HeartbeatAnswer { fenced: true, exit: true });
    let gone = world.trace.broker_states.rows().next_back().map(|row| row.change);
    assert_eq!(gone, Some(BrokerChange::Exited));
    assert_eq!(world.node(2).clean_epoch, Some(2));
    assert_eq!(world.node(2).replica(P).map(|replica| replica.checkpoint), Some(Offset(5)));
    // killed again before it has registered
    world.fault(FaultKind::Restart(BrokerId(2)));
    world.fault(FaultKind::Kill(BrokerId(2)));
    assert_eq!(world.node(2).clean_epoch, None);
}

#[test]
fn a_process_writes_its_high_watermarks_down_with_its_first_metadata_and_a_cut_writes_nothing() {
    let mut world = World::new();
    let replica = world.brokers.actors.nodes[1].replica_mut(P).expect("it has a replica");
    replica.checkpoint = Offset(5);
    replica.high_watermark = Offset(5);
    let checkpoint = |world: &World| world.node(2).replica(P).map(|replica| replica.checkpoint.0);
    world.fault(FaultKind::PowerLoss(BrokerId(2)));
    world.fault(FaultKind::Restart(BrokerId(2)));
    world.event(2, NodeEvent::Started);
    assert_eq!(checkpoint(&world), Some(5), "the disk says what was, not what is left");
    let partition = Record::Partition { position: P, state: state(1, 1, 1, &[1]), cause: CAUSE };
    let all = Delta { offset: 20, records: Vec::from([partition]) };
    world.event(2, NodeEvent::Registered(Some((20, all))));
    assert_eq!(checkpoint(&world), Some(0));
}

#[test]
fn a_high_watermark_of_the_disk_is_never_above_the_log() {
    let mut world = World::new();
    let replica = world.brokers.actors.nodes[1].replica_mut(P).expect("it has a replica");
    replica.checkpoint = Offset(5);
    replica.high_watermark = Offset(5);
    world.fault(FaultKind::PowerLoss(BrokerId(2)));
    world.fault(FaultKind::Restart(BrokerId(2)));
    world.event(2, NodeEvent::Started);
    assert_eq!(world.node(2).replica(P).map(|replica| replica.high_watermark), Some(Offset(0)));
}
