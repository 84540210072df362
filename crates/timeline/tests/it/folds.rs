//! Long quiet stretches.

use crate::{failure, load, painted, texts, whole};
use std::rc::Rc;
use timeline::{Align, Draw, Glyph, RowKind, Timeline, View};

#[test]
fn a_run_with_a_session_timeout_folds_its_quiet_stretches() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let folds = timeline.quiet();
    assert_eq!(folds.len(), 2, "{folds:?}");
    assert!(folds[0].from > failure::DEATH && folds[0].to < failure::ELECTION, "{folds:?}");
    assert!(folds[1].from > failure::ELECTION && folds[1].to < failure::RETURN, "{folds:?}");
    assert!(folds[0].width > folds[1].width, "retries happen in the first, nothing in the second");
}

#[test]
fn an_election_never_stands_inside_of_a_fold() {
    let fault = link::fault_of_text("kill:1@24ms").expect("it is a fault");
    let playground = link::Playground { faults: vec![fault], ..link::Playground::default() };
    let (scenario, _) = playground.scenario().expect("the settings are accepted");
    let trace = model::run(scenario);
    let timeline = Timeline::new(&trace, &[]);
    let folds = timeline.quiet();
    assert!(!folds.is_empty());
    let elected = trace.leaders.rows().filter(|leader| leader.at.0 > 0);
    let inside = |at| folds.iter().any(|fold| fold.from < at && at < fold.to);
    for leader in elected {
        assert!(!inside(leader.at), "{leader:?} in {folds:?}");
    }
}

#[test]
fn an_even_run_is_not_folded() {
    let (trace, marks) = load::run(500);
    assert!(Timeline::new(&trace, &marks).quiet().is_empty());
}

#[test]
fn a_fold_is_torn_and_the_axis_starts_again_behind_it() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let plain = whole(&timeline);
    let (from, to) = timeline.whole();
    let scale = timeline::TimeScale::fit(timeline.quiet(), 124.0, 1_000.0, from, to);
    let view = View { scale, ..plain.clone() };
    let draws = painted(&timeline, &trace, &view);
    let tears = draws.iter().filter(|draw| matches!(draw, Draw::Tear { .. })).count();
    assert_eq!(tears, 3, "two edges of the wide fold, the narrow one is all torn");
    let texts = texts(&draws);
    assert!(
        texts.iter().any(|text| text.starts_with("8.6") && text.ends_with("s + ms")),
        "{texts:?}"
    );
    let unfolded = painted(&timeline, &trace, &plain);
    assert!(!unfolded.iter().any(|draw| matches!(draw, Draw::Tear { .. })));
}

/// Texts of the axis or of a row, each with the line that it stands on, its left and its right edge.
fn labels(draws: &[Draw], from: f64, to: f64) -> Vec<(i64, f64, f64, &str)> {
    let labels = draws.iter().filter_map(|draw| match draw {
        Draw::Label { x, y, text, font, align, .. } if *y > from && *y < to => {
            let width = font.width_of(text);
            let left = match align {
                Align::Start => *x,
                Align::Middle => x - width / 2.0,
                Align::End => x - width,
            };
            Some(((y * 10.0) as i64, left, left + width, &**text))
        }
        _ => None,
    });
    labels.collect()
}

/// Runs that are folded, each at some widths.
fn folded(check: impl Fn(&Timeline, &View, &[Draw])) {
    for link in [
        "v=1&acks=1&linger.ms=0&min.insync.replicas=1&records=200\
         &fault=slow:1-2:30ms@0ms%2B100ms&fault=slow:1-3:30ms@0ms%2B100ms\
         &fault=kill:1@24ms&fault=restart:1@12s",
        "v=1&fault=kill:1@20ms",
        "v=1&fault=kill:1@24ms&fault=restart:1@20s",
    ] {
        let (playground, _) = link::read(link);
        let trace = model::run(playground.scenario().expect("the settings are accepted").0);
        let timeline = Timeline::new(&trace, &[]);
        let (from, to) = timeline.whole();
        assert!(timeline.quiet().len() > 1, "{link}");
        for width in [240.0, 400.0, 560.0, 690.0, 1_000.0] {
            let scale = timeline::TimeScale::fit(timeline.quiet(), 124.0, width, from, to);
            let view = View { scale, width: 140.0 + width, ..whole(&timeline) };
            check(&timeline, &view, &painted(&timeline, &trace, &view));
        }
    }
}

#[test]
fn no_label_of_the_axis_stands_over_another() {
    folded(|timeline, view, draws| {
        let axis = timeline.layout(view)[0].rect.y;
        let mut labels = labels(draws, 0.0, axis);
        labels.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).expect("they are numbers"));
        for pair in labels.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[0].2 + 2.0 < pair[1].1, "{pair:?}");
        }
    });
}

#[test]
fn each_piece_that_counts_says_from_where_and_in_what() {
    folded(|timeline, view, draws| {
        let axis = timeline.layout(view)[0].rect.y;
        let labels = labels(draws, 0.0, axis);
        let title_line = labels.iter().map(|label| label.0).min();
        let (titles, ticks): (Vec<_>, Vec<_>) =
            labels.into_iter().partition(|label| Some(label.0) == title_line);
        let unit = |text: &str| ["s", "ms", "µs"].iter().any(|unit| text.ends_with(unit));
        for piece in view.scale.segments() {
            let inside = |x: f64| x >= piece.x0 - 0.5 && x < piece.x1 - 0.5;
            let middle = |label: &&(i64, f64, f64, &str)| f64::midpoint(label.1, label.2);
            let numbers: Vec<_> = ticks.iter().filter(|label| inside(middle(label))).collect();
            if numbers.is_empty() {
                continue;
            }
            let title = titles
                .iter()
                .find(|label| inside(label.1))
                .unwrap_or_else(|| panic!("{piece:?} {titles:?}"));
            let named = numbers.iter().all(|number| number.3 == "0" || unit(number.3));
            assert!(unit(title.3) || named, "{title:?} over {numbers:?}");
            let after_fold = piece.x0 > 125.0 && !piece.folded;
            assert_eq!(title.3.contains(" +"), after_fold, "{title:?}");
        }
    });
}

#[test]
fn what_the_controller_did_last_is_not_cut_off() {
    folded(|timeline, view, draws| {
        let rows = timeline.layout(view);
        let row = rows.iter().find(|row| row.kind == RowKind::Controller).expect("it has a row");
        for label in labels(draws, row.rect.y, row.rect.bottom()) {
            assert!(label.2 <= view.scale.edges().1 + 1.0, "{label:?}");
        }
    });
}

#[test]
fn no_torn_edge_cuts_the_crown_of_an_election_that_ends_a_quiet_stretch() {
    let fault = link::fault_of_text("kill:1@24ms").expect("it is a fault");
    let playground = link::Playground { faults: vec![fault], ..link::Playground::default() };
    let (scenario, _) = playground.scenario().expect("the settings are accepted");
    let trace = model::run(scenario);
    let timeline = Timeline::new(&trace, &[]);
    let (from, to) = timeline.whole();
    for width in [400.0, 700.0, 1_000.0] {
        let scale = timeline::TimeScale::fit(timeline.quiet(), 124.0, width, from, to);
        let draws = painted(&timeline, &trace, &View { scale, ..whole(&timeline) });
        // the controller's are small, and stand in its own row
        let crowns = draws.iter().filter_map(|draw| match draw {
            Draw::Glyph { x, glyph: Glyph::Crown, size, .. } if *size > 5.0 => Some(*x),
            _ => None,
        });
        let tears = draws.iter().filter_map(|draw| match draw {
            Draw::Tear { rect } => Some(*rect),
            _ => None,
        });
        let tears: Vec<_> = tears.collect();
        let crowns: Vec<_> = crowns.collect();
        assert!(!crowns.is_empty() && !tears.is_empty());
        for x in crowns {
            let cut = tears.iter().find(|tear| x + 7.0 > tear.x && x - 7.0 < tear.right());
            assert_eq!(cut, None, "a crown at {x} of {width}");
        }
    }
}

#[test]
fn a_fold_under_the_pointer_can_be_unfolded() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let (from, to) = timeline.whole();
    let scale = timeline::TimeScale::fit(timeline.quiet(), 124.0, 1_000.0, from, to);
    let fold = scale.folds()[0];
    let x = scale.x_from_time(fold.from) + 20.0;
    assert_eq!(scale.fold_at(x), Some(fold));
    let others: Rc<[_]> = scale.folds().iter().copied().filter(|other| *other != fold).collect();
    assert_eq!(scale.with_folds(others).fold_at(130.0), None);
}
