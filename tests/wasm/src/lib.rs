//! The model as one exported function: a question in words, an answer in words. `ask` puts the
//! questions natively, `ask.mjs` puts the same ones under Node, and the answers must be equal.

use conformance::{random, verdict, workloads};
use wasm_bindgen::prelude::wasm_bindgen;

/// Random scenarios that are asked for; `ask.mjs` asks for as many.
pub const SEEDS: u64 = 200;

/// Answers a question in one line.
///
/// A question that begins with `{` is a recorded case: the answer says whether the model did what the
/// client did, and gives the digest of its trace. `seed N` is a random scenario: the answer gives the
/// digest of its trace and says whether every record ended once. `bench N` is the run of N records that is measured:
/// the answer says how many facts its trace has.
#[must_use]
#[wasm_bindgen]
pub fn answer(question: &str) -> String {
    if let Some(records) = question.strip_prefix("bench ") {
        return bench(records);
    }
    match question.strip_prefix("seed ") {
        Some(seed) => seeded(seed),
        None => case(question),
    }
}

/// A random scenario, with the invariants that its trace alone can show: time never runs back, and no
/// record has two callbacks.
fn seeded(seed: &str) -> String {
    let Ok(number) = seed.parse() else { return format!("FAILED {seed} is no seed") };
    let trace = model::run(random::scenario(number));
    let mut last = units::SimTime(i64::MIN);
    let ordered = trace.in_order(last).all(|fact| {
        let at = trace.at(fact);
        let later = at >= last;
        last = at;
        later
    });
    let mut called = vec![0_u32; trace.sends.len() as usize];
    for callback in trace.callbacks.rows() {
        let mut record = callback.record;
        for position in 0..callback.count {
            called[record.index()] += 1;
            if position + 1 < callback.count {
                record = trace.next_in_batch(record);
            }
        }
    }
    if !ordered || called.iter().any(|calls| *calls > 1) {
        return format!("seed {seed} FAILED an invariant");
    }
    format!("seed {seed} {} records {:032x}", trace.sends.len(), trace.digest())
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
