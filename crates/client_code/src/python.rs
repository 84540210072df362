//! Python on confluent-kafka.

use crate::librdkafka::Settings;
use crate::program::HEADER;
use crate::running::Running;
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Keys, Mode, Note, Program};
use model::config::Value;

const MAIN: &str = r#"@imports@

settings = {
    @settings@
}
@delivered@


def main():
    producer = Producer(settings)
    value = b"x" * @bytes@
    @headers@
    @weights@
    due = time.monotonic()
    for i in range(@records@):
        while (wait := due - time.monotonic()) > 0:
            producer.poll(wait)  # callbacks run here
        @pace@
        @send@
    @end@


if __name__ == "__main__":
    main()
"#;

const DELIVERED: &str = r#"

def delivered(error, message):
    @work@
    if error is not None:
        print(f"a record failed: {error}")
        return
    timestamp = message.timestamp()[1]
    print(f"partition {message.partition()} offset {message.offset()} timestamp {timestamp}")
"#;

const SEND: &str = r#"while True:
    try:
        producer.produce(@record@)
        break
    except BufferError:  # the queue is full: Kafka's own client would wait
        producer.poll(0.1)"#;

const GET: &str = r#"results = []  # there is no future to wait for
@send@
while not results:
    producer.poll(1)
delivered(*results[0])"#;

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let settings = Settings::new(program, running);
    let lines = settings.lines("confluent-kafka", "#", |name, value| {
        let value = match value {
            Value::Number(number) => number.to_string(),
            Value::Boolean(true) => "True".to_owned(),
            Value::Boolean(false) => "False".to_owned(),
            Value::Text(text) => ["\"", text, "\""].concat(),
        };
        ["\"", name, "\": ", &value, ","].concat()
    });
    let mut notes = settings.notes;
    let (weights, key) = match program.keys {
        Keys::None => (String::new(), String::new()),
        Keys::InTurn { keys, nulls: 0 } => {
            (String::new(), format!(", key=f\"key-{{i % {keys}}}\""))
        }
        Keys::InTurn { keys, nulls } => {
            let turn = keys.saturating_add(nulls);
            let key = format!(", key=f\"key-{{i % {turn}}}\" if i % {turn} < {keys} else None");
            (String::new(), key)
        }
        Keys::Skewed(keys) => (
            format!("weights = [1 / (k + 1) for k in range({keys})]  # key k is so likely"),
            format!(", key=f\"key-{{random.choices(range({keys}), weights)[0]}}\""),
        ),
    };
    let (all_headers, headers) = match program.headers {
        0 => (String::new(), ""),
        headers => (
            format!("headers = [(f\"header-{{h}}\", b\"{HEADER}\") for h in range({headers})]"),
            ", headers=headers",
        ),
    };
    let work = program.work_us().map_or_else(String::new, |us| {
        format!("time.sleep({} / 1_000_000)  # the work of a callback", grouped(us))
    });
    let callback = match program.mode {
        Mode::Callback => ", on_delivery=delivered",
        Mode::Get => ", on_delivery=lambda *result: results.append(result)",
        Mode::Forget => "",
    };
    let record = format!("\"{}\"{key}, value=value{headers}{callback}", program.topic());
    let send = fill(SEND, &[("record", &record)]);
    let send = if program.mode == Mode::Get { fill(GET, &[("send", &send)]) } else { send };
    notes.push(Note::FullQueueFails);
    match program.mode {
        Mode::Callback => notes.push(Note::CallbacksInPoll),
        Mode::Get => notes.push(Note::NoFuture),
        Mode::Forget => {}
    }
    let (rate, words) = (program.rate(), program.rate_words());
    let pace = match program.arrivals {
        Arrivals::Even => format!("due += 1 / {rate}  # {words}"),
        Arrivals::Random => format!("due += random.expovariate({rate})  # {words}, at random"),
        Arrivals::Bursts(size) => {
            let (last, _, words) = program.burst(size);
            format!("if {last}:  # {words}\n    due += {} / {rate}", size.max(1))
        }
    };
    let draws = program.arrivals == Arrivals::Random || program.is_skewed();
    let imports = if draws {
        "import random\nimport time\n\nfrom confluent_kafka import Producer\n"
    } else {
        "import time\n\nfrom confluent_kafka import Producer\n"
    };
    let end = match program.end {
        End::Close | End::Flush => "producer.flush()  # sends at once what lingers, and waits",
        End::CloseWithin(millis) => &format!(
            "producer.flush({millis} / 1000)  # sends at once what lingers, and waits so long"
        ),
        End::Exit => "# no flush(): what has not left the producer is lost",
    };
    let delivered = fill(DELIVERED, &[("work", &work)]);
    let text = fill(
        MAIN,
        &[
            ("imports", imports),
            ("settings", &lines),
            ("delivered", if program.mode == Mode::Forget { "" } else { &delivered }),
            ("headers", &all_headers),
            ("weights", &weights),
            ("bytes", &grouped(program.value_bytes.into())),
            ("records", &grouped(program.records.into())),
            ("pace", &pace),
            ("send", &send),
            ("end", end),
        ],
    );
    Code::one("main.py", text, notes)
}
