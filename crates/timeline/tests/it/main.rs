//! What is painted, hit and stepped to, held by counting and by marks that must be there.

mod counting;
mod crowds;
mod failure;
mod folds;
mod load;
mod moving;
mod picture;
mod ways;

use timeline::{Density, Draw, TimeScale, Timeline, View, Words};
use trace::Trace;

/// All of a run, wide, without folds.
fn whole(timeline: &Timeline) -> View {
    let (from, to) = timeline.whole();
    let scale = TimeScale::fit([].into(), 124.0, 1_000.0, from, to);
    View::new(scale, 1_140.0, Density::Wide)
}

fn painted(timeline: &Timeline, trace: &Trace, view: &View) -> Vec<Draw> {
    let mut draws = Vec::new();
    timeline.paint(trace, view, &Words::default(), &mut draws);
    draws
}

fn texts(draws: &[Draw]) -> Vec<&str> {
    let texts = draws.iter().filter_map(|draw| match draw {
        Draw::Label { text, .. } => Some(&**text),
        _ => None,
    });
    texts.collect()
}
