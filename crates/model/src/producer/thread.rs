//! The two threads of the client, as stacks of what they are in the middle of.
//!
//! Kafka's threads block deep inside calls: a callback sends, the send waits for memory, and the whole
//! I/O thread stands. Here each call under way is a [`Frame`]; a thread that waits is a value that can
//! be looked at, cloned and gone on with.

use super::accumulator::{BatchKey, Slot};
use super::application::Application;
use super::buffer_pool::WaiterId;
use super::drain::Drained;
use super::metadata::NodeId;
use super::network_client::Completion;
use alloc::{collections::VecDeque, vec::Vec};
use trace::{Cause, Failure, Thread};
use units::{ClockMs, Millis, RecordId, SimTime, TopicId};

/// What a thread waits for, beside its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Nothing: only the deadline.
    Deadline,
    /// A metadata version beyond this one, or the end of the metadata.
    Metadata(u32),
    /// A signal of the buffer pool.
    Memory(WaiterId),
    /// Results of batches: a token of the producer.
    Results(u32),
    /// The end of the I/O thread.
    IoEnded,
    /// Something to report, or a wake-up.
    Poll,
    /// As a part of the warm-up: metadata of all topics.
    WarmMetadata,
    /// As a part of the warm-up: all connections, and the id.
    WarmConnections,
}

/// A thread.
#[derive(Clone, Debug)]
pub(super) struct ThreadState {
    pub(super) stack: Vec<Frame>,
    pub(super) wait: Wait,
    pub(super) deadline: SimTime,
    /// What the call that has just returned threw.
    pub(super) threw: Option<Failure>,
}

impl ThreadState {
    pub(super) fn new(bottom: Frame) -> Self {
        let stack = alloc::vec![bottom];
        Self { stack, wait: Wait::Deadline, deadline: SimTime(i64::MIN), threw: None }
    }
}

/// A call under way.
#[derive(Clone, Debug)]
pub(super) enum Frame {
    /// The application's own code.
    Application(Application),
    /// `send`.
    Send(SendCall),
    /// A callback that does something.
    Callback(CallbackCall),
    /// `flush`: its call's row, if it is a step, and what it waits for.
    Flush { row: u32, token: u32 },
    /// `close`.
    Close { row: u32, timeout: Millis, stage: CloseStage },
    /// `get`, until the token's results are there.
    Get { token: u32, row: u32 },

    /// `Sender.run`.
    Sender(SenderStage),
    /// `NetworkClient.poll`.
    Poll(PollStage),
    /// `NetworkClient.completeResponses`.
    Complete(VecDeque<Completion>),
    /// `Sender.handleProduceResponse`.
    Produce(ProduceCall),
    /// `ProducerBatch.completeFutureAndFireCallbacks`.
    BatchCallbacks(BatchCallbacks),
    /// `Sender.failExpiredBatches`, queued ones first.
    Expire {
        queued: VecDeque<BatchKey>,
        in_flight: VecDeque<BatchKey>,
        clock: ClockMs,
        /// The one whose callbacks have just run, and whether it was queued.
        current: Option<(BatchKey, bool)>,
    },
    /// `RecordAccumulator.abortBatches`.
    Abort { batches: VecDeque<BatchKey>, failure: Failure, cause: Cause, current: Option<BatchKey> },
}

/// `KafkaProducer.doSend`.
#[derive(Clone, Copy, Debug)]
pub(super) struct SendCall {
    pub(super) record: RecordId,
    pub(super) thread: Thread,
    pub(super) topic: TopicId,
    pub(super) partition: Option<i32>,
    pub(super) key_hash: Option<i32>,
    pub(super) fields: u32,
    pub(super) timestamp: Option<ClockMs>,
    /// The client's clock when it was called.
    pub(super) entered: ClockMs,
    pub(super) stage: SendStage,
}

/// How far a `send` is.
#[derive(Clone, Copy, Debug)]
pub(super) enum SendStage {
    /// Just called.
    Entered,
    /// Waiting for metadata beyond `version`; `count` are the partitions known as the wait began.
    Metadata { version: u32, deadline: ClockMs, count: Option<usize>, row: u32 },
    /// Waiting for memory; `left` is what remains of the limit.
    Memory {
        waiter: WaiterId,
        size: u32,
        slot: Slot,
        began: SimTime,
        left: i64,
        limit: Millis,
        row: u32,
    },
    /// Its callback runs, as it failed at once.
    Refused { failure: Failure },
}

/// A callback with a script.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallbackCall {
    pub(super) record: RecordId,
    pub(super) thread: Thread,
    /// Row in `callbacks`.
    pub(super) row: u32,
    pub(super) stage: CallbackStage,
}

/// What a callback does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallbackStage {
    Takes,
    Send,
    AfterSend,
    Flush,
    Close,
    Throw,
}

/// How far a `close` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseStage {
    Called,
    Waiting,
    Forced,
}

/// How far the I/O thread is in its loop.
#[derive(Clone, Debug)]
pub(super) enum SenderStage {
    /// Between two passes.
    Top,
    /// In a pass, before its produce part.
    Pass,
    /// Batches were aborted after a fatal error.
    AbortedFatally,
    /// The node that is to be asked for an id has had a poll that does not wait.
    NodePolled { node: NodeId, started: ClockMs, is_retry: bool },
    /// Waits for a node to be ready for the request of a producer id.
    AwaitNode { node: NodeId, started: ClockMs, is_retry: bool },
    /// Sleeps before that request is sent again.
    SendId { node: NodeId },
    /// Sleeps before another attempt to find a node.
    RetryId,
    /// Expired batches have been failed; what was drained is to be sent.
    Send { drained: Vec<(NodeId, Vec<Drained>)>, clock: ClockMs, timeout: Millis },
    /// A forced close: batches are given up, for the n-th time.
    Abort { round: u8 },
    /// It has ended.
    Ended,
}

/// How far a poll is.
#[derive(Clone, Debug)]
pub(super) enum PollStage {
    /// Called with this timeout, at a reading of the clock.
    Called { timeout: Millis, clock: ClockMs },
    /// All has been written; events that are due come first.
    Written { timeout: Millis, nodes: Vec<NodeId> },
    /// Waiting.
    Waiting { nodes: Vec<NodeId> },
    /// Completions are done.
    Completed,
}

/// The result of one batch in an answer.
#[derive(Clone, Debug)]
pub(super) struct PartitionResult {
    pub(super) key: BatchKey,
    pub(super) error: trace::ErrorCode,
    pub(super) failure: Failure,
    pub(super) offset: units::Offset,
    pub(super) log_start: units::Offset,
    pub(super) leader: Option<(units::BrokerId, units::Epoch)>,
    pub(super) record_errors: Vec<u32>,
}

/// `Sender.handleProduceResponse`.
#[derive(Clone, Debug)]
pub(super) struct ProduceCall {
    pub(super) node: NodeId,
    pub(super) results: VecDeque<PartitionResult>,
    /// The batch whose callbacks have just run, and what is still to be done about it.
    pub(super) current: Option<(PartitionResult, AfterCallbacks)>,
    pub(super) clock: ClockMs,
    pub(super) cause: Cause,
    pub(super) leaders: Vec<(units::TopicPartition, units::BrokerId, units::Epoch)>,
    pub(super) finished: Vec<BatchKey>,
}

/// What follows a batch's callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterCallbacks {
    Completed,
    Failed {
        adjust_sequences: bool,
    },
    /// No callbacks ran.
    Nothing,
}

/// Callbacks of a batch, one after the other.
#[derive(Clone, Debug)]
pub(super) struct BatchCallbacks {
    pub(super) key: BatchKey,
    pub(super) next: usize,
    /// Row of the group that can still grow, with its moment.
    pub(super) group: Option<(u32, SimTime)>,
    /// Failure of all records, as a position in the trace, or [`trace::NONE`].
    pub(super) failure: u32,
    /// Records to blame, for another failure than the others.
    pub(super) blamed: Vec<u32>,
    pub(super) cause: Cause,
}

/// What a step of a thread came to.
pub(super) enum Flow {
    /// The frame goes on.
    Again(Frame),
    /// The frame calls another.
    Call(Frame, Frame),
    /// The frame's call is over, perhaps by throwing.
    Return(Option<Failure>),
    /// The frame waits.
    Wait(Frame, Wait, SimTime),
    /// Events that are due come first; then the frame goes on, before any other thread.
    DueEvents(Frame),
}
