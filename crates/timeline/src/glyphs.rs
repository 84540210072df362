//! The sign of each condition that sends a batch or holds it back.

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
