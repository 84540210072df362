//! *How we know*: the recorded cases as files of the site, and a page that lists them with links that open
//! them in the playground. What it says is counted here, from the cases.

use crate::site::site;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Kinds of cases, by the first word of their names.
const KINDS: [(&str, &[&str]); 6] = [
    (
        "batches",
        &[
            "linger", "batch", "drain", "default", "single", "two", "three", "backlog", "held",
            "max", "request", "slow", "broker", "async",
        ],
    ),
    (
        "partitions",
        &[
            "sticky",
            "adaptive",
            "keys",
            "explicit",
            "round",
            "ignore",
            "availability",
            "leader",
            "partial",
            "unknown",
        ],
    ),
    ("sizes", &["memory", "record", "headers", "varint", "timestamps", "compression", "split"]),
    (
        "errors",
        &[
            "retry",
            "retries",
            "fatal",
            "not",
            "delivery",
            "response",
            "disconnect",
            "duplicate",
            "idempotent",
            "acks",
        ],
    ),
    ("threads", &["callback", "sync", "flush", "close", "cold", "rebootstrap"]),
    ("random", &["random"]),
];

/// The head of a case.
struct Head {
    name: String,
    about: String,
    kafka: String,
}

/// Puts the cases and the page, in both languages, into the site.
pub(crate) fn write(root: &Path) -> Result<()> {
    let (site, conformance) = (site(root), root.join("tests/conformance"));
    let folder = site.join("cases");
    std::fs::create_dir_all(&folder)?;
    let mut heads = Vec::new();
    for entry in std::fs::read_dir(conformance.join("cases"))? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path)?;
        let head = head(&text).with_context(|| format!("{} has no head", path.display()))?;
        std::fs::write(folder.join(format!("{}.json", head.name)), text)?;
        heads.push(head);
    }
    heads.sort_by(|a, b| a.name.cmp(&b.name));
    let exceptions = std::fs::read_to_string(conformance.join("exceptions.md"))?;
    let refused = std::fs::read_to_string(conformance.join("config-errors.json"))?;
    for page in ["how-we-know.html", "how-we-know-ko.html"] {
        let template = std::fs::read_to_string(root.join("web").join(page))?;
        let refused = refused.matches("\"config\"").count();
        std::fs::write(site.join(page), filled(&template, &heads, refused, &exceptions))?;
    }
    std::fs::copy(root.join("web/how-we-know.js"), site.join("how-we-know.js"))?;
    Ok(())
}

fn head(text: &str) -> Option<Head> {
    let case: serde_json::Value = serde_json::from_str(text).ok()?;
    let field = |name: &str| Some(case.get(name)?.as_str()?.to_owned());
    Some(Head { name: field("name")?, about: field("about")?, kafka: field("kafka")? })
}

/// The kind of a case, by its name.
fn kind(name: &str) -> Option<&'static str> {
    let first = name.split('-').next()?;
    KINDS.iter().find(|(_, words)| words.contains(&first)).map(|(kind, _)| *kind)
}

fn filled(template: &str, heads: &[Head], refused: usize, exceptions: &str) -> String {
    let mut of_kind: BTreeMap<&str, Vec<&Head>> = BTreeMap::new();
    for head in heads {
        of_kind.entry(kind(&head.name).unwrap_or("batches")).or_default().push(head);
    }
    let mut versions: Vec<&str> = heads.iter().map(|head| head.kafka.as_str()).collect();
    versions.sort_unstable();
    versions.dedup();
    let mut page = template
        .replace("{{count}}", &heads.len().to_string())
        .replace("{{refused}}", &refused.to_string())
        .replace("{{version}}", &versions.join(", "))
        .replace("{{exceptions}}", &list_of(exceptions));
    for (kind, _) in KINDS {
        let cases = of_kind.remove(kind).unwrap_or_default();
        page = page
            .replace(&format!("{{{{count {kind}}}}}"), &cases.len().to_string())
            .replace(&format!("{{{{list {kind}}}}}"), &links(&cases));
    }
    page
}

fn links(cases: &[&Head]) -> String {
    let link = |head: &&Head| {
        let (name, about) = (plain(&head.name), plain(&head.about));
        format!("<li><a href=\"./#v=1&amp;case={name}\"><code>{name}</code></a> {about}</li>\n")
    };
    cases.iter().map(link).collect()
}

fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What `exceptions.md` says, as elements: headings, paragraphs, lists, code.
fn list_of(text: &str) -> String {
    let mut page = String::new();
    for block in text.replace("\n- ", "\n\n- ").split("\n\n") {
        let block = coded(&plain(block.trim()).replace('\n', " "));
        if let Some(item) = block.strip_prefix("- ") {
            page.push_str(&format!("<p class=\"item\">{item}</p>\n"));
        } else if let Some(heading) = block.strip_prefix("## ") {
            page.push_str(&format!("<h3>{heading}</h3>\n"));
        } else if !block.is_empty() && !block.starts_with("# ") {
            page.push_str(&format!("<p>{block}</p>\n"));
        }
    }
    page
}

fn coded(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(n, part)| match n % 2 {
        1 => format!("<code>{part}</code>"),
        _ => part.to_owned(),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two up").to_path_buf()
    }

    #[test]
    fn every_case_has_a_kind_and_a_link() {
        let cases = root().join("tests/conformance/cases");
        let mut count = 0;
        for entry in std::fs::read_dir(cases).expect("the cases are there") {
            let path = entry.expect("it can be read").path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            assert!(kind(name).is_some(), "{name} is of no kind");
            count += 1;
        }
        assert!(count > 300);
    }

    #[test]
    fn both_pages_have_all_that_is_counted() {
        let head = Head { name: "linger-1".into(), about: "a < b".into(), kafka: "4.3.1".into() };
        for page in ["how-we-know.html", "how-we-know-ko.html"] {
            let template = std::fs::read_to_string(root().join("web").join(page)).expect("it is");
            for (kind, _) in KINDS {
                assert!(template.contains(&format!("{{{{list {kind}}}}}")), "{page} {kind}");
            }
            let filled = filled(&template, std::slice::from_ref(&head), 12, "# x\n\n- `y` & z\n");
            assert!(!filled.contains("{{"), "{page}: a place is left empty");
            assert!(filled.contains("<a href=\"./#v=1&amp;case=linger-1\">"), "{page}");
            assert!(filled.contains("<code>y</code> &amp; z"), "{page}");
        }
    }
}
