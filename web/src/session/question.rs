//! What panels ask and what they are told: the serial form of everything that crosses between page and
//! worker.

use crate::i18n::Language;
use analysis::Figures;
use link::Selection;
use serde::{Deserialize, Serialize};
use timeline::{Draw, Fold};
use trace::{FactId, Kind};
use units::SimTime;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Look {
    /// Width of the picture in CSS pixels.
    pub(crate) width: f64,
    pub(crate) narrow: bool,
    /// What is shown; `None` for all.
    pub(crate) window: Option<(SimTime, SimTime)>,
    pub(crate) playhead: SimTime,
    #[serde(with = "optional_fact")]
    pub(crate) selection: Option<FactId>,
    pub(crate) language: Language,
}

/// A question about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Question {
    /// The picture.
    Picture(Look),
    /// What lies under a point of it.
    Hit(Look, f64, f64),
    /// The event before or after the selection, or the playhead.
    Step { look: Look, forward: bool },
    /// The fact of an identity, as an address writes it.
    Find(String),
}

impl Question {
    /// Questions of one kind replace each other.
    pub(crate) fn kind(&self) -> u8 {
        match self {
            Self::Picture(_) => 0,
            Self::Hit(..) => 1,
            Self::Step { .. } => 2,
            Self::Find(_) => 3,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Answer {
    Picture { draws: Vec<Draw>, height: f64 },
    Found(Option<Found>),
}

/// A fact that was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Found {
    #[serde(with = "fact")]
    pub(crate) fact: FactId,
    pub(crate) at: SimTime,
    /// What it is in every run.
    #[serde(with = "selection")]
    pub(crate) identity: Option<Selection>,
}

/// What the page knows of a run without asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) figures: Figures,
    /// The last moment that anything happened at.
    pub(crate) end: SimTime,
    /// What shows all of it, and the stretches that are folded then.
    pub(crate) whole: (SimTime, SimTime),
    pub(crate) folds: Vec<Fold>,
    /// The bound on events was reached.
    pub(crate) cut_short: bool,
    /// What Kafka would log about the settings: setting and text.
    pub(crate) warnings: Vec<(String, String)>,
    /// What was selected in the run before, found again.
    pub(crate) selected: Option<Found>,
}

mod fact {
    use super::{FactId, Kind};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(fact: &FactId, to: S) -> Result<S::Ok, S::Error> {
        (fact.kind() as u8, fact.row()).serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<FactId, D::Error> {
        let (kind, row) = <(u8, u32)>::deserialize(from)?;
        let kind = Kind::ALL.get(usize::from(kind)).filter(|_| row <= FactId::ROWS_MAX);
        Ok(FactId::new(*kind.ok_or_else(|| D::Error::custom("no such fact"))?, row))
    }
}

mod optional_fact {
    use super::{FactId, fact};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Wrapped(#[serde(with = "fact")] FactId);

    pub(super) fn serialize<S: Serializer>(
        fact: &Option<FactId>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        fact.map(Wrapped).serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(
        from: D,
    ) -> Result<Option<FactId>, D::Error> {
        Ok(Option::<Wrapped>::deserialize(from)?.map(|wrapped| wrapped.0))
    }
}

pub(super) mod selection {
    use super::Selection;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        one: &Option<Selection>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        one.map(Selection::text).serialize(to)
    }

    pub(crate) fn deserialize<'d, D: Deserializer<'d>>(
        from: D,
    ) -> Result<Option<Selection>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.and_then(|text| Selection::of_text(&text)))
    }
}
