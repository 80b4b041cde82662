//! What stands on a page, before it is put there: a block of marks with a height, which can be set anywhere, and the
//! pen that puts it on paper.

use super::fonts::Weight;
use super::text::Setter;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier};
use krilla::text::{Font, GlyphId, KrillaGlyph};

/// Height of a line of text, in ems.
pub(super) const LINE: f32 = 1.36;
/// From the top of a line to the feet of its letters, in ems.
const BASELINE: f32 = 1.04;

/// A place on the page or in a block, from its top left corner, in points.
pub(super) type Place = (f32, f32);

/// How a text is set: how strong, and how large in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub weight: Weight,
    pub size: f32,
}

/// How dark a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    Black,
    /// What is said beside the report.
    Grey,
    /// A line between rows.
    Hair,
    /// Under headings and totals.
    Tint,
    /// Under subtotals.
    Faint,
    /// On what is dark.
    Paper,
}

impl Shade {
    fn paint(self) -> luma::Color {
        luma::Color::new(match self {
            Shade::Black => 0,
            Shade::Grey => 90,
            Shade::Hair => 150,
            Shade::Tint => 236,
            Shade::Faint => 246,
            Shade::Paper => 255,
        })
    }
}

/// Where a text stands between the edges it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// One line of text; the place is the left end of the line's top.
    Text {
        at: Place,
        text: String,
        style: Style,
        shade: Shade,
    },
    Line {
        from: Place,
        to: Place,
        thick: f32,
        shade: Shade,
    },
    /// A filled rectangle: its place, its width and height.
    Fill { at: Place, size: Place, shade: Shade },
}

/// Where a cell begins among the marks of a block; it ends where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellMark {
    from: usize,
    /// Which line of a head it stands on, and over how many columns and lines.
    pub line: usize,
    pub across: u32,
    pub down: u32,
}

/// Marks that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    pub marks: Vec<Mark>,
    pub cells: Vec<CellMark>,
    pub height: f32,
}

impl Block {
    /// Begins a cell.
    pub(super) fn cell(&mut self) {
        self.cell_over(0, (1, 1));
    }

    /// Begins a cell on a line of the head, over so many columns and lines.
    pub(super) fn cell_over(&mut self, line: usize, (across, down): (u32, u32)) {
        self.cells.push(CellMark {
            from: self.marks.len(),
            line,
            across,
            down,
        });
    }

    /// Sets one line of text between two edges.
    pub(super) fn line(
        &mut self,
        setter: &Setter<'_>,
        text: &str,
        (style, shade): (Style, Shade),
        (edges, align): ((f32, f32), Align),
        top: f32,
    ) {
        if text.is_empty() {
            return;
        }
        let free = edges.1 - edges.0 - setter.width(text, style.weight) * style.size;
        let left = match align {
            Align::Left => edges.0,
            Align::Middle => edges.0 + free / 2.0,
            Align::Right => edges.0 + free,
        };
        self.marks.push(Mark::Text {
            at: (left, top),
            text: text.to_owned(),
            style,
            shade,
        });
    }

    /// Sets a text between two edges under what is there already, in as many lines as it takes.
    pub(super) fn text(
        &mut self,
        setter: &Setter<'_>,
        text: &str,
        (style, shade): (Style, Shade),
        (edges, align): ((f32, f32), Align),
    ) {
        let room = (edges.1 - edges.0) / style.size;
        for line in setter.lines(text, style.weight, room) {
            self.line(setter, &line, (style, shade), (edges, align), self.height);
            self.height += LINE * style.size;
        }
    }

    pub(super) fn rule(&mut self, from: Place, to: Place, thick: f32, shade: Shade) {
        self.marks.push(Mark::Line {
            from,
            to,
            thick,
            shade,
        });
    }
}

/// Puts marks on one page.
pub(super) struct Pen<'a, 'p> {
    pub surface: Surface<'p>,
    setter: &'a Setter<'a>,
}

impl<'a, 'p> Pen<'a, 'p> {
    pub(super) fn new(surface: Surface<'p>, setter: &'a Setter<'a>) -> Pen<'a, 'p> {
        Pen { surface, setter }
    }

    /// Puts a block with its top left corner here, as something that only repeats or decorates.
    pub(super) fn put(&mut self, block: &Block, at: Place) {
        self.apart(|pen| pen.marks(&block.marks, at));
    }

    /// Puts a block whose texts are told, cell by cell; a block without cells is one.
    pub(super) fn put_told(&mut self, block: &Block, at: Place) -> Vec<Identifier> {
        let is_text = |mark: &&Mark| matches!(mark, Mark::Text { .. });
        let others = block.marks.iter().filter(|mark| !is_text(mark));
        self.apart(|pen| pen.marks(others, at));
        let whole = [CellMark {
            from: 0,
            line: 0,
            across: 1,
            down: 1,
        }];
        let cells = if block.cells.is_empty() {
            &whole[..]
        } else {
            &block.cells
        };
        let ends = cells.iter().skip(1).map(|next| next.from);
        let ends = ends.chain([block.marks.len()]);
        let told = cells.iter().zip(ends).map(|(cell, end)| {
            let marks = block.marks.get(cell.from..end).unwrap_or_default();
            self.told(|pen| pen.marks(marks.iter().filter(is_text), at))
        });
        told.collect()
    }

    /// Draws something that is told.
    pub(super) fn told(&mut self, draw: impl FnOnce(&mut Self)) -> Identifier {
        let part = self.surface.start_tagged(ContentTag::Other);
        draw(self);
        self.surface.end_tagged();
        part
    }

    fn apart(&mut self, draw: impl FnOnce(&mut Self)) {
        let artifact = Artifact::with_kind(ArtifactType::Other);
        self.surface.start_tagged(ContentTag::Artifact(artifact));
        draw(self);
        self.surface.end_tagged();
    }

    fn marks<'m>(&mut self, marks: impl IntoIterator<Item = &'m Mark>, (left, top): Place) {
        for mark in marks {
            match mark {
                Mark::Text {
                    at,
                    text,
                    style,
                    shade,
                } => self.text((left + at.0, top + at.1), text, *style, *shade),
                Mark::Line {
                    from,
                    to,
                    thick,
                    shade,
                } => self.line(
                    (left + from.0, top + from.1),
                    (left + to.0, top + to.1),
                    *thick,
                    *shade,
                ),
                Mark::Fill { at, size, shade } => {
                    self.fill((left + at.0, top + at.1), *size, *shade);
                }
            }
        }
    }

    fn line(&mut self, from: Place, to: Place, thick: f32, shade: Shade) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: shade.paint().into(),
            width: thick,
            ..Stroke::default()
        }));
        self.surface.draw_path(&path);
    }

    fn fill(&mut self, at: Place, size: Place, shade: Shade) {
        let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) else {
            return;
        };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        let Some(path) = path.finish() else { return };
        self.ink(shade);
        self.surface.draw_path(&path);
    }

    fn ink(&mut self, shade: Shade) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill {
            paint: shade.paint().into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }));
    }

    /// How wide a text is on paper.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        self.setter.width(text, style.weight) * style.size
    }

    fn text(&mut self, at: Place, text: &str, style: Style, shade: Shade) {
        self.text_on((at.0, at.1 + BASELINE * style.size), text, style, shade);
    }

    /// One line of text whose letters stand on this place, in as many runs as it needs faces.
    pub(super) fn text_on(&mut self, at: Place, text: &str, style: Style, shade: Shade) {
        self.ink(shade);
        let (mut left, baseline) = at;
        let mut run: Option<(&Font, Vec<KrillaGlyph>, usize)> = None;
        let mut width = 0.0;
        for (start, c) in text.char_indices() {
            let Some((face, glyph)) = self.setter.glyph(style.weight, c) else {
                continue;
            };
            if run.as_ref().is_none_or(|(font, ..)| *font != &face.font) {
                if let Some((font, glyphs, from)) = run.take() {
                    self.run((left, baseline), (font, &glyphs), &text[from..start], style.size);
                    left += width;
                    width = 0.0;
                }
                run = Some((&face.font, Vec::new(), start));
            }
            if let Some((_, glyphs, from)) = &mut run {
                let range = start - *from..start - *from + c.len_utf8();
                let id = GlyphId::new(glyph.id);
                glyphs.push(KrillaGlyph::new(
                    id,
                    glyph.advance,
                    glyph.offset,
                    0.0,
                    0.0,
                    range,
                    None,
                ));
                width += glyph.advance * style.size;
            }
        }
        if let Some((font, glyphs, from)) = run {
            self.run((left, baseline), (font, &glyphs), &text[from..], style.size);
        }
    }

    fn run(&mut self, at: Place, (font, glyphs): (&Font, &[KrillaGlyph]), text: &str, size: f32) {
        let start = Point::from_xy(at.0, at.1);
        self.surface
            .draw_glyphs(start, glyphs, font.clone(), text, size, false);
    }
}
