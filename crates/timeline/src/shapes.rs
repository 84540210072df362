//! Shapes that every runner of a draw list needs: the lines of a hatching, of a staircase, of a torn
//! edge.

use crate::draw::Rect;

/// From one line of a hatching to the next.
const HATCH: f64 = 4.6;

/// The outline of a staircase that stands on `base`.
#[must_use]
pub fn outline(points: &[(f64, f64)], base: f64) -> Vec<(f64, f64)> {
    let Some((first, rest)) = points.split_first() else { return Vec::new() };
    let mut corners = vec![(first.0, base), *first];
    let mut top = first.1;
    for (x, next) in rest {
        corners.push((*x, top));
        corners.push((*x, *next));
        top = *next;
    }
    if let Some(last) = corners.last_mut() {
        last.1 = base;
    }
    corners
}

/// Lines that rise to the right within an area, each cut at its edges.
#[must_use]
pub fn hatching(rect: Rect) -> Vec<[(f64, f64); 2]> {
    /// Lines of one area at most: a wide one is not hatched more closely than can be seen.
    const LINES_MAX: f64 = 800.0;
    let reach = rect.w + rect.h;
    let pitch = HATCH.max(reach / LINES_MAX);
    // counted from the page's edge, so that areas side by side, and a pan, do not shift them
    let first = ((rect.x + rect.bottom()) / pitch).ceil() * pitch - rect.bottom();
    let mut lines = Vec::new();
    let mut foot = first - rect.h;
    while foot < rect.right() {
        // a line leaves its foot at the lower edge and rises to the right
        let a = if foot < rect.x {
            (rect.x, rect.bottom() - (rect.x - foot))
        } else {
            (foot, rect.bottom())
        };
        let head = foot + rect.h;
        let b = if head > rect.right() {
            (rect.right(), rect.y + (head - rect.right()))
        } else {
            (head, rect.y)
        };
        if a.1 >= rect.y && b.1 <= rect.bottom() {
            lines.push([a, b]);
        }
        foot += pitch;
    }
    lines
}

/// Both edges of a torn band.
#[must_use]
pub fn torn(rect: Rect) -> [Vec<(f64, f64)>; 2] {
    const WAVE: f64 = 7.0;
    const DEPTH: f64 = 2.0;
    let count = (rect.h / WAVE) as usize + 1;
    let edge = |x: f64| -> Vec<(f64, f64)> {
        (0..=count)
            .map(|n| {
                let y = (rect.y + n as f64 * WAVE).min(rect.bottom());
                (if n % 2 == 0 { x - DEPTH } else { x + DEPTH }, y)
            })
            .collect()
    };
    [edge(rect.x + DEPTH), edge(rect.right() - DEPTH)]
}
