//! The page's way to the engine, which is a module of its own beside it: `start.js` has loaded it, as
//! `globalThis.engine`. What crosses is text, plain bytes, and canvases.

use super::{Answer, Question};
pub(crate) use door::{paint, run, signs};
// in native tests the engine is linked in.
#[cfg(not(target_arch = "wasm32"))]
use engine as door;

/// A short run, kept by the engine for as long as somebody has this.
pub(crate) struct Near {
    number: u32,
}

impl Near {
    /// The run of a number that [`run`] gave.
    pub(super) const fn kept(number: u32) -> Self {
        Self { number }
    }

    /// The answer to a question about it.
    pub(crate) fn answer(&self, question: &Question) -> Answer {
        door::answer(self.number, question).expect("the engine keeps it until it is dropped")
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        door::forget(self.number);
    }
}

/// The functions of [`engine`], as the other module has them.
#[cfg(target_arch = "wasm32")]
mod door {
    use engine::{Answer, Question, Ran, Sign, Size};
    use serde::de::DeserializeOwned;
    use timeline::Theme;
    use web_sys::HtmlCanvasElement;

    mod js {
        use wasm_bindgen::prelude::wasm_bindgen;
        use web_sys::HtmlCanvasElement;

        #[wasm_bindgen]
        extern "C" {
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn run(link: &str, selected: Option<String>) -> Vec<u8>;
            #[wasm_bindgen(js_namespace = engine)]
            pub(super) fn answer(number: u32, question: &[u8]) -> Vec<u8>;
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

    pub(crate) fn run(link: &str, selected: Option<&str>) -> Ran {
        let ran = js::run(link, selected.map(str::to_owned));
        read(&ran).expect("engine and page are of one build")
    }

    pub(crate) fn answer(number: u32, question: &Question) -> Option<Answer> {
        read(&js::answer(number, &postcard::to_allocvec(question).ok()?))
    }

    pub(crate) fn forget(number: u32) {
        js::forget(number);
    }

    pub(crate) fn signs() -> Vec<Sign> {
        read(&js::signs()).unwrap_or_default()
    }

    pub(crate) fn paint(
        canvas: &HtmlCanvasElement,
        drawing: &[u8],
        theme: Theme,
        Size { width, text }: Size,
        height: f64,
    ) {
        js::paint(canvas, drawing, theme == Theme::Dark, width, text, height);
    }
}
