//! What can wait until the picture is on the screen: under the finger, only the picture counts.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Does something once the next frame is painted. What is asked for first is done first.
pub(crate) fn after_the_frame(what: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let painted = Closure::once_into_js(move || Timeout::new(0, what).forget());
    let _ = window.request_animation_frame(painted.unchecked_ref());
}
