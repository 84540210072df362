//! A page's state as an address and back: `#v=1&acks=1&linger.ms=20`, only what differs from the default.
//!
//! [`PageState`] is all that an address brings back; its [`Playground`] is what the form holds. Kafka's
//! settings stand under Kafka's names, everything else under a short name of [`PARTS`], faults as
//! [`fault_text`] writes them; what belongs to the pinned run A has `a.` before it and says only what
//! differs from the running one. What a text has wrong is named by a [`Notice`] and costs nothing else.
//!
//! The same text, longer than an address may be, is how a scenario is saved.

mod faults;
mod identity;
mod page;
mod parts;
mod playground;
mod reader;
mod selection;
mod time_text;
#[cfg(feature = "words")]
pub mod words;
mod writer;

pub use faults::{FAULT_KINDS, fault_kind, fault_of_text, fault_sign, fault_text};
pub use identity::{batch_name, find, identify};
pub use page::{LanguageChoice, PageState, Panel, ThemeChoice};
pub use parts::{
    ArrivalKind, Ending, Group, KeySkew, Mode, PARTS, Part, PartUnit, StartKind, part,
};
pub use playground::{EVENTS_MAX, PRESETS, Playground, Preset, UNTIL};
pub use selection::Selection;
pub use time_text::{micros_of, time_text};

/// The grammar's version: it freezes every default, ours and Kafka's.
const VERSION: &str = "1";
/// What stands before the parts of the pinned run.
const PINNED: &str = "a";
/// Most faults of a scenario.
const FAULTS_MAX: usize = 200;

/// Longest address that is read, and written without a word; in characters.
pub const LENGTH_MAX: usize = 2_000;
/// Longest text of a saved scenario.
const SAVED_MAX: usize = 100_000;

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

/// A state whose text is longer than an address may be. It can still be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The text, for [`read_saved`].
    pub text: String,
}

/// Writes a playground: what differs from the default; empty if nothing does.
#[must_use]
pub fn write(playground: &Playground) -> String {
    writer::playground(playground)
}

/// Reads the playground of an address's fragment, with or without its `#`.
#[must_use]
pub fn read(fragment: &str) -> (Playground, Vec<Notice>) {
    let (page, notices) = read_page(fragment);
    (page.playground, notices)
}

/// A playground after the changes that a text names; what it does not understand changes nothing.
#[must_use]
pub fn changed(playground: &Playground, text: &str) -> Playground {
    let mut changed = playground.clone();
    let _ = reader::apply(&mut changed, text);
    changed
}

/// Writes a page's state as an address's fragment, without the `#`.
///
/// # Errors
/// The text, where it has more than [`LENGTH_MAX`] characters.
pub fn write_page(page: &PageState) -> Result<String, TooLong> {
    let text = write_saved(page);
    if text.len() > LENGTH_MAX { Err(TooLong { text }) } else { Ok(text) }
}

/// What an address without a fragment opens: the default scenario at a moment when every part of it is at
/// work, so that the state at the playhead tells something before anybody has moved it.
pub const OPENING: &str = "v=1&t=33ms";

/// Reads an address's fragment, with or without its `#`.
#[must_use]
pub fn read_page(fragment: &str) -> (PageState, Vec<Notice>) {
    if fragment.len() > LENGTH_MAX {
        let length = fragment.chars().count();
        return (PageState::default(), vec![Notice::TooLong(length)]);
    }
    reader::page(fragment)
}

/// Writes a page's state for a saved scenario, however long it is.
#[must_use]
pub fn write_saved(page: &PageState) -> String {
    writer::page(page)
}

/// Reads a saved scenario.
#[must_use]
pub fn read_saved(text: &str) -> (PageState, Vec<Notice>) {
    if text.len() > SAVED_MAX {
        return (PageState::default(), vec![Notice::TooLong(text.chars().count())]);
    }
    reader::page(text)
}

#[cfg(test)]
mod tests;
