//! Rust on rdkafka.

use crate::librdkafka::Settings;
use crate::running::{Running, plain};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Mode, Note, Program};

const SEND: &str = r#"use std::thread::sleep;
use std::time::{Duration, Instant};

@uses@
@delivered@

fn main() -> KafkaResult<()> {
    let producer: ThreadedProducer<@context@> = ClientConfig::new()
        @settings@
        .@create@?;
    let value = "x".repeat(@bytes@);
    let mut due = Instant::now();
    for i in 0..@records@ {
        sleep(due.saturating_duration_since(Instant::now()));
        @pace@
        @key@
        let mut record = @record@;
        while let Err((error, refused)) = producer.send(record) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                eprintln!("record {i} failed: {error}");
                break;
            }
            // the queue is full: Kafka's own client would wait
            sleep(Duration::from_millis(10));
            record = refused;
        }
    }
    @end@
    Ok(())
}
"#;

const DELIVERED: &str = r#"
/// Its `delivery` runs on the producer's own thread.
struct Delivered;

impl ClientContext for Delivered {}

impl ProducerContext for Delivered {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(message) => println!(
                "partition {} offset {} timestamp {:?}",
                message.partition(),
                message.offset(),
                message.timestamp().to_millis()
            ),
            Err((error, _)) => eprintln!("a record failed: {error}"),
        }
    }
}
"#;

const GET: &str = r#"use std::time::{Duration, Instant};

@uses@
use tokio::time::sleep;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let producer: FutureProducer = ClientConfig::new()
        @settings@
        .create()?;
    // max.block.ms: how long to wait for room in the queue
    let block = Duration::from_millis(@block@);
    let value = "x".repeat(@bytes@);
    let mut due = Instant::now();
    for i in 0..@records@ {
        sleep(due.saturating_duration_since(Instant::now())).await;
        @pace@
        @key@
        let record = @record@;
        match producer.send(record, block).await {
            Ok(delivery) => println!(
                "partition {} offset {} timestamp {:?}",
                delivery.partition,
                delivery.offset,
                delivery.timestamp.to_millis()
            ),
            Err((error, _)) => eprintln!("record {i} failed: {error}"),
        }
    }
    @end@
    Ok(())
}
"#;

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let settings = Settings::new(running);
    let lines = settings.lines("rdkafka", "//", |name, value| {
        [".set(\"", name, "\", \"", &plain(value), "\")"].concat()
    });
    let mut notes = settings.notes;
    let get = program.mode == Mode::Get;
    if get {
        // the time to wait for room is an argument of `send`
        notes.retain(|note| *note != Note::Lacks { setting: "max.block.ms" });
    } else {
        notes.push(Note::FullQueueFails);
    }
    let (kind, topic) = (if get { "FutureRecord" } else { "BaseRecord" }, program.topic());
    let (key, record) = if program.keys == 0 {
        let unit = if get { "<(), _>" } else { "<(), _, _>" };
        let at = format!("{kind}::{unit}::to(\"{topic}\")");
        (String::new(), format!("{at}.payload(&value)"))
    } else {
        let key = format!("let key = format!(\"key-{{}}\", i % {});", program.keys);
        (key, format!("{kind}::to(\"{topic}\").key(&key).payload(&value)"))
    };
    let end = match program.end {
        End::Close | End::Flush => {
            "// sends at once what lingers, and waits\nproducer.flush(Duration::from_secs(120))?;"
        }
        End::CloseWithin(millis) => &format!(
            "// sends at once what lingers, and waits so long\n\
             producer.flush(Duration::from_millis({millis}))?;"
        ),
        End::Exit => "// no flush(): what has not left the producer is lost",
    };
    let callback = program.mode == Mode::Callback;
    let (context, create) = if callback {
        ("Delivered", "create_with_context(Delivered)")
    } else {
        ("DefaultProducerContext", "create()")
    };
    let text = fill(
        if get { GET } else { SEND },
        &[
            ("uses", &uses(program)),
            ("delivered", if callback { DELIVERED } else { "" }),
            ("context", context),
            ("create", create),
            ("settings", &lines),
            ("bytes", &grouped(program.value_bytes.into())),
            ("records", &grouped(program.records.into())),
            ("pace", &pace(program)),
            ("key", &key),
            ("record", &record),
            ("block", &running.number("max.block.ms").to_string()),
            ("end", end),
        ],
    );
    Code::one("main.rs", text, notes)
}

fn uses(program: &Program<'_>) -> String {
    let (callback, get) = (program.mode == Mode::Callback, program.mode == Mode::Get);
    let mut text = String::new();
    if callback {
        text.push_str("use rdkafka::ClientContext;\n");
    }
    text.push_str("use rdkafka::config::ClientConfig;\n");
    text.push_str(if get {
        "use rdkafka::error::KafkaResult;\n"
    } else {
        "use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};\n"
    });
    if callback {
        text.push_str("use rdkafka::message::{DeliveryResult, Message};\n");
    }
    let mut names = match program.mode {
        Mode::Callback => vec!["BaseRecord", "ProducerContext", "ThreadedProducer"],
        Mode::Get => vec!["FutureProducer", "FutureRecord"],
        Mode::Forget => vec!["BaseRecord", "DefaultProducerContext", "ThreadedProducer"],
    };
    if program.end != End::Exit {
        names.push("Producer");
    }
    names.sort_unstable();
    text + "use rdkafka::producer::{" + &names.join(", ") + "};\n"
}

fn pace(program: &Program<'_>) -> String {
    let (every, rate) = (grouped(program.every_us().into()), program.rate());
    match program.arrivals {
        Arrivals::Even => {
            format!("due += Duration::from_micros({every}); // {rate} records a second")
        }
        Arrivals::Bursts(size) => {
            let (last, every, words) = program.burst(size);
            let every = grouped(every);
            format!("// {words}\nif {last} {{\n    due += Duration::from_micros({every});\n}}")
        }
        Arrivals::Random => format!(
            "// {rate} records a second, at random\n\
             due += Duration::from_micros({every}).mul_f64(-(1.0 - rand::random::<f64>()).ln());"
        ),
    }
}
