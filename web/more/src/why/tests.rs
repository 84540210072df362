//! No fact and no reason is without a sentence.

use super::*;
use crate::language::PARTS;
use link::Playground;
use trace::{
    AppendResult, BlockReason, BrokerChange, CallKind, CloseReason, Condition, ConnectionState,
    ElectionReason, IdReason, IsrReason, PartitionRule, RequestFate, RequestKind, RoleChange,
    TurnReason,
};

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

/// Scenarios in which, taken together, each kind of fact occurs.
const SCENARIOS: [&str; 9] = [
    "",
    "value=2000000&records=2",
    "linger.ms=0&rate=5000&fault=answer:NOT_ENOUGH_REPLICAS@request2&fault=answer:NOT_ENOUGH_REPLICAS@request6",
    "start=cold&end=flush&keys=0&acks=1",
    "acks=0&fault=hangup@request2&end=close",
    "buffer.memory=4096&value=1000&rate=20000&max.block.ms=5",
    "fault=kill:1@20ms&fault=restart:1@12s&fault=answer:NOT_ENOUGH_REPLICAS@request1&records=200",
    "fault=answer:MESSAGE_TOO_LARGE@request1&fault=silent@request3&request.timeout.ms=50&delivery.timeout.ms=100",
    "acks=1&unclean.leader.election.enable=true&min.insync.replicas=1&records=400&fault=cut:1-2@5ms+60s&fault=cut:1-3@5ms+60s&fault=kill:1@150ms&fault=restart:1@14s",
];

fn trace_of(link: &str) -> Trace {
    let (playground, notices) = link::read(&format!("v=1&{link}"));
    assert_eq!(notices, [], "{link}");
    model::run(playground.scenario().expect("the settings are accepted").0)
}

#[test]
fn a_batch_says_why_it_left() {
    let (scenario, _) = Playground::default().scenario().expect("the defaults are accepted");
    let trace = model::run(scenario);
    let told = explain(&trace, FactId::new(Kind::Open, 0), &[], Language::English);
    assert!(told.lines.iter().any(|line| line.contains("linger.ms ran out")), "{told:?}");
    assert_eq!(told.rule.setting, Some("linger.ms"));
}

#[test]
fn every_kind_of_fact_is_told_in_both_languages_with_its_rule_and_its_place_in_kafka() {
    let mut met = Vec::new();
    for link in SCENARIOS {
        let trace = trace_of(link);
        let faults = ["kill:1@20ms".to_owned()];
        for fact in trace.in_order(SimTime::ZERO) {
            if !met.contains(&fact.kind()) {
                met.push(fact.kind());
            }
            for language in LANGUAGES {
                let told = explain(&trace, fact, &faults, language);
                let text = format!("{} {}", told.title, told.lines.join(" "));
                assert!(!told.title.is_empty() && !told.lines.is_empty(), "{fact:?}");
                assert!(!text.contains('{') && !text.contains("--"), "{fact:?}: {text}");
                assert!(language == Language::English || !text.contains("(를)"), "{text}");
                let rule = WORDS.say(language, &format!("rule--{}", told.rule.name));
                assert!(!rule.starts_with("rule--"), "{fact:?} {rule}");
                assert!(!told.rule.source.is_empty() || fact.kind() == Kind::Fault, "{fact:?}");
                for assumed in told.assumptions {
                    let words = PARTS.say(language, &format!("part--{assumed}"));
                    assert!(!words.starts_with("part--"), "{assumed}");
                }
            }
            assert_eq!(key(&trace, fact).find(&trace), Some(fact), "{link}: {fact:?}");
        }
    }
    let missed: Vec<_> = Kind::ALL.iter().filter(|kind| !met.contains(kind)).collect();
    assert!(missed.is_empty(), "the scenarios have none of {missed:?}");
}

#[test]
fn no_reason_is_without_a_sentence() {
    let all: [(&str, &[&str]); 16] = [
        ("why", Condition::VARIANTS),
        ("close", CloseReason::VARIANTS),
        ("block", BlockReason::VARIANTS),
        ("chosen", PartitionRule::VARIANTS),
        ("turn", TurnReason::VARIANTS),
        ("call", CallKind::VARIANTS),
        ("request", RequestKind::VARIANTS),
        ("fate", RequestFate::VARIANTS),
        ("connection", ConnectionState::VARIANTS),
        ("id", IdReason::VARIANTS),
        ("append", AppendResult::VARIANTS),
        ("isr", IsrReason::VARIANTS),
        ("election", ElectionReason::VARIANTS),
        ("role", RoleChange::VARIANTS),
        ("broker", BrokerChange::VARIANTS),
        ("timer", Timer::VARIANTS),
    ];
    for (kind, names) in all {
        for name in names {
            let key = format!("{kind}--{name}");
            for language in LANGUAGES {
                assert_ne!(WORDS.say(language, &key), key);
            }
        }
    }
    for kind in link::FAULT_KINDS {
        let key = format!("fault--{kind}");
        assert_ne!(PARTS.say(Language::Korean, &key), key);
    }
}

/// Failures and errors of the protocol are told in Kafka's own words, in both languages.
#[test]
fn every_error_of_kafka_has_its_name() {
    for error in trace::ErrorCode::ALL.iter().filter(|error| **error != trace::ErrorCode::None) {
        assert!(!error.name().is_empty() && !error.exception().is_empty(), "{error:?}");
        assert!(!error.message().is_empty(), "{error:?}");
    }
}
