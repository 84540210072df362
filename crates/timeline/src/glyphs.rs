//! Signs: which one stands for what, and what each looks like.

use crate::draw::Glyph;
use trace::Condition;

/// The glyph of a condition; each has its own, and the legend explains it.
#[must_use]
pub const fn glyph_of(condition: Condition) -> Glyph {
    match condition {
        Condition::Full => Glyph::Dot,
        Condition::NewerBatchBehind => Glyph::DotBar,
        Condition::Linger => Glyph::Ring,
        Condition::MemoryWaiters => Glyph::Square,
        Condition::Flush => Glyph::Triangle,
        Condition::Close => Glyph::TriangleBar,
        Condition::RetryDue => Glyph::Again,
        Condition::NewLeader => Glyph::Crown,
        Condition::SplitPiece => Glyph::HalfDot,
        Condition::RideAlong { .. } => Glyph::Diamond,
        Condition::NoSlot => Glyph::Pause,
        Condition::NotConnected => Glyph::OpenRing,
        Condition::Muted => Glyph::CrossedRing,
        Condition::BackOff => Glyph::HourGlass,
        Condition::Sequence => Glyph::Stairs,
        Condition::RequestSize => Glyph::Box,
        Condition::MetadataDue => Glyph::Target,
        Condition::NoLeader => Glyph::NoCrown,
        Condition::NoProducerId => Glyph::Badge,
        Condition::IoThreadBusy => Glyph::Busy,
    }
}

/// A piece of a sign, in half-widths around its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece {
    /// A filled circle.
    Disc {
        /// Radius.
        r: f64,
    },
    /// A circle, filled with the ground.
    Ring {
        /// Radius.
        r: f64,
    },
    /// A filled area.
    Area(&'static [(f64, f64)]),
    /// A line.
    Path(&'static [(f64, f64)]),
}

use Piece::{Area, Disc, Path, Ring};

const RING: Piece = Ring { r: 1.0 };
const CROWN: Piece = Area(&[
    (-1.2, 0.9),
    (-1.2, -0.8),
    (-0.5, 0.0),
    (0.0, -1.1),
    (0.5, 0.0),
    (1.2, -0.8),
    (1.2, 0.9),
]);

impl Glyph {
    /// All signs.
    pub const ALL: &'static [Self] = &[
        Self::Dot,
        Self::DotBar,
        Self::Ring,
        Self::Square,
        Self::Triangle,
        Self::TriangleBar,
        Self::Again,
        Self::Crown,
        Self::HalfDot,
        Self::Diamond,
        Self::Pause,
        Self::OpenRing,
        Self::CrossedRing,
        Self::HourGlass,
        Self::Stairs,
        Self::Box,
        Self::Target,
        Self::NoCrown,
        Self::Badge,
        Self::Busy,
        Self::Cross,
        Self::Chevron,
        Self::Twice,
        Self::Handle,
        Self::Arrow,
        Self::Plus,
        Self::Minus,
    ];

    /// What it is drawn of, from back to front.
    #[must_use]
    pub const fn pieces(self) -> &'static [Piece] {
        match self {
            Self::Dot => &[Disc { r: 1.0 }],
            Self::DotBar => &[Disc { r: 1.0 }, Path(&[(1.8, -1.2), (1.8, 1.2)])],
            Self::Ring => &[RING],
            Self::Square => &[Area(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])],
            Self::Triangle => &[Area(&[(-0.9, -1.1), (1.2, 0.0), (-0.9, 1.1)])],
            Self::TriangleBar => {
                &[Area(&[(-1.0, -1.1), (0.8, 0.0), (-1.0, 1.1)]), Path(&[(1.2, -1.1), (1.2, 1.1)])]
            }
            Self::Again => &[
                Path(&[
                    (1.0, -0.2),
                    (0.6, 0.8),
                    (-0.4, 0.9),
                    (-1.0, 0.1),
                    (-0.6, -0.8),
                    (0.4, -0.9),
                ]),
                Area(&[(0.2, -1.5), (1.1, -0.8), (0.1, -0.2)]),
            ],
            Self::Crown => &[CROWN],
            Self::HalfDot => {
                &[RING, Area(&[(-1.0, 0.0), (1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7)])]
            }
            Self::Diamond => &[Area(&[(0.0, -1.25), (1.15, 0.0), (0.0, 1.25), (-1.15, 0.0)])],
            Self::Pause => &[Path(&[(-0.5, -1.0), (-0.5, 1.0)]), Path(&[(0.5, -1.0), (0.5, 1.0)])],
            Self::OpenRing => &[
                Path(&[(-0.3, -1.0), (-0.9, -0.5), (-1.0, 0.2), (-0.6, 0.8), (-0.1, 1.0)]),
                Path(&[(0.3, 1.0), (0.9, 0.5), (1.0, -0.2), (0.6, -0.8), (0.1, -1.0)]),
            ],
            Self::CrossedRing => &[RING, Path(&[(-1.2, 1.2), (1.2, -1.2)])],
            Self::HourGlass => &[Area(&[(-0.9, -1.1), (0.9, -1.1), (-0.9, 1.1), (0.9, 1.1)])],
            Self::Stairs => &[Path(&[
                (-1.2, 1.0),
                (-0.4, 1.0),
                (-0.4, 0.0),
                (0.4, 0.0),
                (0.4, -1.0),
                (1.2, -1.0),
            ])],
            Self::Box => &[Area(&[(-1.3, -0.7), (1.3, -0.7), (1.3, 0.7), (-1.3, 0.7)])],
            Self::Target => &[RING, Disc { r: 0.4 }],
            Self::NoCrown => &[CROWN, Path(&[(-1.5, 1.4), (1.5, -1.4)])],
            Self::Badge => &[
                Area(&[(-0.9, -1.0), (0.9, -1.0), (0.9, 0.3), (0.0, 1.2), (-0.9, 0.3)]),
                Path(&[(-1.4, 1.3), (1.4, -1.3)]),
            ],
            Self::Busy => &[
                Disc { r: 0.7 },
                Path(&[(-1.3, 0.0), (1.3, 0.0)]),
                Path(&[(0.0, -1.3), (0.0, 1.3)]),
            ],
            Self::Cross => &[Path(&[(-1.0, -1.0), (1.0, 1.0)]), Path(&[(-1.0, 1.0), (1.0, -1.0)])],
            Self::Chevron => &[Path(&[(0.6, -1.1), (-0.7, 0.0), (0.6, 1.1)])],
            Self::Twice => &[Path(&[(-1.0, -0.5), (1.0, -0.5)]), Path(&[(-1.0, 0.5), (1.0, 0.5)])],
            Self::Handle => &[Area(&[(-1.1, -0.9), (1.1, -0.9), (0.0, 0.8)])],
            Self::Arrow => &[Area(&[(0.1, 0.0), (-1.7, -0.9), (-1.7, 0.9)])],
            Self::Plus => &[Path(&[(-1.0, 0.0), (1.0, 0.0)]), Path(&[(0.0, -1.0), (0.0, 1.0)])],
            Self::Minus => &[Path(&[(-1.0, 0.0), (1.0, 0.0)])],
        }
    }
}
