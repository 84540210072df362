//! Python on confluent-kafka.

use crate::librdkafka::Settings;
use crate::running::Running;
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Mode, Note, Program};
use model::config::Value;

const MAIN: &str = r#"@imports@

settings = {
    @settings@
}
@delivered@


def main():
    producer = Producer(settings)
    value = b"x" * @bytes@
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
    let settings = Settings::new(running);
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
    let key = match program.keys {
        0 => String::new(),
        keys => format!(", key=f\"key-{{i % {keys}}}\""),
    };
    let callback = match program.mode {
        Mode::Callback => ", on_delivery=delivered",
        Mode::Get => ", on_delivery=lambda *result: results.append(result)",
        Mode::Forget => "",
    };
    let record = format!("\"{}\"{key}, value=value{callback}", program.topic());
    let send = fill(SEND, &[("record", &record)]);
    let send = if program.mode == Mode::Get { fill(GET, &[("send", &send)]) } else { send };
    notes.push(Note::FullQueueFails);
    match program.mode {
        Mode::Callback => notes.push(Note::CallbacksInPoll),
        Mode::Get => notes.push(Note::NoFuture),
        Mode::Forget => {}
    }
    let rate = program.rate();
    let pace = match program.arrivals {
        Arrivals::Even => format!("due += 1 / {rate}  # {rate} records a second"),
        Arrivals::Random => {
            format!("due += random.expovariate({rate})  # {rate} records a second, at random")
        }
        Arrivals::Bursts(size) => {
            let (last, _, words) = program.burst(size);
            format!("if {last}:  # {words}\n    due += {} / {rate}", size.max(1))
        }
    };
    let imports = match program.arrivals {
        Arrivals::Even | Arrivals::Bursts(_) => {
            "import time\n\nfrom confluent_kafka import Producer\n"
        }
        Arrivals::Random => "import random\nimport time\n\nfrom confluent_kafka import Producer\n",
    };
    let end = match program.end {
        End::Close | End::Flush => "producer.flush()  # sends at once what lingers, and waits",
        End::CloseWithin(millis) => &format!(
            "producer.flush({millis} / 1000)  # sends at once what lingers, and waits so long"
        ),
        End::Exit => "# no flush(): what has not left the producer is lost",
    };
    let text = fill(
        MAIN,
        &[
            ("imports", imports),
            ("settings", &lines),
            ("delivered", if program.mode == Mode::Forget { "" } else { DELIVERED }),
            ("bytes", &grouped(program.value_bytes.into())),
            ("records", &grouped(program.records.into())),
            ("pace", &pace),
            ("send", &send),
            ("end", end),
        ],
    );
    Code::one("main.py", text, notes)
}
