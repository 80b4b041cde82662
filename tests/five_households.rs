//! 新屋村 in one sitting: five aquaculture lines of 30, 25, 22, 20 and 16万 typed on a phone, every tap and every key
//! counted, each with its household, sent, received and approved. The number stands in the README.

use cunxin::ledger::{self, State, Verdict, VoucherFilter};
use cunxin::values::CommandId;
use serde_json::{Value, json};

use crate::support::app::{Backend, PASSWORD, TestApp, actor, identity_number};
use crate::support::browser::{Browser, Screen};

/// Head of the household, thousands of yuan by the ten.
const HOUSEHOLDS: [(&str, &str); 5] = [
    ("麦一", "30"),
    ("麦二", "25"),
    ("麦三", "22"),
    ("麦四", "20"),
    ("麦五", "16"),
];
/// At most so many taps a household beyond what is typed.
const TAPS: i64 = 12;

/// Counts what fingers do, from outside the app: pointers that go down, letters that arrive.
const COUNT: &str = "window.counted = { taps: 0, letters: 0 };
    addEventListener('pointerdown', (event) => { if (event.isTrusted) counted.taps += 1; }, true);
    addEventListener('beforeinput', (event) => { if (event.isTrusted) counted.letters += [...(event.data ?? '')].length; }, true);";

/// Taps an element; brought clear of the bars first where it lies under them. What is in view stays where it is, for
/// two quick taps at one point of the glass are a double tap.
fn press(browser: &Browser, css: &str) {
    const SHOW: &str = "const element = document.querySelector(arguments[0]);
        const { top, bottom } = element.getBoundingClientRect();
        if (top < 60 || bottom > innerHeight - 90) element.scrollIntoView({ block: 'center', behavior: 'instant' });";
    browser.wait_for(css);
    browser.run(SHOW, json!([css]));
    browser.click(css);
}

/// Taps into a field and types.
fn write(browser: &Browser, name: &str, text: &str) {
    press(browser, &format!("[name={name}]"));
    browser.send_keys(name, text);
}

fn counted(browser: &Browser) -> (i64, i64) {
    let both = browser.run("return counted;", json!([]));
    let number = |name: &str| both[name].as_i64().expect("a count");
    (number("taps"), number("letters"))
}

fn open_app(browser: &Browser, app: &TestApp) {
    browser.open(&format!("{}/sign-in", app.base));
    browser.fill("user", "specialist");
    browser.fill("password", PASSWORD);
    browser.click("form[action='/sign-in'] button[type=submit]");
    browser.wait_for_text("我的村");
    browser.open(&format!("{}/field/app", app.base));
    browser.wait_for_text("新屋村");
}

/// From the first page to the village, and to its first button.
fn into_the_hamlet(browser: &Browser, app: &TestApp) {
    press(
        browser,
        &format!("a[href='#/clients?village={}']", app.office.hamlet),
    );
    press(browser, ".clients .big-links a");
}

/// Everything that waits, with what decides on it.
fn waiting(app: &TestApp) -> Vec<Verdict> {
    let filter = VoucherFilter {
        books: vec![app.office.book],
        states: vec![State::Submitted],
        limit: 100,
        ..VoucherFilter::default()
    };
    let found = app.state.read_now(|conn, _| ledger::list_vouchers(conn, &filter));
    let found = found.expect("the vouchers").into_iter();
    found
        .map(|voucher| Verdict {
            book: voucher.book_id,
            voucher: voucher.id,
            command: CommandId::new(1_700_000_000_000),
            revision: voucher.revision,
        })
        .collect()
}

/// Approves everything that waits, and says how many there were.
fn approve_all(app: &TestApp) -> usize {
    let all = waiting(app);
    for verdict in &all {
        let done = app.state.write_now(verdict.book, |conn, office| {
            ledger::approve(conn, office, &actor("reviewer"), verdict, false)
        });
        done.expect("approved");
    }
    all.len()
}

/// Sends everything that waits back to its maker.
fn return_all(app: &TestApp, reason: &str) {
    for verdict in waiting(app) {
        let done = app.state.write_now(verdict.book, |conn, office| {
            ledger::return_to_maker(conn, office, &actor("reviewer"), &verdict, reason)
        });
        done.expect("returned");
    }
}

#[test]
fn five_households_are_typed_in_one_sitting() {
    let Some(phone) = Browser::start(Screen::Phone) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    open_app(&phone, &app);
    phone.run(COUNT, json!([]));

    into_the_hamlet(&phone, &app);
    press(&phone, ".picker > .button");
    for (n, (name, wan)) in HOUSEHOLDS.into_iter().enumerate() {
        write(&phone, "new_name", name);
        write(&phone, "new_number", &identity_number(n + 1));
        if n == 0 {
            press(&phone, "label[for=amount_unit_wan]");
        }
        write(&phone, "amount", wan);
        if n == 2 {
            assert!(phone.shows("连同本户共 3 户，¥770,000.00"), "the running sum");
        }
        press(&phone, "form button[type=submit]");
        let last = n + 1 == HOUSEHOLDS.len();
        phone.wait_for_text("请核对");
        if last {
            phone.wait_for_text("连同本户共 5 户，¥1,130,000.00");
            phone.wait_for_text("人民币壹佰壹拾叁万元整");
        }
        press(&phone, if last { "#confirm" } else { "#confirm-next" });
    }
    let (taps, letters) = counted(&phone);
    let typed: usize = HOUSEHOLDS
        .iter()
        .map(|(name, wan)| name.chars().count() + 18 + wan.len())
        .sum();
    println!("five households: {taps} taps, {letters} letters typed");
    assert_eq!(
        letters,
        i64::try_from(typed).expect("small"),
        "nothing but names, numbers and amounts"
    );
    assert!(taps <= TAPS * 5, "{taps} taps for five households");

    phone.wait_for_text("回执号");
    phone.open(&format!("{}/field/app#/outbox", app.base));
    phone.wait_for_text("全部已上报");
    assert_eq!(approve_all(&app), 5);
    let city = app.sign_in("city");
    let totals = city.get("/totals?month=2024-01&region=440784000000&unit=yuan");
    assert!(totals.body.contains("1,130,000.00"), "{}", totals.text());
    let wrong: Vec<String> = phone
        .console()
        .into_iter()
        .filter(|line| !line.contains("Banner"))
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "no script or policy errors");
}

/// What the form holds now.
fn held(browser: &Browser) -> Value {
    let script = "return [...document.querySelectorAll('form [name]')].filter((one) => one.type !== 'radio' || one.checked)
        .filter((one) => one.type !== 'file').map((one) => [one.name, one.value]);";
    browser.run(script, json!([]))
}

#[test]
fn what_is_typed_outlives_the_page_and_a_sent_record_can_be_changed() {
    let Some(phone) = Browser::start(Screen::Phone) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    open_app(&phone, &app);
    into_the_hamlet(&phone, &app);
    press(&phone, ".picker > .button");
    write(&phone, "new_name", "麦六");
    write(&phone, "new_number", &identity_number(6));
    write(&phone, "amount", "12000");
    let before = held(&phone);
    phone.wait_for(".record-form[data-kept=yes]");
    // No blur, no leaving: the page is simply gone.
    phone.run("location.reload();", json!([]));
    phone.wait_for("[name=new_name]");
    assert_eq!(held(&phone), before);

    // A mistake is named beside its field, in the server's words, and nothing is lost.
    write(&phone, "amount", "x");
    press(&phone, "form button[type=submit]");
    phone.wait_for_text("金额不是数字");
    assert!(phone.shows("有内容需要更改"));
    phone.fill("amount", "12000");
    press(&phone, "form button[type=submit]");
    phone.wait_for_text("人民币壹万贰仟元整");
    press(&phone, "#confirm");
    phone.wait_for_text("回执号");

    // Nobody has decided on it yet: it is changed, and what waits is the change.
    press(&phone, ".record a[href^='#/edit']");
    change(&phone, "13000", "人民币壹万叁仟元整");

    // It comes back: the reason is on the first page, the form filled in as it was sent.
    let record = phone.current_url().rsplit('/').next().expect("an id").to_owned();
    return_all(&app, "金额与合同不符");
    phone.open(&format!("{}/field/app", app.base));
    phone.wait_for_text("退回原因：金额与合同不符");
    press(&phone, &format!("a[href='#/edit/{record}']"));
    phone.wait_for_text("退回原因：");
    change(&phone, "14000", "人民币壹万肆仟元整");
    assert_eq!(approve_all(&app), 1);
    let city = app.sign_in("city");
    let totals = city.get("/totals?month=2024-01&region=440784000000&unit=yuan");
    assert!(totals.body.contains("14,000.00"), "{}", totals.text());

    // Approved: the phone asks for it to be taken back, and a reviewer decides.
    phone.open(&format!("{}/field/app", app.base));
    phone.wait_for_text("我的村");
    phone.open(&format!("{}/field/app#/record/{record}", app.base));
    phone.wait_for_text("已通过");
    press(&phone, ".record details summary");
    phone.send_keys("reason", "写重了");
    press(&phone, ".record details .button");
    phone.wait_for_text("已申请更正");
    assert_eq!(approve_all(&app), 1);
    let totals = city.get("/totals?month=2024-01&region=440784000000&unit=yuan");
    assert!(!totals.body.contains("14,000.00"), "{}", totals.text());
}

/// Another amount in the form that is open, checked and confirmed.
fn change(browser: &Browser, yuan: &str, capitals: &str) {
    browser.wait_for("[name=amount]");
    browser.fill("amount", yuan);
    press(browser, "form button[type=submit]");
    browser.wait_for_text(capitals);
    press(browser, "#confirm");
    browser.wait_for_text("已收到");
}

#[test]
fn every_form_reaches_the_office() {
    let Some(browser) = Browser::start(Screen::Phone) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", &identity_number(1));
    open_app(&browser, &app);
    let village = app.office.village;
    let open = |form: &str| {
        browser.open(&format!("{}/field/app#/new/{form}", app.base));
        browser.wait_for(".record-form");
    };
    let sent = || {
        press(&browser, "form button[type=submit]");
        browser.wait_for_text("请核对");
        press(&browser, "#confirm");
        browser.wait_for_text("回执号");
    };
    open(&format!("visit?village={village}"));
    press(&browser, ".household label");
    sent();
    open(&format!("talk?village={village}"));
    write(&browser, "topic", "防范电信网络诈骗");
    write(&browser, "attendance", "40");
    sent();
    open(&format!("client?village={village}"));
    write(&browser, "name", "何大海");
    write(&browser, "number", &identity_number(2));
    sent();
    open(&format!("credit/credit.preapproval?village={village}"));
    press(&browser, "#client");
    browser.run("document.querySelector('#client').focus();", json!([]));
    press(&browser, ".found button");
    write(&browser, "amount", "50000");
    sent();
    open(&format!("loan?village={village}&client={client}"));
    write(&browser, "amount", "8000");
    write(&browser, "rate_percent", "3.85");
    write(&browser, "purpose", "饲料");
    press(&browser, "#guarantee");
    press(&browser, "#method");
    sent();
    assert_eq!(approve_all(&app), 4, "all but the client wait for a reviewer");
}
