//! What the pictures show, by counts and marks that must be there.

use crate::{failure, painted, texts, whole};
use link::{Playground, StartKind};
use timeline::{Dash, Draw, Glyph, Ink, Rect, RowKind, Timeline, View};
use trace::Trace;
use units::BrokerId;

fn played(playground: &Playground) -> Trace {
    let (scenario, _) = playground.scenario().expect("the settings are accepted");
    model::run(scenario)
}

fn glyphs(draws: &[Draw], wanted: Glyph) -> usize {
    draws
        .iter()
        .filter(|draw| matches!(draw, Draw::Glyph { glyph, .. } if *glyph == wanted))
        .count()
}

#[test]
fn the_default_run_is_drawn_record_by_record() {
    let trace = played(&Playground::default());
    let timeline = Timeline::new(&trace, &[]);
    assert!(timeline.quiet().is_empty(), "{:?}", timeline.quiet());
    let view = whole(&timeline);
    let draws = painted(&timeline, &trace, &view);
    let main = timeline.layout(&view)[0].rect;
    let ticks = draws.iter().filter(|draw| {
        matches!(draw, Draw::Fill { rect, .. } if rect.w < 2.0 && rect.bottom() < main.bottom())
    });
    assert_eq!(ticks.count(), trace.sends.len() as usize);
    let stairs = draws.iter().filter(|draw| matches!(draw, Draw::Steps { .. })).count();
    assert_eq!(stairs, trace.opens.len() as usize);
    let copies = draws.iter().filter(|draw| {
        matches!(draw, Draw::Curve { dash: Dash::Solid, tone, .. }
            if matches!(tone.ink, Ink::Partition(_)))
    });
    assert_eq!(copies.count(), trace.copies.len() as usize);
    let acknowledged: u32 = draws
        .iter()
        .map(|draw| match draw {
            Draw::Ticks { count, tone, .. } if tone.ink == Ink::Committed => *count,
            _ => 0,
        })
        .sum();
    assert_eq!(acknowledged, trace.sends.len());
    assert!(draws.len() < 800, "{}", draws.len());
    assert_eq!(glyphs(&draws, Glyph::Cross), 0);
}

#[test]
fn a_cold_start_shows_its_handshake() {
    let trace = played(&Playground { start: StartKind::Cold, ..Playground::default() });
    let timeline = Timeline::new(&trace, &[]);
    let draws = painted(&timeline, &trace, &whole(&timeline));
    let requests = trace.requests.kind().iter();
    let own = requests.filter(|kind| *kind != trace::RequestKind::Produce).count();
    assert!(own >= 4, "{own}");
    assert!(glyphs(&draws, Glyph::Diamond) >= own.min(8), "{}", glyphs(&draws, Glyph::Diamond));
}

#[test]
fn a_failure_shows_what_a_learner_must_see() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let (from, to) = timeline.whole();
    let scale = timeline::TimeScale::fit(timeline.quiet(), 124.0, 1_000.0, from, to);
    let view = View { scale, ..whole(&timeline) };
    let draws = painted(&timeline, &trace, &view);
    let lost_fetch = draws.iter().filter(|draw| {
        matches!(draw, Draw::Curve { dash: Dash::Dashed, tone, .. } if tone.ink == Ink::Failed)
    });
    assert_eq!(lost_fetch.count(), 1, "the fetch that never arrived");
    assert!(
        glyphs(&draws, Glyph::Crown) >= 2,
        "elected at the controller, in office at the broker"
    );
    let down =
        draws.iter().any(|draw| matches!(draw, Draw::Fill { tone, .. } if tone.ink == Ink::Down));
    assert!(down, "the ground of the dead broker");
    let wedge = draws.iter().any(|draw| matches!(draw, Draw::Wedge { .. }));
    assert!(wedge, "the session that runs out");
    let texts = texts(&draws);
    for text in ["epoch 1", "4 cut", "NOT_LEADER_OR_FOLLOWER", "broker 1 fenced", "lost"] {
        assert!(texts.contains(&text), "{text} in {texts:?}");
    }
    assert!(!texts.contains(&"killed"), "the fault's own mark says it, on the same lane");
    assert!(
        texts.contains(&"down"),
        "a dead broker's lane says so; at the playhead it is no follower"
    );
    let joined = draws.iter().filter(|draw| {
        matches!(draw, Draw::Curve { dash: Dash::Dotted, tone, .. }
            if matches!(tone.ink, Ink::Partition(_)))
    });
    assert!(joined.count() >= 2, "tries are joined");
}

#[test]
fn no_row_stands_over_another() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let rows = timeline.layout(&whole(&timeline));
    assert!(rows.iter().any(|row| row.kind == RowKind::Controller));
    assert!(rows.iter().any(|row| row.kind == RowKind::Broker(BrokerId(3))));
    for pair in rows.windows(2) {
        assert!((pair[0].rect.bottom() - pair[1].rect.y).abs() < 1e-9);
        assert!(pair[0].lanes_rect().bottom() <= pair[0].rect.bottom());
    }
}

#[test]
fn a_veil_hides_what_comes_and_how_it_ends() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let mut view = whole(&timeline);
    let veil = units::SimTime(failure::DEATH.0 - 1_000);
    let edge = view.scale.x_from_time(veil);
    let told = |draws: &[Draw]| {
        let ends = |draw: &&Draw| matches!(draw, Draw::Glyph { x, tone, .. } if *x < edge && tone.ink == Ink::Failed);
        draws.iter().filter(ends).count()
    };
    assert!(
        told(&painted(&timeline, &trace, &view)) > 0,
        "records that will be lost are marked where they were sent"
    );
    view.veil = Some(veil);
    let draws = painted(&timeline, &trace, &view);
    assert_eq!(told(&draws), 0);
    let clips = draws.iter().filter_map(|draw| match draw {
        Draw::Clip(Some(area)) => Some(area.right()),
        _ => None,
    });
    assert!(clips.into_iter().all(|right| right <= edge + 1e-6));
    assert!(
        draws.iter().any(|draw| matches!(draw, Draw::Hatch { rect, .. } if rect.x >= edge - 1e-6))
    );
}

#[test]
fn the_overview_shows_the_whole_run_and_its_failures() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let view = whole(&timeline);
    let strip = timeline::Overview {
        end: timeline.end(),
        rect: Rect::new(0.0, 0.0, 600.0, 26.0),
        window: (units::SimTime(0), failure::DEATH),
        playhead: failure::DEATH,
    };
    let mut draws = Vec::new();
    timeline.paint_overview(&view.scale, strip, &mut draws);
    let inked = |ink: Ink| {
        draws
            .iter()
            .filter(|draw| matches!(draw, Draw::Fill { tone, .. } if tone.ink == ink))
            .count()
    };
    assert!(inked(Ink::Failed) >= 2, "{}", inked(Ink::Failed));
    assert!(inked(Ink::Muted) >= 5, "{}", inked(Ink::Muted));
    assert!(draws.len() < 600, "{}", draws.len());
}
