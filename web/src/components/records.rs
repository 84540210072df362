//! All records in a table: the way to the timeline for those who do not see it.

use crate::i18n::Language;
use crate::run::Run;
use crate::why::moment;
use std::rc::Rc;
use trace::{NONE, Trace};
use yew::prelude::*;

/// Rows that are shown at once.
const ROWS_MAX: u32 = 200;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) run: Rc<Run>,
    pub(crate) language: Language,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.run, &other.run) && self.language == other.language
    }
}

/// What became of a record.
struct Outcome {
    at: String,
    offset: String,
    result: String,
}

#[component]
pub(crate) fn Records(props: &Props) -> Html {
    let open = use_state(|| false);
    let (trace, language) = (&props.run.trace, props.language);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let all = trace.sends.len();
    let shown = all.min(ROWS_MAX);
    let columns = ["record", "partition", "sent", "batch", "done", "offset", "result"];
    html! {
        <section class="records">
            <h2>
                <button class="link" onclick={toggle} aria-expanded={open.to_string()}>
                    {language.say("records--title")}
                </button>
            </h2>
            if *open {
                <div class="scroll" tabindex="0" role="region" aria-label={language.say("records--title")}>
                <table>
                    <thead><tr>
                        {for columns.iter().map(|column| html! {
                            <th scope="col">{language.say(&format!("records--{column}"))}</th>
                        })}
                    </tr></thead>
                    <tbody>
                        {for outcomes(trace, shown, language).into_iter().enumerate().map(|(i, done)| row(trace, i as u32, done))}
                    </tbody>
                </table>
                </div>
                if shown < all {
                    <p>{language.tell("records--more", &[("shown", &shown.to_string()), ("all", &all.to_string())])}</p>
                }
            }
        </section>
    }
}

fn row(trace: &Trace, record: u32, done: Outcome) -> Html {
    let send = trace.sends.row(record);
    let batch = if send.batch.0 == NONE { "–".to_owned() } else { send.batch.to_string() };
    html! {
        <tr>
            <th scope="row">{record}</th>
            <td>{send.partition.to_string()}</td>
            <td>{moment(send.called)}</td>
            <td>{batch}</td>
            <td>{done.at}</td>
            <td>{done.offset}</td>
            <td>{done.result}</td>
        </tr>
    }
}

fn outcomes(trace: &Trace, shown: u32, language: Language) -> Vec<Outcome> {
    let open = || Outcome {
        at: "–".to_owned(),
        offset: "–".to_owned(),
        result: language.say("records--open"),
    };
    let mut outcomes: Vec<Outcome> = (0..shown).map(|_| open()).collect();
    for callback in trace.callbacks.rows() {
        let mut record = callback.record;
        for position in 0..callback.count {
            if let Some(outcome) = outcomes.get_mut(record.index()) {
                let offset = callback.offset.0;
                let offset = if offset < 0 { -1 } else { offset + i64::from(position) };
                outcome.at = moment(callback.at);
                outcome.offset = offset.to_string();
                outcome.result = match trace.failure_at(callback.failure) {
                    Some(failure) => failure.class().to_owned(),
                    None if offset < 0 => language.say("records--told"),
                    None => language.say("records--ok"),
                };
            }
            record = trace.next_in_batch(record);
        }
    }
    outcomes
}
