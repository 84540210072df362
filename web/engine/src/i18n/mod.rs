//! Words of the page, in both languages.

pub use words::Language;

use words::Words;

/// In the browser they are files, which `start.js` and `worker.js` fetch: those of the reader's language
/// before the page starts.
#[cfg(target_arch = "wasm32")]
static WORDS: Words = Words::elsewhere(fetched);

#[cfg(not(target_arch = "wasm32"))]
static WORDS: Words = Words::new(include_str!("en.txt"), include_str!("ko.txt"));

#[cfg(target_arch = "wasm32")]
fn fetched(language: Language) -> Option<String> {
    let get =
        |object: &wasm_bindgen::JsValue, name: &str| js_sys::Reflect::get(object, &name.into());
    get(&get(&js_sys::global(), "words").ok()?, language.tag()).ok()?.as_string()
}

/// What the timeline says in a language.
pub fn timeline_words(language: Language) -> timeline::Words {
    timeline::Words::new(|key| language.say(key))
}

/// What a language says.
pub trait Speak {
    /// The text of a key; the key itself if there is none, so that the gap is seen.
    fn say(self, key: &str) -> String;
    /// The text with values in its places: `{name}`.
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
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        assert_eq!(WORDS.gaps(), Vec::<&str>::new());
    }

    #[test]
    fn every_sign_of_the_legend_has_words() {
        for entry in timeline::legend() {
            assert!(WORDS.find(Language::Korean, entry.key).is_some(), "{}", entry.key);
        }
    }

    #[test]
    fn every_word_and_sign_of_the_timeline_has_words() {
        let words = timeline::Word::ALL.iter().map(|word| word.key());
        let signs = timeline::legend().into_iter().map(|entry| entry.key);
        for key in words.chain(signs) {
            assert!(WORDS.find(Language::Korean, key).is_some(), "{key}");
        }
    }
}
