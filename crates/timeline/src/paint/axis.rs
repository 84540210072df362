//! The time axis: nice steps, one unit a piece; after a fold it starts again at 0 and says where that
//! is. No label stands over another, and none without its unit and origin.

use super::Painter;
use crate::draw::{Align, Dash, Draw, Font, Glyph, Ink, Rect};
use crate::layout::{AXIS, RowLayout};
use crate::scale::Segment;
use trace::Kind;
use units::{SimTime, grouped, rounded_up};

/// Pixels between two labels.
const APART: f64 = 84.0;
/// Width of a torn edge.
pub(super) const TEAR: f64 = 12.0;

/// Ticks of one piece of the axis.
struct Ticks {
    origin: i64,
    step: i64,
    unit: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Micros,
    Millis,
    Seconds,
}

impl Unit {
    const fn us(self) -> i64 {
        match self {
            Self::Micros => 1,
            Self::Millis => 1_000,
            Self::Seconds => 1_000_000,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Micros => "µs",
            Self::Millis => "ms",
            Self::Seconds => "s",
        }
    }
}

impl Ticks {
    /// Steps of 1, 2 or 5 times a power of ten, about a hundred pixels apart.
    fn of(segment: Segment, after_fold: bool) -> Self {
        let us = segment.to.since(segment.from).0 as f64;
        let pixels = (segment.x1 - segment.x0).max(1.0);
        let apart = if pixels < 3.0 * APART { pixels / 2.6 } else { APART };
        let step = nice_step(us * apart / pixels);
        let reach = us.max(segment.to.0 as f64 * f64::from(u8::from(!after_fold)));
        let unit = if step >= 500_000 || (step >= 100_000 && reach >= 2e6) {
            Unit::Seconds
        } else if step >= 100 || reach >= 2e4 {
            Unit::Millis
        } else {
            Unit::Micros
        };
        Self { origin: if after_fold { segment.from.0 } else { 0 }, step, unit }
    }

    fn label(&self, time: i64) -> String {
        decimal(time - self.origin, self.unit.us())
    }

    /// `ms`, or `8.62 s + ms` where the piece does not begin at the run's 0. Where that has no room,
    /// `8.62 s +`: then each label has the unit.
    fn titles(&self) -> Vec<Title> {
        let name = self.unit.name();
        if self.origin == 0 {
            return vec![Title { text: name.to_owned(), has_unit: true }];
        }
        let unit = if self.origin >= 1_000_000 { Unit::Seconds } else { Unit::Millis };
        let origin = format!("{} {} +", decimal(self.origin, unit.us()), unit.name());
        vec![
            Title { text: format!("{origin} {name}"), has_unit: true },
            Title { text: origin, has_unit: false },
        ]
    }
}

/// What stands over a piece of the axis.
struct Title {
    text: String,
    has_unit: bool,
}

impl Painter<'_> {
    /// The grounds of the rows.
    pub(super) fn grounds(&mut self, rows: &[RowLayout]) {
        for row in rows {
            let Rect { x, y, w, h } = row.rect;
            self.fill(Rect::new(x, y + 1.5, w, h - 3.0), 0.0, Ink::RowGround);
        }
    }

    /// Upright lines behind everything.
    pub(super) fn grid(&mut self, bottom: f64) {
        self.each_tick(|painter, _, x, _| {
            painter.line((x, AXIS - 3.0), (x, bottom), 1.0, Dash::Solid, Ink::Grid.into());
        });
    }

    pub(super) fn axis(&mut self) {
        let base = AXIS - 3.5;
        let mut titles = Vec::new();
        for number in 0..self.segments.len() {
            let segment = self.segments[number];
            if !is_narrow(segment) {
                let tone = Ink::Ghost.into();
                self.line((segment.x0, base), (segment.x1, base), 1.0, Dash::Solid, tone);
            }
            let title = self.title(number);
            if let Some((x, title)) = &title {
                // with a halo, because it may reach over a torn edge
                self.out.push(Draw::Label {
                    x: *x,
                    y: 10.0,
                    text: title.text.as_str().into(),
                    font: Font::Mono,
                    align: Align::Start,
                    halo: true,
                    tone: Ink::Muted.into(),
                });
            }
            titles.push(title);
        }
        let (left, right) = self.view.scale.edges();
        let playhead = self.x(self.view.playhead);
        let mut reached = f64::MIN;
        self.each_tick(|painter, number, x, text| {
            painter.line((x, base - 3.0), (x, base), 1.0, Dash::Solid, Ink::Muted.into());
            // numbers without a unit and an origin say nothing
            let Some((_, title)) = &titles[number] else { return };
            let unit = if title.has_unit || text == "0" {
                String::new()
            } else {
                format!(" {}", painter.ticks(number).unit.name())
            };
            let text = [text, &unit].concat();
            let width = Font::Mono.width_of(&text);
            let (from, align) =
                if x < left + 10.0 { (x, Align::Start) } else { (x - width / 2.0, Align::Middle) };
            let last = number + 1 == painter.segments.len();
            let room = if last { right + 12.0 } else { painter.segments[number].x1 + TEAR / 2.0 };
            // a label gives way to the playhead's, and to the one before it
            if (x - playhead).abs() < 6.0 || from + width > room || from < reached {
                return;
            }
            reached = from + width + 4.0;
            painter.label(x, base - 5.5, &text, Font::Mono, align, Ink::Muted.into());
        });
    }

    /// What stands over a piece, as long as there is room up to what stands over the next one, and where.
    fn title(&self, number: usize) -> Option<(f64, Title)> {
        let segment = self.segments[number];
        if is_narrow(segment) {
            return None;
        }
        let next = self.segments[number + 1..].iter().find(|next| !is_narrow(**next));
        let room = next.map_or(self.view.scale.edges().1 + 12.0, |next| title_x(*next) - 6.0);
        // it may reach over a torn edge, but not a wide fold's over its own
        let (x, room) = (title_x(segment), if segment.folded { segment.x1 - TEAR } else { room });
        let fits = |title: &Title| x + Font::Mono.width_of(&title.text) <= room;
        self.ticks(number).titles().into_iter().find(fits).map(|title| (x, title))
    }

    fn ticks(&self, number: usize) -> Ticks {
        let segment = self.segments[number];
        let after_fold = number > 0 && !segment.folded;
        Ticks::of(segment, after_fold)
    }

    fn each_tick(&mut self, mut draw: impl FnMut(&mut Self, usize, f64, &str)) {
        for number in 0..self.segments.len() {
            let segment = self.segments[number];
            let inside = if segment.folded { TEAR + 8.0 } else { -0.5 };
            if segment.x1 - segment.x0 < 24.0 {
                continue;
            }
            let ticks = self.ticks(number);
            let behind = (segment.from.0 - ticks.origin).div_euclid(ticks.step);
            let mut time = ticks.origin + behind * ticks.step;
            while time <= segment.to.0 {
                let x = self.x(SimTime(time));
                if time >= segment.from.0 && x >= segment.x0 + inside && x <= segment.x1 - inside {
                    draw(self, number, x, &ticks.label(time));
                }
                time += ticks.step;
            }
        }
    }

    /// A torn band through every row at each edge of a fold.
    pub(super) fn tears(&mut self, bottom: f64) {
        let (left, right) = self.view.scale.edges();
        for number in 0..self.segments.len() {
            let segment = self.segments[number];
            if !segment.folded {
                continue;
            }
            let (a, b) = (segment.x0, segment.x1);
            let torn = |x: f64, w: f64| Draw::Tear { rect: Rect::new(x, 0.0, w, bottom) };
            if is_narrow(segment) {
                self.out.push(torn(a, b - a));
                continue;
            }
            if a > left {
                self.out.push(torn(a, TEAR));
            }
            if b < right {
                self.out.push(torn(b - TEAR, TEAR));
            }
        }
    }

    /// What is not to be seen yet; where its time goes faster it is torn off.
    pub(super) fn veil(&mut self, area: Rect) {
        if area.w <= 0.0 {
            return;
        }
        self.fill(area, 0.0, Ink::Ground);
        self.hatch(area, Ink::Grid);
        if self.segments.iter().any(|piece| piece.folded && (piece.x0 - area.x).abs() < 1.0) {
            let rect = Rect::new(area.x, 0.0, TEAR, area.bottom());
            self.out.push(Draw::Tear { rect });
        }
    }

    /// Faults of the scenario: a line through all rows.
    pub(super) fn faults(&mut self, bottom: f64) {
        let timeline = self.timeline;
        for number in 0..self.segments.len() {
            let range = self.range(&timeline.faults, number);
            for mark in timeline.faults.marks[range].iter().take(60) {
                let x = self.x(mark.from);
                let tone = Ink::Failed.at(75);
                self.line((x, AXIS - 3.0), (x, bottom), 1.1, Dash::Dotted, tone);
                self.glyph(x, AXIS - 3.5, 3.0, Glyph::Cross, Ink::Failed);
            }
        }
        debug_assert!(timeline.faults.marks.iter().all(|mark| mark.fact.kind() == Kind::Fault));
    }

    pub(super) fn playhead(&mut self, bottom: f64) {
        let x = self.x(self.view.playhead);
        let (left, right) = self.view.scale.edges();
        if x < left - 1.0 || x > right + 1.0 {
            return;
        }
        self.line((x, AXIS - 6.0), (x, bottom), 1.5, Dash::Solid, Ink::Playhead.into());
        self.glyph(x, AXIS - 8.0, 5.0, Glyph::Handle, Ink::Playhead);
    }
}

/// Where a piece's title begins: clear of the torn edge of a wide fold.
fn title_x(segment: Segment) -> f64 {
    segment.x0 + if segment.folded { TEAR + 5.0 } else { 1.0 }
}

/// A fold that is nothing but its torn edges.
fn is_narrow(segment: Segment) -> bool {
    segment.folded && segment.x1 - segment.x0 <= 3.0 * TEAR
}

/// `time / unit` without trailing zeros.
fn decimal(time: i64, unit: i64) -> String {
    let (whole, rest) = (time / unit, (time % unit).abs());
    if rest == 0 {
        return grouped(&whole.to_string());
    }
    let digits = unit.ilog10() as usize;
    let sign = if time < 0 && whole == 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{rest:0digits$}");
    grouped(text.trim_end_matches('0'))
}

/// The least round step that is not below `us`.
fn nice_step(us: f64) -> i64 {
    rounded_up(us.ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_nice() {
        let steps = [0.3, 1.0, 1.1, 4.9, 51.0, 99_999.0].map(nice_step);
        assert_eq!(steps, [1, 1, 2, 5, 100, 100_000]);
    }

    #[test]
    fn a_time_has_no_more_digits_than_it_needs() {
        assert_eq!(decimal(8_620_000, 1_000_000), "8.62");
        assert_eq!(decimal(30_000, 1_000), "30");
        assert_eq!(decimal(50, 1_000), "0.05");
        assert_eq!(decimal(1_500_250, 1_000), "1,500.25");
        assert_eq!(decimal(-500, 1_000), "-0.5");
    }

    #[test]
    fn after_a_fold_the_axis_starts_again() {
        let segment = |from, to, folded| Segment {
            from: SimTime(from),
            to: SimTime(to),
            x0: 100.0,
            x1: 400.0,
            folded,
        };
        let ticks = Ticks::of(segment(8_620_000, 8_660_000, false), true);
        let titles = |ticks: &Ticks| -> Vec<String> {
            ticks.titles().into_iter().map(|title| title.text).collect()
        };
        assert_eq!(titles(&ticks), ["8.62 s + ms", "8.62 s +"]);
        assert_eq!(ticks.label(8_630_000), "10");
        assert_eq!(titles(&Ticks::of(segment(0, 30_000, false), false)), ["ms"]);
        assert_eq!(titles(&Ticks::of(segment(30_000, 8_620_000, true), false)), ["s"]);
    }
}
