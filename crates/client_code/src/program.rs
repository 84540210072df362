//! What goes in: settings and workload. What comes out: files and notes.

use crate::Note;
use crate::running::Running;
use model::config::ProducerSettings;

/// Where the code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Kotlin, on Kafka's own client.
    Kotlin,
    /// Java, on Kafka's own client.
    Java,
    /// Spring Boot: `application.yml` and a `KafkaTemplate`.
    Spring,
    /// Python, on `confluent-kafka`.
    Python,
    /// Go, on franz-go.
    Go,
    /// Rust, on `rdkafka`.
    Rust,
    /// A `.properties` file: the settings alone.
    Properties,
}

impl Language {
    /// All, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Kotlin,
        Self::Java,
        Self::Spring,
        Self::Python,
        Self::Go,
        Self::Rust,
        Self::Properties,
    ];

    /// A name that no language translates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kotlin => "Kotlin",
            Self::Java => "Java",
            Self::Spring => "Spring Boot",
            Self::Python => "Python (confluent-kafka)",
            Self::Go => "Go (franz-go)",
            Self::Rust => "Rust (rdkafka)",
            Self::Properties => ".properties",
        }
    }
}

/// How the application sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// `send(record, callback)`.
    #[default]
    Callback,
    /// `send(record).get()`.
    Get,
    /// `send(record)`, and no look back.
    Forget,
}

/// When the application wants to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrivals {
    /// At equal intervals.
    #[default]
    Even,
    /// Independent of each other.
    Random,
    /// So many at once, then a pause for all of them.
    Bursts(u32),
}

/// What the application does after its last record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// `close()`, which waits for all results.
    #[default]
    Close,
    /// `flush()`, then `close()`.
    Flush,
    /// `close(timeout)`, in milliseconds.
    CloseWithin(u32),
    /// It ends without either.
    Exit,
}

/// The keys of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// No record has one.
    #[default]
    None,
    /// `key-0` and on, used in turn; after each turn so many records without one.
    InTurn {
        /// Different keys.
        keys: u32,
        /// Records without a key.
        nulls: u32,
    },
    /// So many, drawn: key k is as likely as `1 / (k + 1)`.
    Skewed(u32),
}

/// The value of each header.
pub(crate) const HEADER: &str = "0123456789abcdef";

/// A producer and what it sends.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Kafka's settings as typed.
    pub settings: &'a ProducerSettings,
    /// The topic. Kafka allows letters, digits, `.`, `_` and `-`; anything else is left out.
    pub topic: &'a str,
    /// The keys.
    pub keys: Keys,
    /// Headers of each record: `header-0` and on.
    pub headers: u32,
    /// Bytes of a value.
    pub value_bytes: u32,
    /// Records that are sent.
    pub records: u32,
    /// Records a second.
    pub rate: u32,
    /// Threads that share the producer and make up the rate together.
    pub threads: u32,
    /// When they are wanted.
    pub arrivals: Arrivals,
    /// How they are sent.
    pub mode: Mode,
    /// Microseconds that each callback keeps its thread busy.
    pub callback_us: u32,
    /// What follows the last.
    pub end: End,
}

impl Program<'_> {
    /// The topic without what Kafka refuses in a name. Source: `Topic.LEGAL_CHARS`.
    pub(crate) fn topic(&self) -> String {
        let legal = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        self.topic.chars().filter(legal).collect()
    }

    /// Records a second, at least one.
    pub(crate) fn rate(&self) -> u32 {
        self.rate.max(1)
    }

    /// The rate in words.
    pub(crate) fn rate_words(&self) -> String {
        let rate = self.rate();
        match self.threads {
            0 | 1 => format!("{rate} records a second"),
            threads => {
                format!(
                    "{rate} records a second: this thread stands for {threads} that share the producer"
                )
            }
        }
    }

    /// Whether so many records can wait at once: the memory has room for them, and so many are sent before the
    /// first would be given up.
    pub(crate) fn can_buffer(&self, records: i64, running: &Running<'_>) -> bool {
        let bytes = i64::from(self.value_bytes.max(1)).saturating_mul(records);
        let sent = i64::from(self.rate()).saturating_mul(running.number("delivery.timeout.ms"));
        self.mode != Mode::Get
            && i64::from(self.records) > records
            && bytes < running.number("buffer.memory")
            && sent / 1_000 > records
    }

    /// How long a callback works, if it does.
    pub(crate) fn work_us(&self) -> Option<u64> {
        (self.callback_us > 0 && self.mode == Mode::Callback).then(|| self.callback_us.into())
    }

    /// Whether keys are drawn.
    pub(crate) fn is_skewed(&self) -> bool {
        matches!(self.keys, Keys::Skewed(_))
    }

    /// Whether `i` is the last of a burst, the time of the burst in microseconds, and a word on it.
    pub(crate) fn burst(&self, size: u32) -> (String, u64, String) {
        let size = size.max(1);
        let last = format!("i % {size} == {}", size - 1);
        let every = u64::from(size) * 1_000_000 / u64::from(self.rate());
        (last, every, format!("bursts of {size}, {} records a second", self.rate()))
    }

    /// From one record to the next.
    pub(crate) fn every_us(&self) -> u32 {
        1_000_000 / self.rate()
    }
}

/// A file of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// What is in it.
    pub text: String,
}

/// A program, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// One file; two for Spring Boot.
    pub files: Vec<File>,
    /// What the client has otherwise, or lacks.
    pub notes: Vec<Note>,
}

impl Code {
    pub(crate) fn one(name: &'static str, text: String, notes: Vec<Note>) -> Self {
        Self { files: vec![File { name, text }], notes }
    }

    /// All files as one text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for file in &self.files {
            if self.files.len() > 1 {
                let mark = if file.name.ends_with(".yml") { "#" } else { "//" };
                text = text + mark + " " + file.name + "\n";
            }
            text = text + &file.text + "\n";
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}
