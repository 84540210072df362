//! A panel as plain blocks: what it says, without how it looks. A panel that is seldom wanted is made
//! into a sheet by a module that is loaded when wanted; the page gets it as elements, and knows how to
//! show any.

mod element;

pub use element::{ACTION, ATTRIBUTES, Element, Rows, Shown};

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Blocks from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// What a mark stands for; the page gives it a look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// Nothing of note.
    #[default]
    Plain,
    /// Committed, acknowledged, better.
    Good,
    /// Failed, lost, worse.
    Bad,
    /// Worth a look.
    Warn,
    /// Of no weight here.
    Muted,
    /// Chosen.
    Accent,
}

/// What happens on a click. As text, so that it can be read in a log.
///
/// `sel=record17` selects, `seek=12000` moves the playhead (µs), `set:NAME=VALUE` changes a setting or a
/// part, `open:LINK` opens a scenario, `pin:LINK` pins one, `ask:NAME=VALUE` asks for this sheet again
/// with that parameter, `panel:NAME` opens another panel, `sweep:NAME` sweeps another number, `copy:TEXT`
/// copies a text.
pub type Action = String;

/// A part of a sheet. Texts may hold `**strong**` and `` `code` ``.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading below the panel's own.
    Heading(String),
    /// A paragraph.
    Para(String),
    /// A list.
    List {
        /// Whether its items are counted.
        ordered: bool,
        /// The items.
        items: Vec<String>,
    },
    /// Something to heed.
    Note(Tone, String),
    /// Blocks that belong together, with a frame around them: of elements alone.
    Card {
        /// The frame's look.
        tone: Tone,
        /// What it is.
        title: String,
        /// What stands in it.
        blocks: Vec<Self>,
    },
    /// Lines of code, to be copied.
    Code {
        /// Name of the language, or of the file.
        title: String,
        /// The lines.
        text: String,
    },
    /// A table.
    Table {
        /// What it shows.
        caption: String,
        /// Names of the columns.
        columns: Vec<String>,
        /// Rows.
        rows: Vec<Row>,
    },
    /// A table that may have very many rows.
    Long(Long),
    /// Numbers with a sign each, as in the ledger.
    Counts(Vec<Count>),
    /// Stretches of time below each other on one scale.
    Bars {
        /// What they show.
        caption: String,
        /// The bars.
        bars: Vec<Bar>,
    },
    /// Columns beside each other: a bar's end is its height.
    Columns {
        /// What they show.
        caption: String,
        /// The columns.
        bars: Vec<Bar>,
    },
    /// Vessels side by side, each filled to a share.
    Tubes {
        /// What they are.
        caption: String,
        /// The vessels.
        tubes: Vec<Tube>,
    },
    /// Rows of cells below each other, in columns: logs, slots.
    Cells {
        /// What they are.
        caption: String,
        /// More about it.
        note: String,
        /// The rows.
        rows: Vec<CellRow>,
    },
    /// A chart with one unit.
    Chart(Chart),
    /// Buttons side by side.
    Buttons(Vec<Button>),
    /// Sentences one after the other, numbered, each with what a click on it does.
    Steps(Vec<Button>),
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
    /// What is marked on the timeline.
    Marked(Marked),
    /// A field with a button: the action is `action` with the text behind it.
    Enter {
        /// What it is for.
        label: String,
        /// Its text before anything is typed.
        value: String,
        /// Words of the button.
        button: String,
        /// What comes before the text.
        action: Action,
    },
}

/// Something to set. The page adds what is refused or warned about its name, and sets it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Knob {
    /// Kafka's name, or the part's.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Its value as people write it.
    pub value: String,
    /// Values side by side, each with its words; without any it is a field.
    pub choices: Vec<(String, String)>,
    /// Stops of its slider; none without a slider.
    pub stops: Vec<String>,
    /// The stop that its value is nearest to.
    pub at: u32,
    /// The stop of its default.
    pub notch: Option<u32>,
    /// Its default as people write it.
    pub default: Option<String>,
    /// Whether it was set.
    pub changed: bool,
    /// The value that holds although another is set, and what brought it about.
    pub holds: Option<(String, String)>,
    /// Short marks beside its name.
    pub marks: Vec<String>,
    /// Sentences below it.
    pub notes: Vec<(Tone, String)>,
}

/// What a sheet marks on the timeline: a question's veil and the mark that answers it, or the flags of its
/// answer. Times are microseconds of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marked {
    /// Nothing behind this moment is shown.
    pub veil: Option<i64>,
    /// Where the axis ends, if not with the run.
    pub end: Option<i64>,
    /// What stands on the veil.
    pub veiled: String,
    /// A mark that the reader places.
    pub place: Option<Placing>,
    /// Flags: when, what for, whether it is the reader's.
    pub flags: Vec<(i64, String, bool)>,
    /// How far the flags are apart.
    pub apart: String,
    /// On which row that is drawn, by its word.
    pub row: String,
    /// The settings and parts that the lesson is about: the others step back. None if there is no lesson.
    pub open: Vec<String>,
    /// Whether the lesson's goals are met.
    pub passed: bool,
}

/// A mark that the reader places on the timeline: it fills the field of the parameter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Placing {
    /// The parameter of the sheet that gets the moment.
    pub name: String,
    /// What it is for.
    pub label: String,
    /// How to move it.
    pub how: String,
    /// Which row it is about, by its word.
    pub row: String,
    /// Microseconds of a step.
    pub step: i64,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// What a click does.
    pub action: Option<Action>,
    /// Its look.
    pub tone: Tone,
}

/// Rows of a window of a long table.
pub const WINDOW: u32 = 120;

/// A window of a table that may have very many rows. The page scrolls over all of them, and asks with
/// `ask:from=N` for the window that comes into sight; without `from` it is the one with the selected row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Long {
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The number of the window's first row.
    pub first: u32,
    /// The window's rows.
    pub rows: Vec<Row>,
    /// Rows of the whole table.
    pub all: u32,
    /// The number of the selected row, if it is in the table.
    pub selected: Option<u32>,
}

/// A column of a long table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What a click does: it sorts by it.
    pub action: Option<Action>,
    /// Whether the rows are sorted by it, and the greatest first.
    pub sorted: Option<bool>,
    /// How many letters its widest cell has, so that it stays as wide as it is while rows come and go;
    /// without it the column has what the others leave, and its cells may take several lines.
    pub letters: Option<u32>,
}

impl Long {
    /// The window of a table of so many rows that begins where it was asked to, or else has the selected
    /// row in its middle.
    #[must_use]
    pub fn window(from: Option<u32>, selected: Option<u32>, all: u32) -> Range<u32> {
        let middle = || selected.unwrap_or(0).saturating_sub(WINDOW / 2);
        let first = from.unwrap_or_else(middle).min(all.saturating_sub(WINDOW));
        first..all.min(first + WINDOW)
    }
}

/// A number with its sign.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count {
    /// The sign, as a letter or a symbol.
    pub sign: String,
    /// What is counted.
    pub label: String,
    /// More about it.
    pub note: String,
    /// The number.
    pub number: String,
    /// What a click does.
    pub action: Option<Action>,
    /// Its look.
    pub tone: Tone,
}

/// A stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// Its begin, as a share of the whole.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// Its length in words.
    pub text: String,
    /// Its look.
    pub tone: Tone,
}

/// A vessel that is filled to a share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tube {
    /// What stands in it.
    pub inside: String,
    /// Its name.
    pub name: String,
    /// How full it is, in words.
    pub text: String,
    /// How full it is.
    pub share: f64,
    /// The number of its partition: the page has a hue for it.
    pub hue: Option<u8>,
    /// What a click does.
    pub action: Option<Action>,
}

/// A row of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellRow {
    /// Its name.
    pub label: String,
    /// More about it.
    pub note: String,
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
    /// Its look.
    pub tone: Tone,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// What it is, in words.
    pub title: String,
    /// What is in it.
    pub fill: CellFill,
    /// The number of its partition.
    pub hue: Option<u8>,
    /// A line at its left edge: the high watermark stands there.
    pub marked: bool,
    /// What a click does.
    pub action: Option<Action>,
}

/// What is in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellFill {
    /// There is no cell in this column.
    #[default]
    None,
    /// Free.
    Free,
    /// There, and not committed as far as its owner knows.
    Outline,
    /// There, and committed.
    Solid,
    /// Cut off.
    Cut,
    /// Waits for something bad.
    Warn,
}

/// A chart with one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What it shows, with the unit.
    pub title: String,
    /// The points' places, from left to right, in words.
    pub x: Vec<String>,
    /// What a click on a point does.
    pub actions: Vec<Action>,
    /// Lines: name, and a value for each place; `None` where the run has none.
    pub series: Vec<(String, Vec<Option<f64>>)>,
    /// Values in words, at the lowest and the highest point.
    pub scale: (String, String),
    /// Marked places.
    pub marks: Vec<u32>,
    /// What the lines show, in sentences.
    pub notes: Vec<String>,
    /// Places that runs stand at: which, and the run's letter; the last is the one that runs now.
    pub runs: Vec<(u32, String)>,
    /// Places without a value, and why.
    pub bad: Vec<(u32, String)>,
}

/// A button.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Button {
    /// Its words.
    pub label: String,
    /// What it does.
    pub action: Action,
    /// Whether it is the one that is chosen.
    pub pressed: bool,
}

/// How wide a text is, in letters: those of Korean are two wide.
#[must_use]
pub fn letters(text: &str) -> u32 {
    text.chars().map(|letter| if letter.len_utf8() > 2 { 2 } else { 1 }).sum()
}

impl Sheet {
    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_where_it_is_wanted_and_never_beyond_the_table() {
        assert_eq!(Long::window(None, None, 60), 0..60);
        assert_eq!(Long::window(None, Some(500), 1_000), 440..560);
        assert_eq!(Long::window(Some(7), Some(500), 1_000), 7..127);
        assert_eq!(Long::window(Some(5_000), None, 1_000), 880..1_000);
        assert_eq!(Long::window(Some(u32::MAX), None, 0), 0..0);
    }
}
