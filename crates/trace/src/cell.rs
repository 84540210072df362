//! What a column can hold: values with one canonical byte form, stored as whole numbers.

use alloc::vec::Vec;
use units::{
    BatchId, BrokerId, Bytes, ClockMs, ConnectionId, Epoch, Micros, Millis, Offset, PartitionId,
    RecordId, RequestId, SimTime, TopicId, TopicPartition,
};

/// A value with a canonical byte form: little endian, fields in order of declaration, enums as one
/// byte for the variant followed by its fields.
pub(crate) trait Encode: Copy {
    /// Appends the value's bytes to `out`.
    fn encode(self, out: &mut Vec<u8>);
}

/// Most numbers that a value is stored as.
pub(crate) const WORDS_MAX: usize = 8;

/// A value that is stored as whole numbers: one, or for an enum one for the variant and then those of
/// its fields.
pub trait Cell: Copy {
    /// How many numbers.
    const WORDS: usize;

    /// Writes them to the front of `words`.
    fn write(self, words: &mut [i64]);

    /// The value, from its n-th numbers.
    fn read(word: impl Fn(usize) -> i64) -> Self;
}

macro_rules! number_cells {
    ($($int:ty)*) => {
        $(impl Encode for $int {
            fn encode(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }

        #[allow(
            clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss,
            clippy::cast_lossless, clippy::unnecessary_cast,
            reason = "64 bits hold every number, and a number comes out as what it went in"
        )]
        impl Cell for $int {
            const WORDS: usize = 1;

            #[inline]
            fn write(self, words: &mut [i64]) {
                words[0] = self as i64;
            }

            #[inline]
            fn read(word: impl Fn(usize) -> i64) -> Self {
                word(0) as $int
            }
        })*
    };
}
number_cells!(u8 u16 u32 u64 i8 i16 i32 i64);

macro_rules! wrapped_cells {
    ($($name:ident)*) => {
        $(impl Encode for $name {
            fn encode(self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }
        }

        impl Cell for $name {
            const WORDS: usize = 1;

            #[inline]
            fn write(self, words: &mut [i64]) {
                self.0.write(words);
            }

            #[inline]
            fn read(word: impl Fn(usize) -> i64) -> Self {
                $name(Cell::read(word))
            }
        })*
    };
}
wrapped_cells!(SimTime ClockMs Millis Micros Bytes Offset Epoch);
wrapped_cells!(RecordId BatchId RequestId ConnectionId BrokerId TopicId PartitionId);

impl Encode for bool {
    fn encode(self, out: &mut Vec<u8>) {
        out.push(u8::from(self));
    }
}

impl Cell for bool {
    const WORDS: usize = 1;

    fn write(self, words: &mut [i64]) {
        words[0] = i64::from(self);
    }

    fn read(word: impl Fn(usize) -> i64) -> Self {
        word(0) != 0
    }
}

impl Encode for TopicPartition {
    fn encode(self, out: &mut Vec<u8>) {
        self.topic.encode(out);
        self.partition.encode(out);
    }
}

impl Cell for TopicPartition {
    const WORDS: usize = 1;

    fn write(self, words: &mut [i64]) {
        words[0] = i64::from(self.topic.0) << 16 | i64::from(self.partition.0);
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "16 bits each")]
    fn read(word: impl Fn(usize) -> i64) -> Self {
        let both = word(0);
        Self { topic: TopicId((both >> 16) as u16), partition: PartitionId(both as u16) }
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.encode(out);
        }
    }
}

/// Declares an enum that can stand in a column, with its canonical bytes.
macro_rules! cell_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$vmeta:meta])* $variant:ident $({ $($(#[$fmeta:meta])* $field:ident: $ty:ty),+ $(,)? })?),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vmeta])* $variant $({ $($(#[$fmeta])* $field: $ty),+ })?),+
        }

        const _: () = {
            #[allow(
                non_camel_case_types, clippy::enum_variant_names,
                reason = "the names of the variants as numbers"
            )]
            #[repr(u8)]
            enum Position { $($variant),+ }

            impl $name {
                /// The name of each variant, in order of declaration: what a reader of facts must
                /// have words for.
                pub const VARIANTS: &'static [&'static str] = &[$(stringify!($variant)),+];

                /// The position of this value's variant in [`Self::VARIANTS`].
                #[must_use]
                pub fn variant(self) -> usize {
                    match self {
                        $(Self::$variant $({ $($field: _),+ })? => Position::$variant as usize),+
                    }
                }
            }

            impl $crate::cell::Encode for $name {
                fn encode(self, out: &mut alloc::vec::Vec<u8>) {
                    out.push(self.variant() as u8);
                    match self {
                        $(Self::$variant $({ $($field),+ })? => {
                            $($($crate::cell::Encode::encode($field, out);)+)?
                        }),+
                    }
                }
            }

            impl $crate::cell::Cell for $name {
                const WORDS: usize = {
                    let mut most = 0;
                    $({
                        let fields = 0 $($(+ <$ty as $crate::cell::Cell>::WORDS)+)?;
                        if fields > most {
                            most = fields;
                        }
                    })+
                    1 + most
                };

                #[inline]
                fn write(self, words: &mut [i64]) {
                    words[0] = self.variant() as i64;
                    match self {
                        $(Self::$variant $({ $($field),+ })? => {
                            $(
                                let next = 1;
                                $(
                                    $crate::cell::Cell::write($field, &mut words[next..]);
                                    let next = next + <$ty as $crate::cell::Cell>::WORDS;
                                )+
                                let _ = next;
                            )?
                        }),+
                    }
                }

                #[inline]
                #[allow(non_upper_case_globals, reason = "a constant for each variant, to match")]
                fn read(word: impl Fn(usize) -> i64) -> Self {
                    $(
                        const $variant: i64 = Position::$variant as i64;
                    )+
                    match word(0) {
                        $($variant => {
                            $(
                                let next = 1;
                                $(
                                    let $field = <$ty as $crate::cell::Cell>::read(|n| word(next + n));
                                    let next = next + <$ty as $crate::cell::Cell>::WORDS;
                                )+
                                let _ = next;
                            )?
                            Self::$variant $({ $($field),+ })?
                        })+
                        _ => unreachable!("a column holds what was put into it"),
                    }
                }
            }
        };
    };
}
pub(crate) use cell_enum;
