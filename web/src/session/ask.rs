//! The page's way to ask: of a run that the engine has, or of one in the worker.

use super::near::Near;
use super::{Answer, Question, Remote};
use std::rc::Rc;
use yew::prelude::*;

/// A finished run, wherever it is.
#[derive(Clone)]
pub(crate) enum Session {
    /// Beside the page.
    Here(Rc<Near>),
    /// In the worker.
    There(Rc<Remote>, u32),
}

/// Two sessions are the same only if they are one: comparing traces would cost more than painting.
impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Here(one), Self::Here(other)) => Rc::ptr_eq(one, other),
            (Self::There(_, one), Self::There(_, other)) => one == other,
            _ => false,
        }
    }
}

impl Session {
    /// The run that the engine keeps under a number.
    pub(crate) fn near(number: u32) -> Self {
        Self::Here(Rc::new(Near::kept(number)))
    }

    /// Puts a question; `then` gets the answer, at once or when it arrives. In a worker a question of
    /// the same kind that is still waiting is replaced by this one.
    pub(crate) fn ask(&self, question: Question, then: Callback<Rc<Answer>>) {
        match self {
            Self::Here(run) => then.emit(Rc::new(run.answer(&question))),
            Self::There(remote, number) => remote.ask(*number, question, then),
        }
    }
}

/// The answer to a question about a run; the last one until the new one is there.
#[hook]
pub(crate) fn use_answer(session: &Session, question: Option<Question>) -> Option<Rc<Answer>> {
    let here = use_memo((session.clone(), question.clone()), |(session, question)| {
        match (session, question) {
            (Session::Here(run), Some(question)) => Some(Rc::new(run.answer(question))),
            _ => None,
        }
    });
    let there = use_state(|| None::<Rc<Answer>>);
    {
        let there = there.clone();
        use_effect_with((session.clone(), question), move |(session, question)| {
            if let (Session::There(..), Some(question)) = (session, question) {
                let then = Callback::from(move |answer| there.set(Some(answer)));
                session.ask(question.clone(), then);
            }
        });
    }
    (*here).clone().or_else(|| (*there).clone())
}
