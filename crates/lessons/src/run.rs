//! Runs that a lesson asks about: the learner's, the start, the solution, and variations of them.

use analysis::{Figures, figures};
use link::Playground;
use std::cell::RefCell;
use std::rc::Rc;
use trace::Trace;

/// A finished run.
pub struct Run {
    /// What was run.
    pub playground: Playground,
    /// What happened.
    pub trace: Trace,
    /// What it adds up to.
    pub figures: Figures,
}

impl Run {
    /// Runs a playground; `None` if Kafka refuses its settings.
    #[must_use]
    pub fn new(playground: &Playground) -> Option<Self> {
        let (scenario, _) = playground.scenario().ok()?;
        let trace = model::run(scenario);
        Some(Self { playground: playground.clone(), figures: figures(&trace), trace })
    }
}

/// Runs by what was run, each made once.
#[derive(Default)]
pub struct Runs {
    made: RefCell<Vec<(Playground, Option<Rc<Run>>)>>,
}

impl Runs {
    /// The run of a playground.
    #[must_use]
    pub fn of(&self, playground: &Playground) -> Option<Rc<Run>> {
        let known = |made: &Vec<(Playground, Option<Rc<Run>>)>| {
            made.iter().find(|(of, _)| of == playground).map(|(_, run)| run.clone())
        };
        if let Some(run) = known(&self.made.borrow()) {
            return run;
        }
        let run = Run::new(playground).map(Rc::new);
        self.made.borrow_mut().push((playground.clone(), run.clone()));
        run
    }
}
