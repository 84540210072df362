//! What addresses mean: frozen for ever, and for any of them.

mod frozen;
mod parts;
mod random;
mod words;
