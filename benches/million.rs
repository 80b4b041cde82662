//! A million entries over two years and every village of the city, in SQLite: what a page of totals, the
//! close of a county's month and `verify` take. `cargo bench --bench million`.
//!
//! Filled through the ordinary commands: each village has one sheet a month, half of whose lines are
//! pre-approved and half granted; each county closes each month.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use cunxin::app;
use cunxin::calendar;
use cunxin::clock::Clock;
use cunxin::close::{self, Closing, Declaring, Keep, Kind};
use cunxin::error::Error;
use cunxin::ledger::{self, NewLine, Submission, Verdict};
use cunxin::register::{self, InstitutionKind, NewClient, Product, ProductKind};
use cunxin::state::State;
use cunxin::totals::{self, Boundaries, By, MeasureGroup, Question};
use cunxin::values::measure::Measure;
use cunxin::values::workday::nth_working_day_after;
use cunxin::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Level, Month, ProductId, RegionId,
    SpecialistId, VoucherId, measure,
};
use cunxin::vault::Vault;
use diesel::prelude::*;

mod ground;

use ground::{actor, household};

/// Lines of one village's sheet.
const LINES: usize = 6;
const BANKS: usize = 8;

fn month(number: i32) -> Month {
    Month::from_number(number).expect("a month")
}

struct City {
    state: State,
    counties: Vec<(BookId, Vec<RegionId>)>,
    banks: Vec<InstitutionId>,
    product: ProductId,
    next: u64,
    clients: usize,
}

impl City {
    fn lay(url: &str, first: Month, last: Month) -> City {
        let clock = Clock::fixed(last.next().last_day());
        let state = app::open_with(url, Vault::from_master(&[1; 32]), clock).expect("a database");
        let register_book = state
            .db
            .read(ledger::register_book)
            .expect("read")
            .expect("a register book")
            .id;
        let (banks, product, counties) = state
            .write_now(register_book, |conn, office| {
                let mut banks = Vec::new();
                for n in 0..BANKS {
                    let (code, name) = (format!("B{n}"), format!("第{n}银行"));
                    banks.push(
                        register::add_institution(conn, &code, &name, &name, InstitutionKind::Bank)?.id,
                    );
                }
                let product = Product {
                    id: ProductId(0),
                    code: "P".to_owned(),
                    name: "整村授信".to_owned(),
                    kind: ProductKind::Credit.code().to_owned(),
                    tag: None,
                    institution_id: None,
                };
                let product = register::add_product(conn, product)?.id;
                let (regions, day) = (office.regions, first.last_day());
                let mut counties = Vec::new();
                for book in ledger::books(conn)?.into_iter().skip(1) {
                    ledger::open_from(conn, book.id, first)?;
                    let villages = regions.units().filter(|unit| {
                        unit.level == Level::Village
                            && unit.kind.is_administrative_village()
                            && regions.ancestor(unit.id, Level::County, day) == Some(book.region_id)
                    });
                    counties.push((book.id, villages.map(|unit| unit.id).collect()));
                }
                Ok((banks, product, counties))
            })
            .expect("the ground");
        City {
            state,
            counties,
            banks,
            product,
            next: 0,
            clients: 0,
        }
    }

    fn id(&mut self) -> [u8; 10] {
        self.next += 1;
        let mut bytes = [7; 10];
        bytes[2..].copy_from_slice(&self.next.to_be_bytes());
        bytes
    }

    /// One month of every village of a county, in one transaction.
    fn fill(&mut self, county: usize, month: Month) {
        let (book, villages) = self.counties[county].clone();
        let day = month.last_day();
        let households: Vec<NewClient> = villages
            .iter()
            .flat_map(|village| std::iter::repeat_n(*village, LINES))
            .map(|village| {
                self.clients += 1;
                household(self.clients, village)
            })
            .collect();
        let ids: Vec<ClientId> = households.iter().map(|client| client.id.clone()).collect();
        let sheets: Vec<(Submission, Verdict)> = villages
            .iter()
            .zip(ids.chunks(LINES))
            .enumerate()
            .map(|(n, (village, clients))| self.sheet(book, *village, clients, day, n))
            .collect();
        self.state
            .write_now(book, |conn, office| {
                register::register_clients(conn, office, &actor(1, day), book, &households)?;
                for (submission, verdict) in &sheets {
                    ledger::submit(conn, office, &actor(1, day), submission)?;
                    ledger::approve(conn, office, &actor(2, day), verdict, false)?;
                }
                Ok(())
            })
            .expect("filled");
    }

    /// One household's line, in the open month.
    fn grant_one(&mut self, book: BookId, village: RegionId, month: Month) {
        let day = month.first_day();
        self.clients += 1;
        let new = household(self.clients, village);
        let (submission, verdict) = self.sheet(book, village, std::slice::from_ref(&new.id), day, 0);
        self.state
            .write_now(book, |conn, office| {
                register::register_clients(conn, office, &actor(1, day), book, std::slice::from_ref(&new))?;
                ledger::submit(conn, office, &actor(1, day), &submission)?;
                ledger::approve(conn, office, &actor(2, day), &verdict, false)?;
                Ok(())
            })
            .expect("granted");
    }

    fn sheet(
        &mut self,
        book: BookId,
        village: RegionId,
        clients: &[ClientId],
        day: NaiveDate,
        n: usize,
    ) -> (Submission, Verdict) {
        let bank = self.banks[n % BANKS];
        let detail =
            serde_json::json!({"valid_from": "2022-01-01", "valid_to": "2026-12-31", "revolving": true});
        let lines = clients
            .iter()
            .map(|client| NewLine {
                region: village,
                client: Some(client.clone()),
                product: self.product,
                institution: bank,
                specialist: SpecialistId(0),
                contract: Some(ContractId::from_parts(1, self.id())),
                amount: Fen(10_000_000),
                detail: detail.clone(),
            })
            .collect();
        let submission = Submission {
            book,
            voucher: VoucherId::from_parts(1, self.id()),
            command: CommandId::from_parts(1, self.id()),
            base_revision: 0,
            kind: "credit.grant".to_owned(),
            business_date: day,
            institution: bank,
            lines,
        };
        let verdict = Verdict {
            book,
            voucher: submission.voucher.clone(),
            command: CommandId::from_parts(1, self.id()),
            revision: 1,
        };
        (submission, verdict)
    }

    /// Declares and closes a county's month; how long the closing itself took.
    fn close(&self, county: usize, month: Month) -> Duration {
        let book = self.counties[county].0;
        let on = |n| actor(2, nth_working_day_after(month.last_day(), n));
        self.state
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
        self.state
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
    let mut city = City::lay(&folder.join("million.db").display().to_string(), first, last);
    let start = Instant::now();
    let mut slowest = Duration::ZERO;
    for month in first.through(last) {
        for county in 0..city.counties.len() {
            city.fill(county, month);
            let closing = city.close(county, month);
            if month == last {
                slowest = slowest.max(closing);
            }
        }
    }
    let entries = count(&city.state);
    let villages: usize = city.counties.iter().map(|(_, villages)| villages.len()).sum();
    println!(
        "{entries} entries, {villages} villages, 24 months, filled and closed in {:.0?}",
        start.elapsed()
    );
    shown(
        "close of a county's month, the slowest of the last",
        slowest,
        2_000,
    );
    pages(&mut city, last);
    let start = Instant::now();
    let found = city.state.verify().expect("verified");
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
fn pages(city: &mut City, month: Month) {
    let start = Instant::now();
    city.state.warm_up().expect("warm");
    println!(
        "read ahead at the start of the server {:>30.1} ms",
        start.elapsed().as_secs_f64() * 1_000.0
    );
    let root = city
        .state
        .read_now(|_, office| Ok(office.regions.root()))
        .expect("read")
        .expect("a city");
    let (book, villages) = &city.counties[0];
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
                city.ask(region, by, month, measures),
                20,
            );
        }
    }
    city.grant_one(book, village, month.next());
    for (what, region, by, measures) in asked {
        shown(
            &format!("{what}, after a posting"),
            city.ask(region, by, month.next(), measures),
            20,
        );
    }
}

fn count(state: &State) -> i64 {
    use cunxin::db::schema::entry;
    let all = |conn: &mut _| Ok::<i64, Error>(entry::table.count().get_result(conn)?);
    state.db.read(all).expect("counted")
}
