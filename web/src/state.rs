//! What the user chose, and how it changes: a pure function of state and action.

use crate::i18n::Language;
use crate::run::{Run, run};
use link::{Notice, Playground};
use model::config::ConfigError;
use std::rc::Rc;
use timeline::Theme;
use trace::FactId;
use units::SimTime;
use yew::Reducible;

/// Changes that can be undone.
const HISTORY_MAX: usize = 200;

/// State of the page.
#[derive(Clone, PartialEq)]
pub(crate) struct AppState {
    pub(crate) playground: Playground,
    past: Vec<Playground>,
    future: Vec<Playground>,
    /// The last good run.
    pub(crate) run: Rc<Run>,
    /// What Kafka refuses of the form as it stands.
    pub(crate) errors: Vec<ConfigError>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) selection: Option<FactId>,
    pub(crate) playhead: SimTime,
    pub(crate) playing: bool,
    /// What is shown of the run; `None` for all.
    pub(crate) window: Option<(SimTime, SimTime)>,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    /// What the last change did, in words.
    pub(crate) said: String,
    pub(crate) help: bool,
}

/// Something that the user did.
pub(crate) enum AppAction {
    /// The form changed: what, from what, to what.
    Edit {
        playground: Box<Playground>,
        name: String,
        from: String,
        to: String,
    },
    /// The address changed.
    Open(String),
    Undo,
    Redo,
    Select(Option<FactId>),
    Seek(SimTime),
    Play(bool),
    /// The playhead moves on by so many microseconds.
    Advance(i64),
    Show(Option<(SimTime, SimTime)>),
    Speak(Language),
    Wear(Theme),
    Dismiss(usize),
    Help(bool),
}

impl AppState {
    /// The page as it opens: from an address's fragment.
    pub(crate) fn new(fragment: &str, language: Language, theme: Theme) -> Self {
        let (playground, notices) = link::read(fragment);
        let plain = || {
            let first = run(&Playground::default());
            first.unwrap_or_else(|_| unreachable!("the defaults are accepted: a test runs them"))
        };
        let (run, errors) = match run(&playground) {
            Ok(run) => (run, Vec::new()),
            Err(errors) => (plain(), errors),
        };
        Self {
            playground,
            past: Vec::new(),
            future: Vec::new(),
            playhead: run.timeline.end(),
            run,
            errors,
            notices,
            selection: None,
            playing: false,
            window: None,
            language,
            theme,
            said: String::new(),
            help: false,
        }
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(crate) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The state after an action.
    pub(crate) fn apply(mut self, action: AppAction) -> Self {
        match action {
            AppAction::Edit { playground, name, from, to } => {
                if *playground == self.playground {
                    return self;
                }
                let before = std::mem::replace(&mut self.playground, *playground);
                self.past.push(before);
                if self.past.len() > HISTORY_MAX {
                    self.past.remove(0);
                }
                self.future.clear();
                let old = self.run.clone();
                self.rerun();
                if self.errors.is_empty() {
                    self.say_change(&old, &name, &from, &to);
                }
            }
            AppAction::Open(fragment) => {
                let (playground, notices) = link::read(&fragment);
                self.notices = notices;
                if playground != self.playground {
                    self.playground = playground;
                    self.rerun();
                }
            }
            AppAction::Undo => {
                if let Some(before) = self.past.pop() {
                    self.future.push(std::mem::replace(&mut self.playground, before));
                    self.rerun();
                }
            }
            AppAction::Redo => {
                if let Some(after) = self.future.pop() {
                    self.past.push(std::mem::replace(&mut self.playground, after));
                    self.rerun();
                }
            }
            AppAction::Select(selection) => self.selection = selection,
            AppAction::Seek(time) => {
                self.playhead = time.clamp(SimTime::ZERO, self.run.timeline.end());
            }
            AppAction::Play(playing) => {
                if playing && self.playhead >= self.run.timeline.end() {
                    self.playhead = SimTime::ZERO;
                }
                self.playing = playing;
            }
            AppAction::Advance(by) => {
                let end = self.run.timeline.end();
                self.playhead = SimTime(self.playhead.0 + by).min(end);
                self.playing &= self.playhead < end;
            }
            AppAction::Show(window) => self.window = window,
            AppAction::Speak(language) => self.language = language,
            AppAction::Wear(theme) => self.theme = theme,
            AppAction::Dismiss(position) => {
                if position < self.notices.len() {
                    self.notices.remove(position);
                }
            }
            AppAction::Help(help) => self.help = help,
        }
        self
    }

    /// Runs the form; the last good run stays if Kafka refuses it.
    fn rerun(&mut self) {
        match run(&self.playground) {
            Ok(run) => {
                let at_end = self.playhead >= self.run.timeline.end();
                let end = run.timeline.end();
                self.playhead = if at_end { end } else { self.playhead.min(end) };
                self.run = run;
                self.errors.clear();
                // a fact of another run is another fact
                self.selection = None;
                self.window = self.window.filter(|(from, _)| *from < end);
            }
            Err(errors) => self.errors = errors,
        }
    }

    fn say_change(&mut self, old: &Run, name: &str, from: &str, to: &str) {
        let records = |run: &Run| {
            let (records, batches) = (run.figures.batched_records, run.figures.batches);
            format!("{:.1}", f64::from(records) / f64::from(batches.max(1)))
        };
        let batches = |run: &Run| run.figures.batches.to_string();
        self.said = self.language.tell(
            "said--change",
            &[
                ("name", name),
                ("from", from),
                ("to", to),
                ("batches_from", &batches(old)),
                ("batches_to", &batches(&self.run)),
                ("records_from", &records(old)),
                ("records_to", &records(&self.run)),
            ],
        );
    }
}

impl Reducible for AppState {
    type Action = AppAction;

    fn reduce(self: Rc<Self>, action: AppAction) -> Rc<Self> {
        Rc::new(Rc::unwrap_or_clone(self).apply(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(state: AppState, name: &str, value: &str) -> AppState {
        let mut playground = state.playground.clone();
        playground.settings.set(name, value);
        let (name, from, to) = (name.to_owned(), String::new(), value.to_owned());
        state.apply(AppAction::Edit { playground: Box::new(playground), name, from, to })
    }

    fn fresh() -> AppState {
        AppState::new("", Language::English, Theme::Light)
    }

    #[test]
    fn linger_0_makes_batches_of_one() {
        let before = fresh();
        assert!(before.run.figures.batches < 40, "{}", before.run.figures.batches);
        let after = edited(before, "linger.ms", "0");
        assert_eq!(after.run.figures.batches, 60);
        assert!(after.said.contains("60 batches"), "{}", after.said);
    }

    #[test]
    fn a_refused_value_keeps_the_last_good_picture() {
        let before = fresh();
        let picture = before.run.clone();
        let after = edited(before, "acks", "ALL");
        assert_eq!(after.errors.len(), 1);
        assert!(Rc::ptr_eq(&after.run, &picture));
        let mended = edited(after, "acks", "all");
        assert!(mended.errors.is_empty());
    }

    #[test]
    fn undo_and_redo_walk_through_the_changes() {
        let changed = edited(edited(fresh(), "linger.ms", "0"), "acks", "1");
        let undone = changed.apply(AppAction::Undo);
        assert_eq!(undone.playground.settings.text("acks"), Some("all"));
        assert_eq!(undone.playground.settings.text("linger.ms"), Some("0"));
        let redone = undone.apply(AppAction::Redo);
        assert_eq!(redone.playground.settings.text("acks"), Some("1"));
        assert!(!redone.can_redo());
    }

    #[test]
    fn the_playhead_stays_within_the_run() {
        let state = fresh().apply(AppAction::Seek(SimTime(-5)));
        assert_eq!(state.playhead, SimTime::ZERO);
        let end = state.run.timeline.end();
        let state = state.apply(AppAction::Play(true)).apply(AppAction::Advance(i64::MAX / 2));
        assert_eq!((state.playhead, state.playing), (end, false));
    }
}
