//! One row a setting. Parser, form, default notch, link and texts read it; adding a setting touches
//! this table and `check.rs`, or `recognised.rs` if the model need not honour it.

/// Whose defaults hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KafkaVersion {
    /// 2.8.
    V2_8,
    /// 3.9.
    V3_9,
    /// 4.3.
    #[default]
    V4_3,
}

/// `ConfigDef.Type`, as far as it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// 16 bits.
    Short,
    /// 32 bits.
    Int,
    /// 64 bits.
    Long,
    /// A decimal fraction.
    Double,
    /// `true` or `false`.
    Boolean,
    /// Text.
    String,
    /// Texts with commas between them.
    List,
    /// Text that is never shown.
    Password,
    /// The name of a class.
    Class,
}

impl Type {
    /// Kafka's name of it. Source: `ConfigDef.Type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Short => "SHORT",
            Self::Int => "INT",
            Self::Long => "LONG",
            Self::Double => "DOUBLE",
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::List => "LIST",
            Self::Password => "PASSWORD",
            Self::Class => "CLASS",
        }
    }
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Millis,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// It is no number.
    None,
}

/// What `ConfigDef`'s validator accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Anything of the type.
    Any,
    /// At least this.
    AtLeast(i64),
    /// Between these, both included.
    Between(i64, i64),
    /// Between these, or this one beside.
    BetweenOr(i64, i64, i64),
    /// A fraction between these, in thousandths, both included.
    BetweenThousandths(i64, i64),
    /// Text that is not empty.
    NonEmpty,
    /// A list without empty elements; repeated ones are dropped.
    List,
    /// Such a list with at least one element.
    NonEmptyList,
    /// One of these, to the letter.
    OneOf(&'static [&'static str]),
    /// One of these, in any case.
    OneOfIgnoringCase(&'static [&'static str]),
}

/// `ConfigDef.Importance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// High.
    High,
    /// Medium.
    Medium,
    /// Low.
    Low,
}

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Kafka's name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// Its unit.
    pub unit: Unit,
    /// The first version that has it, of those known here.
    pub since: KafkaVersion,
    /// Defaults in 2.8, 3.9 and 4.3; `None` where the version does not have the setting, or no default.
    pub defaults: [Option<&'static str>; 3],
    /// What is accepted.
    pub range: Range,
    /// How important Kafka's documentation finds it.
    pub importance: Importance,
}

impl Row {
    /// The default in a version; that of the next one that has it where the version has none.
    #[must_use]
    pub fn default(&self, version: KafkaVersion) -> Option<&'static str> {
        self.defaults[version as usize..].iter().flatten().next().copied()
    }

    /// One sentence of meaning.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        self.texts().1
    }

    /// Where Kafka reads it.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.texts().0
    }

    fn texts(&self) -> (&'static str, &'static str) {
        let tables = [
            (TABLE, TEXTS),
            (super::recognised::RECOGNISED, super::recognised::TEXTS),
            (super::cluster::CLUSTER_TABLE, super::cluster::TEXTS),
        ];
        let of = |(rows, texts): &(&[Self], &'static [(&'static str, &'static str)])| {
            let place = rows.iter().position(|row| row.name == self.name)?;
            texts.get(place).copied()
        };
        tables.iter().find_map(of).unwrap_or_default()
    }
}

/// All settings of Kafka's producer: those of [`TABLE`], then those without effect.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().chain(super::recognised::RECOGNISED)
}

/// The row of a setting that the model honours.
#[must_use]
pub fn row(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

/// The first version with a default; what never had one has always been there.
const fn since(defaults: [Option<&'static str>; 3]) -> KafkaVersion {
    match defaults {
        [None, Some(_), _] => KafkaVersion::V3_9,
        [None, None, Some(_)] => KafkaVersion::V4_3,
        _ => KafkaVersion::V2_8,
    }
}

const fn same(default: &'static str) -> [Option<&'static str>; 3] {
    [Some(default); 3]
}

const fn newer(default: &'static str) -> [Option<&'static str>; 3] {
    [None, Some(default), Some(default)]
}

macro_rules! table {
    ($($name:literal $kind:ident $unit:ident $defaults:expr, $range:expr, $importance:ident, $source:literal, $meaning:literal;)+) => {
        /// All settings that the model honours, in the order of the form.
        pub const TABLE: &[Row] = &[$(Row {
            name: $name,
            kind: Type::$kind,
            unit: Unit::$unit,
            since: since($defaults),
            defaults: $defaults,
            range: $range,
            importance: Importance::$importance,
        }),+];

        /// Source and meaning of each, apart: who shows neither need not carry them.
        pub(super) const TEXTS: &[(&str, &str)] = &[$(($source, $meaning)),+];
    };
}

table!(
    "acks" String None [Some("1"), Some("all"), Some("all")], Range::OneOf(&["all", "-1", "0", "1"]), Low,
        "Sender.sendProduceRequest", "How many copies of a batch must exist before the broker answers.";
    "linger.ms" Long Millis [Some("0"), Some("0"), Some("5")], Range::AtLeast(0), Medium,
        "RecordAccumulator.batchReady", "How long a batch waits for more records before it may leave.";
    "batch.size" Int Bytes same("16384"), Range::AtLeast(0), Medium,
        "RecordAccumulator.append", "Bytes of a batch's buffer; a record that does not fit opens the next batch.";
    "enable.idempotence" Boolean None [Some("false"), Some("true"), Some("true")], Range::Any, Low,
        "TransactionManager", "Whether batches carry sequence numbers, so that a retry is stored once and in order.";
    "max.in.flight.requests.per.connection" Int Count same("5"), Range::AtLeast(1), Low,
        "InFlightRequests.canSendMore", "Requests that may be unanswered on one connection.";
    "compression.type" String None same("none"), Range::OneOf(&["none", "gzip", "snappy", "lz4", "zstd"]), High,
        "MemoryRecordsBuilder", "The codec that a batch's records are written with.";
    "buffer.memory" Long Bytes same("33554432"), Range::AtLeast(0), High,
        "BufferPool.allocate", "Bytes for all batches that have no result yet; `send` waits when they are used up.";
    "max.block.ms" Long Millis same("60000"), Range::AtLeast(0), Medium,
        "KafkaProducer.doSend", "How long one `send` may wait for metadata and memory together.";
    "max.request.size" Int Bytes same("1048576"), Range::AtLeast(0), Medium,
        "KafkaProducer.ensureValidRecordSize", "Largest record, and bytes drained for a node in one pass.";
    "retries" Int Count same("2147483647"), Range::Between(0, 2_147_483_647), High,
        "Sender.canRetry", "How often a batch is tried again before its error is final.";
    "delivery.timeout.ms" Int Millis same("120000"), Range::AtLeast(0), Medium,
        "RecordAccumulator.expiredBatches", "Age at which a batch without a result fails, counted from its creation.";
    "request.timeout.ms" Int Millis same("30000"), Range::AtLeast(0), Medium,
        "NetworkClient.handleTimedOutRequests", "How long the client waits for an answer before it closes the connection.";
    "retry.backoff.ms" Long Millis same("100"), Range::AtLeast(0), Low,
        "RecordAccumulator.shouldBackoff", "The wait before a batch's first retry.";
    "retry.backoff.max.ms" Long Millis newer("1000"), Range::AtLeast(0), Low,
        "ExponentialBackoff.backoff", "The longest wait between retries; waits double up to it.";
    "partitioner.class" Class None [None, None, None], Range::Any, Medium,
        "KafkaProducer.partition", "Who chooses partitions instead of the built-in partitioner.";
    "partitioner.ignore.keys" Boolean None newer("false"), Range::Any, Medium,
        "KafkaProducer.partition", "Whether records with a key are partitioned as if they had none.";
    "partitioner.adaptive.partitioning.enable" Boolean None newer("true"), Range::Any, Low,
        "BuiltInPartitioner.updatePartitionLoadStats", "Whether partitions with shorter queues are chosen more often.";
    "partitioner.availability.timeout.ms" Long Millis newer("0"), Range::AtLeast(0), Low,
        "RecordAccumulator.partitionReady", "After how long a broker that takes nothing is left out of the choice; 0 for never.";
    "metadata.max.age.ms" Long Millis same("300000"), Range::AtLeast(0), Low,
        "Metadata.timeToNextUpdate", "Age at which metadata is fetched again without a reason.";
    "metadata.max.idle.ms" Long Millis same("300000"), Range::AtLeast(5000), Low,
        "ProducerMetadata.retainTopic", "How long a topic that nobody sends to is kept in the metadata.";
    "reconnect.backoff.ms" Long Millis same("50"), Range::AtLeast(0), Low,
        "ClusterConnectionStates.updateReconnectBackoff", "The wait before a lost connection is opened again.";
    "reconnect.backoff.max.ms" Long Millis same("1000"), Range::AtLeast(0), Low,
        "ClusterConnectionStates.updateReconnectBackoff", "The longest wait before a connection is opened again.";
    "socket.connection.setup.timeout.ms" Long Millis same("10000"), Range::Any, Medium,
        "ClusterConnectionStates.isConnectionSetupTimeout", "How long the set-up of a connection may take the first time.";
    "socket.connection.setup.timeout.max.ms" Long Millis same("30000"), Range::Any, Medium,
        "ClusterConnectionStates.isConnectionSetupTimeout", "How long the set-up of a connection may take after failures.";
    "metadata.recovery.strategy" String None [None, Some("none"), Some("rebootstrap")], Range::OneOfIgnoringCase(&["REBOOTSTRAP", "NONE"]), Low,
        "NetworkClient.handleRebootstrap", "What the client does when no broker it knows can be reached.";
    "metadata.recovery.rebootstrap.trigger.ms" Long Millis [None, None, Some("300000")], Range::AtLeast(0), Low,
        "NetworkClient.handleRebootstrap", "How long metadata may fail before the client starts over from `bootstrap.servers`.";
    "metrics.sample.window.ms" Long Millis same("30000"), Range::AtLeast(0), Low,
        "SampledStat", "Length of a window of the client's metrics.";
    "metrics.num.samples" Int Count same("2"), Range::AtLeast(1), Low,
        "SampledStat", "Complete windows that metrics are computed over.";
    "compression.gzip.level" Int Count newer("-1"), Range::BetweenOr(1, 9, -1), Medium,
        "GzipCompression", "How hard gzip tries.";
    "compression.lz4.level" Int Count newer("9"), Range::Between(1, 17), Medium,
        "Lz4Compression", "How hard lz4 tries.";
    "compression.zstd.level" Int Count newer("3"), Range::Between(-131_072, 22), Medium,
        "ZstdCompression", "How hard zstd tries.";
);
