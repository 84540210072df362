//! What a change does to a partition: who leads, who is in sync, who is eligible. Source:
//! `PartitionChangeBuilder`.

use crate::image::{Members, PartitionInfo, PartitionState};
use trace::ElectionReason;
use units::{BrokerId, Epoch};

/// Whom an election may choose. Source: `PartitionChangeBuilder.Election`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Election {
    /// The preferred replica if that is valid, else as it is.
    Preferred,
    /// Valid leaders only.
    Online,
    /// Whoever is up, if there is no valid one.
    Unclean,
}

/// A change of a partition, to be built.
pub(super) struct Change<'a> {
    pub(super) info: &'a PartitionInfo,
    pub(super) state: PartitionState,
    pub(super) target_isr: Members,
    /// Brokers that have come back without what they had.
    pub(super) unclean_shutdown: Members,
    pub(super) election: Election,
    pub(super) elr_enabled: bool,
    /// Brokers that may lead: active ones.
    pub(super) acceptable: Members,
}

/// The outcome of an election.
struct Elected {
    leader: Option<BrokerId>,
    why: ElectionReason,
}

impl Change<'_> {
    /// The new state and why it has its leader; `None` if nothing changes.
    ///
    /// Every change takes the next partition epoch; the leader's epoch moves exactly when the leader
    /// does, to nobody included.
    /// Source: `PartitionChangeBuilder.build`, `PartitionRegistration.merge`.
    pub(super) fn build(self) -> Option<(PartitionState, ElectionReason)> {
        let old = self.state;
        let target_elr = self.target_elr();
        let elected = self.elect(target_elr);
        let mut new = PartitionState { elr: target_elr, ..old };
        let mut isr = self.target_isr;
        if elected.leader != old.leader {
            new.leader = elected.leader;
            new.leader_epoch = Epoch(old.leader_epoch.0 + 1);
        }
        if let Some(winner) = elected.leader {
            match elected.why {
                ElectionReason::FromElr => {
                    isr = Members::default().with(winner);
                    new.elr = target_elr.without(winner);
                }
                ElectionReason::Unclean | ElectionReason::LastKnownLeader => {
                    isr = Members::default().with(winner);
                    new.elr = Members::default();
                }
                _ => {}
            }
        }
        // without eligible replicas the last in-sync member is never removed
        if !isr.is_empty() || self.elr_enabled {
            new.isr = isr;
        }
        self.update_last_known_leader(&mut new);
        if new == old {
            return None;
        }
        new.partition_epoch = old.partition_epoch + 1;
        Some((new, elected.why))
    }

    /// Members are safe because the high watermark stood still before they left.
    /// Source: `PartitionChangeBuilder.maybePopulateTargetElr`.
    fn target_elr(&self) -> Members {
        if !self.elr_enabled || self.target_isr.len() >= self.info.min_isr {
            return if self.elr_enabled { Members::default() } else { self.state.elr };
        }
        let candidates = self.state.elr.union(self.state.isr);
        candidates.minus(self.target_isr).minus(self.unclean_shutdown)
    }

    fn elect(&self, target_elr: Members) -> Elected {
        let valid = |broker: &BrokerId| self.is_valid_new_leader(*broker, target_elr);
        let clean = |leader: BrokerId| Elected {
            leader: Some(leader),
            why: if self.target_isr.contains(leader) {
                ElectionReason::Clean
            } else {
                ElectionReason::FromElr
            },
        };
        if self.election == Election::Preferred
            && let Some(preferred) = self.info.replicas.first().filter(|broker| valid(broker))
        {
            return Elected { leader: Some(*preferred), why: ElectionReason::Moved };
        }
        if let Some(leader) = self.state.leader.filter(valid) {
            return clean(leader);
        }
        if let Some(leader) = self.info.replicas.iter().find(|broker| valid(broker)) {
            return clean(*leader);
        }
        if let Some(leader) = self.electable_last_known_leader(target_elr) {
            return Elected { leader: Some(leader), why: ElectionReason::LastKnownLeader };
        }
        let up = |broker: &&BrokerId| self.acceptable.contains(**broker);
        match self.info.replicas.iter().find(up) {
            Some(leader) if self.election == Election::Unclean => {
                Elected { leader: Some(*leader), why: ElectionReason::Unclean }
            }
            _ => Elected { leader: None, why: ElectionReason::Nobody },
        }
    }

    /// Source: `PartitionChangeBuilder.isValidNewLeader`, `canElectFromElr`.
    fn is_valid_new_leader(&self, broker: BrokerId, target_elr: Members) -> bool {
        let from_elr =
            self.elr_enabled && self.target_isr.is_empty() && target_elr.contains(broker);
        (self.target_isr.contains(broker) || from_elr) && self.acceptable.contains(broker)
    }

    /// Source: `PartitionChangeBuilder.canElectLastKnownLeader`.
    fn electable_last_known_leader(&self, target_elr: Members) -> Option<BrokerId> {
        let nobody = self.target_isr.is_empty() && target_elr.is_empty();
        let known = self.state.last_known_leader.filter(|_| self.elr_enabled && nobody);
        known.filter(|broker| self.acceptable.contains(*broker))
    }

    /// The leader is remembered when the in-sync set becomes empty, and forgotten with the next one.
    /// Source: `PartitionChangeBuilder.maybeUpdateLastKnownLeader`.
    fn update_last_known_leader(&self, new: &mut PartitionState) {
        if !self.elr_enabled {
            return;
        }
        if new.leader.is_some() {
            new.last_known_leader = None;
        } else if new.isr.is_empty()
            && !self.state.isr.is_empty()
            && let Some(leader) = self.state.leader
        {
            new.last_known_leader = Some(leader);
        }
    }
}

#[cfg(test)]
mod tests;
