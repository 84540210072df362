//! Markdown as a small tree that a page can render: paragraphs, headings, lists, code, strong.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading below the lesson's own.
    Heading(Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list.
    List {
        /// Whether its items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<Vec<Span>>,
    },
    /// Lines of code.
    Code(String),
}

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Plain.
    Text(String),
    /// Set in bold: what must not be missed.
    Strong(String),
    /// Set as code: Kafka's names and values.
    Code(String),
    /// A name of something in the run.
    Link {
        /// The name.
        text: String,
        /// What it names, as an address has a selection: `p0.4`, `record12`.
        target: String,
    },
}

/// Reads Markdown. What the tree has no place for (HTML, pictures, tables) is read as its text.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::empty()) {
        reader.take(event);
    }
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    items: Vec<Vec<Span>>,
    numbered: bool,
    in_item: bool,
    strong: u32,
    code: Option<String>,
    /// What the link that is being read leads to.
    link: Option<String>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Strong) => self.strong += 1,
            Event::End(TagEnd::Strong) => self.strong = self.strong.saturating_sub(1),
            Event::Start(Tag::Link { dest_url, .. }) => self.link = Some(dest_url.into_string()),
            Event::End(TagEnd::Link) => self.link = None,
            Event::Start(Tag::List(first)) => self.numbered = first.is_some(),
            Event::Start(Tag::Item) => self.in_item = true,
            Event::Start(Tag::CodeBlock(_)) => self.code = Some(String::new()),
            Event::End(TagEnd::Item) => {
                self.in_item = false;
                self.items.push(std::mem::take(&mut self.spans));
            }
            Event::End(TagEnd::List(_)) => {
                let items = std::mem::take(&mut self.items);
                self.blocks.push(Block::List { numbered: self.numbered, items });
            }
            Event::End(TagEnd::Heading(_)) => {
                let spans = std::mem::take(&mut self.spans);
                self.blocks.push(Block::Heading(spans));
            }
            Event::End(TagEnd::Paragraph) if !self.in_item => {
                let spans = std::mem::take(&mut self.spans);
                self.blocks.push(Block::Paragraph(spans));
            }
            Event::End(TagEnd::CodeBlock) => {
                self.blocks.extend(self.code.take().map(Block::Code));
            }
            Event::Code(code) => self.spans.push(Span::Code(code.into_string())),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        if let Some(target) = &self.link {
            let (text, target) = (text.to_owned(), target.clone());
            self.spans.push(Span::Link { text, target });
            return;
        }
        match (self.strong > 0, self.spans.last_mut()) {
            (true, Some(Span::Strong(last))) | (false, Some(Span::Text(last))) => {
                last.push_str(text);
            }
            (true, _) => self.spans.push(Span::Strong(text.to_owned())),
            (false, _) => self.spans.push(Span::Text(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Span {
        Span::Text(text.into())
    }

    #[test]
    fn a_text_becomes_a_tree() {
        let read = blocks(
            "## Why\n\nBy `linger.ms` **30.7 ms**\nis right.\n\n1. one\n2. two `b`\n\n```\na\nb\n```\n",
        );
        assert_eq!(
            read,
            [
                Block::Heading(vec![text("Why")]),
                Block::Paragraph(vec![
                    text("By "),
                    Span::Code("linger.ms".into()),
                    text(" "),
                    Span::Strong("30.7 ms".into()),
                    text(" is right."),
                ]),
                Block::List {
                    numbered: true,
                    items: vec![vec![text("one")], vec![text("two "), Span::Code("b".into())]],
                },
                Block::Code("a\nb\n".into()),
            ]
        );
    }

    #[test]
    fn a_link_names_something_in_the_run() {
        let [Block::Paragraph(spans)] = &blocks("Batch [p0#4](p0.4) left.")[..] else {
            panic!("a paragraph")
        };
        let link = Span::Link { text: "p0#4".into(), target: "p0.4".into() };
        assert_eq!(spans, &[text("Batch "), link, text(" left.")]);
    }

    #[test]
    fn what_the_tree_has_no_place_for_is_text() {
        let [Block::Paragraph(spans)] = &blocks("a <b>c</b>")[..] else { panic!("a paragraph") };
        assert_eq!(spans, &[text("a <b>c</b>")]);
    }
}
