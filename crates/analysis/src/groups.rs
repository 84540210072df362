//! Rows of a table by what they are about: all appends of a batch, all drains of a batch.

use trace::NONE;

/// Row numbers, sorted into groups; within a group in order of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    /// Where each group begins in `rows`; one more at the end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    /// Row n belongs to the group that the n-th key names; [`NONE`] for no group.
    pub(crate) fn new(groups: u32, keys: impl Iterator<Item = u32> + Clone) -> Self {
        let mut starts = vec![0_u32; groups as usize + 2];
        for key in keys.clone().filter(|key| *key != NONE) {
            starts[key as usize + 2] += 1;
        }
        for group in 2..starts.len() {
            starts[group] += starts[group - 1];
        }
        // `starts[g + 1]` is where the next row of group g goes, and ends as the start of g + 1
        let mut rows = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for (row, key) in (0_u32..).zip(keys).filter(|(_, key)| *key != NONE) {
            let next = &mut starts[key as usize + 1];
            rows[*next as usize] = row;
            *next += 1;
        }
        starts.pop();
        Self { starts, rows }
    }

    /// Rows of a group.
    pub(crate) fn of(&self, group: u32) -> &[u32] {
        let group = group as usize;
        match (self.starts.get(group), self.starts.get(group + 1)) {
            (Some(from), Some(to)) => &self.rows[*from as usize..*to as usize],
            _ => &[],
        }
    }
}

/// For each of `count` identities the last row that names it, or [`NONE`].
pub(crate) fn last_of(count: u32, keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut last = vec![NONE; count as usize];
    for (row, key) in (0..).zip(keys).filter(|(_, key)| *key != NONE) {
        last[key as usize] = row;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_group_keep_their_order() {
        let groups = Groups::new(3, [2, 0, NONE, 2].into_iter());
        assert_eq!(groups.of(0), [1]);
        assert_eq!(groups.of(1), [0; 0]);
        assert_eq!(groups.of(2), [0, 3]);
        assert_eq!(groups.of(9), [0; 0]);
    }

    #[test]
    fn the_last_row_counts() {
        assert_eq!(last_of(2, [1, 1].into_iter()), [NONE, 1]);
    }
}
