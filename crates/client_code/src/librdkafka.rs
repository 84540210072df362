//! Kafka's settings in librdkafka, which confluent-kafka and rdkafka stand on.
//! Source: librdkafka's CONFIGURATION.md and `rd_kafka_conf_finalize`, 2.12.

use crate::running::{Running, plain};
use crate::settings::SERVERS;
use crate::{Note, Program};
use model::config::{Compression, PartitionerClass, Value, row};

/// A setting that librdkafka has.
struct Same {
    kafka: &'static str,
    here: &'static str,
    default: &'static str,
    min: i64,
    max: i64,
}

const INT_MAX: i64 = 2_147_483_647;

const fn same(name: &'static str, default: &'static str, min: i64, max: i64) -> Same {
    Same { kafka: name, here: name, default, min, max }
}

const fn named(kafka: &'static str, here: &'static str, default: &'static str, max: i64) -> Same {
    Same { kafka, here, default, min: 1, max }
}

const TABLE: &[Same] = &[
    same("acks", "all", 0, 0),
    same("linger.ms", "5", 0, 900_000),
    same("batch.size", "1000000", 1, INT_MAX),
    same("enable.idempotence", "false", 0, 0),
    same("max.in.flight.requests.per.connection", "1000000", 1, 1_000_000),
    same("compression.type", "none", 0, 0),
    named("buffer.memory", "queue.buffering.max.kbytes", "1048576", INT_MAX),
    Same {
        kafka: "max.request.size",
        here: "message.max.bytes",
        default: "1000000",
        min: 1_000,
        max: 1_000_000_000,
    },
    same("retries", "2147483647", 0, INT_MAX),
    // 0 would be without end
    same("delivery.timeout.ms", "300000", 1, INT_MAX),
    same("request.timeout.ms", "30000", 1, 900_000),
    // the client itself waits for this one; request.timeout.ms is what it asks of the broker
    Same {
        kafka: "request.timeout.ms",
        here: "socket.timeout.ms",
        default: "60000",
        min: 10,
        max: 300_000,
    },
    same("retry.backoff.ms", "100", 1, 300_000),
    same("retry.backoff.max.ms", "1000", 1, 300_000),
    // metadata.max.age.ms is another thing there: when what is cached is no longer used
    named("metadata.max.age.ms", "topic.metadata.refresh.interval.ms", "300000", 3_600_000),
    same("reconnect.backoff.ms", "100", 0, 3_600_000),
    same("reconnect.backoff.max.ms", "10000", 0, 3_600_000),
    same("socket.connection.setup.timeout.ms", "30000", 1_000, INT_MAX),
    same("metadata.recovery.strategy", "rebootstrap", 0, 0),
    same("metadata.recovery.rebootstrap.trigger.ms", "300000", 0, INT_MAX),
];

/// Default of `queue.buffering.max.messages`.
const MESSAGES: i64 = 100_000;

/// What librdkafka lacks.
const LACKS: &[&str] = &[
    "max.block.ms",
    "partitioner.adaptive.partitioning.enable",
    "partitioner.availability.timeout.ms",
    "metadata.max.idle.ms",
    "socket.connection.setup.timeout.max.ms",
    "metrics.sample.window.ms",
    "metrics.num.samples",
];

/// A line of the configuration.
pub(crate) struct Line {
    /// librdkafka's name.
    pub(crate) name: &'static str,
    /// The value.
    pub(crate) value: Value,
    /// Kafka's name where it is another one.
    pub(crate) kafka: Option<&'static str>,
}

/// The configuration.
pub(crate) struct Settings {
    /// What the user set.
    pub(crate) set: Vec<Line>,
    /// What nobody set, where librdkafka's default is not Kafka's.
    pub(crate) defaults: Vec<Line>,
    /// What is to be said.
    pub(crate) notes: Vec<Note>,
}

impl Settings {
    pub(crate) fn new(program: &Program<'_>, running: &Running<'_>) -> Self {
        let mut settings = Self { set: Vec::new(), defaults: Vec::new(), notes: Vec::new() };
        for same in TABLE {
            settings.take(running, same);
        }
        if program.can_buffer(MESSAGES, running) {
            let here = "queue.buffering.max.messages";
            settings.notes.push(Note::CountLimit { here, default: MESSAGES });
        }
        settings.partitioner(running);
        settings.level(running);
        for name in LACKS {
            if is_set(running, name) {
                settings.notes.push(Note::Lacks { setting: name });
            }
        }
        settings
    }

    fn take(&mut self, running: &Running<'_>, same: &Same) {
        let Some(mut value) = running.effective(same.kafka) else { return };
        if let Value::Number(wanted) = value {
            let (scaled, least) = match same.here {
                "queue.buffering.max.kbytes" => (wanted.saturating_add(1_023) / 1_024, same.min),
                // must be greater than linger.ms
                "delivery.timeout.ms" => (wanted, running.number("linger.ms").min(900_000) + 1),
                // must not be less than the other one
                "reconnect.backoff.max.ms" => (wanted, running.number("reconnect.backoff.ms")),
                _ => (wanted, same.min),
            };
            let taken = scaled.max(least).clamp(same.min, same.max);
            if taken != scaled {
                self.notes.push(Note::Nearest {
                    setting: same.kafka,
                    here: same.here,
                    wanted,
                    taken,
                });
            }
            value = Value::Number(taken);
        }
        // with idempotence librdkafka itself allows 5 in flight
        let default = match same.here {
            "max.in.flight.requests.per.connection" if running.config.enable_idempotence() => "5",
            _ => same.default,
        };
        if plain(&value) != default {
            self.push(running, same.kafka, same.here, value, default);
        }
    }

    fn push(
        &mut self,
        running: &Running<'_>,
        setting: &'static str,
        here: &'static str,
        value: Value,
        default: &'static str,
    ) {
        let set = is_set(running, setting);
        if setting != here {
            self.notes.push(Note::Named { setting, here });
        }
        if !set {
            self.notes.push(Note::OtherDefault { setting, here, default });
        }
        if setting == "metadata.max.age.ms" {
            self.notes.push(Note::OtherMeaning { name: setting });
        }
        let line = Line { name: here, value, kafka: (setting != here).then_some(setting) };
        if set { self.set.push(line) } else { self.defaults.push(line) }
    }

    /// Kafka hashes keys with murmur2; librdkafka's own default is CRC32.
    fn partitioner(&mut self, running: &Running<'_>) {
        let (setting, name) = if running.config.partitioner_ignore_keys() {
            ("partitioner.ignore.keys", "random")
        } else {
            ("partitioner.class", "murmur2_random")
        };
        if running.config.partitioner() == PartitionerClass::RoundRobin {
            self.notes.push(Note::Lacks { setting: "partitioner.class" });
        }
        let value = Value::Text(name.to_owned());
        self.push(running, setting, "partitioner", value, "consistent_random");
    }

    /// One name for the levels of all codecs.
    fn level(&mut self, running: &Running<'_>) {
        let setting = match running.config.compression() {
            Compression::Gzip => "compression.gzip.level",
            Compression::Lz4 => "compression.lz4.level",
            Compression::Zstd => "compression.zstd.level",
            _ => return,
        };
        if !is_set(running, setting) {
            return;
        }
        let wanted = running.number(setting);
        let taken = wanted.clamp(-1, if setting == "compression.gzip.level" { 9 } else { 12 });
        let here = "compression.level";
        if taken != wanted {
            self.notes.push(Note::Nearest { setting, here, wanted, taken });
        }
        self.push(running, setting, here, Value::Number(taken), "-1");
    }

    /// All lines as `write` has them: the servers, what was set, then the other defaults with a word
    /// on why they are there, then what is lacking. `mark` starts a comment.
    pub(crate) fn lines(
        &self,
        client: &str,
        mark: &str,
        write: fn(&str, &Value) -> String,
    ) -> String {
        // as each language's formatter wants it
        let before = if mark == "#" { "  " } else { " " };
        let line = |line: &Line| {
            let text = write(line.name, &line.value);
            match line.kafka {
                Some(kafka) => [&text, before, mark, " ", kafka, "\n"].concat(),
                None => text + "\n",
            }
        };
        let mut text = write("bootstrap.servers", &Value::Text(SERVERS.to_owned())) + "\n";
        text.extend(self.set.iter().map(line));
        if !self.defaults.is_empty() {
            text = text
                + mark
                + " as Kafka's own client has it; the defaults of "
                + client
                + " differ\n";
            text.extend(self.defaults.iter().map(line));
        }
        text + &crate::settings::comments(&self.notes, client, mark)
    }
}

fn is_set(running: &Running<'_>, name: &str) -> bool {
    row(name).is_some_and(|row| running.is_set(row))
}
