//! The table of errors against `Errors`, as dumped by the recorder.

use serde::Deserialize;
use trace::ErrorCode;

const DUMP: &str = include_str!("../../../../tests/conformance/errors.json");

#[derive(Debug, Deserialize)]
struct Dump {
    errors: Vec<Error>,
}

#[derive(Debug, Deserialize)]
struct Error {
    code: i16,
    name: String,
    /// The exception's class and those that it extends.
    classes: Vec<String>,
    message: String,
}

impl Error {
    fn is(&self, class: &str) -> bool {
        self.classes.iter().any(|known| known == class)
    }
}

fn dump() -> Vec<Error> {
    serde_json::from_str::<Dump>(DUMP).expect("a dump of the recorder").errors
}

#[test]
fn every_error_of_kafka_is_known_as_kafka_has_it() {
    let dump = dump();
    assert_eq!(
        ErrorCode::ALL.len(),
        dump.len(),
        "every error has a row, and every row is an error"
    );
    for error in dump {
        let known = ErrorCode::of_name(&error.name).expect("an error of Kafka's has a row");
        assert_eq!(known.code(), error.code, "{known:?}");
        assert_eq!(
            known.exception(),
            error.classes.first().map_or("", String::as_str),
            "{known:?}"
        );
        assert_eq!(known.retriable(), error.is("RetriableException"), "{known:?}");
        assert_eq!(known.invalid_metadata(), error.is("InvalidMetadataException"), "{known:?}");
        assert_eq!(known.message(), error.message, "{known:?}");
    }
}

/// `Sender` and `TransactionManager` ask for these classes; the model asks for the errors.
#[test]
fn a_class_that_the_client_asks_for_is_that_of_the_errors_that_the_model_asks_for() {
    for (class, names) in [
        ("NotLeaderOrFollowerException", &["NOT_LEADER_OR_FOLLOWER"][..]),
        ("FencedLeaderEpochException", &["FENCED_LEADER_EPOCH"]),
        ("ClusterAuthorizationException", &["CLUSTER_AUTHORIZATION_FAILED"]),
        ("TransactionalIdAuthorizationException", &["TRANSACTIONAL_ID_AUTHORIZATION_FAILED"]),
        ("ProducerFencedException", &["PRODUCER_FENCED"]),
        ("UnsupportedVersionException", &["UNSUPPORTED_VERSION"]),
        ("InvalidPidMappingException", &["INVALID_PRODUCER_ID_MAPPING"]),
        ("OutOfOrderSequenceException", &["OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID"]),
    ] {
        let dump = dump();
        let of_class: Vec<_> =
            dump.iter().filter(|error| error.is(class)).map(|error| &error.name).collect();
        assert_eq!(of_class, names, "{class}");
    }
}
