//! Name, undo, address, language, theme.

use crate::components::dismiss::use_dismiss;
use crate::components::focus::focus_canvas;
use crate::components::share::Share;
use crate::state::{AppAction, AppState};
use engine::i18n::{Language, Speak};
use timeline::Theme;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let act = |action: fn() -> AppAction| {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.dispatch(action()))
    };
    let speak = |wanted: Language, label: &'static str| {
        let (dispatch, chosen) = (state.clone(), language == wanted);
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(AppAction::Speak(wanted));
        });
        html! {
            <button {onclick} lang={wanted.tag()} aria-pressed={chosen.to_string()}>{label}</button>
        }
    };
    // on a phone all but undo and redo is behind one button
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let node = use_node_ref();
    {
        let open = open.clone();
        use_dismiss(*open, &node, move || open.set(false));
    }
    let open = *open;
    let (next, label) = match state.theme {
        Theme::Light => (Theme::Dark, "header--theme-dark"),
        Theme::Dark => (Theme::Light, "header--theme-light"),
    };
    let theme = {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Wear(next)))
    };
    // a word where there is room, else a sign
    let change = |key: &str, sign: &'static str, onclick: Callback<MouseEvent>, can: bool| {
        let word = language.say(key);
        html! {
            <button {onclick} disabled={!can} aria-label={word.clone()} title={word.clone()}>
                <span class="word">{word.clone()}</span><span class="sign" aria-hidden="true">{sign}</span>
            </button>
        }
    };
    html! {
        <header class="top">
            <button class="skip" onclick={|_: MouseEvent| focus_canvas()}>{language.say("header--skip")}</button>
            <h1>{"lin"}<b>{"g"}</b>{"er"}</h1>
            <p class="tagline">{language.say("app--tagline")}</p>
            <div class="group" role="group" aria-label={language.say("keys--undo")}>
                {change("header--undo", "↶", act(|| AppAction::Undo), state.can_undo())}
                {change("header--redo", "↷", act(|| AppAction::Redo), state.can_redo())}
            </div>
            <div ref={node} class="menu-of-page">
            <button class="more" onclick={toggle} aria-expanded={open.to_string()} aria-label={language.say("header--menu")}>{"⋮"}</button>
            <div class={classes!("rest", open.then_some("open"))}>
            <div class="group" role="group" aria-label={language.say("header--language")}>
                {speak(Language::English, "EN")}
                {speak(Language::Korean, "한국어")}
            </div>
            <button onclick={theme} title={language.say("header--theme")}>
                {language.say(label)}
            </button>
            <Share state={state.clone()} />
            <button onclick={act(|| AppAction::Help(true))} aria-label={language.say("keys--title")}>
                {"?"}
            </button>
            </div>
            </div>
        </header>
    }
}
