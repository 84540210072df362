//! A drawing on its canvas.

use crate::session::{Answer, Size, paint};
use std::rc::Rc;
use timeline::Theme;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// Paints what an answer has drawn on the canvas of a node, again whenever anything about it changes.
#[hook]
pub(crate) fn use_painted(
    node: &NodeRef,
    answer: Option<&Rc<Answer>>,
    theme: Theme,
    size: Size,
    height: f64,
) {
    let node = node.clone();
    // a window on another screen has other pixels
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    let now = (answer.cloned(), theme, size, height, ratio);
    use_effect_with(now, move |(answer, theme, size, height, _)| {
        let drawing = match answer.as_deref() {
            Some(Answer::Picture { drawing, .. } | Answer::Strip(drawing)) => drawing,
            _ => return,
        };
        if let Some(canvas) = node.cast::<HtmlCanvasElement>() {
            paint(&canvas, drawing.bytes(), *theme, *size, *height);
        }
    });
}
