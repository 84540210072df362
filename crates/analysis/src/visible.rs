//! What consumers can read: everything below the high watermark of the leader, from the moment at which
//! it got there.

use crate::groups::Groups;
use crate::logs::{Cell, Logs};
use trace::{FactId, Kind, NONE, Trace};
use units::{BrokerId, Offset, SimTime, TopicPartition};

/// High watermarks by replica, leaders by time.
#[derive(Clone, Debug, Default)]
pub struct Visibility {
    /// Rows of `high_watermarks` by position of the log in [`Logs::all`].
    moves: Groups,
}

impl Visibility {
    /// Reads a trace.
    #[must_use]
    pub fn new(trace: &Trace, logs: &Logs) -> Self {
        let log_of = |row: u32| {
            let fact = trace.high_watermarks.row(row);
            logs.position(fact.partition, fact.broker).map_or(NONE, |position| position as u32)
        };
        let keys = (0..trace.high_watermarks.len()).map(log_of);
        Self { moves: Groups::new(logs.all().len() as u32, keys) }
    }

    /// A replica's high watermark at a time; 0 before its first move.
    #[must_use]
    pub fn high_watermark(
        &self,
        trace: &Trace,
        logs: &Logs,
        partition: TopicPartition,
        broker: BrokerId,
        at: SimTime,
    ) -> Offset {
        let Some(log) = logs.position(partition, broker) else { return Offset(0) };
        let rows = self.moves.of(log as u32);
        let later = rows.partition_point(|row| trace.high_watermarks.at().get(*row) <= at);
        let last = later.checked_sub(1).map(|last| rows[last]);
        last.map_or(Offset(0), |row| trace.high_watermarks.offset().get(row))
    }

    /// The move of a high watermark that made a record visible, which stands in the log of `broker` as
    /// `cell` says, while that broker led; `None` if there was none.
    #[must_use]
    pub fn became_visible(
        &self,
        trace: &Trace,
        logs: &Logs,
        partition: TopicPartition,
        broker: BrokerId,
        cell: &Cell,
    ) -> Option<FactId> {
        let log = logs.position(partition, broker)? as u32;
        let rows = self.moves.of(log);
        let moved_at = |row: u32| trace.high_watermarks.at().get(row);
        let first = rows.partition_point(|row| moved_at(*row) < cell.since);
        let moves = rows[first..].iter().copied().take_while(|row| moved_at(*row) < cell.until);
        let passes = |row: &u32| trace.high_watermarks.offset().get(*row) > cell.offset;
        let leads = |row: &u32| leads_at(trace, partition, broker, moved_at(*row));
        moves.filter(passes).find(leads).map(|row| FactId::new(Kind::HighWatermark, row))
    }
}

/// Whether a broker leads a partition at a time, by the controller's decisions; where none is known,
/// whoever has a log.
fn leads_at(trace: &Trace, partition: TopicPartition, broker: BrokerId, at: SimTime) -> bool {
    let decided = crate::cluster::rows_until(trace, Kind::Leader, at);
    let of_partition = |row: &u32| trace.leaders.partition().get(*row) == partition;
    let last = (0..decided).rev().find(of_partition);
    last.is_none_or(|row| trace.leaders.broker().get(row) == broker)
}
