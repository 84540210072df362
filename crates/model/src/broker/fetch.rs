//! Followers pull: one fetch at a time from each leader, parked there while there is nothing.
//! Source: `AbstractFetcherThread`, `ReplicaManager.fetchMessages`, `DelayedFetch`.

use super::partition::Partition;
use super::{Brokers, ClusterEvent, Fx};
use crate::cluster::ClusterOutput;
use crate::draws::Purpose;
use crate::scenario::Place;
use alloc::vec::Vec;
use trace::{Cause, FactId, Kind, Timer, facts};
use units::{BrokerId, Micros, Offset, PartitionId, SimTime, TopicId, TopicPartition};

/// A follower's thread for one leader.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    follower: BrokerId,
    leader: BrokerId,
    partitions: Vec<TopicPartition>,
    /// The fetch that waits at the leader: its row, since when, and the offsets that it names.
    parked: Option<Parked>,
    /// The offsets of the fetch that is on its way.
    asked: Vec<Offset>,
}

#[derive(Clone, Debug)]
struct Parked {
    fetch: u32,
    since: SimTime,
}

/// What an answer carries for one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchedPartition {
    /// The partition.
    pub partition: TopicPartition,
    /// Offset of the first record.
    pub from: Offset,
    /// End of the records.
    pub to: Offset,
    /// The leader's high watermark.
    pub high_watermark: Offset,
}

/// One fetcher for each pair of a follower and a leader, in the order of the partitions.
pub(super) fn fetchers(partitions: &[Vec<Partition>]) -> Vec<Fetcher> {
    let mut fetchers: Vec<Fetcher> = Vec::new();
    for (topic, partitions) in partitions.iter().enumerate() {
        for (number, state) in partitions.iter().enumerate() {
            let partition = TopicPartition {
                topic: TopicId(topic as u16),
                partition: PartitionId(number as u16),
            };
            let leader = state.leader();
            for replica in state.replicas.iter().filter(|replica| replica.broker != leader) {
                let follower = replica.broker;
                let same = |f: &&mut Fetcher| f.follower == follower && f.leader == leader;
                match fetchers.iter_mut().find(same) {
                    Some(fetcher) => fetcher.partitions.push(partition),
                    None => fetchers.push(Fetcher {
                        follower,
                        leader,
                        partitions: alloc::vec![partition],
                        parked: None,
                        asked: Vec::new(),
                    }),
                }
            }
        }
    }
    fetchers
}

impl Brokers {
    /// At the run's 0 each fetch is parked, with a part of its wait behind it that the seed decides.
    pub(super) fn begin_fetching(&mut self, fx: &mut Fx<'_>) {
        let Some(settings) = &fx.scenario.cluster.replication else { return };
        let wait = Micros::from(settings.replica_fetch_wait_max);
        for position in 0..self.fetchers.len() {
            let number = position as u16;
            let draws = fx.scenario.draws;
            let left = draws.below(Purpose::FetchPhase, u64::from(number), 0, wait.0.max(1));
            let fetcher = &mut self.fetchers[position];
            let fetch = fx.trace.fetches.push(facts::Fetch {
                at: fx.now,
                follower: fetcher.follower,
                leader: fetcher.leader,
                cause: Timer::Start.into(),
            });
            fetcher.asked = fetcher.partitions.iter().map(|_| Offset(0)).collect();
            fetcher.parked = Some(Parked { fetch, since: fx.now });
            let at = fx.now + Micros(left);
            let event = ClusterEvent::FetchWait { fetcher: number, fetch };
            fx.out.push(ClusterOutput::WakeAt { at, event });
        }
    }

    fn send_fetch(&mut self, number: u16, cause: Cause, fx: &mut Fx<'_>) {
        let fetcher = &self.fetchers[usize::from(number)];
        let (follower, leader) = (fetcher.follower, fetcher.leader);
        let asked: Vec<Offset> = fetcher
            .partitions
            .iter()
            .map(|partition| {
                let state = &self.partitions[partition.topic.index()][partition.partition.index()];
                state.replica(follower).map_or(Offset(0), |replica| replica.log_end)
            })
            .collect();
        self.fetchers[usize::from(number)].asked = asked;
        let fetch = fx.trace.fetches.push(facts::Fetch { at: fx.now, follower, leader, cause });
        fx.out.push(ClusterOutput::Between {
            from: Place::Broker(follower),
            to: Place::Broker(leader),
            event: ClusterEvent::Fetch { fetcher: number, fetch },
        });
    }

    /// A fetch at its leader: it tells how far the follower is, and is answered or parked.
    pub(super) fn fetch_arrived(&mut self, number: u16, fetch: u32, fx: &mut Fx<'_>) {
        let fetcher = self.fetchers[usize::from(number)].clone();
        // an answer given at once carries the high watermark from before this very fetch
        let records = self.readable(&fetcher);
        let cause = FactId::new(Kind::Fetch, fetch).into();
        for (partition, offset) in fetcher.partitions.iter().zip(&fetcher.asked) {
            if self.partition_mut(*partition).fetched_from(fetcher.follower, *offset)
                && let Some(moved) = self.advance_high_watermark(*partition, cause, fx)
            {
                self.check_waiting(moved, fx);
            }
        }
        if records.iter().any(|records| records.to > records.from) {
            return self.answer_fetch(number, fetch, fx.now, records, cause, fx);
        }
        self.fetchers[usize::from(number)].parked = Some(Parked { fetch, since: fx.now });
        let wait = fx.scenario.cluster.replication.as_ref();
        let wait = wait.map_or(units::Millis(500), |settings| settings.replica_fetch_wait_max);
        let event = ClusterEvent::FetchWait { fetcher: number, fetch };
        fx.out.push(ClusterOutput::WakeAt { at: fx.now.after(wait), event });
    }

    /// What the leader can give now, from the offsets that the fetch names.
    fn readable(&self, fetcher: &Fetcher) -> Vec<FetchedPartition> {
        let read = |(partition, from): (&TopicPartition, &Offset)| {
            let state = &self.partitions[partition.topic.index()][partition.partition.index()];
            FetchedPartition {
                partition: *partition,
                from: *from,
                to: state.log_end(),
                high_watermark: state.high_watermark(),
            }
        };
        fetcher.partitions.iter().zip(&fetcher.asked).map(read).collect()
    }

    fn answer_fetch(
        &mut self,
        number: u16,
        fetch: u32,
        arrived: SimTime,
        records: Vec<FetchedPartition>,
        cause: Cause,
        fx: &mut Fx<'_>,
    ) {
        let fetcher = &mut self.fetchers[usize::from(number)];
        fetcher.parked = None;
        let (follower, leader) = (fetcher.follower, fetcher.leader);
        let count: i64 = records.iter().map(|records| records.to.0 - records.from.0).sum();
        let (records_count, error) = (count as u32, trace::ErrorCode::None);
        let fact =
            facts::FetchAnswer { at: fx.now, fetch, records: records_count, error, arrived, cause };
        let answer = fx.trace.fetch_answers.push(fact);
        fx.out.push(ClusterOutput::Between {
            from: Place::Broker(leader),
            to: Place::Broker(follower),
            event: ClusterEvent::Fetched { fetcher: number, answer, records },
        });
    }

    /// A parked fetch has waited for `replica.fetch.wait.max.ms`.
    pub(super) fn fetch_waited(&mut self, number: u16, fetch: u32, fx: &mut Fx<'_>) {
        let fetcher = &self.fetchers[usize::from(number)];
        let Some(parked) = fetcher.parked.clone().filter(|parked| parked.fetch == fetch) else {
            return;
        };
        let records = self.readable(fetcher);
        self.answer_fetch(number, fetch, parked.since, records, Timer::FetchWait.into(), fx);
    }

    /// New records on a leader release the fetches that are parked there.
    pub(super) fn wake_fetches(&mut self, leader: BrokerId, fx: &mut Fx<'_>) {
        for position in 0..self.fetchers.len() {
            let fetcher = &self.fetchers[position];
            let Some(parked) = fetcher.parked.clone().filter(|_| fetcher.leader == leader) else {
                continue;
            };
            let records = self.readable(fetcher);
            if records.iter().all(|records| records.to == records.from) {
                continue;
            }
            let last = fx.trace.appends.len().saturating_sub(1);
            let cause = FactId::new(Kind::Append, last).into();
            self.answer_fetch(position as u16, parked.fetch, parked.since, records, cause, fx);
        }
    }

    /// The follower appends what it got, takes over the high watermark, and asks again.
    pub(super) fn fetched(
        &mut self,
        number: u16,
        answer: u32,
        records: &[FetchedPartition],
        fx: &mut Fx<'_>,
    ) {
        let follower = self.fetchers[usize::from(number)].follower;
        let mut cause: Cause = FactId::new(Kind::FetchAnswer, answer).into();
        for fetched in records {
            let Some(replica) = self.partition_mut(fetched.partition).replica_mut(follower) else {
                continue;
            };
            let high_watermark = fetched.high_watermark.min(fetched.to.max(replica.log_end));
            let moved = high_watermark != replica.high_watermark;
            replica.high_watermark = high_watermark;
            if fetched.to > replica.log_end {
                replica.log_end = fetched.to;
                let row = fx.trace.copies.push(facts::Copy {
                    at: fx.now,
                    broker: follower,
                    partition: fetched.partition,
                    from: fetched.from,
                    to: fetched.to,
                    answer,
                });
                cause = FactId::new(Kind::Copy, row).into();
            }
            if moved {
                fx.trace.high_watermarks.push(facts::HighWatermark {
                    at: fx.now,
                    broker: follower,
                    partition: fetched.partition,
                    offset: high_watermark,
                    cause: FactId::new(Kind::FetchAnswer, answer).into(),
                });
            }
        }
        self.send_fetch(number, cause, fx);
    }
}
