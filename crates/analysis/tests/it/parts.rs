//! A record's way in parts, and the table of all records.

use analysis::{
    Analysis, Class, Fate, Filter, PartKind, RecordTable, SortKey, SortOrder, StepKind, parts,
    steps,
};
use conformance::random;
use units::{Micros, RecordId};

#[test]
fn the_parts_of_any_record_follow_each_other_and_add_up_to_its_latency() {
    for seed in 0..120 {
        let trace = model::run(random::scenario(seed));
        let analysis = Analysis::new(&trace);
        for record in (0..trace.sends.len()).map(RecordId) {
            let parts = parts(&trace, &analysis.index, record);
            let wanted = trace.sends.wanted().get(record.0);
            let until_told = || parts.iter().filter(|part| part.kind != PartKind::InCallback);
            let begins = until_told().next().is_none_or(|first| first.from == wanted);
            assert!(begins, "seed {seed}, record {record}: {parts:?}");
            let gaps = parts.windows(2).filter(|two| two[0].to != two[1].from).count();
            assert_eq!(gaps, 0, "seed {seed}, record {record}: {parts:?}");
            if let Some(callback) = analysis.index.callback(&trace, record) {
                let sum: u64 = until_told().map(|part| part.length().0).sum();
                let latency = callback.at.since(wanted);
                assert_eq!(Micros(sum), latency, "seed {seed}, record {record}: {parts:?}");
            }
        }
    }
}

#[test]
fn rows_of_the_table_agree_with_the_ways_of_their_records() {
    for seed in 0..40 {
        let trace = model::run(random::scenario(seed));
        let analysis = Analysis::new(&trace);
        let filter = Filter::default();
        let table =
            RecordTable::new(&trace, &analysis, &filter, SortKey::Record, SortOrder::Ascending);
        assert_eq!(table.len(), trace.sends.len() as usize);
        for row in table.rows(&trace, &analysis, 0..table.len()) {
            let Analysis { index, logs, visibility, .. } = &analysis;
            let steps = steps(&trace, index, logs, visibility, row.record);
            let first = |is: fn(StepKind) -> bool| steps.iter().find(|s| is(s.kind)).map(|s| s.at);
            let what = format!("seed {seed}, record {}", row.record);
            assert_eq!(
                row.told_at,
                first(|kind| matches!(kind, StepKind::Told | StepKind::Refused)),
                "{what}"
            );
            assert_eq!(row.drained, first(|kind| matches!(kind, StepKind::Drained(0))), "{what}");
            assert_eq!(row.visible, first(|kind| matches!(kind, StepKind::Visible(_))), "{what}");
            assert_eq!(
                row.appended,
                first(|kind| matches!(kind, StepKind::Appended(..))),
                "{what}"
            );
        }
    }
}

#[test]
fn the_table_is_sorted_filtered_and_read_by_windows() {
    let trace = model::run(random::scenario(8));
    let analysis = Analysis::new(&trace);
    let every = [
        SortKey::Partition,
        SortKey::Batch,
        SortKey::Wanted,
        SortKey::Called,
        SortKey::Drained,
        SortKey::Tries,
        SortKey::Appended,
        SortKey::Offset,
        SortKey::Visible,
        SortKey::Told,
        SortKey::Latency,
        SortKey::Fate,
        SortKey::ValueBytes,
    ];
    for by in every {
        let all = Filter::default();
        let table = RecordTable::new(&trace, &analysis, &all, by, SortOrder::Ascending);
        assert_eq!(table.len(), trace.sends.len() as usize, "{by:?} loses nobody");
    }
    let all = Filter::default();
    let table = RecordTable::new(&trace, &analysis, &all, SortKey::Latency, SortOrder::Descending);
    let latencies: Vec<u64> = table
        .rows(&trace, &analysis, 0..usize::MAX)
        .filter_map(|row| row.latency.map(|latency| latency.0))
        .collect();
    assert!(latencies.windows(2).all(|two| two[0] >= two[1]));
    let kept = Filter { class: Class::Fate(Fate::AcknowledgedKept), ..Filter::default() };
    let table = RecordTable::new(&trace, &analysis, &kept, SortKey::Record, SortOrder::Descending);
    assert_eq!(table.len(), analysis.ledger.totals().acknowledged_kept as usize);
    assert!(table.records().windows(2).all(|two| two[0] > two[1]));
    assert_eq!(table.position(table.records()[3]), Some(3));
    assert_eq!(table.rows(&trace, &analysis, 2..5).count(), 3.min(table.len() - 2));
}
