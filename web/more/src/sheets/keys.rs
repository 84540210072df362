//! *Keys*: everything that a key does, and what a mouse or a finger does instead.

use crate::Request;
use sheet::{Block, Row, Sheet};

/// Keys, and the word for what they do.
const KEYS: [(&str, &str); 23] = [
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
    ("L", "keys--legend"),
    ("Tab, ↑ ↓", "keys--rows"),
    ("Enter", "keys--row-menu"),
    ("Alt ↑  ↓", "keys--row-move"),
    ("Del", "keys--row-hide"),
    ("←  →", "keys--row-fold"),
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
    let row = |(key, what): &(&str, &str)| Row {
        cells: vec![(*key).to_owned(), request.say(what)],
        ..Row::default()
    };
    let rows: Vec<Row> = KEYS.iter().map(row).collect();
    let count = rows.len() as u32;
    let column = |key: &str| (request.say(key), None);
    let mut sheet = Sheet::default();
    sheet.push(Block::Table {
        caption: request.say("keys--timeline"),
        columns: vec![column("keys--key"), column("keys--does")],
        rows,
        of: (0, count),
    });
    sheet.push(Block::Heading(request.say("pointer--title")));
    let items = POINTERS.iter().map(|key| request.say(key)).collect();
    sheet.push(Block::List { ordered: false, items });
    sheet
}
