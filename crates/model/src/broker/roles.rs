//! Metadata applied: who leads, who follows, and what that does to logs and waiting requests. Source:
//! `ReplicaManager.applyDelta`, `Partition.makeLeader`, `makeFollower`.

use super::leader::Leading;
use super::node::{Node, Role};
use super::{Fx, NodeEvent};
use crate::image::{Delta, PartitionState, Record};
use trace::{Cause, FactId, Kind, RoleChange, facts};
use units::BrokerId;

impl Node {
    /// Metadata is applied in order, by a leader that is replaced a while after its successor has.
    pub(super) fn metadata_arrived(&mut self, delta: Delta, fx: &mut Fx<'_>) {
        if let Some(early) = &mut self.early {
            return early.push(delta);
        }
        let replaced = delta.records.iter().any(|record| {
            let Record::Partition { position, state, .. } = record else { return false };
            let leads = self.replica(*position).is_some_and(|own| own.leading().is_some());
            leads && state.leader != Some(self.id)
        });
        if replaced {
            self.behind_until = self.behind_until.max(fx.now + fx.settings.step_down);
        }
        if fx.now >= self.behind_until {
            return self.apply_metadata(&delta, fx);
        }
        self.wake(self.behind_until.since(fx.now), NodeEvent::Apply(delta), fx);
    }

    /// Takes metadata over, and acts on what it says of its own partitions.
    pub(super) fn apply_metadata(&mut self, delta: &Delta, fx: &mut Fx<'_>) {
        if delta.offset <= self.image.offset {
            return;
        }
        self.image.offset = delta.offset;
        for record in &delta.records {
            self.image.apply(record);
        }
        for record in &delta.records {
            if let Record::Partition { position, state, cause } = record {
                self.apply_partition(*position, state, *cause, fx);
            }
        }
        self.pump_fetchers(fx);
    }

    fn apply_partition(
        &mut self,
        position: usize,
        state: &PartitionState,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let Some(replica) = self.replica(position) else { return };
        let same_epoch = replica.leader_epoch == state.leader_epoch;
        match (&replica.role, state.leader) {
            (Role::Leader(_), Some(leader)) if leader == self.id && same_epoch => {
                self.isr_committed(position, state, cause, fx);
            }
            (Role::Follower(of), Some(leader)) if leader == *of && same_epoch => {}
            (Role::Offline, None) if same_epoch => {}
            (_, Some(leader)) if leader == self.id => self.make_leader(position, state, cause, fx),
            (_, leader) => self.make_follower(position, state, leader, cause, fx),
        }
    }

    /// It takes office: everything in its log stays, committed or not, and the high watermark is its
    /// own until the others have fetched. Source: `Partition.makeLeader`.
    fn make_leader(
        &mut self,
        position: usize,
        state: &PartitionState,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        self.stop_fetching(position);
        let id = self.id;
        let Some(replica) = self.replica_mut(position) else { return };
        let end = replica.log.log_end();
        let replicas = &fx.layout.partitions[position].replicas;
        let leading = Leading::new(id, replicas, state.isr, state.partition_epoch, end, fx.now);
        replica.log.begin_epoch(state.leader_epoch);
        replica.leader_epoch = state.leader_epoch;
        replica.role = Role::Leader(leading);
        let cause = self.note_role(position, RoleChange::Leads, cause, fx);
        self.advance_high_watermark(position, cause, fx);
    }

    /// It follows from its own log end on; whoever waits for it as a leader is told.
    /// Source: `ReplicaManager.applyLocalFollowersDelta`, `completeDelayedOperationsWhenNotPartitionLeader`.
    fn make_follower(
        &mut self,
        position: usize,
        state: &PartitionState,
        leader: Option<BrokerId>,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        self.stop_fetching(position);
        let Some(replica) = self.replica_mut(position) else { return };
        let led = replica.leading().is_some();
        replica.leader_epoch = state.leader_epoch;
        replica.role = leader.map_or(Role::Offline, Role::Follower);
        let change = leader.map_or(RoleChange::Leaderless, |leader| RoleChange::Follows { leader });
        let cause = self.note_role(position, change, cause, fx);
        if led {
            self.leads_no_more(position, cause, fx);
            self.release_fetches_of(position, cause, fx);
        }
        if let Some(leader) = leader {
            self.start_fetching(position, leader, cause);
        }
    }

    pub(super) fn note_role(
        &self,
        position: usize,
        change: RoleChange,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) -> Cause {
        let row = fx.trace.roles.push(facts::Role {
            at: fx.now,
            broker: self.id,
            partition: fx.layout.partitions[position].id,
            epoch: self.image.partitions[position].leader_epoch,
            change,
            cause,
        });
        FactId::new(Kind::Role, row).into()
    }

    /// The leader by this broker's metadata, as far as it is a broker that is alive to it.
    /// Source: `KRaftMetadataCache.getPartitionMetadata`.
    pub(super) fn known_leader(&self, position: usize, fx: &Fx<'_>) -> Option<BrokerId> {
        let leader = self.image.partitions[position].leader?;
        let alive = fx.layout.broker(leader).is_some_and(|n| !self.image.brokers[n].fenced);
        alive.then_some(leader)
    }
}
