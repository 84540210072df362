//! What holds after every event of every run, whatever its scenario.

use crate::replicas::Replicas;
use analysis::{MetricSettings, Windows};
use model::scenario::{Fault, FaultKind};
use model::{Scenario, Simulation};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use trace::{ElectionReason, End, ErrorCode, Failure, NONE, RequestKind, Thread, Trace, facts};
use units::{ConnectionId, Micros, SimTime, TopicPartition};

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its name.
    pub invariant: &'static str,
    /// When.
    pub at: SimTime,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} µs: {}", self.invariant, self.at.0, self.found)
    }
}

/// Runs a scenario event by event and checks all invariants after each.
///
/// # Errors
/// The first one that did not hold.
pub fn run_checked(scenario: Scenario) -> Result<Trace, Broken> {
    let mut watch = Watch { now: SimTime(i64::MIN), ..Watch::default() };
    watch.max_in_flight = scenario.producer.max_in_flight();
    watch.compressed = scenario.producer.compression() != model::config::Compression::None;
    // brokers that only recognise copies do not keep the order of what is retried
    watch.idempotent = scenario.producer.enable_idempotence() && scenario.cluster.check_sequences;
    let replication = scenario.cluster.replication.as_ref();
    watch.replicas = replication.map(|settings| Replicas::new(&scenario, settings));
    let faults = scenario.faults.clone();
    let config = scenario.producer.clone();
    let mut simulation = Simulation::new(scenario);
    loop {
        let over = simulation.run_for(1);
        watch.event(&simulation)?;
        if over {
            break;
        }
    }
    if watch.left_alone(simulation.trace(), &faults) {
        let recovered = Replicas::recovered(&simulation.cluster());
        recovered.or_else(|(invariant, found)| watch.broken(invariant, found))?;
    }
    let buffer = simulation.buffer();
    let trace = simulation.into_trace();
    watch.end(&trace)?;
    let settings = MetricSettings {
        buffer_memory: config.buffer_memory(),
        windows: Windows {
            length: config.metrics_sample_window(),
            samples: i64::from(config.metrics_num_samples()),
        },
    };
    let end = trace.end.map_or(SimTime::ZERO, |(at, _)| at);
    let exited = trace.calls.rows().any(|call| call.call == trace::CallKind::Exit);
    let metrics = analysis::metrics(&trace, &settings, end).producer;
    let derived = metrics.iter().find(|(name, _)| *name == "buffer-available-bytes");
    let derived = derived.and_then(|(_, value)| *value);
    if !exited && derived != Some(buffer.available.0 as f64) {
        return watch.broken(
            "buffer_memory_is_conserved",
            format!("{} bytes are free, {derived:?} by the batches", buffer.available.0),
        );
    }
    Ok(trace)
}

/// How far the tables of a growing trace have been read, and what is kept from them.
#[derive(Default)]
struct Watch {
    /// Of brokers that replicate.
    replicas: Option<Replicas>,
    /// Moves of high watermarks, and everything else that concerns replicas.
    replica_facts: (u32, u32),
    max_in_flight: u32,
    compressed: bool,
    idempotent: bool,
    /// A batch has failed.
    failed: bool,
    now: SimTime,
    opens: u32,
    drains: u32,
    requests: u32,
    request_ends: u32,
    callbacks: u32,
    finishes: u32,
    splits: u32,
    retries: u32,
    /// A broker has said that a number was out of order, or that it does not know the producer.
    out_of_order: bool,
    /// Bytes of the buffers of batches without a result.
    unfinished: i64,
    has_result: Vec<bool>,
    in_flight: BTreeMap<ConnectionId, u32>,
    told: Vec<u8>,
    /// By partition and epoch: the sequence behind the last one given.
    sequences: BTreeMap<(TopicPartition, i16), i32>,
}

/// How long a fault goes on.
const fn lasts(what: &FaultKind) -> Micros {
    match what {
        FaultKind::CutLink { lasts, .. }
        | FaultKind::SlowLink { lasts, .. }
        | FaultKind::SlowBroker { lasts, .. }
        | FaultKind::SlowDisk { lasts, .. } => *lasts,
        FaultKind::Late { by, .. } => *by,
        _ => Micros(0),
    }
}

impl Watch {
    fn broken<T>(&self, invariant: &'static str, found: String) -> Result<T, Broken> {
        Err(Broken { invariant, at: self.now, found })
    }

    fn event(&mut self, simulation: &Simulation) -> Result<(), Broken> {
        let trace = simulation.trace();
        if simulation.now() < self.now {
            return self.broken("time_never_runs_back", format!("{:?}", simulation.now()));
        }
        self.now = simulation.now();
        self.replicas(simulation)?;
        self.batches(trace);
        self.memory(simulation)?;
        self.drained(trace)?;
        self.connections(trace)?;
        self.results(trace)
    }

    /// Looks at the brokers if something has happened to them; at whole logs if more than a high watermark
    /// has moved, and now and then.
    fn replicas(&mut self, simulation: &Simulation) -> Result<(), Broken> {
        const MOVES: u32 = 64;
        let trace = simulation.trace();
        let Some(replicas) = self.replicas.as_mut() else { return Ok(()) };
        let moves = trace.high_watermarks.len();
        let others = trace.isr_changes.len()
            + trace.leaders.len()
            + trace.roles.len()
            + trace.broker_states.len()
            + trace.truncations.len();
        let before = core::mem::replace(&mut self.replica_facts, (moves, others));
        let looked =
            if others != before.1 || trace.end.is_some() || moves / MOVES != before.0 / MOVES {
                replicas.logs(&simulation.cluster())
            } else if moves != before.0 {
                replicas.marks(&simulation.cluster_marks())
            } else {
                Ok(())
            };
        looked.or_else(|(invariant, found)| self.broken(invariant, found))
    }

    /// Whether nothing has happened to a cluster for so long that everybody has noticed all that did: a
    /// silent leader is given up last.
    fn left_alone(&self, trace: &Trace, faults: &[Fault]) -> bool {
        let Some(replicas) = &self.replicas else { return false };
        let ended = trace.faults.rows().map(|row| {
            let what = &faults[usize::from(row.fault)].what;
            row.at + lasts(what)
        });
        let written = trace.appends.rows().map(|append| append.at).max();
        let last = ended.chain(written).max().unwrap_or(SimTime::ZERO);
        self.now.since(last) >= replicas.recovery
    }

    fn batches(&mut self, trace: &Trace) {
        for batch in self.opens..trace.opens.len() {
            let open = trace.opens.row(batch);
            let pooled = if open.parent.0 == NONE { i64::from(open.capacity) } else { 0 };
            self.unfinished += pooled;
            self.has_result.push(false);
        }
        self.opens = trace.opens.len();
        let finished = (self.finishes..trace.finishes.len()).map(|n| trace.finishes.row(n).batch);
        let split = (self.splits..trace.splits.len()).map(|n| trace.splits.row(n).batch);
        for number in self.finishes..trace.finishes.len() {
            self.failed |= trace.finishes.row(number).failure != NONE;
        }
        for retry in self.retries..trace.retries.len() {
            let error = trace.retries.row(retry).error;
            self.out_of_order |=
                matches!(error, ErrorCode::OutOfOrderSequenceNumber | ErrorCode::UnknownProducerId);
        }
        self.retries = trace.retries.len();
        for batch in finished.chain(split) {
            let open = trace.opens.row(batch.0);
            if !core::mem::replace(&mut self.has_result[batch.index()], true)
                && open.parent.0 == NONE
            {
                self.unfinished -= i64::from(open.capacity);
            }
        }
        (self.finishes, self.splits) = (trace.finishes.len(), trace.splits.len());
    }

    /// Free bytes, those that waiters hold and those of batches are all there is.
    fn memory(&self, simulation: &Simulation) -> Result<(), Broken> {
        let buffer = simulation.buffer();
        let used = buffer.total.0 - buffer.available.0 - buffer.held_by_waiters.0;
        if buffer.available.0 < 0 || used < self.unfinished {
            let found = format!("{buffer:?}, {} bytes in batches", self.unfinished);
            return self.broken("buffer_memory_is_conserved", found);
        }
        Ok(())
    }

    fn drained(&mut self, trace: &Trace) -> Result<(), Broken> {
        for number in self.drains..trace.drains.len() {
            let drain = trace.drains.row(number);
            let open = trace.opens.row(drain.batch.0);
            if !self.compressed && open.parent.0 == NONE && drain.bytes > open.capacity {
                let found = format!("{} of {} bytes", drain.bytes, open.capacity);
                return self.broken("no_batch_is_above_its_limit", found);
            }
            if drain.epoch > 0 && !self.failed && !self.out_of_order {
                return self.broken("a_new_epoch_has_a_reason", format!("batch {}", drain.batch));
            }
            // a batch that fails for good leaves its numbers unused, and a new epoch begins with them
            if drain.base_sequence < 0 || drain.epoch > 0 || self.failed {
                continue;
            }
            let next = self.sequences.entry((open.partition, drain.epoch)).or_insert(0);
            if drain.base_sequence > *next {
                let found = format!("{} follows {next}", drain.base_sequence);
                return self.broken("sequence_numbers_have_no_gaps", found);
            }
            *next = (*next).max(drain.base_sequence + drain.records.cast_signed());
        }
        self.drains = trace.drains.len();
        Ok(())
    }

    fn connections(&mut self, trace: &Trace) -> Result<(), Broken> {
        for number in self.request_ends..trace.request_ends.len() {
            let request = trace.requests.row(trace.request_ends.row(number).request.0);
            // a request that begins and ends within one event is counted by neither side
            if trace.request_ends.row(number).request.0 < self.requests
                && let Some(open) = self.in_flight.get_mut(&request.connection)
            {
                *open = open.saturating_sub(1);
            }
        }
        let ended: Vec<u32> = (self.request_ends..trace.request_ends.len())
            .map(|number| trace.request_ends.row(number).request.0)
            .collect();
        for number in self.requests..trace.requests.len() {
            let request = trace.requests.row(number);
            if ended.contains(&number) {
                continue;
            }
            let open = self.in_flight.entry(request.connection).or_insert(0);
            *open += 1;
            if request.kind == RequestKind::Produce && *open > self.max_in_flight {
                let found = format!("{open} requests on connection {}", request.connection);
                return self.broken("in_flight_is_never_above_the_limit", found);
            }
        }
        (self.requests, self.request_ends) = (trace.requests.len(), trace.request_ends.len());
        Ok(())
    }

    fn results(&mut self, trace: &Trace) -> Result<(), Broken> {
        self.told.resize(trace.sends.len() as usize, 0);
        // the last row may still grow: it is read once another follows
        let settled = trace.callbacks.len().saturating_sub(1).max(self.callbacks);
        for number in self.callbacks..settled {
            self.tell(trace, number)?;
        }
        self.callbacks = settled;
        Ok(())
    }

    fn tell(&mut self, trace: &Trace, number: u32) -> Result<(), Broken> {
        let callback = trace.callbacks.row(number);
        let mut record = callback.record;
        for _ in 0..callback.count {
            let told = &mut self.told[record.index()];
            *told += 1;
            // a send that throws on the application thread may have queued its record all the same
            if *told > 1 && callback.thread == Thread::Io {
                let found = format!("record {record} is called back again");
                return self.broken("every_record_ends_once", found);
            }
            record = trace.next_in_batch(record);
        }
        Ok(())
    }

    fn end(&mut self, trace: &Trace) -> Result<(), Broken> {
        for number in self.callbacks..trace.callbacks.len() {
            self.tell(trace, number)?;
        }
        match trace.end {
            Some((_, End::Finished)) => {}
            Some((_, End::TimeLimit)) => return self.order(trace),
            end => return self.broken("a_run_always_ends", format!("{end:?}")),
        }
        for refusal in trace.refusals.rows() {
            self.told[refusal.record.index()] += 1;
        }
        let exited = trace.calls.rows().any(|call| call.call == trace::CallKind::Exit);
        if let Some(record) = self.told.iter().position(|told| *told == 0)
            && !exited
        {
            return self.broken("every_record_ends_once", format!("record {record} has no result"));
        }
        self.order(trace)
    }

    /// With idempotence, batches of a partition that were acknowledged under one epoch of the producer stand in
    /// the log in the order in which they were opened: a leader takes the next number only, and knows what it
    /// has. The offset of a batch that it recognised is that of its copy.
    ///
    /// Kafka promises no more. A broker that has not heard of a producer takes whatever number comes first: where
    /// it refused the first batch, a later one may begin the log, and the first one gets in under the next
    /// epoch, behind it. So does one that was appended under the epoch before, if the client was not told. And
    /// where a script lets a batch fail with `UNKNOWN_PRODUCER_ID`, which no broker says any more, the client
    /// counts from 0 again under the same epoch.
    /// Source: `ProducerAppendInfo.checkSequence`, `TxnPartitionEntry.startSequencesAtBeginning`,
    /// `TransactionManager.resetSequenceForPartition`.
    fn order(&self, trace: &Trace) -> Result<(), Broken> {
        if !self.idempotent {
            return Ok(());
        }
        // a log that has lost its end takes other batches there
        let cut = trace.truncations.rows().map(|cut| cut.partition);
        let unclean = |leader: &facts::Leader| {
            matches!(leader.why, ElectionReason::Unclean | ElectionReason::LastKnownLeader)
        };
        let replaced = trace.leaders.rows().filter(unclean).map(|leader| leader.partition);
        let unknown = Failure::Protocol { error: ErrorCode::UnknownProducerId };
        let forgotten = trace
            .finishes
            .rows()
            .filter(|finish| trace.failure_at(finish.failure) == Some(unknown));
        let forgotten = forgotten.map(|finish| trace.opens.partition().get(finish.batch.0));
        let left_out: BTreeSet<TopicPartition> = cut.chain(replaced).chain(forgotten).collect();
        let mut epochs = vec![-1; trace.opens.len() as usize];
        for drain in trace.drains.rows() {
            epochs[drain.batch.index()] = drain.epoch;
        }
        let mut last: BTreeMap<(TopicPartition, i16), (u32, i64)> = BTreeMap::new();
        for finish in trace.finishes.rows().filter(|finish| finish.offset.0 >= 0) {
            let open = trace.opens.row(finish.batch.0);
            // pieces stand where the batch stood that they are of
            if open.parent.0 != NONE || left_out.contains(&open.partition) {
                continue;
            }
            let epoch = epochs[finish.batch.index()];
            let this = (finish.batch.0, finish.offset.0);
            if let Some((batch, offset)) = last.insert((open.partition, epoch), this)
                && (batch < finish.batch.0) != (offset < finish.offset.0)
            {
                let found = format!(
                    "batch {} at {}, batch {batch} at {offset}",
                    finish.batch, finish.offset.0
                );
                return self.broken("order_is_kept_with_idempotence", found);
            }
        }
        Ok(())
    }
}
