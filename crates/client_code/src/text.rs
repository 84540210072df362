//! Putting code together.

/// Replaces each `@name@` of a template. A line that holds nothing but a part takes the part's lines
/// at its own depth, and goes if the part is empty.
pub(crate) fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for line in template.lines() {
        let depth = line.len() - line.trim_start().len();
        let part = parts.iter().find(|(name, _)| is_part(line.trim(), name));
        if let Some((_, part)) = part {
            for inner in part.lines() {
                push_line(&mut text, &line[..depth], inner);
            }
            continue;
        }
        let mut line = line.to_owned();
        for (name, part) in parts {
            line = line.replace(&["@", name, "@"].concat(), part);
        }
        push_line(&mut text, "", &line);
    }
    text
}

fn is_part(line: &str, name: &str) -> bool {
    line.strip_prefix('@').and_then(|rest| rest.strip_suffix('@')) == Some(name)
}

fn push_line(text: &mut String, indent: &str, line: &str) {
    if !line.trim().is_empty() {
        text.push_str(indent);
        text.push_str(line);
    }
    text.push('\n');
}

/// Words with tabs between; what would break the line is a space.
pub(crate) fn line(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.replace(char::is_control, " ")).collect();
    words.join("\t")
}

/// A number as all of these languages take it: `1_000_000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{fill, grouped};

    #[test]
    fn long_numbers_are_in_groups() {
        assert_eq!(
            [1, 1_000, 65_536, 1_000_000].map(grouped),
            ["1", "1000", "65_536", "1_000_000"]
        );
    }

    #[test]
    fn a_part_keeps_the_depth_of_its_line() {
        let template = "run {\n    @body@\n    @none@\n    send(@topic@)\n}\n";
        let parts = [("body", "a {\n    b\n}\n"), ("none", ""), ("topic", "orders")];
        let want = "run {\n    a {\n        b\n    }\n    send(orders)\n}\n";
        assert_eq!(fill(template, &parts), want);
    }
}
