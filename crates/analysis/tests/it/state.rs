//! The state at a time, held to the model's own.

use analysis::Analysis;
use analysis::state::{BatchPlace, Limits, State, States, next_moment, previous_moment};
use conformance::random::{self, World};
use model::config::{Compression, ProducerConfig};
use model::scenario::{Action, Arrivals, Sends, Step};
use model::{BufferState, ClusterState, QueueState, Scenario, Simulation};
use trace::{CallKind, Failure, Kind, Trace};
use units::{BatchId, Micros, RequestId, SimTime};

fn limits(config: &ProducerConfig) -> Limits {
    Limits {
        buffer_memory: config.buffer_memory(),
        linger: config.linger(),
        request_timeout: config.request_timeout(),
        delivery_timeout: config.delivery_timeout(),
        retry_backoff: config.retry_backoff(),
        retry_backoff_max: config.retry_backoff_max(),
        idempotence: config.enable_idempotence(),
    }
}

/// What the model itself has at the end of a moment.
struct Own {
    at: SimTime,
    buffer: BufferState,
    queues: Vec<QueueState>,
    requests: Vec<RequestId>,
    cluster: ClusterState,
}

/// Runs a scenario; the model's state at the end of every moment from 0 on at which something happened.
fn run(scenario: Scenario) -> (Trace, Vec<Own>) {
    let trace = model::run(scenario.clone());
    let mut moments: Vec<SimTime> =
        trace.in_order(SimTime::ZERO).map(|fact| trace.at(fact)).collect();
    moments.dedup();
    let mut simulation = Simulation::new(scenario);
    let mut own = Vec::with_capacity(moments.len());
    for at in moments {
        if simulation.run_until(SimTime(at.0 + 1)) {
            break;
        }
        own.push(Own {
            at,
            buffer: simulation.buffer(),
            queues: simulation.queues(),
            requests: simulation.requests_in_flight(),
            cluster: simulation.cluster(),
        });
    }
    while !simulation.run_for(u64::MAX) {}
    assert_eq!(simulation.into_trace(), trace, "looking at a run does not change it");
    (trace, own)
}

fn queues(state: &State) -> Vec<(units::TopicPartition, Vec<BatchId>)> {
    let ids = |queue: &analysis::state::QueueView| {
        (queue.partition, queue.batches.iter().map(|view| view.batch).collect())
    };
    state.queues.iter().map(ids).collect()
}

/// Whether the batch's result is that its time ran out, and it comes after `at`.
fn expires_later(trace: &Trace, batch: BatchId, at: SimTime) -> bool {
    trace.finishes.rows().any(|finish| {
        finish.batch == batch
            && finish.at > at
            && matches!(trace.failure_at(finish.failure), Some(Failure::Expired { .. }))
    })
}

#[track_caller]
fn check(seed: u64, compresses: bool, trace: &Trace, own: &Own, state: &State) {
    let at = own.at;
    let what = || format!("seed {seed} at {at:?}");
    let mut want: Vec<(units::TopicPartition, Vec<BatchId>)> = own
        .queues
        .iter()
        .map(|queue| (queue.partition, queue.batches.iter().map(|batch| batch.0).collect()))
        .collect();
    want.sort_by_key(|(partition, _)| *partition);
    let mut seen = queues(state);
    if !state.callbacks.is_empty() {
        // a batch that ran out of time with the one whose callback runs has left its queue, and gets
        // its result behind it
        for (partition, batches) in &mut seen {
            let own = own.queues.iter().find(|queue| queue.partition == *partition);
            let there = |id: &BatchId| own.is_some_and(|q| q.batches.iter().any(|b| b.0 == *id));
            batches.retain(|id| there(id) || !expires_later(trace, *id, at));
        }
        seen.retain(|(_, batches)| !batches.is_empty());
    }
    assert_eq!(seen, want, "queues, {}", what());
    for queue in &own.queues {
        let view = state.queues.iter().find(|view| view.partition == queue.partition);
        let views = &view.expect("it is among the queues").batches;
        for (batch, records, bytes) in &queue.batches {
            let view = views.iter().find(|view| view.batch == *batch).expect("it is in its queue");
            assert_eq!(view.records, *records, "records of {batch}, {}", what());
            let estimated = view.place == BatchPlace::Open;
            if !estimated || !compresses {
                assert_eq!(view.bytes, *bytes, "bytes of {batch}, {}", what());
            }
        }
    }
    let pool = (state.pool.available, state.pool.held_by_waiters, state.pool.waiting as usize);
    let buffer = (own.buffer.available, own.buffer.held_by_waiters, own.buffer.waiting);
    if state.callbacks.is_empty() {
        assert_eq!(pool, buffer, "buffer, {}", what());
    } else {
        // a batch that ran out of time in flight gives its buffer back when its answer is looked at,
        // behind the callbacks of the batches before it
        assert!(pool.0 >= buffer.0, "buffer, {}", what());
        assert_eq!((pool.1, pool.2), (buffer.1, buffer.2), "waiters, {}", what());
    }
    let requests: Vec<RequestId> = {
        let views = state.connections.iter().flat_map(|connection| &connection.requests);
        let mut requests: Vec<_> = views.map(|view| view.request).collect();
        requests.sort_unstable();
        requests
    };
    // a client that has ended still counts what it had in flight; its connections are gone
    let there = |request: &&RequestId| {
        let connection = trace.requests.connection().get(request.0);
        state.connections.iter().any(|view| view.connection == connection)
    };
    let want: Vec<RequestId> = own.requests.iter().filter(there).copied().collect();
    // what a poll brings while a callback runs waits until the callback lets the client look at it
    if state.callbacks.is_empty() {
        assert_eq!(requests, want, "requests in flight, {}", what());
    }
}

#[test]
fn the_state_at_any_time_is_the_models_own() {
    for seed in 0..40 {
        let scenario = random::scenario(seed);
        let limits = limits(&scenario.producer);
        let compresses = scenario.producer.compression() != Compression::None;
        let (trace, moments) = run(scenario);
        let exits = trace.calls.rows().filter(|call| call.call == CallKind::Exit);
        let exit = exits.map(|call| call.at).min().unwrap_or(SimTime::NEVER);
        let analysis = Analysis::new(&trace);
        let states = States::new(&trace, &analysis, limits);
        let mut playhead = states.playhead();
        // behind the end of the process nothing of it is there to be compared
        let moments: Vec<Own> =
            moments.into_iter().filter(|own| own.at >= SimTime::ZERO && own.at < exit).collect();
        for own in &moments {
            playhead.seek(&states, &trace, &analysis, own.at);
            check(seed, compresses, &trace, own, &playhead.state(&states, &trace, &analysis));
        }
        // the same by seeks to and fro
        for n in 0..moments.len().min(12) {
            let own = &moments[(n * 7_919) % moments.len()];
            check(seed, compresses, &trace, own, &states.at(&trace, &analysis, own.at));
        }
    }
}

/// A long run: seeks to anywhere, and steps forward.
#[test]
fn a_seek_in_a_long_run_reads_a_bounded_number_of_facts() {
    let mut scenario = Scenario { faults: Vec::new(), ..random::scenario_in(World::Scripted, 6) };
    scenario.bounds.until = SimTime(20_000_000);
    scenario.application.truncate(1);
    let Some(Step { action: Action::Send(sends), .. }) = scenario.application.first_mut() else {
        panic!("the first step sends")
    };
    *sends = Sends {
        count: 30_000,
        arrivals: Arrivals::Every(Micros(300)),
        callback: None,
        get: false,
        ..sends.clone()
    };
    let limits = limits(&scenario.producer);
    let trace = model::run(scenario);
    assert!(trace.len() > 100_000, "{}", trace.len());
    let analysis = Analysis::new(&trace);
    let states = States::new(&trace, &analysis, limits);
    let end = trace.end.map_or(0, |(at, _)| at.0);
    for n in 0..40 {
        let mut playhead = states.playhead();
        playhead.seek(&states, &trace, &analysis, SimTime(end * n / 40));
        assert!(playhead.facts_read() <= 2_048, "{} facts", playhead.facts_read());
    }
    // forward, each fact is read once
    let mut playhead = states.playhead();
    let from = SimTime(end / 2);
    playhead.seek(&states, &trace, &analysis, from);
    let before = playhead.facts_read();
    for step in 1..=100 {
        playhead.seek(&states, &trace, &analysis, SimTime(from.0 + 300 * step));
    }
    assert!(playhead.facts_read() - before < 1_000, "a hundred sends and what they make");
}

#[test]
fn the_next_and_the_previous_moment_are_those_of_the_chosen_kinds() {
    let trace = model::run(random::scenario_in(World::Scripted, 2));
    let callbacks: Vec<SimTime> = trace.callbacks.at().iter().collect();
    let mut at = SimTime(i64::MIN);
    let mut met = Vec::new();
    while let Some(next) = next_moment(&trace, &[Kind::Callback], at) {
        met.push(next);
        at = next;
    }
    let mut want = callbacks;
    want.dedup();
    assert_eq!(met, want);
    let last = want.len() - 1;
    assert_eq!(previous_moment(&trace, &[Kind::Callback], want[last]), Some(want[last - 1]));
    let any = next_moment(&trace, Kind::ALL, want[0]).expect("the run goes on");
    assert!(any <= want[1]);
}

/// Log ends, high watermarks and the controller's decisions, whatever goes wrong.
#[test]
fn the_cluster_at_any_time_is_the_models_own() {
    for seed in 0..30 {
        let scenario = random::scenario_in(World::Replicated, seed);
        let limits = limits(&scenario.producer);
        let (trace, moments) = run(scenario);
        let analysis = Analysis::new(&trace);
        let states = States::new(&trace, &analysis, limits);
        let mut playhead = states.playhead();
        for own in moments.iter().filter(|own| own.at >= SimTime::ZERO) {
            playhead.seek(&states, &trace, &analysis, own.at);
            check_cluster(seed, own, &playhead.state(&states, &trace, &analysis));
        }
    }
}

#[track_caller]
fn check_cluster(seed: u64, own: &Own, state: &State) {
    let what = || format!("seed {seed} at {:?}", own.at);
    for broker in &own.cluster.brokers {
        let view = state.brokers.get(&broker.broker).copied().unwrap_or_default();
        let want = (!broker.up || broker.hung, broker.hung, broker.fenced);
        assert_eq!(
            (view.down, view.hung, view.fenced),
            want,
            "broker {}, {}",
            broker.broker,
            what()
        );
    }
    for partition in &own.cluster.partitions {
        let view = state.logs.iter().find(|view| view.partition == partition.partition);
        let view = view.unwrap_or_else(|| panic!("{:?}, {}", partition.partition, what()));
        let controller = view.controller;
        let seen = (controller.leader, controller.epoch, controller.in_sync, controller.eligible);
        let want =
            (partition.leader, partition.leader_epoch, Some(partition.isr), partition.eligible);
        assert_eq!(seen, want, "{:?}, {}", partition.partition, what());
        for replica in &partition.replicas {
            let seen = view.replicas.iter().find(|view| view.broker == replica.broker);
            let seen = seen.map_or((0, 0), |view| (view.log_end.0, view.high_watermark.0));
            let want = (replica.log_end.0, replica.high_watermark.0);
            assert_eq!(seen, want, "{:?} on {}, {}", partition.partition, replica.broker, what());
        }
    }
}
