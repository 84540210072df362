//! What a lesson marks on the picture: the mark that answers its question, placed by a click, a drag or keys
//! on what is veiled; and its flags, once it is answered.

use super::{Desk, shown_scale};
use crate::components::focus::focused;
use crate::components::knob_view::value_of;
use crate::session::RowPlace;
use engine::text::moment;
use sheet::Placing;
use timeline::TimeScale;
use units::SimTime;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) desk: Desk,
    pub(crate) rows: Vec<RowPlace>,
}

#[component]
pub(crate) fn Marks(props: &Props) -> Html {
    let Props { desk, rows } = props;
    let marked = &desk.state.viewing.marked;
    let scale = shown_scale(&desk.state, desk.width);
    let (left, right) = scale.edges();
    let flag = |(at, text, own): &(i64, String, bool)| {
        let x = scale.x_from_time(SimTime(*at));
        let seen = (left - 1.0..=right + 1.0).contains(&x);
        let class = classes!(
            "flag",
            own.then_some("own"),
            (x > f64::midpoint(left, right)).then_some("left")
        );
        seen.then(|| html! { <div {class} style={["left:", &desk.px(x)].concat()}><span>{text.clone()}</span></div> })
    };
    let veil = desk.state.viewing.veil().map(|(from, _)| {
        let x = scale.x_from_time(from).clamp(left, right);
        let style = ["left:", &desk.px(x), ";width:", &desk.px(right - x)].concat();
        let place = marked.place.clone();
        let put = {
            let (desk, scale) = (desk.clone(), scale.clone());
            move |event: &PointerEvent| {
                if let Some(placing) = &place {
                    let time = scale.time_from_x(x + desk.place(event).0);
                    put_mark(&desk, placing, time);
                }
            }
        };
        let onpointermove = {
            let put = put.clone();
            Callback::from(move |event: PointerEvent| {
                if event.buttons() & 1 == 1 {
                    put(&event);
                }
            })
        };
        let onpointerdown = Callback::from(move |event: PointerEvent| {
            let veil = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(veil) = veil {
                let _ = veil.set_pointer_capture(event.pointer_id());
            }
            put(&event);
        });
        html! {
            <div class="to-come" {style} {onpointerdown} {onpointermove}><span>{marked.veiled.clone()}</span></div>
        }
    });
    let apart = (!marked.apart.is_empty()).then(|| apart(desk, &scale, rows));
    html! {
        <>
            {for marked.flags.iter().filter_map(flag)}
            {apart.flatten()}
            {veil}
            if let Some(placing) = &marked.place {
                {mark(desk, placing, &scale, rows)}
            }
        </>
    }
}

/// How far the flags are apart, drawn between them on the row that was asked about.
fn apart(desk: &Desk, scale: &TimeScale, rows: &[RowPlace]) -> Option<Html> {
    let marked = &desk.state.viewing.marked;
    let row = rows.iter().find(|row| row.kind == marked.row)?;
    let (left, right) = scale.edges();
    let at = |(at, ..): &(i64, String, bool)| scale.x_from_time(SimTime(*at)).clamp(left, right);
    let (from, to) = (
        marked.flags.iter().map(at).reduce(f64::min)?,
        marked.flags.iter().map(at).reduce(f64::max)?,
    );
    let place = [
        "left:",
        &desk.px(from),
        ";width:",
        &desk.px(to - from),
        ";top:",
        &desk.px(row.y + row.height - 6.0),
    ];
    Some(
        html! { <div class="apart" style={place.concat()}><span>{marked.apart.clone()}</span></div> },
    )
}

/// The mark, and the slider below it that keys move.
fn mark(desk: &Desk, placing: &Placing, scale: &TimeScale, rows: &[RowPlace]) -> Html {
    let Some((from, to)) = desk.state.viewing.veil() else { return Html::default() };
    let placed = desk.state.viewing.mark;
    let at = placed.unwrap_or(from);
    let oninput = {
        let (desk, placing) = (desk.clone(), placing.clone());
        Callback::from(move |event: InputEvent| {
            let steps = value_of(&event).and_then(|text| text.parse::<i64>().ok());
            if let Some(steps) = steps {
                put_mark(&desk, &placing, SimTime(steps * placing.step));
            }
        })
    };
    let onkeydown = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && desk.state.viewing.mark.is_some() {
                // it goes with the question, and leaves the keyboard to the answer
                let _ = focused().map(|mark| mark.blur());
                desk.change(|viewing| viewing.locked = true);
            }
        })
    };
    let row = rows.iter().find(|row| row.kind == placing.row);
    let middle = row.map_or(60.0, |row| row.y + row.height / 2.0);
    let x = scale.x_from_time(at);
    let (left, right) = scale.edges();
    let step = placing.step;
    let class = classes!(
        "mark",
        placed.is_none().then_some("nowhere"),
        (x > f64::midpoint(left, right)).then_some("left"),
    );
    html! {
        <div {class} style={["left:", &desk.px(x.clamp(left, right))].concat()}>
            <input type="range" min={(from.0 / step + 1).to_string()} max={(to.0 / step).to_string()} step="1"
                value={(at.0 / step).to_string()} aria-label={placing.label.clone()}
                aria-valuetext={placed.map_or_else(|| placing.how.clone(), moment)}
                style={["top:", &desk.px(middle)].concat()} {oninput} {onkeydown} />
            <i style={["top:", &desk.px(middle)].concat()}></i>
            <span style={["top:", &desk.px(middle)].concat()}>
                if placed.is_some() { <b>{placing.label.clone()}{" "}{moment(at)}</b> }
                {placing.how.clone()}
            </span>
        </div>
    }
}

/// Puts the mark at the step that is next to a time.
fn put_mark(desk: &Desk, placing: &Placing, time: SimTime) {
    let Some((from, to)) = desk.state.viewing.veil() else { return };
    let step = placing.step;
    let (first, last) = (from.0 / step + 1, to.0 / step);
    let at = SimTime(((time.0 + step / 2) / step).clamp(first, last.max(first)) * step);
    desk.change(move |viewing| viewing.mark = Some(at));
}
