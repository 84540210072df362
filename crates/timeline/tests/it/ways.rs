//! What is lit of a record that was lost: its own way, not that of the record which got its offset.

use crate::{painted, whole};
use timeline::{Draw, Ink, Rect, RowKind, Timeline, View};
use trace::{FactId, Kind, Trace};
use units::{PartitionId, RecordId, TopicId, TopicPartition};

const P0: TopicPartition = TopicPartition { topic: TopicId(0), partition: PartitionId(0) };

/// Slow followers, a leader that dies and comes back: record 5 of `p0` is lost, and record 26 gets its
/// offset.
fn replaced() -> Trace {
    let (playground, notices) = link::read(
        "v=1&acks=1&linger.ms=0&min.insync.replicas=1&records=200\
         &fault=slow:1-2:30ms@0ms%2B100ms&fault=slow:1-3:30ms@0ms%2B100ms\
         &fault=kill:1@24ms&fault=restart:1@12s",
    );
    assert_eq!(notices, []);
    model::run(playground.scenario().expect("the settings are accepted").0)
}

/// Where a record was appended.
fn appended(trace: &Trace, record: RecordId) -> trace::facts::Append {
    let batch = trace.sends.batch().get(record.0);
    trace.appends.rows().find(|row| row.batch == batch && row.offset.0 >= 0).expect("appended")
}

fn of_kind(timeline: &Timeline, trace: &Trace, fact: FactId, kind: Kind) -> Vec<u32> {
    let way = timeline.path(trace, fact);
    way.iter().filter(|fact| fact.kind() == kind).map(|fact| fact.row()).collect()
}

#[test]
fn copies_of_the_record_that_got_its_offset_are_not_on_the_way_of_a_lost_one() {
    let trace = replaced();
    let timeline = Timeline::new(&trace, &[]);
    let lost = appended(&trace, RecordId(5));
    let same = |row: &trace::facts::Append| {
        let open = trace.opens.row(row.batch.0);
        let (from, to) = (row.offset, row.offset + open.records);
        from.0 >= 0 && (from..to).contains(&lost.offset) && open.partition == P0
    };
    let other = trace.appends.rows().rfind(same).expect("somebody got its offset");
    assert!(other.batch != lost.batch && other.leader_epoch > lost.leader_epoch);
    let way = FactId::new(Kind::Send, 5);
    assert_eq!(of_kind(&timeline, &trace, way, Kind::Copy), [0_u32; 0], "nobody ever had a copy");
    let cuts = of_kind(&timeline, &trace, way, Kind::Truncation);
    assert_eq!(cuts.len(), 1, "its only copy is cut off");

    let first = trace.opens.first().get(other.batch.0);
    let copies = of_kind(&timeline, &trace, FactId::new(Kind::Send, first.0), Kind::Copy);
    assert_eq!(copies.len(), 2, "of the one that replaced it: both followers'");
    let cuts = of_kind(&timeline, &trace, FactId::new(Kind::Send, first.0), Kind::Truncation);
    assert_eq!(cuts, [0_u32; 0], "what replaced it was never cut");
    // from such a copy, the way is that of what it brought
    let batches = of_kind(&timeline, &trace, FactId::new(Kind::Copy, copies[0]), Kind::Open);
    assert!(batches.contains(&other.batch.0) && !batches.contains(&lost.batch.0), "{batches:?}");
}

#[test]
fn what_waits_beside_the_way_is_dimmed_however_much_of_it_lies_over_each_other() {
    let trace = replaced();
    let timeline = Timeline::new(&trace, &[]);
    let (from, to) = timeline.whole();
    let scale = timeline::TimeScale::fit(timeline.quiet(), 124.0, 1_000.0, from, to);
    let selection = Some(FactId::new(Kind::Send, 5));
    let view = View { scale, selection, ..whole(&timeline) };
    let rows = timeline.layout(&view);
    let row = rows.iter().find(|row| row.kind == RowKind::Accumulator(P0)).expect("it has a row");
    let lane = row.lane_rect(0);
    let inside = |rect: &Rect| rect.y >= lane.y - 1.0 && rect.bottom() <= lane.bottom() + 1.0;
    let draws = painted(&timeline, &trace, &view);
    let hatched = |draw: &Draw| match draw {
        Draw::Hatch { rect, tone } if matches!(tone.ink, Ink::Partition(_)) => Some(*rect),
        _ => None,
    };
    let mut waits: Vec<Rect> = draws.iter().filter_map(hatched).filter(inside).collect();
    let framed = draws.iter().filter(|draw| {
        matches!(draw, Draw::Stroke { rect, dash: timeline::Dash::Solid, .. }
            if inside(rect) && rect.w > 20.0)
    });
    assert!(waits.iter().any(|wait| wait.w > 300.0), "batches wait for the election: {waits:?}");
    assert_eq!(framed.count(), 0, "none of them is record 5's");
    waits.sort_by(|a, b| a.x.total_cmp(&b.x));
    for pair in waits.windows(2) {
        assert!(pair[1].x >= pair[0].right() - 1e-6, "{pair:?}");
    }
}
