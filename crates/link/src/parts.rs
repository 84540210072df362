//! Everything of a playground that is not a setting of Kafka's: its name in an address, its limits, its
//! words. Form, link, docs and the list of assumptions read this one table.

use crate::playground::Playground;
use crate::time_text::{micros_of, time_text};
use model::config::KafkaVersion;

/// Where a part stands in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Whose defaults hold.
    Version,
    /// What the application does.
    Workload,
    /// Topic and brokers.
    Cluster,
    /// What no setting says and Kafka does not decide: each has a reason, under
    /// `part--NAME--reason` among the page's words.
    Assumption,
}

/// What a part's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartUnit {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
    /// Microseconds; written as a time.
    Micros,
    /// Hundredths.
    Percent,
    /// A choice: the number is a position among these words.
    Words(&'static [&'static str]),
}

/// A part of the playground. Its words on the page stand under `part--NAME`.
pub struct Part {
    /// Its name in an address.
    pub name: &'static str,
    /// Where it stands in the form.
    pub group: Group,
    /// What it counts.
    pub unit: PartUnit,
    /// The least that it may be.
    pub min: i64,
    /// The most.
    pub max: i64,
    /// Reads it.
    pub get: fn(&Playground) -> i64,
    /// Sets it.
    pub set: fn(&mut Playground, i64),
}

impl Part {
    /// A number of this part as an address has it.
    #[must_use]
    pub fn text(&self, number: i64) -> String {
        let words: &[&str] = match self.unit {
            PartUnit::Words(words) => words,
            _ => &[],
        };
        let word = usize::try_from(number).ok().and_then(|position| words.get(position));
        match (word, self.unit) {
            (Some(word), _) => (*word).to_owned(),
            (None, PartUnit::Micros) => time_text(number.max(0).unsigned_abs()),
            (None, _) => number.to_string(),
        }
    }

    /// Reads a number of this part; `None` if it is none, or out of its limits.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<i64> {
        let number = match self.unit {
            PartUnit::Words(words) => {
                i64::try_from(words.iter().position(|word| *word == text)?).ok()?
            }
            PartUnit::Micros => i64::try_from(micros_of(text)?).ok()?,
            _ => text.parse().ok()?,
        };
        (self.min..=self.max).contains(&number).then_some(number)
    }

    /// Reads what a person writes: `1.5 ms`, `300 µs`, `2k`, `40 %`.
    #[must_use]
    pub fn human_number(&self, text: &str) -> Option<i64> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
        let text = text.replace(['µ', 'μ'], "u");
        let lower = text.to_ascii_lowercase();
        let thousands = ["kib", "kb", "k"].iter().find_map(|unit| lower.strip_suffix(unit));
        match (self.unit, thousands) {
            (PartUnit::Bytes, Some(number)) => {
                let bytes = number.parse::<i64>().ok()?.checked_mul(1 << 10)?;
                (self.min..=self.max).contains(&bytes).then_some(bytes)
            }
            (PartUnit::Bytes, None) => self.number(lower.trim_end_matches('b')),
            (PartUnit::Percent, _) => self.number(lower.trim_end_matches('%')),
            (PartUnit::Words(_), _) => self.number(&text),
            _ => self.number(&lower),
        }
    }
}

/// The part of a name.
#[must_use]
pub fn part(name: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| part.name == name)
}

/// Declares a choice: an enum whose positions have words.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Its words in an address, in order of declaration.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
            /// All of them, likewise.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one with this word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            /// The one at a position; the default if there is none.
            #[must_use]
            pub fn at(position: i64) -> Self {
                let position = usize::try_from(position).ok();
                position.and_then(|position| Self::ALL.get(position)).copied().unwrap_or_default()
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How the application sends.
    pub enum Mode {
        /// `send(record, callback)`.
        #[default]
        Callback = "callback",
        /// `send(record).get()`.
        Get = "get",
        /// `send(record)`, and no look back.
        Forget = "forget",
    }
}

words! {
    /// When the application wants to send.
    pub enum ArrivalKind {
        /// One record each interval.
        #[default]
        Even = "even",
        /// Independent of each other.
        Random = "random",
        /// Groups at once.
        Bursts = "bursts",
    }
}

words! {
    /// How often each key occurs.
    pub enum KeySkew {
        /// In turn.
        #[default]
        None = "none",
        /// Key k as often as `1 / (k + 1)` says against the others.
        Zipf = "zipf",
    }
}

words! {
    /// What the application does after its last `send`.
    pub enum Ending {
        /// Nothing: it lives on.
        #[default]
        None = "none",
        /// `flush()`.
        Flush = "flush",
        /// `close()`.
        Close = "close",
        /// `close(timeout)`; the part `close-within` is the timeout.
        CloseWithin = "close-within",
        /// Its process ends without `close`.
        Exit = "exit",
    }
}

words! {
    /// The producer's state at the run's 0.
    pub enum StartKind {
        /// It has metadata, connections and id.
        #[default]
        Warm = "warm",
        /// It is constructed then.
        Cold = "cold",
    }
}

macro_rules! parts {
    (words { $($wgroup:ident $wname:literal $wfield:ident: $words:ident;)+ }
     numbers { $($group:ident $name:literal $unit:ident $field:ident: $ty:ty, $min:literal..=$max:literal;)+ }) => {
        /// All parts, in the order of the form.
        pub const PARTS: &[Part] = &[
            Part {
                name: "kafka",
                group: Group::Version,
                unit: PartUnit::Words(&["2.8", "3.9", "4.3"]),
                min: 0,
                max: 2,
                get: |playground| playground.settings.version as i64,
                set: |playground, number| playground.settings.version = match number {
                    0 => KafkaVersion::V2_8,
                    1 => KafkaVersion::V3_9,
                    _ => KafkaVersion::V4_3,
                },
            },
            $(Part {
                name: $wname,
                group: Group::$wgroup,
                unit: PartUnit::Words($words::WORDS),
                min: 0,
                max: $words::WORDS.len() as i64 - 1,
                get: |playground| playground.$wfield as i64,
                set: |playground, number| playground.$wfield = $words::at(number),
            },)+
            $(Part {
                name: $name,
                group: Group::$group,
                unit: PartUnit::$unit,
                min: $min,
                max: $max,
                get: |playground| playground.$field as i64,
                set: |playground, number| playground.$field = number as $ty,
            },)+
        ];
    };
}

parts!(
    words {
        Workload "mode" mode: Mode;
        Workload "arrivals" arrivals: ArrivalKind;
        Workload "key-skew" key_skew: KeySkew;
        Workload "end" ending: Ending;
        Assumption "start" start: StartKind;
    }
    numbers {
        Workload "rate" Count rate: u32, 1..=1_000_000;
        Workload "records" Count records: u32, 1..=1_000_000;
        Workload "burst" Count burst: u32, 1..=10_000;
        Workload "value" Bytes value_bytes: u32, 0..=2_000_000;
        Workload "keys" Count keys: u32, 0..=1_000;
        Workload "null-keys" Count null_keys: u32, 0..=1_000;
        Workload "headers" Count headers: u32, 0..=10;
        Workload "close-within" Micros close_within_us: u64, 0..=600_000_000;
        Cluster "partitions" Count partitions: u16, 1..=12;
        Cluster "replicas" Count replicas: u16, 1..=5;
        Cluster "brokers" Count brokers: u16, 1..=5;
        Assumption "one-way" Micros one_way_us: u64, 0..=1_000_000;
        Assumption "between" Micros between_brokers_us: u64, 0..=1_000_000;
        Assumption "append" Micros append_us: u64, 0..=1_000_000;
        Assumption "callback" Micros callback_us: u64, 0..=60_000_000;
        Assumption "metadata" Micros metadata_us: u64, 0..=10_000_000;
        Assumption "controller" Micros controller_us: u64, 0..=10_000_000;
        Assumption "restart" Micros restart_us: u64, 0..=600_000_000;
        Assumption "resume" Micros resume_us: u64, 0..=600_000_000;
        Assumption "writeback" Micros writeback_us: u64, 0..=600_000_000;
        Assumption "ratio" Percent compression_percent: u32, 1..=100;
        Assumption "seed" Count seed: u64, 0..=1_000_000_000;
    }
);
