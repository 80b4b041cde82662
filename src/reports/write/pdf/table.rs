//! The table: its head and its rows, set as blocks for one page's columns.

use super::block::{Align, Block, LINE, Mark, Shade, Style};
use super::carry::Carry;
use super::fonts::Weight;
use super::grid::{Grid, PAD, Part, indent, is_figure, weight};
use super::text::Setter;
use crate::reports::table::{ColumnKind, Row, RowKind, Sheet};
use crate::values::text::Lang;

/// White above and below a cell's text, in ems.
const GAP: f32 = 0.24;
/// Lines within the table, and around it.
const THIN: f32 = 0.35;
const THICK: f32 = 0.9;

/// Sets one sheet's table.
pub(super) struct Table<'a> {
    pub setter: &'a Setter<'a>,
    pub sheet: &'a Sheet,
    pub lang: Lang,
    pub grid: &'a Grid,
}

/// A row about to be set, and which of its lines.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub row: &'a Row,
    pub is_total: bool,
    pub lines: (usize, usize),
    /// Lines of the row's tallest cell.
    pub tallest: usize,
}

impl Table<'_> {
    /// Height of this many lines with the white around them.
    pub(super) fn height(&self, lines: usize) -> f32 {
        (lines as f32 * LINE + 2.0 * GAP) * self.grid.size
    }

    /// How many lines fit a height.
    pub(super) fn lines_in(&self, height: f32) -> usize {
        ((height / self.grid.size - 2.0 * GAP) / LINE).max(0.0) as usize
    }

    /// Lines of a text between the edges of a cell.
    fn cell_lines(&self, text: &str, weight: Weight, width: f32, indent: f32) -> Vec<String> {
        let room = width / self.grid.size - 2.0 * PAD - indent;
        self.setter.lines(text, weight, room.max(1.0))
    }

    /// Lines of a heading between the edges of its cell.
    fn title_lines(&self, text: &str, width: f32) -> Vec<String> {
        let room = width / self.grid.size - 2.0 * PAD;
        self.setter.heading_lines(text, Weight::Strong, room.max(1.0))
    }

    fn every_part(&self) -> impl Iterator<Item = &Part> {
        self.grid.parts.iter().flatten()
    }

    /// Lines of the tallest cell of a row, over all pages on which its columns stand.
    pub(super) fn tallest(&self, is_total: bool, row: &Row) -> usize {
        let lines = |part: &Part| self.lines_of(part, is_total, row).map_or(1, |lines| lines.len());
        self.every_part().map(lines).max().unwrap_or(1)
    }

    fn lines_of(&self, part: &Part, is_total: bool, row: &Row) -> Option<Vec<String>> {
        let cell = row.cells.get(part.column)?;
        let text = self.sheet.printed_cell(is_total, part.column, cell);
        let weight = weight(is_total, row);
        let width = part.right - part.left;
        Some(self.cell_lines(&text, weight, width, indent(part.column, row)))
    }

    /// The head over one page's columns: shared headings above, columns below.
    pub(super) fn head(&self, parts: &[Part]) -> Block {
        let (upper, lower) = self.head_lines();
        let (upper, lower) = match (upper, lower) {
            (0, lower) => (0.0, self.height(lower)),
            (upper, lower) => (self.height(upper), self.height(lower)),
        };
        let (left, right) = edges(parts);
        let mut block = Block {
            height: upper + lower,
            ..Block::default()
        };
        let size = (right - left, block.height);
        let at = (left, 0.0);
        block.marks.push(Mark::Fill {
            at,
            size,
            shade: Shade::Tint,
        });
        for heading in self.sheet.headings() {
            let own = heading.first..heading.first + heading.count;
            let own: Vec<&Part> = parts.iter().filter(|part| own.contains(&part.column)).collect();
            let (Some(first), Some(last)) = (own.first(), own.last()) else {
                continue;
            };
            let top = if let Some(group) = heading.group {
                block.cell_over(0, (u32::try_from(own.len()).unwrap_or(1), 1));
                self.title(&mut block, group, (first.left, last.right), (0.0, upper));
                block.rule((first.left, upper), (last.right, upper), THIN, Shade::Hair);
                upper
            } else {
                0.0
            };
            for part in &own {
                let title = self.sheet.columns[part.column].heading(self.lang);
                let between = (top, upper + lower);
                match heading.group {
                    Some(_) => block.cell_over(1, (1, 1)),
                    None if upper > 0.0 => block.cell_over(0, (1, 2)),
                    None => block.cell(),
                }
                self.title(&mut block, &title, (part.left, part.right), between);
                let above = if part.column == first.column { 0.0 } else { top };
                if part.left > left {
                    block.rule((part.left, above), (part.left, upper + lower), THIN, Shade::Hair);
                }
            }
        }
        block.rule((left, 0.0), (right, 0.0), THICK, Shade::Black);
        block
    }

    /// Lines of the two rows of the head, over all pages.
    fn head_lines(&self) -> (usize, usize) {
        let (mut upper, mut lower, mut both) = (0, 1, 1);
        let count = |text: &str, width: f32| self.title_lines(text, width).len();
        for parts in &self.grid.parts {
            for heading in self.sheet.headings() {
                let own = heading.first..heading.first + heading.count;
                let own: Vec<&Part> = parts.iter().filter(|part| own.contains(&part.column)).collect();
                for part in &own {
                    let title = self.sheet.columns[part.column].heading(self.lang);
                    let lines = count(&title, part.right - part.left);
                    let row = if heading.group.is_some() {
                        &mut lower
                    } else {
                        &mut both
                    };
                    *row = lines.max(*row);
                }
                if let (Some(group), Some(first), Some(last)) = (heading.group, own.first(), own.last()) {
                    upper = upper.max(count(group, last.right - first.left));
                }
            }
        }
        (upper, lower.max(both.saturating_sub(upper)))
    }

    /// A heading in the middle of its cell.
    fn title(&self, block: &mut Block, text: &str, across: (f32, f32), (top, bottom): (f32, f32)) {
        let lines = self.title_lines(text, across.1 - across.0);
        let step = LINE * self.grid.size;
        let mut at = top + (bottom - top - step * lines.len() as f32) / 2.0;
        let style = self.style(Weight::Strong);
        for line in lines {
            block.line(
                self.setter,
                &line,
                (style, Shade::Black),
                (across, Align::Middle),
                at,
            );
            at += step;
        }
    }

    fn style(&self, weight: Weight) -> Style {
        Style {
            weight,
            size: self.grid.size,
        }
    }

    /// Some lines of a row over one page's columns.
    pub(super) fn row(&self, parts: &[Part], piece: Piece<'_>) -> Block {
        let count = piece.lines.1 - piece.lines.0;
        let mut block = self.bare_row(parts, self.height(count), ground(piece));
        for part in parts {
            let lines = self.lines_of(part, piece.is_total, piece.row).unwrap_or_default();
            let weight = weight(piece.is_total, piece.row);
            let indent = indent(part.column, piece.row);
            // A row on one page stands in the middle of its height, one on several begins at the top.
            let above = if count == piece.tallest {
                (count - lines.len()) as f32 / 2.0
            } else {
                0.0
            };
            let (from, to) = piece.lines;
            let shown = lines.iter().take(to).skip(from);
            block.cell();
            for (n, line) in shown.enumerate() {
                let top = ((above + n as f32) * LINE + GAP) * self.grid.size;
                let set = (self.style(weight), Shade::Black);
                let across = (self.inside(part, indent), self.align(part.column));
                block.line(self.setter, line, set, across, top);
            }
        }
        block
    }

    /// 承前页 or 过次页 over one page's columns.
    pub(super) fn carried(&self, parts: &[Part], label: &str, carry: &Carry) -> Block {
        let mut block = self.bare_row(parts, self.height(1), None);
        let set = (self.style(Weight::Strong), Shade::Grey);
        let top = GAP * self.grid.size;
        for (n, part) in parts.iter().enumerate() {
            let across = (self.inside(part, 0.0), self.align(part.column));
            if n == 0 {
                block.line(self.setter, label, set, across, top);
            } else if let Some(sum) = carry.sum(part.column) {
                let text = self.sheet.printed_cell(true, part.column, sum);
                block.line(self.setter, &text, set, across, top);
            }
        }
        block
    }

    /// The lines below and around an empty row.
    fn bare_row(&self, parts: &[Part], height: f32, ground: Option<Shade>) -> Block {
        let mut block = Block {
            height,
            ..Block::default()
        };
        let (left, right) = edges(parts);
        if let Some(shade) = ground {
            block.marks.push(Mark::Fill {
                at: (left, 0.0),
                size: (right - left, height),
                shade,
            });
        }
        block.rule((left, height), (right, height), THIN, Shade::Hair);
        block
    }

    /// The lines between the columns, and those above and under the rows, for rows of this height together.
    pub(super) fn fence(&self, parts: &[Part], height: f32) -> Block {
        let mut block = Block {
            height,
            ..Block::default()
        };
        for part in parts.iter().skip(1) {
            block.rule((part.left, 0.0), (part.left, height), THIN, Shade::Hair);
        }
        let (left, right) = edges(parts);
        for at in [0.0, height] {
            block.rule((left, at), (right, at), THICK, Shade::Black);
        }
        block
    }

    fn inside(&self, part: &Part, indent: f32) -> (f32, f32) {
        let pad = PAD * self.grid.size;
        (part.left + pad + indent * self.grid.size, part.right - pad)
    }

    fn align(&self, column: usize) -> Align {
        match self.sheet.columns.get(column).map(|column| column.kind) {
            Some(kind) if is_figure(kind) => Align::Right,
            Some(ColumnKind::Date) => Align::Middle,
            _ => Align::Left,
        }
    }
}

/// What a total and a subtotal stand on.
fn ground(piece: Piece<'_>) -> Option<Shade> {
    if piece.is_total {
        return Some(Shade::Tint);
    }
    (piece.row.kind == RowKind::Subtotal).then_some(Shade::Faint)
}

fn edges(parts: &[Part]) -> (f32, f32) {
    let left = parts.first().map_or(0.0, |part| part.left);
    let right = parts.last().map_or(0.0, |part| part.right);
    (left, right)
}
