//! What `verify` must find: damage made by hand in the database, each kind.

use cunxin::close::{self, Closing, Keep};
use cunxin::db::Conn;
use cunxin::ledger;
use cunxin::values::{ContractId, Month};
use diesel::RunQueryDsl;
use serde_json::json;

use crate::support::app::{TestApp, actor, on_both};

/// An office with one approved line, then one statement of damage, then what verify says of it.
fn found_after(backend: crate::support::app::Backend, damage: &str) -> Vec<ledger::Difference> {
    let app = TestApp::start(backend);
    let client = app.household(app.office.village, "陈大文", "440784197503080014");
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let contract = ContractId::new(1_700_000_000_000);
    let grant = app.submission(
        "credit.grant",
        "2023-05-04",
        vec![app.line(&client, &contract, "150000", terms)],
    );
    app.submit("specialist", &grant).expect("submitted");
    app.approve("reviewer", &grant, 1).expect("approved");
    close_past(&app);
    assert!(
        app.state.read_now(ledger::verify).expect("verify").is_empty(),
        "sound before"
    );
    let strike = |conn: &mut Conn| Ok(diesel::sql_query(damage).execute(conn)?);
    let struck: usize = app
        .state
        .write_now(app.office.book, |conn, _| strike(conn))
        .expect("the damage is done");
    assert!(struck > 0, "{damage}");
    let found = app.state.read_now(ledger::verify).expect("verify");
    app.abandon();
    found
}

/// Closes up to the month of the line, so that there are editions to damage.
fn close_past(app: &TestApp) {
    let book = app.office.book;
    let month = |text| Month::parse(text).expect("a month");
    for month in month("2022-01").through(month("2023-05")) {
        let closing = Closing {
            book,
            month,
            keep: Keep::TotalsOnly,
            seen: None,
            demo: false,
        };
        let who = actor("reviewer");
        app.state
            .write_now(book, |conn, office| {
                close::close_month(conn, office, &who, &closing)
            })
            .expect("closed");
    }
}

#[test]
fn each_kind_of_damage_is_found() {
    let damages = [
        (
            "UPDATE entry SET amount = amount + 1 WHERE measure = 102",
            "total credit.granted",
        ),
        ("DELETE FROM entry WHERE measure = 101", "credit.preapproved"),
        (
            "UPDATE total SET amount = amount + 100 WHERE measure = 102 AND dimension = 0",
            "total credit.granted",
        ),
        (
            "DELETE FROM total WHERE measure = 112",
            "total credit.granted_new",
        ),
        (
            "UPDATE total SET amount = amount + 1 WHERE measure = 122 AND dimension = 1",
            "total credit.households",
        ),
        (
            "UPDATE entry SET region_id = region_id + 1 WHERE measure = 123",
            "total credit.granted_households",
        ),
        (
            "UPDATE counted_subject SET shared = NOT shared WHERE measure = 121",
            "of credit.villages",
        ),
        (
            "DELETE FROM counted_subject WHERE measure = 123",
            "of credit.granted_households",
        ),
        (
            "UPDATE credit_line SET granted_fen = granted_fen + 1",
            "credit line",
        ),
        (
            "UPDATE audit SET note = 'nothing happened' WHERE action = 'voucher.approved'",
            "audit chain",
        ),
        (
            "DELETE FROM audit WHERE action = 'voucher.approved'",
            "audit chain",
        ),
        (
            "UPDATE book SET audit_head = 'x' WHERE audit_seq > 1",
            "audit chain",
        ),
        (
            "UPDATE voucher SET amount_fen = amount_fen + 1 WHERE kind = 'credit.grant'",
            "amount",
        ),
        (
            "UPDATE voucher SET state = 'returned' WHERE kind = 'credit.grant'",
            "is returned but has posted entries",
        ),
        (
            "UPDATE edition SET totals = REPLACE(totals, ' 15000000 0', ' 15000001 0') WHERE month = 202305",
            "edition 1 of 2023-05: credit.granted",
        ),
        (
            "UPDATE edition SET digest = 'x' WHERE month = 202201",
            "edition 1 of 2022-01: its digest",
        ),
        ("DELETE FROM edition WHERE month = 202305", "edition 1 of 2023-05"),
        (
            "UPDATE voucher_line SET amount_fen = amount_fen - 1 WHERE contract_id IS NOT NULL AND amount_fen > 0",
            "amount",
        ),
    ];
    on_both(|backend| {
        for (damage, named) in damages {
            let found = found_after(backend, damage);
            assert!(
                found.iter().any(|difference| difference.what.contains(named)),
                "{damage}: {found:#?}"
            );
        }
    });
}
