//! Sizes against those that the client's own codecs gave in recorded runs.

use payload::{Codec, records};
use serde_json::Value;

/// The recorded batch of a case with most records, and what it holds by `SCHEMA.md`.
fn largest(case: &str) -> (usize, usize, Vec<Vec<u8>>) {
    let path = format!("{}/../../tests/conformance/cases/{case}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the case is there");
    let case: Value = serde_json::from_str(&text).expect("the case is JSON");
    let payloads = case["payloads"].as_array().expect("it has a codec");
    let count = |payload: &&Value| payload["records"].as_array().map_or(0, Vec::len);
    let payload = payloads.iter().max_by_key(count).expect("it has batches");
    let sends = &case["app"][0]["sends"];
    assert_eq!(sends["content"], "text");
    let bytes = sends["value_bytes"][0].as_u64().expect("a size");
    let letters = b"The quick brown fox jumps over the lazy dog. ";
    let value = |record: &Value| {
        let record = record.as_u64().expect("a number");
        (0..bytes).map(|k| letters[((record + k) % 45) as usize]).collect()
    };
    let size = |name: &str| payload[name].as_u64().expect("a size") as usize;
    let values = payload["records"].as_array().expect("a list").iter().map(value).collect();
    (size("uncompressed"), size("compressed"), values)
}

#[track_caller]
fn check(codec: Codec, case: &str, percent: usize) {
    let (uncompressed, compressed, values) = largest(case);
    let records = records(values.iter().map(Vec::as_slice));
    // the recorded records were sent at different times: a byte more in some
    assert!(records.len().abs_diff(uncompressed) <= values.len(), "{} bytes", records.len());
    let got = codec.compressed(&records);
    let (low, high) = (compressed * (100 - percent) / 100, compressed * (100 + percent) / 100);
    assert!((low..=high).contains(&got), "{got} bytes, the client's codec made {compressed}");
}

#[test]
fn gzip_is_within_a_tenth_of_the_clients() {
    check(Codec::Gzip, "compression-gzip-text", 10);
}

#[test]
fn snappy_is_within_a_tenth_of_the_clients() {
    check(Codec::Snappy, "compression-snappy-text", 10);
}

#[test]
fn lz4_is_within_a_tenth_of_the_clients() {
    check(Codec::Lz4, "compression-lz4-text", 10);
}

#[test]
fn zstd_is_within_a_half_of_the_clients() {
    check(Codec::Zstd, "compression-zstd-text", 50);
}

#[test]
fn what_repeats_nothing_stays_as_large() {
    let mut state = 1_u64;
    let noise: Vec<u8> = (0..20_000)
        .map(|_| {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
        })
        .collect();
    let records = records(noise.chunks(500));
    for codec in Codec::ALL {
        let left = codec.compressed(&records) as f64 / records.len() as f64;
        assert!((0.95..1.05).contains(&left), "{}: {left}", codec.name());
    }
}

#[test]
fn nothing_is_compressed_to_little() {
    for codec in Codec::ALL {
        assert!(codec.compressed(&[]) < 40, "{}", codec.name());
    }
}
