//! What became of every record: who was told what, and whether the cluster has it.
//!
//! Kept means: on a log that is the leader's, or can become it without an unclean election. All
//! fates add up to the number of records.

use crate::cluster::{ClusterView, rows_until};
use crate::index::{Index, Told};
use crate::logs::Logs;
use trace::{Kind, Trace};
use units::{BrokerId, Offset, RecordId, SimTime, TopicPartition};

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// A callback without an exception, and the cluster has it.
    AcknowledgedKept,
    /// A callback without an exception, and it is on no log that can become the leader's.
    AcknowledgedLost,
    /// No such callback, and the cluster has it all the same.
    UnacknowledgedKept,
    /// No such callback, and the cluster does not have it.
    UnacknowledgedGone,
    /// Only on logs of brokers that are down; this is the first of them.
    DependsOn(BrokerId),
    /// Neither result nor place so far: in the accumulator, or on its way.
    Pending,
}

/// A record's line in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What became of it.
    pub fate: Fate,
    /// What the application was told.
    pub told: Told,
    /// It stands in the log more than once.
    pub duplicated: bool,
    /// A record that was sent later stands before it in its partition's log.
    pub reordered: bool,
}

/// What can be counted, and opened as a list of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Records of this fate; for `DependsOn` of this broker.
    Fate(Fate),
    /// Records that depend on any broker that is down.
    Dependent,
    /// Records with a callback without an exception.
    Acknowledged,
    /// Those among them that nobody confirmed: `acks=0`.
    Unconfirmed,
    /// Records with an exception.
    Failed,
    /// Records that stand in the log more than once.
    Duplicated,
    /// Records behind one that was sent later.
    Reordered,
    /// All that were sent.
    All,
}

impl Class {
    /// Whether a record belongs to it.
    #[must_use]
    pub fn has(self, entry: Entry) -> bool {
        match self {
            Self::Fate(fate) => entry.fate == fate,
            Self::Dependent => matches!(entry.fate, Fate::DependsOn(_)),
            Self::Acknowledged => entry.told.is_acknowledged(),
            Self::Unconfirmed => entry.told == Told::Unconfirmed,
            Self::Failed => entry.told == Told::Failed,
            Self::Duplicated => entry.duplicated,
            Self::Reordered => entry.reordered,
            Self::All => true,
        }
    }
}

/// How many records of each class. The fates add up to `records`; the others are marks on top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All that were sent.
    pub records: u32,
    /// [`Fate::AcknowledgedKept`].
    pub acknowledged_kept: u32,
    /// [`Fate::AcknowledgedLost`].
    pub acknowledged_lost: u32,
    /// [`Fate::UnacknowledgedKept`].
    pub unacknowledged_kept: u32,
    /// [`Fate::UnacknowledgedGone`].
    pub unacknowledged_gone: u32,
    /// [`Fate::DependsOn`], by broker.
    pub depends_on: Vec<(BrokerId, u32)>,
    /// [`Fate::Pending`].
    pub pending: u32,
    /// Records with a callback without an exception.
    pub acknowledged: u32,
    /// Those among them that nobody confirmed.
    pub unconfirmed: u32,
    /// Records whose callback, or `send`, told an exception.
    pub failed: u32,
    /// Records that stand in the log more than once.
    pub duplicated: u32,
    /// Records behind one that was sent later.
    pub reordered: u32,
}

impl Totals {
    fn count(&mut self, entry: Entry) {
        self.records += 1;
        let of_fate = match entry.fate {
            Fate::AcknowledgedKept => &mut self.acknowledged_kept,
            Fate::AcknowledgedLost => &mut self.acknowledged_lost,
            Fate::UnacknowledgedKept => &mut self.unacknowledged_kept,
            Fate::UnacknowledgedGone => &mut self.unacknowledged_gone,
            Fate::Pending => &mut self.pending,
            Fate::DependsOn(broker) => {
                match self.depends_on.iter().position(|(known, _)| *known == broker) {
                    Some(position) => &mut self.depends_on[position].1,
                    None => {
                        self.depends_on.push((broker, 0));
                        let last = self.depends_on.len() - 1;
                        &mut self.depends_on[last].1
                    }
                }
            }
        };
        *of_fate += 1;
        self.acknowledged += u32::from(entry.told.is_acknowledged());
        self.unconfirmed += u32::from(entry.told == Told::Unconfirmed);
        self.failed += u32::from(entry.told == Told::Failed);
        self.duplicated += u32::from(entry.duplicated);
        self.reordered += u32::from(entry.reordered);
    }

    /// How many records [`Ledger::records`] has for a class.
    #[must_use]
    pub fn of(&self, class: Class) -> u32 {
        match class {
            Class::Fate(Fate::AcknowledgedKept) => self.acknowledged_kept,
            Class::Fate(Fate::AcknowledgedLost) => self.acknowledged_lost,
            Class::Fate(Fate::UnacknowledgedKept) => self.unacknowledged_kept,
            Class::Fate(Fate::UnacknowledgedGone) => self.unacknowledged_gone,
            Class::Fate(Fate::Pending) => self.pending,
            Class::Fate(Fate::DependsOn(broker)) => {
                self.depends_on.iter().filter(|(of, _)| *of == broker).map(|(_, count)| count).sum()
            }
            Class::Dependent => self.depends_on.iter().map(|(_, count)| count).sum(),
            Class::Acknowledged => self.acknowledged,
            Class::Unconfirmed => self.unconfirmed,
            Class::Failed => self.failed,
            Class::Duplicated => self.duplicated,
            Class::Reordered => self.reordered,
            Class::All => self.records,
        }
    }

    /// The sum of all fates: the number of records.
    #[must_use]
    pub fn sum(&self) -> u32 {
        self.acknowledged_kept
            + self.acknowledged_lost
            + self.unacknowledged_kept
            + self.unacknowledged_gone
            + self.depends_on.iter().map(|(_, count)| count).sum::<u32>()
            + self.pending
    }
}

/// The ledger: a line for each record that was sent.
#[derive(Clone, Debug)]
pub struct Ledger {
    at: SimTime,
    lines: Vec<Line>,
    totals: Totals,
}

/// A line in two bytes: bits of what was found, and a broker that is down.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    found: u8,
    /// Where it is, one more than the broker's number; 0 for no such broker.
    dependent: u8,
}

const KEPT: u8 = 1;
const SEEN: u8 = 2;
const DUPLICATED: u8 = 4;
const REORDERED: u8 = 8;
const GIVEN_UP: u8 = 16;
const TOLD_SHIFT: u8 = 5;

impl Line {
    fn set_told(&mut self, told: Told) {
        let bits = match told {
            Told::Nothing => 0,
            Told::Acknowledged => 1,
            Told::Unconfirmed => 2,
            Told::Failed => 3,
        };
        self.found |= bits << TOLD_SHIFT;
    }

    fn entry(self) -> Entry {
        let told = match self.found >> TOLD_SHIFT {
            0 => Told::Nothing,
            1 => Told::Acknowledged,
            2 => Told::Unconfirmed,
            _ => Told::Failed,
        };
        let kept = self.found & KEPT != 0;
        let fate = match (told.is_acknowledged(), kept) {
            (true, true) => Fate::AcknowledgedKept,
            (false, true) => Fate::UnacknowledgedKept,
            _ if self.dependent > 0 => Fate::DependsOn(BrokerId(u32::from(self.dependent) - 1)),
            (true, false) => Fate::AcknowledgedLost,
            (false, false) if told == Told::Nothing && self.found & GIVEN_UP == 0 => Fate::Pending,
            (false, false) => Fate::UnacknowledgedGone,
        };
        Entry {
            fate,
            told,
            duplicated: self.found & DUPLICATED != 0,
            reordered: self.found & REORDERED != 0,
        }
    }
}

impl Ledger {
    /// The ledger at the end of a run.
    #[must_use]
    pub fn new(trace: &Trace, index: &Index, logs: &Logs) -> Self {
        Self::at(trace, index, logs, SimTime::NEVER)
    }

    /// The ledger as it stands at a time, everything of that moment included: of the records that
    /// were sent by then, with what was known then.
    #[must_use]
    pub fn at(trace: &Trace, index: &Index, logs: &Logs, at: SimTime) -> Self {
        let sent = rows_until(trace, Kind::Send, at);
        let cluster = ClusterView::at(trace, at);
        let mut lines = vec![Line::default(); sent as usize];
        let everything = Offset(0)..Offset(i64::MAX);
        // `NEVER` is when nothing has happened to what stayed; a moment before, everything else has
        let moment = SimTime(at.0.min(SimTime::NEVER.0 - 1));
        for log in logs.all().iter().filter(|log| cluster.can_lead(log.partition, log.broker)) {
            let dependent = cluster.is_down(log.broker);
            logs.visit(trace, log, everything.clone(), moment, &mut |cell| {
                let Some(line) = lines.get_mut(cell.record.index()) else { return };
                if !dependent {
                    line.found |= KEPT;
                } else if line.dependent == 0 {
                    line.dependent = log.broker.0.saturating_add(1).min(255) as u8;
                }
            });
        }
        let mut partitions: Vec<TopicPartition> =
            logs.all().iter().map(|log| log.partition).collect();
        partitions.sort_unstable();
        partitions.dedup();
        for partition in partitions {
            let Some(head) = cluster.head_log(logs, partition) else { continue };
            let mut latest: Option<RecordId> = None;
            logs.visit(trace, &logs.all()[head], everything.clone(), moment, &mut |cell| {
                let Some(line) = lines.get_mut(cell.record.index()) else { return };
                if line.found & SEEN != 0 {
                    line.found |= DUPLICATED;
                    return;
                }
                line.found |= SEEN;
                if latest.is_some_and(|latest| cell.record < latest) {
                    line.found |= REORDERED;
                }
                latest = latest.max(Some(cell.record));
            });
        }
        let exits = trace.calls.rows().filter(|call| call.call == trace::CallKind::Exit);
        let exited = exits.map(|call| call.at).any(|exit| exit <= at);
        let mut totals = Totals::default();
        for (record, line) in (0..).map(RecordId).zip(&mut lines) {
            line.set_told(told_by(trace, index, record, at));
            if exited {
                line.found |= GIVEN_UP;
            }
            totals.count(line.entry());
        }
        totals.depends_on.sort_unstable();
        Self { at, lines, totals }
    }

    /// The moment that the ledger is of; `NEVER` for the end.
    #[must_use]
    pub const fn moment(&self) -> SimTime {
        self.at
    }

    /// A record's line; `None` if it was not sent by then.
    #[must_use]
    pub fn entry(&self, record: RecordId) -> Option<Entry> {
        self.lines.get(record.index()).map(|line| line.entry())
    }

    /// How many of each class.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The records of a class, in the order in which they were sent.
    pub fn records(&self, class: Class) -> impl Iterator<Item = RecordId> + '_ {
        let lines = (0..).map(RecordId).zip(&self.lines);
        lines.filter(move |(_, line)| class.has(line.entry())).map(|(record, _)| record)
    }
}

/// What the application had been told about a record by a time.
fn told_by(trace: &Trace, index: &Index, record: RecordId, at: SimTime) -> Told {
    let told_at = match (index.callback_row(record), index.refusal_row(record)) {
        (Some(row), _) => trace.callbacks.at().get(row),
        (None, Some(row)) => trace.refusals.at().get(row),
        (None, None) => return Told::Nothing,
    };
    if told_at <= at { index.told(trace, record) } else { Told::Nothing }
}
