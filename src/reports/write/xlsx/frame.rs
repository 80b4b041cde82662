//! What stands around the table: title, 表号 and unit lines, the two-row head, notes and the
//! sign-off line.

use super::WriteError;
use super::formats::Formats;
use super::plan::{BASIS_LINE, GROUPS, HEADINGS, Plan, TITLE, TOP_LINE, UNIT_LINE};
use crate::reports::table::{Sheet, Workbook, display_width};
use crate::values::text::Lang;
use rust_xlsxwriter::{Format, Worksheet};
use std::ops::Range;

/// Height of a line of text, in points.
const LINE: u32 = 14;
/// Height of a line of the title.
const TITLE_LINE: u32 = 28;

pub(super) fn write_head(
    page: &mut Worksheet,
    sheet: &Sheet,
    plan: &Plan,
    formats: &Formats,
) -> Result<(), WriteError> {
    let (lang, last_of_head) = (plan.lang, plan.head().end.saturating_sub(1));
    for line in [TOP_LINE, BASIS_LINE, UNIT_LINE] {
        page.set_row_height(line, height(1))?;
    }
    let banner = sheet.banner.clone().unwrap_or_default();
    let form_no = labelled(lang, lang.t("表号", "Form"), &sheet.form_no);
    write_line(
        page,
        plan,
        TOP_LINE,
        [
            (&banner, &formats.banner),
            ("", &formats.centre),
            (&form_no, &formats.right),
        ],
    )?;
    write_across(page, plan, TITLE, &sheet.title, &formats.title)?;
    // The title's characters are 16 points high where the others are 10.
    let lines = plan.lines_in(display_width(&sheet.title) * 8 / 5, 0, last_of_head);
    page.set_row_height(TITLE, TITLE_LINE * u32::try_from(lines).unwrap_or(1))?;
    let basis = [sheet.variant.label(lang), &sheet.as_of]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let authority = labelled(lang, lang.t("制定机关", "Authority"), &sheet.authority);
    write_line(
        page,
        plan,
        BASIS_LINE,
        [
            (&basis, &formats.left),
            ("", &formats.centre),
            (&authority, &formats.right),
        ],
    )?;
    let prepared_by = labelled(lang, lang.t("填报单位", "Prepared by"), &sheet.prepared_by);
    let period = labelled(lang, lang.t("报告期", "Period"), &sheet.period);
    let units = labelled(lang, lang.t("单位", "Unit"), &sheet.units(lang));
    write_line(
        page,
        plan,
        UNIT_LINE,
        [
            (&prepared_by, &formats.left),
            (&period, &formats.centre),
            (&units, &formats.right),
        ],
    )?;
    for later in plan.pages.iter().skip(1) {
        write_between(page, UNIT_LINE, later.clone(), (&units, &formats.right))?;
    }
    write_headings(page, sheet, plan, formats)
}

/// The two rows of the table's head: shared headings above, columns below; a column without a
/// shared heading fills both.
fn write_headings(
    page: &mut Worksheet,
    sheet: &Sheet,
    plan: &Plan,
    formats: &Formats,
) -> Result<(), WriteError> {
    let (mut upper, mut lower, mut both) = (1, 1, 1);
    for heading in sheet.headings() {
        let last = heading.first + heading.count - 1;
        for at in heading.first..=last {
            let title = sheet.columns[at].heading(plan.lang);
            let lines = plan.lines_in(display_width(&title), at, at);
            let column = column_number(at);
            if heading.group.is_some() {
                lower = lower.max(lines);
                page.write_string_with_format(HEADINGS, column, &title, &formats.head)?;
            } else {
                both = both.max(lines);
                page.merge_range(GROUPS, column, HEADINGS, column, &title, &formats.head)?;
            }
        }
        if let Some(group) = heading.group {
            upper = upper.max(plan.lines_in(display_width(group), heading.first, last));
            let (first, last) = (column_number(heading.first), column_number(last));
            if first == last {
                page.write_string_with_format(GROUPS, first, group, &formats.head)?;
            } else {
                page.merge_range(GROUPS, first, GROUPS, last, group, &formats.head)?;
            }
        }
    }
    let lower = lower.max(both.saturating_sub(upper));
    page.set_row_height(GROUPS, height(upper))?;
    page.set_row_height(HEADINGS, height(lower))?;
    Ok(())
}

/// Writes notes, the sign-off line and the stamp under the table; gives the last row used.
pub(super) fn write_foot(
    page: &mut Worksheet,
    book: &Workbook,
    sheet: &Sheet,
    plan: &Plan,
    formats: &Formats,
) -> Result<u32, WriteError> {
    let mut row = plan.end_row + 1;
    let notes = sheet.printed_notes(book);
    for (n, note) in (1..).zip(&notes) {
        let text = match (n, notes.len()) {
            (1, 1) => labelled(plan.lang, plan.lang.t("注", "Note"), note),
            (1, _) => labelled(plan.lang, plan.lang.t("注", "Notes"), &format!("1. {note}")),
            _ => format!("{}{n}. {note}", plan.lang.t("　　", "       ")),
        };
        write_wrapped(page, plan, row, &text, &formats.note)?;
        row += 1;
    }
    let share = (plan.foot_width() / 4).saturating_sub(1);
    let signatures: String = sheet
        .sign_off
        .labelled(plan.lang)
        .into_iter()
        .map(|(label, name)| {
            let part = format!("{label}{}{name}", plan.lang.t("：", ": "));
            let blank = share.saturating_sub(display_width(&part));
            format!("{part}{}", "\u{3000}".repeat(blank / 2))
        })
        .collect();
    write_between(page, row, plan.foot(), (signatures.trim_end(), &formats.left))?;
    page.set_row_height(row, 24)?;
    for line in book.stamp.lines(plan.lang) {
        row += 1;
        write_wrapped(page, plan, row, &line, &formats.stamp)?;
    }
    Ok(row)
}

/// A text over the columns of the foot, as high as it needs.
fn write_wrapped(
    page: &mut Worksheet,
    plan: &Plan,
    row: u32,
    text: &str,
    format: &Format,
) -> Result<(), WriteError> {
    let foot = plan.foot();
    write_between(page, row, foot.clone(), (text, format))?;
    let lines = plan.lines_in(display_width(text), foot.start, foot.end.saturating_sub(1));
    page.set_row_height(row, height(lines))?;
    Ok(())
}

/// Three texts on one row: left, middle and right. The outer two take as many columns as they
/// need; where the middle one then finds no room, it follows the left, and where even two do not
/// fit, all share one cell.
fn write_line(
    page: &mut Worksheet,
    plan: &Plan,
    row: u32,
    [left, middle, right]: [(&str, &Format); 3],
) -> Result<(), WriteError> {
    let columns = plan.head().end;
    let widths = plan.widths.get(..columns).unwrap_or_default();
    let before = columns.checked_sub(columns_for(right.0, widths.iter().rev()));
    let for_left = columns_for(left.0, widths.iter());
    if let Some(before) = before.filter(|before| for_left <= *before) {
        let free = before - for_left;
        let between = widths.iter().skip(for_left).take(free);
        if columns_for(middle.0, between) <= free {
            write_between(page, row, 0..for_left, left)?;
            write_between(page, row, for_left..before, middle)?;
            return write_between(page, row, before..columns, right);
        }
        let start = join(&[left.0, middle.0]);
        if columns_for(&start, widths.iter()) <= before {
            write_between(page, row, 0..before, (&start, left.1))?;
            return write_between(page, row, before..columns, right);
        }
    }
    let all = join(&[left.0, middle.0, right.0]);
    write_across(page, plan, row, &all, &left.1.clone().set_text_wrap())?;
    let lines = plan.lines_in(display_width(&all), 0, columns);
    page.set_row_height(row, height(lines))?;
    Ok(())
}

/// How many columns, in this order, a text needs; one more than there are if it does not fit.
fn columns_for<'a>(text: &str, widths: impl Iterator<Item = &'a u32>) -> usize {
    let mut missing = display_width(text);
    let mut columns = 0;
    for width in widths {
        if missing == 0 {
            return columns;
        }
        missing = missing.saturating_sub(*width as usize);
        columns += 1;
    }
    columns + usize::from(missing > 0)
}

fn join(texts: &[&str]) -> String {
    let kept: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    kept.join("    ")
}

fn write_across(
    page: &mut Worksheet,
    plan: &Plan,
    row: u32,
    text: &str,
    format: &Format,
) -> Result<(), WriteError> {
    write_between(page, row, plan.head(), (text, format))
}

/// Writes a text over these columns of a row, merged if there are several.
fn write_between(
    page: &mut Worksheet,
    row: u32,
    columns: Range<usize>,
    (text, format): (&str, &Format),
) -> Result<(), WriteError> {
    let (first, last) = match (columns.start, columns.end.checked_sub(1)) {
        (first, Some(last)) if first <= last => (column_number(first), column_number(last)),
        _ => return Ok(()),
    };
    if first == last {
        page.write_string_with_format(row, first, text, format)?;
    } else if !text.is_empty() {
        page.merge_range(row, first, row, last, text, format)?;
    }
    Ok(())
}

/// `label：value`, or nothing when there is no value.
fn labelled(lang: Lang, label: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("{label}{}{value}", lang.t("：", ": "))
    }
}

fn height(lines: usize) -> u32 {
    LINE * u32::try_from(lines).unwrap_or(1) + 4
}

/// The plan has seen that all columns fit the format.
fn column_number(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
