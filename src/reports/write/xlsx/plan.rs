//! Where everything stands on a sheet of the workbook. The head has a fixed number of rows, so
//! that whoever links to our files, or reads them back, finds the table in the same place.

use super::WriteError;
use crate::reports::table::{ColumnKind, RowKind, Sheet, TotalPlace};
use crate::values::money::Unit;
use crate::values::text::Lang;
use rust_xlsxwriter::XlsxError;
use std::ops::Range;

/// Banner at the left, 表号 at the right.
pub(super) const TOP_LINE: u32 = 0;
pub(super) const TITLE: u32 = 1;
/// Variant and basis at the left, 制定机关 at the right.
pub(super) const BASIS_LINE: u32 = 2;
/// 填报单位, 报告期, 单位.
pub(super) const UNIT_LINE: u32 = 3;
/// The two rows of the table's head.
pub(super) const GROUPS: u32 = 4;
pub(super) const HEADINGS: u32 = 5;
/// The first row under the head.
pub(super) const FIRST_ROW: u32 = 6;
/// Half-width characters that a page of A4 across holds in legible type.
const A4_HOLDS: u32 = 180;
/// Room that the head and the sign-off line need, in half-width characters.
const NARROWEST_SHEET: usize = 96;

pub(super) struct Plan {
    pub lang: Lang,
    /// Widths of the visible columns, in half-width characters.
    pub widths: Vec<u32>,
    /// Leading columns that stay in view.
    pub label_columns: u16,
    /// The columns of each printed page, side by side; the label columns repeat on the later ones.
    pub pages: Vec<Range<usize>>,
    /// For each column, the hidden one that holds its exact yuan.
    pub exact: Vec<Option<u16>>,
    /// The hidden column that says which rows count, where some do not.
    pub counts: Option<u16>,
    /// First and last of the rows below or above the total, if there are any.
    pub items: Option<(u32, u32)>,
    /// The last row of the table.
    pub end_row: u32,
}

impl Plan {
    pub(super) fn new(sheet: &Sheet, lang: Lang) -> Result<Plan, WriteError> {
        let too_many = |_| XlsxError::RowColumnLimitError;
        let visible = u16::try_from(sheet.columns.len()).map_err(too_many)?;
        let row_count = u32::try_from(sheet.rows.len()).map_err(too_many)?;
        let mut next_hidden = visible..;
        let exact = sheet
            .columns
            .iter()
            .map(|column| match (column.kind, sheet.unit) {
                (ColumnKind::Money, Unit::Wan | Unit::Yi) => next_hidden.next(),
                _ => None,
            })
            .collect();
        let some_do_not_count = sheet.rows.iter().any(|row| row.kind != RowKind::Item);
        let counts = some_do_not_count.then(|| next_hidden.next()).flatten();
        let total_first = sheet.total.is_some() && sheet.total_place == TotalPlace::First;
        let first_item = FIRST_ROW + u32::from(total_first);
        let after_items = first_item + row_count;
        let total_row = sheet.total.as_ref().map(|_| match sheet.total_place {
            TotalPlace::First => FIRST_ROW,
            TotalPlace::Last => after_items,
        });
        let widths = widths(sheet, lang);
        Ok(Plan {
            lang,
            pages: sheet.side_by_side(&widths, A4_HOLDS),
            widths,
            label_columns: u16::try_from(sheet.label_columns()).unwrap_or(0),
            exact,
            counts,
            items: (row_count > 0).then(|| (first_item, after_items - 1)),
            end_row: total_row.unwrap_or(0).max(after_items - 1),
        })
    }

    pub(super) fn last_column(&self) -> u16 {
        let last = self.widths.len().saturating_sub(1);
        u16::try_from(last).unwrap_or(u16::MAX)
    }

    /// Rows below or above the total.
    pub(super) fn rows(&self) -> u32 {
        self.items.map_or(0, |(first, last)| last + 1 - first)
    }

    /// Lines that text of this width takes in columns `first..=last`. A unit of column width is
    /// 7 pixels and a half-width character of 宋体 10 takes 6⅔, so there is a twentieth more room
    /// than units; a line may end one Chinese character early.
    pub(super) fn lines_in(&self, width: usize, first: usize, last: usize) -> usize {
        let columns = self.widths.iter().take(last + 1).skip(first);
        let units: usize = columns.map(|width| *width as usize).sum();
        if width <= units {
            return 1;
        }
        let room = (units * 21 / 20).saturating_sub(1).max(1);
        width.div_ceil(room)
    }

    /// The columns over which title, notes and sign-off stand: those of the first page.
    pub(super) fn head(&self) -> Range<usize> {
        self.pages.first().cloned().unwrap_or(0..self.widths.len())
    }

    /// The columns of notes and sign-off: on several pages not the label columns, which the later ones repeat.
    pub(super) fn foot(&self) -> Range<usize> {
        let start = if self.pages.len() > 1 {
            usize::from(self.label_columns)
        } else {
            0
        };
        start..self.head().end
    }

    /// Width of the notes and the sign-off.
    pub(super) fn foot_width(&self) -> usize {
        let foot = self.foot();
        self.widths
            .iter()
            .take(foot.end)
            .skip(foot.start)
            .map(|width| *width as usize)
            .sum()
    }

    /// Pixels that the widest page takes on a screen at full size.
    pub(super) fn widest_page(&self) -> u32 {
        let pixels = |range: Range<usize>| -> u32 {
            let columns = self.widths.iter().take(range.end).skip(range.start);
            columns.map(|width| width * 7 + 5).sum()
        };
        let labels = pixels(0..usize::from(self.label_columns));
        let page = |range: &Range<usize>| match range.start {
            0 => pixels(range.clone()),
            _ => labels + pixels(range.clone()),
        };
        self.pages.iter().map(page).max().unwrap_or_default()
    }
}

fn widths(sheet: &Sheet, lang: Lang) -> Vec<u32> {
    sheet
        .widths(lang, NARROWEST_SHEET)
        .into_iter()
        .map(|width| u32::try_from(width).unwrap_or(u32::MAX))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::table::Column;

    #[test]
    fn a_wide_sheet_breaks_between_shared_headings_only() {
        let mut columns = vec![Column::new("name", "村", ColumnKind::Text).at_least(20)];
        for group in 0..8 {
            for n in 0..3 {
                let column = Column::new(format!("c{group}{n}"), "本月", ColumnKind::Money);
                columns.push(column.under(format!("组{group}")).at_least(12));
            }
        }
        let sheet = Sheet::new("试", Unit::Wan, columns);
        let plan = Plan::new(&sheet, Lang::Zh).unwrap();
        assert_eq!(plan.pages, [0..13, 13..25]);
        assert_eq!((plan.head(), plan.foot()), (0..13, 1..13));
        assert!(plan.widest_page() < 180 * 8);
        let narrow = Sheet::new("试", Unit::Wan, sheet.columns[..4].to_vec());
        let plan = Plan::new(&narrow, Lang::Zh).unwrap();
        assert_eq!((plan.pages.len(), plan.foot()), (1, 0..4));
    }
}
