//! Numbers as people read them.

use units::{Micros, SimTime};

/// A moment, short.
pub fn moment(time: SimTime) -> String {
    const SECOND: i64 = 1_000_000;
    if time.0 >= 2 * SECOND {
        // to a tenth of a millisecond
        let tenths = time.0 / 100;
        let text = format!("{}.{:04}", tenths / 10_000, tenths % 10_000);
        return format!("{} s", text.trim_end_matches('0').trim_end_matches('.'));
    }
    format!("{} ms", thousandths(time.0))
}

/// A length of time, short.
pub fn length(length: Micros) -> String {
    if length.0 >= 1_000_000 {
        return format!("{} s", thousandths((length.0 / 1_000).cast_signed()));
    }
    format!("{} ms", thousandths(length.0.cast_signed()))
}

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

/// A number of thousandths with its decimals, as few as it takes.
fn thousandths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, part) = (number.unsigned_abs() / 1_000, number.unsigned_abs() % 1_000);
    let text = format!("{sign}{whole}.{part:03}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_short() {
        assert_eq!(moment(SimTime(5_000)), "5 ms");
        assert_eq!(moment(SimTime(5_300)), "5.3 ms");
        assert_eq!(moment(SimTime(-50)), "-0.05 ms");
        assert_eq!(moment(SimTime(20_405_300)), "20.4053 s");
        assert_eq!(length(Micros(1_500_000)), "1.5 s");
    }

    #[test]
    fn ratios_are_rounded() {
        assert_eq!(ratio(120, 59), "2.0");
        assert_eq!(ratio(47, 20), "2.4");
        assert_eq!(ratio(1, 0), "1.0");
        assert_eq!(whole(99.5), "100");
    }
}
