//! Words of the sheets, in both languages.

use words::Words;

/// All of them.
pub(crate) static WORDS: Words =
    Words::new(include_str!("i18n/en.txt"), include_str!("i18n/ko.txt"));
/// What parts, presets and faults are called.
pub(crate) static PARTS: Words = Words::new(link::words::ENGLISH, link::words::KOREAN);

/// What Kafka's settings mean; in English the table of settings says it.
pub(crate) static MEANINGS: Words = Words::new("", include_str!("i18n/meanings_ko.txt"));

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        assert_eq!(WORDS.gaps(), Vec::<&str>::new());
    }
}
