//! Where the rows stand: the one layout that painting and hit test share.

use crate::draw::Rect;
use crate::rows::{Row, RowKind, Timeline};
use crate::view::View;

/// How much height rows get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Names at the left, one sub-row for each request in flight.
    #[default]
    Wide,
    /// Names above their rows, sub-rows folded into one: for a phone.
    Narrow,
    /// As wide, and as low as can be read: two runs above each other.
    Paired,
}

/// Which rows the reader wants, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPrefs {
    /// Rows that come first, in this order; the others follow in theirs.
    pub order: Vec<RowKind>,
    /// Rows that are not shown.
    pub hidden: Vec<RowKind>,
    /// Rows of which only a strip is shown: how much there is, and the worst of it.
    pub folded: Vec<RowKind>,
}

impl RowPrefs {
    /// Folds a row, or unfolds it.
    pub fn fold(&mut self, kind: RowKind) {
        toggle(&mut self.folded, kind);
    }

    /// Hides a row, or shows it.
    pub fn hide(&mut self, kind: RowKind) {
        toggle(&mut self.hidden, kind);
    }

    /// As it is kept: rows in their order, hidden ones, folded ones.
    #[must_use]
    pub fn text(&self) -> String {
        let part =
            |kinds: &[RowKind]| kinds.iter().map(|kind| kind.text()).collect::<Vec<_>>().join(",");
        [part(&self.order), part(&self.hidden), part(&self.folded)].join(";")
    }

    /// Reads what was kept; a word that no row has is left out.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut parts = text.split(';').map(|part| part.split(',').filter_map(RowKind::of_text));
        let mut next = || parts.next().map(Iterator::collect).unwrap_or_default();
        Self { order: next(), hidden: next(), folded: next() }
    }

    /// Moves a row by so many places among those that are shown.
    pub fn move_by(&mut self, timeline: &Timeline, kind: RowKind, places: isize) {
        let mut order = self.shown(timeline);
        let Some(from) = order.iter().position(|other| *other == kind) else { return };
        let to = from.saturating_add_signed(places).min(order.len() - 1);
        order.remove(from);
        order.insert(to, kind);
        self.order = order;
    }

    /// The rows that are shown, from top to bottom.
    #[must_use]
    pub fn shown(&self, timeline: &Timeline) -> Vec<RowKind> {
        timeline.ordered(self).map(|position| timeline.rows[position].kind).collect()
    }
}

fn toggle(kinds: &mut Vec<RowKind>, kind: RowKind) {
    match kinds.iter().position(|other| *other == kind) {
        Some(position) => {
            kinds.remove(position);
        }
        None => kinds.push(kind),
    }
}

/// A row in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowLayout {
    /// What it shows.
    pub kind: RowKind,
    /// Its area, name included.
    pub rect: Rect,
    /// Upper edge of the first sub-row.
    pub top: f64,
    /// Height of a sub-row.
    pub lane: f64,
    /// Sub-rows that are drawn; those beyond share the last.
    pub lanes: u16,
    /// Only a strip of it is shown.
    pub folded: bool,
    /// Which of the timeline's rows it is.
    pub(crate) row: usize,
}

impl Density {
    /// Width of the names at the left.
    #[must_use]
    pub const fn gutter(self) -> f64 {
        match self {
            Self::Wide | Self::Paired => 124.0,
            Self::Narrow => 8.0,
        }
    }

    /// Height of a name above its row.
    const fn name_height(self) -> f64 {
        match self {
            Self::Wide | Self::Paired => 0.0,
            Self::Narrow => 15.0,
        }
    }

    /// Room above and below the sub-rows.
    const fn padding(self) -> f64 {
        match self {
            Self::Wide | Self::Narrow => 6.0,
            Self::Paired => 4.0,
        }
    }

    /// One of three heights.
    const fn height(self, wide: f64, narrow: f64, paired: f64) -> f64 {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
            Self::Paired => paired,
        }
    }
}

/// Height of the axis above the rows.
pub(crate) const AXIS: f64 = 34.0;
/// Height of a row that is folded.
const FOLDED: f64 = 18.0;
/// What the sub-rows of a connection share where two runs stand above each other.
const PAIRED_LANES: f64 = 40.0;
/// Room for names of errors below the sub-rows of a connection.
const ERRORS: f64 = 12.0;

impl Timeline {
    /// The rows in their places, from top to bottom.
    #[must_use]
    pub fn layout(&self, view: &View) -> Vec<RowLayout> {
        self.placed(view.width, view.density, &view.prefs)
    }

    /// Height of all rows and the axis.
    #[must_use]
    pub fn height(&self, density: Density, prefs: &RowPrefs) -> f64 {
        self.placed(1.0, density, prefs).last().map_or(AXIS, |row| row.rect.bottom()) + 6.0
    }

    fn placed(&self, width: f64, density: Density, prefs: &RowPrefs) -> Vec<RowLayout> {
        let mut y = AXIS;
        let placed = self.ordered(prefs).map(|position| {
            let row = &self.rows[position];
            let folded = prefs.folded.contains(&row.kind);
            let (lanes, lane, below) = heights(row, density, folded);
            let name = if folded { 0.0 } else { density.name_height() };
            let padding = if folded { 3.0 } else { density.padding() };
            let height = name + 2.0 * padding + f64::from(lanes) * lane + below;
            let rect = Rect::new(0.0, y, width, height);
            y += height;
            let top = rect.y + name + padding;
            RowLayout { kind: row.kind, rect, top, lane, lanes, folded, row: position }
        });
        placed.collect()
    }

    fn ordered<'a>(&'a self, prefs: &'a RowPrefs) -> impl Iterator<Item = usize> + 'a {
        let position = |kind: &RowKind| self.rows.iter().position(|row| row.kind == *kind);
        let first = prefs.order.iter().filter_map(position);
        let others = self.rows.iter().enumerate();
        let others = others.filter(|(_, row)| !prefs.order.contains(&row.kind));
        let all = first.chain(others.map(|(position, _)| position));
        all.filter(|position| !prefs.hidden.contains(&self.rows[*position].kind))
    }
}

/// Sub-rows, the height of each, and the room below them.
fn heights(row: &Row, density: Density, folded: bool) -> (u16, f64, f64) {
    if folded {
        return (1, FOLDED - 6.0, 0.0);
    }
    match row.kind {
        RowKind::Application => (1, density.height(20.0, 16.0, 14.0), 0.0),
        RowKind::Callbacks => (1, density.height(20.0, 14.0, 14.0), 0.0),
        RowKind::Accumulator(_) => (1, density.height(36.0, 26.0, 22.0), 0.0),
        RowKind::Connection(_) => {
            let failed = row.tracks().any(crate::track::Track::any_failed);
            let below = if failed { ERRORS } else { 0.0 };
            let lanes = (row.lanes.len() as u16).max(1);
            let shared = (PAIRED_LANES / f64::from(lanes)).clamp(7.0, 15.0);
            let lanes = if density == Density::Narrow { 1 } else { lanes };
            (lanes, density.height(17.0, 15.0, shared), below)
        }
        RowKind::Controller => (1, 32.0, 0.0),
        RowKind::Broker(_) => (2, density.height(25.0, 15.0, 15.0), 0.0),
    }
}

impl RowLayout {
    /// The area of a sub-row.
    #[must_use]
    pub fn lane_rect(&self, lane: usize) -> Rect {
        let lane = lane.min(usize::from(self.lanes.saturating_sub(1)));
        Rect::new(self.rect.x, self.top + lane as f64 * self.lane, self.rect.w, self.lane)
    }

    /// The area of all sub-rows.
    #[must_use]
    pub fn lanes_rect(&self) -> Rect {
        Rect::new(self.rect.x, self.top, self.rect.w, f64::from(self.lanes) * self.lane)
    }
}
