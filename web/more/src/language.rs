//! Words of the sheets, in both languages.

use words::{Language, Words};

/// All of them.
pub(crate) static WORDS: Words =
    Words::new(include_str!("i18n/en.txt"), include_str!("i18n/ko.txt"));

/// What parts, presets and faults are called.
pub(crate) static PARTS: Words = Words::new(link::words::ENGLISH, link::words::KOREAN);

/// What Kafka's settings mean; in English the table of settings says it.
pub(crate) static MEANINGS: Words = Words::new("", include_str!("i18n/meanings_ko.txt"));

/// What a language says.
pub(crate) trait Speak {
    /// The text of a key.
    fn say(self, key: &str) -> String;
    /// The text with values in its places.
    fn tell(self, key: &str, values: &[(&str, &str)]) -> String;
}

impl Speak for Language {
    fn say(self, key: &str) -> String {
        WORDS.say(self, key)
    }

    fn tell(self, key: &str, values: &[(&str, &str)]) -> String {
        WORDS.tell(self, key, values)
    }
}

#[cfg(test)]
mod tests {
    use super::WORDS;
    use trace::{CloseReason, Condition};
    use words::Language;

    #[test]
    fn every_reason_has_words() {
        for (kind, names) in [("why", Condition::VARIANTS), ("close", CloseReason::VARIANTS)] {
            for name in names {
                let key = format!("{kind}--{name}");
                assert!(WORDS.find(Language::Korean, &key).is_some(), "{key}");
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        assert_eq!(WORDS.gaps(), Vec::<&str>::new());
    }
}
