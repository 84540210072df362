//! Short runs, kept by number and asked by a plain call.

use crate::question::{Answer, Question, Summary};
use crate::run::Run;
use link::Selection;
use litemap::LiteMap;
use model::Simulation;
use serde::{Deserialize, Serialize};

/// A run of no more events than this is computed at once, within a frame; a longer one in a worker.
pub const INLINE_EVENTS: u64 = 20_000;

/// What Kafka says of a setting: its name and the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Kafka's name of the setting.
    pub setting: String,
    /// Kafka's words.
    pub message: String,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ran {
    /// It is over, and kept under a number until it is [forgotten](Desk::forget).
    Finished {
        /// For questions.
        number: u32,
        /// What one knows without asking.
        summary: Box<Summary>,
    },
    /// It has more events than [`INLINE_EVENTS`].
    Longer,
    /// Every rule of Kafka's that the settings break.
    Refused(Vec<Refusal>),
}

/// Runs that are answered for.
#[derive(Default)]
pub struct Desk {
    runs: LiteMap<u32, Run>,
    last: u32,
}

impl Desk {
    /// Runs the scenario of a text as [`link::write_saved`] writes it; `selected` is what was selected
    /// before, as an address names it.
    pub fn run(&mut self, link: &str, selected: Option<&str>) -> Ran {
        let (page, _) = link::read_saved(link);
        let (scenario, warnings) = match page.playground.scenario() {
            Ok(accepted) => accepted,
            Err(errors) => {
                let refusal = |error: model::config::ConfigError| Refusal {
                    setting: error.setting.to_owned(),
                    message: error.message,
                };
                return Ran::Refused(errors.into_iter().map(refusal).collect());
            }
        };
        let mut simulation = Simulation::new(scenario);
        if !simulation.run_for(INLINE_EVENTS) {
            return Ran::Longer;
        }
        let run = Run::of(simulation.into_trace(), warnings, &page.playground.faults);
        let summary = Box::new(run.summary(selected.and_then(Selection::of_text)));
        self.last += 1;
        self.runs.insert(self.last, run);
        Ran::Finished { number: self.last, summary }
    }

    /// The answer to a question about a run; `None` if it is not kept.
    #[must_use]
    pub fn answer(&self, number: u32, question: &Question) -> Option<Answer> {
        Some(self.runs.get(&number)?.answer(question))
    }

    /// Lets go of a run.
    pub fn forget(&mut self, number: u32) {
        self.runs.remove(&number);
    }
}
