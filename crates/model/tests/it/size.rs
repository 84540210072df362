//! What a large cluster costs, in numbers that no computer changes.

use crate::world::{b, ms, run, scenario, sends};
use model::scenario::{Action, Arrivals, Scenario, Step};
use units::{BrokerId, Micros};

/// Five brokers, twelve partitions on three of them each, records at random times.
fn large(seconds: u32) -> Scenario {
    let mut scenario = scenario(&[("acks", "all"), ("linger.ms", "5")], 0, 2);
    let brokers: Vec<BrokerId> = (1..=5).map(b).collect();
    let placed = |k: usize| (0..3).map(|i| brokers[(k + i) % 5]).collect();
    scenario.cluster.topics[0].replicas = (0..12).map(placed).collect();
    scenario.cluster.brokers = brokers;
    let mut sends = sends(seconds * 1_000 / 6, Micros(6_000));
    sends.partition = None;
    sends.arrivals = Arrivals::Poisson(Micros(6_000));
    scenario.application = vec![Step { at: None, action: Action::Send(sends) }];
    scenario.bounds.until = ms(i64::from(seconds) * 1_000 + 60_000);
    scenario
}

#[test]
fn a_large_cluster_has_few_and_small_facts() {
    let (trace, simulation) = run(large(30));
    let (facts, bytes, records) = (trace.len(), trace.size() as u64, u64::from(trace.sends.len()));
    assert!(bytes <= 24 * facts, "{bytes} bytes in {facts} facts");
    assert!(facts <= 16 * records, "{facts} facts of {records} records");
    assert!(simulation.handled() <= 16 * records, "{} events", simulation.handled());
}

#[test]
fn idle_fetches_are_no_facts() {
    let mut scenario = large(1);
    scenario.application.push(Step { at: Some(ms(60_000)), action: Action::Flush });
    let (trace, _) = run(scenario);
    let idle = trace.fetches.rows().filter(|fetch| fetch.at > ms(5_000));
    assert_eq!(idle.count(), 0, "twenty fetchers ask twice a second, in vain");
}
