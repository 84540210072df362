//! Faults on the lanes of what they concern, each a button: a click switches it off, or on again.

use super::{Desk, shown_scale};
use crate::session::RowPlace;
use crate::state::{AppAction, Change};
use engine::i18n::Speak;
use link::{fault_sign, fault_text};
use model::scenario::Fault;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) desk: Desk,
    pub(crate) rows: Vec<RowPlace>,
}

/// Height of a mark.
const HEIGHT: f64 = 24.0;

#[component]
pub(crate) fn FaultMarks(props: &Props) -> Html {
    let Props { desk, rows } = props;
    let state = &desk.state;
    let scale = shown_scale(state, desk.width);
    let (left, right) = scale.edges();
    let mark = |(position, at, row): &(u16, units::SimTime, String)| {
        let fault = state.page.playground.faults.get(usize::from(*position))?;
        let x = scale.x_from_time(*at);
        let seen = (left - 1.0..=right + 1.0).contains(&x);
        // what has no row of its own, or a hidden one, stands on the axis
        let row = rows.iter().find(|place| place.kind == *row);
        let y = row.map(|row| row.y + (row.height - HEIGHT - 2.0).max(0.0));
        seen.then(|| chip(desk, usize::from(*position), fault, x, y))
    };
    html! { <div class="fault-marks">{for state.summary.faults.iter().filter_map(mark)}</div> }
}

/// `y`: on its row, if it has one.
fn chip(desk: &Desk, position: usize, fault: &Fault, x: f64, y: Option<f64>) -> Html {
    let text = fault_text(&Fault { on: true, ..fault.clone() });
    let name = if fault.name.is_empty() {
        text.split('@').next().unwrap_or_default().to_owned()
    } else {
        fault.name.clone()
    };
    let on = fault.on;
    let onclick = {
        let (state, text) = (desk.state.clone(), text.clone());
        Callback::from(move |_: MouseEvent| {
            let mut playground = state.page.playground.clone();
            if let Some(fault) = playground.faults.get_mut(position) {
                fault.on = !on;
            }
            let to = if on { "off" } else { "on" };
            let change = Change { name: text.clone(), from: String::new(), to: to.to_owned() };
            state.dispatch(AppAction::Edit(Box::new(playground), change));
        })
    };
    let key = if on { "marks--off" } else { "marks--on" };
    let label = desk.state.language.tell(key, &[("fault", &text)]);
    // on the axis the picture writes the name of what happens, and the mark stands before it
    let named = y.is_none() && on && !fault.name.is_empty();
    // near the right edge it stands at the left of its moment
    let side = match (named, x + 110.0 > desk.width) {
        (true, _) => "before",
        (false, true) => "left",
        (false, false) => "",
    };
    html! {
        <button type="button" class={classes!("fault-mark", side)} style={["left:", &desk.px(x), ";top:", &desk.px(y.unwrap_or(0.0))].concat()}
            aria-pressed={on.to_string()} aria-label={label.clone()} title={label} {onclick}>
            <span>{fault_sign(&fault.what)}if !named { {" "}{name} }</span>
        </button>
    }
}
