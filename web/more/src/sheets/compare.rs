//! *Compare*: the pinned run A against the running B: figures, and where the two part.

use crate::Request;
use crate::ran::{Ran, ran};
use analysis::{Comparison, Differs, FigureKind, Side, changes};
use sheet::{Block, Button, Row, Sheet, Tone};
use trace::{FactId, Kind, Trace};
use words::moment;

/// Differences that are listed.
const LISTED: usize = 30;

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
    figures(request, &a, &b, &mut sheet);
    differences(request, &a, &b, &mut sheet);
    sheet
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

fn differences(request: &Request, a: &Ran, b: &Ran, sheet: &mut Sheet) {
    let comparison = Comparison::new(
        Side { trace: &a.trace, index: &a.analysis.index },
        Side { trace: &b.trace, index: &b.analysis.index },
    );
    let Some(first) = comparison.first() else {
        sheet.push(Block::Para(request.say("compare--equal")));
        return;
    };
    let at = moment(first.at);
    sheet.push(Block::Note(Tone::Accent, request.tell("compare--part", &[("at", &at)])));
    let rows = comparison.all().iter().take(LISTED).map(|difference| {
        let side = |trace: &Trace, fact: Option<FactId>| {
            fact.map_or_else(|| "–".to_owned(), |fact| fact_text(request, trace, fact))
        };
        let word = match difference.differs {
            Differs::Unmatched => "compare--unmatched",
            Differs::Fate => "compare--fate",
            Differs::Reason => "compare--reason",
            Differs::Time => "compare--time",
        };
        Row {
            cells: vec![
                moment(difference.at),
                side(&a.trace, difference.a),
                side(&b.trace, difference.b),
                request.say(word),
            ],
            action: Some(format!("seek={}", difference.at.0)),
            tone: Tone::Plain,
        }
    });
    let rows: Vec<Row> = rows.collect();
    let all = words::count(comparison.all().len());
    sheet.push(Block::Table {
        caption: request.tell("compare--differences", &[("all", &all)]),
        columns: vec![
            request.say("compare--at"),
            "A".to_owned(),
            "B".to_owned(),
            request.say("compare--how"),
        ],
        rows,
    });
}

fn fact_text(request: &Request, trace: &Trace, fact: FactId) -> String {
    let row = fact.row();
    let at = moment(trace.at(fact));
    let (key, name) = match fact.kind() {
        Kind::Send | Kind::Block | Kind::Refusal => ("fact--send", row.to_string()),
        Kind::Open | Kind::Close | Kind::Drain => ("fact--batch", row.to_string()),
        Kind::Request | Kind::RequestEnd => ("fact--request", row.to_string()),
        Kind::Callback => ("fact--callback", trace.callbacks.record().get(row).to_string()),
        Kind::Append => ("fact--append", trace.appends.broker().get(row).to_string()),
        Kind::Copy => ("fact--copy", trace.copies.broker().get(row).to_string()),
        _ => ("fact--other", row.to_string()),
    };
    request.tell(key, &[("name", &name), ("at", &at)])
}
