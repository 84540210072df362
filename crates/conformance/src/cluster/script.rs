//! A script, field by field as `tests/conformance/cluster/FORMAT.md` has it.

use super::steps::{StepSpec, all};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// Settings by Kafka's names.
pub(super) type Settings = BTreeMap<String, String>;

/// What was done to a cluster, and which outcomes it is compared with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Version of the file's format.
    pub format: u32,
    /// The file's name without its ending.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// Files with what really happened, relative to the script.
    pub outcomes: Vec<String>,
    #[serde(default)]
    pub(super) brokers: Settings,
    #[serde(default)]
    pub(super) topic: Settings,
    #[serde(default)]
    pub(super) producer: Settings,
    #[serde(default)]
    pub(super) held: Held,
    /// How many other topics of the cluster change at the same moment.
    #[serde(default)]
    pub(super) beside: u32,
    #[serde(default)]
    pub(super) script: Vec<StepSpec>,
    #[serde(default)]
    pub(super) compare: Compare,
    #[serde(default)]
    pub(super) parts: Vec<Part>,
}

/// One of several topics, or of several rounds, of a run. What it has replaces what the script has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) name: String,
    /// Where its outcome stands in a repetition.
    #[serde(default)]
    pub(super) at: String,
    #[serde(default)]
    pub(super) topic: Settings,
    #[serde(default)]
    pub(super) producer: Settings,
    pub(super) held: Option<Held>,
    pub(super) script: Option<Vec<StepSpec>>,
    pub(super) compare: Option<Compare>,
}

/// What a TCP hop holds bytes for, one way, beside the loopback's own time.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    #[serde(default)]
    pub(super) replication_ms: u64,
    #[serde(default)]
    pub(super) client_ms: u64,
}

/// What is held against the outcomes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Compare {
    /// Where the fate of each group of records stands.
    #[serde(default)]
    pub(super) fate: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) errors: ErrorsSpec,
    pub(super) elections: Option<ElectionsSpec>,
    #[serde(default)]
    pub(super) times: Vec<TimeSpec>,
}

/// Where names of errors stand; what is absent is not compared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorsSpec {
    /// The client's log: errors of batches that it retried.
    pub(super) client: Option<String>,
    /// An object whose keys are the exceptions that callbacks got.
    pub(super) exceptions: Option<String>,
    /// Names that every repetition met, and a run need not: each has a line in exceptions.md.
    #[serde(default)]
    pub(super) not_always: Exceptions,
    /// Names that no repetition met, and a run may: likewise.
    #[serde(default)]
    pub(super) also: Exceptions,
}

/// Names of errors for which seeds may differ.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Exceptions {
    /// However many do.
    Any(Vec<String>),
    /// So many of the seeds at most.
    Most(BTreeMap<String, u64>),
}

impl Default for Exceptions {
    fn default() -> Self {
        Self::Any(Vec::new())
    }
}

impl Exceptions {
    /// How many seeds may differ in this name.
    pub(super) fn most(&self, name: &str) -> u64 {
        match self {
            Self::Any(names) => names.iter().find(|known| *known == name).map_or(0, |_| u64::MAX),
            Self::Most(most) => most.get(name).copied().unwrap_or(0),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElectionsSpec {
    /// Where the list of the controller's decisions stands.
    pub(super) recorded: String,
    #[serde(default)]
    pub(super) epoch_before: i64,
    /// Least and greatest time of the first, second … election.
    pub(super) allowed: Vec<[String; 2]>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimeSpec {
    pub(super) what: Measure,
    #[serde(default = "all")]
    pub(super) group: String,
    /// Marks between which it is measured.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// How many of a group's first records are left out.
    #[serde(default)]
    pub(super) without_first: u32,
    pub(super) recorded: String,
    pub(super) allowed: [String; 2],
}

/// A time that is measured.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Measure {
    Stall,
    IsrShrink,
    LatencyMedian,
    CommitMedian,
    MsPerAck,
    FirstAck,
    FirstVisible,
    LastVisible,
}

impl Measure {
    pub(super) const fn is_between_marks(self) -> bool {
        matches!(self, Self::MsPerAck)
    }
}

/// Why a script cannot be run.
#[derive(Debug)]
pub enum ScriptError {
    /// It is not the JSON of a script.
    Unreadable(serde_json::Error),
    /// It has another format than 1.
    Format(u32),
    /// Kafka would not construct a producer from its settings.
    Config(Vec<model::config::ConfigError>),
    /// It says something that has no meaning here; the place is said too.
    Meaningless(String),
    /// An outcome is not there, or has not what the script compares.
    Outcome(String),
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "not a script: {error}"),
            Self::Format(format) => write!(f, "format {format} is not known, only 1"),
            Self::Config(errors) => match errors.first() {
                Some(error) => write!(f, "Kafka refuses its settings: {}", error.message),
                None => f.write_str("Kafka refuses its settings"),
            },
            Self::Meaningless(what) => f.write_str(what),
            Self::Outcome(what) => write!(f, "outcome: {what}"),
        }
    }
}

impl std::error::Error for ScriptError {}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// The text is not JSON of the format, or of another format than 1.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let script: Self = serde_json::from_str(text).map_err(ScriptError::Unreadable)?;
        if script.format != 1 {
            return Err(ScriptError::Format(script.format));
        }
        Ok(script)
    }

    /// Its parts, complete: what a part leaves out is the script's.
    pub(super) fn whole_parts(&self) -> Vec<WholePart> {
        let one = [Part::default()];
        let parts = if self.parts.is_empty() { &one } else { self.parts.as_slice() };
        let merged = |of_script: &Settings, of_part: &Settings| {
            let mut merged = of_script.clone();
            merged.extend(of_part.iter().map(|(name, text)| (name.clone(), text.clone())));
            merged
        };
        parts
            .iter()
            .map(|part| WholePart {
                name: part.name.clone(),
                at: part.at.clone(),
                brokers: self.brokers.clone(),
                topic: merged(&self.topic, &part.topic),
                producer: merged(&self.producer, &part.producer),
                held: part.held.unwrap_or(self.held),
                beside: self.beside,
                script: part.script.clone().unwrap_or_else(|| self.script.clone()),
                compare: part.compare.clone().unwrap_or_else(|| self.compare.clone()),
            })
            .collect()
    }
}

/// A part with all that it needs to be played.
#[derive(Clone, Debug)]
pub(super) struct WholePart {
    pub(super) name: String,
    pub(super) at: String,
    pub(super) brokers: Settings,
    pub(super) topic: Settings,
    pub(super) producer: Settings,
    pub(super) held: Held,
    pub(super) beside: u32,
    pub(super) script: Vec<StepSpec>,
    pub(super) compare: Compare,
}

impl WholePart {
    /// What is said of it, with its name if it has one.
    pub(super) fn says(&self, what: &str) -> String {
        match self.name.as_str() {
            "" => what.to_owned(),
            name => format!("part '{name}': {what}"),
        }
    }
}
