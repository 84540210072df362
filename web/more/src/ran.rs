//! Runs, kept while questions about them go on. A long one is made in slices: between two of them the worker
//! takes what has come in, and a run that nobody waits for any more is given up.

use crate::case::scenario_of;
use analysis::state::{Limits, State, States};
use analysis::{Analysis, Filter, LogSettings, LogTable, RecordTable, SortKey, SortOrder};
use link::Playground;
use model::Simulation;
use model::config::ConfigError;
use sheet::{Block, Sheet, Tone};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use trace::Trace;
use units::{Micros, SimTime};

/// A run and what it adds up to.
pub(crate) struct Ran {
    pub(crate) trace: Trace,
    pub(crate) analysis: Analysis,
    /// Checkpoints of its state, once it is asked for.
    states: OnceCell<States>,
    records: Last<(Filter, SortKey, SortOrder), RecordTable>,
    log: Last<LogSettings, LogTable>,
    /// The same arrivals and faults with another setting, once they are asked for.
    others: OnceCell<Vec<Other>>,
}

/// What came of a run with another value of one setting.
pub(crate) struct Other {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    /// Records that were acknowledged and lost.
    pub(crate) lost: u32,
    /// Records that stand in the log more than once.
    pub(crate) twice: u32,
    /// The median latency.
    pub(crate) median: Micros,
}

impl Ran {
    fn of(trace: Trace) -> Self {
        let (states, records, log) = (OnceCell::new(), Last::default(), Last::default());
        let others = OnceCell::new();
        Self { analysis: Analysis::new(&trace), trace, states, records, log, others }
    }

    /// Everything at a moment.
    pub(crate) fn state_at(&self, limits: Limits, at: SimTime) -> State {
        let at = at.min(self.trace.end.map_or(SimTime::ZERO, |(end, _)| end));
        let states = self.states.get_or_init(|| States::new(&self.trace, &self.analysis, limits));
        states.at(&self.trace, &self.analysis, at)
    }

    /// The table of its records.
    pub(crate) fn records(&self, filter: Filter, by: SortKey, order: SortOrder) -> Rc<RecordTable> {
        let make = || RecordTable::new(&self.trace, &self.analysis, &filter, by, order);
        self.records.get((filter, by, order), make)
    }

    /// Runs beside it, each with one other setting.
    pub(crate) fn others(&self, make: impl FnOnce() -> Vec<Other>) -> &[Other] {
        self.others.get_or_init(make)
    }

    /// Its log.
    pub(crate) fn log(&self, settings: LogSettings) -> Rc<LogTable> {
        let make = || LogTable::new(&self.trace, &self.analysis.index, settings.clone());
        self.log.get(settings.clone(), make)
    }
}

/// What was made last, for the next window of it.
struct Last<K, V>(RefCell<Option<(K, Rc<V>)>>);

impl<K, V> Default for Last<K, V> {
    fn default() -> Self {
        Self(RefCell::new(None))
    }
}

impl<K: PartialEq, V> Last<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> V) -> Rc<V> {
        let mut last = self.0.borrow_mut();
        if let Some((_, made)) = last.as_ref().filter(|(made_of, _)| *made_of == key) {
            return made.clone();
        }
        let made = Rc::new(make());
        *last = Some((key, made.clone()));
        made
    }
}

/// Why there is no run to tell of.
pub(crate) enum NotRan {
    /// Every rule of Kafka's that the settings break.
    Refused(Vec<ConfigError>),
    /// It is under way: the question is to be put again.
    UnderWay,
}

impl From<NotRan> for Sheet {
    fn from(why: NotRan) -> Self {
        let errors = match why {
            NotRan::Refused(errors) => errors,
            NotRan::UnderWay => Vec::new(),
        };
        let notes = errors.into_iter().map(|error| Block::Note(Tone::Bad, error.message));
        Self { blocks: notes.collect() }
    }
}

impl From<Vec<ConfigError>> for NotRan {
    fn from(errors: Vec<ConfigError>) -> Self {
        Self::Refused(errors)
    }
}

/// Runs that are kept: the page's, the pinned one, and those of a question under way.
const KEPT_MAX: usize = 4;

/// Events between two looks at the questions that have come in.
const SLICE: u64 = 100_000;

/// Runs with their forms, newest last.
type Kept = Vec<(Playground, Rc<Ran>)>;

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Vec::new()) };
    /// The run that is under way. There is one: who asks for another gives it up.
    static JOB: RefCell<Option<(Playground, Simulation)>> = const { RefCell::new(None) };
    /// Events that the question may still run.
    static LEFT: Cell<u64> = const { Cell::new(0) };
    /// What was told is not all.
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
}

/// What a question can be answered with a slice of work; `None` if it takes more, and is to be put again.
pub(crate) fn in_a_slice<T>(answer: impl FnOnce() -> T) -> Option<T> {
    LEFT.set(SLICE);
    UNDER_WAY.set(false);
    let answer = answer();
    (!UNDER_WAY.get()).then_some(answer)
}

/// Goes on with a run within the question's slice; `true` once it has ended.
pub(crate) fn go_on(simulation: &mut Simulation) -> bool {
    let before = simulation.handled();
    let ended = simulation.run_for(LEFT.get());
    LEFT.set(LEFT.get().saturating_sub(simulation.handled() - before));
    if !ended {
        UNDER_WAY.set(true);
    }
    ended
}

/// The run of a form.
///
/// # Errors
/// Kafka refuses its settings, or it takes longer than the question's slice.
pub(crate) fn ran(playground: &Playground) -> Result<Rc<Ran>, NotRan> {
    let known = KEPT.with_borrow(|kept| {
        kept.iter().find(|(form, _)| form == playground).map(|(_, ran)| ran.clone())
    });
    if let Some(ran) = known {
        return Ok(ran);
    }
    if UNDER_WAY.get() {
        // the question's other run comes first
        return Err(NotRan::UnderWay);
    }
    let begun = JOB.take().filter(|(form, _)| form == playground);
    let mut simulation = match (begun, scenario_of(playground)) {
        (Some((_, simulation)), _) => simulation,
        (None, Some(scenario)) => Simulation::new(scenario),
        (None, None) => Simulation::new(playground.scenario()?.0),
    };
    if !go_on(&mut simulation) {
        JOB.set(Some((playground.clone(), simulation)));
        return Err(NotRan::UnderWay);
    }
    let ran = Rc::new(Ran::of(simulation.into_trace()));
    KEPT.with_borrow_mut(|kept| {
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push((playground.clone(), ran.clone()));
    });
    Ok(ran)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(count: u32) -> Playground {
        let mut playground = Playground::default();
        playground.set("records", &count.to_string());
        playground
    }

    fn handled() -> Option<u64> {
        JOB.with_borrow(|job| job.as_ref().map(|(_, simulation)| simulation.handled()))
    }

    #[test]
    fn a_long_run_is_made_in_slices_and_given_up_for_another() {
        let (long, other, short) = (records(300_000), records(200_000), records(20));
        assert!(in_a_slice(|| ran(&long).is_ok()).is_none());
        assert_eq!(handled(), Some(SLICE));
        // a short one between two slices is answered at once
        let told = in_a_slice(|| ran(&short).map(|ran| ran.trace.sends.len()).ok());
        assert_eq!(told, Some(Some(20)));
        assert_eq!(handled(), None, "the long one was given up");
        assert!(in_a_slice(|| ran(&long).is_ok()).is_none());
        assert!(in_a_slice(|| ran(&other).is_ok()).is_none());
        assert_eq!(handled(), Some(SLICE), "and so it is for another long one");
        let slices =
            (1..).find_map(|slice| in_a_slice(|| ran(&other).ok())?.map(|ran| (slice, ran)));
        let (slices, whole) = slices.expect("it ends");
        assert!(slices > 1 && whole.trace.sends.len() == 200_000, "{slices}");
        assert_eq!(handled(), None);
        let again = in_a_slice(|| ran(&other).ok()).flatten();
        assert!(again.is_some_and(|again| Rc::ptr_eq(&again, &whole)), "it is kept");
    }

    #[test]
    fn a_run_in_slices_is_the_run_in_one_piece() {
        let form = records(40_000);
        let sliced = (0..).find_map(|_| in_a_slice(|| ran(&form).ok()).flatten());
        let whole = model::run(form.scenario().expect("it is accepted").0);
        assert!(sliced.is_some_and(|ran| ran.trace == whole));
    }
}
