//! A trace sorted into rows, once: each row is a list of marks in the order of time, found by
//! bisection.

use std::collections::{BTreeMap, BTreeSet};
use trace::{
    AppendResult, BlockReason, Condition, FactId, Kind, NONE, RequestFate, RequestKind, Trace,
};
use units::{BrokerId, SimTime, TopicPartition};

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// The application's thread.
    Application,
    /// The accumulator's queue of a partition.
    Accumulator(TopicPartition),
    /// Requests in flight to a broker.
    Connection(BrokerId),
    /// A broker's logs.
    Broker(BrokerId),
    /// Callbacks.
    Callbacks,
}

/// A stretch of time in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) from: SimTime,
    pub(crate) to: SimTime,
    pub(crate) fact: FactId,
    pub(crate) hue: u8,
    /// A failure: never hidden by the level of detail.
    pub(crate) failed: bool,
    /// Sub-row, or for a broker 0 as leader and 1 as follower.
    pub(crate) lane: u16,
    /// How many records.
    pub(crate) count: u32,
}

/// Marks of a row, sorted by their begin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    pub(crate) all: Vec<Mark>,
    /// Longest stretch: how far before the left edge a mark in sight may begin.
    longest: i64,
    /// Positions of those that failed.
    pub(crate) failed: Vec<u32>,
}

impl Marks {
    fn of(mut all: Vec<Mark>) -> Self {
        all.sort_by_key(|mark| mark.from);
        let length = |mark: &Mark| mark.to.0.saturating_sub(mark.from.0);
        let longest = all.iter().map(length).max().unwrap_or(0);
        let failed = (0..).zip(&all).filter(|(_, mark)| mark.failed).map(|(i, _)| i).collect();
        Self { all, longest, failed }
    }

    /// Positions of the marks that may touch `from` to `to`.
    pub(crate) fn between(&self, from: SimTime, to: SimTime) -> std::ops::Range<usize> {
        let reach = SimTime(from.0.saturating_sub(self.longest));
        let first = self.all.partition_point(|mark| mark.from < reach);
        let last = self.all.partition_point(|mark| mark.from <= to);
        first..last.max(first)
    }
}

/// A batch in its accumulator row: how it grew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchSpan {
    /// When it left for the first time, or its end, or the run's.
    pub(crate) left: SimTime,
    /// Since when it could have left.
    pub(crate) sendable: SimTime,
    pub(crate) sign: Option<Condition>,
}

/// A copy on its way: from the leader's answer to the follower's append.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CopyCurve {
    pub(crate) from: SimTime,
    pub(crate) to: SimTime,
    pub(crate) leader: BrokerId,
    pub(crate) follower: BrokerId,
    pub(crate) hue: u8,
    pub(crate) fact: FactId,
}

/// A row with its marks.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) kind: RowKind,
    pub(crate) marks: Marks,
    /// Waits: of the application, or high watermarks of a broker.
    pub(crate) second: Marks,
    /// Sub-rows that a connection needs.
    pub(crate) lanes: u16,
}

/// A trace, sorted for painting.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(crate) rows: Vec<Row>,
    pub(crate) spans: BTreeMap<u32, BatchSpan>,
    pub(crate) curves: Vec<CopyCurve>,
    pub(crate) end: SimTime,
    hues: BTreeMap<TopicPartition, u8>,
}

impl Timeline {
    /// Sorts a trace. Facts before the run's 0 (a warm-up) are left out.
    #[must_use]
    pub fn new(trace: &Trace) -> Self {
        let mut hues = BTreeMap::new();
        let partitions: Vec<TopicPartition> = {
            let mut all: Vec<_> = trace.opens.partition().iter().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        for partition in &partitions {
            hues.insert(*partition, partition.partition.0 as u8);
        }
        let end = last_moment(trace);
        let mut timeline =
            Self { rows: Vec::new(), spans: spans(trace, end), curves: Vec::new(), end, hues };
        timeline.rows.push(application(trace, end, &timeline.hues));
        for partition in &partitions {
            timeline.rows.push(timeline.accumulator(trace, *partition));
        }
        let brokers = brokers(trace);
        for broker in &brokers {
            timeline.rows.extend(timeline.connection(trace, *broker));
        }
        for broker in &brokers {
            timeline.rows.push(timeline.broker(trace, *broker));
        }
        timeline.rows.push(timeline.callbacks(trace));
        timeline.curves = timeline.copy_curves(trace);
        timeline
    }

    /// The last moment that anything happened at.
    #[must_use]
    pub const fn end(&self) -> SimTime {
        self.end
    }

    /// The hue of a partition.
    #[must_use]
    pub fn hue_of(&self, partition: TopicPartition) -> u8 {
        self.hues.get(&partition).copied().unwrap_or(0)
    }

    /// What the rows show, from top to bottom.
    pub fn kinds(&self) -> impl Iterator<Item = RowKind> + '_ {
        self.rows.iter().map(|row| row.kind)
    }

    fn accumulator(&self, trace: &Trace, partition: TopicPartition) -> Row {
        let hue = self.hue_of(partition);
        let of_partition = trace.opens.rows().enumerate().filter(|(_, o)| o.partition == partition);
        let marks = of_partition
            .filter_map(|(number, open)| {
                let number = number as u32;
                let span = self.spans.get(&number)?;
                Some(Mark {
                    from: open.at,
                    to: span.left,
                    fact: FactId::new(Kind::Open, number),
                    hue,
                    failed: false,
                    lane: 0,
                    count: open.records,
                })
            })
            .collect();
        Row {
            kind: RowKind::Accumulator(partition),
            marks: Marks::of(marks),
            second: Marks::default(),
            lanes: 1,
        }
    }

    /// Requests to one broker, each in the first sub-row that is free; `None` if there was none.
    fn connection(&self, trace: &Trace, broker: BrokerId) -> Option<Row> {
        let mut ends: BTreeMap<u32, (SimTime, RequestFate)> = BTreeMap::new();
        for end in trace.request_ends.rows() {
            ends.insert(end.request.0, (end.at, end.fate));
        }
        let refused = refused(trace);
        let mut free: Vec<SimTime> = Vec::new();
        let mut marks = Vec::new();
        for (number, request) in (0..).zip(trace.requests.rows()) {
            let produces = request.kind == RequestKind::Produce;
            if request.node != broker || request.at < SimTime::ZERO || !produces {
                continue;
            }
            let end = ends.get(&number);
            let to = end.map_or(self.end, |(at, _)| *at);
            let lane = free.iter().position(|free| *free <= request.at).unwrap_or(free.len());
            if lane == free.len() {
                free.push(to);
            } else {
                free[lane] = to;
            }
            let drain = trace.drains.row(request.drains);
            let partition = trace.opens.partition().get(drain.batch.0);
            let drains = request.drains..request.drains + u32::from(request.batches);
            let lost = end.is_some_and(|(_, fate)| {
                matches!(fate, RequestFate::Disconnected | RequestFate::TimedOut)
            });
            marks.push(Mark {
                from: request.at,
                to,
                fact: FactId::new(Kind::Request, number),
                hue: self.hue_of(partition),
                failed: lost || refused.contains(&number),
                lane: lane as u16,
                count: drains.map(|row| trace.drains.records().get(row)).sum(),
            });
        }
        (!marks.is_empty()).then(|| Row {
            kind: RowKind::Connection(broker),
            marks: Marks::of(marks),
            second: Marks::default(),
            lanes: free.len().max(1) as u16,
        })
    }

    fn broker(&self, trace: &Trace, broker: BrokerId) -> Row {
        let mut marks = Vec::new();
        for (number, append) in (0..).zip(trace.appends.rows()) {
            if append.broker != broker {
                continue;
            }
            let partition = trace.opens.partition().get(append.batch.0);
            marks.push(Mark {
                from: append.at,
                to: append.at,
                fact: FactId::new(Kind::Append, number),
                hue: self.hue_of(partition),
                failed: !matches!(append.result, AppendResult::Appended | AppendResult::Duplicate),
                lane: 0,
                count: trace.opens.records().get(append.batch.0),
            });
        }
        for (number, copy) in (0..).zip(trace.copies.rows()) {
            if copy.broker == broker {
                marks.push(Mark {
                    from: copy.at,
                    to: copy.at,
                    fact: FactId::new(Kind::Copy, number),
                    hue: self.hue_of(copy.partition),
                    failed: false,
                    lane: 1,
                    count: (copy.to.0 - copy.from.0) as u32,
                });
            }
        }
        let moved = (0..).zip(trace.high_watermarks.rows()).filter(|(_, m)| m.broker == broker);
        let led = leaders(trace);
        let second = moved.map(|(number, moved)| Mark {
            from: moved.at,
            to: moved.at,
            fact: FactId::new(Kind::HighWatermark, number),
            hue: self.hue_of(moved.partition),
            failed: false,
            lane: u16::from(!led.contains(&(broker, moved.partition))),
            count: 1,
        });
        let second = Marks::of(second.collect());
        Row { kind: RowKind::Broker(broker), marks: Marks::of(marks), second, lanes: 2 }
    }

    fn callbacks(&self, trace: &Trace) -> Row {
        let marks = (0..).zip(trace.callbacks.rows()).map(|(number, callback)| Mark {
            from: callback.at,
            to: callback.until.min(self.end).max(callback.at),
            fact: FactId::new(Kind::Callback, number),
            hue: 0,
            failed: callback.failure != NONE,
            lane: 0,
            count: callback.count,
        });
        Row {
            kind: RowKind::Callbacks,
            marks: Marks::of(marks.collect()),
            second: Marks::default(),
            lanes: 1,
        }
    }

    fn copy_curves(&self, trace: &Trace) -> Vec<CopyCurve> {
        let mut curves: Vec<CopyCurve> = (0..)
            .zip(trace.copies.rows())
            .map(|(number, copy)| {
                let answer = trace.fetch_answers.row(copy.answer);
                CopyCurve {
                    from: answer.at,
                    to: copy.at,
                    leader: trace.fetches.leader().get(answer.fetch),
                    follower: copy.broker,
                    hue: self.hue_of(copy.partition),
                    fact: FactId::new(Kind::Copy, number),
                }
            })
            .collect();
        curves.sort_by_key(|curve| curve.from);
        curves
    }
}

fn application(trace: &Trace, end: SimTime, hues: &BTreeMap<TopicPartition, u8>) -> Row {
    let refused: Vec<u32> = trace.refusals.rows().map(|refusal| refusal.record.0).collect();
    let sends = (0..).zip(trace.sends.rows()).map(|(number, send)| {
        let partition = TopicPartition { topic: send.topic, partition: send.partition };
        Mark {
            from: send.called,
            to: send.called,
            fact: FactId::new(Kind::Send, number),
            hue: hues.get(&partition).copied().unwrap_or(0),
            failed: refused.binary_search(&number).is_ok(),
            lane: 0,
            count: 1,
        }
    });
    let marks = Marks::of(sends.collect());
    let waits = (0..).zip(trace.blocks.rows()).map(|(number, block)| Mark {
        from: block.at,
        to: block.until.min(end),
        fact: FactId::new(Kind::Block, number),
        hue: 0,
        failed: block.why == BlockReason::Metadata,
        lane: 0,
        count: 1,
    });
    let second = Marks::of(waits.collect());
    Row { kind: RowKind::Application, marks, second, lanes: 1 }
}

/// Requests of which a broker refused a batch.
fn refused(trace: &Trace) -> BTreeSet<u32> {
    let refused = trace.appends.rows().filter(|append| {
        matches!(
            append.result,
            AppendResult::Refused { .. } | AppendResult::AppendedWithError { .. }
        )
    });
    refused.map(|append| trace.reads.request().get(append.read).0).collect()
}

/// Which broker appended to which partition.
fn leaders(trace: &Trace) -> BTreeSet<(BrokerId, TopicPartition)> {
    let of =
        |append: trace::facts::Append| (append.broker, trace.opens.partition().get(append.batch.0));
    trace.appends.rows().map(of).collect()
}

/// The first leaving of each batch, with its sign.
fn spans(trace: &Trace, end: SimTime) -> BTreeMap<u32, BatchSpan> {
    let mut spans: BTreeMap<u32, BatchSpan> = (0..trace.opens.len())
        .map(|number| {
            let span = BatchSpan { left: end, sendable: end, sign: None };
            (number, span)
        })
        .collect();
    for finish in trace.finishes.rows() {
        if let Some(span) = spans.get_mut(&finish.batch.0) {
            span.left = finish.at;
            span.sendable = finish.at;
        }
    }
    for drain in trace.drains.rows().filter(|drain| drain.attempts == 0) {
        let rows = drain.conditions..drain.conditions + u32::from(drain.condition_count);
        let headline = rows.map(|row| trace.conditions.row(row)).next();
        if let Some(span) = spans.get_mut(&drain.batch.0) {
            span.left = drain.at;
            span.sendable = headline.map_or(drain.at, |headline| headline.since);
            span.sign = headline.map(|headline| headline.what);
        }
    }
    spans
}

fn brokers(trace: &Trace) -> Vec<BrokerId> {
    let requests = trace.requests.node().iter();
    let followers = trace.fetches.follower().iter();
    let mut brokers: Vec<BrokerId> = requests.chain(followers).collect();
    brokers.sort_unstable();
    brokers.dedup();
    brokers
}

/// When the run ended, or the last callback, whichever says more.
fn last_moment(trace: &Trace) -> SimTime {
    let ends = [
        trace.callbacks.at().last(),
        trace.request_ends.at().last(),
        trace.sends.called().last(),
        trace.high_watermarks.at().last(),
    ];
    let last = ends.into_iter().flatten().max().unwrap_or(SimTime(1000));
    last.max(SimTime(1000))
}
