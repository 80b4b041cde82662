//! One event from the phone to the city's total, on both databases.

use crate::support::app::{Backend, Page, Person, TestApp, on_both};

const CHEN: &str = "440784197503080014";
const LI: &str = "440781198802290025";

/// Opens the grant form for a client and sends it as far as the receipt.
fn grant(person: &Person, app: &TestApp, client: &str, amount: &str, unit: &str) -> Page {
    let village = app.office.village.0;
    let form = person.get(&format!(
        "/field/credit?stage=credit.grant&village={village}&client={client}"
    ));
    assert_eq!(form.status, 200, "{}", form.text());
    let product = app.office.credit_product.0.to_string();
    let check = person.send(
        &form,
        "/field/credit",
        &[("product", &product), ("amount", amount), ("amount_unit", unit)],
    );
    assert_eq!(check.status, 200, "{}", check.text());
    person.send(&check, "/field/credit", &[("step", "send")])
}

fn register(person: &Person, app: &TestApp, name: &str, number: &str) -> String {
    let form = person.get(&format!("/field/clients/new?village={}", app.office.village.0));
    assert_eq!(form.status, 200, "{}", form.text());
    let check = person.send(
        &form,
        "/field/clients/new",
        &[("kind", "household"), ("name", name), ("number", number)],
    );
    assert_eq!(check.status, 200, "{}", check.text());
    assert!(check.body.contains("请核对，确认后再提交"), "{}", check.text());
    let done = person.send(&check, "/field/clients/new", &[("step", "send")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = person.get(done.location());
    assert!(page.body.contains("客户已登记"), "{}", page.text());
    let address = done.location().split('?').next().expect("an address");
    address.rsplit('/').next().expect("a client id").to_owned()
}

fn measure<'a>(totals: &'a serde_json::Value, code: &str) -> &'a serde_json::Value {
    &totals["total"]["measures"][code]
}

#[test]
fn a_grant_goes_from_the_phone_to_the_city() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = register(&specialist, &app, "陈大文", CHEN);

        let sent = grant(&specialist, &app, &client, "113", "wan");
        assert_eq!(sent.status, 303, "{}", sent.text());
        let receipt = specialist.get(sent.location());
        assert!(receipt.body.contains("回执号"), "{}", receipt.text());

        let waiting = app.totals("2024-01", "440700000000", "county");
        assert_eq!(measure(&waiting, "credit.granted")["end"], "0.00");
        assert_eq!(measure(&waiting, "credit.granted")["pending"], "1130000.00");

        approve_first(&app, "reviewer");
        let posted = app.totals("2024-01", "440700000000", "county");
        assert_eq!(measure(&posted, "credit.granted")["end"], "1130000.00");
        assert_eq!(measure(&posted, "credit.preapproved")["end"], "1130000.00");
        assert_eq!(measure(&posted, "credit.granted_new")["month"], "1130000.00");
        assert_eq!(measure(&posted, "credit.granted")["pending"], "0.00");
        assert_eq!(measure(&posted, "credit.villages")["end"], 1);
        assert_eq!(measure(&posted, "credit.households")["end"], 1);
        assert_eq!(measure(&posted, "field.specialists")["end"], 1);
        let heshan = posted["rows"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["code"] == "440784000000")
            .unwrap();
        assert_eq!(heshan["measures"]["credit.granted"]["end"], "1130000.00");
    });
}

/// The path of the first voucher in a reviewer's queue.
fn first_waiting(reviewer: &Person) -> String {
    let queue = reviewer.get("/review");
    assert_eq!(queue.status, 200, "{}", queue.text());
    let link = queue
        .body
        .split("href=\"/vouchers/")
        .nth(1)
        .expect("something waits");
    format!("/vouchers/{}", link.split(['"', '?']).next().expect("a path"))
}

fn approve_first(app: &TestApp, login: &str) -> Page {
    let reviewer = app.sign_in(login);
    let path = first_waiting(&reviewer);
    let voucher = reviewer.get(&path);
    assert_eq!(voucher.status, 200, "{}", voucher.text());
    let done = reviewer.send(&voucher, &format!("{path}/approval"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    done
}

#[test]
fn a_returned_record_is_corrected_and_posts_once() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = register(&specialist, &app, "陈大文", CHEN);
        let sent = grant(&specialist, &app, &client, "1600000", "yuan");
        assert_eq!(sent.status, 303, "{}", sent.text());

        let reviewer = app.sign_in("reviewer");
        let path = first_waiting(&reviewer);
        let voucher = reviewer.get(&path);
        let silent = reviewer.send(&voucher, &format!("{path}/return"), &[("reason", " ")]);
        assert!(
            silent.body.contains("退回的原因"),
            "a return needs a reason: {}",
            silent.text()
        );
        let done = reviewer.send(&voucher, &format!("{path}/return"), &[("reason", "多写了一个零")]);
        assert_eq!(done.status, 303, "{}", done.text());

        let records = specialist.get("/records");
        assert!(records.body.contains("多写了一个零"), "{}", records.text());
        let link = records
            .body
            .split("href=\"")
            .find(|link| link.starts_with("/field/credit?"))
            .expect("更正");
        let form = specialist.get(&link.split('"').next().unwrap().replace("&amp;", "&"));
        assert_eq!(form.field("amount"), "1600000.00");
        let check = specialist.send(&form, "/field/credit", &[("amount", "160000")]);
        let sent = specialist.send(&check, "/field/credit", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        approve_first(&app, "reviewer");
        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(measure(&totals, "credit.granted")["end"], "160000.00");
        assert_eq!(measure(&totals, "credit.granted_new")["year"], "160000.00");
    });
}

#[test]
fn the_same_form_sent_twice_makes_one_voucher() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = register(&specialist, &app, "陈大文", CHEN);
        let form = specialist.get(&format!(
            "/field/credit?stage=credit.grant&village={}&client={client}",
            app.office.village.0
        ));
        let product = app.office.credit_product.0.to_string();
        let filled = [
            ("product", product.as_str()),
            ("amount", "5"),
            ("amount_unit", "wan"),
            ("step", "send"),
        ];
        let first = specialist.send(&form, "/field/credit", &filled);
        let second = specialist.send(&form, "/field/credit", &filled);
        assert_eq!((first.status, second.status), (303, 303));
        assert_eq!(first.location(), second.location());
        let changed = specialist.send(
            &form,
            "/field/credit",
            &[
                ("product", &product),
                ("amount", "6"),
                ("amount_unit", "wan"),
                ("step", "send"),
            ],
        );
        assert!(changed.body.contains("已经提交过别的内容"), "{}", changed.text());
        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(measure(&totals, "credit.granted")["pending"], "50000.00");
    });
}

#[test]
fn draw_repay_and_see_what_is_left() {
    // domain.md, user story 2: 20万 against a revolving 30万, 8万 repaid, 18万 available.
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = register(&specialist, &app, "陈大文", CHEN);
        grant(&specialist, &app, &client, "30", "wan");
        approve_first(&app, "reviewer");

        let card = specialist.get(&format!("/field/clients/{}/{client}", app.office.book.0));
        let link = card
            .body
            .split("href=\"")
            .find(|link| link.starts_with("/field/loan?book"))
            .expect("放款");
        let form = specialist.get(&link.split('"').next().unwrap().replace("&amp;", "&"));
        assert_eq!(form.status, 200, "{}", form.text());
        let filled = [
            ("amount", "20"),
            ("amount_unit", "wan"),
            ("rate_percent", "3.85"),
            ("matures_on", "2025-01-03"),
            ("purpose", "买鱼苗"),
            ("guarantee", "credit"),
            ("method", "bullet"),
            ("step", "send"),
        ];
        let sent = specialist.send(&form, "/field/loan", &filled);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let over = specialist.send(
            &specialist.get(&link.split('"').next().unwrap().replace("&amp;", "&")),
            "/field/loan",
            &filled.map(|(name, value)| {
                if name == "amount" {
                    (name, "10.000001")
                } else {
                    (name, value)
                }
            }),
        );
        assert_eq!(over.status, 200);
        assert!(
            over.body.contains("100,000.00"),
            "the refusal says what is left: {}",
            over.text()
        );
        approve_first(&app, "reviewer");

        let card = specialist.get(&format!("/field/clients/{}/{client}", app.office.book.0));
        let link = card
            .body
            .split("href=\"")
            .find(|link| link.starts_with("/field/repayment?"))
            .expect("还款");
        let form = specialist.get(&link.split('"').next().unwrap().replace("&amp;", "&"));
        let filled = [
            ("amount", "80000"),
            ("amount_unit", "yuan"),
            ("interest", "100.05"),
            ("step", "send"),
        ];
        let sent = specialist.send(&form, "/field/repayment", &filled);
        assert_eq!(sent.status, 303, "{}", sent.text());
        approve_first(&app, "reviewer");

        let card = specialist.get(&format!("/field/clients/{}/{client}", app.office.book.0));
        assert!(
            card.body.contains("180,000.00"),
            "18万 available: {}",
            card.text()
        );
        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(measure(&totals, "loan.balance")["end"], "120000.00");
        assert_eq!(measure(&totals, "credit.drawn")["end"], "120000.00");
        assert_eq!(measure(&totals, "credit.drawn_households")["end"], 1);
        assert_eq!(measure(&totals, "loan.interest_repaid")["month"], "100.05");
    });
}

#[test]
fn a_visit_counts_households_once_and_visits_each_time() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let chen = register(&specialist, &app, "陈大文", CHEN);
        let li = register(&specialist, &app, "李小妹", LI);
        for _ in 0..2 {
            let form = specialist.get(&format!("/field/visit?village={}", app.office.village.0));
            let fields: Vec<(String, String)> = form.fields();
            let mut filled: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            filled.extend([
                ("visited", chen.as_str()),
                ("visited", li.as_str()),
                ("step", "send"),
            ]);
            let sent = specialist.post("/field/visit", &filled);
            assert_eq!(sent.status, 303, "{}", sent.text());
            approve_first(&app, "reviewer");
        }
        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(measure(&totals, "field.visits")["month"], 4);
        assert_eq!(measure(&totals, "field.visited_households")["month"], 2);
    });
}

#[test]
fn a_policy_splits_its_premium_and_a_payout_stays_within_it() {
    // domain.md, vector A: 端芬 2,793.65 亩 × 5,000 at 8 %, shares 50/10/10/30.
    on_both(|backend| {
        let app = TestApp::start(backend);
        let clerk = app.sign_in("insurer");
        let form = clerk.get(&format!("/field/policy?village={}", app.office.village.0));
        assert_eq!(form.status, 200, "{}", form.text());
        let product = app.office.insurance_product.0.to_string();
        let filled = [
            ("product", product.as_str()),
            ("number", "PDAA2024000001"),
            ("quantity", "2793.65"),
            ("business_date", "2024-01-02"),
            ("starts_on", "2024-01-02"),
            ("ends_on", "2025-01-01"),
            ("households", "60"),
        ];
        let check = clerk.send(&form, "/field/policy", &filled);
        assert_eq!(check.status, 200, "{}", check.text());
        for amount in [
            "13,968,250.00",
            "1,117,460.00",
            "558,730.00",
            "111,746.00",
            "335,238.00",
        ] {
            assert!(check.body.contains(amount), "{amount}: {}", check.text());
        }
        let sent = clerk.send(&check, "/field/policy", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        approve_first(&app, "reviewer");

        let policies = clerk.get(&format!("/field/policies?village={}", app.office.village.0));
        let link = |page: &Page, start: &str| {
            let mut links = page.body.split("href=\"");
            let link = links.find(|link| link.starts_with(start)).expect("a link");
            link.split('"').next().unwrap().replace("&amp;", "&")
        };
        let policy = clerk.get(&link(&policies, "/field/policies/"));
        let form = clerk.get(&link(&policy, "/field/payout?"));
        assert_eq!(form.status, 200, "{}", form.text());
        let payout = |amount: &str| {
            let filled = [
                ("amount", amount),
                ("amount_unit", "yuan"),
                ("claim", "RDAA2024000001"),
                ("loss_date", "2024-01-03"),
                ("cause", "寒害"),
                ("households", "12"),
                ("step", "send"),
            ];
            clerk.send(&form, "/field/payout", &filled)
        };
        let over = payout("13968250.01");
        assert_eq!(over.status, 200, "{}", over.text());
        let sent = payout("500000.37");
        assert_eq!(sent.status, 303, "{}", sent.text());
        approve_first(&app, "reviewer");

        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(measure(&totals, "insurance.sum_insured")["month"], "13968250.00");
        assert_eq!(measure(&totals, "insurance.in_force")["end"], "13968250.00");
        assert_eq!(measure(&totals, "insurance.premium")["month"], "1117460.00");
        assert_eq!(
            measure(&totals, "insurance.premium.province")["month"],
            "558730.00"
        );
        assert_eq!(measure(&totals, "insurance.premium.farmer")["month"], "335238.00");
        assert_eq!(measure(&totals, "insurance.payout")["month"], "500000.37");
    });
}

#[test]
fn a_hamlet_without_its_village_stands_as_its_own_row() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.hamlet, "陈大文", CHEN);
    let contract = cunxin::values::ContractId::new(1_700_000_000_000);
    let terms = serde_json::json!({"valid_from": "2023-02-16", "valid_to": "2026-02-15", "revolving": true});
    let mut line = app.line(&client, &contract, "300000", terms);
    line.region = app.office.hamlet;
    let submission = app.submission("credit.grant", "2023-02-16", vec![line]);
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
    let by_village = app.totals("2023-02", "440784103000", "village");
    let rows = by_village["rows"].as_array().unwrap();
    let hamlet = rows
        .iter()
        .find(|row| row["name"].as_str().unwrap().contains("未定村"))
        .expect("未定村");
    assert_eq!(hamlet["measures"]["credit.granted"]["end"], "300000.00");
    assert_eq!(hamlet["code"], serde_json::Value::Null);
    assert_eq!(
        measure(&by_village, "credit.villages")["end"],
        0,
        "a 自然村 is not an 行政村"
    );
}
