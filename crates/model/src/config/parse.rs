//! The two doors: Kafka's own parser, and one that people may write units at.
//! Source: `ConfigDef.parseType`, `ConfigDef.Range`, `ConfigDef.ValidString`.

use super::check::ConfigError;
use super::table::{Range, Row, Type, Unit};
use alloc::{
    format,
    string::{String, ToString},
};

/// A parsed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An `INT` or `LONG`.
    Number(i64),
    /// A `BOOLEAN`.
    Boolean(bool),
    /// Anything else.
    Text(String),
}

/// Kafka's own parser and validator of one setting.
///
/// # Errors
/// `ConfigException` in Kafka's words; `16k` is not a number.
pub fn kafka_value(row: &Row, text: &str) -> Result<Value, ConfigError> {
    let trimmed = text.trim_matches(|c| c <= ' '); // Java's trim
    let invalid = |why: &str| {
        let message = format!("Invalid value {text} for configuration {}: {why}", row.name);
        ConfigError::new(row.name, message)
    };
    let value = match row.kind {
        Type::Short => trimmed.parse::<i16>().map(i64::from).map(Value::Number),
        Type::Int => trimmed.parse::<i32>().map(i64::from).map(Value::Number),
        Type::Long => trimmed.parse::<i64>().map(Value::Number),
        Type::Double => {
            let thousandths = thousandths(trimmed);
            Ok(Value::Number(thousandths.ok_or_else(|| invalid("Not a number of type DOUBLE"))?))
        }
        Type::Boolean if trimmed.eq_ignore_ascii_case("true") => Ok(Value::Boolean(true)),
        Type::Boolean if trimmed.eq_ignore_ascii_case("false") => Ok(Value::Boolean(false)),
        Type::Boolean => return Err(invalid("Expected value to be either true or false")),
        Type::String | Type::Class | Type::List | Type::Password => {
            Ok(Value::Text(trimmed.to_string()))
        }
    };
    let value = value.map_err(|_| match row.kind {
        Type::Short => invalid("Not a number of type SHORT"),
        Type::Int => invalid("Not a number of type INT"),
        _ => invalid("Not a number of type LONG"),
    })?;
    validate(row, &value)?;
    // a fraction stays as it was written: nothing computes with it
    Ok(if row.kind == Type::Double { Value::Text(trimmed.to_string()) } else { value })
}

/// A decimal fraction in thousandths, as far as these go; `None` if it is no plain decimal number.
fn thousandths(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let decimals =
        decimals.bytes().chain(*b"000").take(3).fold(0, |n, b| n * 10 + i64::from(b - b'0'));
    let value = whole.checked_mul(1000)?.checked_add(decimals)?;
    Some(if unsigned.len() < text.len() { -value } else { value })
}

fn validate(row: &Row, value: &Value) -> Result<(), ConfigError> {
    let refuse = |shown: &str, why: String| {
        let message = format!("Invalid value {shown} for configuration {}: {why}", row.name);
        Err(ConfigError::new(row.name, message))
    };
    let refuse_list =
        |why: &str| Err(ConfigError::new(row.name, format!("Configuration '{}' {why}", row.name)));
    match (value, row.range) {
        (Value::Number(n), Range::AtLeast(min) | Range::Between(min, _)) if *n < min => {
            refuse(&n.to_string(), format!("Value must be at least {min}"))
        }
        (Value::Number(n), Range::Between(_, max)) if *n > max => {
            refuse(&n.to_string(), format!("Value must be no more than {max}"))
        }
        (Value::Number(n), Range::BetweenThousandths(min, max)) if *n < min || *n > max => {
            let shown = decimal(*n);
            if *n < min {
                return refuse(&shown, format!("Value must be at least {}", decimal(min)));
            }
            refuse(&shown, format!("Value must be no more than {}", decimal(max)))
        }
        (Value::Number(n), Range::BetweenOr(min, max, or))
            if (*n < min || *n > max) && *n != or =>
        {
            let why = format!("Value must be between {min} and {max} or equal to {or}");
            refuse(&n.to_string(), why)
        }
        (Value::Text(text), Range::OneOf(valid)) if !valid.contains(&text.as_str()) => {
            refuse(text, format!("String must be one of: {}", valid.join(", ")))
        }
        (Value::Text(text), Range::OneOfIgnoringCase(valid))
            if !valid.iter().any(|valid| valid.eq_ignore_ascii_case(text)) =>
        {
            let why = format!("String must be one of (case insensitive): {}", valid.join(", "));
            refuse(text, why)
        }
        (Value::Text(text), Range::NonEmpty) if text.is_empty() => {
            refuse(text, "String must be non-empty".to_string())
        }
        (Value::Text(text), Range::NonEmptyList) if text.is_empty() => {
            refuse_list("must not be empty. Valid values include: any non-empty value")
        }
        (Value::Text(text), Range::List | Range::NonEmptyList)
            if !text.is_empty() && text.split(',').any(|part| part.trim().is_empty()) =>
        {
            refuse_list("values must not be empty.")
        }
        _ => Ok(()),
    }
}

/// Thousandths as Java writes a double: at least one decimal.
fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let n = thousandths.unsigned_abs();
    let decimals = format!("{:03}", n % 1000);
    let decimals = decimals.trim_end_matches('0');
    format!("{sign}{}.{}", n / 1000, if decimals.is_empty() { "0" } else { decimals })
}

/// Reads what a person writes: `64k` is 65536 bytes, `1.5s` is 1500 milliseconds. The plain text comes
/// back; what has no unit, or one that is not understood, comes back unchanged, for Kafka's parser to
/// accept or refuse.
#[must_use]
pub fn human_value(row: &Row, text: &str) -> String {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let digits = compact.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(compact.len());
    let (number, unit) = compact.split_at(digits);
    let factor: u64 = match (row.unit, unit.to_lowercase().as_str()) {
        (Unit::Bytes, "b" | "byte" | "bytes") | (Unit::Millis, "ms") => 1,
        (Unit::Bytes, "k" | "kb" | "kib") => 1 << 10,
        (Unit::Bytes, "m" | "mb" | "mib") => 1 << 20,
        (Unit::Bytes, "g" | "gb" | "gib") => 1 << 30,
        (Unit::Millis, "s" | "sec") => 1_000,
        (Unit::Millis, "m" | "min") => 60_000,
        (Unit::Millis, "h") => 3_600_000,
        _ => return text.trim().to_string(),
    };
    scaled(number, factor).map_or_else(|| text.trim().to_string(), |value| value.to_string())
}

/// `number` with its decimals, times `factor`, if that is whole.
fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let scale = 10_u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let decimals: u64 = if decimals.is_empty() { 0 } else { decimals.parse().ok()? };
    let units = whole.checked_mul(scale)?.checked_add(decimals)?.checked_mul(factor)?;
    units.is_multiple_of(scale).then(|| units / scale)
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;

    #[track_caller]
    fn check_human(name: &str, text: &str, want: &str) {
        assert_eq!(human_value(row(name).expect("a known setting"), text), want);
    }

    #[track_caller]
    fn check_refused(name: &str, text: &str, want: &str) {
        let row = super::super::rows().find(|row| row.name == name);
        let refused = kafka_value(row.expect("a known setting"), text);
        assert_eq!(refused.expect_err("Kafka refuses it").message, want);
    }

    #[test]
    fn people_write_units() {
        check_human("batch.size", "64k", "65536");
        check_human("batch.size", "1.5 KiB", "1536");
        check_human("linger.ms", "1.5s", "1500");
        check_human("linger.ms", "2 min", "120000");
        check_human("linger.ms", "20", "20");
        check_human("linger.ms", "5k", "5k");
        check_human("batch.size", "0.3b", "0.3b");
        check_human("acks", " all ", "all");
    }

    #[test]
    fn kafka_refuses_in_its_own_words() {
        check_refused(
            "batch.size",
            "16k",
            "Invalid value 16k for configuration batch.size: Not a number of type INT",
        );
        check_refused(
            "batch.size",
            "-1",
            "Invalid value -1 for configuration batch.size: Value must be at least 0",
        );
        check_refused(
            "acks",
            "ALL",
            "Invalid value ALL for configuration acks: String must be one of: all, -1, 0, 1",
        );
    }

    #[test]
    fn what_is_no_number_is_shown_as_it_was_typed() {
        check_refused(
            "linger.ms",
            " 5 ms ",
            "Invalid value  5 ms  for configuration linger.ms: Not a number of type LONG",
        );
    }

    #[test]
    fn fractions_have_bounds_too() {
        check_refused(
            "sasl.login.refresh.window.factor",
            "0.4",
            "Invalid value 0.4 for configuration sasl.login.refresh.window.factor: Value must be at \
             least 0.5",
        );
        check_refused(
            "sasl.login.refresh.window.jitter",
            "half",
            "Invalid value half for configuration sasl.login.refresh.window.jitter: Not a number of \
             type DOUBLE",
        );
    }

    #[test]
    fn text_is_trimmed() {
        let row = row("linger.ms").expect("a known setting");
        assert_eq!(kafka_value(row, " 7 "), Ok(Value::Number(7)));
    }
}
