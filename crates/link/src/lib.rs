//! A scenario as an address and back: `#v=1&acks=1&linger.ms=20`, only what differs from the default.
//!
//! [`Playground`] is what the form holds. Kafka's settings stand under Kafka's names, everything else
//! under a short name of [`PARTS`]. What a link has wrong is named by a [`Notice`] and costs nothing else.

mod parts;
mod playground;

pub use parts::{PARTS, Part};
pub use playground::{Mode, Playground};

use model::config::row;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The grammar's version: it freezes every default, ours and Kafka's.
const VERSION: &str = "1";

/// Longest address that is read, and written without a word.
pub const LENGTH_MAX: usize = 2_000;

/// What may stand in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b',');

/// Something in a link that was not understood; the rest of the link holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A part without a `=`, or with nothing behind it: the link was cut.
    Cut(String),
    /// A name that nothing has.
    UnknownName(String),
    /// A value that the name does not take.
    BadValue {
        /// The name.
        name: String,
        /// The value.
        value: String,
    },
    /// Another version of the grammar.
    Version(String),
    /// More than [`LENGTH_MAX`] characters.
    TooLong(usize),
}

/// Writes what differs from the default; empty if nothing does.
#[must_use]
pub fn write(playground: &Playground) -> String {
    let mut text = String::new();
    let mut push = |name: &str, value: &str| {
        text.push('&');
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, PLAIN));
    };
    let plain = Playground::default();
    for (name, value) in &playground.settings.typed {
        if plain.settings.typed.get(name) != Some(value) {
            push(name, value);
        }
    }
    for name in plain.settings.typed.keys() {
        if !playground.settings.is_set(name) {
            push(name, "default");
        }
    }
    for part in PARTS {
        let value = (part.get)(playground);
        if value != (part.get)(&plain) {
            push(part.name, &value.to_string());
        }
    }
    if text.is_empty() { text } else { format!("v={VERSION}{text}") }
}

/// Reads an address's fragment, with or without its `#`.
#[must_use]
pub fn read(fragment: &str) -> (Playground, Vec<Notice>) {
    let mut playground = Playground::default();
    let mut notices = Vec::new();
    let text = fragment.trim_start_matches('#');
    if text.len() > LENGTH_MAX {
        notices.push(Notice::TooLong(text.len()));
        return (playground, notices);
    }
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let Some((name, value)) = part.split_once('=').filter(|(_, value)| !value.is_empty())
        else {
            notices.push(Notice::Cut(decoded(part)));
            continue;
        };
        let (name, value) = (decoded(name), decoded(value));
        notices.extend(take(&mut playground, &name, &value));
    }
    (playground, notices)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn take(playground: &mut Playground, name: &str, value: &str) -> Option<Notice> {
    let bad = || Some(Notice::BadValue { name: name.to_owned(), value: value.to_owned() });
    if name == "v" {
        return (value != VERSION).then(|| Notice::Version(value.to_owned()));
    }
    if row(name).is_some() {
        if value == "default" {
            playground.settings.typed.remove(name);
        } else {
            // a value that Kafka refuses is kept: the form shows it refused, in Kafka's words
            playground.settings.set(name, value);
        }
        return None;
    }
    let Some(part) = PARTS.iter().find(|part| part.name == name) else {
        return Some(Notice::UnknownName(name.to_owned()));
    };
    match value.parse::<i64>() {
        Ok(number) if (part.min..=part.max).contains(&number) => {
            (part.set)(playground, number);
            None
        }
        _ => bad(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_needs_no_words() {
        assert_eq!(write(&Playground::default()), "");
        assert_eq!(read("#"), (Playground::default(), Vec::new()));
    }

    #[test]
    fn what_differs_comes_back() {
        let mut playground = Playground::default();
        playground.settings.set("acks", "1");
        playground.settings.set("linger.ms", "20");
        playground.settings.typed.remove("batch.size");
        playground.records = 200;
        playground.mode = Mode::Get;
        let text = write(&playground);
        assert_eq!(text, "v=1&acks=1&linger.ms=20&batch.size=default&records=200&mode=1");
        assert_eq!(read(&text), (playground, Vec::new()));
    }

    #[test]
    fn every_part_comes_back_at_both_its_ends() {
        for part in PARTS {
            for number in [part.min, part.max] {
                let mut playground = Playground::default();
                (part.set)(&mut playground, number);
                assert_eq!((part.get)(&playground), number, "{}", part.name);
                assert_eq!(read(&write(&playground)), (playground, Vec::new()), "{}", part.name);
            }
        }
    }

    #[test]
    fn a_link_cut_in_half_loses_only_the_broken_part() {
        let (playground, notices) = read("#v=1&acks=0&linger.m");
        assert_eq!(playground.settings.text("acks"), Some("0"));
        assert_eq!(notices, [Notice::Cut("linger.m".into())]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let (_, notices) = read("v=2&nonsense=1&records=-5&rate=fast");
        assert_eq!(notices.len(), 4);
        assert!(matches!(&notices[2], Notice::BadValue { name, .. } if name == "records"));
        let long = "a".repeat(LENGTH_MAX + 1);
        assert_eq!(read(&long).1, [Notice::TooLong(LENGTH_MAX + 1)]);
    }

    #[test]
    fn a_value_that_kafka_refuses_is_kept_for_the_form() {
        let (playground, notices) = read("acks=ALL");
        assert_eq!(notices, []);
        assert!(playground.scenario().is_err());
    }
}
