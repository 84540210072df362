//! Numbers as people read them.

use units::Micros;
pub use words::{count, length, moment};

/// A ratio with one decimal.
pub fn ratio(part: u32, of: u32) -> String {
    let of = u64::from(of.max(1));
    if u64::from(part) >= 100 * of {
        return count((u64::from(part) * 2 + of) / (2 * of));
    }
    let tenths = (u64::from(part) * 20 + of) / (2 * of);
    format!("{}.{}", count(tenths / 10), tenths % 10)
}

/// A number that is not negative, without decimals.
pub fn whole(number: f64) -> String {
    count((number + 0.5) as u64)
}

/// A length of time with so many digits that count, for where a glance is enough.
pub fn about(exact: Micros, digits: u32) -> String {
    let (mut step, most) = (1, 10_u64.pow(digits));
    while exact.0 / step >= most {
        step *= 10;
    }
    length(Micros((exact.0 + step / 2) / step * step))
}

/// A length for a style, to a tenth of a pixel.
pub fn px(length: f64) -> String {
    let tenths = (length * 10.0) as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    format!("{sign}{}.{}px", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_needs_four_digits() {
        let read = |micros| about(Micros(micros), 4);
        assert_eq!([read(8_300), read(12_345), read(999_960)], ["8.3 ms", "12.35 ms", "1,000 ms"]);
        assert_eq!([read(7_217_840), read(14_287_840)], ["7.218 s", "14.29 s"]);
    }

    #[test]
    fn ratios_are_rounded() {
        assert_eq!(ratio(120, 59), "2.0");
        assert_eq!(ratio(47, 20), "2.4");
        assert_eq!(ratio(1, 0), "1.0");
        assert_eq!([ratio(999, 10), ratio(1_255, 10)], ["99.9", "126"]);
        assert_eq!([whole(99.5), whole(20_000.0)], ["100", "20,000"]);
    }
}
