//! The strip of all records in the order in which they were sent: a cell each, or the worst of a few. Its
//! colours say what became of them, as the counts above it do, and nothing else.

use super::sign_of;
use crate::draw::{Dash, Draw, Glyph, Ink, Rect};
use crate::fates::{RecordFate, RecordMark};
use crate::rows::Timeline;
use units::RecordId;

/// A cell is at least so wide; with more records than have room the worst of a few shares one.
const CELL_MIN: f64 = 5.0;
/// And at most so wide.
const CELL_MAX: f64 = 16.0;

/// Records that share a cell.
struct Cell {
    fate: RecordFate,
    mark: Option<RecordMark>,
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

    /// Appends the strip of `count` records to `out`; `fate` says what became of one.
    pub fn paint_fates(
        count: u32,
        rect: Rect,
        selected: Option<RecordId>,
        fate: impl Fn(u32) -> (RecordFate, Option<RecordMark>),
        out: &mut Vec<Draw>,
    ) {
        let (pitch, share) = cells_of(count, rect.w);
        for (number, first) in (0..count).step_by(share as usize).enumerate() {
            let x = rect.x + number as f64 * pitch;
            let gap = if pitch >= 8.0 { 1.6 } else { 0.8 };
            let area = Rect::new(x, rect.y + 3.0, pitch - gap, rect.h - 6.0);
            let last = count.min(first.saturating_add(share));
            let selected = selected.is_some_and(|record| (first..last).contains(&record.0));
            let mut shared = Cell { fate: RecordFate::Kept, mark: None, selected };
            for (fate, mark) in (first..last).map(&fate) {
                shared.fate = shared.fate.max(fate);
                shared.mark = shared.mark.max(mark);
            }
            cell(&shared, area, out);
        }
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
    let fill = |rect: Rect, radius: f64, ink: Ink| Draw::Fill { rect, radius, tone: ink.into() };
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
        RecordFate::Kept => out.push(fill(area, 2.0, Ink::Committed)),
        RecordFate::Pending => out.push(frame(Dash::Dotted, Ink::Muted)),
        RecordFate::KeptUntold => {
            let ink = Ink::TextSoft;
            out.extend([frame(Dash::Solid, ink), glyph(Glyph::Dot, ink)]);
        }
        RecordFate::Depends => {
            let half = Rect::new(area.x, area.middle(), area.w, area.h / 2.0);
            out.extend([frame(Dash::Solid, Ink::Warning), fill(half, 0.0, Ink::Warning)]);
        }
        RecordFate::Gone => out.push(frame(Dash::Dashed, Ink::Failed)),
        RecordFate::Lost => {
            let tone = Ink::Failed.at(45);
            out.extend([Draw::Hatch { rect: area, tone }, frame(Dash::Solid, Ink::Failed)]);
            out.push(glyph(Glyph::Cross, Ink::Failed));
        }
    }
    if let Some((sign, _)) = cell.mark.and_then(|mark| sign_of(mark.grade())) {
        let on_green = cell.fate == RecordFate::Kept;
        out.push(glyph(sign, if on_green { Ink::Ground } else { Ink::Text }));
    }
    if cell.selected {
        let (rect, tone) = (area.grown(2.0), Ink::Accent.into());
        out.push(Draw::Stroke { rect, radius: 3.0, width: 1.8, dash: Dash::Solid, tone });
    }
}
