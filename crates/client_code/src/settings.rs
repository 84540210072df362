//! Settings as lines for Kafka's own client: Java and Kotlin, `.properties` and Spring share them.

use crate::Note;
use crate::note::version_name;
use crate::running::Running;
use model::config::{KafkaVersion, Row, Value};

/// Where the examples connect to.
pub(crate) const SERVERS: &str = "localhost:9092";
/// The serializer of keys and values.
pub(crate) const SERIALIZER: &str = "org.apache.kafka.common.serialization.StringSerializer";

/// What the user set that this version of the client has, and a note for each that it lacks.
pub(crate) fn of_kafka(running: &Running<'_>) -> (Vec<(&'static Row, Value)>, Vec<Note>) {
    let version = running.settings().version;
    let mut set = Vec::new();
    let mut notes = Vec::new();
    for (row, value) in running.set() {
        if row.since > version {
            notes.push(Note::Since { setting: row.name, version: row.since });
        } else {
            set.push((row, value));
        }
    }
    (set, notes)
}

/// The constant of `ProducerConfig`; `None` where there is none, or not in this version.
pub(crate) fn constant(name: &str, version: KafkaVersion) -> Option<String> {
    let stem = match name {
        "max.in.flight.requests.per.connection" => {
            return Some("MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION".to_owned());
        }
        // CommonClientConfigs alone has them
        "metadata.recovery.strategy" | "metadata.recovery.rebootstrap.trigger.ms" => return None,
        // up to 3.9 its constant was spelt PARTITIONER_ADPATIVE_…
        "partitioner.adaptive.partitioning.enable" if version < KafkaVersion::V4_3 => return None,
        "metadata.max.age.ms" | "metadata.max.idle.ms" => name.trim_end_matches(".ms"),
        name => name,
    };
    let mut constant = stem.replace('.', "_").to_ascii_uppercase();
    constant.push_str("_CONFIG");
    Some(constant)
}

/// A setting's name as a Java expression.
pub(crate) fn java_name(name: &str, version: KafkaVersion) -> String {
    match constant(name, version) {
        Some(constant) => ["ProducerConfig.", &constant].concat(),
        None => ["\"", name, "\""].concat(),
    }
}

/// A value as a Java or Kotlin literal.
pub(crate) fn java_value(value: &Value) -> String {
    match value {
        Value::Number(number) if i32::try_from(*number).is_err() => format!("{number}L"),
        Value::Text(text) => ["\"", text, "\""].concat(),
        value => crate::running::plain(value),
    }
}

/// A comment that names the client's version where it is not the newest.
pub(crate) fn version(running: &Running<'_>, mark: &str) -> String {
    match running.settings().version {
        KafkaVersion::V4_3 => String::new(),
        version => format!("{mark} for kafka-clients {}\n", version_name(version)),
    }
}

/// The notes that are comments, a line each.
pub(crate) fn comments(notes: &[Note], client: &str, mark: &str) -> String {
    let mut text = String::new();
    for comment in notes.iter().filter_map(|note| note.comment(client)) {
        text = text + mark + " " + &comment + "\n";
    }
    text
}
