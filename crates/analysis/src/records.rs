//! The table of all records: sorted and filtered once, then read a window at a time.

use crate::Analysis;
use crate::index::Told;
use crate::ledger::{Class, Entry, Fate};
use crate::logs::Cell;
use crate::steps::partition_of;
use std::ops::Range;
use trace::{AppendResult, FactId, Kind, NONE, PartitionRule, RequestFate, Trace};
use units::{BatchId, Micros, Offset, RecordId, RequestId, SimTime, TopicPartition};

/// A record with every time and outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordRow {
    /// The record.
    pub record: RecordId,
    /// Its partition, once one was chosen.
    pub partition: Option<TopicPartition>,
    /// The batch that has it.
    pub batch: Option<BatchId>,
    /// Bytes of its key; -1 for null.
    pub key_bytes: i32,
    /// Bytes of its value; -1 for null.
    pub value_bytes: i32,
    /// When the application wanted to send it.
    pub wanted: SimTime,
    /// When it called `send`.
    pub called: SimTime,
    /// When its batch took no more records.
    pub closed: Option<SimTime>,
    /// When its batch left the accumulator first.
    pub drained: Option<SimTime>,
    /// When the request of its last try was written.
    pub written: Option<SimTime>,
    /// Tries of its batch.
    pub tries: u32,
    /// When a leader appended it first.
    pub appended: Option<SimTime>,
    /// Its offset in the leader's log.
    pub offset: Option<Offset>,
    /// When the answer to its last try came.
    pub answered: Option<SimTime>,
    /// When consumers could read it: the leader's high watermark had passed it.
    pub visible: Option<SimTime>,
    /// When its callback began, or `send` refused it.
    pub told_at: Option<SimTime>,
    /// From wish to callback.
    pub latency: Option<Micros>,
    /// The offset that the callback told; -1 for none.
    pub told_offset: Offset,
    /// What failed: a position in [`Trace::failures`].
    pub failure: Option<u32>,
    /// What became of it.
    pub entry: Entry,
}

/// What the table can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The order of the calls.
    Record,
    /// Its partition.
    Partition,
    /// Its batch.
    Batch,
    /// When it was wanted.
    Wanted,
    /// When `send` was called.
    Called,
    /// When its batch took no more.
    Closed,
    /// When its batch left.
    Drained,
    /// When its last request was written.
    Written,
    /// Tries of its batch.
    Tries,
    /// When it was appended.
    Appended,
    /// When its last request was answered.
    Answered,
    /// Its offset.
    Offset,
    /// When it became visible.
    Visible,
    /// When the application was told.
    Told,
    /// Its latency.
    Latency,
    /// Its fate: what went wrong first.
    Fate,
    /// Bytes of its value.
    ValueBytes,
}

/// Which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// The least first; what has no value last.
    #[default]
    Ascending,
    /// The greatest first; what has no value last.
    Descending,
}

/// Which records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Those of a class of the ledger.
    pub class: Class,
    /// Those of a partition.
    pub partition: Option<TopicPartition>,
    /// Those of a batch.
    pub batch: Option<BatchId>,
    /// Those sent in a stretch of time, its end not included.
    pub called: Option<(SimTime, SimTime)>,
}

impl Default for Filter {
    /// All of them.
    fn default() -> Self {
        Self { class: Class::All, partition: None, batch: None, called: None }
    }
}

impl Filter {
    fn has(&self, trace: &Trace, analysis: &Analysis, record: RecordId) -> bool {
        let called = trace.sends.called().get(record.0);
        analysis.ledger.entry(record).is_some_and(|entry| self.class.has(entry))
            && self.called.is_none_or(|(from, to)| from <= called && called < to)
            && self.partition.is_none_or(|partition| partition_of(trace, record) == partition)
            && self.batch.is_none_or(|batch| {
                analysis.index.batches_of(trace, record).any(|known| known == batch)
            })
    }
}

/// The table: the records that a filter leaves, in order. Rows are made when they are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordTable {
    records: Vec<RecordId>,
}

impl RecordTable {
    /// Filters and sorts.
    #[must_use]
    pub fn new(
        trace: &Trace,
        analysis: &Analysis,
        filter: &Filter,
        by: SortKey,
        order: SortOrder,
    ) -> Self {
        let mut sorting = Sorting::new(*filter, by, order);
        loop {
            if let Some(table) = sorting.go_on(trace, analysis) {
                return table;
            }
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether the filter left nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The record of each row.
    #[must_use]
    pub fn records(&self) -> &[RecordId] {
        &self.records
    }

    /// The row in which a record stands.
    #[must_use]
    pub fn position(&self, record: RecordId) -> Option<usize> {
        self.records.iter().position(|known| *known == record)
    }

    /// The rows of a window.
    pub fn rows<'t>(
        &'t self,
        trace: &'t Trace,
        analysis: &'t Analysis,
        window: Range<usize>,
    ) -> impl Iterator<Item = RecordRow> + 't {
        let end = window.end.min(self.records.len());
        let window = &self.records[window.start.min(end)..end];
        window.iter().map(|record| record_row(trace, analysis, *record))
    }
}

/// A table that is made piece by piece, for who cannot be away for long. It is sorted by the digits of its
/// keys, the last digit first: each digit takes one look at all rows, and equals keep their order.
#[derive(Clone, Debug)]
pub struct Sorting {
    filter: Filter,
    by: SortKey,
    order: SortOrder,
    /// The record that is looked at next.
    next: u32,
    /// Records behind their keys.
    rows: Vec<(u64, RecordId)>,
    /// Where a digit puts them.
    room: Vec<(u64, RecordId)>,
    /// Bits that are not the same in all keys.
    differ: u64,
    /// The digit that is next.
    digit: u32,
}

impl Sorting {
    /// Records that are looked at in one piece.
    pub const PIECE: u32 = 50_000;
    /// Bits of a digit.
    const DIGIT: u32 = 8;

    /// The beginning of a table.
    #[must_use]
    pub const fn new(filter: Filter, by: SortKey, order: SortOrder) -> Self {
        let (next, differ, digit) = (0, 0, 0);
        Self { filter, by, order, next, rows: Vec::new(), room: Vec::new(), differ, digit }
    }

    /// Does the next piece of the work: so many records, or a digit of all of them. The table, once it is
    /// made.
    pub fn go_on(&mut self, trace: &Trace, analysis: &Analysis) -> Option<RecordTable> {
        let all = trace.sends.len();
        if self.next < all {
            let piece = self.next..all.min(self.next + Self::PIECE);
            self.next = piece.end;
            for record in piece.map(RecordId).filter(|r| self.filter.has(trace, analysis, *r)) {
                let key = self.key(trace, analysis, record);
                let first = self.rows.first().map_or(key, |(first, _)| *first);
                self.differ |= key ^ first;
                self.rows.push((key, record));
            }
            if self.next < all {
                return None;
            }
        }
        // what is the same in all keys sorts nothing
        while self.digit < u64::BITS && (self.differ >> self.digit) & 0xff == 0 {
            self.digit += Self::DIGIT;
        }
        if self.digit < u64::BITS {
            self.sort_by_digit();
            self.digit += Self::DIGIT;
            return None;
        }
        let mut records: Vec<RecordId> = self.rows.iter().map(|(_, record)| *record).collect();
        if self.by == SortKey::Record && self.order == SortOrder::Descending {
            records.reverse();
        }
        Some(RecordTable { records })
    }

    /// Keys stand in the order of the rows; the greatest is for what has no value.
    fn key(&self, trace: &Trace, analysis: &Analysis, record: RecordId) -> u64 {
        if self.by == SortKey::Record {
            // that is how they come
            return 0;
        }
        let key = sort_key(trace, analysis, record, self.by);
        key.map_or(u64::MAX, |key| {
            let rising = key.cast_unsigned() ^ (1 << 63);
            if self.order == SortOrder::Ascending { rising } else { !rising }
        })
    }

    fn sort_by_digit(&mut self) {
        let digit = |key: u64| (key >> self.digit & 0xff) as usize;
        let mut places = [0; 256];
        for (key, _) in &self.rows {
            places[digit(*key)] += 1;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        self.room.resize(self.rows.len(), (0, RecordId(0)));
        for row in &self.rows {
            let place = &mut places[digit(row.0)];
            self.room[*place] = *row;
            *place += 1;
        }
        std::mem::swap(&mut self.rows, &mut self.room);
    }
}

/// A record with every time and outcome.
#[must_use]
pub fn record_row(trace: &Trace, analysis: &Analysis, record: RecordId) -> RecordRow {
    let index = &analysis.index;
    let send = trace.sends.row(record.0);
    let (told_at, failure) = told(trace, analysis, record);
    let place = place(trace, analysis, record);
    let none =
        Entry { fate: Fate::Pending, told: Told::Nothing, duplicated: false, reordered: false };
    let entry = analysis.ledger.entry(record).unwrap_or(none);
    RecordRow {
        record,
        partition: (send.rule != PartitionRule::Unchosen).then(|| partition_of(trace, record)),
        batch: (send.batch.0 != NONE).then_some(send.batch),
        key_bytes: send.key_bytes,
        value_bytes: send.value_bytes,
        wanted: send.wanted,
        called: send.called,
        closed: closed(trace, analysis, record),
        drained: drained(trace, analysis, record),
        written: written(trace, analysis, record),
        tries: tries(trace, analysis, record),
        appended: place.map(|(_, append)| trace.at(append)),
        offset: place.map(|(offset, _)| offset),
        answered: answered(trace, analysis, record),
        visible: visible(trace, analysis, record, place),
        told_at,
        latency: told_at.filter(|_| entry.told.is_acknowledged()).map(|at| at.since(send.wanted)),
        told_offset: index.told_offset(trace, record),
        failure,
        entry,
    }
}

fn sort_key(trace: &Trace, analysis: &Analysis, record: RecordId, by: SortKey) -> Option<i64> {
    let sends = &trace.sends;
    let told_at = || told(trace, analysis, record).0;
    match by {
        SortKey::Record => Some(i64::from(record.0)),
        SortKey::Partition => {
            let partition = partition_of(trace, record);
            let known = sends.rule().get(record.0) != PartitionRule::Unchosen;
            known.then_some(i64::from(partition.topic.0) << 16 | i64::from(partition.partition.0))
        }
        SortKey::Batch => {
            let batch = sends.batch().get(record.0).0;
            (batch != NONE).then_some(i64::from(batch))
        }
        SortKey::Wanted => Some(sends.wanted().get(record.0).0),
        SortKey::Called => Some(sends.called().get(record.0).0),
        SortKey::Closed => closed(trace, analysis, record).map(|at| at.0),
        SortKey::Drained => drained(trace, analysis, record).map(|at| at.0),
        SortKey::Written => written(trace, analysis, record).map(|at| at.0),
        SortKey::Answered => answered(trace, analysis, record).map(|at| at.0),
        SortKey::Tries => Some(i64::from(tries(trace, analysis, record))),
        SortKey::Appended => place(trace, analysis, record).map(|(_, append)| trace.at(append).0),
        SortKey::Offset => place(trace, analysis, record).map(|(offset, _)| offset.0),
        SortKey::Visible => {
            let place = place(trace, analysis, record);
            visible(trace, analysis, record, place).map(|at| at.0)
        }
        SortKey::Told => told_at().map(|at| at.0),
        SortKey::Latency => {
            let acknowledged = analysis.index.told(trace, record).is_acknowledged();
            let wanted = sends.wanted().get(record.0);
            told_at().filter(|_| acknowledged).map(|at| at.since(wanted).0 as i64)
        }
        SortKey::Fate => analysis.ledger.entry(record).map(|entry| match entry.fate {
            Fate::AcknowledgedLost => 0,
            Fate::DependsOn(_) => 1,
            Fate::UnacknowledgedGone => 2,
            Fate::UnacknowledgedKept => 3,
            Fate::Pending => 4,
            Fate::AcknowledgedKept => 5,
        }),
        SortKey::ValueBytes => Some(i64::from(sends.value_bytes().get(record.0))),
    }
}

fn told(trace: &Trace, analysis: &Analysis, record: RecordId) -> (Option<SimTime>, Option<u32>) {
    if let Some(row) = analysis.index.callback_row(record) {
        let failure = trace.callbacks.failure().get(row);
        return (Some(trace.callbacks.at().get(row)), (failure != NONE).then_some(failure));
    }
    match analysis.index.refusal_row(record) {
        Some(row) => (Some(trace.refusals.at().get(row)), Some(trace.refusals.failure().get(row))),
        None => (None, None),
    }
}

fn drained(trace: &Trace, analysis: &Analysis, record: RecordId) -> Option<SimTime> {
    let first = analysis.index.batches_of(trace, record).last()?;
    let row = analysis.index.drain_rows(first).first()?;
    Some(trace.drains.at().get(*row))
}

/// When its batch was closed: that in which it was sent first, if that was cut.
fn closed(trace: &Trace, analysis: &Analysis, record: RecordId) -> Option<SimTime> {
    let first = analysis.index.batches_of(trace, record).last()?;
    let row = analysis.index.close_row(first)?;
    Some(trace.closes.at().get(row))
}

/// The request of its last try.
fn last_request(trace: &Trace, analysis: &Analysis, record: RecordId) -> Option<RequestId> {
    let mut batches = analysis.index.batches_of(trace, record);
    let row = batches.find_map(|batch| analysis.index.drain_rows(batch).last().copied())?;
    let request = trace.drains.request().get(row);
    (request.0 != NONE).then_some(request)
}

fn written(trace: &Trace, analysis: &Analysis, record: RecordId) -> Option<SimTime> {
    let request = last_request(trace, analysis, record)?;
    Some(trace.requests.written().get(request.0)).filter(|at| *at != SimTime::NEVER)
}

fn answered(trace: &Trace, analysis: &Analysis, record: RecordId) -> Option<SimTime> {
    let end = analysis.index.end_row(last_request(trace, analysis, record)?)?;
    let ends = &trace.request_ends;
    (ends.fate().get(end) == RequestFate::Answered).then(|| ends.at().get(end))
}

fn tries(trace: &Trace, analysis: &Analysis, record: RecordId) -> u32 {
    let batches = analysis.index.batches_of(trace, record);
    batches.map(|batch| analysis.index.drain_rows(batch).len() as u32).sum()
}

/// Where a leader appended the record first, and by which append.
fn place(trace: &Trace, analysis: &Analysis, record: RecordId) -> Option<(Offset, FactId)> {
    let batch = trace.sends.batch().get(record.0);
    if batch.0 == NONE {
        return None;
    }
    if trace.opens.parent().get(batch.0).0 != NONE {
        // rare: a piece, whose whole may have been appended too
        let (offset, row) =
            crate::steps::appended_at(trace, &analysis.index, record).first().copied()?;
        return Some((offset, FactId::new(Kind::Append, row)));
    }
    let new = |row: &&u32| {
        let result = trace.appends.result().get(**row);
        matches!(result, AppendResult::Appended | AppendResult::AppendedWithError { .. })
    };
    let row = *analysis.index.append_rows(batch).iter().find(new)?;
    let offset = trace.appends.offset().get(row) + trace.sends.index().get(record.0);
    Some((offset, FactId::new(Kind::Append, row)))
}

/// When consumers could read the record: on the leader that appended it, or else on a later one.
fn visible(
    trace: &Trace,
    analysis: &Analysis,
    record: RecordId,
    place: Option<(Offset, FactId)>,
) -> Option<SimTime> {
    let Analysis { index, logs, visibility, .. } = analysis;
    let (offset, fact) = place?;
    let partition = partition_of(trace, record);
    let broker = trace.appends.broker().get(fact.row());
    let since = trace.at(fact);
    let cell = Cell { offset, record, since, until: SimTime::NEVER, fact };
    // a cell that was truncated before it was visible is looked for again where it really stood
    let first = visibility.became_visible(trace, logs, partition, broker, &cell);
    if trace.truncations.is_empty() && trace.leaders.len() <= 1 || !logs.replicated() {
        return first.map(|fact| trace.at(fact));
    }
    let stays = crate::steps::stays(trace, index, logs, record);
    let seen = stays.iter().filter_map(|stay| {
        visibility.became_visible(trace, logs, partition, stay.broker, &stay.cell)
    });
    seen.map(|fact| trace.at(fact)).min()
}
