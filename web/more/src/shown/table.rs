//! A table, and the buttons to the rows before and behind.

use super::{el, inline, tone};
use crate::language::Speak;
use sheet::{Element, Row, Tone};
use words::Language;

/// The table; `of` says which rows these are, of how many.
pub(super) fn element(
    caption: &str,
    columns: &[(String, Option<String>)],
    rows: &[Row],
    of: (u32, u32),
    language: Language,
) -> Element {
    let column = |(name, action): &(String, Option<String>)| {
        let head = el("th").with("scope", "col");
        match action {
            Some(action) => head.holding(link(action).saying(name)),
            None => head.saying(name),
        }
    };
    let row = |row: &Row| {
        let cell = |(position, cell): (usize, &String)| match (position, &row.action) {
            (0, Some(action)) => {
                el("th").with("scope", "row").holding(link(action).of(inline(cell)))
            }
            (0, None) => el("th").with("scope", "row").of(inline(cell)),
            _ => el("td").of(inline(cell)),
        };
        let line = el("tr").with("class", tone(row.tone));
        // what is selected is brought into sight by the page
        let line = if row.tone == Tone::Accent { line.with("aria-current", "true") } else { line };
        line.of(row.cells.iter().enumerate().map(cell))
    };
    let table = el("table")
        .holding(el("caption").of(inline(caption)))
        .holding(el("thead").holding(el("tr").of(columns.iter().map(column))))
        .holding(el("tbody").of(rows.iter().map(row)));
    let scroll = el("div").with("class", "scroll").with("tabindex", "0").with("role", "region");
    let whole = el("div").holding(scroll.with("aria-label", caption).holding(table));
    let (from, shown) = (of.0, rows.len() as u32);
    if shown < of.1 { whole.holding(pages(from, shown, of.1, language)) } else { whole }
}

fn link(action: &str) -> Element {
    el("button").with("class", "link").on(action)
}

fn pages(from: u32, shown: u32, all: u32, language: Language) -> Element {
    let turn = |sign: &str, key: &str, to: u32, may: bool| {
        let words = el("span").with("class", "unseen").saying(&language.say(key));
        let button = el("button").saying(sign).holding(words);
        if may {
            button.on(&["ask:from=", &to.to_string()].concat())
        } else {
            button.with("disabled", "")
        }
    };
    let texts = [from + 1, from + shown, all].map(|number| number.to_string());
    let values = [("first", &*texts[0]), ("last", &*texts[1]), ("all", &*texts[2])];
    let back = from.saturating_sub(shown.max(1));
    el("div")
        .with("class", "buttons")
        .holding(turn("◂", "sheet--back", back, from > 0))
        .holding(el("span").saying(&language.tell("sheet--rows", &values)))
        .holding(turn("▸", "sheet--on", from + shown, from + shown < all))
}
