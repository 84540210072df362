//! `tests/conformance/replication.md` against the tests that it names.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders up").to_path_buf()
}

/// The text of all sources under a folder, one after another.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("it can be read"));
        }
    }
}

/// Tests as they are named in text: in backquotes, words with lines between them.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|name| {
        name.matches('_').count() > 2
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}

#[test]
fn every_test_that_proves_a_rule_of_replication_is_there() {
    let table = std::fs::read_to_string(root().join("tests/conformance/replication.md"));
    let table = table.expect("the table is there");
    let mut text = String::new();
    sources(&root().join("crates"), &mut text);
    let missing: Vec<&str> =
        named(&table).filter(|name| !text.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let rules = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let numbers: Vec<u32> = rules.filter_map(|first| first.parse().ok()).collect();
    assert_eq!(numbers, (1..=34).collect::<Vec<u32>>(), "no rule is left out");
}
