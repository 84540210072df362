//! What is seen of a trace: time scale, rows, draw list, hit test. No browser type, no model type.
//!
//! [`Timeline::new`] sorts a trace into rows once; [`Timeline::paint`] appends what is in sight to a
//! list of [`Draw`]s, in roles instead of colours; [`Timeline::hit`] finds what lies under a point of
//! the same layout.

mod draw;
mod glyphs;
mod hit;
mod layout;
mod paint;
mod palette;
mod rows;
mod scale;

pub use draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect, Tone};
pub use glyphs::glyph_of;
pub use hit::Hit;
pub use layout::{Density, RowLayout};
pub use paint::{View, Words};
pub use palette::{Palette, Theme};
pub use rows::{RowKind, Timeline};
pub use scale::{Fold, Segment, TimeScale};
