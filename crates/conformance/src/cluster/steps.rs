//! The steps of a script, field by field as `tests/conformance/cluster/FORMAT.md` has them.

use serde::Deserialize;

/// One step: an action, and perhaps a name for the moment before it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StepSpec {
    pub(super) mark: Option<String>,
    /// The event at which a fault takes place; without it, now.
    pub(super) at: Option<EventSpec>,

    pub(super) send: Option<SendSpec>,
    pub(super) wait_ms: Option<u64>,
    pub(super) up_to_ms: Option<u64>,
    pub(super) until: Option<Condition>,
    pub(super) halt: bool,
    pub(super) finish: bool,
    pub(super) restore: bool,
    pub(super) repeat: Option<Repeat>,
    pub(super) start: Option<Vec<u32>>,

    pub(super) kill: Option<Vec<u32>>,
    pub(super) power_loss: Option<Vec<u32>>,
    pub(super) hang: Option<Vec<u32>>,
    pub(super) resume: Option<Vec<u32>>,
    pub(super) terminate: Option<Vec<u32>>,
    pub(super) disconnect: Option<Vec<u32>>,
    pub(super) unreachable: Option<Vec<u32>>,
    pub(super) reachable: Option<Vec<u32>>,
    pub(super) slow_broker: Option<SlowBrokers>,
    pub(super) slow_disk: Option<SlowBrokers>,
    pub(super) move_leader: Option<u32>,
    pub(super) cut: Option<Links>,
    pub(super) heal: Option<Links>,
    pub(super) slow: Option<SlowLinks>,
    pub(super) lose: Option<LoseSpec>,
    pub(super) late: Option<LateSpec>,
    pub(super) answer: Option<AnswerSpec>,
    pub(super) exit: bool,
}

impl StepSpec {
    /// What it does: one name, if the step is one.
    pub(super) fn actions(&self) -> Vec<&'static str> {
        [self.acts(), self.faults()].concat()
    }

    /// Of these what does not go wrong.
    fn acts(&self) -> Vec<&'static str> {
        there(&[
            ("send", self.send.is_some()),
            ("wait_ms", self.wait_ms.is_some()),
            ("until", self.until.is_some()),
            ("halt", self.halt),
            ("finish", self.finish),
            ("restore", self.restore),
            ("repeat", self.repeat.is_some()),
            ("start", self.start.is_some()),
        ])
    }

    /// And what does, and so may be tied to an event.
    pub(super) fn faults(&self) -> Vec<&'static str> {
        there(&[
            ("kill", self.kill.is_some()),
            ("power_loss", self.power_loss.is_some()),
            ("hang", self.hang.is_some()),
            ("resume", self.resume.is_some()),
            ("terminate", self.terminate.is_some()),
            ("disconnect", self.disconnect.is_some()),
            ("unreachable", self.unreachable.is_some()),
            ("reachable", self.reachable.is_some()),
            ("slow_broker", self.slow_broker.is_some()),
            ("slow_disk", self.slow_disk.is_some()),
            ("move_leader", self.move_leader.is_some()),
            ("cut", self.cut.is_some()),
            ("heal", self.heal.is_some()),
            ("slow", self.slow.is_some()),
            ("lose", self.lose.is_some()),
            ("late", self.late.is_some()),
            ("answer", self.answer.is_some()),
            ("exit", self.exit),
        ])
    }

    /// The brokers that something is done to in it.
    pub(super) fn own_brokers(&self) -> Vec<u32> {
        let done = [
            &self.kill,
            &self.power_loss,
            &self.hang,
            &self.resume,
            &self.terminate,
            &self.start,
            &self.disconnect,
            &self.unreachable,
            &self.reachable,
        ];
        let mut brokers: Vec<u32> = done.into_iter().flatten().flatten().copied().collect();
        let slow = [&self.slow_broker, &self.slow_disk].into_iter().flatten();
        brokers.extend(slow.flat_map(|slow| &slow.brokers));
        brokers.extend(self.move_leader);
        brokers.extend(self.at.as_ref().and_then(|event| event.copied_by));
        let slow = self.slow.as_ref().map(|slow| &slow.links);
        for links in [self.cut.as_ref(), self.heal.as_ref(), slow].into_iter().flatten() {
            if let Links::Directions(pairs) = links {
                brokers.extend(pairs.iter().flatten().filter_map(|end| match end {
                    End::Broker(broker) => Some(*broker),
                    End::Named(_) => None,
                }));
            }
        }
        brokers
    }

    /// The same, with those of the steps that it repeats.
    pub(super) fn brokers(&self) -> Vec<u32> {
        let repeated = self.repeat.iter().flat_map(|repeat| &repeat.steps);
        self.own_brokers().into_iter().chain(repeated.flat_map(Self::brokers)).collect()
    }
}

fn there(named: &[(&'static str, bool)]) -> Vec<&'static str> {
    named.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SendSpec {
    #[serde(default = "all")]
    pub(super) group: String,
    pub(super) records: Option<u32>,
    pub(super) every_us: u64,
    #[serde(default = "hundred")]
    pub(super) value_bytes: u32,
}

/// The group of who names none.
pub(super) fn all() -> String {
    "all".to_owned()
}

const fn hundred() -> u32 {
    100
}

/// An event of a record, or requests by number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventSpec {
    /// The n-th of its group, from 0.
    pub(super) record: Option<u32>,
    #[serde(default = "all")]
    pub(super) group: String,
    /// Its request on this try, from 0 …
    #[serde(rename = "try")]
    pub(super) attempt: Option<u16>,
    /// … or its copy on this broker.
    pub(super) copied_by: Option<u32>,
    /// First and last in the order in which brokers read them, from 0.
    pub(super) requests: Option<[u32; 2]>,
}

/// Which links: all of a kind, or directions.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "links are \"replication\", \"client\", \"controller\", or directions such as [[1, 2], [\"client\", 1]]"
)]
pub(super) enum Links {
    Named(LinksOf),
    Directions(Vec<[End; 2]>),
}

/// All links of a kind, both ways.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LinksOf {
    Replication,
    Client,
    Controller,
}

/// An end of a link.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum End {
    Broker(u32),
    Named(EndName),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EndName {
    Client,
    Controller,
}

/// Links that take longer; for ever if it does not say how long.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlowLinks {
    pub(super) links: Links,
    pub(super) by_ms: u64,
    pub(super) for_ms: Option<u64>,
}

/// Brokers, or their disks, that take longer; likewise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlowBrokers {
    pub(super) brokers: Vec<u32>,
    pub(super) by_ms: u64,
    pub(super) for_ms: Option<u64>,
}

/// A message, by the event that the step names.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MessageSpec {
    Request,
    Answer,
    Fetch,
    FetchAnswer,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoseSpec {
    pub(super) message: MessageSpec,
    #[serde(default)]
    pub(super) reset: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LateSpec {
    pub(super) message: MessageSpec,
    pub(super) by_ms: u64,
}

/// What a broker answers to a produce request: an error, late, never, or it closes the connection.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerSpec {
    pub(super) error: Option<String>,
    #[serde(default)]
    pub(super) late_ms: u64,
    #[serde(default)]
    pub(super) never: bool,
    #[serde(default)]
    pub(super) close: bool,
    #[serde(default)]
    pub(super) appended: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeat {
    pub(super) times: u32,
    pub(super) steps: Vec<StepSpec>,
}

/// What a step waits for; all that is named must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    pub(super) isr: Option<Vec<u32>>,
    pub(super) in_isr: Option<Vec<u32>>,
    pub(super) leader_is_not: Option<u32>,
    pub(super) leader_epoch_above: Option<i32>,
    pub(super) active: Option<Vec<u32>>,
    pub(super) exited: Option<Vec<u32>>,
    pub(super) acked: Option<Acked>,
    #[serde(default)]
    pub(super) answered: bool,
    #[serde(default)]
    pub(super) happened: bool,
}

impl Condition {
    /// What it asks for, in the words of the format.
    pub(super) fn words(&self) -> Vec<String> {
        let list = |name: &str, brokers: &Option<Vec<u32>>| {
            brokers.as_ref().map(|brokers| format!("{name} {brokers:?}"))
        };
        let acked =
            |acked: &Acked| format!("acked more_than {} since {}", acked.more_than, acked.since);
        let words = [
            list("isr", &self.isr),
            list("in_isr", &self.in_isr),
            self.leader_is_not.map(|leader| format!("leader_is_not {leader}")),
            self.leader_epoch_above.map(|epoch| format!("leader_epoch_above {epoch}")),
            list("active", &self.active),
            list("exited", &self.exited),
            self.acked.as_ref().map(acked),
            self.answered.then(|| "answered".to_owned()),
            self.happened.then(|| "happened".to_owned()),
        ];
        words.into_iter().flatten().collect()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Acked {
    pub(super) more_than: u32,
    pub(super) since: String,
}
