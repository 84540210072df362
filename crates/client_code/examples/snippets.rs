//! Writes programs of all languages into a folder, for the real tools to compile, parse or check:
//! `cargo run -p client_code --example snippets -- FOLDER [DENSE]`. The last line says how many of each.
//!
//! Each has a package of its own in front, so that one run of a compiler takes them all.

use client_code::{Arrivals, End, Keys, Language, Mode, Program, code};
use model::config::{KafkaVersion, ProducerSettings, Row, TABLE, kafka_value};
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// Programs in which many settings are set at once, unless the command says how many.
const DENSE: usize = 12;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::other("name the folder to write into"))?;
    let dense = std::env::args().nth(2).and_then(|number| number.parse().ok());
    let all = settings(dense.unwrap_or(DENSE));
    for (number, settings) in all.iter().enumerate() {
        for language in Language::ALL {
            write(&folder, number, language, &program(number, settings))?;
        }
    }
    let modules: Vec<String> =
        (0..all.len()).map(|number| format!("#[allow(dead_code)]\nmod s{number};\n")).collect();
    put(&folder.join("rust/src/lib.rs"), &modules.concat())?;
    println!("{}", all.len());
    Ok(())
}

fn settings(dense: usize) -> Vec<ProducerSettings> {
    let mut all = vec![ProducerSettings::default()];
    // each setting alone, at one of its ends
    for (number, row) in TABLE.iter().enumerate() {
        let mut settings = ProducerSettings::default();
        set(&mut settings, row, number);
        all.push(settings);
    }
    for number in 0..dense {
        let version = [KafkaVersion::V4_3, KafkaVersion::V3_9, KafkaVersion::V2_8][number % 3];
        let mut settings = ProducerSettings { version, ..ProducerSettings::default() };
        for (at, row) in TABLE.iter().enumerate() {
            set(&mut settings, row, number + at * number);
        }
        all.push(settings);
    }
    all
}

/// Sets the n-th value that the setting takes, if Kafka still constructs a producer then.
fn set(settings: &mut ProducerSettings, row: &Row, number: usize) {
    let texts = [
        "0",
        "1",
        "true",
        "false",
        "all",
        "-1",
        "gzip",
        "snappy",
        "lz4",
        "zstd",
        "none",
        "rebootstrap",
        "7",
        "1000",
        "65536",
        "900001",
        "2147483647",
        "3000000000",
        "9223372036854775807",
        "org.apache.kafka.clients.producer.RoundRobinPartitioner",
    ];
    let taken: Vec<&str> =
        texts.into_iter().filter(|text| kafka_value(row, text).is_ok()).collect();
    let before = settings.clone();
    let class = row.name == "partitioner.class";
    settings.set(row.name, if class { texts[19] } else { taken[number % taken.len()] });
    if settings.check().is_err() {
        *settings = before;
    }
}

/// A workload out of the least, the usual and the greatest that the playground has, no two alike.
fn program(number: usize, settings: &ProducerSettings) -> Program<'_> {
    let mut turn = number as u64;
    // each part turns at a pace of its own
    let mut one_of = |all: &[u32]| {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all[(turn >> 33) as usize % all.len()]
    };
    let keys = one_of(&[1, 8, 1_000]);
    Program {
        settings,
        topic: "orders",
        keys: match one_of(&[0, 1, 2, 3]) {
            0 => Keys::None,
            1 => Keys::InTurn { keys, nulls: 0 },
            2 => Keys::InTurn { keys, nulls: one_of(&[1, 2, 1_000]) },
            _ => Keys::Skewed(keys),
        },
        headers: one_of(&[0, 1, 10]),
        value_bytes: one_of(&[0, 120, 2_000_000]),
        records: one_of(&[1, 60, 1_000_000]),
        rate: one_of(&[1, 7, 1_000, 1_000_000]),
        threads: one_of(&[1, 8]),
        arrivals: match one_of(&[0, 1, 2]) {
            0 => Arrivals::Even,
            1 => Arrivals::Random,
            _ => Arrivals::Bursts(one_of(&[1, 20, 10_000])),
        },
        mode: [Mode::Callback, Mode::Get, Mode::Forget][one_of(&[0, 0, 1, 2]) as usize],
        callback_us: one_of(&[0, 1, 3_000, 60_000_000]),
        end: match one_of(&[0, 1, 2, 3]) {
            0 => End::Close,
            1 => End::Flush,
            2 => End::CloseWithin(one_of(&[0, 50, 600_000])),
            _ => End::Exit,
        },
    }
}

fn write(folder: &Path, number: usize, language: Language, program: &Program<'_>) -> Result<()> {
    let code = code(language, program).map_err(|errors| Error::other(errors[0].message.clone()))?;
    for file in code.files {
        let name = format!("s{number}");
        let (path, text) = match language {
            Language::Kotlin => {
                (format!("kotlin/{name}.kt"), format!("package {name}\n{}", file.text))
            }
            Language::Java => {
                (format!("java/{name}/Main.java"), format!("package {name};\n{}", file.text))
            }
            Language::Spring if file.name.ends_with(".kt") => {
                (format!("spring/{name}.kt"), format!("package {name}\n{}", file.text))
            }
            Language::Spring => (format!("spring/{name}.yml"), file.text),
            Language::Python => (format!("python/{name}.py"), file.text),
            Language::Go => (format!("go/{name}/main.go"), file.text),
            Language::Rust => (format!("rust/src/{name}.rs"), file.text),
            Language::Properties => (format!("properties/{name}.properties"), file.text),
        };
        put(&folder.join(path), &text)?;
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
