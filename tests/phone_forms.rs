//! What the phone asks is what the form's own page asks: the same names, the same words, in both languages.

use std::collections::BTreeSet;

use cunxin::field::phone::{Control, Form, Question, forms};
use cunxin::values::{ContractId, Text};
use serde_json::json;

use super::policies::{approve, contract, policy, posted, recorded};
use crate::support::app::{Backend, Person, TestApp};

const CHEN: &str = "440784197503080014";

/// What the phone alone knows: how it asks for what an address names on the page, and what is sent apart.
const OWN: [(&str, &str); 8] = [
    ("credit", "line"),
    ("loan", "line"),
    ("repayment", "loan"),
    ("client", "compared"),
    ("claim", "part"),
    ("visit", "photo"),
    ("talk", "photo"),
    ("claim", "claim"),
];

/// An office in which every form can be opened: a line, a loan, a policy with a claim.
struct Scene {
    app: TestApp,
    line: ContractId,
    loan: ContractId,
    policy: ContractId,
}

fn scene() -> Scene {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", CHEN);
    let [line, loan] = [(); 2].map(|()| ContractId::new(1_700_000_000_000));
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let grant = app.submission(
        "credit.grant",
        "2023-05-04",
        vec![app.line(&client, &line, "150000", terms)],
    );
    let lent = json!({"credit_line": line, "rate_percent": "3.85", "matures_on": "2024-06-30",
        "purpose": "饲料", "guarantee": "credit", "method": "bullet"});
    let draw = app.submission(
        "loan.disbursement",
        "2023-05-08",
        vec![app.line(&client, &loan, "80000", lent)],
    );
    for submission in [&grant, &draw] {
        app.submit("specialist", submission).expect("submitted");
        app.approve("reviewer", submission, 1).expect("approved");
    }
    let insured = contract(1);
    posted(
        &app,
        &policy(&app, &insured, "BD1", &[(app.office.village, "100.00")]),
    );
    let insurer = app.sign_in("insurer");
    let report = format!(
        "/field/claim?stage=insurance.claim_report&book={}&policy={insured}&part=1",
        app.office.book
    );
    let voucher = recorded(&insurer, &report, &crate::claims::REPORT);
    approve(&app, &voucher);
    Scene {
        app,
        line,
        loan,
        policy: insured,
    }
}

impl Scene {
    /// Where the form of this description is opened on a page.
    fn address(&self, form: &Form) -> String {
        let (book, village) = (self.app.office.book, self.app.office.village);
        let stage = form.stage.unwrap_or_default();
        match form.door {
            "credit" if stage == "credit.signature" => {
                format!("/field/credit?stage={stage}&book={book}&line={}", self.line)
            }
            "credit" => format!("/field/credit?stage={stage}&village={village}"),
            "loan" => format!("/field/loan?village={village}"),
            "repayment" => format!("/field/repayment?book={book}&loan={}", self.loan),
            "visit" => format!("/field/visit?village={village}"),
            "talk" => format!("/field/talk?village={village}"),
            "client" => format!("/field/clients/new?village={village}"),
            "claim" => format!(
                "/field/claim?stage={stage}&book={book}&policy={}&part=1&claim=LP1",
                self.policy
            ),
            other => panic!("no page for the door {other}"),
        }
    }
}

fn own(form: &Form, question: &Question) -> bool {
    question.control == Control::Photo || OWN.contains(&(form.door, question.name))
}

/// The names a page's form sends.
fn names(body: &str) -> BTreeSet<&str> {
    body.split(" name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn shows(person: &Person, address: &str, form: &Form, say: fn(Text) -> &'static str) {
    let page = person.get(address);
    assert_eq!(page.status, 200, "{address}: {}", page.text());
    let heading = format!("<h1>{}</h1>", say(form.title));
    assert!(page.body.contains(&heading), "{address} has no {heading}");
    let sent = names(&page.body);
    for question in form.fields.iter().filter(|question| !own(form, question)) {
        let name = question.name;
        assert!(sent.contains(name), "{address} sends no {name}: {sent:?}");
        if question.control == Control::Amount {
            let unit = format!("{name}_unit");
            assert!(sent.contains(unit.as_str()), "{address} sends no {unit}");
        }
        let words = [Some(question.label), question.hint, question.suffix];
        let choices = question.choices.iter();
        let words = words.into_iter().chain(
            choices
                .clone()
                .flat_map(|choice| [Some(choice.label), choice.hint]),
        );
        for word in words.flatten().map(say) {
            let written = word.replace('\'', "&#39;");
            assert!(
                page.body.contains(word) || page.body.contains(&written),
                "{address} does not say {word}"
            );
        }
        for choice in choices {
            let value = format!("value=\"{}\"", choice.value);
            assert!(page.body.contains(&value), "{address} offers no {value}");
        }
    }
}

#[test]
fn each_form_of_the_phone_is_the_form_of_its_page() {
    let scene = scene();
    for (login, insurer) in [("specialist", false), ("insurer", true)] {
        let person = scene.app.sign_in(login);
        let described = forms(insurer);
        assert_eq!(
            described.iter().filter(|form| form.big).count(),
            if insurer { 4 } else { 5 }
        );
        for form in &described {
            shows(&person, &scene.address(form), form, |text| text.zh);
        }
        person.get("/language?to=en&back=/field");
        for form in &described {
            shows(&person, &scene.address(form), form, |text| text.en);
        }
    }
}

#[test]
fn a_description_reads_as_the_app_expects_it() {
    let grant = serde_json::to_value(&forms(false)[0]).expect("JSON");
    assert_eq!(grant["door"], "credit");
    assert_eq!(grant["stage"], "credit.grant");
    assert_eq!(grant["for"], "bank");
    assert_eq!(grant["title"], json!({"zh": "记录授信", "en": "Record a grant"}));
    assert_eq!(
        grant["fields"][0],
        json!({"name": "client", "label": {"zh": "客户", "en": "Client"}, "control": "client",
            "required": true, "carry": false})
    );
    let limit = grant["fields"]
        .as_array()
        .expect("questions")
        .last()
        .expect("one");
    assert_eq!(limit["choices"][0]["value"], limit["initial"]);
}
