//! Runs, kept while questions about them go on. A long one is made in slices: between two of them the worker
//! takes what has come in, and a run that nobody waits for any more is given up.

use crate::case::scenario_of;
use analysis::state::{Limits, State, States};
use analysis::{
    Analysis, Comparison, Figures, Filter, LogSettings, LogTable, Reading, RecordTable, Side,
    SortKey, SortOrder, Sorting, Writing,
};
use link::Playground;
use model::Simulation;
use model::config::ConfigError;
use sheet::{Block, Sheet, Tone};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use trace::{NONE, Trace};
use units::{Micros, RecordId, SimTime};

/// A run and what it adds up to.
pub(crate) struct Ran {
    pub(crate) trace: Trace,
    pub(crate) analysis: Analysis,
    /// Checkpoints of its state, once it is asked for.
    states: OnceCell<States>,
    records: Last<(Filter, SortKey, SortOrder), Sorting, RecordTable>,
    log: Last<LogSettings, Writing, LogTable>,
    /// The same arrivals and faults with another setting, once they are asked for.
    others: OnceCell<Vec<Other>>,
}

/// What came of a run with another value of one setting.
pub(crate) struct Other {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    pub(crate) figures: Figures,
}

impl Ran {
    fn of(trace: Trace, analysis: Analysis) -> Self {
        let (states, records, log) = (OnceCell::new(), Last::default(), Last::default());
        let others = OnceCell::new();
        Self { analysis, trace, states, records, log, others }
    }

    /// From the wish to send a record to its callback, if that had no exception.
    fn latency(&self, record: RecordId) -> Option<Micros> {
        let (trace, index) = (&self.trace, &self.analysis.index);
        let row = index.callback_row(record)?;
        let told = trace.callbacks.failure().get(row) == NONE;
        told.then(|| trace.callbacks.at().get(row).since(trace.sends.wanted().get(record.0)))
    }

    /// Everything at a moment.
    pub(crate) fn state_at(&self, limits: Limits, at: SimTime) -> State {
        let at = at.min(self.trace.end.map_or(SimTime::ZERO, |(end, _)| end));
        let states = self.states.get_or_init(|| States::new(&self.trace, &self.analysis, limits));
        states.at(&self.trace, &self.analysis, at)
    }

    /// The table of its records.
    ///
    /// # Errors
    /// It takes longer than the question's slice.
    pub(crate) fn records(
        &self,
        filter: Filter,
        by: SortKey,
        order: SortOrder,
    ) -> Result<Rc<RecordTable>, NotRan> {
        let go_on = |sorting: &mut Sorting| sorting.go_on(&self.trace, &self.analysis);
        self.records.get((filter, by, order), || Sorting::new(filter, by, order), go_on)
    }

    /// Runs beside it, each with one other setting.
    pub(crate) fn others(&self, make: impl FnOnce() -> Vec<Other>) -> &[Other] {
        self.others.get_or_init(make)
    }

    /// Its log.
    ///
    /// # Errors
    /// It takes longer than the question's slice.
    pub(crate) fn log(&self, settings: LogSettings) -> Result<Rc<LogTable>, NotRan> {
        let go_on = |writing: &mut Writing| writing.go_on(&self.trace, &self.analysis.index);
        self.log.get(settings.clone(), || Writing::new(settings), go_on)
    }
}

/// What was made last, for the next window of it, and the work on what is asked for now.
struct Last<K, J, V> {
    made: RefCell<Option<(K, Rc<V>)>>,
    job: RefCell<Option<(K, J)>>,
}

impl<K, J, V> Default for Last<K, J, V> {
    fn default() -> Self {
        Self { made: RefCell::new(None), job: RefCell::new(None) }
    }
}

impl<K: PartialEq, J, V> Last<K, J, V> {
    fn get(
        &self,
        key: K,
        begin: impl FnOnce() -> J,
        go_on: impl Fn(&mut J) -> Option<V>,
    ) -> Result<Rc<V>, NotRan> {
        if let Some((_, made)) = self.made.borrow().as_ref().filter(|(of, _)| *of == key) {
            return Ok(made.clone());
        }
        let begun = self.job.take().filter(|(of, _)| *of == key);
        let mut job = begun.map_or_else(begin, |(_, job)| job);
        while spend(PIECE) {
            if let Some(made) = go_on(&mut job) {
                let made = Rc::new(made);
                *self.made.borrow_mut() = Some((key, made.clone()));
                return Ok(made);
            }
        }
        *self.job.borrow_mut() = Some((key, job));
        Err(NotRan::UnderWay)
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

/// Events that take about as long as a piece of a table.
const PIECE: u64 = 50_000;

/// How far a run has come.
enum Job {
    Running(Box<Simulation>),
    /// It has ended and is added up.
    Reading(Box<(Trace, Reading)>),
}

impl Job {
    fn goes_on(self) -> Result<Ran, Self> {
        let mut read = match self {
            Self::Running(mut simulation) => {
                if !go_on(&mut simulation) {
                    return Err(Self::Running(simulation));
                }
                Box::new((simulation.into_trace(), Reading::default()))
            }
            Self::Reading(read) => read,
        };
        // a piece of it looks at every record
        let (trace, reading) = &mut *read;
        while spend(u64::from(trace.sends.len())) {
            if let Some(analysis) = reading.go_on(trace) {
                return Ok(Ran::of(read.0, analysis));
            }
        }
        Err(Self::Reading(read))
    }
}

/// Two runs against each other.
pub(crate) struct Compared {
    runs: [Rc<Ran>; 2],
    /// Where they differ.
    pub(crate) differences: Comparison,
    /// The record whose latency changed most.
    pub(crate) changed: Option<RecordId>,
}

impl Compared {
    fn of(a: &Rc<Ran>, b: &Rc<Ran>) -> Self {
        let [side_a, side_b] =
            [a, b].map(|ran| Side { trace: &ran.trace, index: &ran.analysis.index });
        let change = |record: &RecordId| {
            let (a, b) = (a.latency(*record)?, b.latency(*record)?);
            Some(a.0.abs_diff(b.0))
        };
        let records = (0..a.trace.sends.len().min(b.trace.sends.len())).map(RecordId);
        // of equal ones the first
        let changed = records.rev().max_by_key(change).filter(|record| change(record) > Some(0));
        Self { differences: Comparison::new(side_a, side_b), changed, runs: [a.clone(), b.clone()] }
    }
}

/// Runs with their forms, newest last.
type Kept = Vec<(Playground, Rc<Ran>)>;

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Vec::new()) };
    /// The run that is under way. There is one: who asks for another gives it up.
    static JOB: RefCell<Option<(Playground, Job)>> = const { RefCell::new(None) };
    /// The last comparison.
    static COMPARED: RefCell<Option<Rc<Compared>>> = const { RefCell::new(None) };
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
    let job = match (begun, scenario_of(playground)) {
        (Some((_, job)), _) => job,
        (None, Some(scenario)) => Job::Running(Box::new(Simulation::new(scenario))),
        (None, None) => Job::Running(Box::new(Simulation::new(playground.scenario()?.0))),
    };
    let ran = match job.goes_on() {
        Ok(ran) => Rc::new(ran),
        Err(job) => {
            JOB.set(Some((playground.clone(), job)));
            return Err(NotRan::UnderWay);
        }
    };
    KEPT.with_borrow_mut(|kept| {
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push((playground.clone(), ran.clone()));
    });
    Ok(ran)
}

/// Spends time of the question's slice on a piece of work that cannot be cut; `false` if there is none left.
fn spend(events: u64) -> bool {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(events));
    UNDER_WAY.set(UNDER_WAY.get() || left == 0);
    left > 0
}

/// Two runs against each other; what was compared last is kept.
pub(crate) fn compared(a: &Rc<Ran>, b: &Rc<Ran>) -> Rc<Compared> {
    let same = |last: &&Rc<Compared>| {
        let [x, y] = &last.runs;
        Rc::ptr_eq(x, a) && Rc::ptr_eq(y, b)
    };
    let known = COMPARED.with_borrow(|last| last.as_ref().filter(same).cloned());
    known.unwrap_or_else(|| {
        let compared = Rc::new(Compared::of(a, b));
        COMPARED.set(Some(compared.clone()));
        compared
    })
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
        JOB.with_borrow(|job| match job {
            Some((_, Job::Running(simulation))) => Some(simulation.handled()),
            _ => None,
        })
    }

    /// How many slices a question takes, and its answer.
    fn in_slices<T>(question: impl Fn() -> Option<T>) -> (u32, T) {
        let slices = (1..).find_map(|slice| in_a_slice(&question).map(|told| (slice, told)));
        let (slices, told) = slices.expect("it ends");
        (slices, told.expect("it is answered"))
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
        let (slices, whole) = in_slices(|| ran(&other).ok());
        assert!(slices > 1 && whole.trace.sends.len() == 200_000, "{slices}");
        assert_eq!(handled(), None);
        let again = in_a_slice(|| ran(&other).ok()).flatten();
        assert!(again.is_some_and(|again| Rc::ptr_eq(&again, &whole)), "it is kept");
    }

    #[test]
    fn a_run_in_slices_is_the_run_in_one_piece() {
        let form = records(40_000);
        let (_, sliced) = in_slices(|| ran(&form).ok());
        assert!(sliced.trace == model::run(form.scenario().expect("it is accepted").0));
    }

    #[test]
    fn what_a_long_run_adds_up_to_is_made_in_slices_and_its_tables_are() {
        let (_, long) = in_slices(|| ran(&records(120_000)).ok());
        LEFT.set(1);
        let ended = Job::Reading(Box::new((long.trace.clone(), Reading::default())));
        assert!(ended.goes_on().is_err(), "one piece of several");
        let (all, latency) = (Filter::default(), SortKey::Latency);
        let (slices, table) = in_slices(|| long.records(all, latency, SortOrder::Descending).ok());
        assert!(slices >= 3, "{slices}");
        assert_eq!(table.len(), 120_000);
        let again = in_a_slice(|| long.records(all, latency, SortOrder::Descending).ok()).flatten();
        assert!(again.is_some_and(|again| Rc::ptr_eq(&again, &table)), "it is kept");
        // another order that is asked for between two slices takes its place
        assert!(
            in_a_slice(|| long.records(all, SortKey::Told, SortOrder::Ascending).is_ok()).is_none()
        );
        let (slices, by_record) =
            in_slices(|| long.records(all, SortKey::Record, SortOrder::Ascending).ok());
        assert!(slices >= 2 && by_record.records().is_sorted(), "{slices}");
    }
}
