//! The runs that are measured: by the bench natively and as wasm, and by the tests of what a trace may
//! take.

use crate::Case;
use model::config::ProducerSettings;
use model::scenario::{
    Action, Arrivals, Bounds, Cluster, CompressionOutcome, Draws, Network, ReplicationSettings,
    Scenario, Start, Step, Topic,
};
use units::{BrokerId, Micros, Ratio, SimTime};

/// The case that the client is measured on too.
const BENCH: &str = include_str!("../../../tests/conformance/bench-200k.json");

/// How long a run may go on behind its last arrival.
const REST: i64 = 10_000_000;

/// `bench-200k.json` with another number of records.
#[must_use]
pub fn bench(records: u32) -> Scenario {
    let case = Case::parse(BENCH).and_then(|case| case.scenario());
    with_records(case.expect("the case can be read"), records, None)
}

/// Runs [`bench`] and returns how many facts its trace has.
#[must_use]
pub fn run_bench(records: u32) -> u64 {
    model::run(bench(records)).len()
}

/// The same cluster, where the pause between two records is so long that each has a batch of its own.
#[must_use]
pub fn one_record_a_batch(records: u32) -> Scenario {
    let scenario = bench(records);
    let mut settings = ProducerSettings::default();
    settings.set("linger.ms", "0");
    let producer = settings.check().expect("linger.ms=0 is fine").config;
    with_records(Scenario { producer, ..scenario }, records, Some(Micros(1_000)))
}

/// Five brokers, twelve partitions, three replicas of each, default settings, and records over ten
/// minutes.
#[must_use]
pub fn ten_minutes(records: u32) -> Scenario {
    let brokers: Vec<BrokerId> = (1..=5).map(BrokerId).collect();
    let replicas = |partition: usize| (0..3).map(|n| brokers[(partition + n) % 5]).collect();
    let topic = Topic {
        name: "orders".to_owned(),
        replicas: (0..12).map(replicas).collect(),
        min_insync_replicas: 2,
    };
    let scenario = Scenario {
        cluster: Cluster {
            brokers: brokers.clone(),
            topics: vec![topic],
            append: Micros(300),
            check_sequences: true,
            replication: Some(ReplicationSettings::default()),
        },
        network: Network { one_way: Micros(500), between_brokers: Micros(250) },
        draws: Draws::Seed(1),
        compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
        start: Start::Warm,
        ..bench(records)
    };
    with_records(scenario, records, Some(Micros(600_000_000 / u64::from(records.max(1)))))
}

fn with_records(scenario: Scenario, records: u32, every: Option<Micros>) -> Scenario {
    let mut last = 0;
    let step = |step: &Step| {
        let Action::Send(sends) = &step.action else { return step.clone() };
        let mut sends = sends.clone();
        sends.count = records;
        if let Some(every) = every {
            sends.arrivals = Arrivals::Every(every);
        }
        if let Arrivals::Every(every) = sends.arrivals {
            last = i64::from(records) * every.0.cast_signed();
        }
        Step { at: step.at, action: Action::Send(sends) }
    };
    let application = scenario.application.iter().map(step).collect();
    let bounds = Bounds { until: SimTime(last + REST), events: u64::MAX };
    Scenario { application, bounds, ..scenario }
}
