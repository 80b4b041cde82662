//! The road of a month: declared, checked, closed as an edition, reopened by two, closed again.

use cunxin::close::{self, Closing, Keep};
use cunxin::error::Error;
use cunxin::ledger;
use cunxin::values::{BookId, ContractId, Month};
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, Page, Person, TestApp, actor, on_both, user_id};

const MONTH: &str = "2023-12";
const COUNTY: &str = "440784000000";

pub fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// Closes a month at the command layer, totals only.
fn close(app: &TestApp, book: BookId, at: &str) -> Result<ledger::Edition, Error> {
    let closing = Closing {
        book,
        month: month(at),
        keep: Keep::TotalsOnly,
        seen: None,
        demo: false,
    };
    let actor = actor("reviewer");
    app.state.write_now(book, |conn, office| {
        close::close_month(conn, office, &actor, &closing)
    })
}

/// Closes everything before 2023-12: its deadlines have long passed.
fn close_the_past(app: &TestApp, book: BookId) {
    for at in month("2022-01").through(month("2023-11")) {
        close(app, book, &at.to_string()).expect("an old month closes, its gaps named");
    }
}

/// A grant of some yuan on a day, approved; its voucher's address.
pub fn granted(app: &TestApp, name: &str, number: &str, day: &str, yuan: &str) -> String {
    let client = app.household(app.office.village, name, number);
    let terms = json!({"valid_from": day, "valid_to": "2026-11-30", "revolving": true});
    let line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms);
    let submission = app.submission("credit.grant", day, vec![line]);
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
    format!("/vouchers/{}/{}", app.office.book, submission.voucher)
}

fn end(totals: &Value) -> &Value {
    &totals["total"]["measures"]["credit.granted"]["end"]
}

/// The reviewer looks at the checks and closes.
fn close_on_page(reviewer: &Person, base: &str) -> Page {
    let check = reviewer.get(&format!("{base}/check"));
    assert_eq!(check.status, 200, "{}", check.text());
    reviewer.send(&check, base, &[("password", PASSWORD)])
}

#[test]
fn a_month_is_declared_closed_reopened_and_closed_again() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let book = app.office.book;
        let base = format!("/close/{book}/{MONTH}");
        close_the_past(&app, book);
        granted(&app, "陈大文", "440784197503080014", "2023-12-10", "150000");

        let (reviewer, bank) = (app.sign_in("reviewer"), app.sign_in("bank"));
        let board = reviewer.get(&base);
        assert!(board.body.contains("未报"), "{}", board.text());
        assert!(
            board.body.contains("1. 农商行：未报"),
            "the reminder: {}",
            board.text()
        );
        assert!(
            board.body.contains("2024-01-08"),
            "the fifth working day: {}",
            board.text()
        );
        let early = close(&app, book, MONTH).expect_err("not everything is in");
        let codes: Vec<&str> = early.issues().iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(codes, ["close.early", "institution.undeclared"]);

        let form = bank.get("/declaration");
        assert_eq!(form.status, 200, "{}", form.text());
        let nil = bank.send(&form, "/declaration", &[("kind", "nil")]);
        assert!(nil.body.contains("不是零报"), "{}", nil.text());
        let none = bank.send(&form, "/declaration", &[]);
        assert!(none.body.contains("请选择已报齐或零报"), "{}", none.text());
        let done = bank.send(&form, "/declaration", &[("kind", "reported")]);
        assert_eq!(done.status, 303, "{}", done.text());

        let check = reviewer.get(&format!("{base}/check"));
        for (password, says) in [("", "请填写您的登录密码"), ("guessed-wrong", "密码不对")] {
            let unsure = reviewer.send(&check, &base, &[("password", password)]);
            assert!(unsure.body.contains(says), "{}", unsure.text());
            assert!(
                !unsure.body.contains("guessed-wrong"),
                "a password is never shown"
            );
            assert_eq!(
                unsure.field("seen"),
                check.field("seen"),
                "what was looked at stays"
            );
            assert!(!reviewer.get(&base).body.contains("第1版"));
        }
        let closed = close_on_page(&reviewer, &base);
        assert_eq!(closed.status, 303, "{}", closed.text());
        let page = reviewer.get(&base);
        assert!(page.body.contains("第1版"), "{}", page.text());
        let first = format!("{base}/editions/1");
        let kept = reviewer.get(&format!("{first}/tables.json"));
        let tables: Value = serde_json::from_str(&kept.body).expect("JSON");
        assert_eq!(tables["amounts_in"], "yuan");

        // The month's figures are the edition's, and say so.
        let totals = app.totals(MONTH, COUNTY, "town");
        assert_eq!(
            (&totals["edition"], end(&totals)),
            (&json!(1), &json!("150000.00"))
        );
        let open = app.totals("2024-01", COUNTY, "town");
        assert_eq!(open["edition"], Value::Null);
        let page = reviewer.get(&format!("/totals?month={MONTH}"));
        assert!(page.body.contains("第1版"), "{}", page.text());
        let page = reviewer.get(&format!("/reports/monthly?month={MONTH}"));
        assert!(page.body.contains("第1版"), "{}", page.text());

        // What comes late counts in January; the maker is told who closed December, and when.
        let late = granted(&app, "李小妹", "440781198802290025", "2023-12-20", "70000");
        let after = app.totals(MONTH, COUNTY, "town");
        assert_eq!((&after["edition"], end(&after)), (&json!(1), &json!("150000.00")));
        assert_eq!(end(&app.totals("2024-01", COUNTY, "town")), "220000.00");
        let receipt = app
            .sign_in("specialist")
            .get(&late.replace("vouchers", "records"));
        assert!(
            receipt
                .body
                .contains("补录：2023年12月已由测试 reviewer于2024-01-04"),
            "{}",
            receipt.text()
        );
        let voucher = reviewer.get(&late);
        assert!(
            voucher.body.contains("补录：2023年12月已由"),
            "{}",
            voucher.text()
        );

        reopen(&app, &reviewer, &base);
        let voucher = granted(&app, "何阿婆", "440784195001010025", "2023-12-22", "30000");
        let reopened = app.totals(MONTH, COUNTY, "town");
        assert_eq!(
            (&reopened["edition"], end(&reopened)),
            (&Value::Null, &json!("180000.00"))
        );

        let closed = close_on_page(&reviewer, &base);
        assert_eq!(closed.status, 303, "{}", closed.text());
        let second = reviewer.get(&format!("{base}/editions/2"));
        for said in [
            "漏录一户",
            "测试 reviewer",
            "测试 admin",
            "150,000.00",
            "180,000.00",
            &voucher,
        ] {
            assert!(second.body.contains(said), "{said}: {}", second.text());
        }
        let again = app.totals(MONTH, COUNTY, "town");
        assert_eq!((&again["edition"], end(&again)), (&json!(2), &json!("180000.00")));
        assert_eq!(
            reviewer.get(&format!("{first}/tables.json")).bytes,
            kept.bytes,
            "edition 1 never changes"
        );
        reviewer.get("/language?to=en&back=/close");
        let english = reviewer.get(&format!("{base}/editions/2"));
        assert!(english.body.contains("Edition 2") && english.body.contains("Why it was reopened"));
    });
}

/// Totals read before a month was reopened are not shown of it after it was closed once more, though nobody
/// asked for any in between.
#[test]
fn what_was_read_before_a_reopening_is_read_again_after_it() {
    on_both(|backend| {
        const NOVEMBER: &str = "2023-11";
        let app = TestApp::start(backend);
        let book = app.office.book;
        granted(&app, "陈大文", "440784197503080014", "2023-11-20", "150000");
        close_the_past(&app, book);
        assert_eq!(end(&app.totals(NOVEMBER, COUNTY, "institution")), "150000.00");
        reopen(
            &app,
            &app.sign_in("reviewer"),
            &format!("/close/{book}/{NOVEMBER}"),
        );
        granted(&app, "何阿婆", "440784195001010025", "2023-11-22", "30000");
        close(&app, book, NOVEMBER).expect("closed again");
        let after = app.totals(NOVEMBER, COUNTY, "institution");
        assert_eq!((&after["edition"], end(&after)), (&json!(2), &json!("180000.00")));
    });
}

/// One person asks, cannot confirm alone, and another confirms.
pub fn reopen(app: &TestApp, reviewer: &Person, base: &str) {
    let page = reviewer.get(base);
    let silent = reviewer.send(&page, &format!("{base}/reopening"), &[("reason", " ")]);
    assert!(silent.body.contains("请写明重开的原因"), "{}", silent.text());
    let asked = reviewer.send(&page, &format!("{base}/reopening"), &[("reason", "漏录一户")]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let decision = format!("{base}/reopening/decision");
    let page = reviewer.get(base);
    let sure = [("decision", "confirm"), ("password", PASSWORD)];
    let own = reviewer.send(&page, &decision, &sure);
    assert!(own.body.contains("申请人不能自己确认"), "{}", own.text());
    let admin = app.sign_in("admin");
    let page = admin.get(base);
    assert!(page.body.contains("漏录一户"), "{}", page.text());
    let unsure = admin.send(
        &page,
        &decision,
        &[("decision", "confirm"), ("password", "guessed-wrong")],
    );
    assert!(unsure.body.contains("密码不对"), "{}", unsure.text());
    assert!(unsure.body.contains("漏录一户") && !admin.get(base).body.contains("已重开"));
    let confirmed = admin.send(&page, &decision, &sure);
    assert_eq!(confirmed.status, 303, "{}", confirmed.text());
    let page = reviewer.get(base);
    assert!(page.body.contains("已重开"), "{}", page.text());
}

#[test]
fn what_cannot_be_closed_is_refused_by_name() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let book = app.office.book;
        let code = |result: Result<_, Error>| {
            let error: Error = result.map(|_: ledger::Edition| ()).expect_err("refused");
            error.issues()[0].code.clone()
        };
        assert_eq!(code(close(&app, book, "2022-02")), "month.not_oldest");
        close(&app, book, "2022-01").expect("closed");
        assert_eq!(code(close(&app, book, "2022-01")), "month.closed");
        for at in month("2022-02").through(month("2023-11")) {
            close(&app, book, &at.to_string()).expect("closed");
        }
        let reviewer = app.sign_in("reviewer");
        let base = format!("/close/{book}/2023-12");
        let early = reviewer.get(&format!("{base}/check"));
        let token = early.body.contains("还有缺口");
        assert!(token, "{}", early.text());
        // The county speaks for the bank, with a reason.
        let form = reviewer.get(&format!("{base}/declaration?institution={}", app.office.bank));
        let address = format!("{base}/declaration");
        let silent = reviewer.send(&form, &address, &[("kind", "nil"), ("reason", "")]);
        assert!(silent.body.contains("请写明代办的原因"), "{}", silent.text());
        let busy = reviewer.send(&form, &address, &[("kind", "reported"), ("reason", "电话")]);
        assert!(busy.body.contains("该月没有凭证"), "{}", busy.text());
        let done = reviewer.send(&form, &address, &[("kind", "nil"), ("reason", "电话确认")]);
        assert_eq!(done.status, 303, "{}", done.text());
        let board = reviewer.get(&base);
        assert!(
            board.body.contains("零报") && board.body.contains("代办"),
            "{}",
            board.text()
        );

        // What was looked at is what is closed.
        let check = reviewer.get(&format!("{base}/check"));
        let sure = ("password", PASSWORD);
        let other = reviewer.send(&check, &base, &[("seen", "something else"), sure]);
        assert!(other.body.contains("请重新核对再关账"), "{}", other.text());
        assert_eq!(reviewer.send(&check, &base, &[sure]).status, 303);
        let again = reviewer.send(&check, &base, &[sure]);
        assert!(
            again.body.contains("已由测试 reviewer于2024-01-04"),
            "{}",
            again.text()
        );
        assert_eq!(code(close(&app, book, "2024-01")), "month.not_over");

        // Only the month closed last is reopened, and nobody sees another county's.
        let ask = |at: &str| {
            let who = actor("reviewer");
            app.state.write_now(book, |conn, office| {
                close::ask_reopening(conn, office, &who, book, month(at), "x")
            })
        };
        assert_eq!(
            ask("2023-11").expect_err("refused").issues()[0].code,
            "reopening.not_latest"
        );
        assert_eq!(
            ask("2024-01").expect_err("refused").issues()[0].code,
            "reopening.not_closed"
        );
        assert_eq!(app.sign_in("far-reviewer").get(&base).status, 404);
        let changed = reviewer.get(&format!("/close/{book}"));
        let wrong = reviewer.send(
            &changed,
            &format!("/close/{book}/deadline"),
            &[("working_days", "90")],
        );
        assert!(wrong.body.contains("1 到 20"), "{}", wrong.text());
        let right = reviewer.send(
            &changed,
            &format!("/close/{book}/deadline"),
            &[("working_days", "7")],
        );
        assert_eq!(right.status, 303);
        assert!(
            reviewer
                .get(&format!("/close/{book}/2024-01"))
                .body
                .contains("2024-02-08")
        );
    });
}

/// 代办: whoever stands in for the bank's clerk declares for the bank on the ground of the appointment; outside its
/// days a reason of one's own is asked for.
#[test]
fn a_stand_in_declares_on_the_ground_of_the_appointment() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let book = app.office.book;
        close_the_past(&app, book);
        let (reviewer, base) = (app.sign_in("reviewer"), format!("/close/{book}/{MONTH}"));
        let appoint = |from: &str, to: &str| {
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
            let done = reviewer.send(&form, "/stand-ins", &filled);
            assert_eq!(done.status, 303, "{}", done.text());
        };
        let declare = || {
            let form = reviewer.get(&format!("{base}/declaration?institution={}", app.office.bank));
            assert_eq!(form.status, 200, "{}", form.text());
            let filled = [("kind", "nil"), ("reason", "")];
            reviewer.send(&form, &format!("{base}/declaration"), &filled)
        };
        appoint("2023-12-01", "2023-12-31");
        let over = declare();
        assert!(over.body.contains("请写明代办的原因"), "{}", over.text());
        appoint("2024-01-02", "2024-01-31");
        let done = declare();
        assert_eq!(done.status, 303, "{}", done.text());
        let board = reviewer.get(&base);
        for said in ["零报", "代办", "经办产假（农商行〔2024〕3号）"] {
            assert!(board.body.contains(said), "{said}: {}", board.text());
        }
    });
}

#[test]
fn waiting_vouchers_move_on_and_the_city_closes_last() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let book = app.office.book;
        let client = app.household(app.office.village, "陈大文", "440784197503080014");
        let terms = json!({"valid_from": "2022-01-10", "valid_to": "2026-11-30", "revolving": true});
        let line = app.line(&client, &ContractId::new(1_700_000_000_000), "90000", terms);
        let submission = app.submission("credit.grant", "2022-01-10", vec![line]);
        let sent = app.submit("specialist", &submission).expect("submitted");
        assert_eq!(sent.posting_month, month("2022-01"));
        let edition = close(&app, book, "2022-01").expect("closed with its gaps");
        assert!(edition.gaps.contains("vouchers.waiting"), "{}", edition.gaps);
        let waiting = app
            .state
            .read_now(|conn, _| ledger::find_voucher(conn, book, &submission.voucher));
        let waiting = waiting.expect("the voucher");
        assert_eq!((waiting.posting_month, waiting.late), (month("2022-02"), true));
        let posted = app.approve("reviewer", &submission, 1).expect("approved");
        assert_eq!(posted.posting_month, month("2022-02"));

        let books = app.state.read_now(|conn, _| ledger::books(conn)).expect("books");
        let who = actor("reviewer");
        let city = || {
            app.state.write_register_now(|conn, office, _| {
                close::close_city(conn, office, &who, month("2022-01"), Keep::Everything, false)
            })
        };
        for county in books.iter().skip(1).filter(|county| county.id != book) {
            assert!(city().expect("asked").is_none(), "a county is still open");
            app.state
                .write_now(county.id, |conn, _| {
                    ledger::set_first_open(conn, county.id, month("2022-01"))
                })
                .expect("opened");
            close(&app, county.id, "2022-01").expect("closed");
        }
        let edition = city().expect("closed").expect("the city's edition");
        assert_eq!(edition.number, 1);
        assert!(city().expect("asked").is_none(), "it is made once");
        let totals = app.totals("2022-01", "440700000000", "county");
        assert_eq!(totals["edition"], 1);
        let reader = app.sign_in("city");
        let page = reader.get("/close");
        assert!(page.body.contains("第1版"), "{}", page.text());
        let page = reader.get(&format!("/close/{}/2022-01/editions/1", edition.book_id));
        assert_eq!(page.status, 200, "{}", page.text());
    });
}

#[test]
fn the_command_line_closes_what_the_checks_allow() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let run = |month: &str| {
            let args = close::CloseArgs {
                book: COUNTY.to_owned(),
                month: month.to_owned(),
            };
            let mut out = Vec::new();
            let result = close::run(&app.state, &args, &mut out);
            (result, String::from_utf8(out).expect("text"))
        };
        let (result, said) = run("2022-01");
        assert!(result.is_ok(), "{result:?}");
        assert!(said.contains("农商行未报"), "{said}");
        assert!(said.contains("已关账，第1版"), "{said}");
        let (result, _) = run("2022-03");
        assert_eq!(result.expect_err("refused").issues()[0].code, "month.not_oldest");
    });
}
