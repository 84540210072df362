//! The draw list: what painters append and a canvas or an SVG writer runs. Roles, not colours.
//!
//! Lengths are CSS pixels, y grows downwards. A list is run from front to back.

use serde::{Deserialize, Serialize};

/// What a mark means; a theme gives it a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ink {
    /// A partition, by its hue: [`crate::Timeline::hue_of`]. Hue means partition, and only that.
    Partition(u8),
    /// What is written on a fill of [`Ink::Partition`].
    OnPartition(u8),
    /// Committed, acknowledged.
    Committed,
    /// Failed, lost.
    Failed,
    /// Slow, or worth a look.
    Warning,
    /// Lines of the axis.
    Grid,
    /// Names and values.
    Text,
    /// What stands beside them.
    TextSoft,
    /// Notes and axis labels.
    Muted,
    /// Marks that only count: density.
    Ghost,
    /// The ground of the page.
    Ground,
    /// The ground of a row.
    RowGround,
    /// The ground of a broker that is down.
    Down,
    /// Selection and focus.
    Accent,
    /// The playhead.
    Playhead,
}

impl Ink {
    /// This ink with so many hundredths of its strength.
    #[must_use]
    pub const fn at(self, percent: u8) -> Tone {
        Tone { ink: self, percent }
    }
}

/// An ink and its strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tone {
    /// The ink.
    pub ink: Ink,
    /// Opacity in hundredths.
    pub percent: u8,
}

impl From<Ink> for Tone {
    fn from(ink: Ink) -> Self {
        ink.at(100)
    }
}

/// An area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    /// An area by its corner and size.
    #[must_use]
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// Right edge.
    #[must_use]
    pub fn right(self) -> f64 {
        self.x + self.w
    }

    /// Lower edge.
    #[must_use]
    pub fn bottom(self) -> f64 {
        self.y + self.h
    }

    /// Half-way down.
    #[must_use]
    pub fn middle(self) -> f64 {
        self.y + self.h / 2.0
    }

    /// The area with `by` more on each side.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }
}

/// How a line is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dash {
    /// Not at all.
    Solid,
    /// Strokes of 4 with gaps of 3: failed, or only expected.
    Dashed,
    /// Dots of 1.5 with gaps of 2.5: joins things that belong together.
    Dotted,
}

impl Dash {
    /// Lengths of strokes and gaps in turn; empty for a solid line.
    #[must_use]
    pub const fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[4.0, 3.0],
            Self::Dotted => &[1.5, 2.5],
        }
    }
}

/// A typeface with its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Font {
    /// The name of a row: sans, 600, 11.5 px.
    Name,
    /// A note below it: sans, 10 px.
    Note,
    /// Values and Kafka's names: monospace, 9.5 px.
    Mono,
}

impl Font {
    /// Size in CSS pixels.
    #[must_use]
    pub const fn size(self) -> f64 {
        match self {
            Self::Name => 11.5,
            Self::Note => 10.0,
            Self::Mono => 9.5,
        }
    }

    /// Weight as in CSS.
    #[must_use]
    pub const fn weight(self) -> u16 {
        match self {
            Self::Name => 600,
            Self::Note | Self::Mono => 400,
        }
    }

    /// Families, the first that is there, as CSS and SVG have them.
    #[must_use]
    pub const fn family(self) -> &'static str {
        match self {
            Self::Mono => "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
            Self::Name | Self::Note => {
                "system-ui, 'DejaVu Sans', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', sans-serif"
            }
        }
    }

    /// About how wide `text` is: exact for monospace, an upper bound for most names otherwise.
    #[must_use]
    pub fn width_of(self, text: &str) -> f64 {
        let wide: f64 = text.chars().map(|c| if (c as u32) < 0x1100 { 1.0 } else { 1.7 }).sum();
        wide * self.size() * 0.602
    }
}

/// Which end of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Align {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A small sign, drawn around its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Glyph {
    /// Filled dot: the batch was full.
    Dot,
    /// Dot with a bar behind it: a newer batch stood behind.
    DotBar,
    /// Ring: `linger.ms` ran out.
    Ring,
    /// Square: a thread waited for buffer memory.
    Square,
    /// Triangle to the right: a flush.
    Triangle,
    /// Triangle against a bar: the producer was closing.
    TriangleBar,
    /// Arrow bent back: the back-off of a retry was over.
    Again,
    /// Small crown: a leader was elected, or a new leader ended the back-off.
    Crown,
    /// Half dot: a piece of a split batch.
    HalfDot,
    /// Diamond: it rode along with another batch.
    Diamond,
    /// Two uprights: no request slot was free.
    Pause,
    /// Broken ring: the connection was not up.
    OpenRing,
    /// Crossed ring: the partition was muted.
    CrossedRing,
    /// Hour-glass: back-off.
    HourGlass,
    /// Steps: earlier sequences were not settled.
    Stairs,
    /// Full box: the request was as large as allowed.
    Box,
    /// Ring with a point: metadata was due.
    Target,
    /// Crown, struck through: no leader.
    NoCrown,
    /// Badge: no producer id.
    Badge,
    /// Gear of four teeth: the I/O thread was busy.
    Busy,
    /// Cross: failed, lost, killed.
    Cross,
    /// Chevron to the left: out of order.
    Chevron,
    /// Two bars, one above the other: in the log twice.
    Twice,
    /// Triangle downwards: the handle of the playhead.
    Handle,
    /// Point of an arrow to the right.
    Arrow,
    /// Plus: the follower is in sync again.
    Plus,
    /// Minus: it is out of the in-sync set.
    Minus,
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Draw {
    /// A filled area with round corners.
    Fill {
        /// Where.
        rect: Rect,
        /// Radius of the corners.
        radius: f64,
        /// With what.
        tone: Tone,
    },
    /// An outlined area with round corners; the line lies inside.
    Stroke {
        /// Where.
        rect: Rect,
        /// Radius of the corners.
        radius: f64,
        /// Width of the line.
        width: f64,
        /// How it is broken.
        dash: Dash,
        /// With what.
        tone: Tone,
    },
    /// A straight line.
    Line {
        /// From here.
        from: (f64, f64),
        /// To there.
        to: (f64, f64),
        /// Its width.
        width: f64,
        /// How it is broken.
        dash: Dash,
        /// With what.
        tone: Tone,
    },
    /// A line that leaves and arrives level: the cubic with both handles half-way across.
    Curve {
        /// From here.
        from: (f64, f64),
        /// To there.
        to: (f64, f64),
        /// Its width.
        width: f64,
        /// How it is broken.
        dash: Dash,
        /// With what.
        tone: Tone,
    },
    /// An area of lines that rise to the right.
    Hatch {
        /// Where.
        rect: Rect,
        /// With what.
        tone: Tone,
    },
    /// A staircase that stands on `base`: at each x the top moves to that y; the last point's y is
    /// not used, its x ends the last step.
    Steps {
        /// Where each step begins, and its top.
        points: Box<[(f64, f64)]>,
        /// The ground that it stands on.
        base: f64,
        /// With what.
        tone: Tone,
    },
    /// Upright ticks of one height, side by side.
    Ticks {
        /// The first.
        rect: Rect,
        /// How many.
        count: u32,
        /// From the left edge of one to that of the next.
        pitch: f64,
        /// With what.
        tone: Tone,
    },
    /// A triangle that falls from full height at the left to nothing at the right.
    Wedge {
        /// Where.
        rect: Rect,
        /// With what.
        tone: Tone,
    },
    /// Strips of one height on one line, drawn as one.
    Strips {
        /// Their upper edge.
        y: f64,
        /// Their height.
        height: f64,
        /// Left and right edges.
        spans: Box<[(f64, f64)]>,
        /// With what.
        tone: Tone,
    },
    /// The torn band of a broken axis.
    Tear {
        /// Where.
        rect: Rect,
    },
    /// A sign.
    Glyph {
        /// Its middle.
        x: f64,
        /// Its middle.
        y: f64,
        /// Half its width.
        size: f64,
        /// Which.
        glyph: Glyph,
        /// With what.
        tone: Tone,
    },
    /// A text on one line.
    Label {
        /// Where it is aligned.
        x: f64,
        /// Its base line.
        y: f64,
        /// The words.
        text: Box<str>,
        /// Its typeface.
        font: Font,
        /// Which end stands at `x`.
        align: Align,
        /// A halo of the ground behind the letters, to be read over other marks.
        halo: bool,
        /// With what.
        tone: Tone,
    },
    /// From here on nothing is drawn outside of this area, until the next clip.
    Clip(Option<Rect>),
}
