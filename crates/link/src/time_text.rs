//! Lengths and points of time as people write them: `24ms`, `1.5s`, `300us`. Exact to the microsecond.

/// Units and their microseconds, in the order in which they are tried.
const UNITS: [(&str, u64); 4] = [("ms", 1_000), ("us", 1), ("µs", 1), ("s", 1_000_000)];

/// Longer than any run: times beyond it are not understood.
const MICROS_MAX: u64 = 1_000_000_000_000;

/// Writes microseconds: whole seconds as seconds, all else in milliseconds.
#[must_use]
pub fn time_text(micros: u64) -> String {
    if micros >= 1_000_000 && micros.is_multiple_of(1_000_000) {
        return format!("{}s", micros / 1_000_000);
    }
    let text = format!("{}.{:03}", micros / 1_000, micros % 1_000);
    format!("{}ms", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Reads microseconds; `None` without a unit, or where they are not whole.
#[must_use]
pub fn micros_of(text: &str) -> Option<u64> {
    let (number, unit) =
        UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?.trim_end(), *unit)))?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let mut micros = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    for digit in decimals.bytes() {
        place = if place % 10 == 0 { place / 10 } else { 0 };
        if place == 0 && digit != b'0' {
            return None;
        }
        micros += u64::from(digit - b'0') * place;
    }
    (micros <= MICROS_MAX).then_some(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_short_form_that_comes_back() {
        for (micros, text) in [
            (0, "0ms"),
            (1, "0.001ms"),
            (300, "0.3ms"),
            (24_000, "24ms"),
            (1_500_000, "1500ms"),
            (9_000_000, "9s"),
        ] {
            assert_eq!(time_text(micros), text);
            assert_eq!(micros_of(text), Some(micros));
        }
    }

    #[test]
    fn other_units_are_read_and_what_is_not_whole_is_not() {
        assert_eq!(micros_of("1.5s"), Some(1_500_000));
        assert_eq!(micros_of("300us"), Some(300));
        assert_eq!(micros_of("300µs"), Some(300));
        assert_eq!(micros_of("0.0001s"), Some(100));
        for bad in ["", "5", "ms", ".5ms", "-1ms", "1.2.3ms", "0.0001ms", "1e3ms", "99999999s"] {
            assert_eq!(micros_of(bad), None, "{bad}");
        }
        assert_eq!(micros_of(&format!("{}s", "9".repeat(40))), None);
        assert_eq!(micros_of(&format!("1.{}s", "0".repeat(4000))), Some(1_000_000));
    }
}
