//! What a change did, in a sentence: the outcome first, then the batches, then what they cost.

use crate::session::Figures;
use crate::state::Change;
use engine::i18n::{Language, Speak};
use engine::text::{about, count, ratio};

/// Parts of the sentence; more would not be read.
const PARTS_MAX: usize = 2;

pub(crate) fn said(language: Language, change: &Change, old: &Figures, new: &Figures) -> String {
    let parts: Vec<String> = parts(old, new)
        .into_iter()
        .filter(|(_, pairs)| pairs.iter().any(|[old, new]| old != new))
        .take(PARTS_MAX)
        .map(|(key, pairs)| {
            let names = [["from", "to"], ["records_from", "records_to"]];
            let values = names.iter().zip(&pairs).flat_map(|(names, pair)| {
                names.iter().copied().zip(pair.iter().map(String::as_str))
            });
            language.tell(key, &values.collect::<Vec<_>>())
        })
        .collect();
    let what = if parts.is_empty() { language.say("said--nothing") } else { parts.join(", ") };
    let key = match (change.from.is_empty(), change.to.is_empty()) {
        (true, true) => "said--done",
        (true, false) => "said--to",
        _ => "said--change",
    };
    let values =
        [("name", &*change.name), ("from", &change.from), ("to", &change.to), ("what", &what)];
    language.tell(key, &values)
}

/// The key of each part, and the numbers in it before and after; the weightiest first.
fn parts(old: &Figures, new: &Figures) -> [(&'static str, Vec<[String; 2]>); 7] {
    let both = |of: fn(&Figures) -> String| [of(old), of(new)];
    let per_batch = |figures: &Figures| ratio(figures.batched_records, figures.batches);
    [
        ("said--lost", vec![both(|figures| count(figures.lost))]),
        ("said--duplicated", vec![both(|figures| count(figures.duplicated))]),
        ("said--failed", vec![both(|figures| count(figures.failed))]),
        ("said--batches", vec![both(|figures| count(figures.batches)), both(per_batch)]),
        ("said--median", vec![both(|figures| about(figures.latency_p50, 4))]),
        ("said--highest", vec![both(|figures| about(figures.latency_p99, 4))]),
        ("said--requests", vec![both(|figures| count(figures.requests))]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_comes_before_the_batches_and_what_stays_is_left_out() {
        let change = Change { name: "acks".into(), from: "1".into(), to: "all".into() };
        let old = Figures { lost: 6, batches: 10, batched_records: 60, ..Figures::default() };
        let told = |new: &Figures| said(Language::English, &change, &old, new);
        let kept = Figures { lost: 0, requests: 12, ..old };
        assert_eq!(told(&kept), "acks: 1 → all. 6 → 0 records lost, 0 → 12 requests.");
        let twice = Figures { duplicated: 1, failed: 2, ..kept };
        assert_eq!(
            told(&twice),
            "acks: 1 → all. 6 → 0 records lost, 0 → 1 record in the log twice."
        );
        assert_eq!(told(&old), "acks: 1 → all. No figure changes.");
    }
}
