//! Settings that Kafka's producer has and the model does not need: they are recognised, parsed and
//! checked as Kafka does, and change nothing in a run.

use super::table::{Importance, KafkaVersion, Range, Row, Type, Unit};

const NONE: [Option<&str>; 3] = [None; 3];

const fn always(default: &'static str) -> [Option<&'static str>; 3] {
    [Some(default); 3]
}

const fn newer(default: &'static str) -> [Option<&'static str>; 3] {
    [None, Some(default), Some(default)]
}

const fn newest(default: &'static str) -> [Option<&'static str>; 3] {
    [None, None, Some(default)]
}

macro_rules! table {
    ($($name:literal $kind:ident $unit:ident $since:ident $defaults:expr, $range:expr, $importance:ident,
       $source:literal, $meaning:literal;)+) => {
        /// Settings without effect on a run.
        pub const RECOGNISED: &[Row] = &[$(Row {
            name: $name,
            kind: Type::$kind,
            unit: Unit::$unit,
            since: KafkaVersion::$since,
            defaults: $defaults,
            range: $range,
            importance: Importance::$importance,
        }),+];

        /// Source and meaning of each, apart: who shows neither need not carry them.
        pub(super) const TEXTS: &[(&str, &str)] = &[$(($source, $meaning)),+];
    };
}

table!(
    "bootstrap.servers" List None V2_8 [Some(""), Some(""), None], Range::NonEmptyList, High,
        "ClientUtils.parseAndValidateAddresses", "Addresses that the client starts from; here the brokers of the scenario.";
    "key.serializer" Class None V2_8 NONE, Range::Any, High,
        "KafkaProducer", "The class that turns keys into bytes; keys are strings here.";
    "value.serializer" Class None V2_8 NONE, Range::Any, High,
        "KafkaProducer", "The class that turns values into bytes; values are bytes here.";
    "client.id" String None V2_8 always(""), Range::Any, Medium,
        "ProducerConfig.maybeOverrideClientId", "The name that the client gives itself in requests, metrics and logs.";
    "client.dns.lookup" String None V2_8 always("use_all_dns_ips"), Range::OneOf(&["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]), Medium,
        "ClientUtils.resolve", "How many addresses of a host name are tried.";
    "send.buffer.bytes" Int Bytes V2_8 always("131072"), Range::AtLeast(-1), Medium,
        "Selector.connect", "Size of the socket's send buffer; -1 for the system's.";
    "receive.buffer.bytes" Int Bytes V2_8 always("32768"), Range::AtLeast(-1), Medium,
        "Selector.connect", "Size of the socket's receive buffer; -1 for the system's.";
    "connections.max.idle.ms" Long Millis V2_8 always("540000"), Range::Any, Medium,
        "Selector.IdleExpiryManager", "How long a connection may idle before the client closes it.";
    "enable.metrics.push" Boolean None V3_9 newer("true"), Range::Any, Low,
        "ClientTelemetryReporter", "Whether the client sends its metrics to brokers that ask for them.";
    "metric.reporters" List None V2_8 [Some(""), Some(""), Some("org.apache.kafka.common.metrics.JmxReporter")], Range::List, Low,
        "CommonClientConfigs.metricsReporters", "Classes that are told about metrics.";
    "metrics.recording.level" String None V2_8 always("INFO"), Range::OneOf(&["INFO", "DEBUG", "TRACE"]), Low,
        "Sensor.RecordingLevel", "Down to which level metrics are recorded.";
    "interceptor.classes" List None V2_8 always(""), Range::List, Low,
        "ProducerInterceptors", "Classes that see records before they are sent and when they are acknowledged.";
    "config.providers" List None V4_3 newest(""), Range::List, Low,
        "AbstractConfig.resolveConfigVariables", "Classes that fill in variables in values of settings.";
    "security.protocol" String None V2_8 always("PLAINTEXT"), Range::OneOfIgnoringCase(&["SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT"]), Medium,
        "ChannelBuilders.clientChannelBuilder", "How connections are encrypted and authenticated.";
    "security.providers" String None V2_8 NONE, Range::Any, Low,
        "SecurityUtils.addConfiguredSecurityProviders", "Classes that add Java security providers.";
    "transactional.id" String None V2_8 NONE, Range::NonEmpty, Low,
        "TransactionManager", "Names a producer across its restarts and lets it write in transactions.";
    "transaction.timeout.ms" Int Millis V2_8 always("60000"), Range::Any, Low,
        "TransactionManager", "How long a transaction may stay open before its coordinator aborts it.";
    "transaction.two.phase.commit.enable" Boolean None V4_3 newest("false"), Range::Any, Low,
        "TransactionManager", "Whether transactions take part in a two-phase commit that others decide.";
    "sasl.mechanism" String None V2_8 always("GSSAPI"), Range::Any, Medium,
        "SaslChannelBuilder", "The SASL mechanism that the client authenticates with.";
    "sasl.jaas.config" Password None V2_8 NONE, Range::Any, Medium,
        "JaasContext.loadClientContext", "Login module and credentials for SASL.";
    "sasl.client.callback.handler.class" Class None V2_8 NONE, Range::Any, Medium,
        "SaslChannelBuilder", "The class that answers what a SASL mechanism asks of the client.";
    "sasl.login.callback.handler.class" Class None V2_8 NONE, Range::Any, Medium,
        "LoginManager", "The class that answers what a login module asks.";
    "sasl.login.class" Class None V2_8 NONE, Range::Any, Medium,
        "LoginManager", "The class that logs in.";
    "sasl.kerberos.service.name" String None V2_8 NONE, Range::Any, Medium,
        "SaslChannelBuilder", "Name of the Kerberos principal that brokers run as.";
    "sasl.kerberos.kinit.cmd" String None V2_8 always("/usr/bin/kinit"), Range::Any, Low,
        "KerberosLogin", "Path of Kerberos' kinit.";
    "sasl.kerberos.ticket.renew.window.factor" Double None V2_8 always("0.8"), Range::Any, Low,
        "KerberosLogin", "Share of a ticket's life after which it is renewed.";
    "sasl.kerberos.ticket.renew.jitter" Double None V2_8 always("0.05"), Range::Any, Low,
        "KerberosLogin", "Share of chance in the time of renewal.";
    "sasl.kerberos.min.time.before.relogin" Long Count V2_8 always("60000"), Range::Any, Low,
        "KerberosLogin", "Shortest time between two attempts to log in.";
    "sasl.login.refresh.window.factor" Double None V2_8 always("0.8"), Range::BetweenThousandths(500, 1000), Low,
        "ExpiringCredentialRefreshConfig", "Share of a credential's life after which it is refreshed.";
    "sasl.login.refresh.window.jitter" Double None V2_8 always("0.05"), Range::BetweenThousandths(0, 250), Low,
        "ExpiringCredentialRefreshConfig", "Share of chance in the time of refreshing.";
    "sasl.login.refresh.min.period.seconds" Short Count V2_8 always("60"), Range::Between(0, 900), Low,
        "ExpiringCredentialRefreshConfig", "Shortest time before a credential is refreshed.";
    "sasl.login.refresh.buffer.seconds" Short Count V2_8 always("300"), Range::Between(0, 3_600), Low,
        "ExpiringCredentialRefreshConfig", "Time that is kept between a refresh and the credential's end.";
    "sasl.login.connect.timeout.ms" Int Millis V3_9 NONE, Range::Any, Low,
        "HttpJwtRetriever", "How long connecting to an authentication provider may take.";
    "sasl.login.read.timeout.ms" Int Millis V3_9 NONE, Range::Any, Low,
        "HttpJwtRetriever", "How long reading from an authentication provider may take.";
    "sasl.login.retry.backoff.ms" Long Millis V3_9 newer("100"), Range::Any, Low,
        "HttpJwtRetriever", "The wait before a login is tried again.";
    "sasl.login.retry.backoff.max.ms" Long Millis V3_9 newer("10000"), Range::Any, Low,
        "HttpJwtRetriever", "The longest wait between tries to log in.";
    "sasl.oauthbearer.jwt.retriever.class" Class None V4_3 newest("org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever"), Range::Any, Medium,
        "OAuthBearerLoginCallbackHandler", "The class that gets tokens.";
    "sasl.oauthbearer.jwt.validator.class" Class None V4_3 newest("org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator"), Range::Any, Medium,
        "OAuthBearerLoginCallbackHandler", "The class that checks tokens.";
    "sasl.oauthbearer.scope" String None V4_3 NONE, Range::Any, Medium,
        "ClientCredentialsJwtRetriever", "The scope that a token is asked for.";
    "sasl.oauthbearer.client.credentials.client.id" String None V4_3 NONE, Range::Any, Medium,
        "ClientCredentialsJwtRetriever", "The client that asks for a token.";
    "sasl.oauthbearer.client.credentials.client.secret" Password None V4_3 NONE, Range::Any, Medium,
        "ClientCredentialsJwtRetriever", "The secret of that client.";
    "sasl.oauthbearer.token.endpoint.url" String None V3_9 NONE, Range::Any, Medium,
        "HttpJwtRetriever", "Where tokens are asked for.";
    "sasl.oauthbearer.header.urlencode" Boolean None V3_9 newer("false"), Range::Any, Low,
        "HttpJwtRetriever", "Whether client and secret are URL-encoded in the header.";
    "sasl.oauthbearer.jwks.endpoint.url" String None V3_9 NONE, Range::Any, Medium,
        "BrokerJwtValidator", "Where the provider's keys are.";
    "sasl.oauthbearer.jwks.endpoint.refresh.ms" Long Millis V3_9 newer("3600000"), Range::Any, Low,
        "BrokerJwtValidator", "How often those keys are fetched again.";
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms" Long Millis V3_9 newer("100"), Range::Any, Low,
        "BrokerJwtValidator", "The wait before fetching keys is tried again.";
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms" Long Millis V3_9 newer("10000"), Range::Any, Low,
        "BrokerJwtValidator", "The longest wait between tries to fetch keys.";
    "sasl.oauthbearer.clock.skew.seconds" Int Count V3_9 newer("30"), Range::Any, Low,
        "BrokerJwtValidator", "How far the clocks of provider and broker may differ.";
    "sasl.oauthbearer.expected.audience" List None V3_9 newest(""), Range::List, High,
        "BrokerJwtValidator", "Audiences that a token must be for.";
    "sasl.oauthbearer.expected.issuer" String None V3_9 NONE, Range::Any, High,
        "BrokerJwtValidator", "Who must have issued a token.";
    "sasl.oauthbearer.scope.claim.name" String None V3_9 newer("scope"), Range::Any, Low,
        "ClientJwtValidator", "The claim that holds the scope.";
    "sasl.oauthbearer.sub.claim.name" String None V3_9 newer("sub"), Range::Any, Low,
        "ClientJwtValidator", "The claim that holds the subject.";
    "sasl.oauthbearer.assertion.algorithm" String None V4_3 newest("RS256"), Range::OneOfIgnoringCase(&["ES256", "RS256"]), Medium,
        "JwtBearerJwtRetriever", "How an assertion is signed.";
    "sasl.oauthbearer.assertion.claim.aud" String None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "The audience that an assertion claims.";
    "sasl.oauthbearer.assertion.claim.exp.seconds" Int Count V4_3 newest("300"), Range::Between(0, 86_400), Low,
        "JwtBearerJwtRetriever", "How long an assertion is valid.";
    "sasl.oauthbearer.assertion.claim.iss" String None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "The issuer that an assertion claims.";
    "sasl.oauthbearer.assertion.claim.jti.include" Boolean None V4_3 newest("false"), Range::Any, Medium,
        "JwtBearerJwtRetriever", "Whether an assertion has an id of its own.";
    "sasl.oauthbearer.assertion.claim.nbf.seconds" Int Count V4_3 newest("60"), Range::Between(0, 3_600), Low,
        "JwtBearerJwtRetriever", "How long before now an assertion is valid.";
    "sasl.oauthbearer.assertion.claim.sub" String None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "The subject that an assertion claims.";
    "sasl.oauthbearer.assertion.file" String None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "A file with a ready-made assertion.";
    "sasl.oauthbearer.assertion.private.key.file" String None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "The key that assertions are signed with.";
    "sasl.oauthbearer.assertion.private.key.passphrase" Password None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "The passphrase of that key.";
    "sasl.oauthbearer.assertion.template.file" String None V4_3 NONE, Range::Any, Medium,
        "JwtBearerJwtRetriever", "A file with further claims of an assertion.";
    "ssl.protocol" String None V2_8 always("TLSv1.3"), Range::Any, Medium,
        "DefaultSslEngineFactory", "The TLS version that contexts are made for.";
    "ssl.provider" String None V2_8 NONE, Range::Any, Medium,
        "DefaultSslEngineFactory", "The Java security provider for TLS.";
    "ssl.cipher.suites" List None V2_8 newest(""), Range::List, Low,
        "DefaultSslEngineFactory", "Cipher suites that may be used.";
    "ssl.enabled.protocols" List None V2_8 always("TLSv1.2,TLSv1.3"), Range::List, Medium,
        "DefaultSslEngineFactory", "TLS versions that may be used.";
    "ssl.keystore.type" String None V2_8 always("JKS"), Range::Any, Medium,
        "DefaultSslEngineFactory", "Format of the key store.";
    "ssl.keystore.location" String None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "File with the client's key.";
    "ssl.keystore.password" Password None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "Password of the key store.";
    "ssl.key.password" Password None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "Password of the key in it.";
    "ssl.keystore.key" Password None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "The client's key itself, as PEM.";
    "ssl.keystore.certificate.chain" Password None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "The client's certificates, as PEM.";
    "ssl.truststore.certificates" Password None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "Certificates that are trusted, as PEM.";
    "ssl.truststore.type" String None V2_8 always("JKS"), Range::Any, Medium,
        "DefaultSslEngineFactory", "Format of the trust store.";
    "ssl.truststore.location" String None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "File with the certificates that are trusted.";
    "ssl.truststore.password" Password None V2_8 NONE, Range::Any, High,
        "DefaultSslEngineFactory", "Password of the trust store.";
    "ssl.keymanager.algorithm" String None V2_8 always("SunX509"), Range::Any, Low,
        "DefaultSslEngineFactory", "Algorithm of the key manager.";
    "ssl.trustmanager.algorithm" String None V2_8 always("PKIX"), Range::Any, Low,
        "DefaultSslEngineFactory", "Algorithm of the trust manager.";
    "ssl.endpoint.identification.algorithm" String None V2_8 always("https"), Range::Any, Low,
        "DefaultSslEngineFactory", "How a broker's host name is held against its certificate.";
    "ssl.secure.random.implementation" String None V2_8 NONE, Range::Any, Low,
        "DefaultSslEngineFactory", "The source of random numbers for TLS.";
    "ssl.engine.factory.class" Class None V2_8 NONE, Range::Any, Low,
        "SslFactory", "The class that makes TLS engines.";
);
