//! The page's way to the engine, which is a module of its own beside it: `start.js` has loaded it, as
//! `globalThis.engine`. What crosses is text, plain bytes, and canvases.

use super::{Answer, Drawing, Question};
use engine::{Ran, Sign, Size};
use timeline::Theme;
use web_sys::HtmlCanvasElement;

/// A short run, kept by the engine for as long as somebody has this.
pub(crate) struct Near {
    number: u32,
}

impl Near {
    /// The answer to a question about it.
    pub(crate) fn answer(&self, question: &Question) -> Answer {
        door::ask(self.number, question).expect("the engine keeps it until it is dropped")
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        door::forget(self.number);
    }
}

/// Runs the scenario of a saved text.
pub(crate) fn run(link: &str, selected: Option<String>) -> Ran {
    door::run(link, selected)
}

/// The run of a number that [`run`] gave.
pub(crate) const fn kept(number: u32) -> Near {
    Near { number }
}

/// The signs of the legend.
pub(crate) fn signs() -> Vec<Sign> {
    door::signs()
}

/// Paints a drawing on a canvas of this size and height.
pub(crate) fn paint(
    canvas: &HtmlCanvasElement,
    drawing: &Drawing,
    theme: Theme,
    size: Size,
    height: f64,
) {
    door::paint(canvas, drawing, theme, size, height);
}

#[cfg(target_arch = "wasm32")]
mod door {
    use super::{Answer, Drawing, HtmlCanvasElement, Question, Ran, Sign, Size, Theme};
    use serde::de::DeserializeOwned;

    mod js {
        use wasm_bindgen::prelude::wasm_bindgen;
        use web_sys::HtmlCanvasElement;

        #[wasm_bindgen]
        extern "C" {
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn run(link: &str, selected: Option<String>) -> Vec<u8>;
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn ask(number: u32, question: &[u8]) -> Vec<u8>;
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn forget(number: u32);
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn signs() -> Vec<u8>;
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn paint(
                canvas: &HtmlCanvasElement,
                drawing: &[u8],
                dark: bool,
                width: f64,
                text: f64,
                height: f64,
            );
        }
    }

    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn run(link: &str, selected: Option<String>) -> Ran {
        read(&js::run(link, selected)).expect("engine and page are of one build")
    }

    pub(super) fn ask(number: u32, question: &Question) -> Option<Answer> {
        read(&js::ask(number, &postcard::to_allocvec(question).ok()?))
    }

    pub(super) fn forget(number: u32) {
        js::forget(number);
    }

    pub(super) fn signs() -> Vec<Sign> {
        read(&js::signs()).unwrap_or_default()
    }

    pub(super) fn paint(
        canvas: &HtmlCanvasElement,
        drawing: &Drawing,
        theme: Theme,
        Size { width, text }: Size,
        height: f64,
    ) {
        js::paint(canvas, drawing.bytes(), theme == Theme::Dark, width, text, height);
    }
}

/// In native tests the engine is linked in.
#[cfg(not(target_arch = "wasm32"))]
mod door {
    use super::{Answer, Drawing, HtmlCanvasElement, Question, Ran, Sign, Size, Theme};
    use engine::Desk;
    use std::cell::RefCell;

    thread_local! {
        static DESK: RefCell<Desk> = RefCell::default();
    }

    pub(super) fn run(link: &str, selected: Option<String>) -> Ran {
        DESK.with_borrow_mut(|desk| desk.run(link, selected.as_deref()))
    }

    pub(super) fn ask(number: u32, question: &Question) -> Option<Answer> {
        DESK.with_borrow(|desk| desk.answer(number, question))
    }

    pub(super) fn forget(number: u32) {
        // as a thread ends, the desk may have gone before
        let _ = DESK.try_with(|desk| desk.borrow_mut().forget(number));
    }

    pub(super) fn signs() -> Vec<Sign> {
        engine::signs()
    }

    pub(super) fn paint(
        canvas: &HtmlCanvasElement,
        drawing: &Drawing,
        theme: Theme,
        size: Size,
        height: f64,
    ) {
        engine::paint(canvas, drawing.bytes(), theme, size, height);
    }
}
