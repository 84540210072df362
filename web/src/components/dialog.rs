//! Something over the page: the browser keeps the keyboard inside of it and closes it on Escape.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) title: String,
    /// What closing is called.
    pub(crate) close: String,
    pub(crate) onclose: Callback<()>,
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let onclose = {
        let close = props.onclose.clone();
        Callback::from(move |_: Event| close.emit(()))
    };
    let onclick = {
        let close = props.onclose.clone();
        Callback::from(move |_: MouseEvent| close.emit(()))
    };
    html! {
        <dialog ref={node} {onclose} aria-label={props.title.clone()}>
            <h2>{props.title.clone()}<button type="button" {onclick} aria-label={props.close.clone()}>{"×"}</button></h2>
            {props.children.clone()}
        </dialog>
    }
}
