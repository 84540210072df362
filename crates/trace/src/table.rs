//! Tables of facts, stored as columns.
//!
//! A run of a million records makes millions of facts; as columns they cost what their fields cost,
//! without padding, and a reader that needs one field touches one column.

/// Declares a table (`$table`, columns) and the view of one of its rows (`$row`).
macro_rules! table {
    ($(#[$meta:meta])* pub struct $table:ident of $row:ident {
        $($(#[$fmeta:meta])* $field:ident: $ty:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $row {
            $($(#[$fmeta])* pub $field: $ty),+
        }

        #[doc = concat!("The columns of [`", stringify!($row), "`].")]
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $table {
            $($field: $crate::column::Column<$ty>),+
        }

        impl $table {
            /// Adds a row and returns its number.
            pub fn push(&mut self, row: $row) -> u32 {
                let number = self.len();
                $(self.$field.push(row.$field);)+
                number
            }

            /// Number of rows.
            #[must_use]
            pub fn len(&self) -> u32 {
                table!(@first self, $($field)+).len()
            }

            /// Whether nothing was recorded.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The view of a row. Panics if there is no such row, as indexing does.
            #[must_use]
            pub fn row(&self, number: u32) -> $row {
                $row { $($field: self.$field.get(number)),+ }
            }

            /// All rows in order of recording, which is the order of time.
            pub fn rows(&self) -> impl DoubleEndedIterator<Item = $row> + ExactSizeIterator + Clone + '_ {
                (0..self.len()).map(|number| self.row(number))
            }

            $(
                #[doc = concat!("The column `", stringify!($field), "`.")]
                #[must_use]
                pub const fn $field(&self) -> &$crate::column::Column<$ty> {
                    &self.$field
                }
            )+

            /// Bytes that the rows occupy.
            #[must_use]
            pub fn size(&self) -> usize {
                0 $(+ self.$field.size())+
            }

            pub(crate) fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
                $crate::cell::Cell::encode(self.len(), out);
                $(for cell in self.$field.iter() {
                    $crate::cell::Cell::encode(cell, out);
                })+
            }
        }
    };
    (@first $self:ident, $first:ident $($rest:ident)*) => { $self.$first };
}
pub(crate) use table;
