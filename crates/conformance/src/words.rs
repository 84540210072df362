//! An account of a run in words, a line for each thing that happened.

use crate::case::{BatchSeen, CallSeen, DoneSeen, ErrorSeen, Expect, RequestSeen, SendSeen};
use std::fmt::Write as _;

/// A line of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, in microseconds.
    pub at_us: i64,
    /// What it is about: `request 3`.
    pub about: String,
    /// What happened.
    pub words: String,
}

/// Everything that happened but the metrics, in order of time.
#[must_use]
pub fn account(run: &Expect) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |at_us, about: String, words| lines.push(Line { at_us, about, words });
    for (i, row) in run.sends.iter().enumerate() {
        add(row.called_us, format!("send {i}"), send(row));
    }
    for (i, row) in run.requests.iter().enumerate() {
        add(row.at_us, format!("request {i}"), request(row));
    }
    for (i, row) in run.done.iter().enumerate() {
        add(row.at_us, format!("callback {i}"), done(row));
    }
    for (i, row) in run.calls.iter().enumerate() {
        add(row.called_us, format!("call {i}"), call(row));
    }
    if let Some(end) = run.end_us {
        add(end, "end".to_owned(), "the run ended".to_owned());
    }
    lines.sort_by_key(|line| line.at_us);
    lines
}

/// A time as a reader sees it: milliseconds with all their microseconds.
pub(crate) fn ms(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    format!("{sign}{}.{:03} ms", us.unsigned_abs() / 1000, us.unsigned_abs() % 1000)
}

fn error(error: &ErrorSeen) -> String {
    let message = error.message.as_deref().unwrap_or("without a message");
    format!("{}: {message}", error.class)
}

fn returned(called: i64, returned: Option<i64>) -> String {
    match returned {
        Some(at) if at == called => "returned at once".to_owned(),
        Some(at) => format!("returned at {}", ms(at)),
        None => "did not return".to_owned(),
    }
}

pub(crate) fn send(row: &SendSeen) -> String {
    let mut words = returned(row.called_us, row.returned_us);
    if let Some(thrown) = &row.thrown {
        let _ = write!(words, ", threw {}", error(thrown));
    }
    format!("called send at {}, which {words}", ms(row.called_us))
}

pub(crate) fn request(row: &RequestSeen) -> String {
    let batches: Vec<String> = row.batches.iter().map(batch).collect();
    let mut words = format!(
        "wrote {} bytes to node {} at {} with {}",
        row.bytes,
        row.node,
        ms(row.at_us),
        batches.join("; ")
    );
    match row.done_us {
        Some(at) => {
            let _ = write!(words, "; {} at {}", row.result, ms(at));
        }
        None => {
            let _ = write!(words, "; {}", row.result);
        }
    }
    for (partition, error) in &row.errors {
        let _ = write!(words, ", {partition}: {error}");
    }
    words
}

fn batch(row: &BatchSeen) -> String {
    format!(
        "{}-{} (records {}, {} bytes, sequence {}, epoch {})",
        row.topic,
        row.partition,
        ranges(&row.records),
        row.bytes,
        row.base_sequence,
        row.epoch
    )
}

/// `0-3, 7` for 0, 1, 2, 3, 7.
fn ranges(records: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for record in records {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *record => *last = *record,
            _ => runs.push((*record, *record)),
        }
    }
    let run = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.iter().map(run).collect::<Vec<_>>().join(", ")
}

pub(crate) fn done(row: &DoneSeen) -> String {
    let mut words = format!(
        "called back record {} at {} on the {} thread, partition {}, with ",
        row.i,
        ms(row.at_us),
        row.thread,
        row.partition
    );
    match &row.error {
        Some(why) => words.push_str(&error(why)),
        None => {
            let (offset, timestamp) =
                (row.offset.unwrap_or(-1), row.timestamp_ms.unwrap_or_default());
            let _ = write!(words, "offset {offset}, timestamp {timestamp} ms");
        }
    }
    match row.until_us {
        None => {}
        Some(Some(until)) => {
            let _ = write!(words, ", until {}", ms(until));
        }
        Some(None) => words.push_str(", without an end"),
    }
    if let Some(threw) = &row.threw {
        let _ = write!(words, ", and threw {}", error(threw));
    }
    words
}

pub(crate) fn call(row: &CallSeen) -> String {
    let mut words = format!(
        "called {} at {}, which {}",
        row.call,
        ms(row.called_us),
        returned(row.called_us, row.returned_us)
    );
    if let Some(thrown) = &row.thrown {
        let _ = write!(words, ", threw {}", error(thrown));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_all_its_microseconds() {
        assert_eq!((ms(5_900), ms(-1)), ("5.900 ms".to_owned(), "-0.001 ms".to_owned()));
    }

    #[test]
    fn records_in_a_row_are_one_range() {
        assert_eq!(ranges(&[0, 1, 2, 7, 9, 10]), "0-2, 7, 9-10");
    }
}
