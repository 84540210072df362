//! Holds the model's runs against the recorded ones: the first difference, in words.

use super::bound::bound;
use super::loopback::MACHINE;
use super::measure::Observation;
use super::outcome::Repetition;
use super::scenario::Settled;
use super::script::{Measure, WholePart};
use std::collections::{BTreeMap, BTreeSet};
use units::Micros;

/// A difference in words, and a seed that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// One line.
    pub line: String,
    /// The seed.
    pub seed: u64,
}

/// The runs of both sides.
pub(super) struct Judge<'a> {
    pub(super) part: &'a WholePart,
    pub(super) settled: &'a Settled,
    pub(super) recorded: &'a [Repetition],
    /// By seed.
    pub(super) model: &'a [Observation],
}

impl Judge<'_> {
    /// The first difference; `None` if there is none.
    pub(super) fn difference(&self) -> Option<Difference> {
        self.fates().or_else(|| self.errors()).or_else(|| self.elections()).or_else(|| self.times())
    }

    /// Every seed has zero in exactly those classes in which all repetitions have zero.
    fn fates(&self) -> Option<Difference> {
        for group in self.part.compare.fate.keys() {
            for (seed, observation) in self.model.iter().enumerate() {
                for (class, count) in observation.fates[group].classes() {
                    let recorded: Vec<u64> = self
                        .recorded
                        .iter()
                        .map(|r| r.fates[group].get(class).copied().unwrap_or(0))
                        .collect();
                    if recorded.iter().all(|n| *n == 0) == (count == 0) {
                        continue;
                    }
                    let line = format!(
                        "{class} of '{group}': {recorded:?} in the repetitions, {count} with seed {seed}"
                    );
                    return Some(Difference { line, seed: seed as u64 });
                }
            }
        }
        None
    }

    /// The set of errors lies between the intersection and the union of the repetitions.
    fn errors(&self) -> Option<Difference> {
        let mut sets = self.recorded.iter().map(|repetition| repetition.errors.clone());
        let first = sets.next()?;
        let (always, ever) =
            sets.fold((first.clone(), first), |(always, ever), set| (&always & &set, &ever | &set));
        let spec = &self.part.compare.errors;
        let mut differing: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for (seed, observation) in self.model.iter().enumerate() {
            let missing = always.difference(&observation.errors);
            let missing = missing.map(|name| ("in every repetition, not", name, &spec.not_always));
            let more = observation.errors.difference(&ever);
            let more = more.map(|name| ("in no repetition, but", name, &spec.also));
            for (how, name, exceptions) in missing.chain(more) {
                let seeds = differing.entry((how, name)).or_default();
                *seeds += 1;
                if *seeds > exceptions.most(name) {
                    let others = *seeds - 1;
                    let others =
                        if others > 0 { format!(" and {others} others") } else { String::new() };
                    let line = format!("{name}: {how} with seed {seed}{others}");
                    return Some(Difference { line, seed: seed as u64 });
                }
            }
        }
        None
    }

    /// What stands beside each other of each time: a line each, for a reader.
    pub(super) fn ranges(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |what: &str, recorded: Vec<Option<i64>>, model: Vec<Option<i64>>| {
            let ends = |times: &[Option<i64>]| {
                let known = times.iter().flatten();
                Some((*known.clone().min()?, *known.max()?))
            };
            let (Some(recorded), Some(model)) = (ends(&recorded), ends(&model)) else { return };
            let outside = (model.0 - recorded.0).max(recorded.1 - model.1).max(0);
            let outside =
                if outside > 0 { format!(", {} outside", ms(outside)) } else { String::new() };
            let (least, greatest) = (ms(recorded.0), ms(recorded.1));
            let (from, to) = (ms(model.0), ms(model.1));
            lines.push(format!(
                "{what}: recorded {least} to {greatest}, the model {from} to {to}{outside}"
            ));
        };
        let elections = self.part.compare.elections.as_ref();
        for number in 0..elections.map_or(0, |spec| spec.allowed.len()) {
            let nth = |of: &[(i64, i64)]| of.get(number).map(|election| election.1);
            line(
                &format!("election {}", number + 1),
                self.recorded.iter().map(|r| nth(&r.elections)).collect(),
                self.model.iter().map(|o| nth(&o.elections)).collect(),
            );
        }
        for (number, spec) in self.part.compare.times.iter().enumerate() {
            line(
                name(spec.what),
                self.recorded.iter().map(|r| r.times[number]).collect(),
                self.model.iter().map(|o| o.times[number]).collect(),
            );
        }
        lines
    }

    /// The same leaders one after another, each at a time that the model and the rule know.
    fn elections(&self) -> Option<Difference> {
        let spec = self.part.compare.elections.as_ref()?;
        for (number, allowed) in spec.allowed.iter().enumerate() {
            let what = format!("election {}", number + 1);
            let nth = |of: &[(i64, i64)]| of.get(number).copied();
            let leaders: BTreeSet<Option<i64>> =
                self.recorded.iter().map(|r| nth(&r.elections).map(|e| e.0)).collect();
            for (seed, observation) in self.model.iter().enumerate() {
                let leader = nth(&observation.elections).map(|e| e.0);
                if !leaders.contains(&leader) {
                    let line = format!(
                        "{what}: leader {leader:?} with seed {seed}, {leaders:?} in the repetitions"
                    );
                    return Some(Difference { line, seed: seed as u64 });
                }
            }
            let times = |of: &[(i64, i64)]| nth(of).map(|election| election.1);
            let recorded: Vec<_> = self.recorded.iter().map(|r| times(&r.elections)).collect();
            let model: Vec<_> = self.model.iter().map(|o| times(&o.elections)).collect();
            if let Some(difference) = self.range(&what, &recorded, &model, allowed) {
                return Some(difference);
            }
        }
        None
    }

    fn times(&self) -> Option<Difference> {
        for (number, spec) in self.part.compare.times.iter().enumerate() {
            let recorded: Vec<_> = self.recorded.iter().map(|r| r.times[number]).collect();
            let model: Vec<_> = self.model.iter().map(|o| o.times[number]).collect();
            let what = name(spec.what);
            if let Some(difference) = self.range(what, &recorded, &model, &spec.allowed) {
                return Some(difference);
            }
        }
        None
    }

    /// Every recorded time within the model's least and greatest, and those within the rule's.
    fn range(
        &self,
        what: &str,
        recorded: &[Option<i64>],
        model: &[Option<i64>],
        allowed: &[String; 2],
    ) -> Option<Difference> {
        let known = (0..).zip(model).filter_map(|(seed, time)| time.map(|time| (time, seed)));
        let (Some((least, first)), Some((greatest, last))) = (known.clone().min(), known.max())
        else {
            let any = recorded.iter().any(Option::is_some);
            let line = format!("{what}: recorded {recorded:?}, never in the model");
            return any.then_some(Difference { line, seed: 0 });
        };
        let machine = MACHINE.0 as i64;
        for time in recorded.iter().flatten() {
            let seed = if *time < least - machine {
                first
            } else if *time > greatest + machine {
                last
            } else {
                continue;
            };
            let (time, least, greatest) = (ms(*time), ms(least), ms(greatest));
            let line = format!("{what}: recorded {time}, the model has {least} to {greatest}");
            return Some(Difference { line, seed });
        }
        let held = Micros(self.part.held.replication_ms * 1000);
        let limit = |text: &String| bound(text, self.settled, held);
        let (line, seed) = match (limit(&allowed[0]), limit(&allowed[1])) {
            (Ok(from), _) if least < from - machine => {
                (format!("{} in the model, the rule's least is {}", ms(least), ms(from)), first)
            }
            (_, Ok(to)) if greatest > to + machine => {
                (format!("{} in the model, the rule's most is {}", ms(greatest), ms(to)), last)
            }
            (Ok(_), Ok(_)) => return None,
            (Err(why), _) | (_, Err(why)) => (why, 0),
        };
        Some(Difference { line: format!("{what}: {line}"), seed })
    }
}

const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Stall => "stall",
        Measure::IsrShrink => "in-sync set shrinks",
        Measure::LatencyMedian => "latency (median)",
        Measure::CommitMedian => "time until committed (median)",
        Measure::MsPerAck => "time per acknowledgement",
        Measure::FirstAck => "first acknowledgement",
        Measure::FirstVisible => "first record visible",
        Measure::LastVisible => "last record visible",
    }
}

fn ms(micros: i64) -> String {
    format!("{} ms", micros as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::measure::Fate;
    use crate::cluster::script::Script;
    use std::collections::BTreeMap;

    const SCRIPT: &str = r#"{
        "format": 1, "name": "n", "about": "", "outcomes": [],
        "brokers": {"broker.session.timeout.ms": "3000"},
        "compare": {
            "fate": {"all": "/fate"},
            "errors": {"client": "/client"},
            "elections": {"recorded": "/controller", "allowed": [["0", "S"]]},
            "times": [{"what": "stall", "recorded": "/stall", "allowed": ["S - 500", "S + S/8"]}]
        }
    }"#;

    fn recorded(acked_lost: u64, errors: &[&str], election: (i64, i64), stall: i64) -> Repetition {
        let fate = BTreeMap::from([("acked_lost".to_owned(), acked_lost)]);
        Repetition {
            fates: BTreeMap::from([("all".to_owned(), fate)]),
            errors: errors.iter().map(|name| (*name).to_owned()).collect(),
            elections: vec![election],
            times: vec![Some(stall)],
        }
    }

    fn model(acked_lost: u64, errors: &[&str], election: (i64, i64), stall: i64) -> Observation {
        let fate = Fate { acked_lost, ..Fate::default() };
        Observation {
            fates: BTreeMap::from([("all".to_owned(), fate)]),
            errors: errors.iter().map(|name| (*name).to_owned()).collect(),
            elections: vec![election],
            times: vec![Some(stall)],
        }
    }

    /// What is said about two repetitions and these runs of the model; empty if nothing.
    #[track_caller]
    fn check(model: &[Observation], want: &str) {
        let script = Script::parse(SCRIPT).expect("it is a script");
        let part = &script.whole_parts()[0];
        let settled = Settled::of(part).expect("its settings are Kafka's");
        let recorded = [
            recorded(0, &["A"], (2, 1_000_000), 2_800_000),
            recorded(0, &["A", "B"], (2, 1_200_000), 3_100_000),
        ];
        let said = Judge { part, settled: &settled, recorded: &recorded, model }.difference();
        let said = said.map(|difference| difference.line).unwrap_or_default();
        assert!(said.contains(want) && said.is_empty() == want.is_empty(), "{said}");
    }

    fn fine(stall: i64) -> Observation {
        model(0, &["A"], (2, if stall < 3_000_000 { 900_000 } else { 1_300_000 }), stall)
    }

    #[test]
    fn runs_around_the_recorded_ones_pass() {
        check(&[fine(2_600_000), fine(3_300_000)], "");
    }

    #[test]
    fn a_loss_that_was_never_recorded_is_a_difference() {
        let lost = model(1, &["A"], (2, 1_300_000), 3_300_000);
        check(&[fine(2_600_000), lost], "acked_lost of 'all'");
    }

    #[test]
    fn errors_lie_between_the_intersection_and_the_union() {
        check(&[model(0, &[], (2, 0), 0)], "A: in every repetition");
        check(&[model(0, &["A", "C"], (2, 0), 0)], "C: in no repetition");
    }

    #[test]
    fn another_leader_is_a_difference() {
        check(&[model(0, &["A"], (3, 1_000_000), 3_000_000)], "leader");
    }

    #[test]
    fn a_recorded_time_outside_the_model_is_a_difference() {
        check(&[fine(2_600_000), fine(2_900_000)], "election 1: recorded");
        let runs = [fine(2_950_000), fine(3_300_000)];
        check(&runs, "stall: recorded 2800 ms");
    }

    #[test]
    fn a_time_of_the_model_outside_the_rule_is_a_difference() {
        check(&[fine(2_400_000), fine(3_300_000)], "the rule's least is 2500 ms");
        check(&[fine(2_600_000), fine(3_400_000)], "the rule's most is 3375 ms");
    }
}
