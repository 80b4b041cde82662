//! Files made of a report: one writer per format, all from the same [`Workbook`].
//!
//! What must always hold: a writer changes no figure, it only prints it; the same workbook gives
//! the same bytes; no text becomes a formula in the reader's program; and only [`mod@xlsx`] turns
//! an amount into a double, where the format has no other number.

pub mod csv;
pub mod json;
pub mod pdf;
pub(in crate::reports) mod stream_xlsx;
pub mod xlsx;
mod zip;

use crate::reports::table::{RowKind, TableError, Workbook};
use crate::values::text::{Lang, Say};

/// The kinds of file a report can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Pdf,
    Csv,
    Json,
}

impl Format {
    pub const ALL: [Format; 4] = [Format::Xlsx, Format::Pdf, Format::Csv, Format::Json];

    /// Reads a format's name, in either case: `xlsx`, `pdf`, `csv`, `json`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL
            .into_iter()
            .find(|format| format.extension().eq_ignore_ascii_case(name.trim()))
    }

    /// The format's name, which is also its file extension without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Pdf => "pdf",
            Format::Csv => "csv",
            Format::Json => "json",
        }
    }

    /// The name on a button.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Xlsx => "XLSX",
            Format::Pdf => "PDF",
            Format::Csv => "CSV",
            Format::Json => "JSON",
        }
    }

    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Pdf => "application/pdf",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Json => "application/json",
        }
    }

    /// The file's name on the reader's disk.
    #[must_use]
    pub fn file_names(self, book: &Workbook) -> FileNames {
        let named = |stem: &str| format!("{stem}.{}", self.extension());
        FileNames {
            own: named(&book.file_stem),
            plain: named(&book.plain_stem),
        }
    }
}

/// A file's name, and what stands for it where only plain letters do (RFC 6266).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNames {
    pub own: String,
    pub plain: String,
}

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The table itself is wrong.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file written from front to back has outgrown what its format can say.
    #[error("the file has outgrown its format")]
    TooLarge,
    /// A spreadsheet keeps 15 digits, so 10¹⁵ and beyond would be shown wrong.
    /// Rows are counted from 1; row 0 is the total.
    #[error("sheet {sheet}, row {row}, column {column}: too many digits for a spreadsheet")]
    TooManyDigits {
        sheet: String,
        column: String,
        row: usize,
    },
    /// A date that a spreadsheet cannot hold: before 1900 or after 9999.
    #[error("a spreadsheet cannot hold the date {0}")]
    Date(chrono::NaiveDate),
    /// A limit of the file format: too many rows, or a text too long.
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("the CSV file could not be written: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("the JSON file could not be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Font(#[from] pdf::FontError),
    #[error("the PDF file could not be written: {0}")]
    Pdf(String),
    /// More rows than anybody prints.
    #[error("sheet {sheet} has {rows} rows, more than a PDF takes; download XLSX or CSV instead")]
    TooManyRows { sheet: String, rows: usize },
}

impl WriteError {
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            WriteError::Table(error) => error.code(),
            WriteError::TooManyDigits { .. } => "report.too_many_digits",
            WriteError::TooLarge => "report.outgrown",
            WriteError::Date(_) => "report.date_out_of_range",
            WriteError::Workbook(_) => "report.workbook",
            WriteError::Csv(_) => "report.csv",
            WriteError::Json(_) => "report.json",
            WriteError::Font(_) => "report.font",
            WriteError::Pdf(_) => "report.pdf",
            WriteError::TooManyRows { .. } => "report.too_many_rows",
        }
    }

    #[must_use]
    pub fn say(&self) -> Say {
        let zh = match self {
            WriteError::Table(error) => return error.say(),
            WriteError::TooManyDigits { sheet, column, row } => {
                format!("表“{sheet}”第{row}行“{column}”列的数超过电子表格能准确表示的15位，请改下载CSV")
            }
            WriteError::TooLarge => "文件超出这种格式的上限，请改用 CSV 或缩小范围".to_owned(),
            WriteError::Date(date) => format!("电子表格不能表示日期{date}"),
            WriteError::Workbook(error) => format!("无法生成电子表格：{error}"),
            WriteError::Csv(error) => format!("无法生成CSV文件：{error}"),
            WriteError::Json(error) => format!("无法生成JSON文件：{error}"),
            WriteError::Font(error) => return error.say(),
            WriteError::Pdf(error) => format!("无法生成PDF文件：{error}"),
            WriteError::TooManyRows { sheet, rows } => {
                format!("表“{sheet}”有{rows}行，超过PDF的限度，请改下载XLSX或CSV")
            }
        };
        Say::new(zh, self.to_string())
    }
}

/// Writes a report as a file of this format.
///
/// # Errors
/// [`WriteError`], the writer's own.
pub fn write(book: &Workbook, format: Format) -> Result<Vec<u8>, WriteError> {
    match format {
        Format::Xlsx => xlsx::xlsx(book),
        Format::Pdf => pdf::pdf(book),
        Format::Csv => csv::csv(book),
        Format::Json => json::json(book),
    }
}

/// What a row is, for readers who have no typography to tell them: a total, an item that counts
/// towards it, or a part that does not.
fn row_word(kind: RowKind, is_total: bool, lang: Lang) -> &'static str {
    match (is_total, kind) {
        (true, _) => lang.t("合计", "total"),
        (false, RowKind::Item) => lang.t("分项", "item"),
        (false, RowKind::Subtotal) => lang.t("小计", "subtotal"),
        (false, RowKind::OfWhich) => lang.t("其中", "of which"),
    }
}

/// Whether a spreadsheet could take this text for a formula: it begins, after any blanks, with
/// `=`, `+`, `-` or `@` (full width too), or with a tab or a line break.
fn reads_as_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫'])
}

#[cfg(test)]
pub(super) mod samples;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_name() {
        assert_eq!(Format::parse(" XLSX "), Some(Format::Xlsx));
        assert_eq!(Format::parse("csv"), Some(Format::Csv));
        assert_eq!(Format::parse("doc"), None);
        for format in Format::ALL {
            assert_eq!(Format::parse(format.extension()), Some(format));
        }
        let book = samples::book(Vec::new());
        let names = Format::Csv.file_names(&book);
        assert_eq!(names.own, "2023-12_江门市_综合月报_v1.csv");
        assert!(names.plain.is_ascii());
    }

    #[test]
    fn a_workbook_without_sheets_is_refused_by_every_writer() {
        let book = samples::book(Vec::new());
        for format in Format::ALL {
            assert_eq!(write(&book, format).unwrap_err().code(), "table.no_sheet");
        }
    }
}
