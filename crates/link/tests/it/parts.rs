//! Every part does something: in some scenario it changes what happens. And what is typed for a part is
//! read as people write it, or kept.

use link::{PARTS, Part, PartUnit, Playground, read, write};
use model::config::KafkaVersion;

/// Scenarios in which a part may show, as links.
const SCENES: &[&str] = &[
    "records=60",
    "records=60&arrivals=random&keys=4&key-skew=zipf",
    "records=60&arrivals=bursts&end=close-within&close-within=3ms&callback=2ms",
    "records=60&compression.type=gzip",
    "records=200&start=cold",
    "rate=2000&records=3000&acks=all&fault=hang:1@20ms&fault=resume:1@300ms&fault=kill:2@600ms&fault=restart:2@700ms\
     &broker.session.timeout.ms=200&broker.heartbeat.interval.ms=50&replica.lag.time.max.ms=600&restart=100ms&request.timeout.ms=500",
    "rate=100&records=1000&acks=1&fault=power:1@3s&fault=restart:1@3500ms&writeback=1s&restart=100ms",
    "rate=1000&records=1000&acks=1&fault=hang:1@20ms&fault=resume:1@500ms\
     &broker.session.timeout.ms=200&broker.heartbeat.interval.ms=50",
];

fn digest(playground: &Playground) -> Option<u128> {
    let (scenario, _) = playground.scenario().ok()?;
    Some(model::run(scenario).digest())
}

/// Values of a part that differ from the one it has.
fn others(part: &Part, now: i64) -> Vec<i64> {
    let some = match part.unit {
        PartUnit::Words(words) => (0..words.len() as i64).collect(),
        _ => vec![now + 1, now * 2, now / 2, now + 3_000, now * 20, part.min, part.min + 1],
    };
    some.into_iter()
        .filter(|n| *n != now && (part.min..=part.max.min(2_000_000)).contains(n))
        .collect()
}

#[test]
fn every_part_changes_what_happens_in_some_scenario() {
    let scenes = SCENES.iter().map(|text| {
        let (playground, notices) = read(text);
        assert_eq!(notices, [], "{text}");
        let digest = digest(&playground);
        assert!(digest.is_some(), "{text}");
        (playground, digest)
    });
    let scenes: Vec<_> = scenes.collect();
    // another version has other defaults: the scenario says batch.size itself, linger.ms not
    for part in PARTS {
        let shows = |(playground, before): &(Playground, Option<u128>)| {
            others(part, (part.get)(playground)).into_iter().any(|number| {
                let mut playground = playground.clone();
                (part.set)(&mut playground, number);
                digest(&playground).is_some_and(|after| Some(after) != *before)
            })
        };
        assert!(scenes.iter().any(shows), "{} changes nothing", part.name);
    }
}

#[test]
fn what_is_typed_for_a_part_is_read_as_people_write_it() {
    let mut playground = Playground::default();
    for (name, text) in [
        ("one-way", "1.5 ms"),
        ("append", "300 µs"),
        ("value", "2k"),
        ("ratio", "60 %"),
        ("rate", "2_000"),
    ] {
        assert!(playground.set(name, text), "{name} {text}");
    }
    assert_eq!((playground.one_way_us, playground.append_us), (1_500, 300));
    assert_eq!((playground.value_bytes, playground.compression_percent), (2_048, 60));
    assert_eq!(playground.rate, 2_000);
}

#[test]
fn what_is_no_value_of_a_part_is_kept_and_changes_nothing() {
    let mut playground = Playground::default();
    assert!(!playground.set("rate", "0"));
    assert_eq!(playground.rate, Playground::default().rate);
    let (back, notices) = read(&write(&playground));
    assert_eq!((back, notices.len()), (playground.clone(), 1));
    assert!(playground.set("rate", "5"));
    assert!(playground.refused.is_empty());
}

#[test]
fn a_default_that_another_setting_overrules_can_be_asked_for() {
    let mut playground = Playground::default();
    assert!(playground.set("enable.idempotence", "true"));
    assert!(!playground.settings.is_set("enable.idempotence"), "it is the default");
    assert!(playground.set("acks", "1"));
    assert!(playground.set("enable.idempotence", "true"));
    let errors = playground.scenario().expect_err("Kafka refuses");
    assert!(errors[0].message.starts_with("Must set acks to all"), "{errors:?}");
    assert!(playground.set("enable.idempotence", "default"));
    assert!(playground.scenario().is_ok());
    assert_eq!(playground.settings.version, KafkaVersion::V4_3);
}
