//! Rust on rdkafka.

use crate::librdkafka::Settings;
use crate::running::{Running, plain};
use crate::text::fill;
use crate::{Arrivals, Code, End, Mode, Note, Program};

const CALLBACK: &str = r#"use std::thread::sleep;
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message};
@uses@

/// Its `delivery` runs on the producer's own thread.
struct Delivered;

impl ClientContext for Delivered {}

impl ProducerContext for Delivered {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        @body@
    }
}

fn main() -> KafkaResult<()> {
    let producer: ThreadedProducer<Delivered> = ClientConfig::new()
        @settings@
        .create_with_context(Delivered)?;
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

const LOG: &str = r#"match result {
    Ok(message) => println!(
        "partition {} offset {} timestamp {:?}",
        message.partition(),
        message.offset(),
        message.timestamp().to_millis()
    ),
    Err((error, _)) => eprintln!("a record failed: {error}"),
}"#;

const GET: &str = r#"use std::thread::sleep;
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::error::KafkaResult;
@uses@

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let producer: FutureProducer = ClientConfig::new()
        @settings@
        .create()?;
    let value = "x".repeat(@bytes@);
    let mut due = Instant::now();
    for i in 0..@records@ {
        sleep(due.saturating_duration_since(Instant::now()));
        @pace@
        @key@
        let record = @record@;
        // the duration is how long to wait for room in the queue
        match producer.send(record, Duration::from_millis(@block@)).await {
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
    let flushes = program.end != End::Exit;
    let uses = match (get, flushes) {
        (true, true) => "use rdkafka::producer::{FutureProducer, FutureRecord, Producer};",
        (true, false) => "use rdkafka::producer::{FutureProducer, FutureRecord};",
        (false, true) => {
            "use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};"
        }
        (false, false) => "use rdkafka::producer::{BaseRecord, ProducerContext, ThreadedProducer};",
    };
    let (kind, topic) = (if get { "FutureRecord" } else { "BaseRecord" }, program.topic());
    let (key, record) = if program.keys == 0 {
        let unit = if get { "<(), _>" } else { "<(), _, _>" };
        let at = format!("{kind}::{unit}::to(\"{topic}\")");
        (String::new(), format!("{at}.payload(&value)"))
    } else {
        let key = format!("let key = format!(\"key-{{}}\", i % {});", program.keys);
        (key, format!("{kind}::to(\"{topic}\").key(&key).payload(&value)"))
    };
    let end = if flushes {
        "// sends at once what lingers, and waits\nproducer.flush(Duration::from_secs(120))?;"
    } else {
        "// no flush(): what has not left the producer is lost"
    };
    let text = fill(
        if get { GET } else { CALLBACK },
        &[
            ("uses", uses),
            ("body", if program.mode == Mode::Callback { LOG } else { "let _ = result;" }),
            ("settings", &lines),
            ("bytes", &program.value_bytes.to_string()),
            ("records", &program.records.to_string()),
            ("pace", &pace(program)),
            ("key", &key),
            ("record", &record),
            ("block", &running.number("max.block.ms").to_string()),
            ("end", end),
        ],
    );
    Code::one("main.rs", text, notes)
}

fn pace(program: &Program<'_>) -> String {
    let (every, rate) = (program.every_us(), program.rate);
    match program.arrivals {
        Arrivals::Even => {
            format!("due += Duration::from_micros({every}); // {rate} records a second")
        }
        Arrivals::Random => format!(
            "// {rate} records a second, at random\n\
             due += Duration::from_micros({every}).mul_f64(-(1.0 - rand::random::<f64>()).ln());"
        ),
    }
}
