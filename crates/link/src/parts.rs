//! Everything of a playground that is a number, with its name in an address and its limits.

use crate::playground::{Mode, Playground};

/// A number of the playground.
pub struct Part {
    /// Its name in an address.
    pub name: &'static str,
    /// The least that it may be.
    pub min: i64,
    /// The most.
    pub max: i64,
    /// Reads it.
    pub get: fn(&Playground) -> i64,
    /// Sets it.
    pub set: fn(&mut Playground, i64),
}

macro_rules! parts {
    ($($name:literal $field:ident: $ty:ty, $min:literal..=$max:literal;)+) => {
        /// All numbers: the workload, the topic, the assumptions.
        pub const PARTS: &[Part] = &[
            $(Part {
                name: $name,
                min: $min,
                max: $max,
                get: |playground| playground.$field as i64,
                set: |playground, number| playground.$field = number as $ty,
            },)+
            Part {
                name: "mode",
                min: 0,
                max: 2,
                get: |playground| playground.mode as i64,
                set: |playground, number| playground.mode = match number {
                    1 => Mode::Get,
                    2 => Mode::Forget,
                    _ => Mode::Callback,
                },
            },
        ];
    };
}

parts!(
    "records" records: u32, 1..=1_000_000;
    "rate" rate: u32, 1..=1_000_000;
    "value" value_bytes: u32, 0..=1_000_000;
    "keys" keys: u32, 0..=1_000;
    "partitions" partitions: u16, 1..=12;
    "replicas" replicas: u16, 1..=5;
    "brokers" brokers: u16, 1..=5;
    "min-isr" min_insync_replicas: u32, 1..=5;
    "one-way-us" one_way_us: u64, 0..=1_000_000;
    "between-us" between_brokers_us: u64, 0..=1_000_000;
    "append-us" append_us: u64, 0..=1_000_000;
    "callback-us" callback_us: u64, 0..=1_000_000;
    "ratio" compression_percent: u32, 1..=100;
    "cold" cold: u8, 0..=1;
    "poisson" poisson: u8, 0..=1;
    "seed" seed: u64, 0..=1_000_000_000;
);
