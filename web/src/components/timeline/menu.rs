//! The menu of a row at a moment: fold, move and hide it; let something go wrong there.

use super::rows::{all_again, moved};
use super::{Desk, shown_scale};
use crate::components::focus::{canvas, focus_canvas, focused};
use crate::components::sheet_view::SheetPanel;
use crate::session::{Question, RowPlace, Tip};
use crate::viewing::{Menu, Viewing};
use engine::i18n::{Speak, timeline_words};
use engine::text::{moment, px};
use timeline::RowKind;
use units::{BrokerId, SimTime};
use web_sys::HtmlElement;
use yew::prelude::*;

/// Opens it where something lies, or at the moment there.
pub(super) fn open_at(desk: &Desk, x: f64, y: f64) {
    let opened = desk.clone();
    desk.tip(Question::Hit(desk.look(), x, y), move |tip| {
        if let Some(menu) = tip.and_then(|tip| menu_of(tip, x, y)) {
            opened.change(move |viewing| viewing.menu = Some(menu));
        }
    });
}

fn menu_of(tip: &Tip, x: f64, y: f64) -> Option<Menu> {
    let row = RowKind::of_text(&tip.row)?;
    // whole tenths of a millisecond: what the eye placed, and a short address
    let at = SimTime(tip.at.0.max(0) / 100 * 100);
    Some(Menu { x, y, row, at, fact: tip.found.map(|found| found.fact) })
}

/// Opens it at the selection, or at the playhead on the first broker's row.
pub(crate) fn open_here(desk: &Desk, selected: Option<&Tip>) {
    let at_selection = selected.and_then(|tip| menu_of(tip, tip.x, tip.y));
    let menu = at_selection.unwrap_or_else(|| {
        let at = desk.state.playhead();
        let x = shown_scale(&desk.state, desk.width).x_from_time(at);
        let x = x.clamp(0.0, desk.width);
        let at = SimTime(at.0 / 100 * 100);
        Menu { x, y: 40.0, row: RowKind::Broker(BrokerId(1)), at, fact: None }
    });
    desk.change(move |viewing| viewing.menu = Some(menu));
}

/// Opens it for a row, at the playhead.
pub(super) fn open_row(desk: &Desk, row: RowKind, y: f64) {
    let at = SimTime(desk.state.playhead().0 / 100 * 100);
    let menu = Menu { x: 20.0, y: y + 20.0, row, at, fact: None };
    desk.change(move |viewing| viewing.menu = Some(menu));
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) desk: Desk,
    pub(crate) menu: Menu,
    pub(crate) rows: Vec<RowPlace>,
}

/// Widest that the menu gets.
const WIDTH: f64 = 330.0;

#[component]
pub(crate) fn RowMenu(props: &Props) -> Html {
    let Props { desk, menu, rows } = props;
    let language = desk.state.language;
    let node = use_node_ref();
    let opener = use_mut_ref(|| None::<HtmlElement>);
    {
        let (node, opener) = (node.clone(), opener.clone());
        use_effect_with((), move |()| {
            *opener.borrow_mut() = focused();
            if let Some(menu) = node.cast::<HtmlElement>() {
                let _ = menu.focus();
            }
        });
    }
    let back = move || match opener.take().filter(|opener| opener.is_connected()) {
        Some(opener) => drop(opener.focus()),
        None => focus_canvas(),
    };
    let close = {
        let (desk, back) = (desk.clone(), back.clone());
        move || {
            desk.change(|viewing| viewing.menu = None);
            back();
        }
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close();
            }
        })
    };
    let onclick = Callback::from(move |_: MouseEvent| close());
    let row = menu.row;
    let action = |label: &str, change: fn(&mut Viewing, RowKind)| {
        let (desk, back) = (desk.clone(), back.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            desk.change(move |viewing| {
                change(viewing, row);
                viewing.menu = None;
            });
            back();
        });
        html! { <button type="button" {onclick}>{language.say(label)}</button> }
    };
    let place = rows.iter().position(|other| RowKind::of_text(&other.kind) == Some(row));
    let move_by = |sign: &'static str, label: &str, places: isize| {
        let (desk, rows) = (desk.clone(), rows.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            moved(&desk, &rows, place.unwrap_or(usize::MAX), places);
        });
        let label = language.say(label);
        html! { <button type="button" {onclick} aria-label={label.clone()} title={label}>{sign}</button> }
    };
    let folded = desk.state.viewing.rows().folded.contains(&row);
    let fold = if folded { "rows--unfold" } else { "rows--fold" };
    let left = (menu.x + 6.0).min(desk.width - WIDTH - 8.0).max(4.0);
    let (canvas_left, canvas_top) = canvas().map_or((0.0, 0.0), |canvas| {
        let place = canvas.get_bounding_client_rect();
        (place.left(), place.top())
    });
    // above it stands a gap, which gives way where the menu would run below the window
    let gap = ["height:", &px(canvas_top + (menu.y + 4.0) * desk.text)].concat();
    let left = px(canvas_left + left * desk.text);
    let style = ["margin-left:", &left, ";width:", &desk.px(WIDTH)].concat();
    let name = row.name(&timeline_words(language));
    let title = format!("{name} · {}", moment(menu.at));
    let mut with = format!("row={}\nat={}\n", row.text(), menu.at.0);
    if let Some(fact) = menu.fact {
        with.push_str(&format!("about={fact}\n"));
    }
    html! {
        <>
            <div class="backdrop" onclick={onclick.clone()}></div>
            <div class="menu-place"><div class="gap" style={gap}></div>
            <section ref={node} class="menu" {style} role="dialog" aria-label={title.clone()} tabindex="-1" {onkeydown}>
                <h3>{title}<button type="button" {onclick} aria-label={language.say("notice--close")}>{"×"}</button></h3>
                <div class="buttons" role="group">
                    {action(fold, |viewing, row| viewing.with_rows(|rows| rows.fold(row)))}
                    {move_by("↑", "rows--up", -1)}
                    {move_by("↓", "rows--down", 1)}
                    {action("rows--hide", |viewing, row| viewing.with_rows(|rows| rows.hide(row)))}
                    if *desk.state.viewing.rows != timeline::RowPrefs::default() {
                        {action("rows--reset", |viewing, _| all_again(viewing))}
                    }
                </div>
                <SheetPanel state={desk.state.clone()} name="place" {with} />
            </section>
            </div>
        </>
    }
}
