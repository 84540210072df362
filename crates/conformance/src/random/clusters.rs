//! Clusters in which brokers, links and disks go wrong, under a steady producer.
//!
//! Each broker has a life of its own: it goes, one way or another, stays away for about as long as it takes
//! until it is missed, comes back and goes again. Lives know nothing of each other. So all combinations come
//! in time: a replica that is behind and alone, a leader that returns with records which nobody else has, a
//! set that shrinks member by member.

use super::{Dice, EVENTS_MAX};
use model::config::ProducerSettings;
use model::scenario::{
    Action, Anchor, Arrivals, Bounds, Cluster, CompressionOutcome, Content, Draws, Fault,
    FaultKind, Keys, Link, Message, Network, Place, ReplicationSettings, Scenario, Sends, Start,
    Step, Topic,
};
use units::{
    BrokerId, Bytes, Micros, Millis, PartitionId, Ratio, RecordId, SimTime, TopicId, TopicPartition,
};

const BROKERS: u32 = 3;

/// How a broker goes away.
#[derive(Clone, Copy)]
enum Way {
    Killed,
    Hung,
    ShutDown,
    /// From the other brokers: everybody else hears it.
    CutOff,
    WithoutPower,
}

/// Ways in which a broker knows what it has when it is back.
const GENTLE: &[Way] = &[Way::Hung, Way::ShutDown, Way::CutOff];
/// Ways in which a log stays what it is.
const HARMLESS: &[Way] = &[Way::Killed, Way::Hung, Way::ShutDown, Way::CutOff];
const ALL: &[Way] = &[Way::Killed, Way::Hung, Way::ShutDown, Way::CutOff, Way::WithoutPower];

/// Brokers that come and go, and up to three faults of other kinds.
#[must_use]
pub fn faulty_cluster(seed: u64) -> Scenario {
    let mut dice = Dice { draws: Draws::Seed(seed), thrown: 0 };
    let acks = dice.pick(&["all", "all", "1", "0"]);
    let min_isr = dice.pick(&[1, 2, 2, 3]);
    let mut scenario = steady(&mut dice, seed, acks, min_isr);
    let missed_after = missed_after(&scenario);
    if let Some(settings) = scenario.cluster.replication.as_mut() {
        settings.unclean_leader_election_enable = dice.percent(20);
        settings.replica_lag_time_max = Millis(dice.pick(&[600, 2_000, 30_000]));
        settings.writeback = Micros(dice.pick(&[100_000, 1_000_000, 30_000_000]));
        settings.log_flush_interval_messages = dice.pick(&[i64::MAX, i64::MAX, 7]);
        settings.replica_fetch_max_bytes = Bytes(dice.pick(&[600, 1_048_576]));
        settings.replica_high_watermark_checkpoint_interval = Millis(dice.pick(&[500, 5_000]));
    }
    for broker in (1..=BROKERS).map(BrokerId) {
        let ways = dice.pick(&[GENTLE, HARMLESS, HARMLESS, HARMLESS, ALL]);
        let mut at = dice.below(3 * missed_after);
        for _ in 0..dice.below(4) {
            let away = 1_000 + dice.below(3 * missed_after);
            go(dice.pick(ways), broker, at, Some(away), &mut scenario.faults);
            at += away + dice.below(2 * missed_after);
        }
    }
    for _ in 0..dice.below(4) {
        let at = dice.below(6 * missed_after);
        let broker = broker(&mut dice);
        fault(&mut dice, at, broker, &mut scenario.faults);
    }
    scenario
}

/// `acks=all` with a floor of two, and exactly one broker that is killed, hangs, loses power or is shut
/// down, and perhaps comes back. With eligible leader replicas followers may lag too.
#[must_use]
pub fn one_fault(seed: u64) -> Scenario {
    let mut dice = Dice { draws: Draws::Seed(seed), thrown: 0 };
    let mut scenario = steady(&mut dice, seed, "all", 2);
    let missed_after = missed_after(&scenario);
    let mut lag = false;
    if let Some(settings) = scenario.cluster.replication.as_mut() {
        settings.writeback = Micros(dice.pick(&[100_000, 30_000_000]));
        lag = settings.eligible_leader_replicas && dice.percent(60);
        if lag {
            settings.replica_lag_time_max = Millis(dice.pick(&[600, 2_000]));
        }
    }
    for _ in 0..if lag { 1 + dice.below(3) } else { 0 } {
        let (at, away) = (dice.below(5 * missed_after), dice.below(4 * missed_after));
        go(Way::CutOff, broker(&mut dice), at, Some(away), &mut scenario.faults);
    }
    let way = dice.pick(&[Way::Killed, Way::WithoutPower, Way::ShutDown, Way::Hung]);
    let at = 100_000 + dice.below(5 * missed_after);
    let away = dice.percent(80).then(|| 1_000 + dice.below(4 * missed_after));
    go(way, broker(&mut dice), at, away, &mut scenario.faults);
    scenario
}

/// Time in which a broker that is silent is missed, in microseconds: what lives are measured by.
fn missed_after(scenario: &Scenario) -> u64 {
    let settings = scenario.cluster.replication.as_ref();
    settings.map_or(0, |settings| Micros::from(settings.broker_session_timeout).0)
}

/// Records at a steady pace for as long as lives take, to one partition.
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
    let copies = dice.pick(&[2, 3, 3]);
    let session = Millis(dice.pick(&[600, 1_500, 3_000]));
    let count = dice.pick(&[100, 400, 1_500]);
    let send = Sends {
        count,
        arrivals: Arrivals::Every(Micros(6 * Micros::from(session).0 / u64::from(count))),
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
                replicas: vec![brokers[..copies].to_vec()],
                min_insync_replicas: min_isr,
            }],
            brokers,
            append: Micros(dice.pick(&[0, 200])),
            check_sequences: true,
            replication: Some(ReplicationSettings {
                broker_session_timeout: session,
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
        bounds: Bounds { until: SimTime(80_000_000), events: EVENTS_MAX },
    }
}

fn broker(dice: &mut Dice) -> BrokerId {
    BrokerId(1 + dice.below(u64::from(BROKERS)) as u32)
}

fn named(faults: &mut Vec<Fault>, anchor: Anchor, what: FaultKind) {
    faults.push(Fault { name: format!("fault {}", faults.len()), on: true, anchor, what });
}

/// A broker goes away, and comes back after so many microseconds, if it does.
fn go(way: Way, broker: BrokerId, at: u64, away: Option<u64>, faults: &mut Vec<Fault>) {
    let (gone, back) = match way {
        Way::Killed => (FaultKind::Kill(broker), FaultKind::Restart(broker)),
        Way::WithoutPower => (FaultKind::PowerLoss(broker), FaultKind::Restart(broker)),
        Way::ShutDown => (FaultKind::ControlledShutdown(broker), FaultKind::Restart(broker)),
        Way::Hung => (FaultKind::Hang(broker), FaultKind::Resume(broker)),
        Way::CutOff => return cut_off(broker, at, Micros(away.unwrap_or(0)), faults),
    };
    named(faults, moment(at), gone);
    if let Some(away) = away {
        named(faults, moment(at + away), back);
    }
}

/// Nothing passes between a broker and the others.
fn cut_off(broker: BrokerId, at: u64, lasts: Micros, faults: &mut Vec<Fault>) {
    let here = Place::Broker(broker);
    let others = (1..=BROKERS).map(|other| Place::Broker(BrokerId(other)));
    for other in others.filter(|other| *other != here) {
        for (from, to) in [(here, other), (other, here)] {
            named(faults, moment(at), FaultKind::CutLink { link: Link { from, to }, lasts });
        }
    }
}

const fn moment(at: u64) -> Anchor {
    Anchor::At(SimTime(at.cast_signed()))
}

/// Something that goes wrong with a link, a disk, a message or a leader.
fn fault(dice: &mut Dice, at: u64, broker: BrokerId, faults: &mut Vec<Fault>) {
    let lasts = Micros(1_000 + dice.below(3_000_000));
    let by = Micros(dice.pick(&[1_000, 50_000, 400_000]));
    let record = RecordId(dice.below(150) as u32);
    let moment = moment(at);
    match dice.below(6) {
        0 => named(faults, moment, FaultKind::CutLink { link: link(dice, broker), lasts }),
        1 => named(faults, moment, FaultKind::SlowLink { link: link(dice, broker), by, lasts }),
        2 => named(faults, moment, FaultKind::SlowDisk { broker, by, lasts }),
        3 => named(faults, moment, FaultKind::SlowBroker { broker, by, lasts }),
        4 => {
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
