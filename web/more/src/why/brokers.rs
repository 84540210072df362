//! What brokers, the controller and faults did.

use super::{Explanation, Rule, Teller, members, rules};
use crate::language::PARTS;
use trace::{
    AppendResult, BrokerChange, ElectionReason, ErrorCode, FactId, IsrReason, Kind, RoleChange,
};
use words::{count, length, moment};

impl Teller<'_> {
    pub(super) fn fault(self, row: u32, faults: &[String]) -> Explanation {
        let fault = self.trace.faults.row(row);
        let text = faults.get(usize::from(fault.fault)).map_or("", String::as_str);
        let kind = text.strip_prefix("off:").unwrap_or(text).split([':', '@']).next();
        let what = kind.filter(|kind| !kind.is_empty()).map_or_else(
            || self.say("inspect--scripted"),
            |kind| {
                let key = format!("fault--{kind}");
                self.language.map_or_else(|| key.clone(), |language| PARTS.say(language, &key))
            },
        );
        let mut lines =
            vec![self.tell("inspect--struck", &[("at", &moment(fault.at)), ("what", &what)])];
        if !text.is_empty() {
            lines.push(format!("`{text}`"));
        }
        Explanation {
            title: self.tell("inspect--fault", &[("what", &what)]),
            lines,
            rule: Rule { name: "fault", source: "", setting: None },
            ..Explanation::default()
        }
    }

    pub(super) fn read(self, row: u32) -> Explanation {
        let read = self.trace.reads.row(row);
        let at = moment(read.at);
        let cause = self.trace.cause(FactId::new(Kind::Read, row)).fact();
        let waited = cause.is_some_and(|cause| cause.kind() == Kind::Answer);
        let key = if waited { "inspect--read-waited" } else { "inspect--read-at-once" };
        Explanation {
            title: self.tell("inspect--read", &[("broker", &read.broker)]),
            lines: vec![self.tell(key, &[("at", &at)])],
            rule: Rule {
                name: "one-at-a-time",
                source: "SocketServer.Processor.processCompletedReceives",
                setting: Some("max.in.flight.requests.per.connection"),
            },
            assumptions: &["one-way"],
            cause: None,
        }
    }

    pub(super) fn append(self, row: u32) -> Explanation {
        let append = self.trace.appends.row(row);
        let records = self.trace.opens.records().get(append.batch.0);
        let from = append.offset.0;
        let to = from + i64::from(records) - 1;
        let error = match append.result {
            AppendResult::Refused { error } | AppendResult::AppendedWithError { error } => error,
            _ => ErrorCode::None,
        };
        let key = format!("append--{}", AppendResult::VARIANTS[append.result.variant()]);
        let mut lines = vec![self.tell(
            &key,
            &[("records", &count(records)), ("from", &from), ("to", &to), ("error", &error.name())],
        )];
        if !error.message().is_empty() {
            lines.push(error.message().to_owned());
        }
        let rule = match append.result {
            AppendResult::Duplicate => Rule {
                name: "dedupe",
                source: "ProducerStateEntry.findDuplicateBatch",
                setting: Some("enable.idempotence"),
            },
            AppendResult::Refused { error: ErrorCode::NotEnoughReplicas } => Rule {
                name: "min-isr",
                source: "Partition.appendRecordsToLeader",
                setting: Some("min.insync.replicas"),
            },
            _ => Rule {
                name: "leader-append",
                source: "Partition.appendRecordsToLeader",
                setting: None,
            },
        };
        Explanation {
            title: self.tell("inspect--append", &[("broker", &append.broker)]),
            lines,
            rule,
            assumptions: &["append"],
            cause: None,
        }
    }

    pub(super) fn answer(self, row: u32) -> Explanation {
        let answer = self.trace.answers.row(row);
        let cause = self.trace.cause(FactId::new(Kind::Answer, row)).fact().map(FactId::kind);
        let key = match cause {
            Some(Kind::HighWatermark) => "inspect--answer-committed",
            Some(Kind::Append) => "inspect--answer-appended",
            _ => "inspect--answer-other",
        };
        let (source, setting) = match cause {
            Some(Kind::HighWatermark) => ("DelayedProduce.tryComplete", Some("acks")),
            _ => ("ReplicaManager.appendRecords", Some("acks")),
        };
        Explanation {
            title: self.tell("inspect--answer", &[("broker", &answer.broker)]),
            lines: vec![self.tell(key, &[("at", &moment(answer.at))])],
            rule: Rule { name: "acks", source, setting },
            assumptions: &["append", "between"],
            cause: None,
        }
    }

    pub(super) fn fetch(self, row: u32) -> Explanation {
        let fetch = self.trace.fetches.row(row);
        let (at, follower, leader) = (moment(fetch.at), fetch.follower, fetch.leader);
        Explanation {
            title: self.tell("inspect--fetch", &[("follower", &follower), ("leader", &leader)]),
            lines: vec![self.tell(
                "inspect--asked",
                &[("at", &at), ("follower", &follower), ("leader", &leader)],
            )],
            rule: Rule {
                name: "pull",
                source: "AbstractFetcherThread.maybeFetch",
                setting: Some("replica.fetch.wait.max.ms"),
            },
            assumptions: &["between"],
            cause: None,
        }
    }

    pub(super) fn fetch_answer(self, row: u32) -> Explanation {
        let answer = self.trace.fetch_answers.row(row);
        let fetch = self.trace.fetches.row(answer.fetch);
        let (at, records) = (moment(answer.at), answer.records);
        let parked = length(answer.at.since(answer.arrived));
        let key = if answer.at > answer.arrived {
            "inspect--fetch-parked"
        } else {
            "inspect--fetch-at-once"
        };
        let mut lines =
            vec![self.tell(key, &[("at", &at), ("records", &count(records)), ("parked", &parked)])];
        if answer.error != ErrorCode::None {
            let (error, message) = (answer.error.name(), answer.error.message());
            lines.push(format!("{error}: {message}"));
        }
        Explanation {
            title: self.tell(
                "inspect--fetch-answer",
                &[("follower", &fetch.follower), ("leader", &fetch.leader)],
            ),
            lines,
            rule: Rule {
                name: "pull",
                source: "DelayedFetch.tryComplete",
                setting: Some("replica.fetch.wait.max.ms"),
            },
            assumptions: &["between"],
            cause: None,
        }
    }

    pub(super) fn copy(self, row: u32) -> Explanation {
        let copy = self.trace.copies.row(row);
        let took = length(copy.at.since(self.trace.fetch_answers.at().get(copy.answer)));
        let (from, to) = (copy.from.0, copy.to.0 - 1);
        Explanation {
            title: self.tell("inspect--copy", &[("broker", &copy.broker)]),
            lines: vec![
                self.tell("inspect--copied", &[("from", &from), ("to", &to), ("took", &took)]),
            ],
            rule: Rule {
                name: "pull",
                source: "ReplicaFetcherThread.processPartitionData",
                setting: None,
            },
            assumptions: &["between"],
            cause: None,
        }
    }

    pub(super) fn high_watermark(self, row: u32) -> Explanation {
        let moved = self.trace.high_watermarks.row(row);
        let name = self.trace.partition_name(moved.partition);
        let cause = self.trace.cause(FactId::new(Kind::HighWatermark, row)).fact();
        let key = match cause.map(FactId::kind) {
            Some(Kind::Fetch) => "inspect--committed-by-fetch",
            Some(Kind::FetchAnswer | Kind::Copy) => "inspect--committed-heard",
            Some(Kind::Isr) => "inspect--committed-by-isr",
            _ => "inspect--committed",
        };
        Explanation {
            title: self.tell("inspect--hw", &[("broker", &moved.broker), ("partition", &name)]),
            lines: vec![self.tell(key, &[("offset", &moved.offset.0), ("at", &moment(moved.at))])],
            rule: Rule {
                name: "high-watermark",
                source: "Partition.maybeIncrementLeaderHW",
                setting: None,
            },
            assumptions: &["between"],
            cause: None,
        }
    }

    pub(super) fn isr(self, row: u32) -> Explanation {
        let change = self.trace.isr_changes.row(row);
        let name = self.trace.partition_name(change.partition);
        let key = format!("isr--{}", IsrReason::VARIANTS[change.why.variant()]);
        let set = members(change.members);
        let mut lines = vec![self.tell(&key, &[("at", &moment(change.at)), ("members", &set)])];
        if change.eligible != 0 {
            lines.push(self.tell("isr--eligible", &[("members", &members(change.eligible))]));
        }
        Explanation {
            title: self.tell("inspect--isr", &[("partition", &name)]),
            lines,
            rule: rules::of_isr(change.why),
            assumptions: &["controller"],
            cause: None,
        }
    }

    pub(super) fn leader(self, row: u32) -> Explanation {
        let leader = self.trace.leaders.row(row);
        let name = self.trace.partition_name(leader.partition);
        let key = format!("election--{}", ElectionReason::VARIANTS[leader.why.variant()]);
        let at = moment(leader.at);
        Explanation {
            title: self.tell("inspect--leader", &[("partition", &name)]),
            lines: vec![self.tell(
                &key,
                &[("at", &at), ("broker", &leader.broker), ("epoch", &leader.epoch.0)],
            )],
            rule: rules::of_election(leader.why),
            assumptions: &["controller"],
            cause: None,
        }
    }

    pub(super) fn role(self, row: u32) -> Explanation {
        let role = self.trace.roles.row(row);
        let name = self.trace.partition_name(role.partition);
        let key = format!("role--{}", RoleChange::VARIANTS[role.change.variant()]);
        let (at, epoch) = (moment(role.at), role.epoch.0);
        let detail = match role.change {
            RoleChange::Follows { leader } => leader.to_string(),
            RoleChange::OffersIsr { members: bits } => members(bits),
            RoleChange::OfferRefused { error } => error.name().to_owned(),
            RoleChange::Leads | RoleChange::Leaderless => String::new(),
        };
        Explanation {
            title: self.tell("inspect--role", &[("broker", &role.broker), ("partition", &name)]),
            lines: vec![self.tell(&key, &[("at", &at), ("epoch", &epoch), ("detail", &detail)])],
            rule: rules::of_role(role.change),
            assumptions: &["metadata"],
            cause: None,
        }
    }

    pub(super) fn broker_state(self, row: u32) -> Explanation {
        let state = self.trace.broker_states.row(row);
        // a session that ends has a clock for its cause, a shutdown the broker's own wish
        let asked = state.change == BrokerChange::Fenced && state.cause.fact().is_some();
        let in_order = if asked { "-in-order" } else { "" };
        let key = format!("broker--{}{in_order}", BrokerChange::VARIANTS[state.change.variant()]);
        Explanation {
            title: self.tell("inspect--broker", &[("broker", &state.broker)]),
            lines: vec![self.tell(&key, &[("at", &moment(state.at))])],
            rule: rules::of_broker(if asked { BrokerChange::Exited } else { state.change }),
            assumptions: match state.change {
                BrokerChange::PowerLoss => &["writeback"],
                BrokerChange::Starting | BrokerChange::Restarted => &["restart"],
                BrokerChange::Resumed => &["resume"],
                _ => &[],
            },
            cause: None,
        }
    }

    pub(super) fn truncation(self, row: u32) -> Explanation {
        let cut = self.trace.truncations.row(row);
        let name = self.trace.partition_name(cut.partition);
        let records = cut.from.0 - cut.to.0;
        let cause = self.trace.cause(FactId::new(Kind::Truncation, row)).fact();
        let by_power =
            cause.is_some_and(|cause| matches!(cause.kind(), Kind::BrokerState | Kind::Fault));
        let key = if by_power { "inspect--cut-by-power" } else { "inspect--cut-by-leader" };
        Explanation {
            title: self.tell("inspect--truncation", &[("broker", &cut.broker)]),
            lines: vec![self.tell(
                key,
                &[
                    ("at", &moment(cut.at)),
                    ("partition", &name),
                    ("from", &cut.from.0),
                    ("to", &cut.to.0),
                    ("records", &count(records)),
                ],
            )],
            rule: Rule {
                name: "truncate",
                source: "AbstractFetcherThread.truncateOnFetchResponse",
                setting: Some("unclean.leader.election.enable"),
            },
            assumptions: if by_power { &["writeback"] } else { &[] },
            cause: None,
        }
    }
}
