//! Korean particles, which agree with what is read aloud before them.

/// Particles in both forms, and which of them follows a consonant.
const PARTICLES: [(&str, &str, &str); 5] = [
    ("은(는)", "은", "는"),
    ("이(가)", "이", "가"),
    ("을(를)", "을", "를"),
    ("과(와)", "과", "와"),
    ("(으)로", "으로", "로"),
];

/// Korean in which each particle agrees with what is said before it.
pub(crate) fn with_particles(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let particle = PARTICLES.iter().find(|(both, ..)| rest.starts_with(both));
        if let Some((both, consonant, vowel)) = particle {
            let last = told.chars().rev().find(|c| c.is_alphanumeric());
            let sound = last.map_or(End::Vowel, end_of);
            let after_consonant = match sound {
                End::Consonant => true,
                // \u{3139} is as a vowel before (으)로
                End::Rieul => *both != "(으)로",
                End::Vowel => false,
            };
            told.push_str(if after_consonant { consonant } else { vowel });
            rest = &rest[both.len()..];
        } else {
            told.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    told
}

/// How a spoken word ends.
enum End {
    Vowel,
    Rieul,
    Consonant,
}

/// How a character ends as it is read aloud: a syllable, a digit, a letter of a name.
fn end_of(character: char) -> End {
    match character {
        '가'..='힣' => match (character as u32 - '가' as u32) % 28 {
            0 => End::Vowel,
            8 => End::Rieul,
            _ => End::Consonant,
        },
        '1' | '7' | '8' | 'l' | 'L' | 'r' | 'R' => End::Rieul,
        '0' | '3' | '6' | 'm' | 'M' | 'n' | 'N' => End::Consonant,
        _ => End::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_agree_with_what_is_read_aloud() {
        for (both, one) in [
            ("레코드 2은(는)", "레코드 2는"),
            ("p0#3을(를)", "p0#3을"),
            ("브로커 1(으)로", "브로커 1로"),
            ("브로커 3(으)로", "브로커 3으로"),
            ("`acks`이(가)", "`acks`가"),
            ("배치 7과(와)", "배치 7과"),
        ] {
            assert_eq!(with_particles(both), one);
        }
    }
}
