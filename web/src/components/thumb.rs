//! On a phone the form and the panels are one sheet that comes up from below, with tabs in reach of a
//! thumb. Which tab and how high is said on the page's root; the style sheet does the rest, and hides
//! this strip where there is room for everything.

use crate::state::{AppAction, AppState};
use engine::i18n::Speak;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// The tabs: sections of the form in their order, then the panels.
const TABS: [&str; 5] = [
    "controls--producer",
    "controls--workload",
    "controls--brokers",
    "controls--faults",
    "panel--side",
];
const PANELS: usize = 4;
/// How high the sheet stands: its tabs alone, below a timeline of half the height, or as high as that allows.
const STOPS: usize = 3;
/// Pixels of a drag that lead to the next stop.
const DRAG: i32 = 24;

#[component]
pub(crate) fn Thumb(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let chosen = use_state_eq(|| 0_usize);
    let stop = use_state_eq(|| 1_usize);
    let begun = use_mut_ref(|| None::<i32>);
    use_effect_with((*chosen, *stop), |(chosen, stop)| {
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        if let Some(root) = root {
            let _ = root.set_attribute("data-tab", &chosen.to_string());
            let _ = root.set_attribute("data-stop", &stop.to_string());
        }
    });
    {
        // what is selected is explained among the panels, where a lesson stands too; what is opened stands
        // in the form's place
        let chosen = chosen.clone();
        let page = &state.page;
        let shown = (page.selection, page.panel, page.lesson.clone());
        use_effect_with(shown, move |(selection, panel, lesson)| {
            if selection.is_some() || panel.is_some() || lesson.is_some() {
                chosen.set(PANELS);
            }
        });
    }
    {
        let (chosen, stop) = (chosen.clone(), stop.clone());
        use_effect_with(state.page.form, move |form| {
            if form.is_some() {
                chosen.set(0);
                stop.set(STOPS - 1);
            }
        });
    }
    let next = {
        let stop = stop.clone();
        Callback::from(move |_: MouseEvent| stop.set(if *stop == 1 { STOPS - 1 } else { 1 }))
    };
    let down = {
        let begun = begun.clone();
        Callback::from(move |event: PointerEvent| {
            *begun.borrow_mut() = Some(event.client_y());
            let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            if let Some(target) = target {
                let _ = target.set_pointer_capture(event.pointer_id());
            }
        })
    };
    let moved = {
        let stop = stop.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(from) = *begun.borrow() else { return };
            let up = from - event.client_y();
            if up.abs() > DRAG {
                *begun.borrow_mut() = None;
                let now = *stop;
                stop.set(if up > 0 { (now + 1).min(STOPS - 1) } else { now.saturating_sub(1) });
            }
        })
    };
    let tab = |(number, key): (usize, &&str)| {
        let (dispatch, chosen, stop) = (state.clone(), chosen.clone(), stop.clone());
        let pressed =
            (*chosen == number && (number == PANELS || state.page.form.is_none())).to_string();
        let onclick = Callback::from(move |_: MouseEvent| {
            if number != PANELS {
                dispatch.dispatch(AppAction::Form(None));
            }
            chosen.set(number);
            stop.set((*stop).max(1));
        });
        html! { <button {onclick} aria-pressed={pressed}>{language.say(key)}</button> }
    };
    html! {
        <nav class="thumb" aria-label={language.say("form--panels")}>
            <button class="handle" onclick={next} onpointerdown={down} onpointermove={moved}
                aria-label={language.say("thumb--height")}><i></i></button>
            <div class="tabs" role="group" aria-label={language.say("form--panels")}>{for TABS.iter().enumerate().map(tab)}</div>
        </nav>
    }
}
