//! What is to be painted, as the page has it.

use crate::layout::{Density, RowPrefs};
use crate::mark::Mark;
use crate::scale::TimeScale;
use std::rc::Rc;
use trace::FactId;
use units::SimTime;

/// What is to be painted.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Which time stands where.
    pub scale: TimeScale,
    /// Width of the whole picture.
    pub width: f64,
    /// How much height rows get.
    pub density: Density,
    /// Which rows, in which order.
    pub prefs: Rc<RowPrefs>,
    /// The moment that is looked at.
    pub playhead: SimTime,
    /// The selected fact: its path is lit, all else dimmed.
    pub selection: Option<FactId>,
    /// The fact under the pointer.
    pub hover: Option<FactId>,
    /// Whether the canvas has the keyboard: the selection wears a second ring then.
    pub focused: bool,
    /// Whether arrows show what the selected fact waited for.
    pub causes: bool,
    /// Nothing behind this moment is shown: a question about it is open.
    pub veil: Option<SimTime>,
}

impl View {
    /// All rows in their order, nothing selected, the playhead at 0.
    #[must_use]
    pub fn new(scale: TimeScale, width: f64, density: Density) -> Self {
        Self {
            scale,
            width,
            density,
            prefs: Rc::default(),
            playhead: SimTime::ZERO,
            selection: None,
            hover: None,
            focused: false,
            causes: false,
            veil: None,
        }
    }

    /// The part of a mark that is in sight.
    pub(crate) fn span(&self, mark: Mark) -> (f64, f64) {
        let (left, right) = self.scale.edges();
        let a = self.scale.x_from_time(mark.from).max(left - 8.0);
        (a, self.scale.x_from_time(mark.to()).min(right + 8.0).max(a))
    }
}
