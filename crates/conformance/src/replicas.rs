//! What holds of every partition's replicas after every event, whatever goes wrong.
//!
//! Visible is what a consumer could have read: below the high watermark of a broker that took itself
//! for the leader.

use model::scenario::{FaultKind, ReplicationSettings, Topic};
use model::{BatchView, BrokerView, ClusterState, PartitionView, ReplicaView, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use units::{BrokerId, Epoch, Micros, Offset, TopicPartition};

/// An invariant by its name, and what was found instead.
pub(crate) type Found = (&'static str, String);

/// What is kept from one event to the next.
pub(crate) struct Replicas {
    /// Whose machine may lose what was not forced to its disk.
    forgetful: BTreeSet<BrokerId>,
    /// Nothing visible may disappear: no disk loses what others lack, and no replica out of sync may lead.
    keeps_visible: bool,
    /// How long it may take until all that has happened is noticed and made up for.
    pub(crate) recovery: Micros,
    partitions: BTreeMap<TopicPartition, Known>,
}

#[derive(Default)]
struct Known {
    leader_epoch: Epoch,
    epochs: BTreeMap<BrokerId, Epoch>,
    high_watermarks: BTreeMap<BrokerId, Offset>,
    /// The highest that a broker's high watermark was while it led.
    shown: BTreeMap<BrokerId, Offset>,
    visible: Vec<BatchView>,
}

impl Replicas {
    pub(crate) fn new(scenario: &Scenario, settings: &ReplicationSettings) -> Self {
        let brokers = |of: fn(&FaultKind) -> Option<BrokerId>| -> BTreeSet<BrokerId> {
            scenario.faults.iter().filter_map(|fault| of(&fault.what)).collect()
        };
        let forgetful = brokers(|what| match what {
            FaultKind::PowerLoss(broker) => Some(*broker),
            _ => None,
        });
        let unclean = brokers(|what| match what {
            FaultKind::PowerLoss(broker) | FaultKind::Kill(broker) => Some(*broker),
            _ => None,
        });
        let floor = |topic: &Topic| {
            let copies = topic.replicas.iter().map(Vec::len).min().unwrap_or(0);
            copies.min(topic.min_insync_replicas as usize)
        };
        // who stopped uncleanly is no longer eligible: while these are fewer than the floor, somebody is left
        let covered = settings.eligible_leader_replicas
            && scenario.cluster.topics.iter().all(|topic| unclean.len() < floor(topic));
        let keeps_visible =
            (forgetful.is_empty() || covered) && !settings.unclean_leader_election_enable;
        let waits = [
            settings.broker_session_timeout,
            settings.replica_socket_timeout,
            settings.replica_fetch_backoff,
        ];
        let recovery =
            waits.map(Micros::from).iter().fold(settings.restart, |sum, wait| sum + *wait);
        Self { forgetful, keeps_visible, recovery, partitions: BTreeMap::new() }
    }

    /// Looks at a cluster to which nothing has happened for so long that it must have recovered: who is gone
    /// is fenced, who is there has all that the leader has, and is in sync.
    pub(crate) fn recovered(state: &ClusterState) -> Result<(), Found> {
        let name = "a_cluster_that_is_left_alone_recovers";
        if let Some(broker) = state.brokers.iter().find(|known| is_there(known) == known.fenced) {
            return Err((name, format!("{broker:?}")));
        }
        for partition in &state.partitions {
            let Some(leader) = partition.leader.and_then(|broker| of(partition, broker)) else {
                continue;
            };
            let replicas = partition.replicas.iter().filter(|replica| is_up(state, replica.broker));
            let behind = |replica: &&ReplicaView| {
                let member = partition.isr & (1 << replica.broker.0) != 0;
                !member || replica.batches != leader.batches
            };
            if let Some(replica) = replicas.into_iter().find(behind) {
                let (id, end) = (partition.partition, replica.log_end);
                let found = format!(
                    "{id:?} on {:?} ends at {end:?}, on the leader at {:?}; in sync are {:b}",
                    replica.broker, leader.log_end, partition.isr
                );
                return Err((name, found));
            }
        }
        Ok(())
    }

    /// Looks at roles, sets, log ends and high watermarks.
    pub(crate) fn marks(&mut self, state: &ClusterState) -> Result<(), Found> {
        for partition in &state.partitions {
            let known = self.partitions.entry(partition.partition).or_default();
            known.epochs(partition)?;
            for replica in &partition.replicas {
                known.high_watermark(partition, replica, &self.forgetful)?;
            }
        }
        Ok(())
    }

    /// Looks at the logs too.
    pub(crate) fn logs(&mut self, state: &ClusterState) -> Result<(), Found> {
        self.marks(state)?;
        for partition in &state.partitions {
            let known = self.partitions.entry(partition.partition).or_default();
            for replica in &partition.replicas {
                epochs_rise(partition, replica)?;
            }
            let Some(leader) = partition.leader.and_then(|broker| of(partition, broker)) else {
                continue;
            };
            agree(partition, leader)?;
            // a leader that is gone is still one until it is missed
            if self.keeps_visible && leader.leads && is_up(state, leader.broker) {
                known.keeps_visible(partition, leader)?;
            }
        }
        Ok(())
    }
}

impl Known {
    fn epochs(&mut self, partition: &PartitionView) -> Result<(), Found> {
        let id = partition.partition;
        if partition.leader_epoch < self.leader_epoch {
            let found =
                format!("{id:?}: {:?} after {:?}", partition.leader_epoch, self.leader_epoch);
            return Err(("epochs_never_fall", found));
        }
        self.leader_epoch = partition.leader_epoch;
        for replica in &partition.replicas {
            let before = self.epochs.insert(replica.broker, replica.leader_epoch);
            if before.is_some_and(|before| replica.leader_epoch < before) {
                let found = format!("{id:?} on {:?}: after {before:?}", replica.broker);
                return Err(("epochs_never_fall", found));
            }
        }
        Ok(())
    }

    /// A leader that has moved its high watermark has moved it to what its whole in-sync set has.
    fn high_watermark(
        &mut self,
        partition: &PartitionView,
        replica: &ReplicaView,
        forgetful: &BTreeSet<BrokerId>,
    ) -> Result<(), Found> {
        let now = replica.high_watermark;
        let before = self.high_watermarks.insert(replica.broker, now).unwrap_or(Offset(0));
        let name = "the_high_watermark_is_below_every_log_end_of_its_in_sync_set";
        let found = |what: String| {
            let (id, broker) = (partition.partition, replica.broker);
            Err((name, format!("{id:?} on {broker:?} at {now:?}: {what}")))
        };
        if now > replica.log_end {
            return found(format!("its log ends at {:?}", replica.log_end));
        }
        if let Some(shown) = self.shown.get_mut(&replica.broker) {
            *shown = (*shown).min(replica.log_end);
        }
        if !replica.leads {
            return Ok(());
        }
        let shown = self.shown.entry(replica.broker).or_insert(now);
        *shown = (*shown).max(now);
        // a leader learns that it was replaced later than it happens
        let deposed = partition.leader != Some(replica.broker)
            || partition.leader_epoch != replica.leader_epoch;
        let members = partition.replicas.iter().filter(|member| {
            partition.isr & (1 << member.broker.0) != 0 && !forgetful.contains(&member.broker)
        });
        if let Some(member) = members.into_iter().find(|member| member.log_end < now && !deposed) {
            return found(format!("{:?} ends at {:?}", member.broker, member.log_end));
        }
        if now <= before {
            return Ok(());
        }
        for (broker, end) in &replica.followers {
            let member = replica.maximal_isr & (1 << broker.0) != 0;
            let real = of(partition, *broker).map(|follower| follower.log_end);
            // what it knows of a follower may be from before that one lost its log
            if !member || forgetful.contains(broker) {
                continue;
            }
            if !(end.is_some_and(|end| end >= now) && (deposed || real >= *end)) {
                return found(format!("{broker:?} is known to be at {end:?}, and is at {real:?}"));
            }
        }
        Ok(())
    }

    /// What was visible is in the log of whoever leads.
    fn keeps_visible(
        &mut self,
        partition: &PartitionView,
        leader: &ReplicaView,
    ) -> Result<(), Found> {
        for (broker, end) in &self.shown {
            let Some(replica) = of(partition, *broker) else { continue };
            let below = replica.batches.iter().filter(|batch| end_of(batch) <= *end);
            self.visible.extend(below.skip(self.visible.len()));
        }
        let lost =
            self.visible.iter().zip(0..).find(|(batch, n)| leader.batches.get(*n) != Some(*batch));
        let Some((batch, _)) = lost else { return Ok(()) };
        let found = format!("{:?} on {:?}: {batch:?}", partition.partition, leader.broker);
        Err(("nothing_visible_disappears_without_unclean_elections", found))
    }
}

/// In-sync replicas have the same below the leader's high watermark.
fn agree(partition: &PartitionView, leader: &ReplicaView) -> Result<(), Found> {
    for member in &partition.replicas {
        if partition.isr & (1 << member.broker.0) == 0 {
            continue;
        }
        let common = leader.high_watermark.min(member.log_end);
        let pairs = leader.batches.iter().zip(&member.batches);
        let differs = pairs.filter(|(own, _)| end_of(own) <= common).find(|(own, its)| own != its);
        if let Some((own, its)) = differs {
            let (id, broker) = (partition.partition, member.broker);
            let found = format!("{id:?}: {own:?} on the leader, {its:?} on {broker:?}");
            return Err(("in_sync_replicas_agree_below_the_high_watermark", found));
        }
    }
    Ok(())
}

fn epochs_rise(partition: &PartitionView, replica: &ReplicaView) -> Result<(), Found> {
    if replica.batches.is_sorted_by_key(|batch| (batch.leader_epoch, batch.base)) {
        return Ok(());
    }
    let found = format!("{:?} on {:?}: in its log", partition.partition, replica.broker);
    Err(("epochs_never_fall", found))
}

/// Its process runs.
const fn is_there(broker: &BrokerView) -> bool {
    broker.up && !broker.hung
}

fn is_up(state: &ClusterState, broker: BrokerId) -> bool {
    state.brokers.iter().any(|known| known.broker == broker && is_there(known))
}

fn of(partition: &PartitionView, broker: BrokerId) -> Option<&ReplicaView> {
    partition.replicas.iter().find(|replica| replica.broker == broker)
}

fn end_of(batch: &BatchView) -> Offset {
    batch.base + batch.records
}

#[cfg(test)]
mod tests {
    use super::*;
    use units::{PartitionId, RecordId, TopicId};

    /// A replica whose batches have one record and these epochs each.
    fn replica(broker: u32, epochs: &[i32], high_watermark: i64) -> ReplicaView {
        let batch = |(n, epoch): (u32, &i32)| BatchView {
            base: Offset(i64::from(n)),
            records: 1,
            leader_epoch: Epoch(*epoch),
            first: RecordId(n),
        };
        ReplicaView {
            broker: BrokerId(broker),
            leads: broker == 1,
            leader_epoch: Epoch(0),
            log_end: Offset(epochs.len() as i64),
            high_watermark: Offset(high_watermark),
            maximal_isr: 0b110,
            followers: Vec::new(),
            batches: (0..).zip(epochs).map(batch).collect(),
        }
    }

    fn up(broker: u32) -> BrokerView {
        BrokerView { broker: BrokerId(broker), up: true, hung: false, fenced: false }
    }

    /// Brokers 1, which leads, and 2.
    fn cluster(mut leader: ReplicaView, follower: ReplicaView) -> ClusterState {
        leader.followers = vec![(follower.broker, Some(follower.log_end))];
        ClusterState {
            brokers: [1, 2].map(up).to_vec(),
            partitions: vec![PartitionView {
                partition: TopicPartition { topic: TopicId(0), partition: PartitionId(0) },
                leader: Some(BrokerId(1)),
                leader_epoch: Epoch(0),
                isr: 0b110,
                eligible: 0,
                min_isr: 2,
                replicas: vec![leader, follower],
            }],
        }
    }

    fn fine() -> ClusterState {
        cluster(replica(1, &[0, 0, 0], 2), replica(2, &[0, 0], 1))
    }

    /// What is found in the second of two moments.
    #[track_caller]
    fn check(second: &ClusterState, want: &str) {
        let (forgetful, partitions) = (BTreeSet::new(), BTreeMap::new());
        let recovery = Micros(0);
        let mut replicas = Replicas { forgetful, keeps_visible: true, recovery, partitions };
        replicas.logs(&fine()).expect("the first moment is fine");
        let found = replicas.logs(second).map_err(|(name, _)| name);
        assert_eq!(found, if want.is_empty() { Ok(()) } else { Err(want) });
    }

    #[test]
    fn a_cluster_that_goes_on_is_fine() {
        check(&fine(), "");
        check(&cluster(replica(1, &[0; 4], 3), replica(2, &[0; 3], 2)), "");
    }

    #[test]
    fn a_high_watermark_above_a_members_log_end_is_found() {
        let name = "the_high_watermark_is_below_every_log_end_of_its_in_sync_set";
        check(&cluster(replica(1, &[0; 4], 4), replica(2, &[0; 3], 2)), name);
        check(&cluster(replica(1, &[0; 4], 5), replica(2, &[0; 5], 2)), name);
        let mut claimed = cluster(replica(1, &[0; 4], 4), replica(2, &[0; 3], 2));
        claimed.partitions[0].replicas[0].followers[0].1 = Some(Offset(4));
        check(&claimed, name);
    }

    #[test]
    fn a_member_that_is_let_in_below_the_high_watermark_is_found() {
        let name = "the_high_watermark_is_below_every_log_end_of_its_in_sync_set";
        let mut joined = cluster(replica(1, &[0; 3], 2), replica(2, &[0], 1));
        check(&joined, name);
        joined.partitions[0].isr = 0b10;
        check(&joined, "");
    }

    #[test]
    fn who_is_missed_or_left_behind_for_good_is_found() {
        let name = Err("a_cluster_that_is_left_alone_recovers");
        let look = |state: &ClusterState| Replicas::recovered(state).map_err(|(name, _)| name);
        let mut state = cluster(replica(1, &[0; 3], 3), replica(2, &[0; 3], 3));
        assert_eq!(look(&state), Ok(()));
        assert_eq!(look(&cluster(replica(1, &[0; 3], 2), replica(2, &[0; 2], 2))), name);
        state.partitions[0].isr = 0b10;
        assert_eq!(look(&state), name);
        state.brokers[1].up = false;
        assert_eq!(look(&state), name);
        state.brokers[1].fenced = true;
        assert_eq!(look(&state), Ok(()));
    }

    #[test]
    fn an_epoch_that_falls_is_found() {
        let mut later = fine();
        later.partitions[0].leader_epoch = Epoch(-1);
        check(&later, "epochs_never_fall");
        let mut later = fine();
        later.partitions[0].replicas[1].leader_epoch = Epoch(-1);
        check(&later, "epochs_never_fall");
        check(&cluster(replica(1, &[0, 0, 1, 0], 2), replica(2, &[0; 3], 2)), "epochs_never_fall");
    }

    #[test]
    fn members_that_differ_below_the_high_watermark_are_found() {
        let name = "in_sync_replicas_agree_below_the_high_watermark";
        check(&cluster(replica(1, &[0; 3], 2), replica(2, &[0, 1], 2)), name);
        // above it they may
        check(&cluster(replica(1, &[0; 3], 2), replica(2, &[0, 0, 1], 2)), "");
    }

    #[test]
    fn what_was_visible_and_is_not_in_the_leaders_log_is_found() {
        let name = "nothing_visible_disappears_without_unclean_elections";
        check(&cluster(replica(1, &[0], 1), replica(2, &[0], 1)), name);
        check(&cluster(replica(1, &[0, 1], 1), replica(2, &[0], 1)), name);
        let mut lost = fine();
        lost.partitions[0].leader = Some(BrokerId(2));
        lost.partitions[0].replicas[1].leads = true;
        lost.partitions[0].replicas[1].batches.pop();
        check(&lost, name);
    }
}
