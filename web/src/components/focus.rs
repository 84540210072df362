//! Where the keyboard is, and how the timeline gets it.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What has the keyboard, if anything on the page has.
pub(crate) fn focused() -> Option<HtmlElement> {
    let focused = web_sys::window()?.document()?.active_element()?;
    focused.dyn_into().ok().filter(|focused: &HtmlElement| focused.tag_name() != "BODY")
}

/// The timeline.
pub(crate) fn canvas() -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.query_selector("canvas[role=application]").ok()??.dyn_into().ok()
}

/// The canvas gets the keyboard back.
pub(crate) fn focus_canvas() {
    if let Some(canvas) = canvas() {
        let _ = canvas.focus();
    }
}
