//! Vessels that are filled to a share, and rows of cells.

use super::{el, inline, tone};
use sheet::{Cell, CellFill, CellRow, Element, Tube};

pub(super) fn tubes(caption: &str, tubes: &[Tube]) -> Element {
    let tube = |tube: &Tube| {
        let share = format!("--share:{}%;{}", (tube.share * 100.0) as u32, hue(tube.hue));
        let vessel = el("span")
            .with("class", "vessel")
            .holding(el("b").with("style", &share))
            .holding(el("i").saying(&tube.inside));
        let around = match &tube.action {
            Some(action) => el("button").with("type", "button").on(action),
            None => el("div"),
        };
        let name = el("span").saying(&tube.name);
        el("li").holding(around.of([vessel, name, el("small").saying(&tube.text)]))
    };
    el("figure")
        .with("class", "tubes")
        .holding(el("figcaption").of(inline(caption)))
        .holding(el("ul").of(tubes.iter().map(tube)))
}

pub(super) fn cells(caption: &str, note: &str, rows: &[CellRow]) -> Element {
    let row = |row: &CellRow| {
        let name = el("span")
            .holding(el("strong").saying(&row.label))
            .holding(el("small").saying(&row.note));
        let cells = el("span").with("class", "row").of(row.cells.iter().map(cell));
        el("li").with("class", tone(row.tone)).of([name, cells])
    };
    let caption = el("figcaption").of(inline(caption)).holding(el("small").of(inline(note)));
    el("figure")
        .with("class", "cells")
        .holding(caption)
        .holding(el("ul").with("tabindex", "0").of(rows.iter().map(row)))
}

fn cell(cell: &Cell) -> Element {
    let fill = match cell.fill {
        CellFill::None => "none",
        CellFill::Free => "free",
        CellFill::Outline => "outline",
        CellFill::Solid => "solid",
        CellFill::Cut => "cut",
        CellFill::Warn => "warned",
    };
    let class = ["cell ", fill, if cell.marked { " marked" } else { "" }].concat();
    let element = match &cell.action {
        Some(action) => el("button").with("type", "button").with("tabindex", "-1").on(action),
        None => el("span"),
    };
    let element = element.with("class", &class).with("style", &hue(cell.hue));
    element.with("title", &cell.title).saying(&cell.text)
}

/// The colours of a partition's hue.
fn hue(hue: Option<u8>) -> String {
    let hue = hue.map(|hue| hue % timeline::HUES);
    hue.map_or_else(String::new, |hue| format!("--hue:var(--p{hue});--on-hue:var(--on-p{hue})"))
}
