//! Marks of one sub-row, sorted, with their levels of detail.
//!
//! A level counts the marks that begin in each stretch of 2^k µs and keeps the worst of them. Levels
//! are stored only where they have three fifths of the one below or less, so that all together take
//! no more than one and a half times the marks:
//! ```text
//! marks    ||| |  ||||||   | ||      |||||||||
//! 2^10 µs  2 1 1  3   3    1 1 1     4    5
//! 2^13 µs  3      7          3       9
//! ```

use crate::mark::{Grade, MIXED, Mark};
use std::ops::Range;
use trace::FactId;
use units::SimTime;

/// The marks that begin in one stretch of 2^k µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Begin of the stretch.
    pub(crate) from: SimTime,
    /// How many marks.
    pub(crate) count: u32,
    /// Of which partitions: a bit for each hue; all of them for marks without one.
    pub(crate) hues: u16,
    /// The largest [`Mark::form`] among them: how full the fullest batch is.
    pub(crate) form: u8,
    /// The worst that is true of one of them.
    pub(crate) grade: Grade,
    /// The first with that grade.
    pub(crate) worst: FactId,
}

impl Cell {
    /// The hue of all of its marks, if they have one.
    pub(crate) const fn hue(self) -> u8 {
        if self.hues.is_power_of_two() { self.hues.trailing_zeros() as u8 } else { MIXED }
    }
}

#[derive(Clone, Debug)]
struct Level {
    shift: u32,
    cells: Vec<Cell>,
}

/// Marks of one sub-row, sorted by begin, then by fact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Track {
    pub(crate) marks: Vec<Mark>,
    levels: Vec<Level>,
    /// How far before an edge a mark may begin that reaches over it; 0 where no two marks overlap,
    /// because then the ends are sorted too.
    reach: i64,
}

impl Track {
    pub(crate) fn new(mut marks: Vec<Mark>) -> Self {
        if !marks.is_sorted_by_key(|mark| (mark.from, mark.fact)) {
            marks.sort_unstable_by_key(|mark| (mark.from, mark.fact));
        }
        let overlaps = !marks.is_sorted_by_key(|mark| mark.to());
        let longest = marks.iter().map(|mark| mark.length).max().unwrap_or(0);
        let reach = if overlaps { i64::from(longest) } else { 0 };
        let levels = levels(&marks);
        Self { marks, levels, reach }
    }

    /// Positions of the marks that touch `from` to `to`; a few more where marks overlap.
    pub(crate) fn between(&self, from: SimTime, to: SimTime) -> Range<usize> {
        let reached = SimTime(from.0.saturating_sub(self.reach));
        let first = if self.reach == 0 {
            self.marks.partition_point(|mark| mark.to() < from)
        } else {
            self.marks.partition_point(|mark| mark.from < reached)
        };
        let last = self.marks.partition_point(|mark| mark.from <= to);
        first..last.max(first)
    }

    /// Whether marks may lie over each other.
    pub(crate) const fn overlaps(&self) -> bool {
        self.reach > 0
    }

    /// Whether anything in it failed.
    pub(crate) fn any_failed(&self) -> bool {
        match self.levels.last() {
            Some(level) => level.cells.iter().any(|cell| cell.grade >= Grade::Failed),
            None => self.marks.iter().any(|mark| mark.grade >= Grade::Failed),
        }
    }

    /// The cells of `from` to `to` at the level for `us_per_cell`, and how many buckets that touched.
    ///
    /// A bucket is an aligned stretch of a level, at least half as long as what is asked for: no
    /// window touches more than three, wherever a pan puts it.
    pub(crate) fn cells(&self, from: SimTime, to: SimTime, us_per_cell: f64) -> (Vec<Cell>, u32) {
        let shift = shift_of(us_per_cell);
        let half = to.since(from).0.div_ceil(2).max(1);
        let bucket = half.next_power_of_two().trailing_zeros().max(shift);
        let buckets = (from.0 >> bucket)..=(to.0 >> bucket);
        let touched = u32::try_from(buckets.end() - buckets.start() + 1).unwrap_or(u32::MAX);
        let mut cells: Vec<Cell> = Vec::new();
        for bucket_number in buckets {
            let begin = SimTime((bucket_number << bucket).max(from.0 >> shift << shift));
            let end = SimTime(((bucket_number + 1) << bucket).min(to.0.saturating_add(1)));
            match self.levels.iter().rev().find(|level| level.shift <= shift) {
                Some(level) => {
                    let first = level.cells.partition_point(|cell| cell.from < begin);
                    let inside = level.cells[first..].iter().take_while(|cell| cell.from < end);
                    merge(&mut cells, inside.copied(), shift);
                }
                None => {
                    let first = self.marks.partition_point(|mark| mark.from < begin);
                    let inside = self.marks[first..].iter().take_while(|mark| mark.from < end);
                    merge(&mut cells, inside.map(|mark| cell_of(*mark)), shift);
                }
            }
        }
        (cells, touched)
    }
}

/// The power of two that is not above `us`.
fn shift_of(us: f64) -> u32 {
    (us.max(1.0) as u64).ilog2()
}

fn cell_of(mark: Mark) -> Cell {
    let Mark { from, hue, form, grade, fact, .. } = mark;
    let hues = 1_u16.checked_shl(hue.into()).unwrap_or(u16::MAX);
    Cell { from, count: 1, hues, form, grade, worst: fact }
}

/// Adds finer cells, in order, to coarser ones.
fn merge(cells: &mut Vec<Cell>, finer: impl Iterator<Item = Cell>, shift: u32) {
    for cell in finer {
        let from = SimTime(cell.from.0 >> shift << shift);
        match cells.last_mut() {
            Some(last) if last.from == from => {
                last.count += cell.count;
                last.form = last.form.max(cell.form);
                last.hues |= cell.hues;
                if cell.grade > last.grade {
                    (last.grade, last.worst) = (cell.grade, cell.worst);
                }
            }
            _ => cells.push(Cell { from, ..cell }),
        }
    }
}

/// Each level has three fifths of what the one below holds, or less.
fn levels(marks: &[Mark]) -> Vec<Level> {
    // how many cells each shift would have: neighbours share one as soon as no higher bit differs
    let mut parted = [0_usize; 65];
    for pair in marks.windows(2) {
        let differ = (pair[0].from.0 ^ pair[1].from.0).cast_unsigned();
        parted[(64 - differ.leading_zeros()) as usize] += 1;
    }
    let mut levels: Vec<Level> = Vec::new();
    let (mut stored, mut count) = (marks.len(), marks.len());
    for shift in 0..64 {
        count -= parted[shift as usize];
        if count * 5 > stored * 3 || stored < 64 {
            continue;
        }
        stored = count;
        let mut cells = Vec::with_capacity(count);
        match levels.last() {
            Some(level) => merge(&mut cells, level.cells.iter().copied(), shift),
            None => merge(&mut cells, marks.iter().map(|mark| cell_of(*mark)), shift),
        }
        levels.push(Level { shift, cells });
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::Kind;

    fn track(times: impl Iterator<Item = i64>) -> Track {
        let mark = |(n, at)| Mark::at(FactId::new(Kind::Send, n), SimTime(at));
        Track::new((0..).zip(times).map(mark).collect())
    }

    #[test]
    fn levels_take_little_more_than_the_marks() {
        let track = track((0..100_000).map(|n| n * 37 + n % 11));
        let cells: usize = track.levels.iter().map(|level| level.cells.len()).sum();
        assert!(cells <= track.marks.len() * 3 / 2, "{cells}");
        assert!(track.levels.len() > 8, "{}", track.levels.len());
    }

    #[test]
    fn every_level_counts_every_mark() {
        let track = track((0..5_000).map(|n| n * n / 7));
        for level in &track.levels {
            let counted: u32 = level.cells.iter().map(|cell| cell.count).sum();
            assert_eq!(counted, 5_000, "at 2^{}", level.shift);
        }
    }

    #[test]
    fn a_lost_record_is_seen_at_every_level() {
        let mut marks = track((0..5_000).map(|n| n * 100)).marks;
        marks[3_210].grade = Grade::Lost;
        let track = Track::new(marks);
        for us in [1.0, 1e3, 1e4, 1e5, 1e9] {
            let (cells, _) = track.cells(SimTime(0), SimTime(500_000), us);
            let lost: Vec<_> = cells.iter().filter(|cell| cell.grade == Grade::Lost).collect();
            assert_eq!(lost.len(), 1, "{us}");
            assert_eq!(lost[0].worst.row(), 3_210);
        }
    }

    #[test]
    fn a_window_touches_three_buckets_at_most() {
        let track = track((0..5_000).map(|n| n * 100));
        for length in [1, 2, 3, 1_000, 1_023, 1_024, 1_025, 77_777, 499_999] {
            for from in [0, 1, 511, 1_024, 65_535, 123_456] {
                let window = (SimTime(from), SimTime(from + length));
                let (cells, buckets) = track.cells(window.0, window.1, length as f64 / 300.0);
                assert!(buckets <= 3, "{buckets} for {length} from {from}");
                let marks = &track.marks[track.between(window.0, window.1)];
                let counted: u32 = cells.iter().map(|cell| cell.count).sum();
                assert!(counted as usize >= marks.len(), "{length} from {from}");
            }
        }
    }

    #[test]
    fn a_long_mark_under_short_ones_is_found() {
        let mut marks = track((0..1_000).map(|n| n * 10)).marks;
        marks[0].length = 9_000;
        let track = Track::new(marks);
        assert!(track.between(SimTime(8_000), SimTime(8_001)).contains(&0));
    }
}
