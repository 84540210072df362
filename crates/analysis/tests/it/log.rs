//! The log's lines, as the Java client writes them.

use crate::by_hand::ByHand;
use analysis::{Analysis, Level, LogLine, LogSettings, LogTable, Logger, thread_name};
use conformance::random::{self, World};
use model::Scenario;
use model::config::ProducerSettings;
use model::scenario::{Action, Anchor, Fault, FaultKind, Step};
use trace::{ErrorCode, RequestFate, Thread, Trace};
use units::{BrokerId, Micros, Millis, SimTime};

fn settings(level: Level) -> LogSettings {
    LogSettings {
        client_id: "producer-1".to_owned(),
        retries: i32::MAX,
        request_timeout: Millis(30_000),
        connection_setup_timeout: Millis(10_000),
        brokers: vec![BrokerId(1), BrokerId(2), BrokerId(3)],
        start: vec![(Level::Info, Logger::ProducerConfig, "about a setting".to_owned())],
        reporters: vec!["Reporter".to_owned()],
        level,
    }
}

fn all(trace: &Trace, level: Level) -> Vec<LogLine> {
    let index = Analysis::new(trace).index;
    let table = LogTable::new(trace, &index, settings(level));
    table.lines(trace, &index, 0..table.len())
}

fn scenario(faults: Vec<FaultKind>) -> Scenario {
    let mut producer = ProducerSettings::default();
    producer.set("linger.ms", "5");
    let mut scenario = random::scenario_in(World::Scripted, 2);
    scenario.producer = producer.check().expect("Kafka accepts it").config;
    let first = scenario.application.iter().find_map(|step| match &step.action {
        Action::Send(sends) => Some(sends.clone()),
        _ => None,
    });
    let mut sends = first.expect("it sends");
    (sends.count, sends.callback, sends.get) = (3, None, false);
    (sends.topic, sends.partition) = ("orders".to_owned(), Some(0));
    scenario.application = vec![
        Step { at: Some(SimTime(1_000)), action: Action::Send(sends) },
        Step { at: None, action: Action::Close(None) },
    ];
    let fault = |(n, what): (u32, FaultKind)| {
        let anchor = Anchor::Produce { from: n, to: n };
        Fault { name: String::new(), on: true, anchor, what }
    };
    scenario.faults = (0..).zip(faults).map(fault).collect();
    scenario
}

fn client_lines(trace: &Trace) -> Vec<(Level, String)> {
    let lines = all(trace, Level::Info);
    let client = lines.into_iter().filter(|line| line.logger != Logger::Application);
    client.map(|line| (line.level, line.text)).collect()
}

const PREFIX: &str = "[Producer clientId=producer-1] ";

#[track_caller]
fn check(trace: &Trace, want: &[(Level, &str)]) {
    let seen = client_lines(trace);
    let want: Vec<(Level, String)> =
        want.iter().map(|(level, text)| (*level, format!("{PREFIX}{text}"))).collect();
    let met: Vec<&(Level, String)> = seen.iter().filter(|line| want.contains(line)).collect();
    assert_eq!(met, want.iter().collect::<Vec<_>>(), "{seen:#?}");
}

#[test]
fn an_error_that_is_tried_again_is_a_warning_with_its_correlation_id() {
    let answer = FaultKind::Answer {
        error: ErrorCode::NotLeaderOrFollower,
        appended: false,
        partitions: Vec::new(),
        delay: Micros(0),
    };
    let trace = model::run(scenario(vec![answer]));
    let correlation = trace.requests.row(trace.drains.request().get(0).0).correlation;
    let retrying = format!(
        "Got error produce response with correlation id {correlation} on topic-partition orders-0, \
         retrying (2147483646 attempts left). Error: NOT_LEADER_OR_FOLLOWER"
    );
    let metadata = "Received invalid metadata error in produce request on partition orders-0 due to \
                    org.apache.kafka.common.errors.NotLeaderOrFollowerException: For requests \
                    intended only for the leader, this error indicates that the broker is not the \
                    current leader. For requests intended for any replica, this error indicates that \
                    the broker is not a replica of the topic partition. Going to request metadata \
                    update now";
    let closing = "Closing the Kafka producer with timeoutMillis = 9223372036854775807 ms.";
    check(&trace, &[(Level::Info, closing), (Level::Warn, &retrying), (Level::Warn, metadata)]);
}

#[test]
fn a_connection_that_is_lost_cancels_what_was_in_flight() {
    let trace = model::run(scenario(vec![FaultKind::Hangup { appended: false }]));
    let request = trace.requests.row(trace.drains.request().get(0).0);
    let end = trace.request_ends.rows().find(|end| end.fate == RequestFate::Disconnected);
    let age = (end.expect("it was cut off").at.clock() - request.created).0;
    let (node, correlation) = (request.node, request.correlation);
    let gone = format!("Node {node} disconnected.");
    let cancelled = format!(
        "Cancelled in-flight PRODUCE request with correlation id {correlation} due to node {node} \
         being disconnected (elapsed time since creation: {age}ms, elapsed time since send: {age}ms, \
         throttle time: 0ms, request timeout: 30000ms)"
    );
    let retrying = format!(
        "Got error produce response with correlation id {correlation} on topic-partition orders-0, \
         retrying (2147483646 attempts left). Error: NETWORK_EXCEPTION. Error Message: Disconnected \
         from node {node}"
    );
    check(&trace, &[(Level::Info, &gone), (Level::Info, &cancelled), (Level::Warn, &retrying)]);
}

#[test]
fn a_close_that_runs_out_of_time_says_so_when_it_does() {
    let mut scenario = scenario(vec![FaultKind::Silent { appended: false }]);
    scenario.application[1].action = Action::Close(Some(Millis(50)));
    let trace = model::run(scenario);
    let called = trace.calls.at().first().expect("it closes");
    let text = "Proceeding to force close the producer since pending requests could not be completed \
                within timeout 50 ms.";
    let lines = all(&trace, Level::Info);
    let proceeding = lines.iter().find(|line| line.text.ends_with(text)).expect("it says so");
    assert_eq!(proceeding.at, called.after(Millis(50)));
    assert_eq!(proceeding.thread, Thread::Application);
}

#[test]
fn a_callback_tells_partition_offset_and_timestamp_and_minus_one_with_acks_0() {
    let trace = model::run(scenario(Vec::new()));
    let told = |trace: &Trace| -> Vec<String> {
        let lines = all(trace, Level::Info).into_iter();
        let own = lines.filter(|line| line.logger == Logger::Application);
        own.map(|line| line.text).collect()
    };
    let want: Vec<String> = (0..3).map(|n| format!("partition=0 offset={n} timestamp=1")).collect();
    let timestamps: Vec<i64> = trace.sends.timestamp().iter().map(|clock| clock.0).collect();
    let seen = told(&trace);
    assert_eq!(seen.len(), 3);
    for ((line, want), timestamp) in seen.iter().zip(want).zip(timestamps) {
        assert_eq!(*line, want.replace("timestamp=1", &format!("timestamp={timestamp}")));
    }
    let mut run = ByHand::new();
    let record = run.send(0);
    run.acknowledge(0, record, RequestFate::NoAck);
    assert_eq!(told(&run.trace), ["partition=0 offset=-1 timestamp=0"]);
}

#[test]
fn windows_are_parts_of_the_whole_and_the_io_thread_has_its_name() {
    for seed in 0..40 {
        let trace = model::run(random::scenario(seed));
        let index = Analysis::new(&trace).index;
        let table = LogTable::new(&trace, &index, settings(Level::Debug));
        let whole = table.lines(&trace, &index, 0..usize::MAX);
        assert_eq!(whole.len(), table.len(), "seed {seed}");
        assert!(whole.is_sorted_by_key(|line| line.at), "seed {seed}");
        let starts = (0..whole.len()).step_by(7);
        let parts = starts.flat_map(|first| table.lines(&trace, &index, first..first + 7));
        assert!(parts.eq(whole.iter().cloned()), "seed {seed}");
        for (position, line) in whole.iter().enumerate() {
            let found = table.position(|fact, record| (fact, record) == (line.fact, line.record));
            assert!(found.is_some_and(|found| found <= position), "seed {seed}");
        }
        let told: u32 = trace.callbacks.rows().filter(|c| c.at.0 >= 0).map(|c| c.count).sum();
        let own = whole.iter().filter(|line| {
            line.logger == Logger::Application
                && line.fact.is_some_and(|fact| fact.kind() == trace::Kind::Callback)
        });
        assert_eq!(own.count(), told as usize, "seed {seed}: a line for every callback");
    }
    let name = thread_name(Thread::Io, "producer-1");
    assert_eq!(name, "kafka-producer-network-thread | producer-1");
}

#[test]
fn it_begins_with_the_settings_and_ends_with_what_is_closed() {
    let lines = all(&model::run(scenario(Vec::new())), Level::Info);
    let first = lines.first().expect("it says something");
    assert_eq!((first.fact, first.text.as_str()), (None, "about a setting"));
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let end = [
        "Metrics scheduler closed",
        "Closing reporter Reporter",
        "Metrics reporters closed",
        "App info kafka.producer for producer-1 unregistered",
    ];
    assert_eq!(texts[texts.len() - end.len()..], end, "{texts:#?}");
    let closing = texts.iter().position(|text| text.contains("Closing the Kafka producer"));
    assert!(closing.is_some_and(|at| at < texts.len() - end.len()), "{texts:#?}");
}
