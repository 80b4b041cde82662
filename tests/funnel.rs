//! 建档 → 初评 → 复评 → 审定 → 签约 → 用信, on both databases: recorded on a phone for a whole village, approved,
//! counted once for each household, and taken back from the end.

use cunxin::error::Error;
use cunxin::ledger::{self, ReversalRequest, Submission};
use cunxin::values::{BookId, CommandId, ContractId, VoucherId};
use serde_json::json;

use crate::support::app::{Person, TestApp, actor, on_both};

const HOUSEHOLDS: [(&str, &str); 3] = [
    ("陈大文", "440784197503080014"),
    ("李小妹", "440781198802290025"),
    ("王阿公", "11010519491231002X"),
];
const FORM: &str = "/field/credit/assessment";

/// Records one step for the whole village with these pasted rows, and has it approved.
fn step(app: &TestApp, specialist: &Person, reviewer: &Person, step: &str, rows: &str) -> VoucherId {
    let form = specialist.get(&format!("{FORM}?step={step}&village={}", app.office.village));
    let check = specialist.send(&form, FORM, &[("paste", rows), ("business_date", "2023-12-01")]);
    assert_eq!(check.status, 200, "{}", check.text());
    let sent = specialist.send(&check, FORM, &[("step", "send")]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let path = sent.location().replace("/records/", "/vouchers/");
    let path = path.split('?').next().expect("a path").to_owned();
    let done = reviewer.send(&reviewer.get(&path), &format!("{path}/approval"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    VoucherId::parse(path.rsplit('/').next().expect("an id")).expect("an id")
}

fn reverse(app: &TestApp, original: &VoucherId) -> Result<(), Error> {
    let request = ReversalRequest {
        book: app.office.book,
        original: original.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "记错了".to_owned(),
    };
    let asker = actor("specialist");
    app.state.write_now(app.office.book, |conn, office| {
        ledger::request_reversal(conn, office, &asker, &request)
    })?;
    let verdict = ledger::Verdict {
        book: app.office.book,
        voucher: request.reversal,
        command: CommandId::new(1_700_000_000_000),
        revision: 1,
    };
    let reviewer = actor("reviewer");
    app.state.write_now(app.office.book, |conn, office| {
        ledger::approve(conn, office, &reviewer, &verdict, false)
    })?;
    Ok(())
}

fn posted(app: &TestApp, submission: &Submission) {
    app.submit("specialist", submission).expect("submitted");
    app.approve("reviewer", submission, 1).expect("approved");
}

#[test]
fn a_village_goes_down_the_funnel() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let clients = HOUSEHOLDS.map(|(name, number)| app.household(app.office.village, name, number));
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let early = specialist.get(&format!(
            "{FORM}?step=credit.first_assessment&village={}",
            app.office.village
        ));
        assert!(early.body.contains("请先建档"), "{}", early.text());
        let all = "姓名\t证件号\n陈大文\t0014\n李小妹\t\n王阿公\t";
        let filing = step(&app, &specialist, &reviewer, "credit.filing", all);
        let first = step(
            &app,
            &specialist,
            &reviewer,
            "credit.first_assessment",
            "陈大文\t10万\n李小妹\t8万",
        );
        let second = step(
            &app,
            &specialist,
            &reviewer,
            "credit.second_assessment",
            "陈大文\t9万元",
        );
        let line = ContractId::new(1_700_000_000_000);
        let terms = json!({"valid_from": "2023-12-02", "valid_to": "2026-12-01", "revolving": true});
        let on_line = |kind: &str, yuan: &str| {
            let line = app.line(&clients[0], &line, yuan, terms.clone());
            app.submission(kind, "2023-12-02", vec![line])
        };
        let (grant, signature) = (
            on_line("credit.grant", "90000"),
            on_line("credit.signature", "90000"),
        );
        posted(&app, &grant);
        posted(&app, &signature);

        let city = app.sign_in("city");
        let end = |measure: &str| {
            let totals = city.totals("2023-12", "440784000000", "town");
            totals["total"]["measures"][measure]["end"]
                .to_string()
                .replace('"', "")
        };
        for (measure, figure) in [
            ("credit.filed_households", "3"),
            ("credit.first_assessed_households", "2"),
            ("credit.first_assessed", "180000.00"),
            ("credit.second_assessed_households", "1"),
            ("credit.second_assessed", "90000.00"),
            ("credit.granted_households", "1"),
            ("credit.signed_households", "1"),
        ] {
            assert_eq!(end(measure), figure, "{measure}");
        }
        let page = city.get("/totals/funnel?region=440784000000&month=2023-12&by=town&unit=yuan");
        assert_eq!(page.status, 200, "{}", page.text());
        for words in ["66.67", "50.00", "180,000.00", "古劳镇", "建档", "复评", "用信"] {
            assert!(page.body.contains(words), "{words} in {}", page.text());
        }
        let village = city.get("/totals/funnel?region=440784103205&month=2023-12&by=institution");
        assert_eq!(village.status, 200, "{}", village.text());

        // One client, from the client's own page.
        let book = BookId(app.office.book.0);
        let client = specialist.get(&format!("/field/clients/{book}/{}", clients[1]));
        assert!(
            client.body.contains("credit.second_assessment"),
            "{}",
            client.text()
        );

        let depends = reverse(&app, &filing).expect_err("the assessments rest on it");
        assert_eq!(depends.issues()[0].code, "reversal.depends");
        let rest = reverse(&app, &first).expect_err("the second rests on the first");
        assert_eq!(rest.issues()[0].code, "reversal.depends");
        for voucher in [&signature.voucher, &second, &first, &filing] {
            reverse(&app, voucher).expect("taken back");
        }
        assert_eq!(end("credit.filed_households"), "0");
        assert_eq!(end("credit.first_assessed"), "0.00");
        assert_eq!(end("credit.signed_households"), "0");
        assert_eq!(
            end("credit.granted_households"),
            "1",
            "the grant stands by itself"
        );
    });
}
