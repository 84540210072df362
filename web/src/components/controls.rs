//! The form: Kafka's settings under Kafka's names, the workload, the topic, the assumptions.

use crate::components::faults::Faults;
use crate::i18n::{Language, Speak};
use crate::state::{AppAction, AppState, Change};
use link::{Mode, PARTS, Part, Playground};
use model::config::{CLUSTER_TABLE, Row, TABLE, Type, Unit, cluster_row, human_value, row};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: UseReducerHandle<AppState>,
}

/// Settings that stand on top, with the stops of their sliders; the others are behind "more".
const FIRST: &[(&str, &[i64])] = &[
    ("linger.ms", &[0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000]),
    ("batch.size", &[0, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072]),
    ("max.in.flight.requests.per.connection", &[1, 2, 3, 4, 5]),
];

#[component]
pub(crate) fn Controls(props: &Props) -> Html {
    let state = &props.state;
    let language = state.language;
    let section = |title: &str, body: Html| {
        html! { <section><h2>{language.say(title)}</h2>{body}</section> }
    };
    let parts = |rows: &[(&'static str, &'static str, &'static [i64], &'static str)]| {
        rows.iter()
            .map(|(name, key, stops, unit)| part(state, name, key, stops, unit))
            .collect::<Html>()
    };
    html! {
        <form class="controls" aria-label={language.say("controls--producer")} onsubmit={|e: SubmitEvent| e.prevent_default()}>
            {section("controls--producer", html! { <>
                {choice(state, "acks", &["0", "1", "all"])}
                {for FIRST.iter().filter_map(|(name, stops)| Some(setting(state, row(name)?, stops)))}
                {choice(state, "enable.idempotence", &["true", "false"])}
                <details>
                    <summary>{language.say("controls--more")}</summary>
                    {for TABLE.iter().filter(|row| is_further(row.name)).map(|row| match row.kind {
                        Type::Boolean => choice(state, row.name, &["true", "false"]),
                        Type::String if row.name == "compression.type" => {
                            choice(state, row.name, &["none", "gzip", "snappy", "lz4", "zstd"])
                        }
                        _ => setting(state, row, &[]),
                    })}
                </details>
            </> })}
            {section("controls--workload", html! { <>
                {mode(state)}
                {parts(&[
                    ("rate", "controls--rate", &[100, 200, 500, 1000, 2000, 5000, 10_000, 50_000], ""),
                    ("records", "controls--records", &[10, 20, 60, 100, 200, 500, 1000, 2000, 5000], ""),
                    ("value", "controls--value", &[0, 10, 50, 120, 250, 500, 1000, 2000, 5000, 20_000], "B"),
                    ("keys", "controls--keys", &[0, 1, 2, 4, 8, 16, 64], ""),
                ])}
                {switch(state, "arrivals", "controls--arrivals", "controls--arrivals-even", "controls--arrivals-random")}
            </> })}
            {section("controls--cluster", html! { <>
                {parts(&[
                    ("partitions", "controls--partitions", &[1, 2, 3, 4, 6], ""),
                    ("brokers", "controls--brokers", &[1, 2, 3, 4, 5], ""),
                    ("replicas", "controls--replicas", &[1, 2, 3, 4, 5], ""),
                ])}
                {for CLUSTER_FIRST.iter().filter_map(|name| Some(cluster_setting(state, cluster_row(name)?)))}
                <details>
                    <summary>{language.say("controls--more")}</summary>
                    {for CLUSTER_TABLE.iter().filter(|row| !CLUSTER_FIRST.contains(&row.name)).map(|row| cluster_setting(state, row))}
                </details>
            </> })}
            {section("controls--faults", html! { <Faults state={state.clone()} /> })}
            {section("controls--assumptions", html! { <>
                {parts(&[
                    ("one-way", "controls--one-way", &[0, 100, 250, 500, 1000, 2000, 5000, 20_000], "µs"),
                    ("between", "controls--between", &[0, 100, 250, 500, 1000, 2000, 5000, 20_000], "µs"),
                    ("append", "controls--append", &[0, 100, 300, 1000, 3000, 10_000], "µs"),
                    ("callback", "controls--callback", &[0, 100, 500, 1000, 5000, 20_000], "µs"),
                    ("ratio", "controls--ratio", &[10, 20, 40, 60, 80, 100], "%"),
                    ("seed", "controls--seed", &[1, 2, 3, 4, 5, 6, 7, 8], ""),
                ])}
                {switch(state, "start", "controls--cold", "controls--cold-warm", "controls--cold-cold")}
            </> })}
        </form>
    }
}

/// Settings of brokers and topic that stand on top.
const CLUSTER_FIRST: &[&str] = &[
    "min.insync.replicas",
    "replica.lag.time.max.ms",
    "broker.session.timeout.ms",
    "unclean.leader.election.enable",
];

/// A setting of topic, brokers or controller, typed.
fn cluster_setting(state: &UseReducerHandle<AppState>, row: &'static Row) -> Html {
    let playground = &state.page.playground;
    let version = playground.settings.version;
    let text = playground.cluster.text(row.name, version).unwrap_or_default().to_owned();
    let id = format!("set-{}", row.name);
    let change = {
        let state = state.clone();
        move |typed: Option<&str>| {
            let mut playground = state.page.playground.clone();
            let from = playground.cluster.text(row.name, version).unwrap_or_default().to_owned();
            let plain =
                typed.map(|typed| human_value(row, typed)).filter(|plain| !plain.is_empty());
            match &plain {
                Some(plain) if row.default(version) != Some(plain.as_str()) => {
                    playground.cluster.set(row.name, plain);
                }
                _ => {
                    playground.cluster.typed.remove(row.name);
                }
            }
            let to = playground.cluster.text(row.name, version).unwrap_or_default().to_owned();
            edit(&state, playground, row.name, from, to);
        }
    };
    let typed = {
        let change = change.clone();
        Callback::from(move |event: Event| {
            if let Some(text) = value_of(&event) {
                change(Some(&text));
            }
        })
    };
    let back = playground.cluster.typed.contains_key(row.name).then(|| {
        let default = row.default(version).unwrap_or("null");
        (shown(row.unit, default), Callback::from(move |_: MouseEvent| change(None)))
    });
    let field = html! {
        <input id={id.clone()} class="value" value={shown(row.unit, &text)} onchange={typed}
            autocomplete="off" spellcheck="false" size="9" />
    };
    html! {
        <div class="control" title={row.meaning}>
            {head(&id, row.name, back, field, state.language)}
            {refusal(state, row.name)}
        </div>
    }
}

/// Settings that the model honours and that do not stand on top.
fn is_further(name: &str) -> bool {
    let on_top = FIRST.iter().any(|(first, _)| *first == name);
    let elsewhere = ["acks", "enable.idempotence"].contains(&name);
    // they matter to a real codec, or to metrics, of which the page shows none yet
    let no_use = name.ends_with(".level") || name.starts_with("metrics.");
    !(on_top || elsewhere || no_use)
}

fn edit(
    state: &UseReducerHandle<AppState>,
    playground: Playground,
    name: &str,
    from: String,
    to: String,
) {
    let change = Change { name: name.to_owned(), from, to };
    state.dispatch(AppAction::Edit(Box::new(playground), change));
}

/// Sets a setting, in the words of a person; back to the default with `None`.
fn set(state: &UseReducerHandle<AppState>, row: &'static Row, text: Option<&str>) {
    let mut playground = state.page.playground.clone();
    let from = state.page.playground.settings.text(row.name).unwrap_or_default().to_owned();
    let plain = text.map(|text| human_value(row, text)).filter(|plain| !plain.is_empty());
    match &plain {
        Some(plain) if row.default(playground.settings.version) != Some(plain.as_str()) => {
            playground.settings.set(row.name, plain);
        }
        _ => {
            playground.settings.typed.remove(row.name);
        }
    }
    let to = playground.settings.text(row.name).unwrap_or_default().to_owned();
    edit(state, playground, row.name, from, to);
}

fn value_of(event: &Event) -> Option<String> {
    let target = event.target()?;
    Some(target.dyn_into::<HtmlInputElement>().ok()?.value())
}

/// The stop that is nearest to a number.
fn nearest(stops: &[i64], number: i64) -> usize {
    let distance = |i: &usize| stops[*i].abs_diff(number);
    (0..stops.len()).min_by_key(distance).unwrap_or(0)
}

/// A number as people write it.
fn shown(unit: Unit, number: &str) -> String {
    match (unit, number.parse::<i64>()) {
        (Unit::Bytes, Ok(bytes)) if bytes >= 1024 && bytes % 1024 == 0 => {
            if bytes % (1 << 20) == 0 {
                format!("{} MiB", bytes >> 20)
            } else {
                format!("{} KiB", bytes >> 10)
            }
        }
        (Unit::Bytes, Ok(bytes)) => format!("{bytes} B"),
        (Unit::Millis, Ok(ms)) if ms >= 1000 && ms % 1000 == 0 => format!("{} s", ms / 1000),
        (Unit::Millis, Ok(ms)) => format!("{ms} ms"),
        _ => number.to_owned(),
    }
}

/// Name, mark of a change, and the way back.
fn head(
    id: &str,
    name: &str,
    default: Option<(String, Callback<MouseEvent>)>,
    field: Html,
    language: Language,
) -> Html {
    let changed = default.is_some();
    html! {
        <div class={classes!("head", changed.then_some("changed"))}>
            <label for={id.to_owned()}>{name.to_owned()}</label>
            if let Some((default, reset)) = default {
                <button type="button" class="reset" onclick={reset}
                    aria-label={format!("{name}: {}", language.tell("controls--reset-one", &[("default", &default)]))}
                    title={language.tell("controls--reset-one", &[("default", &default)])}>{"↺"}</button>
            }
            {field}
        </div>
    }
}

fn refusal(state: &AppState, name: &str) -> Html {
    let refused = state.errors.iter().find(|error| error.setting == name);
    let warned = state.summary.warnings.iter().find(|(setting, _)| setting == name);
    match (refused, warned) {
        (Some(error), _) => html! {
            <p class="refused" role="alert">
                {error.message.clone()}<small>{state.language.say("controls--refused")}</small>
            </p>
        },
        (None, Some((_, warning))) if state.errors.is_empty() => html! {
            <p class="warned">{warning.clone()}</p>
        },
        _ => Html::default(),
    }
}

/// The way back to a setting's default, if it was changed.
fn back(
    state: &UseReducerHandle<AppState>,
    row: &'static Row,
) -> Option<(String, Callback<MouseEvent>)> {
    state.page.playground.settings.is_set(row.name).then(|| {
        let default = row.default(state.page.playground.settings.version).unwrap_or("null");
        let state = state.clone();
        (shown(row.unit, default), Callback::from(move |_| set(&state, row, None)))
    })
}

fn setting(state: &UseReducerHandle<AppState>, row: &'static Row, stops: &'static [i64]) -> Html {
    let settings = &state.page.playground.settings;
    let text = settings.text(row.name).unwrap_or_default().to_owned();
    let id = format!("set-{}", row.name);
    let typed = {
        let state = state.clone();
        Callback::from(move |event: Event| {
            if let Some(text) = value_of(&event) {
                set(&state, row, Some(&text));
            }
        })
    };
    let field = html! {
        <input id={id.clone()} class="value" value={shown(row.unit, &text)} onchange={typed}
            autocomplete="off" spellcheck="false" size="9" />
    };
    let slid = {
        let state = state.clone();
        Callback::from(move |event: InputEvent| {
            let position = value_of(&event).and_then(|text| text.parse::<usize>().ok());
            if let Some(stop) = position.and_then(|position| stops.get(position)) {
                set(&state, row, Some(&stop.to_string()));
            }
        })
    };
    let slider = (!stops.is_empty()).then(|| {
        let position = nearest(stops, text.parse().unwrap_or(0));
        let default = row.default(settings.version).and_then(|default| default.parse().ok());
        slider(row.name, stops, position, default, shown(row.unit, &text), slid)
    });
    html! {
        <div class="control" title={row.meaning}>
            {head(&id, row.name, back(state, row), field, state.language)}
            {slider}
            {refusal(state, row.name)}
        </div>
    }
}

fn slider(
    name: &str,
    stops: &[i64],
    position: usize,
    default: Option<i64>,
    said: String,
    oninput: Callback<InputEvent>,
) -> Html {
    let last = stops.len().saturating_sub(1).max(1);
    let notch = default.map(|default| nearest(stops, default) as f64 * 100.0 / last as f64);
    html! {
        <div class="slider">
            if let Some(notch) = notch {
                <i class="notch" style={format!("left:calc(8px + (100% - 16px)*{})", notch / 100.0)}></i>
            }
            <input type="range" min="0" max={last.to_string()} step="1" value={position.to_string()}
                aria-label={name.to_owned()} aria-valuetext={said} {oninput} />
        </div>
    }
}

/// A setting with few values.
fn choice(
    state: &UseReducerHandle<AppState>,
    name: &'static str,
    values: &'static [&'static str],
) -> Html {
    let Some(row) = row(name) else { return Html::default() };
    let chosen = state.page.playground.settings.text(name).unwrap_or_default();
    let id = format!("set-{name}");
    let buttons = values.iter().map(|value| {
        let state = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| set(&state, row, Some(value)));
        html! {
            <button type="button" {onclick} aria-pressed={(chosen == *value).to_string()}>{*value}</button>
        }
    });
    html! {
        <div class="control" title={row.meaning}>
            <div class={classes!("head", back(state, row).map(|_| "changed"))}>
                <span id={id.clone()}>{name}</span>
            </div>
            <div class="choice" role="group" aria-labelledby={id}>{for buttons}</div>
            {refusal(state, name)}
        </div>
    }
}

fn set_part(state: &UseReducerHandle<AppState>, part: &'static Part, key: &str, number: i64) {
    let mut playground = state.page.playground.clone();
    let from = (part.get)(&playground).to_string();
    (part.set)(&mut playground, number.clamp(part.min, part.max));
    let to = (part.get)(&playground).to_string();
    edit(state, playground, &state.language.say(key), from, to);
}

fn part(
    state: &UseReducerHandle<AppState>,
    name: &'static str,
    key: &'static str,
    stops: &'static [i64],
    unit: &'static str,
) -> Html {
    let Some(part) = PARTS.iter().find(|part| part.name == name) else { return Html::default() };
    let number = (part.get)(&state.page.playground);
    let default = (part.get)(&Playground::default());
    let label = state.language.say(key);
    let id = format!("part-{name}");
    let text = if unit.is_empty() { number.to_string() } else { format!("{number} {unit}") };
    let typed = {
        let state = state.clone();
        Callback::from(move |event: Event| {
            let digits = value_of(&event)
                .map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>());
            if let Some(number) = digits.and_then(|digits| digits.parse().ok()) {
                set_part(&state, part, key, number);
            }
        })
    };
    let slid = {
        let state = state.clone();
        Callback::from(move |event: InputEvent| {
            let position = value_of(&event).and_then(|text| text.parse::<usize>().ok());
            if let Some(stop) = position.and_then(|position| stops.get(position)) {
                set_part(&state, part, key, *stop);
            }
        })
    };
    let reset = (number != default).then(|| {
        let state = state.clone();
        let back = Callback::from(move |_: MouseEvent| set_part(&state, part, key, default));
        (default.to_string(), back)
    });
    let field = html! {
        <input id={id.clone()} class="value" value={text.clone()} onchange={typed} inputmode="numeric"
            autocomplete="off" size="9" />
    };
    let position = nearest(stops, number);
    html! {
        <div class="control">
            {head(&id, &label, reset, field, state.language)}
            {slider(&label, stops, position, Some(default), text, slid)}
            {refusal(state, name)}
        </div>
    }
}

/// A part that is one of two.
fn switch(
    state: &UseReducerHandle<AppState>,
    name: &'static str,
    key: &'static str,
    off: &str,
    on: &str,
) -> Html {
    let Some(part) = PARTS.iter().find(|part| part.name == name) else { return Html::default() };
    let chosen = (part.get)(&state.page.playground);
    let id = format!("part-{name}");
    let button = |number: i64, label: &str| {
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| set_part(&dispatch, part, key, number));
        html! {
            <button type="button" {onclick} aria-pressed={(chosen == number).to_string()}>
                {state.language.say(label)}
            </button>
        }
    };
    html! {
        <div class="control">
            <div class={classes!("head", (chosen != 0).then_some("changed"))}>
                <span id={id.clone()}>{state.language.say(key)}</span>
            </div>
            <div class="choice" role="group" aria-labelledby={id}>{button(0, off)}{button(1, on)}</div>
        </div>
    }
}

fn mode(state: &UseReducerHandle<AppState>) -> Html {
    let modes = [
        (Mode::Get, "controls--mode-get"),
        (Mode::Callback, "controls--mode-callback"),
        (Mode::Forget, "controls--mode-forget"),
    ];
    let buttons = modes.into_iter().map(|(mode, key)| {
        let chosen = state.page.playground.mode == mode;
        let label = state.language.say(key);
        let dispatch = state.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(part) = PARTS.iter().find(|part| part.name == "mode") {
                set_part(&dispatch, part, "controls--mode", mode as i64);
            }
        });
        html! { <button type="button" {onclick} aria-pressed={chosen.to_string()}>{label}</button> }
    });
    html! {
        <div class="control">
            <div class="head"><span id="mode">{state.language.say("controls--mode")}</span></div>
            <div class="choice" role="group" aria-labelledby="mode">{for buttons}</div>
        </div>
    }
}
