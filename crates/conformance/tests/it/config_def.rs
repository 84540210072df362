//! The table of settings against `ProducerConfig.configDef()` of the three clients, as dumped by the
//! recorder.

use model::config::{DEFINITION_ORDER, Importance, KafkaVersion, Range, Row, rows};
use serde::Deserialize;

const DUMPS: [(KafkaVersion, &str); 3] = [
    (KafkaVersion::V2_8, include_str!("../../../../tests/conformance/configdef-2.8.json")),
    (KafkaVersion::V3_9, include_str!("../../../../tests/conformance/configdef-3.9.json")),
    (KafkaVersion::V4_3, include_str!("../../../../tests/conformance/configdef-4.3.json")),
];

#[derive(Debug, Deserialize)]
struct Dump {
    settings: Vec<Setting>,
}

#[derive(Debug, Deserialize)]
struct Setting {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    default: Option<String>,
    validator: Option<String>,
    importance: String,
}

fn row(name: &str) -> Option<&'static Row> {
    rows().find(|row| row.name == name)
}

fn dump(version: KafkaVersion) -> Vec<Setting> {
    let (_, text) = DUMPS[version as usize];
    serde_json::from_str::<Dump>(text).expect("a dump of the recorder").settings
}

/// What Kafka's validator says of itself.
fn validator(row: &Row) -> Option<String> {
    let thousandths = |n: i64| format!("{:?}", n as f64 / 1000.0);
    match row.range {
        Range::Any => None,
        Range::AtLeast(min) => Some(format!("[{min},...]")),
        Range::Between(min, max) => Some(format!("[{min},...,{max}]")),
        Range::BetweenOr(min, max, or) => Some(format!("[{min},...,{max}] or {or}")),
        Range::BetweenThousandths(min, max) => {
            Some(format!("[{},...,{}]", thousandths(min), thousandths(max)))
        }
        Range::NonEmpty => Some("non-empty string".to_owned()),
        Range::List | Range::NonEmptyList => Some(String::new()),
        Range::OneOf(valid) => Some(format!("[{}]", valid.join(", "))),
        Range::OneOfIgnoringCase(valid) => {
            Some(format!("(case insensitive) [{}]", valid.join(", ")))
        }
    }
}

fn importance(row: &Row) -> &'static str {
    match row.importance {
        Importance::High => "HIGH",
        Importance::Medium => "MEDIUM",
        Importance::Low => "LOW",
    }
}

#[test]
fn type_range_and_importance_are_those_of_4_3() {
    let dump = dump(KafkaVersion::V4_3);
    assert_eq!(rows().count(), dump.len(), "every setting has a row, and every row is a setting");
    for setting in dump {
        let row = row(&setting.name).expect("a setting of Kafka's has a row");
        assert_eq!(row.kind.name(), setting.kind, "{}", row.name);
        assert_eq!(validator(row), setting.validator, "{}", row.name);
        assert_eq!(importance(row), setting.importance, "{}", row.name);
    }
}

#[test]
fn defaults_are_those_of_each_version() {
    for (version, _) in DUMPS {
        for setting in dump(version) {
            // gone by 4.3: the rules are those of 4.3
            let Some(row) = row(&setting.name) else { continue };
            // the class of the built-in partitioner then, which none is named for now
            if setting.default.as_deref().is_some_and(|class| class.ends_with("DefaultPartitioner"))
            {
                continue;
            }
            // an empty list was null once
            let default = row.defaults[version as usize];
            let same = default == setting.default.as_deref()
                || (setting.default.is_none() && default == Some(""));
            assert!(same, "{} {version:?}: {default:?}, not {:?}", row.name, setting.default);
        }
    }
}

#[test]
fn a_setting_is_marked_with_the_first_version_that_has_it() {
    for row in rows() {
        let first = DUMPS
            .iter()
            .map(|(version, _)| *version)
            .find(|version| dump(*version).iter().any(|setting| setting.name == row.name));
        assert_eq!(first, Some(row.since), "{}", row.name);
    }
}

#[test]
fn values_are_parsed_in_the_order_in_which_kafka_defines_the_settings() {
    let can_be_refused = |setting: &Setting| match setting.kind.as_str() {
        "STRING" => setting.validator.is_some(),
        "CLASS" => setting.name == "partitioner.class",
        kind => kind != "PASSWORD",
    };
    let dump = dump(KafkaVersion::V4_3);
    let order = dump.iter().filter(|setting| can_be_refused(setting));
    let order: Vec<&str> = order.map(|setting| setting.name.as_str()).collect();
    assert_eq!(order, DEFINITION_ORDER);
}
