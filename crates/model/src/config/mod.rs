//! Kafka's settings: one table ([`TABLE`]), what was typed ([`ProducerSettings`]), and what the model
//! accepts ([`ProducerConfig`]), which exists only if Kafka would construct a producer from it.
//!
//! Two doors: [`kafka_value`] is Kafka's own parser; [`human_value`] reads `64k` and `1.5s` first.

mod check;
mod cluster;
mod definition_order;
mod parse;
mod recognised;
mod table;
mod then;

pub use check::{Checked, ConfigError, Warning};
pub use cluster::{CLUSTER_TABLE, CheckedCluster, ClusterSettings, cluster_row};
pub use definition_order::DEFINITION_ORDER;
pub use parse::{Value, human_value, kafka_value};
pub use recognised::RECOGNISED;
pub use table::{Importance, KafkaVersion, Range, Row, TABLE, Type, Unit, row, rows};
pub use then::{RuleThen, rules_then};

use alloc::string::{String, ToString};
use litemap::LiteMap;
use units::{Bytes, Millis};

/// Settings as they were typed, by Kafka's names; what is absent has the version's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProducerSettings {
    /// Whose defaults hold. The rules are those of 4.3 always.
    pub version: KafkaVersion,
    /// What was typed, as text that [`kafka_value`] understands.
    pub typed: LiteMap<String, String>,
}

impl ProducerSettings {
    /// The text of a setting: what was typed, or the default.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        if let Some(typed) = self.typed.get(name) {
            return Some(typed);
        }
        row(name).and_then(|row| row.default(self.version))
    }

    /// Whether the user set it.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.typed.contains_key(name)
    }

    /// Sets a setting.
    pub fn set(&mut self, name: &str, text: &str) {
        self.typed.insert(name.to_string(), text.to_string());
    }
}

/// How many copies an acknowledgement stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acks {
    /// `0`: none; the broker does not answer.
    None,
    /// `1`: the leader's.
    Leader,
    /// `all`: those of all in-sync replicas.
    All,
}

/// `compression.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// `none`.
    None,
    /// `gzip`.
    Gzip,
    /// `snappy`.
    Snappy,
    /// `lz4`.
    Lz4,
    /// `zstd`.
    Zstd,
}

/// `partitioner.class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionerClass {
    /// None named: Kafka's built-in one.
    BuiltIn,
    /// `RoundRobinPartitioner`.
    RoundRobin,
}

/// `metadata.recovery.strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataRecoveryStrategy {
    /// `none`.
    None,
    /// `rebootstrap`.
    Rebootstrap,
}

macro_rules! config {
    ($($(#[$doc:meta])* $field:ident: $ty:ty = $default:expr),+ $(,)?) => {
        /// Checked settings: made by [`ProducerSettings::check`] alone.
        #[derive(Clone, Debug, PartialEq)]
        pub struct ProducerConfig {
            client_id: String,
            $(pub(in crate::config) $field: $ty),+
        }

        impl Default for ProducerConfig {
            /// Kafka 4.3 with nothing set but `client.id` = `linger`.
            fn default() -> Self {
                Self { client_id: String::from("linger"), $($field: $default),+ }
            }
        }

        impl ProducerConfig {
            /// `client.id`.
            #[must_use]
            pub fn client_id(&self) -> &str {
                &self.client_id
            }

            $($(#[$doc])*
            #[must_use]
            pub const fn $field(&self) -> $ty {
                self.$field
            })+
        }
    };
}

config!(
    /// `acks`.
    acks: Acks = Acks::All,
    /// Whether the producer is idempotent in the end.
    enable_idempotence: bool = true,
    /// `batch.size` as given; 0 counts as 1 where a buffer is made.
    batch_size: i32 = 16_384,
    /// `linger.ms`, at most 2^31 - 1.
    linger: Millis = Millis(5),
    /// `buffer.memory`.
    buffer_memory: Bytes = Bytes(33_554_432),
    /// `max.block.ms`.
    max_block: Millis = Millis(60_000),
    /// `max.request.size`.
    max_request_size: Bytes = Bytes(1_048_576),
    /// `compression.type`.
    compression: Compression = Compression::None,
    /// `max.in.flight.requests.per.connection`.
    max_in_flight: u32 = 5,
    /// `retries`.
    retries: i32 = i32::MAX,
    /// `retry.backoff.ms`.
    retry_backoff: Millis = Millis(100),
    /// `retry.backoff.max.ms`.
    retry_backoff_max: Millis = Millis(1_000),
    /// `request.timeout.ms`.
    request_timeout: Millis = Millis(30_000),
    /// `delivery.timeout.ms`, raised where Kafka raises it.
    delivery_timeout: Millis = Millis(120_000),
    /// `partitioner.class`.
    partitioner: PartitionerClass = PartitionerClass::BuiltIn,
    /// `partitioner.ignore.keys`.
    partitioner_ignore_keys: bool = false,
    /// `partitioner.adaptive.partitioning.enable`; only with the built-in partitioner.
    partitioner_adaptive: bool = true,
    /// `partitioner.availability.timeout.ms`.
    partitioner_availability_timeout: Millis = Millis(0),
    /// `metadata.max.age.ms`.
    metadata_max_age: Millis = Millis(300_000),
    /// `metadata.max.idle.ms`.
    metadata_max_idle: Millis = Millis(300_000),
    /// `reconnect.backoff.ms`.
    reconnect_backoff: Millis = Millis(50),
    /// `reconnect.backoff.max.ms`, set equal to the other where Kafka does so.
    reconnect_backoff_max: Millis = Millis(1_000),
    /// `socket.connection.setup.timeout.ms`.
    socket_connection_setup_timeout: Millis = Millis(10_000),
    /// `socket.connection.setup.timeout.max.ms`.
    socket_connection_setup_timeout_max: Millis = Millis(30_000),
    /// `metadata.recovery.strategy`.
    metadata_recovery_strategy: MetadataRecoveryStrategy = MetadataRecoveryStrategy::Rebootstrap,
    /// `metadata.recovery.rebootstrap.trigger.ms`.
    metadata_recovery_rebootstrap_trigger: Millis = Millis(300_000),
    /// `metrics.sample.window.ms`.
    metrics_sample_window: Millis = Millis(30_000),
    /// `metrics.num.samples`.
    metrics_num_samples: i32 = 2,
);
