//! What stands in an address, and what a broken one costs.

use super::*;
use units::SimTime;

#[test]
fn the_default_needs_no_words() {
    assert_eq!(write(&Playground::default()), "");
    assert_eq!(write_page(&PageState::default()).as_deref(), Ok(""));
    assert_eq!(read("#"), (Playground::default(), Vec::new()));
}

#[test]
fn what_differs_comes_back() {
    let mut playground = Playground::default();
    playground.settings.set("acks", "1");
    playground.settings.set("linger.ms", "20");
    playground.settings.typed.remove("batch.size");
    playground.records = 200;
    playground.mode = Mode::Get;
    let text = write(&playground);
    assert_eq!(text, "v=1&acks=1&linger.ms=20&batch.size=default&mode=get&records=200");
    assert_eq!(read(&text), (playground, Vec::new()));
}

#[test]
fn every_part_comes_back_at_both_its_ends() {
    for part in PARTS {
        for number in [part.min, part.max] {
            let mut playground = Playground::default();
            (part.set)(&mut playground, number);
            assert_eq!((part.get)(&playground), number, "{}", part.name);
            assert_eq!(read(&write(&playground)), (playground, Vec::new()), "{}", part.name);
        }
        let mut playground = Playground::default();
        let beyond = format!("{}={}", part.name, part.max + 1);
        assert_eq!(reader::apply(&mut playground, &beyond).len(), 1, "{beyond}");
    }
}

#[test]
fn settings_may_be_written_with_units() {
    let (playground, notices) = read("linger.ms=1.5s&batch.size=64k&replica.lag.time.max.ms=10s");
    assert_eq!(notices, []);
    assert_eq!(playground.settings.text("linger.ms"), Some("1500"));
    assert_eq!(playground.settings.text("batch.size"), Some("65536"));
    assert_eq!(
        playground.cluster.typed.get("replica.lag.time.max.ms").map(String::as_str),
        Some("10000")
    );
}

#[test]
fn faults_come_back_in_their_order() {
    let text = "v=1&fault=kill:1@24ms~the%20leader%20dies&fault=off:restart:1@12s";
    let (playground, notices) = read(text);
    assert_eq!(notices, []);
    assert_eq!(playground.faults.len(), 2);
    assert_eq!(playground.faults[0].name, "the leader dies");
    assert_eq!(write(&playground), text);
}

#[test]
fn the_pinned_run_says_what_differs_from_the_running_one() {
    let text =
        "v=1&acks=1&linger.ms=20&fault=kill:1@24ms&a.linger.ms=5&a.acks=default&a.fault=none";
    let (page, notices) = read_page(text);
    assert_eq!(notices, []);
    let pinned = page.pinned.clone().expect("a run is pinned");
    assert_eq!(pinned.settings.typed.get("acks"), None);
    assert_eq!(pinned.settings.text("linger.ms"), Some("5"));
    assert_eq!((pinned.faults.len(), page.playground.faults.len()), (0, 1));
    let again = write_page(&page).expect("it is short");
    assert_eq!(read_page(&again), (page, Vec::new()));
    // its parts may stand first
    let (first, _) = read_page("a.linger.ms=5&linger.ms=20");
    assert_eq!(first.pinned.expect("pinned").settings.text("linger.ms"), Some("5"));
}

#[test]
fn a_pinned_run_that_differs_in_nothing_is_still_pinned() {
    let page = PageState { pinned: Some(Playground::default()), ..PageState::default() };
    assert_eq!(write_page(&page).as_deref(), Ok("v=1&a=same"));
    assert_eq!(read_page("v=1&a=same"), (page, Vec::new()));
}

#[test]
fn what_is_looked_at_comes_back() {
    let text = "v=1&t=24.5ms&window=10ms-60ms&sel=p0.3&panel=code&sweep=linger.ms\
                &lesson=batch-size&theme=dark&lang=ko&show=figures,timeline&controls=acks,rate";
    let (page, notices) = read_page(text);
    assert_eq!(notices, []);
    assert_eq!(page.playhead, Some(SimTime(24_500)));
    assert_eq!(page.show, [Panel::Figures, Panel::Timeline]);
    assert_eq!(write_page(&page).as_deref(), Ok(text));
}

#[test]
fn a_sweep_comes_back_with_its_range() {
    for text in ["v=1&sweep=linger.ms:0..500", "v=1&sweep=one-way:0.1ms..2ms"] {
        let (page, notices) = read_page(text);
        assert_eq!(notices, []);
        assert_eq!(write_page(&page).as_deref(), Ok(text));
    }
}

#[test]
fn a_link_cut_in_half_loses_only_the_broken_part() {
    let (playground, notices) = read("#v=1&acks=0&linger.m");
    assert_eq!(playground.settings.text("acks"), Some("0"));
    assert_eq!(notices, [Notice::Cut("linger.m".into())]);
}

#[track_caller]
fn check_notice(text: &str, name: &str) {
    let (page, notices) = read_page(&format!("acks=0&{text}&linger.ms=20"));
    assert_eq!(notices.len(), 1, "{text}: {notices:?}");
    let named = match &notices[0] {
        Notice::Cut(part) | Notice::UnknownName(part) | Notice::Version(part) => part,
        Notice::BadValue { name, .. } => name,
        Notice::TooLong(_) => panic!("it is short"),
    };
    assert_eq!(named, name, "{text}");
    let settings = &page.playground.settings;
    assert_eq!((settings.text("acks"), settings.text("linger.ms")), (Some("0"), Some("20")));
}

#[test]
fn what_is_wrong_is_named_and_costs_nothing_else() {
    check_notice("v=2", "2");
    check_notice("nonsense=1", "nonsense");
    check_notice("ack=1", "ack");
    check_notice("records=-5", "records");
    check_notice("rate=fast", "rate");
    check_notice("mode=1", "mode");
    check_notice("one-way=5", "one-way");
    check_notice("linger", "linger");
    check_notice("records=", "records=");
    check_notice("fault=explode:1@24ms", "fault");
    check_notice("fault=kill:1", "fault");
    check_notice("a.rate=fast", "a.rate");
    check_notice("a.t=24ms", "a.t");
    check_notice("a=other", "a");
    check_notice("t=soon", "t");
    check_notice("window=60ms-10ms", "window");
    check_notice("sel=batch", "sel");
    check_notice("panel=kitchen", "panel");
    check_notice("sweep=colour", "sweep");
    check_notice("sweep=colour:1..2", "sweep");
    check_notice("lesson=../../etc", "lesson");
    check_notice("theme=pink", "theme");
    check_notice("lang=de", "lang");
    check_notice("show=timeline,kitchen", "show");
    check_notice("controls=acks,colour", "controls");
}

#[test]
fn a_text_beyond_the_limit_is_said_and_can_be_saved() {
    let mut page = PageState::default();
    let fault = fault_of_text("kill:1@24ms~the machine in the corner").expect("it is a fault");
    page.playground.faults = vec![fault; 40];
    let TooLong { text } = write_page(&page).expect_err("it is long");
    assert_eq!(read_page(&text).1, [Notice::TooLong(text.len())]);
    assert_eq!(read_saved(&text), (page, Vec::new()));
    let endless = "a".repeat(SAVED_MAX + 1);
    assert_eq!(read_saved(&endless).1, [Notice::TooLong(SAVED_MAX + 1)]);
}

#[test]
fn a_list_of_faults_ends_somewhere() {
    let many = "fault=kill:1@24ms&".repeat(FAULTS_MAX + 1);
    let (page, notices) = read_saved(&many);
    assert_eq!((page.playground.faults.len(), notices.len()), (FAULTS_MAX, 1));
}

#[test]
fn a_value_that_kafka_refuses_is_kept_for_the_form() {
    let (playground, notices) = read("acks=ALL&min.insync.replicas=0");
    assert_eq!(notices, []);
    assert_eq!(playground.scenario().map_err(|errors| errors.len()), Err(2));
}
