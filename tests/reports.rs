//! Every standard report of a small office: the same cells in every format, the same figures as the totals, and as the
//! golden files kept in `tests/data/golden` (`CUNXIN_GOLDEN=write` writes them anew).

use std::collections::HashMap;
use std::io::Cursor;
use std::path::PathBuf;

use calamine::{Data, Reader as _, Xlsx};
use chrono::{NaiveDate, NaiveDateTime};
use cunxin::reports::table::{Cell, Row, Sheet, Workbook};
use cunxin::reports::write::{Format, write};
use cunxin::reports::{REPORTS, Report, ReportAsk, html};
use cunxin::totals::{self, Boundaries, By, Question, resolve_region};
use cunxin::values::measure::measure;
use cunxin::values::{ContractId, Fen, Lang, Month, Unit};
use serde_json::{Value, json};

use super::policies::{approve, contract, policy, posted, recorded};
use crate::support::app::{Backend, TestApp, on_both};
use crate::support::office;

pub const SCOPES: [&str; 3] = ["", "440784000000", "440784103000"];

fn made_at() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2024, 1, 4).expect("a day");
    day.and_hms_opt(8, 0, 0).expect("a moment")
}

/// A grant, a loan under it and one without, a policy with a claim in part paid: all in September 2023.
pub fn september(app: &TestApp) {
    let chen = app.household(app.office.village, "陈大文", "440784197503080014");
    let li = app.household(app.office.village, "李小妹", "440781198802290025");
    let (line, first, second) = (contract(7), contract(8), contract(9));
    let limits = json!({"valid_from": "2023-09-04", "valid_to": "2025-08-30", "revolving": true});
    bank(
        app,
        "credit.grant",
        "2023-09-04",
        &line,
        app.line(&chen, &line, "50000", limits),
    );
    let terms = |under: Option<&ContractId>, note: &str| {
        json!({
            "credit_line": under, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
            "guarantee": "credit", "method": "bullet", "note_number": note,
        })
    };
    let drawn = app.line(&chen, &first, "20000.55", terms(Some(&line), "JJ-1"));
    bank(app, "loan.disbursement", "2023-09-06", &first, drawn);
    let lent = app.line(&li, &second, "33333.33", terms(None, "JJ-2"));
    bank(app, "loan.disbursement", "2023-09-07", &second, lent);

    let id = contract(1);
    posted(app, &policy(app, &id, "BD1", &[(app.office.village, "100.00")]));
    let open = format!(
        "/field/claim?stage=insurance.claim_report&book={}&policy={id}&part=1&claim=LP1",
        app.office.book
    );
    let reported = recorded(&app.sign_in("insurer"), &open, &super::claims::REPORT);
    approve(app, &reported);
}

fn bank(app: &TestApp, kind: &str, day: &str, id: &ContractId, line: cunxin::ledger::NewLine) {
    assert_eq!(line.contract.as_ref(), Some(id));
    let submission = app.submission(kind, day, vec![line]);
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
}

pub fn built(
    app: &TestApp,
    report: &Report,
    (scope, month): (&str, &str),
    unit: Unit,
    lang: Lang,
) -> Workbook {
    let month = Month::parse(month).expect("a month");
    app.state
        .read_now(|conn, office| {
            let ask = ReportAsk {
                region: resolve_region(office.regions, scope, month.last_day())?,
                month,
                boundaries: Boundaries::Then,
                unit,
                lang,
                made_at: made_at(),
                demo: false,
                public: false,
                edition: None,
            };
            report.build(conn, office, &ask)
        })
        .unwrap_or_else(|error| panic!("{} of {scope:?} in {month}: {error:?}", report.code))
}

/// A cell as JSON and CSV hold it: exact, in yuan, without grouping.
pub fn exact(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Code(text) | Cell::Mark(text) => text.clone(),
        Cell::Money(fen) => fen.yuan().replace(',', ""),
        Cell::Count(count) => count.to_string(),
        Cell::Percent(None) | Cell::Empty => String::new(),
        other => other.printed(Unit::Yuan),
    }
}

fn in_json(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(mark) => mark["mark"].as_str().unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}

fn check_json(book: &Workbook, bytes: &[u8]) {
    let read: Value = serde_json::from_slice(bytes).expect("JSON");
    for (sheet, read) in book.sheets.iter().zip(read["sheets"].as_array().expect("sheets")) {
        let rows = read["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), sheet.rows.len(), "{}", sheet.tab);
        let pairs = sheet.rows.iter().zip(rows);
        for (row, read) in pairs.chain(sheet.total.iter().map(|total| (total, &read["total"]))) {
            for (cell, column) in row.cells.iter().zip(&sheet.columns) {
                assert_eq!(
                    in_json(&read["cells"][&column.key]),
                    exact(cell),
                    "{} {}",
                    sheet.tab,
                    column.key
                );
            }
        }
    }
}

/// Finds each row in turn: a record that holds its cells, the kind of row after them.
fn check_csv(book: &Workbook, bytes: &[u8]) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = reader.records().map(|record| record.expect("a record"));
    for sheet in &book.sheets {
        for (_, row) in sheet.printed_rows() {
            let wanted: Vec<String> = row.cells.iter().map(exact).collect();
            let found = records.any(|record| {
                let cells: Vec<&str> = record.iter().map(|cell| cell.trim_start_matches('\'')).collect();
                cells.len() == wanted.len() + 1
                    && cells.iter().zip(&wanted).all(|(cell, wanted)| cell == wanted)
            });
            assert!(found, "{} of {} in the CSV: {wanted:?}", sheet.tab, book.name);
        }
    }
}

fn same(data: &Data, cell: &Cell, unit: Unit) -> bool {
    match cell {
        Cell::Money(fen) => shown(data) == Some(fen.in_unit(unit).to_string().parse().expect("a number")),
        Cell::Count(count) => shown(data) == Some(count.to_string().parse().expect("a number")),
        Cell::Percent(Some(_)) => matches!(data, Data::Float(_) | Data::Int(_)),
        Cell::Date(_) => !matches!(data, Data::Empty),
        other => match data {
            Data::String(text) => *text == other.printed(unit),
            Data::Empty => other.is_empty() || other.printed(unit).is_empty(),
            _ => false,
        },
    }
}

/// To the hundredth.
fn shown(data: &Data) -> Option<f64> {
    match data {
        Data::Float(number) => Some((number * 100.0).round() / 100.0),
        Data::Int(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// Finds each row in turn: the cells of the form's own columns come first, the exact yuan of hidden ones after them.
fn check_xlsx(book: &Workbook, bytes: &[u8]) {
    let mut file: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let names = file.sheet_names();
    assert_eq!(names.len(), book.sheets.len());
    for (sheet, name) in book.sheets.iter().zip(names) {
        let range = file.worksheet_range(&name).expect("a sheet");
        let (last_row, last_column) = range.end().expect("cells");
        let mut at = 0;
        for (is_total, row) in sheet.printed_rows() {
            let found = (at..=last_row).find(|line| {
                row.cells.iter().zip(0..=last_column).all(|(cell, column)| {
                    let data = range.get_value((*line, column)).unwrap_or(&Data::Empty);
                    let blank = cell.is_empty() && matches!(data, Data::Empty);
                    let named = column == 0 && matches!(cell, Cell::Text(_)) && ends_with(data, cell);
                    blank || named || same(data, cell, sheet.unit) || is_total && cell.is_empty()
                })
            });
            at = found.unwrap_or_else(|| panic!("{name} of {} in the workbook: {row:?}", book.name)) + 1;
        }
    }
}

/// An 其中 row says so before its name.
fn ends_with(data: &Data, cell: &Cell) -> bool {
    matches!(data, Data::String(text) if text.trim().ends_with(&cell.printed(Unit::Yuan)))
}

/// The page's rows, their tags taken off, hold each printed cell in turn.
fn check_page(book: &Workbook) {
    for sheet in &book.sheets {
        let page = html::sheet(book, sheet, "s").into_string();
        let text = plain(&page);
        let mut rest = text.as_str();
        let rows = sheet.rows.iter().take(html::SHOWN).map(|row| (false, row));
        for (is_total, row) in rows.chain(sheet.total.iter().map(|row| (true, row))) {
            for (at, cell) in row.cells.iter().enumerate() {
                let printed = sheet.printed_cell(is_total, at, cell);
                let found = rest.find(&printed);
                let found = found.unwrap_or_else(|| panic!("{printed:?} of {} on the page", sheet.tab));
                rest = &rest[found + printed.len()..];
            }
        }
    }
}

fn plain(page: &str) -> String {
    let body = page.split_once("<tbody").map_or("", |(_, body)| body);
    let mut text = String::new();
    let mut inside = true;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn check_formats(book: &Workbook) {
    check_page(book);
    // Paper takes longer and has a test of its own.
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Pdf) {
        let bytes = write(book, format).unwrap_or_else(|error| panic!("{}: {error}", book.name));
        match format {
            Format::Xlsx => check_xlsx(book, &bytes),
            Format::Csv => check_csv(book, &bytes),
            Format::Json => check_json(book, &bytes),
            Format::Pdf => {}
        }
        assert_eq!(write(book, format).expect("again"), bytes, "the same bytes");
    }
}

#[test]
fn every_report_says_the_same_in_every_format() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        september(&app);
        for report in REPORTS {
            for scope in SCOPES {
                for month in ["2023-09", "2023-10", "2019-02"] {
                    check_formats(&built(&app, report, (scope, month), Unit::Yuan, Lang::Zh));
                }
                check_formats(&built(&app, report, (scope, "2023-09"), Unit::Wan, Lang::En));
                check_formats(&built(&app, report, (scope, "2023-09"), Unit::Yi, Lang::Zh));
            }
        }
    });
}

#[test]
fn every_report_comes_back_from_paper() {
    let app = TestApp::start(Backend::Sqlite);
    september(&app);
    for report in REPORTS {
        let asked = (SCOPES[0], "2023-09");
        crate::pdf::same_on_paper(&built(&app, report, asked, Unit::Wan, Lang::Zh));
    }
}

/// Every number of a picture stands in a row of that name in its own table; how many pictures there are.
fn pictures(book: &Workbook) -> usize {
    let mut drawn = 0;
    for (n, sheet) in book.sheets.iter().enumerate() {
        let drawings = sheet.drawings(book.lang, &format!("s{n}"));
        for drawing in &drawings {
            assert!(drawing.numbers.len() > 1 && !drawing.title.is_empty());
            for (name, value) in &drawing.numbers {
                let of = |row: &Row| {
                    let printed = |cell: &Cell| cell.printed(sheet.unit);
                    printed(&row.cells[0]) == *name && row.cells.iter().any(|cell| printed(cell) == *value)
                };
                assert!(sheet.rows.iter().any(of), "{name} {value} in {}", sheet.title);
            }
        }
        let page = html::sheet(book, sheet, "s").into_string();
        assert_eq!(page.matches("<figure").count(), drawings.len(), "{}", sheet.title);
        drawn += drawings.len();
    }
    drawn
}

#[test]
fn every_picture_shows_figures_of_its_own_table() {
    let app = TestApp::start(Backend::Sqlite);
    september(&app);
    let mut drawn = HashMap::new();
    for report in REPORTS {
        for (scope, unit, lang) in [
            (SCOPES[0], Unit::Wan, Lang::Zh),
            (SCOPES[1], Unit::Yuan, Lang::En),
            (SCOPES[2], Unit::Yi, Lang::Zh),
        ] {
            let book = built(&app, report, (scope, "2023-09"), unit, lang);
            *drawn.entry(report.code).or_insert(0) += pictures(&book);
        }
    }
    for code in [
        "monthly",
        "progress",
        "coverage",
        "farm-loans",
        "disasters",
        "specialists",
    ] {
        assert!(drawn[code] > 0, "{code}: {drawn:?}");
    }
    for code in ["press", "corrections", "vouchers"] {
        assert_eq!(drawn[code], 0, "{code}");
    }
}

#[test]
fn thirteen_months_end_with_the_month_itself() {
    let app = TestApp::start(Backend::Sqlite);
    september(&app);
    let report = REPORTS
        .iter()
        .find(|report| report.code == "monthly")
        .expect("monthly");
    let book = built(&app, report, (SCOPES[1], "2023-10"), Unit::Wan, Lang::Zh);
    let months = &book.sheets[book.sheets.len() - 2];
    assert_eq!(months.rows.len(), 13);
    let yuan = |text: &str| Cell::Money(Fen::parse_yuan(text).expect("an amount"));
    let of = |at: usize, key: &str| cell(months, &months.rows[at], key).clone();
    assert_eq!(of(0, "month"), Cell::text("2022-10"));
    assert_eq!((of(10, "granted"), of(11, "granted")), (yuan("0"), yuan("50000")));
    assert_eq!(
        (of(11, "granted_month"), of(12, "granted_month")),
        (yuan("50000"), yuan("0"))
    );
    assert_eq!(of(12, "balance"), total(&book, 0, "balance").clone());
    assert_eq!(of(12, "granted"), total(&book, 0, "granted").clone());
}

fn cell<'a>(sheet: &'a Sheet, row: &'a Row, key: &str) -> &'a Cell {
    let at = sheet.columns.iter().position(|column| column.key == key);
    &row.cells[at.unwrap_or_else(|| panic!("no column {key} in {}", sheet.tab))]
}

fn total<'a>(book: &'a Workbook, at: usize, key: &str) -> &'a Cell {
    let sheet = &book.sheets[at];
    cell(sheet, sheet.total.as_ref().expect("a total"), key)
}

#[test]
fn the_totals_of_the_reports_are_the_ledgers() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        september(&app);
        let of = |code: &str| {
            let report = REPORTS
                .iter()
                .find(|report| report.code == code)
                .expect("a report");
            built(&app, report, (SCOPES[1], "2023-09"), Unit::Wan, Lang::Zh)
        };
        let yuan = |text: &str| Cell::Money(Fen::parse_yuan(text).expect("an amount"));
        assert_eq!(*total(&of("progress"), 2, "granted"), yuan("50000"));
        assert_eq!(*total(&of("progress"), 1, "drawn"), Cell::Count(1));
        let loans = of("farm-loans");
        for at in 0..3 {
            assert_eq!(*total(&loans, at, "balance"), yuan("53333.88"));
        }
        let kinds: Vec<_> = loans.sheets[0].rows.iter().map(|row| row.kind).collect();
        assert_eq!(format!("{kinds:?}"), "[Subtotal, Item]");
        assert_eq!(*total(&of("insurance"), 1, "premium_month"), yuan("0"));
        assert_eq!(*total(&of("insurance"), 0, "outstanding"), yuan("90000"));
        let days = of("disasters");
        assert_eq!(*total(&days, 0, "reported"), Cell::Count(1));
        assert_eq!(*total(&days, 0, "outstanding"), yuan("90000"));
        assert_eq!(
            *cell(&days.sheets[0], &days.sheets[0].rows[0], "outstanding"),
            yuan("90000")
        );
        for key in ["reported", "estimated", "paid", "open", "outstanding"] {
            assert_eq!(total(&days, 3, key), total(&days, 0, key), "{key}");
        }
        let last = days.sheets[3].rows.last().expect("a day");
        assert_eq!(*cell(&days.sheets[3], last, "outstanding"), yuan("90000"));
        assert_eq!(*total(&of("specialists"), 2, "granted_month"), yuan("50000"));
    });
}

#[test]
fn every_figure_of_the_press_text_is_a_total() {
    let app = TestApp::start(Backend::Sqlite);
    september(&app);
    let report = REPORTS
        .iter()
        .find(|report| report.code == "press")
        .expect("press");
    for (scope, lang) in [
        (SCOPES[0], Lang::Zh),
        (SCOPES[1], Lang::En),
        (SCOPES[2], Lang::Zh),
    ] {
        let book = built(&app, report, (scope, "2023-09"), Unit::Wan, lang);
        let (said, used) = (&book.sheets[0], &book.sheets[1]);
        assert!(said.rows.len() >= 4, "{:?}", said.rows);
        assert!(said.rows.iter().chain(&used.rows).all(|row| row.href.is_some()));
        for row in &used.rows {
            let Cell::Text(code) = cell(used, row, "code") else {
                panic!("a code")
            };
            let asked = measure(code).expect("a measure");
            let answer = app
                .state
                .read_now(|conn, office| {
                    let month = Month::parse("2023-09").expect("a month");
                    let question = Question {
                        region: resolve_region(office.regions, scope, month.last_day())?,
                        month,
                        by: By::None,
                        measures: vec![asked],
                        boundaries: Boundaries::Then,
                    };
                    totals::answer(conn, office, &question)
                })
                .expect("an answer");
            let aspects = totals::Aspect::every(asked.nature).iter();
            let values: HashMap<&str, i64> = aspects
                .map(|aspect| (aspect.text().get(lang), answer.total.figures[0].amount(*aspect)))
                .collect();
            let Cell::Text(aspect) = cell(used, row, "aspect") else {
                panic!("an aspect")
            };
            let value = match (cell(used, row, "amount"), cell(used, row, "count")) {
                (Cell::Money(fen), _) => fen.0,
                (_, Cell::Count(count)) => *count,
                other => panic!("{other:?}"),
            };
            assert_eq!(values.get(aspect.as_str()), Some(&value), "{code} {aspect}");
        }
    }
    let nothing = built(&app, report, (SCOPES[1], "2019-02"), Unit::Wan, Lang::Zh);
    let field = |sheet: &Sheet| sheet.rows.iter().all(|row| format!("{row:?}").contains("特派员"));
    assert!(nothing.sheets[0].rows.is_empty() || field(&nothing.sheets[0]));
}

fn golden(code: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/golden/{code}.json"))
}

/// A report's figures without what names program, moment and wording.
fn figures(book: &Workbook) -> Value {
    let row = |row: &Row| json!(row.cells.iter().map(exact).collect::<Vec<_>>());
    let sheet = |sheet: &Sheet| {
        json!({
            "columns": sheet.columns.iter().map(|column| &column.key).collect::<Vec<_>>(),
            "total": sheet.total.as_ref().map(row),
            "rows": sheet.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    // The last sheet, 口径说明, names them.
    let reported = &book.sheets[..book.sheets.len() - 1];
    json!(reported.iter().map(sheet).collect::<Vec<_>>())
}

#[test]
fn a_months_figures_are_those_kept() {
    let rewrite = crate::support::tools::variable("CUNXIN_GOLDEN").is_some_and(|word| word == "write");
    on_both(|backend| {
        let app = TestApp::start(backend);
        september(&app);
        for report in REPORTS.iter().filter(|report| report.code != "corrections") {
            let book = built(&app, report, ("440784103000", "2023-09"), Unit::Yuan, Lang::Zh);
            let (found, file) = (figures(&book), golden(report.code));
            if rewrite {
                std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
                let text = serde_json::to_string_pretty(&found).expect("JSON");
                std::fs::write(&file, text + "\n").expect("written");
                continue;
            }
            let kept =
                std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let kept: Value = serde_json::from_str(&kept).expect("JSON");
            assert_eq!(found, kept, "the figures of {} have changed", report.code);
        }
    });
}

#[test]
fn libreoffice_reckons_every_report_as_we_do() {
    let app = TestApp::start(Backend::Sqlite);
    september(&app);
    let folder = crate::support::tools::new_folder("reports");
    std::fs::create_dir_all(&folder).expect("a folder");
    for report in REPORTS {
        let book = built(&app, report, (SCOPES[1], "2023-09"), Unit::Wan, Lang::Zh);
        let bytes = write(&book, Format::Xlsx).expect("a workbook");
        let file = folder.join(format!("{}.xlsx", report.code));
        std::fs::write(&file, &bytes).expect("written");
        let Some(sheets) = office::recalculated_sheets(&file, office::Cells::Values) else {
            return;
        };
        let mut read: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        for (name, recalculated) in sheets {
            let range = read.worksheet_range(&name).expect("the same sheet");
            let start = range.start().unwrap_or_default();
            for (row, column, cell) in range.cells() {
                let Data::Float(cached) = cell else { continue };
                let text = &recalculated[row + start.0 as usize][column + start.1 as usize];
                let now: f64 = text.parse().unwrap_or_else(|_| {
                    panic!("{} {name} {row},{column}: {text:?} for {cached}", report.code)
                });
                assert!(
                    (now - cached).abs() < 0.005,
                    "{name} {row},{column}: {now} was {cached}"
                );
            }
        }
    }
}
