//! A broker's logs: what it appends as a leader and copies as a follower, its high watermarks, and
//! the ground that says whether it is up and in sync.

use super::{Row, RowKind, Timeline};
use crate::index::Index;
use crate::mark::{Grade, Mark};
use crate::track::Track;
use trace::{AppendResult, BrokerChange, FactId, Kind, NONE, RoleChange, Trace};
use units::{BrokerId, SimTime, TopicPartition};

/// A copy, in the follower's sub-row. Values of [`Mark::form`] there.
pub(crate) const BLOCK_COPY: u8 = 0;
/// What was cut off the log.
pub(crate) const BLOCK_CUT: u8 = 1;

/// Beside high watermarks, of the leader 0 and of a follower 1: the broker took office.
pub(crate) const ROLE_LEADS: u8 = 2;

/// Out of the in-sync set. Values of [`Mark::form`] of a ground; later lies over earlier.
pub(crate) const GROUND_OUT: u8 = 0;
/// Fenced by the controller.
pub(crate) const GROUND_FENCED: u8 = 1;
/// Not running, or standing still.
pub(crate) const GROUND_DOWN: u8 = 2;

pub(super) fn rows(trace: &Trace, index: &Index) -> Vec<Row> {
    let count = index.brokers.len();
    let place = |broker: BrokerId| index.brokers.binary_search(&broker).ok();
    let mut appends: Vec<Vec<Mark>> = vec![Vec::new(); count];
    for (number, append) in (0..).zip(trace.appends.rows()) {
        let Some(place) = place(append.broker).filter(|_| append.at.0 >= 0) else { continue };
        let mut mark = Mark::at(FactId::new(Kind::Append, number), append.at);
        mark.hue = index.hue_of(trace.opens.partition().get(append.batch.0));
        mark.count = trace.opens.records().get(append.batch.0);
        mark.grade = index.fates.of_batch(append.batch);
        if !matches!(append.result, AppendResult::Appended | AppendResult::Duplicate) {
            mark.grade = mark.grade.max(Grade::Failed);
        }
        appends[place].push(mark);
    }
    let mut copies: Vec<Vec<Mark>> = vec![Vec::new(); count];
    for (number, copy) in (0..).zip(trace.copies.rows()) {
        let Some(place) = place(copy.broker).filter(|_| copy.at.0 >= 0) else { continue };
        let mut mark = Mark::at(FactId::new(Kind::Copy, number), copy.at);
        mark.hue = index.hue_of(copy.partition);
        mark.count = (copy.to.0 - copy.from.0) as u32;
        mark.form = BLOCK_COPY;
        copies[place].push(mark);
    }
    for (number, cut) in (0..).zip(trace.truncations.rows()) {
        let Some(place) = place(cut.broker) else { continue };
        let mut mark = Mark::at(FactId::new(Kind::Truncation, number), cut.at);
        mark.hue = index.hue_of(cut.partition);
        mark.count = (cut.from.0 - cut.to.0).max(0) as u32;
        (mark.form, mark.grade) = (BLOCK_CUT, Grade::Failed);
        copies[place].push(mark);
    }
    let mut high_watermarks = high_watermarks(trace, index);
    let mut grounds = grounds(trace, index);
    let lanes = index.brokers.iter().zip(appends.into_iter().zip(copies)).enumerate();
    lanes
        .map(|(place, (broker, (appends, copies)))| {
            let hues = [&appends, &copies].map(|marks| {
                marks
                    .iter()
                    .fold(0, |hues, mark| hues | 1_u16.checked_shl(mark.hue.into()).unwrap_or(0))
            });
            let lanes = vec![Track::new(appends), Track::new(copies)];
            let mut row = Row::new(RowKind::Broker(*broker), lanes);
            row.hues = hues;
            row.over = Track::new(std::mem::take(&mut high_watermarks[place]));
            row.under = Track::new(std::mem::take(&mut grounds[place]));
            row
        })
        .collect()
}

/// Moves of high watermarks; `form` is 0 on the leader, 1 on a follower.
fn high_watermarks(trace: &Trace, index: &Index) -> Vec<Vec<Mark>> {
    let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); index.brokers.len()];
    let mut leader_of = leaders_at_first(trace, index);
    let mut elections = trace.leaders.rows().peekable();
    for (number, moved) in (0..).zip(trace.high_watermarks.rows()) {
        while let Some(election) = elections.next_if(|election| election.at <= moved.at) {
            if let Ok(place) = index.partitions.binary_search(&election.partition) {
                leader_of[place] = election.broker;
            }
        }
        let Ok(place) = index.brokers.binary_search(&moved.broker) else { continue };
        if moved.at.0 < 0 {
            continue;
        }
        let partition = index.partitions.binary_search(&moved.partition);
        let leads = partition.is_ok_and(|partition| leader_of[partition] == moved.broker);
        let mut mark = Mark::at(FactId::new(Kind::HighWatermark, number), moved.at);
        mark.hue = index.hue_of(moved.partition);
        mark.form = u8::from(!leads);
        marks[place].push(mark);
    }
    for (number, role) in (0..).zip(trace.roles.rows()) {
        let Ok(place) = index.brokers.binary_search(&role.broker) else { continue };
        if role.change == RoleChange::Leads && role.at.0 > 0 {
            let mut mark = Mark::at(FactId::new(Kind::Role, number), role.at);
            mark.hue = index.hue_of(role.partition);
            (mark.form, mark.count) = (ROLE_LEADS, 0);
            marks[place].push(mark);
        }
    }
    marks
}

impl Timeline {
    /// The partitions that a broker leads at a moment.
    #[must_use]
    pub fn led_at(&self, trace: &Trace, broker: BrokerId, time: SimTime) -> Vec<TopicPartition> {
        let mut leader_of = self.first_leaders.clone();
        for election in trace.leaders.rows().take_while(|election| election.at <= time) {
            if let Ok(place) = self.index.partitions.binary_search(&election.partition) {
                leader_of[place] = election.broker;
            }
        }
        let led = self.index.partitions.iter().zip(leader_of);
        led.filter(|(_, leader)| *leader == broker).map(|(partition, _)| *partition).collect()
    }
}

/// Who led each partition before the first election that the trace tells of: whoever appended first.
pub(super) fn leaders_at_first(trace: &Trace, index: &Index) -> Vec<BrokerId> {
    let mut leaders = vec![BrokerId(NONE); index.partitions.len()];
    let mut unknown = leaders.len();
    for append in trace.appends.rows() {
        if unknown == 0 {
            break;
        }
        let partition = trace.opens.partition().get(append.batch.0);
        if let Ok(place) = index.partitions.binary_search(&partition)
            && leaders[place].0 == NONE
        {
            leaders[place] = append.broker;
            unknown -= 1;
        }
    }
    leaders
}

/// Since when something holds, of one broker.
struct Since {
    form: u8,
    fact: FactId,
    from: SimTime,
}

/// Stretches in which a broker was out of the in-sync set, fenced or down.
fn grounds(trace: &Trace, index: &Index) -> Vec<Vec<Mark>> {
    let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); index.brokers.len()];
    let mut open: Vec<Vec<Since>> = index.brokers.iter().map(|_| Vec::new()).collect();
    let begin = |open: &mut Vec<Since>, form: u8, fact: FactId, from: SimTime| {
        if !open.iter().any(|since| since.form == form) {
            open.push(Since { form, fact, from });
        }
    };
    let close = |open: &mut Vec<Since>, marks: &mut Vec<Mark>, form: u8, to: SimTime| {
        if let Some(position) = open.iter().position(|since| since.form == form) {
            let since = open.swap_remove(position);
            marks.push(ground(&since, to));
        }
    };
    for (number, state) in (0..).zip(trace.broker_states.rows()) {
        let Ok(place) = index.brokers.binary_search(&state.broker) else { continue };
        let fact = FactId::new(Kind::BrokerState, number);
        let (open, marks) = (&mut open[place], &mut marks[place]);
        use BrokerChange::{
            Exited, Fenced, Hung, Killed, PowerLoss, Reachable, Registered, RegistrationRefused,
            Restarted, Resumed, ShuttingDown, Starting, Unfenced, Unreachable,
        };
        match state.change {
            Killed | PowerLoss | Hung | Exited => begin(open, GROUND_DOWN, fact, state.at),
            Resumed | Restarted => close(open, marks, GROUND_DOWN, state.at),
            Fenced => begin(open, GROUND_FENCED, fact, state.at),
            Unfenced => close(open, marks, GROUND_FENCED, state.at),
            ShuttingDown | Unreachable | Reachable | Starting | Registered
            | RegistrationRefused => {}
        }
    }
    for out in out_of_sync(trace, index) {
        marks[out.0].push(out.1);
    }
    for (place, open) in open.iter().enumerate() {
        marks[place].extend(open.iter().map(|since| ground(since, index.end)));
    }
    marks
}

fn ground(since: &Since, to: SimTime) -> Mark {
    let mut mark = Mark::new(since.fact, since.from.max(SimTime::ZERO), to);
    (mark.form, mark.count) = (since.form, 0);
    mark
}

/// Stretches in which a broker that had been in the in-sync set of a partition was not, whichever
/// partition.
fn out_of_sync(trace: &Trace, index: &Index) -> Vec<(usize, Mark)> {
    let mut members: Vec<(TopicPartition, u64, u64)> = Vec::new();
    let mut out: Vec<Option<Since>> = index.brokers.iter().map(|_| None).collect();
    let mut marks = Vec::new();
    for (number, change) in (0..).zip(trace.isr_changes.rows()) {
        match members.iter_mut().find(|(partition, ..)| *partition == change.partition) {
            Some((_, now, ever)) => {
                *now = change.members;
                *ever |= change.members;
            }
            None => members.push((change.partition, change.members, change.members)),
        }
        for (place, broker) in index.brokers.iter().enumerate() {
            let bit = 1_u64.checked_shl(broker.0).unwrap_or(0);
            let missing = members.iter().any(|(_, now, ever)| ever & bit != 0 && now & bit == 0);
            match (&out[place], missing) {
                (None, true) => {
                    let fact = FactId::new(Kind::Isr, number);
                    out[place] = Some(Since { form: GROUND_OUT, fact, from: change.at });
                }
                (Some(since), false) => {
                    marks.push((place, ground(since, change.at)));
                    out[place] = None;
                }
                _ => {}
            }
        }
    }
    for (place, since) in out.iter().enumerate() {
        marks.extend(since.iter().map(|since| (place, ground(since, index.end))));
    }
    marks
}
