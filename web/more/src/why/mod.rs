//! Why something happened, in sentences: templates over the typed reasons of the trace, with the numbers
//! that decided it. No fact and no reason is without one: tests walk all of them.

mod brokers;
mod client;
mod key;
mod rules;

pub(crate) use key::key;

use crate::language::WORDS;
use trace::{FactId, Kind, NONE, Timer, Trace};
use units::SimTime;
use words::Language;
use words::moment;

/// What the inspector shows of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) title: String,
    /// First why, in a sentence or two; then what else there is to know.
    pub(crate) lines: Vec<String>,
    /// The rule that decided.
    pub(crate) rule: Rule,
    /// Parts of the scenario that are assumed, and on which this depends.
    pub(crate) assumptions: &'static [&'static str],
    /// What it waited for last.
    pub(crate) cause: Option<FactId>,
}

/// A rule of Kafka's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Its name: words under `rule--NAME`.
    pub(crate) name: &'static str,
    /// Class and method of Kafka.
    pub(crate) source: &'static str,
    /// The setting that decided it most.
    pub(crate) setting: Option<&'static str>,
}

/// A run in a language; in none, the keys of its sentences without their numbers are told.
#[derive(Clone, Copy)]
struct Teller<'a> {
    trace: &'a Trace,
    language: Option<Language>,
}

/// Explains a fact. `faults` are those of the scenario, as a link writes them.
pub(crate) fn explain(
    trace: &Trace,
    fact: FactId,
    faults: &[String],
    language: Language,
) -> Explanation {
    told(Teller { trace, language: Some(language) }, fact, faults)
}

/// What two facts have in common that happened for the same reason, whatever the numbers.
pub(crate) fn reason(trace: &Trace, fact: FactId) -> Explanation {
    told(Teller { trace, language: None }, fact, &[])
}

fn told(teller: Teller<'_>, fact: FactId, faults: &[String]) -> Explanation {
    let (trace, row) = (teller.trace, fact.row());
    let mut told = match fact.kind() {
        Kind::Send => teller.send(row),
        Kind::Block => teller.block(row),
        Kind::Refusal => teller.refusal(row),
        Kind::Call => teller.call(row),
        Kind::Callback => teller.callback(row),
        Kind::StickyTurn => teller.sticky_turn(row),
        Kind::Open => teller.batch(NONE, row),
        Kind::Close => teller.batch(NONE, trace.closes.batch().get(row).0),
        Kind::Drain => teller.batch(row, trace.drains.batch().get(row).0),
        Kind::EmptyDrain => teller.empty_drain(row),
        Kind::Retry => teller.retry(row),
        Kind::Split => teller.split(row),
        Kind::Finish => teller.batch(NONE, trace.finishes.batch().get(row).0),
        Kind::Request => teller.request(row),
        Kind::RequestEnd => teller.request_end(row),
        Kind::Connection => teller.connection(row),
        Kind::Metadata => teller.metadata(row),
        Kind::ProducerId => teller.producer_id(row),
        Kind::Fault => teller.fault(row, faults),
        Kind::Read => teller.read(row),
        Kind::Append => teller.append(row),
        Kind::Answer => teller.answer(row),
        Kind::Fetch => teller.fetch(row),
        Kind::FetchAnswer => teller.fetch_answer(row),
        Kind::Copy => teller.copy(row),
        Kind::HighWatermark => teller.high_watermark(row),
        Kind::Isr => teller.isr(row),
        Kind::Leader => teller.leader(row),
        Kind::Role => teller.role(row),
        Kind::BrokerState => teller.broker_state(row),
        Kind::Truncation => teller.truncation(row),
    };
    let cause = trace.cause(fact);
    told.cause = cause.fact();
    if let Some(clock) = cause.clock() {
        told.lines.push(teller.say(&format!("timer--{}", Timer::VARIANTS[clock])));
    }
    told
}

/// Why a try of a batch left, and the rule that decided.
pub(crate) fn sent_because(
    trace: &Trace,
    drain: u32,
    language: Language,
) -> Option<(String, Rule)> {
    let tried = trace.drains.row(drain);
    let headline = (tried.condition_count > 0).then(|| trace.conditions.row(tried.conditions))?;
    let reason = Teller { trace, language: Some(language) }.condition(headline.what);
    Some((reason, rules::of_condition(headline.what)))
}

impl Teller<'_> {
    fn say(self, key: &str) -> String {
        self.language.map_or_else(|| key.to_owned(), |language| WORDS.say(language, key))
    }

    fn tell(self, key: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        let values: Vec<(&str, String)> =
            values.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let Some(language) = self.language else {
            let names = values.into_iter().map(|(_, value)| value);
            let names = names.filter(|value| !value.contains(|c: char| c.is_ascii_digit()));
            return [key.to_owned()].into_iter().chain(names).collect::<Vec<_>>().join(" ");
        };
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        WORDS.tell(language, key, &values)
    }

    /// A moment that may never come.
    fn until(self, at: SimTime) -> String {
        if at == SimTime::NEVER { self.say("inspect--never") } else { moment(at) }
    }

    /// Class and message of a failure, as the log has them. The message has numbers.
    fn failure(self, position: u32) -> Option<String> {
        let failure = self.trace.failure_at(position)?;
        Some(match self.language {
            Some(_) => format!("{}: {}", failure.class(), self.trace.message(failure)),
            None => failure.class().to_owned(),
        })
    }
}

/// Brokers of a set in which bit n stands for broker n.
fn members(bits: u64) -> String {
    let all: Vec<String> =
        (0..64).filter(|n| bits & (1 << n) != 0).map(|n| n.to_string()).collect();
    if all.is_empty() { "–".to_owned() } else { all.join(", ") }
}

#[cfg(test)]
mod tests;
