//! What a mark shows, beside it; that of the selection stays, and leads back to what it waited for.

use super::Desk;
use crate::session::Tip;
use crate::state::AppAction;
use engine::i18n::Speak;
use yew::prelude::*;

/// Widest that a tip gets.
const WIDTH: f64 = 230.0;

/// A tip; one that lasts is about the selection.
pub(crate) fn tip_view(desk: &Desk, tip: &Tip, lasting: bool) -> Html {
    let left = if tip.x + WIDTH + 14.0 > desk.width {
        (tip.x - WIDTH - 10.0).max(4.0)
    } else {
        tip.x + 12.0
    };
    // one that stays covers nothing that is lit with the selection
    let (left, top) = tip.clear.filter(|_| lasting).unwrap_or((left, tip.y + 8.0));
    let style = format!("left:{};top:{}", desk.px(left), desk.px(top));
    let cause = tip.cause.as_ref().filter(|_| lasting).map(|(cause, name)| {
        let (state, cause) = (desk.state.clone(), *cause);
        let onclick = Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Follow(cause)));
        let words = desk.state.language.tell("tip--cause", &[("what", name)]);
        html! { <button type="button" {onclick}>{"↑ "}{words}</button> }
    });
    let class = classes!("tip", lasting.then_some("lasting"));
    html! {
        <div {class} {style} role={lasting.then_some("status")}>
            <span>{tip.head.clone()}</span>
            if !tip.text.is_empty() { <strong>{tip.text.clone()}</strong> }
            {cause}
        </div>
    }
}
