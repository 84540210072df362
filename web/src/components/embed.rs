//! The page inside of another page: the controls and the parts that its author named, and the way to the
//! whole playground. It asks nothing of its host: no storage, no script, no height.

use crate::components::controls::named;
use crate::components::figures::FiguresView;
use crate::components::sheet_view::SheetPanel;
use crate::components::timeline::TimelineView;
use crate::components::transport::use_play;
use crate::state::{AppAction, AppState};
use engine::i18n::Speak;
use link::{PageState, Panel};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

/// What an embed has unless its address says otherwise.
const CONTROLS: [&str; 2] = ["linger.ms", "batch.size"];
const SHOW: [Panel; 2] = [Panel::Timeline, Panel::Figures];
/// Smaller than this the picture could not be read; then its place scrolls.
const SCALE_MIN: f64 = 0.5;

/// Whether this document is the one for embeds.
pub(crate) fn embedded() -> bool {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    root.is_some_and(|root| root.has_attribute("data-embed"))
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

#[component]
pub(crate) fn Embed(props: &Props) -> Html {
    let state = &props.state;
    use_play(state);
    let (language, page) = (state.language, &state.page);
    let controls: Html = match page.controls.as_slice() {
        [] => CONTROLS.iter().map(|name| named(state, name)).collect(),
        names => names.iter().map(|name| named(state, name)).collect(),
    };
    let show = if page.show.is_empty() { &SHOW[..] } else { &page.show };
    let whole = PageState { show: Vec::new(), controls: Vec::new(), ..page.clone() };
    let address = link::write_page(&whole).unwrap_or_default();
    let play = {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Play(!state.playing)))
    };
    let (key, sign) =
        if state.playing { ("transport--pause", "❚❚") } else { ("transport--play", "▶") };
    let told = page.playground.settings.text("acks") == Some("0");
    let part = |panel: &Panel| match panel {
        Panel::Timeline => html! { <Fitted state={state.clone()} /> },
        Panel::Figures => {
            html! { <FiguresView summary={state.summary.clone()} {language} {told} /> }
        }
        panel => html! {
            <SheetPanel key={panel.word()} state={state.clone()} name={panel.word()}
                at_playhead={*panel == Panel::State} />
        },
    };
    html! {
        <>
            <div class="bar">
                {controls}
                <button onclick={play} aria-label={language.say(key)}>{sign}</button>
                <a href={format!("./#{address}")} target="_blank" rel="noopener">{language.say("embed--open")}</a>
            </div>
            {for show.iter().map(part)}
        </>
    }
}

/// The timeline, made as small as its place is low.
#[component]
fn Fitted(props: &Props) -> Html {
    let place = use_node_ref();
    let scale = use_state(|| 1.0_f64);
    {
        let (place, scale) = (place.clone(), scale.clone());
        use_effect_with((), move |()| watch_sizes(place, scale));
    }
    let style = format!("width:{}%;transform:scale({})", 100.0 / *scale, *scale);
    html! {
        <div class={classes!("place", (*scale <= SCALE_MIN).then_some("cut"))} ref={place}>
            <div class="fitted" {style}><TimelineView state={props.state.clone()} /></div>
        </div>
    }
}

/// Keeps `scale` at what fits the picture into its place. A smaller scale can make the picture lower,
/// never the place higher: it only goes down until the place changes.
fn watch_sizes(place: NodeRef, scale: UseStateHandle<f64>) -> impl FnOnce() {
    let last = std::cell::Cell::new((0, 0, 1.0_f64));
    let outer = place.cast::<HtmlElement>();
    let inner =
        outer.as_ref().and_then(|o| o.first_element_child()?.dyn_into::<HtmlElement>().ok());
    let (measured, measured_inner) = (outer.clone(), inner.clone());
    let changed = Closure::<dyn Fn()>::new(move || {
        let (Some(outer), Some(inner)) = (&measured, &measured_inner) else { return };
        let (width, height) = (outer.client_width(), outer.client_height());
        let (before_width, before_height, before) = last.get();
        let fits = f64::from(height) / f64::from(inner.offset_height().max(1));
        let most = if (width, height) == (before_width, before_height) { before } else { 1.0 };
        let next = fits.clamp(SCALE_MIN, most.max(SCALE_MIN));
        last.set((width, height, next));
        if (next - before).abs() > 0.005 {
            scale.set(next);
        }
    });
    let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        for element in [&outer, &inner].into_iter().flatten() {
            observer.observe(element);
        }
    }
    move || {
        if let Some(observer) = observer {
            observer.disconnect();
        }
        drop(changed);
    }
}
