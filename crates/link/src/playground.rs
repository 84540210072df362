//! What the form holds, and the scenario that it stands for.

use crate::parts::{ArrivalKind, Ending, Group, KeySkew, Mode, PARTS, StartKind, part};
use crate::{Notice, reader};
use litemap::LiteMap;
use model::Scenario;
use model::config::{
    Acks, ClusterSettings, ConfigError, ProducerSettings, Warning, cluster_row, human_value, row,
};
use model::scenario::{
    Action, Anchor, Arrivals, Bounds, CallbackScript, Cluster, CompressionOutcome, Content, Draws,
    Fault, FaultKind, Keys, Network, Place, ReplicationSettings, Sends, Start, Step, Topic,
};
use units::{BrokerId, Micros, Millis, Ratio, SimTime, TopicPartition};

/// The form: settings, workload, topic and brokers, faults, assumptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Playground {
    /// Kafka's settings of the producer as typed, and whose defaults hold.
    pub settings: ProducerSettings,
    /// Kafka's settings of topic, brokers and controller as typed.
    pub cluster: ClusterSettings,
    /// Records that the application sends.
    pub records: u32,
    /// Records a second.
    pub rate: u32,
    /// When it wants to send them.
    pub arrivals: ArrivalKind,
    /// Records of a burst.
    pub burst: u32,
    /// Bytes of a value.
    pub value_bytes: u32,
    /// Different keys; 0 for records without a key.
    pub keys: u32,
    /// How often each key occurs.
    pub key_skew: KeySkew,
    /// Records without a key after each turn of the keys, where those come in turn.
    pub null_keys: u32,
    /// Headers of each record.
    pub headers: u32,
    /// How the application sends.
    pub mode: Mode,
    /// What it does at the end.
    pub ending: Ending,
    /// The timeout of its `close`, where that has one.
    pub close_within_us: u64,
    /// Partitions of the topic.
    pub partitions: u16,
    /// Replicas of each partition.
    pub replicas: u16,
    /// Brokers.
    pub brokers: u16,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Assumption: one way between producer and broker.
    pub one_way_us: u64,
    /// Assumption: one way between brokers.
    pub between_brokers_us: u64,
    /// Assumption: time of an append.
    pub append_us: u64,
    /// Assumption: time that each callback takes.
    pub callback_us: u64,
    /// Assumption: time for metadata to get from the controller to a broker.
    pub metadata_us: u64,
    /// Assumption: time that the controller needs for a decision.
    pub controller_us: u64,
    /// Assumption: time from the start of a broker's process until it heart-beats.
    pub restart_us: u64,
    /// Assumption: time that a broker which stood still serves clients before it knows what it missed.
    pub resume_us: u64,
    /// Assumption: age at which the operating system has written a log's end to the disk.
    pub writeback_us: u64,
    /// Assumption: what compression leaves of a batch, in hundredths.
    pub compression_percent: u32,
    /// Assumption: the producer's state at the run's 0.
    pub start: StartKind,
    /// Assumption: seed of all chance: arrivals, jitter, the phases of heartbeats and fetches.
    pub seed: u64,
    /// What was typed for a part and is no value of it: kept for the form and the address, without effect.
    pub refused: LiteMap<String, String>,
}

impl Default for Playground {
    /// Chosen so that the first move of `linger.ms` or `batch.size` changes the batches.
    fn default() -> Self {
        let mut settings = ProducerSettings::default();
        settings.set("batch.size", "1024");
        let mut cluster = ClusterSettings::default();
        cluster.set("min.insync.replicas", "2");
        Self {
            settings,
            cluster,
            records: 60,
            rate: 1_000,
            arrivals: ArrivalKind::Even,
            burst: 20,
            value_bytes: 120,
            keys: 8,
            key_skew: KeySkew::None,
            null_keys: 0,
            headers: 0,
            mode: Mode::Callback,
            ending: Ending::None,
            close_within_us: 0,
            partitions: 2,
            replicas: 3,
            brokers: 3,
            faults: Vec::new(),
            one_way_us: 1_000,
            between_brokers_us: 1_000,
            append_us: 300,
            callback_us: 0,
            metadata_us: 1_000,
            controller_us: 1_000,
            restart_us: 2_000_000,
            resume_us: 100_000,
            writeback_us: 30_000_000,
            compression_percent: 40,
            start: StartKind::Warm,
            seed: 1,
            refused: LiteMap::new(),
        }
    }
}

/// A workload to begin with: link text over the default workload.
pub struct Preset {
    /// Its name; its words on the page stand under `preset--NAME`.
    pub name: &'static str,
    /// What it sets.
    pub link: &'static str,
}

/// The workloads that the form offers.
pub const PRESETS: &[Preset] = &[
    Preset { name: "steady", link: "" },
    Preset { name: "bursty", link: "arrivals=bursts&burst=20&records=200" },
    Preset { name: "skewed", link: "keys=50&key-skew=zipf&arrivals=random&records=200" },
    Preset { name: "large", link: "value=20000&rate=100&records=30" },
    Preset { name: "get", link: "mode=get&records=30" },
    // eight threads that share the producer, each with a thousand records a second at times of its own
    Preset { name: "threads", link: "rate=8000&arrivals=random&records=800" },
];

/// Name of the topic.
const TOPIC: &str = "orders";
/// Bytes of a header's value.
const HEADER: &str = "0123456789abcdef";
/// Longest simulated time of a run.
pub const UNTIL: SimTime = SimTime(600_000_000);
/// Most events of a run.
pub const EVENTS_MAX: u64 = 20_000_000;

impl Playground {
    /// This playground with the workload of a preset.
    #[must_use]
    pub fn with_preset(&self, preset: &Preset) -> Self {
        let mut playground = self.clone();
        let plain = Self::default();
        for part in PARTS.iter().filter(|part| part.group == Group::Workload) {
            (part.set)(&mut playground, (part.get)(&plain));
        }
        let notices: Vec<Notice> = reader::apply(&mut playground, preset.link);
        debug_assert!(notices.is_empty(), "a preset is well written: a test reads them all");
        playground
    }

    /// Sets a setting or a part as a person types it; nothing, or `default`, goes back. `false` for a
    /// name of neither, and for what is no value of a part: it is kept in `refused`.
    pub fn set(&mut self, name: &str, text: &str) -> bool {
        let text = text.trim();
        let back = text.is_empty() || text == "default";
        let version = self.settings.version;
        if let Some(row) = row(name) {
            let plain = human_value(row, text);
            self.settings.typed.remove(name);
            let is_default = back || row.default(version) == Some(plain.as_str());
            // a default that another setting overrules holds only if it is asked for, or is refused
            if !is_default || (!back && self.is_overruled(name)) {
                self.settings.set(name, &plain);
            }
            return true;
        }
        if let Some(row) = cluster_row(name) {
            let plain = human_value(row, text);
            self.cluster.typed.remove(name);
            if !back && row.default(version) != Some(plain.as_str()) {
                self.cluster.set(name, &plain);
            }
            return true;
        }
        let Some(part) = part(name) else { return false };
        let number =
            if back { Some((part.get)(&Self::default())) } else { part.human_number(text) };
        match number {
            Some(number) => {
                self.refused.remove(name);
                (part.set)(self, number);
            }
            None => {
                self.refused.insert(name.to_owned(), text.to_owned());
            }
        }
        number.is_some()
    }

    /// Whether the default of a setting does not hold because of another setting.
    fn is_overruled(&self, name: &str) -> bool {
        let Ok(checked) = self.settings.check() else { return false };
        match name {
            "enable.idempotence" => !checked.config.enable_idempotence(),
            "delivery.timeout.ms" => checked.warnings.iter().any(|warning| warning.setting == name),
            _ => false,
        }
    }

    /// The scenario, with what Kafka would only log about its settings.
    ///
    /// # Errors
    /// Every rule of Kafka's that the settings break.
    pub fn scenario(&self) -> Result<(Scenario, Vec<Warning>), Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut refuse = |refused: Vec<ConfigError>| errors.extend(refused);
        let producer = self.settings.check().map_err(&mut refuse).ok();
        let cluster = self.cluster.check(self.settings.version).map_err(&mut refuse).ok();
        if self.replicas > self.brokers {
            refuse(vec![too_many_replicas(self.replicas, self.brokers)]);
        }
        let (Some(producer), Some(cluster)) = (producer, cluster) else { return Err(errors) };
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut warnings = producer.warnings;
        warnings.extend(cluster.warnings);
        let replication = ReplicationSettings {
            metadata_delivery: Micros(self.metadata_us),
            controller_commit: Micros(self.controller_us),
            restart: Micros(self.restart_us),
            resume: Micros(self.resume_us),
            writeback: Micros(self.writeback_us),
            ..cluster.replication
        };
        let forget = self.mode == Mode::Forget && producer.config.acks() == Acks::None;
        let scenario = Scenario {
            producer: producer.config,
            cluster: Cluster {
                brokers: self.broker_ids().collect(),
                topics: vec![self.topic(cluster.min_insync_replicas)],
                append: Micros(self.append_us),
                check_sequences: true,
                replication: Some(replication),
            },
            network: Network {
                one_way: Micros(self.one_way_us),
                between_brokers: Micros(self.between_brokers_us),
            },
            application: self.application(forget),
            faults: self.faults.iter().map(|fault| self.placed(fault)).collect(),
            start: match self.start {
                StartKind::Warm => Start::Warm,
                StartKind::Cold => Start::Cold,
            },
            draws: Draws::Seed(self.seed),
            compression: CompressionOutcome::Ratio(Ratio {
                num: self.compression_percent,
                den: 100,
            }),
            bounds: Bounds { until: UNTIL, events: EVENTS_MAX },
        };
        Ok((scenario, warnings))
    }

    fn broker_ids(&self) -> impl Iterator<Item = BrokerId> {
        (1..=u32::from(self.brokers)).map(BrokerId)
    }

    fn topic(&self, min_insync_replicas: u32) -> Topic {
        // replica i of partition k is broker (k + i) mod n. Source: StripedReplicaPlacer
        let brokers = u32::from(self.brokers).max(1);
        let replica = |k: u16, i: u16| BrokerId((u32::from(k) + u32::from(i)) % brokers + 1);
        let placed = |k: u16| (0..self.replicas).map(|i| replica(k, i)).collect();
        Topic {
            name: TOPIC.to_owned(),
            replicas: (0..self.partitions).map(placed).collect(),
            min_insync_replicas,
        }
    }

    fn application(&self, forget: bool) -> Vec<Step> {
        let first = Step { at: Some(SimTime::ZERO), action: self.sends(forget) };
        let last = match self.ending {
            Ending::None => None,
            Ending::Flush => Some(Action::Flush),
            Ending::Close => Some(Action::Close(None)),
            Ending::CloseWithin => {
                let millis = i64::try_from(self.close_within_us / 1_000).unwrap_or(i64::MAX);
                Some(Action::Close(Some(Millis(millis))))
            }
            Ending::Exit => Some(Action::Exit),
        };
        let last = last.map(|action| Step { at: None, action });
        [Some(first), last].into_iter().flatten().collect()
    }

    fn sends(&self, forget: bool) -> Action {
        let every =
            |records: u32| Micros(u64::from(records) * 1_000_000 / u64::from(self.rate.max(1)));
        let takes = if forget { Micros(0) } else { Micros(self.callback_us) };
        let callback = (takes > Micros(0) && self.mode != Mode::Forget)
            .then(|| CallbackScript { takes, ..CallbackScript::default() });
        Action::Send(Sends {
            count: self.records,
            arrivals: match self.arrivals {
                ArrivalKind::Even => Arrivals::Every(every(1)),
                ArrivalKind::Random => Arrivals::Poisson(every(1)),
                ArrivalKind::Bursts => {
                    Arrivals::Bursts { size: self.burst.max(1), every: every(self.burst.max(1)) }
                }
            },
            topic: TOPIC.to_owned(),
            partition: None,
            keys: self.record_keys(),
            value_bytes: vec![Some(self.value_bytes)],
            content: Content::Zeros,
            headers: (0..self.headers)
                .map(|header| (format!("header-{header}"), Some(HEADER.to_owned())))
                .collect(),
            timestamp_ms: None,
            get: self.mode == Mode::Get,
            callback,
        })
    }

    fn record_keys(&self) -> Keys {
        if self.key_skew == KeySkew::Zipf && self.keys > 0 {
            return Keys::Skewed(self.keys);
        }
        let keys = (0..self.keys).map(|key| Some(format!("key-{key}")));
        let nulls = (0..self.null_keys).map(|_| None);
        Keys::Cycle(keys.chain(nulls).collect())
    }

    /// The fault, switched off if it is about a broker or partition that there is not.
    fn placed(&self, fault: &Fault) -> Fault {
        Fault { on: fault.on && self.has_place_for(fault), ..fault.clone() }
    }

    /// Whether all brokers and partitions that a fault names are there; a fault of which they are not
    /// did not happen.
    #[must_use]
    pub fn has_place_for(&self, fault: &Fault) -> bool {
        let broker = |broker: &BrokerId| (1..=u32::from(self.brokers)).contains(&broker.0);
        let partition = |partition: &TopicPartition| partition.partition.0 < self.partitions;
        let end = |place: &Place| match place {
            Place::Broker(id) => broker(id),
            Place::Producer | Place::Controller => true,
        };
        let anchor = match &fault.anchor {
            Anchor::Copied { broker: id, .. } => broker(id),
            Anchor::At(_) | Anchor::Produce { .. } | Anchor::Record { .. } => true,
        };
        anchor
            && fault.what.broker().is_none_or(|id| broker(&id))
            && match &fault.what {
                FaultKind::Answer { partitions, .. } => partitions.iter().all(partition),
                FaultKind::MoveLeader { partition: of, to } => {
                    partition(of) && self.replicates(*of, *to)
                }
                FaultKind::SlowLink { link, .. } | FaultKind::CutLink { link, .. } => {
                    end(&link.from) && end(&link.to)
                }
                _ => true,
            }
    }

    fn replicates(&self, partition: TopicPartition, broker: BrokerId) -> bool {
        let replicas = self.topic(1).replicas;
        replicas.get(partition.partition.index()).is_some_and(|all| all.contains(&broker))
    }
}

/// Source: `StripedReplicaPlacer.throwInvalidReplicationFactorIfTooFewBrokers`.
fn too_many_replicas(replicas: u16, brokers: u16) -> ConfigError {
    let message = format!(
        "The target replication factor of {replicas} cannot be reached because only {brokers} \
         broker(s) are registered."
    );
    ConfigError {
        setting: "replicas",
        others: &["brokers"],
        message,
        wrapped: false,
        class: "ConfigException",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault_of_text;

    #[test]
    fn every_preset_is_read_and_gives_a_scenario() {
        for preset in PRESETS {
            let notices = reader::apply(&mut Playground::default(), preset.link);
            assert_eq!(notices, [], "{}", preset.name);
            let playground = Playground::default().with_preset(preset);
            assert!(playground.scenario().is_ok(), "{}", preset.name);
        }
    }

    #[test]
    fn a_preset_changes_the_workload_alone() {
        let mut playground = Playground { partitions: 3, rate: 7, ..Playground::default() };
        playground.settings.set("acks", "1");
        let large = playground.with_preset(&PRESETS[3]);
        assert_eq!((large.rate, large.value_bytes, large.partitions), (100, 20_000, 3));
        assert_eq!(large.settings, playground.settings);
    }

    #[test]
    fn more_replicas_than_brokers_are_refused_in_kafkas_words() {
        let playground = Playground { brokers: 2, ..Playground::default() };
        let errors = playground.scenario().expect_err("3 of 2");
        assert_eq!((errors.len(), errors[0].setting), (1, "replicas"));
        assert_eq!(errors[0].others, ["brokers"]);
    }

    #[test]
    fn all_that_is_refused_is_said_at_once() {
        let mut playground = Playground { brokers: 1, ..Playground::default() };
        playground.settings.set("acks", "ALL");
        playground.cluster.set("min.insync.replicas", "0");
        let errors = playground.scenario().expect_err("three are wrong");
        let settings: Vec<_> = errors.iter().map(|error| error.setting).collect();
        assert_eq!(settings, ["acks", "min.insync.replicas", "replicas"]);
    }

    #[test]
    fn a_fault_without_a_place_does_not_happen() {
        let fault = |text: &str| fault_of_text(text).expect("it is well written");
        let mut playground = Playground::default();
        for text in ["kill:4@1ms", "leader:p2:1@1ms", "cut:1-4@1ms+1s", "power:1@record1on4"] {
            playground.faults = vec![fault(text)];
            let (scenario, _) = playground.scenario().expect("the settings are fine");
            assert!(!scenario.faults[0].on, "{text}");
        }
        playground.faults = vec![fault("kill:3@1ms")];
        assert!(playground.scenario().expect("the settings are fine").0.faults[0].on);
    }

    #[test]
    fn an_application_that_exits_does_so_after_its_last_send() {
        let playground = Playground { ending: Ending::Exit, ..Playground::default() };
        let (scenario, _) = playground.scenario().expect("the defaults are fine");
        assert_eq!(scenario.application[1], Step { at: None, action: Action::Exit });
    }
}
