//! A report's file as sheets of texts, whatever its format: both what was given back and what we would hand out
//! are read by these same lines, so that only what differs in them differs.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use super::unpack::{MOST_BYTES, MOST_CELLS, Unfit, settle};
use crate::reports::write::Format;

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grid {
    pub name: String,
    pub rows: Vec<Vec<String>>,
}

/// Reads a file given back.
pub(super) fn read(file: &[u8]) -> Result<(Format, Vec<Grid>), Unfit> {
    if file.is_empty() {
        return Err(Unfit::Nothing);
    }
    if file.len() > MOST_BYTES {
        return Err(Unfit::TooLarge);
    }
    if file.starts_with(b"PK") {
        return workbook(&settle(file)?).map(|grids| (Format::Xlsx, grids));
    }
    let text = std::str::from_utf8(file).map_err(|_| Unfit::Unreadable)?;
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim_start().starts_with('{') {
        return json(text).map(|grids| (Format::Json, grids));
    }
    csv(text).map(|grids| (Format::Csv, grids))
}

fn workbook(file: &[u8]) -> Result<Vec<Grid>, Unfit> {
    let mut book = Xlsx::new(Cursor::new(file)).map_err(|_| Unfit::Unreadable)?;
    let mut grids = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|_| Unfit::Unreadable)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = vec![Vec::new(); top as usize];
        rows.extend(range.rows().map(|cells| {
            let mut row = vec![String::new(); left as usize];
            row.extend(cells.iter().map(data));
            row
        }));
        grids.push(Grid { name, rows });
    }
    Ok(grids)
}

fn data(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        cell => cell.to_string(),
    }
}

/// Sheets follow one another; a blank line, or one of empty fields, stands between them.
fn csv(text: &str) -> Result<Vec<Grid>, Unfit> {
    let (mut grids, mut cells): (Vec<Grid>, u64) = (Vec::new(), 0);
    for block in blocks(text) {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(block.as_bytes());
        let mut begins = true;
        for record in reader.records() {
            let record = record.map_err(|_| Unfit::Unreadable)?;
            cells += record.len() as u64;
            if cells > MOST_CELLS {
                return Err(Unfit::TooManyCells);
            }
            let row: Vec<String> = record.iter().map(str::to_owned).collect();
            if row.iter().all(String::is_empty) {
                begins = true;
                continue;
            }
            if begins {
                grids.push(Grid {
                    name: row.first().cloned().unwrap_or_default(),
                    rows: Vec::new(),
                });
                begins = false;
            }
            if let Some(grid) = grids.last_mut() {
                grid.rows.push(row);
            }
        }
    }
    Ok(grids)
}

/// What stands between blank lines; a line within quotes is none.
fn blocks(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut line, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, byte) in text.bytes().enumerate() {
        quoted ^= byte == b'"';
        if byte == b'\n' && !quoted {
            if text[line..at].trim_end_matches('\r').is_empty() {
                found.push(&text[start..line]);
                start = at + 1;
            }
            line = at + 1;
        }
    }
    found.push(&text[start..]);
    found
}

fn json(text: &str) -> Result<Vec<Grid>, Unfit> {
    let value: Value = serde_json::from_str(text).map_err(|_| Unfit::Unreadable)?;
    let sheets = value["sheets"].as_array().ok_or(Unfit::Unreadable)?;
    let mut grids: Vec<Grid> = sheets.iter().map(json_sheet).collect();
    let cells: usize = grids.iter().flat_map(|grid| &grid.rows).map(Vec::len).sum();
    if cells as u64 > MOST_CELLS {
        return Err(Unfit::TooManyCells);
    }
    let stamp = value["stamp"].as_object();
    let told = stamp
        .into_iter()
        .flatten()
        .map(|(key, value)| vec![key.clone(), plain(value)]);
    grids.push(Grid {
        name: "stamp".to_owned(),
        rows: told.collect(),
    });
    Ok(grids)
}

fn json_sheet(sheet: &Value) -> Grid {
    let keys = [
        "title",
        "form_no",
        "authority",
        "prepared_by",
        "period",
        "as_of",
        "variant",
    ];
    let mut rows: Vec<Vec<String>> = keys
        .iter()
        .map(|key| vec![(*key).to_owned(), plain(&sheet[*key])])
        .collect();
    let columns: Vec<String> = sheet["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|column| plain(&column["key"]))
        .collect();
    let of = |row: &Value| {
        columns
            .iter()
            .map(|key| plain(&row["cells"][key.as_str()]))
            .collect()
    };
    let all = sheet["rows"].as_array().into_iter().flatten();
    let all: Vec<Vec<String>> = Some(&sheet["total"])
        .filter(|total| total.is_object())
        .into_iter()
        .chain(all)
        .map(of)
        .collect();
    rows.push(columns);
    rows.extend(all);
    let notes = sheet["footnotes"].as_array().into_iter().flatten();
    rows.extend(notes.map(|note| vec![plain(note)]));
    Grid {
        name: plain(&sheet["title"]),
        rows,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(mark) => mark.get("mark").map_or_else(|| value.to_string(), plain),
        other => other.to_string(),
    }
}

/// The text in a file that looks like a check code.
pub(super) fn code_in(grids: &[Grid]) -> Option<String> {
    let texts = grids.iter().flat_map(|grid| grid.rows.iter().rev()).flatten();
    texts.filter_map(|text| code_in_text(text)).next()
}

fn code_in_text(text: &str) -> Option<String> {
    let is_code = |word: &&str| {
        word.len() == 24
            && word.split('-').count() == 5
            && word
                .split('-')
                .all(|four| four.len() == 4 && four.bytes().all(|c| c.is_ascii_alphanumeric()))
    };
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .find(is_code)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_of_a_csv_stand_apart_however_it_was_saved() {
        let ours = "\u{FEFF}甲\r\na,\"b\nc\"\r\n\r\n乙\r\n1,2\r\n";
        let saved = "甲,\na,\"b\nc\"\n,\n乙,\n1,2\n";
        for text in [ours, saved] {
            let (format, grids) = read(text.as_bytes()).unwrap();
            assert_eq!(format, Format::Csv);
            let names: Vec<&str> = grids.iter().map(|grid| grid.name.as_str()).collect();
            assert_eq!(names, ["甲", "乙"], "{text}");
            assert_eq!(grids[0].rows[1], ["a", "b\nc"]);
        }
    }

    #[test]
    fn the_code_is_found_where_it_is_printed() {
        let line = "校验码：7K3M-9QWX-0000-ABCD-1234（在本系统…）".to_owned();
        let grid = Grid {
            name: String::new(),
            rows: vec![vec!["x".to_owned()], vec![String::new(), line]],
        };
        assert_eq!(code_in(&[grid]).as_deref(), Some("7K3M-9QWX-0000-ABCD-1234"));
        assert_eq!(code_in(&[]), None);
    }

    #[test]
    fn what_is_no_file_of_ours_is_told() {
        assert_eq!(read(b""), Err(Unfit::Nothing));
        assert_eq!(read(b"PK\x03\x04 no"), Err(Unfit::Unreadable));
        assert_eq!(read(b"{\"a\":1}"), Err(Unfit::Unreadable));
        assert_eq!(read(&[0xBA, 0xCF, 0xBC, 0xC6]), Err(Unfit::Unreadable));
        let commas = ",".repeat(250_000);
        assert_eq!(read(commas.as_bytes()), Err(Unfit::TooManyCells));
    }
}
