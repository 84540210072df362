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
        Some(Count {
            sign: (position + 1).to_string(),
            label: lesson.title.clone(),
            action: Some(format!("goto:{}", link_of(&lesson))),
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
    if predicted(request, lesson, runs, &mut sheet)? {
        goals(request, lesson, playground, runs, &mut sheet)?;
    }
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
) -> Result<bool, LessonError> {
    let mut marked = Marked::default();
    let mut asked = false;
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
            asked = true;
            break;
        }
        sheet.push(Block::Card {
            tone: Tone::Accent,
            title: request.tell("lesson--predict", &values),
            blocks: shown(lesson.question(n, runs)?),
        });
        let Some(guess) = guess else {
            marked = veiled(request, lesson, prediction, &name, runs)?;
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
            asked = true;
            break;
        };
        let grade = prediction.grade(guess, &lesson.start, runs)?;
        if prediction.place.is_some() && lesson.begins_with(&request.page.playground) {
            // the axis on which it was placed stays: the answer may lie behind the run's end
            marked.end = Some(prediction.horizon(&lesson.start, runs)?.0);
            marked.flags = flags(request, &grade);
        }
        sheet.push(graded(request, &grade));
        let again = format!("ask:{name}=");
        sheet.push(Block::Buttons(vec![button(request, "lesson--answer-again", &again)]));
        put(sheet, lesson.explanation(n, runs)?);
    }
    sheet.push(Block::Marked(marked));
    Ok(!asked)
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
    Ok(Marked { veil, end, veiled, place, flags: Vec::new() })
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
fn graded(request: &Request, grade: &Grade) -> Block {
    let row = |sign: &str, key: &str, number: String, tone: Tone| Count {
        sign: sign.to_owned(),
        label: request.say(key),
        number,
        tone,
        ..Count::default()
    };
    let distance = grade.distance.number().unwrap_or(0);
    let side = match (grade.right, distance) {
        (_, 0) => "lesson--exact",
        (true, _) => "lesson--near",
        (false, ..=-1) => "lesson--too-early",
        (false, _) => "lesson--too-late",
    };
    let apart = grade.distance.with_number(distance.abs()).shown();
    Block::Counts(vec![
        row("⚐", "lesson--yours", grade.guess.shown(), Tone::Accent),
        row("⚑", "lesson--happened", grade.truth.shown(), Tone::Plain),
        row("↔", side, apart, if grade.right { Tone::Good } else { Tone::Plain }),
    ])
}

fn goals(
    request: &Request,
    lesson: &Lesson,
    playground: &Playground,
    runs: &Runs,
    sheet: &mut Sheet,
) -> Result<(), LessonError> {
    put(sheet, lesson.try_this(runs)?);
    let knobs = lesson.open.iter().filter_map(|name| knob_in_words(request, name));
    sheet.blocks.extend(knobs.map(Block::Knob));
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
        Count {
            sign: if done { "✓" } else { "○" }.to_owned(),
            label: spans(item).replace("**", "").replace('`', ""),
            note: request.say(if done { "lesson--met" } else { "lesson--open" }),
            number: goal.value(playground, runs).map_or_else(String::new, |value| value.shown()),
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
        return Ok(());
    }
    hints(request, lesson, runs, sheet)
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
