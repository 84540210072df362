//! *Compare*: the pinned run A against the running B: where the two part and why, figures, a record in both,
//! and all differences.

use super::records::{chosen, way_of, way_takes};
use crate::Request;
use crate::ran::{Compared, Ran, compared, ran};
use crate::why::{explain, sent_because};
use analysis::{DIFFERENCES_MAX, Difference, Differs, FigureKind, changes};
use link::{Playground, fault_text};
use sheet::{Block, Button, Column, Long, Row, Sheet, Tone, letters};
use trace::{FactId, Kind};
use units::BatchId;
use words::moment;

pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let button = |key: &str, action: &str| Button {
        label: request.say(key),
        action: action.to_owned(),
        pressed: false,
    };
    let Some(pinned) = &request.page.pinned else {
        sheet.push(Block::Para(request.say("compare--what")));
        sheet.push(Block::Buttons(vec![button("compare--pin", "pin:")]));
        return sheet;
    };
    sheet.push(Block::Buttons(vec![
        button("compare--repin", "pin:"),
        button("compare--unpin", "unpin:"),
    ]));
    let (a, b) = match (ran(pinned), ran(&request.page.playground)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(why), _) | (_, Err(why)) => {
            sheet.blocks.extend(Sheet::from(why).blocks);
            return sheet;
        }
    };
    let compared = compared(&a, &b);
    let Some(first) = compared.differences.first() else {
        sheet.push(Block::Note(Tone::Accent, request.say("compare--equal")));
        figures(request, &a, &b, &mut sheet);
        return sheet;
    };
    let sides = [(&*a, pinned), (&*b, &request.page.playground)];
    parting(request, first, sides, &mut sheet);
    figures(request, &a, &b, &mut sheet);
    record_in_both(request, &compared, [&a, &b], &mut sheet);
    sheet.push(Block::Long(differences(request, &compared, [&a, &b])));
    sheet
}

/// The first difference: what it is in each run, without what both have in common.
fn parting(
    request: &Request,
    first: Difference,
    sides: [(&Ran, &Playground); 2],
    sheet: &mut Sheet,
) {
    let at = moment(first.at);
    sheet.push(Block::Heading(request.tell("compare--part", &[("at", &at)])));
    let facts = [first.a, first.b];
    let batches = [0, 1].map(|side| batch_of(sides[side].0, facts[side]?));
    if let [Some(a), Some(b)] = batches {
        let sends = [sends(request, "A", sides[0], a), sends(request, "B", sides[1], b)];
        sheet.push(Block::Note(Tone::Accent, sends.join(" ")));
    }
    let told = [0, 1].map(|side| {
        let (ran, playground) = sides[side];
        let faults: Vec<String> = playground.faults.iter().map(fault_text).collect();
        facts[side].map(|fact| explain(&ran.trace, fact, &faults, request.language))
    });
    for (side, letter) in ["A", "B"].into_iter().enumerate() {
        let Some(own) = &told[side] else {
            let text = request.say("compare--nothing");
            sheet.push(Block::Para(format!("**{letter}** {text}")));
            continue;
        };
        sheet.push(Block::Para(format!("**{letter}** {}", own.title)));
        let other = told[1 - side].as_ref().map_or(&[][..], |other| &other.lines);
        let lines = own.lines.iter().filter(|line| !other.contains(line)).cloned();
        sheet.push(Block::List { ordered: false, items: lines.collect() });
    }
}

/// The batch whose closing or leaving a fact is.
fn batch_of(ran: &Ran, fact: FactId) -> Option<BatchId> {
    let (trace, row) = (&ran.trace, fact.row());
    match fact.kind() {
        Kind::Close => Some(trace.closes.batch().get(row)),
        Kind::Drain => Some(trace.drains.batch().get(row)),
        _ => None,
    }
}

/// When a run sends a batch first, how full, and why: with the value of the setting that decided.
fn sends(
    request: &Request,
    run: &str,
    (ran, playground): (&Ran, &Playground),
    batch: BatchId,
) -> String {
    let trace = &ran.trace;
    let name = ran.analysis.index.batch_name(trace, batch);
    let Some(drain) = ran.analysis.index.drain_rows(batch).first().copied() else {
        return request.tell("compare--never-sends", &[("run", run), ("batch", &name)]);
    };
    let tried = trace.drains.row(drain);
    let waited = words::length(tried.at.since(trace.opens.at().get(batch.0)));
    let mut reason = String::new();
    if let Some((why, rule)) = sent_because(trace, drain, request.language) {
        reason = why;
        let knob = rule.setting.and_then(|setting| form::knob(playground, setting));
        if let Some(knob) = knob {
            reason.push_str(&format!(" (`{} = {}`)", knob.name, knob.value));
        }
    }
    let (at, records) = (moment(tried.at), words::count(tried.records));
    let values = [
        ("run", run),
        ("batch", &name),
        ("at", &at),
        ("waited", &waited),
        ("records", &records),
        ("reason", &reason),
    ];
    request.tell("compare--sends", &values)
}

/// The selected record, or the one whose latency changed most, split into the same parts on one scale.
fn record_in_both(request: &Request, compared: &Compared, runs: [&Ran; 2], sheet: &mut Sheet) {
    let [a, b] = runs;
    let selected = chosen(request, b).filter(|record| record.0 < a.trace.sends.len());
    let Some(record) = selected.or(compared.changed) else { return };
    let key = if selected.is_some() { "compare--record" } else { "compare--changed-most" };
    let number = record.to_string();
    sheet.push(Block::Heading(request.tell(key, &[("record", &number)])));
    let takes = runs.map(|ran| way_takes(ran, record));
    let whole = takes[0].max(takes[1]);
    for (letter, (ran, takes)) in ["A", "B"].into_iter().zip(runs.into_iter().zip(takes)) {
        let caption = format!("**{letter}** {}", words::length(takes));
        sheet.blocks.extend(way_of(request, ran, record, caption, whole));
    }
}

fn figures(request: &Request, a: &Ran, b: &Ran, sheet: &mut Sheet) {
    let rows = changes(&a.analysis.figures, &b.analysis.figures).into_iter().map(|change| {
        let (key, unit, less_is_better) = match change.what {
            FigureKind::Acknowledged => ("acknowledged", 1.0, false),
            FigureKind::Lost => ("lost", 1.0, true),
            FigureKind::Duplicated => ("duplicated", 1.0, true),
            FigureKind::Failed => ("failed", 1.0, true),
            FigureKind::LatencyP50 => ("p50", 1000.0, true),
            FigureKind::LatencyP99 => ("p99", 1000.0, true),
            FigureKind::RecordsPerBatch => ("per-batch", 1.0, false),
            FigureKind::FillPercent => ("fill", 1.0, false),
            FigureKind::Requests => ("requests", 1.0, true),
            FigureKind::Retries => ("retries", 1.0, true),
            FigureKind::Throughput => ("throughput", 1.0, false),
        };
        let (a, b) = (change.a / unit, change.b / unit);
        let word = if (a - b).abs() < 1e-9 {
            "same"
        } else if (b < a) == less_is_better {
            "better"
        } else {
            "worse"
        };
        let cells = vec![
            request.say(&format!("figure--{key}")),
            number(a),
            number(b),
            request.say(&format!("compare--{word}")),
        ];
        let tone = match word {
            "better" => Tone::Good,
            "worse" => Tone::Bad,
            _ => Tone::Muted,
        };
        Row { cells, action: None, tone }
    });
    let rows: Vec<Row> = rows.collect();
    sheet.push(Block::Table {
        caption: request.say("compare--figures"),
        columns: vec![
            request.say("compare--figure"),
            "A".to_owned(),
            "B".to_owned(),
            request.say("compare--change"),
        ],
        rows,
    });
}

fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    units::grouped(text.trim_end_matches('0').trim_end_matches('.'))
}

/// All differences, by time: what differs and how, and when it was in each run.
fn differences(request: &Request, compared: &Compared, runs: [&Ran; 2]) -> Long {
    let all = compared.differences.all();
    let fact = runs[1].trace.fact_of_text(request.parameter("fact"));
    let selected = all.iter().position(|difference| fact.is_some() && difference.b == fact);
    let selected = selected.map(|at| at as u32);
    let window = Long::window(request.number("from"), selected, all.len() as u32);
    let row = |at: u32| {
        let difference = &all[at as usize];
        let facts = [difference.a, difference.b];
        let time = |side: usize| {
            facts[side].map_or_else(|| "–".to_owned(), |fact| moment(runs[side].trace.at(fact)))
        };
        let side = usize::from(difference.a.is_none());
        let what = facts[side].map(|fact| name_of(request, runs[side], fact)).unwrap_or_default();
        let key = match difference.differs {
            Differs::Unmatched => "compare--unmatched",
            Differs::Fate => "compare--fate",
            Differs::Reason => "compare--reason",
            Differs::Records { .. } => "compare--records",
            Differs::Time => "compare--time",
        };
        let how = match difference.differs {
            Differs::Records { a, b } => {
                request.tell(key, &[("a", &words::count(a)), ("b", &words::count(b))])
            }
            _ => request.say(key),
        };
        Row {
            cells: vec![[what, how].join("\n"), time(0), time(1)],
            action: Some(match difference.b {
                Some(fact) => format!("fact={fact}"),
                None => format!("seek={}", difference.at.0),
            }),
            tone: if selected == Some(at) { Tone::Accent } else { Tone::Plain },
        }
    };
    let rows: Vec<Row> = window.clone().map(row).collect();
    let widest = |column: usize| rows.iter().map(|row| letters(&row.cells[column])).max();
    let ends = runs.map(|ran| ran.trace.end.map_or(0, |(end, _)| words::letters(end)));
    let time = ends.into_iter().max().max(widest(1)).max(widest(2));
    let column = |name: String, letters| Column { name, letters, ..Column::default() };
    let key = if all.len() < DIFFERENCES_MAX { "compare--differences" } else { "compare--many" };
    Long {
        caption: request.tell(key, &[("all", &words::count(all.len()))]),
        columns: vec![
            column(request.say("compare--what-differs"), None),
            column("A".to_owned(), time),
            column("B".to_owned(), time),
        ],
        first: window.start,
        rows,
        all: all.len() as u32,
        selected,
    }
}

/// What a fact is, without its time.
fn name_of(request: &Request, ran: &Ran, fact: FactId) -> String {
    let (trace, row) = (&ran.trace, fact.row());
    let batch = |batch: BatchId| ran.analysis.index.batch_name(trace, batch);
    let request_of = |request: u32| {
        let first = trace.requests.drains().get(request);
        let some = trace.requests.batches().get(request) > 0;
        if some { batch(trace.drains.batch().get(first)) } else { String::new() }
    };
    let name = match fact.kind() {
        Kind::Send => row.to_string(),
        Kind::Block => trace.blocks.record().get(row).to_string(),
        Kind::Refusal => trace.refusals.record().get(row).to_string(),
        Kind::Callback => trace.callbacks.record().get(row).to_string(),
        Kind::Open => batch(BatchId(row)),
        Kind::Close => batch(trace.closes.batch().get(row)),
        Kind::Drain => batch(trace.drains.batch().get(row)),
        Kind::Retry => batch(trace.retries.batch().get(row)),
        Kind::Finish => batch(trace.finishes.batch().get(row)),
        Kind::Append => batch(trace.appends.batch().get(row)),
        Kind::Request => request_of(row),
        Kind::RequestEnd => request_of(trace.request_ends.request().get(row).0),
        Kind::Leader => trace.leaders.partition().get(row).partition.to_string(),
        Kind::Isr => trace.isr_changes.partition().get(row).partition.to_string(),
        Kind::BrokerState => trace.broker_states.broker().get(row).to_string(),
        _ => String::new(),
    };
    request.tell(&format!("fact--{}", fact.kind().name()), &[("name", &name)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "v=1&records=2000&linger.ms=8&a.linger.ms=0";

    fn told(more: &str) -> Vec<Block> {
        crate::sheet(&format!("sheet=compare\nlang=en\nlink={LINK}{more}\n")).blocks
    }

    fn list(blocks: &[Block]) -> &Long {
        let Some(Block::Long(long)) = blocks.last() else { panic!("the differences are last") };
        long
    }

    #[test]
    fn every_difference_can_be_reached() {
        let blocks = told("");
        let all = list(&blocks).all;
        assert!(all > 1_000, "{all}");
        let end = told(&format!("\nfrom={}", all - 1));
        let long = list(&end);
        assert_eq!(long.first + long.rows.len() as u32, all);
        for row in &long.rows {
            assert!(!row.cells[0].contains("--") && row.cells[0].contains('\n'), "{row:?}");
        }
    }

    #[test]
    fn each_run_says_why_at_the_first_difference_and_neither_what_both_have() {
        let text = format!("{:?}", told(""));
        assert!(text.contains("**A** ") && text.contains("**B** "), "{text}");
        let blocks = told("");
        let lists = blocks.iter().filter_map(|block| match block {
            Block::List { items, .. } => Some(items),
            _ => None,
        });
        let [a, b] = lists.collect::<Vec<_>>()[..] else { panic!("a list for each run") };
        assert!(!a.is_empty() && !b.is_empty(), "{a:?} {b:?}");
        assert!(a.iter().all(|line| !b.contains(line)), "{a:?} {b:?}");
    }

    #[test]
    fn the_first_difference_has_its_cause_with_the_settings_of_both_runs() {
        let blocks =
            crate::sheet("sheet=compare\nlang=en\nlink=v=1&linger.ms=8&a.linger.ms=0\n").blocks;
        let note = blocks.iter().find_map(|block| match block {
            Block::Note(Tone::Accent, note) => Some(note.as_str()),
            _ => None,
        });
        let note = note.expect("a cause");
        assert!(note.contains("**A** sends p1#0 at 0 ms, 0 ms after it opened, with 1 record: linger.ms ran out (`linger.ms = 0 ms`)."), "{note}");
        assert!(note.contains("**B** sends p1#0 at 8 ms, 8 ms after it opened, with 5 records: linger.ms ran out (`linger.ms = 8 ms`)."), "{note}");
        let how = list(&blocks).rows[0].cells[0].as_str();
        assert_eq!(how, "p1#0 closes\n1 record in A, 5 records in B");
    }

    #[test]
    fn the_selected_record_is_set_against_itself_on_one_scale() {
        let blocks = told("&sel=record17");
        let heading = Block::Heading("Record 17 in both".to_owned());
        assert!(blocks.contains(&heading), "{blocks:?}");
        let ends = blocks.iter().filter_map(|block| match block {
            Block::Bars { bars, .. } => bars.last().map(|bar| bar.to),
            _ => None,
        });
        let ends: Vec<f64> = ends.collect();
        assert_eq!(ends.len(), 2);
        assert!(ends.iter().any(|end| (end - 1.0).abs() < 1e-9), "{ends:?}");
    }
}
