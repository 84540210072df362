//! Rules that were different in earlier versions. A version switch changes defaults alone, and says so
//! with this list: a run has the rules of 4.3 always.

use super::table::KafkaVersion;

/// A rule that was different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleThen {
    /// The last version, of those known here, in which it was different.
    pub until: KafkaVersion,
    /// A name for it.
    pub name: &'static str,
    /// What was different, in one sentence.
    pub text: &'static str,
    /// Kafka's improvement proposal or issue that changed it.
    pub source: &'static str,
}

/// The rules that were different in a version.
pub fn rules_then(version: KafkaVersion) -> impl Iterator<Item = &'static RuleThen> {
    THEN.iter().filter(move |rule| rule.until >= version && version != KafkaVersion::V4_3)
}

macro_rules! then {
    ($($until:ident $name:literal $source:literal $text:literal;)+) => {
        const THEN: &[RuleThen] = &[$(RuleThen {
            until: KafkaVersion::$until,
            name: $name,
            text: $text,
            source: $source,
        }),+];
    };
}

then!(
    V2_8 "sticky-by-batch" "KIP-794"
        "The sticky partitioner moved on with every new batch, and knew nothing of slow brokers.";
    V2_8 "fixed-backoff" "KIP-580"
        "Every retry waited `retry.backoff.ms`: the wait neither grew nor jittered.";
    V2_8 "leader-news" "KIP-951"
        "An answer did not name the new leader, and a new leader did not end a back-off.";
    V3_9 "in-flight-above-five" "KIP-1030"
        "More than five requests in flight switched off idempotence that nobody had asked for.";
    V3_9 "round-robin-skips" "KAFKA-9965"
        "`RoundRobinPartitioner` was asked twice for a record that opened a batch, and skipped a partition.";
    V3_9 "flush-in-callback" "KIP-1118"
        "`flush()` inside a callback did not throw; it waited for ever.";
    V3_9 "topic-names" "KIP-516"
        "Produce requests named topics instead of carrying their ids, so their sizes were different.";
    V3_9 "flush-and-splits" "KAFKA-19479"
        "`flush()` did not wait for the pieces of a batch that was split.";
    V3_9 "expired-in-flight" "KAFKA-19012"
        "A batch that expired in flight gave its memory back at once, while it could still be sent.";
    V3_9 "second-split" "KAFKA-8350"
        "A piece that was too large again was split to `batch.size` again, not to half its size.";
    V3_9 "expiry-message" "4.3.0"
        "The message of an expired batch was one sentence shorter.";
    V3_9 "list-values" "KIP-1161"
        "Lists could have empty elements, and `bootstrap.servers` could be empty.";
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_has_all_that_a_newer_one_has_and_more() {
        let count = |version| rules_then(version).count();
        assert_eq!(count(KafkaVersion::V4_3), 0);
        assert!(count(KafkaVersion::V2_8) > count(KafkaVersion::V3_9));
    }
}
