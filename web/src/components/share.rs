//! *Share*: copies the address; theme and language only if asked. What no address holds is saved instead.

use crate::components::dismiss::use_dismiss;
use crate::shelf;
use crate::state::{AppAction, AppState};
use engine::i18n::{Language, Speak};
use engine::text::count;
use link::{LENGTH_MAX, LanguageChoice, PageState, Panel, ThemeChoice, write_page};
use timeline::Theme;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// What came of it.
#[derive(Clone, PartialEq)]
enum Shared {
    Address(String),
    /// It was too long, and was saved under a name, if the browser keeps anything.
    Saved(usize, Option<String>),
}

#[component]
pub(crate) fn Share(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let shared = use_state(|| None::<Shared>);
    let dressed = use_state(|| false);
    let share = |dress: bool| {
        let (state, shared, dressed) = (state.clone(), shared.clone(), dressed.clone());
        move || {
            dressed.set(dress);
            let page = if dress { dressed_page(&state) } else { state.page.clone() };
            shared.set(Some(match write_page(&page) {
                Ok(text) => Shared::Address(copied(&text)),
                Err(long) => {
                    let name = state.language.say("share--name");
                    Shared::Saved(long.text.len(), shelf::save(&name, &page))
                }
            }));
        }
    };
    let first = share(*dressed);
    let again = share(!*dressed);
    let node = use_node_ref();
    {
        let shared = shared.clone();
        use_dismiss(shared.is_some(), &node, move || shared.set(None));
    }
    let close = {
        let shared = shared.clone();
        Callback::from(move |_: MouseEvent| shared.set(None))
    };
    let told = |what: &Shared| match what {
        Shared::Address(address) => html! { <>
            <p role="status">{language.say("header--shared")}</p>
            <input class="wide" readonly=true value={address.clone()} aria-label={language.say("share--address")} />
            <label><input type="checkbox" checked={*dressed} onchange={Callback::from(move |_: Event| again())} />
                {language.say("share--dressed")}</label>
        </> },
        Shared::Saved(length, name) => {
            let (length, most) = (count(*length), count(LENGTH_MAX));
            let values = [
                ("length", length.as_str()),
                ("most", &most),
                ("name", name.as_deref().unwrap_or_default()),
            ];
            let key = if name.is_some() { "share--long" } else { "saved--impossible" };
            let state = state.clone();
            let onclick = Callback::from(move |_: MouseEvent| {
                state.dispatch(AppAction::Form(Some(Panel::Saved)))
            });
            html! { <>
                <p role="status">{language.tell(key, &values)}</p>
                <button {onclick}>{language.say("form--saved")}</button>
            </> }
        }
    };
    html! {
        <div ref={node} class="share">
            <button onclick={Callback::from(move |_: MouseEvent| first())} aria-expanded={shared.is_some().to_string()}>
                {language.say("header--share")}
            </button>
            if let Some(what) = &*shared {
                <div class="popover">
                    {told(what)}
                    <button onclick={close} aria-label={language.say("notice--close")}>{"×"}</button>
                </div>
            }
        </div>
    }
}

/// The page with the theme and the language that it is seen in.
fn dressed_page(state: &AppState) -> PageState {
    let theme = if state.theme == Theme::Dark { ThemeChoice::Dark } else { ThemeChoice::Light };
    let language = match state.language {
        Language::English => LanguageChoice::English,
        Language::Korean => LanguageChoice::Korean,
    };
    PageState { theme: Some(theme), language: Some(language), ..state.page.clone() }
}

/// The address with this fragment; it goes to the clipboard.
fn copied(text: &str) -> String {
    let Some(window) = web_sys::window() else { return String::new() };
    let here = window.location().href().unwrap_or_default();
    let here = here.split('#').next().unwrap_or_default();
    let address = if text.is_empty() { here.to_owned() } else { [here, "#", text].concat() };
    // where the browser does not allow it, the address stands in the field to be copied by hand
    let _ = window.navigator().clipboard().write_text(&address);
    address
}
