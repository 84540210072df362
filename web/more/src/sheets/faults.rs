//! *Faults*: the list, each with its switch, its name, and what the run is without it; and a form that
//! adds one of any kind. The form's answers are parameters of the question.

mod add;

use crate::Request;
use crate::ran::ran;
use analysis::faults_that_did_not_happen;
use link::{PageState, Panel, Playground, fault_sign, fault_text, write, write_saved};
use model::scenario::{Anchor, Fault, FaultKind, Link, Message, Place};
use sheet::{Block, Button, Count, Sheet, Tone};
use trace::Trace;
use units::{BrokerId, SimTime};
use words::{length, moment};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let playground = &request.page.playground;
    if playground.faults.is_empty() {
        sheet.push(Block::Para(request.say("faults--none")));
    } else {
        list(request, &mut sheet);
    }
    add::form(request, &mut sheet);
    sheet
}

fn list(request: &Request, sheet: &mut Sheet) {
    let playground = &request.page.playground;
    let ran = ran(playground).ok();
    let trace = ran.as_ref().map(|ran| &ran.trace);
    let on = playground.faults.iter().map(|fault| fault.on);
    let missed = trace.map(|trace| faults_that_did_not_happen(trace, on)).unwrap_or_default();
    let open = request.number("fault").map(|number| number as usize);
    let row = |(number, fault): (usize, &Fault)| {
        let missed = missed.iter().any(|missed| usize::from(*missed) == number);
        let mut note = vec![anchor_in_words(request, &fault.anchor)];
        if !fault.name.is_empty() {
            note.insert(0, what_in_words(request, &fault.what));
        }
        if matches!(fault.anchor, Anchor::Produce { .. }) {
            note.push(request.say("faults--unstable"));
        }
        if missed {
            note.push(request.say("faults--did-not-happen"));
        }
        if !fault.on {
            note.push(request.say("faults--off"));
        }
        let shut = open == Some(number);
        let next = if shut { String::new() } else { number.to_string() };
        let at = trace.and_then(|trace| happened_at(trace, number));
        Count {
            sign: fault_sign(&fault.what).to_owned(),
            label: in_words(request, fault),
            note: note.join(" · "),
            number: at.map(moment).unwrap_or_default(),
            action: Some(format!("ask:fault={next}")),
            tone: match (fault.on, missed, shut) {
                (false, ..) => Tone::Muted,
                (_, true, _) => Tone::Warn,
                (_, _, true) => Tone::Accent,
                _ => Tone::Plain,
            },
        }
    };
    let (before, behind) = match open {
        Some(open) => playground.faults.split_at((open + 1).min(playground.faults.len())),
        None => (playground.faults.as_slice(), &[][..]),
    };
    let rows = |faults: &[Fault], first: usize| {
        let counts: Vec<_> =
            faults.iter().enumerate().map(|(number, fault)| row((first + number, fault))).collect();
        (!counts.is_empty()).then_some(Block::Counts(counts))
    };
    sheet.blocks.extend(rows(before, 0));
    if let Some((number, fault)) = open.and_then(|open| Some((open, playground.faults.get(open)?)))
    {
        opened(request, number, fault, sheet);
    }
    sheet.blocks.extend(rows(behind, before.len()));
}

/// What can be done with the fault that is open.
fn opened(request: &Request, number: usize, fault: &Fault, sheet: &mut Sheet) {
    let playground = &request.page.playground;
    let with = |change: &dyn Fn(&mut Vec<Fault>)| {
        let mut playground = playground.clone();
        change(&mut playground.faults);
        playground
    };
    let button =
        |key: &str, action: String| Button { label: request.say(key), action, pressed: false };
    let open = |playground: &Playground| format!("open:{}", write(playground));
    let without = PageState {
        playground: with(&|faults| faults[number].on = false),
        pinned: Some(playground.clone()),
        panel: Some(Panel::Compare),
        form: Some(Panel::Faults),
        ..request.page.clone()
    };
    let switch = if fault.on { "faults--switch-off" } else { "faults--switch-on" };
    let mut buttons = vec![button(switch, open(&with(&|faults| faults[number].on = !fault.on)))];
    if fault.on {
        buttons.push(button("faults--without", format!("goto:{}", write_saved(&without))));
    }
    if let (Anchor::At(_), Some(at)) = (&fault.anchor, playhead(request)) {
        let moved = with(&|faults| faults[number].anchor = Anchor::At(at));
        let label = request.tell("faults--move", &[("at", &moment(at))]);
        buttons.push(Button { label, action: open(&moved), pressed: false });
    }
    let gone = with(&|faults| {
        faults.remove(number);
    });
    buttons.push(button("faults--take-out", open(&gone)));
    sheet.push(Block::Buttons(buttons));
    sheet.push(Block::Enter {
        label: request.say("faults--name"),
        value: fault.name.clone(),
        button: request.say("faults--rename"),
        action: format!("ask:rename={number}:"),
    });
    // a name that was just typed is one click away from the list
    if let Some((of, name)) = request.parameter("rename").split_once(':')
        && of == number.to_string()
        && name != fault.name
    {
        let name: String = name.chars().take(60).collect();
        let named = with(&|faults| faults[number].name.clone_from(&name));
        let label = request.tell("faults--call-it", &[("name", &name)]);
        sheet.push(Block::Buttons(vec![Button { label, action: open(&named), pressed: false }]));
    }
    sheet.push(Block::Note(Tone::Muted, format!("`{}`", fault_text(fault))));
}

/// Whole tenths of a millisecond at the playhead: what the eye placed, and a short address.
fn playhead(request: &Request) -> Option<SimTime> {
    let at: i64 = request.parameter("at").parse().ok()?;
    Some(SimTime(at / 100 * 100))
}

fn happened_at(trace: &Trace, number: usize) -> Option<SimTime> {
    let place = trace.faults.fault().iter().position(|fault| usize::from(fault) == number)?;
    trace.faults.at().iter().nth(place)
}

/// A fault by its name, or in words.
pub(super) fn in_words(request: &Request, fault: &Fault) -> String {
    if fault.name.is_empty() {
        return what_in_words(request, &fault.what);
    }
    fault.name.clone()
}

/// What happens, to whom.
fn what_in_words(request: &Request, what: &FaultKind) -> String {
    let word = |kind: &str| request.part(&format!("fault--{kind}"));
    let broker = |id: &BrokerId| request.tell("faults--broker", &[("n", &id.to_string())]);
    let of = |kind: &str, id: &BrokerId| format!("{} · {}", broker(id), word(kind));
    let appended = |was: bool| if was { request.say("faults--appended") } else { String::new() };
    let more = |by, lasts| format!("+{} · {}", length(by), length(lasts));
    let link = |link: &Link| format!("{} → {}", end(request, link.from), end(request, link.to));
    match what {
        FaultKind::Answer { error, appended: was, .. } => {
            format!("{}{}", error.name(), appended(*was))
        }
        FaultKind::Delay(by) => format!("{} · {}", word("delay"), length(*by)),
        FaultKind::Silent { appended: was } => format!("{}{}", word("silent"), appended(*was)),
        FaultKind::Hangup { appended: was } => format!("{}{}", word("hangup"), appended(*was)),
        FaultKind::Lose { message, reset } => {
            let reset = if *reset { request.say("faults--reset") } else { String::new() };
            format!("{} · {}{reset}", word("lose"), message_in_words(request, *message))
        }
        FaultKind::Late { message, by } => {
            format!("{} · {} · {}", word("late"), message_in_words(request, *message), length(*by))
        }
        FaultKind::MoveLeader { partition, to } => {
            format!("{} · p{} → {}", word("leader"), partition.partition, broker(to))
        }
        FaultKind::SlowBroker { broker: id, by, lasts } => {
            format!("{} {}", of("slow", id), more(*by, *lasts))
        }
        FaultKind::SlowDisk { broker: id, by, lasts } => {
            format!("{} {}", of("slow-disk", id), more(*by, *lasts))
        }
        FaultKind::SlowLink { link: of, by, lasts } => {
            format!("{} · {} {}", link(of), word("slow"), more(*by, *lasts))
        }
        FaultKind::CutLink { link: of, lasts } => {
            format!("{} · {} {}", link(of), word("cut"), length(*lasts))
        }
        FaultKind::Disconnect(id) => of("disconnect", id),
        FaultKind::Unreachable(id) => of("unreachable", id),
        FaultKind::Reachable(id) => of("reachable", id),
        FaultKind::Kill(id) => of("kill", id),
        FaultKind::PowerLoss(id) => of("power", id),
        FaultKind::Hang(id) => of("hang", id),
        FaultKind::Resume(id) => of("resume", id),
        FaultKind::ControlledShutdown(id) => of("shutdown", id),
        FaultKind::Restart(id) => of("restart", id),
        FaultKind::ApplicationExit => word("exit"),
    }
}

fn end(request: &Request, place: Place) -> String {
    match place {
        Place::Producer => request.say("faults--producer"),
        Place::Controller => request.say("faults--controller"),
        Place::Broker(id) => request.tell("faults--broker", &[("n", &id.to_string())]),
    }
}

fn message_in_words(request: &Request, message: Message) -> String {
    request.say(match message {
        Message::Request => "faults--message-request",
        Message::Answer => "faults--message-answer",
        Message::Fetch => "faults--message-fetch",
        Message::FetchAnswer => "faults--message-fetch-answer",
    })
}

fn anchor_in_words(request: &Request, anchor: &Anchor) -> String {
    match anchor {
        Anchor::At(at) => moment(*at),
        Anchor::Produce { from, to } if from == to => {
            request.tell("faults--at-request", &[("n", &from.to_string())])
        }
        Anchor::Produce { from, to } => {
            let (from, to) = (from.to_string(), to.to_string());
            request.tell("faults--at-requests", &[("from", &from), ("to", &to)])
        }
        Anchor::Record { record, attempt } => {
            let (record, attempt) = (record.to_string(), (attempt + 1).to_string());
            request.tell("faults--at-record", &[("record", &record), ("try", &attempt)])
        }
        Anchor::Copied { record, broker } => {
            let (record, broker) = (record.to_string(), broker.to_string());
            request.tell("faults--at-copy", &[("record", &record), ("broker", &broker)])
        }
    }
}

#[cfg(test)]
mod tests {
    fn text(question: &str) -> String {
        format!("{:?}", crate::sheet(&format!("sheet=faults\nlang=en\nat=20000\n{question}")))
    }

    #[test]
    fn a_fault_whose_event_never_came_is_listed_as_such() {
        let of = |record: u32| text(&format!("link=v=1&fault=silent@record{record}.0\n"));
        assert!(of(4000).contains("did not happen"));
        assert!(!of(4).contains("did not happen"));
    }

    #[test]
    fn an_ordinal_is_marked_as_unstable() {
        assert!(text("link=v=1&fault=silent@request3\n").contains("unstable"));
        assert!(!text("link=v=1&fault=silent@record3.0\n").contains("unstable"));
    }

    #[test]
    fn the_run_without_one_fault_is_compared_with_the_run_with_it() {
        let text = text("link=v=1&fault=kill:1@20ms\nfault=0\n");
        assert!(text.contains("goto:v=1&fault=off:kill:1@20ms&a.fault=kill:1@20ms"), "{text}");
    }

    #[test]
    fn every_kind_of_fault_can_be_added() {
        for kind in link::FAULT_KINDS {
            let text = text(&format!("link=v=1\nkind={kind}\n"));
            assert!(text.contains(&format!("open:v=1&fault={kind}")), "{kind}: {text}");
        }
    }

    #[test]
    fn a_scripted_answer_can_be_for_some_partitions_and_late() {
        let form = "link=v=1&partitions=3\nkind=answer\n";
        assert!(!text("link=v=1&partitions=1\nkind=answer\n").contains("ask:of="));
        assert!(text(form).contains("ask:of=p1"));
        let two = text(&format!("{form}error=NOT_LEADER_OR_FOLLOWER\nof=p0,p2\nlate=5ms\n"));
        let fault = "fault=answer:NOT_LEADER_OR_FOLLOWER:p0,p2:5ms@record20.0";
        assert!(two.contains(fault), "{two}");
        assert!(two.contains("ask:of=p0,p1,p2") && two.contains("\"ask:of=p0\""), "{two}");
    }

    #[test]
    fn a_fault_of_a_record_begins_at_the_playhead_and_its_button_stands_before_its_fields() {
        let shown = text("link=v=1\nkind=silent\n");
        // a record a millisecond, the first at 0
        assert!(shown.contains("open:v=1&fault=silent@record20.0"), "{shown}");
        let (button, field) = (shown.find("open:v=1&fault"), shown.find("name: \"record\""));
        assert!(button < field && field.is_some(), "{shown}");
    }

    #[test]
    fn what_is_typed_is_read_or_told() {
        assert!(text("link=v=1\ntyped=kill:1@24ms\n").contains("open:v=1&fault=kill:1@24ms"));
        assert!(text("link=v=1\ntyped=kill:everybody\n").contains("no fault"));
    }
}
