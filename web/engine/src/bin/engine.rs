//! The program that a visitor gets first: it paints what the address says, then answers the page.
//!
//! What crosses is text, plain bytes, and canvases.

use engine::i18n::Language;
use engine::{Answer, Look, Question, Ran, Size};
use timeline::Theme;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

fn main() {}

/// Runs a scenario: a [`Ran`].
#[wasm_bindgen]
pub fn run(link: &str, selected: Option<String>) -> Vec<u8> {
    bytes_of(&engine::run(link, selected.as_deref()))
}

/// The [`Answer`] to a [`Question`]; nothing if the run is not kept.
#[wasm_bindgen]
pub fn answer(number: u32, question: &[u8]) -> Vec<u8> {
    let question: Option<Question> = postcard::from_bytes(question).ok();
    let answer = question.and_then(|question| engine::answer(number, &question));
    answer.as_ref().map(bytes_of).unwrap_or_default()
}

/// Lets go of a run.
#[wasm_bindgen]
pub fn forget(number: u32) {
    engine::forget(number);
}

/// The signs of the legend.
#[wasm_bindgen]
pub fn signs() -> Vec<u8> {
    bytes_of(&engine::signs())
}

/// Paints a drawing on a canvas: its [`Size`], and its height.
#[wasm_bindgen]
pub fn paint(
    canvas: &HtmlCanvasElement,
    drawing: &[u8],
    dark: bool,
    width: f64,
    text: f64,
    height: f64,
) {
    engine::paint(canvas, drawing, theme(dark), Size { width, text }, height);
}

/// The first picture: what the fragment of an address says, in so many CSS pixels, where a rem has so many,
/// if it is one short run that nothing has to be said about before. The CSS pixels that it is high; nothing
/// if there is no such picture.
#[wasm_bindgen]
pub fn first(
    canvas: &HtmlCanvasElement,
    fragment: &str,
    rows: String,
    language: &str,
    dark: bool,
    width: f64,
    rem: f64,
) -> Option<f64> {
    let fragment = if fragment.is_empty() { link::OPENING } else { fragment };
    let (page, _) = link::read_page(fragment);
    if page.case.is_some() || page.pinned.is_some() || page.lesson.is_some() {
        return None;
    }
    let size = Size::of(width, rem);
    let selected = page.selection.map(link::Selection::text);
    let ran = engine::run(&link::write_saved(&page), selected.as_deref());
    let Ran::Finished { number, summary } = ran else { return None };
    let end = summary.end;
    let look = Look {
        window: page.window.filter(|(from, _)| *from < end),
        playhead: page.playhead.unwrap_or(end).clamp(units::SimTime::ZERO, end),
        selection: summary.selected.map(|found| found.fact),
        rows,
        ..Look::of(size.width, end, Language::of_tag(language))
    };
    let picture = engine::answer(number, &Question::Picture(look));
    engine::forget(number);
    match picture? {
        Answer::Picture { drawing, height, .. } => {
            engine::paint(canvas, drawing.bytes(), theme(dark), size, height);
            Some(height * size.text)
        }
        _ => None,
    }
}

const fn theme(dark: bool) -> Theme {
    if dark { Theme::Dark } else { Theme::Light }
}

fn bytes_of(message: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("plain values can be written to memory")
}
