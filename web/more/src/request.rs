//! A question in text.

use crate::language::{MEANINGS, PARTS, WORDS};
use link::PageState;
use std::collections::BTreeMap;
use words::Language;

/// What a sheet is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Which sheet.
    pub sheet: String,
    /// The reader's language.
    pub language: Language,
    /// The page's state.
    pub page: PageState,
    /// Everything else that the question names.
    pub parameters: BTreeMap<String, String>,
}

impl Request {
    /// Reads lines `name=value`; in a value `\n` stands for a line's end and `\\` for a backslash.
    #[must_use]
    pub fn read(question: &str) -> Self {
        let mut request = Self::default();
        for line in question.lines() {
            let Some((name, value)) = line.split_once('=') else { continue };
            match name {
                "sheet" => value.clone_into(&mut request.sheet),
                "lang" => request.language = Language::of_tag(value),
                "link" => request.page = link::read_saved(value).0,
                _ => {
                    request.parameters.insert(name.to_owned(), unescaped(value));
                }
            }
        }
        let open = request.page.case.as_deref().and_then(crate::case::named);
        if let Some(open) = open {
            request.page.playground = open.playground.clone();
        }
        request
    }

    /// A parameter, or nothing.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A parameter that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u32> {
        self.parameter(name).parse().ok()
    }

    pub(crate) fn say(&self, key: &str) -> String {
        WORDS.say(self.language, key)
    }

    /// The text of a key, if there is one in this language.
    pub(crate) fn find(&self, key: &str) -> Option<&'static str> {
        WORDS.find(self.language, key)
    }

    /// What parts, presets and faults are called, and why an assumption has its default.
    pub(crate) fn part(&self, key: &str) -> String {
        PARTS.say(self.language, key)
    }

    /// What a setting means, where this language says it in other words than the table.
    pub(crate) fn meaning(&self, name: &str) -> Option<&'static str> {
        MEANINGS.find(self.language, name)
    }

    pub(crate) fn tell(&self, key: &str, values: &[(&str, &str)]) -> String {
        WORDS.tell(self.language, key, values)
    }
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        text.push(match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => '\n',
                Some(other) => other,
                None => break,
            },
            (plain, false) => plain,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read() {
        let request = Request::read("sheet=code\nlang=ko\nlink=v=1&acks=1\ntext=a\\nb\\\\n\n");
        assert_eq!((request.sheet.as_str(), request.language), ("code", Language::Korean));
        assert_eq!(request.page.playground.settings.text("acks"), Some("1"));
        assert_eq!(request.parameter("text"), "a\nb\\n");
        assert_eq!(request.number("text"), None);
    }
}
