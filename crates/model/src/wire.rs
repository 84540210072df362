//! What travels between the client and the brokers. The network carries it and never looks inside.

use alloc::vec::Vec;
use trace::{Cause, ErrorCode};
use units::{
    BatchId, BrokerId, Bytes, Epoch, Offset, RecordId, RequestId, TopicId, TopicPartition,
};

/// A request of the client.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    /// Its number in the trace.
    pub(crate) id: RequestId,
    /// What it asks.
    pub(crate) body: RequestBody,
}

/// What a request asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RequestBody {
    /// Versions.
    ApiVersions,
    /// Leaders of these topics; a name beyond the cluster's topics is unknown to it.
    Metadata(Vec<TopicId>),
    /// An id for idempotence.
    InitProducerId,
    /// Batches.
    Produce(Produce),
}

/// A produce request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Produce {
    /// -1, 0 or 1.
    pub(crate) acks: i16,
    /// How long the broker may wait for replicas, in milliseconds.
    pub(crate) timeout_ms: i64,
    /// One batch a partition, in drain order.
    pub(crate) batches: Vec<Batch>,
}

/// A record batch on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Batch {
    /// Its partition.
    pub(crate) partition: TopicPartition,
    /// The producer's batch.
    pub(crate) batch: BatchId,
    /// Which try this is, from 0.
    pub(crate) attempt: u16,
    /// Its first record.
    pub(crate) first: RecordId,
    /// Number of records.
    pub(crate) records: u32,
    /// Its size as stored.
    pub(crate) bytes: Bytes,
    /// Producer id, or -1.
    pub(crate) producer_id: i64,
    /// Producer epoch, or -1.
    pub(crate) producer_epoch: i16,
    /// First sequence number, or -1.
    pub(crate) base_sequence: i32,
}

/// A broker's answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    /// The request.
    pub(crate) request: RequestId,
    /// What it says.
    pub(crate) body: ResponseBody,
    /// The fact of its leaving.
    pub(crate) cause: Cause,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ResponseBody {
    /// The versions of a 4.x broker.
    ApiVersions,
    /// Brokers and leaders.
    Metadata(Metadata),
    /// An id.
    InitProducerId {
        /// The id; -1 with an error.
        id: i64,
        /// The epoch.
        epoch: i16,
        /// Or why not.
        error: ErrorCode,
    },
    /// Results, partition by partition in the order of the request.
    Produce(Vec<ProduceAnswer>),
}

/// A metadata answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metadata {
    /// Brokers, in order.
    pub(crate) brokers: Vec<BrokerId>,
    /// The topics asked for: known ones in the cluster's order, then unknown ones.
    pub(crate) topics: Vec<TopicMetadata>,
}

/// A topic in a metadata answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TopicMetadata {
    /// The topic.
    pub(crate) topic: TopicId,
    /// `None`, or `UNKNOWN_TOPIC_OR_PARTITION` and the like.
    pub(crate) error: ErrorCode,
    /// Its partitions, in order.
    pub(crate) partitions: Vec<PartitionMetadata>,
}

/// A partition in a metadata answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartitionMetadata {
    /// The leader, if there is one.
    pub(crate) leader: Option<BrokerId>,
    /// Its epoch.
    pub(crate) leader_epoch: Epoch,
}

/// The result of one batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProduceAnswer {
    /// The partition.
    pub(crate) partition: TopicPartition,
    /// `None` for success.
    pub(crate) error: ErrorCode,
    /// Offset of the first record, or -1.
    pub(crate) base_offset: Offset,
    /// Start of the log, or -1.
    pub(crate) log_start_offset: Offset,
    /// The current leader and its epoch, where the broker tells (KIP-951).
    pub(crate) current_leader: Option<(BrokerId, Epoch)>,
    /// Positions of records that are to blame, counted within the batch.
    pub(crate) record_errors: Vec<u32>,
}
