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

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_part_keeps_the_depth_of_its_line() {
        let template = "run {\n    @body@\n    @none@\n    send(@topic@)\n}\n";
        let parts = [("body", "a {\n    b\n}\n"), ("none", ""), ("topic", "orders")];
        let want = "run {\n    a {\n        b\n    }\n    send(orders)\n}\n";
        assert_eq!(fill(template, &parts), want);
    }
}
