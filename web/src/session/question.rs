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
    /// Rows that are moved, hidden, folded: [`timeline::RowPrefs::text`].
    pub(crate) rows: String,
    /// Begins of quiet stretches that are shown at full length.
    pub(crate) unfolded: Vec<SimTime>,
    /// The axis that it shares with another run: what shows all of both, and what is folded in both.
    pub(crate) shared: Option<((SimTime, SimTime), Vec<Fold>)>,
    /// Nothing behind the first moment is shown, and the axis ends at the second.
    pub(crate) veil: Option<(SimTime, SimTime)>,
    /// Where the axis ends, if that is behind the run's end.
    pub(crate) end: Option<SimTime>,
    /// The fact under the pointer.
    #[serde(with = "optional_fact")]
    pub(crate) hover: Option<FactId>,
    /// The canvas has the keyboard.
    pub(crate) focused: bool,
}

/// A question about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Question {
    /// The picture.
    Picture(Look),
    /// What lies under a point of it: to be selected.
    Hit(Look, f64, f64),
    /// The same, to be told only.
    Under(Look, f64, f64),
    /// What the selection's mark shows.
    Selected(Look),
    /// The strip of the whole run, so wide.
    Strip(Look, f64),
    /// The event before or after the selection, or the playhead; of the selected thing alone, or of any.
    Step { look: Look, forward: bool, along: bool },
    /// What became of the records, as a strip so wide.
    Fates(Look, f64),
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
            Self::Under(..) => 4,
            Self::Selected(_) => 5,
            Self::Strip(..) => 6,
            Self::Fates(..) => 7,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Answer {
    Picture { draws: Vec<Draw>, height: f64, rows: Vec<RowPlace> },
    Strip(Vec<Draw>),
    Found(Option<Found>),
    Tip(Option<Tip>),
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowPlace {
    /// Which: [`timeline::RowKind::text`].
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) y: f64,
    pub(crate) height: f64,
}

/// What a mark shows, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tip {
    /// Where it is about, in pixels of the picture.
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) at: SimTime,
    /// Which row: [`timeline::RowKind::text`].
    pub(crate) row: String,
    pub(crate) head: String,
    pub(crate) text: String,
    pub(crate) found: Option<Found>,
    /// What it waited for.
    pub(crate) cause: Option<(Found, String)>,
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
    /// Records of each class of the ledger, in the order of [`super::fates::CLASSES`].
    pub(crate) fates: Vec<u32>,
    /// Where faults stand, by their position in the list, and on which row ([`timeline::RowKind::text`]):
    /// those that happened, and those whose moment is known.
    pub(crate) faults: Vec<(u16, SimTime, String)>,
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
