//! Which rule decided, where Kafka has it, and which setting it reads most.

use super::Rule;
use trace::{
    BlockReason, BrokerChange, CallKind, Condition, ConnectionState, ElectionReason, IdReason,
    IsrReason, PartitionRule, RequestFate, RequestKind, RoleChange, TurnReason,
};

const fn rule(name: &'static str, source: &'static str, setting: Option<&'static str>) -> Rule {
    Rule { name, source, setting }
}

/// What sent a batch, or held it back.
pub(super) const fn of_condition(condition: Condition) -> Rule {
    const IN_FLIGHT: Option<&str> = Some("max.in.flight.requests.per.connection");
    match condition {
        Condition::Full => rule("full", "RecordAccumulator.batchReady", Some("batch.size")),
        Condition::NewerBatchBehind => {
            rule("newer-batch", "RecordAccumulator.partitionReady", Some("batch.size"))
        }
        Condition::Linger => rule("linger", "RecordAccumulator.batchReady", Some("linger.ms")),
        Condition::MemoryWaiters => rule("memory", "BufferPool.queued", Some("buffer.memory")),
        Condition::Flush => rule("flush", "RecordAccumulator.flushInProgress", None),
        Condition::Close => rule("close", "RecordAccumulator.batchReady", None),
        Condition::RetryDue | Condition::BackOff => {
            rule("backoff", "RecordAccumulator.shouldBackoff", Some("retry.backoff.ms"))
        }
        Condition::NewLeader => {
            rule("new-leader", "ProducerBatch.hasLeaderChangedForTheOngoingRetry", None)
        }
        Condition::SplitPiece => {
            rule("split", "RecordAccumulator.splitAndReenqueue", Some("batch.size"))
        }
        Condition::RideAlong { .. } => {
            rule("ride-along", "RecordAccumulator.drainBatchesForOneNode", Some("linger.ms"))
        }
        Condition::NoSlot => rule("in-flight", "InFlightRequests.canSendMore", IN_FLIGHT),
        Condition::NotConnected => {
            rule("connection", "NetworkClient.ready", Some("reconnect.backoff.ms"))
        }
        Condition::Muted => rule("mute", "RecordAccumulator.mutePartition", IN_FLIGHT),
        Condition::Sequence => rule(
            "sequence",
            "RecordAccumulator.shouldStopDrainBatchesForPartition",
            Some("enable.idempotence"),
        ),
        Condition::RequestSize => rule(
            "request-size",
            "RecordAccumulator.drainBatchesForOneNode",
            Some("max.request.size"),
        ),
        Condition::MetadataDue => {
            rule("metadata-first", "NetworkClient.isReady", Some("metadata.max.age.ms"))
        }
        Condition::NoLeader => rule("no-leader", "RecordAccumulator.partitionReady", None),
        Condition::NoProducerId => rule(
            "producer-id",
            "TransactionManager.bumpIdempotentEpochAndResetIdIfNeeded",
            Some("enable.idempotence"),
        ),
        Condition::IoThreadBusy => {
            rule("one-thread", "ProducerBatch.completeFutureAndFireCallbacks", None)
        }
    }
}

/// Who chose a partition.
pub(super) const fn of_partition(rule_of: PartitionRule) -> Rule {
    let (name, source, setting) = match rule_of {
        PartitionRule::Unchosen => ("no-partition", "KafkaProducer.doSend", None),
        PartitionRule::Explicit => ("partition", "KafkaProducer.partition", None),
        PartitionRule::Key => {
            ("key", "BuiltInPartitioner.partitionForKey", Some("partitioner.ignore.keys"))
        }
        PartitionRule::Sticky => {
            ("sticky", "BuiltInPartitioner.peekCurrentPartitionInfo", Some("batch.size"))
        }
        PartitionRule::RoundRobin => {
            ("round-robin", "RoundRobinPartitioner.partition", Some("partitioner.class"))
        }
    };
    rule(name, source, setting)
}

/// Why the sticky partitioner moved on.
pub(super) const fn of_turn(_: TurnReason) -> Rule {
    rule("sticky", "BuiltInPartitioner.updatePartitionInfo", Some("batch.size"))
}

/// Why a thread waited.
pub(super) const fn of_block(why: BlockReason) -> Rule {
    match why {
        BlockReason::Metadata => {
            rule("metadata", "KafkaProducer.waitOnMetadata", Some("max.block.ms"))
        }
        BlockReason::Memory { .. } => rule("memory", "BufferPool.allocate", Some("buffer.memory")),
        BlockReason::Get => rule("get", "FutureRecordMetadata.get", Some("linger.ms")),
    }
}

/// What asked for a request.
pub(super) const fn of_request(kind: RequestKind) -> Rule {
    let (name, source, setting) = match kind {
        RequestKind::ApiVersions => {
            ("handshake", "NetworkClient.handleInitiateApiVersionRequests", None)
        }
        RequestKind::Metadata => (
            "metadata",
            "NetworkClient.DefaultMetadataUpdater.maybeUpdate",
            Some("metadata.max.age.ms"),
        ),
        RequestKind::InitProducerId => (
            "producer-id",
            "Sender.maybeSendAndPollTransactionalRequest",
            Some("enable.idempotence"),
        ),
        RequestKind::Produce => ("one-request", "Sender.sendProduceRequest", Some("linger.ms")),
    };
    rule(name, source, setting)
}

/// How a request ended.
pub(super) const fn of_fate(fate: RequestFate) -> Rule {
    match fate {
        RequestFate::Answered => {
            rule("acks", "NetworkClient.handleCompletedReceives", Some("acks"))
        }
        RequestFate::NoAck => rule("acks", "NetworkClient.handleCompletedSends", Some("acks")),
        RequestFate::Disconnected => rule("connection", "NetworkClient.handleDisconnections", None),
        RequestFate::TimedOut => rule(
            "request-timeout",
            "NetworkClient.handleTimedOutRequests",
            Some("request.timeout.ms"),
        ),
    }
}

/// What became of a connection.
pub(super) const fn of_connection(state: ConnectionState) -> Rule {
    let (source, setting) = match state {
        ConnectionState::Connecting => {
            ("NetworkClient.initiateConnect", Some("reconnect.backoff.ms"))
        }
        ConnectionState::CheckingApiVersions => {
            ("ClusterConnectionStates.checkingApiVersions", None)
        }
        ConnectionState::Ready => ("ClusterConnectionStates.ready", None),
        ConnectionState::Disconnected => {
            ("ClusterConnectionStates.disconnected", Some("reconnect.backoff.ms"))
        }
        ConnectionState::ClosedByClient => ("NetworkClient.close", Some("request.timeout.ms")),
    };
    rule("connection", source, setting)
}

/// Why there is a new id or epoch.
pub(super) const fn of_id(why: IdReason) -> Rule {
    let source = match why {
        IdReason::Initial => "TransactionManager.InitProducerIdHandler.handleResponse",
        IdReason::EpochBump => "TransactionManager.bumpIdempotentProducerEpoch",
        IdReason::EpochsUsedUp => "TransactionManager.resetIdempotentProducerId",
    };
    rule("producer-id", source, Some("enable.idempotence"))
}

/// What the application called.
pub(super) const fn of_call(call: CallKind) -> Rule {
    match call {
        CallKind::Flush => rule("flush", "KafkaProducer.flush", Some("linger.ms")),
        CallKind::Close => rule("close", "KafkaProducer.close", None),
        CallKind::Exit => rule("exit", "KafkaProducer.close", None),
    }
}

/// Why a partition has its leader.
pub(super) const fn of_election(why: ElectionReason) -> Rule {
    const UNCLEAN: Option<&str> = Some("unclean.leader.election.enable");
    let (source, setting) = match why {
        ElectionReason::Created => ("ReplicationControlManager.createTopic", None),
        ElectionReason::Clean => {
            ("PartitionChangeBuilder.electAnyLeader", Some("broker.session.timeout.ms"))
        }
        ElectionReason::FromElr => ("PartitionChangeBuilder.electAnyLeader", UNCLEAN),
        ElectionReason::LastKnownLeader => {
            ("PartitionChangeBuilder.canElectLastKnownLeader", UNCLEAN)
        }
        ElectionReason::Unclean => ("PartitionChangeBuilder.electAnyLeader", UNCLEAN),
        ElectionReason::Moved => ("PartitionChangeBuilder.electPreferredLeader", None),
        ElectionReason::Nobody => ("PartitionChangeBuilder.electAnyLeader", UNCLEAN),
    };
    rule("election", source, setting)
}

/// Why an in-sync set changed.
pub(super) const fn of_isr(why: IsrReason) -> Rule {
    let (source, setting) = match why {
        IsrReason::Created => ("ReplicationControlManager.createTopic", None),
        IsrReason::Lag => ("Partition.maybeShrinkIsr", Some("replica.lag.time.max.ms")),
        IsrReason::CaughtUp => ("Partition.maybeExpandIsr", None),
        IsrReason::Fenced => {
            ("ReplicationControlManager.handleBrokerFenced", Some("broker.session.timeout.ms"))
        }
        IsrReason::ControlledShutdown => {
            ("ReplicationControlManager.handleBrokerInControlledShutdown", None)
        }
        IsrReason::Election => {
            ("PartitionChangeBuilder.electLeader", Some("unclean.leader.election.enable"))
        }
        IsrReason::UncleanRestart => ("ReplicationControlManager.handleBrokerShutdown", None),
    };
    rule("in-sync", source, setting)
}

/// What became of a broker.
pub(super) const fn of_broker(change: BrokerChange) -> Rule {
    let (name, source, setting) = match change {
        BrokerChange::Killed | BrokerChange::PowerLoss => ("fault", "kafka.Kafka.main", None),
        BrokerChange::Hung | BrokerChange::Resumed => ("fault", "BrokerLifecycleManager", None),
        BrokerChange::ShuttingDown | BrokerChange::Exited => {
            ("shutdown", "BrokerServer.shutdown", None)
        }
        BrokerChange::Starting | BrokerChange::Restarted => {
            ("restart", "BrokerServer.startup", None)
        }
        BrokerChange::Registered => ("session", "ClusterControlManager.registerBroker", None),
        BrokerChange::RegistrationRefused => {
            ("session", "ClusterControlManager.registerBroker", Some("broker.session.timeout.ms"))
        }
        BrokerChange::Fenced => (
            "session",
            "ReplicationControlManager.maybeFenceOneStaleBroker",
            Some("broker.session.timeout.ms"),
        ),
        BrokerChange::Unfenced => (
            "session",
            "ReplicationControlManager.processBrokerHeartbeat",
            Some("broker.heartbeat.interval.ms"),
        ),
        BrokerChange::Unreachable | BrokerChange::Reachable => ("fault", "SocketServer", None),
    };
    rule(name, source, setting)
}

/// What a broker learned of a partition.
pub(super) const fn of_role(change: RoleChange) -> Rule {
    let (source, setting) = match change {
        RoleChange::Leads => ("Partition.makeLeader", None),
        RoleChange::Follows { .. } => ("Partition.makeFollower", None),
        RoleChange::Leaderless => ("ReplicaManager.applyLocalFollowersDelta", None),
        RoleChange::OffersIsr { .. } => {
            ("Partition.submitAlterPartition", Some("replica.lag.time.max.ms"))
        }
        RoleChange::OfferRefused { .. } => ("Partition.handleAlterPartitionError", None),
    };
    rule("leader-epoch", source, setting)
}
