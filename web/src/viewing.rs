//! How the reader looks at the run: which rows, what is unfolded, how fast it plays. No address has it.

use link::Selection;
use litemap::LiteMap;
use sheet::Marked;
use std::rc::Rc;
use timeline::{RowKind, RowPrefs};
use trace::FactId;
use units::{BrokerId, SimTime};

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
    /// The figure whose spread was asked for.
    pub(crate) figure: Option<&'static str>,
    /// All signs are explained.
    pub(crate) legend: bool,
    /// A pinned run stands above.
    pub(crate) paired: bool,
    /// Moments at which the pinned run and this one differ.
    pub(crate) partings: Rc<[Parting]>,
    /// The one that was gone to last.
    pub(crate) parted: Option<SimTime>,
    /// What the pinned run has for the selection.
    pub(crate) in_a: Option<FactId>,
    /// What a lesson marks: its question's veil, or the flags of the answer.
    pub(crate) marked: Rc<Marked>,
    /// What was answered in which lesson: it is there again after another panel.
    pub(crate) answers: (Option<String>, LiteMap<String, String>),
    /// Where the reader's mark stands, and whether that is the answer.
    pub(crate) mark: Option<SimTime>,
    pub(crate) locked: bool,
}

/// A moment at which two runs differ, and in what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Parting {
    pub(crate) at: SimTime,
    pub(crate) a: Option<FactId>,
    pub(crate) b: Option<FactId>,
    /// What the second is in every run.
    pub(crate) identity: Option<Selection>,
}

impl Parting {
    /// Reads `AT A B IDENTITY`: facts are `KIND.ROW`, and what is missing is `-`.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let at = SimTime(words.next()?.parse().ok()?);
        let (a, b) = (FactId::of_text(words.next()?), FactId::of_text(words.next()?));
        Some(Self { at, a, b, identity: words.next().and_then(Selection::of_text) })
    }
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

/// Most brokers that a playground has.
const BROKERS_MAX: u32 = 5;

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
            figure: None,
            legend: false,
            paired: false,
            partings: Rc::default(),
            parted: None,
            in_a: None,
            marked: Rc::default(),
            answers: (None, LiteMap::new()),
            mark: None,
            locked: false,
        }
    }
}

impl Viewing {
    /// The rows to show. Beside a pinned run those of the brokers are folded until somebody chooses, so
    /// that both runs are seen at once.
    pub(crate) fn rows(&self) -> Rc<RowPrefs> {
        if !self.paired || *self.rows != RowPrefs::default() {
            return self.rows.clone();
        }
        let brokers = (1..=BROKERS_MAX).map(|id| RowKind::Broker(BrokerId(id)));
        Rc::new(RowPrefs { folded: brokers.collect(), ..RowPrefs::default() })
    }

    /// Takes what a lesson marks now; a mark belongs to its question.
    pub(crate) fn take_marks(&mut self, marked: Marked) {
        self.marked = marked.into();
        (self.mark, self.locked) = (None, false);
    }

    /// What is veiled: from, to.
    pub(crate) fn veil(&self) -> Option<(SimTime, SimTime)> {
        Some((SimTime(self.marked.veil?), self.axis_end()?))
    }

    /// Where the axis ends, if not with the run.
    pub(crate) fn axis_end(&self) -> Option<SimTime> {
        self.marked.end.map(SimTime)
    }

    /// Changes the choice of rows.
    pub(crate) fn with_rows(&mut self, change: impl FnOnce(&mut RowPrefs)) {
        self.rows = self.rows();
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
    fn a_parting_is_read_with_what_each_run_has() {
        let parting = Parting::of_text("2000 - 3.7 record7").unwrap();
        assert_eq!((parting.at, parting.a), (SimTime(2_000), None));
        assert_eq!(parting.b, Some(FactId::new(trace::Kind::ALL[3], 7)));
        assert!(parting.identity.is_some());
        assert_eq!(Parting::of_text("soon - -"), None);
    }

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
