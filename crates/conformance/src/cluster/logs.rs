//! The replicas' logs, record by record, as a trace tells them: appends, copies, truncations.

use std::collections::BTreeMap;
use trace::{AppendResult, NONE, Trace};
use units::{Offset, SimTime};

/// One replica's log from offset 0 on.
#[derive(Debug, Default)]
struct Log {
    records: Vec<u32>,
    /// What truncations took: when, from which offset on.
    dropped: Vec<(SimTime, usize, Vec<u32>)>,
}

impl Log {
    fn write(&mut self, at: SimTime, offset: Offset, records: impl Iterator<Item = u32>) {
        self.truncate(at, offset);
        self.records.extend(records);
    }

    fn truncate(&mut self, at: SimTime, to: Offset) {
        let to = usize::try_from(to.0).unwrap_or(0);
        if to < self.records.len() {
            let tail = self.records.split_off(to);
            self.dropped.push((at, to, tail));
        }
    }

    /// The record that stood at an offset at a time.
    fn at(&self, time: SimTime, offset: usize) -> Option<u32> {
        let later = self.dropped.iter().filter(|(at, from, _)| *at > time && *from <= offset);
        for (_, from, tail) in later {
            if let Some(record) = tail.get(offset - from) {
                return Some(*record);
            }
        }
        self.records.get(offset).copied()
    }
}

/// How often each record stands in the log of the leader at the end; by record number.
pub(super) fn final_counts(trace: &Trace) -> Vec<u32> {
    let logs = replay(trace);
    let last = trace.leaders.len().checked_sub(1).map(|row| trace.leaders.row(row).broker.0);
    let leader = last.filter(|leader| *leader != NONE).or_else(|| logs.keys().next().copied());
    let mut counts = vec![0; trace.sends.len() as usize];
    for record in leader.and_then(|leader| logs.get(&leader)).iter().flat_map(|log| &log.records) {
        counts[*record as usize] += 1;
    }
    counts
}

fn replay(trace: &Trace) -> BTreeMap<u32, Log> {
    let mut logs: BTreeMap<u32, Log> = BTreeMap::new();
    let mut truncations = trace.truncations.rows().peekable();
    let mut appends = trace.appends.rows().peekable();
    let mut copies = trace.copies.rows().peekable();
    loop {
        let next = [
            truncations.peek().map_or(SimTime::NEVER, |row| row.at),
            appends.peek().map_or(SimTime::NEVER, |row| row.at),
            copies.peek().map_or(SimTime::NEVER, |row| row.at),
        ];
        let at = next[0].min(next[1]).min(next[2]);
        if at == SimTime::NEVER {
            return logs;
        }
        if next[0] == at
            && let Some(row) = truncations.next()
        {
            logs.entry(row.broker.0).or_default().truncate(at, row.to);
        } else if next[1] == at
            && let Some(row) = appends.next()
        {
            let appended = matches!(
                row.result,
                AppendResult::Appended | AppendResult::AppendedWithError { .. }
            );
            if appended {
                let records = trace.records_of(row.batch).map(|record| record.0);
                logs.entry(row.broker.0).or_default().write(at, row.offset, records);
            }
        } else if let Some(row) = copies.next() {
            let answer = trace.fetch_answers.row(row.answer);
            let leader = trace.fetches.row(answer.fetch).leader;
            let range = row.from.0 as usize..row.to.0 as usize;
            let source = logs.entry(leader.0).or_default();
            let copied: Vec<u32> =
                range.filter_map(|offset| source.at(answer.at, offset)).collect();
            logs.entry(row.broker.0).or_default().write(at, row.from, copied.into_iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_truncation_took_is_found_as_of_before() {
        let mut log = Log::default();
        log.write(SimTime(1), Offset(0), 0..5);
        log.truncate(SimTime(10), Offset(3));
        log.write(SimTime(11), Offset(3), 7..9);
        assert_eq!(log.at(SimTime(5), 4), Some(4));
        assert_eq!(log.at(SimTime(20), 4), Some(8));
        assert_eq!(log.at(SimTime(20), 5), None);
    }
}
