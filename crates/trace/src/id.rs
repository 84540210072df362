//! What a fact is called, and what it waited for.

use crate::cell::{Cell, Encode, cell_enum};
use alloc::vec::Vec;
use core::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident),+ $(,)?) => {
        /// The table that a fact stands in. Facts of one instant are read in this order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $kind),+ }

        impl Kind {
            /// All kinds in reading order.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($kind)),+
                }
            }
        }
    };
}

kinds!(
    /// A fault of the scenario took place.
    Fault,
    /// A broker went down, came up, was fenced …
    BrokerState,
    /// A partition got a leader, or none.
    Leader,
    /// A broker learned its part in a partition, or offered another in-sync set.
    Role,
    /// A replica dropped records that its new leader does not have.
    Truncation,
    /// A broker began to serve a request.
    Read,
    /// A leader appended a batch, or refused to.
    Append,
    /// A follower asked for records.
    Fetch,
    /// A leader answered a fetch.
    FetchAnswer,
    /// A follower appended what it fetched.
    Copy,
    /// A replica's high watermark moved.
    HighWatermark,
    /// The in-sync set changed.
    Isr,
    /// A broker's answer left.
    Answer,
    /// A connection of the client changed its state.
    Connection,
    /// The client learned metadata.
    Metadata,
    /// The client got a producer id or began a new epoch.
    ProducerId,
    /// A request of the client ended.
    RequestEnd,
    /// A batch was put back into its queue.
    Retry,
    /// A batch that was too large was cut into pieces.
    Split,
    /// A batch got its final result.
    Finish,
    /// Callbacks of a batch ran, or one callback of a record without a batch.
    Callback,
    /// `flush` or `close` was called.
    Call,
    /// `send` was called.
    Send,
    /// A thread had to wait inside `send`.
    Block,
    /// `send` failed at once.
    Refusal,
    /// The sticky partitioner chose a partition.
    StickyTurn,
    /// A batch was opened.
    Open,
    /// A batch was closed for appends.
    Close,
    /// A batch left the accumulator.
    Drain,
    /// A node was ready, and nothing was drained for it.
    EmptyDrain,
    /// A request was handed to the connection.
    Request,
);

/// A fact: its kind and its row in the table of that kind.
///
/// Packed into 32 bits: 5 for the kind, 27 for the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactId(u32);

const ROW_BITS: u32 = 27;
const ROW_MASK: u32 = (1 << ROW_BITS) - 1;
/// The kind that is not a table: roots and "none".
const ROOT: u32 = 31;

impl FactId {
    /// Most rows that a table may have.
    pub const ROWS_MAX: u32 = ROW_MASK;

    /// The fact in `row` of the table of `kind`.
    #[must_use]
    pub const fn new(kind: Kind, row: u32) -> Self {
        assert!(row <= ROW_MASK, "a run is bounded below 2^27 facts of a kind");
        Self(((kind as u32) << ROW_BITS) | row)
    }

    /// The table.
    #[must_use]
    pub const fn kind(self) -> Kind {
        Kind::ALL[(self.0 >> ROW_BITS) as usize]
    }

    /// The row within it.
    #[must_use]
    pub const fn row(self) -> u32 {
        self.0 & ROW_MASK
    }
}

/// `KIND.ROW`, both as numbers: what names a fact of one run.
impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind() as u8, self.row())
    }
}

impl FactId {
    /// Reads what [`Display`](fmt::Display) writes. Whether a run has it,
    /// [`Trace::fact_of_text`](crate::Trace::fact_of_text) knows.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let (kind, row) = text.split_once('.')?;
        let kind = *Kind::ALL.get(kind.parse::<usize>().ok()?)?;
        let row = row.parse().ok().filter(|row| *row <= Self::ROWS_MAX)?;
        Some(Self::new(kind, row))
    }
}

cell_enum! {
    /// A clock that somebody waited for: one of the three roots of every chain of causes.
    pub enum Timer {
        /// The scenario's schedule: the application wanted to send now, or a script entry was due.
        Schedule,
        /// The run began.
        Start,
        /// `linger.ms` ran out.
        Linger,
        /// The back-off of a retry ran out.
        RetryBackoff,
        /// `delivery.timeout.ms` ran out.
        DeliveryTimeout,
        /// `request.timeout.ms` ran out.
        RequestTimeout,
        /// `max.block.ms` ran out.
        MaxBlock,
        /// The limit of `close` ran out.
        CloseTimeout,
        /// The back-off of a reconnect ran out.
        ReconnectBackoff,
        /// `socket.connection.setup.timeout.ms` ran out.
        ConnectionSetup,
        /// A metadata refresh was due: its age, or its back-off.
        MetadataRefresh,
        /// A callback had taken its time.
        CallbackTime,
        /// The next millisecond of a loop that does not wait.
        NextMillisecond,
        /// `replica.fetch.wait.max.ms` ran out.
        FetchWait,
        /// `replica.socket.timeout.ms` ran out.
        SocketTimeout,
        /// `replica.fetch.backoff.ms` ran out.
        FetchBackoff,
        /// `replica.lag.time.max.ms`, or its half-period check.
        LagCheck,
        /// A heartbeat was due.
        Heartbeat,
        /// `broker.session.timeout.ms` ran out, at one of its checks.
        SessionTimeout,
        /// The produce request's own `timeout` ran out at the broker.
        ProduceTimeout,
        /// A broker finished work that takes time: an append, a restart, a delay of the scenario.
        Work,
        /// A broker's periodic task: flush, checkpoint, unclean sweep, leader balance.
        Periodic,
    }
}

/// What a fact waited for last: another fact, a clock, or nothing known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Cause(u32);

impl Cause {
    /// The cause follows from the fact's own identity; see [`crate::Trace::cause`].
    pub const DERIVED: Self = Self(u32::MAX);

    /// The fact waited for a clock.
    #[must_use]
    pub fn timer(timer: Timer) -> Self {
        #[allow(clippy::cast_possible_truncation, reason = "there are two dozen timers")]
        Self((ROOT << ROW_BITS) | timer.variant() as u32)
    }

    /// The fact it waited for, if it is one.
    #[must_use]
    pub const fn fact(self) -> Option<FactId> {
        if self.0 >> ROW_BITS == ROOT { None } else { Some(FactId(self.0)) }
    }

    /// The clock it waited for, as a position in [`Timer::VARIANTS`], if it is one.
    #[must_use]
    pub fn clock(self) -> Option<usize> {
        let position = (self.0 & ROW_MASK) as usize;
        (self.0 >> ROW_BITS == ROOT && position < Timer::VARIANTS.len()).then_some(position)
    }
}

impl From<FactId> for Cause {
    fn from(id: FactId) -> Self {
        Self(id.0)
    }
}

impl From<Timer> for Cause {
    fn from(timer: Timer) -> Self {
        Self::timer(timer)
    }
}

impl Default for Cause {
    fn default() -> Self {
        Self::DERIVED
    }
}

impl core::fmt::Debug for Cause {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (self.fact(), self.clock()) {
            (Some(id), _) => write!(f, "{:?} {}", id.kind(), id.row()),
            (None, Some(clock)) => f.write_str(Timer::VARIANTS[clock]),
            (None, None) => f.write_str("derived"),
        }
    }
}

impl Encode for Cause {
    fn encode(self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl Cell for Cause {
    const WORDS: usize = 1;

    fn write(self, words: &mut [i64]) {
        self.0.write(words);
    }

    fn read(word: impl Fn(usize) -> i64) -> Self {
        Self(Cell::read(word))
    }
}

impl Encode for FactId {
    fn encode(self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_and_a_clock_survive_packing() {
        let id = FactId::new(Kind::Request, 77);
        assert_eq!((id.kind(), id.row()), (Kind::Request, 77));
        assert_eq!(Cause::from(id).fact(), Some(id));
        let cause = Cause::from(Timer::Linger);
        assert_eq!(cause.fact(), None);
        assert_eq!(cause.clock().map(|c| Timer::VARIANTS[c]), Some("Linger"));
        assert_eq!((Cause::DERIVED.fact(), Cause::DERIVED.clock()), (None, None));
    }

    #[test]
    fn there_is_room_for_every_kind() {
        assert!(Kind::ALL.len() <= ROOT as usize);
    }
}
