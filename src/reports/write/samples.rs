//! Tables the tests of the writers share.

use crate::reports::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Workbook};
use crate::values::money::{Fen, Unit};
use crate::values::text::Lang;
use chrono::NaiveDate;

/// Texts that a spreadsheet could take for a formula.
pub const INJECTIONS: [&str; 14] = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://x.invalid\",\"点击\")",
    "+86 750",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
];

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn book(sheets: Vec<Sheet>) -> Workbook {
    let made_at = day(2024, 1, 4).and_hms_opt(2, 0, 0).unwrap();
    let mut book = Workbook::new(Lang::Zh, "综合月报", made_at);
    book.file_stem = "2023-12_江门市_综合月报_v1".to_owned();
    book.notes = vec!["已授信口径见说明。".to_owned()];
    book.sheets = sheets;
    book
}

/// One sheet with every kind of column, row and cell.
pub fn by_county() -> Sheet {
    let columns = vec![
        Column::new("region", "地区", ColumnKind::Text),
        Column::new("code", "代码", ColumnKind::Code),
        Column::new("granted", "期末", ColumnKind::Money).under("有效授信额度"),
        Column::new("granted_yoy", "同比", ColumnKind::Percent).under("有效授信额度"),
        Column::new("new", "新增授信", ColumnKind::Money),
        Column::new("villages", "村数", ColumnKind::Count).totalled(TotalRule::Given),
        Column::new("updated", "更新日期", ColumnKind::Date),
    ];
    let mut sheet = Sheet::new("授信情况月报", Unit::Wan, columns);
    sheet.tab = "授信[分县]".to_owned();
    sheet.form_no = "村信综月01表".to_owned();
    sheet.prepared_by = "江门市".to_owned();
    sheet.period = "2023年12月".to_owned();
    sheet.as_of = "截至2024-01-04，第1版".to_owned();
    sheet.other_units = vec!["个".to_owned()];
    sheet.banner = Some("演示数据".to_owned());
    sheet.footnotes = vec!["村数为去重数。".to_owned()];
    sheet.rows = counties();
    let given = [
        ("code", Cell::Code("440700000000".to_owned())),
        ("granted_yoy", percent("23.075")),
        ("villages", Cell::Count(3)),
    ];
    sheet.add_total("合计", given).unwrap();
    sheet
}

fn counties() -> Vec<Row> {
    let code = |code: &str| Cell::Code(code.to_owned());
    let year_end = Cell::Date(day(2023, 12, 31));
    vec![
        Row::item(vec![
            Cell::text("蓬江区"),
            code("440703000000"),
            Cell::Money(Fen(3_333_500)),
            percent("23.08"),
            Cell::Money(Fen(0)),
            Cell::Count(1),
            year_end.clone(),
        ]),
        Row::item(vec![
            Cell::text("江海区"),
            code("440704000000"),
            Cell::Money(Fen(3_333_500)),
            Cell::Percent(None),
            Cell::Money(Fen(-5)),
            Cell::Count(1),
            year_end,
        ]),
        Row::of_which(vec![
            Cell::text("其中：陈皮"),
            Cell::Empty,
            Cell::Money(Fen(2_000_000)),
            percent("-5"),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ]),
        Row::item(vec![
            Cell::text("新会区"),
            code("440705000000"),
            Cell::Money(Fen(3_333_000)),
            percent("0"),
            Cell::Empty,
            Cell::Mark("未报".to_owned()),
            Cell::Empty,
        ]),
    ]
}

/// A sheet of one column whose texts look like formulas.
pub fn tiny() -> Sheet {
    let columns = vec![Column::new("name", "-名称", ColumnKind::Text)];
    let mut sheet = Sheet::new("=1+1", Unit::Yuan, columns);
    sheet.rows = vec![Row::item(vec![Cell::text("＝HYPERLINK(1)")])];
    sheet
}

/// One money column with these amounts, and its total.
pub fn amounts(unit: Unit, fens: &[i64]) -> Sheet {
    let columns = vec![
        Column::new("village", "村", ColumnKind::Text),
        Column::new("balance", "余额", ColumnKind::Money),
    ];
    let mut sheet = Sheet::new("余额表", unit, columns);
    sheet.rows = fens
        .iter()
        .map(|fen| Row::item(vec![Cell::text("某村"), Cell::Money(Fen(*fen))]))
        .collect();
    sheet.add_total("合计", []).unwrap();
    sheet
}

fn percent(text: &str) -> Cell {
    Cell::Percent(Some(text.parse().unwrap()))
}
