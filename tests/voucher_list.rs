//! 凭证清单 of any length: nothing is lost between two stretches, two sheets or two pages, and the total is the sum.

use std::io::Cursor;
use std::time::Instant;

use calamine::{Data, Reader, Xlsx};
use cunxin::db::schema::{book_number, voucher, voucher_line};
use cunxin::error::Error;
use cunxin::ledger::Voucher;
use cunxin::reports::ReportAsk;
use cunxin::reports::vouchers::Stream;
use cunxin::reports::write::Format;
use cunxin::totals::Boundaries;
use cunxin::values::{Fen, Lang, RegionId, Unit, VoucherId};
use diesel::prelude::*;
use serde_json::Value;

use crate::close::{granted, month};
use crate::support::app::{Backend, TestApp, on_both};

const MONTH: &str = "2024-01";
const COUNTY: &str = "440784000000";

fn ask(app: &TestApp) -> ReportAsk {
    ReportAsk {
        region: RegionId(app.office.book.0),
        month: month(MONTH),
        boundaries: Boundaries::Then,
        unit: Unit::Wan,
        lang: Lang::Zh,
        made_at: app.state.clock.now(),
        demo: false,
        public: false,
        edition: None,
    }
}

fn written(app: &TestApp, format: Format, sizes: (usize, u32)) -> Vec<u8> {
    let mut stream = Stream::in_stretches(&app.state, &ask(app), format, sizes).expect("it opens");
    let mut all = Vec::new();
    while let Some(bytes) = stream.next(&app.state).expect("it goes on") {
        all.extend(bytes);
    }
    all
}

/// Copies of a posted voucher under further numbers, each of one line of that many fen.
fn multiply(app: &TestApp, copies: i64) {
    let book = app.office.book;
    app.state
        .write_now(book, |conn, _| {
            let one: Voucher = voucher::table
                .filter(voucher::book_id.eq(book))
                .filter(voucher::posting_month.eq(month(MONTH)))
                .filter(voucher::number.is_not_null())
                .select(Voucher::as_select())
                .first(conn)?;
            type LineRow = (i64, Option<String>, i64, i64, i64, Option<String>, String);
            let line: LineRow = voucher_line::table
                .filter(voucher_line::book_id.eq(book))
                .filter(voucher_line::voucher_id.eq(&one.id))
                .select((
                    voucher_line::region_id,
                    voucher_line::client_id,
                    voucher_line::product_id,
                    voucher_line::institution_id,
                    voucher_line::specialist_id,
                    voucher_line::contract_id,
                    voucher_line::detail,
                ))
                .first(conn)?;
            let first = one.number.expect("a number");
            for n in 1..=copies {
                let id = VoucherId::new(1_700_000_000_000 + n);
                let copy = Voucher {
                    id: id.clone(),
                    number: Some(first + n),
                    amount_fen: Fen(n),
                    ..one.clone()
                };
                diesel::insert_into(voucher::table).values(&copy).execute(conn)?;
                diesel::insert_into(voucher_line::table)
                    .values((
                        voucher_line::book_id.eq(book),
                        voucher_line::voucher_id.eq(&id),
                        voucher_line::revision.eq(one.revision),
                        voucher_line::n.eq(1),
                        voucher_line::region_id.eq(line.0),
                        voucher_line::client_id.eq(&line.1),
                        voucher_line::product_id.eq(line.2),
                        voucher_line::institution_id.eq(line.3),
                        voucher_line::specialist_id.eq(line.4),
                        voucher_line::contract_id.eq(&line.5),
                        voucher_line::amount_fen.eq(n),
                        voucher_line::detail.eq(&line.6),
                    ))
                    .execute(conn)?;
            }
            diesel::update(book_number::table.find((book, month(MONTH))))
                .set(book_number::last.eq(first + copies))
                .execute(conn)?;
            Ok::<_, Error>(())
        })
        .expect("copied");
}

/// The texts of a workbook's cells, sheet by sheet.
fn cells(file: Vec<u8>) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book = Xlsx::new(Cursor::new(file)).expect("a workbook");
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).expect("a sheet");
            let rows = range.rows().map(|row| row.iter().map(Data::to_string).collect());
            (name, rows.collect())
        })
        .collect()
}

#[test]
fn nothing_is_lost_between_stretches_sheets_and_pages() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        granted(&app, "陈大文", "440784197503080014", "2024-01-03", "150000");
        multiply(&app, 612);
        let whole = written(&app, Format::Csv, (4_000, 1_048_576));
        let small = written(&app, Format::Csv, (7, 60));
        assert_eq!(whole, small, "whatever the stretch");
        let text = String::from_utf8(whole).expect("text");
        let items = text
            .lines()
            .filter(|line| line.ends_with(",分项") && line.starts_with("2024-01-"))
            .count();
        assert_eq!(items, 613);
        let sum = 15_000_000 + (1..=612).sum::<i64>();
        let total = text
            .lines()
            .find(|line| line.starts_with("合计,"))
            .expect("a total");
        assert_eq!(total, format!("合计,614,,,,,,,,,{},合计", Fen(sum).yuan()));

        // The workbook: one sheet, or many that go on in one another.
        for limit in [1_048_576, 60] {
            let sheets = cells(written(&app, Format::Xlsx, (7, limit)));
            let lists: Vec<_> = sheets
                .iter()
                .filter(|(name, _)| name.starts_with("清单"))
                .collect();
            assert_eq!(lists.len() > 1, limit == 60);
            let numbers: Vec<u64> = lists
                .iter()
                .flat_map(|(_, rows)| rows.iter().filter(|row| row[0].starts_with("2024-01-")))
                .map(|row| row[1].parse().expect("a row number"))
                .collect();
            assert_eq!(numbers, (1..=613).collect::<Vec<u64>>());
            let last = &lists.last().expect("a sheet").1;
            let total = last.iter().find(|row| row[0] == "合计").expect("a total");
            assert_eq!(total.last().expect("an amount"), &Fen(sum).yuan());
            assert_eq!(sheets.last().expect("a sheet").0, "口径说明");
            if limit == 60 {
                let told = lists[0].1.iter().any(|row| row[0].contains("续下一页"));
                assert!(told, "a sheet says that the list goes on");
            }
        }

        // Over HTTP, the same bytes; JSON the same lines; the screen a page at a time with the total of all.
        let reviewer = app.sign_in("reviewer");
        let query = format!("month={MONTH}&region={COUNTY}");
        let page = reviewer.get(&format!("/reports/vouchers/csv?{query}"));
        let body = |text: &str| -> Vec<String> {
            let rows = text.lines().filter(|line| line.starts_with("2024-01-"));
            rows.map(str::to_owned).collect()
        };
        assert_eq!(body(&String::from_utf8_lossy(&page.bytes)), body(&text));
        assert_eq!(
            reviewer.get(&format!("/reports/vouchers/xlsx?{query}")).status,
            200
        );
        let json = reviewer.get(&format!("/reports/vouchers/json?{query}"));
        let value: Value = serde_json::from_str(&json.body).expect("JSON");
        assert_eq!(value["sheets"][0]["rows"].as_array().map(Vec::len), Some(613));
        assert_eq!(value["sheets"][0]["total"]["cells"]["amount"], Fen(sum).yuan());
        let last = reviewer.get(&format!("/reports/vouchers?{query}&unit=yuan&page=5"));
        for said in ["共 613 条", "2024-01-00613", "150,001.18"] {
            let said = if said == "150,001.18" {
                Fen(sum).show(Unit::Yuan)
            } else {
                said.to_owned()
            };
            assert!(last.body.contains(&said), "{said}: {}", last.text());
        }
        assert!(
            !last.body.contains("2024-01-00600"),
            "600 lines come before the fifth page"
        );

        // Its code is over every line, and a row is found by its number.
        let line = text
            .lines()
            .find(|line| line.starts_with("校验码,"))
            .expect("a code");
        let code = line.split(',').nth(1).expect("a code").to_owned();
        let json_code = value["stamp"]["check_code"].as_str().expect("a code");
        assert_eq!(json_code, code, "one content, one code");
        let told = reviewer.get(&format!("/verify?code={code}&row=613")).body;
        for said in ["与现在一致", "2024-01-00613", "6.12"] {
            assert!(told.contains(said), "{said}: {told}");
        }
        app.abandon();
    });
}

/// A million lines: `cargo test --release --test main a_million_lines -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes: a million lines in both formats, within 256 MB"]
fn a_million_lines_stream_within_256_mb() {
    let app = TestApp::start(Backend::Sqlite);
    granted(&app, "陈大文", "440784197503080014", "2024-01-03", "150000");
    multiply(&app, 1_000_000);
    for format in [Format::Csv, Format::Xlsx] {
        let started = Instant::now();
        let mut stream = Stream::open(&app.state, &ask(&app), format).expect("it opens");
        let (mut bytes, mut lines) = (0_usize, 0_usize);
        while let Some(some) = stream.next(&app.state).expect("it goes on") {
            bytes += some.len();
            lines += some.iter().filter(|byte| **byte == b'\n').count();
        }
        let peak = std::fs::read_to_string("/proc/self/status").expect("Linux");
        let peak = peak
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .expect("a peak");
        let kilobytes: u64 = peak
            .split_whitespace()
            .nth(1)
            .expect("a number")
            .parse()
            .expect("a number");
        println!(
            "{format:?}: {bytes} bytes, {lines} lines, {:?}, {kilobytes} kB at most",
            started.elapsed()
        );
        assert!(kilobytes < 256 * 1024, "{kilobytes} kB");
        assert!(format != Format::Csv || lines > 1_000_000);
    }
    app.abandon();
}
