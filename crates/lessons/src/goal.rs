//! A goal: a comparison that a run meets or does not.

use crate::query::{Query, QueryError};
use crate::run::Runs;
use crate::value::Value;
use link::Playground;

/// What a run has to be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    left: Query,
    comparison: Comparison,
    right: Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    AtMost,
    AtLeast,
    Less,
    More,
    Different,
    Equal,
}

const COMPARISONS: [(&str, Comparison); 6] = [
    (" <= ", Comparison::AtMost),
    (" >= ", Comparison::AtLeast),
    (" < ", Comparison::Less),
    (" > ", Comparison::More),
    (" != ", Comparison::Different),
    (" = ", Comparison::Equal),
];

impl Goal {
    /// Reads `run latency_p99 < 20ms`.
    ///
    /// # Errors
    /// The text, where it is no goal.
    pub fn read(text: &str) -> Result<Self, QueryError> {
        let found = COMPARISONS.into_iter().find_map(|(word, comparison)| {
            text.split_once(word).map(|(left, right)| (left, comparison, right))
        });
        let (left, comparison, right) =
            found.ok_or_else(|| QueryError::Unreadable(text.to_owned()))?;
        Ok(Self { left: Query::read(left)?, comparison, right: Query::read(right)? })
    }

    /// Whether the run of a playground meets it. What did not happen in that run meets nothing.
    #[must_use]
    pub fn is_met(&self, playground: &Playground, runs: &Runs) -> bool {
        let answers = (self.left.answer(playground, runs), self.right.answer(playground, runs));
        let (Ok(left), Ok(right)) = answers else { return false };
        if let (Value::Word(left), Value::Word(right)) = (&left, &right) {
            return match self.comparison {
                Comparison::Equal => left == right,
                Comparison::Different => left != right,
                _ => false,
            };
        }
        let (Some(left), Some(right)) = (left.number(), right.number()) else { return false };
        match self.comparison {
            Comparison::AtMost => left <= right,
            Comparison::AtLeast => left >= right,
            Comparison::Less => left < right,
            Comparison::More => left > right,
            Comparison::Different => left != right,
            Comparison::Equal => left == right,
        }
    }

    /// How far the run of a playground is: the value that is compared.
    #[must_use]
    pub fn value(&self, playground: &Playground, runs: &Runs) -> Option<Value> {
        self.left.answer(playground, runs).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(goal: &str, want: bool) {
        let goal = Goal::read(goal).expect("it is a goal");
        assert_eq!(goal.is_met(&Playground::default(), &Runs::default()), want);
    }

    #[test]
    fn a_goal_is_checked_by_a_run() {
        check("run records = 60", true);
        check("run records != 60", false);
        check("run batches < 60", true);
        check("run batches < 60 | linger.ms=0", true);
        check("run batches | linger.ms=0 < 40", false);
        check("run latency_p99 > 0ms", true);
        check("setting acks = all", true);
        check("setting one-way >= 1ms", true);
        check("setting one-way > 1ms", false);
    }

    #[test]
    fn what_did_not_happen_meets_nothing() {
        check("record 999 told_at >= 0ms", false);
        check("record 0 told_at | acks=ALL >= 0ms", false);
        check("setting acks > all", false);
    }

    #[test]
    fn what_is_no_goal_is_said() {
        assert!(Goal::read("run records").is_err());
        assert!(Goal::read("run colour = 5").is_err());
        assert!(Goal::read("run records | nonsense=1 = 5").is_err());
    }
}
