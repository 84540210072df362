//! From the form to a finished run, and its answers: the one place where the page asks the model.

use super::question::{Answer, Found, Look, Question, Summary};
use crate::components::timeline_view::words;
use analysis::{Analysis, Class, Fate, Ledger};
use link::{Playground, Selection, find, identify};
use model::Simulation;
use model::config::{ConfigError, Warning};
use std::rc::Rc;
use timeline::{Density, Direction, Fold, RecordMark, RowPrefs, TimeScale, Timeline, View, Within};
use trace::{End, FactId, Kind, Trace};
use units::{RecordId, SimTime};

/// A run of no more events than this is computed in the page, within a frame; a longer one in a worker.
pub(crate) const INLINE_EVENTS: u64 = 20_000;

/// A run and what is derived from it.
pub(crate) struct Run {
    pub(crate) trace: Trace,
    timeline: Timeline,
    analysis: Analysis,
    warnings: Vec<Warning>,
}

/// What came of starting a run.
pub(crate) enum Outcome {
    /// It is over.
    Finished(Rc<Run>),
    /// It is longer than was allowed.
    Longer,
}

/// Runs what the form says, for so many events.
///
/// # Errors
/// Every rule of Kafka's that the settings break.
pub(crate) fn start(playground: &Playground, events: u64) -> Result<Outcome, Vec<ConfigError>> {
    let (scenario, warnings) = playground.scenario()?;
    let mut simulation = Simulation::new(scenario);
    Ok(if simulation.run_for(events) {
        Outcome::Finished(Rc::new(Run::of(simulation.into_trace(), warnings)))
    } else {
        Outcome::Longer
    })
}

/// Where the picture stands in its area.
pub(crate) fn scale(look: &Look, whole: (SimTime, SimTime), folds: Rc<[Fold]>) -> TimeScale {
    let (left, right) = (density(look).gutter(), 14.0);
    let (from, to) = look.window.unwrap_or(whole);
    TimeScale::fit(folds, left, look.width - left - right, from, to)
}

fn density(look: &Look) -> Density {
    if look.narrow { Density::Narrow } else { Density::Wide }
}

impl Run {
    pub(crate) fn of(trace: Trace, warnings: Vec<Warning>) -> Self {
        let analysis = Analysis::new(&trace);
        let timeline = Timeline::new(&trace, &record_marks(&analysis.ledger));
        Self { timeline, analysis, trace, warnings }
    }

    /// What the page knows without asking, with what was selected before.
    pub(crate) fn summary(&self, selected: Option<Selection>) -> Summary {
        let found = selected.and_then(|selected| find(&self.trace, selected));
        let warning = |warning: &Warning| (warning.setting.to_owned(), warning.message.clone());
        Summary {
            figures: self.analysis.figures,
            end: self.timeline.end(),
            whole: self.timeline.whole(),
            folds: self.timeline.quiet().to_vec(),
            cut_short: matches!(self.trace.end, Some((_, End::EventLimit))),
            warnings: self.warnings.iter().map(warning).collect(),
            selected: found.map(|fact| self.found(fact)),
        }
    }

    /// Answers a question.
    pub(crate) fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Picture(look) => {
                let mut draws = Vec::new();
                let words = words(look.language);
                self.timeline.paint(&self.trace, &self.view(look), &words, &mut draws);
                let height = self.timeline.height(density(look), &RowPrefs::default());
                Answer::Picture { draws, height }
            }
            Question::Hit(look, x, y) => {
                let hit = self.timeline.hit(&self.trace, &self.view(look), *x, *y);
                Answer::Found(hit.and_then(|hit| hit.fact).map(|fact| self.found(fact)))
            }
            Question::Step { look, forward } => {
                Answer::Found(self.step(look, *forward).map(|fact| self.found(fact)))
            }
            Question::Find(text) => {
                let identified = || find(&self.trace, Selection::of_text(text)?);
                let fact = self.fact_of(text).or_else(identified);
                Answer::Found(fact.map(|fact| self.found(fact)))
            }
        }
    }

    fn view(&self, look: &Look) -> View {
        let scale = scale(look, self.timeline.whole(), self.timeline.quiet());
        let view = View::new(scale, look.width, density(look));
        View { playhead: look.playhead, selection: look.selection, ..view }
    }

    /// `KIND.ROW`: a fact of this run by its place.
    fn fact_of(&self, text: &str) -> Option<FactId> {
        let (kind, row) = text.split_once('.')?;
        let kind = *Kind::ALL.get(kind.parse::<usize>().ok()?)?;
        let row = row.parse().ok()?;
        (row < self.trace.len_of(kind)).then(|| FactId::new(kind, row))
    }

    fn found(&self, fact: FactId) -> Found {
        Found { fact, at: self.trace.at(fact), identity: identify(&self.trace, fact) }
    }

    /// The event before or after the selection, or the playhead.
    fn step(&self, look: &Look, forward: bool) -> Option<FactId> {
        let from = match look.selection {
            Some(fact) => self.timeline.position(&self.trace, fact),
            None => (look.playhead, None),
        };
        let direction = if forward { Direction::Next } else { Direction::Previous };
        let rows: Vec<_> = self.timeline.kinds().collect();
        self.timeline.step(&self.trace, from, direction, Within::All, &rows)
    }
}

/// What the timeline shows at every zoom.
fn record_marks(ledger: &Ledger) -> Vec<(RecordId, RecordMark)> {
    let classes = [
        (Class::Fate(Fate::AcknowledgedLost), RecordMark::Lost),
        (Class::Duplicated, RecordMark::Twice),
        (Class::Reordered, RecordMark::OutOfOrder),
    ];
    let of_class = |(class, mark)| ledger.records(class).map(move |record| (record, mark));
    classes.into_iter().flat_map(of_class).collect()
}
