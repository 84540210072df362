//! Identities. Those of Kafka have Kafka's numbers; the others count from 0 in order of birth.

use core::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name(pub $int);

        impl $name {
            /// The identity as a position in a table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A record, in the order of the calls of `send`, those of callbacks included.
    RecordId(u32)
);
id!(
    /// A producer batch, in order of creation; the pieces of a split batch are batches of their own.
    BatchId(u32)
);
id!(
    /// A request of the client, of any kind, in the order in which they were made.
    RequestId(u32)
);
id!(
    /// A connection, in the order in which the client opened them; a reconnect is a new one.
    ConnectionId(u32)
);
id!(
    /// A broker's number, as in `broker.id`.
    BrokerId(u32)
);
id!(
    /// A topic's position in the scenario.
    TopicId(u16)
);
id!(
    /// A partition's number within its topic.
    PartitionId(u16)
);

/// A partition of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TopicPartition {
    /// The topic.
    pub topic: TopicId,
    /// The partition within it.
    pub partition: PartitionId,
}

/// An offset of a log: the position of a record, or, as an end, that of the next one. -1 is "none".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Offset(pub i64);

impl Offset {
    /// Kafka's "no offset": `acks=0`, a duplicate that the broker no longer remembers, a failure.
    pub const NONE: Self = Self(-1);
}

impl core::ops::Add<u32> for Offset {
    type Output = Self;
    fn add(self, records: u32) -> Self {
        Self(self.0 + i64::from(records))
    }
}

/// A leader or producer epoch. -1 is "none".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Epoch(pub i32);

impl Epoch {
    /// Kafka's "no epoch".
    pub const NONE: Self = Self(-1);
}
