//! A failure in Kafka's words: class and message of the exception that the user meets.

use crate::Trace;
use crate::reason::{ErrorCode, Failure};
use alloc::{borrow::Cow, format, string::String};
use units::TopicPartition;

impl Failure {
    /// Simple name of the exception's class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Protocol { error } | Self::NoProducerId { error } => error.exception(),
            Self::TopicNotAuthorized { .. } => "TopicAuthorizationException",
            Self::Disconnected { .. } => "NetworkException",
            Self::DisconnectedByTimeout { .. }
            | Self::Expired { .. }
            | Self::TopicNotPresent { .. }
            | Self::PartitionNotPresent { .. } => "TimeoutException",
            Self::LargerThanRequest { .. } | Self::LargerThanBuffer { .. } => {
                "RecordTooLargeException"
            }
            Self::BufferExhausted { .. } => "BufferExhaustedException",
            Self::Fenced { .. } => ErrorCode::ProducerFenced.exception(),
            Self::OverMemoryLimit { .. } => "IllegalArgumentException",
            Self::AlreadyClosed => "IllegalStateException",
            Self::CallbackThrew => "RuntimeException",
            Self::ClosedDuringSend
            | Self::ClosedDuringAllocation
            | Self::ForcedClose
            | Self::ErrorState { .. }
            | Self::OtherRecordInvalid
            | Self::FlushInCallback
            | Self::Exited => "KafkaException",
        }
    }
}

impl Trace {
    /// `topic-partition`, as Kafka prints it.
    #[must_use]
    pub fn partition_name(&self, partition: TopicPartition) -> String {
        format!("{}-{}", self.topics[partition.topic.index()], partition.partition)
    }

    /// The exception's message, in Kafka's exact wording.
    #[must_use]
    pub fn message(&self, failure: Failure) -> Cow<'static, str> {
        match failure {
            Failure::Protocol { error: ErrorCode::ClusterAuthorizationFailed } => {
                "The producer is not authorized to do idempotent sends".into()
            }
            Failure::Protocol { error } | Failure::NoProducerId { error } => error.message().into(),
            Failure::TopicNotAuthorized { topic } => {
                format!("Not authorized to access topics: [{}]", self.topics[usize::from(topic)])
                    .into()
            }
            Failure::Disconnected { node } => format!("Disconnected from node {node}").into(),
            Failure::DisconnectedByTimeout { node } => {
                format!("Disconnected from node {node} due to timeout").into()
            }
            Failure::Expired { records, partition, age_ms } => format!(
                "Expiring {records} record(s) for {}:{age_ms} ms has passed since batch creation. \
                 The request has not been sent, or no server response has been received yet.",
                self.partition_name(partition)
            )
            .into(),
            Failure::TopicNotPresent { max_block_ms, topic } => format!(
                "Topic {} not present in metadata after {max_block_ms} ms.",
                self.topics[usize::from(topic)]
            )
            .into(),
            Failure::PartitionNotPresent { max_block_ms, partition, count } => format!(
                "Partition {} of topic {} with partition count {count} is not present in metadata \
                 after {max_block_ms} ms.",
                partition.partition,
                self.topics[partition.topic.index()]
            )
            .into(),
            Failure::LargerThanRequest { size, limit } => format!(
                "The message is {} bytes when serialized which is larger than {}, which is the \
                 value of the max.request.size configuration.",
                size.0, limit.0
            )
            .into(),
            Failure::LargerThanBuffer { size } => format!(
                "The message is {} bytes when serialized which is larger than the total memory \
                 buffer you have configured with the buffer.memory configuration.",
                size.0
            )
            .into(),
            Failure::BufferExhausted { size, wait_ms, total, available, poolable } => format!(
                "Failed to allocate {} bytes within the configured max blocking time {wait_ms} ms. \
                 Total memory: {} bytes. Available memory: {} bytes. Poolable size: {} bytes",
                size.0, total.0, available.0, poolable.0
            )
            .into(),
            Failure::OverMemoryLimit { size, limit } => format!(
                "Attempt to allocate {} bytes, but there is a hard limit of {} on memory allocations.",
                size.0, limit.0
            )
            .into(),
            Failure::AlreadyClosed => {
                "Cannot perform operation after producer has been closed".into()
            }
            Failure::ClosedDuringSend => "Producer closed while send in progress".into(),
            Failure::ClosedDuringAllocation => "Producer closed while allocating memory".into(),
            Failure::ForcedClose => "Producer is closed forcefully.".into(),
            Failure::ErrorState { .. } => {
                "Cannot execute transactional method because we are in an error state".into()
            }
            Failure::Fenced { id, epoch } => format!(
                "Producer with transactionalId 'null' and (producerId={id}, epoch={epoch}) has been \
                 fenced by another producer with the same transactionalId"
            )
            .into(),
            Failure::OtherRecordInvalid => "Failed to append record because it was part of a batch \
                                            which had one more more invalid records"
                .into(),
            Failure::FlushInCallback => "KafkaProducer.flush() invocation inside a callback is not \
                                         permitted because it may lead to deadlock."
                .into(),
            Failure::CallbackThrew => "callback".into(),
            Failure::Exited => "The process has ended.".into(),
        }
    }
}
