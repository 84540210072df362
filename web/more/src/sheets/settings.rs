//! *Settings*: all of Kafka's settings of producer, topic and brokers, searched and filtered; those that
//! change nothing here say why.

use crate::Request;
use form::{knob, shown};
use model::config::{
    CLUSTER_TABLE, Importance, KafkaVersion, RECOGNISED, Range, Row, TABLE, rules_then,
};
use sheet::{Block, Button, Knob, Sheet, Tone};

/// What is shown of the settings.
const FILTERS: [&str; 5] = ["all", "changed", "high", "medium", "low"];

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.push(Block::Search { name: "find".to_owned(), label: request.say("settings--find") });
    let chosen = FILTERS.iter().find(|name| **name == request.parameter("only")).unwrap_or(&"all");
    sheet.push(Block::Buttons(
        FILTERS
            .iter()
            .map(|name| Button {
                label: request.say(&format!("settings--only-{name}")),
                action: format!("ask:only={name}"),
                pressed: name == chosen,
            })
            .collect(),
    ));
    let find = request.parameter("find").trim().to_lowercase();
    let wanted = |row: &&Row| {
        let found =
            row.name.contains(&find) || meaning(request, row).to_lowercase().contains(&find);
        let kept = match *chosen {
            "changed" => is_changed(request, row),
            "high" => row.importance == Importance::High,
            "medium" => row.importance == Importance::Medium,
            "low" => row.importance == Importance::Low,
            _ => true,
        };
        found && kept
    };
    if find.is_empty() && *chosen == "all" {
        version(request, &mut sheet);
    }
    let producer = TABLE.iter().filter(|row| without_effect(row.name).is_none()).filter(wanted);
    knobs(request, "settings--producer", producer, &mut sheet);
    knobs(request, "settings--cluster", CLUSTER_TABLE.iter().filter(wanted), &mut sheet);
    idle(request, wanted, &mut sheet);
    if sheet.blocks.len() <= 2 {
        sheet.push(Block::Para(request.say("settings--none")));
    }
    sheet
}

fn is_changed(request: &Request, row: &Row) -> bool {
    let playground = &request.page.playground;
    playground.settings.is_set(row.name) || playground.cluster.typed.contains_key(row.name)
}

/// Whose defaults hold, and what that leaves out.
fn version(request: &Request, sheet: &mut Sheet) {
    let playground = &request.page.playground;
    let Some(knob) = knob(playground, "kafka") else { return };
    let version = playground.settings.version;
    let notes = vec![(Tone::Muted, request.say("settings--version-note"))];
    sheet.push(Block::Knob(Knob { label: request.say("settings--version"), notes, ..knob }));
    if version == KafkaVersion::V4_3 {
        return;
    }
    let name = version_name(version);
    let other =
        TABLE.iter().chain(CLUSTER_TABLE).filter_map(|row| {
            let (then, now) = (row.defaults[version as usize], row.default(KafkaVersion::V4_3));
            let then = then.filter(|then| Some(*then) != now)?;
            let (then, now) = (shown(row.unit, then), shown(row.unit, now.unwrap_or("–")));
            Some(request.tell(
                "settings--default-then",
                &[("name", row.name), ("then", &then), ("now", &now)],
            ))
        });
    sheet.push(Block::Heading(request.tell("settings--defaults-then", &[("version", name)])));
    sheet.push(Block::List { ordered: false, items: other.collect() });
    sheet.push(Block::Heading(request.tell("settings--rules-then", &[("version", name)])));
    let rules = rules_then(version).map(|rule| {
        let text = request.meaning(&format!("then--{}", rule.name)).unwrap_or(rule.text);
        format!("{text} ({})", rule.source)
    });
    sheet.push(Block::List { ordered: false, items: rules.collect() });
}

const fn version_name(version: KafkaVersion) -> &'static str {
    match version {
        KafkaVersion::V2_8 => "2.8",
        KafkaVersion::V3_9 => "3.9",
        KafkaVersion::V4_3 => "4.3",
    }
}

fn knobs<'a>(
    request: &Request,
    title: &str,
    rows: impl Iterator<Item = &'a Row>,
    sheet: &mut Sheet,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        sheet.push(Block::Heading(request.say(title)));
    }
    for row in rows {
        if let Some(knob) = knob(&request.page.playground, row.name) {
            sheet.push(Block::Knob(told(request, row, knob)));
        }
    }
}

/// A knob with what Kafka's documentation says about it, and what other settings have to do with it.
fn told(request: &Request, row: &Row, knob: Knob) -> Knob {
    let mut marks = vec![importance(request, row.importance)];
    if row.since > KafkaVersion::V2_8 {
        marks.push(request.tell("settings--since", &[("version", version_name(row.since))]));
    }
    let mut notes = vec![(Tone::Plain, meaning(request, row))];
    if let Some(text) = request.find(&format!("depends--{}", row.name)) {
        notes.push((Tone::Plain, filled(request, text)));
    }
    notes.push((Tone::Muted, facts(request, row)));
    Knob { marks, notes, ..knob }
}

/// A sentence with the present values of the settings that it names as `{name}`.
fn filled(request: &Request, text: &str) -> String {
    let settings = &request.page.playground.settings;
    let mut filled = text.to_owned();
    for row in TABLE {
        let place = ["{", row.name, "}"].concat();
        if filled.contains(&place) {
            let value = settings.text(row.name).unwrap_or("null");
            filled = filled.replace(&place, &shown(row.unit, value));
        }
    }
    filled
}

fn importance(request: &Request, importance: Importance) -> String {
    request.say(match importance {
        Importance::High => "settings--high",
        Importance::Medium => "settings--medium",
        Importance::Low => "settings--low",
    })
}

/// One sentence of meaning.
fn meaning(request: &Request, row: &Row) -> String {
    request.meaning(row.name).unwrap_or_else(|| row.meaning()).to_owned()
}

/// Type, range, default and where Kafka reads it.
fn facts(request: &Request, row: &Row) -> String {
    let kind = row.kind.name();
    let number = |number: i64| shown(row.unit, &number.to_string());
    let range = match row.range {
        Range::Any | Range::NonEmpty | Range::List | Range::NonEmptyList => String::new(),
        Range::AtLeast(least) => format!(" ≥ {}", number(least)),
        Range::Between(least, most) => format!(" {} … {}", number(least), number(most)),
        Range::BetweenOr(least, most, or) => format!(" {or}, {} … {}", number(least), number(most)),
        Range::BetweenThousandths(least, most) => {
            format!(" {} … {}", least as f64 / 1_000.0, most as f64 / 1_000.0)
        }
        Range::OneOf(words) | Range::OneOfIgnoringCase(words) => format!(" {}", words.join(", ")),
    };
    let default = row.default(request.page.playground.settings.version).unwrap_or("null");
    let default = shown(row.unit, default);
    let kind = format!("{kind}{range}");
    request.tell(
        "settings--facts",
        &[("kind", &kind), ("default", &default), ("source", row.source())],
    )
}

/// Why a setting changes nothing here; `None` if it does.
pub(super) fn without_effect(name: &str) -> Option<&'static str> {
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    Some(match name {
        _ if begins(&["ssl.", "sasl.", "security."]) => "security",
        _ if begins(&["transaction"]) => "transactions",
        _ if begins(&["compression."]) && name.ends_with(".level") => "codec",
        _ if begins(&["metric", "enable.metrics"]) => "metrics",
        _ if name.ends_with("serializer") || begins(&["interceptor", "config.providers"]) => {
            "classes"
        }
        _ if RECOGNISED.iter().any(|row| row.name == name) => "network",
        _ => return None,
    })
}

/// Settings that change nothing here, by the reason.
fn idle(request: &Request, wanted: impl Fn(&&Row) -> bool, sheet: &mut Sheet) {
    let all: Vec<&Row> = TABLE
        .iter()
        .chain(RECOGNISED)
        .filter(|row| without_effect(row.name).is_some())
        .filter(wanted)
        .collect();
    if all.is_empty() {
        return;
    }
    sheet.push(Block::Heading(request.say("settings--idle")));
    for reason in ["network", "classes", "metrics", "codec", "transactions", "security"] {
        let of_reason = all.iter().filter(|row| without_effect(row.name) == Some(reason));
        let items: Vec<_> = of_reason
            .map(|row| {
                let default = row.default(KafkaVersion::V4_3).filter(|default| !default.is_empty());
                let default = shown(row.unit, default.unwrap_or("null"));
                format!("`{}` = {default} · {}", row.name, meaning(request, row))
            })
            .collect();
        if !items.is_empty() {
            sheet.push(Block::Note(Tone::Muted, request.say(&format!("idle--{reason}"))));
            sheet.push(Block::List { ordered: false, items });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::config::rows;

    fn text(question: &str) -> String {
        format!("{:?}", crate::sheet(&format!("sheet=settings\nlang=en\n{question}")))
    }

    #[test]
    fn every_setting_of_the_producer_and_the_cluster_is_there() {
        let all = text("link=v=1\n");
        for row in rows().chain(CLUSTER_TABLE) {
            assert!(all.contains(row.name), "{}", row.name);
        }
    }

    #[test]
    fn what_changes_nothing_is_no_knob() {
        let blocks = crate::sheet("sheet=settings\nlang=en\nlink=v=1\n").blocks;
        let knobs = blocks.iter().filter_map(|block| match block {
            Block::Knob(knob) => Some(knob.name.as_str()),
            _ => None,
        });
        for name in knobs {
            assert_eq!(without_effect(name), None, "{name}");
        }
    }

    #[test]
    fn a_search_finds_by_name_and_by_meaning() {
        let found = text("link=v=1\nfind=LINGER.ms\n");
        assert!(found.contains("linger.ms") && !found.contains("buffer.memory"), "{found}");
        assert!(text("link=v=1\nfind=copies of a batch\n").contains("acks"));
        assert!(text("link=v=1\nfind=xyzzy\n").contains("No setting"));
    }

    #[test]
    fn a_version_tells_its_defaults_and_the_rules_that_were_different() {
        let old = text("link=v=1&kafka=2.8\n");
        assert!(old.contains("KIP-794") && old.contains("`acks`"), "{old}");
        assert!(!text("link=v=1\n").contains("KIP-794"));
    }

    #[test]
    fn korean_says_what_each_setting_means_and_which_rules_were_different() {
        let names = rows().chain(CLUSTER_TABLE).map(|row| row.name.to_owned());
        let rules = rules_then(KafkaVersion::V2_8).map(|rule| format!("then--{}", rule.name));
        for name in names.chain(rules) {
            assert!(
                crate::language::MEANINGS.find(words::Language::Korean, &name).is_some(),
                "{name}"
            );
        }
    }

    #[test]
    fn settings_explain_each_other() {
        let all = text("link=v=1&acks=1\n");
        assert!(all.contains("acks=1"), "idempotence is off because of it");
        assert!(all.contains("5 ms + 30 s"), "{all}");
    }
}
