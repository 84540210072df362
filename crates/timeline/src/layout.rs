//! Where the rows stand.

use crate::draw::Rect;
use crate::rows::{RowKind, Timeline};

/// How much height rows get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Names at the left, one sub-row for each request in flight.
    #[default]
    Wide,
    /// Names above their rows, sub-rows folded into one: for a phone.
    Narrow,
}

/// A row in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowLayout {
    /// What it shows.
    pub kind: RowKind,
    /// Its area, name included.
    pub rect: Rect,
    /// Height of a sub-row.
    pub lane: f64,
    /// Sub-rows that are drawn; those beyond share the last.
    pub lanes: u16,
}

impl Density {
    /// Width of the names at the left.
    #[must_use]
    pub const fn gutter(self) -> f64 {
        match self {
            Self::Wide => 118.0,
            Self::Narrow => 8.0,
        }
    }

    /// Height of a name above its row.
    pub(crate) const fn name_height(self) -> f64 {
        match self {
            Self::Wide => 0.0,
            Self::Narrow => 15.0,
        }
    }
}

/// Height of the axis above the rows.
pub(crate) const AXIS: f64 = 22.0;
/// Sub-rows of a connection that are drawn apart.
const LANES_MAX: u16 = 5;

impl Timeline {
    /// The rows in their places, from top to bottom.
    #[must_use]
    pub fn layout(&self, width: f64, density: Density) -> Vec<RowLayout> {
        let mut y = AXIS;
        self.rows
            .iter()
            .map(|row| {
                let lanes = match density {
                    Density::Wide => row.lanes.min(LANES_MAX),
                    Density::Narrow => 1,
                };
                let (lane, padding) = match row.kind {
                    RowKind::Application | RowKind::Callbacks => (20.0, 12.0),
                    RowKind::Accumulator(_) => (36.0, 10.0),
                    RowKind::Connection(_) => (18.0, 10.0),
                    RowKind::Broker(_) => (22.0, 12.0),
                };
                let lanes = if matches!(row.kind, RowKind::Broker(_)) { 2 } else { lanes };
                let height = density.name_height() + f64::from(lanes) * lane + padding;
                let rect = Rect::new(0.0, y, width, height);
                y += height;
                RowLayout { kind: row.kind, rect, lane, lanes }
            })
            .collect()
    }

    /// Height of all rows and the axis.
    #[must_use]
    pub fn height(&self, density: Density) -> f64 {
        self.layout(1.0, density).last().map_or(AXIS, |row| row.rect.bottom()) + 6.0
    }
}

impl RowLayout {
    /// The area of a sub-row.
    #[must_use]
    pub fn lane_rect(&self, lane: u16, density: Density) -> Rect {
        let lane = lane.min(self.lanes.saturating_sub(1));
        let top = self.rect.y + density.name_height() + 5.0 + f64::from(lane) * self.lane;
        Rect::new(self.rect.x, top, self.rect.w, self.lane)
    }
}
