//! Two runs of nearly the same scenario, fact by fact: where they part, and where they differ next.
//!
//! Facts are matched by identity, not by their number in the table: a record by its number, a batch by
//! its partition and first record, a request by its batches and their tries. What only the settings
//! decide (the size of a buffer, the numbers beside a reason) does not count.

use crate::index::Index;
use std::collections::BTreeMap;
use trace::facts::Drain;
use trace::{BlockReason, FactId, Kind, NONE, RequestKind, Trace};
use units::{BatchId, RecordId, RequestId, SimTime, TopicPartition};

/// In what two matched facts differ; the graver one if in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Differs {
    /// One run has no such fact.
    Unmatched,
    /// In what it came to: an error, a partition, who leads.
    Fate,
    /// In why it happened.
    Reason,
    /// In how many records of the batch it is about.
    Records {
        /// Those of the first run.
        a: u32,
        /// Those of the second.
        b: u32,
    },
    /// In when it happened alone.
    Time,
}

/// A difference between two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// When: the earlier of the two.
    pub at: SimTime,
    /// The fact in the first run.
    pub a: Option<FactId>,
    /// The fact in the second.
    pub b: Option<FactId>,
    /// In what they differ.
    pub differs: Differs,
}

/// Most differences that are kept: the earliest.
pub const DIFFERENCES_MAX: usize = 100_000;

/// All differences between two runs, by time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    differences: Vec<Difference>,
}

/// One of the two runs.
#[derive(Clone, Copy, Debug)]
pub struct Side<'t> {
    /// Its trace.
    pub trace: &'t Trace,
    /// Its index.
    pub index: &'t Index,
}

impl Comparison {
    /// Compares two runs in linear time.
    #[must_use]
    pub fn new(a: Side<'_>, b: Side<'_>) -> Self {
        let mut pairs = Pairs { a, b, differences: Vec::new() };
        pairs.records();
        pairs.batches(&Matching::new(a.trace, b.trace));
        pairs.cluster();
        pairs.cut();
        Self { differences: pairs.differences }
    }

    /// Where the runs part: their first difference.
    #[must_use]
    pub fn first(&self) -> Option<Difference> {
        self.differences.first().copied()
    }

    /// The first difference behind a moment.
    #[must_use]
    pub fn next(&self, at: SimTime) -> Option<Difference> {
        let next = self.differences.partition_point(|difference| difference.at <= at);
        self.differences.get(next).copied()
    }

    /// The last difference before a moment.
    #[must_use]
    pub fn previous(&self, at: SimTime) -> Option<Difference> {
        let next = self.differences.partition_point(|difference| difference.at < at);
        next.checked_sub(1).map(|last| self.differences[last])
    }

    /// All of them, or the earliest [`DIFFERENCES_MAX`].
    #[must_use]
    pub fn all(&self) -> &[Difference] {
        &self.differences
    }
}

/// Which batch of one run is which of the other.
struct Matching {
    /// By batch of the first run.
    b_of_a: Vec<u32>,
    /// By batch of the second.
    a_of_b: Vec<u32>,
}

impl Matching {
    fn new(a: &Trace, b: &Trace) -> Self {
        let mut known: BTreeMap<(TopicPartition, RecordId, u32), u32> = BTreeMap::new();
        for batch in 0..b.opens.len() {
            known.insert(identity(b, batch), batch);
        }
        let mut a_of_b = vec![NONE; b.opens.len() as usize];
        let of_a = |batch: u32| known.get(&identity(a, batch)).copied().unwrap_or(NONE);
        let b_of_a: Vec<u32> = (0..a.opens.len()).map(of_a).collect();
        for (batch, other) in (0..).zip(&b_of_a).filter(|(_, other)| **other != NONE) {
            a_of_b[*other as usize] = batch;
        }
        Self { b_of_a, a_of_b }
    }
}

/// Partition, first record, and how often it was cut.
fn identity(trace: &Trace, batch: u32) -> (TopicPartition, RecordId, u32) {
    let parents = core::iter::successors(Some(batch), |batch| {
        Some(trace.opens.parent().get(*batch).0).filter(|parent| *parent != NONE)
    });
    let cuts = parents.count() as u32 - 1;
    (trace.opens.partition().get(batch), trace.opens.first().get(batch), cuts)
}

/// A batch that is closed or leaves: for the same reason, with so many records in each run.
fn reason_or_records(same_reason: bool, a: u32, b: u32) -> Option<Differs> {
    match same_reason {
        false => Some(Differs::Reason),
        true => (a != b).then_some(Differs::Records { a, b }),
    }
}

struct Pairs<'t> {
    a: Side<'t>,
    b: Side<'t>,
    differences: Vec<Difference>,
}

impl Pairs<'_> {
    /// Compares a fact of each run, if both are there. `differs` looks at more than the time.
    fn pair(&mut self, a: Option<FactId>, b: Option<FactId>, differs: Option<Differs>) {
        let at = |side: Side<'_>, fact: Option<FactId>| fact.map(|fact| side.trace.at(fact));
        let (at_a, at_b) = (at(self.a, a), at(self.b, b));
        let differs = match (at_a, at_b) {
            (None, None) => return,
            (Some(_), None) | (None, Some(_)) => Some(Differs::Unmatched),
            (Some(x), Some(y)) => differs.or((x != y).then_some(Differs::Time)),
        };
        let Some(differs) = differs else { return };
        let at = at_a.into_iter().chain(at_b).min().unwrap_or(SimTime::NEVER);
        self.differences.push(Difference { at, a, b, differs });
        if self.differences.len() >= 2 * DIFFERENCES_MAX {
            self.cut();
        }
    }

    /// Sorts, and forgets the latest.
    fn cut(&mut self) {
        let kind = |difference: &Difference| difference.a.or(difference.b).map(|id| id.kind());
        self.differences.sort_by_key(|difference| (difference.at, kind(difference)));
        self.differences.truncate(DIFFERENCES_MAX);
    }

    fn records(&mut self) {
        let (a, b) = (self.a, self.b);
        for number in 0..a.trace.sends.len().max(b.trace.sends.len()) {
            let record = RecordId(number);
            let sent = |side: Side<'_>| {
                (number < side.trace.sends.len()).then(|| FactId::new(Kind::Send, number))
            };
            let (in_a, in_b) = (sent(a), sent(b));
            let both = in_a.is_some() && in_b.is_some();
            let partition = |side: Side<'_>| {
                (side.trace.sends.rule().get(number), side.trace.sends.partition().get(number))
            };
            let differs = (both && partition(a) != partition(b)).then_some(Differs::Fate);
            self.pair(in_a, in_b, differs);
            let waits = |side: Side<'_>| side.index.last_wait(record);
            self.wait(waits(a), waits(b));
            let refused = |side: Side<'_>| side.index.refusal_row(record);
            self.refusal(refused(a), refused(b));
            self.callback(record);
        }
    }

    fn wait(&mut self, a: Option<u32>, b: Option<u32>) {
        let id = |row: u32| FactId::new(Kind::Block, row);
        let differs = match (a, b) {
            (Some(x), Some(y)) => {
                let (x, y) = (self.a.trace.blocks.row(x), self.b.trace.blocks.row(y));
                let kind = |why: BlockReason| why.variant();
                if kind(x.why) != kind(y.why) {
                    Some(Differs::Reason)
                } else {
                    (x.until != y.until).then_some(Differs::Time)
                }
            }
            _ => None,
        };
        self.pair(a.map(id), b.map(id), differs);
    }

    fn refusal(&mut self, a: Option<u32>, b: Option<u32>) {
        let id = |row: u32| FactId::new(Kind::Refusal, row);
        let class = |side: Side<'_>, row: u32| {
            side.trace.failure_at(side.trace.refusals.failure().get(row)).map(|f| f.variant())
        };
        let differs = match (a, b) {
            (Some(x), Some(y)) => (class(self.a, x) != class(self.b, y)).then_some(Differs::Fate),
            _ => None,
        };
        self.pair(a.map(id), b.map(id), differs);
    }

    fn callback(&mut self, record: RecordId) {
        let (a, b) = (self.a, self.b);
        let row = |side: Side<'_>| side.index.callback_row(record);
        let (x, y) = (row(a), row(b));
        // callbacks of one batch at one moment are one fact: its first record speaks for it
        let repeats = |side: Side<'_>, row: Option<u32>| {
            row.is_none_or(|row| side.trace.callbacks.record().get(row) != record)
        };
        if repeats(a, x) && repeats(b, y) {
            return;
        }
        let failure = |side: Side<'_>, row: u32| {
            side.trace.failure_at(side.trace.callbacks.failure().get(row)).map(|f| f.variant())
        };
        let differs = match (x, y) {
            (Some(x), Some(y)) => (failure(a, x) != failure(b, y)).then_some(Differs::Fate),
            _ => None,
        };
        let id = |row: u32| FactId::new(Kind::Callback, row);
        self.pair(x.map(id), y.map(id), differs);
    }

    fn batches(&mut self, matching: &Matching) {
        for (batch, other) in (0..).zip(&matching.b_of_a) {
            self.batch(Some(batch), (*other != NONE).then_some(*other));
        }
        for (batch, other) in (0..).zip(&matching.a_of_b) {
            if *other == NONE {
                self.batch(None, Some(batch));
            }
        }
    }

    fn batch(&mut self, in_a: Option<u32>, in_b: Option<u32>) {
        let (a, b) = (self.a, self.b);
        let open = |batch: u32| FactId::new(Kind::Open, batch);
        self.pair(in_a.map(open), in_b.map(open), None);
        let (x, y) = (in_a.map(BatchId), in_b.map(BatchId));
        let close = |side: Side<'_>, batch: Option<BatchId>| {
            batch.and_then(|batch| side.index.close_row(batch))
        };
        let (close_a, close_b) = (close(a, x), close(b, y));
        let differs = match (close_a, close_b) {
            (Some(x), Some(y)) => {
                let (x, y) = (a.trace.closes.row(x), b.trace.closes.row(y));
                reason_or_records(x.why.variant() == y.why.variant(), x.records, y.records)
            }
            _ => None,
        };
        let id = |row: u32| FactId::new(Kind::Close, row);
        self.pair(close_a.map(id), close_b.map(id), differs);
        let finish = |side: Side<'_>, batch: Option<BatchId>| {
            batch.and_then(|batch| side.index.finish_row(batch))
        };
        let (finish_a, finish_b) = (finish(a, x), finish(b, y));
        let failure = |side: Side<'_>, row: u32| {
            side.trace.failure_at(side.trace.finishes.failure().get(row)).map(|f| f.variant())
        };
        let differs = match (finish_a, finish_b) {
            (Some(x), Some(y)) => (failure(a, x) != failure(b, y)).then_some(Differs::Fate),
            _ => None,
        };
        let id = |row: u32| FactId::new(Kind::Finish, row);
        self.pair(finish_a.map(id), finish_b.map(id), differs);
        self.tries(x, y);
    }

    fn tries(&mut self, x: Option<BatchId>, y: Option<BatchId>) {
        let (a, b) = (self.a, self.b);
        let rows = |side: Side<'_>, batch: Option<BatchId>, kind: Kind| -> Vec<u32> {
            let Some(batch) = batch else { return Vec::new() };
            match kind {
                Kind::Drain => side.index.drain_rows(batch).to_vec(),
                Kind::Append => side.index.append_rows(batch).to_vec(),
                _ => side.index.retry_rows(batch).to_vec(),
            }
        };
        for kind in [Kind::Drain, Kind::Append, Kind::Retry] {
            let (rows_a, rows_b) = (rows(a, x, kind), rows(b, y, kind));
            for n in 0..rows_a.len().max(rows_b.len()) {
                let (x, y) = (rows_a.get(n).copied(), rows_b.get(n).copied());
                let differs = match (x, y, kind) {
                    (Some(x), Some(y), Kind::Drain) => self.drain(x, y),
                    (Some(x), Some(y), Kind::Append) => {
                        let (x, y) = (a.trace.appends.row(x), b.trace.appends.row(y));
                        let same = x.result == y.result && x.broker == y.broker;
                        (!same).then_some(Differs::Fate)
                    }
                    (Some(x), Some(y), _) => {
                        let errors =
                            (a.trace.retries.error().get(x), b.trace.retries.error().get(y));
                        (errors.0 != errors.1).then_some(Differs::Fate)
                    }
                    _ => None,
                };
                let id = |row: u32| FactId::new(kind, row);
                self.pair(x.map(id), y.map(id), differs);
                if kind == Kind::Drain {
                    self.request(x, y);
                }
            }
        }
    }

    /// The headline of a drain is its reason.
    fn drain(&self, x: u32, y: u32) -> Option<Differs> {
        let headline = |trace: &Trace, drain: &Drain| {
            (drain.condition_count > 0).then(|| trace.conditions.what().get(drain.conditions))
        };
        let (a, b) = (self.a.trace, self.b.trace);
        let (x, y) = (a.drains.row(x), b.drains.row(y));
        let variant = |condition: Option<trace::Condition>| condition.map(|c| c.variant());
        let same = variant(headline(a, &x)) == variant(headline(b, &y));
        reason_or_records(same, x.records, y.records)
    }

    /// The requests of two tries: looked at once, from the first batch in each. They match if they carry
    /// the same batches in the same tries.
    fn request(&mut self, x: Option<u32>, y: Option<u32>) {
        let (a, b) = (self.a, self.b);
        let request_of = |side: Side<'_>, drain: Option<u32>| -> Option<RequestId> {
            let drain = drain?;
            let request = side.trace.drains.request().get(drain);
            let first = side.trace.requests.drains().get(request.0) == drain;
            (first && side.trace.requests.kind().get(request.0) == RequestKind::Produce)
                .then_some(request)
        };
        let (x, y) = (request_of(a, x), request_of(b, y));
        let carried = |trace: &Trace, request: RequestId| -> Vec<(TopicPartition, RecordId, u16)> {
            let first = trace.requests.drains().get(request.0);
            let drains = first..first + u32::from(trace.requests.batches().get(request.0));
            let batch = |row: u32| {
                let batch = trace.drains.batch().get(row).0;
                let first = trace.opens.first().get(batch);
                (trace.opens.partition().get(batch), first, trace.drains.attempts().get(row))
            };
            drains.map(batch).collect()
        };
        let id = |request: RequestId| FactId::new(Kind::Request, request.0);
        if let (Some(in_a), Some(in_b)) = (x, y)
            && carried(a.trace, in_a) != carried(b.trace, in_b)
        {
            self.pair(Some(id(in_a)), None, None);
            self.pair(None, Some(id(in_b)), None);
            return;
        }
        self.pair(x.map(id), y.map(id), None);
        let end = |side: Side<'_>, request: Option<RequestId>| {
            request.and_then(|request| side.index.end_row(request))
        };
        let (end_a, end_b) = (end(a, x), end(b, y));
        let differs = match (end_a, end_b) {
            (Some(x), Some(y)) => {
                let fates =
                    (a.trace.request_ends.fate().get(x), b.trace.request_ends.fate().get(y));
                (fates.0 != fates.1).then_some(Differs::Fate)
            }
            _ => None,
        };
        let id = |row: u32| FactId::new(Kind::RequestEnd, row);
        self.pair(end_a.map(id), end_b.map(id), differs);
    }

    /// Decisions of the controller and what became of brokers: the n-th of each partition or broker.
    fn cluster(&mut self) {
        let (a, b) = (self.a.trace, self.b.trace);
        self.in_turn(
            Kind::Leader,
            &|trace, row| u64::from(trace.leaders.epoch().get(row).0.cast_unsigned()),
            &|trace, row| {
                let partition = trace.leaders.partition().get(row);
                u64::from(partition.topic.0) << 16 | u64::from(partition.partition.0)
            },
            &|x, y| {
                if a.leaders.broker().get(x) != b.leaders.broker().get(y) {
                    return Some(Differs::Fate);
                }
                (a.leaders.why().get(x) != b.leaders.why().get(y)).then_some(Differs::Reason)
            },
        );
        self.in_turn(
            Kind::Isr,
            &|_, _| 0,
            &|trace, row| {
                let partition = trace.isr_changes.partition().get(row);
                u64::from(partition.topic.0) << 16 | u64::from(partition.partition.0)
            },
            &|x, y| {
                if a.isr_changes.members().get(x) != b.isr_changes.members().get(y) {
                    return Some(Differs::Fate);
                }
                (a.isr_changes.why().get(x) != b.isr_changes.why().get(y))
                    .then_some(Differs::Reason)
            },
        );
        self.in_turn(
            Kind::BrokerState,
            &|_, _| 0,
            &|trace, row| u64::from(trace.broker_states.broker().get(row).0),
            &|x, y| {
                let changes = (a.broker_states.change().get(x), b.broker_states.change().get(y));
                (changes.0 != changes.1).then_some(Differs::Fate)
            },
        );
    }

    /// Facts that are matched by what they are about and their turn there.
    fn in_turn(
        &mut self,
        kind: Kind,
        name: &dyn Fn(&Trace, u32) -> u64,
        about: &dyn Fn(&Trace, u32) -> u64,
        differs: &dyn Fn(u32, u32) -> Option<Differs>,
    ) {
        let sort = |trace: &Trace| {
            let mut turns: BTreeMap<u64, u64> = BTreeMap::new();
            let mut rows: BTreeMap<(u64, u64, u64), u32> = BTreeMap::new();
            for row in 0..trace.len_of(kind) {
                let turn = turns.entry(about(trace, row)).or_insert(0);
                rows.insert((about(trace, row), name(trace, row), *turn), row);
                *turn += 1;
            }
            rows
        };
        let (rows_a, mut rows_b) = (sort(self.a.trace), sort(self.b.trace));
        for (key, x) in rows_a {
            let y = rows_b.remove(&key);
            let differs = y.and_then(|y| differs(x, y));
            self.pair(Some(FactId::new(kind, x)), y.map(|y| FactId::new(kind, y)), differs);
        }
        for y in rows_b.into_values() {
            self.pair(None, Some(FactId::new(kind, y)), None);
        }
    }
}
