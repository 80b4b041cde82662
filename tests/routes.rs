//! Every route with every role: who may, who may not, and what nobody may do from elsewhere.

use actix_web::http::Method;
use cunxin::app;
use cunxin::auth::{Allow, Role};

use crate::support::app::{Backend, Person, TestApp};

const LOGINS: [(&str, Role); 6] = [
    ("specialist", Role::Specialist),
    ("bank", Role::Clerk),
    ("reviewer", Role::Reviewer),
    ("city", Role::CityReader),
    ("reports", Role::ReportReader),
    ("admin", Role::Administrator),
];

/// A path of the pattern, with something harmless in its places.
fn filled(pattern: &str) -> String {
    let mut path = String::new();
    for part in pattern.split_inclusive('/') {
        match part.strip_prefix('{') {
            Some(rest) => path.push_str(&format!("1{}", if rest.ends_with('/') { "/" } else { "" })),
            None => path.push_str(part),
        }
    }
    path
}

fn ask(person: &Person, method: &Method, path: &str) -> u16 {
    if *method == Method::GET {
        person.get(path).status
    } else {
        person.post(path, &[]).status
    }
}

#[test]
fn every_route_lets_in_its_roles_and_no_others() {
    let app = TestApp::start(Backend::Sqlite);
    let people: Vec<(Person, Role)> = LOGINS
        .iter()
        .map(|(login, role)| (app.sign_in(login), *role))
        .collect();
    let visitor = app.visitor();
    for route in app::routes() {
        if ["/sign-out", "/sign-in", "/sign-in/demo"].contains(&route.path) {
            continue;
        }
        let path = filled(route.path);
        for (person, role) in &people {
            let status = ask(person, &route.method, &path);
            let allowed = match route.allow {
                Allow::Anyone | Allow::SignedIn => true,
                Allow::Roles(roles) => roles.contains(role),
            };
            let what = format!("{} {} as {}: {status}", route.method, route.path, role.code());
            assert!(status < 500, "{what}");
            if !allowed {
                assert_eq!(status, 403, "{what}");
            } else if route.method == Method::GET {
                assert_ne!(status, 403, "{what}");
            } else {
                // Signed in and entitled, but without the form's token.
                assert_eq!(status, 403, "a form without its token: {what}");
            }
        }
        let status = ask(&visitor, &route.method, &path);
        match route.allow {
            Allow::Anyone => assert!(
                status < 500 && status != 303 || route.path == "/language",
                "{path}: {status}"
            ),
            _ if route.path.starts_with("/api/") => assert_eq!(status, 401, "{path}"),
            _ => assert_eq!(status, 303, "a visitor is sent to sign in: {path}"),
        }
    }
}

#[test]
fn forms_from_elsewhere_are_refused() {
    let app = TestApp::start(Backend::Sqlite);
    let specialist = app.sign_in("specialist");
    let form = specialist.get(&format!("/field/clients/new?village={}", app.office.village.0));
    let token = form.field("_csrf");
    assert!(token.len() >= 32);
    let wrong = specialist.send(&form, "/field/clients/new", &[("_csrf", "0000")]);
    assert_eq!(wrong.status, 403);
    let reviewer = app.sign_in("reviewer");
    let borrowed = reviewer.post("/sign-out", &[("_csrf", &token)]);
    assert_eq!(borrowed.status, 403, "another person's token is no token");
}

#[test]
fn every_answer_carries_its_headers() {
    let app = TestApp::start(Backend::Sqlite);
    let visitor = app.visitor();
    for path in [
        "/sign-in",
        "/nowhere",
        "/totals",
        "/healthz",
        "/api/v1/totals",
        "/assets/cunxin.css",
        "/assets/no",
    ] {
        let page = visitor.get(path);
        let policy = page
            .headers
            .get("content-security-policy")
            .map_or("", String::as_str);
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            page.headers.get("x-content-type-options").map(String::as_str),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(
            page.headers.get("x-frame-options").map(String::as_str),
            Some("DENY"),
            "{path}"
        );
    }
    let page = visitor.get("/nowhere");
    assert_eq!(page.status, 404);
    assert!(
        page.body.contains("<html") && page.body.contains("没有这个页面"),
        "{}",
        page.text()
    );
}

#[test]
fn guesses_are_slowed_and_sessions_end() {
    let app = TestApp::start(Backend::Sqlite);
    let visitor = app.visitor();
    let guess = |password: &str| {
        visitor.post(
            "/sign-in",
            &[("user", "far-reviewer"), ("password", password), ("back", "/")],
        )
    };
    let slowed = (0..30).any(|n| guess(&format!("guess-{n}")).body.contains("尝试次数太多"));
    assert!(slowed, "thirty guesses are not all checked");
    let specialist = app.sign_in("specialist");
    let page = specialist.get("/field");
    assert_eq!(page.status, 200);
    let cookie_gone = specialist.post("/sign-out", &[("_csrf", &page.field("_csrf"))]);
    assert_eq!(cookie_gone.status, 303);
    assert_eq!(specialist.get("/field").status, 303, "signed out");
}
