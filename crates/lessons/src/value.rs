//! What a query gives.

use units::{Bytes, Micros, SimTime};

/// A value with its unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd)]
pub enum Value {
    /// A number of things.
    Count(i64),
    /// A point of time.
    Time(SimTime),
    /// A length of time; negative where the later one was taken from the earlier.
    Length(i64),
    /// A size.
    Bytes(i64),
    /// A word: the name of a batch, a reason, the text of a setting.
    Word(String),
}

impl Value {
    /// As a reader sees it: `26.9 ms`, `1,024 B`, `60`. Times are rounded to a tenth of a millisecond,
    /// as they are placed.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Count(count) => grouped(*count),
            Self::Time(time) => time_shown(time.0),
            Self::Length(length) => time_shown(*length),
            Self::Bytes(bytes) => format!("{} B", grouped(*bytes)),
            Self::Word(word) => word.clone(),
        }
    }

    /// As a plain number: a count, bytes, microseconds; `None` for a word.
    #[must_use]
    pub const fn number(&self) -> Option<i64> {
        match self {
            Self::Count(number) | Self::Length(number) | Self::Bytes(number) => Some(*number),
            Self::Time(time) => Some(time.0),
            Self::Word(_) => None,
        }
    }

    /// A value of the same kind with this plain number; a word stays what it is.
    #[must_use]
    pub fn with_number(&self, number: i64) -> Self {
        match self {
            Self::Count(_) => Self::Count(number),
            Self::Time(_) => Self::Time(SimTime(number)),
            Self::Length(_) => Self::Length(number),
            Self::Bytes(_) => Self::Bytes(number),
            Self::Word(word) => Self::Word(word.clone()),
        }
    }

    /// This plus another, where that makes sense: a point and a length, two of one unit.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Time(point), Self::Length(length)) => {
                Some(Self::Time(SimTime(point.0 + length)))
            }
            (Self::Count(a), Self::Count(b)) => Some(Self::Count(a + b)),
            (Self::Length(a), Self::Length(b)) => Some(Self::Length(a + b)),
            (Self::Bytes(a), Self::Bytes(b)) => Some(Self::Bytes(a + b)),
            _ => None,
        }
    }

    /// This minus another, likewise; two points have a length between them.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Time(a), Self::Time(b)) => Some(Self::Length(a.0 - b.0)),
            (_, Self::Word(_) | Self::Time(_)) => None,
            (_, other) => self.plus(&other.with_number(-other.number()?)),
        }
    }

    /// Reads `20ms`, `1.5s`, `1024B`, `60`, or else a word.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if let Some(micros) = link::micros_of(text) {
            return Self::Length(i64::try_from(micros).unwrap_or(i64::MAX));
        }
        if let Ok(count) = text.parse() {
            return Self::Count(count);
        }
        match text.strip_suffix('B').map(str::parse) {
            Some(Ok(bytes)) => Self::Bytes(bytes),
            _ => Self::Word(text.to_owned()),
        }
    }
}

impl From<Micros> for Value {
    fn from(length: Micros) -> Self {
        Self::Length(i64::try_from(length.0).unwrap_or(i64::MAX))
    }
}

impl From<SimTime> for Value {
    fn from(time: SimTime) -> Self {
        Self::Time(time)
    }
}

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes.0)
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(i64::from(count))
    }
}

/// Whole seconds and all from ten seconds on in seconds, else milliseconds; one decimal at most.
fn time_shown(micros: i64) -> String {
    let whole_seconds = micros != 0 && micros % 1_000_000 == 0;
    let in_seconds = whole_seconds || micros.abs() >= 10_000_000;
    let (unit, tenth) = if in_seconds { ("s", 100_000) } else { ("ms", 100) };
    let half = if micros < 0 { -tenth / 2 } else { tenth / 2 };
    let tenths = (micros + half) / tenth;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, decimal) = (tenths.abs() / 10, tenths.abs() % 10);
    let whole = grouped(whole);
    if decimal == 0 {
        format!("{sign}{whole} {unit}")
    } else {
        format!("{sign}{whole}.{decimal} {unit}")
    }
}

/// A comma every three digits.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_with_their_units() {
        assert_eq!(Value::Count(1_234_567).shown(), "1,234,567");
        assert_eq!(Value::Count(-1_000).shown(), "-1,000");
        assert_eq!(Value::Time(SimTime(26_949)).shown(), "26.9 ms");
        assert_eq!(Value::Time(SimTime(26_950)).shown(), "27 ms");
        assert_eq!(Value::Length(-3_800).shown(), "-3.8 ms");
        assert_eq!(Value::Length(1_234_500).shown(), "1,234.5 ms");
        assert_eq!(Value::Length(9_000_000).shown(), "9 s");
        assert_eq!(Value::Length(10_100_000).shown(), "10.1 s");
        assert_eq!(Value::Bytes(1_024).shown(), "1,024 B");
    }

    #[test]
    fn what_makes_no_sense_is_no_value() {
        let (point, length) = (Value::Time(SimTime(5)), Value::Length(3));
        assert_eq!(point.plus(&length), Some(Value::Time(SimTime(8))));
        assert_eq!(point.minus(&length), Some(Value::Time(SimTime(2))));
        assert_eq!(point.minus(&point), Some(Value::Length(0)));
        assert_eq!(point.plus(&point), None);
        assert_eq!(length.minus(&point), None);
        assert_eq!(Value::Count(1).plus(&Value::Bytes(1)), None);
    }

    #[test]
    fn literals_have_units() {
        assert_eq!(Value::of_text("1.5ms"), Value::Length(1_500));
        assert_eq!(Value::of_text("60"), Value::Count(60));
        assert_eq!(Value::of_text("1024B"), Value::Bytes(1_024));
        assert_eq!(Value::of_text("Linger"), Value::Word("Linger".into()));
    }
}
