//! A village of two households in the reports of readers outside: hidden with another, in every table and
//! file, also after it has grown, and by the pattern its month was closed with.

use std::io::Cursor;

use calamine::{Data, Reader as _};
use cunxin::close::{self, Closing, Keep};
use cunxin::ledger;
use cunxin::values::{BookId, ContractId, Month, RegionId};
use serde_json::{Value, json};

use crate::support::app::{TestApp, actor, on_both};

const MONTH: &str = "2023-12";
const COUNTY: &str = "440784000000";

/// A fictional identity number of 1975 with its check digit.
fn number(n: usize) -> String {
    let body = format!("44078419750308{n:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11];
    format!("{body}{check}")
}

/// Grants to so many new households of a village, `yuan` to each.
fn grant(app: &TestApp, village: RegionId, first: usize, households: usize, day: &str, yuan: &str) {
    let terms = json!({"valid_from": day, "valid_to": "2026-11-30", "revolving": true});
    let lines = (first..first + households).map(|n| {
        let client = app.household(village, &format!("户{n}"), &number(n));
        let mut line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms.clone());
        line.region = village;
        line
    });
    let submission = app.submission("credit.grant", day, lines.collect());
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
}

fn close(app: &TestApp, book: BookId, months: &str, to: &str) {
    let actor = actor("reviewer");
    for month in Month::parse(months).unwrap().through(Month::parse(to).unwrap()) {
        let closing = Closing {
            book,
            month,
            keep: Keep::TotalsOnly,
            seen: None,
            demo: false,
        };
        app.state
            .write_now(book, |conn, office| {
                close::close_month(conn, office, &actor, &closing)
            })
            .expect("the month closes");
    }
}

fn report(app: &TestApp, who: &str, month: &str, region: &str) -> Value {
    let page = app
        .sign_in(who)
        .get(&format!("/reports/monthly/json?month={month}&region={region}"));
    assert_eq!(page.status, 200, "{}", page.text());
    serde_json::from_str(&page.body).expect("JSON")
}

/// The row of a place in the sheet of that title.
fn row<'a>(book: &'a Value, title: &str, name: &str) -> &'a Value {
    let sheets = book["sheets"].as_array().expect("sheets");
    let sheet = sheets
        .iter()
        .find(|sheet| sheet["title"].as_str().unwrap().contains(title))
        .expect(title);
    let rows = sheet["rows"].as_array().expect("rows");
    let row = rows
        .iter()
        .find(|row| row["cells"]["name"].as_str().unwrap().contains(name));
    row.unwrap_or_else(|| panic!("{name} in {rows:#?}"))
}

/// Story 11, its second half: a village of two households is suppressed together with one sibling, so that no
/// subtraction reveals it. The first half is in `stories`.
#[test]
fn story_11_a_village_of_two_households_is_hidden_with_another_in_every_file() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let office = app.office.clone();
        close(&app, office.book, "2022-01", "2023-11");
        grant(&app, office.village, 100, 2, "2023-12-05", "11111.11");
        grant(&app, office.hamlet, 110, 4, "2023-12-05", "20000");
        grant(&app, office.second_village, 120, 5, "2023-12-05", "30000");
        let hidden = ["22222.22", "80000.00", "102222.22"];

        for region in [COUNTY, "440700000000"] {
            let outside = report(&app, "reports", MONTH, region);
            let small = row(&outside, "按村", "下六村");
            assert_eq!(
                (&small["suppressed"], &small["cells"]["granted"]),
                (&json!(true), &Value::Null)
            );
            let sibling = row(&outside, "按村", "新屋村");
            assert_eq!(
                (&sibling["suppressed"], &sibling["cells"]["households"]),
                (&json!(true), &Value::Null)
            );
            let shown = row(&outside, "按村", "古劳村");
            assert_eq!(shown["suppressed"], Value::Null);
            assert_eq!(row(&outside, "按镇", "古劳镇")["cells"]["granted"], "252222.22");
            assert!(outside.to_string().contains("临时推定"), "an open month says so");
            let inside = report(&app, "city", MONTH, region);
            assert_eq!(row(&inside, "按村", "下六村")["cells"]["granted"], "22222.22");
            for amount in hidden {
                assert!(!outside.to_string().contains(amount), "{amount}");
            }
        }
        let reader = app.sign_in("reports");
        let address =
            |format: &str| format!("/reports/monthly{format}?month={MONTH}&region={COUNTY}&unit=yuan");
        let page = reader.get(&address(""));
        let csv = reader.get(&address("/csv"));
        for text in [&page.body, &csv.body] {
            assert!(text.contains("＊") && text.contains("不是零"), "{text}");
            for amount in ["22222.22", "22,222.22", "80,000.00", "80000.00"] {
                assert!(!text.contains(amount), "{amount}: {text}");
            }
        }
        workbook_tells_nothing(reader.get(&address("/xlsx")).bytes);
        let asked = reader.get(&format!("{}&variant=", address("/json")));
        assert!(
            !asked.body.contains("22222.22"),
            "an outsider gets no other variant"
        );

        // Closed, the pattern stands with the edition; grown in January, the village stays hidden.
        close_december(&app);
        grant(&app, office.village, 130, 3, "2024-01-03", "40000");
        let closed = report(&app, "reports", MONTH, COUNTY);
        assert_eq!(row(&closed, "按村", "下六村")["suppressed"], true);
        assert!(closed.to_string().contains("已随版次定下"));
        let grown = report(&app, "reports", "2024-01", COUNTY);
        for name in ["下六村", "新屋村"] {
            assert_eq!(row(&grown, "按村", name)["suppressed"], true, "{name}");
        }
        assert_eq!(row(&grown, "按村", "古劳村")["cells"]["granted"], "150000.00");
    });
}

/// Closes December with what is missing named: its deadline is over for the command line's clock.
fn close_december(app: &TestApp) {
    let bank = app.sign_in("bank");
    let form = bank.get("/declaration");
    assert_eq!(
        bank.send(&form, "/declaration", &[("kind", "reported")]).status,
        303
    );
    close(app, app.office.book, MONTH, MONTH);
    let edition = app
        .state
        .read_now(|conn, _| ledger::latest_edition(conn, app.office.book, Month::parse(MONTH).unwrap()))
        .expect("reads")
        .expect("an edition");
    let kept = app
        .state
        .read_now(|conn, _| ledger::edition_suppressed(conn, &edition))
        .expect("reads");
    assert!(kept.contains(" small\n") && kept.contains(" sibling\n"), "{kept}");
}

/// No cell holds a hidden amount, and no formula a sum over one.
fn workbook_tells_nothing(bytes: Vec<u8>) {
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let mut signs = 0;
    for name in book.sheet_names() {
        for row in book.worksheet_range(&name).expect("a sheet").rows() {
            for cell in row {
                match cell {
                    Data::Float(value) => assert!(
                        [22_222.22, 80_000.0, 102_222.22]
                            .iter()
                            .all(|hidden| (value - hidden).abs() > 0.001),
                        "{name}: {value}"
                    ),
                    Data::String(text) if text == "＊" => signs += 1,
                    _ => {}
                }
            }
        }
        if name.contains('村') {
            let formulas = book.worksheet_formula(&name).expect("formulas");
            let total = formulas
                .rows()
                .flatten()
                .filter(|formula| formula.contains("SUM("))
                .count();
            let granted = formulas.rows().flatten().any(|formula| formula.contains("SUM(F"));
            assert!(!granted, "a total over hidden parts is a value: {total}");
        }
    }
    assert!(signs > 20, "{signs} signs");
}

#[test]
fn a_county_of_one_small_village_shows_no_total_and_neither_does_the_city() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        grant(&app, app.office.village, 100, 2, "2023-12-05", "11111.11");
        for region in [COUNTY, "440700000000"] {
            let outside = report(&app, "reports", MONTH, region);
            assert!(!outside.to_string().contains("22222.22"));
            assert_eq!(outside["sheets"][0]["total"]["suppressed"], true);
            let inside = report(&app, "city", MONTH, region);
            assert_eq!(inside["sheets"][0]["total"]["cells"]["granted"], "22222.22");
        }
        let reader = app.sign_in("reports");
        for format in ["xlsx", "csv"] {
            let file = reader.get(&format!(
                "/reports/monthly/{format}?month={MONTH}&region={COUNTY}"
            ));
            assert_eq!(file.status, 200, "{format}: {}", file.text());
        }
    });
}
