//! The staff's own reports over HTTP: 补录与更正清单 and 授信覆盖率, and who does not see them.

use cunxin::close::{self, Closing, Keep};
use cunxin::ledger::{self, ReversalRequest, Submission};
use cunxin::values::{CommandId, ContractId, Month, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{TestApp, actor, on_both};

const COUNTY: &str = "440784000000";

/// A grant of some yuan to a new household of 下六村, approved.
fn granted(app: &TestApp, name: &str, number: &str, day: &str, yuan: &str) -> Submission {
    let client = app.household(app.office.village, name, number);
    let terms = json!({"valid_from": day, "valid_to": "2026-11-30", "revolving": true});
    let line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms);
    let submission = app.submission("credit.grant", day, vec![line]);
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
    submission
}

fn reversed(app: &TestApp, original: &Submission, reason: &str) {
    let request = ReversalRequest {
        book: original.book,
        original: original.voucher.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: reason.to_owned(),
    };
    let asker = actor("specialist");
    app.state
        .write_now(original.book, |conn, office| {
            ledger::request_reversal(conn, office, &asker, &request)
        })
        .expect("asked for");
    let reversal = Submission {
        voucher: request.reversal,
        ..original.clone()
    };
    app.approve("reviewer", &reversal, 1).expect("reversed");
}

fn report(app: &TestApp, name: &str, month: &str, region: &str) -> Value {
    let page = app
        .sign_in("reviewer")
        .get(&format!("/reports/{name}/json?month={month}&region={region}"));
    assert_eq!(page.status, 200, "{}", page.text());
    serde_json::from_str(&page.body).expect("JSON")
}

fn rows(sheet: &Value) -> Vec<&Value> {
    let rows = sheet["rows"].as_array().expect("rows");
    rows.iter().map(|row| &row["cells"]).collect()
}

#[test]
fn what_came_late_and_what_was_taken_back_is_listed_with_its_counterpart() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let book = app.office.book;
        let reviewer = actor("reviewer");
        for month in Month::parse("2022-01")
            .unwrap()
            .through(Month::parse("2023-11").unwrap())
        {
            let closing = Closing {
                book,
                month,
                keep: Keep::TotalsOnly,
                seen: None,
                demo: false,
            };
            app.state
                .write_now(book, |conn, office| {
                    close::close_month(conn, office, &reviewer, &closing)
                })
                .expect("closed");
        }
        let wrong = granted(&app, "陈大文", "440784197503080014", "2023-11-20", "50000");
        reversed(&app, &wrong, "多写了一个零");
        granted(&app, "李小妹", "440781198802290025", "2023-12-20", "5000");

        let list = report(&app, "corrections", "2023-12", COUNTY);
        let listed = rows(&list["sheets"][0]);
        let told: Vec<[&str; 3]> = listed
            .iter()
            .map(|cells| ["why", "amount", "counterpart"].map(|key| cells[key].as_str().unwrap_or("")))
            .collect();
        let (first, second) = ("2023-12-00001", "2023-12-00002");
        assert_eq!(
            told,
            [
                ["补录", "50000.00", ""],
                ["被冲销", "50000.00", second],
                ["红字冲销", "-50000.00", first],
            ]
        );
        assert_eq!(listed[0]["business_date"], "2023-11-20");
        assert_eq!(listed[0]["reason"], "2023年11月已关账（第1版）");
        assert_eq!(listed[1]["reason"], "多写了一个零");
        assert_eq!(listed[2]["reason"], "多写了一个零");
        let counted = rows(&list["sheets"][1]);
        let town = counted
            .iter()
            .find(|cells| cells["name"] == "古劳镇")
            .expect("a town");
        assert_eq!([&town["late"], &town["reversals"], &town["reversed"]], [1, 1, 1]);
        let elsewhere = report(&app, "corrections", "2023-12", "440784101000");
        assert!(rows(&elsewhere["sheets"][0]).is_empty());

        let person = app.sign_in("reviewer");
        let page = person.get(&format!("/reports/corrections?month=2023-12&region={COUNTY}"));
        let link = format!("/vouchers/{book}/{}", wrong.voucher);
        assert!(
            page.body.contains(&link),
            "the way to the voucher: {}",
            page.text()
        );
        for format in ["xlsx", "csv"] {
            let file = person.get(&format!(
                "/reports/corrections/{format}?month=2023-12&region={COUNTY}"
            ));
            assert_eq!(file.status, 200, "{format}");
        }
        // Single vouchers are nobody's business outside.
        let outside = app.sign_in("reports");
        let refused = outside.get(&format!("/reports/corrections?month=2023-12&region={COUNTY}"));
        assert!(
            refused.status != 200 && refused.body.contains("没有对外版"),
            "{}",
            refused.text()
        );
        assert!(!outside.get("/reports").body.contains("补录与更正清单"));
    });
}

#[test]
fn reach_is_told_against_a_base_that_is_named() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        granted(&app, "陈大文", "440784197503080014", "2023-12-20", "50000");
        granted(&app, "李小妹", "440781198802290025", "2023-12-20", "5000");
        let before = report(&app, "coverage", "2023-12", COUNTY);
        let towns = &before["sheets"][0];
        assert_eq!(towns["total"]["cells"]["villages"], 1);
        assert_eq!(towns["total"]["cells"]["villages_base"], 112, "鹤山's 村委会");
        assert_eq!(towns["total"]["cells"]["villages_rate"], "0.89");
        assert_eq!(
            towns["total"]["cells"]["households_rate"],
            Value::Null,
            "no base, no rate"
        );

        let admin = app.sign_in("admin");
        let form = admin.get("/register/figures/new");
        let filled = [
            ("what", "households"),
            ("as_of", "2022-12-31"),
            ("source", "测试年鉴2022"),
            ("rows", "440784103000\t400\n440784103205\t160"),
        ];
        assert_eq!(admin.send(&form, "/register/figures", &filled).status, 303);
        let after = report(&app, "coverage", "2023-12", COUNTY);
        let town = rows(&after["sheets"][0])
            .into_iter()
            .find(|cells| cells["name"] == "古劳镇")
            .expect("a town");
        assert_eq!(
            (&town["households"], &town["households_base"]),
            (&json!(2), &json!(400))
        );
        assert_eq!(town["households_rate"], "0.50");
        assert!(
            town["source"]
                .as_str()
                .expect("a source")
                .contains("测试年鉴2022")
        );
        let total = &after["sheets"][0]["total"]["cells"];
        assert_eq!(
            total["households_rate"],
            Value::Null,
            "other towns have no figure"
        );
        let village = rows(&after["sheets"][1])
            .into_iter()
            .find(|cells| cells["code"] == "440784103205")
            .expect("下六村");
        assert_eq!(
            (&village["villages_rate"], &village["households_rate"]),
            (&json!("100.00"), &json!("1.25"))
        );
    });
}
