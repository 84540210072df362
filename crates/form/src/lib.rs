//! What can be set, as knobs: value, choices, stops, default, and what holds in the end. The first
//! module's controls and the sheets of the second are built from these; neither knows a language.

mod effective;
mod shown;
mod stops;

pub use effective::effective;
pub use shown::{part_shown, shown};

use link::{PARTS, Part, PartUnit, Playground};
use model::config::{Range, Row, Type, cluster_row, row};
use sheet::Knob;

/// The knob of a setting of the producer or the cluster, or of a part; `None` for a name of neither.
#[must_use]
pub fn knob(playground: &Playground, name: &str) -> Option<Knob> {
    let version = playground.settings.version;
    if let Some(row) = row(name) {
        let typed = playground.settings.is_set(name);
        let knob = of_row(row, row.default(version), playground.settings.text(name), typed);
        return Some(Knob { holds: effective(playground, name), ..knob });
    }
    if let Some(row) = cluster_row(name) {
        let typed = playground.cluster.typed.contains_key(name);
        return Some(of_row(
            row,
            row.default(version),
            playground.cluster.text(name, version),
            typed,
        ));
    }
    PARTS.iter().find(|part| part.name == name).map(|part| of_part(playground, part))
}

fn of_row(row: &Row, default: Option<&'static str>, text: Option<&str>, typed: bool) -> Knob {
    let text = text.unwrap_or_default();
    let choices = choices(row);
    let stops = if choices.is_empty() { stops::of_row(row, default) } else { Vec::new() };
    let number = |text: &str| text.parse::<i64>().ok();
    Knob {
        name: row.name.to_owned(),
        label: row.name.to_owned(),
        value: if choices.is_empty() { shown(row.unit, text) } else { text.to_owned() },
        choices,
        at: stops::nearest(&stops, number(text)),
        notch: default.and_then(number).map(|default| stops::nearest(&stops, Some(default))),
        stops: stops.iter().map(i64::to_string).collect(),
        default: default.map(|default| shown(row.unit, default)),
        changed: typed,
        ..Knob::default()
    }
}

/// Values side by side: each with the words on its button.
fn choices(row: &Row) -> Vec<(String, String)> {
    let same = |words: &[&str]| {
        words.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect()
    };
    match (row.name, row.kind, row.range) {
        // -1 is another name of `all`
        ("acks", ..) => same(&["0", "1", "all"]),
        ("partitioner.class", ..) => {
            let class = "org.apache.kafka.clients.producer.RoundRobinPartitioner";
            let plain = ("default".to_owned(), "BuiltInPartitioner".to_owned());
            vec![plain, (class.to_owned(), "RoundRobinPartitioner".to_owned())]
        }
        (_, Type::Boolean, _) => same(&["true", "false"]),
        (_, Type::Int, Range::Between(0, 1)) => same(&["0", "1"]),
        (_, _, Range::OneOf(words)) => same(words),
        // as their defaults are written
        (_, _, Range::OneOfIgnoringCase(words)) => {
            let lower = words.iter().map(|word| word.to_lowercase());
            lower.map(|word| (word.clone(), word)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_part(playground: &Playground, part: &Part) -> Knob {
    let (number, default) = ((part.get)(playground), (part.get)(&Playground::default()));
    let choices: Vec<_> = match part.unit {
        PartUnit::Words(words) => {
            words.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect()
        }
        _ => Vec::new(),
    };
    let stops = if choices.is_empty() { stops::of_part(part, default) } else { Vec::new() };
    let value = match playground.refused.get(part.name) {
        Some(refused) => refused.clone(),
        None if choices.is_empty() => part_shown(part, number),
        None => part.text(number),
    };
    Knob {
        name: part.name.to_owned(),
        label: part.name.to_owned(),
        value,
        choices,
        at: stops::nearest(&stops, Some(number)),
        notch: Some(stops::nearest(&stops, Some(default))),
        stops: stops.iter().map(|stop| part.text(*stop)).collect(),
        default: Some(part_shown(part, default)),
        changed: number != default || playground.refused.contains_key(part.name),
        ..Knob::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::config::{CLUSTER_TABLE, TABLE};

    fn all_names() -> impl Iterator<Item = &'static str> {
        let rows = TABLE.iter().chain(CLUSTER_TABLE).map(|row| row.name);
        rows.chain(PARTS.iter().map(|part| part.name))
    }

    #[test]
    fn every_setting_and_part_has_a_knob_and_every_stop_and_choice_is_taken() {
        for name in all_names() {
            let knob = knob(&Playground::default(), name).expect("it can be set");
            let values = knob.stops.iter().chain(knob.choices.iter().map(|(value, _)| value));
            for value in values {
                let mut playground = Playground::default();
                assert!(playground.set(name, value), "{name}={value}");
                let refused = playground.scenario().err().unwrap_or_default();
                // more replicas than brokers, or a wait longer than a lag, are other knobs' matter
                let own = refused.iter().filter(|error| error.message.contains("Invalid value"));
                assert_eq!(own.count(), 0, "{name}={value}: {refused:?}");
            }
        }
    }

    #[test]
    fn a_knob_stands_where_its_value_is() {
        let mut playground = Playground::default();
        assert!(playground.set("linger.ms", "20"));
        let linger = knob(&playground, "linger.ms").expect("a setting");
        assert_eq!(linger.stops[linger.at as usize], "20");
        assert_eq!(linger.notch.map(|notch| linger.stops[notch as usize].as_str()), Some("5"));
        assert_eq!((linger.value.as_str(), linger.default.as_deref()), ("20 ms", Some("5 ms")));
        assert!(linger.changed);
    }

    #[test]
    fn a_part_that_was_refused_keeps_what_was_typed() {
        let mut playground = Playground::default();
        assert!(!playground.set("rate", "a lot"));
        let rate = knob(&playground, "rate").expect("a part");
        assert_eq!((rate.value.as_str(), rate.changed), ("a lot", true));
        assert!(playground.set("rate", "default"));
        assert_eq!(playground, Playground::default());
    }
}
