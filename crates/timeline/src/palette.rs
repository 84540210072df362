//! Colours of the inks, for both themes. The page reads them from here, so that they can be tested.

use crate::draw::Ink;
use crate::index::HUES;

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
    partitions: [u32; HUES as usize],
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
    partitions: [
        0x1460ea, 0xb76e0e, 0x112a84, 0xff339c, 0x8980f7, 0x7505b6, 0xc72d7f, 0x934ab3, 0x3a08e1,
        0x848f63, 0x0992ac, 0xd760ca,
    ],
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
    partitions: [
        0x94a0f4, 0xffa10f, 0xeef30c, 0xce2b7d, 0x2058f7, 0xb37102, 0x0097b4, 0xb41bbe, 0xf9cc60,
        0x10c1b6, 0xa874ee, 0x816945,
    ],
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
            Ink::OnPartition(n) => on(self.rgb(Ink::Partition(n))),
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

/// White or near black, whichever is read more easily on `ground`.
fn on(ground: [u8; 3]) -> u32 {
    // what the eye sees of each channel, in the squares that are close enough to sRGB's curve here
    let seen = |share: u32, channel: u8| share * u32::from(channel) * u32::from(channel);
    let [r, g, b] = ground;
    let luminance = seen(2126, r) + seen(7152, g) + seen(722, b);
    if luminance > 10_000 * 255 * 255 / 5 { 0x101216 } else { 0xffffff }
}

#[cfg(test)]
mod tests;
