//! What is selected, by an identity that outlives a run: a record's number, not a place in a trace.
//!
//! ```text
//! record17       the record            record17.1   the request of its second try
//! p0.3           the fourth batch of partition 0    record17on2  its copy on broker 2
//! callback17     its callback          fault0       the first fault of the list
//! ```

use units::{BrokerId, PartitionId, RecordId};

/// Something that can be selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A record.
    Record(RecordId),
    /// A batch: partition, and how many of its batches were opened before.
    Batch {
        /// The partition.
        partition: PartitionId,
        /// Counted from 0.
        number: u32,
    },
    /// The request that carried a record, on its n-th try (from 0).
    Request {
        /// The record.
        record: RecordId,
        /// The try.
        attempt: u16,
    },
    /// A record on a broker: the leader's append or the follower's copy.
    Replica {
        /// The record.
        record: RecordId,
        /// The broker.
        broker: BrokerId,
    },
    /// The callback of a record.
    Callback(RecordId),
    /// A fault, by its position in the list.
    Fault(u16),
}

impl Selection {
    /// As an address has it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Record(record) => format!("record{record}"),
            Self::Batch { partition, number } => format!("p{partition}.{number}"),
            Self::Request { record, attempt } => format!("record{record}.{attempt}"),
            Self::Replica { record, broker } => format!("record{record}on{broker}"),
            Self::Callback(record) => format!("callback{record}"),
            Self::Fault(position) => format!("fault{position}"),
        }
    }

    /// Reads one; `p0#3`, as a batch is written on the page, is read too.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let record = |text: &str| text.parse().ok().map(RecordId);
        if let Some(rest) = text.strip_prefix("record") {
            if let Some((number, broker)) = rest.split_once("on") {
                let broker = BrokerId(broker.parse().ok()?);
                return Some(Self::Replica { record: record(number)?, broker });
            }
            return Some(match rest.split_once('.') {
                Some((number, attempt)) => {
                    Self::Request { record: record(number)?, attempt: attempt.parse().ok()? }
                }
                None => Self::Record(record(rest)?),
            });
        }
        if let Some(rest) = text.strip_prefix("callback") {
            return record(rest).map(Self::Callback);
        }
        if let Some(rest) = text.strip_prefix("fault") {
            return rest.parse().ok().map(Self::Fault);
        }
        let (partition, number) = text.strip_prefix('p')?.split_once(['.', '#'])?;
        let partition = PartitionId(partition.parse().ok()?);
        Some(Self::Batch { partition, number: number.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_comes_back() {
        for text in ["record17", "p0.3", "record17.1", "record17on2", "callback17", "fault0"] {
            assert_eq!(Selection::of_text(text).map(Selection::text).as_deref(), Some(text));
        }
        assert_eq!(Selection::of_text("p0#3"), Selection::of_text("p0.3"));
    }

    #[test]
    fn what_is_none_is_none() {
        for text in ["", "record", "p0", "p.3", "record-1", "batch3", "fault70000", "record1.70000"]
        {
            assert_eq!(Selection::of_text(text), None, "{text}");
        }
    }
}
