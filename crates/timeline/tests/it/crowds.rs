//! What cannot be told apart any more keeps its meaning: bytes stay bytes, partitions keep their hues.

use crate::{painted, whole};
use timeline::{Draw, Ink, Rect, RowKind, RowLayout, Timeline, View};
use trace::Trace;

fn played(link: &str) -> Trace {
    let (playground, notices) = link::read(&format!("v=1&{link}"));
    assert_eq!(notices, [], "{link}");
    model::run(playground.scenario().expect("the settings are accepted").0)
}

/// A run as a whole, with its rows.
fn shown(trace: &Trace) -> (Vec<RowLayout>, Vec<Draw>) {
    let timeline = Timeline::new(trace, &[]);
    let view = View { ..whole(&timeline) };
    (timeline.layout(&view), painted(&timeline, trace, &view))
}

#[test]
fn a_crowd_of_batches_stands_as_high_as_the_fullest_of_them() {
    let trace = played("records=40000&rate=20000&linger.ms=2&batch.size=16384&arrivals=random");
    let full = trace.drains.rows().map(|drain| {
        let capacity = trace.opens.capacity().get(drain.batch.0);
        f64::from(drain.bytes) / f64::from(capacity)
    });
    let full = full.fold(0.0, f64::max);
    assert!(full > 0.1 && full < 0.6, "{full}");
    let (rows, draws) = shown(&trace);
    let mut crowds = 0;
    for row in rows.iter().filter(|row| matches!(row.kind, RowKind::Accumulator(_))) {
        let lane = row.lane_rect(0);
        for draw in &draws {
            let Draw::Steps { points, base, .. } = draw else { continue };
            if *base < lane.y || *base > lane.bottom() + 1.0 {
                continue;
            }
            let top = points.iter().map(|point| point.1).fold(f64::MAX, f64::min);
            let height = (lane.bottom() - top) / lane.h;
            assert!(height < full + 0.05, "{height} of a row whose fullest batch has {full}");
            crowds += u32::from(points.len() > 200 && height > full - 0.2);
        }
    }
    assert!(crowds > 0, "too many batches to be told apart");
}

#[test]
fn brokers_keep_hues_and_outlines_where_blocks_cannot_be_told_apart() {
    for link in ["rate=8000&arrivals=random&records=800", "rate=20000&records=60000"] {
        let trace = played(link);
        let (rows, draws) = shown(&trace);
        let mut copied = Vec::new();
        for row in rows.iter().filter(|row| matches!(row.kind, RowKind::Broker(_))) {
            let area = row.lanes_rect();
            let inside = |rect: &Rect| rect.y >= area.y && rect.bottom() <= area.bottom();
            let grey = draws.iter().filter(|draw| {
                matches!(draw, Draw::Steps { base, tone, .. }
                    if tone.ink == Ink::TextSoft && *base > area.y && *base < area.bottom())
            });
            assert_eq!(grey.count(), 0, "{link}: {:?}", row.kind);
            let mut hues: Vec<u8> = draws
                .iter()
                .filter_map(|draw| match draw {
                    Draw::Stroke { rect, tone, .. } if inside(rect) => match tone.ink {
                        Ink::Partition(hue) => Some(hue),
                        _ => None,
                    },
                    _ => None,
                })
                .collect();
            hues.sort_unstable();
            hues.dedup();
            copied.push(hues);
        }
        copied.sort();
        assert_eq!(copied, [vec![0], vec![0, 1], vec![1]], "{link}: what each broker copies");
    }
}
