//! Java on Kafka's own client.

use crate::running::Running;
use crate::settings::{SERVERS, comments, java_name, java_value, of_kafka, version};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Mode, Program};

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
        long due = System.nanoTime();
        for (int i = 0; i < @records@; i++) {
            LockSupport.parkNanos(due - System.nanoTime());
            @pace@
            @record@
            @send@
        }
        @end@
    }
}
"#;

const CALLBACK: &str = r#"int number = i;
producer.send(record, (metadata, exception) -> {
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
    let record = if program.keys == 0 {
        format!("var record = new ProducerRecord<String, String>(\"{topic}\", value);")
    } else {
        let keys = program.keys;
        format!("var record = new ProducerRecord<>(\"{topic}\", \"key-\" + i % {keys}, value);")
    };
    let send = match program.mode {
        Mode::Callback => fill(CALLBACK, &[("log", LOG)]),
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
            ("pace", &pace(program)),
            ("record", &record),
            ("send", &send),
            ("end", end),
        ],
    );
    Code::one("Main.java", text, notes)
}

fn pace(program: &Program<'_>) -> String {
    let nanos = grouped(u64::from(program.every_us()) * 1_000);
    let rate = program.rate();
    match program.arrivals {
        Arrivals::Even => format!("due += {nanos}; // {rate} records a second"),
        Arrivals::Random => {
            let random = "ThreadLocalRandom.current().nextDouble()";
            format!(
                "// {rate} records a second, at random\n\
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
    imports.extend(["java.util.HashMap", "java.util.Map"]);
    if program.mode == Mode::Get {
        imports.push("java.util.concurrent.ExecutionException");
    }
    if program.arrivals == Arrivals::Random {
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
