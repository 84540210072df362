//! *Inspect*: why the selected thing happened, with the numbers that decided it, the rule, the Kafka class,
//! what is assumed, and a setting that would have changed it, offered only after the model has run with it.

use crate::Request;
use crate::ran::ran;
use crate::why::{explain, key};
use link::{Playground, fault_text, part};
use model::Simulation;
use model::config::{Type, cluster_row, row};
use sheet::{Block, Button, Sheet, Tone};
use trace::Trace;

/// Most events of a run that tries another value: no click waits for longer.
pub(super) const TRIED_EVENTS_MAX: u64 = 400_000;

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let ran = match ran(&request.page.playground) {
        Ok(ran) => ran,
        Err(why) => return why.into(),
    };
    let Some(fact) = ran.trace.fact_of_text(request.parameter("fact")) else {
        sheet.push(Block::Para(request.say("inspect--empty")));
        return sheet;
    };
    let faults: Vec<String> = request.page.playground.faults.iter().map(fault_text).collect();
    let explain = |trace: &Trace, fact| explain(trace, fact, &faults, request.language);
    let told = explain(&ran.trace, fact);
    sheet.push(Block::Heading(told.title));
    sheet.push(Block::List { ordered: false, items: told.lines.clone() });
    let mut facts = Vec::new();
    if !told.rule.name.is_empty() {
        let name = request.say(&format!("rule--{}", told.rule.name));
        facts.push(format!("{}: **{name}**", request.say("inspect--rule")));
    }
    if !told.rule.source.is_empty() {
        facts.push(format!("{}: `{}`", request.say("inspect--source"), told.rule.source));
    }
    if let Some(setting) = told.rule.setting {
        facts.push(format!("{}: `{setting}`", request.say("inspect--setting")));
    }
    for name in told.assumptions {
        if let Some(part) = part(name) {
            let words = request.part(&format!("part--{name}"));
            let value = part.text((part.get)(&request.page.playground));
            facts.push(format!("{}: {words}, **{value}**", request.say("inspect--assumes")));
        }
    }
    sheet.push(Block::List { ordered: false, items: facts });
    let mut buttons = Vec::new();
    if let Some(cause) = told.cause {
        let title = explain(&ran.trace, cause).title;
        buttons.push(Button {
            label: request.tell("inspect--waited-for", &[("what", &title)]).replace('`', ""),
            action: format!("fact={cause}"),
            pressed: false,
        });
    }
    // a recorded case is what it is
    if let Some(setting) = told.rule.setting.filter(|_| request.page.case.is_none()) {
        let changes = |after: &Trace| {
            let other = key(&ran.trace, fact).find(after);
            other.is_none_or(|other| {
                ran.trace.at(fact) != after.at(other) || explain(after, other).lines != told.lines
            })
        };
        match proposal(request, setting, &changes) {
            Proposal::Value(button) => buttons.push(button),
            Proposal::TooLong => sheet.push(Block::Note(Tone::Muted, request.say("inspect--long"))),
            Proposal::None => {}
        }
    }
    if !buttons.is_empty() {
        sheet.push(Block::Buttons(buttons));
    }
    super::records::way_of_selected(request, &ran, &mut sheet);
    sheet
}

/// What came of looking for another value.
enum Proposal {
    /// A run with it has another such fact, or none.
    Value(Button),
    /// No value that was tried changes it.
    None,
    /// Nothing was tried.
    TooLong,
}

/// The first value of the setting with which the fact changes.
fn proposal(request: &Request, setting: &str, changes: &dyn Fn(&Trace) -> bool) -> Proposal {
    for value in candidates(&request.page.playground, setting) {
        let playground = with(&request.page.playground, setting, &value);
        let Ok((scenario, _)) = playground.scenario() else { continue };
        let mut simulation = Simulation::new(scenario);
        if !simulation.run_for(TRIED_EVENTS_MAX) {
            return Proposal::TooLong;
        }
        if changes(&simulation.into_trace()) {
            let values = [("setting", setting), ("value", value.as_str())];
            return Proposal::Value(Button {
                label: request.tell("inspect--propose", &values),
                action: format!("set:{setting}={value}"),
                pressed: false,
            });
        }
    }
    Proposal::None
}

/// The playground with another value of a setting: the producer's, or of brokers and topic.
fn with(playground: &Playground, setting: &str, value: &str) -> Playground {
    let mut playground = playground.clone();
    if row(setting).is_some() {
        playground.settings.set(setting, value);
    } else {
        playground.cluster.set(setting, value);
    }
    playground
}

fn candidates(playground: &Playground, setting: &str) -> Vec<String> {
    let version = playground.settings.version;
    let (kind, text) = match (row(setting), cluster_row(setting)) {
        (Some(row), _) => (row.kind, playground.settings.text(setting)),
        (_, Some(row)) => (row.kind, playground.cluster.text(setting, version)),
        _ => return Vec::new(),
    };
    let text = text.unwrap_or_default();
    match (kind, text.parse::<i64>()) {
        (Type::Boolean, _) => vec![(text != "true").to_string()],
        (_, Ok(number)) => {
            let wanted = [number.saturating_mul(2).max(1), number / 2, number.saturating_mul(8), 0];
            let mut values: Vec<String> = wanted
                .into_iter()
                .filter(|value| *value != number)
                .map(|v| v.to_string())
                .collect();
            values.dedup();
            values
        }
        _ if setting == "acks" => {
            ["all", "1", "0"].into_iter().filter(|v| *v != text).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
