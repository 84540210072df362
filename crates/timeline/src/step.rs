//! From one fact to the next, by key: in the order of time, within a row, along the selected thing.

use crate::path::Path;
use crate::rows::{RowKind, Timeline};
use trace::{FactId, Trace};
use units::SimTime;

/// Where to look for the next fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// All rows that are shown.
    All,
    /// One row.
    Row(RowKind),
    /// What belongs to this fact: its record, batch or request.
    Path(FactId),
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Later.
    Next,
    /// Earlier.
    Previous,
}

/// Where somebody stands in time: at a fact, or at a moment before its facts.
pub type Position = (SimTime, Option<FactId>);

impl Timeline {
    /// The fact next to `from`; `kinds` are the rows that are shown.
    #[must_use]
    pub fn step(
        &self,
        trace: &Trace,
        from: Position,
        direction: Direction,
        within: Within,
        kinds: &[RowKind],
    ) -> Option<FactId> {
        if let Within::Path(fact) = within {
            return self.step_along(trace, from, direction, fact);
        }
        let shown = |kind: RowKind| match within {
            Within::Row(row) => row == kind,
            _ => kinds.contains(&kind),
        };
        let rows = self.rows.iter().filter(|row| shown(row.kind));
        let found = rows.flat_map(|row| row.tracks()).filter_map(|track| {
            let before = track.marks.partition_point(|mark| (mark.from, Some(mark.fact)) < from);
            let position = match direction {
                Direction::Previous => before.checked_sub(1)?,
                Direction::Next => {
                    let here = track.marks.get(before).map(|mark| (mark.from, Some(mark.fact)));
                    before + usize::from(here == Some(from))
                }
            };
            track.marks.get(position).map(|mark| (mark.from, mark.fact))
        });
        let found = match direction {
            Direction::Next => found.min(),
            Direction::Previous => found.max(),
        };
        found.map(|(_, fact)| fact)
    }

    /// The facts of a selection, from `send` to callback, in the order of time.
    #[must_use]
    pub fn path(&self, trace: &Trace, fact: FactId) -> Vec<FactId> {
        Path::new(trace, &self.index, Some(fact)).facts(trace, &self.index)
    }

    fn step_along(
        &self,
        trace: &Trace,
        from: Position,
        direction: Direction,
        selected: FactId,
    ) -> Option<FactId> {
        let facts = self.path(trace, selected);
        let before = facts.partition_point(|fact| (trace.at(*fact), Some(*fact)) < from);
        match direction {
            Direction::Previous => before.checked_sub(1).map(|position| facts[position]),
            Direction::Next => {
                let here = facts.get(before).map(|fact| (trace.at(*fact), Some(*fact)));
                facts.get(before + usize::from(here == Some(from))).copied()
            }
        }
    }

    /// What `fact` waited for, and what that waited for, and so on: the nearest first, facts with a
    /// place on the timeline only. It ends at a clock.
    #[must_use]
    pub fn causes(&self, trace: &Trace, fact: FactId) -> Vec<FactId> {
        const STEPS_MAX: usize = 64;
        let chain = std::iter::successors(Some(fact), |fact| trace.cause(*fact).fact());
        let placed = |fact: &FactId| self.place(trace, *fact).is_some();
        chain.skip(1).take(STEPS_MAX).filter(placed).collect()
    }

    /// Where a fact stands in time, for [`Self::step`].
    #[must_use]
    pub fn position(&self, trace: &Trace, fact: FactId) -> Position {
        let from = self.place(trace, fact).map_or(trace.at(fact), |place| place.mark.from);
        (from, Some(fact))
    }
}
