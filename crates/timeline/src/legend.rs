//! The legend: a sample of everything that painters draw, each with the key of its explanation.

use crate::draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect};
use crate::glyphs::glyph_of;
use trace::Condition;
use units::BatchId;

/// A sample and what explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// The key of its message on the page.
    pub key: &'static str,
    /// To be run in an area of [`LEGEND_SIZE`].
    pub sample: Vec<Draw>,
}

/// Width and height of a sample.
pub const LEGEND_SIZE: (f64, f64) = (34.0, 20.0);

const HUE: Ink = Ink::Partition(0);
const X: f64 = 17.0;
const Y: f64 = 10.0;

/// A sign of a batch, with the key of its explanation.
const fn key_of(condition: Condition) -> &'static str {
    match condition {
        Condition::Full => "legend--full",
        Condition::NewerBatchBehind => "legend--newer-batch",
        Condition::Linger => "legend--linger",
        Condition::MemoryWaiters => "legend--memory",
        Condition::Flush => "legend--flush",
        Condition::Close => "legend--close",
        Condition::RetryDue => "legend--retry-due",
        Condition::NewLeader => "legend--new-leader",
        Condition::SplitPiece => "legend--split",
        Condition::RideAlong { .. } => "legend--ride-along",
        Condition::NoSlot => "legend--no-slot",
        Condition::NotConnected => "legend--not-connected",
        Condition::Muted => "legend--muted",
        Condition::BackOff => "legend--back-off",
        Condition::Sequence => "legend--sequence",
        Condition::RequestSize => "legend--request-size",
        Condition::MetadataDue => "legend--metadata-due",
        Condition::NoLeader => "legend--no-leader",
        Condition::NoProducerId => "legend--no-producer-id",
        Condition::IoThreadBusy => "legend--io-busy",
    }
}

/// One of each condition, in the order of their declaration.
pub(crate) const CONDITIONS: [Condition; 20] = [
    Condition::Full,
    Condition::NewerBatchBehind,
    Condition::Linger,
    Condition::MemoryWaiters,
    Condition::Flush,
    Condition::Close,
    Condition::RetryDue,
    Condition::NewLeader,
    Condition::SplitPiece,
    Condition::RideAlong { of: BatchId(0) },
    Condition::NoSlot,
    Condition::NotConnected,
    Condition::Muted,
    Condition::BackOff,
    Condition::Sequence,
    Condition::RequestSize,
    Condition::MetadataDue,
    Condition::NoLeader,
    Condition::NoProducerId,
    Condition::IoThreadBusy,
];

fn sign(glyph: Glyph, ink: Ink) -> Draw {
    Draw::Glyph { x: X, y: Y, size: 4.2, glyph, tone: ink.into() }
}

fn fill(rect: Rect, ink: Ink) -> Draw {
    Draw::Fill { rect, radius: 2.0, tone: ink.into() }
}

fn stroke(rect: Rect, dash: Dash, ink: Ink) -> Draw {
    Draw::Stroke { rect, radius: 2.0, width: 1.4, dash, tone: ink.into() }
}

fn hatch(rect: Rect, ink: Ink) -> Draw {
    Draw::Hatch { rect, tone: ink.into() }
}

fn line(x: f64, width: f64, dash: Dash, ink: Ink, percent: u8) -> Draw {
    Draw::Line { from: (x, 2.0), to: (x, 18.0), width, dash, tone: ink.at(percent) }
}

fn curve(dash: Dash, ink: Ink, percent: u8) -> Draw {
    Draw::Curve { from: (4.0, 4.0), to: (30.0, 16.0), width: 1.4, dash, tone: ink.at(percent) }
}

fn stairs() -> Draw {
    let points = [(3.0, 15.0), (9.0, 11.0), (15.0, 8.0), (21.0, 5.0), (27.0, 5.0)];
    Draw::Steps { points: points.into(), base: 18.0, tone: HUE.at(82) }
}

/// Everything that is drawn, in the order of a record's way; each is explained by its key.
#[must_use]
pub fn legend() -> Vec<LegendEntry> {
    let bar = Rect::new(3.0, 4.0, 28.0, 12.0);
    let block = Rect::new(13.0, 3.0, 8.0, 14.0);
    let ground = Rect::new(0.0, 0.0, LEGEND_SIZE.0, LEGEND_SIZE.1);
    let entry = |key, sample: Vec<Draw>| LegendEntry { key, sample };
    let tick = |x: f64| fill(Rect::new(x, 3.0, 1.8, 14.0), HUE);
    let callback = |ink: Ink| Draw::Ticks {
        rect: Rect::new(10.0, 3.0, 1.6, 14.0),
        count: 5,
        pitch: 2.8,
        tone: ink.into(),
    };
    let mut entries = vec![
        entry("legend--send", vec![tick(8.0), tick(16.0), tick(24.0)]),
        entry("legend--wait", vec![hatch(bar, HUE), stroke(bar, Dash::Solid, HUE)]),
        entry("legend--call", vec![stroke(bar, Dash::Dashed, Ink::TextSoft)]),
        entry("legend--batch", vec![stairs()]),
        entry("legend--batch-waits", vec![hatch(bar, HUE), stroke(bar, Dash::Solid, HUE)]),
        entry("legend--batch-again", vec![hatch(bar, HUE), stroke(bar, Dash::Dashed, HUE)]),
    ];
    for condition in CONDITIONS {
        entries.push(entry(key_of(condition), vec![sign(glyph_of(condition), HUE)]));
    }
    entries.extend([
        entry("legend--request", vec![fill(bar, HUE)]),
        entry("legend--request-failed", vec![stroke(bar, Dash::Dashed, Ink::Failed)]),
        entry("legend--retry", vec![curve(Dash::Dotted, HUE, 85)]),
        entry(
            "legend--handshake",
            vec![
                Draw::Line {
                    from: (4.0, Y),
                    to: (26.0, Y),
                    width: 2.0,
                    dash: Dash::Solid,
                    tone: Ink::TextSoft.into(),
                },
                Draw::Glyph {
                    x: 26.0,
                    y: Y,
                    size: 3.6,
                    glyph: Glyph::Diamond,
                    tone: Ink::TextSoft.into(),
                },
            ],
        ),
        entry("legend--append", vec![fill(block, HUE)]),
        entry("legend--copy", vec![stroke(block, Dash::Solid, HUE)]),
        entry("legend--recognised", vec![stroke(block, Dash::Solid, HUE), sign(Glyph::Twice, HUE)]),
        entry("legend--copy-travels", vec![curve(Dash::Solid, HUE, 58)]),
        entry("legend--fetch", vec![curve(Dash::Dotted, Ink::Muted, 60)]),
        entry("legend--fetch-lost", vec![curve(Dash::Dashed, Ink::Failed, 100)]),
        entry("legend--high-watermark", vec![line(X, 2.1, Dash::Solid, Ink::Committed, 100)]),
        entry(
            "legend--high-watermark-follower",
            vec![line(X, 1.5, Dash::Solid, Ink::Committed, 60)],
        ),
        entry("legend--out-of-isr", vec![hatch(ground, Ink::Muted)]),
        entry("legend--down", vec![fill(ground, Ink::Down), hatch(ground, Ink::Muted)]),
        entry("legend--elected", vec![sign(Glyph::Crown, Ink::Text)]),
        entry("legend--leaderless", vec![sign(Glyph::NoCrown, Ink::Failed)]),
        entry("legend--isr-changed", vec![sign(Glyph::Target, Ink::Text)]),
        entry("legend--fenced", vec![sign(Glyph::Minus, Ink::Failed)]),
        entry("legend--unfenced", vec![sign(Glyph::Plus, Ink::Text)]),
        entry("legend--session", vec![Draw::Wedge { rect: bar, tone: Ink::Ghost.into() }]),
        entry(
            "legend--truncated",
            vec![
                hatch(block, Ink::Failed),
                stroke(block, Dash::Solid, Ink::Failed),
                Draw::Line {
                    from: (8.0, Y),
                    to: (26.0, Y),
                    width: 1.6,
                    dash: Dash::Solid,
                    tone: Ink::Failed.into(),
                },
            ],
        ),
        entry("legend--acknowledged", vec![callback(Ink::Committed)]),
        entry("legend--exception", vec![callback(Ink::Failed)]),
        entry("legend--lost", vec![sign(Glyph::Cross, Ink::Failed)]),
        entry("legend--twice", vec![sign(Glyph::Twice, Ink::Text)]),
        entry("legend--out-of-order", vec![sign(Glyph::Chevron, Ink::Text)]),
        entry("legend--fault", vec![line(X, 1.1, Dash::Dotted, Ink::Failed, 75)]),
        entry(
            "legend--cause",
            vec![curve(Dash::Solid, Ink::Accent, 100), sign(Glyph::Arrow, Ink::Accent)],
        ),
        entry("legend--fold", vec![Draw::Tear { rect: Rect::new(11.0, 0.0, 12.0, 20.0) }]),
        entry(
            "legend--playhead",
            vec![
                line(X, 1.5, Dash::Solid, Ink::Playhead, 100),
                Draw::Glyph {
                    x: X,
                    y: 4.0,
                    size: 4.2,
                    glyph: Glyph::Handle,
                    tone: Ink::Playhead.into(),
                },
            ],
        ),
        entry(
            "legend--density",
            vec![Draw::Steps {
                points: [
                    (2.0, 16.0),
                    (6.0, 9.0),
                    (10.0, 5.0),
                    (14.0, 12.0),
                    (19.0, 7.0),
                    (25.0, 14.0),
                    (32.0, 18.0),
                ]
                .into(),
                base: 18.0,
                tone: Ink::TextSoft.at(72),
            }],
        ),
        entry(
            "legend--count",
            vec![
                fill(bar, HUE),
                Draw::Label {
                    x: X,
                    y: 13.3,
                    text: "7".into(),
                    font: Font::Mono,
                    align: Align::Middle,
                    halo: false,
                    tone: Ink::OnPartition(0).into(),
                },
            ],
        ),
    ]);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs_of(entries: &[LegendEntry]) -> Vec<Glyph> {
        let draws = entries.iter().flat_map(|entry| &entry.sample);
        let glyphs = draws.filter_map(|draw| match draw {
            Draw::Glyph { glyph, .. } => Some(*glyph),
            _ => None,
        });
        glyphs.collect()
    }

    #[test]
    fn every_glyph_is_explained() {
        let explained = glyphs_of(&legend());
        for glyph in Glyph::ALL {
            assert!(explained.contains(glyph), "{glyph:?}");
        }
    }

    #[test]
    fn every_condition_is_explained_by_a_glyph_of_its_own() {
        let variants: Vec<usize> = CONDITIONS.iter().map(|what| what.variant()).collect();
        assert_eq!(variants, (0..Condition::VARIANTS.len()).collect::<Vec<_>>());
        let mut glyphs = CONDITIONS.map(glyph_of);
        glyphs.sort_unstable();
        assert!(glyphs.windows(2).all(|pair| pair[0] != pair[1]), "{glyphs:?}");
    }

    #[test]
    fn every_explanation_has_its_own_key() {
        let entries = legend();
        let mut keys: Vec<_> = entries.iter().map(|entry| entry.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), entries.len());
    }
}
