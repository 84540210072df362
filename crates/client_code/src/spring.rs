//! Spring Boot: `application.yml`, and a `KafkaTemplate` at work.

use crate::kotlin::{DRAWN, LOG, header, headers, imports, key, pace, record, work};
use crate::running::{Running, plain};
use crate::settings::{SERIALIZER, SERVERS, comments, of_kafka, version};
use crate::text::{fill, grouped};
use crate::{Code, End, File, Keys, Mode, Note, Program};
use model::config::Value;

const YAML: &str = "spring:
  kafka:
    bootstrap-servers: @servers@
    producer:
      key-serializer: @serializer@
      value-serializer: @serializer@
      @named@
      @properties@
";

const SENDER: &str = r#"@imports@

@Component
class Sender(private val template: KafkaTemplate<String, String>) : ApplicationRunner {
    private val logger = LoggerFactory.getLogger(javaClass)

    override fun run(args: ApplicationArguments) {
        val value = "x".repeat(@bytes@)
        @header@
        var due = System.nanoTime()
        for (i in 0 until @records@) {
            LockSupport.parkNanos(due - System.nanoTime())
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

const CALLBACK: &str = r#"@call@.whenComplete { result, exception ->
    @work@
    exception?.let {
        logger.error("record {} failed", i, it)
        return@whenComplete
    }
    val metadata = result.recordMetadata
    @log@
}"#;

const GET: &str = r#"try {
    val metadata = @call@.get().recordMetadata
    @log@
} catch (exception: ExecutionException) {
    logger.error("record {} failed", i, exception.cause)
}"#;

/// Settings that Spring Boot has a name for; the others stand under `properties`.
/// Source: `KafkaProperties.Producer`.
pub(crate) const NAMED: [(&str, &str); 5] = [
    ("acks", "acks"),
    ("batch.size", "batch-size"),
    ("buffer.memory", "buffer-memory"),
    ("compression.type", "compression-type"),
    ("retries", "retries"),
];

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let (set, mut notes) = of_kafka(running);
    let mut named = version(running, "#");
    let mut properties = String::new();
    for (row, value) in set {
        // a number in quotes is text to YAML as well: acks is text to Spring
        let value = match &value {
            Value::Text(text) if text.parse::<i64>().is_ok() => format!("\"{text}\""),
            value => plain(value),
        };
        match NAMED.iter().find(|(kafka, _)| *kafka == row.name) {
            Some((_, spring)) => {
                named = named + spring + ": " + &value + "\n";
                if *spring != row.name {
                    notes.push(Note::Named { setting: row.name, here: spring });
                }
            }
            None => properties = properties + "  " + row.name + ": " + &value + "\n",
        }
    }
    if !properties.is_empty() {
        properties.insert_str(0, "properties:\n");
    }
    properties.push_str(&comments(&notes, "this version", "#"));
    let parts = [
        ("servers", SERVERS),
        ("serializer", SERIALIZER),
        ("named", &named),
        ("properties", &properties),
    ];
    let yaml = File { name: "application.yml", text: fill(YAML, &parts) };
    notes.push(Note::FrameworkCloses);
    Code { files: vec![yaml, File { name: "Sender.kt", text: sender(program) }], notes }
}

fn sender(program: &Program<'_>) -> String {
    // a template takes headers, and no key, in a record alone
    let nulls = matches!(program.keys, Keys::InTurn { nulls: 1.., .. });
    let as_record = program.headers > 0 || nulls;
    let mut names = vec![
        "org.slf4j.LoggerFactory",
        "org.springframework.boot.ApplicationArguments",
        "org.springframework.boot.ApplicationRunner",
        "org.springframework.kafka.core.KafkaTemplate",
        "org.springframework.stereotype.Component",
    ];
    if as_record {
        names.push("org.apache.kafka.clients.producer.ProducerRecord");
    }
    let imports = imports(program, &names, program.mode == Mode::Get);
    let topic = program.topic();
    let (find_key, key) = key(program);
    let made = ["val record = ", &record(program, &topic, &key)].concat();
    let call = match (as_record, key.as_str()) {
        (true, _) => "template.send(record)".to_owned(),
        (false, "") => format!("template.send(\"{topic}\", value)"),
        (false, key) => format!("template.send(\"{topic}\", {key}, value)"),
    };
    let send = match program.mode {
        Mode::Callback => {
            fill(CALLBACK, &[("call", &call), ("work", &work(program)), ("log", LOG)])
        }
        Mode::Get => fill(GET, &[("call", &call), ("log", LOG)]),
        Mode::Forget => call,
    };
    let end = match program.end {
        End::Flush => {
            "template.flush() // sends at once what lingers, and waits\n\
             // Spring closes the producer when the application ends"
        }
        _ => {
            "// Spring closes the producer when the application ends, and that waits for all results"
        }
    };
    fill(
        SENDER,
        &[
            ("imports", &imports),
            ("bytes", &grouped(program.value_bytes.into())),
            ("records", &grouped(program.records.into())),
            ("header", &header(program)),
            ("pace", &pace(program)),
            ("key", &find_key),
            ("record", if as_record { &made } else { "" }),
            ("headers", &headers(program)),
            ("drawn", if program.is_skewed() { DRAWN } else { "" }),
            ("send", &send),
            ("end", end),
        ],
    )
}
