//! A form that comes after its session has ended: nothing typed is lost, nothing is written twice.

use crate::support::app::{Backend, PASSWORD, Page, Person, TestApp, on_both};

const CHEN: &str = "440784197503080014";
const FORM: &str = "/field/credit";
const KEPT: &str = "填写的内容还在";

/// A grant form, opened by the specialist.
fn opened(app: &TestApp, specialist: &Person) -> Page {
    let client = app.household(app.office.village, "陈大文", CHEN);
    let village = app.office.village.0;
    specialist.get(&format!(
        "{FORM}?stage=credit.grant&village={village}&client={client}"
    ))
}

fn send(app: &TestApp, person: &Person, form: &Page, step: &str) -> Page {
    let product = app.office.credit_product.0.to_string();
    let filled = [
        ("product", product.as_str()),
        ("amount", "5"),
        ("amount_unit", "wan"),
        ("step", step),
    ];
    person.send(form, FORM, &filled)
}

fn sign_out(person: &Person, form: &Page) {
    let out = person.post("/sign-out", &[("_csrf", &form.field("_csrf"))]);
    assert_eq!(out.status, 303, "{}", out.text());
}

fn sign_in(person: &Person, page: &Page, login: &str, password: &str) -> Page {
    person.send(page, "/sign-in", &[("user", login), ("password", password)])
}

fn pending(app: &TestApp) -> serde_json::Value {
    let totals = app.totals("2024-01", "440784000000", "town");
    totals["total"]["measures"]["credit.granted"]["pending"].clone()
}

#[test]
fn what_was_typed_survives_the_end_of_a_session() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let specialist = app.sign_in("specialist");
        let form = opened(&app, &specialist);
        sign_out(&specialist, &form);

        let late = send(&app, &specialist, &form, "send");
        assert_eq!(late.status, 401, "{}", late.text());
        assert!(late.body.contains("用同一个账号登录"), "{}", late.text());
        let wrong = sign_in(&specialist, &late, "specialist", "not-the-password");
        assert!(wrong.body.contains("登录名或密码不对"), "{}", wrong.text());
        let offer = sign_in(&specialist, &wrong, "specialist", PASSWORD);
        assert_eq!(offer.status, 200, "{}", offer.text());
        assert!(offer.body.contains(KEPT), "{}", offer.text());
        assert_eq!(pending(&app), "0.00", "nothing is written unasked");

        let again = specialist.send(&offer, FORM, &[("step", "edit")]);
        assert_eq!(again.field("amount"), "5", "{}", again.text());
        let sent = send(&app, &specialist, &again, "send");
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert_eq!(pending(&app), "50000.00");

        // The same late page once more, from the browser's history: the same record.
        let twice = specialist.send(&offer, FORM, &[("step", "send")]);
        assert_eq!(twice.location(), sent.location(), "{}", twice.text());
        assert_eq!(pending(&app), "50000.00");
    });
}

#[test]
fn a_form_of_an_earlier_session_is_offered_again() {
    let app = TestApp::start(Backend::Sqlite);
    let specialist = app.sign_in("specialist");
    let form = opened(&app, &specialist);
    sign_out(&specialist, &form);
    let page = specialist.get("/sign-in");
    sign_in(&specialist, &page, "specialist", PASSWORD);

    let late = send(&app, &specialist, &form, "send");
    assert_eq!(late.status, 403);
    assert!(late.body.contains(KEPT), "{}", late.text());
    assert_eq!(pending(&app), "0.00");
    let again = specialist.send(&late, FORM, &[("step", "edit")]);
    assert_eq!(again.field("amount"), "5", "{}", again.text());
}

#[test]
fn nobody_else_gets_what_was_typed() {
    let app = TestApp::start(Backend::Sqlite);
    let specialist = app.sign_in("specialist");
    let form = opened(&app, &specialist);
    sign_out(&specialist, &form);
    let late = send(&app, &specialist, &form, "send");
    let other = sign_in(&specialist, &late, "bank", PASSWORD);
    assert_eq!(other.status, 303, "on to the clerk's own start page");
    let refused = send(&app, &specialist, &form, "send");
    assert_eq!(refused.status, 403);
    assert!(!refused.body.contains(KEPT), "{}", refused.text());

    // What is not a form of ours is not kept at all.
    let visitor = app.visitor();
    let odd = visitor.post(FORM, &[("amount", "5"), ("_csrf", "0000")]);
    assert_eq!(odd.status, 303);
    assert!(odd.location().starts_with("/sign-in"), "{}", odd.location());
    // Nor are passwords carried about.
    let typed = [
        ("_csrf", form.field("_csrf")),
        ("new", "a-new-password".to_owned()),
    ];
    let typed = typed.each_ref().map(|(name, value)| (*name, value.as_str()));
    let secret = visitor.post("/password", &typed);
    assert_eq!(secret.status, 303, "{}", secret.text());
    assert_eq!(pending(&app), "0.00");
}
