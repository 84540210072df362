//! *State*: everything at the playhead. What is in the accumulator, how much memory is free, which requests
//! are in flight, what each replica has.

use crate::Request;
use crate::ran::{Ran, ran};
use crate::text::{length, moment};
use analysis::state::{BatchPlace, BatchView, ConnectionView, Limits, State};
use sheet::{Bar, Block, Row, Sheet, Tone};
use trace::RequestKind;
use units::{Micros, SimTime};

pub(crate) fn sheet(request: &Request) -> Sheet {
    let playground = &request.page.playground;
    let (ran, config) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked.config),
        // the form says what is refused
        _ => return Sheet::default(),
    };
    let limits = Limits {
        buffer_memory: config.buffer_memory(),
        linger: config.linger(),
        request_timeout: config.request_timeout(),
        retry_backoff: config.retry_backoff(),
        retry_backoff_max: config.retry_backoff_max(),
        delivery_timeout: config.delivery_timeout(),
        idempotence: config.enable_idempotence(),
    };
    let at = request.parameter("at").parse().map_or(SimTime::NEVER, SimTime);
    let state = ran.state_at(limits, at);
    let mut sheet = Sheet::default();
    accumulator(request, &ran, &state, &mut sheet);
    in_flight(request, &state, &mut sheet);
    replicas(request, &ran, &state, &mut sheet);
    sheet
}

fn accumulator(request: &Request, ran: &Ran, state: &State, sheet: &mut Sheet) {
    let total = state.pool.total.0.max(1) as f64;
    let used = (state.pool.total.0 - state.pool.available.0) as f64;
    let mut bars = vec![Bar {
        label: request.say("state--memory"),
        from: 0.0,
        to: (used / total).clamp(0.0, 1.0),
        text: format!("{:.1} %", used * 100.0 / total),
        tone: if state.pool.waiting > 0 { Tone::Bad } else { Tone::Plain },
    }];
    for queue in &state.queues {
        let name = ran.trace.partition_name(queue.partition);
        bars.extend(queue.batches.iter().map(|batch| tube(request, &name, batch, state.at)));
    }
    sheet.push(Block::Bars { caption: request.say("state--accumulator"), bars });
}

/// A batch as a tube: how full it is, and how much of its nearest limit is used up.
fn tube(request: &Request, partition: &str, batch: &BatchView, at: SimTime) -> Bar {
    let records = batch.records.to_string();
    let values = [("partition", partition), ("records", &records)];
    let first = batch.budgets.first();
    let age = first.map_or_else(String::new, |budget| length(budget.used(at)));
    Bar {
        label: request.tell("state--batch", &values),
        from: 0.0,
        to: (f64::from(batch.bytes) / f64::from(batch.capacity.max(1))).min(1.0),
        text: age,
        tone: if matches!(batch.place, BatchPlace::Returned) { Tone::Warn } else { Tone::Accent },
    }
}

fn in_flight(request: &Request, state: &State, sheet: &mut Sheet) {
    let of_connection = |connection: &ConnectionView| {
        let node = connection.node.to_string();
        let bar = |sent: &analysis::state::RequestView| {
            let used = sent.timeout.used(state.at);
            let limit = Micros::from(sent.timeout.limit);
            let key = match sent.kind {
                RequestKind::Produce => "state--produce",
                RequestKind::Metadata => "state--metadata",
                RequestKind::InitProducerId => "state--producer-id",
                RequestKind::ApiVersions => "state--versions",
            };
            Bar {
                label: request.tell(key, &[("broker", &node)]),
                from: 0.0,
                to: (used.0 as f64 / limit.0.max(1) as f64).min(1.0),
                text: length(used),
                tone: Tone::Plain,
            }
        };
        connection.requests.iter().map(bar).collect::<Vec<_>>()
    };
    let bars: Vec<Bar> = state.connections.iter().flat_map(of_connection).collect();
    if bars.is_empty() {
        sheet.push(Block::Para(request.say("state--nothing-in-flight")));
    } else {
        sheet.push(Block::Bars { caption: request.say("state--in-flight"), bars });
    }
}

fn replicas(request: &Request, ran: &Ran, state: &State, sheet: &mut Sheet) {
    let mut rows = Vec::new();
    for log in &state.logs {
        let partition = ran.trace.partition_name(log.partition);
        for replica in &log.replicas {
            let role = match (replica.down, replica.leads, replica.in_sync) {
                (true, ..) => "state--down",
                (_, true, _) => "state--leader",
                (_, _, true) => "state--in-sync",
                _ => "state--out-of-sync",
            };
            rows.push(Row {
                cells: vec![
                    partition.clone(),
                    replica.broker.to_string(),
                    request.say(role),
                    replica.log_end.0.to_string(),
                    replica.high_watermark.0.to_string(),
                ],
                action: None,
                tone: if replica.in_sync && !replica.down { Tone::Plain } else { Tone::Warn },
            });
        }
    }
    if rows.is_empty() {
        return;
    }
    let count = rows.len() as u32;
    let column = |key: &str| (request.say(key), None);
    let at = moment(state.at);
    sheet.push(Block::Table {
        caption: request.tell("state--replicas", &[("at", &at)]),
        columns: vec![
            column("column--partition"),
            column("state--broker"),
            column("state--role"),
            column("state--log-end"),
            column("state--high-watermark"),
        ],
        rows,
        of: (0, count),
    });
}
