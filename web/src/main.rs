//! The page: mounts [`app::App`] where `index.html` has its place.

mod app;
mod canvas;
mod components;
mod i18n;
mod run;
mod state;
mod why;

fn main() {
    let place = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"));
    if let Some(place) = place {
        yew::Renderer::<app::App>::with_root(place).render();
    }
}
