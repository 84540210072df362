//! What page and worker say to each other.

use super::question::{Answer, Question, Summary};
use serde::{Deserialize, Serialize};

/// What the page says to the worker.
#[derive(Serialize, Deserialize)]
pub(crate) enum ToWorker {
    /// Run this link; whatever ran before is given up.
    Run { number: u32, link: String, selected: Option<String> },
    /// A question about a finished run.
    Ask { number: u32, question: Question },
}

/// What the worker says to the page.
#[derive(Serialize, Deserialize)]
pub(crate) enum FromWorker {
    /// It listens.
    Ready,
    /// A run is under way.
    Progress { number: u32, events: u64 },
    /// A run is over; questions about it may be put.
    Finished { number: u32, summary: Box<Summary> },
    /// To the question of this kind; `None` if its run is no longer here.
    Answer { kind: u8, answer: Option<Answer> },
}
