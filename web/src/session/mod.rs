//! A run, and what panels may ask of it.
//!
//! A short run is [`Session::Here`]: computed in the page, asked by a plain call, so that the picture
//! changes in the frame in which the slider moved. A long one is [`Session::There`]: a worker keeps its
//! trace, and questions and answers cross as bytes. A panel does not see the difference: it asks with
//! [`use_answer`] and keeps the old answer until the new one is there.

#[cfg(feature = "page")]
mod ask;
mod fates;
mod message;
#[cfg(feature = "page")]
mod more;
mod question;
#[cfg(feature = "page")]
mod remote;
mod run;
mod told;
#[cfg(feature = "long")]
pub(crate) mod worker;

#[cfg(feature = "page")]
pub(crate) use ask::{Session, use_answer};
pub(crate) use fates::{CLASSES, FATES_HEIGHT};
#[cfg(feature = "page")]
pub(crate) use more::{Wanted, use_sheet};
pub(crate) use question::{Answer, Found, Look, Question, RowPlace, Summary, Tip};
#[cfg(feature = "page")]
pub(crate) use remote::{Delivery, Remote, order, remote};
pub(crate) use run::{INLINE_EVENTS, Outcome, Run, STRIP_HEIGHT, scale, start};
