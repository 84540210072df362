//! What is seen of a trace: time scale, rows, draw list, hit test. No browser type, no model type.
//!
//! [`Timeline::new`] sorts a trace into rows once, in time that grows with the trace alone;
//! [`Timeline::paint`] appends what is in sight to a list of [`Draw`]s, in roles instead of colours;
//! [`Timeline::hit`] finds what lies under a point of the same layout. What a frame costs is bounded
//! by the screen, not by the run: rows with more marks than can be told apart show their density and
//! the worst of it, at every zoom.

mod beside;
mod draw;
mod fates;
mod glyphs;
mod hit;
mod index;
mod layout;
mod legend;
mod mark;
mod paint;
mod palette;
mod path;
mod place;
mod quiet;
mod rows;
mod scale;
mod shapes;
mod step;
mod track;
mod view;
mod words;

pub use draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect, Tone};
pub use fates::{RecordFate, RecordMark};
pub use glyphs::{Piece, glyph_of};
pub use hit::{Hit, Value};
pub use index::HUES;
pub use layout::{Density, RowLayout, RowPrefs};
pub use legend::{LEGEND_SIZE, LegendEntry, legend};
pub use mark::Grade;
pub use paint::{Effort, Overview};
pub use palette::{Palette, Theme};
pub use rows::{RowKind, Timeline};
pub use scale::{Fold, Segment, TimeScale};
pub use shapes::{hatching, outline, torn};
pub use step::{Direction, Position, Within};
pub use view::View;
pub use words::{Word, Words};
