//! Words of a language: `key = text` a line, looked up by key, with values in their places.
//!
//! Kafka's names are terms that no language translates.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

impl Language {
    /// The tag that browsers know it by.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The language of a tag such as `ko-KR`; English for one that the page does not speak.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        if tag.starts_with("ko") { Self::Korean } else { Self::English }
    }
}

/// The texts of both languages.
pub struct Words {
    english: &'static str,
    korean: &'static str,
    read: [OnceLock<BTreeMap<&'static str, &'static str>>; 2],
}

impl Words {
    /// Words out of two texts with the same keys.
    #[must_use]
    pub const fn new(english: &'static str, korean: &'static str) -> Self {
        Self { english, korean, read: [const { OnceLock::new() }; 2] }
    }

    /// The text of a key, if there is one.
    #[must_use]
    pub fn find(&self, language: Language, key: &str) -> Option<&'static str> {
        let text = match language {
            Language::English => self.english,
            Language::Korean => self.korean,
        };
        self.read[language as usize].get_or_init(|| messages(text)).get(key).copied()
    }

    /// The text of a key; the key itself if there is none, so that the gap is seen.
    #[must_use]
    pub fn say(&self, language: Language, key: &str) -> String {
        self.find(language, key).unwrap_or(key).to_owned()
    }

    /// The text with values in its places: `{name}`.
    #[must_use]
    pub fn tell(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.say(language, key);
        for (name, value) in values {
            text = text.replace(&["{", name, "}"].concat(), value);
        }
        text
    }

    /// Keys that only one language has, or whose texts have other places.
    #[must_use]
    pub fn gaps(&self) -> Vec<&'static str> {
        let [english, korean] = [self.english, self.korean].map(messages);
        let alone = |a: &BTreeMap<&'static str, &'static str>,
                     b: &BTreeMap<&'static str, &'static str>| {
            a.iter()
                .filter(|(key, text)| b.get(*key).is_none_or(|other| places(other) != places(text)))
                .map(|(key, _)| *key)
                .collect::<Vec<_>>()
        };
        let mut gaps = alone(&english, &korean);
        gaps.extend(alone(&korean, &english));
        gaps
    }
}

fn messages(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    text.lines().filter_map(|line| line.split_once(" = ")).collect()
}

/// Names of the places of a text, each once, in order.
fn places(text: &str) -> std::collections::BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static WORDS: Words = Words::new("a = {n} things\nb = only", "a = 사물 {m}개\n");

    #[test]
    fn gaps_are_found() {
        assert_eq!(WORDS.gaps(), ["a", "b", "a"]);
    }

    #[test]
    fn values_stand_in_their_places() {
        assert_eq!(WORDS.tell(Language::English, "a", &[("n", "3")]), "3 things");
        assert_eq!(WORDS.say(Language::Korean, "b"), "b");
    }
}
