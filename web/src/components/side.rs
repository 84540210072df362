//! The right side: panels behind tabs, each a sheet of the second module, and the legend below.

use crate::components::legend::Legend;
use crate::components::sheet_view::SheetPanel;
use crate::state::{AppAction, AppState};
use engine::i18n::{Language, Speak};
use link::Panel;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// The tabs, in order.
const TABS: [Panel; 9] = [
    Panel::Inspector,
    Panel::Lesson,
    Panel::Ledger,
    Panel::Records,
    Panel::Code,
    Panel::Log,
    Panel::Metrics,
    Panel::Sweep,
    Panel::Compare,
];

/// The tab that a panel stands behind: a sheet may lead on to others of its kind.
fn tab_of(panel: Panel) -> Panel {
    match panel {
        Panel::Import | Panel::Embed => Panel::Code,
        Panel::Figures => Panel::Metrics,
        panel => panel,
    }
}

#[component]
pub(crate) fn Side(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let open = state.panel();
    let tab = |panel: &Panel| {
        let (dispatch, panel) = (state.clone(), *panel);
        let onclick =
            Callback::from(move |_: MouseEvent| dispatch.dispatch(AppAction::Panel(panel)));
        let chosen = panel == tab_of(open);
        html! {
            <button role="tab" {onclick} aria-selected={chosen.to_string()} id={format!("tab-{}", panel.word())}
                aria-controls="side-panel" tabindex={if chosen { "0" } else { "-1" }}>
                {language.say(&format!("panel--{}", panel.word()))}
            </button>
        }
    };
    let onkeydown = {
        let state = state.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = TABS.iter().position(|panel| *panel == tab_of(open)).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (at + 1) % TABS.len(),
                "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
                "Home" => 0,
                "End" => TABS.len() - 1,
                _ => return,
            };
            event.prevent_default();
            state.dispatch(AppAction::Panel(TABS[next]));
            let tab = web_sys::window()
                .and_then(|window| window.document())
                .and_then(|document| {
                    document.get_element_by_id(&format!("tab-{}", TABS[next].word()))
                })
                .and_then(|tab| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tab).ok());
            if let Some(tab) = tab {
                let _ = tab.focus();
            }
        })
    };
    let with = match (open, state.viewing.class, state.viewing.figure) {
        (Panel::Ledger, Some(class), _) => format!("class={class}\n"),
        (Panel::Figures, _, Some(figure)) => format!("figure={figure}\n"),
        _ => String::new(),
    };
    let side = use_node_ref();
    {
        // what was opened stands at the top
        let side = side.clone();
        use_effect_with((open, with.clone()), move |_| {
            if let Some(side) = side.cast::<web_sys::Element>() {
                side.set_scroll_top(0);
            }
        });
    }
    let wide = use_state_eq(|| false);
    let widen = {
        let wide = wide.clone();
        Callback::from(move |_: MouseEvent| wide.set(!*wide))
    };
    let wide = *wide;
    let label = language.say("side--wide");
    html! {
        <aside ref={side} class={classes!("side", wide.then_some("widened"))} aria-label={language.say("panel--side")}>
            <div class="side-top">
                <div class="tabs" role="tablist" aria-label={language.say("panel--side")} {onkeydown}>{for TABS.iter().map(tab)}</div>
                <button type="button" class="widen" onclick={widen} aria-pressed={wide.to_string()} aria-label={label.clone()} title={label}>{"⇤"}</button>
            </div>
            <div id="side-panel" role="tabpanel" aria-labelledby={format!("tab-{}", tab_of(open).word())}>
                <SheetPanel key={format!("{} {with}", open.word())} with={with.clone()} state={state.clone()} name={open.word()} />
            </div>
            <Legend state={state.clone()} />
            <p class="foot"><a href={if language == Language::Korean { "./how-we-know-ko.html" } else { "./how-we-know.html" }}>{language.say("side--how-we-know")}</a></p>
        </aside>
    }
}
