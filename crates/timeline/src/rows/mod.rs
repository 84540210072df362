//! A trace sorted into rows, once: each sub-row is a list of marks in the order of time.
//!
//! One file a row. A builder walks its tables once and decides what is a mark; how a mark looks is
//! its painter's business.

mod accumulator;
mod application;
mod broker;
mod callbacks;
mod connection;
mod controller;
mod replication;

pub(crate) use broker::{BLOCK_CUT, GROUND_DOWN, GROUND_FENCED, GROUND_OUT, ROLE_LEADS};
pub(crate) use connection::{FORM_FAILED, FORM_HANDSHAKE};
pub(crate) use controller::{EVENT_BROKER, EVENT_ISR, EVENT_LEADER};
pub(crate) use replication::{FETCH_ASKED, FETCH_LOST, FETCH_PARKED};

use crate::fates::RecordMark;
use crate::index::Index;
use crate::mark::Mark;
use crate::scale::Fold;
use crate::track::Track;
use crate::words::{Word, Words};
use trace::Trace;
use units::{BrokerId, PartitionId, RecordId, RequestId, SimTime, TopicId, TopicPartition};

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// The application's thread.
    Application,
    /// The accumulator's queue of a partition.
    Accumulator(TopicPartition),
    /// Requests in flight to a broker.
    Connection(BrokerId),
    /// Sessions, elections, in-sync sets.
    Controller,
    /// A broker's logs.
    Broker(BrokerId),
    /// Callbacks.
    Callbacks,
}

impl RowKind {
    /// A word for it, as the reader's choice of rows is kept.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Application => String::from("app"),
            Self::Accumulator(of) => format!("acc{}.{}", of.topic, of.partition),
            Self::Connection(broker) => format!("to{broker}"),
            Self::Controller => String::from("controller"),
            Self::Broker(broker) => format!("broker{broker}"),
            Self::Callbacks => String::from("callbacks"),
        }
    }

    /// Reads such a word.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        match text {
            "app" => return Some(Self::Application),
            "controller" => return Some(Self::Controller),
            "callbacks" => return Some(Self::Callbacks),
            _ => {}
        }
        let broker = |number: &str| number.parse().ok().map(BrokerId);
        if let Some(number) = text.strip_prefix("to") {
            return broker(number).map(Self::Connection);
        }
        if let Some(number) = text.strip_prefix("broker") {
            return broker(number).map(Self::Broker);
        }
        let (topic, partition) = text.strip_prefix("acc")?.split_once('.')?;
        let (topic, partition) = (topic.parse().ok()?, partition.parse().ok()?);
        let (topic, partition) = (TopicId(topic), PartitionId(partition));
        Some(Self::Accumulator(TopicPartition { topic, partition }))
    }

    /// The broker that a row is about.
    #[must_use]
    pub const fn broker(self) -> Option<BrokerId> {
        match self {
            Self::Connection(broker) | Self::Broker(broker) => Some(broker),
            _ => None,
        }
    }

    /// Its name on the page.
    #[must_use]
    pub fn name(self, words: &Words) -> String {
        match self {
            Self::Application => words.say(Word::Application).to_owned(),
            Self::Accumulator(of) => {
                format!("{} p{}", words.say(Word::Accumulator), of.partition)
            }
            Self::Connection(broker) => format!("→ {} {broker}", words.say(Word::Connection)),
            Self::Controller => words.say(Word::Controller).to_owned(),
            Self::Broker(broker) => format!("{} {broker}", words.say(Word::Broker)),
            Self::Callbacks => words.say(Word::Callbacks).to_owned(),
        }
    }
}

/// A row with its marks.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) kind: RowKind,
    /// Sub-rows, from top to bottom.
    pub(crate) lanes: Vec<Track>,
    /// Behind them: waits, grounds, sessions, connections.
    pub(crate) under: Track,
    /// Before them: high watermarks.
    pub(crate) over: Track,
    /// Of a broker: a bit for each hue that its sub-rows show.
    pub(crate) hues: [u16; 2],
}

impl Row {
    fn new(kind: RowKind, lanes: Vec<Track>) -> Self {
        Self { kind, lanes, under: Track::default(), over: Track::default(), hues: [0; 2] }
    }

    /// All that can be hit or stepped to.
    pub(crate) fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.lanes.iter().chain([&self.over, &self.under])
    }
}

/// A try and the one after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Join {
    pub(crate) from: SimTime,
    pub(crate) to: SimTime,
    pub(crate) first: RequestId,
    pub(crate) then: RequestId,
    pub(crate) hue: u8,
}

/// A trace, sorted for painting.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(crate) rows: Vec<Row>,
    pub(crate) index: Index,
    /// Copies on their way from a leader to a follower.
    pub(crate) copies: Track,
    /// Fetches on their way from a follower to a leader.
    pub(crate) fetches: Track,
    /// By request, its sub-row.
    pub(crate) slots: Vec<u8>,
    /// Retries, by the begin of the later try.
    pub(crate) joins: Vec<Join>,
    /// Faults of the scenario.
    pub(crate) faults: Track,
    /// By partition, who led it before the first election.
    first_leaders: Vec<BrokerId>,
    /// Stretches in which nothing happens, or hardly anything.
    pub(crate) quiet: Vec<Fold>,
}

impl Timeline {
    /// Sorts a trace; `fates` are records to be seen at every zoom. What was before the run's 0 (a
    /// warm-up) is left out.
    #[must_use]
    pub fn new(trace: &Trace, fates: &[(RecordId, RecordMark)]) -> Self {
        let index = Index::new(trace, fates);
        let mut rows = vec![application::row(trace, &index)];
        rows.extend(accumulator::rows(trace, &index));
        let (connections, slots) = connection::rows(trace, &index);
        rows.extend(connections);
        rows.extend(controller::row(trace, &index));
        rows.extend(broker::rows(trace, &index));
        rows.push(callbacks::row(trace, &index));
        let mut timeline = Self {
            rows,
            copies: replication::copies(trace, &index),
            fetches: replication::fetches(trace, &index),
            joins: connection::joins(trace, &index),
            slots,
            faults: application::faults(trace),
            first_leaders: broker::leaders_at_first(trace, &index),
            index,
            quiet: Vec::new(),
        };
        timeline.quiet = timeline.find_quiet();
        timeline
    }

    /// The last moment that anything happened at.
    #[must_use]
    pub const fn end(&self) -> SimTime {
        self.index.end
    }

    /// What shows all of the run: a little more than it, so that its last marks are not at the edge.
    #[must_use]
    pub fn whole(&self) -> (SimTime, SimTime) {
        let end = self.index.end;
        let folded: i64 = self.quiet.iter().map(|fold| fold.to.0 - fold.from.0).sum();
        (SimTime::ZERO, SimTime(end.0 + (end.0 - folded) / 50))
    }

    /// The hue of a partition.
    #[must_use]
    pub fn hue_of(&self, partition: TopicPartition) -> u8 {
        self.index.hue_of(partition)
    }

    /// What the rows show, from top to bottom, unless somebody has moved them.
    pub fn kinds(&self) -> impl Iterator<Item = RowKind> + '_ {
        self.rows.iter().map(|row| row.kind)
    }
}

/// Puts each mark into the first lane that is free at its begin; those beyond `lanes_max` share the
/// last. `marks` come in the order of their begins.
struct Slots {
    free: Vec<SimTime>,
    lanes: Vec<Vec<Mark>>,
    lanes_max: usize,
}

impl Slots {
    const fn new(lanes_max: usize) -> Self {
        Self { free: Vec::new(), lanes: Vec::new(), lanes_max }
    }

    /// Returns the lane.
    fn push(&mut self, mark: Mark) -> usize {
        let free = self.free.iter().position(|free| *free <= mark.from);
        let lane = free.unwrap_or_else(|| {
            if self.free.len() < self.lanes_max {
                self.free.push(mark.from);
                self.lanes.push(Vec::new());
            }
            self.free.len() - 1
        });
        self.free[lane] = self.free[lane].max(mark.to());
        self.lanes[lane].push(mark);
        lane
    }

    fn into_tracks(self) -> Vec<Track> {
        self.lanes.into_iter().map(Track::new).collect()
    }
}
