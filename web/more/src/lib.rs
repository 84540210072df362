//! What is seldom needed, as a module that a worker loads when wanted: a question in text, a sheet back.
//!
//! A question is lines `name=value`: `sheet` (which), `lang`, `link` (the page's state), and whatever
//! parameters the sheet knows. The module runs the link's scenario itself: the same scenario gives the
//! same trace, so nothing has to be handed over.

mod language;
mod ran;
mod request;
mod sheets;
mod text;

pub use request::Request;

use sheet::{Block, Sheet, Tone};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a question with the bytes of a [`Sheet`].
#[must_use]
#[wasm_bindgen]
pub fn answer(question: &str) -> Vec<u8> {
    postcard::to_allocvec(&sheet(question)).unwrap_or_default()
}

/// Answers a question.
#[must_use]
pub fn sheet(question: &str) -> Sheet {
    let request = Request::read(question);
    match request.sheet.as_str() {
        "code" => sheets::code::sheet(&request),
        "import" => sheets::import::sheet(&request),
        "ledger" => sheets::ledger::sheet(&request),
        other => Sheet {
            blocks: vec![Block::Note(Tone::Warn, request.tell("no-sheet", &[("name", other)]))],
        },
    }
}
