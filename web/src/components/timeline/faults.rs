//! Faults on the lanes of what they concern, each a button: a click switches it off, or on again.

use super::{Desk, shown_scale};
use crate::components::fault_words::{what, whole};
use crate::session::RowPlace;
use crate::state::{AppAction, Change};
use engine::i18n::Speak;
use engine::text::moment;
use link::fault_sign;
use model::scenario::Fault;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) desk: Desk,
    pub(crate) rows: Vec<RowPlace>,
}

/// Height of a mark.
const HEIGHT: f64 = 24.0;
/// Width of a mark that has only its sign.
const SIGN: f64 = 22.0;
/// About the width of a letter of a name.
const LETTER: f64 = 7.5;

#[component]
pub(crate) fn FaultMarks(props: &Props) -> Html {
    let Props { desk, rows } = props;
    let state = &desk.state;
    let scale = shown_scale(state, desk.width);
    let (left, right) = scale.edges();
    let place = |(position, at, row): &(u16, units::SimTime, String)| {
        let fault = state.page.playground.faults.get(usize::from(*position))?;
        let x = scale.x_from_time(*at);
        let seen = (left - 1.0..=right + 1.0).contains(&x);
        // what has no row of its own, or a hidden one, stands on the axis
        let row = rows.iter().find(|place| place.kind == *row);
        let y = row.map(|row| row.y + (row.height - HEIGHT - 2.0).max(0.0));
        let text = whole(state.language, fault);
        // its lane says to whom
        let name = if y.is_some() { what(state.language, fault) } else { text.clone() };
        let text = [&text, ", ", &moment(*at)].concat();
        let position = usize::from(*position);
        seen.then_some(Mark { position, fault, name, text, x, y, alone: true })
    };
    let mut marks: Vec<Mark<'_>> = state.summary.faults.iter().filter_map(place).collect();
    apart(&mut marks);
    html! { <div class="fault-marks">{for marks.iter().map(|mark| chip(desk, mark))}</div> }
}

/// A fault and its place; `y` on its row, if it has one.
struct Mark<'a> {
    position: usize,
    fault: &'a Fault,
    name: String,
    /// The fault in full, with its moment.
    text: String,
    x: f64,
    y: Option<f64>,
    /// Whether its name has space.
    alone: bool,
}

impl Mark<'_> {
    /// About how wide it is with its name; a letter of Hangul is wider.
    fn width(&self) -> f64 {
        let letter = |letter: char| if letter.is_ascii() { LETTER } else { LETTER * 1.6 };
        SIGN + self.name.chars().map(letter).sum::<f64>()
    }
}

/// Of marks that would cover each other on a row each keeps its sign in sight: those before another have
/// no name, and none stands on another.
fn apart(marks: &mut [Mark<'_>]) {
    let order = |mark: &Mark<'_>| (mark.y.unwrap_or(-1.0), mark.x);
    marks.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(std::cmp::Ordering::Equal));
    for at in 1..marks.len() {
        let (before, here) = marks.split_at_mut(at);
        let (before, here) = (&mut before[at - 1], &mut here[0]);
        if before.y == here.y && before.y.is_some() {
            here.x = here.x.max(before.x + SIGN);
            before.alone = here.x - before.x > before.width();
        }
    }
}

fn chip(desk: &Desk, mark: &Mark<'_>) -> Html {
    let Mark { position, fault, x, y, alone, .. } = *mark;
    let text = &mark.text;
    let on = fault.on;
    let onclick = {
        let (state, text) = (desk.state.clone(), text.clone());
        Callback::from(move |_: MouseEvent| {
            let mut playground = state.page.playground.clone();
            if let Some(fault) = playground.faults.get_mut(position) {
                fault.on = !on;
            }
            let to = state.language.say(if on { "said--off" } else { "said--on" });
            let change = Change { name: text.clone(), from: String::new(), to };
            state.dispatch(AppAction::Edit(Box::new(playground), change));
        })
    };
    let key = if on { "marks--off" } else { "marks--on" };
    let label = desk.state.language.tell(key, &[("fault", text)]);
    // near the right edge it stands at the left of its moment
    let side = if x + 110.0 > desk.width { "left" } else { "" };
    html! {
        <button type="button" class={classes!("fault-mark", side, (!alone).then_some("short"))} style={["left:", &desk.px(x), ";top:", &desk.px(y.unwrap_or(0.0))].concat()}
            aria-pressed={on.to_string()} aria-label={label.clone()} title={label} {onclick}>
            <span>{fault_sign(&fault.what)}<b>{" "}{mark.name.clone()}</b></span>
        </button>
    }
}
