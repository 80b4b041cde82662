//! A workbook of any length, written from front to back: the parts of the format by hand, as plain as they can be, so
//! that a million rows need no more memory than one stretch of them. Sheets that reach the format's limit of rows go
//! on in a further sheet, and say so.

use std::fmt::Write as _;

use super::zip::Zip;
use super::{WriteError, reads_as_formula};
use crate::reports::table::{Cell, ColumnKind, Row, Sheet, Workbook, two_decimals};
use crate::values::{Fen, Lang};
use rust_xlsxwriter::utility::row_col_to_cell;

/// Lines kept free at the end of a sheet for the total, the notes and the stamp.
const FOOT: u32 = 12;
/// Digits a spreadsheet keeps: 10¹⁵ fen and more are refused.
const TOO_LARGE: u64 = 1_000_000_000_000_000;
/// Numbers of the cell formats in [`STYLES`].
const TITLE: u8 = 1;
const HEAD: u8 = 2;
const NOTE: u8 = 8;
const STYLES: &str = include_str!("stream_styles.xml");
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A sheet of the file as far as others need it.
struct Page {
    name: String,
    /// First and last row of the figures, from 1.
    rows: (u32, u32),
}

/// The file so far.
pub(in crate::reports) struct StreamedXlsx {
    zip: Zip,
    limit: u32,
    pages: Vec<Page>,
    /// Pages of the sheet that is being written.
    of_sheet: usize,
    /// The last row written, from 1.
    at: u32,
}

impl StreamedXlsx {
    /// An empty file whose sheets have at most so many rows.
    pub(in crate::reports) fn new(limit: u32) -> StreamedXlsx {
        StreamedXlsx {
            zip: Zip::default(),
            limit,
            pages: Vec::new(),
            of_sheet: 0,
            at: 0,
        }
    }

    /// Begins a sheet: title, what it is of, headings.
    pub(in crate::reports) fn begin(&mut self, sheet: &Sheet, lang: Lang) -> Result<(), WriteError> {
        self.of_sheet = 0;
        self.begin_page(sheet, lang)
    }

    fn begin_page(&mut self, sheet: &Sheet, lang: Lang) -> Result<(), WriteError> {
        if !self.pages.is_empty() {
            self.end_page()?;
        }
        self.of_sheet += 1;
        let name = match self.of_sheet {
            1 => sheet.tab.clone(),
            n => format!("{} ({n})", sheet.tab),
        };
        let number = self.pages.len() + 1;
        self.zip.begin(&format!("xl/worksheets/sheet{number}.xml"))?;
        let mut text = format!(
            "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>\
             <sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"3\" topLeftCell=\"A4\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             </sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>"
        );
        for (n, width) in (1..).zip(widths(sheet, lang)) {
            let _ = write!(
                text,
                "<col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>"
            );
        }
        text.push_str("</cols><sheetData>");
        let colon = lang.t("：", ": ");
        let basis = [
            (lang.t("填报单位", "Prepared by"), &sheet.prepared_by),
            (lang.t("报告期", "Period"), &sheet.period),
            (lang.t("数据口径", "Basis"), &sheet.as_of),
        ];
        let mut basis: Vec<String> = basis
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| format!("{label}{colon}{value}"))
            .collect();
        basis.extend(sheet.banner.clone());
        string_row(&mut text, 1, &[(sheet.title.as_str(), TITLE)]);
        string_row(&mut text, 2, &[(basis.join("　").as_str(), NOTE)]);
        let headings: Vec<String> = sheet
            .columns
            .iter()
            .map(|column| super::csv::heading(column, lang))
            .collect();
        let headings: Vec<(&str, u8)> = headings.iter().map(|text| (text.as_str(), HEAD)).collect();
        string_row(&mut text, 3, &headings);
        self.at = 3;
        self.pages.push(Page { name, rows: (4, 3) });
        self.zip.write(&text)
    }

    /// Adds a row, in a further sheet where this one is full.
    pub(in crate::reports) fn row(&mut self, sheet: &Sheet, row: &Row, lang: Lang) -> Result<(), WriteError> {
        if self.at + FOOT >= self.limit {
            let told = lang.t(
                "本页已到行数上限，续下一页。",
                "This sheet has reached the limit of rows; the list goes on in the next one.",
            );
            self.foot(&[told.to_owned()])?;
            self.begin_page(sheet, lang)?;
        }
        self.at += 1;
        let mut text = format!("<row r=\"{}\">", self.at);
        for (column, cell) in (0_u16..).zip(&row.cells) {
            let kind = sheet.columns[usize::from(column)].kind;
            write_cell(&mut text, &row_col_to_cell(self.at - 1, column), cell, kind)?;
        }
        text.push_str("</row>");
        if let Some(page) = self.pages.last_mut() {
            page.rows.1 = self.at;
        }
        self.zip.write(&text)
    }

    /// Adds 合计: a formula over all sheets of the list, with its result.
    pub(in crate::reports) fn total(&mut self, sheet: &Sheet, row: &Row) -> Result<(), WriteError> {
        let first = self.pages.len() - self.of_sheet;
        let ranges: Vec<(String, (u32, u32))> = self.pages[first..]
            .iter()
            .filter(|page| page.rows.0 <= page.rows.1)
            .map(|page| (page.name.clone(), page.rows))
            .collect();
        self.at += 1;
        let mut text = format!("<row r=\"{}\">", self.at);
        for (column, cell) in (0_u16..).zip(&row.cells) {
            let kind = sheet.columns[usize::from(column)].kind;
            let place = row_col_to_cell(self.at - 1, column);
            match cell {
                Cell::Money(fen) => {
                    check(*fen)?;
                    let sums: Vec<String> = ranges
                        .iter()
                        .map(|(name, (from, to))| {
                            let (from, to) =
                                (row_col_to_cell(from - 1, column), row_col_to_cell(to - 1, column));
                            format!("SUM('{}'!{from}:{to})", escaped(&name.replace('\'', "''")))
                        })
                        .collect();
                    let _ = write!(
                        text,
                        "<c r=\"{place}\" s=\"5\"><f>ROUND({},2)</f><v>{}</v></c>",
                        sums.join("+"),
                        fen.yuan()
                    );
                }
                cell => write_cell(&mut text, &place, cell, kind)?,
            }
        }
        text.push_str("</row>");
        self.zip.write(&text)
    }

    /// Adds lines under the rows.
    pub(in crate::reports) fn foot(&mut self, lines: &[String]) -> Result<(), WriteError> {
        let mut text = String::new();
        for line in lines {
            self.at += 1;
            string_row(&mut text, self.at, &[(line, NOTE)]);
        }
        self.zip.write(&text)
    }

    fn end_page(&mut self) -> Result<(), WriteError> {
        self.zip.write(
            "</sheetData><pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.7\" header=\"0.3\" footer=\"0.3\"/>\
             <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>\
             <headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>",
        )
    }

    /// Ends the file.
    pub(in crate::reports) fn finish(&mut self, book: &Workbook) -> Result<(), WriteError> {
        self.end_page()?;
        let (mut sheets, mut titles, mut links, mut types) =
            (String::new(), String::new(), String::new(), String::new());
        for (n, page) in (1..).zip(&self.pages) {
            let name = escaped(&page.name);
            let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
            let _ = write!(
                titles,
                "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"{}\">'{name}'!$3:$3</definedName>",
                n - 1
            );
            let _ = write!(
                links,
                "<Relationship Id=\"rId{n}\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
            );
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            );
        }
        let styles = self.pages.len() + 1;
        let made = book.made_at.format("%Y-%m-%dT%H:%M:%SZ");
        let packages = "http://schemas.openxmlformats.org/package/2006";
        let parts = [
            (
                "xl/workbook.xml",
                format!(
                    "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><bookViews><workbookView/></bookViews><sheets>{sheets}</sheets><definedNames>{titles}</definedNames></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "{DECLARATION}<Relationships xmlns=\"{packages}/relationships\">{links}<Relationship Id=\"rId{styles}\" Type=\"{LINKS}/styles\" Target=\"styles.xml\"/></Relationships>"
                ),
            ),
            ("xl/styles.xml", STYLES.to_owned()),
            (
                "docProps/core.xml",
                format!(
                    "{DECLARATION}<cp:coreProperties xmlns:cp=\"{packages}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>村信 Cunxin</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{made}</dcterms:created></cp:coreProperties>",
                    escaped(&book.name)
                ),
            ),
            (
                "_rels/.rels",
                format!(
                    "{DECLARATION}<Relationships xmlns=\"{packages}/relationships\"><Relationship Id=\"rId1\" Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/><Relationship Id=\"rId2\" Type=\"{packages}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
                ),
            ),
            (
                "[Content_Types].xml",
                format!(
                    "{DECLARATION}<Types xmlns=\"{packages}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>{types}</Types>"
                ),
            ),
        ];
        for (name, text) in parts {
            self.zip.begin(name)?;
            self.zip.write(&text)?;
        }
        self.zip.finish()
    }

    /// What has been made since it was last taken.
    pub(in crate::reports) fn take(&mut self) -> Vec<u8> {
        self.zip.take()
    }
}

fn check(fen: Fen) -> Result<(), WriteError> {
    if fen.0.unsigned_abs() >= TOO_LARGE {
        return Err(WriteError::TooLarge);
    }
    Ok(())
}

fn widths(sheet: &Sheet, lang: Lang) -> Vec<usize> {
    let least = |at: usize| sheet.columns[at].width_hint.unwrap_or(0);
    let shown = sheet.widths(lang, 0).into_iter().enumerate();
    shown.map(|(at, width)| width.max(least(at)) + 2).collect()
}

fn string_row(text: &mut String, at: u32, cells: &[(&str, u8)]) {
    let _ = write!(text, "<row r=\"{at}\">");
    for (column, (words, style)) in (0_u16..).zip(cells) {
        string(text, &row_col_to_cell(at - 1, column), words, *style);
    }
    text.push_str("</row>");
}

fn string(text: &mut String, place: &str, words: &str, style: u8) {
    let _ = write!(
        text,
        "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
        escaped(words)
    );
}

/// One cell. A text stays a text: what looks like a formula bears the quote prefix of format 7.
fn write_cell(text: &mut String, place: &str, cell: &Cell, kind: ColumnKind) -> Result<(), WriteError> {
    match cell {
        Cell::Text(words) => string(text, place, words, if reads_as_formula(words) { 7 } else { 3 }),
        Cell::Code(words) => string(text, place, words, 4),
        Cell::Money(fen) => {
            check(*fen)?;
            let _ = write!(text, "<c r=\"{place}\" s=\"5\"><v>{}</v></c>", fen.yuan());
        }
        Cell::Count(count) => {
            check(Fen(*count))?;
            let _ = write!(text, "<c r=\"{place}\" s=\"9\"><v>{count}</v></c>");
        }
        Cell::Percent(Some(percent)) => {
            let _ = write!(
                text,
                "<c r=\"{place}\" s=\"5\"><v>{}</v></c>",
                two_decimals(*percent)
            );
        }
        Cell::Date(day) => {
            // Day 25569 is 1970-01-01.
            let serial = day.signed_duration_since(chrono::NaiveDate::default()).num_days() + 25_569;
            let _ = write!(text, "<c r=\"{place}\" s=\"6\"><v>{serial}</v></c>");
        }
        Cell::Mark(_) | Cell::Suppressed => string(text, place, &cell.printed(crate::values::Unit::Yuan), 4),
        Cell::Empty | Cell::Percent(None) => {
            let style = if kind == ColumnKind::Text { 3 } else { 4 };
            let _ = write!(text, "<c r=\"{place}\" s=\"{style}\"/>");
        }
    }
    Ok(())
}

/// For XML, without the characters it cannot hold.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\t' | '\n' | '\r' => text.push(c),
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    text
}
