//! The first difference between two accounts of a run, by time.

use crate::case::Expect;
use serde::Serialize;
use std::fmt;

/// What the client did and the model did not, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// When, in microseconds, as far as either account says.
    pub at_us: i64,
    /// What it is about: `request 3`, `callback 7`.
    pub about: String,
    /// The client's account; `None` if there is none.
    pub client: Option<String>,
    /// The model's.
    pub model: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.at_us as f64 / 1000.0;
        let side = |account: &Option<String>| {
            account.as_ref().map_or_else(|| "nothing of the kind".to_owned(), |text| short(text))
        };
        write!(
            f,
            "{} at {ms:.3} ms: the client did {}; the model did {}",
            self.about,
            side(&self.client),
            side(&self.model)
        )
    }
}

/// Enough of an account to see what differs.
fn short(text: &str) -> String {
    const LONGEST: usize = 300;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Compares everything but metrics; `None` if both are the same.
#[must_use]
pub fn first_difference(client: &Expect, model: &Expect) -> Option<Difference> {
    let all = [
        rows("request", &client.requests, &model.requests, |request| request.at_us),
        rows("send", &client.sends, &model.sends, |send| send.called_us),
        rows("callback", &client.done, &model.done, |done| done.at_us),
        rows("call", &client.calls, &model.calls, |call| call.called_us),
        rows("unfinished record", &client.unfinished, &model.unfinished, |_| i64::MAX),
        rows("end", &[client.end_us], &[model.end_us], |end| end.unwrap_or(i64::MAX)),
    ];
    all.into_iter().flatten().min_by_key(|difference| difference.at_us)
}

fn rows<T: PartialEq + Serialize>(
    what: &str,
    client: &[T],
    model: &[T],
    at: impl Fn(&T) -> i64,
) -> Option<Difference> {
    let longer = client.len().max(model.len());
    let position = (0..longer).find(|i| client.get(*i) != model.get(*i))?;
    let (client, model) = (client.get(position), model.get(position));
    let at_us = client.into_iter().chain(model).map(&at).min().unwrap_or(i64::MAX);
    let text = |row: Option<&T>| row.and_then(|row| serde_json::to_string(row).ok());
    Some(Difference {
        at_us,
        about: format!("{what} {position}"),
        client: text(client),
        model: text(model),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::SendSeen;

    fn send(called_us: i64) -> SendSeen {
        SendSeen { called_us, returned_us: Some(called_us), thrown: None }
    }

    #[test]
    fn the_earliest_difference_is_told() {
        let client =
            Expect { sends: vec![send(0), send(900)], end_us: Some(5), ..Expect::default() };
        let model =
            Expect { sends: vec![send(0), send(700)], end_us: Some(6), ..Expect::default() };
        let difference = first_difference(&client, &model).expect("they differ");
        assert_eq!((difference.at_us, difference.about.as_str()), (5, "end 0"));
        assert_eq!(first_difference(&client, &client), None);
    }

    #[test]
    fn what_is_missing_is_a_difference() {
        let client = Expect { sends: vec![send(0)], ..Expect::default() };
        let difference = first_difference(&client, &Expect::default()).expect("they differ");
        assert_eq!(difference.model, None);
    }
}
