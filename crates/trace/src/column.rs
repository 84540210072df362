//! One field of all rows of a table.

use alloc::vec::Vec;

/// The values of one field, by row. Read them with [`Self::get`] and [`Self::iter`]; how they are
/// stored is nobody else's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Column<T> {
    values: Vec<T>,
}

impl<T: Copy> Column<T> {
    /// The value of a row. Panics if there is no such row, as indexing does.
    #[must_use]
    pub fn get(&self, row: u32) -> T {
        self.values[row as usize]
    }

    /// The value of the first row.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.values.first().copied()
    }

    /// The value of the last row.
    #[must_use]
    pub fn last(&self) -> Option<T> {
        self.values.last().copied()
    }

    /// The values in order of rows.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = T> + ExactSizeIterator + Clone + '_ {
        self.values.iter().copied()
    }

    /// Number of rows.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "a run is bounded far below 2^27 rows")]
    pub fn len(&self) -> u32 {
        self.values.len() as u32
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Bytes that the values occupy.
    pub(crate) fn size(&self) -> usize {
        size_of::<T>() * self.values.capacity()
    }

    pub(crate) fn push(&mut self, value: T) {
        self.values.push(value);
    }

    pub(crate) fn set(&mut self, row: u32, value: T) {
        self.values[row as usize] = value;
    }

    pub(crate) fn set_last(&mut self, value: T) {
        if let Some(last) = self.values.last_mut() {
            *last = value;
        }
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}
