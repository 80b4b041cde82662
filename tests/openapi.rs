//! The description of the API is held against the routes and against what is really answered.

use std::collections::BTreeSet;

use cunxin::app;
use cunxin::ledger::{self, Verdict};
use cunxin::values::{CommandId, ContractId};
use cunxin::vault;
use serde_json::{Value, json};

use super::policies::{contract, policy, posted};
use super::sync::phone::Phone;
use crate::support::app::{Backend, Page, TestApp, actor};

fn description() -> Value {
    serde_json::from_str(include_str!("../docs/openapi.json")).expect("JSON")
}

#[test]
fn every_route_is_described_and_no_other() {
    let described = description();
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            told.insert((method.to_uppercase(), path.clone()));
        }
    }
    let ours: BTreeSet<(String, String)> = app::routes()
        .iter()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    assert_eq!(told, ours);
    assert_eq!(described["info"]["version"], env!("CARGO_PKG_VERSION"));
    for (path, _) in described["paths"].as_object().expect("paths") {
        let named = path.matches('{').count();
        let operation = described["paths"][path]
            .as_object()
            .expect("methods")
            .values()
            .next();
        let parameters = operation.expect("one")["parameters"].as_array();
        let told = parameters.map_or(0, |all| all.iter().filter(|each| each["in"] == "path").count());
        assert_eq!(told, named, "{path}");
    }
}

#[test]
fn whoever_asks_gets_the_description() {
    let app = TestApp::start(Backend::Sqlite);
    let page = app.visitor().get("/api/v1/openapi.json");
    assert_eq!(
        (page.status, page.headers["content-type"].as_str()),
        (200, "application/json")
    );
    let read: Value = serde_json::from_str(&page.body).expect("JSON");
    assert_eq!(read, description());
}

/// What does not fit a schema, in words; only what our description uses.
fn wrong(all: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a name");
        let named = &all["components"]["schemas"][name];
        assert!(named.is_object(), "{name} is described nowhere");
        return wrong(all, named, value, at, found);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        let fits = |one: &&Value| {
            let mut problems = Vec::new();
            wrong(all, one, value, at, &mut problems);
            problems.is_empty()
        };
        if either.iter().filter(fits).count() != 1 {
            found.push(format!("{at}: {value} fits none or several"));
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        one => vec![one.clone()],
    };
    if !kinds.iter().any(|one| one == kind) {
        found.push(format!("{at}: {value} is a {kind}"));
        return;
    }
    match value {
        Value::String(text) => wrong_text(schema, text, at, found),
        Value::Array(items) => {
            for (item, n) in items.iter().zip(0..) {
                wrong(all, &schema["items"], item, &format!("{at}/{n}"), found);
            }
        }
        Value::Object(fields) => {
            for name in schema["required"].as_array().into_iter().flatten() {
                if !fields.contains_key(name.as_str().expect("a name")) {
                    found.push(format!("{at} has no {name}"));
                }
            }
            for (name, inside) in fields {
                let other = &schema["additionalProperties"];
                match schema["properties"].get(name) {
                    Some(known) => wrong(all, known, inside, &format!("{at}/{name}"), found),
                    None if other.is_object() => wrong(all, other, inside, &format!("{at}/{name}"), found),
                    None => found.push(format!("{at} has {name}, which is described nowhere")),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn wrong_text(schema: &Value, text: &str, at: &str, found: &mut Vec<String>) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date"), _) => text.parse::<chrono::NaiveDate>().is_ok(),
        (Some("date-time"), _) => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        (Some("uuid"), _) => ContractId::parse(text).is_ok(),
        (_, Some(r"^-?[0-9]+\.[0-9]{2}$")) => text
            .trim_start_matches('-')
            .split_once('.')
            .is_some_and(|(yuan, fen)| digits(yuan) && digits(fen) && fen.len() == 2),
        (_, Some("^[0-9]{4}-[0-9]{2}$")) => cunxin::values::Month::parse(text).is_ok(),
        (_, Some("^[0-9A-F]{4}-[0-9A-F]{4}$")) => text.len() == 9 && text.as_bytes()[4] == b'-',
        (None, None) => true,
        other => panic!("{at}: {other:?} is checked nowhere"),
    };
    let choices = schema["enum"].as_array();
    if !fits || choices.is_some_and(|choices| !choices.iter().any(|choice| choice == text)) {
        found.push(format!("{at}: {text} is none of these"));
    }
}

/// Holds an answer against its description.
fn check(page: &Page, method: &str, path: &str) -> Value {
    let all = description();
    let answer = &all["paths"][path][method]["responses"][page.status.to_string()];
    assert!(
        answer.is_object(),
        "{path} answers {}: {}",
        page.status,
        page.text()
    );
    let kind = page.headers["content-type"].split(';').next().expect("a type");
    let schema = &answer["content"][kind]["schema"];
    assert!(schema.is_object(), "{path} answers {} as {kind}", page.status);
    let value: Value = serde_json::from_str(&page.body).expect("JSON");
    let mut found = Vec::new();
    wrong(&all, schema, &value, "", &mut found);
    assert!(found.is_empty(), "{path} {}: {found:#?}", page.status);
    value
}

/// Holds what is sent against its description.
fn check_sent(body: &Value, path: &str) {
    let all = description();
    let schema = &all["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let mut found = Vec::new();
    wrong(&all, schema, body, "", &mut found);
    assert!(found.is_empty(), "{path}: {found:#?}");
}

#[test]
fn amounts_and_totals_are_as_described() {
    let app = TestApp::start(Backend::Sqlite);
    let city = app.sign_in("city");
    check(
        &city.get("/api/v1/amount?text=12.5&unit=wan"),
        "get",
        "/api/v1/amount",
    );
    check(&city.get("/api/v1/amount?text=x"), "get", "/api/v1/amount");
    check(
        &app.visitor().get("/api/v1/amount?text=1"),
        "get",
        "/api/v1/amount",
    );
    let asked = "/api/v1/totals?month=2023-12&region=440700000000";
    for more in ["", "&by=county", "&by=institution", "&boundaries=now"] {
        check(&city.get(&format!("{asked}{more}")), "get", "/api/v1/totals");
    }
    for (login, more) in [("city", "&by=moon"), ("specialist", ""), ("far-reviewer", "")] {
        check(
            &app.sign_in(login).get(&format!("{asked}{more}")),
            "get",
            "/api/v1/totals",
        );
    }
}

#[test]
fn what_a_phone_takes_along_and_hears_is_as_described() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", "440784197503080014");
    let [line, loan] = [(); 2].map(|()| ContractId::new(1_700_000_000_000));
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2024-02-20", "revolving": true});
    let grant = app.submission(
        "credit.grant",
        "2023-05-04",
        vec![app.line(&client, &line, "150000", terms)],
    );
    let lent = json!({"credit_line": line, "rate_percent": "3.85", "matures_on": "2024-01-10",
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
    let phone = Phone::of(&app, "specialist");
    let visit = phone.visit(&[client.as_str()], &[]);
    assert_eq!(phone.send(&[&visit])[0]["status"], "created");
    let verdict = Verdict {
        book: app.office.book,
        voucher: super::sync::phone::voucher(&visit).parse().expect("an id"),
        command: CommandId::new(1_700_000_000_000),
        revision: 1,
    };
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::return_to_maker(conn, office, &actor("reviewer"), &verdict, "写明看了什么")
        })
        .expect("returned");
    let specialist = app.sign_in("specialist");
    let pack = check(&specialist.get("/api/v1/field"), "get", "/api/v1/field");
    for list in ["forms", "products", "villages", "clients", "lines", "loans"] {
        assert!(
            !pack[list].as_array().expect("a list").is_empty(),
            "{list} is tried"
        );
    }
    for list in ["returned", "expiring", "due"] {
        assert!(
            !pack["todo"][list].as_array().expect("a list").is_empty(),
            "{list} is tried"
        );
    }
    let book = app.office.book;
    for since in ["", "0-"] {
        let asked = format!("/api/v1/changes?book={book}&since={since}");
        let heard = check(&specialist.get(&asked), "get", "/api/v1/changes");
        assert_eq!(heard["reset"], since.is_empty());
    }
    check(
        &specialist.get("/api/v1/changes?book=1"),
        "get",
        "/api/v1/changes",
    );
    check(&app.sign_in("city").get("/api/v1/field"), "get", "/api/v1/field");
    check(&app.visitor().get("/api/v1/field"), "get", "/api/v1/field");

    let insured = contract(1);
    posted(
        &app,
        &policy(&app, &insured, "BD1", &[(app.office.village, "100.00")]),
    );
    let asked = format!("/api/v1/field?villages={}", app.office.village);
    let pack = check(&app.sign_in("insurer").get(&asked), "get", "/api/v1/field");
    assert!(!pack["policies"].as_array().expect("a list").is_empty());
}

#[test]
fn what_is_sent_and_answered_is_as_described() {
    const SYNC: &str = "/api/v1/sync";
    let app = TestApp::start(Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let (client, register) = phone.household("陈大文", 1);
    let grant = phone.grant(&client, "300000", &[&register]);
    let mut other = grant.clone();
    other["fields"]["amount"] = json!("1");
    let mut poor = phone.grant(&client, "0", &[]);
    let lost = phone.grant(&client, "5", &[&poor]);
    poor["base_revision"] = json!(0);
    let specialist = app.sign_in("specialist");
    let send = |items: &[&Value]| {
        let body = json!({ "user": crate::support::app::user_id("specialist").to_string(), "device": "d", "items": items });
        check_sent(&body, SYNC);
        check(&specialist.json(SYNC, "sync", &body), "post", SYNC)
    };
    let answer = send(&[&register, &grant, &poor, &lost]);
    let told: Vec<&str> = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|result| result["status"].as_str())
        .collect();
    assert_eq!(told, ["created", "created", "invalid", "held"]);
    assert_eq!(send(&[&other])["results"][0]["status"], "different_content");
    for (from, body) in [
        ("sync", json!({})),
        ("", json!({})),
        ("sync", json!({"user": "x", "items": []})),
    ] {
        check(&specialist.json(SYNC, from, &body), "post", SYNC);
    }
    check(&app.visitor().json(SYNC, "sync", &json!({})), "post", SYNC);
    check(
        &specialist.bytes(SYNC, &[("x-cunxin", "sync")], b"{}"),
        "post",
        SYNC,
    );

    const PHOTO: &str = "/api/v1/photos/{book}/{voucher}/{digest}";
    let file = include_bytes!("data/pond.jpg");
    let to = |record: &str| {
        format!(
            "/api/v1/photos/{}/{record}/{}",
            app.office.book,
            vault::digest(file)
        )
    };
    let own = [("x-cunxin", "photo"), ("content-type", "image/jpeg")];
    let record = to(super::sync::phone::voucher(&grant));
    for status in [201, 200] {
        let page = specialist.bytes(&record, &own, file);
        assert_eq!(page.status, status);
        check(&page, "post", PHOTO);
    }
    for page in [
        specialist.bytes(&record, &own, b"another"),
        specialist.bytes(&record, &own[1..], file),
        specialist.bytes(&record, &own[..1], file),
        specialist.bytes(&to(&super::sync::phone::uuid()), &own, file),
        app.visitor().bytes(&record, &own, file),
    ] {
        check(&page, "post", PHOTO);
    }
}
