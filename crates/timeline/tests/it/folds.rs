//! Long quiet stretches.

use crate::{failure, load, painted, texts, whole};
use std::rc::Rc;
use timeline::{Draw, Glyph, Timeline, View};

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
