//! Kafka's settings. (stand-in)
#![allow(missing_docs)]
use alloc::string::String;
use units::{Bytes, Millis};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acks {
    None,
    Leader,
    All,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionerClass {
    BuiltIn,
    RoundRobin,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataRecoveryStrategy {
    None,
    Rebootstrap,
}
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerConfig {
    client_id: String,
    acks: Acks,
    enable_idempotence: bool,
    batch_size: i32,
    linger: Millis,
    buffer_memory: Bytes,
    max_block: Millis,
    max_request_size: Bytes,
    compression: Compression,
    max_in_flight: u32,
    retries: i32,
    retry_backoff: Millis,
    retry_backoff_max: Millis,
    request_timeout: Millis,
    delivery_timeout: Millis,
    partitioner: PartitionerClass,
    partitioner_ignore_keys: bool,
    partitioner_adaptive: bool,
    partitioner_availability_timeout: Millis,
    metadata_max_age: Millis,
    metadata_max_idle: Millis,
    reconnect_backoff: Millis,
    reconnect_backoff_max: Millis,
    socket_connection_setup_timeout: Millis,
    socket_connection_setup_timeout_max: Millis,
    metadata_recovery_strategy: MetadataRecoveryStrategy,
    metadata_recovery_rebootstrap_trigger: Millis,
}
impl Default for ProducerConfig {
    fn default() -> Self {
        Self {
            client_id: String::from("linger"),
            acks: Acks::All,
            enable_idempotence: true,
            batch_size: 16384,
            linger: Millis(5),
            buffer_memory: Bytes(33_554_432),
            max_block: Millis(60_000),
            max_request_size: Bytes(1_048_576),
            compression: Compression::None,
            max_in_flight: 5,
            retries: i32::MAX,
            retry_backoff: Millis(100),
            retry_backoff_max: Millis(1000),
            request_timeout: Millis(30_000),
            delivery_timeout: Millis(120_000),
            partitioner: PartitionerClass::BuiltIn,
            partitioner_ignore_keys: false,
            partitioner_adaptive: true,
            partitioner_availability_timeout: Millis(0),
            metadata_max_age: Millis(300_000),
            metadata_max_idle: Millis(300_000),
            reconnect_backoff: Millis(50),
            reconnect_backoff_max: Millis(1000),
            socket_connection_setup_timeout: Millis(10_000),
            socket_connection_setup_timeout_max: Millis(30_000),
            metadata_recovery_strategy: MetadataRecoveryStrategy::Rebootstrap,
            metadata_recovery_rebootstrap_trigger: Millis(300_000),
        }
    }
}
impl ProducerConfig {
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
    pub const fn acks(&self) -> Acks {
        self.acks
    }
    pub const fn enable_idempotence(&self) -> bool {
        self.enable_idempotence
    }
    pub const fn batch_size(&self) -> i32 {
        self.batch_size
    }
    pub const fn linger(&self) -> Millis {
        self.linger
    }
    pub const fn buffer_memory(&self) -> Bytes {
        self.buffer_memory
    }
    pub const fn max_block(&self) -> Millis {
        self.max_block
    }
    pub const fn max_request_size(&self) -> Bytes {
        self.max_request_size
    }
    pub const fn compression(&self) -> Compression {
        self.compression
    }
    pub const fn max_in_flight(&self) -> u32 {
        self.max_in_flight
    }
    pub const fn retries(&self) -> i32 {
        self.retries
    }
    pub const fn retry_backoff(&self) -> Millis {
        self.retry_backoff
    }
    pub const fn retry_backoff_max(&self) -> Millis {
        self.retry_backoff_max
    }
    pub const fn request_timeout(&self) -> Millis {
        self.request_timeout
    }
    pub const fn delivery_timeout(&self) -> Millis {
        self.delivery_timeout
    }
    pub const fn partitioner(&self) -> PartitionerClass {
        self.partitioner
    }
    pub const fn partitioner_ignore_keys(&self) -> bool {
        self.partitioner_ignore_keys
    }
    pub const fn partitioner_adaptive(&self) -> bool {
        self.partitioner_adaptive
    }
    pub const fn partitioner_availability_timeout(&self) -> Millis {
        self.partitioner_availability_timeout
    }
    pub const fn metadata_max_age(&self) -> Millis {
        self.metadata_max_age
    }
    pub const fn metadata_max_idle(&self) -> Millis {
        self.metadata_max_idle
    }
    pub const fn reconnect_backoff(&self) -> Millis {
        self.reconnect_backoff
    }
    pub const fn reconnect_backoff_max(&self) -> Millis {
        self.reconnect_backoff_max
    }
    pub const fn socket_connection_setup_timeout(&self) -> Millis {
        self.socket_connection_setup_timeout
    }
    pub const fn socket_connection_setup_timeout_max(&self) -> Millis {
        self.socket_connection_setup_timeout_max
    }
    pub const fn metadata_recovery_strategy(&self) -> MetadataRecoveryStrategy {
        self.metadata_recovery_strategy
    }
    pub const fn metadata_recovery_rebootstrap_trigger(&self) -> Millis {
        self.metadata_recovery_rebootstrap_trigger
    }
}
impl ProducerConfig {
    pub fn set(&mut self, k: &str, v: &str) {
        match k {
            "enable.idempotence" => self.enable_idempotence = v == "true",
            "batch.size" => self.batch_size = v.parse().unwrap(),
            "linger.ms" => self.linger = Millis(v.parse().unwrap()),
            "buffer.memory" => self.buffer_memory = Bytes(v.parse().unwrap()),
            "max.block.ms" => self.max_block = Millis(v.parse().unwrap()),
            "max.request.size" => self.max_request_size = Bytes(v.parse().unwrap()),
            "max.in.flight.requests.per.connection" => self.max_in_flight = v.parse().unwrap(),
            "retries" => self.retries = v.parse().unwrap(),
            "retry.backoff.ms" => self.retry_backoff = Millis(v.parse().unwrap()),
            "retry.backoff.max.ms" => self.retry_backoff_max = Millis(v.parse().unwrap()),
            "request.timeout.ms" => self.request_timeout = Millis(v.parse().unwrap()),
            "delivery.timeout.ms" => self.delivery_timeout = Millis(v.parse().unwrap()),
            "partitioner.ignore.keys" => self.partitioner_ignore_keys = v == "true",
            "partitioner.adaptive.partitioning.enable" => self.partitioner_adaptive = v == "true",
            "partitioner.availability.timeout.ms" => {
                self.partitioner_availability_timeout = Millis(v.parse().unwrap())
            }
            "metadata.max.age.ms" => self.metadata_max_age = Millis(v.parse().unwrap()),
            "metadata.max.idle.ms" => self.metadata_max_idle = Millis(v.parse().unwrap()),
            "reconnect.backoff.ms" => self.reconnect_backoff = Millis(v.parse().unwrap()),
            "reconnect.backoff.max.ms" => self.reconnect_backoff_max = Millis(v.parse().unwrap()),
            "socket.connection.setup.timeout.ms" => {
                self.socket_connection_setup_timeout = Millis(v.parse().unwrap())
            }
            "socket.connection.setup.timeout.max.ms" => {
                self.socket_connection_setup_timeout_max = Millis(v.parse().unwrap())
            }
            "metadata.recovery.rebootstrap.trigger.ms" => {
                self.metadata_recovery_rebootstrap_trigger = Millis(v.parse().unwrap())
            }
            "acks" => {
                self.acks = match v {
                    "0" => Acks::None,
                    "1" => Acks::Leader,
                    _ => Acks::All,
                }
            }
            "compression.type" => {
                self.compression = match v {
                    "gzip" => Compression::Gzip,
                    "snappy" => Compression::Snappy,
                    "lz4" => Compression::Lz4,
                    "zstd" => Compression::Zstd,
                    _ => Compression::None,
                }
            }
            "partitioner.class" => self.partitioner = PartitionerClass::RoundRobin,
            "metadata.recovery.strategy" => {
                self.metadata_recovery_strategy = if v.eq_ignore_ascii_case("none") {
                    MetadataRecoveryStrategy::None
                } else {
                    MetadataRecoveryStrategy::Rebootstrap
                }
            }
            _ => {}
        }
    }
    pub fn finish(&mut self, has: impl Fn(&str) -> bool) {
        if !has("enable.idempotence") && (self.acks != Acks::All || self.retries == 0) {
            self.enable_idempotence = false;
        }
        let need = Millis((self.linger.0 + self.request_timeout.0).min(i32::MAX as i64));
        if self.delivery_timeout < need {
            self.delivery_timeout = need;
        }
        if has("reconnect.backoff.ms") && !has("reconnect.backoff.max.ms") {
            self.reconnect_backoff_max = self.reconnect_backoff;
        }
    }
}
