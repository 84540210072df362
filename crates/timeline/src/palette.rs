//! Colours of the inks, for both themes. The page reads them from here, so that they can be tested.

use crate::draw::Ink;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark marks on a light ground.
    #[default]
    Light,
    /// Light marks on a dark ground.
    Dark,
}

/// Colours by ink.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    partitions: [u32; 6],
    on_partition: u32,
    committed: u32,
    failed: u32,
    warning: u32,
    grid: u32,
    text: u32,
    text_soft: u32,
    muted: u32,
    ghost: u32,
    ground: u32,
    row_ground: u32,
    down: u32,
    accent: u32,
    playhead: u32,
}

const LIGHT: Palette = Palette {
    partitions: [0x2565e1, 0xb36a01, 0x561ba5, 0x2c7a80, 0xc91f72, 0x666c40],
    on_partition: 0xffffff,
    committed: 0x127150,
    failed: 0xa4141a,
    warning: 0x8a5a00,
    grid: 0xe4e3df,
    text: 0x1d1d1b,
    text_soft: 0x55544f,
    muted: 0x6d6b65,
    ghost: 0xc9c7c0,
    ground: 0xffffff,
    row_ground: 0xfafaf8,
    down: 0xd9d7d0,
    accent: 0x6d2852,
    playhead: 0x6d2852,
};

const DARK: Palette = Palette {
    partitions: [0x7d95d8, 0xff9e12, 0xdd92fe, 0x5aadb8, 0xd080a0, 0xebec84],
    on_partition: 0x101216,
    committed: 0x8edfb0,
    failed: 0xff7262,
    warning: 0xe0b860,
    grid: 0x2a2d33,
    text: 0xf0f0ec,
    text_soft: 0xb9bab6,
    muted: 0x9a9c9a,
    ghost: 0x454850,
    ground: 0x14161a,
    row_ground: 0x191b20,
    down: 0x050608,
    accent: 0xd0d3fe,
    playhead: 0xd0d3fe,
};

impl Palette {
    /// The palette of a theme.
    #[must_use]
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// Red, green and blue of an ink.
    #[must_use]
    pub fn rgb(&self, ink: Ink) -> [u8; 3] {
        let colour = match ink {
            Ink::Partition(n) => self.partitions[usize::from(n) % self.partitions.len()],
            Ink::OnPartition(_) => self.on_partition,
            Ink::Committed => self.committed,
            Ink::Failed => self.failed,
            Ink::Warning => self.warning,
            Ink::Grid => self.grid,
            Ink::Text => self.text,
            Ink::TextSoft => self.text_soft,
            Ink::Muted => self.muted,
            Ink::Ghost => self.ghost,
            Ink::Ground => self.ground,
            Ink::RowGround => self.row_ground,
            Ink::Down => self.down,
            Ink::Accent => self.accent,
            Ink::Playhead => self.playhead,
        };
        let [_, r, g, b] = colour.to_be_bytes();
        [r, g, b]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(rgb: [u8; 3]) -> f64 {
        let linear = rgb.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn texts_are_readable_on_every_ground() {
        for theme in [Theme::Light, Theme::Dark] {
            let palette = Palette::of(theme);
            for ink in
                [Ink::Text, Ink::TextSoft, Ink::Muted, Ink::Accent, Ink::Failed, Ink::Committed]
            {
                for ground in [Ink::Ground, Ink::RowGround] {
                    let contrast = contrast(palette.rgb(ink), palette.rgb(ground));
                    assert!(contrast >= 4.5, "{theme:?} {ink:?} on {ground:?}: {contrast:.2}");
                }
            }
        }
    }

    #[test]
    fn what_stands_on_a_partition_is_readable() {
        for theme in [Theme::Light, Theme::Dark] {
            let palette = Palette::of(theme);
            for n in 0..6 {
                let contrast =
                    contrast(palette.rgb(Ink::OnPartition(n)), palette.rgb(Ink::Partition(n)));
                assert!(contrast >= 4.0, "{theme:?} {n}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn no_partition_has_the_colour_of_a_state() {
        let distance = |a: [u8; 3], b: [u8; 3]| {
            let d = |i: usize| f64::from(a[i]) - f64::from(b[i]);
            (d(0) * d(0) + d(1) * d(1) + d(2) * d(2)).sqrt()
        };
        for theme in [Theme::Light, Theme::Dark] {
            let palette = Palette::of(theme);
            for n in 0..6 {
                for state in [Ink::Committed, Ink::Failed, Ink::Accent, Ink::Playhead] {
                    let distance = distance(palette.rgb(Ink::Partition(n)), palette.rgb(state));
                    assert!(distance > 40.0, "{theme:?} {n} {state:?}: {distance:.0}");
                }
            }
        }
    }
}
