//! What a leader knows of its followers, and what follows for the in-sync set and the high watermark.
//! All of it comes from their fetches. Source: `Partition`, `Replica`, `ReplicaState`.

use crate::image::Members;
use alloc::vec::Vec;
use trace::Cause;
use units::{BrokerId, Micros, Offset, SimTime};

/// The leader's side of a partition.
#[derive(Clone, Debug)]
pub(super) struct Leading {
    /// Its log end as it took office.
    pub(super) epoch_start: Offset,
    /// The in-sync set that the controller has committed.
    pub(super) isr: Members,
    pub(super) partition_epoch: i32,
    /// Another one that it has offered. Source: `PendingShrinkIsr`, `PendingExpandIsr`.
    pub(super) offer: Option<Offer>,
    pub(super) followers: Vec<FollowerState>,
}

/// An in-sync set on its way to the controller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) members: Members,
    pub(super) why: trace::IsrReason,
    pub(super) sent: bool,
    pub(super) cause: Cause,
}

/// A follower, as its fetches tell. Source: `ReplicaState`.
#[derive(Clone, Copy, Debug)]
pub(super) struct FollowerState {
    pub(super) broker: BrokerId,
    /// `None` until it has fetched in this leadership.
    pub(super) log_end: Option<Offset>,
    /// The leader's log end at the fetch before.
    leader_end: Offset,
    fetched_at: SimTime,
    pub(super) caught_up_at: SimTime,
    /// Broker epoch of its last fetch.
    pub(super) broker_epoch: i64,
}

/// Longer ago than anything.
const NEVER_BEFORE: SimTime = SimTime(i64::MIN / 2);

impl FollowerState {
    /// As a leadership begins: in-sync ones have all of `replica.lag.time.max.ms` to show themselves.
    /// Source: `Replica.resetReplicaState`.
    fn new(broker: BrokerId, in_sync: bool, now: SimTime) -> Self {
        Self {
            broker,
            log_end: None,
            leader_end: Offset(0),
            fetched_at: NEVER_BEFORE,
            caught_up_at: if in_sync { now } else { NEVER_BEFORE },
            broker_epoch: -1,
        }
    }

    /// A fetch from `offset` arrived. A follower that is always a little behind a busy leader is caught
    /// up as of its fetch before. `true` if the offset is news.
    /// Source: `Replica.updateFetchStateOrThrow`.
    fn fetched(&mut self, offset: Offset, leader_end: Offset, epoch: i64, now: SimTime) -> bool {
        if offset >= leader_end {
            self.caught_up_at = self.caught_up_at.max(now);
        } else if offset >= self.leader_end {
            self.caught_up_at = self.caught_up_at.max(self.fetched_at);
        }
        let news = self.log_end != Some(offset);
        self.log_end = Some(offset);
        self.leader_end = leader_end;
        self.fetched_at = now;
        self.broker_epoch = epoch;
        news
    }

    /// Source: `ReplicaState.isCaughtUp`.
    fn is_caught_up(&self, leader_end: Offset, now: SimTime, lag_max: Micros) -> bool {
        self.log_end == Some(leader_end) || now.since(self.caught_up_at) <= lag_max
    }
}

impl Leading {
    pub(super) fn new(
        leader: BrokerId,
        replicas: &[BrokerId],
        isr: Members,
        partition_epoch: i32,
        epoch_start: Offset,
        now: SimTime,
    ) -> Self {
        let followers = replicas.iter().filter(|broker| **broker != leader);
        let followers =
            followers.map(|broker| FollowerState::new(*broker, isr.contains(*broker), now));
        Self { epoch_start, isr, partition_epoch, offer: None, followers: followers.collect() }
    }

    /// The committed set, and whoever the leader has asked to let in. A member that it has asked to
    /// remove still counts. Source: `PartitionState.maximalIsr`.
    pub(super) fn maximal_isr(&self) -> Members {
        self.offer.map_or(self.isr, |offer| self.isr.union(offer.members))
    }

    /// A follower's fetch; `None` from a broker that hosts nothing of it.
    pub(super) fn fetched(
        &mut self,
        follower: BrokerId,
        offset: Offset,
        leader_end: Offset,
        epoch: i64,
        now: SimTime,
    ) -> Option<bool> {
        let state = self.followers.iter_mut().find(|state| state.broker == follower)?;
        Some(state.fetched(offset, leader_end, epoch, now))
    }

    /// How far the high watermark may go: to what every member of the maximal in-sync set holds, and
    /// every replica that is about to return; it would else run away from that one for ever. Below
    /// `min.insync.replicas` nowhere.
    /// Source: `Partition.maybeIncrementLeaderHW`.
    pub(super) fn high_watermark(
        &self,
        log_end: Offset,
        min_isr: u32,
        now: SimTime,
        lag_max: Micros,
        eligible: impl Fn(&FollowerState) -> bool,
    ) -> Option<Offset> {
        if self.isr.len() < min_isr {
            return None;
        }
        let required = self.maximal_isr();
        let counts = |state: &&FollowerState| {
            required.contains(state.broker)
                || (state.is_caught_up(log_end, now, lag_max) && eligible(state))
        };
        let known = self.followers.iter().filter(counts);
        let lowest = known.map(|state| state.log_end.unwrap_or(Offset::NONE)).min();
        Some(lowest.map_or(log_end, |lowest| lowest.min(log_end)))
    }

    /// Members that have not caught up for too long; time, never a number of records.
    /// Source: `Partition.getOutOfSyncReplicas`.
    pub(super) fn out_of_sync(&self, log_end: Offset, now: SimTime, lag_max: Micros) -> Members {
        let lags = |state: &&FollowerState| {
            self.isr.contains(state.broker) && !state.is_caught_up(log_end, now, lag_max)
        };
        let lagging = self.followers.iter().filter(lags);
        lagging.fold(Members::default(), |set, state| set.with(state.broker))
    }

    /// Whether a follower may be let in: it need not have reached the log end.
    /// Source: `Partition.maybeExpandIsr`, `isFollowerInSync`.
    pub(super) fn may_join(
        &self,
        follower: BrokerId,
        high_watermark: Offset,
        eligible: impl Fn(&FollowerState) -> bool,
    ) -> bool {
        if self.offer.is_some() || self.isr.contains(follower) {
            return false;
        }
        let state = self.followers.iter().find(|state| state.broker == follower);
        state.is_some_and(|state| {
            let needed = high_watermark.max(self.epoch_start);
            eligible(state) && state.log_end.is_some_and(|end| end >= needed)
        })
    }
}

#[cfg(test)]
mod tests;
