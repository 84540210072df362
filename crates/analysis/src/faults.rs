//! Which faults of a list never took place.

use trace::Trace;

/// The positions of faults that are switched on and left no fact: their event never came, what they do
/// could not be done (a broker that is down cannot be killed), or the run was over before their time.
/// `on` is a scenario's list of faults, or that of the page: whether each is switched on.
#[must_use]
pub fn faults_that_did_not_happen(trace: &Trace, on: impl IntoIterator<Item = bool>) -> Vec<u16> {
    let happened = |position: u16| trace.faults.fault().iter().any(|fault| fault == position);
    let list = (0..).zip(on);
    list.filter(|(position, on)| *on && !happened(*position))
        .map(|(position, _)| position)
        .collect()
}
