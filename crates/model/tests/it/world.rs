//! A cluster, an application that sends, faults: what the tests of this folder are made of.

use model::Simulation;
use model::config::ProducerSettings;
use model::scenario::{
    Action, Anchor, Arrivals, Bounds, Cluster, CompressionOutcome, Content, Draws, Fault,
    FaultKind, Keys, Network, ReplicationSettings, Scenario, Sends, Start, Step, Topic,
};
use trace::{ErrorCode, Trace};
use units::{
    BrokerId, Micros, Millis, Offset, PartitionId, Ratio, SimTime, TopicId, TopicPartition,
};

pub(crate) const P0: TopicPartition =
    TopicPartition { topic: TopicId(0), partition: PartitionId(0) };

/// One way between brokers, and between producer and broker.
pub(crate) const D: u64 = 1_000;

pub(crate) const fn b(broker: u32) -> BrokerId {
    BrokerId(broker)
}

pub(crate) const fn ms(ms: i64) -> SimTime {
    SimTime(ms * 1000)
}

/// Three brokers, one partition on all of them, a record of 100 bytes every 10 ms.
pub(crate) fn scenario(settings: &[(&str, &str)], records: u32, min_isr: u32) -> Scenario {
    let mut producer = ProducerSettings::default();
    for (name, value) in [("linger.ms", "0")].iter().chain(settings) {
        producer.set(name, value);
    }
    let brokers = vec![b(1), b(2), b(3)];
    Scenario {
        producer: producer.check().expect("the settings of a test are valid").config,
        cluster: Cluster {
            topics: vec![Topic {
                name: "t".into(),
                replicas: vec![brokers.clone()],
                min_insync_replicas: min_isr,
            }],
            brokers,
            append: Micros(0),
            check_sequences: true,
            replication: Some(ReplicationSettings::default()),
        },
        network: Network { one_way: Micros(D), between_brokers: Micros(D) },
        application: vec![Step {
            at: Some(SimTime::ZERO),
            action: Action::Send(sends(records, Micros(10_000))),
        }],
        faults: Vec::new(),
        start: Start::Warm,
        draws: Draws::Seed(7),
        compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
        bounds: Bounds { until: ms(300_000), events: 20_000_000 },
    }
}

pub(crate) fn sends(count: u32, every: Micros) -> Sends {
    Sends {
        count,
        arrivals: Arrivals::Every(every),
        topic: "t".into(),
        partition: Some(0),
        keys: Keys::Cycle(vec![None]),
        value_bytes: vec![Some(100)],
        content: Content::Zeros,
        headers: Vec::new(),
        timestamp_ms: None,
        get: false,
        callback: None,
    }
}

pub(crate) fn replication(scenario: &mut Scenario) -> &mut ReplicationSettings {
    scenario.cluster.replication.as_mut().expect("the cluster replicates")
}

pub(crate) fn fault(anchor: Anchor, what: FaultKind) -> Fault {
    Fault { name: String::new(), on: true, anchor, what }
}

pub(crate) fn at(ms: i64, what: FaultKind) -> Fault {
    fault(Anchor::At(SimTime(ms * 1000)), what)
}

pub(crate) fn with(mut scenario: Scenario, faults: impl IntoIterator<Item = Fault>) -> Scenario {
    scenario.faults.extend(faults);
    scenario
}

/// Runs to the end; the trace and the brokers as they are then.
pub(crate) fn run(scenario: Scenario) -> (Trace, Simulation) {
    let mut simulation = Simulation::new(scenario);
    while !simulation.run_for(1_000_000) {}
    (simulation.trace().clone(), simulation)
}

/// Runs until `until`; later events have not happened.
pub(crate) fn run_until(scenario: Scenario, until: SimTime) -> Simulation {
    let mut simulation = Simulation::new(scenario);
    while simulation.now() < until && !simulation.run_for(1) {}
    simulation
}

/// Records of every kind of fate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) acked_present: u32,
    pub(crate) acked_lost: u32,
    pub(crate) not_acked_present: u32,
    pub(crate) not_acked_absent: u32,
    pub(crate) duplicated: u32,
}

/// What became of each record: acknowledged by a callback without an error; present on the log of the
/// leader at the end.
pub(crate) fn fate(trace: &Trace, simulation: &Simulation) -> Fate {
    let records = trace.sends.len() as usize;
    let mut acked = vec![false; records];
    for callback in trace.callbacks.rows().filter(|callback| callback.failure == trace::NONE) {
        let mut record = callback.record;
        for _ in 0..callback.count {
            acked[record.index()] = true;
            record = trace.next_in_batch(record);
        }
    }
    let mut copies = vec![0_u32; records];
    for partition in simulation.cluster().partitions {
        let leader = partition.leader.unwrap_or(b(0));
        let log = partition.replicas.iter().find(|replica| replica.broker == leader);
        for batch in log.into_iter().flat_map(|replica| &replica.batches) {
            for record in batch.first.0..batch.first.0 + batch.records {
                copies[record as usize] += 1;
            }
        }
    }
    let mut fate = Fate::default();
    for (acked, copies) in acked.into_iter().zip(copies) {
        fate.duplicated += u32::from(copies > 1);
        match (acked, copies > 0) {
            (true, true) => fate.acked_present += 1,
            (true, false) => fate.acked_lost += 1,
            (false, true) => fate.not_acked_present += 1,
            (false, false) => fate.not_acked_absent += 1,
        }
    }
    fate
}

/// Names of the errors for which batches were retried, neighbours once.
pub(crate) fn retried_for(trace: &Trace) -> Vec<ErrorCode> {
    let mut errors: Vec<ErrorCode> = trace.retries.error().iter().collect();
    errors.dedup();
    errors
}

/// Log end and high watermark of a replica.
pub(crate) fn replica(simulation: &Simulation, broker: u32) -> (i64, i64) {
    let state = simulation.cluster();
    let known = state.partitions[0].replicas.iter().find(|replica| replica.broker == b(broker));
    known.map_or((-1, -1), |replica| (replica.log_end.0, replica.high_watermark.0))
}

/// When a high watermark of a broker first reached an offset.
pub(crate) fn committed_at(trace: &Trace, broker: u32, offset: i64) -> Option<SimTime> {
    let moves = trace.high_watermarks.rows();
    let mut moves = moves.filter(|row| row.broker == b(broker) && row.offset >= Offset(offset));
    moves.next().map(|row| row.at)
}

pub(crate) const fn millis(ms: i64) -> Millis {
    Millis(ms)
}
