//! One field of all rows of a table.

use crate::cell::Cell;
use crate::rows::Rows;
use core::marker::PhantomData;

/// Where a table keeps a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<T> {
    /// Its first column.
    pub(crate) column: usize,
    of: PhantomData<T>,
}

impl<T> Place<T> {
    pub(crate) const fn new(column: usize) -> Self {
        Self { column, of: PhantomData }
    }
}

/// The values of one field, by row. How they are stored is nobody else's business.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a, T> {
    rows: &'a Rows,
    columns: usize,
    place: Place<T>,
}

impl<'a, T: Cell> Column<'a, T> {
    pub(crate) const fn new(rows: &'a Rows, columns: usize, place: Place<T>) -> Self {
        Self { rows, columns, place }
    }

    /// The value of a row. Panics if there is no such row, as indexing does.
    #[must_use]
    pub fn get(&self, row: u32) -> T {
        T::read(|word| self.rows.get(self.columns, self.place.column + word, row as usize))
    }

    /// The value of the first row.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        (!self.is_empty()).then(|| self.get(0))
    }

    /// The value of the last row.
    #[must_use]
    pub fn last(&self) -> Option<T> {
        self.len().checked_sub(1).map(|row| self.get(row))
    }

    /// The values in order of rows.
    pub fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = T> + ExactSizeIterator + Clone + use<'a, T> {
        let column = *self;
        (0..self.len()).map(move |row| column.get(row))
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.rows.len(self.columns)
    }

    /// Whether there are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
