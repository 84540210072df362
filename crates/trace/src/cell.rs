//! What a column can hold: values with one canonical byte form.

use alloc::vec::Vec;
use units::{
    BatchId, BrokerId, Bytes, ClockMs, ConnectionId, Epoch, Micros, Millis, Offset, PartitionId,
    RecordId, RequestId, SimTime, TopicId, TopicPartition,
};

/// A value with a canonical byte form: little endian, fields in order of declaration, enums as one
/// byte for the variant followed by its fields.
pub(crate) trait Cell: Copy {
    /// Appends the value's bytes to `out`.
    fn encode(self, out: &mut Vec<u8>);
}

macro_rules! number_cells {
    ($($int:ty)*) => {
        $(impl Cell for $int {
            fn encode(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        })*
    };
}
number_cells!(u8 u16 u32 u64 i8 i16 i32 i64);

macro_rules! wrapped_cells {
    ($($name:ty)*) => {
        $(impl Cell for $name {
            fn encode(self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }
        })*
    };
}
wrapped_cells!(SimTime ClockMs Millis Micros Bytes Offset Epoch);
wrapped_cells!(RecordId BatchId RequestId ConnectionId BrokerId TopicId PartitionId);

impl Cell for bool {
    fn encode(self, out: &mut Vec<u8>) {
        out.push(u8::from(self));
    }
}

impl Cell for TopicPartition {
    fn encode(self, out: &mut Vec<u8>) {
        self.topic.encode(out);
        self.partition.encode(out);
    }
}

impl<T: Cell> Cell for Option<T> {
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

        impl $name {
            /// The name of each variant, in order of declaration: what a reader of facts must have
            /// words for.
            pub const VARIANTS: &'static [&'static str] = &[$(stringify!($variant)),+];

            /// The position of this value's variant in [`Self::VARIANTS`].
            #[must_use]
            pub fn variant(self) -> usize {
                #[allow(non_camel_case_types, reason = "the names of the variants as numbers")]
                #[repr(u8)]
                enum Position { $($variant),+ }
                match self {
                    $(Self::$variant $({ $($field: _),+ })? => Position::$variant as usize),+
                }
            }
        }

        impl $crate::cell::Cell for $name {
            fn encode(self, out: &mut alloc::vec::Vec<u8>) {
                out.push(self.variant() as u8);
                match self {
                    $(Self::$variant $({ $($field),+ })? => { $($($crate::cell::Cell::encode($field, out);)+)? }),+
                }
            }
        }
    };
}
pub(crate) use cell_enum;
