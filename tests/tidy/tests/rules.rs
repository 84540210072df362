//! Rules of the code that a program can check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders up").to_path_buf()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "web", "tests"] {
        sources(&root().join(folder), &mut found);
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        (path, text)
    };
    found.into_iter().map(read).collect()
}

#[test]
fn every_file_says_what_lives_in_it() {
    for (path, text) in all_sources() {
        assert!(text.starts_with("//!"), "{} does not start with `//!`", path.display());
    }
}

#[test]
fn a_file_of_more_than_900_lines_was_forgotten_to_be_split() {
    for (path, text) in all_sources() {
        let lines = text.lines().count();
        assert!(lines <= 900, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_model_and_what_it_stands_on_have_no_std() {
    for name in ["units", "trace", "model"] {
        let lib = root().join("crates").join(name).join("src/lib.rs");
        let text = std::fs::read_to_string(lib).expect("it can be read");
        assert!(text.contains("#![no_std]"), "{name} has std, and with it clocks and hash maps");
    }
}

#[test]
fn no_test_is_ignored_and_none_sleeps() {
    let (ignore, sleep) = (concat!("#[", "ignore"), concat!("thread::", "sleep"));
    for (path, text) in all_sources() {
        assert!(!text.contains(ignore), "{} ignores a test", path.display());
        // a program for others, in a text, may
        let for_others = path.ends_with("client_code/src/rust.rs");
        assert!(for_others || !text.contains(sleep), "{} sleeps", path.display());
    }
}

#[test]
fn no_word_of_the_page_is_without_use() {
    // what stands in quotes, as far as it can be a key: whole, or the begin of one that is put together
    let mut quoted = BTreeSet::new();
    for (_, text) in all_sources() {
        for part in text.split('"') {
            let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
            quoted.insert(part[..end.unwrap_or(part.len())].to_owned());
        }
    }
    let begins: Vec<&String> = quoted.iter().filter(|begin| begin.contains("--")).collect();
    for file in ["web/engine/src/i18n/en.txt", "web/more/src/i18n/en.txt"] {
        let text = std::fs::read_to_string(root().join(file)).expect("it is there");
        let keys = text.lines().filter_map(|line| Some(line.split_once(" = ")?.0));
        let used = |key: &&str| {
            quoted.contains(*key) || begins.iter().any(|begin| key.starts_with(begin.as_str()))
        };
        let unused: Vec<&str> = keys.filter(|key| !used(key)).collect();
        assert!(unused.is_empty(), "{file}: {unused:?}");
    }
}
