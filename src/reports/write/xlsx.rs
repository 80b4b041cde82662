//! Workbooks an office can sign: a form's heading, a frozen and repeated table head, exact
//! figures, notes and the sign-off line, on A4.
//!
//! What must always hold: amounts in 万元 or 亿元 are formulas that round the exact yuan of a
//! hidden column, once; a total is a formula over exact yuan, never over rounded cells; each
//! formula carries the result the screen shows; texts are stored as texts; the same workbook
//! gives the same bytes.

mod body;
mod formats;
mod frame;
mod plan;

use super::WriteError;
use crate::reports::table::{Cell, Sheet, Workbook};
use chrono::{Datelike, NaiveDate, Timelike};
use formats::Formats;
use plan::Plan;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, IgnoreError, Worksheet};

/// A spreadsheet keeps 15 significant digits; amounts (in fen) and counts must stay below.
const TOO_LARGE: u64 = 1_000_000_000_000_000;
/// A4 in Excel's list of papers.
const A4: u8 = 9;
/// Pixels of the printable width of A4 across at full size. It would hold a quarter more, but programs without Excel's
/// own fonts draw their columns that much wider.
const A4_PIXELS: u32 = 780;
/// How hard the file is packed, of 9: beyond this it takes far longer for a few per cent.
const PACKING: u8 = 3;
/// Rows of a form that is printed on one page, if a little smaller.
const SHORT: u32 = 22;
/// Longest sheet name, in UTF-16 units.
const NAME_LIMIT: usize = 31;

/// Writes the workbook as an Office Open XML file.
///
/// # Errors
/// [`WriteError::Table`] when the table is wrong; [`WriteError::TooManyDigits`] when an amount
/// reaches 10¹⁵ fen or a count 10¹⁵; [`WriteError::Date`]; [`WriteError::Workbook`] when a sheet
/// outgrows the format.
pub fn xlsx(book: &Workbook) -> Result<Vec<u8>, WriteError> {
    book.check()?;
    book.sheets.iter().try_for_each(check_digits)?;
    let formats = Formats::new();
    let mut file = rust_xlsxwriter::Workbook::new();
    file.set_zip_compression_level(PACKING);
    // 16 and 64 pixels are the cell of an empty sheet in 宋体 10.
    file.set_default_format(&formats.base, 16, 64)?;
    file.set_properties(&properties(book)?);
    for (sheet, name) in book.sheets.iter().zip(sheet_names(book)) {
        let page = file.add_worksheet();
        page.set_name(name)?;
        write_sheet(page, book, sheet, &formats)?;
    }
    Ok(file.save_to_buffer()?)
}

fn write_sheet(
    page: &mut Worksheet,
    book: &Workbook,
    sheet: &Sheet,
    formats: &Formats,
) -> Result<(), WriteError> {
    let plan = Plan::new(sheet, book.lang)?;
    for (at, width) in (0..).zip(&plan.widths) {
        page.set_column_width(at, *width)?;
    }
    frame::write_head(page, sheet, &plan, formats)?;
    body::write_rows(page, sheet, &plan, formats)?;
    let last_row = frame::write_foot(page, book, sheet, &plan, formats)?;
    set_up_page(page, sheet, &plan, last_row)
}

/// One page wide, or several with breaks between shared headings and the label columns on each. A program that
/// fits a sheet to pages pays no heed to breaks, so that the scale is worked out here.
fn set_pages(page: &mut Worksheet, plan: &Plan) -> Result<(), WriteError> {
    let later = plan.pages.iter().skip(1);
    let breaks: Vec<u32> = later
        .filter_map(|range| u32::try_from(range.start).ok())
        .collect();
    if breaks.is_empty() {
        // A short form stays on one page with its notes, signatures and stamp.
        page.set_print_fit_to_pages(1, u16::from(plan.rows() <= SHORT));
        return Ok(());
    }
    let percent = (A4_PIXELS * 100 / plan.widest_page().max(1)).clamp(10, 100);
    page.set_print_scale(u16::try_from(percent).unwrap_or(100));
    page.set_vertical_page_breaks(&breaks)?;
    Ok(())
}

/// How the sheet meets paper: A4 across, as few pages wide as stay legible, table head on every page.
fn set_up_page(page: &mut Worksheet, sheet: &Sheet, plan: &Plan, last_row: u32) -> Result<(), WriteError> {
    let labels = plan.label_columns;
    page.set_paper_size(A4)
        .set_landscape()
        .set_print_center_horizontally(true)
        .set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3)
        .set_footer(plan.lang.t("&C第 &P 页 共 &N 页", "&CPage &P of &N"));
    if let Some(banner) = &sheet.banner {
        page.set_header(format!("&L{}", banner.replace('&', "&&")));
    }
    set_pages(page, plan)?;
    page.set_freeze_panes(plan::FIRST_ROW, labels)?;
    page.set_repeat_rows(plan::UNIT_LINE, plan::FIRST_ROW - 1)?;
    if labels > 0 {
        page.set_repeat_columns(0, labels - 1)?;
    }
    page.set_print_area(0, 0, last_row, plan.last_column())?;
    page.ignore_error_range(
        plan::FIRST_ROW,
        0,
        plan.end_row.max(plan::FIRST_ROW),
        plan.last_column(),
        IgnoreError::NumberStoredAsText,
    )?;
    Ok(())
}

/// Refuses what a spreadsheet would show with its last digits lost.
fn check_digits(sheet: &Sheet) -> Result<(), WriteError> {
    let total = sheet.total.iter().map(|row| (0, row));
    for (n, row) in total.chain((1..).zip(&sheet.rows)) {
        for (cell, column) in row.cells.iter().zip(&sheet.columns) {
            let size = match cell {
                Cell::Money(fen) => fen.0.unsigned_abs(),
                Cell::Count(count) => count.unsigned_abs(),
                _ => 0,
            };
            if size >= TOO_LARGE {
                return Err(WriteError::TooManyDigits {
                    sheet: sheet.tab.clone(),
                    column: column.key.clone(),
                    row: n,
                });
            }
        }
    }
    Ok(())
}

fn properties(book: &Workbook) -> Result<DocProperties, WriteError> {
    let made = book.made_at;
    let refused = |_| WriteError::Date(made.date());
    let created = excel_day(made.date())?.and_hms(
        u16::try_from(made.hour()).map_err(refused)?,
        u8::try_from(made.minute()).map_err(refused)?,
        u8::try_from(made.second()).map_err(refused)?,
    )?;
    Ok(DocProperties::new()
        .set_title(&book.name)
        .set_author("村信 Cunxin")
        .set_creation_datetime(&created))
}

/// A day as a spreadsheet counts it.
fn excel_day(day: NaiveDate) -> Result<ExcelDateTime, WriteError> {
    let refused = || WriteError::Date(day);
    let year = u16::try_from(day.year()).map_err(|_| refused())?;
    let month = u8::try_from(day.month()).map_err(|_| refused())?;
    let day_of_month = u8::try_from(day.day()).map_err(|_| refused())?;
    ExcelDateTime::from_ymd(year, month, day_of_month).map_err(|_| refused())
}

/// Names the sheets after their tabs: legal (no `[]:*?/\`, no apostrophe at either end, 31 units
/// at most, not Excel's own "History") and distinct whatever their case.
fn sheet_names(book: &Workbook) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (n, sheet) in (1..).zip(&book.sheets) {
        let wanted = legal_name(&sheet.tab, n);
        let taken = |name: &str| {
            names
                .iter()
                .any(|other| other.to_lowercase() == name.to_lowercase())
        };
        let name = (2_u32..)
            .map(|copy| with_suffix(&wanted, &format!(" ({copy})")))
            .find(|name| !taken(name))
            .filter(|_| taken(&wanted))
            .unwrap_or(wanted);
        names.push(name);
    }
    names
}

fn legal_name(tab: &str, n: usize) -> String {
    let kept: String = tab
        .chars()
        .map(|c| match c {
            '[' => '（',
            ']' => '）',
            ':' | '*' | '?' | '/' | '\\' => '-',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let name = with_suffix(kept.trim().trim_matches('\''), "");
    let name = name.trim_matches('\'').trim();
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        format!("Sheet{n}")
    } else {
        name.to_owned()
    }
}

/// The name with the suffix, cut so that both fit.
fn with_suffix(name: &str, suffix: &str) -> String {
    let mut room = NAME_LIMIT.saturating_sub(suffix.encode_utf16().count());
    let kept: String = name
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    format!("{kept}{suffix}")
}

#[cfg(test)]
mod tests;
