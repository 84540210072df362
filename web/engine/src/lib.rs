//! A run, what may be asked of it, and its picture on a canvas.
//!
//! Three programs stand on it. The engine is what a visitor gets first: it runs what the address says and
//! paints it, before the page is there; then it answers the page's questions about short runs, by a plain
//! call ([`answer`]). The program for long runs is the same in a worker, built for speed ([`listen`]). The
//! page itself knows the questions and answers alone: a [`Drawing`] means nothing to it but to be painted.

mod canvas;
mod desk;
mod fates;
pub mod i18n;
mod message;
mod question;
mod run;
pub mod text;
mod told;
#[cfg(feature = "long")]
mod worker;

pub use analysis::Figures;
pub use canvas::paint;
pub use desk::{Ran, Refusal, answer, forget, run};
pub use fates::{CLASSES, FATES_HEIGHT, PENDING};
pub use message::{FromWorker, ToWorker};
pub use question::{
    Answer, Bound, Drawing, Found, Look, Question, RowPlace, Sign, Size, Summary, Tip, signs,
};
pub use run::{STRIP_HEIGHT, scale};
#[cfg(feature = "long")]
pub use worker::serve as listen;
