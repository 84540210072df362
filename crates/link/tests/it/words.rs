//! Every part, choice, preset and kind of fault has words, every assumption a reason, in both languages.

use link::words::{ENGLISH, KOREAN};
use link::{FAULT_KINDS, Group, PARTS, PRESETS, PartUnit};
use std::collections::BTreeSet;

fn wanted() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for part in PARTS {
        keys.insert(format!("part--{}", part.name));
        if part.group == Group::Assumption {
            keys.insert(format!("part--{}--reason", part.name));
        }
        // versions are numbers in every language
        if let (PartUnit::Words(words), true) = (part.unit, part.group != Group::Version) {
            keys.extend(words.iter().map(|word| format!("part--{}--{word}", part.name)));
        }
    }
    keys.extend(PRESETS.iter().map(|preset| format!("preset--{}", preset.name)));
    keys.extend(FAULT_KINDS.iter().map(|kind| format!("fault--{kind}")));
    keys
}

#[test]
fn everything_has_words_in_both_languages_and_no_words_are_left_over() {
    for text in [ENGLISH, KOREAN] {
        let keys = text.lines().map(|line| {
            let (key, words) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
            assert!(!words.trim().is_empty(), "{key}");
            key.to_owned()
        });
        assert_eq!(keys.collect::<BTreeSet<_>>(), wanted());
    }
}
