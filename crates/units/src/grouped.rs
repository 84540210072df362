//! How a quantity is written for people.

use alloc::string::String;

/// A decimal number whose whole part stands in groups of three: `1,000,000`, in English and in Korean.
/// For quantities. What names a thing, as an offset or a record's number does, is written as it is.
#[must_use]
pub fn grouped(number: &str) -> String {
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let mut text = String::with_capacity(number.len() + digits / 3);
    for (at, character) in number.chars().enumerate() {
        if at > 0 && at < digits && (digits - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn only_the_whole_part_is_grouped() {
        let read = ["7", "999", "1000", "33554432", "1234.56789", "", "NaN"].map(grouped);
        assert_eq!(read, ["7", "999", "1,000", "33,554,432", "1,234.56789", "", "NaN"]);
    }
}
