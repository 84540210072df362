//! What can be swept: every number of the form, over a range that was chosen by hand, that its slider has, or
//! that the reader types.

use crate::sheets::settings::without_effect;
use analysis::Spacing;
use form::{knob, part_shown, shown};
use link::{PARTS, PartUnit, Playground, part};
use model::config::{CLUSTER_TABLE, Range, Row, TABLE, Type, Unit, cluster_row, human_value, row};

/// What is swept most: it is offered first.
pub(super) const FIRST: [&str; 8] = [
    "linger.ms",
    "batch.size",
    "max.in.flight.requests.per.connection",
    "buffer.memory",
    "rate",
    "value",
    "one-way",
    "between",
];

/// Ranges chosen by hand, where those of a slider show less.
const CHOSEN: [(&str, i64, i64); 14] = [
    ("linger.ms", 0, 100),
    ("batch.size", 128, 65_536),
    ("max.in.flight.requests.per.connection", 1, 5),
    ("buffer.memory", 2_048, 1_048_576),
    ("max.block.ms", 0, 1_000),
    ("retries", 0, 10),
    ("min.insync.replicas", 1, 5),
    ("segment.bytes", 1_048_576, 1_073_741_824),
    ("rate", 100, 50_000),
    ("value", 10, 20_000),
    ("callback", 0, 20_000),
    ("one-way", 50, 50_000),
    ("between", 50, 50_000),
    ("seed", 1, 50),
];

/// A default that means "never" is no end of a range.
const MOST: i64 = 2_000_000_000;
/// From this ratio of its ends on a range goes by ratios.
const WIDE: i64 = 100;

/// One number of the form, over a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    pub(super) name: &'static str,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Every number that can be swept.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let settings = TABLE.iter().filter(|row| without_effect(row.name).is_none());
    let settings = settings.chain(CLUSTER_TABLE).filter(|row| is_number(row));
    let parts = PARTS.iter().filter(|part| !matches!(part.unit, PartUnit::Words(_)));
    settings.map(|row| row.name).chain(parts.map(|part| part.name))
}

fn is_number(row: &Row) -> bool {
    let number = matches!(row.kind, Type::Short | Type::Int | Type::Long);
    number && row.range != Range::Between(0, 1)
}

fn row_of(name: &str) -> Option<&'static Row> {
    row(name).or_else(|| cluster_row(name))
}

impl Axis {
    /// Out of an address: `NAME`, or `NAME:FROM..TO`. Whether the range in it was understood comes along.
    pub(super) fn read(text: &str) -> (Self, bool) {
        let (name, range) = text.split_once(':').unwrap_or((text, ""));
        let name = all().find(|known| *known == name).unwrap_or(FIRST[0]);
        let axis = Self::usual(name);
        if range.trim().is_empty() {
            return (axis, true);
        }
        match ends(name, range) {
            Some((from, to)) => (Self { name, from, to }, true),
            None => (axis, false),
        }
    }

    /// A number over the range that is looked at first.
    fn usual(name: &'static str) -> Self {
        if let Some((_, from, to)) = CHOSEN.iter().find(|(chosen, ..)| *chosen == name).copied() {
            return Self { name, from, to };
        }
        let stops = knob(&Playground::default(), name).map(|knob| knob.stops).unwrap_or_default();
        let numbers = stops.iter().filter_map(|stop| number(name, stop));
        let (from, to) = numbers
            .filter(|number| *number <= MOST)
            .fold((i64::MAX, i64::MIN), |(least, most), n| (least.min(n), most.max(n)));
        Self { name, from, to: to.max(from) }
    }

    /// Far ranges go by ratios.
    pub(super) fn spacing(self) -> Spacing {
        if self.to / self.from.max(1) >= WIDE { Spacing::Logarithmic } else { Spacing::Linear }
    }

    /// Where a form stands on it.
    pub(super) fn value_of(self, playground: &Playground) -> Option<i64> {
        if let Some(part) = part(self.name) {
            return Some((part.get)(playground));
        }
        let settings = &playground.settings;
        let text = settings.text(self.name);
        text.or_else(|| playground.cluster.text(self.name, settings.version))?.parse().ok()
    }

    /// The form with another value.
    pub(super) fn with(self, playground: &Playground, value: i64) -> Playground {
        let mut playground = playground.clone();
        playground.set(self.name, &self.text(value));
        playground
    }

    /// A value as an address has it.
    pub(super) fn text(self, value: i64) -> String {
        part(self.name).map_or_else(|| value.to_string(), |part| part.text(value))
    }

    /// A value as people write it, all of an axis in one manner.
    pub(super) fn shown(self, value: i64) -> String {
        let text = match (part(self.name), row_of(self.name)) {
            (Some(part), _) => part_shown(part, value),
            (None, Some(row)) if row.unit == Unit::Millis && value >= 1_000 => {
                let text = format!("{}.{:03}", value / 1_000, value % 1_000);
                [text.trim_end_matches('0').trim_end_matches('.'), " s"].concat()
            }
            (None, Some(row)) => shown(row.unit, &value.to_string()),
            (None, None) => value.to_string(),
        };
        units::grouped(&text)
    }

    /// Its range as it can be typed.
    pub(super) fn range(self) -> String {
        [self.text(self.from), self.text(self.to)].join("..")
    }
}

/// The ends of a range that somebody typed: `0..500`, `0 – 0.5s`, `128-64k`.
fn ends(name: &str, text: &str) -> Option<(i64, i64)> {
    let text = text.replace(['–', '…', '~'], "..");
    let (from, to) = match text.split_once("..") {
        Some(ends) => ends,
        // a minus before the first number is a sign
        None => text.trim_start().get(1..)?.find('-').map(|at| {
            let text = text.trim_start();
            (&text[..=at], &text[at + 2..])
        })?,
    };
    let (from, to) = (number(name, from)?, number(name, to)?);
    (from < to).then_some((from, to))
}

/// A number with or without a unit. What Kafka refuses is a number too: a sweep shows that it does.
fn number(name: &str, text: &str) -> Option<i64> {
    match part(name) {
        Some(part) => part.human_number(text),
        None => human_value(row_of(name)?, text.trim()).parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_form_has_a_range_and_its_values_are_taken() {
        for name in all() {
            let axis = Axis::usual(name);
            assert!(axis.from < axis.to && axis.from >= 0 && axis.to <= MOST, "{axis:?}");
            for value in [axis.from, axis.to] {
                let with = axis.with(&Playground::default(), value);
                assert_eq!(axis.value_of(&with), Some(value), "{name}");
            }
            let again = [name, ":", &axis.range()].concat();
            assert_eq!(Axis::read(&again), (axis, true), "{again}");
        }
        assert!(
            FIRST
                .iter()
                .chain(CHOSEN.iter().map(|(name, ..)| name))
                .all(|n| all().any(|k| k == *n))
        );
    }

    #[test]
    fn what_changes_nothing_or_is_no_number_is_not_offered() {
        for name in ["acks", "compression.gzip.level", "metrics.num.samples", "mode", "kafka"] {
            assert!(!all().any(|known| known == name), "{name}");
        }
    }

    #[test]
    fn values_of_an_axis_are_written_in_one_manner() {
        let shown = |name: &str, value| Axis::read(name).0.shown(value);
        assert_eq!(shown("delivery.timeout.ms", 30_166), "30.166 s");
        assert_eq!(shown("delivery.timeout.ms", 60_000), "60 s");
        assert_eq!(shown("delivery.timeout.ms", 166), "166 ms");
        assert_eq!(shown("rate", 50_000), "50,000");
        assert_eq!(shown("batch.size", 1_500), "1,500 B");
    }

    #[track_caller]
    fn check(text: &str, want: Option<(i64, i64)>) {
        let (axis, understood) = Axis::read(text);
        match want {
            Some(ends) => assert_eq!(((axis.from, axis.to), understood), (ends, true), "{text}"),
            None => assert_eq!((axis, understood), (Axis::usual(axis.name), false), "{text}"),
        }
    }

    #[test]
    fn a_range_is_read_as_people_write_it() {
        check("linger.ms:0..500", Some((0, 500)));
        check("linger.ms:0 – 1.5s", Some((0, 1_500)));
        check("batch.size:1k-64k", Some((1_024, 65_536)));
        check("one-way:0.1ms..2ms", Some((100, 2_000)));
        check("linger.ms:-5..5", Some((-5, 5)));
        check("linger.ms:-5-5", Some((-5, 5)));
        check("linger.ms:5..5", None);
        check("linger.ms:much", None);
        check("one-way:0..1000s", None);
        check("no such:1..2", Some((1, 2)));
    }
}
