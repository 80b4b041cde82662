//! Files are read back with another library and compared cell by cell.

use super::super::{WriteError, samples};
use super::*;
use crate::reports::table::{Column, ColumnKind, HIDDEN, Row, TableError, TotalPlace, TotalRule};
use crate::values::money::{Fen, Unit};
use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use std::io::Cursor;

/// One sheet read back: its cached values and its formulas.
struct Read {
    values: Range<Data>,
    formulas: Range<String>,
}

impl Read {
    fn of(sheets: Vec<Sheet>, at: usize) -> Read {
        let bytes = xlsx(&samples::book(sheets)).unwrap();
        let mut file: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let name = file.sheet_names()[at].clone();
        Read {
            values: file.worksheet_range(&name).unwrap(),
            formulas: file.worksheet_formula(&name).unwrap(),
        }
    }

    fn value(&self, row: u32, column: u32) -> Data {
        self.values
            .get_value((row, column))
            .cloned()
            .unwrap_or(Data::Empty)
    }

    fn text(&self, row: u32, column: u32) -> String {
        match self.value(row, column) {
            Data::String(text) => text,
            Data::Empty => String::new(),
            other => panic!("{other:?} at {row},{column}"),
        }
    }

    fn number(&self, row: u32, column: u32) -> f64 {
        match self.value(row, column) {
            Data::Float(number) => number,
            other => panic!("{other:?} at {row},{column}"),
        }
    }

    fn formula(&self, row: u32, column: u32) -> String {
        self.formulas
            .get_value((row, column))
            .cloned()
            .unwrap_or_default()
    }

    /// All texts of the sheet in one, to look for a note.
    fn all_text(&self) -> String {
        let cells = self.values.used_cells();
        let texts = cells.filter_map(|(_, _, cell)| match cell {
            Data::String(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn the_head_of_a_form_stands_in_its_place() {
    let read = Read::of(vec![samples::by_county()], 0);
    assert_eq!(read.text(0, 0), "演示数据");
    assert!(read.all_text().contains("表号：村信综月01表"));
    assert_eq!(read.text(1, 0), "授信情况月报");
    assert_eq!(read.text(2, 0), "内部 · 截至2024-01-04，第1版");
    assert_eq!(read.text(3, 0), "填报单位：江门市");
    let text = read.all_text();
    assert!(text.contains("报告期：2023年12月") && text.contains("单位：万元、个"));
    assert_eq!(read.text(4, 0), "地区");
    assert_eq!(read.text(4, 2), "有效授信额度");
    assert_eq!(
        (read.text(5, 2), read.text(5, 3)),
        ("期末".into(), "同比（%）".into())
    );
    assert_eq!(read.text(4, 4), "新增授信");
    assert_eq!(read.text(5, 7), "有效授信额度·期末（元）");
    assert_eq!(read.text(5, 8), "新增授信（元）");
    assert_eq!(read.text(5, 9), "计入合计");
}

#[test]
fn a_narrow_table_keeps_its_whole_head() {
    let mut two = samples::amounts(Unit::Wan, &[1]);
    two.prepared_by = "江门市".to_owned();
    two.period = "2023年12月".to_owned();
    let mut one = samples::tiny();
    one.prepared_by = "江门市农村金融工作协调小组办公室".repeat(3);
    one.period = "2023年12月".to_owned();
    one.other_units = vec!["户".to_owned()];
    one.authority = "制定单位".repeat(12);
    let read = Read::of(vec![two.clone(), one.clone()], 0);
    assert_eq!(read.text(3, 0), "填报单位：江门市    报告期：2023年12月");
    assert_eq!(read.text(3, 1), "单位：万元");
    let read = Read::of(vec![two, one], 1);
    assert!(read.text(3, 0).contains("报告期：2023年12月    单位：户"));
    assert!(read.text(2, 0).starts_with("内部    制定机关："));
}

#[test]
fn every_kind_of_cell_comes_back() {
    let read = Read::of(vec![samples::by_county()], 0);
    // The total, first.
    assert_eq!(read.text(6, 0), "合计");
    assert_eq!(read.text(6, 1), "440700000000");
    assert_eq!(read.number(6, 2), 10.0);
    assert_eq!(read.formula(6, 2), "ROUND(H7/10000,2)");
    assert_eq!(read.number(6, 7), 100_000.0);
    assert_eq!(read.formula(6, 7), "ROUND(SUMIF(J8:J11,1,H8:H11),2)");
    assert_eq!(read.number(6, 3), 23.08);
    assert_eq!(read.number(6, 4), 0.0);
    assert_eq!(read.number(6, 8), -0.05);
    assert_eq!(read.number(6, 5), 3.0);
    assert_eq!(read.formula(6, 5), "", "a distinct count is a value");
    assert_eq!(read.text(6, 6), "", "nothing to total");
    // A county.
    assert_eq!(
        (read.text(7, 0), read.text(7, 1)),
        ("蓬江区".into(), "440703000000".into())
    );
    assert_eq!(read.number(7, 2), 3.33);
    assert_eq!(read.formula(7, 2), "ROUND(H8/10000,2)");
    assert_eq!(read.number(7, 7), 33_335.0);
    assert_eq!(read.formula(7, 7), "");
    assert_eq!(read.number(7, 9), 1.0);
    let Data::DateTime(day) = read.value(7, 6) else {
        panic!("no date")
    };
    assert_eq!(day.as_f64(), 45_291.0, "2023-12-31");
    // No base, nothing, a part that does not count, a mark.
    assert_eq!(read.text(8, 3), "—");
    assert_eq!(read.number(9, 9), 0.0);
    assert_eq!(
        (read.text(9, 0), read.text(9, 5)),
        ("其中：陈皮".into(), "—".into())
    );
    assert_eq!(read.text(10, 5), "未报");
    assert_eq!(read.value(10, 8), Data::Empty);
    let text = read.all_text();
    assert!(text.contains("注：1. 村数为去重数。"));
    assert!(text.contains("单位负责人：") && text.contains("报出日期："));
}

#[test]
fn rounded_parts_are_not_added() {
    let read = Read::of(vec![samples::amounts(Unit::Wan, &[3_333_500; 3])], 0);
    assert_eq!([7, 8, 9].map(|row| read.number(row, 1)), [3.33; 3]);
    assert_eq!(read.number(6, 1), 10.0);
    assert_eq!(read.formula(6, 2), "ROUND(SUM(C8:C10),2)");
    assert!(read.all_text().contains("未作机械调整"));
}

#[test]
fn yuan_are_plain_numbers_under_one_sum() {
    let fens = [99_999_999_999_999, -1, 5];
    let mut sheet = samples::amounts(Unit::Yuan, &fens);
    sheet.total_place = TotalPlace::Last;
    let read = Read::of(vec![sheet], 0);
    assert_eq!(read.number(6, 1), 999_999_999_999.99);
    assert_eq!(read.number(7, 1), -0.01);
    assert_eq!(read.formula(9, 1), "ROUND(SUM(B7:B9),2)");
    assert_eq!(read.number(9, 1), 1_000_000_000_000.03);
    assert_eq!(read.values.width(), 2, "no hidden column");
    assert!(!read.all_text().contains("未作机械调整"));
}

#[test]
fn every_fen_survives_the_double() {
    let mut fen: i64 = 1;
    while fen < 999_999_999_999_999 {
        for fen in [fen, -fen, 999_999_999_999_999 - fen] {
            let read = body::yuan_double(Fen(fen));
            assert_eq!(format!("{read:.2}"), Fen(fen).yuan());
        }
        fen = fen * 7 / 2 + 1;
    }
}

#[test]
fn what_outgrows_fifteen_digits_is_refused() {
    let most = 999_999_999_999_999;
    for (fen, fits) in [(most, true), (-most, true), (most + 1, false), (-most - 1, false)] {
        let written = xlsx(&samples::book(vec![samples::amounts(Unit::Yuan, &[fen])]));
        assert_eq!(written.is_ok(), fits, "{fen}");
    }
    let two = samples::amounts(Unit::Yi, &[most, most]);
    let error = xlsx(&samples::book(vec![two])).unwrap_err();
    assert!(matches!(error, WriteError::TooManyDigits { row: 0, .. }));
    assert_eq!(error.code(), "report.too_many_digits");
    let exact = super::super::csv::csv(&samples::book(vec![samples::amounts(Unit::Yi, &[most + 1])]));
    assert!(exact.is_ok(), "CSV has no such limit");
}

#[test]
fn texts_never_become_formulas() {
    let mut sheet = samples::tiny();
    sheet.rows = samples::INJECTIONS
        .iter()
        .map(|text| Row::item(vec![Cell::text(*text)]))
        .collect();
    let read = Read::of(vec![sheet], 0);
    assert_eq!(read.formulas.used_cells().count(), 0);
    for (row, text) in (6..).zip(samples::INJECTIONS) {
        assert_eq!(read.text(row, 0).trim(), text.trim());
    }
    assert_eq!(read.text(1, 0), "=1+1");
}

#[test]
fn a_total_that_is_not_the_sum_is_refused() {
    let mut sheet = samples::amounts(Unit::Yuan, &[100, 200]);
    sheet.total = Some(Row::item(vec![Cell::text("合计"), Cell::Money(Fen(299))]));
    let error = xlsx(&samples::book(vec![sheet.clone()])).unwrap_err();
    assert_eq!(error.code(), "table.total_disagrees");
    sheet.columns[1].total = TotalRule::Given;
    let read = Read::of(vec![sheet], 0);
    assert_eq!((read.number(6, 1), read.formula(6, 1)), (2.99, String::new()));
}

#[test]
fn a_total_over_hidden_parts_is_a_value() {
    let mut sheet = samples::amounts(Unit::Yuan, &[100, 200]);
    sheet.rows[0].cells[1] = Cell::Suppressed;
    let refused = sheet.add_total("合计", []).unwrap_err();
    assert!(matches!(refused, TableError::TotalNotGiven { .. }));
    sheet
        .add_total("合计", [("balance", Cell::Money(Fen(300)))])
        .unwrap();
    let read = Read::of(vec![sheet], 0);
    assert_eq!((read.number(6, 1), read.formula(6, 1)), (3.0, String::new()));
    assert_eq!(read.text(7, 1), HIDDEN);
}

#[test]
fn an_empty_table_is_still_a_form() {
    let mut sheet = samples::amounts(Unit::Wan, &[]);
    assert_eq!(
        sheet.total,
        Some(Row::item(vec![Cell::text("合计"), Cell::Empty]))
    );
    sheet.total = Some(Row::item(vec![Cell::text("合计"), Cell::Money(Fen::ZERO)]));
    let read = Read::of(vec![sheet.clone()], 0);
    assert_eq!(read.number(6, 1), 0.0);
    assert!(read.text(7, 0).starts_with("注：") && read.text(8, 0).starts_with("单位负责人"));
    sheet.total = None;
    assert!(Read::of(vec![sheet], 0).all_text().contains("填表人"));
}

#[test]
fn a_sheet_of_subtotals_counts_items_once() {
    let mut sheet = samples::amounts(Unit::Wan, &[100, 200]);
    sheet
        .rows
        .insert(0, Row::subtotal(vec![Cell::text("小计"), Cell::Money(Fen(300))]));
    sheet.add_total("合计", []).unwrap();
    let read = Read::of(vec![sheet], 0);
    assert_eq!(read.number(6, 2), 3.0);
    assert_eq!([7, 8, 9].map(|row| read.number(row, 3)), [0.0, 1.0, 1.0]);
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let book = samples::book(vec![samples::by_county(), samples::tiny()]);
    let first = xlsx(&book).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert!(first == xlsx(&book).unwrap());
}

#[test]
fn sheet_names_are_legal_and_distinct() {
    let tabs = [
        "授信[分县]",
        "a/b\\c:d*e?",
        "'引号'",
        "",
        "History",
        "同名",
        "同名",
        "Abc",
        "aBC",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二四",
        "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
    ];
    let sheets = tabs.map(|tab| {
        let mut sheet = samples::amounts(Unit::Yuan, &[1]);
        sheet.tab = tab.to_owned();
        sheet
    });
    let book = samples::book(sheets.to_vec());
    let names = sheet_names(&book);
    assert_eq!(
        names[..5],
        ["授信（分县）", "a-b-c-d-e-", "引号", "Sheet4", "Sheet5"]
    );
    assert_eq!(names[5..9], ["同名", "同名 (2)", "Abc", "aBC (2)"]);
    assert_eq!(
        names[10],
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七 (2)"
    );
    assert!(names.iter().all(|name| name.encode_utf16().count() <= 31));
    assert!(xlsx(&book).is_ok());
}

#[test]
fn days_before_1900_are_refused_by_name() {
    let columns = vec![Column::new("day", "日", ColumnKind::Date)];
    let mut sheet = Sheet::new("日", Unit::Yuan, columns);
    sheet.rows = vec![Row::item(vec![Cell::Date(samples::day(1899, 1, 1))])];
    let error = xlsx(&samples::book(vec![sheet])).unwrap_err();
    assert_eq!(error.code(), "report.date_out_of_range");
}

#[test]
fn rounded_formulas_carry_the_printed_figure() {
    let fens = [
        5_000,
        15_000,
        3_335_000,
        3_334_999,
        -5_000,
        -4_999,
        99_999_999_995_000,
    ];
    let read = Read::of(vec![samples::amounts(Unit::Wan, &fens)], 0);
    for (row, fen) in (7..).zip(fens) {
        let shown = Fen(fen).show(Unit::Wan).replace(',', "");
        assert_eq!(format!("{:.2}", read.number(row, 1)), shown);
    }
}
