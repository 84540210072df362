//! From a page's state to text: only what differs from the default.

use crate::page::PageState;
use crate::parts::PARTS;
use crate::playground::Playground;
use crate::time_text::time_text;
use crate::{PINNED, VERSION, faults};
use litemap::LiteMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use units::SimTime;

/// What may stand in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b',')
    .remove(b':')
    .remove(b'@')
    .remove(b'+')
    .remove(b'~');

/// Text that grows by parts.
#[derive(Default)]
struct Text(String);

impl Text {
    fn push(&mut self, prefix: &str, name: &str, value: &str) {
        self.0.push('&');
        self.0.push_str(prefix);
        self.0.push_str(name);
        self.0.push('=');
        // nothing behind the `=` is how a link that was cut looks
        self.0.extend(utf8_percent_encode(if value.is_empty() { " " } else { value }, PLAIN));
    }

    fn finished(self) -> String {
        if self.0.is_empty() { self.0 } else { format!("v={VERSION}{}", self.0) }
    }
}

/// Writes what differs from the default; empty if nothing does.
pub(crate) fn playground(playground: &Playground) -> String {
    let mut text = Text::default();
    differences(playground, &Playground::default(), "", &mut text);
    text.finished()
}

/// Writes a whole page.
pub(crate) fn page(page: &PageState) -> String {
    let mut text = Text::default();
    differences(&page.playground, &Playground::default(), "", &mut text);
    if let Some(pinned) = &page.pinned {
        let before = text.0.len();
        differences(pinned, &page.playground, &format!("{PINNED}."), &mut text);
        if text.0.len() == before {
            text.push("", PINNED, "same");
        }
    }
    let time = |time: SimTime| time_text(time.0.max(0).unsigned_abs());
    let window = page.window.map(|(from, to)| format!("{}-{}", time(from), time(to)));
    let show: Vec<_> = page.show.iter().map(|panel| panel.word()).collect();
    let views = [
        ("t", page.playhead.map(time)),
        ("window", window),
        ("sel", page.selection.map(crate::Selection::text)),
        ("panel", page.panel.map(|panel| panel.word().to_owned())),
        ("form", page.form.map(|panel| panel.word().to_owned())),
        ("sweep", page.sweep.clone()),
        ("lesson", page.lesson.clone()),
        ("case", page.case.clone()),
        ("theme", page.theme.map(|theme| theme.word().to_owned())),
        ("lang", page.language.map(|language| language.word().to_owned())),
        ("show", (!show.is_empty()).then(|| show.join(","))),
        ("controls", (!page.controls.is_empty()).then(|| page.controls.join(","))),
    ];
    for (name, value) in views {
        if let Some(value) = value {
            text.push("", name, &value);
        }
    }
    text.finished()
}

/// Writes what turns `base` into `playground`.
fn differences(playground: &Playground, base: &Playground, prefix: &str, text: &mut Text) {
    let mut settings = |typed: &LiteMap<String, String>, before: &LiteMap<String, String>| {
        for (name, value) in typed {
            if before.get(name) != Some(value) {
                text.push(prefix, name, value);
            }
        }
        for name in before.keys().filter(|name| !typed.contains_key(*name)) {
            text.push(prefix, name, "default");
        }
    };
    settings(&playground.settings.typed, &base.settings.typed);
    settings(&playground.cluster.typed, &base.cluster.typed);
    for part in PARTS {
        let number = (part.get)(playground);
        let mended =
            base.refused.contains_key(part.name) && !playground.refused.contains_key(part.name);
        if number != (part.get)(base) || mended {
            text.push(prefix, part.name, &part.text(number));
        }
    }
    for (name, typed) in &playground.refused {
        if base.refused.get(name) != Some(typed) {
            text.push(prefix, name, typed);
        }
    }
    if playground.faults != base.faults {
        for fault in &playground.faults {
            text.push(prefix, "fault", &faults::fault_text(fault));
        }
        if playground.faults.is_empty() {
            text.push(prefix, "fault", "none");
        }
    }
}
