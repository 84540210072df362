//! What is seldom needed, as a module that a worker loads when wanted: a question in text, a sheet back.
//!
//! A question is lines `name=value`: `sheet` (which), `lang`, `link` (the page's state), and whatever
//! parameters the sheet knows. The module runs the link's scenario itself: the same scenario gives the
//! same trace, so nothing has to be handed over.

mod case;
mod language;
mod ran;
mod request;
mod sheets;
mod shown;
mod why;

pub use request::Request;

use sheet::{Block, Sheet, Tone};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a question with the bytes of what the page shows: a list of [`sheet::Shown`]. `None` if it takes
/// more work: put again, the question goes on where it was, unless another was put between.
#[must_use]
#[wasm_bindgen]
pub fn answer(question: &str) -> Option<Vec<u8>> {
    let language = Request::read(question).language;
    let sheet = ran::in_a_slice(|| told(question))?;
    Some(postcard::to_allocvec(&shown::shown(&sheet, language)).unwrap_or_default())
}

/// Sheets about what a form can change, which a recorded case has none of.
const NOT_OF_CASES: [&str; 6] = ["code", "compare", "embed", "import", "lesson", "sweep"];

/// Takes the text of the recorded case that the next questions are about.
#[wasm_bindgen]
pub fn take_case(text: &str) {
    case::take(text);
}

/// Answers a question, however long it takes.
#[must_use]
pub fn sheet(question: &str) -> Sheet {
    loop {
        if let Some(sheet) = ran::in_a_slice(|| told(question)) {
            return sheet;
        }
    }
}

/// What is told within a slice.
fn told(question: &str) -> Sheet {
    let request = Request::read(question);
    match request.sheet.as_str() {
        "assumptions" => sheets::workload::assumptions(&request),
        _ if request.page.case.is_some() && NOT_OF_CASES.contains(&request.sheet.as_str()) => {
            Sheet { blocks: vec![Block::Para(request.say("case--not-here"))] }
        }
        "case" => sheets::case::sheet(&request),
        "code" => sheets::code::sheet(&request),
        "faults" => sheets::faults::sheet(&request),
        "import" => sheets::import::sheet(&request),
        "compare" => sheets::compare::sheet(&request),
        "differences" => sheets::differences::sheet(&request),
        "embed" => sheets::embed::sheet(&request),
        "figures" => sheets::figures::sheet(&request),
        "inspector" => sheets::inspector::sheet(&request),
        "keys" => sheets::keys::sheet(&request),
        "ledger" => sheets::ledger::sheet(&request),
        "lesson" => sheets::lesson::sheet(&request),
        "log" => sheets::log::sheet(&request),
        "metrics" => sheets::metrics::sheet(&request),
        "place" => sheets::place::sheet(&request),
        "records" => sheets::records::sheet(&request),
        "saved" => sheets::saved::sheet(&request),
        "settings" => sheets::settings::sheet(&request),
        "state" => sheets::state::sheet(&request),
        "state-in-short" => sheets::state::in_short(&request),
        "sweep" => sheets::sweep::sheet(&request),
        "workload" => sheets::workload::sheet(&request),
        other => Sheet {
            blocks: vec![Block::Note(Tone::Warn, request.tell("no-sheet", &[("name", other)]))],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 20] = [
        "assumptions",
        "code",
        "compare",
        "embed",
        "faults",
        "figures",
        "import",
        "inspector",
        "keys",
        "place",
        "ledger",
        "lesson",
        "log",
        "metrics",
        "records",
        "saved",
        "settings",
        "state",
        "sweep",
        "workload",
    ];

    fn text_of(sheet: &Sheet) -> String {
        format!("{sheet:?}")
    }

    #[test]
    fn every_sheet_speaks_both_languages() {
        let link = "v=1&records=20&a.linger.ms=0&sel=record3";
        for name in ALL {
            for lang in ["en", "ko"] {
                let sheet = sheet(&format!(
                    "sheet={name}\nlang={lang}\nlink={link}\ntext=acks=1\nfact=26.0\nat=20000\n"
                ));
                assert!(!sheet.blocks.is_empty(), "{name}");
                let text = text_of(&sheet);
                // a key that has no words is shown as it is
                assert!(!text.contains("\"") || !text.contains("--\""), "{name} {lang}: {text}");
            }
        }
    }

    #[test]
    fn every_lesson_opens_and_grades() {
        for id in lessons::texts::ORDER {
            for lang in ["en", "ko"] {
                let asked = format!("sheet=lesson\nlang={lang}\nlink=v=1&lesson={id}\n");
                let text = text_of(&sheet(&asked));
                assert!(text.contains("guess0"), "{id} asks nothing: {text}");
                let graded = text_of(&sheet(&format!("{asked}guess0=7\nguess1=7\nguess2=7\n")));
                assert!(graded.len() > text.len(), "{id} grades nothing");
            }
        }
    }

    #[test]
    fn a_sweep_marks_the_value_that_is_set() {
        let text = text_of(&sheet("sheet=sweep\nlang=en\nlink=v=1&linger.ms=7\n"));
        assert!(text.contains("Now: **7 ms**"), "{text}");
    }

    #[test]
    fn the_state_at_a_moment_is_that_of_the_moment() {
        let text = |at: i64| text_of(&sheet(&format!("sheet=state\nlang=en\nlink=v=1\nat={at}\n")));
        assert!(text(0).contains("1 rec"), "{}", text(0));
        assert!(text(60_000).contains("Replicas of p0 at 60 ms"), "{}", text(60_000));
    }

    #[test]
    fn every_metric_has_a_definition() {
        let sheet = sheet("sheet=metrics\nlang=ko\nlink=v=1\n");
        for block in sheet.blocks {
            let Block::Counts(counts) = block else { continue };
            for count in counts {
                assert!(!count.note.starts_with("metric--"), "{}", count.label);
            }
        }
    }

    #[test]
    fn the_run_of_a_recorded_case_equals_the_record() {
        let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/cases");
        for name in ["acks-0-error-closes", "callback-flush", "default-cold"] {
            let Ok(text) = std::fs::read_to_string(format!("{cases}/{name}.json")) else {
                panic!("{name} is a case");
            };
            take_case(&text);
            let asked = format!("sheet=case\nlang=en\nlink=v=1&case={name}\n");
            let told = text_of(&sheet(&asked));
            assert!(told.contains("is equal to what the real client 4.3.1 did"), "{told}");
            // changed by one microsecond it is another
            let at = text.rfind("\"at_us\":").expect("something happened") + 8;
            take_case(&[&text[..at], "1", &text[at..]].concat());
            assert!(text_of(&sheet(&asked)).contains("differs from the record"), "{name}");
        }
    }

    #[test]
    fn a_refused_setting_is_told() {
        let text = text_of(&sheet("sheet=ledger\nlang=en\nlink=v=1&acks=ALL\n"));
        assert!(text.contains("Invalid value ALL for configuration acks"), "{text}");
    }
}
