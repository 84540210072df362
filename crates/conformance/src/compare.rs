//! The first difference between two accounts of a run, by time.

use crate::case::{Expect, MetricsSeen};
use crate::words::{self, ms};
use std::collections::BTreeMap;
use std::fmt;

/// Whether metrics count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsToo {
    /// They are compared.
    Yes,
    /// They are not.
    No,
}

/// What the client did and the model did not, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// When, in microseconds, as far as either account says.
    pub at_us: i64,
    /// What it is about: `request 3`, `callback 7`.
    pub about: String,
    /// What the client did; `None` if nothing of the kind.
    pub client: Option<String>,
    /// What the model did.
    pub model: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side =
            |account: &Option<String>| account.clone().unwrap_or_else(|| "did not".to_owned());
        write!(
            f,
            "{}, {}: the client {}; the model {}",
            ms(self.at_us),
            self.about,
            side(&self.client),
            side(&self.model)
        )
    }
}

/// Compares two accounts; `None` if they agree.
#[must_use]
pub fn first_difference(
    client: &Expect,
    model: &Expect,
    metrics_too: MetricsToo,
) -> Option<Difference> {
    let end = client.end_us.or(model.end_us).unwrap_or(i64::MAX);
    let all = [
        rows("request", &client.requests, &model.requests, |row| row.at_us, words::request),
        rows("send", &client.sends, &model.sends, |row| row.called_us, words::send),
        rows("callback", &client.done, &model.done, |row| row.at_us, words::done),
        rows("call", &client.calls, &model.calls, |row| row.called_us, words::call),
        rows(
            "unfinished record",
            &client.unfinished,
            &model.unfinished,
            |_| end,
            |row| format!("left record {row} without a result"),
        ),
        rows(
            "end",
            &[client.end_us],
            &[model.end_us],
            |at| at.unwrap_or(i64::MAX),
            |at| at.map_or("did not end".to_owned(), |at| format!("ended at {}", ms(at))),
        ),
    ];
    let first = all.into_iter().flatten().min_by_key(|difference| difference.at_us);
    if first.is_some() || metrics_too == MetricsToo::No {
        return first;
    }
    metrics(client.metrics.as_ref()?, model.metrics.as_ref(), end)
}

fn rows<T: PartialEq>(
    what: &str,
    client: &[T],
    model: &[T],
    at: impl Fn(&T) -> i64,
    words: impl Fn(&T) -> String,
) -> Option<Difference> {
    let longer = client.len().max(model.len());
    let position = (0..longer).find(|i| client.get(*i) != model.get(*i))?;
    let (client, model) = (client.get(position), model.get(position));
    let at_us = client.into_iter().chain(model).map(&at).min().unwrap_or(i64::MAX);
    Some(Difference {
        at_us,
        about: format!("{what} {position}"),
        client: client.map(&words),
        model: model.map(&words),
    })
}

fn metrics(client: &MetricsSeen, model: Option<&MetricsSeen>, at_us: i64) -> Option<Difference> {
    let none = MetricsSeen::default();
    let model = model.unwrap_or(&none);
    let of_topics = client.topics.keys().chain(model.topics.keys()).map(|topic| {
        let of = |seen: &'_ MetricsSeen| seen.topics.get(topic).cloned().unwrap_or_default();
        (format!("metric of topic {topic}"), of(client), of(model))
    });
    let all =
        core::iter::once(("metric".to_owned(), client.producer.clone(), model.producer.clone()));
    for (what, client, model) in all.chain(of_topics) {
        let names = client.keys().chain(model.keys());
        let differs = |name: &&String| !same_metric(client.get(*name), model.get(*name));
        if let Some(name) = names.into_iter().find(differs) {
            let side = |values: &BTreeMap<String, Option<f64>>| {
                let value = values.get(name)?;
                Some(value.map_or("has no number".to_owned(), |value| format!("has {value}")))
            };
            return Some(Difference {
                at_us,
                about: format!("{what} {name}"),
                client: side(&client),
                model: side(&model),
            });
        }
    }
    None
}

/// Equal to 1e-9: averages and rates are sums of floating-point numbers in an order of the client's.
fn same_metric(client: Option<&Option<f64>>, model: Option<&Option<f64>>) -> bool {
    match (client, model) {
        (Some(Some(client)), Some(Some(model))) => {
            (client - model).abs() <= 1e-9 * client.abs().max(1.0)
        }
        (client, model) => client == model,
    }
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
        let difference = first_difference(&client, &model, MetricsToo::Yes).expect("they differ");
        assert_eq!((difference.at_us, difference.about.as_str()), (5, "end 0"));
        assert_eq!(first_difference(&client, &client, MetricsToo::Yes), None);
    }

    #[test]
    fn what_is_missing_is_a_difference() {
        let client = Expect { sends: vec![send(0)], ..Expect::default() };
        let difference = first_difference(&client, &Expect::default(), MetricsToo::Yes);
        let difference = difference.expect("they differ");
        assert_eq!(difference.model, None);
        assert!(difference.to_string().ends_with("the model did not"), "{difference}");
    }

    #[test]
    fn metrics_differ_only_where_they_are_asked_for() {
        let with = |value| {
            let producer = [("batch-size-avg".to_owned(), value)].into();
            let metrics = Some(MetricsSeen { producer, topics: BTreeMap::new() });
            Expect { metrics, end_us: Some(9_000), ..Expect::default() }
        };
        let (client, model) = (with(Some(70.0)), with(None));
        let difference = first_difference(&client, &model, MetricsToo::Yes).expect("they differ");
        let want = "9.000 ms, metric batch-size-avg: the client has 70; the model has no number";
        assert_eq!(difference.to_string(), want);
        assert_eq!(first_difference(&client, &model, MetricsToo::No), None);
        assert_eq!(first_difference(&client, &with(Some(70.0 + 1e-9)), MetricsToo::Yes), None);
    }
}
