//! Puts answers in the places of a text, and the Korean particles that agree with them.
//!
//! `{{run requests}}` is a query. `[은/는]` is the particle for what stands before it: the first form
//! after a final consonant, the second after a vowel, digits as they are spoken (`p0#2[은/는]`: 이, so
//! `는`); after ㄹ `[으로/로]` takes the second.

/// Fills a text; `answer` gives what stands in each place.
///
/// # Errors
/// The first that `answer` gives.
pub fn fill<E>(text: &str, mut answer: impl FnMut(&str) -> Result<String, E>) -> Result<String, E> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        let (before, here) = rest.split_at(at);
        filled.push_str(before);
        if let Some((query, after)) = here.strip_prefix("{{").and_then(|h| h.split_once("}}")) {
            filled.push_str(&answer(query.trim())?);
            rest = after;
        } else if let Some((closed, open, after)) = particle(here) {
            filled.push_str(agreeing(&filled, closed, open));
            rest = after;
        } else {
            filled.push_str(&here[..1]);
            rest = &here[1..];
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The two forms at the beginning of a text, and what follows them.
fn particle(text: &str) -> Option<(&str, &str, &str)> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    let (closed, open) = inside.split_once('/')?;
    let hangul = |word: &str| !word.is_empty() && word.chars().all(|c| ('가'..='힣').contains(&c));
    (hangul(closed) && hangul(open)).then_some((closed, open, after))
}

/// The end of a spoken syllable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

fn agreeing<'a>(before: &str, closed: &'a str, open: &'a str) -> &'a str {
    // marks of Markdown and closing brackets are not spoken
    let spoken = before.trim_end_matches(['*', '`', ')', '"', '’', '”']);
    match spoken.chars().last().map_or(Ending::Vowel, ending) {
        Ending::Vowel => open,
        Ending::Rieul if closed == "으로" => open,
        Ending::Rieul | Ending::Consonant => closed,
    }
}

fn ending(last: char) -> Ending {
    match last {
        // 일, 칠, 팔
        '1' | '7' | '8' => Ending::Rieul,
        // 영 (or 십, 백, 천), 삼, 육
        '0' | '3' | '6' => Ending::Consonant,
        '가'..='힣' => match (last as u32 - '가' as u32) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // 이, 사, 오, 구; ms, s and B are spoken 밀리초, 초, 바이트
        _ => Ending::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let filled = fill(text, |query| match query {
            "two" => Ok("2".to_owned()),
            "ten" => Ok("10".to_owned()),
            "time" => Ok("26.9 ms".to_owned()),
            other => Err(other.to_owned()),
        });
        assert_eq!(filled.as_deref(), Ok(want));
    }

    #[test]
    fn answers_stand_in_their_places() {
        check("at {{time}}, {{ two }} of {{ten}}", "at 26.9 ms, 2 of 10");
        check("{not} [this] {{two}}", "{not} [this] 2");
        assert_eq!(
            fill("a {{what}}", |query| Err::<String, _>(query.to_owned())),
            Err("what".into())
        );
    }

    #[test]
    fn particles_agree_with_what_is_spoken() {
        check("p0#{{two}}[은/는]", "p0#2는");
        check("p0#1[은/는] p0#3[이/가] p0#4[을/를]", "p0#1은 p0#3이 p0#4를");
        check("{{ten}}[이/가] **{{time}}**[이/가]", "10이 **26.9 ms**가");
        check(
            "1[으로/로] 2[으로/로] 3[으로/로] 배치[으로/로] 요청[으로/로]",
            "1로 2로 3으로 배치로 요청으로",
        );
        check("레코드[와/과]", "레코드과");
        check("레코드[과/와] `linger.ms`[을/를]", "레코드와 `linger.ms`를");
    }
}
