//! The part of YAML that an `application.yml` is written in: maps by indentation, maps in braces,
//! quoted and plain text. Lists, block text, anchors and tags are passed over.

use super::{Found, Imported};

/// A key that is open, and how far its line is indented.
struct Open {
    indent: usize,
    key: String,
}

pub(super) fn read(text: &str, imported: &mut Imported) {
    let mut open: Vec<Open> = Vec::new();
    // lines further in than this belong to a value; those of block text and lists are not reported
    let mut inside: Option<(usize, bool)> = None;
    for (line, number) in text.lines().zip(1..) {
        let content = without_comment(line);
        let trimmed = content.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if trimmed.is_empty() {
            continue;
        }
        if let Some((from, known)) = inside
            && indent > from
        {
            if !known {
                imported.not_understood(number);
            }
            continue;
        }
        inside = None;
        if trimmed == "---" || trimmed == "..." {
            open.clear();
            continue;
        }
        if trimmed.starts_with("- ") || trimmed == "-" {
            inside = Some((indent, true));
            continue;
        }
        // a line of a .properties file among the others
        if trimmed.find(['=', ':']).is_some_and(|at| trimmed[at..].starts_with('=')) {
            imported.otherwise.push(number);
            super::properties::take(number, trimmed, imported);
            continue;
        }
        let Some((key, value)) = split(trimmed) else {
            imported.not_understood(number);
            continue;
        };
        while open.last().is_some_and(|last| last.indent >= indent) {
            open.pop();
        }
        let path = path(&open, key);
        let first = value.chars().next();
        if let Some(first) = first {
            inside = Some((indent, matches!(first, '|' | '>' | '[')));
        }
        match first {
            None => open.push(Open { indent, key: key.to_owned() }),
            Some('{') => braces(number, &path, value, imported),
            Some('|' | '>' | '[' | '&' | '*' | '!') => {
                imported.take(number, &path, &Found::Elsewhere)
            }
            Some(_) => imported.take(number, &path, &Found::Text(unquoted(value))),
        }
    }
}

/// Longest name that can be one of a setting: what is nested deeper is cut, and then is none.
const PATH_MAX: usize = 400;

fn path(open: &[Open], key: &str) -> String {
    let mut path = String::new();
    for part in open.iter().map(|open| open.key.as_str()).chain([key]) {
        if path.len() > PATH_MAX {
            break;
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(part);
    }
    path
}

/// `{linger.ms: 20, acks: all}`: one level.
fn braces(number: u32, path: &str, value: &str, imported: &mut Imported) {
    let Some(inner) = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) else {
        return imported.not_understood(number);
    };
    for pair in inner.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        match split(pair) {
            Some((key, value)) if !value.starts_with('{') => {
                let name = [path, ".", key].concat();
                imported.take(number, &name, &Found::Text(unquoted(value)));
            }
            _ => imported.not_understood(number),
        }
    }
}

/// `key: value`, where the key may be in quotes and the value absent.
fn split(line: &str) -> Option<(&str, &str)> {
    if let Some(quote) = line.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (key, rest) = line[1..].split_once(quote)?;
        return Some((key, rest.trim_start().strip_prefix(':')?.trim()));
    }
    if let Some((key, value)) = line.split_once(": ") {
        return Some((key.trim_end(), value.trim()));
    }
    Some((line.strip_suffix(':')?.trim_end(), ""))
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    value
}

/// The line up to a `#` that starts it or follows a space, outside quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '#' && before.is_whitespace() => return &line[..at],
            None if matches!(c, '"' | '\'') && !before.is_alphanumeric() => quote = Some(c),
            _ => {}
        }
        before = c;
    }
    line
}
