//! Recorded runs of real brokers under faults, held against the model over many seeds.
//!
//! [`Script`] says what was done, `scenario` makes a part of it a run, `play` acts on the run as the
//! recorder acted on its cluster, `measure` takes from the trace what the recorder took, `judge`
//! compares with the outcomes. Phases (heartbeats, sweeps, fetches, the script's own moments) are
//! drawn by seed; what the machine took is one set of constants, in `loopback`. Reads no files.

mod account;
mod bound;
mod judge;
mod logs;
mod loopback;
mod measure;
mod outcome;
mod play;
mod scenario;
mod script;
mod watch;

pub use judge::Difference;
pub use script::{Script, ScriptError};

use judge::Judge;
use measure::Observation;
use outcome::Repetition;
use scenario::Settled;
use script::WholePart;

/// How many seeds a script is played with.
pub const SEEDS: u64 = 200;

/// A script with its outcomes, ready to be played.
pub struct ClusterCase {
    /// The script's name.
    pub name: String,
    parts: Vec<(WholePart, Settled, Vec<Repetition>)>,
}

/// What a seed's run of one part came to, or why it came to nothing.
pub struct SeedRun(Result<Observation, String>);

impl ClusterCase {
    /// Reads a script and the texts of its outcomes.
    ///
    /// # Errors
    /// Either cannot be read, or says something that has no meaning here.
    pub fn new(script: &Script, outcomes: &[String]) -> Result<Self, ScriptError> {
        let repetitions = outcome::repetitions(outcomes)?;
        let mut parts = Vec::new();
        for part in script.whole_parts() {
            let settled = Settled::of(&part)?;
            let recorded = repetitions.iter().map(|value| Repetition::of(value, &part));
            let recorded = recorded.collect::<Result<_, _>>()?;
            parts.push((part, settled, recorded));
        }
        Ok(Self { name: script.name.clone(), parts })
    }

    /// How many parts it has.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Plays one part with one seed. Panics if there is no such part.
    #[must_use]
    pub fn play(&self, part: usize, seed: u64) -> SeedRun {
        let (part, settled, _) = &self.parts[part];
        match play::play(part, settled, seed) {
            Ok(played) => SeedRun(measure::measure(&played, &part.compare)),
            Err(stuck) => SeedRun(Err(stuck.why)),
        }
    }

    /// What a part does with one seed, line by line. Panics if there is no such part.
    #[must_use]
    pub fn account(&self, part: usize, seed: u64) -> Vec<String> {
        let (part, settled, _) = &self.parts[part];
        match play::play(part, settled, seed) {
            Ok(played) => account::account(&played),
            Err(stuck) => {
                let mut lines = account::account(&stuck.so_far);
                lines.push(stuck.why);
                lines
            }
        }
    }

    /// The first difference of a part between its runs, in order of seeds, and the recorded ones.
    /// Panics if there is no such part.
    #[must_use]
    pub fn difference(&self, part: usize, runs: &[SeedRun]) -> Option<Difference> {
        let (part, settled, recorded) = &self.parts[part];
        let mut model = Vec::new();
        for (seed, run) in (0..).zip(runs) {
            match &run.0 {
                Ok(observation) => model.push(observation.clone()),
                Err(why) => {
                    let line = self.line(part, &format!("seed {seed}: {why}"));
                    return Some(Difference { line, seed });
                }
            }
        }
        let judge = Judge { part, settled, recorded, model: &model };
        let Difference { line, seed } = judge.difference()?;
        Some(Difference { line: self.line(part, &line), seed })
    }

    /// Each time of a part: what was recorded beside what the runs took. Panics if there is no such part.
    #[must_use]
    pub fn ranges(&self, part: usize, runs: &[SeedRun]) -> Vec<String> {
        let (part, settled, recorded) = &self.parts[part];
        let model: Vec<_> = runs.iter().filter_map(|run| run.0.clone().ok()).collect();
        let judge = Judge { part, settled, recorded, model: &model };
        judge.ranges().iter().map(|line| self.line(part, line)).collect()
    }

    fn line(&self, part: &WholePart, difference: &str) -> String {
        match part.name.as_str() {
            "" => format!("{}: {difference}", self.name),
            name => format!("{} ({name}): {difference}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn files(folder: &str) -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/cluster");
        let entries = std::fs::read_dir(root.join(folder)).expect("the folder is there");
        entries.map(|entry| entry.expect("it can be read").path()).collect()
    }

    #[test]
    fn every_script_reads_its_outcomes_and_every_outcome_has_a_script() {
        let mut named = BTreeSet::new();
        for path in files("scripts") {
            let text = std::fs::read_to_string(&path).expect("it can be read");
            let script = Script::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert_eq!(path.file_stem().and_then(|name| name.to_str()), Some(&*script.name));
            let folder = path.parent().expect("it lies in a folder");
            let outcomes = script.outcomes.iter().map(|name| {
                let outcome = folder.join(name);
                named.insert(outcome.file_name().expect("it has a name").to_owned());
                std::fs::read_to_string(&outcome).expect("the outcome is there")
            });
            let outcomes: Vec<String> = outcomes.collect();
            if let Err(error) = ClusterCase::new(&script, &outcomes) {
                panic!("{}: {error}", path.display());
            }
        }
        for path in files("outcomes") {
            assert!(named.contains(path.file_name().expect("it has a name")), "{}", path.display());
        }
    }

    #[test]
    fn what_can_be_done_to_a_cluster_is_done_and_ends() {
        let text = r#"{
            "format": 1, "name": "five", "about": "", "outcomes": [],
            "brokers": {
                "broker.session.timeout.ms": "1500",
                "broker.heartbeat.interval.ms": "300",
                "replica.lag.time.max.ms": "1000"
            },
            "topic": {"replicas": "5,4", "min.insync.replicas": "1"},
            "producer": {"linger.ms": "0", "request.timeout.ms": "2000"},
            "script": [
                {"send": {"every_us": 20000, "records": 60, "group": "first"}},
                {"wait_ms": 300, "up_to_ms": 400},
                {"mark": "zero", "cut": [[5, 4]]},
                {"until": {"isr": [5]}},
                {"heal": [[5, 4]]},
                {"until": {"in_isr": [4], "answered": true}},
                {"cut": "client"},
                {"send": {"every_us": 50000}},
                {"wait_ms": 100},
                {"heal": "client"},
                {"repeat": {"times": 2, "steps": [{"hang": [2]}, {"wait_ms": 50}, {"resume": [2]}]}},
                {"cut": "replication"},
                {"wait_ms": 50},
                {"heal": "replication"},
                {"terminate": [1]},
                {"start": [1]},
                {"until": {"active": [1]}},
                {"mark": "crash", "kill": [5, 3]},
                {"until": {"leader_is_not": 5, "leader_epoch_above": 0}},
                {"until": {"acked": {"more_than": 5, "since": "crash"}}},
                {"terminate": [2]},
                {"halt": true},
                {"finish": true},
                {"restore": true}
            ],
            "compare": {
                "fate": {"first": "/first", "all": "/all"},
                "elections": {"recorded": "/controller", "allowed": [["L + 1500", "L + L/2 + S + S/8 + 3000 + START_GREATEST"]]}
            }
        }"#;
        let outcome = r#"{"repetitions": [{
            "first": {"acked_present": 60}, "all": {"acked_present": 9},
            "controller": [{"at_ms": 5000, "leader": 4, "leader_epoch": 1}]
        }]}"#;
        let script = Script::parse(text).expect("it is a script");
        let case = ClusterCase::new(&script, &[outcome.to_owned()]).expect("it has a meaning");
        let runs: Vec<SeedRun> = (0..20).map(|seed| case.play(0, seed)).collect();
        let difference = case.difference(0, &runs).map(|difference| difference.line);
        assert_eq!(difference, None);
    }

    #[test]
    fn a_setting_that_the_model_lacks_is_an_error() {
        let text = r#"{"format": 1, "name": "n", "about": "", "outcomes": [],
            "brokers": {"num.replica.fetchers": "2"}}"#;
        let script = Script::parse(text).expect("it is a script");
        let outcome = r#"{"repetitions": [{}]}"#.to_owned();
        let error = ClusterCase::new(&script, &[outcome]).err().expect("no such setting");
        assert!(error.to_string().contains("num.replica.fetchers"), "{error}");
        assert!(Script::parse(r#"{"format": 1, "nonsense": 1}"#).is_err());
    }
}
