//! Finished runs, kept while questions about them go on.

use crate::case::scenario_of;
use analysis::Analysis;
use analysis::state::{Limits, State, States};
use link::Playground;
use model::config::ConfigError;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use trace::Trace;
use units::SimTime;

/// A run and what it adds up to.
pub(crate) struct Ran {
    pub(crate) trace: Trace,
    pub(crate) analysis: Analysis,
    /// Checkpoints of its state, once it is asked for.
    states: OnceCell<States>,
}

impl Ran {
    /// Everything at a moment.
    pub(crate) fn state_at(&self, limits: Limits, at: SimTime) -> State {
        let at = at.min(self.trace.end.map_or(SimTime::ZERO, |(end, _)| end));
        let states = self.states.get_or_init(|| States::new(&self.trace, &self.analysis, limits));
        states.at(&self.trace, &self.analysis, at)
    }
}

/// Runs that are kept: the page's, the pinned one, and those of a question under way.
const KEPT_MAX: usize = 4;

/// Runs with their forms, newest last.
type Kept = Vec<(Playground, Rc<Ran>)>;

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Vec::new()) };
}

/// The run of a form.
///
/// # Errors
/// Every rule of Kafka's that its settings break.
pub(crate) fn ran(playground: &Playground) -> Result<Rc<Ran>, Vec<ConfigError>> {
    let known = KEPT.with_borrow(|kept| {
        kept.iter().find(|(form, _)| form == playground).map(|(_, ran)| ran.clone())
    });
    if let Some(ran) = known {
        return Ok(ran);
    }
    let scenario = match scenario_of(playground) {
        Some(scenario) => scenario,
        None => playground.scenario()?.0,
    };
    let trace = model::run(scenario);
    let ran = Rc::new(Ran { analysis: Analysis::new(&trace), trace, states: OnceCell::new() });
    KEPT.with_borrow_mut(|kept| {
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push((playground.clone(), ran.clone()));
    });
    Ok(ran)
}
