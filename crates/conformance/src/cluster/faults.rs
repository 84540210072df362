//! Steps of a script as faults of the model.

use super::steps::{
    AnswerSpec, End, EndName, EventSpec, Links, LinksOf, MessageSpec, SlowBrokers, StepSpec,
};
use model::scenario::{Anchor, ErrorCode, FaultKind, Link, Message, Place};
use trace::NONE;
use units::{BrokerId, Micros, PartitionId, RecordId, TopicId, TopicPartition};

/// Longer than any script.
pub(super) const FOR_EVER: Micros = Micros(1 << 40);

/// The one partition of a part.
const PARTITION: TopicPartition = TopicPartition { topic: TopicId(0), partition: PartitionId(0) };

/// What a step does to a cluster of these brokers, one after another.
pub(super) fn faults(step: &StepSpec, brokers: &[u32]) -> Vec<FaultKind> {
    let mut faults = Vec::new();
    let mut each = |of: &Option<Vec<u32>>, fault: fn(BrokerId) -> FaultKind| {
        faults.extend(of.iter().flatten().map(|broker| fault(BrokerId(*broker))));
    };
    each(&step.kill, FaultKind::Kill);
    each(&step.power_loss, FaultKind::PowerLoss);
    each(&step.hang, FaultKind::Hang);
    each(&step.resume, FaultKind::Resume);
    each(&step.terminate, FaultKind::ControlledShutdown);
    each(&step.disconnect, FaultKind::Disconnect);
    each(&step.unreachable, FaultKind::Unreachable);
    each(&step.reachable, FaultKind::Reachable);
    for (broker, by, lasts) in slowed(step.slow_broker.as_ref()) {
        faults.push(FaultKind::SlowBroker { broker, by, lasts });
    }
    for (broker, by, lasts) in slowed(step.slow_disk.as_ref()) {
        faults.push(FaultKind::SlowDisk { broker, by, lasts });
    }
    let moved = step.move_leader.map(BrokerId);
    faults.extend(moved.map(|to| FaultKind::MoveLeader { partition: PARTITION, to }));
    for (named, lasts) in [(&step.cut, FOR_EVER), (&step.heal, Micros(0))] {
        let links = named.iter().flat_map(|named| links(named, brokers));
        faults.extend(links.map(|link| FaultKind::CutLink { link, lasts }));
    }
    if let Some(slow) = &step.slow {
        let (by, lasts) = (millis(slow.by_ms), lasts(slow.for_ms));
        let links = links(&slow.links, brokers).into_iter();
        faults.extend(links.map(|link| FaultKind::SlowLink { link, by, lasts }));
    }
    let lost = step.lose.as_ref();
    faults.extend(
        lost.map(|lost| FaultKind::Lose { message: message(lost.message), reset: lost.reset }),
    );
    let late = step.late.as_ref();
    faults.extend(
        late.map(|late| FaultKind::Late { message: message(late.message), by: millis(late.by_ms) }),
    );
    faults.extend(step.answer.as_ref().map(answer));
    faults.extend(step.exit.then_some(FaultKind::ApplicationExit));
    faults
}

/// The event that a step names; `first` is the first record of its group.
pub(super) fn anchor(event: &EventSpec, first: u32) -> Anchor {
    if let Some([from, to]) = event.requests {
        return Anchor::Produce { from, to };
    }
    let record = RecordId(event.record.map_or(NONE, |record| first.saturating_add(record)));
    match event.copied_by {
        Some(broker) => Anchor::Copied { record, broker: BrokerId(broker) },
        None => Anchor::Record { record, attempt: event.attempt.unwrap_or(0) },
    }
}

fn slowed(
    spec: Option<&SlowBrokers>,
) -> impl Iterator<Item = (BrokerId, Micros, Micros)> + use<'_> {
    spec.into_iter().flat_map(|slow| {
        let (by, lasts) = (millis(slow.by_ms), lasts(slow.for_ms));
        slow.brokers.iter().map(move |broker| (BrokerId(*broker), by, lasts))
    })
}

const fn millis(ms: u64) -> Micros {
    Micros(ms.saturating_mul(1000))
}

fn lasts(for_ms: Option<u64>) -> Micros {
    for_ms.map_or(FOR_EVER, |ms| millis(ms).min(FOR_EVER))
}

fn links(links: &Links, brokers: &[u32]) -> Vec<Link> {
    let broker = |id: &u32| Place::Broker(BrokerId(*id));
    let both_ways = |end: Place| {
        let pair =
            move |id| [Link { from: end, to: broker(id) }, Link { from: broker(id), to: end }];
        brokers.iter().flat_map(pair).collect()
    };
    match links {
        Links::Directions(pairs) => {
            pairs.iter().map(|[from, to]| Link { from: place(*from), to: place(*to) }).collect()
        }
        Links::Named(LinksOf::Client) => both_ways(Place::Producer),
        Links::Named(LinksOf::Controller) => both_ways(Place::Controller),
        Links::Named(LinksOf::Replication) => {
            let pairs = brokers.iter().flat_map(|from| brokers.iter().map(move |to| (from, to)));
            let pairs = pairs.filter(|(from, to)| from != to);
            pairs.map(|(from, to)| Link { from: broker(from), to: broker(to) }).collect()
        }
    }
}

const fn place(end: End) -> Place {
    match end {
        End::Broker(id) => Place::Broker(BrokerId(id)),
        End::Named(EndName::Client) => Place::Producer,
        End::Named(EndName::Controller) => Place::Controller,
    }
}

const fn message(message: MessageSpec) -> Message {
    match message {
        MessageSpec::Request => Message::Request,
        MessageSpec::Answer => Message::Answer,
        MessageSpec::Fetch => Message::Fetch,
        MessageSpec::FetchAnswer => Message::FetchAnswer,
    }
}

fn answer(spec: &AnswerSpec) -> FaultKind {
    let (appended, delay) = (spec.appended, millis(spec.late_ms));
    if spec.never {
        return FaultKind::Silent { appended };
    }
    if spec.close {
        return FaultKind::Hangup { appended };
    }
    let error = spec.error.as_deref().and_then(ErrorCode::of_name);
    error.map_or(FaultKind::Delay(delay), |error| FaultKind::Answer {
        error,
        appended,
        partitions: Vec::new(),
        delay,
    })
}
