//! The legend: every sign of the timeline, explained beside a sample of it.

use crate::canvas;
use crate::i18n::Speak;
use crate::state::AppState;
use timeline::{LEGEND_SIZE, LegendEntry, Palette, legend};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};
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
    let entries = use_memo((), |()| legend());
    let list = use_node_ref();
    {
        let (list, entries, theme) = (list.clone(), entries.clone(), state.theme);
        use_effect(move || paint(&list, &entries, Palette::of(theme)));
    }
    let (width, height) = (LEGEND_SIZE.0 as u32, LEGEND_SIZE.1 as u32);
    html! {
        <details class="legend" open={props.open}>
            <summary>{state.language.say("legend--title")}</summary>
            <ul ref={list}>
                {for entries.iter().map(|entry| html! {
                    <li>
                        <canvas aria-hidden="true" style={format!("width:{width}px;height:{height}px")} />
                        <span>{state.language.say(entry.key)}</span>
                    </li>
                })}
            </ul>
        </details>
    }
}

fn paint(list: &NodeRef, entries: &[LegendEntry], palette: &Palette) {
    let Some(list) = list.cast::<web_sys::Element>() else { return };
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    let (width, height) = LEGEND_SIZE;
    for (position, entry) in entries.iter().enumerate() {
        let item = list.children().item(position as u32);
        let canvas = item.and_then(|item| item.first_element_child());
        let Some(canvas) = canvas.and_then(|c| c.dyn_into::<HtmlCanvasElement>().ok()) else {
            continue;
        };
        canvas.set_width((width * ratio) as u32);
        canvas.set_height((height * ratio) as u32);
        let context = canvas.get_context("2d").ok().flatten();
        if let Some(context) = context.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) {
            canvas::run(&entry.sample, &context, palette, ratio, width, height);
        }
    }
}
