//! Contracts of a village that has gone to another county: they run on in the book in which they were made,
//! found and served from the phone and the clerk's desk, and add up where the village lay and lies.

use cunxin::ledger::Submission;
use cunxin::values::{ContractId, SpecialistId};
use serde_json::{Value, json};

use crate::support::app::{Page, Person, TestApp, on_both};

const CHEN: &str = "440784197503080014";
const OLD: &str = "440784000000";
const NEW: &str = "440783000000";

fn new_id() -> ContractId {
    ContractId::new(1_700_000_000_000)
}

fn posted(app: &TestApp, submission: &Submission) {
    app.submit("specialist", submission).expect("submitted");
    app.approve("reviewer", submission, 1).expect("approved");
}

/// A household with a line of 150,000, a loan of 100,000 under it, and a policy of 10 亩.
fn contracts(app: &TestApp) -> String {
    let client = app.household(app.office.village, "陈大文", CHEN);
    let (line, loan, policy) = (new_id(), new_id(), new_id());
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let loan_terms = json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    });
    let granted = vec![app.line(&client, &line, "150000", terms)];
    posted(app, &app.submission("credit.grant", "2023-05-04", granted));
    let lent = vec![app.line(&client, &loan, "100000", loan_terms)];
    posted(app, &app.submission("loan.disbursement", "2023-06-01", lent));
    let insured = json!({
        "number": "ZS-2023-01", "starts_on": "2023-04-01", "ends_on": "2024-03-31",
        "quantity": "10", "unit": "亩", "unit_sum": "5000.00", "rate_percent": "8",
        "premium": "4000.00", "central": "0.00", "province": "2000.00", "city": "400.00",
        "county": "400.00", "farmer": "1200.00", "households": 1
    });
    let mut part = app.line(&client, &policy, "50000", insured);
    (part.product, part.institution) = (app.office.insurance_product, app.office.insurer);
    part.specialist = SpecialistId(0);
    let mut cover = app.submission("insurance.policy", "2023-04-01", vec![part]);
    cover.institution = app.office.insurer;
    app.submit("insurer", &cover).expect("submitted");
    app.approve("reviewer", &cover, 1).expect("approved");
    client.to_string()
}

/// The town goes to 开平 on 2 September 2023.
fn transfer(app: &TestApp) {
    let admin = app.sign_in("admin");
    let form = admin.get("/register/lineage/new?kind=transfer");
    let filled = [
        ("old", "440784103000"),
        ("named", "440783118000 古劳镇"),
        ("day", "2023-09-02"),
        ("document", "国函〔2023〕56号"),
    ];
    let check = admin.send(&form, "/register/lineage", &filled);
    assert_eq!(admin.send(&check, "/register/lineage", &[]).status, 303);
}

/// The address of the first link on a page that contains `part`.
fn link(page: &Page, part: &str) -> String {
    let mut found = page
        .body
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default());
    let found = found.find(|href| href.contains(part));
    found
        .unwrap_or_else(|| panic!("no link with {part}: {}", page.text()))
        .replace("&amp;", "&")
}

/// Fills a form, looks at the check page, sends it.
fn record(person: &Person, from: &str, form: &str, filled: &[(&str, &str)]) {
    let page = person.get(from);
    assert_eq!(page.status, 200, "{from}: {}", page.text());
    let check = person.send(&page, form, filled);
    let sent = person.send(&check, form, &[("step", "send")]);
    assert!(
        sent.location().starts_with("/records/"),
        "{form}: {}",
        sent.text()
    );
}

fn approve(reviewer: &Person) {
    let queue = reviewer.get("/review");
    let path = link(&queue, "/vouchers/");
    let path = path.split('?').next().expect("a path");
    let voucher = reviewer.get(path);
    let done = reviewer.send(&voucher, &format!("{path}/approval"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
}

#[test]
fn contracts_run_on_in_their_book_after_the_village_changed_county() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = contracts(&app);
        transfer(&app);
        let (specialist, bank, insurer) = (
            app.sign_in("specialist"),
            app.sign_in("bank"),
            app.sign_in("insurer"),
        );
        let reviewer = app.sign_in("reviewer");
        let village = format!("/field/villages/{}", app.office.village);

        // The specialist finds the household, and what is kept of it.
        let page = specialist.get(&village);
        let own = format!("/field/clients/{}/", app.office.book);
        let at = format!("{own}{client}");
        assert_eq!(link(&page, &own), at, "{}", page.text());
        let household = specialist.get(&at);
        assert!(
            household.body.contains("已划归开平") && !household.body.contains("新的授信"),
            "{}",
            household.text()
        );
        record(
            &specialist,
            &link(&household, "/field/repayment?"),
            "/field/repayment",
            &[
                ("amount", "20000"),
                ("amount_unit", "yuan"),
                ("business_date", "2023-12-20"),
            ],
        );
        approve(&reviewer);
        let draw = [
            ("amount", "5000"),
            ("amount_unit", "yuan"),
            ("business_date", "2023-12-21"),
            ("matures_on", "2024-12-20"),
            ("rate_percent", "3.85"),
            ("purpose", "饲料"),
            ("guarantee", "credit"),
            ("method", "bullet"),
        ];
        record(
            &specialist,
            &link(&household, "/field/loan?book="),
            "/field/loan",
            &draw,
        );
        approve(&reviewer);
        assert_eq!(
            specialist.get(&link(&household, "/loans/")).status,
            200,
            "its plan"
        );

        // The old county's clerks find the village they have lost.
        let found = bank.get("/field?q=xl");
        assert_eq!(link(&found, "/field/villages/"), village, "{}", found.text());
        assert!(bank.get("/field").body.contains("古劳镇"), "its town");
        let page = bank.get(&village);
        assert!(page.body.contains("已划归开平"), "{}", page.text());
        let household = bank.get(&link(&page, &own));
        record(
            &bank,
            &link(&household, "/field/repayment?"),
            "/field/repayment",
            &[
                ("amount", "1000"),
                ("amount_unit", "yuan"),
                ("business_date", "2023-12-22"),
            ],
        );
        approve(&reviewer);
        let policies = insurer.get(&format!("/field/policies?village={}", app.office.village));
        assert_eq!(policies.status, 200, "{}", policies.text());
        let policy = insurer.get(&link(&policies, "/field/policies/"));
        let paid = [
            ("amount", "3000"),
            ("amount_unit", "yuan"),
            ("claim", "RDAA2023000001"),
            ("loss_date", "2023-10-09"),
            ("business_date", "2023-12-23"),
            ("cause", "寒害"),
            ("households", "1"),
        ];
        record(&insurer, &link(&policy, "/field/payout?"), "/field/payout", &paid);
        approve(&reviewer);

        // As then the old county until August, the new one since; as now the new one always.
        let city = app.sign_in("city");
        let figure = |month: &str, boundaries: &str, region: &str, measure: &str, aspect: &str| {
            let query = format!("region={region}&by=town&month={month}&boundaries={boundaries}");
            let page = city.get(&format!("/api/v1/totals?{query}&measure={measure}"));
            let answer: Value = serde_json::from_str(&page.body).expect("JSON");
            answer["total"]["measures"][measure][aspect].clone()
        };
        let balance = |month: &str, boundaries: &str| {
            [OLD, NEW].map(|county| figure(month, boundaries, county, "loan.balance", "end"))
        };
        assert_eq!(balance("2023-06", "then"), ["100000.00", "0.00"]);
        assert_eq!(balance("2023-12", "then"), ["0.00", "84000.00"]);
        assert_eq!(balance("2023-06", "now"), ["0.00", "100000.00"]);
        assert_eq!(balance("2023-12", "now"), ["0.00", "84000.00"]);
        assert_eq!(
            figure("2023-12", "then", NEW, "insurance.payout", "month"),
            "3000.00"
        );
        assert_eq!(
            figure("2023-12", "then", OLD, "insurance.payout", "month"),
            "0.00"
        );

        // Nobody of the new county, or of a third, gets at them through the book.
        let stranger = app.sign_in("far-reviewer");
        assert_eq!(stranger.get(&at).status, 403);
        let made_up = format!("/field/clients/{}/{client}", app.office.other_book);
        assert_eq!(specialist.get(&made_up).status, 404);
        // What is new is not for the old book.
        let fresh = bank.get(&format!(
            "/field/credit?stage=credit.grant&village={}&client={client}",
            app.office.village
        ));
        let product = app.office.credit_product.0.to_string();
        let filled = [
            ("product", product.as_str()),
            ("amount", "1"),
            ("amount_unit", "wan"),
        ];
        let refused = bank.send(&fresh, "/field/credit", &filled);
        assert!(refused.body.contains("这个村不属于本县"), "{}", refused.text());
    });
}
