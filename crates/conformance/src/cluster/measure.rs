//! What a played script came to: fates, error names, elections, times. All times count from its zero.

use super::logs;
use super::play::{Played, records};
use super::script::{Compare, Measure, TimeSpec};
use std::collections::{BTreeMap, BTreeSet};
use trace::{ElectionReason, NONE, Trace};
use units::{RecordId, SimTime};

/// Records by what the producer was told and whether they are in the topic at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) acked_present: u64,
    pub(super) acked_lost: u64,
    pub(super) not_acked_present: u64,
    pub(super) not_acked_absent: u64,
    pub(super) duplicated: u64,
}

impl Fate {
    /// The classes by the names that outcomes give them.
    pub(super) const fn classes(&self) -> [(&'static str, u64); 5] {
        [
            ("acked_present", self.acked_present),
            ("acked_lost", self.acked_lost),
            ("not_acked_present", self.not_acked_present),
            ("not_acked_absent", self.not_acked_absent),
            ("duplicated", self.duplicated),
        ]
    }
}

/// One seed's run, measured.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub(super) fates: BTreeMap<String, Fate>,
    pub(super) errors: BTreeSet<String>,
    /// Leader and time in microseconds of each election; -1 for no leader.
    pub(super) elections: Vec<(i64, i64)>,
    /// In the order of the script's `times`; microseconds.
    pub(super) times: Vec<Option<i64>>,
}

/// Takes from a played script what is compared.
pub(super) fn measure(played: &Played, compare: &Compare) -> Result<Observation, String> {
    let results = Results::of(&played.trace);
    let counts = logs::final_counts(&played.trace);
    let mut fates = BTreeMap::new();
    for group in compare.fate.keys() {
        fates.insert(group.clone(), fate(&results, &counts, group_of(played, group)?));
    }
    let times = compare.times.iter().map(|spec| time(played, &results, spec));
    Ok(Observation {
        fates,
        errors: errors(&played.trace, &results, compare),
        elections: elections(played),
        times: times.collect::<Result<_, _>>()?,
    })
}

/// What the callbacks said.
struct Results {
    /// When a record was acknowledged.
    acked: Vec<Option<SimTime>>,
    /// Names of the exceptions that callbacks and calls of `send` met.
    exceptions: BTreeSet<String>,
}

impl Results {
    fn of(trace: &Trace) -> Self {
        let mut acked = vec![None; trace.sends.len() as usize];
        let mut exceptions = BTreeSet::new();
        let mut failed = |position: u32| {
            if let Some(failure) = trace.failure_at(position) {
                let class = failure.class();
                exceptions.insert(class.rsplit(['.', '$']).next().unwrap_or(class).to_owned());
            }
        };
        for callback in trace.callbacks.rows() {
            if callback.failure != NONE {
                failed(callback.failure);
                continue;
            }
            let mut record = callback.record;
            for _ in 0..callback.count {
                acked[record.index()] = Some(callback.at);
                record = trace.next_in_batch(record);
            }
        }
        trace.refusals.rows().for_each(|refusal| failed(refusal.failure));
        Self { acked, exceptions }
    }
}

fn group_of<'a>(played: &'a Played, group: &str) -> Result<&'a std::ops::Range<u32>, String> {
    played.groups.get(group).ok_or_else(|| format!("no group '{group}' was sent"))
}

fn fate(results: &Results, counts: &[u32], group: &std::ops::Range<u32>) -> Fate {
    let mut fate = Fate::default();
    for record in records(group) {
        let copies = counts[record.index()];
        let class = match (results.acked[record.index()].is_some(), copies > 0) {
            (true, true) => &mut fate.acked_present,
            (true, false) => &mut fate.acked_lost,
            (false, true) => &mut fate.not_acked_present,
            (false, false) => &mut fate.not_acked_absent,
        };
        *class += 1;
        fate.duplicated += u64::from(copies > 1);
    }
    fate
}

/// Errors of batches that were retried, by Kafka's names, and exceptions of records that failed; of
/// these what was recorded too.
fn errors(trace: &Trace, results: &Results, compare: &Compare) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if compare.errors.client.is_some() {
        names.extend(trace.retries.rows().map(|retry| retry.error.name().to_owned()));
    }
    if compare.errors.exceptions.is_some() {
        names.extend(results.exceptions.iter().cloned());
    }
    names
}

fn elections(played: &Played) -> Vec<(i64, i64)> {
    let zero = played.zero();
    let leaders = played.trace.leaders.rows();
    leaders
        .filter(|leader| leader.why != ElectionReason::Created && leader.at >= zero)
        .map(|leader| {
            let id = if leader.broker.0 == NONE { -1 } else { i64::from(leader.broker.0) };
            (id, leader.at.0 - zero.0)
        })
        .collect()
}

fn time(played: &Played, results: &Results, spec: &TimeSpec) -> Result<Option<i64>, String> {
    let mark = |name: &Option<String>| match name {
        None => Ok(None),
        Some(name) => {
            played.marks.get(name).map(|at| Some(*at)).ok_or_else(|| format!("no mark '{name}'"))
        }
    };
    let group = group_of(played, &spec.group)?;
    let zero = played.zero();
    let (from, to) = (mark(&spec.from)?, mark(&spec.to)?);
    let trace = &played.trace;
    let since_zero = |at: SimTime| at.0 - zero.0;
    let acks = || {
        let mut acks: Vec<SimTime> =
            records(group).filter_map(|record| results.acked[record.index()]).collect();
        acks.sort_unstable();
        acks
    };
    Ok(match spec.what {
        Measure::Stall => stall(&acks(), from.unwrap_or(zero), to.unwrap_or(SimTime::NEVER)),
        Measure::IsrShrink => isr_shrink(played, zero).map(since_zero),
        Measure::LatencyMedian => latency_median(trace, results, group, spec.without_first),
        Measure::CommitMedian => commit_median(played, group, spec.without_first),
        Measure::MsPerAck => {
            let (Some(from), Some(to)) = (from, to) else {
                return Err("ms_per_ack is measured between two marks".to_owned());
            };
            let acks = acks().into_iter().filter(|at| *at >= from && *at < to).count();
            i64::try_from(acks).ok().filter(|acks| *acks > 0).map(|acks| (to.0 - from.0) / acks)
        }
        Measure::FirstAck => {
            let from = from.unwrap_or(zero);
            acks().into_iter().find(|at| *at >= from).map(|at| at.0 - from.0)
        }
        Measure::FirstVisible => visible(played, group.start).map(since_zero),
        Measure::LastVisible => visible(played, group.end.saturating_sub(1)).map(since_zero),
    })
}

/// The longest time between two successive acknowledgements that ends at or after `from`.
fn stall(acks: &[SimTime], from: SimTime, to: SimTime) -> Option<i64> {
    let acks: Vec<SimTime> = acks.iter().copied().filter(|at| *at < to).collect();
    acks.windows(2).filter(|pair| pair[1] >= from).map(|pair| pair[1].0 - pair[0].0).max()
}

/// When the in-sync set first lost a member.
fn isr_shrink(played: &Played, zero: SimTime) -> Option<SimTime> {
    let mut before = played.replicas;
    for change in played.trace.isr_changes.rows() {
        let members = change.members.count_ones();
        if change.at >= zero && members < before {
            return Some(change.at);
        }
        before = members;
    }
    None
}

/// From the call of `send` to its callback, in the middle of the group.
fn latency_median(
    trace: &Trace,
    results: &Results,
    group: &std::ops::Range<u32>,
    without_first: u32,
) -> Option<i64> {
    let rest = group.start.saturating_add(without_first)..group.end;
    let taken = records(&rest).filter_map(|record: RecordId| {
        let called = trace.sends.called().get(record.0);
        results.acked[record.index()].map(|at| at.0 - called.0)
    });
    median(taken.collect())
}

fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

/// From the call of `send` until the leader's high watermark has passed the record, in the middle of
/// the group. For a group without retries.
fn commit_median(played: &Played, group: &std::ops::Range<u32>, without_first: u32) -> Option<i64> {
    let trace = &played.trace;
    let leader = trace.appends.rows().next()?.broker;
    let moves = trace.high_watermarks.rows().filter(|row| row.broker == leader);
    let moves: Vec<_> = moves.map(|row| (row.offset, row.at)).collect();
    let mut taken = Vec::new();
    for append in trace.appends.rows() {
        for (index, record) in (0..).zip(trace.records_of(append.batch)) {
            let offset = append.offset + index;
            let passed = moves.partition_point(|(moved, _)| *moved <= offset);
            let wanted = group.contains(&record.0) && record.0 >= group.start + without_first;
            if let Some((_, at)) = moves.get(passed).filter(|_| wanted) {
                taken.push(at.0 - trace.sends.called().get(record.0).0);
            }
        }
    }
    median(taken)
}

/// When the leader's high watermark passed a record, at the offset that it was acknowledged with.
fn visible(played: &Played, record: u32) -> Option<SimTime> {
    let trace = &played.trace;
    let batch = trace.sends.batch().get(record);
    let appended = trace.appends.rows().find(|append| append.batch == batch)?;
    let offset = appended.offset + trace.sends.index().get(record);
    let moves = trace.high_watermarks.rows();
    moves
        .filter(|row| row.broker == appended.broker && row.offset > offset)
        .map(|row| row.at)
        .next()
}
