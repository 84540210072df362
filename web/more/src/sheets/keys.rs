//! *Keys*: everything that a key does, and what a mouse or a finger does instead.

use crate::Request;
use sheet::{Block, Row, Sheet};

/// A key, and the word for what it does.
type Key = (&'static str, &'static str);

/// Keys of the timeline.
const TIMELINE: [Key; 23] = [
    ("←  →", "keys--arrows"),
    ("Shift ←  →", "keys--along"),
    ("↑", "keys--cause"),
    ("↓", "keys--back"),
    ("Enter", "keys--enter"),
    ("Esc", "keys--escape"),
    ("+  −", "keys--zoom"),
    ("Alt ←  →", "keys--pan"),
    ("0", "keys--fit"),
    ("U", "keys--unfold"),
    ("Space", "keys--play"),
    ("Home  End", "keys--ends"),
    ("<  >", "keys--speed"),
    ("R", "keys--loop"),
    ("F", "keys--fault"),
    ("D  Shift D", "keys--differences"),
    ("L", "keys--legend"),
    ("Tab, ↑ ↓", "keys--rows"),
    ("Enter", "keys--row-menu"),
    ("Alt ↑  ↓", "keys--row-move"),
    ("Del", "keys--row-hide"),
    ("←  →", "keys--row-fold"),
    ("←  →  Enter", "keys--mark"),
];
/// Keys of the form and the panels, and those that hold everywhere.
const FORM: [Key; 8] = [
    ("Tab  Shift Tab", "keys--form-tab"),
    ("←  →", "keys--form-slide"),
    ("Home  End", "keys--form-ends"),
    ("Enter", "keys--form-enter"),
    ("Space", "keys--form-press"),
    ("←  →", "keys--form-panels"),
    ("Ctrl Z  Ctrl Y", "keys--undo"),
    ("?", "keys--help"),
];
/// What pointers do.
const POINTERS: [&str; 7] = [
    "pointer--click",
    "pointer--wheel",
    "pointer--drag",
    "pointer--pinch",
    "pointer--menu",
    "pointer--fold",
    "pointer--strip",
];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.push(table(request, "keys--timeline", &TIMELINE));
    sheet.push(table(request, "keys--form", &FORM));
    sheet.push(Block::Heading(request.say("pointer--title")));
    let items = POINTERS.iter().map(|key| request.say(key)).collect();
    sheet.push(Block::List { ordered: false, items });
    sheet
}

fn table(request: &Request, caption: &str, keys: &[Key]) -> Block {
    let row = |(key, what): &Key| Row {
        cells: vec![(*key).to_owned(), request.say(what)],
        ..Row::default()
    };
    let rows: Vec<Row> = keys.iter().map(row).collect();
    Block::Table {
        caption: request.say(caption),
        columns: vec![request.say("keys--key"), request.say("keys--does")],
        rows,
    }
}
