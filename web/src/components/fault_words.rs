//! What a fault is called where it is seen: on its lane, and in the form.

use engine::i18n::{Language, Speak};
use engine::text::length;
use link::fault_kind;
use model::scenario::{Fault, FaultKind, Link, Message, Place};
use units::Micros;

/// What happens; on a lane it is seen to whom.
pub(crate) fn what(language: Language, fault: &Fault) -> String {
    if !fault.name.is_empty() {
        return fault.name.clone();
    }
    let message = |of: Message| match of {
        Message::Request => "request",
        Message::Answer => "answer",
        Message::Fetch => "fetch",
        Message::FetchAnswer => "fetch-answer",
    };
    let kind = fault_kind(&fault.what);
    let say = |key: &[&str]| language.say(&key.concat());
    match &fault.what {
        FaultKind::Answer { error, .. } => error.name().to_owned(),
        FaultKind::Lose { message: of, .. } | FaultKind::Late { message: of, .. } => {
            say(&["fault--", kind, "-", message(*of)])
        }
        FaultKind::MoveLeader { partition, .. } => {
            language.tell("fault--leader", &[("partition", &partition.partition.to_string())])
        }
        _ => say(&["fault--", kind]),
    }
}

/// How long a fault lasts, where that is part of it.
pub(crate) const fn lasts(fault: &Fault) -> Option<Micros> {
    match fault.what {
        FaultKind::SlowBroker { lasts, .. }
        | FaultKind::SlowDisk { lasts, .. }
        | FaultKind::SlowLink { lasts, .. }
        | FaultKind::CutLink { lasts, .. } => Some(lasts),
        _ => None,
    }
}

/// To whom, what, and by how much.
pub(crate) fn whole(language: Language, fault: &Fault) -> String {
    let what = what(language, fault);
    if !fault.name.is_empty() {
        return what;
    }
    let what = match &fault.what {
        FaultKind::SlowBroker { by, .. }
        | FaultKind::SlowDisk { by, .. }
        | FaultKind::SlowLink { by, .. }
        | FaultKind::Late { by, .. }
        | FaultKind::Delay(by) => [&what, " +", &length(*by)].concat(),
        _ => what,
    };
    let broker = |id: &dyn std::fmt::Display| {
        [&language.say("timeline--broker"), " ", &id.to_string()].concat()
    };
    let end = |place: &Place| match place {
        Place::Producer => language.say("fault--producer"),
        Place::Controller => language.say("timeline--controller"),
        Place::Broker(id) => broker(id),
    };
    let whom = match (&fault.what, fault.what.broker()) {
        (_, Some(id)) => broker(&id),
        (FaultKind::MoveLeader { to, .. }, _) => broker(to),
        (FaultKind::SlowLink { link, .. } | FaultKind::CutLink { link, .. }, _) => {
            let Link { from, to } = link;
            [&end(from), " → ", &end(to)].concat()
        }
        _ => return what,
    };
    [&whom, " ", &what].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::fault_of_text;

    #[test]
    fn a_fault_is_told_in_the_readers_words() {
        let read = |text: &str| {
            let fault = fault_of_text(text).expect(text);
            [Language::English, Language::Korean].map(|language| whole(language, &fault))
        };
        assert_eq!(read("kill:1@24ms"), ["broker 1 killed", "브로커 1 강제 종료"]);
        assert_eq!(read("kill:1@24ms~the rack"), ["the rack", "the rack"]);
        assert_eq!(
            read("cut:1-2@0ms+1s"),
            ["broker 1 → broker 2 cut off", "브로커 1 → 브로커 2 단절"]
        );
        assert_eq!(read("slow:1:30ms@0ms+100ms")[0], "broker 1 slow +30 ms");
        assert_eq!(read("lose:answer@record17.0"), ["answer lost", "응답 유실"]);
        assert_eq!(read("leader:p1:2@3ms"), ["broker 2 leads p1", "브로커 2 p1의 리더"]);
        let error = "NOT_ENOUGH_REPLICAS";
        assert_eq!(read("answer:NOT_ENOUGH_REPLICAS@record17.0"), [error, error]);
    }

    #[test]
    fn every_kind_has_words() {
        for kind in link::FAULT_KINDS {
            let keys: Vec<String> = match *kind {
                "answer" => continue,
                "lose" | "late" => ["request", "answer", "fetch", "fetch-answer"]
                    .map(|message| format!("fault--{kind}-{message}"))
                    .into(),
                kind => vec![format!("fault--{kind}")],
            };
            for key in keys {
                assert_ne!(Language::Korean.say(&key), key);
            }
        }
    }
}
