//! A sheet as the elements that the page puts up. What a block looks like is known here alone: the page
//! draws any element, and needs nothing new for a new block.

mod cells;
mod chart;
mod html;
mod table;

use crate::language::WORDS;
use sheet::{Bar, Block, Button, Count, Element, Sheet, Shown, Tone, letters};
use words::Language;

/// All blocks of a sheet.
pub(crate) fn shown(sheet: &Sheet, language: Language) -> Vec<Shown> {
    sheet.blocks.iter().map(|block| part_of(block, language)).collect()
}

/// What takes a text, or a value, or scrolls, the page draws itself; all else is an element.
fn part_of(block: &Block, language: Language) -> Shown {
    match block.clone() {
        Block::Field { name, label, value, long } => Shown::Field { name, label, value, long },
        Block::Search { name, label } => Shown::Search { name, label },
        Block::Knob(knob) => Shown::Knob(knob),
        Block::Marked(marked) => Shown::Marked(marked),
        Block::Enter { label, value, button, action } => {
            Shown::Enter { label, value, button, action }
        }
        Block::Long(long) => Shown::Rows(table::rows(&long)),
        Block::Chart(chart) => Shown::Html(html::text_of(&chart::element(&chart))),
        _ => Shown::Element(element(block, language)),
    }
}

fn element(block: &Block, language: Language) -> Element {
    match block {
        Block::Heading(text) => el("h3").of(inline(text)),
        Block::Para(text) => el("p").of(inline(text)),
        Block::List { ordered, items } => el(if *ordered { "ol" } else { "ul" })
            .of(items.iter().map(|item| el("li").of(inline(item)))),
        Block::Note(kind, text) => {
            el("p").with("class", &["note ", tone(*kind)].concat()).of(inline(text))
        }
        Block::Card { tone: kind, title, blocks } => el("div")
            .with("class", &["card ", tone(*kind)].concat())
            .holding(el("p").with("class", "title").saying(title))
            .of(blocks.iter().map(|block| element(block, language))),
        Block::Code { title, text } => code(title, text, language),
        Block::Table { caption, columns, rows } => table::element(caption, columns, rows),
        Block::Counts(counts) => el("ul").with("class", "counts").of(counts.iter().map(count)),
        Block::Bars { caption, bars } => el("figure")
            .with("class", "bars")
            .holding(el("figcaption").of(inline(caption)))
            .holding(el("ul").of(bars.iter().map(bar))),
        Block::Columns { caption, bars } => columns(caption, bars),
        Block::Tubes { caption, tubes } => cells::tubes(caption, tubes),
        Block::Cells { caption, note, rows } => cells::cells(caption, note, rows),
        Block::Chart(chart) => chart::element(chart),
        Block::Buttons(buttons) => {
            let buttons = buttons.iter().map(button);
            el("div").with("class", "buttons").with("role", "group").of(buttons)
        }
        Block::Steps(steps) => {
            let link = |step: &Button| {
                el("button").with("class", "step").on(&step.action).of(inline(&step.label))
            };
            el("ol").of(steps.iter().map(|step| el("li").holding(link(step))))
        }
        Block::Long(_)
        | Block::Field { .. }
        | Block::Search { .. }
        | Block::Knob(_)
        | Block::Marked(_)
        | Block::Enter { .. } => Element::default(),
    }
}

fn el(tag: &str) -> Element {
    Element::new(tag)
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Muted => "muted",
        Tone::Accent => "accent",
    }
}

/// Text with `**strong**`, `` `code` `` and `[names](SELECTION)` of what can be selected.
fn inline(text: &str) -> Vec<Element> {
    let codes = |text: &str| {
        let part = |(position, part): (usize, &str)| match position % 2 {
            1 => vec![el("code").saying(part)],
            _ => names(part),
        };
        text.split('`').enumerate().flat_map(part).filter(is_something).collect::<Vec<_>>()
    };
    let strong = |(position, part): (usize, &str)| match position % 2 {
        1 => vec![el("strong").of(codes(part))],
        _ => codes(part),
    };
    text.split("**").enumerate().flat_map(strong).collect()
}

/// Plain text with names in it.
fn names(text: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = text;
    while let Some((before, name, target, after)) = first_name(rest) {
        elements.push(Element::text(before));
        elements.push(
            el("button").with("class", "link name").on(&["sel=", target].concat()).saying(name),
        );
        rest = after;
    }
    elements.push(Element::text(rest));
    elements
}

/// What stands before the first name, the name, what it selects, and what stands behind it.
fn first_name(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let (before, name) = text[..middle].rsplit_once('[')?;
    let (target, after) = text[middle + 2..].split_once(')')?;
    Some((before, name, target, after))
}

fn is_something(element: &Element) -> bool {
    !element.tag.is_empty() || !element.text.is_empty()
}

fn code(title: &str, text: &str, language: Language) -> Element {
    let copy =
        el("button").on(&["copy:", text].concat()).saying(&WORDS.say(language, "sheet--copy"));
    let lines = el("pre").with("tabindex", "0").holding(el("code").saying(text));
    el("figure")
        .with("class", "code")
        .holding(el("figcaption").holding(el("span").saying(title)).holding(copy))
        .holding(lines)
}

fn button(button: &Button) -> Element {
    el("button")
        .on(&button.action)
        .with("aria-pressed", if button.pressed { "true" } else { "false" })
        .saying(&button.label)
}

fn count(count: &Count) -> Element {
    let mut what = el("span").with("class", "what").saying(&count.label);
    if !count.note.is_empty() {
        what = what.holding(el("small").saying(&count.note));
    }
    let around = match &count.action {
        Some(action) => el("button").on(action),
        None => el("div"),
    };
    let sign = el("span").with("class", "sign").with("aria-hidden", "true").saying(&count.sign);
    let number = el("strong").saying(&count.number);
    el("li").with("class", tone(count.tone)).holding(around.of([sign, what, number]))
}

fn bar(bar: &Bar) -> Element {
    let (left, width) = (bar.from * 100.0, ((bar.to - bar.from) * 100.0).max(0.5));
    let style = format!("left:{left:.2}%;width:{width:.2}%");
    el("li")
        .with("class", tone(bar.tone))
        .holding(el("span").of(inline(&bar.label)))
        .holding(el("i").holding(el("b").with("style", &style)))
        .holding(el("span").with("class", "length").saying(&bar.text))
}

/// Letters that stand side by side below columns in a panel.
const ROOM: u32 = 32;

fn columns(caption: &str, bars: &[Bar]) -> Element {
    let column = |bar: &Bar| {
        let said = format!("{}: {}", bar.label, bar.text);
        let style = format!("height:{:.1}%", bar.to * 100.0);
        el("li")
            .with("title", &said)
            .holding(el("b").with("style", &style))
            .holding(el("span").with("class", "unseen").saying(&said))
    };
    let label = |bar: &Bar| el("span").saying(&bar.label);
    let letters: u32 = bars.iter().map(|bar| letters(&bar.label) + 1).sum();
    let ends = if letters <= ROOM {
        el("p").with("class", "ends each").of(bars.iter().map(label))
    } else {
        el("p").with("class", "ends").of(bars.first().into_iter().chain(bars.last()).map(label))
    };
    el("figure")
        .with("class", "columns")
        .holding(el("figcaption").of(inline(caption)))
        .holding(el("ul").of(bars.iter().map(column)))
        .holding(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_and_code_become_elements() {
        let line = el("p").of(inline("a **b `c`** d"));
        let strong = el("strong").saying("b ").holding(el("code").saying("c"));
        assert_eq!(line, el("p").saying("a ").holding(strong).saying(" d"));
    }

    #[test]
    fn names_select_what_they_name_and_other_brackets_stay() {
        let name = el("button").with("class", "link name").on("sel=p0.4").saying("p0#4");
        let line = el("p").of(inline("a[0] [p0#4](p0.4) b (c)"));
        assert_eq!(line, el("p").saying("a[0] ").holding(name).saying(" b (c)"));
        assert_eq!(el("p").of(inline("[x] (y)")), el("p").saying("[x] (y)"));
    }

    #[test]
    fn each_of_a_few_columns_has_its_label_and_of_many_the_ends() {
        let bar = |n: usize| Bar { label: n.to_string(), ..Bar::default() };
        let labels = |all: usize| {
            let bars: Vec<Bar> = (1..=all).map(bar).collect();
            columns("Requests", &bars).children[2].children.len()
        };
        assert_eq!([1, 3, 24].map(labels), [1, 3, 2]);
    }

    #[test]
    fn code_is_copied_by_its_own_text() {
        let figure = code("a.rs", "let a;", Language::English);
        assert_eq!(figure.children[0].children[1].action, "copy:let a;");
    }
}
