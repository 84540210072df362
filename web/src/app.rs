//! The page: lays out its parts, owns the one reducer, and keeps address and theme in step with it.

use crate::components::controls::Controls;
use crate::components::dialog::Dialog;
use crate::components::embed::{Embed, embedded};
use crate::components::fates::Fates;
use crate::components::figures::FiguresView;
use crate::components::header::Header;
use crate::components::legend::Legend;
use crate::components::sheet_view::SheetPanel;
use crate::components::side::Side;
use crate::components::thumb::Thumb;
use crate::components::timeline::{Pair, TimelineView};
use crate::components::transport::Transport;
use crate::later::{after_the_frame, use_behind};
use crate::session::{Bound, Delivery, PENDING, Session, order, remote};
use crate::shelf;
use crate::state::{AppAction, AppState};
use engine::i18n::{Language, Speak};
use engine::text::{count, moment};
use gloo_timers::callback::Timeout;
use link::{EVENTS_MAX, Notice, PageState, Selection, UNTIL};
use std::cell::RefCell;
use std::rc::Rc;
use timeline::{Ink, Palette, RowPrefs, Theme};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// Where choices that no address carries are kept.
const THEME_KEY: &str = "linger.theme";
const LANGUAGE_KEY: &str = "linger.language";
const ROWS_KEY: &str = "linger.rows";

fn stored(key: &str) -> Option<String> {
    shelf::local()?.get_item(key).ok()?
}

fn store(key: &str, value: &str) {
    if let Some(storage) = shelf::local() {
        let _ = storage.set_item(key, value);
    }
}

fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    let hash = hash.unwrap_or_default();
    if hash.is_empty() && !embedded() { link::OPENING.to_owned() } else { hash }
}

fn first_theme() -> Theme {
    let chosen = stored(THEME_KEY);
    let dark = chosen.as_deref().map_or_else(
        || {
            let query = web_sys::window().and_then(|window| {
                window.match_media("(prefers-color-scheme: dark)").ok().flatten()
            });
            query.is_some_and(|query| query.matches())
        },
        |chosen| chosen == "dark",
    );
    if dark { Theme::Dark } else { Theme::Light }
}

fn first_language() -> Language {
    let browser = || web_sys::window().and_then(|window| window.navigator().language());
    let tag = stored(LANGUAGE_KEY).or_else(browser).unwrap_or_default();
    if tag.starts_with("ko") { Language::Korean } else { Language::English }
}

#[component]
pub(crate) fn App() -> Html {
    let state = use_reducer(|| {
        let (at, back) = ((long_text(), &*fragment()), shelf::history());
        let mut state = AppState::resumed(at, &back, first_language(), first_theme());
        state.viewing.rows = RowPrefs::of_text(&stored(ROWS_KEY).unwrap_or_default()).into();
        state
    });
    {
        let rows = state.viewing.rows.clone();
        use_effect_with(rows, |rows| store(ROWS_KEY, &rows.text()));
    }
    let ([header, figures, below, side], stands) = use_behind(&state, || around(&state));
    {
        let address = use_mut_ref(Address::default);
        let page = (!state.playing && stands).then(|| state.page.clone());
        use_effect_with(page, move |page| {
            if let Some(page) = page {
                keep(&address, page.clone());
            }
        });
    }
    {
        let kept = state.clone();
        use_effect_with(state.steps(), move |_| {
            after_the_frame(move || shelf::keep_history(&kept.history()));
        });
    }
    {
        let (theme, language) = (state.theme, state.language);
        use_effect_with((theme, language), |(theme, language)| wear(*theme, *language));
    }
    {
        let dispatch = state.clone();
        use_effect_with((), move |()| watch_window(dispatch));
    }
    {
        let state = state.clone();
        use_effect_with(state.wanted, move |wanted| {
            if let Some(number) = *wanted {
                order_run(&state, number);
            }
        });
    }
    let language = state.language;
    let run = if state.wanted.is_some() || !stands { "busy" } else { "ready" };
    if embedded() {
        return html! {
            <div class="embed" data-run={run}>
                {notices(&state)}
                <Embed state={state.clone()} />
            </div>
        };
    }
    html! {
        <>
            {header}
            <main data-run={run}>
                if state.page.case.is_some() {
                    <section class="controls recorded">
                        <h2>{language.say("panel--case")}</h2>
                        <SheetPanel state={state.clone()} name="case" />
                    </section>
                } else {
                    <Controls state={state.clone()} />
                }
                <div class="stage">
                    {notices(&state)}
                    {figures}
                    if state.wanted.is_some() && state.progress > 0 {
                        <p class="progress" role="status"><span>{language.tell(
                            "progress",
                            &[("events", &count(state.progress))],
                        )}</span></p>
                    }
                    if state.page.pinned.is_some() && state.page.case.is_none() {
                        <Pair state={state.clone()} />
                    } else {
                        <TimelineView state={state.clone()} />
                    }
                    {below}
                </div>
                {side}
            </main>
            <Thumb state={state.clone()} />
            {dialogs(&state)}
        </>
    }
}

/// What stands around the picture: above all else, above it, below it, and at the right.
fn around(state: &UseReducerHandle<AppState>) -> [Html; 4] {
    if embedded() {
        return Default::default();
    }
    let language = state.language;
    let told = state.page.playground.settings.text("acks") == Some("0");
    let pinned = state.pinned.as_ref().map(|(_, pinned)| pinned.clone());
    let refused: Vec<&str> = state.errors.iter().map(|error| error.setting.as_str()).collect();
    let (class, said) = match (refused.is_empty(), state.said.is_empty()) {
        (false, _) => {
            ("said bad", language.tell("said--refused", &[("names", &refused.join(", "))]))
        }
        // a lesson asks for something else
        (true, true) if state.page.lesson.is_some() => ("said", String::new()),
        (true, true) => ("said", language.say("app--first")),
        (true, false) => ("said", state.said.clone()),
    };
    [
        html! { <Header state={state.clone()} /> },
        html! {
            <>
                <FiguresView summary={state.summary.clone()} {language} {told} open={open_figure(state)} {pinned} />
                <p {class} role="status">{said}</p>
            </>
        },
        html! {
            <>
                <Transport state={state.clone()} />
                <Fates state={state.clone()} />
                <section class="moment" aria-label={language.say("panel--state")}>
                    <h2>{language.say("panel--state")}</h2>
                    <SheetPanel state={state.clone()} name="state" at_playhead=true />
                </section>
            </>
        },
        html! { <Side state={state.clone()} /> },
    ]
}

/// Opens how a figure is spread.
fn open_figure(state: &UseReducerHandle<AppState>) -> Callback<&'static str> {
    let dispatch = state.dispatcher();
    Callback::from(move |figure| {
        dispatch.dispatch(AppAction::View(Box::new(move |viewing| viewing.figure = Some(figure))));
        dispatch.dispatch(AppAction::Panel(link::Panel::Figures));
    })
}

/// Has the worker run what the form says.
fn order_run(state: &UseReducerHandle<AppState>, number: u32) {
    let dispatch = state.dispatcher();
    let then = Callback::from(move |delivery| {
        dispatch.dispatch(match delivery {
            Delivery::Progress(events) => AppAction::Progress { number, events },
            Delivery::Finished(summary) => match remote() {
                Some(remote) => {
                    AppAction::Finished { number, session: Session::There(remote, number), summary }
                }
                None => AppAction::Broken,
            },
            Delivery::Nothing => AppAction::NoCase { number },
            Delivery::Broken => AppAction::Broken,
        });
    });
    let selected = state.page.selection.map(Selection::text);
    order(number, link::write_saved(&state.page), selected, then);
}

/// What was written to the address. A browser takes 200 changes of it in ten seconds, and each costs more
/// than a picture: a window and a playhead that move are written in steps, all else at once.
#[derive(Default)]
struct Address {
    /// Without where one looks.
    written: Option<PageState>,
    newest: Option<PageState>,
    pause: Option<Timeout>,
}

/// Milliseconds between two steps.
const ADDRESS_PAUSE: u32 = 250;

/// Writes the address, or has it written when the pause since the last time is over.
fn keep(address: &Rc<RefCell<Address>>, page: PageState) {
    let written = Some(PageState { playhead: None, window: None, ..page.clone() });
    let mut now = address.borrow_mut();
    if now.pause.is_some() && now.written == written {
        now.newest = Some(page);
        return;
    }
    match link::write_page(&page) {
        // a bare address opens elsewhere
        Ok(text) if text.is_empty() => write_address("v=1", None),
        Ok(text) => write_address(&text, None),
        // what no address holds is kept beside it, so that a reload finds it again
        Err(long) => write_address("", Some(&long.text)),
    }
    let later = address.clone();
    let over = move || {
        let mut now = later.borrow_mut();
        now.pause = None;
        let newest = now.newest.take();
        drop(now);
        if let Some(page) = newest {
            keep(&later, page);
        }
    };
    *now = Address { written, newest: None, pause: Some(Timeout::new(ADDRESS_PAUSE, over)) };
}

/// Writes an address, or keeps a text that is too long for one beside it.
fn write_address(text: &str, long: Option<&str>) {
    if embedded() {
        return;
    }
    let Some(window) = web_sys::window() else { return };
    let (Ok(history), location) = (window.history(), window.location()) else { return };
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let address = if text.is_empty() { path } else { [&path, "#", text].concat() };
    let beside = long.map_or(wasm_bindgen::JsValue::NULL, wasm_bindgen::JsValue::from_str);
    let _ = history.replace_state_with_url(&beside, "", Some(&address));
}

/// The text that was kept beside the address.
fn long_text() -> Option<String> {
    web_sys::window()?.history().ok()?.state().ok()?.as_string()
}

fn wear(theme: Theme, language: Language) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| Some((document.document_element()?, document)));
    let Some((root, document)) = root else { return };
    let name = if theme == Theme::Dark { "dark" } else { "light" };
    let _ = root.set_attribute("data-theme", name);
    let _ = root.set_attribute("lang", language.tag());
    let mut hues = String::new();
    for hue in 0..timeline::HUES {
        for (name, ink) in [("p", Ink::Partition(hue)), ("on-p", Ink::OnPartition(hue))] {
            let [r, g, b] = Palette::of(theme).rgb(ink);
            hues.push_str(&format!("--{name}{hue}:rgb({r} {g} {b});"));
        }
    }
    let _ = root.set_attribute("style", &hues);
    document.set_title(&language.say("app--title"));
    store(THEME_KEY, name);
    store(LANGUAGE_KEY, language.tag());
}

/// Follows the address and the keys that hold everywhere.
fn watch_window(state: UseReducerHandle<AppState>) -> impl FnOnce() {
    let dispatch = state.dispatcher();
    let moved = Closure::<dyn Fn()>::new(move || dispatch.dispatch(AppAction::Open(fragment())));
    let dispatch = state.dispatcher();
    let pressed = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        let typing = event.target().is_some_and(|target| takes_text(&target));
        let command = event.ctrl_key() || event.meta_key();
        match (event.key().as_str(), command, event.shift_key()) {
            ("z", true, false) if !typing => dispatch.dispatch(AppAction::Undo),
            ("Z" | "z", true, true) | ("y", true, _) if !typing => {
                dispatch.dispatch(AppAction::Redo)
            }
            ("?", false, _) if !typing => dispatch.dispatch(AppAction::Help(true)),
            ("d" | "D", false, next) if !typing && !event.alt_key() => {
                dispatch.dispatch(AppAction::Part { next });
            }
            ("l" | "L", false, _) if !typing => {
                dispatch.dispatch(AppAction::View(Box::new(|viewing| viewing.legend = true)));
            }
            _ => return,
        }
        event.prevent_default();
    });
    let window = web_sys::window();
    if let Some(window) = &window {
        let _ =
            window.add_event_listener_with_callback("hashchange", moved.as_ref().unchecked_ref());
        let _ =
            window.add_event_listener_with_callback("keydown", pressed.as_ref().unchecked_ref());
    }
    move || {
        if let Some(window) = window {
            let _ = window
                .remove_event_listener_with_callback("hashchange", moved.as_ref().unchecked_ref());
            let _ = window
                .remove_event_listener_with_callback("keydown", pressed.as_ref().unchecked_ref());
        }
    }
}

/// Whether keys write there, and are its own.
fn takes_text(target: &web_sys::EventTarget) -> bool {
    target.dyn_ref::<web_sys::HtmlInputElement>().map_or_else(
        || target.has_type::<web_sys::HtmlTextAreaElement>(),
        |input| !matches!(input.type_().as_str(), "range" | "checkbox"),
    )
}

fn notices(state: &UseReducerHandle<AppState>) -> Html {
    let language = state.language;
    let text = |notice: &Notice| match notice {
        Notice::Cut(part) => language.tell("notice--cut", &[("part", part)]),
        Notice::UnknownName(part) => language.tell("notice--unknown", &[("part", part)]),
        Notice::BadValue { name, value } => {
            language.tell("notice--bad", &[("name", name), ("value", value)])
        }
        Notice::Version(part) => language.tell("notice--version", &[("part", part)]),
        Notice::TooLong(part) => language.tell("notice--long", &[("part", &part.to_string())]),
    };
    let notice = |(position, notice): (usize, &Notice)| {
        let dispatch = state.clone();
        let onclick =
            Callback::from(move |_: MouseEvent| dispatch.dispatch(AppAction::Dismiss(position)));
        html! {
            <p class="notice" role="alert">
                {text(notice)}
                <button {onclick} aria-label={language.say("notice--close")}>{"×"}</button>
            </p>
        }
    };
    html! {
        <>
            {for state.notices.iter().enumerate().map(notice)}
            if state.broken { <p class="notice" role="alert">{language.say("notice--broken")}</p> }
            {cut_short(state)}
        </>
    }
}

/// The bound that ended a run before all of its records had a result, and a way out.
fn cut_short(state: &UseReducerHandle<AppState>) -> Html {
    let (language, summary) = (state.language, &state.summary);
    let (sent, all, pending) = (summary.figures.records, state.ran.records, summary.fates[PENDING]);
    let key = match summary.bound {
        _ if state.page.case.is_some() => return Html::default(),
        Some(Bound::Events) => "notice--events",
        Some(Bound::Time) if sent < all => "notice--time",
        Some(Bound::Time) if pending > 0 => "notice--unanswered",
        _ => return Html::default(),
    };
    let text = language.tell(
        key,
        &[
            ("events", &count(EVENTS_MAX)),
            ("until", &moment(UNTIL)),
            ("at", &moment(summary.end)),
            ("sent", &count(sent)),
            ("all", &count(all)),
            ("pending", &count(pending)),
        ],
    );
    // round, and less than what was sent
    let fewer = (0..6).flat_map(|power| [1, 2, 5].map(|factor| factor * 10_u32.pow(power)));
    let fewer = fewer.take_while(|records| *records < sent).last().filter(|_| sent < all);
    let button = fewer.map(|records| {
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(AppAction::Set {
                name: "records".to_owned(),
                label: dispatch.language.say("part--records"),
                text: records.to_string(),
                sliding: None,
            });
        });
        html! { <button {onclick}>{language.tell("notice--fewer", &[("n", &count(records))])}</button> }
    });
    html! { <p class="notice" role="alert"><span>{text}</span>{button}</p> }
}

/// What is open over the page: the keys, the signs.
fn dialogs(state: &UseReducerHandle<AppState>) -> Html {
    let language = state.language;
    let close_with = |action: fn() -> AppAction| {
        let dispatch = state.clone();
        Callback::from(move |()| dispatch.dispatch(action()))
    };
    let keys = close_with(|| AppAction::Help(false));
    let legend = close_with(|| AppAction::View(Box::new(|viewing| viewing.legend = false)));
    html! {
        <>
            if state.help {
                <Dialog title={language.say("keys--title")} close={language.say("notice--close")} onclose={keys}>
                    <SheetPanel state={state.clone()} name="keys" />
                </Dialog>
            }
            if state.viewing.legend {
                <Dialog title={language.say("legend--title")} close={language.say("notice--close")} onclose={legend}>
                    <Legend state={state.clone()} open=true />
                </Dialog>
            }
        </>
    }
}
