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
    let name = ("partition", partition.to_string());
    // a leader that never had a record is no replica here: its log is empty
    let leader = log.and_then(|log| log.replicas.iter().find(|replica| replica.leads));
    let leads = log.and_then(|log| log.controller.leader).or(leader.map(|leader| leader.broker));
    let down = |broker| moment.state.brokers.get(&broker).is_some_and(|view| view.down);
    let decided = log.is_some_and(|log| log.controller.in_sync.is_some());
    if leads.map_or(decided, down) {
        return moment.tell("state--log-unled", &[name]);
    }
    let (committed, end) = leader.map_or((0, 0), |it| (it.high_watermark.0, it.log_end.0));
    let (committed, end) = (("committed", committed.to_string()), ("end", end.to_string()));
    moment.tell("state--log", &[name, committed, end])
}

fn memory(moment: &Moment<'_>) -> Tube {
    let (used, share) = moment.memory();
    let text = moment.tell("state--short-memory", &[("n", count(used))]);
    Tube { text, share, ..Tube::default() }
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_leader_that_never_had_a_record_leads_an_empty_log() {
        // nobody has copied the record yet when its leader dies
        let link = "v=1&acks=1&linger.ms=0&min.insync.replicas=1&records=1&partitions=1\
            &fault=slow:1-2:30s@0ms%2B60s&fault=slow:1-3:30s@0ms%2B60s&fault=kill:1@24ms";
        let log = |at: u64| {
            let question = format!("sheet=state-in-short\nlang=en\nlink={link}\nat={at}\n");
            format!("{:?}", crate::sheet(&question).blocks.first())
        };
        let told = [5_000, 30_000, 9_200_000].map(log);
        let (first, elected) = ("p0 · HW 0 · LEO 1", "p0 · HW 0 · LEO 0");
        for (told, line) in told.iter().zip([first, "p0 · no leader", elected]) {
            assert!(told.contains(line), "{told}: {line}");
        }
    }
}
