//! Names of rows as buttons: a click opens a menu, a drag moves the row; hidden rows can be had again.

use super::{Desk, menu};
use crate::session::RowPlace;
use crate::viewing::Viewing;
use engine::i18n::Speak;
use std::rc::Rc;
use timeline::{RowKind, RowPrefs};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) desk: Desk,
    pub(crate) rows: Vec<RowPlace>,
}

/// Pixels that a press may move before it moves the row.
const DRAG_MIN: i32 = 6;

/// A row that is dragged: which, from where, to which place.
#[derive(Clone, Copy, PartialEq)]
struct Drag {
    row: usize,
    from: i32,
    to: usize,
    moved: bool,
}

#[component]
pub(crate) fn RowNames(props: &Props) -> Html {
    let Props { desk, rows } = props;
    let text = desk.text;
    // what is held is read by handlers at once, and shown with the next picture
    let drag = use_mut_ref(|| None::<Drag>);
    let shown = use_state(|| None::<Drag>);
    let dragged = use_mut_ref(|| false);
    let narrow = desk.look().narrow();
    let row = |(at, row): (usize, &RowPlace)| {
        let Some(kind) = RowKind::of_text(&row.kind) else { return Html::default() };
        let open = {
            let (desk, row) = (desk.clone(), row.clone());
            move || menu::open_row(&desk, kind, row.y)
        };
        let onpointerdown = {
            let drag = drag.clone();
            Callback::from(move |event: PointerEvent| {
                if event.button() == 0 {
                    if let Some(button) = button_of(&event) {
                        let _ = button.set_pointer_capture(event.pointer_id());
                    }
                    let from = event.client_y();
                    *drag.borrow_mut() = Some(Drag { row: at, from, to: at, moved: false });
                }
            })
        };
        let onpointermove = {
            let (drag, shown, rows) = (drag.clone(), shown.clone(), rows.clone());
            Callback::from(move |event: PointerEvent| {
                if let Some(held) = drag.borrow_mut().as_mut() {
                    let by = event.client_y() - held.from;
                    held.moved |= by.abs() > DRAG_MIN;
                    held.to = place_after(&rows, held.row, f64::from(by) / text);
                    shown.set(Some(*held));
                }
            })
        };
        let onpointerup = {
            let (drag, shown) = (drag.clone(), shown.clone());
            let (desk, rows, dragged) = (desk.clone(), rows.clone(), dragged.clone());
            Callback::from(move |_: PointerEvent| {
                let Some(held) = drag.borrow_mut().take() else { return };
                shown.set(None);
                if held.moved {
                    let places = held.to.cast_signed() - held.row.cast_signed();
                    moved(&desk, &rows, held.row, places);
                }
                *dragged.borrow_mut() = held.moved;
            })
        };
        // a click comes after the finger has gone, so that it does not fall on what it opens
        let onclick = {
            let dragged = dragged.clone();
            Callback::from(move |_: MouseEvent| {
                if !dragged.take() {
                    open();
                }
            })
        };
        let onkeydown = {
            let (desk, rows) = (desk.clone(), rows.clone());
            Callback::from(move |event: KeyboardEvent| {
                match (event.key().as_str(), event.alt_key()) {
                    ("ArrowUp" | "ArrowDown", alt) => {
                        let down = event.key() == "ArrowDown";
                        if alt {
                            moved(&desk, &rows, at, if down { 1 } else { -1 });
                        }
                        // a moved row takes the focus along: names stand in the order of places
                        focus_beside(&event, down);
                    }
                    ("Delete" | "Backspace", _) => {
                        focus_beside(&event, at == 0);
                        desk.change(move |viewing| viewing.with_rows(|rows| rows.hide(kind)));
                    }
                    ("ArrowLeft" | "ArrowRight", _) => {
                        desk.change(move |viewing| viewing.with_rows(|rows| rows.fold(kind)));
                    }
                    _ => return,
                }
                event.prevent_default();
            })
        };
        let held = (*shown).filter(|drag| drag.moved);
        let class = classes!(
            held.is_some_and(|drag| drag.row == at).then_some("held"),
            held.is_some_and(|drag| drag.to == at && drag.row != at).then_some("target"),
        );
        let height = row.height.min(if narrow { 24.0 } else { 44.0 });
        let folded = desk.state.viewing.rows().folded.contains(&kind);
        let label = desk.state.language.tell("rows--menu", &[("row", &row.name)]);
        html! {
            <li {class} style={format!("top:{};height:{}", desk.px(row.y), desk.px(height))}>
                <button type="button" aria-haspopup="dialog" aria-expanded={(!folded).to_string()}
                    tabindex={if at == 0 { "0" } else { "-1" }} aria-label={label.clone()} title={label}
                    {onpointerdown} {onpointermove} {onpointerup} {onclick} {onkeydown}>
                    <span aria-hidden="true">{"⋮"}</span>
                </button>
            </li>
        }
    };
    html! { <ul class="rows">{for rows.iter().enumerate().map(row)}</ul> }
}

/// The name that an event is about: its target may be the sign inside.
fn button_of(event: &Event) -> Option<web_sys::Element> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("button").ok()?
}

/// Which place a row gets that is dragged so far down.
fn place_after(rows: &[RowPlace], row: usize, by: f64) -> usize {
    let middle = |row: &RowPlace| row.y + row.height / 2.0;
    let at = rows.get(row).map_or(0.0, middle) + by;
    let others = rows.iter().enumerate().filter(|(other, _)| *other != row);
    others.filter(|(_, other)| middle(other) < at).count()
}

/// Moves a row by so many places.
pub(super) fn moved(desk: &Desk, rows: &[RowPlace], row: usize, places: isize) {
    let mut order: Vec<RowKind> =
        rows.iter().filter_map(|row| RowKind::of_text(&row.kind)).collect();
    if row >= order.len() {
        return;
    }
    let kind = order.remove(row);
    order.insert(row.saturating_add_signed(places).min(order.len()), kind);
    desk.change(move |viewing| viewing.with_rows(|rows| rows.order = order));
}

/// Moves the focus to the name above or below.
fn focus_beside(event: &KeyboardEvent, below: bool) {
    let item = button_of(event).and_then(|button| button.parent_element());
    let item = item.and_then(|item| {
        if below { item.next_element_sibling() } else { item.previous_element_sibling() }
    });
    let button = item.and_then(|item| item.first_element_child());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct HiddenProps {
    pub(crate) desk: Desk,
}

/// How many rows are hidden, and a button that shows all again.
#[component]
pub(crate) fn Hidden(props: &HiddenProps) -> Html {
    let desk = &props.desk;
    let hidden = desk.state.viewing.rows.hidden.len();
    if hidden == 0 {
        return Html::default();
    }
    let onclick = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| desk.change(all_again))
    };
    let label = desk.state.language.tell("rows--all", &[("n", &hidden.to_string())]);
    html! { <button type="button" class="hidden-rows" {onclick}>{label}</button> }
}

/// Shows every row again, in its place.
pub(super) fn all_again(viewing: &mut Viewing) {
    viewing.rows = Rc::new(RowPrefs::default());
}
