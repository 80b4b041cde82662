//! Later versions of a credit line, on both databases: adjusted, frozen, renewed, terminated; what each
//! does to the stocks and to draws, and that each can be taken back.

use cunxin::calendar;
use cunxin::error::Error;
use cunxin::ledger::{self, Actor, Receipt, ReversalRequest, Submission, Verdict};
use cunxin::values::{ClientId, CommandId, ContractId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{Person, TestApp, actor, on_both, today};

const CHEN: &str = "440784197503080014";
const LI: &str = "440781198802290025";

fn posted(app: &TestApp, submission: &Submission) {
    app.submit("specialist", submission).expect("submitted");
    app.approve("reviewer", submission, 1).expect("approved");
}

fn grant(app: &TestApp, client: &ClientId, line: &ContractId, until: &str) -> Submission {
    let terms = json!({"valid_from": "2023-01-01", "valid_to": until, "revolving": true});
    app.submission(
        "credit.grant",
        "2023-05-04",
        vec![app.line(client, line, "150000", terms)],
    )
}

fn draw(app: &TestApp, client: &ClientId, line: &ContractId, day: &str, yuan: &str) -> Submission {
    let terms = json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-12-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    });
    let loan = ContractId::new(1_700_000_000_000);
    app.submission(
        "loan.disbursement",
        day,
        vec![app.line(client, &loan, yuan, terms)],
    )
}

fn change(
    app: &TestApp,
    kind: &str,
    client: &ClientId,
    line: &ContractId,
    day: &str,
    yuan: &str,
) -> Submission {
    let detail = json!({"reason": "年度复审"});
    app.submission(kind, day, vec![app.line(client, line, yuan, detail)])
}

fn renewal(app: &TestApp, client: &ClientId, line: &ContractId, day: &str, period: Value) -> Submission {
    app.submission("credit.renew", day, vec![app.line(client, line, "0", period)])
}

fn codes(result: Result<Receipt, Error>) -> Vec<String> {
    let error = result.expect_err("it should be refused");
    error.issues().iter().map(|issue| issue.code.clone()).collect()
}

fn reverse(app: &TestApp, original: &Submission) {
    let request = ReversalRequest {
        book: original.book,
        original: original.voucher.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "记错了".to_owned(),
    };
    let asker = actor("specialist");
    app.state
        .write_now(original.book, |conn, office| {
            ledger::request_reversal(conn, office, &asker, &request)
        })
        .expect("asked for");
    let as_submission = Submission {
        voucher: request.reversal,
        ..original.clone()
    };
    app.approve("reviewer", &as_submission, 1).expect("reversed");
}

fn end(person: &Person, month: &str, measure: &str) -> String {
    aspect(person, month, measure, "end")
}

fn aspect(person: &Person, month: &str, measure: &str, aspect: &str) -> String {
    let totals = person.totals(month, "440784000000", "town");
    totals["total"]["measures"][measure][aspect]
        .to_string()
        .replace('"', "")
}

fn end_of_day(app: &TestApp) -> usize {
    let (book, system) = (
        app.office.book,
        Actor {
            id: cunxin::auth::command_line_user(),
            ..actor("admin")
        },
    );
    app.state
        .write_now(book, |conn, office| {
            calendar::end_of_day(conn, office, &system, book, today())
        })
        .expect("the day ends")
        .lines
}

#[test]
fn every_version_moves_its_stocks_and_can_be_taken_back() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let city = app.sign_in("city");
        let client = app.household(app.office.village, "陈大文", CHEN);
        let line = ContractId::new(1_700_000_000_000);
        let of = |kind, day, yuan| change(&app, kind, &client, &line, day, yuan);
        posted(&app, &grant(&app, &client, &line, "2025-12-31"));
        posted(&app, &draw(&app, &client, &line, "2023-06-01", "100000"));

        let up = of("credit.adjust", "2023-10-09", "180000");
        let down = of("credit.adjust", "2023-11-09", "90000");
        let freeze = of("credit.freeze", "2023-11-20", "0");
        let unfreeze = of("credit.unfreeze", "2023-12-05", "0");
        let renew = renewal(
            &app,
            &client,
            &line,
            "2023-12-06",
            json!({"reason": "", "valid_to": "2027-12-31"}),
        );
        let terminate = of("credit.terminate", "2023-12-20", "0");
        posted(&app, &up);
        assert_eq!(end(&city, "2023-10", "credit.granted"), "180000.00");
        assert_eq!(
            aspect(&city, "2023-10", "credit.granted_new", "month"),
            "30000.00"
        );
        assert_eq!(
            aspect(&city, "2023-10", "credit.preapproved_new", "month"),
            "30000.00"
        );

        let below = app
            .submit("specialist", &down)
            .expect("below what is outstanding");
        assert_eq!(below.issues[0].code, "line.below_outstanding");
        app.approve("reviewer", &down, 1).expect("approved");
        assert_eq!(end(&city, "2023-11", "credit.granted"), "90000.00");
        assert_eq!(aspect(&city, "2023-11", "credit.granted_new", "month"), "0.00");
        let more = draw(&app, &client, &line, "2023-11-10", "1");
        assert_eq!(codes(app.submit("specialist", &more)), ["line.overdrawn"]);

        posted(&app, &freeze);
        assert_eq!(end(&city, "2023-11", "credit.frozen"), "90000.00");
        assert_eq!(end(&city, "2023-11", "credit.granted"), "90000.00");
        assert_eq!(end(&city, "2023-11", "credit.granted_households"), "1");
        let more = draw(&app, &client, &line, "2023-11-21", "1");
        assert_eq!(codes(app.submit("specialist", &more)), ["line.not_active"]);

        posted(&app, &unfreeze);
        posted(&app, &renew);
        assert_eq!(aspect(&city, "2023-12", "credit.renewed", "month"), "90000.00");
        posted(&app, &terminate);
        for measure in ["credit.granted", "credit.preapproved", "credit.frozen"] {
            assert_eq!(end(&city, "2023-12", measure), "0.00", "{measure}");
        }
        for measure in [
            "credit.villages",
            "credit.households",
            "credit.granted_households",
        ] {
            assert_eq!(end(&city, "2023-12", measure), "0", "{measure}");
        }
        assert_eq!(end(&city, "2023-12", "credit.drawn"), "100000.00", "loans run on");
        let more = draw(&app, &client, &line, "2023-12-21", "1");
        assert_eq!(codes(app.submit("specialist", &more)), ["line.not_active"]);

        let page = app
            .sign_in("specialist")
            .get(&format!("/field/lines/{}/{line}", app.office.book));
        for words in [
            "额度终止",
            "额度续期",
            "额度解冻",
            "额度冻结",
            "调整额度",
            "年度复审",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.text());
        }
        for version in [&terminate, &renew, &unfreeze, &freeze, &down, &up] {
            reverse(&app, version);
        }
        assert_eq!(end(&city, "2023-12", "credit.granted"), "150000.00");
        assert_eq!(end(&city, "2023-12", "credit.households"), "1");
        assert_eq!(aspect(&city, "2023-12", "credit.renewed", "month"), "0.00");
        let rest = draw(&app, &client, &line, "2023-12-22", "50000");
        posted(&app, &rest);
    });
}

#[test]
fn the_day_end_respects_renewals_waiting_granted_and_late() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let city = app.sign_in("city");
        let (chen, li) = (
            app.household(app.office.village, "陈大文", CHEN),
            app.household(app.office.village, "李金水", LI),
        );
        let [waits, renewed, ended] = [1, 2, 3].map(|n| ContractId::from_parts(1_700_000_000_000, [n; 10]));
        for (client, line) in [(&chen, &waits), (&li, &renewed), (&li, &ended)] {
            posted(&app, &grant(&app, client, line, "2023-12-31"));
        }
        let period = json!({"reason": "", "valid_to": "2026-12-31"});
        let waiting = renewal(&app, &chen, &waits, "2023-12-28", period.clone());
        app.submit("specialist", &waiting).expect("in time");
        posted(&app, &renewal(&app, &li, &renewed, "2023-12-28", period));
        posted(
            &app,
            &change(&app, "credit.terminate", &li, &ended, "2023-12-29", "0"),
        );

        assert_eq!(end_of_day(&app), 0, "one renewed, one waits, one terminated");
        assert_eq!(end(&city, "2024-01", "credit.granted"), "300000.00");
        let verdict = Verdict {
            book: app.office.book,
            voucher: waiting.voucher.clone(),
            command: CommandId::new(1_700_000_000_000),
            revision: 1,
        };
        let reviewer = actor("reviewer");
        app.state
            .write_now(app.office.book, |conn, office| {
                ledger::return_to_maker(conn, office, &reviewer, &verdict, "没有签字")
            })
            .expect("returned");
        assert_eq!(end_of_day(&app), 1, "then it has run out after all");
        assert_eq!(end_of_day(&app), 0);
        assert_eq!(end(&city, "2023-12", "credit.granted"), "300000.00");
        assert_eq!(end(&city, "2024-01", "credit.granted"), "150000.00");

        let period = json!({"reason": "", "valid_from": "2024-01-03", "valid_to": "2026-12-31"});
        let early = renewal(&app, &chen, &waits, "2023-12-28", period.clone());
        assert_eq!(codes(app.submit("specialist", &early)), ["change.too_early"]);
        let revival = renewal(&app, &chen, &waits, "2024-01-03", period);
        posted(&app, &revival);
        assert_eq!(end(&city, "2024-01", "credit.granted"), "300000.00");
        assert_eq!(end(&city, "2024-01", "credit.households"), "2");
        assert_eq!(
            codes(app.submit("specialist", &draw(&app, &chen, &waits, "2024-01-02", "1"))),
            ["line.out_of_validity"]
        );
        reverse(&app, &revival);
        assert_eq!(end(&city, "2024-01", "credit.granted"), "150000.00");
        posted(
            &app,
            &Submission {
                voucher: VoucherId::new(1_700_000_000_000),
                command: CommandId::new(1_700_000_000_000),
                ..revival
            },
        );
        posted(&app, &draw(&app, &chen, &waits, "2024-01-04", "1"));
    });
}

#[test]
fn a_change_is_recorded_on_a_phone_and_corrected_after_a_return() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "陈大文", CHEN);
        let line = ContractId::new(1_700_000_000_000);
        posted(&app, &grant(&app, &client, &line, "2025-12-31"));
        let specialist = app.sign_in("specialist");
        let client_page = specialist.get(&format!("/field/clients/{}/{client}", app.office.book));
        let line_page = format!("/field/lines/{}/{line}", app.office.book);
        assert!(client_page.body.contains(&line_page), "{}", client_page.text());
        let open = |change: &str| {
            let address = format!(
                "/field/credit/change?change={change}&book={}&line={line}",
                app.office.book
            );
            assert!(
                specialist
                    .get(&line_page)
                    .body
                    .contains(&address.replace('&', "&amp;")),
                "{change} is offered"
            );
            specialist.get(&address)
        };
        let form = open("credit.adjust");
        let path = "/field/credit/change";
        let empty = specialist.send(&form, path, &[("amount", "十八万八"), ("reason", "")]);
        assert_eq!(empty.status, 200);
        assert!(empty.body.contains("请写明原因"), "{}", empty.text());
        assert_eq!(empty.field("amount"), "十八万八", "what was typed is kept");
        let filled = [("amount", "18"), ("amount_unit", "wan"), ("reason", "养殖扩大")];
        let check = specialist.send(&form, path, &filled);
        assert!(check.body.contains("壹拾捌万元整"), "{}", check.text());
        let sent = specialist.send(&check, path, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let record = sent.location().split('?').next().expect("a path").to_owned();
        let waiting = specialist.get(&line_page);
        assert!(waiting.body.contains("待审核"), "{}", waiting.text());

        let reviewer = app.sign_in("reviewer");
        let voucher_at = record.replace("/records/", "/vouchers/");
        let voucher = reviewer.get(&voucher_at);
        assert!(voucher.body.contains("养殖扩大"), "{}", voucher.text());
        let back = reviewer.send(&voucher, &format!("{voucher_at}/return"), &[("reason", "写错了")]);
        assert_eq!(back.status, 303, "{}", back.text());
        let id = record.rsplit('/').next().expect("an id");
        let again = specialist.get(&format!("{path}?book={}&voucher={id}", app.office.book));
        assert!(again.body.contains("写错了"), "{}", again.text());
        assert_eq!(again.field("amount"), "180000.00");
        let check = specialist.send(&again, path, &[("amount", "160000"), ("reason", "养殖扩大")]);
        let sent = specialist.send(&check, path, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let voucher = reviewer.get(&voucher_at);
        let done = reviewer.send(&voucher, &format!("{voucher_at}/approval"), &[]);
        assert_eq!(done.status, 303, "{}", done.text());
        let stands = specialist.get(&line_page);
        assert!(stands.body.contains("160,000.00"), "{}", stands.text());

        let insurer = app.sign_in("insurer");
        let address = format!("{path}?change=credit.freeze&book={}&line={line}", app.office.book);
        assert_eq!(insurer.get(&address).status, 404, "another institution's line");
    });
}
