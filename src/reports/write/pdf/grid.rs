//! The table's measures: how wide its columns are, in which type, on which paper, and which columns share a page.

use super::fonts::Weight;
use super::text::Setter;
use crate::reports::table::{Cell, Column, ColumnKind, Row, RowKind, Sheet};
use crate::values::text::Lang;
use std::ops::Range;

/// A4, in points: short side and long side.
const SHORT: f32 = 595.28;
const LONG: f32 = 841.89;
/// White paper around the page.
pub(super) const MARGIN: f32 = 36.0;
/// The type a table is set in where there is room, and the smallest before its columns go on another page.
const LARGEST: f32 = 9.0;
const SMALLEST: f32 = 7.5;
/// A half-width character, in ems, with some room to spare.
const HALF: f32 = 0.54;
/// White to the left and right of a cell's text, in ems.
pub(super) const PAD: f32 = 0.35;
/// What a text that just fits is given more, so that rounding does not break it.
const EASE: f32 = 0.05;

/// One sheet on paper.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// Width and height of the page.
    pub paper: (f32, f32),
    /// Size of the type.
    pub size: f32,
    /// The columns of each page, side by side, each with its left and right edge counted from the margin.
    pub parts: Vec<Vec<Part>>,
}

/// A column on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub column: usize,
    pub left: f32,
    pub right: f32,
}

impl Grid {
    pub(super) fn new(setter: &Setter<'_>, sheet: &Sheet, lang: Lang) -> Grid {
        let wishes = wishes(setter, sheet);
        let ems = widths(setter, sheet, lang, &wishes);
        let total: f32 = ems.iter().sum();
        let upright = SHORT - 2.0 * MARGIN;
        let across = LONG - 2.0 * MARGIN;
        let (paper, room) = if total * LARGEST <= upright {
            ((SHORT, LONG), upright)
        } else {
            ((LONG, SHORT), across)
        };
        let ranges = if total * SMALLEST <= room {
            std::iter::once(0..ems.len()).collect()
        } else {
            let thousandths: Vec<u32> = ems.iter().map(|em| (em * 1000.0) as u32).collect();
            sheet.side_by_side(&thousandths, (room / SMALLEST * 1000.0) as u32)
        };
        let labels = sheet.label_columns();
        let groups: Vec<Vec<usize>> = ranges.into_iter().map(|range| on_page(range, labels)).collect();
        let wide = |group: &[usize]| -> f32 { group.iter().filter_map(|at| ems.get(*at)).sum() };
        let widest = groups
            .iter()
            .map(|group| wide(group))
            .fold(f32::EPSILON, f32::max);
        let size = (room / widest).min(LARGEST);
        let place = |group: &Vec<usize>| placed(group, &stretched(group, &ems, &wishes, room / size), size);
        Grid {
            paper,
            size,
            parts: groups.iter().map(place).collect(),
        }
    }

    /// Width between the margins.
    pub(super) fn room(&self) -> f32 {
        self.paper.0 - 2.0 * MARGIN
    }
}

/// The columns of a page: its own, after those that name the row.
fn on_page(range: Range<usize>, labels: usize) -> Vec<usize> {
    if range.start == 0 {
        range.collect()
    } else {
        (0..labels).chain(range).collect()
    }
}

/// The widths of a page's columns when they fill it: what is to spare goes to texts that would wrap, then to all alike.
fn stretched(group: &[usize], ems: &[f32], wishes: &[f32], room: f32) -> Vec<f32> {
    let mut widths: Vec<f32> = group.iter().filter_map(|at| ems.get(*at)).copied().collect();
    let wanting = |at: &usize| (wishes.get(*at).unwrap_or(&0.0) - ems.get(*at).unwrap_or(&0.0)).max(0.0);
    let wanted: f32 = group.iter().map(wanting).sum();
    let spare = (room - widths.iter().sum::<f32>()).max(0.0);
    if wanted > 0.0 {
        let share = (spare / wanted).min(1.0);
        for (width, at) in widths.iter_mut().zip(group) {
            *width += wanting(at) * share;
        }
    }
    let by = room / widths.iter().sum::<f32>().max(f32::EPSILON);
    for width in &mut widths {
        *width *= by;
    }
    widths
}

fn placed(group: &[usize], widths: &[f32], size: f32) -> Vec<Part> {
    let mut left = 0.0;
    let part = |(column, width): (&usize, &f32)| {
        let right = left + width * size;
        let part = Part {
            column: *column,
            left,
            right,
        };
        left = right;
        part
    };
    group.iter().zip(widths).map(part).collect()
}

/// How wide each column's longest text is on one line, in ems; nought where there is none.
fn wishes(setter: &Setter<'_>, sheet: &Sheet) -> Vec<f32> {
    let mut wishes = vec![0.0_f32; sheet.columns.len()];
    for (is_total, row) in sheet.printed_rows() {
        for (at, (wish, cell)) in wishes.iter_mut().zip(&row.cells).enumerate() {
            if let Cell::Text(text) = cell {
                let wide = setter.width(text, weight(is_total, row)) + indent(at, row);
                *wish = wish.max(wide + 2.0 * PAD + EASE);
            }
        }
    }
    wishes
}

/// Column widths in ems: what the sheet asks for, no more than texts and heading need on one line, and never less
/// than the widest figure, which does not wrap.
fn widths(setter: &Setter<'_>, sheet: &Sheet, lang: Lang, wishes: &[f32]) -> Vec<f32> {
    let asked = sheet.widths(lang, 0).into_iter();
    let asked = asked.map(|units| units as f32 * HALF).zip(wishes);
    let needed = |(column, (asked, wish)): (&Column, (f32, &f32))| {
        if column.kind != ColumnKind::Text || column.width_hint.is_some() {
            return asked;
        }
        let heading = setter.width(&column.heading(lang), Weight::Strong) + 2.0 * PAD + EASE;
        asked.min(wish.max(heading))
    };
    let mut widths: Vec<f32> = sheet.columns.iter().zip(asked).map(needed).collect();
    for (is_total, row) in sheet.printed_rows() {
        for (at, cell) in row.cells.iter().enumerate() {
            if matches!(cell, Cell::Text(_) | Cell::Mark(_)) {
                continue;
            }
            let text = sheet.printed_cell(is_total, at, cell);
            let needed = setter.width(&text, weight(is_total, row)) + 2.0 * PAD;
            if let Some(width) = widths.get_mut(at) {
                *width = width.max(needed);
            }
        }
    }
    widths
}

/// Totals stand out.
pub(super) fn weight(is_total: bool, row: &Row) -> Weight {
    if is_total || row.kind == RowKind::Subtotal {
        Weight::Strong
    } else {
        Weight::Body
    }
}

/// How far the first cell of a row is moved in, in ems.
pub(super) fn indent(column: usize, row: &Row) -> f32 {
    match row.cells.first() {
        Some(Cell::Text(_)) if column == 0 => f32::from(row.level),
        _ => 0.0,
    }
}

/// Whether a column's cells stand at its right edge.
pub(super) fn is_figure(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Money | ColumnKind::Count | ColumnKind::Percent)
}
