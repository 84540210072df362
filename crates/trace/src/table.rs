//! Tables of facts, stored as columns.
//!
//! A run of a million records makes millions of facts; as packed columns ([`crate::rows`]) most cost a
//! few bytes, and a reader that needs one field touches one column.

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
        #[derive(Clone, Debug, Default)]
        pub struct $table {
            rows: $crate::rows::Rows,
        }

        const _: () = {
            pub(crate) struct Places {
                $(pub(crate) $field: $crate::column::Place<$ty>),+
            }

            impl $table {
                /// Numbers of a row.
                const WORDS: usize = 0 $(+ <$ty as $crate::cell::Cell>::WORDS)+;

                /// Where each field stands.
                #[allow(dead_code, reason = "only amended fields are looked up by hand")]
                const AT: Places = {
                    let next = 0;
                    $(
                        let $field = $crate::column::Place::new(next);
                        let next = next + <$ty as $crate::cell::Cell>::WORDS;
                    )+
                    let _ = next;
                    Places { $($field),+ }
                };
            }
        };

        impl $table {
            /// Adds a row and returns its number.
            pub fn push(&mut self, row: $row) -> u32 {
                let number = self.len();
                Self::write(row, self.rows.push(&[0; Self::WORDS]));
                number
            }

            #[inline]
            fn write(row: $row, words: &mut [i64; Self::WORDS]) {
                $($crate::cell::Cell::write(row.$field, &mut words[Self::AT.$field.column..]);)+
            }

            /// Number of rows.
            #[must_use]
            pub const fn len(&self) -> u32 {
                self.rows.len(Self::WORDS)
            }

            /// Whether nothing was recorded.
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The view of a row. Panics if there is no such row, as indexing does.
            #[must_use]
            pub fn row(&self, number: u32) -> $row {
                $row { $($field: self.$field().get(number)),+ }
            }

            /// All rows in order of recording, which is the order of time.
            pub fn rows(&self) -> impl DoubleEndedIterator<Item = $row> + ExactSizeIterator + Clone + '_ {
                (0..self.len()).map(|number| self.row(number))
            }

            $(
                #[doc = concat!("The column `", stringify!($field), "`.")]
                #[must_use]
                pub const fn $field(&self) -> $crate::Column<'_, $ty> {
                    $crate::Column::new(&self.rows, Self::WORDS, Self::AT.$field)
                }
            )+

            /// Bytes that the rows occupy, unused capacity included.
            #[must_use]
            pub const fn size(&self) -> usize {
                self.rows.size()
            }

            #[allow(dead_code, reason = "most tables are never amended")]
            fn set<T: $crate::cell::Cell>(
                &mut self,
                place: $crate::column::Place<T>,
                row: u32,
                value: T,
            ) {
                let mut words = [0; $crate::cell::WORDS_MAX];
                value.write(&mut words);
                for (word, value) in words[..T::WORDS].iter().enumerate() {
                    self.rows.set(Self::WORDS, place.column + word, row as usize, *value);
                }
            }

            pub(crate) fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
                $crate::cell::Encode::encode(self.len(), out);
                $(for cell in self.$field().iter() {
                    $crate::cell::Encode::encode(cell, out);
                })+
            }
        }

        /// Tables are equal if their rows are, however they are packed.
        impl PartialEq for $table {
            fn eq(&self, other: &Self) -> bool {
                self.rows().eq(other.rows())
            }
        }
    };
}
pub(crate) use table;
