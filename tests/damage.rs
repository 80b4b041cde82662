//! What `verify` must find: damage made by hand in the database, each kind.

use cunxin::close::{self, Closing, Keep};
use cunxin::error::Error;
use cunxin::ledger::{self, NewLine, Submission};
use cunxin::values::{ContractId, Month, SpecialistId};
use diesel::RunQueryDsl;
use serde_json::json;

use crate::support::app::{Backend, TestApp, actor, on_both, today};

/// Something of everything that keeps a position: a line, a loan under it and part of it back, a class, a
/// policy with a payout, a service point, a designated town; the day of each fixes its voucher's number.
fn business(app: &TestApp) {
    let client = app.household(app.office.village, "陈大文", "440784197503080014");
    let [line, loan, policy, point, town] =
        [1, 2, 3, 4, 5].map(|n| ContractId::from_parts(1_700_000_000_000, [n; 10]));
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let lent = json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    });
    let insured = json!({
        "number": "P1", "starts_on": "2023-05-09", "ends_on": "2024-05-08", "quantity": "10", "unit": "亩",
        "unit_sum": "5000.00", "rate_percent": "8", "premium": "4000.00", "central": "0.00",
        "province": "2000.00", "city": "400.00", "county": "400.00", "farmer": "1200.00", "households": 1,
    });
    let paid = json!({
        "claim": "R1", "loss_date": "2023-05-09", "cause": "台风", "part": 1, "households": 1,
    });
    let of_bank = |yuan: &str, contract: &ContractId, detail| app.line(&client, contract, yuan, detail);
    let of_insurer = |yuan: &str, detail| NewLine {
        institution: app.office.insurer,
        product: app.office.insurance_product,
        specialist: SpecialistId(0),
        ..app.line(&client, &policy, yuan, detail)
    };
    let in_town = |line: NewLine| NewLine {
        region: app
            .state
            .read_now(|_, office| Ok(office.regions.parent(app.office.village, today())))
            .expect("regions")
            .expect("a town"),
        client: None,
        specialist: SpecialistId(0),
        ..line
    };
    let records = [
        ("credit.grant", "2023-05-04", of_bank("150000", &line, terms)),
        ("loan.disbursement", "2023-05-05", of_bank("100000", &loan, lent)),
        (
            "loan.repayment",
            "2023-05-06",
            of_bank("20000", &loan, json!({"interest": "10.00", "penalty": "0.00"})),
        ),
        (
            "loan.classification",
            "2023-05-07",
            of_bank("0", &loan, json!({"class": "substandard"})),
        ),
        ("insurance.policy", "2023-05-09", of_insurer("50000", insured)),
        ("insurance.payout", "2023-05-10", of_insurer("3000", paid)),
        (
            "service_point",
            "2023-05-11",
            of_bank("0", &point, json!({"brand": "裕农通", "name": "小店"})),
        ),
        (
            "designation",
            "2023-05-12",
            in_town(of_bank(
                "0",
                &town,
                json!({"kind": "移动支付示范镇", "year": 2023, "document": ""}),
            )),
        ),
        ("visit", "2023-05-13", of_bank("0", &line, json!({"note": ""}))),
    ];
    for (kind, day, line) in records {
        let submission = Submission {
            institution: line.institution,
            ..app.submission(kind, day, vec![line])
        };
        app.submit("specialist", &submission).expect(kind);
        app.approve("reviewer", &submission, 1).expect(kind);
    }
}

/// An office with approved business and closed months, ready to be damaged.
fn sound_office(backend: Backend) -> TestApp {
    let app = TestApp::start(backend);
    business(&app);
    close_past(&app);
    assert_eq!(
        app.state.read_now(ledger::verify).expect("verify"),
        [],
        "sound before"
    );
    app
}

/// What `verify` says after one statement of damage, which is then undone.
fn found_after(app: &TestApp, damage: &str) -> Vec<ledger::Difference> {
    let mut found = Vec::new();
    let struck = app.state.write_now(app.office.book, |conn, office| {
        let struck = diesel::sql_query(damage).execute(conn)?;
        assert!(struck > 0, "{damage}");
        found = ledger::verify(conn, office)?;
        Err::<(), _>(Error::NotFound)
    });
    assert!(matches!(struck, Err(Error::NotFound)), "{damage}: {struck:?}");
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
            "total credit.granted + [vouchers 2023-05-00001]",
        ),
        (
            "UPDATE entry SET amount = amount + 1 WHERE measure = 102",
            "voucher 2023-05-00001: its entries",
        ),
        ("DELETE FROM entry WHERE measure = 101", "credit.preapproved"),
        (
            "DELETE FROM entry WHERE measure = 202",
            "voucher 2023-05-00003: its entries",
        ),
        (
            "UPDATE entry SET specialist_id = 0 WHERE measure = 203",
            "voucher 2023-05-00003: its entries",
        ),
        (
            "UPDATE entry SET month = 202304 WHERE measure = 203",
            "voucher 2023-05-00003: the month of its entries",
        ),
        (
            "DELETE FROM voucher WHERE kind = 'loan.repayment'",
            "voucher 2023-05-00003: its number",
        ),
        ("DELETE FROM voucher WHERE kind = 'visit'", ": its number"),
        (
            "UPDATE voucher SET number = number + 1 WHERE kind = 'visit'",
            "voucher 2023-05-00010: its number",
        ),
        (
            "UPDATE book_number SET last = last + 1 WHERE month = 202305",
            "voucher 2023-05-00010: its number",
        ),
        ("DELETE FROM voucher_line WHERE amount_fen = 10000000", "amount"),
        (
            "UPDATE loan SET balance_fen = balance_fen + 1",
            "loan.balance + [vouchers 2023-05-00002, 2023-05-00003, 2023-05-00004]",
        ),
        ("UPDATE loan SET class = 'normal'", "loan.nonperforming"),
        ("DELETE FROM loan", "loan.balance + 2023-05-00002"),
        ("DELETE FROM credit_line", "credit.granted + 2023-05-00001"),
        ("UPDATE credit_line SET drawn_fen = drawn_fen - 1", "credit.drawn"),
        ("UPDATE credit_line SET state = 'expired'", "credit.granted"),
        (
            "UPDATE policy SET paid_fen = paid_fen + 1",
            "policy + paid + [vouchers 2023-05-00005, 2023-05-00006]",
        ),
        ("UPDATE policy SET state = 'ended'", "in force"),
        ("UPDATE policy_part SET paid_fen = 0", "part 1 paid"),
        (
            "UPDATE policy_part SET premium_fen = premium_fen - 1",
            "premium of its parts",
        ),
        ("DELETE FROM policy_part", "of its parts"),
        ("DELETE FROM policy", "policy + 2023-05-00005"),
        ("DELETE FROM service_point", "2023-05-00007"),
        (
            "UPDATE service_point SET closed_on = '2023-05-12'",
            "2023-05-00007",
        ),
        ("DELETE FROM designation", "2023-05-00008"),
        (
            "DELETE FROM assignment WHERE region_id > 0",
            "assignment + 2022-01-00001",
        ),
        (
            "UPDATE total SET amount = amount + 100 WHERE measure = 102 AND dimension = 0",
            "total credit.granted + [vouchers 2023-05-00001]",
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
        let app = sound_office(backend);
        let mut missed = Vec::new();
        for (damage, named) in damages {
            let found = found_after(&app, damage);
            let told = |difference: &ledger::Difference| {
                named.split(" + ").all(|part| difference.what.contains(part))
            };
            if !found.iter().any(told) {
                missed.push((damage, named, found));
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
    });
}
