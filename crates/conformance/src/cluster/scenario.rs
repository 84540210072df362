//! A part of a script as a run of the model, before its first step.

use super::loopback::{
    APPEND, CLIENT_ONE_WAY, CONTROLLER_COMMIT, HOP, METADATA_DELIVERY, PROCESS_START,
    REPLICATION_ONE_WAY, drawn,
};
use super::script::{ScriptError, Settings, StepSpec, WholePart};
use model::config::{ProducerConfig, ProducerSettings};
use model::scenario::{
    Bounds, Cluster, CompressionOutcome, Draws, Network, ReplicationSettings, Scenario, Start,
    Topic,
};
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
        for (name, text) in &part.brokers {
            set(&mut replication, name, text)?;
        }
        // a script is over before the balancer's first look, unless it says when that is
        let looks = part.brokers.contains_key("leader.imbalance.check.interval.seconds");
        replication.auto_leader_rebalance_enable &= looks;
        let mut replicas = vec![1, 2, 3];
        let mut min_insync_replicas = 1;
        for (name, text) in &part.topic {
            match name.as_str() {
                "min.insync.replicas" => min_insync_replicas = parsed(name, text)?,
                "replicas" => {
                    let ids = text.split(',').map(|id| parsed(name, id.trim()));
                    replicas = ids.collect::<Result<_, _>>()?;
                }
                "max.message.bytes" => replication.message_max_bytes = Bytes(parsed(name, text)?),
                "message.timestamp.type" => {
                    replication.log_append_time = text == "LogAppendTime";
                }
                "unclean.leader.election.enable" => set(&mut replication, name, text)?,
                _ => return Err(unknown("topic", name)),
            }
        }
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

/// Sets a broker's setting, or a feature of the cluster.
fn set(to: &mut ReplicationSettings, name: &str, text: &str) -> Result<(), ScriptError> {
    let millis = || parsed(name, text).map(Millis);
    let bytes = || parsed(name, text).map(Bytes);
    match name {
        "broker.session.timeout.ms" => to.broker_session_timeout = millis()?,
        "broker.heartbeat.interval.ms" => to.broker_heartbeat_interval = millis()?,
        "replica.lag.time.max.ms" => to.replica_lag_time_max = millis()?,
        "replica.fetch.wait.max.ms" => to.replica_fetch_wait_max = millis()?,
        "replica.fetch.min.bytes" => to.replica_fetch_min_bytes = bytes()?,
        "replica.fetch.max.bytes" => to.replica_fetch_max_bytes = bytes()?,
        "replica.fetch.response.max.bytes" => to.replica_fetch_response_max_bytes = bytes()?,
        "replica.fetch.backoff.ms" => to.replica_fetch_backoff = millis()?,
        "replica.socket.timeout.ms" => to.replica_socket_timeout = millis()?,
        "replica.high.watermark.checkpoint.interval.ms" => {
            to.replica_high_watermark_checkpoint_interval = millis()?;
        }
        "controller.quorum.append.linger.ms" => to.controller_quorum_append_linger = millis()?,
        "message.max.bytes" => to.message_max_bytes = bytes()?,
        "unclean.leader.election.enable" => {
            to.unclean_leader_election_enable = parsed(name, text)?;
        }
        "auto.leader.rebalance.enable" => to.auto_leader_rebalance_enable = parsed(name, text)?,
        "leader.imbalance.check.interval.seconds" => {
            to.leader_imbalance_check_interval = Millis(parsed::<i64>(name, text)? * 1000);
        }
        "eligible.leader.replicas.version" => {
            to.eligible_leader_replicas = parsed::<u8>(name, text)? == 1;
        }
        _ => return Err(unknown("broker", name)),
    }
    Ok(())
}

fn parsed<T: FromStr>(name: &str, text: &str) -> Result<T, ScriptError> {
    text.parse().map_err(|_| ScriptError::Meaningless(format!("{name} cannot be '{text}'")))
}

fn unknown(of: &str, name: &str) -> ScriptError {
    ScriptError::Meaningless(format!("the model has no {of} setting '{name}'"))
}
