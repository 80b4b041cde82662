//! Closed months: byte for byte the same whenever asked, any edition, and the files kept of them.

use std::process::Command;

use cunxin::close::{self, Closing, Keep};
use cunxin::db::schema::{report_file, report_job};
use cunxin::error::Error;
use cunxin::ledger::{self, Edition};
use cunxin::reports;
use diesel::prelude::*;
use serde_json::Value;

use crate::close::{granted, month, reopen};
use crate::support::app::{Person, TestApp, actor, on_both};

const COUNTY: &str = "440784000000";
const MONTH: &str = "2023-11";

fn close(app: &TestApp, at: &str, keep: Keep) -> Edition {
    let closing = Closing {
        book: app.office.book,
        month: month(at),
        keep,
        seen: None,
        demo: false,
    };
    let by = actor("reviewer");
    app.state
        .write_now(app.office.book, |conn, office| {
            close::close_month(conn, office, &by, &closing)
        })
        .expect("the month closes, its gaps named")
}

pub fn close_the_past(app: &TestApp) {
    for at in month("2022-01").through(month("2023-10")) {
        close(app, &at.to_string(), Keep::TotalsOnly);
    }
}

fn file(person: &Person, report: &str, format: &str, more: &str) -> Vec<u8> {
    let page = person.get(&format!(
        "/reports/{report}/{format}?month={MONTH}&region={COUNTY}{more}"
    ));
    assert_eq!(page.status, 200, "{}", page.text());
    page.bytes
}

fn granted_end(person: &Person, more: &str) -> (Value, String) {
    let book: Value = serde_json::from_slice(&file(person, "monthly", "json", more)).expect("JSON");
    let granted = book["sheets"][0]["total"]["cells"]["granted"].as_str();
    (
        book["stamp"]["edition"].clone(),
        granted.expect("an amount").to_owned(),
    )
}

fn make_all(app: &TestApp) -> usize {
    let mut made = 0;
    while reports::make_files(&app.state, None).expect("the work goes on") {
        made += 1;
    }
    made
}

#[test]
fn a_closed_month_is_the_same_to_the_byte_and_an_edition_is_for_ever() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        granted(&app, "陈大文", "440784197503080014", "2023-11-10", "150000");
        close_the_past(&app);
        close(&app, MONTH, Keep::Everything);
        let reviewer = app.sign_in("reviewer");
        let all = |more: &str| -> Vec<Vec<u8>> {
            let formats = ["xlsx", "csv", "json"];
            let each = reports::REPORTS
                .iter()
                .flat_map(|report| formats.map(|format| (report.code, format)));
            each.map(|(report, format)| file(&reviewer, report, format, more))
                .collect()
        };
        let before = all("");
        let code = |page: &[u8]| {
            let book: Value = serde_json::from_slice(page).expect("JSON");
            book["stamp"]["check_code"].as_str().expect("a code").to_owned()
        };
        assert!(make_all(&app) > 0);
        assert_eq!(all(""), before, "what was kept is what was there");
        assert_eq!(all("&edition=1"), before);
        assert_eq!(make_all(&app), 0);
        let yuan = code(&file(&reviewer, "monthly", "json", "&unit=yuan"));
        assert_ne!(yuan, code(&before[2]), "a code says in which unit it was printed");

        // Opened again, and closed with more: the first edition answers as it did.
        reopen(&app, &reviewer, &format!("/close/{}/{MONTH}", app.office.book));
        granted(&app, "何阿婆", "440784195001010025", "2023-11-22", "30000");
        assert_eq!(granted_end(&reviewer, ""), (Value::Null, "180000.00".to_owned()));
        close(&app, MONTH, Keep::Everything);
        assert_eq!(
            granted_end(&reviewer, ""),
            (Value::from(2), "180000.00".to_owned())
        );
        assert_eq!(
            granted_end(&reviewer, "&edition=1"),
            (Value::from(1), "150000.00".to_owned())
        );
        assert_eq!(all("&edition=1"), before);
        let verified = reviewer.get(&format!("/verify?code={yuan}&row=1")).body;
        for said in ["与现在一致", "第1版", "现为第2版", "150,000.00"] {
            assert!(verified.contains(said), "{said}: {verified}");
        }

        // What an edition did not keep is refused in words, and so is one that never was.
        for (more, says) in [
            ("&edition=3", "没有第3版"),
            ("&edition=1&region=440784101000", "没有随该版保存"),
            ("&edition=1&boundaries=now", "不能再按现行区划"),
            ("&edition=x", "没有这样的版次"),
        ] {
            let page = reviewer.get(&format!("/reports/monthly?month={MONTH}{more}"));
            assert!(
                page.status >= 400 && page.body.contains(says),
                "{says}: {}",
                page.body
            );
        }
    });
}

#[test]
fn the_files_of_a_month_are_made_behind_the_close_and_listed() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        granted(&app, "陈大文", "440784197503080014", "2023-11-10", "150000");
        close_the_past(&app);
        let edition = close(&app, MONTH, Keep::Everything);
        let reviewer = app.sign_in("reviewer");
        let address = format!("/reports/files?book={}&month={MONTH}", app.office.book);
        let page = reviewer.get(&address);
        assert!(
            page.body.contains("正在生成") && page.body.contains("现行"),
            "{}",
            page.body
        );

        // One that was cut off is taken up again once its lease is over, and not before.
        lease(&app, "2099-01-01T00:00:00");
        let elsewhere = make_all(&app);
        lease(&app, "2020-01-01T00:00:00");
        assert_eq!(make_all(&app), 1);
        assert!(elsewhere > 1);

        let page = reviewer.get(&address);
        assert!(!page.body.contains("正在生成"), "{}", page.text());
        let base = format!(
            "/reports/files/{}/{MONTH}/{}/monthly",
            app.office.book, edition.number
        );
        for format in ["xlsx", "csv", "json"] {
            let href = format!("{base}/internal/zh/{format}");
            assert!(page.body.contains(&href), "{href}");
            let kept = reviewer.get(&href);
            assert_eq!(kept.bytes, file(&reviewer, "monthly", format, ""));
            assert!(
                kept.headers["content-disposition"].contains("_v1"),
                "named after its edition"
            );
        }
        // Readers outside have the 对外 variant alone, other counties nothing, and nobody a file that is none.
        let outside = app.sign_in("reports");
        let list = outside.get(&address);
        assert!(list.body.contains("/public/zh/xlsx") && !list.body.contains("/internal/"));
        assert_eq!(outside.get(&format!("{base}/internal/zh/xlsx")).status, 404);
        assert_eq!(outside.get(&format!("{base}/public/zh/xlsx")).status, 200);
        let far = app.sign_in("far-reviewer");
        assert_eq!(far.get(&address).status, 404);
        assert_eq!(far.get(&format!("{base}/internal/zh/xlsx")).status, 404);
        assert_eq!(reviewer.get(&format!("{base}/internal/zh/value")).status, 404);
        reviewer.get("/language?to=en&back=/reports/files");
        assert!(reviewer.get(&address).body.contains("Kept files"));
    });
}

/// Makes the first piece of work look as if somebody were at it until then.
fn lease(app: &TestApp, until: &str) {
    let until: chrono::NaiveDateTime = until.parse().expect("a moment");
    app.state
        .write_now(app.office.book, |conn, _| {
            let job = report_job::table
                .filter(report_job::report.eq("monthly"))
                .filter(report_job::variant.eq("internal"))
                .filter(report_job::lang.eq("zh"));
            Ok::<_, Error>(
                diesel::update(job)
                    .set((
                        report_job::state.eq("running"),
                        report_job::leased_until.eq(until),
                    ))
                    .execute(conn)?,
            )
        })
        .expect("the lease is set");
}

#[test]
fn what_could_not_be_made_is_told_and_tried_again_and_damage_is_found() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        close_the_past(&app);
        close(&app, MONTH, Keep::Everything);
        let reviewer = app.sign_in("reviewer");
        // Opened again before anybody made the files: there is nothing left to make them of.
        reopen(&app, &reviewer, &format!("/close/{}/{MONTH}", app.office.book));
        make_all(&app);
        let address = format!("/reports/files?book={}&month={MONTH}", app.office.book);
        let page = reviewer.get(&address);
        for said in ["没有随该版保存", "再试一次", "已被取代"] {
            assert!(page.body.contains(said), "{said}: {}", page.text());
        }
        close(&app, MONTH, Keep::TotalsOnly);
        let page = reviewer.get(&address);
        assert!(page.body.contains("还没有生成文件"), "{}", page.text());
        let form = format!("/reports/files/{}/{MONTH}/2", app.office.book);
        let asked = reviewer.send(&page, &form, &[]);
        assert_eq!(asked.status, 303, "{}", asked.text());
        assert!(make_all(&app) > 0);
        assert!(
            reviewer
                .get(&address)
                .body
                .contains("/2/monthly/internal/zh/xlsx")
        );

        app.state
            .write_now(app.office.book, |conn, _| {
                let csv = report_file::table
                    .filter(report_file::report.eq("monthly"))
                    .filter(report_file::format.eq("csv"));
                let forged = b"forged".to_vec();
                Ok::<_, Error>(
                    diesel::update(csv)
                        .set(report_file::content.eq(forged))
                        .execute(conn)?,
                )
            })
            .expect("damaged");
        let found = app.state.read_now(ledger::verify).expect("verify runs");
        assert!(
            found
                .iter()
                .all(|one| one.what.contains("file of edition 2 of 2023-11: monthly"))
        );
        assert!(!found.is_empty());
        let download = format!(
            "/reports/files/{}/{MONTH}/2/monthly/internal/zh/csv",
            app.office.book
        );
        assert_eq!(reviewer.get(&download).status, 500);
        app.abandon();
    });
}

#[test]
fn the_command_line_closes_keeps_and_answers_with_an_edition() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let folder = crate::support::tools::new_folder("files-key");
    let key = folder.join("cunxin.key");
    std::fs::write(&key, "2a".repeat(32)).expect("the key");
    granted(&app, "陈大文", "440784197503080014", "2023-11-10", "150000");
    close_the_past(&app);
    let run = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_cunxin"))
            .args(["--database", app.url(), "--key-file"])
            .arg(&key)
            .args(words)
            .output()
            .expect("the program runs");
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (out, error) = run(&["close", "--book", COUNTY, "--month", MONTH]);
    assert!(out.contains("已生成报表"), "{out} {error}");
    let monthly = [
        "report", "monthly", "--region", COUNTY, "--month", MONTH, "--format", "json",
    ];
    let (first, error) = run(&[&monthly[..], &["--edition", "1"]].concat());
    assert!(first.contains("\"edition\": 1"), "{first} {error}");
    assert_eq!(run(&monthly).0, first);
    let (_, error) = run(&[&monthly[..], &["--edition", "7"]].concat());
    assert!(error.contains("没有第7版"), "{error}");
    std::fs::remove_dir_all(&folder).expect("removed");
}
