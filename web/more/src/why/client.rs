//! What the application, the accumulator and the network client did.

use super::{Explanation, Rule, Teller, rules};
use link::batch_name;
use trace::{CloseReason, Condition, FactId, Kind, NONE, PartitionRule, RequestFate, RequestKind};
use units::{BatchId, RequestId, SimTime};
use words::{count, length, moment};

/// What each way between client and broker takes.
const ONE_WAY: &[&str] = &["one-way"];

impl Teller<'_> {
    pub(super) fn send(self, row: u32) -> Explanation {
        let send = self.trace.sends.row(row);
        let (at, value) = (moment(send.called), count(send.value_bytes.max(0)));
        let called = if send.rule == PartitionRule::Unchosen {
            self.tell("inspect--send-unchosen", &[("at", &at), ("value", &value)])
        } else {
            let partition = format!("p{}", send.partition);
            let values: [(_, &dyn std::fmt::Display); 3] =
                [("at", &at), ("value", &value), ("partition", &partition)];
            self.tell("inspect--send", &values)
        };
        let chosen = self.say(&format!("chosen--{}", PartitionRule::VARIANTS[send.rule.variant()]));
        let mut lines = vec![format!("{called} {chosen}")];
        if send.called > send.wanted {
            let late = length(send.called.since(send.wanted));
            let wanted = moment(send.wanted);
            lines.push(self.tell("inspect--send-late", &[("at", &wanted), ("late", &late)]));
        }
        if send.batch.0 != NONE {
            lines.push(self.result(send.batch));
        }
        Explanation {
            title: self.tell("inspect--record", &[("record", &row)]),
            lines,
            rule: rules::of_partition(send.rule),
            assumptions: if send.rule == PartitionRule::Sticky { &["seed"] } else { &[] },
            cause: None,
        }
    }

    pub(super) fn block(self, row: u32) -> Explanation {
        let block = self.trace.blocks.row(row);
        let (at, until) = (moment(block.at), self.until(block.until));
        let key = format!("block--{}", trace::BlockReason::VARIANTS[block.why.variant()]);
        let (needed, available) = match block.why {
            trace::BlockReason::Memory { needed, available } => {
                (count(needed.0), count(available.0))
            }
            _ => Default::default(),
        };
        let line = self.tell(
            &key,
            &[("at", &at), ("until", &until), ("needed", &needed), ("available", &available)],
        );
        Explanation {
            title: self.tell("inspect--block", &[("record", &block.record)]),
            lines: vec![line],
            rule: rules::of_block(block.why),
            assumptions: ONE_WAY,
            cause: None,
        }
    }

    pub(super) fn refusal(self, row: u32) -> Explanation {
        let refusal = self.trace.refusals.row(row);
        let error = self.failure(refusal.failure).unwrap_or_default();
        let key = if refusal.thrown { "inspect--thrown" } else { "inspect--failed-at-once" };
        Explanation {
            title: self.tell("inspect--refusal", &[("record", &refusal.record)]),
            lines: vec![self.tell(key, &[("at", &moment(refusal.at)), ("error", &error)])],
            rule: Rule {
                name: "refused",
                source: "KafkaProducer.doSend",
                setting: Some("max.block.ms"),
            },
            ..Explanation::default()
        }
    }

    pub(super) fn call(self, row: u32) -> Explanation {
        let call = self.trace.calls.row(row);
        let name = trace::CallKind::VARIANTS[call.call.variant()];
        let (at, until) = (moment(call.at), self.until(call.until));
        let mut lines =
            vec![self.tell(&format!("call--{name}"), &[("at", &at), ("until", &until)])];
        if call.timeout_ms != i64::MAX && call.call == trace::CallKind::Close {
            lines.push(self.tell("call--timeout", &[("ms", &call.timeout_ms)]));
        }
        if call.in_callback {
            lines.push(self.say("call--in-callback"));
        }
        lines.extend(self.failure(call.threw));
        Explanation {
            title: self.say(&format!("call--{name}-title")),
            lines,
            rule: rules::of_call(call.call),
            ..Explanation::default()
        }
    }

    pub(super) fn callback(self, row: u32) -> Explanation {
        let callback = self.trace.callbacks.row(row);
        let (at, count) = (moment(callback.at), count(callback.count));
        let mut lines = vec![match self.failure(callback.failure) {
            Some(error) => self.tell(
                "inspect--callback-failed",
                &[("count", &count), ("at", &at), ("error", &error)],
            ),
            None if callback.offset.0 < 0 => {
                self.tell("inspect--callback-told", &[("count", &count), ("at", &at)])
            }
            None => self.tell(
                "inspect--callback-ok",
                &[("count", &count), ("at", &at), ("offset", &callback.offset.0)],
            ),
        }];
        if callback.until > callback.at {
            let until = self.until(callback.until);
            lines.push(self.tell("inspect--callback-long", &[("until", &until)]));
        }
        if let Some(error) = self.failure(callback.threw) {
            lines.push(self.tell("inspect--callback-threw", &[("error", &error)]));
        }
        Explanation {
            title: self.tell("inspect--callback", &[("record", &callback.record)]),
            lines,
            rule: Rule {
                name: "acks",
                source: "ProducerBatch.completeFutureAndFireCallbacks",
                setting: Some("acks"),
            },
            assumptions: &["one-way", "callback"],
            cause: None,
        }
    }

    pub(super) fn sticky_turn(self, row: u32) -> Explanation {
        let turn = self.trace.sticky_turns.row(row);
        let name = self.trace.partition_name(turn.partition);
        let key = format!("turn--{}", trace::TurnReason::VARIANTS[turn.why.variant()]);
        let at = moment(turn.at);
        let line =
            self.tell(&key, &[("partition", &name), ("produced", &turn.produced.0), ("at", &at)]);
        Explanation {
            title: self.tell("inspect--turn", &[("partition", &name)]),
            lines: vec![line],
            rule: rules::of_turn(turn.why),
            assumptions: &["seed"],
            cause: None,
        }
    }

    /// A batch: why it left, then its way from its opening to its result. Of its tries, `drain` alone if
    /// there is one.
    pub(super) fn batch(self, drain: u32, batch: u32) -> Explanation {
        let trace = self.trace;
        let (batch, open) = (BatchId(batch), trace.opens.row(batch));
        let capacity = count(open.capacity);
        let mut rule = Rule {
            name: "append",
            source: "RecordAccumulator.append",
            setting: Some("batch.size"),
        };
        let (mut left, mut lines) = (None, Vec::new());
        let mut assumptions: &[&str] = &[];
        for (row, tried) in (0..).zip(trace.drains.rows()).filter(|(_, d)| d.batch == batch) {
            if drain != NONE && drain != row {
                continue;
            }
            let percent = u64::from(tried.bytes) * 100 / u64::from(open.capacity.max(1));
            if tried.attempts == 0 || drain == row {
                lines.push(self.tell(
                    "inspect--contents",
                    &[
                        ("records", &count(tried.records)),
                        ("bytes", &count(tried.bytes)),
                        ("capacity", &capacity),
                        ("percent", &percent),
                    ],
                ));
            }
            if tried.bytes < tried.uncompressed {
                assumptions = &["ratio"];
            }
            let rows = tried.conditions..tried.conditions + u32::from(tried.condition_count);
            let conditions: Vec<_> = rows.map(|row| trace.conditions.row(row)).collect();
            if let Some(headline) = conditions.first() {
                let (at, reason) = (moment(tried.at), self.condition(headline.what));
                if tried.attempts > 0 {
                    let n = tried.attempts + 1;
                    let again =
                        self.tell("inspect--try", &[("n", &n), ("at", &at), ("reason", &reason)]);
                    lines.push(again);
                } else {
                    let values: [(_, &dyn std::fmt::Display); 5] = [
                        ("at", &at),
                        ("reason", &reason),
                        ("records", &count(tried.records)),
                        ("percent", &percent),
                        ("open", &length(tried.at.since(open.at))),
                    ];
                    lines.push(self.tell("inspect--left", &values));
                }
                // what is asked for is told first: this try, or the first one
                if left.is_none() {
                    left = lines.pop();
                    rule = rules::of_condition(headline.what);
                }
            }
            for held in conditions.iter().filter(|condition| condition.what.holds()) {
                let (since, reason) = (moment(held.since), self.condition(held.what));
                lines.push(self.tell("inspect--held", &[("at", &since), ("reason", &reason)]));
            }
        }
        lines.push(self.tell(
            "inspect--opened",
            &[("at", &moment(open.at)), ("record", &open.first), ("capacity", &capacity)],
        ));
        if let Some(close) = trace.closes.rows().find(|close| close.batch == batch) {
            lines.push(self.closed(close.why));
        }
        let result = self.result(batch);
        match left {
            Some(left) => {
                lines.insert(0, left);
                lines.push(result);
            }
            // it never left
            None => lines.insert(0, result),
        }
        let name = trace.partition_name(open.partition);
        let batch = batch_name(trace, batch);
        let title = self.tell("inspect--batch", &[("batch", &batch), ("partition", &name)]);
        Explanation { title, lines, rule, assumptions, cause: None }
    }

    /// Why a request was made: what made the first of its batches sendable that had a reason of its own.
    fn sent_for(self, drains: std::ops::Range<u32>) -> Option<(BatchId, Condition)> {
        let headline = |row: u32| {
            let drain = self.trace.drains.row(row);
            let first = (drain.condition_count > 0).then_some(drain.conditions)?;
            Some((drain.batch, self.trace.conditions.row(first).what))
        };
        let own = |(_, what): &(BatchId, Condition)| !matches!(what, Condition::RideAlong { .. });
        let mut all = drains.filter_map(headline);
        let first = all.next()?;
        if own(&first) { Some(first) } else { all.find(own).or(Some(first)) }
    }

    pub(super) fn condition(self, condition: Condition) -> String {
        let key = format!("why--{}", Condition::VARIANTS[condition.variant()]);
        match condition {
            Condition::RideAlong { of } => {
                let open = self.trace.opens.row(of.0);
                let partition = self.trace.partition_name(open.partition);
                let batch = batch_name(self.trace, of);
                self.tell(&key, &[("batch", &batch), ("partition", &partition)])
            }
            _ => self.say(&key),
        }
    }

    fn closed(self, why: CloseReason) -> String {
        let key = format!("close--{}", CloseReason::VARIANTS[why.variant()]);
        match why {
            CloseReason::NoRoom { record, needed, left } => self.tell(
                &key,
                &[
                    ("record", &record),
                    ("needed", &count(needed.0)),
                    ("left", &count(left.0.max(0))),
                ],
            ),
            _ => self.say(&key),
        }
    }

    fn result(self, batch: BatchId) -> String {
        let Some(finish) = self.trace.finishes.rows().find(|f| f.batch == batch && !f.late) else {
            return self.say("inspect--open");
        };
        let at = moment(finish.at);
        match self.failure(finish.failure) {
            Some(error) => self.tell("inspect--failed", &[("at", &at), ("error", &error)]),
            None if finish.offset.0 < 0 => self.tell("inspect--told", &[("at", &at)]),
            None => self.tell("inspect--done", &[("at", &at), ("offset", &finish.offset.0)]),
        }
    }

    pub(super) fn empty_drain(self, row: u32) -> Explanation {
        let empty = self.trace.empty_drains.row(row);
        let (node, at) = (empty.node, moment(empty.at));
        Explanation {
            title: self.tell("inspect--empty-drain", &[("broker", &node)]),
            lines: vec![self.tell(
                "inspect--nothing-drained",
                &[("broker", &node), ("at", &at), ("passes", &empty.passes)],
            )],
            rule: Rule {
                name: "sequence",
                source: "RecordAccumulator.drainBatchesForOneNode",
                setting: Some("max.in.flight.requests.per.connection"),
            },
            ..Explanation::default()
        }
    }

    pub(super) fn retry(self, row: u32) -> Explanation {
        let retry = self.trace.retries.row(row);
        let (at, error) = (moment(retry.at), retry.error.name());
        let mut lines =
            vec![self.tell(
                "inspect--retried",
                &[("at", &at), ("n", &retry.attempts), ("error", &error)],
            )];
        if !retry.error.message().is_empty() {
            lines.push(retry.error.message().to_owned());
        }
        if retry.error.invalid_metadata() {
            lines.push(self.say("inspect--metadata-asked"));
        }
        Explanation {
            title: self.tell("inspect--retry", &[("batch", &batch_name(self.trace, retry.batch))]),
            lines,
            rule: Rule {
                name: "retry",
                source: "Sender.canRetry",
                setting: Some("delivery.timeout.ms"),
            },
            ..Explanation::default()
        }
    }

    pub(super) fn split(self, row: u32) -> Explanation {
        let split = self.trace.splits.row(row);
        Explanation {
            title: self.tell("inspect--split", &[("batch", &batch_name(self.trace, split.batch))]),
            lines: vec![self.tell(
                "inspect--cut-up",
                &[("at", &moment(split.at)), ("pieces", &split.pieces), ("target", &split.target)],
            )],
            rule: Rule {
                name: "split",
                source: "RecordAccumulator.splitAndReenqueue",
                setting: Some("batch.size"),
            },
            ..Explanation::default()
        }
    }

    pub(super) fn request(self, row: u32) -> Explanation {
        let trace = self.trace;
        let request = trace.requests.row(row);
        let (at, node, bytes) = (moment(request.at), request.node, count(request.bytes));
        let mut lines = Vec::new();
        let mut rule = rules::of_request(request.kind);
        if request.kind == RequestKind::Produce {
            let drains = request.drains..request.drains + u32::from(request.batches);
            let records: u32 = drains.clone().map(|drain| trace.drains.records().get(drain)).sum();
            if let Some((batch, what)) = self.sent_for(drains) {
                let (batch, reason) = (batch_name(trace, batch), self.condition(what));
                let values: [(_, &dyn std::fmt::Display); 3] =
                    [("at", &at), ("batch", &batch), ("reason", &reason)];
                lines.push(self.tell("inspect--sent-for", &values));
                rule = rules::of_condition(what);
            }
            lines.push(self.tell(
                "inspect--sent",
                &[("batches", &request.batches), ("records", &count(records)), ("bytes", &bytes)],
            ));
        } else {
            let key = format!("request--{}", RequestKind::VARIANTS[request.kind.variant()]);
            lines.push(self.tell(&key, &[("at", &at), ("bytes", &bytes)]));
        }
        let end = trace.request_ends.rows().find(|end| end.request == RequestId(row));
        lines.push(end.map_or_else(
            || self.say("inspect--open"),
            |end| self.ended(end.fate, end.at, request.at),
        ));
        if let (RequestKind::Produce, Some(end)) = (request.kind, end)
            && end.fate == RequestFate::TimedOut
        {
            rule = rules::of_fate(end.fate);
        }
        Explanation {
            title: self.tell("inspect--request", &[("broker", &node)]),
            lines,
            rule,
            assumptions: ONE_WAY,
            cause: None,
        }
    }

    fn ended(self, fate: RequestFate, at: SimTime, since: SimTime) -> String {
        let key = format!("fate--{}", RequestFate::VARIANTS[fate.variant()]);
        self.tell(&key, &[("at", &moment(at)), ("took", &length(at.since(since)))])
    }

    pub(super) fn request_end(self, row: u32) -> Explanation {
        let end = self.trace.request_ends.row(row);
        let request = self.trace.requests.row(end.request.0);
        let mut lines = vec![self.ended(end.fate, end.at, request.at)];
        if let Some(cause) = self.trace.cause(FactId::new(Kind::RequestEnd, row)).fact()
            && cause.kind() == Kind::Answer
        {
            let left = self.trace.at(cause);
            lines.push(self.tell("inspect--answer-left", &[("at", &moment(left))]));
        }
        Explanation {
            title: self.tell("inspect--request-end", &[("broker", &request.node)]),
            lines,
            rule: rules::of_fate(end.fate),
            assumptions: ONE_WAY,
            cause: None,
        }
    }

    pub(super) fn connection(self, row: u32) -> Explanation {
        let connection = self.trace.connections.row(row);
        let (node, at) = (connection.node, moment(connection.at));
        let key =
            format!("connection--{}", trace::ConnectionState::VARIANTS[connection.state.variant()]);
        let mut lines = vec![self.tell(&key, &[("at", &at), ("broker", &node)])];
        if connection.bootstrap {
            lines.push(self.say("connection--bootstrap"));
        }
        Explanation {
            title: self.tell("inspect--connection", &[("broker", &node)]),
            lines,
            rule: rules::of_connection(connection.state),
            assumptions: ONE_WAY,
            cause: None,
        }
    }

    pub(super) fn metadata(self, row: u32) -> Explanation {
        let update = self.trace.metadata_updates.row(row);
        let key = if update.full { "inspect--metadata-full" } else { "inspect--metadata-part" };
        let (at, version) = (moment(update.at), update.version);
        Explanation {
            title: self.say("inspect--metadata"),
            lines: vec![self.tell(key, &[("at", &at), ("version", &version)])],
            rule: Rule {
                name: "metadata",
                source: "ProducerMetadata.update",
                setting: Some("metadata.max.age.ms"),
            },
            assumptions: &["one-way", "metadata"],
            cause: None,
        }
    }

    pub(super) fn producer_id(self, row: u32) -> Explanation {
        let id = self.trace.producer_ids.row(row);
        let key = format!("id--{}", trace::IdReason::VARIANTS[id.why.variant()]);
        let at = moment(id.at);
        Explanation {
            title: self.say("inspect--producer-id"),
            lines: vec![self.tell(&key, &[("at", &at), ("id", &id.id), ("epoch", &id.epoch)])],
            rule: rules::of_id(id.why),
            ..Explanation::default()
        }
    }
}
