//! Everything that a run depends on, as plain data. The same scenario gives the same trace.

use crate::config::ProducerConfig;
use alloc::{string::String, vec::Vec};
pub use trace::ErrorCode;
use units::{BrokerId, Bytes, Micros, Millis, PartitionId, RecordId, SimTime, TopicPartition};

/// A run, before it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The producer's settings, checked.
    pub producer: ProducerConfig,
    /// Brokers and topics.
    pub cluster: Cluster,
    /// How long messages take.
    pub network: Network,
    /// What the application does, in order.
    pub application: Vec<Step>,
    /// What goes wrong; the first rule with an opinion wins.
    pub faults: Vec<Fault>,
    /// Whether the producer has just been constructed, or has been idle for a while.
    pub start: Start,
    /// Where chance comes from.
    pub draws: Draws,
    /// What compression does to batches.
    pub compression: CompressionOutcome,
    /// When the run ends at the latest.
    pub bounds: Bounds,
}

/// Brokers and topics.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The brokers, in the order of `bootstrap.servers` and of metadata answers.
    pub brokers: Vec<BrokerId>,
    /// The topics, in the order of metadata answers; a [`units::TopicId`] is a position here.
    pub topics: Vec<Topic>,
    /// Assumption: time that an append takes.
    pub append: Micros,
    /// Whether brokers check sequence numbers of idempotent producers, as real ones do; else they
    /// only recognise repeated batches.
    pub check_sequences: bool,
    /// Settings of the brokers; `None` for scripted brokers without replication or controller, which
    /// stay what they are unless a fault says otherwise.
    pub replication: Option<ReplicationSettings>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Replicas of each partition; the first is the preferred leader, and leads at the start.
    pub replicas: Vec<Vec<BrokerId>>,
    /// `min.insync.replicas`.
    pub min_insync_replicas: u32,
}

/// Settings of brokers and controller, with Kafka's names and defaults. Source: `ReplicationConfigs`,
/// `KRaftConfigs`, `ServerLogConfigs`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicationSettings {
    /// `replica.fetch.wait.max.ms`.
    pub replica_fetch_wait_max: Millis,
    /// `replica.fetch.min.bytes`.
    pub replica_fetch_min_bytes: Bytes,
    /// `replica.fetch.max.bytes`.
    pub replica_fetch_max_bytes: Bytes,
    /// `replica.fetch.response.max.bytes`.
    pub replica_fetch_response_max_bytes: Bytes,
    /// `replica.fetch.backoff.ms`.
    pub replica_fetch_backoff: Millis,
    /// `replica.socket.timeout.ms`.
    pub replica_socket_timeout: Millis,
    /// `replica.lag.time.max.ms`.
    pub replica_lag_time_max: Millis,
    /// `broker.session.timeout.ms`.
    pub broker_session_timeout: Millis,
    /// `broker.heartbeat.interval.ms`.
    pub broker_heartbeat_interval: Millis,
    /// `replica.high.watermark.checkpoint.interval.ms`.
    pub replica_high_watermark_checkpoint_interval: Millis,
    /// `message.max.bytes`.
    pub message_max_bytes: Bytes,
    /// `segment.bytes`.
    pub segment_bytes: Bytes,
    /// `message.timestamp.type` is `LogAppendTime`.
    pub log_append_time: bool,
    /// `message.timestamp.before.max.ms`.
    pub message_timestamp_before_max: Millis,
    /// `message.timestamp.after.max.ms`.
    pub message_timestamp_after_max: Millis,
    /// `log.flush.interval.messages`; `i64::MAX` for never.
    pub log_flush_interval_messages: i64,
    /// `log.flush.interval.ms`; `None` for never.
    pub log_flush_interval: Option<Millis>,
    /// `unclean.leader.election.enable`.
    pub unclean_leader_election_enable: bool,
    /// `eligible.leader.replicas.version` is 1.
    pub eligible_leader_replicas: bool,
    /// `auto.leader.rebalance.enable`.
    pub auto_leader_rebalance_enable: bool,
    /// `leader.imbalance.check.interval.seconds`, in milliseconds.
    pub leader_imbalance_check_interval: Millis,
    /// `controller.quorum.append.linger.ms`.
    pub controller_quorum_append_linger: Millis,
    /// Assumption: time for metadata to get from the controller to a broker.
    pub metadata_delivery: Micros,
    /// Assumption: time that the controller needs to write its decisions.
    pub controller_commit: Micros,
    /// Assumption: time from the start of a broker's process until it registers.
    pub restart: Micros,
    /// Assumption: time from the waking of a broker that stood still until it has applied the metadata
    /// that it missed; what clients have sent to it meanwhile is served before.
    pub resume: Micros,
    /// Assumption: a leader that is replaced applies that so much later than its successor does.
    pub step_down: Micros,
    /// Assumption: a process asks the controller to let it go within this time of its signal.
    pub shutdown: Micros,
    /// Assumption: the operating system has written to the disk what is older than this.
    pub writeback: Micros,
}

impl Default for ReplicationSettings {
    /// Kafka 4.3.
    fn default() -> Self {
        Self {
            replica_fetch_wait_max: Millis(500),
            replica_fetch_min_bytes: Bytes(1),
            replica_fetch_max_bytes: Bytes(1_048_576),
            replica_fetch_response_max_bytes: Bytes(10_485_760),
            replica_fetch_backoff: Millis(1_000),
            replica_socket_timeout: Millis(30_000),
            replica_lag_time_max: Millis(30_000),
            broker_session_timeout: Millis(9_000),
            broker_heartbeat_interval: Millis(2_000),
            replica_high_watermark_checkpoint_interval: Millis(5_000),
            message_max_bytes: Bytes(1_048_588),
            segment_bytes: Bytes(1_073_741_824),
            log_append_time: false,
            message_timestamp_before_max: Millis::MAX,
            message_timestamp_after_max: Millis(3_600_000),
            log_flush_interval_messages: i64::MAX,
            log_flush_interval: None,
            unclean_leader_election_enable: false,
            eligible_leader_replicas: true,
            auto_leader_rebalance_enable: true,
            leader_imbalance_check_interval: Millis(300_000),
            controller_quorum_append_linger: Millis(25),
            metadata_delivery: Micros(1_000),
            controller_commit: Micros(1_000),
            restart: Micros(2_000_000),
            resume: Micros(100_000),
            // real brokers lose two acknowledged records of 5 ms each at a controlled shutdown
            step_down: Micros(10_000),
            shutdown: Micros(40_000),
            // vm.dirty_expire_centisecs of Linux
            writeback: Micros(30_000_000),
        }
    }
}

/// How long messages take. Assumptions, all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// One way between the producer and a broker; opening a connection takes two of them.
    pub one_way: Micros,
    /// One way between two brokers.
    pub between_brokers: Micros,
}

/// What the application does next.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Not before this moment.
    pub at: Option<SimTime>,
    /// What.
    pub action: Action,
}

/// One thing that an application does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Calls of `send`.
    Send(Sends),
    /// `flush()`.
    Flush,
    /// `close(timeout)`; `None` for no limit.
    Close(Option<Millis>),
    /// The process ends without `close`.
    Exit,
}

/// A number of calls of `send`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sends {
    /// How many.
    pub count: u32,
    /// When the application wants to make them.
    pub arrivals: Arrivals,
    /// The topic's name; it need not exist.
    pub topic: String,
    /// The partition, if the record names one.
    pub partition: Option<i32>,
    /// The keys.
    pub keys: Keys,
    /// Sizes of the values in bytes, used in turn; `None` for null.
    pub value_bytes: Vec<Option<u32>>,
    /// What the values consist of; matters to codecs only.
    pub content: Content,
    /// Headers: names and values.
    pub headers: Vec<(String, Option<String>)>,
    /// The records' timestamp, counted from the run's 0; `None` for the time of the call.
    pub timestamp_ms: Option<i64>,
    /// Whether each call waits for its result with `get`.
    pub get: bool,
    /// What the callbacks do beside reporting.
    pub callback: Option<CallbackScript>,
}

/// When calls are wanted, counted from the start of the step.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// One each interval, the first at once.
    Every(Micros),
    /// Independent of each other, with this mean interval: exponential, from keyed draws.
    Poisson(Micros),
    /// Groups of `size` at once, one group each interval.
    Bursts {
        /// Records in a group.
        size: u32,
        /// From one group to the next.
        every: Micros,
    },
}

/// The keys of records.
#[derive(Clone, Debug, PartialEq)]
pub enum Keys {
    /// These in turn; `None` for null.
    Cycle(Vec<Option<String>>),
    /// `key-0` to `key-(n-1)`, drawn; key k is as likely as `1 / (k + 1)` says against the others.
    Skewed(u32),
}

/// What values consist of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// Zero bytes.
    #[default]
    Zeros,
    /// A pangram, over and over.
    Text,
    /// Bytes without a pattern.
    Random,
}

/// What a callback does beside reporting, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallbackScript {
    /// Keeps its thread busy for so long.
    pub takes: Micros,
    /// Sends one record (`count` is 1, no `get`, no callback of its own).
    pub send: Option<alloc::boxed::Box<Sends>>,
    /// Calls `flush`.
    pub flush: bool,
    /// Calls `close`; the inner `None` for no limit.
    pub close: Option<Option<Millis>>,
    /// Throws.
    pub throws: bool,
    /// Only the callbacks of these sends of the step, counted from 0; `None` for all.
    pub on: Option<Vec<u32>>,
}

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// A name for it.
    pub name: String,
    /// Switched off, it stays in the list and does nothing.
    pub on: bool,
    /// When, or at what.
    pub anchor: Anchor,
    /// What happens.
    pub what: FaultKind,
}

/// The moment of a fault.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// At a time.
    At(SimTime),
    /// Produce requests by number, both included, counted over the cluster in the order in which
    /// brokers read them. Unstable: a slider moves the numbers.
    Produce {
        /// First.
        from: u32,
        /// Last.
        to: u32,
    },
    /// The request that carries this record, on its n-th try (from 0).
    Record {
        /// The record.
        record: RecordId,
        /// The try.
        attempt: u16,
    },
    /// When this broker has appended or copied this record; for a fault of a message the fetch answer
    /// that brings it there, or the fetch that confirms it.
    Copied {
        /// The record.
        record: RecordId,
        /// The broker.
        broker: BrokerId,
    },
}

/// What a fault does. Those of the first group need an anchor that names requests, those of the second
/// one that names messages: a request, or a record with the broker that copies it.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// The request gets this answer.
    Answer {
        /// The error.
        error: ErrorCode,
        /// Whether it is appended all the same.
        appended: bool,
        /// Only for these partitions; empty for all.
        partitions: Vec<TopicPartition>,
        /// So much longer until the answer is ready.
        delay: Micros,
    },
    /// The answer is ready so much later.
    Delay(Micros),
    /// Never answered; the connection serves nothing after it.
    Silent {
        /// Whether it is appended.
        appended: bool,
    },
    /// The broker closes the connection instead of answering.
    Hangup {
        /// Whether it is appended.
        appended: bool,
    },

    /// This message never arrives. Over TCP what is sent behind it in the same direction shares its
    /// fate, until a side closes the connection.
    Lose {
        /// Which.
        message: Message,
        /// Whether the connection is reset at that point, so that both sides know at once.
        reset: bool,
    },
    /// This message arrives so much later, and with it all that is sent behind it.
    Late {
        /// Which.
        message: Message,
        /// What it takes more.
        by: Micros,
    },

    /// The broker closes all connections.
    Disconnect(BrokerId),
    /// The broker closes all connections and refuses new ones.
    Unreachable(BrokerId),
    /// It accepts connections again.
    Reachable(BrokerId),
    /// The partition gets this leader, with the next epoch.
    MoveLeader {
        /// The partition.
        partition: TopicPartition,
        /// The leader.
        to: BrokerId,
    },

    /// The broker's process is killed.
    Kill(BrokerId),
    /// The broker's machine loses power.
    PowerLoss(BrokerId),
    /// The broker stands still.
    Hang(BrokerId),
    /// It goes on.
    Resume(BrokerId),
    /// It is asked to shut down in order.
    ControlledShutdown(BrokerId),
    /// Its process starts again.
    Restart(BrokerId),
    /// All that it does takes so much longer, for so long: serving clients, fetching, answering fetches.
    SlowBroker {
        /// The broker.
        broker: BrokerId,
        /// What a piece of work takes more.
        by: Micros,
        /// For how long.
        lasts: Micros,
    },
    /// Writing to its logs takes so much longer, for so long.
    SlowDisk {
        /// The broker.
        broker: BrokerId,
        /// What an append or a copy takes more.
        by: Micros,
        /// For how long.
        lasts: Micros,
    },
    /// One direction of a link takes so much longer, for so long.
    SlowLink {
        /// The link.
        link: Link,
        /// What a message takes more.
        by: Micros,
        /// For how long.
        lasts: Micros,
    },
    /// One direction of a link carries nothing, for so long; what is sent is delivered afterwards, as
    /// TCP does, unless a side gave up.
    CutLink {
        /// The link.
        link: Link,
        /// For how long; a later cut of the same link takes the place of this one.
        lasts: Micros,
    },

    /// The application's process ends without a word.
    ApplicationExit,
}

impl FaultKind {
    /// The broker whose process, machine or doors it happens to.
    #[must_use]
    pub const fn broker(&self) -> Option<BrokerId> {
        match self {
            Self::Disconnect(broker)
            | Self::Unreachable(broker)
            | Self::Reachable(broker)
            | Self::Kill(broker)
            | Self::PowerLoss(broker)
            | Self::Hang(broker)
            | Self::Resume(broker)
            | Self::ControlledShutdown(broker)
            | Self::Restart(broker)
            | Self::SlowBroker { broker, .. }
            | Self::SlowDisk { broker, .. } => Some(*broker),
            Self::Answer { .. }
            | Self::Delay(_)
            | Self::Silent { .. }
            | Self::Hangup { .. }
            | Self::Lose { .. }
            | Self::Late { .. }
            | Self::MoveLeader { .. }
            | Self::SlowLink { .. }
            | Self::CutLink { .. }
            | Self::ApplicationExit => None,
        }
    }
}

/// A message that a fault concerns; the anchor says which of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The produce request.
    Request,
    /// Its answer.
    Answer,
    /// The fetch by which the follower tells that it has copied the record.
    Fetch,
    /// The answer that brings the record to the follower.
    FetchAnswer,
}

/// One direction between two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// From here.
    pub from: Place,
    /// To there.
    pub to: Place,
}

/// An end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The producer.
    Producer,
    /// A broker.
    Broker(BrokerId),
    /// The controller.
    Controller,
}

/// The producer's state at the run's 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It has metadata, connections and id since -10 s, and has been idle.
    Warm,
    /// It is constructed at 0.
    Cold,
}

/// Where chance comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// Keyed draws of this seed.
    Seed(u64),
    /// As recorded cases have it: the n-th draw of the sticky partitioner is n, and nothing jitters.
    Recorded,
}

/// What compression does to batches.
#[derive(Clone, Debug, PartialEq)]
pub enum CompressionOutcome {
    /// Records shrink to `num / den` of their size.
    Ratio(units::Ratio),
    /// What the codec made of each batch.
    Payloads(Vec<Payload>),
}

/// What a codec made of one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Its records.
    pub records: Vec<RecordId>,
    /// Bytes of the records before.
    pub uncompressed: u32,
    /// Bytes after.
    pub compressed: u32,
}

/// The run's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Nothing later than this happens.
    pub until: SimTime,
    /// No more events than this are handled.
    pub events: u64,
}

impl Topic {
    /// The leader at the start of the run.
    #[must_use]
    pub fn preferred_leader(&self, partition: PartitionId) -> Option<BrokerId> {
        self.replicas.get(partition.index()).and_then(|replicas| replicas.first().copied())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    //! A scenario for tests of actors, who get their inputs one by one.

    use super::*;
    use alloc::vec;

    /// Brokers 1, 2 and 3, one partition on all of them; nobody sends.
    pub(crate) fn three_brokers() -> Scenario {
        let brokers = vec![BrokerId(1), BrokerId(2), BrokerId(3)];
        Scenario {
            producer: ProducerConfig::default(),
            cluster: Cluster {
                topics: vec![Topic {
                    name: "t".into(),
                    replicas: vec![brokers.clone()],
                    min_insync_replicas: 1,
                }],
                brokers,
                append: Micros(0),
                check_sequences: true,
                replication: Some(ReplicationSettings::default()),
            },
            network: Network { one_way: Micros(1_000), between_brokers: Micros(1_000) },
            application: Vec::new(),
            faults: Vec::new(),
            start: Start::Cold,
            draws: Draws::Seed(1),
            compression: CompressionOutcome::Ratio(units::Ratio { num: 1, den: 1 }),
            bounds: Bounds { until: SimTime(1_000_000_000), events: 1_000_000 },
        }
    }
}
