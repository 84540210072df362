//! Batch sizes under Poisson arrivals, against a closed form.
//!
//! One partition, one broker, never a full window. A batch opens at `t` with the record that found none.
//! The append wakes the I/O thread; its pass at `t` waits `linger.ms = L` whole milliseconds, so the
//! batch leaves at `t + L`, and takes with it what has arrived until then. Arrivals are a Poisson
//! process of rate λ without memory, so they number `M ~ Poisson(λ L)`. A batch with room for `k`
//! records leaves earlier, when the record comes that does not fit; that one opens the next batch. So
//!
//! ```text
//! N = min(k, 1 + M)        E[N] = 1 + Σ_{j=1}^{k-1} P(M ≥ j)        (k = ∞: 1 + λ L)
//! ```
//!
//! Phase of the client's millisecond: with `acks=1` the answer to the batch before may arrive at `s`,
//! while the new one lingers. The pass at `s` sees `⌊s⌋ - ⌊t⌋` milliseconds gone and waits the rest from
//! `s` on, so the batch leaves at `s + L - (⌊s⌋ - ⌊t⌋)`: it lingers `L + φ(s) - φ(t)`, where φ is the
//! fraction of a millisecond, and ends up to a millisecond early or late. `s - t` is given by the arrival
//! alone and does not know the phase of `t`. Over a phase that is uniform, `⌊s⌋ - ⌊t⌋` has the mean
//! `s - t`, so the mean of the linger stays `L`, and E[N] with it; only the spread grows.

use model::config::ProducerSettings;
use model::scenario::{
    Action, Arrivals, Bounds, Cluster, CompressionOutcome, Content, Draws, Keys, Network, Scenario,
    Sends, Start, Step, Topic,
};
use units::{BrokerId, Micros, Ratio, SimTime};

const LINGER_MS: f64 = 5.0;
const RECORDS: u32 = 40_000;
/// A record of 100 bytes: 107 bytes behind a length of 2.
const RECORD_BYTES: u32 = 109;

fn scenario(acks: &str, batch_size: u32, interval: Micros) -> Scenario {
    let mut settings = ProducerSettings::default();
    settings.set("acks", acks);
    settings.set("linger.ms", "5");
    settings.set("batch.size", &batch_size.to_string());
    let sends = Sends {
        count: RECORDS,
        arrivals: Arrivals::Poisson(interval),
        topic: "orders".to_owned(),
        partition: None,
        keys: Keys::Cycle(vec![None]),
        value_bytes: vec![Some(100)],
        content: Content::Zeros,
        headers: Vec::new(),
        timestamp_ms: None,
        get: false,
        callback: None,
    };
    Scenario {
        producer: settings.check().expect("Kafka accepts it").config,
        cluster: Cluster {
            brokers: vec![BrokerId(1)],
            topics: vec![Topic {
                name: "orders".to_owned(),
                replicas: vec![vec![BrokerId(1)]],
                min_insync_replicas: 1,
            }],
            append: Micros(337),
            check_sequences: false,
            replication: None,
        },
        network: Network { one_way: Micros(500), between_brokers: Micros(0) },
        application: vec![Step { at: None, action: Action::Send(sends) }],
        faults: Vec::new(),
        start: Start::Warm,
        draws: Draws::Seed(11),
        compression: CompressionOutcome::Ratio(Ratio { num: 1, den: 1 }),
        bounds: Bounds { until: SimTime(1_000_000_000), events: 10_000_000 },
    }
}

/// E[min(k, 1 + M)] for M ~ Poisson(mean).
fn expected(k: u32, mean: f64) -> f64 {
    let (mut probability, mut below, mut sum) = ((-mean).exp(), 0.0, 1.0);
    for j in 1..k {
        below += probability;
        probability *= mean / f64::from(j);
        sum += 1.0 - below;
    }
    sum
}

#[track_caller]
fn check(acks: &str, k: u32, interval: Micros) {
    let trace = model::run(scenario(acks, 61 + RECORD_BYTES * k + 20, interval));
    let sizes: Vec<f64> = trace.drains.rows().map(|drain| f64::from(drain.records)).collect();
    let n = sizes.len() as f64;
    let mean = sizes.iter().sum::<f64>() / n;
    let variance = sizes.iter().map(|size| (size - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    let want = expected(k, LINGER_MS * 1000.0 / interval.0 as f64);
    // four standard errors: one run in 16,000 would fall outside by chance, and this one is fixed
    assert!((mean - want).abs() <= 4.0 * error, "{mean} ± {error}, expected {want}");
}

#[test]
fn linger_triggered_batches_have_the_size_of_the_closed_form() {
    check("0", 60, Micros(1_000));
    check("0", 60, Micros(2_700));
}

#[test]
fn size_triggered_batches_have_the_size_of_the_closed_form() {
    check("0", 3, Micros(1_000));
    check("0", 8, Micros(700));
}

#[test]
fn answers_that_interrupt_a_linger_leave_the_mean_as_it_is() {
    check("1", 60, Micros(1_000));
    check("1", 8, Micros(700));
}
