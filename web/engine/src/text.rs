//! Numbers as people read them.

pub use words::{length, moment};

/// A ratio with one decimal.
pub fn ratio(part: u32, of: u32) -> String {
    let of = u64::from(of.max(1));
    let tenths = (u64::from(part) * 20 + of) / (2 * of);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A number that is not negative, without decimals.
pub fn whole(number: f64) -> String {
    ((number + 0.5) as u64).to_string()
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
    fn ratios_are_rounded() {
        assert_eq!(ratio(120, 59), "2.0");
        assert_eq!(ratio(47, 20), "2.4");
        assert_eq!(ratio(1, 0), "1.0");
        assert_eq!(whole(99.5), "100");
    }
}
