//! Long quiet stretches, for folds: a run that mixes milliseconds with a session timeout is mostly
//! nothing.

use crate::rows::{RowKind, Timeline};
use crate::scale::Fold;
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
        let counts = self.counts();
        let cell = self.cell_us();
        let mut gaps: Vec<(usize, usize, u32)> = Vec::new();
        let mut begin = None;
        for (position, count) in counts.iter().chain(&[1]).enumerate() {
            match (begin, *count) {
                (None, 0) => begin = Some(position),
                (Some(from), 1..) => {
                    begin = None;
                    if (position - from) as i64 >= GAP_MIN
                        && (position - from) as i64 * cell >= GAP_MIN_US
                    {
                        merge(&mut gaps, &counts, (from, position));
                    }
                }
                _ => {}
            }
        }
        let folded: i64 = gaps.iter().map(|(from, to, _)| (to - from) as i64).sum();
        let used = counts.len() as i64;
        let inside: u32 = gaps.iter().map(|(.., inside)| inside).sum();
        if gaps.len() > FOLDS_MAX
            || folded < (used - folded) * OUTWEIGHS
            || inside > counts.iter().sum::<u32>() / INSIDE_MIN
        {
            return Rc::new([]);
        }
        let folds = gaps.into_iter().map(|(from, to, inside)| self.fold(from, to, inside));
        folds.filter(|fold| fold.from < fold.to).collect()
    }

    fn cell_us(&self) -> i64 {
        (self.end().0 / CELLS).max(1)
    }

    /// How much begins or ends in each cell.
    fn counts(&self) -> Vec<u32> {
        let cell = self.cell_us();
        let mut counts = vec![0_u32; (self.end().0 / cell + 1) as usize];
        let mut note = |at: SimTime| {
            if let Ok(position) = usize::try_from(at.0 / cell)
                && let Some(count) = counts.get_mut(position)
            {
                *count += 1;
            }
        };
        for row in &self.rows {
            let connections = matches!(row.kind, RowKind::Connection(_)).then_some(&row.under);
            for track in row.lanes.iter().chain([&row.over]).chain(connections) {
                for mark in &track.marks {
                    note(mark.from);
                    if mark.length > 0
                        && connections.is_none_or(|under| !std::ptr::eq(under, track))
                    {
                        note(mark.to());
                    }
                }
            }
        }
        counts
    }

    /// A fold with exact edges, a little inside of what stands on both sides.
    fn fold(&self, from: usize, to: usize, inside: u32) -> Fold {
        let cell = self.cell_us();
        let (mut before, mut after) = (SimTime::ZERO, self.end());
        let (inner_from, inner_to) =
            (SimTime(from as i64 * cell + cell / 2), SimTime(to as i64 * cell - cell / 2));
        for row in &self.rows {
            for track in row.lanes.iter().chain([&row.over]) {
                let last = track.marks.partition_point(|mark| mark.from < inner_from);
                for mark in track.marks[..last].iter().rev().take(64) {
                    let end = if mark.to() < inner_from { mark.to() } else { mark.from };
                    before = before.max(end);
                }
                let next = track.marks.partition_point(|mark| mark.from <= inner_to);
                if let Some(mark) = track.marks.get(next) {
                    after = after.min(mark.from);
                }
            }
        }
        let quiet = after.since(before).0 as i64;
        let margin = (quiet / 50).min(2_000);
        let width = if inside > 0 { WIDTHS.0 } else { WIDTHS.1 };
        // whole milliseconds, so that the axis begins again at a round time
        let whole = |us: i64| us.div_euclid(1_000) * 1_000;
        Fold {
            from: SimTime(whole(before.0 + margin)),
            to: SimTime(whole(after.0 - margin)),
            width,
        }
    }
}

/// Adds a gap, to the one before if hardly anything stands between.
fn merge(gaps: &mut Vec<(usize, usize, u32)>, counts: &[u32], (from, to): (usize, usize)) {
    if let Some(last) = gaps.last_mut() {
        let between: u32 = counts[last.1..from].iter().sum();
        if between <= STRAY_MAX {
            last.1 = to;
            last.2 += between;
            return;
        }
    }
    gaps.push((from, to, 0));
}
