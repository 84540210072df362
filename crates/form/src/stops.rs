//! Where a slider stops: chosen by hand for what is moved most, otherwise steps around the default.

use link::{Part, PartUnit};
use model::config::{Range, Row, Type};

/// Stops chosen by hand.
fn chosen(name: &str) -> &'static [i64] {
    match name {
        "linger.ms" => &[0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000],
        "batch.size" => &[0, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072],
        "max.in.flight.requests.per.connection" => &[1, 2, 3, 4, 5],
        "rate" => &[100, 200, 500, 1000, 2000, 5000, 10_000, 50_000],
        "records" => &[10, 20, 60, 100, 200, 500, 1000, 2000, 5000],
        "value" => &[0, 10, 50, 120, 250, 500, 1000, 2000, 5000, 20_000],
        "keys" => &[0, 1, 2, 4, 8, 16, 64],
        "burst" => &[1, 2, 5, 10, 20, 50, 100, 500],
        "partitions" => &[1, 2, 3, 4, 6, 12],
        "ratio" => &[10, 20, 40, 60, 80, 100],
        "seed" => &[1, 2, 3, 4, 5, 6, 7, 8],
        "null-keys" | "headers" | "min.insync.replicas" => &[0, 1, 2, 3, 4, 5],
        _ => &[],
    }
}

/// The stops of a setting; none if it is no number.
pub(crate) fn of_row(row: &Row, default: Option<&str>) -> Vec<i64> {
    if !matches!(row.kind, Type::Short | Type::Int | Type::Long) {
        return Vec::new();
    }
    let (least, most) = match row.range {
        Range::AtLeast(least) => (least, i64::MAX),
        Range::Between(least, most) | Range::BetweenOr(least, most, _) => (least, most),
        // Kafka takes a negative time here too, but nobody slides to one
        _ => (0, i64::MAX),
    };
    let default = default.and_then(|default| default.parse().ok()).unwrap_or(0);
    within(chosen(row.name), default, least, most)
}

/// The stops of a part.
pub(crate) fn of_part(part: &Part, default: i64) -> Vec<i64> {
    match (part.unit, part.max) {
        (PartUnit::Count, most) if most <= 5 => (part.min..=most).collect(),
        _ => within(chosen(part.name), default, part.min, part.max),
    }
}

/// The chosen ones that are in range; without any, steps of 1, 2, 5 and 10 around the default.
fn within(chosen: &[i64], default: i64, least: i64, most: i64) -> Vec<i64> {
    let mut stops: Vec<i64> = chosen.to_vec();
    if stops.is_empty() {
        let whole = if default > 1_000_000_000 { 1_000 } else { default.max(100) };
        let steps = [0, whole / 100, whole / 20, whole / 10, whole / 5, whole / 2, whole];
        stops.extend(steps);
        stops.extend([2, 5, 10].map(|factor| whole.saturating_mul(factor)));
        stops.push(default);
    }
    stops.push(least.max(0).min(most));
    stops.retain(|stop| (least..=most).contains(stop));
    stops.sort_unstable();
    stops.dedup();
    stops
}

/// The place of the stop that is nearest to a number.
pub(crate) fn nearest(stops: &[i64], number: Option<i64>) -> u32 {
    let number = number.unwrap_or(0);
    let distance = |place: &usize| stops[*place].abs_diff(number);
    (0..stops.len()).min_by_key(distance).unwrap_or(0) as u32
}
