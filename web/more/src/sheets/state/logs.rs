//! The replicas of a partition, cell by cell: what each has, up to where it knows it as committed, what was
//! cut off, and what consumers can read.

use super::{Moment, hue_of};
use analysis::state::{LogView, ReplicaView};
use sheet::{Block, Button, Cell, CellFill, CellRow, Sheet, Tone};
use units::{BrokerId, Epoch, Offset};

/// Offsets that are shown, the newest.
const COLUMNS: i64 = 24;
/// Partitions that are offered as buttons.
const PARTITIONS_MAX: usize = 12;

pub(super) fn replicas(moment: &Moment<'_>, sheet: &mut Sheet) {
    let logs = &moment.state.logs;
    let chosen = moment.request.number("partition").unwrap_or(0);
    let of = |log: &&LogView| u32::from(log.partition.partition.0) == chosen;
    let Some(log) = logs.iter().find(of).or_else(|| logs.first()) else { return };
    if logs.len() > 1 {
        let button = |other: &LogView| Button {
            label: format!("p{}", other.partition.partition),
            action: format!("ask:partition={}", other.partition.partition),
            pressed: other.partition == log.partition,
        };
        sheet.push(Block::Buttons(logs.iter().take(PARTITIONS_MAX).map(button).collect()));
    }
    let end = log.replicas.iter().map(|replica| ended(moment, log, replica).0).max();
    let to = Offset(end.unwrap_or(0));
    let from = Offset((to.0 - COLUMNS).max(0));
    let partition = log.partition.partition.to_string();
    let mut note = moment.tell("state--visible", &[("offset", log.visible_below.0.to_string())]);
    if let Some(members) = log.controller.in_sync {
        let names: Vec<String> = (0..64)
            .filter(|broker| members >> broker & 1 == 1)
            .map(|broker: u32| broker.to_string())
            .collect();
        note.push_str(&moment.tell("state--isr", &[("members", names.join(","))]));
    }
    if log.controller.epoch != Epoch::NONE {
        let epoch = log.controller.epoch.0.to_string();
        note.push_str(&moment.tell("state--epoch", &[("epoch", epoch)]));
    }
    let row = |replica: &ReplicaView| row(moment, log, replica, from..to);
    sheet.push(Block::Cells {
        caption: moment.tell("state--replicas", &[("partition", partition), ("at", moment.at())]),
        note,
        rows: log.replicas.iter().map(row).collect(),
    });
}

/// Where a replica's log ends, what was cut off it included.
fn ended(moment: &Moment<'_>, log: &LogView, replica: &ReplicaView) -> Offset {
    let known = moment.ran.analysis.logs.log(log.partition, replica.broker);
    let entries = known.map_or(&[][..], |known| known.entries());
    let here = entries.iter().filter(|entry| entry.since <= moment.state.at);
    let longest = here.map(|entry| entry.to).max().unwrap_or(Offset(0));
    longest.max(replica.log_end)
}

fn row(
    moment: &Moment<'_>,
    log: &LogView,
    replica: &ReplicaView,
    columns: std::ops::Range<Offset>,
) -> CellRow {
    let width = (columns.end.0 - columns.start.0).max(0) as usize;
    let mut cells = vec![Cell::default(); width];
    let (at, broker) = (moment.state.at, replica.broker);
    let logs = &moment.ran.analysis.logs;
    if let Some(known) = logs.log(log.partition, broker) {
        logs.visit_all(&moment.ran.trace, known, columns.clone(), at, &mut |one| {
            let place = (one.offset.0 - columns.start.0) as usize;
            let Some(cell) = cells.get_mut(place) else { return };
            let fill = if one.until <= at {
                CellFill::Cut
            } else if one.offset < replica.high_watermark {
                CellFill::Solid
            } else {
                CellFill::Outline
            };
            *cell = Cell {
                text: one.offset.0.to_string(),
                title: title(moment, fill, one.record.0, one.offset),
                fill,
                hue: Some(hue_of(log.partition)),
                marked: cell.marked,
                action: Some(format!("sel:record{}", one.record)),
            };
        });
    }
    let mark = usize::try_from(replica.high_watermark.0 - columns.start.0).ok();
    if let Some(cell) = mark.and_then(|mark| cells.get_mut(mark)) {
        cell.marked = true;
    } else if mark == Some(width) {
        // everything is committed: the line stands behind the last cell
        cells.push(Cell { marked: true, ..Cell::default() });
    }
    CellRow {
        label: moment.tell("state--broker", &[("broker", broker.to_string())]),
        note: note(moment, replica, broker),
        cells,
        tone: if replica.down || !replica.in_sync { Tone::Warn } else { Tone::Plain },
    }
}

fn title(moment: &Moment<'_>, fill: CellFill, record: u32, offset: Offset) -> String {
    let key = match fill {
        CellFill::Cut => "state--cell-cut",
        CellFill::Solid => "state--cell-committed",
        _ => "state--cell",
    };
    moment.tell(key, &[("record", record.to_string()), ("offset", offset.0.to_string())])
}

/// `leader · LEO 27 · HW 19`; who is down or fenced is said.
fn note(moment: &Moment<'_>, replica: &ReplicaView, broker: BrokerId) -> String {
    let view = moment.state.brokers.get(&broker).copied().unwrap_or_default();
    let role = if replica.down {
        "state--down"
    } else if view.fenced {
        "state--fenced"
    } else if replica.leads {
        "state--leader"
    } else if replica.in_sync {
        "state--in-sync"
    } else if replica.eligible {
        "state--eligible"
    } else {
        "state--out-of-sync"
    };
    let (end, committed) = (replica.log_end.0, replica.high_watermark.0);
    format!("{} · LEO {end} · HW {committed}", moment.request.say(role))
}
