//! What page and worker say to each other.

use crate::question::{Answer, Question, Summary};
use serde::{Deserialize, Serialize};

/// What the page says to the worker.
#[derive(Serialize, Deserialize)]
pub enum ToWorker {
    /// Run this link; whatever ran before is given up.
    Run {
        /// The page's number for it.
        number: u32,
        /// As [`link::write_saved`] writes it.
        link: String,
        /// What is selected, as an address names it.
        selected: Option<String>,
    },
    /// A question about a finished run.
    Ask {
        /// The run's number.
        number: u32,
        /// The question.
        question: Question,
    },
}

/// What the worker says to the page.
#[derive(Serialize, Deserialize)]
pub enum FromWorker {
    /// It listens.
    Ready,
    /// A run is under way.
    Progress {
        /// The run's number.
        number: u32,
        /// What it has come to.
        events: u64,
    },
    /// A run is over; questions about it may be put.
    Finished {
        /// The run's number.
        number: u32,
        /// What one knows without asking.
        summary: Box<Summary>,
    },
    /// There is nothing to run: no recorded case has the name that the link gives.
    Nothing {
        /// The run's number.
        number: u32,
    },
    /// To the question of this kind; `None` if its run is no longer here.
    Answer {
        /// [`Question::kind`].
        kind: u8,
        /// The answer.
        answer: Option<Answer>,
    },
}
