//! Repayment plans: on the command line, in the calculator, on a loan's own page.

use std::process::{Command, Output};

use cunxin::values::{ClientId, ContractId};
use serde_json::json;

use crate::support::app::{Backend, TestApp, on_both};

const CHEN: &str = "440784197503080014";

/// Runs `cunxin schedule` where there is no database.
fn schedule(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cunxin"))
        .arg("schedule")
        .args(words)
        .args(["--database", "/nowhere/c.db"])
        .output()
        .expect("the program runs")
}

/// 100 yuan at 9.4822% over three months from the first of 2024.
const ASKED: [&str; 8] = [
    "--principal",
    "100",
    "--rate",
    "9.4822",
    "--periods",
    "3",
    "--start",
    "2024-01-01",
];

#[test]
fn the_command_prints_the_agreed_json() {
    let printed = |more: &[&str]| {
        let output = schedule(&[&ASKED, more, &["--format", "json"]].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(
        printed(&["--method", "equal-instalment", "--day-count", "30/360"]),
        concat!(
            r#"{"rows":["#,
            r#"{"n":1,"due":"2024-02-01","days":31,"payment":"33.86","principal":"33.07","interest":"0.79","balance":"66.93"},"#,
            r#"{"n":2,"due":"2024-03-01","days":29,"payment":"33.86","principal":"33.33","interest":"0.53","balance":"33.60"},"#,
            r#"{"n":3,"due":"2024-04-01","days":31,"payment":"33.87","principal":"33.60","interest":"0.27","balance":"0.00"}"#,
            r#"],"total_payment":"101.59","total_interest":"1.59"}"#,
            "\n"
        )
    );
    // 100 × 9.4822% × 91 ÷ 366.
    assert_eq!(
        printed(&["--method", "bullet", "--day-count", "actual/actual"]),
        concat!(
            r#"{"rows":[{"n":1,"due":"2024-04-01","days":91,"payment":"102.36","principal":"100.00","interest":"2.36","balance":"0.00"}],"#,
            r#""total_payment":"102.36","total_interest":"2.36"}"#,
            "\n"
        )
    );
}

#[test]
fn the_command_names_the_option_it_cannot_take() {
    for (option, value) in [
        ("--principal", "0"),
        ("--principal", "-5"),
        ("--principal", "1.005"),
        ("--rate", "24.01"),
        ("--rate", "0"),
        ("--periods", "0"),
        ("--periods", "361"),
        ("--periods", "1.5"),
        ("--start", "2024-02-30"),
        ("--method", "等额本息"),
        ("--day-count", "30/365"),
        ("--format", "xml"),
    ] {
        let mut words: Vec<&str> = ASKED.to_vec();
        match words.iter().position(|word| *word == option) {
            Some(at) => words[at + 1] = value,
            None => words.extend([option, value]),
        }
        let output = schedule(&words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{option} {value}");
        assert!(
            output.stdout.is_empty() && said.contains(option) && !said.is_ascii(),
            "{option} {value}: {said}"
        );
    }
}

#[test]
fn anyone_signed_in_may_reckon_and_keeps_what_was_typed() {
    let app = TestApp::start(Backend::Sqlite);
    assert_eq!(app.visitor().get("/calculator").status, 303);
    for login in ["specialist", "bank", "reviewer", "city", "reports", "admin"] {
        let page = app.sign_in(login).get("/calculator");
        assert_eq!(page.status, 200, "{login}");
        assert!(
            !page.body.contains("error-summary"),
            "an open form is not wrong yet"
        );
    }
    let city = app.sign_in("city");
    let page = city.get(
        "/calculator?principal=10&principal_unit=wan&rate=4.35&periods=12&start=2024-01-10\
         &method=equal-instalment&day_count=30/360&show=plan",
    );
    for shown in [
        "人民币壹拾万元整",
        "8,530.99",
        "8,531.01",
        "102,371.90",
        "2,371.90",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.text());
    }
    assert_eq!(page.field("principal"), "10");

    let wrong = city.get(
        "/calculator?principal=&principal_unit=wan&rate=25&periods=400&start=2024-02-30\
         &method=barter&day_count=30/360&show=plan",
    );
    assert_eq!(wrong.status, 200);
    for field in ["principal", "rate", "periods", "start", "method"] {
        let error = format!("id=\"{field}-error\"");
        assert!(wrong.body.contains(&error), "{field}: {}", wrong.text());
    }
    assert_eq!(
        (wrong.field("rate"), wrong.field("periods")),
        ("25".to_owned(), "400".to_owned())
    );
    assert!(wrong.body.contains("<title>错误："));
    let huge = city.get("/calculator?principal=9999999999999&rate=24&periods=360&method=bullet&show=plan");
    assert_eq!(huge.status, 200, "the usual answers stand in: {}", huge.text());
    let zero = city.get("/calculator?principal=0&rate=4&show=plan");
    assert!(zero.body.contains("贷款金额要大于零"), "{}", zero.text());
}

fn contract() -> ContractId {
    ContractId::new(1_700_000_000_000)
}

/// A loan of 60,000 yuan paid out on 2023-10-04 for six months, and approved.
fn lent(app: &TestApp, client: &ClientId, more: serde_json::Value) -> ContractId {
    let loan = contract();
    let mut detail = json!({
        "credit_line": null, "rate_percent": "3.85", "matures_on": "2024-04-04", "purpose": "饲料",
        "guarantee": "credit", "method": "equal-principal",
    });
    for (name, value) in more.as_object().expect("fields") {
        detail[name] = value.clone();
    }
    let paid_out = app.submission(
        "loan.disbursement",
        "2023-10-04",
        vec![app.line(client, &loan, "60000", detail)],
    );
    app.submit("specialist", &paid_out).expect("submitted");
    app.approve("reviewer", &paid_out, 1).expect("approved");
    loan
}

/// A repayment, submitted.
fn repaid(
    app: &TestApp,
    client: &ClientId,
    loan: &ContractId,
    day: &str,
    (principal, interest): (&str, &str),
) -> cunxin::ledger::Submission {
    let detail = json!({"interest": interest, "penalty": "0.00"});
    let line = app.line(client, loan, principal, detail);
    let repayment = app.submission("loan.repayment", day, vec![line]);
    app.submit("specialist", &repayment).expect("submitted");
    repayment
}

#[test]
fn a_loans_page_sets_what_came_back_against_its_plan() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let client = app.household(app.office.village, "陈大文", CHEN);
        let lpr = json!({
            "day_count": "actual/360", "lpr": {"lpr_percent": "3.45", "bp": 40},
        });
        let loan = lent(&app, &client, lpr);
        let address = format!("/field/loans/{}/{loan}", app.office.book.0);
        let card = specialist.get(&format!("/field/clients/{}/{client}", app.office.book.0));
        assert!(card.body.contains(&address), "{}", card.text());

        // Due on the 4th of November, December, January (today), and so on; 10,000 each, the first
        // month's interest 60,000 × 3.85% × 31 ÷ 360.
        let page = specialist.get(&address);
        assert_eq!(page.status, 200, "{}", page.text());
        for shown in ["逾期 61 天", "实际/360", "LPR 3.45% + 40bp", "198.92"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.text());
        }
        assert_eq!(page.body.matches("pill wrong\">逾期<").count(), 2);

        let repayment = repaid(&app, &client, &loan, "2023-11-04", ("10000", "198.92"));
        let waiting = specialist.get(&address);
        assert!(
            waiting.body.contains("10,198.92") && waiting.body.contains("逾期 61 天"),
            "what waits is named and not counted: {}",
            waiting.text()
        );
        app.approve("reviewer", &repayment, 1).expect("approved");
        let page = specialist.get(&address);
        assert!(page.body.contains("逾期 31 天"), "{}", page.text());
        assert_eq!(page.body.matches("pill good\">已还<").count(), 1);
        assert_eq!(page.body.matches("pill wrong\">逾期<").count(), 1);
        assert!(page.body.contains("50,000.00"), "the balance: {}", page.text());

        assert_eq!(app.sign_in("bank").get(&address).status, 200);
        assert_ne!(
            app.sign_in("insurer").get(&address).status,
            200,
            "another institution's"
        );
        assert_eq!(app.sign_in("reviewer").get(&address).status, 403);
        let unknown = format!("/field/loans/{}/{}", app.office.book.0, contract());
        assert_eq!(specialist.get(&unknown).status, 404);
    });
}

#[test]
fn a_loan_from_before_the_day_count_is_reckoned_by_month() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", CHEN);
    // Not whole months: one instalment at maturity.
    let loan = lent(
        &app,
        &client,
        json!({"method": "bullet", "matures_on": "2024-01-14"}),
    );
    let page = app
        .sign_in("specialist")
        .get(&format!("/field/loans/{}/{loan}", app.office.book.0));
    // 60,000 × 3.85% × (3 × 30 + 10) ÷ 360.
    for shown in ["30/360", "60,641.67", "2024-01-14"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.text());
    }
    assert!(!page.body.contains("逾期未还"));
}

#[test]
fn principal_that_comes_back_early_bears_no_more_interest() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", CHEN);
    let loan = lent(&app, &client, json!({"method": "interest-only"}));
    // A month's interest is 192.50; of half the principal, half of it.
    for (day, parts) in [
        ("2023-11-04", ("30000", "192.50")),
        ("2023-12-04", ("0", "96.25")),
    ] {
        let repayment = repaid(&app, &client, &loan, day, parts);
        app.approve("reviewer", &repayment, 1).expect("approved");
    }
    let address = format!("/field/loans/{}/{loan}", app.office.book.0);
    let page = app.sign_in("specialist").get(&address);
    assert!(!page.body.contains("逾期"), "{}", page.text());
    assert_eq!(page.body.matches("pill good\">已还<").count(), 2);
    assert!(
        page.body.contains("2024-01-04 ¥96.25"),
        "the next one: {}",
        page.text()
    );
}

#[test]
fn a_form_checks_lpr_and_points_and_shows_the_plan_before_it_is_sent() {
    let app = TestApp::start(Backend::Sqlite);
    let specialist = app.sign_in("specialist");
    let client = app.household(app.office.village, "陈大文", CHEN);
    let product = app.office.credit_product.0.to_string();
    let form = specialist.get(&format!(
        "/field/loan?village={}&client={client}",
        app.office.village.0
    ));
    let fill = |rate: &str, lpr: &str, bp: &str| {
        let filled = [
            ("product", product.as_str()),
            ("amount", "10"),
            ("amount_unit", "wan"),
            ("rate_percent", rate),
            ("lpr_percent", lpr),
            ("bp", bp),
            ("business_date", "2024-01-04"),
            ("matures_on", "2025-01-04"),
            ("purpose", "买鱼苗"),
            ("guarantee", "credit"),
            ("method", "equal-instalment"),
        ];
        specialist.send(&form, "/field/loan", &filled)
    };
    let good = fill("4.35", "3.45", "90");
    for shown in [
        "8,530.99",
        "8,531.01",
        "2,371.90",
        "LPR 3.45% + 90bp",
        "/calculator?principal=100000.00",
    ] {
        assert!(good.body.contains(shown), "{shown}: {}", good.text());
    }
    assert!(good.body.contains("value=\"send\""));
    let many = fill("7.46", "3.45", "401");
    assert!(
        many.body.contains("超过 400 个") && many.body.contains("value=\"send\""),
        "a warning only: {}",
        many.text()
    );
    for (field, rate, lpr, bp) in [
        ("rate_percent", "4.36", "3.45", "90"),
        ("bp", "4.35", "3.45", ""),
        ("bp", "4.35", "3.45", "0.5"),
        ("lpr_percent", "4.35", "", "90"),
        ("rate_percent", "24.01", "", ""),
    ] {
        let page = fill(rate, lpr, bp);
        let error = format!("id=\"{field}-error\"");
        assert!(page.body.contains(&error), "{field}: {}", page.text());
        assert_eq!(page.field("bp"), bp, "kept as typed");
        assert!(!page.body.contains("value=\"send\""));
    }
}
