//! *Inspect*: why the selected thing happened, with the numbers that decided it, the rule, the Kafka class,
//! what is assumed, and a setting that would have changed it, offered only after the model has run with it.

use crate::Request;
use crate::ran::{Ran, ran};
use crate::why::{Explanation, explain, key, reason};
use analysis::{Fate, loss};
use form::part_shown;
use link::{Playground, fault_text, part};
use model::Simulation;
use model::config::{Type, cluster_row, row};
use sheet::{Block, Button, Sheet, Tone};
use trace::{FactId, Kind, NONE, Trace};
use units::{BatchId, RecordId};
use words::{Language, count};

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
    let asked = Asked { request, trace: &ran.trace, fact, faults: &faults };
    let told = asked.explain(&ran.trace, fact, request.language);
    sheet.push(Block::Heading(told.title));
    lost(request, &ran, fact, &mut sheet);
    let mut lines = told.lines.into_iter();
    sheet.blocks.extend(lines.next().map(Block::Para));
    let mut facts: Vec<String> = lines.collect();
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
            let value = part_shown(part, (part.get)(&request.page.playground));
            facts.push(format!("{}: {words}, **{value}**", request.say("inspect--assumes")));
        }
    }
    sheet.push(Block::List { ordered: false, items: facts });
    let mut buttons = Vec::new();
    if let Some(cause) = told.cause {
        let title = asked.explain(&ran.trace, cause, request.language).title;
        buttons.push(Button {
            label: request.tell("inspect--waited-for", &[("what", &title)]).replace('`', ""),
            action: format!("fact={cause}"),
            pressed: false,
        });
    }
    // a recorded case is what it is
    if let Some(setting) = told.rule.setting.filter(|_| request.page.case.is_none()) {
        match asked.proposal(setting) {
            Proposal::Value { button, then } => {
                sheet.push(Block::Para(then));
                buttons.push(button);
            }
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

/// That what is asked about was acknowledged and lost, before all else, with a way to how.
fn lost(request: &Request, ran: &Ran, fact: FactId, sheet: &mut Sheet) {
    let of_batch = || {
        let records = batch_of(&ran.trace, fact).map(|batch| ran.trace.records_of(batch));
        records.into_iter().flatten().collect()
    };
    let single = fact.kind() == Kind::Send;
    let records: Vec<RecordId> = if single { vec![RecordId(fact.row())] } else { of_batch() };
    let is_lost = |record: &&RecordId| {
        let entry = ran.analysis.ledger.entry(**record);
        entry.is_some_and(|entry| entry.fate == Fate::AcknowledgedLost)
    };
    let lost: Vec<RecordId> = records.iter().filter(is_lost).copied().collect();
    let Some(first) = lost.first() else { return };
    let (text, action) = if single {
        let loss = loss(&ran.trace, &ran.analysis.index, &ran.analysis.logs, *first);
        let because = super::loss::because(request, loss.cause);
        (format!("{} {because}", request.say("inspect--lost")), "panel:ledger".to_owned())
    } else {
        let (count, all) = (count(lost.len()), count(records.len()));
        let values = [("count", count.as_str()), ("all", all.as_str())];
        (request.tell("inspect--lost-of", &values), format!("sel=record{first}"))
    };
    let label = request.tell("inspect--lost-how", &[("record", &first.to_string())]);
    sheet.push(Block::Note(Tone::Bad, text));
    sheet.push(Block::Buttons(vec![Button { label, action, pressed: false }]));
}

/// The batch that a fact is about, if it is about one.
fn batch_of(trace: &Trace, fact: FactId) -> Option<BatchId> {
    let row = fact.row();
    let batch = match fact.kind() {
        Kind::Open => BatchId(row),
        Kind::Close => trace.closes.batch().get(row),
        Kind::Drain => trace.drains.batch().get(row),
        Kind::Retry => trace.retries.batch().get(row),
        Kind::Finish => trace.finishes.batch().get(row),
        Kind::Append => trace.appends.batch().get(row),
        Kind::Callback => trace.sends.batch().get(trace.callbacks.record().get(row).0),
        _ => return None,
    };
    (batch.0 != NONE).then_some(batch)
}

/// What came of looking for another value.
enum Proposal {
    /// A run with it has another such fact, or none: which.
    Value { button: Button, then: String },
    /// No value that was tried changes it.
    None,
    /// Nothing was tried.
    TooLong,
}

/// A fact of a run that somebody asks about.
struct Asked<'a> {
    request: &'a Request,
    trace: &'a Trace,
    fact: FactId,
    faults: &'a [String],
}

impl Asked<'_> {
    fn explain(&self, trace: &Trace, fact: FactId, language: Language) -> Explanation {
        explain(trace, fact, self.faults, language)
    }

    /// The first value of the setting with which the fact has another reason, or does not happen; if there
    /// is none, the first one with which it changes at all.
    fn proposal(&self, setting: &str) -> Proposal {
        let mut moved = None;
        for value in candidates(&self.request.page.playground, setting) {
            let playground = with(&self.request.page.playground, setting, &value);
            let Ok((scenario, _)) = playground.scenario() else { continue };
            let mut simulation = Simulation::new(scenario);
            if !simulation.run_for(TRIED_EVENTS_MAX) {
                return Proposal::TooLong;
            }
            let values = [("setting", setting), ("value", value.as_str())];
            let Some((then, same_reason)) = self.instead(&simulation.into_trace(), values) else {
                continue;
            };
            let button = Button {
                label: self.request.tell("inspect--propose", &values),
                action: format!("set:{setting}={value}"),
                pressed: false,
            };
            let proposal = Proposal::Value { button, then };
            if !same_reason {
                return proposal;
            }
            moved.get_or_insert(proposal);
        }
        moved.unwrap_or(Proposal::None)
    }

    /// What another run has in the place of the fact, and whether for the same reason; `None` if nothing
    /// that is told of it differs.
    fn instead(&self, after: &Trace, values: [(&str, &str); 2]) -> Option<(String, bool)> {
        let language = self.request.language;
        let tell = |key: &str, more: &[(&str, &str)]| {
            self.request.tell(key, &[&values[..], more].concat())
        };
        let Some(other) = key(self.trace, self.fact).find(after) else {
            return Some((self.elsewhere(after, tell), false));
        };
        let before = self.explain(self.trace, self.fact, Language::English);
        let then = self.explain(after, other, Language::English);
        let differs = |at: &usize| before.lines.get(*at) != then.lines.get(*at);
        let at = (0..then.lines.len()).find(differs)?;
        let what = &self.explain(after, other, language).lines[at];
        let [was, is] = [reason(self.trace, self.fact), reason(after, other)];
        let same = (was.rule, was.lines.get(at)) == (is.rule, is.lines.get(at));
        let key = if same { "inspect--then-moves" } else { "inspect--then" };
        Some((tell(key, &[("what", what)]), same))
    }

    /// A batch, or the first of a request, that does not begin with the same record there: the one that
    /// took its first record.
    fn elsewhere(&self, after: &Trace, tell: impl Fn(&str, &[(&str, &str)]) -> String) -> String {
        let carried = || {
            let request = self.trace.requests.row(self.fact.row());
            (request.batches > 0).then(|| self.trace.drains.batch().get(request.drains))
        };
        let batch = match self.fact.kind() {
            Kind::Request => carried(),
            _ => batch_of(self.trace, self.fact),
        };
        let record = batch.map(|batch| self.trace.opens.first().get(batch.0));
        let record = record.filter(|record| record.0 < after.sends.len());
        let batch = record.map(|record| after.sends.batch().get(record.0));
        let (Some(record), Some(batch)) = (record, batch.filter(|batch| batch.0 != NONE)) else {
            return tell("inspect--then-not", &[]);
        };
        let fact = FactId::new(Kind::Open, batch.0);
        let what = &self.explain(after, fact, self.request.language).lines[0];
        tell("inspect--then-elsewhere", &[("record", &record.to_string()), ("what", what)])
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet_of(lang: &str, link: &str, fact: FactId) -> Vec<Block> {
        let request =
            Request::read(&format!("sheet=inspector\nlang={lang}\nlink={link}\nfact={fact}\n"));
        crate::ran::in_a_slice(|| sheet(&request)).expect("it is short").blocks
    }

    fn paras(blocks: &[Block]) -> Vec<&str> {
        let paras = blocks.iter().filter_map(|block| match block {
            Block::Para(text) => Some(text.as_str()),
            _ => None,
        });
        paras.collect()
    }

    fn buttons(blocks: &[Block]) -> Vec<&Button> {
        let buttons = blocks.iter().filter_map(|block| match block {
            Block::Buttons(buttons) => Some(buttons),
            _ => None,
        });
        buttons.flatten().collect()
    }

    #[test]
    fn why_it_left_is_told_first_and_what_another_value_would_change() {
        let blocks = sheet_of("en", "v=1", FactId::new(Kind::Open, 0));
        let want = "Left at 5 ms: linger.ms ran out. It held";
        assert!(matches!(&blocks[1], Block::Para(text) if text.starts_with(want)), "{blocks:?}");
        // 10 ms would leave the reason as it is
        let then = "With `linger.ms=40`: Left at 15 ms: the batch was full. It held 7 records";
        assert!(paras(&blocks)[1].starts_with(then), "{blocks:?}");
        let offered = buttons(&blocks);
        assert!(offered.iter().any(|button| button.action == "set:linger.ms=40"), "{offered:?}");
    }

    #[test]
    fn a_value_that_moves_a_fact_and_leaves_its_reason_says_so() {
        let blocks = sheet_of("en", "v=1&records=2", FactId::new(Kind::Open, 0));
        let then = "With `linger.ms=10` the reason stays, only the numbers change: Left at 10 ms";
        assert!(paras(&blocks)[1].starts_with(then), "{blocks:?}");
    }

    #[test]
    fn a_request_whose_batch_begins_with_another_record_is_told_by_that_batch() {
        let trace = model::run(Playground::default().scenario().expect("it is accepted").0);
        let rows = (0..trace.requests.len()).filter(|row| trace.requests.batches().get(*row) > 0);
        let told = rows.map(|row| sheet_of("en", "v=1", FactId::new(Kind::Request, row)));
        let then: Vec<String> = told
            .map(|blocks| paras(&blocks).get(1).map_or(String::new(), |text| (*text).into()))
            .collect();
        assert!(then.iter().any(|text| text.contains("is in another batch. Left at")), "{then:?}");
        assert!(!then.iter().any(|text| text.contains("does not happen")), "{then:?}");
    }

    #[test]
    fn a_loss_is_told_before_all_else_with_a_way_to_its_steps() {
        let dies = "v=1&acks=1&partitions=1&between=4ms&fault=kill:1@26ms&fault=restart:1@10s&sel=record18";
        let blocks = sheet_of("en", dies, FactId::new(Kind::Send, 18));
        assert!(
            matches!(&blocks[1], Block::Note(Tone::Bad, text) if text.starts_with("Lost: ")),
            "{blocks:?}"
        );
        let Block::Buttons(how) = &blocks[2] else { panic!("{blocks:?}") };
        assert_eq!(how[0].action, "panel:ledger");
        assert_eq!(how[0].label, "How record 18 was lost, step by step");
        let kept = sheet_of("en", dies, FactId::new(Kind::Send, 2));
        assert!(!kept.iter().any(|block| matches!(block, Block::Note(Tone::Bad, _))), "{kept:?}");
    }

    #[test]
    fn an_assumption_is_written_with_its_unit_apart() {
        for lang in ["en", "ko"] {
            let blocks = sheet_of(lang, "v=1", FactId::new(Kind::Request, 0));
            let text = format!("{blocks:?}");
            assert!(text.contains("**1 ms**") && !text.contains("1ms"), "{text}");
        }
    }
}
