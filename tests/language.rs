//! Turning to the other language on a page that answered a form: what was typed goes along, and nothing is
//! written on the way.

use crate::support::app::{Backend, Page, Person, TestApp};

const CHEN: &str = "440784197503080014";
const FORM: &str = "/field/credit";

/// Presses the language button of a page that answered a form.
fn turn(person: &Person, page: &Page, to: &str) -> Page {
    let carried = [
        ("_csrf", page.field("_csrf")),
        ("language", to.to_owned()),
        ("kept_path", page.field("kept_path")),
        ("kept_form", page.field("kept_form")),
    ];
    let carried = carried.each_ref().map(|(name, value)| (*name, value.as_str()));
    person.post("/language", &carried)
}

#[test]
fn a_form_is_carried_to_the_other_language_and_back() {
    let app = TestApp::start(Backend::Sqlite);
    let specialist = app.sign_in("specialist");
    let client = app.household(app.office.village, "陈大文", CHEN);
    let village = app.office.village.0;
    let form = specialist.get(&format!(
        "{FORM}?stage=credit.grant&village={village}&client={client}"
    ));
    assert!(
        form.body.contains("/language?to=en"),
        "a page that is opened is opened again"
    );
    let product = app.office.credit_product.0.to_string();
    let filled = [
        ("product", product.as_str()),
        ("amount", "5"),
        ("amount_unit", "wan"),
        ("step", "check"),
    ];
    let check = specialist.send(&form, FORM, &filled);
    assert!(check.body.contains("伍万元"), "{}", check.text());
    assert!(!check.body.contains("/language?to=en"), "{}", check.text());

    let english = turn(&specialist, &check, "en");
    assert_eq!(english.status, 200, "{}", english.text());
    assert!(
        english.body.contains("What you typed is still here") && english.body.contains("has been changed"),
        "{}",
        english.text()
    );
    let back = turn(&specialist, &english, "zh");
    assert!(back.body.contains("填写的内容还在"), "{}", back.text());
    let english = turn(&specialist, &back, "en");
    let again = specialist.send(&english, FORM, &[("step", "edit")]);
    assert_eq!(again.field("amount"), "5", "{}", again.text());
    assert!(again.body.contains("html lang=\"en\""), "{}", again.text());
    let sent = specialist.send(
        &again,
        FORM,
        &filled.map(|(name, value)| (name, if name == "step" { "send" } else { value })),
    );
    assert_eq!(sent.status, 303, "{}", sent.text());

    // A desk's form that was refused, too; a stranger's page carries nothing.
    let admin = app.sign_in("admin");
    let form = admin.get("/register/institutions/new");
    let refused = admin.send(&form, "/register/institutions", &[("code", "JMNS"), ("name", "")]);
    let english = turn(&admin, &refused, "en");
    assert!(english.body.contains("value=\"JMNS\""), "{}", english.text());
    let again = admin.send(&english, "/register/institutions", &[]);
    assert!(
        again.body.contains("value=\"JMNS\"") && again.body.contains("There is a problem"),
        "{}",
        again.text()
    );
    let foreign = turn(&specialist, &refused, "en");
    assert_eq!(foreign.status, 403, "{}", foreign.text());
}
