//! What is selected, what the pointer is on, and what the selected fact waited for.

use super::Painter;
use crate::draw::{Dash, Draw, Glyph, Ink, Rect};
use crate::layout::RowLayout;
use crate::place::{Layer, Place};
use crate::rows::{RowKind, Timeline};
use crate::view::View;
use trace::{FactId, Trace};

impl Painter<'_> {
    pub(super) fn selection(&mut self, rows: &[RowLayout]) {
        if let Some(selected) = self.view.selection {
            if self.view.causes {
                self.causes(selected, rows);
            }
            if let Some(rect) = self.area_of(selected, rows) {
                self.stroke(rect.grown(2.5), 4.0, 1.8, Dash::Solid, Ink::Accent);
                if self.view.focused {
                    self.stroke(rect.grown(5.0), 6.0, 1.0, Dash::Dotted, Ink::Accent);
                }
            }
        }
        if let Some(hovered) = self.view.hover.filter(|fact| Some(*fact) != self.view.selection)
            && let Some(rect) = self.area_of(hovered, rows)
        {
            self.stroke(rect.grown(1.5), 3.0, 1.1, Dash::Solid, Ink::Accent.at(80));
        }
    }

    /// Arrows from each cause to what waited for it.
    fn causes(&mut self, selected: FactId, rows: &[RowLayout]) {
        let chain = self.timeline.causes(self.trace, selected);
        let mut effect = self.point(selected, rows, true);
        for (number, cause) in chain.into_iter().enumerate() {
            let point = self.point(cause, rows, false);
            if let (Some(from), Some(to)) = (point, effect)
                && (from.0 - to.0).abs() + (from.1 - to.1).abs() > 3.0
            {
                let tone = Ink::Accent.at((100 - 9 * number.min(6)) as u8);
                let dash = Dash::Solid;
                self.out.push(Draw::Curve { from, to, width: 1.5, dash, tone });
                self.glyph(to.0, to.1, 3.6, Glyph::Arrow, tone);
                self.glyph(from.0, from.1, 2.0, Glyph::Dot, tone);
            }
            effect = point.or(effect);
        }
    }

    /// Where an arrow ends at a fact.
    fn point(&self, fact: FactId, rows: &[RowLayout], begin: bool) -> Option<(f64, f64)> {
        let area = self.area_of(fact, rows)?;
        let at = self.x(self.trace.at(fact));
        let x = if begin { area.x } else { at.clamp(area.x, area.right()) };
        Some((x, area.middle()))
    }

    fn area_of(&self, fact: FactId, rows: &[RowLayout]) -> Option<Rect> {
        self.timeline.area_in(rows, self.trace, self.view, fact)
    }
}

impl Timeline {
    /// The area of a fact's mark, if its row is shown; its time may be out of sight.
    #[must_use]
    pub fn area(&self, trace: &Trace, view: &View, fact: FactId) -> Option<Rect> {
        self.area_in(&self.layout(view), trace, view, fact)
    }

    fn area_in(
        &self,
        rows: &[RowLayout],
        trace: &Trace,
        view: &View,
        fact: FactId,
    ) -> Option<Rect> {
        let Place { kind, layer, mark } = self.place(trace, fact)?;
        let row = rows.iter().find(|row| row.kind == kind)?;
        let lane = match layer {
            Layer::Lane(lane) => row.lane_rect(lane),
            Layer::Over => row.lane_rect(usize::from(mark.form)),
            Layer::Under if matches!(kind, RowKind::Broker(_) | RowKind::Controller) => {
                row.lanes_rect()
            }
            Layer::Under => row.lane_rect(0),
        };
        let (a, b) = view.span(mark);
        let (before, after) = match kind {
            RowKind::Broker(_) if layer != Layer::Under => (0.5, 7.0),
            RowKind::Callbacks => (1.0, 2.4 * f64::from(mark.count.min(40))),
            RowKind::Controller => (3.5, 3.5),
            _ => (1.5, 1.5),
        };
        Some(Rect::new(a - before, lane.y + 1.5, (b - a).max(after) + before, lane.h - 3.0))
    }
}
