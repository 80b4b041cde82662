//! Loans at the desk, on both databases: the overdue list, the bank's classes taken in as one record, its list set
//! against ours; and for whom a record counts.

use cunxin::calendar;
use cunxin::ledger::{Actor, Submission};
use cunxin::values::{ClientId, ContractId, Fen, VoucherId};
use serde_json::json;

use crate::support::app::{Page, TestApp, actor, on_both};

const CHEN: &str = "440784197503080014";
const LI: &str = "440781198802290025";

fn lend(app: &TestApp, client: &ClientId, note: &str, yuan: &str, matures_on: &str) -> ContractId {
    let loan = ContractId::new(1_700_000_000_000);
    let terms = json!({
        "credit_line": null, "rate_percent": "3.85", "matures_on": matures_on, "purpose": "饲料",
        "guarantee": "credit", "method": "bullet", "note_number": note,
        "lpr": {"lpr_percent": "3.45", "bp": 40},
    });
    let draw = app.submission(
        "loan.disbursement",
        "2023-01-10",
        vec![app.line(client, &loan, yuan, terms)],
    );
    app.submit("specialist", &draw).expect("submitted");
    app.approve("reviewer", &draw, 1).expect("approved");
    loan
}

fn day_end(app: &TestApp) {
    let system = Actor {
        id: cunxin::auth::command_line_user(),
        ..actor("admin")
    };
    let book = app.office.book;
    app.state
        .write_now(book, |conn, office| {
            calendar::end_of_day(conn, office, &system, book, system.today)
        })
        .expect("the day ends");
}

/// Three notes: one overdue since 30 September, two running.
fn notes(app: &TestApp) -> [ContractId; 3] {
    let (chen, li) = (
        app.household(app.office.village, "陈大文", CHEN),
        app.household(app.office.village, "李金水", LI),
    );
    let loans = [
        lend(app, &chen, "JJ-001", "100000", "2023-09-30"),
        lend(app, &li, "JJ-002", "50000", "2024-06-30"),
        lend(app, &li, "JJ-003", "20000.50", "2024-06-30"),
    ];
    day_end(app);
    loans
}

fn sent(app: &TestApp, page: &Page) -> Submission {
    assert_eq!(page.status, 303, "{}", page.text());
    let id = page.location().rsplit('/').next().expect("an id");
    let id = id.split('?').next().expect("an id");
    Submission {
        voucher: VoucherId::parse(id).expect("an id"),
        ..app.submission("loan.classification", "2024-01-04", Vec::new())
    }
}

#[test]
fn a_note_number_is_given_once_by_a_bank() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        notes(&app);
        let chen = app.household(app.office.second_village, "张三", "11010519491231002X");
        let terms = json!({
            "credit_line": null, "rate_percent": "3.85", "matures_on": "2024-06-30", "purpose": "饲料",
            "guarantee": "credit", "method": "bullet", "note_number": "JJ-002",
        });
        let mut line = app.line(&chen, &ContractId::new(1_700_000_000_000), "1", terms);
        line.region = app.office.second_village;
        let again = app.submission("loan.disbursement", "2023-06-01", vec![line]);
        let refused = app.submit("specialist", &again).expect_err("taken");
        assert_eq!(refused.issues()[0].code, "loan.note_taken");
    });
}

#[test]
fn overdue_loans_are_listed_with_their_floors() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let [late, ..] = notes(&app);
        let bank = app.sign_in("bank");
        for who in [&bank, &app.sign_in("specialist"), &app.sign_in("reviewer")] {
            let list = who.get("/loans/overdue");
            assert_eq!(list.status, 200, "{}", list.text());
            for words in ["陈大文", "JJ-001", "2023-09-30", ">96<", "次级"] {
                assert!(list.body.contains(words), "{words}: {}", list.body);
            }
            assert!(!list.body.contains("JJ-002"), "{}", list.text());
        }
        assert!(bank.get("/loans/overdue?show=class").body.contains("JJ-001"));
        let other = app.sign_in("far-reviewer").get("/loans/overdue");
        assert!(!other.body.contains("JJ-001"), "another county's");
        assert!(
            !app.sign_in("insurer")
                .get("/loans/overdue")
                .body
                .contains("JJ-001")
        );
        let page = bank.get(&format!("/field/loans/{}/{late}", app.office.book));
        for words in ["已逾期 96 天，一般不高于次级", "LPR 3.45% + 40bp"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let form = bank.get(&format!(
            "/field/classification?book={}&loan={late}",
            app.office.book
        ));
        assert!(form.body.contains("一般不高于次级"), "{}", form.text());
        let village = format!("/field/villages/{}", app.office.village);
        assert_eq!(bank.get(&village).status, 200);
    });
}

#[test]
fn the_banks_classes_come_in_as_one_record() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let [late, ..] = notes(&app);
        let bank = app.sign_in("bank");
        let at = "/loans/classes";
        let form = bank.get(at);
        assert_eq!(form.status, 200, "{}", form.text());
        let wrong = "借据号\t五级分类\nJJ-001\t次级\nJJ-009\t关注\nJJ-002\t很好\nJJ-001\t关注";
        let page = bank.send(&form, at, &[("rows", wrong)]);
        assert_eq!(page.status, 200);
        for words in [
            "第3行：本行没有这个借据号的贷款。",
            "第4行：分类要写正常、关注、次级、可疑或损失。",
            "第5行：这个借据号在上面已经有一行。",
            "JJ-009\t关注",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let same = bank.send(&form, at, &[("rows", "JJ-002\t正常")]);
        assert!(same.body.contains("没有要记录的"), "{}", same.text());

        let right = "借据号\t五级分类\nJJ-001\t次级\nJJ-002\t关注类\nJJ-003\t正常";
        let check = bank.send(&form, at, &[("rows", right)]);
        assert!(check.body.contains("正常 → 次级: 1"), "{}", check.text());
        let voucher = sent(&app, &bank.send(&check, at, &[("step", "send")]));
        let verdict = cunxin::ledger::Verdict {
            book: voucher.book,
            voucher: voucher.voucher.clone(),
            command: cunxin::values::CommandId::new(1_700_000_000_000),
            revision: 1,
        };
        app.state
            .write_now(voucher.book, |conn, office| {
                cunxin::ledger::return_to_maker(conn, office, &actor("reviewer"), &verdict, "JJ-002 有误")
            })
            .expect("returned");
        // Corrected where it came from, as a list.
        let single = bank.get(&format!(
            "/field/classification?book={}&voucher={}",
            voucher.book, voucher.voucher
        ));
        assert_eq!(single.status, 303, "{}", single.text());
        let form = bank.get(single.location());
        assert!(form.body.contains("JJ-001\t次级"), "{}", form.body);
        assert!(form.body.contains("JJ-002 有误"), "{}", form.text());
        let check = bank.send(&form, at, &[("rows", "JJ-001\t次级\nJJ-003\t次级")]);
        let voucher = sent(&app, &bank.send(&check, at, &[("step", "send")]));
        app.approve("reviewer", &voucher, 2).expect("approved");
        let bad = || {
            let totals = app.totals("2024-01", "440784000000", "town");
            totals["total"]["measures"]["loan.nonperforming"]["end"].to_string()
        };
        assert_eq!(bad(), "\"120000.50\"");
        let page = bank.get(&format!("/field/loans/{}/{late}", app.office.book));
        assert!(page.body.contains("次级"), "{}", page.text());
    });
}

#[test]
fn the_banks_list_is_set_against_ours() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let loans = notes(&app);
        let bank = app.sign_in("bank");
        let at = "/loans/reconciliation";
        let form = bank.get(at);
        assert_eq!(form.field("month"), "2023-12");
        let wrong = bank.send(&form, at, &[("rows", "JJ-001\t十万"), ("month", "2023-13")]);
        assert_eq!(wrong.status, 200);
        assert!(wrong.body.contains("请填月份"), "{}", wrong.text());
        let list = "借据号\t余额\nJJ-001\t100,000.00\nJJ-002\t49999.99\nJJ-777\t8";
        let found = bank.send(&form, at, &[("rows", list)]);
        assert_eq!(found.status, 200);
        for words in [
            "一致",
            "金额差异",
            "我有他无",
            "他有我无",
            "0.01",
            "20,000.50",
            "-8.00",
            "李金水",
        ] {
            assert!(found.body.contains(words), "{words}: {}", found.body);
        }
        let file = bank.send(&form, at, &[("rows", list), ("step", "csv")]);
        let disposition = &file.headers["content-disposition"];
        assert!(
            disposition.contains("reconciliation-2023-12.csv"),
            "{disposition}"
        );
        let rows: Vec<&str> = file.body.lines().collect();
        assert_eq!(rows.len(), 1 + 4, "{}", file.body);
        assert!(
            rows[1].starts_with("JJ-002,李金水,") && rows[1].ends_with(",50000.00,49999.99,0.01,金额差异")
        );

        // The month's end, not today: what was repaid in January was still owed in December.
        let li = app.state.read_now(|conn, _| {
            cunxin::loans::load_loans(conn, app.office.book, &loans[1..2]).map(|found| {
                found
                    .into_values()
                    .next()
                    .map(|loan| loan.client_id)
                    .expect("a loan")
            })
        });
        let paid = json!({"interest": "0.00", "penalty": "0.00"});
        let line = app.line(&li.expect("read"), &loans[1], "50000", paid);
        let repayment = app.submission("loan.repayment", "2024-01-02", vec![line]);
        app.submit("specialist", &repayment).expect("submitted");
        app.approve("reviewer", &repayment, 1).expect("approved");
        let january = bank.send(
            &form,
            at,
            &[("rows", "JJ-002\t0"), ("month", "2024-01"), ("step", "csv")],
        );
        assert!(january.body.contains("0.00,0.00,0.00,一致"), "{}", january.body);
        let december = bank.send(&form, at, &[("rows", "JJ-002\t50000"), ("step", "csv")]);
        assert!(
            december.body.contains("50000.00,50000.00,0.00,一致"),
            "{}",
            december.body
        );

        // The county chooses the bank.
        let reviewer = app.sign_in("reviewer");
        let form = reviewer.get(at);
        let found = reviewer.send(
            &form,
            at,
            &[("rows", list), ("institution", &app.office.bank.to_string())],
        );
        assert!(found.body.contains("JJ-777"), "{}", found.text());
        let unchosen = reviewer.send(&form, at, &[("rows", list)]);
        assert!(unchosen.body.contains("请选择银行"), "{}", unchosen.text());
    });
}

/// Story 7: A reviewer reconciles 312 notes with the bank's list: 309 match, two differ by 0.01 and by 1,000.00, one is
/// missing there.
#[test]
fn story_7_312_notes_are_reconciled() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "陈大文", CHEN);
        let fen = |n: i64| Fen(1_000_000 + n);
        let lines = (1..=312).map(|n| {
            let terms = json!({
                "credit_line": null, "rate_percent": "3.85", "matures_on": "2024-12-30", "purpose": "饲料",
                "guarantee": "credit", "method": "bullet", "note_number": format!("JJ-{n:04}"),
            });
            app.line(
                &client,
                &ContractId::new(1_700_000_000_000),
                &fen(n).yuan(),
                terms,
            )
        });
        let notes = app.submission("loan.disbursement", "2023-12-04", lines.collect());
        app.submit("specialist", &notes).expect("submitted");
        app.approve("reviewer", &notes, 1).expect("approved");
        let theirs = |n: i64| match n {
            10 => fen(n).minus(Fen(1)),
            20 => fen(n).plus(Fen(100_000)),
            _ => Ok(fen(n)),
        };
        let rows = (1..=312)
            .filter(|n| *n != 30)
            .map(|n| format!("JJ-{n:04}\t{}", theirs(n).expect("an amount").yuan()));
        let list = rows.collect::<Vec<_>>().join("\n");
        let (reviewer, at) = (app.sign_in("reviewer"), "/loans/reconciliation");
        let form = reviewer.get(at);
        let bank = app.office.bank.to_string();
        let filled = [
            ("rows", list.as_str()),
            ("institution", bank.as_str()),
            ("month", "2023-12"),
        ];
        let page = reviewer.send(&form, at, &filled);
        for shown in [">309 <", ">2 <", ">1 <", "0.01", "-1,000.00", "10,000.30"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let file = reviewer.send(&form, at, &[filled.as_slice(), &[("step", "csv")]].concat());
        let ended = |ending: &str| file.body.lines().filter(|row| row.ends_with(ending)).count();
        assert_eq!(
            [
                ",一致",
                ",0.01,金额差异",
                ",-1000.00,金额差异",
                ",我有他无",
                ",他有我无"
            ]
            .map(ended),
            [309, 1, 1, 1, 0],
            "{}",
            file.body
        );
    });
}

/// A clerk's record counts for the specialist in post in the village on its day.
#[test]
fn a_clerks_repayment_counts_for_whoever_was_in_post() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let [late, ..] = notes(&app);
        let bank = app.sign_in("bank");
        let form = bank.get(&format!("/field/repayment?book={}&loan={late}", app.office.book));
        for words in ["逾期 96 天", "LPR 3.45% + 40bp"] {
            assert!(form.body.contains(words), "{words}: {}", form.text());
        }
        let filled = [("amount", "1000"), ("business_date", "2023-12-28")];
        let check = bank.send(&form, "/field/repayment", &filled);
        for words in ["贷款余额 ¥99,000.00", "仍逾期未还 ¥"] {
            assert!(check.body.contains(words), "{words}: {}", check.text());
        }
        let voucher = sent(&app, &bank.send(&check, "/field/repayment", &[("step", "send")]));
        app.approve("reviewer", &voucher, 1).expect("approved");
        let totals = app.totals("2023-12", "440784000000", "specialist");
        let rows = totals["rows"].as_array().expect("rows");
        let li = rows
            .iter()
            .find(|row| row["name"] == "李村官")
            .unwrap_or_else(|| panic!("no row: {rows:?}"));
        assert_eq!(li["measures"]["loan.principal_repaid"]["month"], "1000.00");
    });
}
