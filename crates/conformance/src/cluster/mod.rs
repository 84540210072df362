//! Recorded runs of real brokers under faults, held against the model over many seeds.
//!
//! [`Script`] says what was done, `scenario` makes a part of it a run, `play` acts on the run as the
//! recorder acted on its cluster, `measure` takes from the trace what the recorder took, `judge`
//! compares with the outcomes. Phases (heartbeats, sweeps, fetches, the script's own moments) are
//! drawn by seed; what the machine took is one set of constants, in `loopback`. Reads no files.

mod account;
mod bound;
mod check;
mod faults;
mod judge;
mod logs;
mod loopback;
mod measure;
mod outcome;
mod play;
mod scenario;
mod script;
mod steps;
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
            check::check(&part, &settled)?;
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
mod tests;
