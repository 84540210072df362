//! Runs a draw list on a 2D context: CSS pixels to device pixels, inks to colours. Knows no Kafka word.

use crate::question::Size;
use std::cell::Cell;
use timeline::{
    Align, Dash, Draw, Font, Glyph, Ink, Palette, Piece, Rect, Theme, Tone, hatching, outline, torn,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d as Context, HtmlCanvasElement};

/// Paints a drawing on a canvas of this size and height; what was there before goes.
pub fn paint(canvas: &HtmlCanvasElement, drawing: &[u8], theme: Theme, size: Size, height: f64) {
    let Ok(draws) = postcard::from_bytes::<Vec<Draw>>(drawing) else { return };
    let Size { width, text } = size;
    let ratio = text * web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    // a canvas that is given a size, even its own, has to be set up anew
    let (wide, high) = ((width * ratio) as u32, (height * ratio) as u32);
    if (canvas.width(), canvas.height()) != (wide, high) {
        canvas.set_width(wide);
        canvas.set_height(high);
    }
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|context| context.dyn_into::<Context>().ok()) else {
        return;
    };
    run(&draws, &context, Palette::of(theme), ratio, width, height);
}

fn run(draws: &[Draw], context: &Context, palette: &Palette, ratio: f64, width: f64, height: f64) {
    let canvas = Canvas {
        context,
        palette,
        filled: Cell::new(None),
        stroked: Cell::new(None),
        written: Cell::new(None),
    };
    let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    canvas.fill_style(Ink::Ground.into());
    context.fill_rect(0.0, 0.0, width, height);
    let mut clipped = false;
    for draw in draws {
        if let Draw::Clip(area) = draw {
            if clipped {
                canvas.restore();
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
        canvas.restore();
    }
}

struct Canvas<'a> {
    context: &'a Context,
    palette: &'a Palette,
    /// What the context was told last: to tell it again costs more than many a mark.
    filled: Cell<Option<Tone>>,
    stroked: Cell<Option<(Tone, f64, Dash)>>,
    written: Cell<Option<(Font, Align)>>,
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
        if self.filled.replace(Some(tone)) != Some(tone) {
            self.context.set_fill_style_str(&self.colour(tone));
        }
    }

    fn stroke_style(&self, tone: Tone, width: f64, dash: Dash) {
        let before = self.stroked.replace(Some((tone, width, dash)));
        if before.is_none_or(|(other, ..)| other != tone) {
            self.context.set_stroke_style_str(&self.colour(tone));
        }
        if before.is_none_or(|(_, other, _)| other != width) {
            self.context.set_line_width(width);
        }
        if before.is_none_or(|(.., other)| other != dash) {
            let pattern = js_sys::Array::new();
            for length in dash.pattern() {
                pattern.push(&JsValue::from_f64(*length));
            }
            let _ = self.context.set_line_dash(&pattern);
        }
    }

    fn write_with(&self, font: Font, align: Align) {
        let before = self.written.replace(Some((font, align)));
        if before.is_none_or(|(other, _)| other != font) {
            let font = format!("{} {}px {}", font.weight(), font.size(), font.family());
            self.context.set_font(&font);
        }
        if before.is_none_or(|(_, other)| other != align) {
            self.context.set_text_align(match align {
                Align::Start => "left",
                Align::Middle => "center",
                Align::End => "right",
            });
        }
    }

    /// A restored context has forgotten what it was told since it was saved.
    fn restore(&self) {
        self.context.restore();
        self.filled.set(None);
        self.stroked.set(None);
        self.written.set(None);
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
            Draw::Hatch { rect, tone } => {
                self.stroke_style(*tone, 1.5, Dash::Solid);
                self.context.begin_path();
                for [from, to] in hatching(*rect) {
                    self.context.move_to(from.0, from.1);
                    self.context.line_to(to.0, to.1);
                }
                self.context.stroke();
            }
            Draw::Steps { points, base, tone } => {
                self.fill_style(*tone);
                self.path(&outline(points, *base));
                self.context.fill();
            }
            Draw::Ticks { rect, count, pitch, tone } => {
                self.fill_style(*tone);
                for n in 0..*count {
                    let x = rect.x + pitch * f64::from(n);
                    self.context.fill_rect(x, rect.y, rect.w, rect.h);
                }
            }
            Draw::Wedge { rect, tone } => {
                self.fill_style(*tone);
                let (x, right, bottom) = (rect.x, rect.right(), rect.bottom());
                self.path(&[(x, rect.y), (right, bottom), (x, bottom)]);
                self.context.fill();
            }
            Draw::Strips { y, height, spans, tone } => {
                self.fill_style(*tone);
                for (from, to) in spans {
                    self.context.fill_rect(*from, *y, to - from, *height);
                }
            }
            Draw::Tear { rect } => {
                self.fill_style(Ink::Ground.into());
                let inner = rect.grown(-1.0);
                self.context.fill_rect(inner.x, rect.y, inner.w, rect.h);
                self.stroke_style(Ink::Ghost.into(), 1.1, Dash::Solid);
                for edge in torn(*rect) {
                    self.path(&edge);
                    self.context.stroke();
                }
            }
            Draw::Glyph { x, y, size, glyph, tone } => self.glyph((*x, *y), *size, *glyph, *tone),
            Draw::Label { x, y, text, font, align, halo, tone } => {
                self.write_with(*font, *align);
                if *halo {
                    self.stroke_style(Ink::Ground.into(), 3.2, Dash::Solid);
                    self.context.set_line_join("round");
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

    fn circle(&self, (x, y): (f64, f64), radius: f64) {
        self.context.begin_path();
        let _ = self.context.arc(x, y, radius, 0.0, std::f64::consts::TAU);
    }

    fn glyph(&self, at: (f64, f64), size: f64, glyph: Glyph, tone: Tone) {
        let placed = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            points.iter().map(|(dx, dy)| (at.0 + dx * size, at.1 + dy * size)).collect()
        };
        for piece in glyph.pieces() {
            match piece {
                Piece::Disc { r } => {
                    self.fill_style(tone);
                    self.circle(at, r * size);
                    self.context.fill();
                }
                Piece::Ring { r } => {
                    self.fill_style(Ink::Ground.into());
                    self.stroke_style(tone, 1.5, Dash::Solid);
                    self.circle(at, r * size);
                    self.context.fill();
                    self.context.stroke();
                }
                Piece::Area(points) => {
                    self.fill_style(tone);
                    self.path(&placed(points));
                    self.context.fill();
                }
                Piece::Path(points) => {
                    self.stroke_style(tone, 1.5, Dash::Solid);
                    self.path(&placed(points));
                    self.context.stroke();
                }
            }
        }
    }
}
