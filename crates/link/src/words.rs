//! What a page calls the parts, presets and faults, and why each assumption has its default: `key = text`
//! a line. Behind a feature, so that a page loads them when they are wanted.

/// English.
pub const ENGLISH: &str = include_str!("../words/en.txt");
/// Korean.
pub const KOREAN: &str = include_str!("../words/ko.txt");
