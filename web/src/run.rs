//! From the form to a finished run: the one place where the page asks the model.

use analysis::{Figures, figures};
use link::Playground;
use model::config::{ConfigError, Warning};
use std::rc::Rc;
use timeline::Timeline;
use trace::{End, Trace};

/// A run and what is derived from it.
pub(crate) struct Run {
    pub(crate) trace: Trace,
    pub(crate) timeline: Timeline,
    pub(crate) figures: Figures,
    pub(crate) warnings: Vec<Warning>,
    /// The bound on events was reached.
    pub(crate) cut_short: bool,
}

/// Two runs are the same only if they are one: comparing traces would cost more than painting.
impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Runs what the form says.
///
/// # Errors
/// Every rule of Kafka's that the settings break.
pub(crate) fn run(playground: &Playground) -> Result<Rc<Run>, Vec<ConfigError>> {
    let (scenario, warnings) = playground.scenario()?;
    let trace = model::run(scenario);
    Ok(Rc::new(Run {
        timeline: Timeline::new(&trace),
        figures: figures(&trace),
        cut_short: matches!(trace.end, Some((_, End::EventLimit))),
        trace,
        warnings,
    }))
}
