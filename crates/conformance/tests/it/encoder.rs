//! Sizes of records and batches, against an encoder that others wrote.

use bytes::{Bytes, BytesMut};
use indexmap::IndexMap;
use kafka_protocol::protocol::StrBytes;
use kafka_protocol::records::{
    Compression, NO_PARTITION_LEADER_EPOCH, Record, RecordBatchEncoder, RecordEncodeOptions,
    TimestampType,
};
use model::config::ProducerSettings;
use model::scenario::{
    Action, Arrivals, Bounds, Cluster, CompressionOutcome, Content, Draws, Keys, Network, Scenario,
    Sends, Start, Step, Topic,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;
use units::{BatchId, BrokerId, Micros, Ratio, SimTime};

/// What a record consists of; headers by name, as the other encoder keeps each name once.
#[derive(Clone, Debug)]
struct Parts {
    key: Option<String>,
    value_bytes: Option<u32>,
    headers: BTreeMap<String, Option<String>>,
    /// Milliseconds since the record before.
    later: i64,
}

fn parts() -> impl Strategy<Value = Parts> {
    let size = prop_oneof![0..200_u32, 0..20_000_u32, Just(63), Just(64), Just(8_191), Just(8_192)];
    let later = prop_oneof![Just(0), 0..64_i64, 0..100_000_000_i64];
    let headers = btree_map(".{0,70}", option::of(".{0,200}"), 0..4);
    (option::of(".{0,100}"), option::of(size), headers, later)
        .prop_map(|(key, value_bytes, headers, later)| Parts { key, value_bytes, headers, later })
}

fn timestamps(records: &[Parts]) -> Vec<i64> {
    let mut now = 0;
    let each = records.iter().map(|record| {
        now += record.later;
        now
    });
    each.collect()
}

fn step(record: &Parts, timestamp: i64) -> Step {
    let sends = Sends {
        count: 1,
        arrivals: Arrivals::Every(Micros(0)),
        topic: "orders".to_owned(),
        partition: Some(0),
        keys: Keys::Cycle(vec![record.key.clone()]),
        value_bytes: vec![record.value_bytes],
        content: Content::Zeros,
        headers: record.headers.clone().into_iter().collect(),
        timestamp_ms: Some(timestamp),
        get: false,
        callback: None,
    };
    Step { at: None, action: Action::Send(sends) }
}

fn scenario(records: &[Parts], batch_size: u32) -> Scenario {
    let mut settings = ProducerSettings::default();
    settings.set("batch.size", &batch_size.to_string());
    Scenario {
        producer: settings.check().expect("Kafka accepts it").config,
        cluster: Cluster {
            brokers: vec![BrokerId(1)],
            topics: vec![Topic {
                name: "orders".to_owned(),
                replicas: vec![vec![BrokerId(1)]],
                min_insync_replicas: 1,
            }],
            append: Micros(300),
            check_sequences: true,
            replication: None,
        },
        network: Network { one_way: Micros(500), between_brokers: Micros(0) },
        application: records.iter().zip(timestamps(records)).map(|(r, t)| step(r, t)).collect(),
        faults: Vec::new(),
        start: Start::Warm,
        draws: Draws::Seed(1),
        compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
        bounds: Bounds { until: SimTime(10_000_000), events: 1_000_000 },
    }
}

/// The bytes of one batch as the other encoder writes it.
fn encoded(records: &[(usize, &Parts)], timestamps: &[i64]) -> usize {
    let record = |(offset, (number, content)): (usize, &(usize, &Parts))| Record {
        transactional: false,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: NO_PARTITION_LEADER_EPOCH,
        producer_id: 0,
        producer_epoch: 0,
        timestamp_type: TimestampType::Creation,
        offset: offset as i64,
        sequence: offset as i32,
        timestamp: timestamps[*number],
        key: content.key.clone().map(Bytes::from),
        value: content.value_bytes.map(|bytes| Bytes::from(vec![0; bytes as usize])),
        headers: content
            .headers
            .iter()
            .map(|(name, value)| (StrBytes::from(name.clone()), value.clone().map(Bytes::from)))
            .collect::<IndexMap<_, _>>(),
    };
    let records: Vec<Record> = records.iter().enumerate().map(record).collect();
    let options = RecordEncodeOptions { version: 2, compression: Compression::None };
    let mut bytes = BytesMut::new();
    RecordBatchEncoder::encode(&mut bytes, &records, &options).expect("the records are fine");
    bytes.len()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn records_and_batches_have_the_size_that_another_encoder_gives_them(
        records in vec(parts(), 1..40),
        batch_size in prop_oneof![0..2_000_u32, Just(16_384), Just(1_000_000)],
    ) {
        let trace = model::run(scenario(&records, batch_size));
        let timestamps = timestamps(&records);
        prop_assert_eq!(trace.sends.len() as usize, records.len());
        prop_assert!(!trace.drains.is_empty());
        let mut encoded_records = 0;
        for drain in trace.drains.rows() {
            let of: Vec<(usize, &Parts)> = trace
                .records_of(BatchId(drain.batch.0))
                .map(|record| (record.index(), &records[record.index()]))
                .collect();
            prop_assert_eq!(drain.bytes as usize, encoded(&of, &timestamps));
            let mut before = 61; // the header of a batch, RecordBatch.RECORD_BATCH_OVERHEAD
            for upto in 1..=of.len() {
                let bytes = encoded(&of[..upto], &timestamps);
                prop_assert_eq!(trace.sends.bytes().get(of[upto - 1].0 as u32) as usize, bytes - before);
                before = bytes;
            }
            encoded_records += of.len();
        }
        prop_assert_eq!(encoded_records, records.len());
    }
}
