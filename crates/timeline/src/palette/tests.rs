//! Held by computing: contrast as WCAG has it, and distances as three kinds of colour-blind eyes see them.

use super::*;

const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];
const GROUNDS: [Ink; 2] = [Ink::Ground, Ink::RowGround];

type Triple = [f64; 3];

/// What each kind of eye makes of linear red, green and blue. Source: Machado, Oliveira and Fernandes,
/// "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.
const EYES: [(&str, [Triple; 3]); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deutan",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritan",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn times(matrix: [Triple; 3], v: Triple) -> Triple {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

fn linear(rgb: [u8; 3]) -> Triple {
    rgb.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

/// Oklab, in which equal distances look about equal.
fn oklab(linear: Triple) -> Triple {
    let cones = times(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ],
        linear,
    );
    times(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        cones.map(|cone| cone.max(0.0).cbrt()),
    )
}

fn seen(palette: &Palette, ink: Ink, eye: [Triple; 3]) -> Triple {
    oklab(times(eye, linear(palette.rgb(ink))).map(|channel| channel.clamp(0.0, 1.0)))
}

fn distance(a: Triple, b: Triple) -> f64 {
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |rgb| {
        let [r, g, b] = linear(rgb);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[track_caller]
fn check_contrast(ink: Ink, ground: Ink, least: f64) {
    for theme in THEMES {
        let palette = Palette::of(theme);
        let contrast = contrast(palette.rgb(ink), palette.rgb(ground));
        assert!(contrast >= least, "{theme:?} {ink:?} on {ground:?}: {contrast:.2}");
    }
}

#[test]
fn texts_are_readable_on_every_ground() {
    let texts = [Ink::Text, Ink::TextSoft, Ink::Muted, Ink::Accent, Ink::Failed, Ink::Committed];
    for ink in texts {
        for ground in GROUNDS {
            check_contrast(ink, ground, 4.5);
        }
    }
    check_contrast(Ink::Text, Ink::Down, 4.5);
    check_contrast(Ink::TextSoft, Ink::Down, 4.5);
}

#[test]
fn marks_stand_out_from_every_ground() {
    for ground in GROUNDS {
        for hue in 0..HUES {
            check_contrast(Ink::Partition(hue), ground, 3.0);
        }
        for ink in [Ink::Warning, Ink::Playhead] {
            check_contrast(ink, ground, 3.0);
        }
    }
}

#[test]
fn what_stands_on_a_partition_is_readable() {
    for hue in 0..HUES {
        check_contrast(Ink::OnPartition(hue), Ink::Partition(hue), 4.5);
    }
}

/// Steps in Oklab: 0.02 is about what is just noticed side by side.
#[test]
fn partitions_stay_apart_for_every_eye() {
    for theme in THEMES {
        let palette = Palette::of(theme);
        for (name, eye) in EYES {
            for a in 0..HUES {
                for b in 0..a {
                    // the first ones are seen most, and are farther apart
                    let least = if a < 4 { 0.11 } else { 0.065 };
                    let (pa, pb) = (Ink::Partition(a), Ink::Partition(b));
                    let distance = distance(seen(palette, pa, eye), seen(palette, pb, eye));
                    assert!(distance > least, "{theme:?} {name} {a} {b}: {distance:.3}");
                }
            }
        }
    }
}

#[test]
fn no_partition_has_the_colour_of_a_state() {
    for theme in THEMES {
        let palette = Palette::of(theme);
        for (name, eye) in EYES {
            for hue in 0..HUES {
                for state in [Ink::Committed, Ink::Failed, Ink::Accent, Ink::Playhead] {
                    let partition = seen(palette, Ink::Partition(hue), eye);
                    let distance = distance(partition, seen(palette, state, eye));
                    assert!(distance > 0.08, "{theme:?} {name} {hue} {state:?}: {distance:.3}");
                }
            }
        }
    }
}

#[test]
fn committed_failed_and_accent_stay_apart_for_every_eye() {
    for theme in THEMES {
        let palette = Palette::of(theme);
        for (name, eye) in EYES {
            let states =
                [Ink::Committed, Ink::Failed, Ink::Accent].map(|ink| seen(palette, ink, eye));
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                let distance = distance(states[a], states[b]);
                assert!(distance > 0.05, "{theme:?} {name} {a} {b}: {distance:.3}");
            }
        }
    }
}
