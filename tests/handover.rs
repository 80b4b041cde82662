//! Contracts handed over to another specialist and moved to another village, on both databases.

use cunxin::close::{self, Closing, Keep};
use cunxin::ledger::{self, ReversalRequest, Submission};
use cunxin::register::{self, ASSIGNMENT_KIND};
use cunxin::values::{CommandId, ContractId, Fen, Month, ProductId, SpecialistId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{Page, Person, TestApp, actor, on_both};

const CHEN: &str = "440784197503080014";

fn new_id() -> ContractId {
    ContractId::new(1_700_000_000_000)
}

fn posted(app: &TestApp, submission: &Submission) {
    app.submit("specialist", submission).expect("submitted");
    app.approve("reviewer", submission, 1).expect("approved");
}

/// A second specialist of the bank, posted to the first village.
fn colleague(app: &TestApp) -> SpecialistId {
    let register = app
        .state
        .db
        .read(ledger::register_book)
        .expect("read")
        .expect("a book")
        .id;
    let bank = app.office.bank;
    let id = app
        .state
        .write_now(register, |conn, _| {
            register::add_specialist(conn, "王村官", "金融村官", bank)
        })
        .expect("added")
        .id;
    let mut line = app.line(&cunxin::values::ClientId::new(1), &new_id(), "1", json!({}));
    (line.client, line.product, line.specialist, line.amount) = (None, ProductId(0), id, Fen::ZERO);
    posted(app, &app.submission(ASSIGNMENT_KIND, "2023-01-05", vec![line]));
    id
}

fn lend(app: &TestApp) -> (Submission, ContractId) {
    let client = app.household(app.office.village, "陈大文", CHEN);
    let (line, loan) = (new_id(), new_id());
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let loan_terms = json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    });
    posted(
        app,
        &app.submission(
            "credit.grant",
            "2023-05-04",
            vec![app.line(&client, &line, "150000", terms)],
        ),
    );
    posted(
        app,
        &app.submission(
            "loan.disbursement",
            "2023-06-01",
            vec![app.line(&client, &loan, "100000", loan_terms)],
        ),
    );
    let paid = json!({"interest": "0.00", "penalty": "0.00"});
    let repayment = app.submission(
        "loan.repayment",
        "2023-12-28",
        vec![app.line(&client, &loan, "20000", paid)],
    );
    (repayment, loan)
}

fn waiting(reviewer: &Person) -> String {
    let queue = reviewer.get("/review");
    let link = queue
        .body
        .split("href=\"/vouchers/")
        .nth(1)
        .expect("something waits");
    format!("/vouchers/{}", link.split(['"', '?']).next().expect("a path"))
}

fn approve(reviewer: &Person) -> (String, Page) {
    let path = waiting(reviewer);
    let voucher = reviewer.get(&path);
    let done = reviewer.send(&voucher, &format!("{path}/approval"), &[]);
    (path, done)
}

fn reverse(app: &TestApp, reviewer: &Person, original: &VoucherId) {
    let request = ReversalRequest {
        book: app.office.book,
        original: original.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "记错了".to_owned(),
    };
    let asker = actor("specialist");
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::request_reversal(conn, office, &asker, &request)
        })
        .expect("asked for");
    assert_eq!(approve(reviewer).1.status, 303);
}

/// One figure of one row, or nought.
fn row(app: &TestApp, by: &str, code: &str, measure: &str, aspect: &str) -> Value {
    let answer = app.totals("2023-12", "440784000000", by);
    let rows = answer["rows"].as_array().expect("rows");
    let found = rows.iter().find(|row| row["code"] == code);
    found.map_or(json!(null), |row| row["measures"][measure][aspect].clone())
}

#[test]
fn all_contracts_of_a_specialist_go_to_another_and_back() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let to = colleague(&app);
        let (mut repayment, _) = lend(&app);
        let from = app.office.specialist;
        let (bank, reviewer) = (app.sign_in("bank"), app.sign_in("reviewer"));
        let form = bank.get(&format!("/handover?from={}", from.0));
        assert!(
            form.body.contains("150,000.00") && form.body.contains("100,000.00"),
            "{}",
            form.text()
        );
        let (own, other) = (from.to_string(), to.to_string());
        let none = bank.send(&form, "/handover", &[("to", ""), ("business_date", "2023-12-20")]);
        assert!(none.body.contains("请选择接手的特派员"), "{}", none.text());
        let same = bank.send(
            &form,
            "/handover",
            &[("to", own.as_str()), ("business_date", "2023-12-20")],
        );
        assert!(same.body.contains("村和特派员都没有变"), "{}", same.text());
        let sent = bank.send(
            &form,
            "/handover",
            &[("to", other.as_str()), ("business_date", "2023-12-20")],
        );
        assert_eq!(sent.location(), "/handover?done=sent", "{}", sent.text());
        let (path, done) = approve(&reviewer);
        assert_eq!(done.status, 303, "{}", done.text());
        let of = |who: &str, measure: &str, aspect: &str| row(&app, "specialist", who, measure, aspect);
        for measure in ["loan.balance", "credit.drawn"] {
            assert_eq!(of(&other, measure, "end"), "100000.00", "{measure}");
            assert_eq!(of(&own, measure, "end"), "0.00", "{measure}");
        }
        assert_eq!(of(&other, "credit.households", "end"), 1);
        assert_eq!(
            of(&own, "loan.disbursed", "year"),
            "100000.00",
            "what happened stays"
        );
        let whole = app.totals("2023-12", "440784000000", "none");
        assert_eq!(whole["total"]["measures"]["credit.households"]["end"], 1);
        assert_eq!(whole["total"]["measures"]["credit.villages"]["end"], 1);
        assert_eq!(whole["total"]["measures"]["credit.granted"]["end"], "150000.00");

        // What follows posts under the new specialist; both can be taken back, the later first.
        repayment.lines[0].specialist = to;
        posted(&app, &repayment);
        assert_eq!(of(&other, "loan.balance", "end"), "80000.00");
        reverse(&app, &reviewer, &repayment.voucher);
        assert_eq!(of(&other, "loan.balance", "end"), "100000.00");
        reverse(
            &app,
            &reviewer,
            &VoucherId::parse(path.rsplit('/').next().unwrap()).unwrap(),
        );
        assert_eq!(of(&own, "loan.balance", "end"), "100000.00");
        assert_eq!(of(&own, "credit.granted", "end"), "150000.00");
    });
}

#[test]
fn contracts_move_to_another_village() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        lend(&app);
        let own = app.office.specialist.to_string();
        let (bank, reviewer) = (app.sign_in("bank"), app.sign_in("reviewer"));
        let form = bank.get(&format!("/handover?from={own}"));
        let filled = [
            ("to", own.as_str()),
            ("village", "440784103201"),
            ("business_date", "2023-12-20"),
        ];
        assert_eq!(bank.send(&form, "/handover", &filled).status, 303);
        assert_eq!(approve(&reviewer).1.status, 303);
        let of = |code: &str, measure: &str| row(&app, "village", code, measure, "end");
        assert_eq!(of("440784103201", "loan.balance"), "100000.00");
        assert_eq!(of("440784103205", "loan.balance"), "0.00");
        assert_eq!(
            (
                of("440784103201", "credit.villages"),
                of("440784103205", "credit.villages")
            ),
            (json!(1), json!(0))
        );
    });
}

/// A handover of one contract from the first village to the second, where the same specialist is in post.
fn moved(app: &TestApp, loan: &ContractId, client: &cunxin::values::ClientId) -> Submission {
    let to = json!({
        "what": "loan", "part": 0, "region": app.office.second_village, "specialist": app.office.specialist,
    });
    let line = app.line(client, loan, "100000", to);
    app.submission("contract.handover", "2023-11-20", vec![line])
}

/// Each line is judged by where it goes, though another line goes nowhere else.
#[test]
fn no_line_leaves_the_county_beside_one_that_stays() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (_, loan) = lend(&app);
        let book = app.office.book;
        let client = app.state.read_now(|conn, office| {
            let found = cunxin::loans::load_loans(conn, book, std::slice::from_ref(&loan))?;
            let day = "2023-11-20".parse().expect("a day");
            let code = cunxin::values::RegionCode::parse("440781101206").expect("a code");
            let elsewhere = office
                .regions
                .by_code(&code, day)
                .expect("a village of another county");
            Ok((found[&loan].client_id.clone(), elsewhere))
        });
        let (client, elsewhere) = client.expect("read");
        let to = json!({
            "what": "loan", "part": 0, "region": elsewhere, "specialist": app.office.specialist,
        });
        let goes = app.line(&client, &loan, "100000", to);
        let mut stays = goes.clone();
        stays.region = elsewhere;
        let handover = app.submission("contract.handover", "2023-11-20", vec![stays, goes]);
        let refused = app.submit("specialist", &handover).expect_err("another county");
        let issues = refused.issues();
        let of_second: Vec<&str> = issues
            .iter()
            .filter(|issue| issue.line == Some(2))
            .map(|issue| issue.code.as_str())
            .collect();
        assert!(of_second.contains(&"village.other_county"), "{issues:?}");
    });
}

/// A loan moves once, and not before it was paid out; the balance that moves with it is no flow, so that neither
/// village's month is out of balance.
#[test]
fn a_month_in_which_a_loan_moved_to_another_village_closes() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (_, loan) = lend(&app);
        let book = app.office.book;
        let client = app.state.read_now(|conn, _| {
            let found = cunxin::loans::load_loans(conn, book, std::slice::from_ref(&loan))?;
            Ok(found[&loan].client_id.clone())
        });
        let mut handover = moved(&app, &loan, &client.expect("read"));
        handover.lines.push(handover.lines[0].clone());
        let twice = app
            .submit("specialist", &handover)
            .expect_err("the same loan twice");
        let codes: Vec<&str> = twice.issues().iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(codes, ["handover.twice"]);
        handover.lines.pop();
        handover.business_date = "2023-05-31".parse().expect("a day");
        let early = app.submit("specialist", &handover).expect_err("paid out in June");
        let codes: Vec<&str> = early.issues().iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(codes, ["handover.too_early"]);
        handover.business_date = "2023-11-20".parse().expect("a day");
        posted(&app, &handover);
        let month = |text| Month::parse(text).expect("a month");
        for month in month("2022-01").through(month("2023-11")) {
            let closing = Closing {
                book,
                month,
                keep: Keep::TotalsOnly,
                seen: None,
                demo: false,
            };
            let reviewer = actor("reviewer");
            let done = app.state.write_now(book, |conn, office| {
                close::close_month(conn, office, &reviewer, &closing)
            });
            done.unwrap_or_else(|error| panic!("{month}: {error:?}"));
        }
        let there = app.totals("2023-11", "440784103201", "none");
        assert_eq!(there["edition"], 1);
        assert_eq!(there["total"]["measures"]["loan.balance"]["end"], "100000.00");
    });
}

/// Returned with a reason, corrected in its own form and sent again: one voucher, two revisions.
#[test]
fn a_returned_handover_is_corrected_and_sent_again() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let to = colleague(&app).to_string();
        lend(&app);
        let own = app.office.specialist.to_string();
        let (bank, reviewer) = (app.sign_in("bank"), app.sign_in("reviewer"));
        let form = bank.get(&format!("/handover?from={own}"));
        let filled = [
            ("to", own.as_str()),
            ("village", "440784103201"),
            ("business_date", "2023-12-20"),
        ];
        assert_eq!(bank.send(&form, "/handover", &filled).status, 303);
        let path = waiting(&reviewer);
        let voucher = reviewer.get(&path);
        let back = reviewer.send(
            &voucher,
            &format!("{path}/return"),
            &[("reason", "应移交给王村官")],
        );
        assert_eq!(back.status, 303, "{}", back.text());
        let records = bank.get("/records");
        let correct = records
            .body
            .split("href=\"")
            .find(|link| link.starts_with("/handover?"))
            .expect("a link");
        let correct = correct.split('"').next().unwrap().replace("&amp;", "&");
        let form = bank.get(&correct);
        assert!(form.body.contains("应移交给王村官"), "{}", form.text());
        assert_eq!(form.field("village"), "440784103201");
        let ticked = form
            .fields()
            .into_iter()
            .filter(|(name, _)| name == "contract")
            .count();
        assert_eq!(ticked, 2, "the line and its loan: {}", form.text());
        let filled = [("to", to.as_str()), ("village", "")];
        let sent = bank.send(&form, "/handover", &filled);
        assert_eq!(sent.location(), "/handover?done=sent", "{}", sent.text());
        let again = waiting(&reviewer);
        assert_eq!(again, path, "the same voucher");
        let (_, done) = approve(&reviewer);
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(row(&app, "specialist", &to, "loan.balance", "end"), "100000.00");
        assert_eq!(
            row(&app, "village", "440784103205", "loan.balance", "end"),
            "100000.00"
        );
    });
}

#[test]
fn contracts_are_chosen_by_village_by_kind_or_one_by_one() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let to = colleague(&app).to_string();
    lend(&app);
    let own = app.office.specialist.to_string();
    let (bank, reviewer) = (app.sign_in("bank"), app.sign_in("reviewer"));
    let all = bank.get(&format!("/handover?from={own}"));
    assert!(
        all.body.contains("2笔") && all.body.contains("<details>"),
        "{}",
        all.text()
    );
    let nobody = bank.get(&format!("/handover?from={own}&q=zzz"));
    assert!(nobody.body.contains("没有符合条件的合同"), "{}", nobody.text());
    let filled = [("to", to.as_str()), ("business_date", "2023-12-20")];
    let none: Vec<(&str, &str)> = filled.iter().copied().chain([("villages", "")]).collect();
    let refused = bank.send(&all, "/handover", &none);
    assert!(refused.body.contains("请至少选一笔合同"), "{}", refused.text());
    let village = refused
        .fields()
        .into_iter()
        .any(|(name, value)| name == "villages" && !value.is_empty());
    assert!(!village, "what was left unticked stays so: {}", refused.text());

    // The loans alone: a ticked village means what is listed of it.
    let loans = bank.get(&format!("/handover?from={own}&what=loan&q=cdw"));
    assert!(
        loans.body.contains("1笔") && !loans.body.contains("150,000.00"),
        "{}",
        loans.text()
    );
    assert_eq!(bank.send(&loans, "/handover", &filled).status, 303);
    assert_eq!(approve(&reviewer).1.status, 303);
    assert_eq!(row(&app, "specialist", &to, "loan.balance", "end"), "100000.00");
    assert_eq!(
        row(&app, "specialist", &own, "credit.granted", "end"),
        "150000.00"
    );
}
