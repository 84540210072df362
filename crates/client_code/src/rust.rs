//! Rust on rdkafka.

use crate::librdkafka::Settings;
use crate::program::HEADER;
use crate::running::{Running, plain};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Keys, Mode, Note, Program};

const SEND: &str = r#"use std::thread::sleep;
use std::time::{Duration, Instant};

@uses@
@delivered@

fn main() -> KafkaResult<()> {
    let producer: ThreadedProducer<@context@> = ClientConfig::new()
        @settings@
        .@create@?;
    let value = "x".repeat(@bytes@);
    @headers@
    let mut due = Instant::now();
    for i in 0..@records@ {
        sleep(due.saturating_duration_since(Instant::now()));
        @pace@
        @key@
        let mut record = @record@;
        @add_key@
        @add_headers@
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
@drawn@
"#;

/// Draws a key.
const DRAWN: &str = r"
/// Key k is as likely as 1 / (k + 1).
fn drawn(keys: u32) -> u32 {
    let weight = |k: u32| 1.0 / f64::from(k + 1);
    let mut left = rand::random::<f64>() * (0..keys).map(weight).sum::<f64>();
    for k in 0..keys {
        left -= weight(k);
        if left < 0.0 {
            return k;
        }
    }
    keys - 1
}
";

const HEADERS: &str = r#"let headers = (0..@count@).fold(OwnedHeaders::new(), |headers, number| {
    headers.insert(Header { key: &format!("header-{number}"), value: Some("@header@") })
});"#;

const ADD_KEY: &str = r"if let Some(key) = &key {
    record = record.key(key);
}";

const ADD_KEY_ONCE: &str = r"let record = match &key {
    Some(key) => record.key(key),
    None => record,
};";

const DELIVERED: &str = r#"
/// Its `delivery` runs on the producer's own thread.
struct Delivered;

impl ClientContext for Delivered {}

impl ProducerContext for Delivered {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        @work@
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
    @headers@
    let mut due = Instant::now();
    for i in 0..@records@ {
        sleep(due.saturating_duration_since(Instant::now())).await;
        @pace@
        @key@
        let record = @record@;
        @add_key@
        @add_headers@
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
@drawn@
"#;

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let settings = Settings::new(program, running);
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
    let keyed = format!("{kind}::to(\"{topic}\").key(&key).payload(&value)");
    let (key, record, add_key) = match program.keys {
        Keys::None => {
            let unit = if get { "<(), _>" } else { "<(), _, _>" };
            (String::new(), format!("{kind}::{unit}::to(\"{topic}\").payload(&value)"), "")
        }
        Keys::InTurn { keys, nulls: 0 } => {
            (format!("let key = format!(\"key-{{}}\", i % {keys});"), keyed, "")
        }
        Keys::InTurn { keys, nulls } => {
            let turn = keys.saturating_add(nulls);
            let made = format!("format!(\"key-{{}}\", i % {turn})");
            (
                format!("let key = (i % {turn} < {keys}).then(|| {made});"),
                format!("{kind}::to(\"{topic}\").payload(&value)"),
                if get { ADD_KEY_ONCE } else { ADD_KEY },
            )
        }
        Keys::Skewed(keys) => {
            (format!("let key = format!(\"key-{{}}\", drawn({keys}));"), keyed, "")
        }
    };
    let (headers, add_headers) = match program.headers {
        0 => (String::new(), ""),
        count => (
            fill(HEADERS, &[("count", &count.to_string()), ("header", HEADER)]),
            match get {
                true => "let record = record.headers(headers.clone());",
                false => "record = record.headers(headers.clone());",
            },
        ),
    };
    let work = program.work_us().map_or_else(String::new, |us| {
        format!("sleep(Duration::from_micros({})); // the work of a callback", grouped(us))
    });
    let delivered = fill(DELIVERED, &[("work", &work)]);
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
            ("delivered", if callback { &delivered } else { "" }),
            ("headers", &headers),
            ("add_key", add_key),
            ("add_headers", add_headers),
            ("drawn", if program.is_skewed() { DRAWN } else { "" }),
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
    text.push_str(match (callback, program.headers > 0) {
        (true, true) => "use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};\n",
        (true, false) => "use rdkafka::message::{DeliveryResult, Message};\n",
        (false, true) => "use rdkafka::message::{Header, OwnedHeaders};\n",
        (false, false) => "",
    });
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
    let (every, rate) = (grouped(program.every_us().into()), program.rate_words());
    match program.arrivals {
        Arrivals::Even => format!("due += Duration::from_micros({every}); // {rate}"),
        Arrivals::Bursts(size) => {
            let (last, every, words) = program.burst(size);
            let every = grouped(every);
            format!("// {words}\nif {last} {{\n    due += Duration::from_micros({every});\n}}")
        }
        Arrivals::Random => format!(
            "// {rate}, at random\n\
             due += Duration::from_micros({every}).mul_f64(-(1.0 - rand::random::<f64>()).ln());"
        ),
    }
}
