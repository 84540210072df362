//! Clusters in which brokers, links and disks go wrong, under a steady producer.

use super::{Dice, EVENTS_MAX};
use model::config::ProducerSettings;
use model::scenario::{
    Action, Anchor, Arrivals, Bounds, Cluster, CompressionOutcome, Content, Draws, Fault,
    FaultKind, Keys, Link, Message, Network, Place, ReplicationSettings, Scenario, Sends, Start,
    Step, Topic,
};
use units::{
    BrokerId, Micros, Millis, PartitionId, Ratio, RecordId, SimTime, TopicId, TopicPartition,
};

const BROKERS: u32 = 3;

/// Up to six faults of all kinds that a broker, a link or a message can have.
#[must_use]
pub fn faulty_cluster(seed: u64) -> Scenario {
    let mut dice = Dice { draws: Draws::Seed(seed), thrown: 0 };
    let acks = dice.pick(&["all", "all", "1", "0"]);
    let min_isr = dice.pick(&[1, 2, 2, 3]);
    let mut scenario = steady(&mut dice, seed, acks, min_isr);
    if let Some(settings) = scenario.cluster.replication.as_mut() {
        settings.unclean_leader_election_enable = dice.percent(20);
        settings.replica_lag_time_max = Millis(dice.pick(&[600, 2_000, 30_000]));
        settings.writeback = Micros(dice.pick(&[100_000, 1_000_000, 30_000_000]));
        settings.log_flush_interval_messages = dice.pick(&[i64::MAX, i64::MAX, 7]);
    }
    for _ in 0..dice.below(7) {
        let at = 100_000 + dice.below(6_000_000) as i64;
        let broker = broker(&mut dice);
        fault(&mut dice, at, broker, &mut scenario.faults);
    }
    scenario
}

/// `acks=all` with a floor of two, and exactly one broker that is killed, hangs, loses power or is shut
/// down, and perhaps comes back.
#[must_use]
pub fn one_fault(seed: u64) -> Scenario {
    let mut dice = Dice { draws: Draws::Seed(seed), thrown: 0 };
    let mut scenario = steady(&mut dice, seed, "all", 2);
    if let Some(settings) = scenario.cluster.replication.as_mut() {
        settings.writeback = Micros(dice.pick(&[100_000, 30_000_000]));
    }
    let broker = broker(&mut dice);
    let at = 100_000 + dice.below(4_000_000) as i64;
    broker_fault(&mut dice, at, broker, &mut scenario.faults);
    scenario
}

/// A record each few milliseconds for some seconds, to one partition on all brokers.
fn steady(dice: &mut Dice, seed: u64, acks: &str, min_isr: u32) -> Scenario {
    let mut settings = ProducerSettings::default();
    for (name, value) in [
        ("acks", acks),
        ("linger.ms", dice.pick(&["0", "5", "50"])),
        ("request.timeout.ms", dice.pick(&["500", "2000", "30000"])),
        ("enable.idempotence", if acks == "all" { dice.pick(&["true", "false"]) } else { "false" }),
        ("max.in.flight.requests.per.connection", dice.pick(&["1", "5"])),
    ] {
        settings.set(name, value);
    }
    let brokers: Vec<BrokerId> = (1..=BROKERS).map(BrokerId).collect();
    let every = Micros(dice.pick(&[2_000, 10_000, 40_000]));
    let send = Sends {
        count: (4_000_000 / every.0) as u32,
        arrivals: Arrivals::Every(every),
        topic: "orders".to_owned(),
        partition: Some(0),
        keys: Keys::Cycle(vec![None]),
        value_bytes: vec![Some(100)],
        content: Content::Zeros,
        headers: Vec::new(),
        timestamp_ms: None,
        get: false,
        callback: None,
    };
    Scenario {
        producer: settings.check().expect("Kafka takes these settings").config,
        cluster: Cluster {
            topics: vec![Topic {
                name: "orders".to_owned(),
                replicas: vec![brokers.clone()],
                min_insync_replicas: min_isr,
            }],
            brokers,
            append: Micros(dice.pick(&[0, 200])),
            check_sequences: true,
            replication: Some(ReplicationSettings {
                broker_session_timeout: Millis(dice.pick(&[600, 1_500, 3_000])),
                broker_heartbeat_interval: Millis(dice.pick(&[100, 300])),
                eligible_leader_replicas: dice.percent(50),
                restart: Micros(dice.pick(&[50_000, 500_000])),
                ..ReplicationSettings::default()
            }),
        },
        network: Network {
            one_way: Micros(dice.pick(&[100, 1_000, 5_000])),
            between_brokers: Micros(dice.pick(&[100, 1_000, 5_000])),
        },
        application: vec![Step { at: Some(SimTime::ZERO), action: Action::Send(send) }],
        faults: Vec::new(),
        start: Start::Warm,
        draws: Draws::Seed(seed),
        compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
        bounds: Bounds { until: SimTime(40_000_000), events: EVENTS_MAX },
    }
}

fn broker(dice: &mut Dice) -> BrokerId {
    BrokerId(1 + dice.below(u64::from(BROKERS)) as u32)
}

fn named(faults: &mut Vec<Fault>, anchor: Anchor, what: FaultKind) {
    faults.push(Fault { name: format!("fault {}", faults.len()), on: true, anchor, what });
}

/// Something happens to a broker's process or machine, and perhaps it comes back.
fn broker_fault(dice: &mut Dice, at: i64, broker: BrokerId, faults: &mut Vec<Fault>) {
    let (gone, back) = match dice.below(4) {
        0 => (FaultKind::Kill(broker), FaultKind::Restart(broker)),
        1 => (FaultKind::PowerLoss(broker), FaultKind::Restart(broker)),
        2 => (FaultKind::ControlledShutdown(broker), FaultKind::Restart(broker)),
        _ => (FaultKind::Hang(broker), FaultKind::Resume(broker)),
    };
    named(faults, Anchor::At(SimTime(at)), gone);
    if dice.percent(80) {
        let later = at + 1_000 + dice.below(5_000_000) as i64;
        named(faults, Anchor::At(SimTime(later)), back);
    }
}

fn fault(dice: &mut Dice, at: i64, broker: BrokerId, faults: &mut Vec<Fault>) {
    let lasts = Micros(1_000 + dice.below(3_000_000));
    let by = Micros(dice.pick(&[1_000, 50_000, 400_000]));
    let record = RecordId(dice.below(150) as u32);
    let moment = Anchor::At(SimTime(at));
    match dice.below(10) {
        0..=3 => broker_fault(dice, at, broker, faults),
        4 => named(faults, moment, FaultKind::CutLink { link: link(dice, broker), lasts }),
        5 => named(faults, moment, FaultKind::SlowLink { link: link(dice, broker), by, lasts }),
        6 => named(faults, moment, FaultKind::SlowDisk { broker, by, lasts }),
        7 => named(faults, moment, FaultKind::SlowBroker { broker, by, lasts }),
        8 => {
            let partition = TopicPartition { topic: TopicId(0), partition: PartitionId(0) };
            named(faults, moment, FaultKind::MoveLeader { partition, to: broker });
        }
        _ => {
            let (message, anchor) = if dice.percent(50) {
                let message = dice.pick(&[Message::Fetch, Message::FetchAnswer]);
                (message, Anchor::Copied { record, broker })
            } else {
                let message = dice.pick(&[Message::Request, Message::Answer]);
                (message, Anchor::Record { record, attempt: dice.below(2) as u16 })
            };
            let reset = dice.percent(50);
            let lose = FaultKind::Lose { message, reset };
            named(
                faults,
                anchor,
                if dice.percent(60) { lose } else { FaultKind::Late { message, by } },
            );
        }
    }
}

/// One direction between the broker and anybody.
fn link(dice: &mut Dice, broker: BrokerId) -> Link {
    let next = BrokerId(broker.0 % BROKERS + 1);
    let other = dice.pick(&[Place::Producer, Place::Controller, Place::Broker(next)]);
    let here = Place::Broker(broker);
    if dice.percent(50) { Link { from: here, to: other } } else { Link { from: other, to: here } }
}
