//! Java on Kafka's own client.

use crate::program::HEADER;
use crate::running::Running;
use crate::settings::{SERVERS, comments, java_name, java_value, of_kafka, version};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Keys, Mode, Program};

const MAIN: &str = r#"@imports@

public final class Main {
    private static final Logger logger = LoggerFactory.getLogger("@topic@");

    public static void main(String[] args)@throws@ {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "@servers@");
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        @settings@

        var producer = new KafkaProducer<String, String>(settings);
        String value = "x".repeat(@bytes@);
        @header@
        long due = System.nanoTime();
        for (int i = 0; i < @records@; i++) {
            LockSupport.parkNanos(due - System.nanoTime());
            @pace@
            @key@
            @record@
            @headers@
            @send@
        }
        @end@
    }
    @drawn@
}
"#;

/// Draws a key.
const DRAWN: &str = r"
/** Key k is as likely as 1 / (k + 1). */
private static int drawn(int keys) {
    double left = 0;
    for (int k = 0; k < keys; k++) {
        left += 1.0 / (k + 1);
    }
    left *= ThreadLocalRandom.current().nextDouble();
    for (int k = 0; k < keys; k++) {
        left -= 1.0 / (k + 1);
        if (left < 0) {
            return k;
        }
    }
    return keys - 1;
}
";

const CALLBACK: &str = r#"int number = i;
producer.send(record, (metadata, exception) -> {
    @work@
    if (exception != null) {
        logger.error("record {} failed", number, exception);
        return;
    }
    @log@
});"#;

const GET: &str = r#"try {
    RecordMetadata metadata = producer.send(record).get();
    @log@
} catch (ExecutionException exception) {
    logger.error("record {} failed", i, exception.getCause());
}"#;

const LOG: &str = r#"logger.info("partition {} offset {} timestamp {}",
        metadata.partition(), metadata.offset(), metadata.timestamp());"#;

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let (set, notes) = of_kafka(running);
    let client = running.settings().version;
    let mut settings = version(running, "//");
    for (row, value) in set {
        let (name, value) = (java_name(row.name, client), java_value(&value));
        settings = settings + "settings.put(" + &name + ", " + &value + ");\n";
    }
    settings.push_str(&comments(&notes, "this version", "//"));
    let topic = program.topic();
    let (find_key, key) = match program.keys {
        Keys::None => (String::new(), None),
        Keys::InTurn { keys, nulls: 0 } => (String::new(), Some(format!("\"key-\" + i % {keys}"))),
        Keys::InTurn { keys, nulls } => {
            let turn = keys.saturating_add(nulls);
            let find = format!("String key = i % {turn} < {keys} ? \"key-\" + i % {turn} : null;");
            (find, Some("key".to_owned()))
        }
        Keys::Skewed(keys) => (String::new(), Some(format!("\"key-\" + drawn({keys})"))),
    };
    let record = match key {
        None => format!("var record = new ProducerRecord<String, String>(\"{topic}\", value);"),
        Some(key) => format!("var record = new ProducerRecord<>(\"{topic}\", {key}, value);"),
    };
    let (header, headers) = match program.headers {
        0 => (String::new(), String::new()),
        headers => (
            format!("byte[] header = \"{HEADER}\".getBytes(StandardCharsets.UTF_8);"),
            format!(
                "for (int h = 0; h < {headers}; h++) {{\n\
                 \x20   record.headers().add(\"header-\" + h, header);\n}}"
            ),
        ),
    };
    let work = program.work_us().map_or_else(String::new, |us| {
        format!("LockSupport.parkNanos({}L); // work on the network thread", grouped(us * 1_000))
    });
    let send = match program.mode {
        Mode::Callback => fill(CALLBACK, &[("work", &work), ("log", LOG)]),
        Mode::Get => fill(GET, &[("log", LOG)]),
        Mode::Forget => "producer.send(record);".to_owned(),
    };
    let end = match program.end {
        End::Close => "producer.close(); // waits for all results",
        End::CloseWithin(millis) => &format!(
            "producer.close(Duration.ofMillis({millis})); // what has no result then fails"
        ),
        End::Flush => {
            "producer.flush(); // sends at once what lingers, and waits\nproducer.close();"
        }
        End::Exit => "// neither flush() nor close(): what has not left the producer is lost",
    };
    let text = fill(
        MAIN,
        &[
            ("imports", &imports(program)),
            ("topic", &topic),
            ("throws", if program.mode == Mode::Get { " throws InterruptedException" } else { "" }),
            ("servers", SERVERS),
            ("settings", &settings),
            ("bytes", &grouped(program.value_bytes.into())),
            ("records", &grouped(program.records.into())),
            ("header", &header),
            ("pace", &pace(program)),
            ("key", &find_key),
            ("record", &record),
            ("headers", &headers),
            ("drawn", if program.is_skewed() { DRAWN } else { "" }),
            ("send", &send),
            ("end", end),
        ],
    );
    Code::one("Main.java", text, notes)
}

fn pace(program: &Program<'_>) -> String {
    let nanos = grouped(u64::from(program.every_us()) * 1_000);
    let rate = program.rate_words();
    match program.arrivals {
        Arrivals::Even => format!("due += {nanos}; // {rate}"),
        Arrivals::Random => {
            let random = "ThreadLocalRandom.current().nextDouble()";
            format!(
                "// {rate}, at random\n\
                 due += (long) (-Math.log(1 - {random}) * {nanos});"
            )
        }
        Arrivals::Bursts(size) => {
            let (last, every, words) = program.burst(size);
            format!("if ({last}) due += {}L; // {words}", grouped(every * 1_000))
        }
    }
}

fn imports(program: &Program<'_>) -> String {
    let mut imports = Vec::new();
    if matches!(program.end, End::CloseWithin(_)) {
        imports.push("java.time.Duration");
    }
    if program.headers > 0 {
        imports.insert(0, "java.nio.charset.StandardCharsets");
    }
    imports.extend(["java.util.HashMap", "java.util.Map"]);
    if program.mode == Mode::Get {
        imports.push("java.util.concurrent.ExecutionException");
    }
    if program.arrivals == Arrivals::Random || program.is_skewed() {
        imports.push("java.util.concurrent.ThreadLocalRandom");
    }
    imports.extend([
        "java.util.concurrent.locks.LockSupport",
        "org.apache.kafka.clients.producer.KafkaProducer",
        "org.apache.kafka.clients.producer.ProducerConfig",
        "org.apache.kafka.clients.producer.ProducerRecord",
    ]);
    if program.mode == Mode::Get {
        imports.push("org.apache.kafka.clients.producer.RecordMetadata");
    }
    imports.extend([
        "org.apache.kafka.common.serialization.StringSerializer",
        "org.slf4j.Logger",
        "org.slf4j.LoggerFactory",
    ]);
    let lines: Vec<String> = imports.iter().map(|name| ["import ", name, ";\n"].concat()).collect();
    lines.concat()
}
