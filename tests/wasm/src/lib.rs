//! The model as one exported function: a question in words, an answer in words. `ask` puts the
//! questions natively, `ask.mjs` puts the same ones under Node, and the answers must be equal.

use conformance::{verdict, workloads};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a question in one line.
///
/// A question that begins with `{` is a recorded case: the answer says whether the model did what the
/// client did, and gives the digest of its trace. `bench N` is the run of N records that is measured:
/// the answer says how many facts its trace has.
#[must_use]
#[wasm_bindgen]
pub fn answer(question: &str) -> String {
    match question.strip_prefix("bench ") {
        Some(records) => bench(records),
        None => case(question),
    }
}

fn bench(records: &str) -> String {
    match records.parse() {
        Ok(records) => format!("{} facts", workloads::run_bench(records)),
        Err(_) => format!("FAILED {records} is no number of records"),
    }
}

fn case(text: &str) -> String {
    match verdict(text) {
        Ok(verdict) => match verdict.difference {
            None => format!("{} passed {:032x}", verdict.name, verdict.digest),
            Some(difference) => format!("{} FAILED {difference}", verdict.name),
        },
        Err(error) => format!("FAILED {error}"),
    }
}
