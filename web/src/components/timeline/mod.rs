//! The timeline on its canvas, and what stands over it: row names, fault marks, tips, a menu.

mod faults;
mod keys;
mod marks;
mod menu;
mod pair;
mod pointer;
mod rows;
mod tip;
mod window;

pub(crate) use menu::open_here;
pub(crate) use pair::Pair;
pub(crate) use window::{kept, shown_scale, toggle_folds, zoomed};

use crate::components::painted::use_painted;
use crate::session::{Answer, Look, Question, Size, Tip, use_answer};
use crate::state::{AppAction, AppState};
use crate::viewing::Change;
use engine::i18n::Speak;
use engine::text::px;
use faults::FaultMarks;
use marks::Marks;
use menu::RowMenu;
use pointer::{Pointer, watch_wheel};
use rows::{Hidden, RowNames};
use std::rc::Rc;
use tip::tip_view;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// The state, and how large the picture stands: what every handler needs.
#[derive(Clone, PartialEq)]
pub(crate) struct Desk {
    pub(crate) state: UseReducerHandle<AppState>,
    pub(crate) width: f64,
    pub(crate) text: f64,
}

impl Desk {
    fn of(state: &UseReducerHandle<AppState>, size: Size) -> Self {
        Self { state: state.clone(), width: size.width, text: size.text }
    }

    /// A length of the picture for a style.
    pub(crate) fn px(&self, length: f64) -> String {
        px(length * self.text)
    }

    /// Where an event is on the picture.
    pub(crate) fn place(&self, event: &MouseEvent) -> (f64, f64) {
        (f64::from(event.offset_x()) / self.text, f64::from(event.offset_y()) / self.text)
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut crate::viewing::Viewing) + 'static) {
        let change: Change = Box::new(change);
        self.state.dispatch(AppAction::View(change));
    }

    /// Asks, and does something with the tip that is the answer.
    pub(crate) fn tip(&self, question: Question, then: impl Fn(Option<&Tip>) + 'static) {
        let then = Callback::from(move |answer: Rc<Answer>| {
            if let Answer::Tip(tip) = &*answer {
                then(tip.as_ref());
            }
        });
        self.state.session.ask(question, then);
    }

    pub(crate) fn look(&self) -> Look {
        look(&self.state, self.width)
    }
}

/// What is looked at, at this width.
pub(crate) fn look(state: &AppState, width: f64) -> Look {
    let viewing = &state.viewing;
    Look {
        window: state.page.window,
        selection: state.selection,
        rows: viewing.rows().text(),
        unfolded: viewing.unfolded.clone(),
        shared: state.pinned.as_ref().map(|_| (state.whole(), state.folds())),
        veil: viewing.veil(),
        end: viewing.axis_end(),
        hover: viewing.hover,
        focused: viewing.focused,
        ..Look::of(width, state.playhead(), state.language)
    }
}

/// Goes to the event before or after the selection, or the playhead; along the selected thing, or any.
pub(crate) fn step(state: &UseReducerHandle<AppState>, forward: bool, along: bool) {
    let question = Question::Step { look: look(state, 1_000.0), forward, along };
    let dispatch = state.clone();
    state.session.ask(
        question,
        Callback::from(move |answer: Rc<Answer>| {
            if let Answer::Found(found) = &*answer {
                dispatch.dispatch(AppAction::Find(*found));
            }
        }),
    );
}

#[component]
pub(crate) fn TimelineView(props: &Props) -> Html {
    let state = &props.state;
    let node = use_node_ref();
    let size = use_size(&node);
    let pointer = use_mut_ref(Pointer::default);
    let under = use_state(|| None::<Tip>);
    let desk = Desk::of(state, size);
    let picture = use_answer(&state.session, Some(Question::Picture(desk.look())));
    let selected = state.selection.map(|_| Question::Selected(desk.look()));
    let told = use_answer(&state.session, selected);
    let (height, rows) = match picture.as_deref() {
        Some(Answer::Picture { height, rows, .. }) => (*height, rows.clone()),
        _ => (400.0, Vec::new()),
    };
    use_painted(&node, picture.as_ref(), state.theme, size, height);
    // the wheel's listener lives as long as the canvas and reads the newest state
    let latest = use_mut_ref(|| desk.clone());
    *latest.borrow_mut() = desk.clone();
    {
        let node = node.clone();
        use_effect_with((), move |()| watch_wheel(node, latest));
    }
    let selected = match (&state.selection, told.as_deref()) {
        (Some(_), Some(Answer::Tip(Some(tip)))) => Some(tip.clone()),
        _ => None,
    };
    let on = |act: fn(&mut Pointer, &Desk, &PointerEvent)| {
        let (desk, pointer) = (desk.clone(), pointer.clone());
        Callback::from(move |event: PointerEvent| act(&mut pointer.borrow_mut(), &desk, &event))
    };
    let onpointermove = {
        let (desk, pointer, under) = (desk.clone(), pointer.clone(), under.clone());
        Callback::from(move |event: PointerEvent| {
            if pointer.borrow_mut().moved(&desk, &event) {
                return;
            }
            let (x, y) = desk.place(&event);
            let (told, told_to) = (under.clone(), desk.clone());
            desk.tip(Question::Under(desk.look(), x, y), move |tip| {
                let fact = tip.and_then(|tip| Some(tip.found?.fact));
                told.set(tip.filter(|_| fact.is_some()).cloned());
                if told_to.state.viewing.hover != fact {
                    told_to.change(move |viewing| viewing.hover = fact);
                }
            });
        })
    };
    let onpointerleave = {
        let (desk, under) = (desk.clone(), under.clone());
        Callback::from(move |_: PointerEvent| {
            under.set(None);
            desk.change(|viewing| viewing.hover = None);
        })
    };
    let focus = |focused: bool| {
        let desk = desk.clone();
        Callback::from(move |_: FocusEvent| desk.change(move |viewing| viewing.focused = focused))
    };
    let onkeydown = {
        let (desk, tip) = (desk.clone(), selected.clone());
        Callback::from(move |event: KeyboardEvent| keys::pressed(&desk, tip.as_ref(), &event))
    };
    let oncontextmenu = {
        let desk = desk.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            let (x, y) = desk.place(&event);
            menu::open_at(&desk, x, y);
        })
    };
    let ondblclick = {
        let desk = desk.clone();
        Callback::from(move |event: MouseEvent| {
            window::unfold_at(&desk, desk.place(&event).0);
        })
    };
    let style = ["height:", &desk.px(height)].concat();
    let over = under
        .as_ref()
        .filter(|tip| tip.found.map(|found| found.fact) != state.selection || selected.is_none());
    html! {
        <div class="timeline" style={style.clone()}>
            <canvas ref={node} tabindex="0" role="application" {style}
                aria-label={state.language.say("timeline--label")}
                onpointerdown={on(Pointer::down)} onpointerup={on(Pointer::up)}
                onpointercancel={on(Pointer::cancel)}
                {onpointermove} {onpointerleave} {onkeydown} {oncontextmenu} {ondblclick}
                onfocus={focus(true)} onblur={focus(false)} />
            if !desk.look().narrow() {
                <div class="corner group">{zoom_buttons(state)}</div>
            }
            <RowNames desk={desk.clone()} rows={rows.clone()} />
            <FaultMarks desk={desk.clone()} rows={rows.clone()} />
            <Marks desk={desk.clone()} rows={rows.clone()} />
            if let Some(tip) = over {
                {tip_view(&desk, tip, false)}
            }
            if let Some(tip) = selected {
                {tip_view(&desk, &tip, true)}
            }
            if let Some(menu) = &state.viewing.menu {
                <RowMenu desk={desk.clone()} menu={menu.clone()} {rows} />
            }
            <Hidden {desk} />
        </div>
    }
}

/// Closer, farther, all.
pub(crate) fn zoom_buttons(state: &UseReducerHandle<AppState>) -> Html {
    // only ratios matter
    const WIDTH: f64 = 1_000.0;
    type Shown = Option<(units::SimTime, units::SimTime)>;
    let button = |label: &str, sign: &'static str, shown: fn(&AppState) -> Shown| {
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(AppAction::Show(shown(&dispatch)));
        });
        let label = state.language.say(label);
        html! { <button type="button" {onclick} aria-label={label.clone()} title={label}>{sign}</button> }
    };
    html! {
        <>
            {button("timeline--zoom-out", "−", |state| zoomed(state, WIDTH, 0.5, None))}
            {button("timeline--zoom-in", "+", |state| zoomed(state, WIDTH, 2.0, None))}
            {button("timeline--fit", "⤢", |_| None)}
        </>
    }
}

/// The size of what a node stands in.
#[hook]
pub(crate) fn use_size(node: &NodeRef) -> Size {
    let size = use_state_eq(|| Size { width: 900.0, text: 1.0 });
    {
        let (node, size) = (node.clone(), size.clone());
        use_effect_with((), move |()| watch_size(node, size));
    }
    *size
}

fn watch_size(node: NodeRef, size: UseStateHandle<Size>) -> impl FnOnce() {
    let parent = node.cast::<HtmlElement>().and_then(|node| node.parent_element());
    // as wide as the root's text is large
    let rem = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("rem"));
    let watched: Vec<_> = [parent.clone(), rem.clone()].into_iter().flatten().collect();
    let measure = move || {
        let width = |of: &web_sys::Element| of.get_bounding_client_rect().width();
        let (Some(parent), Some(rem)) = (&parent, &rem) else { return };
        // as it is laid out: an embed makes the whole picture smaller afterwards
        let laid = f64::from(parent.client_width());
        let seen = width(parent);
        let measured = if (seen - laid).abs() < 1.0 { seen } else { laid };
        if measured > 0.0 {
            size.set(Size::of(measured, width(rem)));
        }
    };
    measure();
    let resized = Closure::<dyn Fn()>::new(measure);
    let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        for element in &watched {
            observer.observe(element);
        }
    }
    move || {
        if let Some(observer) = observer {
            observer.disconnect();
        }
        drop(resized);
    }
}

/// Finds the fact of an identity, or of a place in the trace, and hands it on.
pub(crate) fn find(
    state: &UseReducerHandle<AppState>,
    text: String,
    then: fn(crate::session::Found) -> AppAction,
) {
    let dispatch = state.clone();
    let told = Callback::from(move |answer: Rc<Answer>| {
        if let Answer::Found(Some(found)) = &*answer {
            dispatch.dispatch(then(*found));
        }
    });
    state.session.ask(Question::Find(text), told);
}
