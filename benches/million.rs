//! A million entries over two years and every village of the city, in SQLite: what a page of totals, the
//! close of a county's month and `verify` take. `cargo bench --bench million`.
//!
//! Filled through the ordinary commands: each village has one sheet a month, half of whose lines are
//! pre-approved and half granted; each county closes each month.

use std::time::{Duration, Instant};

use cunxin::app;
use cunxin::calendar;
use cunxin::clock::Clock;
use cunxin::close::{self, Closing, Declaring, Keep, Kind};
use cunxin::error::Error;
use cunxin::ledger;
use cunxin::state::State;
use cunxin::totals::{self, Boundaries, By, MeasureGroup, Question};
use cunxin::values::measure::Measure;
use cunxin::values::workday::nth_working_day_after;
use cunxin::values::{Month, RegionId, measure};
use cunxin::vault::Vault;
use diesel::prelude::*;

#[path = "ground/city.rs"]
mod city;
mod ground;

use city::City;
use ground::actor;

/// Lines of one village's sheet.
const LINES: usize = 6;

fn month(number: i32) -> Month {
    Month::from_number(number).expect("a month")
}

/// The city over the months of the bench.
struct Bench(City);

impl Bench {
    fn lay(url: &str, first: Month, last: Month) -> Bench {
        let clock = Clock::fixed(last.next().last_day());
        let state = app::open_with(url, Vault::from_master(&[1; 32]), clock).expect("a database");
        let city = City::lay(state, first.last_day(), |unit| {
            unit.kind.is_administrative_village()
        });
        for (book, _) in &city.counties {
            city.state
                .write_now(*book, |conn, _| ledger::open_from(conn, *book, first))
                .expect("opened");
        }
        Bench(city)
    }

    /// Declares and closes a county's month; how long the closing itself took.
    fn close(&self, county: usize, month: Month) -> Duration {
        let book = self.0.counties[county].0;
        let on = |n| actor(2, nth_working_day_after(month.last_day(), n));
        self.0
            .state
            .write_now(book, |conn, office| {
                calendar::end_of_day(
                    conn,
                    office,
                    &actor(3, month.next().first_day()),
                    book,
                    month.last_day(),
                )?;
                for (institution, has_any) in close::to_declare(conn, book, month)? {
                    let declaring = Declaring {
                        book,
                        month,
                        institution,
                        kind: if has_any { Kind::Reported } else { Kind::Nil },
                        on_behalf: Some("盖章报送单".to_owned()),
                    };
                    close::declare(conn, office, &on(1), &declaring)?;
                }
                Ok(())
            })
            .expect("declared");
        let closing = Closing {
            book,
            month,
            keep: Keep::Everything,
            seen: None,
            demo: false,
        };
        let start = Instant::now();
        self.0
            .state
            .write_now(book, |conn, office| {
                close::close_month(conn, office, &on(6), &closing)
            })
            .expect("closed");
        start.elapsed()
    }

    /// Answers a question as a page does; how long it took.
    fn ask(&self, region: RegionId, by: By, month: Month, measures: &[&'static Measure]) -> Duration {
        let question = Question {
            region,
            month,
            by,
            boundaries: Boundaries::Then,
            measures: measures.to_vec(),
        };
        let start = Instant::now();
        let answer = self
            .0
            .state
            .read_now(|conn, office| totals::answer(conn, office, &question))
            .expect("an answer");
        let text = totals::json_text(&answer).expect("a text");
        assert!(!answer.rows.is_empty() && text.len() > 1_000);
        start.elapsed()
    }
}

fn shown(what: &str, taken: Duration, limit_ms: u64) {
    let limit = Duration::from_millis(limit_ms);
    println!(
        "{what:<58} {:>8.1} ms   limit {limit_ms:>5} ms   ratio {:.2}",
        taken.as_secs_f64() * 1_000.0,
        taken.as_secs_f64() / limit.as_secs_f64()
    );
}

fn main() {
    let folder = std::env::temp_dir().join(format!("cunxin-million-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (first, last) = (month(202_201), month(202_312));
    let mut bench = Bench::lay(&folder.join("million.db").display().to_string(), first, last);
    let start = Instant::now();
    let mut slowest = Duration::ZERO;
    for month in first.through(last) {
        for county in 0..bench.0.counties.len() {
            let (book, villages) = bench.0.counties[county].clone();
            bench.0.fill(book, &villages, month.last_day(), LINES);
            let closing = bench.close(county, month);
            if month == last {
                slowest = slowest.max(closing);
            }
        }
    }
    let entries = count(&bench.0.state);
    let villages: usize = bench.0.counties.iter().map(|(_, villages)| villages.len()).sum();
    println!(
        "{entries} entries, {villages} villages, 24 months, filled and closed in {:.0?}",
        start.elapsed()
    );
    shown(
        "close of a county's month, the slowest of the last",
        slowest,
        2_000,
    );
    pages(&mut bench, last);
    let start = Instant::now();
    let found = bench.0.state.verify().expect("verified");
    let taken = start.elapsed();
    assert!(found.is_empty(), "{found:?}");
    #[allow(clippy::cast_precision_loss, reason = "a speed for people to read")]
    let rate = entries as f64 / taken.as_secs_f64();
    println!(
        "verify {rate:>10.0} entries/s   limit 300000/s   ratio {:.2}",
        rate / 300_000.0
    );
    let _ = std::fs::remove_dir_all(&folder);
}

/// Each page asked of a program that has just started, of an earlier month, again, and after a county's book
/// has moved on.
fn pages(bench: &mut Bench, month: Month) {
    let start = Instant::now();
    bench.0.state.warm_up().expect("warm");
    println!(
        "read ahead at the start of the server {:>30.1} ms",
        start.elapsed().as_secs_f64() * 1_000.0
    );
    let root = bench
        .0
        .state
        .read_now(|_, office| Ok(office.regions.root()))
        .expect("read")
        .expect("a city");
    let (book, villages) = &bench.0.counties[0];
    let (book, village, county) = (*book, villages[0], RegionId(book.0));
    // A page shows the measures of one group; an answer to a program may have all of them.
    let (group, all) = (
        MeasureGroup::Credit.measures(),
        measure::MEASURES.iter().collect(),
    );
    let asked = [
        ("city by county, every measure", root, By::County, &all),
        ("city by town, every measure", root, By::Town, &all),
        ("city by village, a page's group", root, By::Village, &group),
        ("city by institution, every measure", root, By::Institution, &all),
        ("city by product, every measure", root, By::Product, &all),
        ("county by village, every measure", county, By::Village, &all),
    ];
    for (when, month) in [
        ("first", month),
        ("again", month),
        ("a year earlier", month.year_ago()),
    ] {
        for (what, region, by, measures) in asked {
            shown(
                &format!("{what}, {when}"),
                bench.ask(region, by, month, measures),
                20,
            );
        }
    }
    bench.0.fill(book, &[village], month.next().first_day(), 1);
    for (what, region, by, measures) in asked {
        shown(
            &format!("{what}, after a posting"),
            bench.ask(region, by, month.next(), measures),
            20,
        );
    }
}

fn count(state: &State) -> i64 {
    use cunxin::db::schema::entry;
    let all = |conn: &mut _| Ok::<i64, Error>(entry::table.count().get_result(conn)?);
    state.db.read(all).expect("counted")
}
