//! Idempotence: producer id, epoch, sequence numbers. Source: `TransactionManager`,
//! `TxnPartitionMap`, `TxnPartitionEntry`; everything about transactions is left out.

use super::accumulator::{BatchKey, Batches};
use super::batch::{ProducerState, increment_sequence};
use alloc::vec::Vec;
use litemap::LiteMap;
use trace::{ErrorCode, Failure};
use units::{Offset, TopicPartition};

/// Producer id and epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProducerIdAndEpoch {
    pub(super) id: i64,
    pub(super) epoch: i16,
}

impl ProducerIdAndEpoch {
    const NONE: Self = Self { id: -1, epoch: -1 };

    pub(super) const fn is_valid(self) -> bool {
        self.id > -1
    }
}

/// "No sequence acknowledged yet".
const NO_LAST_ACKED: i32 = -1;

#[derive(Clone, Debug)]
struct PartitionEntry {
    producer: ProducerIdAndEpoch,
    next_sequence: i32,
    last_acked_sequence: i32,
    /// Ordered by id, epoch and sequence.
    in_flight: Vec<BatchKey>,
}

impl Default for PartitionEntry {
    fn default() -> Self {
        Self {
            producer: ProducerIdAndEpoch::NONE,
            next_sequence: 0,
            last_acked_sequence: NO_LAST_ACKED,
            in_flight: Vec::new(),
        }
    }
}

/// State of the manager, as far as idempotence knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Uninitialized,
    Initializing,
    Ready,
    FatalError,
}

/// The request for a producer id, queued or retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PendingInit {
    pub(super) is_retry: bool,
}

/// Idempotence of one producer.
#[derive(Clone, Debug)]
pub(super) struct TransactionManager {
    producer: ProducerIdAndEpoch,
    state: State,
    partitions: LiteMap<TopicPartition, PartitionEntry>,
    unresolved: LiteMap<TopicPartition, i32>,
    to_rewrite: Vec<TopicPartition>,
    bump_required: bool,
    pub(super) pending: Option<PendingInit>,
    /// A request for an id is under way.
    pub(super) in_flight_request: bool,
    pub(super) last_error: Option<Failure>,
}

impl TransactionManager {
    pub(super) const fn new() -> Self {
        Self {
            producer: ProducerIdAndEpoch::NONE,
            state: State::Uninitialized,
            partitions: LiteMap::new(),
            unresolved: LiteMap::new(),
            to_rewrite: Vec::new(),
            bump_required: false,
            pending: None,
            in_flight_request: false,
            last_error: None,
        }
    }

    pub(super) const fn producer(&self) -> ProducerIdAndEpoch {
        self.producer
    }

    pub(super) fn has_fatal_error(&self) -> bool {
        self.state == State::FatalError
    }

    /// The request for a producer id was answered.
    pub(super) const fn set_producer(&mut self, producer: ProducerIdAndEpoch) {
        self.producer = producer;
        self.state = State::Ready;
        self.last_error = None;
    }

    fn entry(&mut self, partition: TopicPartition) -> &mut PartitionEntry {
        self.partitions.entry(partition).or_default()
    }

    pub(super) fn has_in_flight(&self, partition: TopicPartition) -> bool {
        self.partitions.get(&partition).is_some_and(|entry| !entry.in_flight.is_empty())
    }

    pub(super) fn has_stale_producer(&self, partition: TopicPartition) -> bool {
        self.partitions.get(&partition).map_or(ProducerIdAndEpoch::NONE, |entry| entry.producer)
            != self.producer
    }

    pub(super) fn has_unresolved_sequence(&self, partition: TopicPartition) -> bool {
        self.unresolved.contains_key(&partition)
    }

    /// First sequence among the partition's batches in flight.
    pub(super) fn first_in_flight_sequence(
        &self,
        partition: TopicPartition,
        batches: &Batches,
    ) -> Option<i32> {
        let first = *self.partitions.get(&partition)?.in_flight.first()?;
        batches[first].producer_state.map(|state| state.base_sequence)
    }

    /// Gives a batch its id, epoch and first sequence, and counts its records.
    /// Source: `RecordAccumulator.drainBatchesForOneNode`.
    pub(super) fn assign(&mut self, key: BatchKey, batches: &mut Batches) {
        let partition = batches[key].partition;
        if !self.has_fatal_error()
            && self.has_stale_producer(partition)
            && !self.has_in_flight(partition)
        {
            self.start_sequences_at_beginning(partition, batches);
        }
        let producer = self.producer;
        let records = batches[key].record_count() as i32;
        let entry = self.entry(partition);
        let base_sequence = entry.next_sequence;
        entry.next_sequence = increment_sequence(base_sequence, records);
        batches[key].producer_state =
            Some(ProducerState { id: producer.id, epoch: producer.epoch, base_sequence });
        self.add_in_flight(key, batches);
    }

    pub(super) fn add_in_flight(&mut self, key: BatchKey, batches: &Batches) {
        let state = batches[key].producer_state;
        let entry = self.entry(batches[key].partition);
        let position =
            entry.in_flight.partition_point(|other| batches[*other].producer_state < state);
        if entry.in_flight.get(position).is_none_or(|other| batches[*other].producer_state != state)
        {
            entry.in_flight.insert(position, key);
        }
    }

    pub(super) fn remove_in_flight(&mut self, key: BatchKey, batches: &Batches) {
        let batch = &batches[key];
        if let Some(entry) = self.partitions.get_mut(&batch.partition) {
            entry.in_flight.retain(|other| batches[*other].producer_state != batch.producer_state);
        }
    }

    /// Source: `TxnPartitionEntry.startSequencesAtBeginning`.
    fn start_sequences_at_beginning(&mut self, partition: TopicPartition, batches: &mut Batches) {
        let producer = self.producer;
        let entry = self.entry(partition);
        let mut sequence = 0;
        for key in &entry.in_flight {
            let batch = &mut batches[*key];
            batch.reset_producer_state(ProducerState {
                id: producer.id,
                epoch: producer.epoch,
                base_sequence: sequence,
            });
            sequence += batch.record_count() as i32;
        }
        entry.producer = producer;
        entry.next_sequence = sequence;
        entry.last_acked_sequence = NO_LAST_ACKED;
    }

    /// Source: `TransactionManager.handleCompletedBatch`.
    pub(super) fn handle_completed(&mut self, key: BatchKey, batches: &Batches) {
        let batch = &batches[key];
        let last = batch.last_sequence().unwrap_or(NO_LAST_ACKED);
        if let Some(entry) = self.partitions.get_mut(&batch.partition) {
            entry.last_acked_sequence = entry.last_acked_sequence.max(last);
        }
        self.remove_in_flight(key, batches);
    }

    /// Source: `TransactionManager.maybeTransitionToErrorState`.
    pub(super) const fn maybe_transition_to_error_state(&mut self, failure: Failure) {
        if matches!(
            failure,
            Failure::Fenced { .. }
                | Failure::Protocol {
                    error: ErrorCode::ClusterAuthorizationFailed
                        | ErrorCode::TransactionalIdAuthorizationFailed
                        | ErrorCode::ProducerFenced
                        | ErrorCode::UnsupportedVersion
                        | ErrorCode::InvalidProducerIdMapping
                }
        ) {
            self.state = State::FatalError;
            self.last_error = Some(failure);
        }
    }

    /// Source: `TransactionManager.handleFailedBatch`.
    pub(super) fn handle_failed(
        &mut self,
        key: BatchKey,
        failure: Failure,
        adjust_sequences: bool,
        batches: &Batches,
    ) {
        self.maybe_transition_to_error_state(failure);
        self.remove_in_flight(key, batches);
        if self.has_fatal_error() {
            return;
        }
        let partition = batches[key].partition;
        match failure {
            // by class: UnknownProducerIdException is an OutOfOrderSequenceException
            Failure::Protocol {
                error: ErrorCode::OutOfOrderSequenceNumber | ErrorCode::UnknownProducerId,
            } => self.request_epoch_bump(partition),
            _ if adjust_sequences => self.request_epoch_bump(partition),
            _ => {}
        }
    }

    fn request_epoch_bump(&mut self, partition: TopicPartition) {
        self.bump_required = true;
        if !self.to_rewrite.contains(&partition) {
            self.to_rewrite.push(partition);
        }
    }

    /// Source: `TransactionManager.markSequenceUnresolved`.
    pub(super) fn mark_sequence_unresolved(&mut self, key: BatchKey, batches: &Batches) {
        let batch = &batches[key];
        // as in Kafka: plus one, without the wrap
        let next = batch.last_sequence().unwrap_or(-2).wrapping_add(1);
        let marked = self.unresolved.entry(batch.partition).or_insert(next);
        *marked = (*marked).max(next);
    }

    fn is_next_sequence(&self, partition: TopicPartition, sequence: i32) -> bool {
        let last = self.partitions.get(&partition).map_or(NO_LAST_ACKED, |e| e.last_acked_sequence);
        sequence.wrapping_sub(last) == 1
    }

    /// Source: `TransactionManager.maybeResolveSequences`.
    pub(super) fn maybe_resolve_sequences(&mut self) {
        let marked: Vec<TopicPartition> = self.unresolved.keys().copied().collect();
        for partition in marked {
            if self.has_in_flight(partition) {
                continue;
            }
            let next = self.entry(partition).next_sequence;
            if !self.is_next_sequence(partition, next) {
                self.request_epoch_bump(partition);
            }
            self.unresolved.remove(&partition);
        }
    }

    /// Begins a new epoch if one was asked for; says whether it did.
    /// Source: `TransactionManager.bumpIdempotentProducerEpoch`.
    pub(super) fn maybe_bump_epoch(&mut self, batches: &mut Batches) -> bool {
        if !self.bump_required {
            return false;
        }
        if self.producer.epoch == i16::MAX {
            self.producer = ProducerIdAndEpoch::NONE;
            self.state = State::Uninitialized;
        } else {
            self.producer.epoch += 1;
        }
        for partition in core::mem::take(&mut self.to_rewrite) {
            if self.partitions.contains_key(&partition) {
                self.start_sequences_at_beginning(partition, batches);
            }
            self.unresolved.remove(&partition);
        }
        self.bump_required = false;
        true
    }

    /// Queues the request for an id if there is none.
    /// Source: `TransactionManager.bumpIdempotentEpochAndResetIdIfNeeded`.
    pub(super) fn maybe_ask_for_id(&mut self) {
        if self.state != State::Initializing && !self.producer.is_valid() {
            self.state = State::Initializing;
            self.pending = Some(PendingInit { is_retry: false });
        }
    }

    /// Whether the error means another try. Source: `TransactionManager.canRetry`.
    pub(super) fn can_retry(
        &mut self,
        key: BatchKey,
        error: ErrorCode,
        log_start: Offset,
        batches: &Batches,
    ) -> bool {
        let batch = &batches[key];
        let partition = batch.partition;
        match error {
            ErrorCode::UnknownProducerId => {
                if log_start != Offset::NONE && !batch.sequence_reset {
                    self.request_epoch_bump(partition);
                }
                true
            }
            ErrorCode::OutOfOrderSequenceNumber => {
                let base = batch.producer_state.map_or(-1, |state| state.base_sequence);
                match self.unresolved.get(&partition).copied() {
                    None if batch.sequence_reset || !self.is_next_sequence(partition, base) => {}
                    None => self.request_epoch_bump(partition),
                    Some(next) if base == next => self.request_epoch_bump(partition),
                    Some(_) => {}
                }
                true
            }
            _ => error.retriable(),
        }
    }
}
