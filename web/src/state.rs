//! What the user chose, and how it changes: a pure function of state and action.

use crate::said::said;
use crate::session::{Found, Ran, Refusal, Session, Summary, run};
use crate::viewing::Viewing;
use engine::i18n::{Language, Speak};
use link::{LanguageChoice, Notice, PageState, Panel, Playground, Selection, ThemeChoice};
use std::rc::Rc;
use timeline::{Fold, Theme};
use trace::FactId;
use units::SimTime;
use yew::Reducible;

/// Changes that can be undone.
const HISTORY_MAX: usize = 200;

/// Shortest stretch that both runs are quiet in and that is folded: 20 ms.
const FOLD_MIN: i64 = 20_000;

/// A slider's key that comes so much later than the one before begins another change: 1.5 s.
const PAUSE: f64 = 1_500.0;

/// Changes that can be undone after a reload.
const KEPT_MAX: usize = 50;

/// State of the page.
#[derive(Clone)]
pub(crate) struct AppState {
    /// All that an address brings back.
    pub(crate) page: PageState,
    past: Vec<Rc<Playground>>,
    future: Vec<Rc<Playground>>,
    /// The last good run.
    pub(crate) session: Session,
    pub(crate) summary: Rc<Summary>,
    /// The pinned run, if it is short enough to be drawn above this one.
    pub(crate) pinned: Option<(Session, Rc<Summary>)>,
    /// The number of the run that is under way elsewhere.
    pub(crate) wanted: Option<u32>,
    /// Events that it has come to.
    pub(crate) progress: u64,
    runs: u32,
    /// What Kafka refuses of the form as it stands.
    pub(crate) errors: Vec<Refusal>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) selection: Option<FactId>,
    pub(crate) playing: bool,
    /// How the run is looked at: rows, speed, menus.
    pub(crate) viewing: Viewing,
    /// The form of the last good run.
    pub(crate) ran: Playground,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    /// What the last change did, in words.
    pub(crate) said: String,
    /// The change that is to be told once its run is there.
    untold: Option<Change>,
    /// What a slider is moving, and when it last did: all its steps until it settles are one change.
    sliding: Option<(String, f64)>,
    pub(crate) help: bool,
    /// The address named a lesson and nothing else: its scenario is still to be taken over.
    pub(crate) unbegun: bool,
    /// The worker could not be had, or broke down.
    pub(crate) broken: bool,
}

/// Two states are the same only if they are one: each action makes another, and to compare them field by
/// field would seldom spare what it costs.
impl PartialEq for AppState {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A change of the form, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) name: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// Something that the user did, or that a run came to.
pub(crate) enum AppAction {
    /// The form changed.
    Edit(Box<Playground>, Change),
    /// A setting or a part gets what a person typed, or where a slider is for now.
    Set {
        name: String,
        /// What it is called.
        label: String,
        text: String,
        /// By its slider: when a key moved it, in milliseconds; a drag has no pauses and is at 0.
        sliding: Option<f64>,
    },
    /// Something to be told where changes are told.
    Say(String),
    /// The slider has come to rest.
    Settle,
    /// Another panel in the form's place, or the form.
    Form(Option<Panel>),
    /// The address changed.
    Open(String),
    /// A scenario as it is saved, however long, takes the page's place.
    Load(String),
    /// A run elsewhere is over.
    Finished {
        number: u32,
        session: Session,
        summary: Box<Summary>,
    },
    /// A run elsewhere goes on.
    Progress {
        number: u32,
        events: u64,
    },
    /// No recorded case has the name that was asked for.
    NoCase {
        number: u32,
    },
    /// There is no elsewhere.
    Broken,
    Undo,
    Redo,
    /// Select a fact and look at its moment; or nothing.
    Find(Option<Found>),
    /// Go to what the selection waited for.
    Follow(Found),
    /// Go back from there.
    Back(Found),
    /// Look at the run in another way.
    View(crate::viewing::Change),
    /// Open the ledger's list of a class.
    Class(&'static str),
    /// Go to where the runs part first, or to the next difference.
    Part {
        next: bool,
    },
    /// Select what is one thing in both runs, as far as each has it.
    Meet {
        a: Option<FactId>,
        b: Option<Found>,
    },
    /// Select a fact where one is.
    Select(Option<Found>),
    Seek(SimTime),
    Play(bool),
    /// The playhead moves on by so many microseconds.
    Advance(i64),
    Show(Option<(SimTime, SimTime)>),
    Panel(Panel),
    /// Sweeps another setting, or over another range.
    Sweep(String),
    /// Freezes the running scenario as A.
    Pin,
    Unpin,
    Speak(Language),
    Wear(Theme),
    Dismiss(usize),
    Help(bool),
}

impl AppState {
    /// The page as an address opens it.
    #[cfg(test)]
    fn new(fragment: &str, language: Language, theme: Theme) -> Self {
        Self::of(link::read_page(fragment), language, theme)
    }

    /// As it was before a reload: the text of a page that was too long for an address, or the address,
    /// and what could be undone and redone.
    pub(crate) fn resumed(
        (long, fragment): (Option<String>, &str),
        history: &str,
        language: Language,
        theme: Theme,
    ) -> Self {
        let read = long.map_or_else(|| link::read_page(fragment), |text| link::read_saved(&text));
        let lines = |text: &str| {
            text.lines().map(|line| Rc::new(link::read_saved(line).0.playground)).collect()
        };
        // an empty line stands between them, and first where nothing can be undone
        let parts = history.strip_prefix('\n').map(|future| ("", future));
        let (past, future) = parts.or_else(|| history.split_once("\n\n")).unwrap_or((history, ""));
        let [past, future]: [Vec<_>; 2] = [lines(past), lines(future)];
        let state = Self::of(read, language, theme);
        // after an undo the form stands as it was left
        Self { unbegun: state.unbegun && future.is_empty(), past, future, ..state }
    }

    /// What can be undone and redone, for [`Self::resumed`]: a line each, the newest of them.
    pub(crate) fn history(&self) -> String {
        let lines = |list: &[Rc<Playground>]| {
            let kept = list.iter().skip(list.len().saturating_sub(KEPT_MAX));
            kept.map(|one| ["v=1&", &link::write(one), "\n"].concat()).collect::<String>()
        };
        [lines(&self.past).as_str(), "\n", &lines(&self.future)].concat()
    }

    fn of((page, notices): (PageState, Vec<Notice>), language: Language, theme: Theme) -> Self {
        let Ran::Finished { number, summary } = run("", None) else {
            unreachable!("the defaults are accepted, and end: a test runs them")
        };
        let mut state = Self {
            page,
            past: Vec::new(),
            future: Vec::new(),
            session: Session::near(number),
            summary: summary.into(),
            pinned: None,
            wanted: None,
            progress: 0,
            runs: 0,
            errors: Vec::new(),
            notices,
            selection: None,
            playing: false,
            viewing: Viewing::default(),
            ran: Playground::default(),
            language,
            theme,
            said: String::new(),
            untold: None,
            sliding: None,
            help: false,
            unbegun: false,
            broken: false,
        };
        state.dress();
        state.repin();
        let page = &state.page;
        state.unbegun = page.lesson.is_some() && page.playground == Playground::default();
        if page.playground != Playground::default()
            || page.selection.is_some()
            || page.case.is_some()
        {
            state.rerun();
        }
        state
    }

    /// Takes over the theme and the language that the address asks for.
    fn dress(&mut self) {
        match self.page.theme {
            Some(ThemeChoice::Light) => self.theme = Theme::Light,
            Some(ThemeChoice::Dark) => self.theme = Theme::Dark,
            _ => {}
        }
        match self.page.language {
            Some(LanguageChoice::English) => self.language = Language::English,
            Some(LanguageChoice::Korean) => self.language = Language::Korean,
            None => {}
        }
    }

    /// Whether what can be undone changed.
    pub(crate) fn steps(&self) -> (usize, usize, bool) {
        (self.past.len(), self.future.len(), self.sliding.is_some())
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(crate) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Where the playhead stands.
    pub(crate) fn playhead(&self) -> SimTime {
        self.page.playhead.unwrap_or(SimTime::NEVER).clamp(SimTime::ZERO, self.end())
    }

    /// Where the playhead ends: with the longer of two runs, and where a question's veil begins.
    pub(crate) fn end(&self) -> SimTime {
        let pinned = self.pinned.as_ref().map_or(SimTime::ZERO, |(_, pinned)| pinned.end);
        let veil = self.viewing.veil().map_or(SimTime::NEVER, |(from, _)| from);
        self.summary.end.max(pinned).min(veil)
    }

    /// The panel at the right.
    pub(crate) fn panel(&self) -> Panel {
        let first = if self.page.lesson.is_some() { Panel::Lesson } else { Panel::Inspector };
        self.page.panel.unwrap_or(first)
    }

    /// What a sheet depends on: not the playhead, nor the window.
    pub(crate) fn asked(&self) -> PageState {
        PageState { playhead: None, window: None, panel: None, form: None, ..self.page.clone() }
    }

    /// The same about the last good run, while the form holds what Kafka refuses.
    pub(crate) fn last_good(&self) -> PageState {
        PageState { playground: self.ran.clone(), ..self.asked() }
    }

    /// The state after an action.
    pub(crate) fn apply(mut self, action: AppAction) -> Self {
        match action {
            AppAction::Edit(playground, change) => self.edit(*playground, change),
            AppAction::Set { name, label, text, sliding } => {
                let mut playground = self.page.playground.clone();
                playground.set(&name, &text);
                let value = |of: &Playground| form::knob(of, &name).map(|knob| knob.value);
                let from = value(&self.page.playground).unwrap_or_default();
                let to = value(&playground).unwrap_or_default();
                let goes_on = self.sliding.take().is_some_and(|(moved, before)| {
                    moved == name && sliding.is_some_and(|now| now - before < PAUSE)
                });
                if goes_on && self.past.last().is_some_and(|before| **before == playground) {
                    // back where it began: nothing was changed
                    self.past.pop();
                    self.replace(playground, Change { name: label, from, to });
                    return self;
                }
                if goes_on {
                    self.replace(playground, Change { name: label, from, to });
                } else {
                    self.edit(playground, Change { name: label, from, to });
                }
                if self.page.playground.refused.contains_key(&name) {
                    let values = [("name", name.as_str()), ("value", text.as_str())];
                    self.said = self.language.tell("said--no-value", &values);
                    self.untold = None;
                }
                self.sliding = sliding.map(|now| (name, now));
            }
            AppAction::Say(text) => self.said = text,
            AppAction::Settle => self.sliding = None,
            AppAction::Form(panel) => self.page.form = panel,
            AppAction::Open(fragment) => self.open(link::read_page(&fragment)),
            AppAction::Load(text) => self.open(link::read_saved(&text)),
            AppAction::Finished { number, session, summary } => {
                if self.wanted == Some(number) {
                    self.take_over(session, *summary);
                }
            }
            AppAction::Progress { number, events } => {
                if self.wanted == Some(number) {
                    self.progress = events;
                }
            }
            AppAction::NoCase { number } => {
                if self.wanted == Some(number) {
                    let value = self.page.case.take().unwrap_or_default();
                    self.notices.push(Notice::BadValue { name: "case".to_owned(), value });
                    self.rerun();
                }
            }
            AppAction::Broken => {
                self.broken = true;
                self.wanted = None;
            }
            AppAction::Undo => {
                self.sliding = None;
                if let Some(before) = self.past.pop() {
                    let after = std::mem::replace(&mut self.page.playground, (*before).clone());
                    self.future.push(Rc::new(after));
                    self.rerun_after("header--undo");
                }
            }
            AppAction::Redo => {
                self.sliding = None;
                if let Some(after) = self.future.pop() {
                    let before = std::mem::replace(&mut self.page.playground, (*after).clone());
                    self.past.push(Rc::new(before));
                    self.rerun_after("header--redo");
                }
            }
            AppAction::Find(found) => {
                if let Some(found) = found {
                    self.viewing.trail.clear();
                    self.go_to(found);
                }
            }
            AppAction::Follow(found) => {
                self.viewing.trail.extend(self.selection);
                self.go_to(found);
            }
            AppAction::Back(found) => {
                self.viewing.trail.pop();
                self.go_to(found);
            }
            AppAction::View(change) => change(&mut self.viewing),
            AppAction::Class(class) => {
                self.viewing.class = Some(class);
                self.page.panel = Some(Panel::Ledger);
            }
            AppAction::Part { next } => self.part(next),
            AppAction::Meet { a, b } => {
                self.viewing.trail.clear();
                self.select(b);
                self.viewing.in_a = a;
            }
            AppAction::Select(found) => {
                self.viewing.trail.clear();
                self.select(found);
            }
            AppAction::Seek(time) => {
                let time = time.clamp(SimTime::ZERO, self.end());
                self.page.playhead = (time < self.end()).then_some(time);
            }
            AppAction::Play(playing) => {
                if playing && self.playhead() >= self.end() {
                    self.page.playhead = Some(SimTime::ZERO);
                }
                self.playing = playing;
            }
            AppAction::Advance(by) => {
                let next = self.played(by);
                self.playing &= next < self.end();
                self.page.playhead = (next < self.end()).then_some(next);
                self.keep_in_sight(next);
            }
            AppAction::Show(window) => self.page.window = window,
            AppAction::Panel(panel) => self.page.panel = Some(panel),
            AppAction::Sweep(of) => self.page.sweep = Some(of),
            AppAction::Pin => {
                self.page.pinned = Some(self.page.playground.clone());
                self.repin();
            }
            AppAction::Unpin => {
                self.page.pinned = None;
                self.repin();
            }
            AppAction::Speak(language) => {
                self.language = language;
                self.page.language = None;
            }
            AppAction::Wear(theme) => {
                self.theme = theme;
                self.page.theme = None;
            }
            AppAction::Dismiss(position) => {
                if position < self.notices.len() {
                    self.notices.remove(position);
                }
            }
            AppAction::Help(help) => self.help = help,
        }
        self
    }

    /// Another page takes this one's place.
    fn open(&mut self, (page, notices): (PageState, Vec<Notice>)) {
        self.notices = notices;
        let rerun = page.playground != self.page.playground || page.case != self.page.case;
        let before = std::mem::replace(&mut self.page, page);
        self.dress();
        if before.pinned != self.page.pinned {
            self.repin();
        }
        if rerun {
            self.remember(before.playground);
            self.rerun();
        }
        self.unbegun = self.page.lesson.is_some() && self.page.playground == Playground::default();
    }

    /// Takes over what the form holds now.
    fn edit(&mut self, playground: Playground, change: Change) {
        if playground != self.page.playground {
            self.remember(self.page.playground.clone());
            self.replace(playground, change);
        }
    }

    /// The same as a part of the change before it.
    fn replace(&mut self, playground: Playground, change: Change) {
        self.page.playground = playground;
        self.viewing.menu = None;
        self.untold = Some(change);
        self.rerun();
    }

    /// What the form held before a change can be had again.
    fn remember(&mut self, before: Playground) {
        self.unbegun = false;
        self.sliding = None;
        self.past.push(Rc::new(before));
        if self.past.len() > HISTORY_MAX {
            self.past.remove(0);
        }
        self.future.clear();
    }

    fn go_to(&mut self, found: Found) {
        let at = found.at.max(SimTime::ZERO);
        self.page.playhead = (at < self.end()).then_some(at);
        self.select(Some(found));
        self.keep_in_sight(at);
    }

    /// Where the playhead is after so many microseconds of play. A folded stretch takes two thirds of a
    /// second, however long it is; a loop goes back to where the window begins.
    fn played(&self, by: i64) -> SimTime {
        const FRAMES_OF_A_FOLD: i64 = 20;
        let at = self.playhead();
        let folded = |fold: &&timeline::Fold| {
            fold.from <= at && at < fold.to && !self.viewing.unfolded.contains(&fold.from)
        };
        let folds = self.folds();
        let fold = folds.iter().find(folded);
        let by = fold.map_or(by, |fold| by.max((fold.to.0 - fold.from.0) / FRAMES_OF_A_FOLD));
        let next = SimTime(at.0.saturating_add(by));
        let (from, to) = self.page.window.unwrap_or((SimTime::ZERO, self.end()));
        let to = to.min(self.end());
        if self.viewing.looping && next >= to && from < to { from } else { next }
    }

    /// Moves the window, if need be, so that a moment is in it.
    fn keep_in_sight(&mut self, at: SimTime) {
        if let Some((from, to)) = self.page.window
            && !(from <= at && at <= to)
        {
            let length = to.0 - from.0;
            let begin = (at.0 - length / 10).clamp(0, (self.whole().1.0 - length).max(0));
            self.page.window = Some((SimTime(begin), SimTime(begin + length)));
        }
    }

    fn select(&mut self, found: Option<Found>) {
        self.viewing.in_a = None;
        self.selection = found.map(|found| found.fact);
        self.page.selection = found.and_then(|found| found.identity);
    }

    /// Runs what is pinned, if that can be done within a frame.
    fn repin(&mut self) {
        self.viewing.partings = Rc::default();
        self.viewing.in_a = None;
        self.pinned = match self.page.pinned.as_ref().map(|pinned| run(&link::write(pinned), None))
        {
            Some(Ran::Finished { number, summary }) => {
                Some((Session::near(number), summary.into()))
            }
            _ => None,
        };
        self.viewing.paired = self.pinned.is_some();
    }

    /// What shows all of the run, and of the pinned one above it.
    pub(crate) fn whole(&self) -> (SimTime, SimTime) {
        let (from, to) = self.summary.whole;
        if let Some((_, to)) = self.viewing.veil() {
            return (from, to);
        }
        let pinned = self.pinned.as_ref().map_or(SimTime::ZERO, |(_, pinned)| pinned.whole.1);
        (from, to.max(pinned).max(self.viewing.axis_end().unwrap_or(SimTime::ZERO)))
    }

    /// Stretches in which nothing happens, in neither run.
    pub(crate) fn folds(&self) -> Vec<Fold> {
        let Some((_, pinned)) = &self.pinned else { return self.summary.folds.clone() };
        // nothing happens in a run that is over
        let quiet = |summary: &Summary| {
            let over = Fold { from: summary.end, to: SimTime::NEVER, width: f64::MAX };
            summary.folds.iter().copied().chain([over]).collect::<Vec<_>>()
        };
        let (here, there) = (quiet(&self.summary), quiet(pinned));
        let common = |one: &Fold| {
            let one = *one;
            there.iter().filter_map(move |other| {
                let (from, to) = (one.from.max(other.from), one.to.min(other.to));
                let long = to < SimTime::NEVER && to.0 - from.0 >= FOLD_MIN;
                long.then_some(Fold { from, to, width: one.width.min(other.width) })
            })
        };
        here.iter().flat_map(common).collect()
    }

    /// Goes to the first difference; or to the first behind the playhead, and from the last to the first.
    fn part(&mut self, next: bool) {
        let here = self.page.playhead.filter(|_| next);
        // the end itself is no playhead of its own
        let here = here.or(self.viewing.parted.filter(|at| next && *at >= self.end()));
        let partings = self.viewing.partings.clone();
        let behind = partings.iter().find(|parting| here.is_some_and(|here| parting.at > here));
        let Some(parting) = behind.or(partings.first()) else { return };
        let at = parting.at;
        self.viewing.trail.clear();
        self.playing = false;
        self.page.playhead = (at < self.end()).then_some(at);
        let identity = parting.identity;
        self.select(parting.b.map(|fact| Found { fact, at, identity }));
        self.viewing.in_a = parting.a;
        self.viewing.parted = Some(at);
        self.keep_in_sight(at);
    }

    /// Runs the form as it was before, or after; what that changes is told under the name of a button.
    fn rerun_after(&mut self, button: &str) {
        self.untold = Some(Change { name: self.language.say(button), ..Change::default() });
        self.rerun();
    }

    /// Runs the form; the last good run stays if Kafka refuses it, and while a longer one is under way.
    fn rerun(&mut self) {
        self.wanted = None;
        if self.page.case.is_some() {
            // a recorded case is a file, and the worker reads it
            return self.order();
        }
        let selected = self.page.selection.map(Selection::text);
        match run(&link::write(&self.page.playground), selected.as_deref()) {
            Ran::Finished { number, summary } => {
                self.take_over(Session::near(number), *summary);
            }
            Ran::Longer => self.order(),
            Ran::Refused(errors) => self.errors = errors,
        }
    }

    /// Wants a run from elsewhere.
    fn order(&mut self) {
        self.errors.clear();
        self.runs += 1;
        self.progress = 0;
        self.wanted = Some(self.runs);
    }

    fn take_over(&mut self, session: Session, summary: Summary) {
        if let Some(change) = self.untold.take() {
            let (old, new) = (&self.summary.figures, &summary.figures);
            // another scenario altogether has no name: nothing of it can be set against the last
            let alike = !change.name.is_empty();
            self.said = if alike { said(self.language, &change, old, new) } else { String::new() };
        }
        self.wanted = None;
        self.errors.clear();
        self.ran = self.page.playground.clone();
        self.viewing.hover = None;
        self.viewing.trail.clear();
        self.session = session;
        self.selection = summary.selected.map(|found| found.fact);
        self.page.window = self.page.window.filter(|(from, _)| *from < summary.end);
        self.summary = Rc::new(summary);
    }
}

impl Reducible for AppState {
    type Action = AppAction;

    fn reduce(self: Rc<Self>, action: AppAction) -> Rc<Self> {
        Rc::new(Rc::unwrap_or_clone(self).apply(action))
    }
}

#[cfg(test)]
mod tests;
