//! Go on franz-go.

use crate::franz_go::{Options, duration};
use crate::program::HEADER;
use crate::running::Running;
use crate::settings::{SERVERS, comments};
use crate::text::{fill, grouped};
use crate::{Arrivals, Code, End, Keys, Mode, Note, Program};

const MAIN: &str = r#"package main

import (
	"bytes"
	"context"
	@fmt@
	"log"
	@rand@
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func settings() []kgo.Opt {
	return []kgo.Opt{
		@settings@
	}
}

// Kafka's: doubles from first up to most.
func retryBackoff(first, most time.Duration) func(int) time.Duration {
	return func(fails int) time.Duration {
		return min(first<<min(max(fails-1, 0), 16), most)
	}
}

func main() {
	client, err := kgo.NewClient(settings()...)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	value := bytes.Repeat([]byte("x"), @bytes@)
	@headers@
	due := time.Now()
	for @i@range @records@ {
		time.Sleep(time.Until(due))
		@pace@
		@send@
	}
	@end@
}
@drawn@
"#;

/// Draws a key.
const DRAWN: &str = r"
// Key k is as likely as 1 / (k + 1).
func drawn(keys int) int {
	left := 0.0
	for k := range keys {
		left += 1 / float64(k+1)
	}
	left *= rand.Float64()
	for k := range keys {
		left -= 1 / float64(k+1)
		if left < 0 {
			return k
		}
	}
	return keys - 1
}
";

const HEADERS: &str = r#"headers := make([]kgo.RecordHeader, @count@)
for h := range headers {
	headers[h] = kgo.RecordHeader{Key: fmt.Sprintf("header-%d", h), Value: []byte("@header@")}
}"#;

const NULLS: &str = r#"var key []byte
if i%@turn@ < @keys@ {
	key = fmt.Appendf(nil, "key-%d", i%@turn@)
}
"#;

const CALLBACK: &str = r#"client.Produce(ctx, record, func(record *kgo.Record, err error) {
	@work@
	if err != nil {
		log.Printf("a record failed: %v", err)
		return
	}
	@log@
})"#;

const GET: &str = r#"if err := client.ProduceSync(ctx, record).FirstErr(); err != nil {
	log.Printf("a record failed: %v", err)
	continue
}
@log@"#;

const LOG: &str = r#"log.Printf("partition %d offset %d timestamp %d",
	record.Partition, record.Offset, record.Timestamp.UnixMilli())"#;

const FLUSH: &str = r#"// Close alone would fail what is still buffered
if err := client.Flush(ctx); err != nil {
	log.Print(err)
}
client.Close()"#;

pub(crate) fn code(program: &Program<'_>, running: &Running<'_>) -> Code {
    let Options { options, mut notes } = Options::new(program, running);
    let mut settings = format!("kgo.SeedBrokers(\"{SERVERS}\"),\n");
    for set in [true, false] {
        if !set && options.iter().any(|option| !option.set) {
            settings.push_str("// as Kafka's own client has it; the defaults of franz-go differ\n");
        }
        // gofmt wants the comments below each other
        let group = || options.iter().filter(|option| option.set == set);
        let width = group().map(|option| option.text.len()).max().unwrap_or(0);
        for option in group() {
            let pad = " ".repeat(width - option.text.len());
            settings = settings + &option.text + "," + &pad + " // " + option.kafka + "\n";
        }
    }
    settings.push_str(&comments(&notes, "franz-go", "//"));
    let (find_key, key) = match program.keys {
        Keys::None => (String::new(), String::new()),
        Keys::InTurn { keys, nulls: 0 } => {
            (String::new(), format!("Key: fmt.Appendf(nil, \"key-%d\", i%{keys}), "))
        }
        Keys::InTurn { keys, nulls } => {
            let (turn, keys) = ((keys.saturating_add(nulls)).to_string(), keys.to_string());
            (fill(NULLS, &[("turn", &turn), ("keys", &keys)]), "Key: key, ".to_owned())
        }
        Keys::Skewed(keys) => {
            (String::new(), format!("Key: fmt.Appendf(nil, \"key-%d\", drawn({keys})), "))
        }
    };
    let (all_headers, headers) = match program.headers {
        0 => (String::new(), ""),
        count => {
            let count = count.to_string();
            (fill(HEADERS, &[("count", &count), ("header", HEADER)]), ", Headers: headers")
        }
    };
    let topic = program.topic();
    let record = format!(
        "{find_key}record := &kgo.Record{{Topic: \"{topic}\", {key}Value: value{headers}}}\n"
    );
    let work = program.work_us().map_or_else(String::new, |us| {
        format!("time.Sleep({} * time.Microsecond) // the work of a callback", grouped(us))
    });
    let send = match program.mode {
        Mode::Callback => fill(CALLBACK, &[("work", &work), ("log", LOG)]),
        Mode::Get => fill(GET, &[("log", LOG)]),
        Mode::Forget => "client.Produce(ctx, record, nil)".to_owned(),
    };
    let end = match program.end {
        End::Close | End::Flush => FLUSH,
        End::CloseWithin(millis) => &format!(
            "// Close alone would fail what is still buffered\n\
             within, cancel := context.WithTimeout(ctx, {})\n\
             defer cancel()\n\
             if err := client.Flush(within); err != nil {{\n\tlog.Print(err)\n}}\n\
             client.Close()",
            duration(millis.into()).replace(' ', "")
        ),
        End::Exit => "// neither Flush nor Close: what has not left the client is lost",
    };
    if program.end != End::Exit {
        notes.push(Note::CloseDrops);
    }
    let formats = program.keys != Keys::None || program.headers > 0;
    let draws = program.arrivals == Arrivals::Random || program.is_skewed();
    let counts = matches!(program.keys, Keys::InTurn { .. })
        || matches!(program.arrivals, Arrivals::Bursts(_));
    let text = fill(
        MAIN,
        &[
            ("fmt", if formats { "\"fmt\"" } else { "" }),
            ("rand", if draws { "\"math/rand/v2\"" } else { "" }),
            ("headers", &all_headers),
            ("drawn", if program.is_skewed() { DRAWN } else { "" }),
            ("settings", &settings),
            ("bytes", &grouped(program.value_bytes.into())),
            ("i", if counts { "i := " } else { "" }),
            ("records", &grouped(program.records.into())),
            ("pace", &pace(program)),
            ("send", &(record + &send)),
            ("end", end),
        ],
    );
    Code::one("main.go", text, notes)
}

fn pace(program: &Program<'_>) -> String {
    let (every, rate) = (grouped(program.every_us().into()), program.rate_words());
    match program.arrivals {
        Arrivals::Even => format!("due = due.Add({every} * time.Microsecond) // {rate}"),
        Arrivals::Bursts(size) => {
            let (last, every, words) = program.burst(size);
            let last = last.replace(" % ", "%");
            let every = grouped(every);
            format!("if {last} {{ // {words}\n\tdue = due.Add({every} * time.Microsecond)\n}}")
        }
        Arrivals::Random => format!(
            "// {rate}, at random\n\
             due = due.Add(time.Duration(rand.ExpFloat64() * {every} * float64(time.Microsecond)))"
        ),
    }
}
