//! Bytes of records, batches and requests, to the byte.

use units::Bytes;

/// The header of a v2 batch. Source: `DefaultRecordBatch.RECORD_BATCH_OVERHEAD`.
pub(crate) const BATCH_OVERHEAD: u32 = 61;

/// Most that a record can have beside its fields: 5 for its length, 10 for its timestamp, 5 for its
/// offset, 1 for its attributes. Source: `DefaultRecord.MAX_RECORD_OVERHEAD`.
const RECORD_OVERHEAD_MAX: u32 = 21;

/// Bytes of an unsigned varint. Source: `ByteUtils.sizeOfUnsignedVarint`.
pub(crate) const fn unsigned_varint(value: u64) -> u32 {
    // nearly all are short, and a comparison costs less than counting bits
    match value {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        _ => (64 - value.leading_zeros()).div_ceil(7),
    }
}

/// Bytes of a zig-zag varint. Source: `ByteUtils.sizeOfVarint`, `sizeOfVarlong`.
pub(crate) const fn varint(value: i64) -> u32 {
    unsigned_varint(((value << 1) ^ (value >> 63)).cast_unsigned())
}

/// Bytes of a length-prefixed field; null costs what empty costs.
pub(crate) const fn field(length: Option<u32>) -> u32 {
    match length {
        None => 1,
        Some(length) => varint(length as i64) + length,
    }
}

/// Bytes of key, value and headers, which depend on nothing but the record. `headers` is the sum of
/// the headers' own bytes, `header_count` how many they are. Source: `DefaultRecord.sizeOf`.
pub(crate) const fn fields(
    key: Option<u32>,
    value: Option<u32>,
    header_count: u32,
    headers: u32,
) -> u32 {
    field(key) + field(value) + varint(header_count as i64) + headers
}

/// Bytes of a record in a batch. Source: `DefaultRecord.sizeInBytes`.
pub(crate) const fn record(fields: u32, timestamp_delta: i64, offset_delta: u32) -> u32 {
    let body = 1 + varint(timestamp_delta) + varint(offset_delta as i64) + fields;
    varint(body as i64) + body
}

/// Upper bound of a batch of this one record. Source:
/// `AbstractRecords.estimateSizeInBytesUpperBound`.
pub(crate) const fn upper_bound(fields: u32) -> u32 {
    BATCH_OVERHEAD + RECORD_OVERHEAD_MAX + fields
}

/// A request header of version 2 with its length. Source: `RequestHeader.json`.
const fn header(client_id: u32) -> u32 {
    4 + 11 + client_id
}

/// Bytes of a produce request of version 13. `topics` has the sizes of the batches of each topic.
/// Source: `ProduceRequest.json`.
pub(crate) fn produce_request<'a>(
    client_id: u32,
    topics: impl ExactSizeIterator<Item = &'a [Bytes]>,
) -> u32 {
    let frame = header(client_id) + 1 + 2 + 4 + unsigned_varint(topics.len() as u64 + 1);
    let topics: u32 = topics
        .map(|batches| {
            let batches_bytes: u32 = batches
                .iter()
                .map(|bytes| {
                    let bytes = bytes.0 as u32;
                    4 + unsigned_varint(u64::from(bytes) + 1) + bytes + 1
                })
                .sum();
            16 + unsigned_varint(batches.len() as u64 + 1) + batches_bytes + 1
        })
        .sum();
    frame + topics + 1
}

/// Bytes of an `ApiVersions` request of version 4 from `apache-kafka-java` 4.3.1.
pub(crate) const fn api_versions_request(client_id: u32) -> u32 {
    header(client_id) + 1 + 17 + 1 + 5 + 1
}

/// Bytes of an `InitProducerId` request of version 5 without a transactional id.
pub(crate) const fn init_producer_id_request(client_id: u32) -> u32 {
    header(client_id) + 1 + 4 + 8 + 2 + 1
}

/// Bytes of a `Metadata` request of version 13 for topics with names of these lengths.
pub(crate) fn metadata_request(client_id: u32, names: impl ExactSizeIterator<Item = usize>) -> u32 {
    let frame = header(client_id) + unsigned_varint(names.len() as u64 + 1);
    let topics: u32 =
        names.map(|name| 16 + unsigned_varint(name as u64 + 1) + name as u32 + 1).sum();
    frame + topics + 1 + 1 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_grow_at_their_steps() {
        for (value, want) in [(-64, 1), (63, 1), (64, 2), (-65, 2), (8191, 2), (8192, 3)] {
            assert_eq!(varint(value), want, "{value}");
        }
        assert_eq!(varint(1_048_576), 4);
        assert_eq!(varint(i64::MIN), 10);
        assert_eq!(unsigned_varint(0), 1);
    }

    #[test]
    fn records_have_kafkas_sizes() {
        assert_eq!(record(fields(Some(1), Some(1), 0, 0), 0, 0), 9);
        assert_eq!(record(fields(Some(2), Some(5), 0, 0), 0, 0), 14);
        assert_eq!(upper_bound(fields(Some(2), Some(5), 0, 0)), 92);
        assert_eq!(record(fields(None, Some(0), 0, 0), 0, 0), 7);
        let header = field(Some(1)) + field(Some(1));
        assert_eq!(record(fields(Some(3), Some(200), 1, header), 1000, 64), 218);
    }

    #[test]
    fn requests_have_kafkas_sizes() {
        let batches = [Bytes(100)];
        assert_eq!(produce_request(10, core::iter::once(&batches[..])), 158);
    }
}
