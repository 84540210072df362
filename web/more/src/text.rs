//! Numbers as people read them.

use units::{Micros, SimTime};

/// A moment of a run.
pub(crate) fn moment(time: SimTime) -> String {
    if time.0.abs() >= 10_000_000 {
        return format!("{} s", trimmed(time.0 as f64 / 1_000_000.0));
    }
    format!("{} ms", trimmed(time.0 as f64 / 1_000.0))
}

/// A length of time.
pub(crate) fn length(length: Micros) -> String {
    moment(SimTime(length.0.try_into().unwrap_or(i64::MAX)))
}

fn trimmed(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
