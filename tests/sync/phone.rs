//! A phone of the simplest kind: it makes ids, keeps items, sends them.

use std::sync::atomic::{AtomicI64, Ordering};

use cunxin::ledger::{self, Verdict};
use cunxin::values::{CommandId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{Person, TestApp, actor, identity_number, user_id};

/// A phone in somebody's hand.
pub struct Phone {
    person: Person,
    cookie: String,
    user: String,
    pub book: i64,
    village: i64,
    product: i64,
}

static CLOCK: AtomicI64 = AtomicI64::new(1_704_330_000_000);

/// A fresh id, later than the one before.
pub fn uuid() -> String {
    VoucherId::new(CLOCK.fetch_add(1, Ordering::Relaxed)).to_string()
}

/// The record an item is about.
pub fn voucher(item: &Value) -> &str {
    item["voucher"].as_str().expect("an id")
}

/// An id that is the same in every run.
pub fn item_id(n: usize, part: usize) -> String {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&(n as u64).to_be_bytes());
    random[9] = u8::try_from(part).expect("a small number");
    VoucherId::from_parts(1_704_000_000_000 + n as i64, random).to_string()
}

/// A valid identity number of a fictional person, another for each `n` below ten million.
pub fn person_number(n: usize) -> String {
    let born =
        chrono::NaiveDate::from_ymd_opt(1950, 1, 1).expect("a day") + chrono::Days::new((n / 999) as u64);
    let digits = format!("440784{}{:03}", born.format("%Y%m%d"), n % 999);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight)
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    format!("{digits}{}", check[(sum % 11) as usize])
}

/// How an item went.
pub fn status(result: &Value) -> &str {
    result["status"].as_str().expect("a status")
}

/// An item.
pub fn item(app: &TestApp, door: &str, voucher: &str, fields: Value) -> Value {
    json!({
        "id": uuid(), "door": door, "book": app.office.book.0.to_string(), "voucher": voucher,
        "base_revision": 0, "depends_on": [], "device_time": "2033-01-01T00:00:00Z", "fields": fields,
    })
}

fn ids(items: &[&Value]) -> Value {
    items.iter().map(|item| item["id"].clone()).collect()
}

impl Phone {
    pub fn of(app: &TestApp, login: &str) -> Phone {
        Phone {
            cookie: app.cookie_of(login),
            person: app.sign_in(login),
            user: user_id(login).to_string(),
            book: app.office.book.0,
            village: app.office.village.0,
            product: app.office.credit_product.0,
        }
    }

    fn item(&self, door: &str, voucher: &str, depends_on: &[&Value], fields: Value) -> Value {
        json!({
            "id": uuid(), "door": door, "book": self.book.to_string(), "voucher": voucher,
            "depends_on": ids(depends_on), "fields": fields,
        })
    }

    /// A household to be registered: its id, the item.
    pub fn household(&self, name: &str, n: usize) -> (String, Value) {
        let id = uuid();
        let item = self.household_numbered(name, &id, &identity_number(n));
        (id, item)
    }

    /// A household under an id and identity number that are given.
    pub fn household_numbered(&self, name: &str, id: &str, number: &str) -> Value {
        let fields = json!({
            "village": self.village.to_string(), "kind": "household", "name": name, "number": number,
            "consent_on": "2024-01-04",
        });
        self.item("client", id, &[], fields)
    }

    /// The cookie of this phone's session, for a request written by hand.
    pub fn cookie(&self) -> String {
        self.cookie.clone()
    }

    /// A line for a client, granted today for three years.
    pub fn grant(&self, client: &str, yuan: &str, depends_on: &[&Value]) -> Value {
        self.grant_on("2024-01-04", client, yuan, depends_on)
    }

    pub fn grant_on(&self, day: &str, client: &str, yuan: &str, depends_on: &[&Value]) -> Value {
        let fields = json!({
            "stage": "credit.grant", "village": self.village.to_string(), "client": client,
            "product": self.product.to_string(), "amount": yuan, "amount_unit": "yuan",
            "business_date": day, "valid_from": day, "valid_to": "2026-12-31", "limit": "revolving",
            "contract_id": uuid(),
        });
        self.item("credit", &uuid(), depends_on, fields)
    }

    pub fn visit(&self, clients: &[&str], depends_on: &[&Value]) -> Value {
        self.visit_on("2024-01-03", clients, depends_on)
    }

    pub fn visit_on(&self, day: &str, clients: &[&str], depends_on: &[&Value]) -> Value {
        let mut fields = json!({
            "village": self.village.to_string(), "business_date": day, "visited": clients,
            "contract_id": uuid(),
        });
        for client in clients {
            fields[format!("note_{client}")] = json!("看了虾塘");
        }
        self.item("visit", &uuid(), depends_on, fields)
    }

    /// The same record once more, from revision `base` on, under a new id of sending.
    pub fn again(&self, item: &Value, base: i32) -> Value {
        let mut again = item.clone();
        again["id"] = json!(uuid());
        again["base_revision"] = json!(base);
        again
    }

    pub fn batch(&self, items: &[&Value]) -> Value {
        json!({ "user": self.user, "device": "test", "items": items })
    }

    /// Sends and gives the answers in the order sent.
    pub fn send(&self, items: &[&Value]) -> Vec<Value> {
        let page = self.person.json("/api/v1/sync", "sync", &self.batch(items));
        assert_eq!(page.status, 200, "{}", page.text());
        let answer: Value = serde_json::from_str(&page.body).expect("JSON");
        let results = answer["results"].as_array().expect("results").clone();
        for (item, result) in items.iter().zip(&results) {
            assert_eq!(item["id"], result["id"], "answers come in the order sent");
        }
        results
    }

    pub fn get(&self, path: &str) -> Value {
        let page = self.person.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        serde_json::from_str(&page.body).expect("JSON")
    }

    pub fn pack(&self, villages: &str) -> Value {
        self.get(&format!("/api/v1/field?villages={villages}"))
    }

    pub fn changes(&self, since: &str) -> Value {
        self.get(&format!("/api/v1/changes?book={}&since={since}", self.book))
    }

    /// The county approves a record of this phone.
    pub fn approve(&self, app: &TestApp, item: &Value, revision: i32) {
        let verdict = verdict(app, item, revision);
        let actor = actor("reviewer");
        app.state
            .write_now(app.office.book, |conn, office| {
                ledger::approve(conn, office, &actor, &verdict, false)
            })
            .expect("it is approved");
    }
}

fn verdict(app: &TestApp, item: &Value, revision: i32) -> Verdict {
    Verdict {
        book: app.office.book,
        voucher: VoucherId::parse(voucher(item)).expect("an id"),
        command: CommandId::new(1_700_000_000_000),
        revision,
    }
}

/// The county sends a record back.
pub fn return_to(app: &TestApp, item: &Value, reason: &str) {
    let verdict = verdict(app, item, 1);
    let actor = actor("reviewer");
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::return_to_maker(conn, office, &actor, &verdict, reason)
        })
        .expect("it is returned");
}

/// The specialist's posting in the first village ends after a day.
pub fn end_posting(app: &TestApp, last_day: &str) {
    let (admin, reviewer) = (app.sign_in("admin"), app.sign_in("reviewer"));
    let card = format!("/register/specialists/{}", app.office.specialist.0);
    let page = admin.get(&card).body;
    let at = page.find("下六村").expect("posted there");
    let href = page[at..]
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap_or_default().replace("&amp;", "&"))
        .find(|href| href.contains("departures/new") && !href.contains("kind=transfer"))
        .expect("a way to end it");
    let form = admin.get(&href);
    let sent = admin.send(
        &form,
        &format!("{card}/departures"),
        &[("business_date", last_day)],
    );
    assert_eq!(sent.status, 303, "{}", sent.text());
    let queue = reviewer.get("/review").body;
    let path = queue
        .split("href=\"/vouchers/")
        .nth(1)
        .and_then(|rest| rest.split(['"', '?']).next())
        .expect("it waits");
    let voucher = reviewer.get(&format!("/vouchers/{path}"));
    let done = reviewer.send(&voucher, &format!("/vouchers/{path}/approval"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
}
