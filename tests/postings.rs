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

/// The voucher that waits comes back to its maker.
fn give_back(reviewer: &Person, reason: &str) -> String {
    let path = waiting(reviewer);
    let voucher = reviewer.get(&path);
    let back = reviewer.send(&voucher, &format!("{path}/return"), &[("reason", reason)]);
    assert_eq!(back.status, 303, "{}", back.text());
    path
}

fn reverse(app: &TestApp, reviewer: &Person, path: &str) {
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
    assert_eq!(approve(reviewer, &[]).status, 303);
}

#[test]
fn a_returned_transfer_is_corrected_and_a_wrong_end_taken_back_though_the_village_is_taken_up_again() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (admin, reviewer) = (app.sign_in("admin"), app.sign_in("reviewer"));
        let card = format!("/register/specialists/{}", app.office.specialist.0);
        let row_of = |village: &str| {
            let page = admin.get(&card);
            let at = page.body.rfind(village).expect("posted there");
            Page {
                body: page.body[at..].to_owned(),
                ..page
            }
        };
        let start = link(&row_of("下六村"), "kind=transfer");
        let send = |form: &Page, day: &str| {
            admin.send(form, &format!("{card}/departures"), &[("business_date", day)])
        };
        let form = admin.get(&format!("{start}&code=440784103203"));
        assert_eq!(send(&form, "2023-03-01").status, 303);
        let path = give_back(&reviewer, "应调往麦水村");

        // The same voucher once more: another village, another day.
        let back = admin.get(&card);
        let correct = admin.get(&link(&back, "voucher="));
        assert!(correct.body.contains("应调往麦水村"), "{}", correct.text());
        assert_eq!(correct.field("business_date"), "2023-03-01");
        let anew = admin.get(&link(&correct, "anew=yes"));
        assert!(anew.body.contains("应调往麦水村"), "{}", anew.text());
        let form = admin.get(&format!("{}&code={SECOND}", link(&back, "voucher=")));
        assert_eq!(send(&form, "2023-03-02").status, 303, "{}", form.text());
        assert_eq!(waiting(&reviewer), path, "a revision, no new voucher");
        assert_eq!(approve(&reviewer, &[]).status, 303);
        let there = |month: &str| {
            let totals = app.totals(month, SECOND, "none");
            totals["total"]["measures"]["field.specialists"]["end"].clone()
        };
        assert_eq!(there("2023-03"), 1);

        // The new posting ends, wrongly; an end returned is corrected, too.
        let form = admin.get(&link(&row_of("麦水村"), "departures/new"));
        assert_eq!(send(&form, "2023-07-01").status, 303);
        let end = give_back(&reviewer, "日期不对");
        let form = admin.get(&link(&admin.get(&card), "voucher="));
        assert_eq!(form.field("business_date"), "2023-07-01", "{}", form.text());
        assert_eq!(send(&form, "2023-08-01").status, 303);
        assert_eq!(waiting(&reviewer), end);
        assert_eq!(approve(&reviewer, &[]).status, 303);
        // Posted there again; the wrong end is still taken back, for the transfer does not rest on it.
        let form = admin.get(&format!("{card}/postings/new?code={SECOND}"));
        let again = admin.send(
            &form,
            &format!("{card}/postings"),
            &[("business_date", "2023-11-01")],
        );
        assert_eq!(again.status, 303, "{}", again.text());
        assert_eq!(approve(&reviewer, &[]).status, 303);
        assert_eq!((there("2023-09"), there("2023-11")), (0.into(), 1.into()));
        reverse(&app, &reviewer, &end);
        assert_eq!(
            (there("2023-09"), there("2023-11")),
            (1.into(), 1.into()),
            "one person, counted once"
        );
    });
}
