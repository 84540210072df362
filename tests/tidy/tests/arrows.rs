//! Which crate may depend on which: the list in ARCHITECTURE.md against the Cargo.toml files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Arrows = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders up").to_path_buf()
}

/// The lines `name -> other, other` of ARCHITECTURE.md.
fn allowed(text: &str) -> Arrows {
    let arrow = |line: &str| {
        let (name, others) = line.split_once(" -> ")?;
        let plain = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || "_-".contains(c));
        let others = others.split(',').map(|other| other.trim().to_owned());
        plain(name.trim()).then(|| (name.trim().to_owned(), others.collect()))
    };
    text.lines().filter_map(arrow).collect()
}

/// Names of the workspace's own crates in the `[dependencies]` of a manifest.
fn own_dependencies(manifest: &str) -> BTreeSet<String> {
    let mut section = "";
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section == "[dependencies]"
            && line.contains("path = ")
            && let Some((name, _)) = line.split_once(" = ")
        {
            names.insert(name.trim().to_owned());
        }
    }
    names
}

fn manifests() -> Vec<PathBuf> {
    let mut found = vec![root().join("web/Cargo.toml")];
    for folder in ["crates", "tests", "web"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("the folder is there") {
            let manifest = entry.expect("it can be read").path().join("Cargo.toml");
            if manifest.exists() {
                found.push(manifest);
            }
        }
    }
    found
}

fn name_of(manifest: &str) -> String {
    let line = manifest.lines().find(|line| line.starts_with("name = ")).expect("it has a name");
    line.trim_start_matches("name = ").trim_matches('"').to_owned()
}

#[test]
fn every_arrow_between_crates_stands_in_architecture_md() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let allowed = allowed(&text);
    assert!(allowed.len() > 5, "the list of arrows was not found");
    for manifest in manifests() {
        let text = std::fs::read_to_string(&manifest).expect("it can be read");
        let name = name_of(&text);
        let wanted = own_dependencies(&text);
        let known = allowed.get(&name).cloned().unwrap_or_default();
        let extra: Vec<_> = wanted.difference(&known).collect();
        assert!(extra.is_empty(), "{name} depends on {extra:?}: ARCHITECTURE.md has no such arrow");
    }
}

#[test]
fn an_arrow_that_is_not_listed_is_found() {
    let listed = allowed("    model -> trace, units\nnot an Arrow -> x\n");
    assert_eq!(listed.len(), 1);
    let found = own_dependencies("[dependencies]\nweb = { path = \"../web\" }\nlibm = \"1\"\n");
    assert_eq!(found.difference(&listed["model"]).collect::<Vec<_>>(), ["web"]);
}

#[test]
fn arrows_point_one_way() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let allowed = allowed(&text);
    for start in allowed.keys() {
        let mut seen = BTreeSet::new();
        let mut next = vec![start.clone()];
        while let Some(name) = next.pop() {
            for other in allowed.get(&name).into_iter().flatten() {
                assert_ne!(other, start, "{start} depends on itself through {name}");
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
    }
}
