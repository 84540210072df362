//! The form that adds a fault: its kind, of whom, when; as an address writes it, then a button.

use super::{anchor_in_words, playhead, what_in_words};
use crate::Request;
use crate::ran::ran;
use link::{FAULT_KINDS, Selection, fault_of_text, fault_text, time_text, write};
use sheet::{Block, Button, Sheet, Tone};
use trace::ErrorCode;
use units::SimTime;

/// What a kind of fault is about, besides its moment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Nothing,
    Broker,
    /// A broker, slower by so much for so long.
    SlowBroker,
    /// A broker or a link, likewise.
    SlowLink,
    Link,
    Leader,
    Error,
    /// Whether it is appended.
    Appended,
    By,
    Message,
    LateMessage,
}

fn about(kind: &str) -> About {
    match kind {
        "exit" => About::Nothing,
        "slow-disk" => About::SlowBroker,
        "slow" => About::SlowLink,
        "cut" => About::Link,
        "leader" => About::Leader,
        "answer" => About::Error,
        "silent" | "hangup" => About::Appended,
        "delay" => About::By,
        "lose" => About::Message,
        "late" => About::LateMessage,
        _ => About::Broker,
    }
}

/// The kinds, as they are told apart on the page.
const GROUPS: [(&str, &[&str]); 3] = [
    (
        "faults--of-broker",
        &["kill", "power", "hang", "resume", "shutdown", "restart", "slow", "slow-disk", "leader"],
    ),
    ("faults--of-message", &["answer", "lose", "late", "delay", "silent", "hangup"]),
    ("faults--of-link", &["cut", "disconnect", "unreachable", "reachable", "exit"]),
];

pub(super) fn form(request: &Request, sheet: &mut Sheet) {
    sheet.push(Block::Heading(request.say("faults--add")));
    let kind = FAULT_KINDS.iter().find(|kind| **kind == request.parameter("kind"));
    for (title, kinds) in GROUPS {
        sheet.push(Block::Note(Tone::Muted, request.say(title)));
        let button = |one: &&str| {
            choice(request.part(&format!("fault--{one}")), "kind", one, kind == Some(one))
        };
        sheet.push(Block::Buttons(kinds.iter().map(button).collect()));
        if let Some(kind) = kind.filter(|kind| kinds.contains(kind)) {
            let mut fields = Sheet::default();
            let what = what(request, kind, &mut fields);
            let anchor = anchor(request, kind, &mut fields);
            let lasts = lasts(request, kind, &mut fields);
            // the button stands above what may be changed first: it is in sight however long that is
            offer(request, &format!("{what}@{anchor}{lasts}"), sheet);
            sheet.blocks.extend(fields.blocks);
        }
    }
    sheet.push(Block::Enter {
        label: request.say("faults--typed"),
        value: request.parameter("typed").to_owned(),
        button: request.say("faults--read"),
        action: "ask:typed=".to_owned(),
    });
    let typed = request.parameter("typed").trim();
    if !typed.is_empty() {
        offer(request, typed, sheet);
    }
}

/// The fault of a text, and a button that adds it.
fn offer(request: &Request, text: &str, sheet: &mut Sheet) {
    let Some(fault) = fault_of_text(text) else {
        return sheet
            .push(Block::Note(Tone::Bad, request.tell("faults--refused", &[("text", text)])));
    };
    let mut playground = request.page.playground.clone();
    let placed = playground.has_place_for(&fault);
    let words = what_in_words(request, &fault.what);
    let anchor = anchor_in_words(request, &fault.anchor);
    sheet.push(Block::Note(
        Tone::Accent,
        format!("**{words}** · {anchor} · `{}`", fault_text(&fault)),
    ));
    if !placed {
        sheet.push(Block::Note(Tone::Warn, request.say("faults--no-place")));
    }
    playground.faults.push(fault);
    let label = request.say("faults--add-it");
    let action = format!("open:{}", write(&playground));
    sheet.push(Block::Buttons(vec![Button { label, action, pressed: true }]));
}

fn choice(label: String, name: &str, value: &str, pressed: bool) -> Button {
    Button { label, action: format!("ask:{name}={value}"), pressed }
}

/// One of several answers; the first if none was given.
fn one_of(
    request: &Request,
    name: &str,
    label: &str,
    answers: &[(String, String)],
    sheet: &mut Sheet,
) -> String {
    let given = request.parameter(name);
    let chosen = answers.iter().find(|(value, _)| value == given).or(answers.first());
    let chosen = chosen.map(|(value, _)| value.clone()).unwrap_or_default();
    sheet.push(Block::Para(request.say(label)));
    sheet.push(Block::Buttons(
        answers
            .iter()
            .map(|(value, words)| choice(words.clone(), name, value, *value == chosen))
            .collect(),
    ));
    chosen
}

/// A text with a default.
fn field(request: &Request, name: &str, label: &str, default: &str, sheet: &mut Sheet) -> String {
    let typed = request.parameter(name).replace(' ', "");
    let value = if typed.is_empty() { default.to_owned() } else { typed };
    let (name, label) = (name.to_owned(), request.say(label));
    sheet.push(Block::Field { name, label, value: value.clone(), long: false });
    value
}

fn brokers(request: &Request) -> Vec<(String, String)> {
    let all = 1..=request.page.playground.brokers;
    all.map(|n| n.to_string()).map(|n| (n.clone(), n)).collect()
}

fn broker(request: &Request, name: &str, label: &str, sheet: &mut Sheet) -> String {
    one_of(request, name, label, &brokers(request), sheet)
}

/// Both ends of a link.
fn link(request: &Request, sheet: &mut Sheet) -> String {
    let mut ends = brokers(request);
    for (value, key) in [("producer", "faults--producer"), ("controller", "faults--controller")] {
        ends.push((value.to_owned(), request.say(key)));
    }
    let from = one_of(request, "from-end", "faults--from", &ends, sheet);
    let others: Vec<_> = ends.into_iter().filter(|(end, _)| *end != from).collect();
    let to = one_of(request, "to-end", "faults--to", &others, sheet);
    format!("{from}-{to}")
}

fn appended(request: &Request, sheet: &mut Sheet) -> &'static str {
    let answers = [("", "faults--not-appended"), ("yes", "faults--was-appended")];
    let answers = answers.map(|(value, key)| (value.to_owned(), request.say(key)));
    match one_of(request, "appended", "faults--appended-question", &answers, sheet).as_str() {
        "yes" => ":appended",
        _ => "",
    }
}

/// Some of the partitions, or all: each is a switch.
fn whose(request: &Request, sheet: &mut Sheet) -> String {
    let names: Vec<_> =
        (0..request.page.playground.partitions).map(|number| format!("p{number}")).collect();
    if names.len() < 2 {
        return String::new();
    }
    let given: Vec<_> = request.parameter("of").split(',').collect();
    let chosen = |name: &String| given.contains(&name.as_str());
    let switched = |switch: &String| {
        let others = names.iter().filter(|name| chosen(name) != (*name == switch));
        others.map(String::as_str).collect::<Vec<_>>().join(",")
    };
    let none = !names.iter().any(chosen);
    let all = choice(request.say("faults--all-partitions"), "of", "", none);
    let each = names.iter().map(|name| choice(name.clone(), "of", &switched(name), chosen(name)));
    let buttons = std::iter::once(all).chain(each).collect();
    sheet.push(Block::Para(request.say("faults--for-partitions")));
    sheet.push(Block::Buttons(buttons));
    let chosen: Vec<_> = names.iter().filter(|name| chosen(name)).map(String::as_str).collect();
    if none { String::new() } else { format!(":{}", chosen.join(",")) }
}

fn message(request: &Request, sheet: &mut Sheet) -> String {
    let answers = ["answer", "request", "fetch", "fetch-answer"]
        .map(|word| (word.to_owned(), request.say(&format!("faults--message-{word}"))));
    one_of(request, "message", "faults--message", &answers, sheet)
}

/// What happens, as an address writes it.
fn what(request: &Request, kind: &str, sheet: &mut Sheet) -> String {
    let by = |sheet: &mut Sheet| field(request, "by", "faults--by", "5ms", sheet);
    match about(kind) {
        About::Nothing => kind.to_owned(),
        About::Broker => format!("{kind}:{}", broker(request, "broker", "faults--which", sheet)),
        About::SlowBroker => {
            let broker = broker(request, "broker", "faults--which", sheet);
            format!("{kind}:{broker}:{}", by(sheet))
        }
        About::SlowLink => {
            let answers = [("", "faults--whole-broker"), ("link", "faults--one-link")];
            let answers = answers.map(|(value, key)| (value.to_owned(), request.say(key)));
            let whom = match one_of(request, "whom", "faults--whom", &answers, sheet).as_str() {
                "link" => link(request, sheet),
                _ => broker(request, "broker", "faults--which", sheet),
            };
            format!("{kind}:{whom}:{}", by(sheet))
        }
        About::Link => format!("{kind}:{}", link(request, sheet)),
        About::Leader => {
            let partitions = 0..request.page.playground.partitions;
            let partitions: Vec<_> =
                partitions.map(|n| format!("p{n}")).map(|p| (p.clone(), p)).collect();
            let partition = one_of(request, "partition", "faults--partition", &partitions, sheet);
            format!("{kind}:{partition}:{}", broker(request, "broker", "faults--leader-to", sheet))
        }
        About::Error => {
            let errors: Vec<_> = ErrorCode::ALL
                .iter()
                .filter(|error| **error != ErrorCode::None)
                .map(|error| (error.name().to_owned(), error.name().to_owned()))
                .collect();
            let error = one_of(request, "error", "faults--error", &errors, sheet);
            let (appended, whose) = (appended(request, sheet), whose(request, sheet));
            let late = field(request, "late", "faults--late", "0ms", sheet);
            format!("{kind}:{error}{appended}{whose}:{late}")
        }
        About::Appended => format!("{kind}{}", appended(request, sheet)),
        About::By => format!("{kind}:{}", by(sheet)),
        About::Message => {
            let message = message(request, sheet);
            let answers = [("", "faults--silence"), ("reset", "faults--reset-at-once")];
            let answers = answers.map(|(value, key)| (value.to_owned(), request.say(key)));
            match one_of(request, "reset", "faults--then", &answers, sheet).as_str() {
                "reset" => format!("{kind}:{message}:reset"),
                _ => format!("{kind}:{message}"),
            }
        }
        About::LateMessage => format!("{kind}:{}:{}", message(request, sheet), by(sheet)),
    }
}

/// When, as an address writes it: only anchors that fit the kind are offered.
fn anchor(request: &Request, kind: &str, sheet: &mut Sheet) -> String {
    let of_copy = request.parameter("message").starts_with("fetch");
    let words: &[&str] = match about(kind) {
        About::Message | About::LateMessage if of_copy => &["copy"],
        About::Error | About::Appended | About::By | About::Message | About::LateMessage => {
            &["record", "request"]
        }
        _ => &["time", "copy"],
    };
    let answers: Vec<_> = words
        .iter()
        .map(|word| ((*word).to_owned(), request.say(&format!("faults--anchor-{word}"))))
        .collect();
    let anchor = one_of(request, "anchor", "faults--when", &answers, sheet);
    let record = selected_record(request);
    let record = |sheet: &mut Sheet| field(request, "record", "faults--record", &record, sheet);
    match anchor.as_str() {
        "record" => {
            let record = record(sheet);
            let attempt = field(request, "attempt", "faults--try", "1", sheet);
            let attempt = attempt.parse::<u32>().unwrap_or(1).saturating_sub(1);
            format!("record{record}.{attempt}")
        }
        "copy" => {
            let record = record(sheet);
            format!("record{record}on{}", broker(request, "copier", "faults--copied-by", sheet))
        }
        "request" => {
            sheet.push(Block::Note(Tone::Warn, request.say("faults--unstable-why")));
            format!("request{}", field(request, "request", "faults--request", "0", sheet))
        }
        _ => {
            let at = playhead(request).map_or(0, |at| at.0.max(0).unsigned_abs());
            field(request, "moment", "faults--at", &time_text(at), sheet)
        }
    }
}

/// The record that is selected, or the last whose `send` was called before the playhead.
fn selected_record(request: &Request) -> String {
    if let Some(
        Selection::Record(record)
        | Selection::Callback(record)
        | Selection::Request { record, .. }
        | Selection::Replica { record, .. },
    ) = request.page.selection
    {
        return record.to_string();
    }
    let at = playhead(request).unwrap_or(SimTime::ZERO);
    let called = ran(&request.page.playground).map_or(0, |ran| {
        ran.trace.sends.called().iter().take_while(|called| *called <= at).count()
    });
    called.saturating_sub(1).to_string()
}

/// For how long, where the kind has a length.
fn lasts(request: &Request, kind: &str, sheet: &mut Sheet) -> String {
    match about(kind) {
        About::SlowBroker | About::SlowLink | About::Link => {
            format!("+{}", field(request, "lasts", "faults--lasts", "5s", sheet))
        }
        _ => String::new(),
    }
}
