//! How a record was lost: the rule, the events that led to it, and what the same faults had done to the same
//! arrivals with another setting.

use super::inspector::TRIED_EVENTS_MAX;
use crate::Request;
use crate::ran::{Other, Ran};
use analysis::{Figures, Loss, LossCause, figures, loss};
use link::Playground;
use model::Simulation;
use sheet::{Block, Button, Row, Sheet, Tone};
use trace::{BrokerChange, CallKind, ConnectionState, FactId, Kind, NONE};
use units::RecordId;
use words::{length, moment};

/// What led to the loss of a record.
pub(super) fn story(request: &Request, ran: &Ran, record: RecordId, sheet: &mut Sheet) {
    let loss = loss(&ran.trace, &ran.analysis.index, &ran.analysis.logs, record);
    sheet.push(Block::Note(Tone::Bad, because(request, loss.cause)));
    let steps = loss.events.iter().map(|event| Button {
        label: told(request, ran, &loss, *event),
        action: format!("seek:{}", ran.trace.at(*event).0),
        pressed: false,
    });
    sheet.push(Block::Steps(steps.collect()));
    if let Some(cell) = loss.replaced_by {
        let (offset, now) = (cell.offset.0.to_string(), cell.record.to_string());
        let values = [("offset", offset.as_str()), ("record", now.as_str())];
        sheet.push(Block::Para(request.tell("loss--replaced", &values)));
    }
}

/// Why a record was lost, in a sentence.
pub(super) fn because(request: &Request, cause: LossCause) -> String {
    let key = match cause {
        LossCause::InFlight => "in-flight",
        LossCause::NotYetCopied => "not-yet-copied",
        LossCause::UncleanElection => "unclean",
        LossCause::PowerLoss => "power-loss",
        LossCause::Exit => "exit",
        LossCause::GivenUp => "given-up",
    };
    request.say(&format!("loss--{key}"))
}

/// An event in words, with what it has to do with the loss.
fn told(request: &Request, ran: &Ran, loss: &Loss, event: FactId) -> String {
    let (trace, row) = (&ran.trace, event.row());
    let at = moment(trace.at(event));
    let tell = |key: &str, values: &[(&str, &str)]| {
        let mut all = vec![("at", at.as_str())];
        all.extend(values);
        request.tell(&format!("event--{key}"), &all)
    };
    let of = |key: &str, broker: units::BrokerId| tell(key, &[("broker", &broker.to_string())]);
    match event.kind() {
        Kind::Append => {
            let broker = trace.appends.broker().get(row).to_string();
            let offset = loss.offset.map_or_else(String::new, |offset| offset.0.to_string());
            let key = if loss.offset.is_some() { "append" } else { "refused" };
            tell(key, &[("broker", &broker), ("offset", &offset)])
        }
        Kind::Callback if trace.callbacks.failure().get(row) != NONE => tell("failed", &[]),
        Kind::Callback => {
            let acks = request.page.playground.settings.text("acks").unwrap_or("all");
            tell(&format!("acknowledged-{}", if acks == "-1" { "all" } else { acks }), &[])
        }
        Kind::BrokerState => {
            let state = trace.broker_states.row(row);
            of(&format!("broker-{}", BrokerChange::VARIANTS[state.change.variant()]), state.broker)
        }
        Kind::Fetch => of("fetch", trace.fetches.follower().get(row)),
        Kind::Leader => {
            let leader = trace.leaders.row(row);
            let log = ran.analysis.logs.log(leader.partition, leader.broker);
            let end = log.map_or_else(String::new, |log| log.end_at(leader.at).0.to_string());
            let (broker, epoch) = (leader.broker.to_string(), leader.epoch.0.to_string());
            tell("leader", &[("broker", &broker), ("epoch", &epoch), ("end", &end)])
        }
        Kind::Truncation => {
            let cut = trace.truncations.row(row);
            let (broker, from) = (cut.broker.to_string(), cut.to.0.to_string());
            let last = (cut.from.0 - 1).to_string();
            let key = if from == last { "truncation-of-one" } else { "truncation" };
            tell(key, &[("broker", &broker), ("from", &from), ("last", &last)])
        }
        Kind::Request => of("request", trace.requests.node().get(row)),
        Kind::Connection => {
            let connection = trace.connections.row(row);
            let closed = connection.state == ConnectionState::ClosedByClient;
            of(if closed { "connection-closed" } else { "connection-lost" }, connection.node)
        }
        Kind::Call if trace.calls.call().get(row) == CallKind::Exit => tell("exit", &[]),
        Kind::Finish => tell("finish", &[]),
        Kind::Refusal => tell("refusal", &[]),
        _ => tell("send", &[]),
    }
}

/// Values that ask more of brokers before they answer, or of a leader before it is elected.
fn stronger(playground: &Playground) -> Vec<(&'static str, &'static str)> {
    let Playground { settings, cluster, .. } = playground;
    let of_cluster = |name| cluster.text(name, settings.version).unwrap_or_default();
    let mut values = match settings.text("acks") {
        Some("0") => vec![("acks", "1"), ("acks", "all")],
        Some("1") => vec![("acks", "all")],
        _ if of_cluster("min.insync.replicas") == "1" => vec![("min.insync.replicas", "2")],
        _ => vec![],
    };
    if of_cluster("unclean.leader.election.enable") == "true" {
        values.push(("unclean.leader.election.enable", "false"));
    }
    values
}

/// The run beside others of the same arrivals and faults, each with one stronger setting.
pub(super) fn same_faults(request: &Request, ran: &Ran, sheet: &mut Sheet) {
    // a recorded case is what it is
    if request.page.case.is_some() {
        return;
    }
    let others = ran.others(|| others(&request.page.playground));
    if others.is_empty() {
        return;
    }
    let row = |name: String, figures: &Figures, action: Option<String>| Row {
        cells: vec![
            name,
            figures.lost.to_string(),
            figures.duplicated.to_string(),
            length(figures.latency_p50),
        ],
        tone: if action.is_none() { Tone::Muted } else { Tone::Plain },
        action,
    };
    let own = row(request.say("others--this"), &ran.analysis.figures, None);
    let rows = others.iter().map(|Other { name, value, figures }| {
        row(format!("`{name}={value}`"), figures, Some(format!("set:{name}={value}")))
    });
    sheet.push(Block::Table {
        caption: request.say("others--caption"),
        columns: ["setting", "lost", "twice", "median"]
            .map(|column| request.say(&format!("others--{column}")))
            .into(),
        rows: core::iter::once(own).chain(rows).collect(),
    });
}

/// Runs with one of those values each; none of a run that takes long.
fn others(playground: &Playground) -> Vec<Other> {
    let run = |(name, value): (&'static str, &'static str)| {
        let mut form = playground.clone();
        form.set(name, value);
        let mut simulation = Simulation::new(form.scenario().ok()?.0);
        let ended = simulation.run_for(TRIED_EVENTS_MAX);
        ended.then(|| Other { name, value, figures: figures(&simulation.into_trace()) })
    };
    stronger(playground).into_iter().filter_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leader of a partition dies before anybody has copied what it acknowledged.
    const DIES: &str = "sheet=ledger\nlang=en\nlink=v=1&acks=1&partitions=1&between=4ms&fault=kill:1@26ms&fault=restart:1@10s&sel=record18\n";

    fn sheet() -> Sheet {
        let request = Request::read(DIES);
        crate::ran::in_a_slice(|| super::super::ledger::sheet(&request)).expect("it is short")
    }

    #[test]
    fn a_loss_is_told_step_by_step_with_the_fetch_that_was_not_answered() {
        let sheet = sheet();
        let steps = sheet.blocks.iter().find_map(|block| match block {
            Block::Steps(steps) => Some(steps),
            _ => None,
        });
        let seek = |step: &Button| step.action.starts_with("seek:");
        assert!(steps.is_some_and(|steps| steps.iter().all(seek)), "a click goes to its moment");
        let told: Vec<&str> = steps.into_iter().flatten().map(|step| step.label.as_str()).collect();
        let want = [
            "**Appended by broker 1** at 25.2 ms, at offset 18.",
            "**Broker 1 was killed** at 26 ms.",
            "**The callback came** at 26.2 ms, without an exception: with `acks=1` the leader's own copy is enough.",
            "**Broker 2 had asked for more** at 26.3 ms: no answer came.",
            "**Broker 2 was elected** at 9.138825 s, in epoch 1: its log ended at offset 18.",
            "**Broker 1 cut off the end of its log** at 12.042 s: offsets 18 to 23.",
        ];
        assert_eq!(told, want);
    }

    #[test]
    fn the_same_faults_are_tried_with_a_stronger_setting() {
        let sheet = sheet();
        let rows = sheet.blocks.iter().find_map(|block| match block {
            Block::Table { rows, .. } => Some(rows),
            _ => None,
        });
        let rows: Vec<(&str, &str, Option<&str>)> = rows
            .into_iter()
            .flatten()
            .map(|row| (row.cells[0].as_str(), row.cells[1].as_str(), row.action.as_deref()))
            .collect();
        assert_eq!(rows, [("this run", "6", None), ("`acks=all`", "0", Some("set:acks=all"))]);
    }
}
