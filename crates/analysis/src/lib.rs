//! What a trace adds up to. Reads facts, decides nothing.

mod figures;

pub use figures::{Figures, figures};
