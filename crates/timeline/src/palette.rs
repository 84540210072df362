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
    partitions: [0x25_65_e1, 0xb3_6a_01, 0x56_1b_a5, 0x2c_7a_80, 0xc9_1f_72, 0x66_6c_40],
    on_partition: 0xff_ff_ff,
    committed: 0x12_71_50,
    failed: 0xa4_14_1a,
    warning: 0x8a_5a_00,
    grid: 0xe4_e3_df,
    text: 0x1d_1d_1b,
    text_soft: 0x55_54_4f,
    muted: 0x6d_6b_65,
    ghost: 0xc9_c7_c0,
    ground: 0xff_ff_ff,
    row_ground: 0xfa_fa_f8,
    down: 0xd9_d7_d0,
    accent: 0x6d_28_52,
    playhead: 0x6d_28_52,
};

const DARK: Palette = Palette {
    partitions: [0x7d_95_d8, 0xff_9e_12, 0xdd_92_fe, 0x5a_ad_b8, 0xd0_80_a0, 0xeb_ec_84],
    on_partition: 0x10_12_16,
    committed: 0x8e_df_b0,
    failed: 0xff_72_62,
    warning: 0xe0_b8_60,
    grid: 0x2a_2d_33,
    text: 0xf0_f0_ec,
    text_soft: 0xb9_ba_b6,
    muted: 0x9a_9c_9a,
    ghost: 0x45_48_50,
    ground: 0x14_16_1a,
    row_ground: 0x19_1b_20,
    down: 0x05_06_08,
    accent: 0xd0_d3_fe,
    playhead: 0xd0_d3_fe,
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
