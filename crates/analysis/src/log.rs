//! What the Java client would log, and what a callback of the application's would: ordered once, then
//! written a window at a time.
//!
//! Texts, levels and loggers are those of `kafka-clients` 4.3.1, filled from the facts. Broker n is host
//! `127.0.0.n`, port 9092, as in the recorded cases. What only a real process knows is left out: the values of
//! all settings, the commit of the build, when the process started, the id of the cluster. Source: `Sender`,
//! `NetworkClient`, `KafkaProducer`, `TransactionManager`, `ProducerBatch`, `Metrics`, `AppInfoParser`.

use crate::index::Index;
use std::fmt::Write as _;
use std::ops::Range;
use trace::{
    CallKind, Cause, ConnectionState, ErrorCode, FactId, Failure, Kind, RequestFate, RequestKind,
    Thread, Timer, Trace,
};
use units::{BrokerId, ClockMs, Millis, Offset, RecordId, RequestId, SimTime, TopicPartition};

/// The level of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `DEBUG`: only if asked for.
    Debug,
    /// `INFO`.
    Info,
    /// `WARN`.
    Warn,
    /// `ERROR`.
    Error,
}

impl Level {
    /// As loggers print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logger {
    /// `org.apache.kafka.clients.CommonClientConfigs`.
    CommonClientConfigs,
    /// `org.apache.kafka.clients.producer.ProducerConfig`.
    ProducerConfig,
    /// `org.apache.kafka.common.config.AbstractConfig`.
    AbstractConfig,
    /// `org.apache.kafka.common.metrics.Metrics`.
    Metrics,
    /// `org.apache.kafka.common.utils.AppInfoParser`.
    AppInfoParser,
    /// `org.apache.kafka.clients.producer.KafkaProducer`.
    KafkaProducer,
    /// `org.apache.kafka.clients.producer.internals.Sender`.
    Sender,
    /// `org.apache.kafka.clients.producer.internals.TransactionManager`.
    TransactionManager,
    /// `org.apache.kafka.clients.producer.internals.ProducerBatch`.
    ProducerBatch,
    /// `org.apache.kafka.clients.NetworkClient`.
    NetworkClient,
    /// The application: the callback.
    Application,
}

impl Logger {
    /// The name of the logger: that of the class, empty for the application's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommonClientConfigs => "org.apache.kafka.clients.CommonClientConfigs",
            Self::ProducerConfig => "org.apache.kafka.clients.producer.ProducerConfig",
            Self::AbstractConfig => "org.apache.kafka.common.config.AbstractConfig",
            Self::Metrics => "org.apache.kafka.common.metrics.Metrics",
            Self::AppInfoParser => "org.apache.kafka.common.utils.AppInfoParser",
            Self::KafkaProducer => "org.apache.kafka.clients.producer.KafkaProducer",
            Self::Sender => "org.apache.kafka.clients.producer.internals.Sender",
            Self::TransactionManager => {
                "org.apache.kafka.clients.producer.internals.TransactionManager"
            }
            Self::ProducerBatch => "org.apache.kafka.clients.producer.internals.ProducerBatch",
            Self::NetworkClient => "org.apache.kafka.clients.NetworkClient",
            Self::Application => "",
        }
    }

    /// Whether its lines begin with the client's id.
    const fn names_client(self) -> bool {
        matches!(
            self,
            Self::KafkaProducer
                | Self::Sender
                | Self::TransactionManager
                | Self::ProducerBatch
                | Self::NetworkClient
        )
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: SimTime,
    /// The fact that it tells of; none before the first.
    pub fact: Option<FactId>,
    /// For a line of a callback: the record.
    pub record: Option<RecordId>,
    /// Its level.
    pub level: Level,
    /// The thread that wrote it; [`thread_name`] has its name.
    pub thread: Thread,
    /// Whose it is.
    pub logger: Logger,
    /// Its text; those of the client's inner parts begin with `[Producer clientId=…] `.
    pub text: String,
}

/// The settings that lines name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// `client.id`.
    pub client_id: String,
    /// `retries`.
    pub retries: i32,
    /// `request.timeout.ms`.
    pub request_timeout: Millis,
    /// `socket.connection.setup.timeout.ms`.
    pub connection_setup_timeout: Millis,
    /// `bootstrap.servers`, in order: the first is node -1, the second -2.
    pub brokers: Vec<BrokerId>,
    /// What it says about its settings while it is made, in order.
    pub start: Vec<(Level, Logger, String)>,
    /// Classes of its metrics reporters, in order.
    pub reporters: Vec<String>,
    /// The least level that is written.
    pub level: Level,
}

/// The name of a thread: `main`, or that of the client's I/O thread.
#[must_use]
pub fn thread_name(thread: Thread, client_id: &str) -> String {
    match thread {
        Thread::Application => "main".to_owned(),
        Thread::Io => format!("kafka-producer-network-thread | {client_id}"),
    }
}

/// The log: which facts write its lines, in order of time. The lines are written when they are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogTable {
    settings: LogSettings,
    lines: Vec<Place>,
}

/// Where a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    at: SimTime,
    fact: Option<FactId>,
    /// Which of the fact's lines it is.
    number: u32,
    record: Option<RecordId>,
}

impl LogTable {
    /// The log of a whole run. A line that is written when a call or a callback ends stands with its
    /// beginning's fact, and its own time.
    #[must_use]
    pub fn new(trace: &Trace, index: &Index, settings: LogSettings) -> Self {
        let mut writing = Writing::new(settings);
        loop {
            if let Some(table) = writing.go_on(trace, index) {
                return table;
            }
        }
    }

    /// Number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether nothing was logged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The first line about such a fact, or such a record.
    pub fn position(
        &self,
        about: impl Fn(Option<FactId>, Option<RecordId>) -> bool,
    ) -> Option<usize> {
        self.lines.iter().position(|line| about(line.fact, line.record))
    }

    /// The lines of a window.
    #[must_use]
    pub fn lines(&self, trace: &Trace, index: &Index, window: Range<usize>) -> Vec<LogLine> {
        let end = window.end.min(self.lines.len());
        let mut log = Log { trace, index, settings: &self.settings, lines: Vec::new() };
        let mut written = None;
        let line = |place: &Place| {
            // a callback tells of many records, a line each
            if written != Some(place.fact) {
                written = Some(place.fact);
                log.lines.clear();
                match place.fact {
                    Some(fact) => log.fact(fact),
                    None => log.start(),
                }
            }
            log.lines[place.number as usize].clone()
        };
        self.lines[window.start.min(end)..end].iter().map(line).collect()
    }
}

/// A log that is made piece by piece, for who cannot be away for long.
#[derive(Clone, Debug)]
pub struct Writing {
    table: LogTable,
    /// The fact that was looked at last.
    last: Option<FactId>,
}

impl Writing {
    /// Facts that are looked at in one piece.
    pub const PIECE: usize = 50_000;

    /// The beginning of a log.
    #[must_use]
    pub const fn new(settings: LogSettings) -> Self {
        Self { table: LogTable { settings, lines: Vec::new() }, last: None }
    }

    /// Does the next piece of the work, which is always on the same trace. The log, once it is made.
    pub fn go_on(&mut self, trace: &Trace, index: &Index) -> Option<LogTable> {
        let Self { table: LogTable { settings, lines }, last } = self;
        let from = last.map_or(SimTime(i64::MIN), |last| trace.at(last));
        let mut facts = trace.in_order(from);
        if last.is_some() {
            // those of its moment that came before it were looked at
            facts.find(|fact| Some(*fact) == *last);
        }
        let mut log = Log { trace, index, settings, lines: Vec::new() };
        let mut looked_at = 0;
        let begun = last.is_some();
        if !begun {
            log.start();
        }
        let start = (!begun).then_some(None);
        for fact in start.into_iter().chain(facts.take(Self::PIECE).map(Some)) {
            if let Some(fact) = fact {
                (looked_at, *last) = (looked_at + 1, Some(fact));
                log.fact(fact);
            }
            let written = log.lines.drain(..).zip(0..);
            lines.extend(written.map(|(LogLine { at, fact, record, .. }, number)| Place {
                at,
                fact,
                number,
                record,
            }));
        }
        if looked_at == Self::PIECE {
            return None;
        }
        // what ends at a moment, as a call does, ends behind what happens at it
        let ends = |line: &Place| line.fact.is_some_and(|fact| line.at > trace.at(fact));
        lines.sort_by_key(|line| (line.at, ends(line)));
        Some(LogTable { settings: settings.clone(), lines: std::mem::take(lines) })
    }
}

struct Log<'t> {
    trace: &'t Trace,
    index: &'t Index,
    settings: &'t LogSettings,
    lines: Vec<LogLine>,
}

impl Log<'_> {
    fn add(&mut self, fact: FactId, level: Level, logger: Logger, text: &str) {
        let thread = match logger {
            Logger::KafkaProducer => Thread::Application,
            _ => Thread::Io,
        };
        self.add_at(fact, self.trace.at(fact), level, thread, logger, text);
    }

    fn add_at(
        &mut self,
        fact: FactId,
        at: SimTime,
        level: Level,
        thread: Thread,
        logger: Logger,
        text: &str,
    ) {
        if level < self.settings.level {
            return;
        }
        let (fact, text) = (Some(fact), self.named(logger, text));
        self.lines.push(LogLine { at, fact, record: None, level, thread, logger, text });
    }

    fn named(&self, logger: Logger, text: &str) -> String {
        if logger.names_client() {
            format!("[Producer clientId={}] {text}", self.settings.client_id)
        } else {
            text.to_owned()
        }
    }

    /// What the constructor writes.
    fn start(&mut self) {
        // it connects as soon as it is there
        let at = self.trace.connections.at().first().unwrap_or(SimTime::ZERO).min(SimTime::ZERO);
        for (level, logger, text) in &self.settings.start {
            if *level < self.settings.level {
                continue;
            }
            let text = self.named(*logger, text);
            let (level, logger, thread) = (*level, *logger, Thread::Application);
            self.lines.push(LogLine { at, fact: None, record: None, level, thread, logger, text });
        }
    }

    fn fact(&mut self, fact: FactId) {
        match fact.kind() {
            Kind::Connection => self.connection(fact),
            Kind::RequestEnd => self.request_end(fact),
            Kind::ProducerId => self.producer_id(fact),
            Kind::Retry => self.retry(fact),
            Kind::Split => self.split(fact),
            Kind::Finish => self.finish(fact),
            Kind::Callback => self.callback(fact),
            Kind::Call => self.call(fact),
            Kind::Refusal => self.refusal(fact),
            Kind::Metadata => {
                let version = self.trace.metadata_updates.version().get(fact.row());
                let text = format!("Updated cluster metadata updateVersion {version}");
                self.add(fact, Level::Debug, Logger::NetworkClient, &text);
            }
            _ => {}
        }
    }

    // ----------------------------------------------------------------- connections

    /// The number of a node; bootstrap servers have negative ones.
    fn node(&self, broker: BrokerId, bootstrap: bool) -> i64 {
        let place = self.settings.brokers.iter().position(|known| *known == broker);
        match place {
            Some(place) if bootstrap => -1 - place as i64,
            _ => i64::from(broker.0),
        }
    }

    fn connection(&mut self, fact: FactId) {
        let row = self.trace.connections.row(fact.row());
        let node = self.node(row.node, row.bootstrap);
        let address = format!("/127.0.0.{}:9092", row.node);
        let described =
            format!("127.0.0.{}:9092 (id: {node} rack: null isFenced: false)", row.node);
        let clock = |timer: Timer| row.cause.clock() == Cause::from(timer).clock();
        let limit = self.settings.connection_setup_timeout.0;
        let mut say = |level, text: String| self.add(fact, level, Logger::NetworkClient, &text);
        let rebootstrap = clock(Timer::MetadataRefresh);
        match row.state {
            ConnectionState::Connecting => {
                let host = &address[..address.len() - ":9092".len()];
                say(
                    Level::Debug,
                    format!("Initiating connection to node {described} using address {host}"),
                );
            }
            ConnectionState::CheckingApiVersions => {
                say(
                    Level::Debug,
                    format!("Completed connection to node {node}. Fetching API versions."),
                );
                say(Level::Debug, format!("Initiating API versions fetch from node {node}."));
            }
            ConnectionState::Ready => {}
            ConnectionState::ClosedByClient if clock(Timer::RequestTimeout) => {
                say(Level::Info, format!("Disconnecting from node {node} due to request timeout."));
            }
            ConnectionState::ClosedByClient if clock(Timer::ConnectionSetup) => {
                say(
                    Level::Info,
                    format!(
                        "Disconnecting from node {node} due to socket connection setup timeout. \
                         The timeout value is {limit} ms."
                    ),
                );
            }
            ConnectionState::Disconnected | ConnectionState::ClosedByClient if rebootstrap => {
                say(
                    Level::Info,
                    format!("Disconnecting from node {node} due to client rebootstrap."),
                );
            }
            ConnectionState::ClosedByClient => {}
            ConnectionState::Disconnected => {
                say(Level::Info, format!("Node {node} disconnected."));
                if !self.was_connected(fact) {
                    let text = format!(
                        "Connection to node {node} ({address}) could not be established. \
                         Node may not be available."
                    );
                    self.add(fact, Level::Warn, Logger::NetworkClient, &text);
                }
                let updates = self.trace.first_row(Kind::Metadata, row.at);
                if row.bootstrap && updates == 0 {
                    let text = format!("Bootstrap broker {described} disconnected");
                    self.add(fact, Level::Warn, Logger::NetworkClient, &text);
                }
            }
        }
    }

    /// Whether the connection had been open before this fact.
    fn was_connected(&self, fact: FactId) -> bool {
        let connections = &self.trace.connections;
        let connection = connections.connection().get(fact.row());
        let before = (0..fact.row()).rev();
        let of_connection = |row: &u32| connections.connection().get(*row) == connection;
        let last = before.into_iter().find(of_connection);
        last.is_some_and(|row| connections.state().get(row) != ConnectionState::Connecting)
    }

    /// Source: `NetworkClient.cancelInFlightRequests`.
    fn request_end(&mut self, fact: FactId) {
        let end = self.trace.request_ends.row(fact.row());
        if !matches!(end.fate, RequestFate::Disconnected | RequestFate::TimedOut) {
            return;
        }
        let request = self.trace.requests.row(end.request.0);
        let bootstrap = self.is_bootstrap(request.connection, end.at);
        let api = match request.kind {
            RequestKind::ApiVersions => "API_VERSIONS",
            RequestKind::Metadata => "METADATA",
            RequestKind::InitProducerId => "INIT_PRODUCER_ID",
            RequestKind::Produce => "PRODUCE",
        };
        let age = (end.at.clock() - request.created).0.max(0);
        let text = format!(
            "Cancelled in-flight {api} request with correlation id {} due to node {} being \
             disconnected (elapsed time since creation: {age}ms, elapsed time since send: {age}ms, \
             throttle time: 0ms, request timeout: {}ms)",
            request.correlation,
            self.node(request.node, bootstrap),
            self.settings.request_timeout.0
        );
        self.add(fact, Level::Info, Logger::NetworkClient, &text);
    }

    fn is_bootstrap(&self, connection: units::ConnectionId, at: SimTime) -> bool {
        let connections = &self.trace.connections;
        let until = crate::cluster::rows_until(self.trace, Kind::Connection, at);
        let last = (0..until).rev().find(|row| connections.connection().get(*row) == connection);
        last.is_some_and(|row| connections.bootstrap().get(row))
    }

    // ----------------------------------------------------------------- batches

    fn producer_id(&mut self, fact: FactId) {
        let row = self.trace.producer_ids.row(fact.row());
        let text = format!("ProducerId set to {} with epoch {}", row.id, row.epoch);
        self.add(fact, Level::Info, Logger::TransactionManager, &text);
    }

    /// The request whose end a fact follows from.
    fn request_of(&self, cause: Cause) -> Option<(RequestId, RequestFate)> {
        let end = cause.fact().filter(|fact| fact.kind() == Kind::RequestEnd)?;
        let end = self.trace.request_ends.row(end.row());
        Some((end.request, end.fate))
    }

    /// Source: `Sender.formatErrMsg`.
    fn error_text(&self, error: ErrorCode, request: RequestId, fate: RequestFate) -> String {
        let node = self.trace.requests.node().get(request.0);
        match fate {
            RequestFate::Disconnected => {
                format!("{}. Error Message: Disconnected from node {node}", error.name())
            }
            RequestFate::TimedOut => {
                format!(
                    "{}. Error Message: Disconnected from node {node} due to timeout",
                    error.name()
                )
            }
            RequestFate::Answered | RequestFate::NoAck => error.name().to_owned(),
        }
    }

    /// Source: `Sender.completeBatch`.
    fn retry(&mut self, fact: FactId) {
        let row = self.trace.retries.row(fact.row());
        let Some((request, fate)) = self.request_of(row.cause) else { return };
        let partition = self.trace.opens.partition().get(row.batch.0);
        let text = format!(
            "Got error produce response with correlation id {} on topic-partition {}, retrying \
             ({} attempts left). Error: {}",
            self.trace.requests.correlation().get(request.0),
            self.trace.partition_name(partition),
            i64::from(self.settings.retries) - i64::from(row.attempts),
            self.error_text(row.error, request, fate)
        );
        self.add(fact, Level::Warn, Logger::Sender, &text);
        self.invalid_metadata(fact, partition, row.error, request, fate);
    }

    fn invalid_metadata(
        &mut self,
        fact: FactId,
        partition: TopicPartition,
        error: ErrorCode,
        request: RequestId,
        fate: RequestFate,
    ) {
        if !error.invalid_metadata() {
            return;
        }
        let name = self.trace.partition_name(partition);
        let node = self.trace.requests.node().get(request.0);
        let text = if error == ErrorCode::UnknownTopicOrPartition {
            format!(
                "Received unknown topic or partition error in produce request on partition {name}. \
                 The topic-partition may not exist or the user may not have Describe access to it"
            )
        } else {
            let failure = match fate {
                RequestFate::Disconnected => Failure::Disconnected { node },
                _ => Failure::Protocol { error },
            };
            format!(
                "Received invalid metadata error in produce request on partition {name} due to {} \
                 Going to request metadata update now",
                self.exception(failure)
            )
        };
        self.add(fact, Level::Warn, Logger::Sender, &text);
    }

    fn split(&mut self, fact: FactId) {
        let row = self.trace.splits.row(fact.row());
        let Some((request, fate)) = self.request_of(row.cause) else { return };
        let tries = self.index.drains(self.trace, row.batch).last().map_or(0, |d| d.attempts);
        let partition = self.trace.opens.partition().get(row.batch.0);
        let text = format!(
            "Got error produce response in correlation id {} on topic-partition {}, splitting and \
             retrying ({} attempts left). Error: {}",
            self.trace.requests.correlation().get(request.0),
            self.trace.partition_name(partition),
            i64::from(self.settings.retries) - i64::from(tries),
            self.error_text(ErrorCode::MessageTooLarge, request, fate)
        );
        self.add(fact, Level::Warn, Logger::Sender, &text);
    }

    /// A batch that failed for good. Source: `Sender.completeBatch`, `TransactionManager.handleFailedBatch`.
    fn finish(&mut self, fact: FactId) {
        let row = self.trace.finishes.row(fact.row());
        let Some(failure) = self.trace.failure_at(row.failure).filter(|_| !row.late) else {
            return;
        };
        let Some((request, fate)) = self.request_of(row.cause) else { return };
        let partition = self.trace.opens.partition().get(row.batch.0);
        let error = match failure {
            Failure::Protocol { error } => error,
            Failure::Disconnected { .. } => ErrorCode::NetworkException,
            _ => return,
        };
        let idempotent = crate::cluster::rows_until(self.trace, Kind::ProducerId, row.at);
        if let Some(last) = idempotent.checked_sub(1) {
            if error == ErrorCode::ClusterAuthorizationFailed {
                let text =
                    format!("Transiting to fatal error state due to {}", self.exception(failure));
                self.add(fact, Level::Info, Logger::TransactionManager, &text);
            }
            if error == ErrorCode::OutOfOrderSequenceNumber
                && let Some(drain) = self.index.drains(self.trace, row.batch).last()
            {
                let text = format!(
                    "The broker returned {} for topic-partition {} with producerId {}, epoch {}, \
                     and sequence number {}",
                    self.exception(failure),
                    self.trace.partition_name(partition),
                    self.trace.producer_ids.id().get(last),
                    drain.epoch,
                    drain.base_sequence
                );
                self.add(fact, Level::Error, Logger::TransactionManager, &text);
            }
        }
        self.invalid_metadata(fact, partition, error, request, fate);
    }

    /// An exception as Java prints it: class and message.
    fn exception(&self, failure: Failure) -> String {
        let class = failure.class();
        let package = match class {
            "IllegalStateException" | "IllegalArgumentException" | "RuntimeException" => {
                "java.lang."
            }
            "KafkaException" => "org.apache.kafka.common.",
            "BufferExhaustedException" => "org.apache.kafka.clients.producer.",
            _ => "org.apache.kafka.common.errors.",
        };
        format!("{package}{class}: {}", self.trace.message(failure))
    }

    // ----------------------------------------------------------------- the application

    /// The application's own line for each record, then what the client says about one that threw.
    fn callback(&mut self, fact: FactId) {
        let row = self.trace.callbacks.row(fact.row());
        let mut record = row.record;
        for position in 0..row.count {
            self.told(fact, record, position, &row);
            record = self.trace.next_in_batch(record);
        }
        let Some(threw) = self.trace.failure_at(row.threw) else { return };
        let at = if row.until == SimTime::NEVER { row.at } else { row.until };
        if threw == Failure::FlushInCallback {
            let text = self.trace.message(threw);
            self.add_at(fact, at, Level::Error, row.thread, Logger::KafkaProducer, &text);
        }
        if row.thread == Thread::Io {
            let send = self.trace.sends.row(row.record.0);
            let partition = TopicPartition { topic: send.topic, partition: send.partition };
            let text = format!(
                "Error executing user-provided callback on message for topic-partition '{}'\n{}",
                self.trace.partition_name(partition),
                self.exception(threw)
            );
            self.add_at(fact, at, Level::Error, row.thread, Logger::ProducerBatch, &text);
        }
    }

    fn told(
        &mut self,
        fact: FactId,
        record: RecordId,
        position: u32,
        row: &trace::facts::Callback,
    ) {
        let send = self.trace.sends.row(record.0);
        let (level, text) = match self.trace.failure_at(row.failure) {
            Some(failure) => (Level::Error, self.exception(failure)),
            None => {
                let offset =
                    if row.offset == Offset::NONE { row.offset } else { row.offset + position };
                let ClockMs(timestamp) = self.trace.timestamp_told(record, row.offset);
                let mut text = String::new();
                // writing into a String cannot fail
                let _ = write!(
                    text,
                    "partition={} offset={} timestamp={timestamp}",
                    send.partition, offset.0
                );
                (Level::Info, text)
            }
        };
        if level >= self.settings.level {
            let (at, thread, logger) = (row.at, row.thread, Logger::Application);
            let fact = Some(fact);
            self.lines.push(LogLine {
                at,
                fact,
                record: Some(record),
                level,
                thread,
                logger,
                text,
            });
        }
    }

    /// Source: `KafkaProducer.close`.
    fn call(&mut self, fact: FactId) {
        let row = self.trace.calls.row(fact.row());
        if row.call != CallKind::Close {
            return;
        }
        let limit = row.timeout_ms;
        let (thread, producer) = (row.thread, Logger::KafkaProducer);
        let text = format!("Closing the Kafka producer with timeoutMillis = {limit} ms.");
        self.add_at(fact, row.at, Level::Info, thread, producer, &text);
        let in_callback = thread == Thread::Io;
        if limit > 0 && in_callback {
            let text = format!(
                "Overriding close timeout {limit} ms to 0 ms in order to prevent useless blocking \
                 due to self-join. This means you have incorrectly invoked close with a non-zero \
                 timeout from the producer call-back."
            );
            self.add_at(fact, row.at, Level::Warn, thread, producer, &text);
        }
        let ended_before = self.trace.calls.rows().take(fact.row() as usize).any(|call| {
            call.call == CallKind::Close && call.thread != Thread::Io && call.until <= row.at
        });
        let gives_up = if in_callback { row.at } else { row.at.after(Millis(limit)) };
        if !ended_before && gives_up <= row.until && gives_up != SimTime::NEVER {
            let text = format!(
                "Proceeding to force close the producer since pending requests could not be \
                 completed within timeout {limit} ms."
            );
            self.add_at(fact, gives_up, Level::Info, thread, producer, &text);
        }
        if row.until != SimTime::NEVER {
            self.closed(fact, row.until, thread);
        }
    }

    /// The end of a close. Source: `KafkaProducer.close`, `Metrics.close`.
    fn closed(&mut self, fact: FactId, at: SimTime, thread: Thread) {
        let settings = self.settings;
        let mut say =
            |level, logger, text: &str| self.add_at(fact, at, level, thread, logger, text);
        say(Level::Info, Logger::Metrics, "Metrics scheduler closed");
        for reporter in &settings.reporters {
            say(Level::Info, Logger::Metrics, &format!("Closing reporter {reporter}"));
        }
        say(Level::Info, Logger::Metrics, "Metrics reporters closed");
        let text = format!("App info kafka.producer for {} unregistered", settings.client_id);
        say(Level::Info, Logger::AppInfoParser, &text);
        say(Level::Debug, Logger::KafkaProducer, "Kafka producer has been closed");
    }

    fn refusal(&mut self, fact: FactId) {
        let row = self.trace.refusals.row(fact.row());
        let Some(failure) = self.trace.failure_at(row.failure) else { return };
        let thread = self.trace.sends.thread().get(row.record.0);
        let exception = self.exception(failure);
        if !row.thrown {
            let text = format!("Exception occurred during message send:\n{exception}");
            self.add_at(fact, row.at, Level::Debug, thread, Logger::KafkaProducer, &text);
        }
        if row.thrown && self.index.callback_row(row.record).is_none() {
            let (at, level, logger) = (row.at, Level::Error, Logger::Application);
            let (fact, record) = (Some(fact), Some(row.record));
            self.lines.push(LogLine { at, fact, record, level, thread, logger, text: exception });
        }
    }
}
