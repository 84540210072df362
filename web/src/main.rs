//! The page: mounts [`app::App`] where `index.html` has its place. In a worker the same module listens.

mod app;
mod canvas;
mod components;
mod i18n;
mod session;
mod shelf;
mod state;
mod text;
mod viewing;

fn main() {
    let Some(window) = web_sys::window() else { return session::worker::serve() };
    let place = window.document().and_then(|document| document.get_element_by_id("app"));
    if let Some(place) = place {
        yew::Renderer::<app::App>::with_root(place).render();
    }
}
