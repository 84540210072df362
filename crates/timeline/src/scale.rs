//! Time to pixels and back. Nobody else multiplies.
//!
//! The axis may be broken: a *fold* is a stretch of time that keeps a fixed width at every zoom.
//! ```text
//! time   0 ……… 30 ms │ 30 ms … 8.6 s │ 8.6 s ……… 8.7 s
//! pixels   k per µs  │  fixed width  │   k per µs
//! ```

use serde::{Deserialize, Serialize};
use std::rc::Rc;
use units::SimTime;

/// A stretch of time that is shown at a fixed width.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// Its begin.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// Its width in pixels.
    pub width: f64,
}

/// A stretch of the axis with one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Its begin.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// Its left edge.
    pub x0: f64,
    /// Its right edge.
    pub x1: f64,
    /// Whether it is a fold.
    pub folded: bool,
}

/// Which time stands where.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeScale {
    folds: Rc<[Fold]>,
    left: f64,
    width: f64,
    px_per_us: f64,
    /// The axis's pixel, counted from time 0, that stands at `left`.
    start: f64,
}

/// The closest zoom: a microsecond is 24 pixels.
const PX_PER_US_MAX: f64 = 24.0;
/// The farthest: an hour is 36 pixels.
const PX_PER_US_MIN: f64 = 1e-8;

impl TimeScale {
    /// The scale that shows `from` to `to` between the pixels `left` and `left + width`.
    #[must_use]
    pub fn fit(folds: Rc<[Fold]>, left: f64, width: f64, from: SimTime, to: SimTime) -> Self {
        let width = width.max(1.0);
        let mut scale = Self { folds, left, width, px_per_us: 1.0, start: 0.0 };
        let (mut folded_px, mut folded_us) = (0.0, 0.0);
        for fold in scale.folds.iter() {
            let (a, b) = (fold.from.max(from), fold.to.min(to));
            if a < b {
                let share = us(b, a) / us(fold.to, fold.from);
                folded_px += fold.width * share;
                folded_us += us(b, a);
            }
        }
        let open = (us(to, from) - folded_us).max(1.0);
        scale.px_per_us = clamped((width - folded_px).max(width * 0.1) / open);
        scale.start = scale.axis_px(from);
        scale
    }

    /// The same times over another area.
    #[must_use]
    pub fn placed(&self, left: f64, width: f64) -> Self {
        let (from, to) = self.shown();
        Self::fit(self.folds.clone(), left, width, from, to)
    }

    /// The pixel of a time.
    #[must_use]
    pub fn x_from_time(&self, time: SimTime) -> f64 {
        self.left + self.axis_px(time) - self.start
    }

    /// The time at a pixel.
    #[must_use]
    pub fn time_from_x(&self, x: f64) -> SimTime {
        let mut px = x - self.left + self.start;
        let mut cursor = SimTime::ZERO;
        for fold in self.folds.iter() {
            let open = us(fold.from, cursor) * self.px_per_us;
            if px <= open {
                break;
            }
            px -= open;
            if px < fold.width {
                return moved(fold.from, us(fold.to, fold.from) * px / fold.width);
            }
            px -= fold.width;
            cursor = fold.to;
        }
        moved(cursor, px / self.px_per_us)
    }

    /// Microseconds that a pixel shows outside of folds.
    #[must_use]
    pub fn us_per_px(&self) -> f64 {
        1.0 / self.px_per_us
    }

    /// The times at the left and at the right edge.
    #[must_use]
    pub fn shown(&self) -> (SimTime, SimTime) {
        (self.time_from_x(self.left), self.time_from_x(self.left + self.width))
    }

    /// The left and the right edge.
    #[must_use]
    pub fn edges(&self) -> (f64, f64) {
        (self.left, self.left + self.width)
    }

    /// Closer by `factor` (farther, if it is below 1), with the time at pixel `x` staying where it is.
    #[must_use]
    pub fn zoomed(&self, factor: f64, x: f64) -> Self {
        let time = self.time_from_x(x);
        let mut scale = Self { px_per_us: clamped(self.px_per_us * factor), ..self.clone() };
        scale.start += scale.x_from_time(time) - x;
        scale
    }

    /// Moved so that what was at pixel `x` is now at `x + by`.
    #[must_use]
    pub fn panned(&self, by: f64) -> Self {
        Self { start: self.start - by, ..self.clone() }
    }

    /// Moved, if need be, so that `time` is in sight, a tenth of the width from the edge.
    #[must_use]
    pub fn showing(&self, time: SimTime) -> Self {
        let x = self.x_from_time(time);
        let (left, right) = self.edges();
        let margin = self.width * 0.1;
        if x < left {
            self.panned(left + margin - x)
        } else if x > right {
            self.panned(right - margin - x)
        } else {
            self.clone()
        }
    }

    /// The same scale without pixels that lie wholly outside of `from` to `to`: a pan stops there.
    #[must_use]
    pub fn held_within(&self, from: SimTime, to: SimTime) -> Self {
        let (left, right) = self.edges();
        let (a, b) = (self.x_from_time(from), self.x_from_time(to));
        let slack = self.width * 0.5;
        if a > left + slack {
            self.panned(left + slack - a)
        } else if b < right - slack {
            self.panned(right - slack - b)
        } else {
            self.clone()
        }
    }

    /// The scale with other folds, and the same time at the left edge.
    #[must_use]
    pub fn with_folds(&self, folds: Rc<[Fold]>) -> Self {
        let (from, _) = self.shown();
        let mut scale = Self { folds, ..self.clone() };
        scale.start = scale.axis_px(from);
        scale
    }

    /// The same folds over another area and other times.
    #[must_use]
    pub fn over(&self, left: f64, width: f64, from: SimTime, to: SimTime) -> Self {
        Self::fit(self.folds.clone(), left, width, from, to)
    }

    /// The fold under a pixel, if there is one: it can be unfolded.
    #[must_use]
    pub fn fold_at(&self, x: f64) -> Option<Fold> {
        let time = self.time_from_x(x);
        self.folds.iter().find(|fold| fold.from <= time && time < fold.to).copied()
    }

    /// The folds.
    #[must_use]
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// The stretches in sight, from left to right.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        let (left, right) = self.edges();
        let (from, to) = self.shown();
        let mut bounds = vec![(from, false)];
        for fold in self.folds.iter().filter(|fold| fold.from < to && fold.to > from) {
            bounds.push((fold.from.max(from), true));
            bounds.push((fold.to.min(to), false));
        }
        let ends: Vec<_> = bounds.iter().skip(1).map(|b| b.0).chain([to]).collect();
        bounds.into_iter().zip(ends).filter(|((a, _), b)| a < b).map(move |((a, folded), b)| {
            Segment {
                from: a,
                to: b,
                x0: self.x_from_time(a).max(left),
                x1: self.x_from_time(b).min(right),
                folded,
            }
        })
    }

    fn axis_px(&self, time: SimTime) -> f64 {
        let (mut px, mut cursor) = (0.0, SimTime::ZERO);
        for fold in self.folds.iter() {
            if time <= fold.from {
                break;
            }
            px += us(fold.from, cursor) * self.px_per_us;
            if time < fold.to {
                return px + fold.width * us(time, fold.from) / us(fold.to, fold.from);
            }
            px += fold.width;
            cursor = fold.to;
        }
        px + us(time, cursor) * self.px_per_us
    }
}

/// From `earlier` to `later` in microseconds; negative if they stand the other way round.
fn us(later: SimTime, earlier: SimTime) -> f64 {
    later.0.saturating_sub(earlier.0) as f64
}

fn moved(time: SimTime, by_us: f64) -> SimTime {
    SimTime(time.0.saturating_add(by_us.round() as i64))
}

fn clamped(px_per_us: f64) -> f64 {
    px_per_us.clamp(PX_PER_US_MIN, PX_PER_US_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded() -> TimeScale {
        let fold = Fold { from: SimTime(30_000), to: SimTime(8_600_000), width: 40.0 };
        TimeScale::fit(Rc::new([fold]), 100.0, 740.0, SimTime(0), SimTime(8_670_000))
    }

    #[test]
    fn time_and_pixel_are_each_others_inverse() {
        for time in [0, 7, 29_999, 30_000, 4_000_000, 8_600_000, 8_669_000].map(SimTime) {
            let back = folded().time_from_x(folded().x_from_time(time));
            assert!((back.0 - time.0).abs() <= 1, "{time:?} came back as {back:?}");
        }
    }

    #[test]
    fn a_fold_keeps_its_width_at_every_zoom() {
        for factor in [1.0, 3.0, 0.2] {
            let scale = folded().zoomed(factor, 300.0);
            let width = scale.x_from_time(SimTime(8_600_000)) - scale.x_from_time(SimTime(30_000));
            assert!((width - 40.0).abs() < 1e-6, "{width}");
        }
    }

    #[test]
    fn what_is_under_the_pointer_stays_there_while_zooming() {
        let before = folded().time_from_x(410.0);
        let scale = folded().zoomed(7.5, 410.0);
        assert!((scale.x_from_time(before) - 410.0).abs() < 1e-6);
    }

    #[test]
    fn fit_fills_the_area() {
        let scale = folded();
        assert!((scale.x_from_time(SimTime(0)) - 100.0).abs() < 1e-6);
        assert!((scale.x_from_time(SimTime(8_670_000)) - 840.0).abs() < 1e-6);
    }

    #[test]
    fn segments_cover_what_is_shown() {
        let scale = folded();
        let segments: Vec<_> = scale.segments().collect();
        assert_eq!(segments.iter().map(|s| s.folded).collect::<Vec<_>>(), [false, true, false]);
        assert!((segments[0].x0 - 100.0).abs() < 1e-6 && (segments[2].x1 - 840.0).abs() < 1e-6);
    }
}
