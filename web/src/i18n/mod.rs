//! Words of the page. One file a language, `key = text`; Kafka's names are terms that none translates.

use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    #[default]
    English,
    Korean,
}

type Messages = BTreeMap<&'static str, &'static str>;

thread_local! {
    static ENGLISH: OnceCell<Messages> = const { OnceCell::new() };
    static KOREAN: OnceCell<Messages> = const { OnceCell::new() };
}

fn messages(text: &'static str) -> Messages {
    text.lines().filter_map(|line| line.split_once(" = ")).collect()
}

impl Language {
    /// The tag that the page and the browser know it by.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    fn find(self, key: &str) -> Option<&'static str> {
        let (cell, text) = match self {
            Self::English => (&ENGLISH, include_str!("en.txt")),
            Self::Korean => (&KOREAN, include_str!("ko.txt")),
        };
        cell.with(|cell| cell.get_or_init(|| messages(text)).get(key).copied())
    }

    /// The message of a key; the key itself if there is none, so that the gap is seen.
    pub(crate) fn say(self, key: &str) -> String {
        self.find(key).map_or_else(|| key.to_owned(), str::to_owned)
    }

    /// The message with values in its places: `{name}`.
    pub(crate) fn tell(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.say(key);
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::{CloseReason, Condition};

    const FILES: [&str; 2] = [include_str!("en.txt"), include_str!("ko.txt")];

    fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        let [english, korean] = FILES.map(messages);
        let keys: Vec<_> = english.keys().collect();
        assert_eq!(keys, korean.keys().collect::<Vec<_>>());
        for (key, text) in &english {
            assert_eq!(places(text), places(korean[key]), "{key}");
        }
    }

    #[test]
    fn every_reason_has_words() {
        for name in Condition::VARIANTS {
            assert!(Language::Korean.find(&format!("why--{name}")).is_some(), "{name}");
        }
        for name in CloseReason::VARIANTS {
            assert!(Language::Korean.find(&format!("close--{name}")).is_some(), "{name}");
        }
    }

    #[test]
    fn values_stand_in_their_places() {
        let told = Language::English.tell("inspect--refused", &[("error", "X")]);
        assert_eq!(told, "Refused: X.");
    }
}
