//! Long quiet stretches, for folds: a run that mixes milliseconds with a session timeout is mostly
//! nothing.

use crate::rows::{RowKind, Timeline};
use crate::scale::Fold;
use crate::track::Track;
use std::ops::Range;
use std::rc::Rc;
use units::SimTime;

/// Stretches into which the run is cut to look for quiet.
const CELLS: i64 = 4_096;
/// A gap counts from this share of the run on.
const GAP_MIN: i64 = CELLS / 512;
/// And from this length on.
const GAP_MIN_US: i64 = 20_000;
/// So few events between two gaps do not part them: a retry each second, a metadata request.
const STRAY_MAX: u32 = 8;
/// Quiet has to outweigh the rest by this factor before anything is folded.
const OUTWEIGHS: i64 = 3;
/// If more than this share of what happens is inside of the gaps, they are the run: one over so much.
const INSIDE_MIN: u32 = 3;
/// With more folds than these the run is not quiet, but slow.
const FOLDS_MAX: usize = 8;
/// Width of a fold in which something happens, and of one in which nothing does.
const WIDTHS: (f64, f64) = (104.0, 30.0);

impl Timeline {
    /// Folds for the quiet stretches; none if the run has no business of two scales.
    #[must_use]
    pub fn quiet(&self) -> Rc<[Fold]> {
        self.quiet.as_slice().into()
    }

    pub(crate) fn find_quiet(&self) -> Vec<Fold> {
        let cell = (self.end().0 / CELLS).max(1);
        let counts = self.counts(cell);
        let mut gaps: Vec<Gap> = Vec::new();
        let mut begin = None;
        for (position, count) in counts.iter().chain(&[1]).enumerate() {
            match (begin, *count) {
                (None, 0) => begin = Some(position),
                (Some(from), 1..) => {
                    begin = None;
                    let cells = (position - from) as i64;
                    if cells >= GAP_MIN && cells * cell >= GAP_MIN_US {
                        merge(&mut gaps, &counts, from..position);
                    }
                }
                _ => {}
            }
        }
        let folded: i64 = gaps.iter().map(|gap| gap.cells.len() as i64).sum();
        let inside: u32 = gaps.iter().map(|gap| gap.inside).sum();
        let used = counts.len() as i64;
        if gaps.len() > FOLDS_MAX
            || folded < (used - folded) * OUTWEIGHS
            || inside > counts.iter().sum::<u32>() / INSIDE_MIN
        {
            return Vec::new();
        }
        // a piece between two folds is not narrower than a fifth of all that stays open
        let margin = ((used - folded) * cell / 10).max(2_000);
        let folds = gaps.into_iter().map(|gap| self.fold(&gap, cell, margin));
        folds.filter(|fold| fold.from < fold.to).collect()
    }

    /// How much begins or ends in each cell.
    fn counts(&self, cell: i64) -> Vec<u32> {
        let mut counts = vec![0_u32; (self.end().0 / cell + 1) as usize];
        self.each_moment(|at, weight| {
            if let Ok(position) = usize::try_from(at.0 / cell)
                && let Some(count) = counts.get_mut(position)
            {
                *count += weight;
            }
        });
        counts
    }

    /// When something begins or ends that is no mere wait, and how much it weighs: a decision of the
    /// controller never stands inside of a fold.
    fn each_moment(&self, mut note: impl FnMut(SimTime, u32)) {
        let marks = |track: &Track, weight: u32, note: &mut dyn FnMut(SimTime, u32)| {
            for mark in &track.marks {
                note(mark.from, weight);
                if mark.length > 0 {
                    note(mark.to(), weight);
                }
            }
        };
        for row in &self.rows {
            let weight = if row.kind == RowKind::Controller { STRAY_MAX + 1 } else { 1 };
            for track in row.lanes.iter().chain([&row.over]) {
                marks(track, weight, &mut note);
            }
            match row.kind {
                // an attempt to connect is one event
                RowKind::Connection(_) => {
                    row.under.marks.iter().for_each(|mark| note(mark.from, 1));
                }
                RowKind::Broker(_) => marks(&row.under, 1, &mut note),
                _ => {}
            }
        }
        marks(&self.faults, 1, &mut note);
    }

    /// A fold with exact edges, a little inside of what stands on both sides.
    fn fold(&self, gap: &Gap, cell: i64, margin: i64) -> Fold {
        let inner = SimTime(gap.cells.start as i64 * cell)..SimTime(gap.cells.end as i64 * cell);
        let (mut before, mut after) = (SimTime::ZERO, self.end());
        self.each_moment(|at, _| {
            if at < inner.start {
                before = before.max(at);
            } else if at >= inner.end {
                after = after.min(at);
            }
        });
        let margin = (after.since(before).0 as i64 / 10).min(margin);
        let width = if gap.inside > 0 { WIDTHS.0 } else { WIDTHS.1 };
        // whole milliseconds, so that the axis begins again at a round time
        let whole = |us: i64| us.div_euclid(1_000) * 1_000;
        Fold {
            from: SimTime(whole(before.0 + margin)),
            to: SimTime(whole(after.0 - margin)),
            width,
        }
    }
}

/// Cells in which hardly anything happens.
struct Gap {
    cells: Range<usize>,
    inside: u32,
}

/// Adds a gap, to the one before if hardly anything stands between.
fn merge(gaps: &mut Vec<Gap>, counts: &[u32], cells: Range<usize>) {
    if let Some(last) = gaps.last_mut() {
        let between: u32 = counts[last.cells.end..cells.start].iter().sum();
        if between <= STRAY_MAX {
            last.cells.end = cells.end;
            last.inside += between;
            return;
        }
    }
    gaps.push(Gap { cells, inside: 0 });
}
