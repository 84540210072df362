//! Tables: one that is there whole, and a window of a long one.

use super::{el, inline, tone};
use sheet::{Column, Element, Long, Row, Rows, Tone, letters};

/// A whole table.
pub(super) fn element(caption: &str, columns: &[String], rows: &[Row]) -> Element {
    let column = |name: &String| el("th").with("scope", "col").saying(name);
    let row = |row: &Row| {
        let cell = |(position, cell): (usize, &String)| match (position, &row.action) {
            (0, Some(action)) => {
                el("th").with("scope", "row").holding(link(action).of(inline(cell)))
            }
            (0, None) => el("th").with("scope", "row").of(inline(cell)),
            _ => el("td").of(inline(cell)),
        };
        let line = el("tr").with("class", tone(row.tone));
        line.of(row.cells.iter().enumerate().map(cell))
    };
    let table = el("table")
        .holding(el("caption").of(inline(caption)))
        .holding(el("thead").holding(el("tr").of(columns.iter().map(column))))
        .holding(el("tbody").of(rows.iter().map(row)));
    let scroll = el("div").with("class", "scroll").with("tabindex", "0").with("role", "region");
    scroll.with("aria-label", caption).holding(table)
}

/// A window of a long table. A click anywhere on a row does what the row does; keys are the page's.
pub(super) fn rows(long: &Long) -> Rows {
    // the names of the columns are row 1
    let line = |(number, row): (u32, &Row)| {
        let cell = |(position, cell): (usize, &String)| {
            let wide = long.columns.get(position).is_some_and(|column| column.letters.is_none());
            let cell = match position {
                0 => {
                    let name = el("span").with("class", "link").saying(cell);
                    el("th").with("scope", "row").holding(name)
                }
                _ => el("td").saying(cell),
            };
            cell.with("class", if wide { "flows" } else { "" })
        };
        let line = el("tr")
            .with("id", &format!("row-{number}"))
            .with("aria-rowindex", &(number + 2).to_string())
            .with("class", tone(row.tone))
            .with("aria-current", if row.tone == Tone::Accent { "true" } else { "" })
            .on(row.action.as_deref().unwrap_or_default());
        line.of(row.cells.iter().enumerate().map(cell))
    };
    Rows {
        caption: long.caption.clone(),
        head: el("tr").with("aria-rowindex", "1").of(long.columns.iter().map(head)),
        first: long.first,
        rows: (long.first..).zip(&long.rows).map(line).collect(),
        all: long.all,
        selected: long.selected,
    }
}

/// The name of a column, as wide as the widest of its cells.
fn head(column: &Column) -> Element {
    let sorted = match column.sorted {
        None => "",
        Some(false) => "ascending",
        Some(true) => "descending",
    };
    // beside the name there is room for the sign of its order
    let name = letters(&column.name) + if column.action.is_some() { 2 } else { 0 };
    let wide = column.letters.map(|cell| cell.max(name));
    let style = wide.map_or_else(String::new, |wide| format!("width:calc({wide}ch + 12px)"));
    let head = el("th").with("scope", "col").with("aria-sort", sorted).with("style", &style);
    match &column.action {
        Some(action) => head.holding(link(action).saying(&column.name)),
        None => head.saying(&column.name),
    }
}

fn link(action: &str) -> Element {
    el("button").with("class", "link").on(action)
}
