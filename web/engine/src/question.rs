//! What panels ask and what they are told: the serial form of everything that crosses between the page and
//! a run, wherever that is.

use analysis::Figures;
use link::Selection;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use timeline::{Draw, Fold};
use trace::{FactId, Kind};
use units::SimTime;
use words::Language;

/// Below this width names stand above their rows.
const NARROW: f64 = 620.0;

/// Pixels of a root's text as the picture is laid out for.
const TEXT: f64 = 14.0;

/// How large a picture stands: its width as it is laid out, and how much larger than that it is shown, as
/// the reader's text is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// In pixels of the picture.
    pub width: f64,
    /// CSS pixels for one of them.
    pub text: f64,
}

impl Size {
    /// So many CSS pixels, where a rem has so many.
    #[must_use]
    pub fn of(width: f64, rem: f64) -> Self {
        let text = (rem / TEXT).max(0.5);
        Self { width: width / text, text }
    }
}

/// A list of draws as bytes: to be [painted](crate::paint), and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing(Vec<u8>);

// as one piece: byte by byte it would take longer than to paint
impl Serialize for Drawing {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'d> Deserialize<'d> for Drawing {
    fn deserialize<D: Deserializer<'d>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(<&[u8]>::deserialize(from)?.to_vec()))
    }
}

impl Drawing {
    /// Writes it down.
    pub(crate) fn of(draws: &[Draw]) -> Self {
        Self(postcard::to_allocvec(draws).expect("plain values can be written to memory"))
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// [`Size::width`].
    pub width: f64,
    /// What is shown; `None` for all.
    pub window: Option<(SimTime, SimTime)>,
    /// Where the playhead stands.
    pub playhead: SimTime,
    /// The selected fact.
    #[serde(with = "optional_fact")]
    pub selection: Option<FactId>,
    /// Whose words stand on it.
    pub language: Language,
    /// Rows that are moved, hidden, folded: [`timeline::RowPrefs::text`].
    pub rows: String,
    /// Begins of quiet stretches that are shown at full length.
    pub unfolded: Vec<SimTime>,
    /// The axis that it shares with another run: what shows all of both, and what is folded in both.
    pub shared: Option<((SimTime, SimTime), Vec<Fold>)>,
    /// Nothing behind the first moment is shown, and the axis ends at the second.
    pub veil: Option<(SimTime, SimTime)>,
    /// Where the axis ends, if that is behind the run's end.
    pub end: Option<SimTime>,
    /// The fact under the pointer.
    #[serde(with = "optional_fact")]
    pub hover: Option<FactId>,
    /// The canvas has the keyboard.
    pub focused: bool,
}

impl Look {
    /// All of a run that ends then.
    #[must_use]
    pub const fn of(width: f64, end: SimTime, language: Language) -> Self {
        Self {
            width,
            window: None,
            playhead: end,
            selection: None,
            language,
            rows: String::new(),
            unfolded: Vec::new(),
            shared: None,
            veil: None,
            end: None,
            hover: None,
            focused: false,
        }
    }

    /// Whether names stand above their rows.
    #[must_use]
    pub fn narrow(&self) -> bool {
        self.width < NARROW
    }
}

/// A question about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
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
    Step {
        /// What is looked at.
        look: Look,
        /// The one after it.
        forward: bool,
        /// Of the selected thing alone.
        along: bool,
    },
    /// What became of the records, as a strip so wide.
    Fates(Look, f64),
    /// The fact of an identity, as an address writes it.
    Find(String),
}

impl Question {
    /// Questions of one kind replace each other.
    #[must_use]
    pub const fn kind(&self) -> u8 {
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
pub enum Answer {
    /// The picture.
    Picture {
        /// To be painted.
        drawing: Drawing,
        /// In CSS pixels.
        height: f64,
        /// Where its rows stand.
        rows: Vec<RowPlace>,
    },
    /// A strip, to be painted.
    Strip(Drawing),
    /// A fact, if there is one.
    Found(Option<Found>),
    /// What is told of a place or a mark.
    Tip(Option<Tip>),
}

/// A sign of the legend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// The key of its words.
    pub key: String,
    /// To be painted in an area of [`timeline::LEGEND_SIZE`].
    pub sample: Drawing,
}

/// All signs of the legend.
#[must_use]
pub fn signs() -> Vec<Sign> {
    let sign = |entry: timeline::LegendEntry| Sign {
        key: entry.key.to_owned(),
        sample: Drawing::of(&entry.sample),
    };
    timeline::legend().into_iter().map(sign).collect()
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowPlace {
    /// Which: [`timeline::RowKind::text`].
    pub kind: String,
    /// Its name in the reader's language.
    pub name: String,
    /// Its upper edge, in pixels of the picture.
    pub y: f64,
    /// Its height.
    pub height: f64,
}

/// What a mark shows, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tip {
    /// Where it is about, in pixels of the picture.
    pub x: f64,
    /// The same.
    pub y: f64,
    /// That of the selection: where it stands clear of all that is lit, by its upper left corner.
    pub clear: Option<(f64, f64)>,
    /// Its moment.
    pub at: SimTime,
    /// Which row: [`timeline::RowKind::text`].
    pub row: String,
    /// Row and moment.
    pub head: String,
    /// The value; empty if it has none.
    pub text: String,
    /// The fact.
    pub found: Option<Found>,
    /// What it waited for.
    pub cause: Option<(Found, String)>,
}

/// A fact that was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Which.
    #[serde(with = "fact")]
    pub fact: FactId,
    /// When.
    pub at: SimTime,
    /// What it is in every run.
    #[serde(with = "selection")]
    pub identity: Option<Selection>,
}

/// A bound on every run; [`link::EVENTS_MAX`] and [`link::UNTIL`] are the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// On events.
    Events,
    /// On simulated time.
    Time,
}

/// What the page knows of a run without asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The figures on top.
    pub figures: Figures,
    /// The last moment that anything happened at.
    pub end: SimTime,
    /// What shows all of it.
    pub whole: (SimTime, SimTime),
    /// The stretches that are folded then.
    pub folds: Vec<Fold>,
    /// The bound that ended it, if one did.
    pub bound: Option<Bound>,
    /// What Kafka would log about the settings: setting and text.
    pub warnings: Vec<(String, String)>,
    /// Records of each class of the ledger, in the order of [`CLASSES`](crate::CLASSES).
    pub fates: Vec<u32>,
    /// Where faults stand, by their position in the list, and on which row ([`timeline::RowKind::text`]):
    /// those that happened, and those whose moment is known.
    pub faults: Vec<(u16, SimTime, String)>,
    /// What was selected in the run before, found again.
    pub selected: Option<Found>,
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

mod selection {
    use super::Selection;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        one: &Option<Selection>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        one.map(Selection::text).serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(
        from: D,
    ) -> Result<Option<Selection>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.and_then(|text| Selection::of_text(&text)))
    }
}
