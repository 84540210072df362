//! Kafka's settings as options of franz-go. Source: `config.go` of `pkg/kgo`, 1.22.

use crate::running::Running;
use crate::{Note, Program};
use model::config::{Acks, Compression, PartitionerClass, row};

/// An option.
pub(crate) struct Opt {
    /// `kgo.…(…)`.
    pub(crate) text: String,
    /// Kafka's name for it.
    pub(crate) kafka: &'static str,
    /// Whether the user set it; else it is there because the client's default is another.
    pub(crate) set: bool,
}

/// The options.
#[derive(Default)]
pub(crate) struct Options {
    /// In the order of Kafka's table.
    pub(crate) options: Vec<Opt>,
    /// What is to be said.
    pub(crate) notes: Vec<Note>,
}

/// What franz-go lacks.
const LACKS: &[&str] = &[
    "max.block.ms",
    "partitioner.availability.timeout.ms",
    "metadata.max.idle.ms",
    "reconnect.backoff.ms",
    "reconnect.backoff.max.ms",
    "socket.connection.setup.timeout.max.ms",
    "metadata.recovery.strategy",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metrics.sample.window.ms",
    "metrics.num.samples",
];

/// Default of `MaxBufferedRecords`.
const RECORDS: i64 = 50_000;

/// Longest wait before a retry: the doubling must fit in Go's nanoseconds.
const DAY_MS: i64 = 86_400_000;

/// Milliseconds as Go has them.
pub(crate) fn duration(ms: i64) -> String {
    match ms {
        0 => "0".to_owned(),
        ms if ms % 1_000 == 0 => format!("{} * time.Second", ms / 1_000),
        ms => format!("{ms} * time.Millisecond"),
    }
}

impl Options {
    pub(crate) fn new(program: &Program<'_>, running: &Running<'_>) -> Self {
        let mut options = Self::default();
        options.acks(running);
        options.batches(program, running);
        options.compression(running);
        options.limits(program, running);
        options.timeouts(running);
        options.partitioner(running);
        for name in LACKS {
            if is_set(running, name) {
                options.notes.push(Note::Lacks { setting: name });
            }
        }
        options
    }

    fn push(
        &mut self,
        running: &Running<'_>,
        kafka: &'static str,
        here: &'static str,
        default: &'static str,
        argument: &str,
    ) {
        let set = is_set(running, kafka);
        self.notes.push(Note::Named { setting: kafka, here });
        if !set {
            self.notes.push(Note::OtherDefault { setting: kafka, here, default });
        }
        let text = ["kgo.", here, "(", argument, ")"].concat();
        self.options.push(Opt { text, kafka, set });
    }

    /// The number in force, moved to what the option takes.
    fn number(
        &mut self,
        running: &Running<'_>,
        setting: &'static str,
        here: &'static str,
        min: i64,
        max: i64,
    ) -> i64 {
        let wanted = running.number(setting);
        let taken = wanted.clamp(min, max.max(min));
        if taken != wanted {
            self.notes.push(Note::Nearest { setting, here, wanted, taken });
        }
        taken
    }

    fn acks(&mut self, running: &Running<'_>) {
        let config = &running.config;
        match config.acks() {
            Acks::All => {}
            Acks::Leader => self.push(running, "acks", "RequiredAcks", "all", "kgo.LeaderAck()"),
            Acks::None => self.push(running, "acks", "RequiredAcks", "all", "kgo.NoAck()"),
        }
        let in_flight = "max.in.flight.requests.per.connection";
        if config.enable_idempotence() {
            if config.max_in_flight() != 5 {
                self.notes.push(Note::Fixed { setting: in_flight, value: "5" });
            }
            return;
        }
        self.push(running, "enable.idempotence", "DisableIdempotentWrite", "true", "");
        if config.max_in_flight() != 1 {
            let number = config.max_in_flight().to_string();
            self.push(running, in_flight, "MaxProduceRequestsInflightPerBroker", "1", &number);
        }
    }

    fn batches(&mut self, program: &Program<'_>, running: &Running<'_>) {
        let linger = self.number(running, "linger.ms", "ProducerLinger", 0, 60_000);
        if linger != 10 {
            self.push(running, "linger.ms", "ProducerLinger", "10", &duration(linger));
        }
        // 200: a batch's header, a record's framing and its key
        let record = i64::from(program.value_bytes) + 200;
        let here = "ProducerBatchMaxBytes";
        let size = self.number(running, "batch.size", here, record.max(512), 1 << 30);
        self.push(running, "batch.size", here, "1000012", &size.to_string());
        self.notes.push(Note::BatchIsLimit { here });
        let here = "BrokerMaxWriteBytes";
        let least = size.max(1_024);
        let request = self.number(running, "max.request.size", here, least, 1 << 30);
        self.push(running, "max.request.size", here, "104857600", &request.to_string());
    }

    fn compression(&mut self, running: &Running<'_>) {
        let (codec, setting) = match running.config.compression() {
            Compression::None => ("kgo.NoCompression()", None),
            Compression::Gzip => ("kgo.GzipCompression()", Some("compression.gzip.level")),
            // the client's default is Snappy, then none
            Compression::Snappy => return,
            Compression::Lz4 => ("kgo.Lz4Compression()", Some("compression.lz4.level")),
            Compression::Zstd => ("kgo.ZstdCompression()", Some("compression.zstd.level")),
        };
        let mut codec = codec.to_owned();
        if let Some(setting) = setting.filter(|setting| is_set(running, setting)) {
            codec = format!("{codec}.WithLevel({})", running.number(setting));
            self.notes.push(Note::Named { setting, here: "WithLevel" });
        }
        self.push(running, "compression.type", "ProducerBatchCompression", "snappy", &codec);
    }

    fn limits(&mut self, program: &Program<'_>, running: &Running<'_>) {
        let here = "MaxBufferedBytes";
        // 0 would be without a limit
        let bytes = self.number(running, "buffer.memory", here, 1, i64::MAX);
        self.push(running, "buffer.memory", here, "unlimited", &bytes.to_string());
        if program.can_buffer(RECORDS, running) {
            self.notes.push(Note::CountLimit { here: "MaxBufferedRecords", default: RECORDS });
        }
        let retries = running.number("retries");
        if retries != i64::from(i32::MAX) {
            self.push(running, "retries", "RecordRetries", "unlimited", &retries.to_string());
        }
    }

    fn timeouts(&mut self, running: &Running<'_>) {
        const INT_MAX: i64 = 2_147_483_647;
        let here = "RecordDeliveryTimeout";
        let delivery = self.number(running, "delivery.timeout.ms", here, 1_000, INT_MAX);
        self.push(running, "delivery.timeout.ms", here, "unlimited", &duration(delivery));
        let here = "ProduceRequestTimeout";
        let request = self.number(running, "request.timeout.ms", here, 100, INT_MAX);
        if request != 10_000 {
            self.push(running, "request.timeout.ms", here, "10000", &duration(request));
        }
        let (first, most) = ("retry.backoff.ms", "retry.backoff.max.ms");
        let here = "RetryBackoffFn";
        // gofmt wants no spaces in one of several arguments
        let [from, to] = [first, most]
            .map(|name| duration(self.number(running, name, here, 0, DAY_MS)).replace(' ', ""));
        self.push(running, first, here, "250", &["retryBackoff(", &from, ", ", &to, ")"].concat());
        if is_set(running, most) {
            self.notes.push(Note::Named { setting: most, here });
        }
        let here = "MetadataMaxAge";
        let age = self.number(running, "metadata.max.age.ms", here, 5_000, 3_600_000);
        if age != 300_000 {
            self.push(running, "metadata.max.age.ms", here, "300000", &duration(age));
        }
        let here = "DialTimeout";
        let setup = "socket.connection.setup.timeout.ms";
        let dial = self.number(running, setup, here, 1, i64::from(i32::MAX));
        if dial != 10_000 {
            self.push(running, setup, here, "10000", &duration(dial));
        }
    }

    fn partitioner(&mut self, running: &Running<'_>) {
        let config = &running.config;
        let here = "RecordPartitioner";
        if config.partitioner() == PartitionerClass::RoundRobin {
            self.push(running, "partitioner.class", here, "", "kgo.RoundRobinPartitioner()");
            return;
        }
        let (adaptive, keys) = (config.partitioner_adaptive(), !config.partitioner_ignore_keys());
        let bytes = config.batch_size().max(1);
        let argument = format!("kgo.UniformBytesPartitioner({bytes}, {adaptive}, {keys}, nil)");
        let setting = match (adaptive, keys) {
            (_, false) => "partitioner.ignore.keys",
            (false, _) => "partitioner.adaptive.partitioning.enable",
            _ => "partitioner.class",
        };
        let default = "UniformBytesPartitioner(65536, true, true, nil)";
        if bytes != 65_536 || !adaptive || !keys {
            self.push(running, setting, here, default, &argument);
        }
    }
}

fn is_set(running: &Running<'_>, name: &str) -> bool {
    row(name).is_some_and(|row| running.is_set(row))
}
