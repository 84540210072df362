//! What opens beside its button closes again on Escape, and on a press outside of it.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};
use yew::prelude::*;

const EVENTS: [&str; 2] = ["pointerdown", "keydown"];

/// Calls `close` while `open` holds. `around` has the button that opened it, and what it opened.
#[hook]
pub(crate) fn use_dismiss(open: bool, around: &NodeRef, close: impl Fn() + 'static) {
    let around = around.clone();
    use_effect_with(open, move |open| {
        let node = around.cast::<Element>().filter(|_| *open);
        let told = node.map(|node| listen(node, close));
        move || {
            if let (Some(told), Some(document)) = (told, document()) {
                for event in EVENTS {
                    let listener = told.as_ref().unchecked_ref();
                    let _ = document.remove_event_listener_with_callback(event, listener);
                }
            }
        }
    });
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

fn listen(node: Element, close: impl Fn() + 'static) -> Closure<dyn Fn(Event)> {
    let told = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if !node.contains(target.as_deref()) {
                close();
            }
            return;
        };
        if key.key() == "Escape" {
            close();
            // the keyboard goes back to what it came from
            let button = node.query_selector("[aria-expanded]").ok().flatten();
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        }
    });
    if let Some(document) = document() {
        for event in EVENTS {
            let listener = told.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback(event, listener);
        }
    }
    told
}
