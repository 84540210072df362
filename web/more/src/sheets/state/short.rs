//! The state where there is room for a line and three bars: a partition's log, its batches, memory and slots.

use super::Moment;
use link::Selection;
use sheet::{Block, Sheet, Tube};
use words::count;

/// Partitions that have a bar each; of more, one is shown, and the memory of all.
const PARTITIONS_MAX: usize = 2;

pub(super) fn tell(moment: &Moment<'_>, sheet: &mut Sheet) {
    let page = &moment.request.page;
    let partition = match page.selection {
        Some(Selection::Batch { partition, .. }) => partition.index(),
        _ => 0,
    };
    sheet.push(Block::Para(log(moment, partition)));
    let partitions = usize::from(page.playground.partitions);
    let shown = if partitions > PARTITIONS_MAX { partition..partition + 1 } else { 0..partitions };
    let mut tubes: Vec<Tube> = shown.map(|number| batch(moment, number)).collect();
    if partitions > PARTITIONS_MAX {
        tubes.push(memory(moment));
    }
    tubes.push(slots(moment));
    sheet.push(Block::Tubes { caption: String::new(), tubes });
}

/// The batch that takes records. A bar has its name in its text, and nothing inside.
fn batch(moment: &Moment<'_>, number: usize) -> Tube {
    let last = moment.queue(number).and_then(|queue| queue.batches.last());
    let Tube { share, hue, .. } = moment.tube(number);
    let text = format!("p{number} {} B", count(last.map_or(0, |batch| batch.bytes)));
    Tube { text, share, hue, ..Tube::default() }
}

/// `p0 · HW 11 · LEO 15`
fn log(moment: &Moment<'_>, partition: usize) -> String {
    let mut logs = moment.state.logs.iter();
    let log = logs.find(|log| log.partition.partition.index() == partition);
    let leader = log.and_then(|log| log.replicas.iter().find(|one| one.leads && !one.down));
    let name = partition.to_string();
    match (log, leader) {
        (Some(_), None) => moment.tell("state--log-unled", &[("partition", name)]),
        (_, leader) => {
            let (committed, end) =
                leader.map_or((0, 0), |leader| (leader.high_watermark.0, leader.log_end.0));
            let values = [
                ("partition", name),
                ("committed", committed.to_string()),
                ("end", end.to_string()),
            ];
            moment.tell("state--log", &values)
        }
    }
}

fn memory(moment: &Moment<'_>) -> Tube {
    let pool = &moment.state.pool;
    let used = (pool.total.0 - pool.available.0).max(0);
    Tube {
        text: moment.tell("state--short-memory", &[("n", count(used))]),
        share: (used as f64 / pool.total.0.max(1) as f64).min(1.0),
        ..Tube::default()
    }
}

/// The slots of the connection that has fewest left.
fn slots(moment: &Moment<'_>) -> Tube {
    let connections = moment.state.connections.iter();
    let busy = connections.map(|connection| connection.requests.len()).max().unwrap_or(0);
    let most = moment.config.max_in_flight();
    Tube {
        text: moment
            .tell("state--short-slots", &[("n", busy.to_string()), ("all", most.to_string())]),
        share: (busy as f64 / f64::from(most.max(1))).min(1.0),
        ..Tube::default()
    }
}
