//! Kotlin on Kafka's own client, with the callback in the form that learners know.

use crate::program::HEADER;
use crate::running::Running;
use crate::settings::{SERVERS, comments, java_name, java_value, of_kafka, version};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Keys, Mode, Program};

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
    @header@
    var due = System.nanoTime()
    for (i in 0 until @records@) {
        LockSupport.parkNanos(due - System.nanoTime())
        @pace@
        @key@
        val record = @record@
        @headers@
        @send@
    }
    @end@
}
@drawn@
"#;

/// Draws a key.
pub(crate) const DRAWN: &str = r"
/** Key k is as likely as 1 / (k + 1). */
private fun drawn(keys: Int): Int {
    var left = Random.nextDouble() * (1..keys).sumOf { 1.0 / it }
    for (k in 0 until keys) {
        left -= 1.0 / (k + 1)
        if (left < 0) return k
    }
    return keys - 1
}
";

const CALLBACK: &str = r#"producer.send(record) { metadata, exception ->
    @work@
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
        Arrivals::Even => format!("due += {nanos} // {}", program.rate_words()),
        Arrivals::Random => format!(
            "due += (-ln(1 - Random.nextDouble()) * {nanos}).toLong() // {}",
            program.rate_words()
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
        imports.push("kotlin.math.ln");
    }
    if program.arrivals == Arrivals::Random || program.is_skewed() {
        imports.push("kotlin.random.Random");
    }
    imports.sort_unstable();
    let lines: Vec<String> = imports.iter().map(|name| ["import ", name, "\n"].concat()).collect();
    lines.concat()
}

/// The value of a header, as a value before the loop.
pub(crate) fn header(program: &Program<'_>) -> String {
    match program.headers {
        0 => String::new(),
        _ => format!("val header = \"{HEADER}\".toByteArray()"),
    }
}

/// Adds the headers to a record.
pub(crate) fn headers(program: &Program<'_>) -> String {
    match program.headers {
        0 => String::new(),
        headers => {
            format!("repeat({headers}) {{ record.headers().add(\"header-$it\", header) }}")
        }
    }
}

/// A line that finds the key where it takes one, and the key.
pub(crate) fn key(program: &Program<'_>) -> (String, String) {
    match program.keys {
        Keys::None => (String::new(), String::new()),
        Keys::InTurn { keys, nulls: 0 } => (String::new(), format!("\"key-${{i % {keys}}}\"")),
        Keys::InTurn { keys, nulls } => {
            let turn = keys.saturating_add(nulls);
            let line =
                format!("val key = if (i % {turn} < {keys}) \"key-${{i % {turn}}}\" else null");
            (line, "key".to_owned())
        }
        Keys::Skewed(keys) => (String::new(), format!("\"key-${{drawn({keys})}}\"")),
    }
}

/// The record; a key that may be null leaves its type open.
pub(crate) fn record(program: &Program<'_>, topic: &str, key: &str) -> String {
    let types = match program.keys {
        Keys::None | Keys::InTurn { nulls: 1.., .. } => "<String, String>",
        _ => "",
    };
    let key = if key.is_empty() { String::new() } else { [key, ", "].concat() };
    format!("ProducerRecord{types}(\"{topic}\", {key}value)")
}

/// What each callback does before it looks at its result.
pub(crate) fn work(program: &Program<'_>) -> String {
    let park = |us: u64| {
        format!("LockSupport.parkNanos({}) // work on the network thread", grouped(us * 1_000))
    };
    program.work_us().map_or_else(String::new, park)
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
    let (find_key, key) = key(program);
    let record = record(program, &topic, &key);
    let send = match program.mode {
        Mode::Callback => fill(CALLBACK, &[("work", &work(program)), ("log", LOG)]),
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
            ("header", &header(program)),
            ("pace", &pace(program)),
            ("key", &find_key),
            ("record", &record),
            ("headers", &headers(program)),
            ("drawn", if program.is_skewed() { DRAWN } else { "" }),
            ("send", &send),
            ("end", end),
        ],
    );
    Code::one("Main.kt", text, notes)
}
