//! What holds of every partition's replicas after every event, whatever goes wrong.
//!
//! Visible is what a consumer could have read: below the high watermark of a broker that took itself
//! for the leader.

use model::{BatchView, ClusterState, PartitionView, ReplicaView};
use std::collections::BTreeMap;
use units::{BrokerId, Epoch, Offset, TopicPartition};

/// An invariant by its name, and what was found instead.
pub(crate) type Found = (&'static str, String);

/// What is kept from one event to the next.
pub(crate) struct Replicas {
    /// No disk loses anything.
    disks_keep: bool,
    /// Nothing visible may disappear: no replica out of sync may lead either.
    keeps_visible: bool,
    partitions: BTreeMap<TopicPartition, Known>,
}

/// What disks do in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disks {
    /// What is written stays.
    Keep,
    /// A machine may lose what was not forced to its disk.
    Lose,
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
    pub(crate) const fn new(disks: Disks, unclean_elections: bool) -> Self {
        let disks_keep = matches!(disks, Disks::Keep);
        let keeps_visible = disks_keep && !unclean_elections;
        Self { disks_keep, keeps_visible, partitions: BTreeMap::new() }
    }

    /// Looks at roles, sets, log ends and high watermarks.
    pub(crate) fn marks(&mut self, state: &ClusterState) -> Result<(), Found> {
        for partition in &state.partitions {
            let known = self.partitions.entry(partition.partition).or_default();
            known.epochs(partition)?;
            for replica in &partition.replicas {
                known.high_watermark(partition, replica, self.disks_keep)?;
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
            if self.keeps_visible {
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
        disks_keep: bool,
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
        if !replica.leads {
            return Ok(());
        }
        let shown = self.shown.entry(replica.broker).or_insert(now);
        *shown = (*shown).max(now);
        if now <= before {
            return Ok(());
        }
        for (broker, end) in &replica.followers {
            let member = replica.maximal_isr & (1 << broker.0) != 0;
            let real = of(partition, *broker).map(|follower| follower.log_end);
            // a leader learns of a lost disk, or that it was replaced, later than it happens
            let stale = !disks_keep || partition.leader != Some(replica.broker);
            if member && !(end.is_some_and(|end| end >= now) && (stale || real >= *end)) {
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

    /// Brokers 1, which leads, and 2.
    fn cluster(mut leader: ReplicaView, follower: ReplicaView) -> ClusterState {
        leader.followers = vec![(follower.broker, Some(follower.log_end))];
        ClusterState {
            brokers: Vec::new(),
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
        let mut replicas = Replicas::new(Disks::Keep, false);
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
        lost.partitions[0].replicas[1].batches.pop();
        check(&lost, name);
    }
}
