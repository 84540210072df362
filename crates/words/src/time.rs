//! Moments and lengths as people read them: exact, in seconds from two seconds on.

use units::{Micros, SimTime, grouped};

/// From here on in seconds.
const SECONDS_FROM: u64 = 2_000_000;

/// A moment of a run.
#[must_use]
pub fn moment(time: SimTime) -> String {
    let text = written(time.0.unsigned_abs());
    if time.0 < 0 { ["-", &text].concat() } else { text }
}

/// A length of time.
#[must_use]
pub fn length(length: Micros) -> String {
    written(length.0)
}

/// How many letters the longest text of a moment from 0 to this one has.
#[must_use]
pub fn letters(time: SimTime) -> u32 {
    let before = |seconds: u64| written(seconds.saturating_sub(1)).len();
    let micros = time.0.unsigned_abs();
    let whole = if micros < SECONDS_FROM { 1_000 } else { 1_000_000 };
    // a moment just before a full one has all its decimals
    let last = before(micros.next_multiple_of(whole));
    last.max(before(micros.min(SECONDS_FROM).next_multiple_of(1_000))) as u32
}

/// As few decimals as it takes.
fn written(micros: u64) -> String {
    let (whole, digits, unit) =
        if micros < SECONDS_FROM { (1_000, 3, "ms") } else { (1_000_000, 6, "s") };
    let text = format!("{}.{:0digits$}", micros / whole, micros % whole);
    [grouped(text.trim_end_matches('0').trim_end_matches('.')).as_str(), " ", unit].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_lengths_are_exact_and_short() {
        assert_eq!(moment(SimTime(0)), "0 ms");
        assert_eq!(moment(SimTime(5_000)), "5 ms");
        assert_eq!(moment(SimTime(5_300)), "5.3 ms");
        assert_eq!(moment(SimTime(-50)), "-0.05 ms");
        assert_eq!(moment(SimTime(1_999_999)), "1,999.999 ms");
        assert_eq!(moment(SimTime(2_000_000)), "2 s");
        assert_eq!(moment(SimTime(20_405_312)), "20.405312 s");
        assert_eq!(length(Micros(1_500_000)), "1,500 ms");
        assert_eq!(length(Micros(9_977_600)), "9.9776 s");
    }

    #[test]
    fn no_moment_is_longer_than_its_letters() {
        for (end, want) in [(0, 4), (60_000, 9), (61_234, 9), (3_000_000, 12), (734_000_001, 12)] {
            assert_eq!(letters(SimTime(end)), want, "{end}");
            let longest =
                (0..=end).step_by(99_991).chain([end]).map(|at| moment(SimTime(at)).len());
            assert!(longest.max() <= Some(want as usize), "{end}");
        }
    }
}
