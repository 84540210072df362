//! Work is counted, not timed: draws of a frame, buckets of a pan, comparisons of a hit test.

use crate::{load, painted, whole};
use conformance::workloads;
use std::sync::OnceLock;
use timeline::{Draw, Effort, Glyph, Ink, RecordFate, RecordMark, Rect, Timeline, View, Words};
use trace::Trace;
use units::RecordId;

struct Large {
    trace: Trace,
    lost: Vec<(RecordId, RecordMark)>,
    timeline: Timeline,
}

/// A million records in a hundred thousand batches, made once.
fn large() -> &'static Large {
    static LARGE: OnceLock<Large> = OnceLock::new();
    LARGE.get_or_init(|| {
        let (trace, lost) = load::run(100_000);
        let timeline = Timeline::new(&trace, &lost);
        Large { trace, lost, timeline }
    })
}

/// Ten minutes of five brokers, twelve partitions, three replicas of each and a hundred thousand records,
/// as the model plays them; made once.
fn ten_minutes() -> &'static Large {
    static RUN: OnceLock<Large> = OnceLock::new();
    RUN.get_or_init(|| {
        let trace = model::run(workloads::ten_minutes(100_000));
        assert_eq!(trace.sends.len(), 100_000);
        let timeline = Timeline::new(&trace, &[]);
        Large { trace, lost: Vec::new(), timeline }
    })
}

/// What the budgets hold for.
fn runs() -> [&'static Large; 2] {
    [large(), ten_minutes()]
}

/// Draws, each tick of a group and each strip of a row counted as one.
fn shapes(draws: &[Draw]) -> usize {
    let shapes = draws.iter().map(|draw| match draw {
        Draw::Ticks { count, .. } => *count as usize,
        Draw::Strips { spans, .. } => spans.len(),
        _ => 1,
    });
    shapes.sum()
}

fn zooms(timeline: &Timeline) -> impl Iterator<Item = View> {
    let whole = whole(timeline);
    (0..34).map(move |n| View {
        scale: whole.scale.zoomed(1.6_f64.powi(n), 500.0 + f64::from(n)),
        ..whole.clone()
    })
}

fn effort(timeline: &Timeline, trace: &Trace, view: &View) -> Effort {
    timeline.paint(trace, view, &Words::default(), &mut Vec::new())
}

#[test]
fn a_frame_takes_at_most_4000_draws_at_any_zoom() {
    for Large { trace, timeline, .. } in runs() {
        for view in zooms(timeline) {
            let draws = painted(timeline, trace, &view);
            let us = view.scale.us_per_px();
            assert!(draws.len() <= 4_000, "{} draws at {us} µs a pixel", draws.len());
            assert!(shapes(&draws) <= 8_000, "{} shapes at {us} µs a pixel", shapes(&draws));
        }
    }
}

#[test]
fn a_pan_touches_at_most_3_buckets_a_row() {
    for Large { trace, timeline, .. } in runs() {
        let mut dense = 0;
        for view in zooms(timeline) {
            for by in [0.0, -1.0, 3.5, -40.0, 700.0, -2_500.0] {
                let view = View { scale: view.scale.panned(by), ..view.clone() };
                let effort = effort(timeline, trace, &view);
                assert!(effort.buckets_max <= 3, "{effort:?}");
                dense += u32::from(effort.buckets_max > 0);
            }
        }
        assert!(dense > 20, "of {dense} frames only something was dense");
    }
}

#[test]
fn a_hit_test_takes_at_most_64_comparisons() {
    for Large { trace, timeline, .. } in runs() {
        let mut hits = 0;
        for view in zooms(timeline) {
            let height = timeline.height(view.density, &view.prefs);
            for step in 0..40 {
                let y = height * f64::from(step) / 40.0;
                let Some(hit) = timeline.hit(trace, &view, 600.0, y) else { continue };
                assert!(hit.comparisons <= 64, "{hit:?}");
                hits += u32::from(hit.fact.is_some());
            }
        }
        assert!(hits > 200, "{hits} hits");
    }
}

/// What a frame costs does not grow with the run.
#[test]
fn ten_times_the_run_takes_no_more_draws() {
    let (trace, lost) = load::run(10_000);
    let timeline = Timeline::new(&trace, &lost);
    let small = shapes(&painted(&timeline, &trace, &whole(&timeline)));
    let Large { trace, timeline, .. } = large();
    let large = shapes(&painted(timeline, trace, &whole(timeline)));
    assert!(large <= small + small / 4, "{small} draws, then {large}");
}

#[test]
fn every_lost_record_is_seen_when_all_of_the_run_is() {
    let Large { trace, timeline, lost } = large();
    let view = whole(timeline);
    let draws = painted(timeline, trace, &view);
    let mut seen: Vec<(f64, f64)> = Vec::new();
    for draw in &draws {
        match draw {
            Draw::Strips { spans, .. } => seen.extend(spans.iter()),
            Draw::Glyph { x, glyph: Glyph::Cross, .. } => seen.push((x - 4.0, x + 4.0)),
            _ => {}
        }
    }
    for (record, _) in lost {
        let x = view.scale.x_from_time(trace.sends.called().get(record.0));
        let near = |(from, to): &(f64, f64)| x >= from - 4.0 && x <= to + 4.0;
        assert!(seen.iter().any(near), "record {record} at {x}");
    }
}

#[test]
fn one_lost_record_of_many_is_a_cross_at_every_zoom_that_has_it_in_sight() {
    let (trace, _) = load::run(5_000);
    let record = units::RecordId(23_456);
    let timeline = Timeline::new(&trace, &[(record, timeline::RecordMark::Lost)]);
    let called = trace.sends.called().get(record.0);
    let whole = whole(&timeline);
    for n in 0..30 {
        let x = whole.scale.x_from_time(called);
        let scale = whole.scale.zoomed(1.7_f64.powi(n), x);
        let view = View { scale, ..whole.clone() };
        let draws = painted(&timeline, &trace, &view);
        let row = timeline.layout(&view)[0];
        let cross = |draw: &&Draw| {
            matches!(draw, Draw::Glyph { x: at, y, glyph: Glyph::Cross, .. }
                if (at - x).abs() < 6.0 && *y < row.rect.bottom())
        };
        assert!(draws.iter().any(|draw| cross(&draw)), "at zoom {n}");
    }
}

#[test]
fn the_strip_of_records_shows_every_loss_and_takes_no_more_cells_than_have_room() {
    let Large { trace, lost, .. } = large();
    let fate = |record: u32| {
        let is_lost = lost.binary_search_by_key(&record, |(id, _)| id.0).is_ok();
        (if is_lost { RecordFate::Lost } else { RecordFate::Kept }, None)
    };
    let mut draws = Vec::new();
    let rect = Rect::new(0.0, 0.0, 800.0, 22.0);
    Timeline::paint_fates(trace.sends.len(), rect, None, fate, &mut draws);
    assert!(draws.len() <= 800, "{}", draws.len());
    let crosses =
        draws.iter().filter(|draw| matches!(draw, Draw::Glyph { glyph: Glyph::Cross, .. })).count();
    let share = trace.sends.len().div_ceil(160);
    let mut cells: Vec<u32> = lost.iter().map(|(record, _)| record.0 / share).collect();
    cells.dedup();
    assert_eq!(crosses, cells.len());
    let second = Timeline::record_at(trace.sends.len(), 800.0, 5.5);
    assert_eq!(second, Some(RecordId(share)));
}

/// The counts above the strip are its legend: a fate has one colour, however many records share a cell.
#[test]
fn a_fate_has_one_colour_in_the_strip() {
    let inks = |records: u32, of: RecordFate| {
        let mut draws = Vec::new();
        let rect = Rect::new(0.0, 0.0, 400.0, 22.0);
        Timeline::paint_fates(records, rect, None, |_| (of, None), &mut draws);
        let inks = draws.iter().filter_map(|draw| match draw {
            Draw::Fill { tone, .. } | Draw::Stroke { tone, .. } => Some(tone.ink),
            _ => None,
        });
        let mut inks: Vec<Ink> = inks.collect();
        inks.dedup();
        inks
    };
    for records in [10, 100, 1_000] {
        assert_eq!(inks(records, RecordFate::Kept), [Ink::Committed]);
        assert_eq!(inks(records, RecordFate::Lost), [Ink::Failed]);
        assert_eq!(inks(records, RecordFate::Gone), [Ink::Failed]);
        assert_eq!(inks(records, RecordFate::Depends), [Ink::Warning]);
    }
}
