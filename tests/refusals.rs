//! Bad input gets a sentence and writes nothing: each rule through the command layer on both
//! databases, and the form's own manners over HTTP.

use cunxin::error::{Error, Severity};
use cunxin::ledger::Submission;
use cunxin::values::{ClientId, ContractId, Fen, SpecialistId};
use serde_json::json;

use crate::support::app::{TestApp, on_both};

const CHEN: &str = "440784197503080014";

fn contract() -> ContractId {
    ContractId::new(1_700_000_000_000)
}

fn terms() -> serde_json::Value {
    json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true})
}

fn loan_terms(line: Option<&ContractId>) -> serde_json::Value {
    json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    })
}

/// The codes of a refusal; panics if it was taken.
fn refused(app: &TestApp, submission: &Submission) -> Vec<String> {
    let before = app.totals("2024-01", "440784000000", "town");
    let error = app
        .submit("specialist", submission)
        .expect_err("it should be refused");
    assert!(matches!(error, Error::Refused(_)), "{error}");
    for issue in error.issues() {
        assert!(
            !issue.say.zh.is_ascii() && !issue.say.en.is_empty(),
            "a sentence in both languages: {issue:?}"
        );
    }
    assert_eq!(
        app.totals("2024-01", "440784000000", "town"),
        before,
        "nothing is written"
    );
    let hard = error
        .issues()
        .iter()
        .filter(|issue| issue.severity == Severity::Refuse);
    hard.map(|issue| issue.code.clone()).collect()
}

/// A granted line of 15万 and its client.
fn granted(app: &TestApp) -> (ClientId, ContractId) {
    let client = app.household(app.office.village, "陈大文", CHEN);
    let line = contract();
    let grant = app.submission(
        "credit.grant",
        "2023-05-04",
        vec![app.line(&client, &line, "150000", terms())],
    );
    app.submit("specialist", &grant).expect("submitted");
    app.approve("reviewer", &grant, 1).expect("approved");
    (client, line)
}

#[test]
fn a_line_cannot_be_overdrawn_by_a_single_fen() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (client, line) = granted(&app);
        let draw = |yuan: &str| {
            app.submission(
                "loan.disbursement",
                "2023-05-08",
                vec![app.line(&client, &contract(), yuan, loan_terms(Some(&line)))],
            )
        };
        assert_eq!(refused(&app, &draw("160000")), ["line.overdrawn"]);
        assert_eq!(refused(&app, &draw("150000.01")), ["line.overdrawn"]);
        // What waits counts too: two draws that only together go over.
        app.submit("specialist", &draw("100000")).expect("the first draw");
        assert_eq!(refused(&app, &draw("50000.01")), ["line.overdrawn"]);
        app.submit("specialist", &draw("50000"))
            .expect("exactly what is left");
    });
}

#[test]
fn approval_checks_again_on_what_is_posted() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "陈大文", CHEN);
        let line = contract();
        let grant = app.submission(
            "credit.grant",
            "2023-05-04",
            vec![app.line(&client, &line, "150000", terms())],
        );
        app.submit("specialist", &grant).expect("submitted");
        let draw = app.submission(
            "loan.disbursement",
            "2023-05-08",
            vec![app.line(&client, &contract(), "150000", loan_terms(Some(&line)))],
        );
        app.submit("specialist", &draw)
            .expect("a draw on a line that still waits may be sent");
        let early = app
            .approve("reviewer", &draw, 1)
            .expect_err("not before its line");
        assert!(
            early
                .issues()
                .iter()
                .any(|issue| issue.code == "loan.parent_waits"),
            "{early}"
        );
        app.approve("reviewer", &grant, 1).expect("the line");
        app.approve("reviewer", &draw, 1).expect("then the draw");
    });
}

#[test]
fn repayments_stay_within_the_balance() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (client, line) = granted(&app);
        let loan = contract();
        let draw = app.submission(
            "loan.disbursement",
            "2023-05-08",
            vec![app.line(&client, &loan, "80000", loan_terms(Some(&line)))],
        );
        app.submit("specialist", &draw).expect("submitted");
        app.approve("reviewer", &draw, 1).expect("approved");
        let repay = |yuan: &str, day: &str| {
            let detail = json!({"interest": "0.00", "penalty": "0.00"});
            app.submission(
                "loan.repayment",
                day,
                vec![app.line(&client, &loan, yuan, detail)],
            )
        };
        assert_eq!(refused(&app, &repay("80000.01", "2023-06-08")), ["loan.overpaid"]);
        assert_eq!(
            refused(&app, &repay("100", "2023-05-07")),
            ["loan.before_disbursement"]
        );
        app.submit("specialist", &repay("80000", "2023-06-08"))
            .expect("the whole balance");
    });
}

#[test]
fn dates_places_and_people_are_checked() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (client, line) = granted(&app);
        let grant = |day: &str| {
            app.submission(
                "credit.grant",
                day,
                vec![app.line(&client, &contract(), "10000", terms())],
            )
        };
        assert_eq!(refused(&app, &grant("2024-01-05")), ["date.future"]);

        let mut elsewhere = grant("2024-01-03");
        elsewhere.lines[0].region = app.office.far_village;
        assert!(refused(&app, &elsewhere).contains(&"village.other_county".to_owned()));

        let mut nowhere = grant("2024-01-03");
        nowhere.lines[0].region = cunxin::values::RegionId(999_999);
        assert!(refused(&app, &nowhere).contains(&"village.unknown".to_owned()));

        let mut stranger = grant("2024-01-03");
        stranger.lines[0].client = Some(ClientId::new(1_700_000_000_000));
        assert_eq!(refused(&app, &stranger), ["client.unknown"]);

        let mut nothing = grant("2024-01-03");
        nothing.lines[0].amount = Fen::ZERO;
        assert_eq!(refused(&app, &nothing), ["amount.not_positive"]);

        let mut huge = grant("2024-01-03");
        huge.lines[0].amount = Fen(i64::MAX);
        let twin = huge.lines[0].clone();
        huge.lines.push(cunxin::ledger::NewLine {
            contract: Some(contract()),
            ..twin
        });
        assert!(
            app.submit("specialist", &huge).is_err(),
            "a sum that does not fit is refused"
        );

        let outside = app.submission(
            "loan.disbursement",
            "2022-12-31",
            vec![app.line(&client, &contract(), "100", loan_terms(Some(&line)))],
        );
        assert!(refused(&app, &outside).contains(&"line.out_of_validity".to_owned()));
    });
}

#[test]
fn an_inactive_assignment_holds_the_record_for_the_reviewer() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "陈大文", CHEN);
        // The assignment began on 2022-01-05.
        let early = app.submission(
            "credit.grant",
            "2022-01-04",
            vec![app.line(
                &client,
                &contract(),
                "10000",
                json!({"valid_from": "2022-01-04", "valid_to": "2025-01-03", "revolving": true}),
            )],
        );
        let receipt = app.submit("specialist", &early).expect("kept");
        assert!(
            receipt
                .issues
                .iter()
                .any(|issue| issue.code == "assignment.inactive")
        );
        let silent = app
            .approve("reviewer", &early, 1)
            .expect_err("not without a word");
        assert!(
            silent
                .issues()
                .iter()
                .any(|issue| issue.severity == Severity::Hold)
        );
        let mut nobody = app.submission("credit.grant", "2023-01-04", early.lines.clone());
        nobody.lines[0].specialist = SpecialistId(0);
        nobody.lines[0].contract = Some(contract());
        app.submit("specialist", &nobody)
            .expect("a clerk's record needs no assignment");
    });
}

#[test]
fn who_submits_does_not_approve_and_reviewers_stay_in_their_county() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "陈大文", CHEN);
        let grant = app.submission(
            "credit.grant",
            "2023-05-04",
            vec![app.line(&client, &contract(), "1", terms())],
        );
        app.submit("reviewer", &grant).expect("submitted");
        let own = app.approve("reviewer", &grant, 1).expect_err("not one's own");
        assert_eq!(own.issues()[0].code, "review.own");
        let far = app.sign_in("far-reviewer");
        let page = far.get(&format!("/vouchers/{}/{}", app.office.book.0, grant.voucher));
        assert_eq!(page.status, 404, "another county's voucher is not there");
    });
}

#[test]
fn a_premium_split_that_does_not_sum_is_refused() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let policy = |farmer: &str| {
            let detail = json!({
                "number": "PDAA1", "starts_on": "2023-05-04", "ends_on": "2024-05-03", "quantity": "10.00",
                "unit": "亩", "unit_sum": "5000.00", "rate_percent": "8", "premium": "4000.00",
                "central": "0.00", "province": "2000.00", "city": "400.00", "county": "400.00", "farmer": farmer,
                "households": 1,
            });
            let mut line = app.line(&ClientId::new(1), &contract(), "50000", detail);
            line.client = None;
            line.product = app.office.insurance_product;
            line.institution = app.office.insurer;
            line.specialist = SpecialistId(0);
            let mut submission = app.submission("insurance.policy", "2023-05-04", vec![line]);
            submission.institution = app.office.insurer;
            submission
        };
        assert_eq!(refused(&app, &policy("1199.99")), ["policy.shares"]);
        app.submit("insurer", &policy("1200.00"))
            .expect("a split that sums");
    });
}

#[test]
fn a_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let specialist = app.sign_in("specialist");
    let path = format!("/field/clients/new?village={}", app.office.village.0);
    let filled = [
        ("kind", "household"),
        ("name", "陈大文"),
        ("number", "440784197503080015"),
    ];
    for (lang, sentence, summary) in [
        ("zh", "校验", "有内容需要更改"),
        ("en", "check", "There is a problem"),
    ] {
        specialist.get(&format!("/language?to={lang}&back=/field"));
        let page = specialist.send(&specialist.get(&path), "/field/clients/new", &filled);
        assert_eq!(page.status, 200);
        assert!(page.body.contains(summary), "{}", page.text());
        assert!(
            page.body.contains("id=\"number-error\""),
            "beside its field: {}",
            page.text()
        );
        assert!(page.body.to_lowercase().contains(sentence), "{}", page.text());
        assert_eq!(page.field("number"), "440784197503080015");
        assert_eq!(page.field("name"), "陈大文");
    }
    specialist.get("/language?to=zh&back=/field");
    let client = app.household(app.office.village, "李小妹", "440781198802290025");
    let path = format!(
        "/field/credit?stage=credit.grant&village={}&client={client}",
        app.office.village.0
    );
    let form = specialist.get(&path);
    let product = app.office.credit_product.0.to_string();
    for amount in [
        "1e5",
        "1_000",
        "12.345",
        "99999999999999999999999999999999999",
        "一百",
        "1,00",
        "",
    ] {
        let filled = [
            ("product", product.as_str()),
            ("amount", amount),
            ("amount_unit", "yuan"),
            ("step", "send"),
        ];
        let page = specialist.send(&form, "/field/credit", &filled);
        assert_eq!(page.status, 200, "{amount}");
        assert!(
            page.body.contains("id=\"amount-error\""),
            "{amount}: {}",
            page.text()
        );
        assert_eq!(page.field("amount"), amount);
    }
}
