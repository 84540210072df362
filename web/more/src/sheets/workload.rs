//! *Workload* and *Assumptions*: every part of the playground that is no setting of Kafka's.

use crate::Request;
use form::knob;
use link::{Group, PARTS, PRESETS, Part, Playground};
use sheet::{Block, Button, Knob, Sheet, Tone};

/// What the application, the topic and the brokers do.
pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let playground = &request.page.playground;
    let presets = PRESETS.iter().map(|preset| {
        let with = playground.with_preset(preset);
        Button {
            label: request.part(&format!("preset--{}", preset.name)),
            action: format!("open:{}", link::write(&with)),
            pressed: with == *playground,
        }
    });
    sheet.push(Block::Buttons(presets.collect()));
    for (group, title) in
        [(Group::Workload, "workload--application"), (Group::Cluster, "workload--cluster")]
    {
        sheet.push(Block::Heading(request.say(title)));
        for part in PARTS.iter().filter(|part| part.group == group) {
            push(request, part, &mut sheet);
        }
    }
    sheet
}

/// What no setting says and Kafka does not decide, with the reason for each default.
pub(crate) fn assumptions(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.push(Block::Para(request.say("assumptions--what")));
    for part in PARTS.iter().filter(|part| part.group == Group::Assumption) {
        push(request, part, &mut sheet);
    }
    super::sample::push(request, &mut sheet);
    sheet
}

/// A knob by its name: of a setting in Kafka's words, of a part in the reader's.
pub(super) fn knob_in_words(request: &Request, name: &str) -> Option<Knob> {
    let knob = knob(&request.page.playground, name)?;
    if link::part(name).is_none() {
        return Some(knob);
    }
    let key = format!("part--{name}");
    let choices = knob.choices.into_iter().map(|(value, _)| {
        let words = request.part(&format!("{key}--{value}"));
        (value, words)
    });
    Some(Knob { label: request.part(&key), choices: choices.collect(), ..knob })
}

fn push(request: &Request, part: &Part, sheet: &mut Sheet) {
    let playground = &request.page.playground;
    let Some(knob) = knob_in_words(request, part.name) else { return };
    let key = format!("part--{}", part.name);
    let mut notes = Vec::new();
    if part.group == Group::Assumption {
        notes.push((Tone::Plain, request.part(&format!("{key}--reason"))));
    }
    if let Some(idle) = idle(playground, part.name) {
        notes.push((Tone::Muted, request.say(idle)));
    }
    if let Some(default) = knob.default.as_ref().filter(|_| part.group == Group::Assumption) {
        let default = match knob.changed {
            _ if part.name == "start" => request.part(&format!("{key}--{default}")),
            _ => default.clone(),
        };
        notes.push((Tone::Muted, request.tell("assumptions--default", &[("default", &default)])));
    }
    sheet.push(Block::Knob(Knob { notes, ..knob }));
}

/// Why a part has nothing to do as the others stand.
fn idle(playground: &Playground, name: &str) -> Option<&'static str> {
    let is = |name: &str, word: &str| {
        link::part(name).is_some_and(|part| part.text((part.get)(playground)) == word)
    };
    let idle = match name {
        "burst" => !is("arrivals", "bursts"),
        "close-within" => !is("end", "close-within"),
        "key-skew" => playground.keys < 2,
        "null-keys" => playground.keys == 0 || is("key-skew", "zipf"),
        "ratio" => playground.settings.text("compression.type") == Some("none"),
        "callback" => is("mode", "forget"),
        "controller" | "metadata" | "restart" | "resume" | "writeback" => {
            playground.faults.is_empty()
        }
        _ => false,
    };
    idle.then_some(match name {
        "burst" => "idle-part--burst",
        "close-within" => "idle-part--close-within",
        "key-skew" | "null-keys" => "idle-part--keys",
        "ratio" => "idle-part--ratio",
        "callback" => "idle-part--callback",
        _ => "idle-part--faults",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_on_one_of_the_panels() {
        let all: String = ["workload", "assumptions", "settings"]
            .map(|name| {
                format!("{:?}", crate::sheet(&format!("sheet={name}\nlang=en\nlink=v=1\n")))
            })
            .concat();
        for part in PARTS {
            assert!(all.contains(&format!("name: \"{}\"", part.name)), "{}", part.name);
        }
    }

    #[test]
    fn every_assumption_has_its_reason_in_both_languages() {
        for lang in ["en", "ko"] {
            let sheet = crate::sheet(&format!("sheet=assumptions\nlang={lang}\nlink=v=1\n"));
            let text = format!("{sheet:?}");
            assert!(!text.contains("--reason"), "{text}");
        }
    }
}
