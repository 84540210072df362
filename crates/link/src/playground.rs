//! What the form holds, and the scenario that it stands for.

use model::Scenario;
use model::config::{Acks, ConfigError, ProducerSettings, Warning};
use model::scenario::{
    Action, Arrivals, Bounds, CallbackScript, Cluster, CompressionOutcome, Content, Draws, Keys,
    Network, ReplicationSettings, Sends, Start, Step, Topic,
};
use units::{BrokerId, Micros, Ratio, SimTime};

/// How the application sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// `send(record, callback)`.
    #[default]
    Callback,
    /// `send(record).get()`.
    Get,
    /// `send(record)`, and no look back.
    Forget,
}

/// The form: settings, workload, topic and brokers, assumptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playground {
    /// Kafka's settings as typed.
    pub settings: ProducerSettings,
    /// Records that the application sends.
    pub records: u32,
    /// Records a second.
    pub rate: u32,
    /// Bytes of a value.
    pub value_bytes: u32,
    /// Different keys, used in turn; 0 for records without a key.
    pub keys: u32,
    /// Partitions of the topic.
    pub partitions: u16,
    /// Replicas of each partition; no more than there are brokers.
    pub replicas: u16,
    /// Brokers.
    pub brokers: u16,
    /// `min.insync.replicas`.
    pub min_insync_replicas: u32,
    /// How the application sends.
    pub mode: Mode,
    /// Assumption: one way between producer and broker.
    pub one_way_us: u64,
    /// Assumption: one way between brokers.
    pub between_brokers_us: u64,
    /// Assumption: time of an append.
    pub append_us: u64,
    /// Assumption: time that each callback takes.
    pub callback_us: u64,
    /// Assumption: what compression leaves of a batch, in hundredths.
    pub compression_percent: u32,
    /// Whether the producer starts cold (1) or warm (0).
    pub cold: u8,
    /// Whether records arrive at random (1) or evenly (0).
    pub poisson: u8,
    /// Seed of all chance.
    pub seed: u64,
}

impl Default for Playground {
    /// Chosen so that the first move of `linger.ms` or `batch.size` changes the batches.
    fn default() -> Self {
        let mut settings = ProducerSettings::default();
        settings.set("batch.size", "1024");
        Self {
            settings,
            records: 60,
            rate: 1_000,
            value_bytes: 120,
            keys: 8,
            partitions: 2,
            replicas: 3,
            brokers: 3,
            min_insync_replicas: 2,
            mode: Mode::Callback,
            one_way_us: 1_000,
            between_brokers_us: 1_000,
            append_us: 300,
            callback_us: 0,
            compression_percent: 40,
            cold: 0,
            poisson: 0,
            seed: 1,
        }
    }
}

/// Name of the topic.
const TOPIC: &str = "orders";
/// Longest simulated time of a run.
const UNTIL: SimTime = SimTime(600_000_000);
/// Most events of a run.
const EVENTS_MAX: u64 = 20_000_000;

impl Playground {
    /// The scenario, with what Kafka would only log about its settings.
    ///
    /// # Errors
    /// Every rule of Kafka's that the settings break.
    pub fn scenario(&self) -> Result<(Scenario, Vec<Warning>), Vec<ConfigError>> {
        let checked = self.settings.check()?;
        let brokers: Vec<BrokerId> = (1..=u32::from(self.brokers)).map(BrokerId).collect();
        let replicas = usize::from(self.replicas).min(brokers.len());
        // replica i of partition k is broker (k + i) mod n. Source: StripedReplicaPlacer
        let placed = |k: u16| {
            let replica = |i: usize| brokers[(usize::from(k) + i) % brokers.len()];
            (0..replicas).map(replica).collect()
        };
        let topic = Topic {
            name: TOPIC.to_owned(),
            replicas: (0..self.partitions).map(placed).collect(),
            min_insync_replicas: self.min_insync_replicas,
        };
        let forget = self.mode == Mode::Forget && checked.config.acks() == Acks::None;
        let scenario = Scenario {
            producer: checked.config,
            cluster: Cluster {
                brokers,
                topics: vec![topic],
                append: Micros(self.append_us),
                check_sequences: true,
                replication: Some(ReplicationSettings::default()),
            },
            network: Network {
                one_way: Micros(self.one_way_us),
                between_brokers: Micros(self.between_brokers_us),
            },
            application: vec![Step { at: Some(SimTime::ZERO), action: self.sends(forget) }],
            faults: Vec::new(),
            start: if self.cold == 1 { Start::Cold } else { Start::Warm },
            draws: Draws::Seed(self.seed),
            compression: CompressionOutcome::Ratio(Ratio {
                num: self.compression_percent,
                den: 100,
            }),
            bounds: Bounds { until: UNTIL, events: EVENTS_MAX },
        };
        Ok((scenario, checked.warnings))
    }

    fn sends(&self, forget: bool) -> Action {
        let every = Micros(1_000_000 / u64::from(self.rate.max(1)));
        let takes = if forget { Micros(0) } else { Micros(self.callback_us) };
        let callback = (takes > Micros(0) && self.mode != Mode::Forget)
            .then(|| CallbackScript { takes, ..CallbackScript::default() });
        let keys = (0..self.keys).map(|key| Some(format!("key-{key}"))).collect();
        Action::Send(Sends {
            count: self.records,
            arrivals: if self.poisson == 1 {
                Arrivals::Poisson(every)
            } else {
                Arrivals::Every(every)
            },
            topic: TOPIC.to_owned(),
            partition: None,
            keys: Keys::Cycle(keys),
            value_bytes: vec![Some(self.value_bytes)],
            content: Content::Zeros,
            headers: Vec::new(),
            timestamp_ms: None,
            get: self.mode == Mode::Get,
            callback,
        })
    }
}
