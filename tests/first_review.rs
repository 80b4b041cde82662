//! The first review by the institution's own clerk, and who stands in for one, over HTTP on both databases.

use cunxin::ledger::Submission;
use cunxin::values::ContractId;
use serde_json::json;

use crate::support::app::{Page, Person, TestApp, on_both, user_id};

const CHEN: &str = "440784197503080014";

fn grant(app: &TestApp, maker: &str, client: &cunxin::values::ClientId) -> (Submission, String) {
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let contract = ContractId::new(1_700_000_000_000);
    let submission = app.submission(
        "credit.grant",
        "2023-12-04",
        vec![app.line(client, &contract, "10000", terms)],
    );
    app.submit(maker, &submission).expect("submitted");
    let path = format!("/vouchers/{}/{}", submission.book, submission.voucher);
    (submission, path)
}

fn decide(person: &Person, path: &str, what: &str, filled: &[(&str, &str)]) -> Page {
    let page = person.get(path);
    assert_eq!(page.status, 200, "{}", page.text());
    person.send(&page, &format!("{path}/{what}"), filled)
}

fn appoint(reviewer: &Person, from: &str, to: &str) -> Page {
    let form = reviewer.get("/first-review/settings");
    let (bank, own) = (user_id("bank").to_string(), user_id("reviewer").to_string());
    let filled = [
        ("absent", bank.as_str()),
        ("person", own.as_str()),
        ("valid_from", from),
        ("valid_to", to),
        ("reason", "经办产假"),
        ("document", "农商行〔2024〕3号"),
    ];
    reviewer.send(&form, "/stand-ins", &filled)
}

#[test]
fn the_bank_checks_before_the_county_where_the_book_says_so() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "陈大文", CHEN);
        let (reviewer, bank, insurer) = (
            app.sign_in("reviewer"),
            app.sign_in("bank"),
            app.sign_in("insurer"),
        );
        let (_, free) = grant(&app, "specialist", &client);
        assert_eq!(
            decide(&reviewer, &free, "approval", &[]).status,
            303,
            "off until the county says so"
        );
        assert!(bank.get("/first-review").body.contains("没有要求初审"));

        let settings = reviewer.get("/first-review/settings");
        let saved = reviewer.send(&settings, "/first-review/settings", &[("scope", "every")]);
        assert_eq!(saved.status, 303, "{}", saved.text());
        let (_, path) = grant(&app, "specialist", &client);
        let early = decide(&reviewer, &path, "approval", &[]);
        assert!(
            early.status != 303 && early.body.contains("还没有初审"),
            "{}",
            early.text()
        );
        assert_eq!(insurer.get(&path).status, 404, "another institution's");
        assert!(
            bank.get("/first-review").body.contains(&path),
            "{}",
            bank.get("/first-review").text()
        );
        let passed = decide(&bank, &path, "first-approval", &[]);
        assert_eq!(
            passed.location(),
            format!(
                "/first-review?done=approved&voucher={}",
                path.rsplit('/').next().unwrap()
            ),
            "{}",
            passed.text()
        );
        assert!(!bank.get("/first-review").body.contains(&path));
        let seen = reviewer.get(&path);
        assert!(
            seen.body.contains("初审") && seen.body.contains("测试 bank"),
            "{}",
            seen.text()
        );
        assert_eq!(decide(&reviewer, &path, "approval", &[]).status, 303);

        // Returned with a reason, before the county has seen it.
        let (_, path) = grant(&app, "specialist", &client);
        let unsaid = decide(&bank, &path, "first-return", &[("reason", " ")]);
        assert!(unsaid.status != 303, "{}", unsaid.text());
        assert_eq!(
            decide(&bank, &path, "first-return", &[("reason", "金额写错")]).status,
            303
        );
        let seen = reviewer.get(&path);
        assert!(
            seen.body.contains("初审退回修改") && seen.body.contains("金额写错"),
            "{}",
            seen.text()
        );

        // Nobody checks his own; a stand-in covers the leave, in his period alone.
        let (_, own) = grant(&app, "bank", &client);
        let page = bank.get(&own);
        assert!(!page.body.contains("first-approval"), "{}", page.text());
        let forced = bank.post(
            &format!("{own}/first-approval"),
            &[
                ("_csrf", page.field("_csrf").as_str()),
                ("revision", "1"),
                ("command_id", ContractId::new(1).as_str()),
            ],
        );
        assert!(
            forced.status != 303 && forced.body.contains("自己提交"),
            "{}",
            forced.text()
        );
        assert_eq!(appoint(&reviewer, "2023-12-01", "2023-12-31").status, 303);
        assert!(
            decide(&reviewer, &own, "approval", &[])
                .body
                .contains("还没有初审"),
            "the period is over"
        );
        let bad = appoint(&reviewer, "2024-01-05", "2024-01-02");
        assert!(
            bad.body.contains("止日不能早于起日") && bad.body.contains("经办产假"),
            "{}",
            bad.text()
        );
        assert_eq!(appoint(&reviewer, "2024-01-02", "2024-01-31").status, 303);
        assert_eq!(decide(&reviewer, &own, "approval", &[]).status, 303);
        let seen = reviewer.get(&own);
        assert!(
            seen.body.contains("代办") && seen.body.contains("测试 reviewer"),
            "{}",
            seen.text()
        );

        // Ended early: not before what was checked under it, and from the next day on it no longer holds.
        let (_, later) = grant(&app, "bank", &client);
        let settings = reviewer.get("/first-review/settings");
        let end = format!("/stand-ins/{}/2/end", app.office.book);
        assert!(settings.body.contains(&end), "{}", settings.text());
        let page = reviewer.get(&end);
        let tries = [
            ("2024-01-03", "经办回来了", "还初审过凭证"),
            ("2024-01-31", "经办回来了", "结束日要早于原定"),
            ("2024-01-04", " ", "请写明提前结束的原因"),
        ];
        for (day, reason, says) in tries {
            let refused = reviewer.send(&page, &end, &[("last_day", day), ("reason", reason)]);
            assert!(
                refused.body.contains(says) && refused.body.contains(day),
                "{}",
                refused.text()
            );
        }
        assert_eq!(appoint(&reviewer, "2024-01-02", "2024-01-31").status, 303);
        let ended = reviewer.send(
            &page,
            &end,
            &[("last_day", "2024-01-04"), ("reason", "经办回来了")],
        );
        assert_eq!(ended.status, 303, "{}", ended.text());
        let third = format!("/stand-ins/{}/3/end", app.office.book);
        let never = [("last_day", "2024-01-01"), ("reason", "登记错了")];
        assert_eq!(reviewer.send(&reviewer.get(&third), &third, &never).status, 303);
        let settings = reviewer.get("/first-review/settings");
        assert!(
            settings.body.contains("原定到")
                && settings.body.contains("经办回来了")
                && !settings.body.contains(&end),
            "{}",
            settings.text()
        );
        let twice = reviewer.send(&page, &end, &[("last_day", "2024-01-04"), ("reason", "再次")]);
        assert!(twice.body.contains("已经提前结束"), "{}", twice.text());
        assert_eq!(app.sign_in("far-reviewer").get(&end).status, 404);
        assert_eq!(
            decide(&reviewer, &later, "approval", &[]).status,
            303,
            "its last day is still today"
        );
    });
}
