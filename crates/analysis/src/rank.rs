//! Percentiles of many values.

/// The nearest-rank percentile, a value that occurred; none of no values. It is found byte by byte from the
/// left, in eight looks at all values: a selection by pivots, as a standard library built for size has it,
/// takes the square of their number where most are equal.
pub(crate) fn nearest_rank(
    values: impl Iterator<Item = u64> + Clone,
    percent: usize,
) -> Option<u64> {
    let count = values.clone().count();
    let mut rank = (count * percent).div_ceil(100).max(1);
    let mut found = 0;
    for shift in (0..u64::BITS).step_by(8).rev() {
        let mut counts = [0; 256];
        for value in values.clone().map(|value| value >> shift).filter(|value| value >> 8 == found)
        {
            counts[(value & 0xff) as usize] += 1;
        }
        let mut next = 0;
        while rank > *counts.get(next)? {
            rank -= counts[next];
            next += 1;
        }
        found = found << 8 | next as u64;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(nearest_rank((1..=10).rev(), 50), Some(5));
        assert_eq!(nearest_rank((1..=10).rev(), 99), Some(10));
        assert_eq!(nearest_rank([7, u64::MAX, 0, 300].into_iter(), 50), Some(7));
        assert_eq!(nearest_rank([7, u64::MAX, 0, 300].into_iter(), 99), Some(u64::MAX));
        assert_eq!(nearest_rank(std::iter::empty(), 50), None);
    }

    #[test]
    fn however_many_are_equal_each_value_is_looked_at_nine_times() {
        let looks = Cell::new(0);
        let equal = (0..10_000).map(|_| looks.set(looks.get() + 1)).map(|()| 42);
        assert_eq!(nearest_rank(equal, 50), Some(42));
        assert_eq!(looks.get(), 90_000);
    }
}
