//! A real browser: a grant on a phone, its approval at a desk, the county's new total.

use crate::support::app::{Backend, PASSWORD, TestApp};
use crate::support::browser::{Browser, Screen};

fn sign_in(browser: &Browser, app: &TestApp, login: &str) {
    browser.open(&format!("{}/sign-in", app.base));
    browser.fill("user", login);
    browser.fill("password", PASSWORD);
    browser.click("form[action='/sign-in'] button[type=submit]");
}

#[test]
fn a_line_logged_on_a_phone_and_approved_at_a_desk_moves_the_county_total() {
    let Some(phone) = Browser::start(Screen::Phone) else {
        return;
    };
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", "440784197503080014");

    sign_in(&phone, &app, "specialist");
    phone.wait_for_text("我的村");
    phone.click_text("下六村");
    phone.wait_for_text("客户");
    phone.click_text("授信");
    phone.wait_for_text("记录授信");
    phone.select("client", "陈大文（440***********0014）");
    phone.fill("amount", "113");
    phone.click("label[for=amount_unit_wan]");
    phone.wait_for_text("人民币壹佰壹拾叁万元整");
    phone.select("product", "测试水产贷");
    press(&phone, "main form[method=post] button[type=submit]");
    phone.wait_for_text("请核对");
    assert!(
        phone.shows("人民币壹佰壹拾叁万元整"),
        "the capitals before sending"
    );
    press(&phone, "button[value=send]");
    phone.wait_for_text("回执号");
    assert!(sideways(&phone) <= 0, "nothing hangs over the phone's edge");

    let desk = Browser::start(Screen::Desktop).expect("a browser was there");
    sign_in(&desk, &app, "reviewer");
    desk.wait_for_text("村报送");
    desk.click("main a[href='/review']");
    desk.wait_for_text("共 1 条");
    desk.click("main table tbody a");
    desk.wait_for_text("1,130,000.00");
    press(&desk, "form[action$='/approval'] button[type=submit]");
    desk.wait_for_text("已通过，凭证号");
    desk.open(&format!(
        "{}/totals?month=2024-01&region=440784000000&unit=yuan",
        app.base
    ));
    desk.wait_for_text("1,130,000.00");
    assert!(desk.shows("古劳镇"));
    desk.open(&format!("{}/language?to=en&back=/totals?month=2024-01", app.base));
    desk.wait_for_text("Totals");
    assert_eq!(
        phone.console(),
        Vec::<String>::new(),
        "no script or policy errors"
    );
    assert_eq!(desk.console(), Vec::<String>::new(), "no script or policy errors");
    let _ = client;
}

/// Brings a button to the middle of the window, clear of the bar at the bottom, and clicks it.
fn press(browser: &Browser, css: &str) {
    let script =
        "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'});";
    browser.run(script, serde_json::json!([css]));
    browser.click(css);
}

/// How far the page is wider than the window.
fn sideways(browser: &Browser) -> i64 {
    let script = "return document.documentElement.scrollWidth - window.innerWidth;";
    browser
        .run(script, serde_json::json!([]))
        .as_i64()
        .unwrap_or(i64::MAX)
}
