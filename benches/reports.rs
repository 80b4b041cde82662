//! What a report takes at the server: the city's 综合月报 in every format, and the county's home page under 32
//! readers. `cargo bench --bench reports`. The demonstration is loaded and filled up to `CUNXIN_BENCH_ENTRIES` entries
//! (ten million is the measure; without it, the demonstration as it is) in `CUNXIN_BENCH_FOLDER`, where a later run finds
//! it again.
//!
//! Every figure is told as a share of its limit, and the workbook beside what the usual Python writers take for the same
//! cells in the same run; where python3 or one of them is missing, that is said loudly.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use cunxin::app;
use cunxin::auth::DEMO_PASSWORD;
use cunxin::clock::Clock;
use cunxin::config::DataArgs;
use cunxin::demo;
use cunxin::error::Error;
use cunxin::reports::table::{Cell, Workbook};
use cunxin::reports::write::{Format, write};
use cunxin::reports::{ReportAsk, find};
use cunxin::state::State;
use cunxin::totals::Boundaries;
use cunxin::values::{Lang, Month, Unit};
use diesel::prelude::*;

#[path = "ground/city.rs"]
mod city;
mod ground;

use city::City;

/// Readers of the home page at a time, and pages each of them reads.
const READERS: usize = 32;
const PAGES: usize = 40;
/// The last month that every county of the demonstration has closed, and the one in which it is filled up.
const MONTHS: [&str; 2] = ["2023-11", "2024-01"];
/// Lines of one village's sheet.
const LINES: usize = 50;

/// The limits.
const XLSX: Duration = Duration::from_millis(150);
const CSV: Duration = Duration::from_millis(50);
const PDF: Duration = Duration::from_millis(1_500);
const HOME: Duration = Duration::from_millis(30);

fn main() {
    let own = std::env::temp_dir().join(format!("cunxin-bench-reports-{}", std::process::id()));
    let kept = setting("CUNXIN_BENCH_FOLDER").map(PathBuf::from);
    let folder = kept.clone().unwrap_or(own);
    std::fs::create_dir_all(folder.join("data")).expect("a folder");
    let state = open(&folder);
    let mut over = Vec::new();
    for month in MONTHS {
        files(&state, &folder, month, &mut over);
    }
    home(state, &mut over);
    if kept.is_none() {
        let _ = std::fs::remove_dir_all(&folder);
    }
    assert!(over.is_empty(), "over the limit: {over:?}");
}

/// The report of a month in every format, and its cells beside the Python writers.
fn files(state: &State, folder: &Path, month: &str, over: &mut Vec<String>) {
    let book = built(state, month);
    let cells: usize = book
        .sheets
        .iter()
        .map(|sheet| sheet.rows.len() * sheet.columns.len())
        .sum();
    println!(
        "综合月报, the city, {month}: {} sheets, {cells} cells",
        book.sheets.len()
    );
    let making = median(|| drop(built(state, month)));
    println!("its making alone: {making:?}");
    let mut ours = Duration::ZERO;
    for (format, limit) in [(Format::Xlsx, XLSX), (Format::Csv, CSV), (Format::Pdf, PDF)] {
        let took = median(|| {
            write(&built(state, month), format).expect("written");
        });
        let alone = median(|| {
            write(&book, format).expect("written");
        });
        if format == Format::Xlsx {
            ours = alone;
        }
        let what = format!("{month} {} (writing alone {alone:?})", format.extension());
        tell(over, &what, took, limit);
    }
    against_python(folder, &book, ours);
}

fn setting(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a bench has no settings but its environment"
    )]
    std::env::var(name).ok()
}

/// The demonstration with as many entries as asked for.
fn open(folder: &Path) -> State {
    let today: NaiveDate = "2024-01-04".parse().expect("a day");
    let database = folder.join("data").join("c.db");
    let is_new = !database.exists();
    let at = DataArgs {
        database: database.display().to_string(),
        key_file: None,
        report_font: None,
    };
    let mut state = app::open(&at, Clock::fixed(today)).expect("a database");
    if is_new {
        println!("loading the demonstration …");
        demo::load(&state, today, false).expect("loaded");
        if let Some(wanted) = setting("CUNXIN_BENCH_ENTRIES") {
            state = fill(state, wanted.parse().expect("a number of entries"));
        }
    }
    state.demo = true;
    state.warm_up().expect("the totals are read");
    println!("{} entries", entries(&state));
    state
}

/// Adds households with credit lines to every village, until there are that many entries.
fn fill(state: State, wanted: i64) -> State {
    let day: NaiveDate = "2023-12-31".parse().expect("a day");
    let mut city = City::lay(state, day, |_| true);
    let started = Instant::now();
    while entries(&city.state) < wanted {
        for (book, villages) in city.counties.clone() {
            city.fill(book, &villages, day, LINES);
        }
        println!("{} entries after {:.0?}", entries(&city.state), started.elapsed());
    }
    city.state
}

fn entries(state: &State) -> i64 {
    use cunxin::db::schema::entry;
    let all = |conn: &mut _| Ok::<i64, Error>(entry::table.count().get_result(conn)?);
    state.db.read(all).expect("counted")
}

fn built(state: &State, month: &str) -> Workbook {
    let report = find("monthly").expect("a report");
    state
        .read_now(|conn, office| {
            let ask = ReportAsk {
                region: office.regions.root().expect("a city"),
                month: Month::parse(month).expect("a month"),
                boundaries: Boundaries::Then,
                unit: Unit::Wan,
                lang: Lang::Zh,
                made_at: state.clock.now(),
                demo: state.demo,
                public: false,
                edition: None,
            };
            report.build(conn, office, &ask)
        })
        .expect("built")
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..9)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}

fn tell(over: &mut Vec<String>, what: &str, took: Duration, limit: Duration) {
    let share = took.as_micros() * 100 / limit.as_micros().max(1);
    println!("{what}: {took:?}, {share} % of {limit:?}");
    if took > limit {
        over.push(what.to_owned());
    }
}

/// The same cells written by the usual Python writers.
fn against_python(folder: &Path, book: &Workbook, ours: Duration) {
    let file: PathBuf = folder.join("cells.json");
    let value = |cell: &Cell| match cell {
        Cell::Text(text) | Cell::Code(text) | Cell::Mark(text) => serde_json::json!(text),
        Cell::Money(fen) => serde_json::json!({ "n": fen.yuan() }),
        Cell::Count(count) => serde_json::json!(count),
        Cell::Percent(Some(percent)) => serde_json::json!({ "n": percent.to_string() }),
        Cell::Date(day) => serde_json::json!(day.to_string()),
        Cell::Percent(None) | Cell::Suppressed | Cell::Empty => serde_json::Value::Null,
    };
    let sheets: Vec<Vec<Vec<serde_json::Value>>> = book
        .sheets
        .iter()
        .map(|sheet| {
            let rows = sheet.printed_rows();
            rows.map(|(_, row)| row.cells.iter().map(value).collect())
                .collect()
        })
        .collect();
    std::fs::write(&file, serde_json::to_vec(&sheets).expect("JSON")).expect("written");
    for writer in ["xlsxwriter", "openpyxl"] {
        let output = Command::new("python3")
            .args(["-c", PYTHON, writer])
            .arg(&file)
            .arg(folder.join("peer.xlsx"))
            .output();
        let told = output.ok().filter(|output| output.status.success());
        let seconds =
            told.and_then(|output| String::from_utf8(output.stdout).ok()?.trim().parse::<f64>().ok());
        match seconds {
            Some(seconds) => {
                let peer = Duration::from_secs_f64(seconds);
                let tenths = peer.as_micros() * 10 / ours.as_micros().max(1);
                println!(
                    "{writer} for the same cells: {peer:?}, {}.{} times ours",
                    tenths / 10,
                    tenths % 10
                );
            }
            None => println!("!! NOT COMPARED: python3 with {writer} is not here (pip install {writer})"),
        }
    }
}

const PYTHON: &str = r###"
import json, sys, time
writer, source, target = sys.argv[1:]
sheets = json.load(open(source))
plain = lambda c: float(c["n"]) if isinstance(c, dict) else c
if writer == "xlsxwriter":
    import xlsxwriter
    start = time.perf_counter()
    book = xlsxwriter.Workbook(target)
    money = book.add_format({"num_format": "#,##0.00", "border": 1})
    for rows in sheets:
        page = book.add_worksheet()
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is None: page.write_blank(r, c, None, money)
                elif isinstance(cell, str): page.write_string(r, c, cell, money)
                else: page.write_number(r, c, plain(cell), money)
    book.close()
else:
    import openpyxl
    from openpyxl.styles import Border, Side
    start = time.perf_counter()
    book = openpyxl.Workbook()
    book.remove(book.active)
    thin = Side(style="thin"); border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for rows in sheets:
        page = book.create_sheet()
        for r, row in enumerate(rows, 1):
            for c, cell in enumerate(row, 1):
                one = page.cell(r, c, plain(cell) if cell is not None else None)
                one.border = border
                if isinstance(cell, dict): one.number_format = "#,##0.00"
    book.save(target)
print(time.perf_counter() - start)
"###;

/// The county's home page, read by 32 at a time.
fn home(state: State, over: &mut Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell_handle, told) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = app::server(state, listener, None).expect("a server");
            tell_handle.send(server.handle()).expect("someone listens");
            server.await.expect("the server ends well");
        });
    });
    let handle = told.recv().expect("the server starts");
    let agent = || {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        let agent: ureq::Agent = config.into();
        let form = [("user", "heshan"), ("password", DEMO_PASSWORD), ("back", "/")];
        agent
            .post(format!("{base}/sign-in"))
            .send_form(form)
            .expect("an answer");
        agent
    };
    let first = agent().get(format!("{base}/overview")).call().expect("an answer");
    if first.status().as_u16() == 200 {
        let readers: Vec<ureq::Agent> = (0..READERS).map(|_| agent()).collect();
        let mut took: Vec<Duration> = std::thread::scope(|scope| {
            let reading: Vec<_> = readers
                .iter()
                .map(|agent| {
                    scope.spawn(|| {
                        let read = |_| {
                            let started = Instant::now();
                            let mut page = agent.get(format!("{base}/overview")).call().expect("an answer");
                            page.body_mut().read_to_string().expect("a page");
                            started.elapsed()
                        };
                        (0..PAGES).map(read).collect::<Vec<Duration>>()
                    })
                })
                .collect();
            reading
                .into_iter()
                .flat_map(|reader| reader.join().expect("a reader"))
                .collect()
        });
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100];
        tell(
            over,
            &format!(
                "/overview, {READERS} readers, p99 (median {:?})",
                took[took.len() / 2]
            ),
            p99,
            HOME,
        );
    } else {
        println!(
            "!! /overview answers {}: the county's home page is not here",
            first.status()
        );
    }
    actix_web::rt::System::new().block_on(handle.stop(false));
    let _ = thread.join();
}
