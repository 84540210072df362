//! A lesson: what is asked, what is answered, what is to be reached.

use crate::blocks::{Block, blocks};
use crate::fill::fill;
use crate::front::Front;
use crate::goal::Goal;
use crate::query::{Query, QueryError};
use crate::run::Runs;
use crate::value::Value;
use link::Playground;
use units::{BrokerId, PartitionId, SimTime, rounded_up};

/// Most predictions and goals of a lesson.
const NUMBERED_MAX: usize = 9;

/// What is wrong with a lesson's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonError {
    /// A key or a section is missing.
    Missing(String),
    /// A line or a value is not understood.
    Bad(String),
    /// A query is not.
    Query(QueryError),
}

impl core::fmt::Display for LessonError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "{what} is missing"),
            Self::Bad(what) => write!(f, "{what} is not understood"),
            Self::Query(QueryError::Unreadable(what)) => write!(f, "{what} is no query"),
            Self::Query(QueryError::Absent(what)) => write!(f, "the run has no {what}"),
            Self::Query(QueryError::Refused) => f.write_str("Kafka refuses these settings"),
        }
    }
}

impl From<QueryError> for LessonError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

/// Where on the timeline a prediction is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The application's thread.
    Application,
    /// The accumulator of a partition.
    Accumulator(PartitionId),
    /// The requests to a broker.
    Connection(BrokerId),
    /// A broker's log.
    Broker(BrokerId),
    /// The callbacks.
    Callbacks,
}

/// Something to commit to before the run is seen.
#[derive(Clone, Debug)]
pub struct Prediction {
    answer: Query,
    /// What most people go by. It misses: that is why the question is asked.
    obvious: Query,
    stop: Query,
    /// How far off counts as right: microseconds for a time, else a number.
    pub tolerance: i64,
    /// The row on which it is placed; `None` if it is typed.
    pub place: Option<Place>,
}

/// A prediction, graded by the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// What the learner said.
    pub guess: Value,
    /// What happened.
    pub truth: Value,
    /// Guess less truth, in the truth's unit.
    pub distance: Value,
    /// Whether that is within the tolerance.
    pub right: bool,
}

/// A lesson in one language.
#[derive(Debug)]
pub struct Lesson {
    /// Its name in an address.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The scenario that it begins with.
    pub start: Playground,
    /// Link text of that scenario.
    pub start_link: String,
    /// Link text of what the reference solution changes.
    pub solution_link: String,
    /// The settings and parts that are open to the learner before the end; `faults` is a switch for each.
    pub open: Vec<String>,
    /// Its predictions, in order.
    pub predictions: Vec<Prediction>,
    /// Its goals, in order.
    pub goals: Vec<Goal>,
    front: Front,
}

impl Lesson {
    /// Reads a lesson's file.
    ///
    /// # Errors
    /// What is missing or not understood.
    pub fn read(text: &str) -> Result<Self, LessonError> {
        let mut front = Front::read(text)?;
        let start_link = front.key("start")?.to_owned();
        let solution_link = front.key("solution")?.to_owned();
        for section in front.sections.values_mut() {
            *section = section.replace("| solution}}", &format!("| {solution_link}}}}}"));
        }
        let numbered = |key: &str| {
            let key = key.to_owned();
            (1..=NUMBERED_MAX).map(move |n| format!("{key} {n}"))
        };
        let mut predictions = Vec::new();
        for n in (1..=NUMBERED_MAX).take_while(|n| front.keys.contains_key(&format!("answer {n}")))
        {
            predictions.push(Prediction::read(&front, n)?);
        }
        let goals = numbered("goal").map_while(|key| front.keys.get(&key));
        let goals = goals.map(|text| Goal::read(text)).collect::<Result<_, _>>()?;
        Ok(Self {
            id: front.key("id")?.to_owned(),
            title: front.key("title")?.to_owned(),
            start: link_text(&start_link, |text| {
                let (page, notices) = link::read_saved(text);
                (page.playground, notices)
            })?,
            open: front.key("open")?.split(',').map(str::to_owned).collect(),
            start_link,
            solution_link,
            predictions,
            goals,
            front,
        })
    }

    /// Whether a form is the scenario that it begins with, in whichever language its faults are named.
    #[must_use]
    pub fn begins_with(&self, playground: &Playground) -> bool {
        let unnamed = |playground: &Playground| {
            let mut playground = playground.clone();
            playground.faults.iter_mut().for_each(|fault| fault.name.clear());
            playground
        };
        unnamed(playground) == unnamed(&self.start)
    }

    /// The scenario of the reference solution.
    #[must_use]
    pub fn solution(&self) -> Playground {
        link::changed(&self.start, &self.solution_link)
    }

    /// The question that it is about, and what to do first.
    ///
    /// # Errors
    /// A query without an answer; a test holds that there is none.
    pub fn ask(&self, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text("ask", runs)
    }

    /// Something to do within ten seconds.
    ///
    /// # Errors
    /// As for [`Self::ask`].
    pub fn try_this(&self, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text("try", runs)
    }

    /// What is to be predicted; counted from 0.
    ///
    /// # Errors
    /// As for [`Self::ask`].
    pub fn question(&self, n: usize, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text(&format!("predict {}", n + 1), runs)
    }

    /// Why it was so; counted from 0.
    ///
    /// # Errors
    /// As for [`Self::ask`].
    pub fn explanation(&self, n: usize, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text(&format!("explain {}", n + 1), runs)
    }

    /// The goals in words: a list, in the order of [`Self::goals`].
    ///
    /// # Errors
    /// As for [`Self::ask`].
    pub fn goals_text(&self, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text("goals", runs)
    }

    /// The hints: a list, to be shown one at a time.
    ///
    /// # Errors
    /// As for [`Self::ask`].
    pub fn hints(&self, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text("hints", runs)
    }

    /// What to take along, once the goals are reached.
    ///
    /// # Errors
    /// As for [`Self::ask`].
    pub fn end(&self, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        self.text("end", runs)
    }

    /// The texts' keys, for a comparison of languages.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.front.sections.keys().map(String::as_str)
    }

    /// What all languages have in common: every key but the title.
    pub fn data(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.front.keys.iter().filter(|(key, _)| *key != "title");
        keys.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The queries of a section, as they are written.
    #[must_use]
    pub fn queries(&self, section: &str) -> Vec<String> {
        let text = self.front.sections.get(section).map_or("", String::as_str);
        let mut queries = Vec::new();
        let _ = fill(text, |query| {
            queries.push(query.to_owned());
            Ok::<_, LessonError>(String::new())
        });
        queries
    }

    fn text(&self, section: &str, runs: &Runs) -> Result<Vec<Block>, LessonError> {
        let filled = fill(self.front.section(section)?, |query| {
            Ok::<_, LessonError>(Query::read(query)?.answer(&self.start, runs)?.shown())
        })?;
        Ok(blocks(&filled))
    }
}

impl Prediction {
    fn read(front: &Front, n: usize) -> Result<Self, LessonError> {
        let key = |key: &str| front.key(&format!("{key} {n}"));
        let tolerance = key("tolerance")?;
        let tolerance = Value::of_text(tolerance)
            .number()
            .ok_or_else(|| LessonError::Bad(tolerance.to_owned()))?;
        let place = match front.keys.get(&format!("place {n}")) {
            Some(text) => Some(Place::read(text).ok_or_else(|| LessonError::Bad(text.to_owned()))?),
            None => None,
        };
        Ok(Self {
            answer: Query::read(key("answer")?)?,
            obvious: Query::read(key("obvious")?)?,
            stop: Query::read(key("stop")?)?,
            tolerance,
            place,
        })
    }

    /// The moment at which the run stops and the question is asked: all after it is veiled.
    ///
    /// # Errors
    /// A query without an answer.
    pub fn stop(&self, start: &Playground, runs: &Runs) -> Result<SimTime, LessonError> {
        let stop = self.stop.answer(start, runs)?;
        stop.number().map(SimTime).ok_or_else(|| LessonError::Bad(stop.shown()))
    }

    /// Where the axis ends on which it is placed: a round time behind what is right and what most people
    /// would say, so that the end gives neither away. Of a question that is no moment, twice the stop.
    ///
    /// # Errors
    /// A query without an answer.
    pub fn horizon(&self, start: &Playground, runs: &Runs) -> Result<SimTime, LessonError> {
        let mut farthest = self.stop(start, runs)?.0 * 2;
        if self.place.is_some() {
            let answers = [&self.answer, &self.obvious];
            for answer in answers {
                let at = answer.answer(start, runs)?.number().unwrap_or(0);
                farthest = farthest.max(at.saturating_add(at / 3));
            }
        }
        Ok(SimTime(rounded_up(farthest)))
    }

    /// The playground whose run answers it.
    #[must_use]
    pub fn playground(&self, start: &Playground) -> Playground {
        self.answer.playground(start)
    }

    /// Whether its run is the one that is seen, so that there is something to veil.
    #[must_use]
    pub const fn is_about_the_start(&self) -> bool {
        !self.answer.differs()
    }

    /// What most people would say.
    ///
    /// # Errors
    /// A query without an answer.
    pub fn obvious(&self, start: &Playground, runs: &Runs) -> Result<Value, LessonError> {
        Ok(self.obvious.answer(start, runs)?)
    }

    /// Grades a guess, a plain number (microseconds for a time), by running the model.
    ///
    /// # Errors
    /// A query without an answer.
    pub fn grade(&self, guess: i64, start: &Playground, runs: &Runs) -> Result<Grade, LessonError> {
        let truth = self.answer.answer(start, runs)?;
        let number = truth.number().ok_or_else(|| LessonError::Bad(truth.shown()))?;
        let distance = guess.saturating_sub(number);
        Ok(Grade {
            guess: truth.with_number(guess),
            distance: match truth {
                Value::Time(_) => Value::Length(distance),
                _ => truth.with_number(distance),
            },
            right: distance.unsigned_abs() <= self.tolerance.unsigned_abs(),
            truth,
        })
    }
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        Some(match text.split_once(' ') {
            None if text == "application" => Self::Application,
            None if text == "callbacks" => Self::Callbacks,
            Some(("accumulator", partition)) => {
                Self::Accumulator(PartitionId(partition.strip_prefix('p')?.parse().ok()?))
            }
            Some(("connection", broker)) => Self::Connection(BrokerId(broker.parse().ok()?)),
            Some(("broker", broker)) => Self::Broker(BrokerId(broker.parse().ok()?)),
            _ => return None,
        })
    }
}

/// Reads link text in which nothing is wrong.
fn link_text(
    text: &str,
    read: impl Fn(&str) -> (Playground, Vec<link::Notice>),
) -> Result<Playground, LessonError> {
    let (playground, notices) = read(text);
    if notices.is_empty() { Ok(playground) } else { Err(LessonError::Bad(text.to_owned())) }
}
