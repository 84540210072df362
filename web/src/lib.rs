//! The page, and what listens in a worker: each is a program of its own that holds what it needs. The
//! worker's is built without the feature `page`, and so without Yew.

#![cfg_attr(
    not(feature = "page"),
    allow(dead_code, unused_imports, reason = "the worker answers, and what asks is the page's")
)]

#[cfg(feature = "page")]
mod app;
#[cfg(feature = "page")]
mod canvas;
#[cfg(feature = "page")]
mod components;
mod i18n;
mod session;
#[cfg(feature = "page")]
mod shelf;
#[cfg(feature = "page")]
mod state;
mod text;
#[cfg(feature = "page")]
mod viewing;

/// The page: mounts [`app::App`] where `index.html` has its place.
#[cfg(feature = "page")]
pub fn open() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(place) = document.and_then(|document| document.get_element_by_id("app")) {
        yew::Renderer::<app::App>::with_root(place).render();
    }
}

/// In a worker: listens until the page closes.
#[cfg(feature = "long")]
pub fn listen() {
    session::worker::serve();
}
