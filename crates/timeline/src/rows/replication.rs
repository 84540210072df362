//! What travels between brokers: copies from leader to follower, fetches from follower to leader.

use crate::index::Index;
use crate::mark::{Grade, Mark};
use crate::track::Track;
use trace::{BrokerChange, FactId, Kind, NONE, Trace};
use units::{BrokerId, SimTime};

/// A fetch that was answered. Values of [`Mark::form`].
pub(crate) const FETCH_ASKED: u8 = 0;
/// A fetch that never arrived.
pub(crate) const FETCH_LOST: u8 = 1;
/// A fetch that arrived and was never answered.
pub(crate) const FETCH_PARKED: u8 = 2;

/// A fetch that took longer than this to arrive had been asked before.
const REPEATED_US: u64 = 100_000;

/// From the leader's answer to the follower's append.
pub(super) fn copies(trace: &Trace, index: &Index) -> Track {
    let marks = (0..).zip(trace.copies.rows()).map(|(number, copy)| {
        let left = trace.fetch_answers.at().get(copy.answer);
        let mut mark = Mark::new(FactId::new(Kind::Copy, number), left, copy.at);
        mark.hue = index.hue_of(copy.partition);
        mark.count = (copy.to.0 - copy.from.0) as u32;
        mark
    });
    Track::new(marks.filter(|mark| mark.from.0 >= 0).collect())
}

/// From the follower's question to its arrival; one that never arrived ends when it was due.
pub(super) fn fetches(trace: &Trace, index: &Index) -> Track {
    let mut answer = vec![NONE; trace.fetches.len() as usize];
    for (number, fetch) in (0..).zip(trace.fetch_answers.fetch().iter()) {
        answer[fetch as usize] = number;
    }
    let deaths: Vec<(BrokerId, SimTime)> = deaths(trace);
    // how long fetches of a pair are on their way, at least: the next one is due after the same time
    let mut ways: Vec<((BrokerId, BrokerId), u64)> = Vec::new();
    let mut marks = Vec::with_capacity(answer.len());
    for (number, fetch) in (0..).zip(trace.fetches.rows()) {
        let pair = (fetch.follower, fetch.leader);
        let known = ways.iter().position(|(other, _)| *other == pair);
        let id = FactId::new(Kind::Fetch, number);
        let answered = answer[number as usize];
        let mark = if answered == NONE {
            let way = known.map_or(0, |known| ways[known].1);
            let due = SimTime(fetch.at.0.saturating_add_unsigned(way));
            let died = deaths.iter().filter(|(broker, _)| *broker == fetch.leader);
            let died = died.map(|(_, at)| *at).find(|at| *at >= fetch.at);
            let mut mark = Mark::new(id, fetch.at, due);
            match died {
                Some(died) if died < due => {
                    (mark.form, mark.grade) = (FETCH_LOST, Grade::Failed);
                }
                _ => mark.form = FETCH_PARKED,
            }
            mark
        } else {
            let arrived = trace.fetch_answers.arrived().get(answered);
            let took = arrived.since(fetch.at).0;
            let way = match known {
                Some(known) => {
                    ways[known].1 = ways[known].1.min(took);
                    ways[known].1
                }
                None => {
                    ways.push((pair, took));
                    took
                }
            };
            // one that was asked again after its wait is drawn as it was asked last
            let asked_again = took > REPEATED_US && took > way * 8;
            let left =
                if asked_again { arrived.0.saturating_sub_unsigned(way) } else { fetch.at.0 };
            Mark::new(id, SimTime(left), arrived)
        };
        if mark.to().0 >= 0 && mark.from <= index.end {
            marks.push(mark);
        }
    }
    Track::new(marks)
}

/// When brokers stopped to serve, in order of time.
fn deaths(trace: &Trace) -> Vec<(BrokerId, SimTime)> {
    let dies = |change| {
        use BrokerChange::{Hung, Killed, PowerLoss, ShuttingDown};
        matches!(change, Killed | PowerLoss | Hung | ShuttingDown)
    };
    let changes = trace.broker_states.rows().filter(|state| dies(state.change));
    changes.map(|state| (state.broker, state.at)).collect()
}
