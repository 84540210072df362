//! What can wait until the picture is on the screen: under the finger, only the picture counts.

use crate::state::AppState;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

/// Does something once the next frame is painted. What is asked for first is done first.
pub(crate) fn after_the_frame(what: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let painted = Closure::once_into_js(move || Timeout::new(0, what).forget());
    let _ = window.request_animation_frame(painted.unchecked_ref());
}

/// Parts of the page that follow a frame later when a run has changed the picture, and whether they stand
/// as the state does. All other changes they follow at once.
#[hook]
pub(crate) fn use_behind<const N: usize>(
    state: &UseReducerHandle<AppState>,
    parts: impl FnOnce() -> [Html; N],
) -> ([Html; N], bool) {
    let followed = use_state_eq(|| state.session.clone());
    {
        let (state, followed) = (state.clone(), followed.clone());
        use_effect_with(state.session.clone(), move |_| {
            // a handle reads what is newest by then
            after_the_frame(move || followed.set(state.session.clone()));
        });
    }
    let stands = *followed == state.session;
    let kept = use_mut_ref(|| None::<[Html; N]>);
    let mut kept = kept.borrow_mut();
    let parts = kept.take().filter(|_| !stands).unwrap_or_else(parts);
    *kept = Some(parts.clone());
    (parts, stands)
}
