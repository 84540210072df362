//! A case file, field by field as `tests/conformance/SCHEMA.md` has it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A recorded run: the question and the real client's answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Version of the file's format.
    pub format: u32,
    /// Version of the client that answered.
    pub kafka: String,
    /// The file's name without its ending.
    pub name: String,
    /// One sentence.
    pub about: String,
    pub(crate) config: BTreeMap<String, String>,
    pub(crate) cluster: ClusterSpec,
    pub(crate) warm: bool,
    pub(crate) app: Vec<StepSpec>,
    #[serde(default)]
    pub(crate) faults: Vec<FaultSpec>,
    pub(crate) until_us: i64,
    pub(crate) payloads: Option<Vec<PayloadSpec>>,
    /// What the client did. Absent from a mere question.
    #[serde(default)]
    pub expect: Expect,
}

/// Why a case cannot be run.
#[derive(Debug)]
pub enum CaseError {
    /// It is not the JSON of a case.
    Unreadable(serde_json::Error),
    /// It has another format than 1.
    Format(u32),
    /// Kafka would not construct a producer from its configuration.
    Config(Vec<model::config::ConfigError>),
    /// It names something that it does not define, or that the model does not know.
    Unknown(String),
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "not a case: {error}"),
            Self::Format(format) => write!(f, "format {format} is not known, only 1"),
            Self::Config(errors) => match errors.first() {
                Some(error) => write!(f, "Kafka refuses its configuration: {}", error.message),
                None => f.write_str("Kafka refuses its configuration"),
            },
            Self::Unknown(what) => write!(f, "unknown: {what}"),
        }
    }
}

impl std::error::Error for CaseError {}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// The text is not JSON of the schema, or of another format than 1.
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        let case: Self = serde_json::from_str(text).map_err(CaseError::Unreadable)?;
        if case.format != 1 {
            return Err(CaseError::Format(case.format));
        }
        Ok(case)
    }
}

impl Case {
    /// The configuration, by Kafka's names.
    pub fn config(&self) -> impl Iterator<Item = (&str, &str)> {
        self.config.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Ids of the brokers, in a row.
    #[must_use]
    pub fn brokers(&self) -> usize {
        self.cluster.brokers.len()
    }

    /// Partitions of all topics.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.cluster.topics.iter().map(|topic| topic.leaders.len()).sum()
    }

    /// Faults of its script.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.faults.len()
    }
}

impl Expect {
    /// How many sends, requests, callbacks and metrics were recorded.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let metrics = self.metrics.as_ref().map_or(0, |metrics| {
            let topics = metrics.topics.values().map(BTreeMap::len).sum::<usize>();
            metrics.producer.len() + topics
        });
        [self.sends.len(), self.requests.len(), self.done.len(), metrics]
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ClusterSpec {
    pub(crate) one_way_us: u64,
    pub(crate) append_us: u64,
    #[serde(default)]
    pub(crate) check_sequences: Option<bool>,
    pub(crate) brokers: Vec<BrokerSpec>,
    pub(crate) topics: Vec<TopicSpec>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BrokerSpec {
    pub(crate) id: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TopicSpec {
    pub(crate) name: String,
    pub(crate) leaders: Vec<u32>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StepSpec {
    pub(crate) at_us: Option<i64>,
    pub(crate) send: Option<SendSpec>,
    pub(crate) sends: Option<SendsSpec>,
    pub(crate) flush: Option<bool>,
    pub(crate) close: Option<CloseSpec>,
    pub(crate) callback: Option<CallbackSpec>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CloseSpec {
    pub(crate) timeout_ms: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SendSpec {
    pub(crate) topic: String,
    pub(crate) partition: Option<i32>,
    pub(crate) key: Option<String>,
    pub(crate) value_bytes: Option<u32>,
    pub(crate) headers: Option<Vec<(String, Option<String>)>>,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) get: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SendsSpec {
    pub(crate) count: u32,
    #[serde(default)]
    pub(crate) every_us: u64,
    pub(crate) topic: String,
    pub(crate) partition: Option<i32>,
    pub(crate) keys: Option<Vec<Option<String>>>,
    pub(crate) value_bytes: Option<Vec<Option<u32>>>,
    pub(crate) headers: Option<Vec<(String, Option<String>)>>,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) get: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CallbackSpec {
    pub(crate) takes_us: Option<u64>,
    pub(crate) send: Option<SendSpec>,
    pub(crate) flush: Option<bool>,
    pub(crate) close: Option<CloseSpec>,
    pub(crate) throws: Option<bool>,
    pub(crate) on: Option<Vec<u32>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FaultSpec {
    pub(crate) produce: Option<[u32; 2]>,
    pub(crate) at_us: Option<i64>,
    pub(crate) answer: Option<String>,
    pub(crate) appended: Option<bool>,
    pub(crate) partitions: Option<Vec<String>>,
    pub(crate) delay_us: Option<u64>,
    pub(crate) silent: Option<bool>,
    pub(crate) disconnect: Option<serde_json::Value>,
    pub(crate) down: Option<u32>,
    pub(crate) up: Option<u32>,
    pub(crate) leader: Option<BTreeMap<String, u32>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PayloadSpec {
    pub(crate) records: Vec<u32>,
    pub(crate) uncompressed: u32,
    pub(crate) compressed: u32,
}

/// What the client did, as the recorder writes it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
pub struct Expect {
    pub(crate) sends: Vec<SendSeen>,
    pub(crate) requests: Vec<RequestSeen>,
    pub(crate) done: Vec<DoneSeen>,
    pub(crate) calls: Vec<CallSeen>,
    pub(crate) unfinished: Vec<u32>,
    pub(crate) end_us: Option<i64>,
    pub(crate) metrics: Option<MetricsSeen>,
}

/// Metrics at the end, by Kafka's names; `null` for what is not a number.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
pub(crate) struct MetricsSeen {
    pub(crate) producer: BTreeMap<String, Option<f64>>,
    #[serde(default)]
    pub(crate) topics: BTreeMap<String, BTreeMap<String, Option<f64>>>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct ErrorSeen {
    pub(crate) class: String,
    pub(crate) message: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct SendSeen {
    pub(crate) called_us: i64,
    pub(crate) returned_us: Option<i64>,
    pub(crate) thrown: Option<ErrorSeen>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct RequestSeen {
    pub(crate) node: u32,
    pub(crate) at_us: i64,
    pub(crate) bytes: u32,
    pub(crate) batches: Vec<BatchSeen>,
    pub(crate) result: String,
    pub(crate) done_us: Option<i64>,
    #[serde(default)]
    pub(crate) errors: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct BatchSeen {
    pub(crate) topic: String,
    pub(crate) partition: u32,
    pub(crate) records: Vec<u32>,
    pub(crate) bytes: u32,
    pub(crate) base_sequence: i32,
    pub(crate) epoch: i16,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct DoneSeen {
    pub(crate) i: u32,
    pub(crate) at_us: i64,
    pub(crate) thread: String,
    pub(crate) partition: i32,
    pub(crate) offset: Option<i64>,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) error: Option<ErrorSeen>,
    /// Absent: it ended when it began. `null`: it had not ended.
    #[serde(default, deserialize_with = "present")]
    pub(crate) until_us: Option<Option<i64>>,
    pub(crate) threw: Option<ErrorSeen>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct CallSeen {
    pub(crate) call: String,
    pub(crate) called_us: i64,
    pub(crate) returned_us: Option<i64>,
    pub(crate) thrown: Option<ErrorSeen>,
}

/// Tells a field that is `null` from one that is not there.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::<i64>::deserialize(from).map(Some)
}
