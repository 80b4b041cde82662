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

fn press(browser: &Browser, css: &str) {
    browser.wait_for(css);
    let script =
        "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'});";
    browser.run(script, json!([css]));
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

/// Approves everything that waits.
fn approve_all(app: &TestApp) -> usize {
    let filter = VoucherFilter {
        books: vec![app.office.book],
        states: vec![State::Submitted],
        limit: 100,
        ..VoucherFilter::default()
    };
    let waiting = app.state.read_now(|conn, _| ledger::list_vouchers(conn, &filter));
    let waiting = waiting.expect("the vouchers");
    for voucher in &waiting {
        let verdict = Verdict {
            book: voucher.book_id,
            voucher: voucher.id.clone(),
            command: CommandId::new(1_700_000_000_000),
            revision: voucher.revision,
        };
        let done = app.state.write_now(voucher.book_id, |conn, office| {
            ledger::approve(conn, office, &actor("reviewer"), &verdict, false)
        });
        done.expect("approved");
    }
    waiting.len()
}

#[test]
fn five_households_are_typed_in_one_sitting() {
    let Some(phone) = Browser::start(Screen::Phone) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    open_app(&phone, &app);
    phone.run(COUNT, json!([]));

    phone.click_text("新屋村");
    press(&phone, ".clients .big-links a");
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
    phone.click_text("新屋村");
    press(&phone, ".clients .big-links a");
    press(&phone, ".picker > .button");
    write(&phone, "new_name", "麦六");
    write(&phone, "new_number", &identity_number(6));
    write(&phone, "amount", "12000");
    let before = held(&phone);
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
    phone.click_text("更改");
    phone.wait_for("[name=amount]");
    phone.fill("amount", "13000");
    press(&phone, "form button[type=submit]");
    phone.wait_for_text("人民币壹万叁仟元整");
    press(&phone, "#confirm");
    phone.wait_for_text("回执号");
    assert_eq!(approve_all(&app), 1);
    let city = app.sign_in("city");
    let totals = city.get("/totals?month=2024-01&region=440784000000&unit=yuan");
    assert!(totals.body.contains("13,000.00"), "{}", totals.text());
}
