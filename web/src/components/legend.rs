//! The legend: every sign of the timeline, explained beside a sample of it.

use crate::session::{Size, paint, signs};
use crate::state::AppState;
use engine::i18n::Speak;
use timeline::LEGEND_SIZE;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
    /// In a dialog of its own.
    #[prop_or_default]
    pub(crate) open: bool,
}

#[component]
pub(crate) fn Legend(props: &Props) -> Html {
    let state = &props.state;
    let entries = use_memo((), |()| signs());
    let list = use_node_ref();
    {
        let (list, entries) = (list.clone(), entries.clone());
        use_effect_with(state.theme, move |theme| {
            let Some(list) = list.cast::<web_sys::Element>() else { return };
            for (position, entry) in (0..).zip(&*entries) {
                let item = list.children().item(position);
                let canvas = item.and_then(|item| item.first_element_child());
                let canvas = canvas.and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok());
                if let Some(canvas) = canvas {
                    let (width, height) = LEGEND_SIZE;
                    paint(&canvas, entry.sample.bytes(), *theme, Size { width, text: 1.0 }, height);
                }
            }
        });
    }
    let (width, height) = (LEGEND_SIZE.0 as u32, LEGEND_SIZE.1 as u32);
    html! {
        <details class="legend" open={props.open}>
            <summary>{state.language.say("legend--title")}</summary>
            <ul ref={list}>
                {for entries.iter().map(|entry| html! {
                    <li>
                        <canvas aria-hidden="true" style={format!("width:{width}px;height:{height}px")} />
                        <span>{state.language.say(&entry.key)}</span>
                    </li>
                })}
            </ul>
        </details>
    }
}
