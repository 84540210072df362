//! In which order Kafka parses.

use super::ConfigError;

/// Settings whose value can be refused, in the order in which Kafka defines them.
/// Source: `ProducerConfig.CONFIG`, `ConfigDef.parse`.
pub const DEFINITION_ORDER: &[&str] = &[
    "bootstrap.servers",
    "client.dns.lookup",
    "buffer.memory",
    "retries",
    "acks",
    "compression.type",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.zstd.level",
    "batch.size",
    "partitioner.adaptive.partitioning.enable",
    "partitioner.availability.timeout.ms",
    "partitioner.ignore.keys",
    "linger.ms",
    "delivery.timeout.ms",
    "send.buffer.bytes",
    "receive.buffer.bytes",
    "max.request.size",
    "reconnect.backoff.ms",
    "reconnect.backoff.max.ms",
    "retry.backoff.ms",
    "retry.backoff.max.ms",
    "enable.metrics.push",
    "max.block.ms",
    "request.timeout.ms",
    "metadata.max.age.ms",
    "metadata.max.idle.ms",
    "metrics.sample.window.ms",
    "metrics.num.samples",
    "metrics.recording.level",
    "metric.reporters",
    "max.in.flight.requests.per.connection",
    "socket.connection.setup.timeout.ms",
    "socket.connection.setup.timeout.max.ms",
    "connections.max.idle.ms",
    "partitioner.class",
    "interceptor.classes",
    "security.protocol",
    "ssl.cipher.suites",
    "ssl.enabled.protocols",
    "sasl.kerberos.ticket.renew.window.factor",
    "sasl.kerberos.ticket.renew.jitter",
    "sasl.kerberos.min.time.before.relogin",
    "sasl.login.refresh.window.factor",
    "sasl.login.refresh.window.jitter",
    "sasl.login.refresh.min.period.seconds",
    "sasl.login.refresh.buffer.seconds",
    "sasl.login.connect.timeout.ms",
    "sasl.login.read.timeout.ms",
    "sasl.login.retry.backoff.max.ms",
    "sasl.login.retry.backoff.ms",
    "sasl.oauthbearer.assertion.algorithm",
    "sasl.oauthbearer.assertion.claim.exp.seconds",
    "sasl.oauthbearer.assertion.claim.jti.include",
    "sasl.oauthbearer.assertion.claim.nbf.seconds",
    "sasl.oauthbearer.jwks.endpoint.refresh.ms",
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
    "sasl.oauthbearer.clock.skew.seconds",
    "sasl.oauthbearer.expected.audience",
    "sasl.oauthbearer.header.urlencode",
    "enable.idempotence",
    "transaction.timeout.ms",
    "transactional.id",
    "transaction.two.phase.commit.enable",
    "metadata.recovery.strategy",
    "metadata.recovery.rebootstrap.trigger.ms",
    "config.providers",
];

/// Puts the error in front that Kafka would throw: parsing ends at the first.
pub(super) fn first_to_front(errors: &mut [ConfigError]) {
    let position = |error: &ConfigError| {
        DEFINITION_ORDER.iter().position(|name| *name == error.setting).unwrap_or(usize::MAX)
    };
    if let Some(first) = (0..errors.len()).min_by_key(|at| position(&errors[*at])) {
        errors.swap(0, first);
    }
}
