//! All records in a table: the way to the timeline for those who do not see it.

use crate::i18n::{Language, Speak};
use crate::session::{Answer, Question, Session, use_answer};
use crate::why::moment;
use trace::{NONE, Trace};
use yew::prelude::*;

/// Rows that are shown at once.
const ROWS_MAX: u32 = 200;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) session: Session,
    /// Records of the run.
    pub(crate) all: u32,
    pub(crate) language: Language,
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
    let (all, language) = (props.all, props.language);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let shown = all.min(ROWS_MAX);
    let question = open.then_some(Question::Records { from: 0, count: shown, language });
    let table = use_answer(&props.session, question);
    let cells = match table.as_deref() {
        Some(Answer::Table(cells)) => cells.as_slice(),
        _ => &[],
    };
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
                        {for cells.iter().map(|cells| row(cells))}
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

fn row(cells: &[String]) -> Html {
    let cell = |(position, cell): (usize, &String)| match position {
        0 => html! { <th scope="row">{cell.clone()}</th> },
        _ => html! { <td>{cell.clone()}</td> },
    };
    html! { <tr>{for cells.iter().enumerate().map(cell)}</tr> }
}

/// Cells of `count` records from `from` on.
pub(crate) fn rows(trace: &Trace, from: u32, count: u32, language: Language) -> Vec<Vec<String>> {
    let to = from.saturating_add(count).min(trace.sends.len());
    let outcomes = outcomes(trace, to, language);
    (from..to)
        .zip(outcomes.into_iter().skip(from as usize))
        .map(|(record, done)| {
            let send = trace.sends.row(record);
            let batch =
                if send.batch.0 == NONE { "–".to_owned() } else { send.batch.to_string() };
            let (partition, sent) = (send.partition.to_string(), moment(send.called));
            vec![record.to_string(), partition, sent, batch, done.at, done.offset, done.result]
        })
        .collect()
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
