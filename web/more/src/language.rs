//! Words of the sheets, in both languages.

use words::Words;

/// All of them.
pub(crate) static WORDS: Words =
    Words::new(include_str!("i18n/en.txt"), include_str!("i18n/ko.txt"));

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        assert_eq!(super::WORDS.gaps(), Vec::<&str>::new());
    }
}
