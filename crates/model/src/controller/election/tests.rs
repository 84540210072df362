//! Elections by rule, on one partition of brokers 1, 2 and 3 with `min.insync.replicas` 2.

use super::*;
use ElectionReason::{Clean, FromElr, LastKnownLeader, Moved, Nobody, Unclean};
use alloc::vec::Vec;
use units::TopicPartition;

fn set(brokers: &[u32]) -> Members {
    brokers.iter().fold(Members::default(), |set, broker| set.with(BrokerId(*broker)))
}

/// A partition in epoch 0 under `leader`.
fn state(leader: u32, isr: &[u32], elr: &[u32]) -> PartitionState {
    PartitionState {
        leader: (leader > 0).then_some(BrokerId(leader)),
        leader_epoch: Epoch(0),
        partition_epoch: 0,
        isr: set(isr),
        elr: set(elr),
        last_known_leader: None,
    }
}

/// What becomes of `state` when only `active` brokers are up and `gone` has left the in-sync set.
fn change(
    state: PartitionState,
    gone: &[u32],
    active: &[u32],
    election: Election,
    elr_enabled: bool,
) -> Option<(PartitionState, ElectionReason)> {
    let info = PartitionInfo {
        id: TopicPartition::default(),
        replicas: Vec::from([BrokerId(1), BrokerId(2), BrokerId(3)]),
        min_isr: 2,
    };
    Change {
        info: &info,
        state,
        target_isr: state.isr.minus(set(gone)),
        unclean_shutdown: Members::default(),
        election,
        elr_enabled,
        acceptable: set(active),
    }
    .build()
}

#[track_caller]
fn check(
    built: Option<(PartitionState, ElectionReason)>,
    leader: u32,
    isr: &[u32],
    elr: &[u32],
    why: ElectionReason,
) -> PartitionState {
    let (new, reason) = built.expect("something changes");
    let want = (leader > 0).then_some(BrokerId(leader));
    assert_eq!((new.leader, new.isr, new.elr, reason), (want, set(isr), set(elr), why));
    new
}

#[test]
fn a_valid_leader_stays_whatever_the_order_of_replicas() {
    let built = change(state(3, &[1, 2, 3], &[]), &[2], &[1, 3], Election::Online, true);
    let new = check(built, 3, &[1, 3], &[], Clean);
    assert_eq!((new.leader_epoch, new.partition_epoch), (Epoch(0), 1));
}

#[test]
fn the_first_valid_broker_in_assignment_order_leads_not_the_longest_log() {
    let built = change(state(1, &[3, 2, 1], &[]), &[1], &[2, 3], Election::Online, true);
    let new = check(built, 2, &[2, 3], &[], Clean);
    assert_eq!((new.leader_epoch, new.partition_epoch), (Epoch(1), 1));
}

#[test]
fn who_leaves_below_the_floor_becomes_eligible() {
    let two = change(state(1, &[1, 2, 3], &[]), &[3], &[1, 2], Election::Online, true);
    let two = check(two, 1, &[1, 2], &[], Clean);
    let one = check(change(two, &[2], &[1], Election::Online, true), 1, &[1], &[2], Clean);
    let none = check(change(one, &[1], &[], Election::Online, true), 0, &[], &[1, 2], Nobody);
    assert_eq!(none.last_known_leader, Some(BrokerId(1)));
    let back = change(none, &[], &[2], Election::Online, true);
    let back = check(back, 2, &[2], &[1], FromElr);
    assert_eq!(back.last_known_leader, None);
}

#[test]
fn without_eligible_replicas_the_last_member_is_never_removed() {
    let built = change(state(1, &[1], &[]), &[1], &[2, 3], Election::Online, false);
    let new = check(built, 0, &[1], &[], Nobody);
    assert_eq!(new.leader_epoch, Epoch(1), "no leader is a leader change too");
    check(change(new, &[], &[1, 2], Election::Online, false), 1, &[1], &[], Clean);
}

#[test]
fn the_last_known_leader_leads_if_nobody_else_may() {
    let mut nobody = state(0, &[], &[]);
    nobody.last_known_leader = Some(BrokerId(3));
    assert_eq!(change(nobody, &[], &[1], Election::Online, true), None);
    check(change(nobody, &[], &[1, 3], Election::Online, true), 3, &[3], &[], LastKnownLeader);
    // others have what it lost: they are waited for
    nobody.elr = set(&[2]);
    assert_eq!(change(nobody, &[], &[1, 3], Election::Online, true), None);
}

#[test]
fn an_unclean_election_takes_the_first_broker_that_is_up_whatever_its_log() {
    let built = change(state(1, &[1], &[]), &[1], &[3], Election::Unclean, false);
    check(built, 3, &[3], &[], Unclean);
    let eligible = change(state(1, &[1], &[3]), &[1], &[2, 3], Election::Unclean, true);
    check(eligible, 3, &[3], &[1], FromElr);
    let stale = change(state(1, &[1], &[3]), &[1], &[2], Election::Unclean, true);
    check(stale, 2, &[2], &[], Unclean);
}

#[test]
fn an_unclean_restart_loses_its_place_in_every_set() {
    let info = PartitionInfo {
        id: TopicPartition::default(),
        replicas: Vec::from([BrokerId(1), BrokerId(2), BrokerId(3)]),
        min_isr: 2,
    };
    let state = state(0, &[], &[1, 2]);
    let built = Change {
        info: &info,
        state,
        target_isr: state.isr,
        unclean_shutdown: set(&[1]),
        election: Election::Online,
        elr_enabled: true,
        acceptable: Members::default(),
    };
    check(built.build(), 0, &[], &[2], Nobody);
}

#[test]
fn the_preferred_replica_leads_again_only_if_it_is_valid() {
    let led_by_2 = state(2, &[1, 2, 3], &[]);
    check(change(led_by_2, &[], &[1, 2, 3], Election::Preferred, true), 1, &[1, 2, 3], &[], Moved);
    assert_eq!(change(led_by_2, &[], &[2, 3], Election::Preferred, true), None);
    let out_of_sync = state(2, &[2, 3], &[]);
    assert_eq!(change(out_of_sync, &[], &[1, 2, 3], Election::Preferred, true), None);
}
