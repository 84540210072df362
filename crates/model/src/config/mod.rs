//! Kafka's settings.

/// Checked settings of a producer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProducerConfig {}
