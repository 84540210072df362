//! What a seed's run did, line by line, for a reader who looks for the cause of a difference.

use super::play::Played;
use trace::{NONE, Trace};
use units::SimTime;

/// Lines in the order of time, counted from the zero: brokers, elections, in-sync sets, roles, cut
/// logs, what the client retried, connections. Equal neighbours are one line.
pub(super) fn account(played: &Played) -> Vec<String> {
    let trace = &played.trace;
    let mut events: Vec<(SimTime, String)> = Vec::new();
    for row in trace.broker_states.rows() {
        events.push((row.at, format!("broker {} {:?}", row.broker, row.change)));
    }
    for row in trace.leaders.rows() {
        let leader = if row.broker.0 == NONE { -1 } else { i64::from(row.broker.0) };
        events.push((row.at, format!("leader {leader}, epoch {} ({:?})", row.epoch.0, row.why)));
    }
    for row in trace.isr_changes.rows() {
        let (isr, elr) = (brokers(row.members), brokers(row.eligible));
        events.push((row.at, format!("in-sync {isr:?}, eligible {elr:?} ({:?})", row.why)));
    }
    for row in trace.roles.rows() {
        events.push((
            row.at,
            format!("broker {} {:?}, epoch {}", row.broker, row.change, row.epoch.0),
        ));
    }
    for row in trace.truncations.rows() {
        let (from, to) = (row.from.0, row.to.0);
        events.push((row.at, format!("broker {} cuts its log from {from} to {to}", row.broker)));
    }
    for row in trace.retries.rows() {
        events.push((row.at, format!("the client retries after {}", row.error.name())));
    }
    for row in trace.connections.rows() {
        events.push((row.at, format!("connection to {} {:?}", row.node, row.state)));
    }
    events.extend(acknowledgements(trace));
    events.sort_by_key(|(at, _)| *at);
    lines(&events, played.zero())
}

/// The first acknowledgement after each gap of more than 50 ms.
fn acknowledgements(trace: &Trace) -> Vec<(SimTime, String)> {
    const GAP: i64 = 50_000;
    let mut last = SimTime(0);
    let mut events = Vec::new();
    for finish in trace.finishes.rows().filter(|finish| !finish.late) {
        if finish.failure != NONE {
            events.push((finish.at, "a batch fails".to_owned()));
            continue;
        }
        if finish.at.0 - last.0 > GAP {
            let gap = (finish.at.0 - last.0) / 1000;
            events.push((finish.at, format!("acknowledged, {gap} ms after the one before")));
        }
        last = finish.at;
    }
    events
}

fn lines(events: &[(SimTime, String)], zero: SimTime) -> Vec<String> {
    let mut lines = Vec::new();
    for same in events.chunk_by(|a, b| a.1 == b.1) {
        let ms = (same[0].0.0 - zero.0) as f64 / 1000.0;
        let times = if same.len() > 1 { format!(" ({} times)", same.len()) } else { String::new() };
        lines.push(format!("{ms:>12.3} ms  {}{times}", same[0].1));
    }
    lines
}

fn brokers(mask: u64) -> Vec<u32> {
    (0..64).filter(|broker| mask & (1 << broker) != 0).collect()
}
