//! What becomes of a loan, on both databases: overdue at the day's end, extended, written off, recovered; each
//! reversed again, and what the calendar posted never in the way.

use cunxin::calendar;
use cunxin::error::Error;
use cunxin::ledger::{self, Actor, ReversalRequest, Submission};
use cunxin::values::{ClientId, CommandId, ContractId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{TestApp, actor, on_both};

const CHEN: &str = "440784197503080014";

/// A loan of 12万 over a year in equal parts of principal from 2023-06-15, of which the first five came back.
struct Story {
    app: TestApp,
    client: ClientId,
    loan: ContractId,
    draw: Submission,
    repayments: Vec<Submission>,
}

fn fresh() -> ContractId {
    ContractId::new(1_700_000_000_000)
}

impl Story {
    fn begin(app: TestApp) -> Story {
        let client = app.household(app.office.village, "陈大文", CHEN);
        let loan = fresh();
        let terms = json!({
            "credit_line": null, "rate_percent": "4.8", "matures_on": "2024-06-15", "purpose": "饲料",
            "guarantee": "credit", "method": "equal-principal", "note_number": "JJ0001",
        });
        let draw = app.submission(
            "loan.disbursement",
            "2023-06-15",
            vec![app.line(&client, &loan, "120000", terms)],
        );
        let mut story = Story {
            app,
            client,
            loan,
            draw,
            repayments: Vec::new(),
        };
        story.post(&story.draw);
        for (month, interest) in [(7, 480), (8, 440), (9, 400), (10, 360), (11, 320)] {
            story.repay(&format!("2023-{month:02}-15"), "10000", &interest.to_string());
        }
        story
    }

    fn post(&self, submission: &Submission) {
        self.app.submit("specialist", submission).expect("submitted");
        self.app.approve("reviewer", submission, 1).expect("approved");
    }

    fn about(&self, kind: &str, day: &str, yuan: &str, detail: Value) -> Submission {
        let line = self.app.line(&self.client, &self.loan, yuan, detail);
        self.app.submission(kind, day, vec![line])
    }

    fn repay(&mut self, day: &str, yuan: &str, interest: &str) {
        let paid = json!({"interest": format!("{interest}.00"), "penalty": "0.00"});
        let repayment = self.about("loan.repayment", day, yuan, paid);
        self.post(&repayment);
        self.repayments.push(repayment);
    }

    fn day_end(&self, day: &str) -> usize {
        let system = Actor {
            id: cunxin::auth::command_line_user(),
            ..actor("admin")
        };
        let book = self.app.office.book;
        let ended = self.app.state.write_now(book, |conn, office| {
            calendar::end_of_day(conn, office, &system, book, day.parse().expect("a day"))
        });
        ended.expect("the day ends").overdue
    }

    fn ask_reversal(&self, original: &Submission) -> Result<VoucherId, Error> {
        let request = ReversalRequest {
            book: original.book,
            original: original.voucher.clone(),
            reversal: VoucherId::new(1_700_000_000_000),
            command: CommandId::new(1_700_000_000_000),
            reason: "记错了".to_owned(),
        };
        self.app.state.write_now(original.book, |conn, office| {
            ledger::request_reversal(conn, office, &actor("specialist"), &request)
        })?;
        Ok(request.reversal)
    }

    fn reverse(&self, original: &Submission) {
        let reversal = Submission {
            voucher: self.ask_reversal(original).expect("asked for"),
            ..original.clone()
        };
        self.app.approve("reviewer", &reversal, 1).expect("reversed");
    }

    /// At the end of December and of January, one of the county's measures.
    fn ends(&self, measure: &str) -> (String, String) {
        let at = |month: &str| {
            let totals = self.app.totals(month, "440784000000", "town");
            totals["total"]["measures"][measure]["end"]
                .to_string()
                .replace('"', "")
        };
        (at("2023-12"), at("2024-01"))
    }

    fn month(&self, month: &str, measure: &str) -> String {
        let totals = self.app.totals(month, "440784000000", "town");
        totals["total"]["measures"][measure]["month"]
            .to_string()
            .replace('"', "")
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.expect_err("it should be refused").issues()[0].code.clone()
}

fn both(december: &str, january: &str) -> (String, String) {
    (december.to_owned(), january.to_owned())
}

#[test]
fn the_days_end_turns_a_loan_overdue_and_a_repayment_takes_it_off() {
    on_both(|backend| {
        let mut story = Story::begin(TestApp::start(backend));
        assert_eq!(story.day_end("2023-12-15"), 0, "on its day it is not overdue");
        assert_eq!(story.day_end("2023-12-31"), 1);
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "70000.00"));
        for day in ["2023-12-31", "2023-12-20", "2024-01-04"] {
            assert_eq!(story.day_end(day), 0, "{day} once more changes nothing");
        }
        // A part of it, then all that was due: the first lowers what is overdue, the second ends it.
        story.repay("2024-01-02", "4000", "0");
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "66000.00"));
        story.repay("2024-01-03", "6000", "280");
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "0.00"));
        assert_eq!(story.day_end("2024-01-04"), 0, "nothing is left to put right");

        // Reversed, it is overdue again as it was; the day's end finds the rest.
        let last = story.repayments.last().expect("a repayment").clone();
        story.reverse(&last);
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "66000.00"));
        assert_eq!(story.day_end("2024-01-04"), 0);
        // A repayment of November, reversed: overdue from the day after it was due, for what is owed then.
        let november = story.repayments[4].clone();
        story.reverse(&november);
        assert_eq!(story.ends("loan.balance"), both("80000.00", "76000.00"));
        assert_eq!(story.day_end("2024-01-04"), 1);
        assert_eq!(story.ends("loan.overdue"), both("80000.00", "76000.00"));
        let found = story.app.state.read_now(ledger::verify).expect("verify runs");
        assert!(found.is_empty(), "{found:#?}");
    });
}

/// What the calendar posted never keeps people from taking back what was wrong.
#[test]
fn a_loan_that_was_never_lent_is_taken_back_though_it_turned_overdue() {
    on_both(|backend| {
        let story = Story::begin(TestApp::start(backend));
        assert_eq!(story.day_end("2023-12-31"), 1);
        for repayment in story.repayments.iter().rev() {
            story.reverse(repayment);
        }
        story.reverse(&story.draw);
        assert_eq!(story.ends("loan.balance"), both("0.00", "0.00"));
        assert_eq!(story.day_end("2024-01-04"), 1);
        assert_eq!(story.ends("loan.overdue"), both("0.00", "0.00"));
        assert_eq!(story.day_end("2024-01-04"), 0);
    });
}

#[test]
fn a_late_run_puts_open_months_right_and_leaves_closed_ones() {
    on_both(|backend| {
        let mut story = Story::begin(TestApp::start(backend));
        story.repay("2024-01-02", "10000", "280");
        // Overdue from 16 December to 2 January, and never looked at before the 4th.
        assert_eq!(story.day_end("2024-01-04"), 1);
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "0.00"));
        assert_eq!(
            story.day_end("2023-12-20"),
            0,
            "a day of the past is right already"
        );
        let january = cunxin::values::Month::parse("2024-01").expect("a month");
        story
            .app
            .state
            .write_now(story.app.office.book, |conn, _| {
                ledger::set_first_open(conn, story.app.office.book, january)
            })
            .expect("closed");
        assert_eq!(story.day_end("2023-12-31"), 0);
        let last = story.repayments.last().expect("a repayment").clone();
        story.reverse(&last);
        story.day_end("2024-01-04");
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "70000.00"));
    });
}

#[test]
fn an_extension_moves_the_date_and_the_plan_follows() {
    on_both(|backend| {
        let story = Story::begin(TestApp::start(backend));
        assert_eq!(story.day_end("2023-12-31"), 1);
        let detail = |until: &str| json!({"matures_on": until, "rate_percent": "5", "method": "bullet"});
        let sooner = story.about("loan.extend", "2024-01-02", "70000", detail("2024-06-15"));
        assert_eq!(
            code(story.app.submit("specialist", &sooner)),
            "extension.maturity"
        );
        let long = story.about("loan.extend", "2024-01-02", "70000", detail("2025-06-16"));
        let receipt = story.app.submit("specialist", &long).expect("submitted");
        let codes: Vec<&str> = receipt.issues.iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(codes, ["extension.too_long"], "a year's loan by a year at most");
        story.app.approve("reviewer", &long, 1).expect("approved");
        // The principal due in December joins the rest; its interest of 280 yuan is still unpaid.
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "70000.00"));
        let paid = json!({"interest": "280.00", "penalty": "0.00"});
        let interest = story.about("loan.repayment", "2024-01-03", "0", paid);
        story.post(&interest);
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "0.00"));
        assert_eq!(story.day_end("2024-01-04"), 0);
        let page = story
            .app
            .sign_in("bank")
            .get(&format!("/field/loans/{}/{}", story.app.office.book, story.loan));
        assert_eq!(page.status, 200, "{}", page.text());
        for words in ["2025-06-16", "已展期", "原到期日 2024-06-15", "JJ0001"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert_eq!(
            code(story.ask_reversal(&story.draw)),
            "reversal.depends",
            "what rests on a loan goes first"
        );
        story.reverse(&long);
        story.day_end("2024-01-04");
        assert_eq!(story.ends("loan.overdue"), both("70000.00", "70000.00"));
    });
}

#[test]
fn a_written_off_loan_leaves_the_books_and_comes_back_at_most_whole() {
    on_both(|backend| {
        let story = Story::begin(TestApp::start(backend));
        story.day_end("2023-12-31");
        let class = story.about("loan.classification", "2024-01-02", "0", json!({"class": "loss"}));
        story.post(&class);
        assert_eq!(story.ends("loan.nonperforming"), both("0.00", "70000.00"));
        let recovery = |yuan: &str| story.about("loan.recover", "2024-01-04", yuan, json!({}));
        assert_eq!(
            code(story.app.submit("bank", &recovery("1"))),
            "loan.not_written_off"
        );
        let decided = json!({"document": "核销批复〔2024〕1号"});
        let part = story.about("loan.write_off", "2024-01-03", "69999.99", decided.clone());
        assert_eq!(code(story.app.submit("bank", &part)), "write_off.part");
        let whole = story.about("loan.write_off", "2024-01-03", "70000", decided);
        story.post(&whole);
        for measure in ["loan.balance", "loan.overdue", "loan.nonperforming"] {
            assert_eq!(story.ends(measure).1, "0.00", "{measure}");
        }
        assert_eq!(story.month("2024-01", "loan.written_off"), "70000.00");
        assert_eq!(story.day_end("2024-01-04"), 0);
        let paid = json!({"interest": "1.00", "penalty": "0.00"});
        let repayment = story.about("loan.repayment", "2024-01-04", "100", paid);
        assert_eq!(
            code(story.app.submit("specialist", &repayment)),
            "loan.written_off"
        );
        story.post(&recovery("69000"));
        assert_eq!(
            code(story.app.submit("bank", &recovery("1000.01"))),
            "recovery.too_much"
        );
        assert_eq!(story.month("2024-01", "loan.recovered"), "69000.00");
        assert_eq!(story.ends("loan.balance").1, "0.00");
        assert_eq!(code(story.ask_reversal(&whole)), "reversal.depends");
    });
}

#[test]
fn the_bank_extends_and_writes_off_on_its_pages() {
    on_both(|backend| {
        let story = Story::begin(TestApp::start(backend));
        let bank = story.app.sign_in("bank");
        let at = |form: &str| format!("{form}?book={}&loan={}", story.app.office.book, story.loan);
        let form = bank.get(&at("/field/extension"));
        assert_eq!(form.status, 200, "{}", form.text());
        assert!(form.body.contains("按规定最长到 2025-06-15"), "{}", form.text());
        let wrong = bank.send(&form, "/field/extension", &[("matures_on", "很久")]);
        assert!(wrong.body.contains("很久"), "keeps what was typed");
        let check = bank.send(&form, "/field/extension", &[("matures_on", "2024-12-15")]);
        assert!(check.body.contains("展期后的还款计划"), "{}", check.text());
        let sent = bank.send(&check, "/field/extension", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        let form = bank.get(&at("/field/write-off"));
        let check = bank.send(&form, "/field/write-off", &[("document", "批复1号")]);
        assert!(check.body.contains("一般分类为损失后才核销"), "{}", check.text());
        let sent = bank.send(&check, "/field/write-off", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let specialist = story.app.sign_in("specialist");
        assert_eq!(specialist.get(&at("/field/write-off")).status, 403);
        assert_eq!(specialist.get(&at("/field/extension")).status, 200);
    });
}
