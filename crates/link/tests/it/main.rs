//! What addresses mean: frozen for ever, and for any of them.

mod frozen;
mod random;
mod words;
