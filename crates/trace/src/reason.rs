//! Why something happened, as values. Words are made at the edge, from these.

use crate::cell::cell_enum;
use units::{BatchId, BrokerId, Bytes, RecordId, TopicPartition};

cell_enum! {
    /// The thread that did something.
    pub enum Thread {
        /// The application's.
        Application,
        /// The client's `kafka-producer-network-thread`.
        Io,
    }
}

cell_enum! {
    /// Who chose a record's partition. Source: `KafkaProducer.partition`.
    pub enum PartitionRule {
        /// Nobody: the record failed before.
        Unchosen,
        /// The record named it.
        Explicit,
        /// murmur2 of the key.
        Key,
        /// The built-in partitioner's current sticky partition.
        Sticky,
        /// `RoundRobinPartitioner`.
        RoundRobin,
    }
}

cell_enum! {
    /// Why a batch takes no more records. Source: `RecordAccumulator.tryAppend`, `MemoryRecordsBuilder`.
    pub enum CloseReason {
        /// A record did not fit; it opened the next batch.
        NoRoom {
            /// The record.
            record: RecordId,
            /// Bytes that it needed.
            needed: Bytes,
            /// Bytes that were left.
            left: Bytes,
        },
        /// The batch is filled to its last byte; closed when drained.
        ExactlyFull,
        /// It left the accumulator, or was given up there, before it was full.
        AtDrain,
        /// It is a piece of a split batch, closed from birth.
        Piece,
    }
}

cell_enum! {
    /// A condition that makes a batch sendable, or keeps it. Source: `RecordAccumulator.batchReady`,
    /// `drainBatchesForOneNode`, `Sender.sendProducerData`.
    ///
    /// The first ten send, `RideAlong` stands for none of them, the others hold back.
    pub enum Condition {
        /// Its bytes reach the write limit.
        Full,
        /// A newer batch stands behind it.
        NewerBatchBehind,
        /// It waited for `linger.ms`.
        Linger,
        /// A thread waits for buffer memory.
        MemoryWaiters,
        /// A `flush` is in progress.
        Flush,
        /// The producer is closing.
        Close,
        /// The back-off of its retry is over.
        RetryDue,
        /// A new leader ended its back-off.
        NewLeader,
        /// It is a piece of a split batch.
        SplitPiece,
        /// Nothing: it left with this batch of the same node, which was sendable.
        RideAlong {
            /// The batch that made the node ready.
            of: BatchId,
        },
        /// Held: no request slot was free on the connection.
        NoSlot,
        /// Held: the connection was not up.
        NotConnected,
        /// Held: a batch of the partition was in flight, and order is guaranteed by one at a time.
        Muted,
        /// Held: the back-off of a retry.
        BackOff,
        /// Held: earlier sequences of the partition were not settled.
        Sequence,
        /// Held: the request of this pass was as large as `max.request.size` allows.
        RequestSize,
        /// Held: a metadata update was due, which goes first.
        MetadataDue,
        /// Held: the partition had no leader.
        NoLeader,
        /// Held: the producer id was not there yet.
        NoProducerId,
        /// Held: the I/O thread was busy in a callback.
        IoThreadBusy,
    }
}

impl Condition {
    /// Whether it sends a batch (it does not hold it back, nor merely lets it ride along).
    #[must_use]
    pub fn sends(self) -> bool {
        self.variant() < Self::RideAlong { of: BatchId(0) }.variant()
    }

    /// Whether it holds a sendable batch back.
    #[must_use]
    pub fn holds(self) -> bool {
        self.variant() > Self::RideAlong { of: BatchId(0) }.variant()
    }
}

cell_enum! {
    /// Why a `send` had to wait. Source: `KafkaProducer.waitOnMetadata`, `BufferPool.allocate`.
    pub enum BlockReason {
        /// The topic, or the partition it names, is not in the metadata.
        Metadata,
        /// `buffer.memory` is exhausted.
        Memory {
            /// Bytes it asked for; woken and waiting again, those that it still misses.
            needed: Bytes,
            /// Bytes that were free.
            available: Bytes,
        },
        /// `.get()`: the result of the record is not there.
        Get,
    }
}

cell_enum! {
    /// Why the sticky partitioner moved on. Source: `BuiltInPartitioner.updatePartitionInfo`.
    pub enum TurnReason {
        /// The topic's first unkeyed record.
        First,
        /// `batch.size` bytes were produced to the partition, and its batch is complete.
        BatchSizeProduced,
        /// Twice `batch.size` bytes were produced.
        TwiceBatchSizeProduced,
    }
}

cell_enum! {
    /// What a request asks for.
    pub enum RequestKind {
        /// The first exchange on each connection.
        ApiVersions,
        /// Leaders and partitions.
        Metadata,
        /// A producer id for idempotence.
        InitProducerId,
        /// Record batches.
        Produce,
    }
}

cell_enum! {
    /// How a request of the client ended.
    pub enum RequestFate {
        /// Its answer arrived.
        Answered,
        /// `acks=0`: it was written, and that was all.
        NoAck,
        /// The connection was lost.
        Disconnected,
        /// The client's `request.timeout.ms` ran out, and the connection was closed.
        TimedOut,
    }
}

cell_enum! {
    /// State of a connection. Source: `ClusterConnectionStates`, `ConnectionState`.
    pub enum ConnectionState {
        /// The TCP handshake is under way.
        Connecting,
        /// It is open, and the first exchange is under way.
        CheckingApiVersions,
        /// Requests may be sent.
        Ready,
        /// It was refused, closed by the broker, or lost.
        Disconnected,
        /// The client closed it: a request or the set-up took too long, or the producer ended.
        ClosedByClient,
    }
}

cell_enum! {
    /// Why a producer got its id or epoch. Source: `TransactionManager`.
    pub enum IdReason {
        /// Asked for as the producer started.
        Initial,
        /// A batch with sequences failed: the epoch is bumped so that sequences can start at 0.
        EpochBump,
        /// The epochs of the id were used up.
        EpochsUsedUp,
    }
}

cell_enum! {
    /// What the application asked of the producer.
    pub enum CallKind {
        /// `flush()`.
        Flush,
        /// `close(timeout)`.
        Close,
        /// The process ended without a word.
        Exit,
    }
}

cell_enum! {
    /// Why a partition has the leader it has. Source: `PartitionChangeBuilder`.
    pub enum ElectionReason {
        /// The topic was created.
        Created,
        /// The leader before it is gone; this one is in sync.
        Clean,
        /// The in-sync set is empty; this one is an eligible leader replica.
        FromElr,
        /// The last leader known, with the in-sync set and the eligible replicas empty.
        LastKnownLeader,
        /// Unclean: whoever is up, whatever its log.
        Unclean,
        /// Moved by hand, or back to the preferred replica.
        Moved,
        /// Nobody can lead.
        Nobody,
    }
}

cell_enum! {
    /// Why the in-sync set changed. Source: `Partition`, `ReplicationControlManager`.
    pub enum IsrReason {
        /// The topic was created.
        Created,
        /// A follower had not caught up for `replica.lag.time.max.ms`.
        Lag,
        /// A follower reached the high watermark and was let in.
        CaughtUp,
        /// The controller fenced a broker.
        Fenced,
        /// A broker shuts down in order.
        ControlledShutdown,
        /// An election left only the winner.
        Election,
        /// A broker came back without what it had.
        UncleanRestart,
    }
}

cell_enum! {
    /// What became of a broker.
    pub enum BrokerChange {
        /// Its process died; its log is what it was.
        Killed,
        /// The machine lost power; what was not flushed is gone.
        PowerLoss,
        /// It stands still, its connections open.
        Hung,
        /// It goes on after a hang.
        Resumed,
        /// It shuts down in order.
        ShuttingDown,
        /// It has shut down in order, everything on disk.
        Exited,
        /// Its process starts again.
        Starting,
        /// It is up again: its logs are loaded.
        Restarted,
        /// The controller registered its new process.
        Registered,
        /// The controller refused to register it: the session of its old process is still valid.
        RegistrationRefused,
        /// The controller no longer hears it.
        Fenced,
        /// The controller hears it again.
        Unfenced,
        /// It refuses connections.
        Unreachable,
        /// It accepts connections again.
        Reachable,
    }
}

cell_enum! {
    /// What a broker learned of a partition. Source: `Partition.makeLeader`, `makeFollower`.
    pub enum RoleChange {
        /// It leads; its log end is where the epoch begins.
        Leads,
        /// It follows this leader.
        Follows {
            /// The leader.
            leader: BrokerId,
        },
        /// Nobody leads.
        Leaderless,
        /// It leads, and asks the controller for this in-sync set: bit n stands for broker n.
        OffersIsr {
            /// The set.
            members: u64,
        },
        /// The controller refused its offer.
        OfferRefused {
            /// Why.
            error: ErrorCode,
        },
    }
}

cell_enum! {
    /// What a leader did with a batch. Errors carry Kafka's names.
    pub enum AppendResult {
        /// Appended.
        Appended,
        /// Recognised as a repetition: answered with the old offset, nothing appended.
        Duplicate,
        /// Refused.
        Refused {
            /// The error that the answer names.
            error: ErrorCode,
        },
        /// Appended, and answered with an error all the same.
        AppendedWithError {
            /// The error that the answer names.
            error: ErrorCode,
        },
    }
}

macro_rules! error_codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $kafka:literal, $exception:literal, $retriable:literal, $metadata:literal, $message:literal;)+) => {
        cell_enum! {
            /// An error of the protocol. Source: `org.apache.kafka.common.protocol.Errors`.
            pub enum ErrorCode {
                $(#[doc = concat!("`", $kafka, "` (", stringify!($code), ").")] $name),+
            }
        }

        impl ErrorCode {
            /// All of them, by code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> i16 {
                match self { $(Self::$name => $code),+ }
            }

            /// Kafka's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $kafka),+ }
            }

            /// The exception that the user meets.
            #[must_use]
            pub const fn exception(self) -> &'static str {
                match self { $(Self::$name => $exception),+ }
            }

            /// Whether its exception is a `RetriableException`.
            #[must_use]
            pub const fn retriable(self) -> bool {
                match self { $(Self::$name => $retriable),+ }
            }

            /// Whether its exception is an `InvalidMetadataException`.
            #[must_use]
            pub const fn invalid_metadata(self) -> bool {
                match self { $(Self::$name => $metadata),+ }
            }

            /// The default text of its exception, from Kafka's protocol: data of the interface.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message),+ }
            }

            /// The error of that name.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|error| error.name() == name)
            }
        }
    };
}
include!("errors.in");

cell_enum! {
    /// Why a record or a call failed, with what its exception tells. Class and words:
    /// [`Failure::class`], [`crate::Trace::message`].
    pub enum Failure {
        /// A broker's answer, or a client-side stand-in for one, gave up the batch.
        Protocol {
            /// The error.
            error: ErrorCode,
        },
        /// The producer may not write to the topic.
        TopicNotAuthorized {
            /// Position of the topic's name in [`crate::Trace::topics`].
            topic: u16,
        },
        /// The connection was lost.
        Disconnected {
            /// The node.
            node: BrokerId,
        },
        /// The connection was closed because a request took too long.
        DisconnectedByTimeout {
            /// The node.
            node: BrokerId,
        },
        /// `delivery.timeout.ms` ran out.
        Expired {
            /// Records of the batch.
            records: u32,
            /// Its partition.
            partition: TopicPartition,
            /// Age of the batch in milliseconds.
            age_ms: i64,
        },
        /// The topic did not appear within `max.block.ms`.
        TopicNotPresent {
            /// Milliseconds of the setting.
            max_block_ms: i64,
            /// Position of the topic's name in [`crate::Trace::topics`].
            topic: u16,
        },
        /// The partition did not appear within `max.block.ms`.
        PartitionNotPresent {
            /// Milliseconds of the setting.
            max_block_ms: i64,
            /// The partition that the record names.
            partition: TopicPartition,
            /// Partitions that the topic has.
            count: u16,
        },
        /// The record is larger than `max.request.size`.
        LargerThanRequest {
            /// Upper bound of its size.
            size: Bytes,
            /// The setting.
            limit: Bytes,
        },
        /// The record is larger than `buffer.memory`.
        LargerThanBuffer {
            /// Upper bound of its size.
            size: Bytes,
        },
        /// `buffer.memory` stayed exhausted.
        BufferExhausted {
            /// Bytes asked for.
            size: Bytes,
            /// Milliseconds that were left of `max.block.ms`.
            wait_ms: i64,
            /// `buffer.memory`.
            total: Bytes,
            /// Bytes that were free.
            available: Bytes,
            /// `batch.size`.
            poolable: Bytes,
        },
        /// A batch's buffer can never fit into `buffer.memory`.
        OverMemoryLimit {
            /// Bytes asked for.
            size: Bytes,
            /// `buffer.memory`.
            limit: Bytes,
        },
        /// The producer was closed before `send`.
        AlreadyClosed,
        /// The producer was closed while `send` was under way.
        ClosedDuringSend,
        /// The producer was closed while `send` waited for memory.
        ClosedDuringAllocation,
        /// `close` gave up what was not done.
        ForcedClose,
        /// A fatal error stands behind it; later sends are refused with it.
        ErrorState {
            /// The error that made the producer useless.
            error: ErrorCode,
        },
        /// The broker knows a newer producer of that id; later sends are refused with it.
        Fenced {
            /// Producer id.
            id: i64,
            /// Its epoch.
            epoch: i16,
        },
        /// Another record of the batch was invalid.
        OtherRecordInvalid,
        /// `flush` inside a callback.
        FlushInCallback,
        /// The scenario's callback threw.
        CallbackThrew,
        /// The producer id could not be had.
        NoProducerId {
            /// Why.
            error: ErrorCode,
        },
        /// The process ended.
        Exited,
    }
}
