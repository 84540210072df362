//! Words of a language: `key = text` a line, looked up by key, with values in their places.
//!
//! Kafka's names are terms that no language translates.

mod particles;
mod time;

pub use time::{length, letters, moment};

use litemap::LiteMap;
use particles::with_particles;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A quantity as people read it: `1,000,000`.
#[must_use]
pub fn count(number: impl std::fmt::Display) -> String {
    units::grouped(&number.to_string())
}

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

type Messages = LiteMap<&'static str, &'static str>;

/// Where texts are.
enum Source {
    /// In the program: English, Korean.
    Here([&'static str; 2]),
    /// Elsewhere, and perhaps not fetched yet.
    Elsewhere(fn(Language) -> Option<String>),
}

/// The texts of both languages.
pub struct Words {
    source: Source,
    read: [OnceLock<Messages>; 2],
}

impl Words {
    /// Words out of two texts with the same keys.
    #[must_use]
    pub const fn new(english: &'static str, korean: &'static str) -> Self {
        Self { source: Source::Here([english, korean]), read: [const { OnceLock::new() }; 2] }
    }

    /// Words whose texts are asked for when they are first needed.
    #[must_use]
    pub const fn elsewhere(text: fn(Language) -> Option<String>) -> Self {
        Self { source: Source::Elsewhere(text), read: [const { OnceLock::new() }; 2] }
    }

    /// The text of a key, if there is one; the other language's while the text is not there yet.
    #[must_use]
    pub fn find(&self, language: Language, key: &str) -> Option<&'static str> {
        let other = match language {
            Language::English => Language::Korean,
            Language::Korean => Language::English,
        };
        let messages = self.messages(language).or_else(|| self.messages(other))?;
        messages.get(key).copied()
    }

    fn messages(&self, language: Language) -> Option<&Messages> {
        let read = &self.read[language as usize];
        if read.get().is_none() {
            let text = match &self.source {
                Source::Here(texts) => texts[language as usize],
                // it stays as long as the page
                Source::Elsewhere(text) => Box::leak(text(language)?.into_boxed_str()),
            };
            return Some(read.get_or_init(|| messages(text)));
        }
        read.get()
    }

    /// The text of a key; the key itself if there is none, so that the gap is seen.
    #[must_use]
    pub fn say(&self, language: Language, key: &str) -> String {
        self.find(language, key).unwrap_or(key).to_owned()
    }

    /// The text with values in its places: `{name}`. After a number, `{name|record|records}` is the one
    /// word for 1 and the other for all else; Korean needs none. There a particle that is written in both
    /// forms, as `은(는)`, gets the one that follows from what stands before it.
    #[must_use]
    pub fn tell(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let text = self.say(language, key);
        let mut pieces = text.split('{');
        let mut told = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let placed = piece.split_once('}').and_then(|(place, after)| {
                let (name, words) = place.split_once('|').unwrap_or((place, ""));
                let (_, value) = values.iter().find(|(other, _)| *other == name)?;
                let word =
                    words.split_once('|').map(|(one, many)| if *value == "1" { one } else { many });
                Some([word.unwrap_or(value), after].concat())
            });
            // what is no place of this text is left as it stands
            told.push_str(&placed.unwrap_or_else(|| ["{", piece].concat()));
        }
        if language == Language::Korean { with_particles(&told) } else { told }
    }

    /// Keys that only one language has, or whose texts have other places.
    #[must_use]
    pub fn gaps(&self) -> Vec<&'static str> {
        let both = self.messages(Language::English).zip(self.messages(Language::Korean));
        let Some((english, korean)) = both else { return Vec::new() };
        let alone = |a: &Messages, b: &Messages| {
            a.iter()
                .filter(|(key, text)| b.get(*key).is_none_or(|other| places(other) != places(text)))
                .map(|(key, _)| *key)
                .collect::<Vec<_>>()
        };
        let mut gaps = alone(english, korean);
        gaps.extend(alone(korean, english));
        gaps
    }
}

fn messages(text: &'static str) -> Messages {
    text.lines().filter_map(|line| line.split_once(" = ")).collect()
}

/// Names of the places of a text, each once, in order.
fn places(text: &str) -> std::collections::BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')?.0.split('|').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static WORDS: Words = Words::new("a = {n} things\nb = only", "a = 사물 {m}개\n");

    #[test]
    fn one_is_not_many_and_what_is_no_place_stays() {
        let words = Words::new(
            "a = {n} {n|batch|batches} of {m}, ISR {1,2}\n",
            "a = {m}의 배치 {n}개, ISR {1,2}\n",
        );
        let tell = |n: &str| words.tell(Language::English, "a", &[("n", n), ("m", "{n}")]);
        assert_eq!(tell("1"), "1 batch of {n}, ISR {1,2}");
        assert_eq!(tell("12"), "12 batches of {n}, ISR {1,2}");
        let empty: [&str; 0] = [];
        assert_eq!(words.gaps(), empty);
    }

    #[test]
    fn gaps_are_found() {
        assert_eq!(WORDS.gaps(), ["a", "b", "a"]);
    }

    #[test]
    fn the_other_language_stands_in_while_a_text_is_under_way() {
        static LATE: Words = Words::elsewhere(|language| match language {
            Language::English => Some("a = here".to_owned()),
            Language::Korean => None,
        });
        assert_eq!(LATE.say(Language::Korean, "a"), "here");
        assert_eq!(LATE.say(Language::English, "a"), "here");
    }

    #[test]
    fn values_stand_in_their_places() {
        assert_eq!(WORDS.tell(Language::English, "a", &[("n", "3")]), "3 things");
        assert_eq!(WORDS.say(Language::Korean, "b"), "b");
    }
}
