//! Shows a sheet: any sheet, as it is elements with what a click on them does.

use crate::components::fault_words::whole;
use crate::components::focus::focused;
use crate::components::knob_view::{Enter, knob_view, value_of};
use crate::components::long_table::LongTable;
use crate::session::{Answer, Parts, Question, Wanted, use_sheet};
use crate::shelf;
use crate::state::{AppAction, AppState, Change};
use engine::i18n::Speak;
use engine::text::moment;
use link::Panel;
use litemap::LiteMap;
use sheet::{ACTION, ATTRIBUTES, Element, Marked, Shown, Tone};
use std::cell::RefCell;
use std::rc::Rc;
use units::SimTime;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;
use yew::virtual_dom::{Key, VList, VTag};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
    /// Which sheet.
    pub(crate) name: &'static str,
    /// Whether it is about the moment of the playhead, and the last good run.
    #[prop_or_default]
    pub(crate) at_playhead: bool,
    /// Parameters to begin with, a line each.
    #[prop_or_default]
    pub(crate) with: String,
}

type Parameters = LiteMap<String, String>;

/// What a click on a sheet needs.
#[derive(Clone)]
pub(super) struct Desk {
    state: UseReducerHandle<AppState>,
    parameters: UseStateHandle<Parameters>,
    /// The sheet on which something was clicked, until the next one is there.
    left: Rc<RefCell<Option<Parts>>>,
    shown: Option<Parts>,
}

#[component]
pub(crate) fn SheetPanel(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let parameters = use_state(|| answered(state, props.name).unwrap_or_default());
    let mut question = format!(
        "sheet={}\nlang={}\nlink={}\n",
        props.name,
        language.tag(),
        link::write_saved(&if props.at_playhead { state.last_good() } else { state.asked() })
    );
    question.push_str(&props.with);
    if let Some(fact) = state.selection {
        question.push_str(&format!("fact={fact}\n"));
    }
    if props.name == "lesson" {
        question.extend(["passed=", &shelf::passed(), "\n"]);
    }
    if props.name == "saved" {
        question.extend(["saved=", &escaped(&shelf::saved()), "\n"]);
    }
    if props.at_playhead {
        question.push_str(&format!("at={}\n", state.playhead().0));
    }
    if props.name == "embed"
        && let Some(base) = base()
    {
        question.push_str(&format!("base={base}\n"));
    }
    for (name, value) in parameters.iter() {
        question.extend([name, "=", &escaped(value), "\n"]);
    }
    let wanted = use_sheet(question);
    let left = use_mut_ref(|| None);
    let shown = wanted.sheet().cloned();
    let desk = Desk { state: state.clone(), parameters, left, shown };
    use_marks(&desk, props.name, &wanted);
    let node = use_node_ref();
    use_focus(&desk, &node, &wanted);
    {
        let sheet = wanted.sheet().filter(|_| state.unbegun);
        let begin =
            sheet.and_then(|sheet| sheet.iter().find_map(|part| begin_of(part))).map(str::to_owned);
        let desk = desk.clone();
        use_effect_with(begin, move |begin| {
            if let Some(action) = begin {
                desk.act(action);
            }
        });
    }
    let Some(sheet) = wanted.sheet() else {
        let key = if matches!(wanted, Wanted::Failed) { "sheet--failed" } else { "sheet--loading" };
        return html! { <p class="sheet" role="status">{language.say(key)}</p> };
    };
    let busy = matches!(wanted, Wanted::UnderWay(_));
    let onclick = {
        let desk = desk.clone();
        move |event: MouseEvent| {
            if let Some(action) = action_of(&event) {
                desk.act(&action);
            }
        }
    };
    // the first table stays the first table, and with it the keyboard, whatever comes before it or behind it
    let part = |(at, part): (usize, &Rc<Shown>)| {
        let like_it = |other: &&Rc<Shown>| kind(other) == kind(part);
        let before = sheet[..at].iter().filter(like_it).count();
        let key = Key::from(before * 8 + kind(part));
        VList::with_children(vec![desk.part(part, busy)], Some(key))
    };
    html! {
        <section ref={node} class="sheet" aria-busy={busy.to_string()} {onclick}>
            <i key="wait" class="wait" />
            {for sheet.iter().enumerate().map(part)}
        </section>
    }
}

/// What a part is, as a number below 8.
const fn kind(part: &Shown) -> usize {
    match part {
        Shown::Element(_) => 0,
        Shown::Html(_) => 1,
        Shown::Field { .. } => 2,
        Shown::Search { .. } => 3,
        Shown::Knob(_) => 4,
        Shown::Enter { .. } => 5,
        Shown::Rows(_) => 6,
        Shown::Marked(_) => 7,
    }
}

/// An element of a sheet.
#[derive(Properties)]
struct PartProps {
    part: Rc<Shown>,
}

/// What stays as it was is not put up again.
impl PartialEq for PartProps {
    fn eq(&self, other: &Self) -> bool {
        // while an answer is under way the parts are the same ones
        Rc::ptr_eq(&self.part, &other.part)
            || matches!((&*self.part, &*other.part), (Shown::Element(one), Shown::Element(other)) if one == other)
    }
}

#[component]
fn Part(props: &PartProps) -> Html {
    match &*props.part {
        Shown::Element(element) => html_of(element),
        _ => Html::default(),
    }
}

fn html_of(element: &Element) -> Html {
    if element.tag.is_empty() {
        return Html::from(element.text.clone());
    }
    tag_of(element).into()
}

/// An element that is no text.
pub(super) fn tag_of(element: &Element) -> VTag {
    let mut tag = VTag::new(element.tag.clone());
    for (name, value) in &element.attributes {
        if let Some(name) = ATTRIBUTES.get(usize::from(*name)) {
            tag.add_attribute(name, value.clone());
        }
    }
    // the button of a run is that run's: none that comes after it gets its place, and with it the keyboard
    if ["open:", "begin:"].iter().any(|verb| element.action.starts_with(verb)) {
        tag.key = Some(element.action.clone().into());
    }
    if !element.action.is_empty() {
        tag.add_attribute(ACTION, element.action.clone());
    }
    tag.add_children(element.children.iter().map(html_of));
    tag
}

/// What is clicked on is clicked on here: the sheet listens for all that it holds.
fn action_of(event: &MouseEvent) -> Option<String> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-action]").ok()??.get_attribute(ACTION)
}

/// A click may take what was clicked away, and with it the keyboard: the last card of the new sheet gets it
/// then, or its heading, and comes into sight.
#[hook]
fn use_focus(desk: &Desk, node: &NodeRef, wanted: &Wanted) {
    let (left, node) = (desk.left.clone(), node.clone());
    let here = if let Wanted::Here(sheet) = wanted { Some(sheet.clone()) } else { None };
    use_effect(move || {
        let next = left.borrow().clone().zip(here).filter(|(left, here)| !Rc::ptr_eq(left, here));
        if next.is_some() {
            left.take();
            take_focus(&node);
        }
    });
}

fn take_focus(node: &NodeRef) -> Option<()> {
    let sheet = node.cast::<HtmlElement>()?;
    let cards = sheet.query_selector_all(".card").ok()?;
    let card = cards.item(cards.length().wrapping_sub(1));
    let target = card.and_then(|card| card.dyn_into::<HtmlElement>().ok());
    let target = target.or_else(|| sheet.query_selector("h3").ok()??.dyn_into().ok());
    let target = target.filter(|_| focused().is_none())?;
    target.set_attribute("tabindex", "-1").ok()?;
    target.scroll_into_view();
    target.focus().ok()
}

/// What was answered in this lesson before another panel was opened, or the page loaded again.
fn answered(state: &AppState, name: &str) -> Option<Parameters> {
    let open = state.page.lesson.as_ref().filter(|_| name == "lesson")?;
    let (lesson, answers) = &state.viewing.answers;
    let before = (lesson.as_ref() == Some(open)).then(|| answers.clone());
    before.or_else(|| shelf::answers(open))
}

/// Shows on the timeline what a lesson marks, as long as it is open, and takes the mark as its answer.
#[hook]
fn use_marks(desk: &Desk, name: &str, wanted: &Wanted) {
    let teaches = name == "lesson";
    let marked = wanted.sheet().filter(|_| teaches).and_then(|sheet| {
        sheet.iter().find_map(|part| match &**part {
            Shown::Marked(marked) => Some(marked.clone()),
            _ => None,
        })
    });
    let passed = marked.as_ref().is_some_and(|marked| marked.passed);
    use_effect_with((passed, desk.state.page.lesson.clone()), |(passed, lesson)| {
        if let Some(lesson) = lesson.as_ref().filter(|_| *passed) {
            shelf::pass(lesson);
        }
    });
    let dispatch = desk.state.dispatcher();
    use_effect_with(marked, move |marked| {
        let take = move |marked: Marked| {
            dispatch.dispatch(AppAction::View(Box::new(|viewing| viewing.take_marks(marked))));
        };
        if let Some(marked) = marked {
            take(marked.clone());
        }
        let marks = marked.is_some();
        move || {
            if marks {
                take(Marked::default());
            }
        }
    });
    {
        let state = desk.state.clone();
        use_effect_with((*desk.parameters).clone(), move |parameters| {
            if teaches {
                if let Some(lesson) = &state.page.lesson {
                    shelf::keep_answers(lesson, parameters);
                }
                let answers = (state.page.lesson.clone(), parameters.clone());
                state.dispatch(AppAction::View(Box::new(|viewing| viewing.answers = answers)));
            }
        });
    }
    let desk = desk.clone();
    use_effect_with(teaches && desk.state.viewing.locked, move |locked| {
        let viewing = &desk.state.viewing;
        if let (true, Some(placing), Some(at)) = (locked, &viewing.marked.place, viewing.mark) {
            // the mark has let go of the keyboard already
            *desk.left.borrow_mut() = desk.shown.clone();
            desk.ask(&placing.name, &moment(at));
        }
    });
}

/// The action that a lesson begins with.
fn begin_of(part: &Shown) -> Option<&str> {
    fn within(element: &Element) -> Option<&str> {
        let action = Some(element.action.as_str()).filter(|action| action.starts_with("begin:"));
        action.or_else(|| element.children.iter().find_map(within))
    }
    if let Shown::Element(element) = part { within(element) } else { None }
}

/// The address of the site, with its last `/`.
fn base() -> Option<String> {
    let location = web_sys::window()?.location();
    let (origin, path) = (location.origin().ok()?, location.pathname().ok()?);
    Some(format!("{origin}{}", &path[..=path.rfind('/')?]))
}

/// A value within one line of a question.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\n', "\\n")
}

pub(crate) const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Muted => "muted",
        Tone::Accent => "accent",
    }
}

/// Text with `**strong**` and `` `code` ``.
pub(crate) fn inline(text: &str) -> Html {
    let mut out = Vec::new();
    for (position, part) in text.split("**").enumerate() {
        let codes = part.split('`').enumerate().map(|(position, part)| match position % 2 {
            1 => html! { <code>{part.to_owned()}</code> },
            _ => Html::from(part.to_owned()),
        });
        let codes: Html = codes.collect();
        out.push(if position % 2 == 1 {
            html! { <strong>{codes}</strong> }
        } else {
            codes
        });
    }
    out.into_iter().collect()
}

impl Desk {
    /// Whether what is done here and there is done about the same.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.state.session == other.state.session && self.parameters == other.parameters
    }

    /// Remembers the sheet that is acted on, if something on the page has the keyboard to lose.
    fn leave(&self) {
        if focused().is_some() {
            *self.left.borrow_mut() = self.shown.clone();
        }
    }

    /// Asks for the sheet again with a parameter.
    pub(super) fn ask(&self, name: &str, value: &str) {
        let mut parameters = (*self.parameters).clone();
        parameters.insert(name.to_owned(), value.to_owned());
        // another list begins at its begin
        if name != "from" {
            parameters.remove("from");
        }
        self.parameters.set(parameters);
    }

    /// Does what a click does.
    pub(super) fn act(&self, action: &str) {
        self.leave();
        let state = &self.state;
        if let Some((name, value)) = action.strip_prefix("ask:").and_then(|ask| ask.split_once('='))
        {
            return self.ask(name, value);
        }
        if let Some((name, value)) = action.strip_prefix("set:").and_then(|set| set.split_once('='))
        {
            return self.set(name, value);
        }
        let (verb, rest) = action.split_once([':', '=']).unwrap_or((action, ""));
        match verb {
            "sel" | "fact" => {
                let dispatch = state.clone();
                let then = Callback::from(move |answer: Rc<Answer>| {
                    if let Answer::Found(found) = &*answer {
                        dispatch.dispatch(AppAction::Find(*found));
                    }
                });
                state.session.ask(Question::Find(rest.to_owned()), then);
            }
            "seek" => {
                if let Ok(at) = rest.parse() {
                    state.dispatch(AppAction::Seek(SimTime(at)));
                }
            }
            "open" | "begin" => {
                let (page, _) = link::read_saved(rest);
                self.edit(page.playground, "", "", "");
            }
            "goto" => {
                // what was answered belongs to what is left
                self.parameters.set(Parameters::new());
                state.dispatch(AppAction::Load(rest.to_owned()));
            }
            "fault" => {
                if let Some(fault) = link::fault_of_text(rest) {
                    let mut playground = state.page.playground.clone();
                    let text = whole(state.language, &fault);
                    playground.faults.push(fault);
                    self.edit(playground, &text, "", "");
                }
            }
            "pin" => state.dispatch(AppAction::Pin),
            "unpin" => state.dispatch(AppAction::Unpin),
            "panel" => {
                if let Some(panel) = Panel::of_word(rest) {
                    state.dispatch(AppAction::Panel(panel));
                }
            }
            "sweep" => {
                // a range is written without spaces
                let of = rest.split_whitespace().collect();
                state.dispatch(AppAction::Sweep(of));
            }
            "save" | "replace" | "rename" | "drop" => self.shelve(verb, rest),
            "copy" => {
                if let Some(window) = web_sys::window() {
                    let _ = window.navigator().clipboard().write_text(rest);
                }
            }
            _ => {}
        }
    }

    /// Changes what is saved, then asks again what there is.
    fn shelve(&self, verb: &str, rest: &str) {
        let page = &self.state.page;
        match verb {
            "save" => self.say_if_lost(shelf::save(rest, page).map(|_| ())),
            "replace" => self.say_if_lost(shelf::put(rest, page)),
            "rename" => {
                if let Some((from, to)) = rest.split_once('\t').filter(|(from, to)| from != to) {
                    self.say_if_lost(shelf::rename(from, to));
                }
            }
            _ => self.say_if_lost(shelf::drop(rest)),
        }
        self.parameters.set(Parameters::new());
    }

    fn say_if_lost(&self, done: Option<()>) {
        if done.is_none() {
            self.state.dispatch(AppAction::Say(self.state.language.say("saved--impossible")));
        }
    }

    fn set(&self, name: &str, value: &str) {
        self.state.dispatch(AppAction::Set {
            name: name.to_owned(),
            label: name.to_owned(),
            text: value.to_owned(),
            sliding: None,
        });
    }

    fn edit(&self, playground: link::Playground, name: &str, from: &str, to: &str) {
        let change = Change { name: name.into(), from: from.into(), to: to.into() };
        self.state.dispatch(AppAction::Edit(Box::new(playground), change));
    }

    fn part(&self, part: &Rc<Shown>, busy: bool) -> Html {
        match &**part {
            Shown::Element(_) => html! { <Part part={part.clone()} /> },
            Shown::Html(html) => Html::from_html_unchecked(html.clone().into()),
            Shown::Rows(_) => {
                let parameters = self.parameters.iter().filter(|(name, _)| *name != "from");
                let list = parameters
                    .map(|(name, value)| [name, "=", value, "\n"].concat())
                    .collect::<String>();
                html! { <LongTable desk={self.clone()} part={part.clone()} {list} {busy} /> }
            }
            Shown::Knob(knob) => knob_view(&self.state, knob),
            Shown::Search { name, label } => self.search(name, label),
            Shown::Marked(_) => Html::default(),
            Shown::Enter { label, value, button, action } => {
                let desk = self.clone();
                let viewing = &self.state.viewing;
                let placed = viewing.marked.place.as_ref().filter(|placing| {
                    action.strip_prefix("ask:").is_some_and(|rest| rest.starts_with(&placing.name))
                });
                let value = match placed.and(viewing.mark) {
                    Some(at) => moment(at),
                    None => value.clone(),
                };
                let action = action.clone();
                let then = Callback::from(move |text: String| {
                    desk.act(&[action.as_str(), &text].concat())
                });
                let key = value.clone();
                html! { <Enter {key} label={label.clone()} {value} button={button.clone()} {then} /> }
            }
            Shown::Field { name, label, value, long } => self.field(name, label, value, *long),
        }
    }

    fn field(&self, name: &str, label: &str, value: &str, long: bool) -> Html {
        let asked = |text_of: fn(&web_sys::EventTarget) -> Option<String>| {
            let (desk, parameter) = (self.clone(), name.to_owned());
            move |target: Option<web_sys::EventTarget>| {
                if let Some(text) = target.as_ref().and_then(text_of) {
                    desk.ask(&parameter, &text);
                }
            }
        };
        let id = format!("sheet-{name}");
        // what is typed is here before the sheet that answers it
        let value = self.parameters.get(name).map_or(value, String::as_str).to_owned();
        let field = if long {
            let asked = asked(|target| Some(target.dyn_ref::<HtmlTextAreaElement>()?.value()));
            let oninput = move |event: InputEvent| asked(event.target());
            html! { <textarea id={id.clone()} rows="8" {value} {oninput} spellcheck="false" /> }
        } else {
            let asked = asked(|target| Some(target.dyn_ref::<HtmlInputElement>()?.value()));
            let onchange = move |event: Event| asked(event.target());
            html! { <input id={id.clone()} {value} {onchange} autocomplete="off" spellcheck="false" /> }
        };
        html! { <div class="field"><label for={id}>{label.to_owned()}</label>{field}</div> }
    }

    fn search(&self, name: &str, label: &str) -> Html {
        let (desk, parameter) = (self.clone(), name.to_owned());
        let oninput = Callback::from(move |event: InputEvent| {
            desk.ask(&parameter, &value_of(&event).unwrap_or_default());
        });
        // what is typed now, not what the last answer was about
        let value = self.parameters.get(name).cloned().unwrap_or_default();
        html! {
            <input class="search" type="search" {value} {oninput} aria-label={label.to_owned()}
                placeholder={label.to_owned()} autocomplete="off" spellcheck="false" />
        }
    }
}
