//! *Place*: what can go wrong at a moment of a row, or with the thing there; each is a button that adds
//! the fault.

use crate::Request;
use crate::ran::{Ran, ran};
use link::{Selection, fault_of_text, identify, time_text};
use sheet::{Block, Button, Sheet, Tone};
use trace::{FactId, Kind};
use units::{BrokerId, RecordId, SimTime};
use words::moment;

/// Errors that a broker answers with most often.
const ERRORS: [&str; 4] =
    ["NOT_ENOUGH_REPLICAS", "NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT", "MESSAGE_TOO_LARGE"];
/// Partitions of which a leader can be moved from here.
const PARTITIONS_MAX: u16 = 6;

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let ran = ran(&request.page.playground).ok();
    if let Some(ran) = &ran
        && let Some(fact) = ran.trace.fact_of_text(request.parameter("about"))
    {
        of_fact(request, ran, fact, &mut sheet);
    }
    of_moment(request, &mut sheet);
    sheet
}

/// What can become of a message: of a request by one of its records, of a copy by the record it brought.
fn of_fact(request: &Request, ran: &Ran, fact: FactId, sheet: &mut Sheet) {
    let first_of = |partition, number| {
        let open = link::find(&ran.trace, Selection::Batch { partition, number })?;
        Some((ran.trace.opens.first().get(open.row()), 0))
    };
    let (message, copy) = match identify(&ran.trace, fact) {
        Some(Selection::Record(record) | Selection::Callback(record)) => (Some((record, 0)), None),
        Some(Selection::Batch { partition, number }) => (first_of(partition, number), None),
        Some(Selection::Request { record, attempt }) => (Some((record, attempt)), None),
        Some(Selection::Replica { record, broker }) if fact.kind() == Kind::Append => {
            let _ = broker;
            (Some((record, 0)), None)
        }
        Some(Selection::Replica { record, broker }) => (None, Some((record, broker))),
        _ => (None, None),
    };
    if let Some((record, attempt)) = message {
        of_request(request, record, attempt, sheet);
    }
    if let Some((record, broker)) = copy {
        of_copy(request, record, broker, sheet);
    }
}

fn of_request(request: &Request, record: RecordId, attempt: u16, sheet: &mut Sheet) {
    let at = format!("record{record}.{attempt}");
    let tries = (attempt + 1).to_string();
    let values = [("record", record.to_string()), ("try", tries)];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    sheet.push(Block::Heading(request.tell("place--request", &values)));
    sheet.push(buttons(
        request,
        &[
            ("place--lose-answer", format!("lose:answer@{at}")),
            ("place--lose-request", format!("lose:request@{at}")),
            ("place--reset", format!("lose:answer:reset@{at}")),
            ("place--late-answer", format!("late:answer:50ms@{at}")),
            ("place--silent", format!("silent@{at}")),
            ("place--hangup", format!("hangup@{at}")),
        ],
    ));
    sheet.push(Block::Para(request.say("place--error")));
    let named = ERRORS.iter().map(|name| (*name, format!("answer:{name}@{at}")));
    sheet.push(Block::Buttons(named.map(|(name, fault)| button(name, &fault)).collect()));
    let typed = request.parameter("error").trim().to_ascii_uppercase();
    sheet.push(Block::Field {
        name: String::from("error"),
        label: request.say("place--any-error"),
        value: typed.clone(),
        long: false,
    });
    if typed.is_empty() {
        return;
    }
    let faults = [("", String::new()), (":appended", request.say("place--appended"))];
    let faults = faults.map(|(was, note)| (format!("answer:{typed}{was}@{at}"), note));
    if fault_of_text(&faults[0].0).is_none() {
        sheet.push(Block::Note(Tone::Bad, request.tell("place--no-error", &[("name", &typed)])));
        return;
    }
    let label = |note: &str| format!("{typed} {note}").trim_end().to_owned();
    let all = faults.iter().map(|(fault, note)| button(&label(note), fault));
    sheet.push(Block::Buttons(all.collect()));
}

fn of_copy(request: &Request, record: RecordId, broker: BrokerId, sheet: &mut Sheet) {
    let at = format!("record{record}on{broker}");
    let values = [("record", record.to_string()), ("broker", broker.to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    sheet.push(Block::Heading(request.tell("place--copy", &values)));
    sheet.push(buttons(
        request,
        &[
            ("place--lose-fetch", format!("lose:fetch@{at}")),
            ("place--lose-fetch-answer", format!("lose:fetch-answer@{at}")),
            ("place--late-fetch-answer", format!("late:fetch-answer:50ms@{at}")),
            ("place--kill-then", format!("kill:{broker}@{at}")),
            ("place--power-then", format!("power:{broker}@{at}")),
        ],
    ));
}

/// What can happen to a broker at a moment; which one, if the row is of none, is asked.
fn of_moment(request: &Request, sheet: &mut Sheet) {
    let playground = &request.page.playground;
    let row = request.parameter("row");
    let of_row = row.strip_prefix("broker").or_else(|| row.strip_prefix("to"));
    let broker = request.number("broker").or_else(|| of_row?.parse().ok()).unwrap_or(1);
    let us = request.parameter("at").parse::<i64>().unwrap_or_default().max(0);
    let at = time_text(us.unsigned_abs());
    let number = broker.to_string();
    let when = moment(SimTime(us));
    let values = [("broker", number.as_str()), ("at", when.as_str())];
    sheet.push(Block::Heading(request.tell("place--moment", &values)));
    let brokers = 1..=u32::from(playground.brokers);
    let choice = |other: u32| Button {
        label: request.tell("place--broker", &[("broker", &other.to_string())]),
        action: format!("ask:broker={other}"),
        pressed: other == broker,
    };
    if playground.brokers > 1 {
        sheet.push(Block::Buttons(brokers.clone().map(choice).collect()));
    }
    sheet.push(buttons(
        request,
        &[
            ("place--kill", format!("kill:{broker}@{at}")),
            ("place--power", format!("power:{broker}@{at}")),
            ("place--hang", format!("hang:{broker}@{at}")),
            ("place--resume", format!("resume:{broker}@{at}")),
            ("place--shutdown", format!("shutdown:{broker}@{at}")),
            ("place--restart", format!("restart:{broker}@{at}")),
            ("place--slow", format!("slow:{broker}:5ms@{at}+1s")),
            ("place--slow-disk", format!("slow-disk:{broker}:20ms@{at}+1s")),
            ("place--disconnect", format!("disconnect:{broker}@{at}")),
        ],
    ));
    let links = brokers.filter(|other| *other != broker).map(|other| {
        let label = request.tell("place--cut", &[("broker", &other.to_string())]);
        button(&label, &format!("cut:{broker}-{other}@{at}+5s"))
    });
    let producer =
        button(&request.say("place--cut-producer"), &format!("cut:{broker}-producer@{at}+5s"));
    let controller =
        button(&request.say("place--cut-controller"), &format!("cut:{broker}-controller@{at}+15s"));
    sheet.push(Block::Buttons(links.chain([producer, controller]).collect()));
    let moves = (0..playground.partitions.min(PARTITIONS_MAX)).filter_map(|partition| {
        let fault = format!("leader:p{partition}:{broker}@{at}");
        let read = fault_of_text(&fault).filter(|fault| playground.has_place_for(fault))?;
        let _ = read;
        let label = request.tell("place--leader", &[("partition", &partition.to_string())]);
        Some(button(&label, &fault))
    });
    let exit = button(&request.say("place--exit"), &format!("exit@{at}"));
    sheet.push(Block::Buttons(moves.chain([exit]).collect()));
}

fn buttons(request: &Request, faults: &[(&str, String)]) -> Block {
    Block::Buttons(faults.iter().map(|(key, fault)| button(&request.say(key), fault)).collect())
}

fn button(label: &str, fault: &str) -> Button {
    Button { label: label.to_owned(), action: format!("fault:{fault}"), pressed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ran::in_a_slice;

    #[test]
    fn every_fault_that_is_offered_can_be_read_and_has_a_place() {
        let link = "v=1&acks=all";
        let (page, _) = link::read_saved(link);
        for sel in ["record17", "p0.1", "record17.0", "record17on1", "record17on3"] {
            let ran = in_a_slice(|| ran(&page.playground).ok()).flatten();
            let ran = ran.expect("the defaults are fine, and short");
            let fact = Selection::of_text(sel).and_then(|sel| link::find(&ran.trace, sel));
            let fact = fact.expect("it is in the default run");
            let text = format!(
                "sheet=place\nlang=en\nlink={link}\nrow=broker2\nat=24000\nabout={fact}\nerror=not_leader_or_follower\n"
            );
            let sheet = sheet(&Request::read(&text));
            let mut offered = 0;
            for block in &sheet.blocks {
                let Block::Buttons(buttons) = block else { continue };
                for fault in buttons.iter().filter_map(|one| one.action.strip_prefix("fault:")) {
                    let read = fault_of_text(fault);
                    assert!(
                        read.is_some_and(|fault| page.playground.has_place_for(&fault)),
                        "{fault}"
                    );
                    offered += 1;
                }
            }
            assert!(offered > 15, "{sel}: {offered}");
        }
    }
}
