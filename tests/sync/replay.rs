//! A hostile network without a browser: records delivered many times, out of order, cut off in the middle, up to
//! ninety days late, by several phones at once; the end is that of one delivery in order.
//!
//! `CUNXIN_REPLAY_RECORDS` says how many records (100000 for a long run, in release), `CUNXIN_REPLAY_ON` on which
//! database (sqlite or postgres) where one run at a time is wanted.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Instant;

use cunxin::ledger::{self, State, VoucherFilter};
use cunxin::values::{Level, RegionId};
use serde_json::{Value, json};

use super::phone::{Phone, item_id, person_number, status};
use crate::support::app::{Backend, TestApp, on_both};
use crate::support::tools::variable;

/// Records in the usual run.
const USUAL: usize = 300;
/// Phones that send at the same time; they are the same clerk's, as two tabs are.
const PHONES: u64 = 4;

/// A small generator (xorshift), so that a run can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at as u64 + 1) as usize;
            list.swap(at, other);
        }
    }
}

/// Every record, in the order typed: households, a line for most, visits; each on a day of the last ninety.
fn records(app: &TestApp, phone: &Phone, how_many: usize) -> Vec<Value> {
    let villages = villages(app);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut all: Vec<Value> = Vec::with_capacity(how_many);
    let mut household = 0;
    while all.len() < how_many {
        household += 1;
        let id = item_id(household, 0);
        let village = json!(villages[household % villages.len()].0.to_string());
        let mut register = phone.household_numbered("陈大文", &id, &person_number(household));
        register["id"] = json!(item_id(household, 1));
        register["fields"]["village"] = village.clone();
        let day = |dice: &mut Dice| {
            let back = chrono::Days::new(dice.below(90));
            (crate::support::app::today() - back).to_string()
        };
        let mut rest = vec![
            phone.visit_on(&day(&mut dice), &[&id], &[&register]),
            phone.grant_on(
                &day(&mut dice),
                &id,
                &(1 + dice.below(300_000)).to_string(),
                &[&register],
            ),
            phone.visit_on(&day(&mut dice), &[&id], &[&register]),
        ];
        for (n, record) in rest.iter_mut().enumerate() {
            record["id"] = json!(item_id(household, 10 + 2 * n));
            record["voucher"] = json!(item_id(household, 11 + 2 * n));
            record["fields"]["village"] = village.clone();
            record["fields"]["contract_id"] = json!(item_id(household, 20 + n));
        }
        all.push(register);
        all.append(&mut rest);
    }
    all.truncate(how_many);
    all
}

/// The villages of the county: a clerk records in all of them.
fn villages(app: &TestApp) -> Vec<RegionId> {
    let county = RegionId(app.office.book.0);
    app.state
        .read_now(|_, office| {
            let today = crate::support::app::today();
            let mut inside: Vec<RegionId> = office.regions.within(county, today).into_iter().collect();
            inside.retain(|id| {
                let unit = office.regions.unit(*id);
                unit.is_some_and(|unit| unit.level == Level::Village)
            });
            inside.sort_unstable();
            Ok(inside)
        })
        .expect("the regions read")
}

/// Everything the database says of the records: the vouchers with their lines, and the totals.
fn picture(app: &TestApp) -> (BTreeMap<String, String>, Value) {
    let book = app.office.book;
    let filter = VoucherFilter {
        books: vec![book],
        states: vec![
            State::Submitted,
            State::Approved,
            State::Returned,
            State::Withdrawn,
        ],
        limit: i64::MAX,
        ..VoucherFilter::default()
    };
    let vouchers = app
        .state
        .read_now(|conn, _| {
            let mut told = BTreeMap::new();
            for voucher in ledger::list_vouchers(conn, &filter)? {
                let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
                let facts = format!(
                    "{} {} r{} {} {} {lines:?}",
                    voucher.kind, voucher.state, voucher.revision, voucher.business_date, voucher.held,
                );
                told.insert(voucher.id.to_string(), facts);
            }
            Ok(told)
        })
        .expect("the records read");
    (vouchers, app.totals("2024-01", "440784000000", "village"))
}

/// Sends half a request and hangs up.
fn cut_off(app: &TestApp, cookie: &str, body: &str, dice: &mut Dice) {
    let address = app.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nX-Cunxin: sync\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let some = 1 + dice.below(body.len() as u64 - 1) as usize;
    // The server may have hung up first, which is as good.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body.as_bytes()[..some]);
    let _ = stream.shutdown(Shutdown::Both);
}

/// Sends the whole request, and sometimes hangs up before the answer, when it may have been carried out.
fn unheard(app: &TestApp, cookie: &str, body: &str) {
    let address = app.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nX-Cunxin: sync\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.shutdown(Shutdown::Both);
}

/// One phone's deliveries: each of its batches is sent whole, cut off in the middle, or not heard.
fn deliver(app: &TestApp, phone: &Phone, batches: &[Vec<&Value>], seed: u64) {
    let mut dice = Dice(seed);
    let cookie = phone.cookie();
    for batch in batches {
        let body = phone.batch(batch).to_string();
        match dice.below(10) {
            0..3 => cut_off(app, &cookie, &body, &mut dice),
            3 => unheard(app, &cookie, &body),
            _ => {
                phone.send(batch);
            }
        }
    }
}

/// Sends what is not in yet until everything is, as a phone does that keeps its outbox.
fn until_in(phone: &Phone, records: &[Value]) {
    let mut left: Vec<&Value> = records.iter().collect();
    for _ in 0..10 {
        let mut kept = Vec::new();
        for batch in left.chunks(100) {
            let results = phone.send(batch);
            for (item, result) in batch.iter().zip(&results) {
                match status(result) {
                    "created" | "same" => {}
                    "held" if result.get("receipt").is_some() => {}
                    "held" | "retry" => kept.push(*item),
                    other => panic!("{other}: {result}"),
                }
            }
        }
        left = kept;
        if left.is_empty() {
            return;
        }
    }
    panic!("{} records never came in", left.len());
}

fn hostile(backend: Backend, how_many: usize) {
    let app = TestApp::start(backend);
    let phones: Vec<Phone> = (0..PHONES).map(|_| Phone::of(&app, "bank")).collect();
    let all = records(&app, &phones[0], how_many);
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let mut deliveries: Vec<&Value> = all
        .iter()
        .flat_map(|record| std::iter::repeat_n(record, 1 + dice.below(20) as usize))
        .collect();
    dice.shuffle(&mut deliveries);
    let batches: Vec<Vec<&Value>> = deliveries
        .chunks(100)
        .map(|batch| {
            // A phone never has an item twice in one batch.
            let mut once: Vec<&Value> = batch.to_vec();
            once.sort_by_key(|item| item["id"].as_str());
            once.dedup_by_key(|item| item["id"].as_str());
            once
        })
        .collect();
    let started = Instant::now();
    thread::scope(|scope| {
        for (n, phone) in phones.iter().enumerate() {
            let mine: Vec<Vec<&Value>> = batches.iter().skip(n).step_by(phones.len()).cloned().collect();
            let app = &app;
            scope.spawn(move || deliver(app, phone, &mine, 77 + n as u64));
        }
    });
    until_in(&phones[0], &all);
    println!(
        "{how_many} records in {} deliveries on {backend:?}: {:.1} s",
        deliveries.len(),
        started.elapsed().as_secs_f64()
    );

    let calm = TestApp::start(backend);
    let phone = Phone::of(&calm, "bank");
    until_in(&phone, &all);
    let (after, expected) = (picture(&app), picture(&calm));
    assert_eq!(after.0.len(), expected.0.len(), "as many records");
    for (id, facts) in &expected.0 {
        assert_eq!(after.0.get(id), Some(facts), "record {id}");
    }
    assert_eq!(after.1, expected.1, "the totals");
    // And once more, everything: nothing moves.
    for batch in all.chunks(100) {
        let batch: Vec<&Value> = batch.iter().collect();
        for result in phones[0].send(&batch) {
            assert_eq!(status(&result), "same");
        }
    }
    assert_eq!(picture(&app).1, expected.1);
}

#[test]
fn a_hostile_network_leaves_what_one_calm_delivery_leaves() {
    let asked = |name| variable(name).and_then(|text| text.into_string().ok());
    let how_many = asked("CUNXIN_REPLAY_RECORDS").and_then(|text| text.parse().ok());
    let only = asked("CUNXIN_REPLAY_ON");
    on_both(|backend| {
        let wanted = only
            .as_deref()
            .is_none_or(|name| format!("{backend:?}").eq_ignore_ascii_case(name));
        if wanted {
            hostile(backend, how_many.unwrap_or(USUAL));
        }
    });
}
