//! Official statistics: loaded by code, and what is insured held against them (rule 23).

use crate::support::app::{Page, Person, TestApp, on_both};

const FORM: &str = "/register/figures/new";

fn filled<'a>(what: &'a str, rows: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("what", what),
        ("as_of", "2023-12-31"),
        ("source", "演示年鉴2023"),
        ("rows", rows),
    ]
}

fn policy(app: &TestApp, clerk: &Person, number: &str, quantity: &str) -> Page {
    let form = clerk.get(&format!("/field/policy?village={}", app.office.village.0));
    let product = app.office.insurance_product.0.to_string();
    let filled = [
        ("product", product.as_str()),
        ("number", number),
        ("quantity", quantity),
        ("business_date", "2024-01-02"),
        ("starts_on", "2024-01-02"),
        ("ends_on", "2025-01-01"),
        ("households", "60"),
    ];
    clerk.send(&form, "/field/policy", &filled)
}

fn approve(app: &TestApp) {
    let reviewer = app.sign_in("reviewer");
    let queue = reviewer.get("/review");
    let link = queue
        .body
        .split("href=\"")
        .find(|link| link.starts_with("/vouchers/"));
    let address = link
        .and_then(|link| link.split(['"', '?']).next())
        .expect("a policy waits");
    let page = reviewer.get(address);
    let done = reviewer.send(&page, &format!("{address}/approval"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
}

#[test]
fn more_insured_than_there_is_is_remarked() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let admin = app.sign_in("admin");
        let product = app.office.insurance_product.0.to_string();
        let form = admin.get(FORM);
        let rows = "440784103205\t3,000.00\n440784103000\t5000";
        let added = admin.send(&form, "/register/figures", &filled(&product, rows));
        assert_eq!(added.status, 303, "{}", added.text());
        let list = admin.get(added.location());
        for shown in ["440784103205", "3,000", "演示年鉴2023", "2023-12-31"] {
            assert!(list.body.contains(shown), "{shown}: {}", list.text());
        }

        let clerk = app.sign_in("insurer");
        let within = policy(&app, &clerk, "PDAA1", "2,000");
        assert!(!within.body.contains("超过统计数"), "{}", within.text());
        let sent = clerk.send(&within, "/field/policy", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        // It counts while it waits, and once it stands.
        let over = policy(&app, &clerk, "PDAA2", "1000.01");
        assert!(over.body.contains("承保 3,000.01 亩"), "{}", over.text());
        approve(&app);

        // 2,000 stand already; 1,000 more are as many as there are, one hundredth more is too much.
        let full = policy(&app, &clerk, "PDAA2", "1000");
        assert!(!full.body.contains("超过统计数"), "{}", full.text());
        let over = policy(&app, &clerk, "PDAA2", "1000.01");
        assert!(
            over.body.contains("同期承保 3,000.01 亩，超过统计数 3,000 亩"),
            "{}",
            over.text()
        );
        // A warning only: it can be sent all the same.
        let sent = clerk.send(&over, "/field/policy", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        // A corrected figure of the same day takes the place of the first.
        let corrected = filled(&product, "440784103205,9000");
        let corrected = admin.send(&admin.get(FORM), "/register/figures", &corrected);
        assert_eq!(corrected.status, 303, "{}", corrected.text());
        let now = policy(&app, &clerk, "PDAA3", "5000");
        assert!(!now.body.contains("超过统计数"), "{}", now.text());
    });
}

#[test]
fn rows_that_do_not_read_are_named_and_nothing_is_written() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let admin = app.sign_in("admin");
        let form = admin.get(FORM);
        let rows = "440784103205\t137\n440799999999\t5\n440784103000\t1.234\n四零\t7";
        let refused = admin.send(&form, "/register/figures", &filled("households", rows));
        assert_eq!(refused.status, 200, "{}", refused.text());
        for words in ["第2行：", "第3行：", "第4行："] {
            assert!(refused.body.contains(words), "{words}: {}", refused.text());
        }
        assert!(refused.body.contains("440799999999"), "typed text is kept");
        let twice = filled("households", "440784103205,1\n440784103205,2");
        let twice = admin.send(&form, "/register/figures", &twice);
        assert!(twice.body.contains("写了两次"), "{}", twice.text());
        let future = filled("households", "440784103205,1").map(|(name, value)| match name {
            "as_of" => (name, "2024-02-01"),
            _ => (name, value),
        });
        let future = admin.send(&form, "/register/figures", &future);
        assert!(future.body.contains("不能晚于今天"), "{}", future.text());
        let list = admin.get("/register/figures");
        assert!(!list.body.contains("440784103205"), "{}", list.text());
        // A county's reviewer reads, and does not add.
        let reviewer = app.sign_in("reviewer");
        assert_eq!(reviewer.get("/register/figures").status, 200);
        assert_eq!(reviewer.get(FORM).status, 403);
    });
}
