//! A receipt read out over the telephone is checked at the desk.

use cunxin::db::schema::audit;
use cunxin::ledger::{Submission, Verdict};
use cunxin::values::{CommandId, ContractId};
use diesel::prelude::*;
use serde_json::json;

use crate::support::app::{Person, TestApp, actor, on_both};

fn grant(app: &TestApp) -> (Submission, String) {
    let client = app.household(app.office.village, "陈大文", "440784197503080014");
    let line = ContractId::new(1_700_000_000_000);
    let terms = json!({"valid_from": "2024-01-04", "valid_to": "2026-12-31", "revolving": true});
    let lines = vec![app.line(&client, &line, "150000", terms)];
    let grant = app.submission("credit.grant", "2024-01-04", lines);
    let receipt = app.submit("specialist", &grant).expect("submitted");
    (grant, receipt.code)
}

fn look_up(person: &Person, code: &str) -> String {
    let code: String = code.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let page = person.get(&format!("/receipts?code={code}"));
    assert_eq!(page.status, 200, "{}", page.text());
    page.body
}

#[test]
fn a_code_leads_to_its_record_however_it_is_typed() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (grant, code) = grant(&app);
        let reviewer = app.sign_in("reviewer");
        let record = format!("href=\"/vouchers/{}/{}\"", grant.book, grant.voucher);
        let wide: String = code
            .to_lowercase()
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a wide letter"))
            .collect();
        for typed in [code.clone(), code.to_lowercase(), code.replace('-', ""), wide] {
            let page = look_up(&reviewer, &typed);
            assert!(page.contains(&record), "{typed}: {page}");
            for told in ["150,000.00", "测试 specialist", "待审核", "2024-01-04"] {
                assert!(page.contains(told), "{told}: {page}");
            }
        }
        // The maker comes to the own record, the institution's clerk to the voucher; nobody else finds it.
        let own = look_up(&app.sign_in("specialist"), &code);
        assert!(
            own.contains(&format!("href=\"/records/{}/{}\"", grant.book, grant.voucher)),
            "{own}"
        );
        assert!(look_up(&app.sign_in("bank"), &code).contains(&record));
        for login in ["insurer", "far-reviewer"] {
            let page = look_up(&app.sign_in(login), &code);
            assert!(
                page.contains("没有找到回执号") && !page.contains("150,000"),
                "{login}: {page}"
            );
        }
        assert_eq!(app.sign_in("city").get("/receipts").status, 403);
        app.approve("reviewer", &grant, 1).expect("approved");
        assert!(look_up(&reviewer, &code).contains("已入账"));
    });
}

#[test]
fn a_mistyped_code_is_told_apart_from_one_that_never_was() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (grant, code) = grant(&app);
        let reviewer = app.sign_in("reviewer");
        let last = if code.ends_with('0') { "1" } else { "0" };
        let near = format!("{}{last}", &code[..8]);
        let page = look_up(&reviewer, &near);
        assert!(
            page.contains("没有找到回执号") && page.contains("只差一位的"),
            "{page}"
        );
        assert!(
            page.contains(&format!("/vouchers/{}/{}", grant.book, grant.voucher)),
            "{page}"
        );
        let page = look_up(&reviewer, "OO11-2233");
        assert!(page.contains("href=\"/receipts?code=0011-2233\""), "{page}");
        let page = look_up(&reviewer, "0A1B-2C");
        assert!(page.contains("回执号是八位"), "{page}");
        assert!(!look_up(&reviewer, "").contains("没有找到"));
        reviewer.get("/language?to=en&back=/receipts");
        let page = look_up(&reviewer, &near);
        assert!(page.contains("Different in one digit only"), "{page}");
    });
}

#[test]
fn a_later_revision_and_two_records_with_one_code_are_told() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (mut grant, code) = grant(&app);
        let verdict = Verdict {
            book: grant.book,
            voucher: grant.voucher.clone(),
            command: CommandId::new(1_700_000_000_000),
            revision: 1,
        };
        app.state
            .write_now(grant.book, |conn, office| {
                cunxin::ledger::return_to_maker(conn, office, &actor("reviewer"), &verdict, "金额不对")
            })
            .expect("returned");
        grant.base_revision = 1;
        grant.command = CommandId::new(1_700_000_000_001);
        let second = app.submit("specialist", &grant).expect("submitted again").code;
        let reviewer = app.sign_in("reviewer");
        let page = look_up(&reviewer, &code);
        assert!(
            page.contains("这是第1稿的回执") && page.contains("现为第2稿"),
            "{page}"
        );
        let page = look_up(&reviewer, &second);
        assert!(
            page.contains("更正后再次提交") && !page.contains("这是第"),
            "{page}"
        );
        // By chance two codes can be the same; here it is made so.
        app.state
            .write_now(grant.book, |conn, _| {
                let code = code.replace('-', "").to_lowercase();
                let resubmitted = audit::table.filter(audit::action.eq("voucher.resubmitted"));
                diesel::update(resubmitted)
                    .set(audit::head.eq(format!("{code}0000")))
                    .execute(conn)?;
                Ok(())
            })
            .expect("the chain is damaged");
        let page = look_up(&reviewer, &code);
        assert!(page.contains("碰巧有几条记录"), "{page}");
        assert_eq!(page.matches("打开记录").count(), 2, "{page}");
        app.abandon();
    });
}
