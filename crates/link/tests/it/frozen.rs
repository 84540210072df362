//! Fifty links and what they mean, written out in `links.txt`. A link that someone has shared must mean
//! the same for ever, whatever becomes of our defaults or Kafka's: no line of the file may ever change.
//! A new setting or part adds a line to the block of defaults; `LINGER_FREEZE=1` writes the file anew.

use link::{PARTS, PageState, Playground, read_page};
use model::config::{CLUSTER_TABLE, TABLE};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const FROZEN: &str = include_str!("links.txt");

/// Name and meaning of all that a playground holds.
fn meaning(playground: &Playground) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let version = playground.settings.version;
    let set = |typed: bool| {
        // whether it was typed matters to Kafka, even where the value is the default
        if typed { " (set)" } else { "" }
    };
    for row in TABLE {
        let text = playground.settings.text(row.name).unwrap_or("null");
        let set = set(playground.settings.typed.contains_key(row.name));
        lines.insert(row.name.to_owned(), format!("{text}{set}"));
    }
    for row in CLUSTER_TABLE {
        let text = playground.cluster.text(row.name, version).unwrap_or("null");
        let set = set(playground.cluster.typed.contains_key(row.name));
        lines.insert(row.name.to_owned(), format!("{text}{set}"));
    }
    for part in PARTS {
        lines.insert(part.name.to_owned(), part.text((part.get)(playground)));
    }
    for (position, fault) in playground.faults.iter().enumerate() {
        lines.insert(format!("fault {position}"), format!("{fault:?}"));
    }
    lines
}

/// Lines of a page that differ from those of the default.
fn differences(page: &PageState) -> Vec<String> {
    let plain = meaning(&Playground::default());
    let mut lines = Vec::new();
    let mut tell = |prefix: &str, playground: &Playground| {
        for (name, text) in meaning(playground) {
            if plain.get(&name) != Some(&text) {
                lines.push(format!("{prefix}{name} = {text}"));
            }
        }
    };
    tell("", &page.playground);
    if let Some(pinned) = &page.pinned {
        tell("A ", pinned);
        lines.push(String::from("A is pinned"));
    }
    let view = PageState { playground: Playground::default(), pinned: None, ..page.clone() };
    if view != PageState::default() {
        let PageState { playhead, window, selection, panel, sweep, lesson, case, .. } = &view;
        let PageState { theme, language, show, controls, .. } = &view;
        lines.push(format!("view {playhead:?} {window:?} {selection:?} {panel:?} {sweep:?}"));
        lines
            .push(format!("view {lesson:?} {case:?} {theme:?} {language:?} {show:?} {controls:?}"));
    }
    lines
}

fn written_out() -> String {
    let mut text = String::from("[defaults]\n");
    for (name, value) in meaning(&Playground::default()) {
        let _ = writeln!(text, "{name} = {value}");
    }
    for link in FROZEN.lines().filter_map(|line| line.strip_prefix('#')) {
        let (page, notices) = read_page(link);
        let _ = writeln!(text, "\n#{link}");
        for line in differences(&page) {
            let _ = writeln!(text, "{line}");
        }
        for notice in notices {
            let _ = writeln!(text, "notice {notice:?}");
        }
    }
    text
}

#[test]
fn fifty_links_mean_what_they_meant() {
    let now = written_out();
    if std::env::var_os("LINGER_FREEZE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/links.txt");
        std::fs::write(path, &now).expect("the fixture is in the repository");
        return;
    }
    for (was, is) in FROZEN.lines().zip(now.lines()) {
        assert_eq!(is, was, "a shared link has changed its meaning");
    }
    assert_eq!(FROZEN.lines().count(), now.lines().count());
    assert_eq!(FROZEN.lines().filter(|line| line.starts_with('#')).count(), 50);
}

#[test]
fn every_frozen_link_that_kafka_accepts_runs_to_its_end() {
    for link in FROZEN.lines().filter_map(|line| line.strip_prefix('#')) {
        let (page, _) = read_page(link);
        let Ok((scenario, _)) = page.playground.scenario() else { continue };
        let trace = model::run(scenario);
        let end = trace.end.map(|(_, end)| format!("{end:?}"));
        assert!(matches!(end.as_deref(), Some("Finished" | "TimeLimit")), "{link}: {end:?}");
    }
}
