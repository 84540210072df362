//! The replicas' logs, as the facts leave them: which record stands at which offset, since when, until
//! when.
//!
//! ```text
//! broker 1   append 0..3 │ append 3..5 ╳ truncated to 3 │ copy 3..6
//! entries    0..3 since a, 3..5 from b until c, 3..6 since d
//! ```
//! An entry stands for one fact, so a log costs what its facts cost. A follower's entry names offsets
//! only: its records are those that its leader had there when it answered.

use litemap::LiteMap;
use std::ops::Range;
use trace::{AppendResult, Column, FactId, Kind, NONE, Trace};
use units::{BrokerId, Offset, RecordId, SimTime, TopicPartition};

/// Offsets that a replica got by one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// First offset.
    pub from: Offset,
    /// The offset behind the last.
    pub to: Offset,
    /// When they came.
    pub since: SimTime,
    /// When they were truncated; `NEVER` if they stayed.
    pub until: SimTime,
    /// The append, or the copy.
    pub fact: FactId,
}

/// A replica's log.
#[derive(Clone, Debug)]
pub struct ReplicaLog {
    /// The partition.
    pub partition: TopicPartition,
    /// The broker; of a partition without replication the one that appended last.
    pub broker: BrokerId,
    entries: Vec<LogEntry>,
    /// Where in `entries` each stretch of rising offsets begins: at 0 and behind each truncation.
    runs: Vec<u32>,
    /// Log ends in order of time.
    ends: Vec<(SimTime, Offset)>,
}

impl ReplicaLog {
    /// Everything that was ever in the log, in order of time.
    #[must_use]
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }

    /// The offset that the next record would have got at a time.
    #[must_use]
    pub fn end_at(&self, at: SimTime) -> Offset {
        let later = self.ends.partition_point(|(since, _)| *since <= at);
        later.checked_sub(1).map_or(Offset(0), |last| self.ends[last].1)
    }

    fn end(&self) -> Offset {
        self.ends.last().map_or(Offset(0), |(_, end)| *end)
    }

    /// Positions of entries that touch `range`, dead ones included, run after run.
    fn touching(&self, range: Range<Offset>) -> impl Iterator<Item = &LogEntry> + '_ {
        let ends = self.runs.iter().skip(1).copied().chain([self.entries.len() as u32]);
        self.runs.iter().zip(ends).flat_map(move |(from, to)| {
            let run = &self.entries[*from as usize..to as usize];
            let first = run.partition_point(|entry| entry.to <= range.start);
            let end = range.end;
            run[first..].iter().take_while(move |entry| entry.from < end)
        })
    }

    fn grow(&mut self, from: Offset, to: Offset, since: SimTime, fact: FactId) {
        if to <= from {
            return;
        }
        self.entries.push(LogEntry { from, to, since, until: SimTime::NEVER, fact });
        self.ends.push((since, to));
    }

    /// Everything from `to` on is gone; an entry that begins before it keeps its first part.
    fn truncate(&mut self, to: Offset, at: SimTime) {
        let mut cut = None;
        for (position, entry) in self.entries.iter_mut().enumerate().rev() {
            if entry.until != SimTime::NEVER {
                continue;
            }
            if entry.to <= to {
                break;
            }
            entry.until = at;
            if entry.from < to {
                cut = Some(position);
                break;
            }
        }
        if let Some(position) = cut {
            let whole = self.entries[position];
            self.entries[position] = LogEntry { to, until: SimTime::NEVER, ..whole };
            self.entries.insert(position + 1, LogEntry { from: to, ..whole });
            for run in self.runs.iter_mut().filter(|run| **run as usize > position) {
                *run += 1;
            }
        }
        self.runs.push(self.entries.len() as u32);
        self.ends.push((at, to));
    }
}

/// A record in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its offset.
    pub offset: Offset,
    /// The record.
    pub record: RecordId,
    /// When it came.
    pub since: SimTime,
    /// When it was truncated; `NEVER` if it stayed.
    pub until: SimTime,
    /// The append, or the copy, that brought it.
    pub fact: FactId,
}

/// All logs of a run.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    logs: Vec<ReplicaLog>,
    /// Positions in `logs`.
    known: LiteMap<(TopicPartition, BrokerId), usize>,
    /// Whether partitions have replicas at all, or one log each, whoever leads.
    replicated: bool,
}

impl Logs {
    /// Reads a trace.
    #[must_use]
    pub fn new(trace: &Trace) -> Self {
        let replicated = !trace.isr_changes.is_empty() || !trace.fetches.is_empty();
        let mut logs = Self { replicated, ..Self::default() };
        let (mut append, mut copy, mut cut) = (0, 0, 0);
        let next = |column: Column<'_, SimTime>, row: u32| {
            if row < column.len() { column.get(row) } else { SimTime::NEVER }
        };
        loop {
            let (appended, copied) =
                (next(trace.appends.at(), append), next(trace.copies.at(), copy));
            let truncated = next(trace.truncations.at(), cut);
            let soonest = appended.min(copied).min(truncated);
            if soonest == SimTime::NEVER {
                return logs;
            }
            if truncated == soonest && logs.is_next(trace, cut, soonest < appended.min(copied)) {
                logs.truncate(trace, cut);
                cut += 1;
            } else if appended == soonest {
                logs.append(trace, append);
                append += 1;
            } else {
                logs.copy(trace, copy);
                copy += 1;
            }
        }
    }

    /// Whether a truncation goes before what else happens at its instant: it must find the log that it
    /// says it found.
    fn is_next(&mut self, trace: &Trace, row: u32, alone: bool) -> bool {
        let truncation = trace.truncations.row(row);
        let log = self.entry(truncation.partition, truncation.broker);
        alone || self.logs[log].end() == truncation.from
    }

    fn truncate(&mut self, trace: &Trace, row: u32) {
        let truncation = trace.truncations.row(row);
        let log = self.entry(truncation.partition, truncation.broker);
        self.logs[log].truncate(truncation.to, truncation.at);
    }

    fn append(&mut self, trace: &Trace, row: u32) {
        let append = trace.appends.row(row);
        if !matches!(append.result, AppendResult::Appended | AppendResult::AppendedWithError { .. })
        {
            return;
        }
        let batch = trace.opens.row(append.batch.0);
        let log = self.entry(batch.partition, append.broker);
        let log = &mut self.logs[log];
        // a repetition that is answered with an error all the same has an old offset
        if append.offset < log.end() {
            return;
        }
        let to = append.offset + batch.records;
        log.grow(append.offset, to, append.at, FactId::new(Kind::Append, row));
    }

    fn copy(&mut self, trace: &Trace, row: u32) {
        let copy = trace.copies.row(row);
        let log = self.entry(copy.partition, copy.broker);
        self.logs[log].grow(copy.from, copy.to, copy.at, FactId::new(Kind::Copy, row));
    }

    fn entry(&mut self, partition: TopicPartition, broker: BrokerId) -> usize {
        if let Some(position) = self.position(partition, broker) {
            self.logs[position].broker = broker;
            return position;
        }
        let (entries, runs, ends) = (Vec::new(), vec![0], Vec::new());
        self.logs.push(ReplicaLog { partition, broker, entries, runs, ends });
        self.known.insert(self.key(partition, broker), self.logs.len() - 1);
        self.logs.len() - 1
    }

    fn key(&self, partition: TopicPartition, broker: BrokerId) -> (TopicPartition, BrokerId) {
        (partition, if self.replicated { broker } else { BrokerId(NONE) })
    }

    pub(crate) fn position(&self, partition: TopicPartition, broker: BrokerId) -> Option<usize> {
        self.known.get(&self.key(partition, broker)).copied()
    }

    /// All logs in which there was ever a record.
    #[must_use]
    pub fn all(&self) -> &[ReplicaLog] {
        &self.logs
    }

    /// Whether partitions have replicas, or one log each, whoever leads.
    #[must_use]
    pub const fn replicated(&self) -> bool {
        self.replicated
    }

    /// A broker's log of a partition, if there was ever a record in it.
    #[must_use]
    pub fn log(&self, partition: TopicPartition, broker: BrokerId) -> Option<&ReplicaLog> {
        self.position(partition, broker).map(|position| &self.logs[position])
    }

    /// The records in `range` of a log as it was at a time, in order of their offsets.
    pub fn visit(
        &self,
        trace: &Trace,
        log: &ReplicaLog,
        range: Range<Offset>,
        at: SimTime,
        each: &mut dyn FnMut(Cell),
    ) {
        for entry in log.touching(range.clone()) {
            if entry.since <= at && at < entry.until {
                let part = entry.from.max(range.start)..entry.to.min(range.end);
                self.visit_entry(trace, log, entry, part, each);
            }
        }
    }

    /// The records in `range` of a log that had come by a time, those included that were truncated
    /// since; each truncated stretch stands before what came instead.
    pub fn visit_all(
        &self,
        trace: &Trace,
        log: &ReplicaLog,
        range: Range<Offset>,
        at: SimTime,
        each: &mut dyn FnMut(Cell),
    ) {
        for entry in log.touching(range.clone()).filter(|entry| entry.since <= at) {
            let part = entry.from.max(range.start)..entry.to.min(range.end);
            self.visit_entry(trace, log, entry, part, each);
        }
    }

    fn visit_entry(
        &self,
        trace: &Trace,
        log: &ReplicaLog,
        entry: &LogEntry,
        part: Range<Offset>,
        each: &mut dyn FnMut(Cell),
    ) {
        let row = entry.fact.row();
        let LogEntry { since, until, fact, .. } = *entry;
        if entry.fact.kind() == Kind::Append {
            let append = trace.appends.row(row);
            let skipped = (part.start.0 - append.offset.0) as usize;
            let offsets = part.start.0..part.end.0;
            for (offset, record) in offsets.zip(trace.records_of(append.batch).skip(skipped)) {
                each(Cell { offset: Offset(offset), record, since, until, fact });
            }
            return;
        }
        let answer = trace.fetch_answers.row(trace.copies.answer().get(row));
        let leader = trace.fetches.leader().get(answer.fetch);
        // a leader does not fetch from itself, so each step leads to an earlier answer
        if let Some(source) = self.log(log.partition, leader).filter(|l| l.broker != log.broker) {
            let mut own = |cell: Cell| each(Cell { since, until, fact, ..cell });
            self.visit(trace, source, part, answer.at, &mut own);
        }
    }

    /// The record at an offset of a log at a time.
    #[must_use]
    pub fn record_at(
        &self,
        trace: &Trace,
        log: &ReplicaLog,
        offset: Offset,
        at: SimTime,
    ) -> Option<Cell> {
        let mut found = None;
        self.visit(trace, log, offset..offset + 1, at, &mut |cell| found = Some(cell));
        found
    }

    /// Whether, since when and until when a log had the record at this offset: each stay of it.
    pub fn stays(
        &self,
        trace: &Trace,
        log: &ReplicaLog,
        record: RecordId,
        offset: Offset,
    ) -> Vec<Cell> {
        let mut stays = Vec::new();
        let mut note = |cell: Cell| {
            if cell.record == record {
                stays.push(cell);
            }
        };
        self.visit_all(trace, log, offset..offset + 1, SimTime::NEVER, &mut note);
        stays
    }
}
