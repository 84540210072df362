//! Settings of topic, brokers and controller under Kafka's names: one row each, as for the producer.
//! Source: `ReplicationConfigs`, `KRaftConfigs`, `ServerLogConfigs`, `EligibleLeaderReplicasVersion`.

use super::parse::{Value, kafka_value};
use super::table::{Importance, KafkaVersion, Range, Row, Type, Unit};
use super::{ConfigError, Warning};
use crate::scenario::ReplicationSettings;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use litemap::LiteMap;
use units::{Bytes, Millis};

/// Settings as they were typed, by Kafka's names; what is absent has the version's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterSettings {
    /// What was typed, as text that [`kafka_value`] understands.
    pub typed: LiteMap<String, String>,
}

/// Checked settings of the cluster, and what Kafka would log about them.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedCluster {
    /// `min.insync.replicas`.
    pub min_insync_replicas: u32,
    /// The others; its assumptions have their defaults.
    pub replication: ReplicationSettings,
    /// What Kafka only logs.
    pub warnings: Vec<Warning>,
}

impl ClusterSettings {
    /// The text of a setting: what was typed, or the default.
    #[must_use]
    pub fn text(&self, name: &str, version: KafkaVersion) -> Option<&str> {
        if let Some(typed) = self.typed.get(name) {
            return Some(typed);
        }
        cluster_row(name).and_then(|row| row.default(version))
    }

    /// Sets a setting.
    pub fn set(&mut self, name: &str, text: &str) {
        self.typed.insert(name.to_string(), text.to_string());
    }

    /// Checks all rules, with the defaults of a version.
    ///
    /// # Errors
    /// Every rule that is broken, in Kafka's words.
    pub fn check(&self, version: KafkaVersion) -> Result<CheckedCluster, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut values = LiteMap::new();
        for row in CLUSTER_TABLE {
            let Some(text) = self.text(row.name, version) else { continue };
            match kafka_value(row, text) {
                Ok(value) => {
                    values.insert(row.name, value);
                }
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let (min_insync_replicas, replication) = plain(&values);
        check_fetch(&replication, &mut errors);
        let mut warnings = Vec::new();
        check_heartbeat(&replication, &mut warnings);
        if errors.is_empty() {
            Ok(CheckedCluster { min_insync_replicas, replication, warnings })
        } else {
            Err(errors)
        }
    }
}

fn plain(values: &LiteMap<&'static str, Value>) -> (u32, ReplicationSettings) {
    let number = |name: &str| match values.get(name) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    };
    let millis = |name: &str| Millis(number(name));
    let bytes = |name: &str| Bytes(number(name));
    let boolean = |name: &str| matches!(values.get(name), Some(Value::Boolean(true)));
    let replication = ReplicationSettings {
        replica_fetch_wait_max: millis("replica.fetch.wait.max.ms"),
        replica_fetch_min_bytes: bytes("replica.fetch.min.bytes"),
        replica_fetch_max_bytes: bytes("replica.fetch.max.bytes"),
        replica_fetch_response_max_bytes: bytes("replica.fetch.response.max.bytes"),
        replica_fetch_backoff: millis("replica.fetch.backoff.ms"),
        replica_socket_timeout: millis("replica.socket.timeout.ms"),
        replica_lag_time_max: millis("replica.lag.time.max.ms"),
        broker_session_timeout: millis("broker.session.timeout.ms"),
        broker_heartbeat_interval: millis("broker.heartbeat.interval.ms"),
        replica_high_watermark_checkpoint_interval: millis(
            "replica.high.watermark.checkpoint.interval.ms",
        ),
        message_max_bytes: bytes("message.max.bytes"),
        segment_bytes: bytes("segment.bytes"),
        log_append_time: matches!(
            values.get("message.timestamp.type"),
            Some(Value::Text(text)) if text == "LogAppendTime"
        ),
        message_timestamp_before_max: millis("message.timestamp.before.max.ms"),
        message_timestamp_after_max: millis("message.timestamp.after.max.ms"),
        log_flush_interval_messages: number("log.flush.interval.messages"),
        log_flush_interval: values
            .contains_key("log.flush.interval.ms")
            .then(|| millis("log.flush.interval.ms")),
        unclean_leader_election_enable: boolean("unclean.leader.election.enable"),
        eligible_leader_replicas: number("eligible.leader.replicas.version") == 1,
        auto_leader_rebalance_enable: boolean("auto.leader.rebalance.enable"),
        leader_imbalance_check_interval: Millis(
            number("leader.imbalance.check.interval.seconds").saturating_mul(1_000),
        ),
        controller_quorum_append_linger: millis("controller.quorum.append.linger.ms"),
        ..ReplicationSettings::default()
    };
    // the row's range is that of an int from 1 on
    (u32::try_from(number("min.insync.replicas")).unwrap_or(1), replication)
}

/// Source: `KafkaConfigValidator.validateReplicaFetchConfigs`.
fn check_fetch(settings: &ReplicationSettings, errors: &mut Vec<ConfigError>) {
    let wait = settings.replica_fetch_wait_max;
    let mut refuse = |setting, others, message| {
        errors.push(ConfigError::new(setting, String::from(message)).about(others));
    };
    if wait > settings.replica_socket_timeout {
        refuse(
            "replica.socket.timeout.ms",
            &["replica.fetch.wait.max.ms"],
            "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to \
             prevent unnecessary socket timeouts",
        );
    }
    if wait > settings.replica_lag_time_max {
        refuse(
            "replica.fetch.wait.max.ms",
            &["replica.lag.time.max.ms"],
            "replica.fetch.wait.max.ms should always be less than or equal to \
             replica.lag.time.max.ms to prevent frequent changes in ISR",
        );
    }
}

/// Kafka logs this and goes on. Source: `KafkaConfig.validateValues`.
fn check_heartbeat(settings: &ReplicationSettings, warnings: &mut Vec<Warning>) {
    let (interval, session) = (settings.broker_heartbeat_interval, settings.broker_session_timeout);
    if interval.0.saturating_mul(2) > session.0 {
        let message = format!(
            "broker.heartbeat.interval.ms ({} ms) must be less than or equal to half of the \
             broker.session.timeout.ms ({} ms).",
            interval.0, session.0
        );
        warnings.push(Warning { setting: "broker.heartbeat.interval.ms", message });
    }
}

/// The row of a setting of the cluster.
#[must_use]
pub fn cluster_row(name: &str) -> Option<&'static Row> {
    CLUSTER_TABLE.iter().find(|row| row.name == name)
}

macro_rules! table {
    ($($name:literal $kind:ident $unit:ident $defaults:expr, $range:expr, $importance:ident, $source:literal, $meaning:literal;)+) => {
        /// All settings of topic, brokers and controller that the model honours.
        pub const CLUSTER_TABLE: &[Row] = &[$(Row {
            name: $name,
            kind: Type::$kind,
            unit: Unit::$unit,
            since: KafkaVersion::V2_8,
            defaults: $defaults,
            range: $range,
            importance: Importance::$importance,
        }),+];

        /// Source and meaning of each, apart: who shows neither need not carry them.
        pub(super) const TEXTS: &[(&str, &str)] = &[$(($source, $meaning)),+];
    };
}

const fn same(default: &'static str) -> [Option<&'static str>; 3] {
    [Some(default); 3]
}

table!(
    "min.insync.replicas" Int Count same("1"), Range::AtLeast(1), High,
        "Partition.effectiveMinIsr", "In-sync replicas that a partition needs before it takes writes with acks=all.";
    "unclean.leader.election.enable" Boolean None same("false"), Range::Any, High,
        "PartitionChangeBuilder.electLeader", "Whether a replica that is not in sync may become leader when nobody else can.";
    "eligible.leader.replicas.version" Int Count [Some("0"), Some("0"), Some("1")], Range::Between(0, 1), High,
        "PartitionChangeBuilder.maybePopulateTargetElr", "Whether the controller remembers replicas that left the ISR with everything committed (ELR): 1 for yes.";
    "replica.lag.time.max.ms" Long Millis same("30000"), Range::Any, High,
        "Partition.getOutOfSyncReplicas", "How long a follower may lag before it leaves the ISR.";
    "replica.fetch.wait.max.ms" Int Millis same("500"), Range::Any, High,
        "DelayedFetch", "How long a leader holds a follower's fetch that finds nothing new.";
    "replica.fetch.min.bytes" Int Bytes same("1"), Range::Any, High,
        "DelayedFetch", "Bytes that release a fetch which is held.";
    "replica.fetch.max.bytes" Int Bytes same("1048576"), Range::AtLeast(0), Medium,
        "ReplicaManager.readFromLog", "Bytes of one partition in an answer; the first batch comes even if it is larger.";
    "replica.fetch.response.max.bytes" Int Bytes same("10485760"), Range::AtLeast(0), Medium,
        "ReplicaManager.readFromLog", "Bytes of a whole answer; the first batch comes even if it is larger.";
    "replica.fetch.backoff.ms" Int Millis same("1000"), Range::AtLeast(0), Medium,
        "AbstractFetcherThread.handlePartitionsWithErrors", "How long a follower waits after an error or a lost connection.";
    "replica.socket.timeout.ms" Int Millis same("30000"), Range::Any, High,
        "BrokerBlockingSender", "How long a follower waits for a leader that does not answer.";
    "replica.high.watermark.checkpoint.interval.ms" Long Millis same("5000"), Range::Any, High,
        "ReplicaManager.checkpointHighWatermarks", "How often a broker writes its high watermarks to disk.";
    "broker.session.timeout.ms" Int Millis same("9000"), Range::Any, High,
        "BrokerHeartbeatManager", "Silence after which the controller fences a broker.";
    "broker.heartbeat.interval.ms" Int Millis same("2000"), Range::Any, High,
        "BrokerLifecycleManager", "Wait from the answer to a heartbeat to the next one.";
    "message.max.bytes" Int Bytes same("1048588"), Range::AtLeast(0), High,
        "UnifiedLog.append", "Largest batch that a leader takes, as it is stored.";
    "segment.bytes" Int Bytes same("1073741824"), Range::AtLeast(1_048_576), Medium,
        "UnifiedLog.append", "Bytes of a log's segment; a batch that is larger is refused.";
    "message.timestamp.type" String None same("CreateTime"), Range::OneOf(&["CreateTime", "LogAppendTime"]), Medium,
        "LogValidator", "Whose time a record's timestamp is: the producer's, or the leader's as it appends.";
    "message.timestamp.before.max.ms" Long Millis same("9223372036854775807"), Range::AtLeast(0), Medium,
        "LogValidator.validateTimestamp", "How old a record's timestamp may be when the leader takes it.";
    "message.timestamp.after.max.ms" Long Millis [Some("9223372036854775807"), Some("9223372036854775807"), Some("3600000")], Range::AtLeast(0), Medium,
        "LogValidator.validateTimestamp", "How far in the future a record's timestamp may be.";
    "auto.leader.rebalance.enable" Boolean None same("true"), Range::Any, High,
        "ReplicationControlManager.maybeBalancePartitionLeaders", "Whether leadership goes back to the preferred replica by itself.";
    "leader.imbalance.check.interval.seconds" Long Count same("300"), Range::AtLeast(1), High,
        "ReplicationControlManager.maybeBalancePartitionLeaders", "How often the controller looks for leaders to move back, in seconds.";
    "controller.quorum.append.linger.ms" Int Millis same("25"), Range::Any, Medium,
        "BatchAccumulator.append", "How long the controller gathers decisions before it writes them.";
    "log.flush.interval.messages" Long Count same("9223372036854775807"), Range::AtLeast(1), High,
        "UnifiedLog.append", "Records after which a log is forced to disk.";
    "log.flush.interval.ms" Long Millis [None, None, None], Range::Any, High,
        "LogManager.flushDirtyLogs", "Age at which a log is forced to disk; without a value never.";
);

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(typed: &[(&str, &str)]) -> ClusterSettings {
        let mut settings = ClusterSettings::default();
        for (name, text) in typed {
            settings.set(name, text);
        }
        settings
    }

    #[test]
    fn defaults_are_those_of_the_scenario() {
        let checked = settings(&[]).check(KafkaVersion::V4_3).expect("defaults are fine");
        assert_eq!(checked.replication, ReplicationSettings::default());
        assert_eq!((checked.min_insync_replicas, checked.warnings.len()), (1, 0));
    }

    #[test]
    fn eligible_leader_replicas_came_with_4() {
        let old = settings(&[]).check(KafkaVersion::V3_9).expect("defaults are fine");
        assert!(!old.replication.eligible_leader_replicas);
    }

    #[test]
    fn a_fetch_may_not_wait_longer_than_a_follower_may_lag() {
        let errors = settings(&[("replica.lag.time.max.ms", "499")]).check(KafkaVersion::V4_3);
        let errors = errors.expect_err("500 is longer");
        assert_eq!(errors[0].setting, "replica.fetch.wait.max.ms");
    }

    #[test]
    fn a_value_is_refused_in_kafkas_words() {
        let errors = settings(&[("min.insync.replicas", "0"), ("message.max.bytes", "1m")])
            .check(KafkaVersion::V4_3)
            .expect_err("both are refused");
        assert_eq!(
            errors[0].message,
            "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1"
        );
        assert!(errors[1].message.ends_with("Not a number of type INT"), "{}", errors[1].message);
    }

    #[test]
    fn a_heartbeat_that_is_too_rare_is_only_logged() {
        let checked = settings(&[("broker.session.timeout.ms", "3000")]).check(KafkaVersion::V4_3);
        assert_eq!(checked.expect("it is taken").warnings.len(), 1);
    }
}
