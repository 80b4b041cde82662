//! Stories 1, 2, 3, 5 and 6: specialists who record in the field, and who reviews it.

use cunxin::values::{ClientId, ContractId};
use serde_json::json;

use super::{
    HESHAN, approve, approve_all, close_through, link, record, row, send_back, total, voucher_path, words,
};
use crate::support::app::{TestApp, identity_number, on_both};

/// Story 1: A specialist in 新屋村, early 2023: five aquaculture households, 113万元, in a 自然村 whose 行政村 is
/// not known.
#[test]
fn story_1_five_households_of_a_hamlet() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let hamlet = app.office.hamlet.0;
        let product = app.office.credit_product.0.to_string();
        for n in 0..5 {
            let filled = [
                ("kind", "household"),
                ("name", ["陈一", "陈二", "陈三", "陈四", "陈五"][n]),
                ("number", &identity_number(n)),
            ];
            record(
                &specialist,
                &format!("/field/clients/new?village={hamlet}"),
                &filled,
            );
        }
        let amounts = ["30", "25", "22", "20", "16"];
        let names: Vec<String> = (1..=5).map(|n| format!("amount_{n}")).collect();
        for (stage, day) in [
            ("credit.preapproval", "2023-02-16"),
            ("credit.grant", "2023-02-20"),
        ] {
            let mut filled = vec![
                ("product", product.as_str()),
                ("business_date", day),
                ("valid_from", "2023-02-16"),
                ("valid_to", "2026-02-15"),
            ];
            let yuan: Vec<String> = amounts.iter().map(|wan| format!("{wan}0000")).collect();
            if stage == "credit.preapproval" {
                let each = names.iter().zip(&yuan);
                filled.extend(each.map(|(name, yuan)| (name.as_str(), yuan.as_str())));
            }
            let open = format!("/field/credit/sheet?stage={stage}&village={hamlet}");
            record(&specialist, &open, &filled);
            approve_all(&reviewer);
        }
        let totals = app.totals("2023-02", "440784103000", "village");
        let village = &row(&totals, "新屋村（未定村）")["measures"];
        assert_eq!(village["credit.granted"]["end"], "1130000.00");
        assert_eq!(village["credit.granted_new"]["month"], "1130000.00");
        assert_eq!(village["credit.granted_households"]["end"], 5);
        assert_eq!(village["credit.drawn"]["end"], "0.00");
        assert_eq!(
            total(&totals, "credit.villages", "end"),
            0,
            "a 自然村 is no 行政村"
        );
        assert_eq!(113_000_000 / 5, 22_600_000, "22.6万 each on average");
    });
}

/// Story 2: A specialist: 20万 against a revolving line of 30万, 8万 repaid, 18万 available.
#[test]
fn story_2_draw_and_repay() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let client = app.household(app.office.village, "陈大文", &identity_number(0));
        let product = app.office.credit_product.0.to_string();
        let village = app.office.village.0;
        let open = format!("/field/credit?stage=credit.grant&village={village}&client={client}");
        let filled = [
            ("product", product.as_str()),
            ("amount", "30"),
            ("amount_unit", "wan"),
        ];
        record(&specialist, &open, &filled);
        approve_all(&reviewer);
        let card = format!("/field/clients/{}/{client}", app.office.book);
        let draw = [
            ("amount", "20"),
            ("amount_unit", "wan"),
            ("rate_percent", "3.85"),
            ("matures_on", "2024-12-31"),
            ("purpose", "买鱼苗"),
            ("guarantee", "credit"),
            ("method", "bullet"),
        ];
        record(
            &specialist,
            &link(&specialist.get(&card), "/field/loan?book"),
            &draw,
        );
        approve_all(&reviewer);
        let back = [("amount", "8"), ("amount_unit", "wan"), ("interest", "0")];
        record(
            &specialist,
            &link(&specialist.get(&card), "/field/repayment?"),
            &back,
        );
        approve_all(&reviewer);
        let card = specialist.get(&card);
        assert!(
            card.body.contains("180,000.00"),
            "18万 available: {}",
            card.text()
        );
        let totals = app.totals("2024-01", HESHAN, "town");
        assert_eq!(total(&totals, "credit.drawn", "end"), "120000.00");
        assert_eq!(total(&totals, "loan.balance", "end"), "120000.00");
        assert_eq!(total(&totals, "credit.drawn_households", "end"), 1);
    });
}

/// Story 3: A specialist logs 14 visits and a talk for 36, and sends everything twice: nothing counts double.
#[test]
fn story_3_sent_twice_counts_once() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let village = app.office.village;
        let households: Vec<ClientId> = (0..14)
            .map(|n| app.household(village, "陈某", &identity_number(n)))
            .collect();
        let visit = specialist.get(&format!("/field/visit?village={village}"));
        let mut visited: Vec<(String, String)> = visit.fields();
        visited.push(("step".to_owned(), "send".to_owned()));
        visited.extend(households.iter().map(|id| ("visited".to_owned(), id.to_string())));
        let visited: Vec<(&str, &str)> = visited
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let talk = specialist.get(&format!("/field/talk?village={village}"));
        let told = [("topic", "防范电信诈骗"), ("attendance", "36"), ("step", "send")];
        let send = || {
            let visit = specialist.post("/field/visit", &visited);
            let talk = specialist.send(&talk, "/field/talk", &told);
            assert_eq!(
                (visit.status, talk.status),
                (303, 303),
                "{}{}",
                visit.text(),
                talk.text()
            );
            (visit.location().to_owned(), talk.location().to_owned())
        };
        assert_eq!(send(), send(), "the second time it answers the same");
        approve_all(&reviewer);
        send();
        let totals = app.totals("2024-01", HESHAN, "town");
        let month = |measure| total(&totals, measure, "month");
        assert_eq!(month("field.visits"), 14);
        assert_eq!(month("field.visited_households"), 14);
        assert_eq!(month("field.talks"), 1);
        assert_eq!(month("field.attendance"), 36);
        assert_eq!(total(&totals, "field.visits", "pending"), 0);
    });
}

/// Story 5: A reviewer in 鹤山: a loan of 16万 drawn on a line that turns out to be one of 15万 is not approved; it
/// goes back, and comes again right.
#[test]
fn story_5_a_loan_above_its_line_goes_back() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let client = app.household(app.office.village, "陈大文", &identity_number(0));
        let ids = [(); 2].map(|()| ContractId::new(1_700_000_000_000));
        let terms = json!({"valid_from": "2023-05-04", "valid_to": "2025-12-31", "revolving": true});
        let grant = app.line(&client, &ids[0], "160000", terms);
        let grant = app.submission("credit.grant", "2023-05-04", vec![grant]);
        let terms = json!({
            "credit_line": ids[0], "rate_percent": "3.85", "matures_on": "2024-05-10", "purpose": "饲料",
            "guarantee": "credit", "method": "bullet",
        });
        let draw = app.line(&client, &ids[1], "160000", terms);
        let draw = app.submission("loan.disbursement", "2023-05-11", vec![draw]);
        for record in [&grant, &draw] {
            app.submit("specialist", record).expect("submitted");
        }
        let correct = |form: &str, reason: &str| {
            let records = specialist.get("/records");
            assert!(records.body.contains(reason), "{}", records.text());
            record(&specialist, &link(&records, form), &[("amount", "150000")]);
        };
        send_back(&reviewer, &voucher_path(&grant), "合同是15万元");
        correct("/field/credit?", "合同是15万元");
        let early = approve(&reviewer, &voucher_path(&draw));
        assert!(early.body.contains("还在待审核"), "{}", early.text());
        assert_eq!(approve(&reviewer, &voucher_path(&grant)).status, 303);
        let above = approve(&reviewer, &voucher_path(&draw));
        assert!(
            above
                .body
                .contains("放款 160,000.00 元超过可用额度，还可用 150,000.00 元"),
            "{}",
            above.text()
        );
        send_back(&reviewer, &voucher_path(&draw), "16万元超过15万元的额度");
        correct("/field/loan?", "16万元超过15万元的额度");
        assert_eq!(approve(&reviewer, &voucher_path(&draw)).status, 303);
        let totals = app.totals("2023-05", HESHAN, "town");
        let town = &row(&totals, "古劳镇")["measures"];
        assert_eq!(town["credit.granted"]["end"], "150000.00");
        assert_eq!(town["loan.disbursed"]["month"], "150000.00");
        assert_eq!(town["credit.drawn"]["end"], "150000.00");
    });
}

/// Story 6: A reviewer: 50,000.00 keyed for 5,000.00 is found when May is closed. June shows both, May stays.
#[test]
fn story_6_a_closed_month_keeps_its_figures() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let client = app.household(app.office.village, "陈大文", &identity_number(0));
        let terms = json!({"valid_from": "2023-05-04", "valid_to": "2025-12-31", "revolving": true});
        let grant = |yuan| {
            let line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms.clone());
            app.submission("credit.grant", "2023-05-04", vec![line])
        };
        let wrong = grant("50000");
        app.submit("specialist", &wrong).expect("submitted");
        assert_eq!(approve(&reviewer, &voucher_path(&wrong)).status, 303);
        close_through(&app, "2023-05");
        let may = app.totals("2023-05", HESHAN, "town");
        assert_eq!(may["edition"], 1);

        let at = format!("{}/reversal", voucher_path(&wrong));
        let form = specialist.get(&at);
        let asked = specialist.send(&form, &at, &[("reason", "多写了一个零")]);
        assert_eq!(asked.status, 303, "{}", asked.text());
        approve_all(&reviewer);
        app.submit("specialist", &grant("5000")).expect("submitted");
        approve_all(&reviewer);

        assert_eq!(
            app.totals("2023-05", HESHAN, "town"),
            may,
            "May's edition is as it was"
        );
        let june = app.totals("2023-06", HESHAN, "town");
        assert_eq!(
            total(&june, "credit.granted_new", "month"),
            "-45000.00",
            "−50,000 and +5,000"
        );
        assert_eq!(total(&june, "credit.granted_new", "year"), "5000.00");
        assert_eq!(total(&june, "credit.granted", "end"), "5000.00");
        assert_eq!(total(&june, "credit.granted", "previous_month"), "50000.00");
        let list = reviewer.get("/vouchers?measure=credit.granted_new&to=2023-06");
        for amount in ["-50,000.00", "5,000.00"] {
            assert!(words(&list).contains(amount), "{amount}: {}", words(&list));
        }
    });
}
