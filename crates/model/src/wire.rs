//! What travels between the client and the brokers. The network carries it and never looks inside.

use alloc::vec::Vec;
use trace::{Cause, ErrorCode};
use units::{
    BatchId, BrokerId, Bytes, Epoch, Offset, RecordId, RequestId, TopicId, TopicPartition,
};

/// A request of the client.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Its number in the trace.
    pub id: RequestId,
    /// What it asks.
    pub body: RequestBody,
}

/// What a request asks.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestBody {
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
pub struct Produce {
    /// -1, 0 or 1.
    pub acks: i16,
    /// How long the broker may wait for replicas, in milliseconds.
    pub timeout_ms: i64,
    /// One batch a partition, in drain order.
    pub batches: Vec<Batch>,
}

/// A record batch on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batch {
    /// Its partition.
    pub partition: TopicPartition,
    /// The producer's batch.
    pub batch: BatchId,
    /// Which try this is, from 0.
    pub attempt: u16,
    /// Its first record.
    pub first: RecordId,
    /// Number of records.
    pub records: u32,
    /// Its size as stored.
    pub bytes: Bytes,
    /// Producer id, or -1.
    pub producer_id: i64,
    /// Producer epoch, or -1.
    pub producer_epoch: i16,
    /// First sequence number, or -1.
    pub base_sequence: i32,
}

impl Batch {
    /// Sequence number of the last record. Source: `DefaultRecordBatch.incrementSequence`.
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        let last = i64::from(self.base_sequence) + i64::from(self.records) - 1;
        // sequence numbers go from 0 to 2^31 - 1 and start again
        (last % (i64::from(i32::MAX) + 1)) as i32
    }
}

/// A broker's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The request.
    pub request: RequestId,
    /// What it says.
    pub body: ResponseBody,
    /// The fact of its leaving.
    pub cause: Cause,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq)]
pub enum ResponseBody {
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
pub struct Metadata {
    /// Brokers, in order.
    pub brokers: Vec<BrokerId>,
    /// The topics asked for: known ones in the cluster's order, then unknown ones.
    pub topics: Vec<TopicMetadata>,
}

/// A topic in a metadata answer.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicMetadata {
    /// The topic.
    pub topic: TopicId,
    /// `None`, or `UNKNOWN_TOPIC_OR_PARTITION` and the like.
    pub error: ErrorCode,
    /// Its partitions, in order.
    pub partitions: Vec<PartitionMetadata>,
}

/// A partition in a metadata answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartitionMetadata {
    /// The leader, if there is one.
    pub leader: Option<BrokerId>,
    /// Its epoch.
    pub leader_epoch: Epoch,
}

/// The result of one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct ProduceAnswer {
    /// The partition.
    pub partition: TopicPartition,
    /// `None` for success.
    pub error: ErrorCode,
    /// Offset of the first record, or -1.
    pub base_offset: Offset,
    /// Start of the log, or -1.
    pub log_start_offset: Offset,
    /// The current leader and its epoch, where the broker tells (KIP-951).
    pub current_leader: Option<(BrokerId, Epoch)>,
    /// Positions of records that are to blame, counted within the batch.
    pub record_errors: Vec<u32>,
}
