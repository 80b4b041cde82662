//! The review queue: many vouchers decided at once, the way from one to the next, what stands beside a record, and
//! the conversation on it, over HTTP on both databases; keys and copied tables in a browser.

use cunxin::ledger::Submission;
use cunxin::values::{ClientId, ContractId};
use serde_json::{Value, json};

use crate::support::app::{Backend, PASSWORD, Page, Person, TestApp, identity_number, on_both};
use crate::support::browser::{Browser, Screen};

const COUNTY: &str = "440784000000";

fn household(app: &TestApp, n: usize) -> ClientId {
    app.household(app.office.village, &format!("陈大文{n}"), &identity_number(n))
}

/// A household and one grant to it, sent by `maker`.
pub fn grant(app: &TestApp, maker: &str, n: usize, yuan: &str) -> Submission {
    let client = household(app, n);
    grants(app, maker, "2023-12-04", &[(&client, yuan)])
}

/// One sheet of grants.
fn grants(app: &TestApp, maker: &str, day: &str, lines: &[(&ClientId, &str)]) -> Submission {
    let terms = json!({"valid_from": day, "valid_to": "2025-12-31", "revolving": true});
    let line = |(client, yuan): &(&ClientId, &str)| {
        let contract = ContractId::new(1_700_000_000_000);
        app.line(client, &contract, yuan, terms.clone())
    };
    let submission = app.submission("credit.grant", day, lines.iter().map(line).collect());
    app.submit(maker, &submission).expect("submitted");
    submission
}

fn address(submission: &Submission) -> String {
    format!("/vouchers/{}/{}", submission.book, submission.voucher)
}

/// The summary of some chosen vouchers.
fn summed_up(reviewer: &Person, what: &str, chosen: &[&Submission], more: &str) -> Page {
    let ids: String = chosen.iter().map(|each| format!("&v={}", each.voucher)).collect();
    let page = reviewer.get(&format!("/review/bulk?do={what}&from=queue{ids}{more}"));
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// How many vouchers a summary would decide on.
fn verdicts(page: &Page) -> usize {
    page.fields().iter().filter(|(name, _)| name == "verdict").count()
}

/// The county's granted limit at the end of December, in yuan.
fn granted(app: &TestApp) -> String {
    let totals = app.totals("2023-12", COUNTY, "none");
    let end = &totals["total"]["measures"]["credit.granted"]["end"];
    end.as_str().unwrap_or_else(|| panic!("{totals}")).to_owned()
}

#[test]
fn many_are_approved_at_once_and_twice_the_same_form_is_once() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (one, two) = (
            grant(&app, "specialist", 1, "10000"),
            grant(&app, "specialist", 2, "20000"),
        );
        let own = grant(&app, "reviewer", 3, "5000");
        let clients = [4, 5, 6].map(|n| household(&app, n));
        let lines = [(&clients[0], "100"), (&clients[1], "100"), (&clients[2], "1000")];
        let sheet = grants(&app, "specialist", "2023-12-04", &lines);
        let reviewer = app.sign_in("reviewer");
        let queue = reviewer.get("/review");
        let of_one = format!("name=\"v\" value=\"{}\"", one.voucher);
        assert!(queue.body.contains(&of_one), "{}", queue.text());

        let page = summed_up(&reviewer, "approve", &[&one, &two, &own, &sheet], "");
        assert_eq!(verdicts(&page), 2, "{}", page.body);
        for told in ["自己提交，须由他人审核", "有审核提示", "+30,000.00", "古劳镇"] {
            assert!(page.body.contains(told), "{told}: {}", page.body);
        }
        let done = reviewer.send(&page, "/review/bulk", &[]);
        assert!(done.body.contains("通过 2 张，未通过 0 张"), "{}", done.body);
        assert_eq!(done.body.matches("已入账 2023-12-").count(), 2, "{}", done.body);
        let again = reviewer.send(&page, "/review/bulk", &[]);
        assert!(again.body.contains("通过 2 张，未通过 0 张"), "{}", again.body);
        assert_eq!(granted(&app), "30000.00", "nothing is posted twice");

        // What is merely remarked on is in it on the reviewer's word; his own never, whatever is sent.
        let despite = format!("&despite={}&despite={}", sheet.voucher, own.voucher);
        let page = summed_up(&reviewer, "approve", &[&own, &sheet, &one], &despite);
        assert_eq!(verdicts(&page), 1, "{}", page.body);
        assert!(page.body.contains("有1张在这期间已处理或撤回"), "{}", page.body);
        let forced = page
            .field("verdict")
            .replace(sheet.voucher.as_str(), own.voucher.as_str());
        let token = page.field("_csrf");
        let forged = [("_csrf", token.as_str()), ("do", "approve"), ("verdict", &forced)];
        let refused = reviewer.post("/review/bulk", &forged);
        assert!(
            refused.body.contains("通过 0 张，未通过 1 张"),
            "{}",
            refused.body
        );
        assert!(refused.body.contains("不能由自己审核"), "{}", refused.body);
        let done = reviewer.send(&page, "/review/bulk", &[]);
        assert!(done.body.contains("通过 1 张，未通过 0 张"), "{}", done.body);
        assert_eq!(granted(&app), "31200.00");
    });
}

#[test]
fn what_moved_on_meanwhile_is_told_and_stops_no_other() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (one, two) = (
            grant(&app, "specialist", 1, "10000"),
            grant(&app, "specialist", 2, "20000"),
        );
        let (reviewer, specialist) = (app.sign_in("reviewer"), app.sign_in("specialist"));
        let page = summed_up(&reviewer, "approve", &[&one, &two], "");
        assert_eq!(verdicts(&page), 2);
        let record = address(&one).replace("/vouchers/", "/records/");
        let form = specialist.get(&record);
        let withdrawn = specialist.send(&form, &format!("{record}/withdrawal"), &[]);
        assert_eq!(withdrawn.status, 303, "{}", withdrawn.text());
        let done = reviewer.send(&page, "/review/bulk", &[]);
        assert!(done.body.contains("通过 1 张，未通过 1 张"), "{}", done.body);
        assert!(done.body.contains("已经处理过"), "{}", done.body);
        assert_eq!(granted(&app), "20000.00");
        let nothing = reviewer.get("/review/bulk?do=approve&from=queue%26kind%3Dcredit.grant");
        assert_eq!(nothing.location(), "/review?kind=credit.grant&done=none");
        assert!(reviewer.get(nothing.location()).body.contains("还没有勾选凭证"));
    });
}

#[test]
fn many_go_back_with_one_reason() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (one, two) = (
            grant(&app, "specialist", 1, "10000"),
            grant(&app, "specialist", 2, "20000"),
        );
        let reviewer = app.sign_in("reviewer");
        let page = summed_up(&reviewer, "return", &[&one, &two], "");
        let unsaid = reviewer.send(&page, "/review/bulk", &[("reason", " ")]);
        assert!(unsaid.body.contains("请写明退回的原因"), "{}", unsaid.body);
        assert_eq!(verdicts(&unsaid), 2, "both are still there to be returned");
        let done = reviewer.send(&unsaid, "/review/bulk", &[("reason", "期限写错了")]);
        assert!(done.body.contains("退回 2 张，未退回 0 张"), "{}", done.body);
        let mine = app.sign_in("specialist").get("/records");
        assert_eq!(mine.body.matches("期限写错了").count(), 2, "{}", mine.text());
    });
}

#[test]
fn one_voucher_leads_to_the_next_of_its_part_of_the_queue() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let small = grant(&app, "specialist", 1, "10000");
        let large = grant(&app, "specialist", 2, "30000");
        let middle = grant(&app, "specialist", 3, "20000");
        let reviewer = app.sign_in("reviewer");
        let village = app.office.village.0;
        let queue = reviewer.get(&format!("/review?sort=-amount&village={village}"));
        let place = |each: &Submission| queue.body.find(each.voucher.as_str()).expect("listed");
        let places = [place(&large), place(&middle), place(&small)];
        assert!(places.is_sorted(), "the largest first: {places:?}");
        let elsewhere = app.office.second_village.0;
        let empty = reviewer.get(&format!("/review?village={elsewhere}"));
        assert!(empty.body.contains("没有等待审核的凭证"), "{}", empty.text());
        assert_eq!(reviewer.get("/review?sort=nonsense").status, 422);

        let from = format!("from=queue%26village%3D{village}%26sort%3D-amount");
        let page = reviewer.get(&format!("{}?{from}", address(&middle)));
        assert!(page.body.contains("待审核第 2 张，共 3 张"), "{}", page.text());
        let to = |each: &Submission| format!("href=\"{}?{from}\"", address(each));
        let (previous, next) = (
            format!("{} rel=\"prev\"", to(&large)),
            format!("{} rel=\"next\"", to(&small)),
        );
        assert!(
            page.body.contains(&previous) && page.body.contains(&next),
            "{}",
            page.text()
        );
        let done = reviewer.send(&page, &format!("{}/approval", address(&middle)), &[]);
        let on = format!(
            "{}?{from}&done=approved&voucher={}",
            address(&small),
            middle.voucher
        );
        assert_eq!(done.location(), on);
        let next = reviewer.get(done.location());
        assert!(next.body.contains("已通过，凭证号"), "{}", next.text());
        let last = reviewer.send(
            &next,
            &format!("{}/return", address(&small)),
            &[("reason", "重填")],
        );
        let back = format!("/review?village={village}&sort=-amount&done=returned");
        assert!(last.location().starts_with(&back), "{}", last.location());
    });
}

#[test]
fn records_alike_stand_side_by_side_and_the_months_before_beneath() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = household(&app, 1);
        let first = grants(&app, "specialist", "2023-11-06", &[(&client, "81200")]);
        app.approve("reviewer", &first, 1).expect("approved");
        let other = grant(&app, "specialist", 2, "500");
        let reviewer = app.sign_in("reviewer");
        assert!(!reviewer.get(&address(&other)).body.contains("可能重复的记录"));
        let second = grants(&app, "specialist", "2023-12-04", &[(&client, "81200")]);
        let page = reviewer.get(&address(&second));
        assert!(page.body.contains("可能重复的记录"), "{}", page.text());
        assert!(
            page.body.contains(first.voucher.as_str()),
            "the other one is a click away"
        );
        assert!(page.body.contains("前十二个月：本村、本机构"), "{}", page.text());
        assert!(page.body.contains("8.12"), "what the village had in November");
        let summary = summed_up(&reviewer, "approve", &[&second, &other], "");
        assert_eq!(verdicts(&summary), 1, "{}", summary.body);
        assert!(summary.body.contains("可能重复的记录"), "{}", summary.body);
    });
}

#[test]
fn a_question_is_asked_and_answered_and_moves_nothing() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let sent = grant(&app, "specialist", 1, "10000");
        let (reviewer, specialist) = (app.sign_in("reviewer"), app.sign_in("specialist"));
        let path = address(&sent);
        let remarks = path.replace("/vouchers/", "/remarks/");
        let page = reviewer.get(&path);
        let asked = [("remark", "<b>合同</b>在哪里？"), ("back", "vouchers")];
        let asking = reviewer.send(&page, &remarks, &asked);
        assert_eq!(
            asking.location(),
            format!("{path}#conversation"),
            "{}",
            asking.text()
        );
        assert_eq!(reviewer.send(&page, &remarks, &asked).status, 303);
        let page = reviewer.get(&path);
        let kept = page.body.matches("&lt;b&gt;合同&lt;/b&gt;在哪里？").count();
        assert_eq!(kept, 1, "once, as typed: {}", page.text());
        assert!(
            page.body.contains("审核通过，入账"),
            "it still waits for its decision"
        );

        // The maker sees that there is something, reads and answers it; reading is said, not guessed.
        let record = path.replace("/vouchers/", "/records/");
        assert!(specialist.get("/records").body.contains("1 条新留言"));
        let mine = specialist.get(&record);
        assert!(
            mine.body.contains("在哪里？") && mine.body.contains("未读"),
            "{}",
            mine.text()
        );
        assert!(
            specialist.get("/records").body.contains("1 条新留言"),
            "opening a page changes nothing"
        );
        let too_long = "字".repeat(301);
        let refused = specialist.send(&mine, &remarks, &[("remark", &too_long)]);
        assert_eq!(refused.status, 200);
        assert!(refused.body.contains(&too_long), "nothing typed is lost");
        let answered = specialist.send(&mine, &remarks, &[("remark", "已补照片")]);
        assert_eq!(
            answered.location(),
            format!("{record}#conversation"),
            "{}",
            answered.text()
        );
        assert!(
            !specialist.get("/records").body.contains("新留言"),
            "who answers has read"
        );
        assert!(reviewer.get("/review").body.contains("1 条新留言"));
        let page = reviewer.get(&path);
        let read = reviewer.send(&page, &format!("{remarks}/read"), &[("back", "vouchers")]);
        assert_eq!(read.status, 303, "{}", read.text());
        assert!(!reviewer.get("/review").body.contains("新留言"));
        seen_by_whom(&app, &path, &remarks, &page.field("command_id"));
    });
}

/// Who may see the voucher reads along; others do not even learn that it is there.
fn seen_by_whom(app: &TestApp, path: &str, remarks: &str, command: &str) {
    assert!(app.sign_in("bank").get(path).body.contains("已补照片"));
    let city = app.sign_in("city").get(path);
    assert!(
        city.body.contains("已补照片") && !city.body.contains("name=\"remark\""),
        "{}",
        city.text()
    );
    for (login, home) in [("insurer", "/records"), ("far-reviewer", "/review")] {
        let other = app.sign_in(login);
        let token = other.get(home).field("_csrf");
        let body = [
            ("_csrf", token.as_str()),
            ("command_id", command),
            ("revision", "1"),
            ("remark", "x"),
        ];
        let told = other.post(remarks, &body);
        assert_eq!(told.status, 404, "{login}: {}", told.text());
    }
}

fn sign_in(browser: &Browser, app: &TestApp, login: &str) {
    browser.open(&format!("{}/sign-in", app.base));
    browser.fill("user", login);
    browser.fill("password", PASSWORD);
    browser.click("form[action='/sign-in'] button[type=submit]");
}

/// A real key, wherever the focus is.
fn key(browser: &Browser, key: &str) {
    let (text, code) = match key {
        "Enter" => ("\r", 13),
        "Escape" => ("", 27),
        "ArrowDown" => ("", 40),
        letter => (letter, 0),
    };
    let mut down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code});
    if !text.is_empty() {
        down["text"] = json!(text);
    }
    browser.chromium("Input.dispatchKeyEvent", down);
    let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code});
    browser.chromium("Input.dispatchKeyEvent", up);
}

fn asked(browser: &Browser, script: &str) -> Value {
    browser.run(&format!("return {script};"), json!([]))
}

/// Types into the filter above the first table.
fn filter(browser: &Browser, text: &str) {
    let script = "const box = document.querySelector('.table-tools input'); box.value = arguments[0];
        box.dispatchEvent(new Event('input')); box.blur();";
    browser.run(script, json!([text]));
}

#[test]
fn the_queue_is_worked_through_by_keyboard() {
    let Some(desk) = Browser::start(Screen::Desktop) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    for n in 1..=9 {
        grant(&app, "specialist", n, &format!("{n}0000"));
    }
    sign_in(&desk, &app, "reviewer");
    desk.open(&format!("{}/review", app.base));
    desk.wait_for("#queue tbody tr");
    for step in ["j", "ArrowDown", "j", "k"] {
        key(&desk, step);
    }
    let current =
        "[...document.querySelectorAll('#queue tbody tr')].findIndex((row) => row.matches('.current'))";
    assert_eq!(asked(&desk, current), json!(1), "down, down, down, up");
    key(&desk, "x");
    desk.wait_for_text("已选 1");
    key(&desk, "?");
    desk.wait_for("dialog#keys[open]");
    key(&desk, "Escape");
    // The filter hides rows and says so; typing in it is no command.
    desk.run("document.querySelector('.table-tools input').focus();", json!([]));
    for letter in ["j", "x"] {
        key(&desk, letter);
    }
    desk.wait_for_text("显示 0 / 9 行");
    filter(&desk, "90000");
    desk.wait_for_text("显示 1 / 9 行");
    filter(&desk, "");
    desk.click_text("紧凑");
    desk.reload();
    desk.wait_for("body.dense #queue");
    key(&desk, "j");
    key(&desk, "Enter");
    desk.wait_for_text("待审核第 1 张，共 9 张");
    keys_of_a_voucher(&desk);
    assert_eq!(desk.console(), Vec::<String>::new(), "no script or policy errors");
}

/// On the first of nine vouchers.
fn keys_of_a_voucher(desk: &Browser) {
    let blur = || desk.run("document.activeElement.blur();", json!([]));
    key(desk, "n");
    desk.wait_for_text("待审核第 2 张，共 9 张");
    key(desk, "c");
    assert_eq!(asked(desk, "document.activeElement.name"), json!("remark"));
    key(desk, "a");
    assert_eq!(
        asked(desk, "document.activeElement.value"),
        json!("a"),
        "a letter while typing"
    );
    assert_eq!(desk.count("dialog[open]"), 0);
    blur();
    key(desk, "r");
    assert_eq!(asked(desk, "document.activeElement.name"), json!("reason"));
    blur();
    key(desk, "a");
    desk.wait_for("dialog#ask-approve[open]");
    key(desk, "Escape");
    assert_eq!(
        asked(desk, "document.querySelector('dialog[open]')"),
        Value::Null,
        "nothing is approved by a key alone"
    );
    assert!(desk.shows("待审核第 2 张，共 9 张"));
    key(desk, "a");
    desk.wait_for("dialog#ask-approve[open]");
    key(desk, "Enter");
    desk.wait_for_text("已通过，凭证号");
    desk.wait_for_text("待审核第 2 张，共 8 张");
}

#[test]
fn a_table_is_copied_as_a_spreadsheet_wants_it() {
    let Some(desk) = Browser::start(Screen::Desktop) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    let sent = grant(&app, "specialist", 1, "1130000");
    app.approve("reviewer", &sent, 1).expect("approved");
    sign_in(&desk, &app, "reviewer");
    desk.wait_for_text("待审核");
    let totals = format!("{}/totals?month=2023-12&region={COUNTY}&unit=yuan", app.base);
    desk.open(&totals);
    desk.wait_for("#totals tbody tr");
    let click =
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); };
        document.querySelector('#totals').closest('.table-block')
            .querySelector('.table-tools button:last-child').click();";
    desk.run(click, json!([]));
    let copied = asked(&desk, "window.copied").as_str().expect("a text").to_owned();
    let lines: Vec<Vec<&str>> = copied
        .split("\r\n")
        .map(|line| line.split('\t').collect())
        .collect();
    let (head, total) = (&lines[0], lines.last().expect("a total"));
    assert!(lines.iter().all(|line| line.len() == head.len()), "{copied}");
    let at = head
        .iter()
        .position(|cell| *cell == "有效授信额度 期末 (元)")
        .unwrap_or_else(|| panic!("the heading with its group: {copied}"));
    let town = lines.iter().find(|line| line[0] == "古劳镇").expect("the town");
    assert_eq!(town[at], "1130000.00", "plain, without grouping");
    assert_eq!((total[0], total[at]), ("合计", "1130000.00"));
    assert!(!copied.contains(['▲', '▼', '↑', '↓', '—']), "{copied}");

    // A sorted column says so in its heading, and the page's address says it too.
    desk.open(&format!("{totals}&sort=-credit.granted-end"));
    desk.wait_for("#totals th[aria-sort=descending]");
    let script = "
        const { tsv } = await import('/assets/table.js');
        const table = document.createElement('table');
        table.innerHTML = `<thead><tr><td class='check'></td><th>代码</th><th>额</th><th>文</th></tr></thead><tbody>
          <tr><td class='check'><input type='checkbox'></td><th scope='row'>440784103205</th>
            <td class='num'>-1,234,567.80</td><td>=SUM(A1)</td></tr>
          <tr><td class='check'></td><th scope='row'>00123</th>
            <td class='num'>—</td><td>123456789012345678</td></tr></tbody>`;
        return tsv(table);";
    let wanted = "代码\t额\t文\r\n=\"440784103205\"\t-1234567.80\t'=SUM(A1)\r\n\
                  =\"00123\"\t\t=\"123456789012345678\"";
    assert_eq!(desk.run_async(script, json!([])), json!(wanted));
    assert_eq!(desk.console(), Vec::<String>::new(), "no script or policy errors");
}
