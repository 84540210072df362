//! The six figures above the timeline; beside a pinned run, its own before them.

use crate::session::Summary;
use engine::i18n::{Language, Speak};
use engine::text::{about, count, ratio, whole};
use std::rc::Rc;
use units::Micros;
use yew::prelude::*;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) summary: Rc<Summary>,
    /// The pinned run's.
    #[prop_or_default]
    pub(crate) pinned: Option<Rc<Summary>>,
    pub(crate) language: Language,
    /// With `acks=0` nothing was confirmed.
    pub(crate) told: bool,
    /// Opens how a figure is spread.
    #[prop_or_default]
    pub(crate) open: Option<Callback<&'static str>>,
}

/// What is pinned changes with the run or without it; how a figure is opened never does.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let runs = |props: &Self| {
            [Some(&props.summary), props.pinned.as_ref()].map(|summary| summary.map(Rc::as_ptr))
        };
        runs(self) == runs(other) && (self.language, self.told) == (other.language, other.told)
    }
}

/// A figure: its name among the words and among the spreads, its value, what stands beside that, its look.
struct Figure {
    key: &'static str,
    spread: &'static str,
    value: String,
    note: String,
    class: &'static str,
}

#[component]
pub(crate) fn FiguresView(props: &Props) -> Html {
    let language = props.language;
    let now = figures_of(&props.summary, language, props.told);
    let before = props.pinned.as_ref().map(|pinned| figures_of(pinned, language, props.told));
    let view = |(position, figure): (usize, &Figure)| {
        let (name, why) =
            (format!("figures--{}", figure.key), format!("figures--{}-why", figure.key));
        let (name, why) = (language.say(&name), language.say(&why));
        let was = before.as_ref().and_then(|before| before.get(position));
        let was = was.filter(|was| (&was.value, &was.note) != (&figure.value, &figure.note));
        let was = was.map(|was| format!("{} {} →", was.value, was.note));
        let long = (figure.value.len() > 7).then_some("long");
        let open = props.open.as_ref().map(|open| {
            let (open, spread) = (open.clone(), figure.spread);
            let onclick = Callback::from(move |_: MouseEvent| open.emit(spread));
            let label = language.tell("figures--open", &[("figure", &name)]);
            html! { <button type="button" {onclick} aria-label={label} title={why.clone()}></button> }
        });
        html! {
            <div class="figure" title={why.clone()}>
                <dt>{name}{open}</dt>
                <dd>
                    if let Some(was) = was { <small class="was">{was}</small> }
                    <strong class={classes!(figure.class, long)}>{figure.value.clone()}</strong><small>{figure.note.clone()}</small>
                </dd>
                <dd class="unseen">{why}</dd>
            </div>
        }
    };
    html! { <div class="all-figures"><dl class="figures">{for now.iter().enumerate().map(view)}</dl></div> }
}

/// From here on a count is long.
const LONG: u32 = 10_000;

fn figures_of(summary: &Summary, language: Language, told: bool) -> [Figure; 6] {
    let figures = &summary.figures;
    let figure = |key, value, note, class| Figure { key, spread: key, value, note, class };
    let rec = language.say("figures--rec");
    let batch = ratio(figures.batched_records, figures.batches);
    let fill = whole(figures.fill_percent);
    let retries = language.tell("figures--retries", &[("n", &count(figures.retries))]);
    let failed = language.tell("figures--failed", &[("n", &count(figures.failed))]);
    let (median, highest) = pair(figures.latency_p50, figures.latency_p99);
    let acknowledged = if told { "told" } else { "acknowledged" };
    // the same number twice has no room where it is long
    let all = figures.acknowledged == figures.records && figures.records >= LONG;
    let note = match (figures.failed, all) {
        (1.., _) => failed,
        (0, true) => ["· ", &language.say("figures--all")].concat(),
        (0, false) => ["/ ", &count(figures.records)].concat(),
    };
    [
        Figure {
            spread: "acknowledged",
            ..figure(acknowledged, count(figures.acknowledged), note, "")
        },
        figure(
            "lost",
            count(figures.lost),
            format!("· {}", count(figures.duplicated)),
            if figures.lost > 0 || figures.duplicated > 0 { "bad" } else { "" },
        ),
        figure("latency", median, format!("· {highest}"), ""),
        figure("batch", batch, format!("{rec} · {fill} %"), ""),
        figure("requests", count(figures.requests), format!("· {retries}"), ""),
        figure("throughput", whole(figures.throughput), language.say("figures--per-second"), ""),
    ]
}

/// Two lengths side by side, in one line: a unit that both have is written once, and with two units three
/// digits are enough.
fn pair(first: Micros, second: Micros) -> (String, String) {
    let unit = |text: &str| text.find(' ').unwrap_or(text.len());
    let [a, b] = [first, second].map(|length| about(length, 4));
    let (at, of_b) = (unit(&a), unit(&b));
    if a[at..] == b[of_b..] {
        return (a[..at].to_owned(), b);
    }
    (about(first, 3), about(second, 3))
}

#[cfg(test)]
mod tests {
    use super::{Micros, pair};

    #[test]
    fn a_unit_that_both_have_is_written_once() {
        let read = |first, second| pair(Micros(first), Micros(second));
        assert_eq!(read(8_300, 12_345), ("8.3".to_owned(), "12.35 ms".to_owned()));
        assert_eq!(read(999_940, 14_287_840), ("1,000 ms".to_owned(), "14.3 s".to_owned()));
        assert_eq!(read(7_310, 9_357_000), ("7.31 ms".to_owned(), "9.36 s".to_owned()));
    }
}
