//! A run, and what panels may ask of it.
//!
//! A short run is [`Session::Here`]: the engine beside the page computed it, and answers a plain call, so
//! that the picture changes in the frame in which the slider moved. A long one is [`Session::There`]: a
//! worker keeps its trace, and answers arrive. A panel does not see the difference: it asks with
//! [`use_answer`] and keeps the old answer until the new one is there.

mod ask;
mod more;
mod near;
mod remote;

pub(crate) use ask::{Session, use_answer};
pub(crate) use engine::{
    Answer, Bound, CLASSES, FATES_HEIGHT, Figures, Found, Look, PENDING, Question, Ran, Refusal,
    RowPlace, STRIP_HEIGHT, Size, Summary, Tip, scale,
};
pub(crate) use more::{Parts, Wanted, use_sheet};
pub(crate) use near::{paint, run, signs};
pub(crate) use remote::{Delivery, Remote, order, remote};
