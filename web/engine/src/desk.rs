//! Short runs, kept by number and asked by a plain call.

use crate::question::{Answer, Question, Summary};
use crate::run::Run;
use link::Selection;
use litemap::LiteMap;
use model::Simulation;
use model::config::ConfigError;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// A run of no more events than this is computed at once, within a frame; a longer one in a worker.
const INLINE_EVENTS: u64 = 20_000;

/// What Kafka says of a setting: its name and the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Kafka's name of the setting.
    pub setting: String,
    /// Other settings that the rule is about.
    pub others: Vec<String>,
    /// Kafka's words.
    pub message: String,
}

impl Refusal {
    /// Whether the rule is about a setting.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        self.setting == name || self.others.iter().any(|other| other == name)
    }
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ran {
    /// It is over, and kept under a number until it is [forgotten](forget).
    Finished {
        /// For questions.
        number: u32,
        /// What one knows without asking.
        summary: Box<Summary>,
    },
    /// It has more events than are computed at once.
    Longer,
    /// Every rule of Kafka's that the settings break.
    Refused(Vec<Refusal>),
}

/// Runs that are answered for.
#[derive(Default)]
struct Desk {
    runs: LiteMap<u32, Run>,
    last: u32,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Runs the scenario of a text as [`link::write_saved`] writes it; `selected` is what was selected before,
/// as an address names it.
#[must_use]
pub fn run(link: &str, selected: Option<&str>) -> Ran {
    let (page, _) = link::read_saved(link);
    let (scenario, warnings) = match page.playground.scenario() {
        Ok(accepted) => accepted,
        Err(errors) => {
            let refusal = |error: ConfigError| Refusal {
                setting: error.setting.to_owned(),
                others: error.others.iter().map(|other| (*other).to_owned()).collect(),
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
    let number = DESK.with_borrow_mut(|desk| {
        desk.last += 1;
        desk.runs.insert(desk.last, run);
        desk.last
    });
    Ran::Finished { number, summary }
}

/// The answer to a question about a run; `None` if it is not kept.
#[must_use]
pub fn answer(number: u32, question: &Question) -> Option<Answer> {
    DESK.with_borrow(|desk| Some(desk.runs.get(&number)?.answer(question)))
}

/// Lets go of a run.
pub fn forget(number: u32) {
    // as a thread ends, the desk may have gone before
    let _ = DESK.try_with(|desk| desk.borrow_mut().runs.remove(&number));
}
