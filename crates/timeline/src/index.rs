//! What belongs to what: batches and their tries, requests and their ends, replicas and their logs.
//! Columns by number, filled in one pass over each table.

use crate::fates::{Fates, RecordMark};
use trace::{AppendResult, Kind, NONE, RequestFate, RequestKind, Trace};
use units::{BatchId, BrokerId, RecordId, RequestId, SimTime, TopicPartition};

/// Hues that a partition can have; with more partitions they repeat.
pub const HUES: u8 = 12;
/// A high watermark that moves so soon after the last event still belongs to the run.
const LAST_MOVE_US: i64 = 50_000;
/// Bytes of a batch before its first record. Source: `DefaultRecordBatch.RECORD_BATCH_OVERHEAD`.
const HEADER: u32 = 61;
/// Steps that are kept of a large batch.
const STEPS: u32 = 64;

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestEnd {
    pub(crate) at: SimTime,
    /// `None` while it is in flight.
    pub(crate) fate: Option<RequestFate>,
    /// A broker refused one of its batches, or recognised it.
    pub(crate) refused: bool,
    pub(crate) duplicate: bool,
}

/// A record of a large batch, and how full the batch was with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) record: RecordId,
    /// Bytes of the records up to this one.
    pub(crate) bytes: u32,
}

/// What a batch weighs, by the bytes of its records before compression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    /// Bytes of all its records.
    pub(crate) known: u32,
    /// Bytes of the batch as it left, or would leave.
    pub(crate) weighed: u32,
}

impl Weight {
    /// Bytes of the batch with so many bytes of its records.
    pub(crate) fn of(self, bytes: u32) -> u32 {
        let left = u64::from(self.weighed.saturating_sub(HEADER));
        HEADER + (u64::from(bytes) * left / u64::from(self.known)) as u32
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// The last moment of the run.
    pub(crate) end: SimTime,
    pub(crate) partitions: Vec<TopicPartition>,
    pub(crate) brokers: Vec<BrokerId>,
    pub(crate) fates: Fates,
    pub(crate) requests: Vec<RequestEnd>,
    /// By batch, its first drain, append and callback; by drain and append the next one of its batch.
    first_drain: Vec<u32>,
    next_drain: Vec<u32>,
    first_append: Vec<u32>,
    next_append: Vec<u32>,
    first_callback: Vec<u32>,
    /// By batch, its last result: a row of `finishes`, or none.
    pub(crate) finish: Vec<u32>,
    /// Bytes of a batch's records, before compression.
    filled: Vec<u32>,
    large: Vec<(BatchId, u32)>,
    steps: Vec<Step>,
}

impl Index {
    pub(crate) fn new(trace: &Trace, fates: &[(RecordId, RecordMark)]) -> Self {
        let mut index = Self {
            end: last_moment(trace),
            partitions: partitions(trace),
            brokers: brokers(trace),
            fates: Fates::new(trace, fates),
            ..Self::default()
        };
        index.requests(trace);
        let batches = trace.opens.len();
        (index.first_drain, index.next_drain) = chained(batches, trace.drains.batch().iter());
        (index.first_append, index.next_append) = chained(batches, trace.appends.batch().iter());
        index.finish = vec![NONE; batches as usize];
        for (row, finish) in (0..).zip(trace.finishes.rows()).filter(|(_, finish)| !finish.late) {
            if let Some(last) = index.finish.get_mut(finish.batch.index()) {
                *last = row;
            }
        }
        index.callbacks(trace);
        index.steps(trace);
        index
    }

    /// The hue of a partition: its position among all.
    pub(crate) fn hue_of(&self, partition: TopicPartition) -> u8 {
        let position = self.partitions.partition_point(|other| *other < partition);
        (position % usize::from(HUES)) as u8
    }

    /// Rows of a batch's drains, the first try first.
    pub(crate) fn drains_of(&self, batch: BatchId) -> impl Iterator<Item = u32> + '_ {
        chain(&self.first_drain, &self.next_drain, batch)
    }

    /// Rows of what leaders did with a batch.
    pub(crate) fn appends_of(&self, batch: BatchId) -> impl Iterator<Item = u32> + '_ {
        chain(&self.first_append, &self.next_append, batch)
    }

    /// The first row of a batch's callbacks, or none.
    pub(crate) fn first_callback_of(&self, batch: BatchId) -> Option<u32> {
        self.first_callback.get(batch.index()).copied().filter(|row| *row != NONE)
    }

    /// How much of a batch bytes of its records are.
    pub(crate) fn weight_of(&self, trace: &Trace, batch: BatchId) -> Weight {
        let known = self.filled[batch.index()].max(1);
        let drain = self.drains_of(batch).next();
        let weighed = drain.map_or(known + HEADER, |row| trace.drains.bytes().get(row));
        Weight { known, weighed }
    }

    /// Records of a large batch at even distances; empty for a small one, whose records are few.
    pub(crate) fn steps_of(&self, batch: BatchId) -> &[Step] {
        let Ok(position) = self.large.binary_search_by_key(&batch, |(batch, _)| *batch) else {
            return &[];
        };
        let first = self.large[position].1 as usize;
        let end = self.large.get(position + 1).map_or(self.steps.len(), |next| next.1 as usize);
        &self.steps[first..end]
    }

    fn requests(&mut self, trace: &Trace) {
        let flying = RequestEnd { at: self.end, fate: None, refused: false, duplicate: false };
        self.requests = vec![flying; trace.requests.len() as usize];
        for end in trace.request_ends.rows() {
            if let Some(request) = self.requests.get_mut(end.request.index()) {
                (request.at, request.fate) = (end.at, Some(end.fate));
            }
        }
        for append in trace.appends.rows() {
            let of = trace.reads.request().get(append.read);
            let Some(request) = self.requests.get_mut(of.index()) else { continue };
            match append.result {
                AppendResult::Appended => {}
                AppendResult::Duplicate => request.duplicate = true,
                AppendResult::Refused { .. } | AppendResult::AppendedWithError { .. } => {
                    request.refused = true;
                }
            }
        }
    }

    fn callbacks(&mut self, trace: &Trace) {
        self.first_callback = vec![NONE; trace.opens.len() as usize];
        for (row, record) in trace.callbacks.record().iter().enumerate().rev() {
            let batch = trace.sends.batch().get(record.0);
            if let Some(first) = self.first_callback.get_mut(batch.index()) {
                *first = row as u32;
            }
        }
    }

    /// Large batches keep some of their records: to paint one never walks through all of them.
    fn steps(&mut self, trace: &Trace) {
        let batches = trace.opens.len() as usize;
        self.filled = vec![0; batches];
        let mut next = vec![NONE; batches];
        let mut place = 0;
        for (batch, records) in (0..).zip(trace.opens.records().iter()) {
            if records > STEPS {
                self.large.push((BatchId(batch), place));
                next[batch as usize] = place;
                place += records.div_ceil(records.div_ceil(STEPS));
            }
        }
        self.steps = vec![Step { record: RecordId(NONE), bytes: 0 }; place as usize];
        for (row, send) in (0..).zip(trace.sends.rows()) {
            let batch = send.batch.index();
            if batch >= batches {
                continue;
            }
            self.filled[batch] += send.bytes;
            if next[batch] != NONE {
                let apart = trace.opens.records().get(send.batch.0).div_ceil(STEPS);
                if send.index.is_multiple_of(apart)
                    && let Some(step) = self.steps.get_mut(next[batch] as usize)
                {
                    *step = Step { record: RecordId(row), bytes: self.filled[batch] };
                    next[batch] += 1;
                }
            }
        }
    }
}

/// For each batch the first row that names it, for each row the next one of the same batch.
fn chained(
    batches: u32,
    of: impl DoubleEndedIterator<Item = BatchId> + ExactSizeIterator,
) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![NONE; batches as usize];
    let mut next = vec![NONE; of.len()];
    for (row, batch) in of.enumerate().rev() {
        if let Some(first) = first.get_mut(batch.index()) {
            next[row] = *first;
            *first = row as u32;
        }
    }
    (first, next)
}

fn chain<'a>(first: &[u32], next: &'a [u32], batch: BatchId) -> impl Iterator<Item = u32> + 'a {
    let first = first.get(batch.index()).copied().filter(|row| *row != NONE);
    std::iter::successors(first, |row| Some(next[*row as usize]).filter(|row| *row != NONE))
}

fn partitions(trace: &Trace) -> Vec<TopicPartition> {
    let mut partitions = Vec::new();
    note(&mut partitions, trace.leaders.partition().iter());
    note(&mut partitions, trace.opens.partition().iter());
    partitions
}

fn brokers(trace: &Trace) -> Vec<BrokerId> {
    let mut brokers = Vec::new();
    note(&mut brokers, trace.requests.node().iter());
    note(&mut brokers, trace.fetches.follower().iter());
    note(&mut brokers, trace.fetches.leader().iter());
    note(&mut brokers, trace.broker_states.broker().iter());
    note(&mut brokers, trace.leaders.broker().iter().filter(|broker| broker.0 != NONE));
    for members in trace.isr_changes.members().iter() {
        note(&mut brokers, (0..64).filter(|n| members >> n & 1 == 1).map(BrokerId));
    }
    brokers
}

/// Adds what is not there yet to a sorted list of few.
fn note<T: Ord>(known: &mut Vec<T>, values: impl Iterator<Item = T>) {
    for value in values {
        if let Err(place) = known.binary_search(&value) {
            known.insert(place, value);
        }
    }
}

/// When the last thing happened that anybody waits for. A follower goes on fetching for ever, and
/// learns the last high watermark when its long poll ends: that alone does not prolong a run.
fn last_moment(trace: &Trace) -> SimTime {
    let ends = [
        trace.callbacks.at().last(),
        trace.request_ends.at().last(),
        trace.sends.called().last(),
        trace.faults.at().last(),
        trace.broker_states.at().last(),
        trace.leaders.at().last(),
        trace.truncations.at().last(),
        trace.isr_changes.at().last(),
    ];
    let last = ends.into_iter().flatten().max().unwrap_or(SimTime(1000)).max(SimTime(1000));
    let soon = SimTime(last.0 + (last.0 / 10).min(LAST_MOVE_US));
    let moves = trace.first_row(Kind::HighWatermark, SimTime(soon.0 + 1));
    let moved = moves.checked_sub(1).map(|row| trace.high_watermarks.at().get(row));
    last.max(moved.unwrap_or(last))
}

/// The batches that a request carries.
pub(crate) fn batches_of(trace: &Trace, request: RequestId) -> impl Iterator<Item = BatchId> + '_ {
    let row = trace.requests.row(request.0);
    let count = if row.kind == RequestKind::Produce { u32::from(row.batches) } else { 0 };
    (row.drains..row.drains + count).map(|drain| trace.drains.batch().get(drain))
}

/// The first row of `kind` at or after the run's 0.
pub(crate) fn begin(trace: &Trace, kind: Kind) -> u32 {
    trace.first_row(kind, SimTime::ZERO)
}
