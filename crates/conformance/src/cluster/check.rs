//! What a script says before it is played: whether each step can mean something, and where one does not.

use super::bound::bound;
use super::scenario::Settled;
use super::script::{Compare, ScriptError, WholePart};
use super::steps::{AnswerSpec, Condition, End, EndName, EventSpec, Links, MessageSpec, StepSpec};
use model::scenario::ErrorCode;
use std::collections::BTreeSet;
use units::Micros;

/// Where a step stands: `step 3 (kill)`, `step 10.2 (hang)` for the second of those that step 10 repeats.
pub(super) fn place(number: &str, step: &StepSpec) -> String {
    format!("step {number} ({})", step.actions().join(", "))
}

/// Looks at all steps and comparisons of a part.
pub(super) fn check(part: &WholePart, settled: &Settled) -> Result<(), ScriptError> {
    let mut seen = Seen { settled, groups: BTreeSet::new(), marks: BTreeSet::new(), exits: false };
    let checked = seen.steps(&part.script, "").and_then(|()| seen.compare(&part.compare, part));
    checked.map_err(|what| ScriptError::Meaningless(part.says(&what)))
}

/// What the steps before have made known.
struct Seen<'a> {
    settled: &'a Settled,
    groups: BTreeSet<String>,
    marks: BTreeSet<String>,
    /// The application's process has ended.
    exits: bool,
}

impl Seen<'_> {
    fn steps(&mut self, steps: &[StepSpec], before: &str) -> Result<(), String> {
        for (number, step) in (1..).zip(steps) {
            let number = format!("{before}{number}");
            let here = |what: String| format!("{}: {what}", place(&number, step));
            self.step(step).map_err(here)?;
            if let Some(repeat) = &step.repeat {
                self.steps(&repeat.steps, &format!("{number}."))?;
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &StepSpec) -> Result<(), String> {
        self.marks.extend(step.mark.clone());
        match step.actions().len() {
            0 => return Err("it says nothing to do".to_owned()),
            1 => {}
            _ => return Err("a step is one action".to_owned()),
        }
        for broker in step.own_brokers() {
            self.broker(broker)?;
        }
        if let Some(send) = &step.send {
            ensure(!self.exits, "the application has ended before")?;
            ensure(send.every_us > 0, "every_us is at least 1")?;
            self.groups.insert(send.group.clone());
        }
        let up_to = step.up_to_ms.is_none_or(|up_to| step.wait_ms.is_some_and(|ms| ms <= up_to));
        ensure(up_to, "up_to_ms stands beside a wait_ms that is not greater")?;
        if let Some(condition) = &step.until {
            self.condition(condition)?;
        }
        if let Some(leader) = step.move_leader {
            self.replica(leader)?;
        }
        for links in
            [step.cut.as_ref(), step.heal.as_ref(), step.slow.as_ref().map(|slow| &slow.links)]
        {
            links.map_or(Ok(()), directions)?;
        }
        if let Some(spec) = &step.answer {
            answer(spec)?;
        }
        self.event(step)?;
        self.exits |= step.exit;
        Ok(())
    }

    /// The event of a fault: some need one, others may have one.
    fn event(&self, step: &StepSpec) -> Result<(), String> {
        let messages = [
            step.lose.as_ref().map(|lost| lost.message),
            step.late.as_ref().map(|late| late.message),
        ];
        let message = messages.into_iter().flatten().next();
        let Some(event) = &step.at else {
            let needed = message.is_some() || step.answer.is_some();
            return ensure(!needed, "it needs an event: \"at\"");
        };
        ensure(!step.faults().is_empty(), "only what goes wrong has an \"at\"")?;
        self.anchor(event)?;
        let between_brokers =
            matches!(message, Some(MessageSpec::Fetch | MessageSpec::FetchAnswer));
        let of_a_request = step.answer.is_some() || (message.is_some() && !between_brokers);
        ensure(!between_brokers || event.copied_by.is_some(), "a fetch is told by copied_by")?;
        ensure(!of_a_request || event.copied_by.is_none(), "a request is not told by copied_by")
    }

    fn anchor(&self, event: &EventSpec) -> Result<(), String> {
        let one = event.record.is_some() != event.requests.is_some();
        ensure(one, "\"at\" has a record or requests")?;
        ensure(
            event.record.is_some() || (event.attempt.is_none() && event.copied_by.is_none()),
            "requests have neither try nor copied_by",
        )?;
        let either = event.attempt.is_none() || event.copied_by.is_none();
        ensure(either, "a record has a try or a copied_by")?;
        let order = event.requests.is_none_or(|[first, last]| first <= last);
        ensure(order, "the first of the requests comes before the last")?;
        ensure(
            event.record.is_none() || self.groups.contains(&event.group),
            &format!("no group '{}' is sent before", event.group),
        )?;
        event.copied_by.map_or(Ok(()), |broker| self.replica(broker))
    }

    fn condition(&self, condition: &Condition) -> Result<(), String> {
        ensure(!condition.words().is_empty(), "it says nothing to wait for")?;
        let sets = [&condition.isr, &condition.in_isr].into_iter().flatten();
        let replicas = sets.flatten().copied().chain(condition.leader_is_not);
        replicas.into_iter().try_for_each(|broker| self.replica(broker))?;
        let brokers = [&condition.active, &condition.exited].into_iter().flatten().flatten();
        brokers.copied().try_for_each(|broker| self.broker(broker))?;
        condition.acked.as_ref().map_or(Ok(()), |acked| self.mark(&acked.since))
    }

    fn broker(&self, broker: u32) -> Result<(), String> {
        let known = self.settled.brokers.contains(&broker);
        ensure(known, &format!("there is no broker {broker}"))
    }

    fn replica(&self, broker: u32) -> Result<(), String> {
        let known = self.settled.replicas.contains(&broker);
        ensure(known, &format!("broker {broker} has no replica"))
    }

    fn mark(&self, mark: &str) -> Result<(), String> {
        ensure(self.marks.contains(mark), &format!("no mark '{mark}' stands before"))
    }

    fn group(&self, group: &str) -> Result<(), String> {
        ensure(self.groups.contains(group), &format!("no group '{group}' is sent"))
    }

    fn compare(&self, compare: &Compare, part: &WholePart) -> Result<(), String> {
        for group in compare.fate.keys() {
            self.group(group).map_err(|what| format!("compare, fate: {what}"))?;
        }
        let held = Micros(part.held.replication_ms * 1000);
        let limits = |allowed: &[String; 2]| {
            allowed.iter().try_for_each(|text| bound(text, self.settled, held).map(drop))
        };
        let elections = compare.elections.iter().flat_map(|spec| &spec.allowed);
        for (number, allowed) in (1..).zip(elections) {
            limits(allowed).map_err(|what| format!("compare, election {number}: {what}"))?;
        }
        for (number, spec) in (1..).zip(&compare.times) {
            let checked = self.group(&spec.group).and_then(|()| {
                let between =
                    !spec.what.is_between_marks() || (spec.from.is_some() && spec.to.is_some());
                ensure(between, "it is measured between two marks")?;
                let marks = spec.from.iter().chain(&spec.to);
                marks.into_iter().try_for_each(|mark| self.mark(mark))?;
                limits(&spec.allowed)
            });
            checked.map_err(|what| format!("compare, time {number}: {what}"))?;
        }
        Ok(())
    }
}

fn ensure(holds: bool, else_: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(else_.to_owned()) }
}

/// Directions begin or end at a broker, and not where they began.
fn directions(links: &Links) -> Result<(), String> {
    let Links::Directions(pairs) = links else { return Ok(()) };
    for pair in pairs {
        let there = match pair {
            [End::Broker(from), End::Broker(to)] => from != to,
            [End::Named(_), End::Named(_)] => false,
            _ => true,
        };
        let word = |end: &End| match end {
            End::Broker(broker) => broker.to_string(),
            End::Named(EndName::Client) => "client".to_owned(),
            End::Named(EndName::Controller) => "controller".to_owned(),
        };
        let (from, to) = (word(&pair[0]), word(&pair[1]));
        ensure(there, &format!("there is no link from {from} to {to}"))?;
    }
    Ok(())
}

fn answer(spec: &AnswerSpec) -> Result<(), String> {
    let kinds = [spec.error.is_some() || spec.late_ms > 0, spec.never, spec.close];
    let one = kinds.into_iter().filter(|kind| *kind).count() == 1;
    ensure(one, "an answer is an error or late, or never comes, or the connection closes")?;
    let Some(name) = &spec.error else {
        let plain = spec.late_ms == 0 || !spec.appended;
        return ensure(plain, "an answer that is only late is appended or not by itself");
    };
    let known = ErrorCode::of_name(name).filter(|error| *error != ErrorCode::None);
    ensure(known.is_some(), &format!("Kafka has no error '{name}'"))
}
