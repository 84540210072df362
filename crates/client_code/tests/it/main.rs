//! What holds for any text and any settings.

use client_code::{Arrivals, End, Keys, Language, Mode, Program, code, import};
use model::config::{ProducerSettings, TABLE, kafka_value, row};
use proptest::prelude::*;

/// Pieces that make random text look like the three forms.
fn piece() -> impl Strategy<Value = String> {
    let name = (0..TABLE.len()).prop_map(|at| TABLE[at].name.to_owned());
    let shapes = [
        "=",
        ": ",
        ":\n  ",
        "\n",
        "\n    ",
        "\\\n",
        "\\",
        "\"",
        "'",
        "\"\"\"",
        "{",
        "}",
        "(",
        ")",
        "[",
        "] = ",
        "- ",
        "|\n",
        "#",
        "//",
        "/*",
        "*/",
        "${",
        "}",
        ",",
        " to ",
        "put(",
        "Map.of(",
        "ProducerConfig.ACKS_CONFIG",
        "_CONFIG",
        "Integer.valueOf(",
        "all",
        "16KB",
        "-1",
        " * ",
        "9223372036854775807",
        "producer.",
        "spring:\n",
        "\\u00",
        "\t",
        "é",
        "한",
        "\r\n",
    ];
    prop_oneof![
        name,
        prop::sample::select(shapes.to_vec()).prop_map(str::to_owned),
        "\\PC{0,4}".prop_map(String::from),
    ]
}

fn any_settings() -> impl Strategy<Value = ProducerSettings> {
    let text = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        (0_i64..100_000).prop_map(|n| n.to_string()),
        prop::sample::select(vec!["true", "false", "all", "gzip", "zstd", "none"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec((0..TABLE.len(), text), 0..12).prop_map(|typed| {
        let mut settings = ProducerSettings::default();
        for (at, text) in typed {
            if kafka_value(&TABLE[at], &text).is_ok() && TABLE[at].name != "partitioner.class" {
                settings.set(TABLE[at].name, &text);
            }
        }
        settings
    })
}

proptest! {
    #[test]
    fn any_text_is_read_and_what_is_taken_kafka_accepts(
        text in prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat()),
    ) {
        for (name, value) in import(&text).taken {
            let row = row(name).expect("a setting of the table");
            prop_assert!(kafka_value(row, &value).is_ok(), "{name}={value}");
        }
    }

    #[test]
    fn any_settings_that_kafka_accepts_have_a_program(
        settings in any_settings(),
        numbers in any::<[u32; 4]>(),
        topic in ".*",
    ) {
        let [keys, value_bytes, records, rate] = numbers;
        for (language, mode) in Language::ALL.into_iter().zip([Mode::Get, Mode::Callback].into_iter().cycle()) {
            let program = Program {
                settings: &settings,
                topic: &topic,
                keys: Keys::InTurn { keys: keys.max(1), nulls: rate },
                headers: keys,
                threads: keys,
                callback_us: rate,
                value_bytes,
                records,
                rate,
                arrivals: Arrivals::Even,
                mode,
                end: End::Close,
            };
            let made = code(language, &program);
            prop_assert_eq!(made.is_ok(), settings.check().is_ok());
            if let Ok(made) = made {
                let text = made.text().replace("@Component", "");
                prop_assert!(!text.contains('@'), "a part of a template was left");
            }
        }
    }

    #[test]
    fn properties_come_back_as_they_were(settings in any_settings()) {
        prop_assume!(settings.check().is_ok());
        let program = Program {
            settings: &settings,
            topic: "orders",
            keys: Keys::None,
            headers: 0,
            threads: 1,
            callback_us: 0,
            value_bytes: 1,
            records: 1,
            rate: 1,
            arrivals: Arrivals::Even,
            mode: Mode::Forget,
            end: End::Exit,
        };
        let made = code(Language::Properties, &program).expect("accepted");
        let mut back = ProducerSettings::default();
        for (name, value) in import(&made.text()).taken {
            back.set(name, &value);
        }
        prop_assert_eq!(
            back.check().expect("accepted").config,
            settings.check().expect("accepted").config
        );
    }
}
