//! Any state of the page comes back from its text; any text is read without a panic.

use link::{
    LanguageChoice, PARTS, PageState, Panel, Playground, Selection, ThemeChoice, fault_of_text,
    fault_text, read_page, read_saved, write_page, write_saved,
};
use model::config::{CLUSTER_TABLE, TABLE, human_value};
use model::scenario::Fault;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use units::{BrokerId, PartitionId, RecordId, SimTime};

/// What the form may hold where it is no number; some of it wrong.
const VALUES: &[&str] = &["0", "1", "all", "true", "ALL", "x=y&z", "ä %", ""];

/// Values as the form stores them: plain, in Kafka's spelling.
fn value() -> impl Strategy<Value = String> {
    let number = any::<i64>().prop_map(|number| number.to_string());
    prop_oneof![number, prop::sample::select(VALUES).prop_map(String::from)]
}

/// Faults of each kind; `*` for a time, `$` for a number.
const FAULTS: &[&str] = &[
    "kill:1@*",
    "power:3@*",
    "hang:2@*",
    "resume:2@*",
    "shutdown:1@*",
    "restart:1@*",
    "exit@*",
    "disconnect:1@*",
    "unreachable:1@*",
    "reachable:1@*",
    "leader:p1:2@*",
    "slow:1:*@*+*",
    "slow-disk:1:*@*+*",
    "slow:1-producer:*@*+*",
    "cut:controller-1@*+*",
    "kill:1@record$on2",
    "answer:NOT_ENOUGH_REPLICAS:appended:p0,p1:*@record$.1",
    "delay:*@request$",
    "silent:appended@record$.0",
    "hangup@record$.2",
    "lose:answer:reset@record$.0",
    "lose:fetch@record$on3",
    "late:fetch-answer:*@record$on3",
];

fn fault() -> impl Strategy<Value = Fault> {
    let what = prop::sample::select(FAULTS);
    let name = "[a-zé ~:@&=%#+]{0,20}";
    (what, 0..10_000_000_000_u64, any::<u32>(), any::<bool>(), name).prop_map(
        |(what, time, number, on, name)| {
            let text = what.replace('*', &format!("{time}us")).replace('$', &number.to_string());
            let read = fault_of_text(&text).unwrap_or_else(|| panic!("{text}"));
            Fault { on, name, ..read }
        },
    )
}

fn playground() -> impl Strategy<Value = Playground> {
    let settings = vec((prop::sample::select(TABLE), value()), 0..6);
    let cluster = vec((prop::sample::select(CLUSTER_TABLE), value()), 0..6);
    let parts =
        vec((prop::sample::select((0..PARTS.len()).collect::<Vec<_>>()), any::<u32>()), 0..8);
    (settings, cluster, parts, vec(fault(), 0..5)).prop_map(|(settings, cluster, parts, faults)| {
        let mut playground = Playground { faults, ..Playground::default() };
        for (row, value) in settings {
            playground.settings.set(row.name, &human_value(&row, &value));
        }
        for (row, value) in cluster {
            playground.cluster.set(row.name, &human_value(&row, &value));
        }
        for (position, number) in parts {
            let part = &PARTS[position];
            (part.set)(&mut playground, part.min + i64::from(number) % (part.max - part.min + 1));
        }
        playground
    })
}

fn selection() -> impl Strategy<Value = Selection> {
    let record = || any::<u32>().prop_map(RecordId);
    prop_oneof![
        record().prop_map(Selection::Record),
        (any::<u16>(), any::<u32>()).prop_map(|(partition, number)| {
            Selection::Batch { partition: PartitionId(partition), number }
        }),
        (record(), any::<u16>())
            .prop_map(|(record, attempt)| Selection::Request { record, attempt }),
        (record(), any::<u32>()).prop_map(|(record, broker)| {
            Selection::Replica { record, broker: BrokerId(broker) }
        }),
        record().prop_map(Selection::Callback),
        any::<u16>().prop_map(Selection::Fault),
    ]
}

fn time() -> impl Strategy<Value = SimTime> {
    (0..600_000_000_i64).prop_map(SimTime)
}

fn page() -> impl Strategy<Value = PageState> {
    let views = (
        of(time()),
        of((time(), 1..600_000_000_i64).prop_map(|(from, width)| (from, SimTime(from.0 + width)))),
        of(selection()),
        (of(prop::sample::select(Panel::ALL)), of(prop::sample::select(Panel::ALL))),
        of("[a-z][a-z0-9-]{0,20}"),
        of(prop::sample::select(ThemeChoice::ALL)),
        of(prop::sample::select(LanguageChoice::ALL)),
    );
    let embed = (
        prop::sample::subsequence(Panel::ALL.to_vec(), 0..4),
        prop::sample::subsequence(vec!["acks", "linger.ms", "rate", "min.insync.replicas"], 0..4),
        of(prop::sample::select(&["linger.ms", "rate"][..])),
    );
    (playground(), of(playground()), views, embed).prop_map(
        |(
            playground,
            pinned,
            (playhead, window, selection, (panel, form), name, theme, language),
            embed,
        )| {
            let (show, controls, sweep) = embed;
            PageState {
                playground,
                pinned,
                playhead,
                window,
                selection,
                panel,
                form,
                sweep: sweep.map(String::from),
                lesson: name.clone(),
                case: name,
                theme,
                language,
                show,
                controls: controls.into_iter().map(String::from).collect(),
            }
        },
    )
}

proptest! {
    #[test]
    fn any_page_comes_back_from_its_text(page in page()) {
        let text = write_saved(&page);
        prop_assert_eq!(read_saved(&text), (page.clone(), Vec::new()), "{}", text);
        let as_an_address = |byte: u8| byte.is_ascii_alphanumeric() || b"-._,:@+~%&=".contains(&byte);
        prop_assert!(text.bytes().all(as_an_address), "{}", text);
        match write_page(&page) {
            Ok(short) => prop_assert_eq!(read_page(&short), (page, Vec::new())),
            Err(long) => prop_assert_eq!(long.text, text),
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        let _ = read_page(&text);
    }

    #[test]
    fn what_nearly_is_a_link_gives_a_scenario_or_kafkas_refusal(
        names in vec(prop::sample::select(
            &["acks", "records", "fault", "a.rate", "a", "t", "window", "sel", "end", "brokers", "keys", "v"][..]
        ), 0..8),
        values in vec("[a-z0-9.:@+~%-]{0,12}|[0-9]{1,3}", 8),
    ) {
        let parts: Vec<_> = names.iter().zip(&values).map(|(n, v)| format!("{n}={v}")).collect();
        let (page, _) = read_page(&parts.join("&"));
        let _ = page.playground.scenario();
        let again = write_saved(&page);
        let of = |playground: &Playground| playground.refused.len();
        let refused = of(&page.playground) + page.pinned.as_ref().map_or(0, of);
        let (back, notices) = read_saved(&again);
        prop_assert_eq!(back, page, "{}", again);
        // what was refused stays in the address, and is told each time
        prop_assert!(refused > 0 || notices.is_empty(), "{:?}", notices);
    }

    #[test]
    fn any_text_of_a_fault_is_read_or_refused(text in "[a-z]{0,9}:?[a-z0-9.:@+~-]{0,30}") {
        if let Some(fault) = fault_of_text(&text) {
            prop_assert_eq!(fault_of_text(&fault_text(&fault)), Some(fault));
        }
    }

    #[test]
    fn what_kafka_accepts_of_any_link_runs_within_its_bounds(
        playground in playground(),
        plain in any::<bool>(),
    ) {
        // a few hundred records say as much as a million; random settings are mostly refused
        let few = Playground { records: playground.records.min(300), ..playground };
        let Playground { settings, cluster, .. } = Playground::default();
        let playground = if plain { Playground { settings, cluster, ..few } } else { few };
        if let Ok((mut scenario, _)) = playground.scenario() {
            scenario.bounds.events = 5_000;
            let trace = model::run(scenario);
            prop_assert!(trace.end.is_some());
        }
    }
}

#[test]
fn settings_without_any_delay_end_too() {
    for text in [
        "replica.high.watermark.checkpoint.interval.ms=0",
        "broker.heartbeat.interval.ms=0&one-way=0ms&between=0ms&append=0ms&metadata=0ms",
        "replica.fetch.wait.max.ms=0&replica.fetch.backoff.ms=0&one-way=0ms&between=0ms&append=0ms",
    ] {
        let (playground, notices) = link::read(text);
        assert_eq!(notices, [], "{text}");
        let (mut scenario, _) = playground.scenario().expect("Kafka accepts it");
        scenario.bounds.events = 20_000;
        assert!(model::run(scenario).end.is_some(), "{text}");
    }
}
