//! The six figures above the timeline.

use crate::i18n::{Language, Speak};
use crate::session::Summary;
use crate::text::{length, ratio, whole};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) summary: Rc<Summary>,
    pub(crate) language: Language,
    /// With `acks=0` nothing was confirmed.
    pub(crate) told: bool,
}

#[component]
pub(crate) fn FiguresView(props: &Props) -> Html {
    let (figures, language) = (&props.summary.figures, props.language);
    let figure = |key: &str, value: String, note: String, class: &'static str| {
        let why = language.say(&format!("figures--{key}-why"));
        html! {
            <div class="figure" title={why.clone()}>
                <dt>{language.say(&format!("figures--{key}"))}</dt>
                <dd><strong class={class}>{value}</strong><small>{note}</small></dd>
                <dd class="unseen">{why}</dd>
            </div>
        }
    };
    let rec = language.say("figures--rec");
    let batch = ratio(figures.batched_records, figures.batches);
    let fill = whole(figures.fill_percent);
    let retries = language.tell("figures--retries", &[("n", &figures.retries.to_string())]);
    let failed = language.tell("figures--failed", &[("n", &figures.failed.to_string())]);
    let acknowledged = if props.told { "told" } else { "acknowledged" };
    let note = if figures.failed > 0 { failed } else { format!("/ {}", figures.records) };
    html! {
        <dl class="figures">
            {figure(acknowledged, figures.acknowledged.to_string(), note, "")}
            {figure(
                "lost",
                figures.lost.to_string(),
                format!("· {}", figures.duplicates_removed),
                if figures.lost > 0 { "bad" } else { "" },
            )}
            {figure(
                "latency",
                length(figures.latency_p50),
                format!("· {}", length(figures.latency_p99)),
                "",
            )}
            {figure("batch", batch, format!("{rec} · {fill} %"), "")}
            {figure("requests", figures.requests.to_string(), format!("· {retries}"), "")}
            {figure(
                "throughput",
                whole(figures.throughput),
                language.say("figures--per-second"),
                "",
            )}
        </dl>
    }
}
