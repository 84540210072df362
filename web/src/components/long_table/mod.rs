//! A long table: one list over all of its rows, of which those around what is seen are there. It asks for
//! others as it scrolls.

mod place;

use super::sheet_view::{Desk, tag_of};
use place::{Place, View, Wanted};
use sheet::{Element, Rows, Shown};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::Key;

#[derive(Properties)]
pub(super) struct Props {
    pub(super) desk: Desk,
    /// The part of the sheet that it is.
    pub(super) part: Rc<Shown>,
    /// What the rows are asked for with; another list begins at its begin.
    pub(super) list: String,
    /// An answer is under way.
    pub(super) busy: bool,
}

/// Another answer is another part.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.part, &other.part)
            && (self.busy, &self.list) == (other.busy, &other.list)
            && self.desk.same(&other.desk)
    }
}

impl Props {
    fn rows(&self) -> &Rows {
        match &*self.part {
            Shown::Rows(rows) => rows,
            _ => unreachable!("the sheet is shown part by part"),
        }
    }
}

/// The table in the page, and where its rows stand.
#[derive(Clone)]
struct List {
    region: NodeRef,
    table: NodeRef,
    standing: Rc<RefCell<Standing>>,
}

#[derive(Default)]
struct Standing {
    place: Place,
    list: String,
    selected: Option<u32>,
    anchor: Option<(u32, f64)>,
}

#[component]
pub(super) fn LongTable(props: &Props) -> Html {
    let rows = props.rows();
    let standing = use_mut_ref(Standing::default);
    let list = List { region: use_node_ref(), table: use_node_ref(), standing };
    let cursor = use_state(|| None::<u32>);
    {
        let (list, desk) = (list.clone(), props.desk.clone());
        let (part, busy) = (props.part.clone(), props.busy);
        let key = (Rc::as_ptr(&part), busy, props.list.clone());
        use_effect_with(key, move |(_, _, name)| {
            if let (Shown::Rows(rows), false) = (&*part, busy) {
                match list.put(rows, name) {
                    Some(wanted) => list.fetch(&desk, wanted),
                    None => list.ask(&desk),
                }
            }
        });
    }
    let onscroll = {
        let (list, desk, busy) = (list.clone(), props.desk.clone(), props.busy);
        Callback::from(move |_: Event| {
            if !busy {
                list.ask(&desk);
            }
        })
    };
    let onkeydown = {
        let (list, desk, cursor) = (list.clone(), props.desk.clone(), cursor.clone());
        let (part, all, selected) = (props.part.clone(), rows.all, rows.selected);
        Callback::from(move |event: KeyboardEvent| {
            // the buttons in its head have keys of their own
            let own = event.target().map(JsCast::unchecked_into) == list.table.cast::<Node>();
            if !own || event.alt_key() || all == 0 {
                return;
            }
            let at = cursor.or(selected).unwrap_or_else(|| list.first_seen()).min(all - 1);
            let page = list.page();
            let to = match event.key().as_str() {
                "ArrowDown" => at + u32::from(cursor.is_some()),
                "ArrowUp" => at.saturating_sub(u32::from(cursor.is_some())),
                "PageDown" => at.saturating_add(page),
                "PageUp" => at.saturating_sub(page),
                "Home" => 0,
                "End" => all - 1,
                "Enter" | " " => {
                    event.prevent_default();
                    let Shown::Rows(rows) = &*part else { return };
                    let row = at.checked_sub(rows.first).and_then(|at| rows.rows.get(at as usize));
                    return row.into_iter().for_each(|row| desk.act(&row.action));
                }
                _ => return,
            };
            event.prevent_default();
            let to = to.min(all - 1);
            cursor.set(Some(to));
            list.show(to, false).into_iter().for_each(|wanted| list.fetch(&desk, wanted));
        })
    };
    let active = cursor.filter(|row| {
        row.checked_sub(rows.first).is_some_and(|at| (at as usize) < rows.rows.len())
    });
    let row = |(number, row): (u32, &Element)| {
        let mut tag = tag_of(row);
        tag.key = Some(Key::from(u64::from(number)));
        if active == Some(number) {
            tag.add_attribute("data-cursor", "");
        }
        Html::from(tag)
    };
    let columns = rows.head.children.len().to_string();
    // the browser may paint before the rows are put up: they already stand where they will
    let above = list.begins(rows.first, &props.list);
    let gap = |style: Option<String>| {
        html! { <tbody aria-hidden="true" class="gap"><tr><td colspan={columns.clone()} {style}></td></tr></tbody> }
    };
    html! {
        <div class="long">
            <p class="caption" aria-hidden="true">{rows.caption.clone()}</p>
            <div ref={list.region} class="scroll" {onscroll}>
                <div>
                    <table ref={list.table} role="grid" tabindex="0" {onkeydown} aria-label={rows.caption.clone()}
                        aria-rowcount={(rows.all + 1).to_string()} aria-busy={props.busy.to_string()}
                        aria-activedescendant={active.map(|row| format!("row-{row}"))}>
                        <thead>{Html::from(tag_of(&rows.head))}</thead>
                        {gap(Some(["height:", &engine::text::px(above)].concat()))}
                        <tbody>{for (rows.first..).zip(&rows.rows).map(row)}</tbody>
                        {gap(None)}
                    </table>
                </div>
            </div>
        </div>
    }
}

/// Elements beside each other.
fn beside(first: Option<Node>) -> impl Iterator<Item = Node> {
    std::iter::successors(first, Node::next_element_sibling)
}

fn set(element: &Node, style: &str, length: f64) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.style().set_property(style, &engine::text::px(length));
    }
}

impl List {
    /// The region that scrolls, the head, and the three bodies: the way above, the rows, the way below.
    fn parts(&self) -> Option<(Node, [Node; 4])> {
        let region = self.region.cast::<Node>()?;
        let parts: Vec<Node> = beside(self.table.cast::<Node>()?.first_element_child()).collect();
        Some((region, parts.try_into().ok()?))
    }

    fn view(region: &Node, head: &Node) -> View {
        let height = f64::from(region.client_height()) - head.get_bounding_client_rect().height();
        View { from: f64::from(region.scroll_top()), height: height.max(1.0) }
    }

    /// Where a window that begins with this row will stand in the list of this name.
    fn begins(&self, first: u32, name: &str) -> f64 {
        let standing = self.standing.borrow();
        if standing.list == name { standing.place.begins(first) } else { 0.0 }
    }

    /// Puts the rows up that have come; returns what is to be fetched so that the selected one is seen.
    fn put(&self, rows: &Rows, name: &str) -> Option<Wanted> {
        let (region, [head, above, body, below]) = self.parts()?;
        let top = body.get_bounding_client_rect().top();
        let mut edges = vec![0.0];
        edges.extend(
            beside(body.first_element_child())
                .map(|row| row.get_bounding_client_rect().bottom() - top),
        );
        let view = Self::view(&region, &head);
        let mut standing = self.standing.borrow_mut();
        let new = standing.list != name || standing.place == Place::default();
        if new {
            *standing = Standing { list: name.to_owned(), ..Standing::default() };
        }
        let anchor = standing.anchor.take();
        let moved = standing.place.put(rows.first, rows.all, edges, view, anchor);
        let place = &standing.place;
        let last = rows.first + rows.rows.len() as u32;
        let bottom = place.height - place.top - body.get_bounding_client_rect().height();
        for (gap, height) in
            [(&above, place.top), (&below, if last < rows.all { bottom } else { 0.0 })]
        {
            let cell = gap.first_element_child().and_then(|row| row.first_element_child());
            cell.iter().for_each(|cell| set(cell, "height", height));
        }
        // the way stays as long as it is while rows come and go
        if let Some(way) = region.first_element_child() {
            set(&way, "min-height", place.height + head.get_bounding_client_rect().height());
        }
        if new {
            region.set_scroll_top(0);
        } else if moved != 0.0 {
            region.set_scroll_top((view.from + moved).round() as i32);
        }
        let chosen = rows.selected.filter(|_| new || rows.selected != standing.selected);
        standing.selected = rows.selected;
        drop(standing);
        chosen.and_then(|row| self.show(row, true))
    }

    /// Asks for the rows that are missing around what is seen.
    fn ask(&self, desk: &Desk) {
        let Some((region, [head, ..])) = self.parts() else { return };
        let wanted = self.standing.borrow().place.wanted(Self::view(&region, &head));
        if let Some(wanted) = wanted {
            self.fetch(desk, wanted);
        }
    }

    fn fetch(&self, desk: &Desk, wanted: Wanted) {
        self.standing.borrow_mut().anchor = Some(wanted.anchor);
        desk.ask("from", &wanted.first.to_string());
    }

    /// Brings a row into sight; returns what is to be fetched for that.
    fn show(&self, row: u32, middle: bool) -> Option<Wanted> {
        let (region, [head, ..]) = self.parts()?;
        let view = Self::view(&region, &head);
        let (from, wanted) = self.standing.borrow().place.way_to(row, view, middle);
        region.set_scroll_top(from.round() as i32);
        wanted
    }

    fn first_seen(&self) -> u32 {
        let from = self.parts().map_or(0.0, |(region, _)| f64::from(region.scroll_top()));
        self.standing.borrow().place.row_at(from).unwrap_or_default()
    }

    fn page(&self) -> u32 {
        let view = self.parts().map(|(region, [head, ..])| Self::view(&region, &head));
        view.map_or(1, |view| self.standing.borrow().place.page(view))
    }
}
