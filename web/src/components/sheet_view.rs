//! Shows a sheet: any sheet, as it is plain blocks.

use crate::components::knob_view::{Enter, knob_view, value_of};
use crate::i18n::Speak;
use crate::session::{Answer, Question, Wanted, use_sheet};
use crate::shelf;
use crate::state::{AppAction, AppState, Change};
use link::Panel;
use sheet::{Bar, Block, Button, Cell, CellFill, CellRow, Chart, Count, Row, Sheet, Tone, Tube};
use std::collections::BTreeMap;
use std::rc::Rc;
use units::SimTime;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

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

type Parameters = BTreeMap<String, String>;

/// What a click on a sheet needs.
#[derive(Clone)]
struct Desk {
    state: UseReducerHandle<AppState>,
    parameters: UseStateHandle<Parameters>,
    sheet: Rc<Sheet>,
}

#[component]
pub(crate) fn SheetPanel(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let parameters = use_state(Parameters::new);
    let mut question = format!(
        "sheet={}\nlang={}\nlink={}\n",
        props.name,
        language.tag(),
        link::write_saved(&if props.at_playhead { state.last_good() } else { state.asked() })
    );
    question.push_str(&props.with);
    if let Some(fact) = state.selection {
        question.push_str(&format!("fact={}.{}\n", fact.kind() as u8, fact.row()));
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
    let Some(sheet) = wanted.sheet() else {
        let key = if wanted == Wanted::Failed { "sheet--failed" } else { "sheet--loading" };
        return html! { <p class="sheet" role="status">{language.say(key)}</p> };
    };
    let desk = Desk { state: state.clone(), parameters, sheet: sheet.clone() };
    let busy = matches!(wanted, Wanted::UnderWay(_));
    html! {
        <section class="sheet" aria-busy={busy.to_string()}>
            {for sheet.blocks.iter().enumerate().map(|(at, block)| desk.block(at, block))}
        </section>
    }
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

/// The colours of a partition's hue.
fn hue(hue: Option<u8>) -> String {
    let hue = hue.map(|hue| hue % timeline::HUES);
    hue.map_or_else(String::new, |hue| format!("--hue:var(--p{hue});--on-hue:var(--on-p{hue})"))
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
    fn on(&self, action: &str) -> Callback<MouseEvent> {
        let (desk, action) = (self.clone(), action.to_owned());
        Callback::from(move |_: MouseEvent| desk.act(&action))
    }

    fn ask(&self, name: &str, value: &str) {
        let mut parameters = (*self.parameters).clone();
        parameters.insert(name.to_owned(), value.to_owned());
        // another list begins at its begin
        if name != "from" {
            parameters.remove("from");
        }
        self.parameters.set(parameters);
    }

    fn act(&self, action: &str) {
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
            "open" => {
                let (page, _) = link::read_saved(rest);
                self.edit(page.playground, "scenario", "", "");
            }
            "goto" => state.dispatch(AppAction::Load(rest.to_owned())),
            "fault" => {
                if let Some(fault) = link::fault_of_text(rest) {
                    let mut playground = state.page.playground.clone();
                    playground.faults.push(fault);
                    self.edit(playground, &state.language.say("controls--faults"), "+", rest);
                }
            }
            "pin" => state.dispatch(AppAction::Pin),
            "unpin" => state.dispatch(AppAction::Unpin),
            "panel" => {
                if let Some(panel) = Panel::of_word(rest) {
                    state.dispatch(AppAction::Panel(panel));
                }
            }
            "save" | "replace" | "rename" | "drop" => self.shelve(verb, rest),
            "copy" => {
                let block = rest.parse::<usize>().ok().and_then(|at| self.sheet.blocks.get(at));
                if let (Some(Block::Code { text, .. }), Some(window)) = (block, web_sys::window()) {
                    let _ = window.navigator().clipboard().write_text(text);
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
            sliding: false,
        });
    }

    fn edit(&self, playground: link::Playground, name: &str, from: &str, to: &str) {
        let change = Change { name: name.into(), from: from.into(), to: to.into() };
        self.state.dispatch(AppAction::Edit(Box::new(playground), change));
    }

    fn block(&self, at: usize, block: &Block) -> Html {
        match block {
            Block::Heading(text) => html! { <h3>{inline(text)}</h3> },
            Block::Para(text) => html! { <p>{inline(text)}</p> },
            Block::List { ordered, items } => {
                let items = items.iter().map(|item| html! { <li>{inline(item)}</li> });
                if *ordered {
                    html! { <ol>{for items}</ol> }
                } else {
                    html! { <ul>{for items}</ul> }
                }
            }
            Block::Note(kind, text) => {
                html! { <p class={classes!("note", tone(*kind))}>{inline(text)}</p> }
            }
            Block::Code { title, text } => html! {
                <figure class="code">
                    <figcaption>
                        <span>{title.clone()}</span>
                        <button onclick={self.on(&format!("copy:{at}"))}>{self.state.language.say("sheet--copy")}</button>
                    </figcaption>
                    <pre tabindex="0"><code>{text.clone()}</code></pre>
                </figure>
            },
            Block::Table { caption, columns, rows, of } => self.table(caption, columns, rows, *of),
            Block::Counts(counts) => html! {
                <ul class="counts">{for counts.iter().map(|count| self.count(count))}</ul>
            },
            Block::Bars { caption, bars } => bars_of(caption, bars),
            Block::Columns { caption, bars } => columns_of(caption, bars),
            Block::Tubes { caption, tubes } => self.tubes(caption, tubes),
            Block::Cells { caption, note, rows } => self.cells(caption, note, rows),
            Block::Chart(chart) => self.chart(chart),
            Block::Buttons(buttons) => html! {
                <div class="buttons" role="group">{for buttons.iter().map(|button| self.button(button))}</div>
            },
            Block::Knob(knob) => knob_view(&self.state, knob),
            Block::Search { name, label } => self.search(name, label),
            Block::Enter { label, value, button, action } => {
                let desk = self.clone();
                let action = action.clone();
                let then = Callback::from(move |text: String| {
                    desk.act(&[action.as_str(), &text].concat())
                });
                html! { <Enter label={label.clone()} value={value.clone()} button={button.clone()} {then} /> }
            }
            Block::Field { name, label, value, long } => self.field(name, label, value, *long),
        }
    }

    fn tubes(&self, caption: &str, tubes: &[Tube]) -> Html {
        let tube = |tube: &Tube| {
            let height = format!("height:{}%;{}", (tube.share * 100.0) as u32, hue(tube.hue));
            let inner = html! { <>
                <span class="vessel"><b style={height}></b><i>{tube.inside.clone()}</i></span>
                <span>{tube.name.clone()}</span><small>{tube.text.clone()}</small>
            </> };
            html! { <li>{self.press(tube.action.as_ref(), inner)}</li> }
        };
        html! {
            <figure class="tubes">
                <figcaption>{inline(caption)}</figcaption>
                <ul>{for tubes.iter().map(tube)}</ul>
            </figure>
        }
    }

    fn cells(&self, caption: &str, note: &str, rows: &[CellRow]) -> Html {
        let cell = |cell: &Cell| {
            let fill = match cell.fill {
                CellFill::None => "none",
                CellFill::Free => "free",
                CellFill::Outline => "outline",
                CellFill::Solid => "solid",
                CellFill::Cut => "cut",
                CellFill::Warn => "warned",
            };
            let class = classes!("cell", fill, cell.marked.then_some("marked"));
            let (style, title) = (hue(cell.hue), cell.title.clone());
            match &cell.action {
                Some(action) => html! {
                    <button type="button" {class} {style} {title} tabindex="-1" onclick={self.on(action)}>{cell.text.clone()}</button>
                },
                None => html! { <span {class} {style} {title}>{cell.text.clone()}</span> },
            }
        };
        let row = |row: &CellRow| {
            html! {
                <li class={tone(row.tone)}>
                    <span><strong>{row.label.clone()}</strong><small>{row.note.clone()}</small></span>
                    <span class="row">{for row.cells.iter().map(cell)}</span>
                </li>
            }
        };
        html! {
            <figure class="cells">
                <figcaption>{inline(caption)}<small>{inline(note)}</small></figcaption>
                <ul tabindex="0">{for rows.iter().map(row)}</ul>
            </figure>
        }
    }

    /// A button if a click does something, else plain.
    fn press(&self, action: Option<&String>, inner: Html) -> Html {
        match action {
            Some(action) => {
                html! { <button type="button" onclick={self.on(action)}>{inner}</button> }
            }
            None => html! { <div>{inner}</div> },
        }
    }

    fn button(&self, button: &Button) -> Html {
        html! {
            <button onclick={self.on(&button.action)} aria-pressed={button.pressed.to_string()}>
                {button.label.clone()}
            </button>
        }
    }

    fn count(&self, count: &Count) -> Html {
        let inner = html! { <>
            <span class="sign" aria-hidden="true">{count.sign.clone()}</span>
            <span class="what">{count.label.clone()}
                if !count.note.is_empty() { <small>{count.note.clone()}</small> }
            </span>
            <strong>{count.number.clone()}</strong>
        </> };
        let class = tone(count.tone);
        html! {
            <li {class}>
                if let Some(action) = &count.action {
                    <button onclick={self.on(action)}>{inner}</button>
                } else {
                    <div>{inner}</div>
                }
            </li>
        }
    }

    fn table(
        &self,
        caption: &str,
        columns: &[(String, Option<String>)],
        rows: &[Row],
        (from, all): (u32, u32),
    ) -> Html {
        let column = |(name, action): &(String, Option<String>)| match action {
            Some(action) => html! {
                <th scope="col"><button class="link" onclick={self.on(action)}>{name.clone()}</button></th>
            },
            None => html! { <th scope="col">{name.clone()}</th> },
        };
        let row = |row: &Row| {
            let cell = |(position, cell): (usize, &String)| match (position, &row.action) {
                (0, Some(action)) => html! {
                    <th scope="row"><button class="link" onclick={self.on(action)}>{inline(cell)}</button></th>
                },
                (0, None) => html! { <th scope="row">{inline(cell)}</th> },
                _ => html! { <td>{inline(cell)}</td> },
            };
            html! { <tr class={tone(row.tone)}>{for row.cells.iter().enumerate().map(cell)}</tr> }
        };
        let shown = rows.len() as u32;
        html! {
            <>
                <div class="scroll" tabindex="0" role="region" aria-label={caption.to_owned()}>
                    <table>
                        <caption>{inline(caption)}</caption>
                        <thead><tr>{for columns.iter().map(column)}</tr></thead>
                        <tbody>{for rows.iter().map(row)}</tbody>
                    </table>
                </div>
                if shown < all { {self.pages(from, shown, all)} }
            </>
        }
    }

    fn pages(&self, from: u32, shown: u32, all: u32) -> Html {
        let language = self.state.language;
        let (first, last) = ((from + 1).to_string(), (from + shown).to_string());
        let all_text = all.to_string();
        let values = [("first", first.as_str()), ("last", &last), ("all", &all_text)];
        let back = from.saturating_sub(shown.max(1));
        html! {
            <div class="buttons">
                <button disabled={from == 0} onclick={self.on(&format!("ask:from={back}"))}>{"◂"}<span class="unseen">{language.say("sheet--back")}</span></button>
                <span>{language.tell("sheet--rows", &values)}</span>
                <button disabled={from + shown >= all} onclick={self.on(&format!("ask:from={}", from + shown))}>{"▸"}<span class="unseen">{language.say("sheet--on")}</span></button>
            </div>
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

    fn chart(&self, chart: &Chart) -> Html {
        const W: f64 = 240.0;
        const H: f64 = 90.0;
        let values = chart.series.iter().flat_map(|(_, values)| values.iter().flatten());
        let (low, high) = values
            .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        let last = chart.x.len().saturating_sub(1).max(1) as f64;
        let x = |place: usize| 6.0 + (W - 12.0) * place as f64 / last;
        let span = (high - low).max(f64::MIN_POSITIVE);
        let y = |value: f64| H - 8.0 - (H - 16.0) * (value - low) / span;
        let line = |(number, (name, values)): (usize, &(String, Vec<Option<f64>>))| {
            let points: Vec<String> = values
                .iter()
                .enumerate()
                .filter_map(|(place, value)| Some(format!("{:.1},{:.1}", x(place), y((*value)?))))
                .collect();
            let class = if number == 0 { "first" } else { "second" };
            html! { <polyline {class} points={points.join(" ")}><title>{name.clone()}</title></polyline> }
        };
        let dots = chart.series.iter().enumerate().flat_map(|(number, (name, values))| {
            values.iter().enumerate().filter_map(move |(place, value)| {
                let value = (*value)?;
                let place_name = chart.x.get(place)?;
                let marked = chart.marks.iter().any(|(marked, _)| *marked as usize == place);
                let class = classes!(
                    if number == 0 { "first" } else { "second" },
                    marked.then_some("marked")
                );
                let onclick = chart.actions.get(place).map(|action| self.on(action));
                Some(html! {
                    <circle {class} cx={format!("{:.1}", x(place))} cy={format!("{:.1}", y(value))}
                        r={if marked { "4" } else { "2.6" }} {onclick}>
                        <title>{format!("{name}, {place_name}: {value:.2}")}</title>
                    </circle>
                })
            })
        });
        let (least, most) = &chart.scale;
        html! {
            <figure class="chart">
                <figcaption>{inline(&chart.title)}</figcaption>
                <svg viewBox={format!("0 0 {W} {H}")} role="img" aria-label={chart.title.clone()}>
                    {for chart.series.iter().enumerate().map(line)}
                    {for dots}
                </svg>
                <p class="ends"><span>{chart.x.first().cloned()}</span><span>{format!("{least} – {most}")}</span><span>{chart.x.last().cloned()}</span></p>
                {for chart.marks.iter().map(|(_, text)| html! { <p class="mark">{inline(text)}</p> })}
            </figure>
        }
    }
}

fn bars_of(caption: &str, bars: &[Bar]) -> Html {
    let bar = |bar: &Bar| {
        let style = format!(
            "left:{:.2}%;width:{:.2}%",
            bar.from * 100.0,
            ((bar.to - bar.from) * 100.0).max(0.5)
        );
        html! {
            <li class={tone(bar.tone)}>
                <span>{inline(&bar.label)}</span><i><b {style}></b></i><span class="length">{bar.text.clone()}</span>
            </li>
        }
    };
    html! {
        <figure class="bars">
            <figcaption>{inline(caption)}</figcaption>
            <ul>{for bars.iter().map(bar)}</ul>
        </figure>
    }
}

fn columns_of(caption: &str, bars: &[Bar]) -> Html {
    let column = |bar: &Bar| {
        let said = format!("{}: {}", bar.label, bar.text);
        html! {
            <li title={said.clone()}>
                <b style={format!("height:{:.1}%", bar.to * 100.0)}></b><span class="unseen">{said}</span>
            </li>
        }
    };
    let label = |bar: Option<&Bar>| bar.map(|bar| bar.label.clone());
    html! {
        <figure class="columns">
            <figcaption>{inline(caption)}</figcaption>
            <ul>{for bars.iter().map(column)}</ul>
            <p class="ends"><span>{label(bars.first())}</span><span>{label(bars.last())}</span></p>
        </figure>
    }
}
