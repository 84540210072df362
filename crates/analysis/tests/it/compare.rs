//! Two runs side by side.

use analysis::{Analysis, Comparison, Differs, Side};
use conformance::random::{self, World};
use model::Scenario;
use model::config::ProducerSettings;
use trace::{Kind, Trace};
use units::SimTime;

fn compare(a: &Trace, b: &Trace) -> Comparison {
    let (of_a, of_b) = (Analysis::new(a), Analysis::new(b));
    Comparison::new(Side { trace: a, index: &of_a.index }, Side { trace: b, index: &of_b.index })
}

fn with(settings: &[(&str, &str)]) -> Trace {
    let mut typed = ProducerSettings::default();
    for (name, value) in settings {
        typed.set(name, value);
    }
    let producer = typed.check().expect("Kafka accepts them").config;
    let scenario = random::scenario_in(World::Scripted, 3);
    model::run(Scenario { producer, faults: Vec::new(), ..scenario })
}

#[test]
fn a_run_does_not_differ_from_itself() {
    for seed in 0..40 {
        let (a, b) = (model::run(random::scenario(seed)), model::run(random::scenario(seed)));
        assert_eq!(compare(&a, &b), Comparison::default(), "seed {seed}");
    }
}

#[test]
fn settings_that_decide_nothing_make_no_difference() {
    let comparison =
        compare(&with(&[("max.block.ms", "60000")]), &with(&[("max.block.ms", "70000")]));
    assert_eq!(comparison.first(), None);
}

#[test]
fn runs_that_differ_in_linger_part_where_the_first_batch_leaves() {
    let (a, b) = (with(&[("linger.ms", "5")]), with(&[("linger.ms", "0")]));
    let comparison = compare(&a, &b);
    let first = comparison.first().expect("they differ");
    let earliest = b.drains.at().first().expect("something was sent");
    assert_eq!(first.at, earliest);
    assert!(comparison.all().windows(2).all(|two| two[0].at <= two[1].at));
    let mut at = SimTime(i64::MIN);
    let mut met = 0;
    while let Some(next) = comparison.next(at) {
        assert!(next.at > at);
        assert!(comparison.previous(next.at).is_none_or(|previous| previous.at == at));
        at = next.at;
        met += 1;
    }
    assert!(met > 1, "the runs differ at more than one moment");
    let fates = comparison.all().iter().filter(|d| d.differs == Differs::Unmatched);
    assert!(fates.clone().count() > 0, "a batch of one has no counterpart");
    assert!(fates.clone().all(|d| d.a.is_none() != d.b.is_none()));
    assert!(comparison.all().iter().all(|d| match (d.a, d.b) {
        (Some(a), Some(b)) => a.kind() == b.kind(),
        _ => true,
    }));
}

#[test]
fn another_number_of_records_is_no_other_reason() {
    let (a, b) = (with(&[("linger.ms", "0")]), with(&[("linger.ms", "8")]));
    let comparison = compare(&a, &b);
    let of = |kind: Kind| {
        let both =
            move |d: &&analysis::Difference| d.a.zip(d.b).is_some_and(|(a, _)| a.kind() == kind);
        comparison.all().iter().filter(both)
    };
    let counted = |d: &&analysis::Difference| match (d.differs, d.a, d.b) {
        (Differs::Records { a: few, b: many }, Some(x), Some(y)) => {
            let (x, y) = (a.closes.row(x.row()), b.closes.row(y.row()));
            (x.records, y.records) == (few, many) && x.why.variant() == y.why.variant()
        }
        _ => false,
    };
    assert!(of(Kind::Close).filter(counted).count() > 0, "{:?}", comparison.first());
    for other in of(Kind::Close).filter(|d| d.differs == Differs::Reason) {
        let (Some(x), Some(y)) = (other.a, other.b) else { continue };
        let (x, y) = (a.closes.row(x.row()), b.closes.row(y.row()));
        assert_ne!(x.why.variant(), y.why.variant(), "{other:?}");
    }
}

#[test]
fn an_acknowledgement_that_comes_earlier_is_a_difference_of_time() {
    let settings = [("acks", "1"), ("enable.idempotence", "false")];
    let a = with(&settings);
    let mut slower = random::scenario_in(World::Scripted, 3);
    slower.faults.clear();
    let mut typed = ProducerSettings::default();
    for (name, value) in settings {
        typed.set(name, value);
    }
    slower.producer = typed.check().expect("Kafka accepts them").config;
    slower.cluster.append += units::Micros(10);
    let b = model::run(slower);
    let first = compare(&a, &b).first().expect("they differ");
    assert_eq!(first.differs, Differs::Time);
    let kinds = [first.a, first.b].map(|fact| fact.map(|fact| fact.kind()));
    assert_eq!(kinds, [Some(Kind::Append); 2]);
    assert_eq!(Some(first.at), a.appends.at().first());
}
