//! How the state changes, action by action.

use super::*;
use crate::session::{Answer, Question};
use yew::Callback;

fn edited(state: AppState, name: &str, value: &str) -> AppState {
    let mut playground = state.page.playground.clone();
    playground.settings.set(name, value);
    let change = Change { name: name.to_owned(), from: String::new(), to: value.to_owned() };
    state.apply(AppAction::Edit(Box::new(playground), change))
}

fn with_records(state: AppState, records: u32) -> AppState {
    let playground = Playground { records, ..state.page.playground.clone() };
    let change = Change { name: "records".into(), from: String::new(), to: String::new() };
    state.apply(AppAction::Edit(Box::new(playground), change))
}

fn fresh() -> AppState {
    AppState::new("", Language::English, Theme::Light)
}

#[test]
fn linger_0_makes_batches_of_one() {
    let before = fresh();
    assert!(before.summary.figures.batches < 40, "{}", before.summary.figures.batches);
    let after = edited(before, "linger.ms", "0");
    // once all five slots of a connection are taken, and two records leave together
    assert_eq!(after.summary.figures.batches, 59);
    assert!(after.said.contains("59 batches"), "{}", after.said);
}

#[test]
fn a_refused_value_keeps_the_last_good_picture() {
    let before = fresh();
    let picture = before.session.clone();
    let after = edited(before, "acks", "ALL");
    assert_eq!(after.errors.len(), 1);
    assert!(after.session == picture);
    let mended = edited(after, "acks", "all");
    assert!(mended.errors.is_empty());
}

#[test]
fn a_pinned_run_shares_its_axis_and_is_left_as_it_was() {
    let pinned = edited(fresh(), "linger.ms", "0").apply(AppAction::Pin);
    let state = edited(pinned, "linger.ms", "8");
    let (_, a) = state.pinned.clone().unwrap();
    assert_eq!((a.figures.batches, state.summary.figures.batches), (59, 12));
    assert_eq!(state.whole().1, a.whole.1.max(state.summary.whole.1));
    assert!(state.apply(AppAction::Unpin).pinned.is_none());
}

#[test]
fn what_is_folded_is_quiet_in_both_runs() {
    let silent = edited(fresh(), "linger.ms", "60000");
    let folds = silent.summary.folds.clone();
    assert!(!folds.is_empty());
    let both = edited(silent.apply(AppAction::Pin), "linger.ms", "0");
    assert_eq!(both.summary.folds, []);
    let common = both.folds();
    assert_eq!(common.len(), 1);
    assert!(common[0].from >= folds[0].from && common[0].from >= both.summary.end);
    assert_eq!(common[0].to, folds[0].to);
}

#[test]
fn the_next_difference_is_behind_the_playhead_and_the_first_behind_the_last() {
    let mut state = edited(fresh().apply(AppAction::Pin), "linger.ms", "0");
    let read = |text: &str| crate::viewing::Parting::of_text(text).unwrap();
    state.viewing.partings = [read("0 - 0.0 record0"), read("2000 - - -")].into();
    let first = state.apply(AppAction::Part { next: false });
    assert_eq!((first.playhead(), first.selection.is_some()), (SimTime::ZERO, true));
    let second = first.apply(AppAction::Part { next: true });
    assert_eq!((second.playhead(), second.selection), (SimTime(2_000), None));
    assert_eq!(second.apply(AppAction::Part { next: true }).playhead(), SimTime::ZERO);
}

#[test]
fn undo_and_redo_walk_through_the_changes() {
    let changed = edited(edited(fresh(), "linger.ms", "0"), "acks", "1");
    let undone = changed.apply(AppAction::Undo);
    assert_eq!(undone.page.playground.settings.text("acks"), Some("all"));
    assert_eq!(undone.page.playground.settings.text("linger.ms"), Some("0"));
    let redone = undone.apply(AppAction::Redo);
    assert_eq!(redone.page.playground.settings.text("acks"), Some("1"));
    assert!(!redone.can_redo());
}

fn set(state: AppState, name: &str, text: &str, sliding: Option<f64>) -> AppState {
    let (name, text) = (name.to_owned(), text.to_owned());
    state.apply(AppAction::Set { label: name.clone(), name, text, sliding })
}

#[test]
fn a_slider_that_passes_many_stops_is_one_change() {
    let mut state = fresh();
    for stop in ["8", "10", "15"] {
        state = set(state, "linger.ms", stop, Some(0.0));
    }
    let settled = state.apply(AppAction::Settle);
    let again = set(settled, "linger.ms", "20", Some(0.0)).apply(AppAction::Settle);
    let once = again.apply(AppAction::Undo);
    assert_eq!(once.page.playground.settings.text("linger.ms"), Some("15"));
    assert_eq!(once.apply(AppAction::Undo).page.playground, Playground::default());
}

#[test]
fn keys_in_a_row_are_one_change_until_a_pause_another_slider_or_an_undo() {
    let linger = |state, text: &str, at| set(state, "linger.ms", text, Some(at));
    let text =
        |state: &AppState| state.page.playground.settings.text("linger.ms").map(str::to_owned);
    let row = linger(linger(fresh(), "8", 5_000.0), "10", 5_900.0);
    let paused = linger(row.clone(), "15", 9_000.0);
    assert_eq!(text(&paused.apply(AppAction::Undo)).as_deref(), Some("10"));
    let other = set(row.clone(), "batch.size", "1024", Some(6_000.0));
    let back = linger(other, "15", 6_100.0).apply(AppAction::Undo);
    assert_eq!(text(&back).as_deref(), Some("10"));
    let undone = linger(row.clone(), "15", 6_000.0).apply(AppAction::Undo);
    assert_eq!(undone.page.playground, Playground::default());
    let anew = linger(linger(undone, "8", 6_100.0).apply(AppAction::Undo), "9", 6_200.0);
    assert_eq!((text(&anew).as_deref(), anew.past.len()), (Some("9"), 1));
}

#[test]
fn a_slider_that_comes_back_has_changed_nothing_and_shows_the_run_of_its_value() {
    let acks = set(fresh(), "acks", "1", None);
    let (batches, at) = (acks.summary.figures.batches, 7_000.0);
    let away = set(acks, "linger.ms", "0", Some(at));
    assert_ne!(away.summary.figures.batches, batches);
    let back = set(away, "linger.ms", "5", Some(at + 100.0));
    assert_eq!(back.summary.figures.batches, batches);
    let on = set(back, "linger.ms", "8", Some(at + 200.0));
    assert_eq!(
        on.apply(AppAction::Undo).apply(AppAction::Undo).page.playground,
        Playground::default()
    );
}

#[test]
fn a_reload_keeps_what_can_be_undone_and_redone() {
    let state = set(set(fresh(), "acks", "1", None), "rate", "a lot", None);
    let state = state.apply(AppAction::Undo);
    let (history, fragment) = (state.history(), link::write(&state.page.playground));
    let after = AppState::resumed((None, &fragment), &history, state.language, state.theme);
    assert_eq!((&after.past, &after.future), (&state.past, &state.future));
    let redone = after.apply(AppAction::Redo);
    assert_eq!(redone.page.playground.refused.get("rate").map(String::as_str), Some("a lot"));
}

#[test]
fn a_lesson_without_settings_is_begun_once_and_that_can_be_undone() {
    let state = AppState::new("v=1&lesson=batches", Language::English, Theme::Light);
    assert_eq!((state.unbegun, state.panel()), (true, Panel::Lesson));
    let begun = edited(state, "acks", "1");
    assert!(!begun.unbegun);
    let undone = begun.apply(AppAction::Undo);
    assert!(!undone.unbegun && undone.page.playground == Playground::default());
    let history = undone.history();
    let at = (None, "v=1&lesson=batches");
    assert!(!AppState::resumed(at, &history, Language::English, Theme::Light).unbegun);
}

#[test]
fn opening_another_address_can_be_undone() {
    let opened = fresh().apply(AppAction::Open("v=1&acks=1".to_owned()));
    assert_eq!(opened.apply(AppAction::Undo).page.playground, Playground::default());
}

#[test]
fn the_playhead_stays_within_the_run() {
    let state = fresh().apply(AppAction::Seek(SimTime(-5)));
    assert_eq!(state.playhead(), SimTime::ZERO);
    let end = state.summary.end;
    let state = state.apply(AppAction::Play(true)).apply(AppAction::Advance(i64::MAX / 2));
    assert_eq!((state.playhead(), state.playing), (end, false));
}

#[test]
fn a_loop_goes_back_to_where_the_window_begins() {
    let window = (SimTime(10_000), SimTime(20_000));
    let mut state = fresh().apply(AppAction::Show(Some(window)));
    state.viewing.looping = true;
    let state = state.apply(AppAction::Seek(SimTime(19_900))).apply(AppAction::Play(true));
    let state = state.apply(AppAction::Advance(200));
    assert_eq!((state.playhead(), state.playing), (SimTime(10_000), true));
}

#[test]
fn what_is_stepped_to_is_in_sight() {
    let window = (SimTime(0), SimTime(5_000));
    let state = fresh().apply(AppAction::Show(Some(window)));
    let fact = FactId::new(trace::Kind::Send, 30);
    let found = Found { fact, at: SimTime(30_000), identity: None };
    let state = state.apply(AppAction::Find(Some(found)));
    let (from, to) = state.page.window.expect("it is still zoomed in");
    assert!(from <= SimTime(30_000) && SimTime(30_000) <= to && to.0 - from.0 == 5_000);
}

#[test]
fn a_recorded_case_is_run_elsewhere_and_left_for_the_form() {
    let opened = fresh().apply(AppAction::Open("v=1&case=default-warm".to_owned()));
    assert!(opened.wanted.is_some(), "the worker reads it");
    let left = opened.apply(AppAction::Open(String::new()));
    assert_eq!((left.page.case.clone(), left.wanted), (None, None));
    assert!(
        AppState::new("#v=1&case=default-warm", Language::English, Theme::Light).wanted.is_some()
    );
}

#[test]
fn a_case_that_is_none_is_named_and_the_form_is_there() {
    let opened = AppState::new("v=1&acks=1&case=nope", Language::English, Theme::Light);
    let number = opened.wanted.expect("the worker looks for it");
    let told = opened.apply(AppAction::NoCase { number });
    assert_eq!((told.wanted, &told.page.case), (None, &None));
    assert!(matches!(&*told.notices, [Notice::BadValue { value, .. }] if value == "nope"));
    assert_eq!(told.ran.settings.text("acks"), Some("1"));
}

#[test]
fn a_long_run_is_ordered_elsewhere_and_the_old_picture_stays() {
    let before = fresh();
    let picture = before.session.clone();
    let ordered = with_records(before, 1_000_000);
    assert!(ordered.session == picture);
    let number = ordered.wanted.expect("it is under way");
    let again = with_records(ordered, 900_000);
    assert!(again.wanted.is_some_and(|newer| newer > number));
    let summary = Box::new((*again.summary).clone());
    let late = AppAction::Finished { number, session: picture.clone(), summary };
    assert!(again.apply(late).wanted.is_some(), "the old run is not wanted any more");
}

#[test]
fn a_selection_is_found_again_in_the_next_run() {
    let state = AppState::new("#v=1&sel=record17", Language::English, Theme::Light);
    assert_eq!(state.page.selection, Some(Selection::Record(units::RecordId(17))));
    let fact = state.selection.expect("record 17 was sent");
    let after = edited(state, "linger.ms", "0");
    assert_eq!(after.selection, Some(fact), "a record keeps its number");
}

#[test]
fn a_fact_and_its_identity_lead_to_each_other() {
    let state = fresh();
    let look_at = |text: &str| {
        let state = AppState::new(&format!("#v=1&sel={text}"), state.language, state.theme);
        state.selection.unwrap_or_else(|| panic!("{text} is in the default run"))
    };
    for text in ["record17", "p0.1", "record17.0", "record17on1", "record17on3", "callback17"] {
        let fact = look_at(text);
        let told = std::rc::Rc::new(std::cell::RefCell::new(None));
        let kept = told.clone();
        state.session.ask(
            Question::Find(text.to_owned()),
            Callback::from(move |answer| *kept.borrow_mut() = Some(answer)),
        );
        let answer = told.borrow().clone().expect("a run in the page answers at once");
        assert!(matches!(&*answer, Answer::Found(Some(found)) if found.fact == fact), "{text}");
    }
}
