//! Kotlin on Kafka's own client, with the callback in the form that learners know.

use crate::running::Running;
use crate::settings::{SERVERS, comments, java_name, java_value, of_kafka, version};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Mode, Program};

const MAIN: &str = r#"@imports@

private val logger = LoggerFactory.getLogger("@topic@")

fun main() {
    val settings = mapOf<String, Any>(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG to "@servers@",
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG to StringSerializer::class.java,
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG to StringSerializer::class.java,
        @settings@
    )
    val producer = KafkaProducer<String, String>(settings)
    val value = "x".repeat(@bytes@)
    var due = System.nanoTime()
    for (i in 0 until @records@) {
        LockSupport.parkNanos(due - System.nanoTime())
        @pace@
        val record = @record@
        @send@
    }
    @end@
}
"#;

const CALLBACK: &str = r#"producer.send(record) { metadata, exception ->
    exception?.let {
        logger.error("record {} failed", i, it)
        return@send
    }
    @log@
}"#;

const GET: &str = r#"try {
    val metadata = producer.send(record).get()
    @log@
} catch (exception: ExecutionException) {
    logger.error("record {} failed", i, exception.cause)
}"#;

pub(crate) const LOG: &str = r#"logger.info(
    "partition {} offset {} timestamp {}",
    metadata.partition(), metadata.offset(), metadata.timestamp(),
)"#;

/// Advances `due`.
pub(crate) fn pace(program: &Program<'_>) -> String {
    let nanos = grouped(u64::from(program.every_us()) * 1_000);
    match program.arrivals {
        Arrivals::Even => format!("due += {nanos} // {} records a second", program.rate()),
        Arrivals::Random => format!(
            "due += (-ln(1 - Random.nextDouble()) * {nanos}).toLong() // {} records a second",
            program.rate()
        ),
        Arrivals::Bursts(size) => {
            let (last, every, words) = program.burst(size);
            format!("if ({last}) due += {} // {words}", grouped(every * 1_000))
        }
    }
}

/// The lines of `import`, sorted, with those that a choice adds.
pub(crate) fn imports(program: &Program<'_>, always: &[&str], get: bool) -> String {
    let mut imports: Vec<&str> = always.to_vec();
    imports.push("java.util.concurrent.locks.LockSupport");
    if matches!(program.end, End::CloseWithin(_))
        && always.iter().any(|name| name.contains("KafkaProducer"))
    {
        imports.push("java.time.Duration");
    }
    if get {
        imports.push("java.util.concurrent.ExecutionException");
    }
    if program.arrivals == Arrivals::Random {
        imports.extend(["kotlin.math.ln", "kotlin.random.Random"]);
    }
    imports.sort_unstable();
    let lines: Vec<String> = imports.iter().map(|name| ["import ", name, "\n"].concat()).collect();
    lines.concat()
}

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let (set, notes) = of_kafka(running);
    let client = running.settings().version;
    let mut settings = version(running, "//");
    for (row, value) in set {
        settings = settings + &java_name(row.name, client) + " to " + &java_value(&value) + ",\n";
    }
    settings.push_str(&comments(&notes, "this version", "//"));
    let imports = imports(
        program,
        &[
            "org.apache.kafka.clients.producer.KafkaProducer",
            "org.apache.kafka.clients.producer.ProducerConfig",
            "org.apache.kafka.clients.producer.ProducerRecord",
            "org.apache.kafka.common.serialization.StringSerializer",
            "org.slf4j.LoggerFactory",
        ],
        program.mode == Mode::Get,
    );
    let topic = program.topic();
    let record = if program.keys == 0 {
        format!("ProducerRecord<String, String>(\"{topic}\", value)")
    } else {
        format!("ProducerRecord(\"{topic}\", \"key-${{i % {}}}\", value)", program.keys)
    };
    let send = match program.mode {
        Mode::Callback => fill(CALLBACK, &[("log", LOG)]),
        Mode::Get => fill(GET, &[("log", LOG)]),
        Mode::Forget => "producer.send(record)".to_owned(),
    };
    let end = match program.end {
        End::Close => "producer.close() // waits for all results",
        End::CloseWithin(millis) => {
            &format!("producer.close(Duration.ofMillis({millis})) // what has no result then fails")
        }
        End::Flush => "producer.flush() // sends at once what lingers, and waits\nproducer.close()",
        End::Exit => "// neither flush() nor close(): what has not left the producer is lost",
    };
    let text = fill(
        MAIN,
        &[
            ("imports", &imports),
            ("topic", &topic),
            ("servers", SERVERS),
            ("settings", &settings),
            ("bytes", &grouped(program.value_bytes.into())),
            ("records", &grouped(program.records.into())),
            ("pace", &pace(program)),
            ("record", &record),
            ("send", &send),
            ("end", end),
        ],
    );
    Code::one("Main.kt", text, notes)
}
