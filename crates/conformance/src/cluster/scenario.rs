//! A part of a script as a run of the model, before its first step.

use super::loopback::{
    APPEND, CLIENT_ONE_WAY, CONTROLLER_COMMIT, HOP, METADATA_DELIVERY, PROCESS_START,
    REPLICATION_ONE_WAY, drawn,
};
use super::script::{ScriptError, Settings, WholePart};
use super::steps::StepSpec;
use model::config::{ProducerConfig, ProducerSettings};
use model::scenario::{
    Bounds, Cluster, CompressionOutcome, Draws, Network, ReplicationSettings, Scenario, Start,
    Topic,
};
use std::collections::BTreeSet;
use std::str::FromStr;
use units::{BrokerId, Bytes, Micros, Millis, Ratio, SimTime};

/// The one topic of a part.
pub(super) const TOPIC: &str = "topic";

/// More simulated time than any script takes.
const UNTIL: SimTime = SimTime(600_000_000);

/// More events than any script has.
const EVENTS_MAX: u64 = 20_000_000;

/// The recorder's cluster.
const BROKERS_LEAST: u32 = 3;

/// A set of brokers is a number's bits.
const BROKERS_MOST: u32 = 63;

/// What the draws of the machine's times are for.
const START: u64 = 1;
const DELIVERY: u64 = 2;

/// Times and limits that a part's runs have in common.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) replication: ReplicationSettings,
    pub(super) producer: ProducerConfig,
    /// The cluster's.
    pub(super) brokers: Vec<u32>,
    /// The partition's, in order of assignment.
    pub(super) replicas: Vec<u32>,
    min_insync_replicas: u32,
}

impl Settled {
    /// Reads the settings of a part.
    pub(super) fn of(part: &WholePart) -> Result<Self, ScriptError> {
        let mut replication = ReplicationSettings {
            controller_commit: CONTROLLER_COMMIT,
            ..ReplicationSettings::default()
        };
        let mut min_insync_replicas = 1;
        for (name, text) in &part.brokers {
            match name.as_str() {
                MIN_ISR => min_insync_replicas = least(1, name, text)?,
                _ => set(&mut replication, name, text)?,
            }
        }
        // a script is over before the balancer's first look, unless it says when that is
        let looks = part.brokers.contains_key("leader.imbalance.check.interval.seconds");
        replication.auto_leader_rebalance_enable &= looks;
        let mut replicas = vec![1, 2, 3];
        for (name, text) in &part.topic {
            match (name.as_str(), of_broker(name)) {
                (MIN_ISR, _) => min_insync_replicas = least(1, name, text)?,
                ("replicas", _) => replicas = assignment(name, text)?,
                (_, Some(broker)) => set(&mut replication, broker, text)?,
                _ => return Err(unknown("topic", name)),
            }
        }
        valid(&replication)?;
        let producer = producer(&part.producer)?;
        let brokers = brokers(part, &replicas)?;
        Ok(Self { replication, producer, brokers, replicas, min_insync_replicas })
    }

    /// The run of a seed.
    pub(super) fn scenario(&self, part: &WholePart, seed: u64) -> Scenario {
        let between = |[least, greatest]: [Micros; 2], purpose| {
            least + drawn(seed, purpose, Micros(greatest.0 - least.0))
        };
        let machine = ReplicationSettings {
            restart: between(PROCESS_START, START),
            metadata_delivery: between(METADATA_DELIVERY, DELIVERY),
            ..self.replication.clone()
        };
        let held = |ms: u64| if ms == 0 { Micros(0) } else { Micros(ms * 1000) + HOP };
        Scenario {
            producer: self.producer.clone(),
            cluster: Cluster {
                brokers: self.brokers.iter().copied().map(BrokerId).collect(),
                topics: vec![Topic {
                    name: TOPIC.to_owned(),
                    replicas: vec![self.replicas.iter().copied().map(BrokerId).collect()],
                    min_insync_replicas: self.min_insync_replicas,
                }],
                append: APPEND,
                check_sequences: true,
                replication: Some(machine),
            },
            network: Network {
                one_way: CLIENT_ONE_WAY + held(part.held.client_ms),
                between_brokers: REPLICATION_ONE_WAY + held(part.held.replication_ms),
            },
            application: Vec::new(),
            faults: Vec::new(),
            start: Start::Cold,
            draws: Draws::Seed(seed),
            compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
            bounds: Bounds { until: UNTIL, events: EVENTS_MAX },
        }
    }
}

/// Three brokers, or as many as the topic or a step names.
fn brokers(part: &WholePart, replicas: &[u32]) -> Result<Vec<u32>, ScriptError> {
    let named = part.script.iter().flat_map(StepSpec::brokers).chain(replicas.iter().copied());
    let greatest = named.max().unwrap_or(0).max(BROKERS_LEAST);
    if greatest > BROKERS_MOST {
        let what = format!("there is no broker {greatest}, only 1 to {BROKERS_MOST}");
        return Err(ScriptError::Meaningless(what));
    }
    Ok((1..=greatest).collect())
}

fn producer(settings: &Settings) -> Result<ProducerConfig, ScriptError> {
    let mut typed = ProducerSettings::default();
    for (name, text) in settings {
        typed.set(name, text);
    }
    Ok(typed.check().map_err(ScriptError::Config)?.config)
}

/// Of the topic, and the default of topics.
const MIN_ISR: &str = "min.insync.replicas";

type Field<T> = fn(&mut ReplicationSettings) -> &mut T;

const MILLIS: [(&str, Field<Millis>); 10] = [
    ("broker.session.timeout.ms", |to| &mut to.broker_session_timeout),
    ("broker.heartbeat.interval.ms", |to| &mut to.broker_heartbeat_interval),
    ("replica.lag.time.max.ms", |to| &mut to.replica_lag_time_max),
    ("replica.fetch.wait.max.ms", |to| &mut to.replica_fetch_wait_max),
    ("replica.fetch.backoff.ms", |to| &mut to.replica_fetch_backoff),
    ("replica.socket.timeout.ms", |to| &mut to.replica_socket_timeout),
    ("replica.high.watermark.checkpoint.interval.ms", |to| {
        &mut to.replica_high_watermark_checkpoint_interval
    }),
    ("controller.quorum.append.linger.ms", |to| &mut to.controller_quorum_append_linger),
    ("log.message.timestamp.before.max.ms", |to| &mut to.message_timestamp_before_max),
    ("log.message.timestamp.after.max.ms", |to| &mut to.message_timestamp_after_max),
];

const BYTES: [(&str, Field<Bytes>); 5] = [
    ("replica.fetch.min.bytes", |to| &mut to.replica_fetch_min_bytes),
    ("replica.fetch.max.bytes", |to| &mut to.replica_fetch_max_bytes),
    ("replica.fetch.response.max.bytes", |to| &mut to.replica_fetch_response_max_bytes),
    ("message.max.bytes", |to| &mut to.message_max_bytes),
    ("log.segment.bytes", |to| &mut to.segment_bytes),
];

const FLAGS: [(&str, Field<bool>); 2] = [
    ("unclean.leader.election.enable", |to| &mut to.unclean_leader_election_enable),
    ("auto.leader.rebalance.enable", |to| &mut to.auto_leader_rebalance_enable),
];

/// Settings of the topic, and those of the broker that are their defaults.
const OF_TOPIC: [(&str, &str); 8] = [
    ("unclean.leader.election.enable", "unclean.leader.election.enable"),
    ("max.message.bytes", "message.max.bytes"),
    ("segment.bytes", "log.segment.bytes"),
    ("flush.messages", "log.flush.interval.messages"),
    ("flush.ms", "log.flush.interval.ms"),
    ("message.timestamp.type", "log.message.timestamp.type"),
    ("message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"),
    ("message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"),
];

fn of_broker(topic: &str) -> Option<&'static str> {
    OF_TOPIC.iter().find(|(name, _)| *name == topic).map(|(_, broker)| *broker)
}

/// Sets a broker's setting, or a feature of the cluster.
fn set(to: &mut ReplicationSettings, name: &str, text: &str) -> Result<(), ScriptError> {
    if let Some((_, field)) = MILLIS.iter().find(|(known, _)| *known == name) {
        *field(to) = Millis(least(0, name, text)?);
        return Ok(());
    }
    if let Some((_, field)) = BYTES.iter().find(|(known, _)| *known == name) {
        *field(to) = Bytes(parsed(name, text)?);
        return Ok(());
    }
    if let Some((_, field)) = FLAGS.iter().find(|(known, _)| *known == name) {
        *field(to) = parsed(name, text)?;
        return Ok(());
    }
    match name {
        "leader.imbalance.check.interval.seconds" => {
            let seconds: i64 = least(1, name, text)?;
            to.leader_imbalance_check_interval = Millis(seconds.saturating_mul(1000));
        }
        "eligible.leader.replicas.version" => {
            to.eligible_leader_replicas = one_of(["0", "1"], name, text)? == "1";
        }
        "log.flush.interval.messages" => to.log_flush_interval_messages = least(1, name, text)?,
        "log.flush.interval.ms" => to.log_flush_interval = Some(Millis(least(0, name, text)?)),
        "log.message.timestamp.type" => {
            let types = ["CreateTime", "LogAppendTime"];
            to.log_append_time = one_of(types, name, text)? == "LogAppendTime";
        }
        _ => return Err(unknown("broker", name)),
    }
    Ok(())
}

/// What a broker does not start with. Source: `KafkaConfig.validateValues`.
fn valid(settings: &ReplicationSettings) -> Result<(), ScriptError> {
    let wait = settings.replica_fetch_wait_max;
    for (most, name) in [
        (settings.replica_lag_time_max, "replica.lag.time.max.ms"),
        (settings.replica_socket_timeout, "replica.socket.timeout.ms"),
    ] {
        if wait > most {
            let what = format!("replica.fetch.wait.max.ms cannot be greater than {name}");
            return Err(ScriptError::Meaningless(what));
        }
    }
    Ok(())
}

/// Brokers in order of assignment.
fn assignment(name: &str, text: &str) -> Result<Vec<u32>, ScriptError> {
    let ids = text.split(',').map(|id| least(1, name, id.trim()));
    let ids: Vec<u32> = ids.collect::<Result<_, _>>()?;
    let different: BTreeSet<u32> = ids.iter().copied().collect();
    if different.len() == ids.len() { Ok(ids) } else { Err(cannot(name, text)) }
}

fn one_of<'a>(words: [&str; 2], name: &str, text: &'a str) -> Result<&'a str, ScriptError> {
    if words.contains(&text) { Ok(text) } else { Err(cannot(name, text)) }
}

fn least<T: FromStr + PartialOrd>(least: T, name: &str, text: &str) -> Result<T, ScriptError> {
    let value = parsed(name, text)?;
    if value >= least { Ok(value) } else { Err(cannot(name, text)) }
}

fn parsed<T: FromStr>(name: &str, text: &str) -> Result<T, ScriptError> {
    text.parse().map_err(|_| cannot(name, text))
}

fn cannot(name: &str, text: &str) -> ScriptError {
    ScriptError::Meaningless(format!("{name} cannot be '{text}'"))
}

fn unknown(of: &str, name: &str) -> ScriptError {
    ScriptError::Meaningless(format!("the model has no {of} setting '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_told_in_the_format() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/cluster/FORMAT.md");
        let format = std::fs::read_to_string(path).expect("it is there");
        let others = [
            MIN_ISR,
            "leader.imbalance.check.interval.seconds",
            "eligible.leader.replicas.version",
            "log.flush.interval.messages",
            "log.flush.interval.ms",
            "log.message.timestamp.type",
        ];
        let brokers =
            MILLIS.iter().map(|(name, _)| *name).chain(BYTES.iter().map(|(name, _)| *name));
        let brokers = brokers.chain(FLAGS.iter().map(|(name, _)| *name)).chain(others);
        for name in brokers.chain(OF_TOPIC.iter().map(|(name, _)| *name)) {
            assert!(format.contains(&format!("`{name}`")), "{name}");
        }
    }
}
