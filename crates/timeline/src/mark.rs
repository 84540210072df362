//! A mark: a stretch of time in a row, with what it stands for.

use trace::FactId;
use units::SimTime;

/// The worst that is true of a mark, or of all marks of a bucket. Later is worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Nothing.
    #[default]
    Plain,
    /// A record stands behind one that was sent after it.
    OutOfOrder,
    /// A record is in the log twice.
    Twice,
    /// Something failed.
    Failed,
    /// A record was acknowledged and is gone.
    Lost,
}

impl Grade {
    /// From harmless to worst, without [`Grade::Plain`].
    pub const ALL: [Self; 4] = [Self::OutOfOrder, Self::Twice, Self::Failed, Self::Lost];
}

/// The hue of a bucket whose marks have more than one, and of marks without a partition.
pub(crate) const MIXED: u8 = u8::MAX;

/// A stretch of time in a row. Small, because a run of a million records has millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) from: SimTime,
    /// Microseconds; what lasts longer than 71 minutes is drawn as if it took that long.
    pub(crate) length: u32,
    pub(crate) fact: FactId,
    /// How many records.
    pub(crate) count: u32,
    /// The partition's, or [`MIXED`].
    pub(crate) hue: u8,
    pub(crate) grade: Grade,
    /// What its painter wants to know besides; each row's builder says what it means there.
    pub(crate) form: u8,
}

impl Mark {
    /// A mark from `from` to `to`, of one record and without a hue.
    pub(crate) fn new(fact: FactId, from: SimTime, to: SimTime) -> Self {
        let length = u32::try_from(to.since(from).0).unwrap_or(u32::MAX);
        Self { from, length, fact, count: 1, hue: MIXED, grade: Grade::Plain, form: 0 }
    }

    /// A mark of one moment.
    pub(crate) fn at(fact: FactId, moment: SimTime) -> Self {
        Self::new(fact, moment, moment)
    }

    pub(crate) fn to(self) -> SimTime {
        SimTime(self.from.0.saturating_add(i64::from(self.length)))
    }
}
