//! What the page shows of a sheet: elements, whose kinds and looks the page need not know.

use crate::{Knob, Marked};
use serde::{Deserialize, Serialize};

/// Names of attributes: what crosses is a place in this list.
pub const ATTRIBUTES: [&str; 24] = [
    "class",
    "role",
    "aria-label",
    "aria-hidden",
    "aria-pressed",
    "tabindex",
    "scope",
    "disabled",
    "title",
    "style",
    "viewBox",
    "points",
    "cx",
    "cy",
    "r",
    "x",
    "y",
    "d",
    "data-label",
    "type",
    "aria-current",
    "aria-rowindex",
    "aria-sort",
    "id",
];

/// The attribute with what a click on an element does, or on what it holds.
pub const ACTION: &str = "data-action";

/// An element, or a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// Its tag; a text has none.
    pub tag: String,
    /// The text of a text.
    pub text: String,
    /// Attributes, by their place in [`ATTRIBUTES`].
    pub attributes: Vec<(u8, String)>,
    /// What a click does; nothing if it is empty.
    pub action: String,
    /// What it holds.
    pub children: Vec<Self>,
}

impl Element {
    /// An empty element.
    #[must_use]
    pub fn new(tag: &str) -> Self {
        Self { tag: tag.to_owned(), ..Self::default() }
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// With an attribute; one that is not in the list is left out, and one that says nothing.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let place = ATTRIBUTES.iter().position(|known| *known == name);
        debug_assert!(place.is_some(), "{name} is in the list of attributes");
        let says = !value.is_empty() || name == "disabled";
        if let Some(place) = place.filter(|_| says) {
            self.attributes.push((place as u8, value.to_owned()));
        }
        self
    }

    /// With something that a click does.
    #[must_use]
    pub fn on(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self
    }

    /// With a child behind those that it has.
    #[must_use]
    pub fn holding(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// With children behind those that it has.
    #[must_use]
    pub fn of(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// With a text behind what it has.
    #[must_use]
    pub fn saying(self, text: &str) -> Self {
        self.holding(Self::text(text))
    }
}

/// A window of a long table, as [`crate::Long`] has it: each row an element.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// What it shows.
    pub caption: String,
    /// The row of the columns' names.
    pub head: Element,
    /// The number of the window's first row.
    pub first: u32,
    /// The window's rows; that of row `n` has the id `row-n`.
    pub rows: Vec<Element>,
    /// Rows of the whole table.
    pub all: u32,
    /// The number of the selected row.
    pub selected: Option<u32>,
}

impl Rows {
    /// This window with so many of its rows, and then those of another in the same place; none if these are all.
    #[must_use]
    pub fn with_rows_of(&self, other: &Self, count: usize) -> Option<Self> {
        let some = self.rows.get(..count)?;
        let rest = other.rows.get(count..).filter(|_| self.first == other.first)?;
        Some(Self {
            caption: self.caption.clone(),
            head: self.head.clone(),
            rows: some.iter().chain(rest).cloned().collect(),
            ..*self
        })
    }
}

/// A part of a sheet as the page gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shown {
    /// Something to look at and to click on.
    Element(Element),
    /// The same as HTML: of many small parts, none of which takes the keyboard. What comes behind it is
    /// put up with the next frame.
    Html(String),
    /// A field whose text asks for the sheet again.
    Field {
        /// The parameter.
        name: String,
        /// What it is for.
        label: String,
        /// Its text.
        value: String,
        /// Whether it takes several lines.
        long: bool,
    },
    /// A field that asks for the sheet again with each letter.
    Search {
        /// The parameter.
        name: String,
        /// What it is for.
        label: String,
    },
    /// Something to set.
    Knob(Knob),
    /// A field with a button: the action is `action` with the text behind it.
    Enter {
        /// What it is for.
        label: String,
        /// Its text before anything is typed.
        value: String,
        /// Words of the button.
        button: String,
        /// What comes before the text.
        action: String,
    },
    /// A window of a long table.
    Rows(Rows),
    /// What is marked on the timeline; nothing of it stands in the sheet.
    Marked(Marked),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(first: u32, rows: &[&str]) -> Rows {
        let rows = rows.iter().map(|row| Element::text(row)).collect();
        Rows { first, rows, ..Rows::default() }
    }

    #[test]
    fn rows_come_piece_by_piece_before_those_that_were_there() {
        let new = window(4, &["a", "b", "c"]);
        let old = window(4, &["1", "2", "3", "4"]);
        assert_eq!(new.with_rows_of(&old, 2), Some(window(4, &["a", "b", "3", "4"])));
        assert_eq!(new.with_rows_of(&old, 4), None, "all are there at once");
        assert_eq!(new.with_rows_of(&window(5, &["2", "3", "4"]), 2), None, "another place");
        assert_eq!(new.with_rows_of(&window(4, &["1"]), 2), None, "nothing to keep");
    }
}
