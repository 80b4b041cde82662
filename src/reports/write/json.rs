//! JSON for programs: the same sheets, amounts as strings in yuan with two decimals, counts as
//! integers, percentages as strings with two decimals, days as ISO dates, and `null` for what is
//! not there. A row whose figures are hidden from readers outside says `"suppressed": true`, and its
//! figures are `null`.

use super::WriteError;
use crate::reports::table::{
    Cell, Column, ColumnKind, Row, RowKind, Sheet, TotalRule, Variant, Workbook, two_decimals,
};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

#[derive(Serialize)]
struct BookJson<'a> {
    name: &'a str,
    lang: &'static str,
    made_at: String,
    amounts_in: &'static str,
    sheets: Vec<SheetJson<'a>>,
    notes: &'a [String],
    stamp: StampJson<'a>,
}

#[derive(Serialize)]
struct StampJson<'a> {
    edition: Option<i32>,
    /// What was asked: label and value.
    filters: &'a [(String, String)],
    as_of: &'a str,
    program: &'a str,
    check_code: &'a str,
}

#[derive(Serialize)]
struct SheetJson<'a> {
    form_no: &'a str,
    authority: &'a str,
    title: &'a str,
    prepared_by: &'a str,
    period: &'a str,
    as_of: &'a str,
    variant: &'static str,
    banner: Option<&'a str>,
    shown_in: &'static str,
    columns: Vec<ColumnJson<'a>>,
    total: Option<RowJson<'a>>,
    rows: Vec<RowJson<'a>>,
    footnotes: &'a [String],
    sign_off: SignOffJson<'a>,
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    key: &'a str,
    group: Option<&'a str>,
    title: &'a str,
    kind: &'static str,
    total: &'static str,
}

#[derive(Serialize)]
struct RowJson<'a> {
    kind: &'static str,
    level: u8,
    /// The row's figures are hidden from readers outside; said only where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suppressed: bool,
    cells: CellsJson<'a>,
}

#[derive(Serialize)]
struct SignOffJson<'a> {
    head: &'a str,
    checked_by: &'a str,
    prepared_by: &'a str,
    reported_on: Option<chrono::NaiveDate>,
}

/// The cells of a row by column key, in the order of the columns.
struct CellsJson<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
}

struct CellJson<'a>(&'a Cell);

/// Writes the workbook as one JSON object. A mark is an object, `{"mark":"未报"}`, so that no
/// program takes it for a value.
///
/// # Errors
/// [`WriteError::Table`] when the table is wrong.
pub fn json(book: &Workbook) -> Result<Vec<u8>, WriteError> {
    book.check()?;
    let value = BookJson {
        name: &book.name,
        lang: book.lang.code(),
        made_at: book.made_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        amounts_in: "yuan",
        sheets: book.sheets.iter().map(sheet_json).collect(),
        notes: &book.notes,
        stamp: StampJson {
            edition: book.stamp.edition,
            filters: &book.stamp.filters,
            as_of: &book.stamp.as_of,
            program: &book.stamp.program,
            check_code: &book.stamp.check_code,
        },
    };
    let mut text = serde_json::to_vec_pretty(&value)?;
    text.push(b'\n');
    Ok(text)
}

fn sheet_json(sheet: &Sheet) -> SheetJson<'_> {
    SheetJson {
        form_no: &sheet.form_no,
        authority: &sheet.authority,
        title: &sheet.title,
        prepared_by: &sheet.prepared_by,
        period: &sheet.period,
        as_of: &sheet.as_of,
        variant: Variant::code(sheet.variant),
        banner: sheet.banner.as_deref(),
        shown_in: sheet.unit.code(),
        columns: sheet.columns.iter().map(column_json).collect(),
        total: sheet
            .total
            .as_ref()
            .map(|row| row_json(&sheet.columns, row, "total")),
        rows: sheet
            .rows
            .iter()
            .map(|row| row_json(&sheet.columns, row, row_kind(row.kind)))
            .collect(),
        footnotes: &sheet.footnotes,
        sign_off: SignOffJson {
            head: &sheet.sign_off.head,
            checked_by: &sheet.sign_off.checked_by,
            prepared_by: &sheet.sign_off.prepared_by,
            reported_on: sheet.sign_off.reported_on,
        },
    }
}

fn column_json(column: &Column) -> ColumnJson<'_> {
    ColumnJson {
        key: &column.key,
        group: column.group.as_deref(),
        title: &column.title,
        kind: match column.kind {
            ColumnKind::Text => "text",
            ColumnKind::Code => "code",
            ColumnKind::Money => "money",
            ColumnKind::Count => "count",
            ColumnKind::Percent => "percent",
            ColumnKind::Date => "date",
        },
        total: match column.total {
            TotalRule::Sum => "sum",
            TotalRule::Given => "given",
            TotalRule::None => "none",
        },
    }
}

fn row_json<'a>(columns: &'a [Column], row: &'a Row, kind: &'static str) -> RowJson<'a> {
    RowJson {
        kind,
        level: row.level,
        suppressed: row.cells.contains(&Cell::Suppressed),
        cells: CellsJson {
            columns,
            cells: &row.cells,
        },
    }
}

fn row_kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Item => "item",
        RowKind::Subtotal => "subtotal",
        RowKind::OfWhich => "of_which",
    }
}

impl Serialize for CellsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            map.serialize_entry(&column.key, &CellJson(cell))?;
        }
        map.end()
    }
}

impl Serialize for CellJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Text(text) | Cell::Code(text) => serializer.serialize_str(text),
            Cell::Money(fen) => serializer.serialize_str(&fen.yuan()),
            Cell::Count(count) => serializer.serialize_i64(*count),
            Cell::Percent(Some(percent)) => serializer.collect_str(&two_decimals(*percent)),
            Cell::Date(date) => serializer.collect_str(date),
            Cell::Mark(mark) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("mark", mark)?;
                map.end()
            }
            Cell::Suppressed | Cell::Empty | Cell::Percent(None) => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use serde_json::{Value, json};

    #[test]
    fn figures_are_exact_and_typed() {
        let book = samples::book(vec![samples::by_county()]);
        let value: Value = serde_json::from_slice(&super::json(&book).unwrap()).unwrap();
        assert_eq!(value["made_at"], json!("2024-01-04T02:00:00Z"));
        let sheet = &value["sheets"][0];
        assert_eq!(sheet["shown_in"], json!("wan"));
        assert_eq!(sheet["columns"][2]["group"], json!("有效授信额度"));
        assert_eq!(
            sheet["total"]["cells"],
            json!({
                "region": "合计", "code": "440700000000", "granted": "100000.00",
                "granted_yoy": "23.08", "new": "-0.05", "villages": 3, "updated": null
            })
        );
        assert_eq!(sheet["rows"][2]["kind"], json!("of_which"));
        assert_eq!(sheet["rows"][3]["cells"]["villages"], json!({"mark": "未报"}));
        assert_eq!(sheet["rows"][1]["cells"]["granted_yoy"], Value::Null);
    }

    #[test]
    fn cells_keep_the_order_of_the_columns() {
        let book = samples::book(vec![samples::by_county()]);
        let text = String::from_utf8(super::json(&book).unwrap()).unwrap();
        let at = |key: &str| text.rfind(&format!("\"{key}\":")).unwrap();
        assert!(at("region") < at("code") && at("code") < at("granted"));
        assert!(at("villages") < at("updated"));
    }
}
