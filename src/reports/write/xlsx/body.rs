//! The rows of the table: values, the formulas that round them, and the hidden columns with the
//! exact yuan. The only file in which an amount becomes a double.

use super::super::reads_as_formula;
use super::formats::Formats;
use super::plan::{FIRST_ROW, HEADINGS, Plan};
use super::{WriteError, excel_day};
use crate::reports::table::{Cell, ColumnKind, Row, RowKind, Sheet, TotalRule, display_width, two_decimals};
use crate::values::money::{Fen, Unit};
use rust_xlsxwriter::utility::row_col_to_cell;
use rust_xlsxwriter::{Formula, Worksheet};

/// Height of a line of text, in points.
const LINE: u32 = 14;

/// Writes the table under its head, and the hidden columns beside it.
pub(super) fn write_rows(
    page: &mut Worksheet,
    sheet: &Sheet,
    plan: &Plan,
    formats: &Formats,
) -> Result<(), WriteError> {
    let lines: Vec<Line<'_>> = (FIRST_ROW..)
        .zip(sheet.printed_rows())
        .map(|(at, (is_total, row))| Line {
            at,
            row,
            is_total,
            sheet,
            plan,
            formats,
        })
        .collect();
    lines.iter().try_for_each(|line| line.write_figures(page))?;
    format_figures(page, sheet, plan, formats, &lines)?;
    lines.iter().try_for_each(|line| line.write_words(page))?;
    write_hidden_heads(page, sheet, plan, formats)
}

/// Gives the figures their looks, a stretch of rows of one weight at a time: a look-up for each cell costs more than
/// writing the cell. Words and marks come after, each in its own.
fn format_figures(
    page: &mut Worksheet,
    sheet: &Sheet,
    plan: &Plan,
    formats: &Formats,
    lines: &[Line<'_>],
) -> Result<(), WriteError> {
    for stretch in lines.chunk_by(|one, other| one.bold() == other.bold()) {
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else {
            continue;
        };
        for (at, column) in (0_u16..).zip(&sheet.columns) {
            let format = formats.cell(column.kind, first.bold());
            page.set_range_format(first.at, at, last.at, at, format)?;
            if let Some(exact) = plan.exact[usize::from(at)] {
                page.set_range_format(first.at, exact, last.at, exact, format)?;
            }
        }
    }
    Ok(())
}

fn write_hidden_heads(
    page: &mut Worksheet,
    sheet: &Sheet,
    plan: &Plan,
    formats: &Formats,
) -> Result<(), WriteError> {
    for (column, exact) in sheet.columns.iter().zip(&plan.exact) {
        if let Some(exact) = exact {
            let heading = column.heading_in_yuan(plan.lang);
            page.write_string_with_format(HEADINGS, *exact, heading, &formats.head)?;
            page.set_column_width(*exact, 20)?.set_column_hidden(*exact)?;
        }
    }
    if let Some(counts) = plan.counts {
        let heading = plan.lang.t("计入合计", "Counts");
        page.write_string_with_format(HEADINGS, counts, heading, &formats.head)?;
        page.set_column_hidden(counts)?;
    }
    Ok(())
}

/// One row of the table and where it goes.
struct Line<'a> {
    at: u32,
    row: &'a Row,
    is_total: bool,
    sheet: &'a Sheet,
    plan: &'a Plan,
    formats: &'a Formats,
}

impl Line<'_> {
    /// Everything of the row that is a value; its looks are given for many rows at once.
    fn write_figures(&self, page: &mut Worksheet) -> Result<(), WriteError> {
        for (column, cell) in (0_u16..).zip(&self.row.cells) {
            self.write_figure(page, column, cell)?;
        }
        if let Some(counts) = self.plan.counts.filter(|_| !self.is_total) {
            let counted = u8::from(self.row.kind == RowKind::Item);
            page.write_number(self.at, counts, counted)?;
        }
        Ok(())
    }

    /// The row's words and marks, and the height they need.
    fn write_words(&self, page: &mut Worksheet) -> Result<(), WriteError> {
        let mut lines = 1;
        for (column, cell) in (0_u16..).zip(&self.row.cells) {
            match cell {
                Cell::Text(text) => {
                    self.write_text(page, column, text)?;
                    let index = usize::from(column);
                    lines = lines.max(self.plan.lines_in(display_width(text), index, index));
                }
                Cell::Mark(_) | Cell::Suppressed | Cell::Empty | Cell::Percent(None) => {
                    self.write_mark(page, column, cell)?;
                }
                _ => {}
            }
        }
        let height = LINE * u32::try_from(lines).unwrap_or(1) + 4;
        page.set_row_height(self.at, height)?;
        Ok(())
    }

    fn bold(&self) -> bool {
        self.is_total || self.row.kind == RowKind::Subtotal
    }

    fn write_figure(&self, page: &mut Worksheet, column: u16, cell: &Cell) -> Result<(), WriteError> {
        match cell {
            Cell::Code(code) => {
                page.write_string(self.at, column, code)?;
            }
            Cell::Money(fen) => self.write_money(page, column, *fen)?,
            Cell::Count(count) => match self.sum_formula(column) {
                Some(sum) => {
                    let formula = Formula::new(sum).set_result(count.to_string());
                    page.write_formula(self.at, column, formula)?;
                }
                None => {
                    // Exact: counts of 10¹⁵ and more are refused before.
                    page.write_number(self.at, column, *count as f64)?;
                }
            },
            Cell::Percent(Some(percent)) => {
                let hundredths = two_decimals(*percent).mantissa();
                page.write_number(self.at, column, hundredths as f64 / 100.0)?;
            }
            Cell::Date(day) => {
                page.write_datetime(self.at, column, excel_day(*day)?)?;
            }
            // Words and marks have looks of their own.
            Cell::Text(_) | Cell::Mark(_) | Cell::Suppressed | Cell::Empty | Cell::Percent(None) => {}
        }
        Ok(())
    }

    /// A text stays a text even when someone edits the cell: what looks like a formula carries
    /// the spreadsheet's own quote prefix.
    fn write_text(&self, page: &mut Worksheet, column: u16, text: &str) -> Result<(), WriteError> {
        let plain = self.formats.cell(ColumnKind::Text, self.bold());
        let indent = if column == 0 { self.row.level } else { 0 };
        let quoted = reads_as_formula(text);
        if indent == 0 && !quoted {
            page.write_string_with_format(self.at, column, text, plain)?;
            return Ok(());
        }
        let mut format = plain.clone().set_indent(indent);
        if quoted {
            format = format.set_quote_prefix();
        }
        page.write_string_with_format(self.at, column, text, &format)?;
        Ok(())
    }

    fn write_mark(&self, page: &mut Worksheet, column: u16, cell: &Cell) -> Result<(), WriteError> {
        let format = if self.bold() {
            &self.formats.bold_mark
        } else {
            &self.formats.mark
        };
        let text = self.sheet.printed_cell(self.is_total, usize::from(column), cell);
        if text.is_empty() {
            page.write_blank(self.at, column, format)?;
        } else {
            page.write_string_with_format(self.at, column, text, format)?;
        }
        Ok(())
    }

    /// Yuan stand in the visible cell. 万元 and 亿元 are rounded there, once, from the exact yuan
    /// in the hidden column.
    fn write_money(&self, page: &mut Worksheet, column: u16, fen: Fen) -> Result<(), WriteError> {
        let exact = self.plan.exact[usize::from(column)];
        let source = exact.unwrap_or(column);
        match self.sum_formula(column) {
            Some(sum) => {
                let formula = Formula::new(sum).set_result(fen.yuan());
                page.write_formula(self.at, source, formula)?;
            }
            None => {
                page.write_number(self.at, source, yuan_double(fen))?;
            }
        }
        if exact.is_some() {
            let unit = self.sheet.unit;
            let yuan_per_unit = unit.divisor_fen() / Unit::Yuan.divisor_fen();
            let cell = row_col_to_cell(self.at, source);
            let formula = Formula::new(format!("ROUND({cell}/{yuan_per_unit},2)"))
                .set_result(fen.show(unit).replace(',', ""));
            page.write_formula(self.at, column, formula)?;
        }
        Ok(())
    }

    /// The formula of a total that is the sum of the rows that count. Yuan are rounded to the
    /// fen, which only takes away the noise of adding doubles: the sum of fen is whole.
    fn sum_formula(&self, column: u16) -> Option<String> {
        let index = usize::from(column);
        let definition = self.sheet.columns.get(index)?;
        let follows =
            self.is_total && definition.total == TotalRule::Sum && self.sheet.total_is_sum(index, self.row);
        let (first, last) = self.plan.items.filter(|_| follows)?;
        let source = self.plan.exact[index].unwrap_or(column);
        let range = |column| {
            format!(
                "{}:{}",
                row_col_to_cell(first, column),
                row_col_to_cell(last, column)
            )
        };
        let sum = match self.plan.counts {
            Some(counts) => format!("SUMIF({},1,{})", range(counts), range(source)),
            None => format!("SUM({})", range(source)),
        };
        Some(match definition.kind {
            ColumnKind::Money => format!("ROUND({sum},2)"),
            _ => sum,
        })
    }
}

/// The amount in yuan as a double, for a file format that has no other number.
///
/// Below 10¹⁵ fen the conversion of the integer is exact (2⁵³ is about 9·10¹⁵) and the division
/// rounds once, so this is the double nearest to the amount; such a double still has the 15
/// digits that give back every fen. Callers refuse larger amounts first.
pub(super) fn yuan_double(fen: Fen) -> f64 {
    fen.0 as f64 / 100.0
}
