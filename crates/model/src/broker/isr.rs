//! In-sync sets are offered, not changed: the leader asks, the controller decides, metadata tells.
//! Source: `Partition.maybeShrinkIsr`, `maybeExpandIsr`, `submitAlterPartition`, `AlterPartitionManager`.

use super::leader::{FollowerState, Offer};
use super::lifecycle::lag_period;
use super::node::{Node, Role};
use super::{Fx, NodeEvent};
use crate::controller::{ControllerInput, IsrOffer, OfferResult};
use crate::image::{Members, PartitionState};
use alloc::vec::Vec;
use trace::{Cause, ErrorCode, IsrReason, RoleChange, Timer};
use units::{BrokerId, Micros};

impl Node {
    /// Followers that lag leave together. Source: `ReplicaManager.maybeShrinkIsr`.
    pub(super) fn lag_check(&mut self, fx: &mut Fx<'_>) {
        let lag_max = Micros::from(fx.settings.replica_lag_time_max);
        for position in self.led() {
            let Some(replica) = self.replica(position) else { continue };
            let Some(leading) = replica.leading().filter(|leading| leading.offer.is_none()) else {
                continue;
            };
            let lagging = leading.out_of_sync(replica.log.log_end(), fx.now, lag_max);
            if !lagging.is_empty() {
                let members = leading.isr.minus(lagging);
                self.offer(position, members, IsrReason::Lag, Timer::LagCheck.into(), fx);
            }
        }
        self.send_offers(fx);
        self.wake(lag_period(fx), NodeEvent::LagCheck, fx);
    }

    /// A follower has fetched: it may be far enough to be let in.
    pub(super) fn maybe_expand_isr(
        &mut self,
        position: usize,
        follower: BrokerId,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let image = &self.image;
        let Some(replica) = self.replica(position) else { return };
        let Some(leading) = replica.leading() else { return };
        let eligible = |state: &FollowerState| Self::is_eligible(image, fx.layout, state);
        if leading.may_join(follower, replica.high_watermark, eligible) {
            let members = leading.isr.with(follower);
            self.offer(position, members, IsrReason::CaughtUp, cause, fx);
            self.send_offers(fx);
        }
    }

    fn offer(
        &mut self,
        position: usize,
        members: Members,
        why: IsrReason,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let change = RoleChange::OffersIsr { members: members.0 };
        let cause = self.note_role(position, change, cause, fx);
        if let Some(Role::Leader(leading)) = self.replica_mut(position).map(|r| &mut r.role) {
            leading.offer = Some(Offer { members, why, sent: false, cause });
        }
    }

    /// One request at a time; what is offered meanwhile goes with the next one.
    pub(super) fn send_offers(&mut self, fx: &mut Fx<'_>) {
        if self.altering {
            return;
        }
        let mut offers = Vec::new();
        for position in self.led() {
            let own = (self.id, self.broker_epoch);
            let Some(replica) = self.replica_mut(position) else { continue };
            let leader_epoch = replica.leader_epoch;
            let Role::Leader(leading) = &mut replica.role else { continue };
            let partition_epoch = leading.partition_epoch;
            let known = leading.followers.iter().filter(|state| state.log_end.is_some());
            let mut epochs: Vec<_> =
                known.map(|state| (state.broker, state.broker_epoch)).collect();
            epochs.push(own);
            let Some(offer) = leading.offer.as_mut().filter(|offer| !offer.sent) else { continue };
            offer.sent = true;
            let (members, why, cause) = (offer.members, offer.why, offer.cause);
            offers.push(IsrOffer {
                position,
                leader_epoch,
                partition_epoch,
                members,
                epochs,
                why,
                cause,
            });
        }
        if !offers.is_empty() {
            self.altering = true;
            let (broker, epoch) = (self.id, self.broker_epoch);
            self.send_to_controller(ControllerInput::AlterPartition { broker, epoch, offers }, fx);
        }
    }

    /// Source: `Partition.handleAlterPartitionUpdate`, `handleAlterPartitionError`.
    pub(super) fn altered(&mut self, results: Vec<OfferResult>, fx: &mut Fx<'_>) {
        self.altering = false;
        for OfferResult { position, offered, result, cause } in results {
            let Some(replica) = self.replica_mut(position) else { continue };
            let leader_epoch = replica.leader_epoch;
            let Role::Leader(leading) = &mut replica.role else { continue };
            // metadata was faster
            if (leader_epoch, leading.partition_epoch) != offered || leading.offer.is_none() {
                continue;
            }
            match result {
                Ok(state) => self.isr_committed(position, &state, cause, fx),
                Err(error) => {
                    if error == ErrorCode::IneligibleReplica {
                        leading.offer = None;
                    }
                    self.note_role(position, RoleChange::OfferRefused { error }, cause, fx);
                }
            }
        }
        self.send_offers(fx);
    }

    /// The controller's word ends what is pending, and the high watermark may move.
    pub(super) fn isr_committed(
        &mut self,
        position: usize,
        state: &PartitionState,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let Some(replica) = self.replica_mut(position) else { return };
        let Role::Leader(leading) = &mut replica.role else { return };
        if state.partition_epoch <= leading.partition_epoch {
            return;
        }
        leading.isr = state.isr;
        leading.partition_epoch = state.partition_epoch;
        leading.offer = None;
        self.advance_high_watermark(position, cause, fx);
    }
}
