//! The producer: `KafkaProducer` with its two threads, as an actor without I/O.
//!
//! One file for each class of Kafka's client; [`thread`] says how threads that block become values.
//! Never names a broker's state.

mod accumulator;
mod application;
mod batch;
mod buffer_pool;
mod callback;
mod compression;
mod connection_states;
mod drain;
mod exponential_backoff;
mod in_flight_batches;
mod java_hash;
mod metadata;
mod network_client;
mod partitioner;
mod produce_response;
mod send;
mod sender;
mod sends_in_a_row;
mod sizes;
mod thread;
mod transaction_manager;
mod warm_up;

pub(crate) use network_client::{Arrival, Output};

use crate::config::ProducerConfig;
use crate::scenario::{Action, CallbackScript, Draws, Scenario, Sends, Start};
use accumulator::{BatchKey, RecordAccumulator};
use alloc::{string::String, vec::Vec};
use application::{Application, ApplicationStage};
use in_flight_batches::InFlightBatches;
use litemap::LiteMap;
use metadata::Metadata;
use network_client::{Io, NetworkClient};
use thread::{Flow, Frame, SenderStage, ThreadState, Wait};
use trace::{Cause, Thread, Trace};
use transaction_manager::TransactionManager;
use units::{BatchId, ConnectionId, RecordId, SimTime, TopicId};

/// More polls than this at one instant mean that the threads only keep each other busy.
const POLLS_AT_ONE_INSTANT_MAX: u32 = 100;

/// Someone waits for the results of batches: `flush`, or `get`.
#[derive(Clone, Debug)]
struct ResultWait {
    token: u32,
    pending: Vec<BatchId>,
    /// For `get`: the record, which follows its piece when its batch is split.
    record: Option<RecordId>,
}

/// The producer.
#[derive(Clone, Debug)]
pub(crate) struct Producer {
    config: ProducerConfig,
    draws: Draws,
    /// Names of the topics that the application uses, those of the cluster first.
    topics: Vec<String>,
    /// How many of them the cluster has.
    cluster_topics: usize,
    accumulator: RecordAccumulator,
    metadata: Metadata,
    transactions: Option<TransactionManager>,
    client: NetworkClient,
    /// Batches in flight by partition, oldest first. Source: `Sender.inFlightBatches`.
    in_flight: InFlightBatches,
    topic_hashes: Vec<i32>,
    application: ThreadState,
    io: ThreadState,
    /// `Sender.running`.
    running: bool,
    force_close: bool,
    exited: bool,
    io_ended: bool,
    wakeup: bool,
    progress: bool,
    polls_at_instant: u32,
    result_waits: Vec<ResultWait>,
    /// The metadata that a `send` began with, while it waits for memory.
    clusters: LiteMap<RecordId, Metadata>,
    next_token: u32,
    /// Where the script of a record's callback stands: the step, for those that have one.
    scripts: LiteMap<RecordId, usize>,
    round_robin: LiteMap<TopicId, i32>,
    /// Batches without a final result, and requests without an end, make a run go on.
    pending_records: u64,
    /// One bit for each record: it has its result.
    done: Vec<u64>,
    callbacks_running: u32,
    open_produces: u64,
    /// What the application's last step waited for.
    application_cause: Cause,
    /// The fact that completed a batch last, by its end.
    last_finish: Option<Cause>,
    close_cause: Cause,
    application_over: bool,
    /// No calls of `send` later than this in the first so many steps.
    sends_end: (SimTime, usize),
    warming: Warming,
}

/// How far the warm-up is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Warming {
    No,
    Metadata,
    Connections,
    Over,
}

/// What the actor needs from outside for one step.
pub(crate) struct Fx<'a> {
    pub(crate) now: SimTime,
    pub(crate) scenario: &'a Scenario,
    pub(crate) trace: &'a mut Trace,
    pub(crate) out: &'a mut Vec<Output>,
    /// When the world acts next; `NEVER` if nothing is scheduled, which the warm-up waits for.
    pub(crate) next_event: SimTime,
    /// How many more events may be handled before the caller looks again.
    pub(crate) events_left: u64,
}

/// Why a thread stopped running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It waits.
    Waiting,
    /// Events that are due come first, then the same thread goes on.
    DueEvents,
}

impl Producer {
    pub(crate) fn new(scenario: &Scenario, trace: &mut Trace) -> Self {
        let config = scenario.producer.clone();
        let topics = topic_names(scenario);
        let topic_hashes: Vec<i32> =
            topics.iter().map(|name| java_hash::string_hash(name)).collect();
        trace.topics.clone_from(&topics);
        let brokers = scenario.cluster.brokers.clone();
        let first = match scenario.start {
            Start::Warm => ApplicationStage::WarmUp,
            Start::Cold => ApplicationStage::Begin,
        };
        Self {
            draws: scenario.draws,
            cluster_topics: scenario.cluster.topics.len(),
            accumulator: RecordAccumulator::new(&config, topic_hashes.clone()),
            metadata: Metadata::new(&config, brokers.len(), topic_hashes.clone()),
            transactions: config.enable_idempotence().then(TransactionManager::new),
            client: NetworkClient::new(&config, brokers, topics.iter().map(String::len).collect()),
            in_flight: InFlightBatches::default(),
            topic_hashes,
            application: ThreadState::new(Frame::Application(Application::new(first))),
            io: ThreadState::new(Frame::Sender(SenderStage::Top)),
            running: true,
            force_close: false,
            exited: false,
            io_ended: false,
            wakeup: false,
            progress: false,
            polls_at_instant: 0,
            result_waits: Vec::new(),
            clusters: LiteMap::new(),
            next_token: 0,
            scripts: LiteMap::new(),
            round_robin: LiteMap::new(),
            pending_records: 0,
            done: Vec::new(),
            callbacks_running: 0,
            open_produces: 0,
            application_cause: trace::Timer::Schedule.into(),
            last_finish: None,
            close_cause: Cause::DERIVED,
            application_over: false,
            sends_end: (SimTime::NEVER, 0),
            warming: Warming::No,
            topics,
            config,
        }
    }

    // --------------------------------------------------------------------- from the world

    pub(crate) fn arrive(&mut self, connection: ConnectionId, arrival: Arrival) {
        self.client.arrive(connection, arrival);
    }

    /// The clock has moved on.
    pub(crate) const fn instant_over(&mut self) {
        self.polls_at_instant = 0;
    }

    /// The application has ended, and nothing of the client is undecided.
    pub(crate) const fn finished(&self) -> bool {
        self.application_over
            && (self.io_ended
                || self.exited
                || (self.pending_records == 0
                    && self.open_produces == 0
                    && self.callbacks_running == 0))
    }

    /// The application has more steps than it had.
    pub(crate) fn go_on(&mut self, now: SimTime) {
        if self.application_over {
            self.application_over = false;
            self.application.deadline = now;
        }
    }

    /// The first `steps` steps make no call of `send` later than `at`.
    pub(crate) const fn end_sends(&mut self, at: SimTime, steps: usize) {
        self.sends_end = (at, steps);
    }

    /// The warm-up has just ended: the clock may jump.
    pub(crate) fn warm_up_over(&self) -> bool {
        self.warming == Warming::Over
    }

    /// The clock has jumped to 0: the I/O thread begins a new wait there.
    pub(crate) fn jumped_to_zero(&mut self) {
        self.warming = Warming::No;
        self.wakeup = true;
    }

    pub(crate) fn is_ready(&self, thread: Thread, fx: &Fx<'_>) -> bool {
        let state = match thread {
            Thread::Application => &self.application,
            Thread::Io if self.io_ended || self.exited => return false,
            Thread::Io => &self.io,
        };
        fx.now >= state.deadline || self.holds(state.wait, fx)
    }

    /// Moves the clock on to `at` if nothing else happens before, so that arrivals need not go through
    /// the event loop one by one. An event of its own, as there.
    fn skip_to(&mut self, at: SimTime, fx: &mut Fx<'_>) -> bool {
        let skips = at <= self.horizon(fx) && fx.events_left > 0;
        if skips {
            fx.now = at;
            fx.events_left -= 1;
            self.instant_over();
        }
        skips
    }

    /// Up to when nothing happens but what the application does.
    fn horizon(&self, fx: &Fx<'_>) -> SimTime {
        if !fx.out.is_empty() || self.is_ready(Thread::Io, fx) {
            return fx.now;
        }
        let before_next_event = SimTime(fx.next_event.0.saturating_sub(1));
        before_next_event.min(fx.scenario.bounds.until).min(self.next_at_of_io())
    }

    fn next_at_of_io(&self) -> SimTime {
        if self.io_ended || self.exited { SimTime::NEVER } else { self.io.deadline }
    }

    /// When a thread goes on at the latest.
    pub(crate) fn next_at(&self) -> SimTime {
        self.application.deadline.min(self.next_at_of_io())
    }

    fn holds(&self, wait: Wait, fx: &Fx<'_>) -> bool {
        match wait {
            Wait::Deadline => false,
            Wait::Metadata(version) => {
                self.metadata.update_version() > version || self.metadata.closed()
            }
            Wait::Memory(waiter) => self.accumulator.pool.signalled(waiter),
            Wait::Results(token) => self.results_are_there(token),
            Wait::IoEnded => self.io_ended,
            Wait::Poll => self.wakeup || self.client.deliverable(),
            Wait::WarmMetadata => self.has_all_metadata(),
            Wait::WarmConnections => self.has_all_connections(fx),
        }
    }

    /// Runs a thread until it waits.
    pub(crate) fn run(&mut self, thread: Thread, fx: &mut Fx<'_>) -> Stop {
        loop {
            let Some(frame) = self.thread_mut(thread).stack.pop() else {
                let state = self.thread_mut(thread);
                state.wait = Wait::Deadline;
                state.deadline = SimTime::NEVER;
                return Stop::Waiting;
            };
            match self.step(frame, fx) {
                Flow::Again(frame) => self.thread_mut(thread).stack.push(frame),
                Flow::Call(caller, callee) => {
                    let stack = &mut self.thread_mut(thread).stack;
                    stack.push(caller);
                    stack.push(callee);
                }
                Flow::Return(threw) => self.thread_mut(thread).threw = threw,
                Flow::Wait(frame, wait, deadline) => {
                    // a wait whose condition holds is none; a deadline that has come lets the others go on
                    if self.holds(wait, fx) {
                        self.thread_mut(thread).stack.push(frame);
                        continue;
                    }
                    if thread == Thread::Io && wait != Wait::Poll {
                        self.note_receipts(fx);
                    }
                    let state = self.thread_mut(thread);
                    state.stack.push(frame);
                    state.wait = wait;
                    state.deadline = deadline;
                    return Stop::Waiting;
                }
                Flow::DueEvents(frame) => {
                    self.thread_mut(thread).stack.push(frame);
                    return Stop::DueEvents;
                }
            }
        }
    }

    const fn thread_mut(&mut self, thread: Thread) -> &mut ThreadState {
        match thread {
            Thread::Application => &mut self.application,
            Thread::Io => &mut self.io,
        }
    }

    fn step(&mut self, frame: Frame, fx: &mut Fx<'_>) -> Flow {
        match frame {
            Frame::Application(application) => self.step_application(application, fx),
            Frame::Send(call) => self.step_send(call, fx),
            Frame::Callback(call) => self.step_callback(call, fx),
            Frame::Flush { row, token } => self.step_flush(row, token, fx),
            Frame::Close { row, timeout, stage } => self.step_close(row, timeout, stage, fx),
            Frame::Get { token, row } => self.step_get(token, row, fx),
            Frame::Sender(stage) => self.step_sender(stage, fx),
            Frame::Poll(stage) => self.step_poll(stage, fx),
            Frame::Complete(completions) => self.step_complete(completions, fx),
            Frame::Produce(call) => self.step_produce(call, fx),
            Frame::BatchCallbacks(callbacks) => self.step_batch_callbacks(callbacks, fx),
            Frame::Expire { queued, in_flight, clock, current } => {
                self.step_expire(queued, in_flight, clock, current, fx)
            }
            Frame::Abort { batches, failure, cause, current } => {
                self.step_abort(batches, failure, cause, current, fx)
            }
        }
    }

    // --------------------------------------------------------------------- results of batches

    fn results_are_there(&self, token: u32) -> bool {
        self.result_waits.iter().all(|wait| wait.token != token || wait.pending.is_empty())
    }

    fn wait_for_results(&mut self, pending: Vec<BatchId>, record: Option<RecordId>) -> u32 {
        let token = self.next_token;
        self.next_token += 1;
        self.result_waits.push(ResultWait { token, pending, record });
        token
    }

    fn forget_wait(&mut self, token: u32) {
        self.result_waits.retain(|wait| wait.token != token);
    }

    /// All callbacks of the batch have run: its futures are done.
    fn results_done(&mut self, batch: BatchId) {
        for wait in &mut self.result_waits {
            wait.pending.retain(|pending| *pending != batch);
        }
    }

    /// Who waits for a batch waits for its pieces from now on.
    fn results_split(&mut self, batch: BatchId, pieces: &[BatchKey]) {
        let batches = &self.accumulator.batches;
        for wait in &mut self.result_waits {
            if !wait.pending.contains(&batch) {
                continue;
            }
            wait.pending.retain(|pending| *pending != batch);
            let wanted = pieces.iter().map(|piece| &batches[*piece]).filter(|piece| {
                wait.record.is_none_or(|record| piece.records.iter().any(|r| r.id == record))
            });
            wait.pending.extend(wanted.map(|piece| piece.id));
        }
    }

    /// A record has its result: a callback, or what `send` threw. It may have both.
    fn record_done(&mut self, record: RecordId) {
        let (word, bit) = bit_of(record);
        if self.done.len() <= word {
            self.done.resize(word + 1, 0);
        }
        if self.done[word] & bit == 0 {
            self.done[word] |= bit;
            self.pending_records -= 1;
        }
    }

    /// Whether a record has its result.
    fn is_record_done(&self, record: RecordId) -> bool {
        let (word, bit) = bit_of(record);
        self.done.get(word).is_some_and(|done| done & bit != 0)
    }

    /// Gives the network client what it needs for one call.
    fn io<'a>(
        &'a mut self,
        clock: units::ClockMs,
        fx: &'a mut Fx<'_>,
    ) -> (&'a mut NetworkClient, &'a mut Metadata, Io<'a>) {
        let io = Io {
            now: fx.now,
            clock,
            draws: self.draws,
            trace: fx.trace,
            out: fx.out,
            progress: &mut self.progress,
        };
        (&mut self.client, &mut self.metadata, io)
    }

    /// `Sender.initiateClose`.
    fn initiate_close(&mut self, fx: &Fx<'_>) {
        let cause = self.close_cause;
        self.accumulator.closed_since.get_or_insert((fx.now, cause));
        self.accumulator.pool.close();
        self.running = false;
        self.wakeup = true;
    }

    /// The accumulator's queues that hold batches: for the state at the playhead and its test.
    #[must_use]
    pub(crate) fn queues(&self) -> Vec<QueueState> {
        let batches = &self.accumulator.batches;
        let batch = |key: &BatchKey| {
            let batch = &batches[*key];
            (batch.id, batch.record_count(), batch.estimated_size())
        };
        let queues = self.accumulator.topics.iter().flat_map(|info| &info.queues);
        let held = queues.filter(|queue| !queue.batches.is_empty());
        held.map(|queue| QueueState {
            partition: queue.partition,
            batches: queue.batches.iter().map(batch).collect(),
        })
        .collect()
    }

    /// Requests without an end, of all kinds: for the state at the playhead and its test.
    #[must_use]
    pub(crate) fn requests_in_flight(&self) -> Vec<units::RequestId> {
        self.client.requests_in_flight()
    }

    /// Memory of the pool, and how much of it is free: for the state at the playhead and its test.
    #[must_use]
    pub(crate) fn buffer(&self) -> BufferState {
        BufferState {
            total: self.accumulator.pool.total(),
            available: self.accumulator.pool.available(),
            held_by_waiters: self.accumulator.pool.held_by_waiters(),
            waiting: self.accumulator.pool.queued(),
        }
    }
}

/// The accumulator's queue of a partition at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// The partition.
    pub partition: units::TopicPartition,
    /// Its batches, the one that leaves next first: each with its records and its bytes, which are an
    /// estimate as long as it is open.
    pub batches: Vec<(BatchId, u32, u32)>,
}

/// The buffer pool at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferState {
    /// `buffer.memory`.
    pub total: units::Bytes,
    /// Free bytes.
    pub available: units::Bytes,
    /// Bytes that threads have grabbed and still wait with.
    pub held_by_waiters: units::Bytes,
    /// Threads that wait.
    pub waiting: usize,
}

/// Where a record's bit is among words.
const fn bit_of(record: RecordId) -> (usize, u64) {
    (record.index() / 64, 1 << (record.0 % 64))
}

/// Names of the cluster's topics, then unknown ones that the application sends to, sorted.
fn topic_names(scenario: &Scenario) -> Vec<String> {
    let mut names: Vec<String> =
        scenario.cluster.topics.iter().map(|topic| topic.name.clone()).collect();
    let mut unknown: Vec<String> = Vec::new();
    let mut note = |sends: &Sends| {
        if !names.contains(&sends.topic) && !unknown.contains(&sends.topic) {
            unknown.push(sends.topic.clone());
        }
    };
    for step in &scenario.application {
        if let Action::Send(sends) = &step.action {
            note(sends);
            if let Some(CallbackScript { send: Some(nested), .. }) = &sends.callback {
                note(nested);
            }
        }
    }
    unknown.sort();
    names.extend(unknown);
    names
}
