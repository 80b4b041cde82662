//! Every page of the field, as somebody meets it who reads it in the sun, by touch, by keyboard or by ear: found by
//! following its links, judged by axe-core and by what axe-core does not measure.
//!
//! axe-core is no part of the program: `.ci/run` fetches it, `CUNXIN_AXE` may name its script.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::claims::REPORT;
use crate::policies;
use crate::support::app::{Backend, PASSWORD, TestApp, identity_number};
use crate::support::browser::{Browser, Screen};
use crate::support::tools::{require_or_skip, variable};
use crate::sync::phone::{self, Phone};

/// Touch targets, in CSS pixels.
const LEAST_TARGET: f64 = 44.0;

/// axe-core's script, where it is.
pub fn axe() -> Option<String> {
    let usual = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/tools/package/axe.min.js");
    let file = variable("CUNXIN_AXE").map_or_else(usual, PathBuf::from);
    let script = fs::read_to_string(file).ok();
    require_or_skip("axe-core (CUNXIN_AXE, or as .ci/run fetches it)", script)
}

/// What is seriously wrong with the page shown: axe-core's findings by rule, with where.
pub fn findings(browser: &Browser, axe: &str, enhanced: bool) -> Vec<String> {
    // Forms are filled in under the sun: 7:1 instead of 4.5:1.
    let rules = if enhanced {
        json!({"color-contrast-enhanced": {"enabled": true}})
    } else {
        json!({})
    };
    let script = format!(
        "{axe};\nreturn window.axe.run(document, {{resultTypes: ['violations'], rules: arguments[0]}})\
         .then(found => found.violations.map(one => [one.id, one.impact, one.nodes.map(node => node.html.slice(0, 160))]));"
    );
    let found = browser.run(&script, json!([rules]));
    let serious = |one: &&Value| one[1] == "serious" || one[1] == "critical";
    let list = found.as_array().expect("axe answers");
    list.iter().filter(serious).map(Value::to_string).collect()
}

/// Targets that a thumb misses: smaller than 44 pixels either way, unless they stand within a sentence.
fn small_targets(browser: &Browser) -> Vec<String> {
    let script = "
        const least = arguments[0];
        const inSentence = (element) => getComputedStyle(element).display === 'inline'
            && element.closest('p, li, dd, small, .hint, .foot') !== null;
        const targets = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary');
        return [...targets].flatMap((element) => {
            if (!element.checkVisibility() || inSentence(element)) return [];
            // A box or radio is as large as the label it stands in or beside.
            const label = element.matches('[type=radio], [type=checkbox]') ? element.labels?.[0] : null;
            const boxes = [element, label, element.closest('.choice, li, tr[data-href]')].filter(Boolean)
                .map((each) => each.getBoundingClientRect());
            if (boxes[0].right <= 0 || boxes[0].bottom <= 0) return [];
            const large = boxes.some((box) => box.width >= least - 0.5 && box.height >= least - 0.5);
            return large ? [] : [`${element.outerHTML.slice(0, 140)} ${Math.round(boxes[0].width)}x${Math.round(boxes[0].height)}`];
        });";
    let found = browser.run(script, json!([LEAST_TARGET]));
    strings(&found)
}

/// What a keyboard never comes to, and fields that say nothing to a screen reader.
pub fn out_of_reach(browser: &Browser) -> Vec<String> {
    let script = "
        const all = document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary, [onclick], [role=button]');
        return [...all].flatMap((element) => {
            if (!element.checkVisibility() || element.disabled) return [];
            const wrong = [];
            if (element.tabIndex < 0) wrong.push('not reached by keyboard');
            if (element.matches('input, select, textarea') && !element.labels?.length
                && !element.getAttribute('aria-label') && !element.getAttribute('aria-labelledby')) wrong.push('no label');
            return wrong.map((what) => `${what}: ${element.outerHTML.slice(0, 140)}`);
        });";
    strings(&browser.run(script, json!([])))
}

pub fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|each| each.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The addresses a page leads to within the field.
fn links(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('a[href]')]
        .map((link) => new URL(link.href))
        .filter((url) => url.origin === location.origin && /^\\/(field|records|calculator|loans)/.test(url.pathname))
        .map((url) => url.pathname + url.search);";
    strings(&browser.run(script, json!([])))
}

/// One page for each kind: ids do not make another, a stage or step does.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let plain = |part: &str| {
        let id = part.len() == 36 || part.chars().all(|c| c.is_ascii_digit());
        if id { "*".to_owned() } else { part.to_owned() }
    };
    let path: Vec<String> = path.split('/').map(plain).collect();
    let mut asked: Vec<&str> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some(("stage" | "step" | "what" | "change", _)) | None => pair,
            Some((name, _)) => name,
        })
        .collect();
    asked.sort_unstable();
    format!("{}?{}", path.join("/"), asked.join("&"))
}

/// Signs in, follows every link from the field's first page, and tells what is wrong where.
fn walk(
    browser: &Browser,
    app: &TestApp,
    axe: &str,
    login: &str,
    starts: &[String],
) -> (BTreeSet<String>, BTreeMap<String, Vec<String>>) {
    browser.open(&format!("{}/sign-in", app.base));
    browser.fill("user", login);
    browser.fill("password", PASSWORD);
    browser.click("form[action='/sign-in'] button[type=submit]");
    browser.wait_for("nav.main-nav");
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = vec!["/field".to_owned(), "/records".to_owned()];
    open.extend_from_slice(starts);
    let mut wrong = BTreeMap::new();
    while let Some(address) = open.pop() {
        if !seen.insert(kind(&address)) {
            continue;
        }
        browser.open(&format!("{}{address}", app.base));
        browser.wait_for("main");
        let is_form = browser.count("main form[method=post]") > 0;
        let mut found = findings(browser, axe, is_form);
        found.extend(small_targets(browser));
        found.extend(out_of_reach(browser));
        if !found.is_empty() {
            wrong.insert(address.clone(), found);
        }
        open.extend(links(browser));
    }
    (seen, wrong)
}

/// The same within the app, whose pages lie behind the `#`: every link from its first page, and one draft begun.
fn walk_app(
    browser: &Browser,
    app: &TestApp,
    axe: &str,
) -> (BTreeSet<String>, BTreeMap<String, Vec<String>>) {
    browser.open(&format!("{}/field/app", app.base));
    browser.wait_for_text("下六村");
    let script =
        "return [...document.querySelectorAll('a[href^=\"#/\"]')].map((link) => link.getAttribute('href'));";
    let (mut seen, mut wrong) = (BTreeSet::new(), BTreeMap::new());
    let mut open = vec!["#/settings".to_owned(), "#/".to_owned()];
    while let Some(hash) = open.pop() {
        if !seen.insert(kind(&hash)) {
            continue;
        }
        browser.run("location.hash = arguments[0];", json!([hash]));
        let here = format!("#view[data-shown='{hash}'] h1");
        browser.wait_for(&here);
        let is_form = browser.count("#view form") > 0;
        let mut found = findings(browser, axe, is_form);
        found.extend(small_targets(browser));
        found.extend(out_of_reach(browser));
        if !found.is_empty() {
            wrong.insert(hash.clone(), found);
        }
        open.extend(strings(&browser.run(script, json!([]))));
    }
    (seen, wrong)
}

/// A client with a line, a record that waits and one that came back; a policy with a claim. Where its pages begin.
fn furnish(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let phone = Phone::of(app, "specialist");
    let (book, village) = (app.office.book.0, app.office.village.0);
    let client = app.household(app.office.village, "陈大文", &identity_number(1));
    let grant = phone.grant(client.as_str(), "300000", &[]);
    let visit = phone.visit(&[client.as_str()], &[]);
    let waiting = phone.visit(&[client.as_str()], &[]);
    for result in phone.send(&[&grant, &visit, &waiting]) {
        assert_eq!(result["status"], "created", "{result}");
    }
    phone.approve(app, &grant, 1);
    phone::return_to(app, &visit, "请写明走访日期");
    let line = grant["fields"]["contract_id"].as_str().expect("an id");
    let bank = vec![
        format!("/field/villages/{village}"),
        format!("/field/lines/{book}/{line}"),
        format!("/field/loan?village={village}&client={client}&line={line}&book={book}"),
        format!("/field/clients/{book}/{client}"),
    ];
    let policy = policies::contract(1);
    let insured = policies::policy(app, &policy, "BD1", &[(app.office.village, "100.00")]);
    policies::posted(app, &insured);
    let claim =
        format!("/field/claim?stage=insurance.claim_report&book={book}&policy={policy}&part=1&claim=LP1");
    let voucher = policies::recorded(&app.sign_in("insurer"), &claim, &REPORT);
    policies::approve(app, &voucher);
    let insurer = vec![
        format!("/field/villages/{village}"),
        claim.replace("claim_report", "claim_survey"),
        format!("/field/policies/{book}/{policy}"),
        format!("/field/policies?village={village}"),
    ];
    (bank, insurer)
}

#[test]
fn every_page_of_the_field_can_be_read_touched_and_reached() {
    let Some(axe) = axe() else { return };
    let app = TestApp::start(Backend::Sqlite);
    let (bank, insurer) = furnish(&app);
    let (mut pages, mut wrong) = (BTreeSet::new(), BTreeMap::new());
    for (login, starts) in [("specialist", bank), ("insurer", insurer)] {
        let Some(browser) = Browser::start(Screen::Phone) else {
            return;
        };
        let (seen, found) = walk(&browser, &app, &axe, login, &starts);
        pages.extend(seen);
        wrong.extend(found);
        if login == "specialist" {
            let (seen, found) = walk_app(&browser, &app, &axe);
            assert!(seen.len() >= 12, "only {seen:#?}");
            pages.extend(seen);
            wrong.extend(found);
        }
    }
    let told: Vec<String> = wrong
        .iter()
        .map(|(address, found)| format!("{address}\n    {}", found.join("\n    ")))
        .collect();
    assert!(wrong.is_empty(), "on {} pages:\n{}", pages.len(), told.join("\n"));
    assert!(pages.len() >= 40, "only {}: {pages:#?}", pages.len());
}
