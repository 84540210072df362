//! What decides: the producer, the network and the brokers, as actors without I/O.
//!
//! A run is a pure function of its [`Scenario`]: no clock, no hash order, no chance but the
//! scenario's seed. [`Simulation`] is the one event loop; it records what happened in a
//! [`trace::Trace`].
#![no_std]

extern crate alloc;

mod broker;
mod cluster;
pub mod config;
mod controller;
mod draws;
mod event_queue;
mod image;
mod network;
mod producer;
pub mod scenario;
mod simulation;
mod wire;

pub use broker::{BatchView, BrokerView, ClusterState, Depth, PartitionView, ReplicaView};
pub use draws::Purpose;
pub use event_queue::EventQueue;
pub use producer::{BufferState, QueueState};
pub use scenario::Scenario;
pub use simulation::{Simulation, run};
