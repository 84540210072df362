//! What real codecs make of a sample of records: the sizes that a batch of them has on the wire.
//!
//! The model runs no codec. It takes how much of a batch is left as an assumption, and this is where a
//! learner gets one from: the records as Kafka lays them out, through the codec, in the frame that
//! Kafka's client puts around it.

use ruzstd::encoding::CompressionLevel;

/// A codec of `compression.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Deflate at level 6, which is what `compression.gzip.level` stands at.
    Gzip,
    /// Snappy.
    Snappy,
    /// LZ4, its fast level: that of Kafka's default looks for longer matches.
    Lz4,
    /// Zstandard at its fastest level: the default of `compression.zstd.level`, 3, makes less of it.
    Zstd,
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The value of `compression.type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// Bytes that are left of a batch's records, frame included.
    ///
    /// Source: `GzipOutputStream`, `SnappyOutputStream` of snappy-java, `Lz4BlockOutputStream`,
    /// `ZstdOutputStreamNoFinalizer`.
    #[must_use]
    pub fn compressed(self, records: &[u8]) -> usize {
        match self {
            // a header of 10 bytes, behind it checksum and length of 4 each
            Self::Gzip => 10 + miniz_oxide::deflate::compress_to_vec(records, 6).len() + 8,
            // a header of 16 bytes, then blocks of 32 KiB with a length of 4 bytes each
            Self::Snappy => 16 + blocks(records, 32 << 10, |block| 4 + snappy(block)),
            // magic, flags and their checksum are 7 bytes, the mark of the end is 4; blocks of 64 KiB,
            // which stay as they are where they would grow
            Self::Lz4 => {
                let lz4 = |block: &[u8]| lz4_flex::block::compress(block).len().min(block.len());
                7 + blocks(records, 64 << 10, |block| 4 + lz4(block)) + 4
            }
            Self::Zstd => {
                ruzstd::encoding::compress_to_vec(records, CompressionLevel::Fastest).len()
            }
        }
    }
}

fn blocks(records: &[u8], size: usize, compressed: impl Fn(&[u8]) -> usize) -> usize {
    records.chunks(size).map(compressed).sum()
}

fn snappy(block: &[u8]) -> usize {
    snap::raw::Encoder::new().compress_vec(block).map_or(block.len(), |bytes| bytes.len())
}

/// The records of a batch, without key and headers, sent in the same millisecond.
/// Source: `DefaultRecord.writeTo`.
pub fn records<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (offset, value) in values.enumerate() {
        let mut record = vec![0]; // attributes
        varint(0, &mut record); // milliseconds since the first
        varint(offset as i64, &mut record);
        varint(-1, &mut record); // no key
        varint(value.len() as i64, &mut record);
        record.extend_from_slice(value);
        varint(0, &mut record); // headers
        varint(record.len() as i64, &mut bytes);
        bytes.extend_from_slice(&record);
    }
    bytes
}

/// Zigzag, seven bits a byte. Source: `ByteUtils.writeVarint`.
fn varint(number: i64, to: &mut Vec<u8>) {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    while rest >= 0x80 {
        to.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    to.push(rest as u8);
}
