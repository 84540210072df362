//! The pinned run A above the running B: one axis, one window, one playhead, and where they part.

use super::{Desk, TimelineView, look, shown_scale, use_size};
use crate::components::painted::use_painted;
use crate::session::{Answer, Look, Question, Session, Size, Wanted, use_answer, use_sheet};
use crate::state::{AppAction, AppState};
use crate::viewing::Parting;
use engine::i18n::{Language, Speak};
use engine::text::px;
use link::{Playground, Selection};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

#[component]
pub(crate) fn Pair(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let node = use_node_ref();
    let size = use_size(&node);
    let width = size.width;
    let link = link::write_saved(&state.last_good());
    let sheet = use_sheet(["sheet=differences\nlink=", &link, "\n"].concat());
    {
        let state = state.clone();
        use_effect_with(sheet.clone(), move |sheet| {
            let partings: Rc<[Parting]> = match sheet {
                Wanted::Here(parts) => parts.iter().filter_map(|part| parting_of(part)).collect(),
                _ => Rc::default(),
            };
            state.dispatch(AppAction::View(Box::new(move |viewing| viewing.partings = partings)));
        });
    }
    let go = |label: &str, keys: &'static str, next: bool| {
        let state = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Part { next }));
        let none = props.state.viewing.partings.is_empty();
        html! { <button type="button" disabled={none} aria-keyshortcuts={keys} {onclick}>{language.say(label)}</button> }
    };
    let unpin = {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.dispatch(AppAction::Unpin))
    };
    let equal = matches!(sheet, Wanted::Here(_)) && state.viewing.partings.is_empty();
    let first = state.viewing.partings.first().filter(|_| state.pinned.is_some());
    let mark = first.and_then(|first| {
        let scale = shown_scale(state, width);
        let (left, right) = scale.edges();
        let x = scale.x_from_time(first.at);
        (left - 1.0..=right + 1.0).contains(&x).then_some(x)
    });
    html! {
        <section class="pair" aria-label={language.say("pair--label")}>
            <div class="run-head">
                {head("A", state.page.pinned.as_ref(), language)}
                <span class="group">
                    {go("pair--first", "d", false)}
                    {go("pair--next", "Shift+D", true)}
                    <button type="button" onclick={unpin}>{language.say("pair--unpin")}</button>
                </span>
            </div>
            <div ref={node}>
                if let Some((session, _)) = &state.pinned {
                    <PinnedView state={state.clone()} session={session.clone()} {size} />
                } else {
                    <p class="run-said" role="status">{language.say("pair--long")}</p>
                }
            </div>
            <div class="run-head">
                {head("B", Some(&state.ran), language)}
                if equal { <span role="status">{language.say("pair--equal")}</span> }
            </div>
            <TimelineView state={state.clone()} />
            if let Some(x) = mark {
                <div class={classes!("parting", (x + 130.0 > width).then_some("left"))} style={["left:", &px(x * size.text)].concat()}>
                    <span>{"◆ "}{language.say("pair--mark")}</span>
                </div>
            }
        </section>
    }
}

/// Which run it is, and what it has set.
fn head(name: &'static str, playground: Option<&Playground>, language: Language) -> Html {
    let set = playground.map(link::write).unwrap_or_default();
    let set = set.strip_prefix("v=1").unwrap_or(&set).trim_start_matches('&');
    let set = if set.is_empty() { language.say("pair--defaults") } else { set.replace('&', "  ") };
    html! { <h3><b class={name}>{name}</b><code title={set.clone()}>{set}</code></h3> }
}

fn parting_of(part: &sheet::Shown) -> Option<Parting> {
    match part {
        sheet::Shown::Element(line) => Parting::of_text(&line.children.first()?.text),
        _ => None,
    }
}

#[derive(Properties, PartialEq)]
struct PinnedProps {
    state: UseReducerHandle<AppState>,
    session: Session,
    size: Size,
}

/// The pinned run's picture: a click selects in both.
#[component]
fn PinnedView(props: &PinnedProps) -> Html {
    let PinnedProps { state, session, size } = props;
    let size = *size;
    let node = use_node_ref();
    let desk = Desk::of(state, size);
    let asked = look_at(state, session, size.width);
    let picture = use_answer(session, Some(Question::Picture(asked.clone())));
    let height = match picture.as_deref() {
        Some(Answer::Picture { height, .. }) => *height,
        _ => 400.0,
    };
    use_painted(&node, picture.as_ref(), state.theme, size, height);
    let onclick = {
        let session = session.clone();
        Callback::from(move |event: MouseEvent| {
            let (x, y) = desk.place(&event);
            let desk = desk.clone();
            let then = Callback::from(move |answer: Rc<Answer>| {
                if let Answer::Tip(tip) = &*answer {
                    let found = tip.as_ref().and_then(|tip| tip.found);
                    meet(&desk.state, found.map(|found| (found.fact, found.identity)));
                }
            });
            session.ask(Question::Hit(asked.clone(), x, y), then);
        })
    };
    html! {
        <div class="timeline">
            <canvas ref={node} role="img" style={["height:", &px(height * size.text)].concat()}
                aria-label={state.language.say("pair--a")} {onclick} />
        </div>
    }
}

/// What is looked at, with what this run has for the selection. A batch's number is its turn in its
/// partition, which is another batch in another run.
fn look_at(state: &AppState, session: &Session, width: f64) -> Look {
    let lasting = state.page.selection.filter(|one| !matches!(one, Selection::Batch { .. }));
    let find = |selection: Selection| Question::Find(selection.text());
    let found = match (session, lasting) {
        (Session::Here(run), Some(selection)) => match run.answer(&find(selection)) {
            Answer::Found(found) => found.map(|found| found.fact),
            _ => None,
        },
        _ => None,
    };
    let selection = state.viewing.in_a.or(found);
    Look { selection, hover: None, focused: false, ..look(state, width) }
}

/// Selects a fact of the pinned run, and in the other what it is there.
fn meet(state: &UseReducerHandle<AppState>, found: Option<(trace::FactId, Option<Selection>)>) {
    let a = found.map(|(fact, _)| fact);
    let identity = found.and_then(|(_, identity)| identity);
    let lasting = identity.filter(|one| !matches!(one, Selection::Batch { .. }));
    let Some(selection) = lasting else {
        return state.dispatch(AppAction::Meet { a, b: None });
    };
    let dispatch = state.clone();
    let then = Callback::from(move |answer: Rc<Answer>| {
        if let Answer::Found(b) = &*answer {
            dispatch.dispatch(AppAction::Meet { a, b: *b });
        }
    });
    state.session.ask(Question::Find(selection.text()), then);
}
