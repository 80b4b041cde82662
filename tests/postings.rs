//! Postings that end and specialists who are transferred, over HTTP on both databases.

use cunxin::ledger::{self, ReversalRequest};
use cunxin::values::{CommandId, VoucherId};

use crate::support::app::{Page, Person, TestApp, actor, on_both};

const SECOND: &str = "440784103202";

fn waiting(reviewer: &Person) -> String {
    let queue = reviewer.get("/review");
    let link = queue
        .body
        .split("href=\"/vouchers/")
        .nth(1)
        .expect("something waits");
    format!("/vouchers/{}", link.split(['"', '?']).next().expect("a path"))
}

fn approve(reviewer: &Person, filled: &[(&str, &str)]) -> Page {
    let path = waiting(reviewer);
    let voucher = reviewer.get(&path);
    reviewer.send(&voucher, &format!("{path}/approval"), filled)
}

/// The address of the first link on a page that contains `part`.
fn link(page: &Page, part: &str) -> String {
    let found = page
        .body
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default());
    let mut found = found
        .filter(|href| href.contains(part))
        .map(|href| href.replace("&amp;", "&"));
    found
        .next()
        .unwrap_or_else(|| panic!("no link with {part}: {}", page.text()))
}

fn in_post(app: &TestApp, month: &str) -> i64 {
    let totals = app.totals(month, "440784103205", "none");
    totals["total"]["measures"]["field.specialists"]["end"]
        .as_i64()
        .expect("a count")
}

/// Story 4: A specialist is transferred on 06-30; a visit in the old village on 07-01 is held until a reviewer decides.
#[test]
fn story_4_a_visit_after_a_transfer_waits_for_the_reviewers_word() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (admin, reviewer, specialist) = (
            app.sign_in("admin"),
            app.sign_in("reviewer"),
            app.sign_in("specialist"),
        );
        let card = format!("/register/specialists/{}", app.office.specialist.0);
        let page = admin.get(&card);
        let first_posting = format!("{card}/departures/new?posting=01748");
        let at = page.body.find("下六村").expect("posted there");
        let row = Page {
            body: page.body[at..].to_owned(),
            ..page.clone()
        };
        let start = link(&row, "kind=transfer");
        assert!(start.starts_with(&first_posting[..card.len()]), "{start}");
        let choose = admin.get(&start);
        assert!(
            choose.body.contains("古劳镇"),
            "the county is chosen already: {}",
            choose.text()
        );
        let form = admin.get(&format!("{start}&code={SECOND}"));
        let bad = admin.send(
            &form,
            &format!("{card}/departures"),
            &[("business_date", "2021-06-30")],
        );
        assert!(bad.body.contains("离岗日期要晚于到岗日期"), "{}", bad.text());
        let sent = admin.send(
            &form,
            &format!("{card}/departures"),
            &[("business_date", "2023-06-30")],
        );
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert!(admin.get(&card).body.contains("变动待审核"));
        assert_eq!(approve(&reviewer, &[]).status, 303);
        assert_eq!((in_post(&app, "2023-05"), in_post(&app, "2023-06")), (1, 0));
        let there = app.totals("2023-06", SECOND, "none");
        assert_eq!(there["total"]["measures"]["field.specialists"]["end"], 1);

        for (day, held) in [("2023-06-29", false), ("2023-07-01", true)] {
            let form = specialist.get(&format!("/field/visit?village={}", app.office.village.0));
            let sent = specialist.send(
                &form,
                "/field/visit",
                &[("business_date", day), ("unregistered", "1"), ("step", "send")],
            );
            assert_eq!(sent.status, 303, "{}", sent.text());
            let plain = approve(&reviewer, &[("despite_hold", "")]);
            assert_eq!(plain.status == 303, !held, "{day}: {}", plain.text());
            if held {
                assert!(plain.body.contains("没有派驻该村"), "{}", plain.text());
                assert_eq!(approve(&reviewer, &[("despite_hold", "yes")]).status, 303);
            }
        }
    });
}

#[test]
fn a_posting_ends_and_its_end_can_be_reversed() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (admin, reviewer) = (app.sign_in("admin"), app.sign_in("reviewer"));
        let card = format!("/register/specialists/{}", app.office.specialist.0);
        let page = admin.get(&card);
        let at = page.body.find("下六村").expect("posted there");
        let row = Page {
            body: page.body[at..].to_owned(),
            ..page.clone()
        };
        let form = admin.get(&link(&row, "departures/new"));
        let sent = admin.send(
            &form,
            &format!("{card}/departures"),
            &[("business_date", "2023-07-01")],
        );
        assert_eq!(sent.status, 303, "{}", sent.text());
        let again = admin.send(
            &form,
            &format!("{card}/departures"),
            &[
                ("business_date", "2023-08-01"),
                ("voucher_id", VoucherId::new(1).as_str()),
                ("command_id", VoucherId::new(2).as_str()),
            ],
        );
        assert!(again.body.contains("正等待审核"), "{}", again.text());
        let path = waiting(&reviewer);
        assert_eq!(approve(&reviewer, &[]).status, 303);
        assert_eq!((in_post(&app, "2023-06"), in_post(&app, "2023-07")), (1, 0));
        assert!(
            admin.get(&card).body.contains("2023-06-30"),
            "the last day in post"
        );
        let original = VoucherId::parse(path.rsplit('/').next().expect("an id")).expect("an id");
        let request = ReversalRequest {
            book: app.office.book,
            original,
            reversal: VoucherId::new(1_700_000_000_000),
            command: CommandId::new(1_700_000_000_000),
            reason: "日期记错".to_owned(),
        };
        let asker = actor("specialist");
        app.state
            .write_now(app.office.book, |conn, office| {
                ledger::request_reversal(conn, office, &asker, &request)
            })
            .expect("asked for");
        assert_eq!(approve(&reviewer, &[]).status, 303);
        assert_eq!((in_post(&app, "2023-06"), in_post(&app, "2023-07")), (1, 1));
    });
}
