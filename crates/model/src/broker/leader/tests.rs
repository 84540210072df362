//! What a leader makes of its followers' fetches. Broker 1 leads, 2 and 3 follow.

use super::*;
use trace::IsrReason;

const LAG_MAX: Micros = Micros(30_000_000);

fn ms(ms: i64) -> SimTime {
    SimTime(ms * 1000)
}

fn set(brokers: &[u32]) -> Members {
    brokers.iter().fold(Members::default(), |set, broker| set.with(BrokerId(*broker)))
}

fn leading(isr: &[u32]) -> Leading {
    let replicas = [BrokerId(1), BrokerId(2), BrokerId(3)];
    Leading::new(BrokerId(1), &replicas, set(isr), 0, Offset(0), ms(0))
}

fn fetch(leading: &mut Leading, follower: u32, offset: i64, leader_end: i64, at: SimTime) {
    leading.fetched(BrokerId(follower), Offset(offset), Offset(leader_end), 1, at);
}

fn offer(leading: &mut Leading, members: &[u32]) {
    let (why, cause) = (IsrReason::Lag, trace::Timer::LagCheck.into());
    leading.offer = Some(Offer { members: set(members), why, sent: true, cause });
}

/// The high watermark of a log that ends at 9, if every process is the one that the controller knows.
#[track_caller]
fn check(leading: &Leading, min_isr: u32, at: SimTime, want: Option<i64>) {
    let got = leading.high_watermark(Offset(9), min_isr, at, LAG_MAX, |_| true);
    assert_eq!(got, want.map(Offset));
}

#[test]
fn the_high_watermark_is_the_least_log_end_of_the_whole_in_sync_set() {
    let mut leading = leading(&[1, 2, 3]);
    fetch(&mut leading, 2, 9, 9, ms(1));
    fetch(&mut leading, 3, 5, 9, ms(1));
    check(&leading, 1, ms(2), Some(5));
}

#[test]
fn after_an_election_it_waits_for_a_first_fetch_of_every_member() {
    let mut leading = leading(&[1, 2, 3]);
    fetch(&mut leading, 2, 9, 9, ms(1));
    check(&leading, 1, ms(2), Some(-1));
}

#[test]
fn below_the_floor_it_stands_still() {
    let mut alone = leading(&[1]);
    fetch(&mut alone, 2, 9, 9, ms(1));
    check(&alone, 2, ms(2), None);
    check(&leading(&[1]), 1, ms(2), Some(9));
}

#[test]
fn a_replica_that_is_about_to_return_holds_it_back_for_the_lag_time_if_it_is_eligible() {
    let mut leading = leading(&[1, 2]);
    fetch(&mut leading, 2, 9, 9, ms(1));
    fetch(&mut leading, 3, 4, 4, ms(1));
    fetch(&mut leading, 3, 5, 9, ms(2));
    check(&leading, 2, ms(3), Some(5));
    let not_eligible = |state: &FollowerState| state.broker != BrokerId(3);
    let got = leading.high_watermark(Offset(9), 2, ms(3), LAG_MAX, not_eligible);
    assert_eq!(got, Some(Offset(9)));
    check(&leading, 2, ms(30_003), Some(9));
}

#[test]
fn a_member_that_is_to_leave_still_counts_and_one_that_is_to_join_counts_at_once() {
    let mut shrinking = leading(&[1, 2, 3]);
    fetch(&mut shrinking, 2, 9, 9, ms(1));
    fetch(&mut shrinking, 3, 3, 9, ms(1));
    offer(&mut shrinking, &[1, 2]);
    assert_eq!(shrinking.maximal_isr(), set(&[1, 2, 3]));
    check(&shrinking, 1, ms(60_000), Some(3));

    let mut growing = leading(&[1, 2]);
    fetch(&mut growing, 2, 9, 9, ms(1));
    fetch(&mut growing, 3, 4, 9, ms(1));
    check(&growing, 3, ms(60_000), None);
    offer(&mut growing, &[1, 2, 3]);
    check(&growing, 2, ms(60_000), Some(4));
    check(&growing, 3, ms(60_000), None);
}

#[test]
fn lag_is_time_since_a_follower_was_caught_up_and_no_number_of_records() {
    let mut leading = leading(&[1, 2, 3]);
    fetch(&mut leading, 2, 9, 9, ms(1));
    fetch(&mut leading, 3, 9, 9, ms(1));
    let end = Offset(1_000_000);
    assert_eq!(leading.out_of_sync(end, ms(30_001), LAG_MAX), set(&[]));
    assert_eq!(leading.out_of_sync(end, ms(30_002), LAG_MAX), set(&[2, 3]));
}

#[test]
fn an_idle_follower_with_the_same_log_end_is_in_sync_however_long_it_is_silent() {
    let mut leading = leading(&[1, 2, 3]);
    fetch(&mut leading, 2, 9, 9, ms(1));
    fetch(&mut leading, 3, 8, 9, ms(1));
    assert_eq!(leading.out_of_sync(Offset(9), ms(900_000), LAG_MAX), set(&[3]));
}

#[test]
fn a_follower_that_is_always_a_little_behind_a_busy_leader_is_caught_up_as_of_its_fetch_before() {
    let mut leading = leading(&[1, 2]);
    for n in 1..100 {
        // each fetch asks for what the leader had at the one before
        fetch(&mut leading, 2, (n - 1) * 10, n * 10, ms(n * 1_000));
    }
    assert_eq!(leading.followers[0].caught_up_at, ms(98_000));
    assert_eq!(leading.out_of_sync(Offset(2_000), ms(100_000), LAG_MAX), set(&[]));
}

#[test]
fn to_join_a_follower_needs_the_high_watermark_and_the_start_of_the_epoch_not_the_log_end() {
    let mut leading = leading(&[1, 2]);
    leading.epoch_start = Offset(4);
    fetch(&mut leading, 3, 3, 100, ms(1));
    assert!(!leading.may_join(BrokerId(3), Offset(2), |_| true));
    fetch(&mut leading, 3, 4, 100, ms(2));
    assert!(leading.may_join(BrokerId(3), Offset(2), |_| true));
    assert!(!leading.may_join(BrokerId(3), Offset(5), |_| true));
    assert!(!leading.may_join(BrokerId(3), Offset(2), |_| false), "a fenced broker may copy only");
    offer(&mut leading, &[1]);
    assert!(!leading.may_join(BrokerId(3), Offset(2), |_| true), "one offer at a time");
}
