//! The rules on the phone are the server's: hundreds of records, good and bad, judged by `assets/field/rules.js` in a
//! browser and by the forms' own code here, must give the same findings in the same words. A plan of repayment too.

use std::collections::BTreeSet;

use cunxin::auth::{FormData, Role, User};
use cunxin::clock::Clock;
use cunxin::error::{Error, Issue};
use cunxin::field::Registering;
use cunxin::recording::{Asker, Door};
use cunxin::values::schedule::{DayCount, RepaymentMethod, Terms, plan_of, plan_until};
use cunxin::values::{ContractId, Fen, Lang, ProductId, RegionId, VoucherId};
use cunxin::{credit, fieldwork, insurance, ledger, loans, register};
use serde_json::{Map, Value, json};

use super::policies::{approve, contract, policy, posted, recorded};
use crate::support::app::{Backend, PASSWORD, TestApp, identity_number, today, user_id};
use crate::support::browser::{Browser, Screen};

mod corpus;

/// A finding as both sides tell it: how much it weighs, where, what, and in which words.
type Finding = (String, String, String, String, String);

/// A record as it was typed on a phone.
#[derive(Clone, Debug)]
struct Typed {
    door: &'static str,
    fields: Map<String, Value>,
}

impl Typed {
    fn with(&self, name: &str, value: impl Into<Value>) -> Typed {
        let mut other = self.clone();
        other.fields.insert(name.to_owned(), value.into());
        other
    }

    fn form(&self) -> FormData {
        let ids = [(); 3].map(|()| VoucherId::new(1_700_000_000_000).to_string());
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in &self.fields {
            let each = value.as_array().map_or_else(|| vec![value.clone()], Clone::clone);
            let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
            fields.extend(each.into_iter().map(|value| (name.clone(), text(value))));
        }
        FormData::of(fields)
            .with("voucher_id", &ids[0])
            .with("command_id", &ids[1])
            .with("contract_id", &ids[2])
            .with("client_id", &ids[2])
            .with("base_revision", "0")
    }
}

/// The lines, loans and policies that records are about.
struct Scene {
    app: TestApp,
    village: RegionId,
    /// Clients: a household with lines, one with none, a cooperative.
    known: [String; 3],
    granted: ContractId,
    preapproved: ContractId,
    signed: ContractId,
    frozen: ContractId,
    loan: ContractId,
    policy: ContractId,
    product: ProductId,
}

fn asker(app: &TestApp, login: &str) -> Asker {
    let clock = Clock::fixed(today());
    let bank = login == "specialist";
    let user = User {
        id: user_id(login),
        login: login.to_owned(),
        name: login.to_owned(),
        role: if bank { Role::Specialist } else { Role::Clerk },
        book: (!bank).then_some(app.office.book),
        institution: (!bank).then_some(app.office.insurer),
        specialist: bank.then_some(app.office.specialist),
        csrf: String::new(),
        must_change: false,
        lang: Lang::Zh,
    };
    Asker {
        actor: user.actor(&clock),
        user,
        clock,
        lang: Lang::Zh,
    }
}

fn said(issues: &[Issue]) -> BTreeSet<Finding> {
    let weight = |issue: &Issue| serde_json::to_value(issue.severity).expect("a word");
    issues
        .iter()
        .map(|issue| {
            (
                weight(issue).as_str().unwrap_or_default().to_owned(),
                issue.field.clone(),
                issue.code.clone(),
                issue.say.zh.clone(),
                issue.say.en.clone(),
            )
        })
        .collect()
}

impl Scene {
    /// What the server finds, without writing anything.
    fn judged(&self, typed: &Typed) -> BTreeSet<Finding> {
        let login = if typed.door == "claim" {
            "insurer"
        } else {
            "specialist"
        };
        let asker = asker(&self.app, login);
        let form = typed.form();
        let found = self.app.state.read_now(|conn, office| {
            if typed.door == "client" {
                let asked = Registering::read(&form)?;
                let book = self.app.office.book;
                register::check_client(conn, office, &asker.actor, book, &asked.new, &asked.members)?;
                return Ok(Vec::new());
            }
            let submission = door(typed.door).prepare(conn, office, &asker, &form)?.submission;
            Ok(ledger::preview(conn, office, &asker.actor, &submission)?.issues)
        });
        match found {
            Ok(issues) | Err(Error::Refused(issues)) => said(&issues),
            Err(other) => panic!("{typed:?}: {other}"),
        }
    }
}

fn door(code: &str) -> Door {
    let all = [
        credit::doors(),
        loans::doors(),
        fieldwork::doors(),
        insurance::doors(),
    ];
    let mut all = all.into_iter().flatten();
    all.find(|door| door.code == code).expect("a door")
}

/// What the phone finds, record by record.
fn on_the_phone(
    browser: &Browser,
    pack: &Value,
    records: &[Typed],
    village: RegionId,
) -> Vec<BTreeSet<Finding>> {
    const SCRIPT: &str = "const [pack, records] = arguments;
        return import('/assets/field/judging.js').then(({ findings }) => records.map((one) =>
            findings(pack, [], { id: 'x', state: 'draft', ...one })
                .map(({ severity, field, code, say }) => [severity, field, code, say.zh, say.en])));";
    let sent: Vec<Value> = records
        .iter()
        .map(|typed| json!({"door": typed.door, "stage": typed.fields.get("stage"), "village": village.to_string(), "fields": typed.fields}))
        .collect();
    let found = browser.run(SCRIPT, json!([pack, sent]));
    let found = found.as_array().expect("a list").iter();
    found
        .map(|each| {
            let each = each.as_array().expect("findings").iter();
            each.map(|finding| {
                let text = |n: usize| finding[n].as_str().unwrap_or_default().to_owned();
                (text(0), text(1), text(2), text(3), text(4))
            })
            .collect()
        })
        .collect()
}

fn sign_in(browser: &Browser, app: &TestApp, login: &str) {
    browser.open(&format!("{}/sign-in", app.base));
    browser.fill("user", login);
    browser.fill("password", PASSWORD);
    browser.click("form[action='/sign-in'] button[type=submit]");
    browser.wait_for("main h1");
}

/// What the phone of this person takes along.
fn pack(browser: &Browser, app: &TestApp, login: &str) -> Value {
    sign_in(browser, app, login);
    let query = if login == "insurer" {
        format!("?villages={}", app.office.village)
    } else {
        String::new()
    };
    let script = "return fetch('/api/v1/field' + arguments[0], {headers: {'x-cunxin': 'field'}}).then((r) => r.json());";
    let pack = browser.run(script, json!([query]));
    assert_eq!(pack["user"]["id"], user_id(login).to_string(), "{pack}");
    pack
}

#[test]
fn phone_and_server_judge_every_record_alike() {
    let Some(browser) = Browser::start(Screen::Phone) else {
        return;
    };
    let scene = corpus::scene();
    let mut judged = 0;
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    let mut apart = Vec::new();
    for (login, records) in [
        ("specialist", corpus::of_the_bank(&scene)),
        ("insurer", corpus::of_the_insurer(&scene)),
    ] {
        let pack = pack(&browser, &scene.app, login);
        let here = on_the_phone(&browser, &pack, &records, scene.village);
        assert_eq!(here.len(), records.len());
        for (typed, phone) in records.iter().zip(here) {
            let server = scene.judged(typed);
            kinds.extend(server.iter().map(|finding| finding.2.clone()));
            judged += 1;
            if phone != server {
                apart.push(format!("{typed:?}\n  phone  {phone:?}\n  server {server:?}"));
            }
        }
    }
    assert!(
        apart.is_empty(),
        "{} of {judged} apart:\n{}",
        apart.len(),
        apart.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(judged >= 500, "only {judged} records");
    assert!(
        kinds.len() >= 70,
        "only {} kinds of findings: {kinds:?}",
        kinds.len()
    );
    println!("{judged} records, {} kinds of findings", kinds.len());
}

/// Terms over which plans are compared: principal, rate, first day, months or a last day.
fn terms() -> Vec<(Terms, &'static str, Result<u32, &'static str>)> {
    let mut all = Vec::new();
    let spans = [
        ("2024-01-31", Ok(12)),
        ("2023-02-28", Ok(1)),
        ("2024-02-29", Ok(36)),
        ("2022-12-15", Ok(360)),
        ("2023-05-08", Err("2024-06-30")),
        ("2024-01-31", Err("2024-02-29")),
        ("2023-11-30", Err("2026-03-01")),
    ];
    for (n, (start, span)) in spans.into_iter().enumerate() {
        for method in RepaymentMethod::EVERY {
            for day_count in DayCount::EVERY {
                for (at, rate) in ["3.85", "4.3525", "24", "0.0001"].into_iter().enumerate() {
                    let principal = [1, 100, 8_000_007, 113_000_000, 999_999_999_999][(n + at) % 5];
                    let terms = Terms {
                        principal: Fen(principal),
                        rate: cunxin::values::rate::Percent::parse(rate).expect("a rate"),
                        method,
                        day_count,
                    };
                    all.push((terms, start, span));
                }
            }
        }
    }
    all
}

#[test]
fn phone_and_server_reckon_the_same_plans() {
    let Some(browser) = Browser::start(Screen::Phone) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    browser.open(&format!("{}/sign-in", app.base));
    let all = terms();
    let asked: Vec<Value> = all
        .iter()
        .map(|(terms, start, span)| {
            json!([
                terms.principal.0.to_string(),
                terms.rate.ten_thousandths().to_string(),
                terms.method.code(),
                terms.day_count.code(),
                start,
                span.ok(),
                span.err()
            ])
        })
        .collect();
    const SCRIPT: &str = "const row = (each) => [each.n, each.due, each.days, each.payment, each.principal, each.interest, each.balance].join(' ');
        return import('/assets/field/schedule.js').then(({ planOf, planUntil }) => arguments[0].map(
            ([principal, rate, method, dayCount, start, months, until]) => {
                const terms = { principal: BigInt(principal), rate: BigInt(rate), method, dayCount };
                const plan = months ? planOf(terms, start, months) : planUntil(terms, start, until);
                return [...plan.rows.map(row), `${plan.payment} ${plan.interest}`].join('\\n');
            }));";
    let phone = browser.run(SCRIPT, json!([asked]));
    assert!(all.len() >= 400, "{}", all.len());
    for ((terms, start, span), phone) in all.iter().zip(phone.as_array().expect("plans")) {
        let start = start.parse().expect("a day");
        let plan = match span {
            Ok(months) => plan_of(terms, start, *months),
            Err(until) => plan_until(terms, start, until.parse().expect("a day")),
        }
        .expect("a plan");
        let mut rows: Vec<String> = plan
            .rows
            .iter()
            .map(|row| {
                let (payment, principal, interest) = (row.payment.0, row.principal.0, row.interest.0);
                format!(
                    "{} {} {} {payment} {principal} {interest} {}",
                    row.n, row.due, row.days, row.balance.0
                )
            })
            .collect();
        rows.push(format!("{} {}", plan.total_payment.0, plan.total_interest.0));
        assert_eq!(
            phone.as_str().expect("a plan"),
            rows.join("\n"),
            "{terms:?} {span:?}"
        );
    }
}
