//! What the code says of settings and workload, by feature; that it compiles is seen by the real tools.

use super::*;
use model::config::{KafkaVersion, ProducerSettings};

fn settings(typed: &[(&str, &str)]) -> ProducerSettings {
    let mut settings = ProducerSettings::default();
    for (name, text) in typed {
        settings.set(name, text);
    }
    settings
}

fn program(settings: &ProducerSettings) -> Program<'_> {
    Program {
        settings,
        topic: "orders",
        keys: Keys::InTurn { keys: 8, nulls: 0 },
        headers: 0,
        value_bytes: 120,
        records: 60,
        rate: 1_000,
        threads: 1,
        arrivals: Arrivals::Even,
        mode: Mode::Callback,
        callback_us: 0,
        end: End::Close,
    }
}

#[track_caller]
fn made(language: Language, typed: &[(&str, &str)]) -> Code {
    code(language, &program(&settings(typed))).expect("Kafka accepts the settings")
}

#[track_caller]
fn check_has(language: Language, typed: &[(&str, &str)], want: &str) {
    let text = made(language, typed).text();
    assert!(text.contains(want), "{want} is not in\n{text}");
}

#[track_caller]
fn check_lacks(language: Language, typed: &[(&str, &str)], unwanted: &str) {
    let text = made(language, typed).text();
    assert!(!text.contains(unwanted), "{unwanted} is in\n{text}");
}

#[test]
fn kotlin_has_the_callback_that_learners_know() {
    let want = "
        producer.send(record) { metadata, exception ->
            exception?.let {
                logger.error(\"record {} failed\", i, it)
                return@send
            }
            logger.info(
                \"partition {} offset {} timestamp {}\",
                metadata.partition(), metadata.offset(), metadata.timestamp(),
            )
        }
";
    check_has(Language::Kotlin, &[], want);
}

#[test]
fn only_what_differs_from_the_default_is_set() {
    for (language, unwanted) in [
        (Language::Kotlin, "LINGER"),
        (Language::Java, "LINGER"),
        (Language::Spring, "linger.ms"),
        (Language::Python, "linger.ms"),
        (Language::Go, "Acks"),
        (Language::Rust, "linger.ms"),
    ] {
        check_lacks(language, &[("linger.ms", "5"), ("acks", "-1")], unwanted);
    }
    let text = "bootstrap.servers=localhost:9092\n\
                key.serializer=org.apache.kafka.common.serialization.StringSerializer\n\
                value.serializer=org.apache.kafka.common.serialization.StringSerializer\n\
                linger.ms=20\n";
    let made = made(Language::Properties, &[("linger.ms", "20"), ("acks", "all")]);
    assert_eq!((made.text().as_str(), made.notes.as_slice()), (text, [].as_slice()));
}

#[test]
fn a_default_that_was_typed_stays_where_kafka_would_otherwise_move_it() {
    let moved = [("reconnect.backoff.ms", "500"), ("reconnect.backoff.max.ms", "1000")];
    check_has(Language::Properties, &moved, "reconnect.backoff.max.ms=1000");
    check_lacks(Language::Properties, &[("reconnect.backoff.max.ms", "1000")], "reconnect");
}

#[test]
fn each_language_has_its_own_form_of_a_setting() {
    let typed = [("buffer.memory", "3000000000"), ("linger.ms", "20")];
    check_has(Language::Kotlin, &typed, "ProducerConfig.BUFFER_MEMORY_CONFIG to 3000000000L,");
    check_has(Language::Java, &typed, "settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);");
    check_has(
        Language::Spring,
        &typed,
        "      buffer-memory: 3000000000\n      properties:\n        linger.ms: 20\n",
    );
    check_has(
        Language::Python,
        &typed,
        "\"queue.buffering.max.kbytes\": 2929688,  # buffer.memory",
    );
    check_has(Language::Go, &typed, "kgo.ProducerLinger(20 * time.Millisecond),");
    check_has(Language::Rust, &typed, ".set(\"linger.ms\", \"20\")");
}

#[test]
fn a_client_with_another_default_is_told_kafkas() {
    check_has(Language::Python, &[], "\"enable.idempotence\": True,");
    check_has(Language::Python, &[], "\"partitioner\": \"murmur2_random\"");
    check_has(Language::Go, &[], "kgo.ProducerLinger(5 * time.Millisecond)");
    check_has(Language::Go, &[], "kgo.ProducerBatchCompression(kgo.NoCompression())");
    let note = Note::OtherDefault {
        setting: "enable.idempotence",
        here: "enable.idempotence",
        default: "false",
    };
    assert!(made(Language::Python, &[]).notes.contains(&note));
}

#[test]
fn idempotence_that_kafka_disables_is_not_asked_of_another_client() {
    check_lacks(Language::Python, &[("acks", "1")], "enable.idempotence");
    check_has(Language::Go, &[("acks", "1")], "kgo.DisableIdempotentWrite()");
    check_has(Language::Go, &[("acks", "1")], "kgo.MaxProduceRequestsInflightPerBroker(5)");
}

#[test]
fn what_a_client_lacks_is_said_in_the_code_and_as_a_note() {
    let typed = [("max.block.ms", "10")];
    for (language, client) in [(Language::Python, "confluent-kafka"), (Language::Go, "franz-go")] {
        check_has(language, &typed, &format!("max.block.ms: {client} has no such setting"));
        let notes = made(language, &typed).notes;
        assert!(notes.contains(&Note::Lacks { setting: "max.block.ms" }));
    }
    assert!(!made(Language::Go, &[]).notes.contains(&Note::Lacks { setting: "max.block.ms" }));
}

#[test]
fn the_same_name_for_another_thing_is_not_taken() {
    let typed = [("metadata.max.age.ms", "7000")];
    check_has(Language::Python, &typed, "\"topic.metadata.refresh.interval.ms\": 7000,");
    check_lacks(Language::Python, &typed, "\"metadata.max.age.ms\":");
    let note = Note::OtherMeaning { name: "metadata.max.age.ms" };
    assert!(made(Language::Python, &typed).notes.contains(&note));
}

#[test]
fn a_value_out_of_a_clients_range_is_the_nearest_and_said_so() {
    let note = Note::Nearest {
        setting: "linger.ms",
        here: "ProducerLinger",
        wanted: 61_000,
        taken: 60_000,
    };
    assert!(made(Language::Go, &[("linger.ms", "61000")]).notes.contains(&note));
}

#[test]
fn a_note_leaves_as_a_line() {
    let notes = made(Language::Go, &[("linger.ms", "61000"), ("max.block.ms", "1")]).notes;
    let lines: Vec<String> = notes.iter().map(Note::line).collect();
    assert!(lines.contains(&"nearest\tlinger.ms\tProducerLinger\t61000\t60000".to_owned()));
    assert!(lines.contains(&"lacks\tmax.block.ms".to_owned()));
}

#[test]
fn bursts_and_a_close_with_a_timeout_are_in_every_language() {
    let plain = settings(&[]);
    let program =
        Program { arrivals: Arrivals::Bursts(20), end: End::CloseWithin(50), ..program(&plain) };
    let text = |language| code(language, &program).expect("accepted").text();
    assert!(text(Language::Java).contains("if (i % 20 == 19) due += 20_000_000L;"));
    assert!(text(Language::Python).contains("        if i % 20 == 19:"));
    assert!(text(Language::Kotlin).contains("producer.close(Duration.ofMillis(50))"));
    assert!(text(Language::Go).contains("context.WithTimeout(ctx, 50*time.Millisecond)"));
    assert!(text(Language::Rust).contains("producer.flush(Duration::from_millis(50))?;"));
}

#[test]
fn a_workload_is_in_every_language() {
    let plain = settings(&[]);
    let program = Program {
        keys: Keys::InTurn { keys: 8, nulls: 2 },
        headers: 3,
        threads: 8,
        callback_us: 3_000,
        ..program(&plain)
    };
    let check = |language, program: &Program<'_>, wanted: &[&str]| {
        let text = code(language, program).expect("accepted").text();
        for want in wanted {
            assert!(text.contains(want), "{want} is not in\n{text}");
        }
    };
    let threads = "this thread stands for 8 that share the producer";
    check(
        Language::Kotlin,
        &program,
        &[
            "val key = if (i % 10 < 8) \"key-${i % 10}\" else null",
            "ProducerRecord<String, String>(\"orders\", key, value)",
            "repeat(3) { record.headers().add(\"header-$it\", header) }",
            "LockSupport.parkNanos(3_000_000)",
            threads,
        ],
    );
    check(
        Language::Java,
        &program,
        &[
            "String key = i % 10 < 8 ? \"key-\" + i % 10 : null;",
            "record.headers().add(\"header-\" + h, header);",
            "LockSupport.parkNanos(3_000_000L);",
            threads,
        ],
    );
    check(
        Language::Spring,
        &program,
        &["template.send(record).whenComplete", "record.headers().add", "else null", threads],
    );
    check(
        Language::Python,
        &program,
        &["if i % 10 < 8 else None", "headers=headers", "time.sleep(3000 / 1_000_000)", threads],
    );
    check(
        Language::Go,
        &program,
        &["if i%10 < 8 {", "Headers: headers", "time.Sleep(3000 * time.Microsecond)", threads],
    );
    check(
        Language::Rust,
        &program,
        &[
            "(i % 10 < 8).then(",
            "record.headers(headers.clone())",
            "from_micros(3000)); // the work",
            threads,
        ],
    );
    let skewed = Program { keys: Keys::Skewed(50), ..program };
    for language in Language::ALL.into_iter().filter(|one| *one != Language::Properties) {
        let draw =
            if language == Language::Python { "random.choices(range(50)" } else { "drawn(50)" };
        check(language, &skewed, &[draw]);
    }
    // nobody waits in a callback that there is not
    let get = code(Language::Kotlin, &Program { mode: Mode::Get, ..program }).expect("accepted");
    assert!(!get.text().contains("parkNanos(3_000_000)"));
}

#[test]
fn a_limit_that_counts_records_is_named_where_the_workload_can_reach_it() {
    let plain = settings(&[]);
    let many = Program { records: 200_000, rate: 8_000, value_bytes: 100, ..program(&plain) };
    let limit = |language, program: &Program<'_>| {
        let notes = code(language, program).expect("accepted").notes;
        notes.into_iter().find_map(|note| match note {
            Note::CountLimit { here, default } => Some((here, default)),
            _ => None,
        })
    };
    let librdkafka = Some(("queue.buffering.max.messages", 100_000));
    assert_eq!(limit(Language::Python, &many), librdkafka);
    assert_eq!(limit(Language::Rust, &many), librdkafka);
    assert_eq!(limit(Language::Go, &many), Some(("MaxBufferedRecords", 50_000)));
    assert_eq!(limit(Language::Java, &many), None);
    // slower, larger, or one at a time, it is never reached
    for never in [
        Program { rate: 300, ..many },
        Program { value_bytes: 10_000, ..many },
        Program { mode: Mode::Get, ..many },
        Program { records: 60, ..many },
    ] {
        assert_eq!(limit(Language::Go, &never), None, "{never:?}");
    }
    let text = code(Language::Python, &many).expect("accepted").text();
    assert!(text.contains("# queue.buffering.max.messages=100000 is a limit too"), "{text}");
}

#[test]
fn a_version_without_a_setting_does_not_get_it() {
    let mut old = settings(&[("retry.backoff.max.ms", "2000")]);
    old.version = KafkaVersion::V2_8;
    let made = code(Language::Kotlin, &program(&old)).expect("Kafka accepts the settings");
    let note = Note::Since { setting: "retry.backoff.max.ms", version: KafkaVersion::V3_9 };
    assert_eq!(made.notes, [note]);
    assert!(!made.text().contains("RETRY_BACKOFF_MAX_MS_CONFIG"));
}

#[test]
fn settings_that_kafka_refuses_give_no_code_but_its_words() {
    let refused = settings(&[("acks", "ALL")]);
    let errors = code(Language::Java, &program(&refused)).expect_err("Kafka refuses it");
    assert_eq!(errors[0].setting, "acks");
}

#[test]
fn a_topic_holds_nothing_but_what_kafka_allows() {
    let plain = settings(&[]);
    let program = Program { topic: "or\"ders\n$x-1", ..program(&plain) };
    let text = code(Language::Kotlin, &program).expect("accepted").text();
    assert!(text.contains("ProducerRecord(\"ordersx-1\", "));
}

#[test]
fn every_program_comes_back_as_the_settings_it_was_made_from() {
    let typed = [("acks", "1"), ("linger.ms", "20"), ("batch.size", "65536"), ("retries", "3")];
    for language in [Language::Kotlin, Language::Java, Language::Spring, Language::Properties] {
        let imported = import(&made(language, &typed).files[0].text);
        let mut taken: Vec<_> =
            imported.taken.iter().map(|(name, value)| (*name, value.as_str())).collect();
        taken.sort_by_key(|(name, _)| typed.iter().position(|(typed, _)| typed == name));
        assert_eq!(taken, typed, "{language:?}");
        assert_eq!((imported.refused, imported.unread), (Vec::new(), Vec::new()), "{language:?}");
    }
}
