//! Random scenarios, a pure function of their number: property tests, soak runs and the digests that
//! native and wasm compare all draw from here.

mod clusters;

pub use clusters::{faulty_cluster, one_fault};

use model::Purpose;
use model::config::{ProducerConfig, ProducerSettings};
use model::scenario::{
    Action, Anchor, Arrivals, Bounds, CallbackScript, Cluster, CompressionOutcome, Content, Draws,
    Fault, FaultKind, Keys, Link, Network, Place, ReplicationSettings, Scenario, Sends, Start,
    Step, Topic,
};
use trace::ErrorCode;
use units::{
    BrokerId, Micros, Millis, PartitionId, Ratio, RecordId, SimTime, TopicId, TopicPartition,
};

/// More than any of these runs needs; a run that reaches it has found a loop. While no broker can be
/// reached and a thread waits for metadata, the client turns to its bootstrap servers in each pass, a
/// hundred times a millisecond, and so does the thread that waits: 20 s of that are 6 million events.
const EVENTS_MAX: u64 = 10_000_000;

const ERRORS: &[ErrorCode] = &[
    ErrorCode::NotEnoughReplicas,
    ErrorCode::NotEnoughReplicasAfterAppend,
    ErrorCode::NotLeaderOrFollower,
    ErrorCode::RequestTimedOut,
    ErrorCode::CorruptMessage,
    ErrorCode::UnknownTopicOrPartition,
    ErrorCode::LeaderNotAvailable,
    ErrorCode::KafkaStorageError,
    ErrorCode::MessageTooLarge,
    ErrorCode::RecordListTooLarge,
    ErrorCode::TopicAuthorizationFailed,
    ErrorCode::InvalidRecord,
    ErrorCode::OutOfOrderSequenceNumber,
    ErrorCode::UnknownProducerId,
    ErrorCode::InvalidProducerEpoch,
    ErrorCode::UnknownServerError,
    ErrorCode::DuplicateSequenceNumber,
    ErrorCode::ClusterAuthorizationFailed,
];

/// Whose brokers a random scenario has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// Scripted ones, as recorded cases have them.
    Scripted,
    /// Replicating ones, under a controller.
    Replicated,
}

/// The scenario of this number; every other one has replicating brokers.
#[must_use]
pub fn scenario(seed: u64) -> Scenario {
    scenario_in(if seed.is_multiple_of(2) { World::Scripted } else { World::Replicated }, seed)
}

/// The scenario of this number in a world of the caller's choice.
#[must_use]
pub fn scenario_in(world: World, seed: u64) -> Scenario {
    let mut dice = Dice { draws: Draws::Seed(seed), thrown: 0 };
    let cluster = cluster(&mut dice, world);
    let producer = producer(&mut dice);
    let application = application(&mut dice, &cluster);
    let faults = faults(&mut dice, &cluster, world);
    Scenario {
        network: Network {
            one_way: Micros(dice.pick(&[100, 250, 500, 1_000, 2_400, 7_000, 20_000])),
            between_brokers: Micros(dice.pick(&[50, 250, 1_000, 5_000])),
        },
        start: if dice.percent(75) { Start::Warm } else { Start::Cold },
        draws: Draws::Seed(seed),
        compression: CompressionOutcome::Ratio(Ratio { num: dice.pick(&[1, 2, 5, 9]), den: 10 }),
        bounds: Bounds { until: SimTime(until(&mut dice, world)), events: EVENTS_MAX },
        producer,
        cluster,
        application,
        faults,
    }
}

/// Long enough for sessions of brokers to end in some, short in most: what takes a run's time is a
/// client that turns to its bootstrap servers again and again, not what happens.
fn until(dice: &mut Dice, world: World) -> i64 {
    match world {
        World::Scripted => dice.pick(&[300_000, 1_000_000, 1_000_000, 3_000_000]),
        World::Replicated => dice.pick(&[500_000, 1_000_000, 1_000_000, 3_000_000, 20_000_000]),
    }
}

/// A sequence of draws from one seed.
struct Dice {
    draws: Draws,
    thrown: u64,
}

impl Dice {
    /// Below `bound`, uniform.
    fn below(&mut self, bound: u64) -> u64 {
        self.thrown += 1;
        // an entity that no run has: the scenario's own draws stay apart from those of its run
        self.draws.below(Purpose::Key, u64::MAX, self.thrown, bound)
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

fn cluster(dice: &mut Dice, world: World) -> Cluster {
    let brokers: Vec<BrokerId> = (1..=1 + dice.below(3) as u32).map(BrokerId).collect();
    let replication = (world == World::Replicated).then(|| ReplicationSettings {
        broker_session_timeout: Millis(dice.pick(&[500, 2_000, 9_000])),
        broker_heartbeat_interval: Millis(dice.pick(&[100, 400])),
        replica_lag_time_max: Millis(dice.pick(&[300, 3_000, 30_000])),
        unclean_leader_election_enable: dice.percent(20),
        eligible_leader_replicas: dice.percent(70),
        restart: Micros(dice.pick(&[50_000, 500_000])),
        ..ReplicationSettings::default()
    });
    let topic = |dice: &mut Dice, name: &str| {
        let copies = if replication.is_some() { 1 + dice.below(brokers.len() as u64) } else { 1 };
        let replicas = |dice: &mut Dice| {
            let first = dice.below(brokers.len() as u64);
            let broker = |n| brokers[((first + n) % brokers.len() as u64) as usize];
            (0..copies).map(broker).collect()
        };
        Topic {
            name: name.to_owned(),
            replicas: (0..dice.pick(&[1, 1, 2, 3, 3, 4, 6])).map(|_| replicas(dice)).collect(),
            min_insync_replicas: 1 + dice.below(copies) as u32,
        }
    };
    let mut topics = vec![topic(dice, "orders")];
    if dice.percent(30) {
        topics.push(topic(dice, "payments"));
    }
    let append = Micros(dice.pick(&[0, 50, 300, 1_000, 5_000]));
    let check_sequences = replication.is_some() || dice.percent(50);
    Cluster { brokers, topics, append, check_sequences, replication }
}

/// Settings over the whole range that makes runs differ, all of which Kafka accepts.
fn producer(dice: &mut Dice) -> ProducerConfig {
    let mut settings = ProducerSettings::default();
    let mut set = |name: &str, value: u64| settings.set(name, &value.to_string());
    let linger = dice.pick(&[0, 1, 5, 5, 20, 100]);
    set("linger.ms", linger);
    let batch = if dice.percent(60) { dice.pick(&[0, 200, 400, 1_000, 4_000]) } else { 16_384 };
    set("batch.size", batch);
    if dice.percent(40) {
        set("max.in.flight.requests.per.connection", dice.pick(&[1, 1, 2, 3, 5]));
    }
    if dice.percent(30) {
        set("retry.backoff.ms", dice.pick(&[0, 10, 50]));
    }
    if dice.percent(20) {
        set("retry.backoff.max.ms", dice.pick(&[20, 200]));
    }
    if dice.percent(60) {
        let request = dice.pick(&[30, 60, 200, 1_000]);
        set("request.timeout.ms", request);
        set("delivery.timeout.ms", linger + request + dice.pick(&[0, 40, 150, 600]));
    }
    set("max.block.ms", dice.pick(&[0, 10, 50, 1_000]));
    if dice.percent(30) {
        set("buffer.memory", batch.max(500) * (2 + dice.below(5)));
    }
    if dice.percent(20) {
        set("max.request.size", dice.pick(&[600, 1_000, 3_000]));
    }
    if dice.percent(15) {
        set("reconnect.backoff.ms", dice.pick(&[0, 5, 200]));
    }
    if dice.percent(10) {
        set("metadata.max.age.ms", dice.pick(&[20, 300]));
    }
    if dice.percent(10) {
        set("partitioner.availability.timeout.ms", dice.pick(&[5, 100]));
    }
    let acks = dice.pick(&["all", "all", "all", "1", "0"]);
    settings.set("acks", acks);
    let idempotent = acks == "all" && dice.percent(80);
    settings.set("enable.idempotence", if idempotent { "true" } else { "false" });
    if dice.percent(20) {
        let retries = dice.pick(&["0", "1", "3"]);
        settings.set("retries", if idempotent && retries == "0" { "1" } else { retries });
    }
    if dice.percent(10) {
        settings.set("partitioner.ignore.keys", "true");
    }
    if dice.percent(15) {
        settings.set("partitioner.adaptive.partitioning.enable", "false");
    }
    if dice.percent(10) {
        let class = "org.apache.kafka.clients.producer.RoundRobinPartitioner";
        settings.set("partitioner.class", class);
    }
    if dice.percent(25) {
        settings.set("compression.type", dice.pick(&["gzip", "snappy", "lz4", "zstd"]));
    }
    settings.check().expect("these settings agree with each other").config
}

fn application(dice: &mut Dice, cluster: &Cluster) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut left = 10 + dice.below(120) as u32;
    let mut at: u64 = 0;
    while left > 0 {
        let count = if dice.percent(40) { 1 } else { left.min(1 + dice.below(40) as u32) };
        left -= count;
        let interval = dice.pick(&[0, 20, 50, 200, 1_000, 1_700, 4_000]);
        let mut sends = sends(dice, cluster, count, interval);
        if dice.percent(12) {
            sends.callback = Some(callback(dice, cluster, count));
        }
        steps.push(Step {
            at: dice.percent(70).then_some(SimTime(at as i64)),
            action: Action::Send(sends),
        });
        at += u64::from(count) * interval + dice.below(20_000);
        if dice.percent(8) {
            steps.push(Step { at: None, action: Action::Flush });
        }
    }
    let end = match dice.below(10) {
        0..=3 => {
            let limit = dice.percent(60).then(|| Millis(dice.pick(&[0, 5, 50, 1_000])));
            Some(Action::Close(limit))
        }
        4 => Some(Action::Exit),
        5 | 6 => Some(Action::Flush),
        _ => None,
    };
    steps.extend(end.map(|action| Step { at: None, action }));
    steps
}

fn sends(dice: &mut Dice, cluster: &Cluster, count: u32, interval: u64) -> Sends {
    const KEYS: &[Option<&str>] =
        &[Some("a"), Some("b"), Some("user-1"), Some("user-2"), Some(""), None, None];
    let topic = &cluster.topics[dice.below(cluster.topics.len() as u64) as usize];
    let partitions = topic.replicas.len() as u64;
    let every = Micros(interval);
    let arrivals = match dice.below(10) {
        0 => Arrivals::Poisson(every),
        1 => Arrivals::Bursts { size: 1 + dice.below(20) as u32, every },
        _ => Arrivals::Every(every),
    };
    let keys = if dice.percent(10) {
        Keys::Skewed(1 + dice.below(9) as u32)
    } else if dice.percent(50) {
        Keys::Cycle((0..3).map(|_| dice.pick(KEYS).map(str::to_owned)).collect())
    } else {
        Keys::Cycle(vec![None])
    };
    let value = |dice: &mut Dice| {
        let largest = if dice.percent(70) { 200 } else { 1_200 };
        (!dice.percent(3)).then(|| dice.below(largest) as u32)
    };
    let headers = if dice.percent(10) {
        vec![("trace".to_owned(), dice.percent(80).then(|| "t1".to_owned()))]
    } else {
        Vec::new()
    };
    Sends {
        count,
        arrivals,
        topic: if dice.percent(1) { "nowhere".to_owned() } else { topic.name.clone() },
        partition: dice.percent(8).then(|| dice.below(partitions + u64::from(count == 1)) as i32),
        keys,
        value_bytes: (0..dice.pick(&[1, 3])).map(|_| value(dice)).collect(),
        content: dice.pick(&[Content::Zeros, Content::Text, Content::Random]),
        headers,
        timestamp_ms: dice.percent(5).then(|| dice.below(200_000) as i64 - 100_000),
        get: dice.percent(12),
        callback: None,
    }
}

fn callback(dice: &mut Dice, cluster: &Cluster, count: u32) -> CallbackScript {
    let takes = if dice.percent(60) { dice.pick(&[10, 300, 2_500, 40_000]) } else { 0 };
    let send = dice.percent(40).then(|| Sends { get: false, ..sends(dice, cluster, 1, 0) });
    CallbackScript {
        takes: Micros(takes),
        send: send.map(Box::new),
        flush: dice.percent(4),
        close: dice.percent(3).then(|| dice.percent(50).then_some(Millis(100))),
        throws: dice.percent(10),
        on: dice.percent(50).then(|| vec![dice.below(u64::from(count)) as u32]),
    }
}

fn faults(dice: &mut Dice, cluster: &Cluster, world: World) -> Vec<Fault> {
    let mut faults = Vec::new();
    for _ in 0..dice.pick(&[0, 1, 1, 2, 2, 3, 4]) {
        let at = 500 + dice.below(80_000) as i64;
        let mut fault = |anchor, what| {
            faults.push(Fault { name: format!("fault {}", faults.len()), on: true, anchor, what });
        };
        let moment = Anchor::At(SimTime(at));
        let broker = cluster.brokers[dice.below(cluster.brokers.len() as u64) as usize];
        let later = |dice: &mut Dice| Anchor::At(SimTime(at + 1_000 + dice.below(300_000) as i64));
        match dice.below(if world == World::Replicated { 16 } else { 10 }) {
            0..=6 => fault(request(dice), of_request(dice, cluster)),
            7 => fault(moment, FaultKind::Disconnect(broker)),
            8 => {
                fault(moment, FaultKind::Unreachable(broker));
                fault(later(dice), FaultKind::Reachable(broker));
            }
            9 => fault(
                moment,
                FaultKind::MoveLeader { partition: partition(dice, cluster), to: broker },
            ),
            10 | 11 => {
                let kinds = [
                    FaultKind::Kill(broker),
                    FaultKind::PowerLoss(broker),
                    FaultKind::ControlledShutdown(broker),
                ];
                fault(moment, kinds[dice.below(3) as usize].clone());
                if dice.percent(70) {
                    fault(later(dice), FaultKind::Restart(broker));
                }
            }
            12 => {
                fault(moment, FaultKind::Hang(broker));
                fault(later(dice), FaultKind::Resume(broker));
            }
            13 => {
                let by = Micros(dice.pick(&[1_000, 20_000, 200_000]));
                fault(moment, FaultKind::SlowBroker { broker, by, lasts: Micros(100_000) });
            }
            other => {
                let link = link(dice, broker);
                let lasts = Micros(1_000 + dice.below(400_000));
                let by = Micros(dice.pick(&[1_000, 50_000]));
                fault(
                    moment,
                    if other == 14 {
                        FaultKind::CutLink { link, lasts }
                    } else {
                        FaultKind::SlowLink { link, by, lasts }
                    },
                );
            }
        }
    }
    faults
}

fn request(dice: &mut Dice) -> Anchor {
    if dice.percent(30) {
        let record = RecordId(dice.below(60) as u32);
        return Anchor::Record { record, attempt: dice.below(2) as u16 };
    }
    let from = dice.below(8) as u32;
    Anchor::Produce { from, to: from + dice.below(4) as u32 }
}

fn of_request(dice: &mut Dice, cluster: &Cluster) -> FaultKind {
    let delay = Micros(dice.pick(&[2_000, 20_000, 90_000]));
    match dice.below(7) {
        0 => FaultKind::Delay(delay),
        1 => FaultKind::Silent { appended: dice.percent(50) },
        2 => FaultKind::Hangup { appended: dice.percent(50) },
        _ => FaultKind::Answer {
            error: dice.pick(ERRORS),
            appended: dice.percent(15),
            partitions: if dice.percent(30) { vec![partition(dice, cluster)] } else { Vec::new() },
            delay: if dice.percent(20) { delay } else { Micros(0) },
        },
    }
}

fn partition(dice: &mut Dice, cluster: &Cluster) -> TopicPartition {
    let topic = dice.below(cluster.topics.len() as u64) as u16;
    let partitions = cluster.topics[usize::from(topic)].replicas.len() as u64;
    let partition = PartitionId(dice.below(partitions) as u16);
    TopicPartition { topic: TopicId(topic), partition }
}

fn link(dice: &mut Dice, broker: BrokerId) -> Link {
    let other = dice.pick(&[Place::Producer, Place::Controller]);
    if dice.percent(50) {
        return Link { from: Place::Broker(broker), to: other };
    }
    Link { from: other, to: Place::Broker(broker) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_gives_the_same_scenario() {
        assert_eq!(scenario(7), scenario(7));
        assert_ne!(scenario(7), scenario(9));
    }

    #[test]
    fn every_run_ends_before_its_bound_on_events() {
        for seed in 0..100 {
            let trace = model::run(scenario(seed));
            let end = trace.end.map(|(_, end)| end);
            assert!(
                matches!(end, Some(trace::End::Finished | trace::End::TimeLimit)),
                "seed {seed}: {end:?}"
            );
        }
    }
}
