//! *Saved*: scenarios that this browser keeps under names. The page hands their names and texts over
//! and does what the buttons say; nothing leaves the browser.

use crate::Request;
use link::{PageState, read_saved, write};
use sheet::{Block, Button, Count, Sheet, Tone};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.push(Block::Para(request.say("saved--what")));
    sheet.push(Block::Enter {
        label: request.say("saved--name"),
        value: proposal(&request.page),
        button: request.say("saved--save"),
        action: "save:".to_owned(),
    });
    let saved: Vec<_> =
        request.parameter("saved").lines().filter_map(|line| line.split_once('\t')).collect();
    if saved.is_empty() {
        sheet.push(Block::Note(Tone::Muted, request.say("saved--none")));
    }
    for (name, text) in saved {
        entry(request, name, text, &mut sheet);
    }
    sheet
}

fn entry(request: &Request, name: &str, text: &str, sheet: &mut Sheet) {
    let open = request.parameter("of") == name;
    let (page, _) = read_saved(text);
    let same = page.playground == request.page.playground;
    let next = if open { "" } else { name };
    sheet.push(Block::Counts(vec![Count {
        sign: if same { "●" } else { "○" }.to_owned(),
        label: name.to_owned(),
        note: differences(request, &page),
        action: Some(format!("ask:of={next}")),
        tone: if open { Tone::Accent } else { Tone::Plain },
        ..Count::default()
    }]));
    if !open {
        return;
    }
    let button =
        |key: &str, action: String| Button { label: request.say(key), action, pressed: false };
    let mut buttons = vec![button("saved--open", format!("goto:{text}"))];
    if !same {
        buttons.push(button("saved--replace", format!("replace:{name}")));
    }
    buttons.push(if request.parameter("sure") == name {
        button("saved--delete-now", format!("drop:{name}"))
    } else {
        button("saved--delete", format!("ask:sure={name}"))
    });
    sheet.push(Block::Buttons(buttons));
    sheet.push(Block::Enter {
        label: request.say("saved--new-name"),
        value: name.to_owned(),
        button: request.say("saved--rename"),
        action: format!("rename:{name}\t"),
    });
}

/// What a scenario changes, in the words of its address.
fn differences(request: &Request, page: &PageState) -> String {
    let text = write(&page.playground);
    let changes: Vec<_> = text.split('&').skip(1).collect();
    if changes.is_empty() {
        return request.say("saved--default");
    }
    let shown: Vec<_> = changes.iter().take(4).copied().collect();
    let more = changes.len() - shown.len();
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// A name that says what is set.
fn proposal(page: &PageState) -> String {
    let text = write(&page.playground);
    let changes: Vec<_> = text.split('&').skip(1).take(2).collect();
    if changes.is_empty() { "linger".to_owned() } else { changes.join(", ") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_saved_can_be_opened_renamed_replaced_and_deleted() {
        let question = "sheet=saved\nlang=en\nlink=v=1&acks=1\nsaved=two in flight\\tx\nof=a\n";
        let _ = crate::sheet(question);
        let saved = "saved=slow leader\tv=1&linger.ms=20\\n\n";
        let text = format!(
            "{:?}",
            crate::sheet(&format!("sheet=saved\nlang=en\nlink=v=1\n{saved}of=slow leader\n"))
        );
        for action in [
            "goto:v=1&linger.ms=20",
            "rename:slow leader",
            "replace:slow leader",
            "ask:sure=slow leader",
        ] {
            assert!(text.contains(action), "{action}: {text}");
        }
    }
}
