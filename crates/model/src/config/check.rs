//! From what was typed to what the model accepts. Source: `ProducerConfig`
//! (`postProcessAndValidateIdempotenceConfigs`), `KafkaProducer.configureDeliveryTimeout`,
//! `CommonClientConfigs.postProcessReconnectBackoffConfigs`.

use super::definition_order::first_to_front;
use super::parse::{Value, kafka_value};
use super::recognised::RECOGNISED;
use super::table::{Row, TABLE, rows};
use super::{
    Acks, Compression, MetadataRecoveryStrategy, PartitionerClass, ProducerConfig, ProducerSettings,
};
use alloc::{format, string::String, vec::Vec};
use litemap::LiteMap;
use units::{Bytes, Millis};

/// A rule that was broken, in Kafka's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting to mark.
    pub setting: &'static str,
    /// Other settings that the rule is about.
    pub others: &'static [&'static str],
    /// The message of Kafka's exception.
    pub message: String,
    /// Whether the constructor wraps it: `KafkaException`, "Failed to construct kafka producer".
    pub wrapped: bool,
    /// Simple name of the exception's class.
    pub class: &'static str,
}

impl ConfigError {
    pub(super) const fn new(setting: &'static str, message: String) -> Self {
        Self { setting, others: &[], message, wrapped: false, class: "ConfigException" }
    }

    /// One that the constructor of the producer wraps.
    const fn in_constructor(setting: &'static str, message: String) -> Self {
        Self { setting, others: &[], message, wrapped: true, class: "ConfigException" }
    }

    /// The same as a rule that is about these too.
    pub(super) fn about(self, others: &'static [&'static str]) -> Self {
        Self { others, ..self }
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

struct Values(LiteMap<&'static str, Value>);

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
        let mut warnings = Vec::new();
        let mut values = LiteMap::new();
        let typed = |row: &&Row| self.is_set(row.name);
        for row in TABLE.iter().chain(RECOGNISED.iter().filter(typed)) {
            let Some(text) = self.text(row.name) else { continue };
            match kafka_value(row, text) {
                Ok(value) => {
                    values.insert(row.name, value);
                }
                Err(error) => errors.push(error),
            }
        }
        let values = Values(values);
        check_partitioner_exists(&values, &mut errors);
        if !errors.is_empty() {
            first_to_front(&mut errors);
            return Err(errors);
        }
        let mut config = plain(&values);
        check_sasl(&values, &mut errors);
        warn_about_backoff(&values, &mut warnings);
        self.check_idempotence(&mut config, &mut errors, &mut warnings);
        self.check_transactions(&values, &config, &mut errors);
        check_partitioner(&values, &mut config, &mut errors);
        self.check_timeouts(&mut config, &mut errors, &mut warnings);
        check_addresses(&values, &mut errors);
        self.warn_about_the_unknown(&mut warnings);
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
                errors.push(
                    ConfigError::new(setting, String::from(throws)).about(&["enable.idempotence"]),
                );
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
            let message = format!(
                "To use the idempotent producer, max.in.flight.requests.per.connection must be set \
                 to at most 5. Current value is {}.",
                config.max_in_flight
            );
            let setting = "max.in.flight.requests.per.connection";
            errors.push(ConfigError::new(setting, message).about(&["enable.idempotence"]));
        }
        config.enable_idempotence = !disable;
    }

    /// Source: the end of `ProducerConfig.postProcessAndValidateIdempotenceConfigs`.
    fn check_transactions(
        &self,
        values: &Values,
        config: &ProducerConfig,
        errors: &mut Vec<ConfigError>,
    ) {
        if self.is_set("transactional.id") && !config.enable_idempotence {
            let message = "Cannot set a transactional.id without also enabling idempotence.";
            errors.push(
                ConfigError::new("transactional.id", String::from(message))
                    .about(&["enable.idempotence"]),
            );
        }
        if values.boolean("transaction.two.phase.commit.enable")
            && self.is_set("transaction.timeout.ms")
        {
            let message = "Cannot set transaction.timeout.ms when \
                           transaction.two.phase.commit.enable is set to true. Transactions will not \
                           expire with two-phase commit enabled.";
            errors.push(
                ConfigError::new("transaction.timeout.ms", String::from(message))
                    .about(&["transaction.two.phase.commit.enable"]),
            );
        }
    }

    /// Source: `AbstractConfig.logUnused`.
    fn warn_about_the_unknown(&self, warnings: &mut Vec<Warning>) {
        let unknown: Vec<&str> = self
            .typed
            .keys()
            .map(String::as_str)
            .filter(|name| rows().all(|row| row.name != *name))
            .collect();
        if !unknown.is_empty() {
            let names = unknown.join(", ");
            warnings.push(Warning {
                setting: "",
                message: format!(
                    "These configurations '[{names}]' were supplied but are not used yet."
                ),
            });
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
        let need = Millis((config.linger + config.request_timeout).0.min(i64::from(i32::MAX)));
        if config.delivery_timeout >= need {
            return;
        }
        if self.is_set("delivery.timeout.ms") {
            let message = "delivery.timeout.ms should be equal to or larger than linger.ms + \
                           request.timeout.ms";
            errors.push(
                ConfigError::in_constructor("delivery.timeout.ms", String::from(message))
                    .about(&["linger.ms", "request.timeout.ms"]),
            );
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

const ROUND_ROBIN: &str = "org.apache.kafka.clients.producer.RoundRobinPartitioner";

/// Classes that every Java runtime has and that are no partitioners. Which others there are depends on
/// the class path; none of them could be modelled, so they count as missing.
fn is_of_java(class: &str) -> bool {
    class.starts_with("java.lang.") || class.starts_with("java.util.")
}

/// Source: `ConfigDef.parseType`, whose `CLASS` loads the class.
fn check_partitioner_exists(values: &Values, errors: &mut Vec<ConfigError>) {
    let Some(Value::Text(class)) = values.0.get("partitioner.class") else { return };
    if class != ROUND_ROBIN && !is_of_java(class) {
        errors.push(ConfigError::new(
            "partitioner.class",
            format!(
                "Invalid value {class} for configuration partitioner.class: Class {class} could not \
                 be found."
            ),
        ));
    }
}

/// Source: `AbstractConfig.getConfiguredInstance`.
fn check_partitioner(values: &Values, config: &mut ProducerConfig, errors: &mut Vec<ConfigError>) {
    match values.text("partitioner.class") {
        "" => {}
        ROUND_ROBIN => {
            config.partitioner = PartitionerClass::RoundRobin;
            config.partitioner_adaptive = false;
        }
        other => errors.push(ConfigError {
            class: "KafkaException",
            ..ConfigError::in_constructor(
                "partitioner.class",
                format!(
                    "class {other} is not an instance of \
                     org.apache.kafka.clients.producer.Partitioner"
                ),
            )
        }),
    }
}

/// Source: `CommonClientConfigs.postValidateSaslMechanismConfig`.
fn check_sasl(values: &Values, errors: &mut Vec<ConfigError>) {
    let sasl = values.text("security.protocol").to_ascii_uppercase().starts_with("SASL_");
    if sasl && values.0.get("sasl.mechanism") == Some(&Value::Text(String::new())) {
        let message = "Invalid value null for configuration sasl.mechanism: When the \
                       security.protocol configuration enables SASL, mechanism must be non-null and \
                       non-empty string.";
        errors.push(ConfigError::new("sasl.mechanism", String::from(message)));
    }
}

/// Source: `CommonClientConfigs.warnDisablingExponentialBackoff`.
fn warn_about_backoff(values: &Values, warnings: &mut Vec<Warning>) {
    let mut warn = |first: &'static str, longest: &str, what: &str| {
        let (value, limit) = (values.number(first), values.number(longest));
        if value > limit {
            let message = format!(
                "Configuration '{first}' with value '{value}' is greater than configuration \
                 '{longest}' with value '{limit}'. A static {what} with value '{limit}' will be \
                 applied."
            );
            warnings.push(Warning { setting: first, message });
        }
    };
    warn("retry.backoff.ms", "retry.backoff.max.ms", "backoff");
    warn(
        "socket.connection.setup.timeout.ms",
        "socket.connection.setup.timeout.max.ms",
        "connection setup timeout",
    );
}

/// Whether the addresses can be read. Names are not looked up: only those that can never be found
/// (below `.invalid`) count as such. Source: `ClientUtils.parseAndValidateAddresses`.
fn check_addresses(values: &Values, errors: &mut Vec<ConfigError>) {
    let setting = "bootstrap.servers";
    let Some(Value::Text(list)) = values.0.get(setting) else { return };
    let mut found = false;
    for address in list.split(',').map(str::trim) {
        let (host, port) = address.rsplit_once(':').unwrap_or_default();
        let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let wrong = match (digits, port.parse::<u32>()) {
            (true, Ok(port)) if port <= 65_535 => None,
            (true, _) => Some(format!("Invalid port in {setting}: {address}")),
            (false, _) => Some(format!("Invalid url in {setting}: {address}")),
        };
        if let Some(message) = wrong {
            errors.push(ConfigError::in_constructor(setting, message));
            return;
        }
        found |= !host.to_ascii_lowercase().ends_with(".invalid");
    }
    if !found {
        let message = format!("No resolvable bootstrap urls given in {setting}");
        errors.push(ConfigError::in_constructor(setting, message));
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
