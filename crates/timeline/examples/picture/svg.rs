//! A draw list as SVG.

use std::fmt::Write;
use timeline::{
    Align, Dash, Draw, Font, Glyph, Ink, Palette, Piece, Rect, Tone, hatching, outline, torn,
};

/// The picture of a draw list.
pub(crate) fn svg(draws: &[Draw], palette: &Palette, width: f64, height: f64) -> String {
    let mut writer = Writer { out: String::new(), palette, clips: 0, clipped: false };
    writer.put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\">"
    ));
    let ground = writer.colour(Ink::Ground.into());
    writer.put(format_args!("<rect width=\"100%\" height=\"100%\" {ground}/>"));
    for draw in draws {
        writer.draw(draw);
    }
    if writer.clipped {
        writer.put(format_args!("</g>"));
    }
    writer.put(format_args!("</svg>"));
    writer.out
}

struct Writer<'a> {
    out: String,
    palette: &'a Palette,
    clips: u32,
    clipped: bool,
}

impl Writer<'_> {
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let written = self.out.write_fmt(text);
        debug_assert!(written.is_ok(), "a string takes all that is written to it");
    }

    fn paint(&self, what: &str, tone: Tone) -> String {
        let [r, g, b] = self.palette.rgb(tone.ink);
        let colour = format!("{what}=\"rgb({r},{g},{b})\"");
        if tone.percent >= 100 {
            return colour;
        }
        format!("{colour} {what}-opacity=\"{}\"", f64::from(tone.percent) / 100.0)
    }

    fn colour(&self, tone: Tone) -> String {
        self.paint("fill", tone)
    }

    fn pen(&self, tone: Tone, width: f64, dash: Dash) -> String {
        let pattern: Vec<String> = dash.pattern().iter().map(f64::to_string).collect();
        let colour = self.paint("stroke", tone);
        let dashes = if pattern.is_empty() {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{}\"", pattern.join(" "))
        };
        format!("fill=\"none\" {colour} stroke-width=\"{width}\"{dashes}")
    }

    fn rect(&mut self, rect: Rect, radius: f64, style: &str) {
        let Rect { x, y, w, h } = rect;
        let (w, h) = (w.max(0.0), h.max(0.0));
        self.put(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" rx=\"{radius}\" {style}/>"
        ));
    }

    fn path(&mut self, data: &str, style: &str) {
        self.put(format_args!("<path d=\"{data}\" {style}/>"));
    }

    fn draw(&mut self, draw: &Draw) {
        match draw {
            Draw::Fill { rect, radius, tone } => {
                let style = self.colour(*tone);
                self.rect(*rect, *radius, &style);
            }
            Draw::Stroke { rect, radius, width, dash, tone } => {
                let style = self.pen(*tone, *width, *dash);
                self.rect(rect.grown(-width / 2.0), *radius, &style);
            }
            Draw::Line { from, to, width, dash, tone } => {
                let style = self.pen(*tone, *width, *dash);
                self.path(&line(&[*from, *to]), &style);
            }
            Draw::Curve { from, to, width, dash, tone } => {
                let style = self.pen(*tone, *width, *dash);
                let middle = f64::midpoint(from.0, to.0);
                let data = format!(
                    "M{:.2} {:.2}C{middle:.2} {:.2} {middle:.2} {:.2} {:.2} {:.2}",
                    from.0, from.1, from.1, to.1, to.0, to.1
                );
                self.path(&data, &style);
            }
            Draw::Hatch { rect, tone } => self.hatch(*rect, *tone),
            Draw::Steps { points, base, tone } => {
                let style = self.colour(*tone);
                let data = line(&outline(points, *base));
                self.path(&format!("{data}Z"), &style);
            }
            Draw::Ticks { rect, count, pitch, tone } => {
                let style = self.colour(*tone);
                for n in 0..*count {
                    let x = rect.x + pitch * f64::from(n);
                    self.rect(Rect { x, ..*rect }, 0.0, &style);
                }
            }
            Draw::Wedge { rect, tone } => {
                let style = self.colour(*tone);
                let (x, right, bottom) = (rect.x, rect.right(), rect.bottom());
                let data = line(&[(x, rect.y), (right, bottom), (x, bottom)]);
                self.path(&format!("{data}Z"), &style);
            }
            Draw::Strips { y, height, spans, tone } => {
                let style = self.colour(*tone);
                for (from, to) in spans {
                    self.rect(Rect::new(*from, *y, to - from, *height), 0.0, &style);
                }
            }
            Draw::Tear { rect } => self.tear(*rect),
            Draw::Glyph { x, y, size, glyph, tone } => self.glyph((*x, *y), *size, *glyph, *tone),
            Draw::Label { x, y, text, font, align, halo, tone } => {
                self.label((*x, *y), text, *font, *align, *halo, *tone);
            }
            Draw::Clip(area) => self.clip(*area),
        }
    }

    fn hatch(&mut self, rect: Rect, tone: Tone) {
        let style = self.pen(tone, 1.5, Dash::Solid);
        let data: String = hatching(rect).iter().map(|pair| line(pair)).collect();
        self.path(&data, &style);
    }

    fn tear(&mut self, rect: Rect) {
        let ground = self.colour(Ink::Ground.into());
        self.rect(rect.grown(-1.0), 0.0, &ground);
        let style = self.pen(Ink::Ghost.into(), 1.1, Dash::Solid);
        for edge in torn(rect) {
            self.path(&line(&edge), &style);
        }
    }

    fn glyph(&mut self, (x, y): (f64, f64), size: f64, glyph: Glyph, tone: Tone) {
        let placed = |points: &[(f64, f64)]| {
            let points: Vec<_> =
                points.iter().map(|(dx, dy)| (x + dx * size, y + dy * size)).collect();
            line(&points)
        };
        let (fill, pen) = (self.colour(tone), self.pen(tone, 1.5, Dash::Solid));
        let ground = self.colour(Ink::Ground.into());
        let ring_pen = pen.replacen("fill=\"none\"", &ground, 1);
        for piece in glyph.pieces() {
            match piece {
                Piece::Disc { r } => self.put(format_args!(
                    "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{:.2}\" {fill}/>",
                    r * size
                )),
                Piece::Ring { r } => self.put(format_args!(
                    "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{:.2}\" {ring_pen}/>",
                    r * size
                )),
                Piece::Area(points) => self.path(&format!("{}Z", placed(points)), &fill),
                Piece::Path(points) => self.path(&placed(points), &pen),
            }
        }
    }

    fn label(
        &mut self,
        at: (f64, f64),
        text: &str,
        font: Font,
        align: Align,
        halo: bool,
        tone: Tone,
    ) {
        let anchor = match align {
            Align::Start => "start",
            Align::Middle => "middle",
            Align::End => "end",
        };
        let (size, weight, family) = (font.size(), font.weight(), font.family());
        let behind = if halo {
            let ground = self.paint("stroke", Ink::Ground.into());
            format!(
                " {ground} stroke-width=\"3.2\" stroke-linejoin=\"round\" paint-order=\"stroke\""
            )
        } else {
            String::new()
        };
        let colour = self.colour(tone);
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.put(format_args!(
            "<text x=\"{:.2}\" y=\"{:.2}\" font-family=\"{family}\" font-size=\"{size}\" \
             font-weight=\"{weight}\" text-anchor=\"{anchor}\" {colour}{behind}>{text}</text>",
            at.0, at.1
        ));
    }

    fn clip(&mut self, area: Option<Rect>) {
        if self.clipped {
            self.put(format_args!("</g>"));
        }
        self.clipped = area.is_some();
        if let Some(area) = area {
            let n = self.clips;
            self.clips += 1;
            self.put(format_args!("<clipPath id=\"c{n}\">"));
            self.rect(area, 0.0, "");
            self.put(format_args!("</clipPath><g clip-path=\"url(#c{n})\">"));
        }
    }
}

fn line(points: &[(f64, f64)]) -> String {
    let mut data = String::new();
    for (n, (x, y)) in points.iter().enumerate() {
        let command = if n == 0 { 'M' } else { 'L' };
        data.push_str(&format!("{command}{x:.2} {y:.2}"));
    }
    data
}
