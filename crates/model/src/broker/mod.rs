//! Brokers and controller.

/// What the brokers have asked to be called with.
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterEvent {}
