//! What stands behind a report's cells: each is what `cunxin totals` says, to the fen, and leads to the page that
//! explains it, on which it stands again.

use std::collections::{BTreeMap, HashMap};

use cunxin::reports::REPORTS;
use cunxin::reports::table::{Cell, Figure, Origin, Row, Sheet};
use cunxin::state::State;
use cunxin::totals::{self, Aspect, RowKey, TotalsArgs};
use cunxin::values::measure::measure;
use cunxin::values::money::show_count;
use cunxin::values::{Lang, Unit};
use serde_json::Value;

use crate::reports::{SCOPES, built, exact, september};
use crate::support::app::{Backend, TestApp, on_both};

/// Every cell of a sheet that is somebody's figure.
fn told(sheet: &Sheet) -> Vec<(&Row, &Origin, &Figure, &Cell)> {
    let rows = sheet.printed_rows().map(|(_, row)| row);
    rows.filter_map(|row| Some((row, row.origin.as_ref()?)))
        .flat_map(|(row, origin)| {
            let cells = sheet.columns.iter().zip(&row.cells);
            cells.filter_map(move |(column, cell)| Some((row, origin, column.figure.as_ref()?, cell)))
        })
        .collect()
}

/// What `cunxin totals` prints, asked once for each region and breakdown.
struct Command<'a> {
    state: &'a State,
    printed: HashMap<(String, &'static str), Value>,
}

impl Command<'_> {
    fn ask(&mut self, region: &str, by: &'static str) -> &Value {
        let state = self.state;
        self.printed.entry((region.to_owned(), by)).or_insert_with(|| {
            let args = TotalsArgs {
                month: "2023-09".to_owned(),
                region: region.to_owned(),
                by: by.to_owned(),
                boundaries: "then".to_owned(),
                measures: Vec::new(),
                format: "json".to_owned(),
                unit: "yuan".to_owned(),
                lang: "zh".to_owned(),
            };
            let mut out = Vec::new();
            totals::run(state, &args, &mut out).expect("totals");
            serde_json::from_slice(&out).expect("JSON")
        })
    }

    /// The figures of the row that a cell is of.
    fn figures(&mut self, row: &Row, origin: &Origin, what: &str) -> Value {
        let by = match origin.member {
            None => return self.ask(&origin.region, "none")["total"]["measures"][what].clone(),
            Some(RowKey::Institution(_)) => "institution",
            Some(RowKey::Product(_)) => "product",
            Some(RowKey::Specialist(_)) => "specialist",
            Some(RowKey::Region(_)) => panic!("a region is no member"),
        };
        let Some(Cell::Text(name)) = row.cells.iter().find(|cell| matches!(cell, Cell::Text(_))) else {
            panic!("a row without a name: {row:?}")
        };
        let rows = self.ask(&origin.region, by)["rows"].as_array().expect("rows");
        let found = rows.iter().find(|row| row["name"] == **name);
        found.unwrap_or_else(|| panic!("{name} among {rows:#?}"))["measures"][what].clone()
    }
}

/// The value of an aspect as the command prints it; what is a difference of two it prints as the two.
fn value(figures: &Value, aspect: Aspect) -> String {
    let text = |key: &str| match &figures[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null => String::new(),
        other => panic!("{key}: {other}"),
    };
    let since = |key: &str| {
        let number = |key: &str| text(key).parse::<rust_decimal::Decimal>().expect("a number");
        (number("end") - number(key)).to_string()
    };
    match aspect {
        Aspect::SincePreviousMonth => since("previous_month"),
        Aspect::SinceYearStart => since("year_start"),
        aspect => text(aspect.code()),
    }
}

#[test]
fn every_cell_is_what_the_totals_say() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        september(&app);
        let mut command = Command {
            state: &app.state,
            printed: HashMap::new(),
        };
        let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
        for report in REPORTS {
            for scope in SCOPES {
                let book = built(&app, report, (scope, "2023-09"), Unit::Wan, Lang::Zh);
                let all = book.sheets.iter().flat_map(told);
                for (row, origin, figure, cell) in
                    all.filter(|(_, _, figure, _)| measure(&figure.what).is_some())
                {
                    let figures = command.figures(row, origin, &figure.what);
                    assert_eq!(
                        exact(cell),
                        value(&figures, figure.aspect),
                        "{} of {} {}: {row:?}",
                        figure.aspect.code(),
                        report.code,
                        figure.what
                    );
                    *compared.entry(report.code).or_default() += 1;
                }
            }
        }
        for code in [
            "monthly",
            "coverage",
            "progress",
            "farm-loans",
            "insurance",
            "specialists",
        ] {
            let number = compared.get(code).copied().unwrap_or(0);
            assert!(number >= 20, "{number} cells of {code} compared");
        }
    });
}

/// As the page of a figure writes it, without its sign.
fn in_words(cell: &Cell) -> String {
    match cell {
        Cell::Money(fen) => fen
            .show(Unit::Yuan)
            .trim_start_matches(['-', '−', '+'])
            .to_owned(),
        Cell::Count(count) => show_count(count.abs()),
        cell => cell
            .printed(Unit::Yuan)
            .trim_start_matches(['-', '−', '+'])
            .to_owned(),
    }
}

#[test]
fn every_cell_leads_to_the_page_that_explains_it() {
    let app = TestApp::start(Backend::Sqlite);
    september(&app);
    let reviewer = app.sign_in("reviewer");
    let mut pages: HashMap<String, String> = HashMap::new();
    for report in REPORTS {
        let book = built(&app, report, (SCOPES[1], "2023-09"), Unit::Wan, Lang::Zh);
        for sheet in &book.sheets {
            for (row, _, figure, cell) in told(sheet) {
                let column = sheet
                    .columns
                    .iter()
                    .find(|column| column.figure.as_ref() == Some(figure));
                let Some(path) = row.page_behind(column.expect("a column"), cell) else {
                    continue;
                };
                let page = pages.entry(path.clone()).or_insert_with(|| {
                    let page = reviewer.get(&path);
                    assert_eq!(page.status, 200, "{path}: {}", page.text());
                    page.body
                });
                // A denominator stands on the page of its rate.
                let shown = in_words(cell);
                assert!(
                    page.contains(&shown),
                    "{shown} of {} on {path}: {page}",
                    report.code
                );
            }
        }
    }
    assert!(pages.len() > 100, "{} pages", pages.len());
}
