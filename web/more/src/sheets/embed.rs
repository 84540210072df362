//! *Embed*: the line that puts this playground into another page.

use crate::Request;
use link::{LanguageChoice, PageState, Panel, ThemeChoice};
use sheet::{Block, Button, Sheet, Tone};

/// Controls that are offered, with those that an embed has unless told otherwise.
const CONTROLS: [&str; 10] = [
    "linger.ms",
    "batch.size",
    "acks",
    "enable.idempotence",
    "max.in.flight.requests.per.connection",
    "min.insync.replicas",
    "rate",
    "records",
    "value",
    "mode",
];
/// Parts of the page that an embed can show.
const PANELS: [Panel; 5] =
    [Panel::Figures, Panel::Timeline, Panel::State, Panel::Inspector, Panel::Ledger];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let controls = chosen(request, "controls", "linger.ms,batch.size");
    let panels = chosen(request, "panels", "figures,timeline");
    let page = PageState {
        theme: choice(request, "theme", ThemeChoice::ALL, ThemeChoice::word),
        language: choice(request, "language", LanguageChoice::ALL, LanguageChoice::word),
        show: panels.iter().filter_map(|word| Panel::of_word(word)).collect(),
        controls: controls.clone(),
        panel: None,
        sweep: None,
        lesson: None,
        window: None,
        playhead: None,
        pinned: None,
        ..request.page.clone()
    };
    let mut sheet = Sheet::default();
    sheet.push(super::family(request, &[Panel::Code, Panel::Import, Panel::Embed]));
    sheet.push(Block::Para(request.say("embed--what")));
    sheet.push(Block::Heading(request.say("embed--controls")));
    sheet.push(switches("controls", &controls, &CONTROLS.map(|name| (name, name.to_owned()))));
    sheet.push(Block::Heading(request.say("embed--panels")));
    let named = PANELS.map(|p| (p.word(), request.say(&format!("embed--{}", p.word()))));
    sheet.push(switches("panels", &panels, &named));
    sheet.push(Block::Heading(request.say("embed--theme")));
    sheet.push(one_of(request, "theme", ThemeChoice::WORDS));
    sheet.push(Block::Heading(request.say("embed--language")));
    sheet.push(one_of(request, "language", LanguageChoice::WORDS));
    match link::write_page(&page) {
        Ok(text) => {
            let source = format!("{}embed.html#{text}", request.parameter("base"));
            let height = 190 + 300 * panels.len().min(3);
            let line = format!(
                "<iframe src=\"{}\" title=\"linger\" loading=\"lazy\" width=\"100%\" \
                 height=\"{height}\" style=\"border:0\"></iframe>",
                html_escape::encode_double_quoted_attribute(&source)
            );
            sheet.push(Block::Code { title: "HTML".to_owned(), text: line });
            sheet.push(Block::Para(request.say("embed--how")));
        }
        Err(long) => {
            let length = words::count(long.text.len());
            let text = request.tell("embed--too-long", &[("length", &length)]);
            sheet.push(Block::Note(Tone::Warn, text));
        }
    }
    sheet
}

/// The words of a list among the parameters, or the usual ones.
fn chosen(request: &Request, name: &str, usual: &str) -> Vec<String> {
    let text = request.parameters.get(name).map_or(usual, String::as_str);
    text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Buttons that add a word to a list, or take it away.
fn switches(name: &str, chosen: &[String], all: &[(&str, String)]) -> Block {
    let button = |(word, label): &(&str, String)| {
        let pressed = chosen.iter().any(|one| one == word);
        let mut then: Vec<&str> =
            chosen.iter().map(String::as_str).filter(|one| one != word).collect();
        if !pressed {
            then.push(word);
        }
        Button { label: label.clone(), action: format!("ask:{name}={}", then.join(",")), pressed }
    };
    Block::Buttons(all.iter().map(button).collect())
}

/// Buttons of which one holds; none is the reader's own choice.
fn one_of(request: &Request, name: &str, words: &[&str]) -> Block {
    let now = request.parameter(name);
    let none = ("", request.say("embed--readers"));
    let named = words.iter().filter(|word| **word != "auto");
    let all = std::iter::once(none)
        .chain(named.map(|word| (*word, request.say(&format!("embed--{word}")))));
    let button = |(word, label): (&str, String)| Button {
        label,
        action: format!("ask:{name}={word}"),
        pressed: word == now,
    };
    Block::Buttons(all.map(button).collect())
}

fn choice<T: Copy>(
    request: &Request,
    name: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Option<T> {
    all.iter().copied().find(|one| word(*one) == request.parameter(name))
}
