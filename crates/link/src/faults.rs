//! A fault in one readable word: what, of whom, `@` when, `+` how long, `~` its name.
//!
//! ```text
//! kill:1@24ms                                     broker 1's process is killed at 24 ms
//! cut:1-2@10ms+5s                                 broker 1 cannot reach broker 2 for 5 s
//! answer:NOT_ENOUGH_REPLICAS@record17.0           the first try of the batch with record 17
//! answer:NOT_LEADER_OR_FOLLOWER:appended:p0:5ms@request3-5
//! lose:answer@record17.0                          it never arrives; `lose:answer:reset` resets the connection
//! power:2@record17on2~the rack                    when broker 2 has copied record 17; it has a name
//! off:kill:1@24ms                                 switched off: it stays in the list
//! ```
//! `request3` is the fourth produce request of the cluster: an ordinal, which a slider moves.

use crate::time_text::{micros_of, time_text};
use model::scenario::{Anchor, ErrorCode, Fault, FaultKind, Link, Message, Place};

use units::{BrokerId, Micros, PartitionId, RecordId, SimTime, TopicId, TopicPartition};

/// Longest name of a fault, in characters.
const NAME_MAX: usize = 60;

/// The first word of each kind of fault. Its words on the page stand under `fault--KIND`.
pub const FAULT_KINDS: &[&str] = &[
    "answer",
    "delay",
    "silent",
    "hangup",
    "lose",
    "late",
    "disconnect",
    "unreachable",
    "reachable",
    "leader",
    "kill",
    "power",
    "hang",
    "resume",
    "shutdown",
    "restart",
    "slow",
    "slow-disk",
    "cut",
    "exit",
];

/// The kind of a fault, one of [`FAULT_KINDS`].
#[must_use]
pub fn fault_kind(what: &FaultKind) -> &'static str {
    let mut text = String::new();
    what_text(what, &mut text);
    let first = text.split(':').next().unwrap_or_default();
    FAULT_KINDS.iter().find(|kind| **kind == first).copied().unwrap_or_default()
}

/// The sign of a fault: gone, back again, slow, or a leader moved.
#[must_use]
pub const fn fault_sign(what: &FaultKind) -> &'static str {
    match what {
        FaultKind::Restart(_) | FaultKind::Resume(_) | FaultKind::Reachable(_) => "↺",
        FaultKind::SlowBroker { .. }
        | FaultKind::SlowDisk { .. }
        | FaultKind::SlowLink { .. }
        | FaultKind::Delay(_)
        | FaultKind::Late { .. } => "◐",
        FaultKind::MoveLeader { .. } => "⇄",
        _ => "✕",
    }
}

/// Writes a fault.
#[must_use]
pub fn fault_text(fault: &Fault) -> String {
    let mut text = String::from(if fault.on { "" } else { "off:" });
    let lasts = what_text(&fault.what, &mut text);
    text.push('@');
    text.push_str(&anchor_text(&fault.anchor));
    if let Some(lasts) = lasts {
        text.push('+');
        text.push_str(&time_text(lasts.0));
    }
    if !fault.name.is_empty() {
        text.push('~');
        text.push_str(&fault.name);
    }
    text
}

/// Reads a fault; `None` if a part of it is not understood.
#[must_use]
pub fn fault_of_text(text: &str) -> Option<Fault> {
    let (rule, name) = text.split_once('~').unwrap_or((text, ""));
    if name.chars().count() > NAME_MAX {
        return None;
    }
    let (rule, on) = rule.strip_prefix("off:").map_or((rule, true), |rule| (rule, false));
    let (what, when) = rule.split_once('@')?;
    let (when, lasts) = match when.split_once('+') {
        Some((when, lasts)) => (when, Some(Micros(micros_of(lasts)?))),
        None => (when, None),
    };
    let (anchor, what) = (anchor_of(when)?, what_of(what, lasts)?);
    fits(&what, &anchor).then(|| Fault { name: name.to_owned(), on, anchor, what })
}

/// Whether a fault can happen at an anchor: what is about a request needs one that names requests, what
/// is about a fetch one that names a copy, all else a moment.
const fn fits(what: &FaultKind, anchor: &Anchor) -> bool {
    let request = matches!(anchor, Anchor::Produce { .. } | Anchor::Record { .. });
    match what {
        FaultKind::Answer { .. }
        | FaultKind::Delay(_)
        | FaultKind::Silent { .. }
        | FaultKind::Hangup { .. } => request,
        FaultKind::Lose { message, .. } | FaultKind::Late { message, .. } => match message {
            Message::Request | Message::Answer => request,
            Message::Fetch | Message::FetchAnswer => matches!(anchor, Anchor::Copied { .. }),
        },
        _ => !request,
    }
}

/// Appends what happens; returns how long it lasts, where that is part of it.
fn what_text(what: &FaultKind, text: &mut String) -> Option<Micros> {
    let mut say = |words: &[&str]| text.push_str(&words.join(":"));
    let appended = |appended: bool| if appended { ":appended" } else { "" };
    let of = |broker: &BrokerId| broker.0.to_string();
    match what {
        FaultKind::Answer { error, appended: was, partitions, delay } => {
            let mut text = format!("answer:{}{}", error.name(), appended(*was));
            if !partitions.is_empty() {
                let names: Vec<_> =
                    partitions.iter().map(|partition| partition_text(*partition)).collect();
                text = format!("{text}:{}", names.join(","));
            }
            if *delay > Micros(0) {
                text = format!("{text}:{}", time_text(delay.0));
            }
            say(&[&text]);
        }
        FaultKind::Delay(by) => say(&["delay", &time_text(by.0)]),
        FaultKind::Silent { appended: was } => say(&[&format!("silent{}", appended(*was))]),
        FaultKind::Hangup { appended: was } => say(&[&format!("hangup{}", appended(*was))]),
        FaultKind::Lose { message, reset } => {
            let reset = if *reset { ":reset" } else { "" };
            say(&["lose", &format!("{}{reset}", message_text(*message))]);
        }
        FaultKind::Late { message, by } => {
            say(&["late", message_text(*message), &time_text(by.0)]);
        }
        FaultKind::MoveLeader { partition, to } => {
            say(&["leader", &partition_text(*partition), &of(to)]);
        }
        FaultKind::SlowBroker { broker, by, lasts } => {
            say(&["slow", &of(broker), &time_text(by.0)]);
            return Some(*lasts);
        }
        FaultKind::SlowDisk { broker, by, lasts } => {
            say(&["slow-disk", &of(broker), &time_text(by.0)]);
            return Some(*lasts);
        }
        FaultKind::SlowLink { link, by, lasts } => {
            say(&["slow", &link_text(*link), &time_text(by.0)]);
            return Some(*lasts);
        }
        FaultKind::CutLink { link, lasts } => {
            say(&["cut", &link_text(*link)]);
            return Some(*lasts);
        }
        FaultKind::Disconnect(broker) => say(&["disconnect", &of(broker)]),
        FaultKind::Unreachable(broker) => say(&["unreachable", &of(broker)]),
        FaultKind::Reachable(broker) => say(&["reachable", &of(broker)]),
        FaultKind::Kill(broker) => say(&["kill", &of(broker)]),
        FaultKind::PowerLoss(broker) => say(&["power", &of(broker)]),
        FaultKind::Hang(broker) => say(&["hang", &of(broker)]),
        FaultKind::Resume(broker) => say(&["resume", &of(broker)]),
        FaultKind::ControlledShutdown(broker) => say(&["shutdown", &of(broker)]),
        FaultKind::Restart(broker) => say(&["restart", &of(broker)]),
        FaultKind::ApplicationExit => say(&["exit"]),
    }
    None
}

fn what_of(text: &str, lasts: Option<Micros>) -> Option<FaultKind> {
    let mut words = text.split(':');
    let kind = words.next()?;
    let rest: Vec<&str> = words.collect();
    let what = match (kind, rest.as_slice(), lasts) {
        ("answer", [error, rest @ ..], None) => answer_of(error, rest)?,
        ("delay", [by], None) => FaultKind::Delay(Micros(micros_of(by)?)),
        ("silent", rest, None) => FaultKind::Silent { appended: appended_of(rest)? },
        ("hangup", rest, None) => FaultKind::Hangup { appended: appended_of(rest)? },
        ("lose", [message], None) => {
            FaultKind::Lose { message: message_of(message)?, reset: false }
        }
        ("lose", [message, "reset"], None) => {
            FaultKind::Lose { message: message_of(message)?, reset: true }
        }
        ("late", [message, by], None) => {
            FaultKind::Late { message: message_of(message)?, by: Micros(micros_of(by)?) }
        }
        ("exit", [], None) => FaultKind::ApplicationExit,
        ("leader", [partition, to], None) => {
            FaultKind::MoveLeader { partition: partition_of(partition)?, to: broker_of(to)? }
        }
        ("slow-disk", [broker, by], Some(lasts)) => {
            FaultKind::SlowDisk { broker: broker_of(broker)?, by: Micros(micros_of(by)?), lasts }
        }
        ("slow", [whom, by], Some(lasts)) => {
            let by = Micros(micros_of(by)?);
            match link_of(whom) {
                Some(link) => FaultKind::SlowLink { link, by, lasts },
                None => FaultKind::SlowBroker { broker: broker_of(whom)?, by, lasts },
            }
        }
        ("cut", [link], Some(lasts)) => FaultKind::CutLink { link: link_of(link)?, lasts },
        (kind, [broker], None) => {
            let broker = broker_of(broker)?;
            match kind {
                "disconnect" => FaultKind::Disconnect(broker),
                "unreachable" => FaultKind::Unreachable(broker),
                "reachable" => FaultKind::Reachable(broker),
                "kill" => FaultKind::Kill(broker),
                "power" => FaultKind::PowerLoss(broker),
                "hang" => FaultKind::Hang(broker),
                "resume" => FaultKind::Resume(broker),
                "shutdown" => FaultKind::ControlledShutdown(broker),
                "restart" => FaultKind::Restart(broker),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(what)
}

/// `answer:ERROR`, then any of `appended`, partitions, a delay, in this order.
fn answer_of(error: &str, rest: &[&str]) -> Option<FaultKind> {
    let error = ErrorCode::of_name(error)?;
    let (appended, rest) = match rest {
        ["appended", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (partitions, rest) = match rest {
        [names, rest @ ..] if names.starts_with('p') => {
            (names.split(',').map(partition_of).collect::<Option<Vec<_>>>()?, rest)
        }
        rest => (Vec::new(), rest),
    };
    let delay = match rest {
        [] => Micros(0),
        [delay] => Micros(micros_of(delay)?),
        _ => return None,
    };
    Some(FaultKind::Answer { error, appended, partitions, delay })
}

const fn appended_of(rest: &[&str]) -> Option<bool> {
    match rest {
        [] => Some(false),
        [word] if word.as_bytes().eq_ignore_ascii_case(b"appended") => Some(true),
        _ => None,
    }
}

const fn message_text(message: Message) -> &'static str {
    match message {
        Message::Request => "request",
        Message::Answer => "answer",
        Message::Fetch => "fetch",
        Message::FetchAnswer => "fetch-answer",
    }
}

fn message_of(text: &str) -> Option<Message> {
    [Message::Request, Message::Answer, Message::Fetch, Message::FetchAnswer]
        .into_iter()
        .find(|message| message_text(*message) == text)
}

fn anchor_text(anchor: &Anchor) -> String {
    match anchor {
        Anchor::At(at) => time_text(at.0.max(0).unsigned_abs()),
        Anchor::Produce { from, to } if from == to => format!("request{from}"),
        Anchor::Produce { from, to } => format!("request{from}-{to}"),
        Anchor::Record { record, attempt } => format!("record{record}.{attempt}"),
        Anchor::Copied { record, broker } => format!("record{record}on{broker}"),
    }
}

fn anchor_of(text: &str) -> Option<Anchor> {
    if let Some(numbers) = text.strip_prefix("request") {
        let (from, to) = numbers.split_once('-').unwrap_or((numbers, numbers));
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        return (from <= to).then_some(Anchor::Produce { from, to });
    }
    if let Some(text) = text.strip_prefix("record") {
        if let Some((record, broker)) = text.split_once("on") {
            return Some(Anchor::Copied {
                record: RecordId(record.parse().ok()?),
                broker: broker_of(broker)?,
            });
        }
        let (record, attempt) = text.split_once('.').unwrap_or((text, "0"));
        let (record, attempt) = (RecordId(record.parse().ok()?), attempt.parse().ok()?);
        return Some(Anchor::Record { record, attempt });
    }
    let micros = micros_of(text)?;
    Some(Anchor::At(SimTime(i64::try_from(micros).ok()?)))
}

fn broker_of(text: &str) -> Option<BrokerId> {
    // broker sets are 64-bit masks
    text.parse().ok().filter(|number| *number < 64).map(BrokerId)
}

/// The playground has one topic, so a partition is its number.
fn partition_text(partition: TopicPartition) -> String {
    format!("p{}", partition.partition)
}

fn partition_of(text: &str) -> Option<TopicPartition> {
    let partition = PartitionId(text.strip_prefix('p')?.parse().ok()?);
    Some(TopicPartition { topic: TopicId(0), partition })
}

fn link_text(link: Link) -> String {
    let end = |place: Place| match place {
        Place::Producer => String::from("producer"),
        Place::Controller => String::from("controller"),
        Place::Broker(broker) => broker.0.to_string(),
    };
    format!("{}-{}", end(link.from), end(link.to))
}

/// `1-2` or `1>2`: the second is what one writes first, and what an address cannot hold as it is.
fn link_of(text: &str) -> Option<Link> {
    let end = |text: &str| match text {
        "producer" => Some(Place::Producer),
        "controller" => Some(Place::Controller),
        number => broker_of(number).map(Place::Broker),
    };
    let (from, to) = text.split_once(['-', '>'])?;
    let link = Link { from: end(from)?, to: end(to)? };
    (link.from != link.to).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn comes_back(text: &str) -> Fault {
        let fault = fault_of_text(text).unwrap_or_else(|| panic!("{text} is not read"));
        assert_eq!(fault_text(&fault), text);
        fault
    }

    #[test]
    fn every_kind_of_fault_has_a_word() {
        let mut unseen = FAULT_KINDS.to_vec();
        for text in [
            "answer:NOT_ENOUGH_REPLICAS@record17.0",
            "answer:NOT_LEADER_OR_FOLLOWER:appended:p0,p2:5ms@request3-5",
            "answer:REQUEST_TIMED_OUT:p1@record0.2",
            "delay:1500ms@request0",
            "silent@record17.0",
            "silent:appended@record17.0",
            "hangup@record17.0",
            "hangup:appended@record17.1",
            "lose:request@record17.0",
            "lose:answer:reset@request3",
            "lose:fetch@record17on2",
            "lose:fetch-answer:reset@record17on2",
            "late:answer:5ms@record17.0",
            "late:fetch-answer:5ms@record17on2",
            "slow-disk:1:5ms@10ms+5s",
            "exit@24ms",
            "exit@record17on2",
            "disconnect:1@24ms",
            "unreachable:1@24ms",
            "reachable:1@2s",
            "leader:p0:2@24ms",
            "kill:1@24ms",
            "power:1@record17on2",
            "hang:1@24ms",
            "resume:1@9s",
            "shutdown:3@24ms",
            "restart:3@10s",
            "slow:1:5ms@10ms+5s",
            "slow:1-2:5ms@10ms+5s",
            "cut:producer-1@10ms+5s",
            "cut:2-controller@0ms+30s",
        ] {
            comes_back(text);
            unseen.retain(|kind| text.split([':', '@']).next() != Some(kind));
        }
        assert!(unseen.is_empty(), "{unseen:?}");
    }

    #[test]
    fn a_fault_has_a_name_and_an_off_switch() {
        let fault = comes_back("off:kill:1@24ms~the leader dies: ~12 ms late");
        assert!(!fault.on);
        assert_eq!(fault.name, "the leader dies: ~12 ms late");
        assert_eq!(fault.what, FaultKind::Kill(BrokerId(1)));
        assert_eq!(fault.anchor, Anchor::At(SimTime(24_000)));
    }

    #[test]
    fn an_arrow_and_a_left_out_try_are_read_as_well() {
        assert_eq!(fault_of_text("cut:1>2@10ms+5s"), fault_of_text("cut:1-2@10ms+5s"));
        assert_eq!(fault_of_text("silent@record17"), fault_of_text("silent@record17.0"));
    }

    #[test]
    fn what_is_not_understood_is_no_fault() {
        for text in [
            "",
            "kill",
            "kill:1",
            "kill:one@24ms",
            "kill:64@24ms",
            "kill:1@24",
            "kill:1@-24ms",
            "kill:1@24ms+5s",
            "kill:1@record3.0",
            "cut:1-2@10ms",
            "cut:1-1@10ms+5s",
            "answer@record1.0",
            "answer:NO_SUCH_ERROR@record1.0",
            "answer:NOT_ENOUGH_REPLICAS@24ms",
            "answer:NOT_ENOUGH_REPLICAS:later@record1.0",
            "silent:twice@record1.0",
            "silent@record1on2",
            "delay:5ms@request5-3",
            "lose:answer@24ms",
            "lose:answer@record17on2",
            "lose:fetch@record17.0",
            "lose:letter@record17.0",
            "exit:1@24ms",
        ] {
            assert_eq!(fault_of_text(text), None, "{text}");
        }
        let long = format!("kill:1@24ms~{}", "x".repeat(NAME_MAX + 1));
        assert_eq!(fault_of_text(&long), None);
    }
}
