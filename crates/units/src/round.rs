//! Round numbers, for steps and ends.

/// The least of 1, 2 or 5 times a power of ten that is not below a number: a round step, width or end.
#[must_use]
pub fn rounded_up(number: i64) -> i64 {
    let steps = (0..18).flat_map(|power| [1, 2, 5].map(|factor| factor * 10_i64.pow(power)));
    steps.into_iter().find(|step| *step >= number).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::rounded_up;

    #[test]
    fn steps_are_round() {
        let numbers = [0, 1, 2, 5, 51, 99_999, 4 * 10_i64.pow(17)];
        assert_eq!(numbers.map(rounded_up), [1, 1, 2, 5, 100, 100_000, 5 * 10_i64.pow(17)]);
        assert_eq!(rounded_up(i64::MAX), i64::MAX);
    }
}
