//! The recorded case that an address names: its text comes from the page's worker before the question.

use conformance::Case;
use link::Playground;
use model::scenario::Scenario;
use std::cell::RefCell;
use std::rc::Rc;

/// A case that is open.
pub(crate) struct Open {
    pub(crate) case: Case,
    pub(crate) scenario: Scenario,
    /// What stands for it among forms: no address has such a one.
    pub(crate) playground: Playground,
}

/// A seed that no form has.
const SEED: u64 = u64::MAX;

thread_local! {
    static OPEN: RefCell<Option<Rc<Open>>> = const { RefCell::new(None) };
}

/// Takes the text of a case; what is none leaves no case open.
pub(crate) fn take(text: &str) {
    let open = Case::parse(text).ok().and_then(|case| {
        let scenario = case.scenario().ok()?;
        let mut playground = Playground { seed: SEED, replicas: 1, ..Playground::default() };
        playground.settings.typed.clear();
        for (name, value) in case.config() {
            playground.settings.set(name, value);
        }
        playground.brokers = case.brokers() as u16;
        playground.partitions = case.partitions() as u16;
        Some(Rc::new(Open { case, scenario, playground }))
    });
    OPEN.set(open);
}

/// The case of that name, if it is open.
pub(crate) fn named(name: &str) -> Option<Rc<Open>> {
    OPEN.with_borrow(|open| open.clone()).filter(|open| open.case.name == name)
}

/// The scenario that a form stands for, if it stands for a case.
pub(crate) fn scenario_of(playground: &Playground) -> Option<Scenario> {
    let open = OPEN.with_borrow(|open| open.clone())?;
    (open.playground == *playground).then(|| open.scenario.clone())
}
