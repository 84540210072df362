//! *Lessons*: a question, a prediction graded by running the model, an explanation out of the run, goals
//! that the model checks, hints, the solution, the next lesson.

use super::workload::knob_in_words;
use crate::Request;
use lessons::texts::{ORDER, next, text};
use lessons::{Block as Text, Grade, Lesson, LessonError, Place, Prediction, Runs, Span};
use link::Playground;
use sheet::{Block, Button, Count, Marked, Placing, Sheet, Tone};
use std::cell::RefCell;
use timeline::RowKind;
use trace::Condition;
use units::{TopicId, TopicPartition};

/// Steps of a mark that are as good as right.
const STEPS_OF_TOLERANCE: i64 = 10;
/// The least step of a mark: a tenth of a millisecond.
const STEP_MIN: i64 = 100;

thread_local! {
    static RUNS: RefCell<Runs> = RefCell::default();
}

pub(crate) fn sheet(request: &Request) -> Sheet {
    let chosen = request.page.lesson.as_deref().unwrap_or("");
    let Some(text) = text(chosen, request.language.tag()) else { return list(request) };
    let made = Lesson::read(text)
        .and_then(|lesson| RUNS.with_borrow(|runs| taught(request, &lesson, runs)));
    match made {
        Ok(sheet) => sheet,
        Err(error) => Sheet { blocks: vec![Block::Note(Tone::Warn, error.to_string())] },
    }
}

fn list(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.push(Block::Para(request.say("lesson--what")));
    let counts = ORDER.iter().enumerate().filter_map(|(position, id)| {
        let lesson = Lesson::read(text(id, request.language.tag())?).ok()?;
        let passed = request.parameter("passed").split(' ').any(|passed| passed == *id);
        Some(Count {
            sign: if passed { "✓".to_owned() } else { (position + 1).to_string() },
            label: lesson.title.clone(),
            note: if passed { request.say("lesson--passed") } else { String::new() },
            action: Some(format!("goto:{}", link_of(&lesson))),
            tone: if passed { Tone::Good } else { Tone::Plain },
            ..Count::default()
        })
    });
    sheet.push(Block::Counts(counts.collect()));
    sheet
}

/// The address at which a lesson begins.
fn link_of(lesson: &Lesson) -> String {
    let page = link::PageState {
        playground: lesson.start.clone(),
        lesson: Some(lesson.id.clone()),
        panel: Some(link::Panel::Lesson),
        ..link::PageState::default()
    };
    link::write_saved(&page)
}

fn taught(request: &Request, lesson: &Lesson, runs: &Runs) -> Result<Sheet, LessonError> {
    let playground = &request.page.playground;
    let mut sheet = Sheet::default();
    let number = ORDER.iter().position(|id| *id == lesson.id).map_or(0, |at| at + 1).to_string();
    let all = ORDER.len().to_string();
    let place = request.tell("lesson--place", &[("n", &number), ("all", &all)]);
    sheet.push(Block::Note(Tone::Muted, place));
    sheet.push(Block::Heading(lesson.title.clone()));
    put(&mut sheet, lesson.ask(runs)?);
    let mut marked = Marked::default();
    if predicted(request, lesson, runs, &mut sheet, &mut marked)? {
        marked.passed = goals(request, lesson, playground, runs, &mut sheet)?;
    }
    marked.open.clone_from(&lesson.open);
    sheet.push(Block::Marked(marked));
    let mut buttons = vec![button(request, "lesson--all", "goto:v=1&panel=lesson")];
    if !lesson.begins_with(playground) {
        // a page whose address names the lesson alone does this by itself
        let again = format!("begin:{}", link::write(&lesson.start));
        buttons.insert(0, button(request, "lesson--again", &again));
    }
    sheet.push(Block::Buttons(buttons));
    Ok(sheet)
}

/// The predictions as far as they go: what is asked, or the answer beside what happened. Whether all are
/// answered.
fn predicted(
    request: &Request,
    lesson: &Lesson,
    runs: &Runs,
    sheet: &mut Sheet,
    marked: &mut Marked,
) -> Result<bool, LessonError> {
    let playground = &request.page.playground;
    for (n, prediction) in lesson.predictions.iter().enumerate() {
        let (at, of) = ((n + 1).to_string(), lesson.predictions.len().to_string());
        let values = [("n", at.as_str()), ("all", &of)];
        let name = format!("guess{n}");
        let said = request.parameter(&name);
        let guess = guess(said, prediction.place.is_some());
        if guess.is_none() && n > 0 && request.number("open").is_none_or(|open| open < n as u32) {
            // what the last answer looks like is not veiled before the reader is done with it
            let next = format!("ask:open={n}");
            sheet.push(Block::Buttons(vec![button(request, "lesson--next-question", &next)]));
            return Ok(false);
        }
        sheet.push(Block::Card {
            tone: Tone::Accent,
            title: request.tell("lesson--predict", &values),
            blocks: shown(lesson.question(n, runs)?),
        });
        let Some(guess) = guess else {
            *marked = veiled(request, lesson, prediction, &name, runs)?;
            let key = if marked.place.is_some() {
                "lesson--place-it"
            } else if prediction.place.is_some() {
                "lesson--when"
            } else {
                "lesson--how-many"
            };
            sheet.push(Block::Enter {
                label: request.say(key),
                value: said.to_owned(),
                button: request.say("lesson--lock"),
                action: format!("ask:{name}="),
            });
            if !said.is_empty() {
                sheet.push(Block::Note(Tone::Warn, request.say("lesson--not-a-number")));
            }
            return Ok(false);
        };
        let grade = prediction.grade(guess, &lesson.start, runs)?;
        *marked = Marked::default();
        if prediction.place.is_some() && lesson.begins_with(playground) {
            marked.flags = flags(request, &grade);
            marked.row = prediction.place.map(|place| row_of(place).text()).unwrap_or_default();
            marked.apart = apart(&grade);
            // the answer may lie behind the run's end
            marked.end = marked.flags.iter().map(|(at, ..)| *at).max();
        }
        sheet.push(graded(request, &grade, prediction.place.is_some()));
        let again = format!("ask:{name}=");
        let mut buttons = vec![button(request, "lesson--answer-again", &again)];
        let asked_of = prediction.playground(&lesson.start);
        if asked_of != *playground && asked_of != lesson.start {
            // a question about another run than the lesson's own: this is what happened in it
            let action = format!("open:{}", link::write(&asked_of));
            buttons.push(button(request, "lesson--show-run", &action));
        }
        sheet.push(Block::Buttons(buttons));
        put(sheet, lesson.explanation(n, runs)?);
    }
    Ok(true)
}

/// What is hidden of the run while a question about it is open, and the mark that answers it.
fn veiled(
    request: &Request,
    lesson: &Lesson,
    prediction: &Prediction,
    name: &str,
    runs: &Runs,
) -> Result<Marked, LessonError> {
    if !lesson.begins_with(&request.page.playground) || !prediction.is_about_the_start() {
        return Ok(Marked::default());
    }
    let stop = prediction.stop(&lesson.start, runs)?;
    let horizon = prediction.horizon(&lesson.start, runs)?;
    let tolerance = i64::try_from(prediction.tolerance.unsigned_abs()).unwrap_or(i64::MAX);
    let place = prediction.place.map(|place| Placing {
        name: name.to_owned(),
        label: request.say("lesson--your-mark"),
        how: request.say("lesson--how-to-place"),
        row: row_of(place).text(),
        step: (tolerance / STEPS_OF_TOLERANCE).max(STEP_MIN),
    });
    let veiled = request.say("lesson--not-run");
    let (veil, end) = (Some(stop.0), Some(horizon.0));
    Ok(Marked { veil, end, veiled, place, ..Marked::default() })
}

const fn row_of(place: Place) -> RowKind {
    match place {
        Place::Application => RowKind::Application,
        Place::Accumulator(partition) => {
            RowKind::Accumulator(TopicPartition { topic: TopicId(0), partition })
        }
        Place::Connection(broker) => RowKind::Connection(broker),
        Place::Broker(broker) => RowKind::Broker(broker),
        Place::Callbacks => RowKind::Callbacks,
    }
}

/// The answer and what happened, on the timeline.
fn flags(request: &Request, grade: &Grade) -> Vec<(i64, String, bool)> {
    let flag = |value: &lessons::Value, key: &str, own: bool| {
        let text = [&request.say(key), " ", &value.shown()].concat();
        Some((value.number()?, text, own))
    };
    let both =
        [flag(&grade.truth, "lesson--happened", false), flag(&grade.guess, "lesson--yours", true)];
    both.into_iter().flatten().collect()
}

/// How far the answer is from what happened, with its sign; nothing if it is that.
fn apart(grade: &Grade) -> String {
    match grade.distance.number().unwrap_or(0) {
        0 => String::new(),
        ..0 => format!("−{}", length(grade)),
        _ => format!("+{}", length(grade)),
    }
}

/// The same without a sign.
fn length(grade: &Grade) -> String {
    grade.distance.with_number(grade.distance.number().unwrap_or(0).abs()).shown()
}

/// A typed answer: for a time a length as an address has it, milliseconds without a unit; else a plain
/// number.
fn guess(text: &str, time: bool) -> Option<i64> {
    let text = text.replace(char::is_whitespace, "").replace(',', ".");
    if !time {
        return text.parse().ok();
    }
    let with_unit = if text.ends_with('s') { text } else { text + "ms" };
    link::micros_of(&with_unit).and_then(|micros| i64::try_from(micros).ok())
}

/// Yours, what happened, and how far they are apart. Nobody is told "wrong".
fn graded(request: &Request, grade: &Grade, time: bool) -> Block {
    let row = |sign: &str, key: &str, number: String, tone: Tone| Count {
        sign: sign.to_owned(),
        label: request.say(key),
        number,
        tone,
        ..Count::default()
    };
    let distance = grade.distance.number().unwrap_or(0);
    let side = match (grade.right, distance, time) {
        (_, 0, _) => "lesson--exact",
        (true, ..) => "lesson--near",
        (false, ..=-1, true) => "lesson--too-early",
        (false, _, true) => "lesson--too-late",
        (false, ..=-1, false) => "lesson--too-low",
        (false, _, false) => "lesson--too-high",
    };
    Block::Counts(vec![
        row("⚐", "lesson--yours", grade.guess.shown(), Tone::Accent),
        row("⚑", "lesson--happened", grade.truth.shown(), Tone::Plain),
        row("↔", side, length(grade), if grade.right { Tone::Good } else { Tone::Plain }),
    ])
}

fn goals(
    request: &Request,
    lesson: &Lesson,
    playground: &Playground,
    runs: &Runs,
    sheet: &mut Sheet,
) -> Result<bool, LessonError> {
    put(sheet, lesson.try_this(runs)?);
    let knobs = lesson.open.iter().filter_map(|name| knob_in_words(request, name));
    sheet.blocks.extend(knobs.map(Block::Knob));
    if lesson.open.iter().any(|name| name == "faults") {
        sheet.push(switches(request));
    }
    sheet.push(Block::Heading(request.say("lesson--goals")));
    let texts = lesson.goals_text(runs)?;
    let items = texts.iter().find_map(|block| match block {
        Text::List { items, .. } => Some(items.as_slice()),
        _ => None,
    });
    let mut met = 0;
    let counts = lesson.goals.iter().zip(items.unwrap_or_default()).map(|(goal, item)| {
        let done = goal.is_met(playground, runs);
        met += usize::from(done);
        let value = goal.value(playground, runs).map_or_else(String::new, |value| value.shown());
        let state = request.say(if done { "lesson--met" } else { "lesson--open" });
        // why a batch left is no number: it stands in words
        let why = match &*value {
            "RideAlong" => Some(request.say("goal--RideAlong")),
            reason if Condition::VARIANTS.contains(&reason) => {
                Some(request.say(&["why--", reason].concat()))
            }
            _ => None,
        };
        Count {
            sign: if done { "✓" } else { "○" }.to_owned(),
            label: spans(item).replace("**", "").replace('`', ""),
            number: if why.is_some() { String::new() } else { value },
            note: why.map_or_else(|| state.clone(), |why| format!("{state} · {why}")),
            action: None,
            tone: if done { Tone::Good } else { Tone::Plain },
        }
    });
    let counts: Vec<Count> = counts.collect();
    sheet.push(Block::Counts(counts));
    if met == lesson.goals.len() {
        put(sheet, lesson.end(runs)?);
        if let Some(lesson) =
            next(&lesson.id).and_then(|id| Lesson::read(text(id, request.language.tag())?).ok())
        {
            let action = format!("goto:{}", link_of(&lesson));
            sheet.push(Block::Buttons(vec![button(request, "lesson--next", &action)]));
        }
        return Ok(true);
    }
    hints(request, lesson, runs, sheet)?;
    Ok(false)
}

/// The lesson's faults, each with a switch.
fn switches(request: &Request) -> Block {
    let playground = &request.page.playground;
    let switch = |at: usize| {
        let mut switched = playground.clone();
        let fault = &mut switched.faults[at];
        let label = super::faults::in_words(request, fault);
        let pressed = fault.on;
        fault.on = !fault.on;
        Button { label, action: format!("open:{}", link::write(&switched)), pressed }
    };
    Block::Buttons((0..playground.faults.len()).map(switch).collect())
}

fn hints(
    request: &Request,
    lesson: &Lesson,
    runs: &Runs,
    sheet: &mut Sheet,
) -> Result<(), LessonError> {
    let shown = request.number("hints").unwrap_or(0) as usize;
    let blocks = lesson.hints(runs)?;
    let hints = blocks.iter().find_map(|block| match block {
        Text::List { items, .. } => Some(items.as_slice()),
        _ => None,
    });
    let hints = hints.unwrap_or_default();
    for (n, hint) in hints.iter().take(shown).enumerate() {
        let (n, all) = ((n + 1).to_string(), hints.len().to_string());
        sheet.push(Block::Card {
            tone: Tone::Muted,
            title: request.tell("lesson--hint-of", &[("n", &n), ("all", &all)]),
            blocks: vec![Block::Para(spans(hint))],
        });
    }
    sheet.push(Block::Buttons(vec![if shown < hints.len() {
        button(request, "lesson--hint", &format!("ask:hints={}", shown + 1))
    } else {
        let solution = link::write(&lesson.solution());
        button(request, "lesson--solution", &format!("open:{solution}"))
    }]));
    Ok(())
}

fn button(request: &Request, key: &str, action: &str) -> Button {
    Button { label: request.say(key), action: action.to_owned(), pressed: false }
}

fn spans(spans: &[Span]) -> String {
    let marked = spans.iter().map(|span| match span {
        Span::Text(text) => text.clone(),
        Span::Strong(text) => format!("**{text}**"),
        Span::Code(text) => format!("`{text}`"),
        Span::Link { text, target } => format!("[{text}]({target})"),
    });
    marked.collect()
}

fn put(sheet: &mut Sheet, blocks: Vec<Text>) {
    sheet.blocks.extend(shown(blocks));
}

fn shown(blocks: Vec<Text>) -> Vec<Block> {
    let shown = blocks.into_iter().map(|block| match block {
        Text::Heading(text) => Block::Heading(spans(&text)),
        Text::Paragraph(text) => Block::Para(spans(&text)),
        Text::List { numbered, items } => {
            Block::List { ordered: numbered, items: items.iter().map(|i| spans(i)).collect() }
        }
        Text::Code(text) => Block::Code { title: String::new(), text },
    });
    shown.collect()
}
