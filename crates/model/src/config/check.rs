//! From what was typed to what the model accepts. Source: `ProducerConfig`
//! (`postProcessAndValidateIdempotenceConfigs`), `KafkaProducer.configureDeliveryTimeout`,
//! `CommonClientConfigs.postProcessReconnectBackoffConfigs`.

use super::parse::{Value, kafka_value};
use super::table::TABLE;
use super::{
    Acks, Compression, MetadataRecoveryStrategy, PartitionerClass, ProducerConfig, ProducerSettings,
};
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use units::{Bytes, Millis};

/// A rule that was broken, in Kafka's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting to mark.
    pub setting: &'static str,
    /// The message of Kafka's `ConfigException`.
    pub message: String,
    /// Whether the constructor wraps it: `KafkaException`, "Failed to construct kafka producer".
    pub wrapped: bool,
}

impl ConfigError {
    pub(super) const fn new(setting: &'static str, message: String) -> Self {
        Self { setting, message, wrapped: false }
    }
}

/// What Kafka only logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The setting that it is about.
    pub setting: &'static str,
    /// What became of it.
    pub message: String,
}

/// Checked settings, and what Kafka would log about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The settings.
    pub config: ProducerConfig,
    /// What Kafka only logs.
    pub warnings: Vec<Warning>,
}

struct Values(BTreeMap<&'static str, Value>);

impl Values {
    fn number(&self, name: &str) -> i64 {
        match self.0.get(name) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }

    fn millis(&self, name: &str) -> Millis {
        Millis(self.number(name))
    }

    fn boolean(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Value::Boolean(true)))
    }

    fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }
}

impl ProducerSettings {
    /// Checks all rules.
    ///
    /// # Errors
    /// Every rule that is broken; the first is the one that Kafka would throw.
    pub fn check(&self) -> Result<Checked, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut values = BTreeMap::new();
        for row in TABLE {
            let Some(text) = self.text(row.name) else { continue };
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
        let values = Values(values);
        let mut config = plain(&values);
        let mut warnings = Vec::new();
        self.check_idempotence(&mut config, &mut errors, &mut warnings);
        self.check_partitioner(&values, &mut config, &mut errors);
        self.check_timeouts(&mut config, &mut errors, &mut warnings);
        if errors.is_empty() { Ok(Checked { config, warnings }) } else { Err(errors) }
    }

    fn check_idempotence(
        &self,
        config: &mut ProducerConfig,
        errors: &mut Vec<ConfigError>,
        warnings: &mut Vec<Warning>,
    ) {
        if !config.enable_idempotence {
            return;
        }
        let by_user = self.is_set("enable.idempotence");
        let mut disable = false;
        let mut rule = |broken: bool, setting: &'static str, throws: &str, logs: &str| {
            if broken && by_user {
                errors.push(ConfigError::new(setting, String::from(throws)));
            } else if broken {
                disable = true;
                warnings.push(Warning { setting, message: String::from(logs) });
            }
        };
        rule(
            config.retries == 0,
            "retries",
            "Must set retries to non-zero when using the idempotent producer.",
            "Idempotence will be disabled because retries is set to 0.",
        );
        rule(
            config.acks != Acks::All,
            "acks",
            "Must set acks to all in order to use the idempotent producer. Otherwise we cannot \
             guarantee idempotence.",
            &format!(
                "Idempotence will be disabled because acks is set to {}, not set to 'all'.",
                self.text("acks").unwrap_or_default()
            ),
        );
        if config.max_in_flight > 5 {
            errors.push(ConfigError::new(
                "max.in.flight.requests.per.connection",
                format!(
                    "To use the idempotent producer, max.in.flight.requests.per.connection must be \
                     set to at most 5. Current value is {}.",
                    config.max_in_flight
                ),
            ));
        }
        config.enable_idempotence = !disable;
    }

    fn check_partitioner(
        &self,
        values: &Values,
        config: &mut ProducerConfig,
        errors: &mut Vec<ConfigError>,
    ) {
        match values.text("partitioner.class") {
            "" => {}
            "org.apache.kafka.clients.producer.RoundRobinPartitioner" => {
                config.partitioner = PartitionerClass::RoundRobin;
                config.partitioner_adaptive = false;
            }
            other => errors.push(ConfigError::new(
                "partitioner.class",
                format!(
                    "Invalid value {other} for configuration partitioner.class: Class {other} \
                     could not be found."
                ),
            )),
        }
    }

    fn check_timeouts(
        &self,
        config: &mut ProducerConfig,
        errors: &mut Vec<ConfigError>,
        warnings: &mut Vec<Warning>,
    ) {
        if self.is_set("reconnect.backoff.ms") && !self.is_set("reconnect.backoff.max.ms") {
            config.reconnect_backoff_max = config.reconnect_backoff;
        }
        if config.retry_backoff > config.retry_backoff_max {
            warnings.push(Warning {
                setting: "retry.backoff.ms",
                message: format!(
                    "Configuration 'retry.backoff.ms' with value '{}' is greater than \
                     configuration 'retry.backoff.max.ms' with value '{}'. A static backoff with \
                     value '{1}' will be applied.",
                    config.retry_backoff.0, config.retry_backoff_max.0
                ),
            });
        }
        let need = Millis((config.linger + config.request_timeout).0.min(i64::from(i32::MAX)));
        if config.delivery_timeout >= need {
            return;
        }
        if self.is_set("delivery.timeout.ms") {
            errors.push(ConfigError {
                setting: "delivery.timeout.ms",
                message: String::from(
                    "delivery.timeout.ms should be equal to or larger than linger.ms + \
                     request.timeout.ms",
                ),
                wrapped: true,
            });
            return;
        }
        config.delivery_timeout = need;
        warnings.push(Warning {
            setting: "delivery.timeout.ms",
            message: format!(
                "delivery.timeout.ms should be equal to or larger than linger.ms + \
                 request.timeout.ms. Setting it to {}.",
                need.0
            ),
        });
    }
}

/// Values that no other setting changes.
fn plain(values: &Values) -> ProducerConfig {
    ProducerConfig {
        acks: match values.text("acks") {
            "0" => Acks::None,
            "1" => Acks::Leader,
            _ => Acks::All,
        },
        enable_idempotence: values.boolean("enable.idempotence"),
        batch_size: values.number("batch.size") as i32,
        linger: Millis(values.number("linger.ms").min(i64::from(i32::MAX))),
        buffer_memory: Bytes(values.number("buffer.memory")),
        max_block: values.millis("max.block.ms"),
        max_request_size: Bytes(values.number("max.request.size")),
        compression: match values.text("compression.type") {
            "gzip" => Compression::Gzip,
            "snappy" => Compression::Snappy,
            "lz4" => Compression::Lz4,
            "zstd" => Compression::Zstd,
            _ => Compression::None,
        },
        max_in_flight: values.number("max.in.flight.requests.per.connection") as u32,
        retries: values.number("retries") as i32,
        retry_backoff: values.millis("retry.backoff.ms"),
        retry_backoff_max: values.millis("retry.backoff.max.ms"),
        request_timeout: values.millis("request.timeout.ms"),
        delivery_timeout: values.millis("delivery.timeout.ms"),
        partitioner_ignore_keys: values.boolean("partitioner.ignore.keys"),
        partitioner_adaptive: values.boolean("partitioner.adaptive.partitioning.enable"),
        partitioner_availability_timeout: values.millis("partitioner.availability.timeout.ms"),
        metadata_max_age: values.millis("metadata.max.age.ms"),
        metadata_max_idle: values.millis("metadata.max.idle.ms"),
        reconnect_backoff: values.millis("reconnect.backoff.ms"),
        reconnect_backoff_max: values.millis("reconnect.backoff.max.ms"),
        socket_connection_setup_timeout: values.millis("socket.connection.setup.timeout.ms"),
        socket_connection_setup_timeout_max: values
            .millis("socket.connection.setup.timeout.max.ms"),
        metadata_recovery_strategy: if values
            .text("metadata.recovery.strategy")
            .eq_ignore_ascii_case("none")
        {
            MetadataRecoveryStrategy::None
        } else {
            MetadataRecoveryStrategy::Rebootstrap
        },
        metadata_recovery_rebootstrap_trigger: values
            .millis("metadata.recovery.rebootstrap.trigger.ms"),
        metrics_sample_window: values.millis("metrics.sample.window.ms"),
        metrics_num_samples: values.number("metrics.num.samples") as i32,
        ..ProducerConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(typed: &[(&str, &str)]) -> ProducerSettings {
        let mut settings = ProducerSettings::default();
        for (name, text) in typed {
            settings.set(name, text);
        }
        settings
    }

    #[track_caller]
    fn check_refused(typed: &[(&str, &str)], want: &str) {
        let errors = settings(typed).check().expect_err("Kafka refuses it");
        assert_eq!(errors[0].message, want);
    }

    #[test]
    fn defaults_are_those_of_the_config() {
        let checked = settings(&[]).check().expect("defaults are fine");
        assert_eq!(checked.config, ProducerConfig::default());
        assert_eq!(checked.warnings, []);
    }

    #[test]
    fn acks_1_disables_idempotence_that_nobody_asked_for() {
        let checked = settings(&[("acks", "1")]).check().expect("accepted");
        assert!(!checked.config.enable_idempotence());
        assert_eq!(checked.warnings.len(), 1);
        check_refused(
            &[("acks", "1"), ("enable.idempotence", "true")],
            "Must set acks to all in order to use the idempotent producer. Otherwise we cannot \
             guarantee idempotence.",
        );
    }

    #[test]
    fn six_in_flight_throw_even_if_acks_has_just_disabled_idempotence() {
        let want = "To use the idempotent producer, max.in.flight.requests.per.connection must be \
                    set to at most 5. Current value is 6.";
        check_refused(&[("max.in.flight.requests.per.connection", "6"), ("acks", "1")], want);
    }

    #[test]
    fn a_delivery_timeout_that_is_too_short_throws_only_if_it_was_set() {
        let short = [("request.timeout.ms", "200000")];
        let checked = settings(&short).check().expect("raised");
        assert_eq!(checked.config.delivery_timeout(), Millis(200_005));
        let errors = settings(&[("delivery.timeout.ms", "1000")]).check().expect_err("too short");
        assert!(errors[0].wrapped);
    }

    #[test]
    fn a_version_has_its_own_defaults() {
        let old = ProducerSettings {
            version: super::super::KafkaVersion::V2_8,
            ..ProducerSettings::default()
        };
        let config = old.check().expect("defaults are fine").config;
        assert_eq!((config.linger(), config.acks()), (Millis(0), Acks::Leader));
        assert!(!config.enable_idempotence());
    }
}
