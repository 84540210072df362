//! The page. It holds what the user chose and shows what the engine answers; what a run is, it asks.

mod app;
mod components;
mod later;
mod said;
mod session;
mod shelf;
mod state;
mod viewing;

/// Mounts [`app::App`] where `index.html` has its place.
pub fn open() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(place) = document.and_then(|document| document.get_element_by_id("app")) {
        yew::Renderer::<app::App>::with_root(place).render();
    }
}
