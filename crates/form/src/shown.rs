//! Values as people write them: `16 KiB`, `1.5 s`.

use link::{Part, PartUnit};
use model::config::Unit;

/// A setting's number with its unit; any other text as it is.
#[must_use]
pub fn shown(unit: Unit, text: &str) -> String {
    let Ok(number) = text.parse::<i64>() else { return text.to_owned() };
    match unit {
        Unit::Bytes => bytes(number),
        Unit::Millis if number >= 1_000 && number % 1_000 == 0 && number < i64::MAX / 2 => {
            with_unit(number / 1_000, " s")
        }
        Unit::Millis => with_unit(number, " ms"),
        Unit::Count | Unit::None => text.to_owned(),
    }
}

/// A part's number with its unit.
#[must_use]
pub fn part_shown(part: &Part, number: i64) -> String {
    let text = part.text(number);
    match part.unit {
        PartUnit::Bytes => bytes(number),
        PartUnit::Percent => with_unit(number, " %"),
        PartUnit::Micros => {
            let digits = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
            [&text[..digits], " ", &text[digits..].replace('u', "µ")].concat()
        }
        _ => text,
    }
}

fn bytes(number: i64) -> String {
    match number {
        _ if number >= 1 << 20 && number % (1 << 20) == 0 => with_unit(number >> 20, " MiB"),
        _ if number >= 1 << 10 && number % (1 << 10) == 0 => with_unit(number >> 10, " KiB"),
        _ => with_unit(number, " B"),
    }
}

fn with_unit(number: i64, unit: &str) -> String {
    [number.to_string().as_str(), unit].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_unit_that_fits() {
        assert_eq!(shown(Unit::Bytes, "2048"), "2 KiB");
        assert_eq!(shown(Unit::Bytes, "1000"), "1000 B");
        assert_eq!(shown(Unit::Millis, "120000"), "120 s");
        assert_eq!(shown(Unit::Millis, "-3"), "-3 ms");
        assert_eq!(shown(Unit::Millis, "soon"), "soon");
    }

    #[test]
    fn a_part_is_shown_as_it_can_be_typed() {
        let part = link::part("one-way").expect("a part");
        assert_eq!(part_shown(part, 300), "0.3 ms");
        assert_eq!(part_shown(part, 1_500), "1.5 ms");
    }
}
