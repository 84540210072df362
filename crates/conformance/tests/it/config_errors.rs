//! What the real constructor throws for a configuration.

use model::config::{ConfigError, ProducerSettings};
use serde::Deserialize;
use std::collections::BTreeMap;

const RECORDED: &str = include_str!("../../../../tests/conformance/config-errors.json");
const SEVERAL: &str = include_str!("../../../../tests/conformance/config-errors-several.json");

#[derive(Debug, Deserialize)]
struct Recorded {
    config: BTreeMap<String, String>,
    class: Option<String>,
    message: Option<String>,
    cause: Option<Thrown>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Thrown {
    class: String,
    message: Option<String>,
}

/// The exception that the constructor throws for an error, and what stands behind it.
fn thrown(error: &ConfigError) -> (Thrown, Option<Thrown>) {
    let this = Thrown { class: error.class.to_owned(), message: Some(error.message.clone()) };
    if !error.wrapped {
        return (this, None);
    }
    let message = Some("Failed to construct kafka producer".to_owned());
    (Thrown { class: "KafkaException".to_owned(), message }, Some(this))
}

/// Holds what the table throws first against what was recorded.
fn check(recorded: &str) {
    let recorded: Vec<Recorded> = serde_json::from_str(recorded).expect("the file is a list");
    assert!(recorded.len() > 40);
    for case in recorded {
        let mut settings = ProducerSettings::default();
        for (name, text) in &case.config {
            settings.set(name, text);
        }
        let got = settings.check().err().map(|errors| thrown(&errors[0]));
        let want = case.class.map(|class| (Thrown { class, message: case.message }, case.cause));
        assert_eq!(got, want, "{:?}", case.config);
    }
}

#[test]
fn every_recorded_configuration_is_accepted_or_refused_in_the_same_words() {
    check(RECORDED);
}

#[test]
fn of_several_bad_settings_the_first_is_told_that_the_constructor_meets() {
    check(SEVERAL);
}
