//! Settings out of pasted text: a `.properties` file, a Spring `application.yml` or a Java or Kotlin
//! map. Known settings are taken through Kafka's own parser; of all others only the names are kept, and
//! of what is secret too.

mod java;
mod properties;
mod yaml;

use crate::settings::constant;
use crate::spring::NAMED;
use crate::text::line;
use model::config::{ConfigError, KafkaVersion, Row, TABLE, human_value, kafka_value, row};

/// Longest text that is read, in bytes.
pub const LENGTH_MAX: usize = 200_000;

/// What the text was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A `.properties` file.
    Properties,
    /// YAML, as in `application.yml`.
    Yaml,
    /// Java or Kotlin.
    Java,
}

/// Why something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The line has no form that is known here.
    NotUnderstood,
    /// The value is decided elsewhere: `${ACKS}`, a variable, a call.
    NotAValue,
    /// More than [`LENGTH_MAX`].
    TooLong,
}

/// Something that was not read. Its text is not kept: it might be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The line, from 1.
    pub line: u32,
    /// The setting, where it is one that is known.
    pub setting: Option<&'static str>,
    /// Why.
    pub why: Why,
}

/// What a text came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What it was taken for.
    pub format: Format,
    /// Settings by Kafka's names with values that Kafka accepts; of several the last.
    pub taken: Vec<(&'static str, String)>,
    /// Known settings with values that Kafka refuses, in its words.
    pub refused: Vec<ConfigError>,
    /// Names of settings that the model does not have.
    pub others: Vec<String>,
    /// Names of settings that are secret, or may be; their values were not looked at.
    pub secrets: Vec<String>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Lines of the other form that stand among the rest: `name=value` in YAML.
    pub otherwise: Vec<u32>,
}

/// Reads a text. Nothing in it is an error: what is not understood is listed by its line.
#[must_use]
pub fn import(text: &str) -> Imported {
    let format = format_of(text);
    let mut imported = Imported {
        format,
        taken: Vec::new(),
        refused: Vec::new(),
        others: Vec::new(),
        secrets: Vec::new(),
        unread: Vec::new(),
        otherwise: Vec::new(),
    };
    if text.len() > LENGTH_MAX {
        imported.unread.push(Unread { line: 1, setting: None, why: Why::TooLong });
        return imported;
    }
    match format {
        Format::Properties => properties::read(text, &mut imported),
        Format::Yaml => yaml::read(text, &mut imported),
        Format::Java => java::read(text, &mut imported),
    }
    imported
}

fn format_of(text: &str) -> Format {
    let java =
        ["put(", "setProperty(", "_CONFIG", "Map.of(", "mapOf(", "Map.entry(", "\" to ", "\"] ="];
    if java.iter().any(|mark| text.contains(mark)) {
        return Format::Java;
    }
    // the separator of most lines decides; further on in a line, it may stand in a value
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!']));
    let (mut yaml, mut properties) = (0, 0);
    for line in lines {
        let Some(at) = line.find(['=', ':']) else { continue };
        match line[at..].strip_prefix(':') {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => yaml += 1,
            _ => properties += 1,
        }
    }
    if yaml > properties { Format::Yaml } else { Format::Properties }
}

/// A value as a reader found it.
pub(crate) enum Found<'a> {
    /// Text.
    Text(&'a str),
    /// Something that only a running program knows.
    Elsewhere,
}

impl Imported {
    /// Takes a setting, by whatever name the text has for it.
    fn take(&mut self, line: u32, name: &str, found: &Found<'_>) {
        let Some((row, spring)) = known(name) else {
            if !is_name(name) {
                self.unread.push(Unread { line, setting: None, why: Why::NotUnderstood });
                return;
            }
            let list = if is_secret(name) { &mut self.secrets } else { &mut self.others };
            if !list.iter().any(|listed| listed == name) {
                list.push(name.to_owned());
            }
            return;
        };
        let text = match found {
            Found::Text(text) => default_of_placeholder(text),
            Found::Elsewhere => None,
        };
        let Some(text) = text else {
            self.unread.push(Unread { line, setting: Some(row.name), why: Why::NotAValue });
            return;
        };
        // Spring reads 16KB where it has a name of its own
        let text = if spring { human_value(row, text) } else { text.trim().to_owned() };
        self.taken.retain(|(name, _)| *name != row.name);
        self.refused.retain(|error| error.setting != row.name);
        match kafka_value(row, &text) {
            Err(error) => self.refused.push(error),
            // a class that the model does not have
            Ok(_) if row.name == "partitioner.class" && !is_partitioner(&text) => {
                self.others.push(row.name.to_owned());
            }
            Ok(_) => self.taken.push((row.name, text)),
        }
    }

    /// All of it, a line each, with tabs between: the form in which it leaves a wasm module.
    #[must_use]
    pub fn lines(&self) -> String {
        let format = match self.format {
            Format::Properties => "properties",
            Format::Yaml => "yaml",
            Format::Java => "java",
        };
        let mut lines = vec![line(&["format", format])];
        lines.extend(self.taken.iter().map(|(name, value)| line(&["taken", name, value])));
        let refused = |error: &ConfigError| line(&["refused", error.setting, &error.message]);
        lines.extend(self.refused.iter().map(refused));
        lines.extend(self.others.iter().map(|name| line(&["other", name])));
        lines.extend(self.secrets.iter().map(|name| line(&["secret", name])));
        lines.extend(self.unread.iter().map(|unread| {
            let why = match unread.why {
                Why::NotUnderstood => "not-understood",
                Why::NotAValue => "not-a-value",
                Why::TooLong => "too-long",
            };
            line(&["unread", why, &unread.line.to_string(), unread.setting.unwrap_or("")])
        }));
        lines.join("\n")
    }

    fn not_understood(&mut self, line: u32) {
        self.unread.push(Unread { line, setting: None, why: Why::NotUnderstood });
    }
}

pub(crate) const ROUND_ROBIN: &str = "org.apache.kafka.clients.producer.RoundRobinPartitioner";

fn is_partitioner(class: &str) -> bool {
    class.is_empty() || class == ROUND_ROBIN
}

/// `${NAME:all}` is `all`; `${NAME}` is nothing; other text is itself.
fn default_of_placeholder(text: &str) -> Option<&str> {
    let text = text.trim();
    match text.strip_prefix("${") {
        Some(rest) => rest.strip_suffix('}')?.split_once(':').map(|(_, default)| default),
        None => (!text.contains("${") && !text.contains("#{")).then_some(text),
    }
}

/// The setting, and whether it is under a name of Spring's own.
fn known(name: &str) -> Option<(&'static Row, bool)> {
    let mut name = name;
    for prefix in ["spring.", "kafka.", "producer.", "properties."] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    if let Some(row) = row(inner.unwrap_or(name)) {
        return Some((row, false));
    }
    if name.len() > 60 {
        return None;
    }
    // Spring's relaxed names: batch-size, batchSize, batch_size
    let relaxed = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
    let name = relaxed(name);
    let named = NAMED.iter().find(|(_, spring)| relaxed(spring) == name)?;
    Some((row(named.0)?, true))
}

/// The setting that a constant of `ProducerConfig` stands for.
fn constant_of(name: &str) -> Option<&'static Row> {
    if name == "PARTITIONER_ADPATIVE_PARTITIONING_ENABLE_CONFIG" {
        return row("partitioner.adaptive.partitioning.enable");
    }
    let with_ms = |row: &Row| row.name.replace('.', "_").to_ascii_uppercase() + "_CONFIG" == name;
    TABLE
        .iter()
        .find(|row| constant(row.name, KafkaVersion::V4_3).as_deref() == Some(name) || with_ms(row))
}

/// Whether it may be listed. A line of a key file, a token or a password alone on a line is no name:
/// those have digits or are long; a single word must be one for a secret itself.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        part.len() <= 40
            && part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '[')
            && part.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '[' | ']'))
    };
    let many = name.contains(['.', '-']) || name.ends_with("_CONFIG");
    let secret = name.chars().all(|c| c.is_ascii_lowercase()) && is_secret(name);
    name.len() <= 120 && (many || secret) && name.split('.').all(part)
}

/// Whether a value may be secret. Source: `SaslConfigs`, `SslConfigs`, whose passwords are of type
/// `PASSWORD`, and the words that other clients use.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['_', '-'], ".");
    let words =
        ["password", "passphrase", "secret", "token", "credential", "jaas", "sasl", "private"];
    let parts = ["key", "pem", "certificate", "keystore", "truststore", "user", "username"];
    words.iter().any(|word| name.contains(word))
        || (name.split('.').any(|part| parts.contains(&part)) && !name.contains("serializer"))
}

#[cfg(test)]
mod tests;
