//! The small language in which a lesson asks about a run.
//!
//! ```text
//! record 17 told_at                       when its callback began
//! batch p0#2 left_at - batch p0#2 opened_at
//! run requests                            a figure
//! setting linger.ms                       a setting of the run, or a part of it
//! run latency_p99 | mode=callback         the same of a run that differs in this
//! ```

mod facts;

use crate::run::{Run, Runs};
use crate::value::Value;
use link::Playground;
use units::{PartitionId, RecordId};

/// A question to a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    first: Term,
    then: Option<(Sign, Term)>,
    /// Link text: what the run differs in from the one that is asked.
    under: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    Record(RecordId, facts::RecordField),
    Batch(PartitionId, u32, facts::BatchField),
    Run(facts::RunField),
    Setting(String),
    Literal(Value),
}

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// It is not understood.
    Unreadable(String),
    /// Nothing of that kind is in the run: no such record or batch, or it did not happen.
    Absent(String),
    /// Kafka refuses the settings of the run.
    Refused,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// The text, where it is none.
    pub fn read(text: &str) -> Result<Self, QueryError> {
        let unreadable = || QueryError::Unreadable(text.to_owned());
        let (asked, under) = match text.split_once(" | ") {
            Some((asked, under)) => (asked.trim(), Some(under.trim().to_owned())),
            None => (text.trim(), None),
        };
        if let Some(under) = &under
            && !link::read_saved(under).1.is_empty()
        {
            return Err(unreadable());
        }
        let two =
            [(" + ", Sign::Plus), (" - ", Sign::Minus)].into_iter().find_map(|(word, sign)| {
                asked.split_once(word).map(|(first, second)| (first, sign, second))
            });
        let (first, then) = match two {
            Some((first, sign, second)) => (first, Some((sign, second))),
            None => (asked, None),
        };
        let first = Term::read(first.trim()).ok_or_else(unreadable)?;
        let then = match then {
            Some((sign, text)) => Some((sign, Term::read(text.trim()).ok_or_else(unreadable)?)),
            None => None,
        };
        Ok(Self { first, then, under })
    }

    /// Whether it asks another run than the one that it is given.
    pub(crate) const fn differs(&self) -> bool {
        self.under.is_some()
    }

    /// The playground whose run it asks, if it is asked of this one.
    pub(crate) fn playground(&self, playground: &Playground) -> Playground {
        match &self.under {
            Some(under) => link::changed(playground, under),
            None => playground.clone(),
        }
    }

    /// The answer of the run of a playground.
    ///
    /// # Errors
    /// [`QueryError`] where there is none.
    pub fn answer(&self, playground: &Playground, runs: &Runs) -> Result<Value, QueryError> {
        let run = runs.of(&self.playground(playground)).ok_or(QueryError::Refused)?;
        let first = self.first.answer(&run)?;
        let Some((sign, term)) = &self.then else { return Ok(first) };
        let second = term.answer(&run)?;
        let both = match sign {
            Sign::Plus => first.plus(&second),
            Sign::Minus => first.minus(&second),
        };
        both.ok_or_else(|| QueryError::Unreadable(format!("{first:?} {sign:?} {second:?}")))
    }
}

impl Term {
    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(match words.as_slice() {
            ["record", number, field @ ..] => {
                let field = facts::RecordField::read(field)?;
                Self::Record(RecordId(number.parse().ok()?), field)
            }
            ["batch", name, field] => {
                let (partition, number) = name.strip_prefix('p')?.split_once('#')?;
                let field = facts::BatchField::read(field)?;
                let partition = PartitionId(partition.parse().ok()?);
                Self::Batch(partition, number.parse().ok()?, field)
            }
            ["run", field] => Self::Run(facts::RunField::read(field)?),
            ["setting", name] => Self::Setting((*name).to_owned()),
            [literal] => Self::Literal(Value::of_text(literal)),
            _ => return None,
        })
    }

    fn answer(&self, run: &Run) -> Result<Value, QueryError> {
        let absent = || QueryError::Absent(format!("{self:?}"));
        match self {
            Self::Record(record, field) => facts::of_record(run, *record, field),
            Self::Batch(partition, number, field) => {
                facts::of_batch(run, *partition, *number, *field)
            }
            Self::Run(field) => facts::of_run(run, *field),
            Self::Setting(name) => facts::of_setting(run, name),
            Self::Literal(value) => Some(value.clone()),
        }
        .ok_or_else(absent)
    }
}
