//! Where a window of rows stands on the way that the list scrolls over. Rows may be of different heights,
//! and their number may be too great for a browser's heights: what is in sight stays where it is when another
//! window comes, and only a jump goes by proportion.

/// Browsers draw nothing that is some millions of pixels away: Firefox 18, others 33.
const HEIGHT_MAX: f64 = 8_000_000.0;

/// What is seen of the way: from how far down, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) from: f64,
    pub(super) height: f64,
}

impl View {
    fn to(self) -> f64 {
        self.from + self.height
    }
}

/// Rows that are to be fetched, and a row of them with the height that it is to stand at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) first: u32,
    pub(super) anchor: (u32, f64),
}

/// Where the rows of the window stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Place {
    first: u32,
    /// Rows of the whole table.
    all: u32,
    /// Where each row of the window begins, and the last one ends, from the window's top.
    edges: Vec<f64>,
    /// The window's top.
    pub(super) top: f64,
    /// The whole way.
    pub(super) height: f64,
    /// The height that a row is taken to have where none is seen.
    row: f64,
}

impl Place {
    /// Puts a window of rows up; what is seen then is moved by as much as is returned, if at all.
    ///
    /// A row that was there before stays where it was; else the anchor stands where it was wanted, and a
    /// new list stands by proportion.
    pub(super) fn put(
        &mut self,
        first: u32,
        all: u32,
        edges: Vec<f64>,
        view: View,
        anchor: Option<(u32, f64)>,
    ) -> f64 {
        let before = std::mem::take(self);
        let last = edges.last().copied().unwrap_or_default();
        let count = edges.len().saturating_sub(1) as u32;
        let average = last / f64::from(count.max(1));
        let row = if before.row > 0.0 { before.row } else { average };
        *self = Self { first, all, edges, top: 0.0, height: 0.0, row };
        let seen = before.row_at(view.from).unwrap_or_default();
        let known = [seen, first.max(before.first), (first + count).saturating_sub(1)];
        let anchor = known
            .into_iter()
            .find_map(|row| Some((row, before.y_of(row)?)).filter(|_| self.edge(row).is_some()))
            .or(anchor);
        self.top = match anchor.and_then(|(row, y)| Some(y - self.edge(row)?)) {
            Some(top) => top,
            None => self.expected(first),
        };
        let moved = match first {
            0 => -self.top,
            // there is a way up as long as there are rows above
            _ if self.top < self.row => self.expected(first) - self.top,
            _ => 0.0,
        };
        self.top += moved;
        let bottom = self.top + last;
        let below = f64::from(all - (first + count).min(all)) * self.row;
        self.height = if below > 0.0 {
            self.way().max(bottom + below.min(2.0 * view.height))
        } else {
            bottom
        };
        moved
    }

    /// What is to be fetched, if rows are missing within half a view's reach.
    pub(super) fn wanted(&self, view: View) -> Option<Wanted> {
        let last = self.edges.last().copied()?;
        let (top, bottom) = (self.top, self.top + last);
        let margin = view.height / 2.0;
        let above = self.first > 0 && view.from - margin < top;
        let below = self.end() < self.all && view.to() + margin > bottom;
        if !above && !below {
            return None;
        }
        let anchor = match self.row_at(view.from) {
            Some(row) => (row, self.y_of(row)?),
            None if view.from < bottom && view.to() > top => (self.first, top),
            None => {
                let share = view.from / (self.height - view.height).max(1.0);
                let seen = self.seen(share.clamp(0.0, 1.0), view.height);
                // the view begins within a row, and the last view ends with the last row
                (seen as u32, view.from - seen.fract() * self.row)
            }
        };
        let wanted = self.around(anchor, view.height);
        (wanted.first != self.first).then_some(wanted)
    }

    /// The way to a row: where the view is to begin, and what is to be fetched if the row is not there.
    /// It stands in the middle, or as near as it was.
    pub(super) fn way_to(&self, row: u32, view: View, middle: bool) -> (f64, Option<Wanted>) {
        if let Some(y) = self.y_of(row) {
            let height =
                self.edge(row + 1).unwrap_or_default() - self.edge(row).unwrap_or_default();
            let from = if y >= view.from && y + height <= view.to() {
                view.from
            } else if middle {
                y - (view.height - height) / 2.0
            } else if y < view.from {
                y
            } else {
                y + height - view.height
            };
            return (from.clamp(0.0, (self.height - view.height).max(0.0)), None);
        }
        let shown = view.height / self.row.max(1.0);
        let first =
            (f64::from(row) - shown / 2.0).clamp(0.0, (f64::from(self.all) - shown).max(0.0));
        let share = first / (f64::from(self.all) - shown).max(1.0);
        let from = share * (self.height - view.height).max(0.0);
        let anchor = (row, from + (f64::from(row) - first) * self.row);
        (from, Some(self.around(anchor, view.height)))
    }

    /// Rows that are wholly seen, at the least one.
    pub(super) fn page(&self, view: View) -> u32 {
        ((view.height / self.row.max(1.0)) as u32).max(1)
    }

    /// The row at a height.
    pub(super) fn row_at(&self, y: f64) -> Option<u32> {
        let at = self.edges.partition_point(|edge| self.top + edge <= y);
        let inside = at > 0 && at < self.edges.len();
        inside.then(|| self.first + at as u32 - 1)
    }

    /// The row behind the window's last.
    fn end(&self) -> u32 {
        self.first + self.edges.len().saturating_sub(1) as u32
    }

    /// A window with a row in its middle.
    fn around(&self, anchor: (u32, f64), height: f64) -> Wanted {
        let shown = (height / self.row.max(1.0)) as u32;
        let before = sheet::WINDOW.saturating_sub(shown) / 2;
        let last = self.all.saturating_sub(sheet::WINDOW);
        Wanted { first: anchor.0.saturating_sub(before).min(last), anchor }
    }

    /// The row that is seen first after that share of the way, and how much of it is above.
    fn seen(&self, share: f64, height: f64) -> f64 {
        let shown = height / self.row.max(1.0);
        share * (f64::from(self.all) - shown).max(0.0)
    }

    /// Where a window that begins with this row will stand, as far as can be said before it is put up.
    pub(super) fn begins(&self, first: u32) -> f64 {
        self.y_of(first).unwrap_or_else(|| self.expected(first))
    }

    /// The whole way, if every row is as high as rows are taken to be.
    fn way(&self) -> f64 {
        (f64::from(self.all) * self.row).min(HEIGHT_MAX)
    }

    /// Where a row stands by proportion.
    fn expected(&self, row: u32) -> f64 {
        self.way() * f64::from(row) / f64::from(self.all.max(1))
    }

    fn edge(&self, row: u32) -> Option<f64> {
        self.edges.get(row.checked_sub(self.first)? as usize).copied()
    }

    /// Where a row of the window stands.
    fn y_of(&self, row: u32) -> Option<f64> {
        (row < self.end()).then(|| self.edge(row))?.map(|edge| self.top + edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::Range;

    const VIEW: f64 = 400.0;

    #[test]
    fn where_a_window_will_stand_is_where_it_is_put_then() {
        for height in [|_| 25.0, |row| 20.0 + f64::from(row % 3) * 10.0] {
            let mut place = Place::default();
            let first = edges(0, 20_000, height);
            // nearly at the end of the first window
            let view = View { from: first.last().unwrap() - 1.2 * VIEW, height: VIEW };
            place.put(0, 20_000, first, View { from: 0.0, ..view }, None);
            let wanted = place.wanted(view).expect("the view is near the window's end");
            let begins = place.begins(wanted.first);
            place.put(
                wanted.first,
                20_000,
                edges(wanted.first, 20_000, height),
                view,
                Some(wanted.anchor),
            );
            assert!(
                wanted.first > 0 && (place.top - begins).abs() < 1e-9,
                "{} {begins}",
                place.top
            );
        }
    }

    /// Rows whose heights follow their numbers.
    fn edges(first: u32, all: u32, height: impl Fn(u32) -> f64) -> Vec<f64> {
        let rows = first..all.min(first + sheet::WINDOW);
        let mut edges = vec![0.0];
        for row in rows {
            edges.push(edges.last().copied().unwrap_or_default() + height(row));
        }
        edges
    }

    /// A list and what is seen of it.
    struct List<F> {
        place: Place,
        from: f64,
        all: u32,
        height: F,
    }

    impl<F: Fn(u32) -> f64 + Copy> List<F> {
        fn new(all: u32, height: F) -> Self {
            let mut list = Self { place: Place::default(), from: 0.0, all, height };
            list.put(0, None);
            list
        }

        fn view(&self) -> View {
            View { from: self.from, height: VIEW }
        }

        fn put(&mut self, first: u32, anchor: Option<(u32, f64)>) {
            let edges = edges(first, self.all, self.height);
            self.from += self.place.put(first, self.all, edges, self.view(), anchor);
        }

        /// Scrolls, and has the rows fetched that are wanted.
        fn scroll_to(&mut self, from: f64) {
            self.from = from.clamp(0.0, (self.place.height - VIEW).max(0.0));
            while let Some(wanted) = self.place.wanted(self.view()) {
                self.put(wanted.first, Some(wanted.anchor));
            }
            let seen_to = (self.from + VIEW).min(self.place.height);
            let (first, last) = (self.place.row_at(self.from), self.place.row_at(seen_to - 1.0));
            assert!(first.is_some() && last.is_some(), "rows are where the view is: {}", self.from);
        }

        fn go_to(&mut self, row: u32, middle: bool) {
            let (from, wanted) = self.place.way_to(row, self.view(), middle);
            self.from = from;
            if let Some(wanted) = wanted {
                self.put(wanted.first, Some(wanted.anchor));
            }
            let y = self.place.y_of(row).expect("it is there") - self.from;
            assert!((0.0..VIEW).contains(&y), "row {row} is in sight: {y}");
            self.scroll_to(self.from);
        }

        fn seen(&self) -> (u32, f64) {
            let row = self.place.row_at(self.from).expect("a row is there");
            (row, self.from - self.place.y_of(row).expect("it is in the window"))
        }
    }

    /// Goes down and up by wheel over many windows: rows pass one after the other, by as much as it turned.
    fn passes_without_a_jump(all: u32, height: impl Fn(u32) -> f64 + Copy) {
        let mut list = List::new(all, height);
        for step in [90.0, 390.0, -70.0] {
            for _ in 0..300 {
                let (row, into) = list.seen();
                let limited = list.from + step < 0.0 || list.from + step > list.place.height - VIEW;
                list.scroll_to(list.from + step);
                if limited {
                    continue;
                }
                // the heights of the rows between are the way that was gone
                let (now, now_into) = list.seen();
                let between = |rows: Range<u32>| rows.map(height).sum::<f64>();
                let gone = between(row..now) - between(now..row) + now_into - into;
                assert!((gone - step).abs() < 1e-3, "{row} to {now}: {gone} instead of {step}");
            }
        }
    }

    #[test]
    fn rows_of_one_height_stand_where_their_numbers_say() {
        let list = List::new(60, |_| 25.0);
        assert_eq!((list.place.top, list.place.height), (0.0, 1_500.0));
        assert_eq!(list.place.wanted(list.view()), None, "all of it is there");
        let mut list = List::new(10_000, |_| 25.0);
        assert_eq!(list.place.height, 250_000.0);
        list.scroll_to(125_000.0);
        assert_eq!(list.seen(), (5_000, 0.0));
        list.scroll_to(f64::MAX);
        assert_eq!(list.place.end(), 10_000);
        assert_eq!(list.place.height, 250_000.0);
    }

    #[test]
    fn nothing_jumps_whatever_the_heights_and_however_many_rows() {
        passes_without_a_jump(60, |_| 25.0);
        passes_without_a_jump(10_000, |_| 25.0);
        passes_without_a_jump(2_000_000, |_| 25.0);
        passes_without_a_jump(2_000_000, |row| 20.0 + f64::from(row * 7_919 % 5) * 17.0);
        // the first window is of another height than the rest
        passes_without_a_jump(9_000, |row| if row < 120 { 20.0 } else { 90.0 });
        passes_without_a_jump(9_000, |row| if row < 120 { 90.0 } else { 20.0 });
    }

    #[test]
    fn both_ends_are_reached_and_any_row_between() {
        for all in [1, 119, 121, 3_000, 1_000_000, 10_000_000] {
            let mut list = List::new(all, |row| 20.0 + f64::from(row % 3) * 18.0);
            for row in [all - 1, 0, all / 2, all / 3, (all / 3 + 5).min(all - 1), all - 1] {
                list.go_to(row, true);
                list.go_to(row, false);
            }
            list.scroll_to(f64::MAX);
            assert_eq!(list.place.end(), all, "the end of {all}");
            // back up by wheel from where the way is shorter than the rows
            for _ in 0..50 {
                list.scroll_to(list.from - 380.0);
            }
            list.scroll_to(0.0);
            assert_eq!(list.seen(), (0, 0.0), "the begin of {all}");
        }
    }

    #[test]
    fn a_jump_to_the_end_shows_the_last_row_whole_however_the_rows_are_asked_for() {
        for all in [3_000, 1_000_000] {
            let mut list = List::new(all, |_| 24.39);
            let (from, _) = list.place.way_to(all - 1, list.view(), false);
            // the scrolling is noticed first, and asks by proportion
            list.scroll_to(from);
            let end = list.place.y_of(all - 1).expect("it is there") + 24.39;
            assert!(end <= list.from + VIEW + 0.01, "{all}: {end} is below {}", list.from + VIEW);
        }
    }

    #[test]
    fn an_empty_list_has_no_way() {
        let list = List::new(0, |_| 25.0);
        assert_eq!((list.place.height, list.place.wanted(list.view())), (0.0, None));
    }
}
