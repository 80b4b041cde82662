//! CSV for machines and for pasting: UTF-8 with a byte order mark (Excel and WPS need it for
//! Chinese), CRLF, and the exact figures. Amounts are always in yuan with two decimals, whatever
//! unit the sheet shows. Sheets follow one another, separated by a blank line.

use super::{WriteError, reads_as_formula, row_word};
use crate::reports::table::{Cell, Column, ColumnKind, HIDDEN, Row, Sheet, Workbook, two_decimals};
use crate::values::text::Lang;
use csv::{Terminator, WriterBuilder};

/// Writes the workbook as one CSV text.
///
/// Each sheet is: its title; lines of a name and a value (表号, 填报单位, 报告期 …); one heading
/// row; the rows, each ending in what it is (合计, 分项, 小计, 其中), so that nobody adds a total
/// to its parts; the notes; what the stamp says. Texts a spreadsheet would take for a formula get a leading
/// apostrophe; numbers stay numbers. What is not there is empty, and nought is 0.
///
/// # Errors
/// [`WriteError::Table`] when the table is wrong.
pub fn csv(book: &Workbook) -> Result<Vec<u8>, WriteError> {
    book.check()?;
    let mut file = MARK.to_vec();
    for (at, sheet) in book.sheets.iter().enumerate() {
        if at > 0 {
            file.extend_from_slice(b"\r\n");
        }
        file.extend(begin_next(book, sheet)?);
        for (is_total, row) in sheet.printed_rows() {
            file.extend(rows(std::slice::from_ref(row), is_total, book.lang)?);
        }
        file.extend(end(book, sheet)?);
    }
    Ok(file)
}

/// The byte order mark.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

fn lines_to(records: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, WriteError> {
    let mut text = Vec::new();
    let mut lines = WriterBuilder::new()
        .flexible(true)
        .terminator(Terminator::CRLF)
        .from_writer(&mut text);
    for record in records {
        lines.write_record(record)?;
    }
    lines.flush().map_err(::csv::Error::from)?;
    drop(lines);
    Ok(text)
}

/// A file's first sheet up to its headings.
pub(in crate::reports) fn begin(book: &Workbook, sheet: &Sheet) -> Result<Vec<u8>, WriteError> {
    let mut text = MARK.to_vec();
    text.extend(begin_next(book, sheet)?);
    Ok(text)
}

/// Any sheet up to its headings.
pub(in crate::reports) fn begin_next(book: &Workbook, sheet: &Sheet) -> Result<Vec<u8>, WriteError> {
    let head = head(sheet, book.lang)
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| vec![name.to_owned(), safe(&value)]);
    let headings = sheet
        .columns
        .iter()
        .map(|column| safe(&heading(column, book.lang)));
    let headings = headings.chain([book.lang.t("行类", "Row").to_owned()]).collect();
    lines_to(
        [vec![safe(&sheet.title)]]
            .into_iter()
            .chain(head)
            .chain([headings]),
    )
}

/// Rows of a sheet.
pub(in crate::reports) fn rows(rows: &[Row], is_total: bool, lang: Lang) -> Result<Vec<u8>, WriteError> {
    lines_to(rows.iter().map(|row| record(row, is_total, lang)))
}

/// What stands under a sheet.
pub(in crate::reports) fn end(book: &Workbook, sheet: &Sheet) -> Result<Vec<u8>, WriteError> {
    let note = book.lang.t("注", "Note");
    let notes = sheet.footnotes.iter().chain(&book.notes);
    let notes = notes.map(|text| vec![note.to_owned(), safe(text)]);
    let stamp = book.stamp.labelled(book.lang);
    let stamp = stamp.iter().map(|(label, value)| vec![safe(label), safe(value)]);
    lines_to(notes.chain(stamp))
}

/// The lines between the title and the table.
fn head(sheet: &Sheet, lang: Lang) -> [(&'static str, String); 8] {
    let amounts = if sheet.has_money() {
        lang.t("元", "yuan")
    } else {
        ""
    };
    [
        (lang.t("提示", "Notice"), sheet.banner.clone().unwrap_or_default()),
        (lang.t("表号", "Form"), sheet.form_no.clone()),
        (lang.t("制定机关", "Authority"), sheet.authority.clone()),
        (lang.t("填报单位", "Prepared by"), sheet.prepared_by.clone()),
        (lang.t("报告期", "Period"), sheet.period.clone()),
        (lang.t("金额单位", "Amounts in"), amounts.to_owned()),
        (lang.t("数据口径", "Basis"), sheet.as_of.clone()),
        (lang.t("版本", "Variant"), sheet.variant.label(lang).to_owned()),
    ]
}

/// The one heading of a column.
pub(in crate::reports) fn heading(column: &Column, lang: Lang) -> String {
    match column.kind {
        ColumnKind::Money => column.heading_in_yuan(lang),
        _ => column.full_heading(lang),
    }
}

fn record(row: &Row, is_total: bool, lang: Lang) -> Vec<String> {
    let word = row_word(row.kind, is_total, lang).to_owned();
    row.cells.iter().map(exact).chain([word]).collect()
}

/// A cell as exactly as it is known, without grouping or rounding of amounts.
fn exact(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Code(text) | Cell::Mark(text) => safe(text),
        Cell::Money(fen) => fen.yuan(),
        Cell::Count(count) => count.to_string(),
        Cell::Percent(Some(percent)) => two_decimals(*percent).to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Suppressed => HIDDEN.to_owned(),
        Cell::Empty | Cell::Percent(None) => String::new(),
    }
}

/// The text with an apostrophe before it if a spreadsheet would take it for a formula (OWASP,
/// CSV injection).
fn safe(text: &str) -> String {
    if reads_as_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_sample_is_written_to_the_letter() {
        let mut sheet = samples::by_county();
        sheet.unit = crate::values::money::Unit::Wan;
        let book = samples::book(vec![sheet, samples::tiny()]);
        let text = String::from_utf8(csv(&book).unwrap()).unwrap();
        let expected = "\u{FEFF}授信情况月报\r\n\
            提示,演示数据\r\n\
            表号,村信综月01表\r\n\
            填报单位,江门市\r\n\
            报告期,2023年12月\r\n\
            金额单位,元\r\n\
            数据口径,截至2024-01-04，第1版\r\n\
            版本,内部\r\n\
            地区,代码,有效授信额度·期末（元）,有效授信额度·同比（%）,新增授信（元）,村数,更新日期,行类\r\n\
            合计,440700000000,100000.00,23.08,-0.05,3,,合计\r\n\
            蓬江区,440703000000,33335.00,23.08,0.00,1,2023-12-31,分项\r\n\
            江海区,440704000000,33335.00,,-0.05,1,2023-12-31,分项\r\n\
            其中：陈皮,,20000.00,-5.00,,,,其中\r\n\
            新会区,440705000000,33330.00,0.00,,未报,,分项\r\n\
            注,村数为去重数。\r\n\
            注,已授信口径见说明。\r\n\
            \r\n\
            '=1+1\r\n\
            版本,内部\r\n\
            '-名称,行类\r\n\
            '＝HYPERLINK(1),分项\r\n\
            注,已授信口径见说明。\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn no_text_becomes_a_formula() {
        for text in samples::INJECTIONS {
            assert!(safe(text).starts_with('\''), "{text:?}");
        }
        for text in ["", "陈皮", "a=b", "1-2", "'=1", "—", "…"] {
            assert_eq!(safe(text), text);
        }
    }
}
