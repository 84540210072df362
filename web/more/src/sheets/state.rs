//! *State*: everything at the playhead. What is in the accumulator, how much memory is free, which requests
//! are in flight, what each replica has and what consumers can read.

use crate::Request;
use crate::ran::{NotRan, Ran, ran};
use analysis::state::{
    BatchView, Budget, BudgetKind, ConnectionView, Limits, QueueView, RequestView, State,
};
use link::Selection;
use model::config::{ProducerConfig, Unit};
use sheet::{Bar, Block, Cell, CellFill, CellRow, Sheet, Tone, Tube};
use trace::{FactId, Kind, RequestKind};
use units::{BatchId, Micros, SimTime, TopicPartition};
use words::{count, length, moment};

mod logs;
mod short;

/// Tubes, and batches with their budgets, that are shown.
const TUBES_MAX: usize = 12;
const BUDGETS_MAX: usize = 6;
/// Slots of a connection that are shown one by one.
const SLOTS_MAX: u32 = 12;

pub(crate) fn sheet(request: &Request) -> Sheet {
    told(request, |moment, sheet| {
        moment.accumulator(sheet);
        moment.in_flight(sheet);
        moment.budgets(sheet);
        logs::replicas(moment, sheet);
    })
}

/// What of it has room beside the buttons of a phone.
pub(crate) fn in_short(request: &Request) -> Sheet {
    told(request, short::tell)
}

fn told(request: &Request, tell: impl FnOnce(&Moment<'_>, &mut Sheet)) -> Sheet {
    let playground = &request.page.playground;
    let (ran, config) = match (ran(playground), playground.settings.check()) {
        (Ok(ran), Ok(checked)) => (ran, checked.config),
        (Err(why), _) => return why.into(),
        (_, Err(errors)) => return NotRan::from(errors).into(),
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
    let moment = Moment { request, ran: &ran, state: &state, config: &config };
    let mut sheet = Sheet::default();
    tell(&moment, &mut sheet);
    sheet
}

/// A moment, and what it takes to tell it.
struct Moment<'a> {
    request: &'a Request,
    ran: &'a Ran,
    state: &'a State,
    config: &'a ProducerConfig,
}

/// The hue of a partition: the playground has one topic, so its number.
fn hue_of(partition: TopicPartition) -> u8 {
    partition.partition.0 as u8
}

fn select(kind: Kind, row: u32) -> Option<String> {
    Some(format!("fact:{}.{row}", kind as u8))
}

impl Moment<'_> {
    fn tell(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.request.tell(key, &values)
    }

    /// A tube for each partition: the batch that takes records, and how many wait before it.
    fn accumulator(&self, sheet: &mut Sheet) {
        let partitions = usize::from(self.request.page.playground.partitions).min(TUBES_MAX);
        sheet.push(Block::Tubes {
            caption: self.request.say("state--accumulator"),
            tubes: (0..partitions).map(|number| self.tube(number)).collect(),
        });
        let pool = &self.state.pool;
        let (used, share) = self.memory();
        // as the setting reads
        let total = form::shown(Unit::Bytes, &pool.total.0.to_string());
        let mut bars = vec![Bar {
            label: self.request.say("state--memory"),
            from: 0.0,
            to: share,
            text: self.tell("state--used", &[("used", count(used)), ("all", total)]),
            tone: if pool.waiting > 0 { Tone::Bad } else { Tone::Plain },
        }];
        if pool.waiting > 0 {
            bars.push(Bar {
                label: self.tell("state--waiters", &[("n", pool.waiting.to_string())]),
                from: 0.0,
                to: (pool.held_by_waiters.0 as f64 / pool.total.0.max(1) as f64).min(1.0),
                text: self.tell("state--grabbed", &[("n", count(pool.held_by_waiters.0))]),
                tone: Tone::Bad,
            });
        }
        sheet.push(Block::Bars { caption: String::new(), bars });
    }

    fn queue(&self, number: usize) -> Option<&QueueView> {
        self.state.queues.iter().find(|queue| queue.partition.partition.index() == number)
    }

    /// Memory that is taken, in bytes, and its share of all.
    fn memory(&self) -> (i64, f64) {
        let pool = &self.state.pool;
        let used = (pool.total.0 - pool.available.0).max(0);
        (used, (used as f64 / pool.total.0.max(1) as f64).min(1.0))
    }

    fn tube(&self, number: usize) -> Tube {
        let queue = self.queue(number);
        let last = queue.and_then(|queue| queue.batches.last());
        let waiting = queue.map_or(0, |queue| queue.batches.len().saturating_sub(1));
        let (records, bytes, capacity) = last
            .map_or((0, 0, self.config.batch_size().unsigned_abs()), |b| {
                (b.records, b.bytes, b.capacity)
            });
        let mut inside = match last {
            Some(_) => self.tell("state--rec", &[("n", records.to_string())]),
            None => String::new(),
        };
        if waiting > 0 {
            inside.push_str(&self.tell("state--waiting", &[("n", waiting.to_string())]));
        }
        Tube {
            inside,
            name: format!("p{number}"),
            text: format!("{}/{}", count(bytes), count(capacity)),
            share: (f64::from(bytes) / f64::from(capacity.max(1))).min(1.0),
            hue: Some(number as u8),
            action: last.and_then(|batch| select(Kind::Open, batch.batch.0)),
        }
    }

    /// The slots of each connection, and the age of what is in them.
    fn in_flight(&self, sheet: &mut Sheet) {
        let most = self.config.max_in_flight();
        let row = |connection: &ConnectionView| {
            let node = connection.node.to_string();
            let busy = connection.requests.len() as u32;
            let free = most.min(SLOTS_MAX).saturating_sub(busy);
            let taken = connection.requests.iter().map(|sent| self.slot(sent));
            let free = (0..free).map(|_| Cell {
                title: self.request.say("state--free"),
                fill: CellFill::Free,
                ..Cell::default()
            });
            CellRow {
                label: self.tell("state--to", &[("broker", node)]),
                note: self
                    .tell("state--slots", &[("n", busy.to_string()), ("all", most.to_string())]),
                cells: taken.chain(free).collect(),
                tone: Tone::Plain,
            }
        };
        // the client asks a bootstrap connection once, and then the broker's own
        let bootstrap = |connection: &&ConnectionView| {
            let of = |fact: &trace::facts::Connection| fact.connection == connection.connection;
            let known = self.ran.trace.connections.rows().find(of);
            connection.requests.is_empty() && known.is_some_and(|fact| fact.bootstrap)
        };
        let mut shown: Vec<&ConnectionView> =
            self.state.connections.iter().filter(|one| !bootstrap(one)).collect();
        shown.sort_by_key(|connection| connection.node);
        let rows: Vec<CellRow> = shown.into_iter().map(row).collect();
        let busy: usize = self.state.connections.iter().map(|one| one.requests.len()).sum();
        if rows.is_empty() {
            sheet.push(Block::Para(self.request.say("state--nothing-in-flight")));
            return;
        }
        let limit = length(Micros::from(self.config.request_timeout()));
        sheet.push(Block::Cells {
            caption: self.tell("state--in-flight", &[("n", busy.to_string())]),
            note: self.tell("state--ages", &[("limit", limit)]),
            rows,
        });
    }

    fn slot(&self, sent: &RequestView) -> Cell {
        let trace = &self.ran.trace;
        let age = length(sent.timeout.used(self.state.at));
        let request = trace.requests.row(sent.request.0);
        let of = |drain: u32| trace.opens.partition().get(trace.drains.batch().get(drain).0);
        let hue = (request.batches > 0).then(|| hue_of(of(request.drains)));
        let kind = match sent.kind {
            RequestKind::Produce => String::from("Produce"),
            RequestKind::Metadata => String::from("Metadata"),
            RequestKind::InitProducerId => String::from("InitProducerId"),
            RequestKind::ApiVersions => String::from("ApiVersions"),
        };
        let attempts =
            if request.batches > 0 { trace.drains.attempts().get(request.drains) } else { 0 };
        let title = if attempts > 0 {
            let tries = (attempts + 1).to_string();
            self.tell("state--slot-again", &[("kind", kind), ("age", age.clone()), ("try", tries)])
        } else {
            self.tell("state--slot", &[("kind", kind), ("age", age.clone())])
        };
        Cell {
            text: age,
            title,
            fill: if attempts > 0 { CellFill::Warn } else { CellFill::Solid },
            hue,
            marked: false,
            action: select(Kind::Request, sent.request.0),
        }
    }

    /// What of each batch's time is used up, those with the least left first.
    fn budgets(&self, sheet: &mut Sheet) {
        let queued = self.state.queues.iter().flat_map(|queue| &queue.batches);
        let all = queued.chain(&self.state.away).filter(|batch| !batch.budgets.is_empty());
        let mut bars: Vec<(u64, Vec<Bar>)> = all.map(|batch| self.budget_bars(batch)).collect();
        bars.sort_by_key(|(left, _)| *left);
        let bars: Vec<Bar> =
            bars.into_iter().take(BUDGETS_MAX).flat_map(|(_, bars)| bars).collect();
        if !bars.is_empty() {
            sheet.push(Block::Bars { caption: self.request.say("state--budgets"), bars });
        }
    }

    /// The bars of a batch, and what is left of the first.
    fn budget_bars(&self, batch: &BatchView) -> (u64, Vec<Bar>) {
        let at = self.state.at;
        let name = self.name_of(batch.batch);
        let limit = |budget: &Budget| Micros::from(budget.limit).0;
        let bar = |(number, budget): (usize, &Budget)| {
            let setting = match budget.kind {
                BudgetKind::Linger => "linger.ms",
                BudgetKind::RequestTimeout => "request.timeout.ms",
                BudgetKind::RetryBackoff => "retry.backoff.ms",
                BudgetKind::DeliveryTimeout => "delivery.timeout.ms",
            };
            let used = budget.used(at);
            let first = if number == 0 { format!("**{name}** ") } else { String::new() };
            Bar {
                label: format!("{first}`{setting}`"),
                from: 0.0,
                to: (used.0 as f64 / limit(budget).max(1) as f64).min(1.0),
                text: format!("{}/{}", length(used), length(Micros(limit(budget)))),
                tone: if budget.kind == BudgetKind::RetryBackoff {
                    Tone::Warn
                } else {
                    Tone::Plain
                },
            }
        };
        let bars = batch.budgets.iter().enumerate().map(bar).collect();
        let left =
            batch.budgets.first().map_or(u64::MAX, |b| limit(b) - b.used(at).0.min(limit(b)));
        (left, bars)
    }

    /// `p0#3`.
    fn name_of(&self, batch: BatchId) -> String {
        match link::identify(&self.ran.trace, FactId::new(Kind::Open, batch.0)) {
            Some(Selection::Batch { partition, number }) => format!("p{partition}#{number}"),
            _ => String::new(),
        }
    }

    fn at(&self) -> String {
        moment(self.state.at)
    }
}
