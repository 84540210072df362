//! The replicas' logs, and the way of a record through them.

use crate::by_hand::{ByHand, PARTITION};
use crate::world::{P0, at, b, ms, replication, run, scenario, with};
use analysis::{Analysis, Cell, StepKind, steps};
use conformance::random;
use model::scenario::FaultKind;
use trace::Timer;
use units::{BrokerId, Millis, Offset, RecordId, SimTime};

fn records(run: &ByHand, broker: u32, at: i64) -> Vec<u32> {
    let logs = Analysis::new(&run.trace).logs;
    let log = logs.log(PARTITION, BrokerId(broker)).expect("it has a log");
    let mut records = Vec::new();
    let mut note = |cell: Cell| records.push(cell.record.0);
    logs.visit(&run.trace, log, Offset(0)..Offset(100), SimTime(at), &mut note);
    records
}

#[test]
fn a_follower_has_what_its_leader_had_when_it_answered() {
    let mut run = ByHand::new();
    let sent: Vec<RecordId> = (0..4).map(|n| run.send(n)).collect();
    run.append(10, sent[0], 1);
    run.append(11, sent[1], 1);
    run.copy(15, 2, 1);
    run.truncate(20, 1, 1, Timer::Start.into());
    run.append(21, sent[2], 1);
    assert_eq!(records(&run, 2, 15), [0, 1], "the copy keeps what its leader has lost since");
    assert_eq!(records(&run, 1, 19), [0, 1]);
    assert_eq!(records(&run, 1, 20), [0]);
    assert_eq!(records(&run, 1, 21), [0, 2]);
    run.truncate(30, 2, 1, Timer::Start.into());
    run.copy(35, 2, 1);
    assert_eq!(records(&run, 2, 35), [0, 2]);
    let logs = Analysis::new(&run.trace).logs;
    let log = logs.log(PARTITION, BrokerId(2)).expect("it has a log");
    let mut cells = Vec::new();
    let all = Offset(0)..Offset(100);
    logs.visit_all(&run.trace, log, all, SimTime(35), &mut |cell| cells.push(cell));
    let shown: Vec<(i64, u32, i64)> =
        cells.iter().map(|cell| (cell.offset.0, cell.record.0, cell.until.0)).collect();
    let stays = i64::MAX;
    assert_eq!(
        shown,
        [(0, 0, stays), (1, 1, 30), (1, 2, stays)],
        "the truncated one is still told"
    );
}

#[test]
fn a_record_is_visible_when_the_leaders_high_watermark_passes_it() {
    let mut run = ByHand::new();
    let record = run.send(0);
    run.append(10, record, 1);
    run.copy(15, 2, 1);
    run.high_watermark(20, 1, 1);
    run.high_watermark(25, 2, 1);
    let analysis = Analysis::new(&run.trace);
    let steps = steps(&run.trace, &analysis.index, &analysis.logs, &analysis.visibility, record);
    let visible: Vec<(i64, StepKind)> = steps
        .iter()
        .filter(|step| matches!(step.kind, StepKind::Visible(_)))
        .map(|step| (step.at.0, step.kind))
        .collect();
    assert_eq!(visible, [(20, StepKind::Visible(BrokerId(1)))], "a follower's own is no news");
    assert!(steps.iter().any(|s| s.kind == StepKind::Copied(BrokerId(2), Offset(0))));
}

/// Every offset below a log's end has its record.
#[test]
fn logs_are_whole_whatever_goes_wrong() {
    for seed in 0..100 {
        let trace = model::run(random::scenario(seed));
        let analysis = Analysis::new(&trace);
        for log in analysis.logs.all() {
            let end = log.end_at(SimTime::NEVER);
            let mut offsets = Vec::new();
            let now = SimTime(i64::MAX - 1);
            let all = Offset(0)..Offset(i64::MAX);
            analysis.logs.visit(&trace, log, all, now, &mut |cell| offsets.push(cell.offset.0));
            let want: Vec<i64> = (0..end.0).collect();
            assert_eq!(offsets, want, "seed {seed}, broker {}", log.broker);
        }
    }
}

/// A new leader begins with the high watermark that it knows: what consumers have read above it they
/// cannot read again until its in-sync set is large enough and has confirmed it.
#[test]
fn what_a_new_leader_does_not_know_to_be_committed_is_invisible_until_it_rises() {
    let mut scenario = scenario(&[("acks", "all")], 400, 2);
    let settings = replication(&mut scenario);
    settings.broker_session_timeout = Millis(1_500);
    settings.broker_heartbeat_interval = Millis(300);
    let faults = [
        at(100, FaultKind::Kill(b(3))),
        at(3_500, FaultKind::Kill(b(1))),
        at(9_000, FaultKind::Restart(b(3))),
    ];
    let (trace, _) = run(with(scenario, faults));
    let analysis = Analysis::new(&trace);
    let (logs, visibility) = (&analysis.logs, &analysis.visibility);
    let elected = trace.leaders.rows().find(|row| row.broker == b(2)).expect("2 leads").at;
    let mark = |broker, at| visibility.high_watermark(&trace, logs, P0, b(broker), at);
    let (old, new) = (mark(1, ms(3_499)), mark(2, elected));
    assert!(new < old, "{new:?} of what was visible below {old:?}");
    let seen = |broker| {
        let log = logs.log(P0, b(broker)).expect("it has one");
        let cell = logs.record_at(&trace, log, Offset(old.0 - 1), ms(3_499)).expect("it is there");
        visibility.became_visible(&trace, logs, P0, b(broker), &cell).map(|fact| trace.at(fact))
    };
    assert!(seen(1).is_some_and(|at| at < ms(3_500)), "once");
    let again = seen(2).expect("and again");
    assert!(again > ms(9_000), "when 3 is back in the set: {again:?}");
    let joined = trace.isr_changes.rows().find(|row| row.at > ms(9_000) && row.members == 0b1100);
    assert!(joined.is_some_and(|row| row.at < again));
}
