//! The six figures above the timeline; beside a pinned run, its own before them.

use crate::session::Summary;
use engine::i18n::{Language, Speak};
use engine::text::{about, ratio, whole};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
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
                    <strong class={figure.class}>{figure.value.clone()}</strong><small>{figure.note.clone()}</small>
                </dd>
                <dd class="unseen">{why}</dd>
            </div>
        }
    };
    html! { <div class="all-figures"><dl class="figures">{for now.iter().enumerate().map(view)}</dl></div> }
}

fn figures_of(summary: &Summary, language: Language, told: bool) -> [Figure; 6] {
    let figures = &summary.figures;
    let figure = |key, value, note, class| Figure { key, spread: key, value, note, class };
    let rec = language.say("figures--rec");
    let batch = ratio(figures.batched_records, figures.batches);
    let fill = whole(figures.fill_percent);
    let retries = language.tell("figures--retries", &[("n", &figures.retries.to_string())]);
    let failed = language.tell("figures--failed", &[("n", &figures.failed.to_string())]);
    let acknowledged = if told { "told" } else { "acknowledged" };
    let note = if figures.failed > 0 { failed } else { format!("/ {}", figures.records) };
    [
        Figure {
            spread: "acknowledged",
            ..figure(acknowledged, figures.acknowledged.to_string(), note, "")
        },
        figure(
            "lost",
            figures.lost.to_string(),
            format!("· {}", figures.duplicates_removed),
            if figures.lost > 0 { "bad" } else { "" },
        ),
        figure(
            "latency",
            about(figures.latency_p50),
            format!("· {}", about(figures.latency_p99)),
            "",
        ),
        figure("batch", batch, format!("{rec} · {fill} %"), ""),
        figure("requests", figures.requests.to_string(), format!("· {retries}"), ""),
        figure("throughput", whole(figures.throughput), language.say("figures--per-second"), ""),
    ]
}
