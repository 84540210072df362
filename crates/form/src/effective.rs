//! Settings that another one overrides: what holds in the end is what `ProducerSettings::check` made.

use crate::shown;
use link::Playground;
use model::config::{PartitionerClass, ProducerConfig, ProducerSettings, Unit};
use std::cell::LazyCell;

/// The value that holds although the form says another, and the setting that brought it about, as
/// `name=value`; `None` where the form's value holds, or where what Kafka refuses decides.
#[must_use]
pub fn effective(playground: &Playground, name: &str) -> Option<(String, String)> {
    let typed = &playground.settings;
    // most names are overridden by nothing: only the others cost a check
    let accepted = LazyCell::new(|| accepted(typed));
    let config = || Some(&accepted.as_ref()?.1);
    let (value, because) = overridden(typed, config, name)?;
    // a refused value is told as one, and decides nothing
    let settings = &accepted.as_ref()?.0;
    let stands = |name: &str| settings.text(name) == typed.text(name);
    let decides = stands(because.split('=').next().unwrap_or_default());
    (stands(name) && decides).then_some((value, because))
}

/// The settings without those that Kafka refuses, and what it makes of them.
fn accepted(settings: &ProducerSettings) -> Option<(ProducerSettings, ProducerConfig)> {
    let mut settings = settings.clone();
    loop {
        let refused = match settings.check() {
            Ok(checked) => return Some((settings, checked.config)),
            Err(refused) => refused,
        };
        let before = settings.typed.len();
        for error in refused {
            settings.typed.remove(error.setting);
        }
        if settings.typed.len() == before {
            return None;
        }
    }
}

fn overridden<'a>(
    settings: &ProducerSettings,
    config: impl Fn() -> Option<&'a ProducerConfig>,
    name: &str,
) -> Option<(String, String)> {
    let because = |name: &str| [name, "=", settings.text(name).unwrap_or_default()].concat();
    let says = |text: &str| settings.text(name) == Some(text);
    let millis = |number: i64| shown(Unit::Millis, &number.to_string());
    match name {
        "enable.idempotence" if says("true") && !config()?.enable_idempotence() => {
            let retries = settings.text("retries") == Some("0");
            Some(("false".to_owned(), because(if retries { "retries" } else { "acks" })))
        }
        "delivery.timeout.ms" => {
            let holds = config()?.delivery_timeout().0;
            let raised = !says(&holds.to_string());
            raised.then(|| (millis(holds), because("linger.ms")))
        }
        "reconnect.backoff.max.ms" => {
            let holds = config()?.reconnect_backoff_max().0;
            let follows = !says(&holds.to_string());
            follows.then(|| (millis(holds), because("reconnect.backoff.ms")))
        }
        "retry.backoff.ms" => {
            let (first, longest) = (config()?.retry_backoff(), config()?.retry_backoff_max());
            (first > longest).then(|| (millis(longest.0), because("retry.backoff.max.ms")))
        }
        "partitioner.adaptive.partitioning.enable" if says("true") => {
            let other = config()?.partitioner() == PartitionerClass::RoundRobin;
            other.then(|| ("false".to_owned(), "partitioner.class".to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(set: &[(&str, &str)], name: &str, want: Option<(&str, &str)>) {
        let mut playground = Playground::default();
        for (name, value) in set {
            playground.set(name, value);
        }
        let holds = effective(&playground, name);
        let holds = holds.as_ref().map(|(value, because)| (value.as_str(), because.as_str()));
        assert_eq!(holds, want);
    }

    #[test]
    fn acks_1_turns_idempotence_off_unless_it_was_asked_for() {
        check(&[], "enable.idempotence", None);
        check(&[("acks", "1")], "enable.idempotence", Some(("false", "acks=1")));
        check(&[("retries", "0")], "enable.idempotence", Some(("false", "retries=0")));
    }

    #[test]
    fn what_kafka_refuses_elsewhere_leaves_the_rest_in_effect() {
        let idempotence = "enable.idempotence";
        check(&[("acks", "1"), ("linger.ms", "-3")], idempotence, Some(("false", "acks=1")));
        // two rules at once, the second one met behind the first
        let refused = [("acks", "1"), ("linger.ms", "-3"), ("delivery.timeout.ms", "10")];
        check(&refused, idempotence, Some(("false", "acks=1")));
        check(&refused, "delivery.timeout.ms", None);
    }

    #[test]
    fn what_is_refused_has_no_effect() {
        check(&[("acks", "2")], "enable.idempotence", None);
        check(&[("acks", "1"), ("enable.idempotence", "true")], "enable.idempotence", None);
        check(&[("reconnect.backoff.ms", "-1")], "reconnect.backoff.max.ms", None);
        let longest = [("retry.backoff.max.ms", "-5"), ("retry.backoff.ms", "2s")];
        check(&longest, "retry.backoff.ms", None);
    }

    #[test]
    fn a_delivery_timeout_that_is_too_short_is_raised() {
        let linger = [("linger.ms", "100s")];
        check(&linger, "delivery.timeout.ms", Some(("130 s", "linger.ms=100000")));
    }

    #[test]
    fn round_robin_knows_nothing_of_slow_brokers() {
        let class = "org.apache.kafka.clients.producer.RoundRobinPartitioner";
        let name = "partitioner.adaptive.partitioning.enable";
        check(&[("partitioner.class", class)], name, Some(("false", "partitioner.class")));
    }
}
