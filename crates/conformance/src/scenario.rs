//! A case as a run of the model: replication factor 1, scripted answers as faults, recorded draws.

use crate::case::{CallbackSpec, Case, CaseError, FaultSpec, SendSpec, SendsSpec, StepSpec};
use model::config::ProducerSettings;
use model::scenario::{
    Action, Anchor, Arrivals, Bounds, CallbackScript, Cluster, CompressionOutcome, Content, Draws,
    Fault, FaultKind, Keys, Network, Payload, Scenario, Sends, Start, Step, Topic,
};
use trace::ErrorCode;
use units::{
    BrokerId, Micros, Millis, PartitionId, Ratio, RecordId, SimTime, TopicId, TopicPartition,
};

/// More events than any case has.
const EVENTS_MAX: u64 = 50_000_000;

impl Case {
    /// The case as a scenario.
    ///
    /// # Errors
    /// Kafka refuses its configuration, or it names something unknown.
    pub fn scenario(&self) -> Result<Scenario, CaseError> {
        let mut settings = ProducerSettings::default();
        for (name, text) in &self.config {
            settings.set(name, text);
        }
        let cluster = &self.cluster;
        let mut faults = Vec::new();
        for spec in &self.faults {
            faults.extend(self.fault(spec)?);
        }
        Ok(Scenario {
            producer: settings.check().map_err(CaseError::Config)?.config,
            cluster: Cluster {
                brokers: cluster.brokers.iter().map(|broker| BrokerId(broker.id)).collect(),
                topics: cluster
                    .topics
                    .iter()
                    .map(|topic| Topic {
                        name: topic.name.clone(),
                        replicas: topic.leaders.iter().map(|id| vec![BrokerId(*id)]).collect(),
                        min_insync_replicas: 1,
                    })
                    .collect(),
                append: Micros(cluster.append_us),
                check_sequences: cluster.check_sequences == Some(true),
                replication: None,
            },
            network: Network { one_way: Micros(cluster.one_way_us), between_brokers: Micros(0) },
            application: self.app.iter().map(step).collect::<Result<_, _>>()?,
            faults,
            start: if self.warm { Start::Warm } else { Start::Cold },
            draws: Draws::Recorded,
            compression: self.compression(),
            bounds: Bounds { until: SimTime(self.until_us), events: EVENTS_MAX },
        })
    }

    fn compression(&self) -> CompressionOutcome {
        let Some(payloads) = &self.payloads else {
            return CompressionOutcome::Ratio(Ratio { num: 1, den: 1 });
        };
        let payload = |spec: &crate::case::PayloadSpec| Payload {
            records: spec.records.iter().copied().map(RecordId).collect(),
            uncompressed: spec.uncompressed,
            compressed: spec.compressed,
        };
        CompressionOutcome::Payloads(payloads.iter().map(payload).collect())
    }

    fn partition(&self, name: &str) -> Result<TopicPartition, CaseError> {
        let unknown = || CaseError::Unknown(name.to_owned());
        let (topic, partition) = name.rsplit_once('-').ok_or_else(unknown)?;
        let position = self.cluster.topics.iter().position(|known| known.name == topic);
        let topic = position.and_then(|n| u16::try_from(n).ok()).ok_or_else(unknown)?;
        let partition = partition.parse().map_err(|_| unknown())?;
        Ok(TopicPartition { topic: TopicId(topic), partition: PartitionId(partition) })
    }

    /// One entry of the script; a change of several leaders is several faults of one moment.
    fn fault(&self, spec: &FaultSpec) -> Result<Vec<Fault>, CaseError> {
        let (anchor, kinds) = match (spec.produce, spec.at_us) {
            (Some([from, to]), _) => {
                (Anchor::Produce { from, to }, vec![self.fault_of_request(spec)?])
            }
            (None, Some(at)) => (Anchor::At(SimTime(at)), self.faults_of_moment(spec)?),
            (None, None) => return Err(CaseError::Unknown("a fault without a moment".into())),
        };
        let fault = |what| Fault { name: String::new(), on: true, anchor: anchor.clone(), what };
        Ok(kinds.into_iter().map(fault).collect())
    }

    fn fault_of_request(&self, spec: &FaultSpec) -> Result<FaultKind, CaseError> {
        let delay = Micros(spec.delay_us.unwrap_or(0));
        if spec.silent == Some(true) {
            return Ok(FaultKind::Silent { appended: spec.appended.unwrap_or(true) });
        }
        if spec.disconnect.is_some() {
            return Ok(FaultKind::Hangup { appended: spec.appended.unwrap_or(false) });
        }
        let Some(name) = &spec.answer else { return Ok(FaultKind::Delay(delay)) };
        let error =
            ErrorCode::of_name(name).ok_or_else(|| CaseError::Unknown(format!("error {name}")))?;
        let names = spec.partitions.iter().flatten();
        Ok(FaultKind::Answer {
            error,
            appended: spec.appended.unwrap_or(false),
            partitions: names.map(|name| self.partition(name)).collect::<Result<_, _>>()?,
            delay,
        })
    }

    fn faults_of_moment(&self, spec: &FaultSpec) -> Result<Vec<FaultKind>, CaseError> {
        let mut kinds = Vec::new();
        if let Some(broker) = spec.disconnect.as_ref().and_then(serde_json::Value::as_u64) {
            kinds.push(FaultKind::Disconnect(BrokerId(broker as u32)));
        }
        if let Some(broker) = spec.down {
            kinds.push(FaultKind::Unreachable(BrokerId(broker)));
        }
        if let Some(broker) = spec.up {
            kinds.push(FaultKind::Reachable(BrokerId(broker)));
        }
        for (name, leader) in spec.leader.iter().flatten() {
            let partition = self.partition(name)?;
            kinds.push(FaultKind::MoveLeader { partition, to: BrokerId(*leader) });
        }
        Ok(kinds)
    }
}

fn step(spec: &StepSpec) -> Result<Step, CaseError> {
    let callback = spec.callback.as_ref().map(callback);
    let action = if let Some(send) = &spec.send {
        Action::Send(one(send, callback))
    } else if let Some(sends) = &spec.sends {
        Action::Send(many(sends, callback))
    } else if let Some(close) = &spec.close {
        Action::Close(close.timeout_ms.map(Millis))
    } else if spec.flush == Some(true) {
        Action::Flush
    } else {
        return Err(CaseError::Unknown("a step without an action".into()));
    };
    Ok(Step { at: spec.at_us.map(SimTime), action })
}

fn one(spec: &SendSpec, callback: Option<CallbackScript>) -> Sends {
    Sends {
        count: 1,
        arrivals: Arrivals::Every(Micros(0)),
        topic: spec.topic.clone(),
        partition: spec.partition,
        keys: Keys::Cycle(vec![spec.key.clone()]),
        value_bytes: vec![spec.value_bytes],
        content: Content::Zeros,
        headers: spec.headers.clone().unwrap_or_default(),
        timestamp_ms: spec.timestamp_ms,
        get: spec.get == Some(true),
        callback,
    }
}

fn many(spec: &SendsSpec, callback: Option<CallbackScript>) -> Sends {
    Sends {
        count: spec.count,
        arrivals: Arrivals::Every(Micros(spec.every_us)),
        topic: spec.topic.clone(),
        partition: spec.partition,
        keys: Keys::Cycle(spec.keys.clone().unwrap_or_default()),
        value_bytes: spec.value_bytes.clone().unwrap_or_default(),
        content: Content::Zeros,
        headers: spec.headers.clone().unwrap_or_default(),
        timestamp_ms: spec.timestamp_ms,
        get: spec.get == Some(true),
        callback,
    }
}

fn callback(spec: &CallbackSpec) -> CallbackScript {
    CallbackScript {
        takes: Micros(spec.takes_us.unwrap_or(0)),
        send: spec.send.as_ref().map(|send| Box::new(one(send, None))),
        flush: spec.flush == Some(true),
        close: spec.close.as_ref().map(|close| close.timeout_ms.map(Millis)),
        throws: spec.throws == Some(true),
        on: spec.on.clone(),
    }
}
