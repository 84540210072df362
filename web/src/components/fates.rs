//! What became of all records, always on the page: a count of each class, and every record in a strip.

use crate::components::painted::use_painted;
use crate::components::timeline::{find, look, use_size};
use crate::session::{CLASSES, FATES_HEIGHT, Look, Question, use_answer};
use crate::state::{AppAction, AppState};
use engine::i18n::Speak;
use engine::text::{self, px};
use timeline::Timeline;
use units::SimTime;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// The sign of each class, as the ledger has it, and its look where there are any.
const SIGNS: [(&str, &str); 8] = [
    ("■", "good"),
    ("☒", "bad"),
    ("▣", ""),
    ("▢", "bad"),
    ("◪", "warn"),
    ("…", ""),
    ("▤", "warn"),
    ("‹", "warn"),
];

#[component]
pub(crate) fn Fates(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let node = use_node_ref();
    let size = use_size(&node);
    let width = size.width;
    // the strip knows neither playhead nor window: it is asked for again only when it changes
    let asked = Look {
        playhead: SimTime::ZERO,
        window: None,
        hover: None,
        focused: false,
        ..look(state, 1_000.0)
    };
    let strip = use_answer(&state.session, Some(Question::Fates(asked, width)));
    use_painted(&node, strip.as_ref(), state.theme, size, FATES_HEIGHT);
    let class = |(at, count): (usize, &u32)| {
        let (name, _) = CLASSES[at];
        let (sign, look) = SIGNS[at];
        let onclick = {
            let state = state.clone();
            Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Class(name)))
        };
        let look = if *count == 0 { "none" } else { look };
        html! {
            <li class={look}>
                <button type="button" {onclick}>
                    <span aria-hidden="true">{sign}</span>{language.say(&format!("fates--{name}"))}
                    <strong>{text::count(*count)}</strong>
                </button>
            </li>
        }
    };
    let onclick = {
        let state = state.clone();
        Callback::from(move |event: MouseEvent| {
            let records = state.summary.figures.records;
            let record =
                Timeline::record_at(records, width, f64::from(event.offset_x()) / size.text);
            if let Some(record) = record {
                find(&state, format!("record{record}"), |found| AppAction::Find(Some(found)));
            }
        })
    };
    let records = text::count(state.summary.figures.records);
    html! {
        <section class="fates" aria-label={language.say("fates--title")}>
            <ul>{for state.summary.fates.iter().enumerate().map(class)}</ul>
            <div>
                <canvas ref={node} role="img" aria-label={language.tell("fates--strip", &[("n", &records)])}
                    title={language.tell("fates--strip", &[("n", &records)])}
                    style={["height:", &px(FATES_HEIGHT * size.text)].concat()} {onclick} />
            </div>
        </section>
    }
}
