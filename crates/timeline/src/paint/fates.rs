//! The strip of all records in the order in which they were sent: a cell each, or the worst of a few.

use super::{ink_of, sign_of};
use crate::draw::{Dash, Draw, Glyph, Ink, Rect, Tone};
use crate::fates::{RecordFate, RecordMark};
use crate::mark::MIXED;
use crate::rows::Timeline;
use trace::Trace;
use units::{RecordId, TopicPartition};

/// A cell is at least so wide; with more records than have room the worst of a few shares one.
const CELL_MIN: f64 = 5.0;
/// And at most so wide.
const CELL_MAX: f64 = 16.0;

/// Records that share a cell.
struct Cell {
    fate: RecordFate,
    mark: Option<RecordMark>,
    hue: u8,
    selected: bool,
}

impl Timeline {
    /// Which record stands at a pixel of the strip: the first of its cell.
    #[must_use]
    pub fn record_at(records: u32, width: f64, x: f64) -> Option<RecordId> {
        let (pitch, share) = cells_of(records, width);
        let record = (x / pitch).max(0.0) as u32 * share;
        (record < records).then_some(RecordId(record))
    }

    /// Appends the strip to `out`; `fate` says what became of a record.
    pub fn paint_fates(
        &self,
        trace: &Trace,
        rect: Rect,
        selected: Option<RecordId>,
        fate: impl Fn(u32) -> (RecordFate, Option<RecordMark>),
        out: &mut Vec<Draw>,
    ) {
        let count = trace.sends.len();
        let (pitch, share) = cells_of(count, rect.w);
        for (number, first) in (0..count).step_by(share as usize).enumerate() {
            let x = rect.x + number as f64 * pitch;
            let gap = if pitch >= 8.0 { 1.6 } else { 0.8 };
            let area = Rect::new(x, rect.y + 3.0, pitch - gap, rect.h - 6.0);
            let last = count.min(first.saturating_add(share));
            cell(&self.cell_of(trace, first..last, selected, &fate), area, out);
        }
    }

    fn cell_of(
        &self,
        trace: &Trace,
        records: std::ops::Range<u32>,
        selected: Option<RecordId>,
        fate: &impl Fn(u32) -> (RecordFate, Option<RecordMark>),
    ) -> Cell {
        let has = selected.is_some_and(|record| records.contains(&record.0));
        let mut cell = Cell { fate: RecordFate::Kept, mark: None, hue: MIXED, selected: has };
        for (number, record) in records.enumerate() {
            let (fate, mark) = fate(record);
            cell.fate = cell.fate.max(fate);
            cell.mark = cell.mark.max(mark);
            let send = trace.sends.row(record);
            let hue = self.hue_of(TopicPartition { topic: send.topic, partition: send.partition });
            cell.hue = if number == 0 || cell.hue == hue { hue } else { MIXED };
        }
        cell
    }
}

/// Pixels from cell to cell, and records that share one.
fn cells_of(records: u32, width: f64) -> (f64, u32) {
    let room = (width / CELL_MIN).max(1.0) as u32;
    let share = records.div_ceil(room).max(1);
    let cells = records.div_ceil(share).max(1);
    ((width / f64::from(cells)).min(CELL_MAX), share)
}

fn cell(cell: &Cell, area: Rect, out: &mut Vec<Draw>) {
    let ink = ink_of(cell.hue);
    let fill = |tone: Tone| Draw::Fill { rect: area, radius: 2.0, tone };
    let frame = |dash: Dash, ink: Ink| Draw::Stroke {
        rect: area,
        radius: 2.0,
        width: 1.2,
        dash,
        tone: ink.into(),
    };
    let glyph = |glyph: Glyph, ink: Ink| {
        let size = (area.w / 2.6).clamp(1.4, 3.4);
        let (x, y) = (area.x + area.w / 2.0, area.middle());
        Draw::Glyph { x, y, size, glyph, tone: ink.into() }
    };
    match cell.fate {
        RecordFate::Kept => out.push(fill(ink.into())),
        RecordFate::Pending => out.push(frame(Dash::Dotted, Ink::Muted)),
        RecordFate::KeptUntold => {
            out.extend([frame(Dash::Solid, ink), glyph(Glyph::Dot, ink)]);
        }
        RecordFate::Depends => {
            let half = Rect::new(area.x, area.middle(), area.w, area.h / 2.0);
            let tone = ink.into();
            out.extend([frame(Dash::Solid, ink), Draw::Fill { rect: half, radius: 0.0, tone }]);
        }
        RecordFate::Gone => out.push(frame(Dash::Dashed, Ink::Failed)),
        RecordFate::Lost => {
            let tone = Ink::Failed.at(45);
            out.extend([Draw::Hatch { rect: area, tone }, frame(Dash::Solid, Ink::Failed)]);
            out.push(glyph(Glyph::Cross, Ink::Failed));
        }
    }
    if let Some((sign, _)) = cell.mark.and_then(|mark| sign_of(mark.grade())) {
        let on = match cell.fate {
            RecordFate::Kept if cell.hue != MIXED => Ink::OnPartition(cell.hue),
            RecordFate::Kept => Ink::Ground,
            _ => Ink::Text,
        };
        out.push(glyph(sign, on));
    }
    if cell.selected {
        let (rect, tone) = (area.grown(2.0), Ink::Accent.into());
        out.push(Draw::Stroke { rect, radius: 3.0, width: 1.8, dash: Dash::Solid, tone });
    }
}
