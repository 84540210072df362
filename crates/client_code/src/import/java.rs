//! Pairs of a setting and a value in Java or Kotlin: `put(…, …)`, `Map.of(…)`, `… to …`, `[…] = …`.

use super::{Found, Imported, ROUND_ROBIN, constant_of, is_name, known};

/// What the text consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// In quotes, without them. An escape in it is kept as it is written: no setting's value has one.
    Text(&'a str),
    /// A name with dots, as in `ProducerConfig.ACKS_CONFIG`, or a number.
    Word(&'a str),
    /// Anything else.
    Sign(char),
}

struct Placed<'a> {
    token: Token<'a>,
    line: u32,
}

pub(super) fn read(text: &str, imported: &mut Imported) {
    let tokens = tokens(text);
    let mut at = 0;
    while at < tokens.len() {
        at += pair(&tokens[at..], imported).unwrap_or(1);
    }
}

/// Takes the pair that starts here, and says how many tokens it has.
fn pair(tokens: &[Placed<'_>], imported: &mut Imported) -> Option<usize> {
    let (first, rest) = tokens.split_first()?;
    let name = match first.token {
        Token::Text(text) if known(text).is_some() || is_name(text) => text,
        Token::Word(word) => {
            let constant = word.rsplit('.').next().unwrap_or(word);
            match constant_of(constant) {
                Some(row) => row.name,
                None if constant.ends_with("_CONFIG") => constant,
                None => return None,
            }
        }
        _ => return None,
    };
    let between = between(rest)?;
    let value = &rest[between..];
    // `map[key] = value` ends with its line, an argument does not
    let is_assigned = rest[0].token == Token::Sign(']');
    let length = value_length(value, is_assigned);
    let found = evaluated(&value[..length]);
    match found {
        Some(text) => imported.take(first.line, name, &Found::Text(&text)),
        None => imported.take(first.line, name, &Found::Elsewhere),
    }
    Some(1 + between + length)
}

/// Tokens between a key and its value.
fn between(tokens: &[Placed<'_>]) -> Option<usize> {
    let sign = |at: usize, sign| tokens.get(at).is_some_and(|t| t.token == Token::Sign(sign));
    if tokens.first()?.token == Token::Word("to") || sign(0, ',') || sign(0, ':') {
        return Some(1);
    }
    let arrow = (sign(0, '-') || sign(0, '=')) && sign(1, '>');
    (arrow || (sign(0, ']') && sign(1, '='))).then_some(2)
}

/// Tokens of the value: up to what ends an argument, or the line.
fn value_length(tokens: &[Placed<'_>], ends_with_line: bool) -> usize {
    let mut depth = 0_u32;
    let mut line = tokens.first().map_or(0, |first| first.line);
    for (at, placed) in tokens.iter().enumerate() {
        if ends_with_line && depth == 0 && placed.line > line && at > 0 {
            return at;
        }
        line = placed.line;
        match placed.token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') if depth > 0 => depth -= 1,
            Token::Sign(',' | ';' | ')' | '}' | ']') if depth == 0 => return at,
            _ => {}
        }
    }
    tokens.len()
}

/// The value as text, if the text alone tells it.
fn evaluated(tokens: &[Placed<'_>]) -> Option<String> {
    match tokens {
        [one] => match one.token {
            // a `$` in it is Kotlin's: what it stands for is not here
            Token::Text(text) => (!text.contains(['$', '\\'])).then(|| text.to_owned()),
            Token::Word(word) => word_value(word),
            Token::Sign(_) => None,
        },
        // Integer.toString(5), String.valueOf("5"), 5.toString()
        [call, open, inner @ .., close]
            if open.token == Token::Sign('(') && close.token == Token::Sign(')') =>
        {
            let Token::Word(name) = call.token else { return None };
            if inner.is_empty() {
                let called = |end| name.strip_suffix(end);
                return word_value(called(".toString").or_else(|| called(".getName"))?);
            }
            ["valueOf", "toString", "parseInt", "parseLong"]
                .contains(&name.rsplit('.').next()?)
                .then(|| evaluated(inner))?
        }
        // RoundRobinPartitioner::class.java.name
        [class, ..] if is_round_robin(&class.token) => Some(ROUND_ROBIN.to_owned()),
        [minus, number] if minus.token == Token::Sign('-') => {
            Some(number_of(&number.token)?.checked_neg()?.to_string())
        }
        product => Some(product_of(product)?.to_string()),
    }
}

fn is_round_robin(token: &Token<'_>) -> bool {
    matches!(token, Token::Word(word) if word.split('.').any(|part| part == "RoundRobinPartitioner"))
}

fn word_value(word: &str) -> Option<String> {
    let value = match word {
        "true" | "Boolean.TRUE" => "true",
        "false" | "Boolean.FALSE" => "false",
        "Integer.MAX_VALUE" | "Int.MAX_VALUE" => "2147483647",
        "Long.MAX_VALUE" => "9223372036854775807",
        word if is_round_robin(&Token::Word(word)) => ROUND_ROBIN,
        word => return Some(number_of(&Token::Word(word))?.to_string()),
    };
    Some(value.to_owned())
}

fn number_of(token: &Token<'_>) -> Option<i64> {
    let Token::Word(word) = token else { return None };
    let digits = word.trim_end_matches(['L', 'l']).replace('_', "");
    digits.parse().ok()
}

/// `32 * 1024`.
fn product_of(tokens: &[Placed<'_>]) -> Option<i64> {
    let (first, rest) = tokens.split_first()?;
    let mut product = number_of(&first.token)?;
    let mut pairs = rest.chunks_exact(2);
    for pair in &mut pairs {
        if pair[0].token != Token::Sign('*') {
            return None;
        }
        product = product.checked_mul(number_of(&pair[1].token)?)?;
    }
    pairs.remainder().is_empty().then_some(product)
}

fn tokens(text: &str) -> Vec<Placed<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(c) = rest.chars().next() {
        let (token, length) = match c {
            '"' | '\'' => text_token(rest, c),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => {
                (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
            }
            c if c.is_alphanumeric() || c == '_' => {
                let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                (Some(Token::Word(&rest[..length])), length)
            }
            c if c.is_whitespace() => (None, c.len_utf8()),
            c => (Some(Token::Sign(c)), c.len_utf8()),
        };
        tokens.extend(token.map(|token| Placed { token, line }));
        line += rest[..length].matches('\n').count() as u32;
        rest = &rest[length..];
    }
    tokens
}

/// A text in quotes: up to the same quote, or to the end of the line where that is missing.
fn text_token(rest: &str, quote: char) -> (Option<Token<'_>>, usize) {
    if let Some(inner) = rest.strip_prefix("\"\"\"") {
        return match inner.find("\"\"\"") {
            Some(end) => (Some(Token::Text(&inner[..end])), end + 6),
            None => (None, rest.len()),
        };
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == '\n' {
            return (None, at);
        }
        if c == quote && !escaped {
            return (Some(Token::Text(&rest[1..at])), at + 1);
        }
        escaped = !escaped && c == '\\';
    }
    (None, rest.len())
}
