//! Red-letter reversal, on both databases: the entries with the opposite sign, the contracts where
//! they stood before, and nothing taken back that something later rests on.

use cunxin::error::Error;
use cunxin::ledger::{self, Receipt, ReversalRequest, Submission};
use cunxin::values::{ClientId, CommandId, ContractId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{Backend, Person, TestApp, actor, on_both};

const CHEN: &str = "440784197503080014";

struct Road {
    client: ClientId,
    grant: Submission,
    draw: Submission,
    repayment: Submission,
}

fn posted(app: &TestApp, submission: &Submission) {
    app.submit("specialist", submission).expect("submitted");
    app.approve("reviewer", submission, 1).expect("approved");
}

/// A line of 15万, 10万 drawn under it and 2万 repaid.
fn lend(app: &TestApp) -> Road {
    let client = app.household(app.office.village, "陈大文", CHEN);
    let (line, loan) = (
        ContractId::new(1_700_000_000_000),
        ContractId::new(1_700_000_000_000),
    );
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let loan_terms = json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    });
    let paid = json!({"interest": "0.00", "penalty": "0.00"});
    let road = Road {
        grant: app.submission(
            "credit.grant",
            "2023-05-04",
            vec![app.line(&client, &line, "150000", terms)],
        ),
        draw: app.submission(
            "loan.disbursement",
            "2023-06-01",
            vec![app.line(&client, &loan, "100000", loan_terms)],
        ),
        repayment: app.submission(
            "loan.repayment",
            "2023-12-20",
            vec![app.line(&client, &loan, "20000", paid)],
        ),
        client,
    };
    for submission in [&road.grant, &road.draw, &road.repayment] {
        posted(app, submission);
    }
    road
}

fn ask(app: &TestApp, original: &Submission, reason: &str) -> Result<(VoucherId, Receipt), Error> {
    let request = ReversalRequest {
        book: original.book,
        original: original.voucher.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: reason.to_owned(),
    };
    let asker = actor("specialist");
    let receipt = app.state.write_now(original.book, |conn, office| {
        ledger::request_reversal(conn, office, &asker, &request)
    })?;
    Ok((request.reversal, receipt))
}

fn reverse(app: &TestApp, original: &Submission) {
    let (reversal, _) = ask(app, original, "记错了").expect("asked for");
    let as_submission = Submission {
        voucher: reversal,
        ..original.clone()
    };
    app.approve("reviewer", &as_submission, 1).expect("reversed");
}

fn code(result: Result<(VoucherId, Receipt), Error>) -> String {
    result.expect_err("it should be refused").issues()[0].code.clone()
}

fn month(totals: &Value, measure: &str, aspect: &str) -> String {
    let value = &totals["total"]["measures"][measure][aspect];
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn what_something_later_rests_on_is_reversed_after_it() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let city = app.sign_in("city");
        let road = lend(&app);
        let county = |at: &str| city.totals(at, "440784000000", "town");
        let before = county("2024-01");
        assert_eq!(month(&before, "loan.balance", "end"), "80000.00");
        assert_eq!(code(ask(&app, &road.grant, "记错了")), "reversal.depends");
        assert_eq!(code(ask(&app, &road.draw, "记错了")), "reversal.depends");
        assert_eq!(code(ask(&app, &road.repayment, " ")), "reversal.reason_missing");
        assert_eq!(county("2024-01"), before, "nothing was written");

        reverse(&app, &road.repayment);
        assert_eq!(code(ask(&app, &road.repayment, "再来")), "reversal.not_posted");
        let after = county("2023-12");
        assert_eq!(month(&after, "loan.balance", "end"), "100000.00");
        assert_eq!(month(&after, "credit.drawn", "end"), "100000.00");
        assert_eq!(month(&after, "loan.principal_repaid", "month"), "0.00");

        reverse(&app, &road.draw);
        reverse(&app, &road.grant);
        let nothing = county("2024-01");
        for measure in [
            "credit.granted",
            "credit.preapproved",
            "credit.drawn",
            "loan.balance",
        ] {
            assert_eq!(month(&nothing, measure, "end"), "0.00", "{measure}");
        }
        for measure in ["credit.villages", "credit.households", "credit.drawn_households"] {
            assert_eq!(month(&nothing, measure, "end"), "0", "{measure}");
        }
        assert_eq!(month(&county("2023-05"), "credit.granted_new", "month"), "0.00");

        // The same business, recorded rightly, stands again.
        let again = Submission {
            voucher: VoucherId::new(1_700_000_000_000),
            command: CommandId::new(1_700_000_000_000),
            ..road.grant.clone()
        };
        posted(&app, &again);
        assert_eq!(month(&county("2024-01"), "credit.granted", "end"), "150000.00");
        assert_eq!(month(&county("2024-01"), "credit.households", "end"), "1");
        let _ = road.client;
    });
}

/// `domain` §9, story 6: 50,000.00 keyed for 5,000.00 in a month that has closed since.
#[test]
fn a_closed_month_keeps_its_figures_and_the_next_one_shows_both() {
    on_both(|backend: Backend| {
        let app = TestApp::start(backend);
        let city = app.sign_in("city");
        let client = app.household(app.office.village, "陈大文", CHEN);
        let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
        let grant = |yuan: &str| {
            let line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms.clone());
            app.submission("credit.grant", "2023-12-04", vec![line])
        };
        let wrong = grant("50000");
        posted(&app, &wrong);
        let december = city.totals("2023-12", "440784000000", "town");
        let (reversal, _) = ask(&app, &wrong, "多写了一个零").expect("asked for");
        let january = cunxin::values::Month::parse("2024-01").expect("a month");
        app.state
            .write_now(app.office.book, |conn, _| {
                ledger::set_first_open(conn, app.office.book, january)
            })
            .expect("closed");
        let waiting = city.totals("2024-01", "440784000000", "town");
        assert_eq!(month(&waiting, "credit.granted_new", "pending"), "-50000.00");
        let as_submission = Submission {
            voucher: reversal,
            ..wrong.clone()
        };
        app.approve("reviewer", &as_submission, 1).expect("reversed");
        posted(&app, &grant("5000"));
        assert_eq!(city.totals("2023-12", "440784000000", "town"), december);
        let january = city.totals("2024-01", "440784000000", "town");
        assert_eq!(month(&january, "credit.granted", "end"), "5000.00");
        assert_eq!(month(&january, "credit.granted", "previous_month"), "50000.00");
        assert_eq!(month(&january, "credit.granted_new", "month"), "-45000.00");
        assert_eq!(month(&january, "credit.households", "end"), "1");
    });
}

#[test]
fn its_maker_asks_from_the_phone_and_a_reviewer_decides() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let road = lend(&app);
        let specialist = app.sign_in("specialist");
        let record = format!("/records/{}/{}", app.office.book, road.repayment.voucher);
        let page = specialist.get(&record);
        assert!(page.body.contains("申请作废"), "{}", page.text());
        let form_at = format!(
            "/vouchers/{}/{}/reversal",
            app.office.book, road.repayment.voucher
        );
        let form = specialist.get(&form_at);
        assert_eq!(form.status, 200, "{}", form.text());
        let empty = specialist.send(&form, &form_at, &[("reason", "")]);
        assert_eq!(empty.status, 200, "{}", empty.text());
        assert!(empty.body.contains("请写明冲销的原因"), "{}", empty.text());
        let sent = specialist.send(&form, &form_at, &[("reason", "户主弄错了借据")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert!(specialist.get(sent.location()).body.contains("回执号"));
        let twice = specialist.send(&form, &form_at, &[("reason", "户主弄错了借据")]);
        assert_eq!(
            twice.location(),
            sent.location(),
            "the same form makes one reversal"
        );

        let reviewer = app.sign_in("reviewer");
        let reversal = sent.location().replace("/records/", "/vouchers/");
        let reversal = reversal.split('?').next().expect("a path").to_owned();
        let voucher = reviewer.get(&reversal);
        assert!(voucher.body.contains("户主弄错了借据"), "{}", voucher.text());
        let done = reviewer.send(&voucher, &format!("{reversal}/approval"), &[]);
        assert_eq!(done.status, 303, "{}", done.text());
        let original = reviewer.get(&format!(
            "/vouchers/{}/{}",
            app.office.book, road.repayment.voucher
        ));
        assert!(original.body.contains("冲销它的凭证"), "{}", original.text());
        assert!(specialist.get(&record).body.contains("已作废"));
        strangers_see_nothing(&app, &form_at);
    });
}

/// Another bank's clerk does not learn that the record exists.
fn strangers_see_nothing(app: &TestApp, form_at: &str) {
    let insurer: Person = app.sign_in("insurer");
    assert_eq!(insurer.get(form_at).status, 404);
}

#[test]
fn a_returned_reversal_changes_nothing_and_may_be_asked_for_again() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let road = lend(&app);
        let (reversal, _) = ask(&app, &road.repayment, "记错了").expect("asked for");
        assert_eq!(code(ask(&app, &road.repayment, "记错了")), "reversal.waiting");
        let verdict = ledger::Verdict {
            book: app.office.book,
            voucher: reversal,
            command: CommandId::new(1_700_000_000_000),
            revision: 1,
        };
        let reviewer = actor("reviewer");
        app.state
            .write_now(app.office.book, |conn, office| {
                ledger::return_to_maker(conn, office, &reviewer, &verdict, "没有错")
            })
            .expect("returned");
        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(month(&totals, "loan.balance", "end"), "80000.00");
        assert_eq!(month(&totals, "loan.balance", "pending"), "0.00");
        reverse(&app, &road.repayment);
    });
}
