//! How the reader looks at the run: which rows, what is unfolded, how fast it plays. No address has it.

use std::rc::Rc;
use timeline::{RowKind, RowPrefs};
use trace::FactId;
use units::SimTime;

/// How the run is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Viewing {
    /// Rows that are moved, hidden, folded.
    pub(crate) rows: Rc<RowPrefs>,
    /// Begins of quiet stretches that are shown at full length.
    pub(crate) unfolded: Vec<SimTime>,
    /// The fact under the pointer.
    pub(crate) hover: Option<FactId>,
    /// The canvas has the keyboard.
    pub(crate) focused: bool,
    /// Simulated time goes slower than the reader's by this factor.
    pub(crate) slower: u32,
    /// Playing begins again where the window does.
    pub(crate) looping: bool,
    /// Where the reader came from, following causes back.
    pub(crate) trail: Vec<FactId>,
    /// The open menu.
    pub(crate) menu: Option<Menu>,
    /// The ledger's class that was asked for, and how often: a second click opens it again.
    pub(crate) class: Option<&'static str>,
    /// All signs are explained.
    pub(crate) legend: bool,
}

/// A menu about a row at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Menu {
    /// Where it opens, in pixels of the picture.
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) row: RowKind,
    pub(crate) at: SimTime,
    pub(crate) fact: Option<FactId>,
}

/// A change of it.
pub(crate) type Change = Box<dyn FnOnce(&mut Viewing)>;

/// Factors by which simulated time may go slower: a log scale.
pub(crate) const SLOWER: [u32; 14] =
    [20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1];

impl Default for Viewing {
    fn default() -> Self {
        Self {
            rows: Rc::default(),
            unfolded: Vec::new(),
            hover: None,
            focused: false,
            slower: 500,
            looping: false,
            trail: Vec::new(),
            menu: None,
            class: None,
            legend: false,
        }
    }
}

impl Viewing {
    /// Changes the choice of rows.
    pub(crate) fn with_rows(&mut self, change: impl FnOnce(&mut RowPrefs)) {
        change(Rc::make_mut(&mut self.rows));
    }

    /// Faster or slower by so many places of the scale.
    pub(crate) fn faster(&mut self, places: isize) {
        let at = SLOWER.iter().position(|slower| *slower == self.slower).unwrap_or(5);
        self.slower = SLOWER[at.saturating_add_signed(places).min(SLOWER.len() - 1)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_stays_on_its_scale() {
        let mut viewing = Viewing::default();
        viewing.faster(1);
        assert_eq!(viewing.slower, 200);
        viewing.faster(-100);
        assert_eq!(viewing.slower, 20_000);
        viewing.faster(100);
        assert_eq!(viewing.slower, 1);
    }
}
