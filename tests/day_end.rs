//! Day-end on both databases: what has run out leaves force, once, on its day; loans run on.

use cunxin::calendar::{self, Ended};
use cunxin::ledger::{self, Actor, ReversalRequest};
use cunxin::values::{CommandId, ContractId, VoucherId};
use serde_json::json;

use crate::support::app::{TestApp, actor, on_both, today};

const CHEN: &str = "440784197503080014";
const LI: &str = "440781198802290025";

fn system() -> Actor {
    Actor {
        id: cunxin::auth::command_line_user(),
        ..actor("admin")
    }
}

fn end_of_day(app: &TestApp) -> Ended {
    let book = app.office.book;
    app.state
        .write_now(book, |conn, office| {
            calendar::end_of_day(conn, office, &system(), book, today())
        })
        .expect("the day ends")
}

#[test]
fn a_line_leaves_force_on_the_day_after_its_last_and_its_loan_runs_on() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let city = app.sign_in("city");
        let (chen, li) = (
            app.household(app.office.village, "陈大文", CHEN),
            app.household(app.office.village, "李金水", LI),
        );
        let [ending, lasting, loan] = [1, 2, 3].map(|n| ContractId::from_parts(1_700_000_000_000, [n; 10]));
        let terms = |until: &str| json!({"valid_from": "2023-01-01", "valid_to": until, "revolving": true});
        let sheet = app.submission(
            "credit.grant",
            "2023-05-04",
            vec![
                app.line(&chen, &ending, "150000", terms("2023-12-31")),
                app.line(&li, &lasting, "80000", terms("2025-12-31")),
            ],
        );
        let draw = |id: &ContractId, day: &str| {
            let detail = json!({
                "credit_line": ending, "rate_percent": "3.85", "matures_on": "2024-06-30",
                "purpose": "饲料", "guarantee": "credit", "method": "bullet",
            });
            app.submission(
                "loan.disbursement",
                day,
                vec![app.line(&chen, id, "50000", detail)],
            )
        };
        for submission in [sheet, draw(&loan, "2023-06-01")] {
            app.submit("specialist", &submission).expect("submitted");
            app.approve("reviewer", &submission, 1).expect("approved");
        }
        assert_eq!(
            end_of_day(&app),
            Ended {
                lines: 1,
                ..Ended::default()
            }
        );
        assert_eq!(
            end_of_day(&app),
            Ended::default(),
            "a day run twice changes nothing"
        );

        let at = |month: &str, measure: &str| {
            let totals = city.totals(month, "440784000000", "town");
            totals["total"]["measures"][measure]["end"]
                .to_string()
                .replace('"', "")
        };
        for (measure, december, january) in [
            ("credit.granted", "230000.00", "80000.00"),
            ("credit.preapproved", "230000.00", "80000.00"),
            ("credit.households", "2", "1"),
            ("credit.granted_households", "2", "1"),
            ("credit.villages", "1", "1"),
            ("credit.drawn", "50000.00", "50000.00"),
            ("loan.balance", "50000.00", "50000.00"),
        ] {
            assert_eq!(
                (at("2023-12", measure), at("2024-01", measure)),
                (december.to_owned(), january.to_owned()),
                "{measure}"
            );
        }

        // A draw of its last days is true, however late it is recorded; after them there is none.
        let after = draw(&ContractId::new(1_700_000_000_000), "2024-01-02");
        let refused = app
            .submit("specialist", &after)
            .expect_err("nothing more is drawn");
        assert!(
            refused
                .issues()
                .iter()
                .any(|issue| issue.code == "line.out_of_validity"),
            "{refused:?}"
        );
        let late = draw(&ContractId::new(1_700_000_000_000), "2023-12-30");
        app.submit("specialist", &late).expect("recorded late");
        app.approve("reviewer", &late, 1).expect("and posted");
        assert_eq!(at("2023-12", "credit.drawn"), "100000.00");
        calendar_is_not_reversed(&app, &ending);
    });
}

/// What follows from the calendar is nobody's mistake.
fn calendar_is_not_reversed(app: &TestApp, line: &ContractId) {
    use cunxin::db::schema::voucher_line;
    use diesel::prelude::*;
    let last: VoucherId = app
        .state
        .read_now(|conn, _| {
            Ok(voucher_line::table
                .filter(voucher_line::contract_id.eq(line))
                .order(voucher_line::voucher_id.desc())
                .select(voucher_line::voucher_id)
                .first(conn)?)
        })
        .expect("its expiry");
    let request = ReversalRequest {
        book: app.office.book,
        original: last,
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "不该到期".to_owned(),
    };
    let refused = app
        .state
        .write_now(app.office.book, |conn, office| {
            ledger::request_reversal(conn, office, &actor("reviewer"), &request)
        })
        .expect_err("it is not reversed");
    assert_eq!(refused.issues()[0].code, "reversal.of_calendar");
}
