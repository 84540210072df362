//! A finished run and its answers.

use crate::fates::{record_marks, totals};
use crate::i18n::timeline_words;
use crate::question::{Answer, Bound, Drawing, Found, Look, Question, RowPlace, Summary};
use analysis::Analysis;
use link::{Selection, find, identify};
use model::config::Warning;
use model::scenario::{Anchor, Fault, FaultKind, Link, Place};
use timeline::{
    Density, Direction, Fold, Overview, Rect, RowKind, RowPrefs, TimeScale, Timeline, View, Within,
};
use trace::{End, FactId, Kind, Trace};
use units::SimTime;

/// What is veiled takes this share of the width, if it lasts this many times as long as what is seen.
const VEILED: (f64, i64) = (0.6, 8);
/// Height of the strip of the whole run.
pub const STRIP_HEIGHT: f64 = 32.0;

/// A run and what is derived from it.
pub(crate) struct Run {
    pub(crate) trace: Trace,
    pub(super) timeline: Timeline,
    pub(super) analysis: Analysis,
    warnings: Vec<Warning>,
    /// Moments of the list's faults, and the row that each is about.
    faults: Vec<(u16, SimTime, String)>,
}

/// Share of the width that all folds get together, as long as each has its least width.
const FOLDED_MAX: f64 = 0.4;
/// The least width of a fold, in pixels: its torn edges and a sign of its length.
const FOLD_MIN: f64 = 18.0;

/// Where the picture stands in its area.
#[must_use]
pub fn scale(look: &Look, whole: (SimTime, SimTime), folds: &[Fold]) -> TimeScale {
    let (left, right) = (density(look).gutter(), 14.0);
    let shared = look.shared.as_ref().map(|(whole, folds)| (*whole, folds.as_slice()));
    let (mut whole, folds) = shared.unwrap_or((whole, folds));
    let width = look.width - left - right;
    let seen = look.veil.map_or(SimTime::NEVER, |(from, _)| from);
    let folded = |fold: &&Fold| fold.to <= seen && !look.unfolded.contains(&fold.from);
    let mut folds: Vec<Fold> = folds.iter().filter(folded).copied().collect();
    // what happens has the greater part of the width, however often it pauses
    let share = width * FOLDED_MAX / folds.iter().map(|fold| fold.width).sum::<f64>();
    for fold in folds.iter_mut().filter(|_| share < 1.0) {
        fold.width = (fold.width * share).max(FOLD_MIN).min(fold.width);
    }
    whole.1 = look.end.unwrap_or(whole.1).max(whole.1);
    if let Some((from, to)) = look.veil {
        // a fold of the run would tell when nothing happens
        if from.0.saturating_mul(VEILED.1) < to.0 {
            folds.push(Fold { from, to, width: width * VEILED.0 });
        }
        whole.1 = to;
    }
    let (from, to) = look.window.unwrap_or(whole);
    TimeScale::fit(folds.into(), left, width, from, to)
}

fn density(look: &Look) -> Density {
    match (look.narrow(), &look.shared) {
        (true, _) => Density::Narrow,
        (false, Some(_)) => Density::Paired,
        (false, None) => Density::Wide,
    }
}

impl Run {
    pub(crate) fn of(trace: Trace, warnings: Vec<Warning>, faults: &[Fault]) -> Self {
        let analysis = Analysis::new(&trace);
        let timeline = Timeline::new(&trace, &record_marks(&analysis.ledger));
        let faults = fault_moments(&trace, faults);
        Self { timeline, analysis, trace, warnings, faults }
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
            bound: self.trace.end.and_then(|(_, end)| bound(end)),
            warnings: self.warnings.iter().map(warning).collect(),
            fates: totals(&self.analysis.ledger),
            faults: self.faults.clone(),
            selected: found.map(|fact| self.found(fact)),
        }
    }

    /// Answers a question.
    pub(crate) fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Picture(look) => {
                let mut draws = Vec::new();
                let (words, view) = (timeline_words(look.language), self.view(look));
                self.timeline.paint(&self.trace, &view, &words, &mut draws);
                let height = self.timeline.height(view.density, &view.prefs);
                let place = |row: &timeline::RowLayout| RowPlace {
                    kind: row.kind.text(),
                    name: row.kind.name(&words),
                    y: row.rect.y,
                    height: row.rect.h,
                };
                let rows = self.timeline.layout(&view).iter().map(place).collect();
                Answer::Picture { drawing: Drawing::of(&draws), height, rows }
            }
            Question::Hit(look, x, y) | Question::Under(look, x, y) => {
                Answer::Tip(self.tip_at(look, *x, *y))
            }
            Question::Selected(look) => Answer::Tip(self.tip_of_selection(look)),
            Question::Strip(look, width) => Answer::Strip(self.strip(look, *width)),
            Question::Fates(look, width) => Answer::Strip(self.fates(look, *width)),
            Question::Step { look, forward, along } => {
                Answer::Found(self.step(look, *forward, *along).map(|fact| self.found(fact)))
            }
            Question::Find(text) => {
                let identified = || find(&self.trace, Selection::of_text(text)?);
                let fact = self.trace.fact_of_text(text).or_else(identified);
                Answer::Found(fact.map(|fact| self.found(fact)))
            }
        }
    }

    pub(super) fn view(&self, look: &Look) -> View {
        let scale = scale(look, self.timeline.whole(), &self.timeline.quiet());
        View {
            prefs: RowPrefs::of_text(&look.rows).into(),
            playhead: look.playhead,
            selection: look.selection,
            hover: look.hover,
            focused: look.focused,
            causes: true,
            veil: look.veil.map(|(from, _)| from),
            ..View::new(scale, look.width, density(look))
        }
    }

    /// The whole run in little.
    fn strip(&self, look: &Look, width: f64) -> Drawing {
        let scale = self.view(look).scale;
        let whole = look.shared.as_ref().map_or(self.timeline.whole(), |(whole, _)| *whole);
        let window = look.window.unwrap_or(whole);
        let rect = Rect::new(0.0, 0.0, width, STRIP_HEIGHT);
        let mut draws = Vec::new();
        let end = look.shared.as_ref().map_or(self.timeline.end(), |(whole, _)| whole.1);
        let strip = Overview { rect, window, playhead: look.playhead, end };
        self.timeline.paint_overview(&scale, strip, &mut draws);
        Drawing::of(&draws)
    }

    pub(super) fn found(&self, fact: FactId) -> Found {
        Found { fact, at: self.trace.at(fact), identity: identify(&self.trace, fact) }
    }

    /// The event before or after the selection, or the playhead.
    fn step(&self, look: &Look, forward: bool, along: bool) -> Option<FactId> {
        let from = match look.selection {
            Some(fact) => self.timeline.position(&self.trace, fact),
            None => (look.playhead, None),
        };
        let direction = if forward { Direction::Next } else { Direction::Previous };
        let rows = RowPrefs::of_text(&look.rows).shown(&self.timeline);
        let within = match look.selection {
            Some(fact) if along => Within::Path(fact),
            _ => Within::All,
        };
        self.timeline.step(&self.trace, from, direction, within, &rows)
    }
}

const fn bound(end: End) -> Option<Bound> {
    match end {
        End::Finished => None,
        End::TimeLimit => Some(Bound::Time),
        End::EventLimit => Some(Bound::Events),
    }
}

/// When each fault of a list took place, and on which row; for one that did not, its moment if it has one
/// that is known.
fn fault_moments(trace: &Trace, faults: &[Fault]) -> Vec<(u16, SimTime, String)> {
    let moment = |(position, fault): (u16, &Fault)| {
        let request = |record, attempt| find(trace, Selection::Request { record, attempt });
        let fact = find(trace, Selection::Fault(position)).or_else(|| match fault.anchor {
            Anchor::Record { record, attempt } => request(record, attempt),
            Anchor::Copied { record, broker } => find(trace, Selection::Replica { record, broker }),
            Anchor::At(_) | Anchor::Produce { .. } => None,
        });
        let at = match (fact, &fault.anchor) {
            (Some(fact), _) => trace.at(fact),
            (None, Anchor::At(at)) => *at,
            (None, _) => return None,
        };
        let row = row_of(trace, fault, position).map_or_else(String::new, RowKind::text);
        Some((position, at, row))
    };
    (0..).zip(faults).filter_map(moment).collect()
}

/// The row of what a fault concerns: a broker, the connection to it, or the application.
fn row_of(trace: &Trace, fault: &Fault, position: u16) -> Option<RowKind> {
    let of_link = |link: &Link| match (link.from, link.to) {
        (Place::Producer, Place::Broker(broker)) | (Place::Broker(broker), Place::Producer) => {
            Some(RowKind::Connection(broker))
        }
        (Place::Broker(broker), _) | (_, Place::Broker(broker)) => Some(RowKind::Broker(broker)),
        _ => None,
    };
    if let Some(broker) = fault.what.broker() {
        let doors = matches!(
            fault.what,
            FaultKind::Disconnect(_) | FaultKind::Unreachable(_) | FaultKind::Reachable(_)
        );
        return Some(if doors { RowKind::Connection(broker) } else { RowKind::Broker(broker) });
    }
    match &fault.what {
        FaultKind::MoveLeader { to, .. } => Some(RowKind::Broker(*to)),
        FaultKind::SlowLink { link, .. } | FaultKind::CutLink { link, .. } => of_link(link),
        FaultKind::ApplicationExit => Some(RowKind::Application),
        _ => row_of_message(trace, &fault.anchor, position),
    }
}

/// The row of the message that a fault is about.
fn row_of_message(trace: &Trace, anchor: &Anchor, position: u16) -> Option<RowKind> {
    let request = match *anchor {
        Anchor::Copied { broker, .. } => return Some(RowKind::Broker(broker)),
        Anchor::Record { record, attempt } => find(trace, Selection::Request { record, attempt }),
        Anchor::At(_) | Anchor::Produce { .. } => {
            let happened = find(trace, Selection::Fault(position))?;
            trace.cause(happened).fact()
        }
    }?;
    let row = request.row();
    match request.kind() {
        Kind::Request => Some(RowKind::Connection(trace.requests.node().get(row))),
        Kind::Read => Some(RowKind::Connection(trace.reads.broker().get(row))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Look;

    #[test]
    fn however_often_a_run_pauses_what_happens_has_the_greater_part_of_the_width() {
        let pause = |number: i64| Fold {
            from: SimTime(number * 1_000_000),
            to: SimTime(number * 1_000_000 + 900_000),
            width: 104.0,
        };
        let folds: Vec<Fold> = (0..6).map(pause).collect();
        for width in [360.0, 800.0] {
            let look = Look::of(width, SimTime::ZERO, crate::i18n::Language::English);
            let scale = scale(&look, (SimTime::ZERO, SimTime(6_000_000)), &folds);
            let folded = scale.segments().filter(|piece| piece.folded);
            let folded: f64 = folded.map(|piece| piece.x1 - piece.x0).sum();
            let (left, right) = scale.edges();
            assert!(folded < (right - left) * 0.45, "{folded} of {}", right - left);
        }
        let one = scale(
            &Look::of(800.0, SimTime::ZERO, crate::i18n::Language::English),
            (SimTime::ZERO, SimTime(6_000_000)),
            &folds[..1],
        );
        assert_eq!(one.folds()[0].width, 104.0, "a single one keeps its width");
    }

    #[test]
    fn the_opening_is_amid_the_default_run_with_everything_at_work() {
        let (page, notices) = link::read_page(link::OPENING);
        assert_eq!((page.playground.clone(), notices.len()), (link::Playground::default(), 0));
        let (scenario, _) = page.playground.scenario().expect("the defaults are accepted");
        let trace = model::run(scenario);
        let at = page.playhead.expect("it names a moment");
        let open = |row: u32| {
            let drained = trace.drains.rows().find(|drain| drain.batch.0 == row);
            trace.opens.at().get(row) <= at && drained.is_none_or(|drain| drain.at > at)
        };
        let waiting = (0..trace.opens.len()).filter(|row| open(*row)).count();
        assert_eq!(waiting, 2, "a batch of each partition");
        let sent = trace.requests.rows().filter(|sent| sent.at <= at).count();
        let ended = trace.request_ends.rows().filter(|end| end.at <= at).count();
        assert_eq!(sent - ended, 2, "a request on each connection");
    }
}
