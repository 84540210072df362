//! What is taught: texts, questions that the model answers, goals that it checks, reference solutions.
//!
//! A lesson is one Markdown file a language ([`Lesson::read`]). Its front matter says what is run, its
//! text what is told; every number in it is a [`Query`] over a run, written `{{record 17 told_at}}`. The
//! texts are given as `&str`, so that a page can fetch them when they are wanted; with the feature
//! `texts` they are here too.

mod blocks;
mod fill;
mod front;
mod goal;
mod lesson;
mod query;
mod run;
mod value;

#[cfg(feature = "texts")]
pub mod texts;

pub use blocks::{Block, Span, blocks};
pub use fill::fill;
pub use goal::Goal;
pub use lesson::{Grade, Lesson, LessonError, Place, Prediction};
pub use query::{Query, QueryError};
pub use run::{Run, Runs};
pub use value::Value;
