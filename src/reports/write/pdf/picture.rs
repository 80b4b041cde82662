//! Pictures of a sheet's figures, drawn as vectors above its table.

use super::block::{Align, Block, Pen, Place, Shade, Style};
use super::fonts::Weight;
use super::tags::SheetTags;
use super::text::Setter;
use crate::ui::chart::{Anchor, Drawing, Ink, Point as Spot, Shape, TextRole};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke};

/// Points for a tenth of a drawing unit, where there is room: a text of 12 units is then 9 points high.
const LARGEST: f32 = 0.075;
/// White between pictures, above and under them.
const BETWEEN: f32 = 18.0;
const ABOVE: f32 = 6.0;
/// Names and values are set in this type where there is room for it; the drawing leaves room for a fifth more than its
/// own size.
const LEGIBLE: f32 = 7.5;
const SPARE: f32 = 1.2;
/// From this width on, two pictures stand side by side.
const TWO_ABREAST: f32 = 600.0;
/// Lines of a hatch: their distance and thickness, in tenths of a unit.
const HATCH: (f32, f32) = (60.0, 16.0);
/// The part of a Bézier curve's handle that makes four of them a circle.
const ROUND: f32 = 0.552_285;

const TITLE: Style = Style {
    weight: Weight::Strong,
    size: 9.0,
};
const CONCLUSION: Style = Style {
    weight: Weight::Body,
    size: 8.0,
};

/// Pictures that stand side by side.
pub(super) struct Shelf<'a> {
    pictures: Vec<Picture<'a>>,
    pub height: f32,
}

struct Picture<'a> {
    drawing: &'a Drawing,
    left: f32,
    caption: Block,
    /// Points for a tenth of a unit.
    scale: f32,
}

/// Arranges pictures on shelves of this width, none higher than that, drawn at `shrunk` of the size they would have.
pub(super) fn shelves<'a>(
    setter: &Setter<'_>,
    drawings: &'a [Drawing],
    (width, highest): (f32, f32),
    shrunk: f32,
) -> Vec<Shelf<'a>> {
    let abreast = if width > TWO_ABREAST && drawings.len() > 1 {
        2
    } else {
        1
    };
    let room = (width - BETWEEN * (abreast - 1) as f32) / abreast as f32;
    let shelf = |drawings: &'a [Drawing]| {
        let pictures: Vec<Picture<'_>> = drawings
            .iter()
            .enumerate()
            .map(|(n, drawing)| {
                let left = (room + BETWEEN) * n as f32;
                Picture::new(setter, drawing, (left, room), (highest, shrunk))
            })
            .collect();
        let height = pictures.iter().map(Picture::height).fold(0.0, f32::max) + BETWEEN;
        Shelf { pictures, height }
    };
    drawings.chunks(abreast).map(shelf).collect()
}

impl<'a> Picture<'a> {
    fn new(
        setter: &Setter<'_>,
        drawing: &'a Drawing,
        (left, room): (f32, f32),
        (highest, shrunk): (f32, f32),
    ) -> Picture<'a> {
        let mut caption = Block {
            height: ABOVE,
            ..Block::default()
        };
        let edges = ((0.0, room), Align::Left);
        caption.text(setter, &drawing.title, (TITLE, Shade::Black), edges);
        if !drawing.conclusion.is_empty() {
            caption.text(setter, &drawing.conclusion, (CONCLUSION, Shade::Grey), edges);
        }
        caption.height += 3.0;
        let free = (highest - caption.height - BETWEEN).max(1.0);
        let wide = LARGEST.min(room / (drawing.width as f32).max(1.0));
        let scale = (wide * shrunk).min(free / (drawing.height as f32).max(1.0));
        Picture {
            drawing,
            left,
            caption,
            scale,
        }
    }

    fn height(&self) -> f32 {
        self.caption.height + self.drawing.height as f32 * self.scale
    }
}

impl Shelf<'_> {
    /// Puts the pictures on paper.
    pub(super) fn put(&self, pen: &mut Pen<'_, '_>, (left, top): Place, tags: &mut SheetTags) {
        for picture in &self.pictures {
            let left = left + picture.left;
            tags.paragraph(pen.put_told(&picture.caption, (left, top)));
            let drawn = pen.told(|pen| {
                let mut canvas = Canvas {
                    pen,
                    left,
                    top: top + picture.caption.height,
                    scale: picture.scale,
                };
                for shape in &picture.drawing.shapes {
                    canvas.draw(shape);
                }
            });
            let numbers = picture.drawing.numbers.iter();
            let numbers: Vec<String> = numbers.map(|(name, value)| format!("{name} {value}")).collect();
            tags.figure(
                format!("{}: {}", picture.drawing.title, numbers.join("; ")),
                drawn,
            );
        }
    }
}

/// Where on the page a drawing goes.
struct Canvas<'a, 'b, 'p> {
    pen: &'a mut Pen<'b, 'p>,
    left: f32,
    top: f32,
    scale: f32,
}

impl Canvas<'_, '_, '_> {
    fn place(&self, (x, y): Spot) -> Place {
        (
            self.left + x as f32 * self.scale,
            self.top + y as f32 * self.scale,
        )
    }

    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Line { points, ink } => {
                if let Some(path) = self.path(std::slice::from_ref(points), false) {
                    self.ink(&path, None, stroke(*ink));
                }
            }
            Shape::Area { rings, ink, .. } => {
                if let Some(path) = self.path(rings, true) {
                    self.area(&path, rings, *ink);
                }
            }
            Shape::Circle { at, radius, ink, .. } => {
                if let Some(path) = self.circle(*at, *radius as f32) {
                    let inside = if *ink == Ink::Last { GREEN } else { PAPER };
                    self.ink(&path, Some((inside, NormalizedF32::ONE)), Some((GREEN, 20.0)));
                }
            }
            Shape::Text {
                at,
                text,
                role,
                anchor,
            } => self.text(*at, text, *role, *anchor),
        }
    }

    fn area(&mut self, path: &Path, rings: &[Vec<Spot>], ink: Ink) {
        let (colour, opacity) = fill(ink);
        let filled = (ink != Ink::Border).then_some((colour, opacity));
        self.ink(path, filled, None);
        if let Some(lines) = hatch(ink) {
            self.hatch(path, rings, lines);
        }
        self.ink(path, None, edge(ink));
    }

    /// Slanting lines within an area.
    fn hatch(&mut self, path: &Path, rings: &[Vec<Spot>], colour: Colour) {
        let spots = || rings.iter().flatten();
        let across = || spots().map(|spot| spot.0 as f32);
        let down = || spots().map(|spot| spot.1 as f32);
        let (left, right) = (
            across().fold(f32::MAX, f32::min),
            across().fold(f32::MIN, f32::max),
        );
        let (top, bottom) = (down().fold(f32::MAX, f32::min), down().fold(f32::MIN, f32::max));
        let height = bottom - top;
        let step = HATCH.0 * std::f32::consts::SQRT_2;
        let mut lines = PathBuilder::new();
        // Counted from the drawing's own corner, so that the lines of neighbouring areas meet.
        let mut sum = ((left + top) / step).ceil() * step;
        while sum <= right + bottom {
            // Where across and down make this sum.
            let point = |y: f32| (self.left + (sum - y) * self.scale, self.top + y * self.scale);
            let (from, to) = (point(top), point(top + height));
            lines.move_to(from.0, from.1);
            lines.line_to(to.0, to.1);
            sum += step;
        }
        let Some(lines) = lines.finish() else { return };
        self.pen.surface.push_clip_path(path, &FillRule::EvenOdd);
        self.ink(&lines, None, Some((colour, HATCH.1)));
        self.pen.surface.pop();
    }

    /// Paints a path: what fills it, and the colour and thickness of its line.
    fn ink(&mut self, path: &Path, fill: Option<(Colour, NormalizedF32)>, line: Option<(Colour, f32)>) {
        if fill.is_none() && line.is_none() {
            return;
        }
        let paint = |[red, green, blue]: Colour| rgb::Color::new(red, green, blue).into();
        let fill = fill.map(|(colour, opacity)| Fill {
            paint: paint(colour),
            opacity,
            rule: FillRule::EvenOdd,
        });
        let stroke = line.map(|(colour, thick)| Stroke {
            paint: paint(colour),
            width: thick * self.scale,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        });
        self.pen.surface.set_fill(fill);
        self.pen.surface.set_stroke(stroke);
        self.pen.surface.draw_path(path);
    }

    fn path(&self, rings: &[Vec<Spot>], closed: bool) -> Option<Path> {
        let mut path = PathBuilder::new();
        for ring in rings {
            for (n, spot) in ring.iter().enumerate() {
                let (x, y) = self.place(*spot);
                if n == 0 {
                    path.move_to(x, y);
                } else {
                    path.line_to(x, y);
                }
            }
            if closed && !ring.is_empty() {
                path.close();
            }
        }
        path.finish()
    }

    fn circle(&self, at: Spot, radius: f32) -> Option<Path> {
        let (x, y) = self.place(at);
        let r = radius * self.scale;
        let k = r * ROUND;
        let mut path = PathBuilder::new();
        path.move_to(x + r, y);
        path.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
        path.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
        path.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
        path.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
        path.close();
        path.finish()
    }

    fn text(&mut self, at: Spot, text: &str, role: TextRole, anchor: Anchor) {
        let (weight, tenths, shade) = match role {
            TextRole::Tick => (Weight::Body, 120.0, Shade::Grey),
            TextRole::Label { .. } => (Weight::Body, 120.0, Shade::Black),
            TextRole::Value => (Weight::Strong, 130.0, Shade::Black),
            TextRole::OnDark => (Weight::Strong, 120.0, Shade::Paper),
        };
        let style = Style {
            weight,
            size: legible(tenths * self.scale),
        };
        let (x, y) = self.place(at);
        let wide = self.pen.width(text, style);
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2.0,
            Anchor::End => x - wide,
        };
        self.pen.text_on((left, y), text, style, shade);
    }
}

/// The type of a text that the drawing sets in this one.
fn legible(size: f32) -> f32 {
    size.max(LEGIBLE.min(size * SPARE))
}

/// Red, green, blue.
type Colour = [u8; 3];

const PAPER: Colour = [0xff, 0xff, 0xff];
const GREEN: Colour = [0x1d, 0x5a, 0x43];
const BAR: Colour = [0x3f, 0x84, 0x67];
const EDGE: Colour = [0x84, 0x89, 0x7f];
const FAINT: Colour = [0xd8, 0xd9, 0xd1];
const DUST: Colour = [0xa9, 0xa3, 0x91];
/// Nought, and the five classes of a map.
const CLASSES: [Colour; 6] = [
    [0xf0, 0xee, 0xe6],
    [0xdb, 0xe9, 0xe1],
    [0xb4, 0xd2, 0xc2],
    [0x86, 0xb5, 0x9d],
    [0x35, 0x76, 0x5a],
    [0x12, 0x3f, 0x2e],
];

/// What fills an area.
fn fill(ink: Ink) -> (Colour, NormalizedF32) {
    let faint = NormalizedF32::new(0.09).unwrap_or(NormalizedF32::ONE);
    match ink {
        Ink::Under => (GREEN, faint),
        Ink::Bar => (BAR, NormalizedF32::ONE),
        Ink::Line | Ink::Last => (GREEN, NormalizedF32::ONE),
        Ink::Class(class) => {
            let class = usize::from(class).min(CLASSES.len() - 1);
            (CLASSES[class], NormalizedF32::ONE)
        }
        Ink::Grid | Ink::Base | Ink::Negative | Ink::Missing | Ink::Border => (PAPER, NormalizedF32::ONE),
    }
}

/// The lines of an area that is hatched.
fn hatch(ink: Ink) -> Option<Colour> {
    match ink {
        Ink::Missing => Some(DUST),
        Ink::Negative => Some(BAR),
        _ => None,
    }
}

/// The line around an area, and its thickness in tenths of a unit.
fn edge(ink: Ink) -> Option<(Colour, f32)> {
    match ink {
        Ink::Class(0) | Ink::Missing => Some((EDGE, 6.0)),
        Ink::Class(_) => Some((PAPER, 10.0)),
        Ink::Negative => Some((BAR, 8.0)),
        Ink::Border => Some((EDGE, 8.0)),
        _ => None,
    }
}

/// An open line, and its thickness in tenths of a unit.
fn stroke(ink: Ink) -> Option<(Colour, f32)> {
    Some(match ink {
        Ink::Grid => (FAINT, 10.0),
        Ink::Base | Ink::Border => (EDGE, 10.0),
        _ => (GREEN, 25.0),
    })
}
