//! Requests in flight to each broker, one sub-row for each that is in flight at the same time, and
//! the connections that carry them.

use super::{Join, Row, RowKind, Slots};
use crate::index::{Index, begin};
use crate::mark::{Grade, Mark};
use crate::track::Track;
use trace::{ConnectionState, FactId, Kind, NONE, RequestFate, RequestKind, Trace};
use units::{RequestId, SimTime};

/// Sub-rows that are told apart.
const SLOTS_MAX: usize = 6;

/// A request that failed: lost, timed out or refused. Bits of [`Mark::form`].
pub(crate) const FORM_FAILED: u8 = 1;
/// A request of the client's own: versions, metadata, producer id.
pub(crate) const FORM_HANDSHAKE: u8 = 2;

/// The rows, and by request its sub-row.
pub(super) fn rows(trace: &Trace, index: &Index) -> (Vec<Row>, Vec<u8>) {
    let count = index.brokers.len();
    let mut slots: Vec<Slots> = (0..count).map(|_| Slots::new(SLOTS_MAX)).collect();
    let mut slot_of = vec![0_u8; trace.requests.len() as usize];
    for number in begin(trace, Kind::Request)..trace.requests.len() {
        let request = trace.requests.row(number);
        let Ok(place) = index.brokers.binary_search(&request.node) else { continue };
        let end = index.requests[number as usize];
        let mut mark = Mark::new(FactId::new(Kind::Request, number), request.at, end.at);
        let failed = end.refused
            || matches!(end.fate, Some(RequestFate::Disconnected | RequestFate::TimedOut));
        mark.form = u8::from(failed) * FORM_FAILED;
        if request.kind == RequestKind::Produce {
            let drains = request.drains..request.drains + u32::from(request.batches);
            mark.count = 0;
            for drain in drains {
                let batch = trace.drains.batch().get(drain);
                mark.count += trace.drains.records().get(drain);
                mark.grade = mark.grade.max(index.fates.of_batch(batch));
                if drain == request.drains {
                    mark.hue = index.hue_of(trace.opens.partition().get(batch.0));
                }
            }
        } else {
            (mark.form, mark.count) = (mark.form | FORM_HANDSHAKE, 0);
        }
        if failed {
            mark.grade = mark.grade.max(Grade::Failed);
        }
        slot_of[number as usize] = slots[place].push(mark) as u8;
    }
    let mut states = connections(trace, index);
    let rows = index.brokers.iter().zip(slots).zip(&mut states);
    let rows = rows.filter(|((_, slots), states)| !slots.lanes.is_empty() || !states.is_empty());
    let rows = rows.map(|((broker, mut slots), states)| {
        if slots.lanes.is_empty() {
            slots.lanes.push(Vec::new());
        }
        let mut row = Row::new(RowKind::Connection(*broker), slots.into_tracks());
        row.under = Track::new(std::mem::take(states));
        row
    });
    (rows.collect(), slot_of)
}

/// Set-ups of connections, from the first step until they were ready or given up; connections that
/// were lost.
fn connections(trace: &Trace, index: &Index) -> Vec<Vec<Mark>> {
    let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); index.brokers.len()];
    let mut setting_up: Vec<(u32, u32)> = Vec::new();
    for (number, change) in (0..).zip(trace.connections.rows()) {
        let Ok(place) = index.brokers.binary_search(&change.node) else { continue };
        let begun =
            setting_up.iter().position(|(connection, _)| *connection == change.connection.0);
        let mut push = |row: u32, to: SimTime, grade: Grade| {
            let from = trace.connections.at().get(row);
            if to.0 >= 0 {
                let mut mark = Mark::new(FactId::new(Kind::Connection, row), from, to);
                (mark.grade, mark.count) = (grade, 0);
                marks[place].push(mark);
            }
        };
        match change.state {
            ConnectionState::Connecting => setting_up.push((change.connection.0, number)),
            ConnectionState::CheckingApiVersions => {}
            ConnectionState::Ready => {
                if let Some(begun) = begun {
                    push(setting_up.swap_remove(begun).1, change.at, Grade::Plain);
                }
            }
            ConnectionState::Disconnected | ConnectionState::ClosedByClient => match begun {
                Some(begun) => {
                    push(setting_up.swap_remove(begun).1, change.at, Grade::Failed);
                }
                None if change.state == ConnectionState::Disconnected => {
                    push(number, change.at, Grade::Failed);
                }
                None => {}
            },
        }
    }
    marks
}

/// Each retry with the try before it, by the begin of the later one.
pub(super) fn joins(trace: &Trace, index: &Index) -> Vec<Join> {
    let mut last = vec![NONE; trace.opens.len() as usize];
    let mut joins = Vec::new();
    for drain in trace.drains.rows() {
        let Some(last) = last.get_mut(drain.batch.index()) else { continue };
        let first = RequestId(std::mem::replace(last, drain.request.0));
        if first.0 == NONE || drain.request.0 == NONE {
            continue;
        }
        joins.push(Join {
            from: index.requests[first.index()].at,
            to: trace.requests.at().get(drain.request.0),
            first,
            then: drain.request,
            hue: index.hue_of(trace.opens.partition().get(drain.batch.0)),
        });
    }
    joins.sort_unstable_by_key(|join| (join.to, join.then, join.hue, join.first));
    joins
}
