//! Selection, keys, pointer, rows that are moved, folded and hidden.

use crate::{failure, painted, whole};
use timeline::{Direction, Draw, Ink, RowKind, RowPrefs, Timeline, Value, View, Within};
use trace::{FactId, Kind};
use units::{BatchId, BrokerId, Offset, SimTime};

#[test]
fn the_next_fact_of_all_rows_is_never_earlier() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let rows: Vec<_> = timeline.kinds().collect();
    let mut position = (SimTime(-1), None);
    let mut seen = 0;
    while let Some(fact) = timeline.step(&trace, position, Direction::Next, Within::All, &rows) {
        let next = timeline.position(&trace, fact);
        assert!(next > position, "{position:?} then {next:?}");
        position = next;
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
    let back = timeline.step(&trace, position, Direction::Previous, Within::All, &rows);
    assert!(back.is_some_and(|fact| timeline.position(&trace, fact) < position));
}

#[test]
fn a_step_within_a_row_stays_there() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let within = Within::Row(RowKind::Callbacks);
    let first = timeline.step(&trace, (SimTime(0), None), Direction::Next, within, &[]);
    assert_eq!(first, Some(FactId::new(Kind::Callback, 0)));
    let from = timeline.position(&trace, FactId::new(Kind::Callback, 0));
    let second = timeline.step(&trace, from, Direction::Next, within, &[]);
    assert_eq!(second, Some(FactId::new(Kind::Callback, 1)));
}

#[test]
fn the_way_of_a_record_leads_from_send_to_callback() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let kinds: Vec<Kind> =
        timeline.path(&trace, FactId::new(Kind::Send, 4)).iter().map(|fact| fact.kind()).collect();
    let expected = [
        Kind::Open,
        Kind::Send,
        Kind::Request,
        Kind::Append,
        Kind::Callback,
        Kind::Copy,
        Kind::Copy,
    ];
    for kind in expected {
        assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Send).count(), 1, "{kinds:?}");
}

#[test]
fn what_is_not_on_the_way_is_dimmed() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let view = View { selection: Some(FactId::new(Kind::Open, 1)), ..whole(&timeline) };
    let strong = |draws: &[Draw]| {
        let fills = draws.iter().filter(|draw| {
            matches!(draw, Draw::Fill { tone, .. }
                if matches!(tone.ink, Ink::Partition(_)) && tone.percent == 100)
        });
        fills.count()
    };
    let (lit, all) = (
        strong(&painted(&timeline, &trace, &view)),
        strong(&painted(&timeline, &trace, &whole(&timeline))),
    );
    // four sends, one request, one append
    assert!((5..12).contains(&lit) && all > 3 * lit, "{lit} of {all}");
}

#[test]
fn causes_are_drawn_as_arrows_back_to_the_send() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let callback = FactId::new(Kind::Callback, 2);
    let causes = timeline.causes(&trace, callback);
    assert!(causes.iter().any(|fact| fact.kind() == Kind::RequestEnd), "{causes:?}");
    let arrows = |causes: bool| {
        let view = View { selection: Some(callback), causes, ..whole(&timeline) };
        let draws = painted(&timeline, &trace, &view);
        draws
            .iter()
            .filter(|draw| matches!(draw, Draw::Glyph { glyph: timeline::Glyph::Arrow, .. }))
            .count()
    };
    assert_eq!(arrows(false), 0);
    assert!(arrows(true) >= 1);
}

#[test]
fn the_pointer_finds_a_mark_and_its_value() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let view = View { scale: whole(&timeline).scale.zoomed(400.0, 124.0), ..whole(&timeline) };
    let rows = timeline.layout(&view);
    let broker = rows.iter().find(|row| row.kind == RowKind::Broker(BrokerId(1)));
    let lane = broker.map(|row| row.lane_rect(0)).expect("broker 1 has a row");
    let append = trace.appends.row(2);
    let x = view.scale.x_from_time(append.at);
    let hit = timeline.hit(&trace, &view, x + 2.0, lane.middle()).expect("a row is there");
    assert_eq!(hit.fact, Some(FactId::new(Kind::Append, 2)));
    let records = trace.opens.records().get(append.batch.0);
    let (from, to) = (append.offset, Offset(append.offset.0 + i64::from(records)));
    assert_eq!(hit.value, Some(Value::Offsets { from, to }));
    assert_eq!(timeline.hit(&trace, &view, x, 5.0), None, "the axis is no row");
}

#[test]
fn a_batch_tells_how_full_it_was_at_the_pointer() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let open = FactId::new(Kind::Open, 1);
    let at = trace.opens.at().get(1);
    let fill = |us: i64| timeline.value(&trace, open, SimTime(at.0 + us));
    let Some(Value::Fill { records, bytes, .. }) = fill(700) else { panic!("{:?}", fill(700)) };
    // half of the records, after a header of 61 bytes; all of it left as 800 bytes
    assert_eq!((records, bytes.0), (2, 61 + (800 - 61) / 2));
    let last = trace.records_of(BatchId(1)).last().expect("a batch has records");
    let Some(Value::Fill { records, bytes, .. }) =
        timeline.value(&trace, FactId::new(Kind::Send, last.0), SimTime::NEVER)
    else {
        panic!("a send is in a batch");
    };
    assert_eq!(records, trace.opens.records().get(1), "the last send comes to the whole batch");
    assert_eq!(bytes.0, 800);
}

#[test]
fn the_area_of_a_fact_is_where_the_pointer_finds_it() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let view = View { scale: whole(&timeline).scale.zoomed(400.0, 124.0), ..whole(&timeline) };
    let append = FactId::new(Kind::Append, 2);
    let area = timeline.area(&trace, &view, append).expect("broker 1 has a row");
    let hit = timeline.hit(&trace, &view, area.x + 2.0, area.middle());
    assert_eq!(hit.and_then(|hit| hit.fact), Some(append));
}

#[test]
fn a_choice_of_rows_is_kept_as_text() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let mut prefs = RowPrefs::default();
    prefs.fold(RowKind::Broker(BrokerId(2)));
    prefs.hide(RowKind::Controller);
    prefs.move_by(&timeline, RowKind::Callbacks, -100);
    assert_eq!(RowPrefs::of_text(&prefs.text()), prefs);
    assert_eq!(
        RowPrefs::of_text("nothing,app"),
        RowPrefs { order: vec![RowKind::Application], ..RowPrefs::default() }
    );
    for kind in timeline.kinds() {
        assert_eq!(RowKind::of_text(&kind.text()), Some(kind));
    }
}

#[test]
fn rows_fold_move_and_hide() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let mut prefs = RowPrefs::default();
    let all = prefs.shown(&timeline);
    let plain = timeline.height(timeline::Density::Wide, &prefs);
    prefs.fold(RowKind::Callbacks);
    assert!(timeline.height(timeline::Density::Wide, &prefs) < plain);
    prefs.hide(RowKind::Controller);
    assert_eq!(prefs.shown(&timeline).len(), all.len() - 1);
    prefs.move_by(&timeline, RowKind::Callbacks, -100);
    assert_eq!(prefs.shown(&timeline)[0], RowKind::Callbacks);
    prefs.hide(RowKind::Controller);
    assert_eq!(prefs.shown(&timeline).len(), all.len());
    let view = View { prefs: prefs.into(), ..whole(&timeline) };
    assert_eq!(timeline.layout(&view)[0].kind, RowKind::Callbacks);
    assert!(timeline.layout(&view)[0].folded);
    assert!(!painted(&timeline, &trace, &view).is_empty());
}

#[test]
fn words_about_the_selection_stand_inside_of_the_picture_and_over_nothing_that_is_lit() {
    let (trace, marks) = failure::run();
    let timeline = Timeline::new(&trace, &marks);
    let (width, height) = (232.0, 88.0);
    let (from, to) = timeline.whole();
    let folded = timeline::TimeScale::fit(timeline.quiet(), 124.0, 1_000.0, from, to);
    for scale in [folded.clone(), whole(&timeline).scale.zoomed(300.0, 124.0)] {
        let view = View { scale, ..whole(&timeline) };
        let rows = timeline.layout(&view);
        let bottom = timeline.height(view.density, &view.prefs);
        for record in 0..trace.sends.len() {
            let fact = FactId::new(Kind::Send, record);
            let place = timeline.beside(&trace, &view, fact, (width, height));
            let (x, y) = place.expect("it has a mark");
            assert!(x >= 124.0 - 1e-6 && x + width <= 1_124.0 + 1e-6, "{x}");
            assert!(y >= rows[0].rect.y - 1e-6 && y + height <= bottom + 1e-6, "{y} of {bottom}");
            for lit in timeline.path(&trace, fact) {
                let Some(lit) = timeline.area(&trace, &view, lit) else { continue };
                let clear = lit.right() <= x
                    || lit.x >= x + width
                    || lit.bottom() <= y
                    || lit.y >= y + height;
                assert!(clear, "record {record}: {lit:?} is under {x}, {y}");
            }
        }
    }
}
