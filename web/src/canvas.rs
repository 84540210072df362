//! Runs a draw list on a 2D context: CSS pixels to device pixels, inks to colours. Knows no Kafka word.

use timeline::{Align, Dash, Draw, Font, Glyph, Ink, Palette, Rect, Tone};
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Context;

/// Clears the canvas and draws the list. `ratio` is device pixels for a CSS pixel.
pub(crate) fn run(
    draws: &[Draw],
    context: &Context,
    palette: &Palette,
    ratio: f64,
    width: f64,
    height: f64,
) {
    let canvas = Canvas { context, palette };
    let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    canvas.fill_style(Ink::Ground.into());
    context.fill_rect(0.0, 0.0, width, height);
    let mut clipped = false;
    for draw in draws {
        if let Draw::Clip(area) = draw {
            if clipped {
                context.restore();
            }
            clipped = area.is_some();
            if let Some(area) = area {
                context.save();
                context.begin_path();
                context.rect(area.x, area.y, area.w, area.h);
                context.clip();
            }
            continue;
        }
        canvas.draw(draw);
    }
    if clipped {
        context.restore();
    }
}

struct Canvas<'a> {
    context: &'a Context,
    palette: &'a Palette,
}

impl Canvas<'_> {
    fn colour(&self, tone: Tone) -> String {
        let [r, g, b] = self.palette.rgb(tone.ink);
        if tone.percent >= 100 {
            return format!("rgb({r},{g},{b})");
        }
        format!("rgba({r},{g},{b},{})", f64::from(tone.percent) / 100.0)
    }

    fn fill_style(&self, tone: Tone) {
        self.context.set_fill_style_str(&self.colour(tone));
    }

    fn stroke_style(&self, tone: Tone, width: f64, dash: Dash) {
        self.context.set_stroke_style_str(&self.colour(tone));
        self.context.set_line_width(width);
        let pattern = js_sys::Array::new();
        for length in dash.pattern() {
            pattern.push(&JsValue::from_f64(*length));
        }
        let _ = self.context.set_line_dash(&pattern);
    }

    fn draw(&self, draw: &Draw) {
        match draw {
            Draw::Fill { rect, radius, tone } => {
                self.fill_style(*tone);
                if *radius > 0.0 {
                    self.round(*rect, *radius);
                    self.context.fill();
                } else {
                    self.context.fill_rect(rect.x, rect.y, rect.w, rect.h);
                }
            }
            Draw::Stroke { rect, radius, width, dash, tone } => {
                self.stroke_style(*tone, *width, *dash);
                self.round(rect.grown(-width / 2.0), *radius);
                self.context.stroke();
            }
            Draw::Line { from, to, width, dash, tone } => {
                self.stroke_style(*tone, *width, *dash);
                self.path(&[*from, *to]);
                self.context.stroke();
            }
            Draw::Curve { from, to, width, dash, tone } => {
                self.stroke_style(*tone, *width, *dash);
                let middle = f64::midpoint(from.0, to.0);
                self.context.begin_path();
                self.context.move_to(from.0, from.1);
                self.context.bezier_curve_to(middle, from.1, middle, to.1, to.0, to.1);
                self.context.stroke();
            }
            Draw::Hatch { rect, tone } => self.hatch(*rect, *tone),
            Draw::Steps { points, base, tone } => self.steps(points, *base, *tone),
            Draw::Ticks { rect, count, pitch, tone } => {
                self.fill_style(*tone);
                for n in 0..*count {
                    let x = rect.x + pitch * f64::from(n);
                    self.context.fill_rect(x, rect.y, rect.w, rect.h);
                }
            }
            Draw::Wedge { rect, tone } => {
                self.fill_style(*tone);
                let corners =
                    [(rect.x, rect.y), (rect.right(), rect.bottom()), (rect.x, rect.bottom())];
                self.path(&corners);
                self.context.fill();
            }
            Draw::Tear { rect } => self.hatch(*rect, Ink::Ghost.into()),
            Draw::Glyph { x, y, size, glyph, tone } => self.glyph(*x, *y, *size, *glyph, *tone),
            Draw::Label { x, y, text, font, align, halo, tone } => {
                self.context.set_font(&font_of(*font));
                self.context.set_text_align(match align {
                    Align::Start => "left",
                    Align::Middle => "center",
                    Align::End => "right",
                });
                if *halo {
                    self.stroke_style(Ink::Ground.into(), 3.0, Dash::Solid);
                    let _ = self.context.stroke_text(text, *x, *y);
                }
                self.fill_style(*tone);
                let _ = self.context.fill_text(text, *x, *y);
            }
            Draw::Clip(_) => {}
        }
    }

    fn round(&self, rect: Rect, radius: f64) {
        let radius = radius.min(rect.w / 2.0).min(rect.h / 2.0).max(0.0);
        let (x, y, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
        self.context.begin_path();
        self.context.move_to(x + radius, y);
        let corners = [
            (right, y, right, bottom),
            (right, bottom, x, bottom),
            (x, bottom, x, y),
            (x, y, right, y),
        ];
        for (cx, cy, tx, ty) in corners {
            let _ = self.context.arc_to(cx, cy, tx, ty, radius);
        }
        self.context.close_path();
    }

    fn path(&self, points: &[(f64, f64)]) {
        self.context.begin_path();
        for (n, (x, y)) in points.iter().enumerate() {
            if n == 0 {
                self.context.move_to(*x, *y);
            } else {
                self.context.line_to(*x, *y);
            }
        }
    }

    fn hatch(&self, rect: Rect, tone: Tone) {
        const PITCH: f64 = 4.0;
        self.context.save();
        self.context.begin_path();
        self.context.rect(rect.x, rect.y, rect.w, rect.h);
        self.context.clip();
        self.stroke_style(tone, 1.2, Dash::Solid);
        self.context.begin_path();
        let lines = ((rect.w + rect.h) / PITCH).min(600.0) as u32;
        for n in 0..=lines {
            let x = rect.x + PITCH * f64::from(n);
            self.context.move_to(x, rect.y);
            self.context.line_to(x - rect.h, rect.bottom());
        }
        self.context.stroke();
        self.context.restore();
    }

    fn steps(&self, points: &[(f64, f64)], base: f64, tone: Tone) {
        let Some((first, rest)) = points.split_first() else { return };
        self.fill_style(tone);
        self.context.begin_path();
        self.context.move_to(first.0, base);
        let mut top = first.1;
        self.context.line_to(first.0, top);
        for (x, next) in rest {
            self.context.line_to(*x, top);
            self.context.line_to(*x, *next);
            top = *next;
        }
        if let Some(last) = points.last() {
            self.context.line_to(last.0, base);
        }
        self.context.fill();
    }

    fn circle(&self, x: f64, y: f64, radius: f64) {
        self.context.begin_path();
        let _ = self.context.arc(x, y, radius, 0.0, std::f64::consts::TAU);
    }

    fn glyph(&self, x: f64, y: f64, r: f64, glyph: Glyph, tone: Tone) {
        self.fill_style(tone);
        self.stroke_style(tone, 1.5, Dash::Solid);
        let ring = |filled: bool| {
            self.circle(x, y, r);
            if !filled {
                self.fill_style(Ink::Ground.into());
            }
            self.context.fill();
            self.context.stroke();
            self.fill_style(tone);
        };
        let shape = |points: &[(f64, f64)]| {
            let points: Vec<_> = points.iter().map(|(dx, dy)| (x + dx * r, y + dy * r)).collect();
            self.path(&points);
            self.context.close_path();
            self.context.fill();
        };
        let strokes = |lines: &[[(f64, f64); 2]]| {
            for [a, b] in lines {
                self.path(&[(x + a.0 * r, y + a.1 * r), (x + b.0 * r, y + b.1 * r)]);
                self.context.stroke();
            }
        };
        match glyph {
            Glyph::Dot => ring(true),
            Glyph::DotBar => {
                ring(true);
                strokes(&[[(1.6, -1.2), (1.6, 1.2)]]);
            }
            Glyph::Ring => ring(false),
            Glyph::Square => shape(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
            Glyph::Triangle => shape(&[(-0.9, -1.1), (1.2, 0.0), (-0.9, 1.1)]),
            Glyph::TriangleBar => {
                shape(&[(-1.0, -1.1), (0.8, 0.0), (-1.0, 1.1)]);
                strokes(&[[(1.2, -1.1), (1.2, 1.1)]]);
            }
            Glyph::Diamond => shape(&[(0.0, -1.3), (1.2, 0.0), (0.0, 1.3), (-1.2, 0.0)]),
            Glyph::HalfDot => {
                ring(false);
                shape(&[(-1.0, 0.0), (1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7)]);
            }
            Glyph::Again => {
                ring(false);
                strokes(&[[(-0.6, 0.0), (0.6, 0.0)], [(0.6, 0.0), (0.1, -0.5)]]);
            }
            Glyph::Crown | Glyph::NoCrown => {
                shape(&[
                    (-1.2, 0.9),
                    (-1.2, -0.8),
                    (-0.5, 0.0),
                    (0.0, -1.1),
                    (0.5, 0.0),
                    (1.2, -0.8),
                    (1.2, 0.9),
                ]);
                if glyph == Glyph::NoCrown {
                    strokes(&[[(-1.4, 1.4), (1.4, -1.4)]]);
                }
            }
            Glyph::Pause => strokes(&[[(-0.5, -1.0), (-0.5, 1.0)], [(0.5, -1.0), (0.5, 1.0)]]),
            Glyph::OpenRing | Glyph::Target | Glyph::Busy | Glyph::Badge => {
                ring(false);
                self.circle(x, y, r * 0.4);
                self.context.fill();
            }
            Glyph::CrossedRing => {
                ring(false);
                strokes(&[[(-0.7, 0.7), (0.7, -0.7)]]);
            }
            Glyph::HourGlass => shape(&[(-0.9, -1.0), (0.9, -1.0), (-0.9, 1.0), (0.9, 1.0)]),
            Glyph::Stairs => strokes(&[
                [(-1.0, 1.0), (0.0, 1.0)],
                [(0.0, 1.0), (0.0, 0.0)],
                [(0.0, 0.0), (1.0, 0.0)],
            ]),
            Glyph::Box => shape(&[(-1.2, -0.8), (1.2, -0.8), (1.2, 0.8), (-1.2, 0.8)]),
            Glyph::Cross | Glyph::Cut => {
                strokes(&[[(-1.0, -1.0), (1.0, 1.0)], [(-1.0, 1.0), (1.0, -1.0)]])
            }
            Glyph::Chevron => strokes(&[[(0.8, -1.0), (-0.6, 0.0)], [(-0.6, 0.0), (0.8, 1.0)]]),
            Glyph::Twice => strokes(&[[(-1.0, -0.5), (1.0, -0.5)], [(-1.0, 0.5), (1.0, 0.5)]]),
            Glyph::Handle => shape(&[(-1.2, -1.0), (1.2, -1.0), (0.0, 1.0)]),
        }
    }
}

fn font_of(font: Font) -> String {
    let family = match font {
        Font::Mono => "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
        Font::Name | Font::Note => {
            "system-ui, 'DejaVu Sans', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', sans-serif"
        }
    };
    format!("{} {}px {family}", font.weight(), font.size())
}
