//! Rows copied from a spreadsheet: what arrives in a text field when somebody pastes cells.

use super::text::{Say, narrow};

/// Most rows one paste may hold: a large village has some 2,000 households.
pub const MOST_ROWS: usize = 5_000;

/// One pasted row that holds anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedRow {
    /// Its place among the rows pasted, from 1, empty ones counted.
    pub n: usize,
    /// Its cells, trimmed, full-width signs brought to their plain forms.
    pub cells: Vec<String>,
}

impl PastedRow {
    /// The cell in that column from 0; empty when the row is shorter.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Why a paste is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasteError {
    /// That row, from 1, does not read as cells.
    Unreadable(usize),
    TooMany,
}

impl PasteError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PasteError::Unreadable(_) => "paste.unreadable",
            PasteError::TooMany => "paste.too_many",
        }
    }

    /// The sentence for the person who pasted.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            PasteError::Unreadable(row) => Say::new(
                format!("第{row}行读不成单元格，请从表格里重新复制。"),
                format!("Row {row} does not read as cells; copy it from the spreadsheet again."),
            ),
            PasteError::TooMany => Say::new(
                format!("一次最多粘贴{MOST_ROWS}行，请分几次。"),
                format!("At most {MOST_ROWS} rows in one paste; paste the rest separately."),
            ),
        }
    }
}

/// Cells copied from a spreadsheet, empty rows left out.
///
/// A spreadsheet puts tabs between cells and quotes a cell that holds a line break; text without any
/// tab is taken for comma-separated values.
pub fn pasted_rows(text: &str) -> Result<Vec<PastedRow>, PasteError> {
    let delimiter = if text.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|_| PasteError::Unreadable(at + 1))?;
        let cells: Vec<String> = record.iter().map(narrow).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(PasteError::TooMany);
        }
        rows.push(PastedRow { n: at + 1, cells });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        pasted_rows(text)
            .unwrap()
            .into_iter()
            .map(|row| row.cells)
            .collect()
    }

    #[test]
    fn reads_what_a_spreadsheet_copies() {
        assert_eq!(
            cells("张三\t１２．５\r\n李四\t3,000.00\r\n"),
            [["张三", "12.5"], ["李四", "3,000.00"]]
        );
        assert_eq!(cells("\"两\n行\"\t1"), [["两\n行", "1"]]);
    }

    #[test]
    fn takes_commas_where_no_tab_stands() {
        assert_eq!(cells("\u{FEFF}甲,1\n乙,2"), [["甲", "1"], ["乙", "2"]]);
    }

    #[test]
    fn leaves_out_empty_rows_and_keeps_the_places_of_the_others() {
        let rows = pasted_rows("甲\t1\n\t\n乙\t2").unwrap();
        assert_eq!(rows.iter().map(|row| row.n).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(rows.first().map(|row| row.cell(7)), Some(""));
    }

    #[test]
    fn refuses_more_rows_than_any_village_has() {
        assert_eq!(
            pasted_rows(&"甲\t1\n".repeat(MOST_ROWS + 1)),
            Err(PasteError::TooMany)
        );
    }
}
