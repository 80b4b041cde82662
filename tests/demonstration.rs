//! The demonstration, loaded and read as anyone would: through the command line, on both
//! databases. Every headline figure of the design, to the fen.

use std::io::Cursor;
use std::path::PathBuf;
use std::process::{Command, Output};

use calamine::{Data, DataType as _, Range, Reader, Xlsx};
use serde_json::{Value, json};

use crate::support::app::{Backend, TestDatabase};
use crate::support::{office, postgres, tools};

/// Runs the program itself on a database.
fn cunxin(url: &str, key: &str, words: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_cunxin"))
        .args(words)
        .args(["--database", url, "--key-file", key])
        .output()
        .expect("the program runs");
    assert!(
        output.status.success(),
        "cunxin {words:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

struct Demonstration {
    database: TestDatabase,
    folder: PathBuf,
    key: String,
}

impl Demonstration {
    fn load(backend: Backend) -> Demonstration {
        let database = TestDatabase::new(backend);
        let folder = tools::new_folder("demonstration");
        let key = folder.join("test.key").display().to_string();
        cunxin(&database.url, &key, &["demo", "--load-only"]);
        Demonstration {
            database,
            folder,
            key,
        }
    }

    fn totals(&self, words: &[&str]) -> Value {
        let all = [&["totals", "--format", "json"], words].concat();
        let output = cunxin(&self.database.url, &self.key, &all);
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn workbook(&self, words: &[&str]) -> PathBuf {
        let file = self.folder.join(format!("{}.xlsx", words.join("_")));
        let path = file.display().to_string();
        let all = [&["report", "monthly", "--format", "xlsx", "-o", &path], words].concat();
        cunxin(&self.database.url, &self.key, &all);
        file
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn of<'a>(answer: &'a Value, code: &str) -> &'a Value {
    &answer["total"]["measures"][code]
}

/// `design.md` §8, to the fen.
fn check_headlines(demonstration: &Demonstration) {
    let city = demonstration.totals(&["--month", "2023-12", "--by", "county"]);
    assert_eq!(city["region"], json!({"code": "440700000000", "name": "江门市"}));
    assert_eq!(city["edition"], Value::Null);
    assert_eq!(of(&city, "credit.villages")["end"], 692);
    assert_eq!(of(&city, "credit.preapproved")["end"], "12592000000.00");
    assert_eq!(of(&city, "credit.granted")["end"], "7090000000.00");
    let insured = of(&city, "insurance.sum_insured");
    assert_eq!(insured["year"], "16209000000.00");
    assert_eq!(insured["year_ago"], "13169483262.92");
    assert_eq!(insured["year_yoy_percent"], "23.08");
    let paid = of(&city, "insurance.payout");
    assert_eq!(paid["year"], "479000000.00");
    assert_eq!(paid["year_ago"], "276128437.19");
    assert_eq!(paid["year_yoy_percent"], "73.47");
    assert_eq!(of(&city, "field.service_point_villages")["end"], 144);
    assert_eq!(of(&city, "field.designated_towns")["end"], 28);
    assert_eq!(of(&city, "field.designated_towns_new")["year"], 13);
    assert_eq!(of(&city, "field.specialists")["end"], 512);

    // Six counties have closed the month, 台山 has not; all seven have closed the one before.
    let edition = |region: &str, month: &str| {
        demonstration.totals(&["--month", month, "--region", region, "--measure", "loan.balance"])["edition"]
            .clone()
    };
    assert_eq!(edition("440784000000", "2023-12"), 1);
    assert_eq!(edition("440781000000", "2023-12"), Value::Null);
    assert_eq!(edition("440781000000", "2023-11"), 1);
    assert_eq!(edition("440700000000", "2023-11"), 1);

    // The five premium shares are the premium.
    let fen = |code: &str| -> i128 {
        of(&city, code)["year"]
            .as_str()
            .expect("yuan")
            .replace('.', "")
            .parse()
            .expect("fen")
    };
    let shares = ["central", "province", "city", "county", "farmer"]
        .map(|payer| fen(&format!("insurance.premium.{payer}")));
    assert_eq!(shares.iter().sum::<i128>(), fen("insurance.premium"));

    // 新屋村's five households, in early 2023.
    let town = demonstration.totals(&[
        "--month",
        "2023-02",
        "--region",
        "440784103000",
        "--by",
        "village",
    ]);
    let hamlet = town["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .find(|row| row["name"].as_str().is_some_and(|name| name.contains("新屋村")));
    let hamlet = hamlet.expect("新屋村 has its own row");
    assert_eq!(hamlet["measures"]["credit.granted"]["end"], "1130000.00");
    assert_eq!(hamlet["measures"]["credit.households"]["end"], 5);

    // 海洋牧场 loans of one bank.
    let products = demonstration.totals(&[
        "--month",
        "2023-12",
        "--by",
        "product",
        "--measure",
        "loan.balance",
    ]);
    let marine = products["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .find(|row| row["name"].as_str().is_some_and(|name| name.contains("海洋牧场")));
    assert_eq!(
        marine.expect("the product")["measures"]["loan.balance"]["end"],
        "2718000000.00"
    );
    let january = demonstration.totals(&[
        "--month",
        "2024-01",
        "--by",
        "county",
        "--measure",
        "credit.granted",
    ]);
    assert_ne!(
        of(&january, "credit.granted")["pending"],
        "0.00",
        "sheets wait in 台山"
    );
    // What a visitor finds there besides: claims of a cold wave, a rated village, loans on other ways.
    let examples = demonstration.totals(&["--month", "2024-01", "--region", "440781000000"]);
    assert_ne!(of(&examples, "insurance.outstanding")["end"], "0.00");
    assert_ne!(of(&examples, "loan.written_off")["month"], "0.00");
    for (code, count) in [("credit.rated_villages", 1), ("credit.filed_households", 6)] {
        assert_eq!(of(&examples, code)["end"], count, "{code}");
    }
}

/// Children add up to their parent at every level and in every breakdown.
fn check_sums(demonstration: &Demonstration) {
    let additive = [
        "credit.granted",
        "loan.balance",
        "insurance.sum_insured",
        "insurance.in_force",
        "field.visits",
    ];
    for words in [
        ["--region", "440700000000", "--by", "county"],
        ["--region", "440700000000", "--by", "town"],
        ["--region", "440700000000", "--by", "village"],
        ["--region", "440781000000", "--by", "specialist"],
        ["--region", "440784103000", "--by", "village"],
        ["--region", "440705000000", "--by", "institution"],
        ["--region", "440705000000", "--by", "product"],
    ] {
        let answer = demonstration.totals(&[&["--month", "2023-12"], words.as_slice()].concat());
        for code in additive {
            for column in ["end", "previous_month", "year_start", "month", "year", "year_ago"] {
                let number = |row: &Value| -> Option<i128> {
                    match &row["measures"][code][column] {
                        Value::String(yuan) => Some(yuan.replace('.', "").parse().expect("fen")),
                        Value::Number(count) => count.as_i64().map(i128::from),
                        _ => None,
                    }
                };
                let Some(total) = number(&answer["total"]) else {
                    continue;
                };
                let parts: i128 = answer["rows"]
                    .as_array()
                    .expect("rows")
                    .iter()
                    .filter_map(number)
                    .sum();
                assert_eq!(parts, total, "{words:?} {code} {column}");
            }
        }
    }
}

/// The first sheet of the workbook, cell by cell against the totals.
fn check_workbook(demonstration: &Demonstration) {
    let file = demonstration.workbook(&["--month", "2023-12"]);
    let bytes = std::fs::read(&file).expect("the workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let names = book.sheet_names();
    assert!(names.len() >= 5, "{names:?}");
    let sheet = book.worksheet_range(&names[0]).expect("the first sheet");
    let texts: Vec<String> = sheet
        .cells()
        .filter_map(|(_, _, cell)| cell.as_string())
        .collect();
    for line in [
        "填报单位",
        "报告期",
        "填表人",
        "审核人",
        "演示数据",
        "江门市",
        "2023年12月",
    ] {
        assert!(texts.iter().any(|text| text.contains(line)), "{line} is missing");
    }
    let city = demonstration.totals(&["--month", "2023-12", "--by", "county"]);
    let total = row_of(&sheet, "合计");
    for (code, column) in [
        ("credit.preapproved", "end"),
        ("credit.granted", "end"),
        ("insurance.sum_insured", "year"),
    ] {
        let yuan = of(&city, code)[column].as_str().expect("yuan");
        let fen: i64 = yuan.replace('.', "").parse().expect("fen");
        assert!(
            has_wan(&total, fen),
            "{code} {yuan} is not in the total row {total:?}"
        );
        assert!(
            has_yuan(&total, fen),
            "{code} {yuan} is not exact in the hidden columns"
        );
    }
    for row in city["rows"].as_array().expect("rows") {
        let cells = row_of(&sheet, row["name"].as_str().expect("a name"));
        let yuan = row["measures"]["credit.granted"]["end"].as_str().expect("yuan");
        assert!(
            has_wan(&cells, yuan.replace('.', "").parse().expect("fen")),
            "{row}"
        );
    }
}

fn row_of(sheet: &Range<Data>, name: &str) -> Vec<Data> {
    let is_named = |row: &&[Data]| {
        row.iter()
            .any(|cell| cell.as_string().is_some_and(|text| text == name))
    };
    sheet
        .rows()
        .find(is_named)
        .unwrap_or_else(|| panic!("no row {name}"))
        .to_vec()
}

fn has(cells: &[Data], wanted: f64) -> bool {
    cells
        .iter()
        .any(|cell| matches!(cell, Data::Float(number) if (number - wanted).abs() < 1e-6))
}

/// The figure in 万元, rounded half away from zero.
#[expect(
    clippy::cast_precision_loss,
    reason = "workbooks hold doubles; exact below 10^15"
)]
fn has_wan(cells: &[Data], fen: i64) -> bool {
    let hundredths = (fen + if fen < 0 { -5_000 } else { 5_000 }) / 10_000;
    has(cells, hundredths as f64 / 100.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "workbooks hold doubles; exact below 10^15"
)]
fn has_yuan(cells: &[Data], fen: i64) -> bool {
    has(cells, fen as f64 / 100.0)
}

/// LibreOffice opens the workbook and recalculates to the numbers that were in it.
fn check_recalculation(demonstration: &Demonstration) {
    let file = demonstration.workbook(&["--month", "2023-11", "--region", "440784000000"]);
    let Some(sheets) = office::recalculated_sheets(&file, office::Cells::Values) else {
        return;
    };
    let bytes = std::fs::read(&file).expect("the workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut compared = 0;
    for (name, recalculated) in sheets {
        let range = book.worksheet_range(&name).expect("the same sheet");
        for (row, column, cell) in range.cells() {
            if let Data::Float(cached) = cell {
                let text = &recalculated[row + range.start().map_or(0, |at| at.0 as usize)]
                    [column + range.start().map_or(0, |at| at.1 as usize)];
                let now: f64 = text
                    .parse()
                    .unwrap_or_else(|_| panic!("{name} {row},{column}: {text:?} for {cached}"));
                assert!(
                    (now - cached).abs() < 0.005,
                    "{name} {row},{column}: {now} was {cached}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "only {compared} cells compared");
}

/// Everything but the workbook, which does not depend on the database.
fn check(demonstration: &Demonstration) {
    check_headlines(demonstration);
    check_sums(demonstration);
    cunxin(&demonstration.database.url, &demonstration.key, &["verify"]);
}

#[test]
fn the_demonstration_shows_its_figures_to_the_fen() {
    let demonstration = Demonstration::load(Backend::Sqlite);
    check(&demonstration);
    check_workbook(&demonstration);
    check_recalculation(&demonstration);
}

#[test]
fn the_demonstration_shows_the_same_figures_on_postgresql() {
    if postgres::fresh_database().is_some() {
        check(&Demonstration::load(Backend::Postgres));
    }
}
